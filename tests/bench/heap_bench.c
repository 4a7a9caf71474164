/* heap_bench.c -- what allocation and collection cost. `make bench-heap`, or:
 *   gcc -O2 -DNDEBUG -fno-strict-aliasing -I. tests/bench/heap_bench.c gc/[!i]*.c -o heap_bench
 * Prints the best of several runs, processor time; compare with CPython on the same machine. */
#include "gc/census.h"
#include "gc/graph.h"
#include "gc/snapshot.h"
#include "tests/unit/gc_types.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}
static int compare(const void *a, const void *b) { return (*(double *)a > *(double *)b) - (*(double *)a < *(double *)b); }
static double best(double *times, int n)
{
    qsort(times, (size_t)n, sizeof *times, compare);
    (void)n;
    return times[0];
}
#define BEST(n_, statement) ({ double t_[n_]; for (int i_ = 0; i_ < (n_); i_++) { double s_ = now_ms(); statement; t_[i_] = now_ms() - s_; } best(t_, n_); })

static void pairs_loop(int n)
{
    for (int i = 0; i < n; i++) {
        Value v = atom_new();
        __asm__ volatile("" : : "r"(v.bits) : "memory");
        release(v);
    }
}
static void containers_loop(int n)
{
    for (int i = 0; i < n; i++) {
        Value v = pair_new_take(NONE, NONE);
        __asm__ volatile("" : : "r"(v.bits) : "memory");
        release(v);
    }
}
static void buffers_loop(int n)
{
    for (int i = 0; i < n; i++) {
        void *b = heap_buf(64);
        __asm__ volatile("" : : "r"(b) : "memory");
        heap_buf_free(b, 64);
    }
}
static void malloc_loop(int n)
{
    for (int i = 0; i < n; i++) {
        void *b = malloc(40);
        __asm__ volatile("" : : "r"(b) : "memory");
        free(b);
    }
}

static void bench_allocation(void)
{
    enum { N = 2000000 };
    static Value *kept;
    kept = malloc(N * sizeof *kept);
    printf("alloc+free pair, atom          %6.2f ns\n", BEST(7, pairs_loop(N)) * 1e6 / N);
    printf("alloc+free pair, container     %6.2f ns\n", BEST(7, containers_loop(N)) * 1e6 / N);
    printf("alloc+free pair, buffer        %6.2f ns\n", BEST(7, buffers_loop(N)) * 1e6 / N);
    printf("malloc+free pair (libc)        %6.2f ns\n", BEST(7, malloc_loop(N)) * 1e6 / N);
    double birth[5], death[5];
    for (int r = 0; r < 5; r++) {
        double t = now_ms();
        for (int i = 0; i < N; i++)
            kept[i] = atom_new();
        birth[r] = now_ms() - t;
        t = now_ms();
        for (int i = 0; i < N; i++)
            release(kept[i]);
        death[r] = now_ms() - t;
    }
    printf("%d atoms: birth             %6.2f ns each, death %.2f ns each\n", N, best(birth, 5) * 1e6 / N, best(death, 5) * 1e6 / N);
    free(kept);
}

/* gc_traversal: 1000 lists, each holding a slice of the others, 0.5 M edges. */
static void bench_traversal(void)
{
    enum { N = 1000 };
    Value all = list_new();
    for (int i = 0; i < N; i++) {
        Value l = list_new();
        for (int j = 0; j < i; j++)
            list_append_take(l, retain(as_list(all)->items[j]));
        list_append_take(all, l);
    }
    set_root_take(0, all);
    collect(2);
    printf("gc_traversal, full             %6.3f ms   (python3.11: 5.5)\n", BEST(21, collect(2)));
    set_root_take(0, UNBOUND);
}

/* gc_collect: 100 rings of 21 nodes. */
static void make_rings(void)
{
    for (int r = 0; r < 100; r++) {
        Value first = pair_new_take(NONE, NONE), last = first;
        for (int i = 0; i < 20; i++) {
            Value next = pair_new_take(NONE, NONE);
            set_slot(&as_pair(last)->right, next);
            last = next;
        }
        set_slot(&as_pair(last)->right, first);
    }
}
static void bench_rings(void)
{
    double t[15], young[15];
    collector.enabled = false;
    for (int i = 0; i < 15; i++) {
        make_rings();
        double s = now_ms();
        int64_t n = collect(2);
        t[i] = now_ms() - s;
        make_rings();
        s = now_ms();
        n += collect(0);
        young[i] = now_ms() - s;
        if (n != 4200)
            printf("WRONG: %lld\n", (long long)n);
    }
    collector.enabled = true;
    printf("gc_collect, 100 rings of 21    %6.3f ms   young %.3f ms   (python3.11: 1.22)\n", best(t, 15), best(young, 15));
}

