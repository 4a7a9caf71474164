/* thread_local.c -- see thread_local.h. */
#include "interp/modules/thread_local.h"

#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/dict.h"
#include "interp/object/error.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/thread.h"

/* by_thread: number of a thread -> its dict of attributes. args, kwargs: of the constructor, for the threads to come. */
typedef struct Local { Object head; Value args, kwargs, by_thread; struct Local *next, *previous; } Local;
static const TraceRow local_rows[] = { { TRACE_VALUE, offsetof(Local, args), 0, "args" }, { TRACE_VALUE, offsetof(Local, kwargs), 0, "kwargs" },
                                       { TRACE_VALUE, offsetof(Local, by_thread), 0, "attributes by thread" }, { 0 } };
static Local *locals;                    /* all that live */

static Local *as_local(Value v) { return (Local *)as_obj(v); }

void thread_local_forget(uint64_t thread_id)
{
    own Value key = int_from_u64(thread_id);
    if (is_error(key))
        error_clear();
    for (Local *local = locals; local && !is_error(key);) {
        own Value dict = UNBOUND;
        Found found = is_ptr(local->by_thread) ? dict_pop(as_dict(local->by_thread), key, &dict) : ABSENT;      /* one that dies just now has none */
        if (found == FAILED)
            error_clear();
        release(give(dict));                         /* may run code that ends other locals: begin again */
        local = found == FOUND ? locals : local->next;
    }
}

static void local_dispose(Object *o)
{
    Local *local = (Local *)o;
    if (local->previous)
        local->previous->next = local->next;
    else if (locals == local)
        locals = local->next;
    if (local->next)
        local->next->previous = local->previous;
}

static Value local_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    bool has_arguments = n_pos > 0 || (!is_none(kwnames) && tuple_len(kwnames) > 0);
    if (has_arguments && type->init == object_init)
        return raise(TypeError, "Initialization arguments are not supported");
    own Value positional = tuple_from(args, n_pos), keywords = dict_new(), by_thread = dict_new(), key = int_from_u64(thread->id), dict = dict_new();
    if (is_error(positional) || is_error(keywords) || is_error(by_thread) || is_error(key) || is_error(dict) || !dict_set(as_dict(by_thread), key, dict))
        return ERROR;                                /* this thread has its dict from here on: __init__ runs once for it, by the constructor */
    for (uint64_t i = 0; !is_none(kwnames) && i < tuple_len(kwnames); i++)
        if (!dict_set(as_dict(keywords), tuple_peek(kwnames, i), args[n_pos + i]))
            return ERROR;
    own Value self = instance_new(type);
    if (is_error(self))
        return ERROR;
    Local *local = as_local(self);
    local->args = give(positional);
    local->kwargs = give(keywords);
    local->by_thread = give(by_thread);
    local->next = locals;
    if (locals)
        locals->previous = local;
    locals = local;
    return give(self);
}

/* This thread's dict of the object (owned); made at the thread's first use, when __init__ runs again for it. */
static Value local_dict(Value self)
{
    Local *local = as_local(self);
    own Value key = int_from_u64(thread->id), dict = UNBOUND;
    Found found = is_error(key) ? FAILED : dict_find(as_dict(local->by_thread), key, &dict);
    if (found != ABSENT)
        return found == FOUND ? give(dict) : ERROR;
    dict = dict_new();
    if (is_error(dict) || !dict_set(as_dict(local->by_thread), key, dict))
        return ERROR;
    if (type_of(self)->init == object_init)
        return give(dict);
    own Value init = obj_getattr_c(self, "__init__");
    own Value result = is_error(init) ? ERROR : call_ex(init, local->args, local->kwargs);
    if (!is_error(result))
        return give(dict);
    ErrorState error = error_save();                 /* a thread that could not begin begins anew at its next use */
    if (dict_del(as_dict(local->by_thread), key) == FAILED)
        error_clear();
    error_restore(error);
    return ERROR;
}

static Value local_getattr(Value self, Value name)
{
    own Value dict = local_dict(self), value = UNBOUND;
    if (is_error(dict))
        return ERROR;
    if (str_equal_c(name, "__dict__"))
        return give(dict);
    Value of_class = type_lookup_peek(type_of(self), name);
    if (is_ptr(of_class) && type_of(of_class)->descr_set)
        return attr_get_generic(self, name);
    Found found = dict_find(as_dict(dict), name, &value);
    return found == FAILED ? ERROR : found == FOUND ? give(value) : attr_get_generic(self, name);
}

static bool local_setattr(Value self, Value name, Value value)
{
    if (str_equal_c(name, "__dict__"))
        return raise_false(AttributeError, "'%T' object attribute '__dict__' is read-only", self);
    own Value dict = local_dict(self);
    if (is_error(dict))
        return false;
    Value of_class = type_lookup_peek(type_of(self), name);
    if (is_ptr(of_class) && type_of(of_class)->descr_set)
        return type_of(of_class)->descr_set(of_class, self, value);
    if (!is_unbound(value))
        return dict_set(as_dict(dict), name, value);
    Found found = dict_del(as_dict(dict), name);
    return found == FOUND || (found == ABSENT && raise_false(AttributeError, "'%T' object has no attribute '%S'", self, name));
}
Type thread_local_type = {
    STATIC_TYPE(thread_local_type, "_local", Local, local_rows), .heap.dispose = local_dispose, .flags = TYPE_BASE | TYPE_WEAK | TYPE_HAS_GETATTR | TYPE_HAS_SETATTR, .new = local_new,
    .getattr = local_getattr, .setattr = local_setattr, .module_name = "_thread", .doc = "Thread-local data",
};
