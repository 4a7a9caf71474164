/* queue_module.c -- _queue: SimpleQueue, a queue without bounds whose put() may be called from finalisers. Items are in a ring. */
#include <errno.h>
#include <math.h>
#include <pthread.h>

#include "gc/event.h"
#include "gc/heap.h"
#include "interp/base/clock.h"
#include "interp/modules/arg.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/generic_alias.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/vm/thread.h"

typedef struct Queue { Object head; Value items; /* list */ uint64_t first; pthread_mutex_t mutex; pthread_cond_t filled; } Queue;
static const TraceRow rows[] = { { TRACE_VALUE, offsetof(Queue, items), 0, "items" }, { 0 } };
static Value empty_class = UNBOUND_INIT;
static Queue *as_queue(Value v) { return (Queue *)as_obj(v); }

static Value queue_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    if (!bind_arguments("SimpleQueue", "()", args, n_pos, kwnames, NULL, NULL))
        return ERROR;
    own Value v = instance_new(type);
    if (is_error(v))
        return ERROR;
    Queue *q = as_queue(v);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&q->mutex, NULL);
    pthread_cond_init(&q->filled, &attributes);
    pthread_condattr_destroy(&attributes);
    Value items = list_new(0);
    if (is_error(items))
        return ERROR;
    q->items = items;
    return give(v);
}
static void dispose(Object *o)
{
    pthread_mutex_destroy(&((Queue *)o)->mutex);
    pthread_cond_destroy(&((Queue *)o)->filled);
}
static uint64_t size(const Queue *q) { return list_len(q->items) - q->first; }
static Value m_put(Value *args, size_t n)
{
    Queue *q = as_queue(args[0]);
    if (!list_append(q->items, args[1]))
        return ERROR;
    pthread_mutex_lock(&q->mutex);
    pthread_cond_signal(&q->filled);
    pthread_mutex_unlock(&q->mutex);
    return NONE;
}
static Value take(Queue *q)
{
    Value item = list_peek(q->items, q->first);
    as_list(q->items)->items[q->first++] = NONE;
    if (q->first > 64 && q->first * 2 > list_len(q->items)) {
        bool done = list_set_slice(q->items, 0, (int64_t)q->first, NULL, 0);
        if (done)
            q->first = 0;
        else
            error_clear();
    }
    return item;
}
static Value none_left(void)
{
    own Value error = call0(empty_class);
    if (!is_error(error))
        exception_raise_take(give(error));
    return ERROR;
}
/* Wait for an item, without the runtime lock: until `deadline`, or until a slice is over, because signals are looked for in between. */
static void wait_slice(Queue *q, int64_t deadline)
{
    enum { SLICE_MS = 50 };
    int64_t end = clock_ns() + SLICE_MS * CLOCK_NS_PER_MS;
    struct timespec until = clock_timespec(end < deadline ? end : deadline);
    pthread_mutex_lock(&q->mutex);
    BLOCKING(pthread_cond_timedwait(&q->filled, &q->mutex, &until); pthread_mutex_unlock(&q->mutex));
}
static Value get(Value self, Value block_value, Value timeout)
{
    Queue *q = as_queue(self);
    bool block;
    double seconds = INFINITY;
    if (!arg_bool(block_value, true, &block))
        return ERROR;
    if (block && !is_unbound(timeout) && !is_none(timeout)) {
        if (!obj_double(timeout, &seconds))
            return ERROR;
        if (seconds < 0)
            return raise(ValueError, "'timeout' must be a non-negative number");
        if (seconds > 9e9)
            return raise(OverflowError, "timeout value is too large");
    }
    int64_t deadline = clock_after(seconds);
    own Value keep = retain(self);
    while (size(q) == 0) {
        if (!block || clock_ns() >= deadline)
            return none_left();
        wait_slice(q, deadline);
        if (!poll_events())
            return ERROR;
    }
    return take(q);
}
static Value m_get(Value *args, size_t n) { return get(args[0], args[1], args[2]); }
static Value m_get_nowait(Value *args, size_t n) { return get(args[0], FALSE, UNBOUND); }
static Value m_empty(Value *args, size_t n) { return bool_value(size(as_queue(args[0])) == 0); }
static Value m_qsize(Value *args, size_t n) { return int_value((int64_t)size(as_queue(args[0]))); }
static const Method methods[] = {
    { "empty", "(self, /)", m_empty, "Return True if the queue is empty, False otherwise (not reliable!)." },
    { "get", "(self, /, block=True, timeout=None)", m_get, "Remove and return an item from the queue." }, { "get_nowait", "(self, /)", m_get_nowait, "Remove and return an item from the queue without blocking." },
    { "put", "(self, /, item, block=True, timeout=None)", m_put, "Put the item on the queue." }, { "put_nowait", "(self, /, item)", m_put, "Put an item into the queue without blocking." },
    { "qsize", "(self, /)", m_qsize, "Return the approximate size of the queue (not reliable!)." }, { "__class_getitem__", "(cls, item, /)", generic_alias_class_getitem, "See PEP 585", METHOD_CLASS }, { 0 },
};
static Type queue_type = { STATIC_TYPE(queue_type, "SimpleQueue", Queue, rows), .heap.dispose = dispose, .flags = TYPE_BASE | TYPE_WEAK, .new = queue_new, .methods = methods, .module_name = "_queue",
    .doc = "Simple, unbounded, reentrant FIFO queue.", .signature = "()" };
static bool init(Value module)
{
    static Type *const types[] = { &queue_type, NULL };
    ready_types(types, &object_type);
    return module_add_type(module, &queue_type) && ready_exception(&empty_class, "_queue.Empty", exception_class_peek(Exception)) && module_add(module, "Empty", empty_class);
}
const NativeModule queue_module = { "_queue", "C implementation of the Python queue module.\nThis module is an implementation detail, please do not use it directly.", NULL, init };
