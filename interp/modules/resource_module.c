/* resource_module.c -- resource: limits and usage of the process (docs.python.org/3.11/library/resource.html). */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

#include "interp/modules/arg.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/tuple.h"

static Value usage_type = UNBOUND_INIT;
static Value seconds(struct timeval t) { return float_value((double)t.tv_sec + (double)t.tv_usec * 1e-6); }

static Value getrusage_(Value *args, size_t n)
{
    struct rusage u;
    int who;
    if (!arg_int(args[0], 0, &who))
        return ERROR;
    if (getrusage(who, &u) < 0)
        return errno == EINVAL ? raise(ValueError, "invalid who parameter") : arg_os_error(UNBOUND);
    Value v[16] = { seconds(u.ru_utime), seconds(u.ru_stime), int_value(u.ru_maxrss), int_value(u.ru_ixrss), int_value(u.ru_idrss), int_value(u.ru_isrss), int_value(u.ru_minflt),
        int_value(u.ru_majflt), int_value(u.ru_nswap), int_value(u.ru_inblock), int_value(u.ru_oublock), int_value(u.ru_msgsnd), int_value(u.ru_msgrcv), int_value(u.ru_nsignals),
        int_value(u.ru_nvcsw), int_value(u.ru_nivcsw) };
    return structseq_new_take(usage_type, v, 16);
}
static Value limit_value(rlim_t l) { return l == RLIM_INFINITY ? small_int_value(-1) : int_from_u64(l); }
static bool limit_arg(Value v, rlim_t *l)
{
    own Value index = obj_index(v);
    if (is_error(index))
        return false;
    *l = (rlim_t)int_to_u64_mask(index);
    return true;
}
static bool limits_arg(Value v, struct rlimit *l)
{
    own Value pair = tuple_from_iterable(v);
    if (is_error(pair))
        return false;
    if (tuple_len(pair) != 2)
        return raise_false(ValueError, "expected a tuple of 2 integers");
    return limit_arg(tuple_peek(pair, 0), &l->rlim_cur) && limit_arg(tuple_peek(pair, 1), &l->rlim_max);
}
static Value limits_value(const struct rlimit *l)
{
    own Value a = limit_value(l->rlim_cur), b = limit_value(l->rlim_max);
    return tuple_of2(a, b);
}
static bool resource_arg(Value v, int *which)
{
    if (!arg_int(v, 0, which))
        return false;
    return (*which >= 0 && *which < RLIM_NLIMITS) || raise_false(ValueError, "invalid resource specified");
}
static Value getrlimit_(Value *args, size_t n)
{
    int which;
    struct rlimit l;
    if (!resource_arg(args[0], &which))
        return ERROR;
    return getrlimit((__rlimit_resource_t)which, &l) < 0 ? arg_os_error(UNBOUND) : limits_value(&l);
}
static Value set_failed(void)
{
    if (errno == EINVAL)
        return raise(ValueError, "current limit exceeds maximum limit");
    return errno == EPERM ? raise(ValueError, "not allowed to raise maximum limit") : arg_os_error(UNBOUND);
}
static Value setrlimit_(Value *args, size_t n)
{
    int which;
    struct rlimit l;
    if (!resource_arg(args[0], &which) || !limits_arg(args[1], &l))
        return ERROR;
    return setrlimit((__rlimit_resource_t)which, &l) < 0 ? set_failed() : NONE;
}
static Value prlimit_(Value *args, size_t n)
{
    int pid, which;
    struct rlimit l, old;
    bool set = !is_unbound(args[2]);
    if (!arg_int(args[0], 0, &pid) || !resource_arg(args[1], &which) || (set && !limits_arg(args[2], &l)))
        return ERROR;
    if (prlimit(pid, (__rlimit_resource_t)which, set ? &l : NULL, &old) < 0)
        return errno == EINVAL ? raise(ValueError, "current limit exceeds maximum limit") : arg_os_error(UNBOUND);
    return limits_value(&old);
}
static Value getpagesize_(Value *args, size_t n) { return int_value(sysconf(_SC_PAGESIZE)); }

static const Method functions[] = {
    { "getrusage", "(who, /)", getrusage_, NULL }, { "getrlimit", "(resource, /)", getrlimit_, NULL }, { "setrlimit", "(resource, limits, /)", setrlimit_, NULL },
    { "prlimit", "(pid, resource, limits=None, /)", prlimit_, NULL }, { "getpagesize", "()", getpagesize_, NULL }, { 0 },
};
#define C(name) { #name, (int64_t)(name) }
static const IntRow constants[] = {
    C(RLIMIT_AS), C(RLIMIT_CORE), C(RLIMIT_CPU), C(RLIMIT_DATA), C(RLIMIT_FSIZE), C(RLIMIT_MEMLOCK), C(RLIMIT_MSGQUEUE), C(RLIMIT_NICE),
    C(RLIMIT_NOFILE), C(RLIMIT_NPROC), C(RLIMIT_OFILE), C(RLIMIT_RSS), C(RLIMIT_RTPRIO), C(RLIMIT_RTTIME), C(RLIMIT_SIGPENDING), C(RLIMIT_STACK),
    C(RUSAGE_CHILDREN), C(RUSAGE_SELF), C(RUSAGE_THREAD),
    { "RLIM_INFINITY", -1 },
};
static bool init(Value module)
{
    static const StructField fields[] = { { "ru_utime", "user time used" }, { "ru_stime", "system time used" }, { "ru_maxrss", "max. resident set size" }, { "ru_ixrss", "shared memory size" },
        { "ru_idrss", "unshared data size" }, { "ru_isrss", "unshared stack size" }, { "ru_minflt", "page faults not requiring I/O" }, { "ru_majflt", "page faults requiring I/O" },
        { "ru_nswap", "number of swap outs" }, { "ru_inblock", "block input operations" }, { "ru_oublock", "block output operations" }, { "ru_msgsnd", "IPC messages sent" },
        { "ru_msgrcv", "IPC messages received" }, { "ru_nsignals", "signals received" }, { "ru_nvcsw", "voluntary context switches" }, { "ru_nivcsw", "involuntary context switches" }, { 0 } };
    if (!structseq_ready(&usage_type, "resource.struct_rusage", "struct_rusage: Result from getrusage.", fields, 16))
        return false;
    return ADD_INTS(module, constants) && module_add(module, "struct_rusage", usage_type) && module_add(module, "error", exception_class_peek(OSError));
}
const NativeModule resource_module = { "resource", NULL, functions, init };
