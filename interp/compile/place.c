/* place.c -- names to places. */
#include "interp/compile/place.h"

Reg place_cell_register(Unit *u, Ident *ident)
{
    Symbol *y = u->scope->kind == SCOPE_CLASS ? NULL : scope_find(u->scope, ident);
    if (y && y->flags & DEF_PARAM)
        return (Reg)y->reg;
    Reg r = CELL_BASE;
    for (size_t i = 0; i < u->cells.n && u->cells.at[i] != ident; i++) {
        Symbol *other = u->scope->kind == SCOPE_CLASS ? NULL : scope_find(u->scope, u->cells.at[i]);
        r += !(other && other->flags & DEF_PARAM);
    }
    return r;
}

static Place place_local(Unit *u, Symbol *y, Place p)
{
    if (u->scope->kind == SCOPE_CLASS)
        return p;
    if (u->scope->kind == SCOPE_MODULE && y->reg < 0) {
        p.kind = u->c->flags & (COMPILE_GLOBALS | COMPILE_LINKED) ? PLACE_GLOBAL : PLACE_NAME;
        return p;
    }
    if (y->reg < 0)
        y->reg = unit_new_var(u, y->ident);
    p.kind = PLACE_REG;
    p.index = (Reg)y->reg;
    return p;
}

static Place place_free(Unit *u, Place p)
{
    p.index = (Reg)unit_free_index(u, p.ident);
    p.kind = u->scope->kind == SCOPE_CLASS ? PLACE_CLASS_FREE : u->in_class_values && !ident_is(p.ident, "__classdict__") ? PLACE_DICT_FREE : PLACE_FREE;
    return p;
}

Place place_of_ident(Unit *u, Ident *ident)
{
    Place p = { .kind = PLACE_NAME, .ident = ident };
    for (size_t i = u->inlined.n; i-- > 0;) {
        Symbol *y = scope_find(u->inlined.at[i], ident);
        if (y && y->reach == LOCAL) {
            p.symbol = y;
            p.kind = PLACE_REG;
            p.index = (Reg)y->reg;
            return p;
        }
    }
    Symbol *y = p.symbol = scope_find(u->scope, ident);
    bool optimized = scope_is_function(u->scope) || (u->scope->kind == SCOPE_MODULE && u->c->flags & (COMPILE_GLOBALS | COMPILE_LINKED));
    Reach reach = y ? y->reach : GLOBAL_IMPLICIT;
    switch (reach) {
    case LOCAL: return place_local(u, y, p);
    case CELL:
        p.kind = PLACE_CELL;
        p.index = place_cell_register(u, ident);
        return p;
    case FREE: return place_free(u, p);
    case GLOBAL_EXPLICIT:
        if (u->scope->kind == SCOPE_MODULE && y->reg >= 0)
            return place_local(u, y, p);
        p.kind = PLACE_GLOBAL;
        return p;
    default:
        if (u->scope->kind == SCOPE_MODULE && y && y->reg >= 0)
            return place_local(u, y, p);
        p.kind = u->in_class_values ? PLACE_DICT_GLOBAL : optimized ? PLACE_GLOBAL : PLACE_NAME;
        return p;
    }
}

Place place_of(Unit *u, const Text *name) { return place_of_ident(u, ident_mangled(u->c, u->private_, name)); }

static void load_class_dict(Unit *u, Reg r)
{
    emit(u, OP_CODE_LOAD_FREE, 0, r, (Reg)unit_free_index(u, ident_c(u->c, "__classdict__")), 0);
}

