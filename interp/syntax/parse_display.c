/* parse_display.c -- Source: language reference, "Displays", "Parenthesized forms", "Slicings". */
#include "interp/syntax/parse_display.h"


bool display_starts(TokenType type)
{
    switch (type) {
    case T_NAME: case T_NUMBER: case T_STRING: case T_FSTRING_START: case T_LPAR: case T_LSQB: case T_LBRACE:
    case T_MINUS: case T_PLUS: case T_TILDE: case T_NOT: case T_LAMBDA: case T_AWAIT: case T_NONE: case T_TRUE:
    case T_FALSE: case T_ELLIPSIS:
        return true;
    default:
        return false;
    }
}

static bool starts_member(TokenType type) { return type == T_STAR || display_starts(type); }

/* `*` bitwise_or */
static Node *starred(Parser *p)
{
    Node *node = NEW_FROM_TOKEN(p, Starred, p->tok);
    advance(p);
    node->Starred.value = p->rules->bitwise_or(p);
    node->Starred.ctx = NODE_Load;
    return end_here(p, node);
}

static Node *member(Parser *p) { return at(p, T_STAR) ? starred(p) : p->rules->named(p); }

/* ---- comprehensions ---- */

static Node *one_target(Parser *p)
{
    if (!at(p, T_STAR))
        return p->rules->bitwise_or(p);
    return starred(p);
}

Node *display_star_targets(Parser *p, TargetUse use)
{
    Token first = *p->tok;
    int start = (int)(p->tok - p->tokens);
    Node *target = one_target(p);
    if (at(p, T_COMMA)) {
        int mark = p->stack_n;
        push(p, target);
        while (accept(p, T_COMMA) && starts_member(type_of(p)))
            push(p, one_target(p));
        target = NEW_FROM_TOKEN(p, Tuple, &first);
        target->Tuple.elts = take_list(p, mark);
        end_here(p, target);
    }
    if (p->diagnose && !at(p, T_IN)) {
        /* what CPython reads to find the mistake is a whole expression list */
        int here = (int)(p->tok - p->tokens);
        p->tok = p->tokens + start;
        Node *list = attempt_parse(p, p->rules->star_list);
        if (list)
            target_check(p, list, use);
        p->tok = p->tokens + here;
    }
    target_check(p, target, use);
    target_set(target, NODE_Store);
    return target;
}

static Node *clause(Parser *p)
{
    Node *node = NEW_AT(p, comprehension, 0, 0);
    node->comprehension.is_async = accept(p, T_ASYNC);
    expect(p, T_FOR);
    node->comprehension.target = display_star_targets(p, TARGET_FOR);
    expect(p, T_IN);
    node->comprehension.iter = p->rules->disjunction(p);
    int mark = p->stack_n;
    while (accept(p, T_IF))
        push(p, p->rules->disjunction(p));
    node->comprehension.ifs = take_list(p, mark);
    return node;
}

NodeList display_clauses(Parser *p)
{
    int mark = p->stack_n;
    do
        push(p, clause(p));
    while (display_at_for(p));
    return take_list(p, mark);
}

const Node *display_last_item(NodeList clauses)
{
    const Node *last = clauses.at[clauses.n - 1];
    NodeList ifs = last->comprehension.ifs;
    return ifs.n ? ifs.at[ifs.n - 1] : last->comprehension.iter;
}

/* `for` stands behind a list of members on the stack: which of the possible mistakes is it? */
NORETURN static void misplaced_for(Parser *p, int mark, char open)
{
    Node *first = p->stack[mark], *last = p->stack[p->stack_n - 1];
    int n = p->stack_n - mark;
    Token comma = p->tok[-1];
    if (!p->diagnose || (n == 1 && first->kind != NODE_Starred && comma.type != T_COMMA))
        fail(p);
    display_clauses(p);
    if (first->kind == NODE_Starred && n == 1 && comma.type != T_COMMA)
        raise_at_node(p, first, "iterable unpacking cannot be used in comprehension");
    if (open == '(')
        fail(p);
    if (n == 1)
        raise_range(p, first->lineno, first->col_offset, comma.end_lineno, comma.end_col,
                    "did you forget parentheses around the comprehension target?");
    if (comma.type == T_COMMA)
        fail(p);
    raise_nodes(p, first, last, "did you forget parentheses around the comprehension target?");
}

