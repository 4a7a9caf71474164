/* codecs_module.c -- _codecs: the registry of codecs and error handlers, and the encodings that are written in C (object/codec.h).
 * Search functions come from the library's package `encodings`, imported at the first lookup. */
#include "gc/heap.h"
#include "interp/builtins/import.h"
#include "interp/modules/arg.h"
#include "interp/object/bytes.h"
#include "interp/object/codec.h"
#include "interp/object/dict.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

/* --- the registry --------------------------------------------------------------------------------------------------------- */
static Value searchers = UNBOUND_INIT;   /* list of search functions */
static Value found_codecs = UNBOUND_INIT;/* dict: normalised name -> 4-tuple */

static bool start(void)
{
    static bool imported;
    if (is_unbound(searchers) && !keep_take(&searchers, list_new(0), "codec search functions"))
        return false;
    if (is_unbound(found_codecs) && !keep_take(&found_codecs, dict_new(), "codecs"))
        return false;
    if (imported)
        return true;
    imported = true;                     /* the import itself may decode */
    own Value package = import_module_c("encodings");
    if (is_error(package))
        imported = false;
    return imported;
}

/* Lower case; runs of what is no letter, digit or dot are one underscore. */
static Value normalised(const char *name)
{
    StrBuilder b = { 0 };
    bool gap = false, good = true;
    size_t n = 0;
    for (; good && *name; name++) {
        char c = *name >= 'A' && *name <= 'Z' ? (char)(*name + 32) : *name;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.') {
            good = !(gap && n) || str_builder_char(&b, '_');
            good = good && str_builder_char(&b, (uint32_t)c);
            gap = false;
            n++;
        } else {
            gap = true;
        }
    }
    return str_builder_end(&b, good);
}

/* The CodecInfo (a 4-tuple) of an encoding; owned. LookupError: unknown encoding. */
static Value lookup(const char *encoding)
{
    own Value name = normalised(encoding), hit = UNBOUND;
    if (is_error(name) || !start())
        return ERROR;
    Found found = dict_find(as_dict(found_codecs), name, &hit);
    if (found != ABSENT)
        return found == FOUND ? give(hit) : ERROR;
    for (uint64_t i = 0; i < list_len(searchers); i++) {
        own Value search = retain(list_peek(searchers, i));
        own Value info = call1(search, name);
        if (is_error(info))
            return ERROR;
        if (is_none(info))
            continue;
        if (!tuple_check(info) || tuple_len(info) != 4)
            return raise(TypeError, "codec search functions must return 4-tuples");
        return dict_set(as_dict(found_codecs), name, info) ? give(info) : ERROR;
    }
    return raise(LookupError, "unknown encoding: %s", encoding);
}

/* The error of a codec, told with the codec's name when it is an ordinary one with a message. Source: bpo-17828. */
static void wrap_error(const char *what, const char *encoding)
{
    own Value error = exception_take();
    Value type = obj_value(type_of(error));
    ExceptionObject *e = as_exception(error);
    bool plain = exception_layout(exception_kind(error)) == LAYOUT_Base && tuple_check(e->args) &&
                 (tuple_len(e->args) == 0 || (tuple_len(e->args) == 1 && str_check(tuple_peek(e->args, 0)))) && as_type(type)->init == exception_types[Exception].init &&
                 as_type(type)->new == exception_types[Exception].new;
    own Value text = plain ? str_format("%s with '%s' codec failed (%T: %S)", what, encoding, error, error) : UNBOUND;
    own Value outer = is_ptr(text) ? call1(type, text) : UNBOUND;
    if (!is_ptr(outer)) {
        error_clear();
        exception_raise_take(give(error));
        return;
    }
    if (!exception_set_cause(outer, error))
        error_clear();
    exception_raise_take(give(outer));
}

static Value run(const char *encoding, unsigned which, Value v, const char *errors)
{
    own Value info = lookup(encoding);
    if (is_error(info))
        return ERROR;
    own Value fn = retain(tuple_peek(info, which)), mode = errors ? str_from(errors) : NONE;
    own Value result = is_error(mode) ? ERROR : errors ? call2(fn, v, mode) : call1(fn, v);
    if (is_error(result)) {
        wrap_error(which ? "decoding" : "encoding", encoding);
        return ERROR;
    }
    if (!tuple_check(result) || tuple_len(result) != 2)
        return raise(TypeError, which ? "decoder must return a tuple (object,integer)" : "encoder must return a tuple (object, integer)");
    return retain(tuple_peek(result, 0));
}

