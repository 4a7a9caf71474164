/* work.c -- see work.h */
#include "kernel/work.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "interp/base/clock.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static Request *head, *tail;
static bool busy = true;             /* the main thread starts the interpreter first */
static bool started, stopping;
static bool comm_runs, comm_runs_beside;     /* a comm message is being handled: in the main thread; beside a cell */
static uint64_t n_arrived;
static int64_t last_arrival_ms;

static void init(void)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&changed, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void enter(void)
{
    pthread_once(&once, init);
    pthread_mutex_lock(&lock);
}

static void wait_ms(int64_t ms) /* locked */
{
    struct timespec until = clock_timespec(clock_ns() + ms * CLOCK_NS_PER_MS);
    pthread_cond_timedwait(&changed, &lock, &until);
}

void work_put(Request *request)
{
    enter();
    request->number = n_arrived++;
    request->arrived_ms = last_arrival_ms = clock_ms();
    request->next = NULL;
    if (tail)
        tail->next = request;
    else
        head = request;
    tail = request;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

/* Take `request`, which follows `before` (NULL: it is the head). Locked. */
static void unlink_request(Request *request, Request *before)
{
    if (before)
        before->next = request->next;
    else
        head = request->next;
    if (tail == request)
        tail = before;
    request->next = NULL;
}

/* Comm messages keep their order, whichever thread handles them: never two at a time. Locked. */
static bool is_comm(const Request *request)
{
    return strncmp(request->message->type, "comm_", 5) == 0 && request->message->type[5] != 'i';
}

Request *work_next(void)
{
    enter();
    busy = comm_runs = false;
    started = true;
    while (!stopping && (!head || (comm_runs_beside && is_comm(head))))
        pthread_cond_wait(&changed, &lock);
    Request *request = stopping ? NULL : head;
    if (request) {
        unlink_request(request, NULL);
        busy = true;
        comm_runs = is_comm(request);
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&lock);
    return request;
}

bool work_quiet(int64_t ms)
{
    enter();
    int64_t until = clock_ms() + ms;
    while (!head && !stopping && clock_ms() < until)
        wait_ms(until - clock_ms());
    bool result = !head && !stopping;
    pthread_mutex_unlock(&lock);
    return result;
}

bool work_waits(void *unused)
{
    (void)unused;
    enter();
    bool result = head || stopping;
    pthread_mutex_unlock(&lock);
    return result;
}

/* The first request that may run beside a cell; *wait is when it may (0: now, -1: there is none). Locked. */
static Request *find_beside(Request **before, int64_t *wait)
{
    *before = NULL;
    *wait = -1;
    bool comm_waits = comm_runs;
    for (Request *request = head; request; *before = request, request = request->next) {
        bool comm = is_comm(request);
        Lane lane = message_rows[request->message->row].lane;
        if (lane != BESIDE || (comm && comm_waits)) {
            comm_waits |= comm;
            continue;
        }
        int64_t left = request->arrived_ms + BESIDE_AFTER_MS - clock_ms();
        *wait = left > 0 ? left : 0;
        return request;
    }
    return NULL;
}

Request *work_next_beside(void)
{
    Request *result = NULL;
    enter();
    if (comm_runs_beside) {
        comm_runs_beside = false;
        pthread_cond_broadcast(&changed);
    }
    while (!stopping && !result) {
        Request *before;
        int64_t wait;
        Request *found = started && busy ? find_beside(&before, &wait) : NULL;
        if (!found) {
            pthread_cond_wait(&changed, &lock);
        } else if (wait > 0) {
            wait_ms(wait);
        } else {
            unlink_request(found, before);
            comm_runs_beside = is_comm(found);
            result = found;
        }
    }
    pthread_mutex_unlock(&lock);
    return result;
}

void work_abort_queued(void)
{
    enter();
    int64_t begin = clock_ms();
    for (;;) {
        int64_t now = clock_ms();
        int64_t quiet_since = last_arrival_ms > begin ? last_arrival_ms : begin;
        int64_t left = quiet_since + SETTLE_MS - now, limit = begin + SETTLE_LIMIT_MS - now;
        if (left <= 0 || limit <= 0 || stopping)
            break;
        wait_ms(left < limit ? left : limit);
    }
    for (Request *request = head; request; request = request->next)
        if (strcmp(request->message->type, "execute_request") == 0)
            request->aborted = true;
    pthread_mutex_unlock(&lock);
}

void work_stop(void)
{
    enter();
    stopping = true;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

bool work_busy(void)
{
    enter();
    bool result = busy;
    pthread_mutex_unlock(&lock);
    return result;
}
