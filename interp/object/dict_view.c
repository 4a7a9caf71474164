/* dict_view.c -- see dict_view.h. Source: Python reference, "Dictionary view objects"; PEP 3106. */
#include "interp/object/dict_view.h"
#include "interp/object/hash.h"
#include "interp/object/list.h"
#include "interp/object/set.h"
#include "interp/object/tuple.h"

#include "gc/event.h"
#include "gc/heap.h"

/* --- views ------------------------------------------------------------------------------------------------------------- */

const TraceRow dict_view_trace[] = {
    { TRACE_VALUE, offsetof(DictView, dict), 0, "mapping" },
    { 0 },
};

Value dict_view_new(Value dict, DictPart part)
{
    return dict_view_new_type(part == DICT_KEYS ? &dict_keys_type : part == DICT_VALUES ? &dict_values_type : &dict_items_type, dict);
}

Value dict_view_new_type(Type *type, Value dict)
{
    assert(dict_check(dict));
    DictView *view = heap_new(&type->shape, sizeof *view);
    if (!view)
        return raise_memory();
    view->dict = retain(dict);
    return obj_value(view);
}

static int64_t view_len(Value self) { return (int64_t)dict_len(dict_view_dict(self)); }

static Value view_iter(Value self)
{
    return dict_iterator_new(((DictView *)as_obj(self))->dict, dict_view_part(self), false);
}

static Value view_repr(Value self)
{
    Truth inside = repr_enter(self);
    if (inside)
        return inside == YES ? str_from("...") : ERROR;
    own Value items = list_from_iterable(self);
    own Value inner = is_error(items) ? ERROR : obj_repr(items);
    repr_leave(self);
    return is_error(inner) ? ERROR : str_format("%Y(%S)", type_of(self), inner);
}

static Truth keys_contains(Value self, Value key)
{
    Found found = dict_contains(dict_view_dict(self), key);
    return found == FAILED ? TRUTH_FAILED : found ? YES : NO;
}

static Truth items_contains(Value self, Value item)
{
    if (!tuple_check(item) || tuple_len(item) != 2)
        return NO;
    own Value value = UNBOUND;
    Found found = dict_find(dict_view_dict(self), tuple_peek(item, 0), &value);
    if (found != FOUND)
        return found == FAILED ? TRUTH_FAILED : NO;
    return keys_equal(value, tuple_peek(item, 1));
}

/* Is every item of `items` inside `whole`, or with `inside` NO outside? */
static Truth every_item(Value items, Value whole, Truth inside)
{
    assert(inside == YES || inside == NO);
    own Value iterator = obj_iter(items);
    if (is_error(iterator))
        return TRUTH_FAILED;
    for (;;) {
        own Value item = obj_next(iterator);
        if (is_stop(item))
            return YES;
        if (is_error(item) || !poll_events())
            return TRUTH_FAILED;
        Truth in = obj_contains(whole, item);
        if (in != inside)
            return in == TRUTH_FAILED ? in : NO;
    }
}

static Truth all_contained(Value part, Value whole) { return every_item(part, whole, YES); }

static Value view_compare(Value self, Value other, CompareOp op)
{
    if (!dict_set_view_check(self) || !(set_check(other) || dict_set_view_check(other)))
        return NOT_IMPLEMENTED;
    int64_t n = view_len(self), m = obj_len(other);
    if (m < 0)
        return ERROR;
    Truth truth = NO;
    switch (op) {
    case CMP_EQ: case CMP_NE:
        truth = n == m ? all_contained(self, other) : NO;
        if (op == CMP_NE && truth != TRUTH_FAILED)
            truth = truth == YES ? NO : YES;
        break;
    case CMP_LT: truth = n < m ? all_contained(self, other) : NO; break;
    case CMP_LE: truth = n <= m ? all_contained(self, other) : NO; break;
    case CMP_GT: truth = n > m ? all_contained(other, self) : NO; break;
    case CMP_GE: truth = n >= m ? all_contained(other, self) : NO; break;
    }
    return truth_value(truth);
}

