/* int_limbs.h -- inside of int*.c: a number seen as sign and limbs, and results on their way to become one. */
#ifndef OBJECT_INT_LIMBS_H
#define OBJECT_INT_LIMBS_H
#include <gmp.h>

#include "interp/object/int.h"

static_assert(sizeof(mp_limb_t) == 8, "limbs are 64-bit words");
enum { INT_MAX_LIMBS = 1 << 30 };

/* A borrowed view. `at` may point at `one`, so a view is not copied but made in place. n == 0: zero. */
typedef struct Limbs { const mp_limb_t *at; mp_size_t n; bool negative; mp_limb_t one; } Limbs;

static inline void limbs_of_i64(int64_t i, Limbs *l)
{
    l->one = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
    l->at = &l->one;
    l->n = i != 0;
    l->negative = i < 0;
}
static inline void limbs_of(Value v, Limbs *l)
{
    assert(int_check(v));
    if (is_int(v)) {
        limbs_of_i64(small_int(v), l);
    } else if (is_ptr(v)) {
        const Int *i = (const Int *)as_obj(v);
        l->at = (const mp_limb_t *)i->limbs;
        l->n = (mp_size_t)(i->size < 0 ? -i->size : i->size);
        l->negative = i->size < 0;
        assert(l->n == 0 || l->at[l->n - 1] != 0);
    } else {
        limbs_of_i64(same(v, TRUE), l);
    }
}
static inline mp_limb_t *int_limbs(Int *i) { return (mp_limb_t *)i->limbs; }
/* Both as int64 without looking at limbs: true when both are immediates. */
static inline bool both_small(Value a, Value b, int64_t *x, int64_t *y)
{
    assert(int_check(a) && int_check(b));
    if (is_ptr(a) || is_ptr(b))
        return false;
    *x = is_int(a) ? small_int(a) : same(a, TRUE);
    *y = is_int(b) ? small_int(b) : same(b, TRUE);
    return true;
}

/* v as a 128-bit integer: false when it takes more. v must be int_check. */
static inline bool int_wide(Value v, __int128 *x)
{
    if (is_int(v)) {
        *x = small_int(v);
        return true;
    }
    if (!is_ptr(v)) {
        *x = same(v, TRUE);
        return true;
    }
    const Int *i = (const Int *)as_obj(v);
    uint64_t n = (uint64_t)(i->size < 0 ? -i->size : i->size);
    if (n > 2 || (n == 2 && i->limbs[1] >> 63))
        return false;
    unsigned __int128 magnitude = n == 0 ? 0 : n == 1 ? i->limbs[0] : (unsigned __int128)i->limbs[1] << 64 | i->limbs[0];
    *x = i->size < 0 ? -(__int128)magnitude : (__int128)magnitude;
    return true;
}

/* int_alloc -- an exact int with room for n limbs, not set; NULL: MemoryError pending. */
must_use Int *int_alloc(mp_size_t n_limbs);
/* int_finish_take -- the value of the first n limbs: leading zeros dropped, an immediate when it fits. */
must_use Value int_finish_take(Int *i, mp_size_t n, bool negative);
must_use Value int_from_limbs(const mp_limb_t *limbs, mp_size_t n, bool negative);
must_use Value int_from_i128(__int128 i);
/* Room for a result of so many bytes and its work space? False: MemoryError. Looks at the heap's limit and at the machine. */
must_use bool int_check_room(uint64_t result_bytes);

/* int_job.c -- long computations on another thread, so that this one can react to events meanwhile. An interrupted computation is
 * left behind to finish alone on its own copies. */
typedef enum JobKind { JOB_MUL, JOB_DIVMOD, JOB_POW, JOB_POWM, JOB_TO_TEXT, JOB_FROM_TEXT, JOB_GCD, JOB_SQRT } JobKind;
typedef struct IntJob {
    JobKind kind;
    Limbs a, b, c;                 /* in: operands (DIVMOD floors; POW: number is the exponent) */
    uint64_t number;               /* POW: exponent. TO_TEXT, FROM_TEXT: base */
    const char *text;              /* FROM_TEXT: NUL-terminated digits */
    Value result, result2;         /* out, owned */
    char *text_out;                /* TO_TEXT: malloc'd, NUL-terminated */
} IntJob;
/* int_job_run -- false: MemoryError, or the error of an event (KeyboardInterrupt). `room_bytes`: what the results take at most. */
must_use bool int_job_run(IntJob *job, uint64_t room_bytes);
#endif
