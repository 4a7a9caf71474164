/* type_params.c -- type parameter scopes: functions that run once, where they stand; bounds, defaults and aliases are functions run when asked. */
#include "interp/compile/type_params.h"
#include "interp/compile/assign.h"
#include "interp/object/str.h"
#include <stdio.h>

/* A function of no arguments that gives e, in a new temporary; None when there is no e. A starred e (`*Ts = *pair`, PEP 696) gives the one
 * item of what stands behind the star: for a tuple type that is the unpacked type itself. */
static void push_lazy(Unit *u, const Node *e, const void *key, Ident *name)
{
    Compiler *c = u->c;
    Reg base = temp_push(u);
    if (!e) {
        emit_load(u, base, NONE);
        return;
    }
    if (!closure_open(c, scope_of(c, key), name, NULL, e->lineno))
        return;
    Unit *inner = c->unit;
    closure_begin(inner);
    at_node(inner, e);
    Reg result;
    if (e->kind == NODE_Starred) {
        Reg items = expr_operand(inner, e->Starred.value, NO_REG, NULL, NULL);
        result = temp_push(inner);
        emit(inner, OP_CODE_UNPACK, 0, result, items, 1);
    } else {
        result = expr_operand(inner, e, NO_REG, NULL, NULL);
    }
    emit_a(inner, OP_CODE_RETURN, result);
    unit_dead_end(inner);
    closure_end(c, base, 0);
}

static void push_type_param(Unit *u, const Node *p)
{
    const Text *name = p->kind == NODE_TypeVar ? p->TypeVar.name : p->kind == NODE_ParamSpec ? p->ParamSpec.name : p->TypeVarTuple.name;
    const Node *bound = p->kind == NODE_TypeVar ? p->TypeVar.bound : NULL;
    const Node *otherwise = p->kind == NODE_TypeVar ? p->TypeVar.default_value : p->kind == NODE_ParamSpec ? p->ParamSpec.default_value : p->TypeVarTuple.default_value;
    int kind = p->kind == NODE_ParamSpec ? 1 : p->kind == NODE_TypeVarTuple ? 2 : bound && bound->kind == NODE_Tuple ? 3 : 0;
    Span old = at_node(u, p);
    Ident *ident = ident_of(u->c, name);
    Reg t = temp_push(u);
    emit_load(u, t, ident_str_peek(u->c, ident));
    Reg functions = temp_next(u);
    push_lazy(u, bound, scope_key_bound(p), ident);
    push_lazy(u, otherwise, scope_key_default(p), ident);
    emit(u, OP_CODE_MAKE_TYPE_PARAM, kind, t, t, functions);
    u->height = t - TEMP_BASE + 1;
    Reg copy = temp_push(u);
    emit_ab(u, OP_CODE_COPY, copy, t);
    place_store(u, place_of(u, name), copy);
    u->height = t - TEMP_BASE + 1;
    u->at = old;
}

Reg push_type_params(Unit *u, NodeList params)
{
    Reg first = temp_next(u);
    bool seen_default = false;
    for (int i = 0; i < params.n && !u->c->failed; i++) {
        const Node *p = params.at[i];
        bool has_default = p->kind == NODE_TypeVar ? p->TypeVar.default_value : p->kind == NODE_ParamSpec ? p->ParamSpec.default_value : p->TypeVarTuple.default_value;
        if (seen_default && !has_default)
            context_error(u->c, span_of(p), "non-default type parameter follows default type parameter");
        seen_default |= has_default;
        push_type_param(u, p);
    }
    emit(u, OP_CODE_BUILD_TUPLE, 0, first, first, (Reg)params.n);
    u->height = first - TEMP_BASE + 1;
    return first;
}

bool type_scope_open(Compiler *c, const Node *s, const Text *name, int first_line)
{
    char title[300];
    snprintf(title, sizeof title, "<generic parameters of %.240s>", name->at);
    return closure_open(c, scope_of(c, scope_key_params(s)), ident_c(c, title), NULL, first_line);
}

void type_scope_end(Compiler *c, Reg r, Reg base)
{
    emit_a(c->unit, OP_CODE_RETURN, r);
    unit_dead_end(c->unit);
    closure_end(c, base, 0);
}

static void push_alias(Unit *u, const Node *s, Reg params)
{
    const Text *name = s->TypeAlias.name->Name.id;
    Ident *ident = ident_of(u->c, name);
    Reg t = temp_push(u), pair = temp_push(u);
    emit_load(u, t, ident_str_peek(u->c, ident));
    if (params == NO_REG)
        emit(u, OP_CODE_BUILD_TUPLE, 0, pair, pair, 0);
    else
        emit_ab(u, OP_CODE_MOVE, pair, params);
    push_lazy(u, s->TypeAlias.value, s, ident);
    emit(u, OP_CODE_MAKE_TYPE_ALIAS, 0, t, t, pair);
    u->height = t - TEMP_BASE + 1;
}

void type_alias_stmt(Unit *u, const Node *s)
{
    int height = u->height;
    Reg base = temp_push(u);
    if (s->TypeAlias.type_params.n) {
        if (!type_scope_open(u->c, s, s->TypeAlias.name->Name.id, s->lineno))
            return;
        Unit *inner = u->c->unit;
        closure_begin(inner);
        at_node(inner, s);
        Reg params = push_type_params(inner, s->TypeAlias.type_params);
        Reg alias = temp_next(inner);
        push_alias(inner, s, params);
        type_scope_end(u->c, alias, base);
        emit(u, OP_CODE_CALL, 0, base, 0, base);
    } else {
        u->height = height;
        push_alias(u, s, NO_REG);
    }
    assign_to(u, s->TypeAlias.name, base);
    u->height = height;
}
