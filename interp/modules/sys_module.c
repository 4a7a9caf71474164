/* sys_module.c -- the sys module (docs.python.org/3.11/library/sys.html). sys.implementation.name is "ouro"; sys.version_info is that of
 * the CPython library found. The streams stdin, stdout, stderr and the path are set by interp.c when their modules exist. */
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gc/collect.h"
#include "gc/heap.h"
#include "interp/builtins/import.h"
#include "interp/builtins/settings.h"
#include "interp/builtins/traceback_print.h"
#include "interp/modules/arg.h"
#include "interp/modules/ouro_module.h"
#include "interp/modules/sys_module.h"
#include "interp/object/audit.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/set.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/eval.h"
#include "interp/vm/trace.h"

/* --- the display and exception hooks ---------------------------------------------------------------------------- */
/* Write str `text` to the stream sys.<name>; nothing happens when it is missing or None. */
static bool write_stream(const char *name, Value text)
{
    own Value stream = import_attr("sys", name);
    if (is_error(stream) || is_none(stream)) {
        error_clear();
        return true;
    }
    own Value result = call_method(stream, "write", &text, 1);
    return !is_error(result);
}

static Value sys_displayhook(Value *args, size_t n)
{
    if (is_none(args[0]))
        return NONE;
    own Value builtins = import_module_c("builtins");
    if (is_error(builtins) || !obj_setattr_c(builtins, "_", NONE))
        return ERROR;
    own Value stdout_now = import_attr("sys", "stdout");
    if (is_error(stdout_now) || is_none(stdout_now)) {
        error_clear();
        return raise(RuntimeError, "lost sys.stdout");
    }
    own Value text = obj_repr(args[0]);
    own Value newline = is_error(text) ? ERROR : str_from("\n");
    if (is_error(newline) || !write_stream("stdout", text) || !write_stream("stdout", newline))
        return ERROR;
    return obj_setattr_c(builtins, "_", args[0]) ? NONE : ERROR;
}

static Value sys_excepthook(Value *args, size_t n)
{
    Value exception = args[1];
    if (!exception_check(exception)) {
        own Value text = str_format("TypeError: print_exception(): Exception expected for value, %T found\n", exception);
        return !is_error(text) && write_stream("stderr", text) ? NONE : ERROR;
    }
    if (!is_none(args[2]) && is_exact(args[2], &traceback_type) && is_none(as_exception(exception)->traceback))
        set_slot(&as_exception(exception)->traceback, retain(args[2]));
    own Value text = traceback_format(exception);
    return !is_error(text) && write_stream("stderr", text) ? NONE : ERROR;
}

static Value unraisable_args_type = UNBOUND_INIT;

/* What sys.unraisablehook writes as long as nobody sets another; `message` and `object` may be None. False: error pending. */
static bool write_unraisable(Value error, Value message, Value object)
{
    own Value head = is_none(object) ? is_none(message) ? retain(str_empty) : str_format("%S:\n", message)
                                     : str_format("%S: %R\n", is_none(message) ? str_name_peek("Exception ignored in") : message, object);
    own Value body = is_error(head) ? ERROR : exception_check(error) ? traceback_format(error) : retain(str_empty);
    return !is_error(body) && write_stream("stderr", head) && write_stream("stderr", body);
}

static Value sys_unraisablehook(Value *args, size_t n)
{
    if (!is_ptr(args[0]) || !same(obj_value(obj_type(as_obj(args[0]))), unraisable_args_type))
        return raise(TypeError, "sys.unraisablehook argument type must be UnraisableHookArgs");
    own Value error = obj_getattr_c(args[0], "exc_value"), object = is_error(error) ? ERROR : obj_getattr_c(args[0], "object");
    own Value message = is_error(object) ? ERROR : obj_getattr_c(args[0], "err_msg");
    return !is_error(message) && write_unraisable(error, message, object) ? NONE : ERROR;
}

