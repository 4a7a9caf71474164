/* hash.h -- the hash of a key, with the everyday kinds in line: small ints and exact strs need no dispatch. */
#ifndef OBJECT_HASH_H
#define OBJECT_HASH_H
#include "interp/object/protocol.h"
#include "interp/object/str.h"

/* hash_of -- *hash of `v`, never -1. False: TypeError (unhashable) or what __hash__ raised. Runs Python code only for objects with
 * a __hash__ of their own. */
static inline bool hash_of(Value v, int64_t *hash)
{
    if (is_int(v)) {
        int64_t i = small_int(v);
        if (LIKELY(i > SMALL_INT_MIN + 1 && i < SMALL_INT_MAX)) {      /* the modulus of numeric hashes is 2^61 - 1 */
            *hash = i == -1 ? -2 : i;
            return true;
        }
    } else if (LIKELY(is_ptr(v)) && str_exact(v)) {
        Str *s = as_str(v);
        *hash = s->hash != -1 ? s->hash : str_hash(s);
        return true;
    }
    return obj_hash(v, hash);
}

/* hash_bound -- of a function bound to `self`: by their addresses, never -1. */
static inline int64_t hash_bound(Value self, const void *function)
{
    int64_t h = (int64_t)(rotr64(self.bits, 4) ^ (uintptr_t)function * 1000003u);
    return h == -1 ? -2 : h;
}

/* keys_equal -- identity, then ==, with ints and strs in line. The caller holds references to both. */
static inline Truth keys_equal(Value a, Value b)
{
    if (same(a, b))
        return YES;
    if (both_int(a, b))
        return NO;
    if (is_ptr(a) && is_ptr(b) && str_exact(a) && str_exact(b))
        return str_equal(as_str(a), as_str(b)) ? YES : NO;
    return obj_equal(a, b);
}
#endif
