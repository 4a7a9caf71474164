/* check.c -- invariants of pages, accounting, objects; the leak report. */
#include "gc/check.h"
#include "gc/census.h"
#include "gc/collect.h"
#include "gc/heap.h"
#include "gc/mark.h"
#include "gc/page.h"
#include "gc/trace.h"
#include "gc/weakref.h"

#include <stdlib.h>

#define MUST(condition, ...) \
    do { if (UNLIKELY(!(condition))) { fprintf(stderr, "heap check: "); fprintf(stderr, __VA_ARGS__); fprintf(stderr, " (%s)\n", #condition); abort(); } } while (0)

static HeapCheckFn *check_each;
static size_t n_watched;         /* objects met that are flagged as having weak references */

static void check_object(const Object *o, const Page *page)
{
    const HeapType *type = o->shape ? heap_type(o) : NULL;
    MUST(type != NULL, "object %p has no type", (void *)o);
    MUST(!(o->birth & BIRTH_STATIC), "%s %p in the heap claims to be static", type->name, (void *)o);
    MUST((type->trace != NULL) == (page->kind == KIND_CONTAINER), "%s %p is on a page of the wrong kind", type->name, (void *)o);
    MUST(type->trace || !(o->birth & BIRTH_TRACKED), "%s %p holds nothing and is tracked", type->name, (void *)o);
    MUST(page->size >= type->basic_size, "%s %p is larger than its slot", type->name, (void *)o);
    MUST(o->refcount > 0 && !(o->birth & BIRTH_DYING), "%s %p lives and dies", type->name, (void *)o);
    MUST((o->birth & BIRTH_TRACKED) || generation_of(o) == 0, "%s %p has a generation without being tracked", type->name, (void *)o);
    MUST(!(type->heap_flags & HEAP_TYPE_COUNTED) || type->head.refcount > 0, "%s %p has outlived its type", type->name, (void *)o);
    n_watched += (o->birth & BIRTH_WEAKLY) != 0;
    if (check_each)
        check_each(o);
    if (!(o->birth & BIRTH_TRACKED))
        return;
    unsigned g = generation_of(o);
    if (g < 2)
        MUST((heap_state.young[g][bit_word(o)] & bit_mask(o)) != 0, "%s %p of generation %u is in no young set", type->name, (void *)o, g);
}

static uint32_t free_length(const Page *page)
{
    uint32_t n = 0;
    for (Slot *slot = page->free; slot && n <= page->capacity; slot = slot_next(slot)) {
        MUST(page_of(slot) == page, "free list of page %p leaves it", (void *)page);
        MUST(slot_refcount(slot) == 0, "slot %p is free and has references", (void *)slot);
        n++;
    }
    return n;
}

static void check_page(Page *page, char *start)
{
    const SizeClass *class = page->class;
    MUST(page->used + free_length(page) + (page->capacity - page->n_fresh) == page->capacity, "page %p has lost slots", (void *)page);
    if (class) {
        MUST(page->state != PAGE_CURRENT || class->page == page, "page %p is current in no class", (void *)page);
        MUST(page->state != PAGE_PARTIAL || page->used > 0, "page %p is empty and kept", (void *)page);
        MUST(page->size == class->size && page->kind == class->kind, "page %p has another class's slots", (void *)page);
    } else {
        MUST(page->state == PAGE_SPAN && page->used == 1, "span %p is not one object", (void *)page);
    }
    uint32_t n_objects = 0;
    for (uint32_t i = 0; page->kind != KIND_BUFFER && i < page->n_fresh; i++) {
        Object *o = page_object(page, start, i);
        if (o) {
            check_object(o, page);
            n_objects++;
        }
    }
    MUST(n_objects <= page->used, "page %p has more objects than used slots", (void *)page);
}

static void check_sums(void)
{
    const HeapState *h = &heap_state;
    uint64_t live = h->large_born_bytes - h->large_dead_bytes + h->buffer_born_bytes - h->buffer_dead_bytes;
    uint64_t used[N_KINDS][N_CLASSES] = { { 0 } };
    uint32_t used_units = 0, idle_units = 0;
    for (size_t unit = 0; unit < h->n_units; unit++) {
        const Page *page = &h->pages[unit];
        idle_units += h->kinds[unit] == UNIT_IDLE;
        if (h->kinds[unit] >= UNIT_TAIL)
            continue;
        used_units += page->n_units;
        if (page->class)
            used[page->kind][page->class - h->classes[page->kind]] += page->used;
    }
    MUST(used_units == h->used_units && idle_units == h->idle_units, "units: %u used of %u, %u idle of %u", used_units, h->used_units,
         idle_units, h->idle_units);
    for (int kind = 0; kind < N_KINDS; kind++)
        for (int i = 0; i < N_CLASSES; i++) {
            const SizeClass *c = &h->classes[kind][i];
            live += (c->births - c->deaths) * c->size;
            MUST(used[kind][i] == c->births - c->deaths || (HEAP_ASAN && used[kind][i] > c->births - c->deaths),
                 "class %u of kind %d: %llu slots used, %llu alive", c->size, kind, (unsigned long long)used[kind][i],
                 (unsigned long long)(c->births - c->deaths));
        }
    MUST(live == h->live, "live is %llu, the sum is %llu", (unsigned long long)h->live, (unsigned long long)live);
}

/* Lists of pages, and the switches that make every allocation take the slow path. */
static void check_classes(void)
{
    const HeapState *h = &heap_state;
    for (int kind = 0; kind < N_KINDS; kind++)
        for (int i = 0; i < N_CLASSES; i++) {
            const SizeClass *c = &h->classes[kind][i];
            const Page *before = NULL;
            MUST(c->page && c->page->state == PAGE_CURRENT && c->births >= c->deaths, "class %u of kind %d has no current page", c->size, kind);
            for (const Page *page = c->partial; page; before = page, page = page->next)
                MUST(page->class == c && page->state == PAGE_PARTIAL && page->prev == before, "page %p is on the wrong list", (void *)page);
        }
    MUST(!(heap_fails_hook || heap_born_hook) || h->ceiling == 0, "a watched heap has a ceiling of %llu",
         (unsigned long long)h->ceiling);
    MUST(h->used_units <= h->n_units && h->peak_units >= h->used_units, "%u units used of %u", h->used_units, h->n_units);
}

/* Each root set and each registered static, once. */
static void check_roots(void)
{
    size_t n;
    const RootSet *sets = heap_root_sets(&n);
    for (size_t i = 0; i < n; i++) {
        MUST(sets[i].name && sets[i].visit, "root set %zu is empty", i);
        for (size_t k = 0; k < i; k++)
            MUST(sets[k].visit != sets[i].visit, "the roots '%s' are registered twice", sets[i].name);
    }
}

void heap_check(void)
{
    n_watched = 0;
    for (size_t unit = 0; unit < heap_state.n_units; unit++)
        if (heap_state.kinds[unit] < UNIT_TAIL)
            check_page(&heap_state.pages[unit], (char *)heap_state.base + (unit << UNIT_SHIFT));
    check_sums();
    check_classes();
    check_roots();
    weakref_check();
    MUST(n_watched <= weakref_watched(), "%zu objects are flagged as watched, %zu are", n_watched, weakref_watched());
}

/* --- holders ------------------------------------------------------------------------------------------------------- */

enum { HOLDERS_MAX = 64 };
static RootsFn *holders[HOLDERS_MAX];
static size_t n_holders;

void heap_add_holder(RootsFn *visit)
{
    assert(n_holders < HOLDERS_MAX);         /* one more would only be missing from a report */
    if (n_holders < HOLDERS_MAX)
        holders[n_holders++] = visit;
}

/* --- references ---------------------------------------------------------------------------------------------------- */

typedef struct Tally { uint32_t *counts, *unit_base; } Tally;

static uint32_t *count_of(const Tally *t, const Object *o)
{
    return &t->counts[t->unit_base[unit_of(o)] + slot_index(page_of(o), o)];
}

static void count_child(void *ctx, Object *child)
{
    if (in_region(child)) {
        MUST(heap_is_object(child), "a reference to %p, which is no object", (void *)child);
        ++*count_of(ctx, child);
    }
}

static void count_children(void *ctx, Object *o) { trace_children(o, count_child, ctx); }

static void compare_count(void *ctx, Object *o)
{
    uint32_t n = *count_of(ctx, o);
    MUST(n <= o->refcount, "%s %p has %u references from objects but a count of %u", heap_type(o)->name, (void *)o, n, o->refcount);
}

/* Count the references to every object from objects and statics. False: no memory. */
static bool tally_references(Tally *t)
{
    size_t n_slots = 0;
    t->unit_base = calloc((size_t)heap_state.n_units + 1, sizeof(uint32_t));
    for (PageWalk w = { 0 }; t->unit_base && page_next(&w); n_slots += w.page->n_fresh)
        t->unit_base[w.unit - 1] = (uint32_t)n_slots;
    t->counts = calloc(n_slots + 1, sizeof *t->counts);
    if (!t->counts || !t->unit_base)
        return false;
    heap_each(count_children, t);
    heap_each_static(count_children, t);
    return true;
}

void heap_check_references(void)
{
    Tally t = { NULL, NULL };
    if (tally_references(&t))
        heap_each(compare_count, &t);
    free(t.counts);
    free(t.unit_base);
}

/* References that registered roots and holders have, on top. */
typedef struct TallyVisitor { Visitor visitor; Tally *tally; } TallyVisitor;
static void tally_visit(Visitor *v, Object *child, const Edge *edge)
{
    (void)edge;
    if (child)
        count_child(((TallyVisitor *)v)->tally, child);
}

typedef struct Unknown { const HeapType *type; uint64_t objects, references; } Unknown;

static int by_references(const void *a, const void *b)
{
    uint64_t x = ((const Unknown *)a)->references, y = ((const Unknown *)b)->references;
    return (x < y) - (x > y);
}

uint64_t heap_unexplained_report(FILE *out, size_t max_rows, HeapSayFn *say)
{
    enum { TYPES_MAX = 256 };
    Unknown unknown[TYPES_MAX];
    size_t n_types = 0, n_shown = 0;
    uint64_t n = 0;
    Tally t = { NULL, NULL };
    TallyVisitor visitor = { { tally_visit }, &t };
    bool is_tallied = tally_references(&t);
    if (is_tallied) {
        heap_visit_roots(&visitor.visitor);
        for (size_t i = 0; i < n_holders; i++)
            holders[i](&visitor.visitor);
    }
    for (PageWalk w = { 0 }; is_tallied && page_next(&w);)
        for (uint32_t i = 0; i < w.page->n_fresh; i++) {
            Object *o = page_object(w.page, w.start, i);
            if (!o || *count_of(&t, o) == o->refcount)
                continue;
            int64_t missing = (int64_t)o->refcount - *count_of(&t, o);
            n++;
            size_t at = 0;
            while (at < n_types && unknown[at].type != heap_type(o))
                at++;
            if (at == n_types && n_types < TYPES_MAX)
                unknown[n_types++] = (Unknown){ heap_type(o), 0, 0 };
            if (at < n_types) {
                unknown[at].objects++;
                unknown[at].references += (uint64_t)missing;
            }
            if (n_shown++ < max_rows) {
                char text[80] = "";
                if (say)
                    say(o, text, sizeof text);
                fprintf(out, "    %s %p %s: %lld of %u references unknown\n", heap_type(o)->name, (void *)o, text, (long long)missing, o->refcount);
            }
        }
    qsort(unknown, n_types, sizeof *unknown, by_references);
    for (size_t i = 0; i < n_types; i++)
        fprintf(out, "    %-28s %8llu objects %8lld references unknown\n", unknown[i].type->name, (unsigned long long)unknown[i].objects,
                (long long)unknown[i].references);
    free(t.counts);
    free(t.unit_base);
    return n;
}

/* Every time while the heap is small; otherwise before and after every 16th collection, and after many every 512th. */
static void check_sometimes(void)
{
    static uint32_t turn;
    uint32_t period = turn < 1 << 14 ? 32 : 1024;
    if (heap_state.used_units < 16 || turn++ % period < 2)
        heap_check();
}

void heap_check_install(HeapCheckFn *each)
{
    check_each = each;
    collect_check = check_sometimes;
}

/* --- leaks --------------------------------------------------------------------------------------------------------- */

uint64_t heap_leak_report(FILE *out, size_t max_rows)
{
    size_t n = 0;
    Census *census = census_take();
    CensusRow *rows = census ? census_by_type(census, &n) : NULL;
    uint64_t objects = census ? census->objects : heap_counts().live_objects;
    if (objects)
        fprintf(out, "%llu objects alive, %llu bytes\n", (unsigned long long)objects, census ? (unsigned long long)census->bytes : 0ull);
    for (size_t i = 0; rows && i < n && i < max_rows; i++)
        fprintf(out, "%12llu bytes %9llu  %s\n", (unsigned long long)rows[i].bytes, (unsigned long long)rows[i].objects, rows[i].type);
    free(rows);
    census_free(census);
    return objects;
}
