/* str.c -- Python's str as a structure: making, widths, hash, interning, UTF-8. Operations on texts are in str_ops.c.
 *
 * Single characters below 256 are static objects. The intern table holds its strings weakly: a string that dies leaves it.
 * The UTF-8 of a non-ASCII str is made once and kept in a side table until the str dies. */
#include "interp/object/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "gc/check.h"
#include "gc/heap.h"
#include "interp/base/hash.h"
#include "interp/base/utf8.h"

static void dispose(Object *o);

/* A tail of len + 1 characters, but at least the struct. */
static size_t bytes_for(uint64_t len, unsigned width)
{
    size_t size = offsetof(Str, u) + (len + 1) * width;
    return size < sizeof(Str) ? sizeof(Str) : size;
}
static size_t size_of(const Object *o) { return bytes_for(((const Str *)o)->len, ((const Str *)o)->width); }

Type str_type = {
    STATIC_TYPE(str_type, "str", Str, NULL),
    .heap.heap_flags = HEAP_TYPE_VAR,
    .heap.dispose = dispose,
    .heap.size_of = size_of,
    .flags = TYPE_BASE | TYPE_IS_STR | TYPE_IMMUTABLE,
};

static _Alignas(16) Str empty_object = { .head = STATIC_OBJECT(&str_type.shape), .hash = 0, .len = 0, .width = 1, .ascii = 1 };
Value str_empty = { (uint64_t)(uintptr_t)&empty_object };

typedef struct CharObject { _Alignas(16) Str s; } CharObject;
static CharObject char_objects[256];

/* --- making ----------------------------------------------------------------------------------------------------- */
/* The head of a new str and its terminator. NULL in (no memory): MemoryError, NULL out. */
static inline Str *start(Str *s, uint64_t len, unsigned width, bool ascii)
{
    assert(width == 1 || width == 2 || width == 4);
    if (!s)
        return raise_memory_null();
    s->hash = -1;
    s->len = len;
    s->width = width & 63;
    s->has_utf8 = 0;
    s->ascii = ascii;
    if (width == 1)
        s->u.c1[len] = 0;
    else if (width == 2)
        s->u.c2[len] = 0;
    else
        s->u.c4[len] = 0;
    return s;
}

enum { LEN_BITS = 46 };

Str *str_alloc(uint64_t len, unsigned width, bool ascii)
{
    return start(len >> LEN_BITS ? NULL : heap_new(&str_type.shape, bytes_for(len, width)), len, width, ascii);
}

Str *str_alloc_room(uint64_t len, unsigned width, bool ascii, uint64_t room)
{
    Str *s = len >> LEN_BITS ? NULL : heap_new(&str_type.shape, bytes_for(len + room, width));
    return s ? start(s, len, width, ascii) : str_alloc(len, width, ascii);
}

static Value char_object(uint32_t c)
{
    Str *s = &char_objects[c].s;
    if (UNLIKELY(!s->head.shape)) {
        *s = (Str){ .head = STATIC_OBJECT(&str_type.shape), .hash = -1, .len = 1, .width = 1, .ascii = c < 128 };
        s->u.c1[0] = (uint8_t)c;
    }
    return retain(obj_value(s));
}

Value str_from_char(uint32_t c)
{
    if (c < 256)
        return char_object(c);
    Str *s = str_alloc(1, str_width_for(c), false);
    if (!s)
        return ERROR;
    if (s->width == 2)
        s->u.c2[0] = (uint16_t)c;
    else
        s->u.c4[0] = c;
    return obj_value(s);
}

void str_widen(void *to, unsigned to_width, const void *from, unsigned from_width, size_t n)
{
    assert(to_width >= from_width);
    if (to_width == from_width) {
        if (n)
            memcpy(to, from, n * to_width);
    } else if (to_width == 2) {
        uint16_t *out = to;
        const uint8_t *in = from;
        for (size_t i = 0; i < n; i++)
            out[i] = in[i];
    } else if (from_width == 1) {
        uint32_t *out = to;
        const uint8_t *in = from;
        for (size_t i = 0; i < n; i++)
            out[i] = in[i];
    } else {
        uint32_t *out = to;
        const uint16_t *in = from;
        for (size_t i = 0; i < n; i++)
            out[i] = in[i];
    }
}

