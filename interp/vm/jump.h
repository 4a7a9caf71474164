/* jump.h -- a trace function sets f_lineno: the frame goes on at another line. */
#ifndef VM_JUMP_H
#define VM_JUMP_H
#include "interp/vm/frame.h"

/* frame_jump -- go on at the first line from `line` on that has code. False, ValueError: the line lies outside the code, or blocks around it that the frame
 * is not in. Blocks that are left are not run to their end: handled exceptions are forgotten, iterators and managers dropped (may run Python code). */
must_use bool frame_jump(Thread *t, Frame *f, int64_t line);
#endif
