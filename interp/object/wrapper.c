/* wrapper.c -- a slot of a built-in type as Python sees it, `int.__add__` and `(1).__add__`: calling the slot as the dunder method. */
#include "gc/heap.h"
#include "interp/object/descriptor.h"
#include "interp/object/hash.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/slots.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

#define F(fn) ((SlotFn *)(fn))

/* --- calling a slot as the dunder method ------------------------------------------------------------------------------- */

/* `head`: a space where CPython unpacks the arguments for a function without a name. */
static bool want(size_t n, size_t min, size_t max, const char *head)
{
    if (n >= min && n <= max)
        return true;
    return min == max ? raise_false(TypeError, "%sexpected %zu argument%s, got %zu", head, min, min == 1 ? "" : "s", n)
                      : raise_false(TypeError, "%sexpected at %s %zu argument%s, got %zu", head, n < min ? "least" : "most",
                                    n < min ? min : max, (n < min ? min : max) == 1 ? "" : "s", n);
}

static Value done(bool good) { return good ? NONE : ERROR; }

/* object.__setattr__ must not be used to get round the checks of another built-in type's own setattr. */
static bool setattr_allowed(SlotFn *fn, Value self, const char *what)
{
    const Type *t = type_of(self);
    while ((t->flags & TYPE_HEAP) && t->base)
        t = t->base;
    return !t->setattr || F(t->setattr) == fn || raise_false(TypeError, "can't apply this %s to %T object", what, self);
}

static Value call_get(Value (*fn)(Value, Value, Value), Value self, const Value *args, size_t n)
{
    Value instance = is_none(args[0]) ? UNBOUND : args[0], owner = n > 1 && !is_none(args[1]) ? args[1] : UNBOUND;
    if (is_unbound(instance) && is_unbound(owner))
        return raise(TypeError, "__get__(None, None) is invalid");
    return fn(self, instance, owner);
}

typedef bool SetFn(Value, Value, Value);
typedef Value TernaryFn(Value, Value, Value);

static size_t most_arguments(SlotKind kind)
{
    switch (kind) {
    case SLOT_UNARY: case SLOT_HASH: case SLOT_LEN: case SLOT_TRUTH: case SLOT_NEXT: case SLOT_DEL: return 0;
    case SLOT_POWER: case SLOT_POWER_R: case SLOT_GET: case SLOT_SETITEM: case SLOT_SETATTR: case SLOT_SET: return 2;
    default: return 1;
    }
}

/* CPython's messages for a wrong count; self is not among the arguments. */
static Value slot_row_call(const SlotRow *row, SlotFn *fn, Value self, const Value *args, size_t n, Value kwnames)
{
    SlotKind kind = row->kind;
    assert(fn && !error_pending());
    if (kind == SLOT_INIT)
        return done(((bool (*)(Value, const Value *, size_t, Value))fn)(self, args, n, kwnames));
    if (kind == SLOT_CALL)
        return ((CallFn *)fn)(self, args, n, kwnames);
    if (is_ptr(kwnames) && tuple_len(kwnames))
        return raise(TypeError, "wrapper %s() takes no keyword arguments", row->dunder);
    size_t max = most_arguments(kind), min = max == 2 && (kind == SLOT_POWER || kind == SLOT_POWER_R || kind == SLOT_GET) ? 1 : max;
    if (!want(n, min, max, max == 2 || kind == SLOT_REPEAT ? " " : ""))
        return ERROR;
    int64_t i;
    Truth truth;
    switch (kind) {
    case SLOT_UNARY: return ((UnaryFn *)fn)(self);
    case SLOT_BINARY: case SLOT_INPLACE: case SLOT_CONCAT: return ((BinaryFn *)fn)(self, args[0]);
    case SLOT_BINARY_R: return ((BinaryFn *)fn)(args[0], self);
    case SLOT_POWER: return ((TernaryFn *)fn)(self, args[0], n > 1 ? args[1] : NONE);
    case SLOT_POWER_R: return ((TernaryFn *)fn)(args[0], self, n > 1 ? args[1] : NONE);
    case SLOT_COMPARE: return ((CompareFn *)fn)(self, args[0], (CompareOp)row->op);
    case SLOT_HASH: return ((bool (*)(Value, int64_t *))fn)(self, &i) ? int_value(i) : ERROR;
    case SLOT_LEN: return (i = ((int64_t (*)(Value))fn)(self)) < 0 ? ERROR : int_value(i);
    case SLOT_TRUTH: return (truth = ((Truth (*)(Value))fn)(self)) < 0 ? ERROR : bool_value(truth);
    case SLOT_CONTAINS: return (truth = ((Truth (*)(Value, Value))fn)(self, args[0])) < 0 ? ERROR : bool_value(truth);
    case SLOT_SETITEM: case SLOT_SET: return done(((SetFn *)fn)(self, args[0], args[1]));
    case SLOT_DELITEM: case SLOT_DELETE: return done(((SetFn *)fn)(self, args[0], UNBOUND));
    case SLOT_GETATTR: case SLOT_GETATTR_HOOK:
        return str_check(args[0]) ? ((GetattrFn *)fn)(self, args[0])
                                  : raise(TypeError, "attribute name must be string, not '%.200T'", args[0]);
    case SLOT_SETATTR: return done(setattr_allowed(fn, self, row->dunder) && ((SetFn *)fn)(self, args[0], args[1]));
    case SLOT_DELATTR: return done(setattr_allowed(fn, self, row->dunder) && ((SetFn *)fn)(self, args[0], UNBOUND));
    case SLOT_NEXT: {
        Value v = ((UnaryFn *)fn)(self);
        return is_stop(v) ? error_from_stop() : v;
    }
    case SLOT_GET: return call_get((TernaryFn *)fn, self, args, n);
    case SLOT_DEL: ((void (*)(Object *))fn)(as_obj(self)); return NONE;
    case SLOT_REPEAT: return obj_index_i64(args[0], &i, OverflowError) ? ((Value (*)(Value, int64_t))fn)(self, i) : ERROR;
    case SLOT_ITEM:
        if (!obj_index_i64(args[0], &i, IndexError))
            return ERROR;
        return obj_getitem_index(self, i);
    case SLOT_INIT: case SLOT_CALL: break;
    }
    assert(!"a slot kind without a case");
    return NONE;
}

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
    *hash = hash_bound(as_method_wrapper(v)->self, as_method_wrapper(v)->descriptor);
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
