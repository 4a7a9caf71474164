/* gc_test.c -- every rule of gc/, with tiny types of its own. Built and run alone, also under sanitizers:
 *   gcc -std=gnu11 -g -DOURO_DEBUG -fsanitize=address,undefined -I. tests/unit/gc_test.c gc/[a-z]*.c -o gc_test && ./gc_test
 * Ends in the line "N passed, N failed". */
#include "gc/census.h"
#include "gc/check.h"
#include "gc/graph.h"
#include "gc/mark.h"
#include "gc/page.h"
#include "gc/scc.h"
#include "gc/snapshot.h"
#include "gc/dominator.h"
#include "tests/unit/gc_types.h"

#include <stdio.h>
#include <stdlib.h>

static int n_passed, n_failed;
#define CHECK(condition) \
    do { if (condition) n_passed++; else { n_failed++; printf("%s:%d: %s\n", __func__, __LINE__, #condition); } } while (0)
#define EQUAL(a, b) \
    do { long long a_ = (long long)(a), b_ = (long long)(b); \
         if (a_ == b_) n_passed++; else { n_failed++; printf("%s:%d: %s is %lld, not %lld\n", __func__, __LINE__, #a, a_, b_); } } while (0)
#define TEXT(a, b) \
    do { const char *a_ = (a); if (a_ && strcmp(a_, b) == 0) n_passed++; else { n_failed++; printf("%s:%d: %s is %s\n", __func__, __LINE__, #a, a_ ? a_ : "NULL"); } } while (0)

static Value ring(int n)         /* one owned reference to the first of n pairs in a ring */
{
    Value first = pair_new_take(NONE, NONE), last = first;
    for (int i = 1; i < n; i++) {
        Value next = pair_new_take(small_int_value(i), NONE);
        set_slot(&as_pair(last)->right, next);
        last = next;
    }
    set_slot(&as_pair(last)->right, retain(first));
    return first;
}
static void clear_roots(void)
{
    for (int i = 0; i < N_TEST_ROOTS; i++)
        set_root_take(i, UNBOUND);
}
static void no_collector(void)
{
    collector.enabled = false;
    collect(2);
}

/* --- allocation ---------------------------------------------------------------------------------------------------- */

static void test_classes(void)
{
    static const size_t sizes[] = { 16, 17, 32, 48, 500, 512, 513, 640, 641, 1024, 1025, 4096, 5000, 8192, 8193, 70000, 1 << 20 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint64_t before = heap_counts().live_bytes;
        void *o = heap_new_zeroed(&atom_shape, sizes[i] < 32 ? 32 : sizes[i]);
        CHECK(o && ((uintptr_t)o & 15) == 0);
        CHECK(heap_is_object(o));
        CHECK(!heap_is_object((char *)o + 16));
        uint64_t size = heap_counts().live_bytes - before;
        CHECK(size >= sizes[i] && size <= sizes[i] + sizes[i] / 4 + 16);
        CHECK(heap_size_of(o) == size);
        release_obj(o);
        EQUAL(heap_counts().live_bytes, before);
        CHECK(!heap_is_object(o));
    }
}

static void test_accounting(void)
{
    HeapCounts start = heap_counts();
    heap_reset_peak();
    Value list = list_new();
    for (int i = 0; i < 10000; i++)
        list_append_take(list, atom_new());
    HeapCounts full = heap_counts();
    EQUAL(full.live_objects - start.live_objects, 10001);
    EQUAL(full.allocated_objects - start.allocated_objects, 10001);
    CHECK(full.live_bytes - start.live_bytes >= 10000 * (sizeof(Atom) + 8));
    EQUAL(full.allocated_bytes - full.freed_bytes, full.live_bytes);
    release(list);
    HeapCounts end = heap_counts();
    EQUAL(end.live_bytes, start.live_bytes);
    EQUAL(end.live_objects, start.live_objects);
    CHECK(end.peak_bytes >= full.live_bytes);
    EQUAL(end.allocated_bytes - start.allocated_bytes, end.freed_bytes - start.freed_bytes);
    heap_reset_peak();
    EQUAL(heap_counts().peak_bytes, heap_counts().live_bytes);
    CHECK(heap_account(1000));
    EQUAL(heap_counts().live_bytes, end.live_bytes + 1000);
    CHECK(heap_account(-1000));
    EQUAL(heap_counts().peak_bytes, end.live_bytes + 1000);
    heap_check();
}

static void test_buffers(void)
{
    uint64_t before = heap_counts().live_bytes;
    char *b = heap_buf(0);
    CHECK(b != NULL);
    size_t size = 0;
    for (size_t next = 1; next < 300000; next = next * 3 / 2 + 1) {
        char *more = heap_buf_realloc(b, size, next);
        CHECK(more != NULL);
        b = more;
        bool is_same = true;
        for (size_t i = 0; i < size; i++)
            is_same &= b[i] == (char)(i * 7);
        CHECK(is_same);
        for (size_t i = 0; i < next; i++)
            b[i] = (char)(i * 7);
        size = next;
    }
    b = heap_buf_realloc(b, size, 100);
    CHECK(b[99] == (char)(99 * 7));
    heap_buf_free(b, 100);
    heap_buf_free(NULL, 0);
    EQUAL(heap_counts().live_bytes, before);
    CHECK(heap_buf((size_t)1 << 60) == NULL);
    CHECK(heap_buf(SIZE_MAX - 3) == NULL);
    CHECK(heap_new(&atom_shape, (size_t)1 << 60) == NULL);
    EQUAL(heap_counts().live_bytes, before);
}

static void test_limit(void)
{
    uint64_t before = heap_counts().live_bytes;
    heap_set_limit(before + 100000);
    EQUAL(heap_limit(), before + 100000);
    CHECK(heap_buf(200000) == NULL);
    CHECK(heap_new(&atom_shape, 200000) == NULL);
    CHECK(!heap_account(200000));
    Value list = list_new();
    int n = 0;
    for (;; n++) {
        Value a = atom_new();
        if (is_error(a))
            break;
        if (!list_append_take(list, a))
            break;
    }
    CHECK(n > 500 && n < 3200);
    CHECK(heap_counts().live_bytes <= before + 100000);
    heap_set_limit(0);
    CHECK(list_append_take(list, atom_new()));
    release(list);
    EQUAL(heap_counts().live_bytes, before);
}

static void test_fail_countdown(void)
{
    uint64_t before = heap_counts().live_bytes;
    for (uint64_t n = 1; n < 30; n++) {
        heap_fail_after(n);
        Value list = list_new();
        int n_errors = is_error(list);
        for (int i = 0; i < 20 && !is_error(list); i++) {
            Value a = atom_new();
            if (is_error(a) || !list_append_take(list, a))
                n_errors++;
        }
        EQUAL(n_errors, n <= 25);
        heap_fail_after(0);
        if (!is_error(list))
            release(list);
        EQUAL(heap_counts().live_bytes, before);
    }
}

static void test_pages(void)
{
    enum { N = 20000 };
    static Value v[N];
    uint64_t seed = 1;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < N; i++)
            v[i] = round == 1 ? tuple_new(i % 40) : atom_new();
        heap_check();
        for (int i = 0; i < N * 2; i++) {
            seed = seed * 6364136223846793005ull + 1442695040888963407ull;
            int k = (int)((seed >> 33) % N);
            release(v[k]);
            v[k] = seed >> 63 ? atom_new() : NONE;
        }
        heap_check();
        for (int i = 0; i < N; i++)
            release(v[i]);
        heap_check();
    }
    size_t given = heap_trim();
    CHECK(HEAP_ASAN || given > 0);
    heap_check();
}

static size_t n_each;
static void count_each(void *context, Object *o)
{
    (void)context;
    (void)o;
    n_each++;
}
static Object *kept_spans[600];
static void test_spans(void)
{
    uint64_t seed = 3, before = heap_counts().live_bytes;
    for (int i = 0; i < 5000; i++) {
        seed = seed * 6364136223846793005ull + 1442695040888963407ull;
        int k = (int)((seed >> 33) % 600);
        if (kept_spans[k]) {
            CHECK(kept_spans[k]->refcount == 1 && ((Tuple *)kept_spans[k])->n > 1000);
            release_obj(kept_spans[k]);
            kept_spans[k] = NULL;
        } else {
            kept_spans[k] = as_obj(tuple_new(1100 + (seed >> 40) % 40000));
        }
    }
    heap_check();
    n_each = 0;
    heap_each(count_each, NULL);
    EQUAL(n_each, heap_counts().live_objects);
    for (int i = 0; i < 600; i++)
        release_obj(kept_spans[i]);
    heap_check();
    EQUAL(heap_counts().live_bytes, before);
}

static void test_birth_cell(void)
{
    heap_set_cell(7);
    Value a = atom_new(), p = pair_new_take(NONE, NONE);
    heap_set_cell(0x1000008);
    Value b = atom_new();
    EQUAL(birth_cell(as_obj(a)), 7);
    EQUAL(birth_cell(as_obj(p)), 7);
    EQUAL(birth_cell(as_obj(b)), 8);
    EQUAL(generation_of(as_obj(p)), 0);
    CHECK(heap_tracked(as_obj(p)) && !heap_tracked(as_obj(a)));
    release(a), release(b), release(p);
    heap_set_cell(0);
}

/* --- death --------------------------------------------------------------------------------------------------------- */

static void test_deep_death(void)
{
    uint64_t before = heap_counts().live_objects;
    Value chain = NONE;
    for (int i = 0; i < 1000000; i++)
        chain = pair_new_take(NONE, chain);
    release(chain);
    EQUAL(heap_counts().live_objects, before);
    chain = NONE;
    for (int i = 0; i < 200000; i++) {           /* both branches deep */
        Value l = list_new();
        list_append_take(l, chain);
        list_append_take(l, pair_new_take(NONE, atom_new()));
        chain = l;
    }
    release(chain);
    EQUAL(heap_counts().live_objects, before);
    heap_check();
}

static int n_finalised;
static Value resurrected = { (5ull << 3) | 4 };
static void finalise_count(Object *o)
{
    (void)o;
    n_finalised++;
}
static void finalise_resurrect(Object *o)
{
    n_finalised++;
    set_slot(&resurrected, retain(obj_value(o)));
}

static void test_finaliser(void)
{
    uint64_t before = heap_counts().live_objects;
    inst_type.finalize = finalise_count;
    n_finalised = 0;
    release(inst_new());
    EQUAL(n_finalised, 1);
    inst_type.finalize = finalise_resurrect;
    release(inst_new());
    EQUAL(n_finalised, 2);
    CHECK(is_ptr(resurrected));
    EQUAL(as_obj(resurrected)->refcount, 1);
    CHECK(as_obj(resurrected)->birth & BIRTH_FINALIZED);
    set_slot(&resurrected, UNBOUND);             /* not twice */
    EQUAL(n_finalised, 2);
    inst_type.finalize = NULL;
    EQUAL(heap_counts().live_objects, before);
}

/* A finaliser in the middle of a deep structure that itself drops a deep structure. */
static void finalise_deep(Object *o)
{
    (void)o;
    n_finalised++;
    Value chain = NONE;
    for (int i = 0; i < 1000; i++)
        chain = pair_new_take(NONE, chain);
    uint64_t before = heap_counts().live_objects;
    release(chain);
    CHECK(heap_counts().live_objects <= before - 1000);     /* what waited for burial goes too */
}
static void test_finaliser_in_depth(void)
{
    uint64_t before = heap_counts().live_objects;
    inst_type.finalize = finalise_deep;
    n_finalised = 0;
    Value chain = NONE;
    for (int i = 0; i < 2000; i++)
        chain = pair_new_take(i % 200 == 0 ? inst_new() : NONE, chain);
    release(chain);
    EQUAL(n_finalised, 10);
    inst_type.finalize = NULL;
    EQUAL(heap_counts().live_objects, before);
}

static void test_counted_type(void)
{
    uint32_t before = inst_type.head.refcount;
    Value i = inst_new();
    EQUAL(inst_type.head.refcount, before + 1);
    release(i);
    EQUAL(inst_type.head.refcount, before);
    Object *o = heap_new(&inst_shape, inst_type.basic_size);
    heap_free_unused(o);
    EQUAL(inst_type.head.refcount, before);
}

static void test_static_survives(void)
{
    static Atom fixed = { .head = STATIC_OBJECT(&atom_shape) };
    fixed.head.refcount = 1;
    release_obj(&fixed);
    EQUAL(fixed.head.refcount, STATIC_REFCOUNT);
}

/* --- weak references ----------------------------------------------------------------------------------------------- */

static int calls[16], n_calls;
static void record_call(Value callback, WeakRef *ref)
{
    CHECK(weakref_is_dead(ref));
    CHECK(weakref_get(ref) == NULL);
    if (n_calls < 16)
        calls[n_calls++] = (int)small_int(callback);
}

static void test_weakrefs(void)
{
    weakref_call = record_call;
    uint64_t before = heap_counts().live_bytes;
    Value o = inst_new();
    WeakRef *a = weak_new(o, small_int_value(1)), *b = weak_new(o, small_int_value(2)), *plain = weak_new(o, NONE),
            *c = weak_new(o, small_int_value(3));
    EQUAL(weakref_count(as_obj(o)), 4);
    CHECK(weakref_first_peek(as_obj(o)) == plain);       /* without a callback first, then newest first */
    CHECK(plain->next == c && c->next == b && b->next == a);
    Object *got = weakref_get(a);
    CHECK(got == as_obj(o));
    release_obj(got);
    release_obj(b);
    EQUAL(weakref_count(as_obj(o)), 3);
    weakref_check();
    n_calls = 0;
    release(o);
    EQUAL(n_calls, 2);
    EQUAL(calls[0], 3);
    EQUAL(calls[1], 1);
    CHECK(weakref_get(plain) == NULL && is_none(a->callback));
    release_obj(a), release_obj(c), release_obj(plain);
    EQUAL(heap_counts().live_bytes, before);
    EQUAL(weakref_watched(), 0);
}

static void test_many_weakrefs(void)
{
    enum { N = 3000 };
    static Value objects[N];
    static WeakRef *refs[N];
    uint64_t before = heap_counts().live_bytes;
    for (int i = 0; i < N; i++) {
        objects[i] = pair_new_take(NONE, NONE);
        refs[i] = weak_new(objects[i], NONE);
    }
    weakref_check();
    for (int i = 0; i < N; i += 2)
        release(objects[i]);
    weakref_check();
    bool is_right = true;
    for (int i = 0; i < N; i++) {
        Object *o = weakref_get(refs[i]);
        is_right &= (o == NULL) == (i % 2 == 0);
        release_obj(o);
    }
    CHECK(is_right);
    for (int i = 1; i < N; i += 2)
        release(objects[i]);
    for (int i = 0; i < N; i++)
        release_obj(refs[i]);
    EQUAL(weakref_watched(), 0);
    EQUAL(heap_counts().live_bytes, before);
    heap_fail_after(2);
    Value o = atom_new();
    CHECK(weak_new(o, NONE) == NULL);
    heap_fail_after(0);
    release(o);
}

/* --- collections --------------------------------------------------------------------------------------------------- */

static void test_counts(void)
{
    no_collector();
    EQUAL(collector.count[0] < 5, 1);
    int64_t start = collector.count[0];
    Value a = pair_new_take(NONE, NONE), b = list_new();
    release(atom_new());
    EQUAL(collector.count[0], start + 2);
    release(a);
    EQUAL(collector.count[0], start + 1);
    collect(0);
    EQUAL(collector.count[0], 0);
    EQUAL(collector.count[1], 1);
    collect(1);
    EQUAL(collector.count[1], 0);
    EQUAL(collector.count[2], 1);
    collect(2);
    EQUAL(collector.count[2], 0);
    release(b);
    EQUAL(collector.count[0], 0);                /* never below */
}

static void test_collect_numbers(void)
{
    no_collector();
    Value l = list_new();
    list_append_take(l, retain(l));
    release(l);
    EQUAL(collect(2), 1);
    Value d = dict_new();
    dict_add_take(d, small_int_value(1), retain(d));
    release(d);
    EQUAL(collect(2), 1);
    l = list_new();
    Value t = tuple_new(1);
    as_tuple(t)->items[0] = retain(l);
    list_append_take(l, t);
    release(l);
    EQUAL(collect(2), 2);
    release(ring(50));
    EQUAL(collect(0), 50);
    EQUAL(collect(2), 0);
    Value i = inst_new();
    set_slot(&as_inst(i)->attrs.inline_[0], retain(i));
    ((Value *)as_inst(i)->attrs.more)[0] = retain(i);
    release(i);
    EQUAL(collect(1), 1);
    uint64_t before = heap_counts().live_objects;
    for (int g = 0; g < 3; g++) {
        Value kept = ring(10);
        EQUAL(collect(g), 0);
        EQUAL(generation_of(as_obj(kept)), g < 2 ? g + 1 : 2);
        release(kept);
        EQUAL(collect(g), g == 2 ? 10 : 0);      /* it is older now */
        EQUAL(collect(2), g == 2 ? 0 : 10);
        EQUAL(heap_counts().live_objects, before);
    }
}

static void test_external_reference(void)
{
    no_collector();
    Value r = ring(20), inner = retain(as_pair(r)->right);
    release(r);
    EQUAL(collect(0), 0);
    EQUAL(collect(1), 0);
    uint64_t revived = collector.revived;
    EQUAL(collect(2), 0);                        /* no root holds it: subtraction saves it */
    EQUAL(collector.revived - revived, 20);
    set_root_take(0, inner);
    EQUAL(collect(2), 0);
    EQUAL(collector.revived - revived, 20);
    set_root_take(0, UNBOUND);
    EQUAL(collect(2), 20);
}

static void test_generation_sets(void)
{
    no_collector();
    /* Slots that die and are reused leave stale bits; one object may be named by both young bitmaps. */
    Value r = ring(100);
    collect(0);
    release(r);
    collect(1);
    for (int round = 0; round < 50; round++) {
        Value a = ring(round + 1), b = ring(3);
        collect(0);
        release(a);
        Value c = ring(round + 1);
        EQUAL(collect(1), round + 1);
        release(b);
        release(c);
        EQUAL(collect(2), 3 + round + 1);
    }
    heap_check();
    heap_check_references();
}

static void test_thresholds(void)
{
    collector.enabled = true;
    collect(2);
    event_clear(EVENT_COLLECT);
    GenerationStats before[3];
    memcpy(before, collector.stats, sizeof before);
    set_root_take(0, list_new());
    for (int i = 0; i < 20000; i++) {
        list_append_take(test_roots[0], pair_new_take(NONE, NONE));
        if (events_pending() & EVENT_COLLECT)
            collect_if_due();
    }
    /* As CPython 3.11: with 700,10,10 every eleventh is a generation 1; generation 2 obeys the 25 % rule. */
    EQUAL(collector.stats[0].collections - before[0].collections + collector.stats[1].collections - before[1].collections +
              collector.stats[2].collections - before[2].collections, 28);
    CHECK(collector.stats[1].collections - before[1].collections >= 2);
    collector.threshold[0] = 0;
    for (int i = 0; i < 5000; i++)
        list_append_take(test_roots[0], pair_new_take(NONE, NONE));
    CHECK(!(events_pending() & EVENT_COLLECT));
    collector.threshold[0] = 700;
    clear_roots();
    no_collector();
    for (int i = 0; i < 5000; i++)
        release(ring(1));
    CHECK(!(events_pending() & EVENT_COLLECT));
    EQUAL(collect(2), 5000);
}

static void test_quarter_rule(void)
{
    no_collector();
    set_root_take(0, list_new());
    for (int i = 0; i < 10000; i++)
        list_append_take(test_roots[0], pair_new_take(NONE, NONE));
    collect(2);
    EQUAL(collector.long_lived_total, 10001);
    EQUAL(collector.long_lived_pending, 0);
    collector.enabled = true;
    collector.count[0] = collector.threshold[0] + 1;
    collector.count[1] = collector.threshold[1] + 1;
    collector.count[2] = collector.threshold[2] + 1;
    uint64_t full = collector.stats[2].collections, middle = collector.stats[1].collections;
    collect_if_due();                            /* nothing pending: generation 1 instead */
    EQUAL(collector.stats[2].collections, full);
    EQUAL(collector.stats[1].collections, middle + 1);
    for (int i = 0; i < 2600; i++)
        list_append_take(test_roots[0], pair_new_take(NONE, NONE));
    collector.enabled = false;
    collect(1);
    EQUAL(collector.long_lived_pending, 2600);
    collector.enabled = true;
    collector.count[0] = collector.threshold[0] + 1;
    collector.count[2] = collector.threshold[2] + 1;
    collect_if_due();
    EQUAL(collector.stats[2].collections, full + 1);
    clear_roots();
    no_collector();
}

static void test_untracking(void)
{
    no_collector();
    Value t = tuple_new(2), d = dict_new(), l = list_new();
    as_tuple(t)->items[0] = small_int_value(1);
    as_tuple(t)->items[1] = atom_new();
    CHECK(heap_tracked(as_obj(t)) && !heap_tracked(as_obj(d)) && heap_tracked(as_obj(l)));
    dict_add_take(d, small_int_value(1), atom_new());
    CHECK(!heap_tracked(as_obj(d)));
    set_root_take(0, t), set_root_take(1, d), set_root_take(2, l);
    collect(0);
    CHECK(!heap_tracked(as_obj(t)) && heap_tracked(as_obj(l)));
    dict_add_take(d, small_int_value(2), retain(t));     /* an untracked tuple does not track it */
    CHECK(!heap_tracked(as_obj(d)));
    dict_add_take(d, small_int_value(3), retain(l));
    CHECK(heap_tracked(as_obj(d)));
    collect(0);
    CHECK(heap_tracked(as_obj(d)));
    set_slot(&as_dict(d)->entries[2].value, NONE);
    collect(1);
    CHECK(heap_tracked(as_obj(d)));              /* dicts only by full ones */
    collect(2);
    CHECK(!heap_tracked(as_obj(d)));
    Value inner = tuple_new(1), outer = tuple_new(1), holds = tuple_new(1);
    as_tuple(outer)->items[0] = inner;
    as_tuple(holds)->items[0] = retain(l);
    set_root_take(3, outer), set_root_take(4, holds);
    collect(2), collect(2);
    CHECK(!heap_tracked(as_obj(inner)) && !heap_tracked(as_obj(outer)) && heap_tracked(as_obj(holds)));
    clear_roots();
    EQUAL(collect(2), 0);
    heap_check();
}

static void test_statics_hold(void)
{
    static Pair fixed = { .head = STATIC_OBJECT(&pair_shape) };
    fixed.left = ring(5);
    fixed.right = NONE;
    heap_add_static(&fixed.head);
    no_collector();
    uint64_t revived = collector.revived;
    EQUAL(collect(2), 0);
    EQUAL(collector.revived, revived);
    CHECK(heap_is_object(&fixed));
    set_slot(&fixed.left, NONE);
    EQUAL(collect(2), 5);
}

static int phase_log[16], n_phases;
static void log_call(Value callback, WeakRef *ref)
{
    (void)ref;
    phase_log[n_phases++ & 15] = (int)small_int(callback);
}
static void log_finalise(Object *o)
{
    (void)o;
    phase_log[n_phases++ & 15] = 100;
}

static void test_order_and_resurrection(void)
{
    no_collector();
    weakref_call = log_call;
    inst_type.finalize = log_finalise;
    n_phases = 0;
    uint64_t before = heap_counts().live_objects;
    Value i = inst_new();
    set_slot(&as_inst(i)->attrs.inline_[0], retain(i));
    WeakRef *outside = weak_new(i, small_int_value(1)), *inside = weak_new(i, small_int_value(2));
    set_slot(&as_inst(i)->attrs.inline_[1], obj_value(inside));
    release(i);
    EQUAL(collect(2), 2);
    EQUAL(n_phases, 2);                          /* the one in the garbage is not called */
    EQUAL(phase_log[0], 1);
    EQUAL(phase_log[1], 100);
    CHECK(weakref_is_dead(outside));
    release_obj(outside);
    /* Resurrected by its finaliser: collect says 0, weak references are empty all the same, and nothing runs again. */
    inst_type.finalize = finalise_resurrect;
    n_phases = n_finalised = 0;
    i = inst_new();
    set_slot(&as_inst(i)->attrs.inline_[0], retain(i));
    outside = weak_new(i, small_int_value(1));
    release(i);
    Value other = ring(4);
    release(other);
    EQUAL(collect(2), 4);                        /* does not keep other garbage */
    EQUAL(n_phases, 1);
    EQUAL(n_finalised, 1);
    CHECK(is_ptr(resurrected) && weakref_is_dead(outside));
    EQUAL(generation_of(as_obj(resurrected)), 2);
    release_obj(outside);
    set_slot(&resurrected, UNBOUND);
    EQUAL(collect(2), 1);
    EQUAL(n_finalised, 1);
    inst_type.finalize = NULL;
    weakref_call = record_call;
    EQUAL(heap_counts().live_objects, before);
}

/* Resurrection is transitive: what a resurrected object reaches stays. */
static void test_transitive_resurrection(void)
{
    no_collector();
    inst_type.finalize = finalise_resurrect;
    n_finalised = 0;
    Value i = inst_new(), cargo = ring(6);
    set_slot(&as_inst(i)->attrs.inline_[0], retain(i));
    set_slot(&as_inst(i)->attrs.inline_[1], cargo);
    release(i);
    EQUAL(collect(0), 0);
    EQUAL(n_finalised, 1);
    EQUAL(generation_of(as_obj(resurrected)), 1);
    EQUAL(as_pair(cargo)->right.bits != 0 && is_ptr(as_pair(cargo)->right), 1);
    heap_check();
    set_slot(&resurrected, UNBOUND);
    EQUAL(collect(2), 7);
    inst_type.finalize = NULL;
}

/* A finaliser that makes more garbage, and one that frees other garbage. */
static void finalise_busy(Object *o)
{
    n_finalised++;
    release(ring(3));
    set_slot(&((Inst *)o)->attrs.inline_[1], UNBOUND);
}
static void test_busy_finaliser(void)
{
    no_collector();
    inst_type.finalize = finalise_busy;
    n_finalised = 0;
    Value a = inst_new(), b = inst_new();
    set_slot(&as_inst(a)->attrs.inline_[0], retain(b));
    set_slot(&as_inst(b)->attrs.inline_[0], retain(a));
    set_slot(&as_inst(a)->attrs.inline_[1], retain(b));
    set_slot(&as_inst(b)->attrs.inline_[1], retain(a));
    release(a), release(b);
    EQUAL(collect(2), 2);
    EQUAL(n_finalised, 2);
    EQUAL(collect(2), 6);
    inst_type.finalize = NULL;
    heap_check();
}

static Value saved = { (5ull << 3) | 4 };
static bool keep_garbage(Object *o) { return list_append_take(saved, retain(obj_value(o))); }
static void test_saveall(void)
{
    no_collector();
    saved = list_new();
    collect_keep = keep_garbage;
    collector.debug = GC_DEBUG_SAVEALL;
    release(ring(3));
    EQUAL(collect(2), 3);
    EQUAL(as_list(saved)->n, 3);
    CHECK(is_ptr(as_pair(as_list(saved)->items[0])->right));      /* not cleared */
    collector.debug = 0;
    set_root_take(0, give(saved));
    EQUAL(collect(2), 0);
    clear_roots();
    EQUAL(collect(2), 3);
    collect_keep = NULL;
}

static char printed[4096];
static void print_to_buffer(const char *line) { strncat(printed, line, sizeof printed - strlen(printed) - 1); }
static int phases;
static void count_phase(const char *phase, int generation, int64_t collected, int64_t uncollectable)
{
    phases = phases * 10 + (phase[2] == 'a' ? 1 : 2);
    CHECK(generation == 1 && uncollectable == 0);
    CHECK(phase[2] == 'a' ? collected == 0 : collected == 2);
    CHECK(collector.collecting);
    EQUAL(collect(2), 0);                        /* not while one runs */
}
static void test_debug_and_callbacks(void)
{
    no_collector();
    collect_print = print_to_buffer;
    collect_callback = count_phase;
    collector.debug = GC_DEBUG_STATS | GC_DEBUG_COLLECTABLE;
    GenerationStats before = collector.stats[1];
    release(ring(2));
    EQUAL(collect(1), 2);
    EQUAL(phases, 12);
    CHECK(strstr(printed, "gc: collecting generation 1...\ngc: objects in each generation: 2 0 "));
    CHECK(strstr(printed, "gc: objects in permanent generation: 0\n"));
    CHECK(strstr(printed, "gc: collectable <pair 0x"));
    CHECK(strstr(printed, "gc: done, 2 unreachable, 0 uncollectable, 0."));
    EQUAL(collector.stats[1].collections, before.collections + 1);
    EQUAL(collector.stats[1].collected, before.collected + 2);
    collector.debug = 0;
    collect_print = NULL;
    collect_callback = NULL;
}

static void test_freeze(void)
{
    no_collector();
    Value r = ring(5);
    collect_freeze();
    EQUAL(collect_frozen() >= 5, 1);
    EQUAL(collect_generation_size(0) + collect_generation_size(1) + collect_generation_size(2), 0);
    release(r);
    EQUAL(collect(2), 0);
    Value held = ring(3);                        /* held by a frozen object */
    Value frozen_holder = pair_new_take(held, NONE);
    collect_freeze();
    uint64_t revived = collector.revived;
    set_slot(&as_pair(frozen_holder)->right, ring(2));
    EQUAL(collect(2), 0);
    EQUAL(collector.revived, revived);
    collect_unfreeze();
    EQUAL(collect_frozen(), 0);
    EQUAL(collect(2), 5);
    release(frozen_holder);
    EQUAL(collect(2), 5);
}

static bool stop_at_once(void *context) { return ++*(int *)context > 0; }
static bool never_stop(void *context)
{
    ++*(int *)context;
    return false;
}
static void test_idle(void)
{
    no_collector();
    collector.enabled = true;
    set_root_take(0, list_new());
    for (int i = 0; i < 5000; i++)
        list_append_take(test_roots[0], pair_new_take(NONE, NONE));
    release(ring(9));
    int n = 0;
    int64_t counts[3];
    memcpy(counts, collector.count, sizeof counts);
    uint64_t live = heap_counts().live_objects;
    CHECK(!collect_idle(stop_at_once, &n));
    EQUAL(n, 1);
    EQUAL(heap_counts().live_objects, live);
    CHECK(memcmp(counts, collector.count, sizeof counts) == 0);
    heap_check();
    EQUAL(collect(0), 9);                        /* the young sets are whole */
    release(ring(9));
    for (int i = 0; i < 2000; i++)
        list_append_take(test_roots[0], pair_new_take(NONE, NONE));
    n = 0;
    CHECK(collect_idle(never_stop, &n));
    CHECK(n > 5);
    CHECK(!collect_idle(never_stop, &n));        /* nothing new */
    EQUAL(collect(2), 0);
    clear_roots();
    no_collector();
}

static void test_each(void)
{
    no_collector();
    Value l = list_new(), d = dict_new();
    n_each = 0;
    collect_each(0, count_each, NULL);
    EQUAL(n_each, 1);
    n_each = 0;
    collect_each(-1, count_each, NULL);
    EQUAL(n_each, collect_generation_size(0) + collect_generation_size(1) + collect_generation_size(2));
    release(l), release(d);
}

static void test_internal_not_counted(void)
{
    no_collector();
    pair_type.heap_flags |= HEAP_TYPE_INTERNAL;
    Value l = list_new();
    list_append_take(l, pair_new_take(retain(l), NONE));
    release(l);
    EQUAL(collect(2), 1);
    pair_type.heap_flags &= ~(uint32_t)HEAP_TYPE_INTERNAL;
}

static void test_cycle_shapes(void)
{
    no_collector();
    collector.record_cycles = true;
    collect_reset_shapes();
    heap_set_cell(5);
    release(ring(3));
    release(ring(3));
    Value l = list_new(), d = dict_new();
    list_append_take(l, retain(d));
    dict_add_take(d, small_int_value(1), l);
    dict_add_take(d, small_int_value(2), atom_new());
    release(d);
    heap_set_cell(0);
    EQUAL(collect(2), 8);
    size_t n;
    const CycleShape *shapes = collect_cycle_shapes(&n);
    EQUAL(n, 2);
    for (size_t i = 0; i < n; i++) {
        EQUAL(shapes[i].cell, 5);
        if (shapes[i].rings == 2)
            TEXT(shapes[i].types, "pair -> pair -> pair -> pair");
        else
            TEXT(shapes[i].types, "dict -> list -> dict");
        CHECK(shapes[i].objects == (shapes[i].rings == 2 ? 6 : 2) && shapes[i].bytes > 0);
    }
    collect_reset_shapes();
    collect_cycle_shapes(&n);
    EQUAL(n, 0);
    release(ring(100));
    collect(2);
    shapes = collect_cycle_shapes(&n);
    CHECK(n == 1 && strstr(shapes[0].types, "-> ... ->"));
    collect_reset_shapes();
    collector.record_cycles = false;
}

/* Random mutation, collections in between, everything checked; nothing may be lost or kept. */
static void test_fuzz(void)
{
    collector.enabled = true;
    heap_check_install();
    weakref_call = record_call;
    uint64_t seed = 99;
#define RANDOM(n) (seed = seed * 6364136223846793005ull + 1442695040888963407ull, (int)((seed >> 33) % (uint64_t)(n)))
    for (int step = 0; step < 60000; step++) {
        int k = RANDOM(N_TEST_ROOTS), j = RANDOM(N_TEST_ROOTS);
        Value v = test_roots[k], w = test_roots[j];
        switch (RANDOM(14)) {
        case 0: set_root_take(k, list_new()); break;
        case 1: set_root_take(k, dict_new()); break;
        case 2: set_root_take(k, tuple_new((uint64_t)RANDOM(5))); break;
        case 3: set_root_take(k, inst_new()); break;
        case 4: set_root_take(k, atom_new()); break;
        case 5: set_root_take(k, pair_new_take(retain(v), retain(w))); break;
        case 6: set_root_take(k, retain(w)); break;
        case 7: set_root_take(k, UNBOUND); break;
        case 8: case 9: case 10:
            if (!is_ptr(v))
                break;
            if (heap_type(as_obj(v)) == &list_type && as_list(v)->n < 20)
                list_append_take(v, retain(w));
            else if (heap_type(as_obj(v)) == &dict_type && as_dict(v)->n < 20)
                dict_add_take(v, small_int_value(step), retain(w));
            else if (heap_type(as_obj(v)) == &inst_type)
                set_slot(&as_inst(v)->attrs.inline_[RANDOM(2)], retain(w));
            else if (heap_type(as_obj(v)) == &pair_type)
                set_slot(&as_pair(v)->left, retain(w));
            break;
        case 11:
            if (is_ptr(v) && heap_type(as_obj(v)) == &pair_type)
                set_root_take(k, retain(as_pair(v)->right));
            break;
        case 12:
            if (is_ptr(w)) {
                WeakRef *ref = weak_new(w, RANDOM(2) ? NONE : small_int_value(1));
                set_root_take(k, ref ? obj_value(ref) : NONE);
            }
            break;
        case 13:
            if (RANDOM(20) == 0)
                collect(RANDOM(3));
            else if (RANDOM(400) == 0)
                heap_check_references();
            break;
        }
        if (events_pending())
            collect_if_due();
    }
#undef RANDOM
    EQUAL(collector.revived, 0);
    heap_check_references();
    clear_roots();
    collect(2);
    collect_check = NULL;
    EQUAL(heap_counts().live_objects, 0);
    no_collector();
}

/* Each allocation failing once must leave a sound heap. */
static void test_stress_collections(void)
{
    collector.enabled = true;
    heap_stress_collections(true);
    set_root_take(0, list_new());
    for (int i = 0; i < 300; i++) {
        list_append_take(test_roots[0], ring(2));
        CHECK(events_pending() & EVENT_COLLECT);
        collect_if_due();
        EQUAL(as_list(test_roots[0])->n, (uint64_t)i + 1);
    }
    heap_stress_collections(false);
    event_clear(EVENT_COLLECT);
    clear_roots();
    no_collector();
    EQUAL(heap_counts().live_objects, 0);
}

/* --- inspection ---------------------------------------------------------------------------------------------------- */

static void test_census(void)
{
    no_collector();
    heap_set_cell(3);
    Value l = list_new();
    for (int i = 0; i < 100; i++)
        list_append_take(l, atom_new());
    heap_set_cell(4);
    for (int i = 0; i < 50; i++)
        list_append_take(l, tuple_new(3));
    Census *before = census_take();
    EQUAL(before->objects, heap_counts().live_objects);
    CHECK(before->bytes <= before->live_bytes);
    EQUAL(before->generation_objects[0], 51);
    EQUAL(before->generation_objects[CENSUS_UNTRACKED], 100);
    size_t n;
    CensusRow *rows = census_by_type(before, &n);
    EQUAL(n, 3);
    for (size_t i = 0; i < n; i++)
        EQUAL(rows[i].objects, strcmp(rows[i].type, "list") == 0 ? 1 : strcmp(rows[i].type, "atom") == 0 ? 100 : 50);
    free(rows);
    rows = census_by_cell(before, &n);
    EQUAL(n, 2);
    EQUAL(rows[0].cell, 3);
    EQUAL(rows[0].objects, 101);
    free(rows);
    rows = census_of_cell(before, 4, &n);
    CHECK(n == 1 && rows[0].objects == 50);
    free(rows);
    for (int i = 0; i < 10; i++)
        list_append_take(l, atom_new());
    Census *after = census_take();
    CensusChange *changes = census_diff(before, after, &n);
    EQUAL(n, 1);
    CHECK(n && strcmp(changes[0].type, "atom") == 0 && changes[0].cell == 4 && changes[0].objects == 10 && changes[0].bytes == 320);
    free(changes);
    census_free(before), census_free(after);
    n_each = 0;
    census_each_of_cell(3, count_each, NULL);
    EQUAL(n_each, 101);
    heap_set_cell(0);
    release(l);
}

static void test_scc_and_dominators(void)
{
    /* 0 -> 1 -> 2 -> 0, 2 -> 3, 3 -> 4, 4 -> 3, 0 -> 5 */
    static const uint32_t first[] = { 0, 2, 3, 5, 6, 7, 7 }, edges[] = { 1, 5, 2, 0, 3, 4, 3 };
    uint32_t component[6];
    EQUAL(scc_find(6, first, edges, component), 3);
    CHECK(component[0] == component[1] && component[1] == component[2] && component[3] == component[4]);
    CHECK(component[0] != component[3] && component[5] != component[0]);
    /* A diamond with a tail: 0 -> 1, 0 -> 2, 1 -> 3, 2 -> 3, 3 -> 4, 4 -> 1; 5 unreached */
    static const uint32_t dfirst[] = { 0, 2, 3, 4, 5, 6, 7 }, dedges[] = { 1, 2, 3, 3, 4, 1, 0 };
    Dominators d;
    CHECK(dominators_find(6, dfirst, dedges, 0, &d));
    EQUAL(d.n, 5);
    static const uint32_t above[] = { 0, 0, 0, 0, 3 };
    for (uint32_t v = 1; v < 5; v++)
        EQUAL(d.node[d.parent[d.number[v]]], above[v]);
    EQUAL(d.number[5], 0);
    dominators_free(&d);
    /* Against the definition, on random graphs: d dominates v iff v is unreachable without d. */
    uint64_t seed = 5;
    for (int round = 0; round < 200; round++) {
        enum { N = 12, E = 24 };
        uint32_t from[E], f[N + 1] = { 0 }, e[E], at = 0;
        for (int i = 0; i < E; i++) {
            seed = seed * 6364136223846793005ull + 1442695040888963407ull;
            from[i] = (uint32_t)(seed >> 33) % N;
        }
        for (uint32_t v = 0; v < N; v++) {
            f[v] = at;
            for (int i = 0; i < E; i++)
                if (from[i] == v) {
                    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
                    e[at++] = (uint32_t)(seed >> 33) % N;
                }
        }
        f[N] = at;
        CHECK(dominators_find(N, f, e, 0, &d));
        bool is_right = true;
        for (uint32_t without = 0; without < N; without++) {
            bool seen[N] = { false };
            uint32_t stack[N * E], len = 0;
            if (without != 0) {
                stack[len++] = 0;
                seen[0] = true;
            }
            while (len) {
                uint32_t v = stack[--len];
                for (uint32_t i = f[v]; i < f[v + 1]; i++)
                    if (e[i] != without && !seen[e[i]]) {
                        seen[e[i]] = true;
                        stack[len++] = e[i];
                    }
            }
            for (uint32_t v = 0; v < N; v++) {
                bool dominates = false;
                for (uint32_t up = d.number[v]; up; up = d.parent[up])
                    dominates |= d.node[up] == without;
                if (d.number[v])
                    is_right &= dominates == !seen[v];
            }
        }
        CHECK(is_right);
        dominators_free(&d);
    }
}

static void count_edge(void *context, Object *holder, Object *target, const Edge *edge)
{
    char text[64];
    (void)holder;
    (void)target;
    graph_edge_text(edge, text, sizeof text);
    strcat(context, text);
    strcat(context, " ");
}

static void test_edges(void)
{
    no_collector();
    char found[512] = "";
    Value a = atom_new(), l = list_new(), d = dict_new(), t = tuple_new(2), i = inst_new();
    list_append_take(l, NONE), list_append_take(l, retain(a));
    dict_add_take(d, small_int_value(7), retain(a));
    dict_add_take(d, TRUE, NONE);
    as_tuple(t)->items[1] = retain(a);
    ((Value *)as_inst(i)->attrs.more)[0] = retain(a);
    Object *target = as_obj(a);
    graph_referrers(&target, 1, count_edge, found);
    CHECK(strstr(found, "list[1] ") && strstr(found, "dict[7] ") && strstr(found, "tuple[1] ") && strstr(found, ".attr[2] "));
    EQUAL(strlen(found), strlen("list[1] dict[7] tuple[1] .attr[2] "));
    found[0] = 0;
    graph_referents(as_obj(i), count_edge, found);
    TEXT(found, "__class__ .attr[2] ");
    release(a), release(l), release(d), release(t), release(i);
}

static void test_graph_sizes(void)
{
    no_collector();
    /* root a -> namespace {1: x, 2: y}; x = [p, shared], y = [shared]; q garbage */
    Value names = dict_new(), x = list_new(), y = list_new(), shared = list_new();
    for (int k = 0; k < 10; k++)
        list_append_take(shared, atom_new());
    list_append_take(x, pair_new_take(atom_new(), NONE));
    list_append_take(x, retain(shared));
    list_append_take(y, retain(shared));
    dict_add_take(names, small_int_value(1), retain(x));
    dict_add_take(names, small_int_value(2), retain(y));
    set_root_take(0, retain(names));
    Value garbage = ring(2);
    release(garbage);
    release(x), release(y), release(shared);
    GraphName list[] = { { "x", as_obj(names), as_obj(x) }, { "y", as_obj(names), as_obj(y) }, { "n", as_obj(names), NULL } };
    const char *why;
    Graph *g = graph_build(list, 3, 0, &why);
    CHECK(g && !why);
    GraphNameSize size;
    CHECK(graph_name_size(g, 0, &size));
    EQUAL(size.retained.objects, 3);
    EQUAL(size.retained.bytes, heap_size_of(as_obj(x)) + 32 + 32);
    EQUAL(size.shared.objects, 11);
    EQUAL(size.shallow_bytes, heap_size_of(as_obj(x)));
    CHECK(graph_name_size(g, 1, &size));
    EQUAL(size.retained.objects, 1);
    EQUAL(size.shared.objects, 11);
    CHECK(graph_name_size(g, 2, &size));
    EQUAL(size.retained.objects, 0);
    GraphSize s;
    CHECK(graph_retained(g, as_obj(shared), &s));
    EQUAL(s.objects, 11);
    size_t name;
    CHECK(graph_dominator(g, as_obj(shared), &name) == as_obj(names));
    CHECK(graph_dominator(g, as_obj(x), &name) == NULL);
    EQUAL(name, 0);
    EQUAL(graph_unreachable(g).objects, 2);
    EQUAL(graph_reachable(g).objects + 2, heap_counts().live_objects);

    GraphPath *paths;
    size_t n = graph_paths(g, as_obj(shared), 10, &paths);
    EQUAL(n, 2);
    int at_x = strcmp(paths[0].text, "x -> list[1]") == 0 ? 0 : 1;       /* of equal length: either order */
    TEXT(paths[at_x].text, "x -> list[1]");
    TEXT(paths[!at_x].text, "y -> list[0]");
    EQUAL(paths[at_x].name, 0);
    EQUAL(paths[1].n_steps, 3);
    CHECK(paths[1].steps[2].object == as_obj(shared));
    graph_paths_free(paths, n);
    n = graph_paths(g, as_obj(names), 10, &paths);
    EQUAL(n, 1);
    TEXT(paths[0].text, "a");
    graph_paths_free(paths, n);
    EQUAL(graph_paths(g, as_obj(garbage), 10, &paths), 0);

    GraphWhatIf w;
    size_t drop[] = { 0, 1 };
    CHECK(graph_what_if(g, drop, 1, &w));
    EQUAL(w.now.objects, 3);
    EQUAL(w.after_collection.objects, 3);
    EQUAL(w.kept.objects, 11);
    EQUAL(w.n_blockers, 1);
    CHECK(w.blockers[0].object == as_obj(shared) && w.blockers[0].size.objects == 11);
    TEXT(w.blockers[0].path, "y -> list[0]");
    graph_what_if_free(&w);
    CHECK(graph_what_if(g, drop, 2, &w));
    EQUAL(w.now.objects, 3 + 1 + 11);
    EQUAL(w.kept.objects, 0);
    graph_what_if_free(&w);
    graph_free(g);
    CHECK(graph_build(list, 3, 1000, &why) == NULL && why);
    release(names);
    clear_roots();
    EQUAL(collect(2), 2);
}

static void test_what_if_cycle(void)
{
    no_collector();
    Value names = dict_new(), r = ring(10);
    Value big = list_new();
    list_append_take(big, retain(r));
    set_slot(&as_pair(r)->left, retain(big));            /* names -> big <-> ring */
    dict_add_take(names, small_int_value(1), retain(big));
    set_root_take(0, retain(names));
    set_root_take(1, retain(as_pair(r)->right));         /* and another root into the ring: everything stays */
    release(r), release(big);
    GraphName list[] = { { "big", as_obj(names), as_obj(big) } };
    size_t drop = 0;
    Graph *g = graph_build(list, 1, 0, NULL);
    GraphWhatIf w;
    CHECK(graph_what_if(g, &drop, 1, &w));
    EQUAL(w.now.objects, 0);
    EQUAL(w.after_collection.objects, 0);
    EQUAL(w.kept.objects, 11);
    CHECK(w.n_blockers == 1 && w.blockers[0].object == as_obj(big));
    CHECK(w.n_blockers && strncmp(w.blockers[0].path, "b -> right -> right", 19) == 0);
    graph_what_if_free(&w);
    graph_free(g);
    set_root_take(1, UNBOUND);
    g = graph_build(list, 1, 0, NULL);
    CHECK(graph_what_if(g, &drop, 1, &w));
    EQUAL(w.now.objects, 0);
    EQUAL(w.after_collection.objects, 11);
    EQUAL(w.kept.objects, 0);
    graph_what_if_free(&w);
    graph_free(g);
    clear_roots();
    release(names);
    EQUAL(collect(2), 11);
}

/* Random heaps: what the dry run foresees is what deleting does. */
static void test_what_if_true(void)
{
    enum { N = 60, NAMES = 8 };
    uint64_t seed = 4711;
#define RANDOM(n) (seed = seed * 6364136223846793005ull + 1442695040888963407ull, (int)((seed >> 33) % (uint64_t)(n)))
    no_collector();
    for (int round = 0; round < 150; round++) {
        Value names = dict_new(), all[N];
        for (int i = 0; i < N; i++)
            all[i] = RANDOM(4) == 0 ? atom_new() : RANDOM(3) == 0 ? inst_new() : list_new();
        for (int i = 0; i < N * 2; i++) {
            Value from = all[RANDOM(N)], to = all[RANDOM(N)];
            if (heap_type(as_obj(from)) == &list_type)
                list_append_take(from, retain(to));
            else if (heap_type(as_obj(from)) == &inst_type)
                set_slot(&as_inst(from)->attrs.inline_[RANDOM(2)], retain(to));
        }
        GraphName list[NAMES];
        for (int i = 0; i < NAMES; i++) {
            Value target = all[RANDOM(N)];
            dict_add_take(names, small_int_value(i), retain(target));
            list[i] = (GraphName){ test_root_names[i], as_obj(names), as_obj(target) };
        }
        set_root_take(0, names);
        set_root_take(1, retain(all[RANDOM(N)]));
        for (int i = 0; i < N; i++)
            release(all[i]);
        collect(2);
        size_t drop[3];
        for (int i = 0; i < 3; i++)
            drop[i] = (size_t)RANDOM(NAMES);
        size_t n_drop = 1 + (size_t)RANDOM(3);
        Graph *g = graph_build(list, NAMES, 0, NULL);
        GraphWhatIf w;
        GraphNameSize size;
        CHECK(graph_what_if(g, drop, n_drop, &w));
        CHECK(graph_name_size(g, drop[0], &size));
        EQUAL(graph_unreachable(g).objects, 0);
        EQUAL(graph_reachable(g).objects, heap_counts().live_objects);
        if (n_drop == 1) {
            EQUAL(size.retained.objects, w.after_collection.objects);
            EQUAL(size.retained.bytes, w.after_collection.bytes);
            EQUAL(size.shared.objects, w.kept.objects);
        }
        for (size_t i = 0; i < w.n_blockers; i++)
            CHECK(w.blockers[i].path && w.blockers[i].path[0]);
        graph_what_if_free(&w);
        graph_free(g);
        g = graph_build(list, NAMES, 0, NULL);
        CHECK(graph_what_if(g, drop, n_drop, &w));
        graph_free(g);
        HeapCounts before = heap_counts();
        for (size_t i = 0; i < n_drop; i++)
            set_slot(&as_dict(names)->entries[drop[i]].value, NONE);
        EQUAL(before.live_objects - heap_counts().live_objects, w.now.objects);
        EQUAL(before.live_bytes - heap_counts().live_bytes - w.now.bytes <= w.now.objects * 40, 1);   /* insts do not report `more` fully */
        collect(2);
        EQUAL(before.live_objects - heap_counts().live_objects, w.after_collection.objects);
        graph_what_if_free(&w);
        clear_roots();
        collect(2);
        EQUAL(heap_counts().live_objects, 0);
    }
#undef RANDOM
}

/* Every shortage of memory for the picture is answered, never suffered. */
static void test_graph_shortage(void)
{
    no_collector();
    Value names = dict_new();
    for (int i = 0; i < 50; i++) {
        Value l = list_new();
        list_append_take(l, ring(3));
        dict_add_take(names, small_int_value(i), l);
    }
    set_root_take(0, names);
    GraphName list[] = { { "x", as_obj(names), as_obj(as_dict(names)->entries[3].value) } };
    int n_built = 0, n_whole = 0;
    for (size_t limit = 500; limit < 300000; limit += 3111) {
        Graph *g = graph_build(list, 1, limit, NULL);
        if (!g)
            continue;
        n_built++;
        CHECK(graph_memory(g) <= limit);
        GraphNameSize size;
        GraphWhatIf w;
        GraphPath *paths;
        size_t drop = 0;
        bool has_sizes = graph_name_size(g, 0, &size);
        bool has_what_if = graph_what_if(g, &drop, 1, &w);
        size_t n_paths = graph_paths(g, list[0].target, 3, &paths);
        graph_paths_free(paths, n_paths);
        if (has_what_if)
            graph_what_if_free(&w);
        n_whole += has_sizes && has_what_if && n_paths == 1 && size.retained.objects == 4;
        graph_free(g);
    }
    CHECK(n_built > 10 && n_whole > 5);
    clear_roots();
    collect(2);
}

/* A mark stack of four entries marks all the same. */
static void test_tiny_mark_stack(void)
{
    no_collector();
    Value top = list_new();
    for (int i = 0; i < 100; i++) {
        Value l = list_new();
        for (int j = 0; j < 20; j++) {
            Value p = pair_new_take(NONE, NONE);
            list_append_take(l, pair_new_take(p, list_new()));
        }
        list_append_take(top, l);
    }
    set_root_take(0, top);
    Object *room[4];
    Stack stack = { room, 0, 4 };
    MarkRun run = { &stack, false, NULL, NULL, 0 };
    CHECK(mark_from_roots(&run));
    bool is_all = true;
    for (PageWalk w = { 0 }; page_next(&w);)
        for (uint32_t i = 0; w.page->kind == KIND_CONTAINER && i < w.page->n_fresh; i++) {
            Object *o = page_object(w.page, w.start, i);
            is_all &= !o || mark_test(o);
        }
    CHECK(is_all);
    clear_roots();
    EQUAL(collect(2), 0);
}

static void test_paths_limits(void)
{
    no_collector();
    /* Two shortest ways through one referrer, and a very long chain. */
    Value target = atom_new(), holder = pair_new_take(retain(target), NONE);
    Value left = pair_new_take(retain(holder), NONE), right = pair_new_take(NONE, retain(holder));
    set_root_take(0, left), set_root_take(1, right);
    Graph *g = graph_build(NULL, 0, 0, NULL);
    GraphPath *paths;
    size_t n = graph_paths(g, as_obj(target), 10, &paths);
    EQUAL(n, 2);
    CHECK(n == 2 && strcmp(paths[0].text, paths[1].text) != 0);
    for (size_t i = 0; i < n; i++)
        CHECK(strcmp(paths[i].text, "a -> left -> left") == 0 || strcmp(paths[i].text, "b -> right -> left") == 0);
    graph_paths_free(paths, n);
    EQUAL(graph_paths(g, as_obj(target), 1, &paths), 1);
    graph_paths_free(paths, 1);
    graph_free(g);
    clear_roots();
    release(holder);
    Value chain = target;
    for (int i = 0; i < 100000; i++)
        chain = pair_new_take(NONE, chain);
    set_root_take(0, chain);
    g = graph_build(NULL, 0, 0, NULL);
    n = graph_paths(g, as_obj(target), 5, &paths);
    EQUAL(n, 1);
    CHECK(n && strstr(paths[0].text, "more ..."));
    CHECK(n && paths[0].n_steps == 64);
    graph_paths_free(paths, n);
    GraphSize s;
    CHECK(graph_retained(g, as_obj(chain), &s));
    EQUAL(s.objects, 100001);
    graph_free(g);
    clear_roots();
}

static bool write_text(void *context, const char *text, size_t len)
{
    char **to = context;
    size_t old = *to ? strlen(*to) : 0;
    *to = realloc(*to, old + len + 1);
    memcpy(*to + old, text, len);
    (*to)[old + len] = 0;
    return true;
}
static bool write_fails(void *context, const char *text, size_t len)
{
    (void)context, (void)text, (void)len;
    return false;
}
static void test_snapshot(void)
{
    no_collector();
    Value names = dict_new(), l = list_new();
    list_append_take(l, atom_new());
    dict_add_take(names, small_int_value(1), retain(l));
    set_root_take(0, names);
    GraphName list[] = { { "the \"list\"", as_obj(names), as_obj(l) } };
    release(l);
    Graph *g = graph_build(list, 1, 0, NULL);
    char *text = NULL;
    CHECK(snapshot_write(g, write_text, &text));
    CHECK(text && strstr(text, "\"node_count\"") && strstr(text, "\"strings\":[") && strstr(text, "the \\u0022list\\u0022"));
    const char *file = getenv("SNAPSHOT");
    FILE *f = file ? fopen(file, "w") : NULL;
    if (f) {
        fputs(text, f);
        fclose(f);
    }
    free(text);
    CHECK(!snapshot_write(g, write_fails, NULL));
    graph_free(g);
    clear_roots();
}

static void test_leak_report(void)
{
    no_collector();
    Value a = atom_new();
    char text[1000] = "";
    FILE *f = fmemopen(text, sizeof text - 1, "w");
    EQUAL(heap_leak_report(f, 10), 1);
    fclose(f);
    CHECK(strstr(text, "1 objects alive") && strstr(text, "atom"));
    release(a);
    EQUAL(heap_leak_report(stdout, 10), 0);
}

int main(void)
{
    test_types_init();
    test_classes();
    test_accounting();
    test_buffers();
    test_limit();
    test_fail_countdown();
    test_spans();
    test_pages();
    test_birth_cell();
    test_deep_death();
    test_finaliser();
    test_finaliser_in_depth();
    test_counted_type();
    test_static_survives();
    test_weakrefs();
    test_many_weakrefs();
    test_counts();
    test_collect_numbers();
    test_external_reference();
    test_generation_sets();
    test_thresholds();
    test_quarter_rule();
    test_untracking();
    test_statics_hold();
    test_order_and_resurrection();
    test_transitive_resurrection();
    test_busy_finaliser();
    test_saveall();
    test_debug_and_callbacks();
    test_freeze();
    test_idle();
    test_each();
    test_internal_not_counted();
    test_cycle_shapes();
    collector.revived = 0;
    test_fuzz();
    test_stress_collections();
    test_census();
    test_scc_and_dominators();
    test_edges();
    test_graph_sizes();
    test_what_if_cycle();
    test_what_if_true();
    test_graph_shortage();
    test_tiny_mark_stack();
    test_paths_limits();
    test_snapshot();
    test_leak_report();
    printf("%d passed, %d failed\n", n_passed, n_failed);
    return n_failed != 0;
}
