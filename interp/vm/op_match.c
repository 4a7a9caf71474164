/* op_match.c -- mapping and class patterns. Source: PEP 634; CPython's error texts. */
#include "interp/object/attr.h"
#include "interp/object/list.h"
#include "interp/object/set.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/ops.h"

/* subject.get(key, marker) for each key; NONE when one is missing. */
Value op_match_keys(Frame *f, Word w)
{
    Value subject = f->regs[w.b], keys = f->regs[w.c];
    uint64_t n = tuple_len(keys);
    own Value seen = set_new(&set_type);
    own Value get = is_error(seen) ? ERROR : n ? obj_getattr_c(subject, "get") : NONE;
    own Value marker = is_error(get) ? ERROR : call0(obj_value(&object_type));
    own Value values = is_error(marker) ? ERROR : list_new(n);
    if (is_error(values))
        return ERROR;
    for (uint64_t i = 0; i < n; i++) {
        Value key = tuple_peek(keys, i);
        Found repeated = set_contains(as_set(seen), key);
        if (repeated == FAILED || (repeated == ABSENT && !set_add(as_set(seen), key)))
            return ERROR;
        if (repeated == FOUND)
            return raise(ValueError, "mapping pattern checks duplicate key (%R)", key);
        own Value v = call2(get, key, marker);
        if (is_error(v))
            return ERROR;
        if (same(v, marker))
            return NONE;
        if (!list_append(values, v))
            return ERROR;
    }
    return list_to_tuple(values);
}

Value op_match_rest(Frame *f, Word w)
{
    Value keys = f->regs[w.c];
    own Value dict = dict_new();
    if (is_error(dict) || !dict_update(as_dict(dict), f->regs[w.b]))
        return ERROR;
    for (uint64_t i = 0; i < tuple_len(keys); i++)
        if (dict_del(as_dict(dict), tuple_peek(keys, i)) == FAILED)
            return ERROR;
    return give(dict);
}

/* One attribute of the subject into `values`. ABSENT: the pattern does not match. */
static Found match_attribute(Value subject, Type *type, Value name, Value seen, Value values)
{
    Found repeated = set_contains(as_set(seen), name);
    if (repeated == FAILED)
        return FAILED;
    if (repeated == FOUND)
        return raise_failed(TypeError, "%Y() got multiple sub-patterns for attribute %R", type, name);
    if (!set_add(as_set(seen), name))
        return FAILED;
    Value v;
    Found found = obj_find_attr(subject, name, &v);
    if (found != FOUND)
        return found;
    return list_append_take(values, v) ? FOUND : FAILED;
}

/* Positional patterns by __match_args__. *self_matched: a built-in type whose only positional pattern is the subject itself. */
static Found match_positional(Value subject, Type *type, unsigned n, Value seen, Value values)
{
    own Value names = UNBOUND;
    Found found = obj_find_attr_c(obj_value(type), "__match_args__", &names);
    if (found == FAILED)
        return FAILED;
    bool matches_self = false;
    unsigned allowed = 0;
    if (found == FOUND) {
        if (!tuple_exact(names))
            return raise_failed(TypeError, "%Y.__match_args__ must be a tuple (got %T)", type, names);
        allowed = (unsigned)tuple_len(names);
    } else {
        static Type *const by_self[] = { &bool_type, &float_type, &int_type, &str_type };
        uint32_t bits = TYPE_IS_INT | TYPE_IS_STR | TYPE_IS_BYTES | TYPE_IS_TUPLE | TYPE_IS_LIST | TYPE_IS_DICT | TYPE_IS_SET | TYPE_IS_FLOAT;
        matches_self = (type->flags & bits) != 0;
        for (unsigned i = 0; i < sizeof by_self / sizeof *by_self; i++)
            matches_self |= type == by_self[i] || type_is_subtype(type, by_self[i]);
        if (!matches_self) {
            own Value bytearray = obj_getattr_c(obj_value(type), "__name__");
            matches_self = !is_error(bytearray) && str_check(bytearray) && str_equal_c(bytearray, "bytearray");
            if (error_pending())
                error_clear();
        }
        allowed = matches_self;
    }
    if (n > allowed)
        return raise_failed(TypeError, "%Y() accepts %u positional sub-pattern%s (%u given)", type, allowed, allowed == 1 ? "" : "s", n);
    if (matches_self)
        return list_append(values, subject) ? FOUND : FAILED;
    for (unsigned i = 0; i < n; i++) {
        Value name = tuple_peek(names, i);
        if (!str_exact(name))
            return raise_failed(TypeError, "__match_args__ elements must be strings (got %T)", name);
        Found one = match_attribute(subject, type, name, seen, values);
        if (one != FOUND)
            return one;
    }
    return FOUND;
}

Value op_match_class(Frame *f, Word w, unsigned n_positional, Value kwnames)
{
    Value subject = f->regs[w.b], class_ = f->regs[w.c];
    if (!is_type(class_))
        return raise(TypeError, "called match pattern must be a type");
    Truth is = obj_isinstance(subject, class_);
    if (is != YES)
        return is == NO ? NONE : ERROR;
    Type *type = as_type(class_);
    own Value seen = set_new(&set_type), values = is_error(seen) ? ERROR : list_new(0);
    if (is_error(values))
        return ERROR;
    Found found = n_positional ? match_positional(subject, type, n_positional, seen, values) : FOUND;
    for (uint64_t i = 0; found == FOUND && tuple_check(kwnames) && i < tuple_len(kwnames); i++)
        found = match_attribute(subject, type, tuple_peek(kwnames, i), seen, values);
    if (found != FOUND)
        return found == ABSENT ? NONE : ERROR;
    return list_to_tuple(values);
}
