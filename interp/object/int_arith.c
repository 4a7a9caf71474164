/* int_arith.c -- the operators of int. Immediates first, then one or two limbs, then GMP; what takes long goes through int_job_run. */
#include <math.h>
#include <stdlib.h>

#include "gc/heap.h"
#include "interp/object/float.h"
#include "interp/object/int_limbs.h"

static bool is_long_work(mp_size_t n, mp_size_t m) { return n > 12000 && m > 12000; }
static uint64_t bits_of(const Limbs *l) { return l->n == 0 ? 0 : (uint64_t)l->n * 64 - (uint64_t)__builtin_clzll(l->at[l->n - 1]); }

/* --- sums ------------------------------------------------------------------------------------------------------------- */
static Value add_limbs(const Limbs *a, const Limbs *b, bool b_negative)
{
    bool negative = a->negative;
    if (a->n < b->n || (a->n == b->n && a->n && mpn_cmp(a->at, b->at, a->n) < 0)) {      /* the larger magnitude first: its sign is the sum's */
        const Limbs *larger = b;
        b = a;
        a = larger;
        negative = b_negative;
        b_negative = b->negative;
    }
    if (a->n == 0)
        return small_int_value(0);
    Int *r = int_alloc(a->n + 1);
    if (!r)
        return ERROR;
    mp_limb_t carry = 0;
    if (b->n == 0)
        memcpy(r->limbs, a->at, (size_t)a->n * 8);
    else if (negative == b_negative)
        carry = mpn_add(int_limbs(r), a->at, a->n, b->at, b->n);
    else
        carry = mpn_sub(int_limbs(r), a->at, a->n, b->at, b->n);
    assert(negative == b_negative || carry == 0);
    r->limbs[a->n] = carry;
    return int_finish_take(r, a->n + 1, negative);
}

Value int_add(Value a, Value b)
{
    int64_t i, j;
    if (both_small(a, b, &i, &j))
        return int_value(i + j);
    __int128 wide_a, wide_b, wide;
    if (int_wide(a, &wide_a) && int_wide(b, &wide_b) && !__builtin_add_overflow(wide_a, wide_b, &wide))
        return int_from_i128(wide);
    Limbs x, y;
    limbs_of(a, &x);
    limbs_of(b, &y);
    return add_limbs(&x, &y, y.negative);
}

Value int_sub(Value a, Value b)
{
    int64_t i, j;
    if (both_small(a, b, &i, &j))
        return int_value(i - j);
    __int128 wide_a, wide_b, wide;
    if (int_wide(a, &wide_a) && int_wide(b, &wide_b) && !__builtin_sub_overflow(wide_a, wide_b, &wide))
        return int_from_i128(wide);
    Limbs x, y;
    limbs_of(a, &x);
    limbs_of(b, &y);
    return add_limbs(&x, &y, !y.negative);
}

/* --- products --------------------------------------------------------------------------------------------------------- */
Value int_mul(Value a, Value b)
{
    int64_t i, j;
    if (both_small(a, b, &i, &j)) {
        int64_t product;
        return __builtin_mul_overflow(i, j, &product) ? int_from_i128((__int128)i * j) : int_value(product);
    }
    Limbs x, y;
    limbs_of(a, &x);
    limbs_of(b, &y);
    if (x.n == 0 || y.n == 0)
        return small_int_value(0);
    const Limbs *big = x.n >= y.n ? &x : &y, *little = x.n >= y.n ? &y : &x;
    if (is_long_work(big->n, little->n) || (big->n > 4000000 && little->n > 8)) {
        assert(little->at != &little->one);              /* longer than that: its limbs are an object's */
        IntJob job = { .kind = JOB_MUL, .a = *big, .b = *little };
        return int_job_run(&job, (uint64_t)(big->n + little->n) * 8 * 2) ? job.result : ERROR;
    }
    Int *r = int_alloc(big->n + little->n);
    if (!r)
        return ERROR;
    mp_size_t n = big->n + little->n;
    if (little->n == 1)
        r->limbs[big->n] = mpn_mul_1(int_limbs(r), big->at, big->n, little->at[0]);
    else if (big->at == little->at)
        mpn_sqr(int_limbs(r), big->at, big->n);
    else
        mpn_mul(int_limbs(r), big->at, big->n, little->at, little->n);
    return int_finish_take(r, n, x.negative != y.negative);
}

