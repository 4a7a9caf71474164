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

void import_init(void);
/* The table `sys.modules` (a dict, borrowed). */
Dict *import_modules_peek(void);
/* import_module -- the module named by a dotted absolute name ("os.path"), imported when needed; owned. Runs Python code. */
must_use Value import_module(Value name);
must_use Value import_module_c(const char *name);
/* `__import__`: globals may be NONE; fromlist NONE or a tuple; level >= 0. */
must_use Value import_name(Value name, Value globals, Value fromlist, int64_t level);
/* Attribute of a module by C names: import_attr("copyreg", "__reduce_ex__"). Owned. */
must_use Value import_attr(const char *module, const char *name);
/* Run `path` as module `name` with this spec-less namespace: used for __main__. Compiled through the code cache when cached is true. */
must_use Value import_run_source(const char *path, Value globals, bool cached);
/* The shipped files (generated table, ended by a NULL name); set before import_init. */
void import_set_shipped(const ShippedModule *);
void import_set_cache(bool enabled);
/* module.__spec__ for a native or main module: (name, loader, origin). */
must_use Value import_spec_new(Value name, Value loader, Value origin, Value search_locations_or_none);
extern Type module_spec_type, source_loader_type, builtin_importer_type, path_finder_type, shipped_loader_type;
#endif
