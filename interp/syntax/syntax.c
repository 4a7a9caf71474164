/* syntax.c -- the source made ready, the two passes, and which of several errors is told.
 * Source: PEP 263 (encodings); language reference, "Lexical analysis". */
#include "interp/syntax/syntax.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>

#include "interp/base/utf8.h"
#include "interp/syntax/cursor.h"
#include "interp/syntax/parse_block.h"
#include "interp/syntax/parse_expr.h"

static bool fail_with(ParseResult *result, SyntaxErrorKind kind, const char *message, const ParseOptions *options)
{
    result->error = (SyntaxErrorInfo){ .kind = message ? kind : SYNTAX_MEMORY_ERROR, .message = message ? message : "",
                                       .filename = options->filename ? options->filename : "<string>", .offset = -1 };
    return false;
}

/* ---- encoding ---- */

enum { COOKIE_MAX = 64 };

/* The encoding a line declares: a comment with coding[:=] name, and nothing before the comment. */
static bool line_cookie(const char *line, const char *end, char *name)
{
    const char *at = line;
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\f'))
        at++;
    if (at == end || *at != '#')
        return false;
    for (; at + 7 < end; at++) {
        if (memcmp(at, "coding", 6) != 0 || (at[6] != ':' && at[6] != '='))
            continue;
        const char *from = at + 7;
        while (from < end && (*from == ' ' || *from == '\t'))
            from++;
        size_t n = 0;
        while (from + n < end && (isalnum((unsigned char)from[n]) || strchr("-_.", from[n])) && from[n])
            n++;
        if (!n || n >= COOKIE_MAX)
            continue;
        for (size_t i = 0; i < n; i++)
            name[i] = (char)(from[i] == '_' ? '-' : tolower((unsigned char)from[i]));
        name[n] = '\0';
        return true;
    }
    return false;
}

static bool blank_line(const char *line, const char *end)
{
    while (line < end && (*line == ' ' || *line == '\t' || *line == '\f'))
        line++;
    return line == end || *line == '#' || *line == '\n' || *line == '\r';
}

/* Looks at the first two lines. */
static bool find_cookie(const char *text, size_t len, char *name)
{
    const char *line = text, *stop = text + len;
    for (int i = 0; i < 2 && line < stop; i++) {
        const char *end = line;
        while (end < stop && *end != '\n' && *end != '\r')
            end++;
        if (line_cookie(line, end, name))
            return true;
        if (!blank_line(line, end))
            return false;
        line = end < stop && *end == '\r' && end + 1 < stop && end[1] == '\n' ? end + 2 : end + 1;
    }
    return false;
}

static bool is_utf8_name(const char *name) { return !strcmp(name, "utf-8") || !strncmp(name, "utf-8-", 6) || !strcmp(name, "utf8"); }

static bool is_latin1_name(const char *name)
{
    static const char *const names[] = { "latin-1", "iso-8859-1", "iso-latin-1", "latin1", "iso8859-1", "l1", "8859" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t len = strlen(names[i]);
        if (!strcmp(name, names[i]) || (i < 3 && !strncmp(name, names[i], len) && name[len] == '-'))
            return true;
    }
    return false;
}

static bool decode_latin1(Arena *arena, const char *source, size_t len, const char **text, size_t *text_len)
{
    char *out = arena_alloc(arena, len * 2 + 1);
    if (!out)
        return false;
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += (size_t)utf8_encode((unsigned char)source[i], out + n);
    *text = out;
    *text_len = n;
    return true;
}

/* Python's spelling of a codec is not always iconv's. */
static iconv_t open_codec(const char *name)
{
    iconv_t codec = iconv_open("UTF-8", name);
    if (codec != (iconv_t)-1)
        return codec;
    char other[COOKIE_MAX + 8];
    if (!strncmp(name, "cp", 2) || !strncmp(name, "windows-", 8)) {
        snprintf(other, sizeof other, "CP%s", name + (name[0] == 'c' ? 2 : 8));
    } else if (!strncmp(name, "iso8859-", 8)) {
        snprintf(other, sizeof other, "ISO-8859-%s", name + 8);
    } else {
        size_t n = 0;
        for (const char *c = name; *c && n + 1 < sizeof other; c++)
            if (*c != '-')
                other[n++] = (char)toupper((unsigned char)*c);
        other[n] = '\0';
    }
    return iconv_open("UTF-8", other);
}

