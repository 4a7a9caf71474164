/* simple.c -- assignments, del, raise, assert, imports, expression statements. */
#include "interp/compile/simple.h"
#include "interp/compile/assign.h"
#include "interp/compile/condition.h"
#include "interp/compile/display.h"
#include "interp/compile/literal.h"
#include "interp/compile/operator.h"
#include "interp/compile/suspend.h"
#include "interp/compile/unparse.h"
#include "interp/object/tuple.h"

void nothing_stmt(Unit *u, const Node *s) { (void)u, (void)s; }
void pass_stmt(Unit *u, const Node *s) { (void)s, emit_line(u); }

/* --- assignment -------------------------------------------------------------------------------------------- */
static bool all_names(NodeList targets)
{
    for (int i = 0; i < targets.n; i++)
        if (targets.at[i]->kind != NODE_Name)
            return false;
    return true;
}

static NodeList sequence_items(const Node *e)
{
    return e->kind == NODE_Tuple ? e->Tuple.elts : e->kind == NODE_List ? e->List.elts : (NodeList){ NULL, 0 };
}

/* a, b = x, y: no tuple is made. All values first, then all stores, from left to right. */
static bool assign_in_parallel(Unit *u, const Node *target, const Node *value)
{
    NodeList to = sequence_items(target), from = sequence_items(value);
    if (to.n == 0 || to.n != from.n || to.n > 32 || value->kind != NODE_Tuple || has_starred(to) || has_starred(from))
        return false;
    Reg first = temp_next(u);
    for (int i = 0; i < from.n && !u->c->failed; i++)
        expr_push(u, from.at[i]);
    for (int i = 0; i < to.n && !u->c->failed; i++)
        assign_to(u, to.at[i], (Reg)(first + i));
    return true;
}

void assign_stmt(Unit *u, const Node *s)
{
    NodeList targets = s->Assign.targets;
    const Node *value = s->Assign.value;
    int height = u->height;
    if (targets.n == 1) {
        Reg r = assign_register(u, targets.at[0]);
        if (r != NO_REG) {
            expr_to(u, value, r);
            place_bound(u, place_of(u, targets.at[0]->Name.id));
            at_node(u, targets.at[0]);
            emit_line(u);                                   /* of the store, which is part of what computes the value */
            return;
        }
        if (!assign_in_parallel(u, targets.at[0], value))
            assign_to(u, targets.at[0], expr_operand(u, value, NO_REG, NULL, NULL));
        u->height = height;
        return;
    }
    Reg r = expr_operand(u, value, NO_REG, NULL, NULL);
    if (!is_temp(r) && (!all_names(targets) || r < u->n_linked)) {
        Reg t = temp_push(u);                               /* an earlier target might rebind it */
        emit_ab(u, OP_CODE_MOVE, t, r);
        r = t;
    }
    for (int i = 0; i < targets.n && !u->c->failed; i++) {
        Reg given = r;
        if (is_temp(r) && i < targets.n - 1) {
            given = temp_push(u);
            emit_ab(u, OP_CODE_COPY, given, r);
        }
        assign_to(u, targets.at[i], given);
        u->height = is_temp(r) ? r - TEMP_BASE + 1 : height;
    }
    u->height = height;
}

/* --- op= --------------------------------------------------------------------------------------------------- */
static void aug_name(Unit *u, const Node *s)
{
    const Node *target = s->AugAssign.target;
    if (forbidden_name(u, target->Name.id, NODE_Store, span_of(target)))
        return;
    Place p = place_of(u, target->Name.id);
    Reg r = place_target(p);
    if (r != NO_REG) {
        Reg left = r;
        if (may_rebind(u, s->AugAssign.value, r)) {
            left = temp_push(u);
            emit_ab(u, OP_CODE_MOVE, left, r);
        }
        emit_binary(u, s->AugAssign.op, true, r, left, s->AugAssign.value);
        place_bound(u, p);
        return;
    }
    Reg t = temp_push(u);
    Span old = at_node(u, target);
    place_load(u, p, t);
    u->at = old;
    emit_binary(u, s->AugAssign.op, true, t, t, s->AugAssign.value);
    place_store(u, p, t);
}

