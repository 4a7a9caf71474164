/* itertools_module.c -- itertools (docs.python.org/3.11/library/itertools.html); groupby and tee are in itertools_shared.c, the combinatoric
 * iterators in itertools_combinatoric.c. Each type follows one pattern: a struct, its trace rows, make, next, reduce.
 * What must hold while `next` runs other code is said in itertools_types.h. */
#include "interp/builtins/arguments.h"
#include "interp/modules/itertools_types.h"
#include "interp/object/module.h"
#include "interp/object/arith.h"
#include "interp/object/class.h"
#include "interp/object/complex.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/iterators.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

#include "gc/event.h"
#include "gc/heap.h"

#define ONE small_int_value(1)

/* --- count ----------------------------------------------------------------------------------------------------------------- */

typedef struct Count { Object head; Value current, step; } Count;
static const TraceRow count_trace[] = { ROW(Count, current), ROW(Count, step), { 0 } };

static bool is_number(Value v)
{
    Type *t = type_of(v);
    return int_check(v) || float_check(v) || t->index || t->to_int || t->to_float || type_is_subtype(t, &complex_type);
}

static Value count_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    Value out[2];
    Signature *signature;
    if (!bind_arguments("count", "(start=0, step=1)", args, n, kwnames, out, &signature))
        return ERROR;
    own Value start = is_unbound(out[0]) ? small_int_value(0) : retain(out[0]), step = is_unbound(out[1]) ? ONE : retain(out[1]);
    signature_release(signature, out);
    if (!is_number(start) || !is_number(step))
        return raise(TypeError, "a number is required");
    Value self = instance_new(type);
    if (is_error(self))
        return ERROR;
    as_iterator(Count, self)->current = give(start);
    as_iterator(Count, self)->step = give(step);
    return self;
}

static Value count_next(Value self)
{
    Count *c = as_iterator(Count, self);
    Value next;
    if (!(both_int(c->current, c->step) && small_add(c->current, c->step, &next))) {
        own Value current = retain(c->current), step = retain(c->step);
        next = binary_op(OP_ADD, current, step);
        if (is_error(next))
            return ERROR;
    }
    Value current = c->current;
    c->current = next;
    return current;
}

static Value count_repr(Value self)
{
    Count *c = as_iterator(Count, self);
    own Value current = obj_repr(c->current), step = is_error(current) ? ERROR : obj_repr(c->step);
    if (is_error(step))
        return ERROR;
    if (same(c->step, ONE))
        return str_format("%Y(%S)", type_of(self), current);
    return str_format("%Y(%S, %S)", type_of(self), current, step);
}

static Value count_reduce(Value *args, size_t n)
{
    (void)n;
    Count *c = as_iterator(Count, args[0]);
    return reduce_take(same_type(args[0]), is_int(c->current) && same(c->step, ONE) ? tuple_of1(c->current) : tuple_of2(c->current, c->step));
}

static const Method count_rows[] = { REDUCE_ROW(count_reduce), { 0 } };
static ITERTYPE(count_type, "count", Count, count_trace, count_make, count_next, count_rows, "(start=0, step=1)",
         "Return a count object whose .__next__() method returns consecutive values.\n\nEquivalent to:\n    def count(firstval=0, step=1):\n"
         "        x = firstval\n        while 1:\n            yield x\n            x += step");

/* --- cycle ------------------------------------------------------------------------------------------------------------------ */

typedef struct Cycle { Object head; Value iterator, saved; int64_t index; bool first_pass; } Cycle;
static const TraceRow cycle_trace[] = { ROW(Cycle, iterator), ROW(Cycle, saved), { 0 } };

static Type cycle_type;
static Value cycle_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    if (!plain_arguments("cycle", type, &cycle_type, n, 1, 1, kwnames))
        return ERROR;
    own Value iterator = obj_iter(args[0]), saved = is_error(iterator) ? ERROR : list_new(0), self = is_error(saved) ? ERROR : instance_new(type);
    if (is_error(self))
        return ERROR;
    Cycle *c = as_iterator(Cycle, self);
    c->iterator = give(iterator);
    c->saved = give(saved);
    return give(self);
}