/* Copies to a width that every character is known to fit. */
static void narrow(void *to, unsigned to_width, const void *from, unsigned from_width, size_t n)
{
    if (to_width >= from_width) {
        str_widen(to, to_width, from, from_width, n);
    } else if (from_width == 2) {
        const uint16_t *in = from;
        uint8_t *out = to;
        for (size_t i = 0; i < n; i++)
            out[i] = (uint8_t)in[i];
    } else if (to_width == 1) {
        const uint32_t *in = from;
        uint8_t *out = to;
        for (size_t i = 0; i < n; i++)
            out[i] = (uint8_t)in[i];
    } else {
        const uint32_t *in = from;
        uint16_t *out = to;
        for (size_t i = 0; i < n; i++)
            out[i] = (uint16_t)in[i];
    }
}

uint32_t str_max_char(const void *data, unsigned width, size_t n)
{
    uint32_t all = 0;
    if (width == 1) {
        const uint8_t *at = data;
        return utf8_ascii((const char *)at, n) == n ? 0x7f : 0xff;
    }
    if (width == 2) {
        const uint16_t *at = data;
        for (size_t i = 0; i < n; i++)
            all |= at[i];
    } else {
        const uint32_t *at = data;
        for (size_t i = 0; i < n; i++)
            all |= at[i];
    }
    return all < 0x80 ? 0x7f : all < 0x100 ? 0xff : all < 0x10000 ? 0xffff : 0x10ffff;
}

Value str_from_chars(const void *data, unsigned width, size_t n)
{
    if (n == 0)
        return retain(str_empty);
    if (n == 1)
        return str_from_char(width == 1 ? *(const uint8_t *)data : width == 2 ? *(const uint16_t *)data : *(const uint32_t *)data);
    uint32_t max = str_max_char(data, width, n);
    Str *s = str_alloc(n, str_width_for(max), max == 0x7f);
    if (!s)
        return ERROR;
    assert(s->width <= width);
    narrow(s->u.c1, s->width, data, width, n);
    return obj_value(s);
}

Value str_from_latin1(const uint8_t *data, size_t n) { return str_from_chars(data, 1, n); }
Value str_from_ucs4(const uint32_t *data, size_t n) { return str_from_chars(data, 4, n); }

Value str_shrink_take(Str *s, size_t len)
{
    assert(len <= s->len && s->head.refcount == 1);
    if (len == s->len && len > 1 && str_width_for(str_max_char(s->u.c1, s->width, len)) == s->width) {
        s->ascii = s->width == 1 && str_max_char(s->u.c1, 1, len) == 0x7f;
        return obj_value(s);
    }
    Value result = str_from_chars(s->u.c1, s->width, len);
    heap_free_unused(s);
    return result;
}

/* Two passes over (W)UTF-8 that is not all ASCII. */
static Value from_wide_utf8(const char *utf8, size_t len)
{
    size_t n = 0;
    uint32_t max = 0;
    const char *end = utf8 + len;
    for (const char *at = utf8; at < end; n++) {
        int32_t c = utf8_decode_wtf(&at, end);
        uint32_t code = c == UTF8_BAD ? 0xFFFD : (uint32_t)c;
        if (code > max)
            max = code;
    }
    if (n == 1)
        return str_from_char(max);
    Str *s = str_alloc(n, str_width_for(max), false);
    if (!s)
        return ERROR;
    size_t i = 0;
    for (const char *at = utf8; at < end; i++) {
        int32_t c = utf8_decode_wtf(&at, end);
        uint32_t code = c == UTF8_BAD ? 0xFFFD : (uint32_t)c;
        if (s->width == 1)
            s->u.c1[i] = (uint8_t)code;
        else if (s->width == 2)
            s->u.c2[i] = (uint16_t)code;
        else
            s->u.c4[i] = code;
    }
    return obj_value(s);
}

