/* parse_expr.c -- Source: language reference, "Expressions"; PEP 308, 572. */
#include "interp/syntax/parse_expr.h"


#include "interp/syntax/fstring.h"
#include "interp/syntax/lex_number.h"
#include "interp/syntax/parse_args.h"
#include "interp/syntax/parse_display.h"
#include "interp/syntax/parse_params.h"
#include "interp/syntax/parse_target.h"

/* How tightly an operator binds; 0: no binary operator. */
enum { P_OR = 1, P_AND, P_NOT, P_COMPARE, P_BITOR, P_BITXOR, P_BITAND, P_SHIFT, P_SUM, P_TERM, P_FACTOR };

static const uint8_t precedence[T_COUNT] = {
    [T_OR] = P_OR, [T_AND] = P_AND,
    [T_EQEQUAL] = P_COMPARE, [T_NOTEQUAL] = P_COMPARE, [T_LESS] = P_COMPARE, [T_LESSEQUAL] = P_COMPARE,
    [T_GREATER] = P_COMPARE, [T_GREATEREQUAL] = P_COMPARE, [T_IN] = P_COMPARE, [T_IS] = P_COMPARE, [T_NOT] = P_COMPARE,
    [T_VBAR] = P_BITOR, [T_CIRCUMFLEX] = P_BITXOR, [T_AMPER] = P_BITAND,
    [T_LEFTSHIFT] = P_SHIFT, [T_RIGHTSHIFT] = P_SHIFT, [T_PLUS] = P_SUM, [T_MINUS] = P_SUM,
    [T_STAR] = P_TERM, [T_SLASH] = P_TERM, [T_DOUBLESLASH] = P_TERM, [T_PERCENT] = P_TERM, [T_AT] = P_TERM,
};

static const uint8_t operator_of[T_COUNT] = {
    [T_VBAR] = NODE_BitOr, [T_CIRCUMFLEX] = NODE_BitXor, [T_AMPER] = NODE_BitAnd, [T_LEFTSHIFT] = NODE_LShift,
    [T_RIGHTSHIFT] = NODE_RShift, [T_PLUS] = NODE_Add, [T_MINUS] = NODE_Sub, [T_STAR] = NODE_Mult, [T_SLASH] = NODE_Div,
    [T_DOUBLESLASH] = NODE_FloorDiv, [T_PERCENT] = NODE_Mod, [T_AT] = NODE_MatMult,
    [T_EQEQUAL] = NODE_Eq, [T_NOTEQUAL] = NODE_NotEq, [T_LESS] = NODE_Lt, [T_LESSEQUAL] = NODE_LtE,
    [T_GREATER] = NODE_Gt, [T_GREATEREQUAL] = NODE_GtE, [T_IN] = NODE_In, [T_IS] = NODE_Is,
};

static Node *binary(Parser *p, int min);

/* ---- atoms ---- */

static Node *constant(Parser *p, ConstantKind kind)
{
    Node *node = NEW_FROM_TOKEN(p, Constant, p->tok);
    node->Constant.value.kind = (uint8_t)kind;
    advance(p);
    return end_here(p, node);
}

static Node *number(Parser *p)
{
    const Token *t = p->tok;
    Node *node = NEW_FROM_TOKEN(p, Constant, t);
    int digits;
    NumberResult result = number_value(p->arena, p->lexer.source + t->start, (size_t)(t->end - t->start),
                                       p->options->max_str_digits, &node->Constant.value, &digits);
    if (result == NUMBER_NO_MEMORY)
        fail_memory(p);
    if (result == NUMBER_TOO_LONG) {
        parser_set_error(p, SYNTAX_ERROR, t->lineno, 0, t->end_lineno, 0,
                         arena_format(p->arena, "Exceeds the limit (%d digits) for integer string conversion: value has %d "
                                      "digits; use sys.set_int_max_str_digits() to increase the limit - Consider "
                                      "hexadecimal for huge integer literals to avoid decimal conversion limits.",
                                      p->options->max_str_digits, digits));
        longjmp(p->finish, 2);
    }
    advance(p);
    return end_here(p, node);
}

