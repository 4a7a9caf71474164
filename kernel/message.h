/* message.h -- one message of the protocol, in memory.
 *
 *   Frame     one frame's bytes, owned.
 *   Parent    what answers need to know of the request they belong to: where it came from and its header, byte for byte.
 *             Counted; outlives the request (threads and comms print long after).
 *   Message   an arrived message: parsed, verified. One owner.
 *   Outgoing  a finished message, frames ready to be sent. One owner.
 *   Row       what messages.def says about a type. */
#ifndef KERNEL_MESSAGE_H
#define KERNEL_MESSAGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/connection.h"
#include "kernel/json.h"

typedef struct Frame {
    char *data;
    size_t len;
} Frame;
bool frame_copy(Frame *frame, const void *data, size_t len);
void frames_free(Frame *frames, size_t n);     /* the bytes and the array */

typedef struct Parent {
    _Atomic unsigned refs;
    Channel channel;
    Frame header;                /* JSON */
    Frame *idents;
    size_t n_idents;
    bool allow_stdin, silent;    /* of an execute_request; written before its cell runs */
} Parent;
Parent *parent_retain(Parent *parent);         /* NULL stays NULL */
void parent_release(Parent *parent);

typedef enum Lane { AT_ONCE, BESIDE, IN_ORDER } Lane;
typedef struct Row {
    const char *type, *reply;
    Lane lane;
} Row;
extern const Row message_rows[];
/* message_row -- the index of a type in messages.def; -1: not there. */
int message_row(const char *type);

typedef struct Message {
    Channel channel;
    Frame *frames;               /* all of them, owned; the pointers below look into it */
    size_t n_frames, n_idents;
    const Frame *header, *parent_header, *metadata, *content, *buffers;
    size_t n_buffers;
    json_t *header_json, *content_json, *metadata_json;
    const char *type, *id;       /* borrowed from header_json */
    int row;                     /* in messages.def; -1: an unknown type */
} Message;
void message_free(Message *message);
/* message_parent -- what answers to it will carry; a new reference, NULL: out of memory. */
Parent *message_parent(const Message *message);

typedef struct Outgoing {
    Channel channel;
    size_t n, sent;              /* frames; how many of them the socket has taken */
    size_t bytes;                /* of all frames */
    Frame frames[];
} Outgoing;
Outgoing *outgoing_new(Channel channel, size_t n);
void outgoing_free(Outgoing *outgoing);

#endif
