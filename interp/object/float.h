/* float.h -- Python's float: an immediate where possible (gc/value.h), else, and for subclasses, an object. */
#ifndef OBJECT_FLOAT_H
#define OBJECT_FLOAT_H
#include "interp/object/type.h"
typedef struct Float { Object head; double value; } Float;
must_use Value float_box(double d);
static inline Value float_value(double d) { Value v; return LIKELY(small_float_value(d, &v)) ? v : float_box(d); }
static inline bool float_check(Value v) { return is_float(v) || has_flag(v, TYPE_IS_FLOAT); }      /* subclasses too */
static inline bool float_exact(Value v) { return is_float(v) || is_exact(v, &float_type); }
static inline double float_of(Value v) { assert(float_check(v)); return is_float(v) ? small_float(v) : ((Float *)as_obj(v))->value; }     /* v must be float_check */
int64_t float_hash(double d, Value identity);          /* CPython's; NaN hashes by identity */
must_use Value float_repr(double d);
must_use Value float_from_str(Value s);                /* float("..."): ValueError */
must_use Value float_floordiv(double a, double b);
must_use Value float_mod(double a, double b);
must_use Value float_pow(double a, double b);          /* complex for a negative base and fractional exponent */
must_use Value float_round(double d, Value ndigits_or_none);
must_use Value float_divmod(double a, double b);       /* a tuple */
/* float_parse -- a whole text (blanks around it, underscores between digits) as a double; false: it is not one, no error set. */
bool float_parse(const char *ascii, size_t len, double *d);
/* A str with its decimal digits of any script as ASCII digits, other blanks as spaces, the rest as '?': what int(), float() and
 * complex() read. False: memory. */
struct Buf;
bool str_to_ascii_number(Value s, struct Buf *out);
must_use Value float_range_error(void);                /* OverflowError(34, 'Numerical result out of range') */
/* PEP 3101 number formatting shared by float, int, complex: builtins/number_format.c */
#endif
