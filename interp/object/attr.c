/* attr.c -- lookup along the MRO with the global method cache, the generic getattr and setattr, getattr of types. */
#include "interp/object/attr.h"
#include "gc/check.h"
#include "gc/heap.h"
#include "interp/object/names.h"
#include "interp/object/shape.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

/* --- lookup in the type ------------------------------------------------------------------------------------------- */

/* A row answers "what is `name` in the type whose root shape has `version`". The name is owned, so that its address is not
 * reused; the value is borrowed: whoever changes a class renumbers it first. */
typedef struct CacheRow { uint32_t version; Value name, value; } CacheRow;
enum { CACHE_ROWS = 4096 };
static CacheRow method_cache[CACHE_ROWS];

/* Names of class attributes that count something: their values are immediates and change all the time. No cache anywhere holds them, so
 * that changing one need not renumber shapes. */
enum { N_CHANGING = 16, CHANGES_MANY = 8 };
static Value changing[N_CHANGING];
static unsigned n_changing;

static void visit_cache(Visitor *visitor)
{
    static const Edge edge = { TRACE_VALUE, "looked up", 0, UNBOUND_INIT };
    for (int i = 0; i < CACHE_ROWS; i++)
        if (method_cache[i].version)
            visitor->visit(visitor, as_obj(method_cache[i].name), &edge);
    for (unsigned i = 0; i < n_changing; i++)
        visitor->visit(visitor, as_obj(changing[i]), &edge);
}

void attr_init(void)
{
    heap_add_holder(visit_cache);
}

/* `name` in the dicts of the classes of `mro`, which the caller holds; borrowed from one of these classes. */
static Value lookup_in(const Tuple *mro, Value name)
{
    for (uint64_t i = 0; i < mro->len; i++) {
        if (!is_ptr(mro->items[i]))          /* the collector emptied the tuple of a dying class */
            continue;
        Dict *dict = as_type(mro->items[i])->dict;
        Value v = dict ? dict_peek_str(dict, name) : UNBOUND;
        if (!is_unbound(v))
            return v;
    }
    return UNBOUND;
}

Value type_lookup_uncached_peek(Type *type, Value name)
{
    enum { TRIES = 8 };
    /* Strange keys run code that may give the class other bases: what was found may die with the old MRO, so look again. */
    for (int i = 0; is_ptr(type->mro) && i < TRIES; i++) {
        own Value hold = retain(type->mro);
        Value v = lookup_in(as_tuple(hold), name);
        if (LIKELY(same(type->mro, hold)))
            return v;
    }
    if (is_ptr(type->mro))
        return UNBOUND;
    for (; type; type = type->base) {    /* before type_ready */
        Value v = type->dict ? dict_peek_str(type->dict, name) : UNBOUND;
        if (!is_unbound(v))
            return v;
    }
    return UNBOUND;
}

bool attr_is_changing(Value name)
{
    for (unsigned i = 0; i < n_changing; i++)
        if (same(changing[i], name))
            return true;
    return false;
}

bool attr_note_change(Value name)
{
    static Value last;
    static unsigned times;
    if (attr_is_changing(name))
        return true;
    times = same(last, name) ? times + 1 : 1;
    last = name;
    if (times < CHANGES_MANY || n_changing == N_CHANGING)
        return false;
    assert(as_obj(name)->birth & STR_INTERNED);
    changing[n_changing++] = retain(name);
    type_modified(&object_type);             /* every cache forgets it */
    return true;
}

void attr_cache_check_valid(void)
{
    for (int i = 0; i < CACHE_ROWS; i++) {
        const CacheRow *row = &method_cache[i];
        if (!row->version)
            continue;
        assert(str_exact(row->name) && (as_obj(row->name)->birth & STR_INTERNED) && as_obj(row->name)->refcount > 0);
        assert(!is_error(row->value) && !is_stop(row->value));
    }
    assert(n_changing <= N_CHANGING);
}

Value type_lookup_peek(Type *type, Value name)
{
    assert(str_check(name));
    uint32_t version = type->shape.version;
    if (UNLIKELY(!(as_obj(name)->birth & STR_INTERNED) || version == 0)) {
        if (!str_exact(name)) {          /* a subclass of str may have any hash */
            size_t len;
            const char *text = str_utf8_peek(name, &len);
            own Value plain = text ? str_new(text, len) : ERROR;
            if (is_error(plain)) {
                error_clear();
                return UNBOUND;
            }
            return type_lookup_uncached_peek(type, plain);
        }
        return type_lookup_uncached_peek(type, name);
    }
    CacheRow *row = &method_cache[(version * 0x9E3779B1u ^ (uint32_t)(name.bits >> 4)) % CACHE_ROWS];
    if (LIKELY(row->version == version && same(row->name, name)))
        return row->value;
    Value value = type_lookup_uncached_peek(type, name);
    if (type->shape.version != version || UNLIKELY(attr_is_changing(name)))
        return value;
    assert(as_obj(name)->birth & STR_INTERNED);      /* the row compares addresses */
    Value old = row->version ? row->name : UNBOUND;
    *row = (CacheRow){ version, retain(name), value };
    release(old);
    return value;
}

/* Metaclasses take part in lookups on their instances, whose caches guard on the instance: everything is renumbered. */
static void renumber(Type *type)
{
    shapes_renumber(type);
    for (uint32_t i = 0; i < type->n_subclasses; i++)
        renumber(type->subclasses[i]);
}

