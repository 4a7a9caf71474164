/* socket_module.c -- _socket: the socket type; addresses and names are in socket/. A socket with a time limit is non-blocking underneath and waits by poll(). */
#include "interp/modules/socket/socket_parts.h"

#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include "interp/base/clock.h"
#include "interp/modules/warnings_module.h"
#include "interp/object/audit.h"

typedef struct Socket { Object head; int fd, family, type, proto; int64_t timeout_ns; /* -1: blocks; 0: never */ } Socket;
static Socket *as_socket(Value v) { return (Socket *)as_obj(v); }
static Type socket_type;
static int64_t default_timeout_ns = -1;

/* --- system calls that wait ---------------------------------------------------------------------------------------------------------- */
/* One call: gives >= 0, or -1 with errno. */
typedef struct Call { Socket *s; void *data; size_t len; int flags; Address *address; socklen_t *address_len; struct msghdr *message; ssize_t result; } Call;
typedef ssize_t MoveFn(Call *);

static bool wait_ready(Socket *s, short events, int64_t end, bool *timed_out)
{
    for (;;) {
        int64_t left = end - clock_ns();
        int found, ms = left <= 0 ? 0 : left / 1000000 >= INT_MAX ? INT_MAX : (int)((left + 999999) / 1000000);
        struct pollfd p = { .fd = s->fd, .events = events };
        BLOCKING(found = poll(&p, 1, ms));
        *timed_out = found == 0;
        if (found >= 0)
            return true;
        if (errno != EINTR)
            return is_error(arg_os_error(UNBOUND)) && false;
        if (!poll_events())
            return false;
    }
}
/* Call until it does not block, the time is over, or it fails. False: error pending. */
static bool run_until(Call *c, MoveFn *fn, bool writing, int64_t end)
{
    Socket *s = c->s;
    own Value keep = retain(obj_value(s));
    for (;;) {
        if (s->timeout_ns > 0) {
            bool timed_out;
            if (!wait_ready(s, writing ? POLLOUT : POLLIN, end, &timed_out))
                return false;
            if (timed_out)
                return raise_false(TimeoutError, "timed out");
        }
        BLOCKING(c->result = fn(c));
        if (c->result >= 0)
            return true;
        if (errno == EINTR) {
            if (!poll_events())
                return false;
            continue;
        }
        if (s->timeout_ns > 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            continue;
        return is_error(arg_os_error(UNBOUND)) && false;
    }
}
static bool run(Call *c, MoveFn *fn, bool writing) { return run_until(c, fn, writing, clock_ns() + c->s->timeout_ns); }

/* --- life ---------------------------------------------------------------------------------------------------------------------------------- */
static bool set_blocking(int fd, bool on)
{
    int nonblocking = !on;
    return ioctl(fd, FIONBIO, &nonblocking) >= 0 || (is_error(arg_os_error(UNBOUND)) && false);
}
static bool set_up(Socket *s, int fd, int family, int type, int proto)
{
    s->fd = fd;
    s->family = family;
    s->type = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    s->proto = proto;
    s->timeout_ns = type & SOCK_NONBLOCK ? 0 : default_timeout_ns;
    return (type & SOCK_NONBLOCK) || default_timeout_ns < 0 || set_blocking(fd, false);
}
static Value socket_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value v = instance_new(type);
    if (!is_error(v)) {
        as_socket(v)->fd = -1;
        as_socket(v)->timeout_ns = -1;
    }
    return v;
}
static int option(int fd, int name)
{
    int value = -1;
    socklen_t len = sizeof value;
    return getsockopt(fd, SOL_SOCKET, name, &value, &len) < 0 ? -1 : value;
}
static bool adopt(Socket *s, Value fileno, int family, int type, int proto)
{
    int64_t fd;
    if (!arg_i64(fileno, -1, &fd))
        return is_float(fileno) ? raise_false(TypeError, "integer argument expected, got float") : false;
    if (fd < 0)
        return raise_false(ValueError, "negative file descriptor");
    Address a;
    socklen_t len = sizeof a;
    memset(&a, 0, sizeof a);
    if (getsockname((int)fd, &a.any, &len) < 0) {
        if (family == -1 || errno == EBADF || errno == ENOTSOCK)
            return is_error(arg_os_error(UNBOUND)) && false;
    } else if (family == -1) {
        family = a.any.sa_family;
    }
    if (type == -1 && (type = option((int)fd, SO_TYPE)) < 0)
        return is_error(arg_os_error(UNBOUND)) && false;
    if (proto == -1 && (proto = option((int)fd, SO_PROTOCOL)) < 0)
        return is_error(arg_os_error(UNBOUND)) && false;
    return set_up(s, (int)fd, family, type, proto);
}
static bool socket_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    Value a[4];
    int family, type, proto;
    Socket *s = as_socket(self);
    if (!bind_arguments("socket", "(family=-1, type=-1, proto=-1, fileno=None)", args, n_pos, kwnames, a, NULL) || !arg_int(a[0], -1, &family) || !arg_int(a[1], -1, &type) || !arg_int(a[2], -1, &proto))
        return false;
    if (!audit4("socket.__new__", self, small_int_value(family), small_int_value(type), small_int_value(proto)))
        return false;
    if (!is_unbound(a[3]) && !is_none(a[3]))
        return adopt(s, a[3], family, type, proto);
    family = family == -1 ? AF_INET : family;
    type = type == -1 ? SOCK_STREAM : type;
    proto = proto == -1 ? 0 : proto;
    int fd;
    BLOCKING(fd = socket(family, type | SOCK_CLOEXEC, proto));
    if (fd < 0)
        return is_error(arg_os_error(UNBOUND)) && false;
    if (set_up(s, fd, family, type, proto))
        return true;
    close(fd);
    s->fd = -1;
    return false;
}
static void finalize(Object *o)
{
    Socket *s = (Socket *)o;
    if (s->fd < 0)
        return;
    ErrorState saved = error_save();
    if (!warnings_warn(ResourceWarning, 1, obj_value(o), "unclosed %R", obj_value(o)))
        error_clear();
    int fd = s->fd;
    s->fd = -1;
    if (fd >= 0)
        close(fd);
    error_restore(saved);
}
static Value repr(Value self)
{
    Socket *s = as_socket(self);
    return str_format("<socket object, fd=%d, family=%d, type=%d, proto=%d>", s->fd, s->family, s->type, s->proto);
}

