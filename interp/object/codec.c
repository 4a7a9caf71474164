/* codec.c -- choosing the encoding; UTF-8, latin-1, ASCII and charmap. UTF-16/32/7 and the escape codecs are in codec_wide.c and codec_escape.c. */
#include "interp/object/codec.h"

#include "interp/base/utf8.h"
#include "interp/object/bytes.h"
#include "interp/object/codec_error.h"
#include "interp/object/dict.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"

Value (*codec_encode_hook)(Value s, const char *encoding, const char *errors);
Value (*codec_decode_hook)(Value bytes, const char *encoding, const char *errors);

/* --- names ---------------------------------------------------------------------------------------------------------------- */
typedef enum Known { UNKNOWN, UTF8, UTF8_SIG, LATIN1, ASCII, UTF16, UTF16_LE, UTF16_BE, UTF32, UTF32_LE, UTF32_BE } Known;

/* Lower case, runs of anything but letters, digits and dots as one underscore. */
static void normalise(const char *name, char *out, size_t size)
{
    assert(size > 2);
    size_t n = 0;
    bool gap = false;
    for (; *name && n + 2 < size; name++) {
        char c = *name >= 'A' && *name <= 'Z' ? (char)(*name + 32) : *name;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.') {
            if (gap && n)
                out[n++] = '_';
            gap = false;
            out[n++] = c;
        } else {
            gap = true;
        }
    }
    out[n] = 0;
}

static Known known(const char *encoding)
{
    static const struct { const char *name; Known which; } names[] = {
        { "utf_8", UTF8 }, { "utf8", UTF8 }, { "u8", UTF8 }, { "latin_1", LATIN1 }, { "latin1", LATIN1 }, { "iso_8859_1", LATIN1 },
        { "iso8859_1", LATIN1 }, { "8859", LATIN1 }, { "l1", LATIN1 }, { "ascii", ASCII }, { "us_ascii", ASCII }, { "646", ASCII },
        { "utf_8_sig", UTF8_SIG }, { "utf_16", UTF16 }, { "utf16", UTF16 }, { "utf_16_le", UTF16_LE }, { "utf_16le", UTF16_LE },
        { "utf_16_be", UTF16_BE }, { "utf_16be", UTF16_BE }, { "utf_32", UTF32 }, { "utf32", UTF32 }, { "utf_32_le", UTF32_LE },
        { "utf_32le", UTF32_LE }, { "utf_32_be", UTF32_BE }, { "utf_32be", UTF32_BE },
    };
    char plain[32];
    if (!encoding || strcmp(encoding, "utf-8") == 0)
        return UTF8;
    if (strcmp(encoding, "ascii") == 0)
        return ASCII;
    if (strcmp(encoding, "latin-1") == 0)
        return LATIN1;
    normalise(encoding, plain, sizeof plain);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].name, plain) == 0)
            return names[i].which;
    return UNKNOWN;
}

static Value encode_utf8_sig(Value s, const char *errors)
{
    own Value body = encode_utf8(s, errors);
    own Value mark = is_error(body) ? ERROR : bytes_new("\xef\xbb\xbf", 3);
    return is_error(mark) ? ERROR : bytes_concat(mark, body);
}

Value codec_encode(Value s, const char *encoding, const char *errors)
{
    assert(str_check(s));
    switch (known(encoding)) {
    case UTF8: return encode_utf8(s, errors);
    case UTF8_SIG: return encode_utf8_sig(s, errors);
    case LATIN1: return encode_latin1(s, errors);
    case ASCII: return encode_ascii(s, errors);
    case UTF16: return encode_utf16(s, errors, ENDIAN_NATIVE);
    case UTF16_LE: return encode_utf16(s, errors, ENDIAN_LITTLE);
    case UTF16_BE: return encode_utf16(s, errors, ENDIAN_BIG);
    case UTF32: return encode_utf32(s, errors, ENDIAN_NATIVE);
    case UTF32_LE: return encode_utf32(s, errors, ENDIAN_LITTLE);
    case UTF32_BE: return encode_utf32(s, errors, ENDIAN_BIG);
    case UNKNOWN: break;
    }
    return codec_encode_hook ? codec_encode_hook(s, encoding, errors) : raise(LookupError, "unknown encoding: %s", encoding);
}

