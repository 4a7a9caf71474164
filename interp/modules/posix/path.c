/* path.c -- operations on names in the file system. */
#include "interp/modules/posix/posix_parts.h"
#include "interp/object/audit.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/xattr.h>

/* --- getcwd, chdir ----------------------------------------------------------------------------------------------------------------------- */
static Value working_directory(bool bytes)
{
    char *text;
    BLOCKING(text = getcwd(NULL, 0));
    if (!text)
        return arg_os_error(UNBOUND);
    Value v = path_result(text, strlen(text), bytes);
    free(text);
    return v;
}
static Value p_getcwd(Value *args, size_t n) { return working_directory(false); }
static Value p_getcwdb(Value *args, size_t n) { return working_directory(true); }

/* Most functions here: a path, then a system call that gives 0 or -1. */
#define BEGIN(name, flags) \
    PathArg path; \
    Value result = ERROR; \
    int failed = 0; \
    if (path_arg(args[0], name, NULL, (flags), &path)) {
#define END() \
        result = failed ? path_error(&path) : NONE; \
    } \
    path_free(&path); \
    return result;

static Value p_chdir(Value *args, size_t n)
{
    if (!audit1("os.chdir", args[0]))
        return ERROR;
    BEGIN("chdir", PATH_FD)
        BLOCKING(failed = path.fd >= 0 ? fchdir(path.fd) : chdir(path.text));
    END()
}
static Value p_fchdir(Value *args, size_t n)
{
    if (!audit1("os.chdir", args[0]))
        return ERROR;
    int fd, failed;
    if (!arg_fd(args[0], &fd))
        return ERROR;
    RETRYING(failed, failed = fchdir(fd));
    return none_or_error(failed);
}
static Value p_chroot(Value *args, size_t n)
{
    BEGIN("chroot", 0)
        BLOCKING(failed = chroot(path.text));
    END()
}

/* A path, a number, dir_fd. */
typedef int PathFn(int dir_fd, const char *path, int mode);
static Value with_dir(Value *args, const char *name, Value mode_value, int mode_default, Value dir_value, PathFn *fn)
{
    PathArg path;
    int dir_fd, mode, failed = 0;
    Value result = ERROR;
    if (path_arg(args[0], name, NULL, 0, &path) && arg_int(mode_value, mode_default, &mode) && posix_dir_fd(dir_value, &dir_fd)) {
        BLOCKING(failed = fn(dir_fd, path.text, mode));
        result = failed ? path_error(&path) : NONE;
    }
    path_free(&path);
    return result;
}
static int do_mkdir(int d, const char *p, int mode) { return mkdirat(d, p, (mode_t)mode); }
static int do_mkfifo(int d, const char *p, int mode) { return mkfifoat(d, p, (mode_t)mode); }
static int do_unlink(int d, const char *p, int mode) { return unlinkat(d, p, 0); }
static int do_rmdir(int d, const char *p, int mode) { return unlinkat(d, p, AT_REMOVEDIR); }
static Value p_mkdir(Value *args, size_t n) { return audit3("os.mkdir", args[0], audit_or(args[1], small_int_value(0777)), audit_fd(args[2])) ? with_dir(args, "mkdir", args[1], 0777, args[2], do_mkdir) : ERROR; }
static Value p_mkfifo(Value *args, size_t n) { return with_dir(args, "mkfifo", args[1], 0666, args[2], do_mkfifo); }
static Value p_unlink(Value *args, size_t n) { return audit2("os.remove", args[0], audit_fd(args[1])) ? with_dir(args, "unlink", UNBOUND, 0, args[1], do_unlink) : ERROR; }
static Value p_remove(Value *args, size_t n) { return audit2("os.remove", args[0], audit_fd(args[1])) ? with_dir(args, "remove", UNBOUND, 0, args[1], do_unlink) : ERROR; }
static Value p_rmdir(Value *args, size_t n) { return audit2("os.rmdir", args[0], audit_fd(args[1])) ? with_dir(args, "rmdir", UNBOUND, 0, args[1], do_rmdir) : ERROR; }
static Value p_mknod(Value *args, size_t n)
{
    int mode, dir_fd;
    int64_t device;
    if (!arg_int(args[1], 0600, &mode) || !arg_i64(args[2], 0, &device) || !posix_dir_fd(args[3], &dir_fd))
        return ERROR;
    BEGIN("mknod", 0)
        BLOCKING(failed = mknodat(dir_fd, path.text, (mode_t)mode, (dev_t)device));
    END()
}

