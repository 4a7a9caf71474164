/* layout.c -- where the fields of an instance are: which base's struct it extends, where __slots__ and the attribute area go.
 * Declared in class.h and layout.h. */
#include "interp/object/layout.h"
#include "gc/heap.h"
#include "interp/object/class.h"
#include "interp/object/list.h"
#include "interp/object/native.h"
#include "interp/object/shape.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static size_t area_bytes(const HeapType *h) { return sizeof(AttrArea) + h->n_inline * sizeof(Value); }

/* The struct without an attribute area at its end: what must agree between bases. */
static size_t struct_size(const Type *t)
{
    const HeapType *h = &t->heap;
    if (h->attrs_offset > 0 && (size_t)h->attrs_offset + area_bytes(h) == h->basic_size)
        return (size_t)h->attrs_offset;
    return (h->basic_size + 7u) & ~(size_t)7;
}

Type *layout_solid_base(Type *type)
{
    Type *base = type->base ? layout_solid_base(type->base) : &object_type;
    bool extends = struct_size(type) != struct_size(base) || (type->flags & TYPE_SOLID) ||
                   (type->heap.heap_flags & HEAP_TYPE_VAR) != (base->heap.heap_flags & HEAP_TYPE_VAR);
    return extends ? type : base;
}

Type *layout_best_base(Value bases)
{
    Type *base = NULL, *winner = NULL;
    assert(tuple_len(bases) > 0);
    for (uint64_t i = 0; i < tuple_len(bases); i++) {
        Value v = tuple_peek(bases, i);
        if (!is_type(v))
            return raise_null(TypeError, "bases must be types");
        Type *type = as_type(v);
        if (!(type->flags & TYPE_BASE))
            return raise_null(TypeError, "type '%.100s' is not an acceptable base type", type->heap.name);
        Type *candidate = layout_solid_base(type);
        if (!winner || (candidate != winner && type_is_subtype(candidate, winner))) {
            winner = candidate;
            base = type;
        } else if (!type_is_subtype(winner, candidate)) {
            return raise_null(TypeError, "multiple bases have instance lay-out conflict");
        }
    }
    return base;
}

unsigned layout_trace_rows(const TraceRow *rows)
{
    unsigned n = 0;
    while (rows && rows[n].kind != TRACE_END)
        n++;
    return n;
}

/* The area can grow only while it is the last thing in the struct. */
static void place_attrs(Type *type, unsigned wanted_inline)
{
    HeapType *h = &type->heap;
    if (h->attrs_offset == -1)
        return;
    bool at_end = h->attrs_offset > 0 && (size_t)h->attrs_offset + area_bytes(h) == h->basic_size;
    if (h->attrs_offset == 0) {
        assert(((h->basic_size + 7) & ~7u) <= INT16_MAX);
        h->attrs_offset = (int16_t)((h->basic_size + 7) & ~7u);
        h->n_inline = 0;
        at_end = true;
    }
    if (at_end && wanted_inline > h->n_inline)
        h->n_inline = (uint16_t)wanted_inline;
    if (at_end)
        h->basic_size = (uint32_t)((size_t)h->attrs_offset + area_bytes(h));
}

bool layout_place(Type *type, const Type *base, Value slot_names, bool add_dict, unsigned wanted_inline)
{
    struct ClassExtra *x = type_extra(type);
    if (!x)
        return false;
    HeapType *h = &type->heap;
    h->basic_size = base->heap.basic_size;
    h->attrs_offset = base->heap.attrs_offset;
    h->n_inline = base->heap.n_inline;
    h->heap_flags = HEAP_TYPE_COUNTED | (base->heap.heap_flags & (HEAP_TYPE_VAR | HEAP_TYPE_HUB));
    unsigned n_base = layout_trace_rows(base->heap.trace), n = (unsigned)tuple_len(slot_names);
    x->trace = heap_buf((n_base + n + 2) * sizeof(TraceRow));
    if (!x->trace)
        return raise_memory_false();
    x->n_trace = n_base + n + 2;
    TraceRow *row = x->trace;
    if (n_base)
        memcpy(row, base->heap.trace, n_base * sizeof *row);
    row += n_base;
    if (n) {
        x->members = heap_buf(n * sizeof(Member));
        if (!x->members)
            return raise_memory_false();
        x->n_members = n;
        h->basic_size = (h->basic_size + 7) & ~7u;
        for (unsigned i = 0; i < n; i++) {
            const char *name = str_utf8_peek(tuple_peek(slot_names, i), NULL);
            if (!name)
                return raise_memory_false();
            if (h->basic_size > 30000)
                return raise_false(ValueError, "too many __slots__");
            x->members[i] = (Member){ name, MEMBER_VALUE, h->basic_size, true, NULL };
            *row++ = (TraceRow){ TRACE_VALUE, h->basic_size, 0, name };
            h->basic_size += sizeof(Value);
        }
    }
    bool had_area = h->attrs_offset != 0;
    if (add_dict && (h->heap_flags & HEAP_TYPE_VAR) && !had_area) {
        h->attrs_offset = -1;
        h->n_inline = 0;
    } else if (add_dict || h->attrs_offset > 0) {
        place_attrs(type, n && had_area ? 0 : wanted_inline);
    }
    if (h->attrs_offset != 0 && !had_area)
        *row++ = (TraceRow){ TRACE_ATTRS, (uint32_t)h->attrs_offset, 0, "" };
    *row = (TraceRow){ .kind = TRACE_END };
    assert(row < x->trace + x->n_trace && h->basic_size >= base->heap.basic_size);
    h->trace = x->trace;         /* also without rows: an instance owns its class, which may hold the instance */
    return true;
}

