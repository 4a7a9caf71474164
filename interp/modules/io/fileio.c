/* fileio.c -- FileIO: a file descriptor as a raw stream. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gc/event.h"
#include "interp/modules/io/io_parts.h"
#include "interp/modules/warnings_module.h"
#include "interp/object/audit.h"
#include "interp/vm/thread.h"

enum { CHUNK_MAX = 0x7ffff000 };         /* most that Linux moves at once */

static bool open_now(const FileIO *f) { return f->fd >= 0 || raise_false(ValueError, "I/O operation on closed file"); }
static bool can_read(const FileIO *f) { return open_now(f) && (f->readable || (is_error(io_unsupported("File not open for reading")) && false)); }
static bool can_write(const FileIO *f) { return open_now(f) && (f->writable || (is_error(io_unsupported("File not open for writing")) && false)); }

/* What a read() or write() that gave `moved` comes to; INTERRUPTED: a signal came and is handled, try again. */
enum { INTERRUPTED = -3 };
static int64_t outcome(ssize_t moved)
{
    if (moved >= 0)
        return moved;
    if (errno == EAGAIN)
        return IO_WOULD_BLOCK;
    if (errno != EINTR)
        return arg_os_error(UNBOUND), -1;
    return poll_events() ? INTERRUPTED : -1;
}
int64_t fileio_read_into(FileIO *f, void *data, size_t n)
{
    int64_t result = INTERRUPTED;
    if (!can_read(f))
        return -1;
    while (result == INTERRUPTED) {
        int fd = f->fd;
        ssize_t got;
        BLOCKING(got = read(fd, data, n > CHUNK_MAX ? CHUNK_MAX : n));
        result = outcome(got);
    }
    return result;
}
int64_t fileio_write_from(FileIO *f, const void *data, size_t n)
{
    int64_t result = INTERRUPTED;
    if (!can_write(f))
        return -1;
    while (result == INTERRUPTED) {
        int fd = f->fd;
        ssize_t put;
        BLOCKING(put = write(fd, data, n > CHUNK_MAX ? CHUNK_MAX : n));
        result = outcome(put);
    }
    return result;
}
int64_t fileio_seek_to(FileIO *f, int64_t position, int whence)
{
    if (!open_now(f))
        return -1;
    off_t at = lseek(f->fd, position, whence);
    if (f->seekable < 0)
        f->seekable = at >= 0;
    if (at < 0)
        arg_os_error(UNBOUND);
    return at;
}
Truth fileio_seekable(FileIO *f)
{
    if (!open_now(f))
        return TRUTH_FAILED;
    if (f->seekable < 0)
        f->seekable = lseek(f->fd, 0, SEEK_CUR) >= 0;
    return (Truth)f->seekable;
}

/* --- opening -------------------------------------------------------------------------------------------------------------------- */
static bool parse_mode(FileIO *f, const char *mode, int *flags)
{
    bool plus = false, main_mode = false;
    *flags = 0;
    f->created = f->readable = f->writable = f->appending = false;
    for (const char *m = mode; *m; m++) {
        if (*m == 'b')
            continue;
        if (*m == '+') {
            if (plus)
                return raise_false(ValueError, "Must have exactly one of create/read/write/append mode and at most one plus");
            plus = f->readable = f->writable = true;
            continue;
        }
        if (!strchr("xrwa", *m))
            return raise_false(ValueError, "invalid mode: %.200s", mode);
        if (main_mode)
            return raise_false(ValueError, "Must have exactly one of create/read/write/append mode and at most one plus");
        main_mode = true;
        f->created = *m == 'x';
        f->appending = *m == 'a';
        *(*m == 'r' ? &f->readable : &f->writable) = true;
        *flags = *m == 'x' ? O_EXCL | O_CREAT : *m == 'w' ? O_CREAT | O_TRUNC : *m == 'a' ? O_APPEND | O_CREAT : 0;
    }
    if (!main_mode)
        return raise_false(ValueError, "Must have exactly one of create/read/write/append mode and at most one plus");
    *flags |= O_CLOEXEC | (f->readable && f->writable ? O_RDWR : f->readable ? O_RDONLY : O_WRONLY);
    return true;
}

static bool close_fd(FileIO *f)
{
    int fd = f->fd, failed;
    f->fd = -1;
    if (fd < 0)
        return true;
    BLOCKING(failed = close(fd));
    return failed == 0 || (is_error(arg_os_error(UNBOUND)) && false);
}

