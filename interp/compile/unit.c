/* unit.c -- emitting into a code object: instructions, labels, registers, constants, regions. */
#include "interp/compile/unit.h"
#include "interp/compile/assemble.h"
#include "interp/object/bytes.h"
#include "interp/object/complex.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/set.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include <stdlib.h>

enum { MAX_BLOCKS = 20 };        /* CPython's; finally bodies are compiled once a way out, so nesting must end somewhere */

static void out_of_memory(Unit *u)
{
    if (!u->c->failed) {
        error_set_memory();
        context_fail(u->c);
    }
}

/* --- instructions ------------------------------------------------------------------------------------------ */
/* Temporaries that may hold something when a RETURN has taken its value. */
static uint8_t alive_at_return(const Unit *u, const Instr *i)
{
    int alive = u->height - (i->op == OP_CODE_RETURN && is_top(u, i->a));
    return (uint8_t)(alive < 255 ? alive : 255);
}

static Instr *emit_instr(Unit *u, Instr i)
{
    static Instr nowhere;
    if (i.op == OP_CODE_RETURN || i.op == OP_CODE_RETURN_K)
        i.x = alive_at_return(u, &i);
    i.at = u->at;
    i.label = i.has_label ? i.label : -1;
    i.is_statement = u->at_statement;
    if (u->state.dead || u->c->failed)
        return &nowhere;
    u->at_statement = false;
    if (!vec_add(&u->code, i)) {
        out_of_memory(u);
        return &nowhere;
    }
    return &u->code.at[u->code.n - 1];
}

void emit(Unit *u, Opcode op, int x, Reg a, Reg b, Reg c) { emit_instr(u, (Instr){ .op = op, .x = (uint8_t)x, .a = a, .b = b, .c = c }); }
void emit_a(Unit *u, Opcode op, Reg a) { emit(u, op, 0, a, 0, 0); }
void emit_ab(Unit *u, Opcode op, Reg a, Reg b) { emit(u, op, 0, a, b, 0); }
void emit_bc(Unit *u, Opcode op, Reg a, int32_t bc) { emit_instr(u, (Instr){ .op = op, .a = a, .bc = bc }); }
void emit_cached(Unit *u, Opcode op, int x, Reg a, Reg b, Reg c, uint64_t cache)
{
    emit_instr(u, (Instr){ .op = op, .x = (uint8_t)x, .a = a, .b = b, .c = c, .cache = cache });
}

static void state_merge(State *into, const State *from)
{
    if (from->dead)
        return;
    if (into->dead) {
        *into = *from;
        return;
    }
    for (int i = 0; i < STATE_WORDS; i++)
        into->bound[i] &= from->bound[i];
}

void emit_jump(Unit *u, Opcode op, int x, Reg a, Reg b, Label to)
{
    if (u->state.dead || u->c->failed)
        return;
    emit_instr(u, (Instr){ .op = op, .x = (uint8_t)x, .a = a, .b = b, .has_label = true, .label = to });
    u->labels.at[to].used = true;
    if (u->labels.at[to].at < 0)
        state_merge(&u->labels.at[to].state, &u->state);
}

void emit_goto(Unit *u, Label to)
{
    emit_jump(u, u->labels.at[to].at >= 0 ? OP_CODE_JUMP_BACK : OP_CODE_JUMP, 0, 0, 0, to);
    unit_dead_end(u);
}

void emit_line(Unit *u) { emit_instr(u, (Instr){ .op = OP_CODE_NOP, .marker = MARKER_OPEN }); }

void emit_load(Unit *u, Reg r, Value v) { emit_bc(u, OP_CODE_LOAD_K, r, unit_const(u, v)); }

Label label_new(Unit *u)
{
    LabelState l = { .at = -1, .state = { .dead = true } };
    if (!vec_add(&u->labels, l)) {
        out_of_memory(u);
        return 0;
    }
    return (Label)u->labels.n - 1;
}

void label_place(Unit *u, Label l)
{
    if (u->c->failed)
        return;
    LabelState *label = &u->labels.at[l];
    assert(label->at < 0);
    label->at = (int)u->code.n;
    state_merge(&u->state, &label->state);
}

/* --- registers --------------------------------------------------------------------------------------------- */
Reg temps_push(Unit *u, int n)
{
    if (u->height + n > TEMP_LIMIT - TEMP_BASE) {
        if (!u->c->failed) {
            error_set(SystemError, "expression needs too many registers");
            context_fail(u->c);
        }
        return TEMP_BASE;
    }
    Reg r = (Reg)(TEMP_BASE + u->height);
    u->height += n;
    if (u->height > u->max_height)
        u->max_height = u->height;
    return r;
}