/* 1 done, 0 undecodable, -1 no memory. */
static int decode_iconv(Arena *arena, iconv_t codec, const char *source, size_t len, const char **text, size_t *text_len)
{
    size_t cap = len * 4 + 16, left = cap, in_left = len;
    char *out = arena_alloc(arena, cap), *to = out, *from = (char *)source;
    if (!out)
        return -1;
    size_t done = iconv(codec, &from, &in_left, &to, &left);
    if (done != (size_t)-1)
        done = iconv(codec, NULL, NULL, &to, &left);
    if (done == (size_t)-1)
        return errno == E2BIG ? -1 : 0;
    *text = out;
    *text_len = (size_t)(to - out);
    return 1;
}

static bool utf8_error(Arena *arena, const char *source, size_t bad, size_t len, const ParseOptions *options,
                     ParseResult *result)
{
    unsigned char byte = (unsigned char)source[bad];
    int lineno = 1;
    for (size_t i = 0; i < bad; i++)
        lineno += source[i] == '\n';
    if (options->flags & PARSE_FROM_FILE) {
        fail_with(result, SYNTAX_ERROR,
                  arena_format(arena, "Non-UTF-8 code starting with '\\x%.2x' in file %s on line %i, but no encoding "
                               "declared; see https://peps.python.org/pep-0263/ for details", byte,
                               options->filename ? options->filename : "<string>", lineno), options);
        result->error.lineno = lineno;
        return false;
    }
    const char *reason = utf8_reason(source, len, bad);
    fail_with(result, SYNTAX_ERROR, arena_format(arena, "(unicode error) 'utf-8' codec can't decode byte 0x%02x in "
                                                 "position %zu: %s", byte, bad, reason), options);
    result->error.lineno = lineno;
    result->error.end_lineno = lineno;
    return false;
}

/* The source as UTF-8, without its BOM: what a coding cookie (PEP 263) names is converted into the arena. Undecodable bytes are an error
 * at once when the source is a file; else they are let through and *bad_utf8 is set. */
static bool decode(Arena *arena, const char *source, size_t len, const ParseOptions *options, const char **text,
                   size_t *text_len, bool *bad_utf8, ParseResult *result)
{
    char name[COOKIE_MAX];
    bool bom = len >= 3 && !memcmp(source, "\xEF\xBB\xBF", 3);
    *text = source;
    *text_len = len;
    if (options->flags & PARSE_IS_UTF8)
        return true;
    if (bom) {
        *text += 3;
        *text_len -= 3;
    }
    bool cookie = find_cookie(*text, *text_len, name);
    if (bom && cookie && !strcmp(name, "utf8"))         /* CPython knows only the name with the hyphen there */
        return fail_with(result, SYNTAX_ERROR, arena_format(arena, "encoding problem: %s with BOM", name), options);
    if (!cookie || is_utf8_name(name)) {
        size_t bad = utf8_valid(*text, *text_len);
        if (bad != *text_len && !(options->flags & PARSE_FROM_FILE))
            return *bad_utf8 = true;
        return bad == *text_len || utf8_error(arena, *text, bad, *text_len, options, result);
    }
    if (bom)
        return fail_with(result, SYNTAX_ERROR, arena_format(arena, "encoding problem: %s with BOM", name), options);
    if (is_latin1_name(name))
        return decode_latin1(arena, source, len, text, text_len) || fail_with(result, SYNTAX_MEMORY_ERROR, NULL, options);
    if (!strcmp(name, "ascii") || !strcmp(name, "us-ascii")) {
        size_t bad = utf8_ascii(source, len);
        if (bad == len)
            return true;
        return fail_with(result, SYNTAX_ERROR, arena_format(arena, "(unicode error) 'ascii' codec can't decode byte 0x%02x "
                         "in position %zu: ordinal not in range(128)", (unsigned char)source[bad], bad), options);
    }
    iconv_t codec = open_codec(name);
    if (codec == (iconv_t)-1)
        return fail_with(result, SYNTAX_ERROR, arena_format(arena, "unknown encoding: %s", name), options);
    int done = decode_iconv(arena, codec, source, len, text, text_len);
    iconv_close(codec);
    if (done < 0)
        return fail_with(result, SYNTAX_MEMORY_ERROR, NULL, options);
    if (!done)
        return fail_with(result, SYNTAX_ERROR, arena_format(arena, "encoding problem: %s", name), options);
    return true;
}

