/* ast_check.c -- rules of the tree that fields cannot say: contexts, lists that may not be empty, lists of one length. Messages: CPython's Python/ast.c. */
#include "interp/modules/ast/ast_classes.h"
#include "interp/object/protocol.h"

#define refuse(...) raise_false(ValueError, __VA_ARGS__)

static bool check_node(Node *node, void *context);

static bool is_constant_name(const Text *name)
{
    return name && ((name->len == 4 && (memcmp(name->at, "True", 4) == 0 || memcmp(name->at, "None", 4) == 0)) || (name->len == 5 && memcmp(name->at, "False", 5) == 0));
}

static bool check_name(const Text *name) { return !is_constant_name(name) || refuse("identifier field can't represent '%s' constant", name->at); }

static bool full(NodeList list, const char *what, const char *owner) { return list.n > 0 || refuse("empty %s on %s", what, owner); }

static NodeKind *context_of(Node *e)
{
    switch (e->kind) {
    case NODE_Attribute: return &e->Attribute.ctx;
    case NODE_Subscript: return &e->Subscript.ctx;
    case NODE_Starred: return &e->Starred.ctx;
    case NODE_Name: return &e->Name.ctx;
    case NODE_List: return &e->List.ctx;
    case NODE_Tuple: return &e->Tuple.ctx;
    default: return NULL;
    }
}

/* The expression and what stands in the same place inside it have context `want`. */
static bool in_context(Node *e, NodeKind want)
{
    NodeKind *context = context_of(e);
    if (!context && want != NODE_Load)
        return refuse("expression which can't be assigned to in %s context", ast_classes[want].name);
    if (context && *context != want)
        return refuse("expression must have %s context but has %s instead", ast_classes[want].name, ast_classes[*context].name);
    if (!stack_enter(" during compilation"))
        return false;
    bool good = true;
    if (e->kind == NODE_Starred)
        good = in_context(e->Starred.value, want);
    NodeList items = e->kind == NODE_List ? e->List.elts : e->kind == NODE_Tuple ? e->Tuple.elts : (NodeList){ 0 };
    for (int i = 0; good && i < items.n; i++)
        good = in_context(items.at[i], want);
    stack_leave();
    return good;
}

static bool all_in_context(NodeList list, NodeKind want)
{
    for (int i = 0; i < list.n; i++)
        if (!in_context(list.at[i], want))
            return false;
    return true;
}

static bool check_try(const Node *s)
{
    const char *name = ast_classes[s->kind].name;
    if (!full(s->Try.body, "body", name))
        return false;
    if (s->Try.handlers.n == 0 && s->Try.finalbody.n == 0)
        return refuse("%s has neither except handlers nor finalbody", name);
    if (s->Try.handlers.n == 0 && s->Try.orelse.n)
        return refuse("%s has orelse but no except handlers", name);
    return true;
}

/* Does a node hold its own targets in the right context, and enough of everything? */
static bool check_statement(Node *s)
{
    const char *name = ast_classes[s->kind].name;
    switch (s->kind) {
    case NODE_FunctionDef: case NODE_AsyncFunctionDef: return full(s->FunctionDef.body, "body", name);
    case NODE_ClassDef: return full(s->ClassDef.body, "body", name);
    case NODE_Delete: return full(s->Delete.targets, "targets", name) && all_in_context(s->Delete.targets, NODE_Del);
    case NODE_Assign: return full(s->Assign.targets, "targets", name) && all_in_context(s->Assign.targets, NODE_Store);
    case NODE_AugAssign: return in_context(s->AugAssign.target, NODE_Store);
    case NODE_AnnAssign:
        if (s->AnnAssign.target->kind != NODE_Name && s->AnnAssign.simple)
            return raise_false(TypeError, "AnnAssign with simple non-Name target");
        return in_context(s->AnnAssign.target, NODE_Store);
    case NODE_For: case NODE_AsyncFor: return full(s->For.body, "body", name) && in_context(s->For.target, NODE_Store);
    case NODE_While: return full(s->While.body, "body", name);
    case NODE_If: return full(s->If.body, "body", name);
    case NODE_With: case NODE_AsyncWith: return full(s->With.items, "items", name) && full(s->With.body, "body", name);
    case NODE_Match: return full(s->Match.cases, "cases", name);
    case NODE_Raise: return s->Raise.exc || !s->Raise.cause || refuse("Raise with cause but no exception");
    case NODE_Try: case NODE_TryStar: return check_try(s);
    case NODE_Import: return full(s->Import.names, "names", name);
    case NODE_ImportFrom: return s->ImportFrom.level < 0 ? refuse("Negative ImportFrom level") : full(s->ImportFrom.names, "names", name);
    case NODE_Global: return s->Global.names.n > 0 || refuse("empty names on %s", name);
    case NODE_Nonlocal: return s->Nonlocal.names.n > 0 || refuse("empty names on %s", name);
    default: return true;
    }
}

