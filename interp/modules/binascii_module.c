/* binascii_module.c -- binascii: bytes and their spellings in ASCII (docs.python.org/3.11/library/binascii.html). */
#include <errno.h>
#include <zlib.h>

#include "gc/heap.h"
#include "interp/builtins/bytes_parts.h"
#include "interp/base/buf.h"
#include "interp/base/hex.h"
#include "interp/modules/arg.h"
#include "interp/object/bytes.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/vm/thread.h"

static Value error_class = UNBOUND_INIT, incomplete_class = UNBOUND_INIT;
static Value fail(const char *format, size_t number)
{
    own Value text = str_format(format, number), error = is_error(text) ? ERROR : call1(error_class, text);
    if (!is_error(error))
        exception_raise_take(give(error));
    return ERROR;
}

/* Bytes, or a str of ASCII characters. */
typedef struct Input { Buffer buffer; bool is_str; const uint8_t *data; size_t n; } Input;
static bool input_get(Value v, Input *in)
{
    in->is_str = str_check(v);
    if (in->is_str) {
        if (!as_str(v)->ascii)
            return raise_false(ValueError, "string argument should contain only ASCII characters");
        in->data = as_str(v)->u.c1;
        in->n = str_len(v);
        return true;
    }
    if (!buffer_supported(v))
        return raise_false(TypeError, "argument should be bytes, buffer or ASCII string, not '%.100T'", v);
    if (!buffer_bytes(v, &in->buffer))
        return false;
    in->data = in->buffer.data;
    in->n = (size_t)in->buffer.len_bytes;
    return true;
}
static void input_free(Input *in)
{
    if (!in->is_str)
        buffer_release(&in->buffer);
}
static Value take(Buf *out)
{
    Value v = out->failed ? raise_memory() : bytes_new(out->at, out->len);
    buf_free(out);
    return v;
}
static Value take_if(bool good, Buf *out)
{
    if (good)
        return take(out);
    buf_free(out);
    return ERROR;
}

/* --- hexadecimal ----------------------------------------------------------------------------------------------------------------------- */
static Value unhexlify(Value *args, size_t n)
{
    Input in;
    if (!input_get(args[0], &in))
        return ERROR;
    Bytes *b = in.n % 2 ? NULL : bytes_alloc(in.n / 2);
    bool good = b != NULL;
    for (size_t i = 0; good && i < in.n; i += 2) {
        int high = hex_digit(in.data[i]), low = hex_digit(in.data[i + 1]);
        good = high >= 0 && low >= 0;
        if (good)
            b->data[i / 2] = (uint8_t)(high << 4 | low);
    }
    bool odd = in.n % 2;
    input_free(&in);
    if (good)
        return obj_value(b);
    if (b)
        release(obj_value(b));
    return error_pending() ? ERROR : odd ? fail("Odd-length string", 0) : fail("Non-hexadecimal digit found", 0);
}
static Value hexlify(Value *args, size_t n)
{
    Buffer b;
    if (!buffer_bytes(args[0], &b))
        return ERROR;
    own Value text = bytes_hex(b.data, b.len_bytes, args[1], args[2]);
    buffer_release(&b);
    return is_error(text) ? ERROR : bytes_new(as_str(text)->u.c1, str_len(text));
}

