/* snapshot.h -- what leaves the process, and what two moments differ in.
 *
 * snapshot_write exports a graph in the .heapsnapshot format that Chrome's DevTools (Memory, Load profile) opens. The difference of two
 * censuses is by type and cell. Nothing here allocates on the inspected heap or runs Python code. */
#ifndef GC_SNAPSHOT_H
#define GC_SNAPSHOT_H
#include "gc/census.h"
#include "gc/graph.h"

/* Takes the text piece by piece; false: stop (a full disk). */
typedef bool SnapshotWriteFn(void *context, const char *text, size_t len);
/* False: `write` said stop, or no memory. The graph must be fresh (see graph.h). */
bool snapshot_write(Graph *, SnapshotWriteFn *write, void *context);

typedef struct CensusChange { const char *type; uint32_t cell; int64_t objects, bytes; } CensusChange;
/* Rows that differ, largest change of bytes first; malloc'd; names live as long as both censuses. NULL: out of memory, *n is 0 then. */
must_use CensusChange *census_diff(const Census *before, const Census *after, size_t *n);
#endif
