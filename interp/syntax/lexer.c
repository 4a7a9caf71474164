/* lexer.c -- tokens, line by line.
 * Source: language reference, "Lexical analysis"; PEP 701 for f-strings.  Messages are CPython 3.11's. */
#include "interp/syntax/lexer.h"

#include <string.h>

#include "interp/base/utf8.h"
#include "interp/syntax/lex_number.h"

static const char *const texts[T_COUNT] = {
#define OPERATOR(name, text) [T_##name] = text,
#define KEYWORD(name, text) [T_##name] = text,
#include "interp/syntax/token.def"
};

const char *token_text(TokenType type) { return texts[type]; }

enum { C_NAME = 1, C_DIGIT = 2, C_STRING = 4 };    /* C_NAME: may go on a name; C_STRING: matters inside a string */

static const uint8_t class_of[256] = {
    ['a' ... 'z'] = C_NAME, ['A' ... 'Z'] = C_NAME, ['_'] = C_NAME, [0x80 ... 0xFF] = C_NAME,
    ['0' ... '9'] = C_NAME | C_DIGIT,
    ['\''] = C_STRING, ['"'] = C_STRING, ['\\'] = C_STRING, ['\n'] = C_STRING, ['\0'] = C_STRING,
    ['{'] = C_STRING, ['}'] = C_STRING,
};

static inline uint8_t class_at(const char *at) { return class_of[(unsigned char)*at]; }

void lexer_init(Lexer *lx, Arena *arena, Names *names, const char *source, int len)
{
    *lx = (Lexer){ .arena = arena, .names = names, .source = source, .end = source + len, .cur = source,
                   .line_start = source, .lineno = 1, .at_line_start = true };
}

/* At a place in the current line, the mark at `at`. */
#define error_at(lx, at, ...) lex_error(lx, LEX_SYNTAX, (lx)->lineno, (int)((at) - (lx)->line_start), __VA_ARGS__)

static bool error_eof(Lexer *lx)
{
    int col = (int)(lx->cur - lx->line_start) - 1;
    lex_error(lx, LEX_EOF, lx->lineno, col < 0 ? 0 : col, "unexpected EOF while parsing");
    lx->error.end_offset = -1;
    lx->error.whole_line = true;
    return false;
}

static inline void begin(Lexer *lx, Token *t, const char *start)
{
    t->start = (int)(start - lx->source);
    t->lineno = lx->lineno;
    t->col = (int)(start - lx->line_start);
}

static inline bool finish(Lexer *lx, Token *t, TokenType type)
{
    t->type = type;
    t->level = (uint8_t)lx->level;
    t->has_position = true;
    t->in_field = lx->n_fields > 0;
    t->end = (int)(lx->cur - lx->source);
    t->end_lineno = lx->lineno;
    t->end_col = (int)(lx->cur - lx->line_start);
    lx->statement_begun = true;
    return true;
}

/* A token without text or place: the mark of an error on it stands where the lexer is. */
static bool finish_bare(Lexer *lx, Token *t, TokenType type)
{
    begin(lx, t, lx->cur);
    finish(lx, t, type);
    t->has_position = false;
    return true;
}

/* Behind a newline.  The last line's number stays current at the end of the text. */
static inline void next_line(Lexer *lx)
{
    if (lx->cur < lx->end) {
        lx->lineno++;
        lx->line_start = lx->cur;
    }
}

/* Behind a backslash: a newline must follow, and then text. */
static bool continuation(Lexer *lx)
{
    if (*lx->cur != '\n') {
        if (lx->n_fields)
            return error_at(lx, lx->cur, "f-string expression part cannot include a backslash");
        lex_error(lx, LEX_SYNTAX, lx->lineno, (int)(lx->cur - lx->line_start) - (lx->cur >= lx->end),
                        "unexpected character after line continuation character");
        lx->error.end_offset = 0;
        lx->error.whole_line = true;
        return false;
    }
    lx->cur++;
    if (lx->cur >= lx->end)
        return error_eof(lx);
    next_line(lx);
    return true;
}

static bool tab_error(Lexer *lx)
{
    lex_error(lx, LEX_TAB, lx->lineno, 0, "inconsistent use of tabs and spaces in indentation");
    lx->error.end_offset = 0;
    lx->error.whole_line = true;
    return false;
}

