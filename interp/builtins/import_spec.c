/* import_spec.c -- ModuleSpec: what a finder found. Field for field importlib.machinery.ModuleSpec. */
#include "interp/builtins/import_parts.h"
#include "interp/object/class.h"
#include "interp/object/list.h"
#include "interp/object/tuple.h"

static const TraceRow rows[] = {
    { TRACE_VALUE, offsetof(ModuleSpec, name), 0, ".name" },
    { TRACE_VALUE, offsetof(ModuleSpec, loader), 0, ".loader" },
    { TRACE_VALUE, offsetof(ModuleSpec, origin), 0, ".origin" },
    { TRACE_VALUE, offsetof(ModuleSpec, loader_state), 0, ".loader_state" },
    { TRACE_VALUE, offsetof(ModuleSpec, search), 0, ".submodule_search_locations" },
    { TRACE_VALUE, offsetof(ModuleSpec, cached), 0, ".cached" },
    { TRACE_VALUE, offsetof(ModuleSpec, unfinished), 0, "._uninitialized_submodules" },
    { TRACE_ATTRS, offsetof(ModuleSpec, attrs), 0, NULL },
    { 0 },
};

static Value spec_make(Type *type, Value name, Value loader, Value origin, Value search)
{
    own Value v = instance_new(type);
    if (is_error(v))
        return ERROR;
    ModuleSpec *spec = (ModuleSpec *)as_obj(v);
    spec->name = retain(name);
    spec->loader = retain(loader);
    spec->origin = retain(origin);
    spec->search = retain(search);
    spec->loader_state = spec->cached = NONE;
    spec->has_location = false;
    spec->initializing = false;
    return give(v);
}

Value importlib_spec = UNBOUND_INIT, importlib_source_loader = UNBOUND_INIT, importlib_exec_module = UNBOUND_INIT, importlib_get_code = UNBOUND_INIT;

bool import_adopt(Value spec_class, Value loader_class)
{
    if (!is_type(spec_class) || !is_type(loader_class))
        return raise_false(TypeError, "_adopt() takes two classes");
    own Value exec_module = obj_getattr_c(loader_class, "exec_module"), get_code = is_error(exec_module) ? ERROR : obj_getattr_c(loader_class, "get_code");
    if (is_error(get_code))
        return false;
    set_slot(&importlib_exec_module, give(exec_module));
    set_slot(&importlib_get_code, give(get_code));
    set_slot(&importlib_spec, retain(spec_class));
    set_slot(&importlib_source_loader, retain(loader_class));
    return true;
}

static Value adopted_spec(Value name, Value loader, Value origin, Value search)
{
    own Value names = tuple_of1(str_name_peek("origin"));
    Value args[3] = { name, loader, origin };
    own Value spec = is_error(names) ? ERROR : call_kw(importlib_spec, args, 2, names);
    if (is_error(spec) || (!is_none(search) && !obj_setattr_c(spec, "submodule_search_locations", search)))
        return ERROR;
    return give(spec);
}

bool spec_set_initializing(Value module, bool on)
{
    own Value spec = UNBOUND;
    if (obj_find_attr_c(module, "__spec__", &spec) == FAILED)
        return false;
    if (is_unbound(spec) || is_none(spec))
        return true;
    if (is_exact(spec, &module_spec_type)) {
        ((ModuleSpec *)as_obj(spec))->initializing = on;
        return true;
    }
    return is_unbound(importlib_spec) || !same(obj_value((Object *)type_of(spec)), importlib_spec) || obj_setattr_c(spec, "_initializing", bool_value(on));
}

Value import_spec_new(Value name, Value loader, Value origin, Value search)
{
    if (is_ptr(importlib_spec))
        return adopted_spec(name, loader, origin, search);
    return spec_make(&module_spec_type, name, loader, origin, search);
}

static Value new(Type *type, const Value *args, size_t n, Value kwnames)
{
    Value a[6];
    Signature *signature;
    if (!bind_arguments("ModuleSpec", "(name, loader, *, origin=None, loader_state=None, is_package=None)", args, n, kwnames, a, &signature))
        return ERROR;
    Truth package = is_unbound(a[4]) || is_none(a[4]) ? NO : obj_truth(a[4]);
    own Value search = package == TRUTH_FAILED ? ERROR : package ? list_new(0) : NONE;
    own Value spec = is_error(search) ? ERROR : spec_make(type, a[0], a[1], is_unbound(a[2]) ? NONE : a[2], search);
    if (!is_error(spec) && !is_unbound(a[3]))
        set_slot(&((ModuleSpec *)as_obj(spec))->loader_state, retain(a[3]));
    signature_release(signature, a);
    return give(spec);
}

