/* magics.c -- see magics.h */
#include "kernel/magics.h"

#include <stdlib.h>
#include <string.h>

#include "interp/base/buf.h"
#include "interp/base/utf8.h"
#include "kernel/json.h"

enum { PLAIN = false, AUTO = true };

const MagicRow magic_rows[] = {
#define MAGIC(name, kind, bare, function, usage, help) { name, kind, bare, usage, help },
#include "kernel/magics.def"
#undef MAGIC
};
const size_t magic_n_rows = sizeof magic_rows / sizeof *magic_rows;

const MagicRow *magics_find(const char *name, size_t len)
{
    for (size_t i = 0; i < magic_n_rows; i++)
        if (strlen(magic_rows[i].name) == len && memcmp(magic_rows[i].name, name, len) == 0)
            return &magic_rows[i];
    return NULL;
}

/* --- the scanner -------------------------------------------------------------------------------------------------- */

enum { NEST_LIMIT = 32 };

/* Where in Python's text we are. A nest is a string, or the expression in the braces of an f-string. */
typedef struct Nest {
    char quote;                      /* 0: an f-string's expression */
    bool triple, formatted;
    int depth;                       /* open brackets around it */
} Nest;

typedef struct Scan {
    Nest nests[NEST_LIMIT];
    int n, depth;
    bool continued;                  /* the line before ended in a backslash */
} Scan;

typedef struct LineFacts {
    ptrdiff_t last;                  /* the last character that is neither blank nor comment nor in a string; -1: none */
    ptrdiff_t escape;                /* the % or ! behind `name =`; -1: none */
} LineFacts;

static bool at_statement(const Scan *scan)
{
    return scan->n == 0 && scan->depth == 0 && !scan->continued;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f' || c == '\r';
}

/* Is the string that begins at `at` prefixed with f? */
static bool has_f_prefix(const char *line, size_t at)
{
    for (int i = 0; i < 2 && at > 0; i++) {
        char c = line[--at] | 0x20;
        if (c == 'f')
            return at == 0 || !is_word(line[at - 1]) || (line[at - 1] | 0x20) == 'r';
        if (c != 'r')
            return false;
    }
    return false;
}

static size_t open_string(Scan *scan, const char *line, size_t len, size_t at)
{
    char quote = line[at];
    bool triple = at + 2 < len && line[at + 1] == quote && line[at + 2] == quote;
    if (!triple && at + 1 < len && line[at + 1] == quote)
        return at + 2;               /* empty */
    if (scan->n < NEST_LIMIT)
        scan->nests[scan->n++] = (Nest){ quote, triple, has_f_prefix(line, at), scan->depth };
    return at + (triple ? 3 : 1);
}

/* One step inside a string. */
static size_t step_string(Scan *scan, const char *line, size_t len, size_t at)
{
    Nest *nest = &scan->nests[scan->n - 1];
    char c = line[at];
    if (c == '\\')
        return at + 2;
    if (c == nest->quote && (!nest->triple || (at + 2 < len && line[at + 1] == c && line[at + 2] == c))) {
        scan->n--;
        return at + (nest->triple ? 3 : 1);
    }
    if (c == '{' && nest->formatted) {
        if (at + 1 < len && line[at + 1] == '{')
            return at + 2;
        if (scan->n < NEST_LIMIT)
            scan->nests[scan->n++] = (Nest){ .depth = scan->depth };
    }
    return at + 1;
}

/* At a `=`: is it an assignment whose value begins with % or !? */
static bool is_escape_assignment(const Scan *scan, const char *line, size_t len, size_t at, ptrdiff_t *escape)
{
    if (scan->n || scan->depth || at == 0 || at + 1 >= len || line[at + 1] == '=')
        return false;
    if (strchr("=!<>:+-*/%@&|^~", line[at - 1]))
        return false;
    size_t next = at + 1;
    while (next < len && is_blank(line[next]))
        next++;
    if (next + 1 >= len || (line[next] != '%' && line[next] != '!') || line[next + 1] == '=')
        return false;
    *escape = (ptrdiff_t)next;
    return true;
}

