/* select_module.c -- select: select(), poll objects, epoll objects (docs.python.org/3.11/library/select.html). */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

#include "gc/event.h"
#include "gc/heap.h"
#include "interp/base/clock.h"
#include "interp/modules/arg.h"
#include "interp/object/class.h"
#include "interp/object/dict.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/tuple.h"
#include "interp/vm/thread.h"

/* --- time limits --------------------------------------------------------------------------------------------------------------------- */
/* When to give up, in nanoseconds of the monotonic clock; -1: never. `unit_ns`: what 1 stands for. Negative numbers: never, or an error. */
static bool deadline_of(Value v, double unit_ns, bool allow_negative, int64_t *deadline)
{
    double d;
    *deadline = -1;
    if (is_unbound(v) || is_none(v))
        return true;
    if (!obj_double(v, &d)) {
        if (error_is(TypeError))
            error_set(TypeError, "timeout must be an integer or None");
        return false;
    }
    if (isnan(d))
        return raise_false(ValueError, "Invalid value NaN (not a number)");
    if (d < 0)
        return allow_negative || raise_false(ValueError, "timeout must be non-negative");
    if (d * unit_ns > 9e18)
        return raise_false(OverflowError, "timeout is too large");
    *deadline = clock_ns() + (int64_t)ceil(d * unit_ns);
    return true;
}
static int64_t left_ns(int64_t deadline)
{
    int64_t left = deadline - clock_ns();
    return left < 0 ? 0 : left;
}
static int left_ms(int64_t deadline)
{
    int64_t ms = deadline < 0 ? -1 : (left_ns(deadline) + 999999) / 1000000;
    return ms > INT_MAX ? INT_MAX : (int)ms;
}

/* --- select -------------------------------------------------------------------------------------------------------------------------- */
typedef struct Watch { Value items; int *fds; uint64_t n; fd_set set; } Watch;
static bool watch_init(Value v, Watch *w, int *max)
{
    FD_ZERO(&w->set);
    w->fds = NULL;
    w->n = 0;
    w->items = tuple_from_iterable(v);
    if (is_error(w->items)) {
        if (error_is(TypeError))
            error_set(TypeError, "arguments 1-3 must be sequences");
        return false;
    }
    w->fds = malloc((tuple_len(w->items) + 1) * sizeof *w->fds);
    if (!w->fds)
        return raise_memory_false();
    for (; w->n < tuple_len(w->items); w->n++) {
        int fd;
        if (!arg_fd(tuple_peek(w->items, w->n), &fd))
            return false;
        if (fd >= FD_SETSIZE)
            return raise_false(ValueError, "filedescriptor out of range in select()");
        w->fds[w->n] = fd;
        FD_SET(fd, &w->set);
        if (fd > *max)
            *max = fd;
    }
    return true;
}
static Value watch_result(Watch *w)
{
    own Value list = list_new(0);
    for (uint64_t i = 0; !is_error(list) && i < w->n; i++)
        if (FD_ISSET(w->fds[i], &w->set) && !list_append(list, tuple_peek(w->items, i)))
            return ERROR;
    return give(list);
}
static Value wait_select(Watch w[3], int max, int64_t deadline)
{
    for (;;) {
        fd_set sets[3] = { w[0].set, w[1].set, w[2].set };
        struct timeval t, *limit = NULL;
        int found;
        if (deadline >= 0) {
            int64_t left = left_ns(deadline);
            t = (struct timeval){ left / 1000000000, (left % 1000000000 + 999) / 1000 };
            if (t.tv_usec >= 1000000) {
                t.tv_sec++;
                t.tv_usec = 0;
            }
            limit = &t;
        }
        BLOCKING(found = select(max + 1, &sets[0], &sets[1], &sets[2], limit));
        if (found < 0 && errno != EINTR)
            return arg_os_error(UNBOUND);
        if (!poll_events())
            return ERROR;
        if (found < 0)
            continue;
        for (int i = 0; i < 3; i++)
            w[i].set = sets[i];
        own Value a = watch_result(&w[0]), b = watch_result(&w[1]), c = watch_result(&w[2]);
        return is_error(a) || is_error(b) || is_error(c) ? ERROR : tuple_of3(a, b, c);
    }
}
static Value select_select(Value *args, size_t n)
{
    Watch w[3] = { { .items = UNBOUND }, { .items = UNBOUND }, { .items = UNBOUND } };
    int max = -1;
    int64_t deadline;
    if (!is_unbound(args[3]) && !is_none(args[3]) && !float_check(args[3]) && !int_check(args[3])) {
        double d;
        if (!obj_double(args[3], &d))
            return error_is(TypeError) ? raise(TypeError, "timeout must be a float or None") : ERROR;
    }
    if (!deadline_of(args[3], 1e9, false, &deadline))
        return ERROR;
    bool good = watch_init(args[0], &w[0], &max) && watch_init(args[1], &w[1], &max) && watch_init(args[2], &w[2], &max);
    Value v = good ? wait_select(w, max, deadline) : ERROR;
    for (int i = 0; i < 3; i++) {
        release(w[i].items);
        free(w[i].fds);
    }
    return v;
}

