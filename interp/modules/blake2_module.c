/* blake2_module.c -- _blake2: BLAKE2b and BLAKE2s with keys, salt, personalisation and tree parameters. Source: RFC 7693; the parameter block of the
 * BLAKE2 paper (J.-P. Aumasson, S. Neves, Z. Wilcox-O'Hearn, C. Winnerlein, 2013), section 2.8. */
#include "gc/heap.h"
#include "interp/modules/arg.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/dict.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"

typedef struct Blake2 {
    Object head;
    uint64_t h[8];               /* BLAKE2s: 32 bits of each */
    uint64_t count[2];           /* bytes compressed */
    uint8_t block[128];
    unsigned used, out_len;
    bool wide, last_node;        /* wide: BLAKE2b */
} Blake2;
static Blake2 *as_blake(Value v) { return (Blake2 *)as_obj(v); }
static Type blake2b_type, blake2s_type;

static const uint8_t sigma[10][16] = {
    { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 }, { 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3 }, { 11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4 },
    { 7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8 }, { 9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13 }, { 2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9 },
    { 12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11 }, { 13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10 }, { 6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5 },
    { 10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0 },
};
static const uint64_t iv_b[8] = { 0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179 };
static const uint32_t iv_s[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

#define ROTR(x, n) ((x) >> (n) | (x) << (sizeof(x) * 8 - (n)))
#define MIX(a, b, c, d, x, y, r1, r2, r3, r4) \
    a += b + (x); d ^= a; d = ROTR(d, r1); c += d; b ^= c; b = ROTR(b, r2); a += b + (y); d ^= a; d = ROTR(d, r3); c += d; b ^= c; b = ROTR(b, r4)
#define ROUND(r, r1, r2, r3, r4) do { \
    const uint8_t *s = sigma[(r) % 10]; \
    MIX(v[0], v[4], v[8], v[12], m[s[0]], m[s[1]], r1, r2, r3, r4); MIX(v[1], v[5], v[9], v[13], m[s[2]], m[s[3]], r1, r2, r3, r4); \
    MIX(v[2], v[6], v[10], v[14], m[s[4]], m[s[5]], r1, r2, r3, r4); MIX(v[3], v[7], v[11], v[15], m[s[6]], m[s[7]], r1, r2, r3, r4); \
    MIX(v[0], v[5], v[10], v[15], m[s[8]], m[s[9]], r1, r2, r3, r4); MIX(v[1], v[6], v[11], v[12], m[s[10]], m[s[11]], r1, r2, r3, r4); \
    MIX(v[2], v[7], v[8], v[13], m[s[12]], m[s[13]], r1, r2, r3, r4); MIX(v[3], v[4], v[9], v[14], m[s[14]], m[s[15]], r1, r2, r3, r4); } while (0)

static void compress_b(Blake2 *b, bool last)
{
    uint64_t v[16], m[16];
    memcpy(m, b->block, sizeof m);
    memcpy(v, b->h, 64);
    memcpy(v + 8, iv_b, 64);
    v[12] ^= b->count[0];
    v[13] ^= b->count[1];
    if (last)
        v[14] = ~v[14];
    if (last && b->last_node)
        v[15] = ~v[15];
    for (int r = 0; r < 12; r++)
        ROUND(r, 32, 24, 16, 63);
    for (int i = 0; i < 8; i++)
        b->h[i] ^= v[i] ^ v[i + 8];
}
static void compress_s(Blake2 *b, bool last)
{
    uint32_t v[16], m[16];
    memcpy(m, b->block, sizeof m);
    for (int i = 0; i < 8; i++) {
        v[i] = (uint32_t)b->h[i];
        v[i + 8] = iv_s[i];
    }
    v[12] ^= (uint32_t)b->count[0];
    v[13] ^= (uint32_t)(b->count[0] >> 32);
    if (last)
        v[14] = ~v[14];
    if (last && b->last_node)
        v[15] = ~v[15];
    for (int r = 0; r < 10; r++)
        ROUND(r, 16, 12, 8, 7);
    for (int i = 0; i < 8; i++)
        b->h[i] = (uint32_t)b->h[i] ^ v[i] ^ v[i + 8];
}
static unsigned block_size(const Blake2 *b) { return b->wide ? 128 : 64; }
static void compress(Blake2 *b, bool last)
{
    b->count[0] += b->used;
    if (b->count[0] < b->used)
        b->count[1]++;
    if (b->wide)
        compress_b(b, last);
    else
        compress_s(b, last);
}
static void feed(Blake2 *b, const uint8_t *data, size_t n)
{
    while (n) {
        if (b->used == block_size(b)) {
            compress(b, false);
            b->used = 0;
        }
        size_t part = block_size(b) - b->used < n ? block_size(b) - b->used : n;
        memcpy(b->block + b->used, data, part);
        b->used += (unsigned)part;
        data += part;
        n -= part;
    }
}
static void finish(const Blake2 *from, uint8_t *out)
{
    Blake2 b = *from;
    memset(b.block + b.used, 0, block_size(&b) - b.used);
    compress(&b, true);
    uint8_t all[64];
    for (int i = 0; i < 8; i++) {
        if (b.wide) {
            memcpy(all + 8 * i, &b.h[i], 8);
        } else {
            uint32_t word = (uint32_t)b.h[i];
            memcpy(all + 4 * i, &word, 4);
        }
    }
    memcpy(out, all, b.out_len);
}

