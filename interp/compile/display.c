/* display.c -- container displays and f-strings. Long ones are built piece by piece: registers are few. */
#include "interp/compile/display.h"
#include "interp/object/set.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

enum { CHUNK = 64 };             /* values gathered in registers before they are built */

bool has_starred(NodeList list)
{
    for (int i = 0; i < list.n; i++)
        if (list.at[i] && list.at[i]->kind == NODE_Starred)
            return true;
    return false;
}

static Reg push_all(Unit *u, NodeList items, int from, int to)
{
    Reg first = temp_next(u);
    for (int i = from; i < to && !u->c->failed; i++)
        expr_push(u, items.at[i]);
    return first;
}

/* The leading items that are plain go through registers. */
static int plain_prefix(NodeList items)
{
    int n = 0;
    while (n < items.n && n < CHUNK && items.at[n]->kind != NODE_Starred)
        n++;
    return n;
}

/* Add the rest, one by one, to a list or set in `into`. */
static void add_items(Unit *u, NodeList items, int from, Reg into, Opcode add, Opcode spread)
{
    for (int i = from; i < items.n && !u->c->failed; i++) {
        int height = u->height;
        const Node *item = items.at[i];
        if (item->kind == NODE_Starred)
            emit_ab(u, spread, into, expr_bound(u, item->Starred.value));
        else
            emit_ab(u, add, into, expr_bound(u, item));
        u->height = height;
    }
}

void build_list(Unit *u, NodeList items, Reg list)
{
    int height = u->height, n = plain_prefix(items);
    Reg first = push_all(u, items, 0, n);
    emit(u, OP_CODE_BUILD_LIST, 0, list, n ? first : list, (Reg)n);
    u->height = height;
    add_items(u, items, n, list, OP_CODE_LIST_APPEND, OP_CODE_LIST_EXTEND);
}

void tuple_to(Unit *u, const Node *e, Reg dest)
{
    NodeList items = e->Tuple.elts;
    if (items.n <= CHUNK && !has_starred(items)) {
        Reg first = push_all(u, items, 0, items.n);
        emit(u, OP_CODE_BUILD_TUPLE, 0, dest, items.n ? first : dest, (Reg)items.n);
        return;
    }
    Reg t = temp_window(u, dest);
    build_list(u, items, t);
    emit_a(u, OP_CODE_LIST_TO_TUPLE, t);
    if (t != dest)
        emit_ab(u, OP_CODE_MOVE, dest, t);
}

void list_to(Unit *u, const Node *e, Reg dest)
{
    NodeList items = e->List.elts;
    Value constants = items.n > 2 ? fold_display(u->c, e) : UNBOUND;
    if (is_unbound(constants) && items.n <= CHUNK && !has_starred(items)) {
        Reg first = push_all(u, items, 0, items.n);
        emit(u, OP_CODE_BUILD_LIST, 0, dest, items.n ? first : dest, (Reg)items.n);
        return;
    }
    Reg t = temp_window(u, dest);
    if (!is_unbound(constants)) {
        emit(u, OP_CODE_BUILD_LIST, 0, t, t, 0);
        Reg from = temp_push(u);
        emit_load(u, from, constants);
        emit_ab(u, OP_CODE_LIST_EXTEND, t, from);
    } else {
        build_list(u, items, t);
    }
    if (t != dest)
        emit_ab(u, OP_CODE_MOVE, dest, t);
}

void set_to(Unit *u, const Node *e, Reg dest)
{
    NodeList items = e->Set.elts;
    if (items.n <= CHUNK && !has_starred(items)) {
        emit(u, OP_CODE_BUILD_SET, 0, dest, push_all(u, items, 0, items.n), (Reg)items.n);
        return;
    }
    int n = plain_prefix(items);
    Reg t = temp_window(u, dest);
    int height = u->height;
    Reg first = push_all(u, items, 0, n);
    emit(u, OP_CODE_BUILD_SET, 0, t, n ? first : t, (Reg)n);
    u->height = height;
    add_items(u, items, n, t, OP_CODE_SET_ADD, OP_CODE_SET_UPDATE);
    if (t != dest)
        emit_ab(u, OP_CODE_MOVE, dest, t);
}

void dict_to(Unit *u, const Node *e, Reg dest)
{
    NodeList keys = e->Dict.keys, values = e->Dict.values;
    int n = 0;
    while (n < keys.n && n < CHUNK / 2 && keys.at[n])
        n++;
    bool whole = n == keys.n;
    Reg t = whole ? dest : temp_window(u, dest);
    int height = u->height;
    Reg first = temp_next(u);
    for (int i = 0; i < n && !u->c->failed; i++) {
        expr_push(u, keys.at[i]);
        expr_push(u, values.at[i]);
    }
    emit(u, OP_CODE_BUILD_MAP, 0, t, n ? first : t, (Reg)n);
    u->height = height;
    for (int i = n; i < keys.n && !u->c->failed; i++) {
        if (keys.at[i]) {
            Reg key = expr_push(u, keys.at[i]);
            emit(u, OP_CODE_MAP_ADD, 0, t, key, expr_bound(u, values.at[i]));
        } else {
            emit_ab(u, OP_CODE_DICT_UPDATE, t, expr_bound(u, values.at[i]));
        }
        u->height = height;
    }
    if (t != dest)
        emit_ab(u, OP_CODE_MOVE, dest, t);
}

/* --- f-strings --------------------------------------------------------------------------------------------- */
void formatted_value_to(Unit *u, const Node *e, Reg dest)
{
    int conversion = e->FormattedValue.conversion;
    const Node *spec = e->FormattedValue.format_spec;
    Reg value = expr_operand(u, e->FormattedValue.value, dest, spec, NULL);
    Reg format = spec ? expr_push(u, spec) : NO_REG;
    emit(u, OP_CODE_FORMAT, conversion > 0 ? conversion : 0, dest, value, format);
}

void joined_str_to(Unit *u, const Node *e, Reg dest)
{
    NodeList parts = e->JoinedStr.values;
    if (parts.n == 0) {
        emit_load(u, dest, str_empty);
        return;
    }
    if (parts.n == 1) {
        expr_to(u, parts.at[0], dest);
        return;
    }
    int done = 0, height = u->height;
    Reg t = parts.n > CHUNK ? temp_window(u, dest) : NO_REG;
    while (done < parts.n && !u->c->failed) {               /* what is built so far is the first part of the next piece */
        int base = u->height, next = parts.n - done > CHUNK ? done + CHUNK : parts.n;
        Reg first = temp_next(u);
        if (done)
            emit_ab(u, OP_CODE_MOVE, temp_push(u), t);
        push_all(u, parts, done, next);
        Reg into = next == parts.n ? dest : t;
        emit(u, OP_CODE_BUILD_STRING, 0, into, first, (Reg)(next - done + (done > 0)));
        u->height = base;
        done = next;
    }
    u->height = height;
}