#define SELF Socket *s = as_socket(args[0])
static Value none_or_error(int failed) { return failed < 0 ? arg_os_error(UNBOUND) : NONE; }

static ssize_t do_accept(Call *c)
{
    *c->address_len = sizeof *c->address;
    return accept4(c->s->fd, &c->address->any, c->address_len, SOCK_CLOEXEC);
}
static Value m_accept(Value *args, size_t n)
{
    SELF;
    Address a;
    socklen_t len = sizeof a;
    memset(&a, 0, sizeof a);
    Call c = { .s = s, .address = &a, .address_len = &len };
    if (!run(&c, do_accept, false))
        return ERROR;
    own Value fd = int_value(c.result), where = address_value(&a, len);
    if (is_error(where)) {
        close((int)c.result);
        return ERROR;
    }
    return tuple_of2(fd, where);
}
static Value m_bind(Value *args, size_t n)
{
    if (!audit2("socket.bind", args[0], args[1]))
        return ERROR;
    SELF;
    Address a;
    socklen_t len;
    int failed;
    if (!address_parse(args[1], s->family, "bind", &a, &len))
        return ERROR;
    BLOCKING(failed = bind(s->fd, &a.any, len));
    return none_or_error(failed);
}
static Value m_close(Value *args, size_t n)
{
    SELF;
    int fd = s->fd, failed = 0;
    s->fd = -1;
    if (fd >= 0)
        BLOCKING(failed = close(fd));
    return failed < 0 && errno != ECONNRESET ? arg_os_error(UNBOUND) : NONE;
}
static Value m_detach(Value *args, size_t n)
{
    SELF;
    int fd = s->fd;
    s->fd = -1;
    return int_value(fd);
}
/* 0, or the errno; -1: error pending. */
static int connect_to(Socket *s, const Address *a, socklen_t len)
{
    int failed, why;
    BLOCKING(failed = connect(s->fd, &a->any, len));
    if (failed == 0)
        return 0;
    why = errno;
    bool wait = why == EINTR ? s->timeout_ns != 0 : s->timeout_ns > 0 && why == EINPROGRESS;
    if (why == EINTR && !poll_events())
        return -1;
    if (!wait)
        return why;
    bool timed_out = false;
    int64_t end = s->timeout_ns > 0 ? clock_ns() + s->timeout_ns : INT64_MAX;
    if (!wait_ready(s, POLLOUT, end, &timed_out))
        return -1;
    if (timed_out)
        return EWOULDBLOCK;
    return option(s->fd, SO_ERROR);
}
static Value m_connect(Value *args, size_t n)
{
    if (!audit2("socket.connect", args[0], args[1]))
        return ERROR;
    SELF;
    Address a;
    socklen_t len;
    if (!address_parse(args[1], s->family, "connect", &a, &len))
        return ERROR;
    int why = connect_to(s, &a, len);
    if (why <= 0)
        return why == 0 ? NONE : ERROR;
    if (why == EWOULDBLOCK && s->timeout_ns > 0)
        return raise(TimeoutError, "timed out");
    errno = why;
    return arg_os_error(UNBOUND);
}
static Value m_connect_ex(Value *args, size_t n)
{
    if (!audit2("socket.connect", args[0], args[1]))
        return ERROR;
    SELF;
    Address a;
    socklen_t len;
    if (!address_parse(args[1], s->family, "connect_ex", &a, &len))
        return ERROR;
    int why = connect_to(s, &a, len);
    return why < 0 ? ERROR : int_value(why);
}
static Value m_fileno(Value *args, size_t n) { return int_value(as_socket(args[0])->fd); }
static Value name_of(Socket *s, int (*fn)(int, struct sockaddr *, socklen_t *))
{
    Address a;
    socklen_t len = sizeof a;
    memset(&a, 0, sizeof a);
    return fn(s->fd, &a.any, &len) < 0 ? arg_os_error(UNBOUND) : address_value(&a, len);
}
static Value m_getpeername(Value *args, size_t n) { return name_of(as_socket(args[0]), getpeername); }
static Value m_getsockname(Value *args, size_t n) { return name_of(as_socket(args[0]), getsockname); }
static Value m_getsockopt(Value *args, size_t n)
{
    SELF;
    int level, name, room, value = 0;
    if (!arg_int(args[1], 0, &level) || !arg_int(args[2], 0, &name) || !arg_int(args[3], 0, &room))
        return ERROR;
    if (room == 0) {
        socklen_t len = sizeof value;
        return getsockopt(s->fd, level, name, &value, &len) < 0 ? arg_os_error(UNBOUND) : int_value(value);
    }
    if (room < 0 || room > 1024)
        return raise(OSError, "getsockopt buflen out of range");
    char out[1024];
    socklen_t len = (socklen_t)room;
    return getsockopt(s->fd, level, name, out, &len) < 0 ? arg_os_error(UNBOUND) : bytes_new(out, len);
}
static Value m_setsockopt(Value *args, size_t n)
{
    SELF;
    int level, name, value, failed;
    if (!arg_int(args[1], 0, &level) || !arg_int(args[2], 0, &name))
        return ERROR;
    if (int_check(args[3])) {
        if (!arg_int(args[3], 0, &value))
            return ERROR;
        return none_or_error(setsockopt(s->fd, level, name, &value, sizeof value));
    }
    if (is_none(args[3])) {
        uint32_t len;
        return arg_u32(args[4], 0, &len) ? none_or_error(setsockopt(s->fd, level, name, NULL, len)) : ERROR;
    }
    Buffer b;
    if (!buffer_bytes(args[3], &b))
        return ERROR;
    failed = setsockopt(s->fd, level, name, b.data, (socklen_t)b.len_bytes);
    int why = errno;
    buffer_release(&b);
    errno = why;
    return none_or_error(failed);
}
static Value m_listen(Value *args, size_t n)
{
    int backlog;
    return arg_int(args[1], SOMAXCONN < 128 ? SOMAXCONN : 128, &backlog) ? none_or_error(listen(as_socket(args[0])->fd, backlog < 0 ? 0 : backlog)) : ERROR;
}
static Value m_shutdown(Value *args, size_t n)
{
    int how, failed;
    if (!arg_int(args[1], 0, &how))
        return ERROR;
    BLOCKING(failed = shutdown(as_socket(args[0])->fd, how));
    return none_or_error(failed);
}

