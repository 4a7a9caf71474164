/* collections_dicts.c -- collections.defaultdict and OrderedDict: subclasses of dict in C.
 *
 * A dict keeps the order of insertion, so an OrderedDict needs nothing more than a dict but for moving keys to an end, taking the first
 * item again and again (`hint` remembers how many dead entries lead the table), order in ==, and an instance dict.
 * Source: Python library reference, "collections". */
#include "interp/builtins/arguments.h"
#include "interp/modules/collections_types.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/dict.h"
#include "interp/object/dict_view.h"
#include "interp/object/hash.h"
#include "interp/object/iterators.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

#include "gc/event.h"
#include "gc/heap.h"

/* --- defaultdict ------------------------------------------------------------------------------------------------------------- */

typedef struct DefaultDict { Dict dict; Value factory; } DefaultDict;
static const TraceRow default_trace[] = {
    { TRACE_TABLE, offsetof(Dict, entries), offsetof(Dict, n_entries), "dict" },
    { TRACE_VALUE, offsetof(DefaultDict, factory), 0, "default_factory" },
    { 0 },
};
static inline DefaultDict *as_default(Value v) { return (DefaultDict *)as_obj(v); }

static void default_clear(Object *o)
{
    DefaultDict *d = (DefaultDict *)o;
    dict_type.heap.clear(o);
    set_slot(&d->factory, NONE);
}

static bool default_init(Value self, const Value *args, size_t n, Value kwnames)
{
    Value factory = NONE;
    if (n > 0) {
        factory = args[0];
        if (!is_none(factory) && !obj_callable(factory))
            return raise_false(TypeError, "first argument must be callable or None");
    }
    set_slot(&as_default(self)->factory, retain(factory));
    track_for(as_obj(self), factory);
    return dict_type.init(self, n ? args + 1 : args, n ? n - 1 : 0, kwnames);
}

static Value default_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    Value self = dict_type.new(type, args, n, kwnames);
    if (!is_error(self))
        as_default(self)->factory = NONE;
    return self;
}

static Value default_missing(Value self, Value key)
{
    own Value factory = retain(as_default(self)->factory);
    if (is_none(factory) || is_unbound(factory)) {
        own Value args = tuple_of1(key);
        if (!is_error(args))
            error_set_args_take(KeyError, give(args));
        return ERROR;
    }
    own Value value = call0(factory);
    if (is_error(value) || !obj_setitem(self, key, value))
        return ERROR;
    return give(value);
}

static Value default_getitem(Value self, Value key)
{
    if (!is_exact(self, &defaultdict_type))
        return dict_get_item(self, key);
    Value value;
    Found found = dict_find(as_dict(self), key, &value);
    if (found)
        return found == FOUND ? value : ERROR;
    return default_missing(self, key);
}

static Value default_repr(Value self)
{
    own Value items = dict_type.repr(self), factory = UNBOUND;
    if (is_error(items))
        return ERROR;
    Truth inside = repr_enter(as_default(self)->factory);
    if (inside == TRUTH_FAILED)
        return ERROR;
    if (inside) {
        factory = str_from("...");
    } else {
        own Value held = retain(as_default(self)->factory);
        factory = obj_repr(held);
        repr_leave(held);
    }
    return is_error(factory) ? ERROR : str_format("%Y(%S, %S)", type_of(self), factory, items);
}

static Value default_copy(Value self)
{
    Value args[] = { as_default(self)->factory, self };
    return call(obj_value(type_of(self)), args, 2);
}

static Value default_or(Value a, Value b)
{
    bool left = is_instance_of(a, &defaultdict_type);
    if (!dict_check(a) || !dict_check(b))
        return NOT_IMPLEMENTED;
    Value self = left ? a : b;
    if (!is_instance_of(self, &defaultdict_type))
        return NOT_IMPLEMENTED;
    Value args[] = { as_default(self)->factory, a };
    own Value sum = call(obj_value(type_of(self)), args, 2);
    if (is_error(sum) || !dict_check(sum) || !dict_update(as_dict(sum), b))
        return ERROR;
    return give(sum);
}

