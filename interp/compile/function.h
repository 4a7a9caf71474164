/* function.h -- def, async def, lambda. */
#ifndef COMPILE_FUNCTION_H
#define COMPILE_FUNCTION_H
#include "interp/compile/closure.h"
ExprRule lambda_to;
StmtRule function_stmt;
/* Evaluate decorators into temporaries, one each; their number. */
int push_decorators(Unit *u, NodeList decorators);
/* Apply them, innermost first, to the value in the temporary above them; it ends up in the first one's place, `result`. */
Reg apply_decorators(Unit *u, NodeList decorators, Reg value);
/* The docstring of a body (owned by the context), or NONE; *skip is how many statements it takes. */
Value docstring_of(Unit *u, NodeList body, int *skip);
#endif
