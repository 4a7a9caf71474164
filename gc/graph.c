/* graph.c -- building the graph, dominators and sizes, edge texts, referrers. */
#include "gc/graph_data.h"
#include "gc/page.h"
#include "gc/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t (*graph_key_text)(Value key, char *text, size_t size);

/* --- building ------------------------------------------------------------------------------------------------------ */

void *graph_alloc(Graph *g, size_t n, size_t size)
{
    size_t bytes = (n + 1) * size;
    if (g->memory + bytes > g->limit)
        return NULL;
    void *p = calloc(n + 1, size);
    if (p)
        g->memory += bytes;
    return p;
}

static uint32_t static_slot(const Graph *g, const Object *o)
{
    uint32_t i = (uint32_t)(((uint64_t)(uintptr_t)o >> 4) * 0x9e3779b97f4a7c15ull >> 32) & g->static_mask;
    while (g->static_keys[i] && g->static_keys[i] != o)
        i = (i + 1) & g->static_mask;
    return i;
}

static inline uint32_t node_of(const Graph *g, const Object *o)
{
    if (LIKELY(in_region(o)))
        return g->slot_node[g->unit_base[unit_of(o)] + slot_index(page_of(o), o)];
    uint32_t i = static_slot(g, o);
    return g->static_keys[i] ? g->static_nodes[i] : NO_NODE;
}

uint32_t graph_node(const Graph *g, const Object *o)
{
    if (!o || !heap_is_object(o))
        return NO_NODE;
    return node_of(g, o);
}

static void count_static(void *ctx, Object *o)
{
    (void)o;
    ++*(size_t *)ctx;
}

static void add_static(void *ctx, Object *o)
{
    Graph *g = ctx;
    uint32_t i = static_slot(g, o);
    if (g->static_keys[i])
        return;
    g->static_keys[i] = o;
    g->static_nodes[i] = g->n_nodes;
    g->objects[g->n_nodes++] = o;
}

/* Number the nodes. */
static bool number_nodes(Graph *g)
{
    size_t n_statics = 0, n_slots = 0, n_objects = 0;
    heap_each_static(count_static, &n_statics);
    for (PageWalk w = { 0 }; page_next(&w);) {
        n_slots += w.page->n_fresh;
        n_objects += w.page->used;
    }
    size_t n = 3 + g->n_root_sets + g->n_names + n_statics + n_objects;
    if (n_slots >= NO_NODE || n >= NO_NODE)
        return false;
    for (g->static_mask = 63; g->static_mask < n_statics * 2; g->static_mask = g->static_mask * 2 + 1)
        ;
    g->objects = graph_alloc(g, n, sizeof *g->objects);
    g->first = graph_alloc(g, n + 1, sizeof *g->first);
    g->unit_base = graph_alloc(g, heap_state.n_units, sizeof *g->unit_base);
    g->slot_node = graph_alloc(g, n_slots, sizeof *g->slot_node);
    g->static_keys = graph_alloc(g, g->static_mask, sizeof *g->static_keys);
    g->static_nodes = graph_alloc(g, g->static_mask, sizeof *g->static_nodes);
    if (!g->objects || !g->first || !g->unit_base || !g->slot_node || !g->static_keys || !g->static_nodes)
        return false;
    g->node_statics = 1 + (uint32_t)g->n_root_sets;
    g->first_name = g->node_statics + 1;
    g->first_static = g->n_nodes = g->first_name + (uint32_t)g->n_names;
    heap_each_static(add_static, g);
    g->first_object = g->n_nodes;
    uint32_t base = 0;
    for (PageWalk w = { 0 }; page_next(&w);) {
        g->unit_base[w.unit - 1] = base;
        for (uint32_t i = 0; i < w.page->n_fresh; i++) {
            Object *o = page_object(w.page, w.start, i);
            g->slot_node[base + i] = o ? g->n_nodes : NO_NODE;
            if (o)
                g->objects[g->n_nodes++] = o;
        }
        base += w.page->n_fresh;
    }
    g->node_loose = g->n_nodes++;
    assert(base == n_slots && g->first_object >= g->first_static);
    assert(g->n_nodes <= n);
    return true;
}

