/* str_methods.c -- the type str as Python code sees it: constructor, operators, methods, docstrings. */
#include "gc/heap.h"
#include "interp/base/unicode.h"
#include "interp/builtins/number_format.h"
#include "interp/builtins/scalars.h"
#include "interp/builtins/str_parts.h"
#include "interp/builtins/text_helpers.h"
#include "interp/object/bytes.h"
#include "interp/object/codec.h"
#include "interp/object/dict.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/slice.h"
#include "interp/object/tuple.h"

/* --- constructor -------------------------------------------------------------------------------------------------------- */
static Value from_bytes_like(Value object, const char *encoding, const char *errors)
{
    if (str_check(object))
        return raise(TypeError, "decoding str is not supported");
    if (!buffer_supported(object))
        return raise(TypeError, "decoding to str: need a bytes-like object, %.80T found", object);
    Buffer buffer;
    if (!buffer_bytes(object, &buffer))
        return ERROR;
    Value s = codec_decode(buffer.data, (size_t)buffer.len_bytes, encoding, errors);
    buffer_release(&buffer);
    return s;
}

static Value make(Value object, Value encoding_arg, Value errors_arg)
{
    const char *encoding, *errors;
    if (is_unbound(encoding_arg) && is_unbound(errors_arg))
        return is_unbound(object) ? retain(str_empty) : obj_str(object);
    if (!text_name(encoding_arg, "str", "encoding", &encoding) || !text_name(errors_arg, "str", "errors", &errors))
        return ERROR;
    return is_unbound(object) ? retain(str_empty) : from_bytes_like(object, encoding, errors);
}

static Value new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value bound[3] = { UNBOUND, UNBOUND, UNBOUND };
    if (n_pos <= 1 && !is_ptr(kwnames))
        bound[0] = n_pos ? args[0] : UNBOUND;
    else if (!bind_arguments("str", "(object='', encoding='utf-8', errors='strict')", args, n_pos, kwnames, bound, NULL))
        return ERROR;
    own Value s = make(bound[0], bound[1], bound[2]);
    if (is_error(s) || type == &str_type)
        return give(s);
    return str_subclass_new(type, s);
}

/* --- slots ---------------------------------------------------------------------------------------------------------------- */
static Value str_slot(Value v) { return str_exact_of(v); }

static bool hash(Value v, int64_t *out)
{
    *out = str_hash(as_str(v));
    return true;
}

static Value compare(Value a, Value b, CompareOp op)
{
    if (!str_check(a) || !str_check(b))
        return NOT_IMPLEMENTED;
    if (op == CMP_EQ)
        return bool_value(str_equal(as_str(a), as_str(b)));
    if (op == CMP_NE)
        return bool_value(!str_equal(as_str(a), as_str(b)));
    int order = str_compare(as_str(a), as_str(b));
    return bool_value(op == CMP_LT ? order < 0 : op == CMP_LE ? order <= 0 : op == CMP_GT ? order > 0 : order >= 0);
}

static Value iter(Value v) { return text_iterator_new(&str_iterator_type, v); }
static int64_t len(Value v) { return (int64_t)str_len(v); }

static Value item(Value v, int64_t i)
{
    const Str *s = as_str(v);
    if (i < 0 || i >= (int64_t)s->len)
        return raise(IndexError, "string index out of range");
    return str_from_char(str_char(s, (uint64_t)i));
}

static Value getitem(Value v, Value key)
{
    int64_t n = (int64_t)str_len(v), start, stop, step;
    if (is_int(key)) {
        int64_t i = small_int(key);
        return item(v, i < 0 ? i + n : i);
    }
    if (slice_check(key)) {
        if (!slice_unpack(key, &start, &stop, &step))
            return ERROR;
        int64_t count = slice_adjust(n, &start, &stop, step);
        return str_slice_step(v, start, step, count);
    }
    if (!index_check(key))
        return raise(TypeError, "string indices must be integers, not '%.200T'", key);
    if (!index_of(key, &start))
        return ERROR;
    return item(v, start < 0 ? start + n : start);
}

static Truth contains(Value v, Value sub)
{
    if (!str_check(sub)) {
        error_set(TypeError, "'in <string>' requires string as left operand, not %.100T", sub);
        return TRUTH_FAILED;
    }
    return str_contains(v, sub);
}

static Value concat(Value a, Value b)
{
    if (!str_check(b))
        return raise(TypeError, "can only concatenate str (not \"%.200T\") to str", b);
    return str_concat(a, b);
}