static bool open_path(FileIO *f, const char *path, Value name, int flags, Value opener)
{
    if (is_unbound(opener) || is_none(opener)) {
        for (;;) {
            BLOCKING(f->fd = open(path, flags, 0666));
            if (f->fd >= 0)
                return true;
            if (errno != EINTR)
                return is_error(arg_os_error(name)) && false;
            if (!poll_events())
                return false;
        }
    }
    own Value given = call2(opener, name, int_value(flags));
    if (is_error(given))
        return false;
    if (!int_check(given))
        return raise_false(TypeError, "expected integer from opener");
    int fd;
    if (!arg_int(given, -1, &fd))
        return false;
    if (fd < 0)
        return raise_false(ValueError, "opener returned %d", fd);
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
        return is_error(arg_os_error(UNBOUND)) && false;
    f->fd = fd;
    return true;
}

/* The argument `file`: a descriptor in *fd, or the path in *path (owned bytes). */
static bool take_target(Value file, int *fd, Value *path)
{
    *fd = -1;
    if (int_check(file))
        return arg_int(file, -1, fd) && (*fd >= 0 || raise_false(ValueError, "negative file descriptor"));
    PathArg p;
    bool good = path_arg(file, NULL, NULL, 0, &p);
    if (good)
        *path = retain(p.bytes);
    path_free(&p);
    return good;
}

/* What fstat says of the descriptor. False: it is none, or a folder's. */
static bool look_at(FileIO *f, Value file)
{
    struct stat st;
    f->blksize = IO_BUFFER_SIZE;
    f->mode = 0;
    if (fstat(f->fd, &st) < 0)
        return errno != EBADF || (is_error(arg_os_error(UNBOUND)) && false);
    f->mode = st.st_mode;
    if (S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return is_error(arg_os_error(file)) && false;
    }
    if (st.st_blksize > 1)
        f->blksize = (uint32_t)st.st_blksize;
    if (S_ISREG(st.st_mode))
        f->seekable = 1;
    return true;
}

/* The mode is shown without its 'b', which says nothing here. */
static bool audit_open(Value file, const char *mode, int flags)
{
    char shown[8];
    if (is_unbound(audit_hooks))
        return true;
    size_t n = 0;
    for (const char *p = mode; *p && n < sizeof shown - 1; p++)
        if (*p != 'b')
            shown[n++] = *p;
    shown[n] = 0;
    own Value text = str_from(shown);
    return !is_error(text) && audit3("open", file, text, small_int_value(flags));
}

bool fileio_open(Value self, Value file, const char *mode, bool closefd, Value opener)
{
    FileIO *f = as_fileio(self);
    int flags, fd;
    own Value path = UNBOUND;
    if (f->closefd && !close_fd(f))
        return false;
    f->fd = f->seekable = -1;
    if (!take_target(file, &fd, &path) || !parse_mode(f, mode, &flags) || !audit_open(file, mode, flags))
        return false;
    bool by_name = fd < 0;
    f->closefd = closefd || by_name;
    if (by_name && !closefd)
        return raise_false(ValueError, "Cannot use closefd=False with file name");
    if (by_name && !open_path(f, (const char *)as_bytes(path)->data, file, flags, opener))
        return false;
    if (!by_name)
        f->fd = fd;
    bool good = look_at(f, file) && obj_setattr(self, str_name_peek("name"), file);
    if (good && f->appending && lseek(f->fd, 0, SEEK_END) < 0 && errno != ESPIPE)
        good = is_error(arg_os_error(UNBOUND)) && false;
    if (!good && by_name) {
        ErrorState first = error_save();
        if (!close_fd(f))
            error_clear();
        error_restore(first);
    }
    if (!good)
        f->fd = -1;                      /* a descriptor that was given stays open: it is not ours */
    return good;
}

static Value fileio_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value v = instance_new(type);
    if (is_error(v))
        return ERROR;
    FileIO *f = as_fileio(v);
    f->fd = -1;
    f->closefd = true;
    f->seekable = -1;
    f->blksize = IO_BUFFER_SIZE;
    return v;
}
static bool fileio_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    Value a[4];
    const char *mode = "r";
    bool closefd;
    if (!bind_arguments("FileIO", "(file, mode='r', closefd=True, opener=None)", args, n_pos, kwnames, a, NULL))
        return false;
    if (!is_unbound(a[1]) && !arg_text(a[1], "FileIO", "'mode'", false, &mode))
        return false;
    return arg_bool(a[2], true, &closefd) && fileio_open(self, a[0], mode, closefd, a[3]);
}

