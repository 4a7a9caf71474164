/* unwind.c -- from a pending error to its handler. */
#include "gc/heap.h"
#include "interp/object/exception.h"
#include "interp/object/str.h"
#include "interp/vm/generator.h"
#include "interp/vm/ops.h"
#include "interp/vm/trace.h"

void frame_pop(Thread *t)
{
    Frame *f = t->frame;
    if (f->flags & FRAME_LINKED)
        frame_unlink(f);
    frame_release(f);
    t->frame = f - 1;
    if (f->entry == RETURN_NATIVE)
        thread_leave(t);
}

/* The handler of word `at`, with its RESTORE rows applied on the way; NULL: none in this frame. */
static const Handler *find_handler(Thread *t, Frame *f, uint32_t at)
{
    const Code *code = f->code;
    for (uint32_t i = 0; i < code->n_handlers; i++) {
        const Handler *h = &code->handlers[i];
        if (at < h->start || at >= h->end)
            continue;
        if (h->handler >= 0)
            return h;
        Value before = f->regs[h->reg + 1];
        if (is_unbound(before))
            continue;            /* RERAISE has done it */
        f->regs[h->reg + 1] = UNBOUND;
        set_slot(&t->exc->handled, before);
    }
    return NULL;
}

static void enter_handler(Thread *t, Frame *f, const Handler *h, Value exception)
{
    for (unsigned i = h->reg; i < f->code->n_regs; i++) {
        Value v = f->regs[i];
        if (is_ptr(v)) {
            f->regs[i] = UNBOUND;
            release(v);
        }
    }
    f->regs[h->reg] = retain(exception);
    f->regs[h->reg + 1] = t->exc->handled;
    t->exc->handled = exception;
    f->pc = f->code->words + h->handler;
}

/* The pending error, as one that came while `exception` (consumed) was on its way. */
static Value second_error_take(Value exception)
{
    Value second = exception_take();
    exception_set_context(second, exception);
    release(exception);
    return second;
}

/* PEP 479: StopIteration must not leave a generator by itself. Consumes and gives back. */
static Value convert_stop(const Generator *g, Value exception)
{
    ErrorKind kind = exception_kind(exception);
    bool is_stop = error_kind_is(kind, StopIteration), is_async_stop = g->kind == KIND_ASYNC_GENERATOR && error_kind_is(kind, StopAsyncIteration);
    if (!is_stop && !is_async_stop)
        return exception;
    own Value text = str_format("%s raised %s", generator_kind_name(g), is_stop ? "StopIteration" : "StopAsyncIteration");
    Value e = is_error(text) ? ERROR : exception_new(RuntimeError, &text, 1);
    if (is_error(e))
        return second_error_take(exception);
    set_slot(&as_exception(e)->context, retain(exception));
    set_slot(&as_exception(e)->cause, exception);
    as_exception(e)->suppress_context = true;
    return e;
}

bool frame_add_traceback(Frame *f, Value exception)
{
    own Value object = frame_object(f);
    return !is_error(object) && traceback_add(exception, object, (int32_t)(frame_pc_index(f) * CODE_UNIT), frame_line(f));
}

/* The exception with this frame in its traceback (consumed); without memory for that, a MemoryError in its place. */
static Value add_traceback_take(Frame *f, Value exception)
{
    if (LIKELY(frame_add_traceback(f, exception)))
        return exception;
    error_clear();
    uint64_t reserve = heap_add_reserve(64 << 10);       /* also at the memory limit a traceback says where */
    bool good = frame_add_traceback(f, exception);
    heap_set_reserve(reserve);
    return good ? exception : second_error_take(exception);
}

/* An exception that is raised again by code that stands for no line leaves the frame where it was raised first: f_lineno shows that line. */
static void show_where_raised(Frame *f, Value exception)
{
    Value tb = as_exception(exception)->traceback;
    if (op_base[f->pc->op] != OP_CODE_RERAISE || code_position(f->code, frame_pc_index(f)).line > 0 || !f->object || !is_exact(tb, &traceback_type))
        return;
    const Traceback *first = (Traceback *)as_obj(tb);
    if (is_ptr(first->frame) && as_obj(first->frame) == &f->object->head && first->lasti >= 0)
        f->pc = f->code->words + first->lasti / CODE_UNIT;
}

/* __next__ of the iterator under the FOR_ITER at f->pc is exhausted. */
static void end_loop(Frame *f)
{
    Value *state = &f->regs[f->pc->a], iterator = *state;
    *state = UNBOUND;
    release(iterator);
    f->pc += 2 + (int32_t)f->pc[1].bits;
}

bool unwind(Thread *t)
{
    bool traced = pending_error.traced;
    Value exception = exception_take();
    for (;;) {
        Frame *f = t->frame;
        if (!traced)
            exception = add_traceback_take(f, exception);
        if (trace_wanted(t) && !traced)
            exception = trace_exception_take(t, f, exception);
        traced = false;
        const Handler *h = find_handler(t, f, frame_pc_index(f));
        if (h) {
            enter_handler(t, f, h, exception);
            return true;
        }
        if (trace_wanted(t))
            exception = trace_unwound_take(t, f, exception);
        uint8_t action = f->entry;
        show_where_raised(f, exception);
        if (f->generator) {
            exception = convert_stop(f->generator, exception);
            generator_finish(t, f->generator);
        } else {
            frame_pop(t);
        }
        if (action == RETURN_NEXT && error_kind_is(exception_kind(exception), StopIteration)) {
            if (trace_wanted(t))
                exception = trace_exception_take(t, t->frame, exception);
            end_loop(t->frame);
            release(exception);
            return true;
        }
        if (action == RETURN_NATIVE) {
            exception_raise_take(exception);
            return false;
        }
    }
}
