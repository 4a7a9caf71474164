/* shape.c -- the transition trees. */
#include "interp/object/shape.h"
#include "gc/check.h"
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/str.h"

static uint32_t last_version;

void shapes_check_valid(const Type *type)
{
    const struct ClassExtra *x = type->extra;
    assert(type->shape.type == &type->heap && type->shape.n_attrs == 0 && type->shape.flags == 0);
    assert(x || !type->shape.names);
    for (const Shape *s = x ? x->shapes : NULL; s; s = ((ShapeInfo *)s->names)->sibling) {
        const ShapeInfo *i = (const ShapeInfo *)s->names;
        assert(s->type == &type->heap && s->n_attrs <= SHAPE_MAX_ATTRS && i->n_next <= i->cap_next);
        assert((s->flags & SHAPE_DICT_MODE) ? s == x->dict_shape && s->n_attrs == 0 : s->n_attrs == i->parent->n_attrs + 1);
        for (unsigned k = 0; k < s->n_attrs; k++)
            assert(str_exact(i->list.at[k]) && (as_obj(i->list.at[k])->birth & STR_INTERNED));
        for (uint32_t k = 0; k < i->n_next; k++)
            assert(i->next[k].to->n_attrs == s->n_attrs + 1 && same(i->next[k].to->names->at[s->n_attrs], i->next[k].name));
    }
}

uint32_t shape_new_version(void)
{
    return last_version == UINT32_MAX ? 0 : ++last_version;
}

/* The names that types and their shapes own. */
static void visit_type(void *visitor, Object *o)
{
    static const Edge edge = { TRACE_VALUE, "attribute", 0, UNBOUND_INIT };
    struct ClassExtra *x = is_type(obj_value(o)) ? ((Type *)o)->extra : NULL;
    if (is_type(obj_value(o)) && is_ptr(((Type *)o)->qualname))
        ((Visitor *)visitor)->visit(visitor, as_obj(((Type *)o)->qualname), &edge);
    for (const Shape *s = x ? x->shapes : NULL; s; s = ((ShapeInfo *)s->names)->sibling)
        if (s->n_attrs)
            ((Visitor *)visitor)->visit(visitor, as_obj(s->names->at[s->n_attrs - 1]), &edge);
}
static void visit_types(Visitor *visitor)
{
    heap_each(visit_type, visitor);
    heap_each_static(visit_type, visitor);
}

struct ClassExtra *type_extra(Type *type)
{
    static bool is_known;
    if (type->extra)
        return type->extra;
    if (!is_known)
        heap_add_holder(visit_types);
    is_known = true;
    struct ClassExtra *x = heap_buf(sizeof *x);
    if (!x)
        return raise_memory_null();
    memset(x, 0, sizeof *x);
    x->slot_names = UNBOUND;
    type->extra = x;
    assert(!type->shape.names && type->shape.n_attrs == 0 && !(type->shape.flags & SHAPE_DICT_MODE));
    type->shape.names = &x->root.list;
    return x;
}

static ShapeInfo *info(const Shape *s) { return (ShapeInfo *)s->names; }

typedef struct OwnShape { Shape shape; ShapeInfo info; } OwnShape;

static Shape *shape_make(Type *type, unsigned n_attrs, uint16_t flags)
{
    struct ClassExtra *x = type_extra(type);
    OwnShape *made = x ? heap_buf(sizeof *made) : NULL;
    if (!made)
        return raise_memory_null();
    memset(made, 0, sizeof *made);
    if (n_attrs && !(made->info.list.at = heap_buf(n_attrs * sizeof(Value)))) {
        heap_buf_free(made, sizeof *made);
        return raise_memory_null();
    }
    made->shape = (Shape){ .type = &type->heap, .version = shape_new_version(), .n_attrs = (uint16_t)n_attrs, .flags = flags,
                           .names = &made->info.list };
    made->info.sibling = x->shapes;
    x->shapes = &made->shape;
    return &made->shape;
}

