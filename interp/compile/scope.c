/* scope.c -- symbols and their analysis: local, cell, free, global; which comprehensions are inlined. */
#include "interp/compile/scope.h"
#include <stdlib.h>

/* --- structure --------------------------------------------------------------------------------------------- */
Symbol *scope_find(const Scope *s, const Ident *ident)
{
    if (!s->cap_table || !ident)
        return NULL;
    for (Symbol *y = s->table[ident->hash & (uint32_t)(s->cap_table - 1)]; y; y = y->chain)
        if (y->ident == ident)
            return y;
    return NULL;
}

static bool grow_table(Compiler *c, Scope *s)
{
    int cap = s->cap_table ? 4 * s->cap_table : 8;
    Symbol **table = context_alloc(c, (size_t)cap * sizeof *table);
    if (!table)
        return false;
    s->table = table;
    s->cap_table = cap;
    for (Symbol *y = s->first; y; y = y->next) {
        Symbol **bucket = &table[y->ident->hash & (uint32_t)(cap - 1)];
        y->chain = *bucket;
        *bucket = y;
    }
    return true;
}

Symbol *scope_symbol(Compiler *c, Scope *s, Ident *ident)
{
    Symbol *y = scope_find(s, ident);
    if (y || !ident)
        return y;
    if (s->n_symbols >= s->cap_table && !grow_table(c, s))
        return NULL;
    y = context_alloc(c, sizeof *y);
    if (!y)
        return NULL;
    y->ident = ident;
    y->reg = -1;
    Symbol **bucket = &s->table[ident->hash & (uint32_t)(s->cap_table - 1)];
    y->chain = *bucket;
    *bucket = y;
    if (s->last)
        s->last->next = y;
    else
        s->first = y;
    s->last = y;
    s->n_symbols++;
    return y;
}

Scope *scope_new(Compiler *c, Scope *parent, ScopeKind kind, Ident *name, const void *key, const Node *node)
{
    Scope *s = context_alloc(c, sizeof *s);
    if (!s)
        return NULL;
    s->kind = kind;
    s->name = name;
    s->node = node;
    s->parent = parent;
    if (parent) {
        s->private_ = parent->private_;
        s->nested = parent->nested || scope_is_function(parent);
        s->iter_expr = parent->iter_expr;
        if (parent->n_children == parent->cap_children) {
            int cap = 2 * parent->cap_children + 4;
            Scope **children = context_alloc(c, (size_t)cap * sizeof *children);
            if (!children)
                return NULL;
            if (parent->n_children)
                memcpy(children, parent->children, (size_t)parent->n_children * sizeof *children);
            parent->children = children;
            parent->cap_children = cap;
        }
        parent->children[parent->n_children++] = s;
    }
    if (key)
        pointer_map_set(c, &c->scopes, (uintptr_t)key, s);
    return s;
}

/* --- first half: where is each name bound? ------------------------------------------------------------------- */
/* The block around `s` that binds the name for it; NULL: none, so it is global. */
static Scope *binder(const Scope *s, const Ident *ident)
{
    for (Scope *p = s->parent; p; p = p->parent) {
        if (p->kind == SCOPE_CLASS) {
            if (ident_is(ident, "__class__") || (ident_is(ident, "__classdict__") && s->kind >= SCOPE_TYPE_PARAMS))
                return p;
            continue;
        }
        if (p->kind == SCOPE_MODULE)
            return NULL;
        Symbol *y = scope_find(p, ident);
        if (!y || (y->flags & DEF_NONLOCAL && !(y->flags & DEF_GLOBAL)))
            continue;
        if (y->flags & DEF_GLOBAL)
            return NULL;
        if (y->flags & DEF_BOUND)
            return p;
    }
    return NULL;
}

static void resolve_symbol(Compiler *c, Scope *s, Symbol *y)
{
    if (y->flags & DEF_GLOBAL) {
        if (y->flags & DEF_NONLOCAL)
            context_error(c, y->directive, "name '%s' is nonlocal and global", y->ident->text);
        y->reach = GLOBAL_EXPLICIT;
        return;
    }
    if (y->flags & DEF_NONLOCAL) {
        if (s->kind == SCOPE_MODULE)
            context_error(c, y->directive, "nonlocal declaration not allowed at module level");
        else if (!binder(s, y->ident))
            context_error(c, y->directive, "no binding for nonlocal '%s' found", y->ident->text);
        y->reach = FREE;
        return;
    }
    if (y->flags & DEF_BOUND) {
        y->reach = LOCAL;
        return;
    }
    y->reach = s->kind != SCOPE_MODULE && binder(s, y->ident) ? FREE : GLOBAL_IMPLICIT;
}

static void resolve(Compiler *c, Scope *s)
{
    if (!context_enter(c))
        return;
    for (Symbol *y = s->first; y && !c->failed; y = y->next)
        resolve_symbol(c, s, y);
    for (int i = 0; i < s->n_children && !c->failed; i++)
        resolve(c, s->children[i]);
    context_leave(c);
}

/* --- second half, inner blocks first: cells, names that pass through, inlining ------------------------------- */
/* A block inside `s` needs `ident` from it or from further out. `real`: an inner function keeps the cell. */
static void require(Compiler *c, Scope *s, Ident *ident, bool real)
{
    Symbol *y = scope_find(s, ident);
    if (s->kind == SCOPE_CLASS) {
        if (ident_is(ident, "__class__")) {
            s->needs_class_closure = true;
            return;
        }
        if (ident_is(ident, "__classdict__")) {
            s->needs_class_dict = true;
            return;
        }
        if (!y)
            y = scope_symbol(c, s, ident);
        if (!y)
            return;
        if (y->reach == REACH_UNKNOWN)
            y->reach = FREE;
        else if (y->reach != FREE)
            y->free_class = true;
        y->captured |= real;
        return;
    }
    if (!y && !(y = scope_symbol(c, s, ident)))
        return;
    if (y->reach == LOCAL || y->reach == CELL) {
        if (real)
            y->reach = CELL;
        return;
    }
    y->reach = FREE;
    y->captured |= real;
}

static bool can_inline(const Scope *s)
{
    if (s->kind != SCOPE_COMPREHENSION || s->comprehension == NODE_GeneratorExp)
        return false;
    if (s->parent->kind == SCOPE_CLASS || s->parent->kind >= SCOPE_ANNOTATION)
        return false;
    for (Symbol *y = s->first; y; y = y->next)
        if (y->reach == CELL)
            return false;
    return true;
}

static void settle(Compiler *c, Scope *s)
{
    if (!context_enter(c))
        return;
    for (int i = 0; i < s->n_children && !c->failed; i++) {
        Scope *child = s->children[i];
        settle(c, child);
        if (child->kind == SCOPE_ANNOTATION)                /* its text is kept, its names are not */
            continue;
        child->inlined = can_inline(child);
        for (Symbol *y = child->first; y && !c->failed; y = y->next)
            if (y->reach == FREE || y->free_class)
                require(c, s, y->ident, !child->inlined || y->captured);
    }
    context_leave(c);
}

void scope_analyse(Compiler *c, Scope *module)
{
    resolve(c, module);
    if (!c->failed)
        settle(c, module);
}
