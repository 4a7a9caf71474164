/* tracemalloc_module.c -- _tracemalloc: where live objects were made. A trace belongs to an object; its size is all the object owns (heap_size_of),
 * its buffers included. The sizes of get_traced_memory are the heap's own exact account since start() or clear_traces().
 *
 * Objects' deaths are not watched: an address whose object died is either empty, which the heap can tell, or was given to a new object, whose birth
 * overwrote the trace. Tables are malloc'd, so that tracing traces not itself; they are swept of dead addresses before they grow. */
#include <stdlib.h>
#include <string.h>

#include "gc/heap.h"
#include "interp/modules/arg.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/frame.h"

enum { MAX_FRAMES = UINT16_MAX };

typedef struct Place { Value filename; int32_t line; } Place;          /* filename: owned */
typedef struct Trail {           /* a traceback, kept once however many objects were made there */
    struct Trail *next;          /* in its bucket */
    uint64_t hash;
    uint32_t n, total;           /* places kept; depth of the stack */
    Value shown;                 /* the tuple for Python, once made; UNBOUND */
    Place at[];
} Trail;
typedef struct Trace { void *object; Trail *trail; } Trace;

static struct Tracer {
    bool on;
    unsigned limit;
    uint64_t live_then;          /* what get_traced_memory counts from */
    Trace *traces;               /* open hash by address */
    size_t n_traces, cap_traces;
    Trail **trails;
    size_t n_trails, cap_trails, trail_bytes;
    Place *scratch;
    Value unknown;               /* "<unknown>" */
} tracer = { .limit = 1, .unknown = UNBOUND_INIT };

static uint64_t mix(uint64_t h, uint64_t x)
{
    h = (h ^ x) * 0x9e3779b97f4a7c15ull;
    return h ^ h >> 29;
}

/* --- tracebacks ------------------------------------------------------------------------------------------------------ */
static bool grow_trails(void)
{
    size_t cap = tracer.cap_trails ? tracer.cap_trails * 2 : 256;
    Trail **trails = calloc(cap, sizeof *trails);
    if (!trails)
        return false;
    for (size_t i = 0; i < tracer.cap_trails; i++)
        for (Trail *t = tracer.trails[i], *next; t; t = next) {
            next = t->next;
            t->next = trails[t->hash & (cap - 1)];
            trails[t->hash & (cap - 1)] = t;
        }
    free(tracer.trails);
    tracer.trails = trails;
    tracer.cap_trails = cap;
    return true;
}

static bool same_trail(const Trail *t, const Place *at, uint32_t n, uint32_t total)
{
    if (t->n != n || t->total != total)
        return false;
    for (uint32_t i = 0; i < n; i++)
        if (!same(t->at[i].filename, at[i].filename) || t->at[i].line != at[i].line)
            return false;
    return true;
}

/* The trail of the running thread's stack; NULL: no memory. */
static Trail *trail_here(void)
{
    uint32_t n = 0, total = 0;
    uint64_t hash = 0;
    Place *at = tracer.scratch;
    for (const Frame *f = thread ? thread->frame : NULL; f && f->code; f--) {
        if (total++ >= tracer.limit)
            continue;
        int line = code_position(f->code, frame_pc_index(f)).line;
        at[n] = (Place){ is_ptr(f->code->filename) ? f->code->filename : tracer.unknown, line ? line : (int)f->code->first_line };
        hash = mix(mix(hash, at[n].filename.bits), (uint32_t)at[n].line);
        n++;
    }
    if (n == 0)
        at[n++] = (Place){ tracer.unknown, 0 };
    hash = mix(hash, total);
    if (tracer.n_trails * 2 >= tracer.cap_trails && !grow_trails())
        return NULL;
    Trail **bucket = &tracer.trails[hash & (tracer.cap_trails - 1)];
    for (Trail *t = *bucket; t; t = t->next)
        if (t->hash == hash && same_trail(t, at, n, total))
            return t;
    size_t bytes = sizeof(Trail) + n * sizeof(Place);
    Trail *t = malloc(bytes);
    if (!t)
        return NULL;
    *t = (Trail){ .next = *bucket, .hash = hash, .n = n, .total = total, .shown = UNBOUND };
    for (uint32_t i = 0; i < n; i++)
        t->at[i] = (Place){ retain(at[i].filename), at[i].line };
    *bucket = t;
    tracer.n_trails++;
    tracer.trail_bytes += bytes;
    return t;
}

/* --- traces -------------------------------------------------------------------------------------------------------------- */
static Trace *trace_slot(Trace *traces, size_t cap, const void *object)
{
    size_t i = mix(0, (uintptr_t)object >> 4) & (cap - 1);
    while (traces[i].object && traces[i].object != object)
        i = (i + 1) & (cap - 1);
    return &traces[i];
}