/* For str.encode and bytes.decode: only codecs between text and bytes. */
static bool is_text(const char *encoding, const char *alternative)
{
    own Value info = lookup(encoding), flag = UNBOUND;
    if (is_error(info))
        return false;
    if (is_exact(info, &tuple_type))
        return true;
    Found found = obj_find_attr_c(info, "_is_text_encoding", &flag);
    Truth t = found == FOUND ? obj_truth(flag) : found == ABSENT ? YES : TRUTH_FAILED;
    if (t == TRUTH_FAILED)
        return false;
    return t == YES || raise_false(LookupError, "'%.400s' is not a text encoding; use %s to handle arbitrary codecs", encoding, alternative);
}
static Value text_encode(Value s, const char *encoding, const char *errors)
{
    own Value v = is_text(encoding, "codecs.encode()") ? run(encoding, 0, s, errors) : ERROR;
    if (is_error(v) || bytes_check(v))
        return give(v);
    if (bytearray_check(v))
        return bytes_new(bytearray_data(as_bytearray(v)), as_bytearray(v)->len);
    return raise(TypeError, "'%.400s' encoder returned '%.400T' instead of 'bytes'; use codecs.encode() to encode to arbitrary types", encoding, v);
}
static Value text_decode(Value bytes, const char *encoding, const char *errors)
{
    own Value v = is_text(encoding, "codecs.decode()") ? run(encoding, 1, bytes, errors) : ERROR;
    if (is_error(v) || str_check(v))
        return give(v);
    return raise(TypeError, "'%.400s' decoder returned '%.400T' instead of 'str'; use codecs.decode() to decode to arbitrary types", encoding, v);
}

static Value m_register(Value *args, size_t n)
{
    if (!obj_callable(args[0]))
        return raise(TypeError, "argument must be callable");
    return start() && list_append(searchers, args[0]) ? NONE : ERROR;
}
static Value m_unregister(Value *args, size_t n)
{
    if (!start())
        return ERROR;
    for (uint64_t i = 0; i < list_len(searchers); i++)
        if (same(list_peek(searchers, i), args[0])) {
            own Value gone = list_pop(searchers, (int64_t)i);
            if (is_error(gone))
                return ERROR;
            dict_clear(as_dict(found_codecs));
            break;
        }
    return NONE;
}
static Value m_forget(Value *args, size_t n)
{
    const char *encoding;
    if (!arg_text(args[0], "_forget_codec", "", false, &encoding) || !start())
        return ERROR;
    own Value name = normalised(encoding);
    Found found = is_error(name) ? FAILED : dict_del(as_dict(found_codecs), name);
    return found == FAILED ? ERROR : found == FOUND ? NONE : raise_value(KeyError, name);
}
static Value m_lookup(Value *args, size_t n)
{
    const char *encoding;
    return arg_text(args[0], "lookup", "", false, &encoding) ? lookup(encoding) : ERROR;
}
static Value code(Value *args, const char *name, unsigned which)
{
    const char *encoding = "utf-8", *errors = NULL;
    if (!is_unbound(args[1]) && !arg_text(args[1], name, "'encoding'", false, &encoding))
        return ERROR;
    if (!is_unbound(args[2]) && !arg_text(args[2], name, "'errors'", false, &errors))
        return ERROR;
    return run(encoding, which, args[0], errors);
}
static Value m_encode(Value *args, size_t n) { return code(args, "encode", 0); }
static Value m_decode(Value *args, size_t n) { return code(args, "decode", 1); }

static Value m_register_error(Value *args, size_t n)
{
    const char *name;
    if (!arg_text(args[0], "register_error", "1", false, &name))
        return ERROR;
    if (!obj_callable(args[1]))
        return raise(TypeError, "handler must be callable");
    return codec_register_error(args[0], args[1]) ? NONE : ERROR;
}

