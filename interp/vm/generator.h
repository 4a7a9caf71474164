/* generator.h -- generators, coroutines and async generators as data: the frame's registers live in the object while it is suspended and
 * while it runs. resume.c runs them; eval.c resumes them without C recursion from FOR_ITER and SEND. */
#ifndef VM_GENERATOR_H
#define VM_GENERATOR_H
#include "interp/vm/frame.h"
#include "interp/vm/function.h"

typedef enum GeneratorKind { KIND_GENERATOR, KIND_COROUTINE, KIND_ASYNC_GENERATOR } GeneratorKind;
typedef enum GeneratorState { GEN_CREATED, GEN_SUSPENDED, GEN_RUNNING, GEN_FINISHED } GeneratorState;

/* The Python-visible frame of a generator's frame being popped goes on without it. */
void generator_leave_object(Frame *);

typedef struct Generator {
    Object head;
    Frame saved;                 /* what running it pushes. Its code (NULL: dropped), func, globals, builtins and locals are owned here; its pc is not used */
    Word *pc;                    /* of the YIELD (or GENERATOR) it stands at */
    Value name, qualname;        /* str */
    FrameObject *frame_object;   /* owned; NULL until asked for */
    Frame *frame;                /* while running */
    ExcItem exc;
    Value origin;                /* cr_origin; NONE */
    Value finalizer;             /* async generators; UNBOUND */
    uint8_t kind, state;
    bool async_yield;            /* the last yield was a value of an async generator, not an await */
    bool hooks_called, closed, running_async;
    uint64_t n_regs;
    Value regs[];
} Generator;
extern Type generator_type, coroutine_type, async_generator_type;
static inline bool generator_exact(Value v) { return is_exact(v, &generator_type); }
static inline Generator *as_generator(Value v) { return (Generator *)as_obj(v); }

/* Make the object of a frame that executes GENERATOR: its registers move. NULL: memory. */
must_use Generator *generator_from_frame(Frame *);
/* Push the frame of a suspended generator above the running one. False: RecursionError, or ValueError when it runs already. */
must_use bool generator_push(Thread *, Generator *, ReturnAction, uint16_t result_reg, uint8_t skip);
/* The same when it is neither running nor finished, and there is room. `returns`: RETURN_TO(...). */
static inline Frame *generator_enter(Thread *t, Frame *caller, Generator *g, uint64_t returns)
{
    Frame *f = caller + 1;
    assert(g->state <= GEN_SUSPENDED && f < t->frame_stop);
    *f = g->saved;
    f->pc = g->pc;               /* apart: reading it in a wider load right after it was written would stall */
    f->top = caller->top;
    f->return_bits = returns | (uint64_t)FRAME_GENERATOR << 24;
    if (UNLIKELY(g->frame_object != NULL)) {
        f->object = retain_obj(g->frame_object);
        f->object->frame = f;
    }
    g->frame = f;
    g->state = GEN_RUNNING;
    g->exc.previous = t->exc;
    t->exc = &g->exc;
    return t->frame = f;
}
/* Pop the running top frame, which is `g`'s: suspended at its pc. What the frame held, owned. */
static inline Value generator_suspend(Thread *t, Generator *g)
{
    Frame *f = g->frame;
    assert(f && t->frame == f && t->exc == &g->exc);
    t->exc = g->exc.previous;
    g->exc.previous = NULL;
    g->pc = f->pc;
    g->frame = NULL;
    g->state = GEN_SUSPENDED;
    if (UNLIKELY(f->object != NULL))
        generator_leave_object(f);
    if (f->entry == RETURN_NATIVE)
        thread_leave(t);
    t->frame = f - 1;
    return f->held;
}
/* Pop it for good: it returned or raised. */
void generator_finish(Thread *, Generator *);
/* Drop registers of a generator that will never run again. */
void generator_clear(Generator *);
/* What it waits for (gi_yieldfrom): borrowed; UNBOUND: nothing. */
Value generator_delegate_peek(const Generator *);
const char *generator_kind_name(const Generator *);      /* "generator", "coroutine", "async generator" */
/* Send a value into it (NONE: next): resume.c registers itself here, so that the loop can stay below it. */
extern Value (*generator_send_hook)(Generator *, Value value);
/* cr_origin: where it was made, for coroutines while sys.set_coroutine_origin_tracking_depth is on. No errors. */
void generator_set_origin(Thread *, Generator *);
#endif
