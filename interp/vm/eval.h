/* eval.h -- run code. The loop itself is eval.c; its cold half eval_slow.c. */
#ifndef VM_EVAL_H
#define VM_EVAL_H
#include "interp/vm/frame.h"
#include "interp/vm/function.h"
/* eval_code -- run top-level code (module, exec, eval, class body through locals). `locals` UNBOUND: the same as globals. Owned result. */
must_use Value eval_code(Code *code, Value globals_dict, Value locals_or_unbound);
must_use Value eval_function(Function *, const Value *args, size_t n_pos, Value kwnames);     /* the call slot of functions ends here */
/* Resume a suspended generator frame: value in, or the pending error when `value` is ERROR. STOP / stop_value at the return. */
must_use Value eval_resume(struct Generator *, Value value);
/* Class bodies: run the function's code with `locals` as its namespace. */
must_use Value eval_class_body(Function *, Value locals);
/* The loop: run the top frame of the thread until a frame whose entry is RETURN_NATIVE returns;
 * when an error is pending, by raising it there. */
must_use Value eval_loop(Thread *t);
must_use Value eval_loop_plain(Thread *t);       /* the same when no event is pending: no thread is traced then */
void vm_init(void);
extern uint32_t vm_cell;         /* the notebook cell that runs, for the read marks of globals (linked.c) */
#endif
