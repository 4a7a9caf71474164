/* simple_namespace.c -- types.SimpleNamespace. */
#include "interp/object/simple_namespace.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/names.h"
#include "interp/object/native.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

typedef struct SimpleNamespace { Object head; AttrArea attrs; } SimpleNamespace;

static Value make(Type *type, const Value *args, size_t n_pos, Value kwnames) { return instance_new(type); }

static bool init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    if (n_pos)
        return raise_false(TypeError, "no positional arguments expected");
    for (uint64_t i = 0; is_ptr(kwnames) && i < tuple_len(kwnames); i++)
        if (!instance_set(as_obj(self), tuple_peek(kwnames, i), args[i]))
            return false;
    return true;
}

static Value repr_inside(Value self)
{
    assert(is_instance_of(self, &simple_namespace_type));
    StrBuilder out = { 0 };
    const char *name = type_of(self) == &simple_namespace_type ? "namespace" : type_name(self);
    bool good = str_builder_utf8(&out, name, strlen(name)) && str_builder_char(&out, '('), first = true;
    own Value dict = dict_new();
    uint64_t position = 0;
    Value key, value;
    while (!is_error(dict) && good && instance_next(as_obj(self), &position, &key, &value))      /* a copy: reprs run code */
        good = dict_set(as_dict(dict), key, value);
    good = good && !is_error(dict);
    for (position = 0; good && dict_next(as_dict(dict), &position, &key, &value);) {
        if (!str_check(key) || str_len(key) == 0)
            continue;
        own Value text = obj_repr(value);
        good = !is_error(text) && (first || str_builder_ascii(&out, ", ", 2)) && str_builder_str(&out, key) && str_builder_char(&out, '=') &&
               str_builder_str(&out, text);
        first = false;
    }
    return str_builder_end(&out, good && str_builder_char(&out, ')'));
}

static Value repr(Value self)
{
    Truth inside = repr_enter(self);
    if (inside != NO)
        return inside == YES ? str_format("%s(...)", type_of(self) == &simple_namespace_type ? "namespace" : type_name(self)) : ERROR;
    Value text = repr_inside(self);
    repr_leave(self);
    return text;
}

static Value compare(Value a, Value b, CompareOp op)
{
    if (!is_instance_of(a, &simple_namespace_type) || !is_instance_of(b, &simple_namespace_type))
        return NOT_IMPLEMENTED;
    own Value x = instance_dict(as_obj(a)), y = is_error(x) ? ERROR : instance_dict(as_obj(b));
    return is_error(y) ? ERROR : obj_compare(x, y, op);
}

static Value reduce(Value *args, size_t n)
{
    own Value dict = instance_dict(as_obj(args[0]));
    return is_error(dict) ? ERROR : tuple_of3(obj_value(type_of(args[0])), tuple_empty, dict);
}

static const Method methods[] = { { "__reduce__", "(self, /)", reduce, "Return state information for pickling" }, { 0 } };
static const GetSet getsets[] = { { "__dict__", instance_dict_get, NULL, NULL }, { 0 } };
static const TraceRow rows[] = { { TRACE_ATTRS, offsetof(SimpleNamespace, attrs), 0, "" }, { .kind = TRACE_END } };

Type simple_namespace_type = {
    STATIC_TYPE(simple_namespace_type, "SimpleNamespace", SimpleNamespace, rows), STATIC_TYPE_ATTRS(SimpleNamespace, attrs),
    .flags = TYPE_BASE | TYPE_HAS_DICT, .module_name = "types",
    .new = make, .init = init, .repr = repr, .compare = compare,
    .methods = methods, .getsets = getsets,
    .doc = "A simple attribute-based namespace.\n\nSimpleNamespace(**kwargs)",
};

void simple_namespace_init(void) { type_ready(&simple_namespace_type, NULL); }
