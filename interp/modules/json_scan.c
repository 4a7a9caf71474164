/* json_scan.c -- _json: the scanner behind json.loads. Errors are json.decoder.JSONDecodeError; the end of what there is to read is StopIteration(index). */
#include <math.h>

#include "gc/event.h"
#include "interp/base/hex.h"
#include "interp/builtins/import.h"
#include "interp/modules/arg.h"
#include "interp/modules/json_parts.h"
#include "interp/object/class.h"
#include "interp/object/dict.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

typedef struct Scanner { Object head; Value object_hook, pairs_hook, parse_float, parse_int, parse_constant; bool strict; } Scanner;
/* One run over a text. `memo`: equal keys become one object. */
typedef struct Scan { const Scanner *scanner; Value text, memo; const Str *s; int64_t len; unsigned depth; } Scan;

static Value fail(const char *message, Value text, int64_t at)
{
    own Value type = import_attr("json.decoder", "JSONDecodeError"), m = str_from(message);
    own Value error = is_error(type) || is_error(m) ? ERROR : call3(type, m, text, int_value(at));
    if (!is_error(error))
        exception_raise_take(give(error));
    return ERROR;
}
static Value stop_at(int64_t at) { return raise_value(StopIteration, int_value(at)); }

/* --- strings ------------------------------------------------------------------------------------------------------------------------------ */
static int hex4(const Str *s, int64_t at)
{
    int v = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(str_char(s, (uint64_t)(at + i)));
        if (digit < 0)
            return -1;
        v = v << 4 | digit;
    }
    return v;
}
/* The escape at s[at] (behind the backslash); *next is behind it. False: error pending. */
static bool unescape(Value text, const Str *s, int64_t len, int64_t at, uint32_t *c, int64_t *next)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    uint32_t e = str_char(s, (uint64_t)at);
    if (e != 'u') {
        const char *hit = e && e < 128 ? strchr(from, (int)e) : NULL;
        *next = at + 1;
        if (!hit)
            return is_error(fail("Invalid \\escape", text, at - 1)) && false;
        *c = (uint8_t)to[hit - from];
        return true;
    }
    at++;
    *next = at + 4;
    if (*next >= len)
        return is_error(fail("Invalid \\uXXXX escape", text, at - 1)) && false;
    int high = hex4(s, at);
    if (high < 0)
        return is_error(fail("Invalid \\uXXXX escape", text, *next - 5)) && false;
    *c = (uint32_t)high;
    if (high >= 0xd800 && high < 0xdc00 && *next + 6 < len && str_char(s, (uint64_t)*next) == '\\' && str_char(s, (uint64_t)*next + 1) == 'u') {
        int low = hex4(s, *next + 2);
        if (low < 0)
            return is_error(fail("Invalid \\uXXXX escape", text, *next + 1)) && false;
        if (low >= 0xdc00 && low < 0xe000) {
            *c = 0x10000 + (((uint32_t)high - 0xd800) << 10) + ((uint32_t)low - 0xdc00);
            *next += 6;
        }
    }
    return true;
}
/* The first quote, backslash or control character from `at`. */
static int64_t plain_end(const Str *s, int64_t at, int64_t len, bool strict)
{
    if (s->width == 1) {
        const uint8_t *d = s->u.c1;
        for (; at < len; at++)
            if (d[at] == '"' || d[at] == '\\' || (d[at] < 0x20 && strict))
                break;
        return at;
    }
    for (; at < len; at++) {
        uint32_t c = str_char(s, (uint64_t)at);
        if (c == '"' || c == '\\' || (c < 0x20 && strict))
            break;
    }
    return at;
}
/* The string whose first character is at `start`; *end behind its quote. */
static Value scan_string(Value text, int64_t start, bool strict, int64_t *end)
{
    const Str *s = as_str(text);
    int64_t len = (int64_t)s->len, at = start;
    StrBuilder b = { 0 };
    for (;;) {
        int64_t stop = plain_end(s, at, len, strict);
        if (stop >= len) {
            str_builder_free(&b);
            return fail("Unterminated string starting at", text, start - 1);
        }
        uint32_t c = str_char(s, (uint64_t)stop), escaped;
        if (c == '"') {
            *end = stop + 1;
            if (b.len == 0)
                return str_slice(text, at, stop);
            return str_builder_end(&b, str_builder_slice(&b, text, (uint64_t)at, (uint64_t)stop));
        }
        if (c != '\\') {
            str_builder_free(&b);
            return fail("Invalid control character at", text, stop);
        }
        if (stop + 1 >= len) {
            str_builder_free(&b);
            return fail("Unterminated string starting at", text, start - 1);
        }
        if (!str_builder_slice(&b, text, (uint64_t)at, (uint64_t)stop) || !unescape(text, s, len, stop + 1, &escaped, &at) || !str_builder_char(&b, escaped)) {
            str_builder_free(&b);
            return ERROR;
        }
    }
}

