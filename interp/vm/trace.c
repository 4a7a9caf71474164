/* trace.c -- see trace.h. A trace function is called as f(frame, event, arg); what it returns for 'call' traces the frame. */
#include "interp/vm/trace.h"
#include "gc/event.h"
#include "gc/heap.h"
#include "interp/object/exception.h"
#include "interp/object/native.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/generator.h"

static bool any_traced(void)
{
    for (Thread *t = threads; t; t = t->next)
        if (!is_unbound(t->trace_fn) || !is_unbound(t->profile_fn))
            return true;
    return false;
}

static void install(Value *slot, Value function)
{
    set_slot(slot, is_none(function) ? UNBOUND : retain(function));
    if (any_traced())
        event_raise(EVENT_TRACE);
    else
        event_clear(EVENT_TRACE);
}

/* The frames that run now belong to the plain loop: it is left where they return to, for f_trace may be set there. */
static void mark_returns(Thread *t)
{
    for (Frame *f = t->frame; f->code; f--)
        if (f->entry == RETURN_REGISTER)
            f->entry = RETURN_REGISTER_TRACED;
}

void trace_set(Thread *t, Value function)
{
    install(&t->trace_fn, function);
    if (!is_none(function))
        mark_returns(t);
}
void profile_set(Thread *t, Value function) { install(&t->profile_fn, function); }

/* function(frame, event, arg) while tracing is off. Owned. */
static Value notify(Thread *t, Frame *f, Value function, const char *event, Value arg)
{
    own Value object = frame_object(f), name = str_intern(event), callee = retain(function);
    if (is_error(object) || is_error(name))
        return ERROR;
    Value args[3] = { object, name, arg };
    TraceEvent before = t->trace_event;
    t->tracing = true;
    t->trace_event = !strcmp(event, "line") ? TRACE_EVENT_LINE : !strcmp(event, "call") ? TRACE_EVENT_CALL : TRACE_EVENT_OTHER;
    Value result = call(callee, args, 3);
    t->tracing = false;
    t->trace_event = before;
    return result;
}

/* A trace function that raises is uninstalled. */
static bool failed(Value *slot)
{
    ErrorState error = error_save();
    set_slot(slot, UNBOUND);
    if (!any_traced())
        event_clear(EVENT_TRACE);
    error_restore(error);
    return false;
}

static bool profile(Thread *t, Frame *f, const char *event, Value arg)
{
    if (is_unbound(t->profile_fn))
        return true;
    own Value result = notify(t, f, t->profile_fn, event, arg);
    return !is_error(result) || failed(&t->profile_fn);
}

/* Call the frame's own trace function; its result replaces it. */
static bool local(Thread *t, Frame *f, const char *event, Value arg)
{
    if (!f->object || is_unbound(f->object->trace) || is_none(f->object->trace) || is_unbound(t->trace_fn))
        return true;
    own Value result = notify(t, f, f->object->trace, event, arg);
    if (is_error(result))
        return failed(&t->trace_fn);
    if (f->object && !is_none(result))
        set_slot(&f->object->trace, retain(result));
    return true;
}

bool trace_call(Thread *t, Frame *f)
{
    if (t->tracing || (op_base[f->pc->op] == OP_CODE_GENERATOR && !f->generator))      /* that call only makes the generator */
        return true;
    if (!profile(t, f, "call", NONE))
        return false;
    if (is_unbound(t->trace_fn))
        return true;
    own Value result = notify(t, f, t->trace_fn, "call", NONE);
    if (is_error(result))
        return failed(&t->trace_fn);
    own Value object = frame_object(f);
    if (is_error(object))
        return false;
    if (!is_none(result))                                   /* None: a generator goes on as it was traced before */
        set_slot(&f->object->trace, retain(result));
    f->object->line_override = 0;
    f->flags |= FRAME_TRACED;
    return true;
}

void trace_from_here(Frame *f)
{
    if (!f->object)
        return;
    f->object->traced_pc = frame_pc_index(f);
    f->object->traced_line = frame_object_line(f->object);
}

