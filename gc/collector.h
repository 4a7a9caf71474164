/* collector.h -- the collector's counters and switches: the part that births and deaths touch too.
 *
 * count[0] rises with each container born and falls (not below 0) with each that dies; when it passes threshold[0],
 * EVENT_COLLECT is raised. Everything else about collecting is in collect.h. The variable lives in heap.c. */
#ifndef GC_COLLECTOR_H
#define GC_COLLECTOR_H
#include "gc/object.h"

#define N_GENERATIONS 3
enum { GC_DEBUG_STATS = 1, GC_DEBUG_COLLECTABLE = 2, GC_DEBUG_UNCOLLECTABLE = 4, GC_DEBUG_SAVEALL = 32, GC_DEBUG_LEAK = 38 };

typedef struct GenerationStats { uint64_t collections, collected, uncollectable; } GenerationStats;
typedef struct CollectorState {
    bool enabled, collecting;
    uint32_t debug;
    int64_t threshold[N_GENERATIONS], count[N_GENERATIONS];
    int64_t long_lived_pending, long_lived_total;
    int64_t full_percent;             /* the 25 % rule: a full collection waits until pending >= this share of total. More than 25
                                       * only while a large heap (200,000 containers) yields no garbage: see adapt_full_percent */
    GenerationStats stats[N_GENERATIONS];
    uint64_t pause_total_ns, pause_longest_ns, pause_last_ns;     /* longest since collect_reset_pauses */
    uint64_t revived;                 /* objects the root mark missed and subtraction saved: should stay 0 */
    bool record_cycles;               /* keep cycle shapes (collect_cycle_shapes); costs a little per garbage object */
    Value garbage;                    /* the list gc.garbage; set by interp; UNBOUND before */
} CollectorState;
extern CollectorState collector;
#endif
