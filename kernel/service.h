/* service.h -- what Python code asks of the kernel through get_ipython(): Host.service.
 *
 *   "magic"    {"name", "line", "cell": text or null} -> {"found": false} (no such magic on this side), or
 *              {"found": true, "text", "html"} (what to show; html may be "") or {"found": true, "error": one line}
 *   "magics"   {} -> {"line": [names], "cell": [names]}
 *   "magic_help"  {"name"} -> {"text"} (how it is called and what it does), or {} (no such magic)
 *   "history"  a history_request's content -> {"history": [...]}
 *   "session"  {} -> {"session", "connection_file"}
 *   "parent"   {} -> {"header": that of the message which this thread serves; {} before the first} */
#ifndef KERNEL_SERVICE_H
#define KERNEL_SERVICE_H

#include "interp/interp.h"

/* service_call -- JSON, malloc'd, the caller's; NULL: unknown service, or arguments that are no JSON object. [lock] */
char *service_call(const char *name, Text arguments);

#endif
