/* str_split.c -- cutting strs apart: split, splitlines, partition, strip, removeprefix. */
#define _GNU_SOURCE
#include "interp/base/unicode.h"
#include "interp/builtins/str_parts.h"
#include "interp/builtins/text_helpers.h"
#include "interp/object/list.h"
#include "interp/object/tuple.h"

/* What has been cut off so far. The first few wait here, so that a short list gets exactly the room it needs. */
typedef struct Parts { Value list; uint64_t n; Value first[12]; } Parts;
enum { FIRST_PARTS = 12 };

static cold bool spill(Parts *parts, Value part)
{
    Value list = list_new(2 * FIRST_PARTS);
    if (is_error(list)) {
        release(part);
        return false;
    }
    memcpy(as_list(list)->items, parts->first, sizeof parts->first);
    as_list(list)->len = FIRST_PARTS;
    parts->n = 0;
    parts->list = list;
    return list_append_take(list, part);
}

static inline bool add(Parts *parts, Value v, uint64_t start, uint64_t stop)
{
    const Str *s = as_str(v);
    Value part;
    if (s->ascii && stop - start > 1 && stop - start < s->len) {
        Str *made = str_alloc(stop - start, 1, true);
        part = made ? obj_value(made) : ERROR;
        if (made)
            memcpy(made->u.c1, s->u.c1 + start, stop - start);
    } else {
        part = str_slice(v, (int64_t)start, (int64_t)stop);
    }
    if (is_error(part))
        return false;
    if (!is_unbound(parts->list))
        return list_append_take(parts->list, part);
    if (UNLIKELY(parts->n == FIRST_PARTS))
        return spill(parts, part);
    parts->first[parts->n++] = part;
    return true;
}


static Value finish(Parts *parts, bool ok, bool reversed)
{
    own Value list = give(parts->list);
    if (!ok || is_unbound(list)) {
        for (uint64_t i = 0; !ok && i < parts->n; i++)
            release(parts->first[i]);
        set_slot(&list, ok ? list_from_take(parts->first, parts->n) : ERROR);
    }
    if (!is_error(list) && reversed)
        list_reverse(list);
    return give(list);
}

static inline bool blank_at(const Str *s, uint64_t i) { return s->ascii ? (unicode_ascii[s->u.c1[i]] & UNICODE_ASCII_SPACE) != 0 : unicode_is_space(str_char(s, i)); }

static Value split_blanks(Value v, int64_t most)
{
    const Str *s = as_str(v);
    Parts parts = { .list = UNBOUND };
    uint64_t i = 0;
    bool ok = true;
    while (ok) {
        while (i < s->len && blank_at(s, i))
            i++;
        if (i == s->len)
            break;
        uint64_t start = i;
        if (most-- <= 0) {
            ok = add(&parts, v, start, s->len);
            break;
        }
        while (i < s->len && !blank_at(s, i))
            i++;
        ok = add(&parts, v, start, i);
    }
    return finish(&parts, ok, false);
}

static Value rsplit_blanks(Value v, int64_t most)
{
    const Str *s = as_str(v);
    Parts parts = { .list = UNBOUND };
    uint64_t i = s->len;
    bool ok = true;
    while (ok) {
        while (i > 0 && blank_at(s, i - 1))
            i--;
        if (i == 0)
            break;
        uint64_t stop = i;
        if (most-- <= 0) {
            ok = add(&parts, v, 0, stop);
            break;
        }
        while (i > 0 && !blank_at(s, i - 1))
            i--;
        ok = add(&parts, v, i, stop);
    }
    return finish(&parts, ok, true);
}

/* The everyday case: ASCII text, one character between the parts. */
static bool split_ascii(Parts *parts, Value v, uint8_t separator, int64_t most)
{
    const Str *s = as_str(v);
    const uint8_t *at = s->u.c1, *end = at + s->len, *stop;
    do {
        stop = most-- > 0 ? memchr(at, separator, (size_t)(end - at)) : NULL;
        size_t n = (size_t)((stop ? stop : end) - at);
        uint64_t start = (uint64_t)(at - s->u.c1);
        if (!add(parts, v, start, start + n))
            return false;
        at = stop ? stop + 1 : end;
    } while (stop);
    return true;
}

static Value split_by(Value v, Value separator, int64_t most, bool backwards)
{
    const Str *s = as_str(v), *sep = as_str(separator);
    if (sep->len == 0)
        return raise(ValueError, "empty separator");
    Parts parts = { .list = UNBOUND };
    if (s->ascii && sep->ascii && sep->len == 1 && !backwards)
        return finish(&parts, split_ascii(&parts, v, sep->u.c1[0], most), false);
    int64_t start = 0, stop = (int64_t)s->len;
    bool ok = true;
    while (ok && most-- > 0) {
        int64_t at = str_find(s, sep, start, stop, backwards);
        if (at < 0)
            break;
        if (backwards) {
            ok = add(&parts, v, (uint64_t)at + sep->len, (uint64_t)stop);
            stop = at;
        } else {
            ok = add(&parts, v, (uint64_t)start, (uint64_t)at);
            start = at + (int64_t)sep->len;
        }
    }
    ok = ok && add(&parts, v, (uint64_t)start, (uint64_t)stop);
    return finish(&parts, ok, backwards);
}

