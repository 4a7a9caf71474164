/* dispatch.h -- from an arrived message to its handler: verify -> busy -> handler -> reply -> idle, in one place. */
#ifndef KERNEL_DISPATCH_H
#define KERNEL_DISPATCH_H

#include "kernel/request.h"
#include "kernel/wire.h"

/* dispatch_start -- messages are verified with `wire` from now on. */
void dispatch_start(Wire *wire);
/* dispatch_arrived -- the I/O thread's hook: what can be answered at once is, the rest is queued. Consumes the frames. */
void dispatch_arrived(Channel channel, Frame *frames, size_t n);
/* dispatch_run -- serve one request on this thread. Consumes it. Handlers take the runtime lock themselves. */
void dispatch_run(Request *request);

#endif
