/* run.c -- see run.h. Behaviour and messages of CPython's Python/bltinmodule.c. */
#include "interp/builtins/run.h"
#include <stdlib.h>
#include "interp/builtins/vm_types.h"
#include "interp/object/audit.h"
#include "interp/object/bytes.h"
#include "interp/object/cell.h"
#include "interp/object/class.h"
#include "interp/object/dict.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/eval.h"

const RunAst *run_ast;
int run_default_optimize;

enum {
    FLAG_ONLY_AST = 0x400, FLAG_TYPE_COMMENTS = 0x1000,
    FLAG_MASK = COMPILE_DONT_IMPLY_DEDENT | COMPILE_ONLY_AST | COMPILE_TOP_LEVEL_AWAIT | COMPILE_FUTURE_ALL | COMPILE_ALLOW_INCOMPLETE | FLAG_TYPE_COMMENTS | 0x100 | 0x10,
};

char *run_source_text(Value source, const char *what, const char *kinds, size_t *len, bool *is_bytes)
{
    *is_bytes = false;
    if (str_check(source))
        return str_utf8(source, len);
    if (!buffer_supported(source))
        return raise_null(TypeError, "%s() arg 1 must be a %s", what, kinds);
    Buffer buffer;
    if (!buffer_get(source, &buffer, BUFFER_SIMPLE))
        return NULL;
    char *text = malloc((size_t)buffer.len_bytes + 1);
    if (text) {
        memcpy(text, buffer.data, (size_t)buffer.len_bytes);
        text[buffer.len_bytes] = 0;
        *len = (size_t)buffer.len_bytes;
    } else {
        error_set_memory();
    }
    buffer_release(&buffer);
    *is_bytes = true;
    return text;
}

static uint32_t inherited_flags(void)
{
    Frame *f = frame_nth(thread, 0);
    return f ? f->code->flags & COMPILE_FUTURE_ALL : 0;
}

static Code *compile_text(Value source, const char *what, const char *kinds, const CompileOptions *options)
{
    size_t len;
    bool is_bytes;
    char *text = run_source_text(source, what, kinds, &len, &is_bytes);
    bool told = text && !is_unbound(audit_hooks);
    own Value filename = told ? str_from(options->filename) : NONE, shown = told ? bytes_new(text, len) : NONE;
    if (is_error(filename) || is_error(shown) || (told && !audit2("compile", shown, filename))) {
        free(text);
        text = NULL;
    }
    if (!text)
        return NULL;
    size_t skip = 0;
    if (!strcmp(what, "eval"))                              /* eval() strips blanks, compile() does not */
        while (skip < len && (text[skip] == ' ' || text[skip] == '\t'))
            skip++;
    Code *code = compile_source(text + skip, len - skip, is_bytes, options);
    free(text);
    return code;
}

Value run_filename(Value v)
{
    if (str_check(v))
        return retain(v);
    if (bytes_check(v))
        return str_new((const char *)as_bytes(v)->data, as_bytes(v)->len);
    bool found;
    own Value path = call_special(v, str_name_peek("__fspath__"), NULL, 0, &found);
    if (found)
        return is_error(path) ? ERROR : bytes_check(path) ? str_new((const char *)as_bytes(path)->data, as_bytes(path)->len) : retain(path);
    if (buffer_supported(v)) {
        Buffer buffer;
        if (!buffer_get(v, &buffer, BUFFER_SIMPLE))
            return ERROR;
        Value s = str_new(buffer.data, (size_t)buffer.len_bytes);
        buffer_release(&buffer);
        return s;
    }
    return raise(TypeError, "expected str, bytes or os.PathLike object, not %T", v);
}