static Node *atom(Parser *p)
{
    switch (type_of(p)) {
    case T_NAME: {
        const Token *t = p->tok;
        Node *node = NEW_FROM_TOKEN(p, Name, t);
        node->Name.id = t->name;
        node->Name.ctx = NODE_Load;
        node->end_lineno = t->end_lineno;
        node->end_col_offset = t->end_col;
        advance(p);
        return node;
    }
    case T_NUMBER: return number(p);
    case T_STRING: case T_FSTRING_START: return fstring_atom(p);
    case T_LPAR: return display_parenthesis(p);
    case T_LSQB: return display_bracket(p);
    case T_LBRACE: return display_brace(p);
    case T_NONE: return constant(p, CONST_NONE);
    case T_TRUE: return constant(p, CONST_TRUE);
    case T_FALSE: return constant(p, CONST_FALSE);
    case T_ELLIPSIS: return constant(p, CONST_ELLIPSIS);
    default: fail(p);
    }
}

/* `.name` behind `value`, at the name. */
static Node *attribute(Parser *p, Node *value, int line, int col)
{
    Node *node = NEW_AT(p, Attribute, line, col);
    node->Attribute.value = value;
    node->Attribute.attr = p->tok->name;
    node->Attribute.ctx = NODE_Load;
    advance(p);
    return end_here(p, node);
}

/* name.name... */
static Node *dotted(Parser *p)
{
    Node *node = atom(p);
    int line = node->lineno, col = node->col_offset;
    while (at(p, T_DOT) && peek(p)->type == T_NAME) {
        advance(p);
        node = attribute(p, node, line, col);
    }
    return node;
}

static Node *primary(Parser *p)
{
    int line = p->tok->lineno, col = p->tok->col;       /* of the bracket, if the atom is in one */
    Node *node = atom(p);
    for (;;) {
        switch (type_of(p)) {
        case T_DOT:
            advance(p);
            if (!at(p, T_NAME))
                fail(p);
            node = attribute(p, node, line, col);
            break;
        case T_LPAR: {
            Token open = *p->tok;
            advance(p);
            Node *outer = NEW_AT(p, Call, line, col);
            outer->Call.func = node;
            args_parse(p, &open, true, &outer->Call.args, &outer->Call.keywords);
            expect(p, T_RPAR);
            node = end_here(p, outer);
            break;
        }
        case T_LSQB: {
            advance(p);
            Node *outer = NEW_AT(p, Subscript, line, col);
            outer->Subscript.value = node;
            outer->Subscript.slice = display_slices(p);
            outer->Subscript.ctx = NODE_Load;
            expect(p, T_RSQB);
            node = end_here(p, outer);
            break;
        }
        default:
            return node;
        }
    }
}

/* ---- operators ---- */

static Node *unary_operator(Parser *p, NodeKind op, int operand_precedence)
{
    descend(p);
    Node *node = NEW_FROM_TOKEN(p, UnaryOp, p->tok);
    advance(p);
    node->UnaryOp.op = op;
    node->UnaryOp.operand = binary(p, operand_precedence);
    ascend(p);
    return end_here(p, node);
}

/* factor, `not` above it, and the power that binds tighter than a sign on its left. */
static Node *unary(Parser *p, int min)
{
    Node *node;
    Token first;
    switch (type_of(p)) {
    case T_NOT:
        if (min > P_NOT)
            fail(p);
        return unary_operator(p, NODE_Not, P_NOT);
    case T_PLUS: return unary_operator(p, NODE_UAdd, P_FACTOR);
    case T_MINUS: return unary_operator(p, NODE_USub, P_FACTOR);
    case T_TILDE: return unary_operator(p, NODE_Invert, P_FACTOR);
    case T_AWAIT:
        first = *p->tok;
        advance(p);
        node = NEW_FROM_TOKEN(p, Await, &first);
        node->Await.value = primary(p);
        end_here(p, node);
        break;
    default:
        first = *p->tok;
        node = primary(p);
        break;
    }
    if (!at(p, T_DOUBLESTAR))
        return node;
    advance(p);
    Node *power = NEW_FROM_TOKEN(p, BinOp, &first);
    power->BinOp.left = node;
    power->BinOp.op = NODE_Pow;
    descend(p);
    power->BinOp.right = binary(p, P_FACTOR);
    ascend(p);
    return end_here(p, power);
}

