/* derive_key.h -- keys from passwords: PBKDF2 (RFC 8018) and scrypt (RFC 7914) over OpenSSL's digests. They are slow by design, and OpenSSL's own
 * cannot be left half way: these ask `stop` every few milliseconds. openssl_load must have been called. */
#ifndef BASE_DERIVE_KEY_H
#define BASE_DERIVE_KEY_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "interp/base/openssl.h"

typedef struct Secret { const uint8_t *at; size_t len; } Secret;
typedef enum Derived { DERIVED, DERIVE_FAILED /* OpenSSL refused */, DERIVE_STOPPED } Derived;

Derived derive_pbkdf2(const EVP_MD *md, Secret password, Secret salt, uint64_t rounds, uint8_t *key, size_t len, bool (*stop)(void));

/* The memory that scrypt works in, in bytes: 128 * r * (p + n + 2). `work` has that much. n: a power of 2. */
Derived derive_scrypt(Secret password, Secret salt, uint64_t n, uint32_t r, uint32_t p, uint32_t *work, uint8_t *key, size_t len, bool (*stop)(void));
#endif
