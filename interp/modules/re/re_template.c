/* re_template.c -- replacement texts: \1, \g<name>, escapes. Messages are CPython's. */
#include <stdlib.h>
#include "interp/modules/re/re_types.h"
#include "interp/base/buf.h"
#include "interp/base/unicode.h"
#include "interp/object/dict.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"

typedef struct Reader {
    Pattern *pattern;
    Value source, text;          /* as given; as str */
    const Str *s;
    uint64_t at;
    VEC(uint32_t) groups;
    VEC(Value) literals;
    StrBuilder literal;
    bool is_text;
} Reader;

static bool fail(Reader *r, Value message_take, uint64_t position)
{
    re_error(message_take, r->source, (int64_t)position);
    return false;
}
static bool digit(uint32_t c) { return c >= '0' && c <= '9'; }
static bool octal(uint32_t c) { return c >= '0' && c <= '7'; }
static uint32_t peek(const Reader *r) { return r->at < r->s->len ? str_char(r->s, r->at) : UINT32_MAX; }

static bool end_literal(Reader *r)
{
    own Value text = str_builder_finish(&r->literal);
    if (is_error(text))
        return false;
    if (!r->is_text)                         /* latin-1 characters are the bytes */
        set_slot(&text, bytes_new(as_str(text)->u.c1, str_len(text)));
    if (is_error(text))
        return false;
    if (!vec_add(&r->literals, text))
        return raise_memory_false();
    give(text);
    return true;
}

static bool add_group(Reader *r, int64_t index, uint64_t position)
{
    if (index > r->pattern->n_groups)
        return fail(r, str_format("invalid group reference %lld", (long long)index), position);
    return end_literal(r) && (vec_add(&r->groups, (uint32_t)index) || raise_memory_false());
}

static bool is_identifier(Value name)
{
    for (uint64_t i = 0; i < str_len(name); i++) {
        uint32_t c = str_char(as_str(name), i);
        if (!(i ? unicode_is_id_continue(c) : unicode_is_id_start(c)))
            return false;
    }
    return str_len(name) > 0;
}

static bool named_group(Reader *r, Value name, uint64_t position)
{
    if (is_identifier(name)) {
        Value index;
        Found found = dict_find(as_dict(r->pattern->group_index), name, &index);
        if (found == ABSENT)
            return raise_false(IndexError, "unknown group name %R", name);
        return found == FOUND && add_group(r, small_int(index), position);
    }
    own Value number = call1(obj_value(&int_type), name);
    int64_t index = -1;
    if (is_error(number)) {
        if (!error_is(ValueError))
            return false;
        error_clear();
    } else if (!int_to_i64(number, &index)) {
        index = INT64_MAX;
    }
    if (index < 0)
        return fail(r, str_format("bad character in group name %R", name), position);
    if (index >= (int64_t)RE_MAX_GROUPS)
        return fail(r, str_format("invalid group reference %S", number), position);
    for (uint64_t i = 0; i < str_len(name); i++)
        if (!digit(str_char(as_str(name), i))) {
            own Value shown = r->is_text ? obj_repr(name) : obj_ascii(name);
            if (is_error(shown) || !re_warn("DeprecationWarning", str_format("bad character in group name %S at position %zu", shown, (size_t)position), 1))
                return false;
            break;
        }
    return add_group(r, index, position);
}

static bool group_name(Reader *r)
{
    if (peek(r) != '<')
        return fail(r, str_from("missing <"), r->at);
    uint64_t start = ++r->at;
    while (peek(r) != '>') {
        if (peek(r) == UINT32_MAX)
            return r->at == start ? fail(r, str_from("missing group name"), start) : fail(r, str_from("missing >, unterminated name"), start);
        r->at++;
    }
    if (r->at == start)
        return fail(r, str_from("missing group name"), start);
    own Value name = str_slice(r->text, (int64_t)start, (int64_t)r->at);
    r->at++;
    return !is_error(name) && named_group(r, name, start);
}

/* \0.., \1.., three octal digits; `start` is the backslash. */
static bool numeric(Reader *r, uint32_t c, uint64_t start)
{
    uint32_t value = c - '0';
    if (c == '0') {
        for (int i = 0; i < 2 && octal(peek(r)) && peek(r) != UINT32_MAX; i++, r->at++)
            value = value * 8 + peek(r) - '0';
        return str_builder_char(&r->literal, value & 0xff);
    }
    uint64_t first = start + 1;
    if (peek(r) != UINT32_MAX && digit(peek(r))) {
        uint32_t second = peek(r);
        r->at++;
        if (octal(c) && octal(second) && peek(r) != UINT32_MAX && octal(peek(r))) {
            value = (value * 8 + second - '0') * 8 + peek(r) - '0';
            r->at++;
            if (value > 0377)
                return fail(r, str_format("octal escape value \\%o outside of range 0-0o377", value), start);
            return str_builder_char(&r->literal, value);
        }
        value = value * 10 + second - '0';
    }
    return add_group(r, value, first);
}

static cold bool escape(Reader *r)
{
    uint64_t start = r->at;
    if (start + 1 >= r->s->len)
        return fail(r, str_from("bad escape (end of pattern)"), r->s->len - 1);
    uint32_t c = str_char(r->s, start + 1);
    r->at += 2;
    if (c == 'g')
        return group_name(r);
    if (digit(c))
        return numeric(r, c, start);
    static const char controls[] = "abfnrtv\\", codes[] = "\a\b\f\n\r\t\v\\";
    const char *known = c < 128 ? strchr(controls, (int)c) : NULL;
    if (known && c)
        return str_builder_char(&r->literal, (uint8_t)codes[known - controls]);
    if (c < 128 && (c | 32) >= 'a' && (c | 32) <= 'z')
        return fail(r, str_format("bad escape \\%c", (int)c), start);
    return str_builder_char(&r->literal, '\\') && str_builder_char(&r->literal, c);
}

bool re_template_parse(ReTemplate *out, Pattern *pattern, Value source)
{
    own Value text = UNBOUND;
    Reader r = { .pattern = pattern, .source = source, .is_text = str_check(source) };
    if (r.is_text) {
        text = str_exact_of(source);
    } else {
        Buffer buffer;
        if (!buffer_bytes(source, &buffer))
            return false;
        text = str_from_latin1(buffer.data, (size_t)buffer.len_bytes);
        buffer_release(&buffer);
    }
    if (is_error(text))
        return false;
    r.text = text;
    r.s = as_str(text);
    bool good = true;
    while (good && r.at < r.s->len) {
        uint32_t c = str_char(r.s, r.at);
        if (c == '\\') {
            good = escape(&r);
        } else {
            uint64_t from = r.at;
            while (r.at < r.s->len && str_char(r.s, r.at) != '\\')
                r.at++;
            good = str_builder_slice(&r.literal, text, from, r.at);
        }
    }
    good = good && end_literal(&r);
    str_builder_free(&r.literal);
    ReTemplate made = { r.groups.n, r.groups.at, r.literals.at };
    if (!good) {
        for (size_t i = 0; i < r.literals.n; i++)
            release(r.literals.at[i]);
        vec_free(&r.groups);
        vec_free(&r.literals);
        return false;
    }
    *out = made;
    return true;
}

void re_template_free(ReTemplate *t)
{
    for (size_t i = 0; t->literals && i <= t->n_groups; i++)
        release(t->literals[i]);
    free(t->literals);
    free(t->groups);
    *t = (ReTemplate){ 0 };
}
