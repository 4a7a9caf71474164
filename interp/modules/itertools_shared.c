/* itertools_shared.c -- groupby and tee: several iterators that read from one. */
#include "interp/modules/itertools_types.h"
#include "interp/object/class.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"

#include "gc/event.h"
#include "gc/heap.h"

/* --- groupby ------------------------------------------------------------------------------------------------------------------------ */

typedef struct GroupBy { Object head; Value iterator, key_function, target_key, current_key, current_value; const Object *group; } GroupBy;
typedef struct Group { Object head; Value parent, target_key; } Group;
static const TraceRow groupby_trace[] = {
    ROW(GroupBy, iterator), ROW(GroupBy, key_function), ROW(GroupBy, target_key), ROW(GroupBy, current_key), ROW(GroupBy, current_value), { 0 },
};
static const TraceRow group_trace[] = { ROW(Group, parent), ROW(Group, target_key), { 0 } };

static Value groupby_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    Value out[2];
    Signature *signature;
    if (!bind_arguments("groupby", "(iterable, key=None)", args, n, kwnames, out, &signature))
        return ERROR;
    own Value iterator = obj_iter(out[0]), self = is_error(iterator) ? ERROR : instance_new(type);
    if (!is_error(self)) {
        as_iterator(GroupBy, self)->iterator = give(iterator);
        as_iterator(GroupBy, self)->key_function = is_unbound(out[1]) ? NONE : retain(out[1]);
    }
    signature_release(signature, out);
    return give(self);
}

/* Read one item and its key. STOP, ERROR, or NONE when done. */
static Value groupby_step(GroupBy *g)
{
    own Value item = next_of(g->iterator);
    if (is_stop(item) || is_error(item))
        return give(item);
    own Value function = retain(g->key_function);
    Value key = is_none(function) ? retain(item) : call1(function, item);
    if (is_error(key))
        return ERROR;
    set_slot(&g->current_value, give(item));
    set_slot(&g->current_key, key);
    return NONE;
}

static Value group_new(Value parent, Value target_key)
{
    Group *group = heap_new(&group_type.shape, sizeof *group);
    if (!group)
        return raise_memory();
    group->parent = retain(parent);
    group->target_key = retain(target_key);
    as_iterator(GroupBy, parent)->group = &group->head;
    return obj_value(group);
}

static Truth held_equal(Value a, Value b)
{
    own Value x = retain(a), y = retain(b);
    return obj_equal(x, y);
}

static Value groupby_next(Value self)
{
    GroupBy *g = as_iterator(GroupBy, self);
    g->group = NULL;
    for (;;) {                                           /* skip the rest of the group before */
        if (!is_unbound(g->current_key)) {
            if (is_unbound(g->target_key))
                break;
            Truth equal = held_equal(g->target_key, g->current_key);
            if (equal == TRUTH_FAILED || !poll_events())
                return ERROR;
            if (!equal)
                break;
        }
        Value step = groupby_step(g);
        if (!is_none(step))
            return step;
    }
    if (is_unbound(g->current_key))
        return STOP;
    set_slot(&g->target_key, retain(g->current_key));
    own Value key = retain(g->current_key), group = group_new(self, g->target_key);
    return is_error(group) ? ERROR : tuple_of2(key, group);
}

static Value group_next(Value self)
{
    Group *group = as_iterator(Group, self);
    GroupBy *g = as_iterator(GroupBy, group->parent);
    if (g->group != &group->head)
        return STOP;
    if (is_unbound(g->current_value)) {
        Value step = groupby_step(g);
        if (!is_none(step))
            return step;
    }
    Truth equal = held_equal(group->target_key, g->current_key);
    if (equal != YES)
        return equal == NO ? STOP : ERROR;
    if (is_unbound(g->current_value))
        return STOP;
    Value item = give(g->current_value);
    release(give(g->current_key));
    return item;
}

static Value groupby_reduce(Value *args, size_t n)
{
    (void)n;
    GroupBy *g = as_iterator(GroupBy, args[0]);
    Value arguments = tuple_of2(g->iterator, g->key_function);
    if (is_unbound(g->target_key) || is_unbound(g->current_key) || is_unbound(g->current_value))
        return reduce_take(same_type(args[0]), arguments);
    return reduce_state_take(same_type(args[0]), arguments, tuple_of3(g->current_key, g->current_value, g->target_key));
}

static Value groupby_setstate(Value *args, size_t n)
{
    (void)n;
    GroupBy *g = as_iterator(GroupBy, args[0]);
    if (!state_tuple(args[1], 3))
        return ERROR;
    set_slot(&g->current_key, retain(tuple_peek(args[1], 0)));
    set_slot(&g->current_value, retain(tuple_peek(args[1], 1)));
    set_slot(&g->target_key, retain(tuple_peek(args[1], 2)));
    return NONE;
}

