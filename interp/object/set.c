/* set.c -- see set.h. Source: Python reference, "Set types"; the table's algorithm, growth and merging, which fix the order in which a set
 * is iterated, follow the description in CPython 3.11's setobject.c: linear probes within a cache line, then perturbed jumps.
 *
 * A comparison may run Python code that changes the set: afterwards the table and the entry are looked at anew. */
#include "interp/object/set.h"
#include "interp/object/class.h"
#include "interp/object/dict.h"
#include "interp/object/hash.h"
#include "interp/object/list.h"
#include "interp/object/str.h"
#include "interp/object/walk.h"

#include "gc/heap.h"

enum { MIN_SLOTS = 8, LINEAR_PROBES = 9, PERTURB_SHIFT = 5, BIG = 50000 };
#define DELETED_HASH UINT64_MAX

static const TraceRow trace_rows[] = {
    { TRACE_KEYS, offsetof(Set, table), offsetof(Set, n_slots), "set" },
    { 0 },
};

static inline bool is_free(const KeyEntry *e) { return is_unbound(e->key) && e->hash == 0; }
static inline bool is_live(const KeyEntry *e) { return !is_unbound(e->key); }
static inline uint64_t mask_of(const Set *s) { return s->n_slots - 1; }

void set_check_valid(const Set *s)
{
    uint64_t used = 0, fill = 0;
    assert(s->n_slots >= MIN_SLOTS && (s->n_slots & (s->n_slots - 1)) == 0 && (s->table == s->small) == (s->n_slots == MIN_SLOTS));
    for (uint64_t i = 0; i < s->n_slots; i++) {
        const KeyEntry *e = &s->table[i];
        assert(is_live(e) ? !is_error(e->key) && !is_stop(e->key) && e->hash != DELETED_HASH : e->hash == 0 || e->hash == DELETED_HASH);
        assert(!str_exact(e->key) || as_str(e->key)->hash == (int64_t)e->hash);
        used += is_live(e);
        fill += !is_free(e);
    }
    assert(used == s->used && fill == s->fill && fill < s->n_slots);        /* a free slot ends every search */
    (void)used, (void)fill;
}

/* --- making ------------------------------------------------------------------------------------------------------------ */

static void make_free(KeyEntry *table, uint64_t n)
{
    for (uint64_t i = 0; i < MIN_SLOTS; i++)
        table[i] = (KeyEntry){ 0, UNBOUND };
    for (uint64_t done = MIN_SLOTS; done < n; done *= 2)
        memcpy(table + done, table, done * sizeof *table);
}

void set_init_body(Set *s)
{
    make_free(s->small, MIN_SLOTS);
    s->table = s->small;
    s->n_slots = MIN_SLOTS;
    s->used = s->fill = s->version = s->finger = 0;
    s->hash = -1;
}

Value set_new(Type *type)
{
    assert(type_is_subtype(type, &set_type) || type_is_subtype(type, &frozenset_type));
    if (type != &set_type && type != &frozenset_type) {
        Value set = instance_new(type);
        if (!is_error(set))
            set_init_body(as_set(set));
        return set;
    }
    Set *s = heap_new(&type->shape, sizeof *s);
    if (UNLIKELY(!s))
        return raise_memory();
    set_init_body(s);
    return obj_value(s);
}

static Type *basic_type(const Set *s)
{
    Type *type = obj_type(&s->head);
    return type == &set_type || type_is_subtype(type, &set_type) ? &set_type : &frozenset_type;
}

/* Put a key that is absent into a table without deleted entries. */
static void insert_clean(KeyEntry *table, uint64_t mask, uint64_t hash, Value key)
{
    assert(hash != DELETED_HASH && !is_unbound(key));
    uint64_t perturb = hash, i = hash & mask;
    for (;;) {
        uint64_t probes = i + LINEAR_PROBES <= mask ? LINEAR_PROBES : 0;
        for (KeyEntry *e = &table[i], *last = e + probes; e <= last; e++) {
            if (is_unbound(e->key)) {
                *e = (KeyEntry){ hash, key };
                return;
            }
        }
        perturb >>= PERTURB_SHIFT;
        i = (i * 5 + 1 + perturb) & mask;
    }
}

