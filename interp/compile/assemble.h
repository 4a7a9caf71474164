/* assemble.h -- from a unit's instructions to a code object. */
#ifndef COMPILE_ASSEMBLE_H
#define COMPILE_ASSEMBLE_H
#include "interp/compile/unit.h"

/* assemble -- the finished code object, owned by the caller; NULL: error pending. The unit stays as it is. */
must_use Code *assemble(Unit *u);
#endif
