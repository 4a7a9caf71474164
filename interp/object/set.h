/* set.h -- set and frozenset. Open addressing with CPython's own probe sequence, growth and hashes, so that sets of numbers print in CPython's order. */
#ifndef OBJECT_SET_H
#define OBJECT_SET_H
#include "interp/object/type.h"
typedef struct Set {
    Object head;
    uint64_t n_slots;            /* mask + 1: length of `table` */
    KeyEntry *table;             /* free: key UNBOUND, hash 0; deleted: key UNBOUND, hash (uint64_t)-1 */
    uint64_t used, fill;
    int64_t hash;                /* frozenset's, cached; -1 */
    uint64_t version;
    KeyEntry small[8];
} Set;
extern Type set_type, frozenset_type;
static inline bool set_check(Value v) { return has_flag(v, TYPE_IS_SET); }       /* set, frozenset and subclasses */
static inline Set *as_set(Value v) { return (Set *)as_obj(v); }
must_use Value set_new(Type *type);
must_use Value set_from_iterable(Type *type, Value iterable_or_unbound);
must_use Found set_contains(Set *, Value key);
must_use bool set_add(Set *, Value key);
must_use Found set_discard(Set *, Value key);
must_use bool set_update(Set *, Value iterable);
must_use Value set_copy(Set *);
bool set_next(const Set *, uint64_t *position, Value *key);      /* borrowed */
void set_clear(Set *);
#endif