/* One step in code. */
static size_t step_code(Scan *scan, const char *line, size_t len, size_t at, LineFacts *facts)
{
    char c = line[at];
    if (c == '"' || c == '\'')
        return open_string(scan, line, len, at);
    if (c == '#')
        return len;
    if (c == '(' || c == '[' || c == '{') {
        scan->depth++;
    } else if (c == ')' || c == ']' || c == '}') {
        const Nest *nest = scan->n ? &scan->nests[scan->n - 1] : NULL;
        if (c == '}' && nest && scan->depth == nest->depth)
            scan->n--;
        else if (scan->depth)
            scan->depth--;
    } else if (c == '=' && facts->escape < 0) {
        if (is_escape_assignment(scan, line, len, at, &facts->escape))
            return len;
    }
    return at + 1;
}

/* Read one line (without its newline). */
static LineFacts scan_line(Scan *scan, const char *line, size_t len)
{
    LineFacts facts = { -1, -1 };
    size_t at = 0;
    scan->continued = false;
    while (at < len) {
        bool in_string = scan->n && scan->nests[scan->n - 1].quote;
        if (in_string) {
            at = step_string(scan, line, len, at);
            facts.last = -2;         /* a line that ends in a string asks nothing */
        } else {
            if (line[at] == '\\' && at + 1 == len)
                scan->continued = true;
            if (!is_blank(line[at]) && line[at] != '#')
                facts.last = (ptrdiff_t)at;
            at = step_code(scan, line, len, at, &facts);
        }
    }
    bool carried = len && line[len - 1] == '\\';
    while (scan->n && scan->nests[scan->n - 1].quote && !scan->nests[scan->n - 1].triple && !carried) {
        scan->depth = scan->nests[scan->n - 1].depth; /* an unfinished string: the parser will say so */
        scan->n--;
        if (scan->n && !scan->nests[scan->n - 1].quote)
            scan->n--;
    }
    return facts;
}

/* --- lines ----------------------------------------------------------------------------------------------------------- */

static size_t line_len(const char *at, const char *end)
{
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    return newline ? (size_t)(newline - at) : (size_t)(end - at);
}

static size_t indent_of(const char *line, size_t len)
{
    size_t n = 0;
    while (n < len && (line[n] == ' ' || line[n] == '\t'))
        n++;
    return n;
}

static Text trim(Text text)
{
    while (text.len && (is_blank(*text.data) || *text.data == '\n'))
        text.data++, text.len--;
    while (text.len && (is_blank(text.data[text.len - 1]) || text.data[text.len - 1] == '\n'))
        text.len--;
    return text;
}

/* A Python string literal. */
static void put_literal(Buf *out, Text text)
{
    buf_char(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (c == '\\' || c == '\'')
            buf_char(out, '\\');
        if (c == '\n')
            buf_string(out, "\\n");
        else if (c == '\r')
            buf_string(out, "\\r");
        else if (c == '\0')
            buf_string(out, "\\x00");
        else
            buf_char(out, c);
    }
    buf_char(out, '\'');
}

static void put_call(Buf *out, const char *method, Text argument)
{
    buf_printf(out, "get_ipython().%s(", method);
    put_literal(out, argument);
    buf_char(out, ')');
}

/* "name rest" -> the name and what follows it. */
static Text split_name(Text content, Text *rest)
{
    size_t n = 0;
    while (n < content.len && !is_blank(content.data[n]))
        n++;
    *rest = trim((Text){ content.data + n, content.len - n });
    return (Text){ content.data, n };
}

static void put_line_magic(Buf *out, Text content)
{
    Text rest, name = split_name(trim(content), &rest);
    buf_string(out, "get_ipython().run_line_magic(");
    put_literal(out, name);
    buf_string(out, ", ");
    put_literal(out, rest);
    buf_char(out, ')');
}

static void put_help(Buf *out, Text name, bool detailed)
{
    bool pattern = memchr(name.data, '*', name.len) != NULL;
    buf_printf(out, "get_ipython().run_line_magic('%s', ", pattern ? "psearch" : detailed ? "pinfo2" : "pinfo");
    put_literal(out, name);
    buf_char(out, ')');
}

