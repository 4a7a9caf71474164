/* function.c -- functions: what is evaluated where they stand (decorators, defaults, annotations), and their bodies. */
#include "interp/compile/function.h"
#include "interp/compile/type_params.h"
#include "interp/compile/unparse.h"
#include "interp/object/str.h"

/* --- defaults ---------------------------------------------------------------------------------------------- */
/* Fills base + 1 and base + 2; the flags that say which. */
static int push_defaults(Unit *u, const Node *args, Reg base)
{
    int flags = 0;
    NodeList defaults = args->arguments.defaults, kw_defaults = args->arguments.kw_defaults, kwonly = args->arguments.kwonlyargs;
    Reg slot = temp_push(u);
    assert(u->c->failed || slot == base + 1);
    if (defaults.n) {
        Reg first = temp_next(u);
        for (int i = 0; i < defaults.n && !u->c->failed; i++)
            expr_push(u, defaults.at[i]);
        emit(u, OP_CODE_BUILD_TUPLE, 0, slot, first, (Reg)defaults.n);
        u->height = slot - TEMP_BASE + 1;
        flags |= WITH_DEFAULTS;
    }
    slot = temp_push(u);
    Reg first = temp_next(u);
    int n = 0;
    for (int i = 0; i < kw_defaults.n && !u->c->failed; i++)
        if (kw_defaults.at[i]) {
            emit_load(u, temp_push(u), ident_str_peek(u->c, ident_mangled(u->c, u->private_, kwonly.at[i]->arg.arg)));
            expr_push(u, kw_defaults.at[i]);
            n++;
        }
    if (n) {
        emit(u, OP_CODE_BUILD_MAP, 0, slot, first, (Reg)n);
        flags |= WITH_KWDEFAULTS;
    }
    u->height = slot - TEMP_BASE + 1;
    return flags;
}

/* --- annotations ------------------------------------------------------------------------------------------- */
static int push_annotation(Unit *u, Ident *name, const Node *annotation)
{
    if (!annotation)
        return 0;
    Value key = ident_str_peek(u->c, name);
    Reg t = temp_push(u);
    emit_load(u, t, key);
    if (u->c->flags & COMPILE_FUTURE_ANNOTATIONS) {
        Value text = context_keep_take(u->c, unparse(u->c, annotation));
        emit_load(u, temp_push(u), text);
    } else if (annotation->kind == NODE_Starred) {          /* *args: *Ts */
        Reg value = expr_push(u, annotation->Starred.value);
        emit(u, OP_CODE_UNPACK, 0, value, value, 1);
    } else {
        expr_push(u, annotation);
    }
    return 2;
}

static int push_arg_annotations(Unit *u, NodeList args)
{
    int n = 0;
    for (int i = 0; i < args.n && !u->c->failed; i++)
        n += push_annotation(u, ident_mangled(u->c, u->private_, args.at[i]->arg.arg), args.at[i]->arg.annotation);
    return n;
}

/* Fills base + 3. */
static int push_annotations(Unit *u, const Node *args, const Node *returns, Reg base)
{
    u->height = base - TEMP_BASE + 3;
    Reg slot = temp_push(u), first = temp_next(u);
    int n = push_arg_annotations(u, args->arguments.args);
    n += push_arg_annotations(u, args->arguments.posonlyargs);
    if (args->arguments.vararg)
        n += push_arg_annotations(u, (NodeList){ (Node **)&args->arguments.vararg, 1 });
    n += push_arg_annotations(u, args->arguments.kwonlyargs);
    if (args->arguments.kwarg)
        n += push_arg_annotations(u, (NodeList){ (Node **)&args->arguments.kwarg, 1 });
    n += push_annotation(u, ident_c(u->c, "return"), returns);
    if (n)
        emit(u, OP_CODE_BUILD_TUPLE, 0, slot, first, (Reg)n);
    u->height = slot - TEMP_BASE + 1;
    return n ? WITH_ANNOTATIONS : 0;
}

/* --- bodies ------------------------------------------------------------------------------------------------ */
Value docstring_of(Unit *u, NodeList body, int *skip)
{
    *skip = 0;
    if (body.n == 0 || body.at[0]->kind != NODE_Expr)
        return NONE;
    const Node *e = body.at[0]->Expr.value;
    Value v;
    if (e->kind != NODE_Constant || !fold_value(u->c, e, &v) || !str_exact(v))
        return NONE;
    *skip = 1;
    return u->c->optimize >= 2 ? NONE : v;
}

static NodeList tail(NodeList list, int skip) { return (NodeList){ list.at + skip, list.n - skip }; }

