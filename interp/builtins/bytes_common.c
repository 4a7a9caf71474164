/* bytes_common.c -- the methods that bytes and bytearray share: searching, splitting, stripping, padding, joining.
 * Results are of self's kind. Arguments are fetched before self is looked at, for fetching may run Python code. */
#include "gc/heap.h"
#include "interp/base/buf.h"
#include "interp/base/hex.h"
#include "interp/base/unicode.h"
#include "interp/builtins/bytes_parts.h"
#include "interp/builtins/text_helpers.h"
#include "interp/object/bytes.h"
#include "interp/object/codec.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/tuple.h"

typedef struct Span { const uint8_t *at; int64_t n; } Span;

static Span span_of(Value v)
{
    if (bytes_check(v))
        return (Span){ as_bytes(v)->data, (int64_t)as_bytes(v)->len };
    return (Span){ bytearray_data(as_bytearray(v)), (int64_t)as_bytearray(v)->len };
}

static Value like(Value self, const uint8_t *data, int64_t n)
{
    return bytes_check(self) ? bytes_new(data, (size_t)n) : bytearray_new(data, (size_t)n);
}

/* The whole self: exact bytes come back themselves. */
static Value whole(Value self)
{
    if (is_exact(self, &bytes_type))
        return retain(self);
    Span s = span_of(self);
    return like(self, s.at, s.n);
}

static Value from_buf(Value self, Buf *out)
{
    Value v = out->failed ? raise_memory() : like(self, (const uint8_t *)(out->at ? out->at : ""), (int64_t)out->len);
    buf_free(out);
    return v;
}

/* For loops over bytes that fill a buffer: false, an interrupt came, the buffer is given back. No Python code runs, so self stays as it is. */
static inline bool go_on(int64_t i, Buf *out)
{
    if (POLL_EACH(i, 1 << 16))
        return true;
    buf_free(out);
    return false;
}

bool byte_of(Value v, uint8_t *byte)
{
    int64_t i;
    if (!obj_index_i64(v, &i, NO_ERROR))
        return false;
    if (i < 0 || i > 255)
        return raise_false(ValueError, "byte must be in range(0, 256)");
    *byte = (uint8_t)i;
    return true;
}

/* --- searching --------------------------------------------------------------------------------------------------------------- */
/* What to look for: one byte or a buffer. Give back with needle_free. */
typedef struct Needle { Buffer buffer; uint8_t byte; Span span; bool locked; } Needle;

static bool needle_of(Value v, Needle *needle)
{
    needle->locked = false;
    if (buffer_supported(v)) {
        if (!buffer_bytes(v, &needle->buffer))
            return false;
        needle->locked = true;
        needle->span = (Span){ needle->buffer.data, needle->buffer.len_bytes };
        return true;
    }
    if (!int_check(v) && !type_of(v)->index)
        return raise_false(TypeError, "argument should be integer or bytes-like object, not '%.200T'", v);
    needle->span = (Span){ &needle->byte, 1 };
    return byte_of(v, &needle->byte);
}

static void needle_free(Needle *needle)
{
    if (needle->locked)
        buffer_release(&needle->buffer);
}

/* -2: failed. */
static int64_t find(Value *args, bool backwards)
{
    Needle needle;
    int64_t from, to;
    if (!needle_of(args[1], &needle))
        return -2;
    if (!text_bounds(args[2], args[3], span_of(args[0]).n, &from, &to)) {
        needle_free(&needle);
        return -2;
    }
    Span s = span_of(args[0]);
    if (to > s.n)
        to = s.n;
    int64_t at = from > to ? -1 : bytes_find_raw(s.at + from, (size_t)(to - from), needle.span.at, (size_t)needle.span.n, backwards);
    needle_free(&needle);
    return at < 0 ? -1 : at + from;
}