/* The register again for a first use that would consume it. */
static Reg kept(Unit *u, Reg r)
{
    if (!is_temp(r))
        return r;
    Reg copy = temp_push(u);
    emit_ab(u, OP_CODE_COPY, copy, r);
    return copy;
}

static void aug_attribute(Unit *u, const Node *s)
{
    const Node *target = s->AugAssign.target;
    if (forbidden_name(u, target->Attribute.attr, NODE_Store, span_of(target)))
        return;
    Reg name = unit_name(u, ident_mangled(u->c, u->private_, target->Attribute.attr));
    Reg object = expr_operand(u, target->Attribute.value, NO_REG, s->AugAssign.value, NULL);
    Reg t = temp_push(u);
    Span old = at_node(u, target);
    at_attribute(u, target);
    if (is_temp(object))
        emit_ab(u, OP_CODE_COPY, t, object);
    emit(u, OP_CODE_LOAD_ATTR, 0, t, is_temp(object) ? t : object, name);
    u->at = old;
    emit_binary(u, s->AugAssign.op, true, t, t, s->AugAssign.value);
    at_node(u, target);
    at_attribute(u, target);
    emit(u, OP_CODE_STORE_ATTR, 0, object, t, name);
    u->at = old;
}

static void aug_item(Unit *u, const Node *s)
{
    const Node *target = s->AugAssign.target, *index = target->Subscript.slice;
    Reg object = expr_operand(u, target->Subscript.value, NO_REG, index, s->AugAssign.value);
    Value v;
    bool constant = fold_value(u->c, index, &v) && unit_const(u, v) < NO_REG;
    Reg key = constant ? temp_push(u) : expr_operand(u, index, NO_REG, s->AugAssign.value, NULL);
    Reg t = temp_push(u);
    Span old = at_node(u, target);
    Reg container = object;
    if (is_temp(object))
        emit_ab(u, OP_CODE_COPY, container = t, object);
    if (constant)
        emit(u, OP_CODE_GETITEM_K, 0, t, container, (Reg)unit_const(u, v));
    else
        emit(u, OP_CODE_GETITEM, 0, t, container, kept(u, key));
    u->height = t - TEMP_BASE + 1;
    u->at = old;
    emit_binary(u, s->AugAssign.op, true, t, t, s->AugAssign.value);
    at_node(u, target);
    if (constant)
        emit_load(u, key, v);
    emit(u, OP_CODE_SETITEM, 0, object, key, t);
    u->at = old;
}

void aug_assign_stmt(Unit *u, const Node *s)
{
    int height = u->height;
    switch (s->AugAssign.target->kind) {
    case NODE_Name: aug_name(u, s); break;
    case NODE_Attribute: aug_attribute(u, s); break;
    case NODE_Subscript: aug_item(u, s); break;
    default: context_error(u->c, u->at, "invalid target for augmented assignment"); break;
    }
    u->height = height;
}

/* --- name: annotation -------------------------------------------------------------------------------------- */
static bool keeps_annotations(const Unit *u) { return u->scope->kind == SCOPE_MODULE || u->scope->kind == SCOPE_CLASS; }

static void store_annotation(Unit *u, const Node *s)
{
    Ident *name = ident_mangled(u->c, u->private_, s->AnnAssign.target->Name.id);
    Reg value = temp_push(u);
    if (u->c->flags & COMPILE_FUTURE_ANNOTATIONS)
        emit_load(u, value, context_keep_take(u->c, unparse(u->c, s->AnnAssign.annotation)));
    else
        expr_to(u, s->AnnAssign.annotation, value);
    Reg mapping = temp_push(u), key = temp_push(u);
    Ident *annotations = ident_c(u->c, "__annotations__");
    if (u->scope->kind == SCOPE_MODULE && !(u->c->flags & (COMPILE_GLOBALS | COMPILE_LINKED)))
        emit(u, OP_CODE_LOAD_NAME, 0, mapping, 0, unit_name(u, annotations));
    else
        place_load(u, place_of_ident(u, annotations), mapping);
    emit_load(u, key, ident_str_peek(u->c, name));
    emit(u, OP_CODE_SETITEM, 0, mapping, key, value);
}

