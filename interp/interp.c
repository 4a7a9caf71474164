/* interp.c -- the interpreter's life, and running programs from the command line. The cells of a notebook are in cell.c. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gc/check.h"
#include "gc/collect.h"
#include "gc/heap.h"
#include "interp/builtins/import.h"
#include "interp/builtins/run.h"
#include "interp/builtins/settings.h"
#include "interp/builtins/traceback_print.h"
#include "interp/builtins/types.h"
#include "interp/builtins/vm_types.h"
#include "interp/compile/compile.h"
#include "interp/interp_parts.h"
#include "interp/modules/atexit_module.h"
#include "interp/modules/gc_module.h"
#include "interp/modules/io_module.h"
#include "interp/modules/modules.h"
#include "interp/modules/ouro_module.h"
#include "interp/modules/sys_module.h"
#include "interp/modules/warnings_module.h"
#include "interp/object/audit.h"
#include "interp/object/bytes.h"
#include "interp/object/check.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/module.h"
#include "interp/object/weakref_object.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/vm/eval.h"
#include "interp/vm/ops.h"
#include "interp/vm/resume.h"

static char library_path[PATH_MAX];
static char version_text[16];
static bool running;
/* The thread that started the interpreter is Python's main thread; any other that comes through the door gets a Thread of its own. */
static _Thread_local Thread *attached;

const char *interp_version(void) { return *version_text ? version_text : NULL; }

/* --- finding the library ----------------------------------------------------------------------------------------------- */
/* Is `folder` a CPython library of 3.11 or newer? Its version goes to the settings; the micro version from patchlevel or 0. */
static bool library_at(const char *folder)
{
    char file[PATH_MAX + 16];
    snprintf(file, sizeof file, "%s/os.py", folder);
    const char *name = strrchr(folder, '/');
    int minor;
    if (access(file, R_OK) < 0 || !name || sscanf(name + 1, "python3.%d", &minor) != 1 || minor < 11)
        return false;
    snprintf(library_path, sizeof library_path, "%s", folder);
    settings.library = library_path;
    settings.version_minor = minor;
    settings.version_micro = minor == 11 ? 2 : 0;
    return true;
}

static void find_library(const char *given)
{
    const char *environment = settings.ignore_environment ? NULL : getenv("OURO_LIBRARY");
    static const char *const roots[] = { "/usr/lib", "/usr/local/lib", "/opt/python/lib" };
    char folder[PATH_MAX];
    if ((given && library_at(given)) || (environment && library_at(environment)))
        return;
    for (int minor = 11; minor < 16; minor++)
        for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
            snprintf(folder, sizeof folder, "%s/python3.%d", roots[i], minor);
            if (library_at(folder))
                return;
        }
}

/* --- sys.path --------------------------------------------------------------------------------------------------------------- */
static bool add_path(Value path, const char *folder, bool must_exist)
{
    struct stat st;
    if (must_exist && stat(folder, &st) < 0)
        return true;
    own Value s = str_from(folder);
    return !is_error(s) && list_append(path, s);
}

static bool fill_path(Value path)
{
    char folder[PATH_MAX];
    const char *more = settings.ignore_environment || settings.isolated ? NULL : getenv("PYTHONPATH"), *home = getenv("HOME");
    while (more && *more) {
        size_t n = strcspn(more, ":");
        snprintf(folder, sizeof folder, "%.*s", (int)n, more);
        if (*folder && !add_path(path, folder, false))
            return false;
        more += n + (more[n] == ':');
    }
    if (settings.library && !add_path(path, settings.library, true))
        return false;
    if (settings.no_site)
        return true;
    const char *environment = settings.ignore_environment || settings.isolated ? NULL : getenv("VIRTUAL_ENV");
    if (environment && *environment) {                            /* as activating one sets it, or the kernel's kernel.json */
        snprintf(folder, sizeof folder, "%s/lib/python3.%d/site-packages", environment, settings.version_minor);
        if (!add_path(path, folder, true))
            return false;
    }
    if (home && !settings.no_user_site && !settings.isolated) {
        snprintf(folder, sizeof folder, "%s/.local/lib/python3.%d/site-packages", home, settings.version_minor);
        if (!add_path(path, folder, true))
            return false;
    }
    snprintf(folder, sizeof folder, "/usr/local/lib/python3.%d/dist-packages", settings.version_minor);
    if (!add_path(path, folder, true))
        return false;
    if (settings.library) {
        snprintf(folder, sizeof folder, "%s/site-packages", settings.library);
        if (!add_path(path, folder, true))
            return false;
    }
    return add_path(path, "/usr/lib/python3/dist-packages", true);
}

