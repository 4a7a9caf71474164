/* math_module.c -- the math module (docs.python.org/3.11/library/math.html). Domain and range errors are CPython's. */
#include <float.h>
#include <math.h>

#include "gc/event.h"
#include "gc/heap.h"
#include "interp/object/arith.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/int_limbs.h"
#include "interp/object/module.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/object/walk.h"

static bool real(Value v, double *d)
{
    if (is_float(v)) {
        *d = small_float(v);
        return true;
    }
    if (is_int(v)) {
        *d = (double)small_int(v);
        return true;
    }
    return obj_double(v, d);
}

/* The result of a one-argument function, with C's domain and range reported as Python does. */
static Value checked(double x, double r, bool can_overflow)
{
    if (isnan(r) && !isnan(x))
        return raise(ValueError, "math domain error");
    if (isinf(r) && isfinite(x))
        return can_overflow ? raise(OverflowError, "math range error") : raise(ValueError, "math domain error");
    return float_value(r);
}

#define ONE(name, expression, overflow) \
    static Value math_##name(Value *args, size_t n) \
    { \
        double x; \
        return real(args[0], &x) ? checked(x, (expression), (overflow)) : ERROR; \
    }
ONE(acos, acos(x), false) ONE(acosh, acosh(x), false) ONE(asin, asin(x), false) ONE(asinh, asinh(x), false)
ONE(atan, atan(x), false) ONE(atanh, atanh(x), false) ONE(cbrt, cbrt(x), false) ONE(cos, cos(x), false) ONE(cosh, cosh(x), true)
ONE(erf, erf(x), false) ONE(erfc, erfc(x), false) ONE(exp, exp(x), true) ONE(exp2, exp2(x), true) ONE(expm1, expm1(x), true)
ONE(fabs, fabs(x), false) ONE(log1p, log1p(x), false) ONE(sin, sin(x), false) ONE(sinh, sinh(x), true) ONE(sqrt, sqrt(x), false)
ONE(tan, tan(x), false) ONE(tanh, tanh(x), false)

#define PLAIN(name, expression) \
    static Value math_##name(Value *args, size_t n) \
    { \
        double x; \
        return real(args[0], &x) ? (expression) : ERROR; \
    }
PLAIN(degrees, float_value(x * (180.0 / M_PI))) PLAIN(radians, float_value(x * (M_PI / 180.0)))
PLAIN(isnan, bool_value(isnan(x))) PLAIN(isinf, bool_value(isinf(x))) PLAIN(isfinite, bool_value(isfinite(x)))

static Value math_gamma(Value *args, size_t n)
{
    double x;
    if (!real(args[0], &x))
        return ERROR;
    if (x == 0 || (x == floor(x) && x < 0))
        return raise(ValueError, "math domain error");
    if (x == floor(x) && x <= 23) {              /* exact */
        double product = 1;
        for (int i = 2; i < (int)x; i++)
            product *= i;
        return float_value(product);
    }
    return checked(x, tgamma(x), true);
}

static Value math_lgamma(Value *args, size_t n)
{
    double x;
    int sign;
    if (!real(args[0], &x))
        return ERROR;
    if (isinf(x))
        return float_value(INFINITY);
    if (x == floor(x) && x <= 0)
        return raise(ValueError, "math domain error");
    return checked(x, x == 1 || x == 2 ? 0.0 : lgamma_r(x, &sign), true);
}

#define TWO(name, expression) \
    static Value math_##name(Value *args, size_t n) \
    { \
        double x, y; \
        return real(args[0], &x) && real(args[1], &y) ? float_value(expression) : ERROR; \
    }
TWO(atan2, atan2(x, y)) TWO(copysign, copysign(x, y)) TWO(nextafter, nextafter(x, y))

static Value math_fmod(Value *args, size_t n)
{
    double x, y;
    if (!real(args[0], &x) || !real(args[1], &y))
        return ERROR;
    double r = isinf(y) && isfinite(x) ? x : fmod(x, y);
    return isnan(r) && !isnan(x) && !isnan(y) ? raise(ValueError, "math domain error") : float_value(r);
}

