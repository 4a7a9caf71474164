/* traceback_print.c -- exceptions as text, in CPython 3.11's format (its Python/pythonrun.c and traceback.c are the judge of every byte). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interp/base/arena.h"
#include "interp/builtins/import.h"
#include "interp/builtins/traceback_print.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/set.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/syntax/syntax.h"
#include "interp/vm/frame.h"

enum { MAX_GROUP_WIDTH = 15, MAX_GROUP_DEPTH = 10, MAX_REPEATS = 3 };

/* Text being written: `depth` is how deep in exception groups we are (0: none); `seen` guards against cycles. */
typedef struct Printer { StrBuilder out; int depth; bool need_close; Value seen; } Printer;

static bool put(Printer *p, const char *s) { return str_builder_utf8(&p->out, s, strlen(s)); }
static bool spaces(Printer *p, int n)
{
    for (int i = 0; i < n; i++)
        if (!put(p, " "))
            return false;
    return true;
}
static bool indent(Printer *p) { return spaces(p, 2 * p->depth) && (p->depth == 0 || put(p, "| ")); }
static bool put_value(Printer *p, Value text) { return !is_error(text) && str_builder_str(&p->out, text); }

/* --- source lines ---------------------------------------------------------------------------------------------------- */
/* Line `line` of the file or cell `filename` without its line end, malloc'd; NULL: not to be had (no error). linecache.cache is consulted when
 * the linecache module is loaded: notebook cells live there. */
static char *source_line(Value filename, int line)
{
    const char *path = str_check(filename) ? str_utf8_peek(filename, NULL) : NULL;
    if (!path || line < 1)
        return NULL;
    Value linecache = dict_peek_c(import_modules_peek(), "linecache");
    own Value cache = UNBOUND, entry = UNBOUND;
    if (is_ptr(linecache) && obj_find_attr_c(linecache, "cache", &cache) == FOUND && dict_check(cache) && dict_find(as_dict(cache), filename, &entry) == FOUND &&
        tuple_check(entry) && tuple_len(entry) == 4 && list_check(tuple_peek(entry, 2)) && (uint64_t)line <= list_len(tuple_peek(entry, 2))) {
        Value text = list_peek(tuple_peek(entry, 2), (uint64_t)line - 1);
        const char *utf8 = str_check(text) ? str_utf8_peek(text, NULL) : NULL;
        char *copy = utf8 ? strdup(utf8) : NULL;
        if (copy)
            copy[strcspn(copy, "\r\n")] = 0;
        return copy;
    }
    error_clear();
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t cap = 0;
    ssize_t len = -1;
    for (int i = 0; file && i < line; i++)
        if ((len = getline(&text, &cap, file)) < 0)
            break;
    if (file)
        fclose(file);
    if (len < 0) {
        free(text);
        return NULL;
    }
    text[strcspn(text, "\r\n")] = 0;
    return text;
}

static size_t characters(const char *s, size_t bytes)
{
    size_t n = 0;
    for (size_t i = 0; i < bytes && s[i]; i++)
        n += (s[i] & 0xc0) != 0x80;
    return n;
}

/* Inside the expression `segment`, where does the operator (or the subscript's bracket) stand? Offsets in bytes. */
static bool find_anchors(const char *segment, size_t len, size_t *left, size_t *right)
{
    Arena arena = { 0 };
    ParseResult result = { 0 };
    ParseOptions options = { .mode = PARSE_EVAL, .flags = PARSE_IS_UTF8 };
    bool found = false;
    if (syntax_parse(&arena, segment, len, &options, &result) && result.tree->kind == NODE_Expression) {
        const Node *e = result.tree->Expression.body;
        if (e->kind == NODE_BinOp && e->BinOp.left->end_lineno == 1 && e->BinOp.right->lineno == 1) {
            size_t i = (size_t)e->BinOp.left->end_col_offset;
            while (i < len && (segment[i] == ' ' || segment[i] == ')' || segment[i] == '\t'))
                i++;
            *left = i;
            *right = i + 1;
            if (i + 1 < len && segment[i + 1] != ' ' && segment[i + 1] == segment[i])
                *right = i + 2;
            found = i < len;
        } else if (e->kind == NODE_Subscript && e->Subscript.value->end_lineno == 1) {
            size_t i = (size_t)e->Subscript.value->end_col_offset;
            while (i < len && segment[i] != '[')
                i++;
            *left = i;
            *right = len;
            found = i < len;
        }
    }
    arena_free(&arena);
    return found;
}

