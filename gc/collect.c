/* collect.c -- one collection from start to end, in CPython's order; when to run one.
 *
 * Phases (Source: CPython 3.11, gc_collect_main; PEP 442)
 *   1 counts; 2 find the unreachable: `trash`; everything young that survives is promoted before any Python code can run;
 *   3 retain each of the trash, empty all weak references to it, run the callbacks of those outside it; 4 finalisers, once an
 *   object; 5 if Python code ran, subtract again: what was resurrected leaves the trash; 6 clear the rest, release it.
 * The trash is an array of owned references from phase 3 on, so nothing in it can vanish while Python code runs; the
 * second subtraction discounts these references. */
#include "gc/collect.h"
#include "gc/event.h"
#include "gc/heap.h"
#include "gc/mark.h"
#include "gc/page.h"
#include "gc/stress.h"
#include "gc/suspect.h"
#include "gc/weakref.h"

#include <stdio.h>
#include <time.h>

#define STACK_CAP ((size_t)1 << (HEAP_ASAN ? 28 : 33))
enum { IDLE_SHARE = 50, FULL_PERCENT = 25, LARGE_HEAP = 200000 /* containers */ };

void (*collect_callback)(const char *phase, int generation, int64_t collected, int64_t uncollectable);
bool (*collect_keep)(Object *);
void (*collect_print)(const char *line);
void (*collect_check)(void);

static Stack trash, work;        /* of equal capacity */
static size_t legacy_start, legacy_end;       /* trash.items[these): what old-style finalisers keep, each with a reference of ours */
static int64_t n_frozen;         /* not fewer than there are: those that die are not subtracted. 0: gc.freeze is not in use */
static uint64_t live_after_full;
static uint32_t stress_turn;

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void print(const char *line)
{
    if (collect_print)
        collect_print(line);
    else
        fputs(line, stderr);
}

/* --- walking ------------------------------------------------------------------------------------------------------- */

typedef void YoungFn(Object *);

/* The words are cleared. */
static inline void each_on_words(size_t unit, uint64_t *words, YoungFn *each)
{
    char *start = (char *)heap_state.base + (unit << UNIT_SHIFT);
    for (int w = 0; w < UNIT_WORDS; w++) {
        uint64_t bits = words[w];
        words[w] = 0;
        for (; bits; bits &= bits - 1) {
            void *slot = start + ((size_t)w * 64 + (size_t)__builtin_ctzll(bits)) * 16;
            if (slot_refcount(slot))
                each(slot);
        }
    }
}

/* Is it a current page on which nothing was born or tracked since the last time? Then its bitmap is empty. */
static bool is_quiet(const Page *page)
{
    return page->state == PAGE_CURRENT && page->class->births == page->class->births_scanned;
}

/* Every object with a bit in the young bitmaps 0..`last`, all bits being cleared. Stale bits are filtered by `each`. */
static void each_young(int last, YoungFn *each)
{
    HeapState *h = &heap_state;
    for (int g = 0; g <= last; g++)
        for (size_t word = 0; word <= h->n_units / 64; word++) {
            uint64_t units = h->young_units[g][word];
            h->young_units[g][word] = 0;
            for (; units; units &= units - 1) {
                size_t unit = word * 64 + (size_t)__builtin_ctzll(units);
                if (unit >= h->n_units || h->kinds[unit] != KIND_CONTAINER || (g == 0 && is_quiet(&h->pages[unit])))
                    continue;
                each_on_words(unit, &h->young[g][unit * UNIT_WORDS], each);
            }
        }
    for (int i = 0; i < N_CLASSES; i++) {           /* births on current pages set no unit's bit */
        SizeClass *class = &h->classes[KIND_CONTAINER][i];
        class->births_scanned = class->births;
        if (class->page->class)                     /* not the dummy */
            unit_flag(h->young_units[0], (size_t)(class->page - h->pages));
    }
}

/* Every tracked object of the container pages, statics excluded. */
static void each_tracked(YoungFn *each)
{
    for (PageWalk w = { 0 }; page_next(&w);)
        for (uint32_t i = 0; w.page->kind == KIND_CONTAINER && i < w.page->n_fresh; i++) {
            Object *o = page_object(w.page, w.start, i);
            if (o && (o->birth & BIRTH_TRACKED))
                each(o);
        }
}

static inline void set_generation(Object *o, uint32_t generation)
{
    assert((o->birth & BIRTH_TRACKED) && generation <= N_GENERATIONS);
    o->birth = (o->birth & ~BIRTH_GENERATION) | generation << BIRTH_GENERATION_SHIFT;
}

