/* stat.c -- stat, lstat, fstat, statvfs and what they return. */
#include "interp/modules/posix/posix_parts.h"

#include <math.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

static Value stat_type = UNBOUND_INIT, statvfs_type = UNBOUND_INIT;

static Value seconds(struct timespec t) { return float_value((double)t.tv_sec + 1e-9 * (double)t.tv_nsec); }
static Value nanoseconds(struct timespec t) { return int_value((int64_t)t.tv_sec * 1000000000 + t.tv_nsec); }

/* An os.stat_result. */
static Value stat_value(const void *buffer)
{
    const struct stat *s = buffer;
    Value v[19] = { int_value(s->st_mode), int_from_u64(s->st_ino), int_from_u64(s->st_dev), int_from_u64(s->st_nlink), int_value(s->st_uid), int_value(s->st_gid),
        int_value(s->st_size), int_value(s->st_atime), int_value(s->st_mtime), int_value(s->st_ctime), seconds(s->st_atim), seconds(s->st_mtim), seconds(s->st_ctim),
        nanoseconds(s->st_atim), nanoseconds(s->st_mtim), nanoseconds(s->st_ctim), int_value(s->st_blksize), int_value(s->st_blocks), int_from_u64(s->st_rdev) };
    return structseq_new_take(stat_type, v, 19);
}

Value posix_do_stat(const PathArg *path, int dir_fd, bool follow)
{
    struct stat s;
    int failed;
    if (path->fd >= 0)
        BLOCKING(failed = fstat(path->fd, &s));
    else
        BLOCKING(failed = fstatat(dir_fd, path->text, &s, follow ? 0 : AT_SYMLINK_NOFOLLOW));
    return failed ? path_error(path) : stat_value(&s);
}

bool posix_dir_fd(Value v, int *fd)
{
    *fd = AT_FDCWD;
    if (is_unbound(v) || is_none(v))
        return true;
    own Value index = UNBOUND;
    Found found = int_check(v) ? FOUND : obj_find_special(v, N(__index__), &index);
    if (found == ABSENT)
        return raise_false(TypeError, "argument should be integer or None, not %.200T", v);
    return found == FOUND && arg_int(v, 0, fd);
}

static Value do_stat(const char *name, Value path_value, Value dir_value, bool follow)
{
    PathArg path;
    int dir_fd;
    Value v = ERROR;
    if (!path_arg(path_value, name, NULL, strcmp(name, "lstat") ? PATH_FD : 0, &path))
        ;
    else if (path.fd >= 0 && !is_unbound(dir_value) && !is_none(dir_value))
        error_set(ValueError, "%s: can't specify dir_fd without matching path", name);
    else if (path.fd >= 0 && !follow)
        error_set(ValueError, "%s: cannot use fd and follow_symlinks together", name);
    else if (posix_dir_fd(dir_value, &dir_fd))
        v = posix_do_stat(&path, dir_fd, follow);
    path_free(&path);
    return v;
}
static Value p_stat(Value *args, size_t n)
{
    bool follow;
    return arg_bool(args[2], true, &follow) ? do_stat("stat", args[0], args[1], follow) : ERROR;
}
static Value p_lstat(Value *args, size_t n) { return do_stat("lstat", args[0], args[1], false); }
static Value p_fstat(Value *args, size_t n)
{
    struct stat s;
    int fd, failed;
    if (!arg_int(args[0], -1, &fd))
        return ERROR;
    RETRYING(failed, failed = fstat(fd, &s));
    return failed ? arg_os_error(UNBOUND) : stat_value(&s);
}

static Value statvfs_value(const struct statvfs *s)
{
    Value v[11] = { int_from_u64(s->f_bsize), int_from_u64(s->f_frsize), int_from_u64(s->f_blocks), int_from_u64(s->f_bfree), int_from_u64(s->f_bavail), int_from_u64(s->f_files),
        int_from_u64(s->f_ffree), int_from_u64(s->f_favail), int_from_u64(s->f_flag), int_from_u64(s->f_namemax), int_from_u64(s->f_fsid) };
    return structseq_new_take(statvfs_type, v, 11);
}
static Value p_statvfs(Value *args, size_t n)
{
    PathArg path;
    struct statvfs s;
    int failed = 0;
    Value v = ERROR;
    if (path_arg(args[0], "statvfs", NULL, PATH_FD, &path)) {
        BLOCKING(failed = path.fd >= 0 ? fstatvfs(path.fd, &s) : statvfs(path.text, &s));
        v = failed ? path_error(&path) : statvfs_value(&s);
    }
    path_free(&path);
    return v;
}
static Value p_fstatvfs(Value *args, size_t n)
{
    struct statvfs s;
    int fd, failed;
    if (!arg_int(args[0], -1, &fd))
        return ERROR;
    RETRYING(failed, failed = fstatvfs(fd, &s));
    return failed ? arg_os_error(UNBOUND) : statvfs_value(&s);
}