static Value m_missing(Value *args, size_t n) { (void)n; return default_missing(args[0], args[1]); }
static Value m_copy(Value *args, size_t n) { (void)n; return default_copy(args[0]); }

static Value default_reduce(Value *args, size_t n)
{
    (void)n;
    Value factory = as_default(args[0])->factory;
    own Value made = is_none(factory) ? retain(tuple_empty) : tuple_of1(factory);
    own Value items = is_error(made) ? ERROR : call_method(args[0], "items", NULL, 0);
    own Value iterator = is_error(items) ? ERROR : obj_iter(items);
    if (is_error(iterator))
        return ERROR;
    Value parts[] = { obj_value(type_of(args[0])), made, NONE, NONE, iterator };
    return tuple_from(parts, 5);
}

static const Method default_methods[] = {
    { "__missing__", "(self, key, /)", m_missing,
      "__missing__(key) # Called by __getitem__ for missing key; pseudo-code:\n  if self.default_factory is None: raise KeyError((key,))\n"
      "  self[key] = value = self.default_factory()\n  return value\n" },
    { "copy", "(self, /)", m_copy, "D.copy() -> a shallow copy of D." },
    { "__copy__", "(self, /)", m_copy, "D.copy() -> a shallow copy of D." },
    { "__reduce__", "(self, /)", default_reduce, "Return state information for pickling." },
    CLASS_GETITEM_ROW,
    { 0 },
};
static const Member default_members[] = {
    { "default_factory", MEMBER_VALUE_NONE, offsetof(DefaultDict, factory), true, "Factory for default value called by __missing__()." }, { 0 },
};

Type defaultdict_type = {
    .heap = { .head = STATIC_OBJECT(&type_type.shape), .name = "defaultdict", .basic_size = sizeof(DefaultDict), .trace = default_trace,
              .heap_flags = HEAP_TYPE_UNTRACKED, .clear = default_clear },
    .shape = { .type = &defaultdict_type.heap }, .bases = UNBOUND_INIT, .mro = UNBOUND_INIT, .qualname = UNBOUND_INIT, .module = UNBOUND_INIT,
    .flags = TYPE_BASE, .new = default_make, .init = default_init, .repr = default_repr, .getitem = default_getitem,
    .binary = { [OP_OR] = default_or }, .methods = default_methods, .members = default_members, .module_name = "collections",
    .doc = "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\n"
           "The default factory is called without arguments to produce\na new value when a key is not present, in __getitem__ only.\n"
           "A defaultdict compares equal to a dict with the same items.\nAll remaining arguments are treated the same as if they were\n"
           "passed to the dict constructor, including keyword arguments.",
};

/* --- OrderedDict ------------------------------------------------------------------------------------------------------------------ */

typedef struct OrderedDict {
    Dict dict;
    uint64_t hint;               /* no live entry before this one, while the table is the one of hint_layout */
    uint32_t hint_layout;
    AttrArea attrs;
} OrderedDict;
static const TraceRow ordered_trace[] = {
    { TRACE_TABLE, offsetof(Dict, entries), offsetof(Dict, n_entries), "dict" },
    { TRACE_ATTRS, offsetof(OrderedDict, attrs), 0, NULL },
    { 0 },
};
static inline OrderedDict *as_ordered(Value v) { return (OrderedDict *)as_obj(v); }
static inline bool ordered_check(Value v) { return is_instance_of(v, &ordered_dict_type); }
static inline bool ordered_exact(Value v) { return is_exact(v, &ordered_dict_type); }

static void ordered_clear(Object *o)
{
    dict_type.heap.clear(o);
    object_clear_attrs(o);
}

static Value ordered_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    Value self = dict_type.new(type, args, n, kwnames);
    if (!is_error(self)) {
        as_ordered(self)->hint = 0;
        as_ordered(self)->hint_layout = as_dict(self)->flags;
    }
    return self;
}

