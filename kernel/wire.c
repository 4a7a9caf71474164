/* wire.c -- see wire.h */
#include "kernel/wire.h"

#include <openssl/core_names.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "interp/base/openssl.h"

enum { HEADER_LIMIT = 1 << 20, SEEN_BYTES = 16, SEEN_GENERATION = 32768, DIGEST_ROOM = EVP_MAX_MD_SIZE };

/* Signatures already accepted, in two generations: when the young one is full it becomes the old one. So at least the last
 * 32768 and at most 65536 messages are remembered, at no cost per message for forgetting. */
typedef struct SeenSet {
    unsigned char (*slots)[SEEN_BYTES];
    size_t cap, used;            /* cap is a power of two; an all-zero slot is free */
} SeenSet;

/* The two schemes that launchers use come from libsodium: its keyed state is a plain struct to copy, and OpenSSL, which costs 2 MB and
 * a millisecond to wake up, is not even loaded. */
struct Wire {
    enum { UNSIGNED, SHA256, SHA512, OTHER } how;
    union {
        crypto_auth_hmacsha256_state sha256;
        crypto_auth_hmacsha512_state sha512;
    } keyed;                     /* copied for each signature */
    EVP_MAC *mac;                /* OTHER */
    EVP_MAC_CTX *state;
    SeenSet young, old;
};

/* --- schemes ------------------------------------------------------------------------------------------------------ */

/* OpenSSL's name for Python's name of a hash; most are the same. */
static const char *digest_name(const char *hash)
{
    static const struct { const char *python, *openssl; } names[] = {
        { "blake2b", "BLAKE2B-512" }, { "blake2s", "BLAKE2S-256" },
        { "sha3_224", "SHA3-224" }, { "sha3_256", "SHA3-256" }, { "sha3_384", "SHA3-384" }, { "sha3_512", "SHA3-512" },
        { "sha512_224", "SHA512-224" }, { "sha512_256", "SHA512-256" },
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(hash, names[i].python) == 0)
            return names[i].openssl;
    return hash;
}

static EVP_MAC_CTX *keyed_state(EVP_MAC *mac, const char *digest, const unsigned char *key, size_t key_len)
{
    EVP_MAC_CTX *state = EVP_MAC_CTX_new(mac);
    OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)digest, 0),
                            OSSL_PARAM_construct_end() };
    if (state && EVP_MAC_init(state, key, key_len, params))
        return state;
    EVP_MAC_CTX_free(state);
    return NULL;
}

Wire *wire_new(const char *scheme, const unsigned char *key, size_t key_len, const char **why)
{
    *why = "out of memory";
    Wire *wire = calloc(1, sizeof *wire);
    if (!wire)
        return NULL;
    if (key_len == 0)
        return wire;
    *why = "unknown signature scheme";
    if (strcmp(scheme, "hmac-sha256") == 0) {
        wire->how = SHA256;
        crypto_auth_hmacsha256_init(&wire->keyed.sha256, key, key_len);
    } else if (strcmp(scheme, "hmac-sha512") == 0) {
        wire->how = SHA512;
        crypto_auth_hmacsha512_init(&wire->keyed.sha512, key, key_len);
    } else if (strncmp(scheme, "hmac-", 5) == 0) {
        wire->how = OTHER;
        if (!openssl_load(why)) {
            wire_free(wire);
            return NULL;
        }
        wire->mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
        if (wire->mac)
            wire->state = keyed_state(wire->mac, digest_name(scheme + 5), key, key_len);
    }
    if (wire->how != UNSIGNED && (wire->how != OTHER || wire->state))
        return wire;
    wire_free(wire);
    return NULL;
}

void wire_free(Wire *wire)
{
    if (!wire)
        return;
    if (wire->mac) {
        EVP_MAC_CTX_free(wire->state);
        EVP_MAC_free(wire->mac);
    }
    free(wire->young.slots);
    free(wire->old.slots);
    sodium_memzero(wire, sizeof *wire);
    free(wire);
}