static bool feed_value(Blake2 *b, Value data)
{
    Buffer buffer;
    if (str_check(data))
        return raise_false(TypeError, "Strings must be encoded before hashing");
    if (!buffer_supported(data))
        return raise_false(TypeError, "object supporting the buffer API required");
    if (!buffer_bytes(data, &buffer))
        return false;
    feed(b, buffer.data, (size_t)buffer.len_bytes);
    buffer_release(&buffer);
    return true;
}
/* A short bytes argument into its place of the parameter block. */
static bool short_bytes(Value v, const char *what, uint8_t *out, size_t max, size_t *len)
{
    Buffer b;
    *len = 0;
    if (is_unbound(v))
        return true;
    if (!buffer_bytes(v, &b))
        return false;
    bool good = (size_t)b.len_bytes <= max || raise_false(ValueError, "maximum %s length is %zu bytes", what, max);
    if (good) {
        memcpy(out, b.data, (size_t)b.len_bytes);
        *len = (size_t)b.len_bytes;
    }
    buffer_release(&b);
    return good;
}
static bool number(Value v, int64_t otherwise, int64_t low, uint64_t high, const char *what, uint64_t *out)
{
    own Value index = is_unbound(v) ? int_value(otherwise) : obj_index(v);
    if (is_error(index))
        return false;
    if (!int_to_u64(index, out) || (int64_t)*out < low || *out > high) {
        if (int_sign(index) < 0 && strcmp(what, "node_offset") == 0)
            return raise_false(ValueError, "value must be positive");
        return raise_false(strcmp(what, "node_offset") == 0 ? OverflowError : ValueError, strcmp(what, "node_offset") == 0 ? "node_offset is too large" : "%s must be between %lld and %llu", what, (long long)low, (unsigned long long)high);
    }
    return true;
}