static Value math_remainder(Value *args, size_t n)
{
    double x, y;
    if (!real(args[0], &x) || !real(args[1], &y))
        return ERROR;
    double r = remainder(x, y);
    return isnan(r) && !isnan(x) && !isnan(y) ? raise(ValueError, "math domain error") : float_value(r);
}

static Value math_pow(Value *args, size_t n)
{
    double x, y;
    if (!real(args[0], &x) || !real(args[1], &y))
        return ERROR;
    double r = pow(x, y);
    if (isfinite(x) && isfinite(y) && (isnan(r) || (isinf(r) && x == 0)))
        return raise(ValueError, "math domain error");
    if (isfinite(x) && isfinite(y) && isinf(r))
        return raise(OverflowError, "math range error");
    return float_value(r);
}

static Value math_ldexp(Value *args, size_t n)
{
    double x;
    int64_t e;
    if (!real(args[0], &x))
        return ERROR;
    if (!int_check(args[1]))
        return raise(TypeError, "Expected an int as second argument to ldexp.");
    int_to_i64(args[1], &e);
    if (x == 0 || !isfinite(x))
        return float_value(x);
    double r = e > INT32_MAX ? INFINITY : e < -100000 ? copysign(0.0, x) : ldexp(x, (int)e);
    return isinf(r) ? raise(OverflowError, "math range error") : float_value(r);
}

static Value math_frexp(Value *args, size_t n)
{
    double x;
    int e = 0;
    if (!real(args[0], &x))
        return ERROR;
    double m = isfinite(x) ? frexp(x, &e) : x;
    Value pair[2] = { float_value(m), small_int_value(e) };
    return tuple_from_take(pair, 2);
}

static Value math_modf(Value *args, size_t n)
{
    double x, whole;
    if (!real(args[0], &x))
        return ERROR;
    double part = modf(x, &whole);
    Value pair[2] = { float_value(part), float_value(whole) };
    return tuple_from_take(pair, 2);
}

/* ceil, floor, trunc: floats quickly, else the special method. */
static Value rounded(Value v, const char *dunder, double (*round_fn)(double))
{
    if (is_float(v))
        return int_from_double(round_fn(small_float(v)));
    if (is_int(v))
        return v;
    own Value method = UNBOUND;
    Found found = obj_find_special(v, str_name_peek(dunder), &method);
    if (found == FAILED)
        return ERROR;
    if (found == FOUND)
        return call0(method);
    if (round_fn == trunc)
        return raise(TypeError, "type %.100s doesn't define __trunc__ method", type_name(v));
    double d;
    return obj_double(v, &d) ? int_from_double(round_fn(d)) : ERROR;
}
static Value math_ceil(Value *args, size_t n) { return rounded(args[0], "__ceil__", ceil); }
static Value math_floor(Value *args, size_t n) { return rounded(args[0], "__floor__", floor); }
static Value math_trunc(Value *args, size_t n) { return rounded(args[0], "__trunc__", trunc); }

/* Logarithms of ints of any size: scale by bit length first. */
static Value log_of(Value v, double (*fn)(double), double log_of_two)
{
    if (int_check(v) && !is_int(v) && int_bit_length(v) > 1000 && int_sign(v) > 0) {
        uint64_t bits = int_bit_length(v);
        own Value shift = int_value((int64_t)(bits - 64));
        own Value top = int_rshift(v, shift);
        double d;
        if (is_error(top) || !int_to_double(top, &d))
            return ERROR;
        return float_value(fn(d) + log_of_two * (double)(bits - 64));
    }
    if (int_check(v) && int_sign(v) <= 0)
        return raise(ValueError, "math domain error");
    double x;
    if (!real(v, &x))
        return ERROR;
    return x <= 0 ? raise(ValueError, "math domain error") : float_value(fn(x));
}
static Value math_log2(Value *args, size_t n) { return log_of(args[0], log2, 1.0); }
static Value math_log10(Value *args, size_t n) { return log_of(args[0], log10, 0.30102999566398119521); }
static Value math_log(Value *args, size_t n)
{
    own Value top = log_of(args[0], log, M_LN2);
    if (is_error(top) || is_unbound(args[1]))
        return give(top);
    own Value bottom = log_of(args[1], log, M_LN2);
    return is_error(bottom) ? ERROR : binary_op(OP_TRUEDIV, top, bottom);
}