/* --- division --------------------------------------------------------------------------------------------------------- */
static bool divmod_long(const Limbs *x, const Limbs *y, Value *quotient, Value *remainder)
{
    IntJob job = { .kind = JOB_DIVMOD, .a = *x, .b = *y };
    if (!int_job_run(&job, (uint64_t)(x->n + y->n) * 16))
        return false;
    *quotient = job.result;
    *remainder = job.result2;
    return true;
}

/* Floored division of magnitudes with signs; y is not zero, and x is not shorter than y. */
static bool divmod_limbs(const Limbs *x, const Limbs *y, Value *quotient, Value *remainder)
{
    if (is_long_work(y->n, x->n - y->n))
        return divmod_long(x, y, quotient, remainder);
    assert(y->n > 0 && x->n >= y->n);
    mp_size_t nq = x->n - y->n + 1;
    Int *q = int_alloc(nq + 1), *r = q ? int_alloc(y->n) : NULL;
    if (!r) {
        if (q)
            heap_free_unused(q);
        return false;
    }
    if (y->n == 1)
        r->limbs[0] = mpn_divrem_1(int_limbs(q), 0, x->at, x->n, y->at[0]);
    else
        mpn_tdiv_qr(int_limbs(q), int_limbs(r), 0, x->at, x->n, y->at, y->n);
    q->limbs[nq] = 0;
    bool signs_differ = x->negative != y->negative;
    if (signs_differ && !mpn_zero_p(int_limbs(r), y->n)) {
        q->limbs[nq] = mpn_add_1(int_limbs(q), int_limbs(q), nq, 1);
        mpn_sub_n(int_limbs(r), y->at, int_limbs(r), y->n);
    }
    assert(mpn_cmp(int_limbs(r), y->at, y->n) < 0);
    *quotient = int_finish_take(q, nq + 1, signs_differ);
    *remainder = int_finish_take(r, y->n, y->negative);
    return true;
}

static bool divmod_any(Value a, Value b, Value *quotient, Value *remainder)
{
    int64_t i, j;
    if (both_small(a, b, &i, &j)) {
        int64_t q = i / j, r = i % j;
        if (r && (r ^ j) < 0) {
            q--;
            r += j;
        }
        *quotient = int_value(q);
        *remainder = small_int_value(r);
        return !is_error(*quotient);
    }
    Limbs x, y;
    limbs_of(a, &x);
    limbs_of(b, &y);
    if (x.n < y.n || (x.n == y.n && mpn_cmp(x.at, y.at, x.n) < 0)) {
        if (x.n && x.negative != y.negative) {
            *quotient = small_int_value(-1);
            *remainder = int_add(a, b);
        } else {
            *quotient = small_int_value(0);
            *remainder = int_normal(a);
        }
        return !is_error(*remainder);
    }
    return divmod_limbs(&x, &y, quotient, remainder);
}

static bool divmod_checked(Value a, Value b, Value *quotient, Value *remainder, const char *zero)
{
    *quotient = *remainder = ERROR;
    return int_sign(b) == 0 ? raise_false(ZeroDivisionError, "%s", zero) : divmod_any(a, b, quotient, remainder);
}

bool int_divmod(Value a, Value b, Value *quotient, Value *remainder)
{
    return divmod_checked(a, b, quotient, remainder, "integer division or modulo by zero");
}

Value int_floordiv(Value a, Value b)
{
    Value q, r;
    if (!divmod_checked(a, b, &q, &r, "integer division or modulo by zero"))
        return ERROR;
    release(r);
    return q;
}

