/* int_methods.c -- int and bool as Python code sees them. */
#include "gc/heap.h"
#include "interp/base/buf.h"
#include "interp/builtins/bytes_parts.h"
#include "interp/builtins/number_format.h"
#include "interp/builtins/scalars.h"
#include "interp/object/bytes.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/names.h"
#include "interp/object/native.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

/* --- constructor ---------------------------------------------------------------------------------------------------------- */
static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 28 && c <= 31); }

/* Digits with blanks around, `original` for the message. */
static Value parse_text(const char *text, size_t len, int base, Value original)
{
    const char *end = text + len;
    while (text < end && is_blank(*text))
        text++;
    while (end > text && is_blank(end[-1]))
        end--;
    Value v = int_parse(text, (size_t)(end - text), base);
    if (is_error(v) && error_kind() == ValueError && !pending_error.text)
        error_set(ValueError, "invalid literal for int() with base %d: %.200R", base, original);
    return v;
}

static Value from_text(Value v, int base)
{
    if (str_check(v)) {
        const Str *s = as_str(v);
        if (s->ascii)
            return parse_text((const char *)s->u.c1, s->len, base, v);
        Buf ascii = { 0 };
        Value result = str_to_ascii_number(v, &ascii) ? parse_text(ascii.at, ascii.len, base, v) : ERROR;
        buf_free(&ascii);
        return result;
    }
    Buffer buffer;
    if (!buffer_bytes(v, &buffer))
        return ERROR;
    own Value shown = bytes_check(v) ? retain(v) : bytes_new(buffer.data, (size_t)buffer.len_bytes);
    Value result = is_error(shown) ? ERROR : parse_text(buffer.data, (size_t)buffer.len_bytes, base, shown);
    buffer_release(&buffer);
    return result;
}

static Value from_trunc(Value v, Value method)
{
    if (warn_hook && !warn_hook("The delegation of int() to __trunc__ is deprecated."))
        return ERROR;
    own Value whole = call0(method);
    if (is_error(whole) || int_exact(whole))
        return give(whole);
    if (!int_check(whole) && !type_of(whole)->index)
        return raise(TypeError, "__trunc__ returned non-Integral (type %.200T)", whole);
    (void)v;
    return obj_index(whole);
}

static Value from_object(Value v)
{
    if (int_exact(v))
        return retain(v);
    if (type_of(v)->to_int || type_of(v)->index)
        return obj_int(v);
    own Value method = UNBOUND;
    Found found = obj_find_special(v, N(__trunc__), &method);
    if (found != ABSENT)
        return found == FAILED ? ERROR : from_trunc(v, method);
    if (str_check(v) || buffer_supported(v))
        return from_text(v, 10);
    return raise(TypeError, "int() argument must be a string, a bytes-like object or a real number, not '%.200T'", v);
}

static Value make(Value x, Value base_arg)
{
    int64_t base;
    if (is_unbound(base_arg))
        return is_unbound(x) ? small_int_value(0) : from_object(x);
    if (is_unbound(x))
        return raise(TypeError, "int() missing string argument");
    if (!obj_index_i64(base_arg, &base, NO_ERROR))
        return ERROR;
    if ((base != 0 && base < 2) || base > 36)
        return raise(ValueError, "int() base must be >= 2 and <= 36, or 0");
    if (!str_check(x) && !bytes_check(x) && !bytearray_check(x))
        return raise(TypeError, "int() can't convert non-string with explicit base");
    return from_text(x, (int)base);
}

static Value new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value bound[2] = { UNBOUND, UNBOUND };
    if (n_pos <= 1 && !is_ptr(kwnames))
        bound[0] = n_pos ? args[0] : UNBOUND;
    else if (!bind_arguments("int", "(x=0, /, base=10)", args, n_pos, kwnames, bound, NULL))
        return ERROR;
    own Value v = make(bound[0], bound[1]);
    if (is_error(v) || type == &int_type)
        return give(v);
    return int_subclass_new(type, v);
}

