/* weakref_module.c -- _weakref: what the weakref module of the library takes from the runtime. */
#include "interp/modules/arg.h"
#include "interp/object/dict.h"
#include "interp/object/int.h"
#include "interp/object/weakref_object.h"

static Value count(Value *args, size_t n)
{
    return int_value(is_ptr(args[0]) ? (int64_t)weakref_count(as_obj(args[0])) : 0);
}
static Value get_refs(Value *args, size_t n) { return weakref_list(args[0]); }
static Value proxy(Value *args, size_t n) { return weakref_proxy_new(args[0], is_unbound(args[1]) ? NONE : args[1]); }

/* Delete a key whose weak reference as value is dead: other threads must see nothing between look and delete. */
static Value remove_dead(Value *args, size_t n)
{
    if (!dict_check(args[0]))
        return raise(TypeError, "_remove_dead_weakref() argument 1 must be dict, not %W", args[0]);
    own Value value = UNBOUND;
    Found found = dict_find(as_dict(args[0]), args[1], &value);
    if (found != FOUND)
        return found == ABSENT ? NONE : ERROR;
    if (!is_ptr(value) || !is_instance_of(value, &weakref_type))
        return raise(TypeError, "not a weakref");
    if (weakref_is_dead((WeakRef *)as_obj(value)) && dict_del(as_dict(args[0]), args[1]) == FAILED)
        return ERROR;
    return NONE;
}

static const Method functions[] = {
    { "getweakrefcount", "(object, /)", count, "Return the number of weak references to 'object'." },
    { "getweakrefs", "(object, /)", get_refs, "Return a list of all weak reference objects pointing to 'object'." },
    { "proxy", "(object, callback=None, /)", proxy, "Create a proxy object that weakly references 'object'.\n\n'callback', if given, is called with a reference to the\nproxy when 'object' is about to be finalized." },
    { "_remove_dead_weakref", "(dct, key, /)", remove_dead, "Atomically remove key from dict if it points to a dead weakref." },
    { 0 },
};
static bool init(Value module)
{
    return module_add(module, "ref", obj_value(&weakref_type)) && module_add(module, "ReferenceType", obj_value(&weakref_type)) &&
           module_add(module, "ProxyType", obj_value(&proxy_type)) && module_add(module, "CallableProxyType", obj_value(&callable_proxy_type));
}
const NativeModule weakref_module = { "_weakref", "Weak-reference support module.", functions, init };
