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
static inline Function *as_function(Value v) { return (Function *)as_obj(v); }
/* function_new -- name, qualname, doc from the code; __module__ from the globals. The globals become a namespace if they can. */
must_use Value function_new(Code *code, Value globals_dict);
uint64_t function_new_version(void);
/* The dict of the builtins module; set once it exists. */
extern Value builtins_dict;
must_use Value function_find_builtins(Dict *globals);
/* The number of this namespace, given at first need. 0: a plain dict. */
uint64_t namespace_number(Dict *);
/* code_link_namespace -- the global instructions of `code` may link to the cells of `globals` (Code.namespace_id). */
void code_link_namespace(Code *code, Dict *globals);
#endif
