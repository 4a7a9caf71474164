/* heap.c -- birth, tracking, tracing and death of objects; buffers; roots. Slots and pages are page.c's.
 *
 * Death: release() calls object_died when the last reference goes. Nested deaths recurse in C up to DEATH_DEPTH levels, as
 * that is fastest and keeps the natural order; deeper ones wait on `waiting` with refcount 0 and BIRTH_DYING and are buried
 * when the outermost death is done. While Python code runs inside a death (finaliser, weak-reference callback), the
 * depth starts anew, so that what dies there is not kept waiting. */
#include "gc/heap.h"
#include "gc/collector.h"
#include "gc/page.h"
#include "gc/stress.h"
#include "gc/trace.h"

#include <stdio.h>
#include <stdlib.h>

enum { DEATH_DEPTH = 50, ROOT_SETS_MAX = 64 };
#define WAITING_CAP ((size_t)1 << (HEAP_ASAN ? 28 : 32))

CollectorState collector = {
    .enabled = true, .threshold = { 700, 10, 10 }, .full_percent = 25, .garbage = UNBOUND,
};
void (*heap_weakly_dying)(Object *);
void (*heap_unraisable)(const char *where, Value culprit);

static Stack waiting;
static _Thread_local uint32_t death_depth;

static struct Statics { Object **items; size_t len, cap; } statics;
static RootSet root_sets[ROOT_SETS_MAX];
static size_t n_root_sets;

void heap_init(void)
{
    if (heap_state.base)
        return;
    page_init();
    stack_reserve(&waiting, WAITING_CAP);
    stress_init();
}

/* --- birth --------------------------------------------------------------------------------------------------------- */

__attribute__((noinline)) static void want_collection(void)
{
    if (collector.threshold[0] && !collector.collecting && !(events_pending() & EVENT_COLLECT))
        event_raise(EVENT_COLLECT);
}

static inline void set_young(Object *o)
{
    heap_state.young[0][bit_word(o)] |= bit_mask(o);
}

static inline void *born(Object *o, Shape *shape, HeapType *type, bool is_container)
{
    uint32_t birth = heap_state.cell, flags = type->heap_flags;
    assert(((uintptr_t)o & 15) == 0 && !(birth & ~BIRTH_CELL) && is_container == (type->trace != NULL));
    assert(page_of(o)->kind == (is_container ? KIND_CONTAINER : KIND_ATOM));
    if (LIKELY(is_container)) {
        if (LIKELY(!(flags & HEAP_TYPE_UNTRACKED))) {
            birth |= BIRTH_TRACKED;
            set_young(o);
        }
        if (UNLIKELY(++collector.count[0] > collector.threshold[0]) && collector.enabled)
            want_collection();
    }
    *(uint64_t *)o = (uint64_t)birth << 32 | 1;
    o->shape = shape;
    if (flags & HEAP_TYPE_COUNTED)
        retain_obj(type);
    return o;
}

cold static void *new_slow(Shape *shape, size_t size)
{
    Kind kind = shape->type->trace ? KIND_CONTAINER : KIND_ATOM;
    Object *o = size <= SLOT_MAX ? page_take(&heap_state.classes[kind][class_of(size)], size) : span_take(kind, size);
    if (!o)
        return NULL;
    if (UNLIKELY(heap_born_hook != NULL))
        heap_born_hook(o);
    return born(o, shape, shape->type, kind == KIND_CONTAINER);
}

void *heap_new(Shape *shape, size_t size)
{
    HeapType *type = shape->type;
    assert(size >= sizeof(Object) && size >= type->basic_size);
    bool is_container = type->trace != NULL;
    if (UNLIKELY(size > SMALL_STEP_MAX))
        return new_slow(shape, size);
    Object *o = page_take_fast(&heap_state.classes[is_container ? KIND_CONTAINER : KIND_ATOM][(size - 1) >> 4], size);
    if (UNLIKELY(!o))
        return new_slow(shape, size);
    return born(o, shape, type, is_container);
}

void *heap_new_zeroed(Shape *shape, size_t size)
{
    Object *o = heap_new(shape, size);
    if (o)
        memset(o + 1, 0, size - sizeof(Object));
    return o;
}

