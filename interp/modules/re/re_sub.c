/* re_sub.c -- walking over all matches: findall, finditer, split, sub; scanners; the methods of patterns.
 *
 * After a match the next one is looked for at its end; right behind an empty match no empty one counts. Any call of a replacement function may
 * run whatever code: the text is held by the Subject, everything else is read anew. */
#include <stdlib.h>
#include "gc/event.h"
#include "gc/heap.h"
#include "interp/builtins/arguments.h"
#include "interp/builtins/import.h"
#include "interp/modules/re/re_types.h"
#include "interp/base/buf.h"
#include "interp/object/class.h"
#include "interp/object/int.h"
#include "interp/object/iterators.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

enum { FEW = 34 };

typedef struct Walk {
    Pattern *pattern;
    Subject subject;
    int64_t *spans, few[FEW];
    size_t at;
    bool not_empty;
} Walk;

static bool walk_open(Walk *w, Pattern *p, Value string, int64_t pos, int64_t endpos)
{
    size_t n = 2 * ((size_t)p->n_groups + 1);
    w->pattern = p;
    w->not_empty = false;
    w->spans = w->few;
    if (!re_subject_open(&w->subject, p, string, pos, endpos))
        return false;
    w->at = w->subject.pos;
    if (n > FEW && !(w->spans = malloc(n * sizeof(int64_t)))) {
        re_subject_close(&w->subject);
        return raise_memory_false();
    }
    retain(string);
    return true;
}

static void walk_close(Walk *w)
{
    re_subject_close(&w->subject);
    release(w->subject.string);
    if (w->spans != w->few)
        free(w->spans);
}

static Truth walk_next(Walk *w)
{
    if (!poll_events())
        return TRUTH_FAILED;
    Truth found = re_find(w->pattern, &w->subject, RE_SEARCH, w->at, w->not_empty, w->spans);
    if (found == YES) {
        w->at = (size_t)w->spans[1];
        w->not_empty = w->spans[0] == w->spans[1];
    }
    return found;
}

static Value empty_of(const Walk *w) { return retain(w->pattern->is_text ? str_empty : bytes_empty); }

static Value walk_group(Walk *w, uint32_t group)
{
    int64_t start = w->spans[2 * group];
    return start < 0 ? empty_of(w) : re_subject_slice(&w->subject, start, w->spans[2 * group + 1]);
}

static Value walk_groups(Walk *w)
{
    uint32_t n = w->pattern->n_groups;
    if (n <= 1)
        return walk_group(w, n);
    Tuple *made = tuple_alloc(n);
    own Value all = made ? obj_value(made) : ERROR;
    for (uint32_t i = 0; made && i < n; i++) {
        Value v = walk_group(w, i + 1);
        if (is_error(v))
            return ERROR;
        made->items[i] = v;
    }
    return give(all);
}

static Value find_all(Pattern *p, Value string, int64_t pos, int64_t endpos)
{
    Walk w;
    own Value keep = retain(obj_value(p)), list = list_new(0);
    if (is_error(list) || !walk_open(&w, p, string, pos, endpos))
        return ERROR;
    Truth found;
    while ((found = walk_next(&w)) == YES)
        if (!list_append_take(list, walk_groups(&w))) {
            found = TRUTH_FAILED;
            break;
        }
    walk_close(&w);
    return found == TRUTH_FAILED ? ERROR : give(list);
}

static Value split(Pattern *p, Value string, int64_t max_split)
{
    Walk w;
    own Value keep = retain(obj_value(p)), list = list_new(0);
    if (is_error(list) || !walk_open(&w, p, string, 0, INT64_MAX))
        return ERROR;
    Truth found = NO;
    bool good = true;
    int64_t last = 0;
    for (int64_t n = 0; good && (max_split == 0 || n < max_split) && (found = walk_next(&w)) == YES; n++) {
        Value piece = re_subject_slice(&w.subject, last, w.spans[0]);
        good = !is_error(piece) && list_append_take(list, piece);
        for (uint32_t i = 1; good && i <= p->n_groups; i++) {
            Value group = w.spans[2 * i] < 0 ? NONE : walk_group(&w, i);
            good = !is_error(group) && list_append_take(list, group);
        }
        last = w.spans[1];
    }
    good = good && found != TRUTH_FAILED;
    if (good) {
        Value rest = re_subject_slice(&w.subject, last, (int64_t)w.subject.len);
        good = !is_error(rest) && list_append_take(list, rest);
    }
    walk_close(&w);
    return good ? give(list) : ERROR;
}

