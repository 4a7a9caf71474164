/* arguments.c -- see arguments.h. */
#include "interp/builtins/arguments.h"
#include "interp/object/protocol.h"
#include "interp/object/slice.h"
#include "interp/object/tuple.h"

bool no_keywords(const char *name, Value kwnames)
{
    if (!tuple_check(kwnames) || tuple_len(kwnames) == 0)
        return true;
    return raise_false(TypeError, "%s() takes no keyword arguments", name);
}

bool count_between(const char *name, size_t n, size_t least, size_t most)
{
    if (n < least)
        return raise_false(TypeError, "%s expected %s%zu argument%s, got %zu", name, least == most ? "" : "at least ", least,
                           least == 1 ? "" : "s", n);
    if (n > most)
        return raise_false(TypeError, "%s expected %s%zu argument%s, got %zu", name, least == most ? "" : "at most ", most,
                           most == 1 ? "" : "s", n);
    return true;
}

Value reduce_take(Value callable, Value arguments)
{
    own Value c = callable, a = arguments;
    return is_error(c) || is_error(a) ? ERROR : tuple_of2(c, a);
}

Value reduce_state_take(Value callable, Value arguments, Value state)
{
    own Value c = callable, a = arguments, s = state;
    return is_error(c) || is_error(a) || is_error(s) ? ERROR : tuple_of3(c, a, s);
}

bool search_bound(Value v, int64_t otherwise, int64_t *bound)
{
    if (is_unbound(v)) {
        *bound = otherwise;
        return true;
    }
    if (!index_check(v))
        return raise_false(TypeError, "slice indices must be integers or have an __index__ method");
    return obj_index_i64(v, bound, NO_ERROR);
}
