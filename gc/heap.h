/* heap.h -- pages, spans, buffers; exact accounting; the limit.
 *
 * Glossary
 *   page     64 KiB, aligned to 64 KiB: slots of one size class and one kind (CONTAINER: its objects may hold references;
 *            ATOM: they hold none; BUFFER: not objects). page.h has the details.
 *   class    slot size in steps of 16 bytes to 512, then four steps a power of two, up to 8 KiB.
 *   span     a larger object, alone in a run of pages.
 *   buffer   memory that belongs to an object (list items, dict tables, attribute overflow, text); accounted, not an object.
 *   limit    bytes of live memory that may not be exceeded; an allocation beyond it fails (NULL), the caller raises MemoryError.
 *
 * Invariants: live_bytes is the exact sum of slot sizes (objects) and buffer sizes in use. A slot is free if and only if its
 * first word is zero. Allocation never runs a collection or any Python code: it only raises EVENT_COLLECT. An object is
 * born with refcount 1, the current cell, generation 0; its body is uninitialised (heap_new) or zero (heap_new_zeroed: note
 * that a zero word is NOT a valid Value), and must hold valid Values before the next safe point or release of it.
 */
#ifndef GC_HEAP_H
#define GC_HEAP_H
#include "gc/event.h"
#include "gc/object.h"

void heap_init(void);

/* heap_new -- an instance of shape->type with `size` bytes (>= basic_size), one reference, owned by the caller.
 * NULL: out of memory or over the limit; no error is set (object/error.h: raise_memory). O(1). Tracked unless
 * HEAP_TYPE_UNTRACKED; the container count rises. */
must_use void *heap_new(Shape *shape, size_t size);
must_use void *heap_new_zeroed(Shape *shape, size_t size);
/* heap_free_unused -- give back an object that heap_new made and nobody has seen: nothing is finalised, no child released. */
void heap_free_unused(void *object);

/* Buffers. heap_buf_free(NULL, 0) is allowed. realloc: on failure (NULL) the old buffer stays. */
must_use void *heap_buf(size_t size);
must_use void *heap_buf_realloc(void *buffer, size_t old_size, size_t new_size);
void heap_buf_free(void *buffer, size_t size);
/* Outside memory owned by an object (GMP scratch, mmap): counted as live. False: over the limit. */
must_use bool heap_account(int64_t delta_bytes);

/* Tracking. heap_track is what a container calls when it first holds a container; cheap when already tracked. */
void heap_track(Object *);
void heap_untrack(Object *);
static inline bool heap_tracked(const Object *o) { return (o->birth & BIRTH_TRACKED) != 0; }
/* may_hold -- can a reference to `v` close a cycle? True for containers, except an untracked tuple, which stays so, and
 * static objects, which never die. */
static inline bool may_hold(Value v)
{
    if (!is_ptr(v))
        return false;
    const HeapType *type = heap_type(as_obj(v));
    return type->trace && ((as_obj(v)->birth & BIRTH_TRACKED) ||
                           (!(type->heap_flags & HEAP_TYPE_UNTRACK_YOUNG) && !(as_obj(v)->birth & BIRTH_STATIC)));
}
static inline void track_for(void *container, Value stored)
{
    Object *o = container;
    if (!heap_tracked(o) && may_hold(stored))
        heap_track(o);
}

/* The cell that objects are born in. 0: the runtime. Wraps at 2^24. */
void heap_set_cell(uint32_t cell);
uint32_t heap_cell(void);

