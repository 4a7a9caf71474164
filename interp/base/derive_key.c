/* derive_key.c -- see derive_key.h. */
#include "interp/base/derive_key.h"

#include <limits.h>
#include <string.h>

enum { BLOCK = 16 };                 /* words of scrypt's smallest block */

/* One block of PBKDF2: the sum of `rounds` chained digests. */
static Derived one_block(HMAC_CTX *keyed, HMAC_CTX *work, Secret salt, uint32_t index, uint64_t rounds, uint8_t *sum, bool (*stop)(void))
{
    uint8_t link[EVP_MAX_MD_SIZE], number[4] = { (uint8_t)(index >> 24), (uint8_t)(index >> 16), (uint8_t)(index >> 8), (uint8_t)index };
    unsigned size;
    if (!HMAC_CTX_copy(work, keyed) || !HMAC_Update(work, salt.at, salt.len) || !HMAC_Update(work, number, 4) || !HMAC_Final(work, link, &size))
        return DERIVE_FAILED;
    memcpy(sum, link, size);
    for (uint64_t i = 1; i < rounds; i++) {
        if (!HMAC_CTX_copy(work, keyed) || !HMAC_Update(work, link, size) || !HMAC_Final(work, link, &size))
            return DERIVE_FAILED;
        for (unsigned k = 0; k < size; k++)
            sum[k] ^= link[k];
        if (i % 1024 == 0 && stop())
            return DERIVE_STOPPED;
    }
    return DERIVED;
}

Derived derive_pbkdf2(const EVP_MD *md, Secret password, Secret salt, uint64_t rounds, uint8_t *key, size_t len, bool (*stop)(void))
{
    uint8_t sum[EVP_MAX_MD_SIZE];
    HMAC_CTX *keyed = HMAC_CTX_new(), *work = HMAC_CTX_new();
    size_t size = (size_t)EVP_MD_size(md);
    bool ready = keyed && work && password.len <= INT_MAX && HMAC_Init_ex(keyed, password.len ? password.at : (const uint8_t *)"", (int)password.len, md, NULL);
    Derived result = ready ? DERIVED : DERIVE_FAILED;
    for (uint32_t index = 1; result == DERIVED && len > 0; index++) {
        result = one_block(keyed, work, salt, index, rounds, sum, stop);
        size_t n = len < size ? len : size;
        memcpy(key, sum, n);
        key += n;
        len -= n;
        if (index % 1024 == 0 && stop())
            result = DERIVE_STOPPED;
    }
    HMAC_CTX_free(keyed);
    HMAC_CTX_free(work);
    return result;
}

/* Salsa20 with 8 rounds: a column round and a row round, four times. */
static void salsa(uint32_t block[BLOCK])
{
    uint32_t x[BLOCK];
    memcpy(x, block, sizeof x);
#define TURN(to, a, b, by) do { uint32_t t = x[a] + x[b]; x[to] ^= t << (by) | t >> (32 - (by)); } while (0)
#define QUARTER(a, b, c, d) TURN(b, a, d, 7); TURN(c, b, a, 9); TURN(d, c, b, 13); TURN(a, d, c, 18)
    for (int i = 0; i < 4; i++) {
        QUARTER(0, 4, 8, 12);
        QUARTER(5, 9, 13, 1);
        QUARTER(10, 14, 2, 6);
        QUARTER(15, 3, 7, 11);
        QUARTER(0, 1, 2, 3);
        QUARTER(5, 6, 7, 4);
        QUARTER(10, 11, 8, 9);
        QUARTER(15, 12, 13, 14);
    }
#undef QUARTER
#undef TURN
    for (int i = 0; i < BLOCK; i++)
        block[i] += x[i];
}

/* scryptBlockMix: `in` of 2r blocks, mixed with `with` (may be NULL) first; even blocks go to the front half of `out`, odd ones to the back. */
static void mix(const uint32_t *in, const uint32_t *with, uint32_t *out, uint32_t r)
{
    uint32_t x[BLOCK];
    size_t last = (2 * (size_t)r - 1) * BLOCK;
    for (int k = 0; k < BLOCK; k++)
        x[k] = in[last + (size_t)k] ^ (with ? with[last + (size_t)k] : 0);
    for (size_t i = 0; i < 2 * (size_t)r; i++) {
        for (int k = 0; k < BLOCK; k++)
            x[k] ^= in[i * BLOCK + (size_t)k] ^ (with ? with[i * BLOCK + (size_t)k] : 0);
        salsa(x);
        memcpy(out + (i / 2 + i % 2 * r) * BLOCK, x, sizeof x);
    }
}

/* scryptROMix on one of the p parts. `table` has n of them, `other` one. Little-endian machines only. */
static bool rom_mix(uint32_t *part, uint32_t *table, uint32_t *other, uint64_t n, uint32_t r, bool (*stop)(void))
{
    size_t words = 2 * (size_t)r * BLOCK;
    uint64_t often = 65536 / r + 1;
    for (uint64_t i = 0; i < n; i++) {
        memcpy(table + i * words, part, words * 4);
        mix(table + i * words, NULL, part, r);
        if (i % often == 0 && stop())
            return false;
    }
    for (uint64_t i = 0; i < n; i++) {
        const uint32_t *at = part + words - BLOCK;
        uint64_t index = (at[0] | (uint64_t)at[1] << 32) & (n - 1);
        mix(part, table + index * words, other, r);
        memcpy(part, other, words * 4);
        if (i % often == 0 && stop())
            return false;
    }
    return true;
}

Derived derive_scrypt(Secret password, Secret salt, uint64_t n, uint32_t r, uint32_t p, uint32_t *work, uint8_t *key, size_t len, bool (*stop)(void))
{
    const EVP_MD *md = EVP_get_digestbyname("sha256");
    size_t words = 2 * (size_t)r * BLOCK, all = words * 4 * p;
    Derived result = md ? derive_pbkdf2(md, password, salt, 1, (uint8_t *)work, all, stop) : DERIVE_FAILED;
    for (uint32_t i = 0; result == DERIVED && i < p; i++)
        if (!rom_mix(work + i * words, work + p * words + words, work + p * words, n, r, stop))
            result = DERIVE_STOPPED;
    return result == DERIVED ? derive_pbkdf2(md, password, (Secret){ (const uint8_t *)work, all }, 1, key, len, stop) : result;
}
