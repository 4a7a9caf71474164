/* fcntl_module.c -- fcntl: control of file descriptors, locks (docs.python.org/3.11/library/fcntl.html). */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "gc/event.h"
#include "interp/modules/arg.h"
#include "interp/object/bytes.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/vm/thread.h"

enum { ROOM = 1024 };

#define RETRYING(test, statement) do { do { BLOCKING(statement); } while ((test) && errno == EINTR && poll_events()); if (error_pending()) return ERROR; } while (0)

static Value fcntl_fcntl(Value *args, size_t n)
{
    int fd, command, result;
    if (!arg_fd(args[0], &fd) || !arg_int(args[1], 0, &command))
        return ERROR;
    Value v = is_unbound(args[2]) ? small_int_value(0) : args[2];
    if (str_check(v) || buffer_supported(v)) {
        uint8_t room[ROOM + 1];
        Buffer b;
        own Value owner = str_check(v) ? fs_encode(v) : retain(v);
        if (is_error(owner) || !buffer_bytes(owner, &b))
            return ERROR;
        size_t len = (size_t)b.len_bytes;
        if (len > ROOM) {
            buffer_release(&b);
            return raise(ValueError, "fcntl string arg too long");
        }
        memcpy(room, b.data, len);
        room[len] = 0;
        buffer_release(&b);
        RETRYING(result < 0, result = fcntl(fd, command, room));
        return result < 0 ? arg_os_error(UNBOUND) : bytes_new(room, len);
    }
    own Value index = obj_index(v);
    if (is_error(index))
        return ERROR;
    int argument = (int)int_to_u64_mask(index);
    RETRYING(result < 0, result = fcntl(fd, command, argument));
    return result < 0 ? arg_os_error(UNBOUND) : int_value(result);
}

static Value ioctl_buffer(int fd, unsigned long request, Value v, bool mutate)
{
    uint8_t room[ROOM + 1];
    Buffer b;
    int result;
    bool writable = buffer_get(v, &b, BUFFER_WRITABLE);
    if (!writable)
        error_clear();
    own Value owner = str_check(v) ? fs_encode(v) : retain(v);
    if (is_error(owner) || (!writable && !buffer_bytes(owner, &b)))
        return ERROR;
    size_t len = (size_t)b.len_bytes;
    void *at = b.data;
    if (len <= ROOM) {
        memcpy(room, b.data, len);
        room[len] = 0;
        at = room;
    } else if (!writable || !mutate) {
        buffer_release(&b);
        return raise(ValueError, "ioctl string arg too long");
    }
    BLOCKING(result = ioctl(fd, request, at));
    int why = errno;
    if (writable && mutate && at == room)
        memcpy(b.data, room, len);
    buffer_release(&b);
    errno = why;
    if (result < 0)
        return arg_os_error(UNBOUND);
    return writable && mutate ? int_value(result) : bytes_new(room, len);
}
static Value fcntl_ioctl(Value *args, size_t n)
{
    int fd, result;
    bool mutate;
    if (!arg_fd(args[0], &fd) || !arg_bool(args[3], true, &mutate))
        return ERROR;
    own Value request = obj_index(args[1]);
    if (is_error(request))
        return ERROR;
    unsigned long code = (unsigned long)int_to_u64_mask(request) & 0xffffffff;
    Value v = is_unbound(args[2]) ? small_int_value(0) : args[2];
    if (str_check(v) || buffer_supported(v))
        return ioctl_buffer(fd, code, v, mutate);
    own Value index = obj_index(v);
    if (is_error(index))
        return ERROR;
    long argument = (long)int_to_u64_mask(index);
    BLOCKING(result = ioctl(fd, code, argument));
    return result < 0 ? arg_os_error(UNBOUND) : int_value(result);
}

static Value fcntl_flock(Value *args, size_t n)
{
    int fd, operation, failed;
    if (!arg_fd(args[0], &fd) || !arg_int(args[1], 0, &operation))
        return ERROR;
    RETRYING(failed, failed = flock(fd, operation));
    return failed ? arg_os_error(UNBOUND) : NONE;
}
static Value fcntl_lockf(Value *args, size_t n)
{
    int fd, operation, whence, failed;
    int64_t len, start;
    if (!arg_fd(args[0], &fd) || !arg_int(args[1], 0, &operation) || !arg_i64(args[2], 0, &len) || !arg_i64(args[3], 0, &start) || !arg_int(args[4], 0, &whence))
        return ERROR;
    struct flock l = { .l_whence = (short)whence, .l_start = start, .l_len = len };
    if (operation == LOCK_UN)
        l.l_type = F_UNLCK;
    else if (operation & LOCK_SH)
        l.l_type = F_RDLCK;
    else if (operation & LOCK_EX)
        l.l_type = F_WRLCK;
    else
        return raise(ValueError, "unrecognized lockf argument");
    RETRYING(failed < 0, failed = fcntl(fd, operation & LOCK_NB ? F_SETLK : F_SETLKW, &l));
    return failed < 0 ? arg_os_error(UNBOUND) : NONE;
}

static const Method functions[] = {
    { "fcntl", "(fd, cmd, arg=0, /)", fcntl_fcntl, "Perform the operation `cmd` on file descriptor fd." },
    { "ioctl", "(fd, request, arg=0, mutate_flag=True, /)", fcntl_ioctl, "Perform the operation request on file descriptor fd." },
    { "flock", "(fd, operation, /)", fcntl_flock, "Perform the lock operation `operation` on file descriptor `fd`." },
    { "lockf", "(fd, cmd, len=0, start=0, whence=0, /)", fcntl_lockf, "A wrapper around the fcntl() locking calls." },
    { 0 },
};
#define C(name) { #name, (int64_t)(name) }
static const IntRow constants[] = {
    C(DN_ACCESS), C(DN_ATTRIB), C(DN_CREATE), C(DN_DELETE), C(DN_MODIFY), C(DN_MULTISHOT), C(DN_RENAME), C(FASYNC), C(FD_CLOEXEC), C(F_ADD_SEALS),
    C(F_DUPFD), C(F_DUPFD_CLOEXEC), C(F_EXLCK), C(F_GETFD), C(F_GETFL), C(F_GETLEASE), C(F_GETLK), C(F_GETLK64), C(F_GETOWN), C(F_GETPIPE_SZ),
    C(F_GETSIG), C(F_GET_SEALS), C(F_NOTIFY), C(F_OFD_GETLK), C(F_OFD_SETLK), C(F_OFD_SETLKW), C(F_RDLCK), C(F_SEAL_GROW), C(F_SEAL_SEAL),
    C(F_SEAL_SHRINK), C(F_SEAL_WRITE), C(F_SETFD), C(F_SETFL), C(F_SETLEASE), C(F_SETLK), C(F_SETLK64), C(F_SETLKW), C(F_SETLKW64), C(F_SETOWN),
    C(F_SETPIPE_SZ), C(F_SETSIG), C(F_SHLCK), C(F_UNLCK), C(F_WRLCK), C(LOCK_EX), C(LOCK_MAND), C(LOCK_NB), C(LOCK_READ), C(LOCK_RW), C(LOCK_SH),
    C(LOCK_UN), C(LOCK_WRITE),
};
static bool init(Value module) { return ADD_INTS(module, constants); }
const NativeModule fcntl_module = { "fcntl", "This module performs file control and I/O control on file\ndescriptors.  It is an interface to the fcntl() and ioctl() Unix\nroutines.  File descriptors can be obtained with the fileno() method of\na file or socket object.", functions, init };
