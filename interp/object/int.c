/* int.c -- Python's int as a structure: making, conversions to and from C, bytes and doubles, hash, order. */
#include "interp/object/int.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "gc/heap.h"
#include "interp/object/int_limbs.h"

/* --- making ----------------------------------------------------------------------------------------------------- */

bool int_check_room(uint64_t result_bytes)
{
    static uint64_t machine;
    if (!machine)
        machine = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t limit = heap_limit();
    if (result_bytes > (uint64_t)INT_MAX_LIMBS * 8 || result_bytes > machine / 4 * 3)
        return raise_memory_false();
    if (limit && result_bytes + heap_counts().live_bytes > limit)
        return raise_memory_false();
    return true;
}

/* Does a magnitude of `n` limbs without leading zeros fit an immediate? */
static bool is_small(const uint64_t *limbs, mp_size_t n, bool negative)
{
    return n == 0 || (n == 1 && limbs[0] <= (uint64_t)SMALL_INT_MAX + negative);
}

static Value small_of(const uint64_t *limbs, mp_size_t n, bool negative)
{
    uint64_t limb = n ? limbs[0] : 0;
    return small_int_value(negative ? (int64_t)(0 - limb) : (int64_t)limb);
}

void int_check_valid(const Int *i)
{
    mp_size_t n = (mp_size_t)(i->size < 0 ? -i->size : i->size);
    assert(n <= INT_MAX_LIMBS && (n == 0 || i->limbs[n - 1] != 0));
    assert(obj_type(&i->head) != &int_type || !is_small(i->limbs, n, i->size < 0));
    (void)n;
}

Int *int_alloc(mp_size_t n)
{
    assert(n > 0);
    if (n > INT_MAX_LIMBS)
        return raise_memory_null();
    if (n > (1 << 20) && !int_check_room((uint64_t)n * 8))
        return NULL;
    Int *i = heap_new(&int_type.shape, sizeof(Int) + (size_t)n * 8);
    if (!i)
        return raise_memory_null();
    i->size = 0;
    return i;
}

Value int_finish_take(Int *i, mp_size_t n, bool negative)
{
    assert(n >= 0 && i->head.refcount == 1);
    while (n > 0 && i->limbs[n - 1] == 0)
        n--;
    if (is_small(i->limbs, n, negative)) {
        Value small = small_of(i->limbs, n, negative);
        heap_free_unused(i);
        return small;
    }
    i->size = negative ? -(int64_t)n : (int64_t)n;
    return obj_value(i);
}

Value int_from_limbs(const mp_limb_t *limbs, mp_size_t n, bool negative)
{
    while (n > 0 && limbs[n - 1] == 0)
        n--;
    if (is_small(limbs, n, negative))
        return small_of(limbs, n, negative);
    Int *i = int_alloc(n);
    if (!i)
        return ERROR;
    memcpy(i->limbs, limbs, (size_t)n * 8);
    i->size = negative ? -(int64_t)n : (int64_t)n;
    return obj_value(i);
}

Value int_from_i128(__int128 x)
{
    if ((__int128)(int64_t)x == x && int_fits((int64_t)x))
        return small_int_value((int64_t)x);
    bool negative = x < 0;
    unsigned __int128 u = negative ? -(unsigned __int128)x : (unsigned __int128)x;
    unsigned n = u >> 64 ? 2 : 1;
    Int *i = heap_new(&int_type.shape, sizeof(Int) + n * sizeof(uint64_t));
    if (UNLIKELY(!i))
        return raise_memory();
    i->size = negative ? -(int64_t)n : (int64_t)n;
    i->limbs[0] = (uint64_t)u;
    if (n == 2)
        i->limbs[1] = (uint64_t)(u >> 64);
    assert(!is_small(i->limbs, n, negative));
    return obj_value(i);
}

Value int_box(int64_t i)
{
    mp_limb_t limb = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
    return int_from_limbs(&limb, 1, i < 0);
}

Value int_from_u64(uint64_t u)
{
    mp_limb_t limb = u;
    return int_from_limbs(&limb, 1, false);
}

Value int_from_double(double d)
{
    if (isnan(d))
        return raise(ValueError, "cannot convert float NaN to integer");
    if (isinf(d))
        return raise(OverflowError, "cannot convert float infinity to integer");
    if (d > -9.2e18 && d < 9.2e18)
        return int_value((int64_t)d);
    int exponent;
    double fraction = frexp(fabs(d), &exponent);             /* fabs(d) == fraction * 2**exponent, exponent >= 64 - something */
    uint64_t mantissa = (uint64_t)ldexp(fraction, 64);
    int shift = exponent - 64;
    assert(shift >= -1);
    if (shift < 0)
        return int_from_limbs(&(mp_limb_t){ mantissa >> -shift }, 1, d < 0);
    mp_limb_t limbs[18] = { 0 };
    limbs[shift / 64] = mantissa << shift % 64;
    if (shift % 64)
        limbs[shift / 64 + 1] = mantissa >> (64 - shift % 64);
    return int_from_limbs(limbs, shift / 64 + 2, d < 0);
}

