/* gc_module.c -- the gc module (docs.python.org/3.11/library/gc.html) over gc/collect.h. */
#include <stdio.h>
#include <stdlib.h>

#include "gc/collect.h"
#include "gc/graph.h"
#include "gc/heap.h"
#include "interp/builtins/import.h"
#include "interp/modules/gc_module.h"
#include "interp/modules/sys_module.h"
#include "interp/modules/warnings_module.h"
#include "interp/object/audit.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/set.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static Value callbacks = UNBOUND_INIT;         /* the list gc.callbacks */

static Value gc_enable(Value *args, size_t n)
{
    collector.enabled = true;
    return NONE;
}
static Value gc_disable(Value *args, size_t n)
{
    collector.enabled = false;
    return NONE;
}
static Value gc_isenabled(Value *args, size_t n) { return bool_value(collector.enabled); }

static Value gc_collect(Value *args, size_t n)
{
    int64_t generation = N_GENERATIONS - 1;
    if (!is_unbound(args[0]) && !obj_index_i64(args[0], &generation, OverflowError))
        return ERROR;
    if (generation < 0 || generation >= N_GENERATIONS)
        return raise(ValueError, "invalid generation");
    return int_value(collector.collecting ? 0 : collect((int)generation));
}

static Value triple(const int64_t *v) { return tuple_of3(int_value(v[0]), int_value(v[1]), int_value(v[2])); }
static Value gc_get_threshold(Value *args, size_t n) { return triple(collector.threshold); }
static Value gc_get_count(Value *args, size_t n) { return triple(collector.count); }
static Value gc_set_threshold(Value *args, size_t n)
{
    int64_t new_threshold[N_GENERATIONS];
    if (n < 1)
        return raise(TypeError, "gc.set_threshold requires 1 to 3 arguments");
    if (n > N_GENERATIONS)
        return raise(TypeError, "gc.set_threshold requires 1 to 3 arguments");
    for (size_t i = 0; i < n; i++)
        if (!obj_index_i64(args[i], &new_threshold[i], OverflowError))
            return ERROR;
    memcpy(collector.threshold, new_threshold, n * sizeof *new_threshold);
    return NONE;
}

static Value gc_set_debug(Value *args, size_t n)
{
    int64_t flags;
    if (!obj_index_i64(args[0], &flags, OverflowError))
        return ERROR;
    collector.debug = (uint32_t)flags;
    return NONE;
}
static Value gc_get_debug(Value *args, size_t n) { return int_value(collector.debug); }

static Value gc_get_stats(Value *args, size_t n)
{
    own Value list = list_new(N_GENERATIONS);
    for (int i = 0; !is_error(list) && i < N_GENERATIONS; i++) {
        const GenerationStats *s = &collector.stats[i];
        own Value row = dict_new();
        if (is_error(row) || !dict_set_c(as_dict(row), "collections", int_value((int64_t)s->collections)) ||
            !dict_set_c(as_dict(row), "collected", int_value((int64_t)s->collected)) ||
            !dict_set_c(as_dict(row), "uncollectable", int_value((int64_t)s->uncollectable)) || !list_append(list, row))
            return ERROR;
    }
    return give(list);
}

/* Objects gathered in C memory first, for the collector's walks allow no allocation on the heap. */
typedef struct Gather { Object **at; size_t n, cap; bool failed; const Object *except; } Gather;
static void gather(void *context, Object *o)
{
    Gather *g = context;
    if (o == g->except)
        return;
    if (g->n == g->cap) {
        size_t cap = g->cap ? 2 * g->cap : 1024;
        Object **at = realloc(g->at, cap * sizeof *at);
        if (!at) {
            g->failed = true;
            return;
        }
        g->at = at;
        g->cap = cap;
    }
    retain_obj(o);
    g->at[g->n++] = o;
}
/* A list of what was gathered; consumes it. */
static Value gathered(Gather *g)
{
    Value list = g->failed ? raise_memory() : list_new(g->n);
    size_t i = 0;
    for (; !is_error(list) && i < g->n; i++)
        if (!list_append_take(list, obj_value(g->at[i]))) {
            release(list);
            list = ERROR;
        }
    for (; i < g->n; i++)
        release_obj(g->at[i]);
    free(g->at);
    return list;
}

static Value gc_get_objects(Value *args, size_t n)
{
    if (!audit1("gc.get_objects", is_unbound(args[0]) || is_none(args[0]) ? small_int_value(-1) : args[0]))
        return ERROR;
    int64_t generation = -1;
    if (!is_unbound(args[0]) && !is_none(args[0])) {
        if (!int_check(args[0]) && !type_of(args[0])->index)
            return raise(TypeError, "argument should be integer or None, not '%.200s'", type_name(args[0]));
        if (!obj_index_i64(args[0], &generation, OverflowError))
            return ERROR;
        if (generation >= N_GENERATIONS)
            return raise(ValueError, "generation parameter must be less than the number of available generations (%d)", N_GENERATIONS);
        if (generation < -1)
            return raise(ValueError, "generation parameter cannot be negative");
    }
    Gather g = { 0 };
    collect_each((int)generation, gather, &g);
    return gathered(&g);
}

