/* parse_params.c -- Source: language reference, "Function definitions" and "Lambdas"; PEP 570, 646, 695, 696. */
#include "interp/syntax/parse_params.h"


/* While reading: parameters and their defaults lie on the parser's stack in pairs. */
typedef struct Params {
    Node *node;
    TokenType close;
    int mark;
    int n_posonly;              /* pairs before the slash */
    int n_positional;           /* pairs before the star; -1 while there was none */
    bool any_default;           /* a positional one has a default */
    int star, slash;            /* token indexes, -1: none */
} Params;

static bool is_lambda(const Params *s) { return s->close == T_COLON; }
static int pairs(const Parser *p, const Params *s) { return (p->stack_n - s->mark) / 2; }
static bool ends_param(const Parser *p, const Params *s) { return at(p, T_COMMA) || at(p, s->close); }

static Node *parameter(Parser *p, const Params *s, bool star_annotation)
{
    if (!at(p, T_NAME))
        fail(p);
    Node *arg = NEW_FROM_TOKEN(p, arg, p->tok);
    arg->arg.arg = p->tok->name;
    advance(p);
    if (!is_lambda(s) && accept(p, T_COLON)) {
        if (star_annotation && at(p, T_STAR)) {
            Node *star = NEW_FROM_TOKEN(p, Starred, p->tok);
            advance(p);
            star->Starred.value = p->rules->bitwise_or(p);
            star->Starred.ctx = NODE_Load;
            arg->arg.annotation = end_here(p, star);
        } else {
            arg->arg.annotation = p->rules->expression(p);
        }
    }
    return end_here(p, arg);
}

static void star_parameter(Parser *p, Params *s)
{
    Token star = *p->tok;
    if (s->star >= 0) {
        const Token *next = peek(p);
        if (next->type == T_COMMA || next->type == T_NAME)
            raise_at_token(p, &star, "* argument may appear only once");
        fail(p);
    }
    s->star = (int)(p->tok - p->tokens);
    s->n_positional = pairs(p, s);
    advance(p);
    if (at(p, s->close) || (at(p, T_COMMA) && (peek(p)->type == s->close || peek(p)->type == T_DOUBLESTAR))) {
        if (is_lambda(s))
            raise_last(p, SYNTAX_ERROR, "named arguments must follow bare *");
        raise_at_token(p, &star, "named arguments must follow bare *");
    }
    if (at(p, T_COMMA))
        return;
    s->node->arguments.vararg = parameter(p, s, true);
    if (at(p, T_EQUAL))
        raise_at_token(p, p->tok, "var-positional argument cannot have default value");
}

static void double_star_parameter(Parser *p, Params *s)
{
    advance(p);
    s->node->arguments.kwarg = parameter(p, s, false);
    if (at(p, T_EQUAL))
        raise_at_token(p, p->tok, "var-keyword argument cannot have default value");
    if (!accept(p, T_COMMA) || at(p, s->close))
        return;
    if (at(p, T_NAME)) {
        Node *next = parameter(p, s, false);
        raise_at_node(p, next, "arguments cannot follow var-keyword argument");
    }
    if (at(p, T_STAR) || at(p, T_DOUBLESTAR) || at(p, T_SLASH))
        raise_at_token(p, p->tok, "arguments cannot follow var-keyword argument");
    fail(p);
}

static void slash_parameter(Parser *p, Params *s)
{
    if (s->slash >= 0)
        raise_at_token(p, p->tok, "/ may appear only once");
    if (s->star >= 0)
        raise_at_token(p, p->tok, "/ must be ahead of *");
    if (pairs(p, s) == 0) {
        const Token *slash = p->tok;
        if (p->diagnose && peek(p)->type == T_COMMA)
            raise_at_token(p, slash, "at least one argument must precede /");
        fail(p);
    }
    s->slash = (int)(p->tok - p->tokens);
    s->n_posonly = pairs(p, s);
    advance(p);
    if (at(p, T_STAR))
        raise_at_token(p, p->tok, "expected comma between / and *");
}

/* `def f(a, (b, c))` was Python 2. */
NORETURN static void parenthesised(Parser *p, Params *s)
{
    if (!p->diagnose || s->any_default || s->star >= 0)
        fail(p);
    Token open = *p->tok;
    advance(p);
    do {
        if (at(p, T_RPAR))
            break;
        Node *inner = parameter(p, s, false);
        if (is_lambda(s) && accept(p, T_EQUAL))
            p->rules->expression(p);
        (void)inner;
    } while (accept(p, T_COMMA));
    Token close = *p->tok;
    if (close.type != T_RPAR || p->tok[-1].type == T_LPAR)
        fail(p);
    advance(p);
    raise_range(p, open.lineno, open.col, close.end_lineno, close.end_col,
                is_lambda(s) ? "Lambda expression parameters cannot be parenthesized"
                             : "Function parameters cannot be parenthesized");
}