static bool check_expression(Node *e)
{
    switch (e->kind) {
    case NODE_Name: return check_name(e->Name.id);
    case NODE_BoolOp: return e->BoolOp.values.n >= 2 || refuse("BoolOp with less than 2 values");
    case NODE_NamedExpr:
        return e->NamedExpr.target->kind != NODE_Name ? raise_false(TypeError, "NamedExpr target must be a Name") : in_context(e->NamedExpr.target, NODE_Store);
    case NODE_Dict: return e->Dict.keys.n == e->Dict.values.n || refuse("Dict doesn't have the same number of keys as values");
    case NODE_Set: return full(e->Set.elts, "elts", "Set");
    case NODE_ListComp: return e->ListComp.generators.n > 0 || refuse("comprehension with no generators");
    case NODE_SetComp: return e->SetComp.generators.n > 0 || refuse("comprehension with no generators");
    case NODE_GeneratorExp: return e->GeneratorExp.generators.n > 0 || refuse("comprehension with no generators");
    case NODE_DictComp: return e->DictComp.generators.n > 0 || refuse("comprehension with no generators");
    case NODE_Compare:
        if (e->Compare.comparators.n == 0)
            return refuse("Compare with no comparators");
        return e->Compare.comparators.n == e->Compare.ops.n || refuse("Compare has a different number of comparators and operands");
    default: return true;
    }
}

/* What a pattern binds. */
static bool check_capture(const Text *name)
{
    if (name && name->len == 1 && name->at[0] == '_')
        return refuse("can't capture name '_' in patterns");
    return check_name(name);
}

static bool check_match_value(const Node *e)
{
    switch (e->kind) {
    case NODE_Constant: {
        uint8_t kind = e->Constant.value.kind;
        return (kind != CONST_ELLIPSIS && kind != CONST_TRUE && kind != CONST_FALSE && kind != CONST_NONE) || refuse("unexpected constant inside of a literal pattern");
    }
    case NODE_Attribute: case NODE_UnaryOp: case NODE_BinOp: case NODE_JoinedStr: return true;
    default: return refuse("patterns may only match literals and attribute lookups");
    }
}

static bool no_stars(NodeList patterns)
{
    for (int i = 0; i < patterns.n; i++)
        if (patterns.at[i]->kind == NODE_MatchStar)
            return refuse("can't use MatchStar here");
    return true;
}

static bool check_mapping(const Node *n)
{
    if (n->MatchMapping.keys.n != n->MatchMapping.patterns.n)
        return refuse("MatchMapping doesn't have the same number of keys as patterns");
    if (!check_capture(n->MatchMapping.rest))
        return false;
    for (int i = 0; i < n->MatchMapping.keys.n; i++) {
        const Node *key = n->MatchMapping.keys.at[i];
        bool plain = key->kind == NODE_Constant && key->Constant.value.kind <= CONST_FALSE;
        if (!plain && !check_match_value(key))
            return false;
    }
    return no_stars(n->MatchMapping.patterns);
}

static bool check_match_class(const Node *n)
{
    if (n->MatchClass.kwd_attrs.n != n->MatchClass.kwd_patterns.n)
        return refuse("MatchClass doesn't have the same number of keyword attributes as patterns");
    const Node *cls = n->MatchClass.cls;
    while (cls->kind == NODE_Attribute)
        cls = cls->Attribute.value;
    if (cls->kind != NODE_Name)
        return refuse("MatchClass cls field can only contain Name or Attribute nodes.");
    for (int i = 0; i < n->MatchClass.kwd_attrs.n; i++)
        if (!check_name(n->MatchClass.kwd_attrs.at[i]))
            return false;
    return no_stars(n->MatchClass.patterns) && no_stars(n->MatchClass.kwd_patterns);
}

