/* parse_params.h -- parameters of functions and lambdas, and type parameters. */
#ifndef INTERP_SYNTAX_PARSE_PARAMS_H
#define INTERP_SYNTAX_PARSE_PARAMS_H

#include "interp/syntax/cursor.h"

/* parse_params -- everything up to `close`, which is T_RPAR for def (annotations allowed) or T_COLON for lambda and is
 * left for the caller.  -> arguments */
Node *parse_params(Parser *p, TokenType close);
/* parse_type_params -- `[T: bound = default, *Ts, **P]` if there is a bracket; an empty list otherwise. */
NodeList parse_type_params(Parser *p);

#endif
