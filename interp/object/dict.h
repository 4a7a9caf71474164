/* dict.h -- Python's dict: compact, insertion-ordered; and the namespaces that modules and the user's cells live in.
 *
 * Layout: an index of u8/u16/u32 slots (by size) into dense entries {hash, key, value}; one buffer holds both. A deleted entry has key
 * UNBOUND. Lookup compares key words first, which finds ints, interned strings and None without calling ==.
 * A namespace is a dict whose entry values are GlobalCells: every dict function sees through them (an unbound cell is an absent
 * key). Instructions hold on to a name's cell, so that reading a global is two loads; the cell also knows which notebook cells wrote and read it. */
#ifndef OBJECT_DICT_H
#define OBJECT_DICT_H
#include "interp/object/type.h"

struct Dict {
    Object head;
    uint64_t n_entries;          /* entries in use, deleted ones included */
    TableEntry *entries;
    uint32_t used;               /* live keys */
    uint32_t free;               /* entries that may still be added before the tables must move */
    void *index;                 /* start of the buffer */
    uint32_t log2_size;          /* index slots; 0: nothing allocated */
    uint32_t flags;              /* DICT_..., and above them DICT_LAYOUT: counts changes of the tables' place */
    uint64_t version;            /* changes with every change of keys or values (iteration and caches) */
    uint64_t namespace_id;       /* unique over all namespaces ever; given by the VM when code first links to this one; 0 before. Meaningless unless DICT_NAMESPACE */
};
enum { DICT_NAMESPACE = 1, DICT_STR_KEYS = 2 /* only exact str keys so far: lookups of str need no == */, DICT_CLASS = 4 /* a type's dict */,
       DICT_LINKED = 8 /* a namespace some of whose cells are linked to registers: `used` counts those as bound, whatever they are */,
       DICT_LAYOUT = 256 };
extern Type dict_type;
static inline bool dict_check(Value v) { return has_flag(v, TYPE_IS_DICT); }
static inline bool dict_exact(Value v) { return is_exact(v, &dict_type); }
static inline Dict *as_dict(Value v) { assert(dict_check(v)); return (Dict *)as_obj(v); }
uint64_t dict_len_linked(const Dict *d);
static inline uint64_t dict_len(const Dict *d) { return UNLIKELY(d->flags & DICT_LINKED) ? dict_len_linked(d) : d->used; }

must_use Value dict_new(void);
must_use Value dict_new_sized(uint64_t n);
/* dict_find -- FOUND: *value is owned by the caller. ABSENT: *value is UNBOUND, no error. FAILED: error pending.
 * May run Python code (__hash__, __eq__). One probe on average. */
