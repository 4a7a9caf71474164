/* op_name.c -- names that are not registers: globals by cells, class and exec namespaces, imports, functions, type parameters. */
#include "gc/heap.h"
#include "interp/object/cell.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/module.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/ops.h"
#include "interp/vm/quick.h"

Dict *(*op_modules_hook)(void);

static void raise_global(Value name) { frame_raise_name(NameError, name, "name '%S' is not defined"); }

/* The value of a global or builtin by the dicts: owned; UNBOUND: absent, no error. */
static Value find_global(Frame *f, Value name)
{
    Value v;
    if (UNLIKELY(!dict_exact(obj_value(f->globals)))) {      /* __getitem__ and __missing__ of a subclass count */
        v = obj_getitem(obj_value(f->globals), name);
        if (!is_error(v) || !error_is(KeyError))
            return v;
        error_clear();
    }
    Found found = dict_find(f->globals, name, &v);
    if (found == FOUND)
        return v;
    if (found == FAILED)
        return ERROR;
    if (f->builtins && dict_find(f->builtins, name, &v) == FAILED)
        return ERROR;
    return v;
}

/* Link the instruction to the name's cell in the globals, and that to the builtins' cell of the same name. */
static bool link(Frame *f, Word *pc, Value name, unsigned op)
{
    if (!(f->globals->flags & DICT_NAMESPACE) || f->code->namespace_id != f->globals->namespace_id || f->code->namespace_id == 0)
        return true;
    GlobalCell *cell = namespace_cell(f->globals, name);
    if (!cell)
        return false;
    if (op == OP_CODE_LOAD_GLOBAL_CELL && is_unbound(cell_peek(cell)) && !cell->behind) {
        if (!f->builtins || !(f->builtins->flags & DICT_NAMESPACE) || is_unbound(dict_peek_str(f->builtins, name)))
            return true;             /* not known yet: stay generic */
        GlobalCell *behind = namespace_cell(f->builtins, name);
        if (!behind)
            return false;
        cell->behind = retain_obj(behind);
    }
    pc[1].pointer = cell;
    pc->op = (uint8_t)op;
    return true;
}

Value op_load_global(Frame *f, Word *pc)
{
    Value name = tuple_peek(f->code->names, pc->c);
    Value v = find_global(f, name);
    if (is_error(v))
        return ERROR;
    if (is_unbound(v)) {
        raise_global(name);
        return ERROR;
    }
    if (pc->op == OP_CODE_LOAD_GLOBAL && !link(f, pc, name, OP_CODE_LOAD_GLOBAL_CELL)) {
        release(v);
        return ERROR;
    }
    if (pc->op == OP_CODE_LOAD_GLOBAL_CELL)
        ((GlobalCell *)pc[1].pointer)->read_cell = vm_cell;
    return v;
}

bool op_store_global(Frame *f, Word *pc)
{
    Value name = tuple_peek(f->code->names, pc->c), v = f->regs[pc->b];
    if (!op_check_bound(f, pc->b, v))
        return false;
    if (!dict_set(f->globals, name, v))
        return false;
    return pc->op != OP_CODE_STORE_GLOBAL || link(f, pc, name, OP_CODE_STORE_GLOBAL_CELL);
}

bool op_delete_global(Frame *f, Value name)
{
    Found found = dict_del(f->globals, name);
    if (found == ABSENT)
        raise_global(name);
    return found == FOUND;
}

/* From the locals mapping: owned; UNBOUND: absent. */
static Value find_local(Frame *f, Value name)
{
    Value mapping = is_unbound(f->locals) ? obj_value(f->globals) : f->locals, v;
    if (dict_exact(mapping))
        return dict_find(as_dict(mapping), name, &v) == FAILED ? ERROR : v;
    v = obj_getitem(mapping, name);
    if (is_error(v) && error_is(KeyError)) {
        error_clear();
        return UNBOUND;
    }
    return v;
}

Value op_load_name(Frame *f, Value name)
{
    Value v = find_local(f, name);
    if (is_unbound(v))
        v = find_global(f, name);
    if (is_unbound(v)) {
        raise_global(name);
        return ERROR;
    }
    return v;
}

bool op_store_name(Frame *f, Value name, Value value)
{
    Value mapping = is_unbound(f->locals) ? obj_value(f->globals) : f->locals;
    return dict_exact(mapping) ? dict_set(as_dict(mapping), name, value) : obj_setitem(mapping, name, value);
}

bool op_delete_name(Frame *f, Value name)
{
    Value mapping = is_unbound(f->locals) ? obj_value(f->globals) : f->locals;
    bool ok;
    if (dict_exact(mapping)) {
        Found found = dict_del(as_dict(mapping), name);
        if (found == FAILED)
            return false;
        ok = found == FOUND;
    } else {
        ok = obj_delitem(mapping, name);
        if (!ok && !error_is(KeyError))
            return false;
    }
    if (!ok)
        raise_global(name);
    return ok;
}

