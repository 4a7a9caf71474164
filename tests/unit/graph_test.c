/* graph_test.c -- gc/: census, edges, retained sizes, what-if, paths, snapshots, the leak report, with tiny types of its own. */
#include "gc/dominator.h"
#include "gc/graph.h"
#include "gc/mark.h"
#include "gc/scc.h"
#include "gc/snapshot.h"
#include "tests/unit/gc_test.h"

/* --- inspection ---------------------------------------------------------------------------------------------------- */

static void test_census(void)
{
    no_collector();
    heap_set_cell(3);
    Value l = list_new();
    for (int i = 0; i < 100; i++)
        list_append_take(l, atom_new());
    heap_set_cell(4);
    for (int i = 0; i < 50; i++)
        list_append_take(l, tuple_new(3));
    Census *before = census_take();
    EQUAL(before->objects, heap_counts().live_objects);
    CHECK(before->bytes <= before->live_bytes);
    EQUAL(before->generation_objects[0], 51);
    EQUAL(before->generation_objects[CENSUS_UNTRACKED], 100);
    size_t n;
    CensusRow *rows = census_by_type(before, &n);
    EQUAL(n, 3);
    for (size_t i = 0; i < n; i++)
        EQUAL(rows[i].objects, strcmp(rows[i].type, "list") == 0 ? 1 : strcmp(rows[i].type, "atom") == 0 ? 100 : 50);
    free(rows);
    rows = census_by_cell(before, &n);
    EQUAL(n, 2);
    EQUAL(rows[0].cell, 3);
    EQUAL(rows[0].objects, 101);
    free(rows);
    rows = census_of_cell(before, 4, &n);
    CHECK(n == 1 && rows[0].objects == 50);
    free(rows);
    for (int i = 0; i < 10; i++)
        list_append_take(l, atom_new());
    Census *after = census_take();
    CensusChange *changes = census_diff(before, after, &n);
    EQUAL(n, 1);
    CHECK(n && strcmp(changes[0].type, "atom") == 0 && changes[0].cell == 4 && changes[0].objects == 10 && changes[0].bytes == 320);
    free(changes);
    census_free(before), census_free(after);
    n_each = 0;
    census_each_of_cell(3, count_each, NULL);
    EQUAL(n_each, 101);
    heap_set_cell(0);
    release(l);
}

static void test_scc_and_dominators(void)
{
    /* 0 -> 1 -> 2 -> 0, 2 -> 3, 3 -> 4, 4 -> 3, 0 -> 5 */
    static const uint32_t first[] = { 0, 2, 3, 5, 6, 7, 7 }, edges[] = { 1, 5, 2, 0, 3, 4, 3 };
    uint32_t component[6];
    EQUAL(scc_find(6, first, edges, component), 3);
    CHECK(component[0] == component[1] && component[1] == component[2] && component[3] == component[4]);
    CHECK(component[0] != component[3] && component[5] != component[0]);
    /* A diamond with a tail: 0 -> 1, 0 -> 2, 1 -> 3, 2 -> 3, 3 -> 4, 4 -> 1; 5 unreached */
    static const uint32_t dfirst[] = { 0, 2, 3, 4, 5, 6, 7 }, dedges[] = { 1, 2, 3, 3, 4, 1, 0 };
    Dominators d;
    CHECK(dominators_find(6, dfirst, dedges, 0, &d));
    EQUAL(d.n, 5);
    static const uint32_t above[] = { 0, 0, 0, 0, 3 };
    for (uint32_t v = 1; v < 5; v++)
        EQUAL(d.node[d.parent[d.number[v]]], above[v]);
    EQUAL(d.number[5], 0);
    dominators_free(&d);
    /* Against the definition, on random graphs: d dominates v iff v is unreachable without d. */
    uint64_t seed = 5;
    for (int round = 0; round < 200; round++) {
        enum { N = 12, E = 24 };
        uint32_t from[E], f[N + 1] = { 0 }, e[E], at = 0;
        for (int i = 0; i < E; i++) {
            seed = seed * 6364136223846793005ull + 1442695040888963407ull;
            from[i] = (uint32_t)(seed >> 33) % N;
        }
        for (uint32_t v = 0; v < N; v++) {
            f[v] = at;
            for (int i = 0; i < E; i++)
                if (from[i] == v) {
                    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
                    e[at++] = (uint32_t)(seed >> 33) % N;
                }
        }
        f[N] = at;
        CHECK(dominators_find(N, f, e, 0, &d));
        bool is_right = true;
        for (uint32_t without = 0; without < N; without++) {
            bool seen[N] = { false };
            uint32_t stack[N * E], len = 0;
            if (without != 0) {
                stack[len++] = 0;
                seen[0] = true;
            }
            while (len) {
                uint32_t v = stack[--len];
                for (uint32_t i = f[v]; i < f[v + 1]; i++)
                    if (e[i] != without && !seen[e[i]]) {
                        seen[e[i]] = true;
                        stack[len++] = e[i];
                    }
            }
            for (uint32_t v = 0; v < N; v++) {
                bool dominates = false;
                for (uint32_t up = d.number[v]; up; up = d.parent[up])
                    dominates |= d.node[up] == without;
                if (d.number[v])
                    is_right &= dominates == !seen[v];
            }
        }
        CHECK(is_right);
        dominators_free(&d);
    }
}

