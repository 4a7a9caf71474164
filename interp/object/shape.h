/* shape.h -- layouts of instances: a tree of transitions for each type, one step an attribute name.
 *
 * Invariants: a shape lives as long as its type; a type's shapes are all on the list in its ClassExtra; every shape in use has
 * a version that no other shape ever had (0 once the counter ran out: such shapes are never cached). */
#ifndef OBJECT_SHAPE_H
#define OBJECT_SHAPE_H
#include "interp/object/type.h"

enum { SHAPE_MAX_ATTRS = 64 };   /* more: dict mode */

typedef struct Transition { Value name; Shape *to; } Transition;
typedef struct ShapeInfo {       /* what Shape.names points to */
    ShapeNames list;             /* first. at[i] is owned by the shape that added it */
    Transition *next;
    uint32_t n_next, cap_next;
    Shape *sibling;              /* next on the type's list */
    Shape *parent;
} ShapeInfo;

/* What a type keeps beside its struct; made by type_extra. */
struct ClassExtra {
    Shape *shapes;               /* all but the root */
    Shape *dict_shape;           /* the shape of instances in dict mode; NULL until used */
    ShapeInfo root;
    char *name;                  /* storage of heap.name; NULL: static */
    TraceRow *trace;             /* storage of heap.trace; NULL: the base's or static */
    uint32_t n_trace;
    Member *members;             /* of __slots__; names are borrowed from slot_names */
    uint32_t n_members;
    Value slot_names;            /* tuple of mangled slot names, sorted; UNBOUND */
    Type **linked;               /* the bases whose `subclasses` list us, owned: the collector may empty the tuple of bases before we die */
    uint32_t n_linked;
};
must_use struct ClassExtra *type_extra(Type *type);              /* NULL: memory, error pending */
uint32_t shape_new_version(void);
/* shape_add -- the shape with `name` (interned) behind the attributes of `from`; NULL: memory, error pending. */
must_use Shape *shape_add(Shape *from, Value name);
must_use Shape *shape_dict_mode(Type *type);
Shape *shape_parent(const Shape *shape);               /* without the last attribute; NULL for root shapes */
/* Renumber every shape of the type: all caches that guard on one are dead. */
void shapes_renumber(Type *type);
void shapes_free(Type *type);                          /* at the type's death: no instance is left */
size_t shapes_size_bytes(const Type *type);            /* ClassExtra included */
void shapes_check_valid(const Type *type);             /* asserts the invariants */
#endif
