/* channel.h -- the four sockets of the I/O thread. One owner: after channels_open every call comes from the I/O thread.
 *
 *   shell, control, stdin   ROUTER with ROUTER_HANDOVER: a client that reconnects under its old identity is heard again
 *   iopub                   XPUB with NODROP: a full client is back-pressure, not loss. Subscriptions are taken in MANUAL mode: every
 *                           client's subscription is seen (what VERBOSE gives) and becomes active only after we saw it, so that
 *                           nothing can overtake the welcome. */
#ifndef KERNEL_CHANNEL_H
#define KERNEL_CHANNEL_H

#include "kernel/message.h"

typedef struct Channels {
    void *context;
    void *sockets[CHANNEL_HEARTBEAT];
    bool lossy;                     /* iopub: NODROP is off for the moment */
} Channels;

/* channels_open -- bind all four; ports that were 0 are filled into `connection`. False: `why` says which and why not. */
bool channels_open(Channels *channels, Connection *connection, char *why, size_t room);
/* channel_bind -- one socket with our common options (also used by the heartbeat). Fills connection->ports[c]. */
bool channel_bind(void *socket, Connection *connection, Channel c, char *why, size_t room);
/* channel_receive -- the next multipart message, if one waits: frames are the caller's. False: nothing there. Oversized or
 * unreadable ones are skipped with a log line. */
bool channel_receive(Channels *channels, Channel c, Frame **frames, size_t *n);
/* channel_subscription -- the next (un)subscription of a client. Result: 1 subscribed (now active), 0 unsubscribed, -1 none waits. */
int channel_subscription(Channels *channels, char *topic, size_t room, size_t *len);
/* channel_send -- false: the socket is full; call again later with the same message (its sent frames are counted). */
bool channel_send(Channels *channels, Outgoing *outgoing);
/* channels_set_lossy -- whether a full iopub client loses messages (true) or holds everybody up (false). */
void channels_set_lossy(Channels *channels, bool lossy);
/* channels_close -- what is queued is still delivered, for at most a second. */
void channels_close(Channels *channels);

#endif
