/* dict.c -- the tables of dicts and namespaces, see dict.h; what dicts do with other objects is in dict_ops.c. Source: Python reference, "Mapping types"; R. Hettinger, "More compact dictionaries with faster iteration" (2012);
 * probing and growth as in CPython's dictobject.c.
 *
 * Any == may run Python code that changes the dict. A lookup therefore notices changes of the tables' place by the layout count in `flags`
 * and starts again when its entry is not the one it compared. Values are released only when the dict is whole again.
 *
 * In a namespace an entry's value is a GlobalCell; an entry whose cell is unbound counts as absent but keeps its place in the index. */
#include "interp/object/dict.h"
#include "interp/object/hash.h"

#include "gc/heap.h"

#define EMPTY (-1)
#define DELETED (-2)
enum { MIN_LOG2 = 3, PERTURB_SHIFT = 5 };

static const TraceRow trace_rows[] = {
    { TRACE_TABLE, offsetof(Dict, entries), offsetof(Dict, n_entries), "dict" },
    { 0 },
};

/* --- tables -------------------------------------------------------------------------------------------------------- */

static inline uint64_t index_size(uint32_t log2_size) { return log2_size ? 1ull << log2_size : 0; }
static inline uint64_t usable(uint32_t log2_size) { return log2_size ? (2ull << log2_size) / 3 : 0; }
static inline unsigned index_width(uint32_t log2_size) { return log2_size <= 7 ? 1 : log2_size <= 15 ? 2 : 4; }
static inline size_t index_bytes(uint32_t log2_size) { return log2_size ? ((size_t)index_width(log2_size) << log2_size) : 0; }
static inline size_t buffer_size(uint32_t log2_size) { return index_bytes(log2_size) + usable(log2_size) * sizeof(TableEntry); }

static inline int64_t index_get(const Dict *d, uint64_t i)
{
    if (d->log2_size <= 7)
        return ((const int8_t *)d->index)[i];
    if (d->log2_size <= 15)
        return ((const int16_t *)d->index)[i];
    return ((const int32_t *)d->index)[i];
}

static inline void index_put(Dict *d, uint64_t i, int64_t entry)
{
    if (d->log2_size <= 7)
        ((int8_t *)d->index)[i] = (int8_t)entry;
    else if (d->log2_size <= 15)
        ((int16_t *)d->index)[i] = (int16_t)entry;
    else
        ((int32_t *)d->index)[i] = (int32_t)entry;
}

static inline bool is_namespace(const Dict *d) { return (d->flags & DICT_NAMESPACE) != 0; }
static inline GlobalCell *entry_cell(const TableEntry *e) { return (GlobalCell *)as_obj(e->value); }
/* The value of a live entry, borrowed; UNBOUND: an unbound cell. */
static inline Value entry_value(const Dict *d, const TableEntry *e)
{
    return UNLIKELY(is_namespace(d)) ? cell_peek(entry_cell(e)) : e->value;
}

void dict_check_valid(const Dict *d)
{
    uint64_t live = 0, keys = 0, indexed = 0, n_free = 0;
    assert(d->n_entries + d->free <= usable(d->log2_size) && (d->log2_size == 0) == (d->index == NULL));
    for (uint64_t i = 0; i < d->n_entries; i++) {
        const TableEntry *e = &d->entries[i];
        if (is_unbound(e->key))
            continue;
        keys++;
        assert(!is_error(e->key) && !is_stop(e->key) && !is_error(e->value) && !is_stop(e->value) && e->hash != UINT64_MAX);
        assert(!is_namespace(d) || (is_exact(e->value, &global_cell_type) && (!entry_cell(e)->owner || entry_cell(e)->owner == d)));
        assert(!str_exact(e->key) || as_str(e->key)->hash == (int64_t)e->hash);
        live += !is_unbound(entry_value(d, e));
        assert(!(d->flags & DICT_STR_KEYS) || str_exact(e->key));
        assert(heap_tracked(&d->head) || obj_type(&d->head) != &dict_type || !(may_hold(e->key) || may_hold(e->value)));
    }
    for (uint64_t i = 0; i < index_size(d->log2_size); i++) {
        int64_t at = index_get(d, i);
        assert(at >= DELETED && at < (int64_t)d->n_entries && (at < 0 || !is_unbound(d->entries[at].key)));
        indexed += at >= 0;
        n_free += at == EMPTY;
    }
    assert(indexed == keys && (d->log2_size == 0 || n_free > 0));        /* a free place ends every search */
    assert(d->flags & DICT_LINKED ? live <= d->used : live == d->used);
    (void)live, (void)keys, (void)indexed, (void)n_free;
}

