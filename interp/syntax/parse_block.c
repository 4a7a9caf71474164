/* parse_block.c -- Source: language reference, "Compound statements" and "Top-level components".
 * A compound statement ends where the last line in it does (end_block). */
#include "interp/syntax/parse_block.h"


#include "interp/syntax/parse_args.h"
#include "interp/syntax/parse_display.h"
#include "interp/syntax/parse_expr.h"
#include "interp/syntax/parse_params.h"
#include "interp/syntax/parse_pattern.h"
#include "interp/syntax/parse_simple.h"
#include "interp/syntax/parse_target.h"

static void statement(Parser *p);

/* Behind the colon of `what` on line `lineno`: an indented block, or a line. */
static NodeList block(Parser *p, const char *what, int lineno)
{
    int mark = p->stack_n;
    bool single = p->single;
    p->single = false;
    if (!at(p, T_NEWLINE)) {
        simple_line(p);
    } else {
        advance(p);
        if (!at(p, T_INDENT))
            raise_last(p, INDENTATION_ERROR, "expected an indented block after %s on line %d", what, lineno);
        advance(p);
        descend(p);
        do
            statement(p);
        while (!at(p, T_DEDENT) && !at(p, T_ENDMARKER));
        ascend(p);
        expect(p, T_DEDENT);
    }
    p->single = single;
    return take_list(p, mark);
}

/* The colon before a block. CPython names it when the line ends instead. */
static void colon(Parser *p)
{
    if (at(p, T_NEWLINE))
        raise_last(p, SYNTAX_ERROR, "expected ':'");
    expect(p, T_COLON);
}

/* The colon where nothing else can stand. */
static void forced(Parser *p, TokenType type)
{
    if (!at(p, type))
        raise_forced(p, p->tok, "expected '%s'", token_text(type));
    advance(p);
}

static NodeList else_block(Parser *p)
{
    if (!at(p, T_ELSE))
        return (NodeList){ NULL, 0 };
    int lineno = p->tok->lineno;
    advance(p);
    forced(p, T_COLON);
    return block(p, "'else' statement", lineno);
}

/* ---- if, while, for ---- */

/* A chain of elifs is a list on the stack here, so that its length does not deepen the C stack. */
static Node *if_statement(Parser *p)
{
    int mark = p->stack_n;
    const char *what = "'if' statement";
    do {
        Node *node = NEW_FROM_TOKEN(p, If, p->tok);
        advance(p);
        node->If.test = expr_named(p);
        colon(p);
        push(p, node);
        node->If.body = block(p, what, node->lineno);
        what = "'elif' statement";
    } while (at(p, T_ELIF));
    NodeList orelse = else_block(p);
    while (p->stack_n > mark + 1) {
        Node *last = p->stack[--p->stack_n];
        last->If.orelse = orelse;
        orelse = list_of_one(p, end_block(p, last));
    }
    Node *first = p->stack[--p->stack_n];
    first->If.orelse = orelse;
    return end_block(p, first);
}

static Node *while_statement(Parser *p)
{
    Node *node = NEW_FROM_TOKEN(p, While, p->tok);
    advance(p);
    node->While.test = expr_named(p);
    colon(p);
    node->While.body = block(p, "'while' statement", node->lineno);
    node->While.orelse = else_block(p);
    return end_block(p, node);
}

/* `start`: the position of `async` if there is one. */
static Node *for_statement(Parser *p, const Token *start, bool async)
{
    Node *node = NEW_FROM_TOKEN(p, For, start);
    int lineno = p->tok->lineno;
    if (async)
        node->kind = NODE_AsyncFor;
    advance(p);
    node->For.target = display_star_targets(p, TARGET_FOR);
    expect(p, T_IN);
    node->For.iter = expr_star_list(p);
    colon(p);
    node->For.body = block(p, "'for' statement", lineno);
    node->For.orelse = else_block(p);
    return end_block(p, node);
}

/* ---- with ---- */

static Node *with_item(Parser *p)
{
    Node *item = NEW_AT(p, withitem, 0, 0);
    item->withitem.context_expr = expr_expression(p);
    if (!accept(p, T_AS))
        return item;
    Node *target;
    if (at(p, T_STAR)) {
        target = NEW_FROM_TOKEN(p, Starred, p->tok);
        advance(p);
        target->Starred.value = expr_bitwise_or(p);
        end_here(p, target);
    } else {
        target = p->diagnose ? expr_expression(p) : expr_bitwise_or(p);
    }
    if (!at(p, T_COMMA) && !at(p, T_RPAR) && !at(p, T_COLON)) {
        if (at(p, T_NEWLINE) && !target_invalid(target, TARGET_STAR))
            raise_last(p, SYNTAX_ERROR, "expected ':'");
        fail(p);
    }
    target_check(p, target, TARGET_STAR);
    target_set(target, NODE_Store);
    item->withitem.optional_vars = target;
    return item;
}

