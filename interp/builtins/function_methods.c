/* function_methods.c -- attributes and constructor of functions; the list of the VM's types. */
#include "gc/heap.h"
#include "interp/builtins/class_hooks.h"
#include "interp/builtins/vm_types.h"
#include "interp/object/attr.h"
#include "interp/object/cell.h"
#include "interp/object/class.h"
#include "interp/object/module.h"
#include "interp/object/native.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/async.h"
#include "interp/vm/frame.h"
#include "interp/vm/function.h"
#include "interp/vm/generator.h"

extern Type anext_awaitable_type;

#define SELF Function *f = as_function(self)

static Value get_code(Value self) { SELF; return retain(obj_value(f->code)); }
static bool set_code(Value self, Value v)
{
    SELF;
    if (is_unbound(v) || !is_exact(v, &code_type))
        return raise_false(TypeError, "__code__ must be set to a code object");
    Code *code = (Code *)as_obj(v);
    size_t n_free = tuple_len(code->freevars), n_closure = is_none(f->closure) ? 0 : tuple_len(f->closure);
    if (n_free != n_closure)
        return raise_false(ValueError, "%S() requires a code object with %zu free vars, not %zu", f->name, n_closure, n_free);
    code_link_namespace(code, as_dict(f->globals));
    Code *old = f->code;
    f->code = retain_obj(code);
    f->version = function_new_version();
    release_obj(old);
    return true;
}

static Value get_defaults(Value self) { SELF; return retain(f->defaults); }
static bool set_defaults(Value self, Value v)
{
    SELF;
    if (!is_unbound(v) && !is_none(v) && !tuple_check(v))
        return raise_false(TypeError, "__defaults__ must be set to a tuple object");
    f->version = function_new_version();
    set_slot(&f->defaults, is_unbound(v) ? NONE : retain(v));
    return true;
}
static Value get_kwdefaults(Value self) { SELF; return retain(f->kwdefaults); }
static bool set_kwdefaults(Value self, Value v)
{
    SELF;
    if (!is_unbound(v) && !is_none(v) && !dict_check(v))
        return raise_false(TypeError, "__kwdefaults__ must be set to a dict object");
    f->version = function_new_version();
    set_slot(&f->kwdefaults, is_unbound(v) ? NONE : retain(v));
    return true;
}

/* The compiler leaves annotations as a flat tuple; the dict is made when somebody looks. */
static Value get_annotations(Value self)
{
    SELF;
    if (dict_check(f->annotations))
        return retain(f->annotations);
    own Value dict = dict_new();
    if (is_error(dict))
        return ERROR;
    if (tuple_check(f->annotations)) {
        for (uint64_t i = 0; i + 1 < tuple_len(f->annotations); i += 2)
            if (!dict_set(as_dict(dict), tuple_peek(f->annotations, i), tuple_peek(f->annotations, i + 1)))
                return ERROR;
    }
    set_slot(&f->annotations, retain(dict));
    return give(dict);
}
static bool set_annotations(Value self, Value v)
{
    SELF;
    if (!is_unbound(v) && !is_none(v) && !dict_check(v))
        return raise_false(TypeError, "__annotations__ must be set to a dict object");
    set_slot(&f->annotations, is_unbound(v) ? NONE : retain(v));
    return true;
}

