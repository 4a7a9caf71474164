/* graph_data.h -- the inside of a Graph, for graph.c, graph_path.c, graph_whatif.c and snapshot.c.
 *
 * Nodes: 0 the super-root; then one for each root set; one for the statics; one for each name; the statics; the objects in address
 * order; last, "loose names": the names whose holder is NULL or does not hold the target at this moment.
 * Invariants: edges are one for each reference, so that they can be subtracted from reference counts; a name's edge takes the
 * place of its holder's edge to the target. Row i is edges[first[i]] .. edges[first[i + 1] - 1]. */
#ifndef GC_GRAPH_DATA_H
#define GC_GRAPH_DATA_H
#include "gc/dominator.h"
#include "gc/graph.h"
#include "gc/heap.h"

enum { NODE_ROOT = 0, NO_NODE = UINT32_MAX };

struct Graph {
    const GraphName *names;
    size_t n_names;
    const RootSet *root_sets;
    size_t n_root_sets;
    uint32_t n_nodes, node_statics, first_name, first_static, first_object, node_loose;
    Object **objects;            /* by node; NULL for roots and names */
    uint32_t *first, *edges;
    size_t n_edges, cap_edges;
    uint32_t *unit_base;         /* by unit: where its slots' nodes begin in slot_node */
    uint32_t *slot_node;
    Object **static_keys;        /* open addressing; the node is static_nodes[same index] */
    uint32_t *static_nodes, static_mask;
    size_t memory, limit;
    bool failed;
    /* made when first asked for */
    Dominators dominators;
    uint64_t *retained;          /* bytes, by dominator number */
    uint32_t *subtree, *position;/* nodes dominated (itself included), and the place in the tree's preorder, by number */
    uint32_t *pred_first, *preds;/* by node */
    uint32_t *visited, visit;    /* by node: the last walk that came by */
};

/* Memory under the limit; NULL: none. Freed with free(); counted until the graph goes. */
void *graph_alloc(Graph *, size_t n, size_t size);
uint32_t graph_node(const Graph *, const Object *);              /* NO_NODE: none */
static inline bool graph_is_name(const Graph *g, uint32_t node) { return node >= g->first_name && node < g->first_static; }
static inline bool graph_is_heap_object(const Graph *g, uint32_t node) { return node >= g->first_object && node < g->node_loose; }
static inline uint64_t graph_bytes(const Graph *g, uint32_t node) { return graph_is_heap_object(g, node) ? heap_size_of(g->objects[node]) : 0; }
bool graph_need_dominators(Graph *);
bool graph_need_predecessors(Graph *);
/* A new walk: visited[node] == visit says "been there". False: no memory. */
bool graph_new_walk(Graph *);
/* Is the child reached by a reference that sizes of shared things do not follow: a hub, or the class of `from`? */
bool graph_is_barrier(const Graph *, uint32_t from, uint32_t to);
/* The text of a shortest path given by parents (parent[node], NO_NODE at the root). malloc'd; NULL: no memory. */
char *graph_chain_text(Graph *, const uint32_t *parent, uint32_t node);
#endif
