/* file.c -- operations on file descriptors. */
#include "interp/modules/posix/posix_parts.h"
#include "interp/object/audit.h"

#include <pty.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <utmp.h>

static Value terminal_size_type = UNBOUND_INIT;

#define FD_ARG(i) int fd; if (!arg_int(args[i], -1, &fd)) return ERROR

static Value p_open(Value *args, size_t n)
{
    PathArg path;
    int flags, mode, dir_fd, fd = -1;
    Value result = ERROR;
    if (path_arg(args[0], "open", NULL, 0, &path) && arg_int(args[1], 0, &flags) && arg_int(args[2], 0777, &mode) && posix_dir_fd(args[3], &dir_fd) &&
        audit3("open", args[0], NONE, small_int_value(flags | O_CLOEXEC))) {
        do {
            BLOCKING(fd = openat(dir_fd, path.text, flags | O_CLOEXEC, mode));
        } while (fd < 0 && errno == EINTR && poll_events());
        if (!error_pending())
            result = fd < 0 ? path_error(&path) : int_value(fd);
    }
    path_free(&path);
    return result;
}
static Value p_close(Value *args, size_t n)
{
    FD_ARG(0);
    int failed;
    BLOCKING(failed = close(fd));
    return failed && errno != EINTR ? arg_os_error(UNBOUND) : NONE;
}
static void close_all(int low, int high)
{
    if (syscall(SYS_close_range, (unsigned)low, (unsigned)high - 1, 0) != 0)
        for (int i = low; i < high; i++)
            close(i);
}
static Value p_closerange(Value *args, size_t n)
{
    int low, high;
    if (!arg_int(args[0], 0, &low) || !arg_int(args[1], 0, &high))
        return ERROR;
    low = low < 0 ? 0 : low;
    if (high > low)
        BLOCKING(close_all(low, high));
    return NONE;
}
enum { READ_MAX = 0x7ffff000 };          /* most that Linux moves at once */
static Value read_at(Value *args, bool positioned)
{
    int64_t length, offset = 0;
    ssize_t got;
    FD_ARG(0);
    if (!arg_i64(args[1], 0, &length) || (positioned && !arg_i64(args[2], 0, &offset)))
        return ERROR;
    if (length < 0) {
        errno = EINVAL;
        return arg_os_error(UNBOUND);
    }
    Bytes *b = bytes_alloc(length > READ_MAX ? READ_MAX : (size_t)length);
    if (!b)
        return ERROR;
    own Value keep = obj_value(b);
    RETRYING(got < 0, got = positioned ? pread(fd, b->data, b->len, offset) : read(fd, b->data, b->len));
    if (got < 0)
        return arg_os_error(UNBOUND);
    give(keep);
    return bytes_shrink_take(b, (size_t)got);
}
static Value p_read(Value *args, size_t n) { return read_at(args, false); }
static Value p_pread(Value *args, size_t n) { return read_at(args, true); }
static Value write_at(Value *args, bool positioned)
{
    Buffer b;
    ssize_t put;
    int64_t offset = 0;
    FD_ARG(0);
    if ((positioned && !arg_i64(args[2], 0, &offset)) || !buffer_bytes(args[1], &b))
        return ERROR;
    do {
        BLOCKING(put = positioned ? pwrite(fd, b.data, (size_t)b.len_bytes, offset) : write(fd, b.data, (size_t)b.len_bytes));
    } while (put < 0 && errno == EINTR && poll_events());
    Value v = error_pending() ? ERROR : put < 0 ? arg_os_error(UNBOUND) : int_value(put);
    buffer_release(&b);
    return v;
}
static Value p_write(Value *args, size_t n) { return write_at(args, false); }
static Value p_pwrite(Value *args, size_t n) { return write_at(args, true); }

