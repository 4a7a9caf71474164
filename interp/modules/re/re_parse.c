/* re_parse.c -- Python's regular expression syntax into a program. Syntax, warnings and messages: library reference, module re, and what
 * CPython 3.11 says of each mistake. */
#include <stdarg.h>
#include "interp/base/unicode.h"
#include "interp/builtins/import.h"
#include "interp/compile/compile.h"
#include "interp/modules/re/re_program.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

#define END UINT32_MAX
#define NO_GROUP UINT64_MAX

typedef struct Width { uint64_t low, high; } Width;

typedef struct Parser {
    ReProgram *program;
    Value pattern, text;         /* borrowed */
    const Str *s;
    uint64_t index;              /* behind the next token */
    uint32_t next, escaped;      /* END at the end; '\\' with the character behind it */
    bool failed, is_text;
    bool variable_lookbehind;
    uint64_t lookbehind_groups;  /* groups open to lookbehind; NO_GROUP: not in one */
    uint32_t flags;              /* global */
    uint32_t n_closed;
    VEC(ReRange) conditions;     /* group asked for, position */
} Parser;

/* --- errors -------------------------------------------------------------------------------------------------------------- */

void re_error(Value message_take, Value pattern, int64_t position)
{
    own Value message = message_take;
    own Value class = is_error(message) ? ERROR : import_attr("re", "error");
    if (is_error(class))
        return;
    own Value at = position < 0 ? NONE : int_value(position);
    own Value instance = position < 0 ? call1(class, message) : call3(class, message, pattern, at);
    if (!is_error(instance))
        exception_raise(instance, UNBOUND);
}

bool re_warn(const char *category, Value message_take, int stack_level)
{
    own Value message = message_take;
    own Value warn = is_error(message) ? ERROR : import_attr("warnings", "warn"), class = is_error(warn) ? ERROR : import_attr("builtins", category);
    if (is_error(class))
        return false;
    own Value result = call3(warn, message, class, int_value(stack_level));
    return !is_error(result);
}

/* The message of a bytes pattern is ASCII. */
static Value for_bytes(Value message_take)
{
    own Value message = message_take;
    if (is_error(message) || as_str(message)->ascii)
        return give(message);
    own Value repr = obj_ascii(message);
    return is_error(repr) ? ERROR : str_slice(repr, 1, (int64_t)str_len(repr) - 1);
}

static uint64_t tell(const Parser *p) { return p->index - (p->next == END ? 0 : p->next == '\\' ? 2 : 1); }

static void fail(Parser *p, Value message_take, uint64_t offset)
{
    if (p->failed) {
        release(message_take);
        return;
    }
    p->failed = true;
    p->next = END;
    re_error(p->is_text ? message_take : for_bytes(message_take), p->pattern, (int64_t)(p->index - offset));
}
/* `offset` characters before where we are. */
#define FAIL(p, offset, ...) do { if (!(p)->failed) { uint64_t back_ = (offset); p->index = tell(p); fail((p), str_format(__VA_ARGS__), back_); } } while (0)

static void out_of_memory(Parser *p)
{
    if (!p->failed)
        error_set_memory();
    p->failed = true;
    p->next = END;
}

/* --- tokens ---------------------------------------------------------------------------------------------------------------- */

static void advance(Parser *p)
{
    if (p->failed || p->index >= p->s->len) {
        p->next = END;
        return;
    }
    p->next = str_char(p->s, p->index++);
    if (p->next != '\\')
        return;
    if (p->index >= p->s->len) {
        p->index = p->s->len;
        fail(p, str_from("bad escape (end of pattern)"), 1);
        return;
    }
    p->escaped = str_char(p->s, p->index++);
}

static bool match(Parser *p, uint32_t c)
{
    if (p->next != c || c == '\\')
        return false;
    advance(p);
    return true;
}

static uint32_t get(Parser *p)
{
    uint32_t c = p->next;
    advance(p);
    return c;
}

static void seek(Parser *p, uint64_t index)
{
    p->index = index;
    advance(p);
}

static Value piece(Parser *p, uint64_t start, uint64_t stop)
{
    return str_slice(p->text, (int64_t)start, (int64_t)(stop > p->s->len ? p->s->len : stop));
}

