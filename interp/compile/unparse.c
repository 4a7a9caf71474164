/* unparse.c -- an expression's text from its tree; parentheses only where precedence needs them. Source: CPython's ast_unparse. */
#include "interp/compile/unparse.h"
#include "interp/base/buf.h"
#include "interp/compile/fold.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"

enum { PR_TUPLE, PR_TEST, PR_OR, PR_AND, PR_NOT, PR_CMP, PR_EXPR, PR_BOR = PR_EXPR, PR_BXOR, PR_BAND, PR_SHIFT, PR_ARITH, PR_TERM, PR_FACTOR, PR_POWER, PR_AWAIT, PR_ATOM };

typedef struct Writer { Compiler *c; Buf out; } Writer;

static void expr(Writer *w, const Node *e, int level);

static void text(Writer *w, const char *s) { buf_string(&w->out, s); }
static void name(Writer *w, const Text *t) { buf_add(&w->out, t->at, t->len); }
static void open_if(Writer *w, bool needed) { if (needed) text(w, "("); }
static void close_if(Writer *w, bool needed) { if (needed) text(w, ")"); }

static void list(Writer *w, NodeList items, int level)
{
    for (int i = 0; i < items.n; i++) {
        if (i)
            text(w, ", ");
        expr(w, items.at[i], level);
    }
}

static void value_repr(Writer *w, Value v)
{
    own Value repr = obj_repr(v);
    size_t len;
    const char *s = is_error(repr) ? NULL : str_utf8_peek(repr, &len);
    if (!s) {
        context_fail(w->c);
        return;
    }
    buf_add(&w->out, s, len);
}

static void constant(Writer *w, const Node *e)
{
    if (e->Constant.value.kind == CONST_ELLIPSIS) {
        text(w, "...");
        return;
    }
    if (e->Constant.kind)
        name(w, e->Constant.kind);
    own Value v = fold_constant(&e->Constant.value);
    if (is_error(v)) {
        context_fail(w->c);
        return;
    }
    size_t from = w->out.len;
    value_repr(w, v);
    bool number = e->Constant.value.kind == CONST_FLOAT || e->Constant.value.kind == CONST_IMAGINARY;
    for (size_t i = from; number && i + 3 <= w->out.len; i++)
        if (!memcmp(w->out.at + i, "inf", 3)) {             /* no literal says inf */
            char rest[64];
            size_t n = w->out.len - i - 3;
            memcpy(rest, w->out.at + i + 3, n < sizeof rest ? n : sizeof rest);
            w->out.len = i;
            text(w, "1e309");
            buf_add(&w->out, rest, n < sizeof rest ? n : sizeof rest);
            i += 4;
        }
}

/* --- operators --------------------------------------------------------------------------------------------- */
static void bool_op(Writer *w, const Node *e, int level)
{
    bool is_and = e->BoolOp.op == NODE_And;
    int pr = is_and ? PR_AND : PR_OR;
    open_if(w, level > pr);
    for (int i = 0; i < e->BoolOp.values.n; i++) {
        if (i)
            text(w, is_and ? " and " : " or ");
        expr(w, e->BoolOp.values.at[i], pr + 1);
    }
    close_if(w, level > pr);
}

static int binary_precedence(NodeKind op)
{
    switch (op) {
    case NODE_Add: case NODE_Sub: return PR_ARITH;
    case NODE_LShift: case NODE_RShift: return PR_SHIFT;
    case NODE_BitOr: return PR_BOR;
    case NODE_BitXor: return PR_BXOR;
    case NODE_BitAnd: return PR_BAND;
    case NODE_Pow: return PR_POWER;
    default: return PR_TERM;
    }
}

static void binary(Writer *w, const Node *e, int level)
{
    int pr = binary_precedence(e->BinOp.op), to_right = e->BinOp.op == NODE_Pow;
    open_if(w, level > pr);
    expr(w, e->BinOp.left, pr + to_right);
    text(w, " ");
    text(w, ast_op_symbol(e->BinOp.op));
    text(w, " ");
    expr(w, e->BinOp.right, pr + !to_right);
    close_if(w, level > pr);
}

