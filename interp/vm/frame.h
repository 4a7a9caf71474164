/* frame.h -- a running function: registers on the thread's stack, a Frame beside them; a Python frame object only when somebody looks. */
#ifndef VM_FRAME_H
#define VM_FRAME_H
#include "interp/code/code.h"
#include "interp/object/dict.h"
#include "interp/vm/thread.h"

struct Function;
struct Generator;

typedef struct FrameReturn {     /* written in one go */
    uint16_t result_reg;         /* the caller's register for the result */
    uint8_t entry;               /* what to do with the result: ReturnAction */
    uint8_t flags;               /* FRAME_... */
    uint8_t skip;                /* words of the caller's calling instruction, caches included */
    uint8_t padding[3];
} FrameReturn;

struct Frame {
    Code *code;                  /* borrowed: kept alive by held or by the caller of the top-level run */
    Word *pc;                    /* the instruction being executed (saved before anything that can look) */
    Value *regs;                 /* r[0]: on the thread's stack, or in the generator */
    Value *top;                  /* first free slot of the thread's stack above this frame: where callees from native code begin */
    Dict *globals;               /* borrowed from func / the run */
    Dict *builtins;
    Value locals;                /* mapping of class bodies and exec; owned; UNBOUND: fast locals */
    struct Function *func;       /* borrowed from held; NULL: top-level code */
    struct Generator *generator; /* whose frame this is; NULL */
    FrameObject *object;         /* owned; NULL until asked for */
    Value held;                  /* owned: the callable, or the generator, or UNBOUND */
    union {
        FrameReturn returns;
        uint64_t return_bits;    /* all of it: RETURN_TO */
        struct { uint16_t result_reg; uint8_t entry, flags, skip; };
    };
};
#define RETURN_TO(action, reg, n_words) ((uint64_t)(uint16_t)(reg) | (uint64_t)(uint8_t)(action) << 16 | (uint64_t)(uint8_t)(n_words) << 32)
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "RETURN_TO fills FrameReturn by shifts");
typedef enum ReturnAction {
    RETURN_REGISTER,             /* into the caller's result_reg */
    RETURN_NATIVE,               /* leave the eval loop */
    RETURN_INIT,                 /* __init__: must be None; the result is the instance in the caller's r[a] */
    RETURN_FOR_ITER,             /* a generator under FOR_ITER */
    RETURN_SEND,                 /* a generator or coroutine under SEND */
    /* methods of operators (push.h): the operands are still in the caller's registers */
    RETURN_BINARY,               /* NotImplemented: nobody else can do it */
    RETURN_COMPARE,              /* NotImplemented: the other operand's turn */
    RETURN_TRUTH_JUMP,           /* a comparison fused with a jump */
    RETURN_ITEM,                 /* __getitem__ */
    RETURN_NOT,                  /* __contains__ */
    RETURN_NEXT,                 /* __next__ under FOR_ITER; StopIteration ends the loop */
    RETURN_DISCARD,              /* __setitem__ */
    RETURN_REGISTER_TRACED,      /* RETURN_REGISTER, and tracing has begun since: the traced loop goes on */
} ReturnAction;
/* Flags: what leaving the frame takes besides dropping registers and `held`. 0 in most frames. */
enum { FRAME_LINKED = 1 /* its globals live in registers */, FRAME_TRACED = 2, FRAME_GENERATOR = 4, FRAME_OWNS = 8 /* an object, or locals */ };

/* The Python-visible frame. While the frame runs it points at it; when the function ends, the locals move in here. */
struct FrameObject {
    Object head;
    Frame *frame;                /* NULL once finished, or while its generator is suspended */
    Value code, globals, builtins, locals_dict /* NONE until asked for */, back, trace;
    Value closure;               /* the cells of the free variables once the frame has ended; NONE before, and without any */
    uint64_t n_saved;                    /* length of `saved`: 0 while it runs */
    struct Generator *generator;         /* not owned */
    uint32_t last_pc; int32_t line_override;
    uint32_t traced_pc; int32_t traced_line;     /* the last instruction and line that the tracer saw pass */
    uint32_t jumped_row;                 /* position row that f_lineno was set to during an event; UINT32_MAX */
    bool trace_lines, trace_opcodes, cleared;
    uint32_t n_room;
    Value saved[];               /* the named registers of a finished frame that is still looked at; room for n_room, as a frame's end cannot fail */
};
extern Type frame_type;
must_use Value frame_object(Frame *);            /* the frame's object, made when needed; owned */
must_use bool frame_add_traceback(Frame *, Value exception);    /* where the frame is now, in front of the exception's traceback (unwind.c) */
must_use Value frame_object_of_generator(struct Generator *);    /* also when suspended; NONE when finished */
int frame_line(const Frame *);
must_use Value frame_locals(Frame *);            /* locals(): a dict (the mapping itself for class bodies and top-level code) */
must_use Value frame_object_locals(FrameObject *);               /* f_locals, running or not */
int frame_object_line(const FrameObject *);      /* f_lineno; 0 when unknown */
void frame_object_save(FrameObject *, Value *regs);      /* move the named registers of its finished frame into it */
/* Called as the frame ends: the object takes the locals over when somebody else still holds it. */
void frame_object_detach(Frame *);
/* Raise for reading register `reg` while UNBOUND. */
void frame_raise_unbound(const Frame *, uint16_t reg);
/* Raise NameError (or a subclass) about `name`, which its `name` attribute keeps; the format takes the name as %S. */
void frame_raise_name(ErrorKind kind, Value name, const char *format);
/* Drop the locals that a finished frame's object took over (frame.clear()). */
void frame_object_clear_locals(FrameObject *);
/* Drop every register, then what the frame owns. Does not pop it. May run Python code (finalisers). */
void frame_release(Frame *);
/* The n-th frame below the running one that Python code should see; NULL when there are fewer. */
Frame *frame_nth(const Thread *, unsigned n);
static inline uint32_t frame_pc_index(const Frame *f) { return (uint32_t)(f->pc - f->code->words); }
#endif
