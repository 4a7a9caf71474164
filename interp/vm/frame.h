/* frame.h -- a running function: registers on the thread's stack, a Frame beside them; a Python frame object only when somebody looks. */
#ifndef VM_FRAME_H
#define VM_FRAME_H
#include "interp/code/code.h"
#include "interp/object/dict.h"
#include "interp/vm/thread.h"

struct Function;
struct Generator;

struct Frame {
    Code *code;                  /* borrowed: kept alive by func or by the caller of the top-level run */
    Word *pc;                    /* the instruction being executed (saved before anything that can look) */
    Value *regs;                 /* r[0] */
    Dict *globals;               /* borrowed from func / the run */
    Dict *builtins;
    Value locals;                /* mapping of class bodies and exec; owned; UNBOUND: fast locals */
    struct Function *func;       /* borrowed; NULL: top-level code */
    struct Generator *generator; /* whose frame this is; NULL */
    FrameObject *object;         /* owned; NULL until asked for */
    uint16_t result_reg;         /* the caller's register for the result */
    uint8_t entry;               /* bit 0: returning leaves the eval loop (native caller); others: eval.c's return actions */
    uint8_t flags;
};

/* The Python-visible frame. While the frame runs it points at it; when the function ends, the locals move in here. */
struct FrameObject {
    Object head;
    Frame *frame;                /* NULL once finished (or suspended generator: see generator) */
    Value code, globals, builtins, locals_dict, back, trace;
    Value *saved; uint64_t n_saved;      /* the named registers of a finished frame that is still looked at */
    struct Generator *generator;         /* not owned */
    uint32_t last_pc; int32_t line_override;
    bool trace_lines, trace_opcodes, cleared;
};
extern Type frame_type;
must_use Value frame_object(Frame *);            /* the frame's object, made when needed; owned */
int frame_line(const Frame *);
must_use Value frame_locals(Frame *);            /* locals(): a dict (the mapping itself for class bodies and top-level code) */
/* Raise for reading register `reg` while UNBOUND. */
void frame_raise_unbound(const Frame *, uint16_t reg);
#endif
