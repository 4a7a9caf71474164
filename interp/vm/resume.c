/* resume.c -- see resume.h. The rules are CPython's Objects/genobject.c behaviour (PEP 342, 380, 479, 492, 525). */
#include "interp/vm/resume.h"
#include "gc/heap.h"
#include "interp/object/exception.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/eval.h"
#include "interp/vm/trace.h"

void (*resume_never_awaited_hook)(Generator *);

/* The pending error is thrown into the generator. */
static cold Value resume_with_error(Generator *g)
{
    ErrorState thrown = error_save();
    if (generator_push(thread, g, RETURN_NATIVE, 0, 0)) {
        if (is_ptr(thrown.instance))
            exception_set_context(thrown.instance, g->exc.handled);          /* what the generator is handling */
        error_restore(thrown);
        return eval_loop(thread);
    }
    ErrorState failure = error_save();
    error_restore(thrown);
    error_clear();
    error_restore(failure);
    return ERROR;
}

Value eval_resume(Generator *g, Value value)
{
    bool is_throw = is_error(value);
    if (g->state == GEN_FINISHED)
        return is_throw ? ERROR : g->kind == KIND_COROUTINE ? raise(RuntimeError, "cannot reuse already awaited coroutine") : STOP;
    if (g->state == GEN_CREATED && !is_throw && !is_none(value))
        return raise(TypeError, "can't send non-None value to a just-started %s", generator_kind_name(g));
    if (UNLIKELY(is_throw))
        return resume_with_error(g);
    Thread *t = thread;
    if (UNLIKELY(g->state == GEN_RUNNING) || UNLIKELY(t->frame + 1 >= t->frame_stop))
        return generator_push(t, g, RETURN_NATIVE, 0, 0) ? STOP : ERROR;        /* fails */
    if (UNLIKELY(!thread_enter(t, "")))
        return ERROR;
    Frame *f = generator_enter(t, t->frame, g, RETURN_TO(RETURN_NATIVE, 0, 0));
    f->held = obj_value(retain_obj(g));
    if (f->pc->op == OP_CODE_YIELD && !(f->pc->x & 2))
        set_slot(&f->regs[f->pc->a], retain(value));
    f->pc++;
    if (UNLIKELY(events_pending()))
        return eval_loop(t);
    f->pc += f->pc->op == OP_CODE_RESUME;
    return eval_loop_plain(t);               /* no event: nobody traces */
}

/* Go on behind the SEND whose delegate has returned `result` (owned): the YIELD is followed by RESUME and the jump back to its SEND. */
static Value resume_after_delegate(Generator *g, Value result)
{
    Word *at = g->pc + 1;
    while (op_base[at->op] == OP_CODE_RESUME || op_base[at->op] == OP_CODE_NOP)
        at++;
    if (op_base[at->op] == OP_CODE_JUMP_BACK || op_base[at->op] == OP_CODE_JUMP)
        at += 1 + at->bc;
    if (op_base[at->op] != OP_CODE_SEND) {
        release(result);
        return raise(SystemError, "a delegating yield without its SEND");
    }
    Thread *t = thread;
    if (!generator_push(t, g, RETURN_NATIVE, 0, 0)) {
        release(result);
        return ERROR;
    }
    Frame *f = t->frame;
    set_slot(&f->regs[at->a], UNBOUND);
    set_slot(&f->regs[at->b], result);
    f->pc = at + 2 + (int32_t)at[1].bits;
    return eval_loop(t);
}

/* Run `throw` of the delegate with the pending error while `g` counts as running. */
static Value throw_into_delegate(Value delegate)
{
    if (generator_exact(delegate) || is_exact(delegate, &coroutine_type))
        return resume_throw(as_generator(delegate));
    own Value exception = exception_take();
    own Value method = UNBOUND;
    Found found = obj_find_attr_c(delegate, "throw", &method);
    if (found != FOUND) {
        if (found == ABSENT)
            exception_raise_take(give(exception));
        return ERROR;
    }
    Value args[3] = { obj_value(obj_type(as_obj(exception))), exception, as_exception(exception)->traceback };
    Value v = is_none(args[2]) ? call1(method, exception) : call(method, args, 3);
    return is_error(v) && error_is(StopIteration) ? stop_from_error() : v;
}

/* close() of the delegate. False: it raised. */
static bool close_delegate(Value delegate)
{
    if (generator_exact(delegate) || is_exact(delegate, &coroutine_type))
        return resume_close(as_generator(delegate));
    own Value method = UNBOUND;
    Found found = obj_find_attr_c(delegate, "close", &method);
    if (found == FAILED) {               /* nobody is there to catch it */
        if (heap_unraisable)
            heap_unraisable(NULL, delegate);
        if (error_pending())
            error_clear();
    }
    if (found != FOUND)
        return true;
    own Value result = call0(method);
    return !is_error(result);
}

