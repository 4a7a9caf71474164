/* hash_module.c -- _hashlib, _md5, _sha1, _sha256, _sha512, _sha3: message digests by OpenSSL (docs.python.org/3.11/library/hashlib.html). */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <strings.h>

#include "gc/heap.h"
#include "interp/base/derive_key.h"
#include "interp/base/openssl.h"
#include "interp/modules/arg.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/set.h"
#include "interp/object/str.h"
#include "interp/vm/thread.h"

enum { UNLOCKED_FROM = 2048, PIECE = 1 << 20 };          /* bytes from which other threads may run meanwhile; bytes between looks at the interrupt word */
typedef struct Algorithm { const char *name, *openssl; bool xof; } Algorithm;
static const Algorithm algorithms[] = {
    { "md5", "MD5", false }, { "sha1", "SHA1", false }, { "sha224", "SHA224", false }, { "sha256", "SHA256", false }, { "sha384", "SHA384", false }, { "sha512", "SHA512", false },
    { "sha512_224", "SHA512-224", false }, { "sha512_256", "SHA512-256", false }, { "sha3_224", "SHA3-224", false }, { "sha3_256", "SHA3-256", false }, { "sha3_384", "SHA3-384", false },
    { "sha3_512", "SHA3-512", false }, { "shake_128", "SHAKE128", true }, { "shake_256", "SHAKE256", true }, { "blake2b", "BLAKE2b512", false }, { "blake2s", "BLAKE2s256", false },
    { "ripemd160", "RIPEMD160", false }, { "sm3", "SM3", false }, { "md5-sha1", "MD5-SHA1", false }, { "md4", "MD4", false }, { "whirlpool", "whirlpool", false },
};
enum { N_ALGORITHMS = sizeof algorithms / sizeof *algorithms };

typedef struct Hash { Object head; EVP_MD_CTX *context; const Algorithm *algorithm; pthread_mutex_t mutex; } Hash;
typedef struct Hmac { Object head; HMAC_CTX *context; const Algorithm *algorithm; } Hmac;
static Hash *as_hash(Value v) { return (Hash *)as_obj(v); }
static Hmac *as_hmac(Value v) { return (Hmac *)as_obj(v); }
static Type hash_type, xof_type, hmac_type;
static Value unsupported_class = UNBOUND_INIT;

static const Algorithm *find(const char *name)
{
    char plain[64];
    size_t n = 0;
    for (; name[n] && n + 1 < sizeof plain; n++)
        plain[n] = name[n] >= 'A' && name[n] <= 'Z' ? (char)(name[n] + 32) : name[n];
    plain[n] = 0;
    for (int i = 0; i < N_ALGORITHMS; i++) {
        if (strcmp(algorithms[i].name, plain) == 0 || strcasecmp(algorithms[i].openssl, plain) == 0)
            return &algorithms[i];
    }
    return NULL;
}
/* What the library makes of an algorithm, looked for once; NULL: it has no such thing. */
static const EVP_MD *library_digest(const Algorithm *a)
{
    static const EVP_MD *known[N_ALGORITHMS];
    const EVP_MD **md = &known[a - algorithms];
    if (!*md)
        *md = EVP_MD_fetch(NULL, a->openssl, NULL);
    return *md ? *md : EVP_get_digestbyname(a->openssl);
}
static Value fail(ErrorKind kind, const char *message)
{
    if (!is_ptr(unsupported_class) || kind != ValueError)
        return raise(kind, "%s", message);
    own Value text = str_from(message), error = is_error(text) ? ERROR : call1(unsupported_class, text);
    if (!is_error(error))
        exception_raise_take(give(error));
    return ERROR;
}

