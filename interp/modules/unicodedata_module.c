/* unicodedata_module.c -- the Unicode Character Database (docs.python.org/3.11/library/unicodedata.html): version 14.0, and 3.2 as ucd_3_2_0.
 * Every function exists twice: in the module, and as a method of UCD, which the object ucd_3_2_0 is. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "interp/base/unicode.h"
#include "interp/base/unicode_data.h"
#include "interp/base/unicode_names.h"
#include "interp/base/unicode_normal.h"
#include "interp/modules/arg.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"

static const char *kind(Value v) { return is_none(v) ? "None" : type_name(v); }

/* The argument that must be one character. `argument`: "argument" or "argument 1". */
static bool character(Value v, const char *function, const char *argument, uint32_t *c)
{
    if (!str_check(v) || str_len(v) != 1)
        return raise_false(TypeError, "%s() %s must be a unicode character, not %s", function, argument, kind(v));
    *c = str_char(as_str(v), 0);
    return true;
}

static Value otherwise(Value given, const char *message) { return is_unbound(given) ? raise(ValueError, message) : retain(given); }

static Value decimal(Value *args, bool old)
{
    uint32_t c;
    if (!character(args[0], "decimal", "argument 1", &c))
        return ERROR;
    int value = unicode_data_decimal(c, old);
    return value < 0 ? otherwise(args[1], "not a decimal") : small_int_value(value);
}
static Value digit(Value *args, bool old)
{
    uint32_t c;
    if (!character(args[0], "digit", "argument 1", &c))
        return ERROR;
    int value = unicode_data_digit(c);
    return value < 0 ? otherwise(args[1], "not a digit") : small_int_value(value);
}
static Value numeric(Value *args, bool old)
{
    uint32_t c;
    double value;
    if (!character(args[0], "numeric", "argument 1", &c))
        return ERROR;
    return unicode_data_numeric(c, old, &value) ? float_value(value) : otherwise(args[1], "not a numeric character");
}
static Value category(Value *args, bool old)
{
    uint32_t c;
    return character(args[0], "category", "argument", &c) ? str_from(unicode_data_category(c, old)) : ERROR;
}
static Value bidirectional(Value *args, bool old)
{
    uint32_t c;
    return character(args[0], "bidirectional", "argument", &c) ? str_from(unicode_data_bidirectional(c, old)) : ERROR;
}
static Value combining(Value *args, bool old)
{
    uint32_t c;
    if (!character(args[0], "combining", "argument", &c))
        return ERROR;
    return small_int_value(unicode_data_assigned(c, old) ? unicode_combining(c) : 0);
}
static Value mirrored(Value *args, bool old)
{
    uint32_t c;
    return character(args[0], "mirrored", "argument", &c) ? small_int_value(unicode_data_mirrored(c, old)) : ERROR;
}
static Value east_asian_width(Value *args, bool old)
{
    uint32_t c;
    return character(args[0], "east_asian_width", "argument", &c) ? str_from(unicode_data_east_asian_width(c, old)) : ERROR;
}

static Value decomposition(Value *args, bool old)
{
    uint32_t c, parts[UNICODE_DECOMPOSITION_MAX];
    const char *tag;
    size_t tag_len;
    if (!character(args[0], "decomposition", "argument", &c))
        return ERROR;
    int n = unicode_data_decomposition(c, old, parts, &tag, &tag_len);
    StrBuilder out = { 0 };
    bool good = n == 0 || tag_len == 0 || str_builder_ascii(&out, tag, tag_len);
    for (int i = 0; good && i < n; i++) {
        char code[12];
        int len = snprintf(code, sizeof code, "%s%04X", i || tag_len ? " " : "", parts[i]);
        good = str_builder_ascii(&out, code, (size_t)len);
    }
    return str_builder_end(&out, good);
}

static Value name(Value *args, bool old)
{
    uint32_t c;
    char text[UNICODE_NAME_MAX];
    if (!character(args[0], "name", "argument 1", &c))
        return ERROR;
    return unicode_data_assigned(c, old) && unicode_name(c, text) ? str_from(text) : otherwise(args[1], "no such name");
}

