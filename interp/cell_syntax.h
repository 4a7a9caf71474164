/* cell_syntax.h -- what the parser alone says of a cell. Pure: no objects, no lock. */
#ifndef INTERP_CELL_SYNTAX_H
#define INTERP_CELL_SYNTAX_H
#include <stddef.h>

/* cell_last_expression -- the byte offset where the cell's last statement begins when it is an expression; `len` when it is not, or when
 * the cell does not parse. */
size_t cell_last_expression(const char *source, size_t len);
#endif
