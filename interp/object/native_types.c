/* native_types.c -- the types of native callables: built-in functions and bound methods, method descriptors, slot wrappers. */
#include "gc/heap.h"
#include "interp/object/class.h"
#include "interp/object/descriptor.h"
#include "interp/object/module.h"
#include "interp/object/protocol.h"
#include "interp/object/slots.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static Native *as_native(Value v) { return (Native *)as_obj(v); }
static int64_t mix(uint64_t a, uint64_t b)
{
    int64_t h = (int64_t)(rotr64(a, 4) ^ b * 1000003u);
    return h == -1 ? -2 : h;
}

/* --- built-in functions and methods --------------------------------------------------------------------------------- */

static Value native_call_slot(Value callable, const Value *args, size_t n_pos, Value kwnames)
{
    return native_call(as_native(callable), args, n_pos, kwnames);
}

static Value native_repr(Value v)
{
    const Native *n = as_native(v);
    if (is_unbound(n->self) || is_instance_of(n->self, &module_type))
        return str_format("<built-in function %s>", n->row->name);
    return str_format("<built-in method %s of %T object at %p>", n->row->name, n->self, (void *)(uintptr_t)n->self.bits);
}

static Value native_compare(Value a, Value b, CompareOp op)
{
    if ((op != CMP_EQ && op != CMP_NE) || !is_exact(b, &native_type) || !is_exact(a, &native_type))
        return NOT_IMPLEMENTED;
    bool equal = as_native(a)->row == as_native(b)->row && same(as_native(a)->self, as_native(b)->self);
    return bool_value(equal == (op == CMP_EQ));
}

static bool native_hash(Value v, int64_t *hash)
{
    *hash = mix(as_native(v)->self.bits, (uintptr_t)as_native(v)->row);
    return true;
}

static const TraceRow native_rows[] = { { TRACE_VALUE, offsetof(Native, self), 0, "__self__" }, { TRACE_VALUE, offsetof(Native, module), 0, "__module__" }, { .kind = TRACE_END } };

Type native_type = {
    STATIC_TYPE(native_type, "builtin_function_or_method", Native, native_rows),
    .flags = TYPE_WEAK | TYPE_NO_NEW,
    .call = native_call_slot, .repr = native_repr, .compare = native_compare, .hash = native_hash,
};

/* --- descriptors in the dicts of built-in types ----------------------------------------------------------------------- */

static Value method_descriptor_get(Value descriptor, Value instance, Value owner)
{
    Native *n = as_native(descriptor);
    if (is_unbound(instance))
        return retain(descriptor);
    if (!is_instance_of(instance, n->owner))
        return raise(TypeError, "descriptor '%s' for '%N' objects doesn't apply to a '%T' object", n->row->name, n->owner, instance);
    return native_bind(n, instance);
}

static Value method_descriptor_repr(Value v)
{
    return str_format("<method '%s' of '%N' objects>", as_native(v)->row->name, as_native(v)->owner);
}

Type method_descriptor_type = {
    STATIC_TYPE(method_descriptor_type, "method_descriptor", Native, native_rows),
    .flags = TYPE_METHOD_DESCR | TYPE_NO_NEW,
    .call = native_call_slot, .repr = method_descriptor_repr, .descr_get = method_descriptor_get,
};

static Value classmethod_descriptor_get(Value descriptor, Value instance, Value owner)
{
    Native *n = as_native(descriptor);
    Value cls = is_unbound(owner) ? obj_value(type_of(instance)) : owner;
    if (!is_type(cls))
        return raise(TypeError, "descriptor '%s' for type '%N' needs a type, not a '%T' as arg 2", n->row->name, n->owner, cls);
    if (!type_is_subtype(as_type(cls), n->owner))
        return raise(TypeError, "descriptor '%s' requires a subtype of '%N' but received '%N'", n->row->name, n->owner, as_type(cls));
    return native_bind(n, cls);
}

Type classmethod_descriptor_type = {
    STATIC_TYPE(classmethod_descriptor_type, "classmethod_descriptor", Native, native_rows),
    .flags = TYPE_NO_NEW,
    .call = native_call_slot, .repr = method_descriptor_repr, .descr_get = classmethod_descriptor_get,
};

/* --- slot wrappers ------------------------------------------------------------------------------------------------------ */

