/* complex_methods.c -- complex as Python code sees it. */
#include <math.h>

#include "interp/base/buf.h"
#include "interp/builtins/complex_methods.h"
#include "interp/builtins/number_format.h"
#include "interp/builtins/scalars.h"
#include "interp/object/class.h"
#include "interp/object/complex.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/names.h"
#include "interp/object/native.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

/* --- constructor ----------------------------------------------------------------------------------------------------------------- */
static Value from_str(Value s)
{
    Buf ascii = { 0 };
    Value result = str_to_ascii_number(s, &ascii) ? complex_parse(ascii.at ? ascii.at : "", ascii.len, s) : ERROR;
    buf_free(&ascii);
    return result;
}

/* What __complex__ gives. ABSENT: not defined. */
static Found by_method(Value v, double *re, double *im)
{
    own Value method = UNBOUND;
    Found found = obj_find_special(v, N(__complex__), &method);
    if (found != FOUND)
        return found;
    own Value c = call0(method);
    if (is_error(c))
        return FAILED;
    if (!complex_check(c))
        return raise_failed(TypeError, "__complex__ returned non-complex (type %.200T)", c);
    if (!is_exact(c, &complex_type) && warn_hook) {
        own Value text = str_format("__complex__ returned non-complex (type %.200T).  The ability to return an instance of a strict subclass of complex is "
                                    "deprecated, and may be removed in a future version of Python.", c);
        const char *said = is_error(text) ? NULL : str_utf8_peek(text, NULL);
        if (!said || !warn_hook(said))
            return FAILED;
    }
    *re = as_complex(c)->re;
    *im = as_complex(c)->im;
    return FOUND;
}

bool complex_of_number(Value v, double *re, double *im)
{
    if (!is_exact(v, &complex_type) && !float_check(v) && !int_check(v)) {
        Found found = by_method(v, re, im);
        if (found != ABSENT)
            return found == FOUND;
    }
    if (complex_check(v))
        return complex_of(v, re, im) == YES;
    *im = 0.0;
    return obj_double(v, re);
}

/* A part given as any number. */
static bool part(Value v, bool is_first, double *re, double *im, bool *is_complex)
{
    *im = 0.0;
    *is_complex = complex_check(v);
    if (*is_complex && is_exact(v, &complex_type))
        return complex_of(v, re, im) == YES;
    if (!float_check(v) && !int_check(v) && (is_first || *is_complex)) {
        Found found = by_method(v, re, im);
        if (found != ABSENT) {
            *is_complex = true;
            return found == FOUND;
        }
    }
    if (*is_complex)
        return complex_of(v, re, im) == YES;
    if (!float_check(v) && !type_of(v)->to_float && !type_of(v)->index)
        return raise_false(TypeError, is_first ? "complex() first argument must be a string or a number, not '%.200T'"
                                               : "complex() second argument must be a number, not '%.200T'", v);
    return obj_double(v, re);
}

static Value of_type(Type *type, double re, double im)
{
    if (type == &complex_type)
        return complex_new(re, im);
    Value v = instance_new(type);
    if (!is_error(v)) {
        as_complex(v)->re = re;
        as_complex(v)->im = im;
    }
    return v;
}

static Value new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value bound[2] = { UNBOUND, UNBOUND };
    double re = 0.0, im = 0.0, re2 = 0.0, im2 = 0.0;
    bool first_complex = false, second_complex = false;
    if (!bind_arguments("complex", "(real=0, imag=0)", args, n_pos, kwnames, bound, NULL))
        return ERROR;
    if (is_exact(bound[0], &complex_type) && is_unbound(bound[1]) && type == &complex_type)
        return retain(bound[0]);
    if (str_check(bound[0])) {
        if (!is_unbound(bound[1]))
            return raise(TypeError, "complex() can't take second arg if first is a string");
        own Value c = from_str(bound[0]);
        return is_error(c) || type == &complex_type ? give(c) : of_type(type, as_complex(c)->re, as_complex(c)->im);
    }
    if (str_check(bound[1]))
        return raise(TypeError, "complex() second arg can't be a string");
    if (!is_unbound(bound[0]) && !part(bound[0], true, &re, &im, &first_complex))
        return ERROR;
    if (!is_unbound(bound[1]) && !part(bound[1], false, &re2, &im2, &second_complex))
        return ERROR;
    if (!is_unbound(bound[1])) {
        if (second_complex)
            re -= im2;
        im = first_complex ? im + re2 : re2;
    }
    return of_type(type, re, im);
}

