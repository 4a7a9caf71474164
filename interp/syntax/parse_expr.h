/* parse_expr.h -- expressions: operators by precedence, atoms, calls.  No statement occurs inside one. */
#ifndef INTERP_SYNTAX_PARSE_EXPR_H
#define INTERP_SYNTAX_PARSE_EXPR_H

#include "interp/syntax/cursor.h"

extern const ExprRules expr_rules;      /* the parser's `rules` */

Node *expr_expression(Parser *p);
Node *expr_named(Parser *p);
Node *expr_star_list(Parser *p);
Node *expr_yield_or_star_list(Parser *p);
Node *expr_bitwise_or(Parser *p);

/* expr_check_equal -- in the second pass, behind an expression that began at token `start` and is followed by `=` where no
 * assignment can be: raises what CPython suggests, if it suggests something. */
void expr_check_equal(Parser *p, int start, Node *expr);

#endif