/* `,f a b` and relatives. */
static void put_call_line(Buf *out, char how, Text content)
{
    Text rest, name = split_name(trim(content), &rest);
    buf_add(out, name.data, name.len);
    buf_char(out, '(');
    if (how == ';')
        buf_printf(out, "\"%.*s\"", (int)rest.len, rest.data);
    for (bool first = true; how != ';' && rest.len; first = false) {
        Text left, word = split_name(rest, &left);
        buf_printf(out, how == ',' ? "%s\"%.*s\"" : "%s%.*s", first ? "" : ", ", (int)word.len, word.data);
        rest = left;
    }
    buf_char(out, ')');
}

/* What %, ! or ? at the start of a value or of a statement means. */
static void put_escape(Buf *out, Text content)
{
    char c = content.data[0];
    bool doubled = content.len > 1 && content.data[1] == c;
    Text rest = trim((Text){ content.data + 1 + (doubled && c != '%'), content.len - 1 - (doubled && c != '%') });
    if (c == '%' && rest.len && rest.data[rest.len - 1] == '?') { /* %name? */
        size_t marks = rest.len > 1 && rest.data[rest.len - 2] == '?' ? 2 : 1;
        put_help(out, trim((Text){ content.data, (size_t)(rest.data - content.data) + rest.len - marks }), marks == 2);
    } else if (c == '%') {
        put_line_magic(out, rest);
    } else if (c == '!') {
        put_call(out, doubled ? "getoutput" : "system", rest);
    } else {
        put_help(out, rest, doubled);
    }
}

/* The line at `*at` and those it continues on with a backslash, joined; *at moves behind them. *n_lines counts. */
static Buf join_continued(const char **at, const char *end, size_t *n_lines)
{
    Buf joined = { 0 };
    *n_lines = 0;
    for (;;) {
        size_t len = line_len(*at, end);
        bool more = len && (*at)[len - 1] == '\\' && *at + len < end;
        buf_add(&joined, *at, len - more);
        *at += len + (*at + len < end);
        ++*n_lines;
        if (!more)
            return joined;
        buf_char(&joined, ' ');
    }
}

/* The object that `text?` asks about: the last run of name characters. */
static Text help_target(Text text)
{
    size_t start = text.len;
    while (start > 0 && (is_word(text.data[start - 1]) || strchr(".*%[]", text.data[start - 1])))
        start--;
    return (Text){ text.data + start, text.len - start };
}

typedef struct Transform {
    Buf out;
    Scan scan;
    bool changed;
} Transform;

static void copy_line(Transform *t, const char *line, size_t len, bool newline)
{
    buf_add(&t->out, line, len);
    if (newline)
        buf_char(&t->out, '\n');
}

/* Behind what replaces `n_lines` lines that ended before `at`: as many line ends as they had. */
static void end_escape(Transform *t, const char *at, size_t n_lines)
{
    buf_fill(&t->out, '\n', n_lines - (at[-1] != '\n'));
    t->changed = true;
}

/* A statement that begins with an escape. *at is at its indentation. */
static void escaped_statement(Transform *t, const char **at, const char *end, size_t indent)
{
    size_t n_lines;
    buf_add(&t->out, *at, indent);
    Buf joined = join_continued(at, end, &n_lines);
    Text content = { buf_text(&joined) + indent, joined.len - indent };
    char c = content.data[0];
    if (c == ',' || c == ';' || c == '/')
        put_call_line(&t->out, c, (Text){ content.data + 1, content.len - 1 });
    else
        put_escape(&t->out, content);
    end_escape(t, *at, n_lines);
    buf_free(&joined);
}

/* `name = %magic` or `name = !command`; the scan stopped there. */
static void escaped_value(Transform *t, const char **at, const char *end, size_t escape)
{
    size_t n_lines;
    buf_add(&t->out, *at, escape);
    Buf joined = join_continued(at, end, &n_lines);
    Text content = { buf_text(&joined) + escape, joined.len - escape };
    if (content.data[0] == '!') {
        bool doubled = content.len > 1 && content.data[1] == '!';
        put_call(&t->out, "getoutput", trim((Text){ content.data + 1 + doubled, content.len - 1 - doubled }));
    } else {
        put_line_magic(&t->out, (Text){ content.data + 1, content.len - 1 });
    }
    end_escape(t, *at, n_lines);
    buf_free(&joined);
}

