/* re_pattern.c -- compiled patterns: making one, the text it is matched with, attributes. */
#include "interp/modules/re/re_types.h"
#include <stdio.h>
#include "gc/heap.h"
#include "interp/object/class.h"
#include "interp/object/descriptor.h"
#include "interp/object/int.h"
#include "interp/object/iterators.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static const TraceRow trace_rows[] = {
    { TRACE_VALUE, offsetof(Pattern, pattern), 0, "pattern" }, { TRACE_VALUE, offsetof(Pattern, group_index), 0, "groupindex" },
    { TRACE_VALUE, offsetof(Pattern, template_text), 0, "replacement" }, { TRACE_VALUE, offsetof(Pattern, literal), 0, "literal" },
    { TRACE_CUSTOM, 0, 0, "part" }, { 0 },
};

static void trace_parts(Object *o, Visitor *visitor)
{
    static const Edge group = { TRACE_CUSTOM, "group", 0, UNBOUND_INIT }, literal = { TRACE_CUSTOM, "replacement", 0, UNBOUND_INIT };
    const Pattern *p = (const Pattern *)o;
    for (size_t i = 0; i < p->program.groups.n; i++)
        if (is_ptr(p->program.groups.at[i].name))
            visitor->visit(visitor, as_obj(p->program.groups.at[i].name), &group);
    for (size_t i = 0; p->replacement.literals && i <= p->replacement.n_groups; i++)
        if (is_ptr(p->replacement.literals[i]))
            visitor->visit(visitor, as_obj(p->replacement.literals[i]), &literal);
}

/* Names of groups and pieces of the replacement are strings, which close no cycle: dispose releases them. */
static void clear(Object *o)
{
    Pattern *p = (Pattern *)o;
    set_slot(&p->pattern, UNBOUND);
    set_slot(&p->group_index, UNBOUND);
    set_slot(&p->template_text, UNBOUND);
    set_slot(&p->literal, UNBOUND);
}

static void dispose(Object *o)
{
    Pattern *p = (Pattern *)o;
    re_engine_free(&p->engine);
    re_template_free(&p->replacement);
    re_program_free(&p->program);
}

/* The text seen as str: bytes become latin-1. */
static Value as_text(Value pattern)
{
    return str_check(pattern) ? str_exact_of(pattern) : str_from_latin1(as_bytes(pattern)->data, as_bytes(pattern)->len);
}

static bool fill(Pattern *p, Value text)
{
    p->n_groups = (uint32_t)p->program.groups.n - 1;
    p->engine.program = &p->program;
    set_slot(&p->group_index, dict_new());
    if (is_error(p->group_index))
        return false;
    for (size_t i = 1; i < p->program.groups.n; i++) {
        Value name = p->program.groups.at[i].name;
        if (!is_unbound(name) && !dict_set(as_dict(p->group_index), name, small_int_value((int64_t)i)))
            return false;
    }
    if (!p->program.literal)
        return true;
    StrBuilder literal = { 0 };
    for (size_t i = 0; i < p->program.items.n; i++)
        if (!str_builder_char(&literal, p->program.items.at[i].arg)) {
            str_builder_free(&literal);
            return false;
        }
    set_slot(&p->literal, str_builder_finish(&literal));
    (void)text;
    return !is_error(p->literal);
}

Value re_compile(Value pattern, uint32_t flags)
{
    if (!str_check(pattern) && !bytes_check(pattern))
        return raise(TypeError, "first argument must be string or compiled pattern");
    own Value text = as_text(pattern), made = is_error(text) ? ERROR : instance_new(&re_pattern_type);
    if (is_error(made))
        return ERROR;
    Pattern *p = as_pattern(made);
    p->is_text = str_check(pattern);
    set_slot(&p->pattern, retain(pattern));
    if (!re_parse(&p->program, pattern, text, flags) || !fill(p, text))
        return ERROR;
    return give(made);
}

/* --- the text ----------------------------------------------------------------------------------------------------------------------------- */

bool re_subject_open(Subject *s, const Pattern *p, Value string, int64_t pos, int64_t endpos)
{
    s->string = string;
    s->has_buffer = false;
    if (LIKELY(str_check(string))) {
        if (!p->is_text)
            return raise_false(TypeError, "cannot use a bytes pattern on a string-like object");
        s->data = str_data(as_str(string));
        s->width = as_str(string)->width;
        s->len = str_len(string);
    } else {
        if (bytes_check(string)) {
            s->data = as_bytes(string)->data;
            s->len = as_bytes(string)->len;
        } else if (!buffer_supported(string)) {
            return raise_false(TypeError, "expected string or bytes-like object, got '%.200s'", type_name(string));
        } else if (!buffer_get(string, &s->buffer, BUFFER_SIMPLE)) {
            return false;
        } else {
            s->has_buffer = true;
            s->data = s->buffer.data;
            s->len = (size_t)s->buffer.len_bytes;
        }
        s->width = 1;
        if (p->is_text) {
            re_subject_close(s);
            return raise_false(TypeError, "cannot use a string pattern on a bytes-like object");
        }
    }
    int64_t len = (int64_t)s->len;
    pos = pos < 0 ? 0 : pos > len ? len : pos;
    endpos = endpos < 0 ? 0 : endpos > len ? len : endpos;
    s->pos = (size_t)pos;
    s->len = (size_t)endpos;
    s->empty_range = pos > endpos;
    return true;
}

void re_subject_close(Subject *s)
{
    if (s->has_buffer)
        buffer_release(&s->buffer);
    s->has_buffer = false;
}