/* --- signing ------------------------------------------------------------------------------------------------------- */

static size_t digest_sha256(const Wire *wire, const Text parts[4], unsigned char *out)
{
    crypto_auth_hmacsha256_state state = wire->keyed.sha256;
    for (int i = 0; i < 4; i++)
        crypto_auth_hmacsha256_update(&state, (const unsigned char *)parts[i].data, parts[i].len);
    crypto_auth_hmacsha256_final(&state, out);
    return crypto_auth_hmacsha256_BYTES;
}

static size_t digest_sha512(const Wire *wire, const Text parts[4], unsigned char *out)
{
    crypto_auth_hmacsha512_state state = wire->keyed.sha512;
    for (int i = 0; i < 4; i++)
        crypto_auth_hmacsha512_update(&state, (const unsigned char *)parts[i].data, parts[i].len);
    crypto_auth_hmacsha512_final(&state, out);
    return crypto_auth_hmacsha512_BYTES;
}

/* The digest's length; 0: no memory. */
static size_t digest(const Wire *wire, const Text parts[4], unsigned char out[DIGEST_ROOM])
{
    if (wire->how != OTHER)
        return wire->how == SHA256 ? digest_sha256(wire, parts, out) : digest_sha512(wire, parts, out);
    size_t len = 0;
    EVP_MAC_CTX *state = EVP_MAC_CTX_dup(wire->state);
    bool ok = state != NULL;
    for (int i = 0; ok && i < 4; i++)
        ok = EVP_MAC_update(state, (const unsigned char *)parts[i].data, parts[i].len);
    ok = ok && EVP_MAC_final(state, out, &len, DIGEST_ROOM);
    EVP_MAC_CTX_free(state);
    return ok ? len : 0;
}

bool wire_sign(const Wire *wire, const Text parts[4], Frame *signature)
{
    if (wire->how == UNSIGNED)
        return frame_copy(signature, "", 0);
    unsigned char bytes[DIGEST_ROOM];
    size_t len = digest(wire, parts, bytes);
    if (!len)
        return false;
    signature->data = malloc(2 * len + 1);
    signature->len = 2 * len;
    return signature->data && sodium_bin2hex(signature->data, 2 * len + 1, bytes, len);
}

/* --- replays ------------------------------------------------------------------------------------------------------ */

static size_t seen_slot(const SeenSet *set, const unsigned char *what)
{
    static const unsigned char free_slot[SEEN_BYTES];
    size_t hash;
    memcpy(&hash, what, sizeof hash); /* bytes of a MAC are as good as random */
    size_t at = hash & (set->cap - 1);
    while (memcmp(set->slots[at], free_slot, SEEN_BYTES) != 0 && memcmp(set->slots[at], what, SEEN_BYTES) != 0)
        at = (at + 1) & (set->cap - 1);
    return at;
}

static bool seen_has(const SeenSet *set, const unsigned char *what)
{
    return set->cap && memcmp(set->slots[seen_slot(set, what)], what, SEEN_BYTES) == 0;
}

static bool seen_grow(SeenSet *set)
{
    SeenSet bigger = { .cap = set->cap ? set->cap * 2 : 128, .used = set->used };
    bigger.slots = calloc(bigger.cap, SEEN_BYTES);
    if (!bigger.slots)
        return false;
    for (size_t i = 0; i < set->cap; i++)
        memcpy(bigger.slots[seen_slot(&bigger, set->slots[i])], set->slots[i], SEEN_BYTES);
    free(set->slots);
    *set = bigger;
    return true;
}

