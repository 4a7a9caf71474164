/* parse_pattern.c -- Source: language reference, "The match statement"; PEP 634. */
#include "interp/syntax/parse_pattern.h"

#include "interp/syntax/fstring.h"
#include "interp/syntax/lex_number.h"
#include "interp/syntax/parse_expr.h"

static Node *as_pattern(Parser *p);

/* ---- literals and names, as expressions ---- */

static bool imaginary(const Node *node) { return node->Constant.value.kind == CONST_IMAGINARY; }

static Node *number(Parser *p)
{
    if (!at(p, T_NUMBER))
        fail(p);
    Node *node = NEW_FROM_TOKEN(p, Constant, p->tok);
    int digits;
    const Token *t = p->tok;
    if (number_value(p->arena, p->lexer.source + t->start, (size_t)(t->end - t->start), 0, &node->Constant.value, &digits)
        != NUMBER_OK)
        fail_memory(p);
    advance(p);
    return end_here(p, node);
}

static Node *signed_number(Parser *p)
{
    if (!at(p, T_MINUS))
        return number(p);
    Node *node = NEW_FROM_TOKEN(p, UnaryOp, p->tok);
    advance(p);
    node->UnaryOp.op = NODE_USub;
    node->UnaryOp.operand = number(p);
    return end_here(p, node);
}

/* A number, or real + imaginary. */
static Node *complex_number(Parser *p)
{
    Node *real = signed_number(p);
    if (!at(p, T_PLUS) && !at(p, T_MINUS))
        return real;
    Node *node = NEW_FROM_NODE(p, BinOp, real);
    node->BinOp.op = at(p, T_PLUS) ? NODE_Add : NODE_Sub;
    advance(p);
    node->BinOp.left = real;
    node->BinOp.right = number(p);
    const Node *value = real->kind == NODE_UnaryOp ? real->UnaryOp.operand : real;
    if (imaginary(value))
        raise_at_node(p, real, "real number required in complex literal");
    if (!imaginary(node->BinOp.right))
        raise_at_node(p, node->BinOp.right, "imaginary number required in complex literal");
    return end_here(p, node);
}

static bool starts_literal(TokenType type)
{
    return type == T_NUMBER || type == T_MINUS || type == T_STRING || type == T_FSTRING_START;
}

static Node *literal(Parser *p)
{
    return at(p, T_STRING) || at(p, T_FSTRING_START) ? fstring_atom(p) : complex_number(p);
}

static ConstantKind singleton(TokenType type)
{
    return type == T_NONE ? CONST_NONE : type == T_TRUE ? CONST_TRUE : CONST_FALSE;
}

static bool at_singleton(Parser *p) { return at(p, T_NONE) || at(p, T_TRUE) || at(p, T_FALSE); }

/* name.name...: a Name or an Attribute */
static Node *dotted(Parser *p)
{
    if (!at(p, T_NAME))
        fail(p);
    Node *node = NEW_FROM_TOKEN(p, Name, p->tok);
    node->Name.id = p->tok->name;
    node->Name.ctx = NODE_Load;
    advance(p);
    end_here(p, node);
    while (accept(p, T_DOT)) {
        if (!at(p, T_NAME))
            fail(p);
        Node *outer = NEW_FROM_NODE(p, Attribute, node);
        outer->Attribute.value = node;
        outer->Attribute.attr = p->tok->name;
        outer->Attribute.ctx = NODE_Load;
        advance(p);
        node = end_here(p, outer);
    }
    return node;
}

/* ---- class patterns ---- */

/* The stray patterns that follow each other directly are what the error marks. */
NORETURN static void positional_after_keyword(Parser *p)
{
    Node *first = as_pattern(p), *last = first;
    while (p->diagnose && accept(p, T_COMMA) && !(at(p, T_NAME) && peek(p)->type == T_EQUAL)) {
        Node *next = attempt_parse(p, as_pattern);
        if (!next)
            break;
        last = next;
    }
    raise_nodes(p, first, last, "positional patterns follow keyword patterns");
}