static bool digit(uint32_t c) { return c >= '0' && c <= '9'; }
static bool octal(uint32_t c) { return c >= '0' && c <= '7'; }
static int hex(uint32_t c) { return digit(c) ? (int)c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' && c < 128 ? (int)(c | 32) - 'a' + 10 : -1; }
static bool letter(uint32_t c) { return c < 128 && (c | 32) >= 'a' && (c | 32) <= 'z'; }

/* The text up to `terminator`, owned; ERROR: failed. */
static Value get_until(Parser *p, uint32_t terminator, const char *what)
{
    uint64_t start = tell(p);
    for (;;) {
        uint32_t c = p->next;
        uint64_t at = tell(p);
        advance(p);
        if (p->failed)
            return ERROR;
        if (c == END) {
            if (at == start)
                FAIL(p, 0, "missing %s", what);
            else
                FAIL(p, at - start, "missing %c, unterminated name", (int)terminator);
            return ERROR;
        }
        if (c == terminator) {
            if (at == start) {
                FAIL(p, 1, "missing %s", what);
                return ERROR;
            }
            return piece(p, start, at);
        }
    }
}

static bool is_identifier(Value name)
{
    uint64_t n = str_len(name);
    for (uint64_t i = 0; i < n; i++)
        if (!(i ? unicode_is_id_continue(str_char(as_str(name), i)) : unicode_is_id_start(str_char(as_str(name), i))))
            return false;
    return n > 0;
}

static void name_warning(Parser *p, Value name)
{
    own Value shown = p->is_text ? obj_repr(name) : obj_ascii(name);
    if (is_error(shown) || !re_warn("DeprecationWarning", str_format("bad character in group name %S at position %zu", shown,
                                                                     (size_t)(tell(p) - str_len(name) - 1)), 1))
        p->failed = true, p->next = END;
}

static void check_name(Parser *p, Value name)
{
    if (!is_identifier(name))
        FAIL(p, str_len(name) + 1, "bad character in group name %R", name);
    else if (!p->is_text && !as_str(name)->ascii)
        name_warning(p, name);
}

/* --- what comes out ----------------------------------------------------------------------------------------------------------- */

static void emit(Parser *p, ReItem item)
{
    if (!vec_add(&p->program->items, item))
        out_of_memory(p);
}
static void emit_text(Parser *p, const char *text) { emit(p, (ReItem){ .op = RE_TEXT, .text = text }); }

static void insert_text(Parser *p, size_t at, const char *text)
{
    emit_text(p, text);
    if (p->failed)
        return;
    ReItem *items = p->program->items.at;
    size_t n = p->program->items.n;
    memmove(items + at + 1, items + at, (n - at - 1) * sizeof *items);
    items[at] = (ReItem){ .op = RE_TEXT, .text = text };
}

static ReCase case_of(uint32_t flags) { return !(flags & RE_IGNORECASE) ? RE_EXACT : flags & RE_UNICODE ? RE_CASELESS : RE_CASELESS_ASCII; }

static void emit_literal(Parser *p, uint32_t c, uint32_t flags) { emit(p, (ReItem){ .op = RE_LITERAL, .mode = case_of(flags), .arg = c }); }

static void emit_set_take(Parser *p, ReSet set)
{
    if (!vec_add(&p->program->sets, set)) {
        vec_free(&set.ranges);
        out_of_memory(p);
        return;
    }
    emit(p, (ReItem){ .op = RE_SET, .arg = (uint32_t)p->program->sets.n - 1 });
}

static void add_range(Parser *p, ReSet *set, uint32_t low, uint32_t high)
{
    if (!vec_add(&set->ranges, (ReRange){ low, high }))
        out_of_memory(p);
}

/* --- escapes -------------------------------------------------------------------------------------------------------------------- */

typedef enum Escape { ESCAPE_CHAR, ESCAPE_CATEGORY, ESCAPE_AT, ESCAPE_GROUP } Escape;

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
static uint32_t hex_escape(Parser *p, uint64_t start, int n)
{
    uint32_t value = 0;
    int i = 0;
    for (; i < n && p->next != END && hex(p->next) >= 0; i++)
        value = value * 16 + (uint32_t)hex(get(p));
    if (i == n || p->failed)
        return value;
    own Value escape = piece(p, start, tell(p));
    if (!is_error(escape))
        FAIL(p, str_len(escape), "incomplete escape %S", escape);
    return 0;
}

static void bad_escape(Parser *p, uint64_t start)
{
    own Value escape = piece(p, start, tell(p));
    if (is_error(escape))
        p->failed = true, p->next = END;
    else
        FAIL(p, str_len(escape), "bad escape %S", escape);
}

static uint32_t octal_too_large(Parser *p, uint64_t start)
{
    own Value escape = piece(p, start, tell(p));
    if (!is_error(escape))
        FAIL(p, str_len(escape), "octal escape value %S outside of range 0-0o377", escape);
    return 0;
}

static uint32_t named_escape(Parser *p)
{
    if (!match(p, '{')) {
        FAIL(p, 0, "missing {");
        return 0;
    }
    own Value name = get_until(p, '}', "character name");
    if (is_error(name)) {
        p->failed = true, p->next = END;
        return 0;
    }
    size_t len;
    const char *utf8 = str_utf8_peek(name, &len);
    int32_t c = utf8 && compile_name_hook ? compile_name_hook(utf8, len, NULL) : -1;
    if (c < 0)
        FAIL(p, str_len(name) + 4, "undefined character name %R", name);
    return c < 0 ? 0 : (uint32_t)c;
}

/* \x \u \U \N. False: none of these. */
static bool coded_escape(Parser *p, uint32_t c, uint64_t start, uint32_t *value)
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
            p->failed = true, p->next = END;
        }
    } else if (c == 'N' && p->is_text)
        *value = named_escape(p);
    else
        return false;
    return true;
}

