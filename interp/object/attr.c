/* attr.c -- lookup along the MRO with the global method cache, the generic getattr and setattr, what caches may remember. */
#include "interp/object/attr.h"
#include "gc/heap.h"
#include "interp/object/class.h"
#include "interp/object/descriptor.h"
#include "interp/object/module.h"
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

Value type_lookup_uncached_peek(Type *type, Value name)
{
    if (is_ptr(type->mro)) {
        own Value hold = retain(type->mro);      /* strange keys run code that may give the class another */
        const Tuple *mro = as_tuple(hold);
        for (uint64_t i = 0; i < mro->len; i++) {
            if (!is_ptr(mro->items[i]))      /* the collector emptied the tuple of a dying class */
                continue;
            Dict *dict = as_type(mro->items[i])->dict;
            Value v = dict ? dict_peek_str(dict, name) : UNBOUND;
            if (!is_unbound(v))
                return v;
        }
        return UNBOUND;
    }
    for (; type; type = type->base) {    /* before type_ready */
        Value v = type->dict ? dict_peek_str(type->dict, name) : UNBOUND;
        if (!is_unbound(v))
            return v;
    }
    return UNBOUND;
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
    if (type->shape.version != version)
        return value;
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

static bool name_is_str(Value name)
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
    return t->descr_get(hold, instance, owner);
}