/* write_unraisable, or what can be said without memory; consumes `message`. */
static void show_unraisable(Value error, Value message, Value object)
{
    static const char last_words[] = "MemoryError: an exception that was ignored could not be shown\n";
    own Value text = message;
    if (!is_error(text) && write_unraisable(error, text, object))
        return;
    if (error_is(MemoryError))
        ouro_hooks.write(2, last_words, sizeof last_words - 1);
    error_clear();
}

/* Whatever kept sys.unraisablehook from being told is the exception that is shown now. */
static void report_instead(const char *message, Value object)
{
    own Value error = exception_take();
    show_unraisable(error, str_from(message), object);
}

/* Exceptions nobody can catch: sys.unraisablehook(args), from the heap's finalisers and other silent places. The pending error is consumed. */
void sys_report_unraisable(const char *where, Value culprit)
{
    own Value error = exception_take(), object = is_unbound(culprit) ? NONE : retain(culprit), hook = import_attr("sys", "unraisablehook");
    if (is_none(as_exception(error)->traceback) && frame_nth(thread, 0) && !frame_add_traceback(frame_nth(thread, 0), error))
        set_slot(&error, exception_take());             /* no memory for that */
    bool is_default = is_error(hook) || is_none(hook) || !is_ptr(unraisable_args_type);
    if (is_error(hook))
        error_clear();
    own Value message = where && *where ? str_from(where) : NONE;
    if (is_default) {
        show_unraisable(error, give(message), object);
        return;
    }
    Value fields[5] = { retain(obj_value(obj_type(as_obj(error)))), retain(error), retain(as_exception(error)->traceback), give(message), retain(object) };
    own Value record = structseq_new_take(unraisable_args_type, fields, 5);
    if (is_error(record)) {
        report_instead("Exception ignored on building sys.unraisablehook arguments", object);
    } else if (!audit2("sys.unraisablehook", hook, record)) {
        report_instead("Exception ignored in audit hook", NONE);
    } else {
        own Value result = call1(hook, record);
        if (is_error(result))
            report_instead("Exception ignored in sys.unraisablehook", hook);
    }
}

static void unraisable(const char *where, Value culprit)
{
    if (!error_pending())
        return;
    sys_report_unraisable(where && strchr(where, ' ') ? where : NULL, culprit);
}

/* --- exceptions and frames -------------------------------------------------------------------------------------------- */
static Value sys_exception(Value *args, size_t n) { return retain(thread_handled_peek()); }
static Value sys_exc_info(Value *args, size_t n)
{
    Value error = thread_handled_peek();
    if (is_none(error))
        return tuple_of3(NONE, NONE, NONE);
    return tuple_of3(obj_value(obj_type(as_obj(error))), error, as_exception(error)->traceback);
}
static Value sys_exit(Value *args, size_t n)
{
    if (is_unbound(args[0]) || is_none(args[0])) {
        error_set_none(SystemExit);
        return ERROR;
    }
    if (tuple_check(args[0])) {
        error_set_args_take(SystemExit, retain(args[0]));
        return ERROR;
    }
    return raise_value(SystemExit, args[0]);
}

static Value sys_getframe(Value *args, size_t n)
{
    int64_t depth = 0;
    if (!is_unbound(args[0]) && !obj_index_i64(args[0], &depth, OverflowError))
        return ERROR;
    Frame *frame = frame_nth(thread, depth < 0 ? 0 : depth > UINT32_MAX ? UINT32_MAX : (unsigned)depth);
    if (!frame)
        return raise(ValueError, "call stack is not deep enough");
    own Value object = frame_object(frame);
    return is_error(object) || !audit1("sys._getframe", object) ? ERROR : give(object);
}

/* A dict: the number of each thread that runs Python code -> what `of` says of it. */
static Value by_thread(Value (*of)(Thread *))
{
    own Value d = dict_new();
    for (Thread *t = threads; t && !is_error(d); t = t->next) {
        if (!frame_nth(t, 0))
            continue;
        own Value id = int_from_u64(t->id), value = of(t);
        if (is_error(id) || is_error(value) || !dict_set(as_dict(d), id, value))
            return ERROR;
    }
    return give(d);
}
static Value frame_of(Thread *t) { return frame_object(frame_nth(t, 0)); }
static Value exception_of(Thread *t)
{
    Value e = thread_handled_of_peek(t);
    return is_none(e) ? tuple_of3(NONE, NONE, NONE) : tuple_of3(obj_value(obj_type(as_obj(e))), e, as_exception(e)->traceback);
}
static Value sys_current_frames(Value *args, size_t n) { return audit0("sys._current_frames") ? by_thread(frame_of) : ERROR; }
static Value sys_current_exceptions(Value *args, size_t n) { return audit0("sys._current_exceptions") ? by_thread(exception_of) : ERROR; }

