/* bytes_parts.h -- inside of the methods of bytes and bytearray: one set of functions serves both, on plain spans. */
#ifndef BUILTINS_BYTES_PARTS_H
#define BUILTINS_BYTES_PARTS_H
#include "interp/object/native.h"

/* bytes_of -- bytes(x) for one argument that is no int and no str: __bytes__, a buffer, an iterable of ints. Exact bytes. */
must_use Value bytes_of(Value v);
/* An int 0..255 from any index. False: TypeError, ValueError "byte must be in range(0, 256)". */
must_use bool byte_of(Value v, uint8_t *byte);
/* hex(): groups of `group` bytes from the right (negative: left), `sep` between; both may be UNBOUND. */
must_use Value bytes_hex(const uint8_t *data, int64_t n, Value sep, Value group);
/* repr of bytes: b"..." appended. */
must_use Value bytes_repr_of(const uint8_t *data, int64_t n, const char *before, const char *after);
/* The source argument of bytes() and bytearray() as bytes: encoding and errors may be UNBOUND. `name` for messages. */
must_use Value bytes_from_source(Value source, Value encoding, Value errors, const char *name);
/* The methods that bytes and bytearray have in common; the result is of self's kind. */
NativeFn bytes_m_capitalize, bytes_m_center, bytes_m_count, bytes_m_decode, bytes_m_endswith, bytes_m_expandtabs, bytes_m_find, bytes_m_fromhex,
    bytes_m_hex, bytes_m_index, bytes_m_isalnum, bytes_m_isalpha, bytes_m_isascii, bytes_m_isdigit, bytes_m_islower, bytes_m_isspace,
    bytes_m_istitle, bytes_m_isupper, bytes_m_join, bytes_m_ljust, bytes_m_lower, bytes_m_lstrip, bytes_m_maketrans, bytes_m_partition,
    bytes_m_removeprefix, bytes_m_removesuffix, bytes_m_replace, bytes_m_rfind, bytes_m_rindex, bytes_m_rjust, bytes_m_rpartition,
    bytes_m_rsplit, bytes_m_rstrip, bytes_m_split, bytes_m_splitlines, bytes_m_startswith, bytes_m_strip, bytes_m_swapcase, bytes_m_title,
    bytes_m_translate, bytes_m_upper, bytes_m_zfill;
