/* generator.c -- see generator.h. */
#include "interp/vm/generator.h"
#include "gc/heap.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

Value (*generator_send_hook)(Generator *, Value value);

Generator *generator_from_frame(Frame *f)
{
    Code *code = f->code;
    unsigned kind = code->flags & CODE_COROUTINE ? KIND_COROUTINE : code->flags & CODE_ASYNC_GENERATOR ? KIND_ASYNC_GENERATOR : KIND_GENERATOR;
    Type *type = kind == KIND_COROUTINE ? &coroutine_type : kind == KIND_ASYNC_GENERATOR ? &async_generator_type : &generator_type;
    Generator *g = heap_new(&type->shape, sizeof *g + code->n_regs * sizeof(Value));
    if (!g) {
        error_set_memory();
        return NULL;
    }
    g->saved = *f;
    g->pc = f->pc;
    g->saved.regs = g->regs;
    g->saved.generator = g;
    g->saved.object = NULL;
    g->saved.held = UNBOUND;
    retain_obj(code);
    if (f->func)
        retain_obj(f->func);
    retain_obj(f->globals);
    if (f->builtins)
        retain_obj(f->builtins);
    f->locals = UNBOUND;
    g->name = retain(f->func ? f->func->name : code->name);
    g->qualname = retain(f->func ? f->func->qualname : code->qualname);
    g->frame_object = f->object;
    if (f->object) {
        f->object->frame = NULL;
        f->object->generator = g;
        f->object->last_pc = frame_pc_index(f);
        f->object = NULL;
    }
    g->frame = NULL;
    g->exc = (ExcItem){ NONE, NULL };
    g->origin = NONE;
    g->finalizer = UNBOUND;
    g->kind = (uint8_t)kind;
    g->state = GEN_CREATED;
    g->async_yield = g->hooks_called = g->closed = g->running_async = false;
    g->n_regs = code->n_regs;
    memcpy(g->regs, f->regs, code->n_regs * sizeof(Value));
    for (unsigned i = 0; i < code->n_regs; i++)
        f->regs[i] = UNBOUND;
    return g;
}

bool generator_push(Thread *t, Generator *g, ReturnAction action, uint16_t result_reg, uint8_t skip)
{
    if (UNLIKELY(g->state == GEN_RUNNING))
        return raise_false(ValueError, "%s already executing", generator_kind_name(g));
    if (UNLIKELY(t->frame + 1 >= t->frame_stop))
        return raise_false(RecursionError, "maximum recursion depth exceeded");
    if (action == RETURN_NATIVE && !thread_enter(t, ""))
        return false;
    Frame *f = generator_enter(t, t->frame, g, RETURN_TO(action, result_reg, skip));
    if (action == RETURN_NATIVE)             /* under FOR_ITER and SEND the caller's register keeps it alive */
        f->held = retain(obj_value(g));
    return true;
}

void generator_leave_object(Frame *f)
{
    FrameObject *o = f->object;
    f->object = NULL;
    o->frame = NULL;
    o->last_pc = frame_pc_index(f);
    release_obj(o);
}

void generator_clear(Generator *g)
{
    if (g->frame_object) {
        FrameObject *o = g->frame_object;
        g->frame_object = NULL;
        o->generator = NULL;
        if (o->head.refcount > 1 && !o->n_saved)
            frame_object_save(o, g->regs);
        release_obj(o);
    }
    for (uint64_t i = 0; i < g->n_regs; i++) {
        Value v = g->regs[i];
        if (is_ptr(v)) {
            g->regs[i] = UNBOUND;
            release(v);
        }
    }
    set_slot(&g->saved.locals, UNBOUND);
    set_slot(&g->exc.handled, NONE);
}

void generator_finish(Thread *t, Generator *g)
{
    Value held = generator_suspend(t, g);
    g->state = GEN_FINISHED;
    generator_clear(g);
    release(held);
}

const char *generator_kind_name(const Generator *g)
{
    static const char *const names[] = { "generator", "coroutine", "async generator" };
    return names[g->kind];
}

Value generator_delegate_peek(const Generator *g)
{
    if (g->state != GEN_SUSPENDED || op_base[g->pc->op] != OP_CODE_YIELD || g->pc->b == NO_REG)
        return UNBOUND;
    return g->regs[g->pc->b];
}