static Value modulo(Value a, Value b) { return str_check(a) ? str_percent(a, b) : NOT_IMPLEMENTED; }

/* --- searching ------------------------------------------------------------------------------------------------------------ */
/* -2: failed. */
static int64_t find(Value *args, bool backwards)
{
    int64_t from, to;
    if (!str_check(args[1])) {
        error_set(TypeError, "must be str, not %.100T", args[1]);
        return -2;
    }
    if (!text_bounds(args[2], args[3], (int64_t)str_len(args[0]), &from, &to))
        return -2;
    return from > to ? -1 : str_find(as_str(args[0]), as_str(args[1]), from, to, backwards);
}

static Value found(int64_t at) { return at == -2 ? ERROR : small_int_value(at); }
static Value found_or_raise(int64_t at) { return at == -1 ? raise(ValueError, "substring not found") : found(at); }
static Value m_find(Value *args, size_t n) { return found(find(args, false)); }
static Value m_rfind(Value *args, size_t n) { return found(find(args, true)); }
static Value m_index(Value *args, size_t n) { return found_or_raise(find(args, false)); }
static Value m_rindex(Value *args, size_t n) { return found_or_raise(find(args, true)); }

static Value m_count(Value *args, size_t n)
{
    int64_t from, to;
    if (!str_check(args[1]))
        return raise(TypeError, "must be str, not %.100T", args[1]);
    if (!text_bounds(args[2], args[3], (int64_t)str_len(args[0]), &from, &to))
        return ERROR;
    return small_int_value(str_count(as_str(args[0]), as_str(args[1]), from, to, INT64_MAX));
}

static bool tail_matches(const Str *s, const Str *sub, int64_t from, int64_t to, bool at_end)
{
    int64_t m = (int64_t)sub->len;
    if (from > to || to - from < m)
        return false;
    int64_t at = at_end ? to - m : from;
    return m == 0 || str_find(s, sub, at, at + m, false) == at;
}

static Value starts(Value *args, bool at_end, const char *name)
{
    const Str *s = as_str(args[0]);
    int64_t from, to;
    if (!text_bounds(args[2], args[3], (int64_t)s->len, &from, &to))
        return ERROR;
    if (str_check(args[1]))
        return bool_value(tail_matches(s, as_str(args[1]), from, to, at_end));
    if (!tuple_check(args[1]))
        return raise(TypeError, "%s first arg must be str or a tuple of str, not %.100T", name, args[1]);
    for (uint64_t i = 0; i < tuple_len(args[1]); i++) {
        Value sub = tuple_peek(args[1], i);
        if (!str_check(sub))
            return raise(TypeError, "tuple for %s must only contain str, not %.100T", name, sub);
        if (!POLL_EACH(i, 1 << 14))
            return ERROR;
        if (tail_matches(s, as_str(sub), from, to, at_end))
            return TRUE;
    }
    return FALSE;
}

static Value m_startswith(Value *args, size_t n) { return starts(args, false, "startswith"); }
static Value m_endswith(Value *args, size_t n) { return starts(args, true, "endswith"); }

/* --- putting together ------------------------------------------------------------------------------------------------------ */
static Value m_join(Value *args, size_t n)
{
    Value items = args[1];
    if (list_exact(items))
        return str_join(args[0], as_list(items)->items, as_list(items)->len);
    if (tuple_exact(items))
        return str_join(args[0], as_tuple(items)->items, as_tuple(items)->len);
    if (!type_of(items)->iter && !type_of(items)->getitem)
        return raise(TypeError, "can only join an iterable");
    own Value list = list_from_iterable(items);
    return is_error(list) ? ERROR : str_join(args[0], as_list(list)->items, as_list(list)->len);
}

static bool put_gap(StrBuilder *b, Value s, Value with, int64_t most)
{
    uint64_t n = str_len(s);
    for (uint64_t i = 0; i <= n; i++) {
        if (most-- > 0 && !str_builder_str(b, with))
            return false;
        if (i < n && !str_builder_char(b, str_char(as_str(s), i)))
            return false;
    }
    return true;
}

