/* on_execute.c -- execute_request: a cell runs.
 *
 * One counter for the kernel; only stored cells raise it. Runs on the main thread alone. */
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <unistd.h>

#include "kernel/capture.h"
#include "kernel/history.h"
#include "kernel/interrupts.h"
#include "kernel/iopub.h"
#include "kernel/magics.h"
#include "kernel/request.h"
#include "kernel/session.h"
#include "kernel/wake.h"
#include "kernel/work.h"

static long long n_stored;           /* cells that were stored: the execution count */

typedef struct Cell {
    Text code;
    bool silent, store, stop_on_error, blank;
    long long number;
    char started[SESSION_DATE_ROOM];
} Cell;

static bool blank(Text code)
{
    return strspn(code.data, " \t\r\n\f") >= code.len;
}

static Cell cell_of(Request *request)
{
    const json_t *content = request->content;
    Cell cell = { .code = json_get_text(content, "code") };
    cell.silent = json_get_bool(content, "silent", false);
    cell.store = json_get_bool(content, "store_history", !cell.silent) && !cell.silent;
    cell.stop_on_error = json_get_bool(content, "stop_on_error", true);
    cell.blank = blank(cell.code);                       /* it is run, for its memory record, and not stored */
    cell.store = cell.store && !cell.blank;
    cell.number = n_stored + 1;
    session_now(cell.started);
    request->parent->allow_stdin = json_get_bool(content, "allow_stdin", true);
    request->parent->silent = cell.silent;
    return cell;
}

static void put_metadata(Request *request, const Cell *cell, const char *status, const char *memory)
{
    Buf *out = &request->metadata;
    buf_printf(out, "{\"started\": \"%s\", \"dependencies_met\": true, \"engine\": \"%s\", \"status\": \"%s\"", cell->started,
               session_id(), status);
    if (memory)
        buf_printf(out, ", \"memory\": %s", memory);
    buf_char(out, '}');
}

static void put_end(Request *request, const char *user_expressions)
{
    Buf *out = &request->reply;
    buf_string(out, ", \"user_expressions\": ");
    buf_string(out, user_expressions ? user_expressions : "{}");
    buf_string(out, ", \"payload\": [");
    buf_add(out, request->payload.at, request->payload.len);
    buf_string(out, "]}");
}

/* {"ename":.., "evalue":.., "traceback":[..] without the closing brace. */
static void put_error(Buf *out, const CellResult *result)
{
    buf_string(out, "\"ename\": ");
    json_put_cstring(out, result->ename ? result->ename : "Error");
    buf_string(out, ", \"evalue\": ");
    json_put_cstring(out, result->evalue ? result->evalue : "");
    buf_string(out, ", \"traceback\": [");
    for (size_t i = 0; i < result->n_traceback; i++) {
        if (i)
            buf_string(out, ", ");
        json_put_cstring(out, result->traceback[i]);
    }
    buf_char(out, ']');
}

/* Run the cell with the runtime lock held; user_expressions follow a success. */
static char *run(const Request *request, const Cell *cell, CellResult *result)
{
    size_t len = 0;
    char *scope = NULL, *expressions = NULL;
    Text body = magics_scope(cell->code, &scope);
    char *plain = magics_transform(body, &len, interp_global_bound);
    CellRequest wanted = { .raw = cell->code, .code = plain ? (Text){ plain, len } : body, .number = (uint32_t)cell->number,
                           .silent = cell->silent || cell->blank, .store_history = cell->store, .scope_keep = scope };
    wanted.hide_result = magics_hides_result(wanted.code);
    interp_run_cell(&wanted, result);
    const json_t *questions = json_object_get(request->content, "user_expressions");
    if (result->status == CELL_OK && json_is_object(questions) && json_object_size(questions)) {
        Buf text = { 0 };
        json_put_value(&text, questions);
        expressions = text.failed ? NULL : interp_user_expressions((Text){ text.at, text.len });
        buf_free(&text);
    }
    free(plain);
    free(scope);
    return expressions;
}

/* A child that os.fork() made in the cell has come to the end of the cell: its process ends here, as a program's would. The kernel is its parent. */
static noreturn void end_forked(const CellResult *result)
{
    int status = result->status == CELL_OK ? 0 : result->exit_status;
    if (result->status == CELL_ERROR && strcmp(result->ename ? result->ename : "", "SystemExit") != 0)
        for (size_t i = 0; i < result->n_traceback; i++)
            dprintf(2, "%s\n", result->traceback[i]);
    _exit(interp_finish(status));
}

static bool reply_aborted(Request *request, const Cell *cell)
{
    buf_printf(&request->reply, "{\"status\": \"aborted\", \"execution_count\": %lld", n_stored);
    put_end(request, NULL);
    put_metadata(request, cell, "aborted", NULL);
    return true;
}

static void stop_kernel(Request *request)
{
    (void)request;
    wake_send(WAKE_STOP);
}

/* The reply's content and metadata for a cell that has run. */
static void put_reply(Request *request, const Cell *cell, const CellResult *result, const char *expressions)
{
    Buf *out = &request->reply;
    bool failed = result->status == CELL_ERROR;
    buf_printf(out, "{\"status\": \"%s\", \"execution_count\": %lld", failed ? "error" : "ok", cell->store ? cell->number : n_stored);
    if (failed) {
        buf_string(out, ", ");
        put_error(out, result);
    }
    put_end(request, expressions);
    put_metadata(request, cell, failed ? "error" : "ok", result->memory_json);
}

bool on_execute(Request *request)
{
    Cell cell = cell_of(request);
    if (request->aborted)
        return reply_aborted(request, &cell);
    session_cell(request->parent);
    CellResult result = { .status = CELL_OK };
    char *expressions = NULL;
    if (!cell.silent)
        iopub_execute_input(request->parent, cell.code, cell.number);
    if (cell.store) {
        n_stored = cell.number;
        history_add(cell.number, cell.code);
    }
    interp_acquire();
    interrupts_install();
    interrupts_begin();
    expressions = run(request, &cell, &result);
    if (wake_forked())
        end_forked(&result);
    interrupts_end();
    interp_release();
    capture_drain();
    if (cell.store)
        history_store();
    put_reply(request, &cell, &result, expressions);
    if (result.status == CELL_ERROR && cell.stop_on_error && !cell.silent)
        work_abort_queued();
    if (result.exit_asked)
        request->after = stop_kernel;
    cell_result_free(&result);
    free(expressions);
    return true;
}
