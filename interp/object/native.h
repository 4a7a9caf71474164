/* native.h -- functions written in C, as Python code sees them.
 *
 * A row's signature text binds the arguments, feeds inspect.signature, help(), Shift-Tab and completion. Grammar: Python's own, e.g.
 *   "(self, item, /)"  "(self, *, key=None, reverse=False)"  "(iterable, /, start=0)"  "(*args, sep=' ', end='\n')"  "(self, /, **kwargs)"
 * The function gets one Value for each parameter, in order: UNBOUND for an absent optional one (whatever default the text shows), a tuple
 * for *args, a dict for **kwargs. "(...)" is raw: the positional arguments as they came, n of them; no keywords allowed (min n unchecked).
 * Arguments are borrowed; the array is the callee's to scribble on only after retaining nothing from it.
 * Error texts for wrong arguments are CPython's. */
#ifndef OBJECT_NATIVE_H
#define OBJECT_NATIVE_H
#include "interp/object/type.h"

typedef Value NativeFn(Value *args, size_t n);

typedef enum MethodKind { METHOD_INSTANCE, METHOD_CLASS, METHOD_STATIC } MethodKind;
struct Method {
    const char *name, *signature;
    NativeFn *fn;
    const char *doc;
    MethodKind kind;             /* in a module's table: ignored */
    NativeFn *vector;            /* for functions with stars: called instead of fn when all arguments are positional, as they came */
};
struct GetSet {
    const char *name;
    Value (*get)(Value self);
    bool (*set)(Value self, Value value_or_unbound);    /* NULL: read-only */
    const char *doc;
};
/* A field of the C struct shown as it is. */
typedef enum MemberKind { MEMBER_VALUE /* UNBOUND: AttributeError */, MEMBER_VALUE_NONE /* UNBOUND: None */, MEMBER_INT64, MEMBER_INT32, MEMBER_BOOL, MEMBER_DOUBLE } MemberKind;
struct Member { const char *name; MemberKind kind; uint32_t offset; bool writable; const char *doc; };

/* A parsed signature. Parsed once, when the Native is made. */
typedef struct Signature {
    uint16_t n_params;           /* all, stars included */
    uint16_t n_positional;       /* positional-only + positional-or-keyword */
    uint16_t n_positional_only, n_required;   /* required among the positional ones */
    int16_t star, star_star;     /* index of *args, **kwargs; -1: none */
    bool raw;
    Value *names;                /* interned str each */
    uint64_t required_kwonly;    /* bit set by param index */
} Signature;

typedef struct Native {          /* builtin_function_or_method, method_descriptor, classmethod_descriptor, ... */
    Object head;
    const Method *row;
    Signature *signature;        /* shared by all objects of this row */
    Value self;                  /* bound: the instance or module; UNBOUND: an unbound method descriptor */
    Value module;                /* str or NONE: __module__ */
    Type *owner;                 /* the type whose dict has it; NULL: a module's function */
    CallFn *raw_call;            /* not NULL: called with everything as it came (T.__new__); row has name, signature, doc */
} Native;
extern Type native_type;               /* builtin_function_or_method */
extern Type method_descriptor_type, classmethod_descriptor_type, wrapper_descriptor_type, method_wrapper_type;

must_use Value native_new(const Method *row, Value self, Value module_name, Type *owner);      /* a callable of the fitting type */
/* native_bind -- a method descriptor (or classmethod descriptor, self = the class) with its first argument: a builtin method. */
must_use Value native_bind(Native *, Value self);
must_use Value native_qualname(Native *);            /* "list.append", "len" */
/* native_call -- bind and call. Fast path for exact positional calls: no copy, no allocation. */
must_use Value native_call(Native *, const Value *args, size_t n_pos, Value kwnames);
/* native_is_plain -- would this call with `n` positional arguments (self included) be right without keywords and checks of self?
 * native_call_plain -- that call. */
bool native_is_plain(const Native *, size_t n);
must_use Value native_call_plain(const Native *, Value *args, size_t n);
/* native_call_each -- call(callable, args, n) for loops that call the same thing for each item, short for built-in functions and bound methods.
 * args[-1] must be there, to be overwritten. */
must_use Value native_call_each(Value callable, Value *args, size_t n);
/* signature_parse -- NULL: programmer's mistake, asserts in debug builds. Cached by text. */
Signature *signature_parse(const char *text);
/* signature_bind -- fill out[n_params] (borrowed values, except the tuple and dict made for stars, which signature_release gives back).
 * `name` is for messages ("sort()"). False: TypeError. */
must_use bool signature_bind(const Signature *, const char *name, const Value *args, size_t n_pos, Value kwnames, Value *out);
void signature_release(const Signature *, Value *out);
/* For slots `new` and `init`: bind by the text `signature` (without self/cls). `out` needs room for all params. */
must_use bool bind_arguments(const char *name, const char *signature, const Value *args, size_t n_pos, Value kwnames, Value *out, Signature **parsed);
#endif
