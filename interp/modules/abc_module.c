/* abc_module.c -- _abc: what abc.ABCMeta does on every isinstance. A class's registry and caches are sets of weak references in its _abc_impl. */
#include "interp/modules/arg.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/set.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/object/weakref_object.h"

/* The three sets are UNBOUND until used. Dead references stay until the set has doubled. */
typedef struct AbcData { Object head; Value registry, cache, negative; uint64_t negative_version, purge_at[3]; } AbcData;
static const TraceRow rows[] = { { TRACE_VALUE, offsetof(AbcData, registry), 0, "registry" }, { TRACE_VALUE, offsetof(AbcData, cache), 0, "cache" },
    { TRACE_VALUE, offsetof(AbcData, negative), 0, "negative cache" }, { 0 } };
static Type data_type = { STATIC_TYPE(data_type, "_abc_data", AbcData, rows), .flags = TYPE_NO_NEW, .module_name = "_abc", .doc = "Internal state held by ABC machinery." };
static uint64_t invalidations;           /* counts registrations: a negative cache of an older count is stale */
enum { REGISTRY, CACHE, NEGATIVE };

static Value *set_of(AbcData *d, int which) { return which == REGISTRY ? &d->registry : which == CACHE ? &d->cache : &d->negative; }

static AbcData *data_of(Value cls, Value *hold)
{
    *hold = obj_getattr(cls, str_name_peek("_abc_impl"));
    if (is_error(*hold))
        return NULL;
    if (!is_exact(*hold, &data_type))
        return raise_null(TypeError, "_abc_impl is set to a wrong type");
    return (AbcData *)as_obj(*hold);
}

static bool purge(AbcData *d, int which)
{
    Value *slot = set_of(d, which);
    own Value live = set_new(&set_type);
    own Value old = retain(*slot);
    uint64_t position = 0;
    Value ref;
    while (!is_error(live) && set_next(as_set(old), &position, &ref))
        if (!weakref_is_dead((WeakRef *)as_obj(ref)) && !set_add(as_set(live), ref))
            return false;
    if (is_error(live))
        return false;
    d->purge_at[which] = 2 * as_set(live)->used + 32;
    set_slot(slot, give(live));
    return true;
}
static bool add(AbcData *d, int which, Value cls)
{
    Value *slot = set_of(d, which);
    if (is_unbound(*slot)) {
        Value made = set_new(&set_type);
        if (is_error(made))
            return false;
        *slot = made;
        d->purge_at[which] = 32;
    }
    if (as_set(*slot)->used >= d->purge_at[which] && !purge(d, which))
        return false;
    own Value ref = weakref_new(cls, NONE);
    own Value set = retain(*slot);
    return !is_error(ref) && set_add(as_set(set), ref);
}
static Truth has(AbcData *d, int which, Value cls)
{
    own Value set = retain(*set_of(d, which));
    if (is_unbound(set) || as_set(set)->used == 0)
        return NO;
    own Value ref = weakref_new(cls, NONE);
    if (is_error(ref)) {                 /* an instance without weak references is in no set */
        if (!error_is(TypeError))
            return TRUTH_FAILED;
        error_clear();
        return NO;
    }
    Found found = set_contains(as_set(set), ref);
    return found == FAILED ? TRUTH_FAILED : (Truth)found;
}

/* --- abstract methods ------------------------------------------------------------------------------------------------------- */
static Truth is_abstract(Value v)
{
    own Value flag = UNBOUND;
    if (!is_ptr(v))
        return NO;
    Found found = obj_find_attr(v, str_name_peek("__isabstractmethod__"), &flag);
    return found == FOUND ? obj_truth(flag) : found == ABSENT ? NO : TRUTH_FAILED;
}
static bool inherit_abstract(Value self, Value base, Value abstracts)
{
    own Value names = UNBOUND;
    Found found = obj_find_attr(base, N(__abstractmethods__), &names);
    if (found != FOUND)
        return found == ABSENT;
    own Value items = tuple_from_iterable(names);
    if (is_error(items))
        return false;
    for (uint64_t i = 0; i < tuple_len(items); i++) {
        own Value value = UNBOUND;
        Found has_it = obj_find_attr(self, tuple_peek(items, i), &value);
        Truth t = has_it == FOUND ? is_abstract(value) : has_it == ABSENT ? NO : TRUTH_FAILED;
        if (t == TRUTH_FAILED || (t == YES && !set_add(as_set(abstracts), tuple_peek(items, i))))
            return false;
    }
    return true;
}
static bool compute_abstract(Value self)
{
    own Value abstracts = set_new(&frozenset_type);
    if (is_error(abstracts))
        return false;
    Dict *dict = as_type(self)->dict;
    uint64_t position = 0;
    Value key, value;
    while (dict_next_owned(dict, &position, &key, &value)) {
        own Value k = key, v = value;
        Truth t = is_abstract(v);
        if (t == TRUTH_FAILED || (t == YES && !set_add(as_set(abstracts), k)))
            return false;
    }
    own Value bases = retain(as_type(self)->bases);
    for (uint64_t i = 0; i < tuple_len(bases); i++)
        if (!inherit_abstract(self, tuple_peek(bases, i), abstracts))
            return false;
    return obj_setattr(self, N(__abstractmethods__), abstracts);
}

