/* op_number.c -- operators, comparisons and truth beyond the inline fast paths. */
#include "gc/event.h"
#include "interp/object/arith.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/str.h"
#include "interp/vm/ops.h"

bool op_check_bound(Frame *f, uint16_t reg, Value v)
{
    if (LIKELY(!is_unbound(v)))
        return true;
    frame_raise_unbound(f, reg);
    return false;
}

/* One operand an unboxed float, the other a small int or an unboxed float: the everyday mixed arithmetic. */
static inline bool mixed(BinaryOp op, Value a, Value b, Value *r)
{
    if (!((is_float(a) && is_int(b)) || (is_int(a) && is_float(b)) || (is_float(a) && is_float(b))))
        return false;
    double x = is_float(a) ? small_float(a) : (double)small_int(a), y = is_float(b) ? small_float(b) : (double)small_int(b);
    switch (op) {
    case OP_ADD: *r = float_value(x + y); return true;
    case OP_SUB: *r = float_value(x - y); return true;
    case OP_MUL: *r = float_value(x * y); return true;
    case OP_TRUEDIV:
        if (y == 0)
            return false;
        *r = float_value(x / y);
        return true;
    default: return false;
    }
}

static Value binary(Frame *f, Word w, BinaryOp op, Value a, Value b)
{
    Value r;
    if (mixed(op, a, b, &r))
        return r;
    if (op == OP_ADD && str_exact(a) && str_exact(b)) {
        if (w.a != w.b || same(a, b))
            return str_concat(a, b);
        f->regs[w.b] = UNBOUND;          /* s = s + x: the text may grow in place */
        if (str_append(&a, b))
            return a;
        f->regs[w.b] = a;
        return ERROR;
    }
    if (w.x)
        return inplace_op(op, a, b);
    return op == OP_POW ? power_op(a, b, NONE) : binary_op(op, a, b);
}

Value op_binary(Frame *f, Word w, BinaryOp op, Value a, Value b)
{
    if (!op_check_bound(f, w.b, a) || !op_check_bound(f, w.c, b))
        return ERROR;
    return binary(f, w, op, a, b);
}

Value op_binary_k(Frame *f, Word w, BinaryOp op, Value a, Value b)
{
    return op_check_bound(f, w.b, a) ? binary(f, w, op, a, b) : ERROR;
}

Value op_unary(Frame *f, Word w, UnaryOp op, Value v)
{
    return op_check_bound(f, w.b, v) ? unary_op(op, v) : ERROR;
}

static inline bool unbound_operand(Frame *f, uint16_t reg_a, uint16_t reg_b, Value a, Value b)
{
    return (reg_a != NO_REG && !op_check_bound(f, reg_a, a)) || (reg_b != NO_REG && !op_check_bound(f, reg_b, b));
}

Value op_compare(Frame *f, uint16_t reg_a, uint16_t reg_b, CompareOp op, Value a, Value b)
{
    if (UNLIKELY(unbound_operand(f, reg_a, reg_b, a, b)))
        return ERROR;
    if (str_exact(a) && str_exact(b)) {
        if (op == CMP_EQ || op == CMP_NE)
            return bool_value((same(a, b) || str_equal(as_str(a), as_str(b))) == (op == CMP_EQ));
    }
    return obj_compare(a, b, op);
}

Truth op_compare_truth(Frame *f, uint16_t reg_a, uint16_t reg_b, CompareOp op, Value a, Value b)
{
    if (UNLIKELY(unbound_operand(f, reg_a, reg_b, a, b)))
        return TRUTH_FAILED;
    if ((op == CMP_EQ || op == CMP_NE) && str_exact(a) && str_exact(b))
        return (same(a, b) || str_equal(as_str(a), as_str(b))) == (op == CMP_EQ);
    return obj_compare_truth(a, b, op);
}

Truth op_truth(Frame *f, uint16_t reg, Value v)
{
    return op_check_bound(f, reg, v) ? obj_truth(v) : TRUTH_FAILED;
}
