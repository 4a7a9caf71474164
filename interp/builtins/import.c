/* import.c -- how a module comes to be: sys.modules, asking the finders of sys.meta_path, loading, `__import__`. It knows no finder and no
 * loader by name (import_find.c, import_loader.c); all are asked as the import protocol says. Error texts are importlib's. */
#include <errno.h>
#include <time.h>

#include "gc/event.h"
#include "gc/heap.h"
#include "interp/builtins/import_parts.h"
#include "interp/object/audit.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/set.h"
#include "interp/object/tuple.h"
#include "interp/vm/eval.h"
#include "interp/vm/thread.h"

static Value modules = UNBOUND_INIT;        /* the dict sys.modules */
static Value finders = UNBOUND_INIT;        /* the list that is sys.meta_path, unless a program replaces it */
static Value waiting = UNBOUND_INIT;        /* dict: name of a module -> what import_when_loaded wants called */

static void roots(Visitor *visitor)
{
    const struct { Value at; Edge edge; } all[] = {
        { modules, { TRACE_VALUE, "sys.modules", 0, UNBOUND_INIT } }, { finders, { TRACE_VALUE, "sys.meta_path", 0, UNBOUND_INIT } },
        { waiting, { TRACE_VALUE, "called when a module is loaded", 0, UNBOUND_INIT } },
        { importlib_spec, { TRACE_VALUE, "class of specs", 0, UNBOUND_INIT } },
        { importlib_source_loader, { TRACE_VALUE, "class of loaders", 0, UNBOUND_INIT } },
        { importlib_exec_module, { TRACE_VALUE, "exec_module", 0, UNBOUND_INIT } }, { importlib_get_code, { TRACE_VALUE, "get_code", 0, UNBOUND_INIT } },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (is_ptr(all[i].at))
            visitor->visit(visitor, as_obj(all[i].at), &all[i].edge);
}

bool import_init(void)
{
    type_ready(&module_spec_type, &object_type);
    modules = dict_new();
    finders = list_new(2);
    waiting = dict_new();
    heap_add_roots("sys.modules", roots);
    return !is_error(modules) && !is_error(finders) && !is_error(waiting);
}

Dict *import_modules_peek(void) { return as_dict(modules); }
Value import_finders_peek(void) { return finders; }
bool import_add_finder(Value finder) { return list_append(finders, finder); }

/* --- finding -------------------------------------------------------------------------------------------------------- */
/* Ask every finder of sys.meta_path; our own list while sys does not exist or a program broke it. A spec (owned), NONE, ERROR. */
static Value find_spec(Value name, Value path)
{
    own Value sys = UNBOUND, meta_path = UNBOUND;
    Found found = dict_find(as_dict(modules), str_name_peek("sys"), &sys);
    if (found == FOUND)
        found = obj_find_attr_c(sys, "meta_path", &meta_path);
    if (found == FAILED)
        return ERROR;
    own Value sys_path = is_unbound(audit_hooks) ? NONE : obj_getattr_c(sys, "path"), hooks = is_unbound(audit_hooks) ? NONE : obj_getattr_c(sys, "path_hooks");
    Value told[5] = { name, NONE, sys_path, meta_path, hooks };
    if (is_error(sys_path) || is_error(hooks) || !audit("import", told, 5))
        return ERROR;
    if (found == ABSENT || !list_check(meta_path))
        set_slot(&meta_path, retain(finders));
    for (uint64_t i = 0; i < list_len(meta_path); i++) {
        own Value finder = retain(list_peek(meta_path, i)), method = UNBOUND;
        Value args[3] = { name, path, NONE };
        found = obj_find_attr_c(finder, "find_spec", &method);
        Value spec = found == FAILED ? ERROR : found == ABSENT ? NONE : call(method, args, 3);
        if (!is_none(spec))
            return spec;
    }
    return NONE;
}

/* --- loading -------------------------------------------------------------------------------------------------------- */

/* The module's import attributes (__spec__, __loader__, __package__, __path__, __file__). */
static bool set_attributes(Value module, Value spec)
{
    own Value loader = obj_getattr_c(spec, "loader"), search = is_error(loader) ? ERROR : obj_getattr_c(spec, "submodule_search_locations");
    own Value parent = is_error(search) ? ERROR : obj_getattr_c(spec, "parent"), origin = is_error(parent) ? ERROR : obj_getattr_c(spec, "origin");
    own Value located = is_error(origin) ? ERROR : obj_getattr_c(spec, "has_location");
    if (is_error(located))
        return false;
    return obj_setattr_c(module, "__spec__", spec) && obj_setattr_c(module, "__loader__", loader) && obj_setattr_c(module, "__package__", parent) &&
           (is_none(search) || obj_setattr_c(module, "__path__", search)) &&
           (!same(located, TRUE) || (obj_setattr_c(module, "__file__", origin) && obj_setattr_c(module, "__cached__", NONE)));
}

static Value make_module(Value name, Value spec, Value loader)
{
    if (!is_none(loader)) {
        own Value create = UNBOUND;
        Found found = obj_find_attr_c(loader, "create_module", &create);
        own Value module = found == FOUND ? call1(create, spec) : found == FAILED ? ERROR : NONE;
        if (!is_none(module))
            return give(module);
    }
    const char *text = str_utf8_peek(name, NULL);
    return text ? module_new(text, NULL) : ERROR;
}

static bool run_loader(Value module, Value loader)
{
    if (is_none(loader))
        return true;
    own Value exec = UNBOUND;
    Found found = loader_run_source(module, loader);
    if (found != ABSENT)
        return found == FOUND;
    found = obj_find_attr_c(loader, "exec_module", &exec);
    if (found == FAILED)
        return false;
    if (found == ABSENT) {
        own Value name = obj_getattr_c(module, "__name__");
        own Value loaded = is_error(name) ? ERROR : call_method(loader, "load_module", &name, 1);
        return !is_error(loaded);
    }
    own Value result = call1(exec, module);
    return !is_error(result);
}

static void forget_keeping_error(Value name)
{
    ErrorState saved = error_save();
    if (dict_del(as_dict(modules), name) == FAILED)
        error_clear();
    error_restore(saved);
}

bool import_when_loaded(Value name, Value callable)
{
    own Value module = UNBOUND;
    Found found = dict_find(as_dict(modules), name, &module);
    if (found != FOUND)
        return found == ABSENT && dict_set(as_dict(waiting), name, callable);
    own Value result = call1(callable, module);
    return !is_error(result);
}

/* The module is loaded: call who waited for it. An error there is not the importer's. */
static void tell_waiting(Value name, Value module)
{
    own Value callable = UNBOUND;
    Found found = dict_len(as_dict(waiting)) ? dict_pop(as_dict(waiting), name, &callable) : ABSENT;
    own Value result = found == FOUND ? call1(callable, module) : found == FAILED ? ERROR : NONE;
    if (is_error(result))
        error_clear();
}

static Value load_spec(Value name, Value spec)
{
    own Value loader = obj_getattr_c(spec, "loader");
    own Value module = is_error(loader) ? ERROR : make_module(name, spec, loader);
    if (is_error(module))
        return ERROR;
    if (!set_attributes(module, spec) || !dict_set(as_dict(modules), name, module))
        return ERROR;
    bool good = spec_set_initializing(module, true) && run_loader(module, loader);
    if (!good) {
        forget_keeping_error(name);
        return ERROR;
    }
    own Value now = UNBOUND;             /* a module may replace itself in sys.modules */
    Found found = dict_find(as_dict(modules), name, &now);
    if (found == ABSENT)
        return raise(ImportError, "Loading of %R did not leave it in sys.modules", name);
    if (found == FAILED)
        return ERROR;
    if (!spec_set_initializing(module, false))
        return ERROR;
    tell_waiting(name, now);
    return give(now);
}

/* Is it a native module behind one of CPython's standard library (_sqlite3, _ctypes) that Ouro has not? */
static Truth is_missing_part(Value name)
{
    if (str_len(name) == 0 || str_char(as_str(name), 0) != '_')
        return NO;
    own Value names = import_attr("sys", "stdlib_module_names");
    if (is_error(names) && error_is(AttributeError))
        error_clear();                                      /* a program has deleted it */
    return error_pending() ? TRUTH_FAILED : is_exact(names, &frozenset_type) ? obj_contains(names, name) : NO;
}

static Value raise_not_found(Value name, const char *why, Value detail)
{
    Truth is_part = why ? NO : is_missing_part(name);
    own Value message = is_part == TRUTH_FAILED ? ERROR : why ? str_format("No module named %R; %R%s", name, detail, why)
                        : str_format(is_part ? "No module named %R; Ouro does not have this part of CPython's standard library" : "No module named %R", name);
    if (is_error(message))
        return ERROR;
    own Value class = retain(exception_class_peek(ModuleNotFoundError));
    own Value names = tuple_of1(str_name_peek("name"));
    Value args[2] = { message, name };
    own Value error = is_error(names) ? ERROR : call_kw(class, args, 1, names);
    if (!is_error(error))
        exception_raise_take(give(error));
    return ERROR;
}

static Value find_and_load(Value name);

/* The loaded module of `name` from sys.modules; ABSENT; FAILED also when the entry is None. */
static Found loaded(Value name, Value *module)
{
    Found found = dict_find(as_dict(modules), name, module);
    if (found == FOUND && is_none(*module)) {
        own Value message = str_format("import of %S halted; None in sys.modules", name);
        own Value names = is_error(message) ? ERROR : tuple_of1(str_name_peek("name"));
        Value args[2] = { message, name };
        own Value error = is_error(names) ? ERROR : call_kw(exception_class_peek(ModuleNotFoundError), args, 1, names);
        if (!is_error(error))
            exception_raise_take(give(error));
        return FAILED;
    }
    return found;
}

static Value find_and_load(Value name)
{
    own Value parent_module = UNBOUND, path = NONE, parent = UNBOUND, tail = UNBOUND;
    int64_t len = (int64_t)str_len(name), dot = str_find(as_str(name), as_str(str_name_peek(".")), 0, len, true);
    if (dot >= 0) {
        parent = str_slice(name, 0, dot);
        tail = is_error(parent) ? ERROR : str_slice(name, dot + 1, len);
        set_slot(&parent_module, is_error(tail) ? ERROR : import_module(parent));
        if (is_error(parent_module))
            return ERROR;
        Value module = UNBOUND;
        Found found = loaded(name, &module);       /* the parent may have imported it */
        if (found != ABSENT)
            return found == FOUND ? module : ERROR;
        found = obj_find_attr_c(parent_module, "__path__", &path);
        if (found == FAILED)
            return ERROR;
        if (found == ABSENT)
            return raise_not_found(name, " is not a package", parent);
    }
    own Value spec = find_spec(name, path);
    if (is_error(spec))
        return ERROR;
    if (is_none(spec))
        return raise_not_found(name, NULL, UNBOUND);
    own Value module = load_spec(name, spec);
    if (is_error(module))
        return ERROR;
    if (dot >= 0 && !obj_setattr(parent_module, tail, module)) {
        if (!error_is(AttributeError))
            return ERROR;
        error_clear();
    }
    return give(module);
}

/* --- threads: a module is loaded by one of them; the others wait until it is complete ------------------------------ */
typedef struct Loading { Value name; const Thread *by; struct Loading *next; } Loading;      /* on the loader's C stack */
typedef struct Waiting { const Thread *who; Value name; struct Waiting *next; } Waiting;
static Loading *loadings;
static Waiting *waitings;

/* Who loads the module now; NULL: nobody. A thread that a fork left behind loads nothing. */
static const Thread *loader_of(Value name)
{
    for (const Loading *l = loadings; l; l = l->next)
        if (obj_equal(l->name, name) == YES)
            for (const Thread *t = threads; t; t = t->next)
                if (t == l->by)
                    return t;
    return NULL;
}

/* Does `other` wait, perhaps through further threads, for what this thread loads? */
static bool waits_for_us(const Thread *other)
{
    for (int hops = 0; other && other != thread && hops < 1000; hops++) {
        const Waiting *w = waitings;
        while (w && w->who != other)
            w = w->next;
        other = w ? loader_of(w->name) : NULL;
    }
    return other == thread;
}

/* Wait until no other thread loads the module. Who would wait in a circle gets the module as it is. False: interrupted. */
static bool await_others(Value name)
{
    const Thread *by = loader_of(name);
    if (!by || by == thread)
        return true;
    Waiting here = { thread, name, waitings };
    waitings = &here;
    bool good = true;
    while (good && (by = loader_of(name)) && by != thread && !waits_for_us(by)) {
        static const struct timespec slice = { 0, 1000000 };
        BLOCKING(nanosleep(&slice, NULL));
        good = poll_events();
    }
    Waiting **at = &waitings;
    while (*at != &here)
        at = &(*at)->next;
    *at = here.next;
    return good;
}

static Value load(Value name)
{
    Loading here = { name, thread, loadings };
    loadings = &here;
    Value module = find_and_load(name);
    Loading **at = &loadings;
    while (*at != &here)
        at = &(*at)->next;
    *at = here.next;
    return module;
}

Value import_module(Value name)
{
    if (UNLIKELY(loadings != NULL) && !await_others(name))
        return ERROR;
    if (!stack_enter(" while importing a module"))
        return ERROR;
    Value module = UNBOUND;
    Found found = loaded(name, &module);
    if (found == ABSENT)
        module = load(name);
    stack_leave();
    return found == FAILED ? ERROR : module;
}

Value import_module_c(const char *name)
{
    own Value v = str_intern(name);
    return is_error(v) ? ERROR : import_module(v);
}

Value import_attr(const char *module_name, const char *name)
{
    own Value module = import_module_c(module_name);
    return is_error(module) ? ERROR : obj_getattr_c(module, name);
}

/* --- __import__ ------------------------------------------------------------------------------------------------------- */
/* The package that relative imports in a module with these globals start from. */
static Value calling_package(Value globals)
{
    own Value package = UNBOUND, spec = UNBOUND, name = UNBOUND, path = UNBOUND;
    if (!dict_check(globals))
        return raise(TypeError, "globals must be a dict");
    Dict *d = as_dict(globals);
    if (dict_find(d, str_name_peek("__package__"), &package) == FAILED || dict_find(d, str_name_peek("__spec__"), &spec) == FAILED)
        return ERROR;
    if (!is_unbound(package) && !is_none(package))
        return str_check(package) ? give(package) : raise(TypeError, "package must be a string");
    if (!is_unbound(spec) && !is_none(spec))
        return obj_getattr_c(spec, "parent");
    Found found = dict_find(d, str_name_peek("__name__"), &name);
    if (found == FAILED)
        return ERROR;
    if (found == ABSENT || !str_check(name))
        return raise(KeyError, "'__name__' not in globals");
    Found has_path = dict_contains(d, str_name_peek("__path__"));
    if (has_path != ABSENT)
        return has_path == FOUND ? give(name) : ERROR;
    int64_t dot = str_find(as_str(name), as_str(str_name_peek(".")), 0, (int64_t)str_len(name), true);
    return dot < 0 ? retain(str_empty) : str_slice(name, 0, dot);
}

static Value absolute_name(Value name, Value globals, int64_t level)
{
    own Value package = calling_package(globals);
    if (is_error(package))
        return ERROR;
    int64_t end = (int64_t)str_len(package);
    if (end == 0)
        return raise(ImportError, "attempted relative import with no known parent package");
    for (int64_t i = 1; i < level; i++) {
        end = str_find(as_str(package), as_str(str_name_peek(".")), 0, end, true);
        if (end < 0)
            return raise(ImportError, "attempted relative import beyond top-level package");
    }
    own Value base = str_slice(package, 0, end);
    if (is_error(base) || str_len(name) == 0)
        return give(base);
    return str_format("%S.%S", base, name);
}

/* `from package import a, b`: import the names that are submodules. */
static bool import_fromlist(Value module, Value fromlist, bool recursive)
{
    own Value names = list_from_iterable(fromlist), package = UNBOUND;
    if (is_error(names))
        return false;
    for (uint64_t i = 0; i < list_len(names); i++) {
        Value item = list_peek(names, i);
        own Value there = UNBOUND;
        if (!str_check(item))
            return raise_false(TypeError, "Item in %s must be str, not %T", recursive ? "__all__" : "``from list''", item);
        if (str_equal_c(item, "*")) {
            own Value all = UNBOUND;
            Found found = recursive ? ABSENT : obj_find_attr_c(module, "__all__", &all);
            if (found == FAILED || (found == FOUND && !import_fromlist(module, all, true)))
                return false;
            continue;
        }
        Found found = obj_find_attr(module, item, &there);
        if (found == FAILED)
            return false;
        if (found == FOUND)
            continue;
        if (is_unbound(package))
            package = obj_getattr_c(module, "__name__");
        own Value full = is_error(package) ? ERROR : str_format("%S.%S", package, item);
        own Value submodule = is_error(full) ? ERROR : import_module(full);
        if (!is_error(submodule))
            continue;
        if (!error_is(ModuleNotFoundError))
            return false;
        own Value error = exception_take();          /* the submodule itself is missing: IMPORT_FROM words the error */
        own Value missing = obj_getattr_c(error, "name");
        Truth same_name = is_error(missing) ? TRUTH_FAILED : obj_equal(missing, full);
        if (same_name == TRUTH_FAILED)
            return false;
        if (!same_name) {
            exception_raise_take(give(error));
            return false;
        }
    }
    return true;
}

Value import_name(Value name, Value globals, Value fromlist, int64_t level)
{
    if (!str_check(name))
        return raise(TypeError, "module name must be a string");
    if (level < 0)
        return raise(ValueError, "level must be >= 0");
    if (level == 0 && str_len(name) == 0)
        return raise(ValueError, "Empty module name");
    own Value full = level ? absolute_name(name, globals, level) : retain(name);
    own Value module = is_error(full) ? ERROR : import_module(full);
    if (is_error(module))
        return ERROR;
    Truth has_fromlist = is_none(fromlist) || is_unbound(fromlist) ? NO : obj_truth(fromlist);
    if (has_fromlist == TRUTH_FAILED)
        return ERROR;
    if (has_fromlist) {
        own Value path = UNBOUND;
        Found package = obj_find_attr_c(module, "__path__", &path);
        if (package == FAILED || (package == FOUND && !import_fromlist(module, fromlist, false)))
            return ERROR;
        return give(module);
    }
    int64_t dot = str_find(as_str(name), as_str(str_name_peek(".")), 0, (int64_t)str_len(name), false);
    if (dot < 0)
        return give(module);
    /* import a.b.c binds a; import .a.b (only through __import__) binds the package's a */
    int64_t cut = (int64_t)str_len(full) - ((int64_t)str_len(name) - dot);
    own Value top = str_slice(full, 0, level ? cut : dot);
    return is_error(top) ? ERROR : import_module(top);
}