static void push_edge(Graph *g, uint32_t to)
{
    if (UNLIKELY(g->n_edges == g->cap_edges)) {
        size_t cap = g->cap_edges ? g->cap_edges * 2 : 4096;
        size_t more = (cap - g->cap_edges) * sizeof *g->edges;
        uint32_t *edges = g->memory + more > g->limit || cap >= NO_NODE ? NULL : realloc(g->edges, cap * sizeof *edges);
        if (!edges) {
            g->failed = true;
            g->n_edges = 0;
            return;
        }
        g->memory += more;
        g->edges = edges;
        g->cap_edges = cap;
    }
    g->edges[g->n_edges++] = to;
}

TRACE_INLINE void add_child(void *ctx, Object *child)
{
    Graph *g = ctx;
    uint32_t to = node_of(g, child);
    assert(to == NO_NODE || (g->objects[to] == child && to >= g->first_static));
    if (to != NO_NODE)
        push_edge(g, to);
}

typedef struct RootCollector { Visitor visitor; Graph *g; } RootCollector;
static void visit_root(Visitor *v, Object *child, const Edge *edge)
{
    (void)edge;
    if (child)
        add_child(((RootCollector *)v)->g, child);
}

/* Let the name's edge take the place of its holder's edge to the target, or of the edge from a cell that belongs to the
 * holder (namespaces hold GlobalCells). False: the holder does not hold it. */
static bool adopt_name(Graph *g, uint32_t name_node, uint32_t holder, uint32_t target, bool look_into_cells)
{
    if (holder == NO_NODE)
        return false;
    for (uint32_t e = g->first[holder]; e < g->first[holder + 1]; e++)
        if (g->edges[e] == target) {
            g->edges[e] = name_node;
            return true;
        }
    for (uint32_t e = g->first[holder]; look_into_cells && e < g->first[holder + 1]; e++) {
        Object *cell = g->objects[g->edges[e]];
        if (cell && (heap_type(cell)->heap_flags & HEAP_TYPE_INTERNAL) && adopt_name(g, name_node, g->edges[e], target, false))
            return true;
    }
    return false;
}

static bool link_nodes(Graph *g)
{
    uint32_t node = NODE_ROOT;
    g->first[node] = 0;
    for (uint32_t set = 1; set <= g->node_statics; set++)
        push_edge(g, set);
    push_edge(g, g->node_loose);
    for (size_t i = 0; i < g->n_root_sets; i++) {
        RootCollector collector_ = { { visit_root }, g };
        g->first[++node] = (uint32_t)g->n_edges;
        g->root_sets[i].visit(&collector_.visitor);
    }
    g->first[++node] = (uint32_t)g->n_edges;
    for (uint32_t s = g->first_static; s < g->first_object; s++)
        push_edge(g, s);
    for (size_t i = 0; i < g->n_names; i++) {
        uint32_t target = graph_node(g, g->names[i].target);
        g->first[++node] = (uint32_t)g->n_edges;
        if (target != NO_NODE)
            push_edge(g, target);
    }
    assert(node + 1 == g->first_static || g->failed);
    for (++node; node < g->node_loose && !g->failed; node++) {
        g->first[node] = (uint32_t)g->n_edges;
        trace_children(g->objects[node], add_child, g);
    }
    g->first[g->node_loose] = (uint32_t)g->n_edges;
    for (uint32_t i = 0; i < g->n_names && !g->failed; i++) {
        uint32_t target = graph_node(g, g->names[i].target);
        if (target != NO_NODE && !adopt_name(g, g->first_name + i, graph_node(g, g->names[i].holder), target, true))
            push_edge(g, g->first_name + i);
    }
    g->first[g->n_nodes] = (uint32_t)g->n_edges;
    assert(g->n_edges < NO_NODE);
    return !g->failed;
}

