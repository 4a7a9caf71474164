/* async.c -- see async.h. */
#include "interp/vm/async.h"
#include "gc/heap.h"
#include "interp/object/exception.h"
#include "interp/object/protocol.h"
#include "interp/vm/eval.h"
#include "interp/vm/resume.h"

enum { NEW, RUNNING, CLOSED };

Value async_awaitable_new(Generator *g, AwaitableKind kind, Value argument)
{
    if (!resume_asyncgen_start(g))
        return ERROR;
    AsyncAwaitable *a = heap_new(kind == AWAIT_SEND ? &async_asend_type.shape : &async_athrow_type.shape, sizeof *a);
    if (!a)
        return raise_memory();
    a->generator = retain_obj(g);
    a->argument = retain(argument);
    a->kind = (uint8_t)kind;
    a->state = NEW;
    return obj_value(a);
}

static const char *verb(const AsyncAwaitable *a) { return a->kind == AWAIT_SEND ? "anext" : a->kind == AWAIT_THROW ? "athrow" : "aclose"; }

/* What a step of the generator means to who awaits: a value of the generator ends the await with that value; an await's yield goes on up. */
static Value unwrap(Generator *g, Value v)
{
    if (is_stop(v)) {
        release(stop_value_take());
        g->closed = true;
        g->running_async = false;
        error_set_none(StopAsyncIteration);
        return ERROR;
    }
    if (is_error(v)) {
        if (error_is(StopAsyncIteration) || error_is(GeneratorExit))
            g->closed = true;
        g->running_async = false;
        return ERROR;
    }
    if (!g->async_yield)
        return v;
    g->async_yield = false;
    g->running_async = false;
    stop_value_set_take(v);
    return STOP;
}

static Value asend(AsyncAwaitable *a, Value value)
{
    Generator *g = a->generator;
    if (a->state == CLOSED)
        return raise(RuntimeError, "cannot reuse already awaited __anext__()/asend()");
    if (a->state == NEW) {
        if (g->running_async)
            return raise(RuntimeError, "anext(): asynchronous generator is already running");
        if (is_none(value))
            value = a->argument;
        a->state = RUNNING;
    }
    g->running_async = true;
    Value v = unwrap(g, eval_resume(g, value));
    if (is_error(v) || is_stop(v))
        a->state = CLOSED;
    return v;
}

/* The generator ended while being closed or thrown into. */
static Value ended(AsyncAwaitable *a)
{
    a->generator->running_async = false;
    a->state = CLOSED;
    if (a->kind == AWAIT_CLOSE && (error_is(StopAsyncIteration) || error_is(GeneratorExit))) {
        error_clear();
        return STOP;
    }
    return ERROR;
}

static Value close_step(AsyncAwaitable *a, Value v)
{
    Generator *g = a->generator;
    if (is_stop(v)) {
        release(stop_value_take());
        error_set_none(StopAsyncIteration);
        return ended(a);
    }
    if (is_error(v))
        return ended(a);
    if (g->async_yield) {
        g->async_yield = false;
        g->running_async = false;
        a->state = CLOSED;
        release(v);
        return raise(RuntimeError, "async generator ignored GeneratorExit");
    }
    return v;
}

static Value athrow(AsyncAwaitable *a, Value value)
{
    Generator *g = a->generator;
    if (a->state == CLOSED)
        return raise(RuntimeError, "cannot reuse already awaited aclose()/athrow()");
    if (g->state == GEN_FINISHED) {
        a->state = CLOSED;
        return STOP;
    }
    if (a->state == NEW) {
        if (g->running_async) {
            a->state = CLOSED;
            return raise(RuntimeError, "%s(): asynchronous generator is already running", verb(a));
        }
        if (g->closed) {
            a->state = CLOSED;
            error_set_none(StopAsyncIteration);
            return ERROR;
        }
        if (!is_none(value))
            return raise(RuntimeError, "can't send non-None value to a just-started coroutine");
        a->state = RUNNING;
        g->running_async = true;
        if (a->kind == AWAIT_CLOSE) {
            g->closed = true;
            error_set_none(GeneratorExit);
            return close_step(a, resume_throw(g));
        }
        exception_raise_take(retain(a->argument));
        Value v = unwrap(g, resume_throw(g));
        if (is_error(v))
            a->state = CLOSED;
        return v;
    }
    g->running_async = true;
    Value v = eval_resume(g, value);
    return a->kind == AWAIT_CLOSE ? close_step(a, v) : unwrap(g, v);
}