/* The line's indentation is `col` (tabs to 8) and `alt` (tabs as 1): what tokens does that make? */
static bool indent_to(Lexer *lx, int col, int alt)
{
    int top = lx->n_indents ? lx->indents[lx->n_indents - 1] : 0;
    int alt_top = lx->n_indents ? lx->alt_indents[lx->n_indents - 1] : 0;
    if (col == top)
        return alt == alt_top || tab_error(lx);
    if (col > top) {
        if (lx->n_indents + 1 >= LEXER_MAX_INDENT) {
            lex_error(lx, LEX_INDENTATION, lx->lineno, 0, "too many levels of indentation");
            lx->error.end_offset = 0;
            lx->error.whole_line = true;
            return false;
        }
        if (alt <= alt_top)
            return tab_error(lx);
        lx->indents[lx->n_indents] = col;
        lx->alt_indents[lx->n_indents++] = alt;
        lx->pending = 1;
        return true;
    }
    while (lx->n_indents && col < lx->indents[lx->n_indents - 1]) {
        lx->n_indents--;
        lx->pending--;
    }
    if (col != (lx->n_indents ? lx->indents[lx->n_indents - 1] : 0)) {
        const char *newline = memchr(lx->cur, '\n', (size_t)(lx->end - lx->cur));
        int len = (int)((newline ? newline + 1 : lx->end) - lx->line_start);
        lex_error(lx, LEX_INDENTATION, lx->lineno, len - 1, "unindent does not match any outer indentation level");
        lx->error.end_offset = -1;
        lx->error.whole_line = true;
        return false;
    }
    return alt == (lx->n_indents ? lx->alt_indents[lx->n_indents - 1] : 0) || tab_error(lx);
}

/* At the start of a line: skips blank lines, measures the indentation of the first that is not. */
static bool indentation(Lexer *lx)
{
    for (;;) {
        int col = 0, alt = 0, continued = 0;
        for (;; lx->cur++) {
            if (*lx->cur == ' ') {
                col++;
                alt++;
            } else if (*lx->cur == '\t') {
                col = (col / 8 + 1) * 8;
                alt++;
            } else if (*lx->cur == '\f') {
                col = alt = 0;
            } else if (*lx->cur == '\\') {
                /* the first of the joined lines tells the indentation */
                continued = continued ? continued : col;
                lx->cur++;
                if (!continuation(lx))
                    return false;
                lx->cur--;
            } else {
                break;
            }
        }
        if (*lx->cur == '#') {
            const char *newline = memchr(lx->cur, '\n', (size_t)(lx->end - lx->cur));
            lx->cur = newline ? newline : lx->end;
            if (!newline)
                return true;
        }
        if (*lx->cur != '\n') {
            lx->eof |= lx->cur >= lx->end;
            return indent_to(lx, continued ? continued : col, continued ? continued : alt);
        }
        lx->cur++;
        next_line(lx);
        if (lx->cur >= lx->end && lx->interactive && lx->no_implied_dedent && !lx->n_indents)
            return true;
    }
}

static bool end_of_text(Lexer *lx, Token *t)
{
    if (lx->level || lx->n_contexts) {
        error_eof(lx);
        return false;
    }
    lx->eof = true;
    if (lx->interactive && lx->statement_begun) {
        if (lx->n_indents && !lx->no_implied_dedent) {
            lx->pending = -lx->n_indents;
            lx->n_indents = 0;
        }
        finish_bare(lx, t, T_NEWLINE);
        lx->statement_begun = false;
        return true;
    }
    bool begun = lx->statement_begun;
    finish_bare(lx, t, T_ENDMARKER);
    lx->statement_begun = begun;
    return true;
}

/* ---- names ---- */

static bool bad_character(Lexer *lx, const char *at, uint32_t code)
{
    if (!names_printable(code))
        return error_at(lx, at, "invalid non-printable character U+%04X", code);
    char utf8[8] = { 0 };
    utf8_encode(code, utf8);
    return error_at(lx, at, "invalid character '%s' (U+%04X)", utf8, code);
}

