/* signal_module.c -- _signal: the C handler sets a flag and EVENT_SIGNAL; Python handlers run at the main thread's next safe point. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "gc/heap.h"
#include "interp/modules/signal_module.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/module.h"
#include "interp/object/protocol.h"
#include "interp/object/set.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/frame.h"

enum { N_SIGNALS = 65 };
static Value handlers[N_SIGNALS];            /* Python's view: SIG_DFL / SIG_IGN as ints, a callable, or NONE */
static volatile sig_atomic_t arrived[N_SIGNALS];
static int wakeup_fd = -1;
static Value default_int_handler_fn = UNBOUND_INIT;

static Value fail(void)
{
    error_set_errno(errno, UNBOUND);
    return ERROR;
}

static void on_signal(int number)
{
    int saved = errno;
    arrived[number] = 1;
    event_raise(EVENT_SIGNAL);
    if (wakeup_fd >= 0) {
        unsigned char byte = (unsigned char)number;
        ssize_t ignored = write(wakeup_fd, &byte, 1);
        (void)ignored;
    }
    errno = saved;
}

bool signal_simulate(int64_t number)
{
    if (number < 1 || number >= N_SIGNALS)
        return false;
    if (is_unbound(default_int_handler_fn) && number == SIGINT)
        event_raise(EVENT_INTERRUPT);            /* the module was never imported: nobody set a handler */
    else if (!is_unbound(default_int_handler_fn) && is_ptr(handlers[number]))
        on_signal((int)number);
    return true;
}

/* Run the Python handlers of all signals that arrived. Only the main thread does. False: a handler raised. */
static bool run_handlers(void)
{
    if (!thread->is_main)
        return true;
    event_clear(EVENT_SIGNAL);
    for (int i = 1; i < N_SIGNALS; i++) {
        if (!arrived[i])
            continue;
        arrived[i] = 0;
        own Value handler = retain(handlers[i]);
        if (!is_ptr(handler))
            continue;
        own Value frame = thread->frame && thread->frame->code ? frame_object(thread->frame) : NONE;
        own Value result = is_error(frame) ? ERROR : call2(handler, small_int_value(i), frame);
        if (is_error(result)) {
            event_raise(EVENT_SIGNAL);           /* the others stay noted */
            return false;
        }
    }
    return true;
}

static bool signal_number(Value v, int *number)
{
    int64_t i;
    if (!obj_index_i64(v, &i, OverflowError))
        return false;
    if (i < 1 || i >= N_SIGNALS)
        return raise_false(ValueError, "signal number out of range");
    *number = (int)i;
    return true;
}

static Value signal_signal(Value *args, size_t n)
{
    int number;
    if (!thread->is_main)
        return raise(ValueError, "signal only works in main thread of the main interpreter");
    if (!signal_number(args[0], &number))
        return ERROR;
    struct sigaction action = { .sa_handler = on_signal };
    bool is_default = int_check(args[1]) && int_sign(args[1]) == 0;
    int64_t i;
    if (is_default)
        action.sa_handler = SIG_DFL;
    else if (int_check(args[1]) && int_to_i64(args[1], &i) && i == 1)
        action.sa_handler = SIG_IGN;
    else if (!obj_callable(args[1]))
        return raise(TypeError, "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object");
    if (!poll_events())
        return ERROR;
    if (sigaction(number, &action, NULL) < 0)
        return fail();
    Value old = handlers[number];
    handlers[number] = action.sa_handler == on_signal ? retain(args[1]) : small_int_value(action.sa_handler == SIG_IGN);
    return old;
}
static Value signal_getsignal(Value *args, size_t n)
{
    int number;
    return signal_number(args[0], &number) ? retain(handlers[number]) : ERROR;
}
static Value default_int_handler(Value *args, size_t n)
{
    error_set_none(KeyboardInterrupt);
    return ERROR;
}
static Value signal_raise(Value *args, size_t n)
{
    int number;
    if (!signal_number(args[0], &number))
        return ERROR;
    if ((raise)(number) < 0)
        return fail();
    return poll_events() ? NONE : ERROR;
}

