/* attr.h -- attribute lookup along the MRO, instance attributes by shape, and what inline caches may remember.
 *
 * Guard: obj->shape->version. It pins the instance's layout, its class, the class's MRO and all their dicts: a class that changes
 * renumbers its shapes and those of its subclasses. 0 is never a valid version. */
#ifndef OBJECT_ATTR_H
#define OBJECT_ATTR_H
#include "interp/object/dict.h"
#include "interp/object/type.h"

void attr_init(void);            /* before the first type is made ready */
void attr_cache_check_valid(void);       /* asserts that each row of the method cache has an interned name */
/* Lookup in the type and its bases, no descriptors bound: borrowed; UNBOUND when absent. Global method cache behind it. name: interned str best. */
Value type_lookup_peek(Type *type, Value name);
Value type_lookup_uncached_peek(Type *type, Value name);         /* the same, leaving the cache alone */
/* attr_get_generic without the AttributeError of an absent name. FAILED may be an AttributeError that a descriptor raised. */
must_use Found attr_find_generic(Value v, Value name, Value *value);
bool attr_name_check(Value name);                      /* false: TypeError, not a str */
/* The generic getattr/setattr slots. */
must_use Value attr_get_generic(Value v, Value name);
must_use bool attr_set_generic(Value v, Value name, Value value_or_unbound);
must_use Value type_getattr(Value type, Value name);             /* type's own slot */

/* Instance attributes. A slot may hold UNBOUND after the collector cleared the instance: that is an absent attribute. */
Found instance_find(Object *o, Value name, Value *value);        /* owned; own attributes only */
must_use bool instance_set(Object *o, Value name, Value value);  /* transition to the next shape; > 64 attributes: dict mode */
must_use Found instance_del(Object *o, Value name);
must_use Value instance_dict(Object *o);               /* `__dict__`: a dict that stays in step (the instance goes to dict mode); owned */
must_use bool instance_set_dict(Object *o, Value dict);
/* The same as the functions of a GetSet row: TypeError for deletion and for what is no dict. */
must_use Value instance_dict_get(Value self);
must_use bool instance_dict_put(Value self, Value dict_or_unbound);
#define INSTANCE_DICT_ROW { "__dict__", instance_dict_get, instance_dict_put, NULL }
/* The names in order, with values; for dir, copy, pickle, tables. position starts at 0; borrowed. */
bool instance_next(Object *o, uint64_t *position, Value *name, Value *value);
void instance_check_valid(const Object *o);            /* asserts the invariants of its attribute area, if it has one */
int shape_slot(const Shape *shape, Value name);        /* slot number or -1 */
static inline Value *instance_slot(Object *o, unsigned slot)     /* slot < shape->n_attrs */
{
    AttrArea *area = (AttrArea *)((char *)o + o->shape->type->attrs_offset);      /* attrs_offset > 0 */
    unsigned n_inline = o->shape->type->n_inline;
    assert(o->shape->type->attrs_offset > 0 && (slot < n_inline || area->more));
    return slot < n_inline ? &area->inline_[slot] : &((Value *)area->more)[slot - n_inline];
}

/* What a cache at LOAD_ATTR / LOAD_METHOD / STORE_ATTR may do next time for this shape. */
typedef enum AttrCacheKind {
    ATTR_UNCACHEABLE,
    ATTR_SLOT,          /* own attribute in slot `slot` (attrs_offset > 0) */
    ATTR_CLASS_VALUE,   /* a non-descriptor of the class: `value` */
    ATTR_METHOD,        /* a function-like descriptor of the class, not shadowed: `value` (LOAD_METHOD pairs it with self; LOAD_ATTR binds it) */
    ATTR_MEMBER,        /* __slots__ member at byte offset `slot` */
    ATTR_GETTER,        /* property: `value` is the fget */
    ATTR_NATIVE_GETTER, /* GetSet of a built-in type: `value` is the descriptor */
    ATTR_MODULE_CELL,   /* attribute of a module: `value` is its GlobalCell (guard: the module's dict identity is the shape of the module object) */
    ATTR_TYPE_VALUE,    /* attribute of a class object itself: `value` (guard: version of the type's own instance shape) */
    ATTR_ADD_SLOT,      /* STORE_ATTR that adds: new_shape, slot */
} AttrCacheKind;
typedef struct AttrCacheInfo { AttrCacheKind kind; uint32_t version; uint32_t slot; Value value; /* borrowed */ Shape *new_shape; } AttrCacheInfo;
/* attr_note_change -- the class attribute `name` (interned) gets one immediate for another. True: nobody caches attributes of this name.
 * attr_is_changing -- may attributes of this name in classes not be cached? */
bool attr_note_change(Value name);
bool attr_is_changing(Value name);
void attr_cache_load(Value v, Value name, AttrCacheInfo *);      /* runs no Python code */
void attr_cache_store(Value v, Value name, AttrCacheInfo *);
/* Absent instead of AttributeError, whatever the type's getattr slot is. */
must_use Found attr_find(Value v, Value name, Value *value);
/* AttributeError "'T' object has no attribute 'name'" with name and obj noted; for types "type object 'T' has ...". */
void attr_error(Value v, Value name);
bool type_has_dict(const Type *type);                  /* instances have a __dict__ */
/* A class changed: renumber its shapes and its subclasses', drop method-cache rows. */
void type_modified(Type *type);
#endif