/* 2 M live containers: 1 M pairs, each with a tuple of two. */
static void bench_large(bool is_shuffled)
{
    enum { N = 1000000 };
    collector.enabled = false;
    Value all = list_new();
    for (int i = 0; i < N; i++) {
        Value t = tuple_new(2);
        as_tuple(t)->items[0] = list_new();
        as_tuple(t)->items[1] = NONE;
        list_append_take(all, t);
    }
    if (is_shuffled) {
        List *l = as_list(all);
        for (uint64_t i = N - 1, seed = 1; i > 0; i--) {
            seed = seed * 6364136223846793005ull + 1442695040888963407ull;
            uint64_t j = (seed >> 33) % (i + 1);
            Value v = l->items[i];
            l->items[i] = l->items[j];
            l->items[j] = v;
        }
    }
    set_root_take(0, all);
    double first = BEST(1, collect(2));
    printf("2 M live containers%s: full  %6.1f ms, then %.1f ms   (python3.11: 210)\n", is_shuffled ? ", shuffled" : "          ", first, BEST(7, collect(2)));
    HeapCounts c = heap_counts();
    printf("   live %.1f MB, mapped %.1f MB\n", (double)c.live_bytes / 1e6, (double)c.mapped_bytes / 1e6);
    double t = now_ms();
    set_root_take(0, UNBOUND);
    printf("   dropped in %.1f ms\n", now_ms() - t);
    collector.enabled = true;
}

/* [{'a': [i]} for i in range(10**6)], collections at every safe point. */
static void bench_build(void)
{
    enum { N = 1000000 };
    collect(2);
    Value key = atom_new();
    double t = now_ms(), worst = 0;
    collect_reset_pauses();
    uint64_t pauses = collector.pause_total_ns;
    GenerationStats before[3];
    memcpy(before, collector.stats, sizeof before);
    set_root_take(0, list_new());
    for (int i = 0; i < N; i++) {
        Value d = dict_new(), l = list_new();
        list_append_take(l, small_int_value(i));
        dict_add_take(d, retain(key), l);
        list_append_take(test_roots[0], d);
        if (events_pending())
            collect_if_due();
    }
    t = now_ms() - t;
    worst = (double)collector.pause_longest_ns * 1e-6;
    printf("build a million {'a': [i]}     %6.0f ms, of it collector %.0f ms; longest pause %.1f ms; collections %d/%d/%d (python3.11: 1610, 1220, 258)\n", t,
           (double)(collector.pause_total_ns - pauses) * 1e-6, worst, (int)(collector.stats[0].collections - before[0].collections),
           (int)(collector.stats[1].collections - before[1].collections), (int)(collector.stats[2].collections - before[2].collections));
    set_root_take(0, UNBOUND);
    release(key);
}

/* Looking at a heap of 2 M containers and 1 M atoms. */
static size_t n_written;
static bool count_bytes(void *context, const char *text, size_t len)
{
    (void)context, (void)text;
    n_written += len;
    return true;
}
static void count_edge(void *context, Object *holder, Object *target, const Edge *edge)
{
    (void)holder, (void)target, (void)edge;
    ++*(int *)context;
}
static void bench_inspection(void)
{
    enum { N = 1000000 };
    collector.enabled = false;
    Value key = atom_new(), names = dict_new(), all = list_new(), half = list_new();
    for (int i = 0; i < N; i++) {
        Value d = dict_new();
        Value l = list_new();
        list_append_take(l, atom_new());
        dict_add_take(d, retain(key), l);
        if (i % 2)
            list_append_take(half, retain(d));
        list_append_take(all, d);
    }
    dict_add_take(names, small_int_value(0), all);
    dict_add_take(names, small_int_value(1), half);
    set_root_take(0, names);
    GraphName list[] = { { "all", as_obj(names), as_obj(all) }, { "half", as_obj(names), as_obj(half) } };
    printf("3 M objects: census            %6.1f ms\n", BEST(3, census_free(census_take())));
    Object *target = as_obj(as_list(all)->items[N / 2]);
    int n = 0;
    printf("   referrers of one            %6.1f ms\n", BEST(3, graph_referrers(&target, 1, count_edge, &n)));
    Graph *g = NULL;
    double t = BEST(1, g = graph_build(list, 2, 0, NULL));
    printf("   graph                       %6.1f ms, %.0f MB\n", t, (double)graph_memory(g) / 1e6);
    GraphNameSize size;
    printf("   dominators, sizes of a name %6.1f ms", BEST(1, if (!graph_name_size(g, 0, &size)) printf("failed")));
    printf(", retained %.1f MB, shared %.1f MB\n", (double)size.retained.bytes / 1e6, (double)size.shared.bytes / 1e6);
    GraphPath *paths;
    size_t n_paths = 0, drop = 0;
    printf("   paths to one                %6.1f ms\n", BEST(1, n_paths = graph_paths(g, target, 5, &paths)));
    for (size_t i = 0; i < n_paths; i++)
        printf("      %s\n", paths[i].text);
    graph_paths_free(paths, n_paths);
    GraphWhatIf w;
    printf("   what if                     %6.1f ms", BEST(1, if (!graph_what_if(g, &drop, 1, &w)) printf("failed")));
    printf(", now %.1f MB, kept %.1f MB\n", (double)w.now.bytes / 1e6, (double)w.kept.bytes / 1e6);
    graph_what_if_free(&w);
    printf("   snapshot                    %6.1f ms", BEST(1, if (!snapshot_write(g, count_bytes, NULL)) printf("failed")));
    printf(", %.0f MB\n", (double)n_written / 1e6);
    graph_free(g);
    set_root_take(0, UNBOUND);
    release(key);
    collector.enabled = true;
}

int main(void)
{
    test_types_init();
    bench_allocation();
    bench_traversal();
    bench_rings();
    bench_large(false);
    bench_large(true);
    bench_build();
    bench_inspection();
    printf("revived %llu\n", (unsigned long long)collector.revived);
    return 0;
}
