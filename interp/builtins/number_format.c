/* number_format.c -- see number_format.h. Grammar: [[fill]align][sign][z][#][0][width][grouping][.precision][type] */
#include "interp/builtins/number_format.h"

#include <limits.h>
#include <math.h>

#include "interp/base/dtoa.h"
#include "interp/base/unicode.h"
#include "interp/object/complex.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"

typedef struct Spec {
    uint32_t fill, align, sign, grouping, type;    /* grouping: 0 ',' '_'; sign: 0 '+' '-' ' ' */
    bool alternate, no_negative_zero, zero_padded;
    int64_t width, precision;                      /* -1: not given */
} Spec;

static bool is_align(uint32_t c) { return c == '<' || c == '>' || c == '=' || c == '^'; }

/* Digits at *at: -1 for none, -2 with ValueError when there are too many. */
static int64_t parse_number(const Str *s, uint64_t *at)
{
    int64_t n = 0;
    uint64_t start = *at;
    for (; *at < s->len; ++*at) {
        int digit = unicode_decimal(str_char(s, *at));
        if (digit < 0)
            break;
        if (n > (INT64_MAX - digit) / 10) {
            error_set(ValueError, "Too many decimal digits in format string");
            return -2;
        }
        n = n * 10 + digit;
    }
    return *at == start ? -1 : n;
}

static bool bad_grouping(uint32_t grouping, uint32_t type)
{
    if (type > 32 && type < 128)
        return raise_false(ValueError, "Cannot specify '%c' with '%c'.", (int)grouping, (int)type);
    return raise_false(ValueError, "Cannot specify '%c' with '\\x%x'.", (int)grouping, type);
}

static Value unknown_type(uint32_t type, Value v)
{
    if (type > 32 && type < 128)
        return raise(ValueError, "Unknown format code '%c' for object of type '%.200T'", (int)type, v);
    return raise(ValueError, "Unknown format code '\\x%x' for object of type '%.200T'", type, v);
}

static bool parse_grouping(const Str *s, uint64_t *at, Spec *spec)
{
    uint64_t i = *at;
    if (i < s->len && str_char(s, i) == ',') {
        spec->grouping = ',';
        i++;
    }
    if (i < s->len && str_char(s, i) == '_') {
        if (spec->grouping)
            return raise_false(ValueError, "Cannot specify both ',' and '_'.");
        spec->grouping = '_';
        i++;
    }
    if (i < s->len && str_char(s, i) == ',' && spec->grouping == '_')
        return raise_false(ValueError, "Cannot specify both ',' and '_'.");
    *at = i;
    return true;
}

static bool parse_spec(Value text, Value v, uint32_t default_type, uint32_t default_align, Spec *spec)
{
    const Str *s = as_str(text);
    uint64_t i = 0, n = s->len;
    bool fill_given = false, align_given = false;
    *spec = (Spec){ .fill = ' ', .align = default_align, .type = default_type, .width = -1, .precision = -1 };
    if (n >= 2 && is_align(str_char(s, 1))) {
        spec->fill = str_char(s, 0);
        spec->align = str_char(s, 1);
        fill_given = align_given = true;
        i = 2;
    } else if (n >= 1 && is_align(str_char(s, 0))) {
        spec->align = str_char(s, 0);
        align_given = true;
        i = 1;
    }
    if (i < n && (str_char(s, i) == '+' || str_char(s, i) == '-' || str_char(s, i) == ' '))
        spec->sign = str_char(s, i++);
    if (i < n && str_char(s, i) == 'z') {
        spec->no_negative_zero = true;
        i++;
    }
    if (i < n && str_char(s, i) == '#') {
        spec->alternate = true;
        i++;
    }
    if (!fill_given && i < n && str_char(s, i) == '0') {
        spec->fill = '0';
        if (!align_given && default_align == '>')
            spec->align = '=';
        i++;
    }
    if ((spec->width = parse_number(s, &i)) == -2 || !parse_grouping(s, &i, spec))
        return false;
    if (i < n && str_char(s, i) == '.') {
        i++;
        if ((spec->precision = parse_number(s, &i)) == -2)
            return false;
        if (spec->precision < 0)
            return raise_false(ValueError, "Format specifier missing precision");
    }
    if (n - i > 1)
        return raise_false(ValueError, "Invalid format specifier '%S' for object of type '%.200T'", text, v);
    if (i < n)
        spec->type = str_char(s, i);
    if (spec->grouping) {
        uint32_t t = spec->type;
        bool both = t == 'd' || t == 'e' || t == 'f' || t == 'g' || t == 'E' || t == 'G' || t == '%' || t == 'F' || t == 0;
        bool under = spec->grouping == '_' && (t == 'b' || t == 'o' || t == 'x' || t == 'X');
        if (!both && !under)
            return bad_grouping(spec->grouping, t);
    }
    return true;
}