static Value group_reduce(Value *args, size_t n)
{
    (void)n;
    Group *group = as_iterator(Group, args[0]);
    if (as_iterator(GroupBy, group->parent)->group != &group->head)
        return reduce_take(builtin_get("iter"), tuple_of1(tuple_empty));
    return reduce_take(same_type(args[0]), tuple_of2(group->parent, group->target_key));
}

static Value group_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    (void)type;
    if (!no_keywords("_grouper", kwnames) || !count_between("_grouper", n, 2, 2))
        return ERROR;
    if (!is_instance_of(args[0], &groupby_type))
        return raise(TypeError, "_grouper() argument 1 must be itertools.groupby, not %W", args[0]);
    return group_new(args[0], args[1]);
}

static const Method groupby_rows[] = { REDUCE_ROW(groupby_reduce), STATE_ROW(groupby_setstate), { 0 } };
static const Method group_rows[] = { REDUCE_ROW(group_reduce), { 0 } };
ITERTYPE(groupby_type, "groupby", GroupBy, groupby_trace, groupby_make, groupby_next, groupby_rows, "(iterable, key=None)",
         "make an iterator that returns consecutive keys and groups from the iterable\n\n  iterable\n    Elements to divide into groups according to the key function.\n"
         "  key\n    A function for computing the group category for each element.\n    If the key function is not specified or is None, the element itself\n"
         "    is used for grouping.");
Type group_type = {
    STATIC_TYPE(group_type, "_grouper", Group, group_trace), .new = group_make, .iter = iterator_self, .next = group_next, .methods = group_rows,
    .module_name = "itertools",
};

/* --- tee ------------------------------------------------------------------------------------------------------------------------------- */

enum { LINK_CELLS = 57 };
/* A stretch of what the shared iterator gave; the readers hold the stretch they are in, each stretch the next. */
typedef struct TeeData { Object head; Value iterator, next; uint64_t n; bool running; Value items[LINK_CELLS]; } TeeData;
typedef struct Tee { Object head; Value data; uint64_t index; } Tee;
static const TraceRow tee_data_trace[] = {
    ROW(TeeData, iterator), ROW(TeeData, next), { TRACE_TAIL, offsetof(TeeData, items), offsetof(TeeData, n), "item" }, { 0 },
};
static const TraceRow tee_trace[] = { ROW(Tee, data), { 0 } };

static Value tee_data_new(Value iterator)
{
    TeeData *d = heap_new(&tee_data_type.shape, sizeof *d);
    if (!d)
        return raise_memory();
    d->iterator = retain(iterator);
    d->next = UNBOUND;
    d->n = 0;
    d->running = false;
    return obj_value(d);
}

static Value tee_new(Type *type, Value data, uint64_t index)
{
    Value self = instance_new(type);
    if (is_error(self))
        return ERROR;
    as_iterator(Tee, self)->data = retain(data);
    as_iterator(Tee, self)->index = index;
    return self;
}

static Value tee_from_iterable(Type *type, Value iterable)
{
    own Value iterator = obj_iter(iterable);
    if (is_error(iterator))
        return ERROR;
    if (is_instance_of(iterator, &tee_type))
        return tee_new(type, as_iterator(Tee, iterator)->data, as_iterator(Tee, iterator)->index);
    own Value data = tee_data_new(iterator);
    return is_error(data) ? ERROR : tee_new(type, data, 0);
}

static Value tee_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    return plain_arguments("_tee", type, &tee_type, n, 1, 1, kwnames) ? tee_from_iterable(type, args[0]) : ERROR;
}

/* Item `i` of a stretch, read when nobody has yet. */
static Value tee_item(Value data, uint64_t i)
{
    TeeData *d = as_iterator(TeeData, data);
    if (i < d->n)
        return retain(d->items[i]);
    if (d->running)
        return raise(RuntimeError, "cannot re-enter the tee iterator");
    d->running = true;
    Value item = next_of(d->iterator);
    d->running = false;
    if (is_stop(item) || is_error(item))
        return item;
    if (d->n < LINK_CELLS)
        d->items[d->n++] = retain(item);
    return item;
}

static Value tee_next(Value self)
{
    Tee *t = as_iterator(Tee, self);
    if (is_unbound(t->data))
        return STOP;
    if (t->index >= LINK_CELLS) {
        TeeData *d = as_iterator(TeeData, t->data);
        if (is_unbound(d->next)) {
            d->next = tee_data_new(d->iterator);
            if (is_error(d->next)) {
                d->next = UNBOUND;
                return ERROR;
            }
        }
        t->index = 0;
        set_slot(&t->data, retain(d->next));
    }
    own Value data = retain(t->data);
    Value item = tee_item(data, t->index);
    if (!is_stop(item) && !is_error(item))
        t->index++;
    return item;
}