/* A name with characters beyond ASCII in [start, cur): checked and normalised. */
static bool wide_name(Lexer *lx, const char *start, const NameSlot **slot)
{
    const char *at = start;
    while (at < lx->cur) {
        const char *here = at;
        int32_t code = utf8_decode(&at, lx->cur);
        if (code < 0) {
            size_t len = (size_t)(lx->cur - start), bad = (size_t)(here - start);
            lex_error(lx, LEX_SYNTAX, lx->lineno, (int)(lx->cur - lx->line_start) - 1, "(unicode error) 'utf-8' codec can't "
                            "decode byte 0x%02x in position %zu: %s", (unsigned char)*here, bad,
                            utf8_reason(start, len, bad));
            lx->error.end_offset = -1;
            lx->error.whole_line = true;
            return false;
        }
        if (here == start ? !names_starts((uint32_t)code) : !names_continues((uint32_t)code))
            return bad_character(lx, here, (uint32_t)code);
    }
    size_t len;
    char *normal = names_normalise(lx->names, start, (size_t)(lx->cur - start), &len);
    *slot = normal ? names_slot(lx->names, normal, len, T_NAME) : NULL;
    if (*slot)
        return true;
    return lex_error(lx, LEX_MEMORY, lx->lineno, 0, "out of memory");
}

static bool string_token(Lexer *lx, Token *t, const char *start);
static bool fstring_start(Lexer *lx, Token *t, const char *start, bool raw);

/* Is [start, start + len) a string's prefix?  0 no, 1 a string, 2 an f-string, 3 a raw f-string. */
static int prefix_kind(const char *start, int len)
{
    char a = start[0] | 32, b = len == 2 ? start[1] | 32 : 0;
    if (len == 1)
        return a == 'f' ? 2 : a == 'b' || a == 'r' || a == 'u';
    if ((a == 'r' && b == 'f') || (a == 'f' && b == 'r'))
        return 3;
    return (a == 'b' && b == 'r') || (a == 'r' && b == 'b');
}

static bool name_token(Lexer *lx, Token *t, const char *start)
{
    const char *at = start;
    unsigned char high = 0;
    while (class_at(at) & C_NAME)
        high |= (unsigned char)*at++;
    lx->cur = at;
    if (at - start <= 2 && (*at == '\'' || *at == '"') && high < 0x80) {
        int kind = prefix_kind(start, (int)(at - start));
        if (kind)
            return kind == 1 ? string_token(lx, t, start) : fstring_start(lx, t, start, kind == 3);
    }
    const NameSlot *slot;
    if (high >= 0x80) {
        if (!wide_name(lx, start, &slot))
            return false;
    } else {
        slot = names_slot(lx->names, start, (size_t)(at - start), T_NAME);
        if (!slot)
            return lex_error(lx, LEX_MEMORY, lx->lineno, 0, "out of memory");
    }
    t->name = slot->text;
    /* a keyword is one only as written: normalisation makes none */
    return finish(lx, t, high >= 0x80 ? T_NAME : slot->token);
}

/* ---- strings ---- */

static bool unterminated(Lexer *lx, const char *line, int lineno, const char *start, char quote, bool triple)
{
    int detected = lx->lineno;
    if (lx->n_fields && !triple) {
        const Context *text = &lx->contexts[lx->n_contexts - 2];
        while (text->kind != IN_TEXT)
            text--;
        if (text->quote == quote && !text->triple)
            return lex_error(lx, LEX_SYNTAX, lineno, (int)(start - line), "f-string: expecting '}'");
        return lex_error(lx, LEX_SYNTAX, lineno, (int)(start - line), "f-string: unterminated string");
    }
    return lex_error(lx, LEX_SYNTAX, lineno, (int)(start - line),
                           triple ? "unterminated triple-quoted string literal (detected at line %d)"
                                  : "unterminated string literal (detected at line %d)", detected);
}

/* cur is at the opening quote; `start` at the prefix. */
static bool string_token(Lexer *lx, Token *t, const char *start)
{
    const char *line = lx->line_start;
    int lineno = lx->lineno;
    char quote = *lx->cur;
    bool triple = lx->cur[1] == quote && lx->cur[2] == quote;
    const char *at = lx->cur + (triple ? 3 : 1);
    for (;;) {
        while (!(class_at(at) & C_STRING))
            at++;
        if (*at == quote) {
            if (!triple || (at[1] == quote && at[2] == quote))
                break;
            at++;
        } else if (at >= lx->end || (*at == '\n' && !triple)) {
            return unterminated(lx, line, lineno, start, quote, triple);
        } else {
            if (*at == '\\' && at + 1 < lx->end)
                at++;
            bool newline = *at == '\n';
            at++;
            if (newline) {
                lx->cur = at;
                next_line(lx);
            }
        }
    }
    lx->cur = at + (triple ? 3 : 1);
    return finish(lx, t, T_STRING);
}

