/* imp_module.c -- _imp: what importlib's Python half needs of the import system (builtins/import.c does the work). */
#include "interp/builtins/import.h"
#include "interp/code/code.h"
#include "interp/object/bytes.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"

static Value nothing(Value *args, size_t n) { return NONE; }
static Value no(Value *args, size_t n) { return FALSE; }
static Value is_builtin(Value *args, size_t n)
{
    const char *name = str_check(args[0]) ? str_utf8_peek(args[0], NULL) : NULL;
    return small_int_value(name && import_native_find(name) ? 1 : 0);
}
static Value create_builtin(Value *args, size_t n)
{
    own Value name = obj_getattr_c(args[0], "name");
    const char *text = is_error(name) || !str_check(name) ? NULL : str_utf8_peek(name, NULL);
    const NativeModule *row = text ? import_native_find(text) : NULL;
    return row ? import_native_make(row) : error_pending() ? ERROR : NONE;
}
static Value exec_builtin(Value *args, size_t n) { return small_int_value(0); }
static Value create_dynamic(Value *args, size_t n)
{
    own Value origin = obj_getattr_c(args[0], "origin");
    return is_error(origin) ? ERROR : raise(ImportError, "%S is an extension module built for CPython; Ouro runs pure-Python packages", origin);
}
static Value no_frozen(Value *args, size_t n) { return raise(ImportError, "No such frozen object named %R", args[0]); }
static Value find_frozen(Value *args, size_t n) { return NONE; }
static Value extension_suffixes(Value *args, size_t n) { return list_new(0); }
static Value frozen_names(Value *args, size_t n) { return list_new(0); }
static Value fix_filename(Value *args, size_t n) { return NONE; }
/* A checksum of source text for hash-based caches; any stable 8 bytes will do. */
static Value source_hash(Value *args, size_t n)
{
    Buffer buffer;
    own Value key = obj_index(args[0]);
    if (is_error(key) || !buffer_get(args[1], &buffer, BUFFER_SIMPLE))
        return ERROR;
    uint64_t hash = 14695981039346656037ull ^ int_to_u64_mask(key);
    for (int64_t i = 0; i < buffer.len_bytes; i++)
        hash = (hash ^ ((const uint8_t *)buffer.data)[i]) * 1099511628211ull;
    buffer_release(&buffer);
    return bytes_new(&hash, sizeof hash);
}

/* For Ouro's part of importlib (lib/_ouro_site.py). */
static Value adopt(Value *args, size_t n) { return import_adopt(args[0], args[1]) ? NONE : ERROR; }
static Value source_code(Value *args, size_t n)
{
    const char *path = str_check(args[0]) ? str_utf8_peek(args[0], NULL) : NULL;
    return path ? import_source_code(path) : error_pending() ? ERROR : raise(TypeError, "a path must be str, not %s", type_name(args[0]));
}
static Value code_stamp_bytes(Value *args, size_t n)
{
    uint64_t stamp = code_stamp();
    return bytes_new(&stamp, sizeof stamp);
}

static const Method functions[] = {
    { "_adopt", "(spec_class, loader_class, /)", adopt, "Specs and source loaders are of these classes from now on." },
    { "_source_code", "(path, /)", source_code, "The code of a source file, through the cache of compiled code." },
    { "_code_stamp", "()", code_stamp_bytes, "What compiled code of this build is known by." },
    { "acquire_lock", "()", nothing, "Acquires the interpreter's import lock for the current thread." },
    { "release_lock", "()", nothing, "Release the interpreter's import lock." },
    { "lock_held", "()", no, "Return True if the import lock is currently held, else False." },
    { "is_builtin", "(name, /)", is_builtin, "Returns True if the module name corresponds to a built-in module." },
    { "is_frozen", "(name, /)", no, "Returns True if the module name corresponds to a frozen module." },
    { "is_frozen_package", "(name, /)", no_frozen, "Returns True if the module name is of a frozen package." },
    { "find_frozen", "(name, /, *, withdata=False)", find_frozen, "Return info about the corresponding frozen module (if there is one) or None." },
    { "get_frozen_object", "(name, data=None, /)", no_frozen, "Create a code object for a frozen module." },
    { "init_frozen", "(name, /)", no_frozen, "Initializes a frozen module." },
    { "_frozen_module_names", "()", frozen_names, "Returns the list of available frozen modules." },
    { "_override_frozen_modules_for_tests", "(override, /)", nothing, "No module is frozen." },
    { "create_builtin", "(spec, /)", create_builtin, "Create an extension module." },
    { "exec_builtin", "(mod, /)", exec_builtin, "Initialize a built-in module." },
    { "create_dynamic", "(spec, file=None, /)", create_dynamic, "Create an extension module." },
    { "exec_dynamic", "(mod, /)", exec_builtin, "Initialize an extension module." },
    { "extension_suffixes", "()", extension_suffixes, "Returns the list of file suffixes used to identify extension modules." },
    { "_fix_co_filename", "(code, path, /)", fix_filename, "Changes code.co_filename to specify the passed-in file path." },
    { "source_hash", "(key, source)", source_hash, "A hash of source text." },
    { 0 },
};

static bool init(Value module) { return module_add_str(module, "check_hash_based_pycs", "default"); }

const NativeModule imp_module = { "_imp", "(Extremely) low-level import machinery bits as used by importlib.", functions, init };
