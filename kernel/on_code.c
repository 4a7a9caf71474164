/* on_code.c -- questions about code: complete, inspect, is_complete. */
#include <stdlib.h>
#include <string.h>

#include "interp/base/utf8.h"
#include "kernel/interrupts.h"
#include "kernel/magics.h"
#include "kernel/request.h"

/* cursor_pos in code points; absent, null or beyond the end: the end. */
static size_t cursor_of(const json_t *content, Text code)
{
    size_t len = utf8_count(code.data, code.len);
    long long cursor = json_get_int(content, "cursor_pos", -1);
    return cursor < 0 || (unsigned long long)cursor > len ? len : (size_t)cursor;
}

bool on_complete(Request *request)
{
    Text code = json_get_text(request->content, "code");
    size_t cursor = cursor_of(request->content, code);
    char *answer = magics_complete(code, cursor);
    if (!answer) {
        interp_acquire();
        interrupts_begin();
        answer = interp_complete(code, cursor);
        interrupts_end();
        interp_release();
    }
    return request_reply(request, answer);
}

bool on_inspect(Request *request)
{
    Text code = json_get_text(request->content, "code");
    size_t cursor = cursor_of(request->content, code);
    int level = json_get_int(request->content, "detail_level", 0) > 0;
    char *answer = magics_inspect(code, cursor);
    if (!answer) {
        interp_acquire();
        interrupts_begin();
        answer = interp_inspect(code, cursor, level);
        interrupts_end();
        interp_release();
    }
    return request_reply(request, answer);
}

bool on_is_complete(Request *request)
{
    Text code = json_get_text(request->content, "code");
    Buf *out = &request->reply;
    char *indent = NULL;
    const char *status = magics_is_complete(code);
    if (!status) {
        size_t len = 0;
        char *plain = magics_transform(code, &len, NULL);
        status = interp_is_complete(plain ? (Text){ plain, len } : code, &indent);
        free(plain);
    }
    buf_printf(out, "{\"status\": \"%s\"", status);
    if (strcmp(status, "incomplete") == 0) {
        buf_string(out, ", \"indent\": ");
        json_put_cstring(out, indent ? indent : "");
    }
    free(indent);
    return buf_char(out, '}');
}