Value codec_decode(const uint8_t *data, size_t n, const char *encoding, const char *errors)
{
    assert(data || n == 0);
    Endian endian = ENDIAN_NATIVE;
    switch (known(encoding)) {
    case UTF8: return decode_utf8(data, n, errors, NULL);
    case UTF8_SIG: {
        bool marked = n >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0;
        return decode_utf8(data + 3 * marked, n - 3 * marked, errors, NULL);
    }
    case LATIN1: return decode_latin1(data, n);
    case ASCII: return decode_ascii(data, n, errors);
    case UTF16: return decode_utf16(data, n, errors, &endian, NULL);
    case UTF16_LE: endian = ENDIAN_LITTLE; return decode_utf16(data, n, errors, &endian, NULL);
    case UTF16_BE: endian = ENDIAN_BIG; return decode_utf16(data, n, errors, &endian, NULL);
    case UTF32: return decode_utf32(data, n, errors, &endian, NULL);
    case UTF32_LE: endian = ENDIAN_LITTLE; return decode_utf32(data, n, errors, &endian, NULL);
    case UTF32_BE: endian = ENDIAN_BIG; return decode_utf32(data, n, errors, &endian, NULL);
    case UNKNOWN: break;
    }
    if (!codec_decode_hook)
        return raise(LookupError, "unknown encoding: %s", encoding);
    own Value bytes = bytes_new(data, n);
    return is_error(bytes) ? ERROR : codec_decode_hook(bytes, encoding, errors);
}

/* --- UTF-8 ------------------------------------------------------------------------------------------------------------------ */
static bool not_surrogate(Encoder *e, uint32_t c) { return c < 0xd800 || c > 0xdfff; }
static bool put_utf8(Encoder *e, uint32_t c) { return buf_utf8(&e->out, c) || raise_memory_false(); }

/* Text of two or four bytes a character; UNBOUND: it has a surrogate. */
static Value encode_utf8_wide(const Str *s)
{
    const unsigned width = s->width;                     /* locals: what is written could be the str itself, for all the compiler knows */
    assert(width == 2 || width == 4);
    const uint64_t len = s->len;
    size_t n = 0;
    for (uint64_t i = 0; i < len; i++) {
        uint32_t c = width == 2 ? s->u.c2[i] : s->u.c4[i];
        if (c >= 0xd800 && c <= 0xdfff)
            return UNBOUND;
        n += 1 + (c >= 0x80) + (c >= 0x800) + (c >= 0x10000);
    }
    Bytes *b = bytes_alloc(n);
    if (!b)
        return ERROR;
    uint8_t *at = b->data;
    for (uint64_t i = 0; i < len; i++) {
        uint32_t c = width == 2 ? s->u.c2[i] : s->u.c4[i];
        if (c < 0x80) {
            *at++ = (uint8_t)c;
            continue;
        }
        if (c < 0x800) {
            *at++ = (uint8_t)(0xc0 | c >> 6);
        } else {
            if (c < 0x10000) {
                *at++ = (uint8_t)(0xe0 | c >> 12);
            } else {
                *at++ = (uint8_t)(0xf0 | c >> 18);
                *at++ = (uint8_t)(0x80 | (c >> 12 & 63));
            }
            *at++ = (uint8_t)(0x80 | (c >> 6 & 63));
        }
        *at++ = (uint8_t)(0x80 | (c & 63));
    }
    assert(at == b->data + n);
    return obj_value(b);
}

Value encode_utf8(Value v, const char *errors)
{
    const Str *s = as_str(v);
    if (s->ascii)
        return bytes_new(s->u.c1, s->len);
    Encoder e = { .name = "utf-8", .errors = errors, .reason = "surrogates not allowed", .text = v, .handler = handler_of(errors),
                  .unit = 1, .can = not_surrogate, .put = put_utf8, .put_surrogate = put_utf8 };
    if (s->width == 1) {
        size_t n = 0;
        for (uint64_t i = 0; i < s->len; i++)
            n += 1 + (s->u.c1[i] >> 7);
        Bytes *b = bytes_alloc(n);
        if (!b)
            return ERROR;
        uint8_t *at = b->data;
        for (uint64_t i = 0; i < s->len; i++) {
            uint8_t c = s->u.c1[i];
            if (c < 128) {
                *at++ = c;
            } else {
                *at++ = (uint8_t)(0xc0 | c >> 6);
                *at++ = (uint8_t)(0x80 | (c & 63));
            }
        }
        assert(at == b->data + n);
        return obj_value(b);
    }
    Value quick = encode_utf8_wide(s);
    return is_unbound(quick) ? encoder_run(&e) : quick;
}