/* --- slots ------------------------------------------------------------------------------------------------------------------ */
#define BOTH(name)                                                                                               \
    static Value slot_##name(Value a, Value b) { return int_check(a) && int_check(b) ? int_##name(a, b) : NOT_IMPLEMENTED; }
BOTH(add) BOTH(sub) BOTH(mul) BOTH(truediv) BOTH(floordiv) BOTH(mod) BOTH(lshift) BOTH(rshift) BOTH(and) BOTH(or) BOTH(xor)

static Value slot_divmod(Value a, Value b)
{
    if (!int_check(a) || !int_check(b))
        return NOT_IMPLEMENTED;
    Value q, r;
    if (!int_divmod(a, b, &q, &r))
        return ERROR;
    return tuple_from_take((Value[]){ q, r }, 2);
}

static Value slot_power(Value a, Value b, Value modulus)
{
    if (!int_check(a) || !int_check(b) || !(is_none(modulus) || int_check(modulus)))
        return NOT_IMPLEMENTED;
    return int_pow(a, b, modulus);
}

static bool hash(Value v, int64_t *out)
{
    *out = int_hash(v);
    return true;
}

static Value compare(Value a, Value b, CompareOp op)
{
    if (!int_check(a) || !int_check(b))
        return NOT_IMPLEMENTED;
    int order = int_compare(a, b);
    return compare_order(order, op);
}

static Truth truth(Value v) { return int_sign(v) != 0; }
static Value to_float(Value v)
{
    double d;
    return int_to_double(v, &d) ? float_value(d) : ERROR;
}

/* --- methods ------------------------------------------------------------------------------------------------------------------ */
static Value m_normal(Value *args, size_t n) { return int_normal(args[0]); }
static Value m_bit_length(Value *args, size_t n) { return int_value((int64_t)int_bit_length(args[0])); }

static Value m_bit_count(Value *args, size_t n)
{
    own Value positive = int_abs(args[0]);
    if (is_error(positive))
        return ERROR;
    if (is_int(positive))
        return small_int_value(__builtin_popcountll((uint64_t)small_int(positive)));
    const Int *i = (const Int *)as_obj(positive);
    int64_t count = 0;
    for (int64_t k = 0; k < i->size; k++)
        count += __builtin_popcountll(i->limbs[k]);
    return int_value(count);
}

static bool byte_order(Value v, bool *little)
{
    *little = false;
    if (is_unbound(v))
        return true;
    if (!str_check(v))
        return raise_false(TypeError, "argument 'byteorder' must be str, not %.100T", v);
    *little = str_equal_c(v, "little");
    return *little || str_equal_c(v, "big") || raise_false(ValueError, "byteorder must be either 'little' or 'big'");
}

static Value m_to_bytes(Value *args, size_t n)
{
    int64_t length = 1;
    bool little;
    if (!is_unbound(args[1]) && !obj_index_i64(args[1], &length, OverflowError))
        return ERROR;
    Truth is_signed = is_unbound(args[3]) ? NO : obj_truth(args[3]);
    if (is_signed == TRUTH_FAILED || !byte_order(args[2], &little))
        return ERROR;
    if (length < 0)
        return raise(ValueError, "length argument must be non-negative");
    Bytes *b = bytes_alloc((size_t)length);
    if (!b)
        return ERROR;
    if (!int_to_bytes(args[0], b->data, (size_t)length, little, is_signed)) {
        heap_free_unused(b);
        return ERROR;
    }
    return bytes_shrink_take(b, (size_t)length);
}

static Value m_from_bytes(Value *args, size_t n)
{
    bool little;
    Truth is_signed = is_unbound(args[3]) ? NO : obj_truth(args[3]);
    if (is_signed == TRUTH_FAILED || !byte_order(args[2], &little))
        return ERROR;
    own Value bytes = bytes_of(args[1]);
    if (is_error(bytes))
        return ERROR;
    own Value v = int_from_bytes(as_bytes(bytes)->data, as_bytes(bytes)->len, little, is_signed);
    if (is_error(v) || same(args[0], obj_value(&int_type)))
        return give(v);
    return call1(args[0], v);
}