/* Parts of a target without value are evaluated for their errors. */
static void check_slice(Unit *u, const Node *e)
{
    if (e->kind == NODE_Slice) {
        const Node *parts[] = { e->Slice.lower, e->Slice.upper, e->Slice.step };
        for (int i = 0; i < 3; i++)
            if (parts[i])
                expr_drop(u, parts[i]);
    } else if (e->kind == NODE_Tuple) {
        for (int i = 0; i < e->Tuple.elts.n && !u->c->failed; i++)
            check_slice(u, e->Tuple.elts.at[i]);
    } else {
        expr_drop(u, e);
    }
}

void ann_assign_stmt(Unit *u, const Node *s)
{
    const Node *target = s->AnnAssign.target;
    int height = u->height;
    if (s->AnnAssign.value) {
        Reg r = assign_register(u, target);
        if (r != NO_REG) {
            expr_to(u, s->AnnAssign.value, r);
            place_bound(u, place_of(u, target->Name.id));
        } else if (!u->c->failed) {
            assign_to(u, target, expr_operand(u, s->AnnAssign.value, NO_REG, NULL, NULL));
        }
        u->height = height;
    }
    switch (target->kind) {
    case NODE_Name:
        if (forbidden_name(u, target->Name.id, NODE_Store, u->at))
            return;
        if (s->AnnAssign.simple && keeps_annotations(u))
            store_annotation(u, s);
        break;
    case NODE_Attribute:
        if (forbidden_name(u, target->Attribute.attr, NODE_Store, u->at))
            return;
        if (!s->AnnAssign.value)
            expr_drop(u, target->Attribute.value);
        break;
    case NODE_Subscript:
        if (!s->AnnAssign.value) {
            expr_drop(u, target->Subscript.value);
            check_slice(u, target->Subscript.slice);
        }
        break;
    default: context_error(u->c, u->at, "invalid node type for annotated assignment"); break;
    }
    u->height = height;
    if (!s->AnnAssign.simple && keeps_annotations(u) && !(u->c->flags & COMPILE_FUTURE_ANNOTATIONS))
        expr_drop(u, s->AnnAssign.annotation);
}

/* --- del, raise, assert, expressions --------------------------------------------------------------------------- */
void delete_stmt(Unit *u, const Node *s)
{
    for (int i = 0; i < s->Delete.targets.n && !u->c->failed; i++)
        delete_target(u, s->Delete.targets.at[i]);
}

void raise_stmt(Unit *u, const Node *s)
{
    int height = u->height;
    Reg what = NO_REG, cause = NO_REG;
    if (s->Raise.exc) {
        what = expr_operand(u, s->Raise.exc, NO_REG, s->Raise.cause, NULL);
        if (s->Raise.cause)
            cause = expr_operand(u, s->Raise.cause, NO_REG, NULL, NULL);
    }
    emit_ab(u, OP_CODE_RAISE, what, cause);
    unit_dead_end(u);
    u->height = height;
}

void assert_stmt(Unit *u, const Node *s)
{
    const Node *test = s->Assert.test;
    Value v;
    if ((test->kind == NODE_Tuple && test->Tuple.elts.n > 0) || (test->kind == NODE_Constant && fold_value(u->c, test, &v) && tuple_exact(v) && tuple_len(v)))
        context_warn(u->c, u->at, "assertion is always true, perhaps remove parentheses?");
    if (u->c->optimize)
        return;
    int height = u->height;
    Label fine = label_new(u);
    expr_jump(u, test, fine, true);
    Reg t = temp_push(u);
    at_node(u, test);
    emit_a(u, OP_CODE_ASSERT_ERROR, t);
    if (s->Assert.msg) {
        expr_push(u, s->Assert.msg);
        emit(u, OP_CODE_CALL, 0, t, 1, t);
    }
    emit_ab(u, OP_CODE_RAISE, t, NO_REG);
    unit_dead_end(u);
    label_place(u, fine);
    u->height = height;
}

