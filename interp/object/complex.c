/* complex.c -- see complex.h. */
#include "interp/object/complex.h"

#include <errno.h>
#include <math.h>

#include "gc/heap.h"
#include "interp/base/dtoa.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/str.h"

Type complex_type = {
    STATIC_TYPE(complex_type, "complex", Complex, NULL),
    .flags = TYPE_BASE | TYPE_IMMUTABLE,
};

Value complex_new(double re, double im)
{
    Complex *c = heap_new(&complex_type.shape, sizeof(Complex));
    if (!c)
        return raise_memory();
    c->re = re;
    c->im = im;
    return obj_value(c);
}

Truth complex_of(Value v, double *re, double *im)
{
    assert(!error_pending());
    *im = 0.0;
    if (float_check(v)) {
        *re = float_of(v);
        return YES;
    }
    if (int_check(v))
        return int_to_double(v, re) ? YES : TRUTH_FAILED;
    if (!complex_check(v))
        return NO;
    *re = as_complex(v)->re;
    *im = as_complex(v)->im;
    return YES;
}

Value complex_mul(double a, double b, double c, double d) { return complex_new(a * c - b * d, a * d + b * c); }

/* Smith's method: scale by the larger part of the divisor. */
static bool quotient(double a, double b, double c, double d, double *re, double *im)
{
    double abs_c = fabs(c), abs_d = fabs(d);
    if (abs_c >= abs_d) {
        if (abs_c == 0.0)
            return false;
        double ratio = d / c, denominator = c + d * ratio;
        *re = (a + b * ratio) / denominator;
        *im = (b - a * ratio) / denominator;
    } else if (abs_d >= abs_c) {
        double ratio = c / d, denominator = c * ratio + d;
        *re = (a * ratio + b) / denominator;
        *im = (b * ratio - a) / denominator;
    } else {
        *re = *im = NAN;
    }
    return true;
}

Value complex_div(double a, double b, double c, double d)
{
    double re, im;
    return quotient(a, b, c, d, &re, &im) ? complex_new(re, im) : raise(ZeroDivisionError, "complex division by zero");
}

/* Small whole powers by multiplication, as CPython does (c_powu, c_powi). */
static void power_whole(double a, double b, long n, double *re, double *im)
{
    assert(n >= 0 && n <= 100);
    double r_re = 1.0, r_im = 0.0, p_re = a, p_im = b;
    for (long mask = 1; mask > 0 && n >= mask; mask <<= 1) {
        if (n & mask) {
            double t = r_re * p_re - r_im * p_im;
            r_im = r_re * p_im + r_im * p_re;
            r_re = t;
        }
        double t = p_re * p_re - p_im * p_im;
        p_im = p_re * p_im + p_im * p_re;
        p_re = t;
    }
    *re = r_re;
    *im = r_im;
}

Value complex_pow(double a, double b, double c, double d)
{
    double re, im;
    if (d == 0.0 && c == floor(c) && fabs(c) <= 100.0) {
        if (c >= 0) {
            power_whole(a, b, (long)c, &re, &im);
        } else {
            double p, q;
            power_whole(a, b, (long)-c, &p, &q);
            if (!quotient(1.0, 0.0, p, q, &re, &im))
                return raise(ZeroDivisionError, "0.0 to a negative or complex power");
        }
    } else if (a == 0.0 && b == 0.0) {
        if (d != 0.0 || c < 0.0)
            return raise(ZeroDivisionError, "0.0 to a negative or complex power");
        re = im = 0.0;
    } else {
        double length = hypot(a, b), angle = atan2(b, a);
        double power = pow(length, c), phase = angle * c;
        if (d != 0.0) {
            power *= exp(-angle * d);
            phase += d * log(length);
        }
        re = power * cos(phase);
        im = power * sin(phase);
    }
    if ((isinf(re) || isinf(im)) && isfinite(a) && isfinite(b) && isfinite(c) && isfinite(d))
        return raise(OverflowError, "complex exponentiation");
    return complex_new(re, im);
}

Value complex_repr(double re, double im)
{
    Buf text = { 0 };
    bool imaginary_only = re == 0.0 && copysign(1.0, re) == 1.0;
    if (!imaginary_only) {
        buf_char(&text, '(');
        double_format(&text, re, 'r', 0, 0);
    }
    double_format(&text, im, 'r', 0, imaginary_only ? 0 : DOUBLE_SIGN);
    buf_string(&text, imaginary_only ? "j" : "j)");
    Value s = text.failed ? raise_memory() : str_new(text.at, text.len);
    buf_free(&text);
    return s;
}

/* Grammar: <float> | <float>j | <float><signed-float>j | ... with "j", "+j", "1+j" for a missing 1; blanks trimmed, parentheses around. */
static bool parse(const char *at, const char *end, double *re, double *im)
{
    assert(at <= end);
    size_t used;
    *re = *im = 0.0;
    double first = double_parse(at, (size_t)(end - at), &used);
    if (used) {
        at += used;
        if (at == end) {
            *re = first;
            return true;
        }
        if (*at == '+' || *at == '-') {
            *re = first;
            double second = double_parse(at, (size_t)(end - at), &used);
            if (used) {
                *im = second;
                at += used;
            } else {
                *im = *at == '-' ? -1.0 : 1.0;
                at++;
            }
            return at + 1 == end && (*at == 'j' || *at == 'J');
        }
        *im = first;
        return at + 1 == end && (*at == 'j' || *at == 'J');
    }
    *im = 1.0;
    if (at < end && (*at == '+' || *at == '-'))
        *im = *at++ == '-' ? -1.0 : 1.0;
    return at + 1 == end && (*at == 'j' || *at == 'J');
}

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

Value complex_parse(const char *text, size_t len, Value original)
{
    const char *at = text, *end = text + len;
    double re, im;
    for (const char *p = text; p < end; p++)
        if (*p == '_' && !(p > text && p + 1 < end && p[-1] >= '0' && p[-1] <= '9' && p[1] >= '0' && p[1] <= '9'))
            return raise(ValueError, "could not convert string to complex: %R", original);
    while (at < end && is_blank(*at))
        at++;
    while (end > at && is_blank(end[-1]))
        end--;
    bool bracket = at < end && *at == '(';
    if (bracket) {
        at++;
        if (end == at || end[-1] != ')')
            return raise(ValueError, "complex() arg is a malformed string");
        end--;
        while (at < end && is_blank(*at))
            at++;
        while (end > at && is_blank(end[-1]))
            end--;
    }
    Buf plain = { 0 };
    for (const char *p = at; p < end; p++) {
        if (*p != '_')
            buf_char(&plain, *p);
    }
    bool ok = parse(plain.at ? plain.at : "", (plain.at ? plain.at : "") + plain.len, &re, &im);
    buf_free(&plain);
    return ok ? complex_new(re, im) : raise(ValueError, "complex() arg is a malformed string");
}
