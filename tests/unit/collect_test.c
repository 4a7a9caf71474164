/* collect_test.c -- gc/: the generations and their rules, finalisers and resurrection, freezing, idle work, with tiny types of its own. */
#include "gc/mark.h"
#include "gc/stress.h"
#include "tests/unit/gc_test.h"

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
    heap_check_install(NULL);
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

static Value kept;
static void test_keep_take(void)
{
    kept = UNBOUND;
    EQUAL(heap_unexplained_report(stderr, 5, NULL), 0);
    CHECK(!keep_take(&kept, ERROR, "kept"));
    CHECK(is_unbound(kept));
    CHECK(keep_take(&kept, list_new(), "kept") && list_append_take(kept, ring(2)));
    CHECK(keep_take(&kept, give(kept), "kept"));         /* a variable is entered once */
    EQUAL(collect(2), 0);
    EQUAL(heap_unexplained_report(stderr, 5, NULL), 0);
    CHECK(!keep_take(&kept, ERROR, "kept") && is_ptr(kept));
    set_slot(&kept, UNBOUND);
    EQUAL(collect(2), 2);
    EQUAL(heap_counts().live_objects, 0);
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

int main(void)
{
    test_types_init();
    weakref_call = record_call;
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
    test_keep_take();
    test_stress_collections();
    return finish();
}
