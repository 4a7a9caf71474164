/* weakref.c -- the side table of watched objects. */
#include "gc/weakref.h"
#include "gc/heap.h"

void (*weakref_call)(Value callback, WeakRef *);

typedef struct Watched { Object *object; WeakRef *first; } Watched;
static struct { Watched *rows; size_t cap, len; } table;      /* cap: a power of two, or 0 */

static inline size_t home_of(const Object *o)
{
    return (size_t)(((uint64_t)(uintptr_t)o >> 4) * 0x9e3779b97f4a7c15ull >> 20) & (table.cap - 1);
}

static Watched *find(const Object *o)
{
    if (!(o->birth & BIRTH_WEAKLY) || !table.cap)
        return NULL;
    for (size_t i = home_of(o);; i = (i + 1) & (table.cap - 1)) {
        if (table.rows[i].object == o)
            return &table.rows[i];
        assert(table.rows[i].object);        /* the flag says that it is there */
        if (!table.rows[i].object)
            return NULL;
    }
}

static void insert(Object *o, WeakRef *first)
{
    assert(table.len < table.cap);           /* a free row ends every search */
    size_t i = home_of(o);
    while (table.rows[i].object)
        i = (i + 1) & (table.cap - 1);
    table.rows[i] = (Watched){ o, first };
    table.len++;
}

static bool resize(size_t cap)
{
    assert((cap & (cap - 1)) == 0 && cap * 2 >= table.len * 3);
    Watched *old = table.rows, *rows = cap ? heap_buf(cap * sizeof *rows) : NULL;
    size_t old_cap = table.cap;
    if (cap && !rows)
        return false;
    for (size_t i = 0; i < cap; i++)
        rows[i] = (Watched){ NULL, NULL };
    table.rows = rows;
    table.cap = cap;
    table.len = 0;
    for (size_t i = 0; i < old_cap; i++)
        if (old[i].object)
            insert(old[i].object, old[i].first);
    heap_buf_free(old, old_cap * sizeof *old);
    return true;
}

/* Forget the object: close the gap in its probe sequence. */
static void drop(Watched *row)
{
    size_t gap = (size_t)(row - table.rows), mask = table.cap - 1;
    assert(gap < table.cap && row->object && table.len > 0);
    row->object->birth &= ~BIRTH_WEAKLY;
    for (size_t i = (gap + 1) & mask; table.rows[i].object; i = (i + 1) & mask) {
        size_t home = home_of(table.rows[i].object);
        if (((i - home) & mask) >= ((i - gap) & mask)) {
            table.rows[gap] = table.rows[i];
            gap = i;
        }
    }
    table.rows[gap] = (Watched){ NULL, NULL };
    if (--table.len == 0)
        resize(0);
}

/* Without a callback and of a built-in type: shared by all who ask for one, so it stands at the head of the list. */
static bool is_basic(const WeakRef *ref)
{
    return is_none(ref->callback) && !(heap_type(&ref->head)->heap_flags & HEAP_TYPE_COUNTED);
}

bool weakref_attach(WeakRef *ref, Object *referent)
{
    assert(!(referent->birth & BIRTH_DYING) && referent->refcount > 0 && !ref->referent);
    Watched *row = find(referent);
    if (!row) {
        if (table.len * 3 >= table.cap * 2 && !resize(table.cap ? table.cap * 2 : 16))
            return false;
        heap_weakly_dying = weakref_object_dying;
        insert(referent, NULL);
        referent->birth |= BIRTH_WEAKLY;
        row = find(referent);
    }
    WeakRef *before = NULL, *after = row->first;
    while (!is_basic(ref) && after && is_basic(after)) {
        before = after;
        after = after->next;
    }
    ref->referent = referent;
    ref->prev = before;
    ref->next = after;
    *(before ? &before->next : &row->first) = ref;
    if (after)
        after->prev = ref;
    assert(row->first && !row->first->prev && row->object == referent);
    return true;
}

void weakref_detach(WeakRef *ref)
{
    if (!ref->referent)
        return;
    Watched *row = find(ref->referent);
    assert(row && (ref->prev ? ref->prev->next == ref : row->first == ref));
    *(ref->prev ? &ref->prev->next : &row->first) = ref->next;
    if (ref->next)
        ref->next->prev = ref->prev;
    ref->referent = NULL;
    ref->next = ref->prev = NULL;
    if (!row->first)
        drop(row);
}

Object *weakref_get(const WeakRef *ref)
{
    return weakref_is_dead(ref) ? NULL : retain_obj(ref->referent);
}

WeakRef *weakref_first_peek(const Object *referent)
{
    Watched *row = find(referent);
    return row ? row->first : NULL;
}

size_t weakref_count(const Object *referent)
{
    size_t n = 0;
    for (WeakRef *ref = weakref_first_peek(referent); ref; ref = ref->next)
        n++;
    return n;
}

void weakref_clear_all(Object *o, WeakQueue *queue, bool (*wants)(WeakRef *))
{
    Watched *row = find(o);
    if (!row)
        return;
    WeakRef *ref = row->first;
    assert(ref);
    drop(row);
    for (WeakRef *next; ref; ref = next) {
        next = ref->next;
        ref->referent = NULL;
        ref->next = ref->prev = NULL;
        if (is_none(ref->callback) || is_unbound(ref->callback) || ref->head.refcount == 0 || (wants && !wants(ref)))
            continue;
        retain_obj(ref);
        *(queue->last ? &queue->last->next : &queue->first) = ref;
        queue->last = ref;
    }
}

size_t weakref_run(WeakQueue *queue)
{
    size_t n_died = 0;
    for (WeakRef *ref = queue->first, *next; ref; ref = next) {
        next = ref->next;
        ref->next = NULL;
        assert(ref->head.refcount > 0 && !ref->referent);
        Value callback = ref->callback;
        ref->callback = NONE;
        if (weakref_call)
            weakref_call(callback, ref);
        release(callback);
        n_died += ref->head.refcount == 1;
        release_obj(ref);
    }
    *queue = (WeakQueue){ NULL, NULL };
    return n_died;
}

void weakref_object_dying(Object *o)
{
    WeakQueue queue = { NULL, NULL };
    weakref_clear_all(o, &queue, NULL);
    weakref_run(&queue);
}

size_t weakref_watched(void) { return table.len; }

void weakref_check(void)
{
    size_t n = 0;
    for (size_t i = 0; i < table.cap; i++) {
        const Watched *row = &table.rows[i];
        if (!row->object)
            continue;
        n++;
        assert(row->object->birth & BIRTH_WEAKLY);
        assert(row->first && !row->first->prev);
        assert(find(row->object) == row);
        for (WeakRef *ref = row->first; ref; ref = ref->next) {
            assert(ref->referent == row->object && (ref->head.refcount == 0 || heap_is_object(ref)));
            assert(!ref->next || ref->next->prev == ref);
        }
    }
    assert(n == table.len && table.len * 3 <= table.cap * 2 + 2 && (table.cap & (table.cap - 1)) == 0);
    (void)n;
}