/* --- sub --------------------------------------------------------------------------------------------------------------------------------- */

typedef struct Output { bool is_text; StrBuilder text; Buf bytes; } Output;

static bool put_slice(Output *o, const Subject *s, int64_t start, int64_t stop)
{
    if (start >= stop)
        return true;
    if (o->is_text)
        return str_builder_slice(&o->text, s->string, (uint64_t)start, (uint64_t)stop);
    return buf_add(&o->bytes, (const uint8_t *)s->data + start, (size_t)(stop - start)) || raise_memory_false();
}

static bool put_value(Output *o, Value v)
{
    if (o->is_text)
        return str_check(v) ? str_builder_str(&o->text, v) : raise_false(TypeError, "sequence item 0: expected str instance, %.200s found", type_name(v));
    if (!buffer_supported(v))
        return raise_false(TypeError, "sequence item 0: expected a bytes-like object, %.200s found", type_name(v));
    Buffer buffer;
    if (!buffer_bytes(v, &buffer))
        return false;
    bool good = buf_add(&o->bytes, buffer.data, (size_t)buffer.len_bytes);
    buffer_release(&buffer);
    return good || raise_memory_false();
}

static bool put_template(Output *o, Walk *w, const ReTemplate *t)
{
    for (size_t i = 0; i <= t->n_groups; i++) {
        if (!put_value(o, t->literals[i]))
            return false;
        if (i < t->n_groups && w->spans[2 * t->groups[i]] >= 0 &&
            !put_slice(o, &w->subject, w->spans[2 * t->groups[i]], w->spans[2 * t->groups[i] + 1]))
            return false;
    }
    return true;
}

static bool put_call(Output *o, Walk *w, Value function)
{
    own Value match = re_match_new(obj_value(w->pattern), &w->subject, w->spans, 0);
    own Value made = is_error(match) ? ERROR : call1(function, match);
    if (is_error(made))
        return false;
    return is_none(made) || put_value(o, made);
}

static bool has_backslash(Value v)
{
    if (str_check(v)) {
        const Str *s = as_str(v);
        if (s->width == 1)
            return memchr(s->u.c1, '\\', s->len) != NULL;
        for (uint64_t i = 0; i < s->len; i++)
            if (str_char(s, i) == '\\')
                return true;
        return false;
    }
    return !bytes_check(v) || memchr(as_bytes(v)->data, '\\', as_bytes(v)->len) != NULL;
}

/* The parsed replacement, kept with the pattern while the same text is used. *own_it: the caller frees it. */
static bool find_template(Pattern *p, Value text, ReTemplate *t, bool *own_it)
{
    *own_it = true;
    if (same(text, p->template_text)) {
        *t = p->replacement;
        *own_it = false;
        return true;
    }
    if (!re_template_parse(t, p, text))
        return false;
    if (is_unbound(p->template_text) && (str_exact(text) || is_exact(text, &bytes_type))) {
        p->template_text = retain(text);
        p->replacement = *t;
        *own_it = false;
    }
    return true;
}

static Value substitute(Value pattern, Value replacement, Value string, int64_t count, int64_t *n_made)
{
    Pattern *p = as_pattern(pattern);
    own Value keep = retain(pattern);
    enum { LITERAL, TEMPLATE, FUNCTION } kind = LITERAL;
    ReTemplate t = { 0 };
    bool own_template = false;
    *n_made = 0;
    if (!str_check(replacement) && !buffer_supported(replacement)) {
        if (!obj_callable(replacement))
            return raise(TypeError, "expected str instance or callable, not %.200s", type_name(replacement));
        kind = FUNCTION;
    } else if (has_backslash(replacement)) {
        if (!find_template(p, replacement, &t, &own_template))
            return ERROR;
        kind = TEMPLATE;
    }
    Walk w;
    own Value result = ERROR;
    if (walk_open(&w, p, string, 0, INT64_MAX)) {
        Output out = { .is_text = p->is_text };
        Truth found = NO;
        int64_t last = 0;
        bool good = true;
        while (good && (count == 0 || *n_made < count) && (found = walk_next(&w)) == YES) {
            good = put_slice(&out, &w.subject, last, w.spans[0]);
            last = w.spans[1];
            if (good)
                good = kind == LITERAL ? put_value(&out, replacement) : kind == TEMPLATE ? put_template(&out, &w, &t) : put_call(&out, &w, replacement);
            ++*n_made;
        }
        good = good && found != TRUTH_FAILED;
        if (good && *n_made == 0)
            result = re_subject_slice(&w.subject, 0, (int64_t)w.subject.len);
        else if (good && put_slice(&out, &w.subject, last, (int64_t)w.subject.len))
            result = p->is_text ? str_builder_finish(&out.text) : bytes_new(out.bytes.at, out.bytes.len);
        str_builder_free(&out.text);
        buf_free(&out.bytes);
        walk_close(&w);
    }
    if (own_template)
        re_template_free(&t);
    return give(result);
}