static Value found(int64_t at) { return at == -2 ? ERROR : small_int_value(at); }
static Value found_or_raise(int64_t at) { return at == -1 ? raise(ValueError, "subsection not found") : found(at); }
Value bytes_m_find(Value *args, size_t n) { return found(find(args, false)); }
Value bytes_m_rfind(Value *args, size_t n) { return found(find(args, true)); }
Value bytes_m_index(Value *args, size_t n) { return found_or_raise(find(args, false)); }
Value bytes_m_rindex(Value *args, size_t n) { return found_or_raise(find(args, true)); }

/* -1: interrupted. */
static int64_t count_in(Span s, Span sub, int64_t most)
{
    int64_t n = 0;
    if (sub.n == 0)
        return s.n + 1 < most ? s.n + 1 : most;
    while (n < most) {
        int64_t at = bytes_find_raw(s.at, (size_t)s.n, sub.at, (size_t)sub.n, false);
        if (at < 0)
            break;
        n++;
        s.at += at + sub.n;
        s.n -= at + sub.n;
        if (!POLL_EACH(n, 1 << 14))
            return -1;
    }
    return n;
}

Value bytes_m_count(Value *args, size_t n)
{
    Needle needle;
    int64_t from, to;
    if (!needle_of(args[1], &needle))
        return ERROR;
    bool ok = text_bounds(args[2], args[3], span_of(args[0]).n, &from, &to);
    Span s = span_of(args[0]);
    if (to > s.n)
        to = s.n;
    int64_t count = !ok || from > to ? 0 : count_in((Span){ s.at + from, to - from }, needle.span, INT64_MAX);
    needle_free(&needle);
    return ok && count >= 0 ? small_int_value(count) : ERROR;
}

static Truth matches(Value self, Value sub, int64_t from, int64_t to, bool at_end)
{
    Buffer buffer;
    if (!buffer_bytes(sub, &buffer))
        return TRUTH_FAILED;
    Span s = span_of(self);
    if (to > s.n)
        to = s.n;
    int64_t m = buffer.len_bytes;
    bool yes = from <= to && to - from >= m && memcmp(s.at + (at_end ? to - m : from), buffer.data, (size_t)m) == 0;
    buffer_release(&buffer);
    return yes;
}

static Value starts(Value *args, bool at_end, const char *name)
{
    int64_t from, to;
    Truth t = NO;
    if (!text_bounds(args[2], args[3], span_of(args[0]).n, &from, &to))
        return ERROR;
    if (tuple_check(args[1])) {
        for (uint64_t i = 0; i < tuple_len(args[1]) && t == NO; i++)
            t = matches(args[0], tuple_peek(args[1], i), from, to, at_end);
    } else {
        t = matches(args[0], args[1], from, to, at_end);
        if (t == TRUTH_FAILED && error_is(TypeError))
            error_set(TypeError, "%s first arg must be bytes or a tuple of bytes, not %.100T", name, args[1]);
    }
    return t == TRUTH_FAILED ? ERROR : bool_value(t);
}
Value bytes_m_startswith(Value *args, size_t n) { return starts(args, false, "startswith"); }
Value bytes_m_endswith(Value *args, size_t n) { return starts(args, true, "endswith"); }

