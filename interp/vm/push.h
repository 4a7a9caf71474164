/* push.h -- frames of Python functions without C recursion: for calls, and for operators whose method is a Python function. */
#ifndef VM_PUSH_H
#define VM_PUSH_H
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/vm/frame.h"
#include "interp/vm/function.h"

/* What a cold operator gives when it has pushed the frame of the operator's method: the result comes by the frame's ReturnAction. Never stored. */
#define PUSHED IMMEDIATE_(9)
#define TRUTH_PUSHED ((Truth)2)

/* A frame for `f` above `caller`; its parameters are in regs. Consumes `held`. `returns`: RETURN_TO(...). The thread does not know of it yet. */
static inline Frame *push_function(Frame *caller, Function *f, Code *code, Value *regs, Value held, uint64_t returns)
{
    Frame *n = caller + 1;
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
    n->return_bits = returns;
    return n;
}

/* Can a frame above `caller` have n registers from `regs` on? What no frame uses there holds immediates. */
static inline bool has_room(Thread *t, const Frame *caller, const Value *regs, size_t n)
{
    return LIKELY(caller + 1 < t->frame_stop) && (LIKELY(regs + n < t->stack_clean) || thread_clean_stack(t, regs + n));
}

/* The first n registers are parameters: the other variables begin unbound. Temporaries hold immediates, whichever. */
static inline void clear_variables(const Code *code, Value *regs, size_t n)
{
    for (Value *at = regs + n, *end = regs + code->n_named; at < end; at++)
        *at = UNBOUND;
}

/* The interned str for a literal, looked up once. Borrowed. */
#define STATIC_NAME(text) ({ static Value name_; if (UNLIKELY(!name_.bits)) name_ = str_name_peek(text); name_; })

/* push_method -- the frame of type(args[0]).name(*args), when that is a plain Python function of a class and takes just these: PUSHED. Operands
 * are copied. UNBOUND: it is not, nothing happened. Runs no Python code. */
Value push_method(Frame *f, Value name, const Value *args, unsigned n, ReturnAction action, uint16_t result_reg, uint8_t skip);
#endif