static bool data_arg(Value v, Buffer *b)
{
    if (str_check(v))
        return raise_false(TypeError, "Strings must be encoded before hashing");
    if (!buffer_supported(v))
        return raise_false(TypeError, "object supporting the buffer API required");
    return buffer_bytes(v, b);
}
/* A context that one thread updates without the runtime lock is not for others to touch. */
static void enter(pthread_mutex_t *mutex)
{
    if (pthread_mutex_trylock(mutex) != 0)
        BLOCKING(pthread_mutex_lock(mutex));
}
static void leave(pthread_mutex_t *mutex) { pthread_mutex_unlock(mutex); }
static bool feed(Hash *h, Value data)
{
    Buffer b;
    if (!data_arg(data, &b))
        return false;
    bool good = true;
    own Value keep = retain(obj_value(h));
    EVP_MD_CTX *context = h->context;
    enter(&h->mutex);
    for (int64_t at = 0; good && at < b.len_bytes; at += PIECE) {
        const uint8_t *data = (const uint8_t *)b.data + at;
        size_t piece = (size_t)(b.len_bytes - at < PIECE ? b.len_bytes - at : PIECE);
        if (piece < UNLOCKED_FROM)
            good = EVP_DigestUpdate(context, data, piece);
        else
            BLOCKING(good = EVP_DigestUpdate(context, data, piece));
        good = good && poll_interrupt();
    }
    leave(&h->mutex);
    buffer_release(&b);
    return good || (!error_pending() && raise_false(ValueError, "message digest failed"));
}

static Value hash_make(const Algorithm *a, Value data)
{
    const EVP_MD *md = a ? library_digest(a) : NULL;
    own Value v = md ? instance_new(a->xof ? &xof_type : &hash_type) : fail(ValueError, "unsupported hash type");
    if (is_error(v))
        return ERROR;
    Hash *h = as_hash(v);
    h->algorithm = a;
    pthread_mutex_init(&h->mutex, NULL);
    h->context = EVP_MD_CTX_new();
    if (!h->context)
        return raise_memory();
    if (!EVP_DigestInit_ex(h->context, md, NULL))
        return fail(ValueError, "[digital envelope routines] unsupported");
    return is_unbound(data) || feed(h, data) ? give(v) : ERROR;
}
static void hash_dispose(Object *o)
{
    Hash *h = (Hash *)o;
    EVP_MD_CTX_free(h->context);
    if (h->context)
        pthread_mutex_destroy(&h->mutex);
    h->context = NULL;
}

