/* literal.h -- SyntaxWarnings for literals that are called or subscripted: a comma is probably missing. */
#ifndef COMPILE_LITERAL_H
#define COMPILE_LITERAL_H
#include "interp/compile/visit.h"
void warn_if_not_callable(Unit *u, const Node *e);
void warn_if_not_subscriptable(Unit *u, const Node *e);
void warn_if_bad_index(Unit *u, const Node *e, const Node *index);
#endif
