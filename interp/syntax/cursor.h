/* cursor.h -- the parser's state: tokens with one-token lookahead, nodes under construction, failure.
 *
 * Failure leaves by longjmp: everything lives in the arena, so there is nothing to clean up.
 *   fail(p)        "not what I expected here": goes to the nearest attempt(), else ends the pass
 *   raise_*(p)     an error with words of its own: ends the parse
 * As in CPython the text is parsed twice when it is wrong: the first pass finds where (the furthest token
 * read), the second, with `diagnose` set, finds what to say.  raise_* is fail() in the first pass, so
 * that an earlier mistake gets its say.
 *
 * Tokens stay valid within a statement: pointers to them may be kept until cursor_statement(). */
#ifndef INTERP_SYNTAX_CURSOR_H
#define INTERP_SYNTAX_CURSOR_H

#include <setjmp.h>
#include <stdbool.h>
#include <string.h>

#include "interp/base/arena.h"
#include "interp/syntax/ast.h"
#include "interp/syntax/lexer.h"
#include "interp/syntax/names.h"
#include "interp/syntax/parse_types.h"

enum { PARSER_MAX_DEPTH = 3000 };       /* nested expressions: about 300 bytes of C stack each */

typedef struct Attempt {
    jmp_buf jump;
    struct Attempt *outer;
    int at, depth, stack_n, fields;
    bool diagnose;
    SyntaxWarningInfo **warnings_end;
} Attempt;

typedef struct Parser Parser;

/* Rules that files below parse_expr need from it: the one upward call of the grammar goes through here. */
typedef struct ExprRules {
    Node *(*expression)(Parser *);      /* lambda, conditional, and all below */
    Node *(*named)(Parser *);           /* the same or `name := ...` */
    Node *(*disjunction)(Parser *);
    Node *(*bitwise_or)(Parser *);
    Node *(*star_list)(Parser *);       /* star_expressions: maybe a tuple without parentheses */
    Node *(*yield_or_star_list)(Parser *);
} ExprRules;

struct Parser {
    Token *tok;                         /* the current token, always read */
    Token *tokens;                      /* [0] is the last one before the statement */
    int n_tokens, cap_tokens;
    int depth;
    bool diagnose;
    Node **stack;                       /* members of lists under construction */
    int stack_n, stack_cap;
    Arena *arena;
    Attempt *attempt;
    jmp_buf finish;                     /* 1: failed without words, 2: error is set */
    const ParseOptions *options;
    ParseResult *result;
    SyntaxWarningInfo **warnings_end;
    bool lexer_failed;
    bool bad_utf8;                      /* bytes that are not UTF-8 occur; harmless in comments, an error in strings */
    bool single;                        /* one interactive statement: nothing is read beyond its newline */
    int key_token;                      /* where a dict's later key begins: a missing colon, not a comma, is told */
    int fields;                         /* f-string fields around the current token */
    int end_lineno, end_col;            /* of the last line of statements: where a compound statement ends */
    const Text *word_match, *word_case, *word_type, *word_underscore, *word_print, *word_exec;
    const ExprRules *rules;
    Names names;
    Lexer lexer;
};

#define NORETURN __attribute__((noreturn, cold))

