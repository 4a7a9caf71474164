/* suspect.h -- which objects of a set does nothing outside the set hold? Trial subtraction, as CPython's collector does it.
 *
 * For gc/ only. Each object's references to others of the set are subtracted from their counts; a count that stays above
 * zero has an owner outside: that object lives, and everything it reaches. Counts are subtracted from the refcount
 * fields themselves and added back on the second pass over each edge, so no scratch memory and no lookup is needed: an
 * edge costs two visits. Between start and end no other code may run.
 *
 * While a set is examined, and until suspects_release, its members carry the flag BIRTH_SUSPECT (BIRTH_DYING's bit: an object
 * in the set has references, a dying one has none). */
#ifndef GC_SUSPECT_H
#define GC_SUSPECT_H
#include "gc/object.h"

#define BIRTH_SUSPECT BIRTH_DYING
static inline bool is_suspect(const Object *o) { return (o->birth & BIRTH_SUSPECT) != 0; }

/* suspects_split -- keep in set[0..result) the unreachable ones, in their order and still flagged; the others lose the flag and are
 * handed to `survivor`. Members must be distinct, alive, flagged, with clear mark bits; mark bits are clear again afterwards.
 * `n_own`: references that the caller itself holds on each (they do not count). `stack` has room for n. O(objects + edges).
 * An object that has more references inside the set than owners (a defect elsewhere) survives. */
typedef void SurvivorFn(Object *, void *context);
size_t suspects_split(Object **set, size_t n, uint32_t n_own, Object **stack, SurvivorFn *survivor, void *context);
/* suspects_part -- put those that `is_seed` accepts, and all members they reach, behind the others: set[result..n), without the flag. Mark bits
 * are clear before and after; `stack` has room for n. O(objects + edges). */
size_t suspects_part(Object **set, size_t n, Object **stack, bool (*is_seed)(const Object *));
/* Take the flag off. */
void suspects_release(Object **set, size_t n);
#endif