Value run_compile(Value *args, size_t n)
{
    Value source = args[0];
    own Value filename = run_filename(args[1]);
    if (is_error(filename))
        return ERROR;
    if (!str_check(args[2]))
        return raise(TypeError, "compile() argument 'mode' must be str, not %W", args[2]);
    int64_t flags = 0, optimize = -1;
    if ((!is_unbound(args[3]) && !obj_index_i64(args[3], &flags, OverflowError)) || (!is_unbound(args[5]) && !obj_index_i64(args[5], &optimize, OverflowError)))
        return ERROR;
    if (flags & ~(int64_t)FLAG_MASK)
        return raise(ValueError, "compile(): unrecognised flags");
    if (optimize < -1 || optimize > 2)
        return raise(ValueError, "compile(): invalid optimize value");
    Truth alone = is_unbound(args[4]) ? NO : obj_truth(args[4]);
    if (alone == TRUTH_FAILED)
        return ERROR;
    if (!alone)
        flags |= inherited_flags();
    CompileOptions options = { COMPILE_EXEC, (uint32_t)flags, optimize < 0 ? run_default_optimize : (int)optimize, str_utf8_peek(filename, NULL) };
    if (!options.filename)
        return ERROR;
    if (str_equal_c(args[2], "eval"))
        options.mode = COMPILE_EVAL;
    else if (str_equal_c(args[2], "single"))
        options.mode = COMPILE_SINGLE;
    else if (str_equal_c(args[2], "func_type"))
        return raise(ValueError, flags & FLAG_ONLY_AST ? "compile() mode 'func_type' is not supported" : "compile() mode 'func_type' requires flag PyCF_ONLY_AST");
    else if (!str_equal_c(args[2], "exec"))
        return raise(ValueError, "compile() mode must be 'exec', 'eval' or 'single'");
    if (run_ast && run_ast->check(source)) {
        if (flags & FLAG_ONLY_AST)
            return retain(source);
        Code *code = run_ast->compile(source, &options);
        return code ? obj_value(code) : ERROR;
    }
    if (flags & FLAG_ONLY_AST) {
        if (!run_ast)
            return raise(NotImplementedError, "compile() to a tree needs the ast module's support");
        if (!str_check(source) && !buffer_supported(source))
            return raise(TypeError, "compile() arg 1 must be a string, bytes or AST object");
        return run_ast->parse(source, &options);
    }
    Code *code = compile_text(source, "compile", "string, bytes or AST object", &options);
    return code ? obj_value(code) : ERROR;
}

static bool ensure_builtins(Value globals)
{
    Value name = str_name_peek("__builtins__");
    Found has = dict_contains(as_dict(globals), name);
    if (has != ABSENT)
        return has == FOUND;
    Frame *f = frame_nth(thread, 0);
    return dict_set(as_dict(globals), name, f && f->builtins ? obj_value(f->builtins) : builtins_dict);
}

static bool is_mapping(Value v) { return dict_check(v) || (type_of(v)->getitem && !tuple_check(v) && !list_check(v) && !str_check(v)); }

/* Where to run: fills in the caller's namespaces. False: error. Both owned. */
static bool namespaces(const char *what, Value *globals, Value *locals)
{
    Frame *f = frame_nth(thread, 0);
    *globals = is_none(*globals) ? UNBOUND : *globals;
    *locals = is_none(*locals) ? UNBOUND : *locals;
    bool given = !is_unbound(*globals);
    if (!given) {
        if (!f)
            return raise_false(TypeError, "%s must be given globals and locals when called without a frame", what);
        *globals = obj_value(f->globals);
    }
    retain(*globals);
    if (!is_unbound(*locals))
        retain(*locals);
    else if (given)
        *locals = retain(*globals);
    else if (is_error(*locals = frame_locals(f))) {
        release(*globals);
        return false;
    }
    return true;
}

static Value run(Code *code, Value globals, Value locals)
{
    return ensure_builtins(globals) ? eval_code(code, globals, locals) : ERROR;
}

Value run_eval(Value *args, size_t n)
{
    Value globals = is_unbound(args[1]) ? NONE : args[1], locals = is_unbound(args[2]) ? NONE : args[2];
    if (!is_none(locals) && !is_mapping(locals))
        return raise(TypeError, "locals must be a mapping");
    if (!is_none(globals) && !dict_check(globals))
        return raise(TypeError, is_mapping(globals) ? "globals must be a real dict; try eval(code, {}, mapping)" : "globals must be a dict");
    own Value g = UNBOUND, l = UNBOUND;
    Value new_globals = globals, new_locals = locals;
    if (!namespaces("eval", &new_globals, &new_locals))
        return ERROR;
    g = new_globals;
    l = new_locals;
    if (is_exact(args[0], &code_type)) {
        Code *code = (Code *)as_obj(args[0]);
        if (tuple_len(code->freevars))
            return raise(TypeError, "code object passed to eval() may not contain free variables");
        if (!audit1("exec", args[0]))
            return ERROR;
        return run(code, g, l);
    }
    CompileOptions options = { COMPILE_EVAL, inherited_flags(), run_default_optimize, "<string>" };
    own Value code = UNBOUND;
    Code *compiled = compile_text(args[0], "eval", "string, bytes or code object", &options);
    if (!compiled)
        return ERROR;
    code = obj_value(compiled);
    return audit1("exec", code) ? run(compiled, g, l) : ERROR;
}

