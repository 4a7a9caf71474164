/* type.c -- the types below all others: object and type, and those of immediates, which every type_of names; and the subtype test.
 * Only what the collector needs is here: slots and methods join at start (builtins/types.c), so that this file needs no other. */
#include "interp/object/type.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/tuple.h"

Type object_type = { STATIC_TYPE(object_type, "object", Object, NULL), .flags = TYPE_BASE };

static const TraceRow type_rows[] = { { .kind = TRACE_CUSTOM }, { .kind = TRACE_END } };
Type type_type = {
    STATIC_TYPE(type_type, "type", Type, type_rows), .heap.heap_flags = HEAP_TYPE_HUB,
    .flags = TYPE_BASE | TYPE_IS_TYPE | TYPE_WEAK | TYPE_HAS_DICT,
    .dict_offset = offsetof(Type, dict),
};

Type none_type = { STATIC_TYPE(none_type, "NoneType", Object, NULL) };
Type ellipsis_type = { STATIC_TYPE(ellipsis_type, "ellipsis", Object, NULL) };
Type not_implemented_type = { STATIC_TYPE(not_implemented_type, "NotImplementedType", Object, NULL) };
/* What messages call the values that Python never sees. */
static Type unbound_type = { STATIC_TYPE(unbound_type, "unbound", Object, NULL) };

static size_t int_size_of(const Object *o)
{
    int64_t size = ((const Int *)o)->size;
    return sizeof(Int) + (size_t)(size < 0 ? -size : size) * 8;
}

Type int_type = {
    STATIC_TYPE(int_type, "int", Int, NULL), .heap.heap_flags = HEAP_TYPE_VAR, .heap.size_of = int_size_of,
    .flags = TYPE_BASE | TYPE_IS_INT | TYPE_IMMUTABLE,
};
Type bool_type = {
    STATIC_TYPE(bool_type, "bool", Int, NULL), .heap.heap_flags = HEAP_TYPE_VAR, .heap.size_of = int_size_of,
    .flags = TYPE_IS_INT | TYPE_IMMUTABLE,
};
Type float_type = { STATIC_TYPE(float_type, "float", Float, NULL), .flags = TYPE_BASE | TYPE_IS_FLOAT | TYPE_IMMUTABLE };

Type *immediate_type(Value v)
{
    switch (v.bits >> 3) {
    case 0: return &none_type;
    case 1: case 2: return &bool_type;
    case 3: return &ellipsis_type;
    case 4: return &not_implemented_type;
    default: return &unbound_type;
    }
}

bool type_is_subtype(const Type *type, const Type *base)
{
    if (type == base)
        return true;
    if (is_ptr(type->mro)) {
        const Tuple *mro = as_tuple(type->mro);
        for (uint64_t i = 0; i < mro->len; i++)
            if (same(mro->items[i], obj_value(base)))
                return true;
        return false;
    }
    for (; type; type = type->base)      /* not ready yet */
        if (type == base)
            return true;
    return base == &object_type;
}
