/* class_change.c -- `C.__bases__ = ...` and `x.__class__ = ...`. Declared in class.h. */
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/audit.h"
#include "interp/object/class.h"
#include "interp/object/layout.h"
#include "interp/object/list.h"
#include "interp/object/module.h"
#include "interp/object/shape.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

/* Do instances of both have the same fields at the same places? */
static bool same_layout(const Type *a, const Type *b)
{
    if (a->heap.basic_size != b->heap.basic_size || a->heap.attrs_offset != b->heap.attrs_offset || a->heap.n_inline != b->heap.n_inline ||
        a->dict_offset != b->dict_offset || ((a->flags ^ b->flags) & (TYPE_HAS_DICT | TYPE_WEAK)) ||
        ((a->heap.heap_flags ^ b->heap.heap_flags) & HEAP_TYPE_VAR))
        return false;
    while (a != b && (a->flags & TYPE_HEAP) && (!a->extra || a->extra->n_members == 0))
        a = a->base;
    while (b != a && (b->flags & TYPE_HEAP) && (!b->extra || b->extra->n_members == 0))
        b = b->base;
    if (a == b)
        return true;
    if (!(a->flags & TYPE_HEAP) || !(b->flags & TYPE_HEAP) || a->extra->n_members != b->extra->n_members)
        return false;
    for (uint32_t i = 0; i < a->extra->n_members; i++)
        if (strcmp(a->extra->members[i].name, b->extra->members[i].name) != 0 || a->extra->members[i].offset != b->extra->members[i].offset)
            return false;
    return a->base == b->base;
}

/* Built-in structs below the classes must be the same; then attributes can be carried over one by one. */
static bool same_struct(const Type *a, const Type *b)
{
    while ((a->flags & TYPE_HEAP) && (!a->extra || a->extra->n_members == 0))
        a = a->base;
    while ((b->flags & TYPE_HEAP) && (!b->extra || b->extra->n_members == 0))
        b = b->base;
    return a == b;
}

/* The instance's attributes by name in the shapes of the new class. */
static bool move_attributes(Object *o, Type *from, Type *to)
{
    AttrArea *area = object_attrs(o);
    if (o->shape->flags & SHAPE_DICT_MODE) {
        Shape *shape = shape_dict_mode(to);
        if (shape)
            o->shape = shape;
        return shape != NULL;
    }
    assert(!area || from->heap.n_inline == to->heap.n_inline);
    Shape *shape = &to->shape;
    assert(from != to && obj_type(o) == from);
    for (unsigned i = 0; area && i < o->shape->n_attrs; i++)
        if (!(shape = shape_add(shape, o->shape->names->at[i])))
            return false;
    o->shape = shape;
    return true;
}

bool instance_set_class(Value v, Value cls)
{
    if (is_unbound(cls))
        return raise_false(TypeError, "can't delete __class__ attribute");
    if (!is_type(cls))
        return raise_false(TypeError, "__class__ must be set to a class, not '%T' object", cls);
    if (!is_unbound(audit_hooks)) {
        own Value name = str_from("__class__");
        if (is_error(name) || !audit3("object.__setattr__", v, name, cls))
            return false;
    }
    Type *to = as_type(cls), *from = type_of(v);
    bool modules = type_is_subtype(to, &module_type) && type_is_subtype(from, &module_type);
    if (!modules && (!(to->flags & TYPE_HEAP) || !(from->flags & TYPE_HEAP)))
        return raise_false(TypeError, "__class__ assignment only supported for mutable types or ModuleType subclasses");
    if (to == from)
        return true;
    Object *o = as_obj(v);
    bool has_area = from->heap.attrs_offset != 0;
    if (!same_layout(from, to)) {
        bool only_inline = same_struct(from, to) && has_area && from->heap.attrs_offset == to->heap.attrs_offset &&
                           !((from->flags ^ to->flags) & (TYPE_HAS_DICT | TYPE_WEAK));
        if (!only_inline)
            return raise_false(TypeError, "__class__ assignment: '%s' object layout differs from '%s'", to->heap.name, from->heap.name);
        own Value dict = instance_dict(o);       /* dict mode never looks at inline slots, however many the new class has */
        if (is_error(dict))
            return false;
    }
    if (!move_attributes(o, from, to))
        return false;
    assert(obj_type(o) == to && to->heap.attrs_offset == from->heap.attrs_offset);
    if (to->heap.heap_flags & HEAP_TYPE_COUNTED)
        retain_obj(to);
    if (from->heap.heap_flags & HEAP_TYPE_COUNTED)
        release_obj(from);
    return true;
}

