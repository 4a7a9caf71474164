/* condition.c -- comparisons, and / or / not, conditional expressions: as values and as jumps. */
#include "interp/compile/condition.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"

/* --- one comparison ---------------------------------------------------------------------------------------- */
typedef struct CompareRows { Opcode value, jump, jump_k; } CompareRows;

static CompareRows rows_of(NodeKind op)
{
    switch (op) {
    case NODE_Lt: return (CompareRows){ OP_CODE_LT, OP_CODE_JLT, OP_CODE_JLT_K };
    case NODE_LtE: return (CompareRows){ OP_CODE_LE, OP_CODE_JLE, OP_CODE_JLE_K };
    case NODE_Gt: return (CompareRows){ OP_CODE_GT, OP_CODE_JGT, OP_CODE_JGT_K };
    case NODE_GtE: return (CompareRows){ OP_CODE_GE, OP_CODE_JGE, OP_CODE_JGE_K };
    case NODE_Eq: return (CompareRows){ OP_CODE_EQ, OP_CODE_JEQ, OP_CODE_JEQ_K };
    case NODE_NotEq: return (CompareRows){ OP_CODE_NE, OP_CODE_JNE, OP_CODE_JNE_K };
    case NODE_Is: case NODE_IsNot: return (CompareRows){ OP_CODE_IS, OP_CODE_JIS, OP_CODE_JIS_K };
    default: return (CompareRows){ OP_CODE_CONTAINS, 0, 0 };
    }
}
static bool negated(NodeKind op) { return op == NODE_IsNot || op == NODE_NotIn; }
static bool is_containment(NodeKind op) { return op == NODE_In || op == NODE_NotIn; }

/* `in [1, 2]`: the display is never seen, a constant will do. */
static Reg right_operand(Unit *u, NodeKind op, const Node *e, const Node *later)
{
    Value v = is_containment(op) ? fold_display(u->c, e) : UNBOUND;
    if (is_unbound(v))
        return expr_operand(u, e, NO_REG, later, NULL);
    Reg t = temp_push(u);
    emit_load(u, t, v);
    return t;
}

static void emit_compare(Unit *u, NodeKind op, Reg dest, Reg left, Reg right)
{
    emit(u, rows_of(op).value, negated(op), dest, left, right);
}

static void emit_compare_jump(Unit *u, NodeKind op, Reg left, Reg right, Label to, bool when)
{
    if (is_containment(op)) {
        Reg t = is_temp(right) ? right : is_temp(left) ? left : temp_push(u);
        emit_compare(u, op, t, left, right);
        emit_jump(u, when ? OP_CODE_JUMP_TRUE : OP_CODE_JUMP_FALSE, 0, t, 0, to);
        return;
    }
    emit_jump(u, rows_of(op).jump, op == NODE_IsNot ? !when : when, left, right, to);
}

/* The right operand as a constant of the fused jump; -1. */
static int jump_const(Unit *u, NodeKind op, const Node *e)
{
    Value v;
    if (is_containment(op) || !fold_value(u->c, e, &v))
        return -1;
    if (op != NODE_Is && op != NODE_IsNot)
        return expr_small_const(u, e);
    int k = unit_const(u, v);
    return k < NO_REG ? k : -1;
}

static void last_compare_jump(Unit *u, NodeKind op, Reg left, const Node *right, Label to, bool when)
{
    int k = jump_const(u, op, right);
    if (k >= 0) {
        emit_jump(u, rows_of(op).jump_k, op == NODE_IsNot ? !when : when, left, (Reg)k, to);
        return;
    }
    emit_compare_jump(u, op, left, right_operand(u, op, right, NULL), to, when);
}

/* --- chains: a < b < c evaluates b once ------------------------------------------------------------------------- */
/* The middle operand, to be read twice: *again is the register for the second time. */
static Reg middle_operand(Unit *u, NodeKind op, const Node *e, const Node *next, Reg *again)
{
    Reg r = right_operand(u, op, e, next);
    *again = r;
    if (!is_temp(r))
        return r;
    Reg copy = temp_push(u);
    emit_ab(u, OP_CODE_COPY, copy, r);
    return copy;
}

/* Failing in the middle leaves the operand kept for the next comparison: drop it on the way. */
typedef struct Stumble { Label label; Reg live; } Stumble;

static Label stumble_label(Unit *u, Stumble *list, int *n, Reg live, Label otherwise)
{
    if (!is_temp(live))
        return otherwise;
    list[*n] = (Stumble){ label_new(u), live };
    return list[(*n)++].label;
}

