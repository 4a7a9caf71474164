/* codec.h -- text to bytes and back.
 *
 * The encodings written in C: utf-8, utf-8-sig, utf-16, utf-32 (with -le, -be), utf-7, latin-1, ascii, charmap, unicode_escape,
 * raw_unicode_escape. Others are looked up in the codec registry, which the `_codecs` module fills (hooks below).
 * Error handlers: strict, ignore, replace, backslashreplace, xmlcharrefreplace, namereplace, surrogateescape, surrogatepass, and those
 * that codecs.register_error added. NULL is strict. A handler of the registry runs Python code. */
#ifndef OBJECT_CODEC_H
#define OBJECT_CODEC_H
#include "interp/object/str.h"

must_use Value codec_encode(Value s, const char *encoding_or_null, const char *errors);                  /* bytes */
must_use Value codec_decode(const uint8_t *data, size_t n, const char *encoding_or_null, const char *errors);       /* str */

typedef enum Endian { ENDIAN_LITTLE = -1, ENDIAN_NATIVE = 0 /* with a byte order mark */, ENDIAN_BIG = 1 } Endian;
must_use Value encode_utf8(Value s, const char *errors);
must_use Value encode_latin1(Value s, const char *errors);
must_use Value encode_ascii(Value s, const char *errors);
must_use Value encode_utf16(Value s, const char *errors, Endian endian);
must_use Value encode_utf32(Value s, const char *errors, Endian endian);
must_use Value encode_utf7(Value s, const char *errors);
must_use Value encode_unicode_escape(Value s);
must_use Value encode_raw_unicode_escape(Value s);
must_use Value encode_charmap(Value s, const char *errors, Value mapping_or_none);

/* Decoders. `used` NULL: the data is all there is. Else a truncated tail is left alone and *used is what was taken. For utf-16/32
 * *endian in: what to expect, out: what was found. */
must_use Value decode_utf8(const uint8_t *data, size_t n, const char *errors, size_t *used);
must_use Value decode_latin1(const uint8_t *data, size_t n);
must_use Value decode_ascii(const uint8_t *data, size_t n, const char *errors);
must_use Value decode_utf16(const uint8_t *data, size_t n, const char *errors, Endian *endian, size_t *used);
must_use Value decode_utf32(const uint8_t *data, size_t n, const char *errors, Endian *endian, size_t *used);
must_use Value decode_utf7(const uint8_t *data, size_t n, const char *errors, size_t *used);
must_use Value decode_unicode_escape(const uint8_t *data, size_t n, const char *errors, size_t *used);
must_use Value decode_raw_unicode_escape(const uint8_t *data, size_t n, const char *errors, size_t *used);
must_use Value decode_charmap(const uint8_t *data, size_t n, const char *errors, Value mapping_or_none);
/* bytes literal escapes (codecs.escape_decode): bytes. */
must_use Value decode_bytes_escape(const uint8_t *data, size_t n, const char *errors);

/* The error handler registry: name -> callable. NULL / UNBOUND: not there. */
must_use bool codec_register_error(Value name, Value handler);
must_use Value codec_lookup_error(const char *name);             /* owned; LookupError "unknown error handler name '%s'" */
/* Apply handler `name` to an exception instance: (replacement, position) as the handlers of codecs do, for the built-in names. */
must_use Value codec_handle(const char *name, Value exception);

/* For encodings not above: registered by the _codecs module. Give an owned str / bytes-like. NULL: LookupError unknown encoding. */
extern Value (*codec_encode_hook)(Value s, const char *encoding, const char *errors);
extern Value (*codec_decode_hook)(Value bytes, const char *encoding, const char *errors);
/* The name behind \N{...}: registered by unicodedata; -1: unknown. And the name of a character, NULL: none. */
extern int32_t (*unicode_name_hook)(const char *name, size_t len);
extern const char *(*unicode_name_of_hook)(uint32_t c);
#endif
