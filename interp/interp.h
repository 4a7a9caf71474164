/* interp.h -- the one door between the kernel (or the command line) and the interpreter.
 *
 * Threads: every function marked [lock] must be called with the runtime lock held by the calling thread (interp_acquire /
 * interp_release); those marked [any] may be called from any thread at any time. The Host's functions are called
 * with the runtime lock held unless they say otherwise.
 * Text is UTF-8 (WTF-8 where Python strings hold lone surrogates), length given. JSON crosses as text, so that neither side
 * needs the other's library: what the interpreter hands out is always valid JSON (NaN and Infinity become null).
 */
#ifndef INTERP_H
#define INTERP_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Text { const char *data; size_t len; } Text;   /* borrowed */

/* What the interpreter asks of whoever runs it. All members may be NULL except write. */
typedef struct Host {
    void *context;
    /* stdout (fd 1) and stderr (fd 2) of Python code, in order. */
    void (*write)(void *, int fd, Text text);
    void (*flush)(void *);
    /* One line from the user. Drops the runtime lock while waiting. Returns malloc'd text (caller frees) with *len;
     * NULL: *why is INPUT_EOF, INPUT_INTERRUPTED or INPUT_UNSUPPORTED. NULL member: standard input is read. */
    char *(*input)(void *, Text prompt, bool password, size_t *len, int *why);
    /* A rich message. `type` is display_data, update_display_data, execute_result, clear_output, comm_open, comm_msg, comm_close, error...;
     * content and metadata are JSON objects. Buffers are raw (comm_*), may be 0. */
    void (*publish)(void *, const char *type, Text content_json, Text metadata_json, const Text *buffers, size_t n_buffers);
    /* A payload of the execute_reply (pager, set_next_input, ask_exit): a JSON object. */
    void (*payload)(void *, Text payload_json);
    /* Magics and other kernel services that Python code reaches through get_ipython(): `name` and JSON arguments in, a malloc'd JSON
     * text out (caller frees); NULL: unknown service. */
    char *(*service)(void *, const char *name, Text arguments_json);
    /* Turns a cell's text with magics, `!cmd`, `obj?` into plain Python: malloc'd (caller frees), or NULL: unchanged. */
    char *(*transform)(void *, Text code, size_t *len);
    /* A thread of Python code: `thread_born`, called by the one that starts it, gives a token (NULL: none); the new thread calls `thread_runs` with it
     * before anything else; `thread_over` takes it back, at the thread's end or when it could not be started. */
    void *(*thread_born)(void *);
    void (*thread_runs)(void *, void *token);
    void (*thread_over)(void *, void *token);
} Host;
enum { INPUT_EOF = 1, INPUT_INTERRUPTED, INPUT_UNSUPPORTED };

/* --- life -------------------------------------------------------------------------------------------------- */
typedef struct InterpOptions {
    int argc; char **argv;            /* sys.argv */
    int orig_argc; char **orig_argv;  /* sys.orig_argv: the command line as it was; its first word leads to sys.executable */
    const char *library;              /* folder of the CPython library; NULL: search (OURO_LIBRARY, then the usual places) */
    bool isolated, no_site, unbuffered, verbose, inspect;   /* -I -S -u -v -i */
    bool ignore_environment, no_user_site, quiet;           /* -E -s -q */
    int bytes_warning;                /* -b, -bb */
    int optimize;                     /* -O */
    bool no_bytecode;                 /* -B */
    uint64_t memory_limit_bytes;      /* 0: none */
    const char *const *x_options; size_t n_x_options;       /* -X */
    const char *const *warn_options; size_t n_warn_options; /* -W */
} InterpOptions;
bool interp_start(const InterpOptions *, const Host *);    /* the caller holds the runtime lock afterwards */
/* Run atexit functions, finalisers, flush. Returns the exit status to use when `status` is what was asked for. [lock] */
int interp_finish(int status);
void interp_acquire(void);      /* wait for the runtime lock; attaches a new thread when needed [any] */
void interp_release(void);
/* "3.11.2", of the library found; static. NULL when it is not known yet: the kernel asks from its I/O thread while the
 * interpreter still starts. [any] */
const char *interp_version(void);

/* --- running the program (command line). Return the exit status. [lock] ------------------------------------ */
enum { EXIT_INTERRUPTED = 0x182 };         /* a KeyboardInterrupt that nobody caught: the process ought to die by SIGINT, 130 where it cannot */
int interp_run_file(const char *path);
int interp_run_command(const char *code);
int interp_run_module(const char *module);
int interp_run_stdin(void);                /* a script from standard input */
int interp_run_prompt(void);               /* interactive */
/* --dump-ast / --dis: print to stdout; exit status. */
int interp_dump_ast(const char *path);
int interp_disassemble(const char *path);

