/* set_methods.c -- set and frozenset as Python code sees them. Source: Python library reference, "Set types". */
#include "interp/builtins/container_types.h"
#include "interp/object/class.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/set.h"
#include "interp/object/tuple.h"

static Value set_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    (void)args, (void)n, (void)kwnames;
    return set_new(type);
}

static bool set_init(Value self, const Value *args, size_t n, Value kwnames)
{
    if (!no_keywords("set", kwnames) || !count_between("set", n, 0, 1))
        return false;
    Set *s = as_set(self);
    if (s->fill)
        set_clear(s);
    s->hash = -1;
    return n == 0 || set_update(s, args[0]);
}

static Value frozenset_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    if ((type == &frozenset_type || type->init == frozenset_type.init) && !no_keywords("frozenset", kwnames))
        return ERROR;
    if (!count_between("frozenset", n, 0, 1))
        return ERROR;
    if (n && type == &frozenset_type && is_exact(args[0], &frozenset_type))
        return retain(args[0]);
    return set_from_iterable(type, n ? args[0] : UNBOUND);
}

static Value add(Value *args, size_t n)
{
    (void)n;
    return set_add(as_set(args[0]), args[1]) ? NONE : ERROR;
}

static Value clear(Value *args, size_t n)
{
    (void)n;
    set_clear(as_set(args[0]));
    return NONE;
}

static Value copy(Value *args, size_t n)
{
    (void)n;
    return is_exact(args[0], &frozenset_type) ? retain(args[0]) : set_copy(as_set(args[0]));
}

static Value discard(Value *args, size_t n)
{
    (void)n;
    return set_discard(as_set(args[0]), args[1]) == FAILED ? ERROR : NONE;
}

static Value remove_(Value *args, size_t n)
{
    (void)n;
    Found found = set_discard(as_set(args[0]), args[1]);
    if (found == FAILED)
        return ERROR;
    return found ? NONE : raise_value(KeyError, args[1]);
}

static Value pop(Value *args, size_t n)
{
    (void)n;
    return set_pop(as_set(args[0]));
}

static Value isdisjoint(Value *args, size_t n) { (void)n; return truth_value(set_is_disjoint(as_set(args[0]), args[1])); }
static Value issubset(Value *args, size_t n) { (void)n; return truth_value(set_is_subset(as_set(args[0]), args[1])); }
static Value issuperset(Value *args, size_t n) { (void)n; return truth_value(set_is_superset(as_set(args[0]), args[1])); }

static bool update_all(Value set, Value others, bool (*step)(Set *, Value), uint64_t from)
{
    for (uint64_t i = from; i < tuple_len(others); i++)
        if (!step(as_set(set), tuple_peek(others, i)))
            return false;
    return true;
}

static Value update(Value *args, size_t n) { (void)n; return update_all(args[0], args[1], set_update, 0) ? NONE : ERROR; }

static Value difference_update(Value *args, size_t n)
{
    (void)n;
    return update_all(args[0], args[1], set_difference_update, 0) ? NONE : ERROR;
}

static Value symmetric_difference_update(Value *args, size_t n)
{
    (void)n;
    return set_symmetric_difference_update(as_set(args[0]), args[1]) ? NONE : ERROR;
}

static Value union_(Value *args, size_t n)
{
    (void)n;
    own Value result = set_copy(as_set(args[0]));
    if (is_error(result) || !update_all(result, args[1], set_update, 0))
        return ERROR;
    return give(result);
}

static Value intersection(Value *args, size_t n)
{
    (void)n;
    if (tuple_len(args[1]) == 0)
        return set_copy(as_set(args[0]));
    own Value result = retain(args[0]);
    for (uint64_t i = 0; i < tuple_len(args[1]); i++) {
        Value next = set_intersection(as_set(result), tuple_peek(args[1], i));
        if (is_error(next))
            return ERROR;
        set_slot(&result, next);
    }
    return give(result);
}

static Value intersection_update(Value *args, size_t n)
{
    own Value result = intersection(args, n);
    if (is_error(result))
        return ERROR;
    return set_intersection_update(as_set(args[0]), result) ? NONE : ERROR;
}