static Value math_isqrt(Value *args, size_t n)
{
    own Value i = obj_index(args[0]);
    if (is_error(i))
        return ERROR;
    return int_sign(i) < 0 ? raise(ValueError, "isqrt() argument must be nonnegative") : int_isqrt(i);
}

static Value lcm_of(Value a, Value b)
{
    if (int_sign(a) == 0 || int_sign(b) == 0)
        return small_int_value(0);
    own Value gcd = int_gcd(a, b);
    own Value quotient = is_error(gcd) ? ERROR : int_floordiv(a, gcd);
    own Value product = is_error(quotient) ? ERROR : int_mul(quotient, b);
    return is_error(product) ? ERROR : int_abs(product);
}

static Value fold_ints(const Value *items, uint64_t n, int64_t start, Value (*step)(Value, Value))
{
    own Value total = small_int_value(start);
    for (uint64_t i = 0; i < n; i++) {
        own Value item = obj_index(items[i]);
        Value next = is_error(item) ? ERROR : step(total, item);
        if (is_error(next))
            return ERROR;
        set_slot(&total, next);
    }
    return give(total);
}
static Value math_gcd_of(Value *args, size_t n) { return fold_ints(args, n, 0, int_gcd); }
static Value math_lcm_of(Value *args, size_t n) { return fold_ints(args, n, 1, lcm_of); }
static Value math_gcd(Value *args, size_t n) { return math_gcd_of(as_tuple(args[0])->items, tuple_len(args[0])); }
static Value math_lcm(Value *args, size_t n) { return math_lcm_of(as_tuple(args[0])->items, tuple_len(args[0])); }

/* a * (a+1) * ... * b by halves: balanced products keep the multiplication fast. */
static Value product_range(uint64_t a, uint64_t b)
{
    if (!poll_events())
        return ERROR;
    if (b - a < 20) {
        own Value r = int_from_u64(a);
        for (uint64_t i = a + 1; i <= b;) {
            uint64_t word = i++;                         /* as many factors as fit */
            for (uint64_t more; i <= b && !__builtin_mul_overflow(word, i, &more); i++)
                word = more;
            own Value factor = int_from_u64(word);
            Value next = is_error(r) || is_error(factor) ? ERROR : int_mul(r, factor);
            if (is_error(next))
                return ERROR;
            set_slot(&r, next);
        }
        return give(r);
    }
    uint64_t middle = a + (b - a) / 2;
    own Value low = product_range(a, middle);
    own Value high = is_error(low) ? ERROR : product_range(middle + 1, b);
    return is_error(high) ? ERROR : int_mul(low, high);
}

static Value math_factorial(Value *args, size_t n)
{
    own Value i = obj_index(args[0]);
    int64_t k;
    if (is_error(i))
        return ERROR;
    if (int_sign(i) < 0)
        return raise(ValueError, "factorial() not defined for negative values");
    if (!int_to_i64(i, &k))
        return raise(OverflowError, "factorial() argument should not exceed %ld", (long)INT64_MAX);
    if (k <= 20) {
        uint64_t product = 1;
        for (uint64_t i = 2; i <= (uint64_t)k; i++)
            product *= i;
        return int_from_u64(product);
    }
    double bytes = (double)k * (log2((double)k) - 1.4427) / 8;         /* Stirling: no room for the result is said at once */
    if (bytes > 1e6 && (bytes > 1e18 || !int_check_room((uint64_t)bytes)))
        return error_pending() ? ERROR : raise_memory();
    return product_range(2, (uint64_t)k);
}

