/* weakref_object.c -- weak references and proxies as Python objects. */
#include "interp/object/weakref_object.h"
#include "gc/heap.h"
#include "interp/object/arith.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/generic_alias.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/native.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static WeakRef *as_weak(Value v) { return (WeakRef *)as_obj(v); }
static bool is_proxy(Value v) { return is_exact(v, &proxy_type) || is_exact(v, &callable_proxy_type); }

static bool can_be_watched(Value v)
{
    return is_ptr(v) && (type_of(v)->flags & TYPE_WEAK);
}

static Value make(Type *type, Value referent, Value callback)
{
    if (!can_be_watched(referent))
        return raise(TypeError, "cannot create weak reference to '%s' object", type_name(referent));
    if (is_none(callback) && !(type->flags & TYPE_HEAP))
        for (WeakRef *r = weakref_first_peek(as_obj(referent)); r; r = r->next)
            if (is_none(r->callback) && obj_type(&r->head) == type && r->head.refcount > 0)
                return retain(obj_value(r));
    own Value made = instance_new(type);
    if (is_error(made))
        return ERROR;
    WeakRef *r = as_weak(made);
    r->callback = retain(callback);
    r->hash = -1;
    r->referent = NULL;
    if (!weakref_attach(r, as_obj(referent)))
        return raise_memory();
    assert(r->referent == as_obj(referent));
    return give(made);
}

Value weakref_new(Value referent, Value callback) { return make(&weakref_type, referent, callback); }

Value weakref_proxy_new(Value referent, Value callback)
{
    return make(obj_callable(referent) ? &callable_proxy_type : &proxy_type, referent, callback);
}

Value weakref_list(Value referent)
{
    own Value list = list_new(2);
    if (is_error(list) || !can_be_watched(referent))
        return give(list);
    for (WeakRef *r = weakref_first_peek(as_obj(referent)); r; r = r->next)
        if (r->head.refcount > 0 && !list_append(list, obj_value(r)))
            return ERROR;
    return give(list);
}

static void dispose(Object *o) { weakref_detach((WeakRef *)o); }

static void clear(Object *o)
{
    weakref_detach((WeakRef *)o);
    assert(!((WeakRef *)o)->referent);
    set_slot(&((WeakRef *)o)->callback, NONE);
}

static void run_callback(Value callback, WeakRef *ref)
{
    assert(!ref->referent);
    ErrorState saved = error_save();
    own Value r = call1(callback, obj_value(ref));
    if (is_error(r)) {
        if (heap_unraisable)
            heap_unraisable(NULL, callback);
        error_clear();
    }
    error_restore(saved);
}

/* --- ref -------------------------------------------------------------------------------------------------------------------- */

static Value ref_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    if (is_ptr(kwnames) && tuple_len(kwnames) && type->init == weakref_type.init)
        return raise(TypeError, "ref() takes no keyword arguments");
    if (n_pos < 1 || (n_pos > 2 && type->init == weakref_type.init))
        return raise(TypeError, "__new__ expected at %s %d argument%s, got %zu", n_pos < 1 ? "least" : "most", n_pos < 1 ? 1 : 2, n_pos < 1 ? "" : "s", n_pos);
    return make(type, args[0], n_pos > 1 ? args[1] : NONE);
}

static bool ref_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    if (is_ptr(kwnames) && tuple_len(kwnames))
        return raise_false(TypeError, "ref() takes no keyword arguments");
    return (n_pos >= 1 && n_pos <= 2) || raise_false(TypeError, "__init__ expected at %s %d argument%s, got %zu", n_pos < 1 ? "least" : "most",
                                                     n_pos < 1 ? 1 : 2, n_pos < 1 ? "" : "s", n_pos);
}

/* The referent, owned; UNBOUND: dead. */
static Value referent(Value ref)
{
    Object *o = weakref_get(as_weak(ref));
    assert(!o || o->refcount > 0);
    return o ? obj_value(o) : UNBOUND;
}

static Value ref_call(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    if (n_pos || (is_ptr(kwnames) && tuple_len(kwnames)))
        return raise(TypeError, "__call__() takes no arguments (%zu given)", n_pos + (is_ptr(kwnames) ? tuple_len(kwnames) : 0));
    Value v = referent(self);
    return is_unbound(v) ? NONE : v;
}

static bool ref_hash(Value self, int64_t *hash)
{
    WeakRef *r = as_weak(self);
    if (r->hash == -1) {
        own Value v = referent(self);
        if (is_unbound(v))
            return raise_false(TypeError, "weak object has gone away");
        int64_t h;
        if (!obj_hash(v, &h))
            return false;
        r->hash = h;
    }
    *hash = r->hash;
    assert(*hash != -1);
    return true;
}

