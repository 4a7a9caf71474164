/* on_comm.c -- comm_open, comm_msg, comm_close, comm_info_request.
 * Comms live in the interpreter; this side routes. What a client opens without anybody knowing its target is closed at once. */
#include <stdlib.h>

#include "kernel/interrupts.h"
#include "kernel/iopub.h"
#include "kernel/log.h"
#include "kernel/outbox.h"
#include "kernel/request.h"

static bool hand_over(Request *request)
{
    const Message *message = request->message;
    Text *buffers = calloc(message->n_buffers + 1, sizeof *buffers);
    if (!buffers)
        return request_fail(request, "MemoryError", "");
    for (size_t i = 0; i < message->n_buffers; i++)
        buffers[i] = (Text){ message->buffers[i].data, message->buffers[i].len };
    Buf content = { 0 }, metadata = { 0 };
    json_put_value(&content, message->content_json);
    json_put_value(&metadata, message->metadata_json);
    bool wanted = false;
    if (!content.failed && !metadata.failed) {
        interp_acquire();
        interrupts_begin();
        wanted = interp_comm(message->type, (Text){ content.at, content.len }, (Text){ metadata.at, metadata.len }, buffers,
                             message->n_buffers);
        interrupts_end();
        interp_release();
    }
    buf_free(&content);
    buf_free(&metadata);
    free(buffers);
    return wanted;
}

bool on_comm_open(Request *request)
{
    if (hand_over(request))
        return true;
    Buf content = { 0 };
    Text id = json_get_text(request->content, "comm_id");
    buf_string(&content, "{\"comm_id\": ");
    json_put_string(&content, id.data, id.len);
    buf_string(&content, ", \"data\": {}}");
    if (!content.failed)
        iopub_publish("comm_close", request->parent, (Text){ content.at, content.len }, (Text){ "", 0 }, NULL, 0);
    buf_free(&content);
    log_line("comm_open: no target \"%.100s\"", json_get_cstring(request->content, "target_name", ""));
    return true;
}

bool on_comm_msg(Request *request)
{
    hand_over(request);              /* for an unknown comm: ignored, as the protocol says */
    return true;
}

bool on_comm_close(Request *request)
{
    hand_over(request);
    return true;
}

bool on_comm_info(Request *request)
{
    const char *target = json_get_cstring(request->content, "target_name", NULL);
    interp_acquire();
    char *answer = interp_comm_info(target && *target ? target : NULL);
    interp_release();
    return request_reply(request, answer);
}
