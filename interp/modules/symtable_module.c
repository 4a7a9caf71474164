/* symtable_module.c -- _symtable: the compiler's symbol tables as objects, in CPython's encoding (Include/internal/pycore_symtable.h of 3.11). */
#include <stdlib.h>

#include "interp/builtins/run.h"
#include "interp/compile/scope.h"
#include "interp/modules/arg.h"
#include "interp/modules/warnings_module.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/dict.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"

enum { PY_GLOBAL = 1, PY_LOCAL = 2, PY_PARAM = 4, PY_NONLOCAL = 8, PY_USE = 16, PY_FREE = 32, PY_FREE_CLASS = 64, PY_IMPORT = 128, PY_ANNOT = 256,
       PY_COMP_ITER = 512, PY_BOUND = PY_LOCAL | PY_PARAM | PY_IMPORT, SCOPE_OFF = 11, SCOPE_MASK = 15 };
enum { TYPE_FUNCTION, TYPE_CLASS, TYPE_MODULE };
enum { PY_REACH_LOCAL = 1, PY_REACH_GLOBAL_EXPLICIT, PY_REACH_GLOBAL_IMPLICIT, PY_REACH_FREE, PY_REACH_CELL };

typedef struct Entry { Object head; Value name, symbols, varnames, children; int32_t kind, line, nested; } Entry;
static Entry *as_entry(Value v) { return (Entry *)as_obj(v); }

static const TraceRow rows[] = {
    { TRACE_VALUE, offsetof(Entry, name), 0, "name" }, { TRACE_VALUE, offsetof(Entry, symbols), 0, "symbols" },
    { TRACE_VALUE, offsetof(Entry, varnames), 0, "varnames" }, { TRACE_VALUE, offsetof(Entry, children), 0, "children" }, { 0 },
};
static Value get_id(Value self) { return int_from_u64((uint64_t)(uintptr_t)as_obj(self)); }
static const GetSet getsets[] = { { "id", get_id, NULL, NULL }, { 0 } };
static const Member members[] = {
    { "name", MEMBER_VALUE, offsetof(Entry, name), false, NULL }, { "symbols", MEMBER_VALUE, offsetof(Entry, symbols), false, NULL },
    { "varnames", MEMBER_VALUE, offsetof(Entry, varnames), false, NULL }, { "children", MEMBER_VALUE, offsetof(Entry, children), false, NULL },
    { "nested", MEMBER_INT32, offsetof(Entry, nested), false, NULL }, { "type", MEMBER_INT32, offsetof(Entry, kind), false, NULL },
    { "lineno", MEMBER_INT32, offsetof(Entry, line), false, NULL }, { 0 },
};
static Value repr(Value self)
{
    return str_format("<symtable entry %S(%llu), line %d>", as_entry(self)->name, (unsigned long long)(uintptr_t)as_obj(self), as_entry(self)->line);
}
static Type entry_type = {
    STATIC_TYPE(entry_type, "symtable entry", Entry, rows), .flags = TYPE_NO_NEW, .repr = repr, .getsets = getsets, .members = members,
};

/* A local that only comprehensions inlined here read is a cell for CPython 3.11, which inlines none. */
static bool read_by_comprehension(const Scope *s, const Symbol *y)
{
    for (int i = 0; i < s->n_children; i++) {
        const Symbol *inner = s->children[i]->kind == SCOPE_ANNOTATION ? NULL : scope_find(s->children[i], y->ident);
        if (inner && inner->reach == FREE)
            return true;
    }
    return false;
}

static int64_t flags_of(const Scope *s, const Symbol *y)
{
    static const struct { uint32_t ours; int theirs; } pairs[] = {
        { DEF_GLOBAL, PY_GLOBAL }, { DEF_LOCAL, PY_LOCAL }, { DEF_PARAM, PY_PARAM }, { DEF_NONLOCAL, PY_NONLOCAL }, { USE, PY_USE }, { DEF_IMPORT, PY_IMPORT },
        { DEF_ANNOT, PY_ANNOT }, { DEF_COMP_ITER, PY_COMP_ITER }, { DEF_TYPE_PARAM, PY_LOCAL },
    };
    static const uint8_t reaches[] = { [LOCAL] = PY_REACH_LOCAL, [CELL] = PY_REACH_CELL, [FREE] = PY_REACH_FREE, [GLOBAL_EXPLICIT] = PY_REACH_GLOBAL_EXPLICIT,
                                       [GLOBAL_IMPLICIT] = PY_REACH_GLOBAL_IMPLICIT };
    int64_t flags = y->free_class ? PY_FREE_CLASS : 0;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (y->flags & pairs[i].ours)
            flags |= pairs[i].theirs;
    bool cell = y->reach == LOCAL && scope_is_function(s) && read_by_comprehension(s, y);
    return flags | (int64_t)(cell ? PY_REACH_CELL : reaches[y->reach]) << SCOPE_OFF;
}

