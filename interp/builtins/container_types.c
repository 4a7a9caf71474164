/* container_types.c -- see container_types.h. */
#include "interp/builtins/container_types.h"
#include "interp/object/dict.h"
#include "interp/object/dict_view.h"
#include "interp/object/iterators.h"
#include "interp/object/list.h"
#include "interp/object/range.h"
#include "interp/object/set.h"
#include "interp/object/slice.h"
#include "interp/object/tuple.h"

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
