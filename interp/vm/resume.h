/* resume.h -- running generators and coroutines from native code: send, throw, close, and what happens when one dies. */
#ifndef VM_RESUME_H
#define VM_RESUME_H
#include "interp/vm/generator.h"

/* Raise the pending error in it (in what it delegates to first). What it yields, STOP with the stop value when it returns, ERROR. */
must_use Value resume_throw(Generator *);
/* GeneratorExit into it. RuntimeError: generator ignored GeneratorExit. */
must_use bool resume_close(Generator *);
/* From here on, slots of the three types and generator_send_hook are set. */
void resume_init(void);
/* Warns "coroutine '...' was never awaited"; set by the owner of warnings. */
extern void (*resume_never_awaited_hook)(Generator *);
/* Async generators: the hooks of sys.set_asyncgen_hooks at first use. False: error. */
must_use bool resume_asyncgen_start(Generator *);
/* throw(type[, value[, traceback]]): make it the pending error. False: TypeError pending. */
must_use bool resume_raise_triple(Value type, Value value, Value traceback);
#endif
