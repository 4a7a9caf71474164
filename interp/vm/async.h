/* async.h -- the awaitables of coroutines (`__await__`) and async generators (`__anext__`, asend, athrow, aclose). Source: PEP 492, 525. */
#ifndef VM_ASYNC_H
#define VM_ASYNC_H
#include "interp/vm/generator.h"

typedef enum AwaitableKind { AWAIT_SEND, AWAIT_THROW, AWAIT_CLOSE } AwaitableKind;
typedef struct AsyncAwaitable {
    Object head;
    Generator *generator;        /* owned */
    Value argument;              /* SEND: the value; THROW: the exception to raise; CLOSE: NONE */
    uint8_t kind, state;         /* state: 0 new, 1 running, 2 closed */
} AsyncAwaitable;
typedef struct CoroutineWrapper { Object head; Generator *coroutine; /* owned */ } CoroutineWrapper;

extern Type async_asend_type, async_athrow_type, coroutine_wrapper_type;
must_use Value async_awaitable_new(Generator *, AwaitableKind, Value argument);
/* Value sent in (NONE: next) / the pending error thrown in. STOP with the stop value: it is done. */
must_use Value async_send(AsyncAwaitable *, Value value);
must_use Value async_throw(AsyncAwaitable *);
void async_close(AsyncAwaitable *);
/* Slots: __await__, __aiter__, __anext__, __next__ ... */
void async_init(void);
#endif