Reg temp_push(Unit *u) { return temps_push(u, 1); }
Reg temp_window(Unit *u, Reg r) { return is_top(u, r) ? r : temp_push(u); }

Reg unit_new_var(Unit *u, Ident *ident)
{
    if (u->vars.n >= CELL_BASE) {
        if (!u->c->failed) {
            error_set(SystemError, "too many local variables");
            context_fail(u->c);
        }
        return 0;
    }
    if (!vec_add(&u->vars, ident))
        out_of_memory(u);
    return (Reg)(u->vars.n - 1);
}

Reg hidden_take(Unit *u, Ident *ident)
{
    for (size_t i = 0; i < u->hidden_free.n; i++)
        if (u->hidden_free.at[i] == ident) {
            Reg r = u->hidden_free_reg.at[i];
            u->hidden_free.at[i] = vec_last(&u->hidden_free);
            u->hidden_free_reg.at[i] = vec_last(&u->hidden_free_reg);
            u->hidden_free.n--;
            u->hidden_free_reg.n--;
            return r;
        }
    if (!ident)
        return 0;
    char *text = context_alloc(u->c, ident->len + 2);
    if (!text)
        return 0;
    text[0] = '.';
    memcpy(text + 1, ident->text, ident->len);
    Ident *name = ident_new(u->c, text, ident->len + 1);
    return name ? unit_new_var(u, name) : 0;
}

void hidden_give(Unit *u, Ident *ident, Reg r)
{
    if (!vec_add(&u->hidden_free, ident) || !vec_add(&u->hidden_free_reg, r))
        out_of_memory(u);
}

bool state_is_bound(const Unit *u, Reg r)
{
    if (is_temp(r))
        return true;
    if (r < u->n_linked || r >= STATE_WORDS * 64)
        return false;
    return u->state.bound[r / 64] >> r % 64 & 1;
}
void state_bind(Unit *u, Reg r)
{
    if (r < STATE_WORDS * 64)
        u->state.bound[r / 64] |= 1ull << r % 64;
}
void state_unbind(Unit *u, Reg r)
{
    if (r < STATE_WORDS * 64)
        u->state.bound[r / 64] &= ~(1ull << r % 64);
}

/* --- constants --------------------------------------------------------------------------------------------- */
static bool const_equal(Value a, Value b);

static uint32_t const_hash(Value v)
{
    uint64_t h = 0;
    int64_t s;
    if (!is_ptr(v))
        h = v.bits;
    else if (str_exact(v))
        h = (uint64_t)str_hash(as_str(v));
    else if (tuple_exact(v))
        for (uint64_t i = 0; i < tuple_len(v); i++)
            h = h * 31 + const_hash(tuple_peek(v, i)) + 7;
    else if (is_exact(v, &bytes_type) || is_exact(v, &int_type))
        h = obj_hash(v, &s) ? (uint64_t)s + 1 : 0;
    else
        h = (uint64_t)(uintptr_t)type_of(v);
    h *= 0x9e3779b97f4a7c15ull;
    return (uint32_t)(h >> 32);
}

static bool sets_equal(Value a, Value b)
{
    if (as_set(a)->used != as_set(b)->used)
        return false;
    Value x, y;                                             /* same order: good enough to share a constant */
    uint64_t i = 0, j = 0;
    while (set_next(as_set(a), &i, &x) && set_next(as_set(b), &j, &y))
        if (!const_equal(x, y))
            return false;
    return true;
}

/* Same type and same content, -0.0 apart from 0.0. */
static bool const_equal(Value a, Value b)
{
    if (same(a, b))
        return true;
    if (!is_ptr(a) || !is_ptr(b) || type_of(a) != type_of(b))
        return false;
    if (str_exact(a))
        return str_equal(as_str(a), as_str(b));
    if (is_exact(a, &int_type))
        return int_compare(a, b) == 0;
    if (is_exact(a, &bytes_type))
        return as_bytes(a)->len == as_bytes(b)->len && !memcmp(as_bytes(a)->data, as_bytes(b)->data, as_bytes(a)->len);
    if (float_exact(a)) {
        double x = float_of(a), y = float_of(b);
        return !memcmp(&x, &y, sizeof x);
    }
    if (is_exact(a, &complex_type))
        return !memcmp(&as_complex(a)->re, &as_complex(b)->re, sizeof(double)) && !memcmp(&as_complex(a)->im, &as_complex(b)->im, sizeof(double));
    if (is_exact(a, &frozenset_type))
        return sets_equal(a, b);
    if (!tuple_exact(a) || tuple_len(a) != tuple_len(b))
        return false;
    for (uint64_t i = 0; i < tuple_len(a); i++)
        if (!const_equal(tuple_peek(a, i), tuple_peek(b, i)))
            return false;
    return true;
}

