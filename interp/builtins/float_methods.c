/* float_methods.c -- float as Python code sees it. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "interp/base/buf.h"
#include "interp/builtins/number_format.h"
#include "interp/builtins/scalars.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/native.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

/* --- constructor ------------------------------------------------------------------------------------------------------------ */
static Value of_type(Type *type, double d)
{
    if (type == &float_type)
        return float_value(d);
    Value v = instance_new(type);
    if (!is_error(v))
        ((Float *)as_obj(v))->value = d;
    return v;
}

static Value from_buffer(Value v)
{
    Buffer buffer;
    double d;
    if (!buffer_bytes(v, &buffer))
        return ERROR;
    bool ok = float_parse(buffer.data, (size_t)buffer.len_bytes, &d);
    own Value shown = ok ? UNBOUND : bytes_check(v) || bytearray_check(v) ? retain(v) : bytes_new(buffer.data, (size_t)buffer.len_bytes);
    buffer_release(&buffer);
    if (ok)
        return float_value(d);
    return is_error(shown) ? ERROR : raise(ValueError, "could not convert string to float: %R", shown);
}

static Value new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value x = UNBOUND;
    if (n_pos == 1 && !is_ptr(kwnames))
        x = args[0];
    else if (is_ptr(kwnames) && tuple_len(kwnames) && type->init == float_type.init)
        return raise(TypeError, "float() takes no keyword arguments");
    else if (!bind_arguments("float", "(x=0, /)", args, n_pos, NONE, &x, NULL))
        return ERROR;
    if (is_unbound(x))
        return of_type(type, 0.0);
    own Value f = str_exact(x) ? float_from_str(x) : float_check(x) || type_of(x)->to_float || type_of(x)->index ? obj_float(x)
                : str_check(x) ? float_from_str(x) : buffer_supported(x) ? from_buffer(x) : obj_float(x);
    if (is_error(f) || type == &float_type)
        return give(f);
    return of_type(type, float_of(f));
}

/* --- slots -------------------------------------------------------------------------------------------------------------------- */
/* NO: not a number we know. */
static inline Truth operand(Value v, double *d)
{
    if (is_float(v)) {
        *d = small_float(v);
        return YES;
    }
    if (is_int(v)) {
        *d = (double)small_int(v);
        return YES;
    }
    if (float_check(v)) {
        *d = float_of(v);
        return YES;
    }
    if (int_check(v))
        return int_to_double(v, d) ? YES : TRUTH_FAILED;
    return NO;
}

static inline Truth operands(Value a, Value b, double *x, double *y)
{
    Truth t = operand(a, x);
    return t == YES ? operand(b, y) : t;
}

#define ARITHMETIC(name, result)                                                     \
    static Value name(Value a, Value b)                                              \
    {                                                                                \
        double x, y;                                                                 \
        Truth t = operands(a, b, &x, &y);                                            \
        return t == YES ? (result) : t == NO ? NOT_IMPLEMENTED : ERROR;              \
    }
ARITHMETIC(add, float_value(x + y))
ARITHMETIC(subtract, float_value(x - y))
ARITHMETIC(multiply, float_value(x * y))
ARITHMETIC(divide, y == 0.0 ? raise(ZeroDivisionError, "float division by zero") : float_value(x / y))
ARITHMETIC(floor_divide, float_floordiv(x, y))
ARITHMETIC(modulo, float_mod(x, y))
ARITHMETIC(div_mod, float_divmod(x, y))

static Value power(Value a, Value b, Value modulus)
{
    double x, y;
    if (!is_none(modulus))
        return raise(TypeError, "pow() 3rd argument not allowed unless all arguments are integers");
    Truth t = operands(a, b, &x, &y);
    return t == YES ? float_pow(x, y) : t == NO ? NOT_IMPLEMENTED : ERROR;
}

