/* access.c -- the questions of protocol.h that need a lookup by name: attributes, special methods, calls by name, isinstance. */
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

/* --- attributes ----------------------------------------------------------------------------------------------------- */

Value obj_getattr(Value v, Value name)
{
    const Type *t = type_of(v);
    if (UNLIKELY(stack_is_low()))
        return raise(RecursionError, "maximum recursion depth exceeded");
    Value value = !t->getattr ? attr_get_generic(v, name) : attr_name_check(name) ? t->getattr(v, name) : ERROR;
    assert_error_iff(is_error(value));
    return value;
}

Found obj_find_attr(Value v, Value name, Value *value)
{
    *value = UNBOUND;
    if (UNLIKELY(stack_is_low()))
        return raise(RecursionError, "maximum recursion depth exceeded"), FAILED;
    return attr_name_check(name) ? attr_find(v, name, value) : FAILED;
}

bool obj_setattr(Value v, Value name, Value value)
{
    const Type *t = type_of(v);
    if (!attr_name_check(name))
        return false;
    bool ok = t->setattr ? t->setattr(v, name, value) : attr_set_generic(v, name, value);
    assert_error_iff(!ok);
    return ok;
}

bool obj_delattr(Value v, Value name) { return obj_setattr(v, name, UNBOUND); }

Value obj_getattr_c(Value v, const char *name)
{
    own Value s = str_intern(name);
    return is_error(s) ? ERROR : obj_getattr(v, s);
}

Found obj_find_attr_c(Value v, const char *name, Value *value)
{
    *value = UNBOUND;
    own Value s = str_intern(name);
    return is_error(s) ? FAILED : obj_find_attr(v, s, value);
}

bool obj_setattr_c(Value v, const char *name, Value value)
{
    own Value s = str_intern(name);
    return !is_error(s) && obj_setattr(v, s, value);
}

/* --- special methods -------------------------------------------------------------------------------------------------- */

Found obj_find_special(Value v, Value name, Value *bound)
{
    *bound = UNBOUND;
    Type *t = type_of(v);
    Value attr = type_lookup_peek(t, name);
    if (is_unbound(attr))
        return ABSENT;
    Type *at = type_of(attr);
    own Value hold = retain(attr);
    assert(!error_pending());
    *bound = at->descr_get ? at->descr_get(hold, v, obj_value(t)) : retain(hold);
    return is_error(*bound) ? FAILED : FOUND;
}

Value call_special(Value v, Value name, const Value *args, size_t n, bool *found)
{
    assert(str_check(name) && found);
    Value attr = type_lookup_peek(type_of(v), name);
    *found = !is_unbound(attr);
    return *found ? call_unbound(attr, v, args, n, NONE) : NONE;
}

/* --- calls ------------------------------------------------------------------------------------------------------------ */

Value call_ex(Value callable, Value args_tuple, Value kwargs)
{
    assert(!is_ptr(kwargs) || dict_check(kwargs));
    assert(tuple_check(args_tuple));
    const Tuple *args = as_tuple(args_tuple);
    if (!is_ptr(kwargs) || dict_len(as_dict(kwargs)) == 0)
        return call_kw(callable, args->items, args->len, NONE);
    uint64_t n_kw = dict_len(as_dict(kwargs)), n_all = args->len + n_kw, position = 0, k = 0;
    Tuple *names = tuple_alloc(n_kw);
    if (!names)
        return ERROR;
    own Value kwnames = obj_value(names);
    Value *all = heap_buf(n_all * sizeof(Value)), key, value, result = ERROR;
    if (!all)
        return raise_memory();
    for (uint64_t i = 0; i < args->len; i++)
        all[i] = retain(args->items[i]);
    for (; k < n_kw && dict_next(as_dict(kwargs), &position, &key, &value); k++) {
        if (!str_check(key)) {
            error_set(TypeError, "keywords must be strings");
            break;
        }
        names->items[k] = retain(key);
        all[args->len + k] = retain(value);
    }
    assert((k < n_kw) == error_pending());
    if (k == n_kw)
        result = call_kw(callable, all, args->len, kwnames);
    for (uint64_t i = 0; i < args->len + k; i++)
        release(all[i]);
    heap_buf_free(all, n_all * sizeof(Value));
    return result;
}

