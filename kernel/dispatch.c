/* dispatch.c -- see dispatch.h */
#include "kernel/dispatch.h"

#include <string.h>

#include "kernel/iopub.h"
#include "kernel/log.h"
#include "kernel/outbox.h"
#include "kernel/session.h"
#include "kernel/stdin.h"
#include "kernel/work.h"

typedef bool Handler(Request *request);

static Handler *const handlers[] = {
#define MESSAGE(type, reply, lane, handler) handler,
#include "kernel/messages.def"
#undef MESSAGE
};

static Wire *wire;

void dispatch_start(Wire *used)
{
    wire = used;
}

/* A subshell that nobody made: ask for none, get an error rather than silence. */
static bool asks_for_subshell(const Request *request)
{
    return json_is_string(json_object_get(request->message->header_json, "subshell_id"));
}

static void serve(Request *request)
{
    int row = request->message->row;
    if (row < 0) {
        log_line("no answer to a message of type %.60s", request->message->type);
        return;
    }
    if (asks_for_subshell(request))
        request_fail(request, "SubshellNotFound", "there is no such subshell");
    else
        handlers[row](request);
    const char *type = message_rows[row].reply;
    if (!type)
        return;
    if (request->reply.failed || !request->reply.len)
        request_fail(request, "MemoryError", "");
    const Buf *reply = &request->reply, *metadata = &request->metadata;
    outbox_put(session_compose(request->message->channel, type, request->parent, (Text){ metadata->at, metadata->len },
                               (Text){ reply->at, reply->len }, NULL, 0));
}

void dispatch_run(Request *request)
{
    Parent *before = session_serve(request->parent);
    request_set_current(request);
    iopub_status(request->parent, "busy");
    serve(request);
    if (request->after)
        request->after(request);
    iopub_status(request->parent, "idle");
    request_set_current(NULL);
    session_serve(before);
    request_free(request);
}

void dispatch_arrived(Channel channel, Frame *frames, size_t n)
{
    const char *why;
    Message *message = wire_decode(wire, channel, frames, n, &why);
    if (!message) {
        log_line("dropped a message on %s: %s", channel_names[channel], why);
        return;
    }
    if (channel == CHANNEL_STDIN) {
        if (strcmp(message->type, "input_reply") != 0 || !stdin_answer(message))
            log_line("dropped a message on stdin: nobody asked for it");
        message_free(message);
        return;
    }
    Request *request = request_new(message);
    if (!request)
        log_line("dropped a message on %s: out of memory", channel_names[channel]);
    else if (request->message->row < 0 || message_rows[request->message->row].lane == AT_ONCE)
        dispatch_run(request);
    else
        work_put(request);
}