/* New MROs for a class and all below it. Old ones are kept on `undo`, a list of (type, mro) pairs. */
static bool renew_mro(Type *type, Value undo)
{
    Value before = type->mro;
    own Value hold = retain(before), bases = retain(type->bases);
    own Value mro = mro_compute(type, bases);
    if (is_error(mro))
        return false;
    if (!same(type->mro, before))        /* mro() assigned __bases__ itself: that is newer */
        return true;
    own Value pair = tuple_of2(obj_value(type), type->mro);
    if (is_error(pair) || !list_append(undo, pair))
        return false;
    set_slot(&type->mro, retain(mro));
    type_modified(type);
    for (uint32_t i = 0; i < type->n_subclasses; i++)
        if (!renew_mro(type->subclasses[i], undo))
            return false;
    return true;
}

static void refill(Type *type)
{
    if (type->flags & TYPE_HEAP)
        slots_fill(type);
    for (uint32_t i = 0; i < type->n_subclasses; i++)
        refill(type->subclasses[i]);
}

/* The MRO may not say so yet, while a metaclass's mro() runs. */
static bool in_base_chain(const Type *type, const Type *wanted)
{
    while (type && type != wanted)
        type = type->base;
    return type != NULL;
}

bool type_set_bases(Type *type, Value bases)
{
    if (!(type->flags & TYPE_HEAP))
        return raise_false(TypeError, "cannot set '__bases__' attribute of immutable type '%s'", type->heap.name);
    if (is_unbound(bases))
        return raise_false(TypeError, "can't delete %s.__bases__", type->heap.name);
    own Value attribute = is_unbound(audit_hooks) ? UNBOUND : str_from("__bases__");
    if (is_error(attribute) || !audit3("object.__setattr__", obj_value((Object *)type), attribute, bases))
        return false;
    if (!tuple_check(bases))
        return raise_false(TypeError, "can only assign tuple to %s.__bases__, not %T", type->heap.name, bases);
    if (tuple_len(bases) == 0)
        return raise_false(TypeError, "can only assign non-empty tuple to %s.__bases__, not ()", type->heap.name);
    for (uint64_t i = 0; i < tuple_len(bases); i++) {
        Value base = tuple_peek(bases, i);
        if (!is_type(base))
            return raise_false(TypeError, "%s.__bases__ must be tuple of classes, not '%T'", type->heap.name, base);
        if (type_is_subtype(as_type(base), type) || in_base_chain(as_type(base), type))
            return raise_false(TypeError, "a __bases__ item causes an inheritance cycle");
    }
    Type *base = layout_best_base(bases);
    if (!base)
        return false;
    if (!same_layout(base, type->base) && !(same_struct(base, type->base) && !((base->flags ^ type->base->flags) & TYPE_HAS_DICT)))
        return raise_false(TypeError, "__bases__ assignment: '%s' %s differs from '%s'", base->heap.name,
                           base->flags & type->base->flags & TYPE_HEAP ? "object layout" : "deallocator", type->base->heap.name);
    own Value undo = list_new(4);
    own Value old_bases = retain(type->bases);
    Type *old_base = type->base;
    if (is_error(undo))
        return false;
    set_slot(&type->bases, retain(bases));
    type->base = retain_obj(base);
    bool good = renew_mro(type, undo);
    if (!good) {
        ErrorState saved = error_save();
        for (uint64_t i = 0; i < list_len(undo); i++) {
            Type *t = as_type(tuple_peek(list_peek(undo, i), 0));
            set_slot(&t->mro, retain(tuple_peek(list_peek(undo, i), 1)));
        }
        if (same(type->bases, bases)) {
            set_slot(&type->bases, retain(old_bases));
            type->base = old_base;
            release_obj(base);
        } else {
            release_obj(old_base);
        }
        type_modified(type);
        error_restore(saved);
        return false;
    }
    if (!same(type->bases, bases)) {     /* assigned again meanwhile: all is done */
        release_obj(old_base);
        return true;
    }
    good = subclass_link(type, bases);
    release_obj(old_base);
    refill(type);
    return good;
}