static Value cycle_next(Value self)
{
    Cycle *c = as_iterator(Cycle, self);
    if (!is_unbound(c->iterator)) {
        own Value item = next_of(c->iterator);
        if (is_error(item))
            return ERROR;
        if (!is_stop(item)) {
            if (!c->first_pass && !list_append(c->saved, item))
                return ERROR;
            return give(item);
        }
        drop(&c->iterator);
    }
    if (is_unbound(c->saved) || list_len(c->saved) == 0)
        return STOP;
    if (c->index >= (int64_t)list_len(c->saved))
        c->index = 0;
    return retain(list_peek(c->saved, (uint64_t)c->index++));
}

static Value cycle_reduce(Value *args, size_t n)
{
    (void)n;
    Cycle *c = as_iterator(Cycle, args[0]);
    own Value saved = list_slice(c->saved, 0, INT64_MAX), iterator = retain(c->iterator);
    if (is_error(saved))
        return ERROR;
    if (is_unbound(iterator)) {                          /* a second pass is under way: start in the middle of it */
        iterator = obj_iter(saved);
        Value index = int_value(c->index);
        own Value done = is_error(iterator) ? ERROR : c->index ? call_method(iterator, "__setstate__", &index, 1) : NONE;
        if (is_error(done))
            return ERROR;
        return reduce_state_take(same_type(args[0]), tuple_of1(iterator), tuple_of2(saved, ONE));
    }
    return reduce_state_take(same_type(args[0]), tuple_of1(iterator), tuple_of2(saved, bool_value(c->first_pass)));
}

static Value cycle_setstate(Value *args, size_t n)
{
    (void)n;
    Cycle *c = as_iterator(Cycle, args[0]);
    if (!state_tuple(args[1], 2))
        return ERROR;
    if (!list_check(tuple_peek(args[1], 0)))
        return raise(TypeError, "state must hold a list, not %T", tuple_peek(args[1], 0));
    int64_t first;
    if (!obj_index_i64(tuple_peek(args[1], 1), &first, OverflowError))
        return ERROR;
    c->first_pass = first != 0;
    c->index = 0;
    set_slot(&c->saved, retain(tuple_peek(args[1], 0)));
    return NONE;
}

static const Method cycle_rows[] = { REDUCE_ROW(cycle_reduce), STATE_ROW(cycle_setstate), { 0 } };
static ITERTYPE(cycle_type, "cycle", Cycle, cycle_trace, cycle_make, cycle_next, cycle_rows, "(iterable, /)",
         "Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.");

/* --- repeat ----------------------------------------------------------------------------------------------------------------- */

typedef struct Repeat { Object head; Value element; int64_t left; /* -1: for ever */ } Repeat;
static const TraceRow repeat_trace[] = { ROW(Repeat, element), { 0 } };

static Value repeat_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    Value out[2];
    Signature *signature;
    int64_t times = -1;
    if (!bind_arguments("repeat", "(object, times=None)", args, n, kwnames, out, &signature))
        return ERROR;
    own Value element = retain(out[0]);
    bool limited = !is_unbound(out[1]), ok = !limited || obj_index_i64(out[1], &times, OverflowError);
    signature_release(signature, out);
    if (!ok)
        return ERROR;
    if (limited && times < 0)
        times = 0;
    Value self = instance_new(type);
    if (is_error(self))
        return ERROR;
    as_iterator(Repeat, self)->element = give(element);
    as_iterator(Repeat, self)->left = times;
    return self;
}

static Value repeat_next(Value self)
{
    Repeat *r = as_iterator(Repeat, self);
    if (r->left == 0 || is_unbound(r->element))
        return STOP;
    r->left -= r->left > 0;
    return retain(r->element);
}

static Value repeat_repr(Value self)
{
    Repeat *r = as_iterator(Repeat, self);
    own Value element = obj_repr(r->element);
    if (is_error(element))
        return ERROR;
    return r->left < 0 ? str_format("%Y(%S)", type_of(self), element) : str_format("%Y(%S, %lld)", type_of(self), element, (long long)r->left);
}

static Value repeat_length_hint(Value *args, size_t n)
{
    (void)n;
    Repeat *r = as_iterator(Repeat, args[0]);
    return r->left < 0 ? raise(TypeError, "len() of unsized object") : int_value(r->left);
}

