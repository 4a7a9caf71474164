/* generator_methods.c -- send, throw, close and the gi_, cr_, ag_ attributes. */
#include "interp/builtins/container_types.h"
#include "interp/builtins/vm_types.h"
#include "interp/object/native.h"
#include "interp/object/exception.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/async.h"
#include "interp/vm/eval.h"
#include "interp/vm/resume.h"

/* STOP becomes StopIteration(value) for Python code. */
static Value visible(Value v)
{
    if (LIKELY(!is_stop(v)))
        return v;
    own Value value = stop_value_take();
    if (is_none(value)) {
        error_set_none(StopIteration);
    } else {
        own Value args = tuple_of1(value);
        if (!is_error(args))
            error_set_args_take(StopIteration, give(args));
    }
    return ERROR;
}

static Value send(Value *args, size_t n)
{
    return visible(eval_resume(as_generator(args[0]), args[1]));
}

static Value throw(Value *args, size_t n)
{
    Generator *g = as_generator(args[0]);
    if (g->kind == KIND_COROUTINE && g->state == GEN_FINISHED)
        return raise(RuntimeError, "cannot reuse already awaited coroutine");
    if (!resume_raise_triple(args[1], args[2], args[3]))
        return ERROR;
    if (g->state == GEN_RUNNING) {
        error_clear();
        return raise(ValueError, "%s already executing", generator_kind_name(g));
    }
    return visible(resume_throw(g));
}

static Value close(Value *args, size_t n)
{
    Generator *g = as_generator(args[0]);
    if (g->state == GEN_RUNNING)
        return raise(ValueError, "%s already executing", generator_kind_name(g));
    return resume_close(g) ? NONE : ERROR;
}

static Value get_frame(Value self) { return frame_object_of_generator(as_generator(self)); }
static Value get_running(Value self) { return bool_value(as_generator(self)->state == GEN_RUNNING); }
static Value get_ag_running(Value self) { return bool_value(as_generator(self)->running_async); }
static Value get_suspended(Value self) { return bool_value(as_generator(self)->state == GEN_SUSPENDED); }
static Value get_code(Value self) { return retain(obj_value(as_generator(self)->saved.code)); }
static Value get_delegate(Value self)
{
    Value v = generator_delegate_peek(as_generator(self));
    return is_unbound(v) ? NONE : retain(v);
}
static Value get_origin(Value self) { return retain(as_generator(self)->origin); }
static Value get_name(Value self) { return retain(as_generator(self)->name); }
static Value get_qualname(Value self) { return retain(as_generator(self)->qualname); }
static bool set_name(Value self, Value v)
{
    if (is_unbound(v) || !str_check(v))
        return raise_false(TypeError, "__name__ must be set to a string object");
    set_slot(&as_generator(self)->name, retain(v));
    return true;
}
static bool set_qualname(Value self, Value v)
{
    if (is_unbound(v) || !str_check(v))
        return raise_false(TypeError, "__qualname__ must be set to a string object");
    set_slot(&as_generator(self)->qualname, retain(v));
    return true;
}

#define RESUME_ROWS(send, throw, close, what, result, tb) \
    { "send", "(self, value, /)", send, "send(arg) -> send 'arg' into " what ",\nreturn next " result " value or raise StopIteration." }, \
    { "throw", "(self, type, value=None, traceback=None, /)", throw, \
      "throw(value)\nthrow(type[,value[," tb "]])\n\nRaise exception in " what ", return next " result " value or raise\nStopIteration." }, \
    { "close", "(self, /)", close, "close() -> raise GeneratorExit inside " what "." }