/* The line of carets below a source line, unless it would say nothing. `start`, `end`: byte columns in `text`; `skip`: its leading white space. */
static bool put_carets(Printer *p, const char *text, size_t skip, const Position *position)
{
    size_t len = strlen(text), start = (size_t)position->column, end = position->end_line == position->line ? (size_t)position->end_column : len;
    while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\t') && end > start)
        end--;
    size_t stripped = len;
    while (stripped > skip && (text[stripped - 1] == ' ' || text[stripped - 1] == '\t'))
        stripped--;
    if (position->column < 0 || position->end_column < 0 || start >= end || end > len || start < skip)
        return true;
    size_t left = end - start, right = end - start;
    bool anchored = position->end_line == position->line && find_anchors(text + start, end - start, &left, &right);
    if (!anchored && start <= skip && end >= stripped)
        return true;                       /* the whole line: nothing to point at */
    if (!indent(p) || !spaces(p, 4 + (int)characters(text + skip, start - skip)))
        return false;
    for (size_t i = start; i < end; i++) {
        if ((text[i] & 0xc0) == 0x80)
            continue;
        bool primary = !anchored || (i - start >= left && i - start < right);
        if (!put(p, primary ? "^" : "~"))
            return false;
    }
    return put(p, "\n");
}

/* --- traceback entries -------------------------------------------------------------------------------------------------- */
static bool put_entry(Printer *p, const Traceback *tb)
{
    FrameObject *frame = (FrameObject *)as_obj(tb->frame);
    Code *code = (Code *)as_obj(frame->code);
    Position position = tb->lasti >= 0 ? code_position(code, (uint32_t)tb->lasti / CODE_UNIT) : (Position){ 0 };
    own Value head = str_format("  File \"%S\", line %d, in %S\n", code->filename, tb->lineno, code->name);
    if (!indent(p) || !put_value(p, head))
        return false;
    char *text = source_line(code->filename, tb->lineno);
    if (!text)
        return true;
    size_t skip = strspn(text, " \t\f");
    bool good = !text[skip] || (indent(p) && spaces(p, 4) && put(p, text + skip) && put(p, "\n") &&
                                (position.line != tb->lineno || put_carets(p, text, skip, &position)));
    free(text);
    return good;
}

static bool same_place(const Traceback *a, const Traceback *b)
{
    Code *x = (Code *)as_obj(((FrameObject *)as_obj(a->frame))->code), *y = (Code *)as_obj(((FrameObject *)as_obj(b->frame))->code);
    return a->lineno == b->lineno && same(x->name, y->name) && same(x->filename, y->filename);
}

static bool put_repeats(Printer *p, int64_t n)
{
    char line[80];
    if (n <= MAX_REPEATS)
        return true;
    n -= MAX_REPEATS;
    snprintf(line, sizeof line, "  [Previous line repeated %lld more time%s]\n", (long long)n, n == 1 ? "" : "s");
    return indent(p) && put(p, line);
}

/* sys.tracebacklimit; 1000 when unset. */
static int64_t traceback_limit(void)
{
    Value sys = dict_peek_c(import_modules_peek(), "sys");
    own Value limit = UNBOUND;
    int64_t n = 1000;
    if (is_ptr(sys) && obj_find_attr_c(sys, "tracebacklimit", &limit) == FOUND && int_check(limit))
        int_to_i64(limit, &n);
    error_clear();
    return n;
}

static bool put_traceback(Printer *p, Value exception, bool group)
{
    Value tb = as_exception(exception)->traceback;
    if (!is_exact(tb, &traceback_type))
        return true;
    int64_t limit = traceback_limit(), depth = 0, repeats = 0;
    if (limit <= 0)
        return true;
    if (!spaces(p, 2 * p->depth) || !put(p, p->depth == 0 ? "" : group && p->depth == 1 ? "+ " : "| ") ||
        !put(p, group ? "Exception Group Traceback (most recent call last):\n" : "Traceback (most recent call last):\n"))
        return false;
    for (Value t = tb; is_ptr(t); t = ((Traceback *)as_obj(t))->next)
        depth++;
    const Traceback *last = NULL;
    for (; is_ptr(tb); tb = ((Traceback *)as_obj(tb))->next, depth--) {
        const Traceback *entry = (Traceback *)as_obj(tb);
        if (depth > limit)
            continue;
        bool again = last && same_place(last, entry);
        if (!again && !put_repeats(p, repeats))
            return false;
        repeats = again ? repeats + 1 : 1;
        last = entry;
        if (repeats <= MAX_REPEATS && !put_entry(p, entry))
            return false;
        if (repeats % 1024 == 0 && !poll_hook())
            return false;
    }
    return put_repeats(p, repeats);
}

