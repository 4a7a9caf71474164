/* host.c -- see host.h. Called with the runtime lock held; what may take long gives it up meanwhile. */
#include "kernel/host.h"

#include <stdlib.h>
#include <string.h>

#include "interp/base/clock.h"
#include "interp/base/file.h"
#include "kernel/capture.h"
#include "kernel/display.h"
#include "kernel/magics.h"
#include "kernel/outbox.h"
#include "kernel/request.h"
#include "kernel/service.h"
#include "kernel/session.h"
#include "kernel/stdin.h"
#include "kernel/wake.h"

enum { CHILD_HOLDS = 8192, SAME_BURST_NS = 200000 };

/* A forked child has no I/O thread; its descriptors 1 and 2 lead to the parent's. What it has written since its last newline: lines leave in one piece, so that those of several children do not mix. */
static Buf child_text[2];

static void child_flush(int fd)
{
    Buf *text = &child_text[fd - 1];
    file_write(fd, text->at, text->len);
    buf_clear(text);
}

static void child_write(int fd, Text text)
{
    Buf *held = &child_text[fd - 1];
    if (!buf_add(held, text.data, text.len))
        file_write(fd, text.data, text.len);
    else if (held->len >= CHILD_HOLDS || memchr(text.data, '\n', text.len))
        child_flush(fd);
}

/* Output of child processes that was written before this moment goes first. Asking costs two system calls, so not within
 * SAME_BURST_NS of the last write: no child has run in between. */
static void drain_before_write(void)
{
    static _Atomic int64_t last_ns;
    int64_t now_ns = clock_ns();
    if (now_ns - last_ns > SAME_BURST_NS)
        capture_drain();
    last_ns = now_ns;
}

static void wait_for_room(void)
{
    if (!outbox_full())
        return;
    interp_release();
    outbox_wait();
    interp_acquire();
}

static void host_write(void *context, int fd, Text text)
{
    (void)context;
    if (wake_forked()) {
        child_write(fd == 2 ? 2 : 1, text);
        return;
    }
    drain_before_write();
    wait_for_room();
    Parent *parent = session_parent();
    outbox_stream(parent, fd == 2 ? 2 : 1, text);
    parent_release(parent);
}

/* In the kernel nothing is to do: gathered text leaves within STREAM_DELAY_MS, and one message for every flush would drown the front end. */
static void host_flush(void *context)
{
    (void)context;
    for (int fd = 1; fd <= 2 && wake_forked(); fd++)
        child_flush(fd);
}

static char *host_input(void *context, Text prompt, bool password, size_t *len, int *why)
{
    (void)context;
    if (wake_forked()) {
        *why = INPUT_EOF;
        return NULL;
    }
    Parent *parent = session_parent();
    capture_drain();
    interp_release();
    char *line = stdin_ask(parent, prompt, password, len, why);
    interp_acquire();
    if (!line && *why == INPUT_INTERRUPTED)
        interp_clear_interrupt();    /* this result stands for it */
    parent_release(parent);
    return line;
}

static void host_publish(void *context, const char *type, Text content, Text metadata, const Text *buffers, size_t n_buffers)
{
    if (!wake_forked())
        wait_for_room();
    display_publish(context, type, content, metadata, buffers, n_buffers);
}

static void host_payload(void *context, Text payload)
{
    (void)context;
    Request *request = request_current();
    if (!request)
        return;
    if (request->payload.len)
        buf_string(&request->payload, ", ");
    json_put_raw(&request->payload, payload.data, payload.len);
}

static char *host_service(void *context, const char *name, Text arguments)
{
    (void)context;
    return service_call(name, arguments);
}

static char *host_transform(void *context, Text code, size_t *len)
{
    (void)context;
    return magics_transform(code, len, NULL);
}

/* What a thread shows belongs to the cell that started it, also when another one runs meanwhile. */
static void *host_thread_born(void *context)
{
    (void)context;
    return session_parent();
}

static void host_thread_runs(void *context, void *token)
{
    (void)context;
    session_serve(token);
}

static void host_thread_over(void *context, void *token)
{
    (void)context;
    parent_release(token);
}

const Host kernel_host = {
    .write = host_write, .flush = host_flush, .input = host_input, .publish = host_publish, .payload = host_payload,
    .service = host_service, .transform = host_transform, .thread_born = host_thread_born, .thread_runs = host_thread_runs,
    .thread_over = host_thread_over,
};