static Value signal_alarm(Value *args, size_t n)
{
    int64_t seconds;
    return obj_index_i64(args[0], &seconds, OverflowError) ? int_value(alarm((unsigned)seconds)) : ERROR;
}
static Value signal_pause(Value *args, size_t n)
{
    BLOCKING(pause());
    return poll_events() ? NONE : ERROR;
}
static Value pair_of(const struct itimerval *t)
{
    Value pair[2] = { float_value((double)t->it_value.tv_sec + (double)t->it_value.tv_usec / 1e6), float_value((double)t->it_interval.tv_sec + (double)t->it_interval.tv_usec / 1e6) };
    return tuple_from_take(pair, 2);
}
static bool to_timeval(Value v, struct timeval *t)
{
    double seconds = 0;
    if (!is_unbound(v) && !obj_double(v, &seconds))
        return false;
    t->tv_sec = (time_t)seconds;
    t->tv_usec = (suseconds_t)((seconds - (double)t->tv_sec) * 1e6);
    if (seconds > 0 && t->tv_sec == 0 && t->tv_usec == 0)
        t->tv_usec = 1;
    return true;
}
static Value signal_setitimer(Value *args, size_t n)
{
    int64_t which;
    struct itimerval value, old;
    if (!obj_index_i64(args[0], &which, OverflowError) || !to_timeval(args[1], &value.it_value) || !to_timeval(args[2], &value.it_interval))
        return ERROR;
    return setitimer((int)which, &value, &old) < 0 ? fail() : pair_of(&old);
}
static Value signal_getitimer(Value *args, size_t n)
{
    int64_t which;
    struct itimerval value;
    if (!obj_index_i64(args[0], &which, OverflowError))
        return ERROR;
    return getitimer((int)which, &value) < 0 ? fail() : pair_of(&value);
}
static Value signal_set_wakeup_fd(Value *args, size_t n)
{
    int64_t fd;
    if (!obj_index_i64(args[0], &fd, OverflowError))
        return ERROR;
    if (!thread->is_main)
        return raise(ValueError, "set_wakeup_fd only works in main thread of the main interpreter");
    int old = wakeup_fd;
    wakeup_fd = (int)fd;
    return int_value(old);
}
static Value signal_strsignal(Value *args, size_t n)
{
    int number;
    if (!signal_number(args[0], &number))
        return ERROR;
    const char *text = strsignal(number);
    return text && strncmp(text, "Unknown", 7) != 0 ? str_from(text) : NONE;
}
static Value signal_siginterrupt(Value *args, size_t n)
{
    int number;
    Truth flag = obj_truth(args[1]);
    struct sigaction action;
    if (flag == TRUTH_FAILED || !signal_number(args[0], &number))
        return ERROR;
    if (sigaction(number, NULL, &action) < 0)
        return fail();
    action.sa_flags = flag ? action.sa_flags & ~SA_RESTART : action.sa_flags | SA_RESTART;
    return sigaction(number, &action, NULL) < 0 ? fail() : NONE;
}

/* --- masks ----------------------------------------------------------------------------------------------------------------- */
static Value set_of(const sigset_t *mask)
{
    own Value set = set_new(&set_type);
    for (int i = 1; !is_error(set) && i < N_SIGNALS; i++)
        if (sigismember(mask, i) == 1 && !set_add(as_set(set), small_int_value(i)))
            return ERROR;
    return give(set);
}
static bool to_mask(Value iterable, sigset_t *mask)
{
    sigemptyset(mask);
    own Value items = tuple_from_iterable(iterable);
    for (uint64_t i = 0; !is_error(items) && i < tuple_len(items); i++) {
        int number;
        if (!signal_number(tuple_peek(items, i), &number))
            return false;
        sigaddset(mask, number);
    }
    return !is_error(items);
}
static Value signal_pthread_sigmask(Value *args, size_t n)
{
    int64_t how;
    sigset_t mask, old;
    if (!obj_index_i64(args[0], &how, OverflowError) || !to_mask(args[1], &mask))
        return ERROR;
    errno = pthread_sigmask((int)how, &mask, &old);
    if (errno)
        return fail();
    return poll_events() ? set_of(&old) : ERROR;
}
static Value signal_sigpending(Value *args, size_t n)
{
    sigset_t mask;
    return sigpending(&mask) < 0 ? fail() : set_of(&mask);
}
static Value signal_sigwait(Value *args, size_t n)
{
    sigset_t mask;
    int number = 0;
    if (!to_mask(args[0], &mask))
        return ERROR;
    BLOCKING(errno = sigwait(&mask, &number));
    return errno ? fail() : small_int_value(number);
}
static Value signal_valid_signals(Value *args, size_t n)
{
    sigset_t mask;
    sigfillset(&mask);
    return set_of(&mask);
}
static Value signal_pthread_kill(Value *args, size_t n)
{
    uint64_t id;
    int64_t number;
    if (!int_check(args[0]) || !int_to_u64(args[0], &id) || !obj_index_i64(args[1], &number, OverflowError))
        return error_pending() ? ERROR : raise(TypeError, "an integer is required");
    if (!thread->is_main || id != thread->id)
        return raise(ProcessLookupError, "no such thread that can receive signals");
    errno = pthread_kill(pthread_self(), (int)number);
    if (errno)
        return fail();
    return poll_events() ? NONE : ERROR;
}

