/* page.c -- units, pages, spans: getting them, giving them back. See page.h for the words and the invariants. */
#include "gc/page.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#if HEAP_ASAN
#include <sanitizer/lsan_interface.h>
#endif

enum {
    REGION_SHIFT = HEAP_ASAN ? 36 : 39, REGION_SHIFT_MIN = 28,
    IDLE_UNITS_MIN = 256, IDLE_UNITS_MAX = 8192,     /* free units whose memory is kept: at least 16 MiB, at most 512 */
    LARGE_RUN = 512,                         /* units: a run of 32 MiB goes back at once, as malloc's do: clearing it anew is little beside filling it */
    META_SKEW = 2048,                        /* a page's data and its first slots must not be equal in the low 12 address bits:
                                              * the processor would take one's loads for the other's (alloc+free: 23 ns, not 11) */
    FRESH_BYTES = 4096,                      /* fresh slots are linked about a memory page at a time */
    NO_HUGE_BYTES = 32 << 20,                /* small heaps stay small, large ones get huge pages (a third less time to build and mark) */
};

HeapState heap_state;
int heap_exemptions;
void (*heap_born_hook)(void *object);
bool (*heap_fails_hook)(void);
_Atomic uint32_t events;

/* Stands for "no page": has no free slot, and is never written. */
static Page no_page = { .wake = 0, .state = PAGE_CURRENT };

