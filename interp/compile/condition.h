/* condition.h -- truth as control flow, and comparisons. */
#ifndef COMPILE_CONDITION_H
#define COMPILE_CONDITION_H
#include "interp/compile/visit.h"
/* Jump to the label when e's truth is `when`; go on otherwise. */
void expr_jump(Unit *u, const Node *e, Label to, bool when);
ExprRule compare_to, bool_op_to, if_exp_to, not_to;
#endif