static Value repr(Value v) { return float_repr(float_of(v)); }
static bool hash(Value v, int64_t *out)
{
    *out = float_hash(float_of(v), v);
    return true;
}
static Truth truth(Value v) { return float_of(v) != 0.0; }
static Value negative(Value v) { return float_value(-float_of(v)); }
static Value positive(Value v) { return float_exact(v) ? retain(v) : float_value(float_of(v)); }
static Value absolute(Value v) { return float_value(fabs(float_of(v))); }
static Value to_int(Value v) { return int_from_double(float_of(v)); }

static Value compare(Value a, Value b, CompareOp op)
{
    if (!float_check(a))
        return NOT_IMPLEMENTED;
    double x = float_of(a);
    int order;
    if (float_check(b)) {
        double y = float_of(b);
        if (isnan(x) || isnan(y))
            return bool_value(op == CMP_NE);
        order = x < y ? -1 : x > y;
    } else if (int_check(b)) {
        if (isnan(x))
            return bool_value(op == CMP_NE);
        order = -int_compare_double(b, x);
    } else {
        return NOT_IMPLEMENTED;
    }
    return compare_order(order, op);
}

/* --- methods -------------------------------------------------------------------------------------------------------------------- */
static Value m_self(Value *args, size_t n) { return positive(args[0]); }
static Value m_trunc(Value *args, size_t n) { return int_from_double(float_of(args[0])); }
static Value m_floor(Value *args, size_t n) { return int_from_double(floor(float_of(args[0]))); }
static Value m_ceil(Value *args, size_t n) { return int_from_double(ceil(float_of(args[0]))); }

static Value m_round(Value *args, size_t n)
{
    if (is_unbound(args[1]) || is_none(args[1]))
        return float_round(float_of(args[0]), NONE);
    own Value digits = obj_index(args[1]);
    return is_error(digits) ? ERROR : float_round(float_of(args[0]), digits);
}

static Value m_is_integer(Value *args, size_t n)
{
    double d = float_of(args[0]);
    return bool_value(isfinite(d) && floor(d) == d);
}

static Value m_as_integer_ratio(Value *args, size_t n)
{
    double d = float_of(args[0]);
    if (isinf(d))
        return raise(OverflowError, "cannot convert Infinity to integer ratio");
    if (isnan(d))
        return raise(ValueError, "cannot convert NaN to integer ratio");
    int exponent;
    double fraction = frexp(d, &exponent);
    for (int i = 0; i < 300 && fraction != floor(fraction); i++) {
        fraction *= 2.0;
        exponent--;
    }
    own Value numerator = int_from_double(fraction), denominator = small_int_value(1);
    own Value shift = small_int_value(exponent < 0 ? -exponent : exponent);
    Value *shifted = exponent > 0 ? &numerator : &denominator;
    Value wider = int_lshift(*shifted, shift);
    if (is_error(wider))
        return ERROR;
    set_slot(shifted, wider);
    return tuple_of2(numerator, denominator);
}

static Value m_hex(Value *args, size_t n)
{
    double d = float_of(args[0]);
    if (!isfinite(d))
        return float_repr(d);
    if (d == 0.0)
        return str_from(signbit(d) ? "-0x0.0p+0" : "0x0.0p+0");
    int exponent;
    double m = frexp(fabs(d), &exponent);
    int shift = 1 - (-1021 - exponent > 0 ? -1021 - exponent : 0);
    m = ldexp(m, shift);
    exponent -= shift;
    char digits[14];
    int whole = (int)m;
    m -= whole;
    for (int i = 0; i < 13; i++) {
        m *= 16.0;
        digits[i] = "0123456789abcdef"[(int)m];
        m -= (int)m;
    }
    digits[13] = 0;
    return str_format("%s0x%d.%sp%c%d", d < 0 ? "-" : "", whole, digits, exponent < 0 ? '-' : '+', exponent < 0 ? -exponent : exponent);
}