static bool fill(StrBuilder *b, uint32_t c, int64_t n)
{
    return n <= 0 || str_builder_fill(b, c, (size_t)n);
}

/* A width beyond memory is refused before anything is written. */
static bool width_is_sane(int64_t width) { return width < (1ll << 40) || raise_memory_false(); }

/* --- str ----------------------------------------------------------------------------------------------------------------- */
Value format_str(Value v, Value text)
{
    Spec spec;
    if (!parse_spec(text, v, 's', '<', &spec))
        return ERROR;
    if (spec.type != 's')
        return unknown_type(spec.type, v);
    if (spec.sign)
        return raise(ValueError, spec.sign == ' ' ? "Space not allowed in string format specifier" : "Sign not allowed in string format specifier");
    if (spec.no_negative_zero)
        return raise(ValueError, "Negative zero coercion (z) not allowed in string format specifier");
    if (spec.alternate)
        return raise(ValueError, "Alternate form (#) not allowed in string format specifier");
    if (spec.align == '=')
        return raise(ValueError, "'=' alignment not allowed in string format specifier");
    int64_t len = (int64_t)str_len(v);
    if (spec.precision >= 0 && spec.precision < len)
        len = spec.precision;
    if (spec.width <= len)
        return str_slice(v, 0, len);
    int64_t padding = spec.width - len, left = spec.align == '>' ? padding : spec.align == '^' ? padding / 2 : 0;
    if (!width_is_sane(spec.width))
        return ERROR;
    StrBuilder b = { 0 };
    return str_builder_end(&b, fill(&b, spec.fill, left) && str_builder_slice(&b, v, 0, (uint64_t)len) && fill(&b, spec.fill, padding - left));
}

/* --- laying out a number ----------------------------------------------------------------------------------------------------- */
/* A number in pieces, all ASCII: sign, prefix ("0x"), whole digits, the rest (point, fraction, exponent, '%', or "inf"). */
typedef struct Pieces {
    char sign;                   /* 0, '-', '+', ' ' */
    const char *prefix; size_t n_prefix;
    const char *digits; size_t n_digits;
    const char *rest; size_t n_rest;
    uint32_t char_instead;       /* UINT32_MAX: none; else the one character of type 'c' */
    int group;                   /* digits in a group */
    bool upper;
} Pieces;

/* The digits with separators and leading zeros up to `min_width`, written right to left into a Buf that is then reversed. */
static bool group_digits(Buf *out, const Pieces *p, uint32_t separator, int64_t min_width)
{
    int64_t remaining = (int64_t)p->n_digits;
    Buf reversed = { 0 };
    if (!separator) {
        buf_fill(out, '0', min_width > remaining ? (size_t)(min_width - remaining) : 0);
        return buf_add(out, p->digits, p->n_digits);
    }
    for (bool first = true;; first = false) {
        int64_t most = remaining > min_width ? remaining : min_width;
        int64_t len = most < 1 ? 1 : most < p->group ? most : p->group;
        int64_t chars = remaining < len ? remaining : len;
        if (!first)
            buf_char(&reversed, (char)separator);
        for (int64_t i = 0; i < chars; i++)
            buf_char(&reversed, p->digits[--remaining]);
        buf_fill(&reversed, '0', (size_t)(len - chars));
        min_width -= len;
        if (remaining <= 0 && min_width <= 0)
            break;
        min_width--;
    }
    for (size_t i = reversed.len; i-- > 0;)
        buf_char(out, reversed.at[i]);
    bool ok = !reversed.failed && !out->failed;
    buf_free(&reversed);
    return ok;
}