/* The folder that scripts import from comes first. */
static bool put_first(const char *folder)
{
    own Value path = import_attr("sys", "path"), s = str_from(folder);
    return !is_error(path) && !is_error(s) && list_check(path) && list_insert(path, 0, s);
}

/* The working folder comes first; not with -I. */
static void import_from_here(void)
{
    if (!settings.isolated && !put_first(""))
        error_clear();
}

/* A notebook imports what lies beside it. As IPython has it the working folder comes behind the standard library, so that a file of the
 * same name does not take the place of a module that the shell or the library needs, and before installed packages. */
static void import_beside_notebook(void)
{
    own Value path = import_attr("sys", "path"), here = retain(str_empty);
    uint64_t at = 0;
    for (; list_check(path) && at < list_len(path); at++) {
        Value entry = list_peek(path, at);
        const char *text = str_check(entry) ? str_utf8_peek(entry, NULL) : NULL;
        if (text && (strstr(text, "/site-packages") || strstr(text, "/dist-packages")))
            break;
    }
    bool good = settings.isolated || (list_check(path) && list_insert(path, (int64_t)at, here));
    if (!good || error_pending())
        error_clear();
}

/* --- start ------------------------------------------------------------------------------------------------------------------- */
extern const ShippedModule shipped_modules[];

/* What follows the "=" of -X name=value; "" without one; NULL: not given. */
static const char *x_option(const char *name)
{
    size_t len = strlen(name);
    for (size_t i = settings.n_x_options; i-- > 0;)
        if (strncmp(settings.x_options[i], name, len) == 0 && (settings.x_options[i][len] == '=' || !settings.x_options[i][len]))
            return settings.x_options[i] + len + (settings.x_options[i][len] == '=');
    return NULL;
}
static bool is_set(const char *variable)
{
    const char *value = settings.ignore_environment ? NULL : getenv(variable);
    return value && *value;
}

/* The absolute path of a program that was called by `name`: itself, below the working folder, or in a folder of PATH. "": not found. */
static const char *find_executable(const char *name)
{
    static char path[PATH_MAX];
    char here[PATH_MAX / 2];
    while (name[0] == '.' && name[1] == '/')
        name += 2 + strspn(name + 2, "/");
    if (*name == '/' || !*name)
        return name;
    const char *folders = settings.program[0] == '.' || strchr(name, '/') ? NULL : getenv("PATH");
    if (!folders && (!getcwd(here, sizeof here) || snprintf(path, sizeof path, "%s/%s", here, name) >= (int)sizeof path))
        return "";
    if (!folders)
        return path;
    for (const char *at = folders; *at; at += strspn(at, ":")) {
        size_t len = strcspn(at, ":");
        if (snprintf(path, sizeof path, "%.*s/%s", (int)len, at, name) < (int)sizeof path && *path == '/' && access(path, X_OK) == 0)
            return path;
        at += len;
    }
    return "";
}

