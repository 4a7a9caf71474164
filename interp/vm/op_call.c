/* op_call.c -- calls of what is not a plain Python function, and specialising call sites. */
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/list.h"
#include "interp/object/native.h"
#include "interp/object/range.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/bind.h"
#include "interp/vm/ops.h"
#include "interp/vm/push.h"
#include "interp/vm/quick.h"

Value op_call(Frame *f, Value callee, Value *args, unsigned n, Value kwnames)
{
    if (is_exact(callee, &native_type) || is_exact(callee, &method_descriptor_type))
        return native_call((Native *)as_obj(callee), args, n, kwnames);
    CallFn *slot = type_of(callee)->call;
    if (UNLIKELY(!slot))
        return raise(TypeError, "'%T' object is not callable", callee);
    return slot(callee, args, n, kwnames);
}

Object *type_init_peek(Value class_)
{
    Type *type = as_type(class_);
    if (attr_is_changing(STATIC_NAME("__init__")) || type->new != object_new || as_obj(class_)->shape->type != &type_type.heap || (type->flags & TYPE_ABSTRACT) || !(type->flags & TYPE_HEAP))
        return NULL;
    Value init = type_lookup_peek(type, STATIC_NAME("__init__"));
    return is_ptr(init) && function_check(init) ? as_obj(init) : NULL;
}

Object *op_call_method_peek(Value callee)
{
    Value method = type_lookup_peek(type_of(callee), STATIC_NAME("__call__"));
    return function_check(method) ? as_obj(method) : NULL;
}

/* Is a call of this row with `n` arguments nothing but fn(args, n)? */
static bool is_direct(const Native *native, unsigned n)
{
    const Signature *s = native->signature;
    return !native->raw_call && !native->row->vector && (s->raw || (n == s->n_params && n == s->n_positional && s->star < 0 && s->star_star < 0));
}

void op_specialise_call(Frame *f, Word *pc, Value callee, unsigned n, bool has_self)
{
    CallCache *cache = (CallCache *)(pc + 1);
    if (cache->version >= 32 || !is_ptr(callee))
        return;
    cache->version++;
    if (is_exact(callee, &native_type)) {
        const Native *native = (const Native *)as_obj(callee);
        if (has_self || (native->owner && native->row->kind != METHOD_STATIC) || !native_is_plain(native, n))
            return;
        cache->target = native->row;
        pc->op = pc->op == OP_CODE_CALL ? (is_direct(native, n) ? OP_CODE_CALL_NATIVE : OP_CODE_CALL_NATIVE_PLAIN) : OP_CODE_CALL_METHOD_MODULE;
    } else if (is_exact(callee, &method_descriptor_type)) {
        const Native *native = (const Native *)as_obj(callee);
        if (!has_self || native->row->kind != METHOD_INSTANCE || !native_is_plain(native, n))
            return;
        cache->target = native->row;
        pc->op = is_direct(native, n) ? OP_CODE_CALL_METHOD_NATIVE : OP_CODE_CALL_METHOD_PLAIN;
    } else if (pc->op == OP_CODE_CALL && same(callee, obj_value(&range_type))) {
        const Word *next = pc + 3;
        if ((n == 1 || n == 2) && next->op == OP_CODE_GET_ITER && next->b == pc->c && next->b >= f->code->n_named)
            pc->op = OP_CODE_CALL_RANGE;
    } else if (pc->op == OP_CODE_CALL && is_type(callee)) {
        const Function *init = (const Function *)type_init_peek(callee);
        uint32_t version = as_type(callee)->shape.version;
        if (!init || version == 0 || !bind_is_exact(init->code, n + 1))
            return;
        cache->version = version;
        cache->target = init;
        pc->op = OP_CODE_CALL_CLASS;
    }
}

/* Calls of natives that look at what they called (whether it began to trace) stay as they are. */
void op_forget_call(Word *pc)
{
    unsigned base = op_base[pc->op];
    if (base == OP_CODE_CALL || base == OP_CODE_CALL_METHOD) {
        pc->op = (uint8_t)base;
        ((CallCache *)(pc + 1))->version = 32;
    }
}

/* f(*iterable): the tuple; TypeError worded for the call. */
static Value spread_tuple(Value callee, Value positional)
{
    if (tuple_exact(positional))
        return retain(positional);
    if (!type_of(positional)->iter && !obj_is_sequence(positional)) {
        own Value text = obj_call_text(callee);
        return is_error(text) ? ERROR : raise(TypeError, "%S argument after * must be an iterable, not %T", text, positional);
    }
    return tuple_from_iterable(positional);
}

Value op_call_spread(Value callee, Value positional, Value keywords)
{
    own Value items = spread_tuple(callee, positional);
    return is_error(items) ? ERROR : call_ex(callee, items, keywords);
}

bool op_bind_spread(Function *f, Value *regs, Value positional, Value keywords)
{
    own Value items = spread_tuple(obj_value(f), positional);
    if (is_error(items))
        return false;
    uint64_t n_kw = is_unbound(keywords) || is_none(keywords) ? 0 : dict_len(as_dict(keywords));
    if (n_kw == 0)
        return bind_registers_from(f, regs, as_tuple(items)->items, tuple_len(items), NULL, NONE);
    Tuple *names = tuple_alloc(n_kw);
    if (!names)
        return raise_memory_false();
    own Value names_value = obj_value(names);
    Value small[16], *values = n_kw <= 16 ? small : heap_buf(n_kw * sizeof(Value));
    if (!values)
        return raise_memory_false();
    uint64_t at = 0, i = 0;
    Value key, value;
    while (i < n_kw && dict_next(as_dict(keywords), &at, &key, &value)) {
        names->items[i] = retain(key);
        values[i++] = value;
    }
    bool ok = bind_registers_from(f, regs, as_tuple(items)->items, tuple_len(items), values, names_value);
    if (values != small)
        heap_buf_free(values, n_kw * sizeof(Value));
    return ok;
}