/* ---- line ends ---- */

/* A copy with "\n" for every line end, a final one in a module, and NULs behind. */
static char *with_newlines(Arena *arena, const char *text, size_t len, bool module, size_t *new_len)
{
    char *out = arena_alloc(arena, len + 1 + LEXER_PADDING);
    if (!out)
        return NULL;
    size_t n = 0;
    while (len) {
        const char *cr = memchr(text, '\r', len);
        size_t plain = cr ? (size_t)(cr - text) : len;
        memcpy(out + n, text, plain);
        n += plain;
        text += plain;
        len -= plain;
        if (!cr)
            break;
        out[n++] = '\n';
        size_t skip = len > 1 && text[1] == '\n' ? 2 : 1;
        text += skip;
        len -= skip;
    }
    if (module && n && out[n - 1] != '\n')
        out[n++] = '\n';
    memset(out + n, 0, LEXER_PADDING);
    *new_len = n;
    return out;
}

/* ---- the two passes ---- */

static void number_warning(void *context, int lineno, int col, const char *message)
{
    parser_warn(context, SYNTAX_SYNTAX_WARNING, lineno, col, "%s", message);
}

static bool add_words(Parser *p)
{
#define KEYWORD(name, text) if (!names_add(&p->names, text, T_##name)) return false;
#include "interp/syntax/token.def"
    p->word_match = names_add(&p->names, "match", T_NAME);
    p->word_case = names_add(&p->names, "case", T_NAME);
    p->word_type = names_add(&p->names, "type", T_NAME);
    p->word_underscore = names_add(&p->names, "_", T_NAME);
    p->word_print = names_add(&p->names, "print", T_NAME);
    p->word_exec = names_add(&p->names, "exec", T_NAME);
    return p->word_match && p->word_case && p->word_type && p->word_underscore && p->word_print && p->word_exec;
}

/* Sets the parser to the start of the text. */
static void rewind_parser(Parser *p, const char *source, size_t len, bool diagnose)
{
    lexer_init(&p->lexer, p->arena, &p->names, source, (int)len);
    p->lexer.interactive = p->options->mode == PARSE_SINGLE;
    p->lexer.no_implied_dedent = p->options->flags & PARSE_DONT_IMPLY_DEDENT;
    p->lexer.warn = number_warning;
    p->lexer.warn_context = p;
    p->depth = p->stack_n = p->fields = 0;
    p->diagnose = diagnose;
    p->attempt = NULL;
    p->lexer_failed = p->single = false;
    if (!diagnose) {                /* the first pass's warnings stay; the second adds none */
        p->result->warnings = NULL;
        p->warnings_end = &p->result->warnings;
    }
    p->n_tokens = 1;
    p->tokens[0] = (Token){ .type = T_ENDMARKER, .lineno = 1, .end_lineno = 1 };
    p->tok = p->tokens + 1;
    p->end_lineno = 1;
    p->end_col = 0;
}

/* 0: result->tree is set; 1: failed without words; 2: result->error is set. */
static int run_pass(Parser *p)
{
    int failed = setjmp(p->finish);
    if (failed)
        return failed;
    cursor_fill(p);
    switch (p->options->mode) {
    case PARSE_EVAL: p->result->tree = block_expression(p); break;
    case PARSE_SINGLE: p->result->tree = block_interactive(p); break;
    default: p->result->tree = block_module(p); break;
    }
    return 0;
}

/* Reads on to the end: a mistake of the lexer's, or a bracket that is never closed, is told rather than the parser's. */
static void check_rest(Parser *p)
{
    SyntaxErrorInfo found = p->result->error;
    int last_line = p->tokens[p->n_tokens - 1].lineno;
    Token token;
    if (found.message && !strncmp(found.message, "f-string: ", 10))
        return;                     /* its own text is all that counts */
    p->lexer.warn = NULL;
    while (!p->lexer.eof && lexer_next(&p->lexer, &token))
        ;
    if (p->lexer.eof)
        return;
    if (p->lexer.error.kind != LEX_EOF && !p->lexer.error.whole_line)
        parser_lexer_error(p);
    else if (p->lexer.level && last_line > p->lexer.brackets[p->lexer.level - 1].lineno)
        parser_lexer_error(p);
    else
        p->result->error = found;
}