static bool check_pattern(const Node *n)
{
    switch (n->kind) {
    case NODE_MatchMapping: return check_mapping(n);
    case NODE_MatchClass: return check_match_class(n);
    case NODE_MatchOr: return n->MatchOr.patterns.n < 2 ? refuse("MatchOr requires at least 2 patterns") : no_stars(n->MatchOr.patterns);
    case NODE_MatchSingleton:
        return n->MatchSingleton.value.kind <= CONST_FALSE || refuse("MatchSingleton can only contain True, False and None");
    case NODE_MatchAs:
        if (n->MatchAs.pattern && !n->MatchAs.name)
            return refuse("MatchAs must specify a target name if a pattern is given");
        return check_capture(n->MatchAs.name) && (!n->MatchAs.pattern || n->MatchAs.pattern->kind != NODE_MatchStar || refuse("can't use MatchStar here"));
    case NODE_MatchStar: return check_capture(n->MatchStar.name);
    case NODE_MatchValue: return check_match_value(n->MatchValue.value);
    default: return true;
    }
}

static bool check_other(Node *n)
{
    switch (n->kind) {
    case NODE_comprehension: return in_context(n->comprehension.target, NODE_Store);
    case NODE_ExceptHandler: return full(n->ExceptHandler.body, "body", "ExceptHandler");
    case NODE_withitem: return !n->withitem.optional_vars || in_context(n->withitem.optional_vars, NODE_Store);
    case NODE_match_case:
        if (n->match_case.pattern->kind == NODE_MatchStar)
            return refuse("can't use MatchStar here");
        return full(n->match_case.body, "body", "match_case");
    case NODE_arguments:
        if (n->arguments.posonlyargs.n + n->arguments.args.n < n->arguments.defaults.n)
            return refuse("more positional defaults than args on arguments");
        return n->arguments.kw_defaults.n == n->arguments.kwonlyargs.n || refuse("length of kwonlyargs is not the same as kw_defaults on arguments");
    default: return n->kind < NODE_MatchValue || check_pattern(n);
    }
}

/* The context that the expressions in a field stand in; NODE_NONE: any (what holds them says). */
static NodeKind field_context(const Node *n, const AstField *f)
{
    switch (n->kind) {
    case NODE_Delete: return NODE_Del;
    case NODE_Assign: return strcmp(f->name, "targets") == 0 ? NODE_Store : NODE_Load;
    case NODE_AugAssign: case NODE_AnnAssign: case NODE_For: case NODE_AsyncFor: case NODE_NamedExpr: case NODE_comprehension:
        return strcmp(f->name, "target") == 0 ? NODE_Store : NODE_Load;
    case NODE_withitem: return strcmp(f->name, "optional_vars") == 0 ? NODE_Store : NODE_Load;
    case NODE_Starred: case NODE_List: case NODE_Tuple: return NODE_NONE;
    default: return NODE_Load;
    }
}

static bool check_contexts(Node *n)
{
    const AstClass *class = &ast_classes[n->kind];
    for (int i = 0; i < class->n_fields; i++) {
        const AstField *f = &class->fields[i];
        NodeKind want = f->sum == AST_expr ? field_context(n, f) : NODE_NONE;
        if (want == NODE_NONE)
            continue;
        char *at = (char *)n + f->offset;
        NodeList list = f->count == AST_SEQ ? *(NodeList *)at : (NodeList){ (Node **)at, 1 };
        for (int k = 0; k < list.n; k++)
            if (list.at[k] && !in_context(list.at[k], want))
                return false;
    }
    return true;
}

static bool check_position(const Node *n)
{
    if (!ast_has_position(n->kind))
        return true;
    if (n->lineno > n->end_lineno)
        return refuse("AST node line range (%d, %d) is not valid", n->lineno, n->end_lineno);
    if ((n->lineno < 0 && n->end_lineno != n->lineno) || (n->col_offset < 0 && n->col_offset != n->end_col_offset))
        return refuse("AST node column range (%d, %d) for line range (%d, %d) is not valid", n->col_offset, n->end_col_offset, n->lineno, n->end_lineno);
    if (n->lineno == n->end_lineno && n->col_offset > n->end_col_offset)
        return refuse("line %d, column %d-%d is not a valid range", n->lineno, n->col_offset, n->end_col_offset);
    return true;
}

static bool check_node(Node *node, void *context)
{
    if (!check_position(node) || !check_statement(node) || !check_expression(node) || !check_other(node) || !check_contexts(node))
        return false;
    if (!stack_enter(" during compilation"))
        return false;
    bool good = ast_each_child(node, check_node, context);
    stack_leave();
    return good;
}

bool ast_check(const Node *tree) { return check_node((Node *)tree, NULL); }