/* Give the slot back; the object is dead or was never seen. */
static inline void object_free(Object *o, bool is_container)
{
    if (is_container && collector.count[0] > 0)
        collector.count[0]--;
    Page *page = page_of(o);
    assert(in_region(o) && o->refcount <= 1 && page->kind == (is_container ? KIND_CONTAINER : KIND_ATOM));
    if (LIKELY(page->class != NULL))
        page_give(page, o);
    else
        span_give(page);
}

void heap_free_unused(void *object)
{
    Object *o = object;
    assert(o->refcount == 1 && !(o->birth & (BIRTH_WEAKLY | BIRTH_STATIC)));
    HeapType *type = heap_type(o);
    object_free(o, type->trace != NULL);
    if (type->heap_flags & HEAP_TYPE_COUNTED)
        release_obj(type);
}

void heap_set_cell(uint32_t cell) { heap_state.cell = cell & BIRTH_CELL; }
uint32_t heap_cell(void) { return heap_state.cell; }

/* --- tracking ------------------------------------------------------------------------------------------------------ */

void heap_track(Object *o)
{
    if ((o->birth & (BIRTH_TRACKED | BIRTH_STATIC)) || !heap_type(o)->trace)
        return;
    Page *page = page_of(o);
    assert(page->kind == KIND_CONTAINER && o->refcount > 0 && !(heap_type(o)->heap_flags & HEAP_TYPE_NO_GC));
    o->birth = (o->birth & ~BIRTH_GENERATION) | BIRTH_TRACKED;
    set_young(o);
    unit_flag(heap_state.young_units[0], unit_of(o));
    if (page->class)
        page->class->births_scanned--;            /* its page is worth a look although nothing may be born there */
}

void heap_untrack(Object *o)
{
    if (!(o->birth & BIRTH_STATIC))
        o->birth &= ~(BIRTH_TRACKED | BIRTH_GENERATION);
}

/* --- tracing with names -------------------------------------------------------------------------------------------- */

static void visit_value(Visitor *v, Value value, const Edge *edge)
{
    if (is_ptr(value) && value.bits)
        v->visit(v, as_obj(value), edge);
}

static void visit_attrs(Object *o, const TraceRow *row, Visitor *v)
{
    AttrArea *area = object_attrs(o);
    const Shape *shape = o->shape;
    Edge edge = { TRACE_ATTRS, row->name, 0, UNBOUND };
    if (!area)
        return;
    if (shape->flags & SHAPE_DICT_MODE) {
        edge = (Edge){ TRACE_OBJECT, "__dict__", 0, UNBOUND };
        if (area->more)
            v->visit(v, area->more, &edge);
        return;
    }
    uint32_t n_inline = shape->type->n_inline;
    for (uint32_t i = 0; i < shape->n_attrs; i++) {
        Value value = i < n_inline ? area->inline_[i] : area->more ? ((Value *)area->more)[i - n_inline] : UNBOUND;
        if (!is_ptr(value))
            continue;
        edge.index = i;
        edge.key = shape->names ? shape->names->at[i] : UNBOUND;
        visit_value(v, value, &edge);
    }
}