/* --- time limits ------------------------------------------------------------------------------------------------------------------------------ */
static bool timeout_arg(Value v, int64_t *ns)
{
    double d;
    *ns = -1;
    if (is_none(v))
        return true;
    if (!obj_double(v, &d))
        return false;
    if (isnan(d))
        return raise_false(ValueError, "Invalid value NaN (not a number)");
    if (d < 0)
        return raise_false(ValueError, "Timeout value out of range");
    if (d > 9e9)
        return raise_false(OverflowError, "timeout doesn't fit into C timeval");
    *ns = (int64_t)ceil(d * 1e9);
    return true;
}
static Value timeout_value(int64_t ns) { return ns < 0 ? NONE : float_value((double)ns / 1e9); }
static Value m_settimeout(Value *args, size_t n)
{
    SELF;
    int64_t ns;
    if (!timeout_arg(args[1], &ns))
        return ERROR;
    s->timeout_ns = ns;
    return set_blocking(s->fd, ns < 0) ? NONE : ERROR;
}
static Value m_gettimeout(Value *args, size_t n) { return timeout_value(as_socket(args[0])->timeout_ns); }
static Value m_setblocking(Value *args, size_t n)
{
    SELF;
    bool on;
    if (!arg_bool(args[1], true, &on))
        return ERROR;
    s->timeout_ns = on ? -1 : 0;
    return set_blocking(s->fd, on) ? NONE : ERROR;
}
static Value m_getblocking(Value *args, size_t n) { return bool_value(as_socket(args[0])->timeout_ns != 0); }

