/* iterator_methods.c -- the iterators of built-in containers, and enumerate, zip, map, filter, reversed, as Python code sees them. */
#include "interp/builtins/container_types.h"
#include "interp/object/dict_view.h"
#include "interp/object/int.h"
#include "interp/object/iterators.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/range.h"
#include "interp/object/set.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

#define HINT_DOC "Private method returning an estimate of len(list(it))."
#define REDUCE_DOC "Return state information for pickling."
#define STATE_DOC "Set state information for unpickling."

/* --- over items by index ----------------------------------------------------------------------------------------------- */

static Value index_length_hint(Value *args, size_t n)
{
    (void)n;
    int64_t left = index_iterator_left(args[0]);
    return left < 0 ? ERROR : int_value(left);
}

static Value index_reduce(Value *args, size_t n)
{
    (void)n;
    IndexIterator *it = as_iterator(IndexIterator, args[0]);
    bool is_list = is_exact(args[0], &list_iterator_type), is_back = is_exact(args[0], &list_reverse_iterator_type);
    Value maker = builtin_get(is_back && !is_unbound(it->items) ? "reversed" : "iter");
    if (is_unbound(it->items)) {
        own Value empty = is_list || is_back ? list_new(0) : retain(tuple_empty);
        return reduce_take(maker, is_error(empty) ? ERROR : tuple_of1(empty));
    }
    return reduce_state_take(maker, tuple_of1(it->items), int_value(it->index));
}

static Value index_setstate(Value *args, size_t n)
{
    (void)n;
    IndexIterator *it = as_iterator(IndexIterator, args[0]);
    int64_t index;
    if (!obj_index_i64(args[1], &index, OverflowError))
        return ERROR;
    if (is_unbound(it->items))
        return NONE;
    int64_t lowest = 0, highest = INT64_MAX;
    bool is_reversed = is_instance_of(args[0], &reversed_type), is_back = is_exact(args[0], &list_reverse_iterator_type);
    if (!is_exact(args[0], &sequence_iterator_type)) {
        highest = obj_len(it->items);
        if (highest < 0)
            return ERROR;
    }
    if (is_reversed || is_back) {
        lowest = -1;
        highest--;
    }
    if (!is_unbound(it->items))
        it->index = index < lowest ? lowest : index > highest ? highest : index;
    return NONE;
}

static Value reversed_reduce(Value *args, size_t n)
{
    (void)n;
    IndexIterator *it = as_iterator(IndexIterator, args[0]);
    Value maker = retain(obj_value(type_of(args[0])));
    if (is_unbound(it->items))
        return reduce_take(maker, tuple_of1(tuple_empty));
    return reduce_state_take(maker, tuple_of1(it->items), int_value(it->index));
}

static const Method index_rows[] = {
    { "__length_hint__", "(self, /)", index_length_hint, HINT_DOC },
    { "__reduce__", "(self, /)", index_reduce, REDUCE_DOC },
    { "__setstate__", "(self, object, /)", index_setstate, STATE_DOC },
    { 0 },
};
static const Method reversed_rows[] = {
    { "__length_hint__", "(self, /)", index_length_hint, HINT_DOC },
    { "__reduce__", "(self, /)", reversed_reduce, REDUCE_DOC },
    { "__setstate__", "(self, object, /)", index_setstate, STATE_DOC },
    { 0 },
};

static Value reversed_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    if ((type == &reversed_type || type->init == reversed_type.init) && !no_keywords("reversed", kwnames))
        return ERROR;
    return count_between("reversed", n, 1, 1) ? reversed_new(type, args[0]) : ERROR;
}

/* --- ranges -------------------------------------------------------------------------------------------------------------- */

static Value range_length_hint(Value *args, size_t n)
{
    (void)n;
    RangeIterator *it = as_iterator(RangeIterator, args[0]);
    return int_value(it->len - it->index);
}

static Value range_reduce(Value *args, size_t n)
{
    (void)n;
    RangeIterator *it = as_iterator(RangeIterator, args[0]);
    own Value start = int_value(it->start), step = int_value(it->step), len = int_value(it->len);
    own Value distance = is_error(start) || is_error(step) || is_error(len) ? ERROR : int_mul(len, step);
    own Value stop = is_error(distance) ? ERROR : int_add(start, distance);
    own Value range = is_error(stop) ? ERROR : range_new(start, stop, step);
    return reduce_state_take(builtin_get("iter"), is_error(range) ? ERROR : tuple_of1(range), int_value(it->index));
}

static Value range_setstate(Value *args, size_t n)
{
    (void)n;
    RangeIterator *it = as_iterator(RangeIterator, args[0]);
    int64_t index;
    if (!obj_index_i64(args[1], &index, OverflowError))
        return ERROR;
    it->index = index < 0 ? 0 : index > it->len ? it->len : index;
    return NONE;
}

