/* process.c -- processes: making, replacing, waiting for, asking about. */
#include "interp/modules/posix/posix_parts.h"
#include "gc/heap.h"

#include <grp.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/times.h>
#include <sys/wait.h>

#include "interp/builtins/import.h"
#include "interp/modules/sys_module.h"
#include "interp/object/audit.h"
#include "interp/object/set.h"

static Value int_or_error(int64_t i) { return i < 0 ? arg_os_error(UNBOUND) : int_value(i); }
#define INT_ARG(name, i) int name; if (!arg_int(args[i], 0, &name)) return ERROR

/* --- fork ---------------------------------------------------------------------------------------------------------------------------- */
static Value before_fork = UNBOUND_INIT, after_in_child = UNBOUND_INIT, after_in_parent = UNBOUND_INIT;

static void run_hooks(Value hooks, bool backwards)
{
    if (!is_ptr(hooks))
        return;
    own Value copy = list_from(as_list(hooks)->items, list_len(hooks));
    uint64_t n = is_error(copy) ? 0 : list_len(copy);
    for (uint64_t i = 0; i < n; i++) {
        Value hook = list_peek(copy, backwards ? n - 1 - i : i);
        own Value result = call0(hook);
        if (is_error(result))
            sys_report_unraisable(NULL, hook);
    }
}
pid_t posix_fork(pid_t (*how)(void *), void *context)
{
    run_hooks(before_fork, true);
    pid_t pid = how(context);
    int why = errno;
    if (pid == 0) {
        thread_forked();
        run_hooks(after_in_child, false);
    } else {
        run_hooks(after_in_parent, false);
    }
    errno = why;
    return pid;
}
static pid_t plain_fork(void *context) { return fork(); }
static pid_t pty_fork(void *context) { return forkpty(context, NULL, NULL, NULL); }
static Value p_fork(Value *args, size_t n)
{
    if (!audit0("os.fork"))
        return ERROR;
    pid_t pid = posix_fork(plain_fork, NULL);
    return error_pending() ? ERROR : int_or_error(pid);
}
static Value p_forkpty(Value *args, size_t n)
{
    if (!audit0("os.forkpty"))
        return ERROR;
    int fd = -1;
    pid_t pid = posix_fork(pty_fork, &fd);
    return pid < 0 ? arg_os_error(UNBOUND) : tuple_of2(int_value(pid), int_value(fd));
}
static bool add_hook(Value *list, Value hook, const char *name)
{
    if (is_unbound(hook))
        return true;
    if (is_unbound(*list) && !keep_take(list, list_new(0), "os.register_at_fork"))
        return false;
    return list_append(*list, hook);
}
static Value p_register_at_fork(Value *args, size_t n)
{
    static const char *const names[] = { "before", "after_in_child", "after_in_parent" };
    if (is_unbound(args[0]) && is_unbound(args[1]) && is_unbound(args[2]))
        return raise(TypeError, "At least one argument is required.");
    for (int i = 0; i < 3; i++)
        if (!is_unbound(args[i]) && !obj_callable(args[i]))
            return raise(TypeError, "'%s' must be callable, not %T", names[i], args[i]);
    return add_hook(&before_fork, args[0], "before") && add_hook(&after_in_child, args[1], "child") && add_hook(&after_in_parent, args[2], "parent") ? NONE : ERROR;
}

