/* cell.c -- what the kernel asks: run a cell, complete, inspect, comms, the user's namespace. The C half keeps the order and the memory record;
 * display, completion and the look of errors are Python (interp/lib/_ouro_shell.py), imported when first needed. */
#define _GNU_SOURCE              /* asprintf */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gc/census.h"
#include "gc/collect.h"
#include "gc/graph.h"
#include "gc/heap.h"
#include "interp/base/buf.h"
#include "interp/base/clock.h"
#include "interp/base/utf8.h"
#include "interp/builtins/import.h"
#include "interp/builtins/traceback_print.h"
#include "interp/builtins/vm_types.h"
#include "interp/cell_syntax.h"
#include "interp/compile/compile.h"
#include "interp/interp_parts.h"
#include "interp/modules/ouro_module.h"
#include "interp/object/bytes.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/syntax/complete.h"
#include "interp/vm/eval.h"

Host interp_host;
Value user_space = UNBOUND_INIT;
static Value shell = UNBOUND_INIT;           /* the module _ouro_shell, once imported */
static Value last_error = UNBOUND_INIT;      /* the exception of the last failed cell; its frames live until the next error at most */

static void roots(Visitor *visitor)
{
    static const Edge globals = { TRACE_VALUE, "globals", 0, UNBOUND_INIT };
    static const Edge error = { TRACE_VALUE, "last error", 0, UNBOUND_INIT };
    if (is_ptr(user_space))
        visitor->visit(visitor, as_obj(user_space), &globals);
    if (is_ptr(last_error))
        visitor->visit(visitor, as_obj(last_error), &error);
}

/* --- the hooks of _ouro -------------------------------------------------------------------------------------------------- */
static void hook_write(int fd, const char *text, size_t len) { interp_host.write(interp_host.context, fd, (Text){ text, len }); }
static void hook_flush(void)
{
    if (interp_host.flush)
        interp_host.flush(interp_host.context);
}
static char *hook_input(const char *prompt, size_t prompt_len, bool password, size_t *len, int *why)
{
    return interp_host.input(interp_host.context, (Text){ prompt, prompt_len }, password, len, why);
}
static void hook_publish(const char *type, const char *content, size_t content_len, const char *metadata, size_t metadata_len, Value buffers)
{
    size_t n = (size_t)tuple_len(buffers), got = 0;
    Text *texts = calloc(n + 1, sizeof *texts);
    Buffer *views = calloc(n + 1, sizeof *views);
    while (texts && views && got < n && buffer_get(tuple_peek(buffers, got), &views[got], BUFFER_SIMPLE)) {
        texts[got] = (Text){ views[got].data, (size_t)views[got].len_bytes };
        got++;
    }
    error_clear();
    if (texts && views)
        interp_host.publish(interp_host.context, type, (Text){ content, content_len }, (Text){ metadata, metadata_len }, texts, got);
    while (got > 0)
        buffer_release(&views[--got]);
    free(texts);
    free(views);
}
static void hook_payload(const char *json, size_t len) { interp_host.payload(interp_host.context, (Text){ json, len }); }
static char *hook_service(const char *name, const char *json, size_t len) { return interp_host.service(interp_host.context, name, (Text){ json, len }); }
static char *hook_transform(const char *code, size_t len, size_t *out_len) { return interp_host.transform(interp_host.context, (Text){ code, len }, out_len); }
static Value hook_user_namespace(void) { return user_space; }
static Value hook_run_cell(Value raw, bool silent, bool store_history);
static void *hook_thread_born(void) { return interp_host.thread_born(interp_host.context); }
static void hook_thread_runs(void *token) { interp_host.thread_runs(interp_host.context, token); }
static void hook_thread_over(void *token) { interp_host.thread_over(interp_host.context, token); }
static Value hook_last_error(void) { return is_ptr(last_error) ? retain(last_error) : NONE; }
static void hook_set_last_error(Value exception) { set_slot(&last_error, is_none(exception) ? UNBOUND : retain(exception)); }