/* In version 3.2 there are no aliases and no sequences. */
static bool is_old_name(int32_t c, const char *text)
{
    char known[UNICODE_NAME_MAX];
    return c >= 0 && unicode_data_assigned((uint32_t)c, true) && unicode_name((uint32_t)c, known) && strcasecmp(known, text) == 0;
}

static Value lookup(Value *args, bool old)
{
    size_t len;
    uint32_t codes[UNICODE_SEQUENCE_MAX];
    if (!str_check(args[0]) && !bytes_check(args[0]))
        return raise(TypeError, buffer_supported(args[0]) ? "lookup() argument must be read-only bytes-like object, not %W" : "a bytes-like object is required, not '%T'", args[0]);
    own Value given = str_check(args[0]) ? retain(args[0]) : str_new((const char *)as_bytes(args[0])->data, as_bytes(args[0])->len);
    const char *text = is_error(given) ? NULL : str_utf8_peek(given, &len);
    if (!text)
        return ERROR;
    if (len > 256)
        return raise(KeyError, "name too long");
    int32_t c = unicode_lookup_name(text, len);
    int n = old ? is_old_name(c, text) : c >= 0 ? 1 : unicode_lookup_sequence(text, len, codes);
    if (n && c >= 0)
        codes[0] = (uint32_t)c;
    return n ? str_from_ucs4(codes, (size_t)n) : raise(KeyError, "undefined character name '%s'", text);
}

/* --- normal forms ------------------------------------------------------------------------------------------------------ */
static bool form_argument(Value v, const char *function, unsigned *form)
{
    static const char *const names[] = { "NFD", "NFC", "NFKD", "NFKC" };
    if (!str_check(v))
        return raise_false(TypeError, "%s() argument 1 must be str, not %s", function, kind(v));
    for (*form = 0; *form < 4; ++*form)
        if (str_equal_c(v, names[*form]))
            return true;
    return raise_false(ValueError, "invalid normalization form");
}

static bool interrupted(void) { return !poll_interrupt(); }

/* The normal form of a str: itself when it is in it. */
static Value normal(Value text, unsigned form, bool old)
{
    const Str *s = as_str(text);
    size_t n_out;
    bool low = form == NORMAL_COMPOSED;                  /* below U+0300 nothing changes, and marks come only from there on */
    for (uint64_t i = 0; low && i < s->len; i++)
        low = str_char(s, i) < 0x300;
    if (s->ascii || low || s->len == 0)
        return str_exact_of(text);
    uint32_t *codes = malloc(s->len * sizeof *codes);
    for (uint64_t i = 0; codes && i < s->len; i++)
        codes[i] = str_char(s, i);
    uint32_t *made = codes ? unicode_normalize(codes, s->len, form, old, interrupted, &n_out) : NULL;
    Value result = !made ? error_pending() ? ERROR : raise_memory() : n_out == s->len && memcmp(made, codes, n_out * sizeof *made) == 0 ? str_exact_of(text) : str_from_ucs4(made, n_out);
    free(codes);
    free(made);
    return result;
}

static Value normalize(Value *args, bool old)
{
    unsigned form;
    if (str_check(args[0]) && !str_check(args[1]))
        return raise(TypeError, "normalize() argument 2 must be str, not %s", kind(args[1]));
    return form_argument(args[0], "normalize", &form) ? normal(args[1], form, old) : ERROR;
}

static Value is_normalized(Value *args, bool old)
{
    unsigned form;
    if (str_check(args[0]) && !str_check(args[1]))
        return raise(TypeError, "is_normalized() argument 2 must be str, not %s", kind(args[1]));
    own Value made = form_argument(args[0], "is_normalized", &form) ? normal(args[1], form, old) : ERROR;
    if (is_error(made))
        return ERROR;
    return truth_value(obj_equal(made, args[1]));
}

