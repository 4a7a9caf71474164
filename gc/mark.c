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
    bool overflowed, holds;      /* holds: the object being scanned has a child that keeps it tracked */
} Marker;

TRACE_INLINE void mark_child(void *ctx, Object *child)
{
    Marker *m = ctx;
    if (!is_container_address(child))
        return;
    uint64_t *word = &heap_state.mark[bit_word(child)], mask = bit_mask(child);
    if (*word & mask)
        return;
    *word |= mask;
    if (LIKELY(m->stack->len < m->stack->cap))
        m->stack->items[m->stack->len++] = child;
    else
        m->overflowed = true;
}

/* May a reference to it keep its holder tracked? An address outside the container pages answers without a look at the object. */
static inline bool keeps_tracked(const Object *child)
{
    if (in_region(child) && !is_container_address(child))
        return false;
    return may_hold(obj_value(child));
}

TRACE_INLINE void mark_child_and_look(void *ctx, Object *child)
{
    Marker *m = ctx;
    if (!m->holds && keeps_tracked(child))
        m->holds = true;
    mark_child(m, child);
}

TRACE_INLINE void look(void *ctx, Object *child)
{
    bool *holds = ctx;
    if (!*holds && keeps_tracked(child))
        *holds = true;
}

bool mark_holds_containers(Object *o)
{
    bool holds = false;
    trace_children(o, look, &holds);
    return holds;
}

static inline void scan(Marker *m, Object *o)
{
    if (!(o->birth & BIRTH_TRACKED))
        return;
    if (heap_type(o)->heap_flags & (HEAP_TYPE_UNTRACK_YOUNG | HEAP_TYPE_UNTRACK_FULL)) {
        m->holds = false;
        trace_children(o, mark_child_and_look, m);
        if (!m->holds && generation_of(o) < N_GENERATIONS) {
            heap_untrack(o);
            return;
        }
    } else {
        trace_children(o, mark_child, m);
    }
    m->run->n_tracked += generation_of(o) < N_GENERATIONS;
}

static inline bool is_stopped(const Marker *m, uint32_t *countdown)
{
    if (LIKELY(--*countdown))
        return false;
    *countdown = STOP_CHECK;
    return m->run->must_stop && m->run->must_stop(m->run->context);
}

static bool drain_small(Marker *m)
{
    Stack *s = m->stack;
    for (uint32_t countdown = STOP_CHECK; s->len;) {
        scan(m, s->items[--s->len]);
        if (is_stopped(m, &countdown))
            return false;
    }
    return true;
}

/* As drain_small, but an object rests in the ring while its memory is fetched. */
static bool drain_large(Marker *m)
{
    Stack *s = m->stack;
    Object *ring[RING] = { NULL };
    size_t at = 0, n_ring = 0;
    for (uint32_t countdown = STOP_CHECK; s->len || n_ring;) {
        Object *next = NULL, *o = ring[at];
        if (s->len) {
            next = s->items[--s->len];
            __builtin_prefetch(next);
        }
        ring[at] = next;
        at = (at + 1) % RING;
        n_ring += (next != NULL) - (size_t)(o != NULL);
        if (o)
            scan(m, o);
        if (is_stopped(m, &countdown))
            return false;
    }
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

static void mark_frozen(Marker *m)
{
    for (PageWalk w = { 0 }; page_next(&w);)
        for (uint32_t i = 0; w.page->kind == KIND_CONTAINER && i < w.page->n_fresh; i++) {
            Object *o = page_object(w.page, w.start, i);
            if (o && generation_of(o) == N_GENERATIONS && (o->birth & BIRTH_TRACKED))
                mark_child(m, o);
        }
}

/* The stack was too small for some marked objects: scan all marked ones again, until nothing overflows. */
static bool rescan(Marker *m)
{
    while (m->overflowed) {
        m->overflowed = false;
        m->run->n_tracked = 0;
        for (PageWalk w = { 0 }; page_next(&w);)
            for (uint32_t i = 0; w.page->kind == KIND_CONTAINER && i < w.page->n_fresh; i++) {
                Object *o = page_object(w.page, w.start, i);
                if (o && mark_test(o)) {
                    scan(m, o);
                    int64_t n = m->run->n_tracked;
                    if (!drain(m))
                        return false;
                    m->run->n_tracked = n;      /* counted when the walk comes to it; exact enough for the 25 % rule */
                }
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
    Marker m = { { visit_root }, run, run->stack, false, false };
    run->stack->len = 0;
    run->n_tracked = 0;
    mark_clear_all();
    heap_visit_roots(&m.visitor);
    heap_each_static(mark_static, &m);
    if (run->has_frozen)
        mark_frozen(&m);
    return drain(&m) && rescan(&m);
}