/* Rebuild with more than `min_used` slots, without deleted entries. */
static bool resize(Set *s, uint64_t min_used)
{
    uint64_t n = MIN_SLOTS, n_old = s->n_slots;
    while (n <= min_used) {
        if (n > SIZE_MAX / sizeof(KeyEntry) / 4)
            return raise_memory_false();
        n <<= 1;
    }
    KeyEntry *old = s->table, *table, copy[MIN_SLOTS];
    bool old_is_small = old == s->small;
    if (n == MIN_SLOTS) {
        table = s->small;
        if (old_is_small) {
            if (s->fill == s->used)
                return true;
            memcpy(copy, old, sizeof copy);
            old = copy;
        }
    } else {
        table = heap_buf(n * sizeof(KeyEntry));
        if (!table)
            return raise_memory_false();
    }
    make_free(table, n);
    s->table = table;
    s->n_slots = n;
    for (uint64_t i = 0; i < n_old; i++)
        if (is_live(&old[i]))
            insert_clean(table, n - 1, old[i].hash, old[i].key);
    s->fill = s->used;
    s->version++;
    assert(s->fill < s->n_slots && n > min_used);
    if (!old_is_small)
        heap_buf_free(old, n_old * sizeof(KeyEntry));
    return true;
}

/* --- one key -------------------------------------------------------------------------------------------------------------- */

/* FOUND: *entry holds the key's equal. ABSENT: *entry is where it belongs, the last deleted slot on the way or the free one at its end.
 * Runs __eq__. */
static Found look(Set *s, Value key, uint64_t hash, KeyEntry **entry)
{
restart:;
    uint64_t mask = mask_of(s), perturb = hash, i = hash & mask;
    KeyEntry *table = s->table, *deleted = NULL;
    for (;;) {
        uint64_t probes = i + LINEAR_PROBES <= mask ? LINEAR_PROBES : 0;
        for (KeyEntry *e = &table[i], *last = e + probes; e <= last; e++) {
            *entry = e;
            if (e->hash == hash && is_live(e)) {
                if (same(e->key, key))
                    return FOUND;
                if (both_int(e->key, key))
                    continue;
                uint64_t n_slots = s->n_slots, at = (uint64_t)(e - table);
                own Value candidate = retain(e->key);
                Truth equal = keys_equal(candidate, key);
                if (equal == TRUTH_FAILED)
                    return FAILED;
                if (UNLIKELY(s->table != table || s->n_slots != n_slots || !same(table[at].key, candidate)))
                    goto restart;
                if (equal)
                    return FOUND;
            } else if (is_free(e)) {
                if (deleted && !is_live(deleted))
                    *entry = deleted;
                return ABSENT;
            } else if (!is_live(e)) {
                deleted = e;
            }
        }
        perturb >>= PERTURB_SHIFT;
        i = (i * 5 + 1 + perturb) & mask;
    }
}

/* The same for keys whose comparison runs no Python code: small ints and exact strs. False: a key of another kind is in the way. */
static bool look_plain(const Set *s, Value key, uint64_t hash, KeyEntry **entry, bool *found)
{
    uint64_t mask = mask_of(s), perturb = hash, i = hash & mask;
    KeyEntry *deleted = NULL;
    for (;;) {
        uint64_t probes = i + LINEAR_PROBES <= mask ? LINEAR_PROBES : 0;
        for (KeyEntry *e = &s->table[i], *last = e + probes; e <= last; e++) {
            if (same(e->key, key)) {
                *entry = e;
                return *found = true;
            }
            if (is_unbound(e->key)) {
                if (e->hash == 0) {
                    *entry = deleted ? deleted : e;
                    *found = false;
                    return true;
                }
                deleted = e;
            } else if (e->hash == hash && !both_int(e->key, key)) {
                if (!is_ptr(key) || !str_exact(e->key))
                    return false;
                if (str_equal(as_str(e->key), as_str(key))) {
                    *entry = e;
                    return *found = true;
                }
            }
        }
        perturb >>= PERTURB_SHIFT;
        i = (i * 5 + 1 + perturb) & mask;
    }
}

