/* compile.c -- from tree to code: future imports, symbol table, folding, and the table that says which function compiles which node. */
#include "interp/compile/compile.h"
#include "interp/compile/block.h"
#include "interp/compile/call.h"
#include "interp/compile/class.h"
#include "interp/compile/comprehension.h"
#include "interp/compile/condition.h"
#include "interp/compile/display.h"
#include "interp/compile/function.h"
#include "interp/compile/operator.h"
#include "interp/compile/pattern.h"
#include "interp/compile/simple.h"
#include "interp/compile/suspend.h"
#include "interp/compile/type_params.h"
#include "interp/compile/unwind.h"
#include "interp/compile/link.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/syntax/syntax.h"


static const Rules rules = {
    .expr = {
        [NODE_Name] = name_to, [NODE_BinOp] = bin_op_to, [NODE_UnaryOp] = unary_op_to, [NODE_NamedExpr] = named_expr_to,
        [NODE_Attribute] = attribute_to, [NODE_Subscript] = subscript_to, [NODE_Slice] = slice_to, [NODE_Compare] = compare_to,
        [NODE_BoolOp] = bool_op_to, [NODE_IfExp] = if_exp_to, [NODE_Lambda] = lambda_to, [NODE_Tuple] = tuple_to, [NODE_List] = list_to,
        [NODE_Set] = set_to, [NODE_Dict] = dict_to, [NODE_JoinedStr] = joined_str_to, [NODE_FormattedValue] = formatted_value_to,
        [NODE_ListComp] = comprehension_to, [NODE_SetComp] = comprehension_to, [NODE_DictComp] = comprehension_to,
        [NODE_GeneratorExp] = comprehension_to, [NODE_Call] = call_to, [NODE_Await] = await_to, [NODE_Yield] = yield_to,
        [NODE_YieldFrom] = yield_from_to,
    },
    .stmt = {
        [NODE_Assign] = assign_stmt, [NODE_AugAssign] = aug_assign_stmt, [NODE_AnnAssign] = ann_assign_stmt, [NODE_Delete] = delete_stmt,
        [NODE_Expr] = expr_stmt, [NODE_Pass] = pass_stmt, [NODE_Global] = nothing_stmt, [NODE_Nonlocal] = nothing_stmt,
        [NODE_Raise] = raise_stmt, [NODE_Assert] = assert_stmt, [NODE_Import] = import_stmt, [NODE_ImportFrom] = import_from_stmt,
        [NODE_Return] = return_stmt, [NODE_Break] = break_stmt, [NODE_Continue] = continue_stmt, [NODE_If] = if_stmt, [NODE_While] = while_stmt,
        [NODE_For] = for_stmt, [NODE_AsyncFor] = async_for_stmt, [NODE_With] = with_stmt, [NODE_AsyncWith] = with_stmt, [NODE_Try] = try_stmt,
        [NODE_TryStar] = try_star_stmt, [NODE_Match] = match_stmt, [NODE_FunctionDef] = function_stmt, [NODE_AsyncFunctionDef] = function_stmt,
        [NODE_ClassDef] = class_stmt, [NODE_TypeAlias] = type_alias_stmt,
    },
};

/* --- from __future__ import ... --------------------------------------------------------------------------------- */
static bool text_is(const Text *t, const char *s) { return t && t->len == strlen(s) && !memcmp(t->at, s, t->len); }

static Span start_of(const Node *s) { return (Span){ s->lineno, s->lineno, s->col_offset, NO_END }; }