/* --- methods ----------------------------------------------------------------------------------------------------------------------- */
static Value m_read(Value *args, size_t n)
{
    FileIO *f = as_fileio(args[0]);
    int64_t size;
    if (!can_read(f) || !io_size(args[1], &size))
        return ERROR;
    if (size < 0)
        return fileio_readall(args[0]);
    Bytes *b = bytes_alloc(size > CHUNK_MAX ? CHUNK_MAX : (size_t)size);
    if (!b)
        return ERROR;
    own Value result = obj_value(b);
    int64_t got = fileio_read_into(f, b->data, b->len);
    if (got < 0)
        return got == IO_WOULD_BLOCK ? NONE : ERROR;
    give(result);
    return bytes_shrink_take(b, (size_t)got);
}
Value fileio_readall(Value self)
{
    FileIO *f = as_fileio(self);
    if (!can_read(f))
        return ERROR;
    struct stat st;
    off_t at = lseek(f->fd, 0, SEEK_CUR);
    size_t cap = IO_BUFFER_SIZE, len = 0;
    if (fstat(f->fd, &st) == 0 && at >= 0 && st.st_size >= at && st.st_size - at < ((int64_t)1 << 62))
        cap = (size_t)(st.st_size - at) + 1;
    own Value room = bytearray_new(NULL, 0);
    if (is_error(room))
        return ERROR;
    ByteArray *b = as_bytearray(room);
    for (;;) {
        if (len == cap)
            cap += cap < 65536 ? cap + IO_BUFFER_SIZE : cap / 2 + 256;
        if (b->len < cap && !bytearray_resize(b, cap))
            return ERROR;
        int64_t got = fileio_read_into(f, bytearray_data(b) + len, cap - len);
        if (got == -1)
            return ERROR;
        if (got == 0)
            break;
        if (got == IO_WOULD_BLOCK) {
            if (len == 0)
                return NONE;
            break;
        }
        len += (size_t)got;
        if (!poll_interrupt())
            return ERROR;
    }
    return bytes_new(bytearray_data(b), len);
}
static Value m_readall(Value *args, size_t n) { return fileio_readall(args[0]); }
static Value m_readinto(Value *args, size_t n)
{
    FileIO *f = as_fileio(args[0]);
    Buffer b;
    if (!can_read(f) || !io_room(args[1], "readinto", &b))
        return ERROR;
    int64_t got = fileio_read_into(f, b.data, (size_t)b.len_bytes);
    buffer_release(&b);
    return got == -1 ? ERROR : got == IO_WOULD_BLOCK ? NONE : int_value(got);
}
static Value m_write(Value *args, size_t n)
{
    FileIO *f = as_fileio(args[0]);
    Buffer b;
    if (!can_write(f) || !buffer_bytes(args[1], &b))
        return ERROR;
    int64_t put = fileio_write_from(f, b.data, (size_t)b.len_bytes);
    buffer_release(&b);
    return put == -1 ? ERROR : put == IO_WOULD_BLOCK ? NONE : int_value(put);
}
static Value m_seek(Value *args, size_t n)
{
    int whence;
    int64_t position;
    if (!open_now(as_fileio(args[0])) || !arg_int(args[2], 0, &whence) || !io_position(args[1], &position))
        return ERROR;
    int64_t at = fileio_seek_to(as_fileio(args[0]), position, whence);
    return at < 0 ? ERROR : int_value(at);
}
static Value m_tell(Value *args, size_t n)
{
    int64_t at = fileio_seek_to(as_fileio(args[0]), 0, SEEK_CUR);
    return at < 0 ? ERROR : int_value(at);
}
static Value m_truncate(Value *args, size_t n)
{
    FileIO *f = as_fileio(args[0]);
    int64_t size;
    if (!can_write(f))
        return ERROR;
    if (is_unbound(args[1]) || is_none(args[1])) {
        size = fileio_seek_to(f, 0, SEEK_CUR);
        if (size < 0)
            return ERROR;
    } else if (!io_position(args[1], &size)) {
        return ERROR;
    }
    for (int failed;;) {
        BLOCKING(failed = ftruncate(f->fd, size));
        if (!failed)
            return int_value(size);
        if (errno != EINTR)
            return arg_os_error(UNBOUND);
        if (!poll_events())
            return ERROR;
    }
}

