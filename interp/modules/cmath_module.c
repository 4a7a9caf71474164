/* cmath_module.c -- the cmath module (docs.python.org/3.11/library/cmath.html). C99's complex functions (Annex G) give the values, branch cuts and
   signed zeros included; what they leave as an infinity or a NaN becomes the ValueError or OverflowError that Python promises. */
#include <complex.h>
#include <math.h>
#undef I                                        /* a macro of <complex.h> */
#ifndef CMPLX                                   /* glibc has it for a gcc from 4.7; clang says it is 4.2 */
#define CMPLX(re, im) __builtin_complex((double)(re), (double)(im))
#endif

#include "interp/builtins/complex_methods.h"
#include "interp/object/complex.h"
#include "interp/object/float.h"
#include "interp/object/module.h"
#include "interp/object/protocol.h"
#include "interp/object/tuple.h"

typedef double complex Number;

static bool number(Value v, Number *z)
{
    double re, im;
    if (!complex_of_number(v, &re, &im))
        return false;
    *z = CMPLX(re, im);
    return true;
}

static bool finite_number(Number z) { return isfinite(creal(z)) && isfinite(cimag(z)); }
static bool has_infinity(Number z) { return isinf(creal(z)) || isinf(cimag(z)); }

static Value domain_error(void) { return raise(ValueError, "math domain error"); }

/* A result; one that ran over from a finite argument is an OverflowError. */
static Value checked(Number z, Number r)
{
    if (has_infinity(r) && finite_number(z))
        return raise(OverflowError, "math range error");
    return complex_new(creal(r), cimag(r));
}

/* Where the angle is infinite the result has no value: for which real parts that is an error differs. */
static bool exp_undefined(Number z) { return isinf(cimag(z)) && (isfinite(creal(z)) || (isinf(creal(z)) && creal(z) > 0)); }
static bool cosh_undefined(Number z) { return isinf(cimag(z)) && !isnan(creal(z)); }
static bool tanh_undefined(Number z) { return isinf(cimag(z)) && isfinite(creal(z)); }
static bool atanh_undefined(Number z) { return cimag(z) == 0 && fabs(creal(z)) == 1; }
static bool log_undefined(Number z) { return creal(z) == 0 && cimag(z) == 0; }
static bool never(Number z) { return false; }

/* z turned by a right angle: the functions of circles are those of hyperbolas there. */
static Number turned(Number z) { return CMPLX(-cimag(z), creal(z)); }

/* Of no angle at all nothing is known: later C knows a part of acosh(0+nanj), tanh(0+nanj) and tan(nan+0j). */
static Number inverse_cosh(Number z) { return creal(z) == 0 && isnan(cimag(z)) ? CMPLX(NAN, NAN) : cacosh(z); }
static Number tanh_(Number z) { return creal(z) == 0 && isnan(cimag(z)) ? CMPLX(NAN, NAN) : ctanh(z); }
static Number tan_(Number z) { return cimag(z) == 0 && isnan(creal(z)) ? CMPLX(NAN, NAN) : ctan(z); }

#define ONE(name, function, undefined) \
    static Value cmath_##name(Value *args, size_t n) \
    { \
        Number z; \
        return !number(args[0], &z) ? ERROR : (undefined) ? domain_error() : checked(z, function(z)); \
    }
ONE(acos, cacos, never(z)) ONE(acosh, inverse_cosh, never(z)) ONE(asin, casin, never(z)) ONE(asinh, casinh, never(z))
ONE(atan, catan, atanh_undefined(turned(z))) ONE(atanh, catanh, atanh_undefined(z)) ONE(cos, ccos, cosh_undefined(turned(z)))
ONE(cosh, ccosh, cosh_undefined(z)) ONE(exp, cexp, exp_undefined(z)) ONE(sin, csin, cosh_undefined(turned(z)))
ONE(sinh, csinh, cosh_undefined(z)) ONE(sqrt, csqrt, never(z)) ONE(tan, tan_, tanh_undefined(turned(z))) ONE(tanh, tanh_, tanh_undefined(z))

static Value cmath_log(Value *args, size_t n)
{
    Number z, base;
    if (!number(args[0], &z) || (!is_unbound(args[1]) && !number(args[1], &base)))
        return ERROR;
    if (log_undefined(z) || (!is_unbound(args[1]) && log_undefined(base)))
        return domain_error();
    Number logarithm = clog(z);
    if (is_unbound(args[1]))
        return checked(z, logarithm);
    base = clog(base);
    if (log_undefined(base))                     /* log(1) divides */
        return domain_error();
    return complex_div(creal(logarithm), cimag(logarithm), creal(base), cimag(base));
}

static Value cmath_log10(Value *args, size_t n)
{
    Number z;
    if (!number(args[0], &z))
        return ERROR;
    if (log_undefined(z))
        return domain_error();
    Number logarithm = clog(z);
    return complex_new(creal(logarithm) / M_LN10, cimag(logarithm) / M_LN10);
}

static Value cmath_phase(Value *args, size_t n)
{
    Number z;
    return number(args[0], &z) ? float_value(carg(z)) : ERROR;
}