static Value blake_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value a[13];
    bool wide = type == &blake2b_type || type_is_subtype(type, &blake2b_type);
    const char *signature = "(data=b'', /, *, digest_size=64, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True)";
    unsigned max = wide ? 64 : 32, extra = wide ? 16 : 8;
    uint64_t size, fanout, depth, leaf, offset, node_depth, inner;
    uint8_t key[128] = { 0 }, p[64] = { 0 };
    size_t key_len, n;
    bool last_node;
    if (!bind_arguments(wide ? "blake2b" : "blake2s", signature, args, n_pos, kwnames, a, NULL) || !number(a[1], max, 1, max, "digest_size for this hash", &size))
        return error_is(ValueError) ? raise(ValueError, "digest_size for %s must be between 1 and %u bytes, here it is %S", wide ? "Blake2b" : "Blake2s", max, is_unbound(a[1]) ? NONE : a[1]) : ERROR;
    if (!short_bytes(a[3], "salt", p + (wide ? 32 : 16), extra, &n) || !short_bytes(a[4], "person", p + (wide ? 48 : 24), extra, &n) || !number(a[5], 1, 0, 255, "fanout", &fanout) ||
        !number(a[6], 1, 1, 255, "depth", &depth) || !number(a[7], 0, 0, UINT32_MAX, "leaf_size", &leaf) || !number(a[8], 0, 0, wide ? INT64_MAX : ((uint64_t)1 << 48) - 1, "node_offset", &offset) ||
        !number(a[9], 0, 0, 255, "node_depth", &node_depth) || !number(a[10], 0, 0, max, "inner_size", &inner) || !arg_bool(a[11], false, &last_node) || !short_bytes(a[2], "key", key, max, &key_len))
        return ERROR;
    own Value v = instance_new(type);
    if (is_error(v))
        return ERROR;
    Blake2 *b = as_blake(v);
    b->wide = wide;
    b->out_len = (unsigned)size;
    b->last_node = last_node;
    p[0] = (uint8_t)size;
    p[1] = (uint8_t)key_len;
    p[2] = (uint8_t)fanout;
    p[3] = (uint8_t)depth;
    uint32_t leaf32 = (uint32_t)leaf;
    memcpy(p + 4, &leaf32, 4);
    memcpy(p + 8, &offset, wide ? 8 : 6);
    p[wide ? 16 : 14] = (uint8_t)node_depth;
    p[wide ? 17 : 15] = (uint8_t)inner;
    for (int i = 0; i < 8; i++) {
        uint64_t word = 0;
        memcpy(&word, p + (wide ? 8 : 4) * i, wide ? 8 : 4);
        b->h[i] = (wide ? iv_b[i] : iv_s[i]) ^ word;
    }
    if (key_len)
        feed(b, key, block_size(b));
    return is_unbound(a[0]) || feed_value(b, a[0]) ? give(v) : ERROR;
}
static Value m_update(Value *args, size_t n) { return feed_value(as_blake(args[0]), args[1]) ? NONE : ERROR; }
static Value m_digest(Value *args, size_t n)
{
    uint8_t out[64];
    finish(as_blake(args[0]), out);
    return bytes_new(out, as_blake(args[0])->out_len);
}
static Value m_hexdigest(Value *args, size_t n)
{
    own Value digest = m_digest(args, n);
    return is_error(digest) ? ERROR : call_method0(digest, "hex");
}
static Value m_copy(Value *args, size_t n)
{
    Value v = instance_new(type_of(args[0]));
    if (!is_error(v))
        memcpy((char *)as_obj(v) + sizeof(Object), (char *)as_obj(args[0]) + sizeof(Object), sizeof(Blake2) - sizeof(Object));
    return v;
}
static Value get_name(Value self) { return str_from(as_blake(self)->wide ? "blake2b" : "blake2s"); }
static Value get_block_size(Value self) { return int_value(block_size(as_blake(self))); }
static Value get_digest_size(Value self) { return int_value(as_blake(self)->out_len); }
static const Method methods[] = { { "copy", "(self, /)", m_copy, "Return a copy of the hash object." }, { "digest", "(self, /)", m_digest, "Return the digest value as a bytes object." },
    { "hexdigest", "(self, /)", m_hexdigest, "Return the digest value as a string of hexadecimal digits." }, { "update", "(self, data, /)", m_update, "Update this hash object's state with the provided bytes-like object." }, { 0 } };
static const GetSet getsets[] = { { "name", get_name, NULL, NULL }, { "block_size", get_block_size, NULL, NULL }, { "digest_size", get_digest_size, NULL, NULL }, { 0 } };
static Type blake2b_type = { STATIC_TYPE(blake2b_type, "blake2b", Blake2, NULL), .flags = TYPE_BASE, .new = blake_new, .methods = methods, .getsets = getsets, .module_name = "_blake2", .doc = "Return a new BLAKE2b hash object." };
static Type blake2s_type = { STATIC_TYPE(blake2s_type, "blake2s", Blake2, NULL), .flags = TYPE_BASE, .new = blake_new, .methods = methods, .getsets = getsets, .module_name = "_blake2", .doc = "Return a new BLAKE2s hash object." };

static bool limits(Type *type, int salt, int digest)
{
    static const char *const names[] = { "SALT_SIZE", "PERSON_SIZE", "MAX_KEY_SIZE", "MAX_DIGEST_SIZE" };
    const int values[] = { salt, salt, digest, digest };
    for (int i = 0; i < 4; i++)
        if (!dict_set_c(type->dict, names[i], int_value(values[i])))
            return false;
    return true;
}
static bool init(Value module)
{
    static Type *const types[] = { &blake2b_type, &blake2s_type, NULL };
    ready_types(types, &object_type);
    return limits(&blake2b_type, 16, 64) && limits(&blake2s_type, 8, 32) && module_add_type(module, &blake2b_type) && module_add_type(module, &blake2s_type);
}
const NativeModule blake2_module = { "_blake2", "_blake2b provides BLAKE2b for hashlib\n", NULL, init };
