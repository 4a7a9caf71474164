/* check.h -- are the heap's invariants true? And who is still alive at the end?
 *
 * For debug builds (-DOURO_DEBUG: run around every collection) and tests. A violation prints one line to stderr and aborts: it is a
 * defect of ours, never of the program that runs. Nothing here allocates on the heap. */
#ifndef GC_CHECK_H
#define GC_CHECK_H
#include "gc/object.h"
#include <stdio.h>

/* heap_check -- pages (free lists, counts, states), sums against live, kinds and births of objects, young bits, weak references.
 * Cost: every slot once. */
void heap_check(void);
/* Also: no object has more references from others than owners. Cost: every edge; 4 bytes of malloc a slot. */
void heap_check_references(void);
/* Run heap_check around collections from now on: around all while the heap is small, then around one in 16. */
void heap_check_install(void);

/* Write the objects that only C code holds, without a registered root (the collector finds them by subtraction, which costs time), at most
 * `max_rows` lines. Returns how many there are. Not during a collection. */
uint64_t heap_unrooted_report(FILE *out, size_t max_rows);

/* Write what is alive to `out`, by type, largest first, at most `max_rows` lines. Returns the number of live objects. */
uint64_t heap_leak_report(FILE *out, size_t max_rows);
#endif