static Value sys_getrecursionlimit(Value *args, size_t n) { return small_int_value(thread->limit); }
static Value sys_setrecursionlimit(Value *args, size_t n)
{
    int64_t limit;
    if (!obj_index_i64(args[0], &limit, OverflowError))
        return ERROR;
    if (limit < 1)
        return raise(ValueError, "recursion limit must be greater or equal than 1");
    if (limit > INT32_MAX)
        return raise(OverflowError, "signed integer is greater than maximum");
    uint32_t depth = (uint32_t)(thread->frame - thread->frames);
    if (depth >= limit)
        return raise(RecursionError, "cannot set the recursion limit to %lld at the recursion depth %u: the limit is too low", (long long)limit, depth);
    for (Thread *t = threads; t; t = t->next)
        thread_set_limit(t, (uint32_t)(limit < UINT32_MAX ? limit : UINT32_MAX));
    return NONE;
}

/* --- objects ------------------------------------------------------------------------------------------------------------ */
static Value sys_getsizeof(Value *args, size_t n)
{
    own Value method = UNBOUND;
    Found found = obj_find_special(args[0], str_name_peek("__sizeof__"), &method);
    own Value size = found == FOUND ? call0(method) : found == FAILED ? ERROR : raise(TypeError, "Type %.100s doesn't define __sizeof__", type_name(args[0]));
    if (!is_error(size) && int_check(size))
        return int_sign(size) < 0 ? raise(ValueError, "__sizeof__() should return >= 0") : give(size);
    if (!is_error(size))
        error_set(TypeError, "'%T' object cannot be interpreted as an integer", size);
    if (is_unbound(args[1]) || !error_is(TypeError))
        return ERROR;
    error_clear();
    return retain(args[1]);
}
static Value sys_getrefcount(Value *args, size_t n)
{
    return small_int_value(is_ptr(args[0]) ? as_obj(args[0])->refcount : STATIC_REFCOUNT);
}
static Value sys_intern(Value *args, size_t n)
{
    if (!str_exact(args[0]))
        return raise(TypeError, str_check(args[0]) ? "can't intern %T" : "intern() argument must be str, not %T", args[0]);
    return str_intern_take(retain(args[0]));
}
static Value sys_getallocatedblocks(Value *args, size_t n) { return int_from_u64(heap_counts().live_objects); }

static Value sys_settrace(Value *args, size_t n)
{
    if (!audit0("sys.settrace"))
        return ERROR;
    static bool installing;
    if (installing)
        return raise(RuntimeError, "Cannot install a trace function while another trace function is being installed");
    installing = true;                                      /* dropping the one before may run its __del__ */
    trace_set(thread, args[0]);
    installing = false;
    return NONE;
}
static Value sys_gettrace(Value *args, size_t n) { return is_unbound(thread->trace_fn) ? NONE : retain(thread->trace_fn); }
static Value sys_setprofile(Value *args, size_t n)
{
    if (!audit0("sys.setprofile"))
        return ERROR;
    static bool installing;
    if (installing)
        return raise(RuntimeError, "Cannot install a profile function while another profile function is being installed");
    installing = true;
    profile_set(thread, args[0]);
    installing = false;
    return NONE;
}
static Value sys_getprofile(Value *args, size_t n) { return is_unbound(thread->profile_fn) ? NONE : retain(thread->profile_fn); }
static Value sys_call_tracing(Value *args, size_t n)
{
    if (!tuple_check(args[1]))
        return raise(TypeError, "call_tracing() argument 2 must be tuple, not %W", args[1]);
    return call_ex(args[0], args[1], UNBOUND);
}
static Value sys_breakpointhook(Value *args, size_t n)
{
    const char *hook = getenv("PYTHONBREAKPOINT");
    if (hook && strcmp(hook, "0") == 0)
        return NONE;
    const char *dot = hook && *hook ? strrchr(hook, '.') : NULL;
    char module[256] = "pdb";
    if (dot)
        snprintf(module, sizeof module, "%.*s", (int)(dot - hook), hook);
    own Value function = import_attr(hook && *hook && !dot ? "builtins" : module, dot ? dot + 1 : hook && *hook ? hook : "set_trace");
    return is_error(function) ? ERROR : call_ex(function, args[0], args[1]);
}

