/* method.c -- bound methods. */
#include "interp/object/method.h"
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

void method_check_valid(const BoundMethod *m)
{
    assert(!is_error(m->function) && !is_stop(m->function) && !is_error(m->self) && !is_stop(m->self));        /* UNBOUND: the collector has cleared it */
}

Value method_new(Value function, Value self)
{
    assert(!is_unbound(function) && !is_unbound(self));
    BoundMethod *m = heap_new(&method_type.shape, sizeof *m);
    if (!m)
        return raise_memory();
    m->function = retain(function);
    m->self = retain(self);
    return obj_value(m);
}

static Value method_make(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    if (is_ptr(kwnames) && tuple_len(kwnames))
        return raise(TypeError, "method() takes no keyword arguments");
    if (n_pos != 2)
        return raise(TypeError, "method expected 2 arguments, got %zu", n_pos);
    if (!obj_callable(args[0]))
        return raise(TypeError, "first argument must be callable");
    if (is_none(args[1]))
        return raise(TypeError, "instance must not be None");
    return method_new(args[0], args[1]);
}

static Value method_call(Value callable, const Value *args, size_t n_pos, Value kwnames)
{
    BoundMethod *m = as_method(callable);
    size_t n_all = 1 + n_pos + (is_ptr(kwnames) ? tuple_len(kwnames) : 0);
    Value small[12], *all = small;
    if (n_all > 12 && !(all = heap_buf(n_all * sizeof(Value))))
        return raise_memory();
    all[0] = m->self;
    if (n_all > 1)
        memcpy(all + 1, args, (n_all - 1) * sizeof(Value));
    Value result = call_kw(m->function, all, n_pos + 1, kwnames);
    if (all != small)
        heap_buf_free(all, n_all * sizeof(Value));
    return result;
}

/* Attributes of the function shine through. */
static Value method_getattr(Value v, Value name)
{
    Type *t = type_of(v);
    Value descr = type_lookup_peek(t, name);
    if (!is_unbound(descr)) {
        const Type *dt = type_of(descr);
        own Value hold = retain(descr);
        return dt->descr_get ? dt->descr_get(hold, v, obj_value(t)) : retain(hold);
    }
    return obj_getattr(as_method(v)->function, name);
}

static Value method_compare(Value a, Value b, CompareOp op)
{
    if ((op != CMP_EQ && op != CMP_NE) || !method_check(a) || !method_check(b))
        return NOT_IMPLEMENTED;
    Truth equal = same(as_method(a)->self, as_method(b)->self) ? obj_equal(as_method(a)->function, as_method(b)->function) : NO;
    return equal < 0 ? ERROR : bool_value((equal == YES) == (op == CMP_EQ));
}

static bool method_hash(Value v, int64_t *hash)
{
    int64_t h;
    if (!obj_hash(as_method(v)->function, &h))
        return false;
    h ^= (int64_t)rotr64(as_method(v)->self.bits, 4);
    *hash = h == -1 ? -2 : h;
    assert(*hash != -1);
    return true;
}

static Value method_repr(Value v)
{
    own Value name = UNBOUND;
    Found found = obj_find_attr(as_method(v)->function, N(__qualname__), &name);
    if (found == ABSENT)
        found = obj_find_attr(as_method(v)->function, N(__name__), &name);
    if (found == FAILED)
        return ERROR;
    if (!str_check(name))
        return str_format("<bound method ? of %R>", as_method(v)->self);
    return str_format("<bound method %S of %R>", name, as_method(v)->self);
}

static const TraceRow method_rows[] = {
    { TRACE_VALUE, offsetof(BoundMethod, function), 0, "__func__" }, { TRACE_VALUE, offsetof(BoundMethod, self), 0, "__self__" }, { .kind = TRACE_END }
};

Type method_type = {
    STATIC_TYPE(method_type, "method", BoundMethod, method_rows),
    .flags = TYPE_WEAK,
    .new = method_make, .call = method_call, .repr = method_repr, .compare = method_compare, .hash = method_hash,
    .getattr = method_getattr,
    .doc = "Create a bound instance method object.",
    .signature = "(function, instance, /)",
};