static void visit_row(Object *o, const TraceRow *row, Visitor *v)
{
    Edge edge = { row->kind, row->name, 0, UNBOUND };
    switch (row->kind) {
    case TRACE_VALUE:
        visit_value(v, *(Value *)trace_field(o, row->offset), &edge);
        break;
    case TRACE_OBJECT: {
        Object *child = *(Object **)trace_field(o, row->offset);
        if (child)
            v->visit(v, child, &edge);
        break;
    }
    case TRACE_VECTOR:
    case TRACE_TAIL: {
        Value *items = row->kind == TRACE_TAIL ? trace_field(o, row->offset) : *(Value **)trace_field(o, row->offset);
        uint64_t n = items ? trace_count(o, row) : 0;
        for (edge.index = 0; edge.index < n; edge.index++)
            visit_value(v, items[edge.index], &edge);
        break;
    }
    case TRACE_TABLE: {
        TableEntry *entries = *(TableEntry **)trace_field(o, row->offset);
        uint64_t n = entries ? trace_count(o, row) : 0;
        for (uint64_t i = 0; i < n; i++) {
            Edge key_edge = { TRACE_VALUE, "key", i, UNBOUND };
            edge.index = i;
            edge.key = entries[i].key;
            visit_value(v, entries[i].key, &key_edge);
            visit_value(v, entries[i].value, &edge);
        }
        break;
    }
    case TRACE_KEYS: {
        KeyEntry *entries = *(KeyEntry **)trace_field(o, row->offset);
        uint64_t n = entries ? trace_count(o, row) : 0;
        for (edge.index = 0; edge.index < n; edge.index++) {
            edge.key = entries[edge.index].key;
            visit_value(v, edge.key, &edge);
        }
        break;
    }
    case TRACE_ATTRS:
        visit_attrs(o, row, v);
        break;
    case TRACE_CUSTOM:
        if (heap_type(o)->trace_custom)
            heap_type(o)->trace_custom(o, v);
        break;
    case TRACE_END:
        break;
    }
}

void object_trace(Object *o, Visitor *v)
{
    const HeapType *type = heap_type(o);
    if (type->heap_flags & HEAP_TYPE_COUNTED) {
        Edge edge = { TRACE_OBJECT, "__class__", 0, UNBOUND };
        v->visit(v, (Object *)type, &edge);
    }
    for (const TraceRow *row = type->trace; row && row->kind != TRACE_END; row++)
        visit_row(o, row, v);
}

/* --- dropping children --------------------------------------------------------------------------------------------- */

void object_clear_attrs(Object *o)
{
    AttrArea *area = object_attrs(o);
    const Shape *shape = o->shape;
    if (!area)
        return;
    if (shape->flags & SHAPE_DICT_MODE) {
        Object *dict = area->more;
        area->more = NULL;
        release_obj(dict);
        return;
    }
    uint32_t n = shape->n_attrs, n_inline = shape->type->n_inline, n_first = n < n_inline ? n : n_inline;
    assert(n <= n_inline || area->more);
    for (uint32_t i = 0; i < n_first; i++)
        set_slot(&area->inline_[i], UNBOUND);
    for (uint32_t i = n_first; area->more && i < n; i++)
        set_slot(&((Value *)area->more)[i - n_first], UNBOUND);
}

/* Take the count to zero first, so that code run by a release sees an empty object; then release item by item. Tails
 * cannot shrink: their items become None, which is valid everywhere. */
static void clear_row(Object *o, const TraceRow *row)
{
    uint64_t *count = row->kind >= TRACE_VECTOR && row->kind <= TRACE_KEYS ? trace_field(o, row->count_offset) : NULL;
    uint64_t n = count ? *count : 0;
    switch (row->kind) {
    case TRACE_VALUE:
        set_slot(trace_field(o, row->offset), UNBOUND);
        break;
    case TRACE_OBJECT: {
        Object **slot = trace_field(o, row->offset), *child = *slot;
        *slot = NULL;
        release_obj(child);
        break;
    }
    case TRACE_VECTOR: {
        Value *items = *(Value **)trace_field(o, row->offset);
        *count = 0;
        for (uint64_t i = 0; items && i < n; i++)
            set_slot(&items[i], UNBOUND);
        break;
    }
    case TRACE_TAIL: {
        Value *items = trace_field(o, row->offset);
        for (uint64_t i = 0; i < n; i++)
            set_slot(&items[i], NONE);
        break;
    }
    case TRACE_TABLE: {
        TableEntry *entries = *(TableEntry **)trace_field(o, row->offset);
        *count = 0;
        for (uint64_t i = 0; entries && i < n; i++) {
            set_slot(&entries[i].key, UNBOUND);
            set_slot(&entries[i].value, UNBOUND);
        }
        break;
    }
    case TRACE_KEYS: {
        KeyEntry *entries = *(KeyEntry **)trace_field(o, row->offset);
        *count = 0;
        for (uint64_t i = 0; entries && i < n; i++)
            set_slot(&entries[i].key, UNBOUND);
        break;
    }
    case TRACE_ATTRS:
        object_clear_attrs(o);
        break;
    case TRACE_CUSTOM:      /* such a type clears by a function too, or is immutable and gives its parts back in dispose */
        assert(heap_type(o)->dispose);
        break;
    case TRACE_END:
        break;
    }
}