static Value hash_update(Value *args, size_t n) { return feed(as_hash(args[0]), args[1]) ? NONE : ERROR; }
/* The digest so far; *len in: wanted size of an XOF. */
static bool finish(Hash *h, uint8_t *out, size_t len)
{
    EVP_MD_CTX *copy = EVP_MD_CTX_new();
    unsigned size;
    enter(&h->mutex);
    bool good = copy && EVP_MD_CTX_copy_ex(copy, h->context);
    leave(&h->mutex);
    good = good && (h->algorithm->xof ? EVP_DigestFinalXOF(copy, out, len) : EVP_DigestFinal_ex(copy, out, &size));
    EVP_MD_CTX_free(copy);
    return good || raise_false(ValueError, "message digest failed");
}
static Value to_hex(const uint8_t *data, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    Str *s = str_alloc(2 * n, 1, true);
    for (size_t i = 0; s && i < n; i++) {
        s->u.c1[2 * i] = (uint8_t)digits[data[i] >> 4];
        s->u.c1[2 * i + 1] = (uint8_t)digits[data[i] & 15];
    }
    return s ? obj_value(s) : ERROR;
}
static Value digest_of(Hash *h, int64_t len, bool hex)
{
    uint8_t small[EVP_MAX_MD_SIZE], *out = small;
    size_t n = h->algorithm->xof ? (size_t)len : (size_t)EVP_MD_CTX_size(h->context);
    if (n > sizeof small && !(out = heap_buf(n)))
        return raise_memory();
    Value v = (h->algorithm->xof && n == 0) || finish(h, out, n) ? hex ? to_hex(out, n) : bytes_new(out, n) : ERROR;
    if (out != small)
        heap_buf_free(out, n);
    return v;
}
static Value hash_digest(Value *args, size_t n) { return digest_of(as_hash(args[0]), 0, false); }
static Value hash_hexdigest(Value *args, size_t n) { return digest_of(as_hash(args[0]), 0, true); }
static Value xof_digest_of(Value *args, bool hex)
{
    int64_t len;
    if (!arg_i64(args[1], 0, &len))
        return ERROR;
    if (len < 0)
        return raise(ValueError, "value must be positive");
    if (len >= 1 << 29)
        return raise(ValueError, "length is too large");
    return digest_of(as_hash(args[0]), len, hex);
}
static Value xof_digest(Value *args, size_t n) { return xof_digest_of(args, false); }
static Value xof_hexdigest(Value *args, size_t n) { return xof_digest_of(args, true); }
static Value hash_copy(Value *args, size_t n)
{
    Hash *from = as_hash(args[0]);
    own Value v = instance_new(type_of(args[0]));
    if (is_error(v))
        return ERROR;
    Hash *to = as_hash(v);
    to->algorithm = from->algorithm;
    pthread_mutex_init(&to->mutex, NULL);
    to->context = EVP_MD_CTX_new();
    enter(&from->mutex);
    bool good = to->context && EVP_MD_CTX_copy_ex(to->context, from->context);
    leave(&from->mutex);
    return good ? give(v) : raise(ValueError, "message digest failed");
}
static Value get_digest_size(Value self) { return int_value(as_hash(self)->algorithm->xof ? 0 : EVP_MD_CTX_size(as_hash(self)->context)); }
static Value get_block_size(Value self) { return int_value(EVP_MD_CTX_block_size(as_hash(self)->context)); }
static Value get_name(Value self) { return str_from(as_hash(self)->algorithm->name); }
static Value hash_repr(Value self) { return str_format("<%s _hashlib.%s object @ %p>", as_hash(self)->algorithm->name, type_name(self), (void *)as_obj(self)); }
static const Method hash_methods[] = {
    { "update", "(self, obj, /)", hash_update, "Update this hash object's state with the provided string." }, { "digest", "(self, /)", hash_digest, "Return the digest value as a bytes object." },
    { "hexdigest", "(self, /)", hash_hexdigest, "Return the digest value as a string of hexadecimal digits." }, { "copy", "(self, /)", hash_copy, "Return a copy of the hash object." }, { 0 },
};
static const Method xof_methods[] = {
    { "digest", "(self, /, length)", xof_digest, "Return the digest value as a bytes object." }, { "hexdigest", "(self, /, length)", xof_hexdigest, "Return the digest value as a string of hexadecimal digits." }, { 0 },
};
static const GetSet hash_getsets[] = { { "digest_size", get_digest_size, NULL, NULL }, { "block_size", get_block_size, NULL, NULL }, { "name", get_name, NULL, "algorithm name." }, { 0 } };
static Type hash_type = { STATIC_TYPE(hash_type, "HASH", Hash, NULL), .heap.dispose = hash_dispose, .flags = TYPE_NO_NEW | TYPE_BASE, .repr = hash_repr, .methods = hash_methods, .getsets = hash_getsets, .module_name = "_hashlib",
    .doc = "A hash is an object used to calculate a checksum of a string of information." };
static Type xof_type = { STATIC_TYPE(xof_type, "HASHXOF", Hash, NULL), .heap.dispose = hash_dispose, .flags = TYPE_NO_NEW, .repr = hash_repr, .methods = xof_methods, .module_name = "_hashlib",
    .doc = "A hash is an object used to calculate a checksum of a string of information." };

/* --- constructors --------------------------------------------------------------------------------------------------------------------- */
static Value hash_new(Value *args, size_t n)
{
    const char *name;
    if (!str_check(args[0]))
        return raise(TypeError, "name must be a string");
    if (!arg_text(args[0], "new", "'name'", false, &name))
        return ERROR;
    const Algorithm *a = find(name);
    if (a)
        return hash_make(a, args[1]);
    char text[120];
    snprintf(text, sizeof text, "unsupported hash type %.60s", name);
    return fail(ValueError, text);
}
#define CONSTRUCTOR(c_name, index) static Value make_##c_name(Value *args, size_t n) { return hash_make(&algorithms[index], args[0]); }
CONSTRUCTOR(md5, 0) CONSTRUCTOR(sha1, 1) CONSTRUCTOR(sha224, 2) CONSTRUCTOR(sha256, 3) CONSTRUCTOR(sha384, 4) CONSTRUCTOR(sha512, 5) CONSTRUCTOR(sha3_224, 8) CONSTRUCTOR(sha3_256, 9)
CONSTRUCTOR(sha3_384, 10) CONSTRUCTOR(sha3_512, 11) CONSTRUCTOR(shake_128, 12) CONSTRUCTOR(shake_256, 13)

