/* wake.h -- how anything else reaches the I/O thread: bits in a word, and a pipe that its poll watches.
 * wake_send is async-signal-safe and may be called from any thread. A forked child has no I/O thread: there it does nothing. */
#ifndef KERNEL_WAKE_H
#define KERNEL_WAKE_H

#include <stdbool.h>

enum { WAKE_OUTBOX = 1, WAKE_INTERRUPT = 2, WAKE_STOP = 4, WAKE_EXIT = 8 };

bool wake_open(void);               /* false: errno tells */
int wake_fd(void);                  /* readable when bits are set */
void wake_send(unsigned bit);
unsigned wake_take(void);           /* the bits since the last call; empties the pipe. I/O thread only */
/* wake_forked -- is this a child that fork() made after wake_open? */
bool wake_forked(void);

#endif
