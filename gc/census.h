/* census.h -- who is alive: objects and bytes by type, by birth cell, by generation.
 *
 * One walk over the heap's pages, a few nanoseconds an object; nothing is kept while code runs. Uses malloc, never the heap it looks at;
 * runs no Python code. Bytes are heap_size_of: the slot with the buffers the object owns. Types are told apart by name, so
 * that censuses of different times compare. Ownership: a census owns its rows and names; views are malloc'd arrays whose
 * names live as long as the census. */
#ifndef GC_CENSUS_H
#define GC_CENSUS_H
#include "gc/object.h"

typedef struct CensusRow { const char *type; uint32_t cell; uint64_t objects, bytes; } CensusRow;
enum { CENSUS_FROZEN = 3, CENSUS_UNTRACKED = 4 /* atoms, and containers the collector need not look at */, N_CENSUS_GENERATIONS };
typedef struct Census {
    CensusRow *rows; size_t n_rows;              /* one for each type and cell, in no order */
    uint64_t objects, bytes;                     /* sums of the rows */
    uint64_t generation_objects[N_CENSUS_GENERATIONS], generation_bytes[N_CENSUS_GENERATIONS];
    uint64_t live_bytes;                         /* all accounted bytes: bytes, and the runtime's own tables */
    uint32_t cell;                               /* the cell during which it was taken */
    char **names; size_t n_names;                /* the census's own */
} Census;

/* census_take -- owned by the caller; NULL: out of memory. */
must_use Census *census_take(void);
void census_free(Census *);                      /* NULL is allowed */

/* Rows summed by one property, largest bytes first; malloc'd. In by-type rows `cell` is 0, in by-cell rows `type` is NULL.
 * NULL: out of memory, *n is 0 then. */
must_use CensusRow *census_by_type(const Census *, size_t *n);
must_use CensusRow *census_by_cell(const Census *, size_t *n);
/* The types born in one cell and alive, largest first. */
must_use CensusRow *census_of_cell(const Census *, uint32_t cell, size_t *n);

/* Live objects of one cell: calls `each` (which may not allocate or free) for every one. */
void census_each_of_cell(uint32_t cell, void (*each)(void *, Object *), void *context);
#endif
