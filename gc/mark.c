/* mark.c -- marking from the roots. */
#include "gc/mark.h"
#include "gc/collector.h"
#include "gc/trace.h"

enum { RING = 16, STOP_CHECK = 512 };
#define PREFETCH_ABOVE_BYTES (8u << 20)       /* below, the caches hold the heap and the ring only costs */

typedef struct Marker {
    Visitor visitor;             /* first: root sets call it */
    MarkRun *run;
    Stack *stack;
    bool overflowed;
    int64_t n_tracked;           /* frozen objects included */
    unsigned n_looks;
    Object *looks[RING];         /* tuples and dicts that may be untracked: looked at when their children's headers have come */
} Marker;

/* What marking a child needs, in registers: no address of it may escape. */
typedef struct Frontier {
    Object **top, **items, **limit;
    uintptr_t base;
    size_t region_bytes;
    const uint8_t *kinds;
    uint64_t *mark;
    int64_t n_tracked;
    bool overflowed;
} Frontier;

TRACE_INLINE Frontier frontier(const Marker *m)
{
    const HeapState *h = &heap_state;
    const Stack *s = m->stack;
    return (Frontier){ s->items + s->len, s->items, s->items + s->cap, h->base, h->region_bytes, h->kinds, h->mark, m->n_tracked, m->overflowed };
}
TRACE_INLINE void frontier_end(const Frontier *f, Marker *m)
{
    m->stack->len = (size_t)(f->top - f->items);
    m->n_tracked = f->n_tracked;
    m->overflowed = f->overflowed;
}

/* False: marked already, or it holds nothing. */
TRACE_INLINE bool mark_and_push(Frontier *f, Object *child)
{
    uintptr_t offset = (uintptr_t)child - f->base;
    if (offset >= f->region_bytes || f->kinds[offset >> UNIT_SHIFT] != KIND_CONTAINER)
        return false;
    assert(slot_refcount(child) > 0);             /* who holds a dead object forgot to take a reference */
    uint64_t *word = &f->mark[offset >> (GRANULE_SHIFT + 6)], old = *word, bit = offset >> GRANULE_SHIFT & 63;
    if (old >> bit & 1)
        return false;
    *word = old | 1ull << bit;
    if (UNLIKELY(f->top == f->limit)) {
        f->overflowed = true;
        return false;
    }
    *f->top++ = child;
    return true;
}
TRACE_INLINE void mark_in_frontier(void *ctx, Object *child)
{
    mark_and_push(ctx, child);
}
TRACE_INLINE void mark_in_frontier_and_fetch(void *ctx, Object *child)
{
    if (mark_and_push(ctx, child))
        __builtin_prefetch(child);
}

static void mark_child(void *ctx, Object *child)
{
    Marker *m = ctx;
    Frontier f = frontier(m);
    mark_and_push(&f, child);
    frontier_end(&f, m);
}

#define MAY_UNTRACK (HEAP_TYPE_UNTRACK_YOUNG | HEAP_TYPE_UNTRACK_FULL)

/* May a reference to it keep its holder tracked? An address outside the container pages answers without a look at the object. */
static inline bool keeps_tracked(const Object *child)
{
    if (in_region(child) && !is_container_address(child))
        return false;
    return may_hold(obj_value(child));
}

TRACE_INLINE void look(void *ctx, Object *child)
{
    bool *holds = ctx;
    if (child && !*holds && keeps_tracked(child))
        *holds = true;
}

bool mark_holds_containers(Object *o)
{
    bool holds = false;
    trace_children(o, look, &holds);
    return holds;
}

static void look_at(Marker *m, Object *o)
{
    assert(heap_type(o)->heap_flags & MAY_UNTRACK);
    if (mark_holds_containers(o))
        return;
    heap_untrack(o);
    m->run->has_untracked = true;
    m->n_tracked--;
}

