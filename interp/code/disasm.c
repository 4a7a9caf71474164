/* disasm.c -- code objects as text: one line an instruction, handlers and nested code behind it. Driven by op_fields alone. */
#include "interp/base/buf.h"
#include "interp/code/code.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static void add_str(Buf *out, Value s)
{
    size_t len;
    const char *text = str_utf8_peek(s, &len);
    if (text)
        buf_add(out, text, len);
    else
        error_clear();
}

static void add_register(Buf *out, const Code *c, uint16_t reg)
{
    if (reg == NO_REG) {
        buf_string(out, "-");
        return;
    }
    Value name = code_register_name_peek(c, reg);
    if (is_unbound(name)) {
        buf_printf(out, "t%d", reg - c->n_named);
        return;
    }
    add_str(out, name);
    if (reg >= tuple_len(c->varnames))
        buf_char(out, '*');
}

static void add_constant(Buf *out, const Code *c, uint32_t index)
{
    if (index >= tuple_len(c->consts)) {
        buf_printf(out, "k[%u]?", index);
        return;
    }
    Value k = tuple_peek(c->consts, index);
    if (is_exact(k, &code_type)) {
        buf_string(out, "<code ");
        add_str(out, ((Code *)as_obj(k))->qualname);
        buf_char(out, '>');
        return;
    }
    own Value text = obj_repr(k);
    if (is_error(text)) {
        error_clear();
        buf_printf(out, "k[%u]", index);
        return;
    }
    add_str(out, text);
}

static void add_operand(Buf *out, const Code *c, OperandKind kind, int32_t value, uint32_t next)
{
    if (kind == OPERAND_NONE)
        return;
    buf_string(out, " ");
    switch (kind) {
    case OPERAND_REG: add_register(out, c, (uint16_t)value); break;
    case OPERAND_CONST: add_constant(out, c, (uint32_t)value); break;
    case OPERAND_NAME:
        buf_char(out, '.');
        if ((uint64_t)value < tuple_len(c->names))
            add_str(out, tuple_peek(c->names, (uint64_t)value));
        break;
    case OPERAND_NUMBER: buf_printf(out, "#%d", value); break;
    case OPERAND_JUMP: buf_printf(out, "->%d", (int)next + value); break;
    default: break;
    }
}

static void add_instruction(Buf *out, const Code *c, uint32_t pc)
{
    Word w = c->words[pc];
    bool changed = w.op >= N_OPCODES;
    w.op = op_base[w.op];
    OpFields f = op_fields(w.op);
    uint32_t next = pc + 1 + op_info[w.op].n_cache;
    buf_printf(out, "%5u  %-18s%s", pc, op_info[w.op].name, changed ? "'" : "");
    if (w.x)
        buf_printf(out, " x=%d", w.x);
    add_operand(out, c, f.a, w.a, next);
    if (f.bc != OPERAND_NONE) {
        add_operand(out, c, f.bc, w.bc, next);
    } else {
        add_operand(out, c, f.b, w.b, next);
        add_operand(out, c, f.c, f.c == OPERAND_JUMP ? (int16_t)w.c : w.c, next);
    }
    if (op_info[w.op].n_cache && c->words[pc + 1].bits) {
        if (w.op == OP_CODE_FOR_ITER || w.op == OP_CODE_SEND)
            buf_printf(out, " ->%d", (int)next + (int32_t)c->words[pc + 1].bits);
        else
            buf_printf(out, " [%llx]", (unsigned long long)c->words[pc + 1].bits);
    }
    buf_char(out, '\n');
}

static void add_code(Buf *out, const Code *c)
{
    buf_string(out, "code ");
    add_str(out, c->qualname);
    buf_printf(out, "  line %u  flags %#x  args %d+%d  named %d  registers %d  linked %d\n", c->first_line, c->flags, c->n_args, c->n_kwonly,
               c->n_named, c->n_regs, c->n_linked);
    int32_t line = -1;
    for (uint32_t pc = 0; pc < c->n_words;) {
        Position at = code_position(c, pc);
        if (at.line != line) {
            buf_printf(out, "%4d ", at.line);
            line = at.line;
        } else {
            buf_string(out, "     ");
        }
        add_instruction(out, c, pc);
        pc += 1 + op_info[op_base[c->words[pc].op]].n_cache;
    }
    for (uint32_t i = 0; i < c->n_handlers; i++) {
        const Handler *h = &c->handlers[i];
        if (h->handler < 0)
            buf_printf(out, "     [%u, %u) restores handled from t%d\n", h->start, h->end, h->reg + 1 - c->n_named);
        else
            buf_printf(out, "     [%u, %u) handler %d in t%d\n", h->start, h->end, h->handler, h->reg - c->n_named);
    }
    for (uint64_t i = 0; i < tuple_len(c->consts); i++) {
        Value k = tuple_peek(c->consts, i);
        if (is_exact(k, &code_type)) {
            buf_char(out, '\n');
            add_code(out, (Code *)as_obj(k));
        }
    }
}

Value code_disassemble(const Code *c)
{
    Buf out = { 0 };
    add_code(&out, c);
    Value text = out.failed ? raise_memory() : str_new(out.at, out.len);
    buf_free(&out);
    return text;
}
