/* graph_path.c -- paths from the roots, in words. */
#include "gc/graph_data.h"

#include <stdio.h>
#include <stdlib.h>

enum { STEPS_SHOWN = 32, EDGE_MAX = 160 };      /* of a longer path, the first and the last 32 steps */

/* --- the text of one edge ------------------------------------------------------------------------------------------ */

typedef struct Naming { Visitor visitor; const Object *child; char *text; bool found; } Naming;
static void visit_naming(Visitor *v, Object *child, const Edge *edge)
{
    Naming *n = (Naming *)v;
    if (n->found || child != n->child)
        return;
    n->found = true;
    graph_edge_text(edge, n->text, EDGE_MAX);
}

/* How `from` refers to `to`; empty: nothing to say (the step is through the runtime's own objects). */
static void step_text(const Graph *g, uint32_t from, uint32_t to, char text[EDGE_MAX])
{
    Naming n = { { visit_naming }, g->objects[to], text, false };
    text[0] = 0;
    if (graph_is_name(g, to)) {
        snprintf(text, EDGE_MAX, "%s", g->names[to - g->first_name].name);
    } else if (from >= 1 && from < g->node_statics) {
        g->root_sets[from - 1].visit(&n.visitor);
        if (!text[0])
            snprintf(text, EDGE_MAX, "%s", g->root_sets[from - 1].name);
    } else if (from == g->node_statics) {
        snprintf(text, EDGE_MAX, "built-in %.60s", heap_type(g->objects[to])->name);
    } else if (g->objects[from] && g->objects[to] && !(heap_type(g->objects[from])->heap_flags & HEAP_TYPE_INTERNAL)) {
        if (heap_type(g->objects[from])->heap_flags & HEAP_TYPE_COUNTED && (Object *)heap_type(g->objects[from]) == g->objects[to])
            snprintf(text, EDGE_MAX, "__class__");
        else
            object_trace(g->objects[from], &n.visitor);
    }
}

/* --- one path ------------------------------------------------------------------------------------------------------ */

typedef struct Text { char *data; size_t len, cap; bool failed; } Text;

static void text_add(Text *t, const char *more)
{
    size_t len = strlen(more);
    if (t->len + len + 1 > t->cap) {
        size_t cap = (t->len + len + 1) * 2;
        char *data = realloc(t->data, cap);
        if (!data) {
            t->failed = true;
            return;
        }
        t->data = data;
        t->cap = cap;
    }
    memcpy(t->data + t->len, more, len + 1);
    t->len += len;
}

static void path_free(GraphPath *path)
{
    for (size_t i = 0; i < path->n_steps; i++)
        free(path->steps[i].edge);
    free(path->steps);
    free(path->text);
}

static bool add_step(GraphPath *path, Text *text, Object *object, const char *edge)
{
    char *copy = strdup(edge);
    if (!copy)
        return false;
    path->steps[path->n_steps++] = (GraphStep){ object, copy };
    if (edge[0]) {
        if (text->len)
            text_add(text, " -> ");
        text_add(text, edge);
    }
    return !text->failed;
}

/* nodes[0..n): from the super-root to the target. The path begins with its last name, when it passes one. */
static bool path_make(const Graph *g, const uint32_t *nodes, size_t n, GraphPath *path)
{
    assert(n >= 1 && nodes[0] == NODE_ROOT);
    Text text = { 0 };
    size_t first = 1;
    char edge[EDGE_MAX];
    *path = (GraphPath){ .steps = calloc(n + 1, sizeof *path->steps), .name = SIZE_MAX };
    for (size_t i = 1; i < n; i++)
        if (graph_is_name(g, nodes[i])) {
            first = i;
            path->name = nodes[i] - g->first_name;
        }
    bool is_good = path->steps != NULL;
    for (size_t i = first; i < n && is_good; i++) {
        if (i - first == STEPS_SHOWN && n - i > STEPS_SHOWN) {
            snprintf(edge, sizeof edge, "... %zu more ...", n - i - STEPS_SHOWN);
            is_good = add_step(path, &text, NULL, edge);
            i = n - STEPS_SHOWN;
        }
        step_text(g, nodes[i - 1], nodes[i], edge);
        if (is_good && (edge[0] || g->objects[nodes[i]]))
            is_good = add_step(path, &text, g->objects[nodes[i]], edge);
    }
    path->text = text.data ? text.data : strdup("");
    if (!is_good || !path->text) {
        path_free(path);
        *path = (GraphPath){ 0 };
        return false;
    }
    return true;
}

/* The nodes from the root to `last` by parents, with `target` added when it is not NO_NODE; malloc'd. */
static uint32_t *chain(const uint32_t *parent, uint32_t last, uint32_t target, size_t *n)
{
    size_t len = target != NO_NODE;
    for (uint32_t v = last; v != NO_NODE; v = parent[v])
        len++;
    uint32_t *nodes = malloc(len * sizeof *nodes);
    *n = len;
    if (!nodes)
        return NULL;
    if (target != NO_NODE)
        nodes[--len] = target;
    for (uint32_t v = last; v != NO_NODE; v = parent[v])
        nodes[--len] = v;
    assert(len == 0 && nodes[0] == NODE_ROOT);
    return nodes;
}

char *graph_chain_text(Graph *g, const uint32_t *parent, uint32_t node)
{
    size_t n;
    GraphPath path;
    uint32_t *nodes = chain(parent, node, NO_NODE, &n);
    if (!nodes || !path_make(g, nodes, n, &path)) {
        free(nodes);
        return NULL;
    }
    free(nodes);
    char *text = path.text;
    path.text = NULL;
    path_free(&path);
    return text;
}