/* --- HMAC ------------------------------------------------------------------------------------------------------------------------------- */
static const Algorithm *digestmod(Value v)
{
    if (str_check(v)) {
        const char *name = str_utf8_peek(v, NULL);
        const Algorithm *a = name ? find(name) : NULL;
        if (!a && name)
            fail(ValueError, "unsupported hash type");
        return a;
    }
    own Value name = UNBOUND;                    /* openssl_sha256 and friends are known by their names */
    if (obj_find_attr_c(v, "__name__", &name) == FOUND && str_check(name)) {
        const char *text = str_utf8_peek(name, NULL);
        const Algorithm *a = text ? find(strncmp(text, "openssl_", 8) ? text : text + 8) : NULL;
        if (a)
            return a;
    }
    error_clear();
    fail(ValueError, "Unsupported digestmod");
    return NULL;
}
static bool hmac_feed(Hmac *h, const Buffer *b)
{
    for (int64_t at = 0; at < b->len_bytes; at += PIECE) {
        if (!HMAC_Update(h->context, (const uint8_t *)b->data + at, (size_t)(b->len_bytes - at < PIECE ? b->len_bytes - at : PIECE)))
            return raise_false(ValueError, "HMAC failed");
        if (!poll_interrupt())
            return false;
    }
    return true;
}
static Value hmac_new(Value *args, size_t n)
{
    Buffer key;
    if (is_unbound(args[2]) || is_none(args[2]))
        return raise(TypeError, "Missing required parameter 'digestmod'.");
    const Algorithm *a = digestmod(args[2]);
    if (!a || !buffer_bytes(args[0], &key))
        return ERROR;
    own Value v = instance_new(&hmac_type);
    bool good = !is_error(v);
    if (good) {
        Hmac *h = as_hmac(v);
        h->algorithm = a;
        h->context = HMAC_CTX_new();
        good = (h->context && HMAC_Init_ex(h->context, key.len_bytes ? key.data : "", (int)key.len_bytes, library_digest(a), NULL)) || raise_false(ValueError, "HMAC failed");
    }
    buffer_release(&key);
    Buffer b;
    if (good && !is_unbound(args[1]) && !is_none(args[1])) {
        good = data_arg(args[1], &b);
        if (good) {
            good = hmac_feed(as_hmac(v), &b);
            buffer_release(&b);
        }
    }
    return good ? give(v) : ERROR;
}
static void hmac_dispose(Object *o)
{
    Hmac *h = (Hmac *)o;
    HMAC_CTX_free(h->context);
    h->context = NULL;
}
static Value hmac_update(Value *args, size_t n)
{
    Buffer b;
    if (!data_arg(args[1], &b))
        return ERROR;
    bool good = hmac_feed(as_hmac(args[0]), &b);
    buffer_release(&b);
    return good ? NONE : ERROR;
}
static Value hmac_finish(Value self, bool hex)
{
    uint8_t out[EVP_MAX_MD_SIZE];
    unsigned len = sizeof out;
    HMAC_CTX *copy = HMAC_CTX_new();
    bool good = copy && HMAC_CTX_copy(copy, as_hmac(self)->context) && HMAC_Final(copy, out, &len);
    HMAC_CTX_free(copy);
    return !good ? raise(ValueError, "HMAC failed") : hex ? to_hex(out, len) : bytes_new(out, len);
}
static Value hmac_digest_(Value *args, size_t n) { return hmac_finish(args[0], false); }
static Value hmac_hexdigest(Value *args, size_t n) { return hmac_finish(args[0], true); }
static Value hmac_copy(Value *args, size_t n)
{
    own Value v = instance_new(&hmac_type);
    if (is_error(v))
        return ERROR;
    as_hmac(v)->algorithm = as_hmac(args[0])->algorithm;
    as_hmac(v)->context = HMAC_CTX_new();
    return as_hmac(v)->context && HMAC_CTX_copy(as_hmac(v)->context, as_hmac(args[0])->context) ? give(v) : raise(ValueError, "HMAC failed");
}
static Value hmac_digest_size(Value self) { return int_value(EVP_MD_size(HMAC_CTX_get_md(as_hmac(self)->context))); }
static Value hmac_block_size(Value self) { return int_value(EVP_MD_block_size(HMAC_CTX_get_md(as_hmac(self)->context))); }
static Value hmac_name(Value self) { return str_format("hmac-%s", as_hmac(self)->algorithm->name); }
static const Method hmac_methods[] = { { "update", "(self, /, msg)", hmac_update, "Update the HMAC object with msg." }, { "digest", "(self, /)", hmac_digest_, "Return the digest of the bytes passed to the update() method so far." },
    { "hexdigest", "(self, /)", hmac_hexdigest, "Return hexadecimal digest of the bytes passed to the update() method so far." }, { "copy", "(self, /)", hmac_copy, "Return a copy (\"clone\") of the HMAC object." }, { 0 } };
