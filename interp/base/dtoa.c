/* dtoa.c -- exact conversions.
 * Digits come from the C library, which rounds correctly; what depends on the locale (the decimal point)
 * is taken out of its answers.  Layout rules: CPython's documented repr and format of float. */
#include "interp/base/dtoa.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `n` digits of finite x >= 0, correctly rounded: value = 0.DIGITS * 10**point.  digits holds n + 1. */
static void digits_of(double x, int n, char *digits, int *point)
{
    char text[64], *all = n + 32 <= (int)sizeof text ? text : malloc((size_t)n + 32);
    assert(all);
    int len = snprintf(all, (size_t)n + 32, "%.*e", n - 1, x);
    int i = 0, k = 0;
    for (; i < len && all[i] != 'e'; i++)
        if (all[i] >= '0' && all[i] <= '9')
            digits[k++] = all[i];
    assert(k == n);
    digits[k] = '\0';
    *point = atoi(all + i + 1) + 1;
    if (all != text)
        free(all);
}

static int strip_zeros(const char *digits, int n)
{
    while (n > 1 && digits[n - 1] == '0')
        n--;
    return n;
}

/* 0.DIGITS * 10**point as a double, exactly rounded. */
static double value_of(const char *digits, int n, int point)
{
    char text[48];
    memcpy(text, digits, (size_t)n);
    int len = n + snprintf(text + n, sizeof text - (size_t)n, "e%d", point - n);
    size_t used;
    return double_parse(text, (size_t)len, &used);
}

/* A short decimal is found at once when x is an integer below 2**53 or has few digits behind the point. */
static int short_decimal(double x, char *digits, int *point)
{
    static const double powers[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6 };
    if (!(x >= 1e-4 && x < 1e15))
        return 0;
    for (int scale = 0; scale <= 6; scale++) {
        double scaled = x * powers[scale];
        if (scaled >= 9007199254740992.0)
            return 0;
        uint64_t whole = (uint64_t)scaled;
        if ((double)whole != scaled || (double)whole / powers[scale] != x)
            continue;
        /* a quotient of exact doubles is correctly rounded: these digits read back as x, and <= 15 of them are unique */
        char reversed[24];
        int n = 0;
        while (whole) {
            reversed[n++] = (char)('0' + whole % 10);
            whole /= 10;
        }
        if (n > 15)
            return 0;
        for (int i = 0; i < n; i++)
            digits[i] = reversed[n - 1 - i];
        *point = n - scale;
        return strip_zeros(digits, n);
    }
    return 0;
}

int double_shortest(double x, char *digits, int *point)
{
    x = fabs(x);
    assert(isfinite(x) && x != 0);
    int n = short_decimal(x, digits, point);
    if (n)
        return n;
    char text[24];
    for (int precision = 15; ; precision++) {
        digits_of(x, precision, text, point);
        n = strip_zeros(text, precision);
        if (precision == 17 || value_of(text, n, *point) == x)
            break;
    }
    memcpy(digits, text, (size_t)n);
    return n;
}

/* ---- layout ---- */

static size_t put_exponent(char *out, int exponent, char letter)
{
    char *start = out;
    *out++ = letter;
    *out++ = exponent < 0 ? '-' : '+';
    exponent = abs(exponent);
    if (exponent >= 100)
        *out++ = (char)('0' + exponent / 100);
    *out++ = (char)('0' + exponent / 10 % 10);
    *out++ = (char)('0' + exponent % 10);
    return (size_t)(out - start);
}

size_t double_repr(double x, char *out)
{
    char *start = out;
    if (isnan(x)) {
        memcpy(out, "nan", 3);
        return 3;
    }
    if (signbit(x))
        *out++ = '-';
    if (isinf(x) || x == 0) {
        memcpy(out, isinf(x) ? "inf" : "0.0", 3);
        return (size_t)(out - start) + 3;
    }
    char digits[24];
    int point, n = double_shortest(x, digits, &point);
    if (point <= -4 || point > 16) {
        *out++ = digits[0];
        if (n > 1) {
            *out++ = '.';
            memcpy(out, digits + 1, (size_t)n - 1);
            out += n - 1;
        }
        out += put_exponent(out, point - 1, 'e');
    } else if (point <= 0) {
        memcpy(out, "0.0000", 6);
        out += 2 - point;
        memcpy(out, digits, (size_t)n);
        out += n;
    } else {
        int whole = n < point ? n : point;
        memcpy(out, digits, (size_t)whole);
        out += whole;
        for (int i = whole; i < point; i++)
            *out++ = '0';
        *out++ = '.';
        if (n > point) {
            memcpy(out, digits + point, (size_t)(n - point));
            out += n - point;
        } else {
            *out++ = '0';
        }
    }
    assert(out - start <= DOUBLE_REPR_MAX);
    return (size_t)(out - start);
}