#define BYTES_COMMON_ROWS \
    { "capitalize", "(self, /)", bytes_m_capitalize, "Return a copy with only the first character capitalized (ASCII) and the rest lower-cased." }, \
    { "center", "(self, width, fillchar=b' ', /)", bytes_m_center, "Return a centered copy of the given width." }, \
    { "count", "(self, sub, start=None, end=None, /)", bytes_m_count, "Return the number of non-overlapping occurrences of subsection sub." }, \
    { "decode", "(self, /, encoding='utf-8', errors='strict')", bytes_m_decode, "Decode the bytes using the codec registered for encoding." }, \
    { "endswith", "(self, suffix, start=None, end=None, /)", bytes_m_endswith, "Return True if it ends with the specified suffix, False otherwise." }, \
    { "expandtabs", "(self, /, tabsize=8)", bytes_m_expandtabs, "Return a copy where all tab characters are expanded using spaces." }, \
    { "find", "(self, sub, start=None, end=None, /)", bytes_m_find, "Return the lowest index where subsection sub is found; -1 on failure." }, \
    { "fromhex", "(cls, string, /)", bytes_m_fromhex, "Create an object from a string of hexadecimal numbers.\n\nSpaces between two numbers are accepted.", METHOD_CLASS }, \
    { "hex", "(self, /, sep=None, bytes_per_sep=1)", bytes_m_hex, "Create a string of hexadecimal numbers from the bytes." }, \
    { "index", "(self, sub, start=None, end=None, /)", bytes_m_index, "Return the lowest index where subsection sub is found; ValueError when it is not." }, \
    { "isalnum", "(self, /)", bytes_m_isalnum, "Return True if all characters are alphanumeric and there is at least one." }, \
    { "isalpha", "(self, /)", bytes_m_isalpha, "Return True if all characters are alphabetic and there is at least one." }, \
    { "isascii", "(self, /)", bytes_m_isascii, "Return True if empty or all characters are ASCII." }, \
    { "isdigit", "(self, /)", bytes_m_isdigit, "Return True if all characters are digits and there is at least one." }, \
    { "islower", "(self, /)", bytes_m_islower, "Return True if all cased characters are lowercase and there is at least one." }, \
    { "isspace", "(self, /)", bytes_m_isspace, "Return True if all characters are whitespace and there is at least one." }, \
    { "istitle", "(self, /)", bytes_m_istitle, "Return True if it is titlecased and there is at least one character." }, \
    { "isupper", "(self, /)", bytes_m_isupper, "Return True if all cased characters are uppercase and there is at least one." }, \
    { "join", "(self, iterable_of_bytes, /)", bytes_m_join, "Concatenate any number of bytes objects, with this one between." }, \
    { "ljust", "(self, width, fillchar=b' ', /)", bytes_m_ljust, "Return a left-justified copy of the given width." }, \
    { "lower", "(self, /)", bytes_m_lower, "Return a copy with all ASCII characters converted to lowercase." }, \
    { "lstrip", "(self, bytes=None, /)", bytes_m_lstrip, "Strip leading bytes contained in the argument." }, \
    { "maketrans", "(frm, to, /)", bytes_m_maketrans, "Return a translation table useable for the bytes or bytearray translate method.", METHOD_STATIC }, \
    { "partition", "(self, sep, /)", bytes_m_partition, "Partition into three parts using the given separator." }, \
    { "removeprefix", "(self, prefix, /)", bytes_m_removeprefix, "Return a copy with the given prefix removed if present." }, \
    { "removesuffix", "(self, suffix, /)", bytes_m_removesuffix, "Return a copy with the given suffix removed if present." }, \
    { "replace", "(self, old, new, count=-1, /)", bytes_m_replace, "Return a copy with all occurrences of substring old replaced by new." }, \
    { "rfind", "(self, sub, start=None, end=None, /)", bytes_m_rfind, "Return the highest index where subsection sub is found; -1 on failure." }, \
    { "rindex", "(self, sub, start=None, end=None, /)", bytes_m_rindex, "Return the highest index where subsection sub is found; ValueError when it is not." }, \
    { "rjust", "(self, width, fillchar=b' ', /)", bytes_m_rjust, "Return a right-justified copy of the given width." }, \
    { "rpartition", "(self, sep, /)", bytes_m_rpartition, "Partition into three parts using the given separator, searched from the end." }, \
    { "rsplit", "(self, /, sep=None, maxsplit=-1)", bytes_m_rsplit, "Return a list of the sections, using sep as the delimiter, from the end." }, \
    { "rstrip", "(self, bytes=None, /)", bytes_m_rstrip, "Strip trailing bytes contained in the argument." }, \
    { "split", "(self, /, sep=None, maxsplit=-1)", bytes_m_split, "Return a list of the sections, using sep as the delimiter." }, \
    { "splitlines", "(self, /, keepends=False)", bytes_m_splitlines, "Return a list of the lines, breaking at line boundaries." }, \
    { "startswith", "(self, prefix, start=None, end=None, /)", bytes_m_startswith, "Return True if it starts with the specified prefix, False otherwise." }, \
    { "strip", "(self, bytes=None, /)", bytes_m_strip, "Strip leading and trailing bytes contained in the argument." }, \
    { "swapcase", "(self, /)", bytes_m_swapcase, "Return a copy with uppercase ASCII characters converted to lowercase and vice versa." }, \
    { "title", "(self, /)", bytes_m_title, "Return a titlecased version: ASCII words start with uppercase characters." }, \
    { "translate", "(self, table, /, delete=b'')", bytes_m_translate, "Return a copy with each character mapped by the given translation table." }, \
    { "upper", "(self, /)", bytes_m_upper, "Return a copy with all ASCII characters converted to uppercase." }, \
    { "zfill", "(self, width, /)", bytes_m_zfill, "Pad a numeric string with zeros on the left, to fill a field of the given width." }
#endif
