/* heartbeat.c -- see heartbeat.h */
#include "kernel/heartbeat.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

#include "kernel/channel.h"

static void *context, *echo;
static pthread_t thread;
static bool beating;

/* Send every frame back as it came. ROUTER puts the sender's identity in front, which routes it. */
static void *beat(void *unused)
{
    for (;;) {
        zmq_msg_t part;
        zmq_msg_init(&part);
        if (zmq_msg_recv(&part, echo, 0) < 0) {
            zmq_msg_close(&part);
            if (zmq_errno() == EINTR)
                continue;
            break; /* the context ends */
        }
        if (zmq_msg_send(&part, echo, zmq_msg_more(&part) ? ZMQ_SNDMORE : 0) < 0)
            zmq_msg_close(&part);
    }
    zmq_close(echo);
    return unused;
}

bool heartbeat_start(Connection *connection, char *why, size_t room)
{
    context = zmq_ctx_new();
    echo = context ? zmq_socket(context, ZMQ_ROUTER) : NULL;
    if (!echo) {
        snprintf(why, room, "cannot create the heartbeat socket: %s", zmq_strerror(zmq_errno()));
        return false;
    }
    if (!channel_bind(echo, connection, CHANNEL_HEARTBEAT, why, room))
        return false;
    int none = 0;
    zmq_setsockopt(echo, ZMQ_LINGER, &none, sizeof none);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 256 * 1024);
    beating = pthread_create(&thread, &attributes, beat, NULL) == 0;
    pthread_attr_destroy(&attributes);
    if (!beating)
        snprintf(why, room, "cannot start the heartbeat thread");
    return beating;
}

void heartbeat_stop(void)
{
    if (!beating)
        return;
    beating = false;
    zmq_ctx_shutdown(context);
    pthread_join(thread, NULL);
    zmq_ctx_term(context);
}