void place_load(Unit *u, Place p, Reg r)
{
    switch (p.kind) {
    case PLACE_REG:
        if (p.index != r)
            emit_ab(u, OP_CODE_MOVE, r, p.index);
        else if (!state_is_bound(u, r))
            emit_a(u, OP_CODE_CHECK_BOUND, r);
        break;
    case PLACE_CELL: emit_ab(u, OP_CODE_LOAD_CELL, r, p.index); break;
    case PLACE_FREE: emit_ab(u, OP_CODE_LOAD_FREE, r, p.index); break;
    case PLACE_GLOBAL: emit(u, OP_CODE_LOAD_GLOBAL, 0, r, 0, unit_name(u, p.ident)); break;
    case PLACE_NAME: emit(u, OP_CODE_LOAD_NAME, 0, r, 0, unit_name(u, p.ident)); break;
    case PLACE_CLASS_FREE: emit(u, OP_CODE_LOAD_CLASSDEREF, 0, r, p.index, unit_name(u, p.ident)); break;
    case PLACE_DICT_FREE: case PLACE_DICT_GLOBAL: {
        int height = u->height;
        Reg t = is_temp(r) ? r : temp_push(u);
        load_class_dict(u, t);
        emit(u, OP_CODE_LOAD_DICT_OR_FREE, 0, t, p.kind == PLACE_DICT_FREE ? p.index : NO_REG, unit_name(u, p.ident));
        if (t != r)
            emit_ab(u, OP_CODE_MOVE, r, t);
        u->height = height;
        break;
    }
    }
}

void place_bound(Unit *u, Place p)
{
    if (p.kind == PLACE_REG && !(p.symbol && p.symbol->flags & (DEF_DELETED | DEF_EXCEPT)))
        state_bind(u, p.index);
}

/* Rows that store need a register that is surely bound. */
static Reg surely_bound(Unit *u, Reg r)
{
    if (!state_is_bound(u, r))
        emit_a(u, OP_CODE_CHECK_BOUND, r);
    return r;
}

void place_store(Unit *u, Place p, Reg r)
{
    switch (p.kind) {
    case PLACE_REG:
        if (p.index != r)
            emit_ab(u, OP_CODE_MOVE, p.index, r);
        place_bound(u, p);
        break;
    case PLACE_CELL: emit_ab(u, OP_CODE_STORE_CELL, p.index, surely_bound(u, r)); break;
    case PLACE_FREE: case PLACE_CLASS_FREE: case PLACE_DICT_FREE: emit_ab(u, OP_CODE_STORE_FREE, p.index, surely_bound(u, r)); break;
    case PLACE_GLOBAL: case PLACE_DICT_GLOBAL: emit(u, OP_CODE_STORE_GLOBAL, 0, 0, surely_bound(u, r), unit_name(u, p.ident)); break;
    case PLACE_NAME: emit(u, OP_CODE_STORE_NAME, 0, 0, surely_bound(u, r), unit_name(u, p.ident)); break;
    }
}

void place_delete(Unit *u, Place p)
{
    switch (p.kind) {
    case PLACE_REG:
        emit_a(u, OP_CODE_UNBIND, p.index);
        state_unbind(u, p.index);
        break;
    case PLACE_CELL: emit_a(u, OP_CODE_DELETE_CELL, p.index); break;
    case PLACE_FREE: case PLACE_CLASS_FREE: case PLACE_DICT_FREE: emit_a(u, OP_CODE_DELETE_FREE, p.index); break;
    case PLACE_GLOBAL: case PLACE_DICT_GLOBAL: emit(u, OP_CODE_DELETE_GLOBAL, 0, 0, 0, unit_name(u, p.ident)); break;
    case PLACE_NAME: emit(u, OP_CODE_DELETE_NAME, 0, 0, 0, unit_name(u, p.ident)); break;
    }
}

void place_forget(Unit *u, Place p)
{
    if (p.kind == PLACE_REG) {
        emit_a(u, OP_CODE_CLEAR, p.index);
        state_unbind(u, p.index);
        return;
    }
    int height = u->height;
    Reg t = temp_push(u);
    emit_load(u, t, NONE);
    place_store(u, p, t);
    place_delete(u, p);
    u->height = height;
}

void place_load_cell(Unit *u, Ident *ident, Reg r)
{
    bool of_class = u->scope->kind == SCOPE_CLASS && unit_cell_index(u, ident) >= 0;
    Symbol *y = scope_find(u->scope, ident);
    if (of_class || (y && y->reach == CELL))
        emit_ab(u, OP_CODE_LOAD_CELL_REF, r, place_cell_register(u, ident));
    else
        emit_ab(u, OP_CODE_LOAD_FREE_REF, r, (Reg)unit_free_index(u, ident));
}
