/* slice.c -- see slice.h. Source: Python reference, "Slice objects" and "Common sequence operations". */
#include "interp/object/slice.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"

#include "gc/heap.h"

static const TraceRow trace_rows[] = {
    { TRACE_VALUE, offsetof(Slice, start), 0, "start" },
    { TRACE_VALUE, offsetof(Slice, stop), 0, "stop" },
    { TRACE_VALUE, offsetof(Slice, step), 0, "step" },
    { 0 },
};

void slice_check_valid(const Slice *s)
{
    assert(!is_error(s->start) && !is_error(s->stop) && !is_error(s->step));            /* UNBOUND: the collector has cleared it */
}

Value slice_new(Value start, Value stop, Value step)
{
    Slice *s = heap_new(&slice_type.shape, sizeof *s);
    if (!s)
        return raise_memory();
    s->start = is_unbound(start) ? NONE : retain(start);
    s->stop = is_unbound(stop) ? NONE : retain(stop);
    s->step = is_unbound(step) ? NONE : retain(step);
    return obj_value(s);
}

bool index_check(Value v)
{
    return int_check(v) || type_of(v)->index;
}

bool index_of(Value v, int64_t *index)
{
    if (is_int(v)) {
        *index = small_int(v);
        return true;
    }
    return obj_index_i64(v, index, IndexError);
}

static bool slice_number(Value v, int64_t *i)
{
    if (is_int(v)) {
        *i = small_int(v);
        return true;
    }
    if (!index_check(v))
        return raise_false(TypeError, "slice indices must be integers or None or have an __index__ method");
    return obj_index_i64(v, i, NO_ERROR);
}

bool slice_unpack(Value slice, int64_t *start, int64_t *stop, int64_t *step)
{
    Slice *s = as_slice(slice);
    *step = 1;
    if (!is_none(s->step)) {
        if (!slice_number(s->step, step))
            return false;
        if (*step == 0)
            return raise_false(ValueError, "slice step cannot be zero");
        if (*step < -INT64_MAX)
            *step = -INT64_MAX;
    }
    if (is_none(s->start))
        *start = *step < 0 ? INT64_MAX : 0;
    else if (!slice_number(s->start, start))
        return false;
    if (is_none(s->stop))
        *stop = *step < 0 ? INT64_MIN : INT64_MAX;
    else if (!slice_number(s->stop, stop))
        return false;
    assert(*step != 0 && *step >= -INT64_MAX);
    return true;
}

int64_t slice_adjust(int64_t len, int64_t *start, int64_t *stop, int64_t step)
{
    assert(step != 0 && step >= -INT64_MAX && len >= 0);
    if (*start < 0) {
        *start += len;
        if (*start < 0)
            *start = step < 0 ? -1 : 0;
    } else if (*start >= len) {
        *start = step < 0 ? len - 1 : len;
    }
    if (*stop < 0) {
        *stop += len;
        if (*stop < 0)
            *stop = step < 0 ? -1 : 0;
    } else if (*stop >= len) {
        *stop = step < 0 ? len - 1 : len;
    }
    assert(*start >= -1 && *start <= len && *stop >= -1 && *stop <= len);
    if (step == 1)                       /* divisions are slow */
        return *start < *stop ? *stop - *start : 0;
    if (step == -1)
        return *stop < *start ? *start - *stop : 0;
    if (step < 0)
        return *stop < *start ? (*start - *stop - 1) / -step + 1 : 0;
    return *start < *stop ? (*stop - *start - 1) / step + 1 : 0;
}

/* One bound of slice.indices: clip `v` (an int) into lower..upper after adding len to a negative one. Owned. */
static Value clip_bound(Value v, Value len, Value lower, Value upper)
{
    assert(int_compare(lower, upper) <= 0);
    if (!index_check(v))
        return raise(TypeError, "slice indices must be integers or None or have an __index__ method");
    own Value i = obj_index(v);
    if (is_error(i))
        return ERROR;
    if (int_sign(i) < 0) {
        Value sum = int_add(i, len);
        if (is_error(sum))
            return ERROR;
        set_slot(&i, sum);
        return int_compare(i, lower) < 0 ? retain(lower) : give(i);
    }
    return int_compare(i, upper) > 0 ? retain(upper) : give(i);
}

bool slice_indices(Value slice, Value len, Value out[3])
{
    assert(int_check(len) && int_sign(len) >= 0);
    Slice *s = as_slice(slice);
    own Value step = small_int_value(1), lower = UNBOUND, upper = UNBOUND;
    if (!is_none(s->step)) {
        if (!index_check(s->step))
            return raise_false(TypeError, "slice indices must be integers or None or have an __index__ method");
        step = obj_index(s->step);
        if (is_error(step))
            return false;
        if (int_sign(step) == 0)
            return raise_false(ValueError, "slice step cannot be zero");
    }
    bool down = int_sign(step) < 0;
    if (down) {
        lower = small_int_value(-1);
        upper = int_add(len, lower);
        if (is_error(upper))
            return false;
    } else {
        lower = small_int_value(0);
        upper = retain(len);
    }
    Value start = is_none(s->start) ? retain(down ? upper : lower) : clip_bound(s->start, len, lower, upper);
    if (is_error(start))
        return false;
    Value stop = is_none(s->stop) ? retain(down ? lower : upper) : clip_bound(s->stop, len, lower, upper);
    if (is_error(stop)) {
        release(start);
        return false;
    }
    out[0] = start;
    out[1] = stop;
    out[2] = give(step);
    return true;
}

static Value repr(Value self)
{
    Slice *s = as_slice(self);
    own Value start = obj_repr(s->start);
    own Value stop = is_error(start) ? ERROR : obj_repr(s->stop);
    own Value step = is_error(stop) ? ERROR : obj_repr(s->step);
    return is_error(step) ? ERROR : str_format("slice(%S, %S, %S)", start, stop, step);
}

static Value compare(Value a, Value b, CompareOp op)
{
    if (!slice_check(a) || !slice_check(b))
        return NOT_IMPLEMENTED;
    if (same(a, b))
        return bool_value(op == CMP_EQ || op == CMP_LE || op == CMP_GE);
    Value *x = &as_slice(a)->start, *y = &as_slice(b)->start;
    for (int i = 0; i < 3; i++) {
        Truth equal = obj_equal(x[i], y[i]);
        if (equal == TRUTH_FAILED)
            return ERROR;
        if (equal)
            continue;
        return obj_compare_unequal(x[i], y[i], op);
    }
    return bool_value(op == CMP_EQ || op == CMP_LE || op == CMP_GE);
}

Type slice_type = {
    STATIC_TYPE(slice_type, "slice", Slice, trace_rows),
    .repr = repr, .compare = compare, .hash = hash_none,
};
