/* io.c -- see io.h */
#include "kernel/io.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "interp/base/clock.h"
#include "kernel/capture.h"
#include "kernel/info.h"
#include "kernel/interrupts.h"
#include "kernel/iopub.h"
#include "kernel/log.h"
#include "kernel/outbox.h"
#include "kernel/processes.h"
#include "kernel/stdin.h"
#include "kernel/wake.h"
#include "kernel/work.h"

enum {
    RETRY_MS = 4,                    /* a full iopub is tried again */
    STALL_MS = 15000,                /* a client that took nothing for so long loses messages instead of holding up the others, */
    LOSSY_BURST = 50,                /* ... so many at a time, so that the others, who get them all, can follow */
    PARENT_MS = 500,                 /* how often the launcher is looked for */
    STOP_MS = 1500, NAG_MS = 250,    /* how long a running cell may resist the end, being interrupted again and again */
    LAST_MS = 1000,                  /* for sending what is queued at the end */
    BATCH = 64,                      /* messages of one channel in a row */
    STACK_BYTES = 16 << 20,          /* is_complete parses on this thread */
};

static struct {
    Channels *channels;
    IoArrived *arrived;
    pthread_t thread;
    Outgoing *stuck;                 /* taken from the outbox, the socket is full */
    int64_t stuck_since_ms, stop_at_ms, nag_at_ms;
    bool stalled, truncated;         /* a client is being left behind; somebody must be told */
    int lossy_left;                  /* messages that may still be sent past it in this round */
    pid_t launcher, declared_launcher;
} io;

/* --- sending ------------------------------------------------------------------------------------------------------- */

static void welcome_subscribers(void)
{
    char topic[256];
    size_t len;
    int event;
    while ((event = channel_subscription(io.channels, topic, sizeof topic, &len)) >= 0) {
        Outgoing *welcome = event ? iopub_welcome(topic, len) : NULL;
        if (!welcome)
            continue;
        bool before = io.channels->lossy;
        channels_set_lossy(io.channels, true); /* never waits for another client that is full */
        channel_send(io.channels, welcome);
        channels_set_lossy(io.channels, before);
        outgoing_free(welcome);
    }
}

/* Past a client that has stalled: it loses the message, everybody else gets it. */
static bool send_lossy(Outgoing *outgoing)
{
    if (io.lossy_left <= 0)
        return false;
    io.lossy_left--;
    channels_set_lossy(io.channels, true);
    bool sent = channel_send(io.channels, outgoing);
    channels_set_lossy(io.channels, false);
    return sent;
}

/* True: it left. A client that does not read holds up the others only for a while. */
static bool try_send(Outgoing *outgoing)
{
    if (channel_send(io.channels, outgoing)) {
        if (outgoing->channel == CHANNEL_IOPUB && io.stalled) {
            io.stalled = false;
            io.truncated = true;
        }
        return true;
    }
    int64_t now = clock_ms();
    if (!io.stuck)
        io.stuck_since_ms = now;
    if (!io.stalled && now - io.stuck_since_ms < STALL_MS)
        return false;
    if (!io.stalled)
        log_line("a client has not read for %d s: it loses output from here on", STALL_MS / 1000);
    io.stalled = true;
    return send_lossy(outgoing);
}

/* Send what is ready, but no more than a batch: a cell that prints as fast as this sends must not keep an interrupt_request waiting.
 * The result is how long to wait for more, 0: there is more, -1: until something happens. */
static int send_all(void)
{
    static const char notice[] = "[some output was left out: a client did not read for too long]\n";
    int wait_ms = -1;
    io.lossy_left = LOSSY_BURST;
    for (int sent = 0; sent < BATCH; sent++) {
        Outgoing *outgoing = io.stuck ? io.stuck : outbox_take(&wait_ms);
        if (!outgoing)
            return wait_ms;
        if (outgoing->channel == CHANNEL_IOPUB)
            welcome_subscribers();
        if (!try_send(outgoing)) {
            io.stuck = outgoing;
            return io.stalled ? 5 * RETRY_MS : RETRY_MS;
        }
        io.stuck = NULL;
        outbox_sent(outgoing->bytes);
        outgoing_free(outgoing);
        if (io.truncated) {
            io.truncated = false;
            outbox_stream(NULL, 2, (Text){ notice, sizeof notice - 1 });
        }
    }
    return 0;
}

/* --- the end --------------------------------------------------------------------------------------------------------- */

static void send_the_rest(void)
{
    outbox_close();
    capture_drain();
    int64_t until = clock_ms() + LAST_MS;
    int wait_ms = send_all();
    while ((io.stuck || wait_ms == 0) && clock_ms() < until) {
        zmq_poll(NULL, 0, wait_ms);
        wait_ms = send_all();
    }
    welcome_subscribers();
    channels_close(io.channels);
}

