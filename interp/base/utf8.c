/* utf8.c -- Source: Unicode 15, section 3.9, table 3-7; the WTF-8 description by Simon Sapin. */
#include "interp/base/utf8.h"

#include <string.h>

int utf8_encode(uint32_t code, char *out)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xE0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

static inline bool continues(unsigned char byte) { return (byte & 0xC0) == 0x80; }

static int32_t decode(const char **at, const char *end, bool surrogates)
{
    const unsigned char *p = (const unsigned char *)*at;
    size_t left = (size_t)(end - *at);
    unsigned char lead = p[0];
    if (lead < 0x80) {
        *at += 1;
        return lead;
    }
    if (lead >= 0xC2 && lead <= 0xDF && left >= 2 && continues(p[1])) {
        *at += 2;
        return (lead & 0x1F) << 6 | (p[1] & 0x3F);
    }
    if ((lead & 0xF0) == 0xE0 && left >= 3 && continues(p[1]) && continues(p[2])) {
        int32_t code = (lead & 0x0F) << 12 | (p[1] & 0x3F) << 6 | (p[2] & 0x3F);
        if (code >= 0x800 && (surrogates || code < 0xD800 || code > 0xDFFF)) {
            *at += 3;
            return code;
        }
    }
    if (lead >= 0xF0 && lead <= 0xF4 && left >= 4 && continues(p[1]) && continues(p[2]) && continues(p[3])) {
        int32_t code = (lead & 0x07) << 18 | (p[1] & 0x3F) << 12 | (p[2] & 0x3F) << 6 | (p[3] & 0x3F);
        if (code >= 0x10000 && code <= 0x10FFFF) {
            *at += 4;
            return code;
        }
    }
    *at += 1;
    return UTF8_BAD;
}

int32_t utf8_decode(const char **at, const char *end) { return decode(at, end, false); }
int32_t utf8_decode_wtf(const char **at, const char *end) { return decode(at, end, true); }

size_t utf8_ascii(const char *bytes, size_t len)
{
    size_t i = 0;
    for (; i + 8 <= len; i += 8) {
        uint64_t word;
        memcpy(&word, bytes + i, 8);
        if (word & 0x8080808080808080u)
            break;
    }
    while (i < len && !(bytes[i] & 0x80))
        i++;
    return i;
}

size_t utf8_valid(const char *bytes, size_t len)
{
    const char *at = bytes, *end = bytes + len;
    for (;;) {
        at += utf8_ascii(at, (size_t)(end - at));
        if (at == end)
            return len;
        const char *start = at;
        if (decode(&at, end, false) == UTF8_BAD)
            return (size_t)(start - bytes);
    }
}

size_t utf8_count(const char *bytes, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += (bytes[i] & 0xC0) != 0x80;
    return n;
}

size_t utf8_offset(const char *bytes, size_t len, size_t index)
{
    size_t i = 0;
    while (i < len) {
        if ((bytes[i] & 0xC0) != 0x80 && index-- == 0)
            return i;
        i++;
    }
    return len;
}

const char *utf8_reason(const char *bytes, size_t len, size_t bad)
{
    unsigned char byte = (unsigned char)bytes[bad];
    if (byte < 0xC2 || byte > 0xF4)
        return "invalid start byte";
    size_t need = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2, have = 1;
    while (have < need && bad + have < len && ((unsigned char)bytes[bad + have] & 0xC0) == 0x80)
        have++;
    return have < need && bad + have >= len ? "unexpected end of data" : "invalid continuation byte";
}
