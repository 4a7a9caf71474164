/* hash.h -- Python's hash of text and bytes: SipHash-1-3 with a key of the process, chosen at the first use.
 * The key obeys PYTHONHASHSEED: unset or "random" draws it from the system, 0 is the zero key, 1..4294967295 expands
 * to a key by CPython's generator, so that a given seed gives CPython's hashes. */
#ifndef INTERP_BASE_HASH_H
#define INTERP_BASE_HASH_H
#include <stddef.h>
#include <stdint.h>

/* hash_bytes -- Python's hash of text and bytes: 0 for nothing, never -1. */
int64_t hash_bytes(const void *data, size_t len);
#endif
