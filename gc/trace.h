/* trace.h -- the collector's loop over an object's children, without names and without a call an edge.
 *
 * For gc/ only. trace_children(o, op, ctx) expands in place; `op` must be a static inline function, so that each use is
 * one switch over the type's rows with the operation inlined into each loop. (Calling a function for each edge costs 2.4
 * times as much: that, not the page layout, is what makes linked-list collectors slow on small heaps.)
 * object_trace in heap.h does the same with named edges. */
#ifndef GC_TRACE_H
#define GC_TRACE_H
#include "gc/heap.h"

typedef void ChildFn(void *ctx, Object *child);

typedef struct TraceAdapter { Visitor visitor; ChildFn *op; void *ctx; } TraceAdapter;
static inline void trace_adapt(Visitor *v, Object *child, const Edge *edge)
{
    (void)edge;
    TraceAdapter *a = (TraceAdapter *)v;
    if (child)
        a->op(a->ctx, child);
}

#define TRACE_INLINE static inline __attribute__((always_inline))

static inline void *trace_field(const Object *o, uint32_t offset) { return (char *)o + offset; }
static inline uint64_t trace_count(const Object *o, const TraceRow *row) { return *(uint64_t *)trace_field(o, row->count_offset); }

/* `op` must accept NULL: a zero may stand where a Value should (an object being built). */
TRACE_INLINE void trace_value(Value v, ChildFn *op, void *ctx)
{
    if (is_ptr(v))
        op(ctx, as_obj(v));
}

TRACE_INLINE void trace_attrs(Object *o, ChildFn *op, void *ctx)
{
    AttrArea *area = object_attrs(o);
    if (!area)
        return;
    const Shape *shape = o->shape;
    if (shape->flags & SHAPE_DICT_MODE) {
        op(ctx, area->more);
        return;
    }
    uint32_t n_inline = shape->type->n_inline, n = shape->n_attrs, n_first = n < n_inline ? n : n_inline;
    for (uint32_t i = 0; i < n_first; i++)
        trace_value(area->inline_[i], op, ctx);
    Value *more = area->more;
    for (uint32_t i = n_first; more && i < n; i++)
        trace_value(more[i - n_first], op, ctx);
}

/* The children that one row names, TRACE_CUSTOM apart. */
TRACE_INLINE void trace_row(Object *o, const TraceRow *row, ChildFn *op, void *ctx)
{
    switch (row->kind) {
    case TRACE_VALUE:
        trace_value(*(Value *)trace_field(o, row->offset), op, ctx);
        break;
    case TRACE_OBJECT:
        op(ctx, *(Object **)trace_field(o, row->offset));
        break;
    case TRACE_VECTOR:
    case TRACE_TAIL: {
        Value *v = row->kind == TRACE_TAIL ? trace_field(o, row->offset) : *(Value **)trace_field(o, row->offset);
        for (Value *end = v ? v + trace_count(o, row) : v; v < end; v++)
            trace_value(*v, op, ctx);
        break;
    }
    case TRACE_TABLE: {
        TableEntry *e = *(TableEntry **)trace_field(o, row->offset);
        for (TableEntry *end = e ? e + trace_count(o, row) : e; e < end; e++) {
            trace_value(e->key, op, ctx);
            trace_value(e->value, op, ctx);
        }
        break;
    }
    case TRACE_KEYS: {
        KeyEntry *e = *(KeyEntry **)trace_field(o, row->offset);
        for (KeyEntry *end = e ? e + trace_count(o, row) : e; e < end; e++)
            trace_value(e->key, op, ctx);
        break;
    }
    case TRACE_ATTRS:
        trace_attrs(o, op, ctx);
        break;
    case TRACE_CUSTOM:
    case TRACE_END:
        break;
    }
}

/* The children that the type's rows name. */
TRACE_INLINE void trace_rows(Object *o, const HeapType *type, ChildFn *op, void *ctx)
{
    for (const TraceRow *row = type->trace; row && row->kind != TRACE_END; row++) {
        if (row->kind == TRACE_CUSTOM) {
            TraceAdapter adapter = { { trace_adapt }, op, ctx };
            if (type->trace_custom)
                type->trace_custom(o, &adapter.visitor);
            continue;
        }
        trace_row(o, row, op, ctx);
    }
}

/* All children: those, and the type when the object owns a reference to it. */
TRACE_INLINE void trace_children(Object *o, ChildFn *op, void *ctx)
{
    const HeapType *type = o->shape->type;
    if (type->heap_flags & HEAP_TYPE_COUNTED)
        op(ctx, (Object *)type);
    trace_rows(o, type, op, ctx);
}
#endif