static void take_options(const InterpOptions *o)
{
    settings.argc = o->argc;
    settings.argv = o->argv;
    settings.orig_argc = o->orig_argc;
    settings.orig_argv = o->orig_argv;
    settings.program = o->orig_argc ? o->orig_argv[0] : "";
    settings.executable = find_executable(settings.program);
    settings.isolated = o->isolated;
    settings.no_site = o->no_site;
    settings.no_user_site = o->no_user_site || o->isolated;
    settings.ignore_environment = o->ignore_environment || o->isolated;
    settings.safe_path = o->isolated;
    settings.unbuffered = o->unbuffered || is_set("PYTHONUNBUFFERED");
    settings.verbose = o->verbose;
    settings.inspect = o->inspect;
    settings.interactive = o->inspect;
    settings.quiet = o->quiet;
    settings.no_bytecode = o->no_bytecode;
    settings.optimize = o->optimize;
    settings.bytes_warning = o->bytes_warning;
    settings.x_options = o->x_options;
    settings.n_x_options = o->n_x_options;
    settings.warn_options = o->warn_options;
    settings.n_warn_options = o->n_warn_options;
    settings.dev_mode = x_option("dev") || is_set("PYTHONDEVMODE");
    const char *seed = getenv("PYTHONHASHSEED");
    settings.hash_randomised = !seed || strcmp(seed, "0") != 0;
    run_default_optimize = o->optimize;
}

static bool make_main(void)
{
    own Value module = module_new("__main__", NULL), builtins = import_module_c("builtins");
    if (is_error(module) || is_error(builtins))
        return false;
    user_space = retain(obj_value(module_dict_peek(module)));
    own Value loader = retain(obj_value(&builtin_importer_type)), name = str_intern("__main__"), annotations = dict_new();
    if (is_error(annotations) || !obj_setattr_c(module, "__annotations__", annotations))
        return false;
    return !is_error(name) && dict_set(import_modules_peek(), name, module) && obj_setattr_c(module, "__builtins__", builtins) &&
           obj_setattr_c(module, "__loader__", loader) && obj_setattr_c(module, "__package__", NONE) && obj_setattr_c(module, "__spec__", NONE);
}

/* A frontend has streams of its own; a program has the descriptors. */
static bool set_streams(Value sys, Value builtins)
{
    own Value io = import_module_c("_io"), open = is_error(io) ? ERROR : obj_getattr_c(io, "open");
    if (is_error(open) || !obj_setattr_c(builtins, "open", open))
        return false;
    static const char *const names[] = { "stdin", "stdout", "stderr" };
    for (int fd = 0; fd < 3; fd++) {
        char dunder[16];
        own Value stream = interp_host.publish ? ouro_stream_new(fd) : io_standard_stream(fd, settings.unbuffered);
        snprintf(dunder, sizeof dunder, "__%s__", names[fd]);
        if (is_error(stream) || !obj_setattr_c(sys, names[fd], stream) || !obj_setattr_c(sys, dunder, stream))
            return false;
    }
    return true;
}

static Value read_input(Value prompt)
{
    size_t len = 0, prompt_len;
    int why = 0;
    const char *text = str_utf8_peek(prompt, &prompt_len);
    if (!interp_host.input)
        return UNBOUND;
    char *line = text ? interp_host.input(interp_host.context, (Text){ text, prompt_len }, false, &len, &why) : NULL;
    if (!text)
        return ERROR;
    if (!line)
        return why == INPUT_EOF ? raise(EOFError, "EOF when reading a line") : why == INPUT_INTERRUPTED ? raise(KeyboardInterrupt, "Interrupted by user")
             : ouro_raise_no_input();
    Value v = str_new(line, len);
    free(line);
    return v;
}

/* -X faulthandler, PYTHONFAULTHANDLER, development mode. */
static bool start_faulthandler(void)
{
    if (!settings.dev_mode && !x_option("faulthandler") && !is_set("PYTHONFAULTHANDLER"))
        return true;
    own Value enable = import_attr("faulthandler", "enable");
    own Value result = is_error(enable) ? ERROR : call0(enable);
    return !is_error(result);
}