/* --- poll ----------------------------------------------------------------------------------------------------------------------------- */
typedef struct Poll { Object head; Value table; /* dict fd -> events */ bool running; } Poll;
static const TraceRow poll_rows[] = { { TRACE_VALUE, offsetof(Poll, table), 0, "registered" }, { 0 } };
static Poll *as_poll(Value v) { return (Poll *)as_obj(v); }
static Type poll_type;

static bool mask_arg(Value v, int otherwise, int *mask)
{
    int64_t i;
    if (!arg_i64(v, otherwise, &i))
        return false;
    if (i < 0)
        return raise_false(ValueError, "value must be positive");
    if (i > 65535)
        return raise_false(OverflowError, "Python int too large to convert to C unsigned short");
    *mask = (int)i;
    return true;
}
static Value poll_register(Value *args, size_t n)
{
    int fd, mask;
    if (!arg_fd(args[1], &fd) || !mask_arg(args[2], POLLIN | POLLPRI | POLLOUT, &mask))
        return ERROR;
    return dict_set(as_dict(as_poll(args[0])->table), int_value(fd), int_value(mask)) ? NONE : ERROR;
}
static Value poll_modify(Value *args, size_t n)
{
    int fd, mask;
    if (!arg_fd(args[1], &fd) || !mask_arg(args[2], 0, &mask))
        return ERROR;
    Found found = dict_contains(as_dict(as_poll(args[0])->table), int_value(fd));
    if (found == ABSENT) {
        errno = ENOENT;
        return arg_os_error(UNBOUND);
    }
    return found == FOUND && dict_set(as_dict(as_poll(args[0])->table), int_value(fd), int_value(mask)) ? NONE : ERROR;
}
static Value poll_unregister(Value *args, size_t n)
{
    int fd;
    if (!arg_fd(args[1], &fd))
        return ERROR;
    Found found = dict_del(as_dict(as_poll(args[0])->table), int_value(fd));
    return found == FOUND ? NONE : found == ABSENT ? raise_value(KeyError, int_value(fd)) : ERROR;
}
static Value pairs(const struct pollfd *fds, size_t n)
{
    own Value list = list_new(0);
    for (size_t i = 0; !is_error(list) && i < n; i++)
        if (fds[i].revents && !list_append_take(list, tuple_of2(int_value(fds[i].fd), int_value(fds[i].revents & 0xffff))))
            return ERROR;
    return give(list);
}
static Value poll_poll(Value *args, size_t n)
{
    Poll *p = as_poll(args[0]);
    int64_t deadline;
    if (!deadline_of(args[1], 1e6, true, &deadline))
        return ERROR;
    if (p->running)
        return raise(RuntimeError, "concurrent poll() invocation");
    uint64_t count = dict_len(as_dict(p->table)), at = 0, position = 0;
    struct pollfd *fds = calloc(count + 1, sizeof *fds);
    if (!fds)
        return raise_memory();
    Value key, value;
    while (dict_next(as_dict(p->table), &position, &key, &value))
        fds[at++] = (struct pollfd){ .fd = (int)small_int(key), .events = (short)small_int(value) };
    p->running = true;
    int found;
    Value result = ERROR;
    do {
        int ms = left_ms(deadline);
        BLOCKING(found = poll(fds, at, ms));
    } while (found < 0 && errno == EINTR && poll_events());
    p->running = false;
    if (!error_pending())
        result = found < 0 ? arg_os_error(UNBOUND) : pairs(fds, at);
    free(fds);
    return result;
}
static const Method poll_methods[] = {
    { "register", "(self, fd, eventmask=7, /)", poll_register, "Register a file descriptor with the polling object." },
    { "modify", "(self, fd, eventmask, /)", poll_modify, "Modify an already registered file descriptor." },
    { "unregister", "(self, fd, /)", poll_unregister, "Remove a file descriptor being tracked by the polling object." },
    { "poll", "(self, timeout=None, /)", poll_poll, "Polls the set of registered file descriptors.\n\nReturns a list containing any descriptors that have events or errors to\nreport, as a list of (fd, event) 2-tuples." },
    { 0 },
};
static Type poll_type = { STATIC_TYPE(poll_type, "poll", Poll, poll_rows), .flags = TYPE_NO_NEW, .methods = poll_methods, .module_name = "select" };
static Value select_poll(Value *args, size_t n)
{
    own Value v = instance_new(&poll_type);
    if (is_error(v))
        return ERROR;
    as_poll(v)->table = dict_new();
    if (is_error(as_poll(v)->table)) {
        as_poll(v)->table = UNBOUND;
        return ERROR;
    }
    return give(v);
}