static Value cmath_polar(Value *args, size_t n)
{
    Number z;
    if (!number(args[0], &z))
        return ERROR;
    double length = cabs(z);
    if (isinf(length) && finite_number(z))
        return raise(OverflowError, "math range error");
    own Value r = float_value(length), phi = float_value(carg(z));
    return is_error(r) || is_error(phi) ? ERROR : tuple_of2(r, phi);
}

static Value cmath_rect(Value *args, size_t n)
{
    double r, phi;
    if (!obj_double(args[0], &r) || !obj_double(args[1], &phi))
        return ERROR;
    if (isinf(phi) && !isnan(r) && r != 0)
        return domain_error();
    if (r == 0 && !isfinite(phi))
        return complex_new(0.0, 0.0);
    if (isinf(r) && isnan(phi))
        return complex_new(INFINITY, NAN);
    if (phi == 0)                                /* keeps infinities from meeting zeros, and the sign of the angle */
        return complex_new(r, isnan(r) ? phi : r == 0 || isinf(r) ? copysign(phi, phi * copysign(1, r)) : r * phi);
    return complex_new(r * cos(phi), r * sin(phi));
}

#define TEST(name, expression) \
    static Value cmath_##name(Value *args, size_t n) \
    { \
        Number z; \
        return number(args[0], &z) ? bool_value(expression) : ERROR; \
    }
TEST(isfinite, finite_number(z)) TEST(isinf, has_infinity(z)) TEST(isnan, isnan(creal(z)) || isnan(cimag(z)))

static Value cmath_isclose(Value *args, size_t n)
{
    Number a, b;
    double relative = 1e-9, absolute = 0;
    if (!number(args[0], &a) || !number(args[1], &b) || (!is_unbound(args[2]) && !obj_double(args[2], &relative)) ||
        (!is_unbound(args[3]) && !obj_double(args[3], &absolute)))
        return ERROR;
    if (relative < 0 || absolute < 0)
        return raise(ValueError, "tolerances must be non-negative");
    if (creal(a) == creal(b) && cimag(a) == cimag(b))
        return TRUE;
    if (has_infinity(a) || has_infinity(b))
        return FALSE;
    double difference = cabs(a - b);
    return bool_value(difference <= relative * cabs(b) || difference <= relative * cabs(a) || difference <= absolute);
}

static const Method functions[] = {
    { "acos", "(z, /)", cmath_acos, "Return the arc cosine of z." },
    { "acosh", "(z, /)", cmath_acosh, "Return the inverse hyperbolic cosine of z." },
    { "asin", "(z, /)", cmath_asin, "Return the arc sine of z." },
    { "asinh", "(z, /)", cmath_asinh, "Return the inverse hyperbolic sine of z." },
    { "atan", "(z, /)", cmath_atan, "Return the arc tangent of z." },
    { "atanh", "(z, /)", cmath_atanh, "Return the inverse hyperbolic tangent of z." },
    { "cos", "(z, /)", cmath_cos, "Return the cosine of z." },
    { "cosh", "(z, /)", cmath_cosh, "Return the hyperbolic cosine of z." },
    { "exp", "(z, /)", cmath_exp, "Return the exponential value e**z." },
    { "isclose", "(a, b, *, rel_tol=1e-09, abs_tol=0.0)", cmath_isclose, "Determine whether two complex numbers are close in value." },
    { "isfinite", "(z, /)", cmath_isfinite, "Return True if both the real and imaginary parts of z are finite, else False." },
    { "isinf", "(z, /)", cmath_isinf, "Checks if the real or imaginary part of z is infinite." },
    { "isnan", "(z, /)", cmath_isnan, "Checks if the real or imaginary part of z not a number (NaN)." },
    { "log", "(z, base=<unrepresentable>, /)", cmath_log, "The logarithm of z to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e) of z." },
    { "log10", "(z, /)", cmath_log10, "Return the base-10 logarithm of z." },
    { "phase", "(z, /)", cmath_phase, "Return argument, also known as the phase angle, of a complex." },
    { "polar", "(z, /)", cmath_polar, "Convert a complex from rectangular coordinates to polar coordinates.\n\nr is the distance from 0 and phi the phase angle." },
    { "rect", "(r, phi, /)", cmath_rect, "Convert from polar coordinates to rectangular coordinates." },
    { "sin", "(z, /)", cmath_sin, "Return the sine of z." },
    { "sinh", "(z, /)", cmath_sinh, "Return the hyperbolic sine of z." },
    { "sqrt", "(z, /)", cmath_sqrt, "Return the square root of z." },
    { "tan", "(z, /)", cmath_tan, "Return the tangent of z." },
    { "tanh", "(z, /)", cmath_tanh, "Return the hyperbolic tangent of z." },
    { 0 },
};

static bool init(Value module)
{
    return module_add_take(module, "pi", float_value(M_PI)) && module_add_take(module, "e", float_value(M_E)) &&
           module_add_take(module, "tau", float_value(2 * M_PI)) && module_add_take(module, "inf", float_value(INFINITY)) &&
           module_add_take(module, "infj", complex_new(0.0, INFINITY)) && module_add_take(module, "nan", float_value(NAN)) &&
           module_add_take(module, "nanj", complex_new(0.0, NAN));
}

const NativeModule cmath_module = { "cmath", "This module provides access to mathematical functions for complex\nnumbers.", functions, init };