void expr_stmt(Unit *u, const Node *s)
{
    const Node *e = s->Expr.value;
    if (u->c->options->mode == COMPILE_SINGLE && u->scope->kind == SCOPE_MODULE) {
        int height = u->height;
        Reg t = expr_push(u, e);
        emit_a(u, OP_CODE_PRINT_RESULT, t);
        u->height = height;
        return;
    }
    if (e->kind == NODE_Constant || e->kind == NODE_Name)   /* may come to nothing */
        emit_line(u);
    if (e->kind == NODE_Yield)
        yield_drop(u, e);
    else
        expr_drop(u, e);
}

/* --- imports ----------------------------------------------------------------------------------------------- */
static Reg push_import(Unit *u, Ident *module, Value from_list, int level)
{
    Reg t = temp_push(u), level_register = temp_push(u);
    emit_load(u, t, from_list);
    emit_load(u, level_register, small_int_value(level));
    emit(u, OP_CODE_IMPORT_NAME, 0, t, 0, unit_name(u, module));
    u->height = t - TEMP_BASE + 1;
    return t;
}

static void bind_import(Unit *u, const char *name, size_t len, Reg r)
{
    Text *text = ast_text(&u->c->arena, name, len);
    if (!text) {
        error_set_memory();
        context_fail(u->c);
        return;
    }
    if (!forbidden_name(u, text, NODE_Store, u->at))
        place_store(u, place_of(u, text), r);
}

static void import_one(Unit *u, const Node *alias)
{
    const Text *name = alias->alias.name;
    Reg t = push_import(u, ident_of(u->c, name), NONE, 0);
    const char *dot = memchr(name->at, '.', name->len);
    if (!alias->alias.asname) {
        bind_import(u, name->at, dot ? (size_t)(dot - name->at) : name->len, t);
        return;
    }
    while (dot) {                                           /* import a.b.c as m: from a take b, from that c */
        const char *part = dot + 1;
        dot = memchr(part, '.', (size_t)(name->at + name->len - part));
        size_t len = (size_t)((dot ? dot : name->at + name->len) - part);
        Reg next = temp_push(u);
        emit(u, OP_CODE_IMPORT_FROM, 0, next, t, unit_name(u, ident_new(u->c, part, len)));
        emit_ab(u, OP_CODE_MOVE, t, next);
        u->height--;
    }
    bind_import(u, alias->alias.asname->at, alias->alias.asname->len, t);
}

void import_stmt(Unit *u, const Node *s)
{
    int height = u->height;
    for (int i = 0; i < s->Import.names.n && !u->c->failed; i++) {
        import_one(u, s->Import.names.at[i]);
        u->height = height;
    }
}

void import_from_stmt(Unit *u, const Node *s)
{
    NodeList names = s->ImportFrom.names;
    Tuple *list = tuple_alloc((uint64_t)names.n);
    if (!list) {
        context_fail(u->c);
        return;
    }
    for (int i = 0; i < names.n; i++)
        list->items[i] = retain(ident_str_peek(u->c, ident_of(u->c, names.at[i]->alias.name)));
    Value from_list = context_keep_take(u->c, obj_value(list));
    int height = u->height;
    Reg t = push_import(u, s->ImportFrom.module ? ident_of(u->c, s->ImportFrom.module) : ident_c(u->c, ""), from_list, s->ImportFrom.level);
    for (int i = 0; i < names.n && !u->c->failed; i++) {
        const Text *name = names.at[i]->alias.name, *as = names.at[i]->alias.asname ? names.at[i]->alias.asname : name;
        if (i == 0 && name->len == 1 && name->at[0] == '*') {
            emit_a(u, OP_CODE_IMPORT_STAR, t);
            u->height = height;
            return;
        }
        Reg value = temp_push(u);
        emit(u, OP_CODE_IMPORT_FROM, 0, value, t, unit_name(u, ident_of(u->c, name)));
        bind_import(u, as->at, as->len, value);
        u->height = t - TEMP_BASE + 1;
    }
    emit_a(u, OP_CODE_CLEAR, t);
    u->height = height;
}
