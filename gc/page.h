/* page.h -- where objects and small buffers live: units, pages, size classes, and the hot half of allocation.
 *
 * For gc/ only. Everybody else includes heap.h.
 *
 * Glossary
 *   region   one reserved range of addresses that holds every object. "Is this address ours?" is one subtraction.
 *   unit     64 KiB of the region, aligned. kinds[] has one byte a unit; pages[] has one Page a unit.
 *   page     a unit cut into slots of one size class and one kind.
 *   kind     CONTAINER: objects that may hold references. ATOM: objects that hold none. BUFFER: not objects.
 *   span     a run of units that holds one large object: a Page with one slot and no size class. Its further units are TAIL.
 *   granule  16 bytes; the bitmaps have one bit a granule, so a slot's bit needs no division.
 *   fresh    slots of a page that were never handed out; they are linked into the free list a few at a time, so that
 *            memory is touched only when used.
 *
 * Invariants
 *   A slot is free if and only if its first word (refcount, birth) is zero; its second word then links to the next free
 *   slot. An object on its way out has refcount 0 but BIRTH_DYING set: walkers skip both, since refcount is 0.
 *   used + length(free list) + (capacity - n_fresh) == capacity, where n_fresh counts the slots that are not fresh any more.
 *   A page is CURRENT (its class allocates from it), PARTIAL (on its class's list) or FULL (on no list). A FULL page
 *   becomes PARTIAL when a sixteenth of it is free; a PARTIAL page that empties becomes free units; units beyond a reserve
 *   (half of the peak since the last heap_trim) go back to the operating system at once.
 *   Metadata and bitmaps lie outside the pages and densely: inside, all pages' headers would compete for the same cache sets.
 *   live is the exact sum of slot sizes, span sizes, buffer sizes and accounted outside memory; peak is its greatest value
 *   (kept on the falling side: a peak can only end at a free).
 *
 * Everything here runs under the runtime lock. Nothing here runs Python code. */
#ifndef GC_PAGE_H
#define GC_PAGE_H
#include "gc/object.h"

#if defined(__SANITIZE_ADDRESS__)
#define HEAP_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HEAP_ASAN 1
#endif
#endif
#ifndef HEAP_ASAN
#define HEAP_ASAN 0
#endif
#if HEAP_ASAN
#include <sanitizer/asan_interface.h>
#define NO_ASAN __attribute__((no_sanitize("address"), noinline))
#define slot_poison(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define slot_unpoison(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define NO_ASAN inline
#define slot_poison(p, n) ((void)0)
#define slot_unpoison(p, n) ((void)0)
#endif

enum {
    UNIT_SHIFT = 16, UNIT_SIZE = 1 << UNIT_SHIFT,
    GRANULE_SHIFT = 4, UNIT_WORDS = UNIT_SIZE >> GRANULE_SHIFT >> 6,     /* bitmap words a unit: 64 */
    SMALL_STEP_MAX = 512, SLOT_MAX = 8192, N_CLASSES = 32 + 16,
    BUFFER_SLOT_MAX = 1024,      /* larger buffers come from malloc: it can grow them in place and by remapping */
};
typedef enum Kind { KIND_CONTAINER, KIND_ATOM, KIND_BUFFER, N_KINDS } Kind;
/* kinds[unit]: what a unit is. The first three equal Kind. */
enum { UNIT_TAIL = N_KINDS, UNIT_IDLE /* free, memory kept */, UNIT_FREE /* free, no memory behind it */ };
enum { PAGE_CURRENT, PAGE_PARTIAL, PAGE_FULL, PAGE_SPAN };

typedef struct Slot { uint64_t word; struct Slot *next; } Slot;   /* a free slot */
typedef struct Page Page;

typedef struct SizeClass {
    Page *page;                  /* the CURRENT page; an empty dummy when there is none */
    Page *partial;
    uint32_t size, capacity;
    uint64_t births, deaths;
    uint64_t births_scanned;     /* births when the collector last looked for young objects */
    uint32_t reciprocal;         /* slot index = offset * reciprocal >> 32 */
    uint8_t kind;
} __attribute__((aligned(64))) SizeClass;