static bool check_closure(Code *code, Value closure)
{
    uint64_t n = tuple_len(code->freevars);
    if (n == 0) {
        if (!is_none(closure) && !is_unbound(closure))
            return raise_false(TypeError, "cannot use a closure with this code object");
        return true;
    }
    if (is_none(closure) || is_unbound(closure))
        return raise_false(TypeError, "code object requires a closure of exactly length %zu", (size_t)n);
    bool ok = tuple_exact(closure) && tuple_len(closure) == n;
    for (uint64_t i = 0; ok && i < n; i++)
        ok = cell_check(tuple_peek(closure, i));
    return ok || raise_false(TypeError, "code object requires a closure of exactly length %zu", (size_t)n);
}

Value run_exec(Value *args, size_t n)
{
    Value globals = is_unbound(args[1]) ? NONE : args[1], locals = is_unbound(args[2]) ? NONE : args[2], closure = args[3];
    if (!is_none(globals) && !dict_check(globals))
        return raise(TypeError, "exec() globals must be a dict, not %T", globals);
    if (!is_none(locals) && !is_mapping(locals))
        return raise(TypeError, "locals must be a mapping or None, not %T", locals);
    own Value g = UNBOUND, l = UNBOUND;
    Value new_globals = globals, new_locals = locals;
    if (!namespaces("exec", &new_globals, &new_locals))
        return ERROR;
    g = new_globals;
    l = new_locals;
    own Value result = UNBOUND, held = UNBOUND;
    if (is_exact(args[0], &code_type)) {
        Code *code = (Code *)as_obj(args[0]);
        if (!check_closure(code, closure) || !audit1("exec", args[0]))
            return ERROR;
        if (tuple_len(code->freevars)) {
            held = function_new(code, g);
            if (is_error(held) || !ensure_builtins(g))
                return ERROR;
            set_slot(&as_function(held)->closure, retain(closure));
            result = eval_class_body(as_function(held), l);
        } else {
            result = run(code, g, l);
        }
    } else {
        if (!is_none(closure) && !is_unbound(closure))
            return raise(TypeError, "closure can only be used when source is a code object");
        CompileOptions options = { COMPILE_EXEC, inherited_flags(), run_default_optimize, "<string>" };
        Code *code = compile_text(args[0], "exec", "string, bytes or code object", &options);
        if (!code)
            return ERROR;
        held = obj_value(code);
        result = audit1("exec", held) ? run(code, g, l) : ERROR;
    }
    return is_error(result) ? ERROR : NONE;
}

/* --- classes ------------------------------------------------------------------------------------------------------ */
/* Bases with __mro_entries__ replaced (PEP 560): an owned tuple, `bases` itself when nothing changed. */
static Value resolve_bases(Value bases)
{
    own Value list = UNBOUND;
    for (uint64_t i = 0; i < tuple_len(bases); i++) {
        Value base = tuple_peek(bases, i);
        own Value entries = UNBOUND, method = UNBOUND;
        if (!is_type(base)) {
            Found found = obj_find_attr_c(base, "__mro_entries__", &method);
            if (found == FAILED)
                return ERROR;
        }
        if (!is_unbound(method)) {
            entries = call1(method, bases);
            if (is_error(entries))
                return ERROR;
            if (!tuple_check(entries))
                return raise(TypeError, "__mro_entries__ must return a tuple");
            if (is_unbound(list)) {
                list = list_from(as_tuple(bases)->items, i);
                if (is_error(list))
                    return ERROR;
            }
            if (!list_extend(list, entries))
                return ERROR;
        } else if (!is_unbound(list) && !list_append(list, base)) {
            return ERROR;
        }
    }
    return is_unbound(list) ? retain(bases) : list_to_tuple(list);
}

