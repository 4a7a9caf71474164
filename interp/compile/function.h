/* function.h -- def, async def, lambda. */
#ifndef COMPILE_FUNCTION_H
#define COMPILE_FUNCTION_H
#include "interp/compile/closure.h"
ExprRule lambda_to;
StmtRule function_stmt;
/* A definition `s` (def, class) begins: evaluates its decorators into temporaries, one each. The line it begins on. */
int push_decorators(Unit *u, const Node *s, NodeList decorators);
/* It ends: the decorators are applied, innermost first, to the value in the temporary above them, and the result gets the name. */
void store_decorated(Unit *u, const Node *s, const Text *name, NodeList decorators, Reg value);
/* The docstring of a body (owned by the context), or NONE; *skip is how many statements it takes. */
Value docstring_of(Unit *u, NodeList body, int *skip);
#endif
