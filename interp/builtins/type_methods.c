/* type_methods.c -- what classes answer: the methods and attributes of `type`. */
#include "gc/heap.h"
#include "interp/builtins/tables.h"
#include "interp/object/attr.h"
#include "interp/object/audit.h"
#include "interp/object/class.h"
#include "interp/object/descriptor.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/shape.h"
#include "interp/object/signature.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

/* --- methods ------------------------------------------------------------------------------------------------------------ */

static Value mro(Value *args, size_t n) { return mro_c3(as_type(args[0]), as_type(args[0])->bases); }
static Value subclasses(Value *args, size_t n) { return type_subclasses(as_type(args[0])); }
static Value prepare(Value *args, size_t n) { return dict_new(); }

static Value instancecheck(Value *args, size_t n)
{
    Truth t = instance_check(args[1], args[0]);
    return t < 0 ? ERROR : bool_value(t);
}

static Value subclasscheck(Value *args, size_t n)
{
    Truth t = subclass_check(args[1], args[0]);
    return t < 0 ? ERROR : bool_value(t);
}

static Value dir(Value *args, size_t n)
{
    own Value names = dict_new();
    if (is_error(names) || !merge_class_names(as_dict(names), args[0]))
        return ERROR;
    return list_from_iterable(names);
}

static Value size_of(Value *args, size_t n) { return int_value((int64_t)heap_size_of(as_obj(args[0]))); }

/* --- attributes ------------------------------------------------------------------------------------------------------------ */

static bool changeable(Type *type, Value value, const char *name)
{
    if (type->flags & TYPE_IMMUTABLE)
        return raise_false(TypeError, "cannot set '%s' attribute of immutable type '%s'", name, type->heap.name);
    if (is_unbound(value))
        return raise_false(TypeError, "cannot delete '%s' attribute of immutable type '%s'", name, type->heap.name);
    own Value attribute = is_unbound(audit_hooks) ? UNBOUND : str_from(name);
    return !is_error(attribute) && audit3("object.__setattr__", obj_value((Object *)type), attribute, value);
}

static Value get_name(Value self) { return str_from(as_type(self)->heap.name); }

static bool set_name(Value self, Value value)
{
    Type *type = as_type(self);
    size_t len;
    if (!changeable(type, value, "__name__"))
        return false;
    if (!str_check(value))
        return raise_false(TypeError, "can only assign string to %s.__name__, not '%T'", type->heap.name, value);
    const char *text = class_name_check(value) ? str_utf8_peek(value, &len) : NULL;
    if (!text)
        return false;
    char *copy = heap_buf(len + 1);
    if (!copy)
        return raise_memory_false();
    memcpy(copy, text, len + 1);
    char *old = type->extra->name;
    type->heap.name = type->extra->name = copy;
    if (old)
        heap_buf_free(old, strlen(old) + 1);
    return true;
}

static Value get_qualname(Value self) { return type_qualname(as_type(self)); }

static bool set_qualname(Value self, Value value)
{
    Type *type = as_type(self);
    if (!changeable(type, value, "__qualname__"))
        return false;
    if (!str_check(value))
        return raise_false(TypeError, "can only assign string to %s.__qualname__, not '%T'", type->heap.name, value);
    set_slot(&type->qualname, retain(value));
    return true;
}

static Value get_bases(Value self) { return retain(as_type(self)->bases); }
static bool set_bases(Value self, Value value) { return type_set_bases(as_type(self), value); }
static Value get_module(Value self) { return type_module(as_type(self)); }
static bool set_module(Value self, Value value)
{
    return changeable(as_type(self), value, "__module__") && type_set_own(as_type(self), N(__module__), value);
}

static Value get_abstract(Value self)
{
    Type *type = as_type(self);
    Value v = type != &type_type && type->dict ? dict_peek_str(type->dict, N(__abstractmethods__)) : UNBOUND;
    if (is_unbound(v)) {
        error_set(AttributeError, "__abstractmethods__");
        return ERROR;
    }
    return retain(v);
}

static bool set_abstract(Value self, Value value)
{
    Type *type = as_type(self);
    Truth abstract = is_unbound(value) ? NO : obj_truth(value);
    if (abstract < 0)
        return false;
    if (type->flags & TYPE_IMMUTABLE)
        return raise_false(TypeError, "cannot set '__abstractmethods__' attribute of immutable type '%s'", type->heap.name);
    if (is_unbound(value) && is_unbound(dict_peek_str(type->dict, N(__abstractmethods__))))
        return raise_false(AttributeError, "__abstractmethods__");
    if (!type_set_own(type, N(__abstractmethods__), value))
        return false;
    type->flags = abstract == YES ? type->flags | TYPE_ABSTRACT : type->flags & ~(uint32_t)TYPE_ABSTRACT;
    return true;
}

static Value get_dict(Value self) { return as_type(self)->dict ? mappingproxy_new(obj_value(as_type(self)->dict)) : NONE; }

static Value get_doc(Value self)
{
    Type *type = as_type(self);
    if (!(type->flags & TYPE_HEAP))
        return type->doc ? str_from(type->doc) : NONE;
    Value v = type->dict ? dict_peek_str(type->dict, N(__doc__)) : UNBOUND;
    if (is_unbound(v))
        return NONE;
    own Value hold = retain(v);
    const Type *t = type_of(hold);
    return t->descr_get ? t->descr_get(hold, UNBOUND, self) : retain(hold);
}