Graph *graph_build(const GraphName *names, size_t n_names, size_t memory_limit, const char **why)
{
    Graph *g = calloc(1, sizeof *g);
    if (why)
        *why = NULL;
    if (g) {
        g->names = names;
        g->n_names = n_names;
        g->root_sets = heap_root_sets(&g->n_root_sets);
        g->limit = memory_limit ? memory_limit : heap_state.physical / 8;
        if (number_nodes(g) && link_nodes(g))
            return g;
        graph_free(g);
    }
    if (why)
        *why = "the heap has too many objects for the memory that its picture may use";
    return NULL;
}

void graph_free(Graph *g)
{
    if (!g)
        return;
    free(g->objects), free(g->first), free(g->edges), free(g->unit_base), free(g->slot_node);
    free(g->static_keys), free(g->static_nodes), free(g->retained), free(g->subtree), free(g->position);
    free(g->pred_first), free(g->preds), free(g->visited);
    dominators_free(&g->dominators);
    free(g);
}

size_t graph_memory(const Graph *g) { return g->memory; }

bool graph_new_walk(Graph *g)
{
    if (!g->visited)
        g->visited = graph_alloc(g, g->n_nodes, sizeof *g->visited);
    g->visit++;
    return g->visited != NULL;
}

bool graph_need_predecessors(Graph *g)
{
    if (g->preds)
        return true;
    free(g->pred_first);
    uint32_t *first = g->pred_first = graph_alloc(g, (size_t)g->n_nodes + 2, sizeof *first);
    uint32_t *preds = graph_alloc(g, g->n_edges, sizeof *preds);
    if (!first || !preds) {
        free(preds);
        return false;
    }
    for (size_t e = 0; e < g->n_edges; e++)
        first[g->edges[e] + 2]++;
    for (uint32_t v = 0; v < g->n_nodes; v++)
        first[v + 2] += first[v + 1];
    for (uint32_t v = 0; v < g->n_nodes; v++)
        for (uint32_t e = g->first[v]; e < g->first[v + 1]; e++)
            preds[first[g->edges[e] + 1]++] = v;
    assert(first[g->n_nodes] == g->n_edges);
    g->preds = preds;
    return true;
}

/* --- sizes --------------------------------------------------------------------------------------------------------- */

bool graph_need_dominators(Graph *g)
{
    Dominators *d = &g->dominators;
    if (g->position)
        return true;
    size_t need = (size_t)g->n_nodes * 44 + g->n_edges * 4;
    if (g->memory + need > g->limit || (!d->n && !dominators_find(g->n_nodes, g->first, g->edges, NODE_ROOT, d)))
        return false;
    g->memory += (size_t)g->n_nodes * 12;
    free(g->retained), free(g->subtree);
    g->retained = graph_alloc(g, (size_t)d->n + 1, sizeof *g->retained);
    g->subtree = graph_alloc(g, (size_t)d->n + 1, sizeof *g->subtree);
    uint32_t *position = graph_alloc(g, (size_t)d->n + 1, sizeof *position), *next = calloc((size_t)d->n + 2, sizeof *next);
    if (!g->retained || !g->subtree || !position || !next) {
        free(position), free(next);
        return false;
    }
    for (uint32_t v = d->n; v >= 1; v--) {
        g->retained[v] += graph_bytes(g, d->node[v]);
        g->subtree[v]++;
        g->retained[d->parent[v]] += g->retained[v];
        g->subtree[d->parent[v]] += g->subtree[v];
    }
    for (uint32_t v = 1; v <= d->n; v++) {               /* parents come first */
        position[v] = next[d->parent[v]];
        next[d->parent[v]] += g->subtree[v];
        next[v] = position[v] + 1;
    }
    assert(d->n == 0 || (g->subtree[1] == d->n && position[1] == next[0] - d->n));
    free(next);
    g->position = position;
    return true;
}