/* --- one match ------------------------------------------------------------------------------------------------------------------------------ */

static Value one_match(Value pattern, ReMode mode, Value string, int64_t pos, int64_t endpos)
{
    Walk w;
    own Value keep = retain(pattern);
    if (!walk_open(&w, as_pattern(pattern), string, pos, endpos))
        return ERROR;
    Truth found = re_find(w.pattern, &w.subject, mode, w.at, false, w.spans);
    Value result = found == YES ? re_match_new(pattern, &w.subject, w.spans, (int64_t)w.subject.pos) : found == NO ? NONE : ERROR;
    walk_close(&w);
    return result;
}

static const TraceRow scanner_trace[] = {
    { TRACE_VALUE, offsetof(Scanner, pattern), 0, "pattern" }, { TRACE_VALUE, offsetof(Scanner, string), 0, "string" }, { 0 },
};

static Value scanner_new(Type *type, Value pattern, Value string, int64_t pos, int64_t endpos)
{
    Subject s;
    if (!re_subject_open(&s, as_pattern(pattern), string, pos, endpos))
        return ERROR;
    own Value made = instance_new(type);
    if (!is_error(made)) {
        Scanner *scanner = (Scanner *)as_obj(made);
        set_slot(&scanner->pattern, retain(pattern));
        set_slot(&scanner->string, retain(string));
        scanner->pos = (int64_t)s.pos;
        scanner->endpos = (int64_t)s.len;
        scanner->exhausted = s.empty_range;
        scanner->holds = s.has_buffer;
        scanner->held = s.buffer;
        s.has_buffer = false;
    }
    re_subject_close(&s);
    return give(made);
}

static void scanner_drop(Object *o)
{
    Scanner *scanner = (Scanner *)o;
    if (scanner->holds)
        buffer_release(&scanner->held);
    scanner->holds = false;
}

static Value scanner_next(Scanner *scanner, ReMode mode)
{
    if (scanner->exhausted)
        return NONE;
    Walk w;
    own Value keep = retain(scanner->pattern);
    if (!walk_open(&w, as_pattern(scanner->pattern), scanner->string, scanner->pos, scanner->endpos))
        return ERROR;
    Truth found = re_find(w.pattern, &w.subject, mode, w.at, scanner->not_empty, w.spans);
    Value result = found == YES ? re_match_new(scanner->pattern, &w.subject, w.spans, scanner->pos) : found == NO ? NONE : ERROR;
    if (found == YES) {
        scanner->pos = w.spans[1];
        scanner->not_empty = w.spans[0] == w.spans[1];
    } else {
        scanner->exhausted = true;
        scanner_drop(&scanner->head);
    }
    walk_close(&w);
    return result;
}

static Value iterator_next(Value self)
{
    Value match = scanner_next((Scanner *)as_obj(self), RE_SEARCH);
    return is_none(match) ? STOP : match;
}

static Value s_match(Value *args, size_t n) { (void)n; return scanner_next((Scanner *)as_obj(args[0]), RE_MATCH); }
static Value s_search(Value *args, size_t n) { (void)n; return scanner_next((Scanner *)as_obj(args[0]), RE_SEARCH); }
static const Method scanner_methods[] = { { "match", "(self, /)", s_match, NULL }, { "search", "(self, /)", s_search, NULL }, { 0 } };
static const Member scanner_members[] = { { "pattern", MEMBER_VALUE, offsetof(Scanner, pattern), false, NULL }, { 0 } };

Type re_scanner_type = {
    STATIC_TYPE(re_scanner_type, "SRE_Scanner", Scanner, scanner_trace), .heap.dispose = scanner_drop, .flags = TYPE_NO_NEW, .methods = scanner_methods, .members = scanner_members,
    .module_name = "_sre",
};
Type re_find_iterator_type = {
    STATIC_TYPE(re_find_iterator_type, "callable_iterator", Scanner, scanner_trace), .heap.dispose = scanner_drop, .flags = TYPE_NO_NEW, .iter = iterator_self, .next = iterator_next,
};

