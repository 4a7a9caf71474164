/* ast.h -- the syntax tree: CPython 3.11's `ast`, field for field, as plain C in an arena.
 *
 * Shape.  A Node is a head (kind and position) and the fields of its class, in a union named after
 * the class:  node->kind == NODE_BinOp  means  node->BinOp.left, node->BinOp.op, node->BinOp.right
 * are there.  Only the bytes of its own class are allocated: never copy a Node by value, and read no
 * other member.  Twins that share their layout: AsyncFunctionDef/FunctionDef, AsyncFor/For,
 * AsyncWith/With, TryStar/Try may be read through either name.
 *
 * Fields.  What ast.def lists:
 *   expr, stmt, arguments, ...   Node *        optional: NULL where Python has None
 *   a list of them               NodeList      .at[0 .. n-1]; members may be NULL in Dict.keys (`**x`)
 *                                              and arguments.kw_defaults (no default)
 *   identifier, string           const Text *  identifiers are NFKC-normalised and interned within one
 *                                              parse: equal names <=> equal pointers
 *   a list of identifiers        TextList
 *   operator, cmpop, context     NodeKind      e.g. NODE_Add, NODE_NotIn, NODE_Load
 *   Compare.ops                  KindList
 *   int                          int
 *   constant                     Constant      by value
 *
 * Life.  All of it (nodes, lists, texts) lives in the arena given to the parser, is constant after
 * parsing as far as the parser is concerned, and dies with the arena.
 *
 * Positions.  lineno and end_lineno count from 1, col_offset and end_col_offset are UTF-8 bytes from 0.
 * Only classes whose sum says so in ast.def have them (see ast_has_position); elsewhere they are 0.
 * Pure C: no objects. */
#ifndef INTERP_SYNTAX_AST_H
#define INTERP_SYNTAX_AST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A string as the parser knows it: `len` bytes and a NUL after them that is not counted.
 * Identifiers and str constants are WTF-8: UTF-8 in which lone surrogates may occur as three bytes,
 * and NUL bytes are ordinary characters.  Bytes constants are raw bytes. */
typedef struct Text {
    uint32_t len;
    uint32_t hash;              /* of identifiers: FNV-1a, spread; 0 elsewhere */
    bool ascii;
    char at[];
} Text;

typedef enum ConstantKind {
    CONST_NONE, CONST_TRUE, CONST_FALSE, CONST_ELLIPSIS,
    CONST_INT,                  /* .integer */
    CONST_BIGINT,               /* .text: digits in .base (2, 8, 10, 16), lower case, no prefix, no `_`, no leading 0;
                                 * only for what does not fit an int64_t; never negative */
    CONST_FLOAT,                /* .number */
    CONST_IMAGINARY,            /* .number: the imaginary part */
    CONST_STR,                  /* .text, WTF-8 */
    CONST_BYTES,                /* .text, raw */
} ConstantKind;

typedef struct Constant {
    uint8_t kind;               /* ConstantKind */
    uint8_t base;
    union {
        int64_t integer;
        double number;
        const Text *text;
    };
} Constant;

typedef enum __attribute__((packed)) NodeKind {
    NODE_NONE,
#define NODE(kind, sum) NODE_##kind,
#include "interp/syntax/ast.def"
    NODE_COUNT
} NodeKind;

typedef struct Node Node;
typedef struct NodeList { Node **at; int n; } NodeList;
typedef struct TextList { const Text **at; int n; } TextList;
typedef struct KindList { NodeKind *at; int n; } KindList;

#define SUM(name, one, seq, positions) typedef one Ast_##name; typedef seq AstSeq_##name;
#include "interp/syntax/ast.def"

struct Node {
    NodeKind kind;
    uint8_t parenthesised;      /* an expression or pattern that the source wraps in (), by the parser */
    int lineno, col_offset, end_lineno, end_col_offset;
    union {
#define NODE(kind, sum) struct {
#define ONE(kind, sum, field) Ast_##sum field;
#define OPT(kind, sum, field) Ast_##sum field;
#define SEQ(kind, sum, field) AstSeq_##sum field;
#define END(kind) } kind;
#include "interp/syntax/ast.def"
    };
};

/* ---- the same as data, for dumpers, converters and walkers ---- */

typedef enum AstSum {           /* what a field holds, or a class belongs to */
#define SUM(name, one, seq, positions) AST_##name,
#include "interp/syntax/ast.def"
    AST_SUM_COUNT
} AstSum;

/* How a field of this sum is stored. */
typedef enum AstStore { STORE_TEXT, STORE_INT, STORE_CONSTANT, STORE_KIND, STORE_NODE } AstStore;

typedef enum AstCount { AST_ONE, AST_OPT, AST_SEQ } AstCount;

typedef struct AstField {
    const char *name;
    uint8_t sum;                /* AstSum */
    uint8_t count;              /* AstCount */
    uint16_t offset;            /* from the start of the Node */
} AstField;

typedef struct AstClass {
    const char *name;
    uint8_t sum;                /* AstSum it belongs to */
    uint8_t n_fields;
    uint16_t size;              /* bytes of a Node of this class */
    const AstField *fields;
} AstClass;

extern const AstClass ast_classes[NODE_COUNT];      /* by NodeKind; [NODE_NONE].name is NULL */
extern const char *const ast_sum_names[AST_SUM_COUNT];

/* ast_store -- how fields of `sum` are stored. */
AstStore ast_store(AstSum sum);
/* ast_has_position -- whether nodes of this kind carry lineno and the rest. */
bool ast_has_position(NodeKind kind);
/* ast_op_symbol -- "+" for NODE_Add, "not in" for NODE_NotIn, and so on; NULL for other kinds. */
const char *ast_op_symbol(NodeKind kind);

/* ast_each_child -- calls `visit` for each child node in field order (NULL members are skipped) until one
 * call returns false; gives the last result.  Does not descend by itself. */
bool ast_each_child(Node *node, bool (*visit)(Node *child, void *context), void *context);

struct Arena;
/* ast_new -- a zeroed node of the class, without position; NULL when out of memory (arena-owned). */
Node *ast_new(struct Arena *arena, NodeKind kind);
/* ast_text -- a copy of the bytes as a Text in the arena; NULL when out of memory. */
Text *ast_text(struct Arena *arena, const char *bytes, size_t len);

#endif
