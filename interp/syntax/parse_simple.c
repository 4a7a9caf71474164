/* parse_simple.c -- Source: language reference, "Simple statements". */
#include "interp/syntax/parse_simple.h"


#include "interp/base/buf.h"
#include "interp/syntax/parse_display.h"
#include "interp/syntax/parse_expr.h"
#include "interp/syntax/parse_params.h"
#include "interp/syntax/parse_target.h"

static bool at_end(const Parser *p) { return at(p, T_NEWLINE) || at(p, T_SEMI); }

/* ---- assignment ---- */

static Node *list_member(Parser *p)
{
    return accept(p, T_STAR) ? expr_bitwise_or(p) : expr_named(p);
}

/* The statement's start read as members of a list, which says what there is to say about an `=`: after a first comma CPython
 * reads on even where commas are missing. */
static Node *members_at_start(Parser *p)
{
    Node *node = list_member(p);
    if (accept(p, T_COMMA))
        while (attempt_parse(p, list_member))
            accept(p, T_COMMA);
    return node;
}

static void check_start(Parser *p, int start)
{
    int here = (int)(p->tok - p->tokens);
    if (!p->diagnose || p->tokens[start].type == T_YIELD)
        return;
    p->tok = p->tokens + start;
    attempt_parse(p, members_at_start);
    p->tok = p->tokens + here;
}

/* `value =` where value is no target; the statement began at token `start`. */
NORETURN static void bad_assignment(Parser *p, int start, Node *value)
{
    if (!p->diagnose)
        fail(p);
    check_start(p, start);
    if ((value->kind == NODE_Yield || value->kind == NODE_YieldFrom) && !value->parenthesised)
        raise_at_node(p, value, "assignment to yield expression not possible");
    target_check(p, value, TARGET_STAR);
    fail(p);
}

static Node *assignment(Parser *p, Node *node, int start, Node *value)
{
    int mark = p->stack_n;
    while (at(p, T_EQUAL)) {
        if (target_invalid(value, TARGET_STAR))
            bad_assignment(p, start, value);
        target_set(value, NODE_Store);
        push(p, value);
        advance(p);
        value = expr_yield_or_star_list(p);
    }
    node->Assign.targets = take_list(p, mark);
    node->Assign.value = value;
    return end_here(p, node);
}

static const uint8_t augmented[T_COUNT] = {
    [T_PLUSEQUAL] = NODE_Add, [T_MINEQUAL] = NODE_Sub, [T_STAREQUAL] = NODE_Mult, [T_ATEQUAL] = NODE_MatMult,
    [T_SLASHEQUAL] = NODE_Div, [T_PERCENTEQUAL] = NODE_Mod, [T_AMPEREQUAL] = NODE_BitAnd, [T_VBAREQUAL] = NODE_BitOr,
    [T_CIRCUMFLEXEQUAL] = NODE_BitXor, [T_LEFTSHIFTEQUAL] = NODE_LShift, [T_RIGHTSHIFTEQUAL] = NODE_RShift,
    [T_DOUBLESTAREQUAL] = NODE_Pow, [T_DOUBLESLASHEQUAL] = NODE_FloorDiv,
};

static bool single_target(const Node *expr)
{
    return expr->kind == NODE_Name || expr->kind == NODE_Attribute || expr->kind == NODE_Subscript;
}

static Node *augmented_assignment(Parser *p, const Token *first, Node *target)
{
    NodeKind op = (NodeKind)augmented[p->tok->type];
    if (!single_target(target)) {
        if (!p->diagnose || ((target->kind == NODE_Yield || target->kind == NODE_YieldFrom) && !target->parenthesised))
            fail(p);
        advance(p);
        expr_yield_or_star_list(p);
        raise_at_node(p, target, "'%s' is an illegal expression for augmented assignment", target_name_of(target));
    }
    Node *node = NEW_FROM_TOKEN(p, AugAssign, first);
    advance(p);
    target_set(target, NODE_Store);
    node->AugAssign.target = target;
    node->AugAssign.op = op;
    node->AugAssign.value = expr_yield_or_star_list(p);
    return end_here(p, node);
}

NORETURN static void bad_annotation(Parser *p, Node *target)
{
    if (!p->diagnose || target->kind == NODE_Starred
        || ((target->kind == NODE_Yield || target->kind == NODE_YieldFrom) && !target->parenthesised))
        fail(p);
    advance(p);
    expr_expression(p);
    if (target->kind == NODE_List)
        raise_at_node(p, target, "only single target (not list) can be annotated");
    if (target->kind == NODE_Tuple)
        raise_at_node(p, target->parenthesised ? target : target->Tuple.elts.at[0],
                      "only single target (not tuple) can be annotated");
    raise_at_node(p, target, "illegal target for annotation");
}

