/* contextvars_module.c -- _contextvars (PEP 567): a Context is a copy-on-write dict from ContextVar to value; each thread has a current one. */
#include "gc/heap.h"
#include "interp/object/module.h"
#include "interp/object/class.h"
#include "interp/object/generic_alias.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/thread.h"

typedef struct Context { Object head; Value vars /* dict, shared until written */, previous; bool entered; } Context;
typedef struct ContextVar { Object head; Value name, otherwise /* UNBOUND: no default */; } ContextVar;
typedef struct Token { Object head; Value context, var, old /* UNBOUND: missing */; bool used; } Token;
static Type context_type, var_type, token_type, missing_type;
static Value missing = UNBOUND_INIT;

static const TraceRow context_rows[] = { { TRACE_VALUE, offsetof(Context, vars), 0, "vars" }, { TRACE_VALUE, offsetof(Context, previous), 0, "previous" }, { 0 } };
static const TraceRow var_rows[] = { { TRACE_VALUE, offsetof(ContextVar, name), 0, ".name" }, { TRACE_VALUE, offsetof(ContextVar, otherwise), 0, "default" }, { 0 } };
static const TraceRow token_rows[] = { { TRACE_VALUE, offsetof(Token, context), 0, "context" }, { TRACE_VALUE, offsetof(Token, var), 0, ".var" },
    { TRACE_VALUE, offsetof(Token, old), 0, ".old_value" }, { 0 } };
static Context *as_context(Value v) { return (Context *)as_obj(v); }
static ContextVar *as_var(Value v) { return (ContextVar *)as_obj(v); }
static Token *as_token(Value v) { return (Token *)as_obj(v); }

static Value context_make(Value vars_owned)
{
    own Value vars = vars_owned;
    own Value v = is_error(vars) ? ERROR : instance_new(&context_type);
    if (is_error(v))
        return ERROR;
    as_context(v)->vars = give(vars);
    as_context(v)->previous = NONE;
    as_context(v)->entered = false;
    return give(v);
}
/* The current context of this thread, borrowed; made when there is none. */
static Value current(void)
{
    if (is_unbound(thread->context)) {
        Value context = context_make(dict_new());
        if (is_error(context))
            return ERROR;
        thread->context = context;
    }
    return thread->context;
}

static Value context_new(Type *type, const Value *args, size_t n, Value kwnames)
{
    if (n > 0 || (!is_none(kwnames) && tuple_len(kwnames) > 0))
        return raise(TypeError, "Context() does not accept any arguments");
    return context_make(dict_new());
}
static Value copy_of(Value context) { return context_make(dict_copy(as_dict(as_context(context)->vars))); }
static Value context_copy(Value *args, size_t n) { return copy_of(args[0]); }
static Value copy_context(Value *args, size_t n)
{
    Value now = current();
    return is_error(now) ? ERROR : copy_of(now);
}

static Value context_run(Value *args, size_t n)
{
    Context *c = as_context(args[0]);
    if (n < 2)
        return raise(TypeError, "run() missing 1 required positional argument");
    if (c->entered)
        return raise(RuntimeError, "cannot enter context: %R is already entered", args[0]);
    own Value fn = obj_getitem_index(args[1], 0);
    if (is_error(fn)) {
        error_clear();
        return raise(TypeError, "run() missing 1 required positional argument");
    }
    own Value rest = tuple_slice(args[1], 1, (int64_t)tuple_len(args[1]));
    own Value keep = retain(args[0]);
    Value outer = thread->context;
    c->entered = true;
    thread->context = retain(args[0]);
    Value result = is_error(rest) ? ERROR : call_ex(fn, rest, args[2]);
    c->entered = false;
    set_slot(&thread->context, outer);
    return result;
}

