/* module_methods.c -- what modules answer; and the singletons None, Ellipsis, NotImplemented. */
#include "interp/builtins/tables.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/list.h"
#include "interp/object/module.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static Value dict_of(Value self) { return ((Module *)as_obj(self))->dict; }

static Value dir(Value *args, size_t n)
{
    own Value dict = obj_getattr(args[0], N(__dict__));
    if (is_error(dict))
        return ERROR;
    if (!dict_check(dict))
        return raise(TypeError, "%.200T.__dict__ is not a dictionary", args[0]);
    own Value hook = retain(dict_peek_str(as_dict(dict), N(__dir__)));
    return is_unbound(hook) ? list_from_iterable(dict) : call0(hook);
}

static Value get_dict(Value self)
{
    Value d = dict_of(self);
    return is_ptr(d) ? retain(d) : NONE;
}

static Value get_annotations(Value self)
{
    Value d = dict_of(self);
    if (!is_ptr(d))
        return raise(TypeError, "<module>.__dict__ is not a dictionary");
    Value v = dict_peek_str(as_dict(d), N(__annotations__));
    if (!is_unbound(v))
        return retain(v);
    own Value made = dict_new();
    return is_error(made) || !dict_set(as_dict(d), N(__annotations__), made) ? ERROR : give(made);
}

static bool set_annotations(Value self, Value value)
{
    Value d = dict_of(self);
    if (!is_ptr(d))
        return raise_false(TypeError, "<module>.__dict__ is not a dictionary");
    if (!is_unbound(value))
        return dict_set(as_dict(d), N(__annotations__), value);
    Found found = dict_del(as_dict(d), N(__annotations__));
    return found == FOUND || (found == ABSENT && raise_false(AttributeError, "__annotations__"));
}

const Method module_methods[] = { { "__dir__", "(self, /)", dir, "__dir__() -> list\nspecialized dir() implementation" }, { 0 } };
const GetSet module_getsets[] = { { "__dict__", get_dict, NULL, NULL }, { "__annotations__", get_annotations, set_annotations, NULL }, { 0 } };

/* --- singletons --------------------------------------------------------------------------------------------------------- */

static bool no_arguments(const char *name, size_t n_pos, Value kwnames)
{
    return (n_pos == 0 && (!is_ptr(kwnames) || tuple_len(kwnames) == 0)) || raise_false(TypeError, "%s takes no arguments", name);
}
static Value none_new(Type *type, const Value *args, size_t n, Value kwnames) { return no_arguments("NoneType", n, kwnames) ? NONE : ERROR; }
static Value ellipsis_new(Type *type, const Value *args, size_t n, Value kwnames) { return no_arguments("EllipsisType", n, kwnames) ? ELLIPSIS : ERROR; }
static Value not_implemented_new(Type *type, const Value *args, size_t n, Value kwnames) { return no_arguments("NotImplementedType", n, kwnames) ? NOT_IMPLEMENTED : ERROR; }
static Value none_repr(Value v) { return str_intern("None"); }
static Value ellipsis_repr(Value v) { return str_intern("Ellipsis"); }
static Value not_implemented_repr(Value v) { return str_intern("NotImplemented"); }
static Truth none_truth(Value v) { return NO; }

/* CPython's hash of None is an address; ours is fixed, so that sets of None print alike in every run. */
static bool none_hash(Value v, int64_t *hash) { *hash = 0xfca86420; return true; }
static bool ellipsis_hash(Value v, int64_t *hash) { *hash = 0x0e111495; return true; }
static bool not_implemented_hash(Value v, int64_t *hash) { *hash = 0x0207b1e3; return true; }
static Value ellipsis_reduce(Value *args, size_t n) { return str_intern("Ellipsis"); }
static Value not_implemented_reduce(Value *args, size_t n) { return str_intern("NotImplemented"); }
static const Method ellipsis_methods[] = { { "__reduce__", "(self, /)", ellipsis_reduce, NULL }, { 0 } };
static const Method not_implemented_methods[] = { { "__reduce__", "(self, /)", not_implemented_reduce, NULL }, { 0 } };

static Truth not_implemented_truth(Value v)
{
    return !warn_hook || warn_hook("NotImplemented should not be used in a boolean context") ? YES : TRUTH_FAILED;
}

void singletons_join(void)
{
    none_type.new = none_new;
    none_type.repr = none_repr;
    none_type.truth = none_truth;
    none_type.hash = none_hash;
    ellipsis_type.new = ellipsis_new;
    ellipsis_type.repr = ellipsis_repr;
    ellipsis_type.hash = ellipsis_hash;
    ellipsis_type.methods = ellipsis_methods;
    not_implemented_type.new = not_implemented_new;
    not_implemented_type.repr = not_implemented_repr;
    not_implemented_type.truth = not_implemented_truth;
    not_implemented_type.hash = not_implemented_hash;
    not_implemented_type.methods = not_implemented_methods;
}