/* Room for one more: forget the dead, and double when that does not help. */
static bool make_room(void)
{
    if (tracer.n_traces * 3 < tracer.cap_traces * 2)
        return true;
    size_t live = 0;
    for (size_t i = 0; i < tracer.cap_traces; i++)
        live += tracer.traces[i].object && heap_is_object(tracer.traces[i].object);
    size_t cap = tracer.cap_traces ? tracer.cap_traces : 4096;
    while (live * 2 >= cap)
        cap *= 2;
    Trace *traces = calloc(cap, sizeof *traces);
    if (!traces)
        return false;
    for (size_t i = 0; i < tracer.cap_traces; i++)
        if (tracer.traces[i].object && heap_is_object(tracer.traces[i].object))
            *trace_slot(traces, cap, tracer.traces[i].object) = tracer.traces[i];
    free(tracer.traces);
    tracer.traces = traces;
    tracer.cap_traces = cap;
    tracer.n_traces = live;
    return true;
}

static void on_birth(void *object)
{
    Trail *trail = make_room() ? trail_here() : NULL;
    if (!trail)
        return;                          /* no memory: not traced */
    Trace *trace = trace_slot(tracer.traces, tracer.cap_traces, object);
    tracer.n_traces += !trace->object;
    *trace = (Trace){ object, trail };
}

static const Trail *trail_of(const void *object)
{
    const Trace *trace = tracer.n_traces ? trace_slot(tracer.traces, tracer.cap_traces, object) : NULL;
    return trace ? trace->trail : NULL;
}

/* Forget all traces. Tables are detached first: releasing names may free objects. */
static void clear(void)
{
    Trail **trails = tracer.trails;
    size_t cap = tracer.cap_trails;
    free(tracer.traces);
    tracer.traces = NULL;
    tracer.trails = NULL;
    tracer.n_traces = tracer.cap_traces = tracer.n_trails = tracer.cap_trails = tracer.trail_bytes = 0;
    for (size_t i = 0; i < cap; i++)
        for (Trail *t = trails[i], *next; t; t = next) {
            next = t->next;
            for (uint32_t k = 0; k < t->n; k++)
                release(t->at[k].filename);
            release(t->shown);
            free(t);
        }
    free(trails);
}

static void count_from_here(void)
{
    heap_reset_peak();
    tracer.live_then = heap_counts().live_bytes;
}

/* --- functions --------------------------------------------------------------------------------------------------------------- */
static Value f_start(Value *args, size_t n)
{
    int limit;
    if (!arg_int(args[0], 1, &limit))
        return ERROR;
    if (limit < 1 || limit > MAX_FRAMES)
        return raise(ValueError, "the number of frames must be in range [1; %d]", MAX_FRAMES);
    if (tracer.on)
        return NONE;
    Place *scratch = realloc(tracer.scratch, (size_t)limit * sizeof *scratch);
    if (!scratch)
        return raise_memory();
    tracer.scratch = scratch;
    tracer.limit = (unsigned)limit;
    tracer.on = true;
    count_from_here();
    heap_watch_births(on_birth);
    return NONE;
}
static Value f_stop(Value *args, size_t n)
{
    if (!tracer.on)
        return NONE;
    heap_watch_births(NULL);
    tracer.on = false;
    clear();
    return NONE;
}
static Value f_clear_traces(Value *args, size_t n)
{
    if (!tracer.on)
        return NONE;
    clear();
    count_from_here();
    return NONE;
}
static Value f_reset_peak(Value *args, size_t n)
{
    if (tracer.on)
        heap_reset_peak();
    return NONE;
}
static Value f_is_tracing(Value *args, size_t n) { return bool_value(tracer.on); }
static Value f_get_traceback_limit(Value *args, size_t n) { return int_value(tracer.limit); }
static Value f_get_traced_memory(Value *args, size_t n)
{
    HeapCounts counts = heap_counts();
    uint64_t then = tracer.on ? tracer.live_then : UINT64_MAX;
    return tuple_of2(int_from_u64(counts.live_bytes > then ? counts.live_bytes - then : 0), int_from_u64(counts.peak_bytes > then ? counts.peak_bytes - then : 0));
}
static Value f_get_tracemalloc_memory(Value *args, size_t n)
{
    return int_from_u64(tracer.cap_traces * sizeof(Trace) + tracer.cap_trails * sizeof(Trail *) + tracer.trail_bytes);
}