static void unary(Writer *w, const Node *e, int level)
{
    int pr = e->UnaryOp.op == NODE_Not ? PR_NOT : PR_FACTOR;
    open_if(w, level > pr);
    text(w, e->UnaryOp.op == NODE_Not ? "not " : e->UnaryOp.op == NODE_Invert ? "~" : e->UnaryOp.op == NODE_UAdd ? "+" : "-");
    expr(w, e->UnaryOp.operand, pr);
    close_if(w, level > pr);
}

static void compare(Writer *w, const Node *e, int level)
{
    open_if(w, level > PR_CMP);
    expr(w, e->Compare.left, PR_CMP + 1);
    for (int i = 0; i < e->Compare.ops.n; i++) {
        text(w, " ");
        text(w, ast_op_symbol(e->Compare.ops.at[i]));
        text(w, " ");
        expr(w, e->Compare.comparators.at[i], PR_CMP + 1);
    }
    close_if(w, level > PR_CMP);
}

static void conditional(Writer *w, const Node *e, int level)
{
    open_if(w, level > PR_TEST);
    expr(w, e->IfExp.body, PR_TEST + 1);
    text(w, " if ");
    expr(w, e->IfExp.test, PR_TEST + 1);
    text(w, " else ");
    expr(w, e->IfExp.orelse, PR_TEST);
    close_if(w, level > PR_TEST);
}

/* --- lambda, calls ----------------------------------------------------------------------------------------- */
static void one_arg(Writer *w, bool *first, const char *star, const Node *arg, const Node *otherwise)
{
    if (!*first)
        text(w, ", ");
    *first = false;
    text(w, star);
    if (arg)
        name(w, arg->arg.arg);
    if (arg && arg->arg.annotation) {
        text(w, ": ");
        expr(w, arg->arg.annotation, PR_TEST);
    }
    if (otherwise) {
        text(w, "=");
        expr(w, otherwise, PR_TEST);
    }
}

static void arguments(Writer *w, const Node *a)
{
    bool first = true;
    NodeList only = a->arguments.posonlyargs, args = a->arguments.args, defaults = a->arguments.defaults;
    int n = only.n + args.n;
    for (int i = 0; i < n; i++) {
        int d = i - (n - defaults.n);
        one_arg(w, &first, "", i < only.n ? only.at[i] : args.at[i - only.n], d >= 0 ? defaults.at[d] : NULL);
        if (only.n && i + 1 == only.n)
            text(w, ", /");
    }
    if (a->arguments.vararg || a->arguments.kwonlyargs.n)
        one_arg(w, &first, "*", a->arguments.vararg, NULL);
    for (int i = 0; i < a->arguments.kwonlyargs.n; i++)
        one_arg(w, &first, "", a->arguments.kwonlyargs.at[i], i < a->arguments.kw_defaults.n ? a->arguments.kw_defaults.at[i] : NULL);
    if (a->arguments.kwarg)
        one_arg(w, &first, "**", a->arguments.kwarg, NULL);
}

static void lambda(Writer *w, const Node *e, int level)
{
    const Node *a = e->Lambda.args;
    bool any = a->arguments.posonlyargs.n || a->arguments.args.n || a->arguments.vararg || a->arguments.kwonlyargs.n || a->arguments.kwarg;
    open_if(w, level > PR_TEST);
    text(w, any ? "lambda " : "lambda");
    arguments(w, a);
    text(w, ": ");
    expr(w, e->Lambda.body, PR_TEST);
    close_if(w, level > PR_TEST);
}

static void call_expr(Writer *w, const Node *e)
{
    NodeList args = e->Call.args, keywords = e->Call.keywords;
    expr(w, e->Call.func, PR_ATOM);
    if (args.n == 1 && keywords.n == 0 && args.at[0]->kind == NODE_GeneratorExp) {
        expr(w, args.at[0], PR_ATOM);                       /* its own parentheses do */
        return;
    }
    text(w, "(");
    list(w, args, PR_TEST);
    for (int i = 0; i < keywords.n; i++) {
        if (i || args.n)
            text(w, ", ");
        if (keywords.at[i]->keyword.arg) {
            name(w, keywords.at[i]->keyword.arg);
            text(w, "=");
        } else {
            text(w, "**");
        }
        expr(w, keywords.at[i]->keyword.value, PR_TEST);
    }
    text(w, ")");
}