static Value difference(Value *args, size_t n)
{
    (void)n;
    if (tuple_len(args[1]) == 0)
        return set_copy(as_set(args[0]));
    own Value result = set_difference(as_set(args[0]), tuple_peek(args[1], 0));
    if (is_error(result) || !update_all(result, args[1], set_difference_update, 1))
        return ERROR;
    return give(result);
}

static Value symmetric_difference(Value *args, size_t n) { (void)n; return set_symmetric_difference(as_set(args[0]), args[1]); }

static Value contains(Value *args, size_t n)
{
    (void)n;
    Found found = set_contains(as_set(args[0]), args[1]);
    return found == FAILED ? ERROR : bool_value(found == FOUND);
}

static Value reduce(Value *args, size_t n)
{
    (void)n;
    own Value items = list_new(as_set(args[0])->used);
    uint64_t position = 0;
    Value key;
    if (is_error(items))
        return ERROR;
    while (set_next(as_set(args[0]), &position, &key))
        if (!list_append(items, key))
            return ERROR;
    return reduce_state_take(retain(obj_value(type_of(args[0]))), tuple_of1(items), call_method(args[0], "__getstate__", NULL, 0));
}

#define SHARED_ROWS \
    { "copy", "(self, /)", copy, "Return a shallow copy of a set." }, \
    { "difference", "(self, /, *others)", difference, \
      "Return the difference of two or more sets as a new set.\n\n(i.e. all elements that are in this set but not the others.)" }, \
    { "intersection", "(self, /, *others)", intersection, \
      "Return the intersection of two sets as a new set.\n\n(i.e. all elements that are in both sets.)" }, \
    { "isdisjoint", "(self, other, /)", isdisjoint, "Return True if two sets have a null intersection." }, \
    { "issubset", "(self, other, /)", issubset, "Test whether every element in the set is in other." }, \
    { "issuperset", "(self, other, /)", issuperset, "Test whether every element in other is in the set." }, \
    { "symmetric_difference", "(self, other, /)", symmetric_difference, \
      "Return the symmetric difference of two sets as a new set.\n\n(i.e. all elements that are in exactly one of the sets.)" }, \
    { "union", "(self, /, *others)", union_, \
      "Return the union of sets as a new set.\n\n(i.e. all elements that are in either set.)" }, \
    { "__contains__", "(self, object, /)", contains, "x.__contains__(y) <==> y in x." }, \
    { "__reduce__", "(self, /)", reduce, "Return state information for pickling." }, \
    CLASS_GETITEM_ROW

const Method frozenset_methods[] = {
    SHARED_ROWS,
    { 0 },
};

const Method set_methods[] = {
    SHARED_ROWS,
    { "add", "(self, object, /)", add, "Add an element to a set.\n\nThis has no effect if the element is already present." },
    { "clear", "(self, /)", clear, "Remove all elements from this set." },
    { "difference_update", "(self, /, *others)", difference_update, "Remove all elements of another set from this set." },
    { "discard", "(self, object, /)", discard,
      "Remove an element from a set if it is a member.\n\nUnlike set.remove(), the discard() method does not raise\n"
      "an exception when an element is missing from the set." },
    { "intersection_update", "(self, /, *others)", intersection_update, "Update a set with the intersection of itself and another." },
    { "pop", "(self, /)", pop, "Remove and return an arbitrary set element.\nRaises KeyError if the set is empty." },
    { "remove", "(self, object, /)", remove_,
      "Remove an element from a set; it must be a member.\n\nIf the element is not a member, raise a KeyError." },
    { "symmetric_difference_update", "(self, other, /)", symmetric_difference_update,
      "Update a set with the symmetric difference of itself and another." },
    { "update", "(self, /, *others)", update, "Update a set with the union of itself and others." },
    { 0 },
};

void set_join(void)
{
    set_type.new = set_make;
    set_type.init = set_init;
    frozenset_type.new = frozenset_make;
    JOIN(set_type, set_methods, "set() -> new empty set object\nset(iterable) -> new set object\n\n"
         "Build an unordered collection of unique elements.", NULL);
    JOIN(frozenset_type, frozenset_methods, "frozenset() -> empty frozenset object\nfrozenset(iterable) -> frozenset object\n\n"
         "Build an immutable unordered collection of unique elements.", NULL);
}