/* The built-in handlers as callables. */
#define HANDLER(c_name, python_name) static Value handle_##c_name(Value *args, size_t n) { return codec_handle(python_name, args[0]); }
HANDLER(strict, "strict") HANDLER(ignore, "ignore") HANDLER(replace, "replace") HANDLER(xml, "xmlcharrefreplace") HANDLER(backslash, "backslashreplace")
HANDLER(name, "namereplace") HANDLER(pass, "surrogatepass") HANDLER(escape, "surrogateescape")
static const struct { const char *name; Method row; } handlers[] = {
    { "strict", { "strict_errors", "(exc, /)", handle_strict, "Implements the 'strict' error handling, which raises a UnicodeError on coding errors." } },
    { "ignore", { "ignore_errors", "(exc, /)", handle_ignore, "Implements the 'ignore' error handling, which ignores malformed data and continues." } },
    { "replace", { "replace_errors", "(exc, /)", handle_replace, "Implements the 'replace' error handling, which replaces malformed data with a replacement marker." } },
    { "xmlcharrefreplace", { "xmlcharrefreplace_errors", "(exc, /)", handle_xml, "Implements the 'xmlcharrefreplace' error handling, which replaces an unencodable character with the appropriate XML character reference." } },
    { "backslashreplace", { "backslashreplace_errors", "(exc, /)", handle_backslash, "Implements the 'backslashreplace' error handling, which replaces malformed data with a backslashed escape sequence." } },
    { "namereplace", { "namereplace_errors", "(exc, /)", handle_name, "Implements the 'namereplace' error handling, which replaces an unencodable character with a \\N{...} escape sequence." } },
    { "surrogatepass", { "surrogatepass", "(exc, /)", handle_pass, NULL } },
    { "surrogateescape", { "surrogateescape", "(exc, /)", handle_escape, NULL } },
};
enum { N_HANDLERS = sizeof handlers / sizeof *handlers };
static Value handler_values[N_HANDLERS];

static Value m_lookup_error(Value *args, size_t n)
{
    const char *name;
    if (!arg_text(args[0], "lookup_error", "", false, &name))
        return ERROR;
    own Value custom = codec_lookup_error(name);
    if (!is_error(custom) || !error_is(LookupError))
        return give(custom);
    for (int i = 0; i < N_HANDLERS; i++)
        if (strcmp(name, handlers[i].name) == 0) {
            error_clear();
            if (!is_ptr(handler_values[i]) || handler_values[i].bits == 0)
                handler_values[i] = native_new(&handlers[i].row, UNBOUND, NONE, NULL);
            return retain(handler_values[i]);
        }
    return ERROR;
}

/* --- encodings in C ---------------------------------------------------------------------------------------------------------- */
static Value pair(Value result, int64_t n)
{
    own Value v = result;
    return is_error(v) ? ERROR : tuple_of2(v, small_int_value(n));
}

typedef Value EncodeFn(Value s, const char *errors);
static Value encode_with(Value *args, const char *name, EncodeFn *encode)
{
    const char *errors;
    if (!str_check(args[0]))
        return raise(TypeError, "%s() argument 1 must be str, not %W", name, args[0]);
    if (!arg_text(args[1], name, "2", true, &errors))
        return ERROR;
    return pair(encode(args[0], errors), (int64_t)str_len(args[0]));
}
static Value enc_utf16(Value s, const char *e) { return encode_utf16(s, e, ENDIAN_NATIVE); }
static Value enc_utf16_le(Value s, const char *e) { return encode_utf16(s, e, ENDIAN_LITTLE); }
static Value enc_utf16_be(Value s, const char *e) { return encode_utf16(s, e, ENDIAN_BIG); }
static Value enc_utf32(Value s, const char *e) { return encode_utf32(s, e, ENDIAN_NATIVE); }
static Value enc_utf32_le(Value s, const char *e) { return encode_utf32(s, e, ENDIAN_LITTLE); }
static Value enc_utf32_be(Value s, const char *e) { return encode_utf32(s, e, ENDIAN_BIG); }
static Value enc_unicode_escape(Value s, const char *e) { return encode_unicode_escape(s); }
static Value enc_raw_unicode_escape(Value s, const char *e) { return encode_raw_unicode_escape(s); }
#define ENCODER(name, fn) static Value m_##name##_encode(Value *args, size_t n) { return encode_with(args, #name "_encode", fn); }
ENCODER(utf_8, encode_utf8) ENCODER(utf_7, encode_utf7) ENCODER(latin_1, encode_latin1) ENCODER(ascii, encode_ascii)
ENCODER(utf_16_le, enc_utf16_le) ENCODER(utf_16_be, enc_utf16_be) ENCODER(utf_32_le, enc_utf32_le) ENCODER(utf_32_be, enc_utf32_be)
ENCODER(unicode_escape, enc_unicode_escape) ENCODER(raw_unicode_escape, enc_raw_unicode_escape)

