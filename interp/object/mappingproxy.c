/* mappingproxy.c -- a read-only view of a mapping, as C.__dict__ gives. Declared in descriptor.h. */
#include "gc/heap.h"
#include "interp/object/arith.h"
#include "interp/object/class.h"
#include "interp/object/descriptor.h"
#include "interp/object/generic_alias.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static Value mapping(Value self) { return ((MappingProxy *)as_obj(self))->mapping; }

Value mappingproxy_new(Value of)
{
    own Value made = instance_new(&mappingproxy_type);
    if (is_error(made))
        return ERROR;
    ((MappingProxy *)as_obj(made))->mapping = retain(of);
    return give(made);
}

static Value proxy_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value of;
    if (!bind_arguments("mappingproxy", "(mapping)", args, n_pos, kwnames, &of, NULL))
        return ERROR;
    if (!type_of(of)->getitem || has_flag(of, TYPE_IS_LIST | TYPE_IS_TUPLE) || is_type(of))
        return raise(TypeError, "mappingproxy() argument must be a mapping, not %T", of);
    return mappingproxy_new(of);
}

static Value proxy_getitem(Value self, Value key) { return obj_getitem(mapping(self), key); }
static int64_t proxy_len(Value self) { return obj_len(mapping(self)); }
static Truth proxy_contains(Value self, Value key) { return obj_contains(mapping(self), key); }
static Value proxy_iter(Value self) { return obj_iter(mapping(self)); }
static Value proxy_str(Value self) { return obj_str(mapping(self)); }
static Value proxy_repr(Value self) { return str_format("mappingproxy(%R)", mapping(self)); }
static Value proxy_compare(Value a, Value b, CompareOp op) { return obj_compare(mapping(a), is_exact(b, &mappingproxy_type) ? mapping(b) : b, op); }

static Value proxy_or(Value a, Value b)
{
    return binary_op(OP_OR, is_exact(a, &mappingproxy_type) ? mapping(a) : a, is_exact(b, &mappingproxy_type) ? mapping(b) : b);
}

static Value proxy_ior(Value a, Value b) { return raise(TypeError, "'|=' is not supported by %T; use '|' instead", a); }

static Value proxy_get(Value *args, size_t n)
{
    return call_method(mapping(args[0]), "get", (Value[]){ args[1], is_unbound(args[2]) ? NONE : args[2] }, 2);
}
static Value proxy_keys(Value *args, size_t n) { return call_method0(mapping(args[0]), "keys"); }
static Value proxy_values(Value *args, size_t n) { return call_method0(mapping(args[0]), "values"); }
static Value proxy_items(Value *args, size_t n) { return call_method0(mapping(args[0]), "items"); }
static Value proxy_copy(Value *args, size_t n) { return call_method0(mapping(args[0]), "copy"); }
static Value proxy_reversed(Value *args, size_t n) { return call_method0(mapping(args[0]), "__reversed__"); }

static const Method proxy_methods[] = {
    { "get", "(self, key, default=None, /)", proxy_get, "Return the value for key if key is in the mapping, else default." },
    { "keys", "(self, /)", proxy_keys, "D.keys() -> a set-like object providing a view on D's keys" },
    { "values", "(self, /)", proxy_values, "D.values() -> an object providing a view on D's values" },
    { "items", "(self, /)", proxy_items, "D.items() -> a set-like object providing a view on D's items" },
    { "copy", "(self, /)", proxy_copy, "D.copy() -> a shallow copy of D" },
    { "__class_getitem__", "(cls, item, /)", generic_alias_class_getitem, "See PEP 585", METHOD_CLASS },
    { "__reversed__", "(self, /)", proxy_reversed, "D.__reversed__() -> reverse iterator" },
    { 0 },
};
static const TraceRow proxy_rows[] = { { TRACE_VALUE, offsetof(MappingProxy, mapping), 0, "mapping" }, { .kind = TRACE_END } };

Type mappingproxy_type = {
    STATIC_TYPE(mappingproxy_type, "mappingproxy", MappingProxy, proxy_rows),
    .flags = TYPE_MAPPING,
    .new = proxy_new, .getitem = proxy_getitem, .len = proxy_len, .contains = proxy_contains, .iter = proxy_iter, .str = proxy_str, .repr = proxy_repr,
    .compare = proxy_compare, .binary[OP_OR] = proxy_or, .inplace[OP_OR] = proxy_ior,
    .methods = proxy_methods,
    .signature = "(mapping)",
};