/* All of ASCII, `old` not empty: the length is known once the hits are counted. */
/* One character for another, everywhere. */
static Value replace_char(const Str *s, uint8_t old, uint8_t with)
{
    Str *r = str_alloc(s->len, 1, true);
    if (!r)
        return ERROR;
    uint64_t i = 0;
    for (; i + 16 <= s->len; i += 16)                        /* blocks that the compiler turns into vectors */
        for (int k = 0; k < 16; k++)
            r->u.c1[i + k] = s->u.c1[i + k] == old ? with : s->u.c1[i + k];
    for (; i < s->len; i++)
        r->u.c1[i] = s->u.c1[i] == old ? with : s->u.c1[i];
    return obj_value(r);
}

static Value replace_ascii(Value v, Value old, Value with, int64_t most)
{
    const Str *s = as_str(v), *sub = as_str(old), *put = as_str(with);
    int64_t n = (int64_t)s->len, hits = str_count(s, sub, 0, n, most), gain = (int64_t)put->len - (int64_t)sub->len;
    if (gain > 0 && hits > ((1ll << 46) - n) / gain)
        return raise(OverflowError, "replace string is too long");
    int64_t len = n + hits * gain;
    if (len == 0)
        return retain(str_empty);
    Str *r = str_alloc((uint64_t)len, 1, true);
    if (!r)
        return ERROR;
    char *to = (char *)r->u.c1;
    const char *from = str_data(s);
    for (int64_t start = 0; start <= n;) {
        if (!POLL_EACH(hits, 1 << 14)) {
            release_obj(r);
            return ERROR;
        }
        int64_t at = hits-- > 0 ? start + bytes_find_raw(s->u.c1 + start, (size_t)(n - start), sub->u.c1, sub->len, false) : n;
        memcpy(to, from + start, (size_t)(at - start));
        to += at - start;
        if (at == n)
            break;
        memcpy(to, put->u.c1, put->len);
        to += put->len;
        start = at + (int64_t)sub->len;
    }
    return len > 1 ? obj_value(r) : str_shrink_take(r, (size_t)len);
}

static Value replace(Value v, Value old, Value with, int64_t most)
{
    const Str *s = as_str(v), *sub = as_str(old);
    StrBuilder b = { 0 };
    int64_t n = (int64_t)s->len;
    if (most == 0 || sub->len > s->len || str_equal(sub, as_str(with)) || (sub->len && str_find(s, sub, 0, (int64_t)s->len, false) < 0))
        return str_exact_of(v);
    if (sub->len == 0) {
        return str_builder_end(&b, put_gap(&b, v, with, most));
    }
    if (s->ascii && as_str(with)->ascii && sub->len == 1 && str_len(with) == 1 && s->len > 1 && most >= n)
        return replace_char(s, sub->u.c1[0], as_str(with)->u.c1[0]);
    if (s->ascii && as_str(with)->ascii)
        return replace_ascii(v, old, with, most);
    int64_t start = 0;
    bool ok = true;
    while (ok && most-- > 0) {
        int64_t at = str_find(s, sub, start, n, false);
        if (at < 0)
            break;
        ok = str_builder_slice(&b, v, (uint64_t)start, (uint64_t)at) && str_builder_str(&b, with);
        start = at + (int64_t)sub->len;
    }
    return str_builder_end(&b, ok && str_builder_slice(&b, v, (uint64_t)start, (uint64_t)n));
}

static Value m_replace(Value *args, size_t n)
{
    int64_t most;
    for (int i = 1; i <= 2; i++)
        if (!str_check(args[i]))
            return raise(TypeError, "replace() argument %d must be str, not %.100s", i, ARGUMENT_NAME(args[i]));
    if (!text_int(args[3], -1, &most))
        return ERROR;
    return replace(args[0], args[1], args[2], most < 0 ? INT64_MAX : most);
}

static Value pad(Value v, int64_t left, int64_t right, uint32_t c)
{
    if (left < 0)
        left = 0;
    if (right < 0)
        right = 0;
    if (left == 0 && right == 0)
        return str_exact_of(v);
    if (left + right >= 1ll << 46)
        return raise(OverflowError, "padded string is too long");
    if (as_str(v)->ascii && c < 128 && str_len(v)) {
        size_t len = str_len(v), all = len + (size_t)left + (size_t)right;
        Str *r = str_alloc(all, 1, true);
        if (!r)
            return ERROR;
        memset(r->u.c1, (int)c, (size_t)left);
        memcpy(r->u.c1 + left, as_str(v)->u.c1, len);
        memset(r->u.c1 + (size_t)left + len, (int)c, (size_t)right);
        return obj_value(r);
    }
    own Value one = str_from_char(c);
    own Value before = is_error(one) ? ERROR : str_repeat(one, left);
    own Value after = is_error(before) ? ERROR : str_repeat(one, right);
    if (is_error(after))
        return ERROR;
    Value parts[3] = { before, v, after };
    return str_join(str_empty, parts, 3);
}