/* --- the exception itself ---------------------------------------------------------------------------------------------- */
static Value attribute(Value v, const char *name)
{
    Value result = UNBOUND;
    if (obj_find_attr_c(v, name, &result) != FOUND) {
        error_clear();
        return NONE;
    }
    return result;
}

/* "  File ..., line ..." and the offending line with its caret, of a SyntaxError. */
static bool put_syntax_place(Printer *p, Value e)
{
    own Value filename = attribute(e, "filename"), line = attribute(e, "lineno"), text = attribute(e, "text"), offset = attribute(e, "offset");
    own Value end_line = attribute(e, "end_lineno"), end_offset = attribute(e, "end_offset");
    int64_t n = 0, column = -1, end = -1, last = 0;
    if (!int_check(line))
        return true;
    int_to_i64(line, &n);
    own Value shown = is_none(filename) ? str_from("<string>") : obj_str(filename);
    own Value head = is_error(shown) ? ERROR : str_format("  File \"%S\", line %lld\n", shown, (long long)n);
    if (is_error(head) || !indent(p) || !put_value(p, head))
        return false;
    char *file_text = is_none(text) ? source_line(filename, (int)n) : NULL;
    const char *s = str_check(text) ? str_utf8_peek(text, NULL) : file_text;
    bool good = true;
    if (s) {
        size_t len = strcspn(s, "\r\n"), skip = strspn(s, " \t\f");
        skip = skip > len ? len : skip;
        while (len > skip && (s[len - 1] == ' ' || s[len - 1] == '\t'))
            len--;
        good = indent(p) && spaces(p, 4) && str_builder_utf8(&p->out, s + skip, len - skip) && put(p, "\n");
        if (int_check(offset) && int_to_i64(offset, &column) && column >= 1) {
            int64_t width = (int64_t)characters(s, len);
            bool one_line = !int_check(end_line) || (int_to_i64(end_line, &last) && last == n);
            end = column + 1;
            if (int_check(end_offset) && int_to_i64(end_offset, &end) && (!one_line || end > width + 1))
                end = width + 1;
            if (end <= column)
                end = column + 1;
            int64_t from = column - 1 - (int64_t)skip;
            if (from >= 0) {
                good = good && indent(p) && spaces(p, 4 + (int)from);
                for (int64_t i = column; good && i < end; i++)
                    good = put(p, "^");
                good = good && put(p, "\n");
            }
        }
    }
    free(file_text);
    return good;
}

static bool put_class_name(Printer *p, Value e)
{
    Value class = obj_value(obj_type(as_obj(e)));
    own Value module = attribute(class, "__module__"), name = attribute(class, "__qualname__");
    if (str_check(module) && !str_equal_c(module, "builtins") && !str_equal_c(module, "__main__"))
        if (!put_value(p, module) || !put(p, "."))
            return false;
    return str_check(name) ? put_value(p, name) : put(p, type_name(e));
}

static bool put_message(Printer *p, Value e, bool syntax)
{
    own Value text = syntax ? attribute(e, "msg") : NONE;
    if (is_none(text))
        set_slot(&text, obj_str(e));
    else if (!is_error(text) && !str_check(text))
        set_slot(&text, obj_str(text));
    if (is_error(text))
        error_clear();
    if (!put_class_name(p, e))
        return false;
    if (is_error(text))
        return put(p, ": <exception str() failed>");
    if (str_len(text) > 0 && (!put(p, ": ") || !put_value(p, text)))
        return false;
    char *suggestion = exception_suggestion(e);
    error_clear();
    bool good = !suggestion || (put(p, ". Did you mean: '") && put(p, suggestion) && put(p, "'?"));
    free(suggestion);
    return good;
}

static bool put_note_lines(Printer *p, Value text)
{
    uint64_t start = 0, len = str_len(text);
    for (uint64_t i = 0; i <= len; i++) {
        if (i < len && str_char(as_str(text), i) != '\n')
            continue;
        if (!indent(p) || !str_builder_slice(&p->out, text, start, i) || !put(p, "\n"))
            return false;
        start = i + 1;
    }
    return true;
}

static bool put_notes(Printer *p, Value e)
{
    own Value notes = attribute(e, "__notes__");
    if (is_none(notes))
        return true;
    if (!list_check(notes) && !tuple_check(notes)) {
        own Value text = obj_repr(notes);
        if (is_error(text)) {
            error_clear();
            return true;
        }
        return put_note_lines(p, text);
    }
    own Value items = tuple_from_iterable(notes);
    for (uint64_t i = 0; !is_error(items) && i < tuple_len(items); i++) {
        own Value text = obj_str(tuple_peek(items, i));
        if (is_error(text)) {
            error_clear();
            text = str_from("<note str() failed>");
        }
        if (is_error(text) || !put_note_lines(p, text))
            return false;
    }
    return !is_error(items);
}