static void count_edge(void *context, Object *holder, Object *target, const Edge *edge)
{
    char text[64];
    (void)holder;
    (void)target;
    graph_edge_text(edge, text, sizeof text);
    strcat(context, text);
    strcat(context, " ");
}

static void test_edges(void)
{
    no_collector();
    char found[512] = "";
    Value a = atom_new(), l = list_new(), d = dict_new(), t = tuple_new(2), i = inst_new();
    list_append_take(l, NONE), list_append_take(l, retain(a));
    dict_add_take(d, small_int_value(7), retain(a));
    dict_add_take(d, TRUE, NONE);
    as_tuple(t)->items[1] = retain(a);
    ((Value *)as_inst(i)->attrs.more)[0] = retain(a);
    Object *target = as_obj(a);
    graph_referrers(&target, 1, count_edge, found);
    CHECK(strstr(found, "list[1] ") && strstr(found, "dict[7] ") && strstr(found, "tuple[1] ") && strstr(found, ".attr[2] "));
    EQUAL(strlen(found), strlen("list[1] dict[7] tuple[1] .attr[2] "));
    found[0] = 0;
    graph_referents(as_obj(i), count_edge, found);
    TEXT(found, "__class__ .attr[2] ");
    release(a), release(l), release(d), release(t), release(i);
}

static void test_graph_sizes(void)
{
    no_collector();
    /* root a -> namespace {1: x, 2: y}; x = [p, shared], y = [shared]; q garbage */
    Value names = dict_new(), x = list_new(), y = list_new(), shared = list_new();
    for (int k = 0; k < 10; k++)
        list_append_take(shared, atom_new());
    list_append_take(x, pair_new_take(atom_new(), NONE));
    list_append_take(x, retain(shared));
    list_append_take(y, retain(shared));
    dict_add_take(names, small_int_value(1), retain(x));
    dict_add_take(names, small_int_value(2), retain(y));
    set_root_take(0, retain(names));
    Value garbage = ring(2);
    release(garbage);
    release(x), release(y), release(shared);
    GraphName list[] = { { "x", as_obj(names), as_obj(x) }, { "y", as_obj(names), as_obj(y) }, { "n", as_obj(names), NULL } };
    const char *why;
    Graph *g = graph_build(list, 3, 0, &why);
    CHECK(g && !why);
    GraphNameSize size;
    CHECK(graph_name_size(g, 0, &size));
    EQUAL(size.retained.objects, 3);
    EQUAL(size.retained.bytes, heap_size_of(as_obj(x)) + 32 + 32);
    EQUAL(size.shared.objects, 11);
    EQUAL(size.shallow_bytes, heap_size_of(as_obj(x)));
    CHECK(graph_name_size(g, 1, &size));
    EQUAL(size.retained.objects, 1);
    EQUAL(size.shared.objects, 11);
    CHECK(graph_name_size(g, 2, &size));
    EQUAL(size.retained.objects, 0);
    GraphSize s;
    CHECK(graph_retained(g, as_obj(shared), &s));
    EQUAL(s.objects, 11);
    size_t name;
    CHECK(graph_dominator(g, as_obj(shared), &name) == as_obj(names));
    CHECK(graph_dominator(g, as_obj(x), &name) == NULL);
    EQUAL(name, 0);
    EQUAL(graph_unreachable(g).objects, 2);
    EQUAL(graph_reachable(g).objects + 2, heap_counts().live_objects);

    GraphPath *paths;
    size_t n = graph_paths(g, as_obj(shared), 10, &paths);
    EQUAL(n, 2);
    int at_x = strcmp(paths[0].text, "x -> list[1]") == 0 ? 0 : 1;       /* of equal length: either order */
    TEXT(paths[at_x].text, "x -> list[1]");
    TEXT(paths[!at_x].text, "y -> list[0]");
    EQUAL(paths[at_x].name, 0);
    EQUAL(paths[1].n_steps, 3);
    CHECK(paths[1].steps[2].object == as_obj(shared));
    graph_paths_free(paths, n);
    n = graph_paths(g, as_obj(names), 10, &paths);
    EQUAL(n, 1);
    TEXT(paths[0].text, "a");
    graph_paths_free(paths, n);
    EQUAL(graph_paths(g, as_obj(garbage), 10, &paths), 0);

    GraphWhatIf w;
    size_t drop[] = { 0, 1 };
    CHECK(graph_what_if(g, drop, 1, &w));
    EQUAL(w.now.objects, 3);
    EQUAL(w.after_collection.objects, 3);
    EQUAL(w.kept.objects, 11);
    EQUAL(w.n_blockers, 1);
    CHECK(w.blockers[0].object == as_obj(shared) && w.blockers[0].size.objects == 11);
    TEXT(w.blockers[0].path, "y -> list[0]");
    graph_what_if_free(&w);
    CHECK(graph_what_if(g, drop, 2, &w));
    EQUAL(w.now.objects, 3 + 1 + 11);
    EQUAL(w.kept.objects, 0);
    graph_what_if_free(&w);
    graph_free(g);
    CHECK(graph_build(list, 3, 1000, &why) == NULL && why);
    release(names);
    clear_roots();
    EQUAL(collect(2), 2);
}

