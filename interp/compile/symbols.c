/* symbols.c -- the first pass of the symbol table: what each block does with each name. Order and errors follow CPython's symtable. */
#include "interp/compile/scope.h"

typedef struct Walker { Compiler *c; Scope *module, *scope; } Walker;

static void visit_expr(Walker *w, const Node *e);
static void visit_stmt(Walker *w, const Node *s);

static void add(Walker *w, Scope *s, const Text *name, uint32_t flag, Span at)
{
    Compiler *c = w->c;
    Ident *ident = ident_mangled(c, w->scope->private_, name);
    Symbol *y = ident ? scope_symbol(c, s, ident) : NULL;
    if (!y)
        return;
    if (flag & DEF_PARAM && y->flags & DEF_PARAM)
        context_error(c, at, "duplicate argument '%s' in function definition", name->at);
    if (flag & DEF_TYPE_PARAM && y->flags & DEF_TYPE_PARAM)
        context_error(c, at, "duplicate type parameter '%s'", name->at);
    y->flags |= flag;
    if (s->iter_target) {
        if (y->flags & (DEF_GLOBAL | DEF_NONLOCAL))
            context_error(c, at, "comprehension inner loop cannot rebind assignment expression target '%s'", ident->text);
        y->flags |= DEF_COMP_ITER;
    }
    if (flag & DEF_GLOBAL && s != w->module) {
        Symbol *global = scope_symbol(c, w->module, ident);
        if (global)
            global->flags |= DEF_GLOBAL;
    }
}

static void define(Walker *w, const Text *name, uint32_t flag, const Node *at) { add(w, w->scope, name, flag, span_of(at)); }

static void use_c(Walker *w, const char *name, uint32_t flag)
{
    Ident *ident = ident_c(w->c, name);
    Symbol *y = ident ? scope_symbol(w->c, w->scope, ident) : NULL;
    if (y)
        y->flags |= flag;
}

static uint32_t flags_of(Walker *w, const Scope *s, const Text *name, bool mangled)
{
    Ident *ident = mangled ? ident_mangled(w->c, w->scope->private_, name) : ident_of(w->c, name);
    Symbol *y = ident ? scope_find(s, ident) : NULL;
    return y ? y->flags : 0;
}

static void note_directive(Walker *w, const Text *name, Span at)
{
    Ident *ident = ident_mangled(w->c, w->scope->private_, name);
    Symbol *y = ident ? scope_symbol(w->c, w->scope, ident) : NULL;
    if (y && !y->directive.line)
        y->directive = at;
}

static bool open_scope(Walker *w, ScopeKind kind, const char *name, const void *key, const Node *node)
{
    Scope *s = scope_new(w->c, w->scope, kind, ident_c(w->c, name), key, node);
    if (!s)
        return false;
    w->scope = s;
    return true;
}
static void close_scope(Walker *w) { w->scope = w->scope->parent; }

static void visit_exprs(Walker *w, NodeList list)
{
    for (int i = 0; i < list.n && !w->c->failed; i++)
        if (list.at[i])
            visit_expr(w, list.at[i]);
}
static void visit_stmts(Walker *w, NodeList list)
{
    for (int i = 0; i < list.n && !w->c->failed; i++)
        visit_stmt(w, list.at[i]);
}

/* --- scopes of PEP 695 ------------------------------------------------------------------------------------------ */
static void open_type_scope(Walker *w, ScopeKind kind, const char *name, const void *key, const Node *node)
{
    bool in_class = w->scope->kind == SCOPE_CLASS || w->scope->needs_class_dict;
    if (open_scope(w, kind, name, key, node) && in_class) {
        w->scope->needs_class_dict = true;                  /* of a type scope: names are looked up in the class first */
        use_c(w, "__classdict__", USE);
    }
}

static void visit_type_value(Walker *w, const char *name, const void *key, const Node *value)
{
    if (!value || w->c->failed)
        return;
    open_type_scope(w, SCOPE_TYPE_VALUE, name, key, value);
    if (w->c->failed)
        return;
    visit_expr(w, value);
    close_scope(w);
}