/* ( item, item, ) : -- the items stay on the stack; the result only says that it was so. */
static Node *bracketed_items(Parser *p)
{
    Node *item = NULL;
    expect(p, T_LPAR);
    do {
        if (at(p, T_RPAR))
            break;
        push(p, item = with_item(p));
    } while (accept(p, T_COMMA));
    expect(p, T_RPAR);
    if (!item)
        fail(p);
    if (!at(p, T_COLON)) {
        if (at(p, T_NEWLINE))
            raise_last(p, SYNTAX_ERROR, "expected ':'");
        fail(p);
    }
    return item;
}

static Node *with_statement(Parser *p, const Token *start, bool async)
{
    Node *node = NEW_FROM_TOKEN(p, With, start);
    int lineno = p->tok->lineno, mark = p->stack_n;
    if (async)
        node->kind = NODE_AsyncWith;
    advance(p);
    if (!at(p, T_LPAR) || !attempt_parse(p, bracketed_items)) {
        do
            push(p, with_item(p));
        while (accept(p, T_COMMA));
        colon(p);
    } else {
        advance(p);
    }
    node->With.items = take_list(p, mark);
    node->With.body = block(p, "'with' statement", lineno);
    return end_block(p, node);
}

/* ---- try ---- */

/* `except a, b:` was Python 2. */
NORETURN static void many_types(Parser *p, int type_token)
{
    if (!p->diagnose)
        fail(p);
    advance(p);
    expr_star_list(p);
    if (accept(p, T_AS))
        expect(p, T_NAME);
    if (!at(p, T_COLON))
        fail(p);
    peek(p);
    const Token *colon_token = p->tok, *first = &p->tokens[type_token];
    raise_range(p, first->lineno, first->col, colon_token->end_lineno, colon_token->end_col - 1,
                "multiple exception types must be parenthesized");
}

/* `mixed`: what a star here, or none, must not be; -1 if either may come. */
static Node *except_clause(Parser *p, bool *star, int mixed)
{
    Token except = *p->tok;
    Node *node = NEW_FROM_TOKEN(p, ExceptHandler, p->tok);
    advance(p);
    *star = accept(p, T_STAR);
    if (*star && (at(p, T_NEWLINE) || at(p, T_COLON)))
        raise_last(p, SYNTAX_ERROR, "expected one or more exception types");
    if (*star || !at(p, T_COLON)) {
        if (at(p, T_NEWLINE))
            raise_last(p, SYNTAX_ERROR, "expected ':'");
        int type_token = (int)(p->tok - p->tokens);
        node->ExceptHandler.type = expr_expression(p);
        if (at(p, T_COMMA))
            many_types(p, type_token);
        if (accept(p, T_AS)) {
            if (!at(p, T_NAME))
                fail(p);
            node->ExceptHandler.name = p->tok->name;
            advance(p);
        }
    }
    if (at(p, T_COLON) && mixed == *star)
        raise_range(p, except.lineno, except.col, except.lineno, except.end_col + (*star ? 1 : 0),
                    "cannot have both 'except' and 'except*' on the same 'try'");
    colon(p);
    node->ExceptHandler.body = block(p, *star ? "'except*' statement" : "'except' statement", node->lineno);
    return end_block(p, node);
}

static Node *try_statement(Parser *p)
{
    Node *node = NEW_FROM_TOKEN(p, Try, p->tok);
    advance(p);
    forced(p, T_COLON);
    node->Try.body = block(p, "'try' statement", node->lineno);
    int mark = p->stack_n;
    bool any_star = false;
    while (at(p, T_EXCEPT)) {
        bool star;
        Node *handler = except_clause(p, &star, p->stack_n > mark ? !any_star : -1);
        any_star = star;
        push(p, handler);
    }
    node->Try.handlers = take_list(p, mark);
    if (any_star)
        node->kind = NODE_TryStar;
    if (!node->Try.handlers.n && !at(p, T_FINALLY))
        raise_last(p, SYNTAX_ERROR, "expected 'except' or 'finally' block");
    if (node->Try.handlers.n)
        node->Try.orelse = else_block(p);
    if (at(p, T_FINALLY)) {
        int lineno = p->tok->lineno;
        advance(p);
        forced(p, T_COLON);
        node->Try.finalbody = block(p, "'finally' statement", lineno);
    }
    return end_block(p, node);
}

/* ---- def, class ---- */

