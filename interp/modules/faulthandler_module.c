/* faulthandler_module.c -- faulthandler: the Python stacks of all threads, written by signal handlers and a watchdog (docs.python.org/3.11/library/
 * faulthandler.html). Formats are CPython's.
 *
 * What runs in a handler only reads frames and writes to a descriptor: no allocation, no Python code, no lock. The watchdog has the thread that
 * holds the runtime lock write the stacks in a signal handler of its own, so that nothing moves meanwhile. */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gc/collect.h"
#include "gc/heap.h"
#include "interp/base/clock.h"
#include "interp/base/file.h"
#include "interp/builtins/import.h"
#include "interp/modules/arg.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/set.h"
#include "interp/object/str.h"
#include "interp/vm/frame.h"

enum { MAX_TEXT = 500, MAX_FRAMES = 100, MAX_THREADS = 100, N_SIGNALS = 65 };

typedef struct Target { int fd; bool all_threads; } Target;

/* --- writing, in handlers ------------------------------------------------------------------------------------------ */
static void put(int fd, const char *text)
{
    file_write(fd, text, strlen(text));
}

static void put_number(int fd, uint64_t number, unsigned base, int least_digits)
{
    char digits[24], *at = digits + sizeof digits;
    *--at = 0;
    for (; number || least_digits > 0; number /= base, least_digits--)
        *--at = "0123456789abcdef"[number % base];
    put(fd, at);
}

/* A str in ASCII with escapes, cut after MAX_TEXT characters. */
static void put_text(int fd, Value text)
{
    if (!is_ptr(text) || !str_check(text)) {
        put(fd, "???");
        return;
    }
    const Str *s = as_str(text);
    for (uint64_t i = 0; i < s->len && i < MAX_TEXT; i++) {
        uint32_t c = str_char(s, i);
        if (c >= ' ' && c <= 126) {
            put(fd, (char[]){ (char)c, 0 });
        } else {
            put(fd, c < 0x100 ? "\\x" : c < 0x10000 ? "\\u" : "\\U");
            put_number(fd, c, 16, c < 0x100 ? 2 : c < 0x10000 ? 4 : 8);
        }
    }
    if (s->len > MAX_TEXT)
        put(fd, "...");
}

static void put_frames(int fd, const Thread *t)
{
    int n = 0;
    for (const Frame *f = t->frame; f->code; f--) {
        if (n++ >= MAX_FRAMES) {
            put(fd, "  ...\n");
            return;
        }
        int line = code_position(f->code, frame_pc_index(f)).line;
        put(fd, "  File \"");
        put_text(fd, f->code->filename);
        put(fd, "\", line ");
        put_number(fd, line > 0 ? (uint64_t)line : f->code->first_line, 10, 1);
        put(fd, " in ");
        put_text(fd, f->code->name);
        put(fd, "\n");
    }
    if (n == 0)
        put(fd, "  <no Python frame>\n");
}

static void put_threads(int fd, const Thread *current)
{
    int n = 0;
    for (const Thread *t = threads; t; t = t->next) {
        if (n)
            put(fd, "\n");
        if (n++ >= MAX_THREADS) {
            put(fd, "...\n");
            return;
        }
        put(fd, t == current ? "Current thread 0x" : "Thread 0x");
        put_number(fd, t->id, 16, 16);
        put(fd, " (most recent call first):\n");
        if (t == current && collector.collecting)
            put(fd, "  Garbage-collecting\n");
        put_frames(fd, t);
    }
}

static void put_stack(Target to, const Thread *current)
{
    if (to.all_threads) {
        put_threads(to.fd, current);
    } else if (current) {
        put(to.fd, "Stack (most recent call first):\n");
        if (collector.collecting)
            put(to.fd, "  Garbage-collecting\n");
        put_frames(to.fd, current);
    }
}

