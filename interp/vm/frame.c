/* frame.c -- see frame.h. */
#include "interp/vm/frame.h"
#include "gc/heap.h"
#include "interp/object/cell.h"
#include "interp/object/exception.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/function.h"
#include "interp/vm/generator.h"

static FrameObject *object_alloc(Code *code, Value globals, Value builtins, Value locals)
{
    FrameObject *o = heap_new(&frame_type.shape, sizeof *o + code->n_named * sizeof(Value));
    if (!o) {
        error_set_memory();
        return NULL;
    }
    o->frame = NULL;
    o->code = retain(obj_value(code));
    o->globals = retain(globals);
    o->builtins = retain(builtins);
    o->locals_dict = is_unbound(locals) ? NONE : retain(locals);
    o->back = NONE;
    o->trace = UNBOUND;
    o->closure = NONE;
    o->n_saved = 0;
    o->n_room = code->n_named;
    o->generator = NULL;
    o->last_pc = 0;
    o->line_override = 0;
    o->traced_pc = 0;
    o->traced_line = 0;
    o->jumped_row = UINT32_MAX;
    o->trace_lines = true;
    o->trace_opcodes = o->cleared = false;
    return o;
}

Value frame_object(Frame *f)
{
    if (!f->object) {
        FrameObject *o = f->generator ? f->generator->frame_object : NULL;
        if (o)
            retain_obj(o);
        else if (!(o = object_alloc(f->code, obj_value(f->globals), f->builtins ? obj_value(f->builtins) : NONE, f->locals)))
            return ERROR;
        o->frame = f;
        f->object = o;
        f->flags |= FRAME_OWNS;
        if (f->generator && !f->generator->frame_object) {
            o->generator = f->generator;
            f->generator->frame_object = retain_obj(o);
        }
    }
    return retain(obj_value(f->object));
}

Value frame_object_of_generator(Generator *g)
{
    if (g->state == GEN_FINISHED)
        return NONE;
    if (g->frame)
        return frame_object(g->frame);
    if (!g->frame_object) {
        FrameObject *o = object_alloc(g->saved.code, obj_value(g->saved.globals), g->saved.builtins ? obj_value(g->saved.builtins) : NONE, g->saved.locals);
        if (!o)
            return ERROR;
        o->generator = g;
        o->last_pc = (uint32_t)(g->pc - g->saved.code->words);
        g->frame_object = o;
    }
    return retain(obj_value(g->frame_object));
}

void frame_object_save(FrameObject *o, Value *regs)
{
    assert(o->n_saved == 0);
    memcpy(o->saved, regs, o->n_room * sizeof(Value));
    o->n_saved = o->n_room;
    for (unsigned i = 0; i < o->n_room; i++)
        regs[i] = UNBOUND;
}

void frame_object_detach(Frame *f)
{
    FrameObject *o = f->object;
    bool is_kept = !f->generator && o->head.refcount > 1;
    f->object = NULL;
    o->last_pc = frame_pc_index(f);
    o->frame = NULL;
    if (!is_kept) {
        release_obj(o);
        return;
    }
    if (f->func)
        o->closure = retain(f->func->closure);
    ErrorState error = error_save();
    if (f[-1].code) {
        Value back = frame_object(&f[-1]);
        if (is_error(back))
            error_clear();
        else
            set_slot(&o->back, back);
    }
    frame_object_save(o, f->regs);
    error_restore(error);
    release_obj(o);
}

/* Drop the registers. Each slot holds an immediate before its old value dies. */
static inline void release_registers(Value *regs, unsigned n)
{
    for (Value *at = regs; at < regs + n; at++) {
        Value v = *at;
        if (is_ptr(v)) {
            *at = UNBOUND;
            release(v);
        }
    }
}

void frame_release(Frame *f)
{
    if (f->object)
        frame_object_detach(f);
    release_registers(f->regs, f->code->n_regs);
    Value locals = f->locals, held = f->held;
    f->locals = UNBOUND;
    release(locals);
    f->held = UNBOUND;
    release(held);
}

