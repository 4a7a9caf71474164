/* exception_group.c -- BaseExceptionGroup and ExceptionGroup (PEP 654): construction, splitting, what except* needs.
 * Declared in exception.h. */
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static bool is_group(Value v) { return exception_check(v) && type_is_subtype(type_of(v), &exception_types[BaseExceptionGroup]); }
static Value message(Value group) { assert(is_group(group)); return as_exception(group)->extra[GROUP_MESSAGE]; }
static Value members(Value group) { assert(is_group(group)); return as_exception(group)->extra[GROUP_EXCEPTIONS]; }

Value group_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    assert(type_is_subtype(type, &exception_types[BaseExceptionGroup]));
    const char *name = type->heap.name;
    if (n_pos != 2)
        return raise(TypeError, "BaseExceptionGroup.__new__() takes exactly 2 arguments (%zu given)", n_pos);
    if (!str_check(args[0]))
        return raise(TypeError, "BaseExceptionGroup.__new__() argument 1 must be str, not %W", args[0]);
    bool sequence = tuple_check(args[1]) || has_flag(args[1], TYPE_IS_LIST) || obj_is_sequence(args[1]);
    if (!sequence)
        return raise(TypeError, "second argument (exceptions) must be a sequence");
    own Value excs = tuple_from_iterable(args[1]);
    if (is_error(excs))
        return ERROR;
    if (tuple_len(excs) == 0)
        return raise(ValueError, "second argument (exceptions) must be a non-empty sequence");
    bool all_ordinary = true;
    for (uint64_t i = 0; i < tuple_len(excs); i++) {
        Value e = tuple_peek(excs, i);
        if (!exception_check(e))
            return raise(ValueError, "Item %zu of second argument (exceptions) is not an exception", (size_t)i);
        all_ordinary &= is_instance_of(e, &exception_types[Exception]);
    }
    if (type == &exception_types[BaseExceptionGroup] && all_ordinary)
        type = &exception_types[ExceptionGroup];
    else if (!all_ordinary && type == &exception_types[ExceptionGroup])
        return raise(TypeError, "Cannot nest BaseExceptions in an ExceptionGroup");
    else if (!all_ordinary && type_is_subtype(type, &exception_types[Exception]))
        return raise(TypeError, "Cannot nest BaseExceptions in '%.200s'", name);
    own Value made = exception_alloc(type);
    own Value all = tuple_from(args, n_pos);
    if (is_error(made) || is_error(all))
        return ERROR;
    ExceptionObject *e = as_exception(made);
    e->args = give(all);
    e->extra[GROUP_MESSAGE] = retain(args[0]);
    e->extra[GROUP_EXCEPTIONS] = give(excs);
    return give(made);
}

Value group_str(Value self)
{
    uint64_t n = tuple_check(members(self)) ? tuple_len(members(self)) : 0;
    return str_format("%S (%zu sub-exception%s)", message(self), (size_t)n, n == 1 ? "" : "s");
}

/* group.derive(excs), with the metadata of `group` copied over. NONE for no exceptions. */
static Value derive(Value group, Value excs_list)
{
    assert(is_group(group));
    if (list_len(excs_list) == 0)
        return NONE;
    own Value excs = list_from(as_list(excs_list)->items, list_len(excs_list));
    own Value made = is_error(excs) ? ERROR : call_method1(group, "derive", excs);
    if (is_error(made))
        return ERROR;
    if (!is_group(made))
        return raise(TypeError, "derive must return an instance of BaseExceptionGroup");
    ExceptionObject *from = as_exception(group), *to = as_exception(made);
    set_slot(&to->traceback, retain(from->traceback));
    set_slot(&to->context, retain(from->context));
    set_slot(&to->cause, retain(from->cause));
    to->suppress_context = true;         /* setting the cause does this, even to none: CPython shows it */
    own Value notes = UNBOUND;
    Found found = obj_find_attr(group, N(__notes__), &notes);
    if (found == FAILED)
        return ERROR;
    if (found == FOUND && (has_flag(notes, TYPE_IS_LIST) || tuple_check(notes))) {
        own Value copy = list_from_iterable(notes);
        if (is_error(copy) || !obj_setattr(made, N(__notes__), copy))
            return ERROR;
    }
    return give(made);
}

static bool valid_condition(Value c)
{
    if (tuple_check(c)) {
        for (uint64_t i = 0; i < tuple_len(c); i++)
            if (!exception_class_check(tuple_peek(c, i)))
                return false;
        return true;
    }
    return exception_class_check(c) || (obj_callable(c) && !is_type(c));
}

static Truth fits(Value exception, Value condition)
{
    if (tuple_check(condition) || is_type(condition))
        return exception_matches(exception, condition);
    own Value r = call1(condition, exception);
    return is_error(r) ? TRUTH_FAILED : obj_truth(r);
}

static bool split(Value exception, Value condition, Value *matching, Value *rest)
{
    assert(exception_check(exception) && !error_pending());
    *matching = *rest = NONE;
    Truth whole = fits(exception, condition);
    if (whole != NO) {
        if (whole == YES)
            *matching = retain(exception);
        return whole == YES;
    }
    if (!is_group(exception)) {
        *rest = retain(exception);
        return true;
    }
    own Value yes = list_new(0), no = list_new(0), excs = retain(members(exception));
    if (is_error(yes) || is_error(no) || !stack_enter(" in exceptiongroup_split_recursive"))
        return false;
    bool good = true;
    for (uint64_t i = 0; good && i < tuple_len(excs); i++) {
        own Value m = NONE, r = NONE;
        good = split(tuple_peek(excs, i), condition, &m, &r) && (is_none(m) || list_append(yes, m)) && (is_none(r) || list_append(no, r));
    }
    stack_leave();
    own Value m = good ? derive(exception, yes) : ERROR;
    own Value r = is_error(m) ? ERROR : derive(exception, no);
    if (is_error(r))
        return false;
    *matching = give(m);
    *rest = give(r);
    return true;
}