static Value repeat_reduce(Value *args, size_t n)
{
    (void)n;
    Repeat *r = as_iterator(Repeat, args[0]);
    own Value left = int_value(r->left);
    return reduce_take(same_type(args[0]), r->left < 0 ? tuple_of1(r->element) : tuple_of2(r->element, left));
}

static const Method repeat_rows[] = {
    { "__length_hint__", "(self, /)", repeat_length_hint, "Private method returning an estimate of len(list(it))." }, REDUCE_ROW(repeat_reduce), { 0 },
};
static ITERTYPE(repeat_type, "repeat", Repeat, repeat_trace, repeat_make, repeat_next, repeat_rows, NULL,
         "repeat(object [,times]) -> create an iterator which returns the object\nfor the specified number of times.  If not specified, returns the object\nendlessly.");

/* --- chain ------------------------------------------------------------------------------------------------------------------- */

typedef struct Chain { Object head; Value source, active; } Chain;
static const TraceRow chain_trace[] = { ROW(Chain, source), ROW(Chain, active), { 0 } };
static Type chain_type;

static Value chain_of(Type *type, Value iterables)
{
    own Value source = obj_iter(iterables), self = is_error(source) ? ERROR : instance_new(type);
    if (is_error(self))
        return ERROR;
    as_iterator(Chain, self)->source = give(source);
    return give(self);
}

static Value chain_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    if (!plain_arguments("chain", type, &chain_type, n, 0, SIZE_MAX, kwnames))
        return ERROR;
    own Value iterables = tuple_from(args, n);
    return is_error(iterables) ? ERROR : chain_of(type, iterables);
}

static Value chain_from_iterable(Value *args, size_t n)
{
    (void)n;
    return chain_of(as_type(args[0]), args[1]);
}

static Value chain_next(Value self)
{
    Chain *c = as_iterator(Chain, self);
    while (!is_unbound(c->source)) {
        if (is_unbound(c->active)) {
            own Value iterable = next_of(c->source);
            if (is_error(iterable))
                return ERROR;
            if (is_stop(iterable))
                return drop(&c->source);
            Value iterator = obj_iter(iterable);
            if (is_error(iterator)) {
                drop(&c->source);
                return ERROR;
            }
            set_slot(&c->active, iterator);
        }
        Value item = next_of(c->active);
        if (!is_stop(item))
            return item;
        drop(&c->active);
        if (!poll_events())
            return ERROR;
    }
    return STOP;
}

static Value chain_reduce(Value *args, size_t n)
{
    (void)n;
    Chain *c = as_iterator(Chain, args[0]);
    if (is_unbound(c->source))
        return reduce_take(same_type(args[0]), retain(tuple_empty));
    return reduce_state_take(same_type(args[0]), retain(tuple_empty),
                             is_unbound(c->active) ? tuple_of1(c->source) : tuple_of2(c->source, c->active));
}

static Value chain_setstate(Value *args, size_t n)
{
    (void)n;
    Chain *c = as_iterator(Chain, args[0]);
    Value state = args[1];
    if (!tuple_check(state))
        return raise(TypeError, "state is not a tuple");
    if (tuple_len(state) < 1 || tuple_len(state) > 2)
        return raise(TypeError, "function takes at %s argument%s (%llu given)", tuple_len(state) ? "most 2" : "least 1",
                     tuple_len(state) ? "s" : "", (unsigned long long)tuple_len(state));
    for (uint64_t i = 0; i < tuple_len(state); i++)
        if (!obj_is_iterator(tuple_peek(state, i)))
            return raise(TypeError, "Arguments must be iterators.");
    set_slot(&c->source, retain(tuple_peek(state, 0)));
    set_slot(&c->active, tuple_len(state) == 2 ? retain(tuple_peek(state, 1)) : UNBOUND);
    return NONE;
}

static const Method chain_rows[] = {
    { "from_iterable", "(cls, iterable, /)", chain_from_iterable,
      "Alternative chain() constructor taking a single iterable argument that evaluates lazily.", METHOD_CLASS },
    REDUCE_ROW(chain_reduce), STATE_ROW(chain_setstate), CLASS_GETITEM_ROW, { 0 },
};
static ITERTYPE(chain_type, "chain", Chain, chain_trace, chain_make, chain_next, chain_rows, NULL,
         "chain(*iterables) --> chain object\n\nReturn a chain object whose .__next__() method returns elements from the\n"
         "first iterable until it is exhausted, then elements from the next\niterable, until all of the iterables are exhausted.");