static Value m_as_integer_ratio(Value *args, size_t n)
{
    own Value v = int_normal(args[0]);
    return is_error(v) ? ERROR : tuple_of2(v, small_int_value(1));
}

/* To the nearest multiple of 10**-ndigits, half to even. */
static Value m_round(Value *args, size_t n)
{
    if (is_unbound(args[1]))
        return int_normal(args[0]);
    own Value digits = obj_index(args[1]);
    if (is_error(digits))
        return ERROR;
    if (int_sign(digits) >= 0)
        return int_normal(args[0]);
    own Value places = int_neg(digits);
    int64_t n_places;
    if (!int_to_i64(places, &n_places) || (double)n_places > (double)int_bit_length(args[0]) * 0.30103 + 2)
        return small_int_value(0);
    own Value unit = int_pow(small_int_value(10), places, NONE);
    own Value q = ERROR, r = ERROR;
    if (is_error(unit) || !int_divmod(args[0], unit, &q, &r))
        return ERROR;
    own Value twice = int_add(r, r);
    if (is_error(twice))
        return ERROR;
    int order = int_compare(twice, unit);
    bool up = order > 0 || (order == 0 && (int_to_u64_mask(q) & 1));
    own Value down = int_sub(args[0], r);
    return is_error(down) || !up ? give(down) : int_add(down, unit);
}

static Value m_format(Value *args, size_t n) { return format_with(args, format_int); }

static Value m_getnewargs(Value *args, size_t n)
{
    own Value v = int_normal(args[0]);
    return is_error(v) ? ERROR : tuple_of1(v);
}

static Value m_sizeof(Value *args, size_t n) { return int_value(is_ptr(args[0]) ? (int64_t)heap_size_of(as_obj(args[0])) : 8); }

static const Method int_methods[] = {
    { "conjugate", "(self, /)", m_normal, "Returns self, the complex conjugate of any int." },
    { "bit_length", "(self, /)", m_bit_length, "Number of bits necessary to represent self in binary.\n\n>>> bin(37)\n'0b100101'\n>>> (37).bit_length()\n6" },
    { "bit_count", "(self, /)", m_bit_count, "Number of ones in the binary representation of the absolute value of self." },
    { "to_bytes", "(self, /, length=1, byteorder='big', *, signed=False)", m_to_bytes, "Return an array of bytes representing an integer." },
    { "from_bytes", "(cls, /, bytes, byteorder='big', *, signed=False)", m_from_bytes, "Return the integer represented by the given array of bytes.", METHOD_CLASS },
    { "as_integer_ratio", "(self, /)", m_as_integer_ratio, "Return integer ratio.\n\nReturn a pair of integers, whose ratio is exactly equal to the original int\nand with a positive denominator." },
    { "__trunc__", "(self, /)", m_normal, "Truncating an Integral returns itself." },
    { "__floor__", "(self, /)", m_normal, "Flooring an Integral returns itself." },
    { "__ceil__", "(self, /)", m_normal, "Ceiling of an Integral returns itself." },
    { "__round__", "(self, ndigits=None, /)", m_round, "Rounding an Integral returns itself.\n\nRounding with an ndigits argument also returns an integer." },
    { "__getnewargs__", "(self, /)", m_getnewargs, NULL },
    { "__format__", "(self, format_spec, /)", m_format, "Default object formatter." },
    { "__sizeof__", "(self, /)", m_sizeof, "Returns size in memory, in bytes." },
    { 0 },
};

