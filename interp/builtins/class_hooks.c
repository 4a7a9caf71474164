/* class_hooks.c -- see class_hooks.h. */
#include "interp/builtins/class_hooks.h"
#include "interp/object/super.h"
#include "interp/object/cell.h"
#include "interp/object/class.h"
#include "interp/object/names.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/frame.h"
#include "interp/vm/function.h"
#include "interp/vm/quick.h"

static Frame *running(void) { return thread && thread->frame && thread->frame->code ? thread->frame : NULL; }

/* super(): the first argument, and the class that the compiler put into the cell __class__. */
static bool super_from_frame(Value *cls, Value *self)
{
    Frame *f = running();
    if (!f)
        return raise_false(RuntimeError, "super(): no current frame");
    const Code *code = f->code;
    if (code->n_args == 0)
        return raise_false(RuntimeError, "super(): no arguments");
    Value first = f->regs[0];
    for (uint64_t i = 0; i < tuple_len(code->cellvars); i++)
        if (code->cell_registers[i] == 0 && cell_check(first))
            first = as_cell(first)->value;
    if (is_unbound(first))
        return raise_false(RuntimeError, "super(): arg[0] deleted");
    for (uint64_t i = 0; f->func && i < tuple_len(code->freevars); i++) {
        if (!str_equal_c(tuple_peek(code->freevars, i), "__class__"))
            continue;
        Value cell = tuple_check(f->func->closure) ? tuple_peek(f->func->closure, i) : UNBOUND;
        if (!cell_check(cell))
            return raise_false(RuntimeError, "super(): bad __class__ cell");
        if (is_unbound(as_cell(cell)->value))
            return raise_false(RuntimeError, "super(): empty __class__ cell");
        *cls = retain(as_cell(cell)->value);
        *self = retain(first);
        return true;
    }
    return raise_false(RuntimeError, "super(): __class__ cell not found");
}

static Value current_module(void)
{
    Frame *f = running();
    return f && f->globals ? retain(dict_peek_str(f->globals, N(__name__))) : UNBOUND;
}

/* --- sizing instances: the distinct names that methods assign on their first argument -------------------------------------- */

enum { MOST_INLINE = 29 };

static unsigned stores_on_self(const Code *code, Value *seen, unsigned n_seen)
{
    for (uint32_t i = 0; i < code->n_words && n_seen < MOST_INLINE;) {
        const Word *w = &code->words[i];
        unsigned op = op_base[w->op];
        i += 1u + op_info[op].n_cache;
        if (op != OP_CODE_STORE_ATTR || w->a != 0)
            continue;
        Value name = tuple_peek(code->names, w->c);
        bool known = false;
        for (unsigned k = 0; k < n_seen; k++)
            known |= same(seen[k], name);
        if (!known)
            seen[n_seen++] = name;
    }
    return n_seen;
}

static unsigned attributes_expected(Value namespace)
{
    Value seen[MOST_INLINE];
    unsigned n = 0;
    uint64_t position = 0;
    Value key, value;
    while (dict_next(as_dict(namespace), &position, &key, &value))
        if (function_check(value) && ((Function *)as_obj(value))->code->n_args > 0)
            n = stores_on_self(((Function *)as_obj(value))->code, seen, n);
    Value annotations = dict_peek_str(as_dict(namespace), N(__annotations__));       /* dataclasses write their __init__ later */
    if (n == 0 && dict_check(annotations))
        n = dict_len(as_dict(annotations)) < MOST_INLINE ? (unsigned)dict_len(as_dict(annotations)) : MOST_INLINE;
    return n;
}

void class_hooks_init(void)
{
    super_frame_hook = super_from_frame;
    python_function_type = &function_type;
    class_module_hook = current_module;
    class_inline_hook = attributes_expected;
}