/* The key of a dict in the path to an object: a str as its repr would be, cut; runs nothing and allocates nothing. */
static size_t key_text(Value key, char *text, size_t size)
{
    enum { SHOWN = 40 };
    if (!is_ptr(key) || !str_check(key))
        return 0;
    const Str *s = as_str(key);
    size_t n = 0;
    text[n++] = '\'';
    for (uint64_t i = 0; i < s->len && i < SHOWN && n + 12 < size; i++) {
        uint32_t c = str_char(s, i);
        n += c < 0x20 ? (size_t)snprintf(text + n, size - n, "\\x%02x", (unsigned)c) : (size_t)utf8_encode(c, text + n);
    }
    n += (size_t)snprintf(text + n, size - n, "%s'", s->len > SHOWN ? "..." : "");
    return n;
}

void cell_init(const Host *host)
{
    interp_host = *host;
    ouro_hooks = (OuroHooks){ .write = hook_write, .flush = hook_flush, .user_namespace = hook_user_namespace };
    if (interp_host.input)
        ouro_hooks.input = hook_input;
    if (interp_host.publish) {
        ouro_hooks.publish = hook_publish;
        ouro_hooks.run_cell = hook_run_cell;
        ouro_hooks.last_error = hook_last_error;
        ouro_hooks.set_last_error = hook_set_last_error;
    }
    if (interp_host.thread_born) {
        ouro_hooks.thread_born = hook_thread_born;
        ouro_hooks.thread_runs = hook_thread_runs;
        ouro_hooks.thread_over = hook_thread_over;
    }
    if (interp_host.payload)
        ouro_hooks.payload = hook_payload;
    if (interp_host.service)
        ouro_hooks.service = hook_service;
    if (interp_host.transform)
        ouro_hooks.transform = hook_transform;
    heap_add_roots("globals", roots);
    graph_key_text = key_text;
    collector.record_cycles = interp_host.publish != NULL;
}

/* --- calls into _ouro_shell --------------------------------------------------------------------------------------------- */
static Value shell_call(const char *function, const Value *args, size_t n)
{
    if (!is_ptr(shell)) {
        shell = import_module_c("_ouro_shell");
        own Value started = is_error(shell) ? ERROR : call_method(shell, "start", NULL, 0);
        if (is_error(started)) {
            shell = UNBOUND;
            return ERROR;
        }
    }
    return call_method(shell, function, args, n);
}

static char *copy_text(Value v)
{
    size_t len;
    const char *utf8 = str_check(v) ? str_utf8_peek(v, &len) : NULL;
    char *copy = utf8 ? malloc(len + 1) : NULL;
    if (copy)
        memcpy(copy, utf8, len + 1);
    error_clear();
    return copy;
}

/* The str result of a shell function, malloc'd; `otherwise` (copied) when it fails. */
static char *shell_text(const char *function, const Value *args, size_t n, const char *otherwise)
{
    own Value result = shell_call(function, args, n);
    char *text = is_error(result) ? NULL : copy_text(result);
    error_clear();
    return text ? text : otherwise ? strdup(otherwise) : NULL;
}

static Value text_value(Text t) { return str_new(t.data ? t.data : "", t.len); }

/* --- the memory limit ----------------------------------------------------------------------------------------------------- */
enum { SHELL_RESERVE = 32 << 20, CELL_RESERVE = 1 << 20, CELL_RESERVE_ALL = 16 << 20, CELL_RESERVE_LEAST = 64 << 10 };
static uint64_t cell_reserve;                /* of the running cell's own code */

/* What a cell may use beyond the limit when it starts at the limit: a little, so that `del x` and magics work there; all such cells together
 * not much, and each one something. */
static uint64_t reserve_for_cell(void)
{
    uint64_t limit = heap_limit(), live = heap_counts().live_bytes;
    uint64_t some = live + CELL_RESERVE > limit ? live + CELL_RESERVE - limit : 0;
    uint64_t least = live + CELL_RESERVE_LEAST > limit ? live + CELL_RESERVE_LEAST - limit : 0;
    some = some < CELL_RESERVE_ALL ? some : CELL_RESERVE_ALL;
    return !limit ? 0 : some > least ? some : least;
}

/* --- running a cell ------------------------------------------------------------------------------------------------------- */
typedef struct Memory { HeapCounts before; uint64_t collections, pause_ns; uint64_t start_ns; } Memory;

