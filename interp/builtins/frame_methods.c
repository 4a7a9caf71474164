/* frame_methods.c -- the attributes of frame objects. */
#include "interp/builtins/vm_types.h"
#include "interp/code/code.h"
#include "interp/object/native.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/vm/generator.h"
#include "interp/vm/jump.h"
#include "interp/vm/resume.h"
#include "interp/vm/trace.h"

#define SELF FrameObject *o = (FrameObject *)as_obj(self)

static Value get_back(Value self)
{
    SELF;
    if (o->frame)
        return o->frame[-1].code ? frame_object(&o->frame[-1]) : NONE;
    return retain(o->back);
}
static Value get_code(Value self) { SELF; return retain(o->code); }
static Value get_globals(Value self) { SELF; return retain(o->globals); }
static Value get_builtins(Value self) { SELF; return retain(o->builtins); }
static Value get_locals(Value self) { SELF; return frame_object_locals(o); }
static Value get_lasti(Value self)
{
    SELF;
    uint32_t pc = o->frame ? frame_pc_index(o->frame) : o->last_pc;
    if (!o->frame && o->generator)
        pc = o->generator->state == GEN_CREATED ? UINT32_MAX : (uint32_t)(o->generator->pc - o->generator->saved.code->words);
    return int_value(pc == UINT32_MAX ? -1 : (int64_t)pc * CODE_UNIT);
}
static Value get_lineno(Value self)
{
    SELF;
    int line = frame_object_line(o);
    return line > 0 ? small_int_value(line) : NONE;
}
/* Jump: only a trace function may, on a 'line' event. */
static bool set_lineno(Value self, Value v)
{
    SELF;
    if (is_unbound(v))
        return raise_false(AttributeError, "cannot delete attribute");
    if (!is_int(v))
        return raise_false(ValueError, "lineno must be an integer");
    switch (thread->trace_event) {
    case TRACE_EVENT_CALL: return raise_false(ValueError, "can't jump from the 'call' trace event of a new frame");
    case TRACE_EVENT_LINE: case TRACE_EVENT_NONE: break;
    default: return raise_false(ValueError, "can only jump from a 'line' trace event");
    }
    if (!o->frame || thread->trace_event == TRACE_EVENT_NONE || is_unbound(o->trace))
        return raise_false(ValueError, "f_lineno can only be set by a trace function");
    return frame_jump(thread, o->frame, small_int(v));
}
static Value get_trace(Value self) { SELF; return is_unbound(o->trace) ? NONE : retain(o->trace); }
/* Nothing of the function's own has run yet. */
static bool is_entry(const Word *pc)
{
    unsigned op = op_base[pc->op];
    return op == OP_CODE_GENERATOR || op == OP_CODE_MAKE_CELL || op == OP_CODE_RESUME;
}

static bool set_trace(Value self, Value v)
{
    SELF;
    set_slot(&o->trace, is_unbound(v) || is_none(v) ? UNBOUND : retain(v));
    if (o->frame && !is_entry(o->frame->pc))        /* the line that is being executed is no news */
        trace_from_here(o->frame);
    return true;
}
static bool set_flag(bool *flag, Value v)
{
    if (is_unbound(v) || !is_bool(v))
        return raise_false(TypeError, "attribute value type must be bool");
    *flag = same(v, TRUE);
    return true;
}
static Value get_trace_lines(Value self) { SELF; return bool_value(o->trace_lines); }
static bool set_trace_lines(Value self, Value v) { SELF; return set_flag(&o->trace_lines, v); }
static Value get_trace_opcodes(Value self) { SELF; return bool_value(o->trace_opcodes); }
static bool set_trace_opcodes(Value self, Value v) { SELF; return set_flag(&o->trace_opcodes, v); }

static Value clear(Value *args, size_t n)
{
    FrameObject *o = (FrameObject *)as_obj(args[0]);
    if (o->frame)
        return raise(RuntimeError, "cannot clear an executing frame");
    if (o->generator) {
        Generator *g = o->generator;
        own Value keep = retain(obj_value(g));
        if (!resume_close(g))
            return ERROR;
    }
    frame_object_clear_locals(o);
    o->cleared = true;
    return NONE;
}

static const Method frame_methods[] = {
    { "clear", "(self, /)", clear, "F.clear(): clear most references held by the frame" },
    { 0 },
};
static const GetSet frame_getsets[] = {
    { "f_back", get_back, NULL, NULL }, { "f_code", get_code, NULL, NULL }, { "f_globals", get_globals, NULL, NULL },
    { "f_builtins", get_builtins, NULL, NULL }, { "f_locals", get_locals, NULL, NULL }, { "f_lasti", get_lasti, NULL, NULL },
    { "f_lineno", get_lineno, set_lineno, NULL }, { "f_trace", get_trace, set_trace, NULL },
    { "f_trace_lines", get_trace_lines, set_trace_lines, NULL }, { "f_trace_opcodes", get_trace_opcodes, set_trace_opcodes, NULL },
    { 0 },
};

void frame_join(void)
{
    frame_type.methods = frame_methods;
    frame_type.getsets = frame_getsets;
}