static void visit_type_params(Walker *w, NodeList params)
{
    for (int i = 0; i < params.n && !w->c->failed; i++) {
        const Node *p = params.at[i];
        const Text *name = p->kind == NODE_TypeVar ? p->TypeVar.name : p->kind == NODE_ParamSpec ? p->ParamSpec.name : p->TypeVarTuple.name;
        const Node *otherwise = p->kind == NODE_TypeVar       ? p->TypeVar.default_value
                                : p->kind == NODE_ParamSpec ? p->ParamSpec.default_value
                                                            : p->TypeVarTuple.default_value;
        define(w, name, DEF_TYPE_PARAM | DEF_LOCAL, p);
        if (p->kind == NODE_TypeVar)
            visit_type_value(w, name->at, scope_key_bound(p), p->TypeVar.bound);
        visit_type_value(w, name->at, scope_key_default(p), otherwise);
    }
}

/* --- functions, classes ----------------------------------------------------------------------------------------- */
static void visit_annotation(Walker *w, const Node *annotation)
{
    if (!annotation)
        return;
    bool apart = w->c->flags & COMPILE_FUTURE_ANNOTATIONS;
    if (apart && !open_scope(w, SCOPE_ANNOTATION, "_annotation", scope_key_params(annotation), annotation))
        return;
    visit_expr(w, annotation);
    if (apart)
        close_scope(w);
}

static void visit_arg_annotations(Walker *w, NodeList args)
{
    for (int i = 0; i < args.n && !w->c->failed; i++)
        visit_annotation(w, args.at[i]->arg.annotation);
}

static void visit_annotations(Walker *w, const Node *args, const Node *returns)
{
    visit_arg_annotations(w, args->arguments.posonlyargs);
    visit_arg_annotations(w, args->arguments.args);
    if (args->arguments.vararg)
        visit_annotation(w, args->arguments.vararg->arg.annotation);
    if (args->arguments.kwarg)
        visit_annotation(w, args->arguments.kwarg->arg.annotation);
    visit_arg_annotations(w, args->arguments.kwonlyargs);
    visit_annotation(w, returns);
}

static void define_params(Walker *w, NodeList args)
{
    for (int i = 0; i < args.n; i++)
        define(w, args.at[i]->arg.arg, DEF_PARAM, args.at[i]);
}

static void visit_params(Walker *w, const Node *args)
{
    define_params(w, args->arguments.posonlyargs);
    define_params(w, args->arguments.args);
    define_params(w, args->arguments.kwonlyargs);
    if (args->arguments.vararg) {
        define(w, args->arguments.vararg->arg.arg, DEF_PARAM, args->arguments.vararg);
        w->scope->varargs = true;
    }
    if (args->arguments.kwarg) {
        define(w, args->arguments.kwarg->arg.arg, DEF_PARAM, args->arguments.kwarg);
        w->scope->varkeywords = true;
    }
}

static void visit_function(Walker *w, const Node *s)
{
    NodeList params = s->FunctionDef.type_params;
    define(w, s->FunctionDef.name, DEF_LOCAL, s);
    visit_exprs(w, s->FunctionDef.args->arguments.defaults);
    visit_exprs(w, s->FunctionDef.args->arguments.kw_defaults);
    if (params.n == 0)
        visit_annotations(w, s->FunctionDef.args, s->FunctionDef.returns);
    visit_exprs(w, s->FunctionDef.decorator_list);
    if (params.n) {
        open_type_scope(w, SCOPE_TYPE_PARAMS, s->FunctionDef.name->at, scope_key_params(s), s);
        if (w->c->failed)
            return;
        use_c(w, ".defaults", DEF_PARAM);
        use_c(w, ".kwdefaults", DEF_PARAM);
        visit_type_params(w, params);
        visit_annotations(w, s->FunctionDef.args, s->FunctionDef.returns);
    }
    if (w->c->failed || !open_scope(w, SCOPE_FUNCTION, s->FunctionDef.name->at, s, s))
        return;
    w->scope->coroutine = s->kind == NODE_AsyncFunctionDef;
    visit_params(w, s->FunctionDef.args);
    visit_stmts(w, s->FunctionDef.body);
    close_scope(w);
    if (params.n)
        close_scope(w);
}