/* --- scattered buffers --------------------------------------------------------------------------------------------------------------------- */
typedef struct Vectors { struct iovec *at; Buffer *buffers; size_t n; } Vectors;
static void vectors_free(Vectors *v)
{
    for (size_t i = 0; i < v->n; i++)
        buffer_release(&v->buffers[i]);
    free(v->at);
    free(v->buffers);
}
static bool vectors_get(Value sequence, const char *name, bool writable, Vectors *v)
{
    *v = (Vectors){ 0 };
    if (!obj_is_sequence(sequence))
        return raise_false(TypeError, "%s() arg 2 must be a sequence", name);
    own Value items = tuple_from_iterable(sequence);
    if (is_error(items))
        return false;
    size_t n = tuple_len(items);
    v->at = calloc(n + 1, sizeof *v->at);
    v->buffers = calloc(n + 1, sizeof *v->buffers);
    if (!v->at || !v->buffers) {
        vectors_free(v);
        return raise_memory_false();
    }
    for (; v->n < n; v->n++) {
        Buffer *b = &v->buffers[v->n];
        if (!buffer_get(tuple_peek(items, v->n), b, writable ? BUFFER_WRITABLE : BUFFER_SIMPLE)) {
            vectors_free(v);
            return false;
        }
        v->at[v->n] = (struct iovec){ b->data, (size_t)b->len_bytes };
    }
    return true;
}
typedef ssize_t VectorFn(int fd, const struct iovec *at, int n, off_t offset, int flags);
static Value vectored(Value *args, const char *name, bool writable, int64_t offset, int flags, VectorFn *fn)
{
    Vectors v;
    ssize_t moved;
    FD_ARG(0);
    if (!vectors_get(args[1], name, writable, &v))
        return ERROR;
    do {
        BLOCKING(moved = fn(fd, v.at, (int)v.n, offset, flags));
    } while (moved < 0 && errno == EINTR && poll_events());
    int why = errno;
    vectors_free(&v);
    errno = why;
    return error_pending() ? ERROR : moved < 0 ? arg_os_error(UNBOUND) : int_value(moved);
}
static ssize_t do_readv(int fd, const struct iovec *v, int n, off_t offset, int flags) { return readv(fd, v, n); }
static ssize_t do_writev(int fd, const struct iovec *v, int n, off_t offset, int flags) { return writev(fd, v, n); }
static Value p_readv(Value *args, size_t n) { return vectored(args, "readv", true, 0, 0, do_readv); }
static Value p_writev(Value *args, size_t n) { return vectored(args, "writev", false, 0, 0, do_writev); }
static Value p_preadv(Value *args, size_t n)
{
    int64_t offset;
    int flags;
    return arg_i64(args[2], 0, &offset) && arg_int(args[3], 0, &flags) ? vectored(args, "preadv", true, offset, flags, preadv2) : ERROR;
}
static Value p_pwritev(Value *args, size_t n)
{
    int64_t offset;
    int flags;
    return arg_i64(args[2], 0, &offset) && arg_int(args[3], 0, &flags) ? vectored(args, "pwritev", false, offset, flags, pwritev2) : ERROR;
}

