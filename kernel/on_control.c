/* on_control.c -- interrupt_request, shutdown_request, debug_request. Run on the I/O thread, also while a cell runs. */
#include <string.h>

#include "kernel/info.h"
#include "kernel/interrupts.h"
#include "kernel/iopub.h"
#include "kernel/processes.h"
#include "kernel/request.h"
#include "kernel/wake.h"

bool on_interrupt(Request *request)
{
    interrupts_raise();
    return request_reply_ok(request);
}

/* The reply is on its way: end the children, tell everybody, then stop. */
static void finish_shutdown(Request *request)
{
    processes_end_children();
    iopub_publish("shutdown_reply", request->parent, (Text){ request->reply.at, request->reply.len }, (Text){ "", 0 }, NULL, 0);
    wake_send(WAKE_STOP);
}

bool on_shutdown(Request *request)
{
    bool restart = json_get_bool(request->content, "restart", false);
    info_set_restarting(restart);
    request->after = finish_shutdown;
    return buf_printf(&request->reply, "{\"status\": \"ok\", \"restart\": %s}", restart ? "true" : "false");
}

/* There is no debugger. Front ends ask for its state anyway and must be told so in its own protocol (DAP). */
bool on_debug(Request *request)
{
    static const char info[] = "{\"isStarted\": false, \"hashMethod\": \"Murmur2\", \"hashSeed\": 3339675911, \"tmpFilePrefix\": \"\", "
                               "\"tmpFileSuffix\": \".py\", \"breakpoints\": [], \"stoppedThreads\": [], \"richRendering\": false, "
                               "\"exceptionPaths\": [], \"copyToGlobals\": false}";
    const char *command = json_get_cstring(request->content, "command", "");
    bool known = strcmp(command, "debugInfo") == 0;
    Buf *out = &request->reply;
    buf_printf(out, "{\"type\": \"response\", \"seq\": 0, \"request_seq\": %lld, \"success\": %s, \"command\": ",
               json_get_int(request->content, "seq", 0), known ? "true" : "false");
    json_put_cstring(out, command);
    if (!known)
        buf_string(out, ", \"message\": \"this kernel has no debugger\"");
    buf_printf(out, ", \"body\": %s}", known ? info : "{}");
    return true;
}