/* --- methods ---------------------------------------------------------------------------------------------------------------------------------- */

#define METHOD(name) static Value name(Value *args, size_t n)

static bool bounds(Value *args, int64_t *pos, int64_t *endpos)
{
    *pos = 0;
    *endpos = INT64_MAX;
    return (is_unbound(args[2]) || obj_index_i64(args[2], pos, NO_ERROR)) && (is_unbound(args[3]) || obj_index_i64(args[3], endpos, NO_ERROR));
}

static Value match_method(Value *args, ReMode mode)
{
    int64_t pos, endpos;
    return bounds(args, &pos, &endpos) ? one_match(args[0], mode, args[1], pos, endpos) : ERROR;
}
METHOD(p_match) { (void)n; return match_method(args, RE_MATCH); }
METHOD(p_fullmatch) { (void)n; return match_method(args, RE_FULLMATCH); }
METHOD(p_search) { (void)n; return match_method(args, RE_SEARCH); }

METHOD(p_findall)
{
    (void)n;
    int64_t pos, endpos;
    return bounds(args, &pos, &endpos) ? find_all(as_pattern(args[0]), args[1], pos, endpos) : ERROR;
}

METHOD(p_finditer)
{
    (void)n;
    int64_t pos, endpos;
    return bounds(args, &pos, &endpos) ? scanner_new(&re_find_iterator_type, args[0], args[1], pos, endpos) : ERROR;
}

METHOD(p_scanner)
{
    (void)n;
    int64_t pos, endpos;
    return bounds(args, &pos, &endpos) ? scanner_new(&re_scanner_type, args[0], args[1], pos, endpos) : ERROR;
}

METHOD(p_split)
{
    (void)n;
    int64_t most = 0;
    return is_unbound(args[2]) || obj_index_i64(args[2], &most, OverflowError) ? split(as_pattern(args[0]), args[1], most) : ERROR;
}

METHOD(p_sub)
{
    (void)n;
    int64_t count = 0, made;
    return is_unbound(args[3]) || obj_index_i64(args[3], &count, OverflowError) ? substitute(args[0], args[1], args[2], count, &made) : ERROR;
}

METHOD(p_subn)
{
    (void)n;
    int64_t count = 0, made;
    if (!is_unbound(args[3]) && !obj_index_i64(args[3], &count, OverflowError))
        return ERROR;
    own Value result = substitute(args[0], args[1], args[2], count, &made);
    return is_error(result) ? ERROR : tuple_of2(result, int_value(made));
}

METHOD(p_self) { (void)n; return retain(args[0]); }

METHOD(p_reduce)
{
    (void)n;
    own Value flags = int_value(as_pattern(args[0])->program.flags);
    return reduce_take(import_attr("re", "_compile"), tuple_of2(as_pattern(args[0])->pattern, flags));
}

#define BOUNDS "(self, /, string, pos=0, endpos=9223372036854775807)"
const Method re_pattern_methods[] = {
    { "match", BOUNDS, p_match, "Matches zero or more characters at the beginning of the string." },
    { "fullmatch", BOUNDS, p_fullmatch, "Matches against all of the string." },
    { "search", BOUNDS, p_search, "Scan through string looking for a match, and return a corresponding match object instance.\n\nReturn None if no position in the string matches." },
    { "sub", "(self, /, repl, string, count=0)", p_sub, "Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl." },
    { "subn", "(self, /, repl, string, count=0)", p_subn,
      "Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl." },
    { "findall", BOUNDS, p_findall, "Return a list of all non-overlapping matches of pattern in string." },
    { "split", "(self, /, string, maxsplit=0)", p_split, "Split string by the occurrences of pattern." },
    { "finditer", BOUNDS, p_finditer, "Return an iterator over all non-overlapping matches for the RE pattern in string.\n\nFor each match, the iterator returns a match object." },
    { "scanner", BOUNDS, p_scanner, NULL },
    { "__copy__", "(self, /)", p_self, NULL },
    { "__deepcopy__", "(self, memo, /)", p_self, NULL },
    { "__reduce__", "(self, /)", p_reduce, NULL },
    CLASS_GETITEM_ROW,
    { 0 },
};