/* --- hooks of asynchronous generators and coroutines -------------------------------------------------------------- */
static Value asyncgen_hooks_type = UNBOUND_INIT;
static Value sys_set_asyncgen_hooks(Value *args, size_t n)
{
    for (int i = 0; i < 2; i++)
        if (!is_unbound(args[i]) && !is_none(args[i]) && !obj_callable(args[i]))
            return raise(TypeError, "callable %s expected, got %T", i ? "finalizer" : "firstiter", args[i]);
    if (!is_unbound(args[0]))
        set_slot(&thread->asyncgen_firstiter, retain(args[0]));
    if (!is_unbound(args[1]))
        set_slot(&thread->asyncgen_finalizer, retain(args[1]));
    return NONE;
}
static Value sys_get_asyncgen_hooks(Value *args, size_t n)
{
    Value fields[2] = { retain(thread->asyncgen_firstiter), retain(thread->asyncgen_finalizer) };
    return structseq_new_take(asyncgen_hooks_type, fields, 2);
}
static Value sys_set_origin_depth(Value *args, size_t n)
{
    int64_t depth;
    if (!obj_index_i64(args[0], &depth, OverflowError))
        return ERROR;
    if (depth < 0)
        return raise(ValueError, "depth must be >= 0");
    thread->coroutine_origin_depth = (int)depth;
    return NONE;
}
static Value sys_get_origin_depth(Value *args, size_t n) { return small_int_value(thread->coroutine_origin_depth); }

/* --- limits, switches, encodings ------------------------------------------------------------------------------------- */
static double switch_interval = 0.005;
static Value sys_getswitchinterval(Value *args, size_t n) { return float_value(switch_interval); }
static Value sys_setswitchinterval(Value *args, size_t n)
{
    double seconds;
    if (!obj_double(args[0], &seconds))
        return ERROR;
    if (seconds <= 0)
        return raise(ValueError, "switch interval must be strictly positive");
    switch_interval = seconds;
    return NONE;
}
static Value sys_get_int_max_str_digits(Value *args, size_t n) { return int_value(int_max_str_digits); }
static Value sys_set_int_max_str_digits(Value *args, size_t n)
{
    int64_t digits;
    if (!obj_index_i64(args[0], &digits, OverflowError))
        return ERROR;
    if (digits != 0 && digits < 640)
        return raise(ValueError, "maxdigits must be 0 or larger than 640");
    int_max_str_digits = digits;
    return NONE;
}
static Value sys_encoding(Value *args, size_t n) { return str_from("utf-8"); }
static Value sys_encoding_errors(Value *args, size_t n) { return str_from("surrogateescape"); }
static bool finalizing;
void sys_set_finalizing(void) { finalizing = true; }
static Value sys_is_finalizing(Value *args, size_t n) { return bool_value(finalizing); }

/* --- audit hooks (PEP 578) ------------------------------------------------------------------------------------------- */
static bool *tracing(void) { return &thread->tracing; }
static Value sys_addaudithook(Value *args, size_t n)
{
    audit_tracing = tracing;
    return audit_add(args[0]) ? NONE : ERROR;
}
static Value sys_audit(Value *args, size_t n)
{
    if (n == 0)
        return raise(TypeError, "audit() missing 1 required positional argument: 'event'");
    if (!str_check(args[0]))
        return raise(TypeError, "expected str for argument 'event', not %T", args[0]);
    return audit_event(args[0], args + 1, n - 1) ? NONE : ERROR;
}
static Value sys_nothing(Value *args, size_t n) { return NONE; }