static void test_what_if_cycle(void)
{
    no_collector();
    Value names = dict_new(), r = ring(10);
    Value big = list_new();
    list_append_take(big, retain(r));
    set_slot(&as_pair(r)->left, retain(big));            /* names -> big <-> ring */
    dict_add_take(names, small_int_value(1), retain(big));
    set_root_take(0, retain(names));
    set_root_take(1, retain(as_pair(r)->right));         /* and another root into the ring: everything stays */
    release(r), release(big);
    GraphName list[] = { { "big", as_obj(names), as_obj(big) } };
    size_t drop = 0;
    Graph *g = graph_build(list, 1, 0, NULL);
    GraphWhatIf w;
    CHECK(graph_what_if(g, &drop, 1, &w));
    EQUAL(w.now.objects, 0);
    EQUAL(w.after_collection.objects, 0);
    EQUAL(w.kept.objects, 11);
    CHECK(w.n_blockers == 1 && w.blockers[0].object == as_obj(big));
    CHECK(w.n_blockers && strncmp(w.blockers[0].path, "b -> right -> right", 19) == 0);
    graph_what_if_free(&w);
    graph_free(g);
    set_root_take(1, UNBOUND);
    g = graph_build(list, 1, 0, NULL);
    CHECK(graph_what_if(g, &drop, 1, &w));
    EQUAL(w.now.objects, 0);
    EQUAL(w.after_collection.objects, 11);
    EQUAL(w.kept.objects, 0);
    graph_what_if_free(&w);
    graph_free(g);
    clear_roots();
    release(names);
    EQUAL(collect(2), 11);
}