/* n * (n-1) * ... * (n-k+1); divided by k! on the way when `combinations`. */
static Value falling(Value n_value, uint64_t k, bool combinations)
{
    own Value result = small_int_value(1);
    own Value factor = retain(n_value);
    for (uint64_t i = 1; i <= k; i++) {
        if ((i & 255) == 0 && !poll_events())
            return ERROR;
        Value product = int_mul(result, factor);
        if (is_error(product))
            return ERROR;
        set_slot(&result, product);
        Value quotient = combinations ? int_floordiv(result, small_int_value((int64_t)i)) : retain(result);
        if (is_error(quotient))
            return ERROR;
        set_slot(&result, quotient);
        Value next = int_sub(factor, small_int_value(1));
        if (is_error(next))
            return ERROR;
        set_slot(&factor, next);
    }
    return give(result);
}

/* n over k by the product of k factors; 0: it does not fit on the way. */
static uint64_t small_comb(uint64_t n, uint64_t k)
{
    uint64_t result = 1;
    for (uint64_t i = 1; i <= k; i++) {
        uint64_t product;
        if (__builtin_mul_overflow(result, n - k + i, &product))
            return 0;
        result = (product | i) >> 32 ? product / i : (uint32_t)product / (uint32_t)i;
    }
    return result;
}

static bool counts(Value *args, Value *n, Value *k)
{
    *n = obj_index(args[0]);
    *k = is_error(*n) ? ERROR : obj_index(args[1]);
    if (is_error(*k))
        return false;
    if (int_sign(*n) < 0)
        return raise_false(ValueError, "n must be a non-negative integer");
    if (int_sign(*k) < 0)
        return raise_false(ValueError, "k must be a non-negative integer");
    return true;
}

static Value math_comb(Value *args, size_t n_args)
{
    own Value n = UNBOUND, k = UNBOUND;
    if (!counts(args, &n, &k))
        return ERROR;
    own Value rest = int_sub(n, k);
    int64_t count;
    if (is_error(rest))
        return ERROR;
    if (int_sign(rest) < 0)
        return small_int_value(0);
    if (!int_to_i64(int_compare(rest, k) < 0 ? rest : k, &count))
        return raise(OverflowError, "min(n - k, k) must not exceed %lu", (unsigned long)UINT64_MAX);
    uint64_t small = is_int(n) ? small_comb((uint64_t)small_int(n), (uint64_t)count) : 0;
    return small ? int_from_u64(small) : falling(n, (uint64_t)count, true);
}

static Value math_perm(Value *args, size_t n_args)
{
    if (is_unbound(args[1]) || is_none(args[1]))
        return math_factorial(args, 1);
    own Value n = UNBOUND, k = UNBOUND;
    int64_t count;
    if (!counts(args, &n, &k))
        return ERROR;
    if (int_compare(n, k) < 0)
        return small_int_value(0);
    if (!int_to_i64(k, &count))
        return raise(OverflowError, "k must not exceed %ld", (long)INT64_MAX);
    return falling(n, (uint64_t)count, false);
}

/* The Euclidean norm with a scaled, compensated sum and one correction step: no overflow for representable results,
 * accurate to under one unit in the last place. Scribbles on v. */
static double norm(double *v, uint64_t n)
{
    double max = 0, sum = 0, carry = 0;
    bool nan = false;
    for (uint64_t i = 0; i < n; i++) {
        v[i] = fabs(v[i]);
        if (isinf(v[i]))
            return INFINITY;
        nan |= isnan(v[i]);
        max = v[i] > max ? v[i] : max;
    }
    if (nan)
        return NAN;
    if (max == 0 || n <= 1)
        return max;
    int e;
    frexp(max, &e);
    if (e < -1000) {                    /* close to subnormal: scale up exactly first */
        for (uint64_t i = 0; i < n; i++)
            v[i] = ldexp(v[i], 1022);
        return ldexp(norm(v, n), -1022);
    }
    for (uint64_t i = 0; i < n; i++) {
        double x = ldexp(v[i], -e), square = x * x, error = fma(x, x, -square), next = sum + square;
        carry += (sum >= square ? (sum - next) + square : (square - next) + sum) + error;
        sum = next;
    }
    double h = sqrt(sum + carry), square = h * h;
    double rest = (sum - square) - fma(h, h, -square) + carry;
    return ldexp(h + rest / (2 * h), e);
}