static Node *bool_operator(Parser *p, Node *left, int start_line, int start_col, TokenType type, int level)
{
    int mark = p->stack_n;
    push(p, left);
    while (accept(p, type))
        push(p, binary(p, level + 1));
    Node *node = NEW_AT(p, BoolOp, start_line, start_col);
    node->BoolOp.op = type == T_OR ? NODE_Or : NODE_And;
    node->BoolOp.values = take_list(p, mark);
    return end_here(p, node);
}

/* The comparison operator at hand, consumed; NODE_NONE if there is none (a `not` without `in`). */
static NodeKind comparison_operator(Parser *p)
{
    TokenType type = type_of(p);
    if (type == T_NOT) {
        if (peek(p)->type != T_IN)
            return NODE_NONE;
        advance(p);
        advance(p);
        return NODE_NotIn;
    }
    if (type == T_NOTEQUAL) {
        bool flufl = p->options->flags & PARSE_BARRY_AS_FLUFL;
        bool diamond = p->lexer.source[p->tok->start] == '<';
        if (flufl && !diamond)
            raise_now(p, "with Barry as BDFL, use '<>' instead of '!='");
        if (diamond && !flufl)
            fail(p);
    }
    advance(p);
    if (type == T_IS && accept(p, T_NOT))
        return NODE_IsNot;
    return (NodeKind)operator_of[type];
}

static Node *comparison(Parser *p, Node *left, int start_line, int start_col)
{
    NodeKind few[16], *ops = few;
    int n = 0, cap = 16, mark = p->stack_n;
    while (precedence[p->tok->type] == P_COMPARE) {
        NodeKind op = comparison_operator(p);
        if (op == NODE_NONE)
            break;
        if (n == cap) {
            NodeKind *wider = parser_alloc(p, (size_t)cap * 2);
            memcpy(wider, ops, (size_t)n);
            ops = wider;
            cap *= 2;
        }
        ops[n++] = op;
        push(p, binary(p, P_BITOR));
    }
    if (n == 0)
        return left;
    Node *node = NEW_AT(p, Compare, start_line, start_col);
    node->Compare.left = left;
    node->Compare.ops = (KindList){ parser_alloc(p, (size_t)n), n };
    memcpy(node->Compare.ops.at, ops, (size_t)n);
    node->Compare.comparators = take_list(p, mark);
    return end_here(p, node);
}

_Static_assert(sizeof(NodeKind) == 1, "lists of kinds are bytes");

/* Everything that binds at least as tightly as `min`. */
static Node *binary(Parser *p, int min)
{
    int start_line = p->tok->lineno, start_col = p->tok->col;
    Node *left = unary(p, min);
    for (;;) {
        int level = precedence[p->tok->type];
        if (level < min || level == 0)
            return left;
        if (level > P_COMPARE) {
            TokenType type = type_of(p);
            advance(p);
            Node *node = NEW_AT(p, BinOp, start_line, start_col);
            node->BinOp.left = left;
            node->BinOp.op = (NodeKind)operator_of[type];
            node->BinOp.right = binary(p, level + 1);
            left = end_here(p, node);
        } else if (level == P_COMPARE) {
            Node *node = comparison(p, left, start_line, start_col);
            if (node == left)
                return left;
            left = node;
        } else {
            left = bool_operator(p, left, start_line, start_col, level == P_OR ? T_OR : T_AND, level);
        }
    }
}

static Node *disjunction(Parser *p) { return binary(p, P_OR); }
Node *expr_bitwise_or(Parser *p) { return binary(p, P_BITOR); }

static Node *lambda(Parser *p)
{
    Node *node = NEW_FROM_TOKEN(p, Lambda, p->tok);
    advance(p);
    node->Lambda.args = parse_params(p, T_COLON);
    expect(p, T_COLON);
    node->Lambda.body = expr_expression(p);
    return end_here(p, node);
}

/* ---- what to say when an expression is followed by the wrong thing (second pass only) ---- */

static Node *factor(Parser *p) { return unary(p, P_FACTOR); }

static Node *quiet(Parser *p, Node *(*rule)(Parser *))
{
    bool diagnose = p->diagnose;
    p->diagnose = false;
    Node *node = attempt_parse(p, rule);
    p->diagnose = diagnose;
    return node;
}

/* As much of an expression as there is: of `x -` the x, of `f(a b)` the f.  The second and third try are quiet, so that
 * nested brackets are not read 3 ** depth times. */
