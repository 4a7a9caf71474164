/* path.h -- the paths of gc/graph.h as a user would write them. */
#ifndef KERNEL_PATH_H
#define KERNEL_PATH_H

/* "Service -> __dict__ -> dict['history'] -> list[0]" is Service.history[0]; a step that Python has no way to write keeps its arrow.
 * Malloc'd; NULL: no memory. */
char *path_as_code(const char *path);

#endif