static uint64_t collections(void)
{
    uint64_t n = 0;
    for (int i = 0; i < N_GENERATIONS; i++)
        n += collector.stats[i].collections;
    return n;
}
static Memory memory_start(void)
{
    heap_reset_peak();
    collect_reset_pauses();
    return (Memory){ heap_counts(), collections(), collector.pause_total_ns, (uint64_t)clock_ns() };
}
typedef struct Kept { uint64_t bytes, objects; } Kept;
static void add_kept(void *context, Object *o)
{
    Kept *kept = context;
    kept->bytes += heap_size_of(o);
    kept->objects++;
}
enum { WALK_LIMIT = 2000000 };     /* objects: about 4 ms */

/* What cell number `cell` made and is still alive: exact by a walk over the heap; on a huge heap the net growth during the cell stands for it. */
static Kept kept_of(uint32_t cell, const HeapCounts *before, const HeapCounts *now)
{
    Kept kept = { 0 };
    if (now->live_objects <= WALK_LIMIT)
        census_each_of_cell(cell, add_kept, &kept);
    else if (now->live_bytes > before->live_bytes)
        kept = (Kept){ now->live_bytes - before->live_bytes, now->live_objects > before->live_objects ? now->live_objects - before->live_objects : 0 };
    return kept;
}

/* The cell's memory record, as JSON. */
static char *memory_record(const Memory *m, uint32_t cell)
{
    HeapCounts c = heap_counts();
    char text[640];
    int64_t change = (int64_t)c.live_bytes - (int64_t)m->before.live_bytes;
    Kept kept = kept_of(cell, &m->before, &c);
    snprintf(text, sizeof text,
             "{\"cell\":%u,\"allocated_bytes\":%llu,\"freed_bytes\":%llu,\"allocated_objects\":%llu,\"freed_objects\":%llu,\"change_bytes\":%lld,\"kept_bytes\":%llu,"
             "\"kept_objects\":%llu,\"peak_bytes\":%llu,\"live_bytes\":%llu,\"live_objects\":%llu,\"collections\":%llu,\"pause_ns\":%llu,\"longest_pause_ns\":%llu,"
             "\"duration_ns\":%llu}",
             cell, (unsigned long long)(c.allocated_bytes - m->before.allocated_bytes), (unsigned long long)(c.freed_bytes - m->before.freed_bytes),
             (unsigned long long)(c.allocated_objects - m->before.allocated_objects), (unsigned long long)(c.freed_objects - m->before.freed_objects), (long long)change,
             (unsigned long long)kept.bytes, (unsigned long long)kept.objects, (unsigned long long)c.peak_bytes, (unsigned long long)c.live_bytes,
             (unsigned long long)c.live_objects, (unsigned long long)(collections() - m->collections), (unsigned long long)(collector.pause_total_ns - m->pause_ns),
             (unsigned long long)collector.pause_longest_ns, (unsigned long long)((uint64_t)clock_ns() - m->start_ns));
    return strdup(text);
}

static uint32_t futures;                 /* what the cells so far have imported from __future__ holds for the later ones */

static Code *compile_part(const char *source, size_t len, const char *filename, CompileMode mode)
{
    uint32_t kind = mode == COMPILE_EXEC ? COMPILE_LINKED : COMPILE_GLOBALS;
    CompileOptions options = { .mode = mode, .flags = COMPILE_TOP_LEVEL_AWAIT | COMPILE_LATE_FUTURES | futures | kind, .optimize = -1, .filename = filename };
    Code *code = compile_source(source, len, false, &options);
    if (code)
        futures |= code->flags & COMPILE_FUTURE_ALL;
    return code;
}

/* Run code in the user's namespace; a coroutine (top-level await) is driven to its end by the shell's event loop. */
static Value run_code(Code *code)
{
    own Value keep = obj_value(code);
    uint64_t reserve = heap_set_reserve(cell_reserve);         /* the shell around the user's code may use more */
    own Value result = eval_code(code, user_space, UNBOUND);
    heap_set_reserve(reserve);
    if (is_error(result) || !(code->flags & (CODE_COROUTINE | CODE_ASYNC_GENERATOR)))
        return give(result);
    return shell_call("run_coroutine", &result, 1);
}