static void *reserve(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

/* Metadata is touched here and there: huge pages would multiply its memory. */
static void *reserve_sparse(size_t bytes)
{
    void *p = reserve(bytes);
    if (p)
        madvise(p, bytes, MADV_NOHUGEPAGE);
    return p;
}

/* A number in a small file; UINT64_MAX: none (no such file, "max"). */
static uint64_t number_in(const char *path)
{
    unsigned long long n;
    FILE *f = fopen(path, "r");
    if (!f)
        return UINT64_MAX;
    int n_read = fscanf(f, "%llu", &n);
    fclose(f);
    return n_read == 1 ? n : UINT64_MAX;
}

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* Memory that this process can have at all: the machine's, or its container's. */
static uint64_t find_physical(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
    uint64_t bytes = pages > 0 && page_bytes > 0 ? (uint64_t)pages * (uint64_t)page_bytes : UINT64_MAX;
    bytes = least(bytes, number_in("/sys/fs/cgroup/memory.max"));
    return least(bytes, number_in("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
}

/* Address space that may be reserved for one purpose. Free of charge unless it is rationed (ulimit -v, strict overcommit). */
static uint64_t address_budget(uint64_t share)
{
    struct rlimit limit;
    uint64_t budget = UINT64_MAX;
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        budget = limit.rlim_cur / share;
    if (number_in("/proc/sys/vm/overcommit_memory") == 2)
        budget = least(budget, heap_state.physical / share);
    return budget;
}

static bool region_reserve(int shift)
{
    HeapState *h = &heap_state;
    size_t bytes = (size_t)1 << shift, n = bytes >> UNIT_SHIFT, bits = n * UNIT_WORDS * sizeof(uint64_t);
    size_t unit_bits = (n / 64 + 1) * sizeof(uint64_t), pages = n * sizeof(Page);
    /* One mapping, cut up by hand: all or nothing. The region itself comes first, aligned to a unit. */
    size_t total = bytes + UNIT_SIZE + 2 * META_SKEW + pages + n + 3 * bits + 2 * unit_bits + 16 * 4096;
    char *p = reserve(total);
    if (!p)
        return false;
    h->base = ((uintptr_t)p + UNIT_SIZE - 1) & ~(uintptr_t)(UNIT_SIZE - 1);
    h->region_bytes = bytes;
    char *meta = (char *)h->base + bytes;
    madvise(meta, (size_t)(p + total - meta) & ~(size_t)4095, MADV_NOHUGEPAGE);
    meta += META_SKEW;
    madvise((void *)h->base, NO_HUGE_BYTES, MADV_NOHUGEPAGE);
    madvise((char *)h->base + NO_HUGE_BYTES, bytes - NO_HUGE_BYTES, MADV_HUGEPAGE);
    assert((h->base & (UNIT_SIZE - 1)) == 0);
    h->pages = (Page *)meta, meta += pages + META_SKEW / 2;
    h->young[0] = (uint64_t *)meta, meta += bits;
    h->young[1] = (uint64_t *)meta, meta += bits;
    h->mark = (uint64_t *)meta, meta += bits;
    h->young_units[0] = (uint64_t *)meta, meta += unit_bits;
    h->young_units[1] = (uint64_t *)meta, meta += unit_bits;
    h->kinds = (uint8_t *)meta;
    return true;
}

static void classes_init(void)
{
    for (int kind = 0; kind < N_KINDS; kind++)
        for (unsigned i = 0; i < N_CLASSES; i++) {
            SizeClass *c = &heap_state.classes[kind][i];
            unsigned lg = 9 + (i - 32) / 4;
            c->size = i < 32 ? (i + 1) * 16 : (1u << lg) + (((i - 32) % 4 + 1) << (lg - 2));
            c->capacity = UNIT_SIZE / c->size;
            c->reciprocal = (uint32_t)(((1ull << 32) + c->size - 1) / c->size);
            c->kind = (uint8_t)kind;
            c->page = &no_page;
            assert(class_of(c->size) == i && class_of(c->size - 1) == i);
        }
}

void page_init(void)
{
    if (heap_state.base)
        return;
    int shift = REGION_SHIFT;
    heap_state.physical = find_physical();
    uint64_t budget = least(address_budget(3), heap_state.physical < UINT64_MAX / 4 ? heap_state.physical * 4 : UINT64_MAX);
    for (; shift > REGION_SHIFT_MIN && (uint64_t)1 << shift > budget; shift--)
        ;
    while (!region_reserve(shift))
        if (--shift < REGION_SHIFT_MIN) {
            fputs("ouro: cannot reserve address space for the heap\n", stderr);
            exit(1);
        }
    classes_init();
    page_rules_changed();
}

static uint64_t limit_now(void)
{
    const HeapState *h = &heap_state;
    return h->limit && h->limit < h->physical && h->reserve < h->physical - h->limit ? h->limit + h->reserve : h->physical;
}

void page_rules_changed(void)
{
    heap_state.ceiling = heap_fails_hook || heap_born_hook ? 0 : limit_now();
}

/* --- accounting -------------------------------------------------------------------------------------------------- */

/* May live grow by `bytes`? Also the place where tests make allocations fail or ask for collections. */
static bool allowed(uint64_t bytes)
{
    HeapState *h = &heap_state;
    if (UNLIKELY(heap_fails_hook != NULL) && heap_fails_hook())
        return false;
    if (heap_exemptions)
        return true;
    uint64_t limit = limit_now();
    return bytes <= limit && h->live <= limit - bytes;
}

bool live_add(uint64_t bytes)
{
    if (UNLIKELY(bytes > heap_state.ceiling || heap_state.live > heap_state.ceiling - bytes) && !allowed(bytes))
        return false;
    heap_state.live += bytes;
    assert(heap_state.live >= bytes);
    return true;
}

void live_sub(uint64_t bytes)
{
    assert(heap_state.live >= bytes);
    if (heap_state.live > heap_state.peak)
        heap_state.peak = heap_state.live;
    heap_state.live -= bytes;
}

/* --- units ------------------------------------------------------------------------------------------------------- */

static bool is_free_unit(size_t unit) { return heap_state.kinds[unit] >= UNIT_IDLE; }

/* First fit of `n` free units from the hint on; else from the untouched end. SIZE_MAX: the region is full. */
static size_t units_find(size_t n)
{
    HeapState *h = &heap_state;
    assert(n > 0);
    int k = 63 - __builtin_clzll(n);
    if (k >= 24)
        return SIZE_MAX;
    size_t unit = h->run_hint[k], run = 0;
    for (; unit < h->n_units; unit++) {
        run = is_free_unit(unit) ? run + 1 : 0;
        if (run == n) {
            size_t first = unit + 1 - n;
            if (n == (size_t)1 << k)
                h->run_hint[k] = (uint32_t)(first + n);
            return first;
        }
    }
    if (n == (size_t)1 << k)
        h->run_hint[k] = (uint32_t)(h->n_units - run);
    size_t first = h->n_units - run;                /* the free units at the end take part */
    if (first + n > h->region_bytes >> UNIT_SHIFT)
        return SIZE_MAX;
    return first;
}

#if HEAP_ASAN
/* Objects hold the only pointers to some malloc'd buffers: let the leak checker see them. */
static void tell_leak_checker(size_t n_units)
{
    static size_t told;
    for (; told < n_units; told += 256)
        __lsan_register_root_region((char *)heap_state.base + (told << UNIT_SHIFT), (size_t)256 << UNIT_SHIFT);
}
#else
static void tell_leak_checker(size_t n_units) { (void)n_units; }
#endif

/* Take `n` units in a row for `kind`. Their memory is not cleared. NULL: no room. */
static Page *units_take(Kind kind, size_t n)
{
    HeapState *h = &heap_state;
    size_t first = units_find(n);
    if (first == SIZE_MAX)
        return NULL;
    for (size_t unit = first; unit < first + n; unit++) {
        assert(unit >= h->n_units || is_free_unit(unit));
        if (unit < h->n_units && h->kinds[unit] == UNIT_IDLE)
            h->idle_units--;
        h->kinds[unit] = UNIT_TAIL;
    }
    if (first + n > h->n_units) {
        h->n_units = (uint32_t)(first + n);
        tell_leak_checker(h->n_units);
    }
    h->kinds[first] = (uint8_t)kind;
    h->used_units += (uint32_t)n;
    if (h->used_units > h->peak_units)
        h->peak_units = h->used_units;
    Page *page = &h->pages[first];
    *page = (Page){ .kind = (uint8_t)kind, .n_units = (uint32_t)n };
    if (kind != KIND_CONTAINER)
        return page;
    memset(&h->young[0][first * UNIT_WORDS], 0, UNIT_WORDS * sizeof(uint64_t));
    memset(&h->young[1][first * UNIT_WORDS], 0, UNIT_WORDS * sizeof(uint64_t));
    memset(&h->mark[first * UNIT_WORDS], 0, UNIT_WORDS * sizeof(uint64_t));
    return page;
}

static void units_give(Page *page)
{
    HeapState *h = &heap_state;
    size_t first = (size_t)(page - h->pages), n = page->n_units;
    assert(page->used == 0 && n > 0 && first + n <= h->n_units && h->used_units >= n && h->kinds[first] == page->kind);
    /* What was in use a moment ago may be wanted again, and fresh memory is dear (the system clears it): keep half of the most that was in
     * use since the last trim, within bounds. */
    size_t keep = h->peak_units / 2;
    keep = keep < IDLE_UNITS_MIN ? IDLE_UNITS_MIN : keep > IDLE_UNITS_MAX ? IDLE_UNITS_MAX : keep;
    bool is_kept = n < LARGE_RUN && h->idle_units + n <= keep;
    slot_unpoison(page_start(page), n << UNIT_SHIFT);
    if (!is_kept)
        madvise(page_start(page), n << UNIT_SHIFT, MADV_DONTNEED);
    memset(&h->kinds[first], is_kept ? UNIT_IDLE : UNIT_FREE, n);
    h->used_units -= (uint32_t)n;
    h->idle_units += is_kept ? (uint32_t)n : 0;
    /* A run that now reaches over these units may begin earlier: look from far enough below. */
    for (int k = 0; k < 24; k++) {
        size_t reach = (size_t)2 << k, from = first > reach ? first - reach : 0;
        if (h->run_hint[k] > from)
            h->run_hint[k] = (uint32_t)from;
    }
}

size_t page_trim(void)
{
    HeapState *h = &heap_state;
    size_t given = 0;
    for (size_t unit = 0; unit < h->n_units; unit++) {
        size_t end = unit;
        while (end < h->n_units && h->kinds[end] == UNIT_IDLE)
            h->kinds[end++] = UNIT_FREE;
        if (end > unit) {
            madvise((char *)h->base + (unit << UNIT_SHIFT), (end - unit) << UNIT_SHIFT, MADV_DONTNEED);
            given += (end - unit) << UNIT_SHIFT;
            unit = end;
        }
    }
    h->idle_units = 0;
    h->peak_units = h->used_units;
    malloc_trim(0);
    return given;
}

/* --- pages ------------------------------------------------------------------------------------------------------- */

static void partial_unlink(SizeClass *class, Page *page)
{
    assert(page->class == class && page->state == PAGE_PARTIAL && (page->prev ? page->prev->next == page : class->partial == page));
    *(page->prev ? &page->prev->next : &class->partial) = page->next;
    if (page->next)
        page->next->prev = page->prev;
    page->next = page->prev = NULL;
}

/* Link the next few fresh slots. False: there are none. */
static bool link_fresh(SizeClass *class, Page *page)
{
    assert(page->free == NULL);
    uint32_t n = page->capacity - page->n_fresh, batch = FRESH_BYTES / class->size;
    if (batch < 4)
        batch = 4;
    if (n > batch)
        n = batch;
    if (n == 0)
        return false;
    char *slot = page_start(page) + (size_t)page->n_fresh * class->size;
    page->free = (Slot *)slot;
    for (uint32_t i = 0; i < n; i++, slot += class->size) {
        slot_link((Slot *)slot, i + 1 < n ? (Slot *)(slot + class->size) : NULL);
        slot_poison(slot, class->size);
    }
    page->n_fresh += n;
    return true;
}

static void make_current(SizeClass *class, Page *page)
{
    assert(page->class == class && page->size == class->size && class->page == &no_page && page->used < page->capacity);
    page->state = PAGE_CURRENT;
    page->wake = 0;
    class->page = page;
    if (class->kind == KIND_CONTAINER)
        unit_flag(heap_state.young_units[0], (size_t)(page - heap_state.pages));
}

/* Give the class a current page with a free slot. False: no memory. */
static bool refill(SizeClass *class)
{
    Page *page = class->page;
    if (page != &no_page) {
        if (link_fresh(class, page))
            return true;
        assert(page->used == page->capacity || HEAP_ASAN);
        page->state = PAGE_FULL;
        page->wake = page->capacity - page->capacity / 16;
        class->page = &no_page;
    }
    page = class->partial;
    if (page) {
        partial_unlink(class, page);
        make_current(class, page);
        return page->free || link_fresh(class, page);
    }
    page = units_take(class->kind, 1);
    if (!page)
        return false;
    page->class = class;
    page->size = class->size;
    page->capacity = class->capacity;
    make_current(class, page);
    return link_fresh(class, page);
}

cold void *page_take_slow(SizeClass *class)
{
    HeapState *h = &heap_state;
    if (h->live + class->size > h->ceiling && !allowed(class->size))
        return NULL;
    Page *page = class->page;
    if (!page->free) {
        if (!refill(class))
            return NULL;
        page = class->page;
    }
    Slot *slot = page->free;
    assert(slot && page_of(slot) == page && slot_refcount(slot) == 0);
    page->free = slot_next(slot);
    page->used++;
    assert(page->used <= page->n_fresh && page->n_fresh <= page->capacity);
    class->births++;
    h->live += class->size;
    return slot;
}

cold void page_give_slow(Page *page)
{
    SizeClass *class = page->class;
    assert(class && page->state != PAGE_SPAN && page->used < page->capacity);
    if (page->state == PAGE_FULL) {
        page->state = PAGE_PARTIAL;
        page->wake = 1;
        page->prev = NULL;
        page->next = class->partial;
        if (page->next)
            page->next->prev = page;
        class->partial = page;
    }
    if (page->used == 0 && page->state == PAGE_PARTIAL) {
        partial_unlink(class, page);
        units_give(page);
    }
}

/* Freed slots wait here before they can be reused, so that a late use hits poison. */
enum { QUARANTINE = HEAP_ASAN ? 8192 : 1 };
void page_give_quarantined(Page *page, void *slot)
{
    static void *waiting[QUARANTINE];
    static size_t next;
    slot_link(slot, NULL);
    slot_poison(slot, page->size);
    void *oldest = waiting[next];
    waiting[next] = slot;
    next = (next + 1) % QUARANTINE;
    if (oldest)
        page_give_now(page_of(oldest), oldest);
}

/* --- spans ------------------------------------------------------------------------------------------------------- */

void *span_take(Kind kind, size_t size)
{
    HeapState *h = &heap_state;
    assert(size > SLOT_MAX && kind != KIND_BUFFER);
    if (size > h->region_bytes)
        return NULL;
    size = (size + 15) & ~(size_t)15;
    if (!live_add(size))
        return NULL;
    Page *page = units_take(kind, (size + UNIT_SIZE - 1) >> UNIT_SHIFT);
    if (!page) {
        live_sub(size);
        return NULL;
    }
    page->size = size;
    page->capacity = page->n_fresh = page->used = 1;
    page->state = PAGE_SPAN;
    if (kind == KIND_CONTAINER)
        unit_flag(h->young_units[0], (size_t)(page - h->pages));
    h->large_births++;
    h->large_born_bytes += size;
    return page_start(page);
}

void span_give(Page *page)
{
    HeapState *h = &heap_state;
    assert(page->state == PAGE_SPAN && page->used == 1);
    live_sub(page->size);
    h->large_deaths++;
    h->large_dead_bytes += page->size;
    page->used = 0;
    *(uint64_t *)page_start(page) = 0;
    units_give(page);
}

/* --- stacks ------------------------------------------------------------------------------------------------------ */

void stack_reserve(Stack *stack, size_t cap)
{
    uint64_t budget = address_budget(64) / sizeof(Object *), objects = heap_state.physical / 32;
    if (cap > objects)
        cap = objects;
    stack->len = 0;
    if (cap > budget)
        cap = budget > 8192 ? budget : 8192;
    for (stack->cap = cap; !(stack->items = reserve_sparse(stack->cap * sizeof(Object *))); stack->cap /= 2)
        if (stack->cap < 4096) {
            fputs("ouro: cannot reserve address space for the collector\n", stderr);
            exit(1);
        }
}

void stack_relax(Stack *stack)
{
    size_t kept = 64 << 10;
    madvise((char *)stack->items + kept, stack->cap * sizeof(Object *) - kept, MADV_DONTNEED);
}
