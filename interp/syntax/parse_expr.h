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

#endif
