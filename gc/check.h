/* check.h -- are the heap's invariants true? And who is still alive at the end?
 *
 * For debug builds (-DOURO_DEBUG: run around every collection) and tests. A violation prints one line to stderr and aborts: it is a
 * defect of ours, never of the program that runs. Nothing here allocates on the heap. */
#ifndef GC_CHECK_H
#define GC_CHECK_H
#include "gc/heap.h"
#include <stdio.h>

/* heap_check -- pages (free lists, counts, states), sums against live, kinds and births of objects, young bits, weak references.
 * Cost: every slot once. */
void heap_check(void);
/* Also: no object has more references from others than owners. Cost: every edge; 4 bytes of malloc a slot. */
void heap_check_references(void);
/* Run heap_check around collections from now on: around all while the heap is small, then around one in 16, after many around one in 512. `each`
 * (NULL: none) checks what an object's type promises; it may not allocate or free. */
typedef void HeapCheckFn(const Object *);
void heap_check_install(HeapCheckFn *each);

/* Write the objects that only C code holds, without a registered root (the collector finds them by subtraction, which costs time), at most
 * `max_rows` lines. Returns how many there are. Not during a collection. */

/* heap_add_holder -- a table in C code that owns objects which lead nowhere (names, small strings), too many to be marked as roots at each full
 * collection (keep_root is for all other variables): its function visits each reference once. For heap_unexplained_report. */
void heap_add_holder(RootsFn *visit);

/* Write the objects whose count is not the number of references that objects, statics, roots and holders have on them: what was leaked, at most
 * `max_rows` lines, and a line for each type. `say` (NULL: none) describes an object in a few characters. Returns how many there are. Not during
 * a collection, and not while frames hold temporaries. */
typedef void HeapSayFn(const Object *, char *text, size_t room);
uint64_t heap_unexplained_report(FILE *out, size_t max_rows, HeapSayFn *say);

/* Write what is alive to `out`, by type, largest first, at most `max_rows` lines. Returns the number of live objects. */
uint64_t heap_leak_report(FILE *out, size_t max_rows);
#endif
