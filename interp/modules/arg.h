/* arg.h -- arguments of native functions as C values, with CPython's error texts; what every module's init does. */
#ifndef MODULES_ARG_H
#define MODULES_ARG_H
#include "interp/object/module.h"
#include "interp/object/type.h"

/* arg_text -- the UTF-8 of a str, borrowed from it, NUL-terminated; NULL in *text for None or absent when `optional`. `argument` is how the
 * message calls it: "2" or "'mode'". TypeError; ValueError: embedded null character. */
must_use bool arg_text(Value v, const char *function, const char *argument, bool optional, const char **text);
/* arg_int -- a C int by __index__; absent: `otherwise`. TypeError, OverflowError. */
must_use bool arg_int(Value v, int otherwise, int *i);
/* The same for 64 bits; and for 32 without a sign, where numbers count modulo 2^32. */
must_use bool arg_i64(Value v, int64_t otherwise, int64_t *i);
must_use bool arg_u32(Value v, uint32_t otherwise, uint32_t *u);
/* arg_bool -- the truth of an argument; absent: `otherwise`. */
must_use bool arg_bool(Value v, bool otherwise, bool *b);
/* arg_fd -- a file descriptor: an int or an object with fileno(). TypeError, ValueError. Runs Python code. */
must_use bool arg_fd(Value v, int *fd);
/* ERROR with OSError for errno; `filename` UNBOUND: none. */
Value arg_os_error(Value filename_or_unbound);

/* ready_types -- type_ready each (a NULL-ended row of types) on `base` unless done. */
void ready_types(Type *const *types, Type *base);
/* An exception class `name` ("zlib.error") made at run time, kept for ever in *slot; false: error pending. */
must_use bool ready_exception(Value *slot, const char *qualified_name, Value base);
typedef struct IntRow { const char *name; int64_t value; } IntRow;
must_use bool module_add_ints(Value module, const IntRow *rows, size_t n);
#define ADD_INTS(module, rows) module_add_ints((module), (rows), sizeof(rows) / sizeof *(rows))

/* --- paths ------------------------------------------------------------------------------------------------------------ */
typedef struct PathArg {
    const char *text;            /* bytes for the system, NUL-terminated; NULL when fd >= 0 or None */
    int fd;                      /* -1: a path */
    bool is_bytes;               /* results are to be bytes */
    Value object;                /* what was given (for OSError.filename), owned */
    Value bytes;                 /* owner of `text`, owned */
} PathArg;
enum { PATH_FD = 1 /* an int is a descriptor */, PATH_NONE = 2 /* None or absent is "." */ };
/* path_arg -- str, bytes or os.PathLike. `function` and `argument` (NULL: "path") word the errors: TypeError; ValueError of a NUL inside.
 * function NULL: the words of os.fsencode. Runs Python code. Give back by path_free, also after false. */
must_use bool path_arg(Value v, const char *function, const char *argument, int flags, PathArg *path);
void path_free(PathArg *path);
Value path_error(const PathArg *path);                 /* ERROR with errno's OSError and the filename */
Value path_error2(const PathArg *from, const PathArg *to);
must_use Value path_result(const char *text, size_t n, bool as_bytes);        /* str by the file system codec, or bytes */
must_use Value fs_decode(const char *text, size_t n);  /* utf-8, surrogateescape */
must_use Value fs_encode(Value s);                     /* bytes; UnicodeEncodeError */
/* os.fspath: str or bytes, owned; TypeError expected str, bytes or os.PathLike object, not x. */
must_use Value fs_path(Value v);
#endif