/* --- all paths to one object --------------------------------------------------------------------------------------- */

typedef struct Search {
    Graph *g;
    uint32_t target, *parent, *distance, *queue;
    uint32_t *referrers; size_t n_referrers;
    GraphPath *paths; size_t n, limit;
    bool failed;
} Search;

/* Distances and parents from the root, never passing the target. */
static void breadth_first(Search *s)
{
    Graph *g = s->g;
    uint32_t head = 0, tail = 0;
    for (uint32_t v = 0; v < g->n_nodes; v++)
        s->distance[v] = NO_NODE;
    s->distance[NODE_ROOT] = 0;
    s->parent[NODE_ROOT] = NO_NODE;
    for (s->queue[tail++] = NODE_ROOT; head < tail;) {
        uint32_t v = s->queue[head++];
        for (uint32_t e = g->first[v]; e < g->first[v + 1]; e++) {
            uint32_t to = g->edges[e];
            if (s->distance[to] != NO_NODE || to == s->target)
                continue;
            s->distance[to] = s->distance[v] + 1;
            s->parent[to] = v;
            s->queue[tail++] = to;
        }
    }
}

static const uint32_t *sort_distance;
static int by_distance(const void *a, const void *b)
{
    uint32_t x = sort_distance[*(const uint32_t *)a], y = sort_distance[*(const uint32_t *)b];
    return (x > y) - (x < y);
}

/* The distinct nodes that refer to the target and that a root reaches, nearest first. */
static bool find_referrers(Search *s)
{
    Graph *g = s->g;
    uint32_t from = g->pred_first[s->target], to = g->pred_first[s->target + 1];
    assert(from <= to && to <= g->n_edges);
    s->referrers = malloc((to - from + 1) * sizeof *s->referrers);
    if (!s->referrers || !graph_new_walk(g))
        return false;
    for (uint32_t p = from; p < to; p++) {
        uint32_t v = g->preds[p];
        if (s->distance[v] == NO_NODE || v == s->target || g->visited[v] == g->visit)
            continue;
        g->visited[v] = g->visit;
        s->referrers[s->n_referrers++] = v;
    }
    sort_distance = s->distance;
    qsort(s->referrers, s->n_referrers, sizeof *s->referrers, by_distance);
    return true;
}

static void emit(Search *s, const uint32_t *nodes, size_t n)
{
    if (s->n < s->limit && !s->failed) {
        if (path_make(s->g, nodes, n, &s->paths[s->n]))
            s->n++;
        else
            s->failed = true;
    }
}

/* The other shortest paths through one referrer: walk back over predecessors that are one nearer, depth first, with a
 * cursor for each place on the path. The one that parents give was shown already. */
static void other_paths(Search *s, uint32_t referrer)
{
    Graph *g = s->g;
    size_t len = s->distance[referrer] + 1, depth = 0;      /* nodes from the root to the referrer */
    uint32_t *nodes = malloc((len + 1) * sizeof *nodes), *cursor = malloc(len * sizeof *cursor);
    if (nodes && cursor) {
        nodes[len] = s->target;
        nodes[len - 1] = referrer;
        cursor[0] = g->pred_first[referrer];
        while (s->n < s->limit && !s->failed) {
            assert(depth < len);
            uint32_t v = nodes[len - 1 - depth];
            if (v == NODE_ROOT) {
                bool is_shown = true;
                for (size_t i = 1; i < len && is_shown; i++)
                    is_shown = s->parent[nodes[i]] == nodes[i - 1];
                if (!is_shown)
                    emit(s, nodes, len + 1);
            } else if (cursor[depth] < g->pred_first[v + 1]) {
                uint32_t p = g->preds[cursor[depth]++];
                bool is_repeat = cursor[depth] >= 2 + g->pred_first[v] && g->preds[cursor[depth] - 2] == p;
                if (p != s->target && !is_repeat && s->distance[p] != NO_NODE && s->distance[p] + 1 == s->distance[v]) {
                    depth++;
                    nodes[len - 1 - depth] = p;
                    if (depth < len)
                        cursor[depth] = g->pred_first[p];
                }
                continue;
            }
            if (depth-- == 0)
                break;
        }
    }
    free(nodes);
    free(cursor);
}

size_t graph_paths(Graph *g, const Object *target, size_t limit, GraphPath **paths)
{
    Search s = { .g = g, .target = graph_node(g, target), .limit = limit };
    *paths = NULL;
    if (s.target == NO_NODE || !limit || !graph_need_predecessors(g))
        return 0;
    s.parent = malloc((size_t)g->n_nodes * 3 * sizeof *s.parent);
    s.paths = calloc(limit, sizeof *s.paths);
    if (s.parent && s.paths) {
        s.distance = s.parent + g->n_nodes;
        s.queue = s.distance + g->n_nodes;
        breadth_first(&s);
        s.failed = !find_referrers(&s);
        for (size_t i = 0; i < s.n_referrers && s.n < limit && !s.failed; i++) {
            size_t n;
            uint32_t *nodes = chain(s.parent, s.referrers[i], s.target, &n);
            if (nodes)
                emit(&s, nodes, n);
            free(nodes);
        }
        for (size_t i = 0; i < s.n_referrers && s.n < limit && !s.failed; i++)
            other_paths(&s, s.referrers[i]);
    }
    free(s.parent);
    free(s.referrers);
    *paths = s.paths;
    if (!s.n) {
        free(s.paths);
        *paths = NULL;
    }
    return s.n;
}

void graph_paths_free(GraphPath *paths, size_t n)
{
    for (size_t i = 0; i < n; i++)
        path_free(&paths[i]);
    free(paths);
}