static void function_body(Compiler *c, const Node *s, int first_line, Reg base, int flags)
{
    if (!closure_open(c, scope_of(c, s), ident_of(c, s->FunctionDef.name), s->FunctionDef.args, first_line))
        return;
    Unit *u = c->unit;
    int skip;
    u->doc = docstring_of(u, s->FunctionDef.body, &skip);
    unit_const(u, u->doc);                                  /* co_consts[0], as CPython has it */
    closure_begin(u);
    stmts(u, tail(s->FunctionDef.body, skip));
    closure_end(c, base, flags);
}

void lambda_to(Unit *u, const Node *e, Reg dest)
{
    Compiler *c = u->c;
    Reg base = temp_window(u, dest);
    int flags = push_defaults(u, e->Lambda.args, base);
    if (!closure_open(c, scope_of(c, e), ident_c(c, "<lambda>"), e->Lambda.args, e->lineno))
        return;
    Unit *inner = c->unit;
    unit_const(inner, NONE);
    closure_begin(inner);
    at_node(inner, e->Lambda.body);
    Reg r = expr_operand(inner, e->Lambda.body, NO_REG, NULL, NULL);
    if (e->lineno != e->Lambda.body->lineno)
        at_node(inner, e);
    emit_a(inner, OP_CODE_RETURN, r);
    unit_dead_end(inner);
    closure_end(c, base, flags);
    if (base != dest)
        emit_ab(u, OP_CODE_MOVE, dest, base);
}

/* --- decorators -------------------------------------------------------------------------------------------- */
int push_decorators(Unit *u, const Node *s, NodeList decorators)
{
    for (int i = 0; i < decorators.n && !u->c->failed; i++)
        expr_push(u, decorators.at[i]);
    return decorators.n ? decorators.at[0]->lineno : s->lineno;
}

static Reg apply_decorators(Unit *u, NodeList decorators, Reg value)
{
    Span old = u->at;
    for (int i = decorators.n - 1; i >= 0 && !u->c->failed; i--) {
        Reg callable = (Reg)(value - 1);                    /* the value is its argument where it lies */
        at_node(u, decorators.at[i]);
        emit(u, OP_CODE_CALL, 0, callable, 1, callable);
        value = callable;
    }
    u->at = old;
    return value;
}

void store_decorated(Unit *u, const Node *s, const Text *name, NodeList decorators, Reg value)
{
    if (u->c->failed)
        return;
    value = apply_decorators(u, decorators, value);
    if (!forbidden_name(u, name, NODE_Store, span_of(s)))
        place_store(u, place_of(u, name), value);
}

/* --- def --------------------------------------------------------------------------------------------------- */
/* def f[T](...): a function of the type scope, called at once with the defaults, makes the variables and then f. */
static void generic_function(Unit *u, const Node *s, int first_line, Reg base)
{
    Compiler *c = u->c;
    int flags = push_defaults(u, s->FunctionDef.args, base);
    if (!(flags & WITH_DEFAULTS))
        emit_load(u, (Reg)(base + 1), NONE);
    if (!(flags & WITH_KWDEFAULTS))
        emit_load(u, (Reg)(base + 2), NONE);
    if (!type_scope_open(c, s, s->FunctionDef.name, first_line))
        return;
    Unit *inner = c->unit;
    closure_param(inner, ident_c(c, ".defaults"));
    closure_param(inner, ident_c(c, ".kwdefaults"));
    closure_begin(inner);
    at_node(inner, s);
    Reg params = push_type_params(inner, s->FunctionDef.type_params);
    Reg function = temp_push(inner);
    if (flags & WITH_DEFAULTS)
        emit_ab(inner, OP_CODE_MOVE, (Reg)(function + 1), 0);
    if (flags & WITH_KWDEFAULTS)
        emit_ab(inner, OP_CODE_MOVE, (Reg)(function + 2), 1);
    temps_push(inner, 2);
    function_body(c, s, first_line, function, flags | push_annotations(inner, s->FunctionDef.args, s->FunctionDef.returns, function));
    Reg copy = temp_push(inner);
    emit_ab(inner, OP_CODE_COPY, copy, function);
    emit(inner, OP_CODE_STORE_ATTR, 0, copy, params, unit_name(inner, ident_c(c, "__type_params__")));
    type_scope_end(c, function, base);
    emit(u, OP_CODE_CALL, 0, base, 2, base);
}

void function_stmt(Unit *u, const Node *s)
{
    int height = u->height;
    NodeList decorators = s->FunctionDef.decorator_list;
    int first_line = push_decorators(u, s, decorators);
    Reg base = temp_push(u);
    at_node(u, s);
    if (s->FunctionDef.type_params.n) {
        generic_function(u, s, first_line, base);
    } else {
        int flags = push_defaults(u, s->FunctionDef.args, base);
        flags |= push_annotations(u, s->FunctionDef.args, s->FunctionDef.returns, base);
        function_body(u->c, s, first_line, base, flags);
    }
    store_decorated(u, s, s->FunctionDef.name, decorators, base);
    u->height = height;
}
