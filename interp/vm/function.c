/* function.c -- see function.h. */
#include "interp/vm/function.h"
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/method.h"
#include "interp/object/module.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

Value builtins_dict = UNBOUND_INIT;

uint64_t function_new_version(void)
{
    static uint64_t last;
    return ++last;
}

/* The builtins that code with these globals uses: globals['__builtins__'] (a module or a dict), else the interpreter's. Owned. */
Value function_find_builtins(Dict *globals)
{
    Value found;
    if (dict_find(globals, str_name_peek("__builtins__"), &found) == FAILED)
        error_clear();
    else if (!is_unbound(found)) {
        if (is_exact(found, &module_type) || is_instance_of(found, &module_type)) {
            Value dict = retain(obj_value(module_dict_peek(found)));
            release(found);
            return dict;
        }
        if (dict_check(found))
            return found;
        release(found);
    }
    return retain(builtins_dict);
}

uint64_t namespace_number(Dict *d)
{
    static uint64_t last_id;
    if (!(d->flags & DICT_NAMESPACE))
        return 0;
    if (d->namespace_id == 0)
        d->namespace_id = ++last_id;
    return d->namespace_id;
}

/* Instructions of a code object link to the cells of one namespace. A second namespace turns linking off for good. */
void code_link_namespace(Code *code, Dict *globals)
{
    if (!namespace_number(globals))
        return;
    if (code->namespace_id == globals->namespace_id || code->namespace_id == UINT64_MAX)
        return;
    if (code->namespace_id == 0) {
        code->namespace_id = globals->namespace_id;
        return;
    }
    code->namespace_id = UINT64_MAX;
    for (uint32_t i = 0; i < code->n_words;) {
        unsigned op = op_base[code->words[i].op];
        if (op == OP_CODE_LOAD_GLOBAL || op == OP_CODE_STORE_GLOBAL) {
            code->words[i].op = (uint8_t)op;
            code->words[i + 1].bits = 0;
        }
        i += 1u + op_info[op].n_cache;
    }
}

Value function_new(Code *code, Value globals)
{
    own Value builtins = function_find_builtins(as_dict(globals));
    Function *f = heap_new(&function_type.shape, sizeof *f);
    if (!f)
        return raise_memory();
    if (!(as_dict(globals)->flags & DICT_NAMESPACE) && dict_exact(globals) && !dict_make_namespace(as_dict(globals)))
        error_clear();           /* it stays a plain dict: slower, not wrong */
    code_link_namespace(code, as_dict(globals));
    f->code = retain_obj(code);
    f->globals = retain(globals);
    f->builtins = give(builtins);
    f->name = retain(code->name);
    f->qualname = retain(code->qualname);
    f->doc = retain(code->doc);
    f->defaults = f->kwdefaults = f->annotations = f->closure = NONE;
    f->version = function_new_version();
    f->attrs.more = NULL;
    Value module = dict_peek_str(as_dict(globals), str_name_peek("__name__"));
    f->module = is_unbound(module) ? NONE : retain(module);
    return obj_value(f);
}

static Value function_repr(Value self)
{
    return str_format("<function %S at %p>", ((Function *)as_obj(self))->qualname, (void *)as_obj(self));
}

static Value function_descr_get(Value self, Value instance, Value owner)
{
    return is_unbound(instance) ? retain(self) : method_new(self, instance);
}

static const TraceRow function_rows[] = {
    { TRACE_OBJECT, offsetof(Function, code), 0, "__code__" },
    { TRACE_VALUE, offsetof(Function, globals), 0, "__globals__" },
    { TRACE_VALUE, offsetof(Function, builtins), 0, "__builtins__" },
    { TRACE_VALUE, offsetof(Function, name), 0, "__name__" },
    { TRACE_VALUE, offsetof(Function, qualname), 0, "__qualname__" },
    { TRACE_VALUE, offsetof(Function, module), 0, "__module__" },
    { TRACE_VALUE, offsetof(Function, doc), 0, "__doc__" },
    { TRACE_VALUE, offsetof(Function, defaults), 0, "__defaults__" },
    { TRACE_VALUE, offsetof(Function, kwdefaults), 0, "__kwdefaults__" },
    { TRACE_VALUE, offsetof(Function, annotations), 0, "__annotations__" },
    { TRACE_VALUE, offsetof(Function, closure), 0, "__closure__" },
    { TRACE_ATTRS, offsetof(Function, attrs), 0, "attrs" },
    { 0 },
};

/* A cycle through a function is cut at what can lead back; the code stays, so that a finaliser which still runs it finds it whole. */
static void function_clear(Object *o)
{
    Function *f = (Function *)o;
    set_slot(&f->closure, NONE);
    set_slot(&f->defaults, NONE);
    set_slot(&f->kwdefaults, NONE);
    set_slot(&f->annotations, NONE);
    set_slot(&f->doc, NONE);
    set_slot(&f->module, NONE);
    set_slot(&f->name, retain(str_empty));
    set_slot(&f->qualname, retain(str_empty));
    f->version = function_new_version();
    if (o->refcount == 0 || (o->birth & BIRTH_DYING)) {
        Code *code = f->code;
        f->code = NULL;
        release_obj(code);
        set_slot(&f->globals, NONE);
        set_slot(&f->builtins, NONE);
        set_slot(&f->name, NONE);
        set_slot(&f->qualname, NONE);
    }
}

Type function_type = {
    STATIC_TYPE(function_type, "function", Function, function_rows),
    .heap.attrs_offset = offsetof(Function, attrs),
    .heap.clear = function_clear,
    .flags = TYPE_METHOD_DESCR | TYPE_HAS_DICT | TYPE_WEAK,
    .repr = function_repr,
    .descr_get = function_descr_get,
    .doc = "Create a function object.\n\n  code\n    a code object\n  globals\n    the globals dictionary\n  name\n    a string that overrides the name from the code object\n"
           "  argdefs\n    a tuple that specifies the default argument values\n  closure\n    a tuple that supplies the bindings for free variables",
    .signature = "(code, globals, name=None, argdefs=None, closure=None)",
};