/* --- exec ------------------------------------------------------------------------------------------------------------------------------- */
void posix_strings_free(char **strings)
{
    for (char **s = strings; s && *s; s++)
        free(*s);
    free(strings);
}
char **posix_strings(Value sequence, const char *function, const char *argument)
{
    own Value items = tuple_from_iterable(sequence);
    if (is_error(items))
        return NULL;
    uint64_t n = tuple_len(items);
    char **strings = calloc(n + 1, sizeof *strings);
    if (!strings)
        return raise_memory_null();
    for (uint64_t i = 0; i < n; i++) {
        PathArg path;
        bool good = path_arg(tuple_peek(items, i), NULL, NULL, 0, &path) && ((strings[i] = strdup(path.text)) || raise_memory_false());
        path_free(&path);
        if (!good) {
            posix_strings_free(strings);
            return NULL;
        }
    }
    return strings;
}
/* "KEY=VALUE" strings from a mapping. */
static char **environment_of(Value mapping)
{
    own Value keys = call_method0(mapping, "keys"), values = is_error(keys) ? ERROR : call_method0(mapping, "values");
    own Value key_items = is_error(values) ? ERROR : tuple_from_iterable(keys), value_items = is_error(key_items) ? ERROR : tuple_from_iterable(values);
    if (is_error(value_items))
        return NULL;
    uint64_t n = tuple_len(key_items) < tuple_len(value_items) ? tuple_len(key_items) : tuple_len(value_items);
    char **strings = calloc(n + 1, sizeof *strings);
    if (!strings)
        return raise_memory_null();
    for (uint64_t i = 0; i < n; i++) {
        PathArg key = { .object = UNBOUND, .bytes = UNBOUND }, value = { .object = UNBOUND, .bytes = UNBOUND };
        bool good = path_arg(tuple_peek(key_items, i), NULL, NULL, 0, &key) && path_arg(tuple_peek(value_items, i), NULL, NULL, 0, &value);
        if (good && (!key.text[0] || strchr(key.text + 1, '=')))
            good = raise_false(ValueError, "illegal environment variable name");
        if (good && asprintf(&strings[i], "%s=%s", key.text, value.text) < 0) {
            strings[i] = NULL;
            good = raise_memory_false();
        }
        path_free(&key);
        path_free(&value);
        if (!good) {
            posix_strings_free(strings);
            return NULL;
        }
    }
    return strings;
}
/* argv of execv and friends: a tuple or list that is not empty. */
static char **argv_of(Value v, const char *name)
{
    if (!list_check(v) && !tuple_check(v))
        return raise_null(TypeError, "%s%s must be a tuple or list", name, strncmp(name, "posix", 5) ? "() arg 2" : ": argv");
    char **argv = posix_strings(v, name, "argv");
    if (!argv || (argv[0] && argv[0][0]))
        return argv;
    bool empty = !argv[0];
    posix_strings_free(argv);
    return empty ? raise_null(ValueError, strncmp(name, "posix", 5) ? "%s() arg 2 must not be empty" : "%s: argv must not be empty", name)
                 : raise_null(ValueError, "%s() arg 2 first element cannot be empty", name);
}
static Value p_execv(Value *args, size_t n)
{
    if (!audit3("os.exec", args[0], args[1], NONE))
        return ERROR;
    PathArg path;
    Value result = ERROR;
    if (path_arg(args[0], "execv", NULL, 0, &path)) {
        char **argv = argv_of(args[1], "execv");
        if (argv) {
            execv(path.text, argv);
            result = arg_os_error(UNBOUND);
            posix_strings_free(argv);
        }
    }
    path_free(&path);
    return result;
}
static Value p_execve(Value *args, size_t n)
{
    if (!audit3("os.exec", args[0], args[1], args[2]))
        return ERROR;
    PathArg path;
    Value result = ERROR;
    if (path_arg(args[0], "execve", NULL, PATH_FD, &path)) {
        char **argv = argv_of(args[1], "execve"), **environment = argv ? environment_of(args[2]) : NULL;
        if (environment) {
            if (path.fd >= 0)
                fexecve(path.fd, argv, environment);
            else
                execve(path.text, argv, environment);
            result = path_error(&path);
        }
        posix_strings_free(argv);
        posix_strings_free(environment);
    }
    path_free(&path);
    return result;
}

