/* thread_module.c -- _thread: threads, locks, thread-local data. OS threads under the one runtime lock, which is dropped while a lock is waited for. */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gc/heap.h"
#include "gc/weakref.h"
#include "interp/base/clock.h"
#include "interp/builtins/import.h"
#include "interp/modules/ouro_module.h"
#include "interp/modules/signal_module.h"
#include "interp/modules/sys_module.h"
#include "interp/modules/thread_local.h"
#include "interp/modules/arg.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/thread.h"

/* --- lock and rlock. All fields are guarded by the runtime lock; waiters sleep on the condition with the runtime lock dropped. ---------- */
enum { WAIT_SLICE_MS = 50 };             /* signals are looked for in between */
typedef struct Lock {
    Object head;
    pthread_mutex_t mutex;
    pthread_cond_t free;
    bool locked;
    uint64_t owner, count;       /* RLock */
} Lock;
static Type lock_type, rlock_type;
static Lock *as_lock(Value v) { return (Lock *)as_obj(v); }

static Value lock_make(Type *type)
{
    Value v = instance_new(type);
    if (is_error(v))
        return ERROR;
    Lock *l = as_lock(v);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&l->mutex, NULL);
    pthread_cond_init(&l->free, &attr);
    pthread_condattr_destroy(&attr);
    l->locked = false;
    l->owner = l->count = 0;
    return v;
}
static Value lock_new(Type *type, const Value *args, size_t n, Value kwnames) { return lock_make(type); }
static void lock_dispose(Object *o)
{
    Lock *l = (Lock *)o;
    pthread_cond_destroy(&l->free);
    pthread_mutex_destroy(&l->mutex);
}

static bool take(Lock *l)
{
    pthread_mutex_lock(&l->mutex);
    bool got = !l->locked;
    l->locked = true;
    pthread_mutex_unlock(&l->mutex);
    return got;
}

/* Wait until the lock is taken, `deadline` passes, or a slice is over. */
static bool wait_slice(Lock *l, int64_t deadline)
{
    int64_t end = clock_ns() + WAIT_SLICE_MS * CLOCK_NS_PER_MS;
    struct timespec until = clock_timespec(end < deadline ? end : deadline);
    pthread_mutex_lock(&l->mutex);
    int failed = 0;
    while (l->locked && !failed)
        failed = pthread_cond_timedwait(&l->free, &l->mutex, &until);
    bool got = !l->locked;
    l->locked = true;
    pthread_mutex_unlock(&l->mutex);
    return got;
}

/* YES taken, NO timed out, TRUTH_FAILED a signal handler raised. timeout < 0: for ever. */
static Truth acquire(Lock *l, double timeout)
{
    if (take(l))
        return YES;
    if (timeout == 0)
        return NO;
    int64_t deadline = timeout < 0 ? INT64_MAX : clock_after(timeout);
    for (;;) {
        bool got;
        BLOCKING(got = wait_slice(l, deadline));
        if (got)
            return YES;
        if (clock_ns() >= deadline)
            return NO;
        if (!poll_events())
            return TRUTH_FAILED;
    }
}

static void free_lock(Lock *l)
{
    pthread_mutex_lock(&l->mutex);
    l->locked = false;
    pthread_cond_signal(&l->free);
    pthread_mutex_unlock(&l->mutex);
}

/* (blocking=True, timeout=-1) to seconds; -1 for ever. */
static bool timeout_of(Value blocking, Value timeout, double *seconds)
{
    Truth wait = is_unbound(blocking) ? YES : obj_truth(blocking);
    *seconds = -1;
    if (wait == TRUTH_FAILED || (!is_unbound(timeout) && !obj_double(timeout, seconds)))
        return false;
    if (wait == NO) {
        if (*seconds != -1)
            return raise_false(ValueError, "can't specify a timeout for a non-blocking call");
        *seconds = 0;
        return true;
    }
    if (isnan(*seconds))
        return raise_false(ValueError, "Invalid value NaN (not a number)");
    if (*seconds < 0 && *seconds != -1)
        return raise_false(ValueError, "timeout value must be a non-negative number");
    if (*seconds > 9223372036.0)
        return raise_false(OverflowError, "timeout value is too large");
    return true;
}