/* [sign] digits, with `have` of them given and zeros after: `point` before the decimal point, up to `n` in all. */
static bool put_fixed(Buf *out, const char *digits, int have, int point, int n, int flags)
{
    if (point <= 0) {
        buf_string(out, "0.");
        buf_fill(out, '0', (size_t)-point);
        buf_add(out, digits, (size_t)have);
        buf_fill(out, '0', (size_t)(n > have ? n - have : 0));
    } else {
        int whole = have < point ? have : point;
        buf_add(out, digits, (size_t)whole);
        buf_fill(out, '0', (size_t)(point - whole));
        if (n > point) {
            buf_char(out, '.');
            buf_add(out, digits + whole, (size_t)(have - whole));
            buf_fill(out, '0', (size_t)(n - (have > point ? have : point)));
        } else if (flags & DOUBLE_DOT_ZERO) {
            buf_string(out, ".0");
        } else if (flags & DOUBLE_ALT) {
            buf_char(out, '.');
        }
    }
    return !out->failed;
}

static bool put_scientific(Buf *out, const char *digits, int have, int point, int n, char letter, int flags)
{
    char exponent[8];
    buf_char(out, digits[0]);
    if (n > 1 || (flags & DOUBLE_ALT))
        buf_char(out, '.');
    buf_add(out, digits + 1, (size_t)(have - 1));
    buf_fill(out, '0', (size_t)(n > have ? n - have : 0));
    return buf_add(out, exponent, put_exponent(exponent, point - 1, letter));
}

/* "%.*f" of x >= 0, the locale's point turned into '.'. */
static bool put_f(Buf *out, double x, int precision, int flags)
{
    int len = snprintf(NULL, 0, "%.*f", precision, x);
    if (len < 0 || !buf_reserve(out, (size_t)len + 2))
        return false;
    char *at = out->at + out->len;
    snprintf(at, (size_t)len + 1, "%.*f", precision, x);
    size_t whole = 0;
    while (at[whole] >= '0' && at[whole] <= '9')
        whole++;
    if (at[whole] && at + len - precision > at + whole) {
        at[whole] = '.';
        memmove(at + whole + 1, at + len - precision, (size_t)precision);
        len = (int)whole + 1 + precision;
    } else if (flags & DOUBLE_ALT) {
        at[len++] = '.';
    }
    out->len += (size_t)len;
    return true;
}

static bool all_zero(const char *text, size_t len)
{
    for (size_t i = 0; i < len && (text[i] | 32) != 'e'; i++)
        if (text[i] >= '1' && text[i] <= '9')
            return false;
    return true;
}

static bool put_finite(Buf *out, double x, char code, int precision, int flags)
{
    bool upper = code >= 'A' && code <= 'Z';
    char letter = upper ? 'E' : 'e', small[32], *digits = small;
    int point = 1, have = 1, n;
    code |= 32;
    if (code == 'f')
        return put_f(out, x, precision, flags);
    if (code == 'r') {
        small[0] = '0';
        n = have = x == 0 ? 1 : double_shortest(x, small, &point);
        return point <= -4 || point > 16 ? put_scientific(out, small, have, point, n, letter, flags)
                                         : put_fixed(out, small, have, point, n, flags);
    }
    if (precision > 1 << 30)
        return false;
    if (code == 'e')
        precision++;
    if (precision == 0)
        precision = 1;
    if (precision + 1 > (int)sizeof small && !(digits = malloc((size_t)precision + 1))) {
        out->failed = true;
        return false;
    }
    digits_of(x, precision, digits, &point);
    have = strip_zeros(digits, precision);
    bool ok;
    if (code == 'e') {
        ok = put_scientific(out, digits, have, point, precision, letter, flags);
    } else {
        n = flags & DOUBLE_ALT ? precision : have;
        bool far = point <= -4 || point > precision - (flags & DOUBLE_DOT_ZERO ? 1 : 0);
        ok = far ? put_scientific(out, digits, have, point, n, letter, flags)
                 : put_fixed(out, digits, have, point, n, flags);
    }
    if (digits != small)
        free(digits);
    return ok;
}

