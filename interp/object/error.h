/* error.h -- the pending error: a plain C record, not yet a Python object.
 *
 * Low layers raise by kind and text; exception.c, far above, makes the instance when Python code can first see it.
 * Invariant: a C function that returned a failure value (ERROR, NULL, false, FAILED, -1) left exactly one pending error; one that
 * returned success left none. The record belongs to the running thread: interp/vm/thread.c swaps it on a thread switch. */
#ifndef OBJECT_ERROR_H
#define OBJECT_ERROR_H
#include <stdarg.h>
#include "gc/object.h"

typedef enum ErrorKind {
    NO_ERROR = 0,
#define EXCEPTION(name, base, layout, doc) name,
#include "interp/object/exceptions.def"
#undef EXCEPTION
    N_ERROR_KINDS,
} ErrorKind;

typedef enum Found { FAILED = -1, ABSENT = 0, FOUND = 1 } Found;
typedef enum Truth { TRUTH_FAILED = -1, NO = 0, YES = 1 } Truth;
/* True or False; ERROR for TRUTH_FAILED. */
static inline Value truth_value(Truth t) { return t == TRUTH_FAILED ? ERROR : bool_value(t == YES); }

typedef struct ErrorState {
    ErrorKind kind;        /* NO_ERROR: nothing pending. With `instance`, the nearest built-in kind */
    Value instance;        /* the exception object, once made; UNBOUND before */
    Value args;            /* a tuple of constructor arguments; UNBOUND: one argument, `text` */
    bool single;           /* `args` is the one argument itself, not a tuple */
    char *text;            /* malloc'd UTF-8; NULL: no arguments */
    Value name, obj;       /* AttributeError, NameError, ImportError: what was looked for, on what; UNBOUND: not known */
    bool traced;           /* the raising frame is already in the traceback */
    bool interrupt;        /* a KeyboardInterrupt that poll_interrupt took: whoever drops it unseen postpones it */
} ErrorState;
extern ErrorState pending_error;

/* The depth counter of the running thread: Python frames count in it too. Same field order as in Thread. `low`: lowest address the C stack
 * may reach; 0: taken from the first use. */
typedef struct StackGuard { uint32_t depth, limit; uintptr_t low; } StackGuard;
extern StackGuard *stack_guard;
bool stack_descend_slow(void);           /* the limit is reached, or the guard was never used */
/* One deeper; false, without an error: there is no room. Undone by stack_leave (protocol.h). */
static inline bool stack_descend(void)
{
    StackGuard *g = stack_guard;
    if (UNLIKELY(g->depth >= g->limit || g->low == 0 || (uintptr_t)__builtin_frame_address(0) < g->low))
        return stack_descend_slow();
    g->depth++;
    return true;
}
/* Is the C stack used up? For native code that may call itself through other types' slots, where counting would cost too much. */
static inline bool stack_is_low(void) { return (uintptr_t)__builtin_frame_address(0) < stack_guard->low; }

static inline bool error_pending(void) { return pending_error.kind != NO_ERROR; }
/* assert_error_iff -- at the end of a function: an error is pending exactly when it fails. Nothing in release builds. */
#define assert_error_iff(failed) assert(error_pending() == (failed))
static inline ErrorKind error_kind(void) { return pending_error.kind; }
/* Is the pending error of `kind` or of a subclass (by the built-in hierarchy)? */
bool error_is(ErrorKind kind);
/* Is built-in exception kind `kind` equal to or derived from `base`? */
bool error_kind_is(ErrorKind kind, ErrorKind base);
void error_clear(void);
/* Move the pending error out / back in (to run other code in between). */
ErrorState error_save(void);
void error_restore(ErrorState saved);      /* replaces (and drops) whatever is pending */

/* error_set -- raise `kind` with a formatted message. An already pending error is replaced.
 * Directives: those of printf for %s %d %i %u %c %x %p %zu %zd %ld %lu %lld %llu %% with width and precision, and
 *   %T  Value: its type's full name (collections.deque; builtins and classes made by Python code: the plain name)   %N  Type *: the same
 *   %W  Value: like %T, but "None" for None: what was given for an argument
 *       %S  Value: a str's text (str() of anything else)      %R  Value: repr()
 *   %Y  Type *: its plain name                 %.200s style precision counts bytes, cut at a character boundary.
 * Runs Python code only for %R / %S of objects; errors in them are swallowed. */
void error_set(ErrorKind kind, const char *format, ...);
void error_set_args_take(ErrorKind kind, Value args_tuple);         /* kind(*args). ERROR instead of a tuple: what failed before stays pending */
void error_set_value(ErrorKind kind, Value argument);               /* kind(argument); KeyError, StopIteration */
void error_set_none(ErrorKind kind);                                /* kind() */
/* KeyboardInterrupt from outside. C code that swallows errors cannot swallow this one: dropping the record sets EVENT_INTERRUPT again. Only an
 * exception object that Python code could see (exception_take) counts as delivered. */
void error_set_interrupt(void);
/* Fill the pending error's `name` and `obj` (retained). For AttributeError, NameError (obj UNBOUND), ImportError (obj = path). */
void error_note_name(Value name, Value obj_or_unbound);
void error_set_errno(int number, Value filename_or_unbound);        /* the right OSError subclass with errno, strerror, filename */
/* The same formatting into a Buf, for str_format and others. False: a repr() or str() failed, its error is pending; the type's name stands for the text. */
struct Buf;
bool error_vformat(struct Buf *out, const char *format, va_list *list);
/* Each is an expression that gives the failure value, so a raise is one line: `return raise(TypeError, "...");` */
#define raise(kind, ...)       (error_set((kind), __VA_ARGS__), ERROR)
#define raise_null(kind, ...)  (error_set((kind), __VA_ARGS__), NULL)
#define raise_false(kind, ...) (error_set((kind), __VA_ARGS__), false)
#define raise_failed(kind, ...) (error_set((kind), __VA_ARGS__), FAILED)
#define raise_value(kind, argument) (error_set_value((kind), (argument)), ERROR)
/* Out of memory: allocates nothing. */
void error_set_memory(void);
#define raise_memory()       (error_set_memory(), ERROR)
#define raise_memory_null()  (error_set_memory(), NULL)
#define raise_memory_false() (error_set_memory(), false)
/* The pending message as text for logs ("TypeError: ..."), malloc'd; works before types are ready. */
char *error_describe(void);
#endif