void dict_init_body(Dict *d)
{
    d->n_entries = d->version = d->namespace_id = 0;
    d->used = d->free = 0;
    d->entries = NULL;
    d->index = NULL;
    d->log2_size = 0;
    d->flags = DICT_STR_KEYS;
}

Value dict_new(void)
{
    Dict *d = heap_new(&dict_type.shape, sizeof *d);
    if (UNLIKELY(!d))
        return raise_memory();
    dict_init_body(d);
    return obj_value(d);
}

/* Put entry number `entry` into the index, which has room. */
static void index_insert(Dict *d, uint64_t hash, int64_t entry)
{
    uint64_t mask = index_size(d->log2_size) - 1, perturb = hash, i = hash & mask;
    while (index_get(d, i) >= 0) {
        perturb >>= PERTURB_SHIFT;
        i = (i * 5 + perturb + 1) & mask;
    }
    index_put(d, i, entry);
}

/* Move to tables with 1 << log2_size index slots, dropping deleted entries. The live ones must fit. False: MemoryError. */
static bool resize(Dict *d, uint32_t log2_size)
{
    if (log2_size > 31)
        return raise_memory_false();
    char *buffer = heap_buf(buffer_size(log2_size));
    if (UNLIKELY(!buffer))
        return raise_memory_false();
    TableEntry *old = d->entries, *entries = (TableEntry *)(buffer + index_bytes(log2_size));
    uint64_t n_old = d->n_entries, n = 0;
    void *old_buffer = d->index;
    size_t old_size = buffer_size(d->log2_size);
    memset(buffer, 0xff, index_bytes(log2_size));        /* EMPTY */
    d->index = buffer;
    d->log2_size = log2_size;
    for (uint64_t i = 0; i < n_old; i++) {
        if (is_unbound(old[i].key))
            continue;
        assert(n < usable(log2_size));
        entries[n] = old[i];
        index_insert(d, old[i].hash, (int64_t)n++);
    }
    d->entries = entries;
    d->n_entries = n;
    d->free = (uint32_t)(usable(log2_size) - n);
    d->flags += DICT_LAYOUT;
    assert(d->n_entries + d->free == usable(log2_size) && d->n_entries < index_size(log2_size));
    if (old_buffer)
        heap_buf_free(old_buffer, old_size);
    return true;
}

static uint32_t log2_for(uint64_t n_slots)
{
    uint32_t log2_size = MIN_LOG2;
    while ((1ull << log2_size) < n_slots && log2_size < 40)
        log2_size++;
    return log2_size;
}

/* Room for one more entry. */
static bool make_room(Dict *d)
{
    if (LIKELY(d->free > 0))
        return true;
    uint64_t keep = d->used;
    if (is_namespace(d)) {
        keep = 0;
        for (uint64_t i = 0; i < d->n_entries; i++)
            keep += !is_unbound(d->entries[i].key);
    }
    assert(keep <= d->n_entries);
    if (!resize(d, log2_for(keep * 3)))
        return false;
    assert(d->free > 0);
    return true;
}

Value dict_new_sized(uint64_t n)
{
    own Value dict = dict_new();
    if (is_error(dict))
        return ERROR;
    if (n && !resize(as_dict(dict), log2_for((n * 3 + 1) / 2)))
        return ERROR;
    return give(dict);
}

/* --- looking up ----------------------------------------------------------------------------------------------------- */

/* The entry of a str key in a dict of str keys only; EMPTY: none, *slot is where the index would name it. Runs no Python code. */
static inline int64_t lookup_str(const Dict *d, Value key, uint64_t hash, uint64_t *slot)
{
    if (UNLIKELY(d->log2_size == 0))
        return EMPTY;
    uint64_t mask = index_size(d->log2_size) - 1, perturb = hash, i = hash & mask;
    for (;;) {
        int64_t at = index_get(d, i);
        if (at >= 0) {
            const TableEntry *e = &d->entries[at];
            if (same(e->key, key))
                return at;
            if (e->hash == hash && str_equal(as_str(e->key), as_str(key)))
                return at;
        } else if (at == EMPTY) {
            *slot = i;
            return EMPTY;
        }
        perturb >>= PERTURB_SHIFT;
        i = (i * 5 + perturb + 1) & mask;
    }
}

