/* super.c -- see super.h. */
#include "interp/object/super.h"
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/names.h"
#include "interp/object/native.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

bool (*super_frame_hook)(Value *cls, Value *self);

static Super *as_super(Value v) { assert(is_instance_of(v, &super_type)); return (Super *)as_obj(v); }

/* The type whose MRO is searched: obj itself for class methods, else its type, else what it claims as __class__. Owned; NULL: TypeError. */
static Type *checked(Type *type, Value obj)
{
    if (is_type(obj) && type_is_subtype(as_type(obj), type))
        return retain_obj(as_type(obj));
    if (is_instance_of(obj, type))
        return retain_obj(type_of(obj));
    own Value claimed = UNBOUND;
    Found found = obj_find_attr(obj, N(__class__), &claimed);
    if (found == FAILED)
        return NULL;
    if (found == FOUND && is_type(claimed) && as_type(claimed) != type_of(obj) && type_is_subtype(as_type(claimed), type))
        return as_type(give(claimed));
    return raise_null(TypeError, "super(type, obj): obj must be an instance or subtype of type");
}

/* What follows `type` in the MRO of `start`; owned, UNBOUND: absent. */
static Value lookup_behind(Type *start, const Type *type, Value name)
{
    assert(str_check(name));
    if (!is_ptr(start->mro))
        return UNBOUND;
    own Value hold = retain(start->mro);         /* strange keys run code that may give the class another */
    const Tuple *mro = as_tuple(hold);
    uint64_t i = 0;
    while (i < mro->len && !same(mro->items[i], obj_value(type)))
        i++;
    for (i++; i < mro->len; i++) {
        Dict *dict = is_ptr(mro->items[i]) ? as_type(mro->items[i])->dict : NULL;
        Value v = dict ? dict_peek_str(dict, name) : UNBOUND;
        if (!is_unbound(v))
            return retain(v);
    }
    return UNBOUND;
}

static Value bind_take(Value found, Value obj, Type *start)
{
    assert(!is_unbound(found) && start);
    own Value hold = found;
    const Type *t = type_of(hold);
    if (!t->descr_get)
        return give(hold);
    return t->descr_get(hold, same(obj, obj_value(start)) ? UNBOUND : obj, obj_value(start));
}

Value super_getattr(Type *cls, Value obj, Value name, bool *method)
{
    assert(cls && str_check(name));
    if (method)
        *method = false;
    Type *start = checked(cls, obj);
    if (!start)
        return ERROR;
    own Value hold_start = obj_value(start);
    own Value found = str_equal_c(name, "__class__") ? UNBOUND : lookup_behind(start, cls, name);
    if (!is_unbound(found)) {
        if (method && (type_of(found)->flags & TYPE_METHOD_DESCR) && !same(obj, obj_value(start))) {
            *method = true;
            return give(found);
        }
        return bind_take(give(found), obj, start);
    }
    own Value made = super_new(cls, obj);
    return is_error(made) ? ERROR : attr_get_generic(made, name);
}

static Value make(Type *type, Type *cls, Value obj, Type *obj_type)
{
    assert(type_is_subtype(type, &super_type) && (cls || !obj_type));
    own Value made = instance_new(type);
    if (is_error(made))
        return ERROR;
    Super *s = as_super(made);
    s->type = cls ? retain_obj(cls) : NULL;
    s->obj = retain(obj);
    s->obj_type = obj_type ? retain_obj(obj_type) : NULL;
    return give(made);
}

Value super_new(Type *cls, Value obj)
{
    Type *start = checked(cls, obj);
    own Value hold = start ? obj_value(start) : UNBOUND;
    return start ? make(&super_type, cls, obj, start) : ERROR;
}

/* --- slots ------------------------------------------------------------------------------------------------------------------- */

static Value super_make(Type *type, const Value *args, size_t n_pos, Value kwnames) { return make(type, NULL, UNBOUND, NULL); }