/* Native modules that are not of the standard library, which a program can only bring about by emptying sys.stdlib_module_names. */
static void put_modules(int fd)
{
    Value sys = dict_peek_str(import_modules_peek(), str_name_peek("sys")), names = UNBOUND, key, module;
    if (is_ptr(sys) && is_exact(sys, &module_type))
        names = dict_peek_str(module_dict_peek(sys), str_name_peek("stdlib_module_names"));
    uint64_t position = 0, n = 0;
    while (is_ptr(names) && is_exact(names, &frozenset_type) && dict_next(import_modules_peek(), &position, &key, &module)) {
        if (!str_exact(key) || !is_exact(module, &module_type) || !((Module *)as_obj(module))->native || as_set(names)->used > 0)
            continue;
        put(fd, n++ ? ", " : "\nExtension modules: ");
        put_text(fd, key);
    }
    if (n) {
        put(fd, " (total: ");
        put_number(fd, n, 10, 1);
        put(fd, ")\n");
    }
}

/* --- the file -------------------------------------------------------------------------------------------------------- */
/* The descriptor of `file` (absent: sys.stderr); the object that must live as long goes to *keep, owned (UNBOUND for an int). */
static bool descriptor(Value file, int *fd, Value *keep)
{
    own Value stream = is_unbound(file) || is_none(file) ? import_attr("sys", "stderr") : retain(file);
    *keep = UNBOUND;
    if (is_error(stream)) {
        error_clear();
        return raise_false(RuntimeError, "unable to get sys.stderr");
    }
    if (is_none(stream))
        return raise_false(RuntimeError, "sys.stderr is None");
    if (int_check(stream)) {
        int64_t number;
        if (!obj_index_i64(stream, &number, OverflowError))
            return false;
        *fd = (int)number;
        return number >= 0 || raise_false(ValueError, "file is not a valid file descripter");
    }
    own Value number = call_method(stream, "fileno", NULL, 0);
    int64_t value = -1;
    if (is_error(number))
        return false;
    if (!int_check(number) || !int_to_i64(number, &value) || value < 0 || value > INT32_MAX)
        return raise_false(RuntimeError, "file.fileno() is not a valid file descriptor");
    own Value flushed = call_method(stream, "flush", NULL, 0);
    if (is_error(flushed))
        error_clear();
    *fd = (int)value;
    *keep = give(stream);
    return true;
}

static Value f_dump_traceback(Value *args, size_t n)
{
    Target to;
    own Value keep = UNBOUND;
    if (!descriptor(args[0], &to.fd, &keep) || !arg_bool(args[1], true, &to.all_threads))
        return ERROR;
    put_stack(to, thread);
    return NONE;
}

/* --- fatal signals ------------------------------------------------------------------------------------------------------ */
static struct Fatal { int number; const char *what; bool on; struct sigaction before; } fatals[] = {
    { .number = SIGBUS, .what = "Bus error" }, { .number = SIGILL, .what = "Illegal instruction" }, { .number = SIGFPE, .what = "Floating point exception" },
    { .number = SIGABRT, .what = "Aborted" }, { .number = SIGSEGV, .what = "Segmentation fault" },
};
enum { N_FATALS = sizeof fatals / sizeof *fatals };
static bool enabled;
static Target fatal_target;
static Value fatal_file = UNBOUND_INIT;
static stack_t handler_stack;                /* so that an overflown stack can be reported */

static void restore(struct Fatal *f)
{
    if (f->on)
        sigaction(f->number, &f->before, NULL);
    f->on = false;
}

static void on_fatal(int number)
{
    static volatile sig_atomic_t inside;
    int saved = errno;
    for (int i = 0; i < N_FATALS; i++) {
        if (fatals[i].number != number)
            continue;
        restore(&fatals[i]);
        if (enabled && !inside) {
            inside = 1;
            put(fatal_target.fd, "Fatal Python error: ");
            put(fatal_target.fd, fatals[i].what);
            put(fatal_target.fd, "\n\n");
            put_stack(fatal_target, thread_here);
            put_modules(fatal_target.fd);
            inside = 0;
        }
    }
    errno = saved;
    (raise)(number);                       /* the handler before, or the end */
}