/* Into the next older generation, or what stays in the oldest. */
static void grow_older(Object *o, int generation)
{
    set_generation(o, generation < 2 ? (uint32_t)generation + 1 : 2);
    if (generation == 0) {
        heap_state.young[1][bit_word(o)] |= bit_mask(o);
        unit_flag(heap_state.young_units[1], unit_of(o));
    }
}

/* --- finding the unreachable --------------------------------------------------------------------------------------- */

static int current;              /* generation being collected */

static void gather_young(Object *o)
{
    assert(is_container_address(o) && heap_type(o)->trace);
    if (!(o->birth & BIRTH_TRACKED) || (int)generation_of(o) > current || is_suspect(o) || trash.len == trash.cap)
        return;
    o->birth |= BIRTH_SUSPECT;                  /* at once: a stale bit may name it twice */
    mark_clear(o);
    trash.items[trash.len++] = o;
}

/* A survivor of a young collection grows older, or needs no tracking any more. */
static void promote(Object *o, void *context)
{
    int64_t *n_promoted = context;
    if ((heap_type(o)->heap_flags & HEAP_TYPE_UNTRACK_YOUNG) && !mark_holds_containers(o)) {
        heap_untrack(o);
        return;
    }
    grow_older(o, current);
    ++*n_promoted;
}

static void find_young(int generation)
{
    int64_t n_promoted = 0;
    current = generation;
    trash.len = 0;
    each_young(generation, gather_young);
    trash.len = suspects_split(trash.items, trash.len, 0, work.items, promote, &n_promoted);
    assert(n_promoted >= 0);
    if (generation == 1)
        collector.long_lived_pending += n_promoted;
}

static void make_old(Object *o)
{
    if ((o->birth & BIRTH_TRACKED) && generation_of(o) < 2)
        set_generation(o, 2);
}

static void count_revived(Object *o, void *context)
{
    (void)o;
    ++*(int64_t *)context;
}

/* Tracked objects that the mark did not reach join the trash. Pages whose every object is marked are not looked at. */
static void gather_unmarked(void)
{
    trash.len = 0;
    for (PageWalk w = { 0 }; page_next(&w);) {
        if (w.page->kind != KIND_CONTAINER || w.page->used == 0 || mark_count(w.page) == w.page->used)
            continue;
        for (uint32_t i = 0; i < w.page->n_fresh; i++) {
            Object *o = page_object(w.page, w.start, i);
            if (o && (o->birth & BIRTH_TRACKED) && !mark_test(o) && generation_of(o) < N_GENERATIONS && trash.len < trash.cap) {
                o->birth |= BIRTH_SUSPECT;
                trash.items[trash.len++] = o;
            }
        }
    }
}

/* False: abandoned. */
static bool find_unmarked(bool (*must_stop)(void *), void *context)
{
    static bool has_untracked = true;                  /* in the last full collection */
    MarkRun run = { .stack = &work, .has_frozen = n_frozen > 0, .must_stop = must_stop, .context = context, .looks_at_old = has_untracked };
    if (!mark_from_roots(&run))
        return false;
    has_untracked = run.has_untracked;
    gather_unmarked();
    int64_t n_revived = 0;
    size_t n_unmarked = trash.len;
    trash.len = suspects_split(trash.items, n_unmarked, 0, work.items, count_revived, &n_revived);
    collector.revived += (uint64_t)n_revived;
    each_young(1, make_old);
    collector.long_lived_pending = 0;
    collector.long_lived_total = run.n_tracked + n_revived;
    assert(n_revived >= 0 && (size_t)n_revived <= n_unmarked && collector.long_lived_total >= 0);
    return true;
}

/* --- disposing of it ----------------------------------------------------------------------------------------------- */

static bool is_outside(WeakRef *ref) { return !is_suspect(&ref->head); }

/* Retain the trash, empty the weak references to it and run their callbacks. Returns how many weak references died of it. */
static int64_t empty_weakrefs(bool *ran_python)
{
    WeakQueue queue = { NULL, NULL };
    for (size_t i = 0; i < trash.len; i++) {
        Object *o = retain_obj(trash.items[i]);
        assert(is_suspect(o));                   /* all of them still: is_outside asks for it */
        if (o->birth & BIRTH_WEAKLY)
            weakref_clear_all(o, &queue, is_outside);
        assert(!(o->birth & BIRTH_WEAKLY));
    }
    suspects_release(trash.items, trash.len);
    *ran_python |= queue.first != NULL;
    return (int64_t)weakref_run(&queue);
}