static bool grow_const_buckets(Unit *u)
{
    size_t n = u->n_const_buckets ? 4 * u->n_const_buckets : 16;
    int *buckets = malloc(n * sizeof *buckets);
    if (!buckets) {
        out_of_memory(u);
        return false;
    }
    for (size_t i = 0; i < n; i++)
        buckets[i] = -1;
    for (size_t i = 0; i < u->consts.n; i++) {
        int *bucket = &buckets[u->consts.at[i].hash & (n - 1)];
        u->consts.at[i].next = *bucket;
        *bucket = (int)i;
    }
    free(u->const_buckets);
    u->const_buckets = buckets;
    u->n_const_buckets = n;
    return true;
}

int unit_const(Unit *u, Value v)
{
    if (u->c->failed || (u->consts.n >= u->n_const_buckets && !grow_const_buckets(u)))
        return 0;
    uint32_t hash = const_hash(v);
    int *bucket = &u->const_buckets[hash & (u->n_const_buckets - 1)];
    for (int i = *bucket; i >= 0; i = u->consts.at[i].next)
        if (u->consts.at[i].hash == hash && const_equal(u->consts.at[i].value, v))
            return i;
    ConstantRow row = { retain(v), hash, *bucket };
    if (!vec_add(&u->consts, row)) {
        release(v);
        out_of_memory(u);
        return 0;
    }
    return *bucket = (int)u->consts.n - 1;
}

int unit_const_take(Unit *u, Value v)
{
    if (is_error(v)) {
        context_fail(u->c);
        return 0;
    }
    int index = unit_const(u, v);
    release(v);
    return index;
}

Reg unit_const16(Unit *u, Value v)
{
    int k = unit_const(u, v);
    if (k >= NO_REG && !u->c->failed) {
        error_set(SystemError, "too many constants in one block");
        context_fail(u->c);
    }
    return (Reg)k;
}

Reg unit_name(Unit *u, Ident *ident)
{
    if (u->c->failed || !ident)
        return 0;
    uintptr_t known = (uintptr_t)pointer_map_get(&u->name_index, (uintptr_t)ident);
    if (known)
        return (Reg)(known - 1);
    if (u->names.n >= 0xfff0) {
        error_set(SystemError, "too many names in one block");
        context_fail(u->c);
        return 0;
    }
    if (!vec_add(&u->names, ident))
        out_of_memory(u);
    pointer_map_set(u->c, &u->name_index, (uintptr_t)ident, (void *)(uintptr_t)u->names.n);
    return (Reg)(u->names.n - 1);
}

int unit_free_index(Unit *u, const Ident *ident)
{
    for (size_t i = 0; i < u->frees.n; i++)
        if (u->frees.at[i] == ident)
            return (int)i;
    assert(!"free variable without a place");
    return 0;
}

int unit_cell_index(Unit *u, const Ident *ident)
{
    for (size_t i = 0; i < u->cells.n; i++)
        if (u->cells.at[i] == ident)
            return (int)i;
    return -1;
}

/* --- regions and blocks ------------------------------------------------------------------------------------ */
void region_open(Unit *u, Label handler, Reg reg)
{
    Region r = { handler, reg, (int)u->code.n };
    if (!vec_add(&u->regions, r))
        out_of_memory(u);
    if (handler >= 0 && !u->state.dead && !u->c->failed) {
        u->labels.at[handler].used = true;
        state_merge(&u->labels.at[handler].state, &u->state);
    }
    if (u->max_height < reg - TEMP_BASE + 2)
        u->max_height = reg - TEMP_BASE + 2;
}

static void note_row(Unit *u, const Region *r, int depth)
{
    RegionRow row = { r->start, (int)u->code.n, r->handler, r->reg, depth };
    if (row.start < row.end && !vec_add(&u->rows, row))
        out_of_memory(u);
}

void region_close(Unit *u)
{
    if (u->c->failed)
        return;
    u->regions.n--;
    note_row(u, &u->regions.at[u->regions.n], (int)u->regions.n);
}

Suspended regions_suspend(Unit *u, int n)
{
    Suspended s = { NULL, (int)u->regions.n - n };
    if (s.n <= 0 || u->c->failed)
        return (Suspended){ 0 };
    s.regions = context_alloc(u->c, (size_t)s.n * sizeof *s.regions);
    if (!s.regions)
        return (Suspended){ 0 };
    for (int i = 0; i < s.n; i++) {
        s.regions[i] = u->regions.at[n + i];
        note_row(u, &s.regions[i], n + i);
    }
    u->regions.n = (size_t)n;
    return s;
}

