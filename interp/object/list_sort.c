/* list_sort.c -- list.sort: a stable natural merge sort.
 *
 * Runs are found and, when short, extended by binary insertion; the stack of runs is merged in the order of J. I. Munro and S. Wild,
 * "Nearly-Optimal Mergesorts" (powersort, 2018); merges gallop as in T. Peters' listsort.txt. Both are what CPython 3.11 does.
 *
 * While it runs the list is empty and its `items` point at list_sorting_mark, so that code called by the comparisons finds an empty
 * list, and a change to it is seen afterwards. `keys` are compared; `values` (NULL without a key function) move along.
 * Invariant at any moment a comparison may run: keys and values are permutations of what they were, each reference exactly once,
 * but for those in the merge buffer, which the merge copies back before it returns, also on failure. */
#include "interp/object/hash.h"
#include "interp/object/list.h"
#include "interp/object/native.h"
#include "interp/object/tuple.h"

#include "gc/event.h"
#include "gc/heap.h"
#include "interp/object/float.h"
#include "interp/object/int.h"

Value list_sorting_mark = UNBOUND_INIT;

typedef enum Mode { BY_COMPARE, BY_INT, BY_FLOAT, BY_STR, BY_TUPLE } Mode;

typedef struct Span { Value *keys, *values; } Span;       /* one place in both arrays */
typedef struct Run { size_t start, len; int power; } Run;

enum { MAX_RUNS = 85, MIN_GALLOP = 7, SMALL_BUFFER = 256 };

typedef struct Sorter {
    Value *keys, *values;
    size_t n;
    Mode mode, inner;            /* inner: the first items of tuples */
    size_t min_gallop;
    unsigned polls;
    Value *buffer;               /* room for the keys, then the values, of the shorter run of a merge */
    size_t buffer_cap;           /* Values */
    Value small[SMALL_BUFFER];
    Run runs[MAX_RUNS];
    int n_runs;
} Sorter;

/* --- comparing ----------------------------------------------------------------------------------------------------- */

static inline bool is_plain(Mode mode) { return mode >= BY_INT && mode <= BY_STR; }

/* The first eight characters as one number that orders as they do. Behind the end of a short str is room, up to eight characters in all. */
static inline uint64_t first_eight(const Str *s)
{
    uint64_t word;
    memcpy(&word, s->u.c1, 8);
    return __builtin_bswap64(word);
}

static inline bool less_latin1(const Str *x, const Str *y)
{
    assert(x->width == 1 && y->width == 1);
    uint64_t n = x->len < y->len ? x->len : y->len, a = first_eight(x), b = first_eight(y);
    if (n < 8) {
        unsigned unused = 64 - 8 * (unsigned)n;          /* bits of what is not compared; all of them: 64 */
        a = n ? a >> unused : 0;
        b = n ? b >> unused : 0;
        return a != b ? a < b : x->len < y->len;
    }
    if (a != b)
        return a < b;
    int order = memcmp(x->u.c1 + 8, y->u.c1 + 8, n - 8);
    return order < 0 || (order == 0 && x->len < y->len);
}

static inline bool less_plain(Mode mode, Value a, Value b)
{
    assert(is_plain(mode));
    if (mode == BY_INT)
        return (int64_t)a.bits < (int64_t)b.bits;
    if (mode == BY_FLOAT)
        return small_float(a) < small_float(b);
    Str *x = as_str(a), *y = as_str(b);
    if (x->width != 1 || y->width != 1)
        return str_compare(x, y) < 0;
    return less_latin1(x, y);
}

static Truth less_tuple(Sorter *s, Value a, Value b)
{
    Tuple *x = as_tuple(a), *y = as_tuple(b);
    if (x->len == 0 || y->len == 0)
        return x->len < y->len ? YES : NO;
    Value v = x->items[0], w = y->items[0];
    if (is_plain(s->inner) && !same(v, w)) {
        if (less_plain(s->inner, v, w))
            return YES;
        if (less_plain(s->inner, w, v))
            return NO;
    }
    uint64_t i = 0;
    for (; i < x->len && i < y->len; i++) {
        Truth equal = keys_equal(x->items[i], y->items[i]);
        if (equal == TRUTH_FAILED)
            return TRUTH_FAILED;
        if (!equal)
            break;
    }
    if (i >= x->len || i >= y->len)
        return x->len < y->len ? YES : NO;
    return obj_compare_truth(x->items[i], y->items[i], CMP_LT);
}

static Truth less_slow(Sorter *s, Value a, Value b)
{
    if ((++s->polls & 1023) == 0 && !poll_events())
        return TRUTH_FAILED;
    return s->mode == BY_TUPLE ? less_tuple(s, a, b) : obj_compare_truth(a, b, CMP_LT);
}