/* The type's own clear need not care for the attributes that its instances, or those of a class derived from it, may have. */
static inline void clear_by_type(Object *o, const HeapType *type)
{
    type->clear(o);
    if (type->attrs_offset > 0)
        object_clear_attrs(o);
}

void object_clear_children(Object *o)
{
    const HeapType *type = heap_type(o);
    if (type->clear) {
        clear_by_type(o, type);
        return;
    }
    for (const TraceRow *row = type->trace; row && row->kind != TRACE_END; row++)
        clear_row(o, row);
}

/* The same at death, when nobody can look any more: what nobody reads again is not written. Fields that dispose might look
 * at are emptied all the same. */
static inline void release_row(Object *o, const TraceRow *row)
{
    switch (row->kind) {
    case TRACE_VALUE:
        set_slot(trace_field(o, row->offset), UNBOUND);
        break;
    case TRACE_VECTOR: {
        uint64_t n = trace_count(o, row);
        *(uint64_t *)trace_field(o, row->count_offset) = 0;
        for (Value *v = *(Value **)trace_field(o, row->offset), *end = v ? v + n : v; v < end; v++)
            release(*v);
        break;
    }
    case TRACE_TAIL:
        for (Value *v = trace_field(o, row->offset), *end = v + trace_count(o, row); v < end; v++)
            release(*v);
        break;
    case TRACE_TABLE: {
        uint64_t n = trace_count(o, row);
        *(uint64_t *)trace_field(o, row->count_offset) = 0;
        for (TableEntry *e = *(TableEntry **)trace_field(o, row->offset), *end = e ? e + n : e; e < end; e++) {
            release(e->key);
            release(e->value);
        }
        break;
    }
    default:
        clear_row(o, row);
    }
}

static inline void release_children(Object *o, const HeapType *type)
{
    if (type->clear) {
        clear_by_type(o, type);
        return;
    }
    for (const TraceRow *row = type->trace; row && row->kind != TRACE_END; row++)
        release_row(o, row);
}

/* --- death --------------------------------------------------------------------------------------------------------- */

/* Run a finaliser of a dying object. False: it was resurrected. */
static bool finalise(Object *o, void (*finalize)(Object *))
{
    uint32_t depth = death_depth;
    assert(o->refcount == 0);
    o->birth &= ~BIRTH_DYING;
    o->refcount = 1;
    death_depth = 0;
    finalize(o);
    assert(death_depth == 0 && o->refcount > 0);     /* it may have found owners, but ours it cannot give away */
    death_depth = depth;
    return --o->refcount == 0;
}

static bool has_legacy;
bool heap_has_legacy(void) { return has_legacy; }
void heap_set_legacy(HeapType *type, void (*finalize)(Object *))
{
    type->legacy_finalize = finalize;
    has_legacy = true;
}

/* The overflow buffer of the attributes; emptied already. */
static inline void free_attrs_overflow(Object *o, const HeapType *type)
{
    AttrArea *area = object_attrs(o);
    if (area->more && !(o->shape->flags & SHAPE_DICT_MODE)) {
        heap_buf_free(area->more, attrs_more_cap(o->shape->n_attrs, type->n_inline) * sizeof(Value));
        area->more = NULL;
    }
}

static void bury(Object *o)
{
    HeapType *type = heap_type(o);
    assert(o->refcount == 0);
    if (type->finalize && !(o->birth & BIRTH_FINALIZED)) {
        if (!(type->heap_flags & HEAP_TYPE_NO_GC))
            o->birth |= BIRTH_FINALIZED;
        if (!finalise(o, type->finalize))
            return;
    }
    if (o->birth & BIRTH_WEAKLY) {
        uint32_t depth = death_depth;
        o->birth |= BIRTH_DYING;
        death_depth = 0;
        heap_weakly_dying(o);
        death_depth = depth;
        assert(!(o->birth & BIRTH_WEAKLY) && o->refcount == 0);
    }
    type = heap_type(o);                    /* __class__ may have changed */
    if (UNLIKELY(type->legacy_finalize != NULL) && !finalise(o, type->legacy_finalize))
        return;
    o->birth |= BIRTH_DYING;
    release_children(o, type);
    if (type->attrs_offset)
        free_attrs_overflow(o, type);
    if (type->dispose)
        type->dispose(o);
    assert(o->refcount == 0 && heap_type(o) == type);        /* nobody saw it between its death and here */
    bool is_counted = type->heap_flags & HEAP_TYPE_COUNTED;
    object_free(o, type->trace != NULL);
    if (is_counted)
        release_obj(type);
}