static Value p_access(Value *args, size_t n)
{
    PathArg path;
    int mode, dir_fd, failed = 0;
    bool effective, follow;
    Value result = ERROR;
    if (path_arg(args[0], "access", NULL, 0, &path) && arg_int(args[1], 0, &mode) && posix_dir_fd(args[2], &dir_fd) && arg_bool(args[3], false, &effective) && arg_bool(args[4], true, &follow)) {
        BLOCKING(failed = faccessat(dir_fd, path.text, mode, (effective ? AT_EACCESS : 0) | (follow ? 0 : AT_SYMLINK_NOFOLLOW)));
        result = bool_value(!failed);
    }
    path_free(&path);
    return result;
}
static Value p_chmod(Value *args, size_t n)
{
    if (!audit3("os.chmod", args[0], args[1], audit_fd(args[2])))
        return ERROR;
    int mode, dir_fd;
    bool follow;
    if (!arg_int(args[1], 0, &mode) || !posix_dir_fd(args[2], &dir_fd) || !arg_bool(args[3], true, &follow))
        return ERROR;
    BEGIN("chmod", PATH_FD)
        BLOCKING(failed = path.fd >= 0 ? fchmod(path.fd, (mode_t)mode) : fchmodat(dir_fd, path.text, (mode_t)mode, follow ? 0 : AT_SYMLINK_NOFOLLOW));
        if (failed && !follow && (errno == ENOTSUP || errno == EOPNOTSUPP)) {
            path_free(&path);
            return raise(NotImplementedError, dir_fd != AT_FDCWD ? "chmod: cannot use dir_fd and follow_symlinks together" : "chmod: follow_symlinks unavailable on this platform");
        }
    END()
}
static Value p_fchmod(Value *args, size_t n)
{
    if (!audit3("os.chmod", args[0], args[1], small_int_value(-1)))
        return ERROR;
    int fd, mode, failed;
    if (!arg_int(args[0], 0, &fd) || !arg_int(args[1], 0, &mode))
        return ERROR;
    RETRYING(failed, failed = fchmod(fd, (mode_t)mode));
    return none_or_error(failed);
}
/* A user or group id; -1 leaves it as it is. */
static bool id_arg(Value v, const char *what, uint32_t *id)
{
    own Value index = obj_index(v);
    int64_t i;
    if (is_error(index)) {
        if (error_is(TypeError))
            error_set(TypeError, "%s should be integer, not %T", what, v);
        return false;
    }
    if (!int_to_i64(index, &i) || i < -1 || i > UINT32_MAX)
        return raise_false(OverflowError, "%s is %s than %s", what, i < 0 ? "less" : "greater", i < 0 ? "minimum" : "maximum");
    *id = (uint32_t)i;
    return true;
}
static Value p_chown(Value *args, size_t n)
{
    if (!audit4("os.chown", args[0], args[1], args[2], audit_fd(args[3])))
        return ERROR;
    uint32_t uid, gid;
    int dir_fd;
    bool follow;
    if (!id_arg(args[1], "uid", &uid) || !id_arg(args[2], "gid", &gid) || !posix_dir_fd(args[3], &dir_fd) || !arg_bool(args[4], true, &follow))
        return ERROR;
    BEGIN("chown", PATH_FD)
        BLOCKING(failed = path.fd >= 0 ? fchown(path.fd, uid, gid) : fchownat(dir_fd, path.text, uid, gid, follow ? 0 : AT_SYMLINK_NOFOLLOW));
    END()
}
static Value p_lchown(Value *args, size_t n)
{
    if (!audit4("os.chown", args[0], args[1], args[2], small_int_value(-1)))
        return ERROR;
    uint32_t uid, gid;
    if (!id_arg(args[1], "uid", &uid) || !id_arg(args[2], "gid", &gid))
        return ERROR;
    BEGIN("lchown", 0)
        BLOCKING(failed = lchown(path.text, uid, gid));
    END()
}
static Value p_fchown(Value *args, size_t n)
{
    if (!audit4("os.chown", args[0], args[1], args[2], small_int_value(-1)))
        return ERROR;
    uint32_t uid, gid;
    int fd, failed;
    if (!arg_int(args[0], 0, &fd) || !id_arg(args[1], "uid", &uid) || !id_arg(args[2], "gid", &gid))
        return ERROR;
    RETRYING(failed, failed = fchown(fd, uid, gid));
    return none_or_error(failed);
}