static inline Truth less(Sorter *s, Value a, Value b)
{
    if (s->mode == BY_INT)
        return (int64_t)a.bits < (int64_t)b.bits ? YES : NO;
    if (is_plain(s->mode))
        return less_plain(s->mode, a, b) ? YES : NO;
    return less_slow(s, a, b);
}
/* In functions that give -1 or false for failure: */
#define LESS(a, b, on_failure) ({ Truth t_ = less(s, (a), (b)); if (UNLIKELY(t_ == TRUTH_FAILED)) return on_failure; t_; })

static Mode mode_of(Value v)
{
    if (is_int(v))
        return BY_INT;
    if (is_float(v))
        return BY_FLOAT;
    if (str_exact(v))
        return BY_STR;
    return tuple_exact(v) ? BY_TUPLE : BY_COMPARE;
}

/* The fastest comparison that is right for all keys: one look at each. */
static void choose_mode(Sorter *s)
{
    s->mode = s->inner = BY_COMPARE;
    if (s->n == 0)
        return;
    Mode mode = mode_of(s->keys[0]);
    for (size_t i = 1; i < s->n && mode != BY_COMPARE; i++)
        if (mode_of(s->keys[i]) != mode)
            mode = BY_COMPARE;
    s->mode = mode;
    if (mode != BY_TUPLE)
        return;
    Mode inner = BY_COMPARE;
    for (size_t i = 0; i < s->n; i++) {
        Mode m = tuple_len(s->keys[i]) ? mode_of(tuple_peek(s->keys[i], 0)) : BY_COMPARE;
        inner = i == 0 ? m : m == inner ? inner : BY_COMPARE;
        if (inner == BY_COMPARE)
            break;
    }
    s->inner = inner;
}

/* --- moving both arrays ---------------------------------------------------------------------------------------------- */

static inline void move_one(Sorter *s, Span to, size_t i, Span from, size_t j)
{
    to.keys[i] = from.keys[j];
    if (s->values)
        to.values[i] = from.values[j];
}

static inline void move_many(Sorter *s, Span to, size_t i, Span from, size_t j, size_t n)
{
    memmove(to.keys + i, from.keys + j, n * sizeof(Value));
    if (s->values)
        memmove(to.values + i, from.values + j, n * sizeof(Value));
}

static inline Span span_at(Sorter *s, size_t start)
{
    return (Span){ s->keys + start, s->values ? s->values + start : NULL };
}

static void reverse_vector(Value *v, size_t n)
{
    for (size_t i = 0, j = n; i + 1 < j; i++) {
        Value t = v[i];
        v[i] = v[--j];
        v[j] = t;
    }
}

static void reverse_range(Sorter *s, size_t start, size_t n)
{
    reverse_vector(s->keys + start, n);
    if (s->values)
        reverse_vector(s->values + start, n);
}

/* --- runs -------------------------------------------------------------------------------------------------------------- */

/* Length of the run at `start`; a strictly descending one is turned round. 0: failed. */
static size_t count_run(Sorter *s, size_t start)
{
    assert(start < s->n);
    size_t n = s->n - start, len = 2;
    Value *k = s->keys + start;
    if (n < 2)
        return n;
    if (LESS(k[1], k[0], 0)) {
        while (len < n && LESS(k[len], k[len - 1], 0))
            len++;
        reverse_range(s, start, len);
    } else {
        while (len < n && !LESS(k[len], k[len - 1], 0))
            len++;
    }
    return len;
}

/* Binary insertion: start .. start+sorted-1 is in order, make start .. start+len-1 so. */
static bool insert_sorted(Sorter *s, size_t start, size_t sorted, size_t len)
{
    assert(sorted > 0 && sorted <= len && start + len <= s->n);
    Value *k = s->keys + start;
    for (size_t i = sorted; i < len; i++) {
        size_t low = 0, high = i;
        Value pivot = k[i];
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (LESS(pivot, k[middle], false))
                high = middle;
            else
                low = middle + 1;
        }
        memmove(k + low + 1, k + low, (i - low) * sizeof(Value));
        k[low] = pivot;
        if (s->values) {
            Value *v = s->values + start, value = v[i];
            memmove(v + low + 1, v + low, (i - low) * sizeof(Value));
            v[low] = value;
        }
    }
    return true;
}

static size_t min_run(size_t n)
{
    size_t odd = 0;
    while (n >= 64) {
        odd |= n & 1;
        n >>= 1;
    }
    return n + odd;
}

/* --- galloping ----------------------------------------------------------------------------------------------------------- */