static bool is_var(Value v) { return is_exact(v, &var_type) || raise_false(TypeError, "a ContextVar key was expected, got %R", v); }
static Value context_getitem(Value self, Value key)
{
    Value value = UNBOUND;
    if (!is_var(key))
        return ERROR;
    Found found = dict_find(as_dict(as_context(self)->vars), key, &value);
    return found == FOUND ? value : found == FAILED ? ERROR : raise_value(KeyError, key);
}
static Truth context_contains(Value self, Value key)
{
    return is_var(key) ? (Truth)dict_contains(as_dict(as_context(self)->vars), key) : TRUTH_FAILED;
}
static int64_t context_len(Value self) { return (int64_t)dict_len(as_dict(as_context(self)->vars)); }
static Value context_iter(Value self) { return obj_iter(as_context(self)->vars); }
static Value context_compare(Value a, Value b, CompareOp op)
{
    if (!is_exact(b, &context_type) || (op != CMP_EQ && op != CMP_NE))
        return NOT_IMPLEMENTED;
    return obj_compare(as_context(a)->vars, as_context(b)->vars, op);
}
static Value context_get(Value *args, size_t n)
{
    Value value = UNBOUND;
    if (!is_var(args[1]))
        return ERROR;
    Found found = dict_find(as_dict(as_context(args[0])->vars), args[1], &value);
    return found == FOUND ? value : found == FAILED ? ERROR : is_unbound(args[2]) ? NONE : retain(args[2]);
}
static Value context_keys(Value *args, size_t n) { return call_method(as_context(args[0])->vars, "keys", NULL, 0); }
static Value context_values(Value *args, size_t n) { return call_method(as_context(args[0])->vars, "values", NULL, 0); }
static Value context_items(Value *args, size_t n) { return call_method(as_context(args[0])->vars, "items", NULL, 0); }
static const Method context_methods[] = {
    { "copy", "(self)", context_copy, "Return a shallow copy of the context object." },
    { "run", "(self, /, *args, **kwargs)", context_run, "Call the function in this context." },
    { "get", "(self, key, default=None, /)", context_get, "Return the value for `key` if `key` has the value in the context object." },
    { "keys", "(self)", context_keys, "Return a list of all variables in the context object." },
    { "values", "(self)", context_values, "Return a list of all variables' values in the context object." },
    { "items", "(self)", context_items, "Return all variables and their values in the context object." },
    { 0 },
};
static Type context_type = {
    STATIC_TYPE(context_type, "Context", Context, context_rows), .flags = TYPE_WEAK, .new = context_new, .getitem = context_getitem, .contains = context_contains,
    .len = context_len, .iter = context_iter, .compare = context_compare, .hash = hash_none, .methods = context_methods, .module_name = "_contextvars",
};