Frame *frame_nth(const Thread *t, unsigned n)
{
    for (Frame *f = t->frame; f->code; f--)
        if (n-- == 0)
            return f;
    return NULL;
}

/* What the compiler added (an implicit return) counts to the line before it. */
static int line_at(const Code *code, const FrameObject *o, uint32_t pc)
{
    if (o && o->line_override)
        return o->line_override;
    uint32_t row = code_position_row(code, pc);
    if (!code->n_positions || code->positions[row].start > pc)
        return (int)code->first_line;
    if (code->positions[row].line == 0 && o && o->traced_line)
        return o->traced_line;
    while (row > 0 && code->positions[row].line == 0)
        row--;
    return code->positions[row].line ? code->positions[row].line : (int)code->first_line;
}

int frame_line(const Frame *f) { return line_at(f->code, f->object, frame_pc_index(f)); }

int frame_object_line(const FrameObject *o)
{
    Code *code = (Code *)as_obj(o->code);
    uint32_t pc = o->frame ? frame_pc_index(o->frame) : o->generator && o->generator->state != GEN_FINISHED ? (uint32_t)(o->generator->pc - code->words) : o->last_pc;
    return line_at(code, o, pc);
}

/* The compiler's own variables begin with a dot. The first parameter of a generator expression, ".0", is Python's. */
static bool is_hidden(Value name) { return str_len(name) && str_char(as_str(name), 0) == '.'; }

/* Put one variable into the snapshot, or take it out when it is unbound. */
static bool put_local(Dict *dict, Value name, Value value)
{
    if (is_unbound(value))
        return dict_del(dict, name) != FAILED;
    return dict_set(dict, name, value);
}

static bool snapshot(FrameObject *o, Dict *dict, const Value *regs, Value closure)
{
    Code *code = (Code *)as_obj(o->code);
    if (regs) {
        for (uint64_t i = 0; i < tuple_len(code->varnames); i++) {
            Value v = regs[i];
            if (i >= code->n_params && is_hidden(tuple_peek(code->varnames, i)))
                continue;
            for (uint64_t j = 0; cell_check(v) && j < tuple_len(code->cellvars); j++) {
                if (code->cell_registers[j] == i)
                    v = as_cell(v)->value;
            }
            if (!put_local(dict, tuple_peek(code->varnames, i), v))
                return false;
        }
        for (uint64_t i = 0; i < tuple_len(code->cellvars); i++) {
            Value v = regs[code->cell_registers[i]];
            if (!put_local(dict, tuple_peek(code->cellvars, i), cell_check(v) ? as_cell(v)->value : v))
                return false;
        }
    }
    if (!is_none(closure) && !is_unbound(closure)) {
        for (uint64_t i = 0; i < tuple_len(code->freevars) && i < tuple_len(closure); i++) {
            if (!put_local(dict, tuple_peek(code->freevars, i), as_cell(tuple_peek(closure, i))->value))
                return false;
        }
    }
    return true;
}

Value frame_object_locals(FrameObject *o)
{
    Code *code = (Code *)as_obj(o->code);
    if (!(code->flags & CODE_OPTIMIZED)) {
        if (!is_none(o->locals_dict))
            return retain(o->locals_dict);
        return retain(o->globals);
    }
    if (is_none(o->locals_dict)) {
        Value dict = dict_new();
        if (is_error(dict))
            return ERROR;
        o->locals_dict = dict;
    }
    const Value *regs = o->frame ? o->frame->regs : o->n_saved ? o->saved : NULL;
    Value closure = o->closure;
    if (o->frame && o->frame->func)
        closure = o->frame->func->closure;
    else if (o->generator && o->generator->state != GEN_FINISHED) {
        regs = o->generator->regs;
        if (o->generator->saved.func)
            closure = o->generator->saved.func->closure;
    }
    if (dict_exact(o->locals_dict) && !snapshot(o, as_dict(o->locals_dict), regs, closure))
        return ERROR;
    return retain(o->locals_dict);
}

