/* ast_check.c -- rules of the tree that fields cannot say: contexts, lists that may not be empty, lists of one length. Messages: CPython's Python/ast.c. */
#include "interp/modules/ast/ast_classes.h"
#include "interp/object/protocol.h"

#define refuse(...) raise_false(ValueError, __VA_ARGS__)

static bool check_node(Node *node, void *context);

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
        return refuse("%s has neither handlers nor finalbody", name);
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
    case NODE_JoinedStr:
        for (int i = 0; i < e->JoinedStr.values.n; i++) {
            Node *v = e->JoinedStr.values.at[i];
            if (v->kind != NODE_FormattedValue && !(v->kind == NODE_Constant && v->Constant.value.kind == CONST_STR) && v->kind != NODE_JoinedStr)
                return refuse("unexpected node in JoinedStr");
        }
        return true;
    default: return true;
    }
}

static bool check_other(Node *n)
{
    switch (n->kind) {
    case NODE_comprehension: return in_context(n->comprehension.target, NODE_Store);
    case NODE_ExceptHandler: return full(n->ExceptHandler.body, "body", "ExceptHandler");
    case NODE_withitem: return !n->withitem.optional_vars || in_context(n->withitem.optional_vars, NODE_Store);
    case NODE_match_case: return full(n->match_case.body, "body", "match_case");
    case NODE_arguments:
        if (n->arguments.posonlyargs.n + n->arguments.args.n < n->arguments.defaults.n)
            return refuse("more positional defaults than args on arguments");
        return n->arguments.kw_defaults.n == n->arguments.kwonlyargs.n || refuse("length of kwonlyargs is not the same as kw_defaults on arguments");
    case NODE_MatchMapping: return n->MatchMapping.keys.n == n->MatchMapping.patterns.n || refuse("MatchMapping doesn't have the same number of keys as patterns");
    case NODE_MatchClass:
        return n->MatchClass.kwd_attrs.n == n->MatchClass.kwd_patterns.n || refuse("MatchClass doesn't have the same number of keyword attributes as patterns");
    case NODE_MatchOr: return n->MatchOr.patterns.n >= 2 || refuse("MatchOr requires at least 2 patterns");
    case NODE_MatchSingleton:
        return n->MatchSingleton.value.kind <= CONST_FALSE || refuse("MatchSingleton can only contain True, False and None");
    case NODE_MatchAs: return !n->MatchAs.pattern || n->MatchAs.name || refuse("MatchAs must specify a target name if a pattern is given");
    case NODE_MatchValue: {
        NodeKind k = n->MatchValue.value->kind;
        return k == NODE_Constant || k == NODE_Attribute || k == NODE_UnaryOp || k == NODE_BinOp || k == NODE_JoinedStr ||
               refuse("patterns may only match literals and attribute lookups");
    }
    default: return true;
    }
}

/* Children that are read, not assigned, must be in Load context: names and such anywhere that no target rule covers. */
static bool check_loads(Node *n)
{
    if (n->kind == NODE_Expr)
        return in_context(n->Expr.value, NODE_Load);
    if (n->kind == NODE_Expression)
        return in_context(n->Expression.body, NODE_Load);
    if (n->kind == NODE_Assign)
        return in_context(n->Assign.value, NODE_Load);
    if (n->kind == NODE_Return)
        return !n->Return.value || in_context(n->Return.value, NODE_Load);
    if (n->kind == NODE_BinOp)
        return in_context(n->BinOp.left, NODE_Load) && in_context(n->BinOp.right, NODE_Load);
    if (n->kind == NODE_Call)
        return in_context(n->Call.func, NODE_Load) && all_in_context(n->Call.args, NODE_Load);
    if (n->kind == NODE_Attribute)
        return in_context(n->Attribute.value, NODE_Load);
    if (n->kind == NODE_Subscript)
        return in_context(n->Subscript.value, NODE_Load) && in_context(n->Subscript.slice, NODE_Load);
    return true;
}

static bool check_node(Node *node, void *context)
{
    if (!check_statement(node) || !check_expression(node) || !check_other(node) || !check_loads(node))
        return false;
    if (!stack_enter(" during compilation"))
        return false;
    bool good = ast_each_child(node, check_node, context);
    stack_leave();
    return good;
}

bool ast_check(const Node *tree) { return check_node((Node *)tree, NULL); }