/* --- islice ------------------------------------------------------------------------------------------------------------------- */

typedef struct Islice { Object head; Value iterator; int64_t next, stop /* -1: none */, step, count; } Islice;
static const TraceRow islice_trace[] = { ROW(Islice, iterator), { 0 } };
static Type islice_type;

static bool islice_number(Value v, int64_t otherwise, int64_t *number)
{
    if (is_none(v)) {
        *number = otherwise;
        return true;
    }
    if (obj_index_i64(v, number, ValueError) && *number >= 0)
        return true;
    if (error_pending())
        error_clear();
    return false;
}

static Value islice_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    static const char bad_stop[] = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    static const char bad_indices[] = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    int64_t start = 0, stop = -1, step = 1;
    if (!plain_arguments("islice", type, &islice_type, n, 2, 4, kwnames))
        return ERROR;
    if (!islice_number(args[n == 2 ? 1 : 2], -1, &stop))
        return raise(ValueError, "%s", n == 2 ? bad_stop : bad_indices);
    if (n > 2 && !islice_number(args[1], 0, &start))
        return raise(ValueError, "%s", bad_indices);
    if (n == 4 && (!islice_number(args[3], 1, &step) || step < 1))
        return raise(ValueError, "Step for islice() must be a positive integer or None.");
    own Value iterator = obj_iter(args[0]), self = is_error(iterator) ? ERROR : instance_new(type);
    if (is_error(self))
        return ERROR;
    Islice *s = as_iterator(Islice, self);
    s->iterator = give(iterator);
    s->next = start;
    s->stop = stop;
    s->step = step;
    s->count = 0;
    return give(self);
}

static Value islice_next(Value self)
{
    Islice *s = as_iterator(Islice, self);
    while (!is_unbound(s->iterator) && s->count < s->next) {
        own Value item = next_of(s->iterator);
        if (is_error(item) || !poll_events())
            return ERROR;
        if (is_stop(item))
            return drop(&s->iterator);
        s->count++;
    }
    if (is_unbound(s->iterator))
        return STOP;
    if (s->stop != -1 && s->count >= s->stop)
        return drop(&s->iterator);
    Value item = next_of(s->iterator);
    if (is_error(item))
        return ERROR;
    if (is_stop(item))
        return drop(&s->iterator);
    s->count++;
    if (__builtin_add_overflow(s->next, s->step, &s->next) || (s->stop != -1 && s->next > s->stop))
        s->next = s->stop != -1 ? s->stop : INT64_MAX;
    return item;
}

static Value islice_reduce(Value *args, size_t n)
{
    (void)n;
    Islice *s = as_iterator(Islice, args[0]);
    own Value count = int_value(s->count);
    if (is_unbound(s->iterator)) {
        own Value nothing = list_new(0), empty = is_error(nothing) ? ERROR : obj_iter(nothing);
        return reduce_state_take(same_type(args[0]), is_error(empty) ? ERROR : tuple_of2(empty, small_int_value(0)), small_int_value(0));
    }
    Value parts[] = { retain(s->iterator), int_value(s->next), s->stop < 0 ? NONE : int_value(s->stop), int_value(s->step) };
    return reduce_state_take(same_type(args[0]), tuple_from_take(parts, 4), give(count));
}

static Value islice_setstate(Value *args, size_t n)
{
    (void)n;
    return obj_index_i64(args[1], &as_iterator(Islice, args[0])->count, OverflowError) ? NONE : ERROR;
}

static const Method islice_rows[] = { REDUCE_ROW(islice_reduce), STATE_ROW(islice_setstate), { 0 } };
static ITERTYPE(islice_type, "islice", Islice, islice_trace, islice_make, islice_next, islice_rows, NULL,
         "islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object\n\n"
         "Return an iterator whose next() method returns selected values from an\niterable.  If start is specified, will skip all preceding elements;\n"
         "otherwise, start defaults to zero.  Step defaults to one.  If\nspecified as another value, step determines how many values are\n"
         "skipped between successive calls.  Works like a slice() on a list\nbut returns an iterator.");

/* --- accumulate --------------------------------------------------------------------------------------------------------------- */