Value async_send(AsyncAwaitable *a, Value value) { return a->kind == AWAIT_SEND ? asend(a, value) : athrow(a, value); }

Value async_throw(AsyncAwaitable *a)
{
    Generator *g = a->generator;
    if (a->state == CLOSED) {
        error_clear();
        return raise(RuntimeError, "cannot reuse already awaited %s", a->kind == AWAIT_SEND ? "__anext__()/asend()" : "aclose()/athrow()");
    }
    if (a->state == NEW) {
        if (g->running_async) {
            a->state = CLOSED;
            error_clear();
            return raise(RuntimeError, "%s(): asynchronous generator is already running", verb(a));
        }
        a->state = RUNNING;
        g->running_async = true;
    }
    Value v = resume_throw(g);
    if (a->kind == AWAIT_CLOSE)
        return close_step(a, v);
    v = unwrap(g, v);
    if (is_error(v))
        a->state = CLOSED;
    return v;
}

void async_close(AsyncAwaitable *a) { a->state = CLOSED; }

/* --- slots ---------------------------------------------------------------------------------------------------------- */
static Value iter_self(Value self) { return retain(self); }
static Value awaitable_next(Value self) { return async_send((AsyncAwaitable *)as_obj(self), NONE); }
static Value generator_anext(Value self) { return async_awaitable_new(as_generator(self), AWAIT_SEND, NONE); }
static Value generator_aiter(Value self) { return resume_asyncgen_start(as_generator(self)) ? retain(self) : ERROR; }

static Value coroutine_await(Value self)
{
    CoroutineWrapper *w = heap_new(&coroutine_wrapper_type.shape, sizeof *w);
    if (!w)
        return raise_memory();
    w->coroutine = retain_obj(as_obj(self));
    return obj_value(w);
}
static Value wrapper_next(Value self) { return eval_resume(((CoroutineWrapper *)as_obj(self))->coroutine, NONE); }

static const TraceRow awaitable_rows[] = {
    { TRACE_OBJECT, offsetof(AsyncAwaitable, generator), 0, "generator" }, { TRACE_VALUE, offsetof(AsyncAwaitable, argument), 0, "argument" }, { 0 },
};
static const TraceRow wrapper_rows[] = { { TRACE_OBJECT, offsetof(CoroutineWrapper, coroutine), 0, "coroutine" }, { 0 } };
#define AWAITABLE_TYPE(self, type_name) \
    STATIC_TYPE(self, type_name, AsyncAwaitable, awaitable_rows), .flags = TYPE_NO_NEW, .iter = iter_self, .next = awaitable_next, .await_ = iter_self
Type async_asend_type = { AWAITABLE_TYPE(async_asend_type, "async_generator_asend") };
Type async_athrow_type = { AWAITABLE_TYPE(async_athrow_type, "async_generator_athrow") };
Type coroutine_wrapper_type = {
    STATIC_TYPE(coroutine_wrapper_type, "coroutine_wrapper", CoroutineWrapper, wrapper_rows),
    .flags = TYPE_NO_NEW, .iter = iter_self, .next = wrapper_next,
    .doc = "A wrapper object implementing __await__ for coroutines.",
};

void async_init(void)
{
    coroutine_type.await_ = coroutine_await;
    async_generator_type.aiter = generator_aiter;
    async_generator_type.anext = generator_anext;
}
