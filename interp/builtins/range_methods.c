/* range_methods.c -- range as Python code sees it. Source: Python library reference, "Ranges". */
#include "interp/builtins/container_types.h"
#include "interp/object/int.h"
#include "interp/object/iterators.h"
#include "interp/object/range.h"
#include "interp/object/tuple.h"

static Value range_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    (void)type;
    if (!no_keywords("range", kwnames) || !count_between("range", n, 1, 3))
        return ERROR;
    Value zero = small_int_value(0), one = small_int_value(1);
    return n == 1 ? range_new(zero, args[0], one) : range_new(args[0], args[1], n == 3 ? args[2] : one);
}

static Value count(Value *args, size_t n)
{
    (void)n;
    int64_t times = range_count(args[0], args[1]);
    return times < 0 ? ERROR : int_value(times);
}

static Value index_(Value *args, size_t n)
{
    (void)n;
    Value at;
    Found found = range_find(args[0], args[1], &at);
    if (found)
        return found == FOUND ? at : ERROR;
    if (int_exact(args[1]) || is_bool(args[1]))
        return raise(ValueError, "%R is not in range", args[1]);
    return raise(ValueError, "sequence.index(x): x not in sequence");
}

static Value reversed(Value *args, size_t n)
{
    (void)n;
    own Value backwards = range_reversed(args[0]);
    return is_error(backwards) ? ERROR : range_iterator_new(backwards);
}

static Value reduce(Value *args, size_t n)
{
    (void)n;
    Range *r = as_range(args[0]);
    return reduce_take(retain(obj_value(&range_type)), tuple_of3(r->start, r->stop, r->step));
}

const Method range_methods[] = {
    { "count", "(self, value, /)", count, "rangeobject.count(value) -> integer -- return number of occurrences of value" },
    { "index", "(self, value, /)", index_,
      "rangeobject.index(value) -> integer -- return index of value.\nRaise ValueError if the value is not present." },
    { "__reversed__", "(self, /)", reversed, "Return a reverse iterator." },
    { "__reduce__", "(self, /)", reduce, NULL },
    { 0 },
};

static const Member range_members[] = {
    { "start", MEMBER_VALUE, offsetof(Range, start), false, NULL },
    { "stop", MEMBER_VALUE, offsetof(Range, stop), false, NULL },
    { "step", MEMBER_VALUE, offsetof(Range, step), false, NULL },
    { 0 },
};

void range_join(void)
{
    range_type.new = range_make;
    range_type.members = range_members;
    JOIN(range_type, range_methods,
         "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\n"
         "Return an object that produces a sequence of integers from start (inclusive)\nto stop (exclusive) by step.  "
         "range(i, j) produces i, i+1, i+2, ..., j-1.\nstart defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\n"
         "These are exactly the valid indices for a list of 4 elements.\nWhen step is given, it specifies the increment (or decrement).", NULL);
}
