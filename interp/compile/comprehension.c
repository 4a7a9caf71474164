/* comprehension.c -- one body of code, in two settings: inlined, or in a function of its own that gets the first iterator.
 *
 * Inlined, the loop variables are hidden registers of the code around; they are emptied at the end, and on the way out when an exception is
 * handled in the same code. */
#include "interp/compile/comprehension.h"
#include "interp/compile/assign.h"
#include "interp/compile/closure.h"
#include "interp/compile/condition.h"
#include "interp/compile/suspend.h"

typedef struct Comprehension {
    const Node *e;
    Scope *scope;
    NodeList generators;
    const Node *elt, *value;     /* value: of dict comprehensions */
    Reg result;                  /* the container; NO_REG: generator */
} Comprehension;

static Comprehension parts_of(Compiler *c, const Node *e)
{
    Comprehension k = { .e = e, .scope = scope_of(c, e), .result = NO_REG };
    switch (e->kind) {
    case NODE_ListComp: k.generators = e->ListComp.generators, k.elt = e->ListComp.elt; break;
    case NODE_SetComp: k.generators = e->SetComp.generators, k.elt = e->SetComp.elt; break;
    case NODE_DictComp: k.generators = e->DictComp.generators, k.elt = e->DictComp.key, k.value = e->DictComp.value; break;
    default: k.generators = e->GeneratorExp.generators, k.elt = e->GeneratorExp.elt; break;
    }
    return k;
}

static void generate(Unit *u, const Comprehension *k, int depth, Reg first_iterator);

static void produce(Unit *u, const Comprehension *k)
{
    int height = u->height;
    switch (k->e->kind) {
    case NODE_ListComp: emit_ab(u, OP_CODE_LIST_APPEND, k->result, expr_bound(u, k->elt)); break;
    case NODE_SetComp: emit_ab(u, OP_CODE_SET_ADD, k->result, expr_bound(u, k->elt)); break;
    case NODE_DictComp: {
        Reg key = expr_push(u, k->elt);
        emit(u, OP_CODE_MAP_ADD, 0, k->result, key, expr_bound(u, k->value));
        break;
    }
    default: {
        Reg r = expr_bound(u, k->elt);
        Span old = at_node(u, k->elt);
        emit_yield_drop(u, r);
        u->at = old;
        break;
    }
    }
    u->height = height;
}

static void body(Unit *u, const Comprehension *k, int depth, Label next)
{
    NodeList ifs = k->generators.at[depth]->comprehension.ifs;
    for (int i = 0; i < ifs.n && !u->c->failed; i++)
        expr_jump(u, ifs.at[i], next, false);
    if (depth + 1 < k->generators.n)
        generate(u, k, depth + 1, NO_REG);
    else
        produce(u, k);
}

static void plain_loop(Unit *u, const Comprehension *k, int depth, Reg state)
{
    const Node *g = k->generators.at[depth];
    Label again = label_new(u), next = label_new(u), end = label_new(u);
    label_place(u, again);
    Reg variable = assign_register(u, g->comprehension.target);
    Reg into = variable == NO_REG ? temp_push(u) : variable;
    emit_jump(u, OP_CODE_FOR_ITER, 0, state, into, end);
    if (variable == NO_REG)
        assign_to(u, g->comprehension.target, into);
    else
        place_bound(u, place_of(u, g->comprehension.target->Name.id));
    body(u, k, depth, next);
    label_place(u, next);
    emit_goto(u, again);
    label_place(u, end);
}

