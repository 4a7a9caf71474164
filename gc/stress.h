/* stress.h -- test switches of the heap: a collection at every safe point, allocations that fail.
 *
 * The environment variable OURO_STRESS, read by heap_init, is a list of
 *   collect             EVENT_COLLECT is raised at every allocation, so that every safe point collects.
 *   alloc=N             the N-th allocation of the process fails, once.
 *   alloc-new=DIR       each place fails once. A place is the chain of the PLACE_DEPTH innermost return addresses of an allocation. DIR/places
 *                       is a table of the places that have failed, shared by all processes that name DIR, also at the same time.
 *                       At a place that is not in it the process forks: in the child this one allocation fails, and the child runs to its
 *                       end without further failures, its output in DIR/CHILD.out and DIR/CHILD.err. The parent waits and goes on as if
 *                       nothing had been, so that the way to the place is paid for once. Afterwards it appends to DIR/PARENT.log:
 *                           CHILD STATUS OFFSET PLACE ADDRESS...
 *                       STATUS as wait gives it (-1: it ran too long and was killed, -2: it waited too long), OFFSET of the standard output before, if that is
 *                       a file, and the return addresses, innermost first, relative to the start of the program.
 *                       Child and parent have no file offset in common. They do share pipes, and what a script writes to a folder.
 *                       A process with several threads cannot be forked whole: there the first new place fails in the process itself, and
 *                       nothing after it. In the log CHILD is then the process, STATUS 0. Run it again for the next place.
 *                       Processes that this one starts have no such failures.
 *   alloc-at=PLACE      only that place fails, here and once: to look at one of the above again, with the same binary.
 * Failures need frame pointers to tell places apart: MODE=asan and MODE=debug have them. */
#ifndef GC_STRESS_H
#define GC_STRESS_H
#include <stdbool.h>
#include <stdint.h>

void stress_init(void);                       /* read OURO_STRESS */
void heap_fail_after(uint64_t n);             /* the n-th allocation from now fails, once; 0: none */
void heap_stress_collections(bool on);        /* raise EVENT_COLLECT at every allocation */

extern bool stress_collects;                  /* for collect.c */
#endif
