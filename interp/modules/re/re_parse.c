/* re_parse.c -- Python's regular expression syntax into a program. Syntax, warnings and messages: library reference, module re, and what
 * CPython 3.11 says of each mistake. */
#include "interp/base/unicode.h"
#include "interp/modules/re/re_parser.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/tuple.h"

typedef struct Width { uint64_t low, high; } Width;

/* --- repetition ------------------------------------------------------------------------------------------------------------------------ */

typedef enum LastKind { LAST_NONE, LAST_ONE, LAST_GROUP, LAST_AT, LAST_REPEAT } LastKind;
typedef struct Last { LastKind kind; size_t item; uint64_t first_group; Width width; bool bare; /* a sequence that needs no parentheses of its own */ } Last;

static uint64_t capped_mul(uint64_t a, uint64_t b) { return a && b > RE_MAX_REPEAT / a ? RE_MAX_REPEAT : a * b; }
static uint64_t capped_add(uint64_t a, uint64_t b) { return a + b > RE_MAX_REPEAT ? RE_MAX_REPEAT : a + b; }

static bool get_count(ReParser *p, uint64_t *count, bool *any)
{
    *any = false;
    uint64_t value = 0;
    while (p->next != RE_END && re_digit(p->next)) {
        value = value > RE_MAX_REPEAT ? value : value * 10 + p->next - '0';
        *any = true;
        re_advance(p);
    }
    *count = value;
    return true;
}

static bool count_fits(ReParser *p, uint64_t count)
{
    if (count < RE_MAX_REPEAT)
        return true;
    if (!p->failed)
        error_set(OverflowError, "the repetition number is too large");
    re_stop(p);
    return false;
}

/* {m,n} behind the brace. False: it is a literal brace (or failed). */
static bool parse_counts(ReParser *p, uint64_t here, uint64_t *least, uint64_t *most)
{
    if (p->next == '}')
        return false;
    bool has_low, has_high;
    get_count(p, least, &has_low);
    *most = *least;
    has_high = has_low;
    if (re_accept(p, ',')) {
        get_count(p, most, &has_high);
        if (!has_high)
            *most = RE_MAX_REPEAT;
    }
    if (!re_accept(p, '}')) {
        if (!p->failed)
            re_seek(p, here);
        return false;
    }
    if (!has_low)
        *least = 0;
    if (!count_fits(p, *least) || (has_high && !count_fits(p, *most)))
        return false;
    if (!has_low && !has_high)
        *most = RE_MAX_REPEAT;
    if (*most < *least)
        RE_FAIL(p, re_tell(p) - here, "min repeat greater than max repeat");
    return !p->failed;
}

/* False: not a repetition, a literal brace. */
static bool parse_repeat(ReParser *p, uint32_t this, Last *last)
{
    uint64_t here = re_tell(p), least = 0, most = RE_MAX_REPEAT;
    if (this == '?')
        most = 1;
    else if (this == '+')
        least = 1;
    else if (this == '{' && !parse_counts(p, here, &least, &most))
        return false;
    if (last->kind == LAST_NONE || last->kind == LAST_AT) {
        RE_FAIL(p, re_tell(p) - here + 1, "nothing to repeat");
        return true;
    }
    if (last->kind == LAST_REPEAT) {
        RE_FAIL(p, re_tell(p) - here + 1, "multiple repeat");
        return true;
    }
    char mode = re_accept(p, '?') ? '?' : re_accept(p, '+') ? '+' : 0;
    if (last->kind == LAST_GROUP) {
        if (least > 65535) {
            count_fits(p, RE_MAX_REPEAT);
            return true;
        }
        if (most > 65535)
            most = RE_MAX_REPEAT;
        if (!last->bare) {
            re_insert_text(p, last->item, "(?:");
            re_put_text(p, ")");
        }
        if (most > 1 && last->first_group < p->program->groups.n)
            p->program->groups_repeat = true;
    }
    re_put(p, (ReItem){ .op = RE_REPEAT, .mode = (uint8_t)mode, .arg = (uint32_t)least, .most = (uint32_t)most });
    last->width.low = capped_mul(last->width.low, least);
    last->width.high = capped_mul(last->width.high, most);
    last->kind = LAST_REPEAT;
    return true;
}