/* Give the fields that the trace rows name their empty values. How many bytes that were. */
static inline size_t empty_by_rows(Object *o, const HeapType *h)
{
    size_t n_bytes = 0;
    for (const TraceRow *row = h->trace; row && row->kind != TRACE_END; row++) {
        if (row->kind == TRACE_VALUE) {
            *(Value *)((char *)o + row->offset) = UNBOUND;
            n_bytes += sizeof(Value);
        } else if (row->kind == TRACE_ATTRS) {
            attrs_init(object_attrs(o), h);
            n_bytes += sizeof(AttrArea) + h->n_inline * sizeof(Value);
        }
    }
    return n_bytes;
}

Value instance_new(Type *type)
{
    const HeapType *h = &type->heap;
    assert(!(h->heap_flags & HEAP_TYPE_VAR));
    Object *o = heap_new(&type->shape, h->basic_size);
    if (UNLIKELY(!o))
        return raise_memory();
    if (UNLIKELY(empty_by_rows(o, h) != h->basic_size - sizeof(Object))) {
        memset(o + 1, 0, h->basic_size - sizeof(Object));
        empty_by_rows(o, h);
    }
    return obj_value(o);
}

/* --- who derives from whom ---------------------------------------------------------------------------------------------- */

bool subclass_add(Type *base, Type *type)
{
    for (uint32_t i = 0; i < base->n_subclasses; i++)
        if (base->subclasses[i] == type)
            return true;
    if (base->n_subclasses == base->cap_subclasses) {
        uint32_t cap = base->cap_subclasses ? base->cap_subclasses * 2 : 4;
        Type **wider = heap_buf_realloc(base->subclasses, base->cap_subclasses * sizeof *wider, cap * sizeof *wider);
        if (!wider)
            return raise_memory_false();
        base->subclasses = wider;
        base->cap_subclasses = cap;
    }
    assert(base->n_subclasses < base->cap_subclasses);
    base->subclasses[base->n_subclasses++] = type;
    return true;
}

void subclass_remove(Type *base, Type *type)
{
    for (uint32_t i = 0; i < base->n_subclasses; i++)
        if (base->subclasses[i] == type) {
            memmove(&base->subclasses[i], &base->subclasses[i + 1], (--base->n_subclasses - i) * sizeof *base->subclasses);
            return;
        }
}

void subclass_unlink(Type *type)
{
    struct ClassExtra *x = type->extra;
    Type **linked = x->linked;
    uint32_t n = x->n_linked;
    x->linked = NULL;
    x->n_linked = 0;
    for (uint32_t i = 0; i < n; i++)
        subclass_remove(linked[i], type);
    for (uint32_t i = 0; i < n; i++)
        release_obj(linked[i]);
    heap_buf_free(linked, n * sizeof *linked);
}

bool subclass_link(Type *type, Value bases)
{
    uint64_t n = tuple_len(bases);
    Type **linked = heap_buf(n * sizeof *linked);
    if (!linked)
        return raise_memory_false();
    bool good = true;
    for (uint64_t i = 0; i < n; i++)
        linked[i] = retain_obj(as_type(tuple_peek(bases, i)));
    subclass_unlink(type);
    for (uint64_t i = 0; i < n; i++)
        good = subclass_add(linked[i], type) && good;
    type->extra->linked = linked;
    type->extra->n_linked = (uint32_t)n;
    assert_error_iff(!good);
    return good;
}

Value type_subclasses(Type *type)
{
    own Value list = list_new(type->n_subclasses);
    for (uint32_t i = 0; !is_error(list) && i < type->n_subclasses; i++)
        if (!list_append(list, obj_value(type->subclasses[i])))
            return ERROR;
    return give(list);
}