/* r: what GET_AITER gave, the top temporary; dead afterwards. */
static void async_loop(Unit *u, const Comprehension *k, int depth, Reg r)
{
    const Node *g = k->generators.at[depth];
    Label again = label_new(u), next = label_new(u), handler = label_new(u);
    int height = u->height;
    label_place(u, again);
    region_open(u, handler, temp_next(u));
    Reg t = temp_push(u);
    emit_ab(u, OP_CODE_GET_ANEXT, t, r);
    Reg value = temp_push(u);
    emit_delegate(u, t);
    region_close(u);
    assign_to(u, g->comprehension.target, value);
    u->height = height;
    body(u, k, depth, next);
    label_place(u, next);
    emit_goto(u, again);
    label_place(u, handler);
    Span old = at_node(u, g->comprehension.iter);
    emit_ab(u, OP_CODE_END_ASYNC_FOR, r, t);
    u->at = old;
    u->height = height;
}

/* The loops from `depth` inwards. first_iterator: of depth 0, when something evaluated it already. */
static void generate(Unit *u, const Comprehension *k, int depth, Reg first_iterator)
{
    if (!context_enter(u->c))
        return;
    const Node *g = k->generators.at[depth];
    int height = u->height;
    Reg state = temp_push(u);
    if (g->comprehension.is_async) {
        if (first_iterator != NO_REG) {
            emit_ab(u, OP_CODE_MOVE, state, first_iterator);
        } else {
            Reg source = expr_operand(u, g->comprehension.iter, state, NULL, NULL);
            emit_ab(u, OP_CODE_GET_AITER, state, source);
        }
        async_loop(u, k, depth, state);
    } else {
        Reg source = first_iterator;
        Value v = source == NO_REG ? fold_display(u->c, g->comprehension.iter) : UNBOUND;
        if (!is_unbound(v))
            emit_load(u, source = state, v);
        else if (source == NO_REG)
            source = expr_operand(u, g->comprehension.iter, state, NULL, NULL);
        u->height = height + 1;
        temp_push(u);
        Span old = at_node(u, g->comprehension.iter);
        emit_ab(u, OP_CODE_GET_ITER, state, source);
        u->at = old;
        plain_loop(u, k, depth, state);
    }
    u->height = height;
    context_leave(u->c);
}

static void make_container(Unit *u, const Comprehension *k)
{
    if (k->e->kind == NODE_GeneratorExp)
        return;
    Opcode build = k->e->kind == NODE_ListComp ? OP_CODE_BUILD_LIST : k->e->kind == NODE_SetComp ? OP_CODE_BUILD_SET : OP_CODE_BUILD_MAP;
    emit(u, build, 0, k->result, k->result, 0);
}

static bool is_async(const Comprehension *k) { return k->scope->coroutine; }

static void refuse_async(Unit *u, const Comprehension *k)
{
    if (!is_async(k) || k->e->kind == NODE_GeneratorExp || in_async(u) || u->scope->kind == SCOPE_COMPREHENSION || u->inlined.n)
        return;
    context_error(u->c, u->at, "asynchronous comprehension outside of an asynchronous function");
}

/* --- inlined ----------------------------------------------------------------------------------------------- */
static void hide_variables(Unit *u, Scope *s)
{
    for (Symbol *y = s->first; y; y = y->next)
        if (y->reach == LOCAL && !ident_is(y->ident, ".0"))
            y->reg = hidden_take(u, y->ident);
}

static void drop_variables(Unit *u, const Scope *s)
{
    for (Symbol *y = s->first; y; y = y->next)
        if (y->reach == LOCAL && !ident_is(y->ident, ".0")) {
            emit_a(u, OP_CODE_CLEAR, (Reg)y->reg);
            state_unbind(u, (Reg)y->reg);
        }
}