static const Method functions[] = {
    { "_clear_type_cache", "()", sys_nothing, "Clear the internal type lookup cache." },
    { "_current_exceptions", "()", sys_current_exceptions, "Return a dict mapping each thread's identifier to its current raised exception." },
    { "_current_frames", "()", sys_current_frames, "Return a dict mapping each thread's thread id to its current stack frame." },
    { "_getframe", "(depth=0, /)", sys_getframe, "Return a frame object from the call stack." },
    { "addaudithook", "(hook)", sys_addaudithook, "Adds a new audit hook callback." },
    { "audit", "(...)", sys_audit, "audit(event, *args)\n\nPasses the event to any hooks that are attached." },
    { "breakpointhook", "(*args, **kws)", sys_breakpointhook, "This hook function is called by built-in breakpoint()." },
    { "call_tracing", "(func, args, /)", sys_call_tracing, "Call func(*args), while tracing is enabled." },
    { "displayhook", "(object, /)", sys_displayhook, "Print an object to sys.stdout and also save it in builtins._" },
    { "exc_info", "()", sys_exc_info, "Return current exception information: (type, value, traceback)." },
    { "excepthook", "(exctype, value, traceback, /)", sys_excepthook, "Handle an exception by displaying it with a traceback on sys.stderr." },
    { "exception", "()", sys_exception, "Return the current exception." },
    { "exit", "(status=None, /)", sys_exit, "Exit the interpreter by raising SystemExit(status)." },
    { "get_asyncgen_hooks", "()", sys_get_asyncgen_hooks, "Return the installed asynchronous generators hooks." },
    { "get_coroutine_origin_tracking_depth", "()", sys_get_origin_depth, "Check status of origin tracking for coroutine objects in this thread." },
    { "get_int_max_str_digits", "()", sys_get_int_max_str_digits, "Return the maximum string digits limit for non-binary int<->str conversions." },
    { "getallocatedblocks", "()", sys_getallocatedblocks, "Return the number of live objects." },
    { "getdefaultencoding", "()", sys_encoding, "Return the current default encoding used by the Unicode implementation." },
    { "getfilesystemencodeerrors", "()", sys_encoding_errors, "Return the error mode used for Unicode to OS filename conversion." },
    { "getfilesystemencoding", "()", sys_encoding, "Return the encoding used to convert Unicode filenames to OS filenames." },
    { "getprofile", "()", sys_getprofile, "Return the profiling function set with sys.setprofile." },
    { "getrecursionlimit", "()", sys_getrecursionlimit, "Return the current value of the recursion limit." },
    { "getrefcount", "(object, /)", sys_getrefcount, "Return the reference count of object." },
    { "getsizeof", "(object, default=None)", sys_getsizeof, "Return the size of object in bytes." },
    { "getswitchinterval", "()", sys_getswitchinterval, "Return the current thread switch interval." },
    { "gettrace", "()", sys_gettrace, "Return the global debug tracing function set with sys.settrace." },
    { "intern", "(string, /)", sys_intern, "``Intern'' the given string." },
    { "is_finalizing", "()", sys_is_finalizing, "Return True if Python is exiting." },
    { "set_asyncgen_hooks", "(firstiter=None, finalizer=None)", sys_set_asyncgen_hooks, "Set a finalizer for async generators objects." },
    { "set_coroutine_origin_tracking_depth", "(depth)", sys_set_origin_depth, "Enable or disable origin tracking for coroutine objects in this thread." },
    { "set_int_max_str_digits", "(maxdigits)", sys_set_int_max_str_digits, "Set the maximum string digits limit for non-binary int<->str conversions." },
    { "setprofile", "(function, /)", sys_setprofile, "Set the profiling function." },
    { "setrecursionlimit", "(limit, /)", sys_setrecursionlimit, "Set the maximum depth of the Python interpreter stack to n." },
    { "setswitchinterval", "(interval, /)", sys_setswitchinterval, "Set the ideal thread switching delay inside the Python interpreter." },
    { "settrace", "(function, /)", sys_settrace, "Set the global debug tracing function." },
    { "unraisablehook", "(unraisable, /)", sys_unraisablehook, "Handle an unraisable exception." },
    { 0 },
};

