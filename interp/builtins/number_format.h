/* number_format.h -- the format specification mini-language (PEP 3101, 378, 515, 682) for str, int, float and complex.
 * Each gives a str, owned. ValueError, OverflowError with CPython's words. No Python code runs. */
#ifndef BUILTINS_NUMBER_FORMAT_H
#define BUILTINS_NUMBER_FORMAT_H
#include "interp/object/type.h"
/* format_with -- a row's __format__(self, spec): TypeError when the spec is no str, str(self) when it is empty, else `format`. Owned. */
must_use Value format_with(Value *args, BinaryFn *format);
must_use Value format_str(Value s, Value spec);
must_use Value format_int(Value v, Value spec);
must_use Value format_float(Value v, Value spec);
must_use Value format_complex(Value v, Value spec);
#endif
