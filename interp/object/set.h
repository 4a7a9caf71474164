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
    uint64_t finger;             /* where pop looks first */
    KeyEntry small[8];           /* the table while it has 8 slots */
} Set;
extern Type set_type, frozenset_type;
static inline bool set_check(Value v) { return has_flag(v, TYPE_IS_SET); }       /* set, frozenset and subclasses */
static inline Set *as_set(Value v) { assert(set_check(v)); return (Set *)as_obj(v); }
static inline bool set_is_mutable(Value v) { return set_check(v) && (type_of(v) == &set_type || type_is_subtype(type_of(v), &set_type)); }
/* Every function that compares keys may run Python code (__hash__, __eq__), which may change the set. */
must_use Value set_new(Type *type);                    /* empty, of set, frozenset or a subclass */
void set_init_body(Set *);                             /* make the body of a fresh instance an empty set */
must_use Value set_from_iterable(Type *type, Value iterable_or_unbound);
/* set_contains, set_discard -- an unhashable set as key stands for the frozenset of its items. */
must_use Found set_contains(Set *, Value key);
must_use Found set_contains_hashed(Set *, Value key, int64_t hash);
must_use bool set_add(Set *, Value key);
must_use bool set_add_hashed(Set *, Value key, int64_t hash);
must_use Found set_discard(Set *, Value key);
must_use Found set_discard_hashed(Set *, Value key, int64_t hash);
must_use bool set_update(Set *, Value iterable);
must_use Value set_copy(Set *);                        /* a set or frozenset, also of a subclass */
must_use Value set_pop(Set *);                         /* KeyError: pop from an empty set */
bool set_next(const Set *, uint64_t *position, Value *key);      /* borrowed */
bool set_next_hashed(const Set *, uint64_t *position, Value *key, int64_t *hash);
void set_clear(Set *);
/* Set algebra. `other` is any iterable. New sets are of the basic type of `s`, set or frozenset. */
must_use Value set_intersection(Set *s, Value other);
must_use Value set_difference(Set *s, Value other);
must_use Value set_symmetric_difference(Set *s, Value other);
must_use bool set_intersection_update(Set *s, Value other);
must_use bool set_difference_update(Set *s, Value other);
must_use bool set_symmetric_difference_update(Set *s, Value other);
must_use Truth set_is_subset(Set *s, Value other);
must_use Truth set_is_superset(Set *s, Value other);
must_use Truth set_is_disjoint(Set *s, Value other);
void set_check_valid(const Set *);                     /* asserts the invariants */
#endif