static inline bool is_plain_key(Value key) { return is_int(key) || str_exact(key); }

/* The table could not grow: take out again what was put into the free slot `e`, or the table would fill up until no search ends. */
static cold bool take_back(Set *s, KeyEntry *e)
{
    Value key = e->key;
    *e = (KeyEntry){ 0, UNBOUND };
    s->fill--;
    s->used--;
    release(key);                            /* the caller has it too: never the last */
    return false;
}

/* Room for what was just put into the free slot `e`. False: MemoryError, and it is out again. */
static inline bool grow(Set *s, KeyEntry *e)
{
    assert(s->fill < s->n_slots && s->used <= s->fill);
    return s->fill * 5 < mask_of(s) * 3 || resize(s, s->used > BIG ? s->used * 2 : s->used * 4) || take_back(s, e);
}

/* Enter an absent key where `look` says. Consumes `key`. */
static inline bool enter_take(Set *s, KeyEntry *e, Value key, uint64_t hash)
{
    bool reused = !is_free(e);
    assert(!is_live(e) && hash != DELETED_HASH);
    *e = (KeyEntry){ hash, key };
    s->fill += !reused;
    s->used++;
    s->version++;
    return reused || grow(s, e);
}

static inline bool add_plain(Set *s, Value key, uint64_t hash, bool *done)
{
    KeyEntry *e = &s->table[hash & mask_of(s)];
    bool found = same(e->key, key);
    *done = found || is_free(e) || look_plain(s, key, hash, &e, &found);
    if (!*done || found)
        return true;
    return enter_take(s, e, retain(key), hash);
}

bool set_add_hashed(Set *s, Value key, int64_t hash)
{
    assert((uint64_t)hash != DELETED_HASH && !is_unbound(key));
    if (is_plain_key(key)) {
        bool done, ok = add_plain(s, key, (uint64_t)hash, &done);
        if (LIKELY(done))
            return ok;
    }
    KeyEntry *e;
    own Value held = retain(key);
    Found found = look(s, held, (uint64_t)hash, &e);
    if (found)
        return found == FOUND;
    track_for(s, key);
    return enter_take(s, e, give(held), (uint64_t)hash);
}

bool set_add(Set *s, Value key)
{
    int64_t hash;
    return hash_of(key, &hash) && set_add_hashed(s, key, hash);
}

Found set_contains_hashed(Set *s, Value key, int64_t hash)
{
    assert((uint64_t)hash != DELETED_HASH && !is_unbound(key));
    KeyEntry *e = &s->table[(uint64_t)hash & mask_of(s)];
    bool found;
    if (same(e->key, key))
        return FOUND;
    if (is_plain_key(key) && LIKELY(look_plain(s, key, (uint64_t)hash, &e, &found)))
        return found ? FOUND : ABSENT;
    return look(s, key, (uint64_t)hash, &e);
}

Found set_discard_hashed(Set *s, Value key, int64_t hash)
{
    assert((uint64_t)hash != DELETED_HASH && !is_unbound(key));
    KeyEntry *e;
    Found found = look(s, key, (uint64_t)hash, &e);
    if (found != FOUND)
        return found;
    Value old = e->key;
    assert(s->used > 0 && is_live(e));
    *e = (KeyEntry){ DELETED_HASH, UNBOUND };
    s->used--;
    s->version++;
    release(old);
    return FOUND;
}

/* The hash of a key that is looked for: an unhashable set is hashed as the frozenset in *stand_in (owned; UNBOUND: not needed). */
static bool hash_for_lookup(Value key, int64_t *hash, Value *stand_in)
{
    if (hash_of(key, hash))
        return true;
    if (!set_is_mutable(key) || !error_is(TypeError))
        return false;
    error_clear();
    *stand_in = set_from_iterable(&frozenset_type, key);
    return !is_error(*stand_in) && hash_of(*stand_in, hash);
}

