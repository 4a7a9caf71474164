/* dict_methods.c -- dict as Python code sees it. Source: Python library reference, "Mapping types". */
#include "interp/builtins/container_types.h"
#include "interp/object/class.h"
#include "interp/object/dict.h"
#include "interp/object/dict_view.h"
#include "interp/object/hash.h"
#include "interp/object/protocol.h"
#include "interp/object/set.h"
#include "interp/object/tuple.h"
#include "interp/object/walk.h"
#include "gc/event.h"

static Value dict_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    (void)args, (void)n, (void)kwnames;
    if (type == &dict_type)
        return dict_new();
    Value self = instance_new(type);
    if (!is_error(self))
        dict_init_body(as_dict(self));
    return self;
}

static bool dict_init(Value self, const Value *args, size_t n, Value kwnames)
{
    if (!count_between("dict", n, 0, 1) || (n && !dict_update(as_dict(self), args[0])))
        return false;
    uint64_t n_kw = tuple_check(kwnames) ? tuple_len(kwnames) : 0;
    for (uint64_t i = 0; i < n_kw; i++)
        if (!dict_set(as_dict(self), tuple_peek(kwnames, i), args[n + i]))
            return false;
    return true;
}

static Value clear(Value *args, size_t n)
{
    (void)n;
    dict_clear(as_dict(args[0]));
    return NONE;
}

static Value copy(Value *args, size_t n)
{
    (void)n;
    return dict_copy(as_dict(args[0]));
}

/* cls.fromkeys: any class whose call gives a mapping. */
static Value fill_any(Value mapping, Value iterable, Value value)
{
    walking Walk walk;
    if (!walk_begin(&walk, iterable))
        return ERROR;
    bool plain = dict_exact(mapping);
    for (;;) {
        own Value key = walk_next(&walk);
        if (is_stop(key))
            return retain(mapping);
        if (is_error(key))
            return ERROR;
        if (!(plain ? dict_set(as_dict(mapping), key, value) : obj_setitem(mapping, key, value)))
            return ERROR;
    }
}

/* From the keys of a dict or set: their hashes are known. */
static Value fill_hashed(Value mapping, Value iterable, Value value)
{
    Dict *d = as_dict(mapping);
    uint64_t position = 0;
    Value key, ignored;
    int64_t hash;
    bool is_dict = dict_exact(iterable);
    while (is_dict ? dict_next_hashed(as_dict(iterable), &position, &key, &ignored, &hash)
                   : set_next_hashed(as_set(iterable), &position, &key, &hash)) {
        own Value held = retain(key);
        if (!dict_set_hashed(d, held, hash, value))
            return ERROR;
    }
    return retain(mapping);
}

static Value fromkeys(Value *args, size_t n)
{
    (void)n;
    Value value = is_unbound(args[2]) ? NONE : args[2];
    own Value mapping = call0(args[0]);
    if (is_error(mapping))
        return ERROR;
    bool has_hashes = dict_exact(args[1]) || is_exact(args[1], &set_type) || is_exact(args[1], &frozenset_type);
    if (has_hashes && dict_exact(mapping) && dict_len(as_dict(mapping)) == 0)
        return fill_hashed(mapping, args[1], value);
    return fill_any(mapping, args[1], value);
}

static Value get(Value *args, size_t n)
{
    (void)n;
    Value value;
    Found found = dict_find(as_dict(args[0]), args[1], &value);
    if (found)
        return found == FOUND ? value : ERROR;
    return is_unbound(args[2]) ? NONE : retain(args[2]);
}

static Value setdefault(Value *args, size_t n)
{
    (void)n;
    Value value;
    if (dict_setdefault(as_dict(args[0]), args[1], is_unbound(args[2]) ? NONE : args[2], &value) == FAILED)
        return ERROR;
    return value;
}

static Value pop(Value *args, size_t n)
{
    (void)n;
    return dict_pop_item(as_dict(args[0]), args[1], args[2]);
}

