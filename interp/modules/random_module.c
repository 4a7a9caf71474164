/* random_module.c -- _random: the Mersenne Twister MT19937. Seeds give the same sequences as CPython's.
 * Source: M. Matsumoto, T. Nishimura, "Mersenne Twister: A 623-dimensionally equidistributed uniform pseudorandom number generator", 1998; seeding by an
 * array of words as in the authors' 2002 revision. */
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "gc/heap.h"
#include "interp/modules/arg.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/tuple.h"

enum { N = 624, M = 397, UNSEEDED = N + 1 /* an index: nobody has given a seed yet */ };
typedef struct Random { Object head; uint32_t state[N]; int index; } Random;
static Random *as_random(Value v) { return (Random *)as_obj(v); }

static void seed_anyhow(Random *r);

static uint32_t next32(Random *r)
{
    if (r->index >= N) {
        if (UNLIKELY(r->index == UNSEEDED))
            seed_anyhow(r);
        uint32_t *s = r->state;
        for (int k = 0; k < N; k++) {
            uint32_t y = (s[k] & 0x80000000u) | (s[(k + 1) % N] & 0x7fffffffu);
            s[k] = s[(k + M) % N] ^ (y >> 1) ^ (y & 1 ? 0x9908b0dfu : 0);
        }
        r->index = 0;
    }
    uint32_t y = r->state[r->index++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
}
static void seed_word(Random *r, uint32_t seed)
{
    r->state[0] = seed;
    for (uint32_t i = 1; i < N; i++)
        r->state[i] = 1812433253u * (r->state[i - 1] ^ (r->state[i - 1] >> 30)) + i;
    r->index = N;
}
static void seed_words(Random *r, const uint32_t *key, size_t n)
{
    uint32_t *s = r->state;
    seed_word(r, 19650218u);
    size_t i = 1, j = 0;
    for (size_t k = N > n ? N : n; k; k--) {
        s[i] = (s[i] ^ ((s[i - 1] ^ (s[i - 1] >> 30)) * 1664525u)) + key[j] + (uint32_t)j;
        if (++i >= N) {
            s[0] = s[N - 1];
            i = 1;
        }
        if (++j >= n)
            j = 0;
    }
    for (size_t k = N - 1; k; k--) {
        s[i] = (s[i] ^ ((s[i - 1] ^ (s[i - 1] >> 30)) * 1566083941u)) - (uint32_t)i;
        if (++i >= N) {
            s[0] = s[N - 1];
            i = 1;
        }
    }
    s[0] = 0x80000000u;
}

/* By the machine's randomness, or else by the time and the process. */
static void seed_anyhow(Random *r)
{
    uint32_t key[N];
    if (getrandom(key, sizeof key, 0) == sizeof key) {
        seed_words(r, key, N);
        return;
    }
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    key[0] = (uint32_t)t.tv_nsec;
    key[1] = (uint32_t)t.tv_sec;
    key[2] = (uint32_t)getpid();
    seed_words(r, key, 3);
}

static bool seed(Random *r, Value v)
{
    if (is_unbound(v) || is_none(v)) {
        seed_anyhow(r);
        return true;
    }
    own Value number = UNBOUND;
    if (int_check(v)) {
        number = int_abs(v);
    } else {
        int64_t hash;
        if (!obj_hash(v, &hash))
            return false;
        number = int_from_u64((uint64_t)hash);
    }
    if (is_error(number))
        return false;
    size_t n = (size_t)(int_bit_length(number) + 31) / 32;
    n = n ? n : 1;
    uint32_t *key = calloc(n, sizeof *key);
    if (!key)
        return raise_memory_false();
    bool good = int_to_bytes(number, (uint8_t *)key, n * sizeof *key, true, false);
    if (good)
        seed_words(r, key, n);
    free(key);
    return good;
}

static bool random_init(Value self, const Value *args, size_t n_pos, Value kwnames) { return true; }

static Value random_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    if (type->init == object_type.init && is_ptr(kwnames) && tuple_len(kwnames))
        return raise(TypeError, "Random() takes no keyword arguments");
    own Value v = instance_new(type);
    if (is_error(v))
        return ERROR;
    if (n_pos > 1)
        return raise(TypeError, "Random() takes at most 1 argument (%zu given)", n_pos);
    if (type->init != random_init) {                     /* random.Random: its __init__ calls seed() */
        as_random(v)->index = UNSEEDED;
        return give(v);
    }
    return seed(as_random(v), n_pos ? args[0] : UNBOUND) ? give(v) : ERROR;
}