/* The runtime's cells of a namespace stand for the namespace itself. */
static void add_holder(void *context, Object *holder, Object *target, const Edge *edge)
{
    Gather *g = context;
    if (holder && holder->shape == &global_cell_type.shape)
        holder = (Object *)((GlobalCell *)holder)->owner;
    if (holder && !(holder->birth & BIRTH_STATIC) && (g->n == 0 || g->at[g->n - 1] != holder))
        gather(g, holder);
}
static void add_target(void *context, Object *holder, Object *target, const Edge *edge)
{
    if (target->shape == &global_cell_type.shape) {
        Value v = cell_peek((GlobalCell *)target);
        target = is_ptr(v) ? as_obj(v) : NULL;
    }
    if (target)
        gather(context, target);
}

static bool audit_objects(const char *event, const Value *args, size_t n)
{
    own Value all = is_unbound(audit_hooks) ? UNBOUND : tuple_from(args, n);
    return !is_error(all) && audit1(event, all);
}

static Value gc_get_referrers(Value *args, size_t n)
{
    if (!audit_objects("gc.get_referrers", args, n))
        return ERROR;
    Object **targets = malloc((n + 1) * sizeof *targets);
    size_t n_targets = 0;
    Gather g = { 0 };
    for (size_t i = 0; targets && i < n; i++)
        if (is_ptr(args[i]))
            targets[n_targets++] = as_obj(args[i]);
    if (targets && n_targets)
        graph_referrers(targets, n_targets, add_holder, &g);
    free(targets);
    return targets ? gathered(&g) : raise_memory();
}
/* Everything `v` holds, numbers too; in the order of CPython's traversal: sequences from their end, of a dict with str keys the values. */
static bool add_referents(Value list, Value v)
{
    uint64_t position = 0;
    Value key, value;
    if (list_check(v) || tuple_exact(v)) {
        const Value *items = list_check(v) ? as_list(v)->items : as_tuple(v)->items;
        uint64_t n = list_check(v) ? list_len(v) : tuple_len(v);
        for (uint64_t i = n; i-- > 0;)
            if (!list_append(list, items[i]))
                return false;
    } else if (dict_check(v)) {
        while (dict_next(as_dict(v), &position, &key, &value))
            if ((!(as_dict(v)->flags & DICT_STR_KEYS) && !list_append(list, key)) || !list_append(list, value))
                return false;
    } else if (set_check(v)) {
        while (set_next(as_set(v), &position, &key))
            if (!list_append(list, key))
                return false;
    }
    if (!is_ptr(v) || list_exact(v) || tuple_exact(v) || dict_exact(v) || is_exact(v, &set_type) || is_exact(v, &frozenset_type))
        return true;
    Gather g = { 0 };
    graph_referents(as_obj(v), add_target, &g);
    own Value more = gathered(&g);
    return !is_error(more) && list_extend(list, more);
}
static Value gc_get_referents(Value *args, size_t n)
{
    if (!audit_objects("gc.get_referents", args, n))
        return ERROR;
    own Value list = list_new(0);
    for (size_t i = 0; !is_error(list) && i < n; i++)
        if (!add_referents(list, args[i]))
            return ERROR;
    return give(list);
}

static Value gc_is_tracked(Value *args, size_t n) 
{
    return bool_value(is_ptr(args[0]) && heap_tracked(as_obj(args[0])) && !(heap_type(as_obj(args[0]))->heap_flags & HEAP_TYPE_INTERNAL));
}
static Value gc_is_finalized(Value *args, size_t n) { return bool_value(is_ptr(args[0]) && (as_obj(args[0])->birth & BIRTH_FINALIZED)); }
static Value gc_freeze(Value *args, size_t n)
{
    collect_freeze();
    return NONE;
}
static Value gc_unfreeze(Value *args, size_t n)
{
    collect_unfreeze();
    return NONE;
}
static Value gc_get_freeze_count(Value *args, size_t n) { return int_value(collect_frozen()); }

static const Method functions[] = {
    { "enable", "()", gc_enable, "Enable automatic garbage collection." },
    { "disable", "()", gc_disable, "Disable automatic garbage collection." },
    { "isenabled", "()", gc_isenabled, "Returns true if automatic garbage collection is enabled." },
    { "collect", "(generation=2)", gc_collect, "Run the garbage collector.\n\nThe number of unreachable objects is returned." },
    { "get_count", "()", gc_get_count, "Return a three-tuple of the current collection counts." },
    { "get_threshold", "()", gc_get_threshold, "Return the current collection thresholds." },
    { "set_threshold", "(...)", gc_set_threshold, "set_threshold(threshold0, [threshold1, [threshold2]])\nSet the collection thresholds (the collection frequency)." },
    { "set_debug", "(flags, /)", gc_set_debug, "Set the garbage collection debugging flags." },
    { "get_debug", "()", gc_get_debug, "Get the garbage collection debugging flags." },
    { "get_stats", "()", gc_get_stats, "Return a list of dictionaries containing per-generation statistics." },
    { "get_objects", "(generation=None)", gc_get_objects, "Return a list of objects tracked by the collector (excluding the list returned)." },
    { "get_referrers", "(...)", gc_get_referrers, "get_referrers(*objs) -> list\nReturn the list of objects that directly refer to any of objs." },
    { "get_referents", "(...)", gc_get_referents, "get_referents(*objs) -> list\nReturn the list of objects that are directly referred to by objs." },
    { "is_tracked", "(obj, /)", gc_is_tracked, "Returns true if the object is tracked by the garbage collector." },
    { "is_finalized", "(obj, /)", gc_is_finalized, "Returns true if the object has been already finalized by the GC." },
    { "freeze", "()", gc_freeze, "Freeze all current tracked objects and ignore them for future collections." },
    { "unfreeze", "()", gc_unfreeze, "Unfreeze all objects in the permanent generation." },
    { "get_freeze_count", "()", gc_get_freeze_count, "Return the number of objects in the permanent generation." },
    { 0 },
};

