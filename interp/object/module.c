/* module.c -- module objects. */
#include "interp/object/module.h"
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/shape.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static Module *as_module(Value v) { return (Module *)as_obj(v); }

static Value module_alloc(Type *type)
{
    own Value made = instance_new(type);
    if (is_error(made))
        return ERROR;
    Module *m = as_module(made);
    m->own_shape = (Shape){ .type = &type->heap, .version = shape_new_version() };
    if (type == &module_type)
        m->head.shape = &m->own_shape;
    m->dict = namespace_new();
    if (is_error(m->dict)) {
        m->dict = UNBOUND;
        return ERROR;
    }
    return give(made);
}

static bool module_fill(Value module, Value name, Value doc)
{
    Module *m = as_module(module);
    if (!is_ptr(m->dict) && is_error(m->dict = namespace_new())) {
        m->dict = UNBOUND;
        return false;
    }
    Dict *d = as_dict(m->dict);
    return dict_set(d, N(__name__), name) && dict_set(d, N(__doc__), doc) && dict_set(d, N(__package__), NONE) &&
           dict_set(d, N(__loader__), NONE) && dict_set(d, N(__spec__), NONE);
}

Value module_new(const char *name, const char *doc)
{
    own Value made = module_alloc(&module_type);
    own Value text = str_intern(name);
    own Value doc_text = doc ? str_from(doc) : NONE;
    if (is_error(made) || is_error(text) || is_error(doc_text) || !module_fill(made, text, doc_text))
        return ERROR;
    return give(made);
}

Dict *module_dict_peek(Value module) { return as_dict(as_module(module)->dict); }

bool module_add(Value module, const char *name, Value value)
{
    own Value key = str_intern(name);
    return !is_error(key) && dict_set(module_dict_peek(module), key, value);
}

bool module_add_take(Value module, const char *name, Value value)
{
    own Value v = value;
    return !is_error(v) && module_add(module, name, v);
}

bool module_add_int(Value module, const char *name, int64_t i) { return module_add_take(module, name, int_value(i)); }
bool module_add_str(Value module, const char *name, const char *text) { return module_add_take(module, name, str_from(text)); }

bool module_add_methods(Value module, const Method *rows)
{
    Value name = dict_peek_str(module_dict_peek(module), N(__name__));
    for (; rows && rows->name; rows++)
        if (!module_add_take(module, rows->name, native_new(rows, module, is_unbound(name) ? NONE : name, NULL)))
            return false;
    return true;
}

bool module_add_type(Value module, Type *type)
{
    const char *dot = strrchr(type->heap.name, '.');
    return module_add(module, dot ? dot + 1 : type->heap.name, obj_value(type));
}

/* --- slots ---------------------------------------------------------------------------------------------------------------- */

static Value module_make(Type *type, const Value *args, size_t n_pos, Value kwnames) { return module_alloc(type); }

static bool module_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    Value v[2];
    if (!bind_arguments("module", "(name, doc=None)", args, n_pos, kwnames, v, NULL))
        return false;
    if (!str_check(v[0]))
        return raise_false(TypeError, "module() argument 'name' must be str, not %W", v[0]);
    return module_fill(self, v[0], is_unbound(v[1]) ? NONE : v[1]);
}

static bool initializing(Dict *dict)
{
    assert(!error_pending());
    Value spec = dict_peek_str(dict, N(__spec__));
    if (is_unbound(spec) || is_none(spec))
        return false;
    own Value flag = UNBOUND;
    Found found = obj_find_attr(spec, N(_initializing), &flag);
    Truth truth = found == FOUND ? obj_truth(flag) : NO;
    if (found == FAILED || truth < 0)
        error_clear();
    return truth == YES;
}

