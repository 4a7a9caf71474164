/* import_parts.h -- what the files of the import system share: from below: import_spec.c, import_code.c, import.c,
 * import_loader.c, import_find.c. */
#ifndef BUILTINS_IMPORT_PARTS_H
#define BUILTINS_IMPORT_PARTS_H
#include "interp/builtins/import.h"
#include "interp/code/code.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"

typedef struct ModuleSpec {
    Object head;
    Value name, loader, origin, loader_state, search /* submodule_search_locations */, cached, unfinished;
    bool has_location, initializing;
    AttrArea attrs;
} ModuleSpec;

/* import_code.c -- text to code, through the code cache. */
must_use Value file_read(const char *path);                              /* bytes; OSError */
must_use Code *source_compile(const char *source, size_t len, const char *path);
must_use Code *source_code(const char *path, bool cached);               /* of a file; OSError, SyntaxError */

/* Run `code` (consumed; NULL: the error is pending) in the module's namespace. NONE or ERROR. */
must_use Value module_run_take(Value module, Code *code);
/* Run the module as the loader's exec_module would, without Python frames. ABSENT: the loader is another one, or a program has changed its class. */
Found loader_run_source(Value module, Value loader);

/* import.c -- one more finder at the end of sys.meta_path. */
must_use bool import_add_finder(Value finder);

/* import_loader.c -- the loaders. */
/* import_spec.c */
extern Value importlib_spec, importlib_source_loader;        /* importlib's ModuleSpec and SourceFileLoader once it is loaded; UNBOUND */
extern Value importlib_exec_module, importlib_get_code;      /* that loader's methods, as they were then */
must_use bool spec_set_initializing(Value module, bool on);
const ShippedModule *shipped_find(const char *name);
must_use Value shipped_loader_new(Value name);
#endif