static void disable(void)
{
    enabled = false;
    for (int i = 0; i < N_FATALS; i++)
        restore(&fatals[i]);
    set_slot(&fatal_file, UNBOUND);
}

static Value f_enable(Value *args, size_t n)
{
    Target to;
    own Value keep = UNBOUND;
    if (!descriptor(args[0], &to.fd, &keep) || !arg_bool(args[1], true, &to.all_threads))
        return ERROR;
    set_slot(&fatal_file, give(keep));
    fatal_target = to;
    if (enabled)
        return NONE;
    if (!handler_stack.ss_sp && (handler_stack.ss_sp = malloc(1 << 16))) {
        handler_stack.ss_size = 1 << 16;
        sigaltstack(&handler_stack, NULL);
    }
    enabled = true;
    for (int i = 0; i < N_FATALS; i++) {
        struct sigaction action = { .sa_handler = on_fatal, .sa_flags = SA_NODEFER | (handler_stack.ss_sp ? SA_ONSTACK : 0) };
        if (sigaction(fatals[i].number, &action, &fatals[i].before) < 0)
            return arg_os_error(UNBOUND);
        fatals[i].on = true;
    }
    return NONE;
}
static Value f_disable(Value *args, size_t n)
{
    bool was = enabled;
    disable();
    return bool_value(was);
}
static Value f_is_enabled(Value *args, size_t n) { return bool_value(enabled); }

/* --- the watchdog --------------------------------------------------------------------------------------------------------- */
static struct Watchdog {
    pthread_t id;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool runs, stop, repeat, exit;
    int64_t timeout_ns;
    Target target;
    Value file;
    char header[64];
} watchdog = { .mutex = PTHREAD_MUTEX_INITIALIZER, .file = UNBOUND_INIT };
static sem_t written;
#define SIGDUMP (SIGRTMAX - 1)           /* to the thread that holds the lock */

static void on_dump(int number)
{
    int saved = errno;
    put_threads(watchdog.target.fd, NULL);
    sem_post(&written);
    errno = saved;
}

static void dump_from_outside(void)
{
    put(watchdog.target.fd, watchdog.header);
    while (sem_trywait(&written) == 0)
        ;
    struct sigaction action = { .sa_handler = on_dump, .sa_flags = SA_RESTART }, before;
    sigaction(SIGDUMP, &action, &before);
    if (thread_signal_holder(SIGDUMP))
        while (sem_wait(&written) < 0 && errno == EINTR)
            ;
    else
        put_threads(watchdog.target.fd, NULL);       /* all of them wait for something */
    sigaction(SIGDUMP, &before, NULL);
}

static void *watch(void *unused)
{
    struct Watchdog *w = &watchdog;
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);        /* handlers run in Python's threads */
    pthread_mutex_lock(&w->mutex);
    do {
        struct timespec end = clock_timespec(clock_ns() + w->timeout_ns);
        int result = 0;
        while (!w->stop && result != ETIMEDOUT)
            result = pthread_cond_timedwait(&w->wake, &w->mutex, &end);
        if (w->stop)
            break;
        dump_from_outside();
        if (w->exit)
            _exit(1);
    } while (w->repeat);
    pthread_mutex_unlock(&w->mutex);
    return NULL;
}

static void cancel(void)
{
    if (!watchdog.runs)
        return;
    Thread *self = thread;
    lock_release();                      /* the watchdog may wait for whoever holds it */
    pthread_mutex_lock(&watchdog.mutex);
    watchdog.stop = true;
    pthread_cond_signal(&watchdog.wake);
    pthread_mutex_unlock(&watchdog.mutex);
    pthread_join(watchdog.id, NULL);
    lock_acquire(self);
    watchdog.runs = false;
    set_slot(&watchdog.file, UNBOUND);
}

