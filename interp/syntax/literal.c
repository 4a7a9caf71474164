/* literal.c -- escapes.  Source: language reference, "String and Bytes literals"; messages as CPython 3.11's. */
#include "interp/syntax/literal.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "interp/base/hex.h"
#include "interp/base/unicode_names.h"
#include "interp/base/utf8.h"

Literal literal_split(const char *text, size_t len)
{
    Literal l = { 0 };
    size_t i = 0;
    for (; text[i] != '\'' && text[i] != '"'; i++) {
        char c = text[i] | 32;
        l.bytes |= c == 'b';
        l.raw |= c == 'r';
        l.unicode |= text[i] == 'u';      /* of U nothing is remembered */
        l.format |= c == 'f';
    }
    if (l.format)
        return l;
    bool triple = len - i >= 6 && text[i + 1] == text[i] && text[i + 2] == text[i];
    size_t quotes = triple ? 3 : 1;
    l.body = text + i + quotes;
    l.len = len - i - 2 * quotes;
    return l;
}

char *builder_room(Parser *p, TextBuilder *b, size_t more)
{
    if (more > b->cap - b->len) {
        size_t cap = b->cap * 2 > b->len + more ? b->cap * 2 : b->len + more;
        char *grown = parser_alloc(p, cap);
        if (b->len)
            memcpy(grown, b->at, b->len);
        b->at = grown;
        b->cap = cap;
    }
    return b->at + b->len;
}

Text *builder_text(Parser *p, const TextBuilder *b)
{
    Text *text = ast_text(p->arena, b->at, b->len);
    if (!text)
        fail_memory(p);
    return text;
}