enum { CPYTHON_SEQUENCE = 1 << 5, CPYTHON_MAPPING = 1 << 6 };    /* Py_TPFLAGS_..., which _collections_abc names by number */
static Value abc_init(Value *args, size_t n)
{
    if (!is_type(args[0]))
        return raise(TypeError, "_abc_init() argument must be a class");
    own Value v = compute_abstract(args[0]) ? instance_new(&data_type) : ERROR;
    if (is_error(v))
        return ERROR;
    ((AbcData *)as_obj(v))->negative_version = invalidations;
    if (!obj_setattr(args[0], str_name_peek("_abc_impl"), v))
        return ERROR;
    Type *type = as_type(args[0]);
    own Value flags = retain(dict_peek_c(type->dict, "__abc_tpflags__"));
    int64_t bits;
    if (!is_unbound(flags) && int_check(flags) && int_to_i64(flags, &bits)) {
        if ((bits & (CPYTHON_SEQUENCE | CPYTHON_MAPPING)) == (CPYTHON_SEQUENCE | CPYTHON_MAPPING))
            return raise(TypeError, "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING");
        type->flags &= ~(uint32_t)(bits & (CPYTHON_SEQUENCE | CPYTHON_MAPPING) ? TYPE_SEQUENCE | TYPE_MAPPING : 0);
        type->flags |= bits & CPYTHON_SEQUENCE ? TYPE_SEQUENCE : bits & CPYTHON_MAPPING ? TYPE_MAPPING : 0;
        if (!type_set_own(type, str_name_peek("__abc_tpflags__"), UNBOUND))
            return ERROR;
    }
    return NONE;
}

static void set_pattern_flags(Type *type, uint32_t flags, int depth)
{
    if ((type->flags & TYPE_IMMUTABLE) || !(type->flags & TYPE_HEAP) || depth > 200)
        return;
    type->flags = (type->flags & ~(uint32_t)(TYPE_SEQUENCE | TYPE_MAPPING)) | flags;
    for (uint32_t i = 0; i < type->n_subclasses; i++)
        set_pattern_flags(type->subclasses[i], flags, depth + 1);
}

static Value abc_register(Value *args, size_t n)
{
    Value self = args[0], subclass = args[1], hold;
    if (!is_type(subclass))
        return raise(TypeError, "Can only register classes");
    Truth t = obj_issubclass(subclass, self);
    if (t)
        return t == YES ? retain(subclass) : ERROR;
    t = obj_issubclass(self, subclass);
    if (t)
        return t == YES ? raise(RuntimeError, "Refusing to create an inheritance cycle") : ERROR;
    AbcData *d = data_of(self, &hold);
    own Value keep = hold;
    if (!d || !add(d, REGISTRY, subclass))
        return ERROR;
    invalidations++;
    uint32_t flags = is_type(self) ? as_type(self)->flags & (TYPE_SEQUENCE | TYPE_MAPPING) : 0;
    if (flags)
        set_pattern_flags(as_type(subclass), flags, 0);
    return retain(subclass);
}

static Value ask(Value self, Value subclass) { return call_method1(self, "__subclasscheck__", subclass); }

static Value abc_instancecheck(Value *args, size_t n)
{
    Value self = args[0], hold;
    AbcData *d = data_of(self, &hold);
    own Value keep = hold;
    own Value subclass = d ? obj_getattr(args[1], N(__class__)) : ERROR;
    if (is_error(subclass))
        return ERROR;
    Truth t = has(d, CACHE, subclass);
    if (t)
        return t == YES ? TRUE : ERROR;
    Value subtype = obj_value(type_of(args[1]));
    if (same(subtype, subclass)) {
        if (d->negative_version == invalidations) {
            t = has(d, NEGATIVE, subclass);
            if (t)
                return t == YES ? FALSE : ERROR;
        }
        return ask(self, subclass);
    }
    own Value keep_type = retain(subtype), first = ask(self, subclass);
    if (is_error(first))
        return ERROR;
    t = obj_truth(first);
    return t == TRUTH_FAILED ? ERROR : t == YES ? give(first) : ask(self, subtype);
}