static const Method generator_methods[] = { RESUME_ROWS(send, throw, close, "generator", "yielded", "tb"), { 0 } };
static const Method coroutine_methods[] = { RESUME_ROWS(send, throw, close, "coroutine", "iterated", "traceback"), { 0 } };
#define NAMES { "__name__", get_name, set_name, "name of the generator" }, { "__qualname__", get_qualname, set_qualname, "qualified name of the generator" }
static const GetSet generator_getsets[] = {
    NAMES,
    { "gi_yieldfrom", get_delegate, NULL, "object being iterated by yield from, or None" },
    { "gi_running", get_running, NULL, NULL }, { "gi_frame", get_frame, NULL, NULL }, { "gi_suspended", get_suspended, NULL, NULL },
    { "gi_code", get_code, NULL, NULL }, { 0 },
};
static const GetSet coroutine_getsets[] = {
    NAMES,
    { "cr_await", get_delegate, NULL, "object being awaited on, or None" },
    { "cr_running", get_running, NULL, NULL }, { "cr_frame", get_frame, NULL, NULL }, { "cr_suspended", get_suspended, NULL, NULL },
    { "cr_code", get_code, NULL, NULL }, { "cr_origin", get_origin, NULL, NULL }, { 0 },
};
static const GetSet async_generator_getsets[] = {
    NAMES,
    { "ag_await", get_delegate, NULL, "object being awaited on, or None" },
    { "ag_running", get_ag_running, NULL, NULL }, { "ag_frame", get_frame, NULL, NULL }, { "ag_suspended", get_suspended, NULL, NULL },
    { "ag_code", get_code, NULL, NULL }, { 0 },
};

/* --- async generators --------------------------------------------------------------------------------------------- */
static Value asend(Value *args, size_t n) { return async_awaitable_new(as_generator(args[0]), AWAIT_SEND, args[1]); }
static Value aclose(Value *args, size_t n) { return async_awaitable_new(as_generator(args[0]), AWAIT_CLOSE, NONE); }
static Value athrow(Value *args, size_t n)
{
    if (!resume_raise_triple(args[1], args[2], args[3]))
        return ERROR;
    own Value exception = exception_take();
    return async_awaitable_new(as_generator(args[0]), AWAIT_THROW, exception);
}
static const Method async_generator_methods[] = {
    { "asend", "(self, value, /)", asend, "asend(v) -> send 'v' in generator." },
    { "athrow", "(self, type, value=None, traceback=None, /)", athrow, "athrow(typ[,val[,tb]]) -> raise exception in generator." },
    { "aclose", "(self, /)", aclose, "aclose() -> raise GeneratorExit inside generator." },
    CLASS_GETITEM_ROW,
    { 0 },
};

static AsyncAwaitable *awaitable(Value v) { return (AsyncAwaitable *)as_obj(v); }
static Value awaitable_send(Value *args, size_t n) { return visible(async_send(awaitable(args[0]), args[1])); }
static Value awaitable_throw(Value *args, size_t n)
{
    return resume_raise_triple(args[1], args[2], args[3]) ? visible(async_throw(awaitable(args[0]))) : ERROR;
}
static Value awaitable_close(Value *args, size_t n) { async_close(awaitable(args[0])); return NONE; }
static const Method awaitable_methods[] = { RESUME_ROWS(awaitable_send, awaitable_throw, awaitable_close, "generator", "yielded", "tb"), { 0 } };

static Value inner(Value wrapper) { return obj_value(((CoroutineWrapper *)as_obj(wrapper))->coroutine); }
static Value wrapper_send(Value *args, size_t n) { Value a[2] = { inner(args[0]), args[1] }; return send(a, 2); }
static Value wrapper_throw(Value *args, size_t n) { Value a[4] = { inner(args[0]), args[1], args[2], args[3] }; return throw(a, 4); }
static Value wrapper_close(Value *args, size_t n) { Value a[1] = { inner(args[0]) }; return close(a, 1); }
static const Method wrapper_methods[] = { RESUME_ROWS(wrapper_send, wrapper_throw, wrapper_close, "coroutine", "iterated", "traceback"), { 0 } };

void generator_join(void)
{
    generator_type.methods = generator_methods;
    generator_type.getsets = generator_getsets;
    coroutine_type.methods = coroutine_methods;
    coroutine_type.getsets = coroutine_getsets;
    async_generator_type.methods = async_generator_methods;
    async_generator_type.getsets = async_generator_getsets;
    async_asend_type.methods = async_athrow_type.methods = awaitable_methods;
    coroutine_wrapper_type.methods = wrapper_methods;
}