/* --- times ----------------------------------------------------------------------------------------------------------------------------- */
/* A number of seconds as time_t and nanoseconds, rounded down. */
static bool to_timespec(Value v, struct timespec *t)
{
    if (float_check(v)) {
        double d = float_of(v), whole = floor(d);
        if (isnan(d))
            return raise_false(ValueError, "Invalid value NaN (not a number)");
        if (!(whole > -9.2e18 && whole < 9.2e18))
            return raise_false(OverflowError, "timestamp out of range for platform time_t");
        t->tv_sec = (time_t)whole;
        t->tv_nsec = (long)floor((d - whole) * 1e9);
        if (t->tv_nsec >= 1000000000) {
            t->tv_sec++;
            t->tv_nsec = 0;
        }
        return true;
    }
    int64_t s;
    own Value index = obj_index(v);
    if (is_error(index))
        return false;
    if (!int_to_i64(index, &s))
        return raise_false(OverflowError, "timestamp out of range for platform time_t");
    t->tv_sec = s;
    t->tv_nsec = 0;
    return true;
}
static bool split_ns(Value v, struct timespec *t)
{
    own Value q = UNBOUND, r = UNBOUND;
    int64_t s, ns;
    if (!int_check(v)) {
        own Value index = obj_index(v);
        if (is_error(index))
            return false;
        return split_ns(index, t);
    }
    if (!int_divmod(v, int_value(1000000000), &q, &r))
        return false;
    if (!int_to_i64(q, &s))
        return raise_false(OverflowError, "timestamp out of range for platform time_t");
    int_to_i64(r, &ns);
    t->tv_sec = s;
    t->tv_nsec = ns;
    return true;
}
static bool times_of(Value times, Value ns, struct timespec t[2], bool *now)
{
    bool has_times = !is_unbound(times) && !is_none(times), has_ns = !is_unbound(ns);
    *now = !has_times && !has_ns;
    if (has_times && has_ns)
        return raise_false(ValueError, "utime: you may specify either 'times' or 'ns' but not both");
    if (*now)
        return true;
    Value v = has_times ? times : ns;
    if (!tuple_check(v) || tuple_len(v) != 2)
        return raise_false(TypeError, has_times ? "utime: 'times' must be either a tuple of two ints or None" : "utime: 'ns' must be a tuple of two ints");
    for (int i = 0; i < 2; i++)
        if (!(has_times ? to_timespec(tuple_peek(v, (uint64_t)i), &t[i]) : split_ns(tuple_peek(v, (uint64_t)i), &t[i])))
            return false;
    return true;
}
static Value p_utime(Value *args, size_t n)
{
    PathArg path;
    struct timespec t[2];
    int dir_fd, failed = 0;
    bool follow, now;
    Value v = ERROR;
    if (path_arg(args[0], "utime", NULL, PATH_FD, &path) && times_of(args[1], args[2], t, &now) && posix_dir_fd(args[3], &dir_fd) && arg_bool(args[4], true, &follow)) {
        if (path.fd >= 0 && dir_fd != AT_FDCWD) {
            error_set(ValueError, "utime: can't specify dir_fd without matching path");
        } else if (path.fd >= 0 && !follow) {
            error_set(ValueError, "utime: cannot use fd and follow_symlinks together");
        } else {
            BLOCKING(failed = path.fd >= 0 ? futimens(path.fd, now ? NULL : t) : utimensat(dir_fd, path.text, now ? NULL : t, follow ? 0 : AT_SYMLINK_NOFOLLOW));
            v = failed ? path_error(&path) : NONE;
        }
    }
    path_free(&path);
    return v;
}

