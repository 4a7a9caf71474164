/* vec.h -- a growing array of one element type, malloc-owned.
 *
 *   typedef VEC(Label) LabelVec;          LabelVec labels = {0};
 *   if (!vec_add(&labels, label)) ...     false: out of memory, nothing changed
 *   for (size_t i = 0; i < labels.n; i++) use(labels.at[i]);
 *   vec_free(&labels);
 *
 * Elements move when it grows: keep indexes, not pointers. */
#ifndef INTERP_BASE_VEC_H
#define INTERP_BASE_VEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define VEC(T) struct { T *at; size_t n, cap; }

/* vec_grow -- the slow path: room for `need` elements of `size` bytes. */
static inline bool vec_grow(void **at, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap)
        return true;
    size_t wider = *cap + *cap / 2 + 8;
    if (wider < need)
        wider = need;
    if (wider > SIZE_MAX / 2 / size)
        return false;
    void *moved = realloc(*at, wider * size);
    if (!moved)
        return false;
    *at = moved;
    *cap = wider;
    return true;
}

#define vec_reserve(v, more) vec_grow((void **)&(v)->at, &(v)->cap, (v)->n + (more), sizeof *(v)->at)
#define vec_add(v, ...) \
    (((v)->n < (v)->cap || vec_reserve((v), 1)) ? ((v)->at[(v)->n++] = (__VA_ARGS__), true) : false)
#define vec_pop(v) ((v)->at[--(v)->n])
#define vec_last(v) ((v)->at[(v)->n - 1])
#define vec_free(v) (free((v)->at), (v)->at = NULL, (v)->n = (v)->cap = 0)

#endif