static bool set_doc(Value self, Value value)
{
    return changeable(as_type(self), value, "__doc__") && type_set_own(as_type(self), N(__doc__), value);
}

static Value get_text_signature(Value self)
{
    const Type *type = as_type(self);
    return !(type->flags & TYPE_HEAP) && type->signature ? str_from(type->signature) : NONE;
}

static Value get_annotations(Value self)
{
    Type *type = as_type(self);
    if (!(type->flags & TYPE_HEAP)) {
        error_set(AttributeError, "type object '%s' has no attribute '__annotations__'", type->heap.name);
        return ERROR;
    }
    own Value v = retain(dict_peek_str(type->dict, N(__annotations__)));
    if (!is_unbound(v)) {
        const Type *t = type_of(v);
        return t->descr_get ? t->descr_get(v, UNBOUND, self) : give(v);
    }
    own Value made = dict_new();
    return is_error(made) || !type_set_own(type, N(__annotations__), made) ? ERROR : give(made);
}

static bool set_annotations(Value self, Value value)
{
    Type *type = as_type(self);
    if (type->flags & TYPE_IMMUTABLE)
        return raise_false(TypeError, "cannot set '__annotations__' attribute of immutable type '%s'", type->heap.name);
    if (is_unbound(value) && is_unbound(dict_peek_str(type->dict, N(__annotations__)))) {
        error_set(AttributeError, "__annotations__");
        return false;
    }
    return type_set_own(type, N(__annotations__), value);
}

static Value get_itemsize(Value self) { return int_value(as_type(self)->heap.heap_flags & HEAP_TYPE_VAR ? (int64_t)sizeof(Value) : 0); }
static Value get_dictoffset(Value self) { return int_value(as_type(self)->flags & TYPE_HAS_DICT ? as_type(self)->heap.attrs_offset : 0); }
static Value get_weakrefoffset(Value self) { return int_value(as_type(self)->flags & TYPE_WEAK ? 8 : 0); }

/* CPython's bits, those that Python code looks at. */
static Value get_flags(Value self)
{
    static const struct { uint32_t ours, theirs; } bits[] = {
        { TYPE_SEQUENCE, 1u << 5 }, { TYPE_MAPPING, 1u << 6 }, { TYPE_NO_NEW, 1u << 7 }, { TYPE_IMMUTABLE, 1u << 8 }, { TYPE_HEAP, 1u << 9 },
        { TYPE_BASE, 1u << 10 }, { TYPE_READY, 1u << 12 }, { TYPE_METHOD_DESCR, 1u << 17 }, { TYPE_ABSTRACT, 1u << 20 }, { TYPE_IS_INT, 1u << 24 },
        { TYPE_IS_LIST, 1u << 25 }, { TYPE_IS_TUPLE, 1u << 26 }, { TYPE_IS_BYTES, 1u << 27 }, { TYPE_IS_STR, 1u << 28 }, { TYPE_IS_DICT, 1u << 29 },
        { TYPE_IS_EXCEPTION, 1u << 30 }, { TYPE_IS_TYPE, 1u << 31 },
    };
    const Type *type = as_type(self);
    uint64_t flags = (uint64_t)(type->heap.trace != NULL) << 14;
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
        if (type->flags & bits[i].ours)
            flags |= bits[i].theirs;
    return int_value((int64_t)flags);
}

const Method type_methods[] = {
    { "mro", "(self, /)", mro, "Return a type's method resolution order." },
    { "__subclasses__", "(self, /)", subclasses, "Return a list of immediate subclasses." },
    { "__prepare__", "(cls, /, *args, **kwargs)", prepare, "__prepare__() -> dict\nused to create the namespace for the class statement", METHOD_CLASS },
    { "__instancecheck__", "(self, instance, /)", instancecheck, "Check if an object is an instance." },
    { "__subclasscheck__", "(self, subclass, /)", subclasscheck, "Check if a class is a subclass." },
    { "__dir__", "(self, /)", dir, "Specialized __dir__ implementation for types." },
    { "__sizeof__", "(self, /)", size_of, "Return memory consumption of the type object." },
    { 0 },
};
const GetSet type_getsets[] = {
    { "__name__", get_name, set_name, NULL }, { "__qualname__", get_qualname, set_qualname, NULL }, { "__bases__", get_bases, set_bases, NULL },
    { "__module__", get_module, set_module, NULL }, { "__abstractmethods__", get_abstract, set_abstract, NULL }, { "__dict__", get_dict, NULL, NULL },
    { "__doc__", get_doc, set_doc, NULL }, { "__text_signature__", get_text_signature, NULL, NULL },
    { "__annotations__", get_annotations, set_annotations, NULL }, 
    { "__itemsize__", get_itemsize, NULL, NULL }, { "__flags__", get_flags, NULL, NULL }, { "__weakrefoffset__", get_weakrefoffset, NULL, NULL },
    { "__dictoffset__", get_dictoffset, NULL, NULL },
    { 0 },
};
const Member type_members[] = {
    { "__basicsize__", MEMBER_INT32, offsetof(Type, heap.basic_size), false, NULL },
    { "__base__", MEMBER_VALUE_NONE, offsetof(Type, base), false, NULL },      /* a pointer to a Type is its Value's bits; NULL: None */
    { "__mro__", MEMBER_VALUE_NONE, offsetof(Type, mro), false, NULL },
    { 0 },
};
