/* descriptor.c -- members (__slots__, C fields), getsets, staticmethod, classmethod. */
#include "interp/object/descriptor.h"
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/method.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static bool wrong_object(Value name, const Type *owner, Value v)
{
    return raise_false(TypeError, "descriptor '%S' for '%.100s' objects doesn't apply to a '%.100T' object", name, owner->heap.name, v);
}

/* What the collector's clear does with the owner: a built-in one is not counted. */
static void drop_owner(Type **field)
{
    Type *owner = *field;
    assert(owner);
    *field = &object_type;
    if (owner->flags & TYPE_HEAP)
        release_obj(owner);
}

/* --- members ---------------------------------------------------------------------------------------------------------- */

static MemberDescriptor *as_member(Value v) { assert(is_exact(v, &member_descriptor_type)); return (MemberDescriptor *)as_obj(v); }

Value member_new(const Member *row, Value name, Type *owner)
{
    assert(row && owner && (is_unbound(name) || str_check(name)));
    own Value key = is_unbound(name) ? str_intern(row->name) : retain(name);
    MemberDescriptor *m = is_error(key) ? NULL : heap_new(&member_descriptor_type.shape, sizeof *m);
    if (!m)
        return is_error(key) ? ERROR : raise_memory();
    m->row = row;
    m->owner = owner;
    m->name = give(key);
    if (owner->flags & TYPE_HEAP)
        retain_obj(owner);               /* the row lives in the class's own storage */
    return obj_value(m);
}

static Value member_get(Value descriptor, Value instance, Value owner)
{
    MemberDescriptor *m = as_member(descriptor);
    if (is_unbound(instance))
        return retain(descriptor);
    if (!is_instance_of(instance, m->owner)) {
        wrong_object(m->name, m->owner, instance);
        return ERROR;
    }
    assert(m->row->offset + sizeof(bool) <= obj_type(as_obj(instance))->heap.basic_size);
    void *field = (char *)as_obj(instance) + m->row->offset;
    Value v;
    switch (m->row->kind) {
    case MEMBER_VALUE:
        v = *(Value *)field;
        if (is_unbound(v) || !v.bits) {
            error_set(AttributeError, "'%.200T' object has no attribute '%S'", instance, m->name);
            error_note_name(m->name, instance);
            return ERROR;
        }
        return retain(v);
    case MEMBER_VALUE_NONE:
        v = *(Value *)field;
        return is_unbound(v) || !v.bits ? NONE : retain(v);
    case MEMBER_INT64: return int_value(*(int64_t *)field);
    case MEMBER_INT32: return int_value(*(int32_t *)field);
    case MEMBER_BOOL: return bool_value(*(bool *)field);
    case MEMBER_DOUBLE: return float_value(*(double *)field);
    }
    return NONE;
}

static bool member_put(const Member *row, void *field, Value value, Value instance, Value name)
{
    int64_t i;
    switch (row->kind) {
    case MEMBER_VALUE:
        if (is_unbound(value) && is_unbound(*(Value *)field)) {
            error_set(AttributeError, "%S", name);
            error_note_name(name, instance);
            return false;
        }
        /* fall through */
    case MEMBER_VALUE_NONE:
        track_for(as_obj(instance), value);
        set_slot(field, retain(value));
        return true;
    default: break;
    }
    if (is_unbound(value))
        return raise_false(TypeError, "can't delete numeric/char attribute");
    if (row->kind == MEMBER_BOOL) {
        if (!is_bool(value))
            return raise_false(TypeError, "attribute value type must be bool");
        *(bool *)field = same(value, TRUE);
        return true;
    }
    if (row->kind == MEMBER_DOUBLE)
        return obj_double(value, field);
    if (!obj_index_i64(value, &i, OverflowError))
        return false;
    if (row->kind == MEMBER_INT64)
        *(int64_t *)field = i;
    else
        *(int32_t *)field = (int32_t)i;
    return true;
}