/* --- receiving ---------------------------------------------------------------------------------------------------------------------------------- */
static ssize_t do_recv(Call *c) { return recv(c->s->fd, c->data, c->len, c->flags); }
static ssize_t do_recvfrom(Call *c)
{
    *c->address_len = sizeof *c->address;
    return recvfrom(c->s->fd, c->data, c->len, c->flags, &c->address->any, c->address_len);
}
static Value receive(Value *args, const char *name, MoveFn *fn, Value *where)
{
    int64_t size;
    Address a;
    socklen_t len = 0;
    Call c = { .s = as_socket(args[0]), .address = &a, .address_len = &len };
    if (!arg_i64(args[1], 0, &size) || !arg_int(args[2], 0, &c.flags))
        return ERROR;
    if (size < 0)
        return raise(ValueError, "negative buffersize in %s", name);
    Bytes *b = bytes_alloc((size_t)size);
    if (!b)
        return ERROR;
    own Value keep = obj_value(b);
    c.data = b->data;
    c.len = (size_t)size;
    memset(&a, 0, sizeof a);
    if (!run(&c, fn, false))
        return ERROR;
    if (where) {
        *where = address_value(&a, len);
        if (is_error(*where))
            return ERROR;
    }
    give(keep);
    return bytes_shrink_take(b, (size_t)c.result);
}
static Value m_recv(Value *args, size_t n) { return receive(args, "recv", do_recv, NULL); }
static Value m_recvfrom(Value *args, size_t n)
{
    own Value where = UNBOUND, data = receive(args, "recvfrom", do_recvfrom, &where);
    return is_error(data) ? ERROR : tuple_of2(data, where);
}
static Value receive_into(Value *args, const char *name, MoveFn *fn, bool from)
{
    int64_t size;
    Address a;
    socklen_t len = 0;
    Buffer b;
    Call c = { .s = as_socket(args[0]), .address = &a, .address_len = &len };
    if (!arg_i64(args[2], 0, &size) || !arg_int(args[3], 0, &c.flags) || !buffer_get(args[1], &b, BUFFER_WRITABLE))
        return ERROR;
    Value v = ERROR;
    memset(&a, 0, sizeof a);
    c.data = b.data;
    c.len = size == 0 ? (size_t)b.len_bytes : (size_t)size;
    if (size < 0)
        error_set(ValueError, "negative buffersize in %s", name);
    else if (size > b.len_bytes)
        error_set(ValueError, from ? "nbytes is greater than the length of the buffer" : "buffer too small for requested bytes");
    else if (run(&c, fn, false)) {
        own Value where = from ? address_value(&a, len) : NONE;
        v = is_error(where) ? ERROR : from ? tuple_of2(int_value(c.result), where) : int_value(c.result);
    }
    buffer_release(&b);
    return v;
}
static Value m_recv_into(Value *args, size_t n) { return receive_into(args, "recv_into", do_recv, false); }
static Value m_recvfrom_into(Value *args, size_t n) { return receive_into(args, "recvfrom_into", do_recvfrom, true); }