static Node *annotated_assignment(Parser *p, const Token *first, Node *target)
{
    if (!single_target(target))
        bad_annotation(p, target);
    Node *node = NEW_FROM_TOKEN(p, AnnAssign, first);
    advance(p);
    target_set(target, NODE_Store);
    node->AnnAssign.target = target;
    node->AnnAssign.simple = target->kind == NODE_Name && !target->parenthesised;
    node->AnnAssign.annotation = expr_expression(p);
    if (accept(p, T_EQUAL))
        node->AnnAssign.value = expr_yield_or_star_list(p);
    return end_here(p, node);
}

static Node *expression_statement(Parser *p)
{
    Token first = *p->tok;
    int start = (int)(p->tok - p->tokens);
    Node *value = expr_yield_or_star_list(p);
    if (at(p, T_EQUAL))
        return assignment(p, NEW_FROM_TOKEN(p, Assign, &first), start, value);
    if (at(p, T_COLON))
        return annotated_assignment(p, &first, value);
    if (augmented[p->tok->type])
        return augmented_assignment(p, &first, value);
    if (at(p, T_COLONEQUAL) && p->diagnose && !(p->tok - p->tokens == start + 1 && first.type == T_NAME)
        && value->kind != NODE_Tuple) {
        advance(p);
        expr_expression(p);
        raise_at_node(p, value, "cannot use assignment expressions with %s", target_name_of(value));
    }
    if (!at_end(p))
        check_start(p, start);
    Node *node = NEW_FROM_TOKEN(p, Expr, &first);
    node->Expr.value = value;
    return end_here(p, node);
}

/* ---- type X[T] = ... ---- */

static bool at_type_alias(Parser *p)
{
    if (!at(p, T_NAME) || p->tok->name != p->word_type || peek(p)->type != T_NAME)
        return false;
    TokenType second = (TokenType)peek_second(p)->type;
    return second == T_EQUAL || second == T_LSQB;
}

static Node *type_alias(Parser *p)
{
    Node *node = NEW_FROM_TOKEN(p, TypeAlias, p->tok);
    advance(p);
    Node *name = NEW_FROM_TOKEN(p, Name, p->tok);
    name->Name.id = p->tok->name;
    name->Name.ctx = NODE_Store;
    advance(p);
    node->TypeAlias.name = end_here(p, name);
    node->TypeAlias.type_params = parse_type_params(p);
    expect(p, T_EQUAL);
    node->TypeAlias.value = expr_expression(p);
    return end_here(p, node);
}

/* ---- import ---- */

/* a.b.c as one name */
static const Text *dotted_name(Parser *p)
{
    if (!at(p, T_NAME))
        fail(p);
    const Text *first = p->tok->name;
    advance(p);
    if (!at(p, T_DOT))
        return first;
    size_t len = first->len, cap = len + 64;
    char *name = parser_alloc(p, cap + 16);
    memcpy(name, first->at, len);
    while (accept(p, T_DOT)) {
        if (!at(p, T_NAME))
            fail(p);
        const Text *part = p->tok->name;
        if (len + part->len + 1 > cap) {
            char *wider = parser_alloc(p, (cap = 2 * (cap + part->len)) + 16);
            memcpy(wider, name, len);
            name = wider;
        }
        name[len++] = '.';
        memcpy(name + len, part->at, part->len);
        len += part->len;
        advance(p);
    }
    memset(name + len, 0, 16);
    const NameSlot *slot = names_slot(&p->names, name, len, T_NAME);
    if (!slot)
        fail_memory(p);
    return slot->text;
}

static void as_name(Parser *p, Node *alias)
{
    if (!accept(p, T_AS))
        return;
    if (!at(p, T_NAME))
        fail(p);
    alias->alias.asname = p->tok->name;
    advance(p);
}

static Node *import_statement(Parser *p)
{
    Node *node = NEW_FROM_TOKEN(p, Import, p->tok);
    int mark = p->stack_n;
    do {
        advance(p);
        Node *alias = NEW_FROM_TOKEN(p, alias, p->tok);
        alias->alias.name = dotted_name(p);
        as_name(p, alias);
        push(p, end_here(p, alias));
    } while (at(p, T_COMMA));
    node->Import.names = take_list(p, mark);
    return end_here(p, node);
}

static void import_names(Parser *p)
{
    bool bracket = accept(p, T_LPAR);
    if (!bracket && at(p, T_STAR)) {
        Node *alias = NEW_FROM_TOKEN(p, alias, p->tok);
        alias->alias.name = names_add(&p->names, "*", T_NAME);
        if (!alias->alias.name)
            fail_memory(p);
        advance(p);
        push(p, end_here(p, alias));
        return;
    }
    for (;;) {
        if (!at(p, T_NAME))
            fail(p);
        Node *alias = NEW_FROM_TOKEN(p, alias, p->tok);
        alias->alias.name = p->tok->name;
        advance(p);
        as_name(p, alias);
        push(p, end_here(p, alias));
        if (!accept(p, T_COMMA))
            break;
        if (bracket && at(p, T_RPAR))
            break;
        if (!bracket && at(p, T_NEWLINE))
            raise_last(p, SYNTAX_ERROR, "trailing comma not allowed without surrounding parentheses");
    }
    if (bracket)
        expect(p, T_RPAR);
}