/* Run a cell's text: all but its last expression as statements, then that expression. Its value; UNBOUND when the cell ends in a statement. */
static Value run_source(const char *source, size_t len, const char *filename)
{
    size_t split = cell_last_expression(source, len);
    if (split == len) {
        Code *code = compile_part(source, len, filename, COMPILE_EXEC);
        own Value result = code ? run_code(code) : ERROR;
        return is_error(result) ? ERROR : UNBOUND;
    }
    /* Keep line numbers: the expression is compiled behind as many empty lines as stand before it. */
    size_t lines = 0, line_start = split;
    for (size_t i = 0; i < split; i++)
        lines += source[i] == '\n';
    while (line_start > 0 && source[line_start - 1] != '\n')
        line_start--;
    bool blank_before = true;
    for (size_t i = 0; i < split && blank_before; i++)
        blank_before = isspace((unsigned char)source[i]);
    /* Behind other statements on its line the expression keeps its column, too: a bracket in column 0, blanks, the expression, a bracket. */
    size_t column = split - line_start, at = lines;
    char *tail = malloc(lines + column + (len - split) + 3);
    if (!tail)
        return raise_memory();
    memset(tail, '\n', lines);
    memset(tail + at, ' ', column);
    if (column)
        tail[at] = '(';
    at += column;
    memcpy(tail + at, source + split, len - split);
    at += len - split;
    if (column) {
        memcpy(tail + at, "\n)", 2);
        at += 2;
    }
    Code *last = compile_part(tail, at, filename, COMPILE_EVAL);
    free(tail);
    if (!last) {                                  /* report the error of the whole cell, with its own positions */
        error_clear();
        Code *whole = compile_part(source, len, filename, COMPILE_EXEC);
        own Value result = whole ? run_code(whole) : ERROR;
        return is_error(result) ? ERROR : UNBOUND;
    }
    if (!blank_before) {
        Code *first = compile_part(source, split, filename, COMPILE_EXEC);
        own Value result = first ? run_code(first) : ERROR;
        if (is_error(result)) {
            release_obj(last);
            return ERROR;
        }
    }
    return run_code(last);
}

/* The error message on iopub: the same three things as in the reply. */
static void publish_error(const CellResult *out, Value lines)
{
    own Value content = dict_new(), ename = str_from(out->ename ? out->ename : ""), evalue = str_from(out->evalue ? out->evalue : ""), list = is_error(lines) ? list_new(0) : retain(lines);
    own Value to_json = import_attr("_ouro", "json");
    own Value json = !is_error(content) && !is_error(ename) && !is_error(evalue) && !is_error(list) && !is_error(to_json) && dict_set_c(as_dict(content), "ename", ename) &&
                             dict_set_c(as_dict(content), "evalue", evalue) && dict_set_c(as_dict(content), "traceback", list)
                         ? call1(to_json, content) : ERROR;
    size_t len;
    const char *text = is_error(json) ? NULL : str_utf8_peek(json, &len);
    if (text && interp_host.publish)
        interp_host.publish(interp_host.context, "error", (Text){ text, len }, (Text){ "{}", 2 }, NULL, 0);
    error_clear();
}

/* What a process would end with: SystemExit's code, else 1. */
static int exit_status_of(Value error)
{
    int64_t status = 1;
    if (!is_instance_of(error, &exception_types[SystemExit]))
        return 1;
    own Value code = obj_getattr_c(error, "code");
    if (is_error(code) || is_none(code))
        status = 0;
    else if (int_check(code) && !int_to_i64(code, &status))
        status = 255;
    error_clear();
    return (int)(status & 0xff);
}

