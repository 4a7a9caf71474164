/* arith.c -- binary, in-place and unary operators. */
#include "interp/object/arith.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"

static const char *const symbols[N_BINARY_OPS] = {
    [OP_ADD] = "+", [OP_SUB] = "-", [OP_MUL] = "*", [OP_MATMUL] = "@", [OP_TRUEDIV] = "/", [OP_FLOORDIV] = "//", [OP_MOD] = "%",
    [OP_POW] = "** or pow()", [OP_LSHIFT] = "<<", [OP_RSHIFT] = ">>", [OP_AND] = "&", [OP_OR] = "|", [OP_XOR] = "^", [OP_DIVMOD] = "divmod()",
};
static const char *const inplace_symbols[N_BINARY_OPS] = {
    [OP_ADD] = "+=", [OP_SUB] = "-=", [OP_MUL] = "*=", [OP_MATMUL] = "@=", [OP_TRUEDIV] = "/=", [OP_FLOORDIV] = "//=", [OP_MOD] = "%=",
    [OP_POW] = "**=", [OP_LSHIFT] = "<<=", [OP_RSHIFT] = ">>=", [OP_AND] = "&=", [OP_OR] = "|=", [OP_XOR] = "^=", [OP_DIVMOD] = "divmod()",
};
#define ROW(op, name) [op] = { "__" name "__", "__r" name "__", "__i" name "__" }
static const char *const dunders[N_BINARY_OPS][3] = {
    ROW(OP_ADD, "add"), ROW(OP_SUB, "sub"), ROW(OP_MUL, "mul"), ROW(OP_MATMUL, "matmul"), ROW(OP_TRUEDIV, "truediv"),
    ROW(OP_FLOORDIV, "floordiv"), ROW(OP_MOD, "mod"), ROW(OP_POW, "pow"), ROW(OP_LSHIFT, "lshift"), ROW(OP_RSHIFT, "rshift"),
    ROW(OP_AND, "and"), ROW(OP_OR, "or"), ROW(OP_XOR, "xor"), ROW(OP_DIVMOD, "divmod"),
};
#undef ROW

const char *binary_symbol(BinaryOp op) { return op == OP_POW ? "**" : symbols[op]; }
const char *binary_dunder(BinaryOp op, int form) { return dunders[op][form]; }

static cold Value unsupported(Value a, Value b, const char *symbol)
{
    return raise(TypeError, "unsupported operand type(s) for %.100s: '%.100T' and '%.100T'", symbol, a, b);
}

/* The number slots of both operands, the subclass first. NOT_IMPLEMENTED: nobody knows. */
static Value try_binary(BinaryOp op, Value a, Value b)
{
    const Type *ta = type_of(a), *tb = type_of(b);
    BinaryFn *fa = ta->binary[op], *fb = tb != ta ? tb->binary[op] : NULL;
    if (fb == fa)
        fb = NULL;
    if (fa) {
        if (fb && type_is_subtype(tb, ta)) {
            Value r = fb(a, b);
            if (!same(r, NOT_IMPLEMENTED))
                return r;
            fb = NULL;
        }
        Value r = fa(a, b);
        if (!same(r, NOT_IMPLEMENTED))
            return r;
    }
    return fb ? fb(a, b) : NOT_IMPLEMENTED;
}

/* seq * n. The count must be an integer that fits. */
static Value repeat_by(Value (*repeat)(Value, int64_t), Value seq, Value count)
{
    int64_t n;
    if (!is_int(count) && !is_bool(count) && !type_of(count)->index)
        return raise(TypeError, "can't multiply sequence by non-int of type '%.200T'", count);
    return obj_index_i64(count, &n, OverflowError) ? repeat(seq, n) : ERROR;
}