static Value long_range_length_hint(Value *args, size_t n)
{
    (void)n;
    LongRangeIterator *it = as_iterator(LongRangeIterator, args[0]);
    return int_sub(it->len, it->index);
}

static Value long_range_reduce(Value *args, size_t n)
{
    (void)n;
    LongRangeIterator *it = as_iterator(LongRangeIterator, args[0]);
    own Value distance = int_mul(it->len, it->step);
    own Value stop = is_error(distance) ? ERROR : int_add(it->start, distance);
    own Value range = is_error(stop) ? ERROR : range_new(it->start, stop, it->step);
    return reduce_state_take(builtin_get("iter"), is_error(range) ? ERROR : tuple_of1(range), retain(it->index));
}

static Value long_range_setstate(Value *args, size_t n)
{
    (void)n;
    LongRangeIterator *it = as_iterator(LongRangeIterator, args[0]);
    if (!int_check(args[1]))
        return raise(TypeError, "an integer is required, not %T", args[1]);
    Value index = int_sign(args[1]) < 0 ? small_int_value(0) : int_compare(args[1], it->len) > 0 ? it->len : args[1];
    set_slot(&it->index, int_normal(index));
    return NONE;
}

static const Method range_rows[] = {
    { "__length_hint__", "(self, /)", range_length_hint, HINT_DOC },
    { "__reduce__", "(self, /)", range_reduce, REDUCE_DOC },
    { "__setstate__", "(self, object, /)", range_setstate, STATE_DOC },
    { 0 },
};
static const Method long_range_rows[] = {
    { "__length_hint__", "(self, /)", long_range_length_hint, HINT_DOC },
    { "__reduce__", "(self, /)", long_range_reduce, REDUCE_DOC },
    { "__setstate__", "(self, object, /)", long_range_setstate, STATE_DOC },
    { 0 },
};

/* --- set, callable ----------------------------------------------------------------------------------------------------------- */

static Value set_length_hint(Value *args, size_t n)
{
    (void)n;
    SetIterator *it = as_iterator(SetIterator, args[0]);
    bool live = !is_unbound(it->set) && as_set(it->set)->used == it->used;
    return small_int_value(live ? (int64_t)it->remaining : 0);
}

static Value set_reduce(Value *args, size_t n)
{
    (void)n;
    SetIterator *it = as_iterator(SetIterator, args[0]);
    own Value rest = list_new(0);
    if (is_error(rest))
        return ERROR;
    if (!is_unbound(it->set)) {
        if (as_set(it->set)->used != it->used)
            return raise(RuntimeError, "Set changed size during iteration");
        uint64_t position = it->position;
        Value key;
        while (set_next(as_set(it->set), &position, &key))
            if (!list_append(rest, key))
                return ERROR;
    }
    return reduce_take(builtin_get("iter"), tuple_of1(rest));
}

static Value callable_reduce(Value *args, size_t n)
{
    (void)n;
    CallableIterator *it = as_iterator(CallableIterator, args[0]);
    if (is_unbound(it->callable))
        return reduce_take(builtin_get("iter"), tuple_of1(tuple_empty));
    return reduce_take(builtin_get("iter"), tuple_of2(it->callable, it->sentinel));
}

static const Method set_rows[] = {
    { "__length_hint__", "(self, /)", set_length_hint, HINT_DOC },
    { "__reduce__", "(self, /)", set_reduce, REDUCE_DOC },
    { 0 },
};
static const Method callable_rows[] = {
    { "__reduce__", "(self, /)", callable_reduce, REDUCE_DOC },
    { 0 },
};

/* --- enumerate, zip, map, filter ---------------------------------------------------------------------------------------------- */

static Value enumerate_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    Value out[2];
    Signature *signature;
    if (LIKELY(n == 1 && (!tuple_check(kwnames) || tuple_len(kwnames) == 0)))
        return enumerate_new(type, args[0], UNBOUND);
    if (n == 0 && (!tuple_check(kwnames) || tuple_len(kwnames) == 0))
        return raise(TypeError, "enumerate() missing required argument 'iterable'");
    if (!bind_arguments("enumerate", "(iterable, start=0)", args, n, kwnames, out, &signature))
        return ERROR;
    Value e = enumerate_new(type, out[0], out[1]);
    signature_release(signature, out);
    return e;
}

static Value enumerate_reduce(Value *args, size_t n)
{
    (void)n;
    Enumerate *e = as_iterator(Enumerate, args[0]);
    return reduce_take(retain(obj_value(type_of(args[0]))), tuple_of2(e->iterator, e->index));
}

static Value zip_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    bool strict = false;
    uint64_t n_kw = tuple_check(kwnames) ? tuple_len(kwnames) : 0;
    for (uint64_t i = 0; i < n_kw; i++) {
        Value name = tuple_peek(kwnames, i);
        if (!str_equal_c(name, "strict"))
            return raise(TypeError, "'%S' is an invalid keyword argument for zip()", name);
        Truth truth = obj_truth(args[n + i]);
        if (truth == TRUTH_FAILED)
            return ERROR;
        strict = truth == YES;
    }
    return zip_new(type, args, n, strict);
}

