/* lex_state.h -- what the lexer's files share: tokens, brackets, f-string contexts, the lexer itself. */
#ifndef INTERP_SYNTAX_LEX_STATE_H
#define INTERP_SYNTAX_LEX_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "interp/base/arena.h"
#include "interp/syntax/ast.h"
#include "interp/syntax/names.h"

typedef enum TokenType {
#define TOKEN(name) T_##name,
#define OPERATOR(name, text) T_##name,
#define KEYWORD(name, text) T_##name,
#include "interp/syntax/token.def"
    T_COUNT,
    T_KEYWORD_FIRST = T_FALSE,
} TokenType;

typedef struct Token {
    uint8_t type;                   /* TokenType */
    uint8_t level;                  /* brackets open after it */
    bool in_field;                  /* read inside a field of an f-string */
    bool has_position;              /* false for INDENT, DEDENT, ENDMARKER */
    int start, end;                 /* byte offsets in the source */
    int lineno, col, end_lineno, end_col;
    const Text *name;               /* NAME and keywords: the interned text */
} Token;

typedef enum LexErrorKind { LEX_SYNTAX, LEX_INDENTATION, LEX_TAB, LEX_EOF, LEX_MEMORY } LexErrorKind;

typedef struct LexError {
    LexErrorKind kind;              /* LEX_EOF: the text ends too early, message NULL */
    const char *message;
    int lineno, col;                /* col: 0-based bytes, the mark stands there */
    int end_offset;                 /* as CPython gives it (1-based, 0 or -1); LEX_SAME_END: the same as the start's */
    bool whole_line;                /* the error's text ends with its newline */
} LexError;

enum {
    LEXER_PADDING = 16,
    LEXER_MAX_LEVEL = 200,          /* brackets; CPython's MAXLEVEL */
    LEXER_MAX_INDENT = 100,         /* CPython's MAXINDENT */
    LEXER_MAX_FSTRING = 150,        /* f-strings within f-strings */
    LEX_SAME_END = -100,
};

typedef struct Bracket { char open; int lineno, col; } Bracket;

typedef enum ContextKind { IN_TEXT, IN_FIELD, IN_SPEC } ContextKind;

/* One open part of an f-string: its literal text, a field {...} in it, or that field's format spec. */
typedef struct Context {
    uint8_t kind;                   /* ContextKind */
    char quote;
    bool triple, raw;
    int level;                      /* IN_FIELD: brackets open just inside the field */
    int lineno, col, start;         /* where the f-string starts */
} Context;

typedef struct Lexer {
    Arena *arena;
    Names *names;
    const char *source, *end;       /* [source, end) */
    const char *cur, *line_start;
    int lineno;
    int token_lineno;               /* where the token at hand started */
    const char *token_line;         /* start of that line */
    bool at_line_start;             /* indentation comes next */
    bool line_ended;                /* behind a NEWLINE token: the line it ends is still the current one */
    bool eof;                       /* ENDMARKER was given */
    bool interactive;               /* a single statement: an end of text ends the line too */
    bool no_implied_dedent;
    bool statement_begun;           /* interactive: a NEWLINE is owed at the end */
    int pending;                    /* INDENT (+1) or DEDENT (-n) tokens owed */
    int n_indents;
    int indents[LEXER_MAX_INDENT], alt_indents[LEXER_MAX_INDENT];
    int level;
    Bracket brackets[LEXER_MAX_LEVEL];
    int n_contexts, n_fstrings, n_fields;
    Context contexts[LEXER_MAX_FSTRING * 2];
    LexError error;
    /* called for doubtful numbers (`1if`); may be NULL */
    void (*warn)(void *context, int lineno, int col, const char *message);
    void *warn_context;
} Lexer;

/* lex_error -- records an error at a byte column and gives false. */
bool lex_error(Lexer *lexer, LexErrorKind kind, int lineno, int col, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