/* An escape in a set; the token is already taken. */
static Escape class_escape(Parser *p, uint32_t c, uint64_t start, uint32_t *value)
{
    int control = control_of(c);
    *value = (uint32_t)control;
    if (control >= 0)
        return ESCAPE_CHAR;
    if (category_of(c)) {
        *value = c;
        return ESCAPE_CATEGORY;
    }
    if (coded_escape(p, c, start, value))
        return ESCAPE_CHAR;
    if (octal(c)) {
        *value = c - '0';
        for (int i = 0; i < 2 && p->next != END && octal(p->next); i++)
            *value = *value * 8 + get(p) - '0';
        if (*value > 0377)
            *value = octal_too_large(p, start);
    } else if (digit(c) || letter(c)) {
        bad_escape(p, start);
    } else {
        *value = c;
    }
    return ESCAPE_CHAR;
}

static bool check_lookbehind_group(Parser *p, uint64_t group)
{
    if (p->lookbehind_groups == NO_GROUP)
        return true;
    if (group >= p->program->groups.n || !p->program->groups.at[group].closed)
        FAIL(p, 0, "cannot refer to an open group");
    else if (group >= p->lookbehind_groups)
        FAIL(p, 0, "cannot refer to group defined in the same lookbehind subpattern");
    return !p->failed;
}

/* Digits behind a backslash: octal character or group. */
static Escape numeric_escape(Parser *p, uint32_t c, uint64_t start, uint32_t *value)
{
    *value = c - '0';
    if (c == '0') {
        for (int i = 0; i < 2 && p->next != END && octal(p->next); i++)
            *value = *value * 8 + get(p) - '0';
        return ESCAPE_CHAR;
    }
    if (p->next != END && digit(p->next)) {
        uint32_t second = get(p);
        if (octal(c) && octal(second) && p->next != END && octal(p->next)) {
            *value = (*value * 8 + second - '0') * 8 + get(p) - '0';
            if (*value > 0377)
                *value = octal_too_large(p, start);
            return ESCAPE_CHAR;
        }
        *value = *value * 10 + second - '0';
    }
    uint64_t len = tell(p) - start;
    if (*value >= p->program->groups.n)
        FAIL(p, len - 1, "invalid group reference %u", *value);
    else if (!p->program->groups.at[*value].closed)
        FAIL(p, len, "cannot refer to an open group");
    else
        check_lookbehind_group(p, *value);
    return ESCAPE_GROUP;
}

static Escape pattern_escape(Parser *p, uint32_t c, uint64_t start, uint32_t *value)
{
    *value = c;
    if (c == 'A' || c == 'Z' || c == 'b' || c == 'B')
        return ESCAPE_AT;
    if (category_of(c))
        return ESCAPE_CATEGORY;
    if (control_of(c) >= 0) {
        *value = (uint32_t)control_of(c);
        return ESCAPE_CHAR;
    }
    if (coded_escape(p, c, start, value))
        return ESCAPE_CHAR;
    if (digit(c))
        return numeric_escape(p, c, start, value);
    if (letter(c))
        bad_escape(p, start);
    return ESCAPE_CHAR;
}

/* --- sets ----------------------------------------------------------------------------------------------------------------------------- */

static bool set_warning(Parser *p, const char *what, uint64_t position)
{
    if (re_warn("FutureWarning", str_format("Possible %s at position %zu", what, (size_t)position), 1))
        return true;
    p->failed = true, p->next = END;
    return false;
}

static const char *set_operator(uint32_t c)
{
    return c == '-' ? "set difference" : c == '&' ? "set intersection" : c == '~' ? "set symmetric difference" : c == '|' ? "set union" : NULL;
}

static void set_category(ReSet *set, uint32_t c)
{
    if (c & 32)
        set->in |= category_of(c);
    else
        set->not_in |= category_of(c);
}

static void bad_range(Parser *p, uint64_t start, uint64_t middle, uint64_t that)
{
    (void)middle, (void)that;
    own Value text = piece(p, start, tell(p));
    if (!is_error(text))
        FAIL(p, str_len(text), "bad character range %S", text);
}

/* One member; false: the set ended. */
static bool set_member(Parser *p, ReSet *set, uint64_t here, bool first)
{
    uint64_t start = tell(p);
    uint32_t this = get(p), low = this;
    Escape kind = ESCAPE_CHAR;
    if (this == END) {
        FAIL(p, tell(p) - here, "unterminated character set");
        return false;
    }
    if (this == ']' && !first)
        return false;
    if (this == '\\') {
        uint32_t c = str_char(p->s, start + 1);
        kind = class_escape(p, c, start, &low);
    } else if (!first && set_operator(this) && p->next == this && !set_warning(p, set_operator(this), tell(p) - 1)) {
        return false;
    }
    if (p->failed)
        return false;
    if (!match(p, '-')) {
        if (kind == ESCAPE_CATEGORY)
            set_category(set, low);
        else
            add_range(p, set, low, low);
        return !p->failed;
    }
    uint64_t that_start = tell(p);
    uint32_t that = get(p), high = that;
    if (that == END) {
        FAIL(p, tell(p) - here, "unterminated character set");
        return false;
    }
    if (that == ']') {
        if (kind == ESCAPE_CATEGORY)
            set_category(set, low);
        else
            add_range(p, set, low, low);
        add_range(p, set, '-', '-');
        return false;
    }
    Escape kind2 = ESCAPE_CHAR;
    if (that == '\\')
        kind2 = class_escape(p, str_char(p->s, that_start + 1), that_start, &high);
    else if (that == '-' && !set_warning(p, "set difference", tell(p) - 2))
        return false;
    if (p->failed)
        return false;
    if (kind != ESCAPE_CHAR || kind2 != ESCAPE_CHAR || high < low)
        bad_range(p, start, low, high);
    else
        add_range(p, set, low, high);
    return !p->failed;
}