/* --- splitting ------------------------------------------------------------------------------------------------------------------ */
static bool is_blank(uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static bool add(Value list, Value self, const uint8_t *data, int64_t n)
{
    Value part = like(self, data, n);
    return !is_error(part) && list_append_take(list, part) && POLL_EACH(list_len(list), 1 << 12);
}

static bool split_blanks(Value list, Value self, int64_t most)
{
    Span s = span_of(self);
    int64_t i = 0;
    bool ok = true;
    while (ok) {
        while (i < s.n && is_blank(s.at[i]))
            i++;
        if (i == s.n)
            break;
        int64_t start = i;
        if (most-- <= 0)
            return add(list, self, s.at + start, s.n - start);
        while (i < s.n && !is_blank(s.at[i]))
            i++;
        ok = add(list, self, s.at + start, i - start);
    }
    return ok;
}

static bool rsplit_blanks(Value list, Value self, int64_t most)
{
    Span s = span_of(self);
    int64_t i = s.n;
    bool ok = true;
    while (ok) {
        while (i > 0 && is_blank(s.at[i - 1]))
            i--;
        if (i == 0)
            break;
        int64_t stop = i;
        if (most-- <= 0) {
            ok = add(list, self, s.at, stop);
            break;
        }
        while (i > 0 && !is_blank(s.at[i - 1]))
            i--;
        ok = add(list, self, s.at + i, stop - i);
    }
    list_reverse(list);
    return ok;
}

static bool split_by(Value list, Value self, Span sep, int64_t most, bool backwards)
{
    Span s = span_of(self);
    int64_t start = 0, stop = s.n;
    bool ok = true;
    while (ok && most-- > 0) {
        int64_t at = bytes_find_raw(s.at + start, (size_t)(stop - start), sep.at, (size_t)sep.n, backwards);
        if (at < 0)
            break;
        at += start;
        if (backwards) {
            ok = add(list, self, s.at + at + sep.n, stop - at - sep.n);
            stop = at;
        } else {
            ok = add(list, self, s.at + start, at - start);
            start = at + sep.n;
        }
    }
    ok = ok && add(list, self, s.at + start, stop - start);
    if (backwards)
        list_reverse(list);
    return ok;
}

static Value split(Value *args, bool backwards)
{
    int64_t most;
    if (!text_int(args[2], -1, &most))
        return ERROR;
    if (most < 0)
        most = INT64_MAX;
    own Value list = list_new(0);
    bool ok;
    if (is_error(list))
        return ERROR;
    if (is_unbound(args[1]) || is_none(args[1])) {
        ok = backwards ? rsplit_blanks(list, args[0], most) : split_blanks(list, args[0], most);
    } else {
        Buffer buffer;
        if (!buffer_bytes(args[1], &buffer))
            return ERROR;
        ok = buffer.len_bytes > 0 ? split_by(list, args[0], (Span){ buffer.data, buffer.len_bytes }, most, backwards)
                                  : raise_false(ValueError, "empty separator");
        buffer_release(&buffer);
    }
    return ok ? give(list) : ERROR;
}
Value bytes_m_split(Value *args, size_t n) { return split(args, false); }
Value bytes_m_rsplit(Value *args, size_t n) { return split(args, true); }

Value bytes_m_splitlines(Value *args, size_t n)
{
    Truth keep = is_unbound(args[1]) ? NO : obj_truth(args[1]);
    own Value list = keep == TRUTH_FAILED ? ERROR : list_new(0);
    if (is_error(list))
        return ERROR;
    Span s = span_of(args[0]);
    for (int64_t i = 0; i < s.n;) {
        int64_t start = i;
        while (i < s.n && s.at[i] != '\n' && s.at[i] != '\r')
            i++;
        int64_t stop = i;
        if (i < s.n)
            i += s.at[i] == '\r' && i + 1 < s.n && s.at[i + 1] == '\n' ? 2 : 1;
        if (!add(list, args[0], s.at + start, (keep ? i : stop) - start))
            return ERROR;
    }
    return give(list);
}

static Value partition(Value *args, bool backwards)
{
    Buffer buffer;
    if (!buffer_bytes(args[1], &buffer))
        return ERROR;
    Value result = ERROR;
    Span s = span_of(args[0]);
    int64_t m = buffer.len_bytes;
    if (m == 0) {
        error_set(ValueError, "empty separator");
    } else {
        int64_t at = bytes_find_raw(s.at, (size_t)s.n, buffer.data, (size_t)m, backwards);
        int64_t head = at >= 0 ? at : backwards ? 0 : s.n, middle = at >= 0 ? m : 0, tail = at >= 0 ? at + m : backwards ? 0 : s.n;
        own Value a = like(args[0], s.at, head), b = like(args[0], buffer.data, middle), c = like(args[0], s.at + tail, s.n - tail);
        result = is_error(a) || is_error(b) || is_error(c) ? ERROR : tuple_of3(a, b, c);
    }
    buffer_release(&buffer);
    return result;
}
Value bytes_m_partition(Value *args, size_t n) { return partition(args, false); }
Value bytes_m_rpartition(Value *args, size_t n) { return partition(args, true); }

/* --- strip ------------------------------------------------------------------------------------------------------------------------- */
enum { LEFT = 1, RIGHT = 2 };
static Value strip(Value *args, int sides)
{
    Span s = span_of(args[0]);
    int64_t start = 0, stop = s.n;
    if (is_unbound(args[1]) || is_none(args[1])) {
        while ((sides & LEFT) && start < stop && is_blank(s.at[start]))
            start++;
        while ((sides & RIGHT) && stop > start && is_blank(s.at[stop - 1]))
            stop--;
    } else {
        bool set[256] = { false };
        Buffer buffer;
        if (!buffer_bytes(args[1], &buffer))
            return ERROR;
        for (int64_t i = 0; i < buffer.len_bytes; i++)
            set[((const uint8_t *)buffer.data)[i]] = true;
        buffer_release(&buffer);
        while ((sides & LEFT) && start < stop && set[s.at[start]])
            start++;
        while ((sides & RIGHT) && stop > start && set[s.at[stop - 1]])
            stop--;
    }
    return start == 0 && stop == s.n ? whole(args[0]) : like(args[0], s.at + start, stop - start);
}
Value bytes_m_strip(Value *args, size_t n) { return strip(args, LEFT | RIGHT); }
Value bytes_m_lstrip(Value *args, size_t n) { return strip(args, LEFT); }
Value bytes_m_rstrip(Value *args, size_t n) { return strip(args, RIGHT); }

static Value remove_affix(Value *args, bool suffix)
{
    Buffer buffer;
    if (!buffer_bytes(args[1], &buffer))
        return ERROR;
    Span s = span_of(args[0]);
    int64_t m = buffer.len_bytes;
    bool there = m > 0 && m <= s.n && memcmp(suffix ? s.at + s.n - m : s.at, buffer.data, (size_t)m) == 0;
    buffer_release(&buffer);
    return there ? like(args[0], suffix ? s.at : s.at + m, s.n - m) : whole(args[0]);
}
Value bytes_m_removeprefix(Value *args, size_t n) { return remove_affix(args, false); }
Value bytes_m_removesuffix(Value *args, size_t n) { return remove_affix(args, true); }

/* --- replacing, joining, padding ------------------------------------------------------------------------------------------------------ */
static Value replaced(Value self, Span old, Span with, int64_t most)
{
    Span s = span_of(self);
    Buf out = { 0 };
    if (old.n == 0) {
        for (int64_t i = 0; i <= s.n; i++) {
            if (!go_on(i, &out))
                return ERROR;
            if (most-- > 0)
                buf_add(&out, with.at, (size_t)with.n);
            if (i < s.n)
                buf_char(&out, (char)s.at[i]);
        }
        return from_buf(self, &out);
    }
    int64_t count = count_in(s, old, most), start = 0;
    if (count <= 0)
        return count ? ERROR : whole(self);
    if (with.n > old.n && count > ((1ll << 46) - s.n) / (with.n - old.n))
        return raise(OverflowError, "replace bytes is too long");
    buf_reserve(&out, (size_t)(s.n + count * (with.n - old.n)) + 1);
    for (; count > 0; count--) {
        if (!go_on(count, &out))
            return ERROR;
        int64_t at = bytes_find_raw(s.at + start, (size_t)(s.n - start), old.at, (size_t)old.n, false);
        buf_add(&out, s.at + start, (size_t)at);
        buf_add(&out, with.at, (size_t)with.n);
        start += at + old.n;
    }
    buf_add(&out, s.at + start, (size_t)(s.n - start));
    return from_buf(self, &out);
}

Value bytes_m_replace(Value *args, size_t n)
{
    int64_t most;
    Buffer old, with;
    if (!text_int(args[3], -1, &most) || !buffer_bytes(args[1], &old))
        return ERROR;
    Value result = ERROR;
    if (buffer_bytes(args[2], &with)) {
        result = replaced(args[0], (Span){ old.data, old.len_bytes }, (Span){ with.data, with.len_bytes }, most < 0 ? INT64_MAX : most);
        buffer_release(&with);
    }
    buffer_release(&old);
    return result;
}

Value bytes_m_join(Value *args, size_t n)
{
    Value items = args[1];
    if (!type_of(items)->iter && !type_of(items)->getitem)
        return raise(TypeError, "can only join an iterable");
    own Value parts = list_check(items) || tuple_check(items) ? retain(items) : list_from_iterable(items);
    if (is_error(parts))
        return ERROR;
    Buf out = { 0 };
    for (uint64_t i = 0; i < (list_check(parts) ? list_len(parts) : tuple_len(parts)); i++) {
        own Value item = retain(list_check(parts) ? list_peek(parts, i) : tuple_peek(parts, i));
        Buffer buffer;
        if (!go_on((int64_t)i, &out))
            return ERROR;
        if (!buffer_supported(item) || !buffer_bytes(item, &buffer)) {
            if (error_pending())
                error_clear();
            buf_free(&out);
            return raise(TypeError, "sequence item %zu: expected a bytes-like object, %.80T found", (size_t)i, item);
        }
        Span sep = span_of(args[0]);
        if (i)
            buf_add(&out, sep.at, (size_t)sep.n);
        buf_add(&out, buffer.data, (size_t)buffer.len_bytes);
        buffer_release(&buffer);
    }
    return from_buf(args[0], &out);
}

static Value pad(Value self, int64_t left, int64_t right, uint8_t c)
{
    Span s = span_of(self);
    Buf out = { 0 };
    if (left + right > 1ll << 46)
        return raise_memory();
    buf_fill(&out, (char)c, (size_t)left);
    buf_add(&out, s.at, (size_t)s.n);
    buf_fill(&out, (char)c, (size_t)right);
    return from_buf(self, &out);
}

static Value justify(Value *args, char how, const char *name)
{
    int64_t width;
    uint8_t c = ' ';
    if (!text_int(args[1], 0, &width))
        return ERROR;
    if (!is_unbound(args[2])) {
        if ((!bytes_check(args[2]) && !bytearray_check(args[2])) || span_of(args[2]).n != 1)
            return raise(TypeError, "%s() argument 2 must be a byte string of length 1, not %.100W", name, args[2]);
        c = span_of(args[2]).at[0];
    }
    int64_t n = span_of(args[0]).n;
    if (width <= n)
        return whole(args[0]);
    int64_t gap = width - n, left = how == 'r' ? gap : how == 'l' ? 0 : gap / 2 + (gap & width & 1);
    return pad(args[0], left, gap - left, c);
}
Value bytes_m_center(Value *args, size_t n) { return justify(args, 'c', "center"); }
Value bytes_m_ljust(Value *args, size_t n) { return justify(args, 'l', "ljust"); }
Value bytes_m_rjust(Value *args, size_t n) { return justify(args, 'r', "rjust"); }

Value bytes_m_zfill(Value *args, size_t n)
{
    int64_t width;
    if (!text_int(args[1], 0, &width))
        return ERROR;
    Span s = span_of(args[0]);
    if (width <= s.n)
        return whole(args[0]);
    if (width > 1ll << 46)
        return raise_memory();
    Buf out = { 0 };
    bool sign = s.n && (*s.at == '+' || *s.at == '-');
    buf_add(&out, s.at, sign);
    buf_fill(&out, '0', (size_t)(width - s.n));
    buf_add(&out, s.at + sign, (size_t)s.n - sign);
    return from_buf(args[0], &out);
}

Value bytes_m_expandtabs(Value *args, size_t n)
{
    int64_t size, column = 0;
    if (!text_int(args[1], 8, &size))
        return ERROR;
    if (size > INT32_MAX)
        return raise(OverflowError, "Python int too large to convert to C int");
    Span s = span_of(args[0]);
    Buf out = { 0 };
    for (int64_t i = 0; i < s.n; i++) {
        uint8_t c = s.at[i];
        if (!go_on(i, &out))
            return ERROR;
        if (c == '\t') {
            int64_t gap = size > 0 ? size - column % size : 0;
            buf_fill(&out, ' ', (size_t)gap);
            column += gap;
        } else {
            column = c == '\n' || c == '\r' ? 0 : column + 1;
            buf_char(&out, (char)c);
        }
    }
    return from_buf(args[0], &out);
}

Value bytes_m_translate(Value *args, size_t n)
{
    uint8_t table[256];
    bool drop[256] = { false };
    Buffer buffer;
    for (int c = 0; c < 256; c++)
        table[c] = (uint8_t)c;
    if (!is_none(args[1])) {
        if (!buffer_bytes(args[1], &buffer))
            return ERROR;
        bool fits = buffer.len_bytes == 256;
        if (fits)
            memcpy(table, buffer.data, 256);
        buffer_release(&buffer);
        if (!fits)
            return raise(ValueError, "translation table must be 256 characters long");
    }
    if (!is_unbound(args[2])) {
        if (!buffer_bytes(args[2], &buffer))
            return ERROR;
        for (int64_t i = 0; i < buffer.len_bytes; i++)
            drop[((const uint8_t *)buffer.data)[i]] = true;
        buffer_release(&buffer);
    }
    Span s = span_of(args[0]);
    if (is_unbound(args[2]) && is_exact(args[0], &bytes_type)) {
        Bytes *b = bytes_alloc((size_t)s.n);
        if (!b)
            return ERROR;
        for (int64_t i = 0; i < s.n; i++)
            b->data[i] = table[s.at[i]];
        return bytes_shrink_take(b, (size_t)s.n);
    }
    Buf out = { 0 };
    bool changed = false;
    buf_reserve(&out, (size_t)s.n + 1);
    for (int64_t i = 0; i < s.n; i++) {
        if (!go_on(i, &out))
            return ERROR;
        changed = changed || drop[s.at[i]] || table[s.at[i]] != s.at[i];
        if (!drop[s.at[i]])
            buf_char(&out, (char)table[s.at[i]]);
    }
    if (!changed) {
        buf_free(&out);
        return whole(args[0]);
    }
    return from_buf(args[0], &out);
}

Value bytes_m_maketrans(Value *args, size_t n)
{
    Buffer from, to;
    if (!buffer_bytes(args[0], &from))
        return ERROR;
    if (!buffer_bytes(args[1], &to)) {
        buffer_release(&from);
        return ERROR;
    }
    Bytes *table = NULL;
    if (from.len_bytes != to.len_bytes)
        error_set(ValueError, "maketrans arguments must have same length");
    else
        table = bytes_alloc(256);
    for (int c = 0; table && c < 256; c++)
        table->data[c] = (uint8_t)c;
    for (int64_t i = 0; table && i < from.len_bytes; i++)
        table->data[((const uint8_t *)from.data)[i]] = ((const uint8_t *)to.data)[i];
    buffer_release(&from);
    buffer_release(&to);
    return table ? obj_value(table) : ERROR;
}

/* --- case, questions: ASCII only -------------------------------------------------------------------------------------------------------- */
static bool upper(uint8_t c) { return c >= 'A' && c <= 'Z'; }
static bool lower(uint8_t c) { return c >= 'a' && c <= 'z'; }
static bool letter(uint8_t c) { return upper(c) || lower(c); }
static bool digit(uint8_t c) { return c >= '0' && c <= '9'; }
static bool alnum(uint8_t c) { return letter(c) || digit(c); }
static bool ascii(uint8_t c) { return c < 128; }

static Value mapped(Value self, char how)
{
    Span s = span_of(self);
    Buf out = { 0 };
    bool after_letter = false;
    buf_reserve(&out, (size_t)s.n + 1);
    for (int64_t i = 0; i < s.n; i++) {
        uint8_t c = s.at[i];
        if (!go_on(i, &out))
            return ERROR;
        bool to_upper = how == 'u' || (how == 'c' && i == 0) || (how == 't' && !after_letter) || (how == 's' && lower(c));
        after_letter = letter(c);
        buf_char(&out, (char)(letter(c) ? (to_upper ? c & ~32 : c | 32) : c));
    }
    return from_buf(self, &out);
}
Value bytes_m_upper(Value *args, size_t n) { return mapped(args[0], 'u'); }
Value bytes_m_lower(Value *args, size_t n) { return mapped(args[0], 'l'); }
Value bytes_m_title(Value *args, size_t n) { return mapped(args[0], 't'); }
Value bytes_m_capitalize(Value *args, size_t n) { return mapped(args[0], 'c'); }
Value bytes_m_swapcase(Value *args, size_t n) { return mapped(args[0], 's'); }

static Value all(Value self, bool (*is)(uint8_t), bool if_empty)
{
    Span s = span_of(self);
    for (int64_t i = 0; i < s.n; i++)
        if (!is(s.at[i]))
            return FALSE;
        else if (!POLL_EACH(i, 1 << 16))
            return ERROR;
    return bool_value(s.n > 0 || if_empty);
}
Value bytes_m_isalnum(Value *args, size_t n) { return all(args[0], alnum, false); }
Value bytes_m_isalpha(Value *args, size_t n) { return all(args[0], letter, false); }
Value bytes_m_isascii(Value *args, size_t n) { return all(args[0], ascii, true); }
Value bytes_m_isdigit(Value *args, size_t n) { return all(args[0], digit, false); }
Value bytes_m_isspace(Value *args, size_t n) { return all(args[0], is_blank, false); }

static Value one_case(Value self, bool (*wanted)(uint8_t), bool (*unwanted)(uint8_t))
{
    Span s = span_of(self);
    bool any = false;
    for (int64_t i = 0; i < s.n; i++) {
        if (unwanted(s.at[i]))
            return FALSE;
        any = any || wanted(s.at[i]);
        if (!POLL_EACH(i, 1 << 16))
            return ERROR;
    }
    return bool_value(any);
}
Value bytes_m_islower(Value *args, size_t n) { return one_case(args[0], lower, upper); }
Value bytes_m_isupper(Value *args, size_t n) { return one_case(args[0], upper, lower); }

Value bytes_m_istitle(Value *args, size_t n)
{
    Span s = span_of(args[0]);
    bool any = false, after = false;
    for (int64_t i = 0; i < s.n; i++) {
        if (upper(s.at[i]) ? after : lower(s.at[i]) && !after)
            return FALSE;
        after = letter(s.at[i]);
        any = any || after;
    }
    return bool_value(any);
}

/* --- text ----------------------------------------------------------------------------------------------------------------------------------- */
Value bytes_m_decode(Value *args, size_t n)
{
    const char *encoding, *errors;
    if (!text_name(args[1], "decode", "encoding", &encoding) || !text_name(args[2], "decode", "errors", &errors))
        return ERROR;
    Buffer buffer;                                       /* a bytearray must not move under a handler written in Python */
    if (!buffer_bytes(args[0], &buffer))
        return ERROR;
    Value s = codec_decode(buffer.data, (size_t)buffer.len_bytes, encoding, errors);
    buffer_release(&buffer);
    return s;
}

Value bytes_m_fromhex(Value *args, size_t n)
{
    if (!str_check(args[1]))
        return raise(TypeError, "fromhex() argument must be str, not %.100s", ARGUMENT_NAME(args[1]));
    const Str *s = as_str(args[1]);
    Buf out = { 0 };
    for (uint64_t i = 0; i < s->len;) {
        uint32_t c = str_char(s, i);
        if (!go_on((int64_t)(i >> 1), &out))
            return ERROR;
        if (c < 128 && is_blank((uint8_t)c)) {
            i++;
            continue;
        }
        int high = hex_digit(c), low = high >= 0 && i + 1 < s->len ? hex_digit(str_char(s, i + 1)) : -1;
        if (high < 0 || low < 0) {
            buf_free(&out);
            return raise(ValueError, "non-hexadecimal number found in fromhex() arg at position %zu", (size_t)(high < 0 ? i : i + 1));
        }
        buf_char(&out, (char)(high << 4 | low));
        i += 2;
    }
    bool is_array = type_is_subtype(as_type(args[0]), &bytearray_type);
    own Value v = out.failed ? raise_memory() : is_array ? bytearray_new(out.at, out.len) : bytes_new(out.at, out.len);
    buf_free(&out);
    if (is_error(v) || same(args[0], obj_value(&bytes_type)) || same(args[0], obj_value(&bytearray_type)))
        return give(v);
    return call1(args[0], v);
}

static bool hex_separator(Value sep, uint8_t *c)
{
    if (is_unbound(sep))
        return true;
    int64_t len = obj_len(sep);
    if (len < 0)
        return false;
    if (len != 1)
        return raise_false(ValueError, "sep must be length 1.");
    if (str_check(sep)) {
        uint32_t code = str_char(as_str(sep), 0);
        if (code > 127)
            return raise_false(ValueError, "sep must be ASCII.");
        *c = (uint8_t)code;
    } else if (bytes_check(sep)) {
        *c = as_bytes(sep)->data[0];
    } else {
        return raise_false(TypeError, "sep must be str or bytes.");
    }
    return *c < 128 || raise_false(ValueError, "sep must be ASCII.");
}

static void hex_digits(const uint8_t *data, size_t n, uint8_t *out)
{
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = (uint8_t)"0123456789abcdef"[data[i] >> 4];
        out[2 * i + 1] = (uint8_t)"0123456789abcdef"[data[i] & 15];
    }
}

