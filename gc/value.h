/* value.h -- the word every Python value lives in.
 *
 * Glossary
 *   Value      64 bits, passed by value. A one-field struct, so that arithmetic or == on it by accident does not compile.
 *   pointer    the address of an object (in the heap 16-byte aligned, static ones at least 8).
 *   immediate  None, True, False, Ellipsis, NotImplemented and the three that Python never sees:
 *              UNBOUND (no value: an unset variable, an absent argument), ERROR (failed, one error is pending),
 *              STOP (an iterator is exhausted; no error is pending).
 *   int        62-bit two's complement. Wider ones are heap objects (interp/object/int.h).
 *   float      a double, self-tagged: no allocation, no reference count. The few that do not fit (NaN, and exponents
 *              2^-767..2^-255 and 2^257..2^769) are heap objects (interp/object/float.h). NaN is boxed so that two NaNs stay two objects.
 *
 * Encoding (low three bits)
 *   000 pointer    100 immediate    x01 int: i << 2 | 1    x1x double: rotl64(bits, 4) + 3
 * Adding 3 maps the exponent groups {000,011,100,111} onto tags with bit 1 set, so that 0.0, every number of everyday size
 * and the infinities fit. Source: O. Melancon, M. Feeley, M. Serrano, "Float Self-Tagging", 2024.
 */
#ifndef GC_VALUE_H
#define GC_VALUE_H
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define must_use __attribute__((warn_unused_result))
#define cold __attribute__((noinline, cold))

typedef struct Value { uint64_t bits; } Value;
typedef struct Object Object;

#define IMMEDIATE_(n) ((Value){ ((uint64_t)(n) << 3) | 4 })
#define NONE            IMMEDIATE_(0)
#define FALSE           IMMEDIATE_(1)
#define TRUE            IMMEDIATE_(2)
#define ELLIPSIS        IMMEDIATE_(3)
#define NOT_IMPLEMENTED IMMEDIATE_(4)
#define UNBOUND         IMMEDIATE_(5)
#define ERROR           IMMEDIATE_(6)
#define STOP            IMMEDIATE_(7)

/* Identity: Python's `is`. */
static inline bool same(Value a, Value b) { return a.bits == b.bits; }

static inline bool is_ptr(Value v) { return (v.bits & 7) == 0; }
static inline bool is_immediate(Value v) { return (v.bits & 7) == 4; }
static inline bool is_int(Value v) { return (v.bits & 3) == 1; }          /* small ints only; see int_check for all */
static inline bool is_float(Value v) { return (v.bits & 2) != 0; }        /* unboxed doubles only; see float_check for all */
static inline bool is_none(Value v) { return same(v, NONE); }
static inline bool is_unbound(Value v) { return same(v, UNBOUND); }
static inline bool is_error(Value v) { return same(v, ERROR); }
static inline bool is_stop(Value v) { return same(v, STOP); }
static inline bool is_bool(Value v) { return (v.bits | 24) == 28 && v.bits != 4 && v.bits != 28; }
static inline bool both_int(Value a, Value b) { return (((a.bits - 1) | (b.bits - 1)) & 3) == 0; }
static inline bool both_float(Value a, Value b) { return (a.bits & b.bits & 2) != 0; }

static inline Object *as_obj(Value v) { assert(is_ptr(v)); return (Object *)(uintptr_t)v.bits; }
static inline Value obj_value(const void *object) { assert(((uintptr_t)object & 7) == 0); return (Value){ (uint64_t)(uintptr_t)object }; }
static inline Value bool_value(bool b) { return b ? TRUE : FALSE; }

/* Small ints: -2^61 .. 2^61-1. Every numeric hash fits. */
#define SMALL_INT_MAX ((int64_t)((1ull << 61) - 1))
#define SMALL_INT_MIN (-SMALL_INT_MAX - 1)
static inline bool int_fits(int64_t i) { return i >= SMALL_INT_MIN && i <= SMALL_INT_MAX; }
static inline int64_t small_int(Value v) { assert(is_int(v)); return (int64_t)v.bits >> 2; }
static inline Value small_int_value(int64_t i) { assert(int_fits(i)); return (Value){ ((uint64_t)i << 2) | 1 }; }

/* Arithmetic on tagged ints. True on success, false on overflow (then *r is unspecified). */
static inline bool small_add(Value a, Value b, Value *r)
{
    int64_t sum;
    bool fits = !__builtin_add_overflow((int64_t)a.bits, (int64_t)(b.bits - 1), &sum);
    r->bits = (uint64_t)sum;
    return fits;
}
static inline bool small_sub(Value a, Value b, Value *r)
{
    int64_t difference;
    bool fits = !__builtin_sub_overflow((int64_t)a.bits, (int64_t)(b.bits - 1), &difference);
    r->bits = (uint64_t)difference;
    return fits;
}
static inline bool small_mul(Value a, Value b, Value *r)
{
    int64_t product;
    bool fits = !__builtin_mul_overflow((int64_t)(a.bits - 1), (int64_t)b.bits >> 2, &product);
    r->bits = (uint64_t)product + 1;
    return fits;
}

static inline uint64_t rotl64(uint64_t x, int n) { return x << n | x >> (64 - n); }
static inline uint64_t rotr64(uint64_t x, int n) { return x >> n | x << (64 - n); }

/* The double in an unboxed float. */
static inline double small_float(Value v)
{
    assert(is_float(v));
    uint64_t bits = rotr64(v.bits - 3, 4);
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}
/* True and *v when `d` fits unboxed; false when it needs a box (float_value in interp/object/float.h does both). */
static inline bool small_float_value(double d, Value *v)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    v->bits = rotl64(bits, 4) + 3;
    return LIKELY((v->bits & 2) && d == d);
}
#endif