/* utf_16_encode and utf_32_encode take a byte order. */
static Value encode_ordered(Value *args, const char *name, EncodeFn *native, EncodeFn *little, EncodeFn *big)
{
    int order;
    return arg_int(args[2], 0, &order) ? encode_with(args, name, order < 0 ? little : order > 0 ? big : native) : ERROR;
}
static Value m_utf_16_encode(Value *args, size_t n) { return encode_ordered(args, "utf_16_encode", enc_utf16, enc_utf16_le, enc_utf16_be); }
static Value m_utf_32_encode(Value *args, size_t n) { return encode_ordered(args, "utf_32_encode", enc_utf32, enc_utf32_le, enc_utf32_be); }

/* `used` NULL: final. */
typedef Value DecodeFn(const uint8_t *data, size_t n, const char *errors, size_t *used);
static Value decode_with(Value *args, const char *name, DecodeFn *decode, bool final_default, bool text_too)
{
    const char *errors;
    bool final;
    Buffer b;
    if (!arg_text(args[1], name, "2", true, &errors) || !arg_bool(args[2], final_default, &final))
        return ERROR;
    own Value owner = UNBOUND;
    if (text_too && str_check(args[0]))
        owner = encode_utf8(args[0], NULL);
    else
        owner = retain(args[0]);
    if (is_error(owner) || !buffer_bytes(owner, &b))
        return ERROR;
    size_t used = (size_t)b.len_bytes;
    Value result = decode(b.data, (size_t)b.len_bytes, errors, final ? NULL : &used);
    buffer_release(&b);
    return pair(result, (int64_t)used);
}
static Value dec_latin1(const uint8_t *d, size_t n, const char *e, size_t *used) { return decode_latin1(d, n); }
static Value dec_ascii(const uint8_t *d, size_t n, const char *e, size_t *used) { return decode_ascii(d, n, e); }
#define ORDERED(bits, suffix, order) \
    static Value dec_utf##bits##suffix(const uint8_t *d, size_t n, const char *e, size_t *used) { Endian o = order; return decode_utf##bits(d, n, e, &o, used); }
ORDERED(16, , ENDIAN_NATIVE) ORDERED(16, _le, ENDIAN_LITTLE) ORDERED(16, _be, ENDIAN_BIG) ORDERED(32, , ENDIAN_NATIVE) ORDERED(32, _le, ENDIAN_LITTLE) ORDERED(32, _be, ENDIAN_BIG)
#define DECODER(name, fn, final, text) static Value m_##name##_decode(Value *args, size_t n) { return decode_with(args, #name "_decode", fn, final, text); }
DECODER(utf_8, decode_utf8, false, false) DECODER(utf_7, decode_utf7, false, false) DECODER(utf_16, dec_utf16, false, false) DECODER(utf_16_le, dec_utf16_le, false, false)
DECODER(utf_16_be, dec_utf16_be, false, false) DECODER(utf_32, dec_utf32, false, false) DECODER(utf_32_le, dec_utf32_le, false, false) DECODER(utf_32_be, dec_utf32_be, false, false)
DECODER(unicode_escape, decode_unicode_escape, true, true) DECODER(raw_unicode_escape, decode_raw_unicode_escape, true, true)
static Value m_latin_1_decode(Value *args, size_t n) { Value a[3] = { args[0], args[1], TRUE }; return decode_with(a, "latin_1_decode", dec_latin1, true, false); }
static Value m_ascii_decode(Value *args, size_t n) { Value a[3] = { args[0], args[1], TRUE }; return decode_with(a, "ascii_decode", dec_ascii, true, false); }