static void finalise(bool *ran_python)
{
    for (size_t i = 0; i < trash.len; i++) {
        Object *o = trash.items[i];
        HeapType *type = heap_type(o);
        assert(o->refcount > 0 && !is_suspect(o));       /* ours keeps it: no finaliser may end what is still to come */
        if (!type->finalize || (o->birth & BIRTH_FINALIZED))
            continue;
        o->birth |= BIRTH_FINALIZED;
        *ran_python = true;
        type->finalize(o);
    }
}

/* Something that finalisers have untracked has no generation. */
static void let_go(Object *o, void *context)
{
    if (o->birth & BIRTH_TRACKED)
        grow_older(o, *(int *)context);
    assert(o->refcount > 1);
    o->refcount--;               /* ours; an owner outside holds it still */
}

/* What Python code has left without any owner but us would have died at once had we not held it: it does now, and is not
 * counted (a generator whose finaliser closed it). One death may leave others, so go round until nothing changes. */
static void bury_orphans(void)
{
    enum { ROUNDS = 16 };
    bool is_changed = true;
    for (int round = 0; is_changed && round < ROUNDS; round++) {
        size_t n_kept = 0, n = trash.len;
        for (size_t i = 0; i < n; i++) {
            assert(trash.items[i]->refcount > 0);
            if (trash.items[i]->refcount == 1)
                release_obj(trash.items[i]);
            else
                trash.items[n_kept++] = trash.items[i];
        }
        is_changed = n_kept < n;
        trash.len = n_kept;
    }
}

static void drop_resurrected(int generation)
{
    size_t n_kept = 0;
    bury_orphans();
    for (size_t i = 0; i < trash.len; i++) {
        Object *o = trash.items[i];
        if (o->birth & BIRTH_TRACKED) {
            o->birth |= BIRTH_SUSPECT;
            mark_clear(o);
            trash.items[n_kept++] = o;
        } else {
            release_obj(o);                      /* untracked by a finaliser: its business */
        }
    }
    trash.len = suspects_split(trash.items, n_kept, 1, work.items, let_go, &generation);
    suspects_release(trash.items, trash.len);
}

/* Clear and release. Children released here may end other trash first: each is held by us until its turn. */
static void delete_trash(int generation)
{
    for (size_t i = 0; i < trash.len; i++) {
        Object *o = trash.items[i];
        assert(o->refcount > 0 && !is_suspect(o) && heap_type(o)->trace);
        if (collector.debug & GC_DEBUG_SAVEALL) {
            if (collect_keep && !(heap_type(o)->heap_flags & HEAP_TYPE_INTERNAL))
                collect_keep(o);             /* the runtime's own live on through those they belong to */
        } else if (o->refcount > 1 && !(heap_type(o)->heap_flags & HEAP_TYPE_KEPT)) {
            object_clear_children(o);
        }
        if (o->refcount > 1)
            let_go(o, &generation);              /* still owned elsewhere (saved, or by something not cleared yet) */
        else
            release_obj(o);
    }
    trash.len = 0;
}

static void print_each(const char *what, size_t start, size_t end)
{
    char line[256];
    for (size_t i = start; i < end; i++) {
        snprintf(line, sizeof line, "gc: %s <%.100s %p>\n", what, heap_type(trash.items[i])->name, (void *)trash.items[i]);
        print(line);
    }
}

static int64_t count_visible(size_t start, size_t end)
{
    int64_t n = 0;
    for (size_t i = start; i < end; i++)
        n += !(heap_type(trash.items[i])->heap_flags & HEAP_TYPE_INTERNAL);
    return n;
}

static bool is_legacy(const Object *o) { return heap_type(o)->legacy_finalize != NULL; }

/* Set aside what old-style finalisers and what they reach keep from being collected. */
static void part_legacy(int generation)
{
    legacy_start = legacy_end = trash.len;
    if (!heap_has_legacy())
        return;
    trash.len = legacy_start = suspects_part(trash.items, trash.len, work.items, is_legacy);
    assert(legacy_start <= legacy_end && legacy_end <= trash.cap);
    for (size_t i = legacy_start; i < legacy_end; i++)
        grow_older(retain_obj(trash.items[i]), generation);
}

