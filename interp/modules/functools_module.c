/* functools_module.c -- _functools: partial, lru_cache, reduce, cmp_to_key. The rest of functools is the CPython library's Python. */
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/generic_alias.h"
#include "interp/object/int.h"
#include "interp/object/method.h"
#include "interp/object/module.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/native.h"
#include "interp/object/tuple.h"
#include "interp/object/walk.h"

/* --- reduce --------------------------------------------------------------------------------------------------------------- */
static Value reduce(Value *args, size_t n)
{
    walking Walk walk;
    if (!walk_begin(&walk, args[1])) {
        if (error_is(TypeError)) {
            error_clear();
            return raise(TypeError, "reduce() arg 2 must support iteration");
        }
        return ERROR;
    }
    own Value total = is_unbound(args[2]) ? UNBOUND : retain(args[2]);
    for (;;) {
        own Value item = walk_next(&walk);
        if (is_error(item))
            return ERROR;
        if (is_stop(item))
            break;
        Value pair[] = { UNBOUND, total, item };
        Value next = is_unbound(total) ? retain(item) : native_call_each(args[0], pair + 1, 2);
        if (is_error(next))
            return ERROR;
        set_slot(&total, next);
    }
    return is_unbound(total) ? raise(TypeError, "reduce() of empty iterable with no initial value") : give(total);
}

/* --- cmp_to_key ---------------------------------------------------------------------------------------------------------- */
typedef struct KeyObject { Object head; Value compare, object; } KeyObject;
static const TraceRow key_rows[] = {
    { TRACE_VALUE, offsetof(KeyObject, compare), 0, ".cmp" }, { TRACE_VALUE, offsetof(KeyObject, object), 0, ".obj" }, { 0 },
};
static Type key_type;

static Value key_new(Value compare, Value object)
{
    Value v = instance_new(&key_type);
    if (is_error(v))
        return ERROR;
    KeyObject *key = (KeyObject *)as_obj(v);
    key->compare = retain(compare);
    key->object = retain(object);
    return v;
}
static Value key_call(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    Value a[1];
    Signature *signature;
    if (!bind_arguments("K", "(obj)", args, n_pos, kwnames, a, &signature))
        return ERROR;
    return key_new(((KeyObject *)as_obj(self))->compare, a[0]);
}
static Value key_compare(Value a, Value b, CompareOp op)
{
    if (!is_exact(a, &key_type) || !is_exact(b, &key_type))
        return raise(TypeError, "other argument must be K instance");
    KeyObject *x = (KeyObject *)as_obj(a), *y = (KeyObject *)as_obj(b);
    if (is_unbound(x->object) || is_unbound(y->object))
        return raise(AttributeError, "object");
    own Value order = call2(x->compare, x->object, y->object);
    return is_error(order) ? ERROR : obj_compare(order, small_int_value(0), op);
}
static const Member key_members[] = { { "obj", MEMBER_VALUE, offsetof(KeyObject, object), true, "Value wrapped by a key function." }, { 0 } };
static Type key_type = {
    STATIC_TYPE(key_type, "KeyWrapper", KeyObject, key_rows), .flags = TYPE_NO_NEW, .call = key_call, .compare = key_compare, .hash = hash_none,
    .members = key_members, .module_name = "functools",
};
static Value cmp_to_key(Value *args, size_t n) { return key_new(args[0], UNBOUND); }

/* --- partial ----------------------------------------------------------------------------------------------------------------- */
typedef struct Partial { Object head; Value fn, args, keywords /* dict */; AttrArea attrs; } Partial;
static const TraceRow partial_rows[] = {
    { TRACE_VALUE, offsetof(Partial, fn), 0, ".func" }, { TRACE_VALUE, offsetof(Partial, args), 0, ".args" },
    { TRACE_VALUE, offsetof(Partial, keywords), 0, ".keywords" }, { TRACE_ATTRS, offsetof(Partial, attrs), 0, NULL }, { 0 },
};
static Type partial_type;
static Partial *as_partial(Value v) { return (Partial *)as_obj(v); }