static Value ref_compare(Value a, Value b, CompareOp op)
{
    if ((op != CMP_EQ && op != CMP_NE) || !is_instance_of(a, &weakref_type) || !is_instance_of(b, &weakref_type))
        return NOT_IMPLEMENTED;
    own Value x = referent(a), y = referent(b);
    if (is_unbound(x) || is_unbound(y))
        return bool_value(same(a, b) == (op == CMP_EQ));
    return obj_compare(x, y, op);
}

static Value ref_repr(Value self)
{
    void *at = as_obj(self);
    own Value v = referent(self), name = UNBOUND;
    if (is_unbound(v))
        return str_format("<weakref at %p; dead>", at);
    Found found = obj_find_attr(v, N(__name__), &name);
    if (found == FAILED)
        return ERROR;
    if (found == FOUND && str_check(name))
        return str_format("<weakref at %p; to '%T' at %p (%S)>", at, v, (void *)as_obj(v), name);
    return str_format("<weakref at %p; to '%T' at %p>", at, v, (void *)as_obj(v));
}

static Value ref_callback(Value self)
{
    const WeakRef *r = as_weak(self);
    return weakref_is_dead(r) ? NONE : retain(r->callback);
}

static const Method ref_methods[] = { { "__class_getitem__", "(cls, item, /)", generic_alias_class_getitem, "See PEP 585", METHOD_CLASS }, { 0 } };
static const GetSet ref_getsets[] = { { "__callback__", ref_callback, NULL, NULL }, { 0 } };
static const TraceRow weak_rows[] = { { TRACE_VALUE, offsetof(WeakRef, callback), 0, "__callback__" }, { .kind = TRACE_END } };

Type weakref_type = {
    STATIC_TYPE(weakref_type, "ReferenceType", WeakRef, weak_rows),
    .heap.clear = clear, .heap.dispose = dispose,
    .flags = TYPE_BASE, .module_name = "weakref",
    .new = ref_new, .init = ref_init, .call = ref_call, .hash = ref_hash, .compare = ref_compare, .repr = ref_repr,
    .methods = ref_methods, .getsets = ref_getsets,
};

/* --- proxies: every slot asks the referent --------------------------------------------------------------------------------- */

static Value gone(void) { return raise(ReferenceError, "weakly-referenced object no longer exists"); }

/* What a proxy stands for, owned; other values themselves. ERROR: gone. */
static Value open_proxy(Value v)
{
    if (!is_proxy(v))
        return retain(v);
    Value o = referent(v);
    return is_unbound(o) ? gone() : o;
}

#define OPEN(v) own Value o = open_proxy(v)
#define UNARY(fn, expression) static Value proxy_##fn(Value self) { OPEN(self); return is_error(o) ? ERROR : (expression); }
UNARY(str, obj_str(o)) UNARY(iter, obj_iter(o)) UNARY(int, obj_int(o)) UNARY(float, obj_float(o)) UNARY(index, obj_index(o))
UNARY(neg, unary_op(OP_NEG, o)) UNARY(pos, unary_op(OP_POS, o)) UNARY(abs, unary_op(OP_ABS, o)) UNARY(invert, unary_op(OP_INVERT, o))
#undef UNARY

#define BINARY(fn, op) \
    static Value proxy_##fn(Value a, Value b) { own Value x = open_proxy(a), y = open_proxy(b); return is_error(x) || is_error(y) ? ERROR : binary_op(op, x, y); } \
    static Value proxy_i##fn(Value a, Value b) { own Value x = open_proxy(a), y = open_proxy(b); return is_error(x) || is_error(y) ? ERROR : inplace_op(op, x, y); }
BINARY(add, OP_ADD) BINARY(sub, OP_SUB) BINARY(mul, OP_MUL) BINARY(matmul, OP_MATMUL) BINARY(truediv, OP_TRUEDIV) BINARY(floordiv, OP_FLOORDIV)
BINARY(mod, OP_MOD) BINARY(lshift, OP_LSHIFT) BINARY(rshift, OP_RSHIFT) BINARY(and, OP_AND) BINARY(or, OP_OR) BINARY(xor, OP_XOR)
#undef BINARY
static Value proxy_divmod(Value a, Value b) { own Value x = open_proxy(a), y = open_proxy(b); return is_error(x) || is_error(y) ? ERROR : binary_op(OP_DIVMOD, x, y); }
static Value proxy_ipow(Value a, Value b) { own Value x = open_proxy(a), y = open_proxy(b); return is_error(x) || is_error(y) ? ERROR : inplace_op(OP_POW, x, y); }

static Value proxy_power(Value a, Value b, Value c)
{
    own Value x = open_proxy(a), y = open_proxy(b), z = open_proxy(c);
    return is_error(x) || is_error(y) || is_error(z) ? ERROR : power_op(x, y, z);
}

static Value proxy_repr(Value self)
{
    assert(is_proxy(self));
    own Value v = referent(self);
    if (is_unbound(v))
        return str_format("<weakproxy at %p to NoneType at %p>", (void *)as_obj(self), NULL);
    return str_format("<weakproxy at %p to %T at %p>", (void *)as_obj(self), v, (void *)as_obj(v));
}

