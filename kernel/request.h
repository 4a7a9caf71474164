/* request.h -- one request being served: what its handler reads and fills.
 *
 * A handler writes the content of its reply, a JSON object, into `reply` (and `metadata` when there is any) and gives true; false means
 * failure: request_fail has filled the reply, or there was no memory. busy, the reply and idle are sent around it in one place,
 * dispatch.c. A type without a reply leaves `reply` alone. */
#ifndef KERNEL_REQUEST_H
#define KERNEL_REQUEST_H

#include "kernel/message.h"

typedef struct Request Request;
struct Request {
    Request *next;                   /* in work.c's queue */
    Message *message;                /* owned */
    Parent *parent;                  /* owned reference */
    const json_t *content;           /* the message's, borrowed */
    uint64_t number;                 /* order of arrival */
    int64_t arrived_ms;
    bool aborted;                    /* an earlier cell failed: say so instead of running */
    Buf reply, metadata, payload;    /* payload: JSON objects, comma-separated */
    void (*after)(Request *);        /* runs when the reply has been queued, before idle */
};

/* request_new -- consumes the message. NULL: out of memory. */
Request *request_new(Message *message);
void request_free(Request *request);
/* request_fail -- an error reply; always false. */
bool request_fail(Request *request, const char *ename, const char *evalue);
/* request_reply -- {"status": "ok"} joined with a JSON object in `json` (malloc'd, consumed). NULL: failure. */
bool request_reply(Request *request, char *json);
bool request_reply_ok(Request *request);

/* The request that this thread serves now; NULL: none. Set by dispatch. */
Request *request_current(void);
void request_set_current(Request *request);

/* Every handler that messages.def names. */
#define MESSAGE(type, reply, lane, handler) bool handler(Request *request);
#include "kernel/messages.def"
#undef MESSAGE

#endif
