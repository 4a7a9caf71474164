/* dominator.h -- the dominator tree of a graph given as arrays. Knows no objects.
 *
 * A node d dominates v when every path from the root to v passes d. Numbers are depth-first numbers: 1 is the root, 0 means
 * unreached. An immediate dominator has a smaller number than its node, so one downward loop sums up subtrees.
 * Source: L. Georgiadis, "Linear-time algorithms for dominators and related problems" (semi-NCA), 2005. Iterative. */
#ifndef GC_DOMINATOR_H
#define GC_DOMINATOR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Dominators {
    uint32_t n;                  /* nodes reached; numbers 1..n */
    uint32_t *number;            /* of each node; 0: unreached */
    uint32_t *node;              /* of each number */
    uint32_t *parent;            /* immediate dominator's number, of each number; 0 for the root */
} Dominators;

/* False: no memory (nothing is owned then). Node i's edges are edges[first[i]] .. edges[first[i + 1] - 1]. About 24 bytes a node and 4
 * an edge while it runs, 12 a node afterwards. */
bool dominators_find(uint32_t n_nodes, const uint32_t *first, const uint32_t *edges, uint32_t root, Dominators *);
void dominators_free(Dominators *);
#endif