/* --- two names ------------------------------------------------------------------------------------------------------------------------------- */
typedef int TwoPathsFn(int from_fd, const char *from, int to_fd, const char *to, bool follow);
static Value two_paths(Value *args, const char *name, Value from_dir, Value to_dir, bool follow, TwoPathsFn *fn)
{
    PathArg from, to = { .object = UNBOUND, .bytes = UNBOUND };
    int from_fd, to_fd, failed = 0;
    Value result = ERROR;
    if (path_arg(args[0], name, "src", 0, &from) && path_arg(args[1], name, "dst", 0, &to) && posix_dir_fd(from_dir, &from_fd) && posix_dir_fd(to_dir, &to_fd)) {
        BLOCKING(failed = fn(from_fd, from.text, to_fd, to.text, follow));
        result = failed ? path_error2(&from, &to) : NONE;
    }
    path_free(&from);
    path_free(&to);
    return result;
}
static int do_rename(int ff, const char *f, int tf, const char *t, bool follow) { return renameat(ff, f, tf, t); }
static int do_link(int ff, const char *f, int tf, const char *t, bool follow) { return linkat(ff, f, tf, t, follow ? AT_SYMLINK_FOLLOW : 0); }
static int do_symlink(int ff, const char *f, int tf, const char *t, bool follow) { return symlinkat(f, tf, t); }
static Value p_rename(Value *args, size_t n) { return audit4("os.rename", args[0], args[1], audit_fd(args[2]), audit_fd(args[3])) ? two_paths(args, "rename", args[2], args[3], true, do_rename) : ERROR; }
static Value p_replace(Value *args, size_t n) { return audit4("os.rename", args[0], args[1], audit_fd(args[2]), audit_fd(args[3])) ? two_paths(args, "replace", args[2], args[3], true, do_rename) : ERROR; }
static Value p_link(Value *args, size_t n)
{
    if (!audit4("os.link", args[0], args[1], audit_fd(args[2]), audit_fd(args[3])))
        return ERROR;
    bool follow;
    return arg_bool(args[4], true, &follow) ? two_paths(args, "link", args[2], args[3], !is_unbound(args[4]) && follow, do_link) : ERROR;
}
static Value p_symlink(Value *args, size_t n) { return audit3("os.symlink", args[0], args[1], audit_fd(args[3])) ? two_paths(args, "symlink", UNBOUND, args[3], true, do_symlink) : ERROR; }
static Value p_readlink(Value *args, size_t n)
{
    PathArg path;
    int dir_fd;
    Value result = ERROR;
    if (path_arg(args[0], "readlink", NULL, 0, &path) && posix_dir_fd(args[1], &dir_fd)) {
        char text[PATH_MAX + 1];
        ssize_t len;
        BLOCKING(len = readlinkat(dir_fd, path.text, text, sizeof text - 1));
        result = len < 0 ? path_error(&path) : path_result(text, (size_t)len, path.is_bytes);
    }
    path_free(&path);
    return result;
}
static Value p_truncate(Value *args, size_t n)
{
    if (!audit2("os.truncate", args[0], args[1]))
        return ERROR;
    int64_t length;
    if (!arg_i64(args[1], 0, &length))
        return ERROR;
    BEGIN("truncate", PATH_FD)
        BLOCKING(failed = path.fd >= 0 ? ftruncate(path.fd, length) : truncate(path.text, length));
    END()
}
static Value p_fspath(Value *args, size_t n) { return fs_path(args[0]); }

