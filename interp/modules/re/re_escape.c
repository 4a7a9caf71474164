/* re_escape.c -- escapes, and sets in brackets. Declared in re_parser.h. */
#include "interp/base/hex.h"
#include "interp/base/unicode_names.h"
#include "interp/modules/re/re_parser.h"

/* --- escapes -------------------------------------------------------------------------------------------------------------------- */

static int control_of(uint32_t c)
{
    switch (c) {
    case 'a': return 7;
    case 'b': return 8;
    case 'f': return 12;
    case 'n': return 10;
    case 'r': return 13;
    case 't': return 9;
    case 'v': return 11;
    case '\\': return '\\';
    default: return -1;
    }
}

static unsigned category_of(uint32_t c) { return (c | 32) == 'd' ? RE_DIGIT : (c | 32) == 's' ? RE_SPACE : (c | 32) == 'w' ? RE_WORD : 0; }

/* Exactly n hexadecimal digits behind the escape that began at `start`. */
static uint32_t hex_escape(ReParser *p, uint64_t start, int n)
{
    uint32_t value = 0;
    int i = 0;
    for (; i < n && p->next != RE_END && hex_digit(p->next) >= 0; i++)
        value = value * 16 + (uint32_t)hex_digit(re_get(p));
    if (i == n || p->failed)
        return value;
    own Value escape = re_piece(p, start, re_tell(p));
    if (!is_error(escape))
        RE_FAIL(p, str_len(escape), "incomplete escape %S", escape);
    return 0;
}

static void bad_escape(ReParser *p, uint64_t start)
{
    own Value escape = re_piece(p, start, re_tell(p));
    if (is_error(escape))
        re_stop(p);
    else
        RE_FAIL(p, str_len(escape), "bad escape %S", escape);
}

static uint32_t octal_too_large(ReParser *p, uint64_t start)
{
    own Value escape = re_piece(p, start, re_tell(p));
    if (!is_error(escape))
        RE_FAIL(p, str_len(escape), "octal escape value %S outside of range 0-0o377", escape);
    return 0;
}

static uint32_t named_escape(ReParser *p)
{
    if (!re_accept(p, '{')) {
        RE_FAIL(p, 0, "missing {");
        return 0;
    }
    own Value name = re_get_until(p, '}', "character name");
    if (is_error(name)) {
        re_stop(p);
        return 0;
    }
    size_t len;
    const char *utf8 = str_utf8_peek(name, &len);
    int32_t c = utf8 ? unicode_lookup_name(utf8, len) : -1;
    if (c < 0)
        RE_FAIL(p, str_len(name) + 4, "undefined character name %R", name);
    return c < 0 ? 0 : (uint32_t)c;
}

/* \x \u \U \N. False: none of these. */
static bool coded_escape(ReParser *p, uint32_t c, uint64_t start, uint32_t *value)
{
    if (c == 'x')
        *value = hex_escape(p, start, 2);
    else if (c == 'u' && p->is_text)
        *value = hex_escape(p, start, 4);
    else if (c == 'U' && p->is_text) {
        *value = hex_escape(p, start, 8);
        if (!p->failed && *value > 0x10ffff && *value <= INT32_MAX) {
            bad_escape(p, start);
        } else if (!p->failed && *value > 0x10ffff) {
            error_set(OverflowError, "Python int too large to convert to C int");
            re_stop(p);
        }
    } else if (c == 'N' && p->is_text)
        *value = named_escape(p);
    else
        return false;
    return true;
}

/* An escape in a set; the token is already taken. */
static ReEscape class_escape(ReParser *p, uint32_t c, uint64_t start, uint32_t *value)
{
    int control = control_of(c);
    *value = (uint32_t)control;
    if (control >= 0)
        return RE_ESCAPE_CHAR;
    if (category_of(c)) {
        *value = c;
        return RE_ESCAPE_CATEGORY;
    }
    if (coded_escape(p, c, start, value))
        return RE_ESCAPE_CHAR;
    if (re_octal(c)) {
        *value = c - '0';
        for (int i = 0; i < 2 && p->next != RE_END && re_octal(p->next); i++)
            *value = *value * 8 + re_get(p) - '0';
        if (*value > 0377)
            *value = octal_too_large(p, start);
    } else if (re_digit(c) || re_letter(c)) {
        bad_escape(p, start);
    } else {
        *value = c;
    }
    return RE_ESCAPE_CHAR;
}

bool re_check_lookbehind_group(ReParser *p, uint64_t group)
{
    if (p->lookbehind_groups == RE_NO_GROUP)
        return true;
    if (group >= p->program->groups.n || !p->program->groups.at[group].closed)
        RE_FAIL(p, 0, "cannot refer to an open group");
    else if (group >= p->lookbehind_groups)
        RE_FAIL(p, 0, "cannot refer to group defined in the same lookbehind subpattern");
    return !p->failed;
}