static void parse_set(Parser *p, uint32_t flags)
{
    uint64_t here = tell(p) - 1;
    ReSet set = { .ascii = !(flags & RE_UNICODE) };
    if (p->next == '[' && !set_warning(p, "nested set", tell(p)))
        return;
    set.negate = match(p, '^');
    for (bool first = true; set_member(p, &set, here, first); first = false)
        ;
    if (p->failed || !re_case_close(&set, case_of(flags))) {
        vec_free(&set.ranges);
        if (!p->failed)
            out_of_memory(p);
        return;
    }
    if (set.ranges.n == 1 && !set.negate && !set.in && !set.not_in && set.ranges.at[0].low == set.ranges.at[0].high) {
        emit_literal(p, set.ranges.at[0].low, flags & ~(uint32_t)RE_IGNORECASE);
        vec_free(&set.ranges);
        return;
    }
    emit_set_take(p, set);
}

/* --- repetition ------------------------------------------------------------------------------------------------------------------------ */

typedef enum LastKind { LAST_NONE, LAST_ONE, LAST_GROUP, LAST_AT, LAST_REPEAT } LastKind;
typedef struct Last { LastKind kind; size_t item; uint64_t first_group; Width width; bool bare; /* a sequence that needs no parentheses of its own */ } Last;

static uint64_t capped_mul(uint64_t a, uint64_t b) { return a && b > RE_MAX_REPEAT / a ? RE_MAX_REPEAT : a * b; }
static uint64_t capped_add(uint64_t a, uint64_t b) { return a + b > RE_MAX_REPEAT ? RE_MAX_REPEAT : a + b; }

static bool get_count(Parser *p, uint64_t *count, bool *any)
{
    *any = false;
    uint64_t value = 0;
    while (p->next != END && digit(p->next)) {
        value = value > RE_MAX_REPEAT ? value : value * 10 + p->next - '0';
        *any = true;
        advance(p);
    }
    *count = value;
    return true;
}

static bool count_fits(Parser *p, uint64_t count)
{
    if (count < RE_MAX_REPEAT)
        return true;
    if (!p->failed)
        error_set(OverflowError, "the repetition number is too large");
    p->failed = true, p->next = END;
    return false;
}

/* {m,n} behind the brace. False: it is a literal brace (or failed). */
static bool parse_counts(Parser *p, uint64_t here, uint64_t *least, uint64_t *most)
{
    if (p->next == '}')
        return false;
    bool has_low, has_high;
    get_count(p, least, &has_low);
    *most = *least;
    has_high = has_low;
    if (match(p, ',')) {
        get_count(p, most, &has_high);
        if (!has_high)
            *most = RE_MAX_REPEAT;
    }
    if (!match(p, '}')) {
        if (!p->failed)
            seek(p, here);
        return false;
    }
    if (!has_low)
        *least = 0;
    if (!count_fits(p, *least) || (has_high && !count_fits(p, *most)))
        return false;
    if (!has_low && !has_high)
        *most = RE_MAX_REPEAT;
    if (*most < *least)
        FAIL(p, tell(p) - here, "min repeat greater than max repeat");
    return !p->failed;
}

/* False: not a repetition, a literal brace. */
static bool parse_repeat(Parser *p, uint32_t this, Last *last)
{
    uint64_t here = tell(p), least = 0, most = RE_MAX_REPEAT;
    if (this == '?')
        most = 1;
    else if (this == '+')
        least = 1;
    else if (this == '{' && !parse_counts(p, here, &least, &most))
        return false;
    if (last->kind == LAST_NONE || last->kind == LAST_AT) {
        FAIL(p, tell(p) - here + 1, "nothing to repeat");
        return true;
    }
    if (last->kind == LAST_REPEAT) {
        FAIL(p, tell(p) - here + 1, "multiple repeat");
        return true;
    }
    char mode = match(p, '?') ? '?' : match(p, '+') ? '+' : 0;
    if (last->kind == LAST_GROUP) {
        if (least > 65535) {
            count_fits(p, RE_MAX_REPEAT);
            return true;
        }
        if (most > 65535)
            most = RE_MAX_REPEAT;
        if (!last->bare) {
            insert_text(p, last->item, "(?:");
            emit_text(p, ")");
        }
        if (most > 1 && last->first_group < p->program->groups.n)
            p->program->groups_repeat = true;
    }
    emit(p, (ReItem){ .op = RE_REPEAT, .mode = (uint8_t)mode, .arg = (uint32_t)least, .most = (uint32_t)most });
    last->width.low = capped_mul(last->width.low, least);
    last->width.high = capped_mul(last->width.high, most);
    last->kind = LAST_REPEAT;
    return true;
}

/* --- groups ------------------------------------------------------------------------------------------------------------------------------- */

static Width parse_alternatives(Parser *p, uint32_t flags, int nested);
static Width parse_sequence(Parser *p, uint32_t *flags, int nested, bool first);

