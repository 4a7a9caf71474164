/* codec_wide.c -- UTF-16, UTF-32 and UTF-7. */
#include "interp/object/bytes.h"
#include "interp/object/codec_error.h"
#include "interp/object/protocol.h"

static bool not_surrogate(Encoder *e, uint32_t c) { return c < 0xd800 || c > 0xdfff; }

static bool put_unit(Encoder *e, uint32_t unit, int size)
{
    assert(size == 2 || size == 4);
    char bytes[4];
    for (int i = 0; i < size; i++)
        bytes[i] = (char)(unit >> 8 * (e->endian == ENDIAN_BIG ? size - 1 - i : i));
    return buf_add(&e->out, bytes, (size_t)size) || raise_memory_false();
}

static bool put_utf16(Encoder *e, uint32_t c)
{
    assert(c <= 0x10ffff);
    if (c < 0x10000)
        return put_unit(e, c, 2);
    c -= 0x10000;
    return put_unit(e, 0xd800 | c >> 10, 2) && put_unit(e, 0xdc00 | (c & 0x3ff), 2);
}
static bool put_utf32(Encoder *e, uint32_t c) { return put_unit(e, c, 4); }

static inline uint8_t *store16(uint8_t *at, uint32_t unit, bool big)
{
    uint16_t u = big ? __builtin_bswap16((uint16_t)unit) : (uint16_t)unit;
    memcpy(at, &u, sizeof u);
    return at + sizeof u;
}
static inline uint8_t *store32(uint8_t *at, uint32_t unit, bool big)
{
    uint32_t u = big ? __builtin_bswap32(unit) : unit;
    memcpy(at, &u, sizeof u);
    return at + sizeof u;
}

/* Units of `size` bytes, little-endian unless `big`, after a byte order mark if `mark`; UNBOUND: there is a surrogate. */
static Value encode_units(const Str *s, size_t size, bool big, bool mark)
{
    assert(size == 2 || size == 4);
    const uint64_t len = s->len;
    const unsigned width = s->width;                     /* locals: what is written could be the str itself, for all the compiler knows */
    size_t n = len + mark;
    for (uint64_t i = 0; width > 1 && i < len; i++) {
        uint32_t c = width == 2 ? s->u.c2[i] : s->u.c4[i];
        if (c >= 0xd800 && c <= 0xdfff)
            return UNBOUND;
        n += size == 2 && c >= 0x10000;
    }
    Bytes *b = bytes_alloc(n * size);
    if (!b)
        return ERROR;
    uint8_t *at = b->data;
    if (mark)
        at = size == 2 ? store16(at, 0xfeff, big) : store32(at, 0xfeff, big);
    for (uint64_t i = 0; i < len; i++) {
        uint32_t c = width == 1 ? s->u.c1[i] : width == 2 ? s->u.c2[i] : s->u.c4[i];
        if (size == 4) {
            at = store32(at, c, big);
        } else if (c < 0x10000) {
            at = store16(at, c, big);
        } else {
            at = store16(at, 0xd800 | (c - 0x10000) >> 10, big);
            at = store16(at, 0xdc00 | (c & 0x3ff), big);
        }
    }
    assert(at == b->data + n * size);
    return obj_value(b);
}

Value encode_utf16(Value s, const char *errors, Endian endian)
{
    Value quick = encode_units(as_str(s), 2, endian == ENDIAN_BIG, endian == ENDIAN_NATIVE);
    if (!is_unbound(quick))
        return quick;
    Encoder e = { .name = endian == ENDIAN_NATIVE ? "utf-16" : endian == ENDIAN_BIG ? "utf-16-be" : "utf-16-le", .errors = errors,
                  .reason = "surrogates not allowed", .text = s, .handler = handler_of(errors), .unit = 2, .endian = endian,
                  .can = not_surrogate, .put = put_utf16, .put_surrogate = put_utf16, .one_by_one = true };
    if (endian == ENDIAN_NATIVE && !put_unit(&e, 0xfeff, 2))
        return ERROR;
    return encoder_run(&e);
}

Value encode_utf32(Value s, const char *errors, Endian endian)
{
    Value quick = encode_units(as_str(s), 4, endian == ENDIAN_BIG, endian == ENDIAN_NATIVE);
    if (!is_unbound(quick))
        return quick;
    Encoder e = { .name = endian == ENDIAN_NATIVE ? "utf-32" : endian == ENDIAN_BIG ? "utf-32-be" : "utf-32-le", .errors = errors,
                  .reason = "surrogates not allowed", .text = s, .handler = handler_of(errors), .unit = 4, .endian = endian,
                  .can = not_surrogate, .put = put_utf32, .put_surrogate = put_utf32, .one_by_one = true };
    if (endian == ENDIAN_NATIVE && !put_unit(&e, 0xfeff, 4))
        return ERROR;
    return encoder_run(&e);
}