static Value var_new(Type *type, const Value *args, size_t n, Value kwnames)
{
    Value a[2];
    Signature *signature;
    if (!bind_arguments("ContextVar", "(name, /, *, default=None)", args, n, kwnames, a, &signature))
        return ERROR;
    if (!str_check(a[0]))
        return raise(TypeError, "context variable name must be a str");
    own Value v = instance_new(type);
    if (is_error(v))
        return ERROR;
    as_var(v)->name = retain(a[0]);
    as_var(v)->otherwise = retain(a[1]);
    return give(v);
}
static Value var_get(Value *args, size_t n)
{
    Value now = current(), value = UNBOUND;
    if (is_error(now))
        return ERROR;
    Found found = dict_find(as_dict(as_context(now)->vars), args[0], &value);
    if (found != ABSENT)
        return found == FOUND ? value : ERROR;
    if (!is_unbound(args[1]))
        return retain(args[1]);
    return is_unbound(as_var(args[0])->otherwise) ? raise_value(LookupError, args[0]) : retain(as_var(args[0])->otherwise);
}
static Value var_set(Value *args, size_t n)
{
    Value now = current();
    own Value token = is_error(now) ? ERROR : instance_new(&token_type);
    if (is_error(token))
        return ERROR;
    Token *t = as_token(token);
    t->context = retain(now);
    t->var = retain(args[0]);
    t->old = UNBOUND;
    t->used = false;
    if (dict_find(as_dict(as_context(now)->vars), args[0], &t->old) == FAILED || !dict_set(as_dict(as_context(now)->vars), args[0], args[1]))
        return ERROR;
    return give(token);
}
static Value var_reset(Value *args, size_t n)
{
    Value now = current();
    if (is_error(now))
        return ERROR;
    if (!is_exact(args[1], &token_type))
        return raise(TypeError, "expected an instance of Token, got %R", args[1]);
    Token *t = as_token(args[1]);
    if (t->used)
        return raise(RuntimeError, "%R has already been used once", args[1]);
    if (!same(t->var, args[0]))
        return raise(ValueError, "%R was created by a different ContextVar", args[1]);
    if (!same(t->context, now))
        return raise(ValueError, "%R was created in a different Context", args[1]);
    t->used = true;
    Dict *vars = as_dict(as_context(now)->vars);
    bool good = is_unbound(t->old) ? dict_del(vars, args[0]) != FAILED : dict_set(vars, args[0], t->old);
    return good ? NONE : ERROR;
}
static Value var_repr(Value self)
{
    ContextVar *v = as_var(self);
    return is_unbound(v->otherwise) ? str_format("<ContextVar name=%R at %p>", v->name, (void *)v)
                                    : str_format("<ContextVar name=%R default=%R at %p>", v->name, v->otherwise, (void *)v);
}
static const Method var_methods[] = {
    { "get", "(self, default=None, /)", var_get, "Return a value for the context variable for the current context." },
    { "set", "(self, value, /)", var_set, "Call to set a new value for the context variable in the current context." },
    { "reset", "(self, token, /)", var_reset, "Reset the context variable." },
    { "__class_getitem__", "(cls, item, /)", generic_alias_class_getitem, "See PEP 585", METHOD_CLASS },
    { 0 },
};
static const Member var_members[] = { { "name", MEMBER_VALUE, offsetof(ContextVar, name), false, NULL }, { 0 } };
static Type var_type = {
    STATIC_TYPE(var_type, "ContextVar", ContextVar, var_rows), .flags = TYPE_WEAK, .new = var_new, .repr = var_repr, .methods = var_methods, .members = var_members,
    .module_name = "_contextvars",
};

static Value token_old(Value self) { return retain(is_unbound(as_token(self)->old) ? missing : as_token(self)->old); }
static Value token_repr(Value self)
{
    Token *t = as_token(self);
    return str_format("<Token%s var=%R at %p>", t->used ? " used" : "", t->var, (void *)t);
}
static const GetSet token_getsets[] = { { "old_value", token_old, NULL, NULL }, { 0 } };
static const Member token_members[] = { { "var", MEMBER_VALUE, offsetof(Token, var), false, NULL }, { 0 } };
static const Method token_methods[] = { { "__class_getitem__", "(cls, item, /)", generic_alias_class_getitem, "See PEP 585", METHOD_CLASS }, { 0 } };
static Value token_new(Type *type, const Value *args, size_t n, Value kwnames) { return raise(RuntimeError, "Tokens can only be created by ContextVars"); }
static Type token_type = {
    STATIC_TYPE(token_type, "Token", Token, token_rows), .new = token_new, .repr = token_repr, .getsets = token_getsets, .members = token_members, .methods = token_methods,
    .hash = hash_none, .module_name = "_contextvars",
};
static Value missing_repr(Value self) { return str_from("<Token.MISSING>"); }
static Type missing_type = { STATIC_TYPE(missing_type, "Token.MISSING", Object, NULL), .flags = TYPE_NO_NEW, .repr = missing_repr, .module_name = "_contextvars" };

static const Method functions[] = { { "copy_context", "()", copy_context, "Return a copy of the current context." }, { 0 } };

static bool init(Value module)
{
    static Type *const types[] = { &context_type, &var_type, &token_type, &missing_type };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (!(types[i]->flags & TYPE_READY))
            type_ready(types[i], &object_type);
    if (is_unbound(missing) && !keep_take(&missing, instance_new(&missing_type), "Token.MISSING"))
        return false;
    if (!dict_set_c(token_type.dict, "MISSING", missing))
        return false;
    return module_add_type(module, &context_type) && module_add_type(module, &var_type) && module_add_type(module, &token_type);
}

const NativeModule contextvars_module = { "_contextvars", "Context Variables", functions, init };
