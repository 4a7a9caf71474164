/* suspend.c -- places where execution stops and goes on later. */
#include "interp/compile/suspend.h"

bool in_async(Unit *u)
{
    const Scope *s = u->scope;
    if (s->kind == SCOPE_MODULE)
        return u->c->flags & COMPILE_TOP_LEVEL_AWAIT;
    return s->node && s->node->kind == NODE_AsyncFunctionDef && s->kind == SCOPE_FUNCTION;
}

void emit_delegate(Unit *u, Reg t)
{
    Label again = label_new(u), done = label_new(u);
    emit_load(u, (Reg)(t + 1), NONE);
    label_place(u, again);
    emit_jump(u, OP_CODE_SEND, 0, t, (Reg)(t + 1), done);
    emit_ab(u, OP_CODE_YIELD, (Reg)(t + 1), t);
    emit_a(u, OP_CODE_RESUME, 0);
    emit_goto(u, again);
    label_place(u, done);
}

void emit_await(Unit *u, Reg t, int kind)
{
    assert(u->c->failed || is_top(u, t));
    emit(u, OP_CODE_GET_AWAITABLE, kind, t, t, 0);
    Reg result = temp_push(u);
    emit_delegate(u, t);
    emit_ab(u, OP_CODE_MOVE, t, result);
    u->height = t - TEMP_BASE + 1;
}

void await_to(Unit *u, const Node *e, Reg dest)
{
    const Scope *s = u->scope;
    if (!(s->kind == SCOPE_MODULE && u->c->flags & COMPILE_TOP_LEVEL_AWAIT)) {
        if (!scope_is_function(s))
            context_error(u->c, u->at, "'await' outside function");
        else if (!in_async(u) && s->kind != SCOPE_COMPREHENSION && u->inlined.n == 0)
            context_error(u->c, u->at, "'await' outside async function");
    }
    Reg t = temp_window(u, dest);
    expr_to(u, e->Await.value, t);
    emit_await(u, t, 0);
    if (t != dest)
        emit_ab(u, OP_CODE_MOVE, dest, t);
}

static bool may_yield(Unit *u)
{
    if (!scope_is_function(u->scope))
        context_error(u->c, u->at, "'yield' outside function");
    return !u->c->failed;
}

void emit_yield_drop(Unit *u, Reg r)
{
    emit(u, OP_CODE_YIELD, (u->flags & CODE_ASYNC_GENERATOR ? 1 : 0) | 2, r, NO_REG, 0);
    emit_a(u, OP_CODE_RESUME, 0);
}

void yield_drop(Unit *u, const Node *e)
{
    Span old = at_node(u, e);
    int height = u->height;
    if (may_yield(u)) {
        Reg r = NO_REG;
        if (e->Yield.value)
            r = expr_bound(u, e->Yield.value);
        else
            emit_load(u, r = temp_push(u), NONE);
        emit_yield_drop(u, r);
    }
    u->height = height;
    u->at = old;
}

void yield_to(Unit *u, const Node *e, Reg dest)
{
    if (!may_yield(u))
        return;
    Reg t = temp_window(u, dest);
    if (e->Yield.value)
        expr_to(u, e->Yield.value, t);
    else
        emit_load(u, t, NONE);
    emit(u, OP_CODE_YIELD, u->flags & CODE_ASYNC_GENERATOR ? 1 : 0, t, NO_REG, 0);
    emit_a(u, OP_CODE_RESUME, 0);
    if (t != dest)
        emit_ab(u, OP_CODE_MOVE, dest, t);
}

void yield_from_to(Unit *u, const Node *e, Reg dest)
{
    if (!scope_is_function(u->scope)) {
        context_error(u->c, u->at, "'yield' outside function");
        return;
    }
    if (in_async(u)) {
        context_error(u->c, u->at, "'yield from' inside async function");
        return;
    }
    Reg t = temp_window(u, dest);
    expr_to(u, e->YieldFrom.value, t);
    emit_ab(u, OP_CODE_GET_YIELD_FROM, t, t);
    Reg result = temp_push(u);
    emit_delegate(u, t);
    emit_ab(u, OP_CODE_MOVE, dest, result);
}
