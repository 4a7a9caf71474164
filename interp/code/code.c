/* code.c -- code objects: life, lookup of positions and register names. */
#include "interp/code/code.h"
#include "gc/heap.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

const OpInfo op_info[N_OPCODES] = {
#define OP(name, format, caches, text) { #name, #format, caches, text },
#include "interp/code/opcodes.def"
#undef OP
};
static_assert(N_OPCODES <= 200, "room for specialised forms");

uint8_t op_base[256] = {
#define OP(name, format, caches, text) [OP_CODE_##name] = OP_CODE_##name,
#include "interp/code/opcodes.def"
#undef OP
};

void (*code_pristine_hook)(const Code *, Word *out);

OpFields op_fields(Opcode op)
{
    assert(op < N_OPCODES);
    const char *f = op_info[op].format;
    OpFields r = { 0 };
    if (strchr(f, '3')) {                                   /* AK32, K32, J32 */
        r.a = f[0] == 'A' ? OPERAND_REG : OPERAND_NONE;
        r.bc = strchr(f, 'J') ? OPERAND_JUMP : OPERAND_CONST;
        return r;
    }
    if (!strcmp(f, "AJ"))
        return (OpFields){ .a = OPERAND_REG, .bc = OPERAND_JUMP };
    for (const char *p = f; *p; p++)
        switch (*p) {
        case 'A': r.a = OPERAND_REG; break;
        case 'B': r.b = OPERAND_REG; break;
        case 'C': r.c = OPERAND_REG; break;
        case 'J': r.c = OPERAND_JUMP; break;
        case 'N': r.c = OPERAND_NAME; break;
        case 'K':
            if (p[1] == 'J')
                r.b = OPERAND_CONST;
            else
                r.c = OPERAND_CONST;
            break;
        case 'U':
            if (p == f)
                r.a = OPERAND_NUMBER;
            else if (p == f + 1)
                r.b = OPERAND_NUMBER;
            else
                r.c = OPERAND_NUMBER;
            break;
        case 'Z': break;
        default: assert(!"unknown operand letter");
        }
    return r;
}

/* --- life -------------------------------------------------------------------------------------------------- */
static const TraceRow code_rows[] = {
    { TRACE_VALUE, offsetof(Code, name), 0, "co_name" },
    { TRACE_VALUE, offsetof(Code, qualname), 0, "co_qualname" },
    { TRACE_VALUE, offsetof(Code, filename), 0, "co_filename" },
    { TRACE_VALUE, offsetof(Code, consts), 0, "co_consts" },
    { TRACE_VALUE, offsetof(Code, names), 0, "co_names" },
    { TRACE_VALUE, offsetof(Code, varnames), 0, "co_varnames" },
    { TRACE_VALUE, offsetof(Code, cellvars), 0, "co_cellvars" },
    { TRACE_VALUE, offsetof(Code, freevars), 0, "co_freevars" },
    { TRACE_VALUE, offsetof(Code, doc), 0, "docstring" },
    { TRACE_VALUE, offsetof(Code, weak_lines), 0, "views" },
    { 0 },
};

static void code_dispose(Object *o)
{
    Code *c = (Code *)o;
    heap_buf_free(c->words, c->n_words * sizeof *c->words);
    heap_buf_free(c->handlers, c->n_handlers * sizeof *c->handlers);
    heap_buf_free(c->positions, c->n_positions * sizeof *c->positions);
    heap_buf_free(c->cell_registers, c->n_cells * sizeof *c->cell_registers);
    heap_buf_free(c->linked_use, c->n_linked * sizeof *c->linked_use);
}

static size_t code_size_of(const Object *o)
{
    const Code *c = (const Code *)o;
    return sizeof *c + c->n_words * sizeof *c->words + c->n_handlers * sizeof *c->handlers + c->n_positions * sizeof *c->positions +
           c->n_cells * sizeof *c->cell_registers + c->n_linked * sizeof *c->linked_use;
}

static Value code_repr(Value self)
{
    Code *c = (Code *)as_obj(self);
    return str_format("<code object %S at %p, file \"%S\", line %d>", c->name, (void *)c, c->filename, (int)c->first_line);
}

Type code_type = {
    STATIC_TYPE(code_type, "code", Code, code_rows),
    .flags = TYPE_WEAK | TYPE_IMMUTABLE,
    .heap.heap_flags = HEAP_TYPE_KEPT | HEAP_TYPE_INTERNAL,      /* linked to namespace cells, so in cycles here; not in CPython */
    .heap.dispose = code_dispose,
    .heap.size_of = code_size_of,
    .repr = code_repr,
};

Code *code_new(void)
{
    static uint64_t versions;
    Code *c = heap_new_zeroed(&code_type.shape, sizeof(Code));
    if (!c)
        return raise_memory_null();
    c->name = c->qualname = c->filename = c->doc = c->weak_lines = NONE;
    c->consts = c->names = c->varnames = c->cellvars = c->freevars = NONE;
    c->consts = retain(tuple_empty);
    c->names = retain(tuple_empty);
    c->varnames = retain(tuple_empty);
    c->cellvars = retain(tuple_empty);
    c->freevars = retain(tuple_empty);
    c->version = ++versions;
    return c;
}

/* --- lookup ------------------------------------------------------------------------------------------------ */
uint32_t code_position_row(const Code *c, uint32_t pc)
{
    uint32_t low = 0, high = c->n_positions;
    while (low < high) {                                    /* the last row with start <= pc */
        uint32_t middle = low + (high - low) / 2;
        if (c->positions[middle].start <= pc)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? low - 1 : 0;
}

Position code_position(const Code *c, uint32_t pc)
{
    uint32_t row = code_position_row(c, pc);
    return c->n_positions && c->positions[row].start <= pc ? c->positions[row] : (Position){ 0, 0, 0, -1, -1 };
}

Value code_register_name_peek(const Code *c, uint16_t reg)
{
    uint64_t n_vars = tuple_len(c->varnames);
    for (uint64_t i = 0; i < tuple_len(c->cellvars); i++)
        if (c->cell_registers[i] == reg)
            return tuple_peek(c->cellvars, i);
    return reg < n_vars ? tuple_peek(c->varnames, reg) : UNBOUND;
}