/* `o`, which counts as tracked, may turn out not to need it. */
static void look_later(Marker *m, Object *o)
{
    Object **slot = &m->looks[m->n_looks++ % RING], *due = *slot;
    *slot = o;
    if (due)
        look_at(m, due);
}

static void look_now(Marker *m)
{
    for (int i = 0; i < RING; i++) {
        if (m->looks[i])
            look_at(m, m->looks[i]);
        m->looks[i] = NULL;
    }
}

/* A type with one row, of a usual kind: most objects of most heaps. False: not such a type. */
TRACE_INLINE bool scan_usual(Frontier *f, Object *o, const TraceRow *row)
{
    if (row[0].kind == TRACE_END || row[1].kind != TRACE_END)
        return false;
    if (row->kind == TRACE_TAIL)
        trace_row(o, &(TraceRow){ TRACE_TAIL, row->offset, row->count_offset, NULL }, mark_in_frontier, f);
    else if (row->kind == TRACE_ATTRS)
        trace_attrs(o, mark_in_frontier, f);
    else if (row->kind == TRACE_VECTOR)
        trace_row(o, &(TraceRow){ TRACE_VECTOR, row->offset, row->count_offset, NULL }, mark_in_frontier, f);
    else
        return false;
    return true;
}

/* Pushes a tracked object's children. Not inlined: the usual kinds need the registers. */
static __attribute__((noinline)) void scan_unusual(Marker *m, Object *o)
{
    const HeapType *type = heap_type(o);
    Frontier f = frontier(m);
    for (const TraceRow *row = type->trace; row->kind != TRACE_END; row++) {
        if (row->kind == TRACE_CUSTOM) {
            frontier_end(&f, m);
            if (type->trace_custom)
                type->trace_custom(o, &m->visitor);
            f = frontier(m);
        } else {
            trace_row(o, row, mark_in_frontier, &f);
        }
    }
    frontier_end(&f, m);
}

/* The same for one that may turn out not to need tracking: its children's headers are fetched. */
static __attribute__((noinline)) void scan_and_look(Marker *m, Object *o)
{
    Frontier f = frontier(m);
    for (const TraceRow *row = heap_type(o)->trace; row->kind != TRACE_END; row++)
        trace_row(o, row, mark_in_frontier_and_fetch, &f);
    frontier_end(&f, m);
    look_later(m, o);
}

/* Objects of this generation and above are not looked at: BIRTH_... bits. */
static uint32_t look_below(const Marker *m, const HeapType *type)
{
    return (m->run->looks_at_old || (type->heap_flags & HEAP_TYPE_UNTRACK_FULL) ? N_GENERATIONS : 2u) << BIRTH_GENERATION_SHIFT;
}

TRACE_INLINE void scan(Marker *m, Frontier *f, Object *o)
{
    if (!(o->birth & BIRTH_TRACKED))
        return;
    const HeapType *type = heap_type(o);
    f->n_tracked++;
    if (type->heap_flags & HEAP_TYPE_COUNTED)
        mark_in_frontier(f, (Object *)type);
    bool is_looked_at = (type->heap_flags & MAY_UNTRACK) && (o->birth & BIRTH_GENERATION) < look_below(m, type);
    if (LIKELY(!is_looked_at) && scan_usual(f, o, type->trace))
        return;
    frontier_end(f, m);
    if (is_looked_at)
        scan_and_look(m, o);
    else
        scan_unusual(m, o);
    *f = frontier(m);
}

static bool is_stopped(const Marker *m)
{
    return m->run->must_stop && m->run->must_stop(m->run->context);
}

static bool drain_small(Marker *m)
{
    bool is_done = true;
    Frontier f = frontier(m);
    for (uint32_t turn = 1; is_done && f.top > f.items; turn++) {
        scan(m, &f, *--f.top);
        is_done = turn % STOP_CHECK || !is_stopped(m);
    }
    frontier_end(&f, m);
    assert(!is_done || m->stack->len == 0);
    return is_done;
}

