/* utf8.h -- UTF-8, and WTF-8: UTF-8 in which lone surrogates may stand as three bytes.
 * No state, no allocation, never fails by error: results say what was found. */
#ifndef INTERP_BASE_UTF8_H
#define INTERP_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UTF8_BAD = -1 };

/* utf8_encode -- writes `code` (<= 0x10FFFF, surrogates allowed) to `out` (room for 4); the number of bytes. */
int utf8_encode(uint32_t code, char *out);
/* utf8_size -- how many bytes utf8_encode would write. */
static inline int utf8_size(uint32_t code) { return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4; }

/* utf8_decode -- the code point at `*at` (< end), which moves behind it.  UTF8_BAD for what is not UTF-8
 * (overlong, truncated, surrogate, beyond 10FFFF); `*at` then moves by one byte. */
int32_t utf8_decode(const char **at, const char *end);
/* utf8_decode_wtf -- the same, but a surrogate encoded as three bytes is accepted. */
int32_t utf8_decode_wtf(const char **at, const char *end);

/* utf8_valid -- `len` if the bytes are strict UTF-8, else the offset of the first byte of the first bad sequence. */
size_t utf8_valid(const char *bytes, size_t len);
/* utf8_reason -- in the words of CPython's codec, why the sequence at offset `bad` (as utf8_valid gives it) is refused. */
const char *utf8_reason(const char *bytes, size_t len, size_t bad);
/* utf8_ascii -- the length of the leading run of bytes below 0x80. */
size_t utf8_ascii(const char *bytes, size_t len);
/* utf8_count -- code points in valid (W)UTF-8: bytes that are not continuations. */
size_t utf8_count(const char *bytes, size_t len);
/* utf8_offset -- the byte offset of code point number `index`, `len` if there are fewer. */
size_t utf8_offset(const char *bytes, size_t len, size_t index);

#endif
