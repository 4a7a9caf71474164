/* graph_whatif.c -- what would deleting some names free? A dry run on copies of the counts.
 *
 * Now: subtract the names' references, and those of whatever reaches zero, as release() would. After a collection: what a walk from
 * the roots that avoids the names no longer reaches. Kept: the rest of what the names reach; its outermost objects are the
 * blockers, each with the chain that keeps it. */
#include "gc/graph_data.h"

#include <stdlib.h>

enum { BLOCKERS_MAX = 16 };

typedef struct Trial {
    Graph *g;
    GraphWhatIf *result;
    uint32_t *left;              /* by node: trial count + 1; 0: not touched */
    uint32_t *parent;            /* of the walk that avoids the names; NO_NODE - 1: not reached */
    uint32_t *queue;
    uint8_t *is_dropped;         /* by name */
} Trial;
enum { UNREACHED = NO_NODE - 1 };

static bool was_reachable(const Trial *t, uint32_t node) { return t->g->dominators.number[node] != 0; }
static bool is_kept(const Trial *t, uint32_t node) { return t->parent[node] != UNREACHED; }

/* One reference to the node goes. True: it was the last. */
static bool subtract(Trial *t, uint32_t node)
{
    Graph *g = t->g;
    if (graph_is_name(g, node))                          /* the holder died: the name's own reference goes */
        return !t->left[node] && (t->left[node] = 1);
    if (!graph_is_heap_object(g, node))
        return false;
    if (!t->left[node])
        t->left[node] = g->objects[node]->refcount + 1;
    return t->left[node] > 1 && --t->left[node] == 1;
}

static void free_now(Trial *t, const size_t *names, size_t n_names)
{
    Graph *g = t->g;
    uint32_t len = 0;
    for (size_t i = 0; i < n_names; i++) {
        uint32_t name = g->first_name + (uint32_t)names[i];
        if (!t->left[name]) {
            t->left[name] = 1;
            t->queue[len++] = name;
        }
    }
    while (len) {
        assert(len <= g->n_nodes);
        uint32_t v = t->queue[--len];
        if (graph_is_heap_object(g, v)) {
            t->result->now.objects++;
            t->result->now.bytes += graph_bytes(g, v);
        }
        for (uint32_t e = g->first[v]; e < g->first[v + 1]; e++)
            if (subtract(t, g->edges[e]))
                t->queue[len++] = g->edges[e];
    }
}

static void walk_without_names(Trial *t)
{
    Graph *g = t->g;
    uint32_t head = 0, tail = 0;
    for (uint32_t v = 0; v < g->n_nodes; v++)
        t->parent[v] = UNREACHED;
    t->parent[NODE_ROOT] = NO_NODE;
    for (t->queue[tail++] = NODE_ROOT; head < tail;) {
        uint32_t v = t->queue[head++];
        for (uint32_t e = g->first[v]; e < g->first[v + 1]; e++) {
            uint32_t to = g->edges[e];
            if (t->parent[to] != UNREACHED || (graph_is_name(g, to) && t->is_dropped[to - g->first_name]))
                continue;
            t->parent[to] = v;
            t->queue[tail++] = to;
        }
    }
    for (uint32_t v = g->first_object; v < g->node_loose; v++)
        if (!is_kept(t, v) && was_reachable(t, v)) {
            t->result->after_collection.objects++;
            t->result->after_collection.bytes += graph_bytes(g, v);
        }
}

static int by_size(const void *a, const void *b)
{
    const GraphBlocker *x = a, *y = b;
    return (x->size.bytes < y->size.bytes) - (x->size.bytes > y->size.bytes);
}

/* Keep the BLOCKERS_MAX largest. */
static void add_blocker(Trial *t, uint32_t node)
{
    assert(graph_is_heap_object(t->g, node) && is_kept(t, node));
    GraphWhatIf *r = t->result;
    GraphBlocker blocker = { t->g->objects[node], { 0, 0 }, NULL };
    size_t least = 0;
    graph_retained(t->g, blocker.object, &blocker.size);
    if (r->n_blockers < BLOCKERS_MAX) {
        r->blockers[r->n_blockers++] = blocker;
        return;
    }
    for (size_t i = 1; i < r->n_blockers; i++)
        if (r->blockers[i].size.bytes < r->blockers[least].size.bytes)
            least = i;
    if (r->blockers[least].size.bytes < blocker.size.bytes)
        r->blockers[least] = blocker;
}

/* Walk what the names reach, not past hubs. A kept object met from a freed one (or from a name) is a blocker. */
static bool find_kept(Trial *t, const size_t *names, size_t n_names)
{
    Graph *g = t->g;
    GraphWhatIf *r = t->result;
    uint32_t head = 0, tail = 0;
    if (!graph_new_walk(g))
        return false;
    for (size_t i = 0; i < n_names; i++) {
        uint32_t name = g->first_name + (uint32_t)names[i];
        if (g->visited[name] != g->visit) {
            g->visited[name] = g->visit;
            t->queue[tail++] = name;
        }
    }
    while (head < tail) {
        uint32_t v = t->queue[head++];
        bool from_freed = !is_kept(t, v);
        for (uint32_t e = g->first[v]; e < g->first[v + 1]; e++) {
            uint32_t to = g->edges[e];
            if (g->visited[to] == g->visit || graph_is_barrier(g, v, to))
                continue;
            g->visited[to] = g->visit;
            t->queue[tail++] = to;
            if (!graph_is_heap_object(g, to) || !is_kept(t, to))
                continue;
            r->kept.objects++;
            r->kept.bytes += graph_bytes(g, to);
            if (from_freed)
                add_blocker(t, to);
        }
    }
    assert(tail <= g->n_nodes && r->n_blockers <= BLOCKERS_MAX);
    qsort(r->blockers, r->n_blockers, sizeof *r->blockers, by_size);
    for (size_t i = 0; i < r->n_blockers; i++)
        r->blockers[i].path = graph_chain_text(g, t->parent, graph_node(g, r->blockers[i].object));
    return true;
}

bool graph_what_if(Graph *g, const size_t *names, size_t n_names, GraphWhatIf *result)
{
    Trial t = { .g = g, .result = result };
    *result = (GraphWhatIf){ 0 };
    if (!graph_need_dominators(g))
        return false;
    t.left = calloc((size_t)g->n_nodes + 1, sizeof *t.left);
    t.parent = malloc(((size_t)g->n_nodes + 1) * 2 * sizeof *t.parent);
    t.is_dropped = calloc(g->n_names + 1, 1);
    result->blockers = calloc(BLOCKERS_MAX, sizeof *result->blockers);
    bool is_good = t.left && t.parent && t.is_dropped && result->blockers;
    if (is_good) {
        t.queue = t.parent + g->n_nodes + 1;
        for (size_t i = 0; i < n_names; i++) {
            assert(names[i] < g->n_names);
            t.is_dropped[names[i]] = 1;
        }
        free_now(&t, names, n_names);
        walk_without_names(&t);
        is_good = find_kept(&t, names, n_names);
        if (result->after_collection.bytes < result->now.bytes)
            result->after_collection = result->now;
    }
    free(t.left);
    free(t.parent);
    free(t.is_dropped);
    if (!is_good)
        graph_what_if_free(result);
    return is_good;
}

void graph_what_if_free(GraphWhatIf *result)
{
    for (size_t i = 0; i < result->n_blockers; i++)
        free(result->blockers[i].path);
    free(result->blockers);
    *result = (GraphWhatIf){ 0 };
}
