/* traceback_print.h -- an exception as text, as CPython prints it: "Traceback (most recent call last):", source lines with carets, causes,
 * contexts, groups, notes, suggestions. */
#ifndef BUILTINS_TRACEBACK_PRINT_H
#define BUILTINS_TRACEBACK_PRINT_H
#include "gc/value.h"

/* traceback_format -- the whole text, ending in a newline: an owned str. Runs Python code (__str__, __notes__); errors in it are shown, not raised.
 * Source lines come from files, or from linecache.cache for cells. sys.tracebacklimit is obeyed. */
must_use Value traceback_format(Value exception);
/* Only the lines of the exception itself ("ValueError: text"), without the traceback and without causes. */
must_use Value traceback_format_only(Value exception);
#endif