/* --- values -------------------------------------------------------------------------------------------------------------------------------- */
static Value scan_value(Scan *k, int64_t at, int64_t *end);
static uint32_t peek(const Scan *k, int64_t at) { return at < k->len ? str_char(k->s, (uint64_t)at) : 0; }
static int64_t skip(const Scan *k, int64_t at)
{
    for (;; at++) {
        uint32_t c = peek(k, at);
        if (c != ' ' && c != '\n' && c != '\t' && c != '\r')
            return at;
    }
}
/* Does the word stand at `at`? *end is behind it. */
static bool literal(const Scan *k, int64_t at, const char *word, int64_t *end)
{
    for (; *word; word++, at++)
        if (peek(k, at) != (uint8_t)*word)
            return false;
    *end = at;
    return true;
}

static Value memo_key(Scan *k, Value key)
{
    own Value mine = key, known = UNBOUND;
    Found found = dict_find(as_dict(k->memo), mine, &known);
    if (found != ABSENT)
        return found == FOUND ? give(known) : ERROR;
    return dict_set(as_dict(k->memo), mine, mine) ? give(mine) : ERROR;
}
static Value scan_pair(Scan *k, int64_t at, int64_t *end, Value *value)
{
    int64_t next;
    if (peek(k, at) != '"')
        return fail("Expecting property name enclosed in double quotes", k->text, at);
    own Value raw = scan_string(k->text, at + 1, k->scanner->strict, &next);
    own Value key = is_error(raw) ? ERROR : memo_key(k, give(raw));
    if (is_error(key))
        return ERROR;
    next = skip(k, next);
    if (peek(k, next) != ':')
        return fail("Expecting ':' delimiter", k->text, next);
    *value = scan_value(k, skip(k, next + 1), end);
    return is_error(*value) ? ERROR : give(key);
}
/* Behind an item: moves *at to the next one, or to what ends them all. Is it the end? */
static Truth at_end(Scan *k, int64_t *at, uint32_t close)
{
    *at = skip(k, *at);
    if (peek(k, *at) == close)
        return YES;
    if (peek(k, *at) != ',')
        return is_error(fail("Expecting ',' delimiter", k->text, *at)) ? TRUTH_FAILED : NO;
    *at = skip(k, *at + 1);
    return poll_events() ? NO : TRUTH_FAILED;
}
static Value scan_object(Scan *k, int64_t at, int64_t *end)
{
    bool pairs = !is_none(k->scanner->pairs_hook);
    own Value result = pairs ? list_new(0) : dict_new();
    if (is_error(result))
        return ERROR;
    at = skip(k, at);
    Truth ended = peek(k, at) == '}' ? YES : NO;
    while (ended == NO) {
        own Value value = UNBOUND;
        own Value key = scan_pair(k, at, &at, &value);
        if (is_error(key) || !(pairs ? list_append_take(result, tuple_of2(key, value)) : dict_set(as_dict(result), key, value)))
            return ERROR;
        ended = at_end(k, &at, '}');
    }
    if (ended == TRUTH_FAILED)
        return ERROR;
    *end = at + 1;
    if (pairs)
        return call1(k->scanner->pairs_hook, result);
    return is_none(k->scanner->object_hook) ? give(result) : call1(k->scanner->object_hook, result);
}
static Value scan_array(Scan *k, int64_t at, int64_t *end)
{
    own Value list = list_new(0);
    if (is_error(list))
        return ERROR;
    at = skip(k, at);
    Truth ended = peek(k, at) == ']' ? YES : NO;
    while (ended == NO) {
        if (!list_append_take(list, scan_value(k, at, &at)))
            return ERROR;
        ended = at_end(k, &at, ']');
    }
    *end = at + 1;
    return ended == YES ? give(list) : ERROR;
}