/* Does a[i] belong before `key`: a[i] < key, or with `behind` a[i] <= key. True for a[0], a[1] ... up to a place, false from there on. */
#define BEFORE(i) (behind ? !LESS(key, a[i], -1) : LESS(a[i], key, -1))

/* How many of sorted a[0..n-1] belong before `key`, its equals among them with `behind`. Starts looking at `hint`, in steps that double,
 * and halves the last one. -1: failed. */
static inline __attribute__((always_inline)) int64_t gallop(Sorter *s, Value key, const Value *a, int64_t n, int64_t hint, bool behind)
{
    assert(n > 0 && hint >= 0 && hint < n);
    int64_t last = 0, offset = 1;                        /* distances from hint: BEFORE turns between them */
    bool right = BEFORE(hint);
    int64_t limit = right ? n - hint : hint + 1;
    while (offset < limit && BEFORE(right ? hint + offset : hint - offset) == right) {
        last = offset;
        offset = offset * 2 + 1;
    }
    if (offset > limit)
        offset = limit;
    int64_t low = right ? hint + last : hint - offset, high = right ? hint + offset : hint - last;
    low++;                                               /* the answer is in low..high */
    while (low < high) {
        int64_t middle = low + ((high - low) >> 1);
        if (BEFORE(middle))
            low = middle + 1;
        else
            high = middle;
    }
    assert(high >= 0 && high <= n);
    return high;
}

/* Where `key` belongs before its equals, and behind them. */
static int64_t gallop_left(Sorter *s, Value key, const Value *a, int64_t n, int64_t hint) { return gallop(s, key, a, n, hint, false); }
static int64_t gallop_right(Sorter *s, Value key, const Value *a, int64_t n, int64_t hint) { return gallop(s, key, a, n, hint, true); }

/* --- merging ---------------------------------------------------------------------------------------------------------------- */

static bool buffer_room(Sorter *s, size_t n, Span *buffer)
{
    size_t need = s->values ? 2 * n : n;
    if (need > s->buffer_cap) {
        if (s->buffer != s->small)
            heap_buf_free(s->buffer, s->buffer_cap * sizeof(Value));
        s->buffer = heap_buf(need * sizeof(Value));
        s->buffer_cap = need;
        if (!s->buffer) {
            s->buffer = s->small;
            s->buffer_cap = SMALL_BUFFER;
            return raise_memory_false();
        }
    }
    *buffer = (Span){ s->buffer, s->values ? s->buffer + n : NULL };
    return true;
}

/* Merge neighbours a[0..na-1], b[0..nb-1], na <= nb, b right behind a; a[0] > b[0], and a's last belongs at the very end. Left to right. */
static bool merge_low(Sorter *s, Span a, size_t na, Span b, size_t nb)
{
    Span left, out = a;
    if (!buffer_room(s, na, &left))
        return false;
    assert(na > 0 && nb > 0 && na <= nb && a.keys + na == b.keys);
    move_many(s, left, 0, a, 0, na);
    size_t i = 0, j = 0, o = 0;                          /* next of left, of b, of out */
    size_t gallop = s->min_gallop;
    bool ok = false;
    int64_t k;
    move_one(s, out, o++, b, j++);
    if (j == nb)
        goto done;
    if (na == 1)
        goto copy_b;
    for (;;) {
        size_t a_wins = 0, b_wins = 0;
        for (;;) {                                       /* one at a time until one side keeps winning */
            Truth t = less(s, b.keys[j], left.keys[i]);
            if (t == TRUTH_FAILED)
                goto failed;
            if (t) {
                move_one(s, out, o++, b, j++);
                b_wins++;
                a_wins = 0;
                if (j == nb)
                    goto done;
                if (b_wins >= gallop)
                    break;
            } else {
                move_one(s, out, o++, left, i++);
                a_wins++;
                b_wins = 0;
                if (i == na - 1)
                    goto copy_b;
                if (a_wins >= gallop)
                    break;
            }
        }
        gallop++;
        do {
            gallop -= gallop > 1;
            s->min_gallop = gallop;
            k = gallop_right(s, b.keys[j], left.keys + i, (int64_t)(na - i), 0);
            if (k < 0)
                goto failed;
            a_wins = (size_t)k;
            move_many(s, out, o, left, i, a_wins);
            o += a_wins;
            i += a_wins;
            if (i == na - 1)
                goto copy_b;
            if (i == na)                                 /* only when comparisons contradict each other */
                goto done;
            move_one(s, out, o++, b, j++);
            if (j == nb)
                goto done;
            k = gallop_left(s, left.keys[i], b.keys + j, (int64_t)(nb - j), 0);
            if (k < 0)
                goto failed;
            b_wins = (size_t)k;
            move_many(s, out, o, b, j, b_wins);
            o += b_wins;
            j += b_wins;
            if (j == nb)
                goto done;
            move_one(s, out, o++, left, i++);
            if (i == na - 1)
                goto copy_b;
        } while (a_wins >= MIN_GALLOP || b_wins >= MIN_GALLOP);
        gallop++;
        s->min_gallop = gallop;
    }
done:
    ok = true;
failed:
    assert(o + (na - i) == j + na);          /* what is left of a fits between what is out and what is left of b */
    move_many(s, out, o, left, i, na - i);
    return ok;
copy_b:                                                  /* the last of a belongs at the end */
    move_many(s, out, o, b, j, nb - j);
    move_one(s, out, o + nb - j, left, i);
    return true;
}

