/* float_ops.c -- what floats can do that is more than one machine instruction: text, hash, floored division, power, rounding. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "interp/base/dtoa.h"
#include "interp/base/unicode.h"
#include "interp/object/complex.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

/* --- hash: the number modulo 2**61 - 1, so that equal numbers of all types agree --------------------------------------- */
int64_t float_hash(double d, Value identity)
{
    const uint64_t prime = (1ull << 61) - 1;
    if (isinf(d))
        return d > 0 ? 314159 : -314159;
    if (isnan(d)) {
        int64_t hash = (int64_t)rotr64(identity.bits, 4);
        return hash == -1 ? -2 : hash;
    }
    if (fabs(d) < 1e18 && d == (double)(int64_t)d) {
        int64_t i = (int64_t)d;
        return i == -1 ? -2 : i;
    }
    int exponent;
    double m = frexp(fabs(d), &exponent);
    uint64_t x = 0;
    while (m != 0.0) {
        x = ((x << 28) & prime) | x >> (61 - 28);
        m *= 268435456.0;
        exponent -= 28;
        uint64_t y = (uint64_t)m;
        m -= (double)y;
        x += y;
        if (x >= prime)
            x -= prime;
    }
    assert(x < prime);
    int turn = exponent >= 0 ? exponent % 61 : 61 - 1 - (-1 - exponent) % 61;
    x = ((x << turn) & prime) | x >> (61 - turn);
    int64_t hash = d < 0 ? -(int64_t)x : (int64_t)x;
    return hash == -1 ? -2 : hash;
}

/* --- text ------------------------------------------------------------------------------------------------------------------ */
Value float_repr(double d)
{
    char text[DOUBLE_REPR_MAX];
    return str_new(text, double_repr(d, text));
}

bool float_parse(const char *text, size_t len, double *d)
{
    const char *end = text + len;
    while (text < end && unicode_is_space((uint8_t)*text) && (uint8_t)*text < 128)
        text++;
    while (end > text && (uint8_t)end[-1] < 128 && unicode_is_space((uint8_t)end[-1]))
        end--;
    Buf plain = { 0 };
    if (memchr(text, '_', (size_t)(end - text))) {               /* only between digits */
        for (const char *p = text; p < end; p++) {
            if (*p != '_') {
                buf_char(&plain, *p);
            } else if (p == text || p + 1 == end || !(p[-1] >= '0' && p[-1] <= '9') || !(p[1] >= '0' && p[1] <= '9')) {
                buf_free(&plain);
                return false;
            }
        }
        text = plain.at;
        end = plain.at + plain.len;
    }
    size_t used = 0;
    *d = double_parse(text, (size_t)(end - text), &used);
    bool whole = used > 0 && used == (size_t)(end - text);
    buf_free(&plain);
    return whole;
}

bool str_to_ascii_number(Value s, Buf *out)
{
    assert(str_check(s));
    const Str *text = as_str(s);
    for (uint64_t i = 0; i < text->len; i++) {
        uint32_t c = str_char(text, i);
        int digit = c < 128 ? -1 : unicode_decimal(c);
        buf_char(out, c < 128 ? (char)c : digit >= 0 ? (char)('0' + digit) : unicode_is_space(c) ? ' ' : '?');
    }
    return out->failed ? raise_memory_false() : true;
}

Value float_from_str(Value s)
{
    double d;
    bool ok;
    const Str *text = as_str(s);
    if (text->ascii) {
        ok = float_parse((const char *)text->u.c1, text->len, &d);
    } else {
        Buf ascii = { 0 };
        if (!str_to_ascii_number(s, &ascii)) {
            buf_free(&ascii);
            return ERROR;
        }
        ok = float_parse(ascii.at, ascii.len, &d);
        buf_free(&ascii);
    }
    return ok ? float_value(d) : raise(ValueError, "could not convert string to float: %R", s);
}

/* --- division ---------------------------------------------------------------------------------------------------------------- */
static double divide(double a, double b, double *modulo)
{
    assert(b != 0.0);
    double mod = fmod(a, b), quotient = (a - mod) / b;
    if (mod != 0.0) {
        if ((b < 0) != (mod < 0)) {
            mod += b;
            quotient -= 1.0;
        }
    } else {
        mod = copysign(0.0, b);
    }
    *modulo = mod;
    if (quotient == 0.0)
        return copysign(0.0, a / b);
    double floored = floor(quotient);
    return quotient - floored > 0.5 ? floored + 1.0 : floored;
}

Value float_floordiv(double a, double b)
{
    double modulo;
    if (b == 0.0)
        return raise(ZeroDivisionError, "float floor division by zero");
    return float_value(divide(a, b, &modulo));
}

