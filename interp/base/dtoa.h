/* dtoa.h -- floats to text and back, exactly rounded, the same in every locale. */
#ifndef INTERP_BASE_DTOA_H
#define INTERP_BASE_DTOA_H

#include <stdbool.h>
#include <stddef.h>

#include "interp/base/buf.h"

enum { DOUBLE_REPR_MAX = 32 };

/* double_repr -- Python's repr(float): the shortest decimal that reads back as `x`, "inf", "-inf", "nan",
 * with ".0" where it would look like an int.  Writes at most DOUBLE_REPR_MAX bytes, no NUL; gives the length. */
size_t double_repr(double x, char *out);

/* double_shortest -- the shortest digits of a finite `x` != 0, sign left out, without point, no trailing zeros;
 * the value is 0.DIGITS * 10**point.  `digits` has room for 17; gives how many. */
int double_shortest(double x, char *digits, int *point);

/* double_parse -- reads [sign] digits [. digits] [e [sign] digits] | inf | infinity | nan (any case), as strtod,
 * from `len` bytes (no NUL needed, none read).  Gives the value and, in *used, how many bytes it took: 0 if there is
 * no number, and then 0.0 is the result.  Too large gives an infinity.  No underscores, no blanks, no hex. */
double double_parse(const char *text, size_t len, size_t *used);

enum {                              /* flags of double_format */
    DOUBLE_SIGN = 1,                /* always a sign */
    DOUBLE_DOT_ZERO = 2,            /* add ".0" to what looks like an int ('g', 'r') */
    DOUBLE_ALT = 4,                 /* keep the point and, for 'g', trailing zeros */
    DOUBLE_NO_NEG_ZERO = 8,         /* -0.0 after rounding prints as 0 (PEP 682) */
};

/* double_format -- appends as CPython's PyOS_double_to_string: code e E f F g G, or r (precision unused: shortest).
 * `precision` may be any size >= 0; false when out of memory. */
bool double_format(Buf *out, double x, char code, int precision, int flags);

#endif