static void place_stumbles(Unit *u, const Stumble *list, int n, Label to)
{
    for (int i = 0; i < n; i++) {
        label_place(u, list[i].label);
        emit_a(u, OP_CODE_CLEAR, list[i].live);
        emit_goto(u, to);
    }
}

static void chain_jump(Unit *u, const Node *e, Label to, bool when)
{
    int n = e->Compare.ops.n, n_stumbles = 0;
    NodeList right = e->Compare.comparators;
    Stumble *stumbles = context_alloc(u->c, (size_t)n * sizeof *stumbles);
    if (!stumbles)
        return;
    Label end = label_new(u), fail = when ? end : to;
    Reg left = expr_operand(u, e->Compare.left, NO_REG, right.at[0], NULL), again;
    for (int i = 0; i < n - 1; i++) {
        Reg middle = middle_operand(u, e->Compare.ops.at[i], right.at[i], right.at[i + 1], &again);
        emit_compare_jump(u, e->Compare.ops.at[i], left, middle, stumble_label(u, stumbles, &n_stumbles, again, fail), false);
        left = again;
    }
    last_compare_jump(u, e->Compare.ops.at[n - 1], left, right.at[n - 1], to, when);
    if (n_stumbles) {
        emit_goto(u, end);
        place_stumbles(u, stumbles, n_stumbles, fail);
    }
    label_place(u, end);
}

static void chain_to(Unit *u, const Node *e, Reg dest)
{
    int n = e->Compare.ops.n, n_stumbles = 0;
    NodeList right = e->Compare.comparators;
    Stumble *stumbles = context_alloc(u->c, (size_t)n * sizeof *stumbles);
    if (!stumbles)
        return;
    Label end = label_new(u);
    Reg result = temp_window(u, dest), again;
    Reg left = expr_operand(u, e->Compare.left, NO_REG, right.at[0], NULL);
    for (int i = 0; i < n - 1; i++) {
        Reg middle = middle_operand(u, e->Compare.ops.at[i], right.at[i], right.at[i + 1], &again);
        emit_compare(u, e->Compare.ops.at[i], result, left, middle);
        emit_jump(u, OP_CODE_JUMP_FALSE_KEEP, 0, result, 0, stumble_label(u, stumbles, &n_stumbles, again, end));
        left = again;
    }
    NodeKind op = e->Compare.ops.at[n - 1];
    emit_compare(u, op, result, left, right_operand(u, op, right.at[n - 1], NULL));
    if (n_stumbles) {
        emit_goto(u, end);
        place_stumbles(u, stumbles, n_stumbles, end);
    }
    label_place(u, end);
    if (result != dest)
        emit_ab(u, OP_CODE_MOVE, dest, result);
}

/* --- warnings ---------------------------------------------------------------------------------------------- */
static bool is_literal(Unit *u, const Node *e)
{
    Value v;
    if (e->kind == NODE_Tuple || e->kind == NODE_JoinedStr)
        return true;
    return fold_value(u->c, e, &v) && !(is_immediate(v) && !is_unbound(v));
}

static void warn_literal_identity(Unit *u, const Node *e)
{
    bool left = is_literal(u, e->Compare.left);
    for (int i = 0; i < e->Compare.ops.n; i++) {
        NodeKind op = e->Compare.ops.at[i];
        bool right = is_literal(u, e->Compare.comparators.at[i]);
        if ((op == NODE_Is || op == NODE_IsNot) && (left || right)) {
            context_warn(u->c, u->at, op == NODE_Is ? "\"is\" with a literal. Did you mean \"==\"?" : "\"is not\" with a literal. Did you mean \"!=\"?");
            return;
        }
        left = right;
    }
}

void compare_to(Unit *u, const Node *e, Reg dest)
{
    warn_literal_identity(u, e);
    if (e->Compare.ops.n > 1) {
        chain_to(u, e, dest);
        return;
    }
    const Node *right = e->Compare.comparators.at[0];
    Reg left = expr_operand(u, e->Compare.left, dest, right, NULL);
    emit_compare(u, e->Compare.ops.at[0], dest, left, right_operand(u, e->Compare.ops.at[0], right, NULL));
}

