/* modules.h -- the table of native modules, one row each in modules.def. interp.c hands it to the import system. */
#ifndef MODULES_MODULES_H
#define MODULES_MODULES_H
#include "interp/object/module.h"

extern const NativeModule *const native_modules[];
extern const size_t n_native_modules;
#endif
