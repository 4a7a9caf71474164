/* trace.c -- see trace.h. A trace function is called as f(frame, event, arg); what it returns for 'call' traces the frame. */
#include "interp/vm/trace.h"
#include "gc/event.h"
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

void trace_set(Thread *t, Value function) { install(&t->trace_fn, function); }
void profile_set(Thread *t, Value function) { install(&t->profile_fn, function); }

/* function(frame, event, arg) while tracing is off. Owned. */
static Value notify(Thread *t, Frame *f, Value function, const char *event, Value arg)
{
    own Value object = frame_object(f), name = str_intern(event), callee = retain(function);
    if (is_error(object) || is_error(name))
        return ERROR;
    Value args[3] = { object, name, arg };
    t->tracing = true;
    Value result = call(callee, args, 3);
    t->tracing = false;
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
    if (t->tracing)
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
    set_slot(&f->object->trace, is_none(result) ? UNBOUND : retain(result));
    f->object->line_override = 0;
    f->flags |= FRAME_TRACED;
    return true;
}

void trace_from_here(Frame *f)
{
    if (!f->object)
        return;
    f->object->traced_pc = frame_pc_index(f);
    f->object->traced_line = code_position(f->code, f->object->traced_pc).line;
}

bool trace_instruction(Thread *t, Frame *f)
{
    if (t->tracing || !f->object || is_unbound(f->object->trace) || is_unbound(t->trace_fn))
        return true;
    unsigned op = op_base[f->pc->op];
    if (op == OP_CODE_RESUME || op == OP_CODE_GENERATOR || op == OP_CODE_MAKE_CELL)
        return true;
    FrameObject *o = f->object;
    uint32_t at = frame_pc_index(f);
    int line = code_position(f->code, at).line;
    bool is_new_line = line > 0 && (line != o->traced_line || at <= o->traced_pc);
    if (is_new_line && at != o->traced_pc) {
        /* a new line, or a jump back to the start of one */
        uint32_t before = o->traced_pc;
        o->traced_pc = at;
        bool starts = line != o->traced_line || (at < before && (at == 0 || code_position(f->code, at - 1).line != line || code_position(f->code, at).start == at));
        o->traced_line = line;
        if (starts && o->trace_lines && !local(t, f, "line", NONE))
            return false;
    } else {
        o->traced_pc = at;
    }
    return !f->object || !f->object->trace_opcodes || local(t, f, "opcode", NONE);
}

bool trace_return(Thread *t, Frame *f, Value value)
{
    if (t->tracing)
        return true;
    if (!local(t, f, "return", value))
        return false;
    if (f->object)
        f->object->traced_line = 0;
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

void trace_unwound(Thread *t, Frame *f)
{
    if (t->tracing)
        return;
    if (!local(t, f, "return", NONE) || !profile(t, f, "return", NONE))
        error_clear();
}