typedef struct Accumulate { Object head; Value iterator, function, total, initial; } Accumulate;
static const TraceRow accumulate_trace[] = {
    ROW(Accumulate, iterator), ROW(Accumulate, function), ROW(Accumulate, total), ROW(Accumulate, initial), { 0 },
};

static Value accumulate_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    Value out[3];
    Signature *signature;
    if (!bind_arguments("accumulate", "(iterable, func=None, *, initial=None)", args, n, kwnames, out, &signature))
        return ERROR;
    own Value iterator = obj_iter(out[0]), self = is_error(iterator) ? ERROR : instance_new(type);
    if (!is_error(self)) {
        Accumulate *a = as_iterator(Accumulate, self);
        a->iterator = give(iterator);
        a->function = is_unbound(out[1]) ? NONE : retain(out[1]);
        a->initial = is_none(out[2]) ? UNBOUND : retain(out[2]);
    }
    signature_release(signature, out);
    return give(self);
}

static Value accumulate_next(Value self)
{
    Accumulate *a = as_iterator(Accumulate, self);
    if (!is_unbound(a->initial)) {
        set_slot(&a->total, give(a->initial));
        return retain(a->total);
    }
    own Value item = next_of(a->iterator);
    if (is_stop(item) || is_error(item))
        return give(item);
    if (is_unbound(a->total)) {
        a->total = retain(item);
        return give(item);
    }
    own Value old = retain(a->total), function = retain(a->function);
    Value total = is_none(function) ? binary_op(OP_ADD, old, item) : call2(function, old, item);
    if (is_error(total))
        return ERROR;
    set_slot(&a->total, retain(total));
    return total;
}

/* chain([value], iterator): what continues `iterator` after `value`. */
static Value chain_before(Value value, Value iterator)
{
    own Value first = tuple_of1(value), parts = is_error(first) ? ERROR : tuple_of2(first, iterator);
    return is_error(parts) ? ERROR : chain_of(&chain_type, parts);
}

static Value accumulate_reduce(Value *args, size_t n)
{
    (void)n;
    Accumulate *a = as_iterator(Accumulate, args[0]);
    if (!is_unbound(a->initial)) {
        own Value all = chain_before(a->initial, a->iterator);
        return reduce_state_take(same_type(args[0]), is_error(all) ? ERROR : tuple_of2(all, a->function), NONE);
    }
    if (is_none(a->total)) {                             /* as a state, None would mean: no total yet */
        own Value all = chain_before(NONE, a->iterator);
        Value parts[] = { all, a->function };
        own Value again = is_error(all) ? ERROR : call(obj_value(type_of(args[0])), parts, 2);
        Value slice[] = { again, ONE, NONE };
        return reduce_take(retain(obj_value(&islice_type)), is_error(again) ? ERROR : tuple_from(slice, 3));
    }
    return reduce_state_take(same_type(args[0]), tuple_of2(a->iterator, a->function), is_unbound(a->total) ? NONE : retain(a->total));
}

static Value accumulate_setstate(Value *args, size_t n)
{
    (void)n;
    set_slot(&as_iterator(Accumulate, args[0])->total, retain(args[1]));
    return NONE;
}

static const Method accumulate_rows[] = { REDUCE_ROW(accumulate_reduce), STATE_ROW(accumulate_setstate), { 0 } };
static ITERTYPE(accumulate_type, "accumulate", Accumulate, accumulate_trace, accumulate_make, accumulate_next, accumulate_rows,
         "(iterable, func=None, *, initial=None)", "Return series of accumulated sums.");

/* --- compress ------------------------------------------------------------------------------------------------------------------- */

typedef struct Compress { Object head; Value data, selectors; } Compress;
static const TraceRow compress_trace[] = { ROW(Compress, data), ROW(Compress, selectors), { 0 } };

static Value compress_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    Value out[2];
    Signature *signature;
    if (!bind_arguments("compress", "(data, selectors)", args, n, kwnames, out, &signature))
        return ERROR;
    own Value data = obj_iter(out[0]), selectors = is_error(data) ? ERROR : obj_iter(out[1]), self = is_error(selectors) ? ERROR : instance_new(type);
    signature_release(signature, out);
    if (is_error(self))
        return ERROR;
    as_iterator(Compress, self)->data = give(data);
    as_iterator(Compress, self)->selectors = give(selectors);
    return give(self);
}