static const GetSet hmac_getsets[] = { { "digest_size", hmac_digest_size, NULL, NULL }, { "block_size", hmac_block_size, NULL, NULL }, { "name", hmac_name, NULL, NULL }, { 0 } };
static Type hmac_type = { STATIC_TYPE(hmac_type, "HMAC", Hmac, NULL), .heap.dispose = hmac_dispose, .flags = TYPE_NO_NEW, .methods = hmac_methods, .getsets = hmac_getsets, .module_name = "_hashlib",
    .doc = "The object used to calculate HMAC of a message." };

static Value hmac_once(Value *args, size_t n)
{
    own Value v = hmac_new((Value[]){ args[0], args[1], args[2] }, 3);
    return is_error(v) ? ERROR : hmac_finish(v, false);
}

/* --- keys from passwords ------------------------------------------------------------------------------------------------------------------ */
static bool interrupted(void) { return events_pending() & EVENT_INTERRUPT; }
static bool never(void) { return false; }
static Secret secret(const Buffer *b) { return (Secret){ b->data, (size_t)b->len_bytes }; }
static Value derived(Bytes *key_take, Derived how, const char *refused)
{
    own Value key = key_take ? obj_value(key_take) : ERROR;
    if (is_error(key) || how == DERIVED)
        return give(key);
    if (how == DERIVE_FAILED)
        return raise(ValueError, "%s", refused);
    if (poll_interrupt())
        error_set_interrupt();
    return ERROR;
}

