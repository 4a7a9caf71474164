/* instance.c -- the attributes an instance itself holds: slots by shape, or a dict. Declared in attr.h. */
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/shape.h"
#include "interp/object/str.h"

/* The field of an object's struct that holds its dict (modules), UNBOUND while there is none yet; NULL: it has no such field. */
static Value *own_dict(Object *o)
{
    uint32_t offset = obj_type(o)->dict_offset;
    return offset ? (Value *)((char *)o + offset) : NULL;
}

static inline Value *slot_at(const Shape *shape, AttrArea *area, unsigned slot)
{
    unsigned n_inline = shape->type->n_inline;
    assert(slot < shape->n_attrs && !(shape->flags & SHAPE_DICT_MODE) && (slot < n_inline || area->more));
    return slot < n_inline ? &area->inline_[slot] : &((Value *)area->more)[slot - n_inline];
}

/* The dict attributes are in, when they are in one; NULL: in slots, or none yet. */
static Dict *dict_of(Object *o, AttrArea *area)
{
    if (area)
        return o->shape->flags & SHAPE_DICT_MODE ? area->more : NULL;
    Value *field = own_dict(o);
    return field && is_ptr(*field) ? as_dict(*field) : NULL;
}

Found instance_find(Object *o, Value name, Value *value)
{
    *value = UNBOUND;
    AttrArea *area = object_attrs(o);
    Dict *dict = dict_of(o, area);
    assert(!error_pending());
    if (dict)
        return dict_find(dict, name, value);
    if (!area)
        return ABSENT;
    int slot = shape_slot(o->shape, name);
    if (slot < 0)
        return ABSENT;
    *value = retain(*slot_at(o->shape, area, (unsigned)slot));
    return is_unbound(*value) ? ABSENT : FOUND;
}

/* Make room for the slots of `to` in the overflow; the shape is not changed yet. */
static bool resize_more(Object *o, AttrArea *area, const Shape *to)
{
    unsigned n_inline = to->type->n_inline;
    unsigned old_cap = attrs_more_cap(o->shape->n_attrs, n_inline), cap = attrs_more_cap(to->n_attrs, n_inline);
    if (old_cap == cap)
        return true;
    if (cap == 0) {
        heap_buf_free(area->more, old_cap * sizeof(Value));
        area->more = NULL;
        return true;
    }
    Value *more = heap_buf_realloc(area->more, old_cap * sizeof(Value), cap * sizeof(Value));
    if (!more)
        return raise_memory_false();
    for (unsigned i = old_cap; i < cap; i++)
        more[i] = UNBOUND;
    area->more = more;
    return true;
}

/* From slots to a dict, which is borrowed. */
static Dict *to_dict_mode(Object *o)
{
    AttrArea *area = object_attrs(o);
    if (o->shape->flags & SHAPE_DICT_MODE) {
        if (!area->more) {               /* the collector emptied it */
            Value made = dict_new();
            if (is_error(made))
                return NULL;
            area->more = as_obj(made);
        }
        return area->more;
    }
    Shape *from = o->shape, *shape = shape_dict_mode(obj_type(o));
    own Value dict = shape ? dict_new_sized(from->n_attrs) : ERROR;
    if (is_error(dict))
        return NULL;
    for (unsigned i = 0; i < from->n_attrs; i++)
        if (!is_unbound(*slot_at(from, area, i)) && !dict_set(as_dict(dict), from->names->at[i], *slot_at(from, area, i)))
            return NULL;
    unsigned n_inline = from->type->n_inline;
    Value *more = area->more;
    assert((shape->flags & SHAPE_DICT_MODE) && shape->type == from->type);
    area->more = as_dict(give(dict));
    o->shape = shape;
    for (unsigned i = 0; i < n_inline; i++)      /* the dict holds a reference each: nothing dies here */
        set_slot(&area->inline_[i], UNBOUND);
    for (unsigned i = n_inline; i < from->n_attrs; i++)
        release(more[i - n_inline]);
    heap_buf_free(more, attrs_more_cap(from->n_attrs, n_inline) * sizeof(Value));
    heap_track(o);
    return area->more;
}

/* An exact, interned str equal to `name`, owned. */
static Value interned(Value name)
{
    if (str_exact(name))
        return as_obj(name)->birth & STR_INTERNED ? retain(name) : str_intern_take(retain(name));
    size_t len;
    const char *text = str_utf8_peek(name, &len);
    return text ? str_intern_take(str_new(text, len)) : ERROR;
}

static bool add_slot(Object *o, AttrArea *area, Value name, Value value)
{
    own Value key = interned(name);
    if (is_error(key))
        return false;
    Shape *to = shape_add(o->shape, key);
    if (!to || !resize_more(o, area, to))
        return false;
    assert(to->n_attrs == o->shape->n_attrs + 1 && to->type == o->shape->type);
    *slot_at(to, area, to->n_attrs - 1u) = retain(value);
    o->shape = to;
    track_for(o, value);
    return true;
}

