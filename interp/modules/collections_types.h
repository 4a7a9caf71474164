/* collections_types.h -- the types of _collections, for the module's table; deque is in deque.c, the dicts in collections_dicts.c. */
#ifndef MODULES_COLLECTIONS_TYPES_H
#define MODULES_COLLECTIONS_TYPES_H
#include "interp/object/type.h"
extern Type deque_type, deque_iterator_type, deque_reverse_iterator_type;
extern Type defaultdict_type, ordered_dict_type;
extern Type odict_keys_type, odict_values_type, odict_items_type, odict_iterator_type;
#endif