static Node *from_statement(Parser *p)
{
    Node *node = NEW_FROM_TOKEN(p, ImportFrom, p->tok);
    advance(p);
    for (; at(p, T_DOT) || at(p, T_ELLIPSIS); advance(p))
        node->ImportFrom.level += at(p, T_DOT) ? 1 : 3;
    if (!node->ImportFrom.level || !at(p, T_IMPORT))
        node->ImportFrom.module = dotted_name(p);
    expect(p, T_IMPORT);
    int mark = p->stack_n;
    import_names(p);
    node->ImportFrom.names = take_list(p, mark);
    return end_here(p, node);
}

/* ---- the others ---- */

static Node *return_statement(Parser *p)
{
    Node *node = NEW_FROM_TOKEN(p, Return, p->tok);
    advance(p);
    if (!at_end(p))
        node->Return.value = expr_star_list(p);
    return end_here(p, node);
}

static Node *raise_statement(Parser *p)
{
    Node *node = NEW_FROM_TOKEN(p, Raise, p->tok);
    advance(p);
    if (!at_end(p)) {
        node->Raise.exc = expr_expression(p);
        if (accept(p, T_FROM))
            node->Raise.cause = expr_expression(p);
    }
    return end_here(p, node);
}

static Node *del_statement(Parser *p)
{
    Node *node = NEW_FROM_TOKEN(p, Delete, p->tok);
    advance(p);
    if (p->diagnose) {
        int here = (int)(p->tok - p->tokens);
        Node *list = attempt_parse(p, expr_star_list);
        if (list)
            target_check(p, list, TARGET_DEL);
        p->tok = p->tokens + here;
    }
    int mark = p->stack_n;
    do {
        Node *target = expr_bitwise_or(p);
        target_check(p, target, TARGET_DEL);
        target_set(target, NODE_Del);
        push(p, target);
    } while (accept(p, T_COMMA) && !at_end(p));
    if (!at_end(p))
        fail(p);
    node->Delete.targets = take_list(p, mark);
    return end_here(p, node);
}

static Node *assert_statement(Parser *p)
{
    Node *node = NEW_FROM_TOKEN(p, Assert, p->tok);
    advance(p);
    node->Assert.test = expr_expression(p);
    if (accept(p, T_COMMA))
        node->Assert.msg = expr_expression(p);
    return end_here(p, node);
}

static Node *names_statement(Parser *p, Node *node, TextList *list)
{
    int cap = 4;
    list->at = parser_alloc(p, (size_t)cap * sizeof *list->at);
    do {
        advance(p);
        if (!at(p, T_NAME))
            fail(p);
        if (list->n == cap) {
            const Text **wider = parser_alloc(p, (size_t)(cap *= 2) * sizeof *wider);
            memcpy(wider, list->at, (size_t)list->n * sizeof *wider);
            list->at = wider;
        }
        list->at[list->n++] = p->tok->name;
        advance(p);
    } while (at(p, T_COMMA));
    return end_here(p, node);
}

static Node *word(Parser *p, Node *node)
{
    advance(p);
    return end_here(p, node);
}

static Node *small_statement(Parser *p)
{
    switch (type_of(p)) {
    case T_RETURN: return return_statement(p);
    case T_IMPORT: return import_statement(p);
    case T_FROM: return from_statement(p);
    case T_RAISE: return raise_statement(p);
    case T_DEL: return del_statement(p);
    case T_ASSERT: return assert_statement(p);
    case T_PASS: return word(p, NEW_FROM_TOKEN(p, Pass, p->tok));
    case T_BREAK: return word(p, NEW_FROM_TOKEN(p, Break, p->tok));
    case T_CONTINUE: return word(p, NEW_FROM_TOKEN(p, Continue, p->tok));
    case T_GLOBAL: {
        Node *node = NEW_FROM_TOKEN(p, Global, p->tok);
        return names_statement(p, node, &node->Global.names);
    }
    case T_NONLOCAL: {
        Node *node = NEW_FROM_TOKEN(p, Nonlocal, p->tok);
        return names_statement(p, node, &node->Nonlocal.names);
    }
    case T_NAME:
        if (at_type_alias(p))
            return type_alias(p);
        return expression_statement(p);
    default:
        return expression_statement(p);
    }
}

void simple_line(Parser *p)
{
    do
        push(p, small_statement(p));
    while (accept(p, T_SEMI) && !at(p, T_NEWLINE));
    if (!at(p, T_NEWLINE))
        fail(p);
    p->end_lineno = p->tok[-1].end_lineno;
    p->end_col = p->tok[-1].end_col;
    if (!p->single)
        advance(p);
}
