/* io.h -- the I/O thread: sole owner of shell, control, stdin and iopub. It hands arriving messages up through a hook, sends what the
 * outbox holds, answers new subscribers with a welcome, reads captured output, and notices when the launcher has died. */
#ifndef KERNEL_IO_H
#define KERNEL_IO_H

#include "kernel/channel.h"

typedef void IoArrived(Channel channel, Frame *frames, size_t n);   /* consumes the frames */

/* io_start -- take over `channels`, announce "starting", and run. False: no thread. */
bool io_start(Channels *channels, IoArrived *arrived);
/* io_finish -- send what is queued (for at most a second), close the sockets, end the thread. */
void io_finish(void);

#endif
