/* block.c -- if, loops, with, try.
 *
 * A protected stretch costs nothing until something is raised: it is a region (unit.h) that leads to a handler's label. The handler gets
 * the exception in the first temporary free there and what was handled before in the next; while it works, a RESTORE region
 * sees to it that an exception leaving it puts the earlier one back. finally bodies are compiled once for each way out. */
#include "interp/compile/block.h"
#include "interp/compile/assign.h"
#include "interp/compile/condition.h"
#include "interp/compile/suspend.h"

void if_stmt(Unit *u, const Node *s)
{
    Label otherwise = label_new(u), end = label_new(u);
    expr_jump(u, s->If.test, otherwise, false);
    stmts(u, s->If.body);
    if (s->If.orelse.n)
        emit_goto(u, end);
    label_place(u, otherwise);
    stmts(u, s->If.orelse);
    label_place(u, end);
}

/* --- loops ------------------------------------------------------------------------------------------------- */
static void push_loop(Unit *u, BlockKind kind, Reg reg, Label exit, Label again)
{
    block_push(u, kind, reg, NULL);
    if (u->c->failed)
        return;
    vec_last(&u->blocks).exit = exit;
    vec_last(&u->blocks).again = again;
}

void while_stmt(Unit *u, const Node *s)
{
    Label again = label_new(u), otherwise = label_new(u), exit = label_new(u);
    label_place(u, again);
    push_loop(u, BLOCK_WHILE, NO_REG, exit, again);
    expr_jump(u, s->While.test, otherwise, false);
    stmts(u, s->While.body);
    u->at = NO_SPAN;
    emit_goto(u, again);
    block_pop(u);
    label_place(u, otherwise);
    stmts(u, s->While.orelse);
    label_place(u, exit);
}

void for_stmt(Unit *u, const Node *s)
{
    const Node *target = s->For.target;
    int height = u->height;
    Label again = label_new(u), exhausted = label_new(u), exit = label_new(u);
    Reg state = temp_push(u), source = state;
    Value v = fold_display(u->c, s->For.iter);
    if (!is_unbound(v))
        emit_load(u, state, v);
    else
        source = expr_operand(u, s->For.iter, state, NULL, NULL);
    u->height = height + 1;
    temp_push(u);
    emit_ab(u, OP_CODE_GET_ITER, state, source);
    label_place(u, again);
    push_loop(u, BLOCK_FOR, state, exit, again);
    Reg variable = assign_register(u, target);
    Reg into = variable == NO_REG ? temp_push(u) : variable;
    emit_jump(u, OP_CODE_FOR_ITER, 0, state, into, exhausted);
    if (variable == NO_REG)
        assign_to(u, target, into);
    else
        place_bound(u, place_of(u, target->Name.id));
    u->height = height + 2;
    stmts(u, s->For.body);
    u->at = NO_SPAN;
    emit_goto(u, again);
    block_pop(u);
    label_place(u, exhausted);
    u->height = height;
    stmts(u, s->For.orelse);
    label_place(u, exit);
}

void async_for_stmt(Unit *u, const Node *s)
{
    if (!in_async(u)) {
        context_error(u->c, u->at, "'async for' outside async function");
        return;
    }
    int height = u->height;
    Span at = u->at;
    Label again = label_new(u), handler = label_new(u), exit = label_new(u);
    Reg iterator = temp_push(u);
    Reg source = expr_operand(u, s->For.iter, iterator, NULL, NULL);
    emit_ab(u, OP_CODE_GET_AITER, iterator, source);
    u->height = height + 1;
    label_place(u, again);
    push_loop(u, BLOCK_ASYNC_FOR, iterator, exit, again);
    region_open(u, handler, temp_next(u));
    Reg t = temp_push(u);
    emit_ab(u, OP_CODE_GET_ANEXT, t, iterator);
    Reg value = temp_push(u);
    emit_delegate(u, t);
    region_close(u);
    assign_to(u, s->For.target, value);
    u->height = height + 1;
    stmts(u, s->For.body);
    u->at = NO_SPAN;
    emit_goto(u, again);
    block_pop(u);
    u->at = at;
    label_place(u, handler);
    emit_ab(u, OP_CODE_END_ASYNC_FOR, iterator, t);
    u->height = height;
    stmts(u, s->For.orelse);
    label_place(u, exit);
}