bool instance_set(Object *o, Value name, Value value)
{
    assert(!is_unbound(value) && !is_error(value) && !is_stop(value) && str_check(name));
    AttrArea *area = object_attrs(o);
    if (!area) {
        Value *field = own_dict(o);
        assert(field);
        if (!is_ptr(*field)) {
            Value made = dict_new();
            if (is_error(made))
                return false;
            *field = made;
        }
        return dict_set(as_dict(*field), name, value);
    }
    Dict *dict = dict_of(o, area);
    if (!dict && !(o->shape->flags & SHAPE_DICT_MODE)) {
        int slot = shape_slot(o->shape, name);
        if (slot >= 0) {
            track_for(o, value);
            set_slot(slot_at(o->shape, area, (unsigned)slot), retain(value));
            return true;
        }
        if (o->shape->n_attrs < SHAPE_MAX_ATTRS)
            return add_slot(o, area, name, value);
    }
    if (!dict && !(dict = to_dict_mode(o)))
        return false;
    own Value key = interned(name);
    own Value hold = retain(obj_value(dict));
    return !is_error(key) && dict_set(dict, key, value);
}

Found instance_del(Object *o, Value name)
{
    AttrArea *area = object_attrs(o);
    Dict *dict = dict_of(o, area);
    if (!dict) {
        int slot = area && !(o->shape->flags & SHAPE_DICT_MODE) ? shape_slot(o->shape, name) : -1;
        if (slot < 0 || is_unbound(*slot_at(o->shape, area, (unsigned)slot)))
            return ABSENT;
        Shape *parent = shape_parent(o->shape);
        if (slot == o->shape->n_attrs - 1 && parent) {
            Value *at = slot_at(o->shape, area, (unsigned)slot);
            Value old = *at;
            *at = UNBOUND;
            if (!resize_more(o, area, parent)) {
                *at = old;
                return FAILED;
            }
            o->shape = parent;
            release(old);
            return FOUND;
        }
        if (!(dict = to_dict_mode(o)))
            return FAILED;
    }
    own Value hold = retain(obj_value(dict));
    return dict_del(dict, name);
}

Value instance_dict(Object *o)
{
    if (object_attrs(o)) {
        Dict *dict = to_dict_mode(o);
        return dict ? retain(obj_value(dict)) : ERROR;
    }
    Value *field = own_dict(o);
    assert(field);
    if (!is_ptr(*field)) {
        Value made = dict_new();
        if (is_error(made))
            return ERROR;
        set_slot(field, made);
    }
    return retain(*field);
}

bool instance_set_dict(Object *o, Value dict)
{
    assert(dict_check(dict));
    AttrArea *area = object_attrs(o);
    if (!area) {
        Value *field = own_dict(o);
        assert(field);
        set_slot(field, retain(dict));
        return true;
    }
    if (!to_dict_mode(o))
        return false;
    Object *old = area->more;
    area->more = retain_obj(as_obj(dict));
    release_obj(old);
    return true;
}

Value instance_dict_get(Value self) { return instance_dict(as_obj(self)); }

bool instance_dict_put(Value self, Value dict)
{
    if (is_unbound(dict))
        return raise_false(TypeError, "cannot delete __dict__");
    if (!dict_check(dict))
        return raise_false(TypeError, "__dict__ must be set to a dictionary, not a '%.200T'", dict);
    return instance_set_dict(as_obj(self), dict);
}

bool instance_next(Object *o, uint64_t *position, Value *name, Value *value)
{
    AttrArea *area = object_attrs(o);
    Dict *dict = dict_of(o, area);
    if (dict)
        return dict_next(dict, position, name, value);
    while (area && *position < o->shape->n_attrs) {
        *name = o->shape->names->at[*position];
        *value = *slot_at(o->shape, area, (unsigned)*position);
        ++*position;
        if (!is_unbound(*value))
            return true;
    }
    return false;
}

void instance_check_valid(const Object *o)
{
    const AttrArea *area = object_attrs(o);
    const Shape *shape = o->shape;
    assert(shape->type && shape->n_attrs <= SHAPE_MAX_ATTRS && (shape->n_attrs == 0 || shape->names));
    if (!area)
        return;
    if (shape->flags & SHAPE_DICT_MODE) {
        assert(!area->more || dict_check(obj_value(area->more)));
        for (unsigned i = 0; i < shape->type->n_inline; i++)
            assert(is_unbound(area->inline_[i]));
        return;
    }
    assert(shape->n_attrs <= shape->type->n_inline || area->more);
    for (unsigned i = 0; i < shape->n_attrs; i++) {
        Value v = i < shape->type->n_inline ? area->inline_[i] : ((const Value *)area->more)[i - shape->type->n_inline];
        assert(!is_error(v) && !is_stop(v));
        (void)v;
    }
}
