/* method.h -- a function bound to its first argument (types.MethodType). */
#ifndef OBJECT_METHOD_H
#define OBJECT_METHOD_H
#include "interp/object/type.h"
typedef struct BoundMethod { Object head; Value function, self; } BoundMethod;
extern Type method_type;
static inline bool method_check(Value v) { return is_exact(v, &method_type); }
static inline BoundMethod *as_method(Value v) { assert(method_check(v)); return (BoundMethod *)as_obj(v); }
must_use Value method_new(Value function, Value self);           /* both retained */
void method_check_valid(const BoundMethod *);                    /* asserts the invariants */
#endif
