/* weakref.h -- who watches an object without owning it.
 *
 * A side table maps an object (flag BIRTH_WEAKLY) to the list of its weak references, newest first, as
 * weakref.getweakrefs shows them. A WeakRef object (interp/object/weakref_object.h) begins with this struct.
 * When the referent dies, all its weak references are emptied first, then callbacks run in reverse order of creation.
 *
 * Invariants: an object has BIRTH_WEAKLY if and only if it is in the table, and then its list is not empty; ref->referent is
 * the object whose list `ref` is on, or NULL and then it is on no list. The table is open addressing, at most 2/3 full. */
#ifndef GC_WEAKREF_H
#define GC_WEAKREF_H
#include "gc/object.h"

typedef struct WeakRef {
    Object head;
    Object *referent;            /* not owned; NULL once it died */
    struct WeakRef *next, *prev; /* the referent's list */
    Value callback;              /* owned; NONE */
    int64_t hash;                /* of the referent, once asked for; -1 */
} WeakRef;

/* Make `ref` watch `referent`; ref->callback is set already. False: out of memory (no error is set), nothing changed.
 * References without a callback, subclasses' excepted, come first in the list, then the others, newest first: CPython's order. O(1). */
must_use bool weakref_attach(WeakRef *ref, Object *referent);
/* Stop watching; also when the WeakRef itself dies. The callback stays for its owner to release. No effect on a dead one. */
void weakref_detach(WeakRef *ref);

/* weakref_get -- the referent, owned by the caller; NULL when it is dead or dying. Never read `referent` to use the object:
 * an object that waits for its burial has no owner and must not get one. */
must_use Object *weakref_get(const WeakRef *ref);
static inline bool weakref_is_dead(const WeakRef *ref) { return !ref->referent || ref->referent->refcount == 0; }

WeakRef *weakref_first_peek(const Object *referent);         /* follow ->next; NULL: none */
size_t weakref_count(const Object *referent);

/* Weak references whose callbacks are to run, each with an owned reference, linked through ->next. */
typedef struct WeakQueue { WeakRef *first, *last; } WeakQueue;
/* Empty all weak references to `o`, in list order; those with a callback that are alive themselves, and that `wants` accepts
 * (NULL: all), join the queue. Runs no Python code, cannot fail. */
void weakref_clear_all(Object *o, WeakQueue *, bool (*wants)(WeakRef *));
/* Call and release everything on the queue. Returns how many of the weak references died by that. Runs Python code. */
size_t weakref_run(WeakQueue *);
/* Both: for an object about to die. Runs Python code. */
void weakref_object_dying(Object *o);
/* Calls a callback with its weak reference and reports what it raises; registered by interp (gc knows no calls). */
extern void (*weakref_call)(Value callback, WeakRef *);

size_t weakref_watched(void);                                /* objects that have weak references */
void weakref_check(void);                                    /* asserts the table's and the lists' invariants */
#endif
