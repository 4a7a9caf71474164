/* native.c -- functions written in C: making, binding, calling; their types: built-in functions and bound methods, method descriptors. */
#include "interp/object/native.h"
#include <stdio.h>
#include "gc/heap.h"
#include "interp/object/hash.h"
#include "interp/object/protocol.h"
#include "interp/object/signature.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static Native *native_alloc(Type *type, const Method *row, Value self, Value module_name, Type *owner)
{
    Signature *signature = signature_parse(row->signature);
    if (!signature)
        return NULL;
    Native *n = heap_new(&type->shape, sizeof *n);
    if (!n)
        return raise_memory_null();
    n->row = row;
    n->signature = signature;
    n->self = retain(self);
    n->module = retain(module_name);
    n->owner = owner;
    n->raw_call = NULL;
    return n;
}

Value native_new(const Method *row, Value self, Value module_name, Type *owner)
{
    Type *type = owner && is_unbound(self) && row->kind == METHOD_INSTANCE ? &method_descriptor_type
               : owner && is_unbound(self) && row->kind == METHOD_CLASS ? &classmethod_descriptor_type : &native_type;
    Native *n = native_alloc(type, row, self, module_name, owner);
    return n ? obj_value(n) : ERROR;
}

Value native_bind(Native *descriptor, Value self)
{
    Native *n = native_alloc(&native_type, descriptor->row, self, NONE, descriptor->owner);
    if (!n)
        return ERROR;
    n->raw_call = descriptor->raw_call;
    return obj_value(n);
}

Value native_qualname(Native *n)
{
    if (n->owner && n->row->kind != METHOD_STATIC)
        return str_format("%s.%s", n->owner->heap.name, n->row->name);
    return str_from(n->row->name);
}

/* "list.append", "math.sqrt", "len": how CPython's messages about a wrong count call a function. */
static const char *qualified_name(const Binding *b)
{
    static char out[160];
    const Native *n = b->native;
    const char *front = NULL;
    if (n->owner)
        front = n->row->kind == METHOD_CLASS && b->n_pos && is_type(b->args[0]) ? as_type(b->args[0])->heap.name : n->owner->heap.name;
    else if (is_ptr(n->module) && !str_equal_c(n->module, "builtins"))
        front = str_utf8_peek(n->module, NULL);
    snprintf(out, sizeof out, "%s%s%s", front ? front : "", front ? "." : "", n->row->name);
    return out;
}

/* Everything that is not an exact positional call. args[0] is self for methods. */
static cold Value call_bound(Native *n, const Value *args, size_t n_pos, Value kwnames, unsigned skip)
{
    Value bound[SIGNATURE_MAX];
    const Signature *s = n->signature;
    Binding binding = { n->row->name, qualified_name, n, args, n_pos };
    if (s->raw) {
        if (is_ptr(kwnames) && tuple_len(kwnames))
            return raise(TypeError, "%s() takes no keyword arguments", qualified_name(&binding));
        return n->row->fn((Value *)args, n_pos);
    }
    if (!signature_bind_skip(s, &binding, skip, args, n_pos, kwnames, bound))
        return ERROR;
    Value result = n->row->fn(bound, s->n_params);
    signature_release(s, bound);
    assert_error_iff(is_error(result));
    return result;
}

bool native_is_plain(const Native *n, size_t n_pos)
{
    const Signature *s = n->signature;
    if (n->raw_call)
        return false;
    if (s->raw || n->row->vector)
        return n_pos >= s->n_required;
    return s->n_positional == s->n_params && n_pos >= s->n_required && n_pos <= s->n_params;
}

/* What a native function returned: an error is pending exactly when it failed, and what Python must not see stays inside. */
static inline Value checked(Value result)
{
    assert_error_iff(is_error(result));
    assert(!is_unbound(result) && !is_stop(result));
    return result;
}

Value native_call_plain(const Native *n, Value *args, size_t n_pos)
{
    const Signature *s = n->signature;
    assert(!error_pending() && native_is_plain(n, n_pos));
    if (n->row->vector)
        return checked(n->row->vector(args, n_pos));
    if (s->raw || n_pos == s->n_params)
        return checked(n->row->fn(args, n_pos));
    Value padded[SIGNATURE_MAX];
    for (size_t i = 0; i < n_pos; i++)
        padded[i] = args[i];
    for (size_t i = n_pos; i < s->n_params; i++)
        padded[i] = UNBOUND;
    return checked(n->row->fn(padded, s->n_params));
}

