/* import.c -- finding and loading: the finders, sys.modules, `__import__`. Error texts are importlib's. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "gc/heap.h"
#include "interp/builtins/import_parts.h"
#include "interp/modules/modules.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/tuple.h"
#include "interp/vm/eval.h"

static Value modules = UNBOUND_INIT;        /* the dict sys.modules */

static void roots(Visitor *visitor)
{
    static const Edge edge = { TRACE_VALUE, "sys.modules", 0, UNBOUND_INIT };
    if (is_ptr(modules))
        visitor->visit(visitor, as_obj(modules), &edge);
}

void import_init(void)
{
    static Type *const types[] = { &module_spec_type, &source_loader_type, &shipped_loader_type, &builtin_importer_type, &path_finder_type };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        type_ready(types[i], &object_type);
    modules = dict_new();
    heap_add_roots("sys.modules", roots);
}

Dict *import_modules_peek(void) { return as_dict(modules); }

/* --- specs from the finders -------------------------------------------------------------------------------------- */
/* A spec (owned), NONE when this finder does not know the module, ERROR. */
static Value find_builtin(Value name)
{
    const char *text = str_utf8_peek(name, NULL);
    if (!text)
        return ERROR;
    if (native_module_find(text)) {
        own Value origin = str_from("built-in");
        return is_error(origin) ? ERROR : import_spec_new(name, obj_value(&builtin_importer_type), origin, NONE);
    }
    const ShippedModule *m = shipped_find(text);
    if (!m)
        return NONE;
    own Value loader = shipped_loader_new(name);
    own Value origin = is_error(loader) ? ERROR : str_from("ouro");
    own Value search = is_error(origin) ? ERROR : m->package ? list_new(0) : NONE;
    return is_error(search) ? ERROR : import_spec_new(name, loader, origin, search);
}

static bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static Value spec_for_file(Value name, const char *path, const char *package_folder)
{
    own Value origin = str_from(path);
    own Value loader = is_error(origin) ? ERROR : source_loader_new(name, origin);
    own Value search = is_error(loader) ? ERROR : package_folder ? list_new(1) : NONE;
    if (!is_error(search) && package_folder) {
        own Value folder = str_from(package_folder);
        if (is_error(folder) || !list_append(search, folder))
            return ERROR;
    }
    Value spec = is_error(search) ? ERROR : import_spec_new(name, loader, origin, search);
    if (!is_error(spec))
        ((ModuleSpec *)as_obj(spec))->has_location = true;
    return spec;
}

/* Look for the module whose last name is `tail` in one folder. Extension modules are remembered in *extension (malloc'd), namespace
 * folders appended to `portions`. */
static Value find_in_folder(Value name, const char *tail, const char *folder, char **extension, Value portions)
{
    char path[4096], base[4096];
    if (!*folder)
        folder = ".";
    int n = snprintf(base, sizeof base, "%s/%s", folder, tail);
    if (n < 0 || (size_t)n >= sizeof base - 64)
        return NONE;
    struct stat st;
    bool is_folder = stat(base, &st) == 0 && S_ISDIR(st.st_mode);
    if (is_folder) {
        snprintf(path, sizeof path, "%s/__init__.py", base);
        if (is_file(path))
            return spec_for_file(name, path, base);
    }
    snprintf(path, sizeof path, "%s.py", base);
    if (is_file(path))
        return spec_for_file(name, path, NULL);
    static const char *const suffixes[] = { ".cpython-311-x86_64-linux-gnu.so", ".cpython-311-aarch64-linux-gnu.so", ".cpython-312-x86_64-linux-gnu.so",
                                            ".cpython-313-x86_64-linux-gnu.so", ".abi3.so", ".so" };
    for (size_t i = 0; !*extension && i < sizeof suffixes / sizeof *suffixes; i++) {
        snprintf(path, sizeof path, "%s%s", base, suffixes[i]);
        if (is_file(path))
            *extension = strdup(path);
    }
    if (is_folder) {
        own Value portion = str_from(base);
        if (is_error(portion) || !list_append(portions, portion))
            return ERROR;
    }
    return NONE;
}

/* An entry of sys.path that is no folder (a zip file): ask sys.path_hooks for a finder, through sys.path_importer_cache. */
static Value find_by_hook(Value name, Value entry)
{
    own Value cache = import_attr("sys", "path_importer_cache");
    own Value hooks = is_error(cache) ? ERROR : import_attr("sys", "path_hooks");
    if (is_error(hooks) || !dict_check(cache) || !list_check(hooks))
        return is_error(hooks) ? ERROR : NONE;
    own Value finder = UNBOUND;
    Found found = dict_find(as_dict(cache), entry, &finder);
    if (found == FAILED)
        return ERROR;
    for (uint64_t i = 0; found == ABSENT && i < list_len(hooks); i++) {
        own Value hook = retain(list_peek(hooks, i));
        set_slot(&finder, call1(hook, entry));
        if (!is_error(finder))
            break;
        if (!error_is(ImportError))
            return ERROR;
        error_clear();
        set_slot(&finder, UNBOUND);
    }
    if (found == ABSENT) {
        if (is_unbound(finder))
            finder = NONE;
        if (!dict_set(as_dict(cache), entry, finder))
            return ERROR;
    }
    if (is_none(finder))
        return NONE;
    return call_method(finder, "find_spec", &name, 1);
}

