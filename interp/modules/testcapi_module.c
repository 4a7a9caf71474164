/* testcapi_module.c -- _testcapi: what tests of CPython's C interface ask for that makes sense here. Old-style finalisers (tp_del), classes that the
 * collector does not look at, the limits of C's numbers, raising and printing exceptions from C. Anything else is absent. */
#include <float.h>
#include <limits.h>
#include <stddef.h>
#include <time.h>

#include "gc/heap.h"
#include "interp/builtins/import.h"
#include "interp/builtins/traceback_print.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"

/* --- classes ------------------------------------------------------------------------------------------------------- */

/* Calls __tp_del__. What goes wrong is reported; a pending error of the last owner is kept. */
static void call_tp_del(Object *o)
{
    ErrorState saved = error_save();
    own Value method = UNBOUND;
    Found found = obj_find_attr_c(obj_value(o), "__tp_del__", &method);
    own Value result = found == FOUND ? call0(method) : found == FAILED ? ERROR : NONE;
    if (is_error(result)) {
        if (heap_unraisable)
            heap_unraisable(NULL, is_unbound(method) ? obj_value(o) : method);
        error_clear();
    }
    error_restore(saved);
}

static Type *class_arg(Value v)
{
    if (is_type(v) && (((Type *)as_obj(v))->flags & TYPE_HEAP))
        return (Type *)as_obj(v);
    error_set(TypeError, "heap type expected, got %R", v);
    return NULL;
}

static Value with_tp_del(Value *args, size_t n)
{
    Type *type = class_arg(args[0]);
    if (!type)
        return ERROR;
    heap_set_legacy(&type->heap, call_tp_del);
    return retain(args[0]);
}

static Value without_gc(Value *args, size_t n)
{
    Type *type = class_arg(args[0]);
    if (!type)
        return ERROR;
    type->heap.heap_flags |= HEAP_TYPE_UNTRACKED | HEAP_TYPE_NO_GC;
    return retain(args[0]);
}

/* --- functions and exceptions -------------------------------------------------------------------------------------- */

static Value nothing(Value *args, size_t n) { return NONE; }
static const Method created = { "create_cfunction", "(/, *args, **kwargs)", nothing, NULL };
static Value create_cfunction(Value *args, size_t n) { return native_new(&created, UNBOUND, NONE, NULL); }

/* A __get__ that makes an instance of the class first. */
static Value bad_get(Value *args, size_t n)
{
    own Value instance = call0(args[2]);
    return is_error(instance) ? ERROR : obj_repr(args[0]);
}

static Value raise_exception(Value *args, size_t n)
{
    enum { MOST = 16 };
    Value numbers[MOST];
    int64_t count;
    if (!obj_index_i64(args[1], &count, OverflowError))
        return ERROR;
    if (count < 0 || count > MOST)
        return raise(ValueError, "num_args must be in range(%d)", MOST + 1);
    for (int64_t i = 0; i < count; i++)
        numbers[i] = small_int_value(i);
    if (!exception_class_check(args[0]))
        return raise(SystemError, "_PyErr_SetObject: exception %R is not a BaseException subclass", args[0]);
    own Value error = call(args[0], numbers, (size_t)count);
    if (!is_error(error))
        exception_raise_take(give(error));
    return ERROR;
}

static Value raise_memoryerror(Value *args, size_t n) { return raise_memory(); }

static Value print_exception(Value *args, size_t n)
{
    if (!exception_check(args[0]))
        return raise(TypeError, "an exception instance is required");
    own Value text = traceback_format(args[0]), stream = is_error(text) ? ERROR : import_attr("sys", "stderr");
    own Value result = is_error(stream) ? ERROR : call_method(stream, "write", &text, 1);
    return is_error(result) ? ERROR : NONE;
}

/* --- the module ---------------------------------------------------------------------------------------------------- */

static const Method functions[] = {
    { "with_tp_del", "(cls, /)", with_tp_del, "Give the class's instances an old-style finaliser: their method __tp_del__." },
    { "without_gc", "(cls, /)", without_gc, "Keep the collector from looking at the class's instances." },
    { "create_cfunction", "()", create_cfunction, "A new function written in C." },
    { "test_with_docstring", "()", nothing, "This is a pretty normal docstring." },
    { "bad_get", "(self, obj, cls, /)", bad_get, NULL },
    { "raise_exception", "(exception, num_args, /)", raise_exception, "Raise exception(0, 1, ... num_args - 1)." },
    { "raise_memoryerror", "()", raise_memoryerror, "Raise MemoryError." },
    { "exception_print", "(exception, /)", print_exception, "Print it to sys.stderr, as the interpreter does." },
    { 0 },
};

static bool add_unsigned(Value module, const char *name, uint64_t i)
{
    own Value v = int_from_u64(i);
    return !is_error(v) && module_add(module, name, v);
}
static bool add_double(Value module, const char *name, double d)
{
    own Value v = float_value(d);
    return !is_error(v) && module_add(module, name, v);
}

static bool init(Value module)
{
    static const struct { const char *name; int64_t value; } signed_[] = {
        { "CHAR_MAX", CHAR_MAX }, { "CHAR_MIN", CHAR_MIN }, { "UCHAR_MAX", UCHAR_MAX }, { "SHRT_MAX", SHRT_MAX }, { "SHRT_MIN", SHRT_MIN }, { "USHRT_MAX", USHRT_MAX },
        { "INT_MAX", INT_MAX }, { "INT_MIN", INT_MIN }, { "UINT_MAX", UINT_MAX }, { "LONG_MAX", LONG_MAX }, { "LONG_MIN", LONG_MIN }, { "LLONG_MAX", LLONG_MAX },
        { "LLONG_MIN", LLONG_MIN }, { "PY_SSIZE_T_MAX", PTRDIFF_MAX }, { "PY_SSIZE_T_MIN", PTRDIFF_MIN }, { "SIZEOF_TIME_T", sizeof(time_t) }, { "WITH_PYMALLOC", 0 },
    };
    for (size_t i = 0; i < sizeof signed_ / sizeof *signed_; i++)
        if (!module_add_int(module, signed_[i].name, signed_[i].value))
            return false;
    own Value gc = import_module_c("gc");       /* what cannot be collected goes to gc.garbage */
    return !is_error(gc) && add_unsigned(module, "ULONG_MAX", ULONG_MAX) && add_unsigned(module, "ULLONG_MAX", ULLONG_MAX) && add_unsigned(module, "SIZE_MAX", SIZE_MAX) &&
           add_double(module, "FLT_MAX", FLT_MAX) && add_double(module, "FLT_MIN", FLT_MIN) && add_double(module, "DBL_MAX", DBL_MAX) && add_double(module, "DBL_MIN", DBL_MIN);
}

const NativeModule testcapi_module = { "_testcapi", "Parts of CPython's C interface, for tests.", functions, init };
