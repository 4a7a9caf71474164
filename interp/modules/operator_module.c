/* operator_module.c -- _operator: the operators as functions, and itemgetter, attrgetter, methodcaller. */
#include "gc/heap.h"
#include "interp/builtins/import.h"
#include "interp/object/arith.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

#define BINARY(name, op) \
    static Value operator_##name(Value *args, size_t n) { return binary_op(op, args[0], args[1]); } \
    static Value operator_i##name(Value *args, size_t n) { return inplace_op(op, args[0], args[1]); }
BINARY(add, OP_ADD) BINARY(sub, OP_SUB) BINARY(mul, OP_MUL) BINARY(matmul, OP_MATMUL) BINARY(truediv, OP_TRUEDIV) BINARY(floordiv, OP_FLOORDIV)
BINARY(mod, OP_MOD) BINARY(pow, OP_POW) BINARY(lshift, OP_LSHIFT) BINARY(rshift, OP_RSHIFT) BINARY(and, OP_AND) BINARY(or, OP_OR) BINARY(xor, OP_XOR)

#define COMPARISON(name, op) \
    static Value operator_##name(Value *args, size_t n) { return obj_compare(args[0], args[1], op); }
COMPARISON(lt, CMP_LT) COMPARISON(le, CMP_LE) COMPARISON(eq, CMP_EQ) COMPARISON(ne, CMP_NE) COMPARISON(gt, CMP_GT) COMPARISON(ge, CMP_GE)

#define UNARY(name, op) \
    static Value operator_##name(Value *args, size_t n) { return unary_op(op, args[0]); }
UNARY(neg, OP_NEG) UNARY(pos, OP_POS) UNARY(inv, OP_INVERT) UNARY(abs, OP_ABS)

static Value operator_not(Value *args, size_t n)
{
    Truth t = obj_truth(args[0]);
    return t == TRUTH_FAILED ? ERROR : bool_value(t == NO);
}
static Value operator_truth(Value *args, size_t n) { return truth_value(obj_truth(args[0])); }
static Value operator_is(Value *args, size_t n) { return bool_value(same(args[0], args[1])); }
static Value operator_is_not(Value *args, size_t n) { return bool_value(!same(args[0], args[1])); }
static Value operator_index(Value *args, size_t n) { return obj_index(args[0]); }
static Value operator_contains(Value *args, size_t n) { return truth_value(obj_contains(args[0], args[1])); }
static Value operator_getitem(Value *args, size_t n) { return obj_getitem(args[0], args[1]); }
static Value operator_setitem(Value *args, size_t n) { return obj_setitem(args[0], args[1], args[2]) ? NONE : ERROR; }
static Value operator_delitem(Value *args, size_t n) { return obj_delitem(args[0], args[1]) ? NONE : ERROR; }
static Value operator_call(Value *args, size_t n) { return call_ex(args[0], args[1], args[2]); }

static bool is_sequence(Value v)
{
    Type *t = type_of(v);
    return t->concat || t->item || (t->getitem && !has_flag(v, TYPE_IS_DICT));
}
static Value operator_concat(Value *args, size_t n)
{
    if (!is_sequence(args[0]))
        return raise(TypeError, "'%T' object can't be concatenated", args[0]);
    if (type_of(args[0])->concat)
        return type_of(args[0])->concat(args[0], args[1]);
    return is_sequence(args[1]) ? binary_op(OP_ADD, args[0], args[1]) : raise(TypeError, "'%T' object can't be concatenated", args[0]);
}
static Value operator_iconcat(Value *args, size_t n)
{
    if (!is_sequence(args[0]))
        return raise(TypeError, "'%T' object can't be concatenated", args[0]);
    if (type_of(args[0])->inplace_concat)
        return type_of(args[0])->inplace_concat(args[0], args[1]);
    return inplace_op(OP_ADD, args[0], args[1]);
}

