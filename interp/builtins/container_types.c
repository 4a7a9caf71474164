/* container_types.c -- see container_types.h. */
#include "interp/builtins/container_types.h"
#include "interp/object/dict.h"
#include "interp/object/dict_view.h"
#include "interp/object/int.h"
#include "interp/object/iterators.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/range.h"
#include "interp/object/set.h"
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

Type *const container_types[] = {
    &tuple_type, &list_type, &dict_type, &set_type, &frozenset_type, &slice_type, &range_type,
    &dict_keys_type, &dict_values_type, &dict_items_type,
    &dict_key_iterator_type, &dict_value_iterator_type, &dict_item_iterator_type,
    &dict_reverse_key_iterator_type, &dict_reverse_value_iterator_type, &dict_reverse_item_iterator_type,
    &list_iterator_type, &list_reverse_iterator_type, &tuple_iterator_type, &sequence_iterator_type, &reversed_type,
    &range_iterator_type, &long_range_iterator_type, &set_iterator_type, &callable_iterator_type,
    &enumerate_type, &zip_type, &map_type, &filter_type, &global_cell_type,
    NULL,
};

void containers_join(void)
{
    iterators_init();
    list_join();
    tuple_join();
    dict_join();
    dict_view_join();
    set_join();
    slice_join();
    range_join();
    iterator_join();
}