/* --- constants ---------------------------------------------------------------------------------------------------------- */
static Value small(int64_t i) { return int_value(i); }
static Value text(const char *s) { return str_from(s); }

/* Make a struct sequence from `values` (consumed) and add it; sys.flags and sys.version_info stay the only ones of their types. */
static bool add_record(Value module, const char *attribute, const char *type, const StructField *fields, Value *values, unsigned n)
{
    own Value class = error_pending() ? ERROR : structseq_new_type(type, attribute, fields, n);     /* a value may have failed */
    if (is_error(class)) {
        for (unsigned i = 0; i < n; i++)
            release(values[i]);
        return false;
    }
    Value record = structseq_new_take(class, values, n);
    if (strcmp(attribute, "flags") == 0 || strcmp(attribute, "version_info") == 0) {
        as_type(class)->new = NULL;
        as_type(class)->module_name = "sys";
    }
    return module_add_take(module, attribute, record);
}

static bool add_flags(Value module)
{
    static const StructField fields[] = { { "debug" }, { "inspect" }, { "interactive" }, { "optimize" }, { "dont_write_bytecode" }, { "no_user_site" },
        { "no_site" }, { "ignore_environment" }, { "verbose" }, { "bytes_warning" }, { "quiet" }, { "hash_randomization" }, { "isolated" }, { "dev_mode" },
        { "utf8_mode" }, { "warn_default_encoding" }, { "safe_path" }, { "int_max_str_digits" }, { 0 } };
    const Settings *s = &settings;
    Value v[] = { small(0), small(s->inspect), small(s->interactive), small(s->optimize), small(s->no_bytecode), small(s->no_user_site), small(s->no_site),
        small(s->ignore_environment), small(s->verbose), small(s->bytes_warning), small(s->quiet), small(s->hash_randomised), small(s->isolated),
        bool_value(s->dev_mode), small(s->utf8_mode), small(0), bool_value(s->safe_path), small(int_max_str_digits) };
    return add_record(module, "flags", "sys.flags", fields, v, 18);
}

static bool add_version(Value module)
{
    static const StructField fields[] = { { "major" }, { "minor" }, { "micro" }, { "releaselevel" }, { "serial" }, { 0 } };
    const Settings *s = &settings;
    Value v[] = { small(s->version_major), small(s->version_minor), small(s->version_micro), text("final"), small(0) };
    char version[200];
    snprintf(version, sizeof version, "%d.%d.%d (Ouro %s, %s) \n[%s]", s->version_major, s->version_minor, s->version_micro, OURO_VERSION, __DATE__,
#ifdef __clang__
             "Clang " __clang_version__
#else
             "GCC " __VERSION__
#endif
    );
    int64_t hex = (int64_t)s->version_major << 24 | s->version_minor << 16 | s->version_micro << 8 | 0xf0;
    return add_record(module, "version_info", "sys.version_info", fields, v, 5) && module_add_str(module, "version", version) &&
           module_add_int(module, "hexversion", hex);
}

/* sys._git: the library is CPython's, of no known revision. (platform's name for this interpreter is in lib/platform.py.) */
static bool add_git(Value module)
{
    own Value name = text("CPython"), none = text("");
    own Value git = is_error(name) || is_error(none) ? ERROR : tuple_of3(name, none, none);
    return !is_error(git) && obj_setattr_c(module, "_git", git);
}

