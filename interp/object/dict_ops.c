/* dict_ops.c -- what dicts do with other objects: update from mappings and pairs, __missing__, repr, ==, |. Declared in dict.h.
 * Everything here may run Python code. */
#include "interp/object/dict.h"
#include "interp/object/container_repr.h"
#include "interp/object/hash.h"
#include "interp/object/list.h"
#include "interp/object/tuple.h"
#include "interp/object/walk.h"

/* --- merging --------------------------------------------------------------------------------------------------------- */

bool dict_merge(Dict *d, Value mapping, bool override)
{
    assert(!error_pending());
    if (dict_iterates_itself(mapping))
        return dict_merge_dict(d, as_dict(mapping), override);
    own Value keys = call_method(mapping, "keys", NULL, 0);
    if (is_error(keys))
        return false;
    own Value iterator = obj_iter(keys);
    if (is_error(iterator))
        return false;
    for (;;) {
        own Value key = obj_next(iterator);
        if (is_stop(key))
            return true;
        if (is_error(key) || !poll_events())
            return false;
        if (!override) {
            Found found = dict_contains(d, key);
            if (found == FAILED)
                return false;
            if (found)
                continue;
        }
        own Value value = obj_getitem(mapping, key);
        if (is_error(value) || !dict_set(d, key, value))
            return false;
    }
}

bool dict_merge_pairs(Dict *d, Value iterable, bool override)
{
    walking Walk walk;
    if (!walk_begin(&walk, iterable))
        return false;
    for (uint64_t i = 0;; i++) {
        own Value item = walk_next(&walk);
        if (is_stop(item))
            return true;
        if (is_error(item))
            return false;
        own Value pair = tuple_from_iterable(item);
        if (is_error(pair)) {
            if (error_is(TypeError) && !type_of(item)->iter && !type_of(item)->getitem)
                return raise_false(TypeError, "cannot convert dictionary update sequence element #%llu to a sequence", (unsigned long long)i);
            return false;
        }
        if (tuple_len(pair) != 2)
            return raise_false(ValueError, "dictionary update sequence element #%llu has length %llu; 2 is required",
                               (unsigned long long)i, (unsigned long long)tuple_len(pair));
        if (override) {
            if (!dict_set(d, tuple_peek(pair, 0), tuple_peek(pair, 1)))
                return false;
        } else {
            Value value;
            if (dict_setdefault(d, tuple_peek(pair, 0), tuple_peek(pair, 1), &value) == FAILED)
                return false;
            release(value);
        }
    }
}

bool dict_update(Dict *d, Value other)
{
    assert(!error_pending());
    if (dict_exact(other))
        return dict_merge_dict(d, as_dict(other), true);
    own Value keys = UNBOUND;
    Found found = obj_find_attr_c(other, "keys", &keys);
    if (found == FAILED)
        return false;
    return found ? dict_merge(d, other, true) : dict_merge_pairs(d, other, true);
}

static bool repeated_keyword(Value callable, Value key)
{
    own Value text = obj_call_text(callable);
    if (is_error(text))
        return false;
    if (!str_check(key))
        return raise_false(TypeError, "%S keywords must be strings", text);
    return raise_false(TypeError, "%S got multiple values for keyword argument '%S'", text, key);
}

static bool add_keyword(Dict *d, Value key, Value value, Value callable)
{
    assert(!is_unbound(key) && !is_unbound(value));
    Found found = dict_contains(d, key);
    if (found == FAILED)
        return false;
    return found ? repeated_keyword(callable, key) : dict_set(d, key, value);
}