static uint32_t flag_of(uint32_t c)
{
    switch (c) {
    case 'i': return RE_IGNORECASE;
    case 'L': return RE_LOCALE;
    case 'm': return RE_MULTILINE;
    case 's': return RE_DOTALL;
    case 'x': return RE_VERBOSE;
    case 'a': return RE_ASCII;
    case 't': return RE_TEMPLATE;
    case 'u': return RE_UNICODE;
    default: return 0;
    }
}
enum { TYPE_FLAGS = RE_ASCII | RE_LOCALE | RE_UNICODE, GLOBAL_FLAGS = RE_DEBUG | RE_TEMPLATE };

static void unknown_flag(Parser *p, uint32_t c, const char *missing)
{
    if (c == END)
        FAIL(p, 0, "%s", missing);
    else
        FAIL(p, c == '\\' ? 2 : 1, "%s", c != '\\' && unicode_is_alpha(c) ? "unknown flag" : missing);
}

/* Behind (?; `c` is taken. 1: scoped flags in add and del; 0: global ones, applied; -1 failed. */
static int parse_flags(Parser *p, uint32_t c, uint32_t *add, uint32_t *del)
{
    *add = *del = 0;
    while (c != '-') {
        uint32_t flag = flag_of(c);
        if (p->is_text && c == 'L')
            FAIL(p, 0, "bad inline flags: cannot use 'L' flag with a str pattern");
        if (!p->is_text && c == 'u')
            FAIL(p, 0, "bad inline flags: cannot use 'u' flag with a bytes pattern");
        *add |= flag;
        if ((flag & TYPE_FLAGS) && (*add & TYPE_FLAGS) != flag)
            FAIL(p, 0, "bad inline flags: flags 'a', 'u' and 'L' are incompatible");
        c = get(p);
        if (c == ')' || c == '-' || c == ':')
            break;
        if (!flag_of(c))
            unknown_flag(p, c, "missing -, : or )");
        if (p->failed)
            return -1;
    }
    if (p->failed)
        return -1;
    if (c == ')') {
        p->flags |= *add;
        return 0;
    }
    if (*add & GLOBAL_FLAGS)
        FAIL(p, 1, "bad inline flags: cannot turn on global flag");
    if (c == '-') {
        c = get(p);
        if (!flag_of(c))
            unknown_flag(p, c, "missing flag");
        while (!p->failed) {
            uint32_t flag = flag_of(c);
            if (flag & TYPE_FLAGS)
                FAIL(p, 0, "bad inline flags: cannot turn off flags 'a', 'u' and 'L'");
            *del |= flag;
            c = get(p);
            if (c == ':')
                break;
            if (!flag_of(c))
                unknown_flag(p, c, "missing :");
        }
    }
    if (*del & GLOBAL_FLAGS)
        FAIL(p, 1, "bad inline flags: cannot turn off global flag");
    if (*add & *del)
        FAIL(p, 1, "bad inline flags: flag turned on and off");
    return p->failed ? -1 : 1;
}

static int64_t find_group(Parser *p, Value name)
{
    for (size_t i = 1; i < p->program->groups.n; i++)
        if (!is_unbound(p->program->groups.at[i].name) && str_equal(as_str(p->program->groups.at[i].name), as_str(name)))
            return (int64_t)i;
    return -1;
}

/* A new group, `name` consumed (UNBOUND: none). */
static uint32_t open_group_take(Parser *p, Value name)
{
    own Value given = name;
    int64_t earlier = is_unbound(name) ? -1 : find_group(p, name);
    uint32_t number = (uint32_t)p->program->groups.n;
    if (earlier >= 0) {
        FAIL(p, str_len(name) + 1, "redefinition of group name %R as group %u; was group %u", name, number, (unsigned)earlier);
        return 0;
    }
    if (number > 65535) {
        FAIL(p, 1, "too many groups");
        return 0;
    }
    if (!vec_add(&p->program->groups, (ReGroup){ .name = name }))
        out_of_memory(p);
    else
        given = UNBOUND;
    return number;
}

static void expect_close(Parser *p, uint64_t start)
{
    if (!match(p, ')'))
        FAIL(p, tell(p) - start, "missing ), unterminated subpattern");
}

static void emit_backref(Parser *p, uint32_t group, uint32_t flags)
{
    ReCase mode = case_of(flags);
    if (mode == RE_CASELESS)
        p->program->unicode_words = true;
    emit(p, (ReItem){ .op = RE_BACKREF, .mode = mode, .arg = group });
}

static void last_is(Last *last, LastKind kind, size_t item, Width width) { *last = (Last){ kind, item, NO_GROUP, width, false }; }

/* (?P=name) */
static void named_backref(Parser *p, uint32_t flags, Last *last)
{
    own Value name = get_until(p, ')', "group name");
    if (is_error(name)) {
        p->failed = true, p->next = END;
        return;
    }
    check_name(p, name);
    if (p->failed)
        return;
    int64_t group = find_group(p, name);
    if (group < 0)
        FAIL(p, str_len(name) + 1, "unknown group name %R", name);
    else if (!p->program->groups.at[group].closed)
        FAIL(p, str_len(name) + 1, "cannot refer to an open group");
    else if (check_lookbehind_group(p, (uint64_t)group)) {
        ReGroup *g = &p->program->groups.at[group];
        last_is(last, LAST_ONE, p->program->items.n, (Width){ g->low, g->high });
        emit_backref(p, (uint32_t)group, flags);
    }
}

