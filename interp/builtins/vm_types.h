/* vm_types.h -- functions, code objects, frames, generators, coroutines: their attributes and methods for Python code; the built-in functions. */
#ifndef BUILTINS_VM_TYPES_H
#define BUILTINS_VM_TYPES_H
#include "interp/object/module.h"

/* Fill methods, attributes and constructors of the VM's static types; before type_ready sees them. */
void vm_types_join(void);
void function_join(void);
void generator_join(void);
void frame_join(void);
void code_join(void);
/* Join and make ready: after types_init and vm_init. */
void vm_types_ready(void);

/* The module builtins: functions.c has its functions, run.c eval, exec, compile, __build_class__. */
extern const NativeModule builtins_module;
/* Where print writes while sys.stdout does not exist. */
extern void (*functions_print_hook)(const char *text, size_t len);
/* One line for input() from the host; UNBOUND: read sys.stdin. Set by interp.c. */
extern Value (*functions_input_hook)(Value prompt);
#endif