static Value lock_acquire_method(Value *args, size_t n)
{
    double seconds;
    return timeout_of(n > 1 ? args[1] : UNBOUND, n > 2 ? args[2] : UNBOUND, &seconds) ? truth_value(acquire(as_lock(args[0]), seconds)) : ERROR;
}
static Value lock_enter(Value *args, size_t n) { return truth_value(acquire(as_lock(args[0]), -1)); }
static Value lock_release_method(Value *args, size_t n)
{
    Lock *l = as_lock(args[0]);
    if (!l->locked)
        return raise(RuntimeError, "release unlocked lock");
    free_lock(l);
    return NONE;
}
static Value lock_exit(Value *args, size_t n) { return lock_release_method(args, 1); }
static Value lock_locked(Value *args, size_t n) { return bool_value(as_lock(args[0])->locked); }
static Value lock_reinit(Value *args, size_t n)
{
    Lock *l = as_lock(args[0]);
    pthread_mutex_init(&l->mutex, NULL);
    l->locked = false;
    l->owner = l->count = 0;
    return NONE;
}
static Value lock_repr(Value self)
{
    return str_format("<%s _thread.%s object at %p>", as_lock(self)->locked ? "locked" : "unlocked", type_name(self), (void *)as_lock(self));
}
static const Method lock_methods[] = {
    { "acquire", "(self, blocking=True, timeout=-1)", lock_acquire_method, "Lock the lock." },
    { "acquire_lock", "(self, blocking=True, timeout=-1)", lock_acquire_method, "Lock the lock." },
    { "release", "(self)", lock_release_method, "Release the lock, allowing another thread that is blocked waiting for it to acquire it." },
    { "release_lock", "(self)", lock_release_method, "Release the lock." },
    { "locked", "(self)", lock_locked, "Return whether the lock is in the locked state." },
    { "locked_lock", "(self)", lock_locked, "Return whether the lock is in the locked state." },
    { "_at_fork_reinit", "(self)", lock_reinit, NULL },
    { "__enter__", "(self)", lock_enter, "Lock the lock." },
    { "__exit__", "(self, /, *exc_info)", lock_exit, "Release the lock." },
    { 0 },
};
static Type lock_type = {
    STATIC_TYPE(lock_type, "lock", Lock, NULL), .heap.dispose = lock_dispose, .flags = TYPE_WEAK | TYPE_NO_NEW, .repr = lock_repr, .methods = lock_methods,
    .module_name = "_thread", .doc = "A lock object is a synchronization primitive.",
};

static Truth rlock_take(Lock *l, double seconds)
{
    if (l->locked && l->owner == thread->id) {
        l->count++;
        return YES;
    }
    Truth got = acquire(l, seconds);
    if (got == YES) {
        l->owner = thread->id;
        l->count = 1;
    }
    return got;
}
static Value rlock_acquire(Value *args, size_t n)
{
    double seconds;
    return timeout_of(n > 1 ? args[1] : UNBOUND, n > 2 ? args[2] : UNBOUND, &seconds) ? truth_value(rlock_take(as_lock(args[0]), seconds)) : ERROR;
}
static Value rlock_enter(Value *args, size_t n) { return truth_value(rlock_take(as_lock(args[0]), -1)); }
static Value rlock_release(Value *args, size_t n)
{
    Lock *l = as_lock(args[0]);
    if (l->count == 0 || l->owner != thread->id)
        return raise(RuntimeError, "cannot release un-acquired lock");
    if (--l->count == 0) {
        l->owner = 0;
        free_lock(l);
    }
    return NONE;
}
static Value rlock_exit(Value *args, size_t n) { return rlock_release(args, 1); }
static Value rlock_is_owned(Value *args, size_t n) { return bool_value(as_lock(args[0])->count > 0 && as_lock(args[0])->owner == thread->id); }
static Value rlock_release_save(Value *args, size_t n)
{
    Lock *l = as_lock(args[0]);
    if (l->count == 0)
        return raise(RuntimeError, "cannot release un-acquired lock");
    Value pair[2] = { int_from_u64(l->count), int_from_u64(l->owner) };
    l->count = l->owner = 0;
    free_lock(l);
    return tuple_from_take(pair, 2);
}
static Value rlock_acquire_restore(Value *args, size_t n)
{
    uint64_t count, owner;
    if (!tuple_check(args[1]) || tuple_len(args[1]) != 2 || !int_check(tuple_peek(args[1], 0)) || !int_check(tuple_peek(args[1], 1)) ||
        !int_to_u64(tuple_peek(args[1], 0), &count) || !int_to_u64(tuple_peek(args[1], 1), &owner))
        return raise(TypeError, "_acquire_restore() argument 1 must be a pair of int");
    if (acquire(as_lock(args[0]), -1) != YES)
        return ERROR;
    as_lock(args[0])->count = count;
    as_lock(args[0])->owner = owner;
    return NONE;
}
static Value rlock_recursion_count(Value *args, size_t n)
{
    Lock *l = as_lock(args[0]);
    return int_from_u64(l->owner == thread->id ? l->count : 0);
}
static Value rlock_repr(Value self)
{
    Lock *l = as_lock(self);
    return str_format("<%s _thread.%s object owner=%llu count=%llu at %p>", l->count ? "locked" : "unlocked", type_name(self), (unsigned long long)l->owner,
                      (unsigned long long)l->count, (void *)l);
}
static const Method rlock_methods[] = {
    { "acquire", "(self, blocking=True, timeout=-1)", rlock_acquire, "Lock the lock." },
    { "release", "(self)", rlock_release, "Release the lock." },
    { "_is_owned", "(self)", rlock_is_owned, "For internal use by `threading.Condition`." },
    { "_release_save", "(self)", rlock_release_save, "For internal use by `threading.Condition`." },
    { "_acquire_restore", "(self, state, /)", rlock_acquire_restore, "For internal use by `threading.Condition`." },
    { "_recursion_count", "(self)", rlock_recursion_count, "For internal use by reentrancy checks." },
    { "_at_fork_reinit", "(self)", lock_reinit, NULL },
    { "__enter__", "(self)", rlock_enter, "Lock the lock." },
    { "__exit__", "(self, /, *exc_info)", rlock_exit, "Release the lock." },
    { 0 },
};
static Type rlock_type = {
    STATIC_TYPE(rlock_type, "RLock", Lock, NULL), .heap.dispose = lock_dispose, .flags = TYPE_BASE | TYPE_WEAK, .new = lock_new, .repr = rlock_repr,
    .methods = rlock_methods, .module_name = "_thread", .doc = "A reentrant lock.",
};
static Value allocate_lock(Value *args, size_t n) { return lock_make(&lock_type); }