/* --- base64 ------------------------------------------------------------------------------------------------------------------------------ */
static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static int base64_value(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' : c >= 'a' && c <= 'z' ? c - 'a' + 26 : c >= '0' && c <= '9' ? c - '0' + 52 : c == '+' ? 62 : c == '/' ? 63 : -1;
}
static Value b2a_base64(Value *args, size_t n)
{
    Buffer in;
    bool newline;
    if (!arg_bool(args[1], true, &newline) || !buffer_bytes(args[0], &in))
        return ERROR;
    size_t len = (size_t)in.len_bytes;
    const uint8_t *d = in.data;
    Bytes *b = bytes_alloc((len + 2) / 3 * 4 + newline);
    uint8_t *out = b ? b->data : NULL;
    for (size_t i = 0; b && i < len; i += 3) {
        uint32_t word = (uint32_t)d[i] << 16 | (i + 1 < len ? (uint32_t)d[i + 1] << 8 : 0) | (i + 2 < len ? d[i + 2] : 0u);
        *out++ = (uint8_t)base64[word >> 18];
        *out++ = (uint8_t)base64[word >> 12 & 63];
        *out++ = i + 1 < len ? (uint8_t)base64[word >> 6 & 63] : '=';
        *out++ = i + 2 < len ? (uint8_t)base64[word & 63] : '=';
    }
    if (b && newline)
        *out = '\n';
    buffer_release(&in);
    return b ? obj_value(b) : ERROR;
}
static Value decode_base64(const Input *in, bool strict)
{
    Buf out = { 0 };
    int quad = 0, left = 0, pads = 0;
    bool ended = false;
    if (strict && in->n && in->data[0] == '=')
        return fail("Leading padding not allowed", 0);
    for (size_t i = 0; i < in->n; i++) {
        uint8_t c = in->data[i];
        if (!POLL_EACH(i, 1 << 16)) {
            buf_free(&out);
            return ERROR;
        }
        if (c == '=') {
            ended = true;
            if (quad >= 2 && quad + ++pads >= 4) {
                if (strict && i + 1 < in->n) {
                    buf_free(&out);
                    return fail("Excess data after padding", 0);
                }
                return take(&out);
            }
            continue;
        }
        int v = base64_value(c);
        if (v < 0) {
            if (strict) {
                buf_free(&out);
                return fail("Only base64 data is allowed", 0);
            }
            continue;
        }
        if (strict && ended) {
            buf_free(&out);
            return fail("Discontinuous padding not allowed", 0);
        }
        pads = 0;
        switch (quad) {
        case 0: quad = 1; left = v; break;
        case 1: quad = 2; buf_char(&out, (char)(left << 2 | v >> 4)); left = v & 15; break;
        case 2: quad = 3; buf_char(&out, (char)(left << 4 | v >> 2)); left = v & 3; break;
        case 3: quad = 0; buf_char(&out, (char)(left << 6 | v)); left = 0; break;
        }
    }
    if (quad == 0)
        return take(&out);
    size_t len = out.len;
    buf_free(&out);
    return quad == 1 ? fail("Invalid base64-encoded string: number of data characters (%zu) cannot be 1 more than a multiple of 4", len / 3 * 4 + 1) : fail("Incorrect padding", 0);
}
static Value a2b_base64(Value *args, size_t n)
{
    Input in;
    bool strict;
    if (!arg_bool(args[1], false, &strict) || !input_get(args[0], &in))
        return ERROR;
    Value v = decode_base64(&in, strict);
    input_free(&in);
    return v;
}

/* --- uuencode -------------------------------------------------------------------------------------------------------------------------------- */
static Value a2b_uu(Value *args, size_t n)
{
    Input in;
    if (!input_get(args[0], &in))
        return ERROR;
    size_t at = 0, want = in.n ? (in.data[at++] - ' ') & 077 : 0, have = 0;
    Bytes *b = bytes_alloc(want);
    uint32_t bits = 0;
    int n_bits = 0;
    const char *wrong = NULL;
    while (b && !wrong && have < want) {
        uint8_t c = at < in.n ? in.data[at] : 0;
        if (at >= in.n || c == '\n' || c == '\r')
            c = 0;                       /* a line cut short stands for spaces */
        else if (c < ' ' || c > ' ' + 64)
            wrong = "Illegal char";
        else
            c = (c - ' ') & 077;
        at++;
        bits = bits << 6 | c;
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            b->data[have++] = (uint8_t)(bits >> n_bits);
            bits &= (1u << n_bits) - 1;
        }
    }
    for (; !wrong && at < in.n; at++)
        if (in.data[at] != ' ' && in.data[at] != ' ' + 64 && in.data[at] != '\n' && in.data[at] != '\r')
            wrong = "Trailing garbage";
    input_free(&in);
    if (wrong && b)
        release(obj_value(b));
    return !b ? ERROR : wrong ? fail(wrong, 0) : obj_value(b);
}
static Value b2a_uu(Value *args, size_t n)
{
    Buffer in;
    bool backtick;
    if (!arg_bool(args[1], false, &backtick) || !buffer_bytes(args[0], &in))
        return ERROR;
    if (in.len_bytes > 45) {
        buffer_release(&in);
        return fail("At most 45 bytes at once", 0);
    }
    const uint8_t *d = in.data;
    size_t len = (size_t)in.len_bytes;
    Buf out = { 0 };
    buf_char(&out, len == 0 && backtick ? '`' : (char)(' ' + len));
    for (size_t i = 0; i < len; i += 3) {
        uint32_t word = (uint32_t)d[i] << 16 | (i + 1 < len ? (uint32_t)d[i + 1] << 8 : 0) | (i + 2 < len ? d[i + 2] : 0u);
        for (int shift = 18; shift >= 0; shift -= 6) {
            uint32_t v = word >> shift & 63;
            buf_char(&out, v == 0 && backtick ? '`' : (char)(' ' + v));
        }
    }
    buf_char(&out, '\n');
    buffer_release(&in);
    return take(&out);
}