static void visit_class(Walker *w, const Node *s)
{
    NodeList params = s->ClassDef.type_params;
    define(w, s->ClassDef.name, DEF_LOCAL, s);
    visit_exprs(w, s->ClassDef.decorator_list);
    Ident *outer_private = w->scope->private_;
    if (params.n) {
        open_type_scope(w, SCOPE_TYPE_PARAMS, s->ClassDef.name->at, scope_key_params(s), s);
        if (w->c->failed)
            return;
        w->scope->private_ = ident_of(w->c, s->ClassDef.name);
        use_c(w, ".type_params", DEF_LOCAL);
        use_c(w, ".type_params", USE);
        visit_type_params(w, params);
    }
    visit_exprs(w, s->ClassDef.bases);
    for (int i = 0; i < s->ClassDef.keywords.n; i++)
        visit_expr(w, s->ClassDef.keywords.at[i]->keyword.value);
    if (w->c->failed || !open_scope(w, SCOPE_CLASS, s->ClassDef.name->at, s, s))
        return;
    w->scope->private_ = ident_of(w->c, s->ClassDef.name);
    if (params.n) {
        use_c(w, "__type_params__", DEF_LOCAL);
        use_c(w, ".type_params", USE);
    }
    visit_stmts(w, s->ClassDef.body);
    close_scope(w);
    if (params.n)
        close_scope(w);
    assert(w->c->failed || w->scope->private_ == outer_private);
    (void)outer_private;
}

static void visit_type_alias(Walker *w, const Node *s)
{
    const Text *name = s->TypeAlias.name->Name.id;
    visit_expr(w, s->TypeAlias.name);
    if (s->TypeAlias.type_params.n) {
        open_type_scope(w, SCOPE_TYPE_PARAMS, name->at, scope_key_params(s), s);
        if (w->c->failed)
            return;
        visit_type_params(w, s->TypeAlias.type_params);
    }
    visit_type_value(w, name->at, s, s->TypeAlias.value);
    if (s->TypeAlias.type_params.n && !w->c->failed)
        close_scope(w);
}

/* --- patterns --------------------------------------------------------------------------------------------------- */
static void visit_pattern(Walker *w, const Node *p);

static void visit_patterns(Walker *w, NodeList list)
{
    for (int i = 0; i < list.n && !w->c->failed; i++)
        visit_pattern(w, list.at[i]);
}

static void visit_pattern(Walker *w, const Node *p)
{
    if (!p || !context_enter(w->c))
        return;
    switch (p->kind) {
    case NODE_MatchValue: visit_expr(w, p->MatchValue.value); break;
    case NODE_MatchSequence: visit_patterns(w, p->MatchSequence.patterns); break;
    case NODE_MatchStar:
        if (p->MatchStar.name)
            define(w, p->MatchStar.name, DEF_LOCAL | DEF_DATA, p);
        break;
    case NODE_MatchMapping:
        visit_exprs(w, p->MatchMapping.keys);
        visit_patterns(w, p->MatchMapping.patterns);
        if (p->MatchMapping.rest)
            define(w, p->MatchMapping.rest, DEF_LOCAL | DEF_DATA, p);
        break;
    case NODE_MatchClass:
        visit_expr(w, p->MatchClass.cls);
        visit_patterns(w, p->MatchClass.patterns);
        visit_patterns(w, p->MatchClass.kwd_patterns);
        break;
    case NODE_MatchAs:
        visit_pattern(w, p->MatchAs.pattern);
        if (p->MatchAs.name)
            define(w, p->MatchAs.name, DEF_LOCAL | DEF_DATA, p);
        break;
    case NODE_MatchOr: visit_patterns(w, p->MatchOr.patterns); break;
    default: break;
    }
    context_leave(w->c);
}