/* How often (kind 0) or first where (kind 1) an item occurs. */
static Value search(Value *args, bool count)
{
    own Value iterator = obj_iter(args[0]);
    if (is_error(iterator)) {
        if (error_is(TypeError)) {
            error_clear();
            return raise(TypeError, "argument of type '%T' is not iterable", args[0]);
        }
        return ERROR;
    }
    int64_t found = 0;
    for (int64_t i = 0;; i++) {
        own Value item = obj_next(iterator);
        if (is_error(item))
            return ERROR;
        if (is_stop(item))
            return count ? int_value(found) : raise(ValueError, "sequence.index(x): x not in sequence");
        Truth equal = obj_equal(item, args[1]);
        if (equal == TRUTH_FAILED)
            return ERROR;
        if (equal == YES && !count)
            return int_value(i);
        found += equal == YES;
    }
}
static Value operator_countof(Value *args, size_t n) { return search(args, true); }
static Value operator_indexof(Value *args, size_t n) { return search(args, false); }

static Value operator_length_hint(Value *args, size_t n)
{
    int64_t otherwise = 0;
    if (!is_unbound(args[1])) {
        if (!int_check(args[1]))
            return raise(TypeError, "'%T' object cannot be interpreted as an integer", args[1]);
        if (!obj_index_i64(args[1], &otherwise, OverflowError))
            return ERROR;
    }
    int64_t hint = obj_length_hint(args[0], otherwise);
    return hint < 0 && error_pending() ? ERROR : int_value(hint);
}

/* Equality in time that depends on the lengths only. */
static bool equal_bytes(const uint8_t *a, const uint8_t *b, size_t n_a, size_t n_b)
{
    volatile uint8_t difference = n_a != n_b;
    for (size_t i = 0; i < n_b; i++)
        difference |= (n_a == n_b ? a[i] : b[i]) ^ b[i];
    return difference == 0;
}
static Value compare_digest(Value *args, size_t n)
{
    if (str_check(args[0]) && str_check(args[1])) {
        Str *a = as_str(args[0]), *b = as_str(args[1]);
        if (!a->ascii || !b->ascii)
            return raise(TypeError, "comparing strings with non-ASCII characters is not supported");
        return bool_value(equal_bytes(a->u.c1, b->u.c1, a->len, b->len));
    }
    Buffer a, b;
    if (!buffer_supported(args[0]) || !buffer_supported(args[1]))
        return raise(TypeError, "unsupported operand types(s) or combination of types: '%T' and '%T'", args[0], args[1]);
    if (!buffer_get(args[0], &a, BUFFER_SIMPLE))
        return ERROR;
    if (!buffer_get(args[1], &b, BUFFER_SIMPLE)) {
        buffer_release(&a);
        return ERROR;
    }
    bool equal = equal_bytes(a.data, b.data, (size_t)a.len_bytes, (size_t)b.len_bytes);
    buffer_release(&a);
    buffer_release(&b);
    return bool_value(equal);
}

/* --- itemgetter, attrgetter, methodcaller: {what, more} ------------------------------------------------------------ */
typedef struct Getter { Object head; Value items /* tuple: keys, or tuples of attribute names */, keywords /* methodcaller: dict */; } Getter;
static const TraceRow rows[] = { { TRACE_VALUE, offsetof(Getter, items), 0, "items" }, { TRACE_VALUE, offsetof(Getter, keywords), 0, "keywords" }, { 0 } };
extern Type attrgetter_type;
static Getter *as_getter(Value v) { return (Getter *)as_obj(v); }

static Value getter_make(Type *type, Value items_owned, Value keywords_owned)
{
    own Value items = items_owned, keywords = keywords_owned;
    own Value self = is_error(items) || is_error(keywords) ? ERROR : instance_new(type);
    if (is_error(self))
        return ERROR;
    as_getter(self)->items = give(items);
    as_getter(self)->keywords = give(keywords);
    return give(self);
}

