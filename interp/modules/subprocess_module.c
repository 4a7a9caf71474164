/* subprocess_module.c -- _posixsubprocess: fork and exec in one step, for the library's subprocess. Between the fork and the exec the child calls only
 * what is safe after a fork of a program with threads. Source: docs.python.org/3.11/library/subprocess.html. */
#include "interp/modules/posix/posix_parts.h"

#include <dirent.h>
#include <grp.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>

typedef struct Plan {
    char **executables, **argv, **environment;
    const char *directory;
    int p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write;
    bool close_fds, restore_signals, new_session;
    int group;                   /* process group; -1: leave */
    int umask;
    int *keep; size_t n_keep;
    gid_t *groups; int64_t n_groups;      /* -1: leave */
    int64_t gid, uid;            /* -1: leave */
    Value prepare, prepare_args;
} Plan;

static bool make_inheritable(Plan *p)
{
    for (size_t i = 0; i < p->n_keep; i++) {
        if (p->keep[i] == p->errpipe_write)
            continue;
        int flags = fcntl(p->keep[i], F_GETFD);
        if (flags < 0 || fcntl(p->keep[i], F_SETFD, flags & ~FD_CLOEXEC) < 0)
            return false;
    }
    return true;
}
static void close_range_(int low, int high)
{
    if (low > high)
        return;
    if (syscall(SYS_close_range, (unsigned)low, (unsigned)high, 0) == 0)
        return;
    long max = sysconf(_SC_OPEN_MAX);
    for (int fd = low; fd <= high && fd < max; fd++)
        close(fd);
}
/* Everything above 2 that is not to be kept; `keep` is sorted. */
static void close_others(const Plan *p)
{
    int low = 3;
    for (size_t i = 0; i < p->n_keep; i++) {
        if (p->keep[i] < low)
            continue;
        close_range_(low, p->keep[i] - 1);
        low = p->keep[i] + 1;
    }
    close_range_(low, INT32_MAX);
}
static bool move_fd(int from, int to)
{
    if (from == to) {
        int flags = fcntl(from, F_GETFD);
        return flags >= 0 && fcntl(from, F_SETFD, flags & ~FD_CLOEXEC) >= 0;
    }
    return from < 0 || dup2(from, to) >= 0;
}
static bool set_descriptors(Plan *p)
{
    if (!make_inheritable(p))
        return false;
    if (p->p2cwrite >= 0 && close(p->p2cwrite) < 0)
        return false;
    if (p->c2pread >= 0 && close(p->c2pread) < 0)
        return false;
    if (p->errread >= 0 && close(p->errread) < 0)
        return false;
    close(p->errpipe_read);
    if (p->c2pwrite == 0 && (p->c2pwrite = fcntl(p->c2pwrite, F_DUPFD, 3)) < 0)
        return false;
    while (p->errwrite == 0 || p->errwrite == 1)
        if ((p->errwrite = fcntl(p->errwrite, F_DUPFD, 3)) < 0)
            return false;
    return move_fd(p->p2cread, 0) && move_fd(p->c2pwrite, 1) && move_fd(p->errwrite, 2);
}
static bool set_identity(const Plan *p)
{
    if (p->umask >= 0)
        umask((mode_t)p->umask);
    if (p->restore_signals) {
        signal(SIGPIPE, SIG_DFL);
        signal(SIGXFSZ, SIG_DFL);
    }
    if (p->new_session && setsid() < 0)
        return false;
    if (p->group >= 0 && setpgid(0, p->group) < 0)
        return false;
    if (p->n_groups >= 0 && syscall(SYS_setgroups, (size_t)p->n_groups, p->groups) < 0)
        return false;
    if (p->gid >= 0 && setregid((gid_t)p->gid, (gid_t)p->gid) < 0)
        return false;
    return p->uid < 0 || setreuid((uid_t)p->uid, (uid_t)p->uid) >= 0;
}

/* In the child. Tells the parent through the pipe why it failed: "OSError:errno in hex:" or the exception's name, as subprocess.py reads it. */
static void child(Plan *p)
{
    const char *what = "";
    int why = 0;
    char text[64];
    if (!set_descriptors(p))
        goto failed;
    if (p->directory && chdir(p->directory) < 0) {
        why = errno;
        what = "noexec";
        goto tell;
    }
    if (!set_identity(p))
        goto failed;
    if (!is_none(p->prepare)) {
        own Value result = call_ex(p->prepare, p->prepare_args, UNBOUND);
        if (is_error(result)) {
            static const char message[] = "SubprocessError:0:Exception occurred in preexec_fn.";
            ssize_t ignored = write(p->errpipe_write, message, sizeof message - 1);
            (void)ignored;
            return;
        }
    }
    if (p->close_fds)
        close_others(p);
    for (char **path = p->executables; *path; path++) {
        if (p->environment)
            execve(*path, p->argv, p->environment);
        else
            execv(*path, p->argv);
        if (errno != ENOENT && errno != ENOTDIR && why == 0)
            why = errno;
    }
    goto report;
failed:
    what = "noexec";
report:
    if (!why)
        why = errno;
tell:
    {
        int len = snprintf(text, sizeof text, "OSError:%X:%s", (unsigned)why, what);
        ssize_t ignored = write(p->errpipe_write, text, (size_t)len);
        (void)ignored;
    }
}

