/* closure.c -- units of inner code and the functions made of them. */
#include "interp/compile/closure.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static void add_param(Unit *u, Ident *ident)
{
    Symbol *y = scope_find(u->scope, ident);
    if (!y) {
        assert(u->c->failed);
        return;
    }
    y->reg = unit_new_var(u, ident);
    u->n_params++;
}

static void add_params(Unit *u, NodeList args)
{
    for (int i = 0; i < args.n; i++) {
        if (forbidden_name(u, args.at[i]->arg.arg, NODE_Store, u->parent->at))
            return;
        add_param(u, ident_mangled(u->c, u->private_, args.at[i]->arg.arg));
    }
}

static uint32_t scope_flags(const Compiler *c, const Scope *s)
{
    uint32_t flags = c->flags & COMPILE_FUTURE_ALL;
    if (!scope_is_function(s))
        return flags;
    flags |= CODE_OPTIMIZED | CODE_NEWLOCALS;
    flags |= s->nested ? CODE_NESTED : 0;
    flags |= s->generator ? (s->coroutine ? CODE_ASYNC_GENERATOR : CODE_GENERATOR) : s->coroutine ? CODE_COROUTINE : 0;
    flags |= s->varargs ? CODE_VARARGS : 0;
    flags |= s->varkeywords ? CODE_VARKEYWORDS : 0;
    return flags;
}

bool closure_open(Compiler *c, Scope *scope, Ident *name, const Node *args, int first_line)
{
    if (!unit_open(c, scope, name, first_line, NULL))
        return false;
    Unit *u = c->unit;
    u->flags = scope_flags(c, scope);
    u->in_class_values = scope->kind >= SCOPE_TYPE_PARAMS && scope->needs_class_dict;
    if (args) {
        add_params(u, args->arguments.posonlyargs);
        add_params(u, args->arguments.args);
        add_params(u, args->arguments.kwonlyargs);
        u->n_posonly = (uint16_t)args->arguments.posonlyargs.n;
        u->n_args = (uint16_t)(args->arguments.posonlyargs.n + args->arguments.args.n);
        u->n_kwonly = (uint16_t)args->arguments.kwonlyargs.n;
        if (args->arguments.vararg)
            add_params(u, (NodeList){ (Node **)&args->arguments.vararg, 1 });
        if (args->arguments.kwarg)
            add_params(u, (NodeList){ (Node **)&args->arguments.kwarg, 1 });
    }
    return !c->failed;
}

void closure_param(Unit *u, Ident *ident)
{
    add_param(u, ident);
    u->n_args++;
}

void closure_begin(Unit *u)
{
    if (u->flags & (CODE_GENERATOR | CODE_COROUTINE | CODE_ASYNC_GENERATOR))
        emit_a(u, OP_CODE_GENERATOR, 0);
    for (size_t i = 0; i < u->cells.n; i++)
        emit_a(u, OP_CODE_MAKE_CELL, place_cell_register(u, u->cells.at[i]));
    u->at_statement = true;                                 /* f_lineno may lead to the line of `def` */
    emit_a(u, OP_CODE_RESUME, 0);
    for (int i = 0; i < u->n_params; i++) {
        Symbol *y = scope_find(u->scope, u->vars.at[i]);
        if (y && !(y->flags & (DEF_DELETED | DEF_EXCEPT)) && y->reach == LOCAL)
            state_bind(u, (Reg)i);
    }
}

/* MAKE_FUNCTION of closed code, its closure before it. */
static void make_function_take(Unit *u, Code *code, Reg base, int flags)
{
    if (!code)
        return;
    own Value code_value = obj_value(code);
    uint64_t n_free = tuple_len(code->freevars);
    u->height = base - TEMP_BASE + 1;
    if (n_free) {
        temps_push(u, 3);
        Reg closure = temp_push(u), first = temp_next(u);
        for (uint64_t i = 0; i < n_free; i++) {
            Value name = tuple_peek(code->freevars, i);
            size_t len;
            const char *text = str_utf8_peek(name, &len);
            if (!text) {
                context_fail(u->c);
                return;
            }
            place_load_cell(u, ident_new(u->c, text, len), temp_push(u));
        }
        emit(u, OP_CODE_BUILD_TUPLE, 0, closure, first, (Reg)n_free);
        flags |= WITH_CLOSURE;
    }
    emit(u, OP_CODE_MAKE_FUNCTION, flags, base, 0, unit_const16(u, code_value));
    u->height = base - TEMP_BASE + 1;
}

void closure_end(Compiler *c, Reg base, int flags)
{
    Unit *u = c->unit;
    u->at = NO_SPAN;
    if (!u->state.dead)
        emit_bc(u, OP_CODE_RETURN_K, 0, unit_const(u, NONE));
    Code *code = unit_close(c);
    if (code)
        make_function_take(c->unit, code, base, flags);
}
