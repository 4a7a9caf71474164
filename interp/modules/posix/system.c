/* system.c -- the system and its settings: names, limits, environment, randomness. */
#include "interp/modules/posix/posix_parts.h"
#include "interp/object/audit.h"

#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

static Value uname_type = UNBOUND_INIT;

/* --- names of settings. ---------- */
#define R(name) { #name, _##name }
static const IntRow sysconf_rows[] = {
    R(SC_2_CHAR_TERM), R(SC_2_C_BIND), R(SC_2_C_DEV), R(SC_2_C_VERSION), R(SC_2_FORT_DEV), R(SC_2_FORT_RUN), R(SC_2_LOCALEDEF), R(SC_2_SW_DEV),
    R(SC_2_UPE), R(SC_2_VERSION), R(SC_AIO_LISTIO_MAX), R(SC_AIO_MAX), R(SC_AIO_PRIO_DELTA_MAX), R(SC_ARG_MAX), R(SC_ASYNCHRONOUS_IO),
    R(SC_ATEXIT_MAX), R(SC_AVPHYS_PAGES), R(SC_BC_BASE_MAX), R(SC_BC_DIM_MAX), R(SC_BC_SCALE_MAX), R(SC_BC_STRING_MAX), R(SC_CHARCLASS_NAME_MAX),
    R(SC_CHAR_BIT), R(SC_CHAR_MAX), R(SC_CHAR_MIN), R(SC_CHILD_MAX), R(SC_CLK_TCK), R(SC_COLL_WEIGHTS_MAX), R(SC_DELAYTIMER_MAX),
    R(SC_EQUIV_CLASS_MAX), R(SC_EXPR_NEST_MAX), R(SC_FSYNC), R(SC_GETGR_R_SIZE_MAX), R(SC_GETPW_R_SIZE_MAX), R(SC_INT_MAX), R(SC_INT_MIN),
    R(SC_IOV_MAX), R(SC_JOB_CONTROL), R(SC_LINE_MAX), R(SC_LOGIN_NAME_MAX), R(SC_LONG_BIT), R(SC_MAPPED_FILES), R(SC_MB_LEN_MAX), R(SC_MEMLOCK),
    R(SC_MEMLOCK_RANGE), R(SC_MEMORY_PROTECTION), R(SC_MESSAGE_PASSING), R(SC_MINSIGSTKSZ), R(SC_MQ_OPEN_MAX), R(SC_MQ_PRIO_MAX), R(SC_NGROUPS_MAX),
    R(SC_NL_ARGMAX), R(SC_NL_LANGMAX), R(SC_NL_MSGMAX), R(SC_NL_NMAX), R(SC_NL_SETMAX), R(SC_NL_TEXTMAX), R(SC_NPROCESSORS_CONF),
    R(SC_NPROCESSORS_ONLN), R(SC_NZERO), R(SC_OPEN_MAX), R(SC_PAGESIZE), R(SC_PAGE_SIZE), R(SC_PASS_MAX), R(SC_PHYS_PAGES), R(SC_PII),
    R(SC_PII_INTERNET), R(SC_PII_INTERNET_DGRAM), R(SC_PII_INTERNET_STREAM), R(SC_PII_OSI), R(SC_PII_OSI_CLTS), R(SC_PII_OSI_COTS), R(SC_PII_OSI_M),
    R(SC_PII_SOCKET), R(SC_PII_XTI), R(SC_POLL), R(SC_PRIORITIZED_IO), R(SC_PRIORITY_SCHEDULING), R(SC_REALTIME_SIGNALS), R(SC_RE_DUP_MAX),
    R(SC_RTSIG_MAX), R(SC_SAVED_IDS), R(SC_SCHAR_MAX), R(SC_SCHAR_MIN), R(SC_SELECT), R(SC_SEMAPHORES), R(SC_SEM_NSEMS_MAX), R(SC_SEM_VALUE_MAX),
    R(SC_SHARED_MEMORY_OBJECTS), R(SC_SHRT_MAX), R(SC_SHRT_MIN), R(SC_SIGQUEUE_MAX), R(SC_SSIZE_MAX), R(SC_STREAM_MAX), R(SC_SYNCHRONIZED_IO),
    R(SC_THREADS), R(SC_THREAD_ATTR_STACKADDR), R(SC_THREAD_ATTR_STACKSIZE), R(SC_THREAD_DESTRUCTOR_ITERATIONS), R(SC_THREAD_KEYS_MAX),
    R(SC_THREAD_PRIORITY_SCHEDULING), R(SC_THREAD_PRIO_INHERIT), R(SC_THREAD_PRIO_PROTECT), R(SC_THREAD_PROCESS_SHARED), R(SC_THREAD_SAFE_FUNCTIONS),
    R(SC_THREAD_STACK_MIN), R(SC_THREAD_THREADS_MAX), R(SC_TIMERS), R(SC_TIMER_MAX), R(SC_TTY_NAME_MAX), R(SC_TZNAME_MAX), R(SC_T_IOV_MAX),
    R(SC_UCHAR_MAX), R(SC_UINT_MAX), R(SC_UIO_MAXIOV), R(SC_ULONG_MAX), R(SC_USHRT_MAX), R(SC_VERSION), R(SC_WORD_BIT), R(SC_XBS5_ILP32_OFF32),
    R(SC_XBS5_ILP32_OFFBIG), R(SC_XBS5_LP64_OFF64), R(SC_XBS5_LPBIG_OFFBIG), R(SC_XOPEN_CRYPT), R(SC_XOPEN_ENH_I18N), R(SC_XOPEN_LEGACY),
    R(SC_XOPEN_REALTIME), R(SC_XOPEN_REALTIME_THREADS), R(SC_XOPEN_SHM), R(SC_XOPEN_UNIX), R(SC_XOPEN_VERSION), R(SC_XOPEN_XCU_VERSION),
    R(SC_XOPEN_XPG2), R(SC_XOPEN_XPG3), R(SC_XOPEN_XPG4),
};
static const IntRow confstr_rows[] = {
    R(CS_GNU_LIBC_VERSION), R(CS_GNU_LIBPTHREAD_VERSION), R(CS_LFS64_CFLAGS), R(CS_LFS64_LDFLAGS), R(CS_LFS64_LIBS), R(CS_LFS64_LINTFLAGS),
    R(CS_LFS_CFLAGS), R(CS_LFS_LDFLAGS), R(CS_LFS_LIBS), R(CS_LFS_LINTFLAGS), R(CS_PATH), R(CS_XBS5_ILP32_OFF32_CFLAGS),
    R(CS_XBS5_ILP32_OFF32_LDFLAGS), R(CS_XBS5_ILP32_OFF32_LIBS), R(CS_XBS5_ILP32_OFF32_LINTFLAGS), R(CS_XBS5_ILP32_OFFBIG_CFLAGS),
    R(CS_XBS5_ILP32_OFFBIG_LDFLAGS), R(CS_XBS5_ILP32_OFFBIG_LIBS), R(CS_XBS5_ILP32_OFFBIG_LINTFLAGS), R(CS_XBS5_LP64_OFF64_CFLAGS),
    R(CS_XBS5_LP64_OFF64_LDFLAGS), R(CS_XBS5_LP64_OFF64_LIBS), R(CS_XBS5_LP64_OFF64_LINTFLAGS), R(CS_XBS5_LPBIG_OFFBIG_CFLAGS),
    R(CS_XBS5_LPBIG_OFFBIG_LDFLAGS), R(CS_XBS5_LPBIG_OFFBIG_LIBS), R(CS_XBS5_LPBIG_OFFBIG_LINTFLAGS),
};
static const IntRow pathconf_rows[] = {
    R(PC_ALLOC_SIZE_MIN), R(PC_ASYNC_IO), R(PC_CHOWN_RESTRICTED), R(PC_FILESIZEBITS), R(PC_LINK_MAX), R(PC_MAX_CANON), R(PC_MAX_INPUT), R(PC_NAME_MAX),
    R(PC_NO_TRUNC), R(PC_PATH_MAX), R(PC_PIPE_BUF), R(PC_PRIO_IO), R(PC_REC_INCR_XFER_SIZE), R(PC_REC_MAX_XFER_SIZE), R(PC_REC_MIN_XFER_SIZE),
    R(PC_REC_XFER_ALIGN), R(PC_SOCK_MAXBUF), R(PC_SYMLINK_MAX), R(PC_SYNC_IO), R(PC_VDISABLE),
};
#undef R
static Value names_dict(const IntRow *rows, size_t n)
{
    own Value d = dict_new();
    for (size_t i = 0; !is_error(d) && i < n; i++) {
        own Value key = str_intern(rows[i].name);
        if (is_error(key) || !dict_set(as_dict(d), key, int_value(rows[i].value)))
            return ERROR;
    }
    return give(d);
}
static bool name_arg(Value v, const IntRow *rows, size_t n, int *name)
{
    if (int_check(v))
        return arg_int(v, 0, name);
    if (!str_check(v))
        return raise_false(TypeError, "configuration names must be strings or integers");
    for (size_t i = 0; i < n; i++)
        if (str_equal_c(v, rows[i].name)) {
            *name = (int)rows[i].value;
            return true;
        }
    return raise_false(ValueError, "unrecognized configuration name");
}
#define NAMES(rows) rows, sizeof rows / sizeof *rows

