/* slice.h -- Python's slice, and what sequences need to obey one. */
#ifndef OBJECT_SLICE_H
#define OBJECT_SLICE_H
#include "interp/object/type.h"
typedef struct Slice { Object head; Value start, stop, step; } Slice;
extern Type slice_type;
static inline bool slice_check(Value v) { return is_exact(v, &slice_type); }
static inline Slice *as_slice(Value v) { assert(slice_check(v)); return (Slice *)as_obj(v); }

must_use Value slice_new(Value start, Value stop, Value step);        /* UNBOUND counts as None */
void slice_check_valid(const Slice *);                               /* asserts the invariants */
/* slice_unpack -- the three numbers, clipped to int64, absent ones filled in by the sign of step; step is never 0 nor INT64_MIN.
 * False: ValueError (step zero), TypeError (no __index__). Runs __index__: look at the sequence's length afterwards. */
must_use bool slice_unpack(Value slice, int64_t *start, int64_t *stop, int64_t *step);
/* slice_adjust -- clip start and stop to a sequence of `len` items. Returns how many items the slice names. */
int64_t slice_adjust(int64_t len, int64_t *start, int64_t *stop, int64_t step);
/* The next index. Behind the last item it may be anywhere, even past what 64 bits hold. */
static inline int64_t slice_step(int64_t at, int64_t step) { return (int64_t)((uint64_t)at + (uint64_t)step); }
/* Can `v` be an index (an int or something with __index__)? */
bool index_check(Value v);
/* index_of -- `v` as an index of a sequence. False: IndexError "cannot fit 'int' into an index-sized integer" or what __index__ raised. */
must_use bool index_of(Value v, int64_t *index);
/* slice_indices -- slice.indices(len) for an int `len` of any size: three owned ints. False: error pending. */
must_use bool slice_indices(Value slice, Value len, Value out[3]);
#endif
