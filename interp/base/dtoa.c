/* dtoa.c -- exact conversions.
 * Shortest digits are our own (see below); digits of a given number come from the C library, which rounds correctly, and what
 * depends on the locale there (the decimal point) is taken out of its answers.  Layout rules: CPython's documented repr and format of float. */
#include "interp/base/dtoa.h"

#include <assert.h>
#include <gmp.h>
#include <math.h>
#include <pthread.h>
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

/* ---- shortest digits ----
 * Source: Raffaele Giulietti, "The Schubfach way to render doubles" (2020).  The doubles that read as x fill an interval
 * around it; scaled by a power of ten such that it is between 2 and 20 wide, it holds at most one multiple of ten and, if none,
 * one or two integers.  Scaling multiplies by a 128-bit power of ten and rounds to odd, which keeps every comparison exact. */

enum { POWER_MIN = -292, POWER_MAX = 324 };

typedef struct Power { uint64_t high, low; } Power;

static Power powers10[POWER_MAX - POWER_MIN + 1];       /* 10**k scaled to [2**127, 2**128), rounded up */
static pthread_once_t powers_once = PTHREAD_ONCE_INIT;

static void make_powers(void)
{
    mpz_t ten, value, high;
    mpz_inits(ten, value, high, NULL);
    for (int k = POWER_MIN; k <= POWER_MAX; k++) {
        mpz_ui_pow_ui(ten, 10, (unsigned long)abs(k));
        long bits = (long)mpz_sizeinbase(ten, 2);
        if (k >= 0 && bits <= 128) {
            mpz_mul_2exp(value, ten, (unsigned long)(128 - bits));
        } else if (k >= 0) {
            mpz_cdiv_q_2exp(value, ten, (unsigned long)(bits - 128));
        } else {
            /* 10**k has its leading bit at -bits, as no power of ten but 1 is one of two */
            mpz_set_ui(value, 1);
            mpz_mul_2exp(value, value, (unsigned long)(bits + 127));
            mpz_cdiv_q(value, value, ten);
        }
        assert(mpz_sizeinbase(value, 2) == 128);
        mpz_tdiv_q_2exp(high, value, 64);
        mpz_tdiv_r_2exp(value, value, 64);
        powers10[k - POWER_MIN] = (Power){ mpz_get_ui(high), mpz_get_ui(value) };
    }
    mpz_clears(ten, value, high, NULL);
}

/* floor(n / 2**bits), n of either sign */
static inline int floor_shift(int n, int bits) { return n >> bits; }

/* floor(power * c / 2**128), its last bit set if anything was cut off */
static inline uint64_t scale_to_odd(Power power, uint64_t c)
{
    unsigned __int128 low = (unsigned __int128)power.low * c;
    unsigned __int128 sum = (unsigned __int128)power.high * c + (uint64_t)(low >> 64);
    return (uint64_t)(sum >> 64) | ((uint64_t)sum > 1);
}

/* The shortest decimal integer and exponent that read as mantissa * 2**exponent; `closer`: the double below is at half the
 * distance of the one above. */
static uint64_t schubfach(uint64_t mantissa, int exponent, bool closer, int *decimal)
{
    bool odd = mantissa & 1;
    uint64_t left = 4 * mantissa - 2 + closer, middle = 4 * mantissa, right = 4 * mantissa + 2;
    int k = floor_shift(exponent * 1262611 - (closer ? 524031 : 0), 22);
    int shift = exponent + floor_shift(-k * 1741647, 19) + 1;
    Power power = powers10[-k - POWER_MIN];
    uint64_t lower = scale_to_odd(power, left << shift) + odd;
    uint64_t value = scale_to_odd(power, middle << shift);
    uint64_t upper = scale_to_odd(power, right << shift) - odd;
    uint64_t s = value / 4;
    *decimal = k;
    if (s >= 10) {
        uint64_t tens = s / 10;
        bool below = lower <= 40 * tens, above = 40 * tens + 40 <= upper;
        if (below != above) {
            *decimal = k + 1;
            return tens + above;
        }
    }
    bool below = lower <= 4 * s, above = 4 * s + 4 <= upper;
    if (below != above)
        return s + above;
    uint64_t half = 4 * s + 2;
    return s + (value > half || (value == half && (s & 1)));
}