NORETURN void fail(Parser *p);
NORETURN void fail_memory(Parser *p);           /* MemoryError: no memory, or nested too deeply */
/* At a token, a node, from one to another, or at the last token read. */
NORETURN void raise_at_token(Parser *p, const Token *token, const char *format, ...) __attribute__((format(printf, 3, 4)));
NORETURN void raise_at_node(Parser *p, const Node *node, const char *format, ...) __attribute__((format(printf, 3, 4)));
NORETURN void raise_range(Parser *p, int lineno, int col, int end_lineno, int end_col, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
NORETURN void raise_nodes(Parser *p, const Node *a, const Node *b, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
NORETURN void raise_last(Parser *p, SyntaxErrorKind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* From a token to wherever the lexer is. */
NORETURN void raise_from(Parser *p, const Token *token, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* As raise_last, but in the first pass too: what CPython's grammar forces (&&). */
NORETURN void raise_forced(Parser *p, const Token *token, const char *format, ...) __attribute__((format(printf, 3, 4)));
NORETURN void raise_now(Parser *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

void parser_warn(Parser *p, SyntaxWarningKind kind, int lineno, int col, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* parser_set_error -- the record itself: `offset` and `end_offset` are 1-based bytes, or <= 0 to stand as they are. */
void parser_set_error(Parser *p, SyntaxErrorKind kind, int lineno, int offset, int end_lineno, int end_offset,
                      const char *message);
/* parser_lexer_error -- the lexer's error as the parser's. */
void parser_lexer_error(Parser *p);

/* attempt_parse -- `rule` if it succeeds here, else NULL and nothing consumed. */
Node *attempt_parse(Parser *p, Node *(*rule)(Parser *));

/* cursor_fill -- reads the token p->tok points at. */
void cursor_fill(Parser *p);
/* cursor_statement -- a statement begins: forgets the tokens before the last one. */
void cursor_statement(Parser *p);
void cursor_grow_stack(Parser *p);

static inline TokenType type_of(const Parser *p) { return (TokenType)p->tok->type; }
static inline bool at(const Parser *p, TokenType type) { return p->tok->type == type; }

static inline void advance(Parser *p)
{
    if (++p->tok == p->tokens + p->n_tokens)
        cursor_fill(p);
}

/* The token after the current one. */
static inline const Token *peek(Parser *p)
{
    if (p->tok + 1 == p->tokens + p->n_tokens) {
        p->tok++;
        cursor_fill(p);
        p->tok--;
    }
    return p->tok + 1;
}

/* The token after that. */
static inline const Token *peek_second(Parser *p)
{
    peek(p);
    p->tok++;
    peek(p);
    p->tok--;
    return p->tok + 2;
}

static inline bool accept(Parser *p, TokenType type)
{
    if (p->tok->type != type)
        return false;
    advance(p);
    return true;
}

static inline void expect(Parser *p, TokenType type)
{
    if (p->tok->type != type)
        fail(p);
    advance(p);
}

static inline void descend(Parser *p)
{
    if (++p->depth > PARSER_MAX_DEPTH)
        fail_memory(p);
}

static inline void ascend(Parser *p) { p->depth--; }

/* ---- building ---- */

static inline void *parser_alloc(Parser *p, size_t size)
{
    void *result = arena_alloc(p->arena, size);
    if (__builtin_expect(!result, 0))
        fail_memory(p);
    return result;
}

static inline Node *new_node(Parser *p, NodeKind kind, size_t size, int lineno, int col)
{
    Node *node = parser_alloc(p, size);
    memset(node, 0, size);
    node->kind = kind;
    node->lineno = lineno;
    node->col_offset = col;
    return node;
}

/* NEW -- a node that begins at a token or node position. */
#define NEW_SIZE(kind) (offsetof(Node, kind) + sizeof(((Node *)0)->kind))
#define NEW_AT(p, kind, lineno, col) new_node(p, NODE_##kind, NEW_SIZE(kind), lineno, col)
#define NEW_FROM_TOKEN(p, kind, token) NEW_AT(p, kind, (token)->lineno, (token)->col)
#define NEW_FROM_NODE(p, kind, node) NEW_AT(p, kind, (node)->lineno, (node)->col_offset)

/* end_here -- the node ends with the last token consumed. */
static inline Node *end_here(Parser *p, Node *node)
{
    node->end_lineno = p->tok[-1].end_lineno;
    node->end_col_offset = p->tok[-1].end_col;
    return node;
}

/* end_block -- the node, a compound statement, ends where its last block does. */
static inline Node *end_block(Parser *p, Node *node)
{
    node->end_lineno = p->end_lineno;
    node->end_col_offset = p->end_col;
    return node;
}

static inline void push(Parser *p, Node *node)
{
    if (p->stack_n == p->stack_cap)
        cursor_grow_stack(p);
    p->stack[p->stack_n++] = node;
}

/* take_list -- everything pushed since `mark`, as a list in the arena. */
static inline NodeList take_list(Parser *p, int mark)
{
    NodeList list = { NULL, p->stack_n - mark };
    if (list.n) {
        list.at = parser_alloc(p, (size_t)list.n * sizeof *list.at);
        memcpy(list.at, p->stack + mark, (size_t)list.n * sizeof *list.at);
    }
    p->stack_n = mark;
    return list;
}

/* take_pairs -- everything pushed since `mark`, alternately: what stands first of each pair, and in *second what stands second. */
static inline NodeList take_pairs(Parser *p, int mark, NodeList *second)
{
    int n = (p->stack_n - mark) / 2;
    NodeList first = { n ? parser_alloc(p, (size_t)n * sizeof(Node *)) : NULL, n };
    *second = (NodeList){ n ? parser_alloc(p, (size_t)n * sizeof(Node *)) : NULL, n };
    for (int i = 0; i < n; i++) {
        first.at[i] = p->stack[mark + 2 * i];
        second->at[i] = p->stack[mark + 2 * i + 1];
    }
    p->stack_n = mark;
    return first;
}

static inline NodeList list_of_one(Parser *p, Node *node)
{
    NodeList list = { parser_alloc(p, sizeof *list.at), 1 };
    list.at[0] = node;
    return list;
}

#endif
