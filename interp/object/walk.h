/* walk.h -- step through any iterable from native code. Lists and tuples are read by index, without an iterator object: what a list iterator
 * would see is seen, also when the list changes meanwhile.
 *
 *     walking Walk walk;
 *     if (!walk_begin(&walk, iterable)) return ERROR;
 *     while (!is_stop(item = walk_next(&walk))) { if (is_error(item)) ...; ...release(item); }
 */
#ifndef OBJECT_WALK_H
#define OBJECT_WALK_H
#include "gc/event.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/tuple.h"

typedef struct Walk {
    Value source;                /* the list or tuple, or an iterator; owned */
    uint64_t at;                 /* the next index of a list or tuple */
    enum { WALK_ITERATOR, WALK_LIST, WALK_TUPLE } kind;
} Walk;

static inline void walk_end(Walk *w) { release(w->source); }
#define walking __attribute__((cleanup(walk_end)))

/* walk_begin -- False: TypeError (not iterable) or what __iter__ raised; walk_end is due all the same. */
static inline must_use bool walk_begin(Walk *w, Value iterable)
{
    w->at = 0;
    w->kind = list_exact(iterable) ? WALK_LIST : tuple_exact(iterable) ? WALK_TUPLE : WALK_ITERATOR;
    w->source = w->kind == WALK_ITERATOR ? obj_iter(iterable) : retain(iterable);
    return !is_error(w->source);
}

/* A pending StopIteration is the end. */
static cold Value walk_failed(void)
{
    if (!error_is(StopIteration))
        return ERROR;
    error_clear();
    return STOP;
}

/* walk_next -- the next item, owned; STOP at the end; ERROR. Handles pending events. */
__attribute__((always_inline)) static inline must_use Value walk_next(Walk *w)
{
    if (!poll_events())
        return ERROR;
    if (w->kind == WALK_LIST)
        return list_item_at(w->source, w->at++);
    if (w->kind == WALK_TUPLE)
        return w->at < tuple_len(w->source) ? retain(tuple_peek(w->source, w->at++)) : STOP;
    UnaryFn *next = type_of(w->source)->next;
    Value item = LIKELY(next != NULL) ? next(w->source) : obj_next(w->source);       /* NULL: its class has lost __next__ */
    return UNLIKELY(is_error(item)) ? walk_failed() : item;
}
#endif