static bool pad_arguments(Value *args, int64_t *width, uint32_t *c)
{
    *c = ' ';
    if (!text_int(args[1], 0, width))
        return false;
    if (is_unbound(args[2]))
        return true;
    if (!str_check(args[2]))
        return raise_false(TypeError, "The fill character must be a unicode character, not %.100T", args[2]);
    if (str_len(args[2]) != 1)
        return raise_false(TypeError, "The fill character must be exactly one character long");
    *c = str_char(as_str(args[2]), 0);
    return true;
}

static Value justify(Value *args, char how)
{
    int64_t width, n = (int64_t)str_len(args[0]);
    uint32_t c;
    if (!pad_arguments(args, &width, &c))
        return ERROR;
    if (width <= n)
        return str_exact_of(args[0]);
    int64_t gap = width - n, left = how == 'r' ? gap : how == 'l' ? 0 : gap / 2 + (gap & width & 1);
    return pad(args[0], left, gap - left, c);
}

static Value m_center(Value *args, size_t n) { return justify(args, 'c'); }
static Value m_ljust(Value *args, size_t n) { return justify(args, 'l'); }
static Value m_rjust(Value *args, size_t n) { return justify(args, 'r'); }

static Value m_zfill(Value *args, size_t n)
{
    int64_t width, length = (int64_t)str_len(args[0]);
    if (!text_int(args[1], 0, &width))
        return ERROR;
    if (width <= length)
        return str_exact_of(args[0]);
    uint32_t first = length ? str_char(as_str(args[0]), 0) : 0;
    if (first != '+' && first != '-')
        return pad(args[0], width - length, 0, '0');
    own Value rest = str_slice(args[0], 1, length);
    own Value filled = is_error(rest) ? ERROR : pad(rest, width - length, 0, '0');
    own Value sign = is_error(filled) ? ERROR : str_from_char(first);
    return is_error(sign) ? ERROR : str_concat(sign, filled);
}

static Value m_expandtabs(Value *args, size_t n)
{
    const Str *s = as_str(args[0]);
    int64_t size, column = 0;
    bool tabs = false;
    for (uint64_t i = 0; i < s->len && !tabs; i++)
        tabs = str_char(s, i) == '\t';
    if (!text_int(args[1], 8, &size))
        return ERROR;
    if (size > INT32_MAX)
        return raise(OverflowError, "Python int too large to convert to C int");
    if (!tabs)
        return str_exact_of(args[0]);
    StrBuilder b = { 0 };
    bool ok = true;
    for (uint64_t i = 0; ok && i < s->len; i++) {
        uint32_t c = str_char(s, i);
        if (c == '\t') {
            for (int64_t gap = size > 0 ? size - column % size : 0; ok && gap > 0; gap--, column++)
                ok = str_builder_char(&b, ' ');
        } else {
            column = c == '\n' || c == '\r' ? 0 : column + 1;
            ok = str_builder_char(&b, c);
        }
    }
    return str_builder_end(&b, ok);
}

/* --- translate --------------------------------------------------------------------------------------------------------------- */
static bool put_mapped(StrBuilder *b, Value mapped)
{
    int64_t code;
    if (is_none(mapped))
        return true;
    if (str_check(mapped))
        return str_builder_str(b, mapped);
    if (!int_check(mapped))
        return raise_false(TypeError, "character mapping must return integer, None or str");
    if (!int_to_i64(mapped, &code) || code < 0 || code > 0x10ffff)
        return raise_false(ValueError, "character mapping must be in range(0x110000)");
    return str_builder_char(b, (uint32_t)code);
}

enum { MAP_UNKNOWN = -1, MAP_OTHER = -2, MAP_FAILED = -3, MAP_NOTHING = 128 };