static Node *class_pattern(Parser *p, Node *class)
{
    Node *node = NEW_FROM_NODE(p, MatchClass, class);
    node->MatchClass.cls = class;
    advance(p);
    int mark = p->stack_n, n_names = 0, cap = 0;
    const Text **names = NULL;
    NodeList positional = { NULL, 0 };
    while (!at(p, T_RPAR)) {
        if (at(p, T_NAME) && peek(p)->type == T_EQUAL) {
            if (!names) {
                positional = take_list(p, mark);
                names = parser_alloc(p, (size_t)(cap = 8) * sizeof *names);
            } else if (n_names == cap) {
                const Text **wider = parser_alloc(p, (size_t)(cap *= 2) * sizeof *names);
                memcpy(wider, names, (size_t)n_names * sizeof *names);
                names = wider;
            }
            names[n_names++] = p->tok->name;
            advance(p);
            advance(p);
            push(p, as_pattern(p));
        } else if (n_names) {
            positional_after_keyword(p);
        } else {
            push(p, as_pattern(p));
        }
        if (!accept(p, T_COMMA))
            break;
    }
    expect(p, T_RPAR);
    if (names)
        node->MatchClass.kwd_patterns = take_list(p, mark);
    else
        positional = take_list(p, mark);
    node->MatchClass.patterns = positional;
    node->MatchClass.kwd_attrs = (TextList){ names, n_names };
    return end_here(p, node);
}

/* ---- sequences, groups, mappings ---- */

static Node *star_pattern(Parser *p)
{
    Node *node = NEW_FROM_TOKEN(p, MatchStar, p->tok);
    advance(p);
    if (!at(p, T_NAME))
        fail(p);
    TokenType next = (TokenType)peek(p)->type;
    if (next == T_DOT || next == T_LPAR || next == T_EQUAL)
        fail(p);
    if (p->tok->name != p->word_underscore)
        node->MatchStar.name = p->tok->name;
    advance(p);
    return end_here(p, node);
}

static Node *maybe_star(Parser *p) { return at(p, T_STAR) ? star_pattern(p) : as_pattern(p); }

static Node *bracketed(Parser *p, TokenType close)
{
    Token open = *p->tok;
    advance(p);
    int mark = p->stack_n;
    bool comma = false;
    while (!at(p, close)) {
        push(p, maybe_star(p));
        if (!accept(p, T_COMMA))
            break;
        comma = true;
    }
    expect(p, close);
    if (close == T_RPAR && !comma && p->stack_n == mark + 1 && p->stack[mark]->kind != NODE_MatchStar) {
        p->stack_n = mark;
        return p->stack[mark];
    }
    if (close == T_RPAR && !comma && p->stack_n == mark + 1)
        fail(p);
    Node *node = NEW_FROM_TOKEN(p, MatchSequence, &open);
    node->MatchSequence.patterns = take_list(p, mark);
    return end_here(p, node);
}

static Node *mapping_key(Parser *p)
{
    if (starts_literal(type_of(p)))
        return literal(p);
    if (at_singleton(p)) {
        Node *key = NEW_FROM_TOKEN(p, Constant, p->tok);
        key->Constant.value.kind = (uint8_t)singleton(type_of(p));
        advance(p);
        return end_here(p, key);
    }
    Node *key = dotted(p);
    if (key->kind != NODE_Attribute)
        fail(p);
    return key;
}