static Value f_dump_later(Value *args, size_t n)
{
    double seconds;
    int fd;
    bool repeat, leave;
    own Value keep = UNBOUND;
    if (!obj_double(args[0], &seconds) || !arg_bool(args[1], false, &repeat) || !arg_bool(args[3], false, &leave))
        return ERROR;
    if (!(seconds > 0))
        return raise(ValueError, "timeout must be greater than 0");
    if (seconds > 9e9)
        return raise(OverflowError, "timeout value is too large");
    if (!descriptor(args[2], &fd, &keep))
        return ERROR;
    cancel();
    int64_t us = (int64_t)ceil(seconds * 1e6), whole = us / 1000000;
    snprintf(watchdog.header, sizeof watchdog.header, us % 1000000 ? "Timeout (%lld:%02d:%02d.%06d)!\n" : "Timeout (%lld:%02d:%02d)!\n", (long long)(whole / 3600),
             (int)(whole / 60 % 60), (int)(whole % 60), (int)(us % 1000000));
    static bool prepared;
    if (!prepared) {
        pthread_condattr_t attributes;
        pthread_condattr_init(&attributes);
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
        pthread_cond_init(&watchdog.wake, &attributes);
        pthread_condattr_destroy(&attributes);
        sem_init(&written, 0, 0);
        prepared = true;
    }
    watchdog.stop = false;
    watchdog.repeat = repeat;
    watchdog.exit = leave;
    watchdog.timeout_ns = us * 1000;
    watchdog.target = (Target){ fd, true };
    if (pthread_create(&watchdog.id, NULL, watch, NULL) != 0)
        return raise(RuntimeError, "unable to start watchdog thread");
    watchdog.runs = true;
    set_slot(&watchdog.file, give(keep));
    return NONE;
}
static Value f_cancel(Value *args, size_t n)
{
    cancel();
    return NONE;
}

/* --- signals of the user's choice ---------------------------------------------------------------------------------------------- */
static struct User { bool on, chain, rooted; Target target; Value file; struct sigaction before; } users[N_SIGNALS];

static void on_user(int number);
static bool user_install(int number, struct sigaction *before)
{
    /* chained: the handler before is called by raising again, which must not be held back */
    struct sigaction action = { .sa_flags = SA_RESTART | (users[number].chain ? SA_NODEFER : 0) | (handler_stack.ss_sp ? SA_ONSTACK : 0) };
    action.sa_handler = on_user;
    return sigaction(number, &action, before) == 0;
}

static void on_user(int number)
{
    struct User *u = &users[number];
    int saved = errno;
    if (!u->on)
        return;
    put_stack(u->target, thread_here);
    if (u->chain) {
        sigaction(number, &u->before, NULL);
        errno = saved;
        (raise)(number);
        saved = errno;
        user_install(number, NULL);
    }
    errno = saved;
}

static bool user_signal(Value v, int *number)
{
    if (!arg_int(v, 0, number))
        return false;
    for (int i = 0; i < N_FATALS; i++)
        if (fatals[i].number == *number)
            return raise_false(RuntimeError, "signal %d cannot be registered, use enable() instead", *number);
    return (*number >= 1 && *number < N_SIGNALS) || raise_false(ValueError, "signal number out of range");
}

static Value f_register(Value *args, size_t n)
{
    int number;
    Target to;
    bool chain;
    own Value keep = UNBOUND;
    if (!user_signal(args[0], &number) || !arg_bool(args[2], true, &to.all_threads) || !arg_bool(args[3], false, &chain) || !descriptor(args[1], &to.fd, &keep))
        return ERROR;
    struct User *u = &users[number];
    u->chain = chain;
    struct sigaction before;
    if (!u->on) {
        if (!user_install(number, &before))
            return arg_os_error(UNBOUND);
        u->before = before;
    }
    if (!u->rooted) {
        u->file = UNBOUND;
        keep_root(&u->file, "file");
    }
    u->rooted = true;
    u->target = to;
    set_slot(&u->file, give(keep));
    u->on = true;
    return NONE;
}

static Value f_unregister(Value *args, size_t n)
{
    int number;
    if (!user_signal(args[0], &number))
        return ERROR;
    struct User *u = &users[number];
    if (!u->on)
        return FALSE;
    u->on = false;
    sigaction(number, &u->before, NULL);
    set_slot(&u->file, UNBOUND);
    return TRUE;
}