static bool no_keywords(const char *name, Value kwnames)
{
    return is_none(kwnames) || tuple_len(kwnames) == 0 || raise_false(TypeError, "%s() takes no keyword arguments", name);
}
static bool one_argument(const char *name, size_t n, Value kwnames)
{
    if (LIKELY(n == 1 && is_none(kwnames)))
        return true;
    return no_keywords(name, kwnames) && (n == 1 || raise_false(TypeError, "%s expected 1 argument, got %zu", name, n));
}

static Value itemgetter_new(Type *type, const Value *args, size_t n, Value kwnames)
{
    if (!no_keywords("itemgetter", kwnames))
        return ERROR;
    return n ? getter_make(type, tuple_from(args, n), UNBOUND) : raise(TypeError, "itemgetter expected at least 1 argument, got 0");
}

/* One result for one item, else a tuple of results. */
static inline Value each(Value self, Value object, Value (*get)(Value object, Value item))
{
    own Value items = retain(as_getter(self)->items);
    uint64_t n = tuple_len(items);
    if (n == 1)
        return get(object, tuple_peek(items, 0));
    Tuple *t = tuple_alloc(n);
    own Value result = t ? obj_value(t) : ERROR;
    for (uint64_t i = 0; t && i < n; i++) {
        Value item = get(object, tuple_peek(items, i));
        if (is_error(item))
            return ERROR;
        tuple_fill_take(t, i, item);
    }
    return give(result);
}
static inline Value item_of(Value object, Value key)
{
    if (tuple_exact(object) && is_int(key) && (uint64_t)small_int(key) < tuple_len(object))
        return retain(tuple_peek(object, (uint64_t)small_int(key)));
    return obj_getitem(object, key);
}
static Value itemgetter_call(Value self, const Value *args, size_t n, Value kwnames)
{
    return one_argument("itemgetter", n, kwnames) ? each(self, args[0], item_of) : ERROR;
}

/* The dotted name `v` as a tuple of names. */
static Value split_name(Value v)
{
    if (!str_check(v))
        return raise(TypeError, "attribute name must be a string");
    own Value dot = str_from(".");
    own Value parts = is_error(dot) ? ERROR : call_method(v, "split", &dot, 1);
    if (is_error(parts))
        return ERROR;
    for (uint64_t i = 0; i < list_len(parts); i++)
        if (str_exact(as_list(parts)->items[i]))
            as_list(parts)->items[i] = str_intern_take(as_list(parts)->items[i]);
    return list_to_tuple(parts);
}
static Value attrgetter_new(Type *type, const Value *args, size_t n, Value kwnames)
{
    if (!no_keywords("attrgetter", kwnames))
        return ERROR;
    if (n == 0)
        return raise(TypeError, "attrgetter expected at least 1 argument, got 0");
    Tuple *t = tuple_alloc(n);
    own Value names = t ? obj_value(t) : ERROR;
    for (size_t i = 0; t && i < n; i++) {
        Value parts = split_name(args[i]);
        if (is_error(parts))
            return ERROR;
        t->items[i] = parts;
    }
    return t ? getter_make(type, give(names), UNBOUND) : ERROR;
}
static Value walk(Value object, Value names)
{
    own Value v = retain(object);
    for (uint64_t i = 0; i < tuple_len(names); i++) {
        Value next = obj_getattr(v, tuple_peek(names, i));
        if (is_error(next))
            return ERROR;
        set_slot(&v, next);
    }
    return give(v);
}
static Value attrgetter_call(Value self, const Value *args, size_t n, Value kwnames)
{
    return one_argument("attrgetter", n, kwnames) ? each(self, args[0], walk) : ERROR;
}