/* -X tracemalloc[=NFRAME], PYTHONTRACEMALLOC. */
static bool start_tracemalloc(void)
{
    const char *option = x_option("tracemalloc"), *given = option ? option : is_set("PYTHONTRACEMALLOC") ? getenv("PYTHONTRACEMALLOC") : NULL;
    char *end;
    long frames = given ? *given ? strtol(given, &end, 10) : (end = "", 1) : 0;
    if (!given || (frames == 0 && !*end))
        return true;
    if (*end || frames < 1 || frames > UINT16_MAX)
        return raise_false(ValueError, "%s: invalid number of frames", option ? "-X tracemalloc=NFRAME" : "PYTHONTRACEMALLOC");
    own Value start = import_attr("_tracemalloc", "start");
    own Value result = is_error(start) ? ERROR : call1(start, small_int_value(frames));
    return !is_error(result);
}

static bool start_python(void)
{
    own Value sys = import_module_c("sys"), builtins = is_error(sys) ? ERROR : import_module_c("builtins");
    own Value path = is_error(builtins) ? ERROR : obj_getattr_c(sys, "path");
    if (is_error(builtins) || is_error(path) || !fill_path(path) || !set_streams(sys, builtins) || !make_main())
        return false;
    if (interp_host.input)
        functions_input_hook = read_input;
    if (!start_faulthandler() || !start_tracemalloc())
        return false;
    own Value site = settings.no_site ? NONE : import_module_c("_ouro_site");
    if (is_error(site))
        return false;
    if (settings.n_warn_options) {               /* the module reads sys.warnoptions */
        own Value warnings = import_module_c("warnings");
        if (is_error(warnings))
            error_clear();
    }
    return true;
}

static void warn_never_awaited(Generator *coroutine) { warnings_never_awaited(obj_value(coroutine)); }

/* Says why: the pending error. */
static bool cannot_start(void)
{
    char *why = error_describe();
    fprintf(stderr, "ouro: cannot start: %s\n", why ? why : "unknown error");
    free(why);
    return false;
}

bool interp_start(const InterpOptions *options, const Host *host)
{
    take_options(options);
    find_library(options->library);
    heap_init();
    heap_set_limit(options->memory_limit_bytes);
#ifdef OURO_DEBUG
    heap_check_install(object_check_valid);
#endif
    attached = thread_new();
    if (!attached)
        return false;
    heap_exempt(true);
    types_init();
    vm_init();
    vm_types_ready();
    heap_exempt(false);
    if (!import_init())
        return cannot_start();
    import_loader_init(shipped_modules);
    if (!import_find_init(native_modules, n_native_modules))
        return cannot_start();
    cell_init(host);
    compile_warn_hook = warnings_explicit;
    warn_hook = warnings_deprecated;
    resume_never_awaited_hook = warn_never_awaited;
    import_set_cache(!options->no_bytecode);
    op_modules_hook = import_modules_peek;
    snprintf(version_text, sizeof version_text, "%d.%d.%d", settings.version_major, settings.version_minor, settings.version_micro);
    if (!start_python())
        return cannot_start();
    if (host->publish)
        import_beside_notebook();
    running = true;
    return true;
}

/* --- the end ------------------------------------------------------------------------------------------------------------------- */
static void flush_streams(void)
{
    static const char *const names[] = { "stdout", "stderr" };
    for (int i = 0; i < 2; i++) {
        own Value stream = import_attr("sys", names[i]);
        own Value result = is_error(stream) || is_none(stream) ? NONE : call_method(stream, "flush", NULL, 0);
        error_clear();
    }
    if (interp_host.flush)
        interp_host.flush(interp_host.context);
}

/* Set a module's names to None, those with one leading underscore first, so that what still runs finds something. */
static void wipe_module(Dict *space)
{
    own Value keys = list_new(0);
    uint64_t position = 0;
    Value key, value;
    while (!is_error(keys) && dict_next(space, &position, &key, &value))
        if (str_check(key) && !list_append(keys, key))
            break;
    error_clear();                       /* those that found room are wiped */
    for (int private = 1; private >= 0; private--)
        for (uint64_t i = 0; !is_error(keys) && i < list_len(keys); i++) {
            const char *name = str_utf8_peek(list_peek(keys, i), NULL);
            bool is_private = name && name[0] == '_' && name[1] != '_';
            if (name && is_private == private && strcmp(name, "__builtins__") != 0 && !dict_set(space, list_peek(keys, i), NONE))
                error_clear();
        }
    error_clear();
}

