/* cursor.c -- tokens, failure and error records. */
#include "interp/syntax/cursor.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "interp/base/utf8.h"

void fail(Parser *p)
{
    Attempt *attempt = p->attempt;
    if (!attempt)
        longjmp(p->finish, 1);
    p->tok = p->tokens + attempt->at;
    p->depth = attempt->depth;
    p->stack_n = attempt->stack_n;
    p->diagnose = attempt->diagnose;
    p->fields = attempt->fields;
    p->warnings_end = attempt->warnings_end;
    *p->warnings_end = NULL;
    longjmp(attempt->jump, 1);
}

/* attempt_begin, attempt_end -- around `if (setjmp(attempt.jump) == 0) { ... }`: fail() in between comes back with 1,
 * everything as it was at attempt_begin except the variables of the caller. attempt_end is for both ways out. */
static void attempt_begin(Parser *p, Attempt *attempt)
{
    attempt->outer = p->attempt;
    attempt->at = (int)(p->tok - p->tokens);
    attempt->depth = p->depth;
    attempt->stack_n = p->stack_n;
    attempt->diagnose = p->diagnose;
    attempt->fields = p->fields;
    attempt->warnings_end = p->warnings_end;
    p->attempt = attempt;
}

static void attempt_end(Parser *p, Attempt *attempt)
{
    assert(p->attempt == attempt);
    p->attempt = attempt->outer;
}

Node *attempt_parse(Parser *p, Node *(*rule)(Parser *))
{
    Attempt attempt;
    Node *volatile result = NULL;
    attempt_begin(p, &attempt);
    if (setjmp(attempt.jump) == 0)
        result = rule(p);
    attempt_end(p, &attempt);
    return result;
}

/* ---- tokens ---- */

void cursor_fill(Parser *p)
{
    int index = (int)(p->tok - p->tokens);
    assert(index == p->n_tokens);
    if (p->n_tokens == p->cap_tokens) {
        int cap = p->cap_tokens * 2;
        Token *tokens = parser_alloc(p, (size_t)cap * sizeof *tokens);
        memcpy(tokens, p->tokens, (size_t)p->n_tokens * sizeof *tokens);     /* the old ones stay readable */
        p->tokens = tokens;
        p->cap_tokens = cap;
        p->tok = tokens + index;
    }
    if (!lexer_next(&p->lexer, p->tok)) {
        p->lexer_failed = true;
        parser_lexer_error(p);
        longjmp(p->finish, 2);
    }
    p->n_tokens++;
}

void cursor_statement(Parser *p)
{
    int keep = p->n_tokens - (int)(p->tok - p->tokens) + 1;
    if (p->attempt || p->n_tokens - keep < 64)
        return;
    memmove(p->tokens, p->tok - 1, (size_t)keep * sizeof *p->tok);
    p->tok = p->tokens + 1;
    p->n_tokens = keep;
}

void cursor_grow_stack(Parser *p)
{
    int cap = p->stack_cap ? p->stack_cap * 2 : 64;
    Node **stack = parser_alloc(p, (size_t)cap * sizeof *stack);
    if (p->stack_n)
        memcpy(stack, p->stack, (size_t)p->stack_n * sizeof *stack);
    p->stack = stack;
    p->stack_cap = cap;
}

/* ---- errors ---- */

static const char *line_start(const Parser *p, int lineno)
{
    const Lexer *lx = &p->lexer;
    if (lineno >= lx->lineno)
        return lx->line_start;
    const char *at = lx->source;
    while (--lineno > 0) {
        const char *newline = memchr(at, '\n', (size_t)(lx->end - at));
        if (!newline)
            break;
        at = newline + 1;
    }
    return at;
}

/* A 1-based byte offset in the line as a 1-based character offset. */
static int in_characters(const char *line, size_t len, int offset)
{
    if (offset <= 0)
        return offset;
    size_t bytes = (size_t)offset - 1;
    if (bytes > len)
        bytes = len;
    int n = 1;
    for (const char *at = line; at < line + bytes; n++)
        utf8_decode_wtf(&at, line + len);
    return n;
}

