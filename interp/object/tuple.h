/* tuple.h -- Python's tuple: items inline. */
#ifndef OBJECT_TUPLE_H
#define OBJECT_TUPLE_H
#include "gc/heap.h"
#include "interp/object/type.h"
typedef struct Tuple { Object head; uint64_t len; Value items[]; } Tuple;
extern Type tuple_type;
extern Value tuple_empty;                              /* static, borrowed */
static inline bool tuple_check(Value v) { return has_flag(v, TYPE_IS_TUPLE); }
static inline bool tuple_exact(Value v) { return is_exact(v, &tuple_type); }
static inline Tuple *as_tuple(Value v) { assert(tuple_check(v)); return (Tuple *)as_obj(v); }
static inline uint64_t tuple_len(Value v) { return as_tuple(v)->len; }
static inline Value tuple_peek(Value v, uint64_t i) { assert(i < tuple_len(v)); return as_tuple(v)->items[i]; }
must_use Tuple *tuple_alloc(uint64_t len);             /* items UNBOUND: fill before anyone sees it; tuple of a subclass: tuple_alloc_type */
must_use Tuple *tuple_alloc_type(Type *type, uint64_t len);
must_use Value tuple_from(const Value *items, uint64_t n);       /* items retained */
must_use Value tuple_from_take(const Value *items, uint64_t n);  /* items consumed, also on failure; one that is ERROR: its error stays */
must_use Value tuple_of1(Value a);
must_use Value tuple_of2(Value a, Value b);
must_use Value tuple_of3(Value a, Value b, Value c);
must_use Value tuple_slice(Value tuple, int64_t start, int64_t stop);
must_use Value tuple_from_iterable(Value iterable);    /* exact tuples come back retained */
int64_t tuple_find(Value tuple, Value item);           /* by obj_equal; -1 absent, -2 failed */
/* tuple_reusable -- may the tuple in a `result` field be filled again (only we hold it)? Then it is the caller's too: retained. */
static inline bool tuple_reusable(Value result)
{
    if (is_unbound(result) || as_obj(result)->refcount != 1)
        return false;
    retain(result);
    if (UNLIKELY(!heap_tracked(as_obj(result))))         /* a collection found that it held no container */
        heap_track(as_obj(result));
    return true;
}
/* tuple_fill_take -- set an item (consumed) of a tuple that nobody else has seen, where Python code may run between two items: a collection then
 * may have found no container in it. */
static inline void tuple_fill_take(Tuple *t, uint64_t i, Value item)
{
    track_for(t, item);
    set_slot(&t->items[i], item);
}
void tuple_check_valid(const Tuple *);                 /* asserts the invariants */
#endif