/* posixpath.normpath in C: no empty parts, no dots, double dots resolved by name. */
static Value p_normpath(Value *args, size_t n)
{
    own Value path = fs_path(args[0]);
    if (is_error(path))
        return ERROR;
    bool is_bytes = bytes_check(path);
    own Value bytes = is_bytes ? retain(path) : fs_encode(path);
    if (is_error(bytes))
        return ERROR;
    const char *text = (const char *)as_bytes(bytes)->data;
    size_t len = as_bytes(bytes)->len, slashes = text[0] != '/' ? 0 : text[1] == '/' && text[2] != '/' ? 2 : 1, out = 0;
    if (len == 0)
        return path_result(".", 1, is_bytes);
    char *result = malloc(len + 4);
    if (!result)
        return raise_memory();
    for (; out < slashes; out++)
        result[out] = '/';
    size_t root = out;
    for (size_t i = 0; i < len;) {
        size_t part = 0;
        while (i < len && text[i] == '/')
            i++;
        while (i + part < len && text[i + part] != '/')
            part++;
        bool up = part == 2 && text[i] == '.' && text[i + 1] == '.';
        bool last_is_up = out >= root + 2 && result[out - 1] == '.' && result[out - 2] == '.' && (out == root + 2 || result[out - 3] == '/');
        if (part == 0 || (part == 1 && text[i] == '.') || (up && root && out == root)) {
            i += part;
            continue;
        }
        if (up && out > root && !last_is_up) {
            while (out > root && result[out - 1] != '/')
                out--;
            if (out > root)
                out--;
        } else {
            if (out > root)
                result[out++] = '/';
            memcpy(result + out, text + i, part);
            out += part;
        }
        i += part;
    }
    Value v = out ? path_result(result, out, is_bytes) : path_result(".", 1, is_bytes);
    free(result);
    return v;
}

/* --- extended attributes ------------------------------------------------------------------------------------------------------------------------ */
enum { XATTR_ROOM = 65536 };             /* the longest value or list of names that Linux gives */
static Value p_getxattr(Value *args, size_t n)
{
    PathArg path, name = { .object = UNBOUND, .bytes = UNBOUND };
    bool follow;
    Value result = ERROR;
    if (path_arg(args[0], "getxattr", NULL, PATH_FD, &path) && path_arg(args[1], "getxattr", "attribute", 0, &name) && arg_bool(args[2], true, &follow)) {
        Bytes *b = bytes_alloc(XATTR_ROOM);
        ssize_t len = -1;
        if (b) {
            BLOCKING(len = path.fd >= 0 ? fgetxattr(path.fd, name.text, b->data, b->len) : follow ? getxattr(path.text, name.text, b->data, b->len)
                                                                                         : lgetxattr(path.text, name.text, b->data, b->len));
            if (len < 0) {
                path_error(&path);
                release(obj_value(b));
            } else {
                result = bytes_shrink_take(b, (size_t)len);
            }
        }
    }
    path_free(&path);
    path_free(&name);
    return result;
}
static Value p_setxattr(Value *args, size_t n)
{
    PathArg path, name = { .object = UNBOUND, .bytes = UNBOUND };
    Buffer value;
    bool follow;
    int flags, failed = 0;
    Value result = ERROR;
    if (path_arg(args[0], "setxattr", NULL, PATH_FD, &path) && path_arg(args[1], "setxattr", "attribute", 0, &name) && arg_int(args[3], 0, &flags) &&
        arg_bool(args[4], true, &follow) && buffer_bytes(args[2], &value)) {
        size_t size = (size_t)value.len_bytes;
        BLOCKING(failed = path.fd >= 0 ? fsetxattr(path.fd, name.text, value.data, size, flags) : follow ? setxattr(path.text, name.text, value.data, size, flags)
                                                                                                 : lsetxattr(path.text, name.text, value.data, size, flags));
        result = failed ? path_error(&path) : NONE;
        buffer_release(&value);
    }
    path_free(&path);
    path_free(&name);
    return result;
}
static Value p_removexattr(Value *args, size_t n)
{
    PathArg path, name = { .object = UNBOUND, .bytes = UNBOUND };
    bool follow;
    int failed = 0;
    Value result = ERROR;
    if (path_arg(args[0], "removexattr", NULL, PATH_FD, &path) && path_arg(args[1], "removexattr", "attribute", 0, &name) && arg_bool(args[2], true, &follow)) {
        BLOCKING(failed = path.fd >= 0 ? fremovexattr(path.fd, name.text) : follow ? removexattr(path.text, name.text) : lremovexattr(path.text, name.text));
        result = failed ? path_error(&path) : NONE;
    }
    path_free(&path);
    path_free(&name);
    return result;
}
/* NUL-terminated names, one behind the other. */
static Value name_list(const char *names, ssize_t len)
{
    own Value list = list_new(0);
    for (ssize_t at = 0; !is_error(list) && at < len; at += (ssize_t)strlen(names + at) + 1)
        if (!list_append_take(list, fs_decode(names + at, strlen(names + at))))
            return ERROR;
    return give(list);
}
static Value p_listxattr(Value *args, size_t n)
{
    PathArg path;
    bool follow;
    Value result = ERROR;
    if (path_arg(args[0], "listxattr", NULL, PATH_FD | PATH_NONE, &path) && arg_bool(args[1], true, &follow)) {
        char *names = malloc(XATTR_ROOM);
        ssize_t len = -1;
        if (names)
            BLOCKING(len = path.fd >= 0 ? flistxattr(path.fd, names, XATTR_ROOM) : follow ? listxattr(path.text, names, XATTR_ROOM) : llistxattr(path.text, names, XATTR_ROOM));
        result = !names ? raise_memory() : len < 0 ? path_error(&path) : name_list(names, len);
        free(names);
    }
    path_free(&path);
    return result;
}