/* Random heaps: what the dry run foresees is what deleting does. */
static void test_what_if_true(void)
{
    enum { N = 60, NAMES = 8 };
    uint64_t seed = 4711;
#define RANDOM(n) (seed = seed * 6364136223846793005ull + 1442695040888963407ull, (int)((seed >> 33) % (uint64_t)(n)))
    no_collector();
    for (int round = 0; round < 150; round++) {
        Value names = dict_new(), all[N];
        for (int i = 0; i < N; i++)
            all[i] = RANDOM(4) == 0 ? atom_new() : RANDOM(3) == 0 ? inst_new() : list_new();
        for (int i = 0; i < N * 2; i++) {
            Value from = all[RANDOM(N)], to = all[RANDOM(N)];
            if (heap_type(as_obj(from)) == &list_type)
                list_append_take(from, retain(to));
            else if (heap_type(as_obj(from)) == &inst_type)
                set_slot(&as_inst(from)->attrs.inline_[RANDOM(2)], retain(to));
        }
        GraphName list[NAMES];
        for (int i = 0; i < NAMES; i++) {
            Value target = all[RANDOM(N)];
            dict_add_take(names, small_int_value(i), retain(target));
            list[i] = (GraphName){ test_root_names[i], as_obj(names), as_obj(target) };
        }
        set_root_take(0, names);
        set_root_take(1, retain(all[RANDOM(N)]));
        for (int i = 0; i < N; i++)
            release(all[i]);
        collect(2);
        size_t drop[3];
        for (int i = 0; i < 3; i++)
            drop[i] = (size_t)RANDOM(NAMES);
        size_t n_drop = 1 + (size_t)RANDOM(3);
        Graph *g = graph_build(list, NAMES, 0, NULL);
        GraphWhatIf w;
        GraphNameSize size;
        CHECK(graph_what_if(g, drop, n_drop, &w));
        CHECK(graph_name_size(g, drop[0], &size));
        EQUAL(graph_unreachable(g).objects, 0);
        EQUAL(graph_reachable(g).objects, heap_counts().live_objects);
        if (n_drop == 1) {
            EQUAL(size.retained.objects, w.after_collection.objects);
            EQUAL(size.retained.bytes, w.after_collection.bytes);
            EQUAL(size.shared.objects, w.kept.objects);
        }
        for (size_t i = 0; i < w.n_blockers; i++)
            CHECK(w.blockers[i].path && w.blockers[i].path[0]);
        graph_what_if_free(&w);
        graph_free(g);
        g = graph_build(list, NAMES, 0, NULL);
        CHECK(graph_what_if(g, drop, n_drop, &w));
        graph_free(g);
        HeapCounts before = heap_counts();
        for (size_t i = 0; i < n_drop; i++)
            set_slot(&as_dict(names)->entries[drop[i]].value, NONE);
        EQUAL(before.live_objects - heap_counts().live_objects, w.now.objects);
        EQUAL(before.live_bytes - heap_counts().live_bytes - w.now.bytes <= w.now.objects * 40, 1);   /* insts do not report `more` fully */
        collect(2);
        EQUAL(before.live_objects - heap_counts().live_objects, w.after_collection.objects);
        graph_what_if_free(&w);
        clear_roots();
        collect(2);
        EQUAL(heap_counts().live_objects, 0);
    }
#undef RANDOM
}

/* Every shortage of memory for the picture is answered, never suffered. */
static void test_graph_shortage(void)
{
    no_collector();
    Value names = dict_new();
    for (int i = 0; i < 50; i++) {
        Value l = list_new();
        list_append_take(l, ring(3));
        dict_add_take(names, small_int_value(i), l);
    }
    set_root_take(0, names);
    GraphName list[] = { { "x", as_obj(names), as_obj(as_dict(names)->entries[3].value) } };
    int n_built = 0, n_whole = 0;
    for (size_t limit = 500; limit < 300000; limit += 3111) {
        Graph *g = graph_build(list, 1, limit, NULL);
        if (!g)
            continue;
        n_built++;
        CHECK(graph_memory(g) <= limit);
        GraphNameSize size;
        GraphWhatIf w;
        GraphPath *paths;
        size_t drop = 0;
        bool has_sizes = graph_name_size(g, 0, &size);
        bool has_what_if = graph_what_if(g, &drop, 1, &w);
        size_t n_paths = graph_paths(g, list[0].target, 3, &paths);
        graph_paths_free(paths, n_paths);
        if (has_what_if)
            graph_what_if_free(&w);
        n_whole += has_sizes && has_what_if && n_paths == 1 && size.retained.objects == 4;
        graph_free(g);
    }
    CHECK(n_built > 10 && n_whole > 5);
    clear_roots();
    collect(2);
}