Value call_method_value(Value v, Value name, const Value *args, size_t n)
{
    assert(str_check(name));
    Type *t = type_of(v);
    if (!t->getattr || t->getattr == attr_get_generic) {     /* skip the bound method where nothing can shadow the class */
        Value attr = type_lookup_peek(t, name);
        bool shadowed = is_ptr(v) && (t->flags & TYPE_HAS_DICT) &&
                        (t->dict_offset || (as_obj(v)->shape->flags & SHAPE_DICT_MODE) || shape_slot(as_obj(v)->shape, name) >= 0);
        if (!is_unbound(attr) && (type_of(attr)->flags & TYPE_METHOD_DESCR) && !shadowed)
            return call_unbound(attr, v, args, n, NONE);
    }
    own Value bound = obj_getattr(v, name);
    return is_error(bound) ? ERROR : call(bound, args, n);
}

Value call_method(Value v, const char *name, const Value *args, size_t n)
{
    own Value s = str_intern(name);
    return is_error(s) ? ERROR : call_method_value(v, s, args, n);
}

Value call_method0(Value v, const char *name) { return call_method(v, name, NULL, 0); }
Value call_method1(Value v, const char *name, Value a) { return call_method(v, name, &a, 1); }

Value obj_call_text(Value callable)
{
    own Value qualname = UNBOUND, module = UNBOUND;
    if (obj_find_attr(callable, N(__qualname__), &qualname) == FAILED || obj_find_attr(callable, N(__module__), &module) == FAILED)
        return ERROR;
    if (is_unbound(qualname))
        return obj_str(callable);
    if (str_check(module) && !str_equal_c(module, "builtins"))
        return str_format("%S.%S()", module, qualname);
    return str_format("%S()", qualname);
}

/* --- format, length hint ----------------------------------------------------------------------------------------- */

Value obj_format(Value v, Value spec)
{
    assert(str_check(spec));
    if (str_len(spec) == 0) {
        if (str_exact(v))
            return retain(v);
        if (is_int(v))
            return int_repr(v);
    }
    const Type *type = type_of(v);
    if (type->format && !(type->flags & TYPE_HEAP))
        return type->format(v, spec);
    bool found;
    own Value text = call_special(v, N(__format__), &spec, 1, &found);
    if (!found)
        return raise(TypeError, "Type %.100T doesn't define __format__", v);
    if (!is_error(text) && !str_check(text))
        return raise(TypeError, "__format__ must return a str, not %.200T", text);
    return give(text);
}

int64_t obj_length_hint(Value v, int64_t otherwise)
{
    if (type_of(v)->len) {
        int64_t n = obj_len(v);
        if (n >= 0 || !error_is(TypeError))
            return n;
        error_clear();
    }
    bool found;
    own Value hint = call_special(v, N(__length_hint__), NULL, 0, &found);
    if (!found)
        return otherwise;
    if (is_error(hint)) {
        if (!error_is(TypeError))
            return -1;
        error_clear();
        return otherwise;
    }
    if (same(hint, NOT_IMPLEMENTED))
        return otherwise;
    int64_t n;
    if (!int_check(hint))
        error_set(TypeError, "__length_hint__ must be an integer, not %.100T", hint);
    else if (!int_to_i64(hint, &n))
        error_set(OverflowError, "Python int too large to convert to C ssize_t");
    else if (n < 0)
        error_set(ValueError, "__length_hint__() should return >= 0");
    else
        return n;
    return -1;
}

/* --- isinstance, issubclass --------------------------------------------------------------------------------------------- */

