/* unwind.c -- what return, break and continue do on their way out: run finally bodies, leave with blocks, forget handled exceptions.
 * That code belongs to the level around the block it leaves: the block's own protection does not cover it. */
#include "interp/compile/unwind.h"
#include "interp/compile/suspend.h"

static void leave_with(Unit *u, const Block *b)
{
    Span old = at_span(u, b->at);
    Reg t = temp_push(u);
    emit(u, OP_CODE_WITH_EXIT, 0, b->reg, NO_REG, t);
    if (b->kind == BLOCK_ASYNC_WITH)
        emit_await(u, t, 2);
    emit_a(u, OP_CODE_CLEAR, t);
    u->at = old;
}

static void leave_block(Unit *u, const Block *b)
{
    int height = u->height;
    switch (b->kind) {
    case BLOCK_WHILE: case BLOCK_TRY: break;
    case BLOCK_FOR:
        emit_a(u, OP_CODE_CLEAR, b->reg);
        emit_a(u, OP_CODE_CLEAR, (Reg)(b->reg + 1));
        break;
    case BLOCK_ASYNC_FOR: emit_a(u, OP_CODE_CLEAR, b->reg); break;
    case BLOCK_FINALLY: stmts(u, b->node->Try.finalbody); break;
    case BLOCK_FINALLY_END: case BLOCK_HANDLER: emit_a(u, OP_CODE_POP_EXC, b->reg); break;
    case BLOCK_HANDLER_NAME:
        place_forget(u, place_of(u, b->node->ExceptHandler.name));
        emit_a(u, OP_CODE_POP_EXC, b->reg);
        break;
    case BLOCK_WITH: case BLOCK_ASYNC_WITH: leave_with(u, b); break;
    case BLOCK_STAR: context_error(u->c, u->at, "'break', 'continue' and 'return' cannot appear in an except* block"); break;
    }
    u->height = height;
}

/* Does leaving it run code, so that loops inside must let go of their iterators first? */
static bool runs_code(const Block *b) { return b->kind != BLOCK_WHILE && b->kind != BLOCK_TRY && b->kind != BLOCK_FOR && b->kind != BLOCK_ASYNC_FOR; }

static bool any_runs_code(const Unit *u, int from)
{
    for (size_t i = (size_t)from; i < u->blocks.n; i++)
        if (runs_code(&u->blocks.at[i]))
            return true;
    return false;
}

/* Emit the way out of all blocks from number `down_to`; then `finish` what is to be done outside. The unit's blocks stay as they were. */
typedef struct Exit { int down_to; bool loops_too; Reg value; int constant; Label to; } Exit;

static void leave(Unit *u, Exit way)
{
    int n = (int)u->blocks.n - way.down_to;
    Block *blocks = context_alloc(u->c, (size_t)(n + 1) * sizeof *blocks);
    if (!blocks)
        return;
    if (n > 0)
        memcpy(blocks, u->blocks.at + way.down_to, (size_t)n * sizeof *blocks);
    Span at = u->at;
    int regions = n > 0 ? blocks[0].n_regions : (int)u->regions.n;
    Suspended all = { 0 };
    for (int i = n - 1; i >= 0 && !u->c->failed; i--) {
        Block b = blocks[i];
        Suspended more = regions_suspend(u, b.n_regions);
        if (more.n) {                                       /* these lie below what was suspended before */
            Suspended joined = { context_alloc(u->c, (size_t)(more.n + all.n) * sizeof *joined.regions), more.n + all.n };
            if (!joined.regions)
                break;
            memcpy(joined.regions, more.regions, (size_t)more.n * sizeof *joined.regions);
            if (all.n)
                memcpy(joined.regions + more.n, all.regions, (size_t)all.n * sizeof *joined.regions);
            all = joined;
        }
        u->blocks.n = (size_t)(way.down_to + i);
        bool loop = b.kind == BLOCK_FOR || b.kind == BLOCK_ASYNC_FOR;
        if (!loop || way.loops_too || any_runs_code(u, 0))
            leave_block(u, &b);
        if (b.kind == BLOCK_FINALLY || b.kind == BLOCK_WITH || b.kind == BLOCK_ASYNC_WITH)
            at = NO_SPAN;                                   /* what ran there comes after this statement */
        u->at = at;
    }
    if (way.to >= 0) {
        emit_goto(u, way.to);
    } else {
        if (way.value != NO_REG)
            emit_a(u, OP_CODE_RETURN, way.value);
        else
            emit_bc(u, OP_CODE_RETURN_K, 0, way.constant);
        unit_dead_end(u);
    }
    regions_resume(u, all, regions);
    for (int i = 0; i < n; i++)
        u->blocks.at[way.down_to + i] = blocks[i];
    u->blocks.n = (size_t)(way.down_to + n);
}

void return_stmt(Unit *u, const Node *s)
{
    const Node *value = s->Return.value;
    if (!scope_is_function(u->scope)) {
        context_error(u->c, u->at, "'return' outside function");
        return;
    }
    if (value && u->flags & CODE_ASYNC_GENERATOR) {
        context_error(u->c, u->at, "'return' with value in async generator");
        return;
    }
    Value v = NONE;
    int height = u->height;
    Exit way = { .down_to = 0, .value = NO_REG, .to = -1 };
    if (!value || fold_value(u->c, value, &v)) {
        way.constant = unit_const(u, v);
        if (value && value->lineno == s->lineno)
            at_node(u, value);
        emit_line(u);
    } else {
        way.value = expr_operand(u, value, NO_REG, NULL, NULL);
        if (!is_temp(way.value)) {
            Span old = at_node(u, value);
            emit_line(u);
            u->at = old;
        }
        if (!is_temp(way.value) && any_runs_code(u, 0)) {
            Reg t = temp_push(u);
            emit_ab(u, OP_CODE_MOVE, t, way.value);
            way.value = t;
        }
    }
    leave(u, way);
    u->height = height;
}

static int innermost_loop(const Unit *u)
{
    for (int i = (int)u->blocks.n - 1; i >= 0; i--)
        if (u->blocks.at[i].kind <= BLOCK_ASYNC_FOR)
            return i;
    return -1;
}

void break_stmt(Unit *u, const Node *s)
{
    (void)s;
    int loop = innermost_loop(u);
    if (loop < 0 || (u->blocks.at[loop].exit < 0)) {
        for (size_t i = 0; i < u->blocks.n; i++)
            if (u->blocks.at[i].kind == BLOCK_STAR)
                leave_block(u, &u->blocks.at[i]);
        context_error(u->c, u->at, "'break' outside loop");
        return;
    }
    emit_line(u);
    leave(u, (Exit){ .down_to = loop, .loops_too = true, .value = NO_REG, .to = u->blocks.at[loop].exit });
}

void continue_stmt(Unit *u, const Node *s)
{
    (void)s;
    int loop = innermost_loop(u);
    if (loop < 0) {
        for (size_t i = 0; i < u->blocks.n; i++)
            if (u->blocks.at[i].kind == BLOCK_STAR)
                leave_block(u, &u->blocks.at[i]);
        context_error(u->c, u->at, "'continue' not properly in loop");
        return;
    }
    emit_line(u);
    leave(u, (Exit){ .down_to = loop + 1, .loops_too = true, .value = NO_REG, .to = u->blocks.at[loop].again });
}