enum { LOOKUP_FAILED = -3 };

static int64_t lookup_any(Dict *d, Value key, uint64_t hash, uint64_t *slot)
{
restart:
    if (d->log2_size == 0)
        return EMPTY;
    uint64_t mask = index_size(d->log2_size) - 1, perturb = hash, i = hash & mask;
    for (;;) {
        int64_t at = index_get(d, i);
        if (at >= 0) {
            TableEntry *e = &d->entries[at];
            if (same(e->key, key))
                return at;
            if (e->hash == hash && !both_int(e->key, key)) {
                uint32_t flags = d->flags;
                own Value candidate = retain(e->key);
                Truth equal = keys_equal(candidate, key);
                if (equal == TRUTH_FAILED)
                    return LOOKUP_FAILED;
                if (UNLIKELY(d->flags != flags || (uint64_t)at >= d->n_entries || !same(d->entries[at].key, candidate)))
                    goto restart;
                if (equal)
                    return at;
            }
        } else if (at == EMPTY) {
            *slot = i;
            return EMPTY;
        }
        perturb >>= PERTURB_SHIFT;
        i = (i * 5 + perturb + 1) & mask;
    }
}

/* The entry of `key` (present, perhaps with an unbound cell), EMPTY or LOOKUP_FAILED. */
static inline int64_t lookup_slot(Dict *d, Value key, uint64_t hash, uint64_t *slot)
{
    if ((d->flags & DICT_STR_KEYS) && is_ptr(key) && str_exact(key))
        return lookup_str(d, key, hash, slot);
    return lookup_any(d, key, hash, slot);
}

static inline int64_t lookup(Dict *d, Value key, uint64_t hash)
{
    uint64_t slot;
    return lookup_slot(d, key, hash, &slot);
}

static Found found_value(Dict *d, int64_t at, Value *value)
{
    *value = UNBOUND;
    if (at == LOOKUP_FAILED)
        return FAILED;
    if (at < 0)
        return ABSENT;
    assert((uint64_t)at < d->n_entries && !is_unbound(d->entries[at].key));
    *value = retain(entry_value(d, &d->entries[at]));
    return is_unbound(*value) ? ABSENT : FOUND;
}

Found dict_find_hashed(Dict *d, Value key, int64_t hash, Value *value)
{
    return found_value(d, lookup(d, key, (uint64_t)hash), value);
}

Found dict_find(Dict *d, Value key, Value *value)
{
    int64_t hash;
    if (!hash_of(key, &hash)) {
        *value = UNBOUND;
        return FAILED;
    }
    return found_value(d, lookup(d, key, (uint64_t)hash), value);
}

/* Where the key's live entry is. */
static inline Found find_entry(Dict *d, Value key, int64_t hash, int64_t *at)
{
    *at = lookup(d, key, (uint64_t)hash);
    assert_error_iff(*at == LOOKUP_FAILED);
    if (*at < 0)
        return *at == LOOKUP_FAILED ? FAILED : ABSENT;
    return is_unbound(entry_value(d, &d->entries[*at])) ? ABSENT : FOUND;
}

Found dict_contains_hashed(Dict *d, Value key, int64_t hash)
{
    int64_t at;
    return find_entry(d, key, hash, &at);
}

Found dict_contains(Dict *d, Value key)
{
    int64_t hash;
    return hash_of(key, &hash) ? dict_contains_hashed(d, key, hash) : FAILED;
}

Value dict_peek_str(Dict *d, Value key)
{
    assert(str_exact(key));
    if (d->used == 0)
        return UNBOUND;
    Str *s = as_str(key);
    uint64_t hash = (uint64_t)(s->hash != -1 ? s->hash : str_hash(s));
    int64_t at;
    uint64_t slot;
    if (d->flags & DICT_STR_KEYS) {
        at = lookup_str(d, key, hash, &slot);
    } else {
        at = lookup_any(d, key, hash, &slot);
        if (at == LOOKUP_FAILED)
            error_clear();
    }
    return at >= 0 ? entry_value(d, &d->entries[at]) : UNBOUND;
}

