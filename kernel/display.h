/* display.h -- rich messages of the interpreter on their way to iopub. */
#ifndef KERNEL_DISPLAY_H
#define KERNEL_DISPLAY_H

#include "interp/interp.h"

/* display_publish -- Host.publish. The parent is the request that the calling thread serves, or the latest cell. A silent cell shows
 * no result. The text of a result goes to the history. */
void display_publish(void *context, const char *type, Text content, Text metadata, const Text *buffers, size_t n_buffers);

#endif