/* (?= (?! (?<= (?<!, the characters behind ? taken. */
static void parse_look(Parser *p, uint32_t flags, int nested, uint32_t c, uint64_t start, Last *last)
{
    bool behind = c == '<';
    uint64_t groups = p->lookbehind_groups;
    if (behind) {
        c = get(p);
        if (c == END) {
            FAIL(p, 0, "unexpected end of pattern");
            return;
        }
        if (c != '=' && c != '!') {
            uint64_t at = tell(p);
            own Value found = piece(p, start + 3, at);
            if (!is_error(found))
                FAIL(p, str_len(found) + 2, "unknown extension ?<%S", found);
            return;
        }
        if (groups == NO_GROUP)
            p->lookbehind_groups = p->program->groups.n;
    }
    uint64_t first_group = p->program->groups.n;
    last_is(last, LAST_GROUP, p->program->items.n, (Width){ 0, 0 });
    last->first_group = first_group;
    emit_text(p, behind ? c == '=' ? "(?<=" : "(?<!" : c == '=' ? "(?=" : "(?!");
    Width width = parse_alternatives(p, flags, nested + 1);
    if (behind && groups == NO_GROUP)
        p->lookbehind_groups = NO_GROUP;
    expect_close(p, start);
    emit_text(p, ")");
    if (behind && width.low != width.high)
        p->variable_lookbehind = true;
}

/* A number of ASCII or other digits; -1: none. */
static int64_t group_number(Value name)
{
    own Value number = call1(obj_value(&int_type), name);
    int64_t i = -1;
    if (is_error(number))
        error_clear();
    else if (!int_to_i64(number, &i) && i > 0)
        i = INT64_MAX;
    return i;
}

/* (?(group)yes|no) */
static void parse_condition(Parser *p, uint32_t flags, int nested, uint64_t start, Last *last)
{
    own Value name = get_until(p, ')', "group name");
    if (is_error(name)) {
        p->failed = true, p->next = END;
        return;
    }
    int64_t group;
    uint64_t back = str_len(name) + 1;
    if (is_identifier(name)) {
        check_name(p, name);
        group = find_group(p, name);
        if (group < 0)
            FAIL(p, back, "unknown group name %R", name);
    } else {
        group = group_number(name);
        if (group < 0)
            FAIL(p, back, "bad character in group name %R", name);
        else if (group == 0)
            FAIL(p, back, "bad group number");
        else if (group >= (int64_t)RE_MAX_GROUPS)
            FAIL(p, back, "invalid group reference %S", name);
        else if (!vec_add(&p->conditions, (ReRange){ (uint32_t)group, (uint32_t)(tell(p) - back) }))
            out_of_memory(p);
        for (uint64_t i = 0; !p->failed && i < str_len(name); i++)
            if (!digit(str_char(as_str(name), i))) {
                name_warning(p, name);
                break;
            }
    }
    if (p->failed || !check_lookbehind_group(p, (uint64_t)group))
        return;
    last_is(last, LAST_GROUP, p->program->items.n, (Width){ 0, 0 });
    last->first_group = p->program->groups.n;
    emit(p, (ReItem){ .op = RE_CONDITION, .arg = (uint32_t)group });
    Width yes = parse_sequence(p, &flags, nested + 1, false), no = { 0, 0 };
    if (match(p, '|')) {
        emit_text(p, "|");
        no = parse_sequence(p, &flags, nested + 1, false);
        if (p->next == '|')
            FAIL(p, 0, "conditional backref with more than two branches");
        no.high = no.high > yes.high ? no.high : yes.high;
    } else {
        no.high = yes.high;
    }
    expect_close(p, start);
    emit_text(p, ")");
    last->width = (Width){ yes.low < no.low ? yes.low : no.low, no.high };
}

/* A group's contents and its end. `opening` is the PCRE2 text that opens it; number 0: no capture. */
static void parse_group_body(Parser *p, const char *opening, uint32_t number, uint32_t flags, int nested, uint64_t start, Last *last)
{
    last_is(last, LAST_GROUP, p->program->items.n, (Width){ 0, 0 });
    last->first_group = number ? number : p->program->groups.n;
    last->bare = true;
    emit_text(p, opening);
    last->width = parse_alternatives(p, flags, nested + 1);
    expect_close(p, start);
    emit_text(p, ")");
    if (number && !p->failed) {
        ReGroup *g = &p->program->groups.at[number];
        g->low = last->width.low;
        g->high = last->width.high;
        g->closed = true;
        g->close_order = ++p->n_closed;
    }
}

static void skip_comment(Parser *p, uint64_t start)
{
    for (;;) {
        if (p->next == END) {
            FAIL(p, tell(p) - start, "missing ), unterminated comment");
            return;
        }
        if (get(p) == ')')
            return;
    }
}

static void unknown_extension(Parser *p, const char *prefix, uint64_t from)
{
    own Value found = piece(p, from, tell(p));
    if (!is_error(found))
        FAIL(p, str_len(found) + strlen(prefix), "unknown extension %s%S", prefix, found);
}