static Value p_major(Value *args, size_t n) { own Value i = obj_index(args[0]); return is_error(i) ? ERROR : int_value(major(int_to_u64_mask(i))); }
static Value p_minor(Value *args, size_t n) { own Value i = obj_index(args[0]); return is_error(i) ? ERROR : int_value(minor(int_to_u64_mask(i))); }
static Value p_makedev(Value *args, size_t n)
{
    int a, b;
    return arg_int(args[0], 0, &a) && arg_int(args[1], 0, &b) ? int_from_u64(makedev((unsigned)a, (unsigned)b)) : ERROR;
}

const Method posix_stat_functions[] = {
    { "stat", "(path, *, dir_fd=None, follow_symlinks=True)", p_stat, "Perform a stat system call on the given path.\n\n  path\n    Path to be examined; can be string, bytes, a path-like object or\n    open-file-descriptor int.\n  dir_fd\n    If not None, it should be a file descriptor open to a directory,\n    and path should be a relative string; path will then be relative to\n    that directory.\n  follow_symlinks\n    If False, and the last element of the path is a symbolic link,\n    stat will examine the symbolic link itself instead of the file\n    the link points to." },
    { "lstat", "(path, *, dir_fd=None)", p_lstat, "Perform a stat system call on the given path, without following symbolic links.\n\nLike stat(), but do not follow symbolic links.\nEquivalent to stat(path, follow_symlinks=False)." },
    { "fstat", "(fd)", p_fstat, "Perform a stat system call on the given file descriptor.\n\nLike stat(), but for an open file descriptor.\nEquivalent to os.stat(fd)." },
    { "statvfs", "(path)", p_statvfs, "Perform a statvfs system call on the given path." },
    { "fstatvfs", "(fd, /)", p_fstatvfs, "Perform an fstatvfs system call on the given fd." },
    { "utime", "(path, times=None, *, ns=None, dir_fd=None, follow_symlinks=True)", p_utime, "Set the access and modified time of path." },
    { "major", "(device, /)", p_major, "Extracts a device major number from a raw device number." },
    { "minor", "(device, /)", p_minor, "Extracts a device minor number from a raw device number." },
    { "makedev", "(major, minor, /)", p_makedev, "Composes a raw device number from the major and minor device numbers." },
    { 0 },
};

bool posix_stat_init(Value module)
{
    static const StructField stat_fields[] = { { "st_mode", "protection bits" }, { "st_ino", "inode" }, { "st_dev", "device" }, { "st_nlink", "number of hard links" },
        { "st_uid", "user ID of owner" }, { "st_gid", "group ID of owner" }, { "st_size", "total size, in bytes" }, { "_st_atime" }, { "_st_mtime" }, { "_st_ctime" },
        { "st_atime", "time of last access" }, { "st_mtime", "time of last modification" }, { "st_ctime", "time of last change" },
        { "st_atime_ns", "time of last access in nanoseconds" }, { "st_mtime_ns", "time of last modification in nanoseconds" },
        { "st_ctime_ns", "time of last change in nanoseconds" }, { "st_blksize", "blocksize for filesystem I/O" }, { "st_blocks", "number of blocks allocated" },
        { "st_rdev", "device type (if inode device)" }, { 0 } };
    static const StructField vfs_fields[] = { { "f_bsize" }, { "f_frsize" }, { "f_blocks" }, { "f_bfree" }, { "f_bavail" }, { "f_files" }, { "f_ffree" }, { "f_favail" },
        { "f_flag" }, { "f_namemax" }, { "f_fsid" }, { 0 } };
    if (!structseq_ready(&stat_type, "os.stat_result", "stat_result: Result from stat, fstat, or lstat.\n\nThis object may be accessed either as a tuple of\n  (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)\nor via the attributes st_mode, st_ino, st_dev, st_nlink, st_uid, and so on.\n\nPosix/windows: If your platform supports st_blksize, st_blocks, st_rdev,\nor st_flags, they are available as attributes only.\n\nSee os.stat for more information.", stat_fields, 10))
        return false;
    if (!structseq_ready(&statvfs_type, "os.statvfs_result", "statvfs_result: Result from statvfs or fstatvfs.\n\nThis object may be accessed either as a tuple of\n  (bsize, frsize, blocks, bfree, bavail, files, ffree, favail, flag, namemax),\nor via the attributes f_bsize, f_frsize, f_blocks, f_bfree, and so on.\n\nSee os.statvfs for more information.", vfs_fields, 10))
        return false;
    return module_add(module, "stat_result", stat_type) && module_add(module, "statvfs_result", statvfs_type);
}
