/* closure.h -- code inside code: opening the body of a function-like block, closing it, making the function object. */
#ifndef COMPILE_CLOSURE_H
#define COMPILE_CLOSURE_H
#include "interp/compile/visit.h"

/* closure_open -- begin the body of a function, lambda, comprehension or type scope: flags, parameters (`args` may be NULL), cells, and for
 * generators the switch to a generator object. c->unit is the new unit. False: failed. */
bool closure_open(Compiler *c, Scope *scope, Ident *name, const Node *args, int first_line);
/* One parameter more, named as the compiler likes (".0"); before closure_begin. */
void closure_param(Unit *u, Ident *ident);
/* The first instructions, once all parameters are known. */
void closure_begin(Unit *u);
/* MAKE_FUNCTION's x: which of the registers behind it are filled (opcodes.def). */
enum { WITH_DEFAULTS = 1, WITH_KWDEFAULTS = 2, WITH_ANNOTATIONS = 4, WITH_CLOSURE = 8 };
/* closure_end -- leave the body (RETURN_K None when its end can be reached) and make the function in the outer unit: at base, the top
 * temporary before base + 1 .. base + 3 were filled as `flags` says (MAKE_FUNCTION's x bits). */
void closure_end(Compiler *c, Reg base, int flags);
#endif
