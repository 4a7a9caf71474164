/* thread.c -- see thread.h. */
#define _GNU_SOURCE
#include <signal.h>
#include "interp/vm/thread.h"
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include "gc/collect.h"
#include "gc/event.h"
#include "gc/heap.h"
#include "interp/object/container_repr.h"
#include "interp/object/exception.h"
#include "interp/object/protocol.h"
#include "interp/vm/frame.h"

Thread *thread, *threads;
_Thread_local Thread *thread_here;
static_assert(offsetof(Thread, limit) == offsetof(Thread, depth) + offsetof(StackGuard, limit)
              && offsetof(Thread, c_stack_limit) == offsetof(Thread, depth) + offsetof(StackGuard, low), "a StackGuard lies in Thread");
bool (*signal_hook)(void);

static pthread_mutex_t lock_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t lock_free = PTHREAD_COND_INITIALIZER;
static bool lock_taken;
static unsigned lock_waiting;
static uint64_t lock_turn;               /* rises with each acquire: a switch is done when somebody else had a turn */

enum { C_STACK_RESERVE = 192 * 1024, DEFAULT_LIMIT = 1000 };

/* A reservation that the kernel commits page by page as it is touched; tries smaller ones when address space is limited. */
static void *reserve(size_t *size_bytes, size_t least)
{
    for (; *size_bytes >= least; *size_bytes /= 2) {
        void *at = mmap(NULL, *size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (at != MAP_FAILED)
            return at;
    }
    return NULL;
}

void thread_attach_stack(Thread *t)
{
    thread_here = t;
    t->os_id = (uint64_t)pthread_self();
    pthread_attr_t attributes;
    void *base;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        if (pthread_attr_getstack(&attributes, &base, &size) == 0 && size > 2 * C_STACK_RESERVE)
            t->c_stack_limit = (uintptr_t)base + C_STACK_RESERVE;
        pthread_attr_destroy(&attributes);
    }
    struct rlimit limit;
    if (t->is_main && getrlimit(RLIMIT_STACK, &limit) == 0) {      /* the main thread's stack grows up to the limit */
        size_t most = limit.rlim_cur == RLIM_INFINITY ? 64u << 20 : limit.rlim_cur;
        uintptr_t here = (uintptr_t)__builtin_frame_address(0);
        if (most > 2 * C_STACK_RESERVE)
            t->c_stack_limit = here - most + 2 * C_STACK_RESERVE;
    }
}

bool thread_clean_stack(Thread *t, const Value *to)
{
    enum { CHUNK = 1024 };
    while (t->stack_clean <= to && t->stack_end - t->stack_clean > CHUNK)
        for (int i = 0; i < CHUNK; i++)
            *t->stack_clean++ = UNBOUND;
    return t->stack_clean > to;
}

void thread_set_limit(Thread *t, uint32_t limit)
{
    size_t most = (size_t)(t->frames_end - t->frames) - 1;
    t->limit = limit;
    t->frame_stop = t->frames + 1 + (limit < most ? limit : most);
}

Thread *thread_new(void)
{
    Thread *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    bool first = threads == NULL;
    size_t stack_bytes = first ? (size_t)1 << 30 : (size_t)1 << 28, frames_bytes = first ? (size_t)512 << 20 : (size_t)128 << 20;
    t->stack = reserve(&stack_bytes, 1 << 20);
    t->frames = reserve(&frames_bytes, 1 << 20);
    if (!t->stack || !t->frames) {
        free(t);
        return NULL;
    }
    t->stack_clean = t->stack;
    t->stack_end = t->stack + stack_bytes / sizeof(Value);
    t->frames_end = t->frames + frames_bytes / sizeof(Frame) - 1;
    t->frame = t->frames;
    *t->frame = (Frame){ .top = t->stack, .locals = UNBOUND, .held = UNBOUND };
    t->exc = &t->exc_base;
    t->exc_base.handled = NONE;
    thread_set_limit(t, first ? DEFAULT_LIMIT : threads->limit);
    t->context = t->trace_fn = t->profile_fn = t->locals_dict = t->target = t->target_args = t->target_kwargs = t->sentinel = UNBOUND;
    t->asyncgen_firstiter = t->asyncgen_finalizer = t->stop_value = NONE;
    t->error = (ErrorState){ .instance = UNBOUND, .args = UNBOUND, .name = UNBOUND, .obj = UNBOUND };
    t->is_main = first;
    static uint64_t next_id;
    t->id = first ? (uint64_t)pthread_self() : (uint64_t)(uintptr_t)t + ++next_id;
    if (first) {
        thread_attach_stack(t);
        thread = t;
        stack_guard = (StackGuard *)&t->depth;
        lock_taken = true;
    }
    t->next = threads;
    threads = t;
    return t;
}