/* cls.__bases__ when it is a tuple: FOUND, owned. */
static Found abstract_bases(Value cls, Value *bases)
{
    Found found = obj_find_attr(cls, N(__bases__), bases);
    if (found == FOUND && !tuple_check(*bases)) {
        release(*bases);
        *bases = UNBOUND;
        return ABSENT;
    }
    return found;
}

static Truth abstract_issubclass(Value derived, Value cls)
{
    if (same(derived, cls))
        return YES;
    own Value bases = UNBOUND;
    Found found = abstract_bases(derived, &bases);
    if (found != FOUND)
        return found == FAILED ? TRUTH_FAILED : NO;
    if (!stack_enter(" in __issubclass__"))
        return TRUTH_FAILED;
    Truth result = NO;
    for (uint64_t i = 0; i < tuple_len(bases) && result == NO; i++)
        result = abstract_issubclass(tuple_peek(bases, i), cls);
    stack_leave();
    return result;
}

static bool check_class(Value cls, const char *message)
{
    own Value bases = UNBOUND;
    Found found = abstract_bases(cls, &bases);
    return found == FOUND || (found == ABSENT && raise_false(TypeError, "%s", message));
}

/* type.__instancecheck__, and what is left for things that only look like classes. */
Truth instance_check(Value v, Value cls)
{
    if (is_type(cls)) {
        if (is_instance_of(v, as_type(cls)))
            return YES;
        own Value claimed = UNBOUND;
        Found found = obj_find_attr(v, N(__class__), &claimed);
        if (found == FAILED)
            return TRUTH_FAILED;
        return found == FOUND && is_type(claimed) && as_type(claimed) != type_of(v) && type_is_subtype(as_type(claimed), as_type(cls));
    }
    if (!check_class(cls, "isinstance() arg 2 must be a type, a tuple of types, or a union"))
        return TRUTH_FAILED;
    own Value claimed = UNBOUND;
    Found found = obj_find_attr(v, N(__class__), &claimed);
    return found == FOUND ? abstract_issubclass(claimed, cls) : found == FAILED ? TRUTH_FAILED : NO;
}

Truth subclass_check(Value derived, Value cls)
{
    if (is_type(cls) && is_type(derived))
        return type_is_subtype(as_type(derived), as_type(cls));
    if (!check_class(derived, "issubclass() arg 1 must be a class"))
        return TRUTH_FAILED;
    if (!check_class(cls, "issubclass() arg 2 must be a class, a tuple of classes, or a union"))
        return TRUTH_FAILED;
    return abstract_issubclass(derived, cls);
}

/* v against a class that may have a hook, against each of a tuple, or by the plain rule. */
static Truth check_hooked(Value v, Value cls, Value hook_name, Truth (*plain)(Value, Value), const char *where)
{
    assert(plain == instance_check || plain == subclass_check);
    if (!stack_enter(where))
        return TRUTH_FAILED;
    Truth result = NO;
    if (tuple_check(cls)) {
        for (uint64_t i = 0; i < tuple_len(cls) && result == NO; i++)
            result = plain == instance_check ? obj_isinstance(v, tuple_peek(cls, i)) : obj_issubclass(v, tuple_peek(cls, i));
    } else {
        bool found;
        own Value answer = call_special(cls, hook_name, &v, 1, &found);
        result = !found ? plain(v, cls) : is_error(answer) ? TRUTH_FAILED : obj_truth(answer);
    }
    stack_leave();
    return result;
}

Truth obj_isinstance(Value v, Value cls)
{
    if (is_type(cls) && as_type(cls) == type_of(v))
        return YES;
    if (is_exact(cls, &type_type))
        return instance_check(v, cls);
    return check_hooked(v, cls, N(__instancecheck__), instance_check, " in __instancecheck__");
}

Truth obj_issubclass(Value derived, Value cls)
{
    if (is_exact(cls, &type_type))
        return same(derived, cls) ? YES : subclass_check(derived, cls);
    return check_hooked(derived, cls, N(__subclasscheck__), subclass_check, " in __subclasscheck__");
}