static const char *name_of(const Scope *s)
{
    switch (s->kind) {
    case SCOPE_MODULE: return "top";
    case SCOPE_LAMBDA: return "lambda";
    case SCOPE_COMPREHENSION:
        return s->comprehension == NODE_ListComp ? "listcomp" : s->comprehension == NODE_SetComp ? "setcomp" : s->comprehension == NODE_DictComp ? "dictcomp" : "genexpr";
    default: return s->name->text;
    }
}

static bool fill(Entry *e, const Scope *s);
static Value entry_new(const Scope *s)
{
    if (!stack_enter(" while building a symbol table"))
        return ERROR;
    own Value v = instance_new(&entry_type);
    bool good = !is_error(v) && fill(as_entry(v), s);
    stack_leave();
    return good ? give(v) : ERROR;
}

static bool fill(Entry *e, const Scope *s)
{
    e->kind = s->kind == SCOPE_MODULE ? TYPE_MODULE : s->kind == SCOPE_CLASS ? TYPE_CLASS : TYPE_FUNCTION;
    e->line = s->kind == SCOPE_MODULE ? 0 : s->node->lineno;
    e->nested = s->nested;
    set_slot(&e->name, str_from(name_of(s)));
    set_slot(&e->symbols, dict_new());
    set_slot(&e->varnames, list_new(0));
    set_slot(&e->children, list_new(0));
    if (is_error(e->name) || is_error(e->symbols) || is_error(e->varnames) || is_error(e->children))
        return false;
    for (const Symbol *y = s->first; y; y = y->next) {
        own Value name = str_intern(y->ident->text);
        if (is_error(name) || !dict_set(as_dict(e->symbols), name, int_value(flags_of(s, y))) || (y->flags & DEF_PARAM && !list_append(e->varnames, name)))
            return false;
    }
    for (int i = 0; i < s->n_children; i++) {
        if (s->children[i]->kind == SCOPE_ANNOTATION)
            continue;
        if (!list_append_take(e->children, entry_new(s->children[i])))
            return false;
    }
    return true;
}

static bool see(const Scope *module, void *context)
{
    Value *entry = context;
    *entry = entry_new(module);
    return !is_error(*entry);
}

static Value f_symtable(Value *args, size_t n)
{
    static const char *const modes[] = { "exec", "eval", "single" };
    CompileOptions options = { .optimize = 0 };
    if (!str_check(args[2]))
        return raise(TypeError, "symtable() argument 3 must be str, not %W", args[2]);
    if (!str_check(args[1]) && !bytes_check(args[1]) && buffer_supported(args[1]) &&
        !warnings_warn(DeprecationWarning, 1, NONE, "path should be string, bytes, or os.PathLike, not %s", type_name(args[1])))
        return ERROR;
    own Value filename = run_filename(args[1]);
    options.filename = is_error(filename) ? NULL : str_utf8_peek(filename, NULL);
    if (!options.filename)
        return ERROR;
    int mode = 0;
    while (mode < 3 && !str_equal_c(args[2], modes[mode]))
        mode++;
    if (mode == 3)
        return raise(ValueError, "symtable() arg 3 must be 'exec' or 'eval' or 'single'");
    options.mode = mode == 0 ? COMPILE_EXEC : mode == 1 ? COMPILE_EVAL : COMPILE_SINGLE;
    size_t len;
    bool is_bytes;
    char *text = run_source_text(args[0], "symtable", "string or bytes object", &len, &is_bytes);
    Value entry = UNBOUND;
    bool good = text && compile_scopes(text, len, is_bytes, &options, see, &entry);
    free(text);
    return good ? entry : ERROR;
}

static const Method functions[] = {
    { "symtable", "(source, filename, startstr, /)", f_symtable, "Return symbol and scope dictionaries used internally by compiler." },
    { 0 },
};
static const IntRow ints[] = {
    { "USE", PY_USE }, { "DEF_GLOBAL", PY_GLOBAL }, { "DEF_NONLOCAL", PY_NONLOCAL }, { "DEF_LOCAL", PY_LOCAL }, { "DEF_PARAM", PY_PARAM }, { "DEF_FREE", PY_FREE },
    { "DEF_FREE_CLASS", PY_FREE_CLASS }, { "DEF_IMPORT", PY_IMPORT }, { "DEF_BOUND", PY_BOUND }, { "DEF_ANNOT", PY_ANNOT }, { "TYPE_FUNCTION", TYPE_FUNCTION },
    { "TYPE_CLASS", TYPE_CLASS }, { "TYPE_MODULE", TYPE_MODULE }, { "LOCAL", PY_REACH_LOCAL }, { "GLOBAL_EXPLICIT", PY_REACH_GLOBAL_EXPLICIT },
    { "GLOBAL_IMPLICIT", PY_REACH_GLOBAL_IMPLICIT }, { "FREE", PY_REACH_FREE }, { "CELL", PY_REACH_CELL }, { "SCOPE_OFF", SCOPE_OFF }, { "SCOPE_MASK", SCOPE_MASK },
};

static bool init(Value module)
{
    static Type *const types[] = { &entry_type, NULL };
    ready_types(types, &object_type);
    return ADD_INTS(module, ints);
}

const NativeModule symtable_module = { "_symtable", NULL, functions, init };