static bool member_set(Value descriptor, Value instance, Value value)
{
    MemberDescriptor *m = as_member(descriptor);
    if (!is_instance_of(instance, m->owner))
        return wrong_object(m->name, m->owner, instance);
    if (!m->row->writable)
        return raise_false(AttributeError, "readonly attribute");
    assert(m->row->offset + sizeof(bool) <= type_of(instance)->heap.basic_size);
    return member_put(m->row, (char *)as_obj(instance) + m->row->offset, value, instance, m->name);
}

static Value member_repr(Value v)
{
    return str_format("<member '%S' of '%N' objects>", as_member(v)->name, as_member(v)->owner);
}

/* The owner of a class made at run time is owned; static ones are not counted by the collector either way. */
static const TraceRow member_rows[] = {
    { TRACE_OBJECT, offsetof(MemberDescriptor, owner), 0, "__objclass__" }, { TRACE_VALUE, offsetof(MemberDescriptor, name), 0, "__name__" }, { .kind = TRACE_END }
};
static void member_clear(Object *o)
{
    set_slot(&((MemberDescriptor *)o)->name, UNBOUND);
    drop_owner(&((MemberDescriptor *)o)->owner);
}

Type member_descriptor_type = {
    STATIC_TYPE(member_descriptor_type, "member_descriptor", MemberDescriptor, member_rows),
    .heap.clear = member_clear,
    .flags = TYPE_NO_NEW,
    .repr = member_repr, .descr_get = member_get, .descr_set = member_set,
};

/* --- getsets -------------------------------------------------------------------------------------------------------------- */

static GetSetDescriptor *as_getset(Value v) { assert(is_exact(v, &getset_descriptor_type)); return (GetSetDescriptor *)as_obj(v); }

Value getset_new(const GetSet *row, Type *owner)
{
    assert(row && row->name && owner);
    GetSetDescriptor *g = heap_new(&getset_descriptor_type.shape, sizeof *g);
    if (!g)
        return raise_memory();
    g->row = row;
    g->owner = owner;
    if (owner->flags & TYPE_HEAP)
        retain_obj(owner);
    return obj_value(g);
}

static bool getset_applies(const GetSetDescriptor *g, Value instance)
{
    return is_instance_of(instance, g->owner) ||
           raise_false(TypeError, "descriptor '%s' for '%.100s' objects doesn't apply to a '%.100T' object", g->row->name, g->owner->heap.name, instance);
}

static Value getset_get(Value descriptor, Value instance, Value owner)
{
    GetSetDescriptor *g = as_getset(descriptor);
    if (is_unbound(instance))
        return retain(descriptor);
    if (!getset_applies(g, instance))
        return ERROR;
    if (!g->row->get)
        return raise(AttributeError, "attribute '%s' of '%N' objects is not readable", g->row->name, g->owner);
    Value v = g->row->get(instance);
    assert_error_iff(is_error(v));
    return v;
}

static bool getset_set(Value descriptor, Value instance, Value value)
{
    GetSetDescriptor *g = as_getset(descriptor);
    if (!getset_applies(g, instance))
        return false;
    if (!g->row->set)
        return raise_false(AttributeError, "attribute '%s' of '%N' objects is not writable", g->row->name, g->owner);
    bool ok = g->row->set(instance, value);
    assert_error_iff(!ok);
    return ok;
}

static Value getset_repr(Value v)
{
    return str_format("<attribute '%s' of '%N' objects>", as_getset(v)->row->name, as_getset(v)->owner);
}

static const TraceRow getset_rows[] = { { TRACE_OBJECT, offsetof(GetSetDescriptor, owner), 0, "__objclass__" }, { .kind = TRACE_END } };
static void getset_clear(Object *o)
{
    drop_owner(&((GetSetDescriptor *)o)->owner);
}

Type getset_descriptor_type = {
    STATIC_TYPE(getset_descriptor_type, "getset_descriptor", GetSetDescriptor, getset_rows),
    .heap.clear = getset_clear,
    .flags = TYPE_NO_NEW,
    .repr = getset_repr, .descr_get = getset_get, .descr_set = getset_set,
};

