/* iterators.c -- see iterators.h. Source: Python reference, "Iterator types", "Built-in functions". */
#include "interp/object/iterators.h"
#include "interp/object/class.h"
#include "interp/object/dict_view.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/native.h"
#include "interp/object/protocol.h"
#include "interp/object/range.h"
#include "interp/object/set.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

#include "gc/event.h"
#include "gc/heap.h"

Value (*builtin_hook)(const char *name);

Value builtin_get(const char *name)
{
    return builtin_hook ? builtin_hook(name) : raise(RuntimeError, "lost builtins.%s", name);
}

Value iterator_self(Value self) { return retain(self); }

/* An instance of a type that may be subclassed: its Values UNBOUND. */
#define NEW_OBJECT(Struct, type) ((type)->flags & TYPE_HEAP ? new_instance(type) : heap_new_zeroed(&(type)->shape, sizeof(Struct)))

static void *new_instance(Type *type)
{
    Value v = instance_new(type);
    return is_error(v) ? NULL : as_obj(v);
}

/* The error when NEW_OBJECT gave NULL. */
static Value no_object(void) { return error_pending() ? ERROR : raise_memory(); }

/* --- by index -------------------------------------------------------------------------------------------------------- */

static const TraceRow index_rows[] = {
    { TRACE_VALUE, offsetof(IndexIterator, items), 0, "items" },
    { 0 },
};

Value index_iterator_new(Type *type, Value items, int64_t index)
{
    IndexIterator *it = NEW_OBJECT(IndexIterator, type);
    if (!it)
        return no_object();
    it->items = retain(items);
    it->index = index;
    return obj_value(it);
}

static Value exhausted(Value *what)
{
    release(give(*what));
    return STOP;
}

static Value list_iter(Value list) { return index_iterator_new(&list_iterator_type, list, 0); }
static Value tuple_iter(Value tuple) { return index_iterator_new(&tuple_iterator_type, tuple, 0); }
static Value sequence_iter(Value v) { return index_iterator_new(&sequence_iterator_type, v, 0); }

static Value list_next(Value self)
{
    IndexIterator *it = as_iterator(IndexIterator, self);
    if (is_unbound(it->items))
        return STOP;
    List *l = as_list(it->items);
    if (LIKELY((uint64_t)it->index < l->len))
        return retain(l->items[it->index++]);
    return exhausted(&it->items);
}

static Value list_reverse_next(Value self)
{
    IndexIterator *it = as_iterator(IndexIterator, self);
    if (is_unbound(it->items))
        return STOP;
    List *l = as_list(it->items);
    if (it->index >= 0 && (uint64_t)it->index < l->len)
        return retain(l->items[it->index--]);
    it->index = -1;
    return exhausted(&it->items);
}

static Value tuple_next(Value self)
{
    IndexIterator *it = as_iterator(IndexIterator, self);
    if (is_unbound(it->items))
        return STOP;
    Tuple *t = as_tuple(it->items);
    if (LIKELY((uint64_t)it->index < t->len))
        return retain(t->items[it->index++]);
    return exhausted(&it->items);
}

/* IndexError and StopIteration end an iteration by __getitem__. */
static Value ended_by_error(IndexIterator *it)
{
    if (!error_is(IndexError) && !error_is(StopIteration))
        return ERROR;
    error_clear();
    return exhausted(&it->items);
}

static Value sequence_next(Value self)
{
    IndexIterator *it = as_iterator(IndexIterator, self);
    if (is_unbound(it->items))
        return STOP;
    if (it->index == INT64_MAX)
        return raise(OverflowError, "iter index too large");
    own Value items = retain(it->items);
    Value item = obj_getitem_index(items, it->index);
    if (is_error(item))
        return ended_by_error(it);
    it->index++;
    return item;
}

static Value reversed_next(Value self)
{
    IndexIterator *it = as_iterator(IndexIterator, self);
    if (is_unbound(it->items))
        return STOP;
    if (it->index < 0)
        return exhausted(&it->items);
    own Value items = retain(it->items);
    Value item = obj_getitem_index(items, it->index);
    if (is_error(item)) {
        it->index = -1;
        return ended_by_error(it);
    }
    it->index--;
    return item;
}