/* The text with U+FFFD for what cannot be decoded. */
static bool replace_bad(Arena *arena, SyntaxErrorInfo *error)
{
    char *out = arena_alloc(arena, error->text_len * 3 + 1);
    if (!out)
        return false;
    size_t n = 0;
    for (const char *s = error->text, *end = s + error->text_len; s < end; ) {
        int32_t code = utf8_decode(&s, end);
        n += (size_t)utf8_encode(code < 0 ? 0xFFFD : (uint32_t)code, out + n);
    }
    out[n] = '\0';
    error->text = out;
    error->text_len = n;
    return true;
}

void parser_set_error(Parser *p, SyntaxErrorKind kind, int lineno, int offset, int end_lineno, int end_offset,
                      const char *message)
{
    const Lexer *lx = &p->lexer;
    const char *line = line_start(p, lineno);
    const char *newline = memchr(line, '\n', (size_t)(lx->end - line));
    size_t len = (size_t)((newline ? newline : lx->end) - line);
    /* what the lexer still holds comes with its line end, earlier lines without: CPython's habit */
    size_t text_len = len + (newline && lx->lineno <= lineno);
    SyntaxErrorInfo *error = &p->result->error;
    *error = (SyntaxErrorInfo){
        .kind = kind, .message = message, .filename = p->options->filename, .lineno = lineno,
        .offset = in_characters(line, text_len, offset), .end_lineno = end_lineno,
        .end_offset = in_characters(line, text_len, end_offset),
        .text = arena_string(p->arena, line, text_len), .text_len = text_len,
    };
    if (p->bad_utf8 && error->text && !replace_bad(p->arena, error))
        error->text = NULL;
    if (!error->filename)
        error->filename = "<string>";
    if (!message || !error->text)
        *error = (SyntaxErrorInfo){ .kind = SYNTAX_MEMORY_ERROR, .message = "" };
}

static void raise_never_closed(Parser *p)
{
    const Lexer *lx = &p->lexer;
    assert(lx->level > 0);
    Bracket open = lx->brackets[lx->level - 1];
    parser_set_error(p, SYNTAX_ERROR, open.lineno, open.col + 1, open.lineno, 0,
                     arena_format(p->arena, "'%c' was never closed", open.open));
}

void parser_lexer_error(Parser *p)
{
    const LexError *e = &p->lexer.error;
    if (e->kind == LEX_MEMORY) {
        p->result->error = (SyntaxErrorInfo){ .kind = SYNTAX_MEMORY_ERROR, .message = "" };
        return;
    }
    if (e->kind == LEX_EOF && p->lexer.level > 0) {
        if (p->lexer.n_contexts)
            parser_set_error(p, SYNTAX_ERROR, p->lexer.contexts[0].lineno, p->lexer.contexts[0].col + 1,
                             p->lexer.contexts[0].lineno, 0, "f-string: expecting '}'");
        else
            raise_never_closed(p);
        return;
    }
    SyntaxErrorKind kind = e->kind == LEX_INDENTATION ? INDENTATION_ERROR : e->kind == LEX_TAB ? TAB_ERROR : SYNTAX_ERROR;
    parser_set_error(p, kind, e->lineno, e->col + 1, e->lineno,
                     e->end_offset == LEX_SAME_END ? e->col + 1 : e->end_offset, e->message);
    size_t len = p->result->error.text_len;
    if (!e->whole_line && len && p->result->error.text[len - 1] == '\n') {
        p->result->error.text_len--;
        ((char *)p->result->error.text)[len - 1] = '\0';
    }
}

void fail_memory(Parser *p)
{
    p->result->error = (SyntaxErrorInfo){ .kind = SYNTAX_MEMORY_ERROR, .message = "" };
    p->lexer_failed = true;         /* nothing that the rest of the text holds matters more */
    longjmp(p->finish, 2);
}