static bool one_is_view(Value a, Value b) { return dict_set_view_check(a) || dict_set_view_check(b); }

/* A set of a's items, changed by what `change` does with b. */
static Value combine(Value a, Value b, bool (*change)(Set *, Value))
{
    assert(!error_pending());
    if (!one_is_view(a, b))
        return NOT_IMPLEMENTED;
    own Value result = set_from_iterable(&set_type, a);
    return is_error(result) || !change(as_set(result), b) ? ERROR : give(result);
}

static Value view_sub(Value a, Value b) { return combine(a, b, set_difference_update); }
static Value view_or(Value a, Value b) { return combine(a, b, set_update); }
static Value view_xor(Value a, Value b) { return combine(a, b, set_symmetric_difference_update); }

static Value view_and(Value a, Value b)
{
    if (!one_is_view(a, b))
        return NOT_IMPLEMENTED;
    if (!dict_set_view_check(a)) {
        Value t = a;
        a = b;
        b = t;
    }
    assert(dict_set_view_check(a));
    if (is_exact(b, &set_type) && view_len(a) <= (int64_t)as_set(b)->used)
        return set_intersection(as_set(b), a);
    if (dict_set_view_check(b) && view_len(b) > view_len(a)) {
        Value t = a;
        a = b;
        b = t;
    }
    own Value result = set_new(&set_type), iterator = is_error(result) ? ERROR : obj_iter(b);
    if (is_error(iterator))
        return ERROR;
    for (;;) {
        own Value item = obj_next(iterator);
        if (is_stop(item))
            return give(result);
        if (is_error(item) || !poll_events())
            return ERROR;
        Truth in = dict_view_is(a, &dict_keys_type) ? keys_contains(a, item) : items_contains(a, item);
        if (in == TRUTH_FAILED || (in && !set_add(as_set(result), item)))
            return ERROR;
    }
}

Truth dict_view_is_disjoint(Value self, Value other)
{
    if (same(self, other))
        return view_len(self) == 0 ? YES : NO;
    if ((is_exact(other, &set_type) || dict_set_view_check(other)) && obj_len(other) > view_len(self)) {
        Value t = self;
        self = other;
        other = t;
    }
    return every_item(other, self, NO);
}