/* --- sending -------------------------------------------------------------------------------------------------------------------------------------- */
static ssize_t do_send(Call *c) { return send(c->s->fd, c->data, c->len, c->flags); }
static ssize_t do_sendto(Call *c) { return sendto(c->s->fd, c->data, c->len, c->flags, &c->address->any, *c->address_len); }
static Value m_send(Value *args, size_t n)
{
    Buffer b;
    Call c = { .s = as_socket(args[0]) };
    if (!arg_int(args[2], 0, &c.flags) || !buffer_bytes(args[1], &b))
        return ERROR;
    c.data = b.data;
    c.len = (size_t)b.len_bytes;
    bool good = run(&c, do_send, true);
    buffer_release(&b);
    return good ? int_value(c.result) : ERROR;
}
static Value m_sendall(Value *args, size_t n)
{
    Buffer b;
    Call c = { .s = as_socket(args[0]) };
    if (!arg_int(args[2], 0, &c.flags) || !buffer_bytes(args[1], &b))
        return ERROR;
    int64_t end = clock_ns() + c.s->timeout_ns;
    c.data = b.data;
    c.len = (size_t)b.len_bytes;
    bool good = true;
    do {
        good = run_until(&c, do_send, true, end) && poll_events();
        if (good) {
            c.data = (char *)c.data + c.result;
            c.len -= (size_t)c.result;
        }
    } while (good && c.len);
    buffer_release(&b);
    return good ? NONE : ERROR;
}
static Value m_sendto(Value *args, size_t n)
{
    Buffer b;
    Address a;
    socklen_t len;
    Call c = { .s = as_socket(args[0]), .address = &a, .address_len = &len };
    if (n < 3 || n > 4)
        return raise(TypeError, "sendto() takes 2 or 3 arguments (%zu given)", n - 1);
    if (n == 4 && !arg_int(args[2], 0, &c.flags))
        return ERROR;
    if (!buffer_bytes(args[1], &b))
        return ERROR;
    c.data = b.data;
    c.len = (size_t)b.len_bytes;
    bool good = address_parse(args[n - 1], c.s->family, "sendto", &a, &len) && run(&c, do_sendto, true);
    buffer_release(&b);
    return good ? int_value(c.result) : ERROR;
}

/* --- messages with ancillary data -------------------------------------------------------------------------------------------------------------------- */
typedef struct Parts { struct iovec *at; Buffer *buffers; size_t n; } Parts;
static void parts_free(Parts *p)
{
    for (size_t i = 0; i < p->n; i++)
        buffer_release(&p->buffers[i]);
    free(p->at);
    free(p->buffers);
}
static bool parts_get(Value iterable, bool writable, const char *name, Parts *p)
{
    *p = (Parts){ 0 };
    own Value items = tuple_from_iterable(iterable);
    if (is_error(items))
        return error_is(TypeError) ? raise_false(TypeError, "%s() argument 1 must be an iterable", name) : false;
    size_t n = tuple_len(items);
    p->at = calloc(n + 1, sizeof *p->at);
    p->buffers = calloc(n + 1, sizeof *p->buffers);
    if (!p->at || !p->buffers) {
        parts_free(p);
        return raise_memory_false();
    }
    for (; p->n < n; p->n++) {
        if (!(writable ? buffer_get(tuple_peek(items, p->n), &p->buffers[p->n], BUFFER_WRITABLE) : buffer_bytes(tuple_peek(items, p->n), &p->buffers[p->n]))) {
            parts_free(p);
            return false;
        }
        p->at[p->n] = (struct iovec){ p->buffers[p->n].data, (size_t)p->buffers[p->n].len_bytes };
    }
    return true;
}
static ssize_t do_sendmsg(Call *c) { return sendmsg(c->s->fd, c->message, c->flags); }
static ssize_t do_recvmsg(Call *c) { return recvmsg(c->s->fd, c->message, c->flags | MSG_CMSG_CLOEXEC); }