Found set_contains(Set *s, Value key)
{
    int64_t hash;
    own Value stand_in = UNBOUND;
    if (!hash_for_lookup(key, &hash, &stand_in))
        return FAILED;
    return set_contains_hashed(s, is_unbound(stand_in) ? key : stand_in, hash);
}

Found set_discard(Set *s, Value key)
{
    int64_t hash;
    own Value stand_in = UNBOUND;
    if (!hash_for_lookup(key, &hash, &stand_in))
        return FAILED;
    return set_discard_hashed(s, is_unbound(stand_in) ? key : stand_in, hash);
}

bool set_next_hashed(const Set *s, uint64_t *position, Value *key, int64_t *hash)
{
    for (uint64_t i = *position; i < s->n_slots; i++) {
        if (is_live(&s->table[i])) {
            *key = s->table[i].key;
            *hash = (int64_t)s->table[i].hash;
            assert(!is_error(*key) && *hash != -1);
            *position = i + 1;
            return true;
        }
    }
    *position = s->n_slots;
    return false;
}

bool set_next(const Set *s, uint64_t *position, Value *key)
{
    int64_t hash;
    return set_next_hashed(s, position, key, &hash);
}

Value set_pop(Set *s)
{
    if (s->used == 0)
        return raise(KeyError, "pop from an empty set");
    uint64_t mask = mask_of(s), i = s->finger & mask;
    while (!is_live(&s->table[i]))
        i = i == mask ? 0 : i + 1;
    Value key = s->table[i].key;
    assert(i <= mask && is_live(&s->table[i]));
    s->table[i] = (KeyEntry){ DELETED_HASH, UNBOUND };
    s->used--;
    s->version++;
    s->finger = i + 1;
    return key;
}

static void clear(Object *o)
{
    Set *s = (Set *)o;
    KeyEntry *table = s->table, copy[MIN_SLOTS];
    bool is_small = table == s->small;
    if (s->fill == 0 && is_small)
        return;
    if (o->refcount == 0) {                  /* it dies: nobody reads it again but dispose */
        uint64_t left = s->used;
        s->used = s->fill = 0;
        for (KeyEntry *e = table; left; e++) {
            if (is_live(e)) {
                left--;
                release(e->key);
            }
        }
        return;
    }
    uint64_t n = s->n_slots;
    if (is_small) {
        memcpy(copy, table, sizeof copy);
        table = copy;
    }
    make_free(s->small, MIN_SLOTS);
    s->table = s->small;
    s->n_slots = MIN_SLOTS;
    s->used = s->fill = s->finger = 0;
    s->hash = -1;
    s->version++;
    for (uint64_t i = 0; i < n; i++)
        if (is_live(&table[i]))
            release(table[i].key);
    if (!is_small)
        heap_buf_free(table, n * sizeof(KeyEntry));
}

void set_clear(Set *s) { clear(&s->head); }

static void dispose(Object *o)
{
    Set *s = (Set *)o;
    if (s->table != s->small && s->table)
        heap_buf_free(s->table, s->n_slots * sizeof(KeyEntry));
}

/* --- whole sets -------------------------------------------------------------------------------------------------------------- */

static bool merge(Set *s, Set *other)
{
    assert(!error_pending());
    if (s == other || other->used == 0)
        return true;
    if ((s->fill + other->used) * 5 >= mask_of(s) * 3 && !resize(s, (s->used + other->used) * 2))
        return false;
    if (s->fill == 0) {
        bool verbatim = s->n_slots == other->n_slots && other->fill == other->used;
        for (uint64_t i = 0; i < other->n_slots; i++) {
            KeyEntry *e = &other->table[i];
            if (!is_live(e))
                continue;
            track_for(s, e->key);
            if (verbatim)
                s->table[i] = (KeyEntry){ e->hash, retain(e->key) };
            else
                insert_clean(s->table, mask_of(s), e->hash, retain(e->key));
        }
        s->fill = s->used = other->used;
        s->version++;
        return true;
    }
    uint64_t position = 0;
    Value key;
    int64_t hash;
    while (set_next_hashed(other, &position, &key, &hash)) {
        own Value held = retain(key);
        if (!set_add_hashed(s, held, hash) || !poll_events())
            return false;
    }
    return true;
}

