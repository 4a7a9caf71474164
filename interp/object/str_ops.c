/* str_ops.c -- joining, cutting, comparing, showing texts. */
#include "interp/object/str.h"

#include <stdarg.h>
#include <stdio.h>

#include "gc/heap.h"
#include "interp/base/buf.h"
#include "interp/base/unicode.h"

int str_compare(const Str *a, const Str *b)
{
    uint64_t n = a->len < b->len ? a->len : b->len;
    if (a->width == 1 && b->width == 1) {
        int order = memcmp(a->u.c1, b->u.c1, n);
        if (order)
            return order < 0 ? -1 : 1;
    } else {
        for (uint64_t i = 0; i < n; i++) {
            uint32_t x = str_char(a, i), y = str_char(b, i);
            if (x != y)
                return x < y ? -1 : 1;
        }
    }
    return a->len < b->len ? -1 : a->len > b->len;
}

static inline void put(Str *to, uint64_t at, const Str *from, uint64_t start, uint64_t n)
{
    assert(to->width >= from->width && at + n <= to->len && start + n <= from->len && (from->ascii || !to->ascii));
    if (LIKELY(to->width == 1)) {
        memcpy(to->u.c1 + at, from->u.c1 + start, n);
        return;
    }
    str_widen((char *)to->u.c1 + at * to->width, to->width, (const char *)str_data(from) + start * from->width, from->width, n);
}

Value str_concat(Value left, Value right)
{
    const Str *a = as_str(left), *b = as_str(right);
    if (a->len == 0)
        return str_exact_of(right);
    if (b->len == 0)
        return str_exact_of(left);
    Str *s = str_alloc((uint64_t)a->len + b->len, a->width > b->width ? a->width : b->width, a->ascii && b->ascii);
    if (!s)
        return ERROR;
    put(s, 0, a, 0, a->len);
    put(s, a->len, b, 0, b->len);
    return obj_value(s);
}

/* A str with room to grow, holding the text of both. */
static Str *concat_with_room(const Str *a, const Str *b)
{
    uint64_t len = (uint64_t)a->len + b->len;
    Str *s = str_alloc_room(len, a->width > b->width ? a->width : b->width, a->ascii && b->ascii, len < 32 ? 16 : len / 4);
    if (!s)
        return NULL;
    put(s, 0, a, 0, a->len);
    put(s, a->len, b, 0, b->len);
    return s;
}

bool str_append(Value *slot, Value tail)
{
    Str *s = as_str(*slot);
    const Str *t = as_str(tail);
    if (t->len == 0 && str_exact(*slot))
        return true;
    bool ours = s->head.refcount == 1 && str_exact(*slot) && t->width <= s->width && s != t && !s->has_utf8 &&
                !(s->head.birth & (STR_INTERNED | BIRTH_STATIC | BIRTH_WEAKLY));
    if (ours && offsetof(Str, u) + ((uint64_t)s->len + t->len + 1) * s->width <= heap_size_of(&s->head)) {
        uint64_t len = s->len;
        heap_claim(s, offsetof(Str, u) + (len + t->len + 1) * s->width);
        s->len = len + t->len;
        s->hash = -1;
        s->ascii = s->ascii && t->ascii;
        put(s, len, t, 0, t->len);
        memset((char *)s->u.c1 + (len + t->len) * s->width, 0, s->width);
        return true;
    }
    if (s->len == 0) {
        Value only = str_exact_of(tail);
        if (is_error(only))
            return false;
        set_slot(slot, only);
        return true;
    }
    assert(s->head.refcount > 0 && str_check(tail));
    Str *joined = ours ? concat_with_room(s, t) : NULL;
    Value result = ours ? (joined ? obj_value(joined) : ERROR) : str_concat(*slot, tail);
    if (is_error(result))
        return false;
    set_slot(slot, result);
    return true;
}

Value str_slice(Value v, int64_t start, int64_t stop)
{
    const Str *s = as_str(v);
    assert(0 <= start && start <= stop && stop <= (int64_t)s->len);
    if (start == 0 && stop == (int64_t)s->len)
        return str_exact_of(v);
    size_t n = (size_t)(stop - start);
    if (s->ascii && n > 1) {
        Str *part = str_alloc(n, 1, true);
        if (!part)
            return ERROR;
        memcpy(part->u.c1, s->u.c1 + start, n);
        return obj_value(part);
    }
    return str_from_chars((const char *)str_data(s) + (size_t)start * s->width, s->width, n);
}

Value str_slice_step(Value v, int64_t start, int64_t step, int64_t n)
{
    const Str *s = as_str(v);
    if (n <= 0)
        return retain(str_empty);
    if (step == 1)
        return str_slice(v, start, start + n);
    Str *part = str_alloc((uint64_t)n, s->width, s->ascii);
    if (!part)
        return ERROR;
    assert(start >= 0 && start < (int64_t)s->len);
    uint64_t at = (uint64_t)start;                       /* unsigned: behind the last it may be anywhere */
    for (int64_t i = 0; i < n; i++, at += (uint64_t)step) {
        if (s->width == 1)
            part->u.c1[i] = s->u.c1[at];
        else if (s->width == 2)
            part->u.c2[i] = s->u.c2[at];
        else
            part->u.c4[i] = s->u.c4[at];
    }
    return str_shrink_take(part, (size_t)n);
}