/* The control messages of sendmsg: an iterable of (level, type, data). malloc'd; NULL with an error, or none. */
static char *ancillary(Value iterable, size_t *total)
{
    own Value items = tuple_from_iterable(iterable);
    *total = 0;
    if (is_error(items))
        return NULL;
    size_t room = 0, at = 0;
    for (int pass = 0;; pass++) {
        char *out = pass ? calloc(1, room + sizeof(struct cmsghdr)) : NULL;
        if (pass && !out)
            return raise_memory_null();
        for (uint64_t i = 0; i < tuple_len(items); i++) {
            Value row = tuple_peek(items, i);
            int level, type;
            Buffer b;
            if (!tuple_check(row) || tuple_len(row) != 3) {
                free(out);
                return raise_null(TypeError, "[sendmsg() ancillary data items] must be a tuple of 3 items");
            }
            if (!arg_int(tuple_peek(row, 0), 0, &level) || !arg_int(tuple_peek(row, 1), 0, &type) || !buffer_bytes(tuple_peek(row, 2), &b)) {
                free(out);
                return NULL;
            }
            size_t len = (size_t)b.len_bytes;
            if (pass && at + CMSG_SPACE(len) <= room) {
                struct cmsghdr *h = (struct cmsghdr *)(out + at);
                h->cmsg_level = level;
                h->cmsg_type = type;
                h->cmsg_len = CMSG_LEN(len);
                memcpy(CMSG_DATA(h), b.data, len);
                at += CMSG_SPACE(len);
            }
            room += pass ? 0 : CMSG_SPACE(len);
            buffer_release(&b);
        }
        if (pass || room == 0) {
            *total = at;
            return out;
        }
    }
}
static Value m_sendmsg(Value *args, size_t n)
{
    Parts parts;
    Address a;
    socklen_t len;
    struct msghdr message = { 0 };
    Call c = { .s = as_socket(args[0]), .message = &message };
    if (!arg_int(args[3], 0, &c.flags))
        return ERROR;
    if (!is_unbound(args[4]) && !is_none(args[4])) {
        if (!address_parse(args[4], c.s->family, "sendmsg", &a, &len))
            return ERROR;
        message.msg_name = &a;
        message.msg_namelen = len;
    }
    size_t control = 0;
    char *data = is_unbound(args[2]) ? NULL : ancillary(args[2], &control);
    if (error_pending() || !parts_get(args[1], false, "sendmsg", &parts)) {
        free(data);
        return ERROR;
    }
    message.msg_iov = parts.at;
    message.msg_iovlen = parts.n;
    message.msg_control = control ? data : NULL;
    message.msg_controllen = control;
    bool good = run(&c, do_sendmsg, true);
    parts_free(&parts);
    free(data);
    return good ? int_value(c.result) : ERROR;
}
static Value control_list(struct msghdr *m)
{
    own Value list = list_new(0);
    for (struct cmsghdr *h = m->msg_controllen ? CMSG_FIRSTHDR(m) : NULL; !is_error(list) && h; h = CMSG_NXTHDR(m, h)) {
        size_t len = h->cmsg_len >= CMSG_LEN(0) ? h->cmsg_len - CMSG_LEN(0) : 0;
        size_t most = (size_t)((char *)m->msg_control + m->msg_controllen - (char *)CMSG_DATA(h));
        own Value data = bytes_new(CMSG_DATA(h), len < most ? len : most);
        if (is_error(data) || !list_append_take(list, tuple_of3(int_value(h->cmsg_level), int_value(h->cmsg_type), data)))
            return ERROR;
    }
    return give(list);
}
/* What recvmsg and recvmsg_into give: `first` (owned) is the data or its length. */
static Value message_result(Value first, struct msghdr *m, const Address *a)
{
    Value v[4] = { first, control_list(m), int_value(m->msg_flags), address_value(a, m->msg_namelen) };
    return tuple_from_take(v, 4);
}
static Value receive_message(Socket *s, Parts *parts, Value room_value, Value flags_value, Bytes *whole)
{
    int64_t room;
    Address a;
    struct msghdr m = { .msg_name = &a, .msg_namelen = sizeof a, .msg_iov = parts->at, .msg_iovlen = parts->n };
    Call c = { .s = s, .message = &m };
    if (!arg_i64(room_value, 0, &room) || !arg_int(flags_value, 0, &c.flags))
        return ERROR;
    if (room < 0 || room > INT_MAX)
        return raise(ValueError, "invalid ancillary data buffer length");
    memset(&a, 0, sizeof a);
    char *control = room ? calloc(1, (size_t)room) : NULL;
    m.msg_control = control;
    m.msg_controllen = control ? (size_t)room : 0;
    Value v = ERROR;
    if (run(&c, do_recvmsg, false)) {
        Value data = whole ? bytes_new(whole->data, (size_t)c.result) : int_value(c.result);
        m.msg_flags &= ~MSG_CMSG_CLOEXEC;
        v = is_error(data) ? ERROR : message_result(data, &m, &a);
    }
    free(control);
    return v;
}
static Value m_recvmsg(Value *args, size_t n)
{
    int64_t size;
    if (!arg_i64(args[1], 0, &size))
        return ERROR;
    if (size < 0)
        return raise(ValueError, "negative buffer size in recvmsg()");
    Bytes *b = bytes_alloc((size_t)size);
    if (!b)
        return ERROR;
    own Value keep = obj_value(b);
    struct iovec one = { b->data, (size_t)size };
    Parts parts = { .at = &one, .n = 1 };
    return receive_message(as_socket(args[0]), &parts, args[2], args[3], b);
}
static Value m_recvmsg_into(Value *args, size_t n)
{
    Parts parts;
    if (!parts_get(args[1], true, "recvmsg_into", &parts))
        return ERROR;
    Value v = receive_message(as_socket(args[0]), &parts, args[2], args[3], NULL);
    parts_free(&parts);
    return v;
}