cold static void bury_waiting(void)
{
    death_depth++;
    while (waiting.len) {
        assert(waiting.items[waiting.len - 1]->birth & BIRTH_DYING);
        bury(waiting.items[--waiting.len]);
    }
    death_depth--;
    if (waiting.len == 0)
        stack_relax(&waiting);
}

/* Everything but a plain atom's death. */
__attribute__((noinline)) static void died_slow(Object *o, HeapType *type)
{
    if (!type->trace && !type->finalize && !(o->birth & (BIRTH_WEAKLY | BIRTH_STATIC))) {
        if (type->dispose)
            type->dispose(o);
        bool is_counted = type->heap_flags & HEAP_TYPE_COUNTED;
        object_free(o, false);
        if (is_counted)
            release_obj(type);
        return;
    }
    if (UNLIKELY(o->birth & BIRTH_STATIC)) {
        o->refcount = STATIC_REFCOUNT;
        return;
    }
    if (UNLIKELY(death_depth >= DEATH_DEPTH) && waiting.len < waiting.cap) {
        o->birth |= BIRTH_DYING;
        waiting.items[waiting.len++] = o;
        return;
    }
    death_depth++;
    bury(o);
    death_depth--;
    if (UNLIKELY(waiting.len && death_depth == 0))
        bury_waiting();
}

/* Has it no rows but VALUE and, last, ATTRS at attrs_offset? */
static bool has_plain_rows(const HeapType *type)
{
    const TraceRow *row = type->trace;
    while (row && row->kind == TRACE_VALUE)
        row++;
    if (type->attrs_offset > 0)
        return row && row->kind == TRACE_ATTRS && row[1].kind == TRACE_END;
    return row && row->kind == TRACE_END && type->attrs_offset == 0;
}

/* Layouts do not change once instances die: look at what a death takes once. Finalisers of classes do. */
cold static void learn_death(HeapType *type)
{
    type->heap_flags |= HEAP_TYPE_DEATH_KNOWN;
    if (type->heap_flags & HEAP_TYPE_COUNTED) {
        if (!type->clear && !type->dispose && has_plain_rows(type))
            type->heap_flags |= HEAP_TYPE_DEATH_INSTANCE;
    } else if (!type->finalize) {
        const TraceRow *row = type->trace;
        bool is_tail = row && row->kind == TRACE_TAIL && row[1].kind == TRACE_END && !type->clear && !type->dispose && type->attrs_offset == 0;
        if (row || type->attrs_offset == 0)
            type->heap_flags |= !row ? HEAP_TYPE_DEATH_ATOM : is_tail ? HEAP_TYPE_DEATH_TAIL : HEAP_TYPE_DEATH_SIMPLE;
    }
}

/* The dying object's children: it counts as being torn down from the first that dies with it. Nobody reads the values again. */
static inline void release_values(Object *o, Value *at, const Value *end)
{
    for (; at < end; at++) {
        if (is_ptr(*at) && UNLIKELY(--as_obj(*at)->refcount == 0)) {
            o->birth |= BIRTH_DYING;
            death_depth++;
            object_died(as_obj(*at));
            death_depth--;
        }
    }
}

static inline void end_of_death(void)
{
    if (UNLIKELY(waiting.len != 0) && death_depth == 0)
        bury_waiting();
}

static inline void died_tail(Object *o, const HeapType *type)
{
    const TraceRow *row = type->trace;
    Value *items = trace_field(o, row->offset);
    release_values(o, items, items + trace_count(o, row));
    object_free(o, true);
    end_of_death();
}