static WrapperDescriptor *as_wrapper(Value v) { return (WrapperDescriptor *)as_obj(v); }

Value wrapper_new(Type *owner, const SlotRow *row, void (*fn)(void))
{
    WrapperDescriptor *w = heap_new(&wrapper_descriptor_type.shape, sizeof *w);
    if (!w)
        return raise_memory();
    w->owner = owner;
    w->row = row;
    w->fn = fn;
    return obj_value(w);
}

static Value wrapper_call(Value callable, const Value *args, size_t n_pos, Value kwnames)
{
    const WrapperDescriptor *w = as_wrapper(callable);
    if (n_pos < 1)
        return raise(TypeError, "descriptor '%s' of '%.100s' object needs an argument", w->row->dunder, w->owner->heap.name);
    if (!is_instance_of(args[0], w->owner))
        return raise(TypeError, "descriptor '%s' requires a '%.100s' object but received a '%.100T'", w->row->dunder, w->owner->heap.name, args[0]);
    return slot_row_call(w->row, w->fn, args[0], args + 1, n_pos - 1, kwnames);
}

static Value wrapper_get(Value descriptor, Value instance, Value owner)
{
    WrapperDescriptor *w = as_wrapper(descriptor);
    if (is_unbound(instance))
        return retain(descriptor);
    if (!is_instance_of(instance, w->owner))
        return raise(TypeError, "descriptor '%s' for '%N' objects doesn't apply to a '%T' object", w->row->dunder, w->owner, instance);
    MethodWrapper *m = heap_new(&method_wrapper_type.shape, sizeof *m);
    if (!m)
        return raise_memory();
    m->descriptor = retain_obj(w);
    m->self = retain(instance);
    return obj_value(m);
}

static Value wrapper_repr(Value v)
{
    return str_format("<slot wrapper '%s' of '%N' objects>", as_wrapper(v)->row->dunder, as_wrapper(v)->owner);
}

Type wrapper_descriptor_type = {
    STATIC_TYPE(wrapper_descriptor_type, "wrapper_descriptor", WrapperDescriptor, NULL),
    .flags = TYPE_METHOD_DESCR | TYPE_NO_NEW,
    .call = wrapper_call, .repr = wrapper_repr, .descr_get = wrapper_get,
};

static MethodWrapper *as_method_wrapper(Value v) { return (MethodWrapper *)as_obj(v); }

static Value method_wrapper_call(Value callable, const Value *args, size_t n_pos, Value kwnames)
{
    const MethodWrapper *m = as_method_wrapper(callable);
    return slot_row_call(m->descriptor->row, m->descriptor->fn, m->self, args, n_pos, kwnames);
}

static Value method_wrapper_repr(Value v)
{
    const MethodWrapper *m = as_method_wrapper(v);
    return str_format("<method-wrapper '%s' of %T object at %p>", m->descriptor->row->dunder, m->self, (void *)(uintptr_t)m->self.bits);
}

static Value method_wrapper_compare(Value a, Value b, CompareOp op)
{
    if ((op != CMP_EQ && op != CMP_NE) || !is_exact(b, &method_wrapper_type))
        return NOT_IMPLEMENTED;
    const MethodWrapper *x = as_method_wrapper(a), *y = as_method_wrapper(b);
    return bool_value((x->descriptor == y->descriptor && same(x->self, y->self)) == (op == CMP_EQ));
}

static bool method_wrapper_hash(Value v, int64_t *hash)
{
    *hash = mix(as_method_wrapper(v)->self.bits, (uintptr_t)as_method_wrapper(v)->descriptor);
    return true;
}

static const TraceRow method_wrapper_rows[] = {
    { TRACE_OBJECT, offsetof(MethodWrapper, descriptor), 0, "descriptor" }, { TRACE_VALUE, offsetof(MethodWrapper, self), 0, "__self__" }, { .kind = TRACE_END }
};

Type method_wrapper_type = {
    STATIC_TYPE(method_wrapper_type, "method-wrapper", MethodWrapper, method_wrapper_rows),
    .flags = TYPE_NO_NEW,
    .call = method_wrapper_call, .repr = method_wrapper_repr, .compare = method_wrapper_compare, .hash = method_wrapper_hash,
};
