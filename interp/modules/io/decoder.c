/* decoder.c -- incremental decoders of UTF-8, latin-1 and ASCII, with the methods that codecs.IncrementalDecoder has. */
#include "interp/modules/io/io_parts.h"
#include "interp/object/codec.h"

typedef struct TextDecoder { Object head; Value errors /* str */; TextEncoding encoding; uint8_t pending[8]; size_t n_pending; } TextDecoder;
static TextDecoder *as_decoder(Value v) { return (TextDecoder *)as_obj(v); }

TextEncoding text_encoding_of(const char *name)
{
    static const struct { const char *name; TextEncoding encoding; } rows[] = { { "utf8", ENCODING_UTF8 }, { "u8", ENCODING_UTF8 }, { "latin1", ENCODING_LATIN1 },
        { "iso88591", ENCODING_LATIN1 }, { "ascii", ENCODING_ASCII }, { "usascii", ENCODING_ASCII } };
    char plain[16];
    size_t n = 0;
    for (; *name && n + 1 < sizeof plain; name++) {
        char c = *name >= 'A' && *name <= 'Z' ? (char)(*name + 32) : *name;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            plain[n++] = c;
        else if (c != '-' && c != '_' && c != ' ')
            return ENCODING_OTHER;
    }
    plain[n] = 0;
    for (size_t i = 0; !*name && i < sizeof rows / sizeof *rows; i++)
        if (strcmp(plain, rows[i].name) == 0)
            return rows[i].encoding;
    return ENCODING_OTHER;
}

Value text_decoder_new(TextEncoding encoding, const char *errors)
{
    own Value v = instance_new(&text_decoder_type), name = str_from(errors ? errors : "strict");
    if (is_error(v) || is_error(name))
        return ERROR;
    as_decoder(v)->errors = give(name);
    as_decoder(v)->encoding = encoding;
    as_decoder(v)->n_pending = 0;
    return give(v);
}

static Value decode_now(TextDecoder *d, const uint8_t *data, size_t n, size_t *used)
{
    const char *errors = is_ptr(d->errors) ? str_utf8_peek(d->errors, NULL) : NULL;
    if (d->encoding == ENCODING_LATIN1)
        return decode_latin1(data, n);
    return d->encoding == ENCODING_ASCII ? decode_ascii(data, n, errors) : decode_utf8(data, n, errors, used);
}

Value text_decoder_decode(Value self, const uint8_t *data, size_t n, bool final)
{
    TextDecoder *d = as_decoder(self);
    own Value joined = UNBOUND;
    if (d->n_pending) {
        Bytes *b = bytes_alloc(d->n_pending + n);
        if (!b)
            return ERROR;
        joined = obj_value(b);
        memcpy(b->data, d->pending, d->n_pending);
        memcpy(b->data + d->n_pending, data, n);
        data = b->data;
        n = b->len;
    }
    size_t used = n;
    Value text = decode_now(d, data, n, final ? NULL : &used);
    if (is_error(text))
        return ERROR;
    d->n_pending = n - used < sizeof d->pending ? n - used : 0;
    memcpy(d->pending, data + used, d->n_pending);
    return text;
}

static Value m_decode(Value *args, size_t n)
{
    bool final;
    Buffer b;
    if (!arg_bool(args[2], false, &final) || !buffer_bytes(args[1], &b))
        return ERROR;
    Value v = text_decoder_decode(args[0], b.data, (size_t)b.len_bytes, final);
    buffer_release(&b);
    return v;
}
static Value m_getstate(Value *args, size_t n)
{
    TextDecoder *d = as_decoder(args[0]);
    own Value pending = bytes_new(d->pending, d->n_pending);
    return is_error(pending) ? ERROR : tuple_of2(pending, small_int_value(0));
}
static Value m_setstate(Value *args, size_t n)
{
    TextDecoder *d = as_decoder(args[0]);
    if (!tuple_check(args[1]) || tuple_len(args[1]) != 2 || !bytes_check(tuple_peek(args[1], 0)) || as_bytes(tuple_peek(args[1], 0))->len > sizeof d->pending)
        return raise(TypeError, "illegal decoder state");
    const Bytes *b = as_bytes(tuple_peek(args[1], 0));
    d->n_pending = b->len;
    memcpy(d->pending, b->data, b->len);
    return NONE;
}
static Value m_reset(Value *args, size_t n)
{
    as_decoder(args[0])->n_pending = 0;
    return NONE;
}
static const Method methods[] = {
    { "decode", "(self, input, final=False)", m_decode, NULL }, { "getstate", "(self, /)", m_getstate, NULL }, { "setstate", "(self, state, /)", m_setstate, NULL },
    { "reset", "(self, /)", m_reset, NULL }, { 0 },
};
static const Member members[] = { { "errors", MEMBER_VALUE, offsetof(TextDecoder, errors), false, NULL }, { 0 } };
static const TraceRow rows[] = { { TRACE_VALUE, offsetof(TextDecoder, errors), 0, "errors" }, { 0 } };
Type text_decoder_type = {
    STATIC_TYPE(text_decoder_type, "_TextDecoder", TextDecoder, rows), .flags = TYPE_NO_NEW, .methods = methods, .members = members, .module_name = "_io",
    .doc = "Incremental decoder of a common encoding.",
};