/* The call once self is in place. */
static inline Value call_fn(Native *n, const Value *args, size_t n_pos, Value kwnames, unsigned skip)
{
    bool plain = !is_ptr(kwnames) || tuple_len(kwnames) == 0;
    if (LIKELY(plain) && native_is_plain(n, n_pos))
        return native_call_plain(n, (Value *)args, n_pos);
    return call_bound(n, args, n_pos, kwnames, skip);
}

/* A method bound to its self: the arguments need it in front. */
static Value call_with_self(Native *n, const Value *args, size_t n_pos, Value kwnames)
{
    size_t n_kw = is_ptr(kwnames) ? tuple_len(kwnames) : 0, n_all = n_pos + n_kw + 1;
    Value small[16], *all = small;
    if (n_all > 16 && !(all = heap_buf(n_all * sizeof(Value))))
        return raise_memory();
    all[0] = n->self;
    for (size_t i = 1; i < n_all; i++)
        all[i] = args[i - 1];
    Value result = call_fn(n, all, n_pos + 1, kwnames, 1);
    if (all != small)
        heap_buf_free(all, n_all * sizeof(Value));
    return result;
}

static cold bool wrong_self(const Native *n, const Value *args, size_t n_pos)
{
    if (n_pos == 0)
        return raise_false(TypeError, "unbound method %Y.%s() needs an argument", n->owner, n->row->name);
    return raise_false(TypeError, "descriptor '%s' for '%N' objects doesn't apply to a '%T' object", n->row->name, n->owner, args[0]);
}

Value native_call(Native *n, const Value *args, size_t n_pos, Value kwnames)
{
    assert(!error_pending());
    if (UNLIKELY(n->raw_call != NULL))
        return n->raw_call(obj_value(n), args, n_pos, kwnames);
    if (!n->owner || n->row->kind == METHOD_STATIC)
        return call_fn(n, args, n_pos, kwnames, 0);
    if (!is_unbound(n->self))
        return call_with_self(n, args, n_pos, kwnames);
    if (n->row->kind == METHOD_CLASS) {
        if (n_pos == 0 || !is_type(args[0]))
            return raise(TypeError, "descriptor '%s' requires a type but received a '%s'", n->row->name, n_pos ? type_name(args[0]) : "nothing");
    } else if (UNLIKELY(n_pos == 0 || !is_instance_of(args[0], n->owner))) {
        wrong_self(n, args, n_pos);
        return ERROR;
    }
    return call_fn(n, args, n_pos, kwnames, 1);
}

Value native_call_each(Value callable, Value *args, size_t n)
{
    if (is_exact(callable, &native_type)) {
        const Native *native = (Native *)as_obj(callable);
        if (!native->owner || native->row->kind == METHOD_STATIC) {
            if (LIKELY(native_is_plain(native, n)))
                return native_call_plain(native, args, n);
        } else if (!is_unbound(native->self) && LIKELY(native_is_plain(native, n + 1))) {
            args[-1] = native->self;
            return native_call_plain(native, args - 1, n + 1);
        }
    }
    return call(callable, args, n);
}

/* --- built-in functions and methods --------------------------------------------------------------------------------- */

static Value native_call_slot(Value callable, const Value *args, size_t n_pos, Value kwnames);
static Native *as_native(Value v) { assert(is_ptr(v) && type_of(v)->call == native_call_slot); return (Native *)as_obj(v); }

static Value native_call_slot(Value callable, const Value *args, size_t n_pos, Value kwnames)
{
    return native_call(as_native(callable), args, n_pos, kwnames);
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
    *hash = hash_bound(as_native(v)->self, as_native(v)->row);
    return true;
}

static const TraceRow native_rows[] = { { TRACE_VALUE, offsetof(Native, self), 0, "__self__" }, { TRACE_VALUE, offsetof(Native, module), 0, "__module__" }, { .kind = TRACE_END } };

Type native_type = {
    STATIC_TYPE(native_type, "builtin_function_or_method", Native, native_rows),
    .flags = TYPE_WEAK | TYPE_NO_NEW,
    .call = native_call_slot, .compare = native_compare, .hash = native_hash,
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
