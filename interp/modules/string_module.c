/* string_module.c -- _string: the parser of format strings, for string.Formatter. */
#include "interp/builtins/str_parts.h"
#include "interp/object/module.h"
static Value parser(Value *args, size_t n) { return str_formatter_parser(args[0]); }
static Value split(Value *args, size_t n) { return str_formatter_field_name_split(args[0]); }
static const Method functions[] = {
    { "formatter_parser", "(string, /)", parser, "parse the argument as a format string" },
    { "formatter_field_name_split", "(string, /)", split, "split the argument as a field name" },
    { 0 },
};
const NativeModule string_module = { "_string", "string helper module", functions, NULL };
