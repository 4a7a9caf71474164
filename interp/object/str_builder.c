/* str_builder.c -- text that grows: one buffer of the width needed so far, doubled when full.
 * An interrupt that comes meanwhile makes the next addition fail.
 * A str that was taken whole as the first piece is not copied twice: the buffer holds plain characters, the str is made at the end. */
#include "interp/object/str.h"

#include "gc/heap.h"
#include "interp/base/utf8.h"
#include "interp/object/protocol.h"

static bool add_whole(StrBuilder *b, Value v);

static bool grow(StrBuilder *b, size_t more, unsigned width)
{
    if (b->first.bits) {                 /* the str that was kept whole becomes characters */
        Value first = b->first;
        b->first.bits = 0;
        bool ok = add_whole(b, first);
        release(first);
        if (!ok)
            return false;
    }
    assert(b->len <= b->cap && (b->width || !b->cap));
    size_t need = b->len + more;
    if (need < b->len || need > (1ull << 46))
        return raise_memory_false();
    if (b->width == 0)
        b->width = 1;
    if (width <= b->width) {
        if (need <= b->cap)
            return true;
        size_t cap = b->cap + b->cap / 2 + 32;
        if (cap < need)
            cap = need;
        void *moved = heap_buf_realloc(b->data, b->cap * b->width, cap * b->width);
        if (!moved)
            return raise_memory_false();
        b->data = moved;
        b->cap = cap;
        return true;
    }
    size_t cap = need > b->cap ? need + need / 4 + 16 : b->cap;
    void *wider = heap_buf(cap * width);
    if (!wider)
        return raise_memory_false();
    str_widen(wider, width, b->data, b->width, b->len);
    heap_buf_free(b->data, b->cap * b->width);
    b->data = wider;
    b->cap = cap;
    b->width = width;
    return true;
}

bool str_builder_char_slow(StrBuilder *b, uint32_t c)
{
    unsigned width = str_width_for(c);
    if (!POLL_EACH(b->len, 1 << 14))         /* whoever makes a long text can be interrupted */
        return false;
    if ((b->len == b->cap || width > b->width) && !grow(b, 1, width))
        return false;
    if (c > b->max)
        b->max = c;
    if (b->width == 1)
        ((uint8_t *)b->data)[b->len++] = (uint8_t)c;
    else if (b->width == 2)
        ((uint16_t *)b->data)[b->len++] = (uint16_t)c;
    else
        ((uint32_t *)b->data)[b->len++] = c;
    return true;
}

bool str_builder_fill(StrBuilder *b, uint32_t c, size_t n)
{
    if (n == 0)
        return true;
    if (!grow(b, n, str_width_for(c)))
        return false;
    if (c > b->max)
        b->max = c;
    if (b->width == 1)
        memset((uint8_t *)b->data + b->len, (int)c, n);
    else
        for (size_t i = 0; i < n; i++) {
            if (b->width == 2)
                ((uint16_t *)b->data)[b->len + i] = (uint16_t)c;
            else
                ((uint32_t *)b->data)[b->len + i] = c;
        }
    b->len += n;
    return true;
}

/* Characters of a narrower or equal width, whose greatest is at most `max`. */
static bool add_chars(StrBuilder *b, const void *data, unsigned width, size_t n, uint32_t max)
{
    if (n == 0)
        return true;
    if (!poll_interrupt() || !grow(b, n, width))
        return false;
    assert(b->width >= width && b->len + n <= b->cap && str_width_for(max) <= b->width);
    str_widen((char *)b->data + b->len * b->width, b->width, data, width, n);
    b->len += n;
    if (max > b->max)
        b->max = max;
    return true;
}

bool str_builder_ascii_slow(StrBuilder *b, const char *s, size_t n) { return add_chars(b, s, 1, n, 0x7f); }

bool str_builder_utf8(StrBuilder *b, const char *s, size_t n)
{
    size_t plain = utf8_ascii(s, n);
    if (!str_builder_ascii(b, s, plain))
        return false;
    for (const char *at = s + plain, *end = s + n; at < end;) {
        int32_t c = utf8_decode_wtf(&at, end);
        if (!str_builder_char(b, c == UTF8_BAD ? 0xFFFD : (uint32_t)c))
            return false;
    }
    return true;
}

static bool add_whole(StrBuilder *b, Value v)
{
    const Str *s = as_str(v);
    return add_chars(b, str_data(s), s->width, s->len, s->ascii ? 0x7f : s->width == 1 ? 0xff : s->width == 2 ? 0xffff : 0x10ffff);
}

bool str_builder_str(StrBuilder *b, Value v)
{
    if (b->cap == 0 && !b->first.bits && str_exact(v)) {
        b->first = retain(v);
        return true;
    }
    return str_len(v) == 0 || add_whole(b, v);
}

bool str_builder_slice(StrBuilder *b, Value v, uint64_t start, uint64_t stop)
{
    const Str *s = as_str(v);
    assert(start <= stop && stop <= s->len);
    if (start == 0 && stop == s->len)
        return str_builder_str(b, v);
    if (start == stop)
        return true;
    const void *from = (const char *)str_data(s) + start * s->width;
    uint32_t max = s->ascii ? 0x7f : str_max_char(from, s->width, stop - start);
    if (str_width_for(max) == s->width)
        return add_chars(b, from, s->width, stop - start, max);
    for (uint64_t i = start; i < stop; i++)
        if (!str_builder_char(b, str_char(s, i)))
            return false;
    return true;
}

Value str_builder_finish(StrBuilder *b)
{
    Value result;
    if (b->first.bits)
        result = retain(b->first);
    else if (b->len > 1 && b->width == 1 && b->max < 128) {
        Str *s = str_alloc(b->len, 1, true);
        if (s)
            memcpy(s->u.c1, b->data, b->len);
        result = s ? obj_value(s) : ERROR;
    } else {
        result = b->len ? str_from_chars(b->data, b->width, b->len) : retain(str_empty);
    }
    str_builder_free(b);
    assert(!is_error(result) || error_pending());
    return result;
}

Value str_builder_end(StrBuilder *b, bool ok)
{
    if (ok)
        return str_builder_finish(b);
    str_builder_free(b);
    assert(error_pending());
    return ERROR;
}

void str_builder_free(StrBuilder *b)
{
    if (b->first.bits)
        release(b->first);
    heap_buf_free(b->data, b->cap * b->width);
    *b = (StrBuilder){ 0 };
}