/* --- displays ---------------------------------------------------------------------------------------------- */
static void dict(Writer *w, const Node *e)
{
    text(w, "{");
    for (int i = 0; i < e->Dict.values.n; i++) {
        if (i)
            text(w, ", ");
        if (e->Dict.keys.at[i]) {
            expr(w, e->Dict.keys.at[i], PR_TEST);
            text(w, ": ");
            expr(w, e->Dict.values.at[i], PR_TEST);
        } else {
            text(w, "**");
            expr(w, e->Dict.values.at[i], PR_EXPR);
        }
    }
    text(w, "}");
}

static void generators(Writer *w, NodeList gens)
{
    for (int i = 0; i < gens.n; i++) {
        const Node *g = gens.at[i];
        text(w, g->comprehension.is_async ? " async for " : " for ");
        expr(w, g->comprehension.target, PR_TUPLE);
        text(w, " in ");
        expr(w, g->comprehension.iter, PR_TEST + 1);
        for (int k = 0; k < g->comprehension.ifs.n; k++) {
            text(w, " if ");
            expr(w, g->comprehension.ifs.at[k], PR_TEST + 1);
        }
    }
}

static void comprehension(Writer *w, const char *open, const Node *elt, const Node *value, NodeList gens, const char *close)
{
    text(w, open);
    expr(w, elt, PR_TEST);
    if (value) {
        text(w, ": ");
        expr(w, value, PR_TEST);
    }
    generators(w, gens);
    text(w, close);
}

static void tuple(Writer *w, const Node *e, int level)
{
    NodeList items = e->Tuple.elts;
    if (items.n == 0) {
        text(w, "()");
        return;
    }
    open_if(w, level > PR_TUPLE);
    list(w, items, PR_TEST);
    if (items.n == 1)
        text(w, ",");
    close_if(w, level > PR_TUPLE);
}

/* --- f-strings --------------------------------------------------------------------------------------------- */
static void fstring_parts(Writer *w, NodeList parts);

static void formatted_value(Writer *w, const Node *e)
{
    Writer inner = { .c = w->c };
    expr(&inner, e->FormattedValue.value, PR_TEST + 1);
    const char *s = buf_text(&inner.out);
    text(w, s[0] == '{' ? "{ " : "{");
    buf_add(&w->out, s, inner.out.len);
    buf_free(&inner.out);
    if (e->FormattedValue.conversion > 0) {
        buf_char(&w->out, '!');
        buf_char(&w->out, (char)e->FormattedValue.conversion);
    }
    if (e->FormattedValue.format_spec) {
        text(w, ":");
        const Node *spec = e->FormattedValue.format_spec;
        fstring_parts(w, spec->kind == NODE_JoinedStr ? spec->JoinedStr.values : (NodeList){ (Node **)&spec, 1 });
    }
    text(w, "}");
}

static void fstring_parts(Writer *w, NodeList parts)
{
    for (int i = 0; i < parts.n && !w->c->failed; i++) {
        const Node *p = parts.at[i];
        if (p->kind == NODE_FormattedValue) {
            formatted_value(w, p);
        } else if (p->kind == NODE_JoinedStr) {
            fstring_parts(w, p->JoinedStr.values);
        } else if (p->kind == NODE_Constant && p->Constant.value.kind == CONST_STR) {
            const Text *t = p->Constant.value.text;
            for (uint32_t k = 0; k < t->len; k++) {
                buf_char(&w->out, t->at[k]);
                if (t->at[k] == '{' || t->at[k] == '}')
                    buf_char(&w->out, t->at[k]);
            }
        }
    }
}

static void fstring(Writer *w, const Node *e)
{
    Writer inner = { .c = w->c };
    if (e->kind == NODE_FormattedValue)
        formatted_value(&inner, e);
    else
        fstring_parts(&inner, e->JoinedStr.values);
    own Value body = str_new(buf_text(&inner.out), inner.out.len);
    buf_free(&inner.out);
    if (is_error(body)) {
        context_fail(w->c);
        return;
    }
    text(w, "f");
    value_repr(w, body);
}