/* What MutableMapping.update does: every item goes through self[key] = value. */
static bool add_pairs(Value self, Value iterable)
{
    own Value iterator = obj_iter(iterable);
    if (is_error(iterator))
        return false;
    for (;;) {
        own Value pair = obj_next(iterator);
        if (is_stop(pair))
            return true;
        if (is_error(pair) || !poll_events())
            return false;
        own Value two = tuple_from_iterable(pair);
        if (is_error(two))
            return false;
        if (tuple_len(two) != 2) {
            if (tuple_len(two) < 2)
                return raise_false(ValueError, "need more than %llu value%s to unpack", (unsigned long long)tuple_len(two),
                                   tuple_len(two) == 1 ? "" : "s");
            return raise_false(ValueError, "too many values to unpack (expected 2)");
        }
        if (!obj_setitem(self, tuple_peek(two, 0), tuple_peek(two, 1)))
            return false;
    }
}

static bool add_keys(Value self, Value mapping, Value keys)
{
    own Value iterator = obj_iter(keys);
    if (is_error(iterator))
        return false;
    for (;;) {
        own Value key = obj_next(iterator);
        if (is_stop(key))
            return true;
        if (is_error(key) || !poll_events())
            return false;
        own Value value = obj_getitem(mapping, key);
        if (is_error(value) || !obj_setitem(self, key, value))
            return false;
    }
}

static bool add_mapping_or_pairs(Value self, Value other)
{
    if (dict_exact(other)) {
        own Value items = dict_view_new(other, DICT_ITEMS);
        return !is_error(items) && add_pairs(self, items);
    }
    own Value method = UNBOUND;
    Found found = obj_find_attr_c(other, "keys", &method);
    if (found == FAILED)
        return false;
    if (found) {
        own Value keys = call0(method);
        return !is_error(keys) && add_keys(self, other, keys);
    }
    found = obj_find_attr_c(other, "items", &method);
    if (found == FAILED)
        return false;
    if (found) {
        own Value items = call0(method);
        return !is_error(items) && add_pairs(self, items);
    }
    return add_pairs(self, other);
}

static bool ordered_update(Value self, const Value *args, size_t n, Value kwargs)
{
    if (n > 1)
        return raise_false(TypeError, "update() takes at most 1 positional argument (%zu given)", n);
    if (n && !add_mapping_or_pairs(self, args[0]))
        return false;
    return is_unbound(kwargs) || dict_len(as_dict(kwargs)) == 0 || add_mapping_or_pairs(self, kwargs);
}

static bool ordered_init(Value self, const Value *args, size_t n, Value kwnames)
{
    uint64_t n_kw = tuple_check(kwnames) ? tuple_len(kwnames) : 0;
    if (n > 1)
        return raise_false(TypeError, "expected at most 1 arguments, got %zu", n);
    own Value kwargs = n_kw ? dict_new() : UNBOUND;
    if (is_error(kwargs))
        return false;
    for (uint64_t i = 0; i < n_kw; i++)
        if (!dict_set(as_dict(kwargs), tuple_peek(kwnames, i), args[n + i]))
            return false;
    return ordered_update(self, args, n, kwargs);
}

static Value m_update(Value *args, size_t n)
{
    (void)n;
    return ordered_update(args[0], as_tuple(args[1])->items, tuple_len(args[1]), args[2]) ? NONE : ERROR;
}

/* Append (last) or prepend a key that was just taken out, with its value; both owned by the caller. */
static bool put_at_end(Value self, Value key, Value value, bool last)
{
    Dict *d = as_dict(self);
    if (last || d->used == 0)
        return dict_set(d, key, value);
    own Value rest = dict_copy(d);                       /* rebuild behind it */
    if (is_error(rest))
        return false;
    dict_clear(d);
    return dict_set(d, key, value) && dict_merge(d, rest, true);
}