static Value proxy_next(Value self)
{
    OPEN(self);
    if (is_error(o))
        return ERROR;
    if (!obj_is_iterator(o))
        return raise(TypeError, "Weakref proxy referenced a non-iterator '%.200T' object", o);
    return obj_next(o);
}

static Value proxy_getattr(Value self, Value name) { OPEN(self); return is_error(o) ? ERROR : obj_getattr(o, name); }
static bool proxy_setattr(Value self, Value name, Value v) { OPEN(self); return !is_error(o) && obj_setattr(o, name, v); }
static Truth proxy_truth(Value self) { OPEN(self); return is_error(o) ? TRUTH_FAILED : obj_truth(o); }
static Truth proxy_contains(Value self, Value item) { OPEN(self); return is_error(o) ? TRUTH_FAILED : obj_contains(o, item); }
static int64_t proxy_len(Value self) { OPEN(self); return is_error(o) ? -1 : obj_len(o); }
static Value proxy_getitem(Value self, Value key) { OPEN(self); own Value k = open_proxy(key); return is_error(o) || is_error(k) ? ERROR : obj_getitem(o, k); }
static bool proxy_setitem(Value self, Value key, Value v)
{
    OPEN(self);
    return !is_error(o) && (is_unbound(v) ? obj_delitem(o, key) : obj_setitem(o, key, v));
}
static Value proxy_compare(Value a, Value b, CompareOp op)
{
    own Value x = open_proxy(a), y = open_proxy(b);
    return is_error(x) || is_error(y) ? ERROR : obj_compare(x, y, op);
}
static Value proxy_call(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    OPEN(self);
    return is_error(o) ? ERROR : call_kw(o, args, n_pos, kwnames);
}

static Value proxy_bytes(Value *args, size_t n) { OPEN(args[0]); return is_error(o) ? ERROR : call_method0(o, "__bytes__"); }
static Value proxy_reversed(Value *args, size_t n) { OPEN(args[0]); return is_error(o) ? ERROR : call_method0(o, "__reversed__"); }
static const Method proxy_methods[] = {
    { "__bytes__", "(self, /)", proxy_bytes, NULL }, { "__reversed__", "(self, /)", proxy_reversed, NULL }, { 0 },
};

#define PROXY_SLOTS \
    .heap.clear = clear, .heap.dispose = dispose, .flags = TYPE_NO_NEW, .module_name = "weakref", .methods = proxy_methods, \
    .repr = proxy_repr, .str = proxy_str, .hash = hash_none, .compare = proxy_compare, .getattr = proxy_getattr, .setattr = proxy_setattr, \
    .truth = proxy_truth, .iter = proxy_iter, .next = proxy_next, .len = proxy_len, .getitem = proxy_getitem, .setitem = proxy_setitem, \
    .contains = proxy_contains, .power = proxy_power, .to_int = proxy_int, .to_float = proxy_float, .index = proxy_index, \
    .unary = { [OP_NEG] = proxy_neg, [OP_POS] = proxy_pos, [OP_ABS] = proxy_abs, [OP_INVERT] = proxy_invert }, \
    .binary = { [OP_ADD] = proxy_add, [OP_SUB] = proxy_sub, [OP_MUL] = proxy_mul, [OP_MATMUL] = proxy_matmul, [OP_TRUEDIV] = proxy_truediv, \
                [OP_FLOORDIV] = proxy_floordiv, [OP_MOD] = proxy_mod, [OP_LSHIFT] = proxy_lshift, [OP_RSHIFT] = proxy_rshift, \
                [OP_AND] = proxy_and, [OP_OR] = proxy_or, [OP_XOR] = proxy_xor, [OP_DIVMOD] = proxy_divmod }, \
    .inplace = { [OP_ADD] = proxy_iadd, [OP_SUB] = proxy_isub, [OP_MUL] = proxy_imul, [OP_MATMUL] = proxy_imatmul, [OP_TRUEDIV] = proxy_itruediv, \
                 [OP_FLOORDIV] = proxy_ifloordiv, [OP_MOD] = proxy_imod, [OP_LSHIFT] = proxy_ilshift, [OP_RSHIFT] = proxy_irshift, \
                 [OP_AND] = proxy_iand, [OP_OR] = proxy_ior, [OP_XOR] = proxy_ixor, [OP_POW] = proxy_ipow }

Type proxy_type = { STATIC_TYPE(proxy_type, "ProxyType", WeakRef, weak_rows), PROXY_SLOTS };
Type callable_proxy_type = { STATIC_TYPE(callable_proxy_type, "CallableProxyType", WeakRef, weak_rows), PROXY_SLOTS, .call = proxy_call };

void weakref_object_init(void)
{
    type_ready(&weakref_type, NULL);
    type_ready(&proxy_type, NULL);
    type_ready(&callable_proxy_type, NULL);
    weakref_call = run_callback;
}
