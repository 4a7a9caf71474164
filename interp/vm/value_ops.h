/* value_ops.h -- the inline fast paths of operators: both operands small ints, or both unboxed floats. True: *r is the result, an
 * immediate. False: nothing decided (overflow, other types, errors): the slow path does it all. They allocate nothing, run no Python code. */
#ifndef VM_VALUE_OPS_H
#define VM_VALUE_OPS_H
#include <math.h>
#include "gc/value.h"

/* One operand a float, the other an int: both as doubles. */
static inline bool mixed_numbers(Value a, Value b, double *x, double *y)
{
    if (is_float(a) && is_int(b)) {
        *x = small_float(a);
        *y = (double)small_int(b);
        return true;
    }
    if (is_int(a) && is_float(b)) {
        *x = (double)small_int(a);
        *y = small_float(b);
        return true;
    }
    return false;
}
static inline bool fast_add(Value a, Value b, Value *r)
{
    double x, y;
    if (LIKELY(both_int(a, b)))
        return small_add(a, b, r);
    if (both_float(a, b))
        return small_float_value(small_float(a) + small_float(b), r);
    return mixed_numbers(a, b, &x, &y) && small_float_value(x + y, r);
}
static inline bool fast_sub(Value a, Value b, Value *r)
{
    double x, y;
    if (LIKELY(both_int(a, b)))
        return small_sub(a, b, r);
    if (both_float(a, b))
        return small_float_value(small_float(a) - small_float(b), r);
    return mixed_numbers(a, b, &x, &y) && small_float_value(x - y, r);
}
static inline bool fast_mul(Value a, Value b, Value *r)
{
    double x, y;
    if (both_float(a, b))
        return small_float_value(small_float(a) * small_float(b), r);
    if (both_int(a, b))
        return small_mul(a, b, r);
    return mixed_numbers(a, b, &x, &y) && small_float_value(x * y, r);
}
static inline bool fast_truediv(Value a, Value b, Value *r)
{
    double dividend, divisor;
    if (both_float(a, b)) {
        divisor = small_float(b);
        return divisor != 0 && small_float_value(small_float(a) / divisor, r);
    }
    if (!both_int(a, b))
        return mixed_numbers(a, b, &dividend, &divisor) && divisor != 0 && small_float_value(dividend / divisor, r);
    int64_t x = small_int(a), y = small_int(b), exact = (int64_t)1 << 53;      /* both convert exactly: one rounding */
    return y != 0 && x <= exact && x >= -exact && y <= exact && y >= -exact && small_float_value((double)x / (double)y, r);
}
/* Division of 32 bits is several times faster than of 64 on many processors. */
static inline bool both_u32(int64_t x, int64_t y) { return ((uint64_t)x | (uint64_t)y) >> 32 == 0; }
static inline bool fast_floordiv(Value a, Value b, Value *r)
{
    if (!both_int(a, b))
        return false;
    int64_t x = small_int(a), y = small_int(b);
    if (UNLIKELY(y <= 0 && (y == 0 || x == SMALL_INT_MIN)))
        return false;
    if (both_u32(x, y)) {
        *r = small_int_value((uint32_t)x / (uint32_t)y);
        return true;
    }
    int64_t q = x / y;
    *r = small_int_value(q - ((x % y != 0) & ((x ^ y) < 0)));
    return true;
}
static inline bool fast_mod(Value a, Value b, Value *r)
{
    if (!both_int(a, b))
        return false;
    int64_t x = small_int(a), y = small_int(b);
    if (UNLIKELY(y == 0))
        return false;
    if (both_u32(x, y)) {
        *r = small_int_value((uint32_t)x % (uint32_t)y);
        return true;
    }
    int64_t m = x % y;
    *r = small_int_value(m != 0 && (m ^ y) < 0 ? m + y : m);
    return true;
}
static inline bool fast_pow(Value a, Value b, Value *r)
{
    if (is_int(b) && small_int(b) == 2)          /* the everyday power */
        return fast_mul(a, a, r);
    return false;
}
static inline bool fast_lshift(Value a, Value b, Value *r)
{
    if (!both_int(a, b))
        return false;
    int64_t x = small_int(a), n = small_int(b);
    if (n < 0 || n > 60 || x > SMALL_INT_MAX >> n || x < SMALL_INT_MIN >> n)
        return false;
    *r = small_int_value((int64_t)((uint64_t)x << n));
    return true;
}
static inline bool fast_rshift(Value a, Value b, Value *r)
{
    if (!both_int(a, b) || small_int(b) < 0)
        return false;
    int64_t n = small_int(b);
    *r = small_int_value(small_int(a) >> (n > 63 ? 63 : n));
    return true;
}
static inline bool fast_and(Value a, Value b, Value *r)
{
    r->bits = a.bits & b.bits;
    return both_int(a, b);
}
static inline bool fast_or(Value a, Value b, Value *r)
{
    r->bits = a.bits | b.bits;
    return both_int(a, b);
}
static inline bool fast_xor(Value a, Value b, Value *r)
{
    r->bits = (a.bits ^ b.bits) | 1;
    return both_int(a, b);
}
static inline bool fast_neg(Value a, Value *r)
{
    if (is_int(a))
        return small_sub(small_int_value(0), a, r);
    return is_float(a) && small_float_value(-small_float(a), r);
}

/* Truth of the immediates that conditions usually are: 1, 0, or -1 for "ask the slow path". */
static inline int fast_truth(Value v)
{
    if (is_bool(v))
        return same(v, TRUE);
    if (is_int(v))
        return v.bits != 1;
    return is_none(v) ? 0 : -1;
}
#endif