/* --- slots -------------------------------------------------------------------------------------------------------------------------- */
static Truth operands(Value x, Value y, double *a, double *b, double *c, double *d)
{
    Truth t = complex_of(x, a, b);
    return t == YES ? complex_of(y, c, d) : t;
}
#define ARITHMETIC(name, result)                                                     \
    static Value name(Value x, Value y)                                              \
    {                                                                                \
        double a, b, c, d;                                                           \
        Truth t = operands(x, y, &a, &b, &c, &d);                                    \
        return t == YES ? (result) : t == NO ? NOT_IMPLEMENTED : ERROR;              \
    }
ARITHMETIC(add, complex_new(a + c, b + d))
ARITHMETIC(subtract, complex_new(a - c, b - d))
ARITHMETIC(multiply, complex_mul(a, b, c, d))
ARITHMETIC(divide, complex_div(a, b, c, d))

static Value power(Value x, Value y, Value modulus)
{
    double a, b, c, d;
    Truth t = operands(x, y, &a, &b, &c, &d);
    if (t != YES)
        return t == NO ? NOT_IMPLEMENTED : ERROR;
    return is_none(modulus) ? complex_pow(a, b, c, d) : raise(ValueError, "complex modulo");
}

static Value repr(Value v) { return complex_repr(as_complex(v)->re, as_complex(v)->im); }
static Truth truth(Value v) { return as_complex(v)->re != 0.0 || as_complex(v)->im != 0.0; }
static Value negative(Value v) { return complex_new(-as_complex(v)->re, -as_complex(v)->im); }
static Value positive(Value v) { return is_exact(v, &complex_type) ? retain(v) : complex_new(as_complex(v)->re, as_complex(v)->im); }

static Value absolute(Value v)
{
    double re = as_complex(v)->re, im = as_complex(v)->im, length = hypot(re, im);
    if (isinf(length) && isfinite(re) && isfinite(im))
        return raise(OverflowError, "absolute value too large");
    return float_value(length);
}

static bool hash(Value v, int64_t *out)
{
    uint64_t h = (uint64_t)float_hash(as_complex(v)->re, v) + 1000003u * (uint64_t)float_hash(as_complex(v)->im, v);
    *out = (int64_t)h == -1 ? -2 : (int64_t)h;
    return true;
}

static Value compare(Value x, Value y, CompareOp op)
{
    bool equal;
    if ((op != CMP_EQ && op != CMP_NE) || !complex_check(x))
        return NOT_IMPLEMENTED;
    const Complex *c = as_complex(x);
    if (int_check(y))
        equal = c->im == 0.0 && !isnan(c->re) && int_compare_double(y, c->re) == 0;
    else if (float_check(y))
        equal = c->im == 0.0 && c->re == float_of(y);
    else if (complex_check(y))
        equal = c->re == as_complex(y)->re && c->im == as_complex(y)->im;
    else
        return NOT_IMPLEMENTED;
    return bool_value(equal == (op == CMP_EQ));
}

/* --- methods ------------------------------------------------------------------------------------------------------------------------ */
static Value m_conjugate(Value *args, size_t n) { return complex_new(as_complex(args[0])->re, -as_complex(args[0])->im); }
static Value m_complex(Value *args, size_t n) { return positive(args[0]); }

static Value m_format(Value *args, size_t n) { return format_with(args, format_complex); }

static Value m_getnewargs(Value *args, size_t n)
{
    own Value re = float_value(as_complex(args[0])->re), im = float_value(as_complex(args[0])->im);
    return is_error(re) || is_error(im) ? ERROR : tuple_of2(re, im);
}

static const Method complex_methods[] = {
    { "conjugate", "(self, /)", m_conjugate, "Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j." },
    { "__complex__", "(self, /)", m_complex, "Convert this value to exact type complex." },
    { "__getnewargs__", "(self, /)", m_getnewargs, NULL },
    { "__format__", "(self, format_spec, /)", m_format, "Convert to a string according to format_spec." },
    { 0 },
};

static const Member complex_members[] = {
    { "real", MEMBER_DOUBLE, offsetof(Complex, re), false, "the real part of a complex number" },
    { "imag", MEMBER_DOUBLE, offsetof(Complex, im), false, "the imaginary part of a complex number" },
    { 0 },
};

void complex_install(void)
{
    Type *t = &complex_type;
    t->new = new;
    t->repr = repr;
    t->hash = hash;
    t->compare = compare;
    t->truth = truth;
    t->binary[OP_ADD] = add;
    t->binary[OP_SUB] = subtract;
    t->binary[OP_MUL] = multiply;
    t->binary[OP_TRUEDIV] = divide;
    t->power = power;
    t->unary[OP_NEG] = negative;
    t->unary[OP_POS] = positive;
    t->unary[OP_ABS] = absolute;
    t->methods = complex_methods;
    t->members = complex_members;
    t->doc = "Create a complex number from a real part and an optional imaginary part.\n\nThis is equivalent to (real + imag*1j) where imag defaults to 0.";
    t->signature = "(real=0, imag=0)";
}
