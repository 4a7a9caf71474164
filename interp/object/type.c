/* type.c -- which type an immediate has, and the subtype test. */
#include "interp/object/type.h"
#include "interp/object/tuple.h"

/* What messages call the values that Python never sees. */
static Type unbound_type = { STATIC_TYPE(unbound_type, "unbound", Object, NULL) };

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