/* sys.implementation, made once the type exists (class.c). */
static bool add_implementation(Value module)
{
    extern Type simple_namespace_type;
    own Value ns = instance_new(&simple_namespace_type);
    static const StructField fields[] = { { "major" }, { "minor" }, { "micro" }, { "releaselevel" }, { "serial" }, { 0 } };
    Value v[] = { small(OURO_VERSION_MAJOR), small(OURO_VERSION_MINOR), small(OURO_VERSION_MICRO), text("final"), small(0) };
    own Value class = error_pending() ? ERROR : structseq_new_type("sys.version_info", NULL, fields, 5);
    if (is_error(class)) {
        release(v[3]);
        return false;
    }
    own Value version = structseq_new_take(class, v, 5);
    own Value name = text("ouro"), tag = text("ouro-311"), multiarch = text("x86_64-linux-gnu");
    if (is_error(version) || is_error(name) || is_error(tag) || is_error(multiarch))
        return false;
    own Value hex = small(OURO_VERSION_MAJOR << 24 | OURO_VERSION_MINOR << 16 | OURO_VERSION_MICRO << 8 | 0xf0);
    return obj_setattr_c(ns, "name", name) && obj_setattr_c(ns, "cache_tag", tag) && obj_setattr_c(ns, "version", version) && obj_setattr_c(ns, "hexversion", hex) &&
           obj_setattr_c(ns, "_multiarch", multiarch) && module_add(module, "implementation", ns);
}

static bool add_numbers(Value module)
{
    static const StructField floats[] = { { "max" }, { "max_exp" }, { "max_10_exp" }, { "min" }, { "min_exp" }, { "min_10_exp" }, { "dig" }, { "mant_dig" },
        { "epsilon" }, { "radix" }, { "rounds" }, { 0 } };
    Value f[] = { float_value(DBL_MAX), small(DBL_MAX_EXP), small(DBL_MAX_10_EXP), float_value(DBL_MIN), small(DBL_MIN_EXP), small(DBL_MIN_10_EXP), small(DBL_DIG),
        small(DBL_MANT_DIG), float_value(DBL_EPSILON), small(FLT_RADIX), small(1) };
    static const StructField ints[] = { { "bits_per_digit" }, { "sizeof_digit" }, { "default_max_str_digits" }, { "str_digits_check_threshold" }, { 0 } };
    Value i[] = { small(30), small(4), small(4300), small(640) };     /* CPython's digits: what programs reckon with */
    static const StructField hashes[] = { { "width" }, { "modulus" }, { "inf" }, { "nan" }, { "imag" }, { "algorithm" }, { "hash_bits" }, { "seed_bits" }, { "cutoff" }, { 0 } };
    Value h[] = { small(64), small(((int64_t)1 << 61) - 1), small(314159), small(0), small(1000003), text("siphash13"), small(64), small(128), small(0) };
    static const StructField threads[] = { { "name" }, { "lock" }, { "version" }, { 0 } };
    Value t[] = { text("pthread"), text("semaphore"), NONE };
    return add_record(module, "float_info", "sys.float_info", floats, f, 11) && add_record(module, "int_info", "sys.int_info", ints, i, 4) &&
           add_record(module, "hash_info", "sys.hash_info", hashes, h, 9) && add_record(module, "thread_info", "sys.thread_info", threads, t, 3) &&
           module_add_str(module, "float_repr_style", "short") && module_add_int(module, "maxsize", INT64_MAX) && module_add_int(module, "maxunicode", 0x10ffff) &&
           module_add_str(module, "byteorder", "little") && module_add_int(module, "api_version", 1013);
}

static Value strings(const char *const *items, size_t n)
{
    own Value list = list_new(n);
    for (size_t i = 0; !is_error(list) && i < n; i++) {
        if (!list_append_take(list, str_from(items[i])))
            return ERROR;
    }
    return give(list);
}

static bool add_command_line(Value module)
{
    const Settings *s = &settings;
    own Value x_options = dict_new();
    for (size_t i = 0; !is_error(x_options) && i < s->n_x_options; i++) {
        const char *equal = strchr(s->x_options[i], '=');
        own Value key = equal ? str_new(s->x_options[i], (size_t)(equal - s->x_options[i])) : str_from(s->x_options[i]);
        own Value value = equal ? str_from(equal + 1) : TRUE;
        if (is_error(key) || is_error(value) || !dict_set(as_dict(x_options), key, value))
            return false;
    }
    return !is_error(x_options) && module_add_take(module, "argv", strings((const char *const *)s->argv, (size_t)s->argc)) &&
           module_add_take(module, "orig_argv", strings((const char *const *)s->orig_argv, (size_t)s->orig_argc)) &&
           module_add_take(module, "warnoptions", strings(s->warn_options, s->n_warn_options)) && module_add(module, "_xoptions", x_options) &&
           module_add_str(module, "executable", s->executable) && module_add_str(module, "_base_executable", s->executable);
}

