/* atexit_module.c -- functions to run when the interpreter ends, last registered first. interp.c calls atexit_run. */
#include "gc/heap.h"
#include "interp/modules/atexit_module.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/module.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static Value registered = UNBOUND_INIT;        /* list of (function, args, kwargs) */

static Value atexit_register(Value *args, size_t n)
{
    if (!obj_callable(args[0]))
        return raise(TypeError, "the first argument must be callable");
    own Value row = tuple_of3(args[0], args[1], args[2]);
    return !is_error(row) && list_append(registered, row) ? retain(args[0]) : ERROR;
}

static Value atexit_unregister(Value *args, size_t n)
{
    for (uint64_t i = 0; i < list_len(registered);) {
        own Value row = retain(list_peek(registered, i));
        Truth equal = obj_equal(tuple_peek(row, 0), args[0]);
        if (equal == TRUTH_FAILED)
            return ERROR;
        if (!equal || i >= list_len(registered) || !same(row, list_peek(registered, i))) {
            i++;
            continue;
        }
        own Value gone = list_pop(registered, (int64_t)i);
        if (is_error(gone))
            return ERROR;
    }
    return NONE;
}

void atexit_run(void)
{
    while (list_check(registered) && list_len(registered) > 0) {
        own Value row = list_pop(registered, (int64_t)list_len(registered) - 1);
        if (is_error(row)) {
            error_clear();
            return;
        }
        own Value result = call_ex(tuple_peek(row, 0), tuple_peek(row, 1), tuple_peek(row, 2));
        if (is_error(result)) {
            if (heap_unraisable)
                heap_unraisable("Exception ignored in atexit callback", tuple_peek(row, 0));
            error_clear();
        }
    }
}

static Value atexit_run_exitfuncs(Value *args, size_t n)
{
    atexit_run();
    return NONE;
}
static Value atexit_clear(Value *args, size_t n)
{
    list_clear(registered);
    return NONE;
}
static Value atexit_ncallbacks(Value *args, size_t n) { return int_value((int64_t)list_len(registered)); }

static const Method functions[] = {
    { "register", "(func, /, *args, **kwargs)", atexit_register, "Register a function to be executed upon normal program termination." },
    { "unregister", "(func, /)", atexit_unregister, "Unregister an exit function which was previously registered using atexit.register." },
    { "_run_exitfuncs", "()", atexit_run_exitfuncs, "Run all registered exit functions." },
    { "_clear", "()", atexit_clear, "Clear the list of previously registered exit functions." },
    { "_ncallbacks", "()", atexit_ncallbacks, "Return the number of registered exit functions." },
    { 0 },
};

static bool init(Value module)
{
    return !is_unbound(registered) || keep_take(&registered, list_new(0), "atexit");
}

const NativeModule atexit_module = { "atexit", "allow programmer to define multiple exit functions to be executed\nupon normal program termination.", functions, init };
