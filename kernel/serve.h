/* serve.h -- a kernel's life: bind, answer, run the interpreter on this thread, end. */
#ifndef KERNEL_SERVE_H
#define KERNEL_SERVE_H

#include "interp/interp.h"

/* serve_kernel -- serve the connection in the file `path` until shut down. NULL: make a connection of our own in Jupyter's runtime
 * folder and say how to connect. The exit status; what went wrong is said on standard error. */
int serve_kernel(const char *path, const InterpOptions *options);

#endif