Value int_normal(Value v)
{
    if (int_exact(v))
        return retain(v);
    Limbs l;
    limbs_of(v, &l);
    return int_from_limbs(l.at, l.n, l.negative);
}

Value int_subclass_new(Type *type, Value v)
{
    Limbs l;
    limbs_of(v, &l);
    Int *i = heap_new(&type->shape, var_alloc_size(&type->heap, sizeof(Int) + (size_t)l.n * 8));
    if (!i)
        return raise_memory();
    i->size = l.negative ? -(int64_t)l.n : (int64_t)l.n;
    memcpy(i->limbs, l.at, (size_t)l.n * 8);
    var_attrs_init(&i->head);
    return obj_value(i);
}

/* --- to C ------------------------------------------------------------------------------------------------------------ */
bool int_to_i64(Value v, int64_t *i)
{
    if (is_int(v)) {
        *i = small_int(v);
        return true;
    }
    Limbs l;
    limbs_of(v, &l);
    if (l.n == 0) {
        *i = 0;
        return true;
    }
    if (l.n == 1 && l.at[0] <= (uint64_t)INT64_MAX + l.negative) {
        *i = l.negative ? (int64_t)(0 - l.at[0]) : (int64_t)l.at[0];
        return true;
    }
    *i = l.negative ? INT64_MIN : INT64_MAX;
    return false;
}

bool int_to_u64(Value v, uint64_t *u)
{
    Limbs l;
    limbs_of(v, &l);
    *u = l.n ? l.at[0] : 0;
    return !l.negative && l.n <= 1;
}

uint64_t int_to_u64_mask(Value v)
{
    Limbs l;
    limbs_of(v, &l);
    uint64_t low = l.n ? l.at[0] : 0;
    return l.negative ? 0 - low : low;
}

int int_sign(Value v)
{
    Limbs l;
    limbs_of(v, &l);
    return l.n == 0 ? 0 : l.negative ? -1 : 1;
}

static uint64_t limbs_bits(const Limbs *l) { return l->n == 0 ? 0 : (uint64_t)l->n * 64 - (uint64_t)__builtin_clzll(l->at[l->n - 1]); }

uint64_t int_bit_length(Value v)
{
    Limbs l;
    limbs_of(v, &l);
    assert(int_check(v));
    return limbs_bits(&l);
}

/* The 64 bits from bit `bits - 64` up, with the lowest set if anything below is. */
static uint64_t top_bits(const Limbs *l, uint64_t bits)
{
    assert(bits > 64);
    uint64_t drop = bits - 64;
    mp_size_t word = (mp_size_t)(drop / 64);
    unsigned shift = drop % 64;
    uint64_t top = l->at[word] >> shift;
    bool lost = shift && l->at[word] << (64 - shift) != 0;
    if (shift && word + 1 < l->n)
        top |= l->at[word + 1] << (64 - shift);
    for (mp_size_t i = 0; i < word && !lost; i++)
        lost = l->at[i] != 0;
    return top | lost;
}

bool int_to_double(Value v, double *d)
{
    if (is_int(v)) {
        *d = (double)small_int(v);
        return true;
    }
    Limbs l;
    limbs_of(v, &l);
    uint64_t bits = limbs_bits(&l);
    if (bits <= 64) {
        *d = l.n ? (double)l.at[0] : 0.0;
    } else if (bits > 1024) {
        return raise_false(OverflowError, "int too large to convert to float");
    } else {
        /* 64 bits with a sticky one round to 53 exactly as the whole number would. */
        *d = ldexp((double)top_bits(&l, bits), (int)(bits - 64));
        if (isinf(*d))
            return raise_false(OverflowError, "int too large to convert to float");
    }
    if (l.negative)
        *d = -*d;
    return true;
}

/* --- hash, order -------------------------------------------------------------------------------------------------------- */
int64_t int_hash(Value v)
{
    const uint64_t prime = (1ull << 61) - 1;
    Limbs l;
    limbs_of(v, &l);
    int64_t hash = l.n == 0 ? 0 : l.n == 1 ? (int64_t)(l.at[0] % prime) : (int64_t)mpn_mod_1(l.at, l.n, prime);
    if (l.negative)
        hash = -hash;
    assert(hash > -(int64_t)prime && hash < (int64_t)prime);
    return hash == -1 ? -2 : hash;
}

int int_compare(Value a, Value b)
{
    int64_t i, j;
    if (both_small(a, b, &i, &j))
        return i < j ? -1 : i > j;
    Limbs x, y;
    limbs_of(a, &x);
    limbs_of(b, &y);
    if (x.n == 0 && y.n == 0)
        return 0;
    bool x_negative = x.n && x.negative, y_negative = y.n && y.negative;
    if (x_negative != y_negative)
        return x_negative ? -1 : 1;
    int order = x.n != y.n ? (x.n < y.n ? -1 : 1) : mpn_cmp(x.at, y.at, x.n);
    order = order < 0 ? -1 : order > 0;
    return x_negative ? -order : order;
}

