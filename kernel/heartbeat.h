/* heartbeat.h -- the echo by which clients see that the process lives: its own thread, socket and context, so that nothing
 * else can hold it up. Several clients at once are served. */
#ifndef KERNEL_HEARTBEAT_H
#define KERNEL_HEARTBEAT_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/connection.h"

/* heartbeat_start -- bind (filling a port that was 0) and beat. False: `why`. */
bool heartbeat_start(Connection *connection, char *why, size_t room);
void heartbeat_stop(void);

#endif