static Value m_move_to_end(Value *args, size_t n)
{
    (void)n;
    Dict *d = as_dict(args[0]);
    Truth last = is_unbound(args[2]) ? YES : obj_truth(args[2]);
    if (last == TRUTH_FAILED)
        return ERROR;
    Value k, v;
    uint64_t position = last == YES ? d->n_entries : 0;
    /* Already there? (The usual case for repeated use of one key.) */
    if ((last == YES ? dict_previous(d, &position, &k, &v) : dict_next(d, &position, &k, &v)) && same(k, args[1]))
        return NONE;
    Found found = dict_take(d, args[1], &k, &v);
    if (found != FOUND)
        return found == FAILED ? ERROR : raise_value(KeyError, args[1]);
    own Value key = k, value = v;
    return put_at_end(args[0], key, value, last == YES) ? NONE : ERROR;
}

/* The first live entry. False: empty. */
static bool first_entry(OrderedDict *o, Value *key, Value *value)
{
    Dict *d = &o->dict;
    uint32_t layout = d->flags & ~(uint32_t)(DICT_LAYOUT - 1);
    uint64_t position = o->hint_layout == layout && o->hint <= d->n_entries ? o->hint : 0;
    if (!dict_next(d, &position, key, value))
        return false;
    o->hint = position - 1;
    o->hint_layout = layout;
    return true;
}

static Value m_popitem(Value *args, size_t n)
{
    (void)n;
    Dict *d = as_dict(args[0]);
    Truth last = is_unbound(args[1]) ? YES : obj_truth(args[1]);
    if (last == TRUTH_FAILED)
        return ERROR;
    if (d->used == 0)
        return raise(KeyError, "dictionary is empty");
    Value pair[2];
    if (last == YES) {
        Found found = dict_popitem(d, &pair[0], &pair[1]);
        return found == FOUND ? tuple_from_take(pair, 2) : ERROR;
    }
    Value k, v;
    if (!first_entry(as_ordered(args[0]), &k, &v))
        return raise(KeyError, "dictionary is empty");
    own Value key = retain(k), value = retain(v);
    if (dict_del(d, key) != FOUND)
        return error_pending() ? ERROR : raise_value(KeyError, key);
    return tuple_of2(key, value);
}

static Value m_pop(Value *args, size_t n)
{
    (void)n;
    return dict_pop_item(as_dict(args[0]), args[1], args[2]);
}

static Value m_setdefault(Value *args, size_t n)
{
    (void)n;
    Value otherwise = is_unbound(args[2]) ? NONE : args[2], value;
    if (ordered_exact(args[0]))
        return dict_setdefault(as_dict(args[0]), args[1], otherwise, &value) == FAILED ? ERROR : value;
    Truth in = obj_contains(args[0], args[1]);
    if (in == TRUTH_FAILED)
        return ERROR;
    if (in)
        return obj_getitem(args[0], args[1]);
    return obj_setitem(args[0], args[1], otherwise) ? retain(otherwise) : ERROR;
}

static Value m_ordered_copy(Value *args, size_t n)
{
    (void)n;
    own Value copy = call0(obj_value(type_of(args[0])));
    if (is_error(copy))
        return ERROR;
    bool plain = ordered_exact(args[0]) && ordered_exact(copy);
    Dict *d = as_dict(args[0]);
    uint64_t position = 0;
    Value k, v;
    while (dict_next_owned(d, &position, &k, &v)) {
        own Value key = k, value = v;
        if (!plain) {                                    /* a subclass may show other values */
            set_slot(&value, obj_getitem(args[0], key));
            if (is_error(value))
                return ERROR;
        }
        if (!(plain ? dict_set(as_dict(copy), key, value) : obj_setitem(copy, key, value)))
            return ERROR;
    }
    return give(copy);
}

static Value m_fromkeys(Value *args, size_t n)
{
    (void)n;
    own Value self = call0(args[0]), iterator = is_error(self) ? ERROR : obj_iter(args[1]);
    if (is_error(iterator))
        return ERROR;
    for (;;) {
        own Value key = obj_next(iterator);
        if (is_stop(key))
            return give(self);
        if (is_error(key) || !obj_setitem(self, key, is_unbound(args[2]) ? NONE : args[2]) || !poll_events())
            return ERROR;
    }
}

