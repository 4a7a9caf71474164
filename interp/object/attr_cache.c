/* attr_cache.c -- what an inline cache may remember of an attribute's lookup or assignment. Declared in attr.h. */
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/descriptor.h"
#include "interp/object/module.h"
#include "interp/object/shape.h"
#include "interp/object/str.h"

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
    if (attr_is_changing(name))
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
    } else if (dt && !is_unbound(plain_in_class(descr)) && !attr_is_changing(name)) {
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
    assert(slot < (int)o->shape->n_attrs);
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
        assert(to->n_attrs == n + 1 && to->type == o->shape->type);
        info->kind = ATTR_ADD_SLOT;
        info->slot = n;
        info->new_shape = to;
    }
}