Value int_mod(Value a, Value b)
{
    Value q, r;
    if (!divmod_checked(a, b, &q, &r, "integer modulo by zero"))
        return ERROR;
    release(q);
    return r;
}

/* The quotient of two magnitudes to 55 bits and a sticky one, rounded half to even once. Source: CPython's long_true_divide describes
 * the method; the shift makes a quotient of 55 or 56 bits, fewer for subnormal results. */
static Value truediv_limbs(const Limbs *x, const Limbs *y)
{
    int64_t difference = (int64_t)bits_of(x) - (int64_t)bits_of(y);
    bool negative = x->negative != y->negative;
    if (difference > 1024)
        return raise(OverflowError, "integer division result too large for a float");
    if (difference < -1080)
        return float_value(negative ? -0.0 : 0.0);
    int64_t shift = (difference > -1021 ? difference : -1021) - 55;
    mpz_t a, b, q, r;
    mpz_roinit_n(b, y->at, y->n);
    mpz_inits(q, r, NULL);
    mpz_init(a);
    mpz_set(a, (mpz_t)MPZ_ROINIT_N((mp_limb_t *)x->at, x->n));
    bool inexact = false;
    if (shift <= 0) {
        mpz_mul_2exp(a, a, (mp_bitcnt_t)-shift);
    } else {
        inexact = mpz_scan1(a, 0) < (mp_bitcnt_t)shift;
        mpz_tdiv_q_2exp(a, a, (mp_bitcnt_t)shift);
    }
    mpz_tdiv_qr(q, r, a, b);
    inexact |= mpz_sgn(r) != 0;
    uint64_t bits = mpz_size(q) ? mpz_getlimbn(q, 0) : 0;
    assert(mpz_size(q) <= 1);
    mpz_clears(a, q, r, NULL);
    int n_bits = bits ? 64 - __builtin_clzll(bits) : 0;
    int extra = (n_bits > -1021 - shift ? n_bits : (int)(-1021 - shift)) - 53;
    assert(extra >= 1 && extra < 64);
    uint64_t mask = 1ull << (extra - 1), low = bits | inexact;
    if ((low & mask) && (low & (3 * mask - 1)))
        low += mask;
    bits = low & ~(2 * mask - 1);
    double d = ldexp((double)bits, (int)shift);
    if (isinf(d))
        return raise(OverflowError, "integer division result too large for a float");
    return float_value(negative ? -d : d);
}

Value int_truediv(Value a, Value b)
{
    if (int_sign(b) == 0)
        return raise(ZeroDivisionError, "division by zero");
    int64_t i, j;
    const int64_t exact = 1ll << 53;
    if (both_small(a, b, &i, &j) && i >= -exact && i <= exact && j >= -exact && j <= exact)
        return float_value((double)i / (double)j);
    Limbs x, y;
    limbs_of(a, &x);
    limbs_of(b, &y);
    if (x.n == 0)
        return float_value(y.negative ? -0.0 : 0.0);
    return truediv_limbs(&x, &y);
}

/* --- powers ------------------------------------------------------------------------------------------------------------- */
static Value pow_float(Value base, Value exponent)
{
    double x, y;
    if (!int_to_double(base, &x) || !int_to_double(exponent, &y))
        return ERROR;
    if (x == 0.0)
        return raise(ZeroDivisionError, "0.0 cannot be raised to a negative power");
    return float_value(pow(x, y));
}