static void read_feature(Compiler *c, const Node *alias, const Node *s)
{
    static const char *const without_effect[] = { "nested_scopes", "generators", "division", "absolute_import", "with_statement", "print_function",
                                                  "unicode_literals", "generator_stop" };
    const Text *name = alias->alias.name;
    for (size_t i = 0; i < sizeof without_effect / sizeof *without_effect; i++)
        if (text_is(name, without_effect[i]))
            return;
    if (text_is(name, "annotations"))
        c->flags |= COMPILE_FUTURE_ANNOTATIONS;
    else if (text_is(name, "barry_as_FLUFL"))
        c->flags |= COMPILE_FUTURE_BARRY;
    else if (text_is(name, "braces"))
        context_error(c, start_of(s), "not a chance");
    else
        context_error(c, start_of(s), "future feature %s is not defined", name->at);
}

static bool is_future(const Node *s) { return s->kind == NODE_ImportFrom && s->ImportFrom.level == 0 && text_is(s->ImportFrom.module, "__future__"); }

/* An expression statement that may be a docstring. */
static bool is_text(const Node *s)
{
    return s->kind == NODE_Expr && s->Expr.value->kind == NODE_Constant && s->Expr.value->Constant.value.kind == CONST_STR;
}

static void read_futures(Compiler *c, NodeList body)
{
    bool done = false;
    int line = 0;
    for (int i = 0; i < body.n && !c->failed; i++) {
        const Node *s = body.at[i];
        if (done && s->lineno > line && !(c->flags & COMPILE_LATE_FUTURES))
            return;                                         /* CPython looks at the whole line; the rest is refused when compiled */
        line = s->lineno;
        if (is_future(s)) {
            if (done && !(c->flags & COMPILE_LATE_FUTURES)) {
                Span at = start_of(s);
                at.column--;                                /* CPython counts from 0 here */
                context_error(c, at, "from __future__ imports must occur at the beginning of the file");
                return;
            }
            for (int k = 0; k < s->ImportFrom.names.n && !c->failed; k++)
                read_feature(c, s->ImportFrom.names.at[k], s);
        } else if (i > 0 || !is_text(s)) {
            done = true;
        }
    }
}

/* Those that stand too late, anywhere in the tree. */
typedef struct LateFuture { Compiler *c; const Node *last; } LateFuture;

static bool find_late_future(Node *n, void *context)
{
    LateFuture *late = context;
    if (is_future(n) && n->lineno > late->last->lineno)
        context_error(late->c, span_of(n), "from __future__ imports must occur at the beginning of the file");
    else if (n->kind == NODE_ImportFrom && is_future(n) && n != late->last && n->lineno == late->last->lineno && n->col_offset > late->last->col_offset)
        context_error(late->c, span_of(n), "from __future__ imports must occur at the beginning of the file");
    if (late->c->failed)
        return false;
    bool block = ast_classes[n->kind].sum == AST_stmt || ast_classes[n->kind].sum == AST_excepthandler || ast_classes[n->kind].sum == AST_match_case;
    if (!block || !context_enter(late->c))
        return !late->c->failed;
    ast_each_child(n, find_late_future, late);
    context_leave(late->c);
    return !late->c->failed;
}

static void refuse_late_futures(Compiler *c, NodeList body)
{
    static Node before_all;
    LateFuture late = { c, &before_all };
    int i = 0;
    for (; i < body.n && (is_future(body.at[i]) || (i == 0 && is_text(body.at[i]))); i++)
        if (is_future(body.at[i]))
            late.last = body.at[i];
    for (; i < body.n && !c->failed; i++)
        if (!(c->flags & COMPILE_LATE_FUTURES && is_future(body.at[i])))
            find_late_future(body.at[i], &late);
}

/* --- top-level code ---------------------------------------------------------------------------------------- */
static void compile_body(Unit *u, NodeList body, bool interactive)
{
    int skip = 0;
    if (!interactive) {
        Value doc = docstring_of(u, body, &skip);
        setup_annotations(u);
        if (skip && !is_none(doc)) {
            at_node(u, body.at[0]);
            u->doc = doc;
            Reg t = temp_push(u);
            emit_load(u, t, doc);
            place_store(u, place_of_ident(u, ident_c(u->c, "__doc__")), t);
            u->height = 0;
        }
    } else {
        setup_annotations(u);
    }
    stmts(u, (NodeList){ body.at + skip, body.n - skip });
}