Value dict_peek_c(Dict *d, const char *key)
{
    return dict_peek_str(d, str_name_peek(key));
}

/* --- changing ------------------------------------------------------------------------------------------------------------ */

static Value new_cell(Dict *owner, Value name, Value value)
{
    GlobalCell *c = heap_new(&global_cell_type.shape, sizeof *c);
    if (!c)
        return raise_memory();
    c->value = retain(value);
    assert(!is_error(value) && !is_stop(value));
    c->slot = &c->value;
    c->behind = NULL;
    c->owner = owner;
    c->name = retain(name);
    c->written_cell = is_unbound(value) ? 0 : heap_cell();
    c->read_cell = 0;
    return obj_value(c);
}

/* Append an entry for an absent key, whose free place in the index is `slot` while there is room; *entry is where. `value` retained. In a namespace it goes into a new cell. False: MemoryError. */
static inline bool insert_new(Dict *d, Value key, uint64_t hash, Value value, uint64_t slot, int64_t *entry)
{
    assert(hash != UINT64_MAX && !is_unbound(key) && !is_error(value) && !is_stop(value));
    assert(is_namespace(d) || !is_unbound(value));
    bool room = d->free > 0;
    if (!room && !make_room(d))
        return false;
    Value stored;
    if (is_namespace(d)) {
        stored = new_cell(d, key, value);
        if (is_error(stored))
            return false;
    } else {
        stored = retain(value);
    }
    if (!is_ptr(key) || !str_exact(key))
        d->flags &= ~(uint32_t)DICT_STR_KEYS;
    track_for(d, key);
    track_for(d, stored);
    *entry = (int64_t)d->n_entries;
    assert(!room || index_get(d, slot) < 0);
    if (LIKELY(room))
        index_put(d, slot, *entry);
    else
        index_insert(d, hash, *entry);
    d->entries[d->n_entries++] = (TableEntry){ hash, retain(key), stored };
    d->free--;
    d->used += !is_unbound(value);
    d->version++;
    return true;
}

bool dict_set_hashed(Dict *d, Value key, int64_t hash, Value value)
{
    assert(!is_error(key) && !is_error(value) && !is_stop(value) && (!str_exact(key) || as_str(key)->hash == hash));
    uint64_t slot = 0;
    int64_t at = lookup_slot(d, key, (uint64_t)hash, &slot);
    if (at == LOOKUP_FAILED)
        return false;
    if (at < 0)
        return insert_new(d, key, (uint64_t)hash, value, slot, &at);
    TableEntry *e = &d->entries[at];
    if (UNLIKELY(is_namespace(d))) {
        cell_set_take(entry_cell(e), retain(value));
        return true;
    }
    track_for(d, value);
    Value old = e->value;
    e->value = retain(value);
    d->version++;
    release(old);
    return true;
}

bool dict_set(Dict *d, Value key, Value value)
{
    int64_t hash;
    if (!hash_of(key, &hash))
        return false;
    /* __eq__ may drop the caller's only other references. */
    if (d->flags & DICT_STR_KEYS && str_exact(key))
        return dict_set_hashed(d, key, hash, value);
    own Value k = retain(key), v = retain(value);
    return dict_set_hashed(d, k, hash, v);
}

bool dict_set_c(Dict *d, const char *key, Value value)
{
    own Value name = str_intern(key);
    return !is_error(name) && dict_set(d, name, value);
}

/* Where the index names entry `at`. */
static uint64_t index_slot_of(const Dict *d, uint64_t hash, int64_t at)
{
    uint64_t mask = index_size(d->log2_size) - 1, perturb = hash, i = hash & mask;
    while (index_get(d, i) != at) {
        perturb >>= PERTURB_SHIFT;
        i = (i * 5 + perturb + 1) & mask;
    }
    return i;
}

/* Take entry `at` out; *value is owned (the cell's value in a namespace, whose entry stays, unbound). */
static void remove_entry(Dict *d, int64_t at, Value *value)
{
    assert((uint64_t)at < d->n_entries && d->used > 0 && !is_unbound(d->entries[at].key));
    TableEntry *e = &d->entries[at];
    if (is_namespace(d)) {
        GlobalCell *c = entry_cell(e);
        *value = *c->slot;
        *c->slot = UNBOUND;
        d->used -= !cell_is_linked(c);
        d->version++;
        return;
    }
    index_put(d, index_slot_of(d, e->hash, at), DELETED);
    Value key = e->key;
    *value = e->value;
    e->key = UNBOUND;
    e->value = UNBOUND;
    d->used--;
    d->version++;
    release(key);
}