Value float_mod(double a, double b)
{
    if (b == 0.0)
        return raise(ZeroDivisionError, "float modulo");
    double mod = fmod(a, b);
    if (mod != 0.0) {
        if ((b < 0) != (mod < 0))
            mod += b;
    } else {
        mod = copysign(0.0, b);
    }
    return float_value(mod);
}

Value float_divmod(double a, double b)
{
    double modulo;
    if (b == 0.0)
        return raise(ZeroDivisionError, "float divmod()");
    double quotient = divide(a, b, &modulo);
    own Value q = float_value(quotient), m = float_value(modulo);
    return is_error(q) || is_error(m) ? ERROR : tuple_of2(q, m);
}

/* --- power ------------------------------------------------------------------------------------------------------------------- */
Value float_range_error(void)
{
    own Value text = str_from("Numerical result out of range");
    if (!is_error(text))
        error_set_args_take(OverflowError, tuple_of2(small_int_value(ERANGE), text));
    return ERROR;
}

static bool is_odd(double y) { return fmod(fabs(y), 2.0) == 1.0; }

Value float_pow(double x, double y)
{
    if (y == 0.0)
        return float_value(1.0);
    if (isnan(x))
        return float_value(x);
    if (isnan(y))
        return float_value(x == 1.0 ? 1.0 : y);
    if (isinf(y)) {
        x = fabs(x);
        return float_value(x == 1.0 ? 1.0 : (y > 0.0) == (x > 1.0) ? fabs(y) : 0.0);
    }
    if (isinf(x)) {
        if (y > 0.0)
            return float_value(is_odd(y) ? x : fabs(x));
        return float_value(is_odd(y) ? copysign(0.0, x) : 0.0);
    }
    if (x == 0.0) {
        if (y < 0.0)
            return raise(ZeroDivisionError, "0.0 cannot be raised to a negative power");
        return float_value(is_odd(y) ? x : 0.0);
    }
    bool negate = false;
    if (x < 0.0) {
        if (y != floor(y))
            return complex_pow(x, 0.0, y, 0.0);
        x = -x;
        negate = is_odd(y);
    }
    if (x == 1.0)
        return float_value(negate ? -1.0 : 1.0);
    double power = pow(x, y);
    if (isinf(power))
        return float_range_error();
    return float_value(negate ? -power : power);
}

/* --- rounding: half to even of the exact value ------------------------------------------------------------------------------- */
static Value parse_back(Buf *text)
{
    size_t used;
    double d = text->failed ? 0.0 : double_parse(text->at, text->len, &used);
    bool failed = text->failed;
    buf_free(text);
    if (failed)
        return raise_memory();
    return isinf(d) ? raise(OverflowError, "rounded value too large to represent") : float_value(d);
}

/* Is |d| greater than 5 * 10**e (e >= 0)? */
static Truth above_half(double d, int e)
{
    assert(e >= 0 && isfinite(d));
    if (e <= 21)
        return fabs(d) > 5.0 * pow(10.0, e);
    own Value ten = int_pow(small_int_value(10), small_int_value(e), NONE);
    own Value half = is_error(ten) ? ERROR : int_mul(ten, small_int_value(5));
    own Value whole = is_error(half) ? ERROR : int_from_double(fabs(d));
    return is_error(whole) ? TRUTH_FAILED : int_compare(whole, half) > 0;
}

static Value round_left(double d, int n)
{
    assert(n < 0 && isfinite(d));
    Buf text = { 0 };
    if (!double_format(&text, d, 'e', 20, 0))
        return raise_memory();
    int exponent = 0;
    const char *mark = memchr(text.at, 'e', text.len);
    if (mark)
        exponent = atoi(buf_text(&text) + (mark - text.at) + 1);
    buf_clear(&text);
    int keep = exponent + 1 + n;
    if (keep > 0) {
        double_format(&text, d, 'e', keep - 1, 0);
        return parse_back(&text);
    }
    buf_free(&text);
    Truth up = keep == 0 ? above_half(d, exponent) : NO;
    if (up == TRUTH_FAILED)
        return ERROR;
    if (!up)
        return float_value(copysign(0.0, d));
    buf_printf(&text, "%s1e%d", d < 0 ? "-" : "", exponent + 1);
    return parse_back(&text);
}

Value float_round(double d, Value ndigits)
{
    if (is_none(ndigits)) {
        if (!isfinite(d))
            return int_from_double(d);
        double rounded = round(d);
        if (fabs(d - rounded) == 0.5)
            rounded = 2.0 * round(d / 2.0);
        return int_from_double(rounded);
    }
    int64_t n;
    assert(int_check(ndigits));
    int_to_i64(ndigits, &n);             /* clipped */
    if (!isfinite(d) || n > 323 || d == 0.0)
        return float_value(d);
    if (n < -308)
        return float_value(copysign(0.0, d));
    if (n < 0)
        return round_left(d, (int)n);
    Buf text = { 0 };
    double_format(&text, d, 'f', (int)n, 0);
    return parse_back(&text);
}