/* The same with na >= nb, right to left. */
static bool merge_high(Sorter *s, Span a, size_t na, Span b, size_t nb)
{
    Span right, out = a;
    if (!buffer_room(s, nb, &right))
        return false;
    assert(na > 0 && nb > 0 && na >= nb && a.keys + na == b.keys);
    move_many(s, right, 0, b, 0, nb);
    size_t i = na, j = nb, o = na + nb;                  /* one behind the last left of a, of right, of out */
    size_t gallop = s->min_gallop;
    bool ok = false;
    int64_t k;
    move_one(s, out, --o, a, --i);
    if (i == 0)
        goto done;
    if (nb == 1)
        goto copy_a;
    for (;;) {
        size_t a_wins = 0, b_wins = 0;
        for (;;) {
            Truth t = less(s, right.keys[j - 1], a.keys[i - 1]);
            if (t == TRUTH_FAILED)
                goto failed;
            if (t) {
                move_one(s, out, --o, a, --i);
                a_wins++;
                b_wins = 0;
                if (i == 0)
                    goto done;
                if (a_wins >= gallop)
                    break;
            } else {
                move_one(s, out, --o, right, --j);
                b_wins++;
                a_wins = 0;
                if (j == 1)
                    goto copy_a;
                if (b_wins >= gallop)
                    break;
            }
        }
        gallop++;
        do {
            gallop -= gallop > 1;
            s->min_gallop = gallop;
            k = gallop_right(s, right.keys[j - 1], a.keys, (int64_t)i, (int64_t)i - 1);
            if (k < 0)
                goto failed;
            a_wins = i - (size_t)k;
            o -= a_wins;
            i -= a_wins;
            move_many(s, out, o, a, i, a_wins);
            if (i == 0)
                goto done;
            move_one(s, out, --o, right, --j);
            if (j == 1)
                goto copy_a;
            k = gallop_left(s, a.keys[i - 1], right.keys, (int64_t)j, (int64_t)j - 1);
            if (k < 0)
                goto failed;
            b_wins = j - (size_t)k;
            o -= b_wins;
            j -= b_wins;
            move_many(s, out, o, right, j, b_wins);
            if (j == 1)
                goto copy_a;
            if (j == 0)
                goto done;
            move_one(s, out, --o, a, --i);
            if (i == 0)
                goto done;
        } while (a_wins >= MIN_GALLOP || b_wins >= MIN_GALLOP);
        gallop++;
        s->min_gallop = gallop;
    }
done:
    ok = true;
failed:
    assert(o == i + j);
    move_many(s, out, o - j, right, 0, j);
    return ok;
copy_a:                                                  /* the first of b belongs in front */
    move_many(s, out, o - i, a, 0, i);
    move_one(s, out, o - i - 1, right, 0);
    return true;
}

/* Merge the runs at stack positions at, at + 1. */
static bool merge_at(Sorter *s, int at)
{
    Run *x = &s->runs[at], *y = &s->runs[at + 1];
    size_t a = x->start, na = x->len, b = y->start, nb = y->len;
    assert(at == s->n_runs - 2 && a + na == b);
    x->len = na + nb;
    s->n_runs--;
    if (!poll_events())
        return false;
    int64_t k = gallop_right(s, s->keys[b], s->keys + a, (int64_t)na, 0);       /* these are in place already */
    if (k < 0)
        return false;
    a += (size_t)k;
    na -= (size_t)k;
    if (na == 0)
        return true;
    k = gallop_left(s, s->keys[a + na - 1], s->keys + b, (int64_t)nb, (int64_t)nb - 1);
    if (k < 0)
        return false;
    nb = (size_t)k;
    if (nb == 0)
        return true;
    return na <= nb ? merge_low(s, span_at(s, a), na, span_at(s, b), nb) : merge_high(s, span_at(s, a), na, span_at(s, b), nb);
}