static Value methodcaller_new(Type *type, const Value *args, size_t n, Value kwnames)
{
    if (n == 0)
        return raise(TypeError, "methodcaller needs at least one argument, the method name");
    if (!str_check(args[0]))
        return raise(TypeError, "method name must be a string");
    own Value keywords = dict_new();
    for (uint64_t i = 0; !is_error(keywords) && !is_none(kwnames) && i < tuple_len(kwnames); i++)
        if (!dict_set(as_dict(keywords), tuple_peek(kwnames, i), args[n + i]))
            return ERROR;
    return getter_make(type, tuple_from(args, n), give(keywords));
}
static Value methodcaller_call(Value self, const Value *args, size_t n, Value kwnames)
{
    if (!one_argument("methodcaller", n, kwnames))
        return ERROR;
    own Value items = retain(as_getter(self)->items), keywords = retain(as_getter(self)->keywords);
    if (dict_len(as_dict(keywords)) == 0)
        return call_method_value(args[0], tuple_peek(items, 0), as_tuple(items)->items + 1, tuple_len(items) - 1);
    own Value method = obj_getattr(args[0], tuple_peek(items, 0));
    own Value rest = is_error(method) ? ERROR : tuple_slice(items, 1, (int64_t)tuple_len(items));
    return is_error(rest) ? ERROR : call_ex(method, rest, keywords);
}

/* The arguments a getter was made from, for repr and pickling. */
static Value getter_arguments(Value self)
{
    Value items = as_getter(self)->items;
    own Value list = list_new(tuple_len(items)), dot = str_from(".");
    for (uint64_t i = 0; !is_error(list) && i < tuple_len(items); i++) {
        Value item = tuple_peek(items, i);
        if (!list_append_take(list, type_is_subtype(type_of(self), &attrgetter_type) ? str_join(dot, as_tuple(item)->items, tuple_len(item)) : retain(item)))
            return ERROR;
    }
    return is_error(list) ? ERROR : list_to_tuple(list);
}
static Value getter_repr(Value self)
{
    Truth inside = repr_enter(self);
    if (inside)
        return inside == YES ? str_format("operator.%s(...)", type_name(self)) : ERROR;
    own Value arguments = getter_arguments(self);
    own Value text = is_error(arguments) ? ERROR : str_format("operator.%s(", type_name(self));
    for (uint64_t i = 0; !is_error(text) && i < tuple_len(arguments); i++)
        set_slot(&text, str_format("%S%s%R", text, i ? ", " : "", tuple_peek(arguments, i)));
    uint64_t position = 0;
    Value key, value;
    Value keywords = as_getter(self)->keywords;
    while (!is_error(text) && is_ptr(keywords) && dict_next(as_dict(keywords), &position, &key, &value))
        set_slot(&text, str_format("%S, %S=%R", text, key, value));
    repr_leave(self);
    return is_error(text) || error_pending() ? ERROR : str_format("%S)", text);
}
static Value getter_reduce(Value *args, size_t n)
{
    own Value arguments = getter_arguments(args[0]);
    Value class = obj_value(type_of(args[0])), keywords = as_getter(args[0])->keywords;
    if (is_error(arguments))
        return ERROR;
    if (!is_ptr(keywords) || dict_len(as_dict(keywords)) == 0)
        return tuple_of2(class, arguments);
    own Value partial = import_attr("functools", "partial");      /* partial(methodcaller, name, **keywords)(*args) */
    own Value name = is_error(partial) ? ERROR : tuple_of2(class, tuple_peek(arguments, 0));
    own Value maker = is_error(name) ? ERROR : call_ex(partial, name, keywords);
    own Value rest = is_error(maker) ? ERROR : tuple_slice(arguments, 1, (int64_t)tuple_len(arguments));
    return is_error(rest) ? ERROR : tuple_of2(maker, rest);
}
static const Method getter_methods[] = { { "__reduce__", "(self, /)", getter_reduce, "Return state information for pickling" }, { 0 } };

#define GETTER(name, doc_) \
    Type name##_type = { \
        STATIC_TYPE(name##_type, #name, Getter, rows), .flags = 0, .new = name##_new, .call = name##_call, .repr = getter_repr, \
        .methods = getter_methods, .module_name = "operator", .doc = doc_, \
    };