bool dict_merge_kwargs(Dict *d, Value mapping, Value callable)
{
    assert(!error_pending());
    if (dict_iterates_itself(mapping)) {
        Dict *from = as_dict(mapping);
        if (d->used == 0)
            return dict_merge_dict(d, from, true);
        uint64_t position = 0;
        own Value key = UNBOUND, value = UNBOUND;
        while (dict_next_owned(from, &position, &key, &value)) {
            bool ok = add_keyword(d, key, value, callable);
            release(give(key));
            release(give(value));
            if (!ok)
                return false;
        }
        return true;
    }
    own Value method = UNBOUND;
    Found found = obj_find_attr_c(mapping, "keys", &method);
    if (found == FAILED)
        return false;
    if (!found) {
        own Value text = obj_call_text(callable);
        return is_error(text) ? false : raise_false(TypeError, "%S argument after ** must be a mapping, not %T", text, mapping);
    }
    own Value keys = call0(method);
    if (is_error(keys))
        return false;
    own Value iterator = obj_iter(keys);
    if (is_error(iterator))
        return false;
    for (;;) {
        own Value key = obj_next(iterator);
        if (is_stop(key))
            return true;
        if (is_error(key))
            return false;
        own Value value = obj_getitem(mapping, key);
        if (is_error(value) || !add_keyword(d, key, value, callable))
            return false;
    }
}

/* --- slots ------------------------------------------------------------------------------------------------------------ */

Value dict_get_item(Value self, Value key)
{
    Value value;
    Found found = dict_find(as_dict(self), key, &value);
    if (LIKELY(found == FOUND))
        return value;
    if (found == FAILED)
        return ERROR;
    if (!dict_exact(self)) {
        own Value missing = UNBOUND;
        found = obj_find_special(self, str_name_peek("__missing__"), &missing);
        if (found == FAILED)
            return ERROR;
        if (found)
            return call1(missing, key);
    }
    return raise_value(KeyError, key);
}

static Value repr(Value self)
{
    Dict *d = as_dict(self);
    if (d->used == 0)
        return str_from("{}");
    Truth inside = repr_enter(self);
    if (inside)
        return inside == YES ? str_from("{...}") : ERROR;
    StrBuilder out = {0};
    bool ok = str_builder_char(&out, '{'), first = true;
    uint64_t position = 0;
    Value k, v;
    while (ok && dict_next_owned(d, &position, &k, &v)) {
        own Value key = k, value = v;
        ok = (first || str_builder_ascii(&out, ", ", 2)) && repr_into(&out, key) && str_builder_ascii(&out, ": ", 2) && repr_into(&out, value);
        first = false;
    }
    ok = ok && str_builder_char(&out, '}');
    repr_leave(self);
    return str_builder_end(&out, ok);
}

Value dict_pop_item(Dict *d, Value key, Value otherwise)
{
    assert(!is_unbound(key));
    Value value;
    Found found = dict_pop(d, key, &value);
    if (found)
        return found == FOUND ? value : ERROR;
    return is_unbound(otherwise) ? raise_value(KeyError, key) : retain(otherwise);
}

static Truth dicts_equal(Dict *a, Dict *b)
{
    if (dict_len(a) != dict_len(b))
        return NO;
    uint64_t position = 0;
    Value k, v;
    int64_t hash;
    while (dict_next_hashed(a, &position, &k, &v, &hash)) {
        own Value key = retain(k), x = retain(v), y = UNBOUND;
        Found found = dict_find_hashed(b, key, hash, &y);
        if (found == FAILED || !poll_events())
            return TRUTH_FAILED;
        if (!found)
            return NO;
        Truth equal = keys_equal(y, x);
        if (equal != YES)
            return equal;
    }
    return YES;
}

static Value compare(Value a, Value b, CompareOp op)
{
    if ((op != CMP_EQ && op != CMP_NE) || !dict_check(a) || !dict_check(b))
        return NOT_IMPLEMENTED;
    Truth equal = dicts_equal(as_dict(a), as_dict(b));
    return equal == TRUTH_FAILED ? ERROR : bool_value((equal == YES) == (op == CMP_EQ));
}

static Value or(Value a, Value b)
{
    if (!dict_check(a) || !dict_check(b))
        return NOT_IMPLEMENTED;
    own Value sum = dict_copy(as_dict(a));
    if (is_error(sum) || !dict_update(as_dict(sum), b))
        return ERROR;
    return give(sum);
}

static Value inplace_or(Value self, Value other)
{
    return dict_update(as_dict(self), other) ? retain(self) : ERROR;
}

void dict_ops_join(void)
{
    dict_type.repr = repr;
    dict_type.compare = compare;
    dict_type.getitem = dict_get_item;
    dict_type.binary[OP_OR] = or;
    dict_type.inplace[OP_OR] = inplace_or;
}
