/* generic_subst.c -- the substitution protocol of PEP 646 and typing: __parameters__, __typing_subst__, __typing_prepare_subst__,
 * __typing_is_unpacked_typevartuple__, __typing_unpacked_tuple_args__. */
#include "interp/object/generic_subst.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static bool add_once(Value list, Value v)
{
    for (uint64_t i = 0; i < list_len(list); i++)
        if (same(list_peek(list, i), v))
            return true;
    return list_append(list, v);
}

static int64_t index_of(Value tuple, Value v)
{
    assert(tuple_check(tuple));
    for (uint64_t i = 0; i < tuple_len(tuple); i++)
        if (same(tuple_peek(tuple, i), v))
            return (int64_t)i;
    return -1;
}

/* v.name, UNBOUND when it has none. False: failed. */
static bool find(Value v, Value name, Value *out) { return obj_find_attr(v, name, out) != FAILED; }

static Value collect_parameters(Value args)
{
    assert(tuple_check(args));
    own Value found = list_new(tuple_len(args));
    if (is_error(found))
        return ERROR;
    for (uint64_t i = 0; i < tuple_len(args); i++) {
        Value arg = tuple_peek(args, i);
        if (is_type(arg))
            continue;
        own Value subst = UNBOUND, inner = UNBOUND;
        if (!find(arg, N(__typing_subst__), &subst))
            return ERROR;
        if (!is_unbound(subst)) {
            if (!add_once(found, arg))
                return ERROR;
            continue;
        }
        if (!find(arg, N(__parameters__), &inner))
            return ERROR;
        for (uint64_t k = 0; tuple_check(inner) && k < tuple_len(inner); k++)
            if (!add_once(found, tuple_peek(inner, k)))
                return ERROR;
    }
    return list_to_tuple(found);
}

Value generic_parameters(Value *kept, Value args)
{
    assert(is_unbound(*kept) || tuple_check(*kept));
    if (is_unbound(*kept)) {
        Value made = collect_parameters(args);
        if (is_error(made))
            return ERROR;
        set_slot(kept, made);
    }
    return retain(*kept);
}

/* *tuple[int, str] in the items becomes its arguments. */
static Value unpack_items(Value item)
{
    own Value items = tuple_check(item) ? retain(item) : tuple_of1(item);
    own Value out = is_error(items) ? ERROR : list_new(tuple_len(items));
    if (is_error(out))
        return ERROR;
    for (uint64_t i = 0; i < tuple_len(items); i++) {
        Value v = tuple_peek(items, i);
        own Value inner = UNBOUND;
        if (!is_type(v) && !find(v, N(__typing_unpacked_tuple_args__), &inner))
            return ERROR;
        bool unpack = tuple_check(inner) && !(tuple_len(inner) && same(tuple_peek(inner, tuple_len(inner) - 1), ELLIPSIS));
        if (unpack ? !list_extend(out, inner) : !list_append(out, v))
            return ERROR;
    }
    return list_to_tuple(out);
}

/* obj[...] with the parameters it shares with ours replaced. */
static Value substitute_inner(Value obj, Value parameters, Value items)
{
    assert(tuple_len(items) == tuple_len(parameters));
    own Value inner = UNBOUND;
    if (!find(obj, N(__parameters__), &inner))
        return ERROR;
    if (!tuple_check(inner) || tuple_len(inner) == 0)
        return retain(obj);
    own Value out = list_new(tuple_len(inner));
    if (is_error(out))
        return ERROR;
    for (uint64_t i = 0; i < tuple_len(inner); i++) {
        int64_t at = index_of(parameters, tuple_peek(inner, i));
        Value arg = at < 0 ? tuple_peek(inner, i) : tuple_peek(items, (uint64_t)at);
        bool spread = at >= 0 && type_of(tuple_peek(parameters, (uint64_t)at))->iter && tuple_check(arg);
        if (spread ? !list_extend(out, arg) : !list_append(out, arg))
            return ERROR;
    }
    own Value key = list_to_tuple(out);
    return is_error(key) ? ERROR : obj_getitem(obj, key);
}

static Value prepare_items(Value self, Value parameters, Value item)
{
    own Value items = unpack_items(item);
    for (uint64_t i = 0; !is_error(items) && i < tuple_len(parameters); i++) {
        own Value prepare = UNBOUND;
        if (!find(tuple_peek(parameters, i), N(__typing_prepare_subst__), &prepare))
            return ERROR;
        if (is_unbound(prepare) || is_none(prepare))
            continue;
        Value made = call2(prepare, self, items);
        if (!is_error(made) && !tuple_check(made)) {
            own Value one = made;
            made = tuple_of1(one);
        }
        set_slot(&items, made);
    }
    return give(items);
}

static Value substitute_one(Value arg, Value parameters, Value items)
{
    assert(tuple_len(items) == tuple_len(parameters));
    own Value subst = UNBOUND;
    if (!find(arg, N(__typing_subst__), &subst))
        return ERROR;
    if (is_unbound(subst))
        return substitute_inner(arg, parameters, items);
    int64_t at = index_of(parameters, arg);
    return at < 0 ? retain(arg) : call1(subst, tuple_peek(items, (uint64_t)at));
}

Value generic_substitute(Value self, Value args, Value parameters, Value item)
{
    assert(tuple_check(args) && tuple_check(parameters));
    uint64_t n = tuple_len(parameters);
    if (n == 0)
        return raise(TypeError, "%R is not a generic class", self);
    own Value items = prepare_items(self, parameters, item);
    own Value out = is_error(items) ? ERROR : list_new(tuple_len(args));
    if (is_error(out))
        return ERROR;
    if (tuple_len(items) != n)
        return raise(TypeError, "Too %s arguments for %R; actual %zu, expected %zu", tuple_len(items) > n ? "many" : "few", self,
                     (size_t)tuple_len(items), (size_t)n);
    for (uint64_t i = 0; i < tuple_len(args); i++) {
        Value arg = tuple_peek(args, i);
        if (is_type(arg)) {
            if (!list_append(out, arg))
                return ERROR;
            continue;
        }
        own Value mark = UNBOUND;
        if (!find(arg, N(__typing_is_unpacked_typevartuple__), &mark))
            return ERROR;
        Truth unpack = is_unbound(mark) ? NO : obj_truth(mark);
        own Value made = unpack < 0 ? ERROR : substitute_one(arg, parameters, items);
        if (is_error(made))
            return ERROR;
        if (unpack && !tuple_check(made))
            return raise(TypeError, "expected %R to be substituted by a tuple, not %T", arg, made);
        if (unpack ? !list_extend(out, made) : !list_append(out, made))
            return ERROR;
    }
    return list_to_tuple(out);
}

Value generic_repr_item(Value v)
{
    own Value origin = UNBOUND, args = UNBOUND, qualname = UNBOUND, module = UNBOUND;
    if (same(v, ELLIPSIS))
        return str_from("...");
    if (!find(v, N(__origin__), &origin) || !find(v, N(__args__), &args))
        return ERROR;
    if (!is_unbound(origin) && !is_unbound(args))
        return obj_repr(v);
    if (!find(v, N(__qualname__), &qualname) || !find(v, N(__module__), &module))
        return ERROR;
    if (is_unbound(qualname) || is_unbound(module) || is_none(module))
        return obj_repr(v);
    if (str_check(module) && str_equal_c(module, "builtins"))
        return obj_str(qualname);
    return str_format("%S.%S", module, qualname);
}