static Node *mapping_pattern(Parser *p)
{
    Node *node = NEW_FROM_TOKEN(p, MatchMapping, p->tok);
    advance(p);
    int mark = p->stack_n;
    while (!at(p, T_RBRACE)) {
        if (accept(p, T_DOUBLESTAR)) {
            if (!at(p, T_NAME) || p->tok->name == p->word_underscore)
                fail(p);
            node->MatchMapping.rest = p->tok->name;
            advance(p);
            accept(p, T_COMMA);
            break;
        }
        push(p, mapping_key(p));
        expect(p, T_COLON);
        push(p, as_pattern(p));
        if (!accept(p, T_COMMA))
            break;
    }
    expect(p, T_RBRACE);
    node->MatchMapping.keys = take_pairs(p, mark, &node->MatchMapping.patterns);
    return end_here(p, node);
}

/* ---- the rest ---- */

static Node *closed_pattern(Parser *p)
{
    Node *node;
    if (starts_literal(type_of(p))) {
        Node *value = literal(p);
        node = NEW_FROM_NODE(p, MatchValue, value);
        node->MatchValue.value = value;
        return end_here(p, node);
    }
    if (at_singleton(p)) {
        node = NEW_FROM_TOKEN(p, MatchSingleton, p->tok);
        node->MatchSingleton.value.kind = (uint8_t)singleton(type_of(p));
        advance(p);
        return end_here(p, node);
    }
    if (at(p, T_LPAR))
        return bracketed(p, T_RPAR);
    if (at(p, T_LSQB))
        return bracketed(p, T_RSQB);
    if (at(p, T_LBRACE))
        return mapping_pattern(p);
    Node *name = dotted(p);
    if (at(p, T_LPAR))
        return class_pattern(p, name);
    if (at(p, T_EQUAL))
        fail(p);
    if (name->kind == NODE_Attribute) {
        node = NEW_FROM_NODE(p, MatchValue, name);
        node->MatchValue.value = name;
        return end_here(p, node);
    }
    node = NEW_FROM_NODE(p, MatchAs, name);
    if (name->Name.id != p->word_underscore)
        node->MatchAs.name = name->Name.id;
    return end_here(p, node);
}

static Node *or_pattern(Parser *p)
{
    Token first = *p->tok;
    Node *node = closed_pattern(p);
    if (!at(p, T_VBAR))
        return node;
    int mark = p->stack_n;
    push(p, node);
    while (accept(p, T_VBAR))
        push(p, closed_pattern(p));
    node = NEW_FROM_TOKEN(p, MatchOr, &first);
    node->MatchOr.patterns = take_list(p, mark);
    return end_here(p, node);
}

static Node *as_pattern(Parser *p)
{
    descend(p);
    Token first = *p->tok;
    Node *inner = or_pattern(p);
    ascend(p);
    if (!at(p, T_AS))
        return inner;
    advance(p);
    TokenType next = at(p, T_NAME) ? (TokenType)peek(p)->type : T_BAD;
    bool plain = at(p, T_NAME) && next != T_DOT && next != T_LPAR && next != T_EQUAL;
    if (at(p, T_NAME) && p->tok->name == p->word_underscore)
        raise_at_token(p, p->tok, "cannot use '_' as a target");
    if (!at(p, T_NAME) && p->diagnose)
        raise_at_node(p, expr_expression(p), "invalid pattern target");
    if (!plain)
        fail(p);
    Node *node = NEW_FROM_TOKEN(p, MatchAs, &first);
    node->MatchAs.pattern = inner;
    node->MatchAs.name = p->tok->name;
    advance(p);
    return end_here(p, node);
}

Node *pattern_parse(Parser *p)
{
    Token first = *p->tok;
    Node *node = maybe_star(p);
    if (!at(p, T_COMMA)) {
        if (node->kind == NODE_MatchStar)
            fail(p);
        return node;
    }
    int mark = p->stack_n;
    push(p, node);
    while (accept(p, T_COMMA) && !at(p, T_COLON) && !at(p, T_IF))
        push(p, maybe_star(p));
    node = NEW_FROM_TOKEN(p, MatchSequence, &first);
    node->MatchSequence.patterns = take_list(p, mark);
    return end_here(p, node);
}