/* The length of the longest valid beginning of a sequence at p, 0 if its first byte is bad; *need: bytes of the whole one. */
static int valid_prefix(const uint8_t *p, size_t left, int *need)
{
    assert(left > 0);
    uint8_t first = p[0];
    *need = first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
    if (*need == 0)
        return 0;
    for (int i = 1; i < *need; i++) {
        if ((size_t)i >= left)
            return i;
        uint8_t low = 0x80, high = 0xbf;
        if (i == 1) {
            low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
            high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        }
        if (p[i] < low || p[i] > high)
            return i;
    }
    return *need;
}

/* What is wrong at `at`. Returns false: a truncated tail that `used` lets wait. */
static bool utf8_problem(Decoder *d, size_t at, bool partial, size_t *stop, const char **reason)
{
    assert(at < d->n);
    int need, good = valid_prefix(d->data + at, d->n - at, &need);
    if (partial && d->n - at == 2 && d->data[at] == 0xed && (d->data[at + 1] & 0xe0) == 0xa0)
        return false;                            /* maybe the beginning of a surrogate */
    if (good == 0) {
        *stop = at + 1;
        *reason = "invalid start byte";
    } else if (at + (size_t)good == d->n) {
        if (partial)
            return false;
        *stop = d->n;
        *reason = "unexpected end of data";
    } else {
        *stop = at + (size_t)good;
        *reason = "invalid continuation byte";
    }
    return true;
}

Value decode_utf8(const uint8_t *data, size_t n, const char *errors, size_t *used)
{
    if (used)
        *used = n;
    if (n > 1 && utf8_ascii((const char *)data, n) == n) {
        Str *s = str_alloc(n, 1, true);
        if (!s)
            return ERROR;
        memcpy(s->u.c1, data, n);
        return obj_value(s);
    }
    if (utf8_valid((const char *)data, n) == n)
        return str_from_valid_utf8((const char *)data, n);
    Decoder d = decoder("utf-8", data, n, errors);
    d.surrogate_unit = 1;
    bool ok = true;
    for (size_t at = 0; ok;) {
        size_t run = utf8_valid((const char *)d.data + at, d.n - at), stop;
        const char *reason;
        ok = poll_interrupt() && str_builder_utf8(&d.out, (const char *)d.data + at, run);
        at += run;
        assert(at <= d.n);
        if (!ok || at == d.n)
            break;
        if (!utf8_problem(&d, at, used != NULL, &stop, &reason)) {
            *used = at;
            break;
        }
        ok = decode_error(&d, at, stop, reason, &at);
    }
    return decoder_finish(&d, ok);
}

/* --- latin-1, ASCII ------------------------------------------------------------------------------------------------------------ */
static bool below_256(Encoder *e, uint32_t c) { return c < 256; }
static bool below_128(Encoder *e, uint32_t c) { return c < 128; }
static bool put_byte(Encoder *e, uint32_t c) { return buf_char(&e->out, (char)c) || raise_memory_false(); }

Value encode_latin1(Value v, const char *errors)
{
    const Str *s = as_str(v);
    if (s->width == 1)
        return bytes_new(s->u.c1, s->len);
    Encoder e = { .name = "latin-1", .errors = errors, .reason = "ordinal not in range(256)", .text = v, .handler = handler_of(errors),
                  .unit = 1, .can = below_256, .put = put_byte };
    return encoder_run(&e);
}

Value encode_ascii(Value v, const char *errors)
{
    const Str *s = as_str(v);
    if (s->ascii)
        return bytes_new(s->u.c1, s->len);
    Encoder e = { .name = "ascii", .errors = errors, .reason = "ordinal not in range(128)", .text = v, .handler = handler_of(errors),
                  .unit = 1, .can = below_128, .put = put_byte };
    return encoder_run(&e);
}

Value decode_latin1(const uint8_t *data, size_t n) { return str_from_latin1(data, n); }