static Value tee_copy(Value *args, size_t n)
{
    (void)n;
    Tee *t = as_iterator(Tee, args[0]);
    return tee_new(&tee_type, t->data, t->index);
}

static Value tee_reduce(Value *args, size_t n)
{
    (void)n;
    Tee *t = as_iterator(Tee, args[0]);
    own Value index = int_value((int64_t)t->index);
    return reduce_state_take(same_type(args[0]), tuple_of1(tuple_empty), tuple_of2(t->data, index));
}

static Value tee_setstate(Value *args, size_t n)
{
    (void)n;
    Tee *t = as_iterator(Tee, args[0]);
    int64_t index;
    if (!state_tuple(args[1], 2))
        return ERROR;
    if (!is_exact(tuple_peek(args[1], 0), &tee_data_type))
        return raise(TypeError, "state must hold an itertools._tee_dataobject, not %T", tuple_peek(args[1], 0));
    if (!obj_index_i64(tuple_peek(args[1], 1), &index, OverflowError))
        return ERROR;
    if (index < 0 || index > LINK_CELLS)
        return raise(ValueError, "Index out of range");
    set_slot(&t->data, retain(tuple_peek(args[1], 0)));
    t->index = (uint64_t)index;
    return NONE;
}

static Value tee_data_reduce(Value *args, size_t n)
{
    (void)n;
    TeeData *d = as_iterator(TeeData, args[0]);
    own Value items = list_from(d->items, d->n);
    return is_error(items) ? ERROR : reduce_take(same_type(args[0]), tuple_of3(d->iterator, items, is_unbound(d->next) ? NONE : d->next));
}

static Value tee_data_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    (void)type;
    if (!no_keywords("_tee_dataobject", kwnames) || !count_between("_tee_dataobject", n, 3, 3))
        return ERROR;
    if (!list_check(args[1]))
        return raise(TypeError, "_tee_dataobject() argument 2 must be list, not %W", args[1]);
    uint64_t len = list_len(args[1]);
    if (len > LINK_CELLS || (len < LINK_CELLS && !is_none(args[2])))
        return raise(ValueError, "Invalid arguments");
    if (!is_none(args[2]) && !is_exact(args[2], &tee_data_type))
        return raise(ValueError, "Invalid arguments");
    Value self = tee_data_new(args[0]);
    if (is_error(self))
        return ERROR;
    TeeData *d = as_iterator(TeeData, self);
    for (; d->n < len; d->n++)
        d->items[d->n] = retain(list_peek(args[1], d->n));
    if (!is_none(args[2]))
        d->next = retain(args[2]);
    return self;
}

static const Method tee_rows[] = {
    { "__copy__", "(self, /)", tee_copy, "Returns an independent iterator." }, REDUCE_ROW(tee_reduce), STATE_ROW(tee_setstate), { 0 },
};
static const Method tee_data_rows[] = { REDUCE_ROW(tee_data_reduce), { 0 } };
Type tee_type = {
    STATIC_TYPE(tee_type, "_tee", Tee, tee_trace), .flags = TYPE_WEAK, .new = tee_make, .iter = iterator_self, .next = tee_next, .methods = tee_rows,
    .module_name = "itertools", .signature = "(iterable, /)", .doc = "Iterator wrapped to make it copyable.",
};
Type tee_data_type = {
    STATIC_TYPE(tee_data_type, "_tee_dataobject", TeeData, tee_data_trace), .new = tee_data_make, .methods = tee_data_rows,
    .module_name = "itertools", .signature = "(iterable, values, next, /)", .doc = "Data container common to multiple tee objects.",
};

Value itertools_tee(Value *args, size_t n_args)
{
    (void)n_args;
    int64_t n = 2;
    if (!is_unbound(args[1]) && !obj_index_i64(args[1], &n, OverflowError))
        return ERROR;
    if (n < 0)
        return raise(ValueError, "n must be >= 0");
    Tuple *t = tuple_alloc((uint64_t)n);
    if (!t)
        return ERROR;
    if (n == 0)
        return retain(tuple_empty);
    own Value result = obj_value(t), iterator = obj_iter(args[0]), method = UNBOUND;
    if (is_error(iterator))
        return ERROR;
    Found found = obj_find_attr_c(iterator, "__copy__", &method);
    if (found == FAILED)
        return ERROR;
    if (!found) {
        Value first = tee_from_iterable(&tee_type, iterator);
        if (is_error(first))
            return ERROR;
        set_slot(&iterator, first);
        method = obj_getattr_c(iterator, "__copy__");
        if (is_error(method))
            return ERROR;
    }
    tuple_fill_take(t, 0, retain(iterator));
    for (int64_t i = 1; i < n; i++) {
        Value copy = call0(method);
        if (is_error(copy))
            return ERROR;
        tuple_fill_take(t, (uint64_t)i, copy);
    }
    return give(result);
}