static bool update_from_dict(Set *s, Dict *d)
{
    if ((s->fill + d->used) * 5 >= mask_of(s) * 3 && !resize(s, (s->used + d->used) * 2))
        return false;
    uint64_t position = 0;
    Value key, value;
    int64_t hash;
    while (dict_next_hashed(d, &position, &key, &value, &hash)) {
        own Value held = retain(key);
        if (!set_add_hashed(s, held, hash))
            return false;
    }
    return true;
}

/* Call `step` with the set and each item of any iterable with its hash. False: failed or step said so. */
static bool each_item(Value iterable, bool (*step)(Set *, Value, int64_t, void *), Set *s, void *context)
{
    assert(!error_pending());
    walking Walk walk;
    if (!walk_begin(&walk, iterable))
        return false;
    for (;;) {
        own Value item = walk_next(&walk);
        if (is_stop(item))
            return true;
        int64_t hash;
        if (is_error(item) || !hash_of(item, &hash) || !step(s, item, hash, context))
            return false;
    }
}

static bool add_step(Set *s, Value item, int64_t hash, void *unused)
{
    (void)unused;
    return set_add_hashed(s, item, hash);
}

bool set_update(Set *s, Value iterable)
{
    if (set_check(iterable))
        return merge(s, as_set(iterable));
    if (dict_exact(iterable))
        return update_from_dict(s, as_dict(iterable));
    return each_item(iterable, add_step, s, NULL);
}

Value set_from_iterable(Type *type, Value iterable)
{
    own Value set = set_new(type);
    if (is_error(set) || (!is_unbound(iterable) && !set_update(as_set(set), iterable)))
        return ERROR;
    return give(set);
}

Value set_copy(Set *s)
{
    return set_from_iterable(basic_type(s), obj_value(s));
}

/* --- algebra -------------------------------------------------------------------------------------------------------------------- */

/* Walk the smaller, look up in the larger. */
static void order_by_size(Set **small, Set **large)
{
    if ((*small)->used >= (*large)->used) {
        Set *swap = *small;
        *small = *large;
        *large = swap;
    }
}

typedef struct Pair { Set *result; bool stopped; } Pair;

static bool intersect_step(Set *s, Value item, int64_t hash, void *context)
{
    Found found = set_contains_hashed(s, item, hash);
    if (found == FAILED)
        return false;
    return !found || set_add_hashed(((Pair *)context)->result, item, hash);
}

Value set_intersection(Set *s, Value other)
{
    if (same(obj_value(s), other))
        return set_copy(s);
    own Value result = set_new(basic_type(s));
    if (is_error(result))
        return ERROR;
    Pair pair = { as_set(result), false };
    if (!set_check(other))
        return each_item(other, intersect_step, s, &pair) ? give(result) : ERROR;
    Set *small = s, *large = as_set(other);
    order_by_size(&small, &large);
    uint64_t position = 0;
    Value key;
    int64_t hash;
    while (set_next_hashed(small, &position, &key, &hash)) {
        own Value held = retain(key);
        if (!intersect_step(large, held, hash, &pair) || !poll_events())
            return ERROR;
    }
    return give(result);
}

static bool discard_step(Set *s, Value item, int64_t hash, void *unused)
{
    (void)unused;
    return set_discard_hashed(s, item, hash) != FAILED;
}

