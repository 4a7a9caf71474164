/* container_repr.h -- the pieces of a container's repr: an item's text, appended to a builder. */
#ifndef OBJECT_CONTAINER_REPR_H
#define OBJECT_CONTAINER_REPR_H
#include "interp/object/protocol.h"
#include "interp/object/str.h"

/* repr_into -- append repr(item). The caller holds a reference to it. False: error pending. Runs __repr__. */
static inline must_use bool repr_into(StrBuilder *out, Value item)
{
    if (!is_int(item)) {
        own Value text = obj_repr(item);
        return !is_error(text) && str_builder_str(out, text);
    }
    char digits[24], *at = digits + sizeof digits;
    int64_t i = small_int(item);
    uint64_t u = i < 0 ? -(uint64_t)i : (uint64_t)i;
    do {
        *--at = (char)('0' + u % 10);
        u /= 10;
    } while (u);
    if (i < 0)
        *--at = '-';
    return str_builder_ascii(out, at, (size_t)(digits + sizeof digits - at));
}
/* The calling OS thread ends: gives back what repr_enter took (guard.c). */
void repr_end(void);
#endif
