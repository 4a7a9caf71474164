/* weakref_object.h -- weakref.ref, and the two kinds of proxies. The struct is WeakRef (gc/weakref.h). */
#ifndef OBJECT_WEAKREF_OBJECT_H
#define OBJECT_WEAKREF_OBJECT_H
#include "gc/weakref.h"
#include "interp/object/type.h"
extern Type weakref_type, proxy_type, callable_proxy_type;
/* weakref_new -- a weak reference to `referent`; without a callback the one that exists is given again.
 * TypeError: cannot create weak reference to 'x' object. */
must_use Value weakref_new(Value referent, Value callback_or_none);
must_use Value weakref_proxy_new(Value referent, Value callback_or_none);
must_use Value weakref_list(Value referent);           /* weakref.getweakrefs: a list */
void weakref_object_init(void);                        /* types ready, gc's hook set */
#endif
