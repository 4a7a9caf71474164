/* linked.c -- top-level code whose globals live in registers while it runs (CODE_LINKED): the cells point at the registers. */
#include "interp/base/vec.h"
#include "interp/object/tuple.h"
#include "interp/vm/eval.h"
#include "interp/vm/ops.h"

uint32_t vm_cell;

/* A name that was linked to an outer run already goes back there: rare, so kept aside. */
typedef struct Outer { const Frame *frame; GlobalCell *cell; Value *slot; } Outer;
static VEC(Outer) outers;

static bool take_cell(Frame *f, GlobalCell *cell, Value *slot)
{
    if (!cell_is_linked(cell)) {
        cell_link(cell, slot);
        return true;
    }
    if (!vec_add(&outers, (Outer){ f, cell, cell->slot }))
        return raise_memory_false();
    *slot = *cell->slot;
    *cell->slot = UNBOUND;
    cell->slot = slot;
    return true;
}

static Value *outer_slot(const Frame *f, const GlobalCell *cell)
{
    for (size_t i = outers.n; i-- > 0;) {
        if (outers.at[i].frame == f && outers.at[i].cell == cell) {
            Value *slot = outers.at[i].slot;
            outers.at[i] = vec_pop(&outers);
            return slot;
        }
    }
    return NULL;
}

bool frame_link(Frame *f)
{
    Code *code = f->code;
    for (unsigned i = 0; i < code->n_linked; i++) {
        GlobalCell *cell = namespace_cell(f->globals, tuple_peek(code->varnames, i));
        if (!cell || !take_cell(f, cell, &f->regs[i]))
            return false;
        f->flags |= FRAME_LINKED;
    }
    return true;
}

void frame_unlink(Frame *f)
{
    Code *code = f->code;
    f->flags &= (uint8_t)~FRAME_LINKED;
    ErrorState error = error_save();
    bool is_nested = false;
    for (unsigned i = 0; i < code->n_linked; i++) {
        GlobalCell *cell = namespace_cell(f->globals, tuple_peek(code->varnames, i));
        if (!cell) {
            error_clear();
            continue;
        }
        if (cell->slot != &f->regs[i])
            continue;            /* not reached by a failed frame_link */
        if (code->linked_use && (code->linked_use[i] & 2))
            cell->written_cell = vm_cell;
        if (code->linked_use && (code->linked_use[i] & 1))
            cell->read_cell = vm_cell;
        Value *back = outer_slot(f, cell);
        if (back) {
            *back = f->regs[i];
            f->regs[i] = UNBOUND;
            cell->slot = back;
            is_nested = true;
        } else {
            cell_unlink(cell);
        }
    }
    if (!is_nested && outers.n == 0)
        f->globals->flags &= ~(uint32_t)DICT_LINKED;
    error_restore(error);
}