static Value compress_next(Value self)
{
    Compress *c = as_iterator(Compress, self);
    for (;;) {
        own Value datum = next_of(c->data);
        if (is_stop(datum) || is_error(datum))
            return datum;
        own Value selector = next_of(c->selectors);
        if (is_stop(selector) || is_error(selector))
            return selector;
        Truth good = obj_truth(selector);
        if (good == TRUTH_FAILED || !poll_events())
            return ERROR;
        if (good)
            return give(datum);
    }
}

static Value compress_reduce(Value *args, size_t n)
{
    (void)n;
    Compress *c = as_iterator(Compress, args[0]);
    return reduce_take(same_type(args[0]), tuple_of2(c->data, c->selectors));
}

static const Method compress_rows[] = { REDUCE_ROW(compress_reduce), { 0 } };
static ITERTYPE(compress_type, "compress", Compress, compress_trace, compress_make, compress_next, compress_rows, "(data, selectors)",
         "Return data elements corresponding to true selector elements.\n\nForms a shorter iterator from selected data elements using the selectors to\n"
         "choose the data elements.");

/* --- dropwhile, takewhile, filterfalse, starmap: a function and an iterator ------------------------------------------------------- */

typedef struct Pair { Object head; Value function, iterator; bool flag; /* dropwhile: started; takewhile: stopped */ } Pair;
static const TraceRow pair_trace[] = { ROW(Pair, function), ROW(Pair, iterator), { 0 } };
static Type dropwhile_type, takewhile_type, filterfalse_type, starmap_type;

static Value pair_make(const char *name, Type *exact, Type *type, const Value *args, size_t n, Value kwnames)
{
    if (!plain_arguments(name, type, exact, n, 2, 2, kwnames))
        return ERROR;
    own Value iterator = obj_iter(args[1]), self = is_error(iterator) ? ERROR : instance_new(type);
    if (is_error(self))
        return ERROR;
    as_iterator(Pair, self)->function = retain(args[0]);
    as_iterator(Pair, self)->iterator = give(iterator);
    return give(self);
}

/* The truth of function(item). */
static Truth verdict_of(Pair *p, Value item)
{
    own Value function = retain(p->function), verdict = call1(function, item);
    return is_error(verdict) ? TRUTH_FAILED : obj_truth(verdict);
}

static Value dropwhile_next(Value self)
{
    Pair *p = as_iterator(Pair, self);
    for (;;) {
        own Value item = next_of(p->iterator);
        if (is_stop(item) || is_error(item) || p->flag)
            return give(item);
        Truth bad = verdict_of(p, item);
        if (bad == TRUTH_FAILED || !poll_events())
            return ERROR;
        if (!bad) {
            p->flag = true;
            return give(item);
        }
    }
}

static Value takewhile_next(Value self)
{
    Pair *p = as_iterator(Pair, self);
    if (p->flag)
        return STOP;
    own Value item = next_of(p->iterator);
    if (is_stop(item) || is_error(item))
        return give(item);
    Truth good = verdict_of(p, item);
    if (good == YES)
        return give(item);
    if (good == TRUTH_FAILED)
        return ERROR;
    p->flag = true;
    return STOP;
}

static Value filterfalse_next(Value self)
{
    Pair *p = as_iterator(Pair, self);
    bool by_truth = is_none(p->function) || same(p->function, obj_value(&bool_type));
    for (;;) {
        own Value item = next_of(p->iterator);
        if (is_stop(item) || is_error(item))
            return give(item);
        Truth good = by_truth ? obj_truth(item) : verdict_of(p, item);
        if (good == TRUTH_FAILED || !poll_events())
            return ERROR;
        if (!good)
            return give(item);
    }
}

static Value starmap_next(Value self)
{
    Pair *p = as_iterator(Pair, self);
    own Value item = next_of(p->iterator);
    if (is_stop(item) || is_error(item))
        return give(item);
    own Value args = tuple_from_iterable(item), function = retain(p->function);
    return is_error(args) ? ERROR : call(function, as_tuple(args)->items, tuple_len(args));
}

static Value pair_reduce(Value *args, size_t n)
{
    (void)n;
    Pair *p = as_iterator(Pair, args[0]);
    return reduce_take(same_type(args[0]), tuple_of2(p->function, p->iterator));
}