static Code *compile_module(Compiler *c, const Node *tree, Scope *scope)
{
    if (!unit_open(c, scope, ident_c(c, "<module>"), tree->kind == NODE_Expression ? tree->Expression.body->lineno : 1, NULL))
        return NULL;
    Unit *u = c->unit;
    bool awaits = scope->coroutine && c->flags & COMPILE_TOP_LEVEL_AWAIT;
    u->flags = (c->flags & COMPILE_FUTURE_ALL) | (awaits ? (uint32_t)CODE_COROUTINE : 0);
    u->at = (Span){ 0, 0, 0, 0 };
    if (awaits)
        emit_a(u, OP_CODE_GENERATOR, 0);
    else if (c->flags & COMPILE_LINKED)
        link_globals(u);
    emit_a(u, OP_CODE_RESUME, 0);
    if (tree->kind == NODE_Expression) {
        at_node(u, tree->Expression.body);
        emit_a(u, OP_CODE_RETURN, expr_operand(u, tree->Expression.body, NO_REG, NULL, NULL));
        unit_dead_end(u);
    } else {
        NodeList body = tree->kind == NODE_Module ? tree->Module.body : tree->Interactive.body;
        compile_body(u, body, tree->kind == NODE_Interactive);
        u->at = NO_SPAN;
        if (!u->state.dead)
            emit_bc(u, OP_CODE_RETURN_K, 0, unit_const(u, NONE));
    }
    return unit_close(c);
}

Code *compile_tree(const Node *tree, const CompileOptions *options)
{
    Compiler c;
    Code *code = NULL;
    context_init(&c, options);
    c.rules = &rules;
    if (!c.failed && tree->kind != NODE_Expression) {
        NodeList body = tree->kind == NODE_Module ? tree->Module.body : tree->Interactive.body;
        read_futures(&c, body);
    }
    if (!c.failed)
        fold_tree(&c, tree);
    Scope *scope = c.failed ? NULL : scope_build(&c, tree);
    if (scope && tree->kind != NODE_Expression)
        refuse_late_futures(&c, tree->kind == NODE_Module ? tree->Module.body : tree->Interactive.body);
    if (scope && !c.failed)
        code = compile_module(&c, tree, scope);
    while (c.unit)                                          /* what a failure left open */
        (void)!unit_close(&c);
    bool failed = c.failed;
    context_free(&c);
    if (failed && code) {
        release_obj(code);
        code = NULL;
    }
    assert(code || error_pending());
    return code;
}

/* --- source ------------------------------------------------------------------------------------------------ */
static ErrorKind kind_of_error(SyntaxErrorKind kind)
{
    switch (kind) {
    case INDENTATION_ERROR: return IndentationError;
    case TAB_ERROR: return TabError;
    case SYNTAX_VALUE_ERROR: return ValueError;
    case SYNTAX_MEMORY_ERROR: return MemoryError;
    default: return SyntaxError;
    }
}

/* The pending error from the parser's record. */
static void set_syntax_error(const SyntaxErrorInfo *info, const char *filename)
{
    ErrorKind kind = kind_of_error(info->kind);
    if (kind == ValueError || kind == MemoryError) {
        error_set(kind, "%s", info->message);
        return;
    }
    own Value message = str_from(info->message);
    own Value name = str_from(info->filename ? info->filename : filename ? filename : "<string>");
    own Value text = info->text ? str_new(info->text, info->text_len) : NONE;
    if (is_error(message) || is_error(name) || is_error(text))
        return;
    Value rows[6] = { name, int_value(info->lineno), int_value(info->offset), text, int_value(info->end_lineno), int_value(info->end_offset) };
    own Value where = tuple_from(rows, 6);
    if (is_error(where))
        return;
    Value args = tuple_of2(message, where);
    if (!is_error(args))
        error_set_args_take(kind, args);
}

