/* assemble.c -- the last stage: jumps get their distances, registers their final numbers, tables their rows.
 *
 * A fused compare-and-jump has a 16-bit distance. Where that is too short it becomes the inverted jump over a JUMP; this moves code, so
 * addresses are computed until nothing changes any more (lengths only grow). */
#include "interp/compile/assemble.h"
#include "gc/heap.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include <stdlib.h>

static bool is_short_jump(const Instr *i) { return i->has_label && op_fields(i->op).c == OPERAND_JUMP; }

/* Where control really goes: through unconditional jumps. */
static int final_target(const Unit *u, Label l)
{
    int at = u->labels.at[l].at;
    for (int hops = 0; hops < 8 && at < (int)u->code.n && u->code.at[at].op == OP_CODE_JUMP; hops++)
        at = u->labels.at[u->code.at[at].label].at;
    return at;
}

/* A JUMP to what follows it anyway takes no room. */
static bool jumps_nowhere(const Unit *u, int at)
{
    const Instr *i = &u->code.at[at];
    return i->op == OP_CODE_JUMP && u->labels.at[i->label].at == at + 1;
}

static uint32_t length(const Unit *u, int at)
{
    const Instr *i = &u->code.at[at];
    if (i->marker == MARKER_GONE || i->marker == MARKER_ROW || jumps_nowhere(u, at))
        return 0;
    return 1 + op_info[i->op].n_cache + i->wide;
}

/* --- line markers ------------------------------------------------------------------------------------------ */
/* Does the instruction itself make its line heard? (vm/trace.c) */
static bool shows_line(const Instr *i)
{
    return i->op != OP_CODE_RESUME && i->op != OP_CODE_MAKE_CELL && i->op != OP_CODE_GENERATOR && i->op != OP_CODE_JUMP && i->op != OP_CODE_JUMP_BACK;
}

static bool same_line(const Instr *a, const Instr *b) { return a->at.line == b->at.line && shows_line(a); }

/* Is the line of the marker heard anyway, from what alone leads here or from what comes next? */
static bool is_redundant(const Unit *u, int at, const bool *is_target)
{
    const Instr *code = u->code.at, *marker = &code[at];
    int before = at, next = at + 1, n = (int)u->code.n;
    while (before >= 0 && !is_target[before] && (before == at || jumps_nowhere(u, before) || code[before].marker == MARKER_GONE))
        before--;
    if (before >= 0 && before < at && code[before].marker != MARKER_GONE && same_line(&code[before], marker))
        return true;
    while (next < n && jumps_nowhere(u, next))
        next++;
    return next < n && same_line(&code[next], marker);
}

/* Does another way come in between the marker and the next instruction? */
static bool is_joined(const Unit *u, int at, const bool *is_target)
{
    int n = (int)u->code.n;
    for (int next = at + 1; next <= n; next++)
        if (is_target[next])
            return true;
        else if (next == n || !(jumps_nowhere(u, next) || u->code.at[next].marker != NO_MARKER))
            return false;
    return false;
}

static bool settle_markers(Unit *u)
{
    bool *is_target = calloc(u->code.n + 1, sizeof *is_target);
    if (!is_target)
        return raise_memory_false();
    for (size_t i = 0; i < u->labels.n; i++)
        if (u->labels.at[i].used && u->labels.at[i].at >= 0)
            is_target[u->labels.at[i].at] = true;
    for (int i = 0; i < (int)u->code.n; i++)
        if (u->code.at[i].marker)
            u->code.at[i].marker = is_redundant(u, i, is_target) ? MARKER_GONE : is_joined(u, i, is_target) ? MARKER_NOP : MARKER_ROW;
    free(is_target);
    return true;
}

static uint32_t lay_out(Unit *u)
{
    for (;;) {
        uint32_t address = 0;
        for (size_t i = 0; i < u->code.n; i++) {
            u->code.at[i].address = address;
            address += length(u, (int)i);
        }
        bool changed = false;
        for (size_t i = 0; i < u->code.n; i++) {
            Instr *instr = &u->code.at[i];
            if (!is_short_jump(instr) || instr->wide)
                continue;
            int at = final_target(u, instr->label);
            int64_t target = at < (int)u->code.n ? u->code.at[at].address : address;
            int64_t distance = target - (int64_t)instr->address - 1;
            if (distance > INT16_MAX - 8 || distance < INT16_MIN + 8)
                instr->wide = changed = true;
        }
        if (!changed)
            return address;
    }
}

static uint32_t address_of(const Unit *u, int at, uint32_t end) { return at < (int)u->code.n ? u->code.at[at].address : end; }

typedef struct Layout { uint16_t n_vars, n_cells, n_named, n_regs; } Layout;

static uint16_t final_register(const Layout *l, uint16_t r)
{
    if (r == NO_REG)
        return r;
    if (r >= TEMP_BASE)
        return (uint16_t)(r - TEMP_BASE + l->n_named);
    if (r >= CELL_BASE)
        return (uint16_t)(r - CELL_BASE + l->n_vars);
    return r;
}