/* --- threads ------------------------------------------------------------------------------------------------------------- */
typedef struct Start { Thread *thread; void *token; } Start;
static int64_t n_threads;
static size_t stack_bytes;
/* A smaller stack that somebody asks for would be used up by what C code needs below its guards; pages that nobody touches cost nothing. */
enum { DEFAULT_STACK = 8 << 20, LEAST_STACK = 2 << 20 };

/* The pending error has ended a thread of `fn`: sys.unraisablehook; SystemExit is silent. threading catches its threads' own. */
static void report(Value fn)
{
    if (error_is(SystemExit)) {
        error_clear();
        return;
    }
    sys_report_unraisable("Exception ignored in thread started by", fn);
}

static void *run_thread(void *context)
{
    Start *start = context;
    Thread *self = start->thread;
    thread_attach_stack(self);
    if (start->token)
        ouro_hooks.thread_runs(start->token);
    lock_acquire(self);
    Value result = call_ex(self->target, self->target_args, self->target_kwargs);
    if (is_error(result))
        report(self->target);
    release(result);
    set_slot(&self->target, UNBOUND);
    set_slot(&self->target_args, UNBOUND);
    set_slot(&self->target_kwargs, UNBOUND);
    if (start->token)
        ouro_hooks.thread_over(start->token);
    free(start);
    n_threads--;
    thread_local_forget(self->id);
    if (is_exact(self->sentinel, &lock_type) && as_lock(self->sentinel)->locked)
        free_lock(as_lock(self->sentinel));
    thread_free(self);
    static Thread nobody;                    /* lock_release writes to the current thread once more */
    thread = &nobody;
    lock_release();
    return NULL;
}

static Value start_new_thread(Value *args, size_t n)
{
    if (!obj_callable(args[0]))
        return raise(TypeError, "first arg must be callable");
    if (!tuple_check(args[1]))
        return raise(TypeError, "2nd arg must be a tuple");
    if (!is_unbound(args[2]) && !dict_check(args[2]))
        return raise(TypeError, "optional 3rd arg must be a dictionary");
    Start *start = malloc(sizeof *start);
    Thread *t = start ? thread_new() : NULL;
    if (!t) {
        free(start);
        return raise_memory();
    }
    *start = (Start){ t, NULL };
    t->target = retain(args[0]);
    t->target_args = retain(args[1]);
    t->target_kwargs = retain(args[2]);
    pthread_attr_t attr;
    pthread_t handle;
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, stack_bytes == 0 ? DEFAULT_STACK : stack_bytes < LEAST_STACK ? LEAST_STACK : stack_bytes);
    start->token = ouro_hooks.thread_born ? ouro_hooks.thread_born() : NULL;
    n_threads++;
    Value id = int_from_u64(t->id);
    int failed = pthread_create(&handle, &attr, run_thread, start);
    pthread_attr_destroy(&attr);
    if (!failed)
        return id;
    n_threads--;
    if (start->token)
        ouro_hooks.thread_over(start->token);
    free(start);
    thread_free(t);
    return raise(RuntimeError, "can't start new thread");
}