static Value joined(Value head_tuple, const Value *rest, size_t n)
{
    uint64_t have = tuple_len(head_tuple);
    Tuple *t = tuple_alloc(have + n);
    for (uint64_t i = 0; t && i < have + n; i++)
        t->items[i] = retain(i < have ? tuple_peek(head_tuple, i) : rest[i - have]);
    return t ? obj_value(t) : ERROR;
}

/* A dict of `base` overlaid with the keywords of a call. */
static Value merged(Value base, const Value *values, Value kwnames)
{
    own Value d = is_unbound(base) ? dict_new() : dict_copy(as_dict(base));
    for (uint64_t i = 0; !is_error(d) && !is_none(kwnames) && i < tuple_len(kwnames); i++)
        if (!dict_set(as_dict(d), tuple_peek(kwnames, i), values[i]))
            return ERROR;
    return give(d);
}

static Value partial_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    if (n_pos < 1)
        return raise(TypeError, "type 'partial' takes at least one argument");
    if (!obj_callable(args[0]))
        return raise(TypeError, "the first argument must be callable");
    own Value self = instance_new(type);
    if (is_error(self))
        return ERROR;
    Partial *p = as_partial(self);
    Value fn = args[0], base = UNBOUND, before = tuple_empty;
    if (is_exact(fn, &partial_type) && type == &partial_type && as_obj(fn)->shape == &partial_type.shape) {      /* flatten */
        before = as_partial(fn)->args;
        base = as_partial(fn)->keywords;
        fn = as_partial(fn)->fn;
    }
    p->fn = retain(fn);
    p->args = joined(before, args + 1, n_pos - 1);
    p->keywords = is_error(p->args) ? ERROR : merged(base, args + n_pos, kwnames);
    return is_error(p->keywords) ? ERROR : give(self);
}

static Value partial_call(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    Partial *p = as_partial(self);
    uint64_t have = tuple_len(p->args);
    own Value fn = retain(p->fn), keep = retain(p->args);
    if (dict_len(as_dict(p->keywords)) == 0) {
        uint64_t n_kw = is_none(kwnames) ? 0 : tuple_len(kwnames);
        Value small[16], *all = have + n_pos + n_kw <= 15 ? small + 1 : heap_buf((have + n_pos + n_kw) * sizeof *all);
        if (!all)
            return raise_memory();
        memcpy(all, as_tuple(p->args)->items, have * sizeof *all);
        if (n_pos + n_kw)
            memcpy(all + have, args, (n_pos + n_kw) * sizeof *all);
        Value result = call_kw(fn, all, have + n_pos, kwnames);
        if (all != small + 1)
            heap_buf_free(all, (have + n_pos + n_kw) * sizeof *all);
        return result;
    }
    own Value all = joined(p->args, args, n_pos);
    own Value keywords = is_error(all) ? ERROR : merged(p->keywords, args + n_pos, kwnames);
    return is_error(keywords) ? ERROR : call_ex(fn, all, keywords);
}

static Value partial_repr(Value self)
{
    Truth inside = repr_enter(self);
    if (inside)
        return inside == YES ? str_from("...") : ERROR;
    Partial *p = as_partial(self);
    own Value fn = retain(p->fn);
    const char *name = obj_type(&p->head) == &partial_type ? "functools.partial" : type_name(self);
    own Value text = str_format("%s(%R", name, fn);
    own Value args = retain(p->args), keywords = retain(p->keywords);
    for (uint64_t i = 0; !is_error(text) && i < tuple_len(args); i++)
        set_slot(&text, str_format("%S, %R", text, tuple_peek(args, i)));
    uint64_t position = 0;
    Value key, value;
    while (!is_error(text) && dict_next_owned(as_dict(keywords), &position, &key, &value)) {      /* a __repr__ may change them */
        own Value name_held = key, value_held = value;
        set_slot(&text, str_format("%S, %S=%R", text, name_held, value_held));
    }
    repr_leave(self);
    return is_error(text) || error_pending() ? ERROR : str_format("%S)", text);
}