/* --- cells (kernel). [lock] --------------------------------------------------------------------------------- */
typedef enum CellStatus { CELL_OK, CELL_ERROR /* SystemExit is one, too */ } CellStatus;
typedef struct CellRequest {
    Text code;                 /* Python, after the host's transformation */
    Text raw;                  /* as the user wrote it: goes to In and tracebacks */
    uint32_t number;           /* execution count; also the birth cell */
    bool silent, store_history;
    bool hide_result;          /* the cell ends in `;` */
    const char *scope_keep;    /* %%scope: comma-separated names that survive; NULL: no scope */
} CellRequest;
/* All texts are malloc'd; free with cell_result_free. */
typedef struct CellResult {
    CellStatus status;
    char *ename, *evalue;                    /* on CELL_ERROR */
    char **traceback; size_t n_traceback;    /* ANSI coloured lines */
    bool exit_asked;                         /* exit() or quit(): the kernel is to stop */
    int exit_status;                         /* on SystemExit: what it asks for; for a forked child */
    uint64_t duration_ns;
    char *memory_json;                       /* the cell's memory record: {"allocated_bytes":.., "freed_bytes":.., "kept_bytes":.., "peak_bytes":..,
                                                "live_bytes":.., "collections":.., "pause_ns":..}; goes into the reply's metadata. May be NULL */
} CellResult;
void interp_run_cell(const CellRequest *, CellResult *);     /* publishes execute_result and error through Host.publish itself */
void cell_result_free(CellResult *);
/* user_expressions of an execute_request: JSON object name -> expression in, name -> result out (malloc'd). */
char *interp_user_expressions(Text expressions_json);

/* --- questions about code. Texts malloc'd. ------------------------------------------------------------------- */
/* {"matches":[...],"cursor_start":n,"cursor_end":n,"metadata":{...}}; cursor in code points. [lock] No side effects of user code. */
char *interp_complete(Text code, size_t cursor);
/* {"found":bool,"data":{...},"metadata":{...}} [lock] */
char *interp_inspect(Text code, size_t cursor, int detail_level);
/* "complete" / "incomplete" (*indent is malloc'd) / "invalid". Pure. [any] */
const char *interp_is_complete(Text code, char **indent);

/* --- comms. [lock] --------------------------------------------------------------------------------------------- */
/* type comm_open / comm_msg / comm_close. False: nobody wanted it (unknown target or id). */
bool interp_comm(const char *type, Text content_json, Text metadata_json, const Text *buffers, size_t n_buffers);
char *interp_comm_info(const char *target_or_null);          /* {"comms":{id:{"target_name":..}}} */

/* --- between cells. [lock] ---------------------------------------------------------------------------------------- */
/* Nothing is asked for: collect garbage if that is worthwhile and give memory back, so that cells need not wait for it. Stops within
 * about a millisecond when `must_stop` says so. Finalisers may run. */
void interp_idle(bool (*must_stop)(void *), void *context);

/* --- control ------------------------------------------------------------------------------------------------------ */
void interp_interrupt(void);               /* KeyboardInterrupt in the running cell, soon. Async-signal-safe. [any] */
void interp_clear_interrupt(void);         /* forget one that nobody took (kernel idle) [any] */

/* --- the user's namespace, for magics and memory views. [lock] ---------------------------------------------- */
/* One global as the tables show it. */
typedef struct GlobalInfo {
    const char *name;                      /* UTF-8, borrowed until the next call that runs Python */
    struct Object *object;                 /* borrowed; NULL: an immediate */
    struct Object *holder;                 /* borrowed: the object whose reference the name is (the namespace, or its cell), for GraphName */
    const char *type_name;
    uint32_t written_cell, last_read_cell; /* cell numbers; 0: never / before the first cell */
    bool hidden;                           /* In, Out, _ and other names that the kernel put there */
    uint64_t shallow_bytes; uint32_t refcount, birth_cell;
} GlobalInfo;
size_t interp_globals(GlobalInfo **out);   /* malloc'd array */
/* What the kernel itself keeps of the user's values: entries of Out ("Out[7]"), the last error ("last error"). malloc'd array of names that live
 * until the next call. */
size_t interp_retainers(GlobalInfo **out);
/* The memory records of the running cell so far and of the cell before: JSON {"running": {..}, "previous": {..} or null}, malloc'd. */
char *interp_memory(void);
/* The kinds of rings that collections have found, largest first, as one line of text ("Node -> dict -> Node, 12 rings, 3,456 bytes; ..."); malloc'd. */
char *interp_cycle_shapes(void);
/* Its value in one line of about max_len characters, malloc'd; NULL: no such name. Costs about max_len for containers and texts of any size; may run
 * Python code (__repr__). */
char *interp_global_repr(const char *name, size_t max_len);
bool interp_global_bound(const char *name);                      /* is there such a name? */
#endif
