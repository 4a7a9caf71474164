/* itertools_types.h -- the iterators of itertools_combinatoric.c, for the module's table. */
#ifndef MODULES_ITERTOOLS_TYPES_H
#define MODULES_ITERTOOLS_TYPES_H
#include "interp/object/type.h"
extern Type product_type, permutations_type, combinations_type, combinations_with_replacement_type;
#endif