bool group_split(Value group, Value condition, Value *matching, Value *rest)
{
    *matching = *rest = NONE;
    if (!valid_condition(condition))
        return raise_false(TypeError, "expected a function, exception type or tuple of exception types");
    return split(group, condition, matching, rest);
}

bool group_check_classes(Value cls)
{
    uint64_t n = tuple_check(cls) ? tuple_len(cls) : 1;
    for (uint64_t i = 0; i < n; i++) {
        Value one = tuple_check(cls) ? tuple_peek(cls, i) : cls;
        if (!exception_class_check(one))
            return raise_false(TypeError, "catching classes that do not inherit from BaseException is not allowed");
        if (type_is_subtype(as_type(one), &exception_types[BaseExceptionGroup]))
            return raise_false(TypeError, "catching ExceptionGroup with except* is not allowed. Use except instead.");
    }
    return true;
}

/* A naked exception as a group without text, which shows its traceback. */
static Value wrap(Value exception)
{
    assert(exception_check(exception) && !is_group(exception));
    own Value one = tuple_of1(exception);
    own Value wrapped = is_error(one) ? ERROR : exception_new(BaseExceptionGroup, (Value[]){ str_empty, one }, 2);
    if (!is_error(wrapped))
        set_slot(&as_exception(wrapped)->traceback, retain(as_exception(exception)->traceback));
    return give(wrapped);
}

bool group_match(Value exception, Value cls, Value *matching, Value *rest)
{
    assert(exception_check(exception) && !error_pending());
    *matching = *rest = NONE;
    Truth whole = exception_matches(exception, cls);
    if (whole == TRUTH_FAILED)
        return false;
    if (whole == YES) {
        *matching = is_group(exception) ? retain(exception) : wrap(exception);
        return !is_error(*matching);
    }
    if (!is_group(exception)) {
        *rest = retain(exception);
        return true;
    }
    own Value pair = call_method1(exception, "split", cls);
    if (is_error(pair))
        return false;
    if (!tuple_check(pair) || tuple_len(pair) < 2)
        return raise_false(TypeError, "%T.split must return a tuple, not %T", exception, pair);
    *matching = retain(tuple_peek(pair, 0));
    *rest = is_none(*matching) ? retain(exception) : retain(tuple_peek(pair, 1));
    return true;
}

/* --- the end of except* --------------------------------------------------------------------------------------------------------- */

static bool same_metadata(Value a, Value b)
{
    const ExceptionObject *x = as_exception(a), *y = as_exception(b);
    own Value n1 = UNBOUND, n2 = UNBOUND;
    if (obj_find_attr(a, N(__notes__), &n1) == FAILED || obj_find_attr(b, N(__notes__), &n2) == FAILED)
        error_clear();
    return same(n1, n2) && same(x->traceback, y->traceback) && same(x->cause, y->cause) && same(x->context, y->context);
}

static bool collect_leaves(Value e, Value list)
{
    assert(exception_check(e));
    if (!is_group(e))
        return list_append(list, e);
    if (!stack_enter(" in collect_exception_group_leaf_ids"))
        return false;
    bool good = true;
    for (uint64_t i = 0; good && i < tuple_len(members(e)); i++)
        good = collect_leaves(tuple_peek(members(e), i), list);
    stack_leave();
    return good;
}

static bool holds(Value list, Value v)
{
    for (uint64_t i = 0; i < list_len(list); i++)
        if (same(list_peek(list, i), v))
            return true;
    return false;
}

/* The part of `original` whose leaves are in `leaves`, in its structure. */
static Value project(Value original, Value leaves)
{
    assert(exception_check(original));
    if (!is_group(original))
        return holds(leaves, original) ? retain(original) : NONE;
    own Value kept = list_new(0);
    if (is_error(kept) || !stack_enter(" in exceptiongroup_split_recursive"))
        return ERROR;
    bool all = true, good = true;
    for (uint64_t i = 0; good && i < tuple_len(members(original)); i++) {
        Value e = tuple_peek(members(original), i);
        own Value part = project(e, leaves);
        good = !is_error(part) && (is_none(part) || list_append(kept, part));
        all &= same(part, e);
    }
    stack_leave();
    if (!good)
        return ERROR;
    return all ? retain(original) : derive(original, kept);
}

Value group_prepare_reraise(Value original, Value raised_list)
{
    assert(exception_check(original) && !error_pending());
    if (!is_group(original)) {           /* a naked exception was caught: at most one thing comes out */
        for (uint64_t i = 0; i < list_len(raised_list); i++)
            if (!is_none(list_peek(raised_list, i)))
                return retain(list_peek(raised_list, i));
        return NONE;
    }
    own Value raised = list_new(0), leaves = list_new(0);
    if (is_error(raised) || is_error(leaves))
        return ERROR;
    bool any_leaf = false;
    for (uint64_t i = 0; i < list_len(raised_list); i++) {
        Value e = list_peek(raised_list, i);
        if (is_none(e))
            continue;
        bool again = is_group(e) && same_metadata(e, original);
        any_leaf |= again;
        if (again ? !collect_leaves(e, leaves) : !list_append(raised, e))
            return ERROR;
    }
    own Value reraised = any_leaf ? project(original, leaves) : NONE;
    if (is_error(reraised))
        return ERROR;
    if (list_len(raised) == 0)
        return give(reraised);
    if (!is_none(reraised) && !list_append(raised, reraised))
        return ERROR;
    return exception_new(BaseExceptionGroup, (Value[]){ str_empty, raised }, 2);
}
