/* int_text.c -- int to digits and back. Decimal texts longer than int_max_str_digits are refused (0: no limit); conversions between
 * a base that is no power of two and binary are quadratic to quasi-linear, and run as jobs when long. */
#include <stdlib.h>

#include "interp/base/buf.h"
#include "interp/object/int_limbs.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"

int64_t int_max_str_digits = 4300;

static bool power_of_two(int base) { return (base & (base - 1)) == 0; }

/* --- reading ----------------------------------------------------------------------------------------------------------- */
static int digit_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'z' ? c - 'a' + 10 : c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 99;
}

static Value malformed(void)
{
    error_set_none(ValueError);
    return ERROR;
}

static bool prefix_is(const char *at, const char *end, char lower)
{
    return end - at >= 2 && at[0] == '0' && (at[1] | 32) == lower;
}

/* The same in a base of 2**bits: digits are bits, so there is nothing to compute. */
static Value from_bit_digits(const char *digits, size_t n, unsigned bits, bool negative)
{
    Int *i = int_alloc((mp_size_t)(n * bits / 64) + 1);
    mp_limb_t *limbs = i ? int_limbs(i) : NULL, limb = 0;
    mp_size_t used = 0;
    unsigned have = 0;
    for (size_t k = n; i && k-- > 0;) {
        uint64_t digit = (uint64_t)digit_of(digits[k]);
        limb |= digit << have;
        have += bits;
        if (have >= 64) {
            limbs[used++] = limb;
            have -= 64;
            limb = have ? digit >> (bits - have) : 0;
        }
        if (!POLL_EACH(k, 1 << 16)) {
            release_obj(i);
            return ERROR;
        }
    }
    if (!i)
        return ERROR;
    if (have)
        limbs[used++] = limb;
    return int_finish_take(i, used, negative);
}

/* Digits without underscores, at least one, all valid in `base`. */
static Value from_digits(const char *digits, size_t n, int base, bool negative)
{
    while (n > 1 && *digits == '0') {
        digits++;
        n--;
    }
    if (n <= 11 || (base <= 10 && n <= 18)) {
        int64_t i = 0;
        for (size_t k = 0; k < n; k++)
            i = i * base + digit_of(digits[k]);
        return int_value(negative ? -i : i);
    }
    if (power_of_two(base))
        return from_bit_digits(digits, n, (unsigned)__builtin_ctz((unsigned)base), negative);
    if (n > 60000) {
        char *copy = strndup(digits, n);
        if (!copy)
            return raise_memory();
        IntJob job = { .kind = JOB_FROM_TEXT, .text = copy, .number = (uint64_t)base };
        bool ok = int_job_run(&job, n);
        free(copy);
        if (!ok)
            return ERROR;
        Value result = negative ? int_neg(job.result) : retain(job.result);
        release(job.result);
        return result;
    }
    unsigned char *values = malloc(n);
    if (!values)
        return raise_memory();
    for (size_t k = 0; k < n; k++)
        values[k] = (unsigned char)digit_of(digits[k]);
    mp_size_t room = (mp_size_t)((double)n * (base <= 10 ? 3.33 : base <= 16 ? 4.0 : 5.18) / 64.0) + 2;
    Int *i = int_alloc(room);
    if (!i) {
        free(values);
        return ERROR;
    }
    mp_size_t used = mpn_set_str(int_limbs(i), values, n, base);
    assert(used <= room);
    free(values);
    return int_finish_take(i, used, negative);
}

Value int_parse(const char *text, size_t len, int base)
{
    const char *at = text, *end = text + len;
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    bool must_be_zero = false;
    if (base == 0) {
        base = prefix_is(at, end, 'x') ? 16 : prefix_is(at, end, 'o') ? 8 : prefix_is(at, end, 'b') ? 2 : 10;
        must_be_zero = base == 10 && at < end && *at == '0';
    }
    if ((base == 16 && prefix_is(at, end, 'x')) || (base == 8 && prefix_is(at, end, 'o')) || (base == 2 && prefix_is(at, end, 'b'))) {
        at += 2;
        if (at < end && *at == '_')
            at++;
    }
    bool underscores = false, previous_digit = false;
    size_t n_digits = 0;
    for (const char *p = at; p < end; p++) {
        if (*p == '_') {
            if (!previous_digit)
                return malformed();
            underscores = true;
            previous_digit = false;
        } else {
            int digit = digit_of(*p);
            if (digit >= base || (must_be_zero && digit != 0))
                return malformed();
            previous_digit = true;
            n_digits++;
        }
    }
    if (!previous_digit)
        return malformed();
    if (!power_of_two(base) && int_max_str_digits > 0 && n_digits > (size_t)int_max_str_digits)
        return raise(ValueError, "Exceeds the limit (%lld digits) for integer string conversion: value has %zu digits; use sys.set_int_max_str_digits() to increase the limit",
                     (long long)int_max_str_digits, n_digits);
    if (!underscores)
        return from_digits(at, (size_t)(end - at), base, negative);
    Buf plain = { 0 };
    for (const char *p = at; p < end; p++)
        if (*p != '_')
            buf_char(&plain, *p);
    Value result = plain.failed ? raise_memory() : from_digits(plain.at, plain.len, base, negative);
    buf_free(&plain);
    return result;
}

