/* op_async.c -- what await, yield from and async for delegate to. */
#include "interp/object/exception.h"
#include "interp/object/str.h"
#include "interp/vm/generator.h"
#include "interp/vm/ops.h"

static bool is_iterable_coroutine(Value v)
{
    return generator_exact(v) && (as_generator(v)->saved.code->flags & CODE_ITERABLE_COROUTINE);
}

/* The iterator behind an awaitable; TypeError with CPython's texts. */
Value op_awaitable_iterator(Value v)
{
    if (is_exact(v, &coroutine_type) || is_iterable_coroutine(v))
        return retain(v);
    UnaryFn *slot = type_of(v)->await_;
    if (!slot)
        return raise(TypeError, "object %T can't be used in 'await' expression", v);
    own Value iterator = slot(v);
    if (is_error(iterator))
        return ERROR;
    if (is_exact(iterator, &coroutine_type) || is_iterable_coroutine(iterator))
        return raise(TypeError, "__await__() returned a coroutine");
    if (!obj_is_iterator(iterator))
        return raise(TypeError, "__await__() returned non-iterator of type '%T'", iterator);
    return give(iterator);
}

Value op_get_awaitable(Frame *f, Word w)
{
    Value v = f->regs[w.b];
    if (!op_check_bound(f, w.b, v))
        return ERROR;
    Value iterator = op_awaitable_iterator(v);
    if (is_error(iterator) && w.x && !type_of(v)->await_ && error_is(TypeError))
        error_set(TypeError, "'async with' received an object from %s that does not implement __await__: %T", w.x == 1 ? "__aenter__" : "__aexit__", v);
    if (!is_error(iterator) && is_exact(iterator, &coroutine_type) && !is_unbound(generator_delegate_peek(as_generator(iterator)))) {
        release(iterator);
        return raise(RuntimeError, "coroutine is being awaited already");
    }
    return iterator;
}

Value op_get_yield_from(Frame *f, Word w)
{
    Value v = f->regs[w.b];
    if (!op_check_bound(f, w.b, v))
        return ERROR;
    if (is_exact(v, &coroutine_type)) {
        if (!(f->code->flags & (CODE_COROUTINE | CODE_ITERABLE_COROUTINE)))
            return raise(TypeError, "cannot 'yield from' a coroutine object in a non-coroutine generator");
        return retain(v);
    }
    return generator_exact(v) ? retain(v) : obj_iter(v);
}

Value op_get_aiter(Frame *f, Word w)
{
    Value v = f->regs[w.b];
    if (!op_check_bound(f, w.b, v))
        return ERROR;
    UnaryFn *slot = type_of(v)->aiter;
    if (!slot)
        return raise(TypeError, "'async for' requires an object with __aiter__ method, got %T", v);
    Value iterator = slot(v);
    if (!is_error(iterator) && !type_of(iterator)->anext) {
        error_set(TypeError, "'async for' received an object from __aiter__ that does not implement __anext__: %T", iterator);
        release(iterator);
        return ERROR;
    }
    return iterator;
}

Value op_get_anext(Frame *f, Word w)
{
    Value v = f->regs[w.b];
    UnaryFn *slot = type_of(v)->anext;
    if (!slot)
        return raise(TypeError, "'async for' requires an iterator with __anext__ method, got %T", v);
    own Value next = slot(v);
    if (is_error(next))
        return ERROR;
    if (is_exact(v, &async_generator_type))
        return give(next);
    Value iterator = op_awaitable_iterator(next);
    if (is_error(iterator)) {            /* what went wrong is the cause */
        own Value cause = exception_take();
        error_set(TypeError, "'async for' received an invalid object from __anext__: %T", next);
        own Value error = exception_take();
        exception_set_context(error, cause);
        if (!exception_set_cause(error, cause))
            return ERROR;
        exception_raise_take(give(error));
    }
    return iterator;
}

Value op_send(Frame *f, Value delegate, Value value)
{
    if (is_exact(delegate, &generator_type) || is_exact(delegate, &coroutine_type))
        return generator_send_hook(as_generator(delegate), value);
    if (is_none(value))
        return obj_next(delegate);
    Value v = call_method(delegate, "send", &value, 1);
    return is_error(v) && error_is(StopIteration) ? stop_from_error() : v;
}