/* Weak references to all modules but sys and builtins, in the order of their import; they leave sys.modules. */
static Value forget_modules(void)
{
    own Value names = list_new(0), refs = list_new(0);
    uint64_t position = 0;
    Value key, module;
    while (!is_error(names) && dict_next(import_modules_peek(), &position, &key, &module))
        if (!(str_check(key) && (str_equal_c(key, "sys") || str_equal_c(key, "builtins"))) && !list_append(names, key))
            break;
    error_clear();
    for (uint64_t i = 0; !is_error(names) && !is_error(refs) && i < list_len(names); i++) {
        own Value held = UNBOUND;
        if (dict_pop(import_modules_peek(), list_peek(names, i), &held) == FOUND && is_exact(held, &module_type)) {
            Value ref = weakref_new(held, NONE);
            if (!is_error(ref) && !list_append_take(refs, ref))
                break;
        }
        error_clear();
    }
    return give(refs);
}

/* As CPython ends: modules lose their names in sys.modules, and what then is garbage is finalised with its globals intact; modules
 * that something still holds are wiped, the latest import first; then the rest is collected. */
static void finalise_modules(void)
{
    own Value refs = forget_modules();
    set_slot(&user_space, UNBOUND);
    collect(N_GENERATIONS - 1);
    for (uint64_t i = is_error(refs) ? 0 : list_len(refs); i-- > 0;) {
        Object *module = weakref_get((WeakRef *)as_obj(list_peek(refs, i)));
        if (module)
            wipe_module(module_dict_peek(obj_value(module)));
        release_obj(module);
    }
    error_clear();
    collect(N_GENERATIONS - 1);
}

#ifdef OURO_DEBUG
static void say_object(const Object *o, char *text, size_t room)
{
    Value v = obj_value(o), value;
    uint64_t position = 0;
    if (dict_check(v) && !dict_next(as_dict(v), &position, &v, &value))      /* its first key */
        return;
    if (is_ptr(v))
        o = as_obj(v);
    const char *name = str_check(v) ? str_utf8_peek(v, NULL) : is_type(v) ? as_type(v)->heap.name : is_exact(v, &native_type) ? ((const Native *)o)->row->name : "";
    snprintf(text, room, "'%s'", name ? name : "");
}

/* OURO_LEAKS=N in the environment: what nothing accounts for at the end, at most N lines. */
static void report_leaks(void)
{
    const char *rows = getenv("OURO_LEAKS");
    if (!rows)
        return;
    uint64_t n = heap_unexplained_report(stderr, strtoul(rows, NULL, 10), say_object);
    fprintf(stderr, "leaks: %llu objects\n", (unsigned long long)n);
}
#endif

static void end_threads(void)
{
    own Value threading = UNBOUND;
    if (dict_find(import_modules_peek(), str_name_peek("threading"), &threading) == FOUND) {
        own Value result = call_method(threading, "_shutdown", NULL, 0);
        if (is_error(result))
            sys_report_unraisable("Exception ignored on threading shutdown", threading);
    }
    error_clear();
}

int interp_finish(int status)
{
    if (!running)
        return status;
    running = false;
    end_threads();
    atexit_run();
    flush_streams();
    sys_set_finalizing();
    if (collector.enabled)
        collect(N_GENERATIONS - 1);
    gc_report_garbage();
    finalise_modules();
    flush_streams();
#ifdef OURO_DEBUG
    report_leaks();
#endif
    return status;
}

void interp_interrupt(void) { event_raise(EVENT_INTERRUPT); }
void interp_clear_interrupt(void) { event_clear(EVENT_INTERRUPT); }

