/* channel.c -- see channel.h */
#include "kernel/channel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "kernel/log.h"
#include "kernel/wire.h"

enum { LINGER_MS = 1000, IOPUB_QUEUE = 2000, IPC_TRIES = 10000 };

static bool set_int(void *socket, int option, int value)
{
    return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

static bool set_options(void *socket, const Connection *connection, Channel c)
{
    int64_t limit = (int64_t)1 << 30; /* a larger frame ends the connection before memory is taken for it */
    bool ok = set_int(socket, ZMQ_LINGER, LINGER_MS) && zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &limit, sizeof limit) == 0;
    if (c == CHANNEL_IOPUB) {
        ok = ok && set_int(socket, ZMQ_XPUB_NODROP, 1) && set_int(socket, ZMQ_XPUB_MANUAL, 1) && set_int(socket, ZMQ_SNDHWM, IOPUB_QUEUE);
    } else {
        ok = ok && set_int(socket, ZMQ_ROUTER_HANDOVER, 1) && set_int(socket, ZMQ_SNDHWM, 0);
    }
    if (ok && strchr(connection->ip, ':') && !connection->ipc)
        ok = set_int(socket, ZMQ_IPV6, 1);
    if (ok && connection->curve_secret)
        ok = set_int(socket, ZMQ_CURVE_SERVER, 1)
             && zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, connection->curve_secret, strlen(connection->curve_secret) + 1) == 0
             && zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, connection->curve_public, strlen(connection->curve_public) + 1) == 0;
    return ok;
}

/* The first ipc number whose socket file does not exist. */
static int free_ipc_number(Connection *connection, Channel c)
{
    for (int number = 1; number < IPC_TRIES; number++) {
        char name[4200];
        bool taken = false;
        for (int other = 0; other < N_CHANNELS; other++)
            taken |= other != (int)c && connection->ports[other] == number;
        snprintf(name, sizeof name, "%s-%d", connection->ip, number);
        if (!taken && access(name, F_OK) != 0)
            return number;
    }
    return 0;
}

static void learn_port(void *socket, Connection *connection, Channel c)
{
    char endpoint[256] = "";
    size_t len = sizeof endpoint;
    zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &len);
    const char *colon = strrchr(endpoint, ':');
    if (colon)
        connection->ports[c] = atoi(colon + 1);
}

bool channel_bind(void *socket, Connection *connection, Channel c, char *why, size_t room)
{
    char endpoint[4300];
    if (connection->curve_secret && !zmq_has("curve")) {
        snprintf(why, room, "the connection asks for encryption, which this libzmq was built without");
        return false;
    }
    if (!set_options(socket, connection, c)) {
        snprintf(why, room, "cannot prepare the %s socket: %s", channel_names[c], zmq_strerror(zmq_errno()));
        return false;
    }
    if (connection->ipc && connection->ports[c] == 0)
        connection->ports[c] = free_ipc_number(connection, c);
    connection_endpoint(connection, c, endpoint, sizeof endpoint);
    if (zmq_bind(socket, endpoint) != 0) {
        snprintf(why, room, "cannot bind %s to %s: %s", channel_names[c], endpoint, zmq_strerror(zmq_errno()));
        return false;
    }
    if (!connection->ipc && connection->ports[c] == 0)
        learn_port(socket, connection, c);
    return true;
}

bool channels_open(Channels *channels, Connection *connection, char *why, size_t room)
{
    *channels = (Channels){ .context = zmq_ctx_new() };
    bool ok = channels->context != NULL;
    for (int c = 0; ok && c < CHANNEL_HEARTBEAT; c++) {
        channels->sockets[c] = zmq_socket(channels->context, c == CHANNEL_IOPUB ? ZMQ_XPUB : ZMQ_ROUTER);
        ok = channels->sockets[c] != NULL;
        if (ok && !channel_bind(channels->sockets[c], connection, (Channel)c, why, room)) {
            channels_close(channels);
            return false;
        }
    }
    if (!ok)
        snprintf(why, room, "cannot create sockets: %s", zmq_strerror(zmq_errno()));
    return ok;
}