/* --- faults, to try it out --------------------------------------------------------------------------------------------------------- */
static void fault(int number, Value release_lock)
{
    Thread *self = thread;
    bool let_go = !is_unbound(release_lock) && obj_truth(release_lock) == YES;
    if (let_go)
        lock_release();
    (raise)(number);
    if (let_go)
        lock_acquire(self);
}
static Value f_sigsegv(Value *args, size_t n) { fault(SIGSEGV, args[0]); return NONE; }
static Value f_read_null(Value *args, size_t n) { fault(SIGSEGV, UNBOUND); return NONE; }
static Value f_sigfpe(Value *args, size_t n) { fault(SIGFPE, UNBOUND); return NONE; }
static Value f_sigabrt(Value *args, size_t n) { abort(); }

static void *die(void *unused)
{
    put(2, "Fatal Python error: faulthandler_fatal_error_thread: in new thread\nPython runtime state: initialized\n\n");
    put_threads(2, NULL);
    for (int i = 0; i < N_FATALS; i++)
        restore(&fatals[i]);
    abort();
}
static Value f_fatal_error_c_thread(Value *args, size_t n)
{
    pthread_t id;
    if (pthread_create(&id, NULL, die, NULL) != 0)
        return raise(RuntimeError, "unable to start the thread");
    Thread *self = thread;
    lock_release();
    pthread_join(id, NULL);
    lock_acquire(self);
    return NONE;
}

/* Recurse until the stack is used up. */
static __attribute__((noinline)) uint64_t overflow(uint64_t levels)
{
    volatile uint64_t here[512];
    here[0] = levels;
    return levels ? overflow(levels - 1) + here[0] : 0;
}
static Value f_stack_overflow(Value *args, size_t n) { return int_from_u64(overflow(UINT64_MAX)); }

static const Method functions[] = {
    { "enable", "(file=None, all_threads=True)", f_enable, "Enable the fault handler." },
    { "disable", "()", f_disable, "Disable the fault handler." },
    { "is_enabled", "()", f_is_enabled, "Check if the handler is enabled." },
    { "dump_traceback", "(file=None, all_threads=True)", f_dump_traceback, "Dump the traceback of the current thread, or of all threads if all_threads is True, into file." },
    { "dump_traceback_later", "(timeout, repeat=False, file=None, exit=False)", f_dump_later,
      "Dump the traceback of all threads in timeout seconds,\nor each timeout seconds if repeat is True. If exit is True, call _exit(1) which is not safe." },
    { "cancel_dump_traceback_later", "()", f_cancel, "Cancel the previous call to dump_traceback_later()." },
    { "register", "(signum, file=None, all_threads=True, chain=False)", f_register, "Register a handler for the signal 'signum': dump the traceback of the current thread, or of all threads if all_threads is True, into file." },
    { "unregister", "(signum, /)", f_unregister, "Unregister the handler of the signal 'signum' registered by register()." },
    { "_read_null", "()", f_read_null, "Read from NULL, raise a SIGSEGV or SIGBUS signal." },
    { "_sigsegv", "(release_gil=False, /)", f_sigsegv, "Raise a SIGSEGV signal." },
    { "_sigabrt", "()", f_sigabrt, "Raise a SIGABRT signal." },
    { "_sigfpe", "()", f_sigfpe, "Raise a SIGFPE signal." },
    { "_fatal_error_c_thread", "()", f_fatal_error_c_thread, "Die of a fatal error in a new thread." },
    { "_stack_overflow", "()", f_stack_overflow, "Recursive call to raise a stack overflow." },
    { 0 },
};

static bool init(Value module)
{
    static bool done;
    if (!done) {
        keep_root(&fatal_file, "file");
        keep_root(&watchdog.file, "file");
    }
    done = true;
    return true;
}

const NativeModule faulthandler_module = { "faulthandler", "faulthandler module.", functions, init };
