/* audit.h -- audit hooks (PEP 578): whoever does something that a hook should hear of calls audit first. The events are those of the library reference's
 * table of audit events. */
#ifndef OBJECT_AUDIT_H
#define OBJECT_AUDIT_H
#include "interp/object/type.h"

extern Value audit_hooks;        /* the list of hooks; UNBOUND: nobody listens */

/* audit_call -- tell the hooks, in the order they were added; tracing rests meanwhile, unless a hook has a true __cantrace__. False: a hook has raised, so
 * the caller must not go on. Runs Python code. audit_event with an event's name as str. */
must_use bool audit_call(const char *event, const Value *args, size_t n);
must_use bool audit_event(Value event, const Value *args, size_t n);
/* sys.addaudithook: the hooks there are may refuse it by an exception, quietly when that is a RuntimeError. False: error. */
must_use bool audit_add(Value hook);
extern bool *(*audit_tracing)(void);             /* the running thread's "inside a trace function"; set by the VM's owner */

static inline bool audit(const char *event, const Value *args, size_t n) { return LIKELY(is_unbound(audit_hooks)) || audit_call(event, args, n); }
static inline bool audit0(const char *event) { return audit(event, NULL, 0); }
static inline bool audit1(const char *event, Value a) { return audit(event, &a, 1); }
static inline bool audit2(const char *event, Value a, Value b) { Value args[2] = { a, b }; return audit(event, args, 2); }
static inline bool audit3(const char *event, Value a, Value b, Value c) { Value args[3] = { a, b, c }; return audit(event, args, 3); }
static inline bool audit4(const char *event, Value a, Value b, Value c, Value d) { Value args[4] = { a, b, c, d }; return audit(event, args, 4); }
/* An optional argument as events show it. */
static inline Value audit_or(Value v, Value absent) { return is_unbound(v) ? absent : v; }
static inline Value audit_fd(Value v) { return is_unbound(v) || is_none(v) ? small_int_value(-1) : v; }
#endif