static bool fill(Value self, Type *cls, Value obj)
{
    Type *start = is_unbound(obj) ? NULL : checked(cls, obj);
    if (!start && !is_unbound(obj))
        return false;
    Super *s = as_super(self);
    Object *old_type = (Object *)s->type, *old_start = (Object *)s->obj_type;
    s->type = retain_obj(cls);
    s->obj_type = start;
    set_slot(&s->obj, retain(obj));
    release_obj(old_type);
    release_obj(old_start);
    return true;
}

static bool super_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    if (is_ptr(kwnames) && tuple_len(kwnames))
        return raise_false(TypeError, "super() takes no keyword arguments");
    if (n_pos > 2)
        return raise_false(TypeError, "super() expected at most 2 arguments, got %zu", n_pos);
    own Value cls = n_pos ? retain(args[0]) : UNBOUND, obj = n_pos > 1 && !is_none(args[1]) ? retain(args[1]) : UNBOUND;
    if (n_pos == 0 && (!super_frame_hook || !super_frame_hook(&cls, &obj)))
        return error_pending() ? false : raise_false(RuntimeError, "super(): no current frame");
    if (!is_type(cls))
        return raise_false(TypeError, n_pos ? "super() argument 1 must be a type, not %T" : "super(): __class__ is not a type (%T)", cls);
    return fill(self, as_type(cls), obj);
}

static Value super_getattro(Value self, Value name)
{
    const Super *s = as_super(self);
    if (s->obj_type && !str_equal_c(name, "__class__")) {
        Value found = lookup_behind(s->obj_type, s->type, name);
        if (!is_unbound(found))
            return bind_take(found, s->obj, s->obj_type);
    }
    return attr_get_generic(self, name);
}

static Value super_get(Value self, Value instance, Value owner)
{
    Super *s = as_super(self);
    if (is_unbound(instance) || is_none(instance) || !is_unbound(s->obj))
        return retain(self);
    if (type_of(self) != &super_type)
        return call2(obj_value(type_of(self)), obj_value(s->type), instance);
    return s->type ? super_new(s->type, instance) : raise(RuntimeError, "super(): uninitialized super object");
}

static Value super_repr(Value self)
{
    const Super *s = as_super(self);
    const char *name = s->type ? s->type->heap.name : "NULL";
    if (s->obj_type)
        return str_format("<super: <class '%s'>, <%s object>>", name, s->obj_type->heap.name);
    return str_format("<super: <class '%s'>, NULL>", name);
}

static const Member super_members[] = {
    { "__self__", MEMBER_VALUE_NONE, offsetof(Super, obj), false, "the instance invoking super(); may be None" }, { 0 },
};
static Value get_thisclass(Value self) { Super *s = as_super(self); return s->type ? retain(obj_value(s->type)) : NONE; }
static Value get_self_class(Value self) { Super *s = as_super(self); return s->obj_type ? retain(obj_value(s->obj_type)) : NONE; }
static const GetSet super_getsets[] = {
    { "__thisclass__", get_thisclass, NULL, "the class invoking super()" },
    { "__self_class__", get_self_class, NULL, "the type of the instance invoking super(); may be None" },
    { 0 },
};
static const TraceRow super_rows[] = {
    { TRACE_OBJECT, offsetof(Super, type), 0, "__thisclass__" }, { TRACE_VALUE, offsetof(Super, obj), 0, "__self__" },
    { TRACE_OBJECT, offsetof(Super, obj_type), 0, "__self_class__" }, { .kind = TRACE_END }
};

Type super_type = {
    STATIC_TYPE(super_type, "super", Super, super_rows),
    .flags = TYPE_BASE,
    .new = super_make, .init = super_init, .getattr = super_getattro, .descr_get = super_get, .repr = super_repr,
    .members = super_members, .getsets = super_getsets,
    .doc = "super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\nsuper(type, obj) -> bound super object; requires isinstance(obj, type)\nsuper(type, type2) -> bound super object; requires issubclass(type2, type)\nTypical use to call a cooperative superclass method:\nclass C(B):\n    def meth(self, arg):\n        super().meth(arg)\nThis works for class methods too:\nclass C(B):\n    @classmethod\n    def cmeth(cls, arg):\n        super().cmeth(arg)\n",
};