/* Members after the first, which is pushed already; stops before the closing bracket. */
static void more_members(Parser *p)
{
    while (accept(p, T_COMMA)) {
        if (!starts_member(type_of(p)))
            return;
        push(p, member(p));
    }
}

/* ---- ( ) ---- */

static Node *group(Parser *p, Node *inner)
{
    expect(p, T_RPAR);
    inner->parenthesised = 1;
    return inner;
}

NORETURN static void double_star_group(Parser *p)
{
    Token star = *p->tok;
    if (!p->diagnose)
        fail(p);
    advance(p);
    p->rules->expression(p);
    expect(p, T_RPAR);
    raise_range(p, star.lineno, star.col, star.end_lineno, star.end_col,
                "cannot use double starred expression here");
}

Node *display_parenthesis(Parser *p)
{
    Token open = *p->tok;
    advance(p);
    if (at(p, T_YIELD))
        return group(p, p->rules->yield_or_star_list(p));
    if (at(p, T_DOUBLESTAR))
        double_star_group(p);
    int mark = p->stack_n;
    if (!at(p, T_RPAR)) {
        Node *first = member(p);
        if (at(p, T_RPAR) && first->kind != NODE_Starred)
            return group(p, first);
        if (at(p, T_RPAR))
            raise_at_node(p, first, "cannot use starred expression here");
        push(p, first);
        if (display_at_for(p)) {
            if (first->kind == NODE_Starred)
                misplaced_for(p, mark, '(');
            p->stack_n = mark;
            Node *node = NEW_FROM_TOKEN(p, GeneratorExp, &open);
            node->GeneratorExp.elt = first;
            node->GeneratorExp.generators = display_clauses(p);
            expect(p, T_RPAR);
            return end_here(p, node);
        }
        if (!at(p, T_COMMA))
            fail(p);
        more_members(p);
    }
    expect(p, T_RPAR);
    Node *node = NEW_FROM_TOKEN(p, Tuple, &open);
    node->Tuple.elts = take_list(p, mark);
    node->Tuple.ctx = NODE_Load;
    node->parenthesised = 1;
    return end_here(p, node);
}

/* ---- [ ] ---- */

Node *display_bracket(Parser *p)
{
    Token open = *p->tok;
    advance(p);
    int mark = p->stack_n;
    if (!at(p, T_RSQB)) {
        Node *first = member(p);
        push(p, first);
        if (display_at_for(p) && first->kind != NODE_Starred) {
            p->stack_n = mark;
            Node *node = NEW_FROM_TOKEN(p, ListComp, &open);
            node->ListComp.elt = first;
            node->ListComp.generators = display_clauses(p);
            expect(p, T_RSQB);
            return end_here(p, node);
        }
        more_members(p);
        if (display_at_for(p))
            misplaced_for(p, mark, '[');
    }
    expect(p, T_RSQB);
    Node *node = NEW_FROM_TOKEN(p, List, &open);
    node->List.elts = take_list(p, mark);
    node->List.ctx = NODE_Load;
    return end_here(p, node);
}

/* ---- { } ---- */

static Node *set_display(Parser *p, const Token *open, Node *first)
{
    int mark = p->stack_n;
    push(p, first);
    if (display_at_for(p) && first->kind != NODE_Starred) {
        p->stack_n = mark;
        Node *node = NEW_FROM_TOKEN(p, SetComp, open);
        node->SetComp.elt = first;
        node->SetComp.generators = display_clauses(p);
        expect(p, T_RBRACE);
        return end_here(p, node);
    }
    more_members(p);
    if (display_at_for(p))
        misplaced_for(p, mark, '{');
    expect(p, T_RBRACE);
    Node *node = NEW_FROM_TOKEN(p, Set, open);
    node->Set.elts = take_list(p, mark);
    return end_here(p, node);
}