static Value partial_reduce(Value *args, size_t n)
{
    Partial *p = as_partial(args[0]);
    own Value state_dict = instance_dict(as_obj(args[0]));
    if (is_error(state_dict))
        return ERROR;
    Value parts[4] = { retain(p->fn), retain(p->args), retain(p->keywords), dict_len(as_dict(state_dict)) ? retain(state_dict) : NONE };
    own Value state = tuple_from_take(parts, 4);
    own Value fn = is_error(state) ? ERROR : tuple_of1(p->fn);
    return is_error(fn) ? ERROR : tuple_of3(obj_value(obj_type(&p->head)), fn, state);
}
static Value partial_setstate(Value *args, size_t n)
{
    Value s = args[1];
    if (!tuple_check(s) || tuple_len(s) != 4 || !obj_callable(tuple_peek(s, 0)) || !tuple_check(tuple_peek(s, 1)) ||
        (!is_none(tuple_peek(s, 2)) && !dict_check(tuple_peek(s, 2))))
        return raise(TypeError, "invalid partial state");
    own Value positional = tuple_from_iterable(tuple_peek(s, 1));
    own Value keywords = is_error(positional) ? ERROR : is_none(tuple_peek(s, 2)) ? dict_new()
                         : dict_exact(tuple_peek(s, 2)) ? retain(tuple_peek(s, 2)) : dict_copy(as_dict(tuple_peek(s, 2)));
    if (is_error(keywords))
        return ERROR;
    Partial *p = as_partial(args[0]);
    set_slot(&p->fn, retain(tuple_peek(s, 0)));
    set_slot(&p->args, give(positional));
    set_slot(&p->keywords, give(keywords));
    own Value attributes = is_none(tuple_peek(s, 3)) ? dict_new() : retain(tuple_peek(s, 3));
    if (is_error(attributes))
        return ERROR;
    if (!dict_check(attributes))
        return raise(TypeError, "invalid partial state");
    return instance_set_dict(as_obj(args[0]), attributes) ? NONE : ERROR;
}
static const GetSet dict_getsets[] = { INSTANCE_DICT_ROW, { 0 } };
static const Method partial_methods[] = {
    { "__reduce__", "(self, /)", partial_reduce, NULL },
    { "__setstate__", "(self, state, /)", partial_setstate, NULL },
    { "__class_getitem__", "(cls, item, /)", generic_alias_class_getitem, "See PEP 585", METHOD_CLASS },
    { 0 },
};
static const Member partial_members[] = {
    { "func", MEMBER_VALUE, offsetof(Partial, fn), false, "function object to use in future partial calls" },
    { "args", MEMBER_VALUE, offsetof(Partial, args), false, "tuple of arguments to future partial calls" },
    { "keywords", MEMBER_VALUE, offsetof(Partial, keywords), false, "dictionary of keyword arguments to future partial calls" },
    { 0 },
};
static Type partial_type = {
    STATIC_TYPE(partial_type, "partial", Partial, partial_rows), .heap.attrs_offset = offsetof(Partial, attrs),
    .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_WEAK, .new = partial_new, .call = partial_call, .repr = partial_repr,
    .methods = partial_methods, .getsets = dict_getsets, .members = partial_members, .module_name = "functools",
    .doc = "partial(func, *args, **keywords) - new function with partial application\n    of the given arguments and keywords.\n",
};

/* --- lru_cache -------------------------------------------------------------------------------------------------------------
 * Entries are a ring through the Link objects, oldest after the head; the dict maps a call's key to its Link. Unbounded caches keep plain
 * results in the dict, caches of size 0 keep nothing. */
typedef struct Link { Object head; Value key, result; struct Link *previous, *next; } Link;
typedef struct Cache {
    Object head;
    Value fn, table, cache_info_type, kwd_mark;
    int64_t max;                 /* -1: unbounded */
    int64_t hits, misses;
    bool typed;
    Link *newest, *oldest;
    AttrArea attrs;
} Cache;
static const TraceRow link_rows[] = { { TRACE_VALUE, offsetof(Link, key), 0, "key" }, { TRACE_VALUE, offsetof(Link, result), 0, "result" }, { 0 } };
static Type link_type = { STATIC_TYPE(link_type, "_lru_list_elem", Link, link_rows), .flags = TYPE_NO_NEW, .module_name = "functools" };
static const TraceRow cache_rows[] = {
    { TRACE_VALUE, offsetof(Cache, fn), 0, ".__wrapped__" }, { TRACE_VALUE, offsetof(Cache, table), 0, "cache" },
    { TRACE_VALUE, offsetof(Cache, cache_info_type), 0, "cache_info type" }, { TRACE_VALUE, offsetof(Cache, kwd_mark), 0, "mark" },
    { TRACE_ATTRS, offsetof(Cache, attrs), 0, NULL }, { 0 },
};
static Cache *as_cache(Value v) { return (Cache *)as_obj(v); }

