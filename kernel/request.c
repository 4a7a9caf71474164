/* request.c -- see request.h */
#include "kernel/request.h"

#include <stdlib.h>
#include <string.h>

static _Thread_local Request *current;

Request *request_new(Message *message)
{
    Request *request = calloc(1, sizeof *request);
    if (request) {
        request->message = message;
        request->content = message->content_json;
        request->parent = message_parent(message);
        if (request->parent)
            return request;
        free(request);
    }
    message_free(message);
    return NULL;
}

void request_free(Request *request)
{
    if (!request)
        return;
    parent_release(request->parent);
    message_free(request->message);
    buf_free(&request->reply);
    buf_free(&request->metadata);
    buf_free(&request->payload);
    free(request);
}

bool request_fail(Request *request, const char *ename, const char *evalue)
{
    Buf *reply = &request->reply;
    buf_clear(reply);
    buf_string(reply, "{\"status\": \"error\", \"ename\": ");
    json_put_cstring(reply, ename);
    buf_string(reply, ", \"evalue\": ");
    json_put_cstring(reply, evalue);
    buf_string(reply, ", \"traceback\": []}");
    return false;
}

bool request_reply(Request *request, char *json)
{
    if (!json)
        return request_fail(request, "MemoryError", "");
    const char *rest = json + strspn(json, " \t\r\n{");
    buf_string(&request->reply, *rest == '}' ? "{\"status\": \"ok\"" : "{\"status\": \"ok\", ");
    buf_string(&request->reply, rest);
    free(json);
    return true;
}

bool request_reply_ok(Request *request)
{
    return buf_string(&request->reply, "{\"status\": \"ok\"}");
}

Request *request_current(void)
{
    return current;
}

void request_set_current(Request *request)
{
    current = request;
}