/* YES, NO or failed; the caches are filled. */
static Truth subclass_of(AbcData *d, Value self, Value subclass)
{
    Truth t = has(d, CACHE, subclass);
    if (t)
        return t;
    if (d->negative_version < invalidations) {
        if (is_ptr(d->negative))
            set_slot(&d->negative, UNBOUND);
        d->negative_version = invalidations;
    } else if ((t = has(d, NEGATIVE, subclass))) {
        return t == YES ? NO : TRUTH_FAILED;
    }
    own Value answer = call_method1(self, "__subclasshook__", subclass);
    if (is_error(answer))
        return TRUTH_FAILED;
    if (same(answer, TRUE))
        return add(d, CACHE, subclass) ? YES : TRUTH_FAILED;
    if (same(answer, FALSE))
        return add(d, NEGATIVE, subclass) ? NO : TRUTH_FAILED;
    if (!same(answer, NOT_IMPLEMENTED)) {
        error_set(AssertionError, "__subclasshook__ must return either False, True, or NotImplemented");
        return TRUTH_FAILED;
    }
    if (is_type(self) && type_is_subtype(as_type(subclass), as_type(self)))
        return add(d, CACHE, subclass) ? YES : TRUTH_FAILED;
    own Value registered = is_unbound(d->registry) ? list_new(0) : list_from_iterable(d->registry);
    for (uint64_t i = 0; !is_error(registered) && i < list_len(registered); i++) {
        own Value cls = UNBOUND;
        Object *o = weakref_get((WeakRef *)as_obj(list_peek(registered, i)));
        if (!o)
            continue;
        cls = obj_value(o);
        t = obj_issubclass(subclass, cls);
        if (t)
            return t == YES && add(d, CACHE, subclass) ? YES : TRUTH_FAILED;
    }
    own Value subclasses = is_error(registered) ? ERROR : call_method0(self, "__subclasses__");
    if (is_error(subclasses))
        return TRUTH_FAILED;
    if (!list_check(subclasses)) {
        error_set(TypeError, "__subclasses__() must return a list");
        return TRUTH_FAILED;
    }
    for (uint64_t i = 0; i < list_len(subclasses); i++) {
        own Value cls = retain(list_peek(subclasses, i));
        t = obj_issubclass(subclass, cls);
        if (t)
            return t == YES && add(d, CACHE, subclass) ? YES : TRUTH_FAILED;
    }
    return add(d, NEGATIVE, subclass) ? NO : TRUTH_FAILED;
}

static Value abc_subclasscheck(Value *args, size_t n)
{
    Value hold;
    if (!is_type(args[1]))
        return raise(TypeError, "issubclass() arg 1 must be a class");
    AbcData *d = data_of(args[0], &hold);
    own Value keep = hold;
    return truth_value(d ? subclass_of(d, args[0], args[1]) : TRUTH_FAILED);
}

static Value abc_dump(Value *args, size_t n)
{
    Value hold;
    AbcData *d = data_of(args[0], &hold);
    own Value keep = hold;
    if (!d)
        return ERROR;
    Value v[4];
    for (int i = 0; i < 3; i++)
        v[i] = is_unbound(*set_of(d, i)) ? set_new(&set_type) : set_copy(as_set(*set_of(d, i)));
    v[3] = int_from_u64(d->negative_version);
    return tuple_from_take(v, 4);
}
static Value reset(Value cls, bool registry)
{
    Value hold;
    AbcData *d = data_of(cls, &hold);
    own Value keep = hold;
    if (!d)
        return ERROR;
    if (registry) {
        set_slot(&d->registry, UNBOUND);
        return NONE;
    }
    set_slot(&d->cache, UNBOUND);
    set_slot(&d->negative, UNBOUND);
    return NONE;
}
static Value abc_reset_registry(Value *args, size_t n) { return reset(args[0], true); }
static Value abc_reset_caches(Value *args, size_t n) { return reset(args[0], false); }
static Value abc_token(Value *args, size_t n) { return int_from_u64(invalidations); }

static const Method functions[] = {
    { "get_cache_token", "()", abc_token, "Returns the current ABC cache token.\n\nThe token is an opaque object (supporting equality testing) identifying the\ncurrent version of the ABC cache for virtual subclasses. The token changes\nwith every call to register() on any ABC." },
    { "_abc_init", "(self, /)", abc_init, "Internal ABC helper for class set-up. Should be never used outside abc module." },
    { "_abc_register", "(self, subclass, /)", abc_register, "Internal ABC helper for subclasss registration. Should be never used outside abc module." },
    { "_abc_instancecheck", "(self, instance, /)", abc_instancecheck, "Internal ABC helper for instance checks. Should be never used outside abc module." },
    { "_abc_subclasscheck", "(self, subclass, /)", abc_subclasscheck, "Internal ABC helper for subclasss checks. Should be never used outside abc module." },
    { "_get_dump", "(self, /)", abc_dump, "Internal ABC helper for cache and registry debugging." },
    { "_reset_registry", "(self, /)", abc_reset_registry, "Internal ABC helper to reset registry of a given class." },
    { "_reset_caches", "(self, /)", abc_reset_caches, "Internal ABC helper to reset both caches of a given class." },
    { 0 },
};
static bool init(Value module)
{
    static Type *const types[] = { &data_type, NULL };
    ready_types(types, &object_type);
    return true;
}
const NativeModule abc_module = { "_abc", "Module contains faster C implementation of abc.ABCMeta", functions, init };
