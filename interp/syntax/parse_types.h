/* parse_types.h -- what goes into the parser besides the text, and what comes out besides the tree. */
#ifndef INTERP_SYNTAX_PARSE_TYPES_H
#define INTERP_SYNTAX_PARSE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "interp/syntax/ast.h"

typedef enum ParseMode {
    PARSE_EXEC,                     /* a file or a cell -> Module */
    PARSE_EVAL,                     /* one expression   -> Expression */
    PARSE_SINGLE,                   /* one statement    -> Interactive */
} ParseMode;

enum {                              /* ParseOptions.flags */
    PARSE_IS_UTF8 = 1,              /* the source came from a str: UTF-8, a coding cookie and a BOM mean nothing */
    PARSE_DONT_IMPLY_DEDENT = 2,    /* PyCF_DONT_IMPLY_DEDENT: an open block in single mode is incomplete */
    PARSE_ALLOW_INCOMPLETE = 4,     /* PyCF_ALLOW_INCOMPLETE_INPUT: "incomplete input" where more text could help */
    PARSE_TOP_LEVEL_AWAIT = 8,      /* kept for the compiler; the grammar already takes `await` everywhere */
    PARSE_BARRY_AS_FLUFL = 16,      /* from __future__ import barry_as_FLUFL: <> instead of != */
    PARSE_FROM_FILE = 32,           /* bytes read from a file: undecodable ones are reported with file and line */
};

typedef struct ParseOptions {
    ParseMode mode;
    int flags;
    const char *filename;           /* borrowed; NULL: "<string>" */
    int max_str_digits;             /* sys.int_info limit on decimal int literals; 0: none */
} ParseOptions;

typedef enum SyntaxErrorKind {
    SYNTAX_ERROR, INDENTATION_ERROR, TAB_ERROR,
    SYNTAX_INCOMPLETE,              /* _IncompleteInputError: a SyntaxError under PARSE_ALLOW_INCOMPLETE */
    SYNTAX_VALUE_ERROR,             /* ValueError: message only (null bytes in the source) */
    SYNTAX_MEMORY_ERROR,            /* MemoryError: out of memory, or nesting beyond what the parser allows */
} SyntaxErrorKind;

/* What the exception object will say. Lines from 1; offsets from 1 in characters, 0 as CPython gives it.
 * text is the source line (with its line end) as UTF-8, NULL for None.  lineno 0, of errors before any line was read:
 * end_lineno and end_offset are None too. */
typedef struct SyntaxErrorInfo {
    SyntaxErrorKind kind;
    const char *message;
    const char *filename;
    int lineno, offset, end_lineno, end_offset;
    const char *text;
    size_t text_len;
} SyntaxErrorInfo;

typedef enum SyntaxWarningKind { SYNTAX_DEPRECATION_WARNING, SYNTAX_SYNTAX_WARNING } SyntaxWarningKind;

typedef struct SyntaxWarningInfo {
    struct SyntaxWarningInfo *next;     /* in source order */
    SyntaxWarningKind kind;
    const char *message;
    int lineno, col_offset;
} SyntaxWarningInfo;

typedef struct ParseResult {
    Node *tree;                     /* a mod */
    SyntaxWarningInfo *warnings;        /* also after failure */
    SyntaxErrorInfo error;          /* set on failure */
} ParseResult;

#endif