/* ((filename, line), ...), the innermost first: one tuple for each trail. Owned. */
static Value show(Trail *t)
{
    if (is_unbound(t->shown)) {
        Tuple *all = tuple_alloc(t->n);
        own Value made = all ? obj_value(all) : ERROR;
        for (uint32_t i = 0; all && i < t->n; i++) {
            Value place = tuple_of2(t->at[i].filename, int_value(t->at[i].line));
            if (is_error(place))
                return ERROR;
            all->items[i] = place;
        }
        if (is_error(made))
            return ERROR;
        t->shown = give(made);
    }
    return retain(t->shown);
}

static Value all_traces(void)
{
    own Value list = list_new(tracer.n_traces);
    for (size_t i = 0; !is_error(list) && i < tracer.cap_traces; i++) {
        Trace *trace = &tracer.traces[i];
        if (!trace->object || !heap_is_object(trace->object))
            continue;
        Value shown = show(trace->trail);
        Value items[4] = { small_int_value(0), int_from_u64(heap_size_of(trace->object)), shown, int_value(trace->trail->total) };
        if (!list_append_take(list, is_error(shown) ? ERROR : tuple_from_take(items, 4)))
            return ERROR;
    }
    return give(list);
}
static Value f_get_traces(Value *args, size_t n)
{
    if (!tracer.on)
        return list_new(0);
    heap_watch_births(NULL);             /* the answer itself is not traced */
    Value list = all_traces();
    heap_watch_births(on_birth);
    return list;
}
static Value f_get_object_traceback(Value *args, size_t n)
{
    const Trail *trail = tracer.on && is_ptr(args[0]) ? trail_of(as_obj(args[0])) : NULL;
    if (!trail)
        return NONE;
    heap_watch_births(NULL);
    Value shown = show((Trail *)trail);
    heap_watch_births(on_birth);
    return shown;
}

static const Method functions[] = {
    { "_get_object_traceback", "(obj, /)", f_get_object_traceback, "Get the traceback where the Python object obj was allocated.\n\nReturn a tuple of (filename: str, lineno: int) tuples.\nReturn None if the tracemalloc module is disabled or did not\ntrace the allocation of the object." },
    { "_get_traces", "()", f_get_traces, "Get traces of all memory blocks allocated by Python.\n\nReturn a list of (size: int, traceback: tuple) tuples.\ntraceback is a tuple of (filename: str, lineno: int) tuples.\n\nReturn an empty list if the tracemalloc module is disabled." },
    { "clear_traces", "()", f_clear_traces, "Clear traces of memory blocks allocated by Python." },
    { "get_traceback_limit", "()", f_get_traceback_limit, "Get the maximum number of frames stored in the traceback of a trace.\n\nBy default, a trace of an allocated memory block only stores\nthe most recent frame: the limit is 1." },
    { "get_traced_memory", "()", f_get_traced_memory, "Get the current size and peak size of memory blocks traced by tracemalloc.\n\nReturns a tuple: (current: int, peak: int)." },
    { "get_tracemalloc_memory", "()", f_get_tracemalloc_memory, "Get the memory usage in bytes of the tracemalloc module.\n\nThis memory is used internally to trace memory allocations." },
    { "is_tracing", "()", f_is_tracing, "Return True if the tracemalloc module is tracing Python memory allocations." },
    { "reset_peak", "()", f_reset_peak, "Set the peak size of memory blocks traced by tracemalloc to the current size.\n\nDo nothing if the tracemalloc module is not tracing memory allocations." },
    { "start", "(nframe=1, /)", f_start, "Start tracing Python memory allocations.\n\nAlso set the maximum number of frames stored in the traceback of a\ntrace to nframe." },
    { "stop", "()", f_stop, "Stop tracing Python memory allocations.\n\nAlso clear traces of memory blocks allocated by Python." },
    { 0 },
};

/* Filenames and shown tuples are held by malloc'd tables. */
static void roots(Visitor *visitor)
{
    static const Edge edge = { TRACE_VALUE, "tracemalloc", 0, UNBOUND_INIT };
    for (size_t i = 0; i < tracer.cap_trails; i++)
        for (const Trail *t = tracer.trails[i]; t; t = t->next) {
            for (uint32_t k = 0; k < t->n; k++)
                visitor->visit(visitor, as_obj(t->at[k].filename), &edge);
            if (is_ptr(t->shown))
                visitor->visit(visitor, as_obj(t->shown), &edge);
        }
}

static bool init(Value module)
{
    if (!is_unbound(tracer.unknown))
        return true;
    Value unknown = str_intern("<unknown>");
    if (is_error(unknown))
        return false;
    tracer.unknown = unknown;
    keep_root(&tracer.unknown, "tracemalloc");
    heap_add_roots("tracemalloc", roots);
    return true;
}

const NativeModule tracemalloc_module = { "_tracemalloc", "Debug module to trace memory blocks allocated by Python.", functions, init };