void regions_resume(Unit *u, Suspended s, int n)
{
    if (u->c->failed)
        return;
    assert(s.n == 0 || u->regions.n == (size_t)n);
    for (int i = 0; i < s.n; i++) {
        s.regions[i].start = (int)u->code.n;
        if (!vec_add(&u->regions, s.regions[i]))
            out_of_memory(u);
    }
}

void block_push(Unit *u, BlockKind kind, Reg reg, const Node *node)
{
    if (u->blocks.n >= MAX_BLOCKS)
        context_error(u->c, u->at, "too many statically nested blocks");
    Block b = { .kind = kind, .exit = -1, .again = -1, .n_regions = (int)u->regions.n, .reg = reg, .node = node, .at = u->at };
    if (!vec_add(&u->blocks, b))
        out_of_memory(u);
}

/* --- life -------------------------------------------------------------------------------------------------- */
static int by_name(const void *a, const void *b) { return strcmp((*(Ident *const *)a)->text, (*(Ident *const *)b)->text); }

static void allocate_cells(Unit *u)
{
    for (Symbol *y = u->scope->first; y; y = y->next) {
        if (y->reach == CELL && !vec_add(&u->cells, y->ident))
            out_of_memory(u);
        if ((y->reach == FREE || y->free_class) && !vec_add(&u->frees, y->ident))
            out_of_memory(u);
    }
    if (u->scope->kind == SCOPE_CLASS) {
        if (u->scope->needs_class_closure && !vec_add(&u->cells, ident_c(u->c, "__class__")))
            out_of_memory(u);
        if (u->scope->needs_class_dict && !vec_add(&u->cells, ident_c(u->c, "__classdict__")))
            out_of_memory(u);
    }
    if (u->c->failed)
        return;
    if (u->cells.n > 1)
        qsort(u->cells.at, u->cells.n, sizeof *u->cells.at, by_name);
    if (u->frees.n > 1)
        qsort(u->frees.at, u->frees.n, sizeof *u->frees.at, by_name);
}

/* Reference, "__qualname__": dotted path; <locals> after functions; a name declared global starts afresh. */
static Value qualified_name(Compiler *c, Unit *parent, Ident *name)
{
    if (!parent || parent->scope->kind == SCOPE_MODULE)
        return retain(ident_str_peek(c, name));
    Unit *p = parent;
    if (p->scope->kind == SCOPE_TYPE_PARAMS)                /* not part of the path */
        p = p->parent;
    if (!p || p->scope->kind == SCOPE_MODULE)
        return retain(ident_str_peek(c, name));
    Symbol *y = scope_find(p->scope, ident_mangle(c, p->private_, name));
    if (y && y->reach == GLOBAL_EXPLICIT && name->text[0] != '<')
        return retain(ident_str_peek(c, name));
    return str_format(scope_is_function(p->scope) ? "%S.<locals>.%S" : "%S.%S", p->qualname, ident_str_peek(c, name));
}

bool unit_open(Compiler *c, Scope *scope, Ident *name, int first_line, const char *qualname_override)
{
    if (c->failed || !scope || !name)
        return false;
    Unit *u = calloc(1, sizeof *u);
    if (!u) {
        error_set_memory();
        context_fail(c);
        return false;
    }
    u->c = c;
    u->parent = c->unit;
    u->scope = scope;
    for (Symbol *y = scope->first; y; y = y->next)         /* a finally body is compiled several times, and the functions in it */
        y->reg = -1;
    u->private_ = scope->private_;
    u->doc = NONE;
    u->first_line = first_line;
    u->at = (Span){ first_line, first_line, 0, 0 };
    u->name = ident_str_peek(c, name);
    u->qualname = context_keep_take(c, qualname_override ? str_from(qualname_override) : qualified_name(c, c->unit, name));
    c->unit = u;
    allocate_cells(u);
    return true;
}

static void unit_free(Unit *u)
{
    for (size_t i = 0; i < u->consts.n; i++)
        release(u->consts.at[i].value);
    vec_free(&u->consts);
    free(u->const_buckets);
    vec_free(&u->names);
    free(u->name_index.slots);
    vec_free(&u->vars);
    vec_free(&u->cells);
    vec_free(&u->frees);
    vec_free(&u->code);
    vec_free(&u->labels);
    vec_free(&u->regions);
    vec_free(&u->rows);
    vec_free(&u->blocks);
    vec_free(&u->inlined);
    vec_free(&u->hidden_free);
    vec_free(&u->hidden_free_reg);
    vec_free(&u->linked);
    free(u);
}

Code *unit_close(Compiler *c)
{
    Unit *u = c->unit;
    Code *code = NULL;
    if (!c->failed) {
        code = assemble(u);
        if (!code)
            context_fail(c);
    }
    c->unit = u->parent;
    unit_free(u);
    return code;
}
