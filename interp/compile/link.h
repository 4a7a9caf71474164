/* link.h -- which globals of top-level code live in registers while it runs (CODE_LINKED). */
#ifndef COMPILE_LINK_H
#define COMPILE_LINK_H
#include "interp/compile/unit.h"
/* link_globals -- give the names that the code assigns the first registers, when a loop makes it worth while. Before anything is emitted. */
void link_globals(Unit *u);
#endif