static bool add_upper(StrBuilder *b, const char *text, size_t n, bool upper)
{
    if (!upper)
        return str_builder_ascii(b, text, n);
    for (size_t i = 0; i < n; i++)
        if (!str_builder_char(b, (uint32_t)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32 : text[i])))
            return false;
    return true;
}

static bool lay_out(StrBuilder *b, const Pieces *p, const Spec *spec)
{
    int64_t others = (p->sign != 0) + (int64_t)p->n_prefix + (int64_t)p->n_rest + (p->char_instead != UINT32_MAX);
    bool zeros = spec->fill == '0' && spec->align == '=';
    if (!width_is_sane(spec->width))
        return false;
    Buf digits = { 0 };
    if (p->n_digits && !group_digits(&digits, p, spec->grouping, zeros ? spec->width - others : 0)) {
        buf_free(&digits);
        return raise_memory_false();
    }
    int64_t padding = spec->width - others - (int64_t)digits.len, left = 0, inner = 0, right = 0;
    if (padding > 0) {
        left = spec->align == '>' ? padding : spec->align == '^' ? padding / 2 : 0;
        inner = spec->align == '=' ? padding : 0;
        right = padding - left - inner;
    }
    bool ok = fill(b, spec->fill, left) && (!p->sign || str_builder_char(b, (uint32_t)p->sign)) &&
              add_upper(b, p->prefix, p->n_prefix, p->upper) && fill(b, spec->fill, inner) &&
              add_upper(b, digits.at, digits.len, p->upper) && str_builder_ascii(b, p->rest, p->n_rest) &&
              (p->char_instead == UINT32_MAX || str_builder_char(b, p->char_instead)) && fill(b, spec->fill, right);
    buf_free(&digits);
    return ok;
}

static uint8_t *put_upper(uint8_t *to, const char *text, size_t n, bool upper)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (uint8_t)(upper && text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32 : text[i]);
    return to + n;
}

/* The everyday case: ASCII throughout, no separators. The same layout as lay_out, written straight into the result. */
static Value laid_out_plainly(const Pieces *p, const Spec *spec)
{
    int64_t others = (p->sign != 0) + (int64_t)(p->n_prefix + p->n_rest), zeros = 0;
    if (spec->fill == '0' && spec->align == '=' && p->n_digits && spec->width - others > (int64_t)p->n_digits)
        zeros = spec->width - others - (int64_t)p->n_digits;
    int64_t total = others + (int64_t)p->n_digits + zeros, padding = spec->width - total, left = 0, inner = 0, right = 0;
    if (padding > 0) {
        left = spec->align == '>' ? padding : spec->align == '^' ? padding / 2 : 0;
        inner = spec->align == '=' ? padding : 0;
        right = padding - left - inner;
        total = spec->width;
    }
    Str *s = str_alloc((uint64_t)total, 1, true);
    if (!s)
        return ERROR;
    uint8_t *at = s->u.c1;
    memset(at, (int)spec->fill, (size_t)left);
    at += left;
    if (p->sign)
        *at++ = (uint8_t)p->sign;
    at = put_upper(at, p->prefix, p->n_prefix, p->upper);
    memset(at, (int)spec->fill, (size_t)inner);
    memset(at + inner, '0', (size_t)zeros);
    at = put_upper(at + inner + zeros, p->digits, p->n_digits, p->upper);
    if (p->n_rest)
        memcpy(at, p->rest, p->n_rest);
    memset(at + p->n_rest, (int)spec->fill, (size_t)right);
    return obj_value(s);
}

static Value laid_out(const Pieces *p, const Spec *spec)
{
    if (!spec->grouping && spec->fill < 128 && p->char_instead == UINT32_MAX && spec->width < 1 << 20)
        return laid_out_plainly(p, spec);
    StrBuilder b = { 0 };
    return str_builder_end(&b, lay_out(&b, p, spec));
}

static char sign_for(bool negative, uint32_t sign) { return negative ? '-' : sign == '+' ? '+' : sign == ' ' ? ' ' : 0; }

/* --- int ---------------------------------------------------------------------------------------------------------------------- */
static Value format_double(double d, Spec *spec, Value v);