static Node *return_annotation(Parser *p)
{
    advance(p);
    return expr_expression(p);
}

static Node *function(Parser *p, const Token *start, bool async, NodeList decorators)
{
    Node *node = NEW_FROM_TOKEN(p, FunctionDef, start);
    int lineno = p->tok->lineno;
    if (async)
        node->kind = NODE_AsyncFunctionDef;
    node->FunctionDef.decorator_list = decorators;
    advance(p);
    if (!at(p, T_NAME))
        fail(p);
    node->FunctionDef.name = p->tok->name;
    advance(p);
    node->FunctionDef.type_params = parse_type_params(p);
    forced(p, T_LPAR);
    node->FunctionDef.args = parse_params(p, T_RPAR);
    expect(p, T_RPAR);
    if (at(p, T_RARROW)) {
        node->FunctionDef.returns = attempt_parse(p, return_annotation);
        if (!node->FunctionDef.returns)
            raise_forced(p, p->tok, "expected ':'");
    }
    forced(p, T_COLON);
    node->FunctionDef.body = block(p, "function definition", lineno);
    return end_block(p, node);
}

static Node *class(Parser *p, NodeList decorators)
{
    Node *node = NEW_FROM_TOKEN(p, ClassDef, p->tok);
    node->ClassDef.decorator_list = decorators;
    advance(p);
    if (!at(p, T_NAME))
        fail(p);
    node->ClassDef.name = p->tok->name;
    advance(p);
    node->ClassDef.type_params = parse_type_params(p);
    if (at(p, T_LPAR)) {
        Token open = *p->tok;
        advance(p);
        args_parse(p, &open, false, &node->ClassDef.bases, &node->ClassDef.keywords);
        expect(p, T_RPAR);
    }
    colon(p);
    node->ClassDef.body = block(p, "class definition", node->lineno);
    return end_block(p, node);
}

static Node *async_statement(Parser *p, NodeList decorators, bool decorated)
{
    Token start = *p->tok;
    advance(p);
    if (at(p, T_DEF))
        return function(p, &start, true, decorators);
    if (at(p, T_FOR) && !decorated)
        return for_statement(p, &start, true);
    if (at(p, T_WITH) && !decorated)
        return with_statement(p, &start, true);
    fail(p);
}

static Node *decorated(Parser *p)
{
    int mark = p->stack_n;
    while (accept(p, T_AT)) {
        push(p, expr_named(p));
        expect(p, T_NEWLINE);
    }
    NodeList decorators = take_list(p, mark);
    Token start = *p->tok;
    if (at(p, T_DEF))
        return function(p, &start, false, decorators);
    if (at(p, T_CLASS))
        return class(p, decorators);
    if (at(p, T_ASYNC))
        return async_statement(p, decorators, true);
    fail(p);
}

/* ---- match ---- */

/* Behind the word `match`: what is matched, if this is a match statement at all. */
static Node *subject(Parser *p)
{
    int line = p->tok->lineno, col = p->tok->col;
    Node *first;
    bool star = at(p, T_STAR);
    if (star) {
        first = NEW_FROM_TOKEN(p, Starred, p->tok);
        advance(p);
        first->Starred.value = expr_bitwise_or(p);
        first->Starred.ctx = NODE_Load;
        end_here(p, first);
    } else {
        first = expr_named(p);
    }
    if (at(p, T_COMMA)) {
        int mark = p->stack_n;
        push(p, first);
        while (accept(p, T_COMMA) && (at(p, T_STAR) || display_starts(type_of(p)))) {
            if (at(p, T_STAR)) {
                Node *star_node = NEW_FROM_TOKEN(p, Starred, p->tok);
                advance(p);
                star_node->Starred.value = expr_bitwise_or(p);
                star_node->Starred.ctx = NODE_Load;
                push(p, end_here(p, star_node));
            } else {
                push(p, expr_named(p));
            }
        }
        first = NEW_AT(p, Tuple, line, col);
        first->Tuple.elts = take_list(p, mark);
        first->Tuple.ctx = NODE_Load;
        end_here(p, first);
    } else if (star) {
        fail(p);
    }
    return first;
}

static Node *match_head(Parser *p)
{
    int lineno = p->tok->lineno;
    advance(p);
    Node *node = subject(p);
    if (at(p, T_NEWLINE) && p->diagnose) {
        /* `match x` alone is wrong, but `match (x)` is a call and `match -x` a difference */
        raise_last(p, SYNTAX_ERROR, "expected ':'");
    }
    expect(p, T_COLON);
    expect(p, T_NEWLINE);
    if (!at(p, T_INDENT))
        raise_last(p, INDENTATION_ERROR, "expected an indented block after 'match' statement on line %d", lineno);
    return node;
}