static Value prepare(Value metaclass, Value name, Value bases, const Value *kw_values, Value kwnames)
{
    own Value method = UNBOUND;
    Found found = obj_find_attr_c(metaclass, "__prepare__", &method);
    if (found == FAILED)
        return ERROR;
    if (found == ABSENT)
        return dict_new();
    uint64_t n_kw = tuple_len(kwnames);
    Value small[16], *args = n_kw <= 14 ? small : malloc((n_kw + 2) * sizeof(Value));
    if (!args)
        return raise_memory();
    args[0] = name;
    args[1] = bases;
    memcpy(args + 2, kw_values, n_kw * sizeof(Value));
    own Value namespace = call_kw(method, args, 2, kwnames);
    if (args != small)
        free(args);
    if (is_error(namespace))
        return ERROR;
    if (!is_mapping(namespace)) {
        own Value meta_name = is_type(metaclass) ? obj_getattr_c(metaclass, "__name__") : str_from("<metaclass>");
        return is_error(meta_name) ? ERROR : raise(TypeError, "%S.__prepare__() must return a mapping, not %T", meta_name, namespace);
    }
    return give(namespace);
}

static bool check_class_cell(Value cell, Value class_, Value name)
{
    if (!cell_check(cell) || !is_type(class_))
        return true;
    Value set = as_cell(cell)->value;
    if (same(set, class_))
        return true;
    if (is_unbound(set))
        return raise_false(RuntimeError, "__class__ not set defining %R as %R. Was __classcell__ propagated to type.__new__?", name, class_);
    return raise_false(TypeError, "__class__ set to %R defining %R as %R", set, name, class_);
}

/* kwds without `metaclass`, split into names (owned tuple) and values (borrowed, malloc'd or `small`). */
static Value split_keywords(Value kwds, Value *metaclass, Value *values, uint64_t room)
{
    own Value names = list_new(0);
    uint64_t at = 0, n = 0;
    Value key, value;
    while (!is_error(names) && is_ptr(kwds) && dict_next(as_dict(kwds), &at, &key, &value)) {
        if (str_check(key) && str_equal_c(key, "metaclass")) {
            *metaclass = value;
        } else {
            if (n == room)
                return raise(TypeError, "too many keywords in a class statement");
            values[n++] = value;
            if (!list_append(names, key))
                return ERROR;
        }
    }
    return is_error(names) ? ERROR : list_to_tuple(names);
}

Value run_build_class(Value *args, size_t n_args)
{
    Value func = args[0], name = args[1], metaclass = UNBOUND, values[64];
    if (is_unbound(func) || is_unbound(name))
        return raise(TypeError, "__build_class__: not enough arguments");
    if (!function_check(func))
        return raise(TypeError, "__build_class__: func must be a function");
    if (!str_check(name))
        return raise(TypeError, "__build_class__: name is not a string");
    own Value bases = resolve_bases(args[2]), names = is_error(bases) ? ERROR : split_keywords(args[3], &metaclass, values, 64);
    if (is_error(names))
        return ERROR;
    if (is_unbound(metaclass))
        metaclass = tuple_len(bases) ? obj_value(type_of(tuple_peek(bases, 0))) : obj_value(&type_type);
    if (is_type(metaclass)) {
        Type *winner = class_metaclass(as_type(metaclass), bases);
        if (!winner)
            return ERROR;
        metaclass = obj_value(winner);
    }
    own Value keep = retain(metaclass), namespace = prepare(metaclass, name, bases, values, names);
    if (is_error(namespace))
        return ERROR;
    own Value cell = eval_class_body(as_function(func), namespace);
    if (is_error(cell))
        return ERROR;
    if (!same(bases, args[2]) && !(dict_exact(namespace) ? dict_set_c(as_dict(namespace), "__orig_bases__", args[2])
                                                         : obj_setitem(namespace, str_name_peek("__orig_bases__"), args[2])))
        return ERROR;
    if (!cell_check(cell)) {
        Value found = UNBOUND;
        if (dict_exact(namespace)) {
            if (dict_find(as_dict(namespace), str_name_peek("__classcell__"), &found) == FAILED)
                return ERROR;
            release(cell);
            cell = found;
        }
    }
    Value call_args[67] = { name, bases, namespace };
    memcpy(call_args + 3, values, tuple_len(names) * sizeof(Value));
    own Value class_ = call_kw(metaclass, call_args, 3, names);
    if (is_error(class_) || !check_class_cell(cell, class_, name))
        return ERROR;
    return give(class_);
}
