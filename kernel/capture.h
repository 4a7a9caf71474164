/* capture.h -- what C code and child processes write to descriptors 1 and 2 becomes stream output.
 *
 * Two pipes stand in their place; the I/O thread reads them, and the thread that ends a cell empties them so that it is all sent before
 * idle. Characters that arrive in pieces are put together; bytes that are no UTF-8 become U+FFFD. Python's own sys.stdout does not go
 * through here (order between the two streams is exact there). */
#ifndef KERNEL_CAPTURE_H
#define KERNEL_CAPTURE_H

#include <stdbool.h>

/* capture_start -- redirect 1 and 2; the log keeps the original stderr. False: they stay as they are (errno). */
bool capture_start(void);
/* capture_fd -- the pipe to watch for descriptor 1 or 2; -1: not captured. */
int capture_fd(int fd);
/* capture_drain -- publish what is in the pipes now. Thread-safe, never blocks. */
void capture_drain(void);
/* capture_stop -- publish the rest, incomplete characters too, and give 1 and 2 back. */
void capture_stop(void);

#endif