struct Page {
    Slot *free;
    uint32_t used, wake;         /* a free that leaves used < wake takes the slow path */
    SizeClass *class;            /* NULL: a span */
    Page *next, *prev;           /* the class's partial pages */
    uint64_t size;               /* of a slot */
    uint32_t n_fresh, capacity;
    uint32_t n_units;
    uint8_t kind, state;
};
static_assert(sizeof(Page) == 64, "a page's data is one cache line");

typedef struct HeapState {
    uintptr_t base;
    size_t region_bytes;
    Page *pages;
    uint8_t *kinds;
    uint64_t *young[2];          /* bit: this slot may hold a tracked object of generation 0 / 1 (stale bits are allowed) */
    uint64_t *mark;
    uint64_t *young_units[2];    /* bit a unit: its young bitmap may have bits */
    uint64_t live, peak, ceiling;/* ceiling: live may not exceed it without a look at the rules (0: look each time) */
    uint32_t cell;               /* stamped into every birth */
    uint32_t n_units;            /* units ever used: all others are untouched */
    SizeClass classes[N_KINDS][N_CLASSES];
    /* the cold half */
    uint64_t limit, physical;    /* the user's limit (0: none); what the machine has */
    uint64_t reserve;            /* what may be used beyond the limit for now */
    uint64_t large_births, large_deaths, large_born_bytes, large_dead_bytes;       /* spans: objects */
    uint64_t buffer_births, buffer_deaths, buffer_born_bytes, buffer_dead_bytes;   /* malloc'd buffers and accounted memory */
    uint64_t malloc_bytes;
    uint32_t used_units, idle_units, peak_units;     /* peak: of used, since the last trim */
    uint32_t run_hint[24];       /* no free run of 2^k units or more begins below run_hint[k] */
} HeapState;
extern HeapState heap_state;

void page_init(void);

/* Of a size from 1 to SLOT_MAX. */
static inline unsigned class_of(size_t size)
{
    assert(size >= 1 && size <= SLOT_MAX);
    size_t last = size - 1;
    if (LIKELY(size <= SMALL_STEP_MAX))
        return (unsigned)(last >> 4);
    int lg = 63 - __builtin_clzll(last);
    return 32 + (unsigned)(lg - 9) * 4 + (unsigned)(last >> (lg - 2) & 3);
}
static inline uintptr_t region_offset(const void *p) { return (uintptr_t)p - heap_state.base; }
static inline bool in_region(const void *p) { return region_offset(p) < heap_state.region_bytes; }
static inline size_t unit_of(const void *p) { return region_offset(p) >> UNIT_SHIFT; }
static inline Page *page_of(const void *p) { return &heap_state.pages[unit_of(p)]; }
static inline char *page_start(const Page *page) { return (char *)(heap_state.base + ((size_t)(page - heap_state.pages) << UNIT_SHIFT)); }
static inline bool is_container_address(const void *p)
{
    return in_region(p) && heap_state.kinds[unit_of(p)] == KIND_CONTAINER;
}
static inline size_t bit_word(const void *p) { return region_offset(p) >> (GRANULE_SHIFT + 6); }
static inline uint64_t bit_mask(const void *p) { return 1ull << (region_offset(p) >> GRANULE_SHIFT & 63); }
static inline void unit_flag(uint64_t *units, size_t unit) { units[unit >> 6] |= 1ull << (unit & 63); }

/* Free slots are poisoned under AddressSanitizer: these few look inside. */
static NO_ASAN uint32_t slot_refcount(const void *slot) { return ((const Object *)slot)->refcount; }
static NO_ASAN Slot *slot_next(const Slot *slot) { return slot->next; }
static NO_ASAN void slot_link(Slot *slot, Slot *next) { slot->word = 0; slot->next = next; }