static bool push_context(Lexer *lx, Context context)
{
    if (lx->n_contexts == LEXER_MAX_FSTRING * 2)
        return error_at(lx, lx->cur, "too many nested f-strings");
    lx->contexts[lx->n_contexts++] = context;
    return true;
}

static bool fstring_start(Lexer *lx, Token *t, const char *start, bool raw)
{
    char quote = *lx->cur;
    bool triple = lx->cur[1] == quote && lx->cur[2] == quote;
    if (++lx->n_fstrings > LEXER_MAX_FSTRING)
        return error_at(lx, start, "too many nested f-strings");
    Context context = { .kind = IN_TEXT, .quote = quote, .triple = triple, .raw = raw, .lineno = lx->lineno,
                        .col = (int)(start - lx->line_start), .start = (int)(start - lx->source) };
    if (!push_context(lx, context))
        return false;
    lx->cur += triple ? 3 : 1;
    return finish(lx, t, T_FSTRING_START);
}

/* Behind a backslash in literal text: what the escape takes along.  False at the end of the text. */
static void skip_escape(Lexer *lx, bool raw)
{
    if (*lx->cur == '{' || *lx->cur == '}' || lx->cur >= lx->end)
        return;
    bool newline = *lx->cur == '\n';
    bool named = *lx->cur == 'N' && lx->cur[1] == '{' && !raw;
    lx->cur++;
    if (newline)
        next_line(lx);
    if (named) {
        const char *at = lx->cur + 1;
        while (class_at(at) & C_NAME || *at == ' ' || *at == '-')
            at++;
        lx->cur = *at == '}' ? at + 1 : lx->cur + 1;
    }
}

static bool text_ends(Lexer *lx, const Context *context)
{
    return *lx->cur == context->quote
        && (!context->triple || (lx->cur[1] == context->quote && lx->cur[2] == context->quote));
}

/* Moves over literal text up to a quote that closes it, a brace that opens a field, or one that closes the spec. */
static bool skip_text(Lexer *lx, const Context *context)
{
    for (;;) {
        while (!(class_at(lx->cur) & C_STRING))
            lx->cur++;
        char c = *lx->cur;
        if (lx->cur >= lx->end || (c == '\n' && !context->triple)) {
            if (context->kind == IN_SPEC)
                return error_at(lx, lx->cur, "f-string: expecting '}'");
            int detected = lx->lineno;
            return lex_error(lx, LEX_SYNTAX, context->lineno, context->col,
                                   context->triple ? "unterminated triple-quoted string literal (detected at line %d)"
                                                   : "unterminated string literal (detected at line %d)", detected);
        }
        if (text_ends(lx, context))
            return true;
        if ((c == '{' || c == '}') && context->kind == IN_SPEC)
            return true;
        if (c == '{' && lx->cur[1] != '{')
            return true;
        if (c == '}' && lx->cur[1] != '}')
            return error_at(lx, lx->cur, "f-string: single '}' is not allowed");
        lx->cur += c == '{' || c == '}' ? 2 : 1;
        if (c == '\n')
            next_line(lx);
        if (c == '\\')
            skip_escape(lx, context->raw);
    }
}

static bool open_bracket(Lexer *lx, const char *at, char c)
{
    if (lx->level >= LEXER_MAX_LEVEL)
        return error_at(lx, at, "too many nested parentheses");
    lx->brackets[lx->level++] = (Bracket){ c, lx->lineno, (int)(at - lx->line_start) };
    return true;
}

/* Inside an f-string, outside its fields: text, the brace of a field, or the end.
 * *done false: a spec has ended, the ordinary lexer goes on. */
static bool fstring_part(Lexer *lx, Token *t, bool *done)
{
    *done = true;
    Context context = lx->contexts[lx->n_contexts - 1];
    const char *start = lx->cur;
    begin(lx, t, start);
    if (!skip_text(lx, &context))
        return false;
    if (lx->cur > start)
        return finish(lx, t, T_FSTRING_MIDDLE);
    if (*start == '}') {
        lx->n_contexts--;
        lx->n_fields++;
        *done = false;
        return true;
    }
    if (*start == '{') {
        if (context.kind == IN_SPEC && lx->contexts[lx->n_contexts - 3].kind == IN_SPEC)
            return error_at(lx, start, "f-string: expressions nested too deeply");
        if (!open_bracket(lx, start, '{'))
            return false;
        Context field = { .kind = IN_FIELD, .quote = context.quote, .triple = context.triple, .raw = context.raw,
                          .level = lx->level, .lineno = context.lineno, .col = context.col, .start = context.start };
        lx->cur++;
        lx->n_fields++;
        return push_context(lx, field) && finish(lx, t, T_LBRACE);
    }
    if (context.kind == IN_SPEC)
        return error_at(lx, start, "f-string: expecting '}'");
    lx->cur += context.triple ? 3 : 1;
    lx->n_contexts--;
    lx->n_fstrings--;
    return finish(lx, t, T_FSTRING_END);
}