/* --- with -------------------------------------------------------------------------------------------------- */
static void with_item(Unit *u, const Node *s, int index);

/* The handler of a with block: ask __exit__ whether the exception is to be forgotten. */
static void with_handler(Unit *u, Label handler, Reg manager, bool is_async, Span at)
{
    Reg e = (Reg)(manager + 1);
    label_place(u, handler);
    u->at = at;
    u->height = e - TEMP_BASE + 2;
    Label suppressed = label_new(u);
    region_open(u, -1, e);
    Reg t = temp_push(u);
    emit(u, OP_CODE_WITH_EXIT, 0, manager, e, t);
    if (is_async)
        emit_await(u, t, 2);
    emit_jump(u, OP_CODE_JUMP_TRUE, 0, t, 0, suppressed);
    region_close(u);
    u->at = NO_SPAN;
    emit_a(u, OP_CODE_RERAISE, e);
    unit_dead_end(u);
    label_place(u, suppressed);
    u->at = at;
    emit_a(u, OP_CODE_POP_EXC, e);
    emit_a(u, OP_CODE_CLEAR, manager);
}

static void with_body(Unit *u, const Node *s, int index)
{
    if (index + 1 < s->With.items.n)
        with_item(u, s, index + 1);
    else
        stmts(u, s->With.body);
}

static void with_item(Unit *u, const Node *s, int index)
{
    if (!context_enter(u->c))
        return;
    const Node *item = s->With.items.at[index];
    bool is_async = s->kind == NODE_AsyncWith;
    int height = u->height;
    Label handler = label_new(u), end = label_new(u);
    Span at = span_of(s);
    Reg manager = temp_push(u);
    Reg source = expr_operand(u, item->withitem.context_expr, manager, NULL, NULL);
    u->height = height + 1;
    Reg value = temp_push(u);
    u->at = at;
    emit(u, OP_CODE_WITH_ENTER, is_async, manager, source, 0);
    if (is_async)
        emit_await(u, value, 1);
    block_push(u, is_async ? BLOCK_ASYNC_WITH : BLOCK_WITH, manager, s);
    region_open(u, handler, value);
    if (item->withitem.optional_vars)
        assign_to(u, item->withitem.optional_vars, value);
    else
        emit_a(u, OP_CODE_CLEAR, value);
    u->height = height + 1;
    with_body(u, s, index);
    block_pop(u);
    region_close(u);
    u->at = at;
    Reg t = temp_push(u);
    emit(u, OP_CODE_WITH_EXIT, 0, manager, NO_REG, t);
    if (is_async)
        emit_await(u, t, 2);
    emit_a(u, OP_CODE_CLEAR, t);
    emit_goto(u, end);
    with_handler(u, handler, manager, is_async, at);
    label_place(u, end);
    u->height = height;
    context_leave(u->c);
}

void with_stmt(Unit *u, const Node *s)
{
    if (s->kind == NODE_AsyncWith && !in_async(u)) {
        context_error(u->c, u->at, "'async with' outside async function");
        return;
    }
    with_item(u, s, 0);
}

/* --- try ... except ---------------------------------------------------------------------------------------- */
/* Enter a handler: its two temporaries are taken, the earlier exception comes back if it is left by another. */
static Reg open_handler(Unit *u, Label handler, int height)
{
    label_place(u, handler);
    u->height = height;
    Reg e = temps_push(u, 2);
    region_open(u, -1, e);
    return e;
}

/* at: where a frame stood that is left this way; NO_SPAN: where the exception was first raised. */
static void reraise(Unit *u, Reg e, Span at)
{
    Span old = at_span(u, at);
    emit_a(u, OP_CODE_RERAISE, e);
    unit_dead_end(u);
    u->at = old;
}