static Value pbkdf2(Value *args, size_t n)
{
    const char *name;
    Buffer password, salt;
    int64_t rounds, len = 0;
    if (!arg_text(args[0], "pbkdf2_hmac", "'hash_name'", false, &name) || !arg_i64(args[3], 0, &rounds))
        return ERROR;
    const Algorithm *a = find(name);
    const EVP_MD *md = a ? library_digest(a) : NULL;
    if (!md)
        return fail(ValueError, "unsupported hash type");
    if (is_unbound(args[4]) || is_none(args[4]))
        len = EVP_MD_size(md);
    else if (!arg_i64(args[4], 0, &len))
        return ERROR;
    if (rounds < 1 || rounds > INT_MAX)
        return raise(rounds < 1 ? ValueError : OverflowError, rounds < 1 ? "iteration value must be greater than 0." : "iteration value is too great.");
    if (len < 1 || len > INT_MAX)
        return raise(len < 1 ? ValueError : OverflowError, len < 1 ? "key length must be greater than 0." : "key length is too great.");
    if (!buffer_bytes(args[1], &password))
        return ERROR;
    if (!buffer_bytes(args[2], &salt)) {
        buffer_release(&password);
        return ERROR;
    }
    Bytes *key = bytes_alloc((size_t)len);
    Derived how = DERIVED;
    bool (*stop)(void) = thread->is_main ? interrupted : never;
    if (key)
        BLOCKING(how = derive_pbkdf2(md, secret(&password), secret(&salt), (uint64_t)rounds, key->data, (size_t)len, stop));
    buffer_release(&password);
    buffer_release(&salt);
    return derived(key, how, "key derivation failed");
}
static Value scrypt(Value *args, size_t n)
{
    Buffer password, salt;
    int64_t cost, block, parallel, memory, len;
    if (is_unbound(args[1]) || is_none(args[1]))
        return raise(TypeError, "salt is required");
    if (is_unbound(args[2]) || is_unbound(args[3]) || is_unbound(args[4]))
        return raise(TypeError, is_unbound(args[2]) ? "n is required and must be an unsigned int" : is_unbound(args[3]) ? "r is required and must be an unsigned int" : "p is required and must be an unsigned int");
    if (!arg_i64(args[2], 0, &cost) || !arg_i64(args[3], 0, &block) || !arg_i64(args[4], 0, &parallel) || !arg_i64(args[5], 0, &memory) || !arg_i64(args[6], 64, &len))
        return ERROR;
    if (cost < 2 || (cost & (cost - 1)))
        return raise(ValueError, "n must be a power of 2.");
    if (memory < 0 || memory > INT_MAX)
        return raise(ValueError, "maxmem must be positive and smaller than %d", INT_MAX);
    if (len < 1 || len > INT_MAX)
        return raise(ValueError, "dklen must be greater than 0 and smaller than %d", INT_MAX);
    if (!buffer_bytes(args[0], &password))
        return ERROR;
    if (!buffer_bytes(args[1], &salt)) {
        buffer_release(&password);
        return ERROR;
    }
    static const char refused[] = "Invalid parameter combination for n, r, p, maxmem.";
    Value result = ERROR;
    /* Without a place for the key OpenSSL only looks at the parameters. */
    if (!EVP_PBE_scrypt(password.data, (size_t)password.len_bytes, salt.data, (size_t)salt.len_bytes, (uint64_t)cost, (uint64_t)block, (uint64_t)parallel, (uint64_t)memory, NULL, 0)) {
        error_set(ValueError, refused);
    } else {
        size_t room = 128 * (size_t)block * (size_t)(parallel + cost + 2);
        uint32_t *work = heap_buf(room);
        Bytes *key = work ? bytes_alloc((size_t)len) : (error_set_memory(), NULL);
        Derived how = DERIVED;
        bool (*stop)(void) = thread->is_main ? interrupted : never;
        if (key)
            BLOCKING(how = derive_scrypt(secret(&password), secret(&salt), (uint64_t)cost, (uint32_t)block, (uint32_t)parallel, work, key->data, (size_t)len, stop));
        if (work)
            heap_buf_free(work, room);
        result = derived(key, how, refused);
    }
    buffer_release(&password);
    buffer_release(&salt);
    return result;
}

static Value compare_digest(Value *args, size_t n)
{
    if (str_check(args[0]) && str_check(args[1])) {
        const Str *a = as_str(args[0]), *b = as_str(args[1]);
        if (!a->ascii || !b->ascii)
            return raise(TypeError, "comparing strings with non-ASCII characters is not supported");
        return bool_value(a->len == b->len && CRYPTO_memcmp(a->u.c1, b->u.c1, a->len) == 0);
    }
    Buffer a, b;
    if (!buffer_supported(args[0]) || !buffer_supported(args[1]))
        return raise(TypeError, "unsupported operand types(s) or combination of types: '%.100T' and '%.100T'", args[0], args[1]);
    if (!buffer_bytes(args[0], &a))
        return ERROR;
    if (!buffer_bytes(args[1], &b)) {
        buffer_release(&a);
        return ERROR;
    }
    bool equal = a.len_bytes == b.len_bytes && CRYPTO_memcmp(a.data, b.data, (size_t)a.len_bytes) == 0;
    buffer_release(&a);
    buffer_release(&b);
    return bool_value(equal);
}
static Value get_fips_mode(Value *args, size_t n) { return small_int_value(0); }