/* --- statements ------------------------------------------------------------------------------------------------- */
static void visit_directive(Walker *w, const Node *s, TextList names, uint32_t flag)
{
    const char *word = flag == DEF_GLOBAL ? "global" : "nonlocal";
    for (int i = 0; i < names.n && !w->c->failed; i++) {
        const Text *name = names.at[i];
        uint32_t now = flags_of(w, w->scope, name, true);
        if (now & DEF_PARAM)
            context_error(w->c, span_of(s), "name '%s' is parameter and %s", name->at, word);
        else if (now & USE)
            context_error(w->c, span_of(s), "name '%s' is used prior to %s declaration", name->at, word);
        else if (now & DEF_ANNOT)
            context_error(w->c, span_of(s), "annotated name '%s' can't be %s", name->at, word);
        else if (now & DEF_LOCAL)
            context_error(w->c, span_of(s), "name '%s' is assigned to before %s declaration", name->at, word);
        define(w, name, flag, s);
        note_directive(w, name, span_of(s));
    }
}

static void visit_ann_assign(Walker *w, const Node *s)
{
    const Node *target = s->AnnAssign.target;
    if (target->kind == NODE_Name) {
        uint32_t now = flags_of(w, w->scope, target->Name.id, true);
        if (now & (DEF_GLOBAL | DEF_NONLOCAL) && w->scope != w->module && s->AnnAssign.simple)
            context_error(w->c, span_of(s), "annotated name '%s' can't be %s", target->Name.id->at, now & DEF_GLOBAL ? "global" : "nonlocal");
        if (s->AnnAssign.simple)
            define(w, target->Name.id, DEF_ANNOT | DEF_LOCAL | (s->AnnAssign.value ? DEF_DATA : 0), target);
        else if (s->AnnAssign.value)
            define(w, target->Name.id, DEF_LOCAL | DEF_DATA, target);
        w->scope->has_annotations |= s->AnnAssign.simple;
    } else {
        visit_expr(w, target);
    }
    visit_annotation(w, s->AnnAssign.annotation);
    if (s->AnnAssign.value)
        visit_expr(w, s->AnnAssign.value);
}

static void visit_alias(Walker *w, const Node *a)
{
    const Text *name = a->alias.asname ? a->alias.asname : a->alias.name;
    if (name->len == 1 && name->at[0] == '*') {
        if (w->scope->kind != SCOPE_MODULE)
            context_error(w->c, span_of(a), "import * only allowed at module level");
        w->scope->has_star_import = true;
        return;
    }
    const char *dot = a->alias.asname ? NULL : memchr(name->at, '.', name->len);
    if (!dot) {
        define(w, name, DEF_IMPORT, a);
        return;
    }
    Text *first = ast_text(&w->c->arena, name->at, (size_t)(dot - name->at));
    if (first)
        define(w, first, DEF_IMPORT, a);
    else
        error_set_memory(), context_fail(w->c);
}

static void visit_try(Walker *w, const Node *s)
{
    visit_stmts(w, s->Try.body);
    visit_stmts(w, s->Try.orelse);
    for (int i = 0; i < s->Try.handlers.n && !w->c->failed; i++) {
        const Node *h = s->Try.handlers.at[i];
        if (h->ExceptHandler.type)
            visit_expr(w, h->ExceptHandler.type);
        if (h->ExceptHandler.name)
            define(w, h->ExceptHandler.name, DEF_LOCAL | DEF_EXCEPT, h);
        visit_stmts(w, h->ExceptHandler.body);
    }
    visit_stmts(w, s->Try.finalbody);
}

