/* scope.h -- the symbol table: which name means what in which block.
 *
 * Two passes. symbols.c walks the tree and notes in each block what is done with each name; scope.c then decides for each name
 * whether it is local, a cell, free or global, and which comprehensions are compiled into the code around them (PEP 709).
 * Errors are CPython's, worded and placed like its symtable's. */
#ifndef COMPILE_SCOPE_H
#define COMPILE_SCOPE_H
#include "interp/compile/context.h"

enum {  /* Symbol.flags: what the block does with the name */
    DEF_GLOBAL = 1, DEF_LOCAL = 2, DEF_PARAM = 4, DEF_NONLOCAL = 8, USE = 16, DEF_IMPORT = 32, DEF_ANNOT = 64, DEF_COMP_ITER = 128,
    DEF_TYPE_PARAM = 256,
    DEF_BOUND = DEF_LOCAL | DEF_PARAM | DEF_IMPORT | DEF_TYPE_PARAM,
    /* ways of binding that matter to later stages */
    DEF_DELETED = 1 << 12,       /* target of del */
    DEF_EXCEPT = 1 << 13,        /* except ... as name */
    DEF_WALRUS = 1 << 14,
    DEF_DATA = 1 << 15,          /* assigned, looped over: not only imported or defined */
};
typedef enum Reach { REACH_UNKNOWN, LOCAL, CELL, FREE, GLOBAL_EXPLICIT, GLOBAL_IMPLICIT } Reach;

typedef struct Symbol {
    struct Symbol *next, *chain; /* in order of appearance; in its hash bucket */
    Ident *ident;
    uint32_t flags;
    uint8_t reach;               /* Reach */
    bool free_class;             /* class block: also free here, for a function inside */
    bool captured;               /* FREE: needed by a real inner function, not only by an inlined comprehension */
    Span directive;              /* of the global / nonlocal statement */
    int32_t reg;                 /* later stages: register; -1 none yet */
} Symbol;

typedef enum ScopeKind { SCOPE_MODULE, SCOPE_CLASS, SCOPE_FUNCTION, SCOPE_LAMBDA, SCOPE_COMPREHENSION, SCOPE_ANNOTATION /* future annotations: thrown away */,
                         SCOPE_TYPE_PARAMS, SCOPE_TYPE_VALUE /* bounds, defaults, aliases */ } ScopeKind;

typedef struct Scope {
    ScopeKind kind;
    NodeKind comprehension;      /* NODE_ListComp ... NODE_GeneratorExp; NODE_NONE */
    const Node *node;
    Ident *name, *private_;      /* private_: the class whose names are mangled */
    struct Scope *parent, **children;
    int n_children, cap_children;
    Symbol *first, *last, **table;
    int n_symbols, cap_table;
    bool nested, generator, coroutine, varargs, varkeywords, needs_class_closure, needs_class_dict;
    bool inlined;                /* comprehension compiled into its parent */
    bool has_loop, has_star_import, has_annotations, has_walrus;
    bool iter_target;            /* while walking: inside the target of a comprehension */
    int iter_expr;               /* while walking: inside the iterable of a comprehension */
} Scope;

static inline bool scope_is_function(const Scope *s) { return s->kind != SCOPE_MODULE && s->kind != SCOPE_CLASS; }

/* scope_build -- walk and analyse the module; NULL when failed. In symbols.c. */
Scope *scope_build(Compiler *c, const Node *module);
/* The block of a node: function, lambda, class, comprehension, module; see scope_key_* for type parameters. Never NULL after success. */
static inline Scope *scope_of(const Compiler *c, const void *key) { return pointer_map_get(&c->scopes, (uintptr_t)key); }
static inline const void *scope_key_params(const Node *n) { return (const char *)n + 1; }         /* [T, ...] of a def, class, type statement */
static inline const void *scope_key_bound(const Node *n) { return (const char *)n + 2; }          /* bound or constraints of a type variable */
static inline const void *scope_key_default(const Node *n) { return (const char *)n + 3; }        /* its default */

Symbol *scope_find(const Scope *s, const Ident *ident);              /* NULL: the block does not know it */
/* The symbol of a name in this block, made when absent. NULL: failed. */
Symbol *scope_symbol(Compiler *c, Scope *s, Ident *ident);
Scope *scope_new(Compiler *c, Scope *parent, ScopeKind kind, Ident *name, const void *key, const Node *node);
/* scope.c: second pass. */
void scope_analyse(Compiler *c, Scope *module);
#endif