static Value cache_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value a[4];
    Signature *signature;
    if (!bind_arguments("lru_cache", "(user_function, maxsize, typed, cache_info_type, /)", args, n_pos, kwnames, a, &signature))
        return ERROR;
    int64_t max = -1;
    if (!obj_callable(a[0]))
        return raise(TypeError, "the first argument must be callable");
    if (!is_none(a[1])) {
        if (!int_check(a[1]))
            return raise(TypeError, "maxsize should be integer or None");
        int_to_i64(a[1], &max);
        max = max < 0 ? 0 : max;
    }
    Truth typed = obj_truth(a[2]);
    own Value self = typed == TRUTH_FAILED ? ERROR : instance_new(type);
    if (is_error(self))
        return ERROR;
    Cache *c = as_cache(self);
    c->fn = retain(a[0]);
    c->cache_info_type = retain(a[3]);
    c->max = max;
    c->typed = typed == YES;
    c->newest = c->oldest = NULL;
    c->hits = c->misses = 0;
    c->table = dict_new();
    c->kwd_mark = is_error(c->table) ? ERROR : instance_new(&object_type);
    return is_error(c->kwd_mark) ? ERROR : give(self);
}

/* The key of a call: its one int or str argument itself, else a tuple of everything. */
static Value call_key(Cache *c, const Value *args, size_t n, Value kwnames)
{
    uint64_t n_kw = is_none(kwnames) ? 0 : tuple_len(kwnames);
    if (!c->typed && n_kw == 0 && n == 1 && (str_exact(args[0]) || int_exact(args[0])))
        return retain(args[0]);
    uint64_t size = n + (n_kw ? 1 + 2 * n_kw : 0) + (c->typed ? n + n_kw : 0), at = 0;
    Tuple *t = tuple_alloc(size);
    if (!t)
        return ERROR;
    for (uint64_t i = 0; i < n; i++)
        t->items[at++] = retain(args[i]);
    if (n_kw)
        t->items[at++] = retain(c->kwd_mark);
    for (uint64_t i = 0; i < n_kw; i++) {
        t->items[at++] = retain(tuple_peek(kwnames, i));
        t->items[at++] = retain(args[n + i]);
    }
    for (uint64_t i = 0; c->typed && i < n + n_kw; i++)
        t->items[at++] = retain(obj_value(type_of(args[i])));
    assert(at == size);
    heap_track((Object *)t);
    return obj_value(t);
}

static void unlink_(Cache *c, Link *l)
{
    *(l->previous ? &l->previous->next : &c->newest) = l->next;
    *(l->next ? &l->next->previous : &c->oldest) = l->previous;
    l->previous = l->next = NULL;
}
static void link_newest(Cache *c, Link *l)
{
    l->previous = NULL;
    l->next = c->newest;
    *(c->newest ? &c->newest->previous : &c->oldest) = l;
    c->newest = l;
}

/* Remember the result of a call of a bounded cache; somebody else may have stored it meanwhile. */
static bool cache_store(Cache *c, Value key, int64_t hash, Value result)
{
    own Value there = UNBOUND;
    Found found = dict_find_hashed(as_dict(c->table), key, hash, &there);
    if (found != ABSENT)
        return found == FOUND;
    if ((int64_t)dict_len(as_dict(c->table)) >= c->max && c->oldest) {
        Link *old = c->oldest;
        unlink_(c, old);
        own Value old_key = retain(old->key);
        if (dict_del(as_dict(c->table), old_key) == FAILED)
            return false;
    }
    own Value v = instance_new(&link_type);
    if (is_error(v))
        return false;
    Link *l = (Link *)as_obj(v);
    l->key = retain(key);
    l->result = retain(result);
    l->previous = l->next = NULL;
    if (!dict_set_hashed(as_dict(c->table), key, hash, v))
        return false;
    link_newest(c, l);
    return true;
}

