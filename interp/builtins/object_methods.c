/* object_methods.c -- what every object answers: the methods of `object`, pickling included (PEP 307, copyreg). */
#include "gc/heap.h"
#include "interp/builtins/import.h"
#include "interp/builtins/number_format.h"
#include "interp/builtins/tables.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/descriptor.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/shape.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

/* --- pickling --------------------------------------------------------------------------------------------------------- */

/* The names of all slots of the class and its bases, as copyreg keeps them in __slotnames__; NONE: none. */
static Value slot_names(Type *type)
{
    Value known = type->dict ? dict_peek_str(type->dict, N(__slotnames__)) : UNBOUND;
    if (!is_unbound(known))
        return retain(known);
    bool any = false;
    for (const Type *t = type; t && !any; t = t->base)
        any = t->extra && t->extra->n_members > 0;
    if (!any && is_unbound(type_lookup_peek(type, N(__slots__))))
        return NONE;
    own Value fn = import_attr("copyreg", "_slotnames");
    return is_error(fn) ? ERROR : call1(fn, obj_value(type));
}

/* The attributes in a fresh dict; NONE when there are none. */
static Value attributes_state(Value self)
{
    own Value dict = UNBOUND;
    if (!is_ptr(self) || !type_has_dict(type_of(self)) || is_type(self))
        return NONE;
    uint64_t position = 0;
    Value name, value;
    while (instance_next(as_obj(self), &position, &name, &value)) {
        if (is_unbound(dict) && is_error(dict = dict_new()))
            return ERROR;
        if (!dict_set(as_dict(dict), name, value))
            return ERROR;
    }
    return is_unbound(dict) ? NONE : give(dict);
}

/* Has the instance data that neither attributes nor slots show? */
static bool has_hidden_data(const Type *type, uint64_t n_slots)
{
    const HeapType *h = &type->heap;
    size_t area = h->attrs_offset > 0 ? sizeof(AttrArea) + h->n_inline * sizeof(Value) : 0;
    return h->basic_size > sizeof(Object) + area + n_slots * sizeof(Value);
}

static Value default_state(Value self, bool required)
{
    Type *type = type_of(self);
    if (required && (type->heap.heap_flags & HEAP_TYPE_VAR))
        return raise(TypeError, "cannot pickle %.200s objects", type->heap.name);
    own Value state = attributes_state(self);
    own Value names = is_error(state) ? ERROR : slot_names(type);
    if (is_error(names))
        return ERROR;
    uint64_t n = has_flag(names, TYPE_IS_LIST) ? list_len(names) : 0;
    if (required && has_hidden_data(type, n))
        return raise(TypeError, "cannot pickle '%.200s' object", type->heap.name);
    if (n == 0)
        return give(state);
    own Value slots = dict_new();
    for (uint64_t i = 0; !is_error(slots) && i < n; i++) {
        own Value v = UNBOUND;
        Found found = obj_find_attr(self, list_peek(names, i), &v);
        if (found == FAILED || (found == FOUND && !dict_set(as_dict(slots), list_peek(names, i), v)))
            return ERROR;
    }
    if (is_error(slots))
        return ERROR;
    return dict_len(as_dict(slots)) ? tuple_of2(state, slots) : give(state);
}

static Value getstate(Value *args, size_t n) { return default_state(args[0], false); }

static Value state_of(Value self, bool required)
{
    Value method = type_lookup_peek(type_of(self), N(__getstate__));
    if (same(method, type_lookup_peek(&object_type, N(__getstate__))))
        return default_state(self, required);
    return call_method_value(self, N(__getstate__), NULL, 0);
}

