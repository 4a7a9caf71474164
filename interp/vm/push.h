/* push.h -- frames of Python functions without C recursion: for calls, and for operators whose method is a Python function. */
#ifndef VM_PUSH_H
#define VM_PUSH_H
#include "interp/object/protocol.h"
#include "interp/vm/frame.h"
#include "interp/vm/function.h"

/* What a cold operator gives when it has pushed the frame of the operator's method: the result comes by the frame's ReturnAction. Never stored. */
#define PUSHED IMMEDIATE_(9)
#define TRUTH_PUSHED ((Truth)2)

/* A frame for `f` above `caller`; its parameters are in regs. Consumes `held`. */
static inline void push_function(Thread *t, Function *f, Value *regs, Value held, uint8_t action, uint16_t result_reg, uint8_t skip)
{
    Frame *n = t->frame + 1;
    Code *code = f->code;
    n->code = code;
    n->pc = code->words;
    n->regs = regs;
    n->top = regs + code->n_regs;
    n->globals = (Dict *)as_obj(f->globals);
    n->builtins = (Dict *)(uintptr_t)f->builtins.bits;
    n->locals = UNBOUND;
    n->func = f;
    n->generator = NULL;
    n->object = NULL;
    n->held = held;
    n->returns = (FrameReturn){ .result_reg = result_reg, .entry = action, .flags = 0, .skip = skip };
    t->frame = n;
}

static inline bool has_room(const Thread *t, const Value *regs, size_t n)
{
    return LIKELY(t->frame + 1 < t->frame_stop) && LIKELY(regs + n < t->stack_end);
}

/* push_method -- the frame of type(args[0]).name(*args), when that is a plain Python function of a class and takes just these: PUSHED. Operands
 * are copied. UNBOUND: it is not, nothing happened. Runs no Python code. */
Value push_method(Frame *f, Value name, const Value *args, unsigned n, ReturnAction action, uint16_t result_reg, uint8_t skip);
#endif