Found dict_pop(Dict *d, Value key, Value *value)
{
    int64_t hash;
    *value = UNBOUND;
    if (d->used == 0 && is_ptr(key) && str_exact(key))
        return ABSENT;
    if (!hash_of(key, &hash))
        return FAILED;
    int64_t at;
    Found found = find_entry(d, key, hash, &at);
    if (found != FOUND)
        return found;
    remove_entry(d, at, value);
    return FOUND;
}

Found dict_take(Dict *d, Value key, Value *stored_key, Value *value)
{
    int64_t hash;
    *stored_key = *value = UNBOUND;
    if (!hash_of(key, &hash))
        return FAILED;
    int64_t at;
    Found found = find_entry(d, key, hash, &at);
    if (found != FOUND)
        return found;
    *stored_key = retain(d->entries[at].key);
    remove_entry(d, at, value);
    return FOUND;
}

Found dict_del_hashed(Dict *d, Value key, int64_t hash)
{
    int64_t at;
    Found found = find_entry(d, key, hash, &at);
    if (found != FOUND)
        return found;
    Value value;
    remove_entry(d, at, &value);
    release(value);
    return FOUND;
}

Found dict_del(Dict *d, Value key)
{
    int64_t hash;
    return hash_of(key, &hash) ? dict_del_hashed(d, key, hash) : FAILED;
}

Found dict_setdefault(Dict *d, Value key, Value otherwise, Value *value)
{
    int64_t hash;
    *value = UNBOUND;
    if (!hash_of(key, &hash))
        return FAILED;
    uint64_t slot = 0;
    int64_t at = lookup_slot(d, key, (uint64_t)hash, &slot);
    if (at == LOOKUP_FAILED)
        return FAILED;
    if (at >= 0) {
        Value present = entry_value(d, &d->entries[at]);
        if (!is_unbound(present)) {
            *value = retain(present);
            return FOUND;
        }
        cell_set_take(entry_cell(&d->entries[at]), retain(otherwise));
    } else if (!insert_new(d, key, (uint64_t)hash, otherwise, slot, &at)) {
        return FAILED;
    }
    *value = retain(otherwise);
    return ABSENT;
}

/* Detach a namespace's cells from the dict that goes away. */
static void orphan_cells(Dict *d)
{
    for (uint64_t i = 0; i < d->n_entries; i++)
        if (!is_unbound(d->entries[i].key))
            entry_cell(&d->entries[i])->owner = NULL;
}

static void drop_tables(Dict *d)
{
    void *buffer = d->index;
    TableEntry *entries = d->entries;
    uint64_t n = d->n_entries;
    size_t size = buffer_size(d->log2_size);
    if (!buffer)
        return;
    d->index = NULL;
    d->entries = NULL;
    d->log2_size = 0;
    d->n_entries = 0;
    d->used = d->free = 0;
    d->version++;
    d->flags = (d->flags + DICT_LAYOUT) | DICT_STR_KEYS;
    for (uint64_t i = 0; i < n; i++) {
        if (is_unbound(entries[i].key))
            continue;
        release(entries[i].key);
        release(entries[i].value);
    }
    heap_buf_free(buffer, size);
}

void dict_clear(Dict *d)
{
    if (!is_namespace(d)) {
        drop_tables(d);
        return;
    }
    retain_obj(d);                                       /* instructions hold on to the cells: only unbind them */
    for (uint64_t i = 0; i < d->n_entries; i++) {
        if (is_unbound(d->entries[i].key))
            continue;
        GlobalCell *c = entry_cell(&d->entries[i]);
        if (!is_unbound(*c->slot)) {
            Value value = *c->slot;
            *c->slot = UNBOUND;
            d->used -= !cell_is_linked(c);
            d->version++;
            release(value);
        }
    }
    release_obj(d);
}

static void clear(Object *o)
{
    Dict *d = (Dict *)o;
    if (is_namespace(d))
        orphan_cells(d);
    drop_tables(d);
}

