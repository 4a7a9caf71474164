/* call.c -- native code runs Python code: functions, top-level code, class bodies. Each is one frame that leaves the loop when it returns. */
#include "gc/event.h"
#include "gc/heap.h"
#include "interp/vm/bind.h"
#include "interp/vm/eval.h"
#include "interp/vm/ops.h"
#include "interp/vm/push.h"

/* A frame above the running one, not yet pushed; its registers are the caller's to fill. NULL: RecursionError. */
static Frame *begin(Thread *t, Code *code, const char *where, size_t n_arguments)
{
    if (!thread_enter(t, where))
        return NULL;
    Frame *f = t->frame + 1;
    size_t need = code->n_regs > n_arguments ? code->n_regs : n_arguments;
    if (UNLIKELY(!has_room(t, t->frame, t->frame->top, need))) {
        thread_leave(t);
        return raise_null(RecursionError, "maximum recursion depth exceeded%s", where);
    }
    f->code = code;
    f->pc = code->words;
    f->regs = t->frame->top;
    f->top = f->regs + code->n_regs;
    f->locals = UNBOUND;
    f->func = NULL;
    f->generator = NULL;
    f->object = NULL;
    f->return_bits = RETURN_TO(RETURN_NATIVE, 0, 0);
    return f;
}

static void own_locals(Frame *f, Value locals)
{
    f->locals = retain(locals);
    if (!is_unbound(locals))
        f->flags |= FRAME_OWNS;
}

/* Any arguments, any namespace. */
static Value run_function(Function *function, const Value *args, size_t n_pos, Value kwnames, Value locals)
{
    Thread *t = thread;
    Code *code = function->code;
    Frame *f = begin(t, code, "", 0);
    if (!f)
        return ERROR;
    f->globals = (Dict *)as_obj(function->globals);
    f->builtins = (Dict *)as_obj(function->builtins);
    f->func = function;
    if (LIKELY(bind_is_exact(code, n_pos)) && is_none(kwnames)) {
        Value *regs = f->regs;
        for (size_t i = 0; i < n_pos; i++)
            regs[i] = retain(args[i]);
        clear_variables(code, regs, n_pos);
    } else if (!bind_registers_from(function, f->regs, args, n_pos, args + n_pos, kwnames)) {
        thread_leave(t);
        return ERROR;
    }
    own_locals(f, locals);
    f->held = retain(obj_value(function));
    t->frame = f;
    return eval_loop(t);
}

Value eval_function(Function *function, const Value *args, size_t n_pos, Value kwnames)
{
    Thread *t = thread;
    Frame *caller = t->frame;
    Code *code = function->code;
    Value *regs = caller->top;
    if (LIKELY(is_none(kwnames) || is_unbound(kwnames)) && LIKELY(bind_is_exact(code, n_pos)) && LIKELY(has_room(t, caller, regs, code->n_regs))) {
        if (UNLIKELY(!thread_enter(t, "")))
            return ERROR;
        for (size_t i = 0; i < n_pos; i++)
            regs[i] = retain(args[i]);
        clear_variables(code, regs, n_pos);
        t->frame = push_function(caller, function, code, regs, obj_value(retain_obj(function)), RETURN_TO(RETURN_NATIVE, 0, 0));
        return LIKELY(!events_pending()) ? eval_loop_plain(t) : eval_loop(t);
    }
    return run_function(function, args, n_pos, is_unbound(kwnames) ? NONE : kwnames, UNBOUND);
}

Value eval_class_body(Function *function, Value locals)
{
    return run_function(function, NULL, 0, NONE, locals);
}

/* Code whose globals live in registers needs cells to link to them. */
static bool can_link(Value globals)
{
    if (as_dict(globals)->flags & DICT_NAMESPACE)
        return true;
    if (!dict_exact(globals))
        return raise_false(TypeError, "a cell's globals must be a dict, not %s", type_name(globals));
    return dict_make_namespace(as_dict(globals));
}

Value eval_code(Code *code, Value globals, Value locals)
{
    Thread *t = thread;
    vm_cell = heap_cell();
    if ((code->flags & CODE_LINKED) && !can_link(globals))
        return ERROR;
    own Value builtins = function_find_builtins(as_dict(globals));
    Frame *f = begin(t, code, "", 0);
    if (!f)
        return ERROR;
    code_link_namespace(code, as_dict(globals));
    f->globals = as_dict(globals);
    f->builtins = dict_check(builtins) ? as_dict(builtins) : NULL;
    clear_variables(code, f->regs, 0);
    own_locals(f, same(locals, globals) ? UNBOUND : locals);
    f->held = retain(obj_value(code));
    own Value keep = retain(globals);
    t->frame = f;
    if ((code->flags & CODE_LINKED) && !frame_link(f)) {
        ErrorState error = error_save();
        frame_pop(t);
        error_restore(error);
        return ERROR;
    }
    return eval_loop(t);
}

Value function_call_slot(Value callable, const Value *args, size_t n_pos, Value kwnames)
{
    return eval_function(as_function(callable), args, n_pos, kwnames);
}