/* norm(p) or norm(p - q) over tuples of numbers. */
static Value norm_of(Value p, Value q)
{
    uint64_t count = tuple_len(p);
    double small[16], *v = count <= 16 ? small : heap_buf(count * sizeof *v);
    if (!v)
        return raise_memory();
    bool good = true;
    for (uint64_t i = 0; good && i < count; i++) {
        double subtrahend = 0;
        good = real(tuple_peek(p, i), &v[i]) && (is_unbound(q) || real(tuple_peek(q, i), &subtrahend));
        v[i] -= subtrahend;
    }
    Value result = good ? float_value(norm(v, count)) : ERROR;
    if (v != small)
        heap_buf_free(v, count * sizeof *v);
    return result;
}
static Value math_hypot(Value *args, size_t n) { return norm_of(args[0], UNBOUND); }

static Value math_dist(Value *args, size_t n)
{
    own Value p = tuple_from_iterable(args[0]);
    own Value q = is_error(p) ? ERROR : tuple_from_iterable(args[1]);
    if (is_error(q))
        return ERROR;
    if (tuple_len(p) != tuple_len(q))
        return raise(ValueError, "both points must have the same number of dimensions");
    return norm_of(p, q);
}

/* Exact partial sums, result correctly rounded. Source: J. Shewchuk, "Adaptive Precision Floating-Point Arithmetic", 1997. */
typedef struct Partials { double *p; uint64_t n, cap; double special, infinities; } Partials;

static bool partials_push(Partials *s, double x)
{
    if (s->n == s->cap) {
        uint64_t cap = s->cap ? 2 * s->cap : 32;
        double *p = heap_buf_realloc(s->p, s->cap * sizeof *p, cap * sizeof *p);
        if (!p)
            return raise_memory_false();
        s->p = p;
        s->cap = cap;
    }
    s->p[s->n++] = x;
    return true;
}

static bool partials_add(Partials *s, double x)
{
    double original = x;
    uint64_t kept = 0;
    for (uint64_t j = 0; j < s->n; j++) {
        double y = s->p[j];
        if (fabs(x) < fabs(y)) {
            double swap = x;
            x = y;
            y = swap;
        }
        volatile double high = x + y, rest = high - x, low = y - rest;
        if (low != 0)
            s->p[kept++] = low;
        x = high;
    }
    s->n = kept;
    if (x == 0)
        return true;
    if (isfinite(x))
        return partials_push(s, x);
    if (isfinite(original))
        return raise_false(OverflowError, "intermediate overflow in fsum");
    if (isinf(original))
        s->infinities += original;
    s->special += original;
    s->n = 0;
    return true;
}

static Value partials_sum(const Partials *s)
{
    if (s->special != 0)
        return isnan(s->infinities) ? raise(ValueError, "-inf + inf in fsum") : float_value(s->special);
    if (s->n == 0)
        return float_value(0.0);
    uint64_t i = s->n - 1;
    volatile double high = s->p[i], low = 0;
    while (i > 0 && low == 0) {
        double x = high, y = s->p[--i];
        high = x + y;
        volatile double rest = high - x;
        low = y - rest;
    }
    if (i > 0 && ((low < 0 && s->p[i - 1] < 0) || (low > 0 && s->p[i - 1] > 0))) {     /* round half even across partials */
        double y = low * 2;
        volatile double x = high + y, rest = x - high;
        if (y == rest)
            high = x;
    }
    return float_value(high);
}

static Value math_fsum(Value *args, size_t n)
{
    own Value iterator = obj_iter(args[0]);
    if (is_error(iterator))
        return ERROR;
    Partials sum = { 0 };
    Value result = ERROR;
    for (;;) {
        own Value item = obj_next(iterator);
        double x;
        if (is_stop(item)) {
            result = partials_sum(&sum);
            break;
        }
        if (is_error(item) || !real(item, &x) || !partials_add(&sum, x))
            break;
    }
    heap_buf_free(sum.p, sum.cap * sizeof *sum.p);
    return result;
}