static void plain_parameter(Parser *p, Params *s)
{
    Node *arg = parameter(p, s, false), *value = NULL;
    if (at(p, T_EQUAL)) {
        Token equal = *p->tok;
        advance(p);
        if (at(p, s->close) || at(p, T_COMMA))
            raise_at_token(p, &equal, "expected default value expression");
        value = p->rules->expression(p);
        if (s->star < 0)
            s->any_default = true;
    } else if (s->any_default && s->star < 0) {
        if (!ends_param(p, s))
            fail(p);
        raise_at_node(p, arg, "non-default argument follows default argument");
    }
    push(p, arg);
    push(p, value);
}

/* The pairs [from, to) as a list of parameters, or of defaults (without the missing ones unless `keep`). */
static NodeList half(Parser *p, const Params *s, int from, int to, int which, bool keep)
{
    NodeList list = { NULL, 0 };
    if (to > from)
        list.at = parser_alloc(p, (size_t)(to - from) * sizeof *list.at);
    for (int i = from; i < to; i++) {
        Node *member = p->stack[s->mark + 2 * i + which];
        if (member || keep)
            list.at[list.n++] = member;
    }
    return list;
}

Node *parse_params(Parser *p, TokenType close)
{
    Params s = { .close = close, .mark = p->stack_n, .n_positional = -1, .star = -1, .slash = -1 };
    Node *node = s.node = NEW_AT(p, arguments, 0, 0);
    while (!at(p, close)) {
        if (at(p, T_NAME)) {
            plain_parameter(p, &s);
        } else if (at(p, T_STAR)) {
            star_parameter(p, &s);
        } else if (at(p, T_DOUBLESTAR)) {
            double_star_parameter(p, &s);
            break;
        } else if (at(p, T_SLASH)) {
            slash_parameter(p, &s);
        } else if (at(p, T_LPAR)) {
            parenthesised(p, &s);
        } else {
            fail(p);
        }
        if (!accept(p, T_COMMA))
            break;
    }
    if (!at(p, close))
        fail(p);
    int n = pairs(p, &s), positional = s.n_positional < 0 ? n : s.n_positional;
    node->arguments.posonlyargs = half(p, &s, 0, s.n_posonly, 0, true);
    node->arguments.args = half(p, &s, s.n_posonly, positional, 0, true);
    node->arguments.defaults = half(p, &s, 0, positional, 1, false);
    node->arguments.kwonlyargs = half(p, &s, positional, n, 0, true);
    node->arguments.kw_defaults = half(p, &s, positional, n, 1, true);
    p->stack_n = s.mark;
    return node;
}

static const Text *type_param_name(Parser *p)
{
    if (!at(p, T_NAME))
        fail(p);
    const Text *name = p->tok->name;
    advance(p);
    return name;
}

static Node *type_param(Parser *p)
{
    Node *node;
    if (at(p, T_STAR)) {
        node = NEW_FROM_TOKEN(p, TypeVarTuple, p->tok);
        advance(p);
        node->TypeVarTuple.name = type_param_name(p);
        if (accept(p, T_EQUAL)) {
            if (at(p, T_STAR)) {
                Node *star = NEW_FROM_TOKEN(p, Starred, p->tok);
                advance(p);
                star->Starred.value = p->rules->bitwise_or(p);
                star->Starred.ctx = NODE_Load;
                node->TypeVarTuple.default_value = end_here(p, star);
            } else {
                node->TypeVarTuple.default_value = p->rules->expression(p);
            }
        }
    } else if (at(p, T_DOUBLESTAR)) {
        node = NEW_FROM_TOKEN(p, ParamSpec, p->tok);
        advance(p);
        node->ParamSpec.name = type_param_name(p);
        if (accept(p, T_EQUAL))
            node->ParamSpec.default_value = p->rules->expression(p);
    } else {
        node = NEW_FROM_TOKEN(p, TypeVar, p->tok);
        node->TypeVar.name = type_param_name(p);
        if (accept(p, T_COLON))
            node->TypeVar.bound = p->rules->expression(p);
        if (accept(p, T_EQUAL))
            node->TypeVar.default_value = p->rules->expression(p);
    }
    if (at(p, T_COLON) && node->kind != NODE_TypeVar)
        raise_at_token(p, p->tok, node->kind == NODE_ParamSpec ? "cannot use bound with ParamSpec"
                                                               : "cannot use bound with TypeVarTuple");
    return end_here(p, node);
}

NodeList parse_type_params(Parser *p)
{
    if (!at(p, T_LSQB))
        return (NodeList){ NULL, 0 };
    advance(p);
    int mark = p->stack_n;
    if (at(p, T_RSQB))
        raise_last(p, SYNTAX_ERROR, "Type parameter list cannot be empty");
    do {
        if (at(p, T_RSQB))
            break;
        push(p, type_param(p));
    } while (accept(p, T_COMMA));
    expect(p, T_RSQB);
    return take_list(p, mark);
}