/* --- the two surfaces ---------------------------------------------------------------------------------------------------- */
#define EACH(ROW) \
    ROW(bidirectional, "chr, /", "Returns the bidirectional class assigned to the character chr as string.\n\nIf no such value is defined, an empty string is returned.") \
    ROW(category, "chr, /", "Returns the general category assigned to the character chr as string.") \
    ROW(combining, "chr, /", "Returns the canonical combining class assigned to the character chr as integer.\n\nReturns 0 if no combining class is defined.") \
    ROW(decimal, "chr, default=None, /", "Converts a Unicode character into its equivalent decimal value.\n\nReturns the decimal value assigned to the character chr as integer.\nIf no such value is defined, default is returned, or, if not given,\nValueError is raised.") \
    ROW(decomposition, "chr, /", "Returns the character decomposition mapping assigned to the character chr as string.\n\nAn empty string is returned in case no such mapping is defined.") \
    ROW(digit, "chr, default=None, /", "Converts a Unicode character into its equivalent digit value.\n\nReturns the digit value assigned to the character chr as integer.\nIf no such value is defined, default is returned, or, if not given,\nValueError is raised.") \
    ROW(east_asian_width, "chr, /", "Returns the east asian width assigned to the character chr as string.") \
    ROW(is_normalized, "form, unistr, /", "Return whether the Unicode string unistr is in the normal form 'form'.\n\nValid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.") \
    ROW(lookup, "name, /", "Look up character by name.\n\nIf a character with the given name is found, return the\ncorresponding character.  If not found, KeyError is raised.") \
    ROW(mirrored, "chr, /", "Returns the mirrored property assigned to the character chr as integer.\n\nReturns 1 if the character has been identified as a \"mirrored\"\ncharacter in bidirectional text, 0 otherwise.") \
    ROW(name, "chr, default=None, /", "Returns the name assigned to the character chr as a string.\n\nIf no name is defined, default is returned, or, if not given,\nValueError is raised.") \
    ROW(normalize, "form, unistr, /", "Return the normal form 'form' for the Unicode string unistr.\n\nValid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.") \
    ROW(numeric, "chr, default=None, /", "Converts a Unicode character into its equivalent numeric value.\n\nReturns the numeric value assigned to the character chr as float.\nIf no such value is defined, default is returned, or, if not given,\nValueError is raised.")

#define WRAP(fn, parameters, doc) \
    static Value f_##fn(Value *args, size_t n) { return fn(args, false); } \
    static Value m_##fn(Value *args, size_t n) { return fn(args + 1, true); }
EACH(WRAP)
#define FUNCTION(fn, parameters, doc) { #fn, "(" parameters ")", f_##fn, doc },
#define METHOD(fn, parameters, doc) { #fn, "(self, " parameters ")", m_##fn, doc },
static const Method functions[] = { EACH(FUNCTION) { 0 } };
static const Method methods[] = { EACH(METHOD) { 0 } };

typedef struct UCD { Object head; } UCD;
static Value get_version(Value self) { return str_from("3.2.0"); }
static const GetSet getsets[] = { { "unidata_version", get_version, NULL, NULL }, { 0 } };
static Type ucd_type = {
    STATIC_TYPE(ucd_type, "UCD", UCD, NULL), .flags = TYPE_NO_NEW, .methods = methods, .getsets = getsets, .module_name = "unicodedata",
};

static bool init(Value module)
{
    static Type *const types[] = { &ucd_type, NULL };
    if (!unicode_data_ready())
        return raise_memory_false();
    ready_types(types, &object_type);
    return module_add_type(module, &ucd_type) && module_add_take(module, "ucd_3_2_0", instance_new(&ucd_type)) && module_add_str(module, "unidata_version", "14.0.0");
}

const NativeModule unicodedata_module = { "unicodedata",
    "This module provides access to the Unicode Character Database which\ndefines character properties for all Unicode characters. The data in\nthis database is based on the UnicodeData.txt file version\n14.0.0 which is publicly available from ftp://ftp.unicode.org/.\n\n"
    "The module uses the same names and symbols as defined by the\nUnicodeData File Format 14.0.0.",
    functions, init };
