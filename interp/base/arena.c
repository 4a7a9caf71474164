/* arena.c -- chunks that double in size up to 1 MiB. */
#include "interp/base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct ArenaChunk {
    struct ArenaChunk *older;
    size_t size;
    _Alignas(16) char bytes[];
} ArenaChunk;

enum { CHUNK_MIN = 8 << 10, CHUNK_MAX = 1 << 20 };

void *arena_grow(Arena *arena, size_t size)
{
    if (size > SIZE_MAX / 4)
        return NULL;
    size_t rounded = (size + 7) & ~(size_t)7;
    size_t want = arena->total_bytes < CHUNK_MIN ? CHUNK_MIN
                : arena->total_bytes > CHUNK_MAX ? CHUNK_MAX : arena->total_bytes;
    bool alone = rounded > want / 4;        /* large: a chunk of its own, the current one stays in use */
    size_t space = alone ? rounded : want;
    if (arena->limit_bytes && arena->total_bytes + space > arena->limit_bytes)
        return NULL;
    if (arena->stop && arena->stop())
        return NULL;
    ArenaChunk *chunk = malloc(sizeof(ArenaChunk) + space);
    if (!chunk)
        return NULL;
    chunk->size = space;
    arena->total_bytes += space;
    if (alone && arena->chunk) {
        chunk->older = arena->chunk->older;
        arena->chunk->older = chunk;
        return chunk->bytes;
    }
    chunk->older = arena->chunk;
    arena->chunk = chunk;
    arena->at = chunk->bytes + rounded;
    arena->end = chunk->bytes + space;
    return chunk->bytes;
}

char *arena_string(Arena *arena, const char *from, size_t len)
{
    char *to = arena_alloc(arena, len + 1);
    if (!to)
        return NULL;
    if (len)
        memcpy(to, from, len);
    to[len] = '\0';
    return to;
}

char *arena_format(Arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *to = len < 0 ? NULL : arena_alloc(arena, (size_t)len + 1);
    if (to)
        vsnprintf(to, (size_t)len + 1, format, again);
    va_end(again);
    return to;
}

void arena_free(Arena *arena)
{
    ArenaChunk *chunk = arena->chunk;
    while (chunk) {
        ArenaChunk *older = chunk->older;
        free(chunk);
        chunk = older;
    }
    *arena = (Arena){ .limit_bytes = arena->limit_bytes, .stop = arena->stop };
}