static Value get_timeout(Value self) { return timeout_value(as_socket(self)->timeout_ns); }
#define ROW(name, signature, doc) { #name, signature, m_##name, doc }
static const Method methods[] = {
    { "_accept", "(self, /)", m_accept, "_accept() -> (integer, address info)\n\nWait for an incoming connection." }, ROW(bind, "(self, address, /)", "bind(address)\n\nBind the socket to a local address."), ROW(close, "(self, /)", "close()\n\nClose the socket."),
    ROW(connect, "(self, address, /)", "connect(address)\n\nConnect the socket to a remote address."), ROW(connect_ex, "(self, address, /)", "connect_ex(address) -> errno"), ROW(detach, "(self, /)", "detach()\n\nClose the socket object without closing the underlying file descriptor."),
    ROW(fileno, "(self, /)", "fileno() -> integer\n\nReturn the integer file descriptor of the socket."), ROW(getpeername, "(self, /)", "getpeername() -> address info"), ROW(getsockname, "(self, /)", "getsockname() -> address info"),
    ROW(getsockopt, "(self, level, option, buffersize=0, /)", "getsockopt(level, option[, buffersize]) -> value"), ROW(setsockopt, "(self, level, option, value, optlen=0, /)", "setsockopt(level, option, value: int)"), ROW(listen, "(self, backlog=128, /)", "listen([backlog])"),
    ROW(shutdown, "(self, flag, /)", "shutdown(flag)"), ROW(settimeout, "(self, timeout, /)", "settimeout(timeout)\n\nSet a timeout on socket operations."), ROW(gettimeout, "(self, /)", "gettimeout() -> timeout"), ROW(setblocking, "(self, flag, /)", "setblocking(flag)"),
    ROW(getblocking, "(self, /)", "getblocking()\n\nReturns True if socket is in blocking mode, or False if it\nis in non-blocking mode."), ROW(recv, "(self, buffersize, flags=0, /)", "recv(buffersize[, flags]) -> data"), ROW(recv_into, "(self, buffer, nbytes=0, flags=0)", "recv_into(buffer, [nbytes[, flags]]) -> nbytes_read"),
    ROW(recvfrom, "(self, buffersize, flags=0, /)", "recvfrom(buffersize[, flags]) -> (data, address info)"), ROW(recvfrom_into, "(self, buffer, nbytes=0, flags=0)", "recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)"),
    ROW(recvmsg, "(self, bufsize, ancbufsize=0, flags=0, /)", "recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)"), ROW(recvmsg_into, "(self, buffers, ancbufsize=0, flags=0, /)", "recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)"),
    ROW(send, "(self, data, flags=0, /)", "send(data[, flags]) -> count"), ROW(sendall, "(self, data, flags=0, /)", "sendall(data[, flags])"), ROW(sendto, "(...)", "sendto(data[, flags], address) -> count"),
    ROW(sendmsg, "(self, buffers, ancdata=(), flags=0, address=None, /)", "sendmsg(buffers[, ancdata[, flags[, address]]]) -> count"), { 0 },
};
static const GetSet getsets[] = { { "timeout", get_timeout, NULL, "the socket timeout" }, { 0 } };
static const Member members[] = { { "family", MEMBER_INT32, offsetof(Socket, family), false, "the socket family" }, { "type", MEMBER_INT32, offsetof(Socket, type), false, "the socket type" },
    { "proto", MEMBER_INT32, offsetof(Socket, proto), false, "the socket protocol" }, { 0 } };