static Value pow_plain(Value base, Value exponent)
{
    Limbs x;
    uint64_t n;
    limbs_of(base, &x);
    bool fits = int_to_u64(exponent, &n);
    if (n == 0 && fits)
        return small_int_value(1);
    bool odd = int_to_u64_mask(exponent) & 1;
    if (x.n == 0)
        return small_int_value(0);
    if (x.n == 1 && x.at[0] == 1)
        return small_int_value(x.negative && odd ? -1 : 1);
    if (!fits || n > 1ull << 40)
        return raise_memory();
    uint64_t bits = bits_of(&x);
    if (x.n == 1 && bits == 1 + (uint64_t)__builtin_ctzll(x.at[0])) {           /* a power of two */
        own Value count = int_from_u64((bits - 1) * n);
        return int_lshift(small_int_value(x.negative && odd ? -1 : 1), count);
    }
    unsigned __int128 result_bits = (unsigned __int128)bits * n;
    if (result_bits > (unsigned __int128)INT_MAX_LIMBS * 64)
        return raise_memory();
    if (result_bits <= 120) {
        __int128 power = 1, square = x.negative ? -(__int128)x.at[0] : (__int128)x.at[0];
        if (x.n == 1) {
            for (uint64_t e = n;; square *= square) {
                if (e & 1)
                    power *= square;
                if ((e >>= 1) == 0)
                    break;
            }
            return int_from_i128(power);
        }
    }
    uint64_t room = (uint64_t)result_bits / 8 + 16;
    if (room > 1 << 16) {
        IntJob job = { .kind = JOB_POW, .a = x, .number = n };
        if (x.at == &x.one)
            job.a.at = &job.a.one;
        return int_job_run(&job, room * 2) ? job.result : ERROR;
    }
    mpz_t r;
    mpz_init(r);
    mpz_pow_ui(r, (mpz_t)MPZ_ROINIT_N((mp_limb_t *)x.at, x.negative ? -x.n : x.n), n);
    Value result = int_from_limbs(mpz_limbs_read(r), (mp_size_t)mpz_size(r), mpz_sgn(r) < 0);
    mpz_clear(r);
    return result;
}

static Value pow_modular(Value base, Value exponent, Value modulus)
{
    Limbs m;
    limbs_of(modulus, &m);
    if (m.n == 0)
        return raise(ValueError, "pow() 3rd argument cannot be 0");
    if (m.n == 1 && m.at[0] == 1)
        return small_int_value(0);
    Limbs x, e;
    own Value positive = ERROR, inverse = ERROR;
    limbs_of(exponent, &e);
    if (e.n && e.negative) {
        limbs_of(base, &x);
        mpz_t r;
        mpz_init(r);
        int exists = mpz_invert(r, (mpz_t)MPZ_ROINIT_N((mp_limb_t *)x.at, x.negative ? -x.n : x.n),
                                (mpz_t)MPZ_ROINIT_N((mp_limb_t *)m.at, m.n));
        if (exists)
            inverse = int_from_limbs(mpz_limbs_read(r), (mp_size_t)mpz_size(r), mpz_sgn(r) < 0);
        mpz_clear(r);
        if (!exists)
            return raise(ValueError, "base is not invertible for the given modulus");
        positive = int_neg(exponent);
        if (is_error(inverse) || is_error(positive))
            return ERROR;
        base = inverse;
        limbs_of(positive, &e);
    }
    limbs_of(base, &x);
    own Value result = ERROR;
    if ((double)m.n * (double)m.n * (double)e.n > 50000.0 || x.n > 20000) {
        IntJob job = { .kind = JOB_POWM, .a = x, .b = e, .c = m };
        if (x.at == &x.one) job.a.at = &job.a.one;
        if (e.at == &e.one) job.b.at = &job.b.one;
        if (m.at == &m.one) job.c.at = &job.c.one;
        job.c.negative = false;
        if (!int_job_run(&job, (uint64_t)m.n * 16))
            return ERROR;
        result = job.result;
    } else {
        mpz_t r;
        mpz_init(r);
        mpz_powm(r, (mpz_t)MPZ_ROINIT_N((mp_limb_t *)x.at, x.negative ? -x.n : x.n), (mpz_t)MPZ_ROINIT_N((mp_limb_t *)e.at, e.n),
                 (mpz_t)MPZ_ROINIT_N((mp_limb_t *)m.at, m.n));
        result = int_from_limbs(mpz_limbs_read(r), (mp_size_t)mpz_size(r), false);
        mpz_clear(r);
    }
    if (is_error(result))
        return ERROR;
    if (m.negative && int_sign(result) != 0)
        return int_add(result, modulus);
    return give(result);
}