static Value m_random(Value *args, size_t n)
{
    Random *r = as_random(args[0]);
    uint32_t a = next32(r) >> 5, b = next32(r) >> 6;
    return float_value((a * 67108864.0 + b) * (1.0 / 9007199254740992.0));
}
static Value m_seed(Value *args, size_t n) { return seed(as_random(args[0]), args[1]) ? NONE : ERROR; }
static Value m_getrandbits(Value *args, size_t n)
{
    Random *r = as_random(args[0]);
    int64_t k;
    if (!arg_i64(args[1], 0, &k))
        return ERROR;
    if (k < 0)
        return raise(ValueError, "number of bits must be non-negative");
    if (k == 0)
        return small_int_value(0);
    if (k <= 32)
        return int_value(next32(r) >> (32 - k));
    size_t words = (size_t)(k - 1) / 32 + 1;
    uint32_t *out = heap_buf(words * sizeof *out);
    if (!out)
        return raise_memory();
    bool go_on = true;
    for (size_t i = 0; i < words && (go_on = POLL_EACH(i, 1 << 16)); i++, k -= 32)
        out[i] = k < 32 ? next32(r) >> (32 - k) : next32(r);
    Value v = go_on ? int_from_bytes((uint8_t *)out, words * sizeof *out, true, false) : ERROR;
    heap_buf_free(out, words * sizeof *out);
    return v;
}
static Value m_getstate(Value *args, size_t n)
{
    Random *r = as_random(args[0]);
    Tuple *t = tuple_alloc(N + 1);
    if (!t)
        return ERROR;
    if (r->index == UNSEEDED)
        seed_anyhow(r);
    for (int i = 0; i < N; i++)
        t->items[i] = int_value(r->state[i]);
    t->items[N] = int_value(r->index);
    return obj_value(t);
}
static Value m_setstate(Value *args, size_t n)
{
    Random *r = as_random(args[0]);
    uint32_t state[N];
    int64_t index;
    if (!tuple_check(args[1]))
        return raise(TypeError, "state vector must be a tuple");
    if (tuple_len(args[1]) != N + 1)
        return raise(ValueError, "state vector is the wrong size");
    for (uint64_t i = 0; i < N; i++) {
        uint64_t word;
        Value v = tuple_peek(args[1], i);
        if (!int_check(v))
            return raise(TypeError, "an integer is required");
        if (!int_to_u64(v, &word))
            return raise(OverflowError, "can't convert negative value to unsigned int");
        state[i] = (uint32_t)word;
    }
    if (!arg_i64(tuple_peek(args[1], N), 0, &index))
        return ERROR;
    if (index < 0 || index > N)
        return raise(ValueError, "invalid state");
    memcpy(r->state, state, sizeof state);
    r->index = (int)index;
    return NONE;
}
static const Method methods[] = {
    { "random", "(self, /)", m_random, "random() -> x in the interval [0, 1)." },
    { "seed", "(self, n=None, /)", m_seed, "seed([n]) -> None.\n\nDefaults to use urandom and falls back to a combination\nof the current time and the process identifier." },
    { "getrandbits", "(self, k, /)", m_getrandbits, "getrandbits(k) -> x.  Generates an int with k random bits." },
    { "getstate", "(self, /)", m_getstate, "getstate() -> tuple containing the current state." }, { "setstate", "(self, state, /)", m_setstate, "setstate(state) -> None.  Restores generator state." },
    { 0 },
};
static Type random_type = { STATIC_TYPE(random_type, "Random", Random, NULL), .flags = TYPE_BASE, .new = random_new, .init = random_init, .methods = methods, .module_name = "_random",
    .doc = "Random() -> create a random number generator with its own internal state." };
static bool init(Value module)
{
    static Type *const types[] = { &random_type, NULL };
    ready_types(types, &object_type);
    return module_add_type(module, &random_type);
}
const NativeModule random_module = { "_random", "Module implements the Mersenne Twister random number generator.", NULL, init };
