/* fold.h -- which expressions always give the same value: what CPython's ast optimiser folds. */
#ifndef COMPILE_FOLD_H
#define COMPILE_FOLD_H
#include "interp/compile/context.h"

/* fold_tree -- find them all, once, before compiling. */
void fold_tree(Compiler *c, const Node *module);
/* fold_value -- *v is the (borrowed) constant value of the expression; false: it has none. */
bool fold_value(Compiler *c, const Node *e, Value *v);
/* A Constant of the tree as a value, owned. ERROR: failed. */
must_use Value fold_constant(const Constant *k);
/* A list or set display of constants only, as the tuple or frozenset that may stand for it after `in` and in `for`; UNBOUND: it is not. Borrowed. */
Value fold_display(Compiler *c, const Node *e);
#endif