/* --- epoll --------------------------------------------------------------------------------------------------------------------------------- */
typedef struct Epoll { Object head; int fd; } Epoll;
static Epoll *as_epoll(Value v) { return (Epoll *)as_obj(v); }
static bool epoll_open(Value self) { return as_epoll(self)->fd >= 0 || raise_false(ValueError, "I/O operation on closed epoll object"); }

static Value epoll_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value a[2];
    int size, flags;
    if (!bind_arguments("epoll", "(sizehint=-1, flags=0)", args, n_pos, kwnames, a, NULL) || !arg_int(a[0], -1, &size) || !arg_int(a[1], 0, &flags))
        return ERROR;
    if (size == -1)
        size = FD_SETSIZE - 1;
    else if (size <= 0)
        return raise(ValueError, "negative sizehint");
    if (flags && flags != EPOLL_CLOEXEC) {
        errno = EINVAL;
        return arg_os_error(UNBOUND);
    }
    own Value v = instance_new(type);
    if (is_error(v))
        return ERROR;
    as_epoll(v)->fd = epoll_create1(EPOLL_CLOEXEC);
    return as_epoll(v)->fd < 0 ? arg_os_error(UNBOUND) : give(v);
}
static void epoll_dispose(Object *o)
{
    Epoll *e = (Epoll *)o;
    if (e->fd > 0)
        close(e->fd);
    e->fd = -1;
}
static Value epoll_close(Value *args, size_t n)
{
    int fd = as_epoll(args[0])->fd;
    as_epoll(args[0])->fd = -1;
    return fd >= 0 && close(fd) < 0 ? arg_os_error(UNBOUND) : NONE;
}
static Value epoll_control(Value self, int operation, Value fd_value, Value mask_value, uint32_t otherwise)
{
    struct epoll_event event = { 0 };
    int fd;
    uint32_t mask;
    if (!epoll_open(self) || !arg_fd(fd_value, &fd) || !arg_u32(mask_value, otherwise, &mask))
        return ERROR;
    event.events = mask;
    event.data.fd = fd;
    return epoll_ctl(as_epoll(self)->fd, operation, fd, &event) < 0 ? arg_os_error(UNBOUND) : NONE;
}
static Value epoll_register(Value *args, size_t n) { return epoll_control(args[0], EPOLL_CTL_ADD, args[1], args[2], EPOLLIN | EPOLLPRI | EPOLLOUT); }
static Value epoll_modify(Value *args, size_t n) { return epoll_control(args[0], EPOLL_CTL_MOD, args[1], args[2], 0); }
static Value epoll_unregister(Value *args, size_t n) { return epoll_control(args[0], EPOLL_CTL_DEL, args[1], UNBOUND, 0); }
static Value epoll_poll(Value *args, size_t n)
{
    int64_t deadline;
    int max, found, fd = as_epoll(args[0])->fd;
    if (!epoll_open(args[0]) || !deadline_of(args[1], 1e9, true, &deadline) || !arg_int(args[2], -1, &max))
        return ERROR;
    if (max == -1)
        max = FD_SETSIZE - 1;
    else if (max < 1)
        return raise(ValueError, "maxevents must be greater than 0, got %d", max);
    struct epoll_event *events = calloc((size_t)max, sizeof *events);
    if (!events)
        return raise_memory();
    do {
        int ms = left_ms(deadline);
        BLOCKING(found = epoll_wait(fd, events, max, ms));
    } while (found < 0 && errno == EINTR && poll_events());
    own Value list = error_pending() ? ERROR : found < 0 ? arg_os_error(UNBOUND) : list_new((uint64_t)found);
    for (int i = 0; !is_error(list) && i < found; i++)
        if (!list_append_take(list, tuple_of2(int_value(events[i].data.fd), int_value(events[i].events))))
            set_slot(&list, ERROR);
    free(events);
    return give(list);
}
static Value epoll_fileno(Value *args, size_t n) { return epoll_open(args[0]) ? int_value(as_epoll(args[0])->fd) : ERROR; }
static Value epoll_enter(Value *args, size_t n) { return epoll_open(args[0]) ? retain(args[0]) : ERROR; }
static Value epoll_fromfd(Value *args, size_t n)
{
    int fd;
    Value v = arg_int(args[1], -1, &fd) ? instance_new(as_type(args[0])) : ERROR;
    if (!is_error(v))
        as_epoll(v)->fd = fd;
    return v;
}
static Value epoll_closed(Value self) { return bool_value(as_epoll(self)->fd < 0); }
static const Method epoll_methods[] = {
    { "close", "(self, /)", epoll_close, "Close the epoll control file descriptor.\n\nFurther operations on the epoll object will raise an exception." },
    { "register", "(self, fd, eventmask=7)", epoll_register, "Registers a new fd or raises an OSError if the fd is already registered." },
    { "modify", "(self, fd, eventmask)", epoll_modify, "Modify event mask for a registered file descriptor." },
    { "unregister", "(self, fd)", epoll_unregister, "Remove a registered file descriptor from the epoll object." },
    { "poll", "(self, timeout=None, maxevents=-1)", epoll_poll, "Wait for events on the epoll file descriptor." },
    { "fileno", "(self, /)", epoll_fileno, "Return the epoll control file descriptor." },
    { "fromfd", "(cls, fd, /)", epoll_fromfd, "Create an epoll object from a given control fd.", METHOD_CLASS },
    { "__enter__", "(self, /)", epoll_enter, NULL }, { "__exit__", "(self, exc_type=None, exc_value=None, exc_tb=None, /)", epoll_close, NULL }, { 0 },
};
static const GetSet epoll_getsets[] = { { "closed", epoll_closed, NULL, "True if the epoll handler is closed" }, { 0 } };
static Type epoll_type = { STATIC_TYPE(epoll_type, "epoll", Epoll, NULL), .heap.dispose = epoll_dispose, .new = epoll_new, .methods = epoll_methods, .getsets = epoll_getsets, .module_name = "select",
    .signature = "(sizehint=-1, flags=0)", .doc = "Returns an epolling object.\n\n  sizehint\n    The expected number of events to be registered.  It must be positive,\n    or -1 to use the default.  It is only used on older systems where\n    epoll_create1() is not available; otherwise it has no effect (though its\n    value is still checked).\n  flags\n    Deprecated and completely ignored.  However, when supplied, its value\n    must be 0 or select.EPOLL_CLOEXEC, otherwise OSError is raised." };