/* (?P... */
static void parse_python_group(Parser *p, uint32_t flags, int nested, uint64_t start, Last *last)
{
    if (match(p, '<')) {
        own Value name = get_until(p, '>', "group name");
        if (is_error(name)) {
            p->failed = true, p->next = END;
            return;
        }
        check_name(p, name);
        uint32_t number = p->failed ? 0 : open_group_take(p, give(name));
        if (!p->failed)
            parse_group_body(p, "(", number, flags, nested, start, last);
    } else if (match(p, '=')) {
        named_backref(p, flags, last);
    } else {
        uint64_t from = tell(p);
        if (get(p) == END)
            FAIL(p, 0, "unexpected end of pattern");
        else
            unknown_extension(p, "?P", from);
    }
}

static uint32_t combine(uint32_t flags, uint32_t add, uint32_t del)
{
    if (add & TYPE_FLAGS)
        flags &= ~(uint32_t)TYPE_FLAGS;
    return (flags | add) & ~del;
}

/* The flags that hold where no group says otherwise. */
static uint32_t effective(const Parser *p) { return p->is_text && !(p->flags & RE_ASCII) ? p->flags | RE_UNICODE : p->flags & ~(uint32_t)RE_UNICODE; }

/* Behind "(". `empty`: nothing came before it at the start of the pattern. */
static void parse_group(Parser *p, uint32_t *flags, int nested, bool empty, Last *last)
{
    uint64_t start = tell(p) - 1;
    if (!match(p, '?')) {
        uint32_t number = open_group_take(p, UNBOUND);
        if (!p->failed)
            parse_group_body(p, "(", number, *flags, nested, start, last);
        return;
    }
    uint64_t from = tell(p);
    uint32_t c = get(p), add = 0, del = 0;
    switch (c) {
    case END: FAIL(p, 0, "unexpected end of pattern"); return;
    case 'P': parse_python_group(p, *flags, nested, start, last); return;
    case ':': parse_group_body(p, "(?:", 0, *flags, nested, start, last); return;
    case '>': parse_group_body(p, "(?>", 0, *flags, nested, start, last); return;
    case '#': skip_comment(p, start); return;
    case '=': case '!': case '<': parse_look(p, *flags, nested, c, start, last); return;
    case '(': parse_condition(p, *flags, nested, start, last); return;
    default: break;
    }
    if (c != '-' && !flag_of(c)) {
        unknown_extension(p, "?", from);
        return;
    }
    int kind = parse_flags(p, c, &add, &del);
    if (kind == 1) {
        parse_group_body(p, "(?:", 0, combine(*flags, add, del), nested, start, last);
    } else if (kind == 0) {
        if (!empty)
            FAIL(p, tell(p) - start, "global flags not at the start of the expression");
        *flags = effective(p);
    }
}

/* --- sequences ------------------------------------------------------------------------------------------------------------------------------ */

static void emit_category(Parser *p, uint32_t c, uint32_t flags)
{
    ReSet set = { .ascii = !(flags & RE_UNICODE) };
    set_category(&set, c);
    emit_set_take(p, set);
}

static void emit_any(Parser *p, uint32_t flags)
{
    ReSet set = { 0 };
    if (flags & RE_DOTALL) {
        add_range(p, &set, 0, 0x10ffff);
    } else {
        set.negate = true;
        add_range(p, &set, '\n', '\n');
    }
    emit_set_take(p, set);
}

static void parse_escape(Parser *p, uint32_t flags, uint64_t start, Last *last)
{
    uint32_t value;
    size_t item = p->program->items.n;
    Escape kind = pattern_escape(p, str_char(p->s, start + 1), start, &value);
    if (p->failed)
        return;
    last_is(last, kind == ESCAPE_AT ? LAST_AT : LAST_ONE, item, (Width){ kind != ESCAPE_AT, kind != ESCAPE_AT });
    switch (kind) {
    case ESCAPE_CHAR: emit_literal(p, value, flags); break;
    case ESCAPE_CATEGORY: emit_category(p, value, flags); break;
    case ESCAPE_GROUP:
        last->width = (Width){ p->program->groups.at[value].low, p->program->groups.at[value].high };
        emit_backref(p, value, flags);
        break;
    case ESCAPE_AT:
        if (value == 'A' || value == 'Z') {
            emit_text(p, value == 'A' ? "\\A" : "\\z");
        } else {
            bool unicode = (flags & RE_UNICODE) != 0;
            p->program->unicode_words |= unicode;
            emit(p, (ReItem){ .op = RE_BOUNDARY, .mode = unicode, .arg = value == 'B' });
        }
    }
}

static bool skip_verbose(Parser *p, uint32_t this)
{
    if (this == ' ' || (this >= 9 && this <= 13))
        return true;
    if (this != '#')
        return false;
    while (p->next != END)
        if (get(p) == '\n')
            break;
    return true;
}