static Value find_on_path(Value name, Value path)
{
    own Value search = is_none(path) || is_unbound(path) ? import_attr("sys", "path") : retain(path);
    own Value entries = is_error(search) ? ERROR : list_from_iterable(search);
    own Value portions = is_error(entries) ? ERROR : list_new(0);
    const char *text = str_utf8_peek(name, NULL);
    if (is_error(portions) || !text)
        return ERROR;
    const char *dot = strrchr(text, '.'), *tail = dot ? dot + 1 : text;
    char *extension = NULL;
    own Value spec = NONE;
    for (uint64_t i = 0; is_none(spec) && i < list_len(entries); i++) {
        Value entry = list_peek(entries, i);
        if (!str_check(entry))
            continue;
        const char *folder = str_utf8_peek(entry, NULL);
        struct stat st;
        if (!folder)
            spec = ERROR;
        else if (*folder && stat(folder, &st) == 0 && !S_ISDIR(st.st_mode))
            set_slot(&spec, find_by_hook(name, entry));
        else
            set_slot(&spec, find_in_folder(name, tail, folder, &extension, portions));
    }
    if (is_none(spec) && list_len(portions) > 0)
        set_slot(&spec, import_spec_new(name, NONE, NONE, portions));
    else if (is_none(spec) && extension) {
        error_set(ImportError, "%S is an extension module built for CPython (%s); Ouro runs pure-Python packages", name, extension);
        set_slot(&spec, ERROR);
    }
    free(extension);
    return give(spec);
}

/* Ask every finder of sys.meta_path. */
static Value find_spec(Value name, Value path)
{
    own Value sys = UNBOUND, meta_path = UNBOUND;
    Found found = dict_find(as_dict(modules), str_name_peek("sys"), &sys);
    if (found == FOUND)
        found = obj_find_attr_c(sys, "meta_path", &meta_path);
    if (found == FAILED)
        return ERROR;
    if (found == ABSENT || !list_check(meta_path)) {           /* sys itself, or a program that broke it */
        own Value spec = find_builtin(name);
        return is_none(spec) ? find_on_path(name, path) : give(spec);
    }
    for (uint64_t i = 0; i < list_len(meta_path); i++) {
        own Value finder = retain(list_peek(meta_path, i));
        Value spec;
        if (same(finder, obj_value(&builtin_importer_type)))
            spec = is_none(path) ? find_builtin(name) : NONE;
        else if (same(finder, obj_value(&path_finder_type)))
            spec = find_on_path(name, path);
        else {
            Value args[3] = { name, path, NONE };
            own Value method = UNBOUND;
            Found has = obj_find_attr_c(finder, "find_spec", &method);
            spec = has == FAILED ? ERROR : has == ABSENT ? NONE : call(method, args, 3);
        }
        if (!is_none(spec))
            return spec;
    }
    /* Shipped submodules of shipped packages are found whatever the parent's path says. */
    return is_none(path) ? NONE : find_builtin(name);
}

/* --- loading -------------------------------------------------------------------------------------------------------- */

/* The module's import attributes (__spec__, __loader__, __package__, __path__, __file__). */
static bool set_attributes(Value module, Value spec)
{
    own Value loader = obj_getattr_c(spec, "loader"), search = obj_getattr_c(spec, "submodule_search_locations"), parent = obj_getattr_c(spec, "parent");
    own Value origin = obj_getattr_c(spec, "origin"), located = obj_getattr_c(spec, "has_location");
    if (is_error(loader) || is_error(search) || is_error(parent) || is_error(origin) || is_error(located))
        return false;
    return obj_setattr_c(module, "__spec__", spec) && obj_setattr_c(module, "__loader__", loader) && obj_setattr_c(module, "__package__", parent) &&
           (is_none(search) || obj_setattr_c(module, "__path__", search)) &&
           (!same(located, TRUE) || (obj_setattr_c(module, "__file__", origin) && obj_setattr_c(module, "__cached__", NONE)));
}