Value str_join(Value separator, const Value *items, size_t n)
{
    const Str *sep = as_str(separator);
    if (n == 0)
        return retain(str_empty);
    if (n == 1 && str_exact(items[0]))
        return retain(items[0]);
    uint64_t len = 0;
    unsigned width = n > 1 ? sep->width : 1;
    bool ascii = n > 1 ? sep->ascii : true;
    for (size_t i = 0; i < n; i++) {
        if (!str_check(items[i]))
            return raise(TypeError, "sequence item %zu: expected str instance, %.80T found", i, items[i]);
        const Str *item = as_str(items[i]);
        len += item->len + (i ? sep->len : 0);
        if (len >= (1ull << 46))
            return raise(OverflowError, "join() result is too long for a Python string");
        if (item->width > width)
            width = item->width;
        ascii = ascii && item->ascii;
    }
    if (len == 0)
        return retain(str_empty);
    if (len == 1) {
        for (size_t i = 0; i < n; i++)
            if (str_len(items[i]) == 1)
                return str_from_char(str_char(as_str(items[i]), 0));
        return str_exact_of(separator);
    }
    Str *s = str_alloc(len, width, ascii);
    if (!s)
        return ERROR;
    uint64_t at = 0;
    for (size_t i = 0; i < n; i++) {
        if (i && sep->len) {
            put(s, at, sep, 0, sep->len);
            at += sep->len;
        }
        const Str *item = as_str(items[i]);
        put(s, at, item, 0, item->len);
        at += item->len;
    }
    assert(at == len);
    return obj_value(s);
}

Value str_repeat(Value v, int64_t n)
{
    const Str *s = as_str(v);
    if (n <= 0 || s->len == 0)
        return retain(str_empty);
    if (n == 1)
        return str_exact_of(v);
    if ((uint64_t)n > (1ull << 46) / s->len)
        return raise_memory();
    Str *r = str_alloc((uint64_t)n * s->len, s->width, s->ascii);
    if (!r)
        return ERROR;
    size_t piece = (size_t)s->len * s->width, total = piece * (size_t)n;
    if (piece == 1) {
        memset(r->u.c1, s->u.c1[0], total);
        return obj_value(r);
    }
    memcpy(r->u.c1, str_data(s), piece);
    for (size_t done = piece; done < total;) {
        size_t more = done < total - done ? done : total - done;
        memcpy((char *)r->u.c1 + done, r->u.c1, more);
        done += more;
    }
    return obj_value(r);
}

/* --- repr ----------------------------------------------------------------------------------------------------------- */
static bool escape(StrBuilder *b, uint32_t c)
{
    char text[12];
    int n;
    if (c < 0x100)
        n = snprintf(text, sizeof text, "\\x%02x", c);
    else if (c < 0x10000)
        n = snprintf(text, sizeof text, "\\u%04x", c);
    else
        n = snprintf(text, sizeof text, "\\U%08x", c);
    return str_builder_ascii(b, text, (size_t)n);
}

static bool repr_char(StrBuilder *b, uint32_t c, uint32_t quote)
{
    switch (c) {
    case '\\': return str_builder_ascii(b, "\\\\", 2);
    case '\t': return str_builder_ascii(b, "\\t", 2);
    case '\n': return str_builder_ascii(b, "\\n", 2);
    case '\r': return str_builder_ascii(b, "\\r", 2);
    }
    if (c == quote)
        return str_builder_char(b, '\\') && str_builder_char(b, c);
    return unicode_is_printable(c) ? str_builder_char(b, c) : escape(b, c);
}

Value str_repr(Value v)
{
    const Str *s = as_str(v);
    bool single = false, twofold = false, plain = s->ascii;
    for (uint64_t i = 0; i < s->len; i++) {
        uint32_t c = str_char(s, i);
        single |= c == '\'';
        twofold |= c == '"';
        plain = plain && c >= 32 && c < 127 && c != '\\';
    }
    uint32_t quote = single && !twofold ? '"' : '\'';
    if (plain && !(single && twofold)) {
        Str *r = str_alloc((uint64_t)s->len + 2, 1, true);
        if (!r)
            return ERROR;
        r->u.c1[0] = r->u.c1[s->len + 1] = (uint8_t)quote;
        memcpy(r->u.c1 + 1, s->u.c1, s->len);
        return obj_value(r);
    }
    StrBuilder b = { 0 };
    bool ok = str_builder_char(&b, quote);
    for (uint64_t i = 0; ok && i < s->len; i++) {
        uint32_t c = str_char(s, i);
        ok = c >= 32 && c < 127 && c != '\\' && c != quote ? str_builder_char(&b, c) : repr_char(&b, c, quote);
    }
    return str_builder_end(&b, ok && str_builder_char(&b, quote));
}

Value str_format(const char *format, ...)
{
    Buf text = { 0 };
    va_list args;
    va_start(args, format);
    bool ok = error_vformat(&text, format, &args);
    va_end(args);
    Value s = !ok ? ERROR : text.failed ? raise_memory() : str_new(text.at, text.len);
    buf_free(&text);
    return s;
}
