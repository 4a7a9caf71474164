/* containers_test.c -- list, tuple, dict, namespace, set, range, sort: random operations against simple models, the order of sets against
 * CPython's, and keys whose comparison changes the container. Built with gc/, interp/base/ and interp/object/; run under sanitizers.
 * Ends in the line "N passed, N failed". */
#include "gc/heap.h"
#include "gc/stress.h"
#include "interp/object/dict.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/range.h"
#include "interp/object/set.h"
#include "interp/object/slice.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

#include <stdio.h>
#include <stdlib.h>

static int n_passed, n_failed;
#define CHECK(condition) \
    do { if (condition) n_passed++; else { n_failed++; printf("%s:%d: %s\n", __func__, __LINE__, #condition); } } while (0)

static uint64_t seed = 12345;
static uint32_t next_random(uint32_t below)
{
    seed = (seed * 6364136223846793005ull + 1442695040888963407ull);
    return (uint32_t)(seed >> 33) % below;
}
static Value num(int64_t i) { return small_int_value(i); }

/* --- keys that do something when compared ------------------------------------------------------------------------------ */

typedef struct Evil { Object head; int64_t number; } Evil;
static Type evil_type;
static void (*on_compare)(void);
static int compares_left;

static Value evil_compare(Value a, Value b, CompareOp op)
{
    if (!is_exact(a, &evil_type) || !is_exact(b, &evil_type))
        return NOT_IMPLEMENTED;
    if (on_compare && compares_left-- > 0)
        on_compare();
    int64_t x = ((Evil *)as_obj(a))->number, y = ((Evil *)as_obj(b))->number;
    return bool_value(op == CMP_EQ ? x == y : op == CMP_LT ? x < y : op == CMP_NE ? x != y : x > y);
}
static bool evil_hash(Value self, int64_t *hash) { *hash = ((Evil *)as_obj(self))->number % 3; return true; }
static Type evil_type = { STATIC_TYPE(evil_type, "Evil", Evil, NULL), .hash = evil_hash, .compare = evil_compare };

static Value evil(int64_t number)
{
    Evil *e = heap_new(&evil_type.shape, sizeof *e);
    e->number = number;
    return obj_value(e);
}

/* --- list ------------------------------------------------------------------------------------------------------------------ */

enum { MODEL = 4096 };

static bool list_is(Value list, const int64_t *model, uint64_t n)
{
    list_check_valid(as_list(list));
    if (list_len(list) != n)
        return false;
    for (uint64_t i = 0; i < n; i++)
        if (!same(list_peek(list, i), num(model[i])))
            return false;
    return true;
}

static void model_splice(int64_t *model, uint64_t *n, uint64_t start, uint64_t stop, const int64_t *items, uint64_t n_items)
{
    memmove(model + start + n_items, model + stop, (*n - stop) * sizeof *model);
    if (n_items)
        memcpy(model + start, items, n_items * sizeof *items);
    *n += n_items - (stop - start);
}

static void test_list(void)
{
    static int64_t model[2 * MODEL];
    uint64_t n = 0;
    own Value list = list_new(0);
    for (int round = 0; round < 20000; round++) {
        int64_t v = next_random(1000), items[8];
        uint32_t what = next_random(10), at = n ? next_random((uint32_t)n) : 0;
        if (n > MODEL / 2) {
            list_clear(list);
            n = 0;
        } else if (what < 4) {
            CHECK(list_append(list, num(v)));
            model[n++] = v;
        } else if (what == 4) {
            CHECK(list_insert(list, at, num(v)));
            model_splice(model, &n, at, at, &v, 1);
        } else if (what == 5 && n) {
            Value popped = list_pop(list, at);
            CHECK(same(popped, num(model[at])));
            model_splice(model, &n, at, at + 1, NULL, 0);
        } else if (what == 6) {
            uint64_t stop = at + next_random((uint32_t)(n - at) + 1), k = next_random(8);
            Value values[8];
            for (uint64_t i = 0; i < k; i++)
                values[i] = num(items[i] = next_random(1000));
            CHECK(list_set_slice(list, at, (int64_t)stop, values, k));
            model_splice(model, &n, at, stop, items, k);
        } else if (what == 7 && n) {                     /* del list[at::step] */
            int64_t step = next_random(5) + 1, kept = at;
            own Value slice = slice_new(num(at), NONE, num(step));
            CHECK(list_type.setitem(list, slice, UNBOUND));
            for (int64_t i = at; i < (int64_t)n; i++)
                if ((i - at) % step)
                    model[kept++] = model[i];
            n = (uint64_t)kept;
        } else if (what == 8 && n) {                     /* list[at::-step] */
            int64_t step = next_random(4) + 1, k = 0;
            own Value slice = slice_new(num(at), NONE, num(-step)), part = list_type.getitem(list, slice);
            bool right = true;
            for (int64_t i = at; i >= 0; i -= step)
                right &= same(list_peek(part, k++), num(model[i]));
            CHECK(right && (int64_t)list_len(part) == k);
        } else if (n) {
            CHECK(list_find(list, num(model[at]), 0, INT64_MAX) <= at);
        }
        if (round % 16 == 0)
            CHECK(list_is(list, model, n));
    }
    CHECK(list_is(list, model, n));
}

static Value victim;
static void shrink_victim(void) { list_clear(victim); }

static void test_list_changed_by_compare(void)
{
    victim = list_new(0);
    for (int i = 0; i < 10; i++)
        CHECK(list_append_take(victim, evil(i)));
    own Value wanted = evil(100);
    on_compare = shrink_victim;
    compares_left = 1;
    CHECK(list_find(victim, wanted, 0, INT64_MAX) == -1);
    for (int i = 0; i < 100; i++)
        CHECK(list_append_take(victim, evil((i * 37) % 100)));
    compares_left = 1;
    CHECK(list_sort(victim, NONE, false));               /* clearing an emptied list is no change */
    CHECK(list_len(victim) == 100);
    for (uint64_t i = 0; i < 100; i++)
        CHECK(((Evil *)as_obj(list_peek(victim, i)))->number == (int64_t)i);
    on_compare = NULL;
    release(victim);
}

static void append_victim(void) { CHECK(list_append(victim, num(1))); }

static void test_sort_notices_changes(void)
{
    victim = list_new(0);
    for (int i = 0; i < 50; i++)
        CHECK(list_append_take(victim, evil(i ^ 21)));
    on_compare = append_victim;
    compares_left = 3;
    CHECK(!list_sort(victim, NONE, false) && error_is(ValueError));
    error_clear();
    CHECK(list_len(victim) == 50);
    on_compare = NULL;
    release(victim);
}

/* --- sort -------------------------------------------------------------------------------------------------------------------- */

static bool key_less(Value a, Value b)
{
    if (is_int(a))
        return small_int(a) < small_int(b);
    if (is_float(a))
        return small_float(a) < small_float(b);
    if (str_check(a))
        return str_compare(as_str(a), as_str(b)) < 0;
    bool less = key_less(tuple_peek(a, 0), tuple_peek(b, 0)), more = key_less(tuple_peek(b, 0), tuple_peek(a, 0));
    return less || (!more && key_less(tuple_peek(a, 1), tuple_peek(b, 1)));
}

/* Keys in `range` kinds; tuples (key, original place) show stability. */
static void sort_once(uint64_t n, int64_t range, int kind, int pattern, bool reverse)
{
    own Value list = list_new(0);
    for (uint64_t i = 0; i < n; i++) {
        int64_t r = pattern == 0 ? next_random((uint32_t)range) : pattern == 1 ? (int64_t)i % range : pattern == 2 ? -(int64_t)i : (int64_t)(i / 7 * (i % 2 ? 1 : 2));
        own Value key = kind == 0 ? num(r) : kind == 1 ? float_value((double)r / 3) : kind == 2 ? str_format("%010lld", (long long)(r + 100000)) : UNBOUND;
        if (kind == 3)
            key = tuple_of2(num(r / 4), num(r % 4));
        CHECK(list_append(list, key));
    }
    own Value before = list_slice(list, 0, INT64_MAX);
    CHECK(list_sort(list, NONE, reverse));
    bool sorted = list_len(list) == n;
    for (uint64_t i = 1; i < n; i++)
        sorted &= !key_less(list_peek(list, reverse ? i - 1 : i), list_peek(list, reverse ? i : i - 1));
    /* the same multiset: the sums of the words agree, and each pointer is there (cheap and good enough) */
    uint64_t sum = 0;
    for (uint64_t i = 0; i < n; i++)
        sum += list_peek(list, i).bits * 31 - list_peek(before, i).bits * 31;
    CHECK(sorted && sum == 0);
}

static void test_sort(void)
{
    static const uint64_t sizes[] = { 0, 1, 2, 3, 10, 63, 64, 65, 200, 1000, 5000 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int kind = 0; kind < 4; kind++)
            for (int pattern = 0; pattern < 4; pattern++)
                sort_once(sizes[i], pattern == 0 && i % 2 ? 10 : 10000, kind, pattern, (i + (size_t)kind) % 2);
}

/* --- dict ------------------------------------------------------------------------------------------------------------------------ */

enum { KEYS = 300 };

static void dict_round(bool namespace)
{
    own Value dict = namespace ? namespace_new() : dict_new();
    Dict *d = as_dict(dict);
    static Value keys[KEYS];
    int64_t values[KEYS], order[KEYS], stamp = 0;
    for (int i = 0; i < KEYS; i++) {
        keys[i] = i % 3 == 0 || namespace ? str_format("key%d", i) : i % 3 == 1 ? num(i) : tuple_of2(num(i), num(i));
        values[i] = -1;
    }
    uint64_t n = 0;
    for (int round = 0; round < 6000; round++) {
        int i = (int)next_random(KEYS);
        uint32_t what = next_random(round / 1000 % 2 ? 20 : 10);
        Value v = UNBOUND, k = UNBOUND;
        if (what < 5) {
            CHECK(dict_set(d, keys[i], num(round)));
            if (values[i] < 0) {
                n++;
                order[i] = stamp++;
            }
            values[i] = round;
        } else if (what < 7 || what > 11) {
            CHECK(dict_del(d, keys[i]) == (values[i] >= 0 ? FOUND : ABSENT));
            n -= values[i] >= 0;
            values[i] = -1;
        } else if (what == 7) {
            Found found = dict_popitem(d, &k, &v);
            CHECK(found == (n ? FOUND : ABSENT));
            if (found) {
                int last = -1;
                for (int j = 0; j < KEYS; j++)
                    if (values[j] >= 0 && (last < 0 || order[j] > order[last]))
                        last = j;
                CHECK(last >= 0 && obj_equal(k, keys[last]) == YES && same(v, num(values[last])));
                values[last] = -1;
                n--;
            }
        } else {
            Found found = dict_find(d, keys[i], &v);
            CHECK(found == (values[i] >= 0 ? FOUND : ABSENT) && (!found || same(v, num(values[i]))));
        }
        release(k);
        release(v);
        CHECK(d->used == n);
        if (round % 64 == 0) {
            dict_check_valid(d);
            uint64_t position = 0, seen = 0;
            int64_t last = -1;
            while (dict_next(d, &position, &k, &v)) {
                int j = 0;
                while (j < KEYS && obj_equal(keys[j], k) != YES)
                    j++;
                CHECK(j < KEYS && same(v, num(values[j])) && order[j] > last);
                last = order[j];
                seen++;
            }
            CHECK(seen == n);
        }
    }
    own Value copy = dict_copy(d);
    CHECK(as_dict(copy)->used == n && obj_equal(dict, copy) == YES);
    dict_check_valid(as_dict(copy));
    for (int i = 0; i < KEYS; i++)
        release(keys[i]);
}

static Value victim_dict;
static int trick;
static void change_dict(void)
{
    if (trick == 0) {
        dict_clear(as_dict(victim_dict));
    } else if (trick == 1) {
        for (int i = 0; i < 50; i++)
            CHECK(dict_set(as_dict(victim_dict), num(1000 + i), NONE));
    } else {
        Value k, v;
        if (dict_popitem(as_dict(victim_dict), &k, &v) == FOUND) {
            release(k);
            release(v);
        }
    }
}

static void test_dict_changed_by_compare(void)
{
    for (trick = 0; trick < 3; trick++) {
        for (int rounds = 1; rounds < 6; rounds++) {
            victim_dict = dict_new();
            on_compare = NULL;
            for (int i = 0; i < 20; i++) {
                own Value key = evil(i);
                CHECK(dict_set(as_dict(victim_dict), key, num(i)));
            }
            on_compare = change_dict;
            compares_left = rounds;
            own Value key = evil(19), found = UNBOUND;
            CHECK(dict_find(as_dict(victim_dict), key, &found) != FAILED);
            compares_left = rounds;
            CHECK(dict_set(as_dict(victim_dict), key, num(7)));
            compares_left = rounds;
            CHECK(dict_del(as_dict(victim_dict), key) != FAILED);
            dict_check_valid(as_dict(victim_dict));
            release(victim_dict);
        }
    }
    on_compare = NULL;
}

static void test_tracking(void)
{
    own Value dict = dict_new(), list = list_new(0);
    CHECK(!heap_tracked(as_obj(dict)));
    CHECK(dict_set_c(as_dict(dict), "a", num(1)) && !heap_tracked(as_obj(dict)));
    CHECK(dict_set_c(as_dict(dict), "b", list) && heap_tracked(as_obj(dict)));
    own Value pair = tuple_of2(num(1), num(2));
    CHECK(heap_tracked(as_obj(pair)) && !heap_tracked(as_obj(tuple_empty)));
}

static void test_namespace(void)
{
    own Value dict = namespace_new(), x = str_intern("x"), y = str_intern("y"), z = str_intern("z");
    Dict *d = as_dict(dict);
    GlobalCell *cell_x = namespace_cell(d, x), *cell_y = namespace_cell(d, y);
    CHECK(cell_x && cell_y && d->used == 0 && dict_contains(d, x) == ABSENT);
    cell_set_take(cell_y, num(1));
    cell_set_take(cell_x, num(2));
    CHECK(d->used == 2 && namespace_cell(d, x) == cell_x);
    own Value list = list_new(0);
    uint64_t position = 0;
    Value k, v;
    CHECK(dict_next(d, &position, &k, &v) && same(k, y) && dict_next(d, &position, &k, &v) && same(k, x) && same(v, num(2)));
    CHECK(dict_del(d, y) == FOUND && d->used == 1);
    for (int i = 0; i < 40; i++) {
        own Value name = str_format("n%d", i);
        CHECK(dict_set(d, name, list));
    }
    CHECK(namespace_cell(d, y) == cell_y && is_unbound(cell_peek(cell_y)));
    own Value plain = dict_new();
    CHECK(dict_set(as_dict(plain), x, num(5)) && dict_make_namespace(as_dict(plain)));
    CHECK(same(cell_peek(namespace_cell(as_dict(plain), x)), num(5)) && dict_set(as_dict(plain), z, list));
    dict_check_valid(d);
    dict_clear(d);
    CHECK(d->used == 0 && namespace_cell(d, x) == cell_x);
    dict_check_valid(d);
}

/* --- set: the same operations here and in CPython must leave the same order -------------------------------------------------- */

static void print_set(FILE *out, Value set)
{
    uint64_t position = 0;
    Value key;
    set_check_valid(as_set(set));
    while (set_next(as_set(set), &position, &key)) {
        if (tuple_check(key))
            fprintf(out, "(%lld,%lld) ", (long long)small_int(tuple_peek(key, 0)), (long long)small_int(tuple_peek(key, 1)));
        else
            fprintf(out, "%lld ", (long long)small_int(key));
    }
    fprintf(out, "\n");
}

static Value random_key(int kind)
{
    uint32_t a = next_random(kind == 2 ? 100000 : 200), b = next_random(200);
    return kind == 1 ? tuple_of2(num(a % 20), num(b % 20)) : num(kind == 3 ? (int64_t)a << 20 : kind == 2 ? (int64_t)a - 5000 : a);
}

static void set_operations(FILE *out)
{
    seed = 99;
    for (int round = 0; round < 200; round++) {
        int kind = round % 4;
        own Value a = set_new(&set_type), b = set_new(&set_type);
        int n = (int)next_random(round % 5 == 0 ? 2000 : 60);
        for (int i = 0; i < n; i++) {
            own Value key = random_key(kind);
            Value target = next_random(3) ? a : b;
            uint32_t what = next_random(8);
            if (what < 6) {
                CHECK(set_add(as_set(target), key));
            } else if (what == 6) {
                CHECK(set_discard(as_set(target), key) != FAILED);
            } else if (as_set(target)->used) {
                release(set_pop(as_set(target)));
            }
        }
        own Value c = set_copy(as_set(a)), i = set_intersection(as_set(a), b), df = set_difference(as_set(a), b);
        own Value x = set_symmetric_difference(as_set(a), b), f = set_from_iterable(&frozenset_type, a);
        CHECK(set_update(as_set(c), b));
        print_set(out, a), print_set(out, c), print_set(out, i), print_set(out, df), print_set(out, x);
        int64_t hash;
        CHECK(obj_hash(f, &hash));
        fprintf(out, "%lld\n", (long long)hash);
        CHECK(set_difference_update(as_set(a), i) && set_intersection_update(as_set(c), b));
        print_set(out, a), print_set(out, c);
    }
}

static const char set_program[] =
    "M=(1<<64)-1; s=[99]\n"
    "def r(n):\n"
    " s[0]=(s[0]*6364136223846793005+1442695040888963407)&M; return (s[0]>>33)%n\n"
    "def key(kind):\n"
    " a=r(100000 if kind==2 else 200); b=r(200)\n"
    " return (a%20,b%20) if kind==1 else a<<20 if kind==3 else a-5000 if kind==2 else a\n"
    "def show(s): print(''.join('(%d,%d) '%k if isinstance(k,tuple) else '%d '%k for k in s))\n"
    "for round in range(200):\n"
    " kind=round%4; a=set(); b=set(); n=r(2000 if round%5==0 else 60)\n"
    " for i in range(n):\n"
    "  k=key(kind); t=a if r(3) else b; w=r(8)\n"
    "  if w<6: t.add(k)\n"
    "  elif w==6: t.discard(k)\n"
    "  elif t: t.pop()\n"
    " c=a.copy(); i=a&b; d=a-b; x=a^b; f=frozenset(a); c|=b\n"
    " for q in (a,c,i,d,x): show(q)\n"
    " print(hash(f)); a-=i; c&=b; show(a); show(c)\n";

static void test_set_order(void)
{
    FILE *program = fopen("/tmp/containers_test_sets.py", "w"), *ours = tmpfile();
    if (!program || !ours)
        return;
    fputs(set_program, program);
    fclose(program);
    set_operations(ours);
    rewind(ours);
    FILE *theirs = popen("python3 /tmp/containers_test_sets.py", "r");
    char *a = NULL, *b = NULL;
    size_t a_cap = 0, b_cap = 0;
    long line = 0;
    while (theirs && getline(&b, &b_cap, theirs) > 0) {
        line++;
        bool equal = getline(&a, &a_cap, ours) > 0 && strcmp(a, b) == 0;
        CHECK(equal);
        if (!equal) {
            printf("line %ld:\n%s%s", line, a, b);
            break;
        }
    }
    CHECK(line == 1600);
    free(a);
    free(b);
    fclose(ours);
    pclose(theirs);
    remove("/tmp/containers_test_sets.py");
}

static Value victim_set;
static void change_set(void)
{
    if (trick == 0) {
        set_clear(as_set(victim_set));
    } else {
        for (int i = 0; i < 40; i++)
            CHECK(set_add(as_set(victim_set), num(5000 + i)));
    }
}

/* A key for which the table cannot grow is out again: else the table would fill up, and no search would end. */
static void test_set_without_memory(void)
{
    own Value set = set_new(&set_type);
    Set *s = as_set(set);
    for (int i = 0; i < 4; i++)
        CHECK(set_add(s, small_int_value(i)));
    for (int i = 0; i < 20; i++) {
        heap_fail_after(1);
        CHECK(!set_add(s, small_int_value(100 + i)) && error_kind() == MemoryError);
        heap_fail_after(0);
        error_clear();
        CHECK(s->used == 4 && s->fill == 4 && set_contains(s, small_int_value(100 + i)) == ABSENT);
        set_check_valid(s);
    }
    CHECK(set_add(s, small_int_value(100)) && s->used == 5);
    set_check_valid(s);
}

static void test_set_changed_by_compare(void)
{
    for (trick = 0; trick < 2; trick++) {
        for (int rounds = 1; rounds < 5; rounds++) {
            victim_set = set_new(&set_type);
            on_compare = NULL;
            for (int i = 0; i < 20; i++) {
                own Value key = evil(i);
                CHECK(set_add(as_set(victim_set), key));
            }
            on_compare = change_set;
            compares_left = rounds;
            own Value key = evil(30);
            CHECK(set_add(as_set(victim_set), key));
            compares_left = rounds;
            CHECK(set_discard(as_set(victim_set), key) != FAILED);
            own Value other = set_copy(as_set(victim_set));
            compares_left = rounds;
            own Value common = set_intersection(as_set(victim_set), other);
            CHECK(!is_error(common));
            set_check_valid(as_set(victim_set));
            release(victim_set);
        }
    }
    on_compare = NULL;
}

/* --- hashes, ranges -------------------------------------------------------------------------------------------------------------- */

static void test_hashes(void)
{
    int64_t hash;
    own Value empty = tuple_from(NULL, 0), one = tuple_of1(num(1)), three = tuple_of3(num(1), num(2), num(3)), nested = tuple_of2(three, one);
    CHECK(obj_hash(empty, &hash) && hash == 5740354900026072187);
    CHECK(obj_hash(one, &hash) && hash == -6644214454873602895);
    CHECK(obj_hash(three, &hash) && hash == 529344067295497451);
    CHECK(obj_hash(nested, &hash) && hash == -4659001562320910962);
    own Value set = set_new(&frozenset_type);
    CHECK(obj_hash(set, &hash) && hash == 133146708735736);
}

static void test_range(void)
{
    for (int round = 0; round < 500; round++) {
        int64_t start = (int64_t)next_random(40) - 20, stop = (int64_t)next_random(40) - 20, step = (int64_t)next_random(11) - 5, n = 0;
        step += step == 0;
        own Value range = range_new(num(start), num(stop), num(step));
        for (int64_t i = start; step > 0 ? i < stop : i > stop; i += step, n++) {
            own Value item = range_item(range, num(n));
            CHECK(same(item, num(i)) && range_find(range, num(i), NULL) == FOUND);
        }
        CHECK(obj_len(range) == n && range_find(range, num(stop), NULL) == ABSENT);
        if (n) {
            own Value back = range_reversed(range), again = range_reversed(back);
            CHECK(obj_len(back) == n && obj_equal(again, range) == YES);
        }
    }
}

int main(void)
{
    heap_init();
    dict_ops_join();
    test_list();
    test_list_changed_by_compare();
    test_sort_notices_changes();
    test_sort();
    dict_round(false);
    dict_round(true);
    test_dict_changed_by_compare();
    test_tracking();
    test_namespace();
    test_set_order();
    test_set_without_memory();
    test_set_changed_by_compare();
    test_hashes();
    test_range();
    CHECK(!error_pending());
    printf("%d passed, %d failed\n", n_passed, n_failed);
    return n_failed != 0;
}
