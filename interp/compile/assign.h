/* assign.h -- storing to and deleting targets of any shape. */
#ifndef COMPILE_ASSIGN_H
#define COMPILE_ASSIGN_H
#include "interp/compile/visit.h"
/* target = r. A temporary r is consumed; a variable is read in place. Temporaries the target takes lie above the current height. */
void assign_to(Unit *u, const Node *target, Reg r);
/* The register that `target` is, if it is a plain variable in one: results may go there directly. Else NO_REG. Refuses forbidden names. */
Reg assign_register(Unit *u, const Node *target);
void delete_target(Unit *u, const Node *target);
#endif
