/* buf.c -- see buf.h */
#include "interp/base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "interp/base/utf8.h"

bool (*buf_room_hook)(size_t cap);

bool buf_reserve(Buf *buf, size_t more)
{
    assert(buf->len <= buf->cap);
    if (buf->failed)
        return false;
    if (more <= buf->cap - buf->len)
        return true;
    if (more > SIZE_MAX / 4 || buf->len > SIZE_MAX / 4) {
        buf->failed = true;
        return false;
    }
    size_t cap = buf->cap + buf->cap / 2;
    if (cap < buf->len + more)
        cap = buf->len + more;
    if (cap < 64)
        cap = 64;
    bool room = cap < 1 << 20 || !buf_room_hook || buf_room_hook(cap);
    char *at = room ? realloc(buf->at, cap) : NULL;
    if (!at) {
        buf->failed = true;
        return false;
    }
    buf->at = at;
    buf->cap = cap;
    return true;
}

const char *buf_text(Buf *buf)
{
    if (!buf_reserve(buf, 1))
        return "";
    buf->at[buf->len] = '\0';
    return buf->at;
}

char *buf_detach(Buf *buf, size_t *len)
{
    if (!buf_reserve(buf, 1))
        return NULL;
    char *at = buf->at;
    at[buf->len] = '\0';
    if (len)
        *len = buf->len;
    *buf = (Buf){ 0 };
    return at;
}

void buf_free(Buf *buf)
{
    free(buf->at);
    *buf = (Buf){ 0 };
}

static bool put_formatted(Buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    bool ok = len >= 0 && buf_reserve(buf, (size_t)len + 1);
    if (ok) {
        vsnprintf(buf->at + buf->len, (size_t)len + 1, format, again);
        buf->len += (size_t)len;
    }
    va_end(again);
    return ok;
}

bool buf_printf(Buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    bool ok = put_formatted(buf, format, args);
    va_end(args);
    return ok;
}

bool buf_utf8(Buf *buf, uint32_t code)
{
    if (!buf_reserve(buf, 4))
        return false;
    buf->len += (size_t)utf8_encode(code, buf->at + buf->len);
    return true;
}

bool buf_fill(Buf *buf, char byte, size_t n)
{
    if (!buf_reserve(buf, n))
        return false;
    if (n)
        memset(buf->at + buf->len, byte, n);
    buf->len += n;
    return true;
}