static pid_t plain_fork(void *context) { return fork(); }

static bool fds_of(Value v, Plan *p)
{
    if (!tuple_check(v))
        return raise_false(TypeError, "fork_exec() argument 4 must be tuple, not %W", v);
    size_t n = tuple_len(v);
    p->keep = malloc((n + 1) * sizeof *p->keep);
    if (!p->keep)
        return raise_memory_false();
    int last = -1;
    for (; p->n_keep < n; p->n_keep++) {
        int fd;
        if (!int_check(tuple_peek(v, p->n_keep)) || !arg_int(tuple_peek(v, p->n_keep), -1, &fd) || fd < 0 || fd <= last)
            return raise_false(ValueError, "bad value(s) in fds_to_keep");
        p->keep[p->n_keep] = last = fd;
    }
    return true;
}
static bool id_of(Value v, int64_t *id)
{
    *id = -1;
    return is_none(v) || arg_i64(v, -1, id);
}
static bool groups_of(Value v, Plan *p)
{
    p->n_groups = -1;
    if (is_none(v))
        return true;
    if (!list_check(v))
        return raise_false(TypeError, "setgroups argument must be a list");
    p->groups = malloc((list_len(v) + 1) * sizeof *p->groups);
    if (!p->groups)
        return raise_memory_false();
    for (uint64_t i = 0; i < list_len(v); i++)
        if (!arg_u32(list_peek(v, i), 0, &p->groups[i]))
            return false;
    p->n_groups = (int64_t)list_len(v);
    return true;
}

/* args: see the signature below. */
static bool plan_of(Value *args, Plan *p, PathArg *directory)
{
    int *const fds[] = { &p->p2cread, &p->p2cwrite, &p->c2pread, &p->c2pwrite, &p->errread, &p->errwrite, &p->errpipe_read, &p->errpipe_write };
    p->prepare = args[21];
    p->prepare_args = tuple_empty;
    p->executables = posix_strings(args[1], "fork_exec", "executable_list");
    if (!p->executables || !(p->argv = posix_strings(args[0], "fork_exec", "args")) || !arg_bool(args[2], true, &p->close_fds) || !fds_of(args[3], p))
        return false;
    if (!is_none(args[4]) && (!path_arg(args[4], "fork_exec", "cwd", 0, directory)))
        return false;
    p->directory = directory->text;
    if (!is_none(args[5]) && !(p->environment = posix_strings(args[5], "fork_exec", "env")))
        return false;
    for (int i = 0; i < 8; i++)
        if (!arg_int(args[6 + i], -1, fds[i]))
            return false;
    bool session;
    int64_t group;
    if (!arg_bool(args[14], false, &p->restore_signals) || !arg_bool(args[15], false, &session) || !arg_i64(args[16], -1, &group) || !id_of(args[17], &p->gid) || !groups_of(args[18], p) ||
        !id_of(args[19], &p->uid) || !arg_int(args[20], -1, &p->umask))
        return false;
    p->new_session = session;
    p->group = (int)group;
    if (p->close_fds && p->errpipe_write < 3)
        return raise_false(ValueError, "errpipe_write must be >= 3");
    return true;
}

static Value fork_exec(Value *args, size_t n)
{
    Plan p = { .n_groups = -1, .gid = -1, .uid = -1 };
    PathArg directory = { .object = UNBOUND, .bytes = UNBOUND };
    Value result = ERROR;
    if (plan_of(args, &p, &directory)) {
        sigset_t all, before;
        bool prepared = !is_none(p.prepare);
        sigfillset(&all);
        if (!prepared)
            pthread_sigmask(SIG_BLOCK, &all, &before);
        pid_t pid = prepared ? posix_fork(plain_fork, NULL) : -1;
        if (!prepared) {
            pid = fork();
            if (pid == 0) {
                pthread_sigmask(SIG_SETMASK, &before, NULL);
                child(&p);
                _exit(255);
            }
            pthread_sigmask(SIG_SETMASK, &before, NULL);
        } else if (pid == 0) {
            child(&p);
            _exit(255);
        }
        result = pid < 0 ? arg_os_error(UNBOUND) : int_value(pid);
    }
    posix_strings_free(p.executables);
    posix_strings_free(p.argv);
    posix_strings_free(p.environment);
    free(p.keep);
    free(p.groups);
    path_free(&directory);
    return result;
}

static const Method functions[] = {
    { "fork_exec", "(args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write, restore_signals, call_setsid, pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn, use_vfork, /)",
      fork_exec, "fork_exec(args, executable_list, close_fds, pass_fds, cwd, env,\n          p2cread, p2cwrite, c2pread, c2pwrite,\n          errread, errwrite, errpipe_read, errpipe_write,\n          restore_signals, call_setsid, pgid_to_set,\n          gid, extra_groups, uid, umask, preexec_fn)\n\nForks a child process, closes parent file descriptors as appropriate in the\nchild and dups the few that are needed before calling exec() in the child\nprocess." },
    { 0 },
};
const NativeModule posixsubprocess_module = { "_posixsubprocess", "A POSIX helper for the subprocess module.", functions, NULL };
