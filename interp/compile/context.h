/* context.h -- what one compilation shares: its arena, identifiers, errors and warnings, and a map keyed by tree nodes.
 *
 * Failure is sticky: the first error sets `failed` (with the one pending error); later calls do nothing harmful, so that the tree
 * walkers need not look after every call. Whoever loops looks at `failed`. Everything here dies with the compilation. */
#ifndef COMPILE_CONTEXT_H
#define COMPILE_CONTEXT_H
#include "interp/base/arena.h"
#include "interp/base/vec.h"
#include "interp/compile/compile.h"
#include "interp/syntax/ast.h"

/* A name, unique in one compilation: equal names <=> equal pointers. */
typedef struct Ident {
    struct Ident *next;
    Value str;                   /* interned; the context owns it */
    uint32_t hash, len;
    char text[];                 /* WTF-8, NUL-terminated */
} Ident;

/* Source range of an instruction or error. line 0: none. */
typedef struct Span { int32_t line, end_line, column, end_column; } Span;
#define NO_SPAN ((Span){ 0, 0, -1, -1 })
enum { NO_END = -2 };            /* end_column of an error that only says where it begins */

typedef struct PointerMap { struct PointerSlot { uintptr_t key; void *value; } *slots; size_t n, cap; } PointerMap;

struct Scope;
struct Unit;
struct Rules;

typedef struct Compiler {
    Arena arena;
    const CompileOptions *options;
    uint32_t flags;              /* options' and the source's own future imports */
    int optimize;
    Value filename;              /* owned str */
    Ident **idents; size_t n_idents, cap_idents;
    VEC(Value) owned;            /* released at the end */
    PointerMap scopes;           /* node -> Scope */
    PointerMap folds;            /* expression node -> Value * it always gives */
    int depth;                   /* of the walk */
    bool failed;
    const struct Rules *rules;   /* which function compiles which node */
    struct Unit *unit;           /* the innermost code being made */
} Compiler;

void context_init(Compiler *c, const CompileOptions *options);
void context_free(Compiler *c);

/* Arena memory, zeroed; NULL when out of memory (MemoryError set). */
void *context_alloc(Compiler *c, size_t size);
/* Keep an owned value alive until the end; ERROR marks failure. Returns it borrowed. */
Value context_keep_take(Compiler *c, Value v);
/* Mark failure; an error must be pending. */
void context_fail(Compiler *c);

/* ident_of -- the Ident of a text; NULL only when failed. */
Ident *ident_of(Compiler *c, const Text *text);
Ident *ident_new(Compiler *c, const char *text, size_t len);
Ident *ident_c(Compiler *c, const char *text);
/* ident_mangled -- as Python reference "Private name mangling" inside class `private_` (NULL: none). */
Ident *ident_mangled(Compiler *c, const Ident *private_, const Text *text);
Ident *ident_mangle(Compiler *c, const Ident *private_, Ident *name);
static inline bool ident_is(const Ident *i, const char *text) { return i && !strcmp(i->text, text); }
/* The str of an Ident, borrowed; NONE when failed. */
Value ident_str_peek(Compiler *c, Ident *i);

static inline Span span_of(const Node *n) { return (Span){ n->lineno, n->end_lineno, n->col_offset, n->end_col_offset }; }

/* context_error -- SyntaxError at the span, worded with printf directives. Does nothing when something failed before. */
void context_error(Compiler *c, Span at, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The source line for a SyntaxError's `text`, read from the file; NONE when there is none. Owned. */
Value context_source_line(Value filename, int line);
/* SyntaxWarning; turned into SyntaxError where warnings are errors. */
void context_warn(Compiler *c, Span at, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Recursion guard of the tree walkers: false (RecursionError) when too deep. */
bool context_enter(Compiler *c);
static inline void context_leave(Compiler *c) { c->depth--; }

void pointer_map_set(Compiler *c, PointerMap *map, uintptr_t key, void *value);
void *pointer_map_get(const PointerMap *map, uintptr_t key);
#endif
