/* jump.c -- see jump.h.
 *
 * What a frame's temporaries hold between two statements follows from the blocks around the statement: a for loop keeps its iterator and state, a with
 * block its manager, a handler its exception and the one before. The tables of the code show all of these; a jump may leave blocks, never enter one. */
#include "interp/vm/jump.h"

typedef enum BlockKind { IN_LOOP, IN_ASYNC_LOOP, IN_WITH, IN_HANDLER, IN_FINALLY } BlockKind;
typedef struct Block { BlockKind kind; uint16_t reg, n_regs; } Block;
enum { MAX_NEST = 64 };
typedef struct Nest { Block blocks[MAX_NEST]; int n; } Nest;      /* outermost first: by register */

/* Statically nested blocks are at most 20 (unit.c), handlers count twice. */
static void nest_add(Nest *nest, Block b)
{
    int i = nest->n;
    while (i > 0 && nest->blocks[i - 1].reg > b.reg)
        i--;
    if (nest->n == MAX_NEST || (i > 0 && nest->blocks[i - 1].reg == b.reg))
        return;
    memmove(&nest->blocks[i + 1], &nest->blocks[i], (size_t)(nest->n - i) * sizeof *nest->blocks);
    nest->blocks[i] = b;
    nest->n++;
}

static void add_loops(const Code *code, uint32_t at, Nest *nest)
{
    for (uint32_t i = 0; i < code->n_words; i += 1u + op_info[op_base[code->words[i].op]].n_cache) {
        if (op_base[code->words[i].op] != OP_CODE_JUMP_BACK)
            continue;
        uint32_t start = (uint32_t)((int64_t)i + 1 + code->words[i].bc);
        if (at < start || at > i)
            continue;
        const Word *head = &code->words[start];
        if (op_base[head->op] == OP_CODE_FOR_ITER)
            nest_add(nest, (Block){ IN_LOOP, head->a, 2 });
        else if (op_base[head->op] == OP_CODE_GET_ANEXT)
            nest_add(nest, (Block){ IN_ASYNC_LOOP, head->b, 1 });
    }
}

/* The body of a finally clause raises the exception again where it ends, that of an except clause forgets it. */
static bool ends_by_reraise(const Code *code, const Handler *h)
{
    return h->end < code->n_words && op_base[code->words[h->end].op] == OP_CODE_RERAISE && code->words[h->end].a == h->reg;
}

static Nest nest_at(const Code *code, uint32_t at)
{
    Nest nest = { .n = 0 };
    add_loops(code, at, &nest);
    for (uint32_t i = 0; i < code->n_handlers; i++) {
        const Handler *h = &code->handlers[i];
        if (at < h->start || at >= h->end)
            continue;
        const Word *target = h->handler >= 0 ? &code->words[h->handler] : NULL;
        if (!target)
            nest_add(&nest, (Block){ ends_by_reraise(code, h) ? IN_FINALLY : IN_HANDLER, h->reg, 2 });
        else if (op_base[target->op] == OP_CODE_WITH_EXIT && target->b == h->reg)
            nest_add(&nest, (Block){ IN_WITH, target->a, 1 });
    }
    return nest;
}

static bool encloses(const Nest *outer, const Nest *inner)
{
    if (outer->n > inner->n)
        return false;
    for (int i = 0; i < outer->n; i++)
        if (outer->blocks[i].reg != inner->blocks[i].reg || outer->blocks[i].kind != inner->blocks[i].kind)
            return false;
    return true;
}

static const char *explain(const Nest *to)
{
    switch (to->n ? to->blocks[to->n - 1].kind : IN_WITH) {
    case IN_LOOP: case IN_ASYNC_LOOP: return "can't jump into the body of a for loop";
    case IN_HANDLER: case IN_FINALLY: return "can't jump into an 'except' block as there's no exception";
    default: return "incompatible stacks";
    }
}

static void drop(Frame *f, unsigned from, unsigned end)
{
    for (unsigned reg = from; reg < end; reg++)
        set_slot(&f->regs[reg], UNBOUND);
}

/* Leave the blocks of `nest` down to `n`, and what an expression has begun. */
static void leave(Thread *t, Frame *f, const Nest *nest, int n)
{
    const Code *code = f->code;
    unsigned end = code->n_regs;
    for (int i = nest->n - 1; i >= n; i--) {
        const Block *b = &nest->blocks[i];
        drop(f, b->reg + b->n_regs, end);
        if (b->kind == IN_HANDLER || b->kind == IN_FINALLY) {
            Value before = f->regs[b->reg + 1];
            f->regs[b->reg + 1] = UNBOUND;
            set_slot(&t->exc->handled, is_unbound(before) ? NONE : before);
        }
        drop(f, b->reg, b->reg + b->n_regs);
        end = b->reg;
    }
    drop(f, n ? nest->blocks[n - 1].reg + nest->blocks[n - 1].n_regs : code->n_named, end);
}

/* The first line from `line` on that an instruction or a marker stands for; 0. */
static int first_line_from(const Code *code, int64_t line)
{
    int best = 0;
    for (uint32_t i = 0; i < code->n_positions; i++) {
        int at = code->positions[i].line;
        if (at >= line && (!best || at < best))
            best = at;
    }
    return best;
}

typedef struct Target { uint32_t row; int depth; } Target;

/* Where a statement of the line begins within blocks that the frame is in, the deepest such place; depth -1: nowhere, *why says why. */
static Target find_target(const Code *code, int line, const Nest *now, const char **why)
{
    Target best = { 0, -1 };
    *why = "incompatible stacks";
    for (uint32_t row = 0; row < code->n_positions; row++) {
        if (code->positions[row].line != line || !code->positions[row].is_statement)
            continue;
        Nest to = nest_at(code, code->positions[row].start);
        if (!encloses(&to, now))
            *why = explain(&to);
        else if (to.n > best.depth)
            best = (Target){ row, to.n };
    }
    return best;
}

bool frame_jump(Thread *t, Frame *f, int64_t wanted)
{
    const Code *code = f->code;
    if (wanted < (int64_t)code->first_line)
        return raise_false(ValueError, "line %lld comes before the current code block", (long long)wanted);
    int line = first_line_from(code, wanted);
    if (!line)
        return raise_false(ValueError, "line %lld comes after the current code block", (long long)wanted);
    Nest now = nest_at(code, frame_pc_index(f));
    const char *why;
    Target target = find_target(code, line, &now, &why);
    if (target.depth < 0)
        return raise_false(ValueError, "%s", why);
    uint32_t pc = code->positions[target.row].start;
    f->pc = f->code->words + pc;
    f->object->traced_line = f->object->line_override = line;
    f->object->traced_pc = pc;
    f->object->jumped_row = target.row;
    leave(t, f, &now, target.depth);
    return true;
}