/* ResourceWarning; errors are dropped. */
static void warn_unclosed(Value source, Value shown)
{
    ErrorState saved = error_save();
    if (!warnings_warn(ResourceWarning, 1, source, "unclosed file %R", shown))
        error_clear();
    error_restore(saved);
}
static Value m_dealloc_warn(Value *args, size_t n)
{
    FileIO *f = as_fileio(args[0]);
    if (f->fd >= 0 && f->closefd)
        warn_unclosed(args[1], args[1]);
    return NONE;
}
Value fileio_close(Value self)
{
    FileIO *f = as_fileio(self);
    own Value base = io_close_base(self);
    if (!f->closefd) {
        f->fd = -1;
        return give(base);
    }
    ErrorState first = error_save();
    if (f->finalizing && f->fd >= 0)
        warn_unclosed(self, self);
    bool closed = close_fd(f);
    if (is_error(base)) {
        if (closed)
            error_restore(first);
        else
            io_chain(first);
        return ERROR;
    }
    error_restore(closed ? first : error_save());
    return closed ? NONE : ERROR;
}
static Value m_close(Value *args, size_t n) { return fileio_close(args[0]); }
static Value m_seekable(Value *args, size_t n)
{
    return truth_value(fileio_seekable(as_fileio(args[0])));
}
static Value m_readable(Value *args, size_t n) { return open_now(as_fileio(args[0])) ? bool_value(as_fileio(args[0])->readable) : ERROR; }
static Value m_writable(Value *args, size_t n) { return open_now(as_fileio(args[0])) ? bool_value(as_fileio(args[0])->writable) : ERROR; }
static Value m_fileno(Value *args, size_t n) { return open_now(as_fileio(args[0])) ? int_value(as_fileio(args[0])->fd) : ERROR; }
static Value m_isatty(Value *args, size_t n) { return open_now(as_fileio(args[0])) ? bool_value(isatty(as_fileio(args[0])->fd)) : ERROR; }

static const char *mode_text(const FileIO *f)
{
    if (f->created)
        return f->readable ? "xb+" : "xb";
    if (f->appending)
        return f->readable ? "ab+" : "ab";
    return f->readable && f->writable ? "rb+" : f->readable ? "rb" : "wb";
}
static Value get_mode(Value self) { return str_from(mode_text(as_fileio(self))); }
static Value get_closed(Value self) { return bool_value(as_fileio(self)->fd < 0); }
static Value get_closefd(Value self) { return bool_value(as_fileio(self)->closefd); }
static Value get_blksize(Value self) { return int_value(as_fileio(self)->blksize); }
static bool set_blksize(Value self, Value v)
{
    int i;
    if (is_unbound(v) || !arg_int(v, 0, &i))
        return is_unbound(v) ? raise_false(TypeError, "can't delete numeric/char attribute") : false;
    as_fileio(self)->blksize = (uint32_t)i;
    return true;
}
static Value repr(Value self)
{
    FileIO *f = as_fileio(self);
    if (f->fd < 0)
        return str_from("<_io.FileIO [closed]>");
    own Value name = UNBOUND;
    if (obj_find_attr(self, str_name_peek("name"), &name) == FAILED)
        return ERROR;
    const char *closefd = f->closefd ? "True" : "False";
    if (is_unbound(name))
        return str_format("<_io.FileIO fd=%d mode='%s' closefd=%s>", f->fd, mode_text(f), closefd);
    Truth inside = repr_enter(self);
    if (inside)
        return inside == YES ? raise(RuntimeError, "reentrant call inside %s.__repr__", type_name(self)) : ERROR;
    own Value shown = obj_repr(name);
    repr_leave(self);
    return is_error(shown) ? ERROR : str_format("<_io.FileIO name=%S mode='%s' closefd=%s>", shown, mode_text(f), closefd);
}