static uint32_t unit_at(const uint8_t *p, int size, bool big)
{
    assert(size == 2 || size == 4);
    uint32_t c = 0;
    for (int i = 0; i < size; i++)
        c |= (uint32_t)p[i] << 8 * (big ? size - 1 - i : i);
    return c;
}

/* The byte order mark at the start decides, when nobody has yet. */
static size_t read_mark(const uint8_t *data, size_t n, int size, Endian *endian)
{
    if (*endian != ENDIAN_NATIVE || n < (size_t)size)
        return 0;
    if (unit_at(data, size, false) == 0xfeff)
        *endian = ENDIAN_LITTLE;
    else if (unit_at(data, size, true) == 0xfeff)
        *endian = ENDIAN_BIG;
    else
        return 0;
    return (size_t)size;
}

Value decode_utf16(const uint8_t *data, size_t n, const char *errors, Endian *endian, size_t *used)
{
    size_t at = read_mark(data, n, 2, endian);
    bool big = *endian == ENDIAN_BIG, ok = true;
    Decoder d = decoder(big ? "utf-16-be" : "utf-16-le", data, n, errors);
    d.surrogate_unit = big ? -2 : 2;
    while (ok && at < d.n) {
        if (d.n - at < 2) {
            if (used)
                break;
            ok = decode_error(&d, at, d.n, "truncated data", &at);
            continue;
        }
        uint32_t c = unit_at(d.data + at, 2, big);
        if (c < 0xd800 || c > 0xdfff) {
            ok = str_builder_char(&d.out, c);
            at += 2;
        } else if (c >= 0xdc00) {
            ok = decode_error(&d, at, at + 2, "illegal encoding", &at);
        } else if (d.n - at < 4) {
            if (used)
                break;
            ok = decode_error(&d, at, d.n, "unexpected end of data", &at);
        } else {
            uint32_t low = unit_at(d.data + at + 2, 2, big);
            if (low >= 0xdc00 && low <= 0xdfff) {
                ok = str_builder_char(&d.out, 0x10000 + ((c & 0x3ff) << 10 | (low & 0x3ff)));
                at += 4;
            } else {
                ok = decode_error(&d, at, at + 2, "illegal UTF-16 surrogate", &at);
            }
        }
    }
    if (used)
        *used = at;
    return decoder_finish(&d, ok);
}

Value decode_utf32(const uint8_t *data, size_t n, const char *errors, Endian *endian, size_t *used)
{
    size_t at = read_mark(data, n, 4, endian);
    bool big = *endian == ENDIAN_BIG, ok = true;
    Decoder d = decoder(big ? "utf-32-be" : "utf-32-le", data, n, errors);
    d.surrogate_unit = big ? -4 : 4;
    while (ok && at < d.n) {
        if (d.n - at < 4) {
            if (used)
                break;
            ok = decode_error(&d, at, d.n, "truncated data", &at);
            continue;
        }
        uint32_t c = unit_at(d.data + at, 4, big);
        if (c >= 0xd800 && c <= 0xdfff) {
            ok = decode_error(&d, at, at + 4, "code point in surrogate code point range(0xd800, 0xe000)", &at);
        } else if (c > 0x10ffff) {
            ok = decode_error(&d, at, at + 4, "code point not in range(0x110000)", &at);
        } else {
            ok = str_builder_char(&d.out, c);
            at += 4;
        }
    }
    if (used)
        *used = at;
    return decoder_finish(&d, ok);
}

/* --- UTF-7 (RFC 2152) ---------------------------------------------------------------------------------------------------------- */
static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int base64_value(uint8_t c)
{
    const char *at = c ? strchr(base64, c) : NULL;
    return at ? (int)(at - base64) : -1;
}

/* Direct characters, white space and, on encoding, those the RFC calls optional. */
static bool is_direct(uint32_t c)
{
    return c < 128 && c && (strchr(" \t\r\n'(),-./:?", (int)c) || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                            strchr("!\"#$%&*;<=>@[]^_`{|}", (int)c));
}

