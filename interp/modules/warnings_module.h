/* warnings_module.h -- warnings from C code. */
#ifndef MODULES_WARNINGS_MODULE_H
#define MODULES_WARNINGS_MODULE_H
#include "interp/object/type.h"
/* warnings_warn -- warnings.warn(category(text), stacklevel=..., source=source). False: the filter made it an error, or showing it failed. Runs Python code. */
must_use bool warnings_warn(ErrorKind category, int64_t stacklevel, Value source_or_none, const char *format, ...);
/* The same for a place in source that is being compiled: compile_warn_hook. */
bool warnings_explicit(ErrorKind category, const char *message, const char *filename, int line);
/* warnings_deprecated -- DeprecationWarning `text` at the caller: warn_hook of protocol.h. */
bool warnings_deprecated(const char *text);
/* warnings_never_awaited -- "coroutine '...' was never awaited", by warnings._warn_unawaited_coroutine when there is one. What goes wrong is reported as
 * unraisable. Runs Python code; no error is pending before and after. */
void warnings_never_awaited(Value coroutine);
#endif
