/* vm_types.h -- functions, code objects, frames, generators, coroutines: their attributes and methods for Python code; the built-in functions. */
#ifndef BUILTINS_VM_TYPES_H
#define BUILTINS_VM_TYPES_H
#include "interp/object/module.h"

/* Give the VM's static types their methods, attributes and constructors, and make them ready: after types_init and vm_init. */
void vm_types_ready(void);
/* Its parts in other files. */
void generator_join(void);
void frame_join(void);
void code_join(void);

/* The module builtins: functions.c has its functions, run.c eval, exec, compile, __build_class__. */
extern const NativeModule builtins_module;
/* One line for input() from the host; UNBOUND: read sys.stdin. Set by interp.c. */
extern Value (*functions_input_hook)(Value prompt);
#endif
