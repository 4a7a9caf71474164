/* op_exc.c -- raise, except, except*, with. */
#include "interp/object/exception.h"
#include "interp/object/list.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/ops.h"

void op_raise(Frame *f, Word w)
{
    if (w.a == NO_REG) {
        Value handled = thread_handled_peek();
        if (is_none(handled)) {
            error_set(RuntimeError, "No active exception to reraise");
            return;
        }
        exception_raise_take(retain(handled));
        pending_error.traced = true;                        /* the traceback stays as it is */
        return;
    }
    Value exception = f->regs[w.a], cause = w.b == NO_REG ? UNBOUND : f->regs[w.b];
    if (!op_check_bound(f, w.a, exception) || (w.b != NO_REG && !op_check_bound(f, w.b, cause)))
        return;
    exception_raise(exception, cause);
}

Value op_match_exc(Frame *f, Word w)
{
    if (!op_check_bound(f, w.c, f->regs[w.c]))
        return ERROR;
    Truth t = exception_matches(f->regs[w.b], f->regs[w.c]);
    return t == TRUTH_FAILED ? ERROR : bool_value(t);
}

/* except*: r[b] is what is still unhandled and keeps what does not match. */
Value op_match_exc_star(Frame *f, Word w)
{
    Value *rest = &f->regs[w.b], classes = f->regs[w.c], matched, left;
    if (!op_check_bound(f, w.c, classes) || !group_check_classes(classes))
        return ERROR;
    if (is_none(*rest))
        return NONE;
    if (!group_match(*rest, classes, &matched, &left))
        return ERROR;
    set_slot(rest, left);
    return matched;
}

/* The list has what clauses raised, and the unhandled rest. */
Value op_prep_reraise_star(Frame *f, Word w) { return group_prepare_reraise(f->regs[w.b], f->regs[w.c]); }

/* The type's method, bound; TypeError worded as CPython's when it is absent. */
static Value special(Value manager, const char *name, const char *protocol, const char *missing)
{
    Value bound;
    Found found = obj_find_special(manager, str_name_peek(name), &bound);
    if (found == ABSENT)
        return raise(TypeError, "'%T' object does not support the %s protocol%s", manager, protocol, missing);
    return found == FAILED ? ERROR : bound;
}

bool op_with_enter(Frame *f, Word w)
{
    Value manager = f->regs[w.b];
    if (!op_check_bound(f, w.b, manager))
        return false;
    bool is_async = w.x == 1;
    const char *protocol = is_async ? "asynchronous context manager" : "context manager";
    own Value enter = special(manager, is_async ? "__aenter__" : "__enter__", protocol, "");
    if (is_error(enter))
        return false;
    own Value leave = special(manager, is_async ? "__aexit__" : "__exit__", protocol, is_async ? " (missed __aexit__ method)" : " (missed __exit__ method)");
    if (is_error(leave))
        return false;
    own Value entered = call0(enter);
    if (is_error(entered))
        return false;
    if (w.b >= f->code->n_named && w.b != w.a && w.b != w.a + 1)
        set_slot(&f->regs[w.b], UNBOUND);
    set_slot(&f->regs[w.a], give(leave));
    set_slot(&f->regs[w.a + 1], give(entered));
    return true;
}

Value op_with_exit(Frame *f, Word w)
{
    if (w.b == NO_REG)
        return call3(f->regs[w.a], NONE, NONE, NONE);
    Value e = f->regs[w.b];
    return call3(f->regs[w.a], obj_value(obj_type(as_obj(e))), e, as_exception(e)->traceback);
}
