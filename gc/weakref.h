/* weakref.h -- who watches an object without owning it.
 *
 * A side table maps an object (flag BIRTH_WEAKLY) to the list of its weak references, newest first, as
 * weakref.getweakrefs shows them. A WeakRef object (interp/object/weakref_object.h) begins with this struct.
 * When the referent dies, all its weak references are emptied first, then callbacks run in reverse order of creation. */
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

must_use bool weakref_attach(WeakRef *, Object *referent);   /* false: out of memory */
void weakref_detach(WeakRef *);                              /* also when the WeakRef itself dies */
WeakRef *weakref_first_peek(const Object *referent);         /* newest; follow ->next */
size_t weakref_count(const Object *referent);
/* Empty all weak references to `o`; the callbacks that must run are pushed (owned WeakRef*) to `run` when not NULL. */
void weakref_object_dying(Object *o);                        /* clears and calls the callbacks */
/* Calls a callback with its weak reference; registered by interp (gc knows no calls). */
extern void (*weakref_call)(Value callback, WeakRef *);
#endif