/* --- any --------------------------------------------------------------------------------------------------- */
static void slice(Writer *w, const Node *e)
{
    if (e->Slice.lower)
        expr(w, e->Slice.lower, PR_TEST);
    text(w, ":");
    if (e->Slice.upper)
        expr(w, e->Slice.upper, PR_TEST);
    if (e->Slice.step) {
        text(w, ":");
        expr(w, e->Slice.step, PR_TEST);
    }
}

static void attribute(Writer *w, const Node *e)
{
    const Node *v = e->Attribute.value;
    expr(w, v, PR_ATOM);
    bool digits = v->kind == NODE_Constant && (v->Constant.value.kind == CONST_INT || v->Constant.value.kind == CONST_BIGINT);
    text(w, digits ? " ." : ".");
    name(w, e->Attribute.attr);
}

static void wrapped(Writer *w, const char *before, const Node *e, int level, const char *after)
{
    text(w, before);
    if (e)
        expr(w, e, level);
    text(w, after);
}

static void rarer_expr(Writer *w, const Node *e, int level)
{
    switch (e->kind) {
    case NODE_GeneratorExp: comprehension(w, "(", e->GeneratorExp.elt, NULL, e->GeneratorExp.generators, ")"); break;
    case NODE_ListComp: comprehension(w, "[", e->ListComp.elt, NULL, e->ListComp.generators, "]"); break;
    case NODE_SetComp: comprehension(w, "{", e->SetComp.elt, NULL, e->SetComp.generators, "}"); break;
    case NODE_DictComp: comprehension(w, "{", e->DictComp.key, e->DictComp.value, e->DictComp.generators, "}"); break;
    case NODE_Yield: wrapped(w, e->Yield.value ? "(yield " : "(yield", e->Yield.value, PR_TEST, ")"); break;
    case NODE_YieldFrom: wrapped(w, "(yield from ", e->YieldFrom.value, PR_TEST, ")"); break;
    case NODE_Await: wrapped(w, level > PR_AWAIT ? "(await " : "await ", e->Await.value, PR_ATOM, level > PR_AWAIT ? ")" : ""); break;
    case NODE_NamedExpr:
        wrapped(w, level > PR_TUPLE ? "(" : "", e->NamedExpr.target, PR_ATOM, " := ");
        wrapped(w, "", e->NamedExpr.value, PR_ATOM, level > PR_TUPLE ? ")" : "");
        break;
    case NODE_Set: wrapped(w, "{", NULL, 0, ""); list(w, e->Set.elts, PR_TEST); text(w, "}"); break;
    default: break;
    }
}

static void expr(Writer *w, const Node *e, int level)
{
    if (!context_enter(w->c))
        return;
    switch (e->kind) {
    case NODE_BoolOp: bool_op(w, e, level); break;
    case NODE_BinOp: binary(w, e, level); break;
    case NODE_UnaryOp: unary(w, e, level); break;
    case NODE_Lambda: lambda(w, e, level); break;
    case NODE_IfExp: conditional(w, e, level); break;
    case NODE_Dict: dict(w, e); break;
    case NODE_Compare: compare(w, e, level); break;
    case NODE_Call: call_expr(w, e); break;
    case NODE_Constant: constant(w, e); break;
    case NODE_JoinedStr: case NODE_FormattedValue: fstring(w, e); break;
    case NODE_Attribute: attribute(w, e); break;
    case NODE_Starred: wrapped(w, "*", e->Starred.value, PR_EXPR, ""); break;
    case NODE_Name: name(w, e->Name.id); break;
    case NODE_List: text(w, "["); list(w, e->List.elts, PR_TEST); text(w, "]"); break;
    case NODE_Tuple: tuple(w, e, level); break;
    case NODE_Slice: slice(w, e); break;
    case NODE_Subscript:
        expr(w, e->Subscript.value, PR_ATOM);
        wrapped(w, "[", e->Subscript.slice, PR_TUPLE, "]");
        break;
    default: rarer_expr(w, e, level); break;
    }
    context_leave(w->c);
}

Value unparse(Compiler *c, const Node *e)
{
    Writer w = { .c = c };
    expr(&w, e, PR_TEST);
    Value result = c->failed ? ERROR : w.out.failed ? raise_memory() : str_new(buf_text(&w.out), w.out.len);
    buf_free(&w.out);
    return result;
}