/* --- groups ------------------------------------------------------------------------------------------------------------------------------- */

static Width parse_alternatives(ReParser *p, uint32_t flags, int nested);
static Width parse_sequence(ReParser *p, uint32_t *flags, int nested, bool first);

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

static void unknown_flag(ReParser *p, uint32_t c, const char *missing)
{
    if (c == RE_END)
        RE_FAIL(p, 0, "%s", missing);
    else
        RE_FAIL(p, c == '\\' ? 2 : 1, "%s", c != '\\' && unicode_is_alpha(c) ? "unknown flag" : missing);
}

/* Behind (?; `c` is taken. 1: scoped flags in add and del; 0: global ones, applied; -1 failed. */
static int parse_flags(ReParser *p, uint32_t c, uint32_t *add, uint32_t *del)
{
    *add = *del = 0;
    while (c != '-') {
        uint32_t flag = flag_of(c);
        if (p->is_text && c == 'L')
            RE_FAIL(p, 0, "bad inline flags: cannot use 'L' flag with a str pattern");
        if (!p->is_text && c == 'u')
            RE_FAIL(p, 0, "bad inline flags: cannot use 'u' flag with a bytes pattern");
        *add |= flag;
        if ((flag & TYPE_FLAGS) && (*add & TYPE_FLAGS) != flag)
            RE_FAIL(p, 0, "bad inline flags: flags 'a', 'u' and 'L' are incompatible");
        c = re_get(p);
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
        RE_FAIL(p, 1, "bad inline flags: cannot turn on global flag");
    if (c == '-') {
        c = re_get(p);
        if (!flag_of(c))
            unknown_flag(p, c, "missing flag");
        while (!p->failed) {
            uint32_t flag = flag_of(c);
            if (flag & TYPE_FLAGS)
                RE_FAIL(p, 0, "bad inline flags: cannot turn off flags 'a', 'u' and 'L'");
            *del |= flag;
            c = re_get(p);
            if (c == ':')
                break;
            if (!flag_of(c))
                unknown_flag(p, c, "missing :");
        }
    }
    if (*del & GLOBAL_FLAGS)
        RE_FAIL(p, 1, "bad inline flags: cannot turn off global flag");
    if (*add & *del)
        RE_FAIL(p, 1, "bad inline flags: flag turned on and off");
    return p->failed ? -1 : 1;
}

static int64_t find_group(ReParser *p, Value name)
{
    for (size_t i = 1; i < p->program->groups.n; i++)
        if (!is_unbound(p->program->groups.at[i].name) && str_equal(as_str(p->program->groups.at[i].name), as_str(name)))
            return (int64_t)i;
    return -1;
}

/* A new group, `name` consumed (UNBOUND: none). */
static uint32_t open_group_take(ReParser *p, Value name)
{
    own Value given = name;
    int64_t earlier = is_unbound(name) ? -1 : find_group(p, name);
    uint32_t number = (uint32_t)p->program->groups.n;
    if (earlier >= 0) {
        RE_FAIL(p, str_len(name) + 1, "redefinition of group name %R as group %u; was group %u", name, number, (unsigned)earlier);
        return 0;
    }
    if (number > 65535) {
        RE_FAIL(p, 1, "too many groups");
        return 0;
    }
    if (!vec_add(&p->program->groups, (ReGroup){ .name = name }))
        re_out_of_memory(p);
    else
        given = UNBOUND;
    return number;
}

static void expect_close(ReParser *p, uint64_t start)
{
    if (!re_accept(p, ')'))
        RE_FAIL(p, re_tell(p) - start, "missing ), unterminated subpattern");
}

static void emit_backref(ReParser *p, uint32_t group, uint32_t flags)
{
    ReCase mode = re_case_of(flags);
    if (mode == RE_CASELESS)
        p->program->unicode_words = true;
    re_put(p, (ReItem){ .op = RE_BACKREF, .mode = mode, .arg = group });
}

static void last_is(Last *last, LastKind kind, size_t item, Width width) { *last = (Last){ kind, item, RE_NO_GROUP, width, false }; }

/* (?P=name) */
static void named_backref(ReParser *p, uint32_t flags, Last *last)
{
    own Value name = re_get_until(p, ')', "group name");
    if (is_error(name)) {
        re_stop(p);
        return;
    }
    re_check_name(p, name);
    if (p->failed)
        return;
    int64_t group = find_group(p, name);
    if (group < 0)
        RE_FAIL(p, str_len(name) + 1, "unknown group name %R", name);
    else if (!p->program->groups.at[group].closed)
        RE_FAIL(p, str_len(name) + 1, "cannot refer to an open group");
    else if (re_check_lookbehind_group(p, (uint64_t)group)) {
        ReGroup *g = &p->program->groups.at[group];
        last_is(last, LAST_ONE, p->program->items.n, (Width){ g->low, g->high });
        emit_backref(p, (uint32_t)group, flags);
    }
}

/* (?= (?! (?<= (?<!, the characters behind ? taken. */
static void parse_look(ReParser *p, uint32_t flags, int nested, uint32_t c, uint64_t start, Last *last)
{
    bool behind = c == '<';
    uint64_t groups = p->lookbehind_groups;
    if (behind) {
        c = re_get(p);
        if (c == RE_END) {
            RE_FAIL(p, 0, "unexpected end of pattern");
            return;
        }
        if (c != '=' && c != '!') {
            uint64_t at = re_tell(p);
            own Value found = re_piece(p, start + 3, at);
            if (!is_error(found))
                RE_FAIL(p, str_len(found) + 2, "unknown extension ?<%S", found);
            return;
        }
        if (groups == RE_NO_GROUP)
            p->lookbehind_groups = p->program->groups.n;
    }
    uint64_t first_group = p->program->groups.n;
    last_is(last, LAST_GROUP, p->program->items.n, (Width){ 0, 0 });
    last->first_group = first_group;
    re_put_text(p, behind ? c == '=' ? "(?<=" : "(?<!" : c == '=' ? "(?=" : "(?!");
    Width width = parse_alternatives(p, flags, nested + 1);
    if (behind && groups == RE_NO_GROUP)
        p->lookbehind_groups = RE_NO_GROUP;
    expect_close(p, start);
    re_put_text(p, ")");
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
static void parse_condition(ReParser *p, uint32_t flags, int nested, uint64_t start, Last *last)
{
    own Value name = re_get_until(p, ')', "group name");
    if (is_error(name)) {
        re_stop(p);
        return;
    }
    int64_t group;
    uint64_t back = str_len(name) + 1;
    if (re_is_identifier(name)) {
        re_check_name(p, name);
        group = find_group(p, name);
        if (group < 0)
            RE_FAIL(p, back, "unknown group name %R", name);
    } else {
        group = group_number(name);
        if (group < 0)
            RE_FAIL(p, back, "bad character in group name %R", name);
        else if (group == 0)
            RE_FAIL(p, back, "bad group number");
        else if (group >= (int64_t)RE_MAX_GROUPS)
            RE_FAIL(p, back, "invalid group reference %S", name);
        else if (!vec_add(&p->conditions, (ReRange){ (uint32_t)group, (uint32_t)(re_tell(p) - back) }))
            re_out_of_memory(p);
        for (uint64_t i = 0; !p->failed && i < str_len(name); i++)
            if (!re_digit(str_char(as_str(name), i))) {
                re_warn_name(p, name);
                break;
            }
    }
    if (p->failed || !re_check_lookbehind_group(p, (uint64_t)group))
        return;
    last_is(last, LAST_GROUP, p->program->items.n, (Width){ 0, 0 });
    last->first_group = p->program->groups.n;
    re_put(p, (ReItem){ .op = RE_CONDITION, .arg = (uint32_t)group });
    Width yes = parse_sequence(p, &flags, nested + 1, false), no = { 0, 0 };
    if (re_accept(p, '|')) {
        re_put_text(p, "|");
        no = parse_sequence(p, &flags, nested + 1, false);
        if (p->next == '|')
            RE_FAIL(p, 0, "conditional backref with more than two branches");
        no.high = no.high > yes.high ? no.high : yes.high;
    } else {
        no.high = yes.high;
    }
    expect_close(p, start);
    re_put_text(p, ")");
    last->width = (Width){ yes.low < no.low ? yes.low : no.low, no.high };
}

/* A group's contents and its end. `opening` is the PCRE2 text that opens it; number 0: no capture. */
static void parse_group_body(ReParser *p, const char *opening, uint32_t number, uint32_t flags, int nested, uint64_t start, Last *last)
{
    last_is(last, LAST_GROUP, p->program->items.n, (Width){ 0, 0 });
    last->first_group = number ? number : p->program->groups.n;
    last->bare = true;
    re_put_text(p, opening);
    last->width = parse_alternatives(p, flags, nested + 1);
    expect_close(p, start);
    re_put_text(p, ")");
    if (number && !p->failed) {
        ReGroup *g = &p->program->groups.at[number];
        g->low = last->width.low;
        g->high = last->width.high;
        g->closed = true;
        g->close_order = ++p->n_closed;
    }
}

static void skip_comment(ReParser *p, uint64_t start)
{
    for (;;) {
        if (p->next == RE_END) {
            RE_FAIL(p, re_tell(p) - start, "missing ), unterminated comment");
            return;
        }
        if (re_get(p) == ')')
            return;
    }
}

static void unknown_extension(ReParser *p, const char *prefix, uint64_t from)
{
    own Value found = re_piece(p, from, re_tell(p));
    if (!is_error(found))
        RE_FAIL(p, str_len(found) + strlen(prefix), "unknown extension %s%S", prefix, found);
}

/* (?P... */
static void parse_python_group(ReParser *p, uint32_t flags, int nested, uint64_t start, Last *last)
{
    if (re_accept(p, '<')) {
        own Value name = re_get_until(p, '>', "group name");
        if (is_error(name)) {
            re_stop(p);
            return;
        }
        re_check_name(p, name);
        uint32_t number = p->failed ? 0 : open_group_take(p, give(name));
        if (!p->failed)
            parse_group_body(p, "(", number, flags, nested, start, last);
    } else if (re_accept(p, '=')) {
        named_backref(p, flags, last);
    } else {
        uint64_t from = re_tell(p);
        if (re_get(p) == RE_END)
            RE_FAIL(p, 0, "unexpected end of pattern");
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
static uint32_t effective(const ReParser *p) { return p->is_text && !(p->flags & RE_ASCII) ? p->flags | RE_UNICODE : p->flags & ~(uint32_t)RE_UNICODE; }

/* Behind "(". `empty`: nothing came before it at the start of the pattern. */
static void parse_group(ReParser *p, uint32_t *flags, int nested, bool empty, Last *last)
{
    uint64_t start = re_tell(p) - 1;
    if (!re_accept(p, '?')) {
        uint32_t number = open_group_take(p, UNBOUND);
        if (!p->failed)
            parse_group_body(p, "(", number, *flags, nested, start, last);
        return;
    }
    uint64_t from = re_tell(p);
    uint32_t c = re_get(p), add = 0, del = 0;
    switch (c) {
    case RE_END: RE_FAIL(p, 0, "unexpected end of pattern"); return;
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
            RE_FAIL(p, re_tell(p) - start, "global flags not at the start of the expression");
        *flags = effective(p);
    }
}

/* --- sequences ------------------------------------------------------------------------------------------------------------------------------ */

static void emit_category(ReParser *p, uint32_t c, uint32_t flags)
{
    ReSet set = { .ascii = !(flags & RE_UNICODE) };
    re_add_category(&set, c);
    re_put_set_take(p, set);
}

static void emit_any(ReParser *p, uint32_t flags)
{
    ReSet set = { 0 };
    if (flags & RE_DOTALL) {
        re_add_range(p, &set, 0, 0x10ffff);
    } else {
        set.negate = true;
        re_add_range(p, &set, '\n', '\n');
    }
    re_put_set_take(p, set);
}

static void parse_escape(ReParser *p, uint32_t flags, uint64_t start, Last *last)
{
    uint32_t value;
    size_t item = p->program->items.n;
    ReEscape kind = re_read_escape(p, str_char(p->s, start + 1), start, &value);
    if (p->failed)
        return;
    last_is(last, kind == RE_ESCAPE_AT ? LAST_AT : LAST_ONE, item, (Width){ kind != RE_ESCAPE_AT, kind != RE_ESCAPE_AT });
    switch (kind) {
    case RE_ESCAPE_CHAR: re_put_literal(p, value, flags); break;
    case RE_ESCAPE_CATEGORY: emit_category(p, value, flags); break;
    case RE_ESCAPE_GROUP:
        last->width = (Width){ p->program->groups.at[value].low, p->program->groups.at[value].high };
        emit_backref(p, value, flags);
        break;
    case RE_ESCAPE_AT:
        if (value == 'A' || value == 'Z') {
            re_put_text(p, value == 'A' ? "\\A" : "\\z");
        } else {
            bool unicode = (flags & RE_UNICODE) != 0;
            p->program->unicode_words |= unicode;
            re_put(p, (ReItem){ .op = RE_BOUNDARY, .mode = unicode, .arg = value == 'B' });
        }
    }
}

static bool skip_verbose(ReParser *p, uint32_t this)
{
    if (this == ' ' || (this >= 9 && this <= 13))
        return true;
    if (this != '#')
        return false;
    while (p->next != RE_END)
        if (re_get(p) == '\n')
            break;
    return true;
}

static Width parse_sequence(ReParser *p, uint32_t *flags, int nested, bool first)
{
    Width width = { 0, 0 };
    Last last = { 0 };
    bool empty = first;
    while (!p->failed && p->next != RE_END && p->next != '|' && p->next != ')') {
        uint64_t start = re_tell(p);
        uint32_t this = re_get(p);
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
            re_read_set(p, *flags);
            last_is(&next, LAST_ONE, n, (Width){ 1, 1 });
        } else if (this == '.') {
            emit_any(p, *flags);
            last_is(&next, LAST_ONE, n, (Width){ 1, 1 });
        } else if (this == '(') {
            parse_group(p, flags, nested, empty, &next);
        } else if (this == '^' || this == '$') {
            re_put_text(p, this == '^' ? *flags & RE_MULTILINE ? "^" : "\\A" : *flags & RE_MULTILINE ? "$" : "\\Z");
            last_is(&next, LAST_AT, n, (Width){ 0, 0 });
        } else {
            re_put_literal(p, this, *flags);
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

static Width parse_alternatives(ReParser *p, uint32_t flags, int nested)
{
    Width width = { RE_MAX_REPEAT - 1, 0 };
    if (nested > MAX_NESTING) {
        if (!p->failed)
            error_set(RecursionError, "maximum recursion depth exceeded");
        re_stop(p);
    }
    for (bool first = true; !p->failed; first = false) {
        Width branch = parse_sequence(p, &flags, nested, first && nested == 0);
        width.low = branch.low < width.low ? branch.low : width.low;
        width.high = branch.high > width.high ? branch.high : width.high;
        if (!re_accept(p, '|'))
            break;
        re_put_text(p, "|");
        if (nested == 0)
            flags = effective(p);
    }
    return width;
}

/* --- the whole ---------------------------------------------------------------------------------------------------------------------------- */

static bool check_flags(ReParser *p)
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

static bool parse_all(ReParser *p)
{
    re_advance(p);
    if (!p->failed)
        parse_alternatives(p, effective(p), 0);
    if (p->failed || !check_flags(p))
        return false;
    if (p->next != RE_END)
        RE_FAIL(p, 0, "unbalanced parenthesis");
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
    ReParser p = { .program = program, .pattern = pattern, .text = text, .s = as_str(text), .is_text = str_check(pattern), .flags = flags,
                 .lookbehind_groups = RE_NO_GROUP };
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