Value int_pow(Value base, Value exponent, Value modulus)
{
    if (!is_none(modulus))
        return pow_modular(base, exponent, modulus);
    return int_sign(exponent) < 0 ? pow_float(base, exponent) : pow_plain(base, exponent);
}

/* --- shifts ------------------------------------------------------------------------------------------------------------- */
Value int_lshift(Value a, Value b)
{
    int64_t count;
    __int128 wide;
    if (is_int(b) && (uint64_t)(count = small_int(b)) < 126 && int_wide(a, &wide) && (__int128)((unsigned __int128)wide << count) >> count == wide)
        return int_from_i128((__int128)((unsigned __int128)wide << count));
    if (int_sign(b) < 0)
        return raise(ValueError, "negative shift count");
    if (int_sign(a) == 0)
        return small_int_value(0);
    if (!int_to_i64(b, &count))
        return raise(OverflowError, "too many digits in integer");
    Limbs x;
    limbs_of(a, &x);
    int64_t words = count / 64;
    if (words > INT_MAX_LIMBS - x.n - 1)
        return raise_memory();
    Int *r = int_alloc(x.n + words + 1);
    if (!r)
        return ERROR;
    memset(r->limbs, 0, (size_t)words * 8);
    r->limbs[x.n + words] = 0;
    if (count % 64)
        r->limbs[x.n + words] = mpn_lshift(int_limbs(r) + words, x.at, x.n, (unsigned)(count % 64));
    else
        memcpy(r->limbs + words, x.at, (size_t)x.n * 8);
    return int_finish_take(r, x.n + words + 1, x.negative);
}

Value int_rshift(Value a, Value b)
{
    int64_t i, count;
    __int128 wide;
    if (is_int(b) && (count = small_int(b)) >= 0 && int_wide(a, &wide))
        return int_from_i128(wide >> (count > 127 ? 127 : count));
    if (int_sign(b) < 0)
        return raise(ValueError, "negative shift count");
    bool huge = !int_to_i64(b, &count);
    if (!is_ptr(a)) {
        i = is_int(a) ? small_int(a) : same(a, TRUE);
        return int_value(i >> (huge || count > 63 ? 63 : count));
    }
    Limbs x;
    limbs_of(a, &x);
    bool negative = x.n && x.negative;
    if (huge || count / 64 >= x.n)
        return small_int_value(negative ? -1 : 0);
    mp_size_t words = count / 64, n = x.n - words;
    Int *r = int_alloc(n + 1);
    if (!r)
        return ERROR;
    assert(n > 0);
    bool lost = words && !mpn_zero_p(x.at, words);
    if (count % 64)
        lost |= mpn_rshift(int_limbs(r), x.at + words, n, (unsigned)(count % 64)) != 0;
    else
        memcpy(r->limbs, x.at + words, (size_t)n * 8);
    r->limbs[n] = negative && lost ? mpn_add_1(int_limbs(r), int_limbs(r), n, 1) : 0;
    return int_finish_take(r, n + 1, negative);
}

/* --- bits ----------------------------------------------------------------------------------------------------------------- */
/* Two's complement of a number in n limbs (n > its own). */
static void to_complement(mp_limb_t *to, const Limbs *l, mp_size_t n)
{
    assert(n > l->n);
    memcpy(to, l->at, (size_t)l->n * 8);
    memset(to + l->n, 0, (size_t)(n - l->n) * 8);
    if (l->negative)
        mpn_neg(to, to, n);
}