/* --- modules ------------------------------------------------------------------------------------------------------------------------------------- */
#define ROW(name, c_name) { name, "(string=b'', *, usedforsecurity=True)", make_##c_name, "Returns a hash object; optionally initialized with a string" }
static const Method hashlib_functions[] = {
    { "new", "(name, string=b'', *, usedforsecurity=True)", hash_new, "Return a new hash object using the named algorithm." },
    ROW("openssl_md5", md5), ROW("openssl_sha1", sha1), ROW("openssl_sha224", sha224), ROW("openssl_sha256", sha256), ROW("openssl_sha384", sha384), ROW("openssl_sha512", sha512),
    ROW("openssl_sha3_224", sha3_224), ROW("openssl_sha3_256", sha3_256), ROW("openssl_sha3_384", sha3_384), ROW("openssl_sha3_512", sha3_512), ROW("openssl_shake_128", shake_128),
    ROW("openssl_shake_256", shake_256),
    { "hmac_new", "(key, msg=b'', digestmod=None)", hmac_new, "Return a new hmac object." }, { "hmac_digest", "(key, msg, digest)", hmac_once, "Single-shot HMAC." },
    { "pbkdf2_hmac", "(hash_name, password, salt, iterations, dklen=None)", pbkdf2, "Password based key derivation function 2 (PKCS #5 v2.0) with HMAC as pseudorandom function." },
    { "scrypt", "(password, *, salt=None, n=None, r=None, p=None, maxmem=0, dklen=64)", scrypt, "scrypt password-based key derivation function." },
    { "compare_digest", "(a, b, /)", compare_digest, "Return 'a == b'.\n\nThis function uses an approach designed to prevent\ntiming analysis, making it appropriate for cryptography." },
    { "get_fips_mode", "()", get_fips_mode, "Determine the OpenSSL FIPS mode of operation." },
    { 0 },
};
static void types_once(void)
{
    static Type *const first[] = { &hash_type, &hmac_type, NULL }, *const second[] = { &xof_type, NULL };
    ready_types(first, &object_type);
    ready_types(second, &hash_type);
}
static bool library_loaded(void)
{
    const char *why;
    return openssl_load(&why) || raise_false(ImportError, "%s", why);
}
static bool hashlib_init(Value module)
{
    if (!library_loaded())
        return false;
    types_once();
    own Value names = set_new(&set_type);
    for (int i = 0; !is_error(names) && i < N_ALGORITHMS; i++) {
        own Value name = str_from(algorithms[i].name);
        if (EVP_get_digestbyname(algorithms[i].openssl) && (is_error(name) || !set_add(as_set(names), name)))
            return false;
    }
    own Value frozen = is_error(names) ? ERROR : set_from_iterable(&frozenset_type, names);
    return !is_error(frozen) && module_add(module, "openssl_md_meth_names", frozen) && module_add_type(module, &hash_type) && module_add_type(module, &xof_type) &&
           module_add_type(module, &hmac_type) && ready_exception(&unsupported_class, "_hashlib.UnsupportedDigestmodError", exception_class_peek(ValueError)) &&
           module_add(module, "UnsupportedDigestmodError", unsupported_class);
}
static bool plain_init(Value module)
{
    types_once();
    return library_loaded();
}
static const Method md5_functions[] = { ROW("md5", md5), { 0 } };
static const Method sha1_functions[] = { ROW("sha1", sha1), { 0 } };
static const Method sha256_functions[] = { ROW("sha224", sha224), ROW("sha256", sha256), { 0 } };
static const Method sha512_functions[] = { ROW("sha384", sha384), ROW("sha512", sha512), { 0 } };
static const Method sha3_functions[] = { ROW("sha3_224", sha3_224), ROW("sha3_256", sha3_256), ROW("sha3_384", sha3_384), ROW("sha3_512", sha3_512), ROW("shake_128", shake_128), ROW("shake_256", shake_256), { 0 } };
const NativeModule hashlib_module = { "_hashlib", "OpenSSL interface for hashlib module", hashlib_functions, hashlib_init };
const NativeModule md5_module = { "_md5", NULL, md5_functions, plain_init };
const NativeModule sha1_module = { "_sha1", NULL, sha1_functions, plain_init };
const NativeModule sha256_module = { "_sha256", NULL, sha256_functions, plain_init };
const NativeModule sha512_module = { "_sha512", NULL, sha512_functions, plain_init };
const NativeModule sha3_module = { "_sha3", NULL, sha3_functions, plain_init };