Value frame_locals(Frame *f)
{
    if (!is_unbound(f->locals))
        return retain(f->locals);
    if (!(f->code->flags & CODE_OPTIMIZED))
        return retain(obj_value(f->globals));
    own Value object = frame_object(f);
    return is_error(object) ? ERROR : frame_object_locals((FrameObject *)as_obj(object));
}

void frame_raise_name(ErrorKind kind, Value name, const char *format)
{
    error_set(kind, format, name);
    if (error_is(kind))
        error_note_name(name, UNBOUND);
}

void frame_raise_unbound(const Frame *f, uint16_t reg)
{
    Value name = code_register_name_peek(f->code, reg);
    if (is_unbound(name))
        error_set(SystemError, "register %u is unbound", reg);
    else if ((f->code->flags & CODE_LINKED) && reg < f->code->n_linked)
        frame_raise_name(NameError, name, "name '%S' is not defined");
    else if (f->code->flags & CODE_OPTIMIZED)
        frame_raise_name(UnboundLocalError, name, "cannot access local variable '%S' where it is not associated with a value");
    else
        frame_raise_name(NameError, name, "name '%S' is not defined");
}

static Value frame_repr(Value self)
{
    FrameObject *o = (FrameObject *)as_obj(self);
    Code *code = (Code *)as_obj(o->code);
    return str_format("<frame at %p, file %R, line %d, code %S>", (void *)o, code->filename, frame_object_line(o), code->name);
}

static void frame_trace(Object *object, Visitor *visitor)
{
    FrameObject *o = (FrameObject *)object;
    const struct { Value *at; const char *name; } edges[] = {
        { &o->code, "f_code" }, { &o->globals, "f_globals" }, { &o->builtins, "f_builtins" }, { &o->locals_dict, "f_locals" }, { &o->back, "f_back" }, { &o->trace, "f_trace" }, { &o->closure, "closure" },
    };
    for (unsigned i = 0; i < sizeof edges / sizeof *edges; i++) {
        if (is_ptr(*edges[i].at)) {
            Edge edge = { .kind = TRACE_VALUE, .name = edges[i].name, .key = UNBOUND };
            visitor->visit(visitor, as_obj(*edges[i].at), &edge);
        }
    }
    for (uint64_t i = 0; i < o->n_saved; i++) {
        if (is_ptr(o->saved[i])) {
            Value name = code_register_name_peek((Code *)as_obj(o->code), (uint16_t)i);
            Edge edge = { .kind = TRACE_ATTRS, .name = "local", .index = i, .key = name };
            visitor->visit(visitor, as_obj(o->saved[i]), &edge);
        }
    }
}

void frame_object_clear_locals(FrameObject *o)
{
    while (o->n_saved) {
        Value last = o->saved[--o->n_saved];
        release(last);
    }
    set_slot(&o->closure, NONE);
    if (((Code *)as_obj(o->code))->flags & CODE_OPTIMIZED)
        set_slot(&o->locals_dict, NONE);                    /* f_locals shows them no more either */
}

static void frame_clear(Object *object)
{
    FrameObject *o = (FrameObject *)object;
    frame_object_clear_locals(o);
    set_slot(&o->locals_dict, NONE);
    set_slot(&o->trace, UNBOUND);
    if (object->refcount == 0 || (object->birth & BIRTH_DYING)) {
        set_slot(&o->back, NONE);
        set_slot(&o->globals, NONE);
        set_slot(&o->builtins, NONE);
        set_slot(&o->code, NONE);
    }
}

static size_t frame_size_of(const Object *object)
{
    const FrameObject *o = (const FrameObject *)object;
    return sizeof *o + o->n_room * sizeof(Value);
}

static const TraceRow frame_rows[] = { { TRACE_CUSTOM, 0, 0, "frame" }, { 0 } };
Type frame_type = {
    STATIC_TYPE(frame_type, "frame", FrameObject, frame_rows),
    .heap.trace_custom = frame_trace,
    .heap.heap_flags = HEAP_TYPE_VAR,
    .heap.clear = frame_clear,
    .heap.size_of = frame_size_of,
    .flags = TYPE_NO_NEW,
    .repr = frame_repr,
};