/* __getnewargs_ex__ or __getnewargs__: tuple and dict, each UNBOUND when not given. */
static bool new_arguments(Value self, Value *args, Value *kwargs)
{
    *args = *kwargs = UNBOUND;
    own Value ex = UNBOUND, plain = UNBOUND;
    Found found = obj_find_special(self, N(__getnewargs_ex__), &ex);
    if (found == FAILED)
        return false;
    if (found == FOUND) {
        own Value pair = call0(ex);
        if (is_error(pair))
            return false;
        if (!tuple_check(pair))
            return raise_false(TypeError, "__getnewargs_ex__ should return a tuple, not '%.200T'", pair);
        if (tuple_len(pair) != 2)
            return raise_false(ValueError, "__getnewargs_ex__ should return a tuple of length 2, not %zu", (size_t)tuple_len(pair));
        if (!tuple_check(tuple_peek(pair, 0)))
            return raise_false(TypeError, "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '%.200T'", tuple_peek(pair, 0));
        if (!dict_check(tuple_peek(pair, 1)))
            return raise_false(TypeError, "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '%.200T'", tuple_peek(pair, 1));
        *args = retain(tuple_peek(pair, 0));
        *kwargs = retain(tuple_peek(pair, 1));
        return true;
    }
    found = obj_find_special(self, N(__getnewargs__), &plain);
    if (found != FOUND)
        return found == ABSENT;
    own Value given = call0(plain);
    if (is_error(given))
        return false;
    if (!tuple_check(given))
        return raise_false(TypeError, "__getnewargs__ should return a tuple, not '%.200T'", given);
    *args = give(given);
    return true;
}

static Value prepend(Value first, Value rest)
{
    uint64_t n = tuple_check(rest) ? tuple_len(rest) : 0;
    Tuple *t = tuple_alloc(n + 1);
    if (!t)
        return ERROR;
    t->items[0] = retain(first);
    for (uint64_t i = 0; i < n; i++)
        t->items[i + 1] = retain(tuple_peek(rest, i));
    return obj_value(t);
}

static Value reduce_newobj(Value self)
{
    Type *type = type_of(self);
    own Value args = UNBOUND, kwargs = UNBOUND, maker = UNBOUND, maker_args = UNBOUND, list_items = NONE, dict_items = NONE;
    if (!type->new)
        return raise(TypeError, "cannot pickle '%.200s' object", type->heap.name);
    if (!new_arguments(self, &args, &kwargs))
        return ERROR;
    bool is_list = has_flag(self, TYPE_IS_LIST), is_dict = has_flag(self, TYPE_IS_DICT), has_args = !is_unbound(args);
    if (!is_unbound(kwargs) && dict_len(as_dict(kwargs))) {
        maker = import_attr("copyreg", "__newobj_ex__");
        maker_args = is_error(maker) ? ERROR : tuple_of3(obj_value(type), args, kwargs);
    } else {
        maker = import_attr("copyreg", "__newobj__");
        maker_args = is_error(maker) ? ERROR : prepend(obj_value(type), args);
    }
    own Value state = is_error(maker_args) ? ERROR : state_of(self, !(has_args || is_list || is_dict));
    if (is_error(state))
        return ERROR;
    if (is_list)
        list_items = obj_iter(self);
    if (is_dict) {
        own Value items = call_method0(self, "items");
        dict_items = is_error(items) ? ERROR : obj_iter(items);
    }
    if (is_error(list_items) || is_error(dict_items))
        return ERROR;
    return tuple_from((Value[]){ maker, maker_args, state, list_items, dict_items }, 5);
}

static Value common_reduce(Value self, int64_t protocol)
{
    if (protocol >= 2)
        return reduce_newobj(self);
    own Value fn = import_attr("copyreg", "_reduce_ex");
    own Value number = int_value(protocol);
    return is_error(fn) || is_error(number) ? ERROR : call2(fn, self, number);
}

static Value reduce(Value *args, size_t n) { return common_reduce(args[0], 0); }

static Value reduce_ex(Value *args, size_t n)
{
    int64_t protocol;
    if (!obj_index_i64(args[1], &protocol, OverflowError))
        return ERROR;
    own Value method = UNBOUND, theirs = UNBOUND;
    if (obj_find_attr(args[0], N(__reduce__), &method) == FAILED)
        return ERROR;
    if (!is_unbound(method)) {
        own Value cls = obj_getattr(args[0], N(__class__));
        if (is_error(cls) || obj_find_attr(cls, N(__reduce__), &theirs) == FAILED)
            return ERROR;
        if (!same(theirs, type_lookup_peek(&object_type, N(__reduce__))))
            return call0(method);
    }
    return common_reduce(args[0], protocol);
}