/* Digits behind a backslash: octal character or group. */
static ReEscape numeric_escape(ReParser *p, uint32_t c, uint64_t start, uint32_t *value)
{
    *value = c - '0';
    if (c == '0') {
        for (int i = 0; i < 2 && p->next != RE_END && re_octal(p->next); i++)
            *value = *value * 8 + re_get(p) - '0';
        return RE_ESCAPE_CHAR;
    }
    if (p->next != RE_END && re_digit(p->next)) {
        uint32_t second = re_get(p);
        if (re_octal(c) && re_octal(second) && p->next != RE_END && re_octal(p->next)) {
            *value = (*value * 8 + second - '0') * 8 + re_get(p) - '0';
            if (*value > 0377)
                *value = octal_too_large(p, start);
            return RE_ESCAPE_CHAR;
        }
        *value = *value * 10 + second - '0';
    }
    uint64_t len = re_tell(p) - start;
    if (*value >= p->program->groups.n)
        RE_FAIL(p, len - 1, "invalid group reference %u", *value);
    else if (!p->program->groups.at[*value].closed)
        RE_FAIL(p, len, "cannot refer to an open group");
    else
        re_check_lookbehind_group(p, *value);
    return RE_ESCAPE_GROUP;
}

ReEscape re_read_escape(ReParser *p, uint32_t c, uint64_t start, uint32_t *value)
{
    *value = c;
    if (c == 'A' || c == 'Z' || c == 'b' || c == 'B')
        return RE_ESCAPE_AT;
    if (category_of(c))
        return RE_ESCAPE_CATEGORY;
    if (control_of(c) >= 0) {
        *value = (uint32_t)control_of(c);
        return RE_ESCAPE_CHAR;
    }
    if (coded_escape(p, c, start, value))
        return RE_ESCAPE_CHAR;
    if (re_digit(c))
        return numeric_escape(p, c, start, value);
    if (re_letter(c))
        bad_escape(p, start);
    return RE_ESCAPE_CHAR;
}

/* --- sets ----------------------------------------------------------------------------------------------------------------------------- */

static bool set_warning(ReParser *p, const char *what, uint64_t position)
{
    if (re_warn("FutureWarning", str_format("Possible %s at position %zu", what, (size_t)position), 1))
        return true;
    re_stop(p);
    return false;
}

static const char *set_operator(uint32_t c)
{
    return c == '-' ? "set difference" : c == '&' ? "set intersection" : c == '~' ? "set symmetric difference" : c == '|' ? "set union" : NULL;
}

void re_add_category(ReSet *set, uint32_t c)
{
    if (c & 32)
        set->in |= category_of(c);
    else
        set->not_in |= category_of(c);
}

static void bad_range(ReParser *p, uint64_t start)
{
    own Value text = re_piece(p, start, re_tell(p));
    if (!is_error(text))
        RE_FAIL(p, str_len(text), "bad character range %S", text);
}

/* One member; false: the set ended. */
static bool set_member(ReParser *p, ReSet *set, uint64_t here, bool first)
{
    uint64_t start = re_tell(p);
    uint32_t this = re_get(p), low = this;
    ReEscape kind = RE_ESCAPE_CHAR;
    if (this == RE_END) {
        RE_FAIL(p, re_tell(p) - here, "unterminated character set");
        return false;
    }
    if (this == ']' && !first)
        return false;
    if (this == '\\') {
        uint32_t c = str_char(p->s, start + 1);
        kind = class_escape(p, c, start, &low);
    } else if (!first && set_operator(this) && p->next == this && !set_warning(p, set_operator(this), re_tell(p) - 1)) {
        return false;
    }
    if (p->failed)
        return false;
    if (!re_accept(p, '-')) {
        if (kind == RE_ESCAPE_CATEGORY)
            re_add_category(set, low);
        else
            re_add_range(p, set, low, low);
        return !p->failed;
    }
    uint64_t that_start = re_tell(p);
    uint32_t that = re_get(p), high = that;
    if (that == RE_END) {
        RE_FAIL(p, re_tell(p) - here, "unterminated character set");
        return false;
    }
    if (that == ']') {
        if (kind == RE_ESCAPE_CATEGORY)
            re_add_category(set, low);
        else
            re_add_range(p, set, low, low);
        re_add_range(p, set, '-', '-');
        return false;
    }
    ReEscape kind2 = RE_ESCAPE_CHAR;
    if (that == '\\')
        kind2 = class_escape(p, str_char(p->s, that_start + 1), that_start, &high);
    else if (that == '-' && !set_warning(p, "set difference", re_tell(p) - 2))
        return false;
    if (p->failed)
        return false;
    if (kind != RE_ESCAPE_CHAR || kind2 != RE_ESCAPE_CHAR || high < low)
        bad_range(p, start);
    else
        re_add_range(p, set, low, high);
    return !p->failed;
}

void re_read_set(ReParser *p, uint32_t flags)
{
    uint64_t here = re_tell(p) - 1;
    ReSet set = { .ascii = !(flags & RE_UNICODE) };
    if (p->next == '[' && !set_warning(p, "nested set", re_tell(p)))
        return;
    set.negate = re_accept(p, '^');
    for (bool first = true; set_member(p, &set, here, first); first = false)
        ;
    if (p->failed || !re_case_close(&set, re_case_of(flags))) {
        vec_free(&set.ranges);
        if (!p->failed)
            re_out_of_memory(p);
        return;
    }
    if (set.ranges.n == 1 && !set.negate && !set.in && !set.not_in && set.ranges.at[0].low == set.ranges.at[0].high) {
        re_put_literal(p, set.ranges.at[0].low, flags & ~(uint32_t)RE_IGNORECASE);
        vec_free(&set.ranges);
        return;
    }
    re_put_set_take(p, set);
}
