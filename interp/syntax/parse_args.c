/* parse_args.c -- Source: language reference, "Calls".
 * Positional arguments and keywords are told apart at the end, by kind: both lie on one stack. */
#include "interp/syntax/parse_args.h"

#include "interp/syntax/parse_display.h"

typedef struct Args {
    Token open;
    bool generator;
    int mark;
    bool keyword, unpacking;        /* a name=value, a **mapping was seen */
    int misplaced;                  /* a positional argument came after: 1 a keyword, 2 an unpacking */
    int first, first_end;           /* token indexes */
} Args;

static bool single_token(const Parser *p, int start, TokenType type)
{
    return p->tok - p->tokens == start + 1 && p->tokens[start].type == type;
}

/* `expression =`: a keyword, or one of three mistakes. The current token is `=`. */
static void keyword_argument(Parser *p, Args *s, int start, Node *name)
{
    Token first = p->tokens[start], equal = *p->tok;
    if (single_token(p, start, T_TRUE) || single_token(p, start, T_FALSE) || single_token(p, start, T_NONE))
        raise_range(p, first.lineno, first.col, equal.end_lineno, equal.end_col, "cannot assign to %s", first.name->at);
    if (!single_token(p, start, T_NAME))
        raise_range(p, name->lineno, name->col_offset, equal.end_lineno, equal.end_col,
                    "expression cannot contain assignment, perhaps you meant \"==\"?");
    advance(p);
    Node *node = NEW_FROM_TOKEN(p, keyword, &first);
    node->keyword.arg = first.name;
    node->keyword.value = p->rules->expression(p);
    push(p, end_here(p, node));
    s->keyword = true;
    if (p->diagnose && display_at_for(p)) {
        display_clauses(p);
        raise_range(p, first.lineno, first.col, equal.end_lineno, equal.end_col,
                    "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
    }
}

static int positional_count(const Parser *p, const Args *s)
{
    int n = 0;
    for (int i = s->mark; i < p->stack_n; i++)
        n += p->stack[i]->kind != NODE_keyword;
    return n;
}

/* `expression for ...` among other arguments, or alone. */
static void generator_argument(Parser *p, Args *s, Node *elt)
{
    bool alone = p->stack_n == s->mark;
    if (!p->diagnose && !(alone && s->generator))
        fail(p);
    NodeList clauses = display_clauses(p);
    if (alone && s->generator && at(p, T_RPAR)) {
        Node *node = NEW_FROM_TOKEN(p, GeneratorExp, &s->open);
        node->GeneratorExp.elt = elt;
        node->GeneratorExp.generators = clauses;
        node->end_lineno = p->tok->end_lineno;
        node->end_col_offset = p->tok->end_col;
        push(p, node);
        return;
    }
    const Node *last = display_last_item(clauses);
    if (alone && at(p, T_COMMA)) {
        advance(p);
        raise_nodes(p, elt, last, "Generator expression must be parenthesized");
    }
    if (alone)
        fail(p);
    if (s->keyword || s->unpacking)
        last = clauses.at[clauses.n - 1]->comprehension.target;
    else if (positional_count(p, s) < 1)
        fail(p);
    raise_nodes(p, elt, last, "Generator expression must be parenthesized");
}

static void positional_argument(Parser *p, Args *s)
{
    int start = (int)(p->tok - p->tokens);
    if (!p->diagnose && (s->keyword || s->unpacking) && !(at(p, T_NAME) && peek(p)->type == T_EQUAL))
        fail(p);
    Node *value = p->rules->expression(p);
    if (at(p, T_EQUAL)) {
        keyword_argument(p, s, start, value);
        return;
    }
    if (at(p, T_COLONEQUAL)) {
        if (!single_token(p, start, T_NAME))
            fail(p);
        advance(p);
        Node *node = NEW_FROM_NODE(p, NamedExpr, value);
        value->Name.ctx = NODE_Store;
        node->NamedExpr.target = value;
        node->NamedExpr.value = p->rules->expression(p);
        value = end_here(p, node);
    }
    if (display_at_for(p)) {
        generator_argument(p, s, value);
        return;
    }
    if ((s->keyword || s->unpacking) && !s->misplaced) {
        s->misplaced = s->unpacking ? 2 : 1;
    }
    push(p, value);
}

NORETURN static void unpacking_error(Parser *p, const Args *s)
{
    const Token *first = &p->tokens[s->first], *last = &p->tokens[s->first_end];
    raise_range(p, first->lineno, first->col, last->end_lineno, last->end_col,
                "iterable argument unpacking follows keyword argument unpacking");
}

static void star_argument(Parser *p, Args *s)
{
    if (s->unpacking)
        unpacking_error(p, s);
    Node *node = NEW_FROM_TOKEN(p, Starred, p->tok);
    advance(p);
    if (p->diagnose && p->stack_n > s->mark) {
        /* CPython's rule for that mistake fires for any star that cannot be read */
        node->Starred.value = attempt_parse(p, p->rules->expression);
        if (!node->Starred.value)
            unpacking_error(p, s);
    } else {
        node->Starred.value = p->rules->expression(p);
    }
    node->Starred.ctx = NODE_Load;
    push(p, end_here(p, node));
}

static void double_star_argument(Parser *p, Args *s)
{
    Node *node = NEW_FROM_TOKEN(p, keyword, p->tok);
    advance(p);
    node->keyword.value = p->rules->expression(p);
    push(p, end_here(p, node));
    s->unpacking = true;
}

void args_parse(Parser *p, const Token *open, bool generator, NodeList *args, NodeList *keywords)
{
    Args s = { .open = *open, .generator = generator, .mark = p->stack_n, .first = (int)(p->tok - p->tokens) };
    while (!at(p, T_RPAR)) {
        if (at(p, T_STAR))
            star_argument(p, &s);
        else if (at(p, T_DOUBLESTAR))
            double_star_argument(p, &s);
        else
            positional_argument(p, &s);
        s.first_end = (int)(p->tok - p->tokens) - 1;
        if (!accept(p, T_COMMA))
            break;
    }
    if (s.misplaced)
        raise_last(p, SYNTAX_ERROR, s.misplaced == 2 ? "positional argument follows keyword argument unpacking"
                                                     : "positional argument follows keyword argument");
    int n = p->stack_n - s.mark, n_args = positional_count(p, &s);
    *args = (NodeList){ n_args ? parser_alloc(p, (size_t)n_args * sizeof(Node *)) : NULL, 0 };
    *keywords = (NodeList){ n > n_args ? parser_alloc(p, (size_t)(n - n_args) * sizeof(Node *)) : NULL, 0 };
    for (int i = s.mark; i < p->stack_n; i++) {
        NodeList *list = p->stack[i]->kind == NODE_keyword ? keywords : args;
        list->at[list->n++] = p->stack[i];
    }
    p->stack_n = s.mark;
}
