/* range.c -- see range.h. Source: Python reference, "Ranges". */
#include "interp/object/range.h"
#include "interp/object/hash.h"
#include "interp/object/int.h"
#include "interp/object/slice.h"

#include "gc/event.h"
#include "gc/heap.h"
#include "interp/object/tuple.h"

#define ZERO small_int_value(0)
#define ONE small_int_value(1)

static const TraceRow trace_rows[] = {
    { TRACE_VALUE, offsetof(Range, start), 0, "start" },
    { TRACE_VALUE, offsetof(Range, stop), 0, "stop" },
    { TRACE_VALUE, offsetof(Range, step), 0, "step" },
    { TRACE_VALUE, offsetof(Range, len), 0, "len" },
    { 0 },
};

/* How many numbers: (stop - start - sign) / step + 1, or 0. Owned. */
static Value count_numbers(Value start, Value stop, Value step)
{
    assert(int_sign(step) != 0);
    if (is_int(start) && is_int(stop) && is_int(step)) {
        int64_t a = small_int(start), b = small_int(stop), by = small_int(step), n = 0;
        if (by > 0 && a < b)
            n = (int64_t)(((uint64_t)b - (uint64_t)a - 1) / (uint64_t)by + 1);
        else if (by < 0 && a > b)
            n = (int64_t)(((uint64_t)a - (uint64_t)b - 1) / (uint64_t)-by + 1);
        return int_value(n);
    }
    bool down = int_sign(step) < 0;
    if (int_compare(down ? stop : start, down ? start : stop) >= 0)
        return ZERO;
    own Value span = down ? int_sub(start, stop) : int_sub(stop, start);
    own Value by = is_error(span) ? ERROR : int_abs(step);
    own Value less = is_error(by) ? ERROR : int_sub(span, ONE);
    own Value quotient = is_error(less) ? ERROR : int_floordiv(less, by);
    return is_error(quotient) ? ERROR : int_add(quotient, ONE);
}

void range_check_valid(const Range *r)
{
    assert(int_exact(r->start) && int_exact(r->stop) && int_exact(r->step) && int_exact(r->len));
    assert(int_sign(r->step) != 0 && int_sign(r->len) >= 0);
}

/* A range of exact ints, all consumed. */
static Value make_take(Value start, Value stop, Value step)
{
    own Value a = start, b = stop, by = step;
    if (is_error(a) || is_error(b) || is_error(by))
        return ERROR;
    own Value len = count_numbers(a, b, by);
    if (is_error(len))
        return ERROR;
    Range *r = heap_new(&range_type.shape, sizeof *r);
    if (!r)
        return raise_memory();
    r->start = give(a);
    r->stop = give(b);
    r->step = give(by);
    r->len = give(len);
    return obj_value(r);
}

Value range_new(Value start, Value stop, Value step)
{
    own Value a = obj_index(start);
    own Value b = is_error(a) ? ERROR : obj_index(stop);
    own Value by = is_error(b) ? ERROR : obj_index(step);
    if (is_error(by))
        return ERROR;
    if (int_sign(by) == 0)
        return raise(ValueError, "range() arg 3 must not be zero");
    return make_take(give(a), give(b), give(by));
}

Value range_item(Value range, Value index)
{
    assert(int_check(index));
    Range *r = as_range(range);
    Value product, sum;
    if (is_int(index) && is_int(r->step) && is_int(r->start) && small_mul(index, r->step, &product) && small_add(r->start, product, &sum))
        return sum;
    own Value distance = int_mul(index, r->step);
    return is_error(distance) ? ERROR : int_add(r->start, distance);
}

Value range_part(Value range, Value slice)
{
    Range *r = as_range(range);
    Value part[3];
    if (!slice_indices(slice, r->len, part))
        return ERROR;
    own Value first = part[0], last = part[1], by = part[2];
    own Value start = range_item(range, first);
    own Value stop = is_error(start) ? ERROR : range_item(range, last);
    own Value step = is_error(stop) ? ERROR : int_mul(by, r->step);
    if (is_error(step))
        return ERROR;
    return make_take(give(start), give(stop), give(step));
}

Value range_reversed(Value range)
{
    Range *r = as_range(range);
    own Value last_index = int_sub(r->len, ONE);
    own Value first = is_error(last_index) ? ERROR : range_item(range, last_index);
    own Value stop = is_error(first) ? ERROR : int_sub(r->start, r->step);
    own Value step = is_error(stop) ? ERROR : int_neg(r->step);
    if (is_error(step))
        return ERROR;
    return make_take(give(first), give(stop), give(step));
}

/* --- searching ------------------------------------------------------------------------------------------------------- */

/* An int's place in the range. */
static Found find_int(Range *r, Value v, Value *index)
{
    assert(int_check(v));
    bool down = int_sign(r->step) < 0;
    if (int_compare(v, r->start) * (down ? -1 : 1) < 0 || int_compare(v, r->stop) * (down ? -1 : 1) >= 0)
        return ABSENT;
    own Value distance = int_sub(v, r->start);
    Value quotient, remainder;
    if (is_error(distance) || !int_divmod(distance, r->step, &quotient, &remainder))
        return FAILED;
    bool found = int_sign(remainder) == 0;
    release(remainder);
    if (found && index)
        *index = quotient;
    else
        release(quotient);
    return found ? FOUND : ABSENT;
}

