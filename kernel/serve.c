/* serve.c -- see serve.h. The sockets answer before the interpreter has started: a client's first kernel_info_request
 * never waits for it. */
#include "kernel/serve.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "interp/base/file.h"
#include "kernel/capture.h"
#include "kernel/dispatch.h"
#include "kernel/heartbeat.h"
#include "kernel/host.h"
#include "kernel/info.h"
#include "kernel/interrupts.h"
#include "kernel/io.h"
#include "kernel/log.h"
#include "kernel/processes.h"
#include "kernel/session.h"
#include "kernel/wake.h"
#include "kernel/work.h"

enum { BESIDE_STACK_BYTES = 64 << 20, IDLE_AFTER_MS = 300 };

static Connection connection;
static Channels channels;
static pid_t kernel_process;

/* A name where Jupyter looks for connection files; the folders are made. False: it is too long. */
static bool own_path(char *out, size_t room)
{
    const char *runtime = getenv("JUPYTER_RUNTIME_DIR"), *data = getenv("JUPYTER_DATA_DIR"), *home = getenv("HOME");
    bool has_runtime = runtime && *runtime, has_data = data && *data;
    const char *base = has_runtime ? runtime : has_data ? data : home ? home : "";
    const char *below = has_runtime ? "" : has_data ? "/runtime" : "/.local/share/jupyter/runtime";
    if (snprintf(out, room, "%s%s/kernel-%ld.json", base, below, (long)getpid()) >= (int)room)
        return false;
    file_make_folders(out);
    return true;
}

static bool find_connection(const char *path, char *why, size_t room)
{
    char own[3200];
    if (path)
        return connection_read(&connection, path, why, room);
    if (!own_path(own, sizeof own)) {
        snprintf(why, room, "the name of the runtime folder is too long");
        return false;
    }
    return connection_invent(&connection, own, why, room);
}

static bool open_doors(const char *path, char *why, size_t room)
{
    const char *reason;
    if (sodium_init() < 0 || !wake_open()) {
        snprintf(why, room, "cannot start: %s", strerror(errno));
        return false;
    }
    if (!find_connection(path, why, room))
        return false;
    Wire *wire = wire_new(connection.scheme, connection.key, connection.key_len, &reason);
    if (!wire) {
        snprintf(why, room, "%s: %.60s", reason, connection.scheme);
        return false;
    }
    session_start(wire);
    dispatch_start(wire);
    if (!channels_open(&channels, &connection, why, room) || !heartbeat_start(&connection, why, room))
        return false;
    info_set_connection(&connection);
    if (connection.chosen && !connection_write(&connection)) {
        snprintf(why, room, "cannot write connection file %s: %s", connection.path, strerror(errno));
        return false;
    }
    return true;
}

static void *run_beside(void *unused)
{
    Request *request;
    while ((request = work_next_beside()))
        dispatch_run(request);
    return unused;
}

static bool start_beside(void)
{
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, BESIDE_STACK_BYTES);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    bool ok = pthread_create(&thread, &attributes, run_beside, NULL) == 0;
    pthread_attr_destroy(&attributes);
    return ok;
}

/* A forked child is no kernel: the signal ends it, however early in its life it comes. */
static void on_term(int number)
{
    if (getpid() == kernel_process) {
        wake_send(WAKE_STOP);
    } else {
        signal(number, SIG_DFL);
        raise(number);
    }
}

static void install_signals(void)
{
    struct sigaction term = { .sa_handler = on_term }, ignore = { .sa_handler = SIG_IGN };
    kernel_process = getpid();
    sigaction(SIGTERM, &term, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    interrupts_install();
}

/* The interpreter's whole life; the exit status. */
static int run_interpreter(const InterpOptions *options)
{
    if (!interp_start(options, &kernel_host)) {
        log_line("the interpreter cannot start");
        return 1;
    }
    interp_release();
    bool is_light = work_quiet(IDLE_AFTER_MS);
    if (is_light)
        processes_forget_code();
    Request *request;
    while ((request = work_next())) {
        dispatch_run(request);
        if (work_quiet(IDLE_AFTER_MS)) {
            if (!is_light)
                processes_forget_code();
            is_light = true;
            interp_acquire();
            interp_idle(work_waits, NULL);
            interp_release();
        }
    }
    interp_acquire();
    return interp_finish(0);
}

static void close_doors(void)
{
    io_finish();
    heartbeat_stop();
    capture_stop();
    if (info_restarting())
        connection_remove_sockets(&connection);
    else
        connection_remove(&connection);
}

int serve_kernel(const char *path, const InterpOptions *options)
{
    char why[5000] = "";
    processes_tune_malloc();
    interrupts_block();              /* for the threads that start from here */
    install_signals();
    if (!open_doors(path, why, sizeof why)) {
        fprintf(stderr, "ouro kernel: %s\n", why);
        return 1;
    }
    if (!path)
        fprintf(stderr, "To connect another client to this kernel, use:\n    --existing %s\n", strrchr(connection.path, '/') + 1);
    if (!capture_start())
        log_line("output of child processes is not captured: %s", strerror(errno));
    if (!io_start(&channels, dispatch_arrived) || !start_beside()) {
        log_line("cannot start threads");
        return 1;
    }
    interrupts_unblock();
    int status = run_interpreter(options);
    work_stop();
    close_doors();
    return status;
}
