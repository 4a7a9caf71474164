/* display.c -- see display.h */
#include "kernel/display.h"

#include <string.h>

#include "kernel/capture.h"
#include "kernel/history.h"
#include "kernel/iopub.h"
#include "kernel/session.h"
#include "kernel/wake.h"

enum { REMEMBER_LIMIT = 1 << 18 };   /* a result larger than this leaves no text in the history */

static void remember_result(Text content)
{
    const char *why;
    json_t *tree = content.len <= REMEMBER_LIMIT ? json_read(content.data, content.len, &why) : NULL;
    const json_t *text = json_object_get(json_object_get(tree, "data"), "text/plain");
    if (json_is_string(text))
        history_output((Text){ json_string_value(text), json_string_length(text) });
    json_decref(tree);
}

void display_publish(void *context, const char *type, Text content, Text metadata, const Text *buffers, size_t n_buffers)
{
    (void)context;
    if (wake_forked())
        return;
    capture_drain();                 /* what children printed before comes before */
    Parent *parent = session_parent();
    bool result = strcmp(type, "execute_result") == 0;
    if (!result || !parent || !parent->silent) {
        if (result)
            remember_result(content);
        iopub_publish(type, parent, content, metadata, buffers, n_buffers);
    }
    parent_release(parent);
}