/* --- posix_spawn --------------------------------------------------------------------------------------------------------------------------- */
enum { ACTION_OPEN, ACTION_CLOSE, ACTION_DUP2 };
static bool add_action(posix_spawn_file_actions_t *actions, Value row, Value keep)
{
    int kind, fd, to, flags, mode;
    if (!tuple_check(row) || tuple_len(row) < 2)
        return raise_false(TypeError, "Each file_actions element must be a non-empty tuple");
    if (!arg_int(tuple_peek(row, 0), 0, &kind) || !arg_int(tuple_peek(row, 1), 0, &fd))
        return false;
    uint64_t n = tuple_len(row);
    if (kind == ACTION_CLOSE && n == 2) {
        errno = posix_spawn_file_actions_addclose(actions, fd);
    } else if (kind == ACTION_DUP2 && n == 3) {
        if (!arg_int(tuple_peek(row, 2), 0, &to))
            return false;
        errno = posix_spawn_file_actions_adddup2(actions, fd, to);
    } else if (kind == ACTION_OPEN && n == 5) {
        PathArg path;
        bool good = path_arg(tuple_peek(row, 2), NULL, NULL, 0, &path) && arg_int(tuple_peek(row, 3), 0, &flags) && arg_int(tuple_peek(row, 4), 0, &mode) && list_append(keep, path.bytes);
        if (good)
            errno = posix_spawn_file_actions_addopen(actions, fd, path.text, flags, (mode_t)mode);
        path_free(&path);
        if (!good)
            return false;
    } else {
        return raise_false(TypeError, kind < 0 || kind > 2 ? "Unknown file_actions identifier" : "A file_actions element has the wrong number of items");
    }
    return errno == 0 || (is_error(arg_os_error(UNBOUND)) && false);
}
static bool signal_set(Value iterable, sigset_t *set)
{
    own Value items = tuple_from_iterable(iterable);
    sigemptyset(set);
    for (uint64_t i = 0; !is_error(items) && i < tuple_len(items); i++) {
        int number;
        if (!arg_int(tuple_peek(items, i), 0, &number))
            return false;
        if (number < 1 || sigaddset(set, number) < 0)
            return raise_false(ValueError, "signal number %d out of range [1; 64]", number);
    }
    return !is_error(items);
}
static bool spawn_attributes(Value *a, posix_spawnattr_t *attributes)
{
    short flags = 0;
    int group;
    bool reset, session;
    sigset_t set;
    if (!is_unbound(a[1])) {
        if (!arg_int(a[1], 0, &group))
            return false;
        posix_spawnattr_setpgroup(attributes, group);
        flags |= POSIX_SPAWN_SETPGROUP;
    }
    if (!arg_bool(a[2], false, &reset) || !arg_bool(a[3], false, &session))
        return false;
    flags |= (reset ? POSIX_SPAWN_RESETIDS : 0) | (session ? POSIX_SPAWN_SETSID : 0);
    if (!is_unbound(a[4])) {
        if (!signal_set(a[4], &set))
            return false;
        posix_spawnattr_setsigmask(attributes, &set);
        flags |= POSIX_SPAWN_SETSIGMASK;
    }
    if (!is_unbound(a[5])) {
        if (!signal_set(a[5], &set))
            return false;
        posix_spawnattr_setsigdefault(attributes, &set);
        flags |= POSIX_SPAWN_SETSIGDEF;
    }
    if (!is_unbound(a[6])) {
        struct sched_param param;
        int policy, priority;
        if (!tuple_check(a[6]) || tuple_len(a[6]) != 2)
            return raise_false(TypeError, "A scheduler tuple must have two elements");
        own Value first = obj_getitem_index(tuple_peek(a[6], 1), 0);
        if (is_error(first) || !arg_int(first, 0, &priority))
            return false;
        param.sched_priority = priority;
        if (!is_none(tuple_peek(a[6], 0))) {
            if (!arg_int(tuple_peek(a[6], 0), 0, &policy))
                return false;
            posix_spawnattr_setschedpolicy(attributes, policy);
            flags |= POSIX_SPAWN_SETSCHEDULER;
        }
        posix_spawnattr_setschedparam(attributes, &param);
        flags |= POSIX_SPAWN_SETSCHEDPARAM;
    }
    posix_spawnattr_setflags(attributes, flags);
    return true;
}
static Value spawn(Value *args, const char *name, int (*fn)(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const *, char *const *))
{
    PathArg path;
    Value result = ERROR;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    char **argv = NULL, **environment = NULL;
    own Value keep = list_new(0), rows = is_unbound(args[3]) || is_none(args[3]) ? retain(tuple_empty) : tuple_from_iterable(args[3]);
    bool good = path_arg(args[0], name, NULL, 0, &path) && !is_error(keep) && !is_error(rows) && (argv = argv_of(args[1], name)) && (environment = environment_of(args[2]));
    for (uint64_t i = 0; good && i < tuple_len(rows); i++)
        good = add_action(&actions, tuple_peek(rows, i), keep);
    if (good && spawn_attributes(args + 3, &attributes)) {
        pid_t pid;
        int why = fn(&pid, path.text, &actions, &attributes, argv, environment);
        errno = why;
        result = why ? path_error(&path) : int_value(pid);
    }
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    posix_strings_free(argv);
    posix_strings_free(environment);
    path_free(&path);
    return result;
}
static Value p_posix_spawn(Value *args, size_t n) { return audit3("os.posix_spawn", args[0], args[1], args[2]) ? spawn(args, "posix_spawn", posix_spawn) : ERROR; }
static Value p_posix_spawnp(Value *args, size_t n) { return audit3("os.posix_spawn", args[0], args[1], args[2]) ? spawn(args, "posix_spawnp", posix_spawnp) : ERROR; }

