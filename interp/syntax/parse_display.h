/* parse_display.h -- what stands in brackets: tuples, groups, lists, sets, dicts, comprehensions, slices. */
#ifndef INTERP_SYNTAX_PARSE_DISPLAY_H
#define INTERP_SYNTAX_PARSE_DISPLAY_H

#include "interp/syntax/cursor.h"
#include "interp/syntax/parse_target.h"

/* display_starts -- whether an expression may begin with a token of this type (a star excluded). */
bool display_starts(TokenType type);
/* display_clauses -- `for ... in ... if ...`, one or more; the current token is `for` or `async`. -> comprehensions */
NodeList display_clauses(Parser *p);
/* display_last_item -- the last expression of the clauses, where an error about them ends. */
const Node *display_last_item(NodeList clauses);
static inline bool display_at_for(Parser *p)
{
    return at(p, T_FOR) || (at(p, T_ASYNC) && peek(p)->type == T_FOR);
}
/* The current token is the opening bracket. */
Node *display_parenthesis(Parser *p);
Node *display_bracket(Parser *p);
Node *display_brace(Parser *p);
/* display_slices -- behind `[` of a subscript, up to and without `]`. */
Node *display_slices(Parser *p);
/* display_star_targets -- targets of `for`, with context Store. */
Node *display_star_targets(Parser *p, TargetUse use);

#endif