static Value math_prod(Value *args, size_t n)
{
    own Value total = is_unbound(args[1]) ? small_int_value(1) : retain(args[1]);
    walking Walk walk;
    if (!walk_begin(&walk, args[0]))
        return ERROR;
    for (;;) {
        own Value item = walk_next(&walk);
        if (is_stop(item))
            return give(total);
        Value next;
        if (both_int(total, item) && small_mul(total, item, &next)) {
            total = next;
            continue;
        }
        if (both_float(total, item) && small_float_value(small_float(total) * small_float(item), &next)) {
            total = next;
            continue;
        }
        next = is_error(item) ? ERROR : binary_op(OP_MUL, total, item);
        if (is_error(next))
            return ERROR;
        set_slot(&total, next);
    }
}

static Value math_isclose(Value *args, size_t n)
{
    double a, b, relative = 1e-9, absolute = 0;
    if (!real(args[0], &a) || !real(args[1], &b) || (!is_unbound(args[2]) && !real(args[2], &relative)) ||
        (!is_unbound(args[3]) && !real(args[3], &absolute)))
        return ERROR;
    if (relative < 0 || absolute < 0)
        return raise(ValueError, "tolerances must be non-negative");
    if (a == b)
        return TRUE;
    if (isinf(a) || isinf(b))
        return FALSE;
    double difference = fabs(b - a);
    return bool_value(difference <= fabs(relative * b) || difference <= fabs(relative * a) || difference <= absolute);
}

static Value math_ulp(Value *args, size_t n)
{
    double x;
    if (!real(args[0], &x))
        return ERROR;
    x = fabs(x);
    if (!isfinite(x))
        return float_value(x);
    double up = nextafter(x, INFINITY);
    return float_value(isinf(up) ? x - nextafter(x, -INFINITY) : up - x);
}