/* --- positions, sizes ------------------------------------------------------------------------------------------------------------------------- */
static Value p_lseek(Value *args, size_t n)
{
    int64_t position;
    int whence;
    off_t at;
    FD_ARG(0);
    if (!arg_i64(args[1], 0, &position) || !arg_int(args[2], 0, &whence))
        return ERROR;
    BLOCKING(at = lseek(fd, position, whence));
    return at < 0 ? arg_os_error(UNBOUND) : int_value(at);
}
static Value p_ftruncate(Value *args, size_t n)
{
    if (!audit2("os.truncate", args[0], args[1]))
        return ERROR;
    int64_t length;
    int failed;
    FD_ARG(0);
    if (!arg_i64(args[1], 0, &length))
        return ERROR;
    RETRYING(failed, failed = ftruncate(fd, length));
    return none_or_error(failed);
}
static Value sync_with(Value *args, int (*fn)(int))
{
    int fd, failed;
    if (!arg_fd(args[0], &fd))
        return ERROR;
    RETRYING(failed, failed = fn(fd));
    return none_or_error(failed);
}
static Value p_fsync(Value *args, size_t n) { return sync_with(args, fsync); }
static Value p_fdatasync(Value *args, size_t n) { return sync_with(args, fdatasync); }
static Value p_sync(Value *args, size_t n)
{
    BLOCKING(sync());
    return NONE;
}
static Value p_fallocate(Value *args, size_t n)
{
    int64_t offset, length;
    int why;
    FD_ARG(0);
    if (!arg_i64(args[1], 0, &offset) || !arg_i64(args[2], 0, &length))
        return ERROR;
    BLOCKING(why = posix_fallocate(fd, offset, length));
    errno = why;
    return none_or_error(why);
}
static Value p_fadvise(Value *args, size_t n)
{
    int64_t offset, length;
    int advice, why;
    FD_ARG(0);
    if (!arg_i64(args[1], 0, &offset) || !arg_i64(args[2], 0, &length) || !arg_int(args[3], 0, &advice))
        return ERROR;
    BLOCKING(why = posix_fadvise(fd, offset, length, advice));
    errno = why;
    return none_or_error(why);
}
static Value p_lockf(Value *args, size_t n)
{
    int command, failed;
    int64_t length;
    FD_ARG(0);
    if (!arg_int(args[1], 0, &command) || !arg_i64(args[2], 0, &length))
        return ERROR;
    BLOCKING(failed = lockf(fd, command, length));
    return none_or_error(failed);
}
/* None: no offset. */
static bool offset_arg(Value v, off_t *offset, off_t **pointer)
{
    int64_t i;
    *pointer = NULL;
    if (is_unbound(v) || is_none(v))
        return true;
    if (!arg_i64(v, 0, &i))
        return false;
    *offset = i;
    *pointer = offset;
    return true;
}
static Value p_sendfile(Value *args, size_t n)
{
    int out, in;
    int64_t count;
    off_t offset, *pointer;
    ssize_t moved;
    if (!arg_int(args[0], -1, &out) || !arg_int(args[1], -1, &in) || !offset_arg(args[2], &offset, &pointer) || !arg_i64(args[3], 0, &count))
        return ERROR;
    RETRYING(moved < 0, moved = sendfile(out, in, pointer, (size_t)count));
    return moved < 0 ? arg_os_error(UNBOUND) : int_value(moved);
}
static Value p_copy_file_range(Value *args, size_t n)
{
    int src, dst;
    int64_t count;
    off_t a, b, *from, *to;
    ssize_t moved;
    if (!arg_int(args[0], -1, &src) || !arg_int(args[1], -1, &dst) || !arg_i64(args[2], 0, &count) || !offset_arg(args[3], &a, &from) || !offset_arg(args[4], &b, &to))
        return ERROR;
    if (count < 0)
        return raise(ValueError, "negative value for 'count' not allowed");
    BLOCKING(moved = copy_file_range(src, from, dst, to, (size_t)count, 0));
    return moved < 0 ? arg_os_error(UNBOUND) : int_value(moved);
}
static Value p_splice(Value *args, size_t n)
{
    int src, dst, flags;
    int64_t count;
    off_t a, b, *from, *to;
    ssize_t moved;
    if (!arg_int(args[0], -1, &src) || !arg_int(args[1], -1, &dst) || !arg_i64(args[2], 0, &count) || !offset_arg(args[3], &a, &from) || !offset_arg(args[4], &b, &to) || !arg_int(args[5], 0, &flags))
        return ERROR;
    if (count < 0)
        return raise(ValueError, "negative value for 'count' not allowed");
    BLOCKING(moved = splice(src, from, dst, to, (size_t)count, (unsigned)flags));
    return moved < 0 ? arg_os_error(UNBOUND) : int_value(moved);
}

