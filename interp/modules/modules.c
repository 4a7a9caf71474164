#include "interp/modules/modules.h"

#define MODULE(name, symbol) extern const NativeModule symbol;
#include "interp/modules/modules.def"
#undef MODULE

static const NativeModule *const table[] = {
#define MODULE(name, symbol) &symbol,
#include "interp/modules/modules.def"
#undef MODULE
};
#define N_MODULES (sizeof table / sizeof *table)

const NativeModule *const *native_modules(size_t *n)
{
    *n = N_MODULES;
    return table;
}

const NativeModule *native_module_find(const char *name)
{
    for (size_t i = 0; i < N_MODULES; i++)
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    return NULL;
}

Value native_module_make(const NativeModule *native)
{
    own Value module = module_new(native->name, native->doc);
    if (is_error(module))
        return ERROR;
    ((Module *)as_obj(module))->native = native;
    if (native->functions && !module_add_methods(module, native->functions))
        return ERROR;
    if (native->init && !native->init(module))
        return ERROR;
    return give(module);
}
