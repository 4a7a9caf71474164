/* check.c -- what every code object must satisfy before it runs: operands in range, jumps on instructions, no running over the end. */
#include "interp/code/code.h"
#include "interp/object/tuple.h"
#include <stdlib.h>

typedef struct Checker { const Code *c; uint8_t *starts; const char **why; } Checker;

static bool no(const Checker *k, const char *why)
{
    if (k->why)
        *k->why = why;
    return false;
}

/* How many registers from a field's own one an instruction touches. */
static void register_windows(Word w, uint64_t cache, int *a, int *b, int *c)
{
    *a = *b = *c = 1;
    switch (w.op) {
    case OP_CODE_CALL: *a = w.b + 1; *b = 0; break;
    case OP_CODE_CALL_METHOD: *a = w.b + 2; *b = 0; break;
    case OP_CODE_CALL_KW: *a = w.b + 1 + (w.x & 1); *b = 0; break;
    case OP_CODE_CALL_EX: *a = 2 + (w.x & 1); break;
    case OP_CODE_LOAD_METHOD: case OP_CODE_GET_ITER: case OP_CODE_FOR_ITER: case OP_CODE_WITH_ENTER: case OP_CODE_IMPORT_NAME: *a = 2; break;
    case OP_CODE_LOAD_SUPER_ATTR: *a = 3; break;
    case OP_CODE_RERAISE: case OP_CODE_POP_EXC: *a = 2; break;
    case OP_CODE_BUILD_SLICE: *b = 3; break;
    case OP_CODE_GETSLICE: *c = 2 + (w.x & 1); break;
    case OP_CODE_SETSLICE: *b = 2 + (w.x & 1); break;
    case OP_CODE_UNPACK: *a = w.c; break;
    case OP_CODE_UNPACK_EX: *a = w.c + 1 + (int)(uint32_t)cache; break;
    case OP_CODE_BUILD_TUPLE: case OP_CODE_BUILD_LIST: case OP_CODE_BUILD_SET: case OP_CODE_BUILD_STRING: *b = w.c; break;
    case OP_CODE_BUILD_MAP: *b = 2 * w.c; break;
    case OP_CODE_MAKE_FUNCTION: *a = w.x & 8 ? 5 : w.x & 4 ? 4 : w.x & 2 ? 3 : w.x & 1 ? 2 : 1; break;
    case OP_CODE_MAKE_TYPE_ALIAS: case OP_CODE_MAKE_TYPE_PARAM: *c = 2; break;
    default: break;
    }
}

static bool in_registers(const Code *c, uint16_t reg, int n)
{
    return reg == NO_REG || n <= 0 || (uint32_t)reg + (uint32_t)n <= c->n_regs;
}

static bool lands(const Checker *k, int64_t target)
{
    return target >= 0 && target < k->c->n_words && k->starts[target];
}

static bool operand_fits(const Checker *k, OperandKind kind, int64_t value, int window, uint32_t next)
{
    const Code *c = k->c;
    switch (kind) {
    case OPERAND_REG: return in_registers(c, (uint16_t)value, window) || no(k, "register out of range");
    case OPERAND_CONST: return (uint64_t)value < tuple_len(c->consts) || no(k, "constant out of range");
    case OPERAND_NAME: return (uint64_t)value < tuple_len(c->names) || no(k, "name out of range");
    case OPERAND_JUMP: return lands(k, next + value) || no(k, "jump into nowhere");
    default: return true;
    }
}

static bool check_number(const Checker *k, Word w)
{
    uint64_t n_free = tuple_len(k->c->freevars);
    switch (w.op) {
    case OP_CODE_LOAD_FREE: case OP_CODE_LOAD_FREE_REF: return w.b < n_free || no(k, "closure index out of range");
    case OP_CODE_STORE_FREE: case OP_CODE_DELETE_FREE: return w.a < n_free || no(k, "closure index out of range");
    case OP_CODE_LOAD_CLASSDEREF: return w.b < n_free || no(k, "closure index out of range");
    case OP_CODE_LOAD_DICT_OR_FREE: return w.b == NO_REG || w.b < n_free || no(k, "closure index out of range");
    default: return true;
    }
}

static bool check_word(const Checker *k, uint32_t pc)
{
    const Code *c = k->c;
    Word w = c->words[pc];
    OpFields f = op_fields(w.op);
    uint32_t next = pc + 1 + op_info[w.op].n_cache;
    uint64_t cache = op_info[w.op].n_cache ? c->words[pc + 1].bits : 0;
    int wa, wb, wc;
    register_windows(w, cache, &wa, &wb, &wc);
    bool closure_b = w.op == OP_CODE_LOAD_CLASSDEREF || w.op == OP_CODE_LOAD_DICT_OR_FREE;
    if (!operand_fits(k, f.a, w.a, wa, next) || !check_number(k, w))
        return false;
    if (f.bc != OPERAND_NONE) {
        if (!operand_fits(k, f.bc, w.bc, 1, next))
            return false;
    } else if ((!closure_b && !operand_fits(k, f.b, w.b, wb, next)) ||
               !operand_fits(k, f.c, f.c == OPERAND_JUMP ? (int16_t)w.c : w.c, wc, next)) {
        return false;
    }
    if ((w.op == OP_CODE_FOR_ITER || w.op == OP_CODE_SEND) && !lands(k, (int64_t)next + (int32_t)cache))
        return no(k, "loop end in nowhere");
    if (w.op == OP_CODE_CALL_KW && cache >= tuple_len(c->consts))
        return no(k, "keyword names out of range");
    return true;
}

static bool ends(uint8_t op)
{
    return op == OP_CODE_RETURN || op == OP_CODE_RETURN_K || op == OP_CODE_JUMP || op == OP_CODE_JUMP_BACK || op == OP_CODE_RAISE || op == OP_CODE_RERAISE;
}

static bool check_all(const Checker *k)
{
    const Code *c = k->c;
    uint32_t pc = 0, last = 0;
    while (pc < c->n_words) {
        if (c->words[pc].op >= N_OPCODES)
            return no(k, "unknown opcode");
        k->starts[pc] = 1;
        last = pc;
        pc += 1 + op_info[c->words[pc].op].n_cache;
    }
    if (pc != c->n_words || c->n_words == 0)
        return no(k, "cut off in an instruction");
    if (!ends(c->words[last].op))
        return no(k, "runs over its end");
    for (pc = 0; pc < c->n_words; pc += 1 + op_info[c->words[pc].op].n_cache)
        if (!check_word(k, pc))
            return false;
    for (uint32_t i = 0; i < c->n_handlers; i++) {
        const Handler *h = &c->handlers[i];
        if (h->start >= h->end || h->end > c->n_words || (h->handler >= 0 && !lands(k, h->handler)))
            return no(k, "handler out of range");
        if (h->reg < c->n_named || h->reg + 2 > c->n_regs)
            return no(k, "handler's registers out of range");
    }
    return true;
}

bool code_check(const Code *c, const char **why)
{
    Checker k = { c, calloc(c->n_words + 1, 1), why };
    if (!k.starts)
        return no(&k, "out of memory");
    bool fine = c->n_named <= c->n_regs && c->n_params <= c->n_named ? check_all(&k) : no(&k, "register counts");
    free(k.starts);
    return fine;
}