/* --- descriptors ----------------------------------------------------------------------------------------------------------------------------------- */
static Value p_dup(Value *args, size_t n)
{
    FD_ARG(0);
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return copy < 0 ? arg_os_error(UNBOUND) : int_value(copy);
}
static Value p_dup2(Value *args, size_t n)
{
    int to, failed;
    bool inheritable;
    FD_ARG(0);
    if (!arg_int(args[1], -1, &to) || !arg_bool(args[2], true, &inheritable))
        return ERROR;
    if (fd < 0 || to < 0) {
        errno = EBADF;
        return arg_os_error(UNBOUND);
    }
    BLOCKING(failed = inheritable || fd == to ? dup2(fd, to) : dup3(fd, to, O_CLOEXEC));
    return failed < 0 ? arg_os_error(UNBOUND) : int_value(to);
}
static Value two_fds(const int fds[2]) { return tuple_of2(int_value(fds[0]), int_value(fds[1])); }
static Value p_pipe(Value *args, size_t n)
{
    int fds[2];
    return pipe2(fds, O_CLOEXEC) < 0 ? arg_os_error(UNBOUND) : two_fds(fds);
}
static Value p_pipe2(Value *args, size_t n)
{
    int fds[2], flags;
    return !arg_int(args[0], 0, &flags) ? ERROR : pipe2(fds, flags) < 0 ? arg_os_error(UNBOUND) : two_fds(fds);
}
/* Flags of a descriptor (F_GETFD) or of its open file (F_GETFL): is `bit` off? */
static Value flag_is_off(Value *args, int get, int bit)
{
    FD_ARG(0);
    int flags = fcntl(fd, get);
    return flags < 0 ? arg_os_error(UNBOUND) : bool_value(!(flags & bit));
}
static Value set_flag_off(Value *args, int get, int set, int bit)
{
    bool off;
    FD_ARG(0);
    if (!arg_bool(args[1], false, &off))
        return ERROR;
    int flags = fcntl(fd, get);
    return none_or_error(flags < 0 || fcntl(fd, set, off ? flags & ~bit : flags | bit) < 0);
}
static Value p_get_inheritable(Value *args, size_t n) { return flag_is_off(args, F_GETFD, FD_CLOEXEC); }
static Value p_set_inheritable(Value *args, size_t n) { return set_flag_off(args, F_GETFD, F_SETFD, FD_CLOEXEC); }
static Value p_get_blocking(Value *args, size_t n) { return flag_is_off(args, F_GETFL, O_NONBLOCK); }
static Value p_set_blocking(Value *args, size_t n) { return set_flag_off(args, F_GETFL, F_SETFL, O_NONBLOCK); }
static Value p_isatty(Value *args, size_t n)
{
    FD_ARG(0);
    return bool_value(isatty(fd));
}
static Value p_ttyname(Value *args, size_t n)
{
    char name[256];
    FD_ARG(0);
    int why = ttyname_r(fd, name, sizeof name);
    errno = why;
    return why ? arg_os_error(UNBOUND) : fs_decode(name, strlen(name));
}
static Value p_openpty(Value *args, size_t n)
{
    int fds[2];
    if (openpty(&fds[0], &fds[1], NULL, NULL, NULL) < 0)
        return arg_os_error(UNBOUND);
    fcntl(fds[0], F_SETFD, FD_CLOEXEC);
    fcntl(fds[1], F_SETFD, FD_CLOEXEC);
    return two_fds(fds);
}
static Value p_login_tty(Value *args, size_t n)
{
    FD_ARG(0);
    return none_or_error(login_tty(fd));
}
static Value p_get_terminal_size(Value *args, size_t n)
{
    struct winsize w;
    int fd;
    if (!arg_int(args[0], 1, &fd))
        return ERROR;
    if (ioctl(fd, TIOCGWINSZ, &w) < 0)
        return arg_os_error(UNBOUND);
    Value v[2] = { int_value(w.ws_col), int_value(w.ws_row) };
    return structseq_new_take(terminal_size_type, v, 2);
}
static Value p_device_encoding(Value *args, size_t n)
{
    FD_ARG(0);
    return isatty(fd) ? str_from("UTF-8") : NONE;
}
static Value p_tcgetpgrp(Value *args, size_t n)
{
    FD_ARG(0);
    pid_t group = tcgetpgrp(fd);
    return group < 0 ? arg_os_error(UNBOUND) : int_value(group);
}
static Value p_tcsetpgrp(Value *args, size_t n)
{
    int group;
    FD_ARG(0);
    return arg_int(args[1], 0, &group) ? none_or_error(tcsetpgrp(fd, group)) : ERROR;
}
static Value p_eventfd(Value *args, size_t n)
{
    uint32_t initial;
    int flags;
    if (!arg_u32(args[0], 0, &initial) || !arg_int(args[1], EFD_CLOEXEC, &flags))
        return ERROR;
    int fd = eventfd(initial, flags);
    return fd < 0 ? arg_os_error(UNBOUND) : int_value(fd);
}
static Value p_eventfd_read(Value *args, size_t n)
{
    eventfd_t value;
    int failed;
    FD_ARG(0);
    BLOCKING(failed = eventfd_read(fd, &value));
    return failed ? arg_os_error(UNBOUND) : int_from_u64(value);
}
static Value p_eventfd_write(Value *args, size_t n)
{
    int failed;
    FD_ARG(0);
    own Value index = obj_index(args[1]);
    if (is_error(index))
        return ERROR;
    BLOCKING(failed = eventfd_write(fd, int_to_u64_mask(index)));
    return none_or_error(failed);
}
static Value p_memfd_create(Value *args, size_t n)
{
    PathArg name;
    uint32_t flags;
    Value result = ERROR;
    if (path_arg(args[0], NULL, NULL, 0, &name) && arg_u32(args[1], MFD_CLOEXEC, &flags)) {
        int fd = memfd_create(name.text, flags);
        result = fd < 0 ? arg_os_error(UNBOUND) : int_value(fd);
    }
    path_free(&name);
    return result;
}