/* A mark stack of four entries marks all the same. */
static void test_tiny_mark_stack(void)
{
    no_collector();
    Value top = list_new();
    for (int i = 0; i < 100; i++) {
        Value l = list_new();
        for (int j = 0; j < 20; j++) {
            Value p = pair_new_take(NONE, NONE);
            list_append_take(l, pair_new_take(p, list_new()));
        }
        list_append_take(top, l);
    }
    set_root_take(0, top);
    Object *room[4];
    Stack stack = { room, 0, 4 };
    MarkRun run = { &stack, false, NULL, NULL, 0 };
    CHECK(mark_from_roots(&run));
    bool is_all = true;
    for (PageWalk w = { 0 }; page_next(&w);)
        for (uint32_t i = 0; w.page->kind == KIND_CONTAINER && i < w.page->n_fresh; i++) {
            Object *o = page_object(w.page, w.start, i);
            is_all &= !o || mark_test(o);
        }
    CHECK(is_all);
    clear_roots();
    EQUAL(collect(2), 0);
}

static void test_paths_limits(void)
{
    no_collector();
    /* Two shortest ways through one referrer, and a very long chain. */
    Value target = atom_new(), holder = pair_new_take(retain(target), NONE);
    Value left = pair_new_take(retain(holder), NONE), right = pair_new_take(NONE, retain(holder));
    set_root_take(0, left), set_root_take(1, right);
    Graph *g = graph_build(NULL, 0, 0, NULL);
    GraphPath *paths;
    size_t n = graph_paths(g, as_obj(target), 10, &paths);
    EQUAL(n, 2);
    CHECK(n == 2 && strcmp(paths[0].text, paths[1].text) != 0);
    for (size_t i = 0; i < n; i++)
        CHECK(strcmp(paths[i].text, "a -> left -> left") == 0 || strcmp(paths[i].text, "b -> right -> left") == 0);
    graph_paths_free(paths, n);
    EQUAL(graph_paths(g, as_obj(target), 1, &paths), 1);
    graph_paths_free(paths, 1);
    graph_free(g);
    clear_roots();
    release(holder);
    Value chain = target;
    for (int i = 0; i < 100000; i++)
        chain = pair_new_take(NONE, chain);
    set_root_take(0, chain);
    g = graph_build(NULL, 0, 0, NULL);
    n = graph_paths(g, as_obj(target), 5, &paths);
    EQUAL(n, 1);
    CHECK(n && strstr(paths[0].text, "more ..."));
    CHECK(n && paths[0].n_steps == 64);
    graph_paths_free(paths, n);
    GraphSize s;
    CHECK(graph_retained(g, as_obj(chain), &s));
    EQUAL(s.objects, 100001);
    graph_free(g);
    clear_roots();
}

static bool write_text(void *context, const char *text, size_t len)
{
    char **to = context;
    size_t old = *to ? strlen(*to) : 0;
    *to = realloc(*to, old + len + 1);
    memcpy(*to + old, text, len);
    (*to)[old + len] = 0;
    return true;
}
static bool write_fails(void *context, const char *text, size_t len)
{
    (void)context, (void)text, (void)len;
    return false;
}
static void test_snapshot(void)
{
    no_collector();
    Value names = dict_new(), l = list_new();
    list_append_take(l, atom_new());
    dict_add_take(names, small_int_value(1), retain(l));
    set_root_take(0, names);
    GraphName list[] = { { "the \"list\"", as_obj(names), as_obj(l) } };
    release(l);
    Graph *g = graph_build(list, 1, 0, NULL);
    char *text = NULL;
    CHECK(snapshot_write(g, write_text, &text));
    CHECK(text && strstr(text, "\"node_count\"") && strstr(text, "\"strings\":[") && strstr(text, "the \\u0022list\\u0022"));
    const char *file = getenv("SNAPSHOT");
    FILE *f = file ? fopen(file, "w") : NULL;
    if (f) {
        fputs(text, f);
        fclose(f);
    }
    free(text);
    CHECK(!snapshot_write(g, write_fails, NULL));
    graph_free(g);
    clear_roots();
}

static void test_leak_report(void)
{
    no_collector();
    Value a = atom_new();
    char text[1000] = "";
    FILE *f = fmemopen(text, sizeof text - 1, "w");
    EQUAL(heap_leak_report(f, 10), 1);
    fclose(f);
    CHECK(strstr(text, "1 objects alive") && strstr(text, "atom"));
    release(a);
    EQUAL(heap_leak_report(stdout, 10), 0);
}

int main(void)
{
    test_types_init();
    test_census();
    test_scc_and_dominators();
    test_edges();
    test_graph_sizes();
    test_what_if_cycle();
    test_what_if_true();
    test_graph_shortage();
    test_tiny_mark_stack();
    test_paths_limits();
    test_snapshot();
    test_leak_report();
    return finish();
}