static bool digit(const Scan *k, int64_t at) { uint32_t c = peek(k, at); return c >= '0' && c <= '9'; }
static Value scan_number(Scan *k, int64_t start, int64_t *end)
{
    int64_t at = start + (peek(k, start) == '-');
    bool is_float = false;
    if (peek(k, at) == '0')
        at++;
    else if (digit(k, at))
        while (digit(k, at))
            at++;
    else
        return stop_at(start);
    if (peek(k, at) == '.' && digit(k, at + 1)) {
        is_float = true;
        for (at += 2; digit(k, at);)
            at++;
    }
    if (peek(k, at) == 'e' || peek(k, at) == 'E') {
        int64_t e = at + 1 + (peek(k, at + 1) == '-' || peek(k, at + 1) == '+');
        if (digit(k, e)) {
            is_float = true;
            for (at = e; digit(k, at);)
                at++;
        }
    }
    *end = at;
    Value parse = is_float ? k->scanner->parse_float : k->scanner->parse_int;
    if (!is_float && at - start <= 18 && same(parse, obj_value(&int_type))) {
        int64_t v = 0;
        for (int64_t i = start + (peek(k, start) == '-'); i < at; i++)
            v = v * 10 + (peek(k, i) - '0');
        return int_value(peek(k, start) == '-' ? -v : v);
    }
    if (is_float && at - start < 64 && same(parse, obj_value(&float_type))) {
        char digits[64];
        double d;
        for (int64_t i = start; i < at; i++)
            digits[i - start] = (char)peek(k, i);
        digits[at - start] = 0;
        if (float_parse(digits, (size_t)(at - start), &d))
            return float_value(d);
    }
    own Value text = str_slice(k->text, start, at);
    return is_error(text) ? ERROR : call1(parse, text);
}
static Value constant(Scan *k, const char *name)
{
    own Value text = str_from(name);
    return is_error(text) ? ERROR : call1(k->scanner->parse_constant, text);
}
static Value scan_value(Scan *k, int64_t at, int64_t *end)
{
    if (at >= k->len)
        return stop_at(at);
    uint32_t c = peek(k, at);
    if (c == '"')
        return scan_string(k->text, at + 1, k->scanner->strict, end);
    if (c == '{' || c == '[') {
        if (!stack_enter(c == '{' ? " while decoding a JSON object from a unicode string" : " while decoding a JSON array from a unicode string"))
            return ERROR;
        Value v = c == '{' ? scan_object(k, at + 1, end) : scan_array(k, at + 1, end);
        stack_leave();
        return v;
    }
    if (c == 'n' && literal(k, at, "null", end))
        return NONE;
    if (c == 't' && literal(k, at, "true", end))
        return TRUE;
    if (c == 'f' && literal(k, at, "false", end))
        return FALSE;
    if (c == 'N' && literal(k, at, "NaN", end))
        return constant(k, "NaN");
    if (c == 'I' && literal(k, at, "Infinity", end))
        return constant(k, "Infinity");
    if (c == '-' && literal(k, at, "-Infinity", end))
        return constant(k, "-Infinity");
    return scan_number(k, at, end);
}

