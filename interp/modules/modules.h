/* modules.h -- the table of native modules. */
#ifndef MODULES_MODULES_H
#define MODULES_MODULES_H
#include "interp/object/module.h"

/* native_module_find -- the row of `name`, or NULL: not a native module. O(n) over the table; the import system caches modules. */
const NativeModule *native_module_find(const char *name);
/* All rows, for sys.builtin_module_names. */
const NativeModule *const *native_modules(size_t *n);
/* native_module_make -- a fresh module object of that row, initialised. Owned; ERROR with the initialiser's error. */
must_use Value native_module_make(const NativeModule *);
#endif
