/* collections_module.c -- _collections: what collections/__init__.py of the CPython library builds on. */
#include "interp/builtins/arguments.h"
#include "interp/modules/collections_types.h"
#include "interp/object/module.h"
#include "interp/object/arith.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/dict.h"
#include "interp/object/dict_view.h"
#include "interp/object/hash.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/tuple.h"

#include "gc/event.h"
#include "gc/heap.h"

/* --- Counter's loop --------------------------------------------------------------------------------------------------------- */

/* Does the mapping read and write its own table (no `get` or __setitem__ of its own)? */
static bool counts_directly(Value mapping)
{
    if (!dict_check(mapping))
        return false;
    Value get = str_name_peek("get"), set = str_name_peek("__setitem__");
    return same(type_lookup_peek(type_of(mapping), get), type_lookup_peek(&dict_type, get)) &&
           same(type_lookup_peek(type_of(mapping), set), type_lookup_peek(&dict_type, set));
}

static bool count_in_dict(Dict *d, Value item)
{
    int64_t hash;
    own Value old = UNBOUND;
    if (!hash_of(item, &hash))
        return false;
    Found found = dict_find_hashed(d, item, hash, &old);
    if (found == FAILED)
        return false;
    Value one = small_int_value(1), sum;
    if (!found)
        return dict_set_hashed(d, item, hash, one);
    if (is_int(old) && small_add(old, one, &sum))
        return dict_set_hashed(d, item, hash, sum);
    own Value more = binary_op(OP_ADD, old, one);
    return !is_error(more) && dict_set_hashed(d, item, hash, more);
}

static bool count_in_mapping(Value mapping, Value get, Value item)
{
    own Value old = call2(get, item, small_int_value(0)), more = is_error(old) ? ERROR : binary_op(OP_ADD, old, small_int_value(1));
    return !is_error(more) && obj_setitem(mapping, item, more);
}

static Value count_elements(Value *args, size_t n)
{
    (void)n;
    bool direct = counts_directly(args[0]);
    own Value iterator = obj_iter(args[1]), get = is_error(iterator) ? ERROR : direct ? NONE : obj_getattr_c(args[0], "get");
    if (is_error(get))
        return ERROR;
    for (;;) {
        own Value item = obj_next(iterator);
        if (is_stop(item))
            return NONE;
        if (is_error(item) || !(direct ? count_in_dict(as_dict(args[0]), item) : count_in_mapping(args[0], get, item)) || !poll_events())
            return ERROR;
    }
}

/* --- _tuplegetter: the fields of a namedtuple ------------------------------------------------------------------------------------- */

typedef struct TupleGetter { Object head; Value doc; int64_t index; } TupleGetter;
static const TraceRow getter_trace[] = { { TRACE_VALUE, offsetof(TupleGetter, doc), 0, "__doc__" }, { 0 } };
static inline TupleGetter *as_getter(Value v) { return (TupleGetter *)as_obj(v); }

static Value getter_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    int64_t index;
    if (!no_keywords("_tuplegetter", kwnames) || !count_between("_tuplegetter", n, 2, 2))
        return ERROR;
    if (!obj_index_i64(args[0], &index, OverflowError))
        return ERROR;
    Value self = instance_new(type);
    if (is_error(self))
        return ERROR;
    as_getter(self)->index = index;
    as_getter(self)->doc = retain(args[1]);
    return self;
}

static Value getter_get(Value self, Value instance, Value owner)
{
    (void)owner;
    if (is_unbound(instance) || is_none(instance))
        return retain(self);
    TupleGetter *g = as_getter(self);
    if (!tuple_check(instance))
        return raise(TypeError, "descriptor for index '%lld' for tuple subclasses doesn't apply to '%s' object", (long long)g->index,
                     type_name(instance));
    if ((uint64_t)g->index >= tuple_len(instance))
        return raise(IndexError, "tuple index out of range");
    return retain(tuple_peek(instance, (uint64_t)g->index));
}

static bool getter_set(Value self, Value instance, Value value)
{
    (void)self, (void)instance;
    return raise_false(AttributeError, is_unbound(value) ? "can't delete attribute" : "can't set attribute");
}

static Value getter_repr(Value self)
{
    own Value doc = obj_repr(as_getter(self)->doc);
    return is_error(doc) ? ERROR : str_format("%Y(%lld, %S)", type_of(self), (long long)as_getter(self)->index, doc);
}

static Value getter_reduce(Value *args, size_t n)
{
    (void)n;
    own Value index = int_value(as_getter(args[0])->index);
    return reduce_take(retain(obj_value(type_of(args[0]))), tuple_of2(index, as_getter(args[0])->doc));
}

static const Method getter_methods[] = { { "__reduce__", "(self, /)", getter_reduce, NULL }, { 0 } };
static const Member getter_members[] = { { "__doc__", MEMBER_VALUE, offsetof(TupleGetter, doc), true, NULL }, { 0 } };
static Type getter_type = {
    STATIC_TYPE(getter_type, "_tuplegetter", TupleGetter, getter_trace), .new = getter_make, .repr = getter_repr, .descr_get = getter_get,
    .descr_set = getter_set, .methods = getter_methods, .members = getter_members, .module_name = "_collections",
};

/* --- the module ------------------------------------------------------------------------------------------------------------------------ */

static const Method functions[] = {
    { "_count_elements", "(mapping, iterable, /)", count_elements, "Count elements in the iterable, updating the mapping" },
    { 0 },
};

/* The bases may be ones that Python code must not derive from. */
static void ready(Type *type, Type *base)
{
    if (type->flags & TYPE_READY)
        return;
    uint32_t flags = base->flags;
    base->flags |= TYPE_BASE;
    type_ready(type, base);
    base->flags = flags;
}

static bool init(Value module)
{
    static Type *const plain[] = { &deque_type, &deque_iterator_type, &deque_reverse_iterator_type, &getter_type };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        ready(plain[i], &object_type);
        if (!module_add_type(module, plain[i]))
            return false;
    }
    ready(&odict_keys_type, &dict_keys_type);
    ready(&odict_values_type, &dict_values_type);
    ready(&odict_items_type, &dict_items_type);
    ready(&odict_iterator_type, &object_type);
    ready(&defaultdict_type, &dict_type);
    ready(&ordered_dict_type, &dict_type);
    return module_add_type(module, &defaultdict_type) && module_add_type(module, &ordered_dict_type);
}

const NativeModule collections_module = { "_collections", "High performance data structures.\n- deque:        ordered collection accessible from endpoints only\n"
                                          "- defaultdict:  dict subclass with a default value factory\n", functions, init };