must_use Found dict_find(Dict *, Value key, Value *value);
must_use Found dict_find_hashed(Dict *, Value key, int64_t hash, Value *value);
/* Borrowed, UNBOUND when absent; the key must be an exact str (cannot fail, runs no Python code when the dict has str keys only). */
Value dict_peek_str(Dict *, Value str_key);
Value dict_peek_c(Dict *, const char *literal);
must_use bool dict_set(Dict *, Value key, Value value);
must_use bool dict_set_hashed(Dict *, Value key, int64_t hash, Value value);
must_use bool dict_set_c(Dict *, const char *key, Value value);
must_use Found dict_del(Dict *, Value key);            /* ABSENT: no error */
must_use Found dict_pop(Dict *, Value key, Value *value);
/* dict_pop_item -- what d.pop(key[, otherwise]) gives: the value, `otherwise`, or KeyError when that is UNBOUND. */
must_use Value dict_pop_item(Dict *, Value key, Value otherwise);
/* dict_take -- as dict_pop, and the key object that was stored: both owned when FOUND. */
must_use Found dict_take(Dict *, Value key, Value *stored_key, Value *value);
must_use Found dict_setdefault(Dict *, Value key, Value otherwise, Value *value);
must_use Found dict_contains(Dict *, Value key);
void dict_clear(Dict *);
must_use Value dict_copy(Dict *);
/* dict_next -- the next live entry at or after *position (start: 0), borrowed. False: the end. The dict must not change meanwhile. */
bool dict_next(const Dict *, uint64_t *position, Value *key, Value *value);
/* The same with the hash; and downwards: *position starts at d->n_entries and ends at 0. */
bool dict_next_hashed(const Dict *, uint64_t *position, Value *key, Value *value, int64_t *hash);
bool dict_previous(const Dict *, uint64_t *position, Value *key, Value *value);
/* As dict_next, but key and value are owned: for loops that run Python code. Safe whatever happens to the dict between calls. */
bool dict_next_owned(const Dict *, uint64_t *position, Value *key, Value *value);
must_use Found dict_contains_hashed(Dict *, Value key, int64_t hash);
must_use Found dict_del_hashed(Dict *, Value key, int64_t hash);
/* dict_get_item -- what `d[key]` means: __missing__ of a subclass, else KeyError. */
must_use Value dict_get_item(Value dict, Value key);
/* dict_merge_dict -- every entry of `other`, in its order. override false: present keys stay. False also when == changed `other`. */
must_use bool dict_merge_dict(Dict *, Dict *other, bool override);
/* dict_merge -- d.update(mapping) where `mapping` has keys(); other == d: nothing. override false: present keys stay. */
must_use bool dict_merge(Dict *, Value mapping, bool override);
must_use bool dict_merge_pairs(Dict *, Value iterable, bool override);
/* Set up the body of a new instance whose header is ready (constructors of subclasses). */
void dict_init_body(Dict *);
void dict_check_valid(const Dict *);                   /* asserts the invariants */
/* Is the order of `mapping`'s iteration its own dict's (a dict whose class leaves __iter__ alone)? */
static inline bool dict_iterates_itself(Value mapping) { return dict_check(mapping) && type_of(mapping)->iter == dict_type.iter; }
must_use bool dict_update(Dict *, Value mapping_or_pairs);       /* like dict.update(x) */
/* **kwargs: a repeated key is TypeError "f() got multiple values for keyword argument 'x'"; `callable` for the message */
must_use bool dict_merge_kwargs(Dict *, Value mapping, Value callable);
void dict_ops_join(void);                              /* the slots that need other objects; before type_ready */
must_use Found dict_popitem(Dict *, Value *key, Value *value);

/* --- namespaces --------------------------------------------------------------------------------------------- */
typedef struct GlobalCell {
    Object head;
    Value value;                 /* UNBOUND: deleted or never set */
    Value *slot;                 /* where the value is: &value, or a register of the running top-level frame */
    struct GlobalCell *behind;   /* the builtins' cell of the same name; owned; NULL: not looked up yet / none */
    Dict *owner;                 /* the namespace (not owned); NULL once it died */
    Value name;
    uint32_t written_cell, read_cell;      /* notebook cells that last wrote / read it; 0: none */
} GlobalCell;
extern Type global_cell_type;    /* never seen by Python code */
must_use Value namespace_new(void);                    /* a dict with DICT_NAMESPACE */
must_use bool dict_make_namespace(Dict *);             /* turns a plain dict into one (exec with a user's dict; subclasses of dict stay plain: true as well). False: MemoryError */
/* The cell of `name` (made, unbound, when absent), borrowed; lives as long as the namespace and who retains it. NULL: memory. */
GlobalCell *namespace_cell(Dict *, Value name);
static inline bool cell_is_linked(const GlobalCell *c) { return c->slot != &c->value; }
/* Top-level code keeps its globals in registers while it runs: the cell's value moves to `slot` and back. */
void cell_link(GlobalCell *, Value *slot);
void cell_unlink(GlobalCell *);
static inline Value cell_peek(const GlobalCell *c) { return *c->slot; }
void cell_set_take(GlobalCell *, Value value);         /* keeps owner->used and version right when bound/unbound changes (only while slot is &value:
                                                          a linked cell is accounted when it is unlinked); marks written_cell */
#endif