/* Index of the slot that `p` points into. */
static inline uint32_t slot_index(const Page *page, const void *p)
{
    if (!page->class)
        return 0;
    return (uint32_t)(((region_offset(p) & (UNIT_SIZE - 1)) * (uint64_t)page->class->reciprocal) >> 32);
}

/* A slot of the class, uninitialised; NULL: over the limit, or made to fail. */
must_use void *page_take_slow(SizeClass *);
void page_give_slow(Page *);

/* The common case alone; NULL: page_take_slow has to look. */
static inline void *page_take_fast(SizeClass *class, size_t size)
{
    Page *page = class->page;
    Slot *slot = page->free;
    uint64_t live = heap_state.live + class->size;
    if (UNLIKELY(slot == NULL) || UNLIKELY(live > heap_state.ceiling))
        return NULL;
    heap_state.live = live;
    assert(size <= class->size && slot_refcount(slot) == 0 && page->used < page->n_fresh);
    page->free = slot_next(slot);
    page->used++;
    class->births++;
    slot_unpoison(slot, size);
    (void)size;
    return slot;
}

static inline void *page_take(SizeClass *class, size_t size)
{
    void *slot = page_take_fast(class, size);
    if (UNLIKELY(!slot)) {
        slot = page_take_slow(class);
        if (slot)
            slot_unpoison(slot, size);
    }
    return slot;
}

void page_give_quarantined(Page *, void *slot);      /* AddressSanitizer builds: reused late */
static inline void page_give_now(Page *page, void *slot)
{
    assert(page->used > 0 && page_start(page) + page->size * slot_index(page, slot) == (char *)slot);
    slot_link(slot, page->free);
    page->free = slot;
    if (UNLIKELY(--page->used < page->wake))
        page_give_slow(page);
}
/* Give a slot (not a span) back. */
static inline void page_give(Page *page, void *slot)
{
    SizeClass *class = page->class;
    uint64_t live = heap_state.live;
    assert(class->births > class->deaths && live >= class->size && page_of(slot) == page);
    if (live > heap_state.peak)
        heap_state.peak = live;
    heap_state.live = live - class->size;
    class->deaths++;
    if (HEAP_ASAN)
        page_give_quarantined(page, slot);
    else
        page_give_now(page, slot);
}

/* Large objects. NULL: no memory. */
must_use void *span_take(Kind, size_t size);
void span_give(Page *);

/* Account bytes that are not slots: spans, malloc'd buffers, outside memory. False: over the limit, or made to fail. */
must_use bool live_add(uint64_t bytes);
void live_sub(uint64_t bytes);
/* Give idle units back to the operating system. Bytes given back. */
size_t page_trim(void);

/* A vector of pointers that cannot fail to grow: address space reserved up front, memory behind it as it is used. */
typedef struct Stack { Object **items; size_t len, cap; } Stack;
void stack_reserve(Stack *, size_t cap);
void stack_relax(Stack *);                           /* give its memory back when it had grown large */

/* Walk: for (PageWalk w = { 0 }; page_next(&w);) w.page is a page or span with objects, w.start its first slot. */
typedef struct PageWalk { size_t unit; Page *page; char *start; } PageWalk;
static inline bool page_next(PageWalk *w)
{
    while (w->unit < heap_state.n_units) {
        size_t unit = w->unit++;
        if (heap_state.kinds[unit] <= KIND_ATOM) {
            w->page = &heap_state.pages[unit];
            w->start = page_start(w->page);
            return true;
        }
    }
    return false;
}
/* The object in slot `i`, or NULL when that slot is free (or its object is being torn down). */
static inline Object *page_object(const Page *page, char *start, uint32_t i)
{
    void *slot = start + page->size * i;
    return slot_refcount(slot) ? slot : NULL;
}

/* Test switches, see heap.h. */
extern int heap_exemptions;                          /* > 0: no limit, see heap_exempt */
extern bool (*heap_fails_hook)(void);                          /* set: asked at each allocation; true: this one fails */
extern void (*heap_born_hook)(void *object);                   /* set: every birth takes the slow path */
void page_rules_changed(void);                       /* recompute ceiling */
#endif