static void visit(Visitor *visitor, Value v, const char *name)
{
    if (is_ptr(v)) {
        Edge edge = { .kind = TRACE_VALUE, .name = name, .key = UNBOUND };
        visitor->visit(visitor, as_obj(v), &edge);
    }
}

static void generator_trace(Object *object, Visitor *visitor)
{
    Generator *g = (Generator *)object;
    const Frame *f = &g->saved;
    if (f->code)
        visit(visitor, obj_value(f->code), "gi_code");
    if (f->func)
        visit(visitor, obj_value(f->func), "function");
    if (f->globals)
        visit(visitor, obj_value(f->globals), "globals");
    if (f->builtins)
        visit(visitor, obj_value(f->builtins), "builtins");
    visit(visitor, f->locals, "locals");
    visit(visitor, g->name, "__name__");
    visit(visitor, g->qualname, "__qualname__");
    visit(visitor, g->exc.handled, "handled exception");
    visit(visitor, g->origin, "cr_origin");
    visit(visitor, g->finalizer, "finalizer");
    if (g->frame_object)
        visit(visitor, obj_value(g->frame_object), "gi_frame");
    for (uint64_t i = 0; i < g->n_regs; i++) {
        if (is_ptr(g->regs[i])) {
            Value name = f->code ? code_register_name_peek(f->code, (uint16_t)i) : UNBOUND;
            Edge edge = { .kind = is_unbound(name) ? TRACE_TAIL : TRACE_ATTRS, .name = "local", .index = i, .key = name };
            visitor->visit(visitor, as_obj(g->regs[i]), &edge);
        }
    }
}

static void generator_clear_slot(Object *object)
{
    Generator *g = (Generator *)object;
    if (g->state == GEN_RUNNING)
        return;                  /* its frame is alive: not garbage */
    if (g->state != GEN_FINISHED && g->saved.code)
        generator_clear(g);
    g->state = GEN_FINISHED;
    set_slot(&g->finalizer, UNBOUND);
    set_slot(&g->origin, NONE);
    if (object->refcount == 0 || (object->birth & BIRTH_DYING)) {
        Frame saved = g->saved;
        g->saved.code = NULL;
        g->saved.func = NULL;
        g->saved.globals = g->saved.builtins = NULL;
        release_obj(saved.func);
        release_obj(saved.globals);
        release_obj(saved.builtins);
        set_slot(&g->name, NONE);
        set_slot(&g->qualname, NONE);
        release_obj(saved.code);
    }
}

static size_t generator_size_of(const Object *object)
{
    return sizeof(Generator) + ((const Generator *)object)->n_regs * sizeof(Value);
}

static Value generator_repr(Value self)
{
    Generator *g = as_generator(self);
    return str_format("<%s object %S at %p>", g->kind == KIND_ASYNC_GENERATOR ? "async_generator" : generator_kind_name(g), g->qualname, (void *)g);
}

static const TraceRow generator_rows[] = { { TRACE_CUSTOM, 0, 0, "generator" }, { 0 } };
#define GENERATOR_TYPE(self, type_name) \
    STATIC_TYPE(self, type_name, Generator, generator_rows), .heap.trace_custom = generator_trace, .heap.clear = generator_clear_slot, \
    .heap.size_of = generator_size_of, .heap.heap_flags = HEAP_TYPE_VAR, .flags = TYPE_NO_NEW | TYPE_WEAK, .repr = generator_repr
Type generator_type = { GENERATOR_TYPE(generator_type, "generator") };
Type coroutine_type = { GENERATOR_TYPE(coroutine_type, "coroutine") };
Type async_generator_type = { GENERATOR_TYPE(async_generator_type, "async_generator") };

void generator_set_origin(Thread *t, Generator *g)
{
    if (g->kind != KIND_COROUTINE)
        return;
    own Value rows = list_new(0);
    for (unsigned i = 1; !is_error(rows) && i <= (unsigned)t->coroutine_origin_depth; i++) {
        Frame *f = frame_nth(t, i);
        if (!f)
            break;
        own Value row = tuple_of3(f->code->filename, small_int_value(frame_line(f)), f->code->name);
        if (is_error(row) || !list_append(rows, row))
            break;
    }
    if (error_pending())
        error_clear();
    Value origin = is_error(rows) ? ERROR : list_to_tuple(rows);
    if (is_error(origin))
        error_clear();
    else
        set_slot(&g->origin, origin);
}