static void dispose(Object *o)
{
    Dict *d = (Dict *)o;
    if (d->index)
        heap_buf_free(d->index, buffer_size(d->log2_size));
}

Found dict_popitem(Dict *d, Value *key, Value *value)
{
    *key = *value = UNBOUND;
    if (d->used == 0)
        return ABSENT;
    uint64_t i = d->n_entries;
    do {
        assert(i > 0);                                   /* `used` says that there is one */
        i--;
    } while (is_unbound(d->entries[i].key) || is_unbound(entry_value(d, &d->entries[i])));
    *key = retain(d->entries[i].key);
    remove_entry(d, (int64_t)i, value);
    if (!is_namespace(d))
        d->n_entries = i;
    return FOUND;
}

/* --- walking --------------------------------------------------------------------------------------------------------------- */

/* Is entry `i` live? Then its key and value, borrowed. */
static inline bool live_entry(const Dict *d, uint64_t i, Value *key, Value *value)
{
    const TableEntry *e = &d->entries[i];
    if (is_unbound(e->key))
        return false;
    Value v = entry_value(d, e);
    if (is_unbound(v))
        return false;
    *key = e->key;
    *value = v;
    return true;
}

bool dict_next_hashed(const Dict *d, uint64_t *position, Value *key, Value *value, int64_t *hash)
{
    for (uint64_t i = *position; i < d->n_entries; i++)
        if (live_entry(d, i, key, value)) {
            *hash = (int64_t)d->entries[i].hash;
            *position = i + 1;
            return true;
        }
    *position = d->n_entries;
    return false;
}

bool dict_next(const Dict *d, uint64_t *position, Value *key, Value *value)
{
    int64_t hash;
    return dict_next_hashed(d, position, key, value, &hash);
}

bool dict_next_owned(const Dict *d, uint64_t *position, Value *key, Value *value)
{
    int64_t hash;
    if (!dict_next_hashed(d, position, key, value, &hash))
        return false;
    retain(*key);
    retain(*value);
    return true;
}

bool dict_previous(const Dict *d, uint64_t *position, Value *key, Value *value)
{
    uint64_t i = *position < d->n_entries ? *position : d->n_entries;
    while (i-- > 0)
        if (live_entry(d, i, key, value)) {
            *position = i;
            return true;
        }
    *position = 0;
    return false;
}

/* --- whole dicts --------------------------------------------------------------------------------------------------------------- */

/* The same tables, when nothing in them is deleted. False: MemoryError. */
static bool clone_tables(Dict *to, Dict *from)
{
    size_t size = buffer_size(from->log2_size);
    char *buffer = heap_buf(size);
    if (!buffer)
        return raise_memory_false();
    memcpy(buffer, from->index, index_bytes(from->log2_size) + from->n_entries * sizeof(TableEntry));
    for (uint64_t i = 0; i < from->n_entries; i++) {
        retain(from->entries[i].key);
        retain(from->entries[i].value);
    }
    if (to->index)
        heap_buf_free(to->index, buffer_size(to->log2_size));
    to->index = buffer;
    to->log2_size = from->log2_size;
    to->entries = (TableEntry *)(buffer + index_bytes(from->log2_size));
    to->n_entries = from->n_entries;
    to->used = from->used;
    to->free = from->free;
    to->version++;
    to->flags = (to->flags + DICT_LAYOUT) & ~(uint32_t)DICT_STR_KEYS;
    to->flags |= from->flags & DICT_STR_KEYS;
    if (heap_tracked(&from->head) || obj_type(&from->head) != &dict_type)
        heap_track(&to->head);
    return true;
}

/* Copy the tables of `from` into the empty plain dict `to`; deleted entries are left out. */
static bool copy_tables(Dict *to, Dict *from)
{
    assert(to->used == 0 && to->n_entries == 0 && !is_namespace(to));
    if (from->used == 0)
        return true;
    if (from->n_entries == from->used && from->used + from->free == usable(from->log2_size) && from->used >= usable(from->log2_size) / 4 &&
        !is_namespace(from))
        return clone_tables(to, from);
    if (!resize(to, log2_for(((uint64_t)from->used * 3 + 1) / 2)))
        return false;
    uint64_t position = 0, n = 0;
    Value key, value;
    int64_t hash;
    while (dict_next_hashed(from, &position, &key, &value, &hash)) {
        to->entries[n] = (TableEntry){ (uint64_t)hash, retain(key), retain(value) };
        index_insert(to, (uint64_t)hash, (int64_t)n++);
        track_for(to, key);
        track_for(to, value);
    }
    to->n_entries = n;
    to->used = (uint32_t)n;
    to->free -= (uint32_t)n;
    to->version++;
    if (!(from->flags & DICT_STR_KEYS))
        to->flags &= ~(uint32_t)DICT_STR_KEYS;
    return true;
}