bool set_difference_update(Set *s, Value other)
{
    if (same(obj_value(s), other)) {
        set_clear(s);
        return true;
    }
    if (!set_check(other)) {
        if (!each_item(other, discard_step, s, NULL))
            return false;
    } else {
        own Value source = retain(other);
        if (as_set(other)->used >> 3 > s->used) {        /* much larger: look at what both have */
            set_slot(&source, set_intersection(s, other));
            if (is_error(source))
                return false;
        }
        uint64_t position = 0;
        Value key;
        int64_t hash;
        while (set_next_hashed(as_set(source), &position, &key, &hash)) {
            own Value held = retain(key);
            if (set_discard_hashed(s, held, hash) == FAILED || !poll_events())
                return false;
        }
    }
    if (s->fill - s->used <= mask_of(s) / 4)
        return true;
    return resize(s, s->used > BIG ? s->used * 2 : s->used * 4);
}

Value set_difference(Set *s, Value other)
{
    bool is_set = set_check(other), is_dict = dict_exact(other);
    if ((!is_set && !is_dict) || s->used >> 2 > (is_set ? as_set(other)->used : as_dict(other)->used)) {
        own Value copy = set_copy(s);
        if (is_error(copy) || !set_difference_update(as_set(copy), other))
            return ERROR;
        return give(copy);
    }
    own Value result = set_new(basic_type(s));
    if (is_error(result))
        return ERROR;
    uint64_t position = 0;
    Value key;
    int64_t hash;
    while (set_next_hashed(s, &position, &key, &hash)) {
        own Value held = retain(key);
        Found found = is_set ? set_contains_hashed(as_set(other), held, hash) : dict_contains_hashed(as_dict(other), held, hash);
        if (found == FAILED || (!found && !set_add_hashed(as_set(result), held, hash)) || !poll_events())
            return ERROR;
    }
    return give(result);
}

static bool toggle(Set *s, Value key, int64_t hash)
{
    Found found = set_discard_hashed(s, key, hash);
    return found == FOUND || (found == ABSENT && set_add_hashed(s, key, hash));
}

bool set_symmetric_difference_update(Set *s, Value other)
{
    if (same(obj_value(s), other)) {
        set_clear(s);
        return true;
    }
    uint64_t position = 0;
    Value key, value;
    int64_t hash;
    if (dict_exact(other)) {
        while (dict_next_hashed(as_dict(other), &position, &key, &value, &hash)) {
            own Value held = retain(key);
            if (!toggle(s, held, hash))
                return false;
        }
        return true;
    }
    own Value items = set_check(other) ? retain(other) : set_from_iterable(basic_type(s), other);
    if (is_error(items))
        return false;
    while (set_next_hashed(as_set(items), &position, &key, &hash)) {
        own Value held = retain(key);
        if (!toggle(s, held, hash) || !poll_events())
            return false;
    }
    return true;
}

Value set_symmetric_difference(Set *s, Value other)
{
    own Value result = set_from_iterable(basic_type(s), other);
    if (is_error(result) || !set_symmetric_difference_update(as_set(result), obj_value(s)))
        return ERROR;
    return give(result);
}

bool set_intersection_update(Set *s, Value other)
{
    own Value kept = set_intersection(s, other);
    if (is_error(kept))
        return false;
    /* Exchange the two bodies; ours dies with `kept`. */
    Set *k = as_set(kept), t = *s;
    bool s_small = s->table == s->small, k_small = k->table == k->small;
    size_t body = offsetof(Set, n_slots);
    uint64_t version = s->version;
    memcpy((char *)s + body, (char *)k + body, sizeof(Set) - body);
    memcpy((char *)k + body, (char *)&t + body, sizeof(Set) - body);
    if (k_small)
        s->table = s->small;
    if (s_small)
        k->table = k->small;
    s->hash = k->hash = -1;
    s->version = version + 1;
    assert(s->n_slots > s->fill && k->n_slots > k->fill);
    if (heap_tracked(&k->head))
        heap_track(&s->head);
    heap_track(&k->head);
    return true;
}

Truth set_is_subset(Set *s, Value other)
{
    if (!set_check(other)) {
        own Value common = set_intersection(s, other);
        return is_error(common) ? TRUTH_FAILED : as_set(common)->used == s->used ? YES : NO;
    }
    if (s->used > as_set(other)->used)
        return NO;
    uint64_t position = 0;
    Value key;
    int64_t hash;
    while (set_next_hashed(s, &position, &key, &hash)) {
        own Value held = retain(key);
        Found found = set_contains_hashed(as_set(other), held, hash);
        if (found != FOUND || !poll_events())
            return found == ABSENT ? NO : TRUTH_FAILED;
    }
    return YES;
}