/* Accounting, bytes and objects. Peak since heap_reset_peak. allocated/freed are totals ever. */
typedef struct HeapCounts {
    uint64_t live_bytes, live_objects, peak_bytes, allocated_bytes, freed_bytes, allocated_objects, freed_objects;
    uint64_t mapped_bytes;         /* taken from the operating system */
} HeapCounts;
HeapCounts heap_counts(void);
void heap_reset_peak(void);
void heap_set_limit(uint64_t bytes);          /* 0: none */
uint64_t heap_limit(void);
/* Bytes that live memory may have beyond the limit from now on, for code that must work when the limit is reached; the value before. */
uint64_t heap_set_reserve(uint64_t bytes);
uint64_t heap_add_reserve(uint64_t bytes);       /* that many more; the value before, for heap_set_reserve */
/* heap_exempt -- between heap_exempt(true) and heap_exempt(false) (they nest) allocations may pass the limit and are not made to fail by tests: for the
 * runtime's own tables, without which nothing can go on. */
void heap_exempt(bool on);
/* Give empty pages and spans back to the operating system. Returns bytes given back. */
size_t heap_trim(void);

/* Bytes of one object's slot plus its owned buffers and attribute overflow: what sys.getsizeof and the tables show. */
size_t heap_size_of(const Object *);
/* heap_claim -- the object now uses `size` bytes of its slot (at most heap_size_of): tells the address sanitizer, costs nothing without it. */
#if defined __SANITIZE_ADDRESS__
void heap_claim(void *object, size_t size);
#else
static inline void heap_claim(void *object, size_t size) { (void)object; (void)size; }
#endif
/* Is this address a live object of the heap (or static object registered)? For debugging tools. */
bool heap_is_object(const void *);

/* heap_each -- every live heap object (not statics), in address order. `each` must not allocate or free. */
typedef void HeapEachFn(void *context, Object *);
void heap_each(HeapEachFn *each, void *context);

/* trace -- visit every child of `o`, edge by edge, its type included when it owns a reference to it. Static children included. */
void object_trace(Object *o, Visitor *);
/* Drop every child (type's clear or by rows). */
void object_clear_children(Object *o);
/* Drop the instance attributes only: for types whose own `clear` handles the rest. */
void object_clear_attrs(Object *o);

/* heap_set_legacy -- give a type a finaliser of the kind that PEP 442 replaced (CPython's tp_del). Not inherited. */
void heap_set_legacy(HeapType *, void (*finalize)(Object *));
bool heap_has_legacy(void);                   /* was there ever such a type? */

/* Roots: whoever holds references outside heap objects registers a function that visits them (with names). */
typedef void RootsFn(Visitor *);
void heap_add_roots(const char *name, RootsFn *);
void heap_visit_roots(Visitor *);             /* all of them; the visitor's edge->name is the root's own edge name */
typedef struct RootSet { const char *name; RootsFn *visit; } RootSet;
const RootSet *heap_root_sets(size_t *n);

/* keep_root -- the C variable `slot` is a root from now on; `name` (a literal) is shown as the edge. It may be empty (UNBOUND, zero) and change.
 * keep_take -- fill it with `made` (consumed) and keep it: how a variable is filled on first use. False: `made` is ERROR; the variable is as it was. */
void keep_root(Value *slot, const char *name);
must_use bool keep_take(Value *slot, Value made, const char *name);

/* How to report the pending error that nobody can catch (a finaliser's): registered by interp; NULL: ignored. `where` (NULL: none) words it, the culprit
 * (UNBOUND: none) is any value, a callback that is a number as well. The error is consumed. Runs Python code. */
extern void (*heap_unraisable)(const char *where, Value culprit);

/* Statics: built-in types and other objects outside the heap that hold references. Registered once, never removed; their
 * children count as reachable. One that holds nothing (the empty tuple) need not be registered. */
void heap_add_static(Object *);
void heap_each_static(HeapEachFn *each, void *context);

/* weakref.c registers itself here: empty all weak references to a dying object and call their callbacks. */
extern void (*heap_weakly_dying)(Object *);

/* heap_watch_births -- call `born` with every new object, its body uninitialised; NULL: no more. It must not touch the heap. Costs nothing while
 * nobody watches: births take the slow path only then. */
typedef void HeapBornFn(void *object);
void heap_watch_births(HeapBornFn *born);
#endif