static bool is_hex(char c) { return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f'); }

/* m * 2**e rounded half to even; `sticky`: there were lower bits. */
static double rounded(uint64_t m, int64_t e, bool sticky)
{
    if (m == 0)
        return 0.0;
    int bits = 64 - __builtin_clzll(m);
    int64_t top = e + bits - 1, keep = top < -1022 ? 53 - (-1022 - top) : 53;      /* significant bits that the result has */
    if (top > 1023)
        return INFINITY;
    if (keep < 0)
        return 0.0;
    int64_t drop = bits - keep;
    if (drop > 0) {
        uint64_t rest = drop == 64 ? m : m & ((1ull << drop) - 1), half = 1ull << (drop - 1);
        m = drop == 64 ? 0 : m >> drop;
        m += rest > half || (rest == half && (sticky || (m & 1)));
        e += drop;
    }
    return ldexp((double)m, (int)e);
}

/* Hex digits with at most one point from `at` to `end`, then maybe p and a decimal exponent up to `stop`. */
static double hex_value(const char *at, const char *end, const char *stop)
{
    uint64_t m = 0;
    int64_t e = 0, exponent = 0;
    bool sticky = false, point = false;
    for (; at < end; at++) {
        if (*at == '.') {
            point = true;
            continue;
        }
        unsigned digit = (unsigned)(*at <= '9' ? *at - '0' : (*at | 32) - 'a' + 10);
        if (m >> 60) {
            sticky |= digit != 0;
            e += point ? 0 : 4;
        } else {
            m = m << 4 | digit;
            e -= point ? 4 : 0;
        }
    }
    if (at < stop) {
        bool negative = at[1] == '-';
        for (at += 1 + (at[1] == '-' || at[1] == '+'); at < stop; at++)
            if (exponent < 1ll << 50)
                exponent = exponent * 10 + (*at - '0');
        exponent = negative ? -exponent : exponent;
    }
    return m ? rounded(m, e + exponent > 1ll << 40 ? 1ll << 40 : e + exponent < -(1ll << 40) ? -(1ll << 40) : e + exponent, sticky) : 0.0;
}

/* [sign] [0x] digits [. digits] [p [sign] digits], or inf, nan. NO: malformed. */
static Truth parse_hex(const char *at, const char *end, double *d)
{
    double sign = at < end && *at == '-' ? -1.0 : 1.0;
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    size_t left = (size_t)(end - at);
    if ((left == 3 && strncasecmp(at, "inf", 3) == 0) || (left == 8 && strncasecmp(at, "infinity", 8) == 0)) {
        *d = copysign(INFINITY, sign);
        return YES;
    }
    if (left == 3 && strncasecmp(at, "nan", 3) == 0) {
        *d = copysign(NAN, sign);
        return YES;
    }
    if (left >= 2 && at[0] == '0' && (at[1] | 32) == 'x')
        at += 2;
    const char *start = at;
    size_t n_digits = 0;
    for (bool point = false; at < end && (is_hex(*at) || (*at == '.' && !point)); at++) {
        n_digits += *at != '.';
        point = point || *at == '.';
    }
    const char *mantissa_end = at;
    if (n_digits == 0)
        return NO;
    if (at < end && (*at | 32) == 'p') {
        at++;
        if (at < end && (*at == '-' || *at == '+'))
            at++;
        const char *first = at;
        while (at < end && *at >= '0' && *at <= '9')
            at++;
        if (at == first)
            return NO;
    }
    if (at != end)
        return NO;
    *d = copysign(hex_value(start, mantissa_end, end), sign);
    if (isinf(*d)) {
        error_set(OverflowError, "hexadecimal value too large to represent as a float");
        return TRUTH_FAILED;
    }
    return YES;
}

static Value m_fromhex(Value *args, size_t n)
{
    if (!str_check(args[1]))
        return raise(TypeError, "bad argument type for built-in operation");
    size_t len;
    const char *text = str_utf8_peek(args[1], &len), *end = text + len;
    double d;
    if (!text)
        return ERROR;
    while (text < end && (*text == ' ' || (*text >= '\t' && *text <= '\r')))
        text++;
    while (end > text && (end[-1] == ' ' || (end[-1] >= '\t' && end[-1] <= '\r')))
        end--;
    Truth t = parse_hex(text, end, &d);
    if (t == NO)
        return raise(ValueError, "invalid hexadecimal floating-point string");
    own Value f = t == YES ? float_value(d) : ERROR;
    if (is_error(f) || same(args[0], obj_value(&float_type)))
        return give(f);
    return call1(args[0], f);
}

static Value m_getformat(Value *args, size_t n)
{
    if (!str_check(args[1]))
        return raise(TypeError, "__getformat__() argument must be str, not %.100W", args[1]);
    if (!str_equal_c(args[1], "double") && !str_equal_c(args[1], "float"))
        return raise(ValueError, "__getformat__() argument 1 must be 'double' or 'float'");
    return str_from("IEEE, little-endian");
}

static Value m_format(Value *args, size_t n) { return format_with(args, format_float); }

static Value m_getnewargs(Value *args, size_t n)
{
    own Value f = float_value(float_of(args[0]));
    return is_error(f) ? ERROR : tuple_of1(f);
}

static const Method float_methods[] = {
    { "conjugate", "(self, /)", m_self, "Return self, the complex conjugate of any float." },
    { "__trunc__", "(self, /)", m_trunc, "Return the Integral closest to x between 0 and x." },
    { "__floor__", "(self, /)", m_floor, "Return the floor as an Integral." },
    { "__ceil__", "(self, /)", m_ceil, "Return the ceiling as an Integral." },
    { "__round__", "(self, ndigits=None, /)", m_round, "Return the Integral closest to x, rounding half toward even.\n\nWhen an argument is passed, work like built-in round(x, ndigits)." },
    { "as_integer_ratio", "(self, /)", m_as_integer_ratio, "Return integer ratio.\n\nReturn a pair of integers, whose ratio is exactly equal to the original float\nand with a positive denominator." },
    { "fromhex", "(cls, string, /)", m_fromhex, "Create a floating-point number from a hexadecimal string.", METHOD_CLASS },
    { "hex", "(self, /)", m_hex, "Return a hexadecimal representation of a floating-point number." },
    { "is_integer", "(self, /)", m_is_integer, "Return True if the float is an integer." },
    { "__getnewargs__", "(self, /)", m_getnewargs, NULL },
    { "__getformat__", "(cls, typestr, /)", m_getformat, "You probably don't want to use this function.", METHOD_CLASS },
    { "__format__", "(self, format_spec, /)", m_format, "Formats the float according to format_spec." },
    { 0 },
};

static Value get_real(Value v) { return positive(v); }
static Value get_imag(Value v) { return float_value(0.0); }
static const GetSet float_getsets[] = {
    { "real", get_real, NULL, "the real part of a complex number" },
    { "imag", get_imag, NULL, "the imaginary part of a complex number" },
    { 0 },
};

void float_install(void)
{
    Type *t = &float_type;
    t->new = new;
    t->repr = repr;
    t->hash = hash;
    t->compare = compare;
    t->truth = truth;
    t->binary[OP_ADD] = add;
    t->binary[OP_SUB] = subtract;
    t->binary[OP_MUL] = multiply;
    t->binary[OP_TRUEDIV] = divide;
    t->binary[OP_FLOORDIV] = floor_divide;
    t->binary[OP_MOD] = modulo;
    t->binary[OP_DIVMOD] = div_mod;
    t->power = power;
    t->unary[OP_NEG] = negative;
    t->unary[OP_POS] = positive;
    t->unary[OP_ABS] = absolute;
    t->to_int = to_int;
    t->to_float = positive;
    t->format = format_float;
    t->methods = float_methods;
    t->getsets = float_getsets;
    t->doc = "Convert a string or number to a floating point number, if possible.";
    t->signature = "(x=0, /)";
}