void op_raise_cell(Frame *f, unsigned reg)
{
    Value name = UNBOUND;
    for (unsigned i = 0; i < f->code->n_cells; i++)
        if (f->code->cell_registers[i] == reg)
            name = tuple_peek(f->code->cellvars, i);
    if (is_unbound(name))
        frame_raise_unbound(f, (uint16_t)reg);
    else
        frame_raise_name(UnboundLocalError, name, "cannot access local variable '%S' where it is not associated with a value");
}

void op_raise_free(Frame *f, unsigned index)
{
    frame_raise_name(NameError, tuple_peek(f->code->freevars, index), "cannot access free variable '%S' where it is not associated with a value in enclosing scope");
}

static Value load_free(Frame *f, unsigned index)
{
    Value v = as_cell(tuple_peek(f->func->closure, index))->value;
    if (is_unbound(v)) {
        op_raise_free(f, index);
        return ERROR;
    }
    return retain(v);
}

Value op_load_classderef(Frame *f, Word w)
{
    Value v = find_local(f, tuple_peek(f->code->names, w.c));
    return is_unbound(v) ? load_free(f, w.b) : v;
}

Value op_load_dict_or_free(Frame *f, Word w)
{
    Value name = tuple_peek(f->code->names, w.c), mapping = f->regs[w.a], v;
    if (dict_exact(mapping)) {
        if (dict_find(as_dict(mapping), name, &v) == FAILED)
            return ERROR;
    } else {
        v = obj_getitem(mapping, name);
        if (is_error(v)) {
            if (!error_is(KeyError))
                return ERROR;
            error_clear();
            v = UNBOUND;
        }
    }
    if (!is_unbound(v))
        return v;
    if (w.b != NO_REG)
        return load_free(f, w.b);
    v = find_global(f, name);
    if (is_unbound(v)) {
        raise_global(name);
        return ERROR;
    }
    return v;
}

static Value builtin(Frame *f, const char *name)
{
    Value v = UNBOUND;
    own Value key = str_intern(name);
    if (is_error(key) || (f->builtins && dict_find(f->builtins, key, &v) == FAILED))
        return ERROR;
    return v;
}

Value op_build_class(Frame *f)
{
    Value v = builtin(f, "__build_class__");
    return is_unbound(v) ? raise(NameError, "__build_class__ not found") : v;
}

/* --- imports ----------------------------------------------------------------------------------------------------- */
Value op_import_name(Frame *f, Word w)
{
    own Value function = builtin(f, "__import__");
    if (is_error(function))
        return ERROR;
    if (is_unbound(function))
        return raise(ImportError, "__import__ not found");
    Value args[5] = { tuple_peek(f->code->names, w.c), obj_value(f->globals), is_unbound(f->locals) ? NONE : f->locals, f->regs[w.a], f->regs[w.a + 1] };
    return call(function, args, 5);
}

static bool raise_import(Value module, Value name)
{
    own Value module_name = UNBOUND, file = UNBOUND, spec = UNBOUND;
    if (obj_find_attr_c(module, "__name__", &module_name) == FAILED)
        error_clear();
    if (obj_find_attr_c(module, "__file__", &file) == FAILED)
        error_clear();
    if (obj_find_attr_c(module, "__spec__", &spec) == FAILED)
        error_clear();
    bool initializing = false;
    if (is_ptr(spec)) {
        Value flag;
        if (obj_find_attr_c(spec, "_initializing", &flag) == FOUND) {
            initializing = obj_truth(flag) == YES;
            release(flag);
        }
        if (error_pending())
            error_clear();
    }
    own Value shown = str_check(module_name) ? retain(module_name) : str_from("<unknown module name>");
    own Value place = str_check(file) ? retain(file) : str_from("unknown location");
    if (is_error(shown) || is_error(place))
        return false;
    own Value text = initializing ? str_format("cannot import name %R from partially initialized module %R (most likely due to a circular import) (%S)", name, shown, place)
                                  : str_format("cannot import name %R from %R (%S)", name, shown, place);
    if (is_error(text))
        return false;
    own Value e = exception_new(ImportError, &text, 1);
    if (is_error(e))
        return false;
    set_slot(&as_exception(e)->extra[1], retain(shown));
    set_slot(&as_exception(e)->extra[2], str_check(file) ? retain(file) : NONE);
    exception_raise(e, UNBOUND);
    return false;
}