static bool is_dominated(const Graph *g, uint32_t number, uint32_t by)
{
    assert(number >= 1 && number <= g->dominators.n && by >= 1 && by <= g->dominators.n);
    return g->position[number] - g->position[by] < g->subtree[by];
}

static GraphSize retained_by(const Graph *g, uint32_t node)
{
    uint32_t number = g->dominators.number[node];
    if (!number)
        return (GraphSize){ graph_is_heap_object(g, node), graph_bytes(g, node) };
    return (GraphSize){ g->subtree[number] - !graph_is_heap_object(g, node), g->retained[number] };
}

bool graph_retained(Graph *g, const Object *o, GraphSize *size)
{
    uint32_t node = graph_node(g, o);
    *size = (GraphSize){ 0, 0 };
    if (!graph_need_dominators(g))
        return false;
    if (node != NO_NODE)
        *size = retained_by(g, node);
    return true;
}

Object *graph_dominator(Graph *g, const Object *o, size_t *name)
{
    uint32_t node = graph_node(g, o);
    if (name)
        *name = SIZE_MAX;
    if (node == NO_NODE || !graph_need_dominators(g) || !g->dominators.number[node])
        return NULL;
    uint32_t above = g->dominators.parent[g->dominators.number[node]];
    assert(above < g->dominators.number[node]);
    uint32_t holder = above ? g->dominators.node[above] : NODE_ROOT;
    if (name && graph_is_name(g, holder))
        *name = holder - g->first_name;
    return g->objects[holder];
}

bool graph_is_barrier(const Graph *g, uint32_t from, uint32_t to)
{
    if (to < g->first_static || to == g->node_loose)
        return false;
    Object *o = g->objects[to], *holder = g->objects[from];
    return is_hub(o) || (holder && (Object *)heap_type(holder) == o);
}

/* What the name reaches but does not retain; the walk looks at no more than MAX edges. */
static bool find_shared(Graph *g, uint32_t name_node, GraphNameSize *size)
{
    enum { MAX = 4 << 20 };
    size_t head = 0, tail = 0, cap = 1024, n_looks = 0;
    uint32_t number = g->dominators.number[name_node], *queue = malloc(cap * sizeof *queue);
    if (!queue || !graph_new_walk(g)) {
        free(queue);
        return false;
    }
    queue[tail++] = name_node;
    g->visited[name_node] = g->visit;
    while (head < tail) {
        uint32_t v = queue[head++];
        if (v != name_node && graph_is_heap_object(g, v) && !is_dominated(g, g->dominators.number[v], number)) {
            size->shared.objects++;
            size->shared.bytes += graph_bytes(g, v);
        }
        for (uint32_t e = g->first[v]; e < g->first[v + 1] && n_looks < MAX; e++, n_looks++) {
            uint32_t to = g->edges[e];
            if (g->visited[to] == g->visit || graph_is_barrier(g, v, to))
                continue;
            g->visited[to] = g->visit;
            if (tail == cap) {
                uint32_t *more = realloc(queue, (cap *= 2) * sizeof *queue);
                if (!more) {
                    free(queue);
                    return false;
                }
                queue = more;
            }
            queue[tail++] = to;
        }
    }
    size->shared_is_partial = n_looks >= MAX;
    free(queue);
    return true;
}

bool graph_name_size(Graph *g, size_t name, GraphNameSize *size)
{
    assert(name < g->n_names);
    Object *target = g->names[name].target;
    uint32_t node = g->first_name + (uint32_t)name;
    *size = (GraphNameSize){ 0 };
    if (!graph_need_dominators(g))
        return false;
    if (!target)
        return true;
    size->shallow_bytes = heap_size_of(target);
    size->references = target->refcount;
    if (!g->dominators.number[node])
        return true;
    size->retained = retained_by(g, node);
    return find_shared(g, node, size);
}