/* One frame into `frame`; *more tells whether others follow. 1 taken, 0 nothing there, -1 no memory (the frame is lost). */
static int take_frame(void *socket, Frame *frame, bool *more)
{
    zmq_msg_t part;
    zmq_msg_init(&part);
    int got;
    do
        got = zmq_msg_recv(&part, socket, ZMQ_DONTWAIT);
    while (got < 0 && zmq_errno() == EINTR);
    int result = 0;
    *more = false;
    if (got >= 0) {
        *more = zmq_msg_more(&part);
        result = frame_copy(frame, zmq_msg_data(&part), zmq_msg_size(&part)) ? 1 : -1;
    }
    zmq_msg_close(&part);
    return result;
}

/* 1: a message; 0: nothing waits; -1: one was thrown away. */
static int receive_one(void *socket, Frame **frames, size_t *n)
{
    size_t cap = 16;
    bool more = true, bad = false;
    *n = 0;
    *frames = malloc(cap * sizeof **frames);
    while (more) {
        Frame frame = { 0 };
        int got = take_frame(socket, &frame, &more);
        if (got == 0 && *n == 0 && !bad) {
            free(*frames);
            return 0;
        }
        if (*n == cap && cap < WIRE_FRAME_LIMIT) {
            Frame *grown = realloc(*frames, 2 * cap * sizeof **frames);
            if (grown) {
                *frames = grown;
                cap *= 2;
            }
        }
        if (got == 1 && *frames && *n < cap) {
            (*frames)[(*n)++] = frame;
        } else {
            free(frame.data);
            bad = true;
        }
    }
    if (!bad)
        return 1;
    frames_free(*frames, *frames ? *n : 0);
    return -1;
}

bool channel_receive(Channels *channels, Channel c, Frame **frames, size_t *n)
{
    int got;
    while ((got = receive_one(channels->sockets[c], frames, n)) < 0)
        log_line("dropped a message on %s: too many frames or no memory", channel_names[c]);
    return got == 1;
}

int channel_subscription(Channels *channels, char *topic, size_t room, size_t *len)
{
    char event[1024];
    void *socket = channels->sockets[CHANNEL_IOPUB];
    for (;;) {
        int got = zmq_recv(socket, event, sizeof event, ZMQ_DONTWAIT);
        if (got < 0 && zmq_errno() == EINTR)
            continue;
        if (got < 0)
            return -1;
        size_t size = (size_t)got < sizeof event ? (size_t)got : sizeof event;
        if (size == 0 || (event[0] != 0 && event[0] != 1))
            continue; /* a user message: XPUB passes them on; not ours */
        zmq_setsockopt(socket, event[0] ? ZMQ_SUBSCRIBE : ZMQ_UNSUBSCRIBE, event + 1, size - 1);
        *len = size - 1 < room ? size - 1 : room;
        memcpy(topic, event + 1, *len);
        return event[0];
    }
}

bool channel_send(Channels *channels, Outgoing *outgoing)
{
    void *socket = channels->sockets[outgoing->channel];
    while (outgoing->sent < outgoing->n) {
        const Frame *frame = &outgoing->frames[outgoing->sent];
        int flags = ZMQ_DONTWAIT | (outgoing->sent + 1 < outgoing->n ? ZMQ_SNDMORE : 0);
        if (zmq_send(socket, frame->data, frame->len, flags) < 0) {
            if (zmq_errno() == EINTR)
                continue;
            if (zmq_errno() == EAGAIN)
                return false;
            log_line("cannot send on %s: %s", channel_names[outgoing->channel], zmq_strerror(zmq_errno()));
            return true;
        }
        outgoing->sent++;
    }
    return true;
}

void channels_set_lossy(Channels *channels, bool lossy)
{
    if (channels->lossy != lossy && set_int(channels->sockets[CHANNEL_IOPUB], ZMQ_XPUB_NODROP, !lossy))
        channels->lossy = lossy;
}

void channels_close(Channels *channels)
{
    for (int c = 0; c < CHANNEL_HEARTBEAT; c++)
        if (channels->sockets[c])
            zmq_close(channels->sockets[c]);
    while (channels->context && zmq_ctx_term(channels->context) != 0 && zmq_errno() == EINTR)
        continue;
    *channels = (Channels){ 0 };
}