static Width parse_sequence(Parser *p, uint32_t *flags, int nested, bool first)
{
    Width width = { 0, 0 };
    Last last = { 0 };
    bool empty = first;
    while (!p->failed && p->next != END && p->next != '|' && p->next != ')') {
        uint64_t start = tell(p);
        uint32_t this = get(p);
        if ((*flags & RE_VERBOSE) && this != '\\' && skip_verbose(p, this))
            continue;
        if ((this == '*' || this == '+' || this == '?' || this == '{')) {
            if (parse_repeat(p, this, &last) || p->failed)
                continue;
        }
        size_t n = p->program->items.n;
        Last next = { 0 };
        if (this == '\\')
            parse_escape(p, *flags, start, &next);
        else if (this == '[') {
            parse_set(p, *flags);
            last_is(&next, LAST_ONE, n, (Width){ 1, 1 });
        } else if (this == '.') {
            emit_any(p, *flags);
            last_is(&next, LAST_ONE, n, (Width){ 1, 1 });
        } else if (this == '(') {
            parse_group(p, flags, nested, empty, &next);
        } else if (this == '^' || this == '$') {
            emit_text(p, this == '^' ? *flags & RE_MULTILINE ? "^" : "\\A" : *flags & RE_MULTILINE ? "$" : "\\Z");
            last_is(&next, LAST_AT, n, (Width){ 0, 0 });
        } else {
            emit_literal(p, this, *flags);
            last_is(&next, LAST_ONE, n, (Width){ 1, 1 });
        }
        if (next.kind != LAST_NONE) {            /* comments and global flags leave the last item the last */
            width.low = capped_add(width.low, last.width.low);
            width.high = capped_add(width.high, last.width.high);
            last = next;
            empty = false;
        }
    }
    width.low = capped_add(width.low, last.width.low);
    width.high = capped_add(width.high, last.width.high);
    if (width.low > RE_MAX_REPEAT - 1)
        width.low = RE_MAX_REPEAT - 1;
    return width;
}

enum { MAX_NESTING = 1000 };

static Width parse_alternatives(Parser *p, uint32_t flags, int nested)
{
    Width width = { RE_MAX_REPEAT - 1, 0 };
    if (nested > MAX_NESTING) {
        if (!p->failed)
            error_set(RecursionError, "maximum recursion depth exceeded");
        p->failed = true, p->next = END;
    }
    for (bool first = true; !p->failed; first = false) {
        Width branch = parse_sequence(p, &flags, nested, first && nested == 0);
        width.low = branch.low < width.low ? branch.low : width.low;
        width.high = branch.high > width.high ? branch.high : width.high;
        if (!match(p, '|'))
            break;
        emit_text(p, "|");
        if (nested == 0)
            flags = effective(p);
    }
    return width;
}

/* --- the whole ---------------------------------------------------------------------------------------------------------------------------- */

static bool check_flags(Parser *p)
{
    uint32_t flags = p->flags;
    if (p->is_text) {
        if (flags & RE_LOCALE)
            return raise_false(ValueError, "cannot use LOCALE flag with a str pattern");
        if ((flags & RE_ASCII) && (flags & RE_UNICODE))
            return raise_false(ValueError, "ASCII and UNICODE flags are incompatible");
        p->program->flags = flags & RE_ASCII ? flags : flags | RE_UNICODE;
        return true;
    }
    if (flags & RE_UNICODE)
        return raise_false(ValueError, "cannot use UNICODE flag with a bytes pattern");
    if ((flags & RE_LOCALE) && (flags & RE_ASCII))
        return raise_false(ValueError, "ASCII and LOCALE flags are incompatible");
    p->program->flags = flags;
    return true;
}

static bool parse_all(Parser *p)
{
    advance(p);
    if (!p->failed)
        parse_alternatives(p, effective(p), 0);
    if (p->failed || !check_flags(p))
        return false;
    if (p->next != END)
        FAIL(p, 0, "unbalanced parenthesis");
    for (size_t i = 0; !p->failed && i < p->conditions.n; i++)
        if (p->conditions.at[i].low >= p->program->groups.n) {
            p->failed = true;
            re_error(str_format("invalid group reference %u", p->conditions.at[i].low), p->pattern, p->conditions.at[i].high);
        }
    if (p->failed)
        return false;
    if (p->variable_lookbehind) {
        re_error(str_from("look-behind requires fixed-width pattern"), p->pattern, -1);
        return false;
    }
    ReProgram *program = p->program;
    program->literal = program->items.n > 0;
    for (size_t i = 0; program->literal && i < program->items.n; i++)
        program->literal = program->items.at[i].op == RE_LITERAL && program->items.at[i].mode == RE_EXACT;
    return true;
}

bool re_parse(ReProgram *program, Value pattern, Value text, uint32_t flags)
{
    Parser p = { .program = program, .pattern = pattern, .text = text, .s = as_str(text), .is_text = str_check(pattern), .flags = flags,
                 .lookbehind_groups = NO_GROUP };
    *program = (ReProgram){ 0 };
    if (!vec_add(&program->groups, (ReGroup){ .name = UNBOUND }))
        return raise_memory_false();
    bool good = parse_all(&p);
    vec_free(&p.conditions);
    assert(good != error_pending());
    return good;
}

void re_program_free(ReProgram *program)
{
    for (size_t i = 0; i < program->sets.n; i++)
        vec_free(&program->sets.at[i].ranges);
    for (size_t i = 0; i < program->groups.n; i++)
        release(program->groups.at[i].name);
    vec_free(&program->items);
    vec_free(&program->sets);
    vec_free(&program->groups);
}
