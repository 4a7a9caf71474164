/* assign.c -- targets of assignment, for, with, del. */
#include "interp/compile/assign.h"
#include "interp/compile/literal.h"
#include "interp/compile/operator.h"

Reg assign_register(Unit *u, const Node *target)
{
    if (target->kind != NODE_Name || forbidden_name(u, target->Name.id, NODE_Store, span_of(target)))
        return NO_REG;
    return place_target(place_of(u, target->Name.id));
}

/* Targets that are variables in neighbouring registers can be filled at once: the instruction stores all or nothing. NO_REG: they are not. */
static Reg neighbours(Unit *u, NodeList items)
{
    Reg first = NO_REG;
    for (int i = 0; i < items.n; i++) {
        if (items.at[i]->kind != NODE_Name)
            return NO_REG;
        Reg r = assign_register(u, items.at[i]);
        if (r == NO_REG || (i > 0 && r != first + i))
            return NO_REG;
        if (i == 0)
            first = r;
    }
    return first;
}

static void unpack(Unit *u, NodeList items, Reg r)
{
    int star = -1;
    for (int i = 0; i < items.n; i++)
        if (items.at[i]->kind == NODE_Starred) {
            if (star >= 0) {
                context_error(u->c, u->at, "multiple starred expressions in assignment");
                return;
            }
            star = i;
        }
    if (star >= 256 || (star >= 0 && items.n - star - 1 >= (1 << 23))) {
        context_error(u->c, u->at, "too many expressions in star-unpacking assignment");
        return;
    }
    Reg variables = star < 0 ? neighbours(u, items) : NO_REG;
    if (variables != NO_REG) {
        emit(u, OP_CODE_UNPACK, 0, variables, r, (Reg)items.n);
        for (int i = 0; i < items.n; i++)
            place_bound(u, place_of(u, items.at[i]->Name.id));
        return;
    }
    Reg first = temps_push(u, items.n);
    if (star < 0)
        emit(u, OP_CODE_UNPACK, 0, first, r, (Reg)items.n);
    else
        emit_cached(u, OP_CODE_UNPACK_EX, 0, first, r, (Reg)star, (uint64_t)(items.n - star - 1));
    for (int i = 0; i < items.n && !u->c->failed; i++)
        assign_to(u, items.at[i]->kind == NODE_Starred ? items.at[i]->Starred.value : items.at[i], (Reg)(first + i));
}

/* What a target evaluates may rebind the variable whose value is on its way: take it first. */
static Reg safe_value(Unit *u, Reg r, const Node *target)
{
    if (!may_rebind(u, target, r))
        return r;
    Reg t = temp_push(u);
    emit_ab(u, OP_CODE_MOVE, t, r);
    return t;
}

static void assign_attribute(Unit *u, const Node *target, Reg r)
{
    if (forbidden_name(u, target->Attribute.attr, NODE_Store, span_of(target)))
        return;
    r = safe_value(u, r, target->Attribute.value);
    Reg object = expr_operand(u, target->Attribute.value, NO_REG, NULL, NULL);
    at_attribute(u, target);
    emit(u, OP_CODE_STORE_ATTR, 0, object, r, unit_name(u, ident_mangled(u->c, u->private_, target->Attribute.attr)));
}

static void assign_item(Unit *u, const Node *target, Reg r)
{
    r = safe_value(u, r, target->Subscript.value);
    r = safe_value(u, r, target->Subscript.slice);
    Reg object = expr_operand(u, target->Subscript.value, NO_REG, target->Subscript.slice, NULL);
    const Node *slice = target->Subscript.slice;
    if (slice->kind == NODE_Slice) {
        Reg first = slice_bounds(u, slice);
        emit(u, OP_CODE_SETSLICE, slice->Slice.step != NULL, object, first, r);
        return;
    }
    Reg index = expr_operand(u, slice, NO_REG, NULL, NULL);
    emit(u, OP_CODE_SETITEM, 0, object, index, r);
}

void assign_to(Unit *u, const Node *target, Reg r)
{
    if (!context_enter(u->c))
        return;
    Span old = at_node(u, target);
    int height = u->height;
    switch (target->kind) {
    case NODE_Name:
        if (!forbidden_name(u, target->Name.id, NODE_Store, span_of(target)))
            place_store(u, place_of(u, target->Name.id), r);
        break;
    case NODE_Attribute: assign_attribute(u, target, r); break;
    case NODE_Subscript: assign_item(u, target, r); break;
    case NODE_Tuple: unpack(u, target->Tuple.elts, r); break;
    case NODE_List: unpack(u, target->List.elts, r); break;
    case NODE_Starred: context_error(u->c, u->at, "starred assignment target must be in a list or tuple"); break;
    default: context_error(u->c, u->at, "cannot assign to expression"); break;
    }
    u->height = height;
    u->at = old;
    context_leave(u->c);
}

void delete_target(Unit *u, const Node *target)
{
    if (!context_enter(u->c))
        return;
    Span old = at_node(u, target);
    int height = u->height;
    NodeList items = { NULL, 0 };
    switch (target->kind) {
    case NODE_Name:
        if (!forbidden_name(u, target->Name.id, NODE_Del, span_of(target)))
            place_delete(u, place_of(u, target->Name.id));
        break;
    case NODE_Attribute: {
        if (forbidden_name(u, target->Attribute.attr, NODE_Del, span_of(target)))
            break;
        Reg object = expr_operand(u, target->Attribute.value, NO_REG, NULL, NULL);
        at_attribute(u, target);
        emit(u, OP_CODE_DELETE_ATTR, 0, object, 0, unit_name(u, ident_mangled(u->c, u->private_, target->Attribute.attr)));
        break;
    }
    case NODE_Subscript: {
        Reg object = expr_operand(u, target->Subscript.value, NO_REG, target->Subscript.slice, NULL);
        emit_ab(u, OP_CODE_DELITEM, object, expr_operand(u, target->Subscript.slice, NO_REG, NULL, NULL));
        break;
    }
    case NODE_Tuple: items = target->Tuple.elts; break;
    case NODE_List: items = target->List.elts; break;
    default: context_error(u->c, u->at, "cannot delete expression"); break;
    }
    for (int i = 0; i < items.n && !u->c->failed; i++)
        delete_target(u, items.at[i]);
    u->height = height;
    u->at = old;
    context_leave(u->c);
}