bool double_format(Buf *out, double x, char code, int precision, int flags)
{
    assert(precision >= 0);
    bool upper = code >= 'A' && code <= 'Z';
    bool negative = signbit(x) && !isnan(x);
    if (!isfinite(x)) {
        if (negative || (flags & DOUBLE_SIGN))
            buf_char(out, negative ? '-' : '+');
        return buf_string(out, isnan(x) ? (upper ? "NAN" : "nan") : (upper ? "INF" : "inf"));
    }
    size_t start = out->len;
    if (!buf_char(out, '-') || !put_finite(out, fabs(x), code, precision, flags))
        return false;
    if (negative && (flags & DOUBLE_NO_NEG_ZERO) && all_zero(out->at + start + 1, out->len - start - 1))
        negative = false;
    if (negative)
        return true;
    if (flags & DOUBLE_SIGN) {
        out->at[start] = '+';
        return true;
    }
    memmove(out->at + start, out->at + start + 1, out->len - start - 1);
    out->len--;
    return true;
}

/* ---- reading ---- */

static bool word(const char *text, size_t len, const char *lower, size_t *used)
{
    size_t n = strlen(lower);
    if (len < n)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((text[i] | 32) != lower[i])
            return false;
    *used = n;
    return true;
}

/* The extent of an unsigned decimal number; its digits as an integer if they are at most 19, and the scale. */
typedef struct Decimal { size_t len; uint64_t mantissa; int n_digits, scale; } Decimal;

static Decimal scan(const char *text, size_t len)
{
    Decimal d = { 0, 0, 0, 0 };
    size_t i = 0;
    bool any = false, point = false;
    for (; i < len; i++) {
        char c = text[i];
        if (c >= '0' && c <= '9') {
            any = true;
            if (d.n_digits < 19)
                d.mantissa = d.mantissa * 10 + (uint64_t)(c - '0');
            if (d.mantissa)
                d.n_digits++;
            if (point)
                d.scale--;
        } else if (c == '.' && !point) {
            point = true;
        } else {
            break;
        }
    }
    if (!any)
        return (Decimal){ 0, 0, 0, 0 };
    d.len = i;
    if (i < len && (text[i] | 32) == 'e') {
        size_t j = i + 1;
        bool negative = j < len && text[j] == '-';
        if (j < len && (text[j] == '-' || text[j] == '+'))
            j++;
        int exponent = 0;
        size_t first = j;
        for (; j < len && text[j] >= '0' && text[j] <= '9'; j++)
            if (exponent < 1000000)
                exponent = exponent * 10 + text[j] - '0';
        if (j > first) {
            d.len = j;
            d.scale += negative ? -exponent : exponent;
        }
    }
    return d;
}

/* strtod on the number, its point written as the locale wants it. */
static double slow_parse(const char *text, size_t len)
{
    char probe[8], small[128], *copy = small;
    snprintf(probe, sizeof probe, "%.1f", 0.5);         /* 0<point>5 */
    size_t point_len = strlen(probe) - 2;
    if (len + point_len + 1 > sizeof small && !(copy = malloc(len + point_len + 1)))
        return NAN;
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '.') {
            memcpy(copy + n, probe + 1, point_len);
            n += point_len;
        } else {
            copy[n++] = text[i];
        }
    }
    copy[n] = '\0';
    double value = strtod(copy, NULL);
    if (copy != small)
        free(copy);
    return value;
}

double double_parse(const char *text, size_t len, size_t *used)
{
    static const double powers[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14,
                                     1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
    size_t sign = len && (text[0] == '-' || text[0] == '+'), n;
    bool negative = sign && text[0] == '-';
    *used = 0;
    text += sign;
    len -= sign;
    double value;
    if (word(text, len, "infinity", &n) || word(text, len, "inf", &n)) {
        value = INFINITY;
    } else if (word(text, len, "nan", &n)) {
        value = NAN;
    } else {
        Decimal d = scan(text, len);
        n = d.len;
        if (n == 0)
            return 0.0;
        if (d.mantissa <= (uint64_t)1 << 53 && d.n_digits <= 19 && d.scale >= -22 && d.scale <= 22)
            value = d.scale < 0 ? (double)d.mantissa / powers[-d.scale] : (double)d.mantissa * powers[d.scale];
        else
            value = slow_parse(text, n);
    }
    *used = sign + n;
    return negative ? -value : value;
}