/* --- waiting ---------------------------------------------------------------------------------------------------------------------------------- */
static Value p_wait(Value *args, size_t n)
{
    int status = 0;
    pid_t pid;
    RETRYING(pid < 0, pid = wait(&status));
    return pid < 0 ? arg_os_error(UNBOUND) : tuple_of2(int_value(pid), int_value(status));
}
static Value p_waitpid(Value *args, size_t n)
{
    int status = 0;
    pid_t pid;
    INT_ARG(which, 0);
    INT_ARG(options, 1);
    RETRYING(pid < 0, pid = waitpid(which, &status, options));
    return pid < 0 ? arg_os_error(UNBOUND) : tuple_of2(int_value(pid), int_value(status));
}
static Value usage_value(const struct rusage *u)
{
    own Value type = import_attr("resource", "struct_rusage");
    if (is_error(type))
        return ERROR;
    Value v[16] = { float_value((double)u->ru_utime.tv_sec + (double)u->ru_utime.tv_usec * 1e-6), float_value((double)u->ru_stime.tv_sec + (double)u->ru_stime.tv_usec * 1e-6),
        int_value(u->ru_maxrss), int_value(u->ru_ixrss), int_value(u->ru_idrss), int_value(u->ru_isrss), int_value(u->ru_minflt), int_value(u->ru_majflt), int_value(u->ru_nswap),
        int_value(u->ru_inblock), int_value(u->ru_oublock), int_value(u->ru_msgsnd), int_value(u->ru_msgrcv), int_value(u->ru_nsignals), int_value(u->ru_nvcsw), int_value(u->ru_nivcsw) };
    return structseq_new_take(type, v, 16);
}
static Value wait_usage(pid_t which, int options)
{
    struct rusage usage = { 0 };
    int status = 0;
    pid_t pid;
    RETRYING(pid < 0, pid = wait4(which, &status, options, &usage));
    if (pid < 0)
        return arg_os_error(UNBOUND);
    own Value u = usage_value(&usage);
    return is_error(u) ? ERROR : tuple_of3(int_value(pid), int_value(status), u);
}
static Value p_wait3(Value *args, size_t n) { INT_ARG(options, 0); return wait_usage(-1, options); }
static Value p_wait4(Value *args, size_t n) { INT_ARG(which, 0); INT_ARG(options, 1); return wait_usage(which, options); }
static Value waitid_type = UNBOUND_INIT;
static Value p_waitid(Value *args, size_t n)
{
    siginfo_t info = { 0 };
    int failed;
    INT_ARG(kind, 0);
    INT_ARG(which, 1);
    INT_ARG(options, 2);
    RETRYING(failed, failed = waitid((idtype_t)kind, (id_t)which, &info, options));
    if (failed)
        return arg_os_error(UNBOUND);
    if (info.si_pid == 0)
        return NONE;
    Value v[5] = { int_value(info.si_pid), int_value(info.si_uid), int_value(info.si_signo), int_value(info.si_status), int_value(info.si_code) };
    return structseq_new_take(waitid_type, v, 5);
}
#define STATUS(name, result) static Value p_##name(Value *args, size_t n) { INT_ARG(status, 0); return result; }
STATUS(WIFEXITED, bool_value(WIFEXITED(status))) STATUS(WEXITSTATUS, int_value(WEXITSTATUS(status))) STATUS(WIFSIGNALED, bool_value(WIFSIGNALED(status)))
STATUS(WTERMSIG, int_value(WTERMSIG(status))) STATUS(WIFSTOPPED, bool_value(WIFSTOPPED(status))) STATUS(WSTOPSIG, int_value(WSTOPSIG(status)))
STATUS(WIFCONTINUED, bool_value(WIFCONTINUED(status))) STATUS(WCOREDUMP, bool_value(WCOREDUMP(status)))
static Value p_exitcode(Value *args, size_t n)
{
    INT_ARG(status, 0);
    if (WIFEXITED(status))
        return int_value(WEXITSTATUS(status));
    if (WIFSIGNALED(status))
        return int_value(-WTERMSIG(status));
    if (WIFSTOPPED(status))
        return raise(ValueError, "process stopped by delivery of signal %i", WSTOPSIG(status));
    return raise(ValueError, "invalid wait status: %i", status);
}