const Method posix_file_functions[] = {
    { "open", "(path, flags, mode=511, *, dir_fd=None)", p_open, "Open a file for low level IO.  Returns a file descriptor (integer).\n\nIf dir_fd is not None, it should be a file descriptor open to a directory,\n  and path should be relative; path will then be relative to that directory.\ndir_fd may not be implemented on your platform.\n  If it is unavailable, using it will raise a NotImplementedError." },
    { "close", "(fd)", p_close, "Close a file descriptor." }, { "closerange", "(fd_low, fd_high, /)", p_closerange, "Closes all file descriptors in [fd_low, fd_high), ignoring errors." },
    { "read", "(fd, length, /)", p_read, "Read from a file descriptor.  Returns a bytes object." }, { "pread", "(fd, length, offset, /)", p_pread, "Read a number of bytes from a file descriptor starting at a particular offset." },
    { "write", "(fd, data, /)", p_write, "Write a bytes object to a file descriptor." }, { "pwrite", "(fd, buffer, offset, /)", p_pwrite, "Write bytes to a file descriptor starting at a particular offset." },
    { "readv", "(fd, buffers, /)", p_readv, "Read from a file descriptor fd into an iterable of buffers." }, { "writev", "(fd, buffers, /)", p_writev, "Iterate over buffers, and write the contents of each to a file descriptor." },
    { "preadv", "(fd, buffers, offset, flags=0, /)", p_preadv, "Reads from a file descriptor into a number of mutable bytes-like objects." },
    { "pwritev", "(fd, buffers, offset, flags=0, /)", p_pwritev, "Writes the contents of bytes-like objects to a file descriptor at a given offset." },
    { "lseek", "(fd, position, whence, /)", p_lseek, "Set the position of a file descriptor.  Return the new position." }, { "ftruncate", "(fd, length, /)", p_ftruncate, "Truncate a file, specified by file descriptor, to a specific length." },
    { "fsync", "(fd)", p_fsync, "Force write of fd to disk." }, { "fdatasync", "(fd)", p_fdatasync, "Force write of fd to disk without forcing update of metadata." },
    { "sync", "()", p_sync, "Force write of everything to disk." }, { "posix_fallocate", "(fd, offset, length, /)", p_fallocate, "Ensure a file has allocated at least a particular number of bytes on disk." },
    { "posix_fadvise", "(fd, offset, length, advice, /)", p_fadvise, "Announce an intention to access data in a specific pattern." }, { "lockf", "(fd, command, length, /)", p_lockf, "Apply, test or remove a POSIX lock on an open file descriptor." },
    { "sendfile", "(out_fd, in_fd, offset, count)", p_sendfile, "Copy count bytes from file descriptor in_fd to file descriptor out_fd." },
    { "copy_file_range", "(src, dst, count, offset_src=None, offset_dst=None)", p_copy_file_range, "Copy count bytes from one file descriptor to another." },
    { "splice", "(src, dst, count, offset_src=None, offset_dst=None, flags=0)", p_splice, "Transfer count bytes from one pipe to a descriptor or vice versa." },
    { "dup", "(fd, /)", p_dup, "Return a duplicate of a file descriptor." }, { "dup2", "(fd, fd2, inheritable=True)", p_dup2, "Duplicate file descriptor." },
    { "pipe", "()", p_pipe, "Create a pipe.\n\nReturns a tuple of two file descriptors:\n  (read_fd, write_fd)" }, { "pipe2", "(flags, /)", p_pipe2, "Create a pipe with flags set atomically." },
    { "get_inheritable", "(fd, /)", p_get_inheritable, "Get the close-on-exe flag of the specified file descriptor." }, { "set_inheritable", "(fd, inheritable, /)", p_set_inheritable, "Set the inheritable flag of the specified file descriptor." },
    { "get_blocking", "(fd, /)", p_get_blocking, "Get the blocking mode of the file descriptor." }, { "set_blocking", "(fd, blocking, /)", p_set_blocking, "Set the blocking mode of the specified file descriptor." },
    { "isatty", "(fd, /)", p_isatty, "Return True if the fd is connected to a terminal." }, { "ttyname", "(fd, /)", p_ttyname, "Return the name of the terminal device connected to 'fd'." },
    { "openpty", "()", p_openpty, "Open a pseudo-terminal." }, { "login_tty", "(fd, /)", p_login_tty, "Prepare the tty of which fd is a file descriptor for a new login session." },
    { "get_terminal_size", "(fd=1, /)", p_get_terminal_size, "Return the size of the terminal window as (columns, lines)." }, { "device_encoding", "(fd)", p_device_encoding, "Return a string describing the encoding of a terminal's file descriptor." },
    { "tcgetpgrp", "(fd, /)", p_tcgetpgrp, "Return the process group associated with the terminal specified by fd." }, { "tcsetpgrp", "(fd, pgid, /)", p_tcsetpgrp, "Set the process group associated with the terminal specified by fd." },
    { "eventfd", "(initval, flags=EFD_CLOEXEC)", p_eventfd, "Creates and returns an event notification file descriptor." }, { "eventfd_read", "(fd)", p_eventfd_read, "Read eventfd value" },
    { "eventfd_write", "(fd, value)", p_eventfd_write, "Write eventfd value." }, { "memfd_create", "(name, flags=MFD_CLOEXEC)", p_memfd_create, NULL },
    { 0 },
};
bool posix_file_init(Value module)
{
    static const StructField fields[] = { { "columns", "width of the terminal window in characters" }, { "lines", "height of the terminal window in characters" }, { 0 } };
    if (!structseq_ready(&terminal_size_type, "os.terminal_size", "A tuple of (columns, lines) for holding terminal window size", fields, 2))
        return false;
    return module_add(module, "terminal_size", terminal_size_type);
}
