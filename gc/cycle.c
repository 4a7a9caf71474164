/* cycle.c -- shapes of cyclic garbage. */
#include "gc/cycle.h"
#include "gc/heap.h"
#include "gc/scc.h"
#include "gc/suspect.h"
#include "gc/trace.h"

#include <stdio.h>
#include <stdlib.h>

enum { SAMPLE = 20000, SHAPES_MAX = 256, RING_NAMES = 8, TEXT_MAX = 400 };

static CycleShape shapes[SHAPES_MAX];
static size_t n_shapes;

/* The garbage as a graph: nodes are indexes into `set`, found from addresses by a hash table. */
typedef struct Garbage {
    Object **set;
    uint32_t n, n_edges, cap_edges, mask;
    uint32_t *table, *first, *edges, *component, *parent, *queue;
    bool failed;
} Garbage;

static uint32_t *slot_of(const Garbage *g, const Object *o)
{
    uint32_t i = (uint32_t)(((uint64_t)(uintptr_t)o >> 4) * 0x9e3779b97f4a7c15ull >> 32) & g->mask;
    while (g->table[i] && g->set[g->table[i] - 1] != o)
        i = (i + 1) & g->mask;
    return &g->table[i];
}

TRACE_INLINE void add_edge(void *ctx, Object *child)
{
    Garbage *g = ctx;
    uint32_t to = child && is_suspect(child) ? *slot_of(g, child) : 0;
    assert(to <= g->n);                      /* 0: flagged, but not in the sample */
    if (!to || g->failed)
        return;
    if (g->n_edges == g->cap_edges) {
        uint32_t cap = g->cap_edges ? g->cap_edges * 2 : 1024;
        uint32_t *edges = realloc(g->edges, cap * sizeof *edges);
        if (!edges) {
            g->failed = true;
            return;
        }
        g->edges = edges;
        g->cap_edges = cap;
    }
    g->edges[g->n_edges++] = to - 1;
}

static bool garbage_build(Garbage *g)
{
    for (g->mask = 63; g->mask < g->n * 2; g->mask = g->mask * 2 + 1)
        ;
    g->table = calloc((size_t)g->mask + 1, sizeof *g->table);
    g->first = malloc(((size_t)g->n * 4 + 1) * sizeof *g->first);
    if (!g->table || !g->first)
        return false;
    g->component = g->first + g->n + 1;
    g->parent = g->component + g->n;
    g->queue = g->parent + g->n;
    for (uint32_t i = 0; i < g->n; i++)
        *slot_of(g, g->set[i]) = i + 1;
    for (uint32_t i = 0; i < g->n; i++) {
        g->first[i] = g->n_edges;
        trace_children(g->set[i], add_edge, g);
    }
    g->first[g->n] = g->n_edges;
    return !g->failed;
}

/* Breadth first from `start` inside its component until an edge leads back. Returns the nodes of that cycle in ring[], in order of
 * the edges; at most RING_NAMES (*is_longer: there are more). 0: no cycle (a single node without an edge to itself). */
static int shortest_ring(Garbage *g, uint32_t start, uint32_t *ring, bool *is_longer)
{
    uint32_t head = 0, tail = 0, last = UINT32_MAX;
    for (g->queue[tail++] = start; head < tail && last == UINT32_MAX; head++) {
        uint32_t v = g->queue[head];
        for (uint32_t e = g->first[v]; e < g->first[v + 1]; e++) {
            uint32_t w = g->edges[e];
            if (w == start) {
                last = v;
                break;
            }
            if (g->component[w] == g->component[start] && g->parent[w] == UINT32_MAX) {
                g->parent[w] = v;
                g->queue[tail++] = w;
            }
        }
    }
    if (last == UINT32_MAX)
        return 0;
    int n = 0;
    for (uint32_t v = last;; v = g->parent[v]) {
        g->queue[n++] = v;                       /* the queue is done with */
        if (v == start)
            break;
    }
    assert(n >= 1 && (uint32_t)n <= g->n);
    *is_longer = n > RING_NAMES;
    int shown = *is_longer ? RING_NAMES : n;
    for (int i = 0; i < shown; i++)
        ring[i] = g->queue[n - 1 - i];
    return shown;
}

static void describe(const Garbage *g, const uint32_t *ring, int n, bool is_longer, char text[TEXT_MAX])
{
    assert(n >= 1 && n <= RING_NAMES);
    int least = 0;
    size_t len = 0;
    for (int i = 1; i < n; i++)
        if (strcmp(heap_type(g->set[ring[i]])->name, heap_type(g->set[ring[least]])->name) < 0)
            least = i;
    text[0] = 0;
    for (int i = 0; i <= n && len < TEXT_MAX - 64; i++) {
        const char *name = heap_type(g->set[ring[(least + i) % n]])->name;
        const char *arrow = i == 0 ? "" : i == n && is_longer ? " -> ... -> " : " -> ";
        len += (size_t)snprintf(text + len, TEXT_MAX - len, "%s%.40s", arrow, name);
    }
}

static void record(const char *types, uint32_t cell, uint64_t objects, uint64_t bytes)
{
    size_t i = 0;
    while (i < n_shapes && (shapes[i].cell != cell || strcmp(shapes[i].types, types) != 0))
        i++;
    if (i == n_shapes) {
        char *copy = i < SHAPES_MAX ? strdup(types) : NULL;
        if (!copy)
            return;
        shapes[n_shapes++] = (CycleShape){ copy, 0, 0, 0, cell };
    }
    shapes[i].rings++;
    shapes[i].objects += objects;
    shapes[i].bytes += bytes;
}

void cycle_record(Object **set, size_t n)
{
    Garbage g = { .set = set, .n = n < SAMPLE ? (uint32_t)n : SAMPLE };
    uint32_t n_components = n && garbage_build(&g) ? scc_find(g.n, g.first, g.edges, g.component) : UINT32_MAX;
    typedef struct Sum { uint64_t bytes; uint32_t objects, member; } Sum;
    Sum *sums = n_components != UINT32_MAX ? calloc((size_t)n_components + 1, sizeof *sums) : NULL;
    if (sums) {
        for (uint32_t i = 0; i < g.n; i++) {
            Sum *sum = &sums[g.component[i]];
            sum->bytes += heap_size_of(set[i]);
            sum->member = sum->objects++ ? sum->member : i;
            g.parent[i] = UINT32_MAX;
        }
        for (uint32_t c = 0; c < n_components; c++) {
            uint32_t ring[RING_NAMES];
            char text[TEXT_MAX];
            bool is_longer = false;
            int len = shortest_ring(&g, sums[c].member, ring, &is_longer);
            if (!len)
                continue;
            describe(&g, ring, len, is_longer, text);
            record(text, birth_cell(set[sums[c].member]), sums[c].objects, sums[c].bytes);
        }
    }
    free(sums);
    free(g.table);
    free(g.first);
    free(g.edges);
}

const CycleShape *cycle_shapes(size_t *n)
{
    *n = n_shapes;
    return shapes;
}

void cycle_reset(void)
{
    while (n_shapes)
        free((char *)shapes[--n_shapes].types);
}
