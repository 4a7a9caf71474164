/* call.h -- calls. */
#ifndef COMPILE_CALL_H
#define COMPILE_CALL_H
#include "interp/compile/visit.h"
ExprRule call_to;
/* The callable is at base (the top temporary), followed by `n_pushed` arguments already there; adds the rest, calls, result to dest. */
void emit_call(Unit *u, Reg base, int n_pushed, NodeList args, NodeList keywords, Reg dest);
#endif