/* What `table` says of the ASCII character c: one ASCII character, MAP_NOTHING, MAP_OTHER or MAP_FAILED. */
static int translate_ascii(Dict *table, uint8_t c)
{
    own Value mapped = UNBOUND;
    int64_t code;
    Found found = dict_find(table, small_int_value(c), &mapped);
    if (found != FOUND)
        return found == ABSENT ? c : MAP_FAILED;
    if (is_none(mapped))
        return MAP_NOTHING;
    if (str_exact(mapped) && str_len(mapped) == 1 && as_str(mapped)->ascii)
        return as_str(mapped)->u.c1[0];
    return is_int(mapped) && (code = small_int(mapped)) >= 0 && code < 128 ? (int)code : MAP_OTHER;
}

/* ASCII text as long as one character becomes one ASCII character or none: each kind is looked up once. *done characters have become the first
 * *n of r. False: failed. */
static bool translate_start(const Str *s, Dict *table, Str *r, uint64_t *done, uint64_t *n)
{
    int16_t map[128];
    uint64_t i = 0, to = 0;
    int code = 0;
    memset(map, 0xff, sizeof map);
    for (; i < s->len; i++) {
        uint8_t c = s->u.c1[i];
        if (UNLIKELY(map[c] == MAP_UNKNOWN)) {
            code = translate_ascii(table, c);
            if (code < 0)
                break;
            map[c] = (int16_t)code;
        }
        r->u.c1[to] = (uint8_t)map[c];
        to += map[c] != MAP_NOTHING;
    }
    *done = i;
    *n = to;
    return code != MAP_FAILED;
}

static Value m_translate(Value *args, size_t n)
{
    Value table = args[1];
    uint64_t length = str_len(args[0]), start = 0;
    StrBuilder b = { 0 };
    bool ok = true;
    if (is_exact(table, &dict_type) && as_str(args[0])->ascii && length > 1) {
        Str *r = str_alloc(length, 1, true);
        own Value quick = r ? obj_value(r) : ERROR;
        uint64_t made;
        if (!r || !translate_start(as_str(args[0]), as_dict(table), r, &start, &made))
            return ERROR;
        if (start == length)
            return made == length ? give(quick) : str_from_latin1(r->u.c1, made);
        ok = str_builder_ascii(&b, (char *)r->u.c1, made);
    }
    for (uint64_t i = start; ok && i < length; i++) {
        uint32_t c = str_char(as_str(args[0]), i);
        own Value mapped = UNBOUND;
        if (is_exact(table, &dict_type)) {
            if (dict_find(as_dict(table), small_int_value(c), &mapped) == FAILED)
                mapped = ERROR;
        } else {
            mapped = obj_getitem(table, small_int_value(c));
            if (is_error(mapped) && error_is(LookupError)) {
                error_clear();
                mapped = UNBOUND;
            }
        }
        ok = !is_error(mapped) && (is_unbound(mapped) ? str_builder_char(&b, c) : put_mapped(&b, mapped));
    }
    return str_builder_end(&b, ok);
}

static Value maketrans_from_dict(Value table)
{
    if (!dict_check(table))
        return raise(TypeError, "if you give only one argument to maketrans it must be a dict");
    own Value result = dict_new();
    uint64_t position = 0;
    Value key, value;
    while (!is_error(result) && dict_next(as_dict(table), &position, &key, &value)) {
        Value code = key;
        if (str_check(key)) {
            if (str_len(key) != 1)
                return raise(ValueError, "string keys in translate table must be of length 1");
            code = small_int_value(str_char(as_str(key), 0));
        } else if (!int_check(key)) {
            return raise(TypeError, "keys in translate table must be strings or integers");
        }
        if (!dict_set(as_dict(result), code, value))
            return ERROR;
    }
    return give(result);
}

static Value m_maketrans(Value *args, size_t n)
{
    if (is_unbound(args[1]))
        return maketrans_from_dict(args[0]);
    if (!str_check(args[0]))
        return raise(TypeError, "first maketrans argument must be a string if there is a second argument");
    if (!str_check(args[1]))
        return raise(TypeError, "maketrans() argument 2 must be str, not %.100W", args[1]);
    if (!is_unbound(args[2]) && !str_check(args[2]))
        return raise(TypeError, "maketrans() argument 3 must be str, not %.100W", args[2]);
    if (str_len(args[0]) != str_len(args[1]))
        return raise(ValueError, "the first two maketrans arguments must have equal length");
    own Value result = dict_new();
    for (uint64_t i = 0; !is_error(result) && i < str_len(args[0]); i++)
        if (!dict_set(as_dict(result), small_int_value(str_char(as_str(args[0]), i)), small_int_value(str_char(as_str(args[1]), i))))
            return ERROR;
    for (uint64_t i = 0; !is_error(result) && !is_unbound(args[2]) && i < str_len(args[2]); i++)
        if (!dict_set(as_dict(result), small_int_value(str_char(as_str(args[2]), i)), NONE))
            return ERROR;
    return give(result);
}

