/* arena.h -- memory that dies all at once.
 * {0} is a valid empty arena.  arena_alloc bumps a pointer; arena_free gives everything back.
 * `limit_bytes` (0: none) bounds what the arena may take from the system; beyond it, and when the system
 * refuses, arena_alloc gives NULL and the arena stays usable.  `stop` (may be NULL) is asked whenever the arena grows: true, and it
 * gives NULL as well: so whoever fills an arena can be interrupted. */
#ifndef INTERP_BASE_ARENA_H
#define INTERP_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct Arena {
    struct ArenaChunk *chunk;       /* newest first */
    char *at, *end;                 /* free part of the newest chunk */
    size_t total_bytes;             /* taken from the system */
    size_t limit_bytes;
    bool (*stop)(void);
} Arena;

/* arena_grow -- the slow path of arena_alloc. */
void *arena_grow(Arena *arena, size_t size);

/* arena_alloc -- `size` bytes aligned to 8, not cleared, owned by the arena; NULL when out of memory. */
static inline void *arena_alloc(Arena *arena, size_t size)
{
    size_t rounded = (size + 7) & ~(size_t)7;
    if (rounded < size || rounded > (size_t)(arena->end - arena->at))
        return arena_grow(arena, size);
    void *result = arena->at;
    arena->at += rounded;
    return result;
}

/* arena_string -- a NUL-terminated copy of `len` bytes; NULL when out of memory. */
char *arena_string(Arena *arena, const char *from, size_t len);
/* arena_format -- printf into the arena; NULL when out of memory. */
char *arena_format(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* arena_free -- gives all memory back; the arena is empty and usable again (its limit and `stop` are kept). */
void arena_free(Arena *arena);

#endif
