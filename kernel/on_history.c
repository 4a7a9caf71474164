/* on_history.c -- history_request. */
#include "kernel/history.h"
#include "kernel/request.h"

bool on_history(Request *request)
{
    return request_reply(request, history_query(request->content));
}
