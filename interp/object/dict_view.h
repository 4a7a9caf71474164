/* dict_view.h -- what dict.keys(), .values() and .items() give: windows on a dict that behave like sets; and the iterators over dicts. */
#ifndef OBJECT_DICT_VIEW_H
#define OBJECT_DICT_VIEW_H
#include "interp/object/dict.h"

typedef enum DictPart { DICT_KEYS, DICT_VALUES, DICT_ITEMS } DictPart;

typedef struct DictView { Object head; Value dict; } DictView;
extern Type dict_keys_type, dict_values_type, dict_items_type;
/* Views of subclasses of dict (OrderedDict) may have types derived directly from these. */
static inline bool dict_view_is(Value v, const Type *type) { return is_ptr(v) && (type_of(v) == type || type_of(v)->base == type); }
static inline DictPart dict_view_part(Value view)
{
    return dict_view_is(view, &dict_keys_type) ? DICT_KEYS : dict_view_is(view, &dict_values_type) ? DICT_VALUES : DICT_ITEMS;
}
static inline bool dict_set_view_check(Value v) { return dict_view_is(v, &dict_keys_type) || dict_view_is(v, &dict_items_type); }
static inline Dict *dict_view_dict(Value view) { assert(dict_set_view_check(view) || dict_view_is(view, &dict_values_type)); return as_dict(((DictView *)as_obj(view))->dict); }
must_use Value dict_view_new(Value dict, DictPart part);
must_use Value dict_view_new_type(Type *type, Value dict);
must_use Truth dict_view_is_disjoint(Value view, Value other);

/* An iterator notices when its dict changes size (RuntimeError), as Python's do. */
typedef struct DictIterator {
    Object head;
    Value dict;                  /* UNBOUND once exhausted */
    Value result;                /* the last pair given, filled again when nobody kept it; UNBOUND before */
    uint64_t position, remaining;
    uint32_t used;               /* the dict's when iteration began; UINT32_MAX once a change was seen */
    DictPart part;
    bool backwards;
} DictIterator;
extern Type dict_key_iterator_type, dict_value_iterator_type, dict_item_iterator_type;
extern Type dict_reverse_key_iterator_type, dict_reverse_value_iterator_type, dict_reverse_item_iterator_type;
must_use Value dict_iterator_new(Value dict, DictPart part, bool backwards);
must_use Value dict_iterator_new_type(Type *type, Value dict, DictPart part, bool backwards);
extern const TraceRow dict_view_trace[], dict_iterator_trace[];
Value dict_iterator_next(Value iterator);              /* the types' slot `next` */
int64_t dict_iterator_length_hint(Value iterator);
must_use Value dict_iterator_rest(Value iterator);     /* a list of what is to come; the iterator stays as it is */
must_use Value dict_iter(Value dict);                  /* the slot `iter` of dict and its subclasses */
#endif