static Value split(Value *args, bool backwards)
{
    int64_t most;
    if (!text_int(args[2], -1, &most))
        return ERROR;
    if (most < 0)
        most = INT64_MAX;
    if (is_unbound(args[1]) || is_none(args[1]))
        return backwards ? rsplit_blanks(args[0], most) : split_blanks(args[0], most);
    if (!str_check(args[1]))
        return raise(TypeError, "must be str or None, not %.100T", args[1]);
    return split_by(args[0], args[1], most, backwards);
}

Value str_m_split(Value *args, size_t n) { return split(args, false); }
Value str_m_rsplit(Value *args, size_t n) { return split(args, true); }

Value str_m_splitlines(Value *args, size_t n)
{
    const Str *s = as_str(args[0]);
    bool keep = false;
    if (!is_unbound(args[1])) {
        int64_t flag;
        if (!text_int(args[1], 0, &flag))
            return ERROR;
        keep = flag != 0;
    }
    Parts parts = { .list = UNBOUND };
    bool ok = true;
    for (uint64_t i = 0; ok && i < s->len;) {
        uint64_t start = i;
        if (s->ascii)
            while (i < s->len && (s->u.c1[i] > 0x1e || !unicode_is_linebreak(s->u.c1[i])))
                i++;
        else
            while (i < s->len && !unicode_is_linebreak(str_char(s, i)))
                i++;
        uint64_t stop = i;
        if (i < s->len)
            i += str_char(s, i) == '\r' && i + 1 < s->len && str_char(s, i + 1) == '\n' ? 2 : 1;
        ok = add(&parts, args[0], start, keep ? i : stop);
    }
    return finish(&parts, ok, false);
}

static Value three(Value a, Value b, Value c)         /* consumes a and c */
{
    Value result = is_error(a) || is_error(c) ? ERROR : tuple_of3(a, b, c);
    release(a);
    release(c);
    return result;
}

static Value partition(Value *args, bool backwards)
{
    if (!str_check(args[1]))
        return raise(TypeError, "must be str, not %.100T", args[1]);
    const Str *s = as_str(args[0]), *sep = as_str(args[1]);
    if (sep->len == 0)
        return raise(ValueError, "empty separator");
    int64_t at = str_find(s, sep, 0, (int64_t)s->len, backwards);
    if (at < 0) {
        own Value whole = str_exact_of(args[0]);
        if (is_error(whole))
            return ERROR;
        return backwards ? tuple_of3(str_empty, str_empty, whole) : tuple_of3(whole, str_empty, str_empty);
    }
    Value head = str_slice(args[0], 0, at);
    Value tail = is_error(head) ? ERROR : str_slice(args[0], at + (int64_t)sep->len, (int64_t)s->len);
    return three(head, args[1], tail);
}

Value str_m_partition(Value *args, size_t n) { return partition(args, false); }
Value str_m_rpartition(Value *args, size_t n) { return partition(args, true); }

/* --- strip --------------------------------------------------------------------------------------------------------------- */
enum { LEFT = 1, RIGHT = 2 };

static bool has_char(const Str *set, uint32_t c)
{
    if (set->width == 1)
        return c < 256 && memchr(set->u.c1, (int)c, set->len) != NULL;
    for (uint64_t i = 0; i < set->len; i++)
        if (str_char(set, i) == c)
            return true;
    return false;
}

static Value strip(Value *args, int sides, const char *name)
{
    const Str *s = as_str(args[0]), *set = NULL;
    if (!is_unbound(args[1]) && !is_none(args[1])) {
        if (!str_check(args[1]))
            return raise(TypeError, "%s arg must be None or str", name);
        set = as_str(args[1]);
    }
    uint64_t start = 0, stop = s->len;
    if (sides & LEFT)
        while (start < stop && (set ? has_char(set, str_char(s, start)) : blank_at(s, start)))
            start++;
    if (sides & RIGHT)
        while (stop > start && (set ? has_char(set, str_char(s, stop - 1)) : blank_at(s, stop - 1)))
            stop--;
    return str_slice(args[0], (int64_t)start, (int64_t)stop);
}

Value str_m_strip(Value *args, size_t n) { return strip(args, LEFT | RIGHT, "strip"); }
Value str_m_lstrip(Value *args, size_t n) { return strip(args, LEFT, "lstrip"); }
Value str_m_rstrip(Value *args, size_t n) { return strip(args, RIGHT, "rstrip"); }

static bool matches_at(const Str *s, const Str *sub, int64_t at)
{
    return at >= 0 && str_find(s, sub, at, at + (int64_t)sub->len <= (int64_t)s->len ? at + (int64_t)sub->len : at, false) == at;
}

Value str_m_removeprefix(Value *args, size_t n)
{
    if (!str_check(args[1]))
        return raise(TypeError, "removeprefix() argument must be str, not %.100s", ARGUMENT_NAME(args[1]));
    const Str *s = as_str(args[0]), *sub = as_str(args[1]);
    if (sub->len && sub->len <= s->len && matches_at(s, sub, 0))
        return str_slice(args[0], (int64_t)sub->len, (int64_t)s->len);
    return str_exact_of(args[0]);
}

Value str_m_removesuffix(Value *args, size_t n)
{
    if (!str_check(args[1]))
        return raise(TypeError, "removesuffix() argument must be str, not %.100s", ARGUMENT_NAME(args[1]));
    const Str *s = as_str(args[0]), *sub = as_str(args[1]);
    if (sub->len && sub->len <= s->len && matches_at(s, sub, (int64_t)s->len - (int64_t)sub->len))
        return str_slice(args[0], 0, (int64_t)s->len - (int64_t)sub->len);
    return str_exact_of(args[0]);
}