static Value pair_flag_reduce(Value *args, size_t n)
{
    (void)n;
    Pair *p = as_iterator(Pair, args[0]);
    return reduce_state_take(same_type(args[0]), tuple_of2(p->function, p->iterator), small_int_value(p->flag));
}

static Value pair_setstate(Value *args, size_t n)
{
    (void)n;
    Truth flag = obj_truth(args[1]);
    if (flag == TRUTH_FAILED)
        return ERROR;
    as_iterator(Pair, args[0])->flag = flag == YES;
    return NONE;
}

static const Method pair_rows[] = { REDUCE_ROW(pair_reduce), { 0 } };
static const Method pair_flag_rows[] = { REDUCE_ROW(pair_flag_reduce), STATE_ROW(pair_setstate), { 0 } };

#define PAIR(name, rows_, signature_, doc_) \
    static Value name##_make(Type *type, const Value *args, size_t n, Value kwnames) \
    { \
        return pair_make(#name, &name##_type, type, args, n, kwnames); \
    } \
    static ITERTYPE(name##_type, #name, Pair, pair_trace, name##_make, name##_next, rows_, signature_, doc_)
PAIR(dropwhile, pair_flag_rows, "(predicate, iterable, /)",
     "Drop items from the iterable while predicate(item) is true.\n\nAfterwards, return every element until the iterable is exhausted.");
PAIR(takewhile, pair_flag_rows, "(predicate, iterable, /)", "Return successive entries from an iterable as long as the predicate evaluates to true for each entry.");
PAIR(filterfalse, pair_rows, "(function, iterable, /)",
     "Return those items of iterable for which function(item) is false.\n\nIf function is None, return the items that are false.");
PAIR(starmap, pair_rows, "(function, iterable, /)",
     "Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.");

/* --- pairwise ----------------------------------------------------------------------------------------------------------------------- */

typedef struct Pairwise { Object head; Value iterator, old; } Pairwise;
static const TraceRow pairwise_trace[] = { ROW(Pairwise, iterator), ROW(Pairwise, old), { 0 } };

static Type pairwise_type;
static Value pairwise_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    if (!plain_arguments("pairwise", type, &pairwise_type, n, 1, 1, kwnames))
        return ERROR;
    own Value iterator = obj_iter(args[0]), self = is_error(iterator) ? ERROR : instance_new(type);
    if (is_error(self))
        return ERROR;
    as_iterator(Pairwise, self)->iterator = give(iterator);
    return give(self);
}

static Value pairwise_next(Value self)
{
    Pairwise *p = as_iterator(Pairwise, self);
    own Value old = retain(p->old);
    if (is_unbound(old)) {
        old = next_of(p->iterator);
        if (!is_stop(old) && !is_error(old))
            set_slot(&p->old, retain(old));
    }
    own Value new = is_stop(old) || is_error(old) ? retain(old) : next_of(p->iterator);
    if (is_stop(new) || is_error(new)) {
        drop(&p->iterator);
        drop(&p->old);
        return new;
    }
    set_slot(&p->old, retain(new));
    return tuple_of2(old, new);
}

static ITERTYPE(pairwise_type, "pairwise", Pairwise, pairwise_trace, pairwise_make, pairwise_next, NULL, "(iterable, /)",
         "Return an iterator of overlapping pairs taken from the input iterator.\n\n    s -> (s0,s1), (s1,s2), (s2, s3), ...");

/* --- zip_longest -------------------------------------------------------------------------------------------------------------------- */

typedef struct ZipLongest { Object head; Value iterators /* tuple; None: exhausted */, fill; int64_t n_active; } ZipLongest;
static const TraceRow zip_longest_trace[] = { ROW(ZipLongest, iterators), ROW(ZipLongest, fill), { 0 } };

static Value zip_longest_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    Value fill = NONE;
    uint64_t n_kw = tuple_check(kwnames) ? tuple_len(kwnames) : 0;
    for (uint64_t i = 0; i < n_kw; i++) {
        if (!str_equal_c(tuple_peek(kwnames, i), "fillvalue"))
            return raise(TypeError, "zip_longest() got an unexpected keyword argument");
        fill = args[n + i];
    }
    Tuple *t = tuple_alloc(n);
    if (!t)
        return ERROR;
    own Value iterators = n ? obj_value(t) : retain(tuple_empty);
    for (uint64_t i = 0; i < n; i++) {
        Value iterator = obj_iter(args[i]);
        if (is_error(iterator))
            return ERROR;
        tuple_fill_take(t, i, iterator);
    }
    Value self = instance_new(type);
    if (is_error(self))
        return ERROR;
    ZipLongest *z = as_iterator(ZipLongest, self);
    z->iterators = give(iterators);
    z->fill = retain(fill);
    z->n_active = (int64_t)n;
    return self;
}