Value bytes_hex(const uint8_t *data, int64_t n, Value sep, Value group_arg)
{
    uint8_t c = 0;
    int64_t group = 1;
    if ((!is_unbound(group_arg) && !obj_index_i64(group_arg, &group, NO_ERROR)) || !hex_separator(sep, &c))       /* clipped */
        return ERROR;
    if (group != (int)group)
        return raise(OverflowError, "Python int too large to convert to C int");
    uint64_t size = (uint64_t)(group < 0 ? -group : group);
    bool grouped = !is_unbound(sep) && size > 0;
    if (!grouped && n > 0) {
        Str *plain = str_alloc(2 * (uint64_t)n, 1, true);
        if (!plain)
            return ERROR;
        hex_digits(data, (size_t)n, plain->u.c1);
        return obj_value(plain);
    }
    StrBuilder b = { 0 };
    for (int64_t i = 0; i < n; i++) {
        uint64_t position = (uint64_t)(group < 0 ? i : n - i);
        char pair[2] = { "0123456789abcdef"[data[i] >> 4], "0123456789abcdef"[data[i] & 15] };
        if (!POLL_EACH(i, 1 << 16) || (grouped && i && position % size == 0 && !str_builder_char(&b, c)) || !str_builder_ascii(&b, pair, 2)) {
            str_builder_free(&b);
            return ERROR;
        }
    }
    return str_builder_finish(&b);
}

Value bytes_m_hex(Value *args, size_t n)
{
    Buffer buffer;
    if (!buffer_bytes(args[0], &buffer))
        return ERROR;
    Value s = bytes_hex(buffer.data, buffer.len_bytes, args[1], args[2]);
    buffer_release(&buffer);
    return s;
}