static inline void died_instance(Object *o, HeapType *type)
{
    const TraceRow *row = type->trace;
    for (; row->kind == TRACE_VALUE; row++) {
        Value *slot = trace_field(o, row->offset);
        release_values(o, slot, slot + 1);
    }
    if (row->kind == TRACE_ATTRS) {
        Value *slots = ((AttrArea *)trace_field(o, (uint32_t)type->attrs_offset))->inline_;
        release_values(o, slots, slots + o->shape->n_attrs);
    }
    object_free(o, true);
    if (UNLIKELY(--type->head.refcount == 0))
        object_died(&type->head);
    end_of_death();
}

void object_died(Object *o)
{
    HeapType *type = heap_type(o);
    uint32_t flags = type->heap_flags;
    assert(o->refcount == 0 && (in_region(o) || (o->birth & BIRTH_STATIC)));
    if (LIKELY(!(o->birth & (BIRTH_WEAKLY | BIRTH_STATIC)))) {
        if (flags & HEAP_TYPE_DEATH_ATOM) {
            if (type->dispose)
                type->dispose(o);
            object_free(o, false);
            return;
        }
        if (LIKELY(death_depth < DEATH_DEPTH)) {
            if (flags & HEAP_TYPE_DEATH_TAIL) {
                died_tail(o, type);
                return;
            }
            if (flags & HEAP_TYPE_DEATH_SIMPLE) {
                o->birth |= BIRTH_DYING;
                death_depth++;
                release_children(o, type);
                if (type->attrs_offset)
                    free_attrs_overflow(o, type);
                if (type->dispose)
                    type->dispose(o);
                assert(o->refcount == 0);
                object_free(o, true);
                death_depth--;
                end_of_death();
                return;
            }
            if ((flags & HEAP_TYPE_DEATH_INSTANCE) && !type->finalize && !type->legacy_finalize && !(o->shape->flags & SHAPE_DICT_MODE)
                && LIKELY(o->shape->n_attrs <= type->n_inline)) {
                died_instance(o, type);
                return;
            }
        }
        if (UNLIKELY(!(flags & HEAP_TYPE_DEATH_KNOWN)))
            learn_death(type);
    }
    died_slow(o, type);
}

void heap_exempt(bool on)
{
    heap_exemptions += on ? 1 : -1;
    assert(heap_exemptions >= 0);
}

/* --- buffers ------------------------------------------------------------------------------------------------------- */

/* What a buffer of `size` is accounted as. */
static inline size_t buffer_bytes(size_t size) { return (size + 15) & ~(size_t)15; }
/* AddressSanitizer watches malloc's blocks better than our slots. */
static inline bool is_small_buffer(size_t size) { return !HEAP_ASAN && size <= BUFFER_SLOT_MAX; }

static void *large_buffer(size_t size)
{
    size_t bytes = buffer_bytes(size ? size : 1);
    if (bytes < size || !live_add(bytes))
        return NULL;
    void *p = malloc(bytes);
    if (!p) {
        live_sub(bytes);
        return NULL;
    }
    heap_state.buffer_births++;
    heap_state.buffer_born_bytes += bytes;
    heap_state.malloc_bytes += bytes;
    return p;
}

void *heap_buf(size_t size)
{
    if (LIKELY(is_small_buffer(size)))
        return page_take(&heap_state.classes[KIND_BUFFER][class_of(size + !size)], size);
    return large_buffer(size);
}

void heap_buf_free(void *buffer, size_t size)
{
    if (!buffer)
        return;
    if (LIKELY(is_small_buffer(size))) {
        Page *page = page_of(buffer);
        assert(page->kind == KIND_BUFFER && page->class == &heap_state.classes[KIND_BUFFER][class_of(size + !size)]);
        page_give(page, buffer);
        return;
    }
    size_t bytes = buffer_bytes(size ? size : 1);
    assert(heap_state.malloc_bytes >= bytes && heap_state.buffer_births > heap_state.buffer_deaths && !in_region(buffer));
    live_sub(bytes);
    heap_state.buffer_deaths++;
    heap_state.buffer_dead_bytes += bytes;
    heap_state.malloc_bytes -= bytes;
    free(buffer);
}

