/* dump.h -- a tree as text: exactly what CPython 3.11's ast.dump(tree, include_attributes=...) prints. */
#ifndef INTERP_SYNTAX_DUMP_H
#define INTERP_SYNTAX_DUMP_H

#include "interp/base/buf.h"
#include "interp/syntax/ast.h"

enum { DUMP_MAX_DEPTH = 20000 };

/* dump_tree -- appends the dump; false when out of memory (out->failed) or nested deeper than DUMP_MAX_DEPTH.
 * Linear, except that decimal output of big ints is GMP's. */
bool dump_tree(Buf *out, const Node *tree, bool include_attributes);
/* dump_string -- repr() of a str given as WTF-8. */
bool dump_string(Buf *out, const char *bytes, size_t len);

#endif