static void warn_escape(Parser *p, const Literal *l, const Token *token, const char *backslash, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Where CPython sees the literal: the line of its token. */
static void warn_escape(Parser *p, const Literal *l, const Token *token, const char *backslash, const char *format, ...)
{
    char message[80];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    (void)l;
    (void)backslash;
    parser_warn(p, SYNTAX_DEPRECATION_WARNING, token->lineno, token->col, "%s", message);
}

/* The position CPython's codec would give: it decodes a copy in which each character beyond ASCII is ten bytes long. */
static size_t codec_position(const Literal *l, const char *at)
{
    size_t position = 0;
    for (const char *s = l->body; s < at; ) {
        if (!(*s & 0x80)) {
            position++;
            s++;
            continue;
        }
        utf8_decode(&s, l->body + l->len);
        position += 10;
    }
    return position;
}

NORETURN static void bad_escape(Parser *p, const Literal *l, const char *backslash, const char *end, const char *reason)
{
    size_t from = codec_position(l, backslash), to = codec_position(l, end);
    assert(to > from);
    if (to - from == 1)
        raise_now(p, "(unicode error) 'unicodeescape' codec can't decode byte 0x5c in position %zu: %s", from, reason);
    raise_now(p, "(unicode error) 'unicodeescape' codec can't decode bytes in position %zu-%zu: %s", from, to - 1, reason);
}

static const char *hex_escape(Parser *p, const Literal *l, const char *backslash, const char *s, const char *end,
                              int digits, uint32_t *code)
{
    static const char *const reasons[] = { [2] = "truncated \\xXX escape", [4] = "truncated \\uXXXX escape",
                                           [8] = "truncated \\UXXXXXXXX escape" };
    uint64_t value = 0;
    for (int i = 0; i < digits; i++, s++) {
        if (s == end || hex_digit((uint8_t)*s) < 0)
            bad_escape(p, l, backslash, s, reasons[digits]);
        value = value << 4 | (uint64_t)hex_digit((uint8_t)*s);
    }
    if (value > 0x10FFFF)
        bad_escape(p, l, backslash, s, "illegal Unicode character");
    *code = (uint32_t)value;
    return s;
}

static const char *name_escape(Parser *p, const Literal *l, const char *backslash, const char *s, const char *end,
                               uint32_t *code)
{
    if (s == end || *s != '{')
        bad_escape(p, l, backslash, s, "malformed \\N character escape");
    const char *name = s + 1, *close = memchr(name, '}', (size_t)(end - name));
    if (!close || close == name)
        bad_escape(p, l, backslash, close ? close + 1 : end, "malformed \\N character escape");
    int32_t found = unicode_lookup_name(name, (size_t)(close - name));
    if (found < 0)
        bad_escape(p, l, backslash, close + 1, "unknown Unicode character name");
    *code = (uint32_t)found;
    return close + 1;
}

/* The value of the simple escape \c; -1 if there is none. */
static int simple_escape(char c)
{
    switch (c) {
    case '\\': case '\'': case '"': return c;
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    default: return -1;
    }
}

static const char *octal_escape(Parser *p, const Literal *l, const Token *token, const char *s, const char *end,
                                uint32_t *code)
{
    const char *start = s;
    uint32_t value = 0;
    for (int i = 0; i < 3 && s < end && *s >= '0' && *s <= '7'; i++)
        value = value << 3 | (uint32_t)(*s++ - '0');
    if (value > 0377)
        warn_escape(p, l, token, start - 1, "invalid octal escape sequence '\\%.3s'", start);
    *code = value;
    return s;
}

/* `s` is behind a backslash; what the escape stands for is appended. */
static const char *escape(Parser *p, const Literal *l, const Token *token, const char *s, const char *end,
                          TextBuilder *out)
{
    const char *backslash = s - 1;
    if (s == end)
        bad_escape(p, l, backslash, s, "\\ at end of string");
    char c = *s++;
    uint32_t code;
    int simple = simple_escape(c);
    if (simple >= 0) {
        out->at[out->len++] = (char)simple;
        return s;
    }
    if (c == '\n')
        return s;
    if (c >= '0' && c <= '7') {
        s = octal_escape(p, l, token, s - 1, end, &code);
    } else if (c == 'x' && l->bytes) {
        if (end - s < 2 || hex_digit((uint8_t)s[0]) < 0 || hex_digit((uint8_t)s[1]) < 0)
            raise_now(p, "(value error) invalid \\x escape at position %zu", (size_t)(backslash - l->body));
        code = (uint32_t)(hex_digit((uint8_t)s[0]) << 4 | hex_digit((uint8_t)s[1]));
        s += 2;
    } else if (c == 'x') {
        s = hex_escape(p, l, backslash, s, end, 2, &code);
    } else if ((c == 'u' || c == 'U') && !l->bytes) {
        s = hex_escape(p, l, backslash, s, end, c == 'u' ? 4 : 8, &code);
    } else if (c == 'N' && !l->bytes) {
        s = name_escape(p, l, backslash, s, end, &code);
    } else {
        if (c & 0x80) {
            s--;
            const char *wide = s;
            utf8_decode(&wide, end);
            warn_escape(p, l, token, backslash, "invalid escape sequence '\\%.*s'", (int)(wide - s), s);
        } else {
            s--;
            warn_escape(p, l, token, backslash, "invalid escape sequence '\\%c'", c);
        }
        out->at[out->len++] = '\\';
        return s;
    }
    if (l->bytes)
        out->at[out->len++] = (char)code;
    else
        out->len += (size_t)utf8_encode(code, out->at + out->len);
    return s;
}

void literal_decode(Parser *p, const Literal *l, const Token *token, TextBuilder *out)
{
    const char *s = l->body, *end = s + l->len;
    if (l->bytes && utf8_ascii(s, l->len) != l->len)
        raise_now(p, "bytes can only contain ASCII literal characters");
    if (p->bad_utf8) {
        size_t bad = utf8_valid(s, l->len);
        if (bad != l->len)
            raise_now(p, "(unicode error) 'utf-8' codec can't decode byte 0x%02x in position %zu: %s",
                      (unsigned char)s[bad], bad, utf8_reason(s, l->len, bad));
    }
    builder_room(p, out, l->len + 8);           /* no escape is shorter than what it stands for */
    if (l->raw) {
        memcpy(out->at + out->len, s, l->len);
        out->len += l->len;
        return;
    }
    while (s < end) {
        const char *backslash = memchr(s, '\\', (size_t)(end - s));
        size_t plain = (size_t)((backslash ? backslash : end) - s);
        memcpy(out->at + out->len, s, plain);
        out->len += plain;
        if (!backslash)
            break;
        s = escape(p, l, token, backslash + 1, end, out);
    }
}
