/* exception.h -- exception objects; the pending record becomes one here, when Python code can first see it. */
#ifndef OBJECT_EXCEPTION_H
#define OBJECT_EXCEPTION_H
#include "interp/object/type.h"
typedef struct ExceptionObject { /* BaseException; every layout begins with it */
    Object head;
    Value args, traceback /* NONE */, context, cause /* UNBOUND = None */, notes;
    bool suppress_context;
    Value extra[6];              /* by layout. StopIteration: value. SystemExit: code. OSError: errno strerror filename filename2 characters_written.
                                    Import: msg name path. Syntax: in `more`. Unicode: encoding object start end reason. NameErr: name. AttrErr: obj name. Group: message exceptions */
    Value more[6];               /* SyntaxError: msg filename lineno offset text end_lineno end_offset print_file_and_line share extra+more */
} ExceptionObject;
extern Type exception_types[N_ERROR_KINDS];            /* by ErrorKind; [NO_ERROR] unused */
static inline Value exception_class_peek(ErrorKind kind) { return obj_value(&exception_types[kind]); }
static inline bool exception_check(Value v) { return has_flag(v, TYPE_IS_EXCEPTION); }           /* an instance */
bool exception_class_check(Value v);                   /* a class derived from BaseException */
static inline ExceptionObject *as_exception(Value v) { return (ExceptionObject *)as_obj(v); }
/* exception_take -- the pending error as an instance, owned; nothing is pending after. Never fails (falls back to a static MemoryError). Sets
 * __context__ from the handled exception that `handled_peek` gives (registered by the VM). */
must_use Value exception_take(void);
void exception_raise_take(Value instance);             /* make it the pending error */
/* `raise x [from y]`: class or instance, cause UNBOUND = absent. Leaves an error pending. */
void exception_raise(Value exception, Value cause_or_unbound);
must_use Value exception_new(ErrorKind kind, const Value *args, size_t n);
must_use Truth exception_matches(Value exception, Value class_or_tuple);    /* except clause; TypeError: catching classes that do not inherit ... */
ErrorKind exception_kind(Value instance);              /* nearest built-in kind */
extern Value (*handled_peek)(void);
void exceptions_init(void);
/* The "Did you mean" name for a NameError, AttributeError or ImportError, malloc'd; NULL: none. Runs no user code beyond dir(). */
char *exception_suggestion(Value exception);
/* Traceback entries: Python's traceback object. */
typedef struct Traceback { Object head; Value next /* NONE */, frame; int32_t lasti, lineno; } Traceback;
extern Type traceback_type;
must_use bool traceback_add(Value exception, Value frame, int32_t lasti, int32_t lineno);        /* in front */
#endif