static Value bitwise(Value a, Value b, char op)
{
    __int128 i, j;
    if (int_wide(a, &i) && int_wide(b, &j))
        return int_from_i128(op == '&' ? i & j : op == '|' ? i | j : i ^ j);
    Limbs x, y;
    limbs_of(a, &x);
    limbs_of(b, &y);
    mp_size_t n = (x.n > y.n ? x.n : y.n) + 1;
    Int *r = int_alloc(n), *other = r ? int_alloc(n) : NULL;
    if (!other) {
        if (r)
            heap_free_unused(r);
        return ERROR;
    }
    to_complement(int_limbs(r), &x, n);
    to_complement(int_limbs(other), &y, n);
    if (op == '&')
        mpn_and_n(int_limbs(r), int_limbs(r), int_limbs(other), n);
    else if (op == '|')
        mpn_ior_n(int_limbs(r), int_limbs(r), int_limbs(other), n);
    else
        mpn_xor_n(int_limbs(r), int_limbs(r), int_limbs(other), n);
    heap_free_unused(other);
    bool negative = r->limbs[n - 1] >> 63;
    if (negative)
        mpn_neg(int_limbs(r), int_limbs(r), n);
    return int_finish_take(r, n, negative);
}

Value int_and(Value a, Value b)
{
    int64_t i, j;
    return both_small(a, b, &i, &j) ? small_int_value(i & j) : bitwise(a, b, '&');
}
Value int_or(Value a, Value b)
{
    int64_t i, j;
    return both_small(a, b, &i, &j) ? small_int_value(i | j) : bitwise(a, b, '|');
}
Value int_xor(Value a, Value b)
{
    int64_t i, j;
    return both_small(a, b, &i, &j) ? small_int_value(i ^ j) : bitwise(a, b, '^');
}

Value int_neg(Value v)
{
    if (is_int(v))
        return int_value(-small_int(v));
    Limbs l;
    limbs_of(v, &l);
    return int_from_limbs(l.at, l.n, !l.negative);
}

Value int_invert(Value v)
{
    if (is_int(v))
        return int_value(~small_int(v));
    own Value negative = int_neg(v);
    return is_error(negative) ? ERROR : int_sub(negative, small_int_value(1));
}

Value int_abs(Value v)
{
    if (is_int(v))
        return int_value(small_int(v) < 0 ? -small_int(v) : small_int(v));
    Limbs l;
    limbs_of(v, &l);
    return l.negative ? int_from_limbs(l.at, l.n, false) : int_normal(v);
}

/* --- others --------------------------------------------------------------------------------------------------------------- */
Value int_gcd(Value a, Value b)
{
    int64_t i, j;
    if (both_small(a, b, &i, &j)) {
        uint64_t x = i < 0 ? 0 - (uint64_t)i : (uint64_t)i, y = j < 0 ? 0 - (uint64_t)j : (uint64_t)j;
        while (y) {
            uint64_t r = x % y;
            x = y;
            y = r;
        }
        return int_from_u64(x);
    }
    Limbs x, y;
    limbs_of(a, &x);
    limbs_of(b, &y);
    if (is_long_work(x.n, y.n)) {
        IntJob job = { .kind = JOB_GCD, .a = x, .b = y };
        return int_job_run(&job, (uint64_t)x.n * 8) ? job.result : ERROR;
    }
    mpz_t r;
    mpz_init(r);
    mpz_gcd(r, (mpz_t)MPZ_ROINIT_N((mp_limb_t *)x.at, x.n), (mpz_t)MPZ_ROINIT_N((mp_limb_t *)y.at, y.n));
    Value result = int_from_limbs(mpz_limbs_read(r), (mp_size_t)mpz_size(r), false);
    mpz_clear(r);
    return result;
}

Value int_isqrt(Value v)
{
    Limbs l;
    limbs_of(v, &l);
    if (l.n && l.negative)
        return raise(ValueError, "isqrt() argument must be nonnegative");
    if (l.n == 0)
        return small_int_value(0);
    if (l.n > 20000) {
        IntJob job = { .kind = JOB_SQRT, .a = l };
        return int_job_run(&job, (uint64_t)l.n * 8) ? job.result : ERROR;
    }
    Int *r = int_alloc((l.n + 1) / 2);
    if (!r)
        return ERROR;
    mpn_sqrtrem(int_limbs(r), NULL, l.at, l.n);
    return int_finish_take(r, (l.n + 1) / 2, false);
}