/* --- quoted-printable ----------------------------------------------------------------------------------------------------------------------------- */
static Value a2b_qp(Value *args, size_t n)
{
    Input in;
    bool header;
    if (!arg_bool(args[1], false, &header) || !input_get(args[0], &in))
        return ERROR;
    const uint8_t *d = in.data;
    Buf out = { 0 };
    bool go_on = true;
    size_t rounds = 0;
    for (size_t i = 0; i < in.n && (go_on = POLL_EACH(rounds, 1 << 14)); rounds++) {
        if (d[i] == '=') {
            if (++i >= in.n)
                break;
            if (d[i] == '\n' || d[i] == '\r') {          /* a soft line break */
                while (i < in.n && d[i] != '\n')
                    i++;
                i += i < in.n;
            } else if (d[i] == '=') {
                buf_char(&out, '=');
                i++;
            } else if (i + 1 < in.n && hex_digit(d[i]) >= 0 && hex_digit(d[i + 1]) >= 0) {
                buf_char(&out, (char)(hex_digit(d[i]) << 4 | hex_digit(d[i + 1])));
                i += 2;
            } else {
                buf_char(&out, '=');
            }
        } else {
            buf_char(&out, header && d[i] == '_' ? ' ' : (char)d[i]);
            i++;
        }
    }
    input_free(&in);
    return take_if(go_on, &out);
}
static Value b2a_qp(Value *args, size_t n)
{
    enum { MAX_LINE = 76 };
    Buffer in;
    bool quote_tabs, is_text, header;
    if (!arg_bool(args[1], false, &quote_tabs) || !arg_bool(args[2], true, &is_text) || !arg_bool(args[3], false, &header) || !buffer_bytes(args[0], &in))
        return ERROR;
    const uint8_t *d = in.data;
    size_t len = (size_t)in.len_bytes, column = 0;
    const uint8_t *first_newline = memchr(d ? d : (const uint8_t *)"", '\n', len);
    bool crlf = first_newline && first_newline > d && first_newline[-1] == '\r';
    Buf out = { 0 };
    bool go_on = true;
    size_t rounds = 0;
    for (size_t i = 0; i < len && (go_on = POLL_EACH(rounds, 1 << 14)); rounds++) {
        uint8_t c = d[i];
        bool end = i + 1 == len;
        bool quoted = c > 126 || c == '=' || (header && c == '_') || (c == '.' && column == 0 && (end || d[i + 1] == '\n' || d[i + 1] == '\r' || d[i + 1] == 0)) ||
                      (!is_text && (c == '\r' || c == '\n')) || ((c == '\t' || c == ' ') && end) ||
                      (c < 33 && c != '\r' && c != '\n' && (quote_tabs || (c != '\t' && c != ' ')));
        if (quoted) {
            if (column + 3 >= MAX_LINE) {
                buf_string(&out, crlf ? "=\r\n" : "=\n");
                column = 0;
            }
            buf_printf(&out, "=%02X", c);
            i++;
            column += 3;
        } else if (is_text && (c == '\n' || (c == '\r' && i + 1 < len && d[i + 1] == '\n'))) {
            column = 0;
            if (out.len && (out.at[out.len - 1] == ' ' || out.at[out.len - 1] == '\t')) {      /* a blank before a line end would be lost */
                uint8_t blank = (uint8_t)out.at[--out.len];
                buf_printf(&out, "=%02X", blank);
            }
            buf_string(&out, crlf ? "\r\n" : "\n");
            i += c == '\r' ? 2 : 1;
        } else {
            if (i + 1 != len && d[i + 1] != '\n' && column + 1 >= MAX_LINE) {
                buf_string(&out, crlf ? "=\r\n" : "=\n");
                column = 0;
            }
            column++;
            buf_char(&out, header && c == ' ' ? '_' : (char)c);
            i++;
        }
    }
    buffer_release(&in);
    return take_if(go_on, &out);
}