int int_compare_double(Value v, double d)
{
    assert(!isnan(d));
    if (isinf(d))
        return d > 0 ? -1 : 1;
    if (is_int(v)) {
        int64_t i = small_int(v);
        if (i >= -(1ll << 53) && i <= 1ll << 53)
            return (double)i < d ? -1 : (double)i > d;
    }
    int sign = int_sign(v), other = d > 0 ? 1 : d < 0 ? -1 : 0;
    if (sign != other)
        return sign < other ? -1 : 1;
    if (sign == 0)
        return 0;
    double whole = trunc(d);
    int exponent;
    frexp(whole, &exponent);
    uint64_t bits = int_bit_length(v);
    if (whole == 0.0 || bits > (uint64_t)exponent)
        return sign;
    if (bits < (uint64_t)exponent)
        return -sign;
    Limbs x;
    limbs_of(v, &x);
    mp_limb_t limbs[18] = { 0 };
    mp_size_t n = x.n;
    uint64_t mantissa = (uint64_t)ldexp(fabs(whole), 64 - exponent);      /* the top 64 bits; exponent == bits */
    int64_t shift = (int64_t)exponent - 64;
    assert((uint64_t)exponent == bits && n <= 16);
    if (shift < 0) {
        limbs[0] = mantissa >> -shift;
    } else {
        limbs[shift / 64] = mantissa << shift % 64;
        if (shift % 64)
            limbs[shift / 64 + 1] = mantissa >> (64 - shift % 64);
    }
    int order = mpn_cmp(x.at, limbs, n);
    if (order == 0)
        return whole == d ? 0 : (d > whole ? -1 : 1);
    return (order < 0 ? -1 : 1) * sign;
}

/* --- bytes ---------------------------------------------------------------------------------------------------------------- */
Value int_from_bytes(const uint8_t *bytes, size_t n, bool little, bool is_signed)
{
    bool negative = is_signed && n && (little ? bytes[n - 1] : bytes[0]) & 0x80;
    if (n <= 8) {
        uint64_t u = negative && n < 8 ? UINT64_MAX << 8 * n : 0;
        for (size_t i = 0; i < n; i++)
            u |= (uint64_t)bytes[little ? i : n - 1 - i] << 8 * i;
        return is_signed ? int_value((int64_t)u) : int_from_u64(u);
    }
    mp_size_t n_limbs = (mp_size_t)((n + 7) / 8);
    Int *i = int_alloc(n_limbs);
    if (!i)
        return ERROR;
    mp_size_t whole = (mp_size_t)(n / 8);                   /* little-endian machines only, as elsewhere */
    for (mp_size_t k = 0; k < whole; k++) {
        uint64_t limb;
        memcpy(&limb, little ? bytes + k * 8 : bytes + n - (k + 1) * 8, 8);
        i->limbs[k] = little ? limb : __builtin_bswap64(limb);
    }
    for (mp_size_t k = whole; k < n_limbs; k++) {
        uint64_t limb = 0;
        for (size_t j = 0; j < 8; j++) {
            size_t at = (size_t)k * 8 + j;
            uint64_t byte = at < n ? bytes[little ? at : n - 1 - at] : negative ? 0xff : 0;
            limb |= byte << 8 * j;
        }
        i->limbs[k] = limb;
    }
    if (negative)
        mpn_neg(int_limbs(i), int_limbs(i), n_limbs);
    return int_finish_take(i, n_limbs, negative);
}

bool int_to_bytes(Value v, uint8_t *out, size_t n, bool little, bool is_signed)
{
    Limbs l;
    limbs_of(v, &l);
    if (l.negative && !is_signed)
        return raise_false(OverflowError, "can't convert negative int to unsigned");
    uint64_t bits = limbs_bits(&l);
    bool fits;
    if (!is_signed) {
        fits = bits <= (uint64_t)n * 8;
    } else if (!l.negative) {
        fits = bits < (uint64_t)n * 8 || bits == 0;
    } else {
        bool power = true;             /* -2**k needs k + 1 bits, all others one more than their length */
        for (mp_size_t i = 0; i < l.n && power; i++)
            power = i + 1 < l.n ? l.at[i] == 0 : (l.at[i] & (l.at[i] - 1)) == 0;
        fits = (power ? bits : bits + 1) <= (uint64_t)n * 8;
    }
    if (!fits)
        return raise_false(OverflowError, "int too big to convert");
    uint64_t carry = 1;
    size_t at = 0;
    for (; at / 8 < (size_t)l.n && n - at >= 8; at += 8) {
        uint64_t limb = l.at[at / 8];
        if (l.negative)
            carry = __builtin_add_overflow(~limb, carry, &limb);
        limb = little ? limb : __builtin_bswap64(limb);
        memcpy(little ? out + at : out + n - at - 8, &limb, 8);
    }
    for (; at < n; at++) {
        uint64_t byte = at / 8 < (size_t)l.n ? l.at[at / 8] >> at % 8 * 8 & 0xff : 0;
        if (l.negative) {
            byte = (~byte & 0xff) + carry;
            carry = byte >> 8;
        }
        out[little ? at : n - 1 - at] = (uint8_t)byte;
    }
    return true;
}