/* --- signals, the end ---------------------------------------------------------------------------------------------------------------------------- */
static Value p_kill(Value *args, size_t n)
{
    if (!audit2("os.kill", args[0], args[1]))
        return ERROR;
    INT_ARG(pid, 0);
    INT_ARG(number, 1);
    if (kill(pid, number) < 0)
        return arg_os_error(UNBOUND);
    return poll_events() ? NONE : ERROR;
}
static Value p_killpg(Value *args, size_t n)
{
    if (!audit2("os.killpg", args[0], args[1]))
        return ERROR;
    INT_ARG(group, 0);
    INT_ARG(number, 1);
    if (killpg(group, number) < 0)
        return arg_os_error(UNBOUND);
    return poll_events() ? NONE : ERROR;
}
static Value p_exit(Value *args, size_t n)
{
    INT_ARG(status, 0);
    _exit(status);
}
static Value p_abort(Value *args, size_t n) { abort(); }
static Value p_pidfd_open(Value *args, size_t n)
{
    INT_ARG(pid, 0);
    INT_ARG(flags, 1);
    return int_or_error(syscall(SYS_pidfd_open, pid, flags));
}

/* --- ids -------------------------------------------------------------------------------------------------------------------------------------------- */
#define ID0(name, call) static Value p_##name(Value *args, size_t n) { return int_value(call); }
ID0(getpid, getpid()) ID0(getppid, getppid()) ID0(getuid, getuid()) ID0(geteuid, geteuid()) ID0(getgid, getgid()) ID0(getegid, getegid()) ID0(getpgrp, getpgrp())
static Value p_getpgid(Value *args, size_t n) { INT_ARG(pid, 0); return int_or_error(getpgid(pid)); }
static Value p_getsid(Value *args, size_t n) { INT_ARG(pid, 0); return int_or_error(getsid(pid)); }
static Value p_setsid(Value *args, size_t n) { return none_or_error(setsid() < 0); }
static Value p_setpgrp(Value *args, size_t n) { return none_or_error(setpgrp()); }
static Value p_setpgid(Value *args, size_t n) { INT_ARG(pid, 0); INT_ARG(group, 1); return none_or_error(setpgid(pid, group)); }
#define SET1(name, call) static Value p_##name(Value *args, size_t n) { uint32_t id; return arg_u32(args[0], 0, &id) ? none_or_error(call) : ERROR; }
SET1(setuid, setuid(id)) SET1(seteuid, seteuid(id)) SET1(setgid, setgid(id)) SET1(setegid, setegid(id))
#define SET2(name) static Value p_##name(Value *args, size_t n) { uint32_t r, e; return arg_u32(args[0], 0, &r) && arg_u32(args[1], 0, &e) ? none_or_error(name(r, e)) : ERROR; }
SET2(setreuid) SET2(setregid)
#define SET3(name) static Value p_##name(Value *args, size_t n) { uint32_t r, e, s; return arg_u32(args[0], 0, &r) && arg_u32(args[1], 0, &e) && arg_u32(args[2], 0, &s) ? none_or_error(name(r, e, s)) : ERROR; }
SET3(setresuid) SET3(setresgid)
static Value p_getresuid(Value *args, size_t n)
{
    uid_t r, e, s;
    return getresuid(&r, &e, &s) < 0 ? arg_os_error(UNBOUND) : tuple_of3(int_value(r), int_value(e), int_value(s));
}
static Value p_getresgid(Value *args, size_t n)
{
    gid_t r, e, s;
    return getresgid(&r, &e, &s) < 0 ? arg_os_error(UNBOUND) : tuple_of3(int_value(r), int_value(e), int_value(s));
}
static Value group_list(const gid_t *groups, int count)
{
    own Value list = list_new((uint64_t)count);
    for (int i = 0; !is_error(list) && i < count; i++)
        if (!list_append_take(list, int_value(groups[i])))
            return ERROR;
    return give(list);
}
static Value p_getgroups(Value *args, size_t n)
{
    gid_t groups[65536];
    int count = getgroups(65536, groups);
    return count < 0 ? arg_os_error(UNBOUND) : group_list(groups, count);
}
static Value p_setgroups(Value *args, size_t n)
{
    own Value items = tuple_from_iterable(args[0]);
    gid_t groups[1024];
    if (is_error(items))
        return ERROR;
    if (tuple_len(items) > 1024)
        return raise(ValueError, "too many groups");
    for (uint64_t i = 0; i < tuple_len(items); i++)
        if (!arg_u32(tuple_peek(items, i), 0, &groups[i]))
            return ERROR;
    return none_or_error(setgroups(tuple_len(items), groups));
}
static Value p_getgrouplist(Value *args, size_t n)
{
    const char *user;
    uint32_t base;
    gid_t groups[4096];
    int count = 4096;
    if (!arg_text(args[0], "getgrouplist", "1", false, &user) || !arg_u32(args[1], 0, &base))
        return ERROR;
    return getgrouplist(user, base, groups, &count) < 0 ? arg_os_error(UNBOUND) : group_list(groups, count);
}
static Value p_initgroups(Value *args, size_t n)
{
    const char *user;
    uint32_t group;
    return arg_text(args[0], "initgroups", "1", false, &user) && arg_u32(args[1], 0, &group) ? none_or_error(initgroups(user, group)) : ERROR;
}