Value module_getattr(Value self, Value name)
{
    Value value;
    Found found = attr_find_generic(self, name, &value);
    if (found == FOUND)
        return value;
    if (found == FAILED && !error_is(AttributeError))
        return ERROR;
    error_clear();
    Module *m = as_module(self);
    if (is_ptr(m->dict)) {
        own Value hook = retain(dict_peek_str(as_dict(m->dict), N(__getattr__)));
        if (!is_unbound(hook))
            return call1(hook, name);
        own Value module_name = retain(dict_peek_str(as_dict(m->dict), N(__name__)));
        if (str_check(module_name)) {
            if (initializing(as_dict(m->dict)))
                error_set(AttributeError, "partially initialized module '%S' has no attribute '%S' (most likely due to a circular import)", module_name, name);
            else
                error_set(AttributeError, "module '%S' has no attribute '%S'", module_name, name);
            error_note_name(name, self);
            return ERROR;
        }
    }
    error_set(AttributeError, "module has no attribute '%S'", name);
    error_note_name(name, self);
    return ERROR;
}

/* importlib's _module_repr_from_spec, made here. */
static Value repr_from_spec(Value spec)
{
    assert(!is_unbound(spec) && !error_pending());
    own Value name = obj_getattr_c(spec, "name"), origin = is_error(name) ? ERROR : obj_getattr_c(spec, "origin");
    own Value shown = is_error(origin) ? ERROR : is_none(name) ? str_from("'?'") : obj_repr(name);
    if (is_error(shown))
        return ERROR;
    if (is_none(origin)) {
        own Value loader = obj_getattr_c(spec, "loader");
        if (is_error(loader))
            return ERROR;
        return is_none(loader) ? str_format("<module %S>", shown) : str_format("<module %S (%R)>", shown, loader);
    }
    own Value located = obj_getattr_c(spec, "has_location");
    Truth from_file = is_error(located) ? TRUTH_FAILED : obj_truth(located);
    if (from_file < 0)
        return ERROR;
    return str_format(from_file == YES ? "<module %S from %R>" : "<module %S (%S)>", shown, origin);
}

/* What loader.module_repr says; UNBOUND: there is none, or it failed. */
static Value repr_by_loader(Value loader, Value module)
{
    own Value hook = UNBOUND;
    Found found = obj_find_attr_c(loader, "module_repr", &hook);
    if (found != FOUND)
        return found == FAILED ? ERROR : UNBOUND;
    own Value text = call1(hook, module);
    if (is_error(text) && error_is(Exception) && !error_is(MemoryError)) {
        error_clear();
        return UNBOUND;
    }
    return give(text);
}

/* importlib's _module_repr, made here. */
static Value module_repr(Value self)
{
    Module *m = as_module(self);
    Dict *d = is_ptr(m->dict) ? as_dict(m->dict) : NULL;
    own Value name = retain(d ? dict_peek_str(d, N(__name__)) : UNBOUND), file = retain(d ? dict_peek_str(d, N(__file__)) : UNBOUND);
    own Value spec = retain(d ? dict_peek_str(d, N(__spec__)) : UNBOUND), loader = retain(d ? dict_peek_str(d, N(__loader__)) : UNBOUND);
    if (!is_unbound(spec) && !is_none(spec))
        return repr_from_spec(spec);
    bool has_loader = !is_unbound(loader) && !is_none(loader);
    if (has_loader) {
        Value text = repr_by_loader(loader, self);
        if (!is_unbound(text))
            return text;
    }
    own Value shown = is_unbound(name) ? str_from("'?'") : obj_repr(name);
    if (is_error(shown))
        return ERROR;
    if (!is_unbound(file))
        return str_format("<module %S from %R>", shown, file);
    if (has_loader)
        return str_format("<module %S (%R)>", shown, loader);
    return m->native ? str_format("<module %S (built-in)>", shown) : str_format("<module %S>", shown);
}

static const TraceRow module_rows[] = { { TRACE_VALUE, offsetof(Module, dict), 0, "__dict__" }, { .kind = TRACE_END } };

Type module_type = {
    STATIC_TYPE(module_type, "module", Module, module_rows), .heap.heap_flags = HEAP_TYPE_HUB,
    .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_WEAK,
    .dict_offset = offsetof(Module, dict),
    .new = module_make, .init = module_init, .getattr = module_getattr, .repr = module_repr,
    .doc = "Create a module object.\n\nThe name must be a string; the optional docstring argument can have any type.",
    .signature = "(name, doc=None)",
};