/* Anything else: compare with each number. Stops at the first equal one unless `count`. */
static Found search(Value range, Value v, Value *index, int64_t *count)
{
    assert(!index || !count);
    Range *r = as_range(range);
    own Value i = ZERO;
    bool any = false;
    while (int_compare(i, r->len) < 0) {
        own Value item = range_item(range, i);
        if (is_error(item) || !poll_events())
            return FAILED;
        Truth equal = obj_equal(item, v);
        if (equal == TRUTH_FAILED)
            return FAILED;
        if (equal) {
            any = true;
            if (!count) {
                if (index)
                    *index = retain(i);
                return FOUND;
            }
            ++*count;
        }
        set_slot(&i, int_add(i, ONE));
        if (is_error(i))
            return FAILED;
    }
    return any ? FOUND : ABSENT;
}

static bool plain_int(Value v) { return int_exact(v) || is_bool(v); }

Found range_find(Value range, Value v, Value *index)
{
    return plain_int(v) ? find_int(as_range(range), v, index) : search(range, v, index, NULL);
}

int64_t range_count(Value range, Value v)
{
    if (plain_int(v))
        return find_int(as_range(range), v, NULL);
    int64_t count = 0;
    return search(range, v, NULL, &count) == FAILED ? -1 : count;
}

/* --- slots --------------------------------------------------------------------------------------------------------------- */

static Value repr(Value self)
{
    Range *r = as_range(self);
    if (same(r->step, ONE))
        return str_format("range(%R, %R)", r->start, r->stop);
    return str_format("range(%R, %R, %R)", r->start, r->stop, r->step);
}

/* Equal as sequences: same length, and then first number and, with two or more, step. */
static bool ranges_equal(Range *x, Range *y)
{
    if (int_compare(x->len, y->len) != 0)
        return false;
    if (int_sign(x->len) == 0)
        return true;
    if (int_compare(x->start, y->start) != 0)
        return false;
    return same(x->len, ONE) || int_compare(x->step, y->step) == 0;
}

static Value compare(Value a, Value b, CompareOp op)
{
    if (!range_check(a) || !range_check(b) || (op != CMP_EQ && op != CMP_NE))
        return NOT_IMPLEMENTED;
    return bool_value((same(a, b) || ranges_equal(as_range(a), as_range(b))) == (op == CMP_EQ));
}

static bool hash(Value self, int64_t *result)
{
    Range *r = as_range(self);
    bool empty = int_sign(r->len) == 0, one = same(r->len, ONE);
    own Value key = tuple_of3(r->len, empty ? NONE : r->start, empty || one ? NONE : r->step);
    return !is_error(key) && obj_hash(key, result);
}

static int64_t len(Value self)
{
    int64_t n;
    if (int_to_i64(as_range(self)->len, &n))
        return n;
    error_set(OverflowError, "Python int too large to convert to C ssize_t");
    return -1;
}

static Truth truth(Value self) { return int_sign(as_range(self)->len) ? YES : NO; }

static Value item_at(Value self, Value index)
{
    Range *r = as_range(self);
    own Value i = retain(index);
    if (int_sign(i) < 0) {
        Value sum = int_add(i, r->len);
        if (is_error(sum))
            return ERROR;
        set_slot(&i, sum);
    }
    if (int_sign(i) < 0 || int_compare(i, r->len) >= 0)
        return raise(IndexError, "range object index out of range");
    return range_item(self, i);
}

static Value item(Value self, int64_t index)
{
    if (index < 0)
        return raise(IndexError, "range object index out of range");
    own Value i = int_value(index);
    return is_error(i) ? ERROR : item_at(self, i);
}

static Value getitem(Value self, Value key)
{
    if (slice_check(key))
        return range_part(self, key);
    if (!index_check(key))
        return raise(TypeError, "range indices must be integers or slices, not %T", key);
    own Value index = obj_index(key);
    return is_error(index) ? ERROR : item_at(self, index);
}

static Truth contains(Value self, Value v)
{
    Found found = range_find(self, v, NULL);
    return found == FAILED ? TRUTH_FAILED : found ? YES : NO;
}

Type range_type = {
    .heap = { .head = STATIC_OBJECT(&type_type.shape), .name = "range", .basic_size = sizeof(Range),
              .heap_flags = HEAP_TYPE_UNTRACKED, .trace = trace_rows },
    .shape = { .type = &range_type.heap }, .bases = UNBOUND_INIT, .mro = UNBOUND_INIT, .qualname = UNBOUND_INIT, .module = UNBOUND_INIT,
    .flags = TYPE_SEQUENCE,
    .repr = repr, .compare = compare, .hash = hash, .truth = truth,
    .len = len, .getitem = getitem, .contains = contains, .item = item,
};