static void visit_compound(Walker *w, const Node *s)
{
    if ((s->kind == NODE_AsyncFor || s->kind == NODE_AsyncWith) && w->scope->kind == SCOPE_MODULE)
        w->scope->coroutine = true;                         /* where top-level await is allowed */
    switch (s->kind) {
    case NODE_For: case NODE_AsyncFor:
        w->scope->has_loop = true;
        visit_expr(w, s->For.target);
        visit_expr(w, s->For.iter);
        visit_stmts(w, s->For.body);
        visit_stmts(w, s->For.orelse);
        break;
    case NODE_While:
        w->scope->has_loop = true;
        visit_expr(w, s->While.test);
        visit_stmts(w, s->While.body);
        visit_stmts(w, s->While.orelse);
        break;
    case NODE_If:
        visit_expr(w, s->If.test);
        visit_stmts(w, s->If.body);
        visit_stmts(w, s->If.orelse);
        break;
    case NODE_With: case NODE_AsyncWith:
        for (int i = 0; i < s->With.items.n && !w->c->failed; i++) {
            visit_expr(w, s->With.items.at[i]->withitem.context_expr);
            if (s->With.items.at[i]->withitem.optional_vars)
                visit_expr(w, s->With.items.at[i]->withitem.optional_vars);
        }
        visit_stmts(w, s->With.body);
        break;
    case NODE_Match:
        visit_expr(w, s->Match.subject);
        for (int i = 0; i < s->Match.cases.n && !w->c->failed; i++) {
            const Node *k = s->Match.cases.at[i];
            visit_pattern(w, k->match_case.pattern);
            if (k->match_case.guard)
                visit_expr(w, k->match_case.guard);
            visit_stmts(w, k->match_case.body);
        }
        break;
    default: visit_try(w, s); break;
    }
}

static void visit_simple(Walker *w, const Node *s)
{
    switch (s->kind) {
    case NODE_Return:
        if (s->Return.value)
            visit_expr(w, s->Return.value);
        break;
    case NODE_Delete: visit_exprs(w, s->Delete.targets); break;
    case NODE_Assign:
        visit_exprs(w, s->Assign.targets);
        visit_expr(w, s->Assign.value);
        break;
    case NODE_AnnAssign: visit_ann_assign(w, s); break;
    case NODE_AugAssign:
        visit_expr(w, s->AugAssign.target);
        visit_expr(w, s->AugAssign.value);
        break;
    case NODE_Raise:
        if (s->Raise.exc)
            visit_expr(w, s->Raise.exc);
        if (s->Raise.cause)
            visit_expr(w, s->Raise.cause);
        break;
    case NODE_Assert:
        visit_expr(w, s->Assert.test);
        if (s->Assert.msg)
            visit_expr(w, s->Assert.msg);
        break;
    case NODE_Import: case NODE_ImportFrom: {
        NodeList names = s->kind == NODE_Import ? s->Import.names : s->ImportFrom.names;
        for (int i = 0; i < names.n && !w->c->failed; i++)
            visit_alias(w, names.at[i]);
        break;
    }
    case NODE_Global: visit_directive(w, s, s->Global.names, DEF_GLOBAL); break;
    case NODE_Nonlocal: visit_directive(w, s, s->Nonlocal.names, DEF_NONLOCAL); break;
    case NODE_Expr: visit_expr(w, s->Expr.value); break;
    default: break;
    }
}

static void visit_stmt(Walker *w, const Node *s)
{
    if (!context_enter(w->c))
        return;
    switch (s->kind) {
    case NODE_FunctionDef: case NODE_AsyncFunctionDef: visit_function(w, s); break;
    case NODE_ClassDef: visit_class(w, s); break;
    case NODE_TypeAlias: visit_type_alias(w, s); break;
    case NODE_For: case NODE_AsyncFor: case NODE_While: case NODE_If: case NODE_With: case NODE_AsyncWith: case NODE_Match: case NODE_Try:
    case NODE_TryStar: visit_compound(w, s); break;
    default: visit_simple(w, s); break;
    }
    context_leave(w->c);
}

