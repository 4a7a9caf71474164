/* operator.c -- names, operators, attributes, subscripts. */
#include "interp/compile/operator.h"
#include "interp/compile/condition.h"
#include "interp/compile/literal.h"
#include "interp/base/utf8.h"

void name_to(Unit *u, const Node *e, Reg dest) { place_load(u, place_of(u, e->Name.id), dest); }

/* --- operators --------------------------------------------------------------------------------------------- */
static Opcode binary_opcode(NodeKind op)
{
    switch (op) {
    case NODE_Add: return OP_CODE_ADD;
    case NODE_Sub: return OP_CODE_SUB;
    case NODE_Mult: return OP_CODE_MUL;
    case NODE_MatMult: return OP_CODE_MATMUL;
    case NODE_Div: return OP_CODE_TRUEDIV;
    case NODE_FloorDiv: return OP_CODE_FLOORDIV;
    case NODE_Mod: return OP_CODE_MOD;
    case NODE_Pow: return OP_CODE_POW;
    case NODE_LShift: return OP_CODE_LSHIFT;
    case NODE_RShift: return OP_CODE_RSHIFT;
    case NODE_BitOr: return OP_CODE_OR;
    case NODE_BitXor: return OP_CODE_XOR;
    default: assert(op == NODE_BitAnd); return OP_CODE_AND;
    }
}

void emit_binary(Unit *u, NodeKind op, bool inplace, Reg dest, Reg left, const Node *right)
{
    Opcode code = binary_opcode(op);
    int k = code == OP_CODE_MATMUL ? -1 : expr_small_const(u, right);
    if (k >= 0)                                             /* each K row stands behind its register row */
        emit(u, code + 1, inplace, dest, left, (Reg)k);
    else
        emit(u, code, inplace, dest, left, expr_operand(u, right, NO_REG, NULL, NULL));
}
static_assert(OP_CODE_ADD_K == OP_CODE_ADD + 1 && OP_CODE_XOR_K == OP_CODE_XOR + 1 && OP_CODE_POW_K == OP_CODE_POW + 1, "K rows follow");

void bin_op_to(Unit *u, const Node *e, Reg dest)
{
    Reg left = expr_operand(u, e->BinOp.left, dest, e->BinOp.right, NULL);
    emit_binary(u, e->BinOp.op, false, dest, left, e->BinOp.right);
}

void unary_op_to(Unit *u, const Node *e, Reg dest)
{
    if (e->UnaryOp.op == NODE_Not) {
        not_to(u, e, dest);
        return;
    }
    Opcode code = e->UnaryOp.op == NODE_USub ? OP_CODE_NEG : e->UnaryOp.op == NODE_UAdd ? OP_CODE_POS : OP_CODE_INVERT;
    emit_ab(u, code, dest, expr_operand(u, e->UnaryOp.operand, dest, NULL, NULL));
}

void named_expr_to(Unit *u, const Node *e, Reg dest)
{
    const Node *target = e->NamedExpr.target;
    if (forbidden_name(u, target->Name.id, NODE_Store, span_of(target)))
        return;
    Place p = place_of(u, target->Name.id);
    Reg r = place_target(p);
    if (r != NO_REG) {
        expr_to(u, e->NamedExpr.value, r);
        place_bound(u, p);
        if (r != dest)
            emit_ab(u, OP_CODE_MOVE, dest, r);
        return;
    }
    Reg t = temp_window(u, dest);
    expr_to(u, e->NamedExpr.value, t);
    Reg copy = temp_push(u);
    emit_ab(u, OP_CODE_COPY, copy, t);
    place_store(u, p, copy);
    if (t != dest)
        emit_ab(u, OP_CODE_MOVE, dest, t);
}

/* --- attributes -------------------------------------------------------------------------------------------- */
void at_attribute(Unit *u, const Node *e)
{
    if (u->at.line == e->end_lineno)
        return;
    u->at.line = e->end_lineno;
    int len = (int)utf8_count(e->Attribute.attr->at, e->Attribute.attr->len);
    if (len <= e->end_col_offset) {
        u->at.column = e->end_col_offset - len;
    } else {
        u->at.column = -1;
        u->at.end_column = -1;
    }
}