Value resume_throw(Generator *g)
{
    own Value delegate = retain(generator_delegate_peek(g));
    if (is_unbound(delegate))
        return eval_resume(g, ERROR);
    if (error_is(GeneratorExit)) {
        ErrorState exit = error_save();
        g->state = GEN_RUNNING;
        bool closed = close_delegate(delegate);
        g->state = GEN_SUSPENDED;
        if (closed) {
            error_restore(exit);
        } else {
            ErrorState failure = error_save();
            error_restore(exit);
            error_clear();
            error_restore(failure);
        }
        return eval_resume(g, ERROR);
    }
    g->state = GEN_RUNNING;
    Value v = throw_into_delegate(delegate);
    g->state = GEN_SUSPENDED;
    if (is_error(v))
        return eval_resume(g, ERROR);
    return is_stop(v) ? resume_after_delegate(g, stop_value_take()) : v;
}

bool resume_close(Generator *g)
{
    if (g->state == GEN_CREATED) {
        g->state = GEN_FINISHED;
        generator_clear(g);
        return true;
    }
    if (g->state == GEN_FINISHED)
        return true;
    error_set_none(GeneratorExit);
    Value v = resume_throw(g);
    if (is_error(v)) {
        if (!error_is(GeneratorExit) && !error_is(StopIteration))
            return false;
        error_clear();
        return true;
    }
    if (is_stop(v)) {
        release(stop_value_take());
        return true;
    }
    release(v);
    return raise_false(RuntimeError, "%s ignored GeneratorExit", generator_kind_name(g));
}

bool resume_raise_triple(Value type, Value value, Value traceback)
{
    if (is_none(traceback))
        traceback = UNBOUND;
    if (!is_unbound(traceback) && !is_exact(traceback, &traceback_type))
        return raise_false(TypeError, "throw() third argument must be a traceback object");
    own Value exception = UNBOUND;
    if (exception_class_check(type)) {
        if (!is_unbound(value) && exception_check(value) && is_instance_of(value, as_type(type)))
            exception = retain(value);
        else if (is_unbound(value) || is_none(value))
            exception = call0(type);
        else if (tuple_check(value))
            exception = call_ex(type, value, UNBOUND);
        else
            exception = call1(type, value);
        if (is_error(exception))
            return false;
        if (!exception_check(exception))
            return raise_false(TypeError, "calling %R should have returned an instance of BaseException, not %T", type, exception);
    } else if (exception_check(type)) {
        if (!is_unbound(value) && !is_none(value))
            return raise_false(TypeError, "instance exception may not have a separate value");
        exception = retain(type);
    } else {
        return raise_false(TypeError, "exceptions must be classes or instances deriving from BaseException, not %T", type);
    }
    if (!is_unbound(traceback))
        set_slot(&as_exception(exception)->traceback, retain(traceback));
    exception_raise_take(give(exception));
    return true;
}

bool resume_asyncgen_start(Generator *g)
{
    if (g->hooks_called)
        return true;
    g->hooks_called = true;
    if (!is_none(thread->asyncgen_finalizer))
        g->finalizer = retain(thread->asyncgen_finalizer);
    if (!is_none(thread->asyncgen_firstiter)) {
        own Value hook = retain(thread->asyncgen_firstiter);
        own Value result = call1(hook, obj_value(g));
        return !is_error(result);
    }
    return true;
}

/* The last reference is gone, or the collector found it in a cycle. */
static void finalize(Object *object)
{
    Generator *g = (Generator *)object;
    if (g->state == GEN_FINISHED || g->state == GEN_RUNNING || !thread)
        return;
    if (g->kind == KIND_GENERATOR && (g->state == GEN_CREATED || g->saved.code->n_handlers == 0))
        return;                  /* nothing in it could notice */
    ErrorState saved = error_save();
    if (g->kind == KIND_ASYNC_GENERATOR && is_ptr(g->finalizer) && !g->closed && g->state != GEN_CREATED) {
        own Value result = call1(g->finalizer, obj_value(g));
        if (is_error(result) && heap_unraisable)
            heap_unraisable(NULL, obj_value(object));
    } else if (g->kind == KIND_COROUTINE && g->state == GEN_CREATED) {
        if (resume_never_awaited_hook)
            resume_never_awaited_hook(g);
    } else if (!resume_close(g) && heap_unraisable) {
        heap_unraisable(NULL, obj_value(object));
    }
    if (error_pending())
        error_clear();
    error_restore(saved);
}

static Value next_slot(Value self)
{
    Generator *g = as_generator(self);
    return g->state == GEN_FINISHED ? STOP : eval_resume(g, NONE);
}

static Value iter_self(Value self) { return retain(self); }

void resume_init(void)
{
    generator_send_hook = eval_resume;
    generator_type.iter = iter_self;
    generator_type.next = next_slot;
    generator_type.heap.finalize = coroutine_type.heap.finalize = async_generator_type.heap.finalize = finalize;
}
