/* range.h -- Python's range: small when its numbers and its length are immediates (nearly always), correct for any size. */
#ifndef OBJECT_RANGE_H
#define OBJECT_RANGE_H
#include "interp/object/type.h"
typedef struct Range { Object head; Value start, stop, step, len; } Range;      /* exact ints; step != 0; len >= 0 */
extern Type range_type;
static inline bool range_check(Value v) { return is_exact(v, &range_type); }
static inline Range *as_range(Value v) { assert(range_check(v)); return (Range *)as_obj(v); }

/* range_new -- from three ints (index-like things are converted). ValueError: range() arg 3 must not be zero. */
must_use Value range_new(Value start, Value stop, Value step);
/* The numbers of a small range, for loops without iterator objects: *start, *start + *step ... *len of them, none overflows. */
static inline bool range_small(Value v, int64_t *start, int64_t *step, int64_t *len)
{
    Range *r = as_range(v);
    if (!is_int(r->start) || !is_int(r->stop) || !is_int(r->step) || !is_int(r->len))
        return false;
    *start = small_int(r->start);
    *step = small_int(r->step);
    *len = small_int(r->len);
    return true;
}
must_use Value range_item(Value range, Value index);   /* no check of bounds: start + index * step */
must_use Value range_part(Value range, Value slice);
/* ABSENT: not in it. *index is owned when FOUND and `index` is not NULL. */
must_use Found range_find(Value range, Value v, Value *index);
must_use int64_t range_count(Value range, Value v);    /* -1: failed */
void range_check_valid(const Range *);                 /* asserts the invariants */
must_use Value range_reversed(Value range);            /* the range of the same numbers backwards */
#endif
