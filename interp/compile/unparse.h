/* unparse.h -- expressions back to source text, as annotations keep it under `from __future__ import annotations`. */
#ifndef COMPILE_UNPARSE_H
#define COMPILE_UNPARSE_H
#include "interp/compile/context.h"
/* unparse -- the text of an expression, worded as CPython's; owned str. ERROR: error pending. */
must_use Value unparse(Compiler *c, const Node *e);
#endif