/* The pending error into the reply; the traceback is coloured by the shell, plain when that fails. */
static void report_error(CellResult *out)
{
    own Value error = exception_take();
    out->status = CELL_ERROR;
    out->exit_status = exit_status_of(error);
    out->ename = strdup(type_name(error));
    own Value text = obj_str(error);
    out->evalue = is_error(text) ? strdup("<exception str() failed>") : copy_text(text);
    error_clear();
    own Value lines = shell_call("format_error", &error, 1);
    if (is_error(lines) || !list_check(lines)) {
        error_clear();
        own Value plain = traceback_format(error);
        set_slot(&lines, is_error(plain) ? ERROR : list_from(&plain, 1));
        error_clear();
    }
    size_t n = is_error(lines) ? 0 : (size_t)list_len(lines);
    out->traceback = calloc(n + 1, sizeof *out->traceback);
    for (size_t i = 0; out->traceback && i < n; i++) {
        out->traceback[i] = copy_text(list_peek(lines, i));
        if (out->traceback[i])
            out->n_traceback++;
    }
    publish_error(out, lines);
    set_slot(&last_error, give(error));
}

static Memory running;                       /* of the cell that runs */
static uint32_t running_cell;
static char *previous_record;                /* of the stored cell before; malloc'd */

char *interp_memory(void)
{
    char *now = memory_record(&running, running_cell), *both = NULL;
    if (asprintf(&both, "{\"running\":%s,\"previous\":%s}", now ? now : "null", previous_record ? previous_record : "null") < 0)
        both = NULL;
    free(now);
    return both;
}

char *interp_cycle_shapes(void)
{
    enum { SHOWN = 5 };
    size_t n;
    const CycleShape *shapes = collect_cycle_shapes(&n);
    Buf text = { 0 };
    buf_string(&text, "");
    for (size_t i = 0; i < n && i < SHOWN; i++)
        buf_printf(&text, "%s%.120s, %llu ring%s, %llu bytes", i ? "; " : "", shapes[i].types, (unsigned long long)shapes[i].rings, shapes[i].rings == 1 ? "" : "s",
                   (unsigned long long)shapes[i].bytes);
    return buf_detach(&text, NULL);
}

/* What a cell's text gave, to sys.displayhook; nothing for None and for a text that ended in a statement. */
static bool show(Value result)
{
    if (is_unbound(result) || is_none(result))
        return true;
    own Value hook = import_attr("sys", "displayhook");
    own Value shown = is_error(hook) ? ERROR : call1(hook, result);
    return !is_error(shown);
}

/* One cell: before (In, linecache), run, show the result, after. */
static bool run_one(const CellRequest *request, CellResult *out)
{
    own Value raw = text_value(request->raw), code = text_value(request->code), number = int_value(request->number);
    Value before[5] = { number, raw, code, bool_value(request->store_history), bool_value(request->silent) };
    if (is_error(raw) || is_error(code))
        return false;
    own Value filename = shell_call("begin_cell", before, 5);
    bool nodes = tuple_check(filename);
    const char *name = is_error(filename) ? NULL : str_utf8_peek(nodes ? tuple_peek(filename, 0) : filename, NULL);
    own Value scope = UNBOUND;
    if (!name)
        return false;
    if (request->scope_keep) {
        own Value keep = str_from(request->scope_keep);
        scope = is_error(keep) ? ERROR : shell_call("begin_scope", &keep, 1);
        if (is_error(scope))
            return false;
    }
    Value node_args[2] = { code, nodes ? tuple_peek(filename, 0) : NONE };
    own Value result = nodes ? shell_call("run_nodes", node_args, 2) : run_source(request->code.data, request->code.len, name);
    bool good = !is_error(result);
    if (good && !request->silent && !request->hide_result)
        good = show(result);
    if (is_ptr(scope)) {
        ErrorState saved = error_save();
        own Value done = shell_call("end_scope", &scope, 1);
        if (is_error(done))
            error_clear();
        error_restore(saved);
    }
    return good;
}

void interp_run_cell(const CellRequest *request, CellResult *out)
{
    *out = (CellResult){ .status = CELL_OK };
    heap_set_cell(request->number);
    vm_cell = request->number;
    Memory memory = memory_start();
    running = memory;
    running_cell = request->number;
    cell_reserve = reserve_for_cell();
    heap_set_reserve(cell_reserve + SHELL_RESERVE);
    if (!run_one(request, out))
        report_error(out);
    own Value end = shell_call("end_cell", NULL, 0);
    out->exit_asked = same(end, TRUE);
    error_clear();
    out->duration_ns = (uint64_t)clock_ns() - memory.start_ns;
    out->memory_json = memory_record(&memory, request->number);
    if (request->store_history && out->memory_json) {
        free(previous_record);
        previous_record = strdup(out->memory_json);
    }
    heap_set_cell(0);
    vm_cell = 0;
}