GraphSize graph_reachable(const Graph *g)
{
    Graph *mutable_graph = (Graph *)g;                   /* fills what is made on demand */
    if (!graph_need_dominators(mutable_graph))
        return (GraphSize){ 0, 0 };
    GraphSize size = { 0, g->retained[1] };
    for (uint32_t v = 1; v <= g->dominators.n; v++)
        size.objects += graph_is_heap_object(g, g->dominators.node[v]);
    return size;
}

/* Mark with a walk what no root reaches but something outside these objects holds, and all that it reaches. False: no memory. */
static bool mark_held(Graph *g)
{
    uint32_t n = g->node_loose - g->first_object, *inner = calloc((size_t)n + 1, sizeof *inner), *queue = malloc(((size_t)n + 1) * sizeof *queue), tail = 0;
    bool good = inner && queue && graph_new_walk(g);
    for (uint32_t v = g->first_object; good && v < g->node_loose; v++)
        for (uint32_t e = g->first[v]; !g->dominators.number[v] && e < g->first[v + 1]; e++)
            if (graph_is_heap_object(g, g->edges[e]))
                inner[g->edges[e] - g->first_object]++;
    for (uint32_t v = g->first_object; good && v < g->node_loose; v++)
        if (!g->dominators.number[v] && g->objects[v]->refcount > inner[v - g->first_object]) {
            g->visited[v] = g->visit;
            queue[tail++] = v;
        }
    for (uint32_t head = 0; good && head < tail; head++)
        for (uint32_t e = g->first[queue[head]]; e < g->first[queue[head] + 1]; e++) {
            uint32_t to = g->edges[e];
            if (graph_is_heap_object(g, to) && !g->dominators.number[to] && g->visited[to] != g->visit) {
                g->visited[to] = g->visit;
                queue[tail++] = to;
            }
        }
    free(inner);
    free(queue);
    return good;
}

static int more_garbage(const void *a, const void *b)
{
    const GraphType *x = a, *y = b;
    return x->size.bytes != y->size.bytes ? (x->size.bytes < y->size.bytes ? 1 : -1) : strcmp(x->name, y->name);
}

static bool add_garbage(GraphType **types, size_t *n, const char *name, uint64_t bytes)
{
    size_t i = 0;
    while (i < *n && strcmp((*types)[i].name, name) != 0)
        i++;
    if (i == *n) {
        GraphType *grown = (*n & (*n - 1)) ? *types : realloc(*types, (*n ? 2 * *n : 1) * sizeof *grown);
        if (!grown)
            return false;
        *types = grown;
        grown[(*n)++] = (GraphType){ name, { 0, 0 } };
    }
    (*types)[i].size.objects++;
    (*types)[i].size.bytes += bytes;
    return true;
}

GraphType *graph_garbage(Graph *g, size_t *n)
{
    GraphType *types = NULL;
    *n = 0;
    if (!graph_need_dominators(g) || !mark_held(g))
        return NULL;
    for (uint32_t v = g->first_object; v < g->node_loose; v++)
        if (!g->dominators.number[v] && g->visited[v] != g->visit && !add_garbage(&types, n, heap_type(g->objects[v])->name, graph_bytes(g, v)))
            break;
    if (*n)
        qsort(types, *n, sizeof *types, more_garbage);
    return types;
}

GraphSize graph_unreachable(const Graph *g)
{
    GraphSize size = { 0, 0 };
    size_t n;
    GraphType *types = graph_garbage((Graph *)g, &n);
    for (size_t i = 0; i < n; i++) {
        size.objects += types[i].size.objects;
        size.bytes += types[i].size.bytes;
    }
    free(types);
    return size;
}

/* --- edges in words ------------------------------------------------------------------------------------------------ */