static Value get_name(Value self) { SELF; return retain(f->name); }
static bool set_name(Value self, Value v)
{
    SELF;
    if (is_unbound(v) || !str_check(v))
        return raise_false(TypeError, "__name__ must be set to a string object");
    set_slot(&f->name, retain(v));
    return true;
}
static Value get_qualname(Value self) { SELF; return retain(f->qualname); }
static bool set_qualname(Value self, Value v)
{
    SELF;
    if (is_unbound(v) || !str_check(v))
        return raise_false(TypeError, "__qualname__ must be set to a string object");
    set_slot(&f->qualname, retain(v));
    return true;
}
static Value get_module(Value self) { SELF; return retain(f->module); }
static bool set_module(Value self, Value v) { SELF; set_slot(&f->module, is_unbound(v) ? NONE : retain(v)); return true; }
static Value get_doc(Value self) { SELF; return retain(f->doc); }
static bool set_doc(Value self, Value v) { SELF; set_slot(&f->doc, is_unbound(v) ? NONE : retain(v)); return true; }
static Value function_make(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value bound[5];
    Signature *signature = NULL;
    if (!bind_arguments("function", function_type.signature, args, n_pos, kwnames, bound, &signature))
        return ERROR;
    Value code_value = bound[0], globals = bound[1], name = bound[2], defaults = bound[3], closure = bound[4];
    if (!is_exact(code_value, &code_type))
        return raise(TypeError, "function() argument 'code' must be code, not %W", code_value);
    if (!dict_check(globals))
        return raise(TypeError, "function() argument 'globals' must be dict, not %W", globals);
    if (!is_unbound(name) && !is_none(name) && !str_check(name))
        return raise(TypeError, "arg 3 (name) must be None or string");
    if (!is_unbound(defaults) && !is_none(defaults) && !tuple_check(defaults))
        return raise(TypeError, "arg 4 (defaults) must be None or tuple");
    Code *code = (Code *)as_obj(code_value);
    size_t n_free = tuple_len(code->freevars);
    if (is_unbound(closure) || is_none(closure)) {
        if (n_free)
            return raise(TypeError, "arg 5 (closure) must be tuple");
    } else if (!tuple_check(closure)) {
        return raise(TypeError, "arg 5 (closure) must be None or tuple");
    } else if (tuple_len(closure) != n_free) {
        return raise(ValueError, "%S requires closure of length %zu, not %zu", code->name, n_free, (size_t)tuple_len(closure));
    } else {
        for (uint64_t i = 0; i < n_free; i++)
            if (!cell_check(tuple_peek(closure, i)))
                return raise(TypeError, "arg 5 (closure) expected cell, found %T", tuple_peek(closure, i));
    }
    Value v = function_new(code, globals);
    if (is_error(v))
        return ERROR;
    Function *f = as_function(v);
    if (str_check(name))
        set_slot(&f->name, retain(name));
    if (tuple_check(defaults))
        set_slot(&f->defaults, retain(defaults));
    if (tuple_check(closure) && n_free)
        set_slot(&f->closure, retain(closure));
    return v;
}

static const GetSet function_getsets[] = {
    { "__code__", get_code, set_code, NULL },
    { "__defaults__", get_defaults, set_defaults, NULL },
    { "__kwdefaults__", get_kwdefaults, set_kwdefaults, NULL },
    { "__annotations__", get_annotations, set_annotations, NULL },
    { "__name__", get_name, set_name, NULL },
    { "__qualname__", get_qualname, set_qualname, NULL },
    { "__module__", get_module, set_module, NULL },
    { "__doc__", get_doc, set_doc, NULL },
    INSTANCE_DICT_ROW,
    { 0 },
};

static const Member function_members[] = {
    { "__closure__", MEMBER_VALUE_NONE, offsetof(Function, closure), false, NULL },
    { "__globals__", MEMBER_VALUE, offsetof(Function, globals), false, NULL },
    { "__builtins__", MEMBER_VALUE, offsetof(Function, builtins), false, NULL },
    { 0 },
};

static void function_join(void)
{
    function_type.getsets = function_getsets;
    function_type.members = function_members;
    function_type.new = function_make;
}

static Type *const vm_types[] = {
    &function_type, &code_type, &frame_type, &generator_type, &coroutine_type, &async_generator_type, &async_asend_type, &async_athrow_type,
    &coroutine_wrapper_type, &anext_awaitable_type, NULL,
};

void vm_types_ready(void)
{
    function_join();
    generator_join();
    frame_join();
    code_join();
    class_hooks_init();
    for (Type *const *type = vm_types; *type; type++)
        type_ready(*type, NULL);
}