static Node *prefix_of(Parser *p, Node *(*rule)(Parser *))
{
    Node *node = attempt_parse(p, rule);
    if (!node)
        node = quiet(p, factor);
    return node ? node : quiet(p, atom);
}

static Node *quiet_expression(Parser *p)
{
    bool diagnose = p->diagnose;
    p->diagnose = false;
    Node *node = prefix_of(p, expr_expression);
    p->diagnose = diagnose;
    return node;
}

static bool is_old_statement(const Parser *p, const Node *node)
{
    return node->kind == NODE_Name && (node->Name.id == p->word_print || node->Name.id == p->word_exec);
}

/* CPython's parser takes each beginning of a soft keyword for one here: `f(m e)` gets fewer words than `f(a b)`. */
static bool like_soft_keyword(const Text *name)
{
    return !strncmp(name->at, "match", name->len) || !strncmp(name->at, "case", name->len) || !strcmp(name->at, "_");
}

/* `a b` */
static void check_juxtaposed(Parser *p, int start, Node *a)
{
    if (!display_starts(type_of(p)) || start == p->key_token)
        return;
    Token first = p->tokens[start], second = p->tokens[start + 1];
    bool old = is_old_statement(p, a);
    bool soft = first.type == T_NAME && like_soft_keyword(first.name);
    bool name_string = first.type == T_NAME && (second.type == T_STRING || second.type == T_FSTRING_START);
    int here = (int)(p->tok - p->tokens);
    if (!soft && !name_string) {
        Node *b = quiet_expression(p);
        if (b && p->tok[-1].level > 0 && !old)
            raise_nodes(p, a, b, "invalid syntax. Perhaps you forgot a comma?");
        p->tok = p->tokens + here;
        if (!old)
            return;
    }
    if (here == start + 1 && first.type == T_NAME && !at(p, T_LPAR)) {
        Node *b = attempt_parse(p, expr_star_list);
        if (b && old)
            raise_nodes(p, a, b, "Missing parentheses in call to '%s'. Did you mean %s(...)?", a->Name.id->at,
                        a->Name.id->at);
        p->tok = p->tokens + here;
    }
}

/* Does the expression begin with a list, tuple or generator, or with True, None, False?  Then `=` behind it is no `==`. */
static bool starts_with_display(const Parser *p, int start, const Node *expr)
{
    TokenType type = p->tokens[start].type;
    if (type == T_TRUE || type == T_NONE || type == T_FALSE)
        return true;
    for (;;) {
        const Node *left = expr->kind == NODE_BinOp ? expr->BinOp.left : expr->kind == NODE_Call ? expr->Call.func
                         : expr->kind == NODE_Attribute ? expr->Attribute.value
                         : expr->kind == NODE_Subscript ? expr->Subscript.value : NULL;
        if (!left || expr->parenthesised)
            break;
        expr = left;
    }
    return expr->kind == NODE_List || expr->kind == NODE_Tuple || expr->kind == NODE_GeneratorExp;
}

static bool is_bitwise_or(const Node *expr)
{
    if (expr->parenthesised)
        return true;
    switch (expr->kind) {
    case NODE_Compare: case NODE_BoolOp: case NODE_IfExp: case NODE_Lambda: case NODE_NamedExpr: case NODE_Starred:
    case NODE_Yield: case NODE_YieldFrom:
        return false;
    case NODE_UnaryOp:
        return expr->UnaryOp.op != NODE_Not;
    default:
        return true;
    }
}

/* In the second pass, behind an expression that began at token `start` and is followed by `=` where no assignment can be: raises what
 * CPython suggests, if it suggests something. */