static void *large_realloc(void *buffer, size_t old_bytes, size_t new_bytes)
{
    assert(heap_state.malloc_bytes >= old_bytes && !in_region(buffer));
    if (new_bytes > old_bytes && !live_add(new_bytes - old_bytes))
        return NULL;
    void *p = realloc(buffer, new_bytes);
    if (!p) {
        if (new_bytes > old_bytes)
            live_sub(new_bytes - old_bytes);
        return NULL;
    }
    if (new_bytes < old_bytes)
        live_sub(old_bytes - new_bytes);
    heap_state.buffer_born_bytes += new_bytes;
    heap_state.buffer_dead_bytes += old_bytes;
    heap_state.malloc_bytes += new_bytes - old_bytes;
    return p;
}

void *heap_buf_realloc(void *buffer, size_t old_size, size_t new_size)
{
    if (!buffer)
        return heap_buf(new_size);
    bool was_small = is_small_buffer(old_size), is_small = is_small_buffer(new_size);
    if (was_small && is_small && class_of(old_size + !old_size) == class_of(new_size + !new_size))
        return buffer;
    if (!was_small && !is_small && new_size <= SIZE_MAX - 15)
        return large_realloc(buffer, buffer_bytes(old_size ? old_size : 1), buffer_bytes(new_size ? new_size : 1));
    void *p = heap_buf(new_size);
    if (p) {
        memcpy(p, buffer, old_size < new_size ? old_size : new_size);
        heap_buf_free(buffer, old_size);
    }
    return p;
}

bool heap_account(int64_t delta)
{
    if (delta >= 0) {
        if (!live_add((uint64_t)delta))
            return false;
        heap_state.buffer_born_bytes += (uint64_t)delta;
    } else {
        live_sub((uint64_t)-delta);
        heap_state.buffer_dead_bytes += (uint64_t)-delta;
        assert(heap_state.buffer_dead_bytes <= heap_state.buffer_born_bytes);        /* more given back than was taken */
    }
    return true;
}

/* --- counts and limit ---------------------------------------------------------------------------------------------- */

HeapCounts heap_counts(void)
{
    const HeapState *h = &heap_state;
    HeapCounts counts = {
        .live_bytes = h->live, .peak_bytes = h->live > h->peak ? h->live : h->peak,
        .allocated_objects = h->large_births, .freed_objects = h->large_deaths,
        .freed_bytes = h->large_dead_bytes + h->buffer_dead_bytes,
        .mapped_bytes = ((uint64_t)h->used_units + h->idle_units) * UNIT_SIZE + h->malloc_bytes,
    };
    for (int kind = 0; kind < N_KINDS; kind++)
        for (int i = 0; i < N_CLASSES; i++) {
            const SizeClass *c = &h->classes[kind][i];
            counts.freed_bytes += c->deaths * c->size;
            counts.allocated_objects += kind == KIND_BUFFER ? 0 : c->births;
            counts.freed_objects += kind == KIND_BUFFER ? 0 : c->deaths;
        }
    counts.allocated_bytes = counts.freed_bytes + counts.live_bytes;
    counts.live_objects = counts.allocated_objects - counts.freed_objects;
    assert(counts.allocated_objects >= counts.freed_objects && counts.peak_bytes >= counts.live_bytes);
    return counts;
}

void heap_reset_peak(void) { heap_state.peak = heap_state.live; }

void heap_set_limit(uint64_t bytes)
{
    heap_state.limit = bytes;
    page_rules_changed();
}
uint64_t heap_set_reserve(uint64_t bytes)
{
    uint64_t before = heap_state.reserve;
    heap_state.reserve = bytes;
    page_rules_changed();
    return before;
}
uint64_t heap_add_reserve(uint64_t bytes) { return heap_set_reserve(heap_state.reserve + bytes); }
uint64_t heap_limit(void) { return heap_state.limit; }
size_t heap_trim(void) { return page_trim(); }

void heap_watch_births(HeapBornFn *fn)
{
    heap_born_hook = fn;
    page_rules_changed();
}