/* ---- operators ---- */

static inline bool in_field(const Lexer *lx)
{
    return lx->n_contexts && lx->contexts[lx->n_contexts - 1].level == lx->level;
}

static bool close_bracket(Lexer *lx, Token *t, const char *at, char c, TokenType type)
{
    const char *prefix = lx->n_contexts ? "f-string: " : "";
    if (in_field(lx) && c != '}')
        return error_at(lx, at, "%sunmatched '%c'", prefix, c);
    if (!lx->level)
        return error_at(lx, at, "unmatched '%c'", c);
    Bracket open = lx->brackets[lx->level - 1];
    if (!((open.open == '(' && c == ')') || (open.open == '[' && c == ']') || (open.open == '{' && c == '}'))) {
        if (open.lineno != lx->lineno)
            return error_at(lx, at, "%sclosing parenthesis '%c' does not match opening parenthesis '%c' on line %d",
                            prefix, c, open.open, open.lineno);
        return error_at(lx, at, "%sclosing parenthesis '%c' does not match opening parenthesis '%c'",
                        prefix, c, open.open);
    }
    if (in_field(lx)) {
        lx->n_contexts--;
        lx->n_fields--;
    }
    lx->level--;
    return finish(lx, t, type);
}

/* The operator at `p`, and its length. */
static TokenType operator_at(const char *p, int *len)
{
#define ONE(t) return *len = 1, t
#define TWO(c, t) if (p[1] == c) return *len = 2, t
    switch (p[0]) {
    case '+': TWO('=', T_PLUSEQUAL); ONE(T_PLUS);
    case '-': TWO('=', T_MINEQUAL); TWO('>', T_RARROW); ONE(T_MINUS);
    case '*':
        if (p[1] == '*')
            return p[2] == '=' ? (*len = 3, T_DOUBLESTAREQUAL) : (*len = 2, T_DOUBLESTAR);
        TWO('=', T_STAREQUAL);
        ONE(T_STAR);
    case '/':
        if (p[1] == '/')
            return p[2] == '=' ? (*len = 3, T_DOUBLESLASHEQUAL) : (*len = 2, T_DOUBLESLASH);
        TWO('=', T_SLASHEQUAL);
        ONE(T_SLASH);
    case '<':
        if (p[1] == '<')
            return p[2] == '=' ? (*len = 3, T_LEFTSHIFTEQUAL) : (*len = 2, T_LEFTSHIFT);
        TWO('=', T_LESSEQUAL);
        TWO('>', T_NOTEQUAL);
        ONE(T_LESS);
    case '>':
        if (p[1] == '>')
            return p[2] == '=' ? (*len = 3, T_RIGHTSHIFTEQUAL) : (*len = 2, T_RIGHTSHIFT);
        TWO('=', T_GREATEREQUAL);
        ONE(T_GREATER);
    case '=': TWO('=', T_EQEQUAL); ONE(T_EQUAL);
    case '!': TWO('=', T_NOTEQUAL); ONE(T_BAD);
    case '%': TWO('=', T_PERCENTEQUAL); ONE(T_PERCENT);
    case '&': TWO('=', T_AMPEREQUAL); ONE(T_AMPER);
    case '|': TWO('=', T_VBAREQUAL); ONE(T_VBAR);
    case '^': TWO('=', T_CIRCUMFLEXEQUAL); ONE(T_CIRCUMFLEX);
    case '@': TWO('=', T_ATEQUAL); ONE(T_AT);
    case ':': TWO('=', T_COLONEQUAL); ONE(T_COLON);
    case '.':
        if (p[1] == '.' && p[2] == '.')
            return *len = 3, T_ELLIPSIS;
        ONE(T_DOT);
    case '~': ONE(T_TILDE);
    case ',': ONE(T_COMMA);
    case ';': ONE(T_SEMI);
    default: ONE(T_BAD);
    }
#undef ONE
#undef TWO
}

