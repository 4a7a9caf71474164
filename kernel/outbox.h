/* outbox.h -- the one ordered queue of everything that leaves the kernel.
 *
 * Any thread puts; the I/O thread takes. Order of putting is order of sending, over all channels. Stream text is gathered: writes of
 * the same parent and stream at the end of the queue join, and leave after STREAM_DELAY_MS or as soon as anything else is put
 * behind them, so streams are always flushed before every other message, and before idle.
 *
 * The queue is bounded by its producers: who is about to put output asks outbox_full() and waits (without the runtime lock).
 * Replies and statuses are never held back. */
#ifndef KERNEL_OUTBOX_H
#define KERNEL_OUTBOX_H

#include "kernel/message.h"

enum { STREAM_DELAY_MS = 20 };

/* outbox_put -- queue a finished message (consumed; NULL, which is what composing gives without memory, is logged). */
void outbox_put(Outgoing *outgoing);
/* outbox_stream -- text of stream 1 (stdout) or 2 (stderr), any length, for `parent` (retained as long as needed; may be NULL). */
void outbox_stream(Parent *parent, int fd, Text text);

/* outbox_full -- more is queued than a reader has taken for a while. */
bool outbox_full(void);
/* outbox_wait -- until it is not; ends early on outbox_interrupt and when closed. */
void outbox_wait(void);
void outbox_interrupt(void);

/* For the I/O thread: the next message to send, the caller's; NULL: none now. *wait_ms (when NULL) is how long until one may be
 * ready, -1: nothing waits. */
Outgoing *outbox_take(int *wait_ms);
/* outbox_sent -- a taken message has left (or was given up): its bytes no longer count. */
void outbox_sent(size_t bytes);
/* outbox_drained -- true once after much had been queued and all of it has left. */
bool outbox_drained(void);
void outbox_close(void);            /* producers no longer wait */

#endif
