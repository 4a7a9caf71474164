/* slice_methods.c -- slice as Python code sees it. Source: Python reference, "Slice objects". */
#include "interp/builtins/container_types.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/slice.h"
#include "interp/object/tuple.h"

static Value slice_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    (void)type;
    if (!no_keywords("slice", kwnames) || !count_between("slice", n, 1, 3))
        return ERROR;
    return n == 1 ? slice_new(NONE, args[0], NONE) : slice_new(args[0], args[1], n == 3 ? args[2] : NONE);
}

static Value indices(Value *args, size_t n)
{
    (void)n;
    own Value len = obj_index(args[1]);
    if (is_error(len))
        return ERROR;
    if (int_sign(len) < 0)
        return raise(ValueError, "length should not be negative");
    Value out[3];
    return slice_indices(args[0], len, out) ? tuple_from_take(out, 3) : ERROR;
}

static Value reduce(Value *args, size_t n)
{
    (void)n;
    Slice *s = as_slice(args[0]);
    return reduce_take(retain(obj_value(&slice_type)), tuple_of3(s->start, s->stop, s->step));
}

const Method slice_methods[] = {
    { "indices", "(self, object, /)", indices,
      "S.indices(len) -> (start, stop, stride)\n\nAssuming a sequence of length len, calculate the start and stop\n"
      "indices, and the stride length of the extended slice described by\nS. Out of bounds indices are clipped in a manner consistent with the\n"
      "handling of normal slices." },
    { "__reduce__", "(self, /)", reduce, "Return state information for pickling." },
    { 0 },
};

static const Member slice_members[] = {
    { "start", MEMBER_VALUE, offsetof(Slice, start), false, NULL },
    { "stop", MEMBER_VALUE, offsetof(Slice, stop), false, NULL },
    { "step", MEMBER_VALUE, offsetof(Slice, step), false, NULL },
    { 0 },
};

void slice_join(void)
{
    slice_type.new = slice_make;
    slice_type.members = slice_members;
    JOIN(slice_type, slice_methods, "slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.  This is used for extended slicing "
         "(e.g. a[0:10:2]).", NULL);
}