/* One statement's line that is no escape at its start. */
static void plain_statement(Transform *t, const char **at, const char *end, size_t len, size_t indent)
{
    const char *line = *at;
    LineFacts facts = scan_line(&t->scan, line, len);
    if (facts.escape >= 0) {
        t->scan = (Scan){ 0 };
        escaped_value(t, at, end, (size_t)facts.escape);
        return;
    }
    if (facts.last > (ptrdiff_t)indent && line[facts.last] == '?' && at_statement(&t->scan)) {
        bool detailed = line[facts.last - 1] == '?';
        size_t stop = (size_t)facts.last - detailed;
        Text target = help_target((Text){ line + indent, stop - indent });
        if (target.len) {
            buf_add(&t->out, line, indent);
            put_help(&t->out, target, detailed);
            t->changed = true;
            len = 0;
            line += line_len(line, end);
        }
    }
    const char *newline = *at + line_len(*at, end);
    copy_line(t, line, len, newline < end);
    *at = newline + (newline < end);
}

static void transform_lines(Transform *t, Text code)
{
    const char *at = code.data, *end = code.data + code.len;
    while (at < end) {
        size_t len = line_len(at, end), indent = indent_of(at, len);
        bool statement = at_statement(&t->scan) && indent < len;
        char c = indent < len ? at[indent] : '\0';
        if (statement && c && strchr("%!?,;/", c) && indent + 1 < len && !is_blank(at[indent + 1])) {
            escaped_statement(t, &at, end, indent);
        } else if (statement && c == '!' && indent + 1 < len) {
            escaped_statement(t, &at, end, indent);
        } else if (statement) {
            plain_statement(t, &at, end, len, indent);
        } else {
            scan_line(&t->scan, at, len);
            copy_line(t, at, len, at + len < end);
            at += len + (at + len < end);
        }
    }
}

/* --- the whole cell ------------------------------------------------------------------------------------------------- */

/* The first line that is not blank. */
static const char *first_line(Text code, size_t *len)
{
    const char *at = code.data, *end = code.data + code.len;
    while (at < end) {
        *len = line_len(at, end);
        if (indent_of(at, *len) + (*len && at[*len - 1] == '\r') < *len)
            return at;
        at += *len + 1;
    }
    *len = 0;
    return end;
}

static bool is_cell_magic(Text code, const char **line, size_t *len)
{
    *line = first_line(code, len);
    return *len > 2 && memcmp(*line, "%%", 2) == 0 && is_word((*line)[2]) && !memchr(*line, '?', *len);
}

static void put_cell_magic(Buf *out, Text code, const char *line, size_t len)
{
    Text rest, name = split_name(trim((Text){ line + 2, len - 2 }), &rest);
    const char *end = code.data + code.len, *body = line + len + (line + len < end);
    buf_add(out, code.data, (size_t)(line - code.data));
    buf_string(out, "get_ipython().run_cell_magic(");
    put_literal(out, name);
    buf_string(out, ", ");
    put_literal(out, rest);
    buf_string(out, ", ");
    bool open = end > body && end[-1] != '\n';
    Buf text = { 0 };
    buf_add(&text, body, (size_t)(end - body));
    if (open)
        buf_char(&text, '\n');
    put_literal(out, (Text){ buf_text(&text), text.len });
    buf_free(&text);
    buf_string(out, ")\n");
}

/* How long a prompt is at the start of a line: `>>> `, `... `, `In [12]: `, `   ...: `. */
static size_t prompt_len(const char *line, size_t len, bool first)
{
    if (len >= 3 && (memcmp(line, ">>>", 3) == 0 || (!first && memcmp(line, "...", 3) == 0)) && (len == 3 || line[3] == ' '))
        return len == 3 ? 3 : 4;
    size_t at = indent_of(line, len);
    if (len > at + 5 && memcmp(line + at, "In [", 4) == 0) {
        size_t n = at + 4;
        while (n < len && line[n] >= '0' && line[n] <= '9')
            n++;
        if (n > at + 4 && n + 1 < len && line[n] == ']' && line[n + 1] == ':')
            return n + 2 + (n + 2 < len && line[n + 2] == ' ');
    }
    size_t dots = at;
    while (dots < len && line[dots] == '.')
        dots++;
    if (!first && dots >= at + 3 && dots < len && line[dots] == ':')
        return dots + 1 + (dots + 1 < len && line[dots + 1] == ' ');
    return 0;
}