Value op_import_from(Frame *f, Word w)
{
    Value module = f->regs[w.b], name = tuple_peek(f->code->names, w.c), v;
    Found found = obj_find_attr(module, name, &v);
    if (found != ABSENT)
        return found == FOUND ? v : ERROR;
    own Value package = UNBOUND;                 /* a submodule that is being imported is not an attribute yet */
    if (obj_find_attr_c(module, "__name__", &package) == FAILED)
        return ERROR;
    if (str_check(package) && op_modules_hook) {
        own Value full = str_format("%S.%S", package, name);
        if (is_error(full) || dict_find(op_modules_hook(), full, &v) == FAILED)
            return ERROR;
        if (!is_unbound(v))
            return v;
    }
    raise_import(module, name);
    return ERROR;
}

static bool import_one(Frame *f, Value module, Value name)
{
    own Value v = obj_getattr(module, name);
    return !is_error(v) && op_store_name(f, name, v);
}

bool op_import_star(Frame *f, Word w)
{
    Value module = f->regs[w.a];
    own Value all = UNBOUND;
    Found has_all = obj_find_attr_c(module, "__all__", &all);
    if (has_all == FAILED)
        return false;
    if (has_all == ABSENT) {
        own Value dict = UNBOUND;
        Found has_dict = obj_find_attr_c(module, "__dict__", &dict);
        if (has_dict == FAILED)
            return false;
        if (has_dict == ABSENT)
            return raise_false(ImportError, "from-import-* object has no __dict__ and no __all__");
        all = list_from_iterable(dict);
        if (is_error(all))
            return false;
    }
    own Value iterator = obj_iter(all);
    if (is_error(iterator))
        return false;
    for (;;) {
        own Value name = obj_next(iterator);
        if (is_stop(name))
            return true;
        if (is_error(name))
            return false;
        if (!str_check(name)) {
            own Value module_name = obj_getattr_c(module, "__name__");
            if (is_error(module_name))
                return false;
            if (has_all == FOUND)
                error_set(TypeError, "Item in %S.__all__ must be str, not %T", module_name, name);
            else
                error_set(TypeError, "Key in %S.__dict__ must be str, not %T", module_name, name);
            return false;
        }
        if (has_all == ABSENT && str_len(name) && str_char(as_str(name), 0) == '_')
            continue;
        if (!import_one(f, module, name))
            return false;
    }
}

bool op_setup_annotations(Frame *f)
{
    Value name = str_name_peek("__annotations__");
    own Value found = find_local(f, name);
    if (is_error(found))
        return false;
    if (!is_unbound(found))
        return true;
    own Value dict = dict_new();
    return !is_error(dict) && op_store_name(f, name, dict);
}

bool op_print_result(Frame *f, Word w)
{
    if (!op_check_bound(f, w.a, f->regs[w.a]))
        return false;
    Value sys = op_modules_hook ? dict_peek_c(op_modules_hook(), "sys") : UNBOUND;
    own Value hook = UNBOUND;
    if (is_unbound(sys) || obj_find_attr_c(sys, "displayhook", &hook) != FOUND)
        return !error_pending() && raise_false(RuntimeError, "lost sys.displayhook");
    own Value result = call1(hook, f->regs[w.a]);
    return !is_error(result);
}

/* --- functions --------------------------------------------------------------------------------------------------- */
Value op_make_function(Frame *f, Word w)
{
    Code *code = (Code *)as_obj(tuple_peek(f->code->consts, w.c));
    Value *at = &f->regs[w.a];
    Value v = function_new(code, obj_value(f->globals));
    if (is_error(v))
        return ERROR;
    Function *function = as_function(v);
    Value *const fields[] = { &function->defaults, &function->kwdefaults, &function->annotations, &function->closure };
    for (unsigned i = 0; i < 4; i++) {
        if (w.x & 1u << i) {
            set_slot(fields[i], at[1 + i]);
            at[1 + i] = UNBOUND;
        }
    }
    return v;
}

/* PEP 695's objects are made by Python code shipped with the interpreter. */
static Value typing_helper(const char *name)
{
    own Value import = builtin(thread->frame, "__import__");
    if (is_error(import) || is_unbound(import))
        return is_error(import) ? ERROR : raise(ImportError, "__import__ not found");
    own Value module_name = str_from("_ouro_typing");
    own Value module = is_error(module_name) ? ERROR : call1(import, module_name);
    return is_error(module) ? ERROR : obj_getattr_c(module, name);
}

Value op_type_param(Frame *f, Word w)
{
    own Value make = typing_helper("make_type_param");
    if (is_error(make))
        return ERROR;
    Value args[4] = { small_int_value(w.x), f->regs[w.b], f->regs[w.c], f->regs[w.c + 1] };
    return call(make, args, 4);
}

Value op_type_alias(Frame *f, Word w)
{
    own Value make = typing_helper("make_type_alias");
    if (is_error(make))
        return ERROR;
    Value args[3] = { f->regs[w.b], f->regs[w.c], f->regs[w.c + 1] };
    return call(make, args, 3);
}