/* Where warnings are errors, the warning becomes a SyntaxError at its place. */
static void warning_to_error(const SyntaxWarningInfo *w, ErrorKind category, const char *filename)
{
    if (!error_is(category))
        return;
    error_clear();
    own Value name = str_from(filename);
    own Value text = is_error(name) ? ERROR : context_source_line(name, w->lineno);
    own Value message = is_error(text) ? ERROR : str_from(w->message);
    if (is_error(message))
        return;
    Value rows[6] = { name, int_value(w->lineno), int_value(w->col_offset + 1), text, int_value(w->lineno), int_value(w->col_offset + 1) };
    own Value where = tuple_from(rows, 6);
    Value args = is_error(where) ? ERROR : tuple_of2(message, where);
    if (!is_error(args))
        error_set_args_take(SyntaxError, args);
}

static bool pass_warnings(const SyntaxWarningInfo *w, const char *filename)
{
    for (; w; w = w->next) {
        if (!compile_warn_hook)
            return true;
        ErrorKind category = w->kind == SYNTAX_DEPRECATION_WARNING ? DeprecationWarning : SyntaxWarning;
        if (!compile_warn_hook(category, w->message, filename, w->lineno)) {
            warning_to_error(w, category, filename);
            return false;
        }
    }
    return true;
}

static bool interrupted(void) { return events_pending() & EVENT_INTERRUPT; }

const Node *compile_parse(Arena *arena, const char *source, size_t len, bool is_bytes, const CompileOptions *options)
{
    ParseResult result = { 0 };
    const char *filename = options->filename ? options->filename : "<string>";
    ParseOptions parse = {
        .mode = options->mode == COMPILE_EVAL ? PARSE_EVAL : options->mode == COMPILE_SINGLE ? PARSE_SINGLE : PARSE_EXEC,
        .flags = (is_bytes ? 0 : PARSE_IS_UTF8) | (options->flags & COMPILE_DONT_IMPLY_DEDENT ? PARSE_DONT_IMPLY_DEDENT : 0) |
                 (options->flags & COMPILE_FUTURE_BARRY ? PARSE_BARRY_AS_FLUFL : 0) | (options->flags & COMPILE_ALLOW_INCOMPLETE ? PARSE_ALLOW_INCOMPLETE : 0),
        .filename = filename,
        .max_str_digits = (int)int_max_str_digits,
    };
    arena->stop = interrupted;
    bool parsed = syntax_parse(arena, source, len, &parse, &result);
    if (!parsed && result.error.kind == SYNTAX_MEMORY_ERROR && !poll_interrupt())
        return NULL;
    if (!pass_warnings(result.warnings, filename))
        return NULL;
    if (!parsed)
        set_syntax_error(&result.error, filename);
    return parsed ? result.tree : NULL;
}

Code *compile_source(const char *source, size_t len, bool is_bytes, const CompileOptions *options)
{
    Arena arena = { 0 };
    const Node *tree = compile_parse(&arena, source, len, is_bytes, options);
    Code *code = tree ? compile_tree(tree, options) : NULL;
    arena_free(&arena);
    return code;
}

bool compile_scopes(const char *source, size_t len, bool is_bytes, const CompileOptions *options, bool (*see)(const Scope *module, void *context), void *context)
{
    Arena arena = { 0 };
    Compiler c;
    const Node *tree = compile_parse(&arena, source, len, is_bytes, options);
    if (!tree) {
        arena_free(&arena);
        return false;
    }
    context_init(&c, options);
    if (!c.failed && tree->kind != NODE_Expression)
        read_futures(&c, tree->kind == NODE_Module ? tree->Module.body : tree->Interactive.body);
    const Scope *module = c.failed ? NULL : scope_build(&c, tree);
    bool good = module && !c.failed && see(module, context);
    context_free(&c);
    arena_free(&arena);
    return good;
}
