/* str_parts.h -- inside of str_*.c: methods of str that live in a file of their own; the table in str_methods.c has their rows. */
#ifndef BUILTINS_STR_PARTS_H
#define BUILTINS_STR_PARTS_H
#include "interp/object/native.h"
#include "interp/object/str.h"

/* str_case.c */
NativeFn str_m_capitalize, str_m_casefold, str_m_lower, str_m_upper, str_m_title, str_m_swapcase;
NativeFn str_m_isalnum, str_m_isalpha, str_m_isascii, str_m_isdecimal, str_m_isdigit, str_m_isidentifier, str_m_islower, str_m_isnumeric,
    str_m_isprintable, str_m_isspace, str_m_istitle, str_m_isupper;
/* str_split.c */
NativeFn str_m_split, str_m_rsplit, str_m_splitlines, str_m_partition, str_m_rpartition, str_m_strip, str_m_lstrip, str_m_rstrip,
    str_m_removeprefix, str_m_removesuffix;
/* str_format.c: str.format and what string.Formatter needs */
must_use Value str_format_call(Value format, Value args_tuple, Value kwargs_mapping);
must_use Value str_formatter_parser(Value s);
must_use Value str_formatter_field_name_split(Value s);
extern Type formatter_iterator_type, field_name_iterator_type;
/* str_percent.c */
must_use Value str_percent(Value format, Value args);
must_use Value bytes_percent(Value format, Value args, bool as_bytearray);
#endif
