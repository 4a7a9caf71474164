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

static bool check_star_type(Value classes)
{
    own Value group = retain(exception_class_peek(BaseExceptionGroup));
    uint64_t n = tuple_check(classes) ? tuple_len(classes) : 1;
    for (uint64_t i = 0; i < n; i++) {
        Value class_ = tuple_check(classes) ? tuple_peek(classes, i) : classes;
        if (!exception_class_check(class_))
            return raise_false(TypeError, "catching classes that do not inherit from BaseException is not allowed");
        Truth sub = obj_issubclass(class_, group);
        if (sub == TRUTH_FAILED)
            return false;
        if (sub)
            return raise_false(TypeError, "catching ExceptionGroup with except* is not allowed. Use except instead.");
    }
    return true;
}

static bool is_group(Value v) { return is_instance_of(v, &exception_types[BaseExceptionGroup]); }

/* The whole exception matches: naked ones are wrapped in a group without text. */
Value op_match_exc_star(Frame *f, Word w)
{
    Value *rest = &f->regs[w.b], classes = f->regs[w.c];
    if (!op_check_bound(f, w.c, classes) || !check_star_type(classes))
        return ERROR;
    if (is_none(*rest))
        return NONE;
    Truth whole = exception_matches(*rest, classes);
    if (whole == TRUTH_FAILED)
        return ERROR;
    if (whole) {
        own Value matched = UNBOUND;
        if (is_group(*rest)) {
            matched = retain(*rest);
        } else {
            own Value list = list_from(rest, 1);
            if (is_error(list))
                return ERROR;
            Value args[2] = { str_empty, list };
            matched = call(exception_class_peek(ExceptionGroup), args, 2);
            if (is_error(matched)) {
                error_clear();
                matched = call(exception_class_peek(BaseExceptionGroup), args, 2);
            }
            if (is_error(matched))
                return ERROR;
            set_slot(&as_exception(matched)->traceback, retain(as_exception(*rest)->traceback));
        }
        set_slot(rest, NONE);
        return give(matched);
    }
    if (!is_group(*rest))
        return NONE;
    own Value pair = call_method(*rest, "split", &classes, 1);
    if (is_error(pair))
        return ERROR;
    if (!tuple_check(pair) || tuple_len(pair) < 2)
        return raise(TypeError, "%T.split must return a 2-tuple, got %T", *rest, pair);
    Value matched = tuple_peek(pair, 0);
    if (!is_none(matched))
        set_slot(rest, retain(tuple_peek(pair, 1)));
    return retain(matched);
}

/* Was `e` (a leaf or group) taken from `original` unchanged: same traceback, notes, cause, context? */
static bool same_metadata(Value a, Value b)
{
    ExceptionObject *x = as_exception(a), *y = as_exception(b);
    return same(x->notes, y->notes) && same(x->traceback, y->traceback) && same(x->cause, y->cause) && same(x->context, y->context);
}

static bool collect_leaves(Value group, Value ids)
{
    if (!is_group(group)) {
        own Value id = obj_repr(small_int_value((int64_t)(group.bits >> 4)));
        own Value number = small_int_value((int64_t)(group.bits >> 4));
        return !is_error(id) && list_append(ids, number);
    }
    Value items = as_exception(group)->extra[1];
    for (uint64_t i = 0; tuple_check(items) && i < tuple_len(items); i++)
        if (!collect_leaves(tuple_peek(items, i), ids))
            return false;
    return true;
}

/* The part of `original` made of the leaves of `parts`, in the original's structure: by split with a predicate is what
 * CPython does through _PyExc_ExceptionGroupProjection; here the leaves' identities are collected and kept. */
static Value project(Value original, Value ids)
{
    if (!is_group(original)) {
        for (uint64_t i = 0; i < list_len(ids); i++)
            if (small_int(list_peek(ids, i)) == (int64_t)(original.bits >> 4))
                return retain(original);
        return NONE;
    }
    Value items = as_exception(original)->extra[1];
    own Value kept = list_new(0);
    if (is_error(kept))
        return ERROR;
    for (uint64_t i = 0; tuple_check(items) && i < tuple_len(items); i++) {
        own Value part = project(tuple_peek(items, i), ids);
        if (is_error(part) || (!is_none(part) && !list_append(kept, part)))
            return ERROR;
    }
    if (list_len(kept) == 0)
        return NONE;
    own Value made = call_method(original, "derive", &kept, 1);
    if (is_error(made))
        return ERROR;
    if (exception_check(made)) {
        ExceptionObject *to = as_exception(made), *from = as_exception(original);
        set_slot(&to->traceback, retain(from->traceback));
        set_slot(&to->context, retain(from->context));
        set_slot(&to->cause, retain(from->cause));
        to->suppress_context = from->suppress_context;
        if (!is_unbound(from->notes) && !is_none(from->notes))
            set_slot(&to->notes, retain(from->notes));
    }
    return give(made);
}

/* exceptions: those raised in clauses and the unhandled rest. Ones that are parts of the original are re-raised together in its structure;
 * new ones go beside them in a group without text. Source: PEP 654. */
Value op_prep_reraise_star(Frame *f, Word w)
{
    Value original = f->regs[w.b], list = f->regs[w.c];
    uint64_t n = list_len(list);
    if (!is_group(original)) {
        for (uint64_t i = 0; i < n; i++)
            if (!is_none(list_peek(list, i)))
                return retain(list_peek(list, i));
        return NONE;
    }
    own Value raised = list_new(0), ids = is_error(raised) ? ERROR : list_new(0);
    if (is_error(ids))
        return ERROR;
    for (uint64_t i = 0; i < n; i++) {
        Value e = list_peek(list, i);
        if (is_none(e))
            continue;
        bool is_part = is_group(e) && same_metadata(e, original);
        if (!(is_part ? collect_leaves(e, ids) : list_append(raised, e)))
            return ERROR;
    }
    own Value again = list_len(ids) ? project(original, ids) : NONE;
    if (is_error(again))
        return ERROR;
    if (list_len(raised) == 0)
        return give(again);
    if (!is_none(again) && !list_append(raised, again))
        return ERROR;
    if (list_len(raised) == 1)
        return retain(list_peek(raised, 0));
    Value args[2] = { str_empty, raised };
    Value made = call(exception_class_peek(ExceptionGroup), args, 2);
    if (is_error(made)) {
        error_clear();
        made = call(exception_class_peek(BaseExceptionGroup), args, 2);
    }
    return made;
}

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
