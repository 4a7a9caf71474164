/* complete.c -- Source: the behaviour of IPython.core.inputtransformer2.TransformerManager.check_complete. */
#include "interp/syntax/complete.h"

#include <string.h>

#include "interp/base/arena.h"
#include "interp/syntax/lexer.h"
#include "interp/syntax/syntax.h"

const char *const complete_names[] = { "complete", "incomplete", "invalid" };

/* The text's outline, from its tokens alone. */
typedef struct Outline {
    enum { OUTLINE_GOOD, OUTLINE_OPEN, OUTLINE_BAD, OUTLINE_EMPTY } state;
    bool ends_in_colon;
    bool ends_in_block;         /* dedents stand between the last line and the end */
    int line_indent;            /* column of the first token of the last line */
} Outline;

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == '\v'; }

/* `source` ends in a newline and the lexer's padding. */
static Outline outline(Arena *arena, const char *source, size_t len)
{
    Outline o = { .state = OUTLINE_EMPTY };
    Names names;
    Lexer *lx = arena_alloc(arena, sizeof *lx);
    if (!lx || !names_table_init(&names, arena, 64)) {
        o.state = OUTLINE_BAD;
        return o;
    }
    lexer_init(lx, arena, &names, source, (int)len);
    Token t;
    bool line_begins = true;
    while (lexer_next(lx, &t)) {
        switch (t.type) {
        case T_ENDMARKER: return o;
        case T_NEWLINE: line_begins = true; break;
        case T_DEDENT: o.ends_in_block = true; break;
        case T_INDENT: break;
        default:
            if (line_begins)
                o.line_indent = t.col;
            line_begins = false;
            o.state = OUTLINE_GOOD;
            o.ends_in_colon = t.type == T_COLON;
            o.ends_in_block = false;
        }
    }
    bool triple = lx->error.message && !strncmp(lx->error.message, "unterminated triple", 19);
    o.state = triple || (lx->error.kind == LEX_EOF && lx->level) ? OUTLINE_OPEN : OUTLINE_BAD;
    return o;
}

/* The blanks the last line begins with; tabs count four. */
static int last_indent(const char *source, size_t len)
{
    size_t start = len;
    while (start && source[start - 1] != '\n')
        start--;
    int indent = 0;
    for (; start < len && (source[start] == ' ' || source[start] == '\t'); start++)
        indent += source[start] == '\t' ? 4 : 1;
    return indent;
}

static CompleteStatus parsed(Arena *arena, const char *source, size_t len)
{
    ParseOptions options = { .mode = PARSE_EXEC, .flags = PARSE_IS_UTF8 | PARSE_ALLOW_INCOMPLETE };
    ParseResult result;
    if (syntax_parse(arena, source, len, &options, &result)) {
        for (SyntaxWarningInfo *w = result.warnings; w; w = w->next)
            if (w->kind == SYNTAX_SYNTAX_WARNING)
                return COMPLETE_INVALID;
        return COMPLETE_YES;
    }
    return result.error.kind == SYNTAX_INCOMPLETE ? COMPLETE_NO : COMPLETE_INVALID;
}

/* A copy as the lexer wants it, without the indentation that the first line has where a line begins with that. */
static char *dedented(Arena *arena, const char *source, size_t len, size_t *new_len)
{
    char *text = arena_alloc(arena, len + 1 + LEXER_PADDING);
    size_t margin = 0, n = 0;
    if (!text || len > INT32_MAX / 8)
        return NULL;
    while (margin < len && (source[margin] == ' ' || source[margin] == '\t'))
        margin++;
    for (size_t i = 0; i < len; ) {
        if (margin && len - i >= margin && !memcmp(source + i, source, margin))
            i += margin;
        const char *newline = memchr(source + i, '\n', len - i);
        size_t line = newline ? (size_t)(newline + 1 - source) - i : len - i;
        memcpy(text + n, source + i, line);
        n += line;
        i += line;
    }
    if (n && text[n - 1] != '\n')
        text[n++] = '\n';
    memset(text + n, 0, LEXER_PADDING);
    *new_len = n;
    return text;
}

CompleteStatus complete_check(const char *source, size_t len, int *indent)
{
    *indent = 0;
    size_t end = len;
    bool newline = false;
    while (end && blank(source[end - 1]))
        newline |= source[--end] == '\n';
    if (end == 0)
        return COMPLETE_YES;
    size_t last_len = len && source[len - 1] == '\n' ? len - 1 : len;
    int last = last_indent(source, newline && source[len - 1] == '\n' ? last_len : len);
    if (source[end - 1] == '\\') {
        *indent = last;
        return COMPLETE_NO;
    }
    size_t start = 0;
    while (start < end && blank(source[start]))
        start++;
    if (end - start >= 2 && source[start] == '%' && source[start + 1] == '%') {
        /* a cell magic is finished by a blank line */
        const char *line = memchr(source + start, '\n', len - start);
        if (newline && line && source[len - 1] == '\n' && len >= 2 && source[len - 2] == '\n')
            return COMPLETE_YES;
        *indent = last;
        return COMPLETE_NO;
    }
    Arena arena = { 0 };
    size_t text_len;
    char *text = dedented(&arena, source, len, &text_len);
    CompleteStatus status;
    Outline o = { .state = OUTLINE_BAD };
    if (text)
        o = outline(&arena, text, text_len);
    if (o.state == OUTLINE_BAD) {
        status = COMPLETE_INVALID;
    } else if (o.state != OUTLINE_GOOD) {
        status = o.state == OUTLINE_OPEN ? COMPLETE_NO : COMPLETE_YES;
        *indent = status == COMPLETE_NO ? last : 0;
    } else if (o.ends_in_colon) {
        status = COMPLETE_NO;
        *indent = o.line_indent + 4;
    } else {
        status = parsed(&arena, text, text_len);
        if (status == COMPLETE_YES && o.ends_in_block && !newline)
            status = COMPLETE_NO;
        *indent = status == COMPLETE_NO ? last : 0;
    }
    arena_free(&arena);
    return status;
}
