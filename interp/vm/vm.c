/* vm.c -- joins the parts: roots, hooks, slots of functions, specialised opcodes. */
#include "gc/collect.h"
#include "gc/heap.h"
#include "interp/base/buf.h"
#include "interp/object/exception.h"
#include "interp/object/protocol.h"
#include "interp/vm/async.h"
#include "interp/vm/eval.h"
#include "interp/vm/ops.h"
#include "interp/vm/quick.h"
#include "interp/vm/resume.h"

Value function_call_slot(Value callable, const Value *args, size_t n_pos, Value kwnames);

static void visit(Visitor *visitor, Value v, const char *name, uint64_t index, Value key)
{
    if (is_ptr(v)) {
        Edge edge = { .kind = is_unbound(key) ? TRACE_VALUE : TRACE_ATTRS, .name = name, .index = index, .key = key };
        visitor->visit(visitor, as_obj(v), &edge);
    }
}

static void visit_frame(Visitor *visitor, Frame *f)
{
    for (unsigned i = 0; !f->generator && i < f->code->n_regs; i++)
        visit(visitor, f->regs[i], "register", i, code_register_name_peek(f->code, (uint16_t)i));
    visit(visitor, f->locals, "locals", 0, UNBOUND);
    visit(visitor, f->held, "running", 0, UNBOUND);
    visit(visitor, obj_value(f->code), "code", 0, UNBOUND);
    visit(visitor, obj_value(f->globals), "globals", 0, UNBOUND);
    if (f->object)
        visit(visitor, obj_value(f->object), "frame", 0, UNBOUND);
}

static void roots(Visitor *visitor)
{
    for (Thread *t = threads; t; t = t->next) {
        for (Frame *f = t->frame; f->code; f--)
            visit_frame(visitor, f);
        for (ExcItem *item = t->exc; item; item = item->previous)
            visit(visitor, item->handled, "handled exception", 0, UNBOUND);
        visit(visitor, t->context, "context", 0, UNBOUND);
        visit(visitor, t->trace_fn, "trace function", 0, UNBOUND);
        visit(visitor, t->profile_fn, "profile function", 0, UNBOUND);
        visit(visitor, t->asyncgen_firstiter, "asyncgen hook", 0, UNBOUND);
        visit(visitor, t->asyncgen_finalizer, "asyncgen hook", 0, UNBOUND);
        visit(visitor, t->locals_dict, "thread locals", 0, UNBOUND);
        visit(visitor, t->target, "thread", 0, UNBOUND);
        visit(visitor, t->target_args, "thread", 0, UNBOUND);
        visit(visitor, t->target_kwargs, "thread", 0, UNBOUND);
        visit(visitor, t->sentinel, "thread's lock", 0, UNBOUND);
        visit(visitor, t->error.instance, "pending error", 0, UNBOUND);
        visit(visitor, t->error.args, "pending error", 0, UNBOUND);
    }
    visit(visitor, pending_error.instance, "pending error", 0, UNBOUND);
    visit(visitor, pending_error.args, "pending error", 0, UNBOUND);
    visit(visitor, builtins_dict, "builtins", 0, UNBOUND);
}

/* The words as the compiler made them: generic opcodes, empty caches (but for what the compiler keeps in them). */
static void pristine(const Code *code, Word *out)
{
    memcpy(out, code->words, code->n_words * sizeof(Word));
    for (uint32_t i = 0; i < code->n_words;) {
        unsigned op = op_base[out[i].op];
        out[i].op = (uint8_t)op;
        switch (op) {
        case OP_CODE_LOAD_GLOBAL: case OP_CODE_STORE_GLOBAL: case OP_CODE_LOAD_ATTR: case OP_CODE_LOAD_METHOD: case OP_CODE_STORE_ATTR:
        case OP_CODE_CALL: case OP_CODE_CALL_METHOD:
            for (unsigned j = 1; j <= op_info[op].n_cache; j++)
                out[i + j].bits = 0;
            break;
        case OP_CODE_CALL_KW:
            out[i + 1].bits = (uint32_t)out[i + 1].bits;
            out[i + 2].bits = 0;
            break;
        default: break;
        }
        i += 1u + op_info[op].n_cache;
    }
}

/* Buffers are not accounted while they grow, for they live shortly; but they must not grow beyond what the limit leaves. */
static bool room_for_buffer(size_t bytes)
{
    uint64_t limit = heap_limit();
    return !limit || bytes + heap_counts().live_bytes <= limit;
}

void vm_init(void)
{
    if (!thread && !thread_new())
        return;
#define QUICK(name, base, text) op_base[OP_CODE_##name] = OP_CODE_##base;
#include "interp/vm/quick.def"
#undef QUICK
    code_pristine_hook = pristine;
    function_type.call = function_call_slot;
    vm_stubs_init();
    resume_init();
    async_init();
    handled_peek = thread_handled_peek;
    poll_hook = safe_point;
    buf_room_hook = room_for_buffer;
    interrupt_hook = take_interrupt;
    heap_add_roots("threads", roots);
}