Found attr_find_generic(Value v, Value name, Value *value)
{
    *value = UNBOUND;
    if (UNLIKELY(!name_is_str(name)))
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
    if (UNLIKELY(!name_is_str(name)))
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
    if (!name_is_str(name))
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

bool type_set_own(Type *type, Value name, Value value)
{
    size_t len;
    const char *text = str_utf8_peek(name, &len);
    own Value key = !text ? ERROR : str_exact(name) ? str_intern_take(retain(name)) : str_intern_take(str_new(text, len));
    if (is_error(key))
        return false;
    own Value old = retain(dict_peek_str(type->dict, key));      /* dies after caches have forgotten it */
    if (is_unbound(value)) {
        Found found = dict_del(type->dict, key);
        if (found != FOUND) {
            if (found == ABSENT)
                attr_error(obj_value(type), name);
            return false;
        }
    } else if (!dict_set(type->dict, key, value)) {
        return false;
    }
    type_modified(type);
    if (len > 4 && text[0] == '_' && text[1] == '_' && text[len - 1] == '_')
        slots_update(type, key);
    return true;
}

bool type_setattr(Value v, Value name, Value value)
{
    if (!name_is_str(name))
        return false;
    Type *type = as_type(v);
    if (type->flags & TYPE_IMMUTABLE)
        return raise_false(TypeError, "cannot set '%S' attribute of immutable type '%Y'", name, type);
    own Value meta_attr = retain(type_lookup_peek(type_of(v), name));
    if (!is_unbound(meta_attr) && type_of(meta_attr)->descr_set)
        return type_of(meta_attr)->descr_set(meta_attr, v, value);
    return type_set_own(type, name, value);
}

/* --- what inline caches may remember ---------------------------------------------------------------------------- */

static Value plain_in_class(Value attr)
{
    Type *t = type_of(attr);
    if (!t->descr_get || (t->flags & TYPE_METHOD_DESCR))
        return attr;
    if (t == &staticmethod_type)
        return ((StaticMethod *)as_obj(attr))->callable;
    return UNBOUND;
}

static void cache_load_type(Value v, Value name, AttrCacheInfo *info)
{
    Type *type = as_type(v), *meta = type_of(v);
    if (meta->getattr != type_getattr)
        return;
    Value meta_attr = type_lookup_peek(meta, name);
    if (!is_unbound(meta_attr) && type_of(meta_attr)->descr_set)
        return;
    Value attr = type_lookup_peek(type, name);
    Value plain = is_unbound(attr) ? UNBOUND : plain_in_class(attr);
    if (is_unbound(plain))
        return;
    info->kind = ATTR_TYPE_VALUE;
    info->version = type->shape.version;
    info->value = plain;
}

/* `t`: the instance's type. A member or getset of an unrelated class raises TypeError: the slow path's work. */
static void cache_load_data(const Type *t, Value descr, AttrCacheInfo *info)
{
    Type *dt = type_of(descr);
    if (dt == &property_type) {
        Property *p = (Property *)as_obj(descr);
        if (is_none(p->get))
            return;
        info->kind = ATTR_GETTER;
        info->value = p->get;
    } else if (dt == &member_descriptor_type) {
        const Member *row = ((MemberDescriptor *)as_obj(descr))->row;
        if (row->kind != MEMBER_VALUE || !type_is_subtype(t, ((MemberDescriptor *)as_obj(descr))->owner))
            return;
        info->kind = ATTR_MEMBER;
        info->slot = row->offset;
    } else if (dt == &getset_descriptor_type && type_is_subtype(t, ((GetSetDescriptor *)as_obj(descr))->owner)) {
        info->kind = ATTR_NATIVE_GETTER;
        info->value = descr;
    }
}

void attr_cache_load(Value v, Value name, AttrCacheInfo *info)
{
    *info = (AttrCacheInfo){ .kind = ATTR_UNCACHEABLE, .value = UNBOUND };
    if (!is_ptr(v) || !(as_obj(name)->birth & STR_INTERNED))
        return;
    Object *o = as_obj(v);
    Type *t = obj_type(o);
    if (t->flags & TYPE_IS_TYPE) {
        cache_load_type(v, name, info);
        return;
    }
    Value descr = type_lookup_peek(t, name);
    Type *dt = is_unbound(descr) ? NULL : type_of(descr);
    if (t == &module_type) {
        Value dict = ((Module *)o)->dict;
        if ((dt && dt->descr_set) || !is_ptr(dict) || !(as_dict(dict)->flags & DICT_NAMESPACE) ||
            is_unbound(dict_peek_str(as_dict(dict), name)))
            return;
        GlobalCell *cell = namespace_cell(as_dict(dict), name);
        if (!cell)
            error_clear();
        else
            *info = (AttrCacheInfo){ .kind = ATTR_MODULE_CELL, .version = o->shape->version, .value = obj_value(cell) };
        return;
    }
    if ((t->getattr && t->getattr != attr_get_generic) || t->dict_offset)
        return;
    info->version = o->shape->version;
    if (dt && dt->descr_get && dt->descr_set) {
        cache_load_data(t, descr, info);
        return;
    }
    if (o->shape->flags & SHAPE_DICT_MODE)
        return;
    int slot = shape_slot(o->shape, name);
    if (slot >= 0) {
        if (t->heap.attrs_offset > 0) {
            info->kind = ATTR_SLOT;
            info->slot = (uint32_t)slot;
        }
    } else if (dt && (dt->flags & TYPE_METHOD_DESCR)) {
        info->kind = ATTR_METHOD;
        info->value = descr;
    } else if (dt && !is_unbound(plain_in_class(descr))) {
        info->kind = ATTR_CLASS_VALUE;
        info->value = plain_in_class(descr);
    }
}

void attr_cache_store(Value v, Value name, AttrCacheInfo *info)
{
    *info = (AttrCacheInfo){ .kind = ATTR_UNCACHEABLE, .value = UNBOUND };
    if (!is_ptr(v) || !(as_obj(name)->birth & STR_INTERNED))
        return;
    Object *o = as_obj(v);
    Type *t = obj_type(o);
    if ((t->setattr && t->setattr != attr_set_generic) || (t->flags & TYPE_IS_TYPE) || t->dict_offset)
        return;
    info->version = o->shape->version;
    Value descr = type_lookup_peek(t, name);
    if (!is_unbound(descr) && type_of(descr)->descr_set) {
        if (type_of(descr) == &member_descriptor_type) {
            const Member *row = ((MemberDescriptor *)as_obj(descr))->row;
            if (row->kind == MEMBER_VALUE && row->writable && type_is_subtype(t, ((MemberDescriptor *)as_obj(descr))->owner)) {
                info->kind = ATTR_MEMBER;
                info->slot = row->offset;
            }
        }
        return;
    }
    if (!(t->flags & TYPE_HAS_DICT) || t->heap.attrs_offset <= 0 || (o->shape->flags & SHAPE_DICT_MODE))
        return;
    int slot = shape_slot(o->shape, name);
    if (slot >= 0) {
        info->kind = ATTR_SLOT;
        info->slot = (uint32_t)slot;
    } else if (o->shape->n_attrs < SHAPE_MAX_ATTRS) {
        unsigned n = o->shape->n_attrs, n_inline = t->heap.n_inline;
        if (attrs_more_cap(n, n_inline) != attrs_more_cap(n + 1, n_inline))
            return;                      /* the overflow must grow: the slow path's work */
        Shape *to = shape_add(o->shape, name);
        if (!to) {
            error_clear();
            return;
        }
        info->kind = ATTR_ADD_SLOT;
        info->slot = n;
        info->new_shape = to;
    }
}
