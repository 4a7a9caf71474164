/* scalars.h -- the built-in types of numbers, text and bytes get their slots, methods and docstrings. */
#ifndef BUILTINS_SCALARS_H
#define BUILTINS_SCALARS_H
#include "interp/object/type.h"
/* scalars_install -- fill int, bool, float, complex, str, bytes, bytearray, memoryview and their iterators; before type_ready of any
 * of them. The others of these functions are its parts. */
void scalars_install(void);
void str_install(void);
void int_install(void);
void float_install(void);
void complex_install(void);
void bytes_install(void);
void bytearray_install(void);
void memoryview_install(void);
/* The types that scalars_install filled, each after its base; ends with NULL. All have the base object but bool, whose is int. */
extern Type *const scalar_types[];
#endif
