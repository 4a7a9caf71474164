/* modules.c -- see modules.h */
#include "interp/modules/modules.h"

#define MODULE(name, symbol) extern const NativeModule symbol;
#include "interp/modules/modules.def"
#undef MODULE

const NativeModule *const native_modules[] = {
#define MODULE(name, symbol) &symbol,
#include "interp/modules/modules.def"
#undef MODULE
};
const size_t n_native_modules = sizeof native_modules / sizeof *native_modules;
