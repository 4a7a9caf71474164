/* union.c -- int | None (types.UnionType, PEP 604). Declared in generic_alias.h. */
#include "gc/heap.h"
#include "interp/object/arith.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/generic_alias.h"
#include "interp/object/generic_subst.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/native.h"
#include "interp/object/protocol.h"
#include "interp/object/set.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

typedef struct Union { Object head; Value args /* tuple */, parameters; } Union;
bool union_check(Value v) { return is_exact(v, &union_type); }
static Union *as_union(Value v) { assert(union_check(v)); return (Union *)as_obj(v); }

static bool unionable(Value v)
{
    return is_none(v) || is_type(v) || union_check(v) || is_instance_of(v, &generic_alias_type);
}

/* Aliases are the same when equal, classes when identical. */
static bool add(Value list, Value v)
{
    assert(unionable(v));
    if (is_none(v))
        v = obj_value(&none_type);
    for (uint64_t i = 0; i < list_len(list); i++) {
        Value other = list_peek(list, i);
        bool aliases = is_instance_of(v, &generic_alias_type) && is_instance_of(other, &generic_alias_type);
        Truth equal = aliases ? obj_equal(other, v) : same(other, v);
        if (equal != NO)
            return equal == YES;
    }
    return list_append(list, v);
}

static bool add_flat(Value list, Value v)
{
    if (!union_check(v))
        return add(list, v);
    Value args = as_union(v)->args;
    for (uint64_t i = 0; i < tuple_len(args); i++)
        if (!add(list, tuple_peek(args, i)))
            return false;
    return true;
}

Value union_new(Value a, Value b)
{
    if (!unionable(a) || !unionable(b))
        return NOT_IMPLEMENTED;
    own Value list = list_new(2);
    if (is_error(list) || !add_flat(list, a) || !add_flat(list, b))
        return ERROR;
    if (list_len(list) == 1)
        return retain(list_peek(list, 0));
    own Value args = list_to_tuple(list);
    own Value made = is_error(args) ? ERROR : instance_new(&union_type);
    if (is_error(made))
        return ERROR;
    assert(tuple_len(args) >= 2);
    as_union(made)->args = give(args);
    return give(made);
}

static Value union_repr(Value self)
{
    StrBuilder out = { 0 };
    Value args = as_union(self)->args;
    bool good = true;
    for (uint64_t i = 0; good && i < tuple_len(args); i++) {
        Value arg = tuple_peek(args, i);
        own Value item = same(arg, obj_value(&none_type)) ? str_from("None") : generic_repr_item(arg);
        good = !is_error(item) && (i == 0 || str_builder_ascii(&out, " | ", 3)) && str_builder_str(&out, item);
    }
    return str_builder_end(&out, good);
}

static bool union_hash(Value self, int64_t *hash)
{
    own Value set = set_from_iterable(&frozenset_type, as_union(self)->args);
    return !is_error(set) && obj_hash(set, hash);
}

static Value union_compare(Value a, Value b, CompareOp op)
{
    if ((op != CMP_EQ && op != CMP_NE) || !union_check(a) || !union_check(b))
        return NOT_IMPLEMENTED;
    own Value x = set_from_iterable(&frozenset_type, as_union(a)->args);
    own Value y = set_from_iterable(&frozenset_type, as_union(b)->args);
    return is_error(x) || is_error(y) ? ERROR : obj_compare(x, y, op);
}

static Value union_parameters(Value self) { return generic_parameters(&as_union(self)->parameters, as_union(self)->args); }

static Value union_getitem(Value self, Value item)
{
    assert(tuple_check(as_union(self)->args));
    own Value params = union_parameters(self);
    own Value args = is_error(params) ? ERROR : generic_substitute(self, as_union(self)->args, params, item);
    if (is_error(args))
        return ERROR;
    own Value result = retain(tuple_peek(args, 0));
    for (uint64_t i = 1; !is_error(result) && i < tuple_len(args); i++)
        set_slot(&result, binary_op(OP_OR, result, tuple_peek(args, i)));
    return give(result);
}

static Truth any_match(Value v, Value self, Truth (*check)(Value, Value), const char *message)
{
    Value args = as_union(self)->args;
    for (uint64_t i = 0; i < tuple_len(args); i++)
        if (is_instance_of(tuple_peek(args, i), &generic_alias_type)) {
            error_set(TypeError, "%s", message);
            return TRUTH_FAILED;
        }
    Truth result = NO;
    for (uint64_t i = 0; i < tuple_len(args) && result == NO; i++)
        result = check(v, tuple_peek(args, i));
    return result;
}

static Value union_instancecheck(Value *args, size_t n)
{
    Truth t = any_match(args[1], args[0], obj_isinstance, "isinstance() argument 2 cannot be a parameterized generic");
    return t < 0 ? ERROR : bool_value(t);
}

static Value union_subclasscheck(Value *args, size_t n)
{
    if (!is_type(args[1]))
        return raise(TypeError, "issubclass() arg 1 must be a class");
    Truth t = any_match(args[1], args[0], obj_issubclass, "issubclass() argument 2 cannot be a parameterized generic");
    return t < 0 ? ERROR : bool_value(t);
}

static Value union_getattr(Value self, Value name)
{
    if (str_equal_c(name, "__module__"))
        return obj_getattr(obj_value(&union_type), name);
    return attr_get_generic(self, name);
}

static const Method union_methods[] = {
    { "__instancecheck__", "(self, instance, /)", union_instancecheck, NULL },
    { "__subclasscheck__", "(self, subclass, /)", union_subclasscheck, NULL },
    { 0 },
};
static const GetSet union_getsets[] = { { "__parameters__", union_parameters, NULL, "Type variables in the types.UnionType." }, { 0 } };
static const Member union_members[] = { { "__args__", MEMBER_VALUE, offsetof(Union, args), false, NULL }, { 0 } };
static const TraceRow union_rows[] = {
    { TRACE_VALUE, offsetof(Union, args), 0, "__args__" }, { TRACE_VALUE, offsetof(Union, parameters), 0, "__parameters__" }, { .kind = TRACE_END }
};

Type union_type = {
    STATIC_TYPE(union_type, "UnionType", Union, union_rows),
    .flags = TYPE_NO_NEW, .module_name = "types",
    .repr = union_repr, .hash = union_hash, .compare = union_compare, .getitem = union_getitem, .getattr = union_getattr, .binary[OP_OR] = union_new,
    .methods = union_methods, .getsets = union_getsets, .members = union_members,
    .doc = "Represent a PEP 604 union type\n\nE.g. for int | str",
};

void union_init(void) { type_ready(&union_type, NULL); }
