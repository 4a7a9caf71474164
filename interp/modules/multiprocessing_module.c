/* multiprocessing_module.c -- _multiprocessing: named semaphores between processes, as the package multiprocessing builds its locks from. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#include "gc/event.h"
#include "interp/base/clock.h"
#include "interp/modules/arg.h"
#include "interp/object/class.h"
#include "interp/object/dict.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/vm/thread.h"

enum { RECURSIVE_MUTEX, SEMAPHORE };
typedef struct SemLock { Object head; sem_t *handle; Value name; /* str; None once unlinked */ uint64_t owner; int32_t kind, maxvalue, count; } SemLock;
static SemLock *as_lock(Value v) { return (SemLock *)as_obj(v); }
static Type semlock_type;

static Value lock_new(Type *type, sem_t *handle, int kind, int maxvalue, Value name)
{
    Value v = instance_new(type);
    if (is_error(v)) {
        sem_close(handle);
        return ERROR;
    }
    SemLock *l = as_lock(v);
    l->handle = handle;
    l->kind = kind;
    l->maxvalue = maxvalue;
    l->count = 0;
    l->owner = 0;
    set_slot(&l->name, retain(name));
    return v;
}
static void dispose(Object *o)
{
    SemLock *l = (SemLock *)o;
    if (l->handle)
        sem_close(l->handle);
}

static Value semlock_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value a[5];
    int kind, value, maxvalue;
    bool unlink;
    const char *name;
    if (!bind_arguments("SemLock", "(kind, value, maxvalue, name, unlink)", args, n_pos, kwnames, a, NULL) || !arg_int(a[0], 0, &kind) || !arg_int(a[1], 0, &value) ||
        !arg_int(a[2], 0, &maxvalue) || !arg_text(a[3], "SemLock", "'name'", false, &name) || !arg_bool(a[4], false, &unlink))
        return ERROR;
    if (kind != RECURSIVE_MUTEX && kind != SEMAPHORE)
        return raise(ValueError, "unrecognized kind");
    sem_t *handle = sem_open(name, O_CREAT | O_EXCL, 0600, (unsigned)value);
    if (handle == SEM_FAILED)
        return arg_os_error(UNBOUND);
    if (unlink && sem_unlink(name) < 0) {
        sem_close(handle);
        return arg_os_error(UNBOUND);
    }
    return lock_new(type, handle, kind, maxvalue, unlink ? NONE : a[3]);
}

/* In a child process: the handle of a forked parent, or by name. */
static Value m_rebuild(Value *args, size_t n)
{
    int kind, maxvalue;
    uint64_t address;
    const char *name;
    if (!int_check(args[1]))
        return raise(TypeError, "an integer is required (got type %T)", args[1]);
    if (!int_to_u64(args[1], &address))
        return raise(OverflowError, "Python int too large to convert to C unsigned long");
    if (!arg_int(args[2], 0, &kind) || !arg_int(args[3], 0, &maxvalue) || !arg_text(args[4], "_rebuild", "4", true, &name))
        return ERROR;
    sem_t *handle = name ? sem_open(name, 0) : (sem_t *)(uintptr_t)address;
    if (handle == SEM_FAILED)
        return arg_os_error(UNBOUND);
    return lock_new(as_type(args[0]), handle, kind, maxvalue, args[4]);
}

static bool is_mine(const SemLock *l) { return l->count > 0 && l->owner == thread->id; }

/* One slice of waiting: 0, or errno. */
static int wait_slice(sem_t *handle, double seconds)
{
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    int64_t ns = end.tv_nsec + (int64_t)(seconds * 1e9);
    end.tv_sec += ns / 1000000000;
    end.tv_nsec = ns % 1000000000;
    int result;
    BLOCKING(result = sem_timedwait(handle, &end) < 0 ? errno : 0);
    return result;
}

static Value acquire(Value self, bool block, Value timeout)
{
    enum { SLICES_A_SECOND = 20 };       /* interrupts are answered between slices */
    SemLock *l = as_lock(self);
    double seconds = INFINITY;
    if (l->kind == RECURSIVE_MUTEX && is_mine(l)) {
        l->count++;
        return TRUE;
    }
    if (!is_unbound(timeout) && !is_none(timeout)) {
        if (!obj_double(timeout, &seconds))
            return ERROR;
        seconds = seconds < 0 ? 0 : seconds;
    }
    int64_t deadline = clock_after(seconds);
    int why = sem_trywait(l->handle) < 0 ? errno : 0;
    while (why && block) {
        double left = (double)(deadline - clock_ns()) / CLOCK_NS_PER_S;
        if (why != EAGAIN && why != EINTR && why != ETIMEDOUT) {
            errno = why;
            return arg_os_error(UNBOUND);
        }
        if (left <= 0)
            return FALSE;
        why = wait_slice(l->handle, left < 1.0 / SLICES_A_SECOND ? left : 1.0 / SLICES_A_SECOND);
        if (why && !poll_events())
            return ERROR;
    }
    if (why)
        return why == EAGAIN ? FALSE : (errno = why, arg_os_error(UNBOUND));
    l->count++;
    l->owner = thread->id;
    return TRUE;
}
static Value m_acquire(Value *args, size_t n)
{
    bool block;
    return arg_bool(args[1], true, &block) ? acquire(args[0], block, args[2]) : ERROR;
}
static Value m_enter(Value *args, size_t n) { return acquire(args[0], true, UNBOUND); }