/* One character of UTF-8 known to be valid. */
static inline uint32_t decode_valid(const uint8_t **at)
{
    const uint8_t *p = *at;
    uint32_t lead = p[0];
    if (lead < 0x80) {
        *at += 1;
        return lead;
    }
    if (lead < 0xe0) {
        *at += 2;
        return (lead & 0x1f) << 6 | (p[1] & 0x3f);
    }
    if (lead < 0xf0) {
        *at += 3;
        return (lead & 0x0f) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3f);
    }
    *at += 4;
    return (lead & 0x07) << 18 | (p[1] & 0x3fu) << 12 | (p[2] & 0x3fu) << 6 | (p[3] & 0x3f);
}

Value str_from_valid_utf8(const char *utf8, size_t len)
{
    const uint8_t *at = (const uint8_t *)utf8, *end = at + len;
    size_t n = 0;
    uint8_t lead = 0;                                    /* the greatest: it says how wide the widest character is */
    for (const uint8_t *p = at; p < end; p++) {
        n += (*p & 0xc0) != 0x80;
        lead = *p > lead ? *p : lead;
    }
    if (lead < 0x80 || n < 2)
        return str_new(utf8, len);
    unsigned width = lead < 0xc4 ? 1 : lead < 0xf0 ? 2 : 4;
    Str *s = str_alloc(n, width, false);
    if (!s)
        return ERROR;
    if (width == 1)
        for (uint8_t *to = s->u.c1; at < end;)
            *to++ = (uint8_t)decode_valid(&at);
    else if (width == 2)
        for (uint16_t *to = s->u.c2; at < end;)
            *to++ = (uint16_t)decode_valid(&at);
    else
        for (uint32_t *to = s->u.c4; at < end;)
            *to++ = decode_valid(&at);
    return obj_value(s);
}

Value str_new(const char *utf8, size_t len)
{
    if (len == 0)
        return retain(str_empty);
    if (utf8_ascii(utf8, len) < len)
        return from_wide_utf8(utf8, len);
    if (len == 1)
        return char_object((uint8_t)*utf8);
    Str *s = str_alloc(len, 1, true);
    if (!s)
        return ERROR;
    memcpy(s->u.c1, utf8, len);
    return obj_value(s);
}

Value str_from(const char *utf8) { return str_new(utf8, strlen(utf8)); }

Value str_exact_of(Value v)
{
    if (str_exact(v))
        return retain(v);
    const Str *s = as_str(v);
    return str_from_chars(str_data(s), s->width, s->len);
}

Value str_subclass_new(Type *type, Value v)
{
    const Str *from = as_str(v);
    Str *s = heap_new(&type->shape, var_alloc_size(&type->heap, bytes_for(from->len, from->width)));
    if (!s)
        return raise_memory();
    s->hash = from->hash;
    s->len = from->len;
    s->width = from->width;
    s->has_utf8 = 0;
    s->ascii = from->ascii;
    memcpy(s->u.c1, str_data(from), (size_t)(from->len + 1) * from->width);
    var_attrs_init(&s->head);
    return obj_value(s);
}

/* --- hash, equality ----------------------------------------------------------------------------------------------- */
int64_t str_hash(Str *s)
{
    if (s->hash == -1)
        s->hash = hash_bytes(str_data(s), (size_t)s->len * s->width);
    return s->hash;
}

bool str_equal(const Str *a, const Str *b)
{
    if (a == b)
        return true;
    return a->len == b->len && a->width == b->width && memcmp(str_data(a), str_data(b), (size_t)a->len * a->width) == 0;
}

bool str_equal_c(Value v, const char *ascii)
{
    const Str *s = as_str(v);
    size_t n = strlen(ascii);
    return s->width == 1 && s->len == n && memcmp(s->u.c1, ascii, n) == 0;
}