static Value repr(Value self)
{
    ModuleSpec *spec = (ModuleSpec *)as_obj(self);
    own Value text = str_format("ModuleSpec(name=%R, loader=%R", spec->name, spec->loader);
    if (is_error(text))
        return ERROR;
    if (!is_none(spec->origin))
        set_slot(&text, str_format("%S, origin=%R", text, spec->origin));
    if (!is_error(text) && !is_none(spec->search))
        set_slot(&text, str_format("%S, submodule_search_locations=%R", text, spec->search));
    return is_error(text) ? ERROR : str_format("%S)", text);
}

static Value compare(Value a, Value b, CompareOp op)
{
    if (!is_instance_of(b, &module_spec_type) || (op != CMP_EQ && op != CMP_NE))
        return NOT_IMPLEMENTED;
    ModuleSpec *x = (ModuleSpec *)as_obj(a), *y = (ModuleSpec *)as_obj(b);
    Value pairs[][2] = { { x->name, y->name }, { x->loader, y->loader }, { x->origin, y->origin }, { x->search, y->search }, { x->cached, y->cached } };
    Truth equal = bool_value(x->has_location == y->has_location).bits == TRUE.bits ? YES : NO;
    for (size_t i = 0; equal == YES && i < sizeof pairs / sizeof *pairs; i++)
        equal = obj_equal(pairs[i][0], pairs[i][1]);
    return equal == TRUTH_FAILED ? ERROR : bool_value((equal == YES) == (op == CMP_EQ));
}

/* The package a spec's relative imports start from. */
static Value get_parent(Value self)
{
    ModuleSpec *spec = (ModuleSpec *)as_obj(self);
    if (!is_none(spec->search))
        return retain(spec->name);
    int64_t dot = str_find(as_str(spec->name), as_str(str_name_peek(".")), 0, (int64_t)str_len(spec->name), true);
    return dot < 0 ? retain(str_empty) : str_slice(spec->name, 0, dot);
}

static Value get_cached(Value self)
{
    ModuleSpec *spec = (ModuleSpec *)as_obj(self);
    return retain(spec->cached);
}
static bool set_cached(Value self, Value value)
{
    set_slot(&((ModuleSpec *)as_obj(self))->cached, is_unbound(value) ? NONE : retain(value));
    return true;
}
static Value get_has_location(Value self) { return bool_value(((ModuleSpec *)as_obj(self))->has_location); }
static bool set_has_location(Value self, Value value)
{
    Truth t = is_unbound(value) ? NO : obj_truth(value);
    if (t == TRUTH_FAILED)
        return false;
    ((ModuleSpec *)as_obj(self))->has_location = t == YES;
    return true;
}

/* Submodules that importlib is importing; a list, made when asked for. */
static Value get_unfinished(Value self)
{
    ModuleSpec *spec = (ModuleSpec *)as_obj(self);
    if (!is_ptr(spec->unfinished)) {
        Value list = list_new(0);
        if (is_error(list))
            return ERROR;
        set_slot(&spec->unfinished, list);
    }
    return retain(spec->unfinished);
}

static const GetSet getsets[] = {
    { "_uninitialized_submodules", get_unfinished, NULL, NULL },
    { "parent", get_parent, NULL, "The name of the module's parent." },
    { "cached", get_cached, set_cached, "Where compiled code is kept." },
    { "_cached", get_cached, set_cached, NULL },
    { "has_location", get_has_location, set_has_location, "Does origin say a place in a file system?" },
    { "_set_fileattr", get_has_location, set_has_location, NULL },
    { 0 },
};
static const Member members[] = {
    { "name", MEMBER_VALUE, offsetof(ModuleSpec, name), true, NULL },
    { "loader", MEMBER_VALUE, offsetof(ModuleSpec, loader), true, NULL },
    { "origin", MEMBER_VALUE, offsetof(ModuleSpec, origin), true, NULL },
    { "loader_state", MEMBER_VALUE, offsetof(ModuleSpec, loader_state), true, NULL },
    { "submodule_search_locations", MEMBER_VALUE, offsetof(ModuleSpec, search), true, NULL },
    { "_initializing", MEMBER_BOOL, offsetof(ModuleSpec, initializing), true, NULL },
    { 0 },
};

Type module_spec_type = {
    STATIC_TYPE(module_spec_type, "ModuleSpec", ModuleSpec, rows),
    .heap.attrs_offset = offsetof(ModuleSpec, attrs),
    .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_WEAK,
    .new = new, .repr = repr, .compare = compare, .hash = hash_none,
    .getsets = getsets, .members = members,
    .doc = "The specification for a module, used for loading.", .module_name = "_frozen_importlib",
};