void type_modified(Type *type)
{
    renumber(type->flags & TYPE_IS_TYPE && type != &type_type ? &object_type : type);
}

bool type_has_dict(const Type *type)
{
    return (type->flags & TYPE_HAS_DICT) != 0;
}

/* --- errors --------------------------------------------------------------------------------------------------------- */

void attr_error(Value v, Value name)
{
    if (is_type(v))
        error_set(AttributeError, "type object '%.50s' has no attribute '%S'", as_type(v)->heap.name, name);
    else
        error_set(AttributeError, "'%.100T' object has no attribute '%S'", v, name);
    error_note_name(name, v);
}

bool attr_name_check(Value name)
{
    return str_check(name) || raise_false(TypeError, "attribute name must be string, not '%.200T'", name);
}

/* --- generic get and set ------------------------------------------------------------------------------------------ */

static Value bind(Value descriptor, Value instance, Value owner)
{
    Type *t = type_of(descriptor);
    if (!t->descr_get)
        return retain(descriptor);
    own Value hold = retain(descriptor);
    Value bound = t->descr_get(hold, instance, owner);
    assert_error_iff(is_error(bound));
    return bound;
}

Found attr_find_generic(Value v, Value name, Value *value)
{
    *value = UNBOUND;
    if (UNLIKELY(!attr_name_check(name)))
        return FAILED;
    Type *t = type_of(v);
    Value descr = type_lookup_peek(t, name);
    Type *dt = is_unbound(descr) ? NULL : type_of(descr);
    if (dt && dt->descr_get && dt->descr_set) {
        *value = bind(descr, v, obj_value(t));
        return is_error(*value) ? FAILED : FOUND;
    }
    if (is_ptr(v) && (t->flags & TYPE_HAS_DICT)) {
        own Value hold = dt ? retain(descr) : UNBOUND;       /* the dict may hold keys with an __eq__ */
        Found found = instance_find(as_obj(v), name, value);
        if (found != ABSENT)
            return found;
        if (!dt)
            return ABSENT;
        *value = bind(descr, v, obj_value(t));
        return is_error(*value) ? FAILED : FOUND;
    }
    if (!dt)
        return ABSENT;
    *value = bind(descr, v, obj_value(t));
    return is_error(*value) ? FAILED : FOUND;
}

Value attr_get_generic(Value v, Value name)
{
    Value value;
    Found found = attr_find_generic(v, name, &value);
    if (found == FOUND)
        return value;
    if (found == ABSENT)
        attr_error(v, name);
    return ERROR;
}

static Found failed_unless_absent(Value *value)
{
    *value = UNBOUND;
    if (!error_is(AttributeError))
        return FAILED;
    error_clear();
    return ABSENT;
}

static Found find_in_type(Value type, Value name, Value *value);

Found attr_find(Value v, Value name, Value *value)
{
    Type *t = type_of(v);
    Found found;
    if (!t->getattr || t->getattr == attr_get_generic) {
        found = attr_find_generic(v, name, value);
    } else if (t->getattr == type_getattr) {
        found = find_in_type(v, name, value);
    } else {
        *value = t->getattr(v, name);
        found = is_error(*value) ? FAILED : FOUND;
    }
    assert_error_iff(found == FAILED);
    return found == FAILED ? failed_unless_absent(value) : found;
}

static cold bool cannot_set(Value v, Value name, Value descr)
{
    if (is_unbound(descr))
        attr_error(v, name);
    else {
        error_set(AttributeError, "'%.100T' object attribute '%S' is read-only", v, name);
        error_note_name(name, v);
    }
    return false;
}

bool attr_set_generic(Value v, Value name, Value value)
{
    if (UNLIKELY(!attr_name_check(name)))
        return false;
    Type *t = type_of(v);
    Value descr = type_lookup_peek(t, name);
    if (!is_unbound(descr)) {
        Type *dt = type_of(descr);
        if (dt->descr_set) {
            own Value hold = retain(descr);
            return dt->descr_set(hold, v, value);
        }
    }
    if (!is_ptr(v) || !(t->flags & TYPE_HAS_DICT))
        return cannot_set(v, name, descr);
    if (!is_unbound(value))
        return instance_set(as_obj(v), name, value);
    Found found = instance_del(as_obj(v), name);
    if (found == ABSENT)
        attr_error(v, name);
    return found == FOUND;
}

/* --- attributes of types --------------------------------------------------------------------------------------------- */

static Found find_in_type(Value type, Value name, Value *value)
{
    *value = UNBOUND;
    if (!attr_name_check(name))
        return FAILED;
    Type *t = as_type(type), *meta = type_of(type);
    own Value meta_attr = retain(type_lookup_peek(meta, name));
    Type *mt = is_unbound(meta_attr) ? NULL : type_of(meta_attr);
    if (mt && mt->descr_get && mt->descr_set) {
        *value = mt->descr_get(meta_attr, type, obj_value(meta));
        return is_error(*value) ? FAILED : FOUND;
    }
    Value attr = type_lookup_peek(t, name);
    if (!is_unbound(attr))
        *value = bind(attr, UNBOUND, type);
    else if (mt)
        *value = bind(meta_attr, type, obj_value(meta));
    else
        return ABSENT;
    return is_error(*value) ? FAILED : FOUND;
}

Value type_getattr(Value type, Value name)
{
    Value value;
    Found found = find_in_type(type, name, &value);
    if (found == FOUND)
        return value;
    if (found == ABSENT)
        attr_error(type, name);
    return ERROR;
}