int64_t index_iterator_left(Value self)
{
    IndexIterator *it = as_iterator(IndexIterator, self);
    if (is_unbound(it->items))
        return 0;
    int64_t len = obj_len(it->items);
    if (len < 0)
        return -1;
    bool backwards = is_exact(self, &list_reverse_iterator_type) || is_instance_of(self, &reversed_type);
    if (backwards)
        return it->index + 1 > len ? 0 : it->index + 1;
    return len > it->index ? len - it->index : 0;
}

Value reversed_new(Type *type, Value v)
{
    own Value method = UNBOUND;
    Found found = obj_find_special(v, N(__reversed__), &method);
    if (found == FAILED)
        return ERROR;
    if (found && !is_none(method))
        return call0(method);
    Type *t = type_of(v);
    if (found || (!t->item && (!t->getitem || (t->flags & TYPE_IS_DICT))) || !t->len)
        return raise(TypeError, "'%.200s' object is not reversible", t->heap.name);
    int64_t n = obj_len(v);
    return n < 0 ? ERROR : index_iterator_new(type, v, n - 1);
}

/* --- range -------------------------------------------------------------------------------------------------------------- */

static const TraceRow long_range_rows[] = {
    { TRACE_VALUE, offsetof(LongRangeIterator, index), 0, "index" },
    { TRACE_VALUE, offsetof(LongRangeIterator, len), 0, "len" },
    { TRACE_VALUE, offsetof(LongRangeIterator, start), 0, "start" },
    { TRACE_VALUE, offsetof(LongRangeIterator, step), 0, "step" },
    { 0 },
};

Value long_range_iterator_new(Value start, Value step, Value len)
{
    LongRangeIterator *it = heap_new(&long_range_iterator_type.shape, sizeof *it);
    if (!it)
        return raise_memory();
    it->index = small_int_value(0);
    it->len = retain(len);
    it->start = retain(start);
    it->step = retain(step);
    return obj_value(it);
}

Value range_iterator_new(Value range)
{
    Range *r = as_range(range);
    int64_t start, step, len;
    if (!range_small(range, &start, &step, &len))
        return long_range_iterator_new(r->start, r->step, r->len);
    RangeIterator *it = heap_new(&range_iterator_type.shape, sizeof *it);
    if (!it)
        return raise_memory();
    it->index = 0;
    it->len = len;
    it->start = start;
    it->step = step;
    assert(step != 0 && len >= 0);
    return obj_value(it);
}

static Value range_next(Value self)
{
    RangeIterator *it = as_iterator(RangeIterator, self);
    if (UNLIKELY(it->index >= it->len))
        return STOP;
    return small_int_value((int64_t)((uint64_t)it->start + (uint64_t)it->index++ * (uint64_t)it->step));
}

static Value long_range_next(Value self)
{
    LongRangeIterator *it = as_iterator(LongRangeIterator, self);
    if (int_compare(it->index, it->len) >= 0)
        return STOP;
    own Value distance = int_mul(it->index, it->step);
    own Value item = is_error(distance) ? ERROR : int_add(it->start, distance);
    Value next = is_error(item) ? ERROR : int_add(it->index, small_int_value(1));
    if (is_error(next))
        return ERROR;
    set_slot(&it->index, next);
    return give(item);
}

/* --- set ------------------------------------------------------------------------------------------------------------------- */

static const TraceRow set_rows[] = {
    { TRACE_VALUE, offsetof(SetIterator, set), 0, "set" },
    { 0 },
};

static Value set_iter(Value set)
{
    SetIterator *it = heap_new(&set_iterator_type.shape, sizeof *it);
    if (!it)
        return raise_memory();
    it->set = retain(set);
    it->position = 0;
    it->used = it->remaining = as_set(set)->used;
    return obj_value(it);
}

static Value set_iterator_next(Value self)
{
    SetIterator *it = as_iterator(SetIterator, self);
    if (is_unbound(it->set))
        return STOP;
    Set *s = as_set(it->set);
    if (UNLIKELY(it->used != s->used)) {
        it->used = UINT64_MAX;                           /* stays so */
        return raise(RuntimeError, "Set changed size during iteration");
    }
    Value key;
    if (!set_next(s, &it->position, &key))
        return exhausted(&it->set);
    it->remaining--;
    return retain(key);
}

/* --- iter(callable, sentinel) ------------------------------------------------------------------------------------------------- */