Value re_subject_slice(const Subject *s, int64_t start, int64_t stop)
{
    if (str_check(s->string))
        return str_slice(s->string, start, stop);
    if (is_exact(s->string, &bytes_type) && start == 0 && stop == (int64_t)as_bytes(s->string)->len)
        return retain(s->string);
    return bytes_new((const uint8_t *)s->data + start, (size_t)(stop - start));
}

/* A pattern without anything special is looked for as a string. */
static Truth find_literal(Pattern *p, const Subject *s, ReMode mode, size_t start, int64_t *spans)
{
    const Str *needle = as_str(p->literal);
    int64_t end = (int64_t)s->len, at;
    if (mode != RE_SEARCH) {
        end = (int64_t)(start + needle->len);
        if (end > (int64_t)s->len || (mode == RE_FULLMATCH && end != (int64_t)s->len))
            return NO;
    }
    if (p->is_text)
        at = str_find(as_str(s->string), needle, (int64_t)start, end, false);
    else {
        at = bytes_find_raw((const uint8_t *)s->data + start, (size_t)end - start, needle->u.c1, needle->len, false);
        at += at >= 0 ? (int64_t)start : 0;
    }
    if (at < 0)
        return NO;
    spans[0] = at;
    spans[1] = at + (int64_t)needle->len;
    return YES;
}

Truth re_find(Pattern *p, const Subject *s, ReMode mode, size_t start, bool not_empty, int64_t *spans)
{
    if (s->empty_range)
        return NO;
    if (p->program.literal)
        return find_literal(p, s, mode, start, spans);
    return re_engine_match(&p->engine, mode, s->data, s->width, s->len, start, not_empty, spans);
}

/* --- what Python sees ---------------------------------------------------------------------------------------------------------------------- */

static Value repr(Value self)
{
    static const struct { uint32_t flag; const char *name; } names[] = {
        { RE_TEMPLATE, "re.TEMPLATE" }, { RE_IGNORECASE, "re.IGNORECASE" }, { RE_LOCALE, "re.LOCALE" }, { RE_MULTILINE, "re.MULTILINE" },
        { RE_DOTALL, "re.DOTALL" }, { RE_UNICODE, "re.UNICODE" }, { RE_VERBOSE, "re.VERBOSE" }, { RE_DEBUG, "re.DEBUG" }, { RE_ASCII, "re.ASCII" },
    };
    Pattern *p = as_pattern(self);
    uint32_t flags = p->program.flags;
    if (p->is_text && (flags & (RE_LOCALE | RE_UNICODE | RE_ASCII)) == RE_UNICODE)
        flags &= ~(uint32_t)RE_UNICODE;
    own Value text = obj_repr(p->pattern);
    StrBuilder out = { 0 };
    if (is_error(text))
        return ERROR;
    bool good = str_builder_ascii(&out, "re.compile(", 11) && str_builder_slice(&out, text, 0, str_len(text) > 200 ? 200 : str_len(text));
    bool first = true;
    for (size_t i = 0; good && i < sizeof names / sizeof *names; i++)
        if (flags & names[i].flag) {
            good = str_builder_utf8(&out, first ? ", " : "|", first ? 2 : 1) && str_builder_utf8(&out, names[i].name, strlen(names[i].name));
            flags &= ~names[i].flag;
            first = false;
        }
    if (good && flags) {
        char rest[24];
        snprintf(rest, sizeof rest, "%s0x%x", first ? ", " : "|", flags);
        good = str_builder_utf8(&out, rest, strlen(rest));
    }
    return str_builder_end(&out, good && str_builder_char(&out, ')'));
}

static bool hash(Value self, int64_t *h)
{
    Pattern *p = as_pattern(self);
    if (!obj_hash(p->pattern, h))
        return false;
    *h = (*h ^ (int64_t)p->program.flags * 1000003 ^ p->n_groups) & SMALL_INT_MAX;
    return true;
}

static Value compare(Value a, Value b, CompareOp op)
{
    if ((op != CMP_EQ && op != CMP_NE) || !is_exact(a, &re_pattern_type) || !is_exact(b, &re_pattern_type))
        return NOT_IMPLEMENTED;
    Pattern *x = as_pattern(a), *y = as_pattern(b);
    Truth equal = same(a, b) ? YES : x->program.flags != y->program.flags || x->is_text != y->is_text ? NO : obj_equal(x->pattern, y->pattern);
    return equal == TRUTH_FAILED ? ERROR : bool_value(equal == (op == CMP_EQ));
}

static Value get_flags(Value self) { return small_int_value(as_pattern(self)->program.flags); }
static Value get_groups(Value self) { return small_int_value(as_pattern(self)->n_groups); }
static Value get_group_index(Value self) { return mappingproxy_new(as_pattern(self)->group_index); }
static Value get_pattern(Value self) { return retain(as_pattern(self)->pattern); }

static const GetSet getsets[] = {
    { "pattern", get_pattern, NULL, "The pattern string from which the RE object was compiled." },
    { "flags", get_flags, NULL, "The regex matching flags." },
    { "groups", get_groups, NULL, "The number of capturing groups in the pattern." },
    { "groupindex", get_group_index, NULL, "A dictionary mapping group names to group numbers." },
    { 0 },
};

Type re_pattern_type = {
    .heap = { .head = STATIC_OBJECT(&type_type.shape), .name = "Pattern", .basic_size = sizeof(Pattern), .trace = trace_rows, .trace_custom = trace_parts, .clear = clear,
              .dispose = dispose },
    .shape = { .type = &re_pattern_type.heap }, .bases = UNBOUND_INIT, .mro = UNBOUND_INIT, .qualname = UNBOUND_INIT, .module = UNBOUND_INIT,
    .flags = TYPE_NO_NEW | TYPE_WEAK, .repr = repr, .hash = hash, .compare = compare,
    .getsets = getsets, .module_name = "re", .doc = "Compiled regular expression object.",
};