static Value decode_ex(Value *args, const char *name, Value (*decode)(const uint8_t *, size_t, const char *, Endian *, size_t *))
{
    const char *errors;
    int order;
    bool final;
    Buffer b;
    if (!arg_text(args[1], name, "2", true, &errors) || !arg_int(args[2], 0, &order) || !arg_bool(args[3], false, &final) || !buffer_bytes(args[0], &b))
        return ERROR;
    Endian endian = order < 0 ? ENDIAN_LITTLE : order > 0 ? ENDIAN_BIG : ENDIAN_NATIVE;
    size_t used = (size_t)b.len_bytes;
    own Value text = decode(b.data, (size_t)b.len_bytes, errors, &endian, final ? NULL : &used);
    buffer_release(&b);
    return is_error(text) ? ERROR : tuple_of3(text, small_int_value((int64_t)used), small_int_value((int)endian));
}
static Value m_utf_16_ex_decode(Value *args, size_t n) { return decode_ex(args, "utf_16_ex_decode", decode_utf16); }
static Value m_utf_32_ex_decode(Value *args, size_t n) { return decode_ex(args, "utf_32_ex_decode", decode_utf32); }

static Value m_charmap_encode(Value *args, size_t n)
{
    const char *errors;
    if (!str_check(args[0]))
        return raise(TypeError, "charmap_encode() argument 1 must be str, not %W", args[0]);
    if (!arg_text(args[1], "charmap_encode", "2", true, &errors))
        return ERROR;
    return pair(encode_charmap(args[0], errors, is_unbound(args[2]) ? NONE : args[2]), (int64_t)str_len(args[0]));
}
static Value m_charmap_decode(Value *args, size_t n)
{
    const char *errors;
    Buffer b;
    if (!arg_text(args[1], "charmap_decode", "2", true, &errors) || !buffer_bytes(args[0], &b))
        return ERROR;
    int64_t len = b.len_bytes;
    Value result = decode_charmap(b.data, (size_t)len, errors, is_unbound(args[2]) ? NONE : args[2]);
    buffer_release(&b);
    return pair(result, len);
}
/* From the characters of a decoding table to the bytes: a dict does what CPython's EncodingMap does. */
static Value m_charmap_build(Value *args, size_t n)
{
    if (!str_check(args[0]))
        return raise(TypeError, "charmap_build() argument must be str, not %W", args[0]);
    own Value d = dict_new();
    for (uint64_t i = 0; !is_error(d) && i < str_len(args[0]); i++) {
        uint32_t c = str_char(as_str(args[0]), i);
        if (c != 0xfffe && !dict_set(as_dict(d), small_int_value(c), small_int_value((int64_t)i)))
            return ERROR;
    }
    return give(d);
}

static Value m_escape_encode(Value *args, size_t n)
{
    if (!bytes_check(args[0]))
        return raise(TypeError, "escape_encode() argument 1 must be bytes, not %W", args[0]);
    const Bytes *b = as_bytes(args[0]);
    Bytes *out = bytes_alloc(b->len * 4);
    if (!out)
        return ERROR;
    size_t at = 0;
    for (uint64_t i = 0; i < b->len; i++) {
        static const char hex[] = "0123456789abcdef";
        uint8_t c = b->data[i];
        const char *short_form = c == '\\' ? "\\\\" : c == '\'' ? "\\'" : c == '\t' ? "\\t" : c == '\n' ? "\\n" : c == '\r' ? "\\r" : NULL;
        if (short_form) {
            out->data[at++] = (uint8_t)short_form[0];
            out->data[at++] = (uint8_t)short_form[1];
        } else if (c < ' ' || c >= 0x7f) {
            out->data[at++] = '\\';
            out->data[at++] = 'x';
            out->data[at++] = (uint8_t)hex[c >> 4];
            out->data[at++] = (uint8_t)hex[c & 15];
        } else {
            out->data[at++] = c;
        }
    }
    return pair(bytes_shrink_take(out, at), (int64_t)b->len);
}
static Value dec_escape(const uint8_t *d, size_t n, const char *e, size_t *used) { return decode_bytes_escape(d, n, e); }
static Value m_escape_decode(Value *args, size_t n) { Value a[3] = { args[0], args[1], TRUE }; return decode_with(a, "escape_decode", dec_escape, true, true); }
static Value m_readbuffer_encode(Value *args, size_t n)
{
    Buffer b;
    own Value owner = str_check(args[0]) ? encode_utf8(args[0], NULL) : retain(args[0]);
    if (is_error(owner) || !buffer_bytes(owner, &b))
        return ERROR;
    int64_t len = b.len_bytes;
    Value result = bytes_new(b.data, (size_t)len);
    buffer_release(&b);
    return pair(result, len);
}