static Value make_module(Value name, Value spec, Value loader)
{
    if (same(loader, obj_value(&builtin_importer_type)))
        return native_module_make(native_module_find(str_utf8_peek(name, NULL)));
    if (!is_none(loader) && !is_exact(loader, &source_loader_type) && !is_exact(loader, &shipped_loader_type)) {
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
    if (is_none(loader) || same(loader, obj_value(&builtin_importer_type)))
        return true;
    own Value exec = UNBOUND;
    Found found = obj_find_attr_c(loader, "exec_module", &exec);
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

static Value load_spec(Value name, Value spec)
{
    own Value loader = obj_getattr_c(spec, "loader");
    own Value module = is_error(loader) ? ERROR : make_module(name, spec, loader);
    if (is_error(module))
        return ERROR;
    bool ours = is_exact(spec, &module_spec_type);
    if (!set_attributes(module, spec) || !dict_set(as_dict(modules), name, module))
        return ERROR;
    if (ours)
        ((ModuleSpec *)as_obj(spec))->initializing = true;
    bool good = run_loader(module, loader);
    if (ours)
        ((ModuleSpec *)as_obj(spec))->initializing = false;
    if (!good) {
        forget_keeping_error(name);
        return ERROR;
    }
    own Value now = UNBOUND;             /* a module may replace itself in sys.modules */
    Found found = dict_find(as_dict(modules), name, &now);
    if (found == ABSENT)
        return raise(ImportError, "Loading of %R did not leave it in sys.modules", name);
    return found == FAILED ? ERROR : give(now);
}

static Value raise_not_found(Value name, const char *why, Value detail)
{
    own Value message = why ? str_format("No module named %R; %R%s", name, detail, why) : str_format("No module named %R", name);
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

Value import_module(Value name)
{
    if (!stack_enter(" while importing a module"))
        return ERROR;
    Value module = UNBOUND;
    Found found = loaded(name, &module);
    if (found == ABSENT)
        module = find_and_load(name);
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

Value import_run_source(const char *path, Value globals, bool cached)
{
    Code *code = source_code(path, cached);
    if (!code)
        return ERROR;
    own Value keep = obj_value(code);
    return eval_code(code, globals, UNBOUND);
}

/* --- the finders as Python sees them ------------------------------------------------------------------------------- */
static Value builtin_find_spec(Value *args, size_t n)
{
    return is_unbound(args[2]) || is_none(args[2]) ? find_builtin(args[1]) : NONE;
}
static Value builtin_create_module(Value *args, size_t n)
{
    own Value name = obj_getattr_c(args[1], "name");
    const char *text = is_error(name) || !str_check(name) ? NULL : str_utf8_peek(name, NULL);
    const NativeModule *row = text ? native_module_find(text) : NULL;
    return row ? native_module_make(row) : error_pending() ? ERROR : raise(ImportError, "%R is not a built-in module", name);
}
static Value builtin_nothing(Value *args, size_t n) { return NONE; }
static Value builtin_is_package(Value *args, size_t n) { return FALSE; }
static Value builtin_load_module(Value *args, size_t n) { return import_module(args[1]); }

static const Method builtin_methods[] = {
    { "find_spec", "(cls, fullname, path=None, target=None)", builtin_find_spec, "Find the spec of a built-in module.", METHOD_CLASS },
    { "create_module", "(cls, spec)", builtin_create_module, "Create a built-in module.", METHOD_CLASS },
    { "exec_module", "(cls, module)", builtin_nothing, "Exec a built-in module.", METHOD_CLASS },
    { "get_code", "(cls, fullname)", builtin_nothing, "Return None as built-in modules do not have code objects.", METHOD_CLASS },
    { "get_source", "(cls, fullname)", builtin_nothing, "Return None as built-in modules do not have source code.", METHOD_CLASS },
    { "is_package", "(cls, fullname)", builtin_is_package, "Return False as built-in modules are never packages.", METHOD_CLASS },
    { "load_module", "(cls, fullname)", builtin_load_module, "Load the module (deprecated).", METHOD_CLASS },
    { 0 },
};
Type builtin_importer_type = {
    STATIC_TYPE(builtin_importer_type, "BuiltinImporter", Object, NULL), .flags = TYPE_BASE, .methods = builtin_methods,
    .doc = "Meta path import for built-in modules.", .module_name = "_frozen_importlib",
};

static Value path_find_spec(Value *args, size_t n) { return find_on_path(args[1], is_unbound(args[2]) ? NONE : args[2]); }
static const Method path_methods[] = {
    { "find_spec", "(cls, fullname, path=None, target=None)", path_find_spec, "Find the spec of a module on sys.path or `path`.", METHOD_CLASS },
    { "invalidate_caches", "(cls)", builtin_nothing, "Nothing is cached between imports.", METHOD_CLASS },
    { 0 },
};
Type path_finder_type = {
    STATIC_TYPE(path_finder_type, "PathFinder", Object, NULL), .flags = TYPE_BASE, .methods = path_methods,
    .doc = "Meta path finder for sys.path and package __path__ attributes.", .module_name = "_frozen_importlib_external",
};