static Value zip_longest_next(Value self)
{
    ZipLongest *z = as_iterator(ZipLongest, self);
    uint64_t n = is_unbound(z->iterators) ? 0 : tuple_len(z->iterators);
    if (n == 0 || z->n_active == 0)
        return STOP;
    Tuple *row = tuple_alloc(n);
    if (!row)
        return ERROR;
    own Value result = obj_value(row);
    for (uint64_t i = 0; i < n; i++) {
        Value iterator = tuple_peek(z->iterators, i), item = is_none(iterator) ? STOP : next_of(iterator);
        if (is_error(item)) {
            z->n_active = 0;
            return ERROR;
        }
        if (is_stop(item)) {
            if (!is_none(tuple_peek(z->iterators, i))) {
                if (--z->n_active <= 0) {
                    z->n_active = 0;
                    return STOP;
                }
                set_slot(&as_tuple(z->iterators)->items[i], NONE);
            }
            item = retain(z->fill);
        }
        tuple_fill_take(row, i, item);
    }
    return give(result);
}

static Value zip_longest_reduce(Value *args, size_t n)
{
    (void)n;
    ZipLongest *z = as_iterator(ZipLongest, args[0]);
    uint64_t len = tuple_len(z->iterators);
    Tuple *t = tuple_alloc(len);
    if (!t)
        return ERROR;
    for (uint64_t i = 0; i < len; i++) {
        Value iterator = tuple_peek(z->iterators, i);
        t->items[i] = retain(is_none(iterator) ? tuple_empty : iterator);
    }
    return reduce_state_take(same_type(args[0]), obj_value(t), retain(z->fill));
}

static Value zip_longest_setstate(Value *args, size_t n)
{
    (void)n;
    set_slot(&as_iterator(ZipLongest, args[0])->fill, retain(args[1]));
    return NONE;
}

static const Method zip_longest_rows[] = { REDUCE_ROW(zip_longest_reduce), STATE_ROW(zip_longest_setstate), { 0 } };
static ITERTYPE(zip_longest_type, "zip_longest", ZipLongest, zip_longest_trace, zip_longest_make, zip_longest_next, zip_longest_rows, NULL,
         "zip_longest(iter1 [,iter2 [...]], [fillvalue=None]) --> zip_longest object\n\nReturn a zip_longest object whose .__next__() method returns a tuple where\n"
         "the i-th element comes from the i-th iterable argument.  The .__next__()\nmethod continues until the longest iterable in the argument sequence\n"
         "is exhausted and then it raises StopIteration.  When the shorter iterables\nare exhausted, the fillvalue is substituted in their place.  The fillvalue\n"
         "defaults to None or can be specified by a keyword argument.");

/* --- the module ---------------------------------------------------------------------------------------------------------------------- */

static const Method functions[] = {
    { "tee", "(iterable, n=2, /)", itertools_tee, "Returns a tuple of n independent iterators." },
    { 0 },
};

static bool init(Value module)
{
    static Type *const types[] = {
        &accumulate_type, &combinations_type, &combinations_with_replacement_type, &cycle_type, &dropwhile_type, &takewhile_type, &islice_type,
        &starmap_type, &chain_type, &compress_type, &filterfalse_type, &count_type, &pairwise_type, &permutations_type, &product_type, &repeat_type,
        &groupby_type, &group_type, &tee_type, &tee_data_type, &zip_longest_type,
    };
    count_type.repr = count_repr;
    repeat_type.repr = repeat_repr;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (!(types[i]->flags & TYPE_READY))
            type_ready(types[i], &object_type);
        if (!module_add_type(module, types[i]))
            return false;
    }
    return true;
}

const NativeModule itertools_module = { "itertools", "Functional tools for creating and using iterators.", functions, init };
