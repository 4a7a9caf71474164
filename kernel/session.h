/* session.h -- who we are on the wire: session id, message ids, headers; and which request output belongs to.
 *
 * One session per process. Output belongs to the request that the writing thread serves; a thread that serves none
 * (one started by Python code) prints to the latest cell. All functions are thread-safe after session_start. */
#ifndef KERNEL_SESSION_H
#define KERNEL_SESSION_H

#include "kernel/wire.h"

#define PROTOCOL_VERSION "5.5"

/* session_start -- choose the session id; `wire` signs from now on and must stay. */
void session_start(const Wire *wire);
const char *session_id(void);
/* session_now -- ISO 8601, UTC, microseconds. */
enum { SESSION_DATE_ROOM = 32 };
void session_now(char out[SESSION_DATE_ROOM]);

/* The request that this thread serves (NULL: none); the previous one is returned, ownership of nothing changes: the caller
 * keeps the parent alive while it is set. */
Parent *session_serve(Parent *parent);
/* session_cell -- from now on `parent` is the latest cell (retained). */
void session_cell(Parent *parent);
/* session_parent -- what output of this thread belongs to: a new reference, or NULL before the first request. */
Parent *session_parent(void);

/* session_compose -- a signed message, the caller's; NULL: out of memory. On iopub the first frame is the topic, on the other
 * channels the parent's identities. metadata and content are JSON objects ("" is {}). Buffers are copied. */
Outgoing *session_compose(Channel channel, const char *type, const Parent *parent, Text metadata, Text content,
                          const Text *buffers, size_t n_buffers);
/* session_message_id -- the msg_id that a composed message got; borrowed from it. */
Text session_message_id(const Outgoing *outgoing);

#endif
