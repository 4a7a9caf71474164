/* cell.h -- a variable that closures share. */
#ifndef OBJECT_CELL_H
#define OBJECT_CELL_H
#include "interp/object/type.h"
typedef struct Cell { Object head; Value value; /* UNBOUND: empty */ } Cell;
extern Type cell_type;
static inline bool cell_check(Value v) { return is_exact(v, &cell_type); }
static inline Cell *as_cell(Value v) { assert(cell_check(v)); return (Cell *)as_obj(v); }
must_use Value cell_new(Value value_or_unbound);       /* the value is retained */
void cell_check_valid(const Cell *);                   /* asserts the invariants */
#endif
