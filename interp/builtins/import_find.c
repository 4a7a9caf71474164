/* import_find.c -- the finders: BuiltinImporter (native and shipped modules, whatever the path says), PathFinder (files on a path).
 * The table of native modules is handed over at start-up, since native modules import others themselves. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interp/builtins/import_parts.h"
#include "interp/object/class.h"
#include "interp/object/list.h"

/* --- modules inside the binary -------------------------------------------------------------------------------------- */
static const NativeModule *const *natives;
static size_t n_natives;

const NativeModule *const *import_natives(size_t *n)
{
    *n = n_natives;
    return natives;
}

const NativeModule *import_native_find(const char *name)
{
    for (size_t i = 0; i < n_natives; i++)
        if (strcmp(natives[i]->name, name) == 0)
            return natives[i];
    return NULL;
}

Value import_native_make(const NativeModule *native)
{
    own Value module = module_new(native->name, native->doc);
    if (is_error(module))
        return ERROR;
    ((Module *)as_obj(module))->native = native;
    if (native->functions && !module_add_methods(module, native->functions))
        return ERROR;
    if (native->init && !native->init(module))
        return ERROR;
    return give(module);
}

/* A spec (owned), NONE when this finder does not know the module, ERROR. */
static Value find_builtin(Value name)
{
    const char *text = str_utf8_peek(name, NULL);
    if (!text)
        return ERROR;
    if (import_native_find(text)) {
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

static Value builtin_find_spec(Value *args, size_t n)
{
    return str_check(args[1]) ? find_builtin(args[1]) : raise(TypeError, "is_builtin() argument must be str, not %W", args[1]);
}
static Value builtin_create_module(Value *args, size_t n)
{
    own Value name = obj_getattr_c(args[1], "name");
    const char *text = is_error(name) || !str_check(name) ? NULL : str_utf8_peek(name, NULL);
    const NativeModule *row = text ? import_native_find(text) : NULL;
    return row ? import_native_make(row) : error_pending() ? ERROR : raise(ImportError, "%R is not a built-in module", name);
}
static Value builtin_nothing(Value *args, size_t n) { return NONE; }
static Value builtin_is_package(Value *args, size_t n) { return FALSE; }
static Value builtin_load_module(Value *args, size_t n)
{
    return str_check(args[1]) ? import_module(args[1]) : raise(TypeError, "is_builtin() argument must be str, not %W", args[1]);
}

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

/* --- files on a path --------------------------------------------------------------------------------------------------- */
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
    own Value spec = is_error(search) ? ERROR : import_spec_new(name, loader, origin, search);
    return is_error(spec) || !obj_setattr_c(spec, "_set_fileattr", TRUE) ? ERROR : give(spec);
}

/* Look for the module whose last name is `tail` in one folder. Extension modules are remembered in *extension (malloc'd), namespace
 * folders appended to `portions`. */
static Value find_in_folder(Value name, const char *tail, const char *folder, char **extension, Value portions)
{
    char path[4096], base[4096 - 64], here[4096 - 128] = "";
    if (*folder != '/' && !getcwd(here, sizeof here))
        return NONE;
    int n = snprintf(base, sizeof base, "%s%s%s/%s", here, *here && *folder ? "/" : "", folder, tail);
    if (n < 0 || (size_t)n >= sizeof base)
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

/* A file, or a path that goes on behind a file: archive.zip/package. */
static bool is_in_archive(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? !S_ISDIR(st.st_mode) : errno == ENOTDIR;
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
        if (!folder)
            spec = ERROR;
        else if (*folder && is_in_archive(folder))
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

static Value path_find_spec(Value *args, size_t n) { return find_on_path(args[1], is_unbound(args[2]) ? NONE : args[2]); }
/* importlib.metadata asks the finders of sys.meta_path for what is installed. */
static Value path_find_distributions(Value *args, size_t n)
{
    own Value finder = import_attr("importlib.metadata", "MetadataPathFinder");
    own Value method = is_error(finder) ? ERROR : obj_getattr_c(finder, "find_distributions");
    return is_error(method) ? ERROR : call_ex(method, args[1], args[2]);
}
static const Method path_methods[] = {
    { "find_distributions", "(cls, /, *args, **kwargs)", path_find_distributions, "Find distributions: importlib.metadata does it.", METHOD_CLASS },
    { "find_spec", "(cls, fullname, path=None, target=None)", path_find_spec, "Find the spec of a module on sys.path or `path`.", METHOD_CLASS },
    { "invalidate_caches", "(cls)", builtin_nothing, "Nothing is cached between imports.", METHOD_CLASS },
    { 0 },
};
static Type path_finder_type = {
    STATIC_TYPE(path_finder_type, "PathFinder", Object, NULL), .flags = TYPE_BASE, .methods = path_methods,
    .doc = "Meta path finder for sys.path and package __path__ attributes.", .module_name = "_frozen_importlib_external",
};

bool import_find_init(const NativeModule *const *table, size_t n)
{
    natives = table;
    n_natives = n;
    type_ready(&builtin_importer_type, &object_type);
    type_ready(&path_finder_type, &object_type);
    return import_add_finder(obj_value(&builtin_importer_type)) && import_add_finder(obj_value(&path_finder_type));
}