/* Take prompts, or an indentation of the first line, off every line. False: there are none. */
static bool strip_margins(Text code, Buf *out)
{
    size_t first_len;
    const char *first = first_line(code, &first_len), *at = code.data, *end = code.data + code.len;
    bool prompts = prompt_len(first, first_len, true) > 0;
    size_t margin = indent_of(first, first_len);
    if (!prompts && margin == 0)
        return false;
    while (at < end) {
        size_t len = line_len(at, end), skip;
        if (prompts)
            skip = prompt_len(at, len, false);
        else
            skip = len >= margin && memcmp(at, first, margin) == 0 ? margin : 0;
        buf_add(out, at + skip, len - skip);
        at += len;
        if (at < end)
            buf_char(out, *at++);
    }
    return true;
}

/* A cell of one line such as `pwd` or `pip install x`, when that is a magic and no variable. */
static bool is_bare_magic(Text code, bool (*bound)(const char *))
{
    static const char *const operators[] = { "is ", "not ", "in ", "and ", "or ", "if " };
    Text line = trim(code), rest;
    if (!bound || !line.len || memchr(line.data, '\n', line.len))
        return false;
    Text name = split_name(line, &rest);
    const MagicRow *row = magics_find(name.data, name.len);
    if (!row || !row->bare || bound(row->name))
        return false;
    if (!rest.len)
        return true;
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (rest.len > strlen(operators[i]) && memcmp(rest.data, operators[i], strlen(operators[i])) == 0)
            return false;
    return !strchr("=,)]}:;", rest.data[0]);         /* `ls /tmp`, `ls -l`, `run ../x`: with no such variable they are no Python that works */
}

char *magics_transform(Text code, size_t *len, bool (*bound)(const char *name))
{
    Transform t = { 0 };
    Buf stripped = { 0 };
    const char *line;
    size_t first_len;
    if (strip_margins(code, &stripped)) {
        t.changed = true;
        code = (Text){ buf_text(&stripped), stripped.len };
    }
    if (is_cell_magic(code, &line, &first_len)) {
        put_cell_magic(&t.out, code, line, first_len);
        t.changed = true;
    } else if (is_bare_magic(code, bound)) {
        put_line_magic(&t.out, code);
        t.changed = true;
    } else {
        transform_lines(&t, code);
    }
    buf_free(&stripped);
    if (t.changed)
        return buf_detach(&t.out, len);
    buf_free(&t.out);
    return NULL;
}

/* "keep = a, b" -> "a,b"; nothing -> "". False: it is neither. */
static bool scope_names(Text rest, Buf *names)
{
    const char *at = rest.data, *end = rest.data + rest.len;
    if (rest.len > 4 && memcmp(at, "keep", 4) == 0) {
        at += 4;
        while (at < end && is_blank(*at))
            at++;
        if (at == end || *at++ != '=')
            return false;
    } else if (rest.len) {
        return false;
    }
    bool in_name = false, good = true;
    for (; at < end && good; at++) {
        if (is_blank(*at) || *at == ',') {
            if (in_name)
                buf_char(names, ',');
            in_name = false;
        } else {
            good = is_word(*at) && (in_name || *at < '0' || *at > '9');
            buf_char(names, *at);
            in_name = true;
        }
    }
    return buf_string(names, "") && good;
}

Text magics_scope(Text code, char **keep)
{
    const char *line;
    size_t len;
    *keep = NULL;
    if (!is_cell_magic(code, &line, &len))
        return code;
    Text rest, name = split_name(trim((Text){ line + 2, len - 2 }), &rest);
    if (name.len != 5 || memcmp(name.data, "scope", 5) != 0)
        return code;
    Buf names = { 0 };
    if (!scope_names(rest, &names)) {                    /* the Python side says what is wrong */
        buf_free(&names);
        return code;
    }
    *keep = buf_detach(&names, NULL);
    return (Text){ line + len, (size_t)(code.data + code.len - (line + len)) };
}