/* --- and, or, not, if -------------------------------------------------------------------------------------- */
void bool_op_to(Unit *u, const Node *e, Reg dest)
{
    bool is_and = e->BoolOp.op == NODE_And;
    NodeList values = e->BoolOp.values;
    Label end = label_new(u);
    Reg result = temp_window(u, dest);
    for (int i = 0; i < values.n; i++) {
        expr_to(u, values.at[i], result);
        if (i < values.n - 1)
            emit_jump(u, is_and ? OP_CODE_JUMP_FALSE_KEEP : OP_CODE_JUMP_TRUE_KEEP, 0, result, 0, end);
    }
    label_place(u, end);
    if (result != dest)
        emit_ab(u, OP_CODE_MOVE, dest, result);
}

void if_exp_to(Unit *u, const Node *e, Reg dest)
{
    Label otherwise = label_new(u), end = label_new(u);
    expr_jump(u, e->IfExp.test, otherwise, false);
    expr_to(u, e->IfExp.body, dest);
    emit_goto(u, end);
    label_place(u, otherwise);
    expr_to(u, e->IfExp.orelse, dest);
    label_place(u, end);
}

void not_to(Unit *u, const Node *e, Reg dest)
{
    const Node *operand = e->UnaryOp.operand;
    NodeKind op = operand->kind == NODE_Compare && operand->Compare.ops.n == 1 ? operand->Compare.ops.at[0] : NODE_NONE;
    NodeKind inverse = op == NODE_In ? NODE_NotIn : op == NODE_NotIn ? NODE_In : op == NODE_Is ? NODE_IsNot : op == NODE_IsNot ? NODE_Is : NODE_NONE;
    if (inverse != NODE_NONE) {
        warn_literal_identity(u, operand);
        const Node *right = operand->Compare.comparators.at[0];
        Reg left = expr_operand(u, operand->Compare.left, dest, right, NULL);
        emit_compare(u, inverse, dest, left, right_operand(u, op, right, NULL));
        return;
    }
    emit_ab(u, OP_CODE_NOT, dest, expr_operand(u, operand, dest, NULL, NULL));
}

static void bool_op_jump(Unit *u, const Node *e, Label to, bool when)
{
    bool is_and = e->BoolOp.op == NODE_And;
    NodeList values = e->BoolOp.values;
    Label end = label_new(u), decided = is_and == when ? end : to;      /* where an early answer leads */
    for (int i = 0; i < values.n - 1; i++)
        expr_jump(u, values.at[i], decided, !is_and);
    expr_jump(u, values.at[values.n - 1], to, when);
    label_place(u, end);
}

static void if_exp_jump(Unit *u, const Node *e, Label to, bool when)
{
    Label otherwise = label_new(u), end = label_new(u);
    expr_jump(u, e->IfExp.test, otherwise, false);
    expr_jump(u, e->IfExp.body, to, when);
    emit_goto(u, end);
    label_place(u, otherwise);
    expr_jump(u, e->IfExp.orelse, to, when);
    label_place(u, end);
}

static void jump_on(Unit *u, const Node *e, Label to, bool when)
{
    Value v;
    if (fold_value(u->c, e, &v)) {
        emit_line(u);
        if ((obj_truth(v) == YES) == when)
            emit_goto(u, to);
        return;
    }
    if (e->kind == NODE_UnaryOp && e->UnaryOp.op == NODE_Not) {
        expr_jump(u, e->UnaryOp.operand, to, !when);
    } else if (e->kind == NODE_BoolOp) {
        bool_op_jump(u, e, to, when);
    } else if (e->kind == NODE_IfExp) {
        if_exp_jump(u, e, to, when);
    } else if (e->kind == NODE_Compare) {
        warn_literal_identity(u, e);
        if (e->Compare.ops.n > 1) {
            chain_jump(u, e, to, when);
        } else {
            const Node *right = e->Compare.comparators.at[0];
            last_compare_jump(u, e->Compare.ops.at[0], expr_operand(u, e->Compare.left, NO_REG, right, NULL), right, to, when);
        }
    } else {
        emit_jump(u, when ? OP_CODE_JUMP_TRUE : OP_CODE_JUMP_FALSE, 0, expr_operand(u, e, NO_REG, NULL, NULL), 0, to);
    }
}

void expr_jump(Unit *u, const Node *e, Label to, bool when)
{
    if (!context_enter(u->c))
        return;
    Span old = at_node(u, e);
    int height = u->height;
    jump_on(u, e, to, when);
    u->height = height;
    u->at = old;
    context_leave(u->c);
}
