/* float.c -- the boxed float: NaN, rare exponents, instances of subclasses. What floats can do is in float_ops.c. */
#include "interp/object/float.h"

#include "gc/heap.h"

Value float_box(double d)
{
    assert(!small_float_value(d, &(Value){ 0 }));        /* the immediate is the only form of what fits one */
    Float *f = heap_new(&float_type.shape, sizeof(Float));
    if (!f)
        return raise_memory();
    f->value = d;
    return obj_value(f);
}
