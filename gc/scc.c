/* scc.c -- Tarjan's components with an explicit stack.
 *
 * order[v]: when v was first seen (1, 2, ...), 0 before; path: the depth-first path, whose nodes keep their place in
 * at[]; pending: nodes without a component yet. low is kept in `component` until the component is known. */
#include "gc/scc.h"
#include <assert.h>
#include <stdlib.h>

uint32_t scc_find(uint32_t n, const uint32_t *first, const uint32_t *edges, uint32_t *component)
{
    uint32_t *memory = calloc((size_t)n * 4 + 1, sizeof *memory);
    if (!memory)
        return UINT32_MAX;
    uint32_t *order = memory, *at = order + n, *path = at + n, *pending = path + n;
    uint32_t n_path, n_pending = 0, clock = 0, n_components = 0;
    uint8_t *is_done = calloc((size_t)n + 1, 1);
    if (!is_done) {
        free(memory);
        return UINT32_MAX;
    }
    for (uint32_t root = 0; root < n; root++) {
        if (order[root])
            continue;
        n_path = 0;
        path[n_path++] = root;
        while (n_path) {
            uint32_t v = path[n_path - 1];
            if (!order[v]) {
                order[v] = component[v] = ++clock;
                at[v] = first[v];
                pending[n_pending++] = v;
            }
            if (at[v] < first[v + 1]) {
                uint32_t w = edges[at[v]++];
                assert(w < n);
                if (!order[w])
                    path[n_path++] = w;
                else if (!is_done[w] && order[w] < component[v])
                    component[v] = order[w];
                continue;
            }
            n_path--;
            if (n_path && component[v] < component[path[n_path - 1]])
                component[path[n_path - 1]] = component[v];
            if (component[v] != order[v])
                continue;
            uint32_t w;
            do {
                assert(n_pending > 0);
                w = pending[--n_pending];
                is_done[w] = 1;
                component[w] = n_components;
            } while (w != v);
            n_components++;
        }
    }
    assert(n_pending == 0 && clock == n && n_components <= n);
    free(memory);
    free(is_done);
    return n_components;
}
