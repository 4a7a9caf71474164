/* work.h -- requests that wait for the interpreter, and the two threads that take them.
 *
 * The main thread takes them strictly in order. While it is busy with one, questions and comm messages (lane BESIDE) that have
 * waited BESIDE_AFTER_MS are taken by a second thread, which shares the interpreter by its runtime lock: completion, inspection,
 * history and live widgets work while a cell runs. The delay keeps the order that a client sees for everything that is quick.
 * A comm message never overtakes a comm_open that waits. */
#ifndef KERNEL_WORK_H
#define KERNEL_WORK_H

#include "kernel/request.h"

enum { BESIDE_AFTER_MS = 50, SETTLE_MS = 15, SETTLE_LIMIT_MS = 60 };

/* work_put -- consumes the request. */
void work_put(Request *request);
/* work_next -- the oldest one; blocks. NULL: the kernel ends. The main thread counts as busy until it asks again. */
Request *work_next(void);
/* work_quiet -- has no request arrived for `ms`? Returns false as soon as one waits, or the kernel ends. */
bool work_quiet(int64_t ms);
/* work_waits -- is there a request to take, or the end? (An interp_idle must_stop; the context is not used.) */
bool work_waits(void *unused);
/* work_next_beside -- one that need not wait for the busy main thread; blocks. NULL: the kernel ends. */
Request *work_next_beside(void);
/* work_abort_queued -- a cell has failed: mark every execute_request that its client had already sent. Clients that run a whole notebook
 * send cells within milliseconds, possibly later than a quick cell fails: this waits until none has arrived for
 * SETTLE_MS, at most SETTLE_LIMIT_MS. Call before the reply is sent, without the runtime lock. */
void work_abort_queued(void);
/* work_stop -- both takers get NULL from now on. */
void work_stop(void);
/* work_busy -- is the main thread serving a request? */
bool work_busy(void);

#endif