/* The power of the boundary between runs a (at `start`, na long) and b (nb long) in an array of n: the first bit in which the binary
 * fractions of their midpoints differ. */
static int boundary_power(size_t start, size_t na, size_t nb, size_t n)
{
    assert(na > 0 && nb > 0 && start + na + nb <= n);
    size_t a = 2 * start + na, b = a + na + nb;
    int power = 0;
    for (;;) {
        power++;
        if (a >= n) {
            a -= n;
            b -= n;
        } else if (b >= n) {
            return power;
        }
        a <<= 1;
        b <<= 1;
    }
}

static bool sort_keys(Sorter *s)
{
    size_t minimum = min_run(s->n), start = 0;
    while (start < s->n) {
        size_t len = count_run(s, start), left = s->n - start;
        if (len == 0)
            return false;
        if (len < minimum) {
            size_t forced = left < minimum ? left : minimum;
            if (!insert_sorted(s, start, len, forced))
                return false;
            len = forced;
        }
        if (s->n_runs) {
            Run *top = &s->runs[s->n_runs - 1];
            int power = boundary_power(top->start, top->len, len, s->n);
            while (s->n_runs > 1 && s->runs[s->n_runs - 2].power > power)
                if (!merge_at(s, s->n_runs - 2))
                    return false;
            s->runs[s->n_runs - 1].power = power;
        }
        assert(s->n_runs < MAX_RUNS);
        s->runs[s->n_runs++] = (Run){ start, len, 0 };
        start += len;
    }
    while (s->n_runs > 1)
        if (!merge_at(s, s->n_runs - 2))
            return false;
    assert(s->n == 0 || (s->runs[0].start == 0 && s->runs[0].len == s->n));
    return true;
}

/* --- the whole ------------------------------------------------------------------------------------------------------------------ */

static bool compute_keys(Sorter *s, Value function)
{
    assert(s->values && !is_none(function));
    s->keys = heap_buf(s->n * sizeof(Value));
    if (!s->keys)
        return raise_memory_false();
    for (size_t i = 0; i < s->n; i++) {
        Value args[] = { UNBOUND, s->values[i] };
        s->keys[i] = native_call_each(function, args + 1, 1);
        if (is_error(s->keys[i]) || !poll_events()) {
            size_t made = is_error(s->keys[i]) ? i : i + 1;
            while (made > 0)
                release(s->keys[--made]);
            heap_buf_free(s->keys, s->n * sizeof(Value));
            s->keys = NULL;
            return false;
        }
    }
    return true;
}

static bool sort_detached(Value *items, size_t n, Value key, bool reverse)
{
    Sorter sorter, *s = &sorter;
    s->n = n;
    s->min_gallop = MIN_GALLOP;
    s->polls = 0;
    s->buffer = s->small;
    s->buffer_cap = SMALL_BUFFER;
    s->n_runs = 0;
    s->keys = items;
    s->values = NULL;
    if (!is_none(key)) {
        s->values = items;
        if (!compute_keys(s, key))
            return false;
    }
    choose_mode(s);
    if (reverse)                             /* sorting the mirror image and turning it round keeps equal items in order */
        reverse_range(s, 0, n);
    bool ok = n < 2 || sort_keys(s);
    if (reverse)
        reverse_range(s, 0, n);
    if (s->buffer != s->small)
        heap_buf_free(s->buffer, s->buffer_cap * sizeof(Value));
    if (s->values) {
        for (size_t i = 0; i < n; i++)
            release(s->keys[i]);
        heap_buf_free(s->keys, n * sizeof(Value));
    }
    return ok;
}

bool list_sort(Value list, Value key, bool reverse)
{
    List *l = as_list(list);
    Value *items = l->items;
    uint64_t len = l->len, cap = l->cap;
    if (len == 0)
        return true;
    retain(list);
    l->items = &list_sorting_mark;
    l->len = l->cap = 0;
    bool ok = sort_detached(items, len, key, reverse);
    assert_error_iff(!ok);
    bool changed = l->items != &list_sorting_mark;
    assert(l->len <= l->cap && (changed || l->len == 0));
    Value *others = l->items;
    uint64_t n_others = l->len, others_cap = l->cap;
    l->items = items;
    l->len = len;
    l->cap = cap;
    for (uint64_t i = 0; i < n_others; i++)
        release(others[i]);
    if (others_cap)
        heap_buf_free(others, others_cap * sizeof(Value));
    release(list);
    if (ok && changed)
        return raise_false(ValueError, "list modified during sort");
    return ok;
}