GETTER(itemgetter, "Return a callable object that fetches the given item(s) from its operand.")
GETTER(attrgetter, "Return a callable object that fetches the given attribute(s) from its operand.")
GETTER(methodcaller, "Return a callable object that calls the given method on its operand.")

#define TWO(name, doc) { #name, "(a, b, /)", operator_##name, doc }, { "i" #name, "(a, b, /)", operator_i##name, "Same as a = " doc }
static const Method functions[] = {
    TWO(add, "Same as a + b."), TWO(sub, "Same as a - b."), TWO(mul, "Same as a * b."), TWO(matmul, "Same as a @ b."), TWO(truediv, "Same as a / b."),
    TWO(floordiv, "Same as a // b."), TWO(mod, "Same as a % b."), TWO(pow, "Same as a ** b."), TWO(lshift, "Same as a << b."), TWO(rshift, "Same as a >> b."),
    TWO(xor, "Same as a ^ b."),
    { "and_", "(a, b, /)", operator_and, "Same as a & b." }, { "iand", "(a, b, /)", operator_iand, "Same as a &= b." },
    { "or_", "(a, b, /)", operator_or, "Same as a | b." }, { "ior", "(a, b, /)", operator_ior, "Same as a |= b." },
    { "lt", "(a, b, /)", operator_lt, "Same as a < b." }, { "le", "(a, b, /)", operator_le, "Same as a <= b." }, { "eq", "(a, b, /)", operator_eq, "Same as a == b." },
    { "ne", "(a, b, /)", operator_ne, "Same as a != b." }, { "gt", "(a, b, /)", operator_gt, "Same as a > b." }, { "ge", "(a, b, /)", operator_ge, "Same as a >= b." },
    { "neg", "(a, /)", operator_neg, "Same as -a." }, { "pos", "(a, /)", operator_pos, "Same as +a." }, { "abs", "(a, /)", operator_abs, "Same as abs(a)." },
    { "inv", "(a, /)", operator_inv, "Same as ~a." }, { "invert", "(a, /)", operator_inv, "Same as ~a." }, { "not_", "(a, /)", operator_not, "Same as not a." },
    { "truth", "(a, /)", operator_truth, "Return True if a is true, False otherwise." }, { "is_", "(a, b, /)", operator_is, "Same as a is b." },
    { "is_not", "(a, b, /)", operator_is_not, "Same as a is not b." }, { "index", "(a, /)", operator_index, "Same as a.__index__()" },
    { "contains", "(a, b, /)", operator_contains, "Same as b in a (note reversed operands)." }, { "getitem", "(a, b, /)", operator_getitem, "Same as a[b]." },
    { "setitem", "(a, b, c, /)", operator_setitem, "Same as a[b] = c." }, { "delitem", "(a, b, /)", operator_delitem, "Same as del a[b]." },
    { "concat", "(a, b, /)", operator_concat, "Same as a + b, for a and b sequences." }, { "iconcat", "(a, b, /)", operator_iconcat, "Same as a += b, for a and b sequences." },
    { "countOf", "(a, b, /)", operator_countof, "Return the number of items in a which are, or which equal, b." },
    { "indexOf", "(a, b, /)", operator_indexof, "Return the first index of b in a." },
    { "length_hint", "(obj, default=0, /)", operator_length_hint, "Return an estimate of the number of items in obj." },
    { "call", "(obj, /, *args, **kwargs)", operator_call, "Same as obj(*args, **kwargs)." },
    { "_compare_digest", "(a, b, /)", compare_digest, "Return 'a == b', in time that does not depend on the contents." },
    { 0 },
};

static bool init(Value module)
{
    static Type *const types[] = { &itemgetter_type, &attrgetter_type, &methodcaller_type };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (!(types[i]->flags & TYPE_READY))
            type_ready(types[i], &object_type);
        if (!module_add_type(module, types[i]))
            return false;
    }
    return true;
}

const NativeModule operator_module = { "_operator", "Operator interface.\n\nThis module exports a set of functions implemented in C corresponding\nto the intrinsic operators of Python.",
    functions, init };
