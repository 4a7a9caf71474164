/* heap_test.c -- gc/: allocation, accounting, limits, death, weak references, with tiny types of its own. */
#include "gc/page.h"
#include "gc/stress.h"
#include "tests/unit/gc_test.h"

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

static void finalise_count(Object *o)
{
    (void)o;
    n_finalised++;
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
    return finish();
}
