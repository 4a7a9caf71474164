/* function.h -- Python functions as data. call.c runs them. */
#ifndef VM_FUNCTION_H
#define VM_FUNCTION_H
#include "interp/code/code.h"
#include "interp/object/dict.h"

typedef struct Function {
    Object head;
    Code *code;                  /* owned */
    Value globals;               /* dict (a namespace) */
    Value builtins;              /* dict */
    Value name, qualname, module, doc;
    Value defaults, kwdefaults;  /* tuple / dict or NONE */
    Value annotations;           /* dict, tuple of pairs not yet made a dict, or NONE */
    Value closure;               /* tuple of cells or NONE */
    uint64_t version;            /* renewed when code, defaults or kwdefaults change: call caches compare it */
    AttrArea attrs;              /* function attributes */
} Function;
extern Type function_type;
static inline bool function_check(Value v) { return is_exact(v, &function_type); }
must_use Value function_new(Code *code, Value globals_dict);
#endif