/* --- what Python sees ------------------------------------------------------------------------------------------------------------------------ */
Value json_scanstring(Value *args, size_t n)
{
    int64_t at, end;
    bool strict;
    if (!str_check(args[0]))
        return raise(TypeError, "first argument must be a string, not %.80T", args[0]);
    if (!arg_i64(args[1], 0, &at) || !arg_bool(args[2], true, &strict))
        return ERROR;
    if (at < 0 || at > (int64_t)str_len(args[0]))
        return raise(ValueError, "end is out of bounds");
    own Value s = scan_string(args[0], at, strict, &end);
    return is_error(s) ? ERROR : tuple_of2(s, int_value(end));
}
static Value scanner_call(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    Value a[2];
    int64_t at, end = 0;
    if (!bind_arguments("scan_once", "(string, idx)", args, n_pos, kwnames, a, NULL))
        return ERROR;
    if (!str_check(a[0]))
        return raise(TypeError, "first argument must be a string, not %.80T", a[0]);
    if (!arg_i64(a[1], 0, &at))
        return ERROR;
    if (at < 0)
        return raise(ValueError, "idx cannot be negative");
    own Value memo = dict_new(), keep = retain(self);
    if (is_error(memo))
        return ERROR;
    Scan k = { .scanner = (const Scanner *)as_obj(self), .text = a[0], .memo = memo, .s = as_str(a[0]), .len = (int64_t)str_len(a[0]) };
    own Value v = scan_value(&k, at, &end);
    return is_error(v) ? ERROR : tuple_of2(v, int_value(end));
}
static bool take(Value context, const char *name, Value *slot)
{
    Value v = obj_getattr_c(context, name);
    if (is_error(v))
        return false;
    *slot = v;
    return true;
}
static Value scanner_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value a[1];
    if (!bind_arguments("make_scanner", "(context)", args, n_pos, kwnames, a, NULL))
        return ERROR;
    own Value v = instance_new(type), strict = UNBOUND;
    if (is_error(v))
        return ERROR;
    Scanner *s = (Scanner *)as_obj(v);
    if (!take(a[0], "strict", &strict) || !take(a[0], "object_hook", &s->object_hook) || !take(a[0], "object_pairs_hook", &s->pairs_hook) || !take(a[0], "parse_float", &s->parse_float) ||
        !take(a[0], "parse_int", &s->parse_int) || !take(a[0], "parse_constant", &s->parse_constant) || !arg_bool(strict, true, &s->strict))
        return ERROR;
    return give(v);
}
#define ROW(field, name) { TRACE_VALUE, offsetof(Scanner, field), 0, "." name }
static const TraceRow rows[] = { ROW(object_hook, "object_hook"), ROW(pairs_hook, "object_pairs_hook"), ROW(parse_float, "parse_float"), ROW(parse_int, "parse_int"), ROW(parse_constant, "parse_constant"), { 0 } };
static const Member members[] = { { "strict", MEMBER_BOOL, offsetof(Scanner, strict), false, "strict" }, { "object_hook", MEMBER_VALUE, offsetof(Scanner, object_hook), false, "object_hook" },
    { "object_pairs_hook", MEMBER_VALUE, offsetof(Scanner, pairs_hook), false, NULL }, { "parse_float", MEMBER_VALUE, offsetof(Scanner, parse_float), false, "parse_float" },
    { "parse_int", MEMBER_VALUE, offsetof(Scanner, parse_int), false, "parse_int" }, { "parse_constant", MEMBER_VALUE, offsetof(Scanner, parse_constant), false, "parse_constant" }, { 0 } };
Type json_scanner_type = { STATIC_TYPE(json_scanner_type, "Scanner", Scanner, rows), .flags = TYPE_BASE, .new = scanner_new, .call = scanner_call, .members = members, .module_name = "_json", .doc = "JSON scanner object" };