static Value popitem(Value *args, size_t n)
{
    (void)n;
    Value pair[2];
    Found found = dict_popitem(as_dict(args[0]), &pair[0], &pair[1]);
    if (found == FAILED)
        return ERROR;
    return found ? tuple_from_take(pair, 2) : raise(KeyError, "popitem(): dictionary is empty");
}

static Value update(Value *args, size_t n)
{
    (void)n;
    Dict *d = as_dict(args[0]);
    if (!count_between("update", tuple_len(args[1]), 0, 1))
        return ERROR;
    if (tuple_len(args[1]) && !dict_update(d, tuple_peek(args[1], 0)))
        return ERROR;
    if (!is_unbound(args[2]) && dict_len(as_dict(args[2])) && !dict_update(d, args[2]))
        return ERROR;
    return NONE;
}

static Value keys(Value *args, size_t n) { (void)n; return dict_view_new(args[0], DICT_KEYS); }
static Value values(Value *args, size_t n) { (void)n; return dict_view_new(args[0], DICT_VALUES); }
static Value items(Value *args, size_t n) { (void)n; return dict_view_new(args[0], DICT_ITEMS); }
static Value reversed(Value *args, size_t n) { (void)n; return dict_iterator_new(args[0], DICT_KEYS, true); }

const Method dict_methods[] = {
    { "clear", "(self, /)", clear, "D.clear() -> None.  Remove all items from D." },
    { "copy", "(self, /)", copy, "D.copy() -> a shallow copy of D" },
    { "fromkeys", "(cls, iterable, value=None, /)", fromkeys, "Create a new dictionary with keys from iterable and values set to value.",
      METHOD_CLASS },
    { "get", "(self, key, default=None, /)", get, "Return the value for key if key is in the dictionary, else default." },
    { "items", "(self, /)", items, "D.items() -> a set-like object providing a view on D's items" },
    { "keys", "(self, /)", keys, "D.keys() -> a set-like object providing a view on D's keys" },
    { "pop", "(self, key, default=None, /)", pop,
      "D.pop(k[,d]) -> v, remove specified key and return the corresponding value.\n\n"
      "If the key is not found, return the default if given; otherwise,\nraise a KeyError." },
    { "popitem", "(self, /)", popitem,
      "Remove and return a (key, value) pair as a 2-tuple.\n\nPairs are returned in LIFO (last-in, first-out) order.\n"
      "Raises KeyError if the dict is empty." },
    { "setdefault", "(self, key, default=None, /)", setdefault,
      "Insert key with a value of default if key is not in the dictionary.\n\n"
      "Return the value for key if key is in the dictionary, else default." },
    { "update", "(self, /, *args, **kwargs)", update,
      "D.update([E, ]**F) -> None.  Update D from dict/iterable E and F.\n"
      "If E is present and has a .keys() method, then does:  for k in E: D[k] = E[k]\n"
      "If E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v\n"
      "In either case, this is followed by: for k in F:  D[k] = F[k]" },
    { "values", "(self, /)", values, "D.values() -> an object providing a view on D's values" },
    { "__reversed__", "(self, /)", reversed, "Return a reverse iterator over the dict keys." },
    CLASS_GETITEM_ROW,
    { 0 },
};

void dict_join(void)
{
    dict_ops_join();
    dict_type.new = dict_make;
    dict_type.init = dict_init;
    JOIN(dict_type, dict_methods,
         "dict() -> new empty dictionary\n"
         "dict(mapping) -> new dictionary initialized from a mapping object's\n    (key, value) pairs\n"
         "dict(iterable) -> new dictionary initialized as if via:\n    d = {}\n    for k, v in iterable:\n        d[k] = v\n"
         "dict(**kwargs) -> new dictionary initialized with the name=value pairs\n"
         "    in the keyword argument list.  For example:  dict(one=1, two=2)", NULL);
}