static const TraceRow callable_rows[] = {
    { TRACE_VALUE, offsetof(CallableIterator, callable), 0, "callable" },
    { TRACE_VALUE, offsetof(CallableIterator, sentinel), 0, "sentinel" },
    { 0 },
};

Value callable_iterator_new(Value callable, Value sentinel)
{
    CallableIterator *it = heap_new(&callable_iterator_type.shape, sizeof *it);
    if (!it)
        return raise_memory();
    it->callable = retain(callable);
    it->sentinel = retain(sentinel);
    return obj_value(it);
}

static Value end_callable(CallableIterator *it)
{
    release(give(it->callable));
    release(give(it->sentinel));
    return STOP;
}

static Value callable_next(Value self)
{
    CallableIterator *it = as_iterator(CallableIterator, self);
    if (is_unbound(it->callable))
        return STOP;
    own Value callable = retain(it->callable);
    own Value result = call0(callable);
    if (is_error(result)) {
        if (!error_is(StopIteration))
            return ERROR;
        error_clear();
        return end_callable(it);
    }
    if (is_unbound(it->sentinel))                        /* exhausted meanwhile */
        return STOP;
    own Value sentinel = retain(it->sentinel);
    Truth equal = obj_equal(sentinel, result);
    if (equal == TRUTH_FAILED)
        return ERROR;
    return equal ? end_callable(it) : give(result);
}

/* --- enumerate -------------------------------------------------------------------------------------------------------------------- */

static const TraceRow enumerate_rows[] = {
    { TRACE_VALUE, offsetof(Enumerate, iterator), 0, "iterator" },
    { TRACE_VALUE, offsetof(Enumerate, index), 0, "index" },
    { TRACE_VALUE, offsetof(Enumerate, result), 0, "result" },
    { 0 },
};

Value enumerate_new(Type *type, Value iterable, Value start)
{
    own Value index = is_unbound(start) ? small_int_value(0) : obj_index(start);
    if (is_error(index))
        return ERROR;
    own Value iterator = obj_iter(iterable);
    if (is_error(iterator))
        return ERROR;
    Enumerate *e = NEW_OBJECT(Enumerate, type);
    if (!e)
        return no_object();
    e->iterator = give(iterator);
    e->index = give(index);
    e->result = UNBOUND;
    return obj_value(e);
}

static Value enumerate_next(Value self)
{
    Enumerate *e = as_iterator(Enumerate, self);
    Value item = advance(e->iterator);
    if (is_stop(item) || is_error(item))
        return item;
    Value index = e->index, next;
    if (!is_int(index) || !small_add(index, small_int_value(1), &next)) {
        next = int_add(index, small_int_value(1));
        if (is_error(next)) {
            release(item);
            return ERROR;
        }
    }
    e->index = next;                                     /* the old index moves into the pair */
    if (tuple_reusable(e->result)) {
        Value result = e->result;
        set_slot(&as_tuple(result)->items[0], index);
        set_slot(&as_tuple(result)->items[1], item);
        return result;
    }
    Value pair[] = { index, item }, result = tuple_from_take(pair, 2);
    if (!is_error(result))
        set_slot(&e->result, retain(result));
    return result;
}

/* --- zip ---------------------------------------------------------------------------------------------------------------------------- */

static const TraceRow zip_rows[] = {
    { TRACE_VALUE, offsetof(Zip, iterators), 0, "iterators" },
    { TRACE_VALUE, offsetof(Zip, result), 0, "result" },
    { 0 },
};

/* A tuple of iterators over `n` iterables. */
static Value iterators_of(const Value *iterables, size_t n)
{
    own Value iterators = UNBOUND;
    Tuple *t = tuple_alloc(n);
    if (!t)
        return ERROR;
    iterators = n ? obj_value(t) : retain(tuple_empty);
    for (size_t i = 0; i < n; i++) {
        Value iterator = obj_iter(iterables[i]);
        if (is_error(iterator))
            return ERROR;
        tuple_fill_take(t, i, iterator);
    }
    return give(iterators);
}

Value zip_new(Type *type, const Value *iterables, size_t n, bool strict)
{
    own Value iterators = iterators_of(iterables, n);
    if (is_error(iterators))
        return ERROR;
    Zip *z = NEW_OBJECT(Zip, type);
    if (!z)
        return no_object();
    z->iterators = give(iterators);
    z->result = UNBOUND;
    z->strict = strict;
    return obj_value(z);
}