void str_check_valid(const Str *s)
{
    assert(s->width == 1 || s->width == 2 || s->width == 4);
    uint32_t max = str_max_char(str_data(s), s->width, s->len);
    assert(str_char(s, s->len) == 0 && s->ascii == (max == 0x7f) && s->width == str_width_for(max));
    assert(s->hash == -1 || s->hash == hash_bytes(str_data(s), (size_t)s->len * s->width));
    assert(!(s->head.birth & STR_INTERNED) || (s->hash != -1 && obj_type(&s->head) == &str_type));
    (void)max;
}

/* --- interning ---------------------------------------------------------------------------------------------------- */
/* Open addressing, linear probing; a removed entry is TOMB. The table holds no reference. At most two thirds are filled. */
#define TOMB ((Str *)(uintptr_t)1)
static struct { Str **at; size_t cap, used, filled; } interned;       /* filled: used + tombs */

static bool intern_resize(size_t cap)
{
    Str **fresh = calloc(cap, sizeof *fresh);
    if (!fresh)
        return raise_memory_false();
    for (size_t i = 0; i < interned.cap; i++) {
        Str *s = interned.at[i];
        if (!s || s == TOMB)
            continue;
        size_t at = (size_t)s->hash & (cap - 1);
        while (fresh[at])
            at = (at + 1) & (cap - 1);
        fresh[at] = s;
    }
    free(interned.at);
    interned.at = fresh;
    interned.cap = cap;
    interned.filled = interned.used;
    return true;
}

static void intern_remove(Str *s)
{
    if (!interned.cap)
        return;
    for (size_t at = (size_t)s->hash & (interned.cap - 1); interned.at[at]; at = (at + 1) & (interned.cap - 1)) {
        if (interned.at[at] == s) {
            assert(interned.used > 0);
            interned.at[at] = TOMB;
            interned.used--;
            return;
        }
    }
    assert(!"an interned str is in the table");
}

/* The interned str equal to these ASCII / latin-1 / wide characters, borrowed; NULL: none yet. */
static Str *intern_find(const void *data, unsigned width, size_t len, int64_t hash)
{
    if (!interned.cap)
        return NULL;
    for (size_t at = (size_t)hash & (interned.cap - 1); interned.at[at]; at = (at + 1) & (interned.cap - 1)) {
        Str *s = interned.at[at];
        if (s == TOMB || s->hash != hash || s->len != len || s->width != width || memcmp(str_data(s), data, len * width) != 0)
            continue;
        if (s->head.refcount == 0 || (s->head.birth & BIRTH_DYING)) {          /* on its way out: no longer ours */
            s->head.birth &= ~STR_INTERNED;
            interned.at[at] = TOMB;
            interned.used--;
            continue;
        }
        return s;
    }
    return NULL;
}

static bool intern_insert(Str *s)
{
    if ((interned.filled + 1) * 3 > interned.cap * 2 && !intern_resize(interned.cap ? (interned.used + 1) * 4 > interned.cap ? interned.cap * 2 : interned.cap : 1024))
        return false;
    size_t at = (size_t)str_hash(s) & (interned.cap - 1);
    while (interned.at[at] && interned.at[at] != TOMB)
        at = (at + 1) & (interned.cap - 1);
    assert(!(s->head.birth & STR_INTERNED) && interned.used <= interned.filled && interned.filled < interned.cap);
    interned.filled += interned.at[at] == NULL;
    interned.used++;
    interned.at[at] = s;
    s->head.birth |= STR_INTERNED;
    return true;
}