static Value try_sequence(BinaryOp op, Value a, Value b)
{
    const Type *ta = type_of(a), *tb = type_of(b);
    if (op == OP_ADD && ta->concat)
        return ta->concat(a, b);
    if (op == OP_MUL && ta->repeat)
        return repeat_by(ta->repeat, a, b);
    if (op == OP_MUL && tb->repeat)
        return repeat_by(tb->repeat, b, a);
    return NOT_IMPLEMENTED;
}

static Value try_power(Value a, Value b, Value modulus)
{
    const Type *ta = type_of(a), *tb = type_of(b), *tm = type_of(modulus);
    Value (*fa)(Value, Value, Value) = ta->power, (*fb)(Value, Value, Value) = tb != ta ? tb->power : NULL;
    if (fb == fa)
        fb = NULL;
    if (fa) {
        if (fb && type_is_subtype(tb, ta)) {
            Value r = fb(a, b, modulus);
            if (!same(r, NOT_IMPLEMENTED))
                return r;
            fb = NULL;
        }
        Value r = fa(a, b, modulus);
        if (!same(r, NOT_IMPLEMENTED))
            return r;
    }
    if (fb) {
        Value r = fb(a, b, modulus);
        if (!same(r, NOT_IMPLEMENTED))
            return r;
    }
    if (tm->power && tm->power != ta->power && tm->power != tb->power)
        return tm->power(a, b, modulus);
    return NOT_IMPLEMENTED;
}

Value power_op(Value base, Value exponent, Value modulus)
{
    Value r = try_power(base, exponent, modulus);
    if (same(r, NOT_IMPLEMENTED) && is_none(modulus))
        r = try_binary(OP_POW, base, exponent);
    if (!same(r, NOT_IMPLEMENTED))
        return r;
    if (is_none(modulus))
        return unsupported(base, exponent, symbols[OP_POW]);
    return raise(TypeError, "unsupported operand type(s) for ** or pow(): '%.100T', '%.100T', '%.100T'", base, exponent, modulus);
}

Value binary_op(BinaryOp op, Value a, Value b)
{
    assert(op < N_BINARY_OPS && !error_pending());
    if (op == OP_POW)
        return power_op(a, b, NONE);
    Value r = try_binary(op, a, b);
    assert_error_iff(is_error(r));
    if (UNLIKELY(same(r, NOT_IMPLEMENTED)))
        r = try_sequence(op, a, b);
    return LIKELY(!same(r, NOT_IMPLEMENTED)) ? r : unsupported(a, b, symbols[op]);
}

Value inplace_op(BinaryOp op, Value a, Value b)
{
    const Type *ta = type_of(a);
    Value r = ta->inplace[op] ? ta->inplace[op](a, b) : NOT_IMPLEMENTED;
    if (same(r, NOT_IMPLEMENTED))
        r = op == OP_POW ? try_power(a, b, NONE) : NOT_IMPLEMENTED;
    if (same(r, NOT_IMPLEMENTED))
        r = try_binary(op, a, b);
    if (same(r, NOT_IMPLEMENTED) && op == OP_ADD && ta->inplace_concat)
        return ta->inplace_concat(a, b);
    if (same(r, NOT_IMPLEMENTED) && op == OP_MUL && ta->inplace_repeat)
        return repeat_by(ta->inplace_repeat, a, b);
    if (same(r, NOT_IMPLEMENTED))
        r = try_sequence(op, a, b);
    return LIKELY(!same(r, NOT_IMPLEMENTED)) ? r : unsupported(a, b, inplace_symbols[op]);
}

Value unary_op(UnaryOp op, Value v)
{
    static const char *const messages[N_UNARY_OPS] = {
        [OP_NEG] = "bad operand type for unary -: '%.200T'", [OP_POS] = "bad operand type for unary +: '%.200T'",
        [OP_INVERT] = "bad operand type for unary ~: '%.200T'", [OP_ABS] = "bad operand type for abs(): '%.200T'",
    };
    assert(op < N_UNARY_OPS && !error_pending());
    UnaryFn *slot = type_of(v)->unary[op];
    return slot ? slot(v) : raise(TypeError, messages[op], v);
}