static bool operator_token(Lexer *lx, Token *t, const char *start)
{
    char c = *start;
    lx->cur = start + 1;
    switch (c) {
    case '(': return open_bracket(lx, start, c) && finish(lx, t, T_LPAR);
    case '[': return open_bracket(lx, start, c) && finish(lx, t, T_LSQB);
    case '{': return open_bracket(lx, start, c) && finish(lx, t, T_LBRACE);
    case ')': return close_bracket(lx, t, start, c, T_RPAR);
    case ']': return close_bracket(lx, t, start, c, T_RSQB);
    case '}': return close_bracket(lx, t, start, c, T_RBRACE);
    default: break;
    }
    if (in_field(lx)) {
        Context spec = lx->contexts[lx->n_contexts - 1];
        if (c == ':') {
            spec.kind = IN_SPEC;
            spec.level = -1;
            lx->n_fields--;
            return push_context(lx, spec) && finish(lx, t, T_COLON);
        }
        if (c == '!' && start[1] != '=')
            return finish(lx, t, T_EXCLAMATION);
    }
    int len;
    TokenType type = operator_at(start, &len);
    lx->cur = start + len;
    if (type == T_BAD && (unsigned char)c < 0x80 && !names_printable((uint32_t)c))
        return bad_character(lx, start, (uint32_t)c);
    return finish(lx, t, type);
}

/* ---- the whole ---- */

static bool comment(Lexer *lx)
{
    const char *newline = memchr(lx->cur, '\n', (size_t)(lx->end - lx->cur));
    const char *stop = newline ? newline : lx->end;
    if (lx->n_fields) {
        const Context *field = &lx->contexts[lx->n_contexts - 1];
        if (!field->triple && memchr(lx->cur, field->quote, (size_t)(stop - lx->cur)))
            return error_at(lx, lx->cur, "f-string expression part cannot include '#'");
    }
    lx->cur = stop;
    return true;
}

static bool newline_token(Lexer *lx, Token *t)
{
    finish(lx, t, T_NEWLINE);
    lx->cur++;
    lx->at_line_start = lx->line_ended = true;
    return true;
}

static bool number_token(Lexer *lx, Token *t, const char *start)
{
    lx->cur = start;
    return lex_number(lx) && finish(lx, t, T_NUMBER);
}

bool lexer_next(Lexer *lx, Token *t)
{
    t->name = NULL;
    if (lx->n_contexts && lx->contexts[lx->n_contexts - 1].kind != IN_FIELD) {
        bool done;
        if (!fstring_part(lx, t, &done))
            return false;
        if (done)
            return true;
    }
    if (lx->at_line_start) {
        if (lx->line_ended)
            next_line(lx);
        lx->at_line_start = lx->line_ended = false;
        if (!indentation(lx))
            return false;
    }
    if (lx->pending) {
        TokenType type = lx->pending > 0 ? T_INDENT : T_DEDENT;
        lx->pending += lx->pending > 0 ? -1 : 1;
        return finish_bare(lx, t, type);
    }
    for (;;) {
        const char *start = lx->cur;
        while (*start == ' ' || *start == '\t' || *start == '\f')
            start++;
        lx->cur = start;
        begin(lx, t, start);
        uint8_t class = class_at(start);
        if (class & C_NAME)
            return class & C_DIGIT ? number_token(lx, t, start) : name_token(lx, t, start);
        switch (*start) {
        case '\n':
            lx->cur++;
            if (lx->level) {
                next_line(lx);
                continue;
            }
            lx->cur--;
            return newline_token(lx, t);
        case '#':
            if (!comment(lx))
                return false;
            if (lx->level || *lx->cur != '\n')
                continue;
            return newline_token(lx, t);        /* CPython's NEWLINE begins with the comment */
        case '\\':
            lx->cur++;
            if (!continuation(lx))
                return false;
            continue;
        case '\'': case '"':
            return string_token(lx, t, start);
        case '.':
            if (class_at(start + 1) & C_DIGIT)
                return number_token(lx, t, start);
            return operator_token(lx, t, start);
        case '\0':
            if (start >= lx->end)
                return end_of_text(lx, t);
            return operator_token(lx, t, start);
        default:
            return operator_token(lx, t, start);
        }
    }
}