static size_t key_text(Value key, char *text, size_t size)
{
    size_t len = graph_key_text ? graph_key_text(key, text, size) : 0;
    if (len)
        return len;
    static const char *const words[] = { "None", "False", "True", "Ellipsis", "NotImplemented", "?", "?", "?" };
    int n = 0;
    if (is_int(key))
        n = snprintf(text, size, "%lld", (long long)small_int(key));
    else if (is_float(key))
        n = snprintf(text, size, "%g", small_float(key));
    else if (is_immediate(key))
        n = snprintf(text, size, "%s", words[key.bits >> 3 & 7]);
    else
        n = snprintf(text, size, "<%.40s>", heap_type(as_obj(key))->name);
    return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

size_t graph_edge_text(const Edge *edge, char *text, size_t size)
{
    const char *name = edge->name ? edge->name : "";
    char key[120] = "";
    int n = 0;
    assert(size > 0);
    if (edge->kind == TRACE_TABLE || edge->kind == TRACE_KEYS || (edge->kind == TRACE_ATTRS && !is_unbound(edge->key)))
        key_text(edge->key, key, sizeof key);
    switch (edge->kind) {
    case TRACE_VECTOR:
    case TRACE_TAIL:
        n = snprintf(text, size, "%s[%llu]", name, (unsigned long long)edge->index);
        break;
    case TRACE_TABLE:
        n = snprintf(text, size, "%s[%s]", name, key);
        break;
    case TRACE_KEYS:
        n = snprintf(text, size, "%s{%s}", name, key);
        break;
    case TRACE_ATTRS: {
        size_t len = strlen(key);
        bool is_quoted = len >= 2 && (key[0] == '\'' || key[0] == '"') && key[len - 1] == key[0];
        if (len)
            n = snprintf(text, size, ".%.*s", (int)(len - 2 * is_quoted), key + is_quoted);
        else
            n = snprintf(text, size, ".%s[%llu]", name, (unsigned long long)edge->index);
        break;
    }
    default:
        n = snprintf(text, size, "%s", name);
    }
    return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

/* --- without a graph ----------------------------------------------------------------------------------------------- */

typedef struct Referring {
    Visitor visitor;
    Object *holder, *const *targets;
    size_t n;
    GraphEdgeFn *each;
    void *context;
} Referring;

static void visit_referring(Visitor *v, Object *child, const Edge *edge)
{
    Referring *r = (Referring *)v;
    for (size_t i = 0; i < r->n; i++)
        if (child == r->targets[i]) {
            r->each(r->context, r->holder, child, edge);
            return;
        }
}

typedef struct Quick { Object *const *targets; size_t n; bool hit; } Quick;
TRACE_INLINE void quick_look(void *ctx, Object *child)
{
    Quick *q = ctx;
    for (size_t i = 0; i < q->n; i++)
        q->hit |= child == q->targets[i];
}

/* First without names, which is many times faster; with names where something was found. */
static void refer_one(void *ctx, Object *o)
{
    Referring *r = ctx;
    Quick q = { r->targets, r->n, false };
    trace_children(o, quick_look, &q);
    if (!q.hit)
        return;
    r->holder = o;
    object_trace(o, &r->visitor);
}

void graph_referrers(Object *const *targets, size_t n, GraphEdgeFn *each, void *context)
{
    Referring r = { { visit_referring }, NULL, targets, n, each, context };
    for (PageWalk w = { 0 }; page_next(&w);)
        for (uint32_t i = 0; w.page->kind == KIND_CONTAINER && i < w.page->n_fresh; i++) {
            Object *o = page_object(w.page, w.start, i);
            if (o)
                refer_one(&r, o);
        }
    heap_each_static(refer_one, &r);
}

static void visit_referent(Visitor *v, Object *child, const Edge *edge)
{
    Referring *r = (Referring *)v;
    r->each(r->context, r->holder, child, edge);
}

void graph_referents(Object *o, GraphEdgeFn *each, void *context)
{
    Referring r = { { visit_referent }, o, NULL, 0, each, context };
    object_trace(o, &r.visitor);
}