/* Jumps stand for no line of their own (a `continue` has a marker), nor does what only sets up the frame. */
static bool shows_line(unsigned op)
{
    return op != OP_CODE_RESUME && op != OP_CODE_MAKE_CELL && op != OP_CODE_GENERATOR && op != OP_CODE_JUMP && op != OP_CODE_JUMP_BACK;
}

/* 'line' when the line is another than the last one, or the same reached by going backwards. */
static bool trace_line(Thread *t, Frame *f, int line, uint32_t at, bool backwards)
{
    FrameObject *o = f->object;
    o->traced_pc = at;
    if (line <= 0 || (line == o->traced_line && !backwards))
        return true;
    o->traced_line = line;
    if (!o->trace_lines)
        return true;
    own Value keep = retain(obj_value(o));
    o->line_override = line;                                /* a marker's line is not that of the instruction */
    bool fine = local(t, f, "line", NONE);
    o->line_override = 0;
    return fine;
}

bool trace_instruction(Thread *t, Frame *f)
{
    if (t->tracing || !f->object || is_unbound(f->object->trace) || is_unbound(t->trace_fn))
        return true;
    const Code *code = f->code;
    uint32_t at = frame_pc_index(f), row = code_position_row(code, at);
    bool backwards = at < f->object->traced_pc && op_base[f->pc->op] != OP_CODE_SEND;
    while (row > 0 && code->positions[row - 1].start == at)     /* markers first */
        row--;
    for (; row < code->n_positions && code->positions[row].start <= at; row++) {
        bool is_marker = row + 1 < code->n_positions && code->positions[row + 1].start == at;
        if (is_marker || shows_line(op_base[f->pc->op])) {
            f->object->jumped_row = UINT32_MAX;
            if (!trace_line(t, f, code->positions[row].line, at, backwards))
                return false;
            if (!f->object || is_unbound(t->trace_fn))
                return true;
            if (f->object->jumped_row != UINT32_MAX) {
                row = f->object->jumped_row;                /* f_lineno was set: on from there, without an event for that line */
                at = frame_pc_index(f);
            }
            backwards = false;
        }
    }
    f->object->traced_pc = at;
    return !f->object->trace_opcodes || local(t, f, "opcode", NONE);
}

bool trace_return(Thread *t, Frame *f, Value value)
{
    if (t->tracing)
        return true;
    if (!local(t, f, "return", value))
        return false;
    return profile(t, f, "return", value);
}

Value trace_exception_take(Thread *t, Frame *f, Value exception)
{
    if (t->tracing || !f->object || is_unbound(f->object->trace))
        return exception;
    own Value triple = tuple_of3(obj_value(obj_type(as_obj(exception))), exception, as_exception(exception)->traceback);
    if (is_error(triple) || !local(t, f, "exception", triple)) {
        release(exception);
        return exception_take();
    }
    return exception;
}

void trace_stop(Thread *t, Frame *f, Value value)
{
    if (t->tracing || !f->object || is_unbound(f->object->trace))
        return;
    own Value exception = is_none(value) ? call0(exception_class_peek(StopIteration)) : call1(exception_class_peek(StopIteration), value);
    own Value triple = is_error(exception) ? ERROR : tuple_of3(exception_class_peek(StopIteration), exception, NONE);
    if (is_error(triple) || !local(t, f, "exception", triple)) {
        if (error_is(MemoryError) && heap_unraisable)
            heap_unraisable("Exception ignored in a trace event", UNBOUND);
        if (error_pending())
            error_clear();               /* as CPython does: nobody is there to catch it */
    }
}

bool trace_native(Thread *t, Frame *f, const char *event, Value callee)
{
    if (t->tracing || !(is_exact(callee, &native_type) || is_exact(callee, &method_descriptor_type)))
        return true;
    if (!error_pending())
        return profile(t, f, event, callee);
    ErrorState error = error_save();
    if (!profile(t, f, event, callee))
        error_clear();
    error_restore(error);
    return false;
}

Value trace_unwound_take(Thread *t, Frame *f, Value exception)
{
    if (t->tracing || (local(t, f, "return", NONE) && profile(t, f, "return", NONE)))
        return exception;
    release(exception);
    return exception_take();
}