void thread_free(Thread *t)
{
    assert(t->frame == t->frames);
    Value held[] = { t->context, t->trace_fn, t->profile_fn, t->locals_dict, t->asyncgen_firstiter, t->asyncgen_finalizer, t->stop_value, t->exc_base.handled,
                     t->target, t->target_args, t->target_kwargs, t->sentinel };
    t->context = t->trace_fn = t->profile_fn = t->locals_dict = t->target = t->target_args = t->target_kwargs = t->sentinel = UNBOUND;
    t->asyncgen_firstiter = t->asyncgen_finalizer = t->stop_value = t->exc_base.handled = NONE;
    for (size_t i = 0; i < sizeof held / sizeof *held; i++)
        release(held[i]);
    for (Thread **at = &threads; *at; at = &(*at)->next) {
        if (*at == t) {
            *at = t->next;
            break;
        }
    }
    if (thread_here == t) {
        thread_here = NULL;
        repr_end();
    }
    munmap(t->stack, (size_t)((char *)t->stack_end - (char *)t->stack));
    munmap(t->frames, (size_t)((char *)(t->frames_end + 1) - (char *)t->frames));
    free(t);
}

void lock_acquire(Thread *t)
{
    int errno_ = errno;
    pthread_mutex_lock(&lock_mutex);
    lock_waiting++;
    while (lock_taken) {
        event_raise(EVENT_SWITCH);
        pthread_cond_wait(&lock_free, &lock_mutex);
    }
    if (--lock_waiting == 0)
        event_clear(EVENT_SWITCH);
    lock_taken = true;
    lock_turn++;
    pthread_mutex_unlock(&lock_mutex);
    thread = t;
    stack_guard = (StackGuard *)&t->depth;
    pending_error = t->error;
    t->error = (ErrorState){ .instance = UNBOUND, .args = UNBOUND, .name = UNBOUND, .obj = UNBOUND };
    errno = errno_;
}

void lock_release(void)
{
    Thread *t = thread;
    t->error = pending_error;
    pending_error = (ErrorState){ .instance = UNBOUND, .args = UNBOUND, .name = UNBOUND, .obj = UNBOUND };
    thread = NULL;
    pthread_mutex_lock(&lock_mutex);
    assert(lock_taken);
    lock_taken = false;
    pthread_cond_signal(&lock_free);
    pthread_mutex_unlock(&lock_mutex);
}

bool thread_signal_holder(int number)
{
    pthread_mutex_lock(&lock_mutex);     /* as long as it is ours, the holder keeps the lock, so it exists */
    Thread *holder = lock_taken ? thread : NULL;
    bool sent = holder && pthread_kill((pthread_t)holder->os_id, number) == 0;
    pthread_mutex_unlock(&lock_mutex);
    return sent;
}

void thread_forked(void)
{
    static const pthread_mutex_t fresh_mutex = PTHREAD_MUTEX_INITIALIZER;
    static const pthread_cond_t fresh_cond = PTHREAD_COND_INITIALIZER;
    lock_mutex = fresh_mutex;
    lock_free = fresh_cond;
    lock_taken = true;
    lock_waiting = 0;
    event_clear(EVENT_SWITCH);
    thread->next = NULL;                 /* the others run no more; what they hold stays held */
    threads = thread;
    thread->is_main = true;
}

/* Give the lock to whoever waits. At least one of them has had a turn when this returns, or nobody waits any more. */
static void lock_yield(void)
{
    Thread *self = thread;
    pthread_mutex_lock(&lock_mutex);
    bool wanted = lock_waiting > 0;
    uint64_t turn = lock_turn;
    pthread_mutex_unlock(&lock_mutex);
    if (!wanted) {
        event_clear(EVENT_SWITCH);
        return;
    }
    lock_release();
    for (int i = 0; i < 200; i++) {
        sched_yield();
        pthread_mutex_lock(&lock_mutex);
        bool done = lock_turn != turn || lock_waiting == 0;
        pthread_mutex_unlock(&lock_mutex);
        if (done)
            break;
    }
    lock_acquire(self);
}

cold bool thread_too_deep(const char *where)
{
    return raise_false(RecursionError, "maximum recursion depth exceeded%s", where);
}

bool take_interrupt(void)
{
    if (!thread->is_main)
        return true;
    event_clear(EVENT_INTERRUPT);
    error_set_interrupt();
    return false;
}

bool safe_point(void)
{
    assert(!error_pending());
    uint32_t todo = events_pending();
    if (todo & EVENT_COLLECT)
        collect_if_due();
    if ((todo & EVENT_SIGNAL) && thread->is_main) {
        event_clear(EVENT_SIGNAL);
        if (signal_hook && !signal_hook())
            return false;
    }
    if ((todo & EVENT_INTERRUPT) && !take_interrupt())
        return false;
    if (todo & EVENT_SWITCH)
        lock_yield();
    return true;
}

Value thread_handled_peek(void) { return thread_handled_of_peek(thread); }

Value thread_handled_of_peek(const Thread *t)
{
    for (ExcItem *item = t->exc; item; item = item->previous)
        if (!is_none(item->handled) && !is_unbound(item->handled))
            return item->handled;
    return NONE;
}
