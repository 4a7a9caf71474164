/* compile.h -- tree to code. Never includes vm/. */
#ifndef COMPILE_COMPILE_H
#define COMPILE_COMPILE_H
#include "interp/code/code.h"

struct Node;          /* interp/syntax/ast.h */

typedef enum CompileMode { COMPILE_EXEC, COMPILE_EVAL, COMPILE_SINGLE } CompileMode;
enum {  /* compile() flags: CPython's bits */
    COMPILE_DONT_IMPLY_DEDENT = 0x200, COMPILE_ONLY_AST = 0x400, COMPILE_TOP_LEVEL_AWAIT = 0x2000, COMPILE_ALLOW_INCOMPLETE = 0x4000,
    COMPILE_FUTURE_ANNOTATIONS = 0x1000000, COMPILE_FUTURE_BARRY = 0x400000,
    COMPILE_FUTURE_ALL = 0x1fe0000,
    COMPILE_GLOBALS = 1 << 29,   /* ours: top-level code whose locals are its globals (modules): names compile to the faster GLOBAL rows */
    COMPILE_LATE_FUTURES = 1 << 27,    /* ours: a cell, each statement of which may be a __future__ import */
    COMPILE_LINKED = 1 << 28,    /* ours: this is the main program or a cell: link its globals to registers (code.h) */
};
typedef struct CompileOptions { CompileMode mode; uint32_t flags; int optimize; const char *filename; } CompileOptions;

/* compile_tree -- code of a module tree (its root is Module, Expression or Interactive). NULL: SyntaxError (symbol-table errors included), RecursionError, MemoryError. */
must_use Code *compile_tree(const struct Node *tree, const CompileOptions *);
/* compile_parse -- the tree of a source (UTF-8 text, or file bytes with cookie where `is_bytes`), in the arena. NULL: SyntaxError, or a warning that is one. */
struct Arena;
must_use const struct Node *compile_parse(struct Arena *, const char *source, size_t len, bool is_bytes, const CompileOptions *);
/* compile_source -- parse and compile. Source is UTF-8 text (`is_bytes` false) or file bytes with cookie. Warnings go through compile_warn_hook. */
must_use Code *compile_source(const char *source, size_t len, bool is_bytes, const CompileOptions *);
/* compile_scopes -- parse, and show the symbol table (scope.h) of the module to `see`, whose false stands for an error. False: as compile_source. */
struct Scope;
must_use bool compile_scopes(const char *source, size_t len, bool is_bytes, const CompileOptions *, bool (*see)(const struct Scope *module, void *context), void *context);
/* Where the warnings of parser and compiler go, registered by whoever has warnings. False: the warning became an error. */
extern bool (*compile_warn_hook)(ErrorKind category, const char *message, const char *filename, int line);
#endif