Value str_intern_take(Value v)
{
    if (is_error(v))
        return v;
    assert(str_exact(v));
    Str *s = as_str(v);
    assert(s->head.refcount > 0);
    if (s->head.birth & STR_INTERNED)
        return v;
    if (s->len == 1 && s->width == 1 && s != &char_objects[s->u.c1[0]].s) {
        Value canonical = char_object(s->u.c1[0]);
        release(v);
        v = canonical;
        s = as_str(v);
        if (s->head.birth & STR_INTERNED)
            return v;
    }
    Str *known = intern_find(str_data(s), s->width, s->len, str_hash(s));
    if (known) {
        Value result = retain(obj_value(known));
        release(v);
        return result;
    }
    if (!intern_insert(s)) {
        release(v);
        return ERROR;
    }
    return v;
}

Value str_intern(const char *utf8)
{
    size_t len = strlen(utf8);
    if (len > 1 && utf8_ascii(utf8, len) == len) {
        Str *known = intern_find(utf8, 1, len, hash_bytes(utf8, len));
        if (known)
            return retain(obj_value(known));
    }
    return str_intern_take(str_new(utf8, len));
}

/* Names that C code asks for, by the address of the literal. They are held for ever. */
static struct { const char *literal; Value name; } *names;
static size_t names_cap, names_used;

static size_t name_slot(const char *literal, size_t cap)
{
    return (size_t)(((uintptr_t)literal * 0x9E3779B97F4A7C15u) >> 20) & (cap - 1);
}

static void visit_names(Visitor *visitor)
{
    static const Edge edge = { TRACE_VALUE, "name", 0, UNBOUND_INIT };
    for (size_t i = 0; i < names_cap; i++)
        if (names[i].literal)
            visitor->visit(visitor, as_obj(names[i].name), &edge);
}

static bool names_grow(void)
{
    if (!names_cap)
        heap_add_holder(visit_names);
    size_t cap = names_cap ? names_cap * 2 : 1024;
    void *fresh_memory = calloc(cap, sizeof *names);
    if (!fresh_memory)
        return false;
    __typeof__(names) fresh = fresh_memory;
    for (size_t i = 0; i < names_cap; i++) {
        if (!names[i].literal)
            continue;
        size_t at = name_slot(names[i].literal, cap);
        while (fresh[at].literal)
            at = (at + 1) & (cap - 1);
        fresh[at] = names[i];
    }
    free(names);
    names = fresh;
    names_cap = cap;
    return true;
}

Value str_name_peek(const char *literal)
{
    if (names_cap) {
        for (size_t at = name_slot(literal, names_cap); names[at].literal; at = (at + 1) & (names_cap - 1))
            if (names[at].literal == literal) {
                assert(str_equal_c(names[at].name, literal) && "str_name_peek wants a literal, not a buffer");
                return names[at].name;
            }
    }
    if (names_used * 2 >= names_cap && !names_grow()) {
        fprintf(stderr, "ouro: no memory for a name\n");
        _exit(1);
    }
    heap_exempt(true);
    Value name = str_intern(literal);
    heap_exempt(false);
    if (is_error(name)) {
        fprintf(stderr, "ouro: no memory for the name %s\n", literal);
        _exit(1);
    }
    size_t at = name_slot(literal, names_cap);
    while (names[at].literal)
        at = (at + 1) & (names_cap - 1);
    names[at].literal = literal;
    names[at].name = name;
    names_used++;
    return name;
}

/* --- UTF-8 out ---------------------------------------------------------------------------------------------------- */
typedef struct CachedUtf8 { const Str *s; char *text; size_t len; } CachedUtf8;
static struct { CachedUtf8 *at; size_t cap, used, filled; } utf8_cache;
#define NO_STR ((const Str *)(uintptr_t)1)

static size_t address_slot(const Str *s, size_t cap) { return (size_t)(((uintptr_t)s * 0x9E3779B97F4A7C15u) >> 24) & (cap - 1); }

static CachedUtf8 *cached_find(const Str *s)
{
    assert(s->has_utf8);
    size_t at = address_slot(s, utf8_cache.cap);
    while (utf8_cache.at[at].s != s) {
        assert(utf8_cache.at[at].s);     /* the flag says that it is there */
        at = (at + 1) & (utf8_cache.cap - 1);
    }
    return &utf8_cache.at[at];
}