static void inline_comprehension(Unit *u, Comprehension *k, Reg dest)
{
    const Node *first = k->generators.at[0];
    k->result = temp_window(u, dest);
    make_container(u, k);
    Reg state = temp_push(u), source = state;
    Value v = first->comprehension.is_async ? UNBOUND : fold_display(u->c, first->comprehension.iter);
    if (!is_unbound(v))
        emit_load(u, state, v);
    else
        source = expr_operand(u, first->comprehension.iter, state, NULL, NULL);
    u->height = state - TEMP_BASE + 1;
    hide_variables(u, k->scope);
    if (!vec_add(&u->inlined, k->scope)) {
        error_set_memory();
        context_fail(u->c);
        return;
    }
    bool handled_here = u->regions.n > 0;                   /* else the frame goes, and the variables with it */
    Label cleanup = handled_here ? label_new(u) : -1;
    Reg e = k->result;
    if (handled_here)
        region_open(u, cleanup, e);
    Span old = at_node(u, first->comprehension.iter);
    if (first->comprehension.is_async) {
        emit_ab(u, OP_CODE_GET_AITER, state, source);
        u->at = old;
        async_loop(u, k, 0, state);
    } else {
        temp_push(u);
        emit_ab(u, OP_CODE_GET_ITER, state, source);
        u->at = old;
        plain_loop(u, k, 0, state);
    }
    if (handled_here) {
        region_close(u);
        Label end = label_new(u);
        drop_variables(u, k->scope);
        emit_goto(u, end);
        label_place(u, cleanup);
        drop_variables(u, k->scope);
        emit_a(u, OP_CODE_RERAISE, e);
        unit_dead_end(u);
        label_place(u, end);
    } else {
        drop_variables(u, k->scope);
    }
    u->inlined.n--;
    for (Symbol *y = k->scope->first; y; y = y->next)
        if (y->reach == LOCAL && !ident_is(y->ident, ".0"))
            hidden_give(u, y->ident, (Reg)y->reg);
    if (k->result != dest)
        emit_ab(u, OP_CODE_MOVE, dest, k->result);
}

/* --- in a function ------------------------------------------------------------------------------------------- */
static void compile_inner(Compiler *c, Comprehension *k, Reg base)
{
    const char *name = k->e->kind == NODE_ListComp ? "<listcomp>" : k->e->kind == NODE_SetComp ? "<setcomp>" : k->e->kind == NODE_DictComp ? "<dictcomp>" : "<genexpr>";
    if (!closure_open(c, k->scope, ident_c(c, name), NULL, k->e->lineno))
        return;
    Unit *u = c->unit;
    at_node(u, k->e);
    closure_param(u, ident_c(c, ".0"));
    closure_begin(u);
    if (k->e->kind != NODE_GeneratorExp) {
        k->result = temp_push(u);
        make_container(u, k);
    }
    generate(u, k, 0, 0);
    if (k->result != NO_REG) {
        emit_a(u, OP_CODE_RETURN, k->result);
        unit_dead_end(u);
    }
    closure_end(c, base, 0);
}

static void call_inner(Unit *u, Comprehension *k, Reg dest)
{
    const Node *first = k->generators.at[0];
    Reg base = temp_window(u, dest);
    compile_inner(u->c, k, base);
    if (u->c->failed)
        return;
    Reg argument = temp_push(u);
    Value v = fold_display(u->c, first->comprehension.iter);
    Reg source = argument;
    if (!is_unbound(v) && !first->comprehension.is_async)
        emit_load(u, argument, v);
    else
        source = expr_operand(u, first->comprehension.iter, argument, NULL, NULL);
    Span old = at_node(u, first->comprehension.iter);
    emit_ab(u, first->comprehension.is_async ? OP_CODE_GET_AITER : OP_CODE_ITER_OBJECT, argument, source);
    u->at = old;
    Reg result = is_async(k) && k->result != NO_REG ? base : dest;
    emit(u, OP_CODE_CALL, 0, base, 1, result);
    u->height = base - TEMP_BASE + 1;
    if (result == base && is_async(k) && k->result != NO_REG) {
        emit_await(u, base, 0);
        if (base != dest)
            emit_ab(u, OP_CODE_MOVE, dest, base);
    }
}

void comprehension_to(Unit *u, const Node *e, Reg dest)
{
    Comprehension k = parts_of(u->c, e);
    refuse_async(u, &k);
    if (u->c->failed)
        return;
    if (k.scope->inlined)
        inline_comprehension(u, &k, dest);
    else
        call_inner(u, &k, dest);
}