static Type socket_type = { STATIC_TYPE(socket_type, "socket", Socket, NULL), .heap.finalize = finalize, .flags = TYPE_BASE, .new = socket_new, .init = socket_init, .repr = repr,
    .methods = methods, .getsets = getsets, .members = members, .module_name = "_socket", .signature = "(family=-1, type=-1, proto=-1, fileno=None)",
    .doc = "socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\nsocket(family=-1, type=-1, proto=-1, fileno=None) -> socket object\n\nOpen a socket of the given type." };

/* --- functions ------------------------------------------------------------------------------------------------------------------------------------------ */
static Value s_close(Value *args, size_t n)
{
    int fd, failed;
    if (!arg_int(args[0], -1, &fd))
        return ERROR;
    BLOCKING(failed = close(fd));
    return failed < 0 && errno != ECONNRESET ? arg_os_error(UNBOUND) : NONE;
}
static Value s_dup(Value *args, size_t n)
{
    int fd;
    if (!arg_int(args[0], -1, &fd))
        return ERROR;
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return copy < 0 ? arg_os_error(UNBOUND) : int_value(copy);
}
static Value s_socketpair(Value *args, size_t n)
{
    int family, type, proto, fds[2], failed;
    if (!arg_int(args[0], AF_UNIX, &family) || !arg_int(args[1], SOCK_STREAM, &type) || !arg_int(args[2], 0, &proto))
        return ERROR;
    BLOCKING(failed = socketpair(family, type | SOCK_CLOEXEC, proto, fds));
    if (failed < 0)
        return arg_os_error(UNBOUND);
    own Value a = socket_new(&socket_type, NULL, 0, NONE), b = socket_new(&socket_type, NULL, 0, NONE);
    if (is_error(a) || is_error(b)) {
        close(fds[0]);
        close(fds[1]);
        return ERROR;
    }
    as_socket(a)->fd = fds[0];
    as_socket(b)->fd = fds[1];
    return set_up(as_socket(a), fds[0], family, type, proto) && set_up(as_socket(b), fds[1], family, type, proto) ? tuple_of2(a, b) : ERROR;
}
static Value s_getdefaulttimeout(Value *args, size_t n) { return timeout_value(default_timeout_ns); }
static Value s_setdefaulttimeout(Value *args, size_t n)
{
    int64_t ns;
    if (!timeout_arg(args[0], &ns))
        return ERROR;
    default_timeout_ns = ns;
    return NONE;
}
static const Method functions[] = {
    { "close", "(integer, /)", s_close, "close(integer) -> None\n\nClose an integer socket file descriptor." }, { "dup", "(integer, /)", s_dup, "dup(integer) -> integer\n\nDuplicate an integer socket file descriptor." },
    { "socketpair", "(family=1, type=1, proto=0, /)", s_socketpair, "socketpair([family[, type [, proto]]]) -> (socket object, socket object)" },
    { "getdefaulttimeout", "()", s_getdefaulttimeout, "getdefaulttimeout() -> timeout" }, { "setdefaulttimeout", "(timeout, /)", s_setdefaulttimeout, "setdefaulttimeout(timeout)" }, { 0 },
};
static bool init(Value module)
{
    static Type *const types[] = { &socket_type, NULL };
    ready_types(types, &object_type);
    Value os_error = exception_class_peek(OSError);
    return module_add_methods(module, socket_name_functions) && module_add_ints(module, socket_constants, socket_n_constants) && ready_exception(&socket_herror_class, "socket.herror", os_error) &&
           ready_exception(&socket_gaierror_class, "socket.gaierror", os_error) && module_add(module, "error", os_error) && module_add(module, "herror", socket_herror_class) &&
           module_add(module, "gaierror", socket_gaierror_class) && module_add(module, "timeout", exception_class_peek(TimeoutError)) && module_add(module, "socket", obj_value(&socket_type)) &&
           module_add(module, "SocketType", obj_value(&socket_type)) && module_add(module, "has_ipv6", TRUE);
}
const NativeModule socket_module = { "_socket", "Implementation module for socket operations.\n\nSee the socket module for documentation.", functions, init };
