/* import_loader.c -- the loaders a spec can name: SourceFileLoader (a .py file), ShippedLoader (a file inside the binary). */
#include <stdio.h>

#include "gc/heap.h"
#include "interp/builtins/import_parts.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/dict.h"
#include "interp/vm/eval.h"

typedef struct Loader { Object head; Value name, path; AttrArea attrs; } Loader;

static const TraceRow rows[] = {
    { TRACE_VALUE, offsetof(Loader, name), 0, ".name" },
    { TRACE_VALUE, offsetof(Loader, path), 0, ".path" },
    { TRACE_ATTRS, offsetof(Loader, attrs), 0, NULL },
    { 0 },
};

static Type source_loader_type, shipped_loader_type;

static Value loader_make(Type *type, Value name, Value path)
{
    Value v = instance_new(type);
    if (is_error(v))
        return ERROR;
    Loader *loader = (Loader *)as_obj(v);
    loader->name = retain(name);
    loader->path = retain(path);
    return v;
}
Value source_loader_new(Value name, Value path)
{
    return is_ptr(importlib_source_loader) ? call2(importlib_source_loader, name, path) : loader_make(&source_loader_type, name, path);
}
Value shipped_loader_new(Value name) { return loader_make(&shipped_loader_type, name, NONE); }

static Value source_new(Type *type, const Value *args, size_t n, Value kwnames)
{
    Value a[2];
    Signature *signature;
    if (!bind_arguments("SourceFileLoader", "(fullname, path)", args, n, kwnames, a, &signature))
        return ERROR;
    return loader_make(type, a[0], a[1]);
}

static Value repr(Value self)
{
    Loader *loader = (Loader *)as_obj(self);
    return str_format("<_frozen_importlib_external.%s object at %p>", type_name(self), (void *)loader);
}

static const char *path_of(Value self) { return str_utf8_peek(((Loader *)as_obj(self))->path, NULL); }

static Value create_module(Value *args, size_t n) { return NONE; }
static Value exec_module(Value *args, size_t n)
{
    const char *path = path_of(args[0]);
    return path ? module_run_take(args[1], source_code(path, true)) : ERROR;
}
static Value get_code(Value *args, size_t n)
{
    const char *path = path_of(args[0]);
    Code *code = path ? source_code(path, true) : NULL;
    return code ? obj_value(code) : ERROR;
}
/* Decoded text of source bytes, universal newlines (PEP 263): str. */
static Value source_decode(Value bytes)
{
    own Value tokenize = import_module_c("tokenize");
    own Value util = is_error(tokenize) ? ERROR : import_module_c("importlib.util");
    return is_error(util) ? ERROR : call_method(util, "decode_source", &bytes, 1);
}
static Value get_source(Value *args, size_t n)
{
    const char *path = path_of(args[0]);
    own Value bytes = path ? file_read(path) : ERROR;
    return is_error(bytes) ? ERROR : source_decode(bytes);
}
static Value get_filename(Value *args, size_t n) { return retain(((Loader *)as_obj(args[0]))->path); }
static Value get_data(Value *args, size_t n)
{
    own Value path = obj_str(args[1]);
    const char *text = is_error(path) ? NULL : str_utf8_peek(path, NULL);
    return text ? file_read(text) : ERROR;
}
static Value is_package(Value *args, size_t n)
{
    const char *path = path_of(args[0]);
    const char *slash = path ? strrchr(path, '/') : NULL;
    return path ? bool_value(strncmp(slash ? slash + 1 : path, "__init__.", 9) == 0) : ERROR;
}
static Value source_to_code(Value *args, size_t n)
{
    own Value path = obj_str(args[2]);
    const char *name = is_error(path) ? NULL : str_utf8_peek(path, NULL);
    Buffer buffer;
    if (!name || !buffer_get(args[1], &buffer, BUFFER_SIMPLE))
        return ERROR;
    Code *code = source_compile(buffer.data, (size_t)buffer.len_bytes, name);
    buffer_release(&buffer);
    return code ? obj_value(code) : ERROR;
}
static Value get_resource_reader(Value *args, size_t n)
{
    own Value reader = import_attr("importlib.readers", "FileReader");
    return is_error(reader) ? ERROR : call1(reader, args[0]);
}
static Value load_module(Value *args, size_t n)
{
    return is_unbound(args[1]) ? import_module(((Loader *)as_obj(args[0]))->name) : import_module(args[1]);
}