static const Method methods[] = {
    { "read", "(self, size=-1, /)", m_read, "Read at most size bytes, returned as bytes.\n\nOnly makes one system call, so less data may be returned than requested.\nIn non-blocking mode, returns None if no data is available.\nReturn an empty bytes object at EOF." },
    { "readall", "(self, /)", m_readall, "Read all data from the file, returned as bytes.\n\nIn non-blocking mode, returns as much as is immediately available,\nor None if no data is available.  Return an empty bytes object at EOF." },
    { "readinto", "(self, buffer, /)", m_readinto, "Same as RawIOBase.readinto()." },
    { "write", "(self, b, /)", m_write, "Write buffer b to file, return number of bytes written.\n\nOnly makes one system call, so not all of the data may be written.\nThe number of bytes actually written is returned.  In non-blocking mode,\nreturns None if the write would block." },
    { "seek", "(self, pos, whence=0, /)", m_seek, "Move to new file position and return the file position.\n\nArgument offset is a byte count.  Optional argument whence defaults to\nSEEK_SET or 0 (offset from start of file, offset should be >= 0); other values\nare SEEK_CUR or 1 (move relative to current position, positive or negative),\nand SEEK_END or 2 (move relative to end of file, usually negative, although\nmany platforms allow seeking beyond the end of a file).\n\nNote that not all file objects are seekable." },
    { "tell", "(self, /)", m_tell, "Current file position.\n\nCan raise OSError for non seekable files." },
    { "truncate", "(self, size=None, /)", m_truncate, "Truncate the file to at most size bytes and return the truncated size.\n\nSize defaults to the current file position, as returned by tell().\nThe current file position is changed to the value of size." },
    { "close", "(self, /)", m_close, "Close the file.\n\nA closed file cannot be used for further I/O operations.  close() may be\ncalled more than once without error." },
    { "seekable", "(self, /)", m_seekable, "True if file supports random-access." },
    { "readable", "(self, /)", m_readable, "True if file was opened in a read mode." },
    { "writable", "(self, /)", m_writable, "True if file was opened in a write mode." },
    { "fileno", "(self, /)", m_fileno, "Return the underlying file descriptor (an integer)." },
    { "isatty", "(self, /)", m_isatty, "True if the file is connected to a TTY device." },
    { "_dealloc_warn", "(self, source, /)", m_dealloc_warn, NULL },
    { "__getstate__", "(self, /)", io_no_state, NULL },
    { 0 },
};
static const GetSet getsets[] = {
    { "closed", get_closed, NULL, "True if the file is closed" },
    { "closefd", get_closefd, NULL, "True if the file descriptor will be closed by close()." },
    { "mode", get_mode, NULL, "String giving the file mode" },
    { "_blksize", get_blksize, set_blksize, NULL },
    { 0 },
};
static const Member members[] = { { "_finalizing", MEMBER_BOOL, offsetof(FileIO, finalizing), true, NULL }, { 0 } };
static const TraceRow rows[] = { { TRACE_ATTRS, offsetof(FileIO, attrs), 0, NULL }, { 0 } };
static_assert(sizeof(FileIO) == offsetof(FileIO, attrs) + sizeof(AttrArea) + 2 * sizeof(Value), "the attribute area is the end");

static void finalize(Object *o)
{
    if (obj_type(o) != &fileio_type || ((FileIO *)o)->fd >= 0)
        io_finalize(o);
}

Type fileio_type = {
    STATIC_TYPE(fileio_type, "FileIO", FileIO, rows), STATIC_TYPE_ATTRS(FileIO, attrs), .heap.finalize = finalize, .heap.n_inline = 2, .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_WEAK,
    .new = fileio_new, .init = fileio_init, .repr = repr, .methods = methods, .getsets = getsets, .members = members, .module_name = "_io", .signature = "(file, mode='r', closefd=True, opener=None)",
    .doc = "Open a file.\n\nThe mode can be 'r' (default), 'w', 'x' or 'a' for reading, writing,\nexclusive creation or appending.  The file will be created if it\ndoesn't exist when opened for writing or appending; it will be\ntruncated when opened for writing.  A FileExistsError will be raised if\nit already exists when opened for creating. Opening a file for creating\nimplies writing so this mode behaves in a similar way to 'w'.Add a '+' to the mode\nto allow simultaneous reading and writing. A custom opener can be used by\npassing a callable as *opener*. The underlying file descriptor for the file\nobject is then obtained by calling opener with (*name*, *flags*).\n*opener* must return an open file descriptor (passing os.open as *opener*\nresults in functionality similar to passing None).",
};
