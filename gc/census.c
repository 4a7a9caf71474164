/* census.c -- one walk, one hash table keyed by (type, cell). */
#include "gc/census.h"
#include "gc/collector.h"
#include "gc/heap.h"
#include "gc/page.h"

#include <stdlib.h>

typedef struct Tally { const HeapType *type; uint32_t cell, name; uint64_t objects, bytes; } Tally;
typedef struct Counter {
    Census *census;
    Tally *tallies;              /* open addressing; type NULL: free */
    size_t mask, n;
    Tally *last;                 /* neighbours tend to be alike */
    bool failed;
} Counter;

static size_t home_of(const Counter *c, const HeapType *type, uint32_t cell)
{
    uint64_t h = ((uint64_t)(uintptr_t)type >> 4) * 0x9e3779b97f4a7c15ull ^ cell * 0xc2b2ae3d27d4eb4full;
    return (size_t)(h >> 29) & c->mask;
}

static Tally *probe(const Counter *c, const HeapType *type, uint32_t cell)
{
    size_t i = home_of(c, type, cell);
    while (c->tallies[i].type && (c->tallies[i].type != type || c->tallies[i].cell != cell))
        i = (i + 1) & c->mask;
    return &c->tallies[i];
}

static bool grow(Counter *c)
{
    Counter old = *c;
    c->mask = old.mask * 2 + 1;
    c->tallies = calloc(c->mask + 1, sizeof *c->tallies);
    if (!c->tallies) {
        *c = old;
        return false;
    }
    for (size_t i = 0; i <= old.mask; i++)
        if (old.tallies[i].type)
            *probe(c, old.tallies[i].type, old.tallies[i].cell) = old.tallies[i];
    free(old.tallies);
    return true;
}

cold static Tally *new_tally(Counter *c, const HeapType *type, uint32_t cell)
{
    assert(c->n <= c->mask);                  /* a free row ends every search */
    if (c->n * 2 > c->mask && !grow(c)) {
        c->failed = true;
        return NULL;
    }
    c->n++;
    Tally *t = probe(c, type, cell);
    *t = (Tally){ type, cell, 0, 0, 0 };
    return t;
}

static inline void count(Counter *c, Object *o)
{
    const HeapType *type = heap_type(o);
    uint32_t cell = birth_cell(o);
    Tally *t = c->last;
    if (t->type != type || t->cell != cell) {
        t = probe(c, type, cell);
        if (UNLIKELY(!t->type) && !(t = new_tally(c, type, cell)))
            return;
        c->last = t;
    }
    size_t bytes = heap_size_of(o);
    t->objects++;
    t->bytes += bytes;
    assert((o->birth & BIRTH_TRACKED) || generation_of(o) == 0);
    unsigned g = o->birth & BIRTH_TRACKED ? generation_of(o) : CENSUS_UNTRACKED;
    c->census->generation_objects[g]++;
    c->census->generation_bytes[g] += bytes;
}

/* The index of the name in the census, made when new. */
static bool name_index(Census *census, const char *name, uint32_t *index)
{
    for (size_t i = census->n_names; i-- > 0;)
        if (strcmp(census->names[i], name) == 0) {
            *index = (uint32_t)i;
            return true;
        }
    if ((census->n_names & (census->n_names - 1)) == 0) {
        size_t cap = census->n_names ? census->n_names * 2 : 1;
        char **names = realloc(census->names, cap * sizeof *names);
        if (!names)
            return false;
        census->names = names;
    }
    char *copy = strdup(name);
    if (!copy)
        return false;
    *index = (uint32_t)census->n_names;
    census->names[census->n_names++] = copy;
    return true;
}

static int by_type_pointer(const void *a, const void *b)
{
    const Tally *x = a, *y = b;
    return x->type != y->type ? (x->type > y->type) - (x->type < y->type) : (x->cell > y->cell) - (x->cell < y->cell);
}
static int by_name_and_cell(const void *a, const void *b)
{
    const Tally *x = a, *y = b;
    return x->name != y->name ? (x->name > y->name) - (x->name < y->name) : (x->cell > y->cell) - (x->cell < y->cell);
}

/* Rows and generations are two views of the same objects. */
static void check_sums(const Census *census)
{
    uint64_t objects = 0, bytes = 0;
    for (int g = 0; g < N_CENSUS_GENERATIONS; g++) {
        objects += census->generation_objects[g];
        bytes += census->generation_bytes[g];
    }
    assert(objects == census->objects && bytes == census->bytes);
    (void)objects, (void)bytes;
}