static Value zip_reduce(Value *args, size_t n)
{
    (void)n;
    Zip *z = as_iterator(Zip, args[0]);
    Value maker = retain(obj_value(type_of(args[0]))), iterators = retain(z->iterators);
    return z->strict ? reduce_state_take(maker, iterators, TRUE) : reduce_take(maker, iterators);
}

static Value zip_setstate(Value *args, size_t n)
{
    (void)n;
    Truth strict = obj_truth(args[1]);
    if (strict == TRUTH_FAILED)
        return ERROR;
    as_iterator(Zip, args[0])->strict = strict == YES;
    return NONE;
}

static Value map_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    if ((type == &map_type || type->init == map_type.init) && !no_keywords("map", kwnames))
        return ERROR;
    if (n < 2)
        return raise(TypeError, "map() must have at least two arguments.");
    return map_new(type, args[0], args + 1, n - 1);
}

static Value map_reduce(Value *args, size_t n)
{
    (void)n;
    Map *m = as_iterator(Map, args[0]);
    uint64_t len = tuple_len(m->iterators);
    Tuple *all = tuple_alloc(len + 1);
    if (!all)
        return ERROR;
    all->items[0] = retain(m->function);
    for (uint64_t i = 0; i < len; i++)
        all->items[i + 1] = retain(tuple_peek(m->iterators, i));
    return reduce_take(retain(obj_value(type_of(args[0]))), obj_value(all));
}

static Value filter_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    if ((type == &filter_type || type->init == filter_type.init) && !no_keywords("filter", kwnames))
        return ERROR;
    return count_between("filter", n, 2, 2) ? filter_new(type, args[0], args[1]) : ERROR;
}

static Value filter_reduce(Value *args, size_t n)
{
    (void)n;
    Filter *f = as_iterator(Filter, args[0]);
    return reduce_take(retain(obj_value(type_of(args[0]))), tuple_of2(f->function, f->iterator));
}

static const Method enumerate_rows[] = {
    { "__reduce__", "(self, /)", enumerate_reduce, REDUCE_DOC },
    CLASS_GETITEM_ROW,
    { 0 },
};
static const Method zip_rows[] = {
    { "__reduce__", "(self, /)", zip_reduce, REDUCE_DOC },
    { "__setstate__", "(self, object, /)", zip_setstate, STATE_DOC },
    { 0 },
};
static const Method map_rows[] = {
    { "__reduce__", "(self, /)", map_reduce, REDUCE_DOC },
    { 0 },
};
static const Method filter_rows[] = {
    { "__reduce__", "(self, /)", filter_reduce, REDUCE_DOC },
    { 0 },
};

void iterator_join(void)
{
    list_iterator_type.methods = list_reverse_iterator_type.methods = tuple_iterator_type.methods = index_rows;
    sequence_iterator_type.methods = index_rows;
    range_iterator_type.methods = range_rows;
    long_range_iterator_type.methods = long_range_rows;
    set_iterator_type.methods = set_rows;
    callable_iterator_type.methods = callable_rows;
    reversed_type.new = reversed_make;
    enumerate_type.new = enumerate_make;
    zip_type.new = zip_make;
    map_type.new = map_make;
    filter_type.new = filter_make;
    JOIN(reversed_type, reversed_rows, "Return a reverse iterator over the values of the given sequence.", "(sequence, /)");
    JOIN(enumerate_type, enumerate_rows,
         "Return an enumerate object.\n\n  iterable\n    an object supporting iteration\n\n"
         "The enumerate object yields pairs containing a count (from start, which\ndefaults to zero) and a value yielded by the iterable argument.\n\n"
         "enumerate is useful for obtaining an indexed list:\n    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...", "(iterable, start=0)");
    JOIN(zip_type, zip_rows,
         "zip(*iterables, strict=False) --> Yield tuples until an input is exhausted.\n\n"
         "   >>> list(zip('abcdefg', range(3), range(4)))\n   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]\n\n"
         "The zip object yields n-length tuples, where n is the number of iterables\npassed as positional arguments to zip().  "
         "The i-th element in every tuple\ncomes from the i-th iterable argument to zip().  This continues until the\nshortest argument is exhausted.\n\n"
         "If strict is true and one of the arguments is exhausted before the others,\nraise a ValueError.", NULL);
    JOIN(map_type, map_rows,
         "map(func, *iterables) --> map object\n\nMake an iterator that computes the function using arguments from\n"
         "each of the iterables.  Stops when the shortest iterable is exhausted.", NULL);
    JOIN(filter_type, filter_rows,
         "filter(function or None, iterable) --> filter object\n\nReturn an iterator yielding those items of iterable for which function(item)\n"
         "is true. If function is None, return the items that are true.", NULL);
}