/* --- other methods ------------------------------------------------------------------------------------------------------- */

static Value subclasshook(Value *args, size_t n) { return NOT_IMPLEMENTED; }
static Value init_subclass(Value *args, size_t n) { return NONE; }

static Value cannot_format(Value v, Value spec) { return raise(TypeError, "unsupported format string passed to %.200T.__format__", v); }
static Value format(Value *args, size_t n) { return format_with(args, cannot_format); }

static Value size_of(Value *args, size_t n)
{
    return int_value(is_ptr(args[0]) ? (int64_t)heap_size_of(as_obj(args[0])) : (int64_t)sizeof(Value));
}

/* Names of the class and, by __bases__, everything above it. */
bool merge_class_names(Dict *names, Value cls)
{
    own Value dict = UNBOUND, bases = UNBOUND;
    if (!stack_enter(" in dir()"))
        return false;
    Found found = obj_find_attr(cls, N(__dict__), &dict);
    bool good = found != FAILED && (found == ABSENT || dict_update(names, dict));
    if (good && obj_find_attr(cls, N(__bases__), &bases) == FAILED)
        good = false;
    if (good && tuple_check(bases))
        for (uint64_t i = 0; good && i < tuple_len(bases); i++)
            good = merge_class_names(names, tuple_peek(bases, i));
    stack_leave();
    return good;
}

static Value dir(Value *args, size_t n)
{
    Value self = args[0];
    own Value names = dict_new(), dict = UNBOUND, cls = UNBOUND;
    if (is_error(names))
        return ERROR;
    Value getter = type_lookup_peek(type_of(self), N(__dict__));
    if (is_ptr(self) && type_of(self)->heap.attrs_offset && (is_unbound(getter) || is_exact(getter, &getset_descriptor_type))) {
        uint64_t position = 0;           /* without making a dict of it */
        Value name, value;
        while (instance_next(as_obj(self), &position, &name, &value))
            if (!dict_set(as_dict(names), name, NONE))
                return ERROR;
    } else {
        Found found = obj_find_attr(self, N(__dict__), &dict);
        if (found == FAILED || (found == FOUND && dict_check(dict) && !dict_update(as_dict(names), dict)))
            return ERROR;
    }
    if (obj_find_attr(self, N(__class__), &cls) == FAILED || (!is_unbound(cls) && !merge_class_names(as_dict(names), cls)))
        return ERROR;
    return list_from_iterable(names);
}

static Value get_class(Value self) { return retain(obj_value(type_of(self))); }

const Method object_methods[] = {
    { "__reduce_ex__", "(self, protocol, /)", reduce_ex, "Helper for pickle." },
    { "__reduce__", "(self, /)", reduce, "Helper for pickle." },
    { "__getstate__", "(self, /)", getstate, "Helper for pickle." },
    { "__subclasshook__", "(cls, subclass, /)", subclasshook, "Abstract classes can override this to customize issubclass().\n\nThis is invoked early on by abc.ABCMeta.__subclasscheck__().\nIt should return True, False or NotImplemented.  If it returns\nNotImplemented, the normal algorithm is used.  Otherwise, it\noverrides the normal algorithm (and the outcome is cached).\n", METHOD_CLASS },
    { "__init_subclass__", "(cls, /)", init_subclass, "This method is called when a class is subclassed.\n\nThe default implementation does nothing. It may be\noverridden to extend subclasses.\n", METHOD_CLASS },
    { "__format__", "(self, format_spec, /)", format, "Default object formatter." },
    { "__sizeof__", "(self, /)", size_of, "Size of object in memory, in bytes." },
    { "__dir__", "(self, /)", dir, "Default dir() implementation." },
    { 0 },
};
const GetSet object_getsets[] = { { "__class__", get_class, instance_set_class, "the object's class" }, { 0 } };