Value dict_copy(Dict *d)
{
    own Value copy = dict_new();
    if (is_error(copy) || !copy_tables(as_dict(copy), d))
        return ERROR;
    return give(copy);
}

bool dict_merge_dict(Dict *d, Dict *other, bool override)
{
    if (d == other || other->used == 0)
        return true;
    if (d->n_entries == 0 && !is_namespace(d))
        return copy_tables(d, other);
    if (d->free < other->used && !is_namespace(d) && !resize(d, log2_for(((uint64_t)d->used + other->used) * 3 / 2 + 1)))
        return false;
    uint64_t position = 0, n = other->n_entries;
    Value key, value;
    int64_t hash;
    while (dict_next_hashed(other, &position, &key, &value, &hash)) {
        own Value k = retain(key), v = retain(value);
        if (!override) {
            Found found = dict_contains_hashed(d, k, hash);
            if (found == FAILED)
                return false;
            if (found)
                continue;
        }
        if (!dict_set_hashed(d, k, hash, v))
            return false;
        if (n != other->n_entries)
            return raise_false(RuntimeError, "dict mutated during update");
    }
    return true;
}

/* --- the type; dict_ops.c has the other slots --------------------------------------------------------------------------------------- */

static bool setitem(Value self, Value key, Value value)
{
    if (!is_unbound(value))
        return dict_set(as_dict(self), key, value);
    Found found = dict_del(as_dict(self), key);
    if (found == ABSENT)
        error_set_value(KeyError, key);
    return found == FOUND;
}

static Truth contains(Value self, Value key)
{
    Found found = dict_contains(as_dict(self), key);
    return found == FAILED ? TRUTH_FAILED : found ? YES : NO;
}

static int64_t len(Value self) { return (int64_t)dict_len(as_dict(self)); }

static size_t size_of(const Object *o)
{
    return o->shape->type->basic_size + buffer_size(((const Dict *)o)->log2_size);
}

Type dict_type = {
    .heap = { .head = STATIC_OBJECT(&type_type.shape), .name = "dict", .basic_size = sizeof(Dict),
              .heap_flags = HEAP_TYPE_UNTRACKED | HEAP_TYPE_UNTRACK_FULL | HEAP_TYPE_HUB_BIT,
              .trace = trace_rows, .clear = clear, .dispose = dispose, .size_of = size_of },
    .shape = { .type = &dict_type.heap }, .bases = UNBOUND_INIT, .mro = UNBOUND_INIT, .qualname = UNBOUND_INIT, .module = UNBOUND_INIT,
    .flags = TYPE_BASE | TYPE_MAPPING | TYPE_IS_DICT,
    .hash = hash_none, .len = len, .setitem = setitem, .contains = contains,
};

/* --- namespaces: what needs the tables ------------------------------------------------------------------------------------------------ */

static const TraceRow cell_rows[] = {
    { TRACE_VALUE, offsetof(GlobalCell, value), 0, "value" },
    { TRACE_OBJECT, offsetof(GlobalCell, behind), 0, "builtin" },
    { TRACE_VALUE, offsetof(GlobalCell, name), 0, "name" },
    { 0 },
};

Type global_cell_type = { STATIC_TYPE(global_cell_type, "global cell", GlobalCell, cell_rows),
                          .heap.heap_flags = HEAP_TYPE_INTERNAL | HEAP_TYPE_HUB, .flags = TYPE_NO_NEW };

static void become_namespace(Dict *d)
{
    d->flags |= DICT_NAMESPACE;
    d->head.birth |= BIRTH_TYPE_BIT;
}

Value namespace_new(void)
{
    Value dict = dict_new();
    if (!is_error(dict)) {
        become_namespace(as_dict(dict));
        as_dict(dict)->namespace_id = 0;
    }
    return dict;
}