const Method posix_path_functions[] = {
    { "access", "(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)", p_access, "Use the real uid/gid to test for access to a path." },
    { "chdir", "(path)", p_chdir, "Change the current working directory to the specified path.\n\npath may always be specified as a string.\nOn some platforms, path may also be specified as an open file descriptor.\nIf this functionality is unavailable, using it raises an exception." },
    { "chmod", "(path, mode, *, dir_fd=None, follow_symlinks=True)", p_chmod, "Change the access permissions of a file." },
    { "chown", "(path, uid, gid, *, dir_fd=None, follow_symlinks=True)", p_chown, "Change the owner and group id of path to the numeric uid and gid." },
    { "chroot", "(path)", p_chroot, "Change root directory to path." }, { "fchdir", "(fd)", p_fchdir, "Change to the directory of the given file descriptor." },
    { "fchmod", "(fd, mode)", p_fchmod, "Change the access permissions of the file given by file descriptor fd." },
    { "fchown", "(fd, uid, gid)", p_fchown, "Change the owner and group id of the file specified by file descriptor." },
    { "fspath", "(path)", p_fspath, "Return the file system path representation of the object.\n\nIf the object is str or bytes, then allow it to pass through as-is. If the\nobject defines __fspath__(), then return the result of that method. All other\ntypes raise a TypeError." },
    { "getcwd", "()", p_getcwd, "Return a unicode string representing the current working directory." }, { "getcwdb", "()", p_getcwdb, "Return a bytes string representing the current working directory." },
    { "getxattr", "(path, attribute, *, follow_symlinks=True)", p_getxattr, "Return the value of extended attribute attribute on path." },
    { "lchown", "(path, uid, gid)", p_lchown, "Change the owner and group id of path to the numeric uid and gid.\n\nThis function will not follow symbolic links.\nEquivalent to os.chown(path, uid, gid, follow_symlinks=False)." },
    { "link", "(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)", p_link, "Create a hard link to a file." },
    { "listxattr", "(path=None, *, follow_symlinks=True)", p_listxattr, "Return a list of extended attributes on path." },
    { "mkdir", "(path, mode=511, *, dir_fd=None)", p_mkdir, "Create a directory." }, { "mkfifo", "(path, mode=438, *, dir_fd=None)", p_mkfifo, "Create a \"fifo\" (a POSIX named pipe)." },
    { "mknod", "(path, mode=384, device=0, *, dir_fd=None)", p_mknod, "Create a node in the file system." },
    { "readlink", "(path, *, dir_fd=None)", p_readlink, "Return a string representing the path to which the symbolic link points." },
    { "remove", "(path, *, dir_fd=None)", p_remove, "Remove a file (same as unlink())." },
    { "removexattr", "(path, attribute, *, follow_symlinks=True)", p_removexattr, "Remove extended attribute attribute on path." },
    { "rename", "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)", p_rename, "Rename a file or directory." },
    { "replace", "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)", p_replace, "Rename a file or directory, overwriting the destination." },
    { "rmdir", "(path, *, dir_fd=None)", p_rmdir, "Remove a directory." },
    { "setxattr", "(path, attribute, value, flags=0, *, follow_symlinks=True)", p_setxattr, "Set extended attribute attribute on path to value." },
    { "symlink", "(src, dst, target_is_directory=False, *, dir_fd=None)", p_symlink, "Create a symbolic link pointing to src named dst." },
    { "truncate", "(path, length)", p_truncate, "Truncate a file, specified by path, to a specific length." }, { "unlink", "(path, *, dir_fd=None)", p_unlink, "Remove a file (same as remove())." },
    { "_path_normpath", "(path)", p_normpath, "Basic path normalization." },
    { 0 },
};
