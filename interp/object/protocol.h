/* protocol.h -- what can be asked of any object. Every function dispatches by the type's slot and by nothing else.
 * All of them may run Python code. Errors: as Python's; the message is CPython's. */
#ifndef OBJECT_PROTOCOL_H
#define OBJECT_PROTOCOL_H
#include "gc/event.h"
#include "interp/object/type.h"

/* basics */
must_use Value obj_repr(Value v);                    /* a str; TypeError when __repr__ returns none; RecursionError guarded */
must_use Value obj_str(Value v);
must_use Value obj_ascii(Value v);
must_use Value obj_format(Value v, Value spec_str);
must_use bool obj_hash(Value v, int64_t *hash);
must_use Truth obj_truth(Value v);
must_use Value obj_compare(Value a, Value b, CompareOp op);     /* a Value, usually a bool */
/* What containers answer at their first unequal items: != by itself, an order by the items'. */
must_use Value obj_compare_unequal(Value a, Value b, CompareOp op);
must_use Truth obj_compare_truth(Value a, Value b, CompareOp op);
must_use Truth obj_equal(Value a, Value b);          /* identity first, then ==: what containers use */
must_use Value obj_dir(Value v);
/* attributes: name is a str */
must_use Value obj_getattr(Value v, Value name);
must_use Found obj_find_attr(Value v, Value name, Value *value);       /* ABSENT instead of AttributeError */
must_use bool obj_setattr(Value v, Value name, Value value);
must_use bool obj_delattr(Value v, Value name);
must_use Value obj_getattr_c(Value v, const char *name);
must_use Found obj_find_attr_c(Value v, const char *name, Value *value);
must_use bool obj_setattr_c(Value v, const char *name, Value value);
/* A special method, looked up on the type only and bound. ABSENT: not defined. */
must_use Found obj_find_special(Value v, Value name, Value *bound);
/* calls */
must_use Value call(Value callable, const Value *args, size_t n);
must_use Value call_kw(Value callable, const Value *args, size_t n_pos, Value kwnames);
must_use Value call_ex(Value callable, Value args_tuple, Value kwargs_dict_or_unbound);
must_use Value call0(Value callable);
must_use Value call1(Value callable, Value a);
must_use Value call2(Value callable, Value a, Value b);
must_use Value call3(Value callable, Value a, Value b, Value c);
must_use Value call_method(Value v, const char *name, const Value *args, size_t n);
must_use Value call_method0(Value v, const char *name);
must_use Value call_method1(Value v, const char *name, Value a);
/* A special method on the type with arguments: its result, or *found = false and NONE when the type has none. */
must_use Value call_special(Value v, Value name, const Value *args, size_t n, bool *found);
/* Call what was found on the type (borrowed) as a method of `self`: functions get self in front, others are bound first. */
must_use Value call_unbound(Value descriptor, Value self, const Value *args, size_t n_pos, Value kwnames);
must_use Value call_method_value(Value v, Value name, const Value *args, size_t n);
bool obj_callable(Value v);
must_use Value obj_call_text(Value callable);         /* "module.qualname()" for messages about a call; str() of what has no name */
/* iteration */
must_use Value obj_iter(Value v);
must_use Value obj_next(Value iterator);             /* STOP at the end (a pending StopIteration is turned into it) */
must_use bool obj_is_iterator(Value v);
/* StopIteration's value when a generator ends by `return x` is kept here for SEND / yield from: owned, NONE else. Taken by stop_value_take. */
Value stop_value_take(void);
void stop_value_set_take(Value value);
/* The pending StopIteration becomes STOP; its value is kept as above. */
Value stop_from_error(void);
/* The other way: STOP where Python must see an exception. ERROR, with StopIteration(the kept value) pending. */
Value error_from_stop(void);
/* containers */
must_use int64_t obj_len(Value v);                   /* -1 */
int64_t obj_length_hint(Value v, int64_t otherwise); /* -1 on error */
must_use Value obj_getitem(Value v, Value key);
must_use bool obj_setitem(Value v, Value key, Value value);
must_use bool obj_delitem(Value v, Value key);
must_use Truth obj_contains(Value v, Value item);
must_use Value obj_getitem_index(Value v, int64_t index);
/* numbers */
must_use Value obj_index(Value v);                   /* an int by __index__; TypeError */
must_use bool obj_index_i64(Value v, int64_t *i, ErrorKind overflow /* NO_ERROR: clip */);
must_use Value obj_int(Value v);                     /* int(v) for numbers only */
must_use Value obj_float(Value v);
must_use bool obj_double(Value v, double *d);
/* classes */
must_use Truth obj_isinstance(Value v, Value class_or_tuple);    /* __instancecheck__ honoured */
must_use Truth obj_issubclass(Value class, Value class_or_tuple);
Truth instance_check(Value v, Value cls);            /* type.__instancecheck__: no hooks */
Truth subclass_check(Value derived, Value cls);
/* repr of containers that may hold themselves: YES when already inside (print "[...]"); else entered, and left by repr_leave. */
must_use Truth repr_enter(Value v);
void repr_leave(Value v);

/* hooks for what is above: an iterator over v[0], v[1] ... until IndexError (iterators.c) */
extern Value (*sequence_iter_hook)(Value v);
/* The Python-visible sequence test: sq_item of CPython, and not a dict. */
bool obj_is_sequence(Value v);

/* C stack and interruption guards for native code that recurses or loops long. */
bool stack_exhausted(const char *where);             /* false, with RecursionError "maximum recursion depth exceeded%s" (where: " while calling ..." or "") */
extern bool (*warn_hook)(const char *text);          /* set by the owner of warnings: a DeprecationWarning; false: it became an error. NULL before */
extern bool (*poll_hook)(void);                      /* set by the VM: handles pending events; false: error pending */
#define poll_events() (LIKELY(events_pending() == 0) || poll_hook())
/* poll_interrupt -- for loops over data that must not change meanwhile: takes a KeyboardInterrupt and nothing else. No Python code runs, no other
 * thread gets a turn. False: it is pending. POLL_EACH: once in `each` (a power of two) rounds of a counter. */
extern bool (*interrupt_hook)(void);                /* set by the VM: raises the interrupt if this is the main thread */
#define poll_interrupt() (LIKELY(!(events_pending() & EVENT_INTERRUPT)) || interrupt_hook())
#define POLL_EACH(counter, each) (LIKELY(((counter) & ((each) - 1)) != (each) - 1) || poll_interrupt())
/* stack_enter -- false: RecursionError, or an interrupt: what recurses through shared objects can take for ever. Each success needs one stack_leave. */
static inline must_use bool stack_enter(const char *where)
{
    return poll_interrupt() && (LIKELY(stack_descend()) || stack_exhausted(where));
}
static inline void stack_leave(void)
{
    assert(stack_guard->depth > 0);
    stack_guard->depth--;
}
#endif