void cell_result_free(CellResult *r)
{
    free(r->ename);
    free(r->evalue);
    for (size_t i = 0; i < r->n_traceback; i++)
        free(r->traceback[i]);
    free(r->traceback);
    free(r->memory_json);
    *r = (CellResult){ 0 };
}

/* get_ipython().run_cell: inside a running cell, with the same number. */
static Value hook_run_cell(Value raw, bool silent, bool store_history)
{
    size_t len, code_len = 0;
    const char *text = str_utf8_peek(raw, &len);
    if (!text)
        return ERROR;
    char *code = interp_host.transform ? interp_host.transform(interp_host.context, (Text){ text, len }, &code_len) : NULL;
    own Value keep = retain(raw);
    own Value result = run_source(code ? code : text, code ? code_len : len, "<cell>");
    free(code);
    if (is_error(result)) {
        own Value error = exception_take();
        own Value shown = shell_call("show_error", &error, 1);
        error_clear();
        return FALSE;
    }
    return silent || show(result) ? TRUE : ERROR;
}

/* --- questions -------------------------------------------------------------------------------------------------------------- */
char *interp_user_expressions(Text expressions)
{
    own Value json = text_value(expressions);
    return is_error(json) ? strdup("{}") : shell_text("user_expressions", &json, 1, "{}");
}

char *interp_complete(Text code, size_t cursor)
{
    Value args[2] = { text_value(code), int_value((int64_t)cursor) };
    char *text = is_error(args[0]) ? NULL : shell_text("complete", args, 2, NULL);
    release(args[0]);
    if (!text) {
        char fallback[120];
        snprintf(fallback, sizeof fallback, "{\"matches\":[],\"cursor_start\":%zu,\"cursor_end\":%zu,\"metadata\":{}}", cursor, cursor);
        text = strdup(fallback);
    }
    return text;
}

char *interp_inspect(Text code, size_t cursor, int detail_level)
{
    Value args[3] = { text_value(code), int_value((int64_t)cursor), small_int_value(detail_level) };
    char *text = is_error(args[0]) ? NULL : shell_text("inspect", args, 3, NULL);
    release(args[0]);
    return text ? text : strdup("{\"found\":false,\"data\":{},\"metadata\":{}}");
}

/* --- comms ------------------------------------------------------------------------------------------------------------------ */
bool interp_comm(const char *type, Text content, Text metadata, const Text *buffers, size_t n)
{
    own Value list = list_new(n), kind = str_from(type), body = text_value(content), meta = text_value(metadata);
    for (size_t i = 0; !is_error(list) && i < n; i++) {
        if (!list_append_take(list, bytes_new(buffers[i].data, buffers[i].len)))
            break;
    }
    Value args[4] = { kind, body, meta, list };
    own Value known = is_error(list) || is_error(kind) || is_error(body) || is_error(meta) ? ERROR : shell_call("comm_message", args, 4);
    bool wanted = !is_error(known) && obj_truth(known) == YES;
    error_clear();
    return wanted;
}

char *interp_comm_info(const char *target)
{
    own Value name = target ? str_from(target) : NONE;
    return shell_text("comm_info", &name, 1, "{\"comms\":{}}");
}

/* --- the user's namespace ----------------------------------------------------------------------------------------------------- */
size_t interp_globals(GlobalInfo **out)
{
    Dict *d = as_dict(user_space);
    GlobalInfo *infos = calloc((size_t)dict_len(d) + 1, sizeof *infos);
    size_t n = 0;
    uint64_t position = 0;
    Value key, value;
    while (infos && dict_next(d, &position, &key, &value)) {
        const char *name = str_check(key) ? str_utf8_peek(key, NULL) : NULL;
        GlobalCell *cell = name ? namespace_cell(d, key) : NULL;
        if (!cell)
            continue;
        Object *o = is_ptr(value) ? as_obj(value) : NULL;
        infos[n++] = (GlobalInfo){ .name = name, .object = o, .holder = (Object *)cell, .type_name = type_name(value), .written_cell = cell->written_cell, .last_read_cell = cell->read_cell,
            .hidden = ouro_is_shell_name(name), .shallow_bytes = o && !(o->birth & BIRTH_STATIC) ? heap_size_of(o) : 0, .refcount = o ? o->refcount : 0,
            .birth_cell = o ? birth_cell(o) : 0 };
    }
    error_clear();
    *out = infos;
    return n;
}

