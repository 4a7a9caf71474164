/* hash.h -- SipHash-1-3 with a per-process key, and the key itself.
 * The key obeys PYTHONHASHSEED: unset or "random" draws it from the system, 0 is the zero key, 1..4294967295 expands
 * to a key by CPython's generator, so that a given seed gives CPython's hashes. */
#ifndef INTERP_BASE_HASH_H
#define INTERP_BASE_HASH_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct HashKey { uint64_t k0, k1; } HashKey;
extern HashKey hash_key;               /* set once by hash_init; hash_ready says so */
extern bool hash_ready;

/* hash_init -- choose the key; the first hash_bytes does it when nobody did. False: PYTHONHASHSEED is not a valid seed
 * (a random key is taken). */
bool hash_init(void);
uint64_t hash_sip13(HashKey key, const void *data, size_t len);
/* hash_bytes -- Python's hash of text and bytes: 0 for nothing, never -1. */
int64_t hash_bytes(const void *data, size_t len);
#endif