static Value ordered_repr(Value self)
{
    if (as_dict(self)->used == 0)
        return str_format("%Y()", type_of(self));
    Truth inside = repr_enter(self);
    if (inside)
        return inside == YES ? str_from("...") : ERROR;
    own Value items = ordered_exact(self) ? dict_view_new(self, DICT_ITEMS) : call_method(self, "items", NULL, 0);
    own Value list = is_error(items) ? ERROR : list_from_iterable(items), text = is_error(list) ? ERROR : obj_repr(list);
    repr_leave(self);
    return is_error(text) ? ERROR : str_format("%Y(%S)", type_of(self), text);
}

static Truth same_order(Dict *a, Dict *b)
{
    uint64_t i = 0, j = 0;
    Value x, y, ignored;
    while (dict_next(a, &i, &x, &ignored)) {
        if (!dict_next(b, &j, &y, &ignored))
            return NO;
        own Value k = retain(x), l = retain(y);
        Truth equal = keys_equal(k, l);
        if (equal != YES)
            return equal;
    }
    return YES;
}

static Value ordered_compare(Value a, Value b, CompareOp op)
{
    if ((op != CMP_EQ && op != CMP_NE) || !dict_check(a) || !dict_check(b))
        return NOT_IMPLEMENTED;
    Value equal = dict_type.compare(a, b, CMP_EQ);
    if (same(equal, TRUE) && ordered_check(a) && ordered_check(b))
        equal = truth_value(same_order(as_dict(a), as_dict(b)));
    if (is_error(equal) || op == CMP_EQ)
        return equal;
    return bool_value(same(equal, FALSE));
}

static Value ordered_or(Value a, Value b)
{
    Value self = ordered_check(a) ? a : b;
    if (!dict_check(a) || !dict_check(b) || !ordered_check(self))
        return NOT_IMPLEMENTED;
    own Value sum = call1(obj_value(type_of(self)), a);
    if (is_error(sum) || !add_mapping_or_pairs(sum, b))
        return ERROR;
    return give(sum);
}

static Value ordered_inplace_or(Value self, Value other) { return add_mapping_or_pairs(self, other) ? retain(self) : ERROR; }

/* --- its views and iterators ------------------------------------------------------------------------------------------------------------ */

static Value ordered_iterator(Value self, DictPart part, bool backwards)
{
    return dict_iterator_new_type(&odict_iterator_type, self, part, backwards);
}

static Value ordered_iter(Value self) { return ordered_iterator(self, DICT_KEYS, false); }

static Value view_iter(Value view)
{
    return ordered_iterator(((DictView *)as_obj(view))->dict, dict_view_part(view), false);
}

static Value m_view_reversed(Value *args, size_t n)
{
    (void)n;
    return ordered_iterator(((DictView *)as_obj(args[0]))->dict, dict_view_part(args[0]), true);
}

static Value m_reversed(Value *args, size_t n) { (void)n; return ordered_iterator(args[0], DICT_KEYS, true); }
static Value m_keys(Value *args, size_t n) { (void)n; return dict_view_new_type(&odict_keys_type, args[0]); }
static Value m_values(Value *args, size_t n) { (void)n; return dict_view_new_type(&odict_values_type, args[0]); }
static Value m_items(Value *args, size_t n) { (void)n; return dict_view_new_type(&odict_items_type, args[0]); }

static Value ordered_next(Value self)
{
    Value item = dict_iterator_next(self);
    if (is_error(item) && error_is(RuntimeError)) {
        DictIterator *it = (DictIterator *)as_obj(self);
        if (!is_unbound(it->dict) && it->used != as_dict(it->dict)->used)
            error_set(RuntimeError, "OrderedDict changed size during iteration");
        else
            error_set(RuntimeError, "OrderedDict mutated during iteration");
    }
    return item;
}

static Value m_iterator_reduce(Value *args, size_t n)
{
    (void)n;
    own Value rest = dict_iterator_rest(args[0]);
    return is_error(rest) ? ERROR : reduce_take(builtin_get("iter"), tuple_of1(rest));
}