/* Does the instruction's x say whether it must drop a temporary operand that is not its destination? */
static bool says_dead_operand(const Instr *i)
{
    switch (i->op) {
    case OP_CODE_LOAD_ATTR: case OP_CODE_GETITEM: case OP_CODE_GETITEM_K: return is_temp(i->b) && i->b != i->a;
    case OP_CODE_STORE_ATTR: case OP_CODE_SETITEM: return is_temp(i->a);
    default: return false;
    }
}

static void write_instr(Unit *u, const Layout *l, Code *c, size_t index, uint32_t end)
{
    const Instr *i = &u->code.at[index];
    if (i->marker == MARKER_GONE || i->marker == MARKER_ROW || jumps_nowhere(u, (int)index))
        return;
    OpFields f = op_fields(i->op);
    Word *out = &c->words[i->address];
    Word w = { .op = i->op, .x = i->x };
    w.a = f.a == OPERAND_REG ? final_register(l, i->a) : i->a;
    if (says_dead_operand(i))
        w.x = 1;
    uint32_t next = i->address + 1 + op_info[i->op].n_cache;
    int64_t distance = i->has_label ? (int64_t)address_of(u, final_target(u, i->label), end) - next : 0;
    if (f.bc != OPERAND_NONE) {
        w.bc = f.bc == OPERAND_JUMP ? (int32_t)distance : i->bc;
    } else {
        w.b = f.b == OPERAND_REG ? final_register(l, i->b) : i->b;
        w.c = f.c == OPERAND_REG ? final_register(l, i->c) : f.c == OPERAND_JUMP ? (uint16_t)(int16_t)distance : i->c;
    }
    if (i->wide) {                                          /* inverted over the next word, which is the JUMP */
        w.x ^= 1;
        w.c = 1;
        out[1] = (Word){ .op = OP_CODE_JUMP };
        out[1].bc = (int32_t)(distance - 1);
        *out = w;
        return;
    }
    *out = w;
    for (int k = 0; k < op_info[i->op].n_cache; k++)
        out[1 + k].bits = 0;
    if (op_info[i->op].n_cache)
        out[1].bits = i->has_label ? (uint32_t)(int32_t)distance : i->cache;
}

/* --- tables ------------------------------------------------------------------------------------------------ */
static int by_depth(const void *a, const void *b)
{
    const RegionRow *x = a, *y = b;
    if (x->depth != y->depth)
        return x->depth > y->depth ? -1 : 1;
    return x->start < y->start ? -1 : x->start > y->start;
}

static bool write_handlers(Unit *u, const Layout *l, Code *c)
{
    if (u->rows.n == 0)
        return true;
    qsort(u->rows.at, u->rows.n, sizeof *u->rows.at, by_depth);
    c->handlers = heap_buf(u->rows.n * sizeof *c->handlers);
    if (!c->handlers)
        return raise_memory_false();
    uint32_t n = 0;
    for (size_t i = 0; i < u->rows.n; i++) {
        const RegionRow *r = &u->rows.at[i];
        Handler h = { address_of(u, r->start, c->n_words), address_of(u, r->end, c->n_words), -1, final_register(l, r->reg) };
        if (r->handler >= 0)
            h.handler = (int32_t)address_of(u, u->labels.at[r->handler].at, c->n_words);
        if (h.start < h.end)
            c->handlers[n++] = h;
    }
    if (n < u->rows.n) {                                    /* accounting wants exact sizes */
        Handler *exact = heap_buf_realloc(c->handlers, u->rows.n * sizeof *exact, n * sizeof *exact);
        if (exact || n == 0)
            c->handlers = exact;
        else {
            heap_buf_free(c->handlers, u->rows.n * sizeof *exact);
            c->handlers = NULL;
            return raise_memory_false();
        }
    }
    c->n_handlers = n;
    return true;
}

static bool same_span(Span a, Span b) { return a.line == b.line && a.end_line == b.end_line && a.column == b.column && a.end_column == b.end_column; }

/* Rows for what takes room and for markers: several may begin at one word, the last is the instruction's. */
static uint32_t position_rows(const Unit *u, Position *rows)
{
    uint32_t n = 0;
    const Instr *last = NULL;
    bool begins = false;
    for (size_t i = 0; i < u->code.n; i++) {
        const Instr *instr = &u->code.at[i];
        begins |= instr->is_statement;
        if (instr->marker == MARKER_GONE || jumps_nowhere(u, (int)i))
            continue;
        if (!last || last->marker == MARKER_ROW || instr->marker == MARKER_ROW || begins || !same_span(instr->at, last->at)) {
            if (rows)
                rows[n] = (Position){ instr->address, instr->at.line, instr->at.end_line, instr->at.column, instr->at.end_column, begins };
            n++;
        }
        last = instr;
        begins = false;
    }
    return n;
}