static Value get_self(Value v) { return int_normal(v); }
static Value get_zero(Value v) { return small_int_value(0); }
static Value get_one(Value v) { return small_int_value(1); }
static const GetSet int_getsets[] = {
    { "real", get_self, NULL, "the real part of a complex number" },
    { "imag", get_zero, NULL, "the imaginary part of a complex number" },
    { "numerator", get_self, NULL, "the numerator of a rational number in lowest terms" },
    { "denominator", get_one, NULL, "the denominator of a rational number in lowest terms" },
    { 0 },
};

/* --- bool ----------------------------------------------------------------------------------------------------------------------- */
static Value bool_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value bound[1] = { UNBOUND };
    if (n_pos == 1 && !is_ptr(kwnames))
        bound[0] = args[0];
    else if (is_ptr(kwnames) && tuple_len(kwnames))
        return raise(TypeError, "bool() takes no keyword arguments");
    else if (!bind_arguments("bool", "(x=False, /)", args, n_pos, kwnames, bound, NULL))
        return ERROR;
    Truth t = is_unbound(bound[0]) ? NO : obj_truth(bound[0]);
    return t == TRUTH_FAILED ? ERROR : bool_value(t);
}

static Value bool_repr(Value v) { return retain(same(v, TRUE) ? str_name_peek("True") : str_name_peek("False")); }
static Value bool_and(Value a, Value b) { return is_bool(a) && is_bool(b) ? bool_value(same(a, TRUE) && same(b, TRUE)) : slot_and(a, b); }
static Value bool_or(Value a, Value b) { return is_bool(a) && is_bool(b) ? bool_value(same(a, TRUE) || same(b, TRUE)) : slot_or(a, b); }
static Value bool_xor(Value a, Value b) { return is_bool(a) && is_bool(b) ? bool_value(!same(a, b)) : slot_xor(a, b); }

static void install_bool(void)
{
    Type *t = &bool_type;
    t->new = bool_new;
    t->repr = bool_repr;
    t->binary[OP_AND] = bool_and;
    t->binary[OP_OR] = bool_or;
    t->binary[OP_XOR] = bool_xor;
    t->doc = "bool(x) -> bool\n\nReturns True when the argument x is true, False otherwise.\nThe builtins True and False are the only two instances of the class bool.\n"
             "The class bool is a subclass of the class int, and cannot be subclassed.";
}

void int_install(void)
{
    Type *t = &int_type;
    t->new = new;
    t->repr = int_repr;
    t->hash = hash;
    t->compare = compare;
    t->truth = truth;
    t->binary[OP_ADD] = slot_add;
    t->binary[OP_SUB] = slot_sub;
    t->binary[OP_MUL] = slot_mul;
    t->binary[OP_TRUEDIV] = slot_truediv;
    t->binary[OP_FLOORDIV] = slot_floordiv;
    t->binary[OP_MOD] = slot_mod;
    t->binary[OP_DIVMOD] = slot_divmod;
    t->binary[OP_LSHIFT] = slot_lshift;
    t->binary[OP_RSHIFT] = slot_rshift;
    t->binary[OP_AND] = slot_and;
    t->binary[OP_OR] = slot_or;
    t->binary[OP_XOR] = slot_xor;
    t->power = slot_power;
    t->unary[OP_NEG] = int_neg;
    t->unary[OP_POS] = int_normal;
    t->unary[OP_INVERT] = int_invert;
    t->unary[OP_ABS] = int_abs;
    t->to_int = int_normal;
    t->to_float = to_float;
    t->index = int_normal;
    t->format = format_int;
    t->methods = int_methods;
    t->getsets = int_getsets;
    t->doc = "int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, or return 0 if no arguments\nare given.  If x is a number, return x.__int__().  For floating point\n"
             "numbers, this truncates towards zero.\n\nIf x is not a number or if base is given, then x must be a string,\nbytes, or bytearray instance representing an integer literal in the\n"
             "given base.  The literal can be preceded by '+' or '-' and be surrounded\nby whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.\nBase 0 means to interpret the base from the string as an integer literal.\n"
             ">>> int('0b100', base=0)\n4";
    install_bool();
}