static bool put_exception(Printer *p, Value e, bool group)
{
    bool syntax = is_instance_of(e, &exception_types[SyntaxError]);
    return put_traceback(p, e, group) && (!syntax || put_syntax_place(p, e)) && indent(p) && put_message(p, e, syntax) && put(p, "\n") && put_notes(p, e);
}

/* --- chains and groups --------------------------------------------------------------------------------------------------- */
static bool put_recursive(Printer *p, Value e);

static bool put_rule(Printer *p, bool first, int64_t number)
{
    char line[80], label[24];
    snprintf(label, sizeof label, "%lld", (long long)number);
    snprintf(line, sizeof line, "%s+---------------- %s ----------------\n", first ? "+-" : "  ", number ? label : "...");
    return spaces(p, 2 * p->depth) && put(p, line);
}

static bool put_members(Printer *p, Value members)
{
    int64_t n = (int64_t)tuple_len(members), shown = n > MAX_GROUP_WIDTH ? MAX_GROUP_WIDTH : n;
    p->need_close = false;
    for (int64_t i = 0; i < (n > shown ? shown + 1 : n); i++) {
        bool last = i == (n > shown ? shown : n - 1);
        if (last)
            p->need_close = true;
        if (!put_rule(p, i == 0, i < shown ? i + 1 : 0))
            return false;
        if (i < shown) {
            p->depth++;
            bool good = put_recursive(p, tuple_peek(members, (uint64_t)i));
            p->depth--;
            if (!good)
                return false;
        } else {
            char line[60];
            snprintf(line, sizeof line, "and %lld more exception%s\n", (long long)(n - shown), n - shown > 1 ? "s" : "");
            if (!spaces(p, 2 * (p->depth + 1)) || !put(p, "| ") || !put(p, line))
                return false;
        }
        if (last && p->need_close) {
            if (!spaces(p, 2 * p->depth) || !put(p, "  +------------------------------------\n"))
                return false;
            p->need_close = false;
        }
    }
    return true;
}

static bool put_group(Printer *p, Value e)
{
    if (p->depth > MAX_GROUP_DEPTH) {
        char line[60];
        snprintf(line, sizeof line, "... (max_group_depth is %d)\n", MAX_GROUP_DEPTH);
        return indent(p) && put(p, line);
    }
    bool outermost = p->depth == 0;
    p->depth += outermost;
    own Value members = attribute(e, "exceptions");
    bool good = put_exception(p, e, true) && (!tuple_check(members) || put_members(p, members));
    p->depth -= outermost;
    return good;
}

/* What led to `e`, before it: its cause, or its context unless suppressed. */
static bool put_chain(Printer *p, Value e)
{
    ExceptionObject *x = as_exception(e);
    bool has_cause = exception_check(x->cause);
    Value before = has_cause ? x->cause : x->suppress_context ? NONE : x->context;
    if (!exception_check(before))
        return true;
    own Value id = int_value((int64_t)(before.bits >> 4));
    Found seen = set_contains(as_set(p->seen), id);
    if (seen != ABSENT)
        return seen == FOUND;
    return put_recursive(p, before) && indent(p) && put(p, "\n") && indent(p) &&
           put(p, has_cause ? "The above exception was the direct cause of the following exception:\n"
                            : "During handling of the above exception, another exception occurred:\n") && indent(p) && put(p, "\n");
}

static bool put_recursive(Printer *p, Value e)
{
    if (!stack_enter(" in traceback printing")) {
        error_clear();
        return true;
    }
    own Value id = int_value((int64_t)(e.bits >> 4));
    bool good = set_add(as_set(p->seen), id) && put_chain(p, e);
    good = good && (is_instance_of(e, &exception_types[BaseExceptionGroup]) ? put_group(p, e) : put_exception(p, e, false));
    stack_leave();
    return good;
}

static Value finish(Printer *p, bool good)
{
    release(p->seen);
    return str_builder_end(&p->out, good);
}

Value traceback_format(Value exception)
{
    Printer p = { .seen = set_new(&set_type) };
    return finish(&p, !is_error(p.seen) && put_recursive(&p, exception));
}

Value traceback_format_only(Value exception)
{
    Printer p = { .seen = NONE };
    bool syntax = is_instance_of(exception, &exception_types[SyntaxError]);
    return finish(&p, (!syntax || put_syntax_place(&p, exception)) && put_message(&p, exception, syntax) && put(&p, "\n"));
}
