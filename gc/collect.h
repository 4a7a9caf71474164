/* collect.h -- the cycle collector: three generations with CPython's visible rules.
 *
 * Rules that Python code can see (research: CPython 3.11, Modules/gcmodule.c behaviour; gc module documentation)
 *   count[0] rises with each container born, falls (not below 0) with each that dies; count[1], count[2] count collections
 *   of the generation below. A collection takes the oldest generation i with count[i] > threshold[i]; generation 2 also
 *   waits until long_lived_pending >= long_lived_total / 4 (the 25 % rule). Survivors move one generation up.
 *   Unlike CPython: with 200,000 old containers and more, two full collections in a row that each freed less than a hundredth stretch the
 *   rule to 50 %, two more to 100 %; one that frees a twentieth, or a smaller heap, brings 25 % back (collector.full_percent). A million
 *   small dicts are built in a fifth less time so; a heap that only grows is marked 2 times over instead of 5.
 *   Weak references to garbage are emptied, callbacks of those that are not garbage themselves run, then finalisers (once
 *   an object, PEP 442), then what was resurrected is found again, then the rest is cleared.
 * How: a young collection subtracts internal references over young objects only. A full one marks from the roots, then
 * verifies the unmarked rest by subtraction, so a missed root costs time, never a use after free.
 * Runs only at safe points (EVENT_COLLECT), from gc.collect(), or from the kernel when idle. */
#ifndef GC_COLLECT_H
#define GC_COLLECT_H
#include "gc/collector.h"
#include "gc/cycle.h"

/* collect -- collect `generation` (0..2) now. Returns unreachable objects found (collected + uncollectable); 0 when one is
 * already running. Runs Python code (finalisers, callbacks). Never fails: its stacks are reserved address space. */
int64_t collect(int generation);
/* At a safe point: pick the generation by the rules and collect it; clears EVENT_COLLECT. No error may be pending. Besides
 * the rules, a full collection also runs when live bytes pass 80 % of the limit and have grown a tenth since the last one. */
void collect_if_due(void);
/* Between cells: a full collection if worthwhile (the collector is enabled, and more than threshold[0] containers and a
 * fiftieth of all were born since the last); gives up within about 0.1 ms when `must_stop` (NULL: never) says so. True: it ran. */
bool collect_idle(bool (*must_stop)(void *), void *context);

void collect_freeze(void);
void collect_unfreeze(void);
int64_t collect_frozen(void);
int64_t collect_generation_size(int generation);
void collect_reset_pauses(void);

/* Every tracked object of one generation (-1: all three; not frozen ones; not HEAP_TYPE_INTERNAL ones), in address order. `each` may
 * not allocate or free objects. */
void collect_each(int generation, void (*each)(void *, Object *), void *context);

/* gc.callbacks: called with "start" / "stop"; registered by the gc module. */
extern void (*collect_callback)(const char *phase, int generation, int64_t collected, int64_t uncollectable);
/* gc.garbage.append; registered by interp. False: error ignored. */
extern bool (*collect_keep)(Object *);
/* Where debug lines go (sys.stderr); registered by interp. NULL: the C stderr. */
extern void (*collect_print)(const char *line);
/* Called before and after the examination of each collection; check.c registers heap_check in debug builds. */
extern void (*collect_check)(void);

/* A record of the last cyclic garbage, for "%leaks": the rings found, by the types on them; kept while collector.record_cycles. */
const CycleShape *collect_cycle_shapes(size_t *n);      /* of collections since collect_reset_shapes; borrowed */
void collect_reset_shapes(void);
#endif