static const Method functions[] = {
    { "select", "(rlist, wlist, xlist, timeout=None, /)", select_select, "Wait until one or more file descriptors are ready for some kind of I/O." },
    { "poll", "()", select_poll, "Returns a polling object.\n\nThis object supports registering and unregistering file descriptors, and then\npolling them for I/O events." },
    { 0 },
};
#define C(name) { #name, (int64_t)(name) }
static const IntRow constants[] = {
    C(EPOLLERR), C(EPOLLET), C(EPOLLEXCLUSIVE), C(EPOLLHUP), C(EPOLLIN), C(EPOLLMSG), C(EPOLLONESHOT), C(EPOLLOUT), C(EPOLLPRI), C(EPOLLRDBAND),
    C(EPOLLRDHUP), C(EPOLLRDNORM), C(EPOLLWRBAND), C(EPOLLWRNORM), C(EPOLL_CLOEXEC), C(PIPE_BUF), C(POLLERR), C(POLLHUP), C(POLLIN), C(POLLMSG),
    C(POLLNVAL), C(POLLOUT), C(POLLPRI), C(POLLRDBAND), C(POLLRDHUP), C(POLLRDNORM), C(POLLWRBAND), C(POLLWRNORM),
};
static bool init(Value module)
{
    static Type *const types[] = { &poll_type, &epoll_type, NULL };
    ready_types(types, &object_type);
    return ADD_INTS(module, constants) && module_add_type(module, &epoll_type) && module_add(module, "error", exception_class_peek(OSError));
}
const NativeModule select_module = { "select", "This module supports asynchronous I/O on multiple file descriptors.\n\n*** IMPORTANT NOTICE ***\nOn Windows, only sockets are supported; on Unix, all file descriptors.", functions, init };