static bool cached_grow(void)
{
    size_t cap = utf8_cache.cap == 0 ? 256 : utf8_cache.used * 4 > utf8_cache.cap ? utf8_cache.cap * 2 : utf8_cache.cap;
    CachedUtf8 *fresh = calloc(cap, sizeof *fresh);
    if (!fresh)
        return raise_memory_false();
    for (size_t i = 0; i < utf8_cache.cap; i++) {
        CachedUtf8 *from = &utf8_cache.at[i];
        if (!from->s || from->s == NO_STR)
            continue;
        size_t at = address_slot(from->s, cap);
        while (fresh[at].s)
            at = (at + 1) & (cap - 1);
        fresh[at] = *from;
    }
    free(utf8_cache.at);
    utf8_cache.at = fresh;
    utf8_cache.cap = cap;
    utf8_cache.filled = utf8_cache.used;
    return true;
}

static char *encode_wtf8(const Str *s, size_t *len)
{
    size_t size = 0;
    for (uint64_t i = 0; i < s->len; i++)
        size += (size_t)utf8_size(str_char(s, i));
    char *text = malloc(size + 1);
    if (!text)
        return raise_memory_null();
    char *at = text;
    for (uint64_t i = 0; i < s->len; i++)
        at += utf8_encode(str_char(s, i), at);
    *at = 0;
    *len = size;
    return text;
}

const char *str_utf8_peek(Value v, size_t *len)
{
    Str *s = as_str(v);
    size_t ignored;
    if (!len)
        len = &ignored;
    if (s->ascii) {
        *len = s->len;
        return (const char *)s->u.c1;
    }
    if (s->has_utf8) {
        CachedUtf8 *known = cached_find(s);
        *len = known->len;
        return known->text;
    }
    if ((utf8_cache.filled + 1) * 2 > utf8_cache.cap && !cached_grow())
        return NULL;
    char *text = encode_wtf8(s, len);
    if (!text)
        return NULL;
    if (!heap_account((int64_t)*len + 1)) {
        free(text);
        return raise_memory_null();
    }
    size_t at = address_slot(s, utf8_cache.cap);
    while (utf8_cache.at[at].s && utf8_cache.at[at].s != NO_STR)
        at = (at + 1) & (utf8_cache.cap - 1);
    utf8_cache.filled += utf8_cache.at[at].s == NULL;
    utf8_cache.used++;
    utf8_cache.at[at] = (CachedUtf8){ s, text, *len };
    s->has_utf8 = 1;
    return text;
}

void (*str_surrogate_hook)(Value s, uint64_t position);

char *str_utf8(Value v, size_t *len)
{
    const Str *s = as_str(v);
    for (uint64_t i = 0; s->width > 1 && i < s->len; i++) {
        uint32_t c = str_char(s, i);
        if (c >= 0xD800 && c <= 0xDFFF) {
            if (str_surrogate_hook)
                str_surrogate_hook(v, i);
            else
                error_set(ValueError, "surrogates not allowed");
            return NULL;
        }
    }
    size_t size;
    const char *text = NULL;
    char *copy;
    if (s->ascii) {
        text = (const char *)s->u.c1;
        size = s->len;
        copy = malloc(size + 1);
        if (!copy)
            return raise_memory_null();
        memcpy(copy, text, size + 1);
    } else {
        copy = encode_wtf8(s, &size);
    }
    if (copy && len)
        *len = size;
    return copy;
}

/* At death: leave the side tables. */
static void dispose(Object *o)
{
    Str *s = (Str *)o;
    if (o->birth & STR_INTERNED)
        intern_remove(s);
    if (s->has_utf8) {
        CachedUtf8 *known = cached_find(s);
        bool fits = heap_account(-((int64_t)known->len + 1));
        assert(fits);
        (void)fits;
        free(known->text);
        *known = (CachedUtf8){ NO_STR, NULL, 0 };
        utf8_cache.used--;
    }
}