static const Method source_methods[] = {
    { "create_module", "(self, spec)", create_module, "Use default semantics for module creation." },
    { "exec_module", "(self, module)", exec_module, "Execute the module." },
    { "get_code", "(self, fullname=None)", get_code, "The module's code object." },
    { "get_source", "(self, fullname=None)", get_source, "The module's source text." },
    { "get_filename", "(self, name=None)", get_filename, "Return the path to the source file." },
    { "get_data", "(self, path)", get_data, "Return the data from path as raw bytes." },
    { "is_package", "(self, fullname=None)", is_package, "Is the module a package?" },
    { "source_to_code", "(self, data, path, *, _optimization=-1)", source_to_code, "Return the code object compiled from source." },
    { "get_resource_reader", "(self, module=None)", get_resource_reader, "A reader of the package's resources." },
    { "load_module", "(self, fullname=None)", load_module, "Load the module (deprecated)." },
    { 0 },
};
static const Member members[] = {
    { "name", MEMBER_VALUE, offsetof(Loader, name), true, NULL },
    { "path", MEMBER_VALUE, offsetof(Loader, path), true, NULL },
    { 0 },
};

static Type source_loader_type = {
    STATIC_TYPE(source_loader_type, "SourceFileLoader", Loader, rows),
    .heap.attrs_offset = offsetof(Loader, attrs),
    .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_WEAK,
    .new = source_new, .repr = repr, .methods = source_methods, .members = members,
    .doc = "Concrete implementation of SourceLoader using the file system.", .module_name = "_frozen_importlib_external",
};

/* --- shipped modules ---------------------------------------------------------------------------------------------- */
static const ShippedModule *shipped;

const ShippedModule *shipped_find(const char *name)
{
    for (const ShippedModule *m = shipped; m && m->name; m++)
        if (strcmp(m->name, name) == 0)
            return m;
    return NULL;
}

static const ShippedModule *shipped_of(Value self)
{
    const char *name = str_utf8_peek(((Loader *)as_obj(self))->name, NULL);
    return name ? shipped_find(name) : NULL;
}
static Code *shipped_code(Value self)
{
    const ShippedModule *m = shipped_of(self);
    char path[256];
    if (!m)
        return raise_null(ImportError, "no such module in this build");
    snprintf(path, sizeof path, "<ouro %s>", m->name);
    return source_compile(m->source, m->len, path);
}
/* What comes with Ouro is the runtime's, whichever cell needs it first. */
static Value shipped_exec_module(Value *args, size_t n)
{
    uint32_t cell = heap_cell();
    heap_set_cell(0);
    Value result = module_run_take(args[1], shipped_code(args[0]));
    heap_set_cell(cell);
    return result;
}
static Value shipped_get_code(Value *args, size_t n)
{
    Code *code = shipped_code(args[0]);
    return code ? obj_value(code) : ERROR;
}
static Value shipped_get_source(Value *args, size_t n)
{
    const ShippedModule *m = shipped_of(args[0]);
    return m ? str_new(m->source, m->len) : NONE;
}
static Value shipped_is_package(Value *args, size_t n)
{
    const ShippedModule *m = shipped_of(args[0]);
    return bool_value(m && m->package);
}
static const Method shipped_methods[] = {
    { "create_module", "(self, spec)", create_module, "Use default semantics for module creation." },
    { "exec_module", "(self, module)", shipped_exec_module, "Execute the module." },
    { "get_code", "(self, fullname=None)", shipped_get_code, "The module's code object." },
    { "get_source", "(self, fullname=None)", shipped_get_source, "The module's source text." },
    { "is_package", "(self, fullname=None)", shipped_is_package, "Is the module a package?" },
    { "load_module", "(self, fullname=None)", load_module, "Load the module (deprecated)." },
    { 0 },
};
static Type shipped_loader_type = {
    STATIC_TYPE(shipped_loader_type, "ShippedLoader", Loader, rows),
    .heap.attrs_offset = offsetof(Loader, attrs),
    .flags = TYPE_HAS_DICT | TYPE_WEAK | TYPE_NO_NEW,
    .repr = repr, .methods = shipped_methods, .members = members,
    .doc = "Loads the Python modules that come inside Ouro.", .module_name = "_frozen_importlib_external",
};

void import_loader_init(const ShippedModule *table)
{
    shipped = table;
    type_ready(&source_loader_type, &object_type);
    type_ready(&shipped_loader_type, &object_type);
}