/* --- others --------------------------------------------------------------------------------------------------------------------- */
static Value m_encode(Value *args, size_t n)
{
    const char *encoding, *errors;
    if (!text_name(args[1], "encode", "encoding", &encoding) || !text_name(args[2], "encode", "errors", &errors))
        return ERROR;
    return codec_encode(args[0], encoding, errors);
}

static Value m_format(Value *args, size_t n) { return str_format_call(args[0], args[1], args[2]); }
static Value m_format_map(Value *args, size_t n) { return str_format_call(args[0], UNBOUND, args[1]); }

static Value m_dunder_format(Value *args, size_t n) { return format_with(args, format_str); }

static Value m_getnewargs(Value *args, size_t n)
{
    const Str *from = as_str(args[0]);               /* a copy: pickle must not find self again */
    if (from->len < 2) {
        own Value s = str_exact_of(args[0]);
        return is_error(s) ? ERROR : tuple_of1(s);
    }
    own Value s = str_from_chars(str_data(from), from->width, from->len);
    return is_error(s) ? ERROR : tuple_of1(s);
}

static Value m_sizeof(Value *args, size_t n) { return int_value((int64_t)heap_size_of(as_obj(args[0]))); }

static const Method str_methods[] = {
    { "encode", "(self, /, encoding='utf-8', errors='strict')", m_encode, "Encode the string using the codec registered for encoding.\n\n  encoding\n    The encoding in which to encode the string.\n  errors\n    The error handling scheme to use for encoding errors." },
    { "replace", "(self, old, new, count=-1, /)", m_replace, "Return a copy with all occurrences of substring old replaced by new." },
    { "split", "(self, /, sep=None, maxsplit=-1)", str_m_split, "Return a list of the substrings in the string, using sep as the separator string." },
    { "rsplit", "(self, /, sep=None, maxsplit=-1)", str_m_rsplit, "Return a list of the substrings in the string, using sep as the separator string, from the end." },
    { "join", "(self, iterable, /)", m_join, "Concatenate any number of strings.\n\nThe string whose method is called is inserted in between each given string.\nExample: '.'.join(['ab', 'pq', 'rs']) -> 'ab.pq.rs'" },
    { "capitalize", "(self, /)", str_m_capitalize, "Return a capitalized version of the string." },
    { "casefold", "(self, /)", str_m_casefold, "Return a version of the string suitable for caseless comparisons." },
    { "title", "(self, /)", str_m_title, "Return a version of the string where each word is titlecased." },
    { "center", "(self, width, fillchar=' ', /)", m_center, "Return a centered string of length width." },
    { "count", "(self, sub, start=None, end=None, /)", m_count, "Return the number of non-overlapping occurrences of substring sub in string S[start:end]." },
    { "expandtabs", "(self, /, tabsize=8)", m_expandtabs, "Return a copy where all tab characters are expanded using spaces." },
    { "find", "(self, sub, start=None, end=None, /)", m_find, "Return the lowest index in S where substring sub is found, within S[start:end]; -1 on failure." },
    { "partition", "(self, sep, /)", str_m_partition, "Partition the string into three parts using the given separator." },
    { "index", "(self, sub, start=None, end=None, /)", m_index, "Return the lowest index in S where substring sub is found; ValueError when it is not." },
    { "ljust", "(self, width, fillchar=' ', /)", m_ljust, "Return a left-justified string of length width." },
    { "lower", "(self, /)", str_m_lower, "Return a copy of the string converted to lowercase." },
    { "lstrip", "(self, chars=None, /)", str_m_lstrip, "Return a copy of the string with leading whitespace removed." },
    { "rfind", "(self, sub, start=None, end=None, /)", m_rfind, "Return the highest index in S where substring sub is found, within S[start:end]; -1 on failure." },
    { "rindex", "(self, sub, start=None, end=None, /)", m_rindex, "Return the highest index in S where substring sub is found; ValueError when it is not." },
    { "rjust", "(self, width, fillchar=' ', /)", m_rjust, "Return a right-justified string of length width." },
    { "rstrip", "(self, chars=None, /)", str_m_rstrip, "Return a copy of the string with trailing whitespace removed." },
    { "rpartition", "(self, sep, /)", str_m_rpartition, "Partition the string into three parts using the given separator, searched from the end." },
    { "splitlines", "(self, /, keepends=False)", str_m_splitlines, "Return a list of the lines in the string, breaking at line boundaries." },
    { "strip", "(self, chars=None, /)", str_m_strip, "Return a copy of the string with leading and trailing whitespace removed." },
    { "swapcase", "(self, /)", str_m_swapcase, "Convert uppercase characters to lowercase and lowercase characters to uppercase." },
    { "translate", "(self, table, /)", m_translate, "Replace each character in the string using the given translation table." },
    { "upper", "(self, /)", str_m_upper, "Return a copy of the string converted to uppercase." },
    { "startswith", "(self, prefix, start=None, end=None, /)", m_startswith, "Return True if S starts with the specified prefix, False otherwise." },
    { "endswith", "(self, suffix, start=None, end=None, /)", m_endswith, "Return True if S ends with the specified suffix, False otherwise." },
    { "removeprefix", "(self, prefix, /)", str_m_removeprefix, "Return a str with the given prefix string removed if present." },
    { "removesuffix", "(self, suffix, /)", str_m_removesuffix, "Return a str with the given suffix string removed if present." },
    { "isascii", "(self, /)", str_m_isascii, "Return True if all characters in the string are ASCII, False otherwise." },
    { "islower", "(self, /)", str_m_islower, "Return True if the string is a lowercase string, False otherwise." },
    { "isupper", "(self, /)", str_m_isupper, "Return True if the string is an uppercase string, False otherwise." },
    { "istitle", "(self, /)", str_m_istitle, "Return True if the string is a title-cased string, False otherwise." },
    { "isspace", "(self, /)", str_m_isspace, "Return True if the string is a whitespace string, False otherwise." },
    { "isdecimal", "(self, /)", str_m_isdecimal, "Return True if the string is a decimal string, False otherwise." },
    { "isdigit", "(self, /)", str_m_isdigit, "Return True if the string is a digit string, False otherwise." },
    { "isnumeric", "(self, /)", str_m_isnumeric, "Return True if the string is a numeric string, False otherwise." },
    { "isalpha", "(self, /)", str_m_isalpha, "Return True if the string is an alphabetic string, False otherwise." },
    { "isalnum", "(self, /)", str_m_isalnum, "Return True if the string is an alpha-numeric string, False otherwise." },
    { "isidentifier", "(self, /)", str_m_isidentifier, "Return True if the string is a valid Python identifier, False otherwise." },
    { "isprintable", "(self, /)", str_m_isprintable, "Return True if the string is printable, False otherwise." },
    { "zfill", "(self, width, /)", m_zfill, "Pad a numeric string with zeros on the left, to fill a field of the given width." },
    { "format", "(self, /, *args, **kwargs)", m_format, "Return a formatted version of S, using substitutions from args and kwargs.\nThe substitutions are identified by braces ('{' and '}')." },
    { "format_map", "(self, mapping, /)", m_format_map, "Return a formatted version of S, using substitutions from mapping." },
    { "__format__", "(self, format_spec, /)", m_dunder_format, "Return a formatted version of the string as described by format_spec." },
    { "maketrans", "(x, y=None, z=None, /)", m_maketrans, "Return a translation table usable for str.translate().", METHOD_STATIC },
    { "__sizeof__", "(self, /)", m_sizeof, "Return the size of the string in memory, in bytes." },
    { "__getnewargs__", "(self, /)", m_getnewargs, NULL },
    { 0 },
};

void str_install(void)
{
    Type *t = &str_type;
    t->new = new;
    t->repr = str_repr;
    t->str = str_slot;
    t->hash = hash;
    t->compare = compare;
    t->iter = iter;
    t->len = len;
    t->getitem = getitem;
    t->item = item;
    t->contains = contains;
    t->concat = concat;
    t->repeat = str_repeat;
    t->binary[OP_MOD] = modulo;
    t->format = format_str;
    t->methods = str_methods;
    t->doc = "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\nCreate a new string object from the given object. If encoding or\n"
             "errors is specified, then the object must expose a data buffer\nthat will be decoded using the given encoding and error handler.\n"
             "Otherwise, returns the result of object.__str__() (if defined)\nor repr(object).\nencoding defaults to sys.getdefaultencoding().\n"
             "errors defaults to 'strict'.";
}