bool dict_make_namespace(Dict *d)
{
    if (is_namespace(d) || obj_type(&d->head) != &dict_type)
        return true;
    /* Cells first, so that running out of memory half-way changes nothing. */
    size_t size = (d->n_entries + 1) * sizeof(Value);
    Value *cells = heap_buf(size);
    if (!cells)
        return raise_memory_false();
    uint64_t n = 0;
    for (; n < d->n_entries; n++) {
        cells[n] = is_unbound(d->entries[n].key) ? UNBOUND : new_cell(d, d->entries[n].key, d->entries[n].value);
        if (is_error(cells[n]))
            break;
    }
    bool ok = n == d->n_entries;
    if (ok) {
        for (uint64_t i = 0; i < n; i++) {
            if (is_unbound(d->entries[i].key))
                continue;
            Value value = d->entries[i].value;
            d->entries[i].value = cells[i];
            release(value);                              /* the cell holds it too: never the last */
        }
        become_namespace(d);
        d->namespace_id = 0;
        heap_track(&d->head);
    } else {
        while (n > 0)
            release(cells[--n]);
    }
    heap_buf_free(cells, size);
    return ok;
}

GlobalCell *namespace_cell(Dict *d, Value name)
{
    int64_t hash;
    assert(is_namespace(d));
    if (!hash_of(name, &hash))
        return NULL;
    uint64_t slot = 0;
    int64_t at = lookup_slot(d, name, (uint64_t)hash, &slot);
    if (at == LOOKUP_FAILED || (at < 0 && !insert_new(d, name, (uint64_t)hash, UNBOUND, slot, &at)))
        return NULL;
    return entry_cell(&d->entries[at]);
}

/* A name that is bound again comes last in the order of the dict. Without memory it keeps its old place. */
static void move_to_end(Dict *d, GlobalCell *c)
{
    int64_t hash;
    assert(is_namespace(d) && d->n_entries > 0);
    if (same(d->entries[d->n_entries - 1].value, obj_value(c)))
        return;
    if (!hash_of(c->name, &hash) || !make_room(d)) {
        error_clear();
        return;
    }
    uint64_t mask = index_size(d->log2_size) - 1, perturb = (uint64_t)hash, i = (uint64_t)hash & mask;
    for (;;) {
        int64_t at = index_get(d, i);
        if (at == EMPTY)
            return;
        if (at >= 0 && entry_cell(&d->entries[at]) == c) {
            assert(d->free > 0);
            TableEntry moved = d->entries[at];
            d->entries[at].key = d->entries[at].value = UNBOUND;
            index_put(d, i, (int64_t)d->n_entries);
            d->entries[d->n_entries++] = moved;
            d->free--;
            return;
        }
        perturb >>= PERTURB_SHIFT;
        i = (i * 5 + perturb + 1) & mask;
    }
}

void cell_set_take(GlobalCell *c, Value value)
{
    Value old = *c->slot;
    Dict *d = c->owner;
    *c->slot = value;
    c->written_cell = heap_cell();
    if (d) {
        bool was = !is_unbound(old), is = !is_unbound(value);
        d->version++;
        if (!cell_is_linked(c)) {
            d->used += (uint32_t)is - (uint32_t)was;
            if (is && !was)
                move_to_end(d, c);
        }
    }
    release(old);
}

uint64_t dict_len_linked(const Dict *d)
{
    uint64_t n = 0;
    for (uint64_t i = 0; i < d->n_entries; i++)
        n += !is_unbound(d->entries[i].key) && !is_unbound(entry_value(d, &d->entries[i]));
    return n;
}

void cell_link(GlobalCell *c, Value *slot)
{
    assert(!cell_is_linked(c) && (!c->owner || is_namespace(c->owner)));
    *slot = c->value;
    c->value = UNBOUND;
    c->slot = slot;
    if (c->owner) {
        c->owner->used += is_unbound(*slot);
        c->owner->flags |= DICT_LINKED;
    }
}

void cell_unlink(GlobalCell *c)
{
    assert(cell_is_linked(c));
    c->value = *c->slot;
    *c->slot = UNBOUND;
    c->slot = &c->value;
    if (c->owner) {
        c->owner->used -= is_unbound(c->value);
        c->owner->version++;
    }
}