static Value format_char(Value v, const Spec *spec)
{
    int64_t code;
    if (spec->sign)
        return raise(ValueError, "Sign not allowed with integer format specifier 'c'");
    if (spec->alternate)
        return raise(ValueError, "Alternate form (#) not allowed with integer format specifier 'c'");
    if (!int_to_i64(v, &code))
        return raise(OverflowError, "Python int too large to convert to C long");
    if (code < 0 || code > 0x10ffff)
        return raise(OverflowError, "%%c arg not in range(0x110000)");
    return laid_out(&(Pieces){ .char_instead = (uint32_t)code, .group = 3 }, spec);
}

static Value format_digits(Value v, const Spec *spec)
{
    uint32_t t = spec->type;
    int base = t == 'b' ? 2 : t == 'o' ? 8 : t == 'x' || t == 'X' ? 16 : 10;
    own Value text = UNBOUND;
    char room[64];
    const char *digits = room + sizeof room;
    size_t n_digits;
    bool negative;
    if (is_int(v)) {
        uint64_t u = small_int(v) < 0 ? 0 - (uint64_t)small_int(v) : (uint64_t)small_int(v);
        char *at = room + sizeof room;
        negative = small_int(v) < 0;
        if (base == 10) {
            do *--at = (char)('0' + u % 10); while (u /= 10);
        } else {
            int shift = base == 2 ? 1 : base == 8 ? 3 : 4;
            do *--at = "0123456789abcdef"[u & (unsigned)(base - 1)]; while (u >>= shift);
        }
        n_digits = (size_t)(digits - at);
        digits = at;
    } else {
        text = int_to_str(v, base);
        if (is_error(text))
            return ERROR;
        negative = as_str(text)->u.c1[0] == '-';
        digits = (const char *)as_str(text)->u.c1 + negative;
        n_digits = as_str(text)->len - negative;
    }
    Pieces p = { .sign = sign_for(negative, spec->sign), .digits = digits, .n_digits = n_digits,
                 .char_instead = UINT32_MAX, .group = base == 10 ? 3 : 4, .upper = t == 'X' };
    if (spec->alternate && base != 10) {
        p.prefix = base == 2 ? "0b" : base == 8 ? "0o" : "0x";
        p.n_prefix = 2;
    }
    return laid_out(&p, spec);
}

Value format_int(Value v, Value text)
{
    Spec spec;
    if (str_len(text) == 0)
        return int_repr(v);
    if (!parse_spec(text, v, 'd', '>', &spec))
        return ERROR;
    switch (spec.type) {
    case 'b': case 'c': case 'd': case 'o': case 'x': case 'X': case 'n':
        if (spec.precision >= 0)
            return raise(ValueError, "Precision not allowed in integer format specifier");
        if (spec.no_negative_zero)
            return raise(ValueError, "Negative zero coercion (z) not allowed in integer format specifier");
        return spec.type == 'c' ? format_char(v, &spec) : format_digits(v, &spec);
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': case '%': {
        double d;
        return int_to_double(v, &d) ? format_double(d, &spec, v) : ERROR;
    }
    }
    return unknown_type(spec.type, v);
}

/* --- float -------------------------------------------------------------------------------------------------------------------- */
/* Splits the text of a float into sign, digits and the rest. */
static void split(const char *text, size_t n, uint32_t sign, Pieces *p)
{
    bool negative = n && *text == '-';
    size_t at = negative, digits = at;
    while (digits < n && text[digits] >= '0' && text[digits] <= '9')
        digits++;
    *p = (Pieces){ .sign = sign_for(negative, sign), .digits = text + at, .n_digits = digits - at, .rest = text + digits,
                   .n_rest = n - digits, .char_instead = UINT32_MAX, .group = 3 };
}

/* The characters of one double under the spec: type, precision, '#', 'z'. False: error pending. */
static bool double_text(Buf *out, double d, const Spec *spec, bool dot_zero)
{
    uint32_t type = spec->type;
    int64_t precision = spec->precision, standard = 6;
    int flags = (spec->alternate ? DOUBLE_ALT : 0) | (spec->no_negative_zero ? DOUBLE_NO_NEG_ZERO : 0);
    if (precision > INT_MAX)
        return raise_false(ValueError, "precision too big");
    if (type == 0) {
        flags |= dot_zero ? DOUBLE_DOT_ZERO : 0;
        type = 'r';
        standard = 0;
    } else if (type == 'n') {
        type = 'g';
    } else if (type == '%') {
        type = 'f';
        d *= 100;
    }
    if (precision < 0)
        precision = standard;
    else if (type == 'r')
        type = 'g';
    if (precision > 1 << 30)
        return raise_memory_false();
    return (double_format(out, d, (char)type, (int)precision, flags) && (spec->type != '%' || buf_char(out, '%'))) || raise_memory_false();
}

