/* names.c -- open addressing, keyed by bytes. */
#include "interp/syntax/names.h"

#include <string.h>
#include <utf8proc.h>

#include "interp/base/utf8.h"

static uint32_t hash_bytes(const char *bytes, size_t len)
{
    uint64_t h = len * 0x9E3779B97F4A7C15u;
    while (len > 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        h = (h ^ word) * 0xD6E8FEB86659FD93u;
        h ^= h >> 32;
        bytes += 8;
        len -= 8;
    }
    uint64_t word = 0;
    memcpy(&word, bytes, 8);                    /* may read the padding; what is beyond `len` is shifted out */
    if (len < 8)
        word = len ? word << (64 - 8 * len) : 0;
    h = (h ^ word) * 0xD6E8FEB86659FD93u;
    h ^= h >> 32;
    h *= 0xD6E8FEB86659FD93u;
    return (uint32_t)(h >> 32);
}

bool names_table_init(Names *names, Arena *arena, uint32_t guess)
{
    uint32_t size = 128;
    while (size < guess * 2 && size < 1u << 20)
        size *= 2;
    names->arena = arena;
    names->n = 0;
    names->mask = size - 1;
    names->slots = arena_alloc(arena, size * sizeof(NameSlot));
    if (names->slots)
        memset(names->slots, 0, size * sizeof(NameSlot));
    return names->slots != NULL;
}

static bool grow(Names *names)
{
    NameSlot *old = names->slots;
    uint32_t old_size = names->mask + 1;
    uint32_t n = names->n;
    if (!names_table_init(names, names->arena, old_size)) {
        names->slots = old;
        names->mask = old_size - 1;
        names->n = n;
        return false;
    }
    names->n = n;
    for (uint32_t i = 0; i < old_size; i++) {
        if (!old[i].text)
            continue;
        uint32_t at = old[i].text->hash & names->mask;
        while (names->slots[at].text)
            at = (at + 1) & names->mask;
        names->slots[at] = old[i];
    }
    return true;
}

const NameSlot *names_slot(Names *names, const char *bytes, size_t len, uint8_t token)
{
    uint32_t hash = hash_bytes(bytes, len);
    uint32_t at = hash & names->mask;
    for (; names->slots[at].text; at = (at + 1) & names->mask) {
        const Text *text = names->slots[at].text;
        if (text->hash == hash && text->len == len && memcmp(text->at, bytes, len) == 0)
            return &names->slots[at];
    }
    if (names->n * 2 > names->mask) {
        if (names->mask >= (1u << 28) || !grow(names))
            return NULL;
        at = hash & names->mask;
        while (names->slots[at].text)
            at = (at + 1) & names->mask;
    }
    Text *text = ast_text(names->arena, bytes, len);
    if (!text)
        return NULL;
    text->hash = hash;
    names->slots[at] = (NameSlot){ text, token };
    names->n++;
    return &names->slots[at];
}

const Text *names_add(Names *names, const char *string, uint8_t token)
{
    char padded[64] = { 0 };
    size_t len = strlen(string);
    const char *bytes = string;
    if (len + 8 <= sizeof padded) {
        memcpy(padded, string, len);
        bytes = padded;
    } else {
        char *copy = arena_alloc(names->arena, len + 8);
        if (!copy)
            return NULL;
        memcpy(copy, string, len);
        memset(copy + len, 0, 8);
        bytes = copy;
    }
    const NameSlot *slot = names_slot(names, bytes, len, token);
    return slot ? slot->text : NULL;
}

char *names_normalise(Names *names, const char *bytes, size_t len, size_t *new_len)
{
    /* NFKC multiplies the length of one character by 11 at most (UTF-8, Unicode Annex 15) */
    size_t room = len * 4 + 64;
    utf8proc_int32_t *codes = arena_alloc(names->arena, room * sizeof *codes);
    if (!codes)
        return NULL;
    utf8proc_ssize_t n = utf8proc_decompose((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)len, codes,
                                            (utf8proc_ssize_t)room, UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_STABLE);
    if (n < 0)
        return NULL;
    if ((size_t)n > room) {
        room = (size_t)n;
        codes = arena_alloc(names->arena, (room + 1) * sizeof *codes);
        if (!codes)
            return NULL;
        n = utf8proc_decompose((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)len, codes,
                               (utf8proc_ssize_t)room, UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_STABLE);
        if (n < 0)
            return NULL;
    }
    n = utf8proc_normalize_utf32(codes, n, UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_STABLE);
    if (n < 0)
        return NULL;
    char *out = arena_alloc(names->arena, (size_t)n * 4 + 16);
    if (!out)
        return NULL;
    size_t at = 0;
    for (utf8proc_ssize_t i = 0; i < n; i++)
        at += (size_t)utf8_encode((uint32_t)codes[i], out + at);
    memset(out + at, 0, 8);
    *new_len = at;
    return out;
}

/* What NFKC would change out of the identifier class: XID_* = ID_* without these (Unicode Annex 31, 5.1.1). */
static bool not_xid(uint32_t c)
{
    return c == 0x037A || c == 0x309B || c == 0x309C || (c >= 0xFC5E && c <= 0xFC63) || c == 0xFDFA || c == 0xFDFB
        || (c >= 0xFE70 && c <= 0xFE7E && !(c & 1)) || c == 0x2E2F;
}

bool names_starts(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (not_xid(c) || c == 0x0E33 || c == 0x0EB3 || c == 0xFF9E || c == 0xFF9F)
        return false;
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL: case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM: case UTF8PROC_CATEGORY_LO: case UTF8PROC_CATEGORY_NL:
        return true;
    default:
        return c == 0x1885 || c == 0x1886 || c == 0x2118 || c == 0x212E;
    }
}

bool names_continues(uint32_t c)
{
    if (names_starts(c) || (c >= '0' && c <= '9'))
        return true;
    if (c < 0x80 || not_xid(c))
        return false;
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_MN: case UTF8PROC_CATEGORY_MC: case UTF8PROC_CATEGORY_ND: case UTF8PROC_CATEGORY_PC:
        return true;
    default:
        return c == 0x0E33 || c == 0x0EB3 || c == 0xFF9E || c == 0xFF9F || c == 0x00B7 || c == 0x0387
            || (c >= 0x1369 && c <= 0x1371) || c == 0x19DA;
    }
}

bool names_printable(uint32_t c)
{
    if (c < 0x7F)
        return c >= ' ';
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_CC: case UTF8PROC_CATEGORY_CF: case UTF8PROC_CATEGORY_CS: case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN: case UTF8PROC_CATEGORY_ZL: case UTF8PROC_CATEGORY_ZP: case UTF8PROC_CATEGORY_ZS:
        return false;
    default:
        return true;
    }
}