/* --- questions ----------------------------------------------------------------------------------------------------- */

size_t heap_size_of(const Object *o)
{
    const HeapType *type = heap_type(o);
    const Shape *shape = o->shape;
    size_t size = type->size_of ? type->size_of(o) : type->basic_size;
    assert(size >= sizeof(Object));
    if (in_region(o) && size < page_of(o)->size)
        size = page_of(o)->size;            /* the whole slot counts */
    if (type->attrs_offset && !(shape->flags & SHAPE_DICT_MODE))
        size += attrs_more_cap(shape->n_attrs, type->n_inline) * sizeof(Value);
    return size;
}

bool heap_is_object(const void *p)
{
    if (!p)
        return false;
    if (!in_region(p)) {
        for (size_t i = 0; i < statics.len; i++)
            if (statics.items[i] == p)
                return true;
        return false;
    }
    size_t unit = unit_of(p);
    if (unit >= heap_state.n_units || heap_state.kinds[unit] > KIND_ATOM)
        return false;
    Page *page = page_of(p);
    uint32_t i = slot_index(page, p);
    return i < page->n_fresh && page_start(page) + page->size * i == (const char *)p && slot_refcount(p) != 0;
}

void heap_each(HeapEachFn *each, void *context)
{
    for (PageWalk w = { 0 }; page_next(&w);)
        for (uint32_t i = 0; i < w.page->n_fresh; i++) {
            Object *o = page_object(w.page, w.start, i);
            if (o)
                each(context, o);
        }
}

/* --- roots and statics --------------------------------------------------------------------------------------------- */

/* Twice the room for a table that is filled while the interpreter starts, when there is nothing yet to be saved. */
static void *grow_at_start(void *items, size_t size, size_t *cap)
{
    *cap = *cap ? *cap * 2 : 256;
    items = realloc(items, *cap * size);
    if (!items) {
        fputs("ouro: no memory to start\n", stderr);
        exit(1);
    }
    return items;
}

void heap_add_static(Object *o)
{
    assert((o->birth & BIRTH_STATIC) && o->shape && !in_region(o));
    if (statics.len == statics.cap)
        statics.items = grow_at_start(statics.items, sizeof *statics.items, &statics.cap);
    statics.items[statics.len++] = o;
}

void heap_each_static(HeapEachFn *each, void *context)
{
    for (size_t i = 0; i < statics.len; i++)
        each(context, statics.items[i]);
}

void heap_add_roots(const char *name, RootsFn *visit)
{
    assert(n_root_sets < ROOT_SETS_MAX && name && visit);
    root_sets[n_root_sets++] = (RootSet){ name, visit };
}

void heap_visit_roots(Visitor *v)
{
    for (size_t i = 0; i < n_root_sets; i++)
        root_sets[i].visit(v);
}

/* --- roots that are single variables --- */
static struct { struct { Value *slot; const char *name; } *items; size_t len, cap; } kept;

static void visit_kept(Visitor *v)
{
    for (size_t i = 0; i < kept.len; i++) {
        Edge edge = { TRACE_VALUE, kept.items[i].name, 0, UNBOUND };
        visit_value(v, *kept.items[i].slot, &edge);
    }
}

void keep_root(Value *slot, const char *name)
{
    for (size_t i = 0; i < kept.len; i++)
        if (kept.items[i].slot == slot)
            return;
    if (!kept.len)
        heap_add_roots("modules", visit_kept);
    if (kept.len == kept.cap)
        kept.items = grow_at_start(kept.items, sizeof *kept.items, &kept.cap);
    kept.items[kept.len].slot = slot;
    kept.items[kept.len++].name = name;
}

bool keep_take(Value *slot, Value made, const char *name)
{
    if (is_error(made))
        return false;
    Value old = *slot;
    *slot = made;
    keep_root(slot, name);
    if (old.bits)
        release(old);
    return true;
}

const RootSet *heap_root_sets(size_t *n)
{
    *n = n_root_sets;
    return root_sets;
}

#if defined __SANITIZE_ADDRESS__
void heap_claim(void *object, size_t size) { slot_unpoison(object, size); }
#endif
