/* dict_view_methods.c -- dict_keys, dict_values, dict_items and the dict iterators as Python code sees them. */
#include "interp/builtins/container_types.h"
#include "interp/object/dict_view.h"
#include "interp/object/iterators.h"
#include "interp/object/protocol.h"
#include "interp/object/tuple.h"

Value mappingproxy_new(Value mapping);

static Value isdisjoint(Value *args, size_t n)
{
    (void)n;
    return truth_value(dict_view_is_disjoint(args[0], args[1]));
}

static Value reversed(Value *args, size_t n)
{
    (void)n;
    return dict_iterator_new(((DictView *)as_obj(args[0]))->dict, dict_view_part(args[0]), true);
}

static Value mapping(Value self) { return mappingproxy_new(((DictView *)as_obj(self))->dict); }

static Value length_hint(Value *args, size_t n)
{
    (void)n;
    return small_int_value(dict_iterator_length_hint(args[0]));
}

static Value reduce(Value *args, size_t n)
{
    (void)n;
    own Value rest = dict_iterator_rest(args[0]);
    return is_error(rest) ? ERROR : reduce_take(builtin_get("iter"), tuple_of1(rest));
}

static const Method set_view_methods[] = {
    { "isdisjoint", "(self, other, /)", isdisjoint, "Return True if the view and the given iterable have a null intersection." },
    { "__reversed__", "(self, /)", reversed, "Return a reverse iterator over the view." },
    { 0 },
};
static const Method values_methods[] = {
    { "__reversed__", "(self, /)", reversed, "Return a reverse iterator over the dict values." },
    { 0 },
};
static const GetSet view_getsets[] = {
    { "mapping", mapping, NULL, "dictionary that this view refers to" },
    { 0 },
};
static const Method iterator_methods[] = {
    { "__length_hint__", "(self, /)", length_hint, "Private method returning an estimate of len(list(it))." },
    { "__reduce__", "(self, /)", reduce, "Return state information for pickling." },
    { 0 },
};

void dict_view_join(void)
{
    dict_keys_type.methods = dict_items_type.methods = set_view_methods;
    dict_values_type.methods = values_methods;
    dict_keys_type.getsets = dict_items_type.getsets = dict_values_type.getsets = view_getsets;
    dict_key_iterator_type.methods = dict_value_iterator_type.methods = dict_item_iterator_type.methods = iterator_methods;
    dict_reverse_key_iterator_type.methods = dict_reverse_value_iterator_type.methods = iterator_methods;
    dict_reverse_item_iterator_type.methods = iterator_methods;
}