#define SET_OPERATORS .binary = { [OP_SUB] = view_sub, [OP_AND] = view_and, [OP_OR] = view_or, [OP_XOR] = view_xor }
#define VIEW(name) \
    STATIC_TYPE(name##_type, #name, DictView, dict_view_trace), .flags = TYPE_NO_NEW, .repr = view_repr, .iter = view_iter, .len = view_len
Type dict_keys_type = { VIEW(dict_keys), .hash = hash_none, .compare = view_compare, .contains = keys_contains, SET_OPERATORS };
Type dict_values_type = { VIEW(dict_values) };
Type dict_items_type = { VIEW(dict_items), .hash = hash_none, .compare = view_compare, .contains = items_contains, SET_OPERATORS };

/* --- iterators --------------------------------------------------------------------------------------------------------------- */

const TraceRow dict_iterator_trace[] = {
    { TRACE_VALUE, offsetof(DictIterator, dict), 0, "dict" },
    { TRACE_VALUE, offsetof(DictIterator, result), 0, "result" },
    { 0 },
};

static Type *iterator_type(DictPart part, bool backwards)
{
    static Type *const types[2][3] = {
        { &dict_key_iterator_type, &dict_value_iterator_type, &dict_item_iterator_type },
        { &dict_reverse_key_iterator_type, &dict_reverse_value_iterator_type, &dict_reverse_item_iterator_type },
    };
    return types[backwards][part];
}

Value dict_iterator_new(Value dict, DictPart part, bool backwards)
{
    return dict_iterator_new_type(iterator_type(part, backwards), dict, part, backwards);
}

Value dict_iterator_new_type(Type *type, Value dict, DictPart part, bool backwards)
{
    Dict *d = as_dict(dict);
    assert(!error_pending());
    DictIterator *it = heap_new(&type->shape, sizeof *it);
    if (!it)
        return raise_memory();
    it->dict = retain(dict);
    it->result = UNBOUND;
    it->position = backwards ? d->n_entries : 0;
    it->remaining = it->used = d->used;
    it->part = part;
    it->backwards = backwards;
    return obj_value(it);
}

Value dict_iter(Value dict) { return dict_iterator_new(dict, DICT_KEYS, false); }

Value dict_iterator_next(Value self)
{
    DictIterator *it = (DictIterator *)as_obj(self);
    if (is_unbound(it->dict))
        return STOP;
    Dict *d = as_dict(it->dict);
    if (UNLIKELY(it->used != d->used)) {
        it->used = UINT32_MAX;                           /* stays so */
        return raise(RuntimeError, "dictionary changed size during iteration");
    }
    Value key, value;
    const TableEntry *e = &d->entries[it->position];
    if (LIKELY(it->position < d->n_entries && !it->backwards && !is_unbound(e->key) && !(d->flags & DICT_NAMESPACE))) {
        key = e->key;
        value = e->value;
        it->position++;
    } else if (!(it->backwards ? dict_previous(d, &it->position, &key, &value) : dict_next(d, &it->position, &key, &value))) {
        release(give(it->dict));
        return STOP;
    }
    if (UNLIKELY(it->remaining == 0 && !it->backwards)) {
        release(give(it->dict));
        return raise(RuntimeError, "dictionary keys changed during iteration");
    }
    it->remaining -= it->remaining > 0;
    if (it->part != DICT_ITEMS)
        return retain(it->part == DICT_KEYS ? key : value);
    if (tuple_reusable(it->result)) {
        Value pair = it->result;
        retain(key);
        retain(value);                                   /* before a release runs code that changes the dict */
        set_slot(&as_tuple(pair)->items[0], key);
        set_slot(&as_tuple(pair)->items[1], value);
        return pair;
    }
    Value pair = tuple_of2(key, value);
    if (!is_error(pair))
        set_slot(&it->result, retain(pair));
    return pair;
}

int64_t dict_iterator_length_hint(Value self)
{
    DictIterator *it = (DictIterator *)as_obj(self);
    if (is_unbound(it->dict) || as_dict(it->dict)->used != it->used)
        return 0;
    return (int64_t)it->remaining;
}

Value dict_iterator_rest(Value self)
{
    DictIterator *it = (DictIterator *)as_obj(self);
    assert(it->part == DICT_KEYS || it->part == DICT_VALUES || it->part == DICT_ITEMS);
    if (is_unbound(it->dict))
        return list_new(0);
    own Value copy = dict_iterator_new_type(type_of(self), it->dict, it->part, it->backwards);
    if (is_error(copy))
        return ERROR;
    DictIterator *c = (DictIterator *)as_obj(copy);
    c->position = it->position;
    c->remaining = it->remaining;
    c->used = it->used;
    return list_from_iterable(copy);
}

static Value iterator_iter(Value self) { return retain(self); }

#define ITERATOR(variable, name) \
    Type variable = { STATIC_TYPE(variable, name, DictIterator, dict_iterator_trace), .flags = TYPE_NO_NEW, \
                      .iter = iterator_iter, .next = dict_iterator_next }
ITERATOR(dict_key_iterator_type, "dict_keyiterator");
ITERATOR(dict_value_iterator_type, "dict_valueiterator");
ITERATOR(dict_item_iterator_type, "dict_itemiterator");
ITERATOR(dict_reverse_key_iterator_type, "dict_reversekeyiterator");
ITERATOR(dict_reverse_value_iterator_type, "dict_reversevalueiterator");
ITERATOR(dict_reverse_item_iterator_type, "dict_reverseitemiterator");