bool is_super_attribute(Unit *u, const Node *e)
{
    const Node *call = e->Attribute.value;
    if (call->kind != NODE_Call || call->Call.keywords.n || call->Call.func->kind != NODE_Name)
        return false;
    const Text *name = call->Call.func->Name.id;
    if (name->len != 5 || memcmp(name->at, "super", 5))
        return false;
    Scope *s = u->scope;
    Place p = place_of(u, name);
    if (p.kind != PLACE_GLOBAL || (p.symbol && p.symbol->reach == GLOBAL_EXPLICIT) || s->kind == SCOPE_MODULE)
        return false;
    if (call->Call.args.n == 2)
        return call->Call.args.at[0]->kind != NODE_Starred && call->Call.args.at[1]->kind != NODE_Starred;
    if (call->Call.args.n != 0 || (s->kind != SCOPE_FUNCTION && s->kind != SCOPE_LAMBDA) || u->n_args == 0)
        return false;
    Symbol *class_ = scope_find(s, ident_c(u->c, "__class__"));
    return class_ && class_->reach == FREE;
}

bool super_attribute(Unit *u, const Node *e, Reg base, bool method)
{
    if (!is_super_attribute(u, e))
        return false;
    const Node *call = e->Attribute.value;
    assert(is_top(u, base));
    Span old = at_node(u, call->Call.func);
    place_load(u, place_of(u, call->Call.func->Name.id), base);
    u->at = old;
    if (call->Call.args.n == 2) {
        expr_push(u, call->Call.args.at[0]);
        expr_push(u, call->Call.args.at[1]);
    } else {
        old = at_node(u, call);
        Reg class_ = temp_push(u), self = temp_push(u);
        emit_ab(u, OP_CODE_LOAD_FREE, class_, (Reg)unit_free_index(u, ident_c(u->c, "__class__")));
        place_load(u, place_of_ident(u, u->vars.at[0]), self);
        u->at = old;
    }
    Reg name = unit_name(u, ident_mangled(u->c, u->private_, e->Attribute.attr));
    emit(u, OP_CODE_LOAD_SUPER_ATTR, (method ? 1 : 0) | (call->Call.args.n == 2 ? 2 : 0), base, 0, name);
    u->height = base - TEMP_BASE + 1;
    return true;
}

void attribute_to(Unit *u, const Node *e, Reg dest)
{
    if (is_super_attribute(u, e)) {
        Reg base = temp_window(u, dest);
        at_attribute(u, e);
        super_attribute(u, e, base, false);
        if (base != dest)
            emit_ab(u, OP_CODE_MOVE, dest, base);
        return;
    }
    Reg object = expr_operand(u, e->Attribute.value, dest, NULL, NULL);
    at_attribute(u, e);
    emit(u, OP_CODE_LOAD_ATTR, 0, dest, object, unit_name(u, ident_mangled(u->c, u->private_, e->Attribute.attr)));
}

/* --- subscripts -------------------------------------------------------------------------------------------- */
static void push_or_none(Unit *u, const Node *e)
{
    if (e) {
        expr_push(u, e);
        return;
    }
    Reg t = temp_push(u);
    emit_load(u, t, NONE);
}

void slice_to(Unit *u, const Node *e, Reg dest)
{
    Reg first = temp_next(u);
    push_or_none(u, e->Slice.lower);
    push_or_none(u, e->Slice.upper);
    push_or_none(u, e->Slice.step);
    emit_ab(u, OP_CODE_BUILD_SLICE, dest, first);
}

Reg slice_bounds(Unit *u, const Node *e)
{
    Reg first = temp_next(u);
    push_or_none(u, e->Slice.lower);
    push_or_none(u, e->Slice.upper);
    if (e->Slice.step)
        push_or_none(u, e->Slice.step);
    return first;
}

void subscript_to(Unit *u, const Node *e, Reg dest)
{
    const Node *container = e->Subscript.value, *index = e->Subscript.slice;
    warn_if_not_subscriptable(u, container);
    warn_if_bad_index(u, container, index);
    Reg object = expr_operand(u, container, dest, index, NULL);
    if (index->kind == NODE_Slice) {
        Reg first = slice_bounds(u, index);
        emit(u, OP_CODE_GETSLICE, index->Slice.step != NULL, dest, object, first);
        return;
    }
    Value v;
    if (fold_value(u->c, index, &v)) {
        int k = unit_const(u, v);
        if (k < NO_REG) {
            emit(u, OP_CODE_GETITEM_K, 0, dest, object, (Reg)k);
            return;
        }
    }
    emit(u, OP_CODE_GETITEM, 0, dest, object, expr_operand(u, index, NO_REG, NULL, NULL));
}
