/* cycle.h -- what shape was the cyclic garbage? Rings of the last collections, by the types on them and their birth cell.
 *
 * For gc/ only (collect.h shows the result). A ring is a strongly connected component of the garbage: its shape is the types on the
 * shortest cycle through it, starting with the alphabetically first. */
#ifndef GC_CYCLE_H
#define GC_CYCLE_H
#include "gc/object.h"

typedef struct CycleShape { const char *types; uint64_t rings, objects, bytes; uint32_t cell; } CycleShape;

/* Record the rings among set[0..n), all flagged as suspects. Larger sets are sampled: their first 20,000 objects. Uses malloc; without
 * memory it records nothing. Runs no Python code. */
void cycle_record(Object **set, size_t n);
const CycleShape *cycle_shapes(size_t *n);
void cycle_reset(void);
#endif