static bool add_library_names(Value module)
{
    static const char *const names[] = {
#define NAME(name) #name,
#include "interp/modules/stdlib_names.def"
#undef NAME
    };
    own Value list = strings(names, sizeof names / sizeof *names);
    return !is_error(list) && module_add_take(module, "stdlib_module_names", call1(obj_value(&frozenset_type), list));
}

static bool add_names(Value module)
{
    size_t n;
    const NativeModule *const *rows = import_natives(&n);
    own Value names = list_new(n);
    for (size_t i = 0; !is_error(names) && i < n; i++) {
        if (!list_append_take(names, str_intern(rows[i]->name)))
            return false;
    }
    Value none = NONE;
    own Value empty = is_error(names) ? ERROR : list_sort(names, none, false) ? list_to_tuple(names) : ERROR;
    return !is_error(empty) && module_add(module, "builtin_module_names", empty);
}

static bool add_paths(Value module)
{
    static const char *const prefixes[] = { "prefix", "exec_prefix", "base_prefix", "base_exec_prefix" };
    for (size_t i = 0; i < 4; i++)
        if (!module_add_str(module, prefixes[i], "/usr"))
            return false;
    own Value hooks = list_new(0), cache = dict_new(), path = list_new(4);
    return !is_error(hooks) && !is_error(cache) && !is_error(path) && module_add(module, "meta_path", import_finders_peek()) && module_add(module, "path_hooks", hooks) &&
           module_add(module, "path_importer_cache", cache) && module_add(module, "path", path) && module_add_str(module, "platlibdir", "lib") &&
           module_add_str(module, "abiflags", "") && module_add_str(module, "platform", "linux") && module_add(module, "pycache_prefix", NONE) &&
           module_add(module, "dont_write_bytecode", bool_value(settings.no_bytecode)) &&
           module_add_str(module, "copyright", "Copyright (c) 2026 The Ouro authors.") && add_git(module) &&
           module_add_str(module, "_framework", "") && module_add_str(module, "_home", "") &&
           (settings.library ? module_add_str(module, "_stdlib_dir", settings.library) : module_add(module, "_stdlib_dir", NONE));
}

static bool init(Value module)
{
    static const StructField unraisable_fields[] = { { "exc_type" }, { "exc_value" }, { "exc_traceback" }, { "err_msg" }, { "object" }, { 0 } };
    static const StructField asyncgen_fields[] = { { "firstiter" }, { "finalizer" }, { 0 } };
    if (!structseq_ready(&unraisable_args_type, "UnraisableHookArgs", NULL, unraisable_fields, 5))
        return false;
    if (!structseq_ready(&asyncgen_hooks_type, "sys.asyncgen_hooks", NULL, asyncgen_fields, 2))
        return false;
    heap_unraisable = unraisable;
    static const char *const saved[] = { "displayhook", "excepthook", "unraisablehook", "breakpointhook" };
    for (size_t i = 0; i < sizeof saved / sizeof *saved; i++) {
        char name[40];
        snprintf(name, sizeof name, "__%s__", saved[i]);
        own Value hook = obj_getattr_c(module, saved[i]);
        if (is_error(hook) || !module_add(module, name, hook))
            return false;
    }
    return !is_error(unraisable_args_type) && !is_error(asyncgen_hooks_type) && module_add(module, "modules", obj_value(import_modules_peek())) && add_flags(module) &&
           add_version(module) && add_implementation(module) && add_numbers(module) && add_command_line(module) && add_names(module) && add_library_names(module) &&
           add_paths(module);
}

const NativeModule sys_module = { "sys", "This module provides access to some objects used or maintained by the\ninterpreter and to functions that interact strongly with the interpreter.",
    functions, init };