/* As drain_small, but an object rests in the ring while its memory is fetched. */
static bool drain_large(Marker *m)
{
    Object *ring[RING] = { NULL };
    Frontier f = frontier(m);
    for (uint32_t turn = 1, n_empty = 0; n_empty < RING; turn++) {
        Object **place = &ring[turn % RING], *o = *place;
        *place = NULL;
        if (f.top > f.items) {
            *place = *--f.top;
            __builtin_prefetch(*place);
        }
        if (UNLIKELY(!o)) {
            n_empty = *place ? 0 : n_empty + 1;
            continue;
        }
        n_empty = 0;
        scan(m, &f, o);
        if (UNLIKELY(turn % STOP_CHECK == 0) && is_stopped(m))
            return false;
    }
    frontier_end(&f, m);
    assert(m->stack->len == 0);
    return true;
}

static bool drain(Marker *m)
{
    return heap_state.live > PREFETCH_ABOVE_BYTES ? drain_large(m) : drain_small(m);
}

static void visit_root(Visitor *v, Object *child, const Edge *edge)
{
    (void)edge;
    if (child)
        mark_child(v, child);
}

static void mark_static(void *ctx, Object *o)
{
    trace_children(o, mark_child, ctx);
}

/* How many. All of them are marked in the end. */
static int64_t mark_frozen(Marker *m)
{
    int64_t n = 0;
    for (PageWalk w = { 0 }; page_next(&w);)
        for (uint32_t i = 0; w.page->kind == KIND_CONTAINER && i < w.page->n_fresh; i++) {
            Object *o = page_object(w.page, w.start, i);
            if (o && generation_of(o) == N_GENERATIONS && (o->birth & BIRTH_TRACKED)) {
                mark_child(m, o);
                n++;
            }
        }
    return n;
}

/* The stack was too small for some marked objects: scan all marked ones again, until nothing overflows. */
static bool rescan(Marker *m)
{
    while (m->overflowed) {
        m->overflowed = false;
        m->n_tracked = 0;
        for (PageWalk w = { 0 }; page_next(&w);)
            for (uint32_t i = 0; w.page->kind == KIND_CONTAINER && i < w.page->n_fresh; i++) {
                Object *o = page_object(w.page, w.start, i);
                if (!o || !mark_test(o))
                    continue;
                Frontier f = frontier(m);
                scan(m, &f, o);
                frontier_end(&f, m);
                int64_t n = m->n_tracked;
                if (!drain(m))
                    return false;
                m->n_tracked = n;          /* counted when the walk comes to it; exact enough for the 25 % rule */
            }
    }
    return true;
}

void mark_clear_all(void)
{
    for (size_t unit = 0; unit < heap_state.n_units; unit++)
        if (heap_state.kinds[unit] == KIND_CONTAINER)
            memset(&heap_state.mark[unit * UNIT_WORDS], 0, UNIT_WORDS * sizeof(uint64_t));
}

uint32_t mark_count(const Page *page)
{
    const uint64_t *words = &heap_state.mark[(size_t)(page - heap_state.pages) * UNIT_WORDS];
    uint32_t n = 0;
    for (int i = 0; i < UNIT_WORDS; i++)
        n += (uint32_t)__builtin_popcountll(words[i]);
    return n;
}

bool mark_from_roots(MarkRun *run)
{
    Marker m = { .visitor = { visit_root }, .run = run, .stack = run->stack };
    run->stack->len = 0;
    run->has_untracked = false;
    mark_clear_all();
    heap_visit_roots(&m.visitor);
    heap_each_static(mark_static, &m);
    int64_t n_frozen = run->has_frozen ? mark_frozen(&m) : 0;
    bool is_done = drain(&m) && rescan(&m);
    assert(!is_done || !m.overflowed);
    look_now(&m);
    run->n_tracked = m.n_tracked - n_frozen;
    return is_done;
}