/* strict: iterator `i` ended first. The others before it gave one more; for i == 0 all must end now. */
static Value zip_ended(Zip *z, uint64_t i)
{
    if (!z->strict)
        return STOP;
    if (i > 0)
        return raise(ValueError, "zip() argument %u is shorter than argument%s%u", (unsigned)i + 1, i == 1 ? " " : "s 1-", (unsigned)i);
    own Value iterators = retain(z->iterators);
    for (uint64_t k = 1; k < tuple_len(iterators); k++) {
        own Value item = obj_next(tuple_peek(iterators, k));
        if (is_error(item))
            return ERROR;
        if (!is_stop(item))
            return raise(ValueError, "zip() argument %u is longer than argument%s%u", (unsigned)k + 1, k == 1 ? " " : "s 1-", (unsigned)k);
    }
    return STOP;
}

static Value zip_next(Value self)
{
    Zip *z = as_iterator(Zip, self);
    uint64_t n = is_unbound(z->iterators) ? 0 : tuple_len(z->iterators);
    if (n == 0)
        return STOP;
    bool reuse = tuple_reusable(z->result);
    Tuple *row = reuse ? as_tuple(z->result) : tuple_alloc(n);
    if (!row)
        return ERROR;
    own Value result = obj_value(row);
    for (uint64_t i = 0; i < n; i++) {
        Value item = advance(tuple_peek(z->iterators, i));
        if (is_stop(item))
            return zip_ended(z, i);
        if (is_error(item))
            return ERROR;
        tuple_fill_take(row, i, item);
    }
    if (!reuse)
        set_slot(&z->result, retain(result));
    return give(result);
}

/* --- map ------------------------------------------------------------------------------------------------------------------------------ */

static const TraceRow map_rows[] = {
    { TRACE_VALUE, offsetof(Map, function), 0, "function" },
    { TRACE_VALUE, offsetof(Map, iterators), 0, "iterators" },
    { 0 },
};

Value map_new(Type *type, Value function, const Value *iterables, size_t n)
{
    own Value iterators = iterators_of(iterables, n);
    if (is_error(iterators))
        return ERROR;
    Map *m = NEW_OBJECT(Map, type);
    if (!m)
        return no_object();
    m->iterators = give(iterators);
    m->function = retain(function);
    return obj_value(m);
}

static Value map_next(Value self)
{
    Map *m = as_iterator(Map, self);
    enum { SMALL = 8 };
    if (is_unbound(m->iterators))
        return STOP;
    Value small[SMALL + 1];                              /* the first for native_call_each */
    uint64_t n = tuple_len(m->iterators), got = 0;
    Value *args = small + 1, result = UNBOUND;
    if (UNLIKELY(n > SMALL)) {
        args = heap_buf((n + 1) * sizeof(Value));
        if (!args)
            return raise_memory();
        args++;
    }
    for (; got < n; got++) {
        assert(!error_pending());
        args[got] = advance(tuple_peek(m->iterators, got));
        if (is_stop(args[got]) || is_error(args[got])) {
            result = args[got];
            break;
        }
    }
    if (got == n)
        result = native_call_each(m->function, args, n);
    for (uint64_t i = 0; i < got; i++)
        release(args[i]);
    if (UNLIKELY(n > SMALL))
        heap_buf_free(args - 1, (n + 1) * sizeof(Value));
    return result;
}

/* --- filter ---------------------------------------------------------------------------------------------------------------------------- */

static const TraceRow filter_rows[] = {
    { TRACE_VALUE, offsetof(Filter, function), 0, "function" },
    { TRACE_VALUE, offsetof(Filter, iterator), 0, "iterator" },
    { 0 },
};

Value filter_new(Type *type, Value function, Value iterable)
{
    own Value iterator = obj_iter(iterable);
    if (is_error(iterator))
        return ERROR;
    Filter *f = NEW_OBJECT(Filter, type);
    if (!f)
        return no_object();
    f->function = retain(function);
    f->iterator = give(iterator);
    return obj_value(f);
}

static Value filter_next(Value self)
{
    Filter *f = as_iterator(Filter, self);
    if (is_unbound(f->iterator))
        return STOP;
    bool by_truth = is_none(f->function) || same(f->function, obj_value(&bool_type));
    for (;;) {
        own Value item = advance(f->iterator);
        if (is_stop(item) || is_error(item))
            return item;
        Truth good;
        if (by_truth) {
            good = obj_truth(item);
        } else {
            own Value verdict = call1(f->function, item);
            good = is_error(verdict) ? TRUTH_FAILED : obj_truth(verdict);
        }
        if (good == TRUTH_FAILED || !poll_events())
            return ERROR;
        if (good)
            return give(item);
    }
}