static Value cache_call(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    Cache *c = as_cache(self);
    own Value keep = retain(self);
    if (!is_ptr(c->table))                   /* the collector emptied it */
        return raise(ReferenceError, "the cache is gone");
    if (c->max == 0) {
        c->misses++;
        return call_kw(c->fn, args, n_pos, kwnames);
    }
    own Value key = call_key(c, args, n_pos, kwnames);
    int64_t hash;
    own Value entry = UNBOUND;
    if (is_error(key) || !obj_hash(key, &hash))
        return ERROR;
    Found found = dict_find_hashed(as_dict(c->table), key, hash, &entry);
    if (found == FAILED)
        return ERROR;
    if (found == FOUND) {
        c->hits++;
        if (c->max < 0)
            return give(entry);
        Link *l = (Link *)as_obj(entry);
        if (c->newest != l && (l->previous || l->next)) {
            unlink_(c, l);
            link_newest(c, l);
        }
        return retain(l->result);
    }
    c->misses++;
    own Value result = call_kw(c->fn, args, n_pos, kwnames);
    if (is_error(result))
        return ERROR;
    bool stored = c->max < 0 ? dict_set_hashed(as_dict(c->table), key, hash, result) : cache_store(c, key, hash, result);
    return stored ? give(result) : ERROR;
}

static Value cache_get(Value self, Value instance, Value owner)
{
    return is_unbound(instance) || is_none(instance) ? retain(self) : method_new(self, instance);
}
static void cache_empty(Cache *c)
{
    for (Link *l = c->newest, *next; l; l = next) {       /* the links die with the table */
        next = l->next;
        l->previous = l->next = NULL;
    }
    c->newest = c->oldest = NULL;
}
static Value cache_clear(Value *args, size_t n)
{
    Cache *c = as_cache(args[0]);
    if (!is_ptr(c->table))
        return NONE;
    c->hits = c->misses = 0;
    cache_empty(c);
    dict_clear(as_dict(c->table));
    return NONE;
}
static Value cache_info(Value *args, size_t n)
{
    Cache *c = as_cache(args[0]);
    Value info[4] = { int_value(c->hits), int_value(c->misses), c->max < 0 ? NONE : int_value(c->max), int_value((int64_t)dict_len(as_dict(c->table))) };
    return call(c->cache_info_type, info, 4);
}
static Value cache_reduce(Value *args, size_t n) { return obj_getattr_c(args[0], "__qualname__"); }
static Value cache_copy(Value *args, size_t n) { return retain(args[0]); }
static const Method cache_methods[] = {
    { "cache_info", "(self)", cache_info, "Report cache statistics" },
    { "cache_clear", "(self)", cache_clear, "Clear the cache and cache statistics" },
    { "__reduce__", "(self, /)", cache_reduce, NULL },
    { "__copy__", "(self, /)", cache_copy, NULL },
    { "__deepcopy__", "(self, memo, /)", cache_copy, NULL },
    { 0 },
};
static Type cache_type = {
    STATIC_TYPE(cache_type, "_lru_cache_wrapper", Cache, cache_rows), .heap.attrs_offset = offsetof(Cache, attrs),
    .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_WEAK | TYPE_METHOD_DESCR, .new = cache_new, .call = cache_call, .descr_get = cache_get,
    .methods = cache_methods, .getsets = dict_getsets, .module_name = "functools",
    .doc = "Create a cached callable that wraps another function.\n",
};

static const Method functions[] = {
    { "cmp_to_key", "(mycmp)", cmp_to_key, "Convert a cmp= function into a key= function." },
    { "reduce", "(function, iterable, initial=None, /)", reduce, "Apply a function of two arguments cumulatively to the items of a sequence or iterable, from left to right." },
    { 0 },
};

static bool init(Value module)
{
    static Type *const types[] = { &key_type, &partial_type, &link_type, &cache_type };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (!(types[i]->flags & TYPE_READY))
            type_ready(types[i], &object_type);
    return module_add_type(module, &partial_type) && module_add_type(module, &cache_type);
}

const NativeModule functools_module = { "_functools", "Tools that operate on functions.", functions, init };
