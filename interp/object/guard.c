/* guard.c -- recursion and interruption guards, and the list of containers whose repr is being made. Declared in protocol.h. */
#include <stdlib.h>
#include "gc/event.h"
#include "interp/base/vec.h"
#include "interp/object/container_repr.h"
#include "interp/object/protocol.h"

static bool no_poll(void) { return true; }
bool (*poll_hook)(void) = no_poll;
bool (*interrupt_hook)(void) = no_poll;

cold bool stack_exhausted(const char *where)
{
    return raise_false(RecursionError, "maximum recursion depth exceeded%s", where);
}

static _Thread_local VEC(uint64_t) inside;

Truth repr_enter(Value v)
{
    for (size_t i = inside.n; i-- > 0;)
        if (inside.at[i] == v.bits)
            return YES;
    if (!vec_add(&inside, v.bits)) {
        error_set_memory();
        return TRUTH_FAILED;
    }
    return NO;
}

void repr_leave(Value v)
{
    for (size_t i = inside.n; i-- > 0;)
        if (inside.at[i] == v.bits) {
            inside.at[i] = inside.at[--inside.n];
            return;
        }
    assert(!"repr_leave without repr_enter");
}

void repr_end(void)
{
    assert(inside.n == 0);
    vec_free(&inside);
}
