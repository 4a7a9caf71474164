/* iterators.h -- the iterators over built-in containers, and those that built-in functions make: enumerate, zip, map, filter, reversed.
 *
 * Life cycle: an exhausted iterator drops what it iterates (its Value becomes UNBOUND) and stays exhausted.
 * Every `next` gives STOP at the end; while it runs other code, the iterator may be advanced by it: state is read anew after. */
#ifndef OBJECT_ITERATORS_H
#define OBJECT_ITERATORS_H
#include "interp/object/protocol.h"

/* Over items by index: list (both ways), tuple, anything with __getitem__, reversed(). */
typedef struct IndexIterator {
    Object head;
    Value items;                 /* UNBOUND: exhausted */
    int64_t index;               /* the next one */
} IndexIterator;
extern Type list_iterator_type, list_reverse_iterator_type, tuple_iterator_type, sequence_iterator_type, reversed_type;

typedef struct RangeIterator { Object head; int64_t index, len, start, step; } RangeIterator;      /* no number overflows */
typedef struct LongRangeIterator { Object head; Value index, len, start, step; } LongRangeIterator;
extern Type range_iterator_type, long_range_iterator_type;

typedef struct SetIterator { Object head; Value set; uint64_t position, used, remaining; } SetIterator;
extern Type set_iterator_type;

typedef struct CallableIterator { Object head; Value callable, sentinel; } CallableIterator;
extern Type callable_iterator_type;

/* `result`: the tuple given last, filled again when nobody else has kept it; UNBOUND before. */
typedef struct Enumerate { Object head; Value iterator, index, result; } Enumerate;
typedef struct Zip { Object head; Value iterators; /* tuple */ Value result; bool strict; } Zip;
typedef struct Map { Object head; Value function, iterators; /* tuple */ } Map;
typedef struct Filter { Object head; Value function, iterator; } Filter;
extern Type enumerate_type, zip_type, map_type, filter_type;

#define as_iterator(Struct, v) ((Struct *)as_obj(v))

/* Makers. `type` is the named type or a subclass. */
must_use Value index_iterator_new(Type *type, Value items, int64_t index);
must_use Value range_iterator_new(Value range);
must_use Value callable_iterator_new(Value callable, Value sentinel);
must_use Value enumerate_new(Type *type, Value iterable, Value start);
must_use Value zip_new(Type *type, const Value *iterables, size_t n, bool strict);
must_use Value map_new(Type *type, Value function, const Value *iterables, size_t n);
must_use Value filter_new(Type *type, Value function, Value iterable);
must_use Value reversed_new(Type *type, Value v);      /* __reversed__ first; TypeError: 'x' object is not reversible */
must_use Value long_range_iterator_new(Value start, Value step, Value len);

/* advance -- obj_next for a Value known to be an iterator (obj_iter's result). */
static inline Value advance(Value iterator)
{
    UnaryFn *next = type_of(iterator)->next;
    if (UNLIKELY(stack_is_low()))
        return raise(RecursionError, "maximum recursion depth exceeded");
    Value item = LIKELY(next != NULL) ? next(iterator) : obj_next(iterator);        /* NULL: its class has lost __next__ */
    if (LIKELY(!is_error(item)) || !error_is(StopIteration))
        return item;
    error_clear();
    return STOP;
}
void iterator_check_valid(Value iterator);             /* asserts the invariants of the iterators made here; others pass */
/* What is left to come, for __length_hint__; -1: failed. */
int64_t index_iterator_left(Value iterator);
Value iterator_self(Value self);                       /* the slot `iter` of every iterator */

/* The slots `iter` of the containers below this file, and the iteration of objects that have only __getitem__, are set here. */
void iterators_init(void);
/* A built-in function by name ("iter"), owned: what __reduce__ of an iterator names. Set by whoever makes the module builtins. */
extern Value (*builtin_hook)(const char *name);
must_use Value builtin_get(const char *name);
#endif