Shape *shape_add(Shape *from, Value name)
{
    assert(from->n_attrs < SHAPE_MAX_ATTRS && !(from->flags & SHAPE_DICT_MODE));
    assert(str_exact(name) && (as_obj(name)->birth & STR_INTERNED));
    Type *type = (Type *)from->type;
    if (!type_extra(type))
        return NULL;
    ShapeInfo *i = info(from);
    for (uint32_t k = 0; k < i->n_next; k++)
        if (same(i->next[k].name, name))
            return i->next[k].to;
    if (i->n_next == i->cap_next) {
        uint32_t cap = i->cap_next ? i->cap_next * 2 : 2;
        Transition *wider = heap_buf_realloc(i->next, i->cap_next * sizeof *wider, cap * sizeof *wider);
        if (!wider)
            return raise_memory_null();
        i->next = wider;
        i->cap_next = cap;
    }
    Shape *made = shape_make(type, from->n_attrs + 1u, 0);
    if (!made)
        return NULL;
    ShapeInfo *m = info(made);
    assert(made->n_attrs == from->n_attrs + 1 && shape_slot(from, name) < 0);
    if (from->n_attrs)
        memcpy(m->list.at, i->list.at, from->n_attrs * sizeof(Value));
    m->list.at[from->n_attrs] = retain(name);
    m->parent = from;
    i->next[i->n_next++] = (Transition){ name, made };
    return made;
}

Shape *shape_parent(const Shape *shape) { return shape->names ? info(shape)->parent : NULL; }

Shape *shape_dict_mode(Type *type)
{
    struct ClassExtra *x = type_extra(type);
    if (!x)
        return NULL;
    if (!x->dict_shape)
        x->dict_shape = shape_make(type, 0, SHAPE_DICT_MODE);
    assert_error_iff(!x->dict_shape);
    return x->dict_shape;
}

void shapes_renumber(Type *type)
{
    type->shape.version = shape_new_version();
    if (type->extra)
        for (Shape *s = type->extra->shapes; s; s = info(s)->sibling)
            s->version = shape_new_version();
}

static void info_free(ShapeInfo *i, unsigned n_attrs)
{
    if (n_attrs) {
        release(i->list.at[n_attrs - 1]);
        heap_buf_free(i->list.at, n_attrs * sizeof(Value));
    }
    heap_buf_free(i->next, i->cap_next * sizeof *i->next);
}

void shapes_free(Type *type)
{
    struct ClassExtra *x = type->extra;
    if (!x)
        return;
    for (Shape *s = x->shapes, *next; s; s = next) {
        next = info(s)->sibling;
        info_free(info(s), s->n_attrs);
        heap_buf_free(s, sizeof(OwnShape));
    }
    info_free(&x->root, 0);
    x->shapes = x->dict_shape = NULL;
    memset(&x->root, 0, sizeof x->root);
}

size_t shapes_size_bytes(const Type *type)
{
    size_t n = 0;
    if (type->extra) {
        n += sizeof *type->extra + type->extra->root.cap_next * sizeof(Transition);
        for (Shape *s = type->extra->shapes; s; s = info(s)->sibling)
            n += sizeof(OwnShape) + s->n_attrs * sizeof(Value) + info(s)->cap_next * sizeof(Transition);
    }
    return n;
}

int shape_slot(const Shape *shape, Value name)
{
    assert(has_flag(name, TYPE_IS_STR) && shape->n_attrs <= SHAPE_MAX_ATTRS);
    unsigned n = shape->n_attrs;
    if (n == 0)
        return -1;
    const Value *at = shape->names->at;
    for (unsigned i = 0; i < n; i++)
        if (same(at[i], name))
            return (int)i;
    if (as_obj(name)->birth & STR_INTERNED)
        return -1;
    for (unsigned i = 0; i < n; i++)
        if (str_equal(as_str(at[i]), as_str(name)))
            return (int)i;
    return -1;
}
