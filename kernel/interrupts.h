/* interrupts.h -- SIGINT and interrupt_request: KeyboardInterrupt in what runs, nothing when nothing runs. */
#ifndef KERNEL_INTERRUPTS_H
#define KERNEL_INTERRUPTS_H

/* interrupts_block -- the calling thread, and those it starts, leave SIGINT to others. */
void interrupts_block(void);
void interrupts_unblock(void);
/* interrupts_install -- our handler; the main thread is the calling one. Done anew before each cell, as Python code may have put its own. */
void interrupts_install(void);
/* Between these, user code may be running on some thread. At the end an interrupt that nobody took is forgotten. */
void interrupts_begin(void);
void interrupts_end(void);
/* interrupts_raise -- what an interrupt_request does: the signal, to ourselves and, when we lead a process group, to our children. */
void interrupts_raise(void);

#endif
