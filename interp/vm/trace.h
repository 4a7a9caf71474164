/* trace.h -- sys.settrace and sys.setprofile: events of frames. Only the traced loop and unwinding call these; every function may run Python code. */
#ifndef VM_TRACE_H
#define VM_TRACE_H
#include "interp/vm/frame.h"

static inline bool trace_wanted(const Thread *t) { return UNLIKELY(!is_unbound(t->trace_fn) || !is_unbound(t->profile_fn)); }

/* 'call' as a frame is entered or a generator resumed. False: the trace function raised. */
must_use bool trace_call(Thread *t, Frame *f);
/* Tracing begins in the middle of a line: what follows on it is no new line. */
void trace_from_here(Frame *f);
/* 'line' / 'opcode' before the instruction at f->pc. */
must_use bool trace_instruction(Thread *t, Frame *f);
/* 'return' with the value. */
must_use bool trace_return(Thread *t, Frame *f, Value value);
/* 'exception' while unwinding, then 'return' with None when the frame ends by it. Errors replace the exception: it is consumed and given back. */
Value trace_exception_take(Thread *t, Frame *f, Value exception);
/* 'exception' for the StopIteration by which a delegate has ended. An error of the tracer is dropped. */
void trace_stop(Thread *t, Frame *f, Value value);
Value trace_unwound_take(Thread *t, Frame *f, Value exception);
/* 'c_call', 'c_return', 'c_exception' of a native function, for profilers. A pending error stays pending. */
must_use bool trace_native(Thread *t, Frame *f, const char *event, Value callee);
/* Install (UNBOUND: remove). */
void trace_set(Thread *t, Value function);
void profile_set(Thread *t, Value function);
#endif