/* --- staticmethod, classmethod ---------------------------------------------------------------------------------------------------- */

static StaticMethod *as_static(Value v)
{
    assert(is_instance_of(v, &staticmethod_type) || is_instance_of(v, &classmethod_type));
    return (StaticMethod *)as_obj(v);
}

static Value static_make(Type *type, const Value *args, size_t n_pos, Value kwnames) { return instance_new(type); }

/* __module__, __name__ and so on as functools.wraps would. */
static bool copy_names(Value self, Value callable)
{
    const Value names[] = { N(__module__), N(__name__), N(__qualname__), N(__doc__), N(__annotations__) };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        own Value v = UNBOUND;
        Found found = obj_find_attr(callable, names[i], &v);
        if (found == FAILED || (found == FOUND && !obj_setattr(self, names[i], v)))
            return false;
    }
    return true;
}

static bool static_fill(Value self, const char *name, const Value *args, size_t n_pos, Value kwnames)
{
    if (is_ptr(kwnames) && tuple_len(kwnames))
        return raise_false(TypeError, "%s() takes no keyword arguments", name);
    if (n_pos != 1)
        return raise_false(TypeError, "%s expected 1 argument, got %zu", name, n_pos);
    set_slot(&as_static(self)->callable, retain(args[0]));
    return copy_names(self, args[0]);
}

static bool static_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    return static_fill(self, "staticmethod", args, n_pos, kwnames);
}

static bool classmethod_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    return static_fill(self, "classmethod", args, n_pos, kwnames);
}

Value staticmethod_new(Value callable)
{
    own Value made = instance_new(&staticmethod_type);
    if (is_error(made) || !static_init(made, &callable, 1, NONE))
        return ERROR;
    return give(made);
}

Value classmethod_new(Value callable)
{
    own Value made = instance_new(&classmethod_type);
    if (is_error(made) || !classmethod_init(made, &callable, 1, NONE))
        return ERROR;
    return give(made);
}

static Value static_get(Value self, Value instance, Value owner)
{
    Value callable = as_static(self)->callable;
    return is_unbound(callable) ? raise(RuntimeError, "uninitialized staticmethod object") : retain(callable);
}

static Value classmethod_get(Value self, Value instance, Value owner)
{
    own Value callable = retain(as_static(self)->callable);
    if (is_unbound(callable))
        return raise(RuntimeError, "uninitialized classmethod object");
    Value cls = is_unbound(owner) ? obj_value(type_of(instance)) : owner;
    const Type *t = type_of(callable);
    return t->descr_get ? t->descr_get(callable, cls, cls) : method_new(callable, cls);
}

static Value static_call(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    own Value callable = retain(as_static(self)->callable);
    return is_unbound(callable) ? raise(RuntimeError, "uninitialized staticmethod object") : call_kw(callable, args, n_pos, kwnames);
}

static Value static_repr(Value self)
{
    Value callable = as_static(self)->callable;
    return str_format("<%T(%R)>", self, is_unbound(callable) ? NONE : callable);
}

static const TraceRow static_rows[] = {
    { TRACE_VALUE, offsetof(StaticMethod, callable), 0, "__func__" }, { TRACE_ATTRS, offsetof(StaticMethod, attrs), 0, "" }, { .kind = TRACE_END }
};

Type staticmethod_type = {
    STATIC_TYPE(staticmethod_type, "staticmethod", StaticMethod, static_rows), STATIC_TYPE_ATTRS(StaticMethod, attrs),
    .flags = TYPE_BASE | TYPE_HAS_DICT,
    .new = static_make, .init = static_init, .descr_get = static_get, .call = static_call, .repr = static_repr,
    .signature = "(function, /)",
};

Type classmethod_type = {
    STATIC_TYPE(classmethod_type, "classmethod", ClassMethod, static_rows), STATIC_TYPE_ATTRS(ClassMethod, attrs),
    .flags = TYPE_BASE | TYPE_HAS_DICT,
    .new = static_make, .init = classmethod_init, .descr_get = classmethod_get, .repr = static_repr,
    .signature = "(function, /)",
};