static const char *format_message(Parser *p, const char *format, va_list args)
{
    char message[512] = "f-string: ";
    size_t prefix = p->fields && strncmp(format, "f-string", 8) != 0 ? strlen(message) : 0;
    vsnprintf(message + prefix, sizeof message - prefix, format, args);
    return arena_string(p->arena, message, strlen(message));
}

NORETURN static void raise_error(Parser *p, SyntaxErrorKind kind, int lineno, int offset, int end_lineno, int end_offset,
                                 const char *format, va_list args)
{
    parser_set_error(p, kind, lineno, offset, end_lineno, end_offset, format_message(p, format, args));
    longjmp(p->finish, 2);
}

#define FIRST_PASS_FAILS(p) do { if (!(p)->diagnose) fail(p); } while (0)

void raise_range(Parser *p, int lineno, int col, int end_lineno, int end_col, const char *format, ...)
{
    FIRST_PASS_FAILS(p);
    va_list args;
    va_start(args, format);
    raise_error(p, SYNTAX_ERROR, lineno, col + 1, end_lineno, end_col + 1, format, args);
}

void raise_at_token(Parser *p, const Token *t, const char *format, ...)
{
    FIRST_PASS_FAILS(p);
    va_list args;
    va_start(args, format);
    raise_error(p, SYNTAX_ERROR, t->lineno, t->col + 1, t->end_lineno, t->end_col + 1, format, args);
}

void raise_at_node(Parser *p, const Node *n, const char *format, ...)
{
    FIRST_PASS_FAILS(p);
    va_list args;
    va_start(args, format);
    raise_error(p, SYNTAX_ERROR, n->lineno, n->col_offset + 1, n->end_lineno, n->end_col_offset + 1, format, args);
}

void raise_nodes(Parser *p, const Node *a, const Node *b, const char *format, ...)
{
    FIRST_PASS_FAILS(p);
    va_list args;
    va_start(args, format);
    raise_error(p, SYNTAX_ERROR, a->lineno, a->col_offset + 1, b->end_lineno, b->end_col_offset + 1, format, args);
}

void raise_from(Parser *p, const Token *t, const char *format, ...)
{
    FIRST_PASS_FAILS(p);
    va_list args;
    va_start(args, format);
    raise_error(p, SYNTAX_ERROR, t->lineno, t->col + 1, p->lexer.lineno, (int)(p->lexer.cur - p->lexer.line_start),
                format, args);
}

NORETURN static void raise_last_args(Parser *p, SyntaxErrorKind kind, const char *format, va_list args)
{
    const Token *t = &p->tokens[p->n_tokens - 1];
    if (!t->has_position)
        raise_error(p, kind, t->lineno, t->col, t->lineno, -1, format, args);
    raise_error(p, kind, t->lineno, t->col + 1, t->end_lineno, t->end_col + 1, format, args);
}

void raise_last(Parser *p, SyntaxErrorKind kind, const char *format, ...)
{
    FIRST_PASS_FAILS(p);
    va_list args;
    va_start(args, format);
    raise_last_args(p, kind, format, args);
}

void raise_now(Parser *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    raise_last_args(p, SYNTAX_ERROR, format, args);
}

void raise_forced(Parser *p, const Token *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    raise_error(p, SYNTAX_ERROR, t->lineno, t->col + 1, t->end_lineno, t->end_col + 1, format, args);
}

void parser_warn(Parser *p, SyntaxWarningKind kind, int lineno, int col, const char *format, ...)
{
    if (p->diagnose)
        return;                     /* said in the first pass */
    va_list args;
    va_start(args, format);
    int fields = p->fields;
    p->fields = 0;
    const char *message = format_message(p, format, args);
    p->fields = fields;
    va_end(args);
    SyntaxWarningInfo *warning = parser_alloc(p, sizeof *warning);
    *warning = (SyntaxWarningInfo){ NULL, kind, message ? message : "", lineno, col };
    *p->warnings_end = warning;
    p->warnings_end = &warning->next;
}
