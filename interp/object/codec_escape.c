/* codec_escape.c -- unicode_escape, raw_unicode_escape, and the escapes of bytes literals. */
#include "interp/base/hex.h"
#include "interp/object/protocol.h"
#include "interp/object/bytes.h"
#include "interp/object/codec_error.h"

#include <stdio.h>

Value encode_unicode_escape(Value v)
{
    const Str *s = as_str(v);
    Buf out = { 0 };
    for (uint64_t i = 0; i < s->len; i++) {
        uint32_t c = str_char(s, i);
        if (!POLL_EACH(i, 1 << 14)) {
            buf_free(&out);
            return ERROR;
        }
        if (c == '\t' || c == '\n' || c == '\r' || c == '\\') {
            buf_char(&out, '\\');
            buf_char(&out, c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : '\\');
        } else if (c >= 32 && c < 127) {
            buf_char(&out, (char)c);
        } else {
            buf_printf(&out, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
        }
    }
    Value result = out.failed ? raise_memory() : bytes_new(out.at, out.len);
    buf_free(&out);
    return result;
}

Value encode_raw_unicode_escape(Value v)
{
    const Str *s = as_str(v);
    Buf out = { 0 };
    for (uint64_t i = 0; i < s->len; i++) {
        uint32_t c = str_char(s, i);
        if (!POLL_EACH(i, 1 << 14)) {
            buf_free(&out);
            return ERROR;
        }
        if (c < 0x100)
            buf_char(&out, (char)c);
        else
            buf_printf(&out, c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
    }
    Value result = out.failed ? raise_memory() : bytes_new(out.at, out.len);
    buf_free(&out);
    return result;
}

/* Up to `count` hex digits at *at; how many were there. */
static int read_hex(const Decoder *d, size_t *at, int count, uint32_t *code)
{
    assert(count <= 8 && *at <= d->n);
    int n = 0;
    *code = 0;
    while (n < count && *at < d->n && hex_digit(d->data[*at]) >= 0) {
        *code = *code << 4 | (uint32_t)hex_digit(d->data[(*at)++]);
        n++;
    }
    return n;
}

static const char *truncated(int count)
{
    assert(count == 2 || count == 4 || count == 8);
    return count == 2 ? "truncated \\xXX escape" : count == 4 ? "truncated \\uXXXX escape" : "truncated \\UXXXXXXXX escape";
}

/* \N{name} with *at behind the N. NULL: written; else the complaint, *at where the bad part ends. */
static const char *read_name(Decoder *d, size_t *at, bool *ok)
{
    assert(*at > 0 && d->data[*at - 1] == 'N');
    if (*at < d->n && d->data[*at] == '{') {
        size_t start = ++*at;
        while (*at < d->n && d->data[*at] != '}')
            ++*at;
        if (*at < d->n && *at > start) {
            size_t len = *at - start;
            ++*at;
            int32_t c = unicode_name_hook ? unicode_name_hook((const char *)d->data + start, len) : -1;
            if (c < 0)
                return "unknown Unicode character name";
            *ok = str_builder_char(&d->out, (uint32_t)c);
            return NULL;
        }
        if (*at < d->n)
            ++*at;
    }
    return "malformed \\N character escape";
}

/* DeprecationWarning for the first escape that means nothing: its character, or the number of a too large octal one; negative: there was none. */
static bool invalid_escape(int first)
{
    if (first < 0 || !warn_hook)
        return true;
    char text[64];
    snprintf(text, sizeof text, first > 255 ? "invalid octal escape sequence '\\%o'" : "invalid escape sequence '\\%c'", (unsigned)first);
    return warn_hook(text);
}

/* One escape: *at is behind the backslash. ABSENT: the input ends inside and more may come. */
static Found unescape(Decoder *d, size_t start, size_t *at, bool partial, int *invalid)
{
    assert(start < *at && d->data[start] == '\\' && !error_pending());
    static const char from[] = "\\'\"bftnrva", to[] = "\\'\"\b\f\t\n\r\v\a";
    bool ok = true;
    uint32_t code = 0;
    if (*at >= d->n) {
        if (partial)
            return ABSENT;
        return decode_error(d, start, d->n, "\\ at end of string", at) ? FOUND : FAILED;
    }
    uint8_t c = d->data[(*at)++];
    const char *simple = c ? strchr(from, c) : NULL;
    if (simple)
        return str_builder_char(&d->out, (uint8_t)to[simple - from]) ? FOUND : FAILED;
    if (c == '\n')
        return FOUND;
    if (c >= '0' && c <= '7') {
        code = c - '0';
        for (int n = 1; n < 3 && *at < d->n && d->data[*at] >= '0' && d->data[*at] <= '7'; n++)
            code = code * 8 + (d->data[(*at)++] - '0');
        if (partial && *at == d->n && *at - start < 4)
            return ABSENT;
        if (code > 255 && *invalid < 0)
            *invalid = (int)code;
        return str_builder_char(&d->out, code) ? FOUND : FAILED;
    }
    if (c == 'x' || c == 'u' || c == 'U') {
        int count = c == 'x' ? 2 : c == 'u' ? 4 : 8;
        if (read_hex(d, at, count, &code) < count) {
            if (partial && *at == d->n)
                return ABSENT;
            return decode_error(d, start, *at, truncated(count), at) ? FOUND : FAILED;
        }
        if (code > 0x10ffff)
            return decode_error(d, start, *at, "illegal Unicode character", at) ? FOUND : FAILED;
        return str_builder_char(&d->out, code) ? FOUND : FAILED;
    }
    if (c == 'N') {
        if (partial && !memchr(d->data + *at, '}', d->n - *at) && (*at == d->n || d->data[*at] == '{'))
            return ABSENT;
        const char *problem = read_name(d, at, &ok);
        if (problem)
            ok = decode_error(d, start, *at, problem, at);
        return ok ? FOUND : FAILED;
    }
    if (*invalid < 0)
        *invalid = c;
    return str_builder_char(&d->out, '\\') && str_builder_char(&d->out, c) ? FOUND : FAILED;
}

Value decode_unicode_escape(const uint8_t *data, size_t n, const char *errors, size_t *used)
{
    Decoder d = decoder("unicodeescape", data, n, errors);
    bool ok = true;
    size_t at = 0;
    int invalid = -1;
    while (ok && at < d.n) {
        size_t start = at;
        if (d.data[at++] != '\\') {
            ok = str_builder_char(&d.out, d.data[start]);
            continue;
        }
        Found found = unescape(&d, start, &at, used != NULL, &invalid);
        if (found == ABSENT) {
            at = start;
            break;
        }
        ok = found == FOUND;
    }
    assert(!ok || at <= d.n);
    if (used)
        *used = at;
    ok = ok && invalid_escape(invalid);
    return decoder_finish(&d, ok);
}

Value decode_raw_unicode_escape(const uint8_t *data, size_t n, const char *errors, size_t *used)
{
    Decoder d = decoder("rawunicodeescape", data, n, errors);
    bool ok = true;
    size_t at = 0;
    while (ok && at < d.n) {
        size_t start = at;
        uint8_t c = d.data[at++];
        if (c != '\\') {
            ok = str_builder_char(&d.out, c);
            continue;
        }
        if (at >= d.n && used) {
            at = start;
            break;
        }
        uint8_t kind = at < d.n ? d.data[at] : 0;
        if (kind != 'u' && kind != 'U') {
            ok = str_builder_char(&d.out, '\\');
            if (ok && kind == '\\') {
                ok = str_builder_char(&d.out, '\\');
                at++;
            }
            continue;
        }
        at++;
        uint32_t code;
        int count = kind == 'u' ? 4 : 8;
        if (read_hex(&d, &at, count, &code) < count) {
            if (used && at == d.n) {
                at = start;
                break;
            }
            ok = decode_error(&d, start, at, truncated(count), &at);
        } else if (code > 0x10ffff) {
            ok = decode_error(&d, start, at, "\\Uxxxxxxxx out of range", &at);
        } else {
            ok = str_builder_char(&d.out, code);
        }
    }
    if (used)
        *used = at;
    return decoder_finish(&d, ok);
}

Value decode_bytes_escape(const uint8_t *data, size_t n, const char *errors)
{
    static const char from[] = "\\'\"bftnrva", to[] = "\\'\"\b\f\t\n\r\v\a";
    Buf out = { 0 };
    Handler handler = handler_of(errors);
    Value result = UNBOUND;
    int invalid = -1;
    for (size_t at = 0; at < n && is_unbound(result);) {
        uint8_t c = data[at++];
        if (!POLL_EACH(at, 1 << 16)) {
            result = ERROR;
            break;
        }
        if (c != '\\') {
            buf_char(&out, (char)c);
            continue;
        }
        if (at >= n) {
            result = raise(ValueError, "Trailing \\ in string");
            break;
        }
        c = data[at++];
        const char *simple = c ? strchr(from, c) : NULL;
        if (simple) {
            buf_char(&out, to[simple - from]);
        } else if (c >= '0' && c <= '7') {
            unsigned code = c - '0';
            for (int k = 1; k < 3 && at < n && data[at] >= '0' && data[at] <= '7'; k++)
                code = code * 8 + (unsigned)(data[at++] - '0');
            if (code > 255 && invalid < 0)
                invalid = (int)code;
            buf_char(&out, (char)code);
        } else if (c == 'x') {
            if (at + 1 < n && hex_digit(data[at]) >= 0 && hex_digit(data[at + 1]) >= 0) {
                buf_char(&out, (char)(hex_digit(data[at]) << 4 | hex_digit(data[at + 1])));
                at += 2;
            } else if (handler == H_STRICT) {
                result = raise(ValueError, "invalid \\x escape at position %zu", at - 2);
            } else if (handler == H_REPLACE || handler == H_IGNORE) {
                if (handler == H_REPLACE)
                    buf_char(&out, '?');
                if (at < n && hex_digit(data[at]) >= 0)
                    at++;
            } else {
                result = raise(ValueError, "decoding error; unknown error handling code: %.400s", errors);
            }
        } else if (c != '\n') {
            if (invalid < 0)
                invalid = c;
            buf_char(&out, '\\');
            buf_char(&out, (char)c);
        }
    }
    if (is_unbound(result) && !invalid_escape(invalid))
        result = ERROR;
    if (is_unbound(result))
        result = out.failed ? raise_memory() : bytes_new(out.at, out.len);
    buf_free(&out);
    return result;
}