/* The generic error, at the furthest token of the first pass. */
static void set_generic_error(Parser *p, const Token *last)
{
    if (last->type == T_INDENT || last->type == T_DEDENT) {
        const Token *t = &p->tokens[p->n_tokens - 1];
        bool bare = !t->has_position;
        parser_set_error(p, INDENTATION_ERROR, t->lineno, bare ? t->col : t->col + 1, t->lineno,
                         bare ? -1 : t->end_col + 1, last->type == T_INDENT ? "unexpected indent" : "unexpected unindent");
        return;
    }
    const char *message = last->in_field ? "f-string: invalid syntax" : "invalid syntax";
    if (last->has_position) {
        parser_set_error(p, SYNTAX_ERROR, last->lineno, last->col + 1, last->end_lineno, last->end_col + 1, message);
    } else {
        int lineno = p->lexer.source == p->lexer.end ? 0 : last->lineno;
        parser_set_error(p, SYNTAX_ERROR, lineno, 0, lineno, 0, message);
    }
}

/* The first pass failed: finds out what to say. */
static void explain(Parser *p, int failed, const char *source, size_t len)
{
    bool at_end = p->lexer.eof || (p->lexer_failed && p->lexer.error.kind == LEX_EOF)
        || (p->lexer_failed && p->lexer.cur >= p->lexer.end);
    if ((p->options->flags & PARSE_ALLOW_INCOMPLETE) && at_end && p->result->error.kind != SYNTAX_MEMORY_ERROR) {
        const Token *t = &p->tokens[p->n_tokens - 1];
        parser_set_error(p, SYNTAX_INCOMPLETE, t->lineno, t->col + 1, t->end_lineno, t->end_col + 1, "incomplete input");
        return;
    }
    if (p->lexer_failed)
        return;
    Token last = p->tokens[p->n_tokens - 1];
    if (failed == 1) {
        rewind_parser(p, source, len, true);
        failed = run_pass(p);
        assert(failed != 0);
        if (p->lexer_failed)
            return;
    }
    if (failed != 2)
        set_generic_error(p, &last);
    if (failed == 2 || (last.type != T_INDENT && last.type != T_DEDENT))
        check_rest(p);
}

static bool begin(Parser *p, Arena *arena, const ParseOptions *options, ParseResult *result, size_t len)
{
    memset(p, 0, offsetof(Parser, lexer));
    p->arena = arena;
    p->options = options;
    p->result = result;
    p->rules = &expr_rules;
    p->cap_tokens = 256;
    p->tokens = arena_alloc(arena, (size_t)p->cap_tokens * sizeof *p->tokens);
    return p->tokens && names_table_init(&p->names, arena, (uint32_t)(len / 64 > 1 << 16 ? 1 << 16 : len / 64))
        && add_words(p);
}

bool syntax_parse(Arena *arena, const char *source, size_t len, const ParseOptions *options, ParseResult *result)
{
    *result = (ParseResult){ 0 };
    if (memchr(source, '\0', len))
        return fail_with(result, SYNTAX_VALUE_ERROR, "source code string cannot contain null bytes", options);
    const char *text;
    size_t text_len;
    if (len > INT32_MAX / 8)
        return fail_with(result, SYNTAX_MEMORY_ERROR, NULL, options);
    bool bad_utf8 = false;
    if (!decode(arena, source, len, options, &text, &text_len, &bad_utf8, result))
        return false;
    char *lines = with_newlines(arena, text, text_len, options->mode == PARSE_EXEC, &text_len);
    Parser *p = arena_alloc(arena, sizeof *p);
    if (!lines || !p || !begin(p, arena, options, result, text_len))
        return fail_with(result, SYNTAX_MEMORY_ERROR, NULL, options);
    p->bad_utf8 = bad_utf8;
    rewind_parser(p, lines, text_len, false);
    int failed = run_pass(p);
    if (!failed)
        return true;
    result->tree = NULL;
    explain(p, failed, lines, text_len);
    if (!result->error.message)
        result->error.message = "invalid syntax";
    if (!result->error.filename)
        result->error.filename = options->filename ? options->filename : "<string>";
    return false;
}
