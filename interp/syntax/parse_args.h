/* parse_args.h -- the arguments of calls and the bases of classes. */
#ifndef INTERP_SYNTAX_PARSE_ARGS_H
#define INTERP_SYNTAX_PARSE_ARGS_H

#include "interp/syntax/cursor.h"

/* args_parse -- behind the `(` at token `open`, up to and without `)`.
 * A lone generator expression is taken if `generator` (calls yes, classes no). */
void args_parse(Parser *p, const Token *open, bool generator, NodeList *args, NodeList *keywords);

#endif