Value encode_utf7(Value v, const char *errors)
{
    const Str *s = as_str(v);
    Buf out = { 0 };
    bool shifted = false;
    uint64_t bits = 0;
    int n_bits = 0;
    for (uint64_t i = 0; i < s->len; i++) {
        uint32_t c = str_char(s, i);
        if (!POLL_EACH(i, 1 << 14)) {
            buf_free(&out);
            return ERROR;
        }
        if (is_direct(c) || (c == '+' && !shifted)) {
            if (shifted) {
                if (n_bits)
                    buf_char(&out, base64[bits << (6 - n_bits) & 63]);
                if (base64_value((uint8_t)c) >= 0 || c == '-')
                    buf_char(&out, '-');
                shifted = false;
                bits = 0;
                n_bits = 0;
            }
            buf_char(&out, (char)c);
            if (c == '+')
                buf_char(&out, '-');
            continue;
        }
        if (!shifted) {
            buf_char(&out, '+');
            shifted = true;
        }
        uint32_t units[2] = { c, 0 };
        int n_units = 1;
        if (c > 0xffff) {
            units[0] = 0xd800 | (c - 0x10000) >> 10;
            units[1] = 0xdc00 | ((c - 0x10000) & 0x3ff);
            n_units = 2;
        }
        for (int k = 0; k < n_units; k++) {
            bits = bits << 16 | units[k];
            for (n_bits += 16; n_bits >= 6; n_bits -= 6)
                buf_char(&out, base64[bits >> (n_bits - 6) & 63]);
            bits &= (1u << n_bits) - 1;
            assert(n_bits < 6);
        }
    }
    if (n_bits)
        buf_char(&out, base64[bits << (6 - n_bits) & 63]);
    if (shifted)
        buf_char(&out, '-');
    Value result = out.failed ? raise_memory() : bytes_new(out.at, out.len);
    buf_free(&out);
    return result;
}

typedef struct Shift { bool on; uint64_t bits; int n_bits; uint32_t high; size_t start; size_t kept; } Shift;

/* Units out of the bits collected so far; a pair of surrogates joins. */
static bool drain(Decoder *d, Shift *shift)
{
    assert(shift->on && shift->n_bits < 16 + 6);
    if (shift->n_bits < 16)
        return true;
    uint32_t unit = (uint32_t)(shift->bits >> (shift->n_bits - 16)) & 0xffff;
    shift->n_bits -= 16;
    shift->bits &= (1ull << shift->n_bits) - 1;
    if (shift->high) {
        uint32_t high = shift->high;
        shift->high = 0;
        if (unit >= 0xdc00 && unit <= 0xdfff)
            return str_builder_char(&d->out, 0x10000 + ((high & 0x3ff) << 10 | (unit & 0x3ff)));
        if (!str_builder_char(&d->out, high))
            return false;
    }
    if (unit >= 0xd800 && unit <= 0xdbff) {
        shift->high = unit;
        return true;
    }
    return str_builder_char(&d->out, unit);
}

/* The end of a shifted run at the character `c`. NULL: fine; else what is wrong. */
static const char *leave(Decoder *d, Shift *shift, uint8_t c, bool *ok)
{
    assert(shift->on && shift->n_bits < 16);
    shift->on = false;
    const char *problem = NULL;
    if (shift->n_bits >= 6)
        problem = "partial character in base64 sequence";
    else if (shift->n_bits > 0 && shift->bits)
        problem = "non-zero padding bits in base64 sequence";
    if (!problem && shift->high && c < 128 && c != '+')
        *ok = str_builder_char(&d->out, shift->high);
    shift->high = 0;
    return problem;
}

Value decode_utf7(const uint8_t *data, size_t n, const char *errors, size_t *used)
{
    Decoder d = decoder("utf-7", data, n, errors);
    Shift shift = { 0 };
    bool ok = true;
    size_t at = 0;
    while (ok && at < d.n) {
        uint8_t c = d.data[at];
        if (shift.on) {
            int value = base64_value(c);
            if (value >= 0) {
                shift.bits = shift.bits << 6 | (unsigned)value;
                shift.n_bits += 6;
                at++;
                ok = drain(&d, &shift);
                continue;
            }
            const char *problem = leave(&d, &shift, c, &ok);
            if (problem)
                ok = decode_error(&d, shift.start, at + 1, problem, &at);
            else if (c == '-')
                at++;
        } else if (c == '+') {
            shift.start = at;
            at++;
            if (at < d.n && d.data[at] == '-') {
                at++;
                ok = str_builder_char(&d.out, '+');
            } else if (at < d.n && base64_value(d.data[at]) < 0) {
                at++;
                ok = decode_error(&d, shift.start, at, "ill-formed sequence", &at);
            } else {
                shift = (Shift){ .on = true, .start = shift.start, .kept = d.out.len };
            }
        } else {
            at++;
            ok = c > 127 ? decode_error(&d, at - 1, at, "unexpected special character", &at) : str_builder_char(&d.out, c);
        }
    }
    if (ok && shift.on && !used && (shift.high || shift.n_bits >= 6 || (shift.n_bits > 0 && shift.bits) || shift.start + 1 == d.n))
        ok = decode_error(&d, shift.start, d.n, "unterminated shift sequence", &at);
    if (used) {
        *used = at;
        if (ok && shift.on) {                    /* wait for the rest of the run */
            *used = shift.start;
            d.out.len = shift.kept;
        }
    }
    return decoder_finish(&d, ok);
}
