/* super.h -- super(): attribute lookup in the MRO behind a class. */
#ifndef OBJECT_SUPER_H
#define OBJECT_SUPER_H
#include "interp/object/type.h"
typedef struct Super { Object head; Type *type; Value obj; Type *obj_type; } Super;     /* obj UNBOUND: unbound super object */
extern Type super_type;
/* super() without arguments: the class whose body has the running method (its __class__ cell) and the method's first argument, owned.
 * False: RuntimeError pending. Registered by the VM. */
extern bool (*super_frame_hook)(Value *cls, Value *self);
must_use Value super_new(Type *cls, Value obj);        /* super(cls, obj) */
/* super(cls, obj).name without the super object: LOAD_SUPER_ATTR of the VM. With `method`: a function comes back unbound and *method is true. */
must_use Value super_getattr(Type *cls, Value obj, Value name, bool *method);
#endif
