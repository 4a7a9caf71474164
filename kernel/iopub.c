/* iopub.c -- see iopub.h */
#include "kernel/iopub.h"

#include <stdlib.h>
#include <string.h>

#include "interp/base/utf8.h"
#include "kernel/outbox.h"
#include "kernel/session.h"
#include "kernel/wake.h"

void iopub_publish(const char *type, const Parent *parent, Text content, Text metadata, const Text *buffers, size_t n_buffers)
{
    if (!wake_forked())
        outbox_put(session_compose(CHANNEL_IOPUB, type, parent, metadata, content, buffers, n_buffers));
}

static void publish_buf(const char *type, const Parent *parent, Buf *content)
{
    if (!content->failed)
        iopub_publish(type, parent, (Text){ content->at, content->len }, (Text){ "", 0 }, NULL, 0);
    buf_free(content);
}

void iopub_status(const Parent *parent, const char *state)
{
    Buf content = { 0 };
    buf_printf(&content, "{\"execution_state\": \"%s\"}", state);
    publish_buf("status", parent, &content);
}

void iopub_execute_input(const Parent *parent, Text code, long long number)
{
    Buf content = { 0 };
    buf_string(&content, "{\"code\": ");
    json_put_string(&content, code.data, code.len);
    buf_printf(&content, ", \"execution_count\": %lld}", number);
    publish_buf("execute_input", parent, &content);
}

Outgoing *iopub_welcome(const char *topic, size_t len)
{
    if (utf8_valid(topic, len) != len)
        return NULL;
    Buf content = { 0 };
    buf_string(&content, "{\"subscription\": ");
    json_put_string(&content, topic, len);
    buf_char(&content, '}');
    Outgoing *outgoing = content.failed ? NULL
        : session_compose(CHANNEL_IOPUB, "iopub_welcome", NULL, (Text){ "", 0 }, (Text){ content.at, content.len }, NULL, 0);
    buf_free(&content);
    if (!outgoing)
        return NULL;
    free(outgoing->frames[0].data);
    outgoing->sent = len == 0; /* the empty topic is left out */
    if (frame_copy(&outgoing->frames[0], topic, len))
        return outgoing;
    outgoing_free(outgoing);
    return NULL;
}