Value decode_ascii(const uint8_t *data, size_t n, const char *errors)
{
    if (utf8_ascii((const char *)data, n) == n)
        return str_from_latin1(data, n);
    Decoder d = decoder("ascii", data, n, errors);
    bool ok = true;
    for (size_t at = 0; ok && at < d.n;) {
        size_t run = utf8_ascii((const char *)d.data + at, d.n - at);
        ok = poll_interrupt() && str_builder_ascii(&d.out, (const char *)d.data + at, run);
        at += run;
        if (ok && at < d.n)
            ok = decode_error(&d, at, at + 1, "ordinal not in range(128)", &at);
    }
    return decoder_finish(&d, ok);
}

/* --- charmap --------------------------------------------------------------------------------------------------------------------- */
/* What a character maps to: owned; UNBOUND: nothing; ERROR. */
static Value mapped(Value mapping, Value key)
{
    Value value = UNBOUND;
    if (is_exact(mapping, &dict_type)) {
        Found found = dict_find(as_dict(mapping), key, &value);
        if (found != FOUND)
            return found == ABSENT ? UNBOUND : ERROR;
    } else {
        value = obj_getitem(mapping, key);
        if (is_error(value) && error_is(LookupError)) {
            error_clear();
            return UNBOUND;
        }
    }
    if (is_none(value))
        return UNBOUND;
    return value;
}

static bool can_map(Encoder *e, uint32_t c)
{
    if (error_pending())
        return true;                             /* stop at once: put fails */
    own Value value = mapped(e->mapping, small_int_value(c));
    return !is_unbound(value);
}

static bool put_mapped(Encoder *e, uint32_t c)
{
    int64_t byte;
    if (error_pending())
        return false;
    own Value value = mapped(e->mapping, small_int_value(c));
    assert(!is_unbound(value));
    if (is_error(value))
        return false;
    if (bytes_check(value))
        return buf_add(&e->out, as_bytes(value)->data, as_bytes(value)->len) || raise_memory_false();
    if (!int_check(value))
        return raise_false(TypeError, "character mapping must return integer, bytes or None, not %.400T", value);
    if (!int_to_i64(value, &byte) || byte < 0 || byte > 255)
        return raise_false(TypeError, "character mapping must be in range(256)");
    return put_byte(e, (uint32_t)byte);
}

Value encode_charmap(Value v, const char *errors, Value mapping)
{
    assert(str_check(v) && !is_unbound(mapping));
    if (is_none(mapping))
        return encode_latin1(v, errors);
    Encoder e = { .name = "charmap", .errors = errors, .reason = "character maps to <undefined>", .text = v, .handler = handler_of(errors),
                  .unit = 1, .can = can_map, .put = put_mapped, .mapping = mapping };
    return encoder_run(&e);
}

/* One byte through the table. FOUND: written; ABSENT: undefined. */
static Found decode_mapped(Decoder *d, Value mapping, uint8_t byte)
{
    if (str_check(mapping)) {
        uint32_t c = byte < str_len(mapping) ? str_char(as_str(mapping), byte) : 0xfffe;
        return c == 0xfffe ? ABSENT : str_builder_char(&d->out, c) ? FOUND : FAILED;
    }
    int64_t c;
    own Value value = mapped(mapping, small_int_value(byte));
    if (is_error(value))
        return FAILED;
    if (is_unbound(value))
        return ABSENT;
    if (str_check(value)) {
        if (str_len(value) == 1 && str_char(as_str(value), 0) == 0xfffe)
            return ABSENT;
        return str_builder_str(&d->out, value) ? FOUND : FAILED;
    }
    if (!int_check(value))
        return raise_failed(TypeError, "character mapping must return integer, None or str");
    if (!int_to_i64(value, &c) || c < 0 || c > 0x10ffff)
        return raise_failed(TypeError, "character mapping must be in range(0x110000)");
    return c == 0xfffe ? ABSENT : str_builder_char(&d->out, (uint32_t)c) ? FOUND : FAILED;
}

Value decode_charmap(const uint8_t *data, size_t n, const char *errors, Value mapping)
{
    assert(data || n == 0);
    if (is_none(mapping))
        return decode_latin1(data, n);
    Decoder d = decoder("charmap", data, n, errors);
    bool ok = true;
    for (size_t at = 0; ok && at < d.n;) {
        Found found = decode_mapped(&d, mapping, d.data[at]);
        if (found == FOUND)
            at++;
        else
            ok = found == ABSENT && decode_error(&d, at, at + 1, "character maps to <undefined>", &at);
    }
    return decoder_finish(&d, ok);
}
