/* scc.h -- strongly connected components of a graph given as arrays. Knows no objects.
 *
 * Source: R. Tarjan, "Depth-first search and linear graph algorithms", 1972; iterative, O(nodes + edges). */
#ifndef GC_SCC_H
#define GC_SCC_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* scc_find -- component[i] of each of `n` nodes, numbered from 0 so that an edge never leads to a higher number, and how many
 * there are. Node i's edges are edges[first[i]] .. edges[first[i + 1] - 1]. UINT32_MAX: out of memory (12 n bytes). */
uint32_t scc_find(uint32_t n, const uint32_t *first, const uint32_t *edges, uint32_t *component);
#endif