/* --- scheduling ------------------------------------------------------------------------------------------------------------------------------------------ */
static Value param_type = UNBOUND_INIT, times_type = UNBOUND_INIT;
static Value p_nice(Value *args, size_t n)
{
    INT_ARG(increment, 0);
    errno = 0;
    int value = nice(increment);
    return value == -1 && errno ? arg_os_error(UNBOUND) : int_value(value);
}
static Value p_getpriority(Value *args, size_t n)
{
    INT_ARG(which, 0);
    INT_ARG(who, 1);
    errno = 0;
    int value = getpriority((__priority_which_t)which, (id_t)who);
    return errno ? arg_os_error(UNBOUND) : int_value(value);
}
static Value p_setpriority(Value *args, size_t n)
{
    INT_ARG(which, 0);
    INT_ARG(who, 1);
    INT_ARG(priority, 2);
    return none_or_error(setpriority((__priority_which_t)which, (id_t)who, priority));
}
static Value p_sched_max(Value *args, size_t n) { INT_ARG(policy, 0); return int_or_error(sched_get_priority_max(policy)); }
static Value p_sched_min(Value *args, size_t n) { INT_ARG(policy, 0); return int_or_error(sched_get_priority_min(policy)); }
static Value p_sched_getscheduler(Value *args, size_t n) { INT_ARG(pid, 0); return int_or_error(sched_getscheduler(pid)); }
static bool param_arg(Value v, struct sched_param *p)
{
    if (!is_ptr(v) || type_of(v) != as_type(param_type))
        return raise_false(TypeError, "must have a sched_param object");
    return arg_int(tuple_peek(v, 0), 0, &p->sched_priority);
}
static Value p_sched_setscheduler(Value *args, size_t n)
{
    struct sched_param p;
    INT_ARG(pid, 0);
    INT_ARG(policy, 1);
    return param_arg(args[2], &p) ? none_or_error(sched_setscheduler(pid, policy, &p) < 0) : ERROR;
}
static Value p_sched_getparam(Value *args, size_t n)
{
    struct sched_param p;
    INT_ARG(pid, 0);
    if (sched_getparam(pid, &p) < 0)
        return arg_os_error(UNBOUND);
    Value v[1] = { int_value(p.sched_priority) };
    return structseq_new_take(param_type, v, 1);
}
static Value p_sched_setparam(Value *args, size_t n)
{
    struct sched_param p;
    INT_ARG(pid, 0);
    return param_arg(args[1], &p) ? none_or_error(sched_setparam(pid, &p)) : ERROR;
}
static Value p_sched_rr(Value *args, size_t n)
{
    struct timespec t;
    INT_ARG(pid, 0);
    return sched_rr_get_interval(pid, &t) < 0 ? arg_os_error(UNBOUND) : float_value((double)t.tv_sec + 1e-9 * (double)t.tv_nsec);
}
static Value p_sched_yield(Value *args, size_t n)
{
    BLOCKING(sched_yield());
    return NONE;
}
static Value p_sched_getaffinity(Value *args, size_t n)
{
    cpu_set_t set;
    INT_ARG(pid, 0);
    CPU_ZERO(&set);
    if (sched_getaffinity(pid, sizeof set, &set) < 0)
        return arg_os_error(UNBOUND);
    own Value result = set_new(&set_type);
    for (int i = 0; !is_error(result) && i < CPU_SETSIZE; i++) {
        if (!CPU_ISSET(i, &set))
            continue;
        if (!set_add(as_set(result), int_value(i)))
            return ERROR;
    }
    return give(result);
}
static Value p_sched_setaffinity(Value *args, size_t n)
{
    cpu_set_t set;
    INT_ARG(pid, 0);
    CPU_ZERO(&set);
    own Value items = tuple_from_iterable(args[1]);
    if (is_error(items))
        return ERROR;
    for (uint64_t i = 0; i < tuple_len(items); i++) {
        int cpu;
        if (!int_check(tuple_peek(items, i)))
            return raise(TypeError, "expected an iterator of ints, but iterator yielded %T", tuple_peek(items, i));
        if (!arg_int(tuple_peek(items, i), 0, &cpu))
            return ERROR;
        if (cpu < 0 || cpu >= CPU_SETSIZE)
            return raise(ValueError, cpu < 0 ? "negative CPU number" : "CPU number too large");
        CPU_SET(cpu, &set);
    }
    return none_or_error(sched_setaffinity(pid, sizeof set, &set));
}
static Value p_times(Value *args, size_t n)
{
    struct tms t;
    clock_t elapsed = times(&t);
    double tick = (double)sysconf(_SC_CLK_TCK);
    if (elapsed == (clock_t)-1)
        return arg_os_error(UNBOUND);
    Value v[5] = { float_value((double)t.tms_utime / tick), float_value((double)t.tms_stime / tick), float_value((double)t.tms_cutime / tick), float_value((double)t.tms_cstime / tick),
        float_value((double)elapsed / tick) };
    return structseq_new_take(times_type, v, 5);
}