/* The body of `except ... as name`: the name goes in any case. */
static void named_handler(Unit *u, const Node *h, Reg e, Label end)
{
    Label cleanup = label_new(u);
    Place name = place_of(u, h->ExceptHandler.name);
    if (forbidden_name(u, h->ExceptHandler.name, NODE_Store, u->at))
        return;
    place_store(u, name, e);
    block_push(u, BLOCK_HANDLER_NAME, e, h);
    u->blocks.at[u->blocks.n - 1].n_regions--;              /* on the way out the RESTORE region goes too */
    region_open(u, cleanup, (Reg)(e + 2));
    stmts(u, h->ExceptHandler.body);
    region_close(u);
    block_pop(u);
    u->at = NO_SPAN;
    place_forget(u, name);
    Suspended restore = regions_suspend(u, (int)u->regions.n - 1);
    emit_a(u, OP_CODE_POP_EXC, e);
    emit_goto(u, end);
    regions_resume(u, restore, (int)u->regions.n);
    label_place(u, cleanup);
    int height = u->height;
    Reg second = temps_push(u, 2);
    place_forget(u, name);
    reraise(u, second, NO_SPAN);
    u->height = height;
}

static void plain_handler(Unit *u, const Node *h, Reg e, Label end)
{
    block_push(u, BLOCK_HANDLER, e, h);
    u->blocks.at[u->blocks.n - 1].n_regions--;
    stmts(u, h->ExceptHandler.body);
    block_pop(u);
    u->at = NO_SPAN;
    Suspended restore = regions_suspend(u, (int)u->regions.n - 1);
    emit_a(u, OP_CODE_POP_EXC, e);
    emit_goto(u, end);
    regions_resume(u, restore, (int)u->regions.n);
}

static void except_clauses(Unit *u, NodeList handlers, Reg e, Label end)
{
    for (int i = 0; i < handlers.n && !u->c->failed; i++) {
        const Node *h = handlers.at[i];
        Label next = label_new(u);
        at_node(u, h);
        u->at_statement = true;
        if (!h->ExceptHandler.type && i < handlers.n - 1)
            context_error(u->c, u->at, "default 'except:' must be last");
        if (h->ExceptHandler.type) {
            int height = u->height;
            Reg t = expr_push(u, h->ExceptHandler.type);
            at_node(u, h->ExceptHandler.type);
            emit(u, OP_CODE_MATCH_EXC, 0, t, e, t);
            emit_jump(u, OP_CODE_JUMP_FALSE, 0, t, 0, next);
            u->height = height;
            at_node(u, h);
        } else {
            emit_line(u);
        }
        if (u->c->failed)
            return;
        if (h->ExceptHandler.name)
            named_handler(u, h, e, end);
        else
            plain_handler(u, h, e, end);
        label_place(u, next);
    }
}

/* The body under the protection of `handler`, and the else clause without it; then on to `end`. */
static void body_and_else(Unit *u, const Node *s, Label handler, Label end)
{
    emit_line(u);
    block_push(u, BLOCK_TRY, NO_REG, s);
    region_open(u, handler, temp_next(u));
    stmts(u, s->Try.body);
    region_close(u);
    block_pop(u);
    stmts(u, s->Try.orelse);
    u->at = NO_SPAN;
    emit_goto(u, end);
}

static void try_except(Unit *u, const Node *s)
{
    int height = u->height;
    Label handler = label_new(u), end = label_new(u);
    body_and_else(u, s, handler, end);
    Reg e = open_handler(u, handler, height);
    except_clauses(u, s->Try.handlers, e, end);
    region_close(u);
    reraise(u, e, span_of(s->Try.handlers.at[s->Try.handlers.n - 1]));
    label_place(u, end);
    u->height = height;
}

/* --- try ... except* --------------------------------------------------------------------------------------- */
typedef struct Star { Reg e, raised, rest; } Star;           /* the exception, the list of what handlers raised, what is still unmatched */