/* --- expressions ------------------------------------------------------------------------------------------------ */
/* Expressions that bind or suspend have no place in these blocks. */
static void refuse_in_annotation(Walker *w, const char *what, const Node *e)
{
    switch (w->scope->kind) {
    case SCOPE_ANNOTATION: context_error(w->c, span_of(e), "'%s' can not be used within an annotation", what); break;
    case SCOPE_TYPE_VALUE: context_error(w->c, span_of(e), "%s cannot be used within a TypeVar bound", what); break;
    case SCOPE_TYPE_PARAMS: context_error(w->c, span_of(e), "%s cannot be used within the definition of a generic", what); break;
    default: break;
    }
}

/* The target of := inside comprehensions belongs to the block around them (PEP 572). */
static void extend_walrus_target(Walker *w, const Node *e)
{
    const Text *name = e->Name.id;
    for (Scope *s = w->scope; s && !w->c->failed; s = s->parent) {
        uint32_t now = flags_of(w, s, name, false);
        if (s->kind == SCOPE_COMPREHENSION) {
            if (now & DEF_COMP_ITER)
                context_error(w->c, span_of(e), "assignment expression cannot rebind comprehension iteration variable '%s'", name->at);
        } else if (s->kind == SCOPE_MODULE) {
            define(w, name, DEF_GLOBAL, e);
            note_directive(w, name, span_of(e));
            add(w, s, name, DEF_GLOBAL | DEF_WALRUS | DEF_DATA, span_of(e));
            return;
        } else if (s->kind == SCOPE_CLASS) {
            context_error(w->c, span_of(e), "assignment expression within a comprehension cannot be used in a class body");
        } else {
            define(w, name, now & DEF_GLOBAL ? DEF_GLOBAL : DEF_NONLOCAL, e);
            note_directive(w, name, span_of(e));
            add(w, s, name, DEF_LOCAL | DEF_WALRUS, span_of(e));
            s->has_walrus = true;
            return;
        }
    }
}

static void visit_walrus(Walker *w, const Node *e)
{
    refuse_in_annotation(w, "named expression", e);
    if (w->scope->iter_expr > 0)
        context_error(w->c, span_of(e), "assignment expression cannot be used in a comprehension iterable expression");
    if (w->scope->kind == SCOPE_COMPREHENSION) {
        extend_walrus_target(w, e->NamedExpr.target);
    } else {
        define(w, e->NamedExpr.target->Name.id, DEF_LOCAL | DEF_WALRUS | DEF_DATA, e->NamedExpr.target);
        w->scope->has_walrus = true;
    }
    visit_expr(w, e->NamedExpr.value);
    visit_expr(w, e->NamedExpr.target);
}

static void visit_generator_clause(Walker *w, const Node *g, bool first)
{
    w->scope->iter_target = true;
    visit_expr(w, g->comprehension.target);
    w->scope->iter_target = false;
    if (!first) {
        w->scope->iter_expr++;
        visit_expr(w, g->comprehension.iter);
        w->scope->iter_expr--;
    }
    visit_exprs(w, g->comprehension.ifs);
    if (g->comprehension.is_async)
        w->scope->coroutine = true;
}

static void visit_comprehension(Walker *w, const Node *e, const char *name, NodeList generators, const Node *elt, const Node *value)
{
    w->scope->iter_expr++;
    visit_expr(w, generators.at[0]->comprehension.iter);
    w->scope->iter_expr--;
    w->scope->has_loop |= e->kind != NODE_GeneratorExp;
    if (w->c->failed || !open_scope(w, SCOPE_COMPREHENSION, name, e, e))
        return;
    w->scope->comprehension = e->kind;
    use_c(w, ".0", DEF_PARAM);
    for (int i = 0; i < generators.n && !w->c->failed; i++)
        visit_generator_clause(w, generators.at[i], i == 0);
    if (value)
        visit_expr(w, value);
    visit_expr(w, elt);
    bool is_generator = e->kind == NODE_GeneratorExp;
    w->scope->generator = is_generator;
    bool is_async = w->scope->coroutine && !is_generator;
    close_scope(w);
    if (is_async)
        w->scope->coroutine = true;
}

