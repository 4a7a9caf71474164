/* info.h -- facts about this kernel process that several handlers and the command line need. */
#ifndef KERNEL_INFO_H
#define KERNEL_INFO_H

#include "kernel/connection.h"

#define INFO_VERSION "0.1.0"

/* The connection in use; set once before any thread starts. */
void info_set_connection(const Connection *connection);
const Connection *info_connection(void);
/* Will the kernel be started again with the same connection file? Then the file stays. */
void info_set_restarting(bool restarting);
bool info_restarting(void);

#endif