/* The objects with such finalisers go to gc.garbage. Returns how many there are with what they reach. */
static int64_t keep_legacy(void)
{
    int64_t n = count_visible(legacy_start, legacy_end);
    if (collector.debug & GC_DEBUG_UNCOLLECTABLE)
        print_each("uncollectable", legacy_start, legacy_end);
    for (size_t i = legacy_start; i < legacy_end; i++) {
        Object *o = trash.items[i];
        assert(o->refcount > 0 && !is_suspect(o));
        if (collect_keep && o->refcount > 1 && (is_legacy(o) || (collector.debug & GC_DEBUG_SAVEALL)))
            collect_keep(o);
        release_obj(o);
    }
    return n;
}

/* Returns how many were collected; *n_kept: uncollectable. */
static int64_t dispose_of_trash(int generation, int64_t *n_kept)
{
    bool ran_python = false;
    *n_kept = 0;
    if (trash.len == 0)
        return 0;
    part_legacy(generation);
    if (collector.record_cycles)
        cycle_record(trash.items, trash.len);
    int64_t n = empty_weakrefs(&ran_python);
    if (collector.debug & GC_DEBUG_COLLECTABLE)
        print_each("collectable", 0, trash.len);
    finalise(&ran_python);
    if (ran_python)
        drop_resurrected(generation);
    n += count_visible(0, trash.len);
    delete_trash(generation);
    *n_kept = keep_legacy();
    stack_relax(&trash);
    return n;
}

/* --- one collection ------------------------------------------------------------------------------------------------ */

static void print_start(int generation)
{
    char line[160];
    snprintf(line, sizeof line, "gc: collecting generation %d...\n", generation);
    print(line);
    snprintf(line, sizeof line, "gc: objects in each generation: %lld %lld %lld\n", (long long)collect_generation_size(0),
             (long long)collect_generation_size(1), (long long)collect_generation_size(2));
    print(line);
    snprintf(line, sizeof line, "gc: objects in permanent generation: %lld\n", (long long)collect_frozen());
    print(line);
}

static void start(int generation)
{
    assert(!collector.collecting && generation >= 0 && generation < N_GENERATIONS);
    collector.collecting = true;
    if (!trash.cap) {
        stack_reserve(&trash, STACK_CAP);
        stack_reserve(&work, trash.cap);
        trash.cap = work.cap;                    /* the smaller of the two */
    }
    if (collect_callback)
        collect_callback("start", generation, 0, 0);
    if (collector.debug & GC_DEBUG_STATS)
        print_start(generation);
    if (generation + 1 < N_GENERATIONS)
        collector.count[generation + 1]++;
    for (int g = 0; g <= generation; g++)
        collector.count[g] = 0;
    if (collect_check)
        collect_check();
}

/* The 25 % rule costs a growing heap five times its size in marking. A large one (small ones keep CPython's rule to the object) whose
 * last two full collections freed less than a hundredth waits until 50, then 100 %; one that pays brings 25 % back. */
static void adapt_full_percent(int64_t n_collected)
{
    static int n_fruitless;
    int64_t total = collector.long_lived_total;
    if (total < LARGE_HEAP || n_collected * 20 > total) {
        collector.full_percent = FULL_PERCENT;
        n_fruitless = 0;
    } else if (n_collected * 100 >= total) {
        n_fruitless = 0;
    } else if (++n_fruitless >= 2 && collector.full_percent < 100) {
        collector.full_percent = collector.full_percent < 50 ? 50 : 100;
        n_fruitless = 0;
    }
}

static void finish(int generation, int64_t n, int64_t n_kept, uint64_t start_ns)
{
    assert(collector.collecting && n >= 0 && n_kept >= 0 && trash.len == 0);
    if (collect_check)
        collect_check();
    if (generation == 2) {
        live_after_full = heap_state.live;
        adapt_full_percent(n);
        stack_relax(&work);
    }
    uint64_t pause = now_ns() - start_ns;
    collector.pause_last_ns = pause;
    collector.pause_total_ns += pause;
    if (pause > collector.pause_longest_ns)
        collector.pause_longest_ns = pause;
    if (collector.debug & GC_DEBUG_STATS) {
        char line[160];
        snprintf(line, sizeof line, "gc: done, %lld unreachable, %lld uncollectable, %.4fs elapsed\n", (long long)(n + n_kept), (long long)n_kept,
                 (double)pause * 1e-9);
        print(line);
    }
    collector.stats[generation].collections++;
    collector.stats[generation].collected += (uint64_t)n;
    collector.stats[generation].uncollectable += (uint64_t)n_kept;
    if (collect_callback)
        collect_callback("stop", generation, n, n_kept);
    collector.collecting = false;
}

