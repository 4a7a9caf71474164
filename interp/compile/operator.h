/* operator.h -- names, operators, attributes, subscripts as values. */
#ifndef COMPILE_OPERATOR_H
#define COMPILE_OPERATOR_H
#include "interp/compile/visit.h"

/* The bounds of a slice in consecutive temporaries, the step only if there is one: the first of them. */
Reg slice_bounds(Unit *u, const Node *e);
ExprRule name_to, bin_op_to, unary_op_to, named_expr_to, attribute_to, subscript_to, slice_to;
/* dest = left op right; `inplace` for op=. The right operand may be a constant. */
void emit_binary(Unit *u, NodeKind op, bool inplace, Reg dest, Reg left, const Node *right);
/* Where an attribute's traceback mark starts when the expression spans lines: at the attribute's name. */
void at_attribute(Unit *u, const Node *e);
/* super().name or super(a, b).name: puts the attribute (or, for a call, function and self) at base, base + 1; false: it is not that. */
bool super_attribute(Unit *u, const Node *e, Reg base, bool method);
bool is_super_attribute(Unit *u, const Node *e);
#endif