static Value p_sysconf(Value *args, size_t n)
{
    int name;
    if (!name_arg(args[0], NAMES(sysconf_rows), &name))
        return ERROR;
    errno = 0;
    long value = sysconf(name);
    return value == -1 && errno ? arg_os_error(UNBOUND) : int_value(value);
}
static Value p_confstr(Value *args, size_t n)
{
    int name;
    char text[4096];
    if (!name_arg(args[0], NAMES(confstr_rows), &name))
        return ERROR;
    errno = 0;
    size_t len = confstr(name, text, sizeof text);
    if (len == 0)
        return errno ? arg_os_error(UNBOUND) : NONE;
    return fs_decode(text, (len < sizeof text ? len : sizeof text) - 1);
}
static Value p_pathconf(Value *args, size_t n)
{
    PathArg path;
    int name;
    Value v = ERROR;
    if (path_arg(args[0], "pathconf", NULL, PATH_FD, &path) && name_arg(args[1], NAMES(pathconf_rows), &name)) {
        errno = 0;
        long value = path.fd >= 0 ? fpathconf(path.fd, name) : pathconf(path.text, name);
        v = value == -1 && errno ? path_error(&path) : int_value(value);
    }
    path_free(&path);
    return v;
}
static Value p_fpathconf(Value *args, size_t n)
{
    int fd, name;
    if (!arg_fd(args[0], &fd) || !name_arg(args[1], NAMES(pathconf_rows), &name))
        return ERROR;
    errno = 0;
    long value = fpathconf(fd, name);
    return value == -1 && errno ? arg_os_error(UNBOUND) : int_value(value);
}

