/* tuple_methods.c -- tuple as Python code sees it. Source: Python library reference, "Immutable sequence types". */
#include "interp/builtins/container_types.h"
#include "interp/object/protocol.h"
#include "interp/object/tuple.h"

static Value tuple_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    if ((type == &tuple_type || type->init == tuple_type.init) && !no_keywords("tuple", kwnames))
        return ERROR;
    if (!count_between("tuple", n, 0, 1))
        return ERROR;
    own Value items = n ? tuple_from_iterable(args[0]) : retain(tuple_empty);
    if (is_error(items) || type == &tuple_type)
        return give(items);
    uint64_t len = tuple_len(items);
    Tuple *t = tuple_alloc_type(type, len);
    if (!t)
        return ERROR;
    for (uint64_t i = 0; i < len; i++)
        t->items[i] = retain(tuple_peek(items, i));
    return obj_value(t);
}

static Value count(Value *args, size_t n)
{
    (void)n;
    int64_t times = 0;
    for (uint64_t i = 0; i < tuple_len(args[0]); i++) {
        Truth equal = obj_equal(tuple_peek(args[0], i), args[1]);
        if (equal == TRUTH_FAILED)
            return ERROR;
        times += equal;
    }
    return small_int_value(times);
}

static Value index_(Value *args, size_t n)
{
    (void)n;
    int64_t start, stop, len = (int64_t)tuple_len(args[0]);
    if (!search_bound(args[2], 0, &start) || !search_bound(args[3], INT64_MAX, &stop))
        return ERROR;
    if (start < 0 && (start += len) < 0)
        start = 0;
    if (stop < 0)
        stop += len;
    for (int64_t i = start; i < stop && i < len; i++) {
        Truth equal = obj_equal(tuple_peek(args[0], (uint64_t)i), args[1]);
        if (equal)
            return equal == YES ? small_int_value(i) : ERROR;
    }
    return raise(ValueError, "tuple.index(x): x not in tuple");
}

static Value getnewargs(Value *args, size_t n)
{
    (void)n;
    own Value items = tuple_from(((Tuple *)as_obj(args[0]))->items, tuple_len(args[0]));
    return is_error(items) ? ERROR : tuple_of1(items);
}

const Method tuple_methods[] = {
    { "count", "(self, value, /)", count, "Return number of occurrences of value." },
    { "index", "(self, value, start=0, stop=9223372036854775807, /)", index_,
      "Return first index of value.\n\nRaises ValueError if the value is not present." },
    { "__getnewargs__", "(self, /)", getnewargs, NULL },
    CLASS_GETITEM_ROW,
    { 0 },
};

void tuple_join(void)
{
    tuple_type.new = tuple_make;
    JOIN(tuple_type, tuple_methods, "Built-in immutable sequence.\n\nIf no argument is given, the constructor returns an empty tuple.\n"
         "If iterable is specified the tuple is initialized from iterable's items.\n\nIf the argument is a tuple, the return value is the same object.",
         "(iterable=(), /)");
}