/* Stops (false without an error, `stopped`) at the first item for which membership is not what was hoped for. */
static bool superset_step(Set *s, Value item, int64_t hash, void *context)
{
    Found found = set_contains_hashed(s, item, hash);
    ((Pair *)context)->stopped = found == ABSENT;
    return found == FOUND;
}

static bool disjoint_step(Set *s, Value item, int64_t hash, void *context)
{
    Found found = set_contains_hashed(s, item, hash);
    ((Pair *)context)->stopped = found == FOUND;
    return found == ABSENT;
}

static Truth all_items(Set *s, Value other, bool (*step)(Set *, Value, int64_t, void *))
{
    Pair pair = { NULL, false };
    if (each_item(other, step, s, &pair))
        return YES;
    return pair.stopped ? NO : TRUTH_FAILED;
}

Truth set_is_superset(Set *s, Value other)
{
    return set_check(other) ? set_is_subset(as_set(other), obj_value(s)) : all_items(s, other, superset_step);
}

Truth set_is_disjoint(Set *s, Value other)
{
    if (same(obj_value(s), other))
        return s->used == 0 ? YES : NO;
    if (!set_check(other))
        return all_items(s, other, disjoint_step);
    Set *small = s, *large = as_set(other);
    order_by_size(&small, &large);
    uint64_t position = 0;
    Value key;
    int64_t hash;
    while (set_next_hashed(small, &position, &key, &hash)) {
        own Value held = retain(key);
        Found found = set_contains_hashed(large, held, hash);
        if (found)
            return found == FOUND ? NO : TRUTH_FAILED;
    }
    return YES;
}

/* --- slots -------------------------------------------------------------------------------------------------------------------------- */

static Value repr(Value self)
{
    Set *s = as_set(self);
    Type *type = type_of(self);
    if (s->used == 0)
        return str_format("%Y()", type);
    Truth inside = repr_enter(self);
    if (inside)
        return inside == YES ? str_format("%Y(...)", type) : ERROR;
    own Value items = list_new(s->used);
    bool ok = !is_error(items);
    uint64_t position = 0;
    Value key;
    while (ok && set_next(s, &position, &key))
        ok = list_append(items, key);
    own Value text = ok ? obj_repr(items) : ERROR;
    repr_leave(self);
    if (is_error(text))
        return ERROR;
    own Value inner = str_slice(text, 1, (int64_t)str_len(text) - 1);
    if (is_error(inner))
        return ERROR;
    return type == &set_type ? str_format("{%S}", inner) : str_format("%Y({%S})", type, inner);
}

static uint64_t shuffle_bits(uint64_t h)
{
    return ((h ^ 89869747ull) ^ (h << 16)) * 3644798167ull;
}

static bool frozen_hash(Value self, int64_t *result)
{
    Set *s = as_set(self);
    if (s->hash != -1) {
        *result = s->hash;
        return true;
    }
    uint64_t hash = 0;
    for (uint64_t i = 0; i < s->n_slots; i++)
        if (is_live(&s->table[i]))
            hash ^= shuffle_bits(s->table[i].hash);
    hash ^= (s->used + 1) * 1927868237ull;
    hash ^= hash >> 11 ^ hash >> 25;
    hash = hash * 69069u + 907133923ull;
    if (hash == UINT64_MAX)
        hash = 590923713ull;
    *result = s->hash = (int64_t)hash;
    assert(*result != -1);
    return true;
}

static Truth sets_equal(Set *s, Set *t)
{
    if (s->used != t->used)
        return NO;
    if (s->hash != -1 && t->hash != -1 && s->hash != t->hash)
        return NO;
    return set_is_subset(s, obj_value(t));
}

