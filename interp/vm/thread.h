/* thread.h -- one thread of execution: its register stack, frame stack, handled exceptions; the runtime lock and safe points. */
#ifndef VM_THREAD_H
#define VM_THREAD_H
#include "interp/object/error.h"
#include "interp/object/type.h"

typedef struct Frame Frame;
typedef struct FrameObject FrameObject;

/* The exception being handled. Generators push an item of their own while they run, so that theirs and the caller's do not mix. */
typedef struct ExcItem { Value handled; /* NONE or an exception, owned */ struct ExcItem *previous; } ExcItem;

typedef enum TraceEvent { TRACE_EVENT_NONE, TRACE_EVENT_CALL, TRACE_EVENT_LINE, TRACE_EVENT_OTHER } TraceEvent;

typedef struct Thread {
    Value *stack, *stack_end;    /* registers: one reservation, never moves */
    Value *stack_clean;                  /* slots below it hold Values: immediates, where no frame uses them */
    Frame *frames, *frame, *frames_end;  /* frame stack; frames[0] is a sentinel (code NULL); `frame` is the running one, never NULL */
    Frame *frame_stop;                   /* the recursion limit as an address: no frame is pushed there */
    ExcItem *exc; ExcItem exc_base;
    uint32_t depth, limit;       /* (a StackGuard, protocol.h, lies here) native recursion; sys.setrecursionlimit bounds it and the frames alike */
    uintptr_t c_stack_limit;     /* lowest address native code may use */
    Value context;               /* contextvars: the current Context; UNBOUND */
    Value trace_fn, profile_fn;  /* sys.settrace / setprofile; UNBOUND */
    Value asyncgen_firstiter, asyncgen_finalizer;        /* NONE */
    int coroutine_origin_depth;
    Value stop_value;            /* protocol.h stop_value_* */
    uint64_t id;                 /* _thread.get_ident */
    ErrorState error;            /* pending error while the thread does not hold the lock */
    Value target, target_args, target_kwargs;            /* what a thread of module _thread calls; UNBOUND in others */
    Value sentinel;              /* a lock that is to be free when the thread is over; UNBOUND */
    Value locals_dict;           /* per-thread dict for native modules (repr guard, _local); UNBOUND until used */
    uint64_t os_id;              /* pthread_t of the OS thread it runs on */
    bool is_main, tracing;               /* tracing: inside a trace function, which is not traced itself */
    uint8_t trace_event;                 /* which event it is told of: TraceEvent */
    struct Thread *next;
} Thread;
extern Thread *thread;           /* the one that holds the runtime lock */

extern Thread *threads;          /* all of them */
extern _Thread_local Thread *thread_here;        /* the one this OS thread runs, with the lock or without; NULL: none. For signal handlers */

/* thread_new -- a thread that runs nothing yet; NULL: memory. The first one is the main thread and holds the lock. */
must_use Thread *thread_new(void);
void thread_free(Thread *);
/* The runtime lock. lock_acquire attaches `t`; lock_release detaches the current thread. Around blocking calls: */
void lock_acquire(Thread *t);
void lock_release(void);
#define BLOCKING(statement) do { Thread *self_ = thread; lock_release(); statement; int errno_ = errno; lock_acquire(self_); errno = errno_; } while (0)
/* In the child of a fork: only the calling thread is left, it is the main one and holds the lock. */
void thread_forked(void);
/* Send a signal to the OS thread that holds the lock. False: nobody holds it. */
bool thread_signal_holder(int number);
/* Handle everything in `events`. False: error pending (KeyboardInterrupt, signal handler's, async). */
must_use bool safe_point(void);
must_use bool take_interrupt(void);       /* the part of safe_point that runs no Python code: false, KeyboardInterrupt is pending, in the main thread */
/* The calling OS thread runs `t` from now on: its C stack limit, thread_here. */
void thread_attach_stack(Thread *t);
/* Make the slots below `to` ready for frames. False: the reservation ends before. */
bool thread_clean_stack(Thread *t, const Value *to);
/* sys.setrecursionlimit. */
void thread_set_limit(Thread *t, uint32_t limit);
/* One more level of native code that runs Python. False: RecursionError. thread_leave undoes it. */
bool thread_too_deep(const char *where);
must_use static inline bool thread_enter(Thread *t, const char *where)
{
    if (UNLIKELY(t->depth >= t->limit) || UNLIKELY((uintptr_t)__builtin_frame_address(0) < t->c_stack_limit))
        return thread_too_deep(where);
    t->depth++;
    return true;
}
static inline void thread_leave(Thread *t) { t->depth--; }
Value thread_handled_peek(void); /* sys.exception(): NONE or exception; walks the ExcItems */
Value thread_handled_of_peek(const Thread *);    /* the same of any thread */
extern bool (*signal_hook)(void);                /* run Python signal handlers; set by the signal module */
#endif