static Node *case_block(Parser *p)
{
    Node *node = NEW_AT(p, match_case, 0, 0);
    int lineno = p->tok->lineno;
    advance(p);
    node->match_case.pattern = pattern_parse(p);
    if (accept(p, T_IF))
        node->match_case.guard = expr_named(p);
    colon(p);
    node->match_case.body = block(p, "'case' statement", lineno);
    return node;
}

/* NULL, nothing consumed: `match` is an ordinary name here. */
static Node *match_statement(Parser *p)
{
    TokenType next = (TokenType)peek(p)->type;
    if (!display_starts(next) && next != T_STAR)
        return NULL;
    Token start = *p->tok;
    Node *matched = attempt_parse(p, match_head);
    if (!matched)
        return NULL;
    Node *node = NEW_FROM_TOKEN(p, Match, &start);
    node->Match.subject = matched;
    expect(p, T_INDENT);
    int mark = p->stack_n;
    descend(p);
    do {
        if (!at(p, T_NAME) || p->tok->name != p->word_case)
            fail(p);
        push(p, case_block(p));
        cursor_statement(p);
    } while (!at(p, T_DEDENT) && !at(p, T_ENDMARKER));
    ascend(p);
    expect(p, T_DEDENT);
    node->Match.cases = take_list(p, mark);
    return end_block(p, node);
}

/* ---- any statement ---- */

/* A compound statement, or NULL. */
static Node *compound(Parser *p)
{
    NodeList none = { NULL, 0 };
    switch (type_of(p)) {
    case T_IF: return if_statement(p);
    case T_FOR: {
        Token start = *p->tok;
        return for_statement(p, &start, false);
    }
    case T_WHILE: return while_statement(p);
    case T_TRY: return try_statement(p);
    case T_WITH: {
        Token start = *p->tok;
        return with_statement(p, &start, false);
    }
    case T_DEF: {
        Token start = *p->tok;
        return function(p, &start, false, none);
    }
    case T_CLASS: return class(p, none);
    case T_AT: return decorated(p);
    case T_ASYNC: return async_statement(p, none, false);
    case T_NAME: return p->tok->name == p->word_match ? match_statement(p) : NULL;
    default: return NULL;
    }
}

/* Pushes what it reads: one compound statement, or a line of simple ones. */
static void statement(Parser *p)
{
    cursor_statement(p);
    Node *node = compound(p);
    if (node)
        push(p, node);
    else
        simple_line(p);
}

Node *block_module(Parser *p)
{
    int mark = p->stack_n;
    Node *module = NEW_AT(p, Module, 0, 0);
    while (!at(p, T_ENDMARKER))
        statement(p);
    module->Module.body = take_list(p, mark);
    return module;
}

Node *block_expression(Parser *p)
{
    Node *node = NEW_AT(p, Expression, 0, 0);
    Node *first = NEW_FROM_TOKEN(p, Tuple, p->tok);
    Node *one = expr_expression(p);
    if (at(p, T_COMMA)) {
        int mark = p->stack_n;
        push(p, one);
        while (accept(p, T_COMMA) && display_starts(type_of(p)))
            push(p, expr_expression(p));
        first->Tuple.elts = take_list(p, mark);
        first->Tuple.ctx = NODE_Load;
        one = end_here(p, first);
    }
    while (accept(p, T_NEWLINE))
        ;
    if (!at(p, T_ENDMARKER))
        fail(p);
    node->Expression.body = one;
    return node;
}

/* Is there anything but blanks and comments? */
static bool more_text(const char *at)
{
    for (;;) {
        while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\f')
            at++;
        if (*at != '#')
            return *at != '\0';
        while (*at && *at != '\n')
            at++;
    }
}

Node *block_interactive(Parser *p)
{
    Node *node = NEW_AT(p, Interactive, 0, 0);
    int mark = p->stack_n;
    p->single = true;
    if (at(p, T_NEWLINE)) {
        Node *pass = NEW_FROM_TOKEN(p, Pass, p->tok);
        pass->end_lineno = p->tok->end_lineno;
        pass->end_col_offset = p->tok->end_col;
        push(p, pass);
    } else if (at(p, T_ENDMARKER)) {
        fail(p);
    } else {
        Node *one = compound(p);
        if (one) {
            push(p, one);
            if (!at(p, T_NEWLINE))
                fail(p);
        } else {
            simple_line(p);
        }
    }
    node->Interactive.body = take_list(p, mark);
    const char *rest = p->lexer.source + p->tok->end;
    if (more_text(rest))
        raise_now(p, "multiple statements found while compiling a single statement");
    return node;
}