#define ENCODE_ROW(name) { #name "_encode", "(str, errors=None, /)", m_##name##_encode, NULL }
#define DECODE_ROW(name, final) { #name "_decode", "(data, errors=None, final=" final ", /)", m_##name##_decode, NULL }
static const Method functions[] = {
    { "register", "(search_function, /)", m_register, "Register a codec search function.\n\nSearch functions are expected to take one argument, the encoding name in\nall lower case letters, and either return None, or a tuple of functions\n(encoder, decoder, stream_reader, stream_writer) (or a CodecInfo object)." },
    { "unregister", "(search_function, /)", m_unregister, "Unregister a codec search function and clear the registry's cache.\n\nIf the search function is not registered, do nothing." },
    { "lookup", "(encoding, /)", m_lookup, "Looks up a codec tuple in the Python codec registry and returns a CodecInfo object." },
    { "_forget_codec", "(encoding, /)", m_forget, "Purge the named codec from the internal codec lookup cache" },
    { "encode", "(obj, encoding='utf-8', errors='strict')", m_encode, "Encodes obj using the codec registered for encoding." },
    { "decode", "(obj, encoding='utf-8', errors='strict')", m_decode, "Decodes obj using the codec registered for encoding." },
    { "register_error", "(errors, handler, /)", m_register_error, "Register the specified error handler under the name errors." },
    { "lookup_error", "(name, /)", m_lookup_error, "lookup_error(errors) -> handler\n\nReturn the error handler for the specified error handling name or raise a\nLookupError, if no handler exists under this name." },
    ENCODE_ROW(utf_8), ENCODE_ROW(utf_7), ENCODE_ROW(latin_1), ENCODE_ROW(ascii), ENCODE_ROW(utf_16_le), ENCODE_ROW(utf_16_be), ENCODE_ROW(utf_32_le),
    ENCODE_ROW(utf_32_be), ENCODE_ROW(unicode_escape), ENCODE_ROW(raw_unicode_escape),
    { "utf_16_encode", "(str, errors=None, byteorder=0, /)", m_utf_16_encode, NULL }, { "utf_32_encode", "(str, errors=None, byteorder=0, /)", m_utf_32_encode, NULL },
    DECODE_ROW(utf_8, "False"), DECODE_ROW(utf_7, "False"), DECODE_ROW(utf_16, "False"), DECODE_ROW(utf_16_le, "False"), DECODE_ROW(utf_16_be, "False"),
    DECODE_ROW(utf_32, "False"), DECODE_ROW(utf_32_le, "False"), DECODE_ROW(utf_32_be, "False"), DECODE_ROW(unicode_escape, "True"), DECODE_ROW(raw_unicode_escape, "True"),
    { "latin_1_decode", "(data, errors=None, /)", m_latin_1_decode, NULL }, { "ascii_decode", "(data, errors=None, /)", m_ascii_decode, NULL },
    { "utf_16_ex_decode", "(data, errors=None, byteorder=0, final=False, /)", m_utf_16_ex_decode, NULL },
    { "utf_32_ex_decode", "(data, errors=None, byteorder=0, final=False, /)", m_utf_32_ex_decode, NULL },
    { "charmap_encode", "(str, errors=None, mapping=None, /)", m_charmap_encode, NULL }, { "charmap_decode", "(data, errors=None, mapping=None, /)", m_charmap_decode, NULL },
    { "charmap_build", "(map, /)", m_charmap_build, NULL }, { "escape_encode", "(data, errors=None, /)", m_escape_encode, NULL },
    { "escape_decode", "(data, errors=None, /)", m_escape_decode, NULL }, { "readbuffer_encode", "(data, errors=None, /)", m_readbuffer_encode, NULL },
    { 0 },
};

static bool init(Value module)
{
    for (int i = 0; i < N_HANDLERS; i++)
        keep_root(&handler_values[i], handlers[i].name);
    codec_encode_hook = text_encode;
    codec_decode_hook = text_decode;
    return true;
}

const NativeModule codecs_module = { "_codecs", NULL, functions, init };