/* --- types -------------------------------------------------------------------------------------------------------------------------------- */

#define ITERATOR(variable, name, Struct, rows, next_, flags_) \
    Type variable = { STATIC_TYPE(variable, name, Struct, rows), .flags = (flags_), .iter = iterator_self, .next = next_ }
ITERATOR(list_iterator_type, "list_iterator", IndexIterator, index_rows, list_next, TYPE_NO_NEW);
ITERATOR(list_reverse_iterator_type, "list_reverseiterator", IndexIterator, index_rows, list_reverse_next, TYPE_NO_NEW);
ITERATOR(tuple_iterator_type, "tuple_iterator", IndexIterator, index_rows, tuple_next, TYPE_NO_NEW);
ITERATOR(sequence_iterator_type, "iterator", IndexIterator, index_rows, sequence_next, TYPE_NO_NEW);
ITERATOR(reversed_type, "reversed", IndexIterator, index_rows, reversed_next, TYPE_BASE);
ITERATOR(range_iterator_type, "range_iterator", RangeIterator, NULL, range_next, TYPE_NO_NEW);
ITERATOR(long_range_iterator_type, "longrange_iterator", LongRangeIterator, long_range_rows, long_range_next, TYPE_NO_NEW);
ITERATOR(set_iterator_type, "set_iterator", SetIterator, set_rows, set_iterator_next, TYPE_NO_NEW);
ITERATOR(callable_iterator_type, "callable_iterator", CallableIterator, callable_rows, callable_next, TYPE_NO_NEW);
ITERATOR(enumerate_type, "enumerate", Enumerate, enumerate_rows, enumerate_next, TYPE_BASE);
ITERATOR(zip_type, "zip", Zip, zip_rows, zip_next, TYPE_BASE);
ITERATOR(map_type, "map", Map, map_rows, map_next, TYPE_BASE);
ITERATOR(filter_type, "filter", Filter, filter_rows, filter_next, TYPE_BASE);

void iterator_check_valid(Value v)
{
    const Type *type = type_of(v);
    if (type == &range_iterator_type) {
        const RangeIterator *it = as_iterator(RangeIterator, v);
        assert(it->index >= 0 && it->len >= 0 && it->step != 0);
        (void)it;
    } else if (type == &set_iterator_type) {
        const SetIterator *it = as_iterator(SetIterator, v);
        assert(is_unbound(it->set) || (set_check(it->set) && it->remaining <= SIZE_MAX / 2));
        (void)it;
    } else if (type == &list_iterator_type || type == &list_reverse_iterator_type) {
        const IndexIterator *it = as_iterator(IndexIterator, v);
        assert(is_unbound(it->items) || (list_check(it->items) && it->index >= -1));
        (void)it;
    } else if (type == &tuple_iterator_type) {
        const IndexIterator *it = as_iterator(IndexIterator, v);
        assert(is_unbound(it->items) || (tuple_check(it->items) && it->index >= 0));
        (void)it;
    } else if (type == &zip_type) {
        assert(is_unbound(as_iterator(Zip, v)->iterators) || tuple_check(as_iterator(Zip, v)->iterators));
        assert(is_unbound(as_iterator(Zip, v)->result) || tuple_exact(as_iterator(Zip, v)->result));
    } else if (type == &map_type) {
        assert(is_unbound(as_iterator(Map, v)->iterators) || tuple_check(as_iterator(Map, v)->iterators));
    } else if (type == &enumerate_type) {
        assert(is_unbound(as_iterator(Enumerate, v)->index) || int_check(as_iterator(Enumerate, v)->index));
        assert(is_unbound(as_iterator(Enumerate, v)->result) || tuple_exact(as_iterator(Enumerate, v)->result));
    }
}

void iterators_init(void)
{
    list_type.iter = list_iter;
    tuple_type.iter = tuple_iter;
    range_type.iter = range_iterator_new;
    dict_type.iter = dict_iter;
    set_type.iter = frozenset_type.iter = set_iter;
    sequence_iter_hook = sequence_iter;
}