/* --- the system --------------------------------------------------------------------------------------------------------------------------- */
static Value p_uname(Value *args, size_t n)
{
    struct utsname u;
    if (uname(&u) < 0)
        return arg_os_error(UNBOUND);
    Value v[5] = { str_from(u.sysname), str_from(u.nodename), str_from(u.release), str_from(u.version), str_from(u.machine) };
    return structseq_new_take(uname_type, v, 5);
}
static Value p_cpu_count(Value *args, size_t n)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? NONE : int_value(count);
}
static Value p_getloadavg(Value *args, size_t n)
{
    double load[3];
    if (getloadavg(load, 3) != 3)
        return raise(OSError, "Load averages are unobtainable");
    own Value a = float_value(load[0]), b = float_value(load[1]), c = float_value(load[2]);
    return tuple_of3(a, b, c);
}
static Value p_getlogin(Value *args, size_t n)
{
    char name[256];
    int why = getlogin_r(name, sizeof name);
    errno = why;
    return why ? arg_os_error(UNBOUND) : fs_decode(name, strlen(name));
}
static Value p_ctermid(Value *args, size_t n)
{
    char name[L_ctermid];
    return str_from(ctermid(name));
}
static Value p_strerror(Value *args, size_t n)
{
    int number;
    return arg_int(args[0], 0, &number) ? str_from(strerror(number)) : ERROR;
}
static Value p_umask(Value *args, size_t n)
{
    int mask;
    return arg_int(args[0], 0, &mask) ? int_value(umask((mode_t)mask)) : ERROR;
}
/* An error is pending: the command is to end too, politely at first. */
static void end_command(pid_t child)
{
    int status;
    pid_t ended = 0;
    kill(child, SIGINT);
    for (int i = 0; i < 25 && ended == 0; i++) {
        BLOCKING(usleep(10000));
        ended = waitpid(child, &status, WNOHANG);
    }
    if (ended != 0)
        return;
    kill(child, SIGKILL);
    BLOCKING(waitpid(child, &status, 0));
}