/* Behind a key's colon. */
static Node *dict_value(Parser *p)
{
    Token colon = p->tok[-1];
    if (at(p, T_STAR)) {
        Token star = *p->tok;
        if (!p->diagnose)
            fail(p);
        advance(p);
        p->rules->bitwise_or(p);
        raise_from(p, &star, "cannot use a starred expression in a dictionary value");
    }
    if (at(p, T_RBRACE) || at(p, T_COMMA))
        raise_at_token(p, &colon, "expression expected after dictionary key and ':'");
    return p->rules->expression(p);
}

/* One `key: value` or `**mapping`, pushed as a pair. */
static void dict_pair(Parser *p)
{
    if (accept(p, T_DOUBLESTAR)) {
        push(p, NULL);
        push(p, p->rules->bitwise_or(p));
        return;
    }
    p->key_token = (int)(p->tok - p->tokens);
    Node *key = p->rules->expression(p);
    if (!at(p, T_COLON))
        raise_range(p, key->lineno, key->end_col_offset - 1, key->end_lineno, -1, "':' expected after dictionary key");
    advance(p);
    push(p, key);
    push(p, dict_value(p));
}

static Node *dict_comprehension(Parser *p, const Token *open, Node *key, Node *value)
{
    Node *node = NEW_FROM_TOKEN(p, DictComp, open);
    node->DictComp.key = key;
    node->DictComp.value = value;
    node->DictComp.generators = display_clauses(p);
    expect(p, T_RBRACE);
    return end_here(p, node);
}

Node *display_brace(Parser *p)
{
    Token open = *p->tok;
    advance(p);
    int mark = p->stack_n;
    if (at(p, T_DOUBLESTAR)) {
        Token stars = *p->tok;
        dict_pair(p);
        if (p->diagnose && display_at_for(p)) {
            display_clauses(p);
            expect(p, T_RBRACE);
            raise_at_token(p, &stars, "dict unpacking cannot be used in dict comprehension");
        }
    } else if (!at(p, T_RBRACE)) {
        Node *key = member(p);
        if (key->kind == NODE_Starred || !at(p, T_COLON))
            return set_display(p, &open, key);
        if (key->kind == NODE_NamedExpr && !key->parenthesised)
            fail(p);
        advance(p);
        Node *value = dict_value(p);
        if (display_at_for(p))
            return dict_comprehension(p, &open, key, value);
        push(p, key);
        push(p, value);
    }
    while (accept(p, T_COMMA) && !at(p, T_RBRACE))
        dict_pair(p);
    expect(p, T_RBRACE);
    Node *node = NEW_FROM_TOKEN(p, Dict, &open);
    node->Dict.keys = take_pairs(p, mark, &node->Dict.values);
    return end_here(p, node);
}

/* ---- subscripts ---- */

static Node *slice_bound(Parser *p)
{
    if (at(p, T_COLON) || at(p, T_COMMA) || at(p, T_RSQB))
        return NULL;
    return p->rules->expression(p);
}

static Node *slice(Parser *p)
{
    Token first = *p->tok;
    Node *lower = NULL;
    if (at(p, T_STAR))
        return starred(p);
    if (!at(p, T_COLON)) {
        lower = p->rules->named(p);
        if (!at(p, T_COLON) || (lower->kind == NODE_NamedExpr && !lower->parenthesised))
            return lower;
    }
    Node *node = NEW_FROM_TOKEN(p, Slice, &first);
    node->Slice.lower = lower;
    advance(p);
    node->Slice.upper = slice_bound(p);
    if (accept(p, T_COLON))
        node->Slice.step = slice_bound(p);
    return end_here(p, node);
}

Node *display_slices(Parser *p)
{
    Token first = *p->tok;
    Node *one = slice(p);
    if (!at(p, T_COMMA) && one->kind != NODE_Starred)
        return one;
    int mark = p->stack_n;
    push(p, one);
    while (accept(p, T_COMMA) && !at(p, T_RSQB))
        push(p, slice(p));
    Node *node = NEW_FROM_TOKEN(p, Tuple, &first);
    node->Tuple.elts = take_list(p, mark);
    node->Tuple.ctx = NODE_Load;
    return end_here(p, node);
}