bool magics_hides_result(Text code)
{
    Scan scan = { 0 };
    const char *at = code.data, *end = code.data + code.len;
    char last = '\0';
    while (at < end) {
        size_t len = line_len(at, end);
        LineFacts facts = scan_line(&scan, at, len);
        if (facts.last >= 0)
            last = at[facts.last];
        else if (facts.last == -2)
            last = '"';
        at += len + 1;
    }
    return last == ';';
}

const char *magics_is_complete(Text code)
{
    const char *line;
    size_t len;
    if (!is_cell_magic(code, &line, &len))
        return NULL;
    size_t end = code.len;
    while (end && is_blank(code.data[end - 1]))
        end--;
    if (!end || code.data[end - 1] != '\n')
        return "incomplete";
    size_t blank = end - 1;
    while (blank && is_blank(code.data[blank - 1]))
        blank--;
    return blank && code.data[blank - 1] == '\n' ? "complete" : "incomplete";
}

/* --- completion and inspection ----------------------------------------------------------------------------------- */

/* The %name around the byte offset `at`: false when there is none at the start of a statement or value. */
static bool magic_word(Text code, size_t at, size_t *start, size_t *end)
{
    size_t from = at, to = at;
    while (from > 0 && is_word(code.data[from - 1]))
        from--;
    size_t marks = from;
    while (marks > 0 && code.data[marks - 1] == '%')
        marks--;
    if (marks == from || from - marks > 2)
        return false;
    size_t before = marks;
    while (before > 0 && (code.data[before - 1] == ' ' || code.data[before - 1] == '\t'))
        before--;
    if (before > 0 && code.data[before - 1] != '\n' && code.data[before - 1] != '=')
        return false;
    while (to < code.len && is_word(code.data[to]))
        to++;
    *start = marks;
    *end = to;
    return true;
}

char *magics_complete(Text code, size_t cursor)
{
    size_t at = utf8_offset(code.data, code.len, cursor), start, end;
    if (!magic_word(code, at, &start, &end))
        return NULL;
    bool cell = code.data[start + 1] == '%' && start + 1 < at;
    Text typed = { code.data + start + 1 + cell, at - start - 1 - cell };
    Buf out = { 0 }, kinds = { 0 };
    size_t from = utf8_count(code.data, start), n = 0;
    buf_string(&out, "{\"matches\": [");
    for (size_t i = 0; i < magic_n_rows; i++) {
        const MagicRow *row = &magic_rows[i];
        if (!(row->kind & (cell ? CELL : LINE | CELL)) || strncmp(row->name, typed.data, typed.len) != 0)
            continue;
        const char *mark = cell || !(row->kind & LINE) ? "%%" : "%";
        buf_printf(&out, "%s\"%s%s\"", n ? ", " : "", mark, row->name);
        buf_printf(&kinds, "%s{\"start\": %zu, \"end\": %zu, \"text\": \"%s%s\", \"type\": \"magic\"}", n++ ? ", " : "", from,
                   cursor, mark, row->name);
    }
    buf_printf(&out, "], \"cursor_start\": %zu, \"cursor_end\": %zu, \"metadata\": {\"_jupyter_types_experimental\": [", from, cursor);
    buf_add(&out, kinds.at, kinds.len);
    buf_string(&out, "]}}");
    buf_free(&kinds);
    return buf_detach(&out, NULL);
}

void magics_describe(const MagicRow *row, Buf *out)
{
    buf_printf(out, "%s%s%s%s\n\n%s", row->kind == CELL ? "%%" : "%", row->name, *row->usage ? " " : "", row->usage, row->help);
}

char *magics_inspect(Text code, size_t cursor)
{
    size_t start, end;
    if (!magic_word(code, utf8_offset(code.data, code.len, cursor), &start, &end))
        return NULL;
    while (start < end && code.data[start] == '%')
        start++;
    const MagicRow *row = magics_find(code.data + start, end - start);
    if (!row)
        return NULL;
    Buf out = { 0 }, text = { 0 };
    magics_describe(row, &text);
    buf_string(&out, "{\"found\": true, \"data\": {\"text/plain\": ");
    json_put_string(&out, text.at, text.len);
    buf_string(&out, "}, \"metadata\": {}}");
    buf_free(&text);
    return buf_detach(&out, NULL);
}