static void visit_yield(Walker *w, const Node *e, const Node *value)
{
    refuse_in_annotation(w, "yield expression", e);
    if (value)
        visit_expr(w, value);
    w->scope->generator = true;
    if (w->scope->kind == SCOPE_COMPREHENSION) {
        NodeKind k = w->scope->comprehension;
        context_error(w->c, span_of(e), "'yield' inside %s",
                      k == NODE_ListComp ? "list comprehension" : k == NODE_SetComp ? "set comprehension" : k == NODE_DictComp ? "dict comprehension" : "generator expression");
    }
}

static void visit_lambda(Walker *w, const Node *e)
{
    visit_exprs(w, e->Lambda.args->arguments.defaults);
    visit_exprs(w, e->Lambda.args->arguments.kw_defaults);
    if (w->c->failed || !open_scope(w, SCOPE_LAMBDA, "<lambda>", e, e))
        return;
    visit_params(w, e->Lambda.args);
    visit_expr(w, e->Lambda.body);
    close_scope(w);
}

static void visit_name(Walker *w, const Node *e)
{
    bool load = e->Name.ctx == NODE_Load;
    define(w, e->Name.id, load ? USE : e->Name.ctx == NODE_Del ? DEF_LOCAL | DEF_DELETED : DEF_LOCAL | DEF_DATA, e);
    if (load && scope_is_function(w->scope) && e->Name.id->len == 5 && !memcmp(e->Name.id->at, "super", 5))
        use_c(w, "__class__", USE);
}

static bool visit_child(Node *child, void *context)
{
    Walker *w = context;
    switch (child->kind) {
    case NODE_keyword: visit_expr(w, child->keyword.value); break;
    default: visit_expr(w, child); break;
    }
    return !w->c->failed;
}

static void visit_expr(Walker *w, const Node *e)
{
    if (!context_enter(w->c))
        return;
    switch (e->kind) {
    case NODE_Name: visit_name(w, e); break;
    case NODE_Constant: break;
    case NODE_NamedExpr: visit_walrus(w, e); break;
    case NODE_Lambda: visit_lambda(w, e); break;
    case NODE_ListComp: visit_comprehension(w, e, "<listcomp>", e->ListComp.generators, e->ListComp.elt, NULL); break;
    case NODE_SetComp: visit_comprehension(w, e, "<setcomp>", e->SetComp.generators, e->SetComp.elt, NULL); break;
    case NODE_GeneratorExp: visit_comprehension(w, e, "<genexpr>", e->GeneratorExp.generators, e->GeneratorExp.elt, NULL); break;
    case NODE_DictComp: visit_comprehension(w, e, "<dictcomp>", e->DictComp.generators, e->DictComp.key, e->DictComp.value); break;
    case NODE_Yield: visit_yield(w, e, e->Yield.value); break;
    case NODE_YieldFrom: visit_yield(w, e, e->YieldFrom.value); break;
    case NODE_Await:
        refuse_in_annotation(w, "await expression", e);
        visit_expr(w, e->Await.value);
        w->scope->coroutine = true;
        break;
    default: ast_each_child((Node *)e, visit_child, w); break;
    }
    context_leave(w->c);
}

Scope *scope_build(Compiler *c, const Node *module)
{
    Walker w = { .c = c };
    Scope *top = scope_new(c, NULL, SCOPE_MODULE, ident_c(c, "<module>"), module, module);
    if (!top)
        return NULL;
    w.module = w.scope = top;
    switch (module->kind) {
    case NODE_Module: visit_stmts(&w, module->Module.body); break;
    case NODE_Interactive: visit_stmts(&w, module->Interactive.body); break;
    case NODE_Expression: visit_expr(&w, module->Expression.body); break;
    default: error_set(SystemError, "this kind of tree cannot be compiled"); context_fail(c); break;
    }
    if (!c->failed)
        scope_analyse(c, top);
    return c->failed ? NULL : top;
}
