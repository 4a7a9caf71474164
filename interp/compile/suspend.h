/* suspend.h -- await, yield, yield from. */
#ifndef COMPILE_SUSPEND_H
#define COMPILE_SUSPEND_H
#include "interp/compile/visit.h"
ExprRule await_to, yield_to, yield_from_to;
/* A yield whose value nobody wants; the same of what is in r already (bound; dead afterwards if temporary). */
void yield_drop(Unit *u, const Node *e);
void emit_yield_drop(Unit *u, Reg r);
/* t (the top temporary) holds an object to await: afterwards its result. kind: 0 await, 1 async with's enter, 2 its exit (for messages). */
void emit_await(Unit *u, Reg t, int kind);
/* t holds what GET_AWAITABLE or GET_YIELD_FROM or GET_ANEXT gave, t + 1 is the top temporary: afterwards t is dead and t + 1 the result. */
void emit_delegate(Unit *u, Reg t);
/* May `await` stand here? The error when not. `what`: "'await'" or so. */
bool in_async(Unit *u);
#endif