static const Method functions[] = {
    { "signal", "(signalnum, handler, /)", signal_signal, "Set the action for the given signal." },
    { "getsignal", "(signalnum, /)", signal_getsignal, "Return the current action for the given signal." },
    { "default_int_handler", "(signalnum, frame, /)", default_int_handler, "The default handler for SIGINT: raises KeyboardInterrupt." },
    { "raise_signal", "(signalnum, /)", signal_raise, "Send a signal to the executing process." },
    { "alarm", "(seconds, /)", signal_alarm, "Arrange for SIGALRM to arrive after the given number of seconds." },
    { "pause", "()", signal_pause, "Wait until a signal arrives." },
    { "setitimer", "(which, seconds, interval=0.0, /)", signal_setitimer, "Sets given itimer." },
    { "getitimer", "(which, /)", signal_getitimer, "Returns current value of given itimer." },
    { "set_wakeup_fd", "(fd, /, *, warn_on_full_buffer=True)", signal_set_wakeup_fd, "Sets the fd to be written to (with the signal number) when a signal comes in." },
    { "siginterrupt", "(signalnum, flag, /)", signal_siginterrupt, "Change system call restart behaviour." },
    { "strsignal", "(signalnum, /)", signal_strsignal, "Return the system description of the given signal." },
    { "pthread_sigmask", "(how, mask, /)", signal_pthread_sigmask, "Fetch and/or change the signal mask of the calling thread." },
    { "pthread_kill", "(thread_id, signalnum, /)", signal_pthread_kill, "Send a signal to a thread." },
    { "sigpending", "()", signal_sigpending, "Examine pending signals." },
    { "sigwait", "(sigset, /)", signal_sigwait, "Wait for a signal." },
    { "valid_signals", "()", signal_valid_signals, "Return a set of valid signal numbers on this platform." },
    { 0 },
};

#define S(name) { #name, name }
static const struct { const char *name; int value; } constants[] = {
    S(SIGABRT), S(SIGALRM), S(SIGBUS), S(SIGCHLD), S(SIGCONT), S(SIGFPE), S(SIGHUP), S(SIGILL), S(SIGINT), S(SIGIO), S(SIGIOT), S(SIGKILL), S(SIGPIPE), S(SIGPOLL),
    S(SIGPROF), S(SIGPWR), S(SIGQUIT), S(SIGSEGV), S(SIGSTKFLT), S(SIGSTOP), S(SIGSYS), S(SIGTERM), S(SIGTRAP), S(SIGTSTP), S(SIGTTIN), S(SIGTTOU), S(SIGURG),
    S(SIGUSR1), S(SIGUSR2), S(SIGVTALRM), S(SIGWINCH), S(SIGXCPU), S(SIGXFSZ), { "SIGCLD", SIGCHLD }, { "NSIG", N_SIGNALS }, { "SIG_DFL", 0 }, { "SIG_IGN", 1 },
    S(SIG_BLOCK), S(SIG_UNBLOCK), S(SIG_SETMASK), S(ITIMER_REAL), S(ITIMER_VIRTUAL), S(ITIMER_PROF),
};
#undef S

static void roots(Visitor *visitor)
{
    static const Edge edge = { TRACE_VALUE, "signal handler", 0, UNBOUND_INIT };
    for (int i = 1; i < N_SIGNALS; i++)
        if (is_ptr(handlers[i]))
            visitor->visit(visitor, as_obj(handlers[i]), &edge);
}

static bool init(Value module)
{
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        if (!module_add_int(module, constants[i].name, constants[i].value))
            return false;
    if (!module_add_int(module, "SIGRTMIN", SIGRTMIN) || !module_add_int(module, "SIGRTMAX", SIGRTMAX) || !module_add(module, "ItimerError", exception_class_peek(OSError)))
        return false;
    if (!is_unbound(default_int_handler_fn))
        return true;
    if (!keep_take(&default_int_handler_fn, obj_getattr_c(module, "default_int_handler"), "signal.default_int_handler"))
        return false;
    for (int i = 1; i < N_SIGNALS; i++) {
        struct sigaction action;
        handlers[i] = sigaction(i, NULL, &action) < 0 ? NONE : action.sa_handler == SIG_DFL ? small_int_value(0) : action.sa_handler == SIG_IGN ? small_int_value(1) : NONE;
    }
    if (is_none(handlers[SIGINT]) || is_int(handlers[SIGINT]))
        handlers[SIGINT] = retain(default_int_handler_fn);       /* the host's handler raises KeyboardInterrupt by EVENT_INTERRUPT */
    heap_add_roots("signal handlers", roots);
    signal_hook = run_handlers;
    return true;
}

const NativeModule signal_module = { "_signal", "This module provides mechanisms to use signal handlers in Python.", functions, init };
