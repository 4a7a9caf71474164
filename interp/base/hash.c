/* hash.c -- see hash.h. Source: J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", 2012; one compression
 * round, three finalisation rounds. */
#include "interp/base/hash.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

static struct { uint64_t k0, k1; } key;
static bool ready;

static void key_from_seed(uint32_t seed)
{
    uint8_t bytes[16];
    for (int i = 0; i < 16; i++) {
        seed = seed * 214013u + 2531011u;
        bytes[i] = (uint8_t)(seed >> 16);
    }
    memcpy(&key, bytes, sizeof bytes);
}

static void key_from_system(void)
{
    if (getrandom(&key, sizeof key, GRND_NONBLOCK) == (ssize_t)sizeof key)
        return;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    key.k0 = (uint64_t)now.tv_nsec * 0x9E3779B97F4A7C15u ^ (uint64_t)getpid();
    key.k1 = (uint64_t)now.tv_sec * 0xBF58476D1CE4E5B9u ^ (uint64_t)(uintptr_t)&now;
}

/* A PYTHONHASHSEED that is no seed counts as none. */
static void choose_key(void)
{
    const char *text = getenv("PYTHONHASHSEED");
    char *end = NULL;
    errno = 0;
    unsigned long seed = text && *text && *text != '-' ? strtoul(text, &end, 10) : 0;
    ready = true;
    if (!end || *end || errno || seed > UINT32_MAX)
        key_from_system();
    else if (seed == 0)
        memset(&key, 0, sizeof key);
    else
        key_from_seed((uint32_t)seed);
}

static inline uint64_t rotate(uint64_t x, int n) { return x << n | x >> (64 - n); }

#define ROUND(v0, v1, v2, v3)                                                                             \
    do {                                                                                                  \
        v0 += v1; v2 += v3; v1 = rotate(v1, 13) ^ v0; v3 = rotate(v3, 16) ^ v2; v0 = rotate(v0, 32);      \
        v2 += v1; v0 += v3; v1 = rotate(v1, 17) ^ v2; v3 = rotate(v3, 21) ^ v0; v2 = rotate(v2, 32);      \
    } while (0)

static uint64_t sip13(const void *data, size_t len)
{
    const uint8_t *at = data, *end = at + (len & ~(size_t)7);
    uint64_t v0 = key.k0 ^ 0x736f6d6570736575u, v1 = key.k1 ^ 0x646f72616e646f6du;
    uint64_t v2 = key.k0 ^ 0x6c7967656e657261u, v3 = key.k1 ^ 0x7465646279746573u;
    for (; at < end; at += 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        v3 ^= word;
        ROUND(v0, v1, v2, v3);
        v0 ^= word;
    }
    uint64_t last = (uint64_t)len << 56;
    for (size_t i = 0; i < (len & 7); i++)
        last |= (uint64_t)at[i] << 8 * i;
    v3 ^= last;
    ROUND(v0, v1, v2, v3);
    v0 ^= last;
    v2 ^= 0xff;
    ROUND(v0, v1, v2, v3);
    ROUND(v0, v1, v2, v3);
    ROUND(v0, v1, v2, v3);
    return (v0 ^ v1) ^ (v2 ^ v3);
}

int64_t hash_bytes(const void *data, size_t len)
{
    if (len == 0)
        return 0;
    if (!ready)
        choose_key();
    int64_t hash = (int64_t)sip13(data, len);
    return hash == -1 ? -2 : hash;
}
