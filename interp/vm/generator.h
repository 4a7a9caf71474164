/* generator.h -- generators, coroutines and async generators as data: the frame's registers live in the object while it is suspended and
 * while it runs. resume.c runs them; eval.c resumes them without C recursion from FOR_ITER and SEND. */
#ifndef VM_GENERATOR_H
#define VM_GENERATOR_H
#include "interp/vm/frame.h"
#include "interp/vm/function.h"

typedef enum GeneratorKind { KIND_GENERATOR, KIND_COROUTINE, KIND_ASYNC_GENERATOR } GeneratorKind;
typedef enum GeneratorState { GEN_CREATED, GEN_SUSPENDED, GEN_RUNNING, GEN_FINISHED } GeneratorState;

typedef struct Generator {
    Object head;
    Code *code;                  /* owned */
    Value func;                  /* owned Function; UNBOUND: top-level code */
    Value globals, builtins;     /* owned dicts */
    Value locals;                /* of top-level code; UNBOUND */
    Value name, qualname;        /* str */
    Word *pc;                    /* of the YIELD (or GENERATOR) it stands at */
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
/* Pop the running top frame, which is `g`'s: suspended at its pc. */
void generator_suspend(Thread *, Generator *);
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
