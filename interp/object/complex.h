/* complex.h -- Python's complex: two doubles in an object. */
#ifndef OBJECT_COMPLEX_H
#define OBJECT_COMPLEX_H
#include "interp/object/type.h"
typedef struct Complex { Object head; double re, im; } Complex;
extern Type complex_type;
static inline bool complex_check(Value v) { return is_ptr(v) && is_instance_of(v, &complex_type); }
static inline Complex *as_complex(Value v) { assert(complex_check(v)); return (Complex *)as_obj(v); }
must_use Value complex_new(double re, double im);
/* A number as two doubles: complex, float, int. NO: something else. TRUTH_FAILED: an int too large (OverflowError). */
must_use Truth complex_of(Value v, double *re, double *im);
/* re, im op re, im. ZeroDivisionError, OverflowError as Python. */
must_use Value complex_mul(double a, double b, double c, double d);
must_use Value complex_div(double a, double b, double c, double d);
must_use Value complex_pow(double a, double b, double c, double d);
must_use Value complex_repr(double re, double im);
/* complex("1+2j") -- ASCII text without blanks around; ValueError "complex() arg is a malformed string". */
must_use Value complex_parse(const char *text, size_t len, Value original);      /* original: for "could not convert string to complex: %R" (underscores) */
#endif
