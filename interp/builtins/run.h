/* run.h -- eval, exec, compile, __build_class__ as C functions; text to code in the style of the built-ins. */
#ifndef BUILTINS_RUN_H
#define BUILTINS_RUN_H
#include "interp/code/code.h"
#include "interp/compile/compile.h"
#include "interp/object/native.h"

Value run_eval(Value *args, size_t n);           /* (source, globals=None, locals=None, /) */
Value run_exec(Value *args, size_t n);           /* (source, globals=None, locals=None, /, *, closure=None) */
Value run_compile(Value *args, size_t n);        /* (source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1) */
Value run_build_class(Value *args, size_t n);    /* (func, name, /, *bases, **kwds) */

/* The text of a source argument, malloc'd. *is_bytes: it may have a coding cookie. NULL: TypeError, worded with `what` ("eval") and `kinds`. */
char *run_source_text(Value source, const char *what, const char *kinds, size_t *len, bool *is_bytes);
/* A file name argument as str (owned): str, bytes, path, buffer. TypeError. Runs Python code. */
must_use Value run_filename(Value v);
/* AST objects, by whoever owns the ast module: tree to code, and text to tree (PyCF_ONLY_AST). Their `check` says whether v is an AST node. */
typedef struct RunAst {
    bool (*check)(Value v);
    Code *(*compile)(Value tree, const CompileOptions *);
    Value (*parse)(Value source, const CompileOptions *);
} RunAst;
extern const RunAst *run_ast;
extern int run_default_optimize;                 /* -O */
#endif