int double_shortest(double x, char *digits, int *point)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    int biased = (int)(bits >> 52 & 0x7FF);
    assert(isfinite(x) && x != 0);
    uint64_t mantissa = biased ? fraction | (uint64_t)1 << 52 : fraction, decimal;
    int exponent = (biased ? biased : 1) - 1075, scale = 0;
    if (biased && exponent <= 0 && exponent > -53 && !(mantissa & (((uint64_t)1 << -exponent) - 1))) {
        decimal = mantissa >> -exponent;            /* an integer below 2**53 */
    } else {
        pthread_once(&powers_once, make_powers);
        decimal = schubfach(mantissa, exponent, !fraction && biased > 1, &scale);
    }
    while (decimal % 10 == 0) {
        decimal /= 10;
        scale++;
    }
    /* in halves of 32 bits, whose divisions are cheaper */
    char reversed[24];
    int n = 0;
    uint32_t lower = (uint32_t)(decimal % 100000000), upper_rest = (uint32_t)(decimal / 100000000 % 1000000000);
    bool long_one = decimal >= 100000000;
    for (int i = 0; long_one ? i < 8 : lower > 0; i++, lower /= 10)
        reversed[n++] = (char)('0' + lower % 10);
    for (; long_one && upper_rest; upper_rest /= 10)
        reversed[n++] = (char)('0' + upper_rest % 10);
    assert(n > 0 && n <= 17);
    for (int i = 0; i < n; i++)
        digits[i] = reversed[n - 1 - i];
    *point = n + scale;
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
    enum { MOST_DIGITS = 1074 };         /* what a double can have behind the point; zeros follow */
    int zeros = precision > MOST_DIGITS ? precision - MOST_DIGITS : 0;
    precision -= zeros;
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
    return buf_fill(out, '0', (size_t)zeros);
}

static bool all_zero(const char *text, size_t len)
{
    for (size_t i = 0; i < len && (text[i] | 32) != 'e'; i++)
        if (text[i] >= '1' && text[i] <= '9')
            return false;
    return true;
}

/* 'f' of a moderate number, exactly: x = m / 2**k, so x * 10**precision is a 128-bit integer shifted right by k; what falls off says
 * how to round (half to even). False: not this way, nothing written. */
static bool put_moderate(Buf *out, double x, int precision, int flags)
{
    static const uint64_t tens[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000u,
                                     100000000000u, 1000000000000u };
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int k = x == 0 ? 1 : 1075 - (int)(bits >> 52);
    if (precision > 12 || k < 1 || k > 115 || (x != 0 && bits >> 52 == 0))
        return false;
    unsigned __int128 scaled = x == 0 ? 0 : (unsigned __int128)((bits & 0xfffffffffffffu) | 0x10000000000000u) * tens[precision];
    unsigned __int128 whole = scaled >> k, rest = scaled & (((unsigned __int128)1 << k) - 1), half = (unsigned __int128)1 << (k - 1);
    if (whole >> 62)
        return false;
    uint64_t n = (uint64_t)whole + (rest > half || (rest == half && ((uint64_t)whole & 1)));
    char text[32], *at = text + sizeof text;
    for (int i = 0; i < precision; i++, n /= 10)
        *--at = (char)('0' + n % 10);
    if (precision || (flags & DOUBLE_ALT))
        *--at = '.';
    do
        *--at = (char)('0' + n % 10);
    while (n /= 10);
    return buf_add(out, at, (size_t)(text + sizeof text - at));
}

static bool put_finite(Buf *out, double x, char code, int precision, int flags)
{
    bool upper = code >= 'A' && code <= 'Z';
    char letter = upper ? 'E' : 'e', small[32], *digits = small;
    int point = 1, have = 1, n;
    code |= 32;
    if (code == 'f')
        return put_moderate(out, x, precision, flags) || put_f(out, x, precision, flags);
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
