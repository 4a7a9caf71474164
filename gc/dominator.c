/* dominator.c -- semi-NCA: depth-first numbers, semidominators with path compression, then nearest common ancestors. */
#include "gc/dominator.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

typedef struct Work {
    Dominators *d;
    const uint32_t *first, *edges;
    uint32_t *ancestor, *semi, *label, *stack;   /* by number */
    uint32_t *pred_first, *preds;                /* predecessors, by number */
} Work;

/* Number the reached nodes; d->parent becomes the depth-first tree. */
static void depth_first(Work *w, uint32_t root)
{
    Dominators *d = w->d;
    uint32_t n = 0, depth = 0, *cursor = w->semi;        /* by number; free for use until numbering is done */
    d->number[root] = ++n;
    d->node[n] = root;
    d->parent[n] = 0;
    cursor[n] = w->first[root];
    w->stack[depth++] = n;
    while (depth) {
        uint32_t v = w->stack[depth - 1], node = d->node[v];
        if (cursor[v] == w->first[node + 1]) {
            depth--;
            continue;
        }
        uint32_t child = w->edges[cursor[v]++];
        if (d->number[child])
            continue;
        d->number[child] = ++n;
        d->node[n] = child;
        d->parent[n] = v;
        cursor[n] = w->first[child];
        w->stack[depth++] = n;
    }
    assert(d->number[root] == 1);
    d->n = n;
}

static bool find_predecessors(Work *w)
{
    Dominators *d = w->d;
    w->pred_first = calloc((size_t)d->n + 3, sizeof *w->pred_first);
    if (!w->pred_first)
        return false;
    uint32_t *count = w->pred_first + 2;                 /* shifted, so that filling leaves starts in place */
    for (uint32_t v = 1; v <= d->n; v++)
        for (uint32_t e = w->first[d->node[v]]; e < w->first[d->node[v] + 1]; e++)
            count[d->number[w->edges[e]]]++;
    for (uint32_t v = 1; v <= d->n; v++)
        count[v] += count[v - 1];
    w->preds = malloc(((size_t)count[d->n] + 1) * sizeof *w->preds);
    if (!w->preds)
        return false;
    assert(w->pred_first[1] == 0 && count[1] >= w->pred_first[1]);
    uint32_t *at = w->pred_first + 1;
    for (uint32_t v = 1; v <= d->n; v++)
        for (uint32_t e = w->first[d->node[v]]; e < w->first[d->node[v] + 1]; e++)
            w->preds[at[d->number[w->edges[e]]]++] = v;
    return true;
}

/* The label of least semidominator on the path from v up through nodes numbered >= last. */
static uint32_t eval(Work *w, uint32_t v, uint32_t last)
{
    uint32_t *ancestor = w->ancestor, *label = w->label, *semi = w->semi, depth = 0;
    if (ancestor[v] < last)
        return label[v];
    do {
        w->stack[depth++] = v;
        v = ancestor[v];
    } while (ancestor[v] >= last);
    uint32_t above = v, best = label[v];
    do {
        v = w->stack[--depth];
        ancestor[v] = ancestor[above];
        if (semi[best] < semi[label[v]])
            label[v] = best;
        else
            best = label[v];
        above = v;
    } while (depth);
    return label[v];
}

static void find_parents(Work *w)
{
    Dominators *d = w->d;
    for (uint32_t v = 1; v <= d->n; v++) {
        w->ancestor[v] = d->parent[v];
        w->semi[v] = w->label[v] = v;
    }
    for (uint32_t v = d->n; v >= 2; v--) {
        w->semi[v] = d->parent[v];
        for (uint32_t p = w->pred_first[v]; p < w->pred_first[v + 1]; p++) {
            uint32_t semi = w->semi[eval(w, w->preds[p], v + 1)];
            if (semi < w->semi[v])
                w->semi[v] = semi;
        }
    }
    for (uint32_t v = 2; v <= d->n; v++) {
        uint32_t candidate = d->parent[v];
        while (candidate > w->semi[v])
            candidate = d->parent[candidate];
        assert(candidate >= 1 && candidate < v);
        d->parent[v] = candidate;
    }
}

bool dominators_find(uint32_t n_nodes, const uint32_t *first, const uint32_t *edges, uint32_t root, Dominators *d)
{
    size_t n = (size_t)n_nodes + 1;
    assert(root < n_nodes && first[0] == 0);
    Work w = { .d = d, .first = first, .edges = edges };
    *d = (Dominators){ 0, calloc(n * 3, sizeof(uint32_t)), NULL, NULL };
    w.ancestor = malloc(n * 4 * sizeof(uint32_t));
    bool is_good = d->number && w.ancestor;
    if (is_good) {
        d->node = d->number + n;
        d->parent = d->node + n;
        w.semi = w.ancestor + n;
        w.label = w.semi + n;
        w.stack = w.label + n;
        depth_first(&w, root);
        is_good = find_predecessors(&w);
    }
    if (is_good)
        find_parents(&w);
    else
        dominators_free(d);
    free(w.ancestor);
    free(w.pred_first);
    free(w.preds);
    return is_good;
}

void dominators_free(Dominators *d)
{
    free(d->number);
    *d = (Dominators){ 0, NULL, NULL, NULL };
}
