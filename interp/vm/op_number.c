/* op_number.c -- operators, comparisons and truth beyond the inline fast paths. */
#include "gc/event.h"
#include "interp/object/arith.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/ops.h"
#include "interp/vm/push.h"

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

static Value binary_name(BinaryOp op)
{
    static Value names[N_BINARY_OPS];
    if (!names[op].bits)
        names[op] = str_name_peek(binary_dunder(op, 0));
    return names[op];
}

static Value compare_name(CompareOp op)
{
    static const char *const texts[] = { "__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__" };
    static Value names[6];
    if (!names[op].bits)
        names[op] = str_name_peek(texts[op]);
    return names[op];
}

/* Is the left operand's method the only one that counts? Its type is a class, and the right one is of the same type or a number. */
static inline bool left_decides(Value a, Value b)
{
    return is_ptr(a) && (type_of(a)->flags & TYPE_HEAP) && (is_int(b) || is_float(b) || type_of(a) == type_of(b));
}

static Value push_binary(Frame *f, Word w, BinaryOp op, Value a, Value b)
{
    if (w.x && type_of(a)->inplace[op])
        return UNBOUND;
    Value args[2] = { a, b };
    return push_method(f, binary_name(op), args, 2, RETURN_BINARY, w.a, 1);
}

Value op_binary_declined(Frame *f, Word w, unsigned op)
{
    Value a = f->regs[w.b], b = op_info[op].format[2] == 'K' ? tuple_peek(f->code->consts, w.c) : f->regs[w.c];
    BinaryOp binary = op == OP_CODE_MATMUL ? OP_MATMUL : (BinaryOp[]){ OP_ADD, OP_SUB, OP_MUL, OP_TRUEDIV, OP_FLOORDIV, OP_MOD, OP_POW, OP_LSHIFT, OP_RSHIFT, OP_AND, OP_OR, OP_XOR }[(op - OP_CODE_ADD) / 2];
    if (type_of(a) != type_of(b)) {
        Value args[1] = { a };
        bool found;
        Value v = call_special(b, str_name_peek(binary_dunder(binary, 1)), args, 1, &found);
        if (found && !same(v, NOT_IMPLEMENTED))
            return v;
    }
    return raise(TypeError, "unsupported operand type(s) for %s%s: '%T' and '%T'", binary == OP_POW && !w.x ? "** or pow()" : binary_symbol(binary), w.x ? "=" : "", a, b);
}

Value op_compare_declined(Frame *f, Word w, unsigned op)
{
    unsigned kind = (op - OP_CODE_LT) / 3, form = (op - OP_CODE_LT) % 3;         /* value, jump, jump with a constant */
    Value a = f->regs[form ? w.a : w.b], b = form == 2 ? tuple_peek(f->code->consts, w.b) : f->regs[form ? w.b : w.c];
    static const CompareOp swapped[] = { CMP_GT, CMP_GE, CMP_EQ, CMP_NE, CMP_LT, CMP_LE };
    static const char *const signs[] = { "<", "<=", "==", "!=", ">", ">=" };
    if (type_of(b)->compare) {
        Value v = type_of(b)->compare(b, a, swapped[kind]);
        if (!same(v, NOT_IMPLEMENTED))
            return v;
    }
    if (kind == CMP_EQ || kind == CMP_NE)
        return bool_value(same(a, b) == (kind == CMP_EQ));
    return raise(TypeError, "'%s' not supported between instances of '%T' and '%T'", signs[kind], a, b);
}

/* Both operands plain ints, one of them wide: the operators that make only one number. UNBOUND: another operator. */
static Value wide_ints(BinaryOp op, Value a, Value b)
{
    switch (op) {
    case OP_ADD: return int_add(a, b);
    case OP_SUB: return int_sub(a, b);
    case OP_MUL: return int_mul(a, b);
    case OP_LSHIFT: return int_lshift(a, b);
    case OP_RSHIFT: return int_rshift(a, b);
    case OP_AND: return int_and(a, b);
    case OP_OR: return int_or(a, b);
    case OP_XOR: return int_xor(a, b);
    default: return UNBOUND;
    }
}

static inline Value binary(Frame *f, Word w, BinaryOp op, Value a, Value b)
{
    Value r;
    if (is_ptr(a) && is_ptr(b) && op == OP_ADD && !w.x && as_obj(a)->shape == as_obj(b)->shape && (tuple_exact(a) || list_exact(a)))
        return type_of(a)->concat(a, b);
    if (!is_ptr(a) && !is_ptr(b) && mixed(op, a, b, &r))
        return r;
    if (left_decides(a, b)) {
        r = push_binary(f, w, op, a, b);
        if (!is_unbound(r))
            return r;
    }
    if (int_exact(a) && int_exact(b) && !is_unbound(r = wide_ints(op, a, b)))
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
    } else if (left_decides(a, b)) {
        Value args[2] = { a, b }, pushed = push_method(f, compare_name(op), args, 2, RETURN_COMPARE, 0, 1);
        if (!is_unbound(pushed))
            return pushed;
    }
    return obj_compare(a, b, op);
}

Truth op_compare_truth(Frame *f, uint16_t reg_a, uint16_t reg_b, CompareOp op, Value a, Value b)
{
    if (UNLIKELY(unbound_operand(f, reg_a, reg_b, a, b)))
        return TRUTH_FAILED;
    if ((op == CMP_EQ || op == CMP_NE) && str_exact(a) && str_exact(b))
        return (same(a, b) || str_equal(as_str(a), as_str(b))) == (op == CMP_EQ);
    if (left_decides(a, b)) {
        Value args[2] = { a, b }, pushed = push_method(f, compare_name(op), args, 2, RETURN_TRUTH_JUMP, 0, 1);
        if (!is_unbound(pushed))
            return TRUTH_PUSHED;
    }
    return obj_compare_truth(a, b, op);
}

Truth op_truth(Frame *f, uint16_t reg, Value v)
{
    return op_check_bound(f, reg, v) ? obj_truth(v) : TRUTH_FAILED;
}