/* Turn the table into rows; types of the same name become one. */
static bool make_rows(Counter *c)
{
    Census *census = c->census;
    Tally *t = c->tallies;
    size_t n = 0;
    for (size_t i = 0; i <= c->mask; i++)
        if (t[i].type && t[i].objects)
            t[n++] = t[i];
    qsort(t, n, sizeof *t, by_type_pointer);
    for (size_t i = 0; i < n; i++) {
        if (i && t[i].type == t[i - 1].type)
            t[i].name = t[i - 1].name;
        else if (!name_index(census, t[i].type->name ? t[i].type->name : "?", &t[i].name))
            return false;
    }
    qsort(t, n, sizeof *t, by_name_and_cell);
    census->rows = malloc((n + 1) * sizeof *census->rows);
    if (!census->rows)
        return false;
    for (size_t i = 0; i < n; i++) {
        CensusRow *row = &census->rows[census->n_rows];
        if (i && t[i].name == t[i - 1].name && t[i].cell == t[i - 1].cell)
            row--;
        else
            *row = (CensusRow){ census->names[t[i].name], t[i].cell, 0, 0 }, census->n_rows++;
        row->objects += t[i].objects;
        row->bytes += t[i].bytes;
        census->objects += t[i].objects;
        census->bytes += t[i].bytes;
    }
    check_sums(census);
    return true;
}

Census *census_take(void)
{
    static Tally nothing;
    Counter c = { .census = calloc(1, sizeof(Census)), .tallies = calloc(256, sizeof(Tally)), .mask = 255, .last = &nothing };
    if (c.census && c.tallies) {
        for (PageWalk w = { 0 }; page_next(&w) && !c.failed;)
            for (uint32_t i = 0; i < w.page->n_fresh; i++) {
                Object *o = page_object(w.page, w.start, i);
                if (o)
                    count(&c, o);
            }
        c.census->live_bytes = heap_state.live;
        c.census->cell = heap_state.cell;
    }
    if (!c.census || !c.tallies || c.failed || !make_rows(&c)) {
        census_free(c.census);
        c.census = NULL;
    }
    free(c.tallies);
    return c.census;
}

void census_free(Census *census)
{
    if (!census)
        return;
    for (size_t i = 0; i < census->n_names; i++)
        free(census->names[i]);
    free(census->names);
    free(census->rows);
    free(census);
}

/* --- views --------------------------------------------------------------------------------------------------------- */

static int by_bytes(const void *a, const void *b)
{
    const CensusRow *x = a, *y = b;
    if (x->bytes != y->bytes)
        return x->bytes < y->bytes ? 1 : -1;
    return (x->objects < y->objects) - (x->objects > y->objects);
}
static int by_type(const void *a, const void *b)
{
    const CensusRow *x = a, *y = b;
    return (x->type > y->type) - (x->type < y->type);
}
static int by_cell(const void *a, const void *b)
{
    const CensusRow *x = a, *y = b;
    return (x->cell > y->cell) - (x->cell < y->cell);
}

/* Sort by `order`, join rows that compare equal, sort by size. */
static CensusRow *summed(CensusRow *rows, size_t *n, int (*order)(const void *, const void *))
{
    size_t n_sums = 0;
    qsort(rows, *n, sizeof *rows, order);
    for (size_t i = 0; i < *n; i++) {
        if (n_sums && order(&rows[n_sums - 1], &rows[i]) == 0) {
            rows[n_sums - 1].objects += rows[i].objects;
            rows[n_sums - 1].bytes += rows[i].bytes;
        } else {
            rows[n_sums++] = rows[i];
        }
    }
    qsort(rows, n_sums, sizeof *rows, by_bytes);
    *n = n_sums;
    return rows;
}

static CensusRow *copy_rows(const Census *census, size_t *n)
{
    CensusRow *rows = malloc((census->n_rows + 1) * sizeof *rows);
    *n = rows ? census->n_rows : 0;
    if (rows && *n)
        memcpy(rows, census->rows, *n * sizeof *rows);
    return rows;
}

CensusRow *census_by_type(const Census *census, size_t *n)
{
    CensusRow *rows = copy_rows(census, n);
    for (size_t i = 0; i < *n; i++)
        rows[i].cell = 0;
    return rows ? summed(rows, n, by_type) : NULL;
}

CensusRow *census_by_cell(const Census *census, size_t *n)
{
    CensusRow *rows = copy_rows(census, n);
    for (size_t i = 0; i < *n; i++)
        rows[i].type = NULL;
    return rows ? summed(rows, n, by_cell) : NULL;
}

CensusRow *census_of_cell(const Census *census, uint32_t cell, size_t *n)
{
    CensusRow *rows = copy_rows(census, n);
    size_t n_kept = 0;
    for (size_t i = 0; i < *n; i++)
        if (rows[i].cell == cell)
            rows[n_kept++] = rows[i];
    *n = n_kept;
    if (rows)
        qsort(rows, n_kept, sizeof *rows, by_bytes);
    return rows;
}

void census_each_of_cell(uint32_t cell, void (*each)(void *, Object *), void *context)
{
    for (PageWalk w = { 0 }; page_next(&w);)
        for (uint32_t i = 0; i < w.page->n_fresh; i++) {
            Object *o = page_object(w.page, w.start, i);
            if (o && birth_cell(o) == cell)
                each(context, o);
        }
}