void interp_acquire(void)
{
    if (!attached) {
        attached = thread_new();
        if (!attached) {                 /* nothing can be answered */
            fputs("ouro: no memory for a thread's stack\n", stderr);
            _exit(1);
        }
        thread_attach_stack(attached);
    }
    lock_acquire(attached);
}
void interp_release(void) { lock_release(); }

void interp_idle(bool (*must_stop)(void *), void *context)
{
    collect_idle(must_stop, context);
    if (!must_stop(context))
        heap_trim();
}

/* --- programs ------------------------------------------------------------------------------------------------------------------ */
/* What SystemExit asks for: an int, None, or a message for stderr. */
static int exit_status(Value error)
{
    own Value code = obj_getattr_c(error, "code");
    int64_t i;
    if (is_error(code) || is_none(code)) {
        error_clear();
        return 0;
    }
    if (int_check(code))
        return int_to_i64(code, &i) ? (int)(i & 0xff) : 255;
    own Value text = str_format("%S\n", code), stream = import_attr("sys", "stderr");
    own Value result = is_error(text) || is_error(stream) || is_none(stream) ? NONE : call_method(stream, "write", &text, 1);
    error_clear();
    return 1;
}

/* The pending error as a dying program reports it: sys.excepthook, or SystemExit's status. Nothing is pending after. The exit status. */
static int report(void)
{
    own Value error = exception_take();
    if (is_instance_of(error, &exception_types[SystemExit]))
        return exit_status(error);
    flush_streams();
    Value type = obj_value(obj_type(as_obj(error))), traceback = as_exception(error)->traceback;
    own Value sys = import_module_c("sys");
    if (!is_error(sys) && (!obj_setattr_c(sys, "last_type", type) || !obj_setattr_c(sys, "last_value", error) || !obj_setattr_c(sys, "last_traceback", traceback)))
        error_clear();
    own Value hook = is_error(sys) ? ERROR : obj_getattr_c(sys, "excepthook");
    bool allowed = is_error(hook) || audit4("sys.excepthook", hook, type, error, traceback);
    if (!allowed && error_is(RuntimeError)) {               /* a hook forbids to show it */
        error_clear();
        return 1;
    }
    own Value result = is_error(hook) || !allowed ? ERROR : call3(hook, type, error, traceback);
    if (is_error(result)) {
        own Value second = exception_take();
        own Value text = traceback_format(error);
        size_t len;
        const char *utf8 = is_error(text) ? NULL : str_utf8_peek(text, &len);
        if (is_instance_of(second, &exception_types[SystemExit]))
            return exit_status(second);
        if (utf8)
            interp_host.write(interp_host.context, 2, (Text){ utf8, len });
        error_clear();
    }
    return is_instance_of(error, &exception_types[KeyboardInterrupt]) ? EXIT_INTERRUPTED : 1;
}

/* Run compiled code as the program. */
static int run_main(Code *code)
{
    if (!code)
        return report();
    own Value keep = obj_value(code);
    own Value result = eval_code(code, user_space, UNBOUND);
    return is_error(result) ? report() : 0;
}

static Code *compile_main(const char *source, size_t len, const char *filename, bool is_bytes)
{
    CompileOptions options = { .mode = COMPILE_EXEC, .flags = COMPILE_LINKED, .optimize = settings.optimize, .filename = filename };
    return compile_source(source, len, is_bytes, &options);
}

static char *read_all(FILE *file, size_t *len)
{
    size_t cap = 1 << 16, used = 0;
    char *text = malloc(cap);
    while (text) {
        used += fread(text + used, 1, cap - used, file);
        if (used < cap)
            break;
        text = realloc(text, cap *= 2);
    }
    *len = used;
    return text;
}

/* Does the text end as a zip file does? */
static bool is_archive(const char *text, size_t len)
{
    enum { END_RECORD = 22, COMMENT_MAX = 65535 };     /* the record may be followed by a comment */
    size_t least = len > END_RECORD + COMMENT_MAX ? len - END_RECORD - COMMENT_MAX : 0;
    for (size_t i = len >= END_RECORD ? len - END_RECORD + 1 : 0; i-- > least;)
        if (memcmp(text + i, "PK\5\6", 4) == 0)
            return true;
    return false;
}

