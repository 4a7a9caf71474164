/* complex_methods.h -- what complex() and cmath share of conversion. */
#ifndef BUILTINS_COMPLEX_METHODS_H
#define BUILTINS_COMPLEX_METHODS_H
#include "gc/value.h"
/* Any number as two doubles: complex, what __complex__ gives, float, what __float__ or __index__ gives. May run Python code.
   TypeError "must be real number, not T", OverflowError for an int too large. */
bool complex_of_number(Value v, double *re, double *im);
#endif