/* False: it was seen before, or there is no memory to remember it. */
static bool remember(Wire *wire, const unsigned char *what)
{
    if (seen_has(&wire->young, what) || seen_has(&wire->old, what))
        return false;
    if (wire->young.used >= SEEN_GENERATION) {
        free(wire->old.slots);
        wire->old = wire->young;
        wire->young = (SeenSet){ 0 };
    }
    if (2 * (wire->young.used + 1) > wire->young.cap && !seen_grow(&wire->young))
        return false;
    memcpy(wire->young.slots[seen_slot(&wire->young, what)], what, SEEN_BYTES);
    wire->young.used++;
    return true;
}

static const char *verify(Wire *wire, const Frame *signature, const Text parts[4])
{
    unsigned char bytes[DIGEST_ROOM];
    char hex[2 * DIGEST_ROOM + 1];
    if (wire->how == UNSIGNED)
        return NULL;
    if (signature->len == 0)
        return "not signed";
    size_t len = digest(wire, parts, bytes);
    if (!len)
        return "out of memory";
    sodium_bin2hex(hex, sizeof hex, bytes, len);
    if (signature->len != 2 * len || sodium_memcmp(hex, signature->data, 2 * len) != 0)
        return "wrong signature";
    return remember(wire, bytes) ? NULL : "signature seen before (replay)";
}

/* --- decoding ------------------------------------------------------------------------------------------------------ */

/* Where the five fixed frames are; NULL or the reason why not. */
static const char *locate(Message *message)
{
    size_t at = 0, delimiter = sizeof WIRE_DELIMITER - 1;
    while (at < message->n_frames
           && (message->frames[at].len != delimiter || memcmp(message->frames[at].data, WIRE_DELIMITER, delimiter) != 0))
        at++;
    if (at == message->n_frames)
        return "no <IDS|MSG> delimiter";
    if (at > WIRE_IDENT_LIMIT)
        return "too many identity frames";
    if (message->n_frames - at < 6)
        return "too few frames";
    message->n_idents = at;
    message->header = &message->frames[at + 2];
    message->parent_header = &message->frames[at + 3];
    message->metadata = &message->frames[at + 4];
    message->content = &message->frames[at + 5];
    message->buffers = &message->frames[at + 6];
    message->n_buffers = message->n_frames - at - 6;
    return NULL;
}

static const char *read_object(const Frame *frame, json_t **out)
{
    const char *why = "not a JSON object";
    *out = json_read(frame->data, frame->len, &why);
    return json_is_object(*out) ? NULL : *out ? "not a JSON object" : why;
}

static const char *parse(Message *message)
{
    if (message->header->len > HEADER_LIMIT || message->parent_header->len > HEADER_LIMIT)
        return "header too large";
    const char *why = read_object(message->header, &message->header_json);
    if (!why)
        why = read_object(message->content, &message->content_json);
    if (!why)
        why = read_object(message->metadata, &message->metadata_json);
    if (why)
        return why;
    message->type = json_get_cstring(message->header_json, "msg_type", NULL);
    message->id = json_get_cstring(message->header_json, "msg_id", NULL);
    if (!message->type || !message->id)
        return "header without msg_type and msg_id";
    message->row = message_row(message->type);
    return NULL;
}

Message *wire_decode(Wire *wire, Channel channel, Frame *frames, size_t n, const char **why)
{
    Message *message = calloc(1, sizeof *message);
    if (!message) {
        frames_free(frames, n);
        *why = "out of memory";
        return NULL;
    }
    message->channel = channel;
    message->frames = frames;
    message->n_frames = n;
    *why = locate(message);
    if (!*why) {
        Text parts[4];
        for (int i = 0; i < 4; i++) {
            const Frame *frame = &message->header[i];
            parts[i] = (Text){ frame->data, frame->len };
            if (frame->len > JSON_SIZE_LIMIT)
                *why = "frame too large";
        }
        if (!*why)
            *why = verify(wire, &message->header[-1], parts);
    }
    if (!*why)
        *why = parse(message);
    if (!*why)
        return message;
    message_free(message);
    return NULL;
}