/* The whole of it. *is_abandoned: must_stop ended it early. */
static int64_t run(int generation, bool (*must_stop)(void *), void *context, bool *is_abandoned)
{
    if (collector.collecting)
        return 0;
    uint64_t start_ns = now_ns();
    int64_t counts[N_GENERATIONS];
    memcpy(counts, collector.count, sizeof counts);
    start(generation);
    if (generation < 2)
        find_young(generation);
    else
        *is_abandoned = !find_unmarked(must_stop, context);
    if (*is_abandoned) {
        memcpy(collector.count, counts, sizeof counts);
        if (collect_callback)
            collect_callback("stop", generation, 0, 0);
        collector.collecting = false;
        return 0;
    }
    int64_t n_kept, n = dispose_of_trash(generation, &n_kept);
    finish(generation, n, n_kept, start_ns);
    return n + n_kept;
}

int64_t collect(int generation)
{
    assert(generation >= 0 && generation < N_GENERATIONS);
    bool is_abandoned = false;
    return run(generation, NULL, NULL, &is_abandoned);
}

static bool is_full_due(void)
{
    return collector.long_lived_pending >= collector.long_lived_total * collector.full_percent / 100;
}

static bool is_near_limit(void)
{
    uint64_t limit = heap_state.limit, live = heap_state.live;
    return limit && live > limit / 5 * 4 && live > live_after_full + live_after_full / 10;
}

void collect_if_due(void)
{
    event_clear(EVENT_COLLECT);
    if (collector.collecting)
        return;
    if (stress_collects) {
        stress_turn++;
        collect(stress_turn % 64 == 0 ? 2 : stress_turn % 8 == 0 ? 1 : 0);
        return;
    }
    if (!collector.enabled || !collector.threshold[0] || collector.count[0] <= collector.threshold[0])
        return;
    if (is_near_limit()) {
        collect(2);
        return;
    }
    for (int g = N_GENERATIONS - 1; g >= 0; g--)
        if (collector.count[g] > collector.threshold[g] && (g < 2 || is_full_due())) {
            collect(g);
            return;
        }
}

bool collect_idle(bool (*must_stop)(void *), void *context)
{
    int64_t n_new = collector.count[0] + collector.count[1] * collector.threshold[0] + collector.long_lived_pending;
    if (!collector.enabled || !collector.threshold[0] || collector.collecting || n_new <= collector.threshold[0] ||
        n_new * IDLE_SHARE < collector.long_lived_total)
        return false;
    bool is_abandoned = false;
    run(2, must_stop, context, &is_abandoned);
    return !is_abandoned;
}

/* --- the permanent generation; sizes; enumeration ------------------------------------------------------------------ */

static void freeze_one(Object *o)
{
    if (generation_of(o) < N_GENERATIONS) {
        set_generation(o, N_GENERATIONS);
        n_frozen++;
    }
}

static void unfreeze_one(Object *o)
{
    if (generation_of(o) == N_GENERATIONS)
        set_generation(o, 2);
}

void collect_freeze(void)
{
    each_tracked(freeze_one);
    assert(n_frozen >= collect_frozen());
    memset(collector.count, 0, sizeof collector.count);
}

void collect_unfreeze(void)
{
    each_tracked(unfreeze_one);
    assert(collect_frozen() == 0);
    n_frozen = 0;
}

static int64_t n_counted;
static int counted_generation;
static void count_one(Object *o) { n_counted += (int)generation_of(o) == counted_generation; }

int64_t collect_generation_size(int generation)
{
    assert(generation >= 0 && generation <= N_GENERATIONS);
    n_counted = 0;
    counted_generation = generation;
    each_tracked(count_one);
    return n_counted;
}

int64_t collect_frozen(void) { return n_frozen ? collect_generation_size(N_GENERATIONS) : 0; }

void collect_reset_pauses(void)
{
    collector.pause_longest_ns = 0;
}

void collect_each(int generation, void (*each)(void *, Object *), void *context)
{
    for (PageWalk w = { 0 }; page_next(&w);)
        for (uint32_t i = 0; w.page->kind == KIND_CONTAINER && i < w.page->n_fresh; i++) {
            Object *o = page_object(w.page, w.start, i);
            if (!o || !(o->birth & BIRTH_TRACKED) || (heap_type(o)->heap_flags & HEAP_TYPE_INTERNAL))
                continue;
            int g = (int)generation_of(o);
            if (generation < 0 ? g < N_GENERATIONS : g == generation)
                each(context, o);
        }
}

const CycleShape *collect_cycle_shapes(size_t *n) { return cycle_shapes(n); }
void collect_reset_shapes(void) { cycle_reset(); }