static void check_equal(Parser *p, int start, Node *expr)
{
    if (!p->diagnose || !at(p, T_EQUAL))
        return;
    bool name = p->tok - p->tokens == start + 1 && p->tokens[start].type == T_NAME;
    int equal = (int)(p->tok - p->tokens);
    advance(p);
    Node *value = prefix_of(p, expr_bitwise_or);
    bool last = value && !at(p, T_EQUAL) && !at(p, T_COLONEQUAL);
    if (last && name)
        raise_nodes(p, expr, value, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
    if (last && is_bitwise_or(expr) && !starts_with_display(p, start, expr))
        raise_at_node(p, expr, "cannot assign to %s here. Maybe you meant '==' instead of '='?", target_name_of(expr));
    p->tok = p->tokens + equal;
}

/* In the second pass. Of `a.b[]` the a.b is an expression, too, with [] behind it. */
static Node *checked_disjunction(Parser *p, int start)
{
    Node *node = at(p, T_NAME) ? attempt_parse(p, disjunction) : disjunction(p);
    if (!node) {
        node = dotted(p);
        if (at(p, T_LSQB) || at(p, T_LPAR))
            check_juxtaposed(p, start, node);
        fail(p);
    }
    check_juxtaposed(p, start, node);
    return node;
}

/* ---- expressions ---- */

Node *expr_expression(Parser *p)
{
    descend(p);
    Node *node;
    int start = (int)(p->tok - p->tokens);
    if (at(p, T_LAMBDA)) {
        node = lambda(p);
    } else {
        int start_line = p->tok->lineno, start_col = p->tok->col;
        node = p->diagnose ? checked_disjunction(p, start) : disjunction(p);
        if (at(p, T_IF)) {
            Node *body = node;
            advance(p);
            Node *test = disjunction(p);
            if (!at(p, T_ELSE)) {
                if (at(p, T_COLON))
                    fail(p);
                raise_nodes(p, body, test, "expected 'else' after 'if' expression");
            }
            advance(p);
            node = NEW_AT(p, IfExp, start_line, start_col);
            node->IfExp.test = test;
            node->IfExp.body = body;
            node->IfExp.orelse = expr_expression(p);
            end_here(p, node);
        }
    }
    ascend(p);
    return node;
}

Node *expr_named(Parser *p)
{
    int start = (int)(p->tok - p->tokens);
    Node *node = expr_expression(p);
    if (at(p, T_COLONEQUAL)) {
        if (p->tok - p->tokens == start + 1 && p->tokens[start].type == T_NAME) {
            advance(p);
            Node *outer = NEW_FROM_NODE(p, NamedExpr, node);
            node->Name.ctx = NODE_Store;
            outer->NamedExpr.target = node;
            outer->NamedExpr.value = expr_expression(p);
            return end_here(p, outer);
        }
        if (!p->diagnose)
            fail(p);
        advance(p);
        expr_expression(p);
        raise_at_node(p, node, "cannot use assignment expressions with %s", target_name_of(node));
    }
    if (at(p, T_EQUAL) && p->diagnose)
        check_equal(p, start, node);
    return node;
}

static Node *star_expression(Parser *p)
{
    if (!at(p, T_STAR))
        return expr_expression(p);
    Node *node = NEW_FROM_TOKEN(p, Starred, p->tok);
    advance(p);
    node->Starred.value = expr_bitwise_or(p);
    node->Starred.ctx = NODE_Load;
    return end_here(p, node);
}

Node *expr_star_list(Parser *p)
{
    int start_line = p->tok->lineno, start_col = p->tok->col;
    Node *first = star_expression(p);
    if (!at(p, T_COMMA))
        return first;
    int mark = p->stack_n;
    push(p, first);
    while (accept(p, T_COMMA) && (at(p, T_STAR) || display_starts(type_of(p))))
        push(p, star_expression(p));
    Node *node = NEW_AT(p, Tuple, start_line, start_col);
    node->Tuple.elts = take_list(p, mark);
    node->Tuple.ctx = NODE_Load;
    return end_here(p, node);
}

static Node *yield_expression(Parser *p)
{
    Token first = *p->tok;
    advance(p);
    if (accept(p, T_FROM)) {
        Node *node = NEW_FROM_TOKEN(p, YieldFrom, &first);
        node->YieldFrom.value = expr_expression(p);
        return end_here(p, node);
    }
    Node *node = NEW_FROM_TOKEN(p, Yield, &first);
    if (at(p, T_STAR) || display_starts(type_of(p)))
        node->Yield.value = expr_star_list(p);
    return end_here(p, node);
}

Node *expr_yield_or_star_list(Parser *p) { return at(p, T_YIELD) ? yield_expression(p) : expr_star_list(p); }

const ExprRules expr_rules = {
    .expression = expr_expression, .named = expr_named, .disjunction = disjunction, .bitwise_or = expr_bitwise_or,
    .star_list = expr_star_list, .yield_or_star_list = expr_yield_or_star_list,
};