/* Run gc.callbacks with (phase, info). Errors in them are unraisable. */
static void run_callbacks(const char *phase, int generation, int64_t collected, int64_t uncollectable)
{
    if (!list_check(callbacks) || list_len(callbacks) == 0)
        return;
    own Value info = dict_new(), name = str_from(phase);
    if (is_error(info) || is_error(name) || !dict_set_c(as_dict(info), "generation", int_value(generation)) ||
        !dict_set_c(as_dict(info), "collected", int_value(collected)) || !dict_set_c(as_dict(info), "uncollectable", int_value(uncollectable))) {
        sys_report_unraisable("Exception ignored in garbage collection", UNBOUND);
        return;
    }
    for (uint64_t i = 0; i < list_len(callbacks); i++) {
        own Value callback = retain(list_peek(callbacks, i));
        own Value result = call2(callback, name, info);
        if (is_error(result)) {
            if (heap_unraisable)
                heap_unraisable("", callback);
            error_clear();
        }
    }
}

static bool keep_garbage(Object *o)
{
    if (!list_check(collector.garbage))
        return false;
    if (list_append(collector.garbage, obj_value(o)))
        return true;
    sys_report_unraisable("Exception ignored in garbage collection", UNBOUND);
    return false;
}

static void print_line(const char *line)
{
    own Value text = str_from(line), stream = import_attr("sys", "stderr");
    own Value result = is_error(text) || is_error(stream) || is_none(stream) ? NONE : call_method(stream, "write", &text, 1);
    error_clear();
}

void gc_report_garbage(void)
{
    uint64_t n = is_ptr(collector.garbage) ? list_len(collector.garbage) : 0;
    if (n == 0 || (collector.debug & GC_DEBUG_SAVEALL))
        return;
    bool is_listed = collector.debug & GC_DEBUG_UNCOLLECTABLE;
    char text[160];
    snprintf(text, sizeof text, "gc: %llu uncollectable objects at shutdown%s", (unsigned long long)n,
             is_listed ? "" : "; use gc.set_debug(gc.DEBUG_UNCOLLECTABLE) to list them");
    if (!warnings_explicit(ResourceWarning, text, "gc", 0))
        error_clear();
    own Value list = is_listed ? obj_repr(collector.garbage) : UNBOUND;
    own Value line = !is_listed || is_error(list) ? list : str_format("      %S\n", list);
    own Value stream = !is_listed || is_error(line) ? line : import_attr("sys", "stderr");
    own Value result = !is_listed || is_error(stream) || is_none(stream) ? NONE : call_method(stream, "write", &line, 1);
    error_clear();
}

static void roots(Visitor *visitor)
{
    static const Edge garbage = { TRACE_VALUE, "gc.garbage", 0, UNBOUND_INIT }, called = { TRACE_VALUE, "gc.callbacks", 0, UNBOUND_INIT };
    if (is_ptr(collector.garbage))
        visitor->visit(visitor, as_obj(collector.garbage), &garbage);
    if (is_ptr(callbacks))
        visitor->visit(visitor, as_obj(callbacks), &called);
}

static bool init(Value module)
{
    static const struct { const char *name; int64_t value; } flags[] = { { "DEBUG_STATS", GC_DEBUG_STATS }, { "DEBUG_COLLECTABLE", GC_DEBUG_COLLECTABLE },
        { "DEBUG_UNCOLLECTABLE", GC_DEBUG_UNCOLLECTABLE }, { "DEBUG_SAVEALL", GC_DEBUG_SAVEALL }, { "DEBUG_LEAK", GC_DEBUG_LEAK } };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (!module_add_int(module, flags[i].name, flags[i].value))
            return false;
    if (is_unbound(callbacks)) {
        callbacks = list_new(0);
        if (!is_ptr(collector.garbage))
            collector.garbage = list_new(0);
        collect_callback = run_callbacks;
        collect_keep = keep_garbage;
        collect_print = print_line;
        heap_add_roots("gc", roots);
    }
    return !is_error(callbacks) && !is_error(collector.garbage) && module_add(module, "garbage", collector.garbage) && module_add(module, "callbacks", callbacks);
}

const NativeModule gc_module = { "gc", "This module provides access to the garbage collector for reference cycles.", functions, init };