static bool write_positions(Unit *u, Code *c)
{
    uint32_t n = position_rows(u, NULL);
    c->positions = heap_buf(n * sizeof *c->positions);
    if (!c->positions)
        return raise_memory_false();
    c->n_positions = position_rows(u, c->positions);
    return true;
}

/* --- values ------------------------------------------------------------------------------------------------ */
static Value tuple_of_idents(Unit *u, Ident **at, size_t n)
{
    Tuple *t = tuple_alloc(n);
    if (!t)
        return ERROR;
    for (size_t i = 0; i < n; i++)
        t->items[i] = retain(ident_str_peek(u->c, at[i]));
    return obj_value(t);
}

static bool put(Value *slot, Value v)
{
    if (is_error(v))
        return false;
    set_slot(slot, v);
    return true;
}

static bool write_values(Unit *u, Code *c)
{
    Tuple *consts = tuple_alloc(u->consts.n);
    if (!consts)
        return false;
    for (size_t i = 0; i < u->consts.n; i++) {
        consts->items[i] = retain(u->consts.at[i].value);
        track_for(consts, consts->items[i]);
    }
    set_slot(&c->consts, obj_value(consts));
    set_slot(&c->name, retain(u->name));
    set_slot(&c->qualname, retain(u->qualname));
    set_slot(&c->filename, retain(u->c->filename));
    set_slot(&c->doc, retain(u->doc));
    bool fine = put(&c->names, tuple_of_idents(u, u->names.at, u->names.n)) && put(&c->varnames, tuple_of_idents(u, u->vars.at, u->vars.n)) &&
                put(&c->cellvars, tuple_of_idents(u, u->cells.at, u->cells.n)) && put(&c->freevars, tuple_of_idents(u, u->frees.at, u->frees.n));
    return fine && !u->c->failed;
}

static bool write_cells(Unit *u, const Layout *l, Code *c)
{
    if (u->cells.n == 0)
        return true;
    c->cell_registers = heap_buf(u->cells.n * sizeof *c->cell_registers);
    if (!c->cell_registers)
        return raise_memory_false();
    c->n_cells = (uint16_t)u->cells.n;
    uint16_t own_register = l->n_vars;
    for (size_t i = 0; i < u->cells.n; i++) {
        Symbol *y = scope_find(u->scope, u->cells.at[i]);
        bool param = y && y->flags & DEF_PARAM && u->scope->kind != SCOPE_CLASS;
        c->cell_registers[i] = param ? (uint16_t)y->reg : own_register++;
    }
    return true;
}

static bool write_linked(Unit *u, Code *c)
{
    if (u->n_linked == 0)
        return true;
    c->linked_use = heap_buf(u->n_linked * sizeof *c->linked_use);
    if (!c->linked_use)
        return raise_memory_false();
    for (int i = 0; i < u->n_linked; i++) {
        uint32_t flags = u->linked.at[i]->flags;
        c->linked_use[i] = (flags & USE ? 1u : 0u) | (flags & (DEF_BOUND | DEF_GLOBAL) ? 2u : 0u);
    }
    c->n_linked = u->n_linked;
    return true;
}

static Layout layout_of(const Unit *u)
{
    size_t params_captured = 0;
    for (size_t i = 0; i < u->cells.n; i++) {
        Symbol *y = scope_find(u->scope, u->cells.at[i]);
        params_captured += y && y->flags & DEF_PARAM && u->scope->kind != SCOPE_CLASS;
    }
    Layout l = { (uint16_t)u->vars.n, (uint16_t)(u->cells.n - params_captured) };
    l.n_named = (uint16_t)(l.n_vars + l.n_cells);
    l.n_regs = (uint16_t)(l.n_named + u->max_height);
    return l;
}

Code *assemble(Unit *u)
{
    Code *c = code_new();
    if (!c)
        return NULL;
    own Value result = obj_value(c);
    Layout l = layout_of(u);
    if (u->vars.n + u->cells.n + (size_t)u->max_height > MAX_REGISTERS)
        return raise_null(SystemError, "code needs too many registers");
    if (!settle_markers(u))
        return NULL;
    uint32_t end = lay_out(u);
    c->words = heap_buf((size_t)end * sizeof *c->words);
    if (!c->words)
        return raise_memory_null();
    c->n_words = end;
    for (size_t i = 0; i < u->code.n; i++)
        write_instr(u, &l, c, i, end);
    c->n_args = u->n_args;
    c->n_posonly = u->n_posonly;
    c->n_kwonly = u->n_kwonly;
    c->n_params = u->n_params;
    c->n_named = l.n_named;
    c->n_regs = l.n_regs;
    c->flags = u->flags;
    c->first_line = (uint32_t)u->first_line;
    if (!write_values(u, c) || !write_cells(u, &l, c) || !write_linked(u, c) || !write_handlers(u, &l, c) || !write_positions(u, c))
        return NULL;
    c->size_bytes = heap_size_of(&c->head);
    const char *why = NULL;
    if (!code_check(c, &why))
        return raise_null(SystemError, "compiler made bad code: %s", why);
    (void)give(result);
    return c;
}