static int run_archive(const char *path)
{
    if (!put_first(path))
        return report();
    own Value run = import_attr("runpy", "_run_module_as_main"), name = str_from("__main__");
    own Value result = is_error(run) || is_error(name) ? ERROR : call2(run, name, FALSE);
    return is_error(result) ? report() : 0;
}

int interp_run_file(const char *path)
{
    struct stat st;
    char resolved[PATH_MAX], file[PATH_MAX + 16];
    char here[PATH_MAX / 2];     /* the name is made absolute, links kept */
    bool relative = *path != '/' && getcwd(here, sizeof here);
    snprintf(file, sizeof file, "%s%s%s", relative ? here : "", relative ? "/" : "", path);
    bool folder = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    if (folder)
        strncat(file, "/__main__.py", sizeof file - strlen(file) - 1);
    FILE *in = fopen(file, "rb");
    if (!in) {
        int why = errno;
        if (folder)
            fprintf(stderr, "%s: can't find '__main__' module in '%.*s'\n", settings.program, (int)(strlen(file) - strlen("/__main__.py")), file);
        else
            fprintf(stderr, "%s: can't open file '%s': [Errno %d] %s\n", settings.program, file, why, strerror(why));
        return folder ? 1 : 2;
    }
    size_t len;
    char *source = read_all(in, &len);
    fclose(in);
    if (source && is_archive(source, len)) {
        free(source);
        return run_archive(path);
    }
    own Value name = str_from(file), loader = is_error(name) ? ERROR : source_loader_new(str_name_peek("__main__"), name);
    if (!source || is_error(loader) || !dict_set_c(as_dict(user_space), "__loader__", loader) || !dict_set_c(as_dict(user_space), "__file__", name) || !dict_set_c(as_dict(user_space), "__cached__", NONE)) {
        free(source);
        return report();
    }
    if (!settings.isolated && realpath(file, resolved)) {
        char *slash = strrchr(resolved, '/');
        if (folder)
            snprintf(resolved, sizeof resolved, "%s", path);
        else
            *(slash == resolved ? slash + 1 : slash) = 0;
        if (!put_first(resolved))
            error_clear();
    }
    Code *code = compile_main(source, len, file, true);
    free(source);
    return run_main(code);
}

int interp_run_command(const char *code)
{
    import_from_here();
    return run_main(compile_main(code, strlen(code), "<string>", false));
}

int interp_run_module(const char *module)
{
    import_from_here();
    own Value run = import_attr("runpy", "_run_module_as_main"), name = str_from(module);
    own Value result = is_error(run) || is_error(name) ? ERROR : call1(run, name);
    return is_error(result) ? report() : 0;
}

int interp_run_stdin(void)
{
    size_t len;
    char *source = read_all(stdin, &len);
    import_from_here();
    Code *code = source ? compile_main(source, len, "<stdin>", true) : NULL;
    free(source);
    return run_main(code);
}

int interp_run_prompt(void)
{
    import_from_here();
    own Value prompt = import_attr("_ouro_prompt", "interact");
    own Value result = is_error(prompt) ? ERROR : call1(prompt, user_space);
    return is_error(result) ? report() : 0;
}

int interp_disassemble(const char *path)
{
    FILE *in = fopen(path, "rb");
    if (!in) {
        fprintf(stderr, "ouro: can't open file '%s': %s\n", path, strerror(errno));
        return 2;
    }
    size_t len;
    char *source = read_all(in, &len);
    fclose(in);
    Code *code = source ? compile_main(source, len, path, true) : NULL;
    free(source);
    own Value text = code ? code_disassemble(code) : ERROR;
    release_obj(code);
    const char *utf8 = is_error(text) ? NULL : str_utf8_peek(text, &len);
    if (!utf8)
        return report();
    interp_host.write(interp_host.context, 1, (Text){ utf8, len });
    return 0;
}
