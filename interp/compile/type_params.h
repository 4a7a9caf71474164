/* type_params.h -- PEP 695 and 696: [T: bound = default, *Ts, **P] and the type statement. */
#ifndef COMPILE_TYPE_PARAMS_H
#define COMPILE_TYPE_PARAMS_H
#include "interp/compile/closure.h"
/* Make the type variables, bind them in the running type scope, and leave their tuple in a new temporary. */
Reg push_type_params(Unit *u, NodeList params);
/* Begin the scope of the type parameters of a def, class or type statement; c->unit is it afterwards. */
bool type_scope_open(Compiler *c, const Node *s, const Text *name, int first_line);
/* Return r from it; then, outside, make its function at base. */
void type_scope_end(Compiler *c, Reg r, Reg base);
StmtRule type_alias_stmt;
#endif