static void star_handler(Unit *u, const Node *h, Star star)
{
    int height = u->height;
    Label next = label_new(u), failed = label_new(u);
    at_node(u, h);
    Reg match = temp_push(u), t = expr_push(u, h->ExceptHandler.type);
    emit(u, OP_CODE_MATCH_EXC_STAR, 0, match, star.rest, t);
    emit_ab(u, OP_CODE_COPY, t, match);
    emit_jump(u, OP_CODE_JIS_K, 1, t, unit_const16(u, NONE), next);
    emit_a(u, OP_CODE_SET_HANDLED, match);
    Place name = { 0 };
    if (h->ExceptHandler.name) {
        if (forbidden_name(u, h->ExceptHandler.name, NODE_Store, u->at))
            return;
        name = place_of(u, h->ExceptHandler.name);
        place_store(u, name, match);
    } else {
        emit_a(u, OP_CODE_CLEAR, match);
    }
    u->height = height;
    block_push(u, BLOCK_STAR, star.e, h);
    region_open(u, failed, temp_next(u));
    stmts(u, h->ExceptHandler.body);
    region_close(u);
    block_pop(u);
    u->at = NO_SPAN;
    if (h->ExceptHandler.name)
        place_forget(u, name);
    emit_goto(u, next);
    label_place(u, failed);
    u->height = height;
    Reg e = temps_push(u, 2);
    if (h->ExceptHandler.name)
        place_forget(u, name);
    emit_ab(u, OP_CODE_LIST_APPEND, star.raised, e);
    emit_a(u, OP_CODE_POP_EXC, e);
    u->height = height;
    /* nothing matched: `match` holds None, an immediate */
    label_place(u, next);
}

static void try_except_star(Unit *u, const Node *s)
{
    int height = u->height;
    Label handler = label_new(u), end = label_new(u), nothing = label_new(u);
    body_and_else(u, s, handler, end);
    Star star = { .e = open_handler(u, handler, height) };
    star.raised = temp_push(u);
    star.rest = temp_push(u);
    emit(u, OP_CODE_BUILD_LIST, 0, star.raised, star.raised, 0);
    emit_ab(u, OP_CODE_COPY, star.rest, star.e);
    for (int i = 0; i < s->Try.handlers.n && !u->c->failed; i++)
        star_handler(u, s->Try.handlers.at[i], star);
    u->at = NO_SPAN;
    emit_ab(u, OP_CODE_LIST_APPEND, star.raised, star.rest);
    emit(u, OP_CODE_PREP_RERAISE_STAR, 0, star.e, star.e, star.raised);
    emit_ab(u, OP_CODE_COPY, star.rest, star.e);
    emit_jump(u, OP_CODE_JIS_K, 1, star.rest, unit_const16(u, NONE), nothing);
    region_close(u);
    reraise(u, star.e, NO_SPAN);
    label_place(u, nothing);
    emit_a(u, OP_CODE_POP_EXC, star.e);
    label_place(u, end);
    u->height = height;
}

/* --- try ... finally --------------------------------------------------------------------------------------- */
static void try_finally(Unit *u, const Node *s, void (*protected_part)(Unit *, const Node *))
{
    int height = u->height;
    Label handler = label_new(u), end = label_new(u);
    emit_line(u);
    block_push(u, BLOCK_FINALLY, NO_REG, s);
    region_open(u, handler, temp_next(u));
    protected_part(u, s);
    region_close(u);
    block_pop(u);
    stmts(u, s->Try.finalbody);
    emit_goto(u, end);
    Reg e = open_handler(u, handler, height);
    block_push(u, BLOCK_FINALLY_END, e, s);
    if (!u->c->failed)
        u->blocks.at[u->blocks.n - 1].n_regions--;
    stmts(u, s->Try.finalbody);
    block_pop(u);
    region_close(u);
    reraise(u, e, u->at);
    label_place(u, end);
    u->height = height;
}

static void try_body(Unit *u, const Node *s) { stmts(u, s->Try.body); }

void try_stmt(Unit *u, const Node *s)
{
    if (s->Try.finalbody.n)
        try_finally(u, s, s->Try.handlers.n ? try_except : try_body);
    else
        try_except(u, s);
}

void try_star_stmt(Unit *u, const Node *s)
{
    if (s->Try.finalbody.n)
        try_finally(u, s, try_except_star);
    else
        try_except_star(u, s);
}
