/* audit.c -- see audit.h. */
#include "interp/object/audit.h"
#include "gc/heap.h"
#include "interp/object/error.h"
#include "interp/object/exception.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

Value audit_hooks = UNBOUND_INIT;
bool *(*audit_tracing)(void);

static void roots(Visitor *visitor)
{
    static const Edge edge = { TRACE_VALUE, "audit hooks", 0, UNBOUND_INIT };
    if (is_ptr(audit_hooks))
        visitor->visit(visitor, as_obj(audit_hooks), &edge);
}

/* May the hook be traced? -1: error. */
static Truth can_trace(Value hook)
{
    own Value flag = UNBOUND;
    Found found = obj_find_attr_c(hook, "__cantrace__", &flag);
    return found == FAILED ? TRUTH_FAILED : found == FOUND ? obj_truth(flag) : NO;
}

static bool call_hook(Value hook, Value event, Value args)
{
    assert(tuple_check(args));
    Truth traced = can_trace(hook);
    if (traced == TRUTH_FAILED)
        return false;
    bool *tracing = audit_tracing ? audit_tracing() : NULL, before = tracing && *tracing;
    if (tracing && !traced)
        *tracing = true;
    own Value result = call2(hook, event, args);
    if (tracing)
        *tracing = before;
    return !is_error(result);
}

bool audit_event(Value event, const Value *args, size_t n)
{
    assert(str_check(event) && !error_pending());
    if (is_unbound(audit_hooks))
        return true;
    own Value rest = tuple_from(args, n), hooks = retain(audit_hooks);
    for (uint64_t i = 0; !is_error(rest) && i < list_len(hooks); i++) {
        own Value hook = retain(list_peek(hooks, i));
        if (!call_hook(hook, event, rest))
            return false;
    }
    return !is_error(rest);
}

bool audit_call(const char *event, const Value *args, size_t n)
{
    own Value name = str_from(event);
    return !is_error(name) && audit_event(name, args, n);
}

bool audit_add(Value hook)
{
    if (!audit0("sys.addaudithook")) {
        if (!error_is(RuntimeError))
            return false;
        error_clear();                                      /* the hooks there are refuse: nobody is told */
        return true;
    }
    if (is_unbound(audit_hooks)) {
        Value list = list_new(1);
        if (is_error(list))
            return false;
        heap_untrack(as_obj(list));
        audit_hooks = list;
        heap_add_roots("audit hooks", roots);
    }
    return list_append(audit_hooks, hook);
}
