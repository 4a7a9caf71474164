/* import.h -- the import system: native modules, then shipped ones (interp/lib), then source files on sys.path.
 *
 * Glossary
 *   finder    an object of sys.meta_path. Ours are the classes BuiltinImporter and PathFinder; others are asked through find_spec.
 *   spec      what a finder found (importlib's ModuleSpec, field for field); loader: what makes the module from it.
 *   code cache  compiled code of source files, beside .pyc in spirit: one file a source below the user's cache folder
 *             (XDG_CACHE_HOME/ouro/<build>), valid while the source's size and modification time are unchanged.
 * sys.modules is the only table of modules. A failed import removes its module from there again.
 * Extension modules built for CPython (.so) cannot be loaded; the ImportError says so.
 * Source: Python reference, "The import system"; PEP 302, 420, 451. */
#ifndef BUILTINS_IMPORT_H
#define BUILTINS_IMPORT_H
#include "interp/object/module.h"

/* A Python file shipped inside the binary. */
typedef struct ShippedModule { const char *name; const char *source; size_t len; bool package; } ShippedModule;

/* Start-up, in this order: the machine, the loaders (with the shipped files, a table ended by a NULL name), the finders (with the native modules). */
must_use bool import_init(void);
void import_loader_init(const ShippedModule *);
must_use bool import_find_init(const NativeModule *const *, size_t n);
void import_set_cache(bool enabled);
/* The table `sys.modules` (a dict, borrowed). */
Dict *import_modules_peek(void);
/* import_module -- the module named by a dotted absolute name ("os.path"), imported when needed; owned. Runs Python code. */
must_use Value import_module(Value name);
must_use Value import_module_c(const char *name);
/* import_when_loaded -- call `callable` with the module once, when it is loaded the next time (its code has run), or now when it is loaded already.
 * False: the error of a call now, or of memory. Errors of a later call are dropped. */
must_use bool import_when_loaded(Value name, Value callable);
/* `__import__`: globals may be NONE; fromlist NONE or a tuple; level >= 0. */
must_use Value import_name(Value name, Value globals, Value fromlist, int64_t level);
/* Attribute of a module by C names: import_attr("copyreg", "__reduce_ex__"). Owned. */
must_use Value import_attr(const char *module, const char *name);
/* The finders we start with, in order: the list that becomes sys.meta_path. */
Value import_finders_peek(void);
/* All native modules; import_native_find -- the row of `name`, or NULL: not a native module. O(n) over the table; sys.modules caches modules. */
const NativeModule *const *import_natives(size_t *n);
const NativeModule *import_native_find(const char *name);
/* import_native_make -- a fresh module object of that row, initialised. Owned; ERROR with the initialiser's error. */
must_use Value import_native_make(const NativeModule *);
/* import_adopt -- importlib is loaded: its classes are those of specs and source loaders from now on. The caller converts what there is.
 * False: error. */
must_use bool import_adopt(Value spec_class, Value loader_class);
/* Code of a source file through the code cache; OSError, SyntaxError. Owned. */
must_use Value import_source_code(const char *path);
/* A SourceFileLoader: ours, or importlib's once that is loaded. Owned. */
must_use Value source_loader_new(Value name, Value path);
/* module.__spec__ for a native or main module: (name, loader, origin). */
must_use Value import_spec_new(Value name, Value loader, Value origin, Value search_locations_or_none);
extern Type module_spec_type, builtin_importer_type;
#endif
