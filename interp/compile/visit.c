/* visit.c -- values wanted here or there; the table does the rest. */
#include "interp/compile/visit.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/str.h"

void expr_to(Unit *u, const Node *e, Reg dest)
{
    Compiler *c = u->c;
    if (!context_enter(c))
        return;
    Span old = at_node(u, e);
    int height = u->height;
    Value v;
    if (fold_value(c, e, &v))
        emit_load(u, dest, v);
    else if (c->rules->expr[e->kind])
        c->rules->expr[e->kind](u, e, dest);
    else
        context_error(c, span_of(e), e->kind == NODE_Starred ? "can't use starred expression here" : "this expression cannot be used here");
    u->height = height;
    u->at = old;
    context_leave(c);
}

Reg expr_push(Unit *u, const Node *e)
{
    Reg r = temp_push(u);
    expr_to(u, e, r);
    return r;
}

/* --- late reads -------------------------------------------------------------------------------------------- */
typedef struct Rebind { Unit *u; Reg reg; bool found; } Rebind;

static bool look_for_rebinding(Node *n, void *context)
{
    Rebind *r = context;
    switch (n->kind) {
    case NODE_NamedExpr: {
        Place p = place_of(r->u, n->NamedExpr.target->Name.id);
        r->found |= p.kind == PLACE_REG && p.index == r->reg;
        break;
    }
    case NODE_Lambda: case NODE_GeneratorExp: return true;  /* other code; their first iterables hardly matter: no := there */
    default: break;
    }
    return !r->found && ast_each_child(n, look_for_rebinding, r);
}

/* Can evaluating it run code that changes a global? */
static bool is_quiet(Unit *u, const Node *e)
{
    Value v;
    return fold_value(u->c, e, &v) || e->kind == NODE_Name || e->kind == NODE_Constant;
}

bool may_rebind(Unit *u, const Node *later, Reg r)
{
    if (!later || is_temp(r))
        return false;
    if (r < u->n_linked)
        return !is_quiet(u, later);
    if (!u->scope->has_walrus)
        return false;
    Rebind look = { u, r, false };
    look_for_rebinding((Node *)later, &look);
    return look.found;
}

Reg expr_operand(Unit *u, const Node *e, Reg into, const Node *later1, const Node *later2)
{
    Value v;
    Reg r = NO_REG;
    if (e->kind == NODE_Name && !fold_value(u->c, e, &v)) {
        r = place_target(place_of(u, e->Name.id));
    } else if (e->kind == NODE_NamedExpr) {
        Place p = place_of(u, e->NamedExpr.target->Name.id);
        r = place_target(p);
        if (r != NO_REG) {
            if (!forbidden_name(u, e->NamedExpr.target->Name.id, NODE_Store, span_of(e->NamedExpr.target)))
                expr_to(u, e->NamedExpr.value, r);
            place_bound(u, p);
        }
    }
    if (r != NO_REG) {
        if (!may_rebind(u, later1, r) && !may_rebind(u, later2, r))
            return r;
        Reg t = temp_window(u, into);
        Span old = at_node(u, e);
        emit_ab(u, OP_CODE_MOVE, t, r);
        u->at = old;
        return t;
    }
    Reg t = temp_window(u, into);
    expr_to(u, e, t);
    return t;
}

Reg expr_bound(Unit *u, const Node *e)
{
    Reg r = expr_operand(u, e, NO_REG, NULL, NULL);
    if (!state_is_bound(u, r)) {
        Span old = at_node(u, e);
        emit_a(u, OP_CODE_CHECK_BOUND, r);
        u->at = old;
    }
    return r;
}

int expr_small_const(Unit *u, const Node *e)
{
    Value v;
    if (!fold_value(u->c, e, &v) || !(is_int(v) || is_float(v) || str_exact(v)))
        return -1;
    int k = unit_const(u, v);
    return k < NO_REG ? k : -1;
}

void expr_drop(Unit *u, const Node *e)
{
    Value v;
    if (fold_value(u->c, e, &v) || u->c->failed)
        return;
    int height = u->height;
    Reg r = expr_operand(u, e, NO_REG, NULL, NULL);
    Span old = at_node(u, e);
    if (is_temp(r))
        emit_a(u, OP_CODE_CLEAR, r);
    else if (!state_is_bound(u, r) && e->kind != NODE_NamedExpr)
        emit_a(u, OP_CODE_CHECK_BOUND, r);
    u->at = old;
    u->height = height;
}

/* --- statements -------------------------------------------------------------------------------------------- */
void stmt(Unit *u, const Node *s)
{
    Compiler *c = u->c;
    if (!context_enter(c))
        return;
    assert(c->rules->stmt[s->kind]);
    int height = u->height;
    u->at = span_of(s);
    u->at_statement = true;
    c->rules->stmt[s->kind](u, s);
    assert(c->failed || u->height == height);
    u->height = height;
    context_leave(c);
}

void stmts(Unit *u, NodeList list)
{
    for (int i = 0; i < list.n && !u->c->failed; i++)
        stmt(u, list.at[i]);
}

bool forbidden_name(Unit *u, const Text *name, NodeKind ctx, Span at)
{
    if (name->len != 9 || memcmp(name->at, "__debug__", 9) || ctx == NODE_Load)
        return false;
    context_error(u->c, at, ctx == NODE_Del ? "cannot delete __debug__" : "cannot assign to __debug__");
    return true;
}