static Value get_ident(Value *args, size_t n) { return int_from_u64(thread->id); }
static Value get_native_id(Value *args, size_t n) { return int_value(syscall(SYS_gettid)); }
static Value count(Value *args, size_t n) { return int_value(n_threads); }
static Value exit_thread(Value *args, size_t n)
{
    error_set_none(SystemExit);
    return ERROR;
}
static Value interrupt_main(Value *args, size_t n)
{
    int64_t number = 2;
    if (!is_unbound(args[0]) && !obj_index_i64(args[0], &number, OverflowError))
        return ERROR;
    if (!signal_simulate(number))
        return raise(ValueError, "signal number out of range");
    return thread->is_main && !poll_events() ? ERROR : NONE;
}
static Value stack_size(Value *args, size_t n)
{
    int64_t size = 0;
    if (!is_unbound(args[0]) && !obj_index_i64(args[0], &size, OverflowError))
        return ERROR;
    if (size < 0)
        return raise(ValueError, "size must be 0 or a positive value");
    if (size != 0 && size < 32768)
        return raise(ValueError, "size not valid: %lld bytes", (long long)size);
    int64_t old = (int64_t)stack_bytes;
    if (!is_unbound(args[0]))
        stack_bytes = (size_t)size;
    return int_value(old);
}

/* A lock that is released when its thread ends: threading.Thread.join waits for it. */
static Value set_sentinel(Value *args, size_t n)
{
    own Value lock = lock_make(&lock_type);
    if (is_error(lock))
        return ERROR;
    set_slot(&thread->sentinel, retain(lock));
    return give(lock);
}
/* --- exceptions that end a thread -------------------------------------------------------------------------------------- */
static Value hook_args_type = UNBOUND_INIT;
static Value excepthook(Value *args, size_t n)
{
    if (!is_ptr(args[0]) || !same(obj_value(obj_type(as_obj(args[0]))), hook_args_type))
        return raise(TypeError, "_thread.excepthook argument type must be ExceptHookArgs");
    own Value type = obj_getitem_index(args[0], 0), value = obj_getitem_index(args[0], 1), tb = obj_getitem_index(args[0], 2), which = obj_getitem_index(args[0], 3);
    if (same(type, exception_class_peek(SystemExit)))
        return NONE;
    own Value name = is_none(which) ? int_from_u64(thread->id) : obj_getattr_c(which, "name");
    own Value head = is_error(name) ? ERROR : str_format("Exception in thread %S:\n", name);
    own Value stream = is_error(head) ? ERROR : import_attr("sys", "stderr");
    own Value written = is_error(stream) || is_none(stream) ? NONE : call_method(stream, "write", &head, 1);
    own Value hook = is_error(written) ? ERROR : import_attr("sys", "__excepthook__");
    return is_error(hook) ? ERROR : call3(hook, type, value, tb);
}

static const Method functions[] = {
    { "start_new_thread", "(function, args, kwargs={}, /)", start_new_thread, "Start a new thread and return its identifier." },
    { "start_new", "(function, args, kwargs={}, /)", start_new_thread, "Start a new thread and return its identifier." },
    { "allocate_lock", "()", allocate_lock, "Create a new lock object." },
    { "allocate", "()", allocate_lock, "Create a new lock object." },
    { "exit", "()", exit_thread, "Raise SystemExit: the current thread ends silently unless it is caught." },
    { "exit_thread", "()", exit_thread, "Raise SystemExit." },
    { "interrupt_main", "(signum=2, /)", interrupt_main, "Simulate the arrival of the interrupt signal in the main thread." },
    { "get_ident", "()", get_ident, "Return a non-zero integer that uniquely identifies the current thread." },
    { "get_native_id", "()", get_native_id, "Return the thread number the operating system gave." },
    { "_count", "()", count, "Return the number of currently running Python threads, excluding the main thread." },
    { "stack_size", "(size=0, /)", stack_size, "Return the thread stack size used when creating new threads; set it when given." },
    { "_set_sentinel", "()", set_sentinel, "Set a sentinel lock that will be released when the current thread ends." },
    { "_excepthook", "(args, /)", excepthook, "Handle uncaught Thread.run() exception." },
    { 0 },
};

static bool init(Value module)
{
    static Type *const types[] = { &lock_type, &rlock_type, &thread_local_type, NULL };
    static const StructField fields[] = { { "exc_type" }, { "exc_value" }, { "exc_traceback" }, { "thread" }, { 0 } };
    ready_types(types, &object_type);
    if (!structseq_ready(&hook_args_type, "_thread._ExceptHookArgs", "Type used to pass arguments to threading.excepthook.", fields, 4))
        return false;
    return module_add(module, "_ExceptHookArgs", hook_args_type) && module_add(module, "LockType", obj_value(&lock_type)) &&
           module_add(module, "RLock", obj_value(&rlock_type)) && module_add(module, "_local", obj_value(&thread_local_type)) &&
           module_add(module, "error", exception_class_peek(RuntimeError)) && module_add_take(module, "TIMEOUT_MAX", float_value(9223372036.0));
}

const NativeModule thread_module = { "_thread", "This module provides primitive operations to write multi-threaded programs.", functions, init };