static bool value_of(const SemLock *l, int *value)
{
    if (sem_getvalue(l->handle, value) < 0) {
        error_set_errno(errno, UNBOUND);
        return false;
    }
    *value = *value < 0 ? 0 : *value;
    return true;
}

static Value m_release(Value *args, size_t n)
{
    SemLock *l = as_lock(args[0]);
    int value;
    if (l->kind == RECURSIVE_MUTEX) {
        if (!is_mine(l))
            return raise(AssertionError, "attempt to release recursive lock not owned by thread");
        if (l->count > 1) {
            l->count--;
            return NONE;
        }
    } else if (!value_of(l, &value)) {
        return ERROR;
    } else if (value >= l->maxvalue) {
        return raise(ValueError, "semaphore or lock released too many times");
    }
    if (sem_post(l->handle) < 0)
        return arg_os_error(UNBOUND);
    l->count--;
    return NONE;
}
static Value m_count(Value *args, size_t n) { return int_value(as_lock(args[0])->count); }
static Value m_is_mine(Value *args, size_t n) { return bool_value(is_mine(as_lock(args[0]))); }
static Value m_get_value(Value *args, size_t n)
{
    int value;
    return value_of(as_lock(args[0]), &value) ? int_value(value) : ERROR;
}
static Value m_is_zero(Value *args, size_t n)
{
    int value;
    return value_of(as_lock(args[0]), &value) ? bool_value(value == 0) : ERROR;
}
static Value m_after_fork(Value *args, size_t n)
{
    as_lock(args[0])->count = 0;
    return NONE;
}
static Value get_handle(Value self) { return int_from_u64((uint64_t)(uintptr_t)as_lock(self)->handle); }

static const Method methods[] = {
    { "acquire", "(self, /, block=True, timeout=None)", m_acquire, "Acquire the semaphore/lock." }, { "release", "(self, /)", m_release, "Release the semaphore/lock." },
    { "__enter__", "(self, /)", m_enter, "Enter the semaphore/lock." }, { "__exit__", "(self, exc_type=None, exc_value=None, exc_tb=None, /)", m_release, "Exit the semaphore/lock." },
    { "_count", "(self, /)", m_count, "Num of `acquire()`s minus num of `release()`s for this process." }, { "_is_mine", "(self, /)", m_is_mine, "Whether the lock is owned by this thread." },
    { "_get_value", "(self, /)", m_get_value, "Get the value of the semaphore." }, { "_is_zero", "(self, /)", m_is_zero, "Return whether semaphore has value zero." },
    { "_rebuild", "(cls, handle, kind, maxvalue, name, /)", m_rebuild, NULL, METHOD_CLASS }, { "_after_fork", "(self, /)", m_after_fork, "Rezero the net acquisition count after fork()." }, { 0 },
};
static const GetSet getsets[] = { { "handle", get_handle, NULL, "" }, { 0 } };
static const Member members[] = {
    { "kind", MEMBER_INT32, offsetof(SemLock, kind), false, "" }, { "maxvalue", MEMBER_INT32, offsetof(SemLock, maxvalue), false, "" },
    { "name", MEMBER_VALUE_NONE, offsetof(SemLock, name), false, "" }, { 0 },
};
static const TraceRow rows[] = { { TRACE_VALUE, offsetof(SemLock, name), 0, "name" }, { 0 } };
static Type semlock_type = {
    STATIC_TYPE(semlock_type, "SemLock", SemLock, rows), .heap.dispose = dispose, .flags = TYPE_BASE, .new = semlock_new, .methods = methods, .getsets = getsets, .members = members,
    .module_name = "_multiprocessing", .doc = "Semaphore/Mutex type", .signature = "(kind, value, maxvalue, name, unlink)",
};

static Value f_sem_unlink(Value *args, size_t n)
{
    const char *name;
    if (!arg_text(args[0], "sem_unlink", "argument", false, &name))
        return ERROR;
    return sem_unlink(name) < 0 ? arg_os_error(UNBOUND) : NONE;
}
static const Method functions[] = { { "sem_unlink", "(name, /)", f_sem_unlink, NULL }, { 0 } };

static bool init(Value module)
{
    static Type *const types[] = { &semlock_type, NULL };
    ready_types(types, &object_type);
    own Value flags = dict_new();
    return !is_error(flags) && dict_set_c(as_dict(flags), "HAVE_SEM_OPEN", small_int_value(1)) && dict_set_c(as_dict(flags), "HAVE_SEM_TIMEDWAIT", small_int_value(1)) &&
           module_add(module, "flags", flags) && dict_set_c(semlock_type.dict, "SEM_VALUE_MAX", int_value(SEM_VALUE_MAX)) && module_add_type(module, &semlock_type);
}

const NativeModule multiprocessing_module = { "_multiprocessing", NULL, functions, init };