static Value m_reduce(Value *args, size_t n)
{
    (void)n;
    own Value state = call_method(args[0], "__getstate__", NULL, 0);
    own Value items = is_error(state) ? ERROR : call_method(args[0], "items", NULL, 0);
    own Value iterator = is_error(items) ? ERROR : obj_iter(items);
    if (is_error(iterator))
        return ERROR;
    Value parts[] = { obj_value(type_of(args[0])), tuple_empty, state, NONE, iterator };
    return tuple_from(parts, 5);
}

static Value m_clear(Value *args, size_t n)
{
    (void)n;
    dict_clear(as_dict(args[0]));
    return NONE;
}

static const Method ordered_methods[] = {
    { "fromkeys", "(cls, iterable, value=None)", m_fromkeys, "Create a new ordered dictionary with keys from iterable and values set to value.",
      METHOD_CLASS },
    { "setdefault", "(self, /, key, default=None)", m_setdefault,
      "Insert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key is in the dictionary, else default." },
    { "pop", "(self, /, key, default=None)", m_pop,
      "od.pop(key[,default]) -> v, remove specified key and return the corresponding value.\n\n"
      "If the key is not found, return the default if given; otherwise,\nraise a KeyError." },
    { "popitem", "(self, /, last=True)", m_popitem,
      "Remove and return a (key, value) pair from the dictionary.\n\nPairs are returned in LIFO order if last is true or FIFO order if false." },
    { "keys", "(self, /)", m_keys, NULL },
    { "values", "(self, /)", m_values, NULL },
    { "items", "(self, /)", m_items, NULL },
    { "update", "(self, /, *args, **kwargs)", m_update, NULL },
    { "clear", "(self, /)", m_clear, "od.clear() -> None.  Remove all items from od." },
    { "copy", "(self, /)", m_ordered_copy, "od.copy() -> a shallow copy of od" },
    { "__reversed__", "(self, /)", m_reversed, "od.__reversed__() <==> reversed(od)" },
    { "move_to_end", "(self, /, key, last=True)", m_move_to_end,
      "Move an existing element to the end (or beginning if last is false).\n\nRaise KeyError if the element does not exist." },
    { "__reduce__", "(self, /)", m_reduce, "Return state information for pickling" },
    { 0 },
};
static const GetSet ordered_getsets[] = { INSTANCE_DICT_ROW, { 0 } };
static const Method view_methods[] = {
    { "__reversed__", "(self, /)", m_view_reversed, NULL }, { 0 },
};
static const Method iterator_methods[] = {
    { "__reduce__", "(self, /)", m_iterator_reduce, "Return state information for pickling" }, { 0 },
};

Type ordered_dict_type = {
    .heap = { .head = STATIC_OBJECT(&type_type.shape), .name = "OrderedDict", .basic_size = sizeof(OrderedDict), .trace = ordered_trace,
              .attrs_offset = offsetof(OrderedDict, attrs), .clear = ordered_clear },
    .shape = { .type = &ordered_dict_type.heap }, .bases = UNBOUND_INIT, .mro = UNBOUND_INIT, .qualname = UNBOUND_INIT, .module = UNBOUND_INIT,
    .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_WEAK, .new = ordered_make, .init = ordered_init, .repr = ordered_repr, .hash = hash_none,
    .compare = ordered_compare, .iter = ordered_iter, .binary = { [OP_OR] = ordered_or }, .inplace = { [OP_OR] = ordered_inplace_or },
    .methods = ordered_methods, .getsets = ordered_getsets, .module_name = "collections", .doc = "Dictionary that remembers insertion order",
};

#define VIEW(name) \
    Type name##_type = { STATIC_TYPE(name##_type, #name, DictView, dict_view_trace), .flags = TYPE_NO_NEW, .iter = view_iter, .methods = view_methods }
VIEW(odict_keys);
VIEW(odict_values);
VIEW(odict_items);
Type odict_iterator_type = {
    STATIC_TYPE(odict_iterator_type, "odict_iterator", DictIterator, dict_iterator_trace), .flags = TYPE_NO_NEW, .iter = iterator_self,
    .next = ordered_next, .methods = iterator_methods,
};