static void remove_files(void)
{
    if (info_restarting())
        connection_remove_sockets(info_connection());
    else
        connection_remove(info_connection());
}

/* The main thread does not come back: end without it. */
static void abandon(int status)
{
    send_the_rest();
    remove_files();
    _exit(status);
}

static void begin_stop(void)
{
    if (io.stop_at_ms)
        return;
    int64_t now = clock_ms();
    io.stop_at_ms = now + STOP_MS;
    io.nag_at_ms = now;
    work_stop();
    stdin_close();
}

/* While stopping: interrupt the cell that still runs, again and again, then give up on it. */
static int press_on(int timeout_ms)
{
    int64_t now = clock_ms();
    if (now >= io.stop_at_ms)
        abandon(0);
    if (work_busy() && now >= io.nag_at_ms) {
        interrupts_raise();
        io.nag_at_ms = now + NAG_MS;
    }
    return timeout_ms < 0 || timeout_ms > 50 ? 50 : timeout_ms;
}

static void look_for_launcher(void)
{
    bool gone = getppid() != io.launcher
                || (io.declared_launcher > 1 && kill(io.declared_launcher, 0) != 0 && errno == ESRCH);
    if (!gone)
        return;
    log_line("the process that started this kernel is gone: ending");
    remove_files();
    _exit(1);
}

/* --- the loop --------------------------------------------------------------------------------------------------------- */

static void receive(Channel c)
{
    Frame *frames;
    size_t n;
    for (int i = 0; i < BATCH && channel_receive(io.channels, c, &frames, &n); i++)
        io.arrived(c, frames, n);
}

static void watch(zmq_pollitem_t items[7])
{
    memset(items, 0, 7 * sizeof *items);
    for (int c = 0; c < CHANNEL_HEARTBEAT; c++)
        items[c] = (zmq_pollitem_t){ .socket = io.channels->sockets[c], .events = ZMQ_POLLIN };
    items[4] = (zmq_pollitem_t){ .fd = wake_fd(), .events = ZMQ_POLLIN };
    for (int fd = 1; fd <= 2; fd++) /* while the queue is full the writers wait in their pipe */
        items[4 + fd] = (zmq_pollitem_t){ .fd = capture_fd(fd), .events = outbox_full() ? 0 : ZMQ_POLLIN };
}

/* One round. False: the end. */
static bool turn(bool watch_launcher)
{
    zmq_pollitem_t items[7];
    int timeout_ms = send_all();
    if (io.stop_at_ms)
        timeout_ms = press_on(timeout_ms);
    if (watch_launcher && (timeout_ms < 0 || timeout_ms > PARENT_MS))
        timeout_ms = PARENT_MS;
    if (timeout_ms != 0 && outbox_drained())
        processes_trim_malloc();
    watch(items);
    int n_items = capture_fd(1) >= 0 && capture_fd(2) >= 0 ? 7 : 5;
    if (zmq_poll(items, n_items, timeout_ms) < 0 && zmq_errno() == ETERM)
        return false;
    unsigned bits = wake_take();
    if (bits & WAKE_INTERRUPT) {
        stdin_interrupt();
        outbox_interrupt();
    }
    if (bits & WAKE_STOP)
        begin_stop();
    if (n_items == 7 && ((items[5].revents | items[6].revents) & ZMQ_POLLIN))
        capture_drain();
    receive(CHANNEL_CONTROL);
    receive(CHANNEL_STDIN);
    receive(CHANNEL_SHELL);
    welcome_subscribers();
    if (watch_launcher)
        look_for_launcher();
    return !(bits & WAKE_EXIT);
}

static void *run(void *unused)
{
    const char *declared = getenv("JPY_PARENT_PID");
    io.declared_launcher = declared ? (pid_t)atol(declared) : 0;
    if (io.declared_launcher > 1 && kill(io.declared_launcher, 0) != 0)
        io.declared_launcher = 0;    /* a process of another namespace: it cannot be watched */
    welcome_subscribers();
    iopub_status(NULL, "starting");
    while (turn(declared != NULL))
        continue;
    send_the_rest();
    return unused;
}

bool io_start(Channels *channels, IoArrived *arrived)
{
    io.channels = channels;
    io.arrived = arrived;
    io.launcher = getppid();
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    bool ok = pthread_create(&io.thread, &attributes, run, NULL) == 0;
    pthread_attr_destroy(&attributes);
    return ok;
}

void io_finish(void)
{
    wake_send(WAKE_EXIT);
    pthread_join(io.thread, NULL);
}
