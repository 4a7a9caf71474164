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
    if (!bind_is_exact(code, n) || !has_room(thread, regs, code->n_regs))
        return UNBOUND;
    for (unsigned i = 0; i < n; i++)
        regs[i] = retain(args[i]);
    for (unsigned i = n; i < code->n_regs; i++)
        regs[i] = UNBOUND;
    push_function(thread, function, regs, retain(method), (uint8_t)action, result_reg, skip);
    return PUSHED;
}