/* Like system(3), which cannot be left while the command runs: it ignores SIGINT. */
static Value run_command(const char *text)
{
    char *const words[] = { "sh", "-c", "--", (char *)text, NULL };
    posix_spawnattr_t attributes;
    sigset_t defaults, none;
    pid_t child, ended;
    int status = 0;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGINT);
    sigaddset(&defaults, SIGQUIT);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    int failed = posix_spawn(&child, "/bin/sh", NULL, &attributes, words, environ);
    posix_spawnattr_destroy(&attributes);
    if (failed)
        return int_value(failed == ENOMEM || failed == EAGAIN ? -1 : 127 << 8);
    for (;;) {
        BLOCKING(ended = waitpid(child, &status, 0));
        if (ended == child)
            return int_value(status);
        if (errno != EINTR)
            return int_value(-1);
        if (!poll_events()) {
            ErrorState saved = error_save();
            end_command(child);
            error_restore(saved);
            return ERROR;
        }
    }
}
static Value p_system(Value *args, size_t n)
{
    if (!audit1("os.system", args[0]))
        return ERROR;
    PathArg command;
    Value v = path_arg(args[0], "system", "command", 0, &command) ? run_command(command.text) : ERROR;
    path_free(&command);
    return v;
}

/* --- the environment --------------------------------------------------------------------------------------------------------------------------- */
extern char **environ;
static Value environment(void)
{
    own Value d = dict_new();
    for (char **e = environ; !is_error(d) && e && *e; e++) {
        const char *equals = strchr(*e, '=');
        if (!equals)
            continue;
        own Value key = bytes_new(*e, (size_t)(equals - *e)), value = bytes_new(equals + 1, strlen(equals + 1)), before = UNBOUND;
        if (is_error(key) || is_error(value) || dict_setdefault(as_dict(d), key, value, &before) == FAILED)
            return ERROR;
    }
    return give(d);
}
static Value p_putenv(Value *args, size_t n)
{
    PathArg name, value = { .object = UNBOUND, .bytes = UNBOUND };
    Value v = ERROR;
    if (path_arg(args[0], NULL, NULL, 0, &name) && path_arg(args[1], NULL, NULL, 0, &value)) {
        if (!name.text[0] || strchr(name.text, '='))
            error_set(ValueError, "illegal environment variable name");
        else if (audit2("os.putenv", name.bytes, value.bytes))
            v = setenv(name.text, value.text, 1) ? arg_os_error(UNBOUND) : NONE;
    }
    path_free(&name);
    path_free(&value);
    return v;
}
static Value p_unsetenv(Value *args, size_t n)
{
    PathArg name;
    Value v = ERROR;
    if (path_arg(args[0], NULL, NULL, 0, &name) && audit1("os.unsetenv", name.bytes))
        v = unsetenv(name.text) ? arg_os_error(UNBOUND) : NONE;
    path_free(&name);
    return v;
}