#define ROW(name, signature, doc) { #name, signature, p_##name, doc }
const Method posix_process_functions[] = {
    ROW(fork, "()", "Fork a child process.\n\nReturn 0 to child process and PID of child to parent process."), ROW(forkpty, "()", "Fork a new process with a new pseudo-terminal as controlling tty.\n\nReturns a tuple of (pid, master_fd)."),
    ROW(register_at_fork, "(*, before=None, after_in_child=None, after_in_parent=None)", "Register callables to be called when forking a new process."),
    ROW(execv, "(path, argv, /)", "Execute an executable path with arguments, replacing current process."), ROW(execve, "(path, argv, env)", "Execute an executable path with arguments, replacing current process."),
    ROW(posix_spawn, "(path, argv, env, /, *, file_actions=(), setpgroup=0, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)", "Execute the program specified by path in a new process."),
    ROW(posix_spawnp, "(path, argv, env, /, *, file_actions=(), setpgroup=0, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)", "Execute the program specified by path in a new process."),
    ROW(wait, "()", "Wait for completion of a child process.\n\nReturns a tuple of information about the child process:\n    (pid, status)"), ROW(waitpid, "(pid, options, /)", "Wait for completion of a given child process."),
    ROW(wait3, "(options)", "Wait for completion of a child process."), ROW(wait4, "(pid, options)", "Wait for completion of a specific child process."), ROW(waitid, "(idtype, id, options, /)", "Returns the result of waiting for a process or processes."),
    ROW(WIFEXITED, "(status)", "Return True if the process returning status exited via the exit() system call."), ROW(WEXITSTATUS, "(status)", "Return the process return code from status."),
    ROW(WIFSIGNALED, "(status)", "Return True if the process returning status was terminated by a signal."), ROW(WTERMSIG, "(status)", "Return the signal that terminated the process that provided the status value."),
    ROW(WIFSTOPPED, "(status)", "Return True if the process returning status was stopped."), ROW(WSTOPSIG, "(status)", "Return the signal that stopped the process that provided the status value."),
    ROW(WIFCONTINUED, "(status)", "Return True if a particular process was continued from a job control stop."), ROW(WCOREDUMP, "(status, /)", "Return True if the process returning status was dumped to a core file."),
    { "waitstatus_to_exitcode", "(status)", p_exitcode, "Convert a wait status to an exit code." },
    ROW(kill, "(pid, signal, /)", "Kill a process with a signal."), ROW(killpg, "(pgid, signal, /)", "Kill a process group with a signal."), { "_exit", "(status)", p_exit, "Exit to the system with specified status, without normal exit processing." },
    ROW(abort, "()", "Abort the interpreter immediately."), ROW(pidfd_open, "(pid, flags=0)", "Return a file descriptor referring to the process *pid*."),
    ROW(getpid, "()", "Return the current process id."), ROW(getppid, "()", "Return the parent's process id."), ROW(getuid, "()", "Return the current process's user id."), ROW(geteuid, "()", "Return the current process's effective user id."),
    ROW(getgid, "()", "Return the current process's group id."), ROW(getegid, "()", "Return the current process's effective group id."), ROW(getpgrp, "()", "Return the current process group id."),
    ROW(getpgid, "(pid)", "Call the system call getpgid(), and return the result."), ROW(getsid, "(pid, /)", "Call the system call getsid(pid) and return the result."), ROW(setsid, "()", "Call the system call setsid()."),
    ROW(setpgrp, "()", "Make the current process the leader of its process group."), ROW(setpgid, "(pid, pgrp, /)", "Call the system call setpgid(pid, pgrp)."),
    ROW(setuid, "(uid, /)", "Set the current process's user id."), ROW(seteuid, "(euid, /)", "Set the current process's effective user id."), ROW(setgid, "(gid, /)", "Set the current process's group id."), ROW(setegid, "(egid, /)", "Set the current process's effective group id."),
    ROW(setreuid, "(ruid, euid, /)", "Set the current process's real and effective user ids."), ROW(setregid, "(rgid, egid, /)", "Set the current process's real and effective group ids."),
    ROW(setresuid, "(ruid, euid, suid, /)", "Set the current process's real, effective, and saved user ids."), ROW(setresgid, "(rgid, egid, sgid, /)", "Set the current process's real, effective, and saved group ids."),
    ROW(getresuid, "()", "Return a tuple of the current process's real, effective, and saved user ids."), ROW(getresgid, "()", "Return a tuple of the current process's real, effective, and saved group ids."),
    ROW(getgroups, "()", "Return list of supplemental group IDs for the process."), ROW(setgroups, "(groups, /)", "Set the groups of the current process to list."), ROW(getgrouplist, "(user, group, /)", "Returns a list of groups to which a user belongs."),
    ROW(initgroups, "(username, gid, /)", "Initialize the group access list."), ROW(nice, "(increment, /)", "Add increment to the priority of process and return the new priority."), ROW(getpriority, "(which, who)", "Return program scheduling priority."),
    ROW(setpriority, "(which, who, priority)", "Set program scheduling priority."), { "sched_get_priority_max", "(policy)", p_sched_max, "Get the maximum scheduling priority for policy." },
    { "sched_get_priority_min", "(policy)", p_sched_min, "Get the minimum scheduling priority for policy." }, ROW(sched_getscheduler, "(pid, /)", "Get the scheduling policy for the process identified by pid."),
    ROW(sched_setscheduler, "(pid, policy, param, /)", "Set the scheduling policy for the process identified by pid."), ROW(sched_getparam, "(pid, /)", "Returns scheduling parameters for the process identified by pid."),
    ROW(sched_setparam, "(pid, param, /)", "Set scheduling parameters for the process identified by pid."), { "sched_rr_get_interval", "(pid, /)", p_sched_rr, "Return the round-robin quantum for the process identified by pid, in seconds." },
    ROW(sched_yield, "()", "Voluntarily relinquish the CPU."), ROW(sched_getaffinity, "(pid, /)", "Return the affinity of the process identified by pid (or the current process if zero)."),
    ROW(sched_setaffinity, "(pid, mask, /)", "Set the CPU affinity of the process identified by pid to mask."), ROW(times, "()", "Return a collection containing process timing information."),
    { 0 },
};
bool posix_process_init(Value module)
{
    static const StructField waitid_fields[] = { { "si_pid" }, { "si_uid" }, { "si_signo" }, { "si_status" }, { "si_code" }, { 0 } };
    static const StructField param_fields[] = { { "sched_priority", "the scheduling priority" }, { 0 } };
    static const StructField times_fields[] = { { "user", "user time" }, { "system", "system time" }, { "children_user", "user time of children" }, { "children_system", "system time of children" },
        { "elapsed", "elapsed time since an arbitrary point in the past" }, { 0 } };
    if (!structseq_ready(&waitid_type, "posix.waitid_result", "waitid_result: Result from waitid.\n\nThis object may be accessed either as a tuple of\n  (si_pid, si_uid, si_signo, si_status, si_code),\nor via the attributes si_pid, si_uid, and so on.\n\nSee os.waitid for more information.", waitid_fields, 5))
        return false;
    if (!structseq_ready(&param_type, "posix.sched_param", "Currently has only one field: sched_priority", param_fields, 1))
        return false;
    if (!structseq_ready(&times_type, "posix.times_result", "times_result: Result from os.times().", times_fields, 5))
        return false;
    return module_add(module, "waitid_result", waitid_type) &&
           module_add(module, "sched_param", param_type) && module_add(module, "times_result", times_type);
}