static GlobalInfo retainer(const char *name, Value value, Object *holder)
{
    Object *o = is_ptr(value) ? as_obj(value) : NULL;
    return (GlobalInfo){ .name = name, .object = o, .holder = holder, .type_name = type_name(value), .hidden = true,
        .shallow_bytes = o && !(o->birth & BIRTH_STATIC) ? heap_size_of(o) : 0, .refcount = o ? o->refcount : 0, .birth_cell = o ? birth_cell(o) : 0 };
}

/* sys.last_value and sys.last_traceback: up to two. */
static size_t sys_retainers(GlobalInfo *infos)
{
    static const char *const names[] = { "last_value", "last_traceback" }, *const shown[] = { "sys.last_value", "sys.last_traceback" };
    own Value sys = import_module_c("sys");
    own Value space = is_error(sys) ? ERROR : obj_getattr_c(sys, "__dict__");
    size_t n = 0;
    for (int i = 0; i < 2 && dict_check(space); i++) {
        own Value key = str_intern(names[i]), value = UNBOUND;
        if (is_error(key) || dict_find(as_dict(space), key, &value) != FOUND || !is_ptr(value))
            continue;
        GlobalCell *cell = namespace_cell(as_dict(space), key);
        infos[n++] = retainer(shown[i], value, cell ? (Object *)cell : as_obj(space));
    }
    error_clear();
    return n;
}

size_t interp_retainers(GlobalInfo **out)
{
    static char (*names)[24];
    own Value cache = is_ptr(shell) ? obj_getattr_c(shell, "Out") : UNBOUND;
    error_clear();
    bool has_out = is_ptr(cache) && dict_check(cache);
    size_t n = 0, n_out = has_out ? (size_t)dict_len(as_dict(cache)) : 0;
    GlobalInfo *infos = calloc(n_out + 4, sizeof *infos);
    free(names);
    names = calloc(n_out + 1, sizeof *names);
    uint64_t position = 0;
    Value key, value;
    while (infos && names && has_out && dict_next(as_dict(cache), &position, &key, &value)) {
        int64_t number = 0;
        if (int_check(key))
            int_to_i64(key, &number);
        snprintf(names[n], sizeof names[n], "Out[%lld]", (long long)number);
        infos[n] = retainer(names[n], value, as_obj(cache));
        n++;
    }
    if (infos && is_ptr(last_error))
        infos[n++] = retainer("last error", last_error, NULL);
    if (infos)
        n += sys_retainers(infos + n);
    *out = infos;
    return n;
}

char *interp_global_repr(const char *name, size_t max_len)
{
    own Value key = str_intern(name), value = UNBOUND;
    if (is_error(key) || dict_find(as_dict(user_space), key, &value) != FOUND) {
        error_clear();
        return NULL;
    }
    own Value limit = int_value((int64_t)max_len);
    return shell_text("short_repr", (Value[]){ value, limit }, 2, "<repr failed>");
}

bool interp_global_bound(const char *name)
{
    own Value key = str_intern(name), value = UNBOUND;
    bool bound = !is_error(key) && dict_find(as_dict(user_space), key, &value) == FOUND;
    error_clear();
    return bound;
}

/* --- is it finished? ------------------------------------------------------------------------------------------------------------- */
const char *interp_is_complete(Text code, char **indent)
{
    int blanks = 0;
    CompleteStatus status = complete_check(code.data, code.len, &blanks);
    *indent = NULL;
    if (status == COMPLETE_NO && (*indent = malloc((size_t)blanks + 1))) {
        memset(*indent, ' ', (size_t)blanks);
        (*indent)[blanks] = 0;
    }
    return complete_names[status];
}
