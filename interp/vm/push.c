/* push.c -- see push.h. */
#include "interp/vm/push.h"
#include "interp/object/attr.h"
#include "interp/vm/bind.h"

Value push_method(Frame *f, Value name, const Value *args, unsigned n, ReturnAction action, uint16_t result_reg, uint8_t skip)
{
    Type *type = type_of(args[0]);
    if (!(type->flags & TYPE_HEAP))
        return UNBOUND;
    Value method = type_lookup_peek(type, name);
    if (!function_check(method))
        return UNBOUND;
    Function *function = as_function(method);
    Code *code = function->code;
    Value *regs = f->top;
    if (!bind_is_exact(code, n) || !has_room(thread, f, regs, code->n_regs))
        return UNBOUND;
    for (unsigned i = 0; i < n; i++)
        regs[i] = retain(args[i]);
    clear_variables(code, regs, n);
    thread->frame = push_function(f, function, code, regs, retain(method), RETURN_TO(action, result_reg, skip));
    return PUSHED;
}
