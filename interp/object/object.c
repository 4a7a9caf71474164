/* object.c -- how the two types at the root behave: object and type. The types are in type.c, their method tables in builtins/. */
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

Value object_repr(Value self)
{
    own Value name = type_shown_name(type_of(self));
    return is_error(name) ? ERROR : str_format("<%S object at %p>", name, (void *)(uintptr_t)self.bits);
}

static Value object_str(Value self)
{
    UnaryFn *slot = type_of(self)->repr;
    return slot ? slot(self) : object_repr(self);
}

/* CPython's: the address, its always-zero low bits rotated away. */
static bool object_hash(Value self, int64_t *hash)
{
    uint64_t h = rotr64(self.bits, 4);
    *hash = (int64_t)(h == UINT64_MAX ? h - 1 : h);
    assert(*hash != -1);
    return true;
}

static Value object_compare(Value a, Value b, CompareOp op)
{
    if (op == CMP_EQ)
        return same(a, b) ? TRUE : NOT_IMPLEMENTED;
    if (op != CMP_NE)
        return NOT_IMPLEMENTED;
    Value (*compare)(Value, Value, CompareOp) = type_of(a)->compare;
    own Value equal = compare ? compare(a, b, CMP_EQ) : NOT_IMPLEMENTED;
    if (is_error(equal) || same(equal, NOT_IMPLEMENTED))
        return equal;
    Truth truth = obj_truth(equal);
    return truth < 0 ? ERROR : bool_value(!truth);
}

/* --- making instances --------------------------------------------------------------------------------------------------------- */

bool class_check_abstract(Type *type)
{
    assert(!error_pending());
    if (!(type->flags & TYPE_ABSTRACT))
        return true;
    own Value methods = type->dict ? retain(dict_peek_str(type->dict, N(__abstractmethods__))) : UNBOUND;
    own Value names = is_unbound(methods) ? list_new(0) : list_from_iterable(methods);
    if (is_error(names) || !list_sort(names, NONE, false))
        return false;
    own Value comma = str_from(", ");
    own Value joined = is_error(comma) ? ERROR : str_join(comma, as_list(names)->items, list_len(names));
    if (is_error(joined))
        return false;
    return raise_false(TypeError, "Can't instantiate abstract class %s with abstract method%s %S", type->heap.name,
                       list_len(names) > 1 ? "s" : "", joined);
}

Value object_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    assert(type->flags & TYPE_READY);
    if (UNLIKELY(n_pos || (is_ptr(kwnames) && tuple_len(kwnames)))) {
        if (type->new != object_new)
            return raise(TypeError, "object.__new__() takes exactly one argument (the type to instantiate)");
        if (type->init == object_init)
            return raise(TypeError, "%s() takes no arguments", type->heap.name);
    }
    if (UNLIKELY(type->flags & TYPE_ABSTRACT) && !class_check_abstract(type))
        return ERROR;
    return instance_new(type);
}

bool object_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    Type *type = type_of(self);
    if (LIKELY(n_pos == 0 && (!is_ptr(kwnames) || tuple_len(kwnames) == 0)))
        return true;
    if (type->init != object_init)
        return raise_false(TypeError, "object.__init__() takes exactly one argument (the instance to initialize)");
    if (type->new == object_new)
        return raise_false(TypeError, "%.200s.__init__() takes exactly one argument (the instance to initialize)", type->heap.name);
    return true;
}

/* --- dir() ---------------------------------------------------------------------------------------------------------------------- */

Value obj_dir(Value v)
{
    bool found;
    own Value names = call_special(v, N(__dir__), NULL, 0, &found);
    if (!found)
        return raise(TypeError, "object does not provide __dir__");
    if (is_error(names))
        return ERROR;
    own Value list = list_from_iterable(names);
    if (is_error(list) || !list_sort(list, NONE, false))
        return ERROR;
    return give(list);
}

/* --- the roots get their slots ---------------------------------------------------------------------------------------------------- */

static void join_object(void)
{
    Type *t = &object_type;
    t->new = object_new;
    t->init = object_init;
    t->repr = object_repr;
    t->str = object_str;
    t->hash = object_hash;
    t->compare = object_compare;
    t->getattr = attr_get_generic;
    t->setattr = attr_set_generic;
    t->doc = "The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\n"
             "instance that has no instance attributes and cannot be given any.\n";
    t->signature = "()";
}

/* Types hash and compare by identity, and are never false. */
static void join_type(void)
{
    Type *t = &type_type;
    t->heap.trace_custom = type_trace;
    t->heap.clear = type_clear;
    t->heap.dispose = type_dispose;
    t->heap.size_of = type_size_of;
    t->new = type_new;
    t->init = type_init;
    t->repr = type_repr;
    t->call = type_call;
    t->getattr = type_getattr;
    t->setattr = type_setattr;
    t->getitem = type_getitem;
    t->doc = "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type";
}

void object_join(void)
{
    join_object();
    join_type();
}
