/* int.h -- Python's int. Small ones (62 bits) are immediates; wider ones, and instances of subclasses, are objects with GMP limbs. */
#ifndef OBJECT_INT_H
#define OBJECT_INT_H
#include "interp/object/type.h"

typedef struct Int {
    Object head;
    int64_t size;                /* number of limbs; negative for a negative number; 0 for zero (subclasses only) */
    uint64_t limbs[];            /* least significant first, no leading zeros */
} Int;
/* Invariant: an exact int object never holds a number that fits an immediate. */

static inline bool int_check(Value v) { return is_int(v) || is_bool(v) || has_flag(v, TYPE_IS_INT); }     /* any int, bool, subclass */
static inline bool int_exact(Value v) { return is_int(v) || is_exact(v, &int_type); }
must_use Value int_box(int64_t i);                               /* slow path of int_value */
static inline Value int_value(int64_t i) { return LIKELY(int_fits(i)) ? small_int_value(i) : int_box(i); }
must_use Value int_from_u64(uint64_t u);
must_use Value int_from_double(double d);                        /* truncates; OverflowError / ValueError for inf, nan */
must_use Value int_from_bytes(const uint8_t *bytes, size_t n, bool little, bool is_signed);
must_use bool int_to_bytes(Value v, uint8_t *out, size_t n, bool little, bool is_signed);   /* OverflowError */
must_use Value int_parse(const char *ascii, size_t len, int base);       /* digits with underscores and prefix as int(str, base); ValueError without text: caller words it */
/* The number as int64. False when it does not fit: no error pending; *i is clipped to INT64_MIN / INT64_MAX. v must be int_check. */
bool int_to_i64(Value v, int64_t *i);
bool int_to_u64(Value v, uint64_t *u);                           /* false: negative or too wide; no error */
uint64_t int_to_u64_mask(Value v);                               /* low 64 bits, two's complement */
must_use bool int_to_double(Value v, double *d);                 /* correctly rounded; OverflowError: int too large to convert to float */
int int_sign(Value v);
uint64_t int_bit_length(Value v);
int64_t int_hash(Value v);
int int_compare(Value a, Value b);                               /* -1 0 1 */
must_use Value int_normal(Value v);                              /* the plain int (bool, subclass -> exact) */
must_use Value int_subclass_new(Type *type, Value v);             /* an instance of a subclass of int */
int int_compare_double(Value v, double d);                       /* exact; d is no NaN */
/* The number as m * 2**exponent with 0.5 <= |m| < 1, m correctly rounded: for logarithms of any size. 0: 0.0. */
/* Operators on any two ints (int_check). ZeroDivisionError, MemoryError, ValueError (negative shift count) as Python. Poll events when long. */
must_use Value int_add(Value a, Value b);
must_use Value int_sub(Value a, Value b);
must_use Value int_mul(Value a, Value b);
must_use Value int_floordiv(Value a, Value b);
must_use Value int_mod(Value a, Value b);
must_use bool int_divmod(Value a, Value b, Value *quotient, Value *remainder);
must_use Value int_truediv(Value a, Value b);
must_use Value int_pow(Value base, Value exponent, Value modulus_or_none);     /* negative exponent: float, or modular inverse */
must_use Value int_lshift(Value a, Value b);
must_use Value int_rshift(Value a, Value b);
must_use Value int_and(Value a, Value b);
must_use Value int_or(Value a, Value b);
must_use Value int_xor(Value a, Value b);
must_use Value int_neg(Value v);
must_use Value int_invert(Value v);
must_use Value int_abs(Value v);
must_use Value int_gcd(Value a, Value b);
must_use Value int_isqrt(Value v);
must_use Value int_to_str(Value v, int base);                    /* digits, '-' in front, no prefix; base 10 obeys sys.set_int_max_str_digits */
must_use Value int_repr(Value v);
extern int64_t int_max_str_digits;
void int_check_valid(const Int *);                               /* asserts the invariants */
#endif