/* --- checksums ---------------------------------------------------------------------------------------------------------------------------------------- */
static Value crc32_(Value *args, size_t n)
{
    Buffer in;
    uint32_t crc;
    if (!arg_u32(args[1], 0, &crc) || !buffer_bytes(args[0], &in))
        return ERROR;
    enum { PIECE = 1 << 24 };
    bool go_on = true;
    for (int64_t at = 0; go_on && at < in.len_bytes; at += PIECE) {
        int64_t left = in.len_bytes - at;
        BLOCKING(crc = (uint32_t)crc32_z(crc, (const uint8_t *)in.data + at, (size_t)(left < PIECE ? left : PIECE)));
        go_on = poll_interrupt();
    }
    buffer_release(&in);
    return go_on ? int_value(crc) : ERROR;
}
static Value crc_hqx(Value *args, size_t n)
{
    Buffer in;
    uint32_t crc;
    if (!arg_u32(args[1], 0, &crc) || !buffer_bytes(args[0], &in))
        return ERROR;
    crc &= 0xffff;
    bool go_on = true;
    for (int64_t i = 0; i < in.len_bytes && (go_on = POLL_EACH(i, 1 << 14)); i++) {
        crc ^= (uint32_t)((const uint8_t *)in.data)[i] << 8;
        for (int k = 0; k < 8; k++)
            crc = (crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1) & 0xffff;
    }
    buffer_release(&in);
    return go_on ? int_value(crc) : ERROR;
}

static const Method functions[] = {
    { "a2b_base64", "(data, /, *, strict_mode=False)", a2b_base64, "Decode a line of base64 data.\n\n  strict_mode\n    When set to True, bytes that are not in the base64 standard are not allowed.\n    The same applies to excess data after padding (= / ==)." },
    { "a2b_hex", "(hexstr, /)", unhexlify, "Binary data of hexadecimal representation.\n\nhexstr must contain an even number of hex digits (upper or lower case).\nThis function is also available as \"unhexlify()\"." },
    { "a2b_qp", "(data, header=False)", a2b_qp, "Decode a string of qp-encoded data." }, { "a2b_uu", "(data, /)", a2b_uu, "Decode a line of uuencoded data." },
    { "b2a_base64", "(data, /, *, newline=True)", b2a_base64, "Base64-code line of data." },
    { "b2a_hex", "(data, sep=None, bytes_per_sep=1)", hexlify, "Hexadecimal representation of binary data.\n\n  sep\n    An optional single character or byte to separate hex bytes.\n  bytes_per_sep\n    How many bytes between separators.  Positive values count from the\n    right, negative values count from the left.\n\nThe return value is a bytes object.  This function is also\navailable as \"hexlify()\"." },
    { "b2a_qp", "(data, quotetabs=False, istext=True, header=False)", b2a_qp, "Encode a string using quoted-printable encoding." }, { "b2a_uu", "(data, /, *, backtick=False)", b2a_uu, "Uuencode line of data." },
    { "crc32", "(data, crc=0, /)", crc32_, "Compute CRC-32 incrementally." }, { "crc_hqx", "(data, crc, /)", crc_hqx, "Compute CRC-CCITT incrementally." },
    { "hexlify", "(data, sep=None, bytes_per_sep=1)", hexlify, "Hexadecimal representation of binary data." }, { "unhexlify", "(hexstr, /)", unhexlify, "Binary data of hexadecimal representation." },
    { 0 },
};
static bool init(Value module)
{
    return ready_exception(&error_class, "binascii.Error", exception_class_peek(ValueError)) && ready_exception(&incomplete_class, "binascii.Incomplete", exception_class_peek(Exception)) &&
           module_add(module, "Error", error_class) && module_add(module, "Incomplete", incomplete_class);
}
const NativeModule binascii_module = { "binascii", "Conversion between binary data and ASCII", functions, init };
