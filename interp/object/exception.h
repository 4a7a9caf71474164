/* exception.h -- exception objects; the pending record becomes one here, when Python code can first see it. */
#ifndef OBJECT_EXCEPTION_H
#define OBJECT_EXCEPTION_H
#include "interp/object/type.h"
typedef struct ExceptionObject { /* BaseException; every layout begins with it */
    Object head;
    Value args, traceback /* NONE */, context, cause /* UNBOUND = None */;
    bool suppress_context, interrupt /* see error_set_interrupt */;
    Value extra[6];              /* by layout. StopIteration: value. SystemExit: code. OSError: errno strerror filename filename2 characters_written.
                                    Import: msg name path. Syntax: in `more`. Unicode: encoding object start end reason. NameErr: name. AttrErr: obj name. Group: message exceptions */
    /* Names for extra[] by layout are the enums below. */
    Value more[2];               /* SyntaxError: msg filename lineno offset text end_lineno end_offset print_file_and_line share extra+more */
    AttrArea attrs;
} ExceptionObject;
enum {
    STOP_VALUE = 0, EXIT_CODE = 0, NAME_NAME = 0, ATTR_OBJ = 0, ATTR_NAME = 1, IMPORT_MSG = 0, IMPORT_NAME = 1, IMPORT_PATH = 2,
    OS_ERRNO = 0, OS_STRERROR, OS_FILENAME, OS_FILENAME2, OS_WRITTEN /* int or UNBOUND */,
    SYNTAX_MSG = 0, SYNTAX_FILENAME, SYNTAX_LINENO, SYNTAX_OFFSET, SYNTAX_TEXT, SYNTAX_END_LINENO, SYNTAX_END_OFFSET /* = more[0] */, SYNTAX_PRINT_FILE,
    UNICODE_ENCODING = 0, UNICODE_OBJECT, UNICODE_START, UNICODE_END, UNICODE_REASON,
    GROUP_MESSAGE = 0, GROUP_EXCEPTIONS = 1 /* tuple */,
};
typedef enum ExceptionLayout { LAYOUT_Base, LAYOUT_StopIteration, LAYOUT_SystemExit, LAYOUT_OS, LAYOUT_Import, LAYOUT_Syntax, LAYOUT_Unicode,
                               LAYOUT_NameErr, LAYOUT_AttrErr, LAYOUT_Group, N_LAYOUTS } ExceptionLayout;
ExceptionLayout exception_layout(ErrorKind kind);
/* The SyntaxError-style fields run over the end of extra[] into more[]. */
static inline Value *exception_field(ExceptionObject *e, unsigned i) { assert(i < 8); return i < 6 ? &e->extra[i] : &e->more[i - 6]; }
extern Type exception_types[N_ERROR_KINDS];            /* by ErrorKind; [NO_ERROR] unused */
static inline Value exception_class_peek(ErrorKind kind) { return obj_value(&exception_types[kind]); }
static inline bool exception_check(Value v) { return has_flag(v, TYPE_IS_EXCEPTION); }           /* an instance */
bool exception_class_check(Value v);                   /* a class derived from BaseException */
static inline ExceptionObject *as_exception(Value v) { assert(exception_check(v)); return (ExceptionObject *)as_obj(v); }
/* exception_take -- the pending error as an instance, owned; nothing is pending after. Never fails (falls back to a static MemoryError). Sets
 * __context__ from the handled exception that `handled_peek` gives (registered by the VM). */
must_use Value exception_take(void);
void exception_raise_take(Value instance);             /* make it the pending error */
/* `raise x [from y]`: class or instance, cause UNBOUND = absent. Leaves an error pending. */
void exception_raise(Value exception, Value cause_or_unbound);
must_use Value exception_alloc(Type *type);             /* an instance with every field empty; args too: set them */
must_use Value exception_new(ErrorKind kind, const Value *args, size_t n);
must_use Truth exception_matches(Value exception, Value class_or_tuple);    /* except clause; TypeError: catching classes that do not inherit ... */
ErrorKind exception_kind(Value instance);              /* nearest built-in kind */
ErrorKind exception_errno_kind(int number);            /* OSError's subclass for an errno */
void exception_set_context(Value exception, Value handled);      /* cuts a ring of contexts */
must_use bool exception_set_cause(Value exception, Value cause_or_none);
/* exception_group.c */
must_use Value group_new(Type *type, const Value *args, size_t n_pos, Value kwnames);
must_use Value group_str(Value self);
/* (matching, rest), each NONE when empty; `condition` is a class, a tuple of classes or a callable. Used by split, subgroup and except*. */
must_use bool group_split(Value group, Value condition, Value *matching, Value *rest);
must_use bool group_check_classes(Value class_or_tuple);         /* what except* may name: TypeError */
/* except*: the part of `exception` (any) that matches the class(es), NONE: nothing; *rest likewise. A naked exception is wrapped in a group. */
must_use bool group_match(Value exception, Value class_or_tuple, Value *matching, Value *rest);
/* At the end of except* blocks: combine what was raised (list) with what is left of `original`; NONE: nothing to raise. */
must_use Value group_prepare_reraise(Value original, Value raised_list);
extern Value (*handled_peek)(void);
void exceptions_init(void);
void exception_check_valid(const ExceptionObject *);   /* asserts the invariants, of its own entry of the traceback too */
/* The "Did you mean" name for a NameError, AttributeError or ImportError, malloc'd; NULL: none. Runs no user code beyond dir(). */
char *exception_suggestion(Value exception);
/* Traceback entries: Python's traceback object. */
typedef struct Traceback { Object head; Value next /* NONE */, frame; int32_t lasti, lineno; } Traceback;
extern Type traceback_type;
must_use bool traceback_add(Value exception, Value frame, int32_t lasti, int32_t lineno);        /* in front */
#endif