/* --- random bytes -------------------------------------------------------------------------------------------------------------------------------- */
enum { RANDOM_PIECE = 1 << 20 };         /* bytes between two looks at events */

static Value random_bytes(int64_t size, unsigned flags, bool all)
{
    if (size < 0) {
        if (all)
            return raise(ValueError, "negative argument not allowed");
        errno = EINVAL;
        return arg_os_error(UNBOUND);
    }
    Bytes *b = bytes_alloc((size_t)size);
    if (!b)
        return ERROR;
    own Value keep = obj_value(b);
    size_t at = 0;
    while (at < (size_t)size) {
        size_t left = (size_t)size - at;
        ssize_t got = getrandom(b->data + at, left < RANDOM_PIECE ? left : RANDOM_PIECE, flags);
        if (got < 0) {
            if (errno != EINTR)
                return arg_os_error(UNBOUND);
            if (!poll_events())
                return ERROR;
            continue;
        }
        at += (size_t)got;
        if (!poll_events())
            return ERROR;
        if (!all && (size_t)got < RANDOM_PIECE)
            break;
    }
    give(keep);
    return bytes_shrink_take(b, at);
}
static Value p_urandom(Value *args, size_t n)
{
    int64_t size;
    return arg_i64(args[0], 0, &size) ? random_bytes(size, 0, true) : ERROR;
}
static Value p_getrandom(Value *args, size_t n)
{
    int64_t size;
    int flags;
    return arg_i64(args[0], 0, &size) && arg_int(args[1], 0, &flags) ? random_bytes(size, (unsigned)flags, false) : ERROR;
}

const Method posix_system_functions[] = {
    { "sysconf", "(name, /)", p_sysconf, "Return an integer-valued system configuration variable." }, { "confstr", "(name, /)", p_confstr, "Return a string-valued system configuration variable." },
    { "pathconf", "(path, name)", p_pathconf, "Return the configuration limit name for the file or directory path." }, { "fpathconf", "(fd, name, /)", p_fpathconf, "Return the configuration limit name for the file descriptor fd." },
    { "uname", "()", p_uname, "Return an object identifying the current operating system.\n\nThe object behaves like a named tuple with the following fields:\n  (sysname, nodename, release, version, machine)" },
    { "cpu_count", "()", p_cpu_count, "Return the number of CPUs in the system; return None if indeterminable." }, { "getloadavg", "()", p_getloadavg, "Return average recent system load information." },
    { "getlogin", "()", p_getlogin, "Return the actual login name." }, { "ctermid", "()", p_ctermid, "Return the name of the controlling terminal for this process." },
    { "strerror", "(code, /)", p_strerror, "Translate an error code to a message string." }, { "umask", "(mask, /)", p_umask, "Set the current numeric umask and return the previous umask." },
    { "system", "(command)", p_system, "Execute the command in a subshell." }, { "putenv", "(name, value, /)", p_putenv, "Change or add an environment variable." },
    { "unsetenv", "(name, /)", p_unsetenv, "Delete an environment variable." }, { "urandom", "(size, /)", p_urandom, "Return a bytes object containing random bytes suitable for cryptographic use." },
    { "getrandom", "(size, flags=0)", p_getrandom, "Obtain a series of random bytes." },
    { 0 },
};
bool posix_system_init(Value module)
{
    static const StructField fields[] = { { "sysname", "operating system name" }, { "nodename", "name of machine on network (implementation-defined)" }, { "release", "operating system release" },
        { "version", "operating system version" }, { "machine", "hardware identifier" }, { 0 } };
    if (!structseq_ready(&uname_type, "posix.uname_result", "uname_result: Result from os.uname().", fields, 5))
        return false;
    return module_add(module, "uname_result", uname_type) && module_add_take(module, "environ", environment()) &&
           module_add_take(module, "sysconf_names", names_dict(NAMES(sysconf_rows))) && module_add_take(module, "confstr_names", names_dict(NAMES(confstr_rows))) &&
           module_add_take(module, "pathconf_names", names_dict(NAMES(pathconf_rows)));
}