static Value compare(Value a, Value b, CompareOp op)
{
    if (!set_check(a) || !set_check(b))
        return NOT_IMPLEMENTED;
    Set *s = as_set(a), *t = as_set(b);
    Truth truth = NO;
    switch (op) {
    case CMP_EQ: truth = sets_equal(s, t); break;
    case CMP_NE: truth = sets_equal(s, t); truth = truth == TRUTH_FAILED ? truth : truth == YES ? NO : YES; break;
    case CMP_LE: truth = set_is_subset(s, b); break;
    case CMP_GE: truth = set_is_subset(t, a); break;
    case CMP_LT: truth = s->used >= t->used ? NO : set_is_subset(s, b); break;
    case CMP_GT: truth = s->used <= t->used ? NO : set_is_subset(t, a); break;
    }
    return truth_value(truth);
}

static Truth contains(Value self, Value key)
{
    Found found = set_contains(as_set(self), key);
    return found == FAILED ? TRUTH_FAILED : found ? YES : NO;
}

static int64_t len(Value self) { return (int64_t)as_set(self)->used; }

static bool both_sets(Value a, Value b) { return set_check(a) && set_check(b); }

static Value or(Value a, Value b)
{
    if (!both_sets(a, b))
        return NOT_IMPLEMENTED;
    own Value sum = set_copy(as_set(a));
    if (is_error(sum) || (!same(a, b) && !set_update(as_set(sum), b)))
        return ERROR;
    return give(sum);
}

static Value and(Value a, Value b) { return both_sets(a, b) ? set_intersection(as_set(a), b) : NOT_IMPLEMENTED; }
static Value sub(Value a, Value b) { return both_sets(a, b) ? set_difference(as_set(a), b) : NOT_IMPLEMENTED; }
static Value xor(Value a, Value b) { return both_sets(a, b) ? set_symmetric_difference(as_set(a), b) : NOT_IMPLEMENTED; }

#define INPLACE(name, function) \
    static Value name(Value self, Value other) \
    { \
        if (!set_check(other)) \
            return NOT_IMPLEMENTED; \
        return function(as_set(self), other) ? retain(self) : ERROR; \
    }
INPLACE(inplace_or, set_update)
INPLACE(inplace_and, set_intersection_update)
INPLACE(inplace_sub, set_difference_update)
INPLACE(inplace_xor, set_symmetric_difference_update)

static size_t size_of(const Object *o)
{
    const Set *s = (const Set *)o;
    return o->shape->type->basic_size + (s->table == s->small ? 0 : s->n_slots * sizeof(KeyEntry));
}

#define SET_SLOTS \
    .repr = repr, .compare = compare, .len = len, .contains = contains, \
    .binary = { [OP_OR] = or, [OP_AND] = and, [OP_SUB] = sub, [OP_XOR] = xor }

Type set_type = {
    .heap = { .head = STATIC_OBJECT(&type_type.shape), .name = "set", .basic_size = sizeof(Set), .trace = trace_rows,
              .clear = clear, .dispose = dispose, .size_of = size_of },
    .shape = { .type = &set_type.heap }, .bases = UNBOUND_INIT, .mro = UNBOUND_INIT, .qualname = UNBOUND_INIT, .module = UNBOUND_INIT,
    .flags = TYPE_BASE | TYPE_IS_SET | TYPE_WEAK,
    SET_SLOTS, .hash = hash_none,
    .inplace = { [OP_OR] = inplace_or, [OP_AND] = inplace_and, [OP_SUB] = inplace_sub, [OP_XOR] = inplace_xor },
};

Type frozenset_type = {
    .heap = { .head = STATIC_OBJECT(&type_type.shape), .name = "frozenset", .basic_size = sizeof(Set), .trace = trace_rows,
              .clear = clear, .dispose = dispose, .size_of = size_of },
    .shape = { .type = &frozenset_type.heap }, .bases = UNBOUND_INIT, .mro = UNBOUND_INIT, .qualname = UNBOUND_INIT, .module = UNBOUND_INIT,
    .flags = TYPE_BASE | TYPE_IS_SET | TYPE_WEAK,
    SET_SLOTS, .hash = frozen_hash,
};