static const Method functions[] = {
    { "acos", "(x, /)", math_acos, "Return the arc cosine (measured in radians) of x.\n\nThe result is between 0 and pi." },
    { "acosh", "(x, /)", math_acosh, "Return the inverse hyperbolic cosine of x." },
    { "asin", "(x, /)", math_asin, "Return the arc sine (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2." },
    { "asinh", "(x, /)", math_asinh, "Return the inverse hyperbolic sine of x." },
    { "atan", "(x, /)", math_atan, "Return the arc tangent (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2." },
    { "atan2", "(y, x, /)", math_atan2, "Return the arc tangent (measured in radians) of y/x.\n\nUnlike atan(y/x), the signs of both x and y are considered." },
    { "atanh", "(x, /)", math_atanh, "Return the inverse hyperbolic tangent of x." },
    { "cbrt", "(x, /)", math_cbrt, "Return the cube root of x." },
    { "ceil", "(x, /)", math_ceil, "Return the ceiling of x as an Integral.\n\nThis is the smallest integer >= x." },
    { "comb", "(n, k, /)", math_comb, "Number of ways to choose k items from n items without repetition and without order." },
    { "copysign", "(x, y, /)", math_copysign, "Return a float with the magnitude (absolute value) of x but the sign of y." },
    { "cos", "(x, /)", math_cos, "Return the cosine of x (measured in radians)." },
    { "cosh", "(x, /)", math_cosh, "Return the hyperbolic cosine of x." },
    { "degrees", "(x, /)", math_degrees, "Convert angle x from radians to degrees." },
    { "dist", "(p, q, /)", math_dist, "Return the Euclidean distance between two points p and q." },
    { "erf", "(x, /)", math_erf, "Error function at x." },
    { "erfc", "(x, /)", math_erfc, "Complementary error function at x." },
    { "exp", "(x, /)", math_exp, "Return e raised to the power of x." },
    { "exp2", "(x, /)", math_exp2, "Return 2 raised to the power of x." },
    { "expm1", "(x, /)", math_expm1, "Return exp(x)-1, without the loss of precision of the direct evaluation for small x." },
    { "fabs", "(x, /)", math_fabs, "Return the absolute value of the float x." },
    { "factorial", "(x, /)", math_factorial, "Find x!.\n\nRaise a ValueError if x is negative or non-integral." },
    { "floor", "(x, /)", math_floor, "Return the floor of x as an Integral.\n\nThis is the largest integer <= x." },
    { "fmod", "(x, y, /)", math_fmod, "Return fmod(x, y), according to platform C.\n\nx % y may differ." },
    { "frexp", "(x, /)", math_frexp, "Return the mantissa and exponent of x, as pair (m, e)." },
    { "fsum", "(seq, /)", math_fsum, "Return an accurate floating point sum of values in the iterable seq." },
    { "gamma", "(x, /)", math_gamma, "Gamma function at x." },
    { "gcd", "(*integers)", math_gcd, "Greatest Common Divisor.", .vector = math_gcd_of },
    { "hypot", "(*coordinates)", math_hypot, "Multidimensional Euclidean distance from the origin to a point." },
    { "isclose", "(a, b, *, rel_tol=1e-09, abs_tol=0.0)", math_isclose, "Determine whether two floating point numbers are close in value." },
    { "isfinite", "(x, /)", math_isfinite, "Return True if x is neither an infinity nor a NaN, and False otherwise." },
    { "isinf", "(x, /)", math_isinf, "Return True if x is a positive or negative infinity, and False otherwise." },
    { "isnan", "(x, /)", math_isnan, "Return True if x is a NaN (not a number), and False otherwise." },
    { "isqrt", "(n, /)", math_isqrt, "Return the integer part of the square root of the input." },
    { "lcm", "(*integers)", math_lcm, "Least Common Multiple.", .vector = math_lcm_of },
    { "ldexp", "(x, i, /)", math_ldexp, "Return x * (2**i).\n\nThis is essentially the inverse of frexp()." },
    { "lgamma", "(x, /)", math_lgamma, "Natural logarithm of absolute value of Gamma function at x." },
    { "log", "(x, base=math.e, /)", math_log, "Return the logarithm of x to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e) of x." },
    { "log10", "(x, /)", math_log10, "Return the base 10 logarithm of x." },
    { "log1p", "(x, /)", math_log1p, "Return the natural logarithm of 1+x (base e), accurate for x near zero." },
    { "log2", "(x, /)", math_log2, "Return the base 2 logarithm of x." },
    { "modf", "(x, /)", math_modf, "Return the fractional and integer parts of x.\n\nBoth results carry the sign of x and are floats." },
    { "nextafter", "(x, y, /)", math_nextafter, "Return the next floating-point value after x towards y." },
    { "perm", "(n, k=None, /)", math_perm, "Number of ways to choose k items from n items without repetition and with order." },
    { "pow", "(x, y, /)", math_pow, "Return x**y (x to the power of y)." },
    { "prod", "(iterable, /, *, start=1)", math_prod, "Calculate the product of all the elements in the input iterable." },
    { "radians", "(x, /)", math_radians, "Convert angle x from degrees to radians." },
    { "remainder", "(x, y, /)", math_remainder, "Difference between x and the closest integer multiple of y." },
    { "sin", "(x, /)", math_sin, "Return the sine of x (measured in radians)." },
    { "sinh", "(x, /)", math_sinh, "Return the hyperbolic sine of x." },
    { "sqrt", "(x, /)", math_sqrt, "Return the square root of x." },
    { "tan", "(x, /)", math_tan, "Return the tangent of x (measured in radians)." },
    { "tanh", "(x, /)", math_tanh, "Return the hyperbolic tangent of x." },
    { "trunc", "(x, /)", math_trunc, "Truncates the Real x to the nearest Integral toward 0.\n\nUses the __trunc__ magic method." },
    { "ulp", "(x, /)", math_ulp, "Return the value of the least significant bit of the float x." },
    { 0 },
};

static bool init(Value module)
{
    return module_add_take(module, "pi", float_value(M_PI)) && module_add_take(module, "e", float_value(M_E)) &&
           module_add_take(module, "tau", float_value(2 * M_PI)) && module_add_take(module, "inf", float_value(INFINITY)) &&
           module_add_take(module, "nan", float_value(NAN));
}

const NativeModule math_module = { "math", "This module provides access to the mathematical functions\ndefined by the C standard.", functions, init };