static Value format_double(double d, Spec *spec, Value v)
{
    static Buf text;                     /* kept for the next number: nothing here runs other code */
    Pieces p;
    Value result = ERROR;
    (void)v;
    buf_clear(&text);
    if (double_text(&text, d, spec, true)) {
        split(text.at, text.len, spec->sign, &p);
        result = laid_out(&p, spec);
    }
    if (text.cap > 4096)
        buf_free(&text);
    return result;
}

Value format_float(Value v, Value text)
{
    Spec spec;
    if (str_len(text) == 0)
        return float_repr(float_of(v));
    if (!parse_spec(text, v, 0, '>', &spec))
        return ERROR;
    if (spec.type != 0 && !(spec.type < 128 && strchr("eEfFgGn%", (int)spec.type)))
        return unknown_type(spec.type, v);
    return format_double(float_of(v), &spec, v);
}

/* --- complex ------------------------------------------------------------------------------------------------------------------- */
/* Both parts without padding, then padding around: with no type and no precision as repr does, with the brackets then. */
static Value format_parts(double re, double im, Spec *spec)
{
    Buf first = { 0 }, second = { 0 };
    StrBuilder inner = { 0 };
    Value result = ERROR;
    bool default_type = spec->type == 0, skip_real = default_type && re == 0.0 && copysign(1.0, re) == 1.0;
    bool brackets = default_type && !skip_real;
    Spec part = *spec;
    Pieces p;
    part.width = -1;
    part.fill = 0;
    part.align = '<';
    bool ok = double_text(&first, re, spec, false) && double_text(&second, im, spec, false);
    if (ok && brackets)
        ok = str_builder_char(&inner, '(');
    if (ok && !skip_real) {
        split(first.at, first.len, spec->sign, &p);
        ok = lay_out(&inner, &p, &part);
    }
    if (ok) {
        split(second.at, second.len, skip_real ? spec->sign : '+', &p);
        ok = lay_out(&inner, &p, &part) && str_builder_char(&inner, 'j') && (!brackets || str_builder_char(&inner, ')'));
    }
    buf_free(&first);
    buf_free(&second);
    own Value body = str_builder_end(&inner, ok);
    if (is_error(body))
        return ERROR;
    int64_t len = (int64_t)str_len(body), padding = spec->width - len;
    if (padding <= 0)
        return give(body);
    int64_t left = spec->align == '>' ? padding : spec->align == '^' ? padding / 2 : 0;
    StrBuilder b = { 0 };
    if (width_is_sane(spec->width) && fill(&b, spec->fill, left) && str_builder_str(&b, body) && fill(&b, spec->fill, padding - left))
        result = str_builder_finish(&b);
    str_builder_free(&b);
    return result;
}

Value format_complex(Value v, Value text)
{
    Spec spec;
    const Complex *c = as_complex(v);
    if (str_len(text) == 0)
        return complex_repr(c->re, c->im);
    if (!parse_spec(text, v, 0, '>', &spec))
        return ERROR;
    if (spec.type != 0 && !(spec.type < 128 && strchr("eEfFgGn", (int)spec.type)))
        return unknown_type(spec.type, v);
    if (spec.align == '=')
        return raise(ValueError, spec.fill == '0' ? "Zero padding is not allowed in complex format specifier"
                                                  : "'=' alignment flag is not allowed in complex format specifier");
    if (spec.fill == '0')
        return raise(ValueError, "Zero padding is not allowed in complex format specifier");
    return format_parts(c->re, c->im, &spec);
}

Value format_with(Value *args, BinaryFn *format)
{
    if (!str_check(args[1]))
        return raise(TypeError, "__format__() argument must be str, not %.100W", args[1]);
    return str_len(args[1]) == 0 ? obj_str(args[0]) : format(args[0], args[1]);
}