/* --- writing ----------------------------------------------------------------------------------------------------------- */
static Value small_to_str(int64_t i, int base)
{
    assert(base >= 2 && base <= 36);
    char text[72], *at = text + sizeof text;
    uint64_t u = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
    if (base == 10) {
        do
            *--at = (char)('0' + u % 10);
        while (u /= 10);
    } else {
        do
            *--at = "0123456789abcdefghijklmnopqrstuvwxyz"[u % (unsigned)base];
        while (u /= (unsigned)base);
    }
    if (i < 0)
        *--at = '-';
    size_t n = (size_t)(text + sizeof text - at);
    if (n == 1)
        return str_from_char((uint8_t)*at);
    Str *s = str_alloc(n, 1, true);
    if (!s)
        return ERROR;
    memcpy(s->u.c1, at, n);
    return obj_value(s);
}

static Value too_long(void)
{
    return raise(ValueError, "Exceeds the limit (%lld digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit",
                 (long long)int_max_str_digits);
}

static Value long_to_str(const Limbs *l, int base)
{
    uint64_t room = (uint64_t)((double)l->n * 64.0 / 3.3) + 2;
    IntJob job = { .kind = JOB_TO_TEXT, .a = *l, .number = (uint64_t)base };
    if (!int_job_run(&job, room))
        return ERROR;
    Value s = str_from(job.text_out);
    free(job.text_out);
    return s;
}

static Value bits_to_str(const Limbs *l, int base)
{
    unsigned bits = (unsigned)__builtin_ctz((unsigned)base);
    uint64_t length = (uint64_t)l->n * 64 - (uint64_t)__builtin_clzll(l->at[l->n - 1]), n = (length + bits - 1) / bits;
    Str *s = str_alloc(n + l->negative, 1, true);
    if (!s)
        return ERROR;
    if (l->negative)
        s->u.c1[0] = '-';
    for (uint64_t i = 0; i < n; i++) {                      /* from the least digit on */
        uint64_t at = i * bits / 64, shift = i * bits % 64, digit = l->at[at] >> shift;
        if (shift + bits > 64 && at + 1 < (uint64_t)l->n)
            digit |= l->at[at + 1] << (64 - shift);
        s->u.c1[n - 1 - i + l->negative] = (uint8_t)"0123456789abcdefghijklmnopqrstuvwxyz"[digit & ((1u << bits) - 1)];
        if (!POLL_EACH(i, 1 << 16)) {
            release_obj(s);
            return ERROR;
        }
    }
    return obj_value(s);
}

Value int_to_str(Value v, int base)
{
    int64_t small;
    if (int_to_i64(v, &small))
        return small_to_str(small, base);
    Limbs l;
    limbs_of(v, &l);
    if (power_of_two(base))
        return bits_to_str(&l, base);
    int64_t limit = int_max_str_digits;
    if (limit > 0 && (double)l.n * 64 - 64 > ((double)limit + 1) * 3.3219280948873626)
        return too_long();
    if (l.n > 6000)
        return long_to_str(&l, base);
    size_t room = (size_t)((double)l.n * 64.0 / (base == 2 ? 1.0 : base < 8 ? 1.5 : base < 16 ? 3.0 : 4.0)) + 4;
    unsigned char *digits = malloc(room);
    mp_limb_t *scratch = malloc((size_t)(l.n + 1) * 8);
    if (!digits || !scratch) {
        free(digits);
        free(scratch);
        return raise_memory();
    }
    memcpy(scratch, l.at, (size_t)l.n * 8);
    assert(l.n > 0 && base >= 2 && base <= 36);
    size_t n = mpn_get_str(digits, base, scratch, l.n);
    assert(n <= room);
    free(scratch);
    size_t zeros = 0;
    while (zeros + 1 < n && digits[zeros] == 0)
        zeros++;
    Value result;
    if (limit > 0 && n - zeros > (size_t)limit) {
        result = too_long();
    } else {
        Str *s = str_alloc(n - zeros + l.negative, 1, true);
        result = s ? obj_value(s) : ERROR;
        if (s) {
            s->u.c1[0] = '-';
            for (size_t i = zeros; i < n; i++)
                s->u.c1[i - zeros + l.negative] = (uint8_t)"0123456789abcdefghijklmnopqrstuvwxyz"[digits[i]];
        }
    }
    free(digits);
    return result;
}

Value int_repr(Value v) { return int_to_str(v, 10); }
