/* buf.h -- a growing byte string.
 *
 * {0} is a valid empty buffer.  `at[0 .. len-1]` are the bytes; buf_text() also makes a NUL follow them.
 * Failure is sticky: when memory runs out, `failed` is set, the call gives false and later additions do
 * nothing, so a writer may ignore single results and look at `failed` once at the end.
 * The owner frees it with buf_free, or takes the bytes with buf_detach. */
#ifndef INTERP_BASE_BUF_H
#define INTERP_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct Buf {
    char *at;
    size_t len, cap;
    bool failed;
} Buf;

/* Asked before a buffer grows to `cap` bytes, when that is a MiB or more: false, there is no memory for it. NULL: never asked. */
extern bool (*buf_room_hook)(size_t cap);
/* buf_reserve -- room for `more` bytes after `len`. */
bool buf_reserve(Buf *buf, size_t more);
/* buf_text -- the bytes with a NUL behind them (valid until the next change); "" when out of memory or empty. */
const char *buf_text(Buf *buf);
/* buf_detach -- the bytes, NUL-terminated, now the caller's (free()); the buffer is empty again. NULL if failed. */
char *buf_detach(Buf *buf, size_t *len);
/* buf_free -- gives the memory back; the buffer is empty and usable again. */
void buf_free(Buf *buf);
bool buf_printf(Buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* buf_utf8 -- one code point as UTF-8 (surrogates as three bytes, WTF-8). */
bool buf_utf8(Buf *buf, uint32_t code);
/* buf_fill -- `n` times the byte. */
bool buf_fill(Buf *buf, char byte, size_t n);

static inline bool buf_add(Buf *buf, const void *bytes, size_t len)
{
    if (len > buf->cap - buf->len && !buf_reserve(buf, len))
        return false;
    if (len)
        memcpy(buf->at + buf->len, bytes, len);
    buf->len += len;
    return true;
}

static inline bool buf_char(Buf *buf, char byte)
{
    if (buf->len == buf->cap && !buf_reserve(buf, 1))
        return false;
    buf->at[buf->len++] = byte;
    return true;
}

static inline bool buf_string(Buf *buf, const char *text) { return buf_add(buf, text, strlen(text)); }
static inline void buf_clear(Buf *buf) { buf->len = 0; buf->failed = false; }

#endif
