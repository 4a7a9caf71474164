/* marshal.c -- code objects as bytes and back: what the cache of compiled library files holds.
 *
 * Layout: "OURO", a stamp of this build's instruction set, one value. A value is a tag byte and its content; numbers are
 * little-endian base-128. A file of another stamp is not ours: NULL with ValueError, and the caller compiles again. */
#include "gc/heap.h"
#include "interp/base/buf.h"
#include "interp/code/code.h"
#include "interp/object/bytes.h"
#include "interp/object/complex.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/set.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include <stdlib.h>

enum { DEPTH_LIMIT = 500 };

enum { LAYOUT = 2 };     /* of what is written below: count up with each change */

/* Changes whenever an opcode, its format or a field's layout does. */
static uint64_t stamp(void)
{
    uint64_t h = 0xcbf29ce484222325ull ^ LAYOUT ^ sizeof(Code) ^ (uint64_t)sizeof(Position) << 32;
    for (int i = 0; i < N_OPCODES; i++) {
        for (const char *p = op_info[i].name; *p; p++)
            h = (h ^ (uint8_t)*p) * 0x100000001b3ull;
        for (const char *p = op_info[i].format; *p; p++)
            h = (h ^ (uint8_t)*p) * 0x100000001b3ull;
        for (const char *p = op_info[i].text; *p; p++)
            h = (h ^ (uint8_t)*p) * 0x100000001b3ull;
        h = (h ^ op_info[i].n_cache) * 0x100000001b3ull;
    }
    return h;
}

uint64_t code_stamp(void) { return stamp(); }

/* --- writing ----------------------------------------------------------------------------------------------- */
static void put_number(Buf *out, uint64_t n)
{
    for (; n >= 0x80; n >>= 7)
        buf_char(out, (char)(n | 0x80));
    buf_char(out, (char)n);
}
static void put_signed(Buf *out, int64_t n) { put_number(out, (uint64_t)n << 1 ^ (uint64_t)(n >> 63)); }
static void put_double(Buf *out, double d) { buf_add(out, &d, sizeof d); }

static bool put_value(Buf *out, Value v, int depth);

static bool put_str(Buf *out, Value v)
{
    size_t len;
    const char *text = str_utf8_peek(v, &len);
    if (!text)
        return false;
    buf_char(out, as_str(v)->head.birth & STR_INTERNED ? 'i' : 's');
    put_number(out, len);
    buf_add(out, text, len);
    return true;
}

static bool put_big_int(Buf *out, Value v)
{
    own Value digits = int_to_str(v, 16);
    if (is_error(digits))
        return false;
    size_t len;
    const char *text = str_utf8_peek(digits, &len);
    if (!text)
        return false;
    buf_char(out, 'I');
    put_number(out, len);
    buf_add(out, text, len);
    return true;
}

static bool put_items(Buf *out, char tag, const Value *items, uint64_t n, int depth)
{
    buf_char(out, tag);
    put_number(out, n);
    for (uint64_t i = 0; i < n; i++)
        if (!put_value(out, items[i], depth + 1))
            return false;
    return true;
}

static bool put_frozenset(Buf *out, Value v, int depth)
{
    buf_char(out, 'z');
    put_number(out, as_set(v)->used);
    Value key;
    for (uint64_t position = 0; set_next(as_set(v), &position, &key);)
        if (!put_value(out, key, depth + 1))
            return false;
    return true;
}

static bool put_tables(Buf *out, const Code *c)
{
    put_number(out, c->n_words);
    Word *words = malloc((c->n_words + 1) * sizeof *words);
    if (!words)
        return raise_memory_false();
    if (code_pristine_hook)
        code_pristine_hook(c, words);
    else
        memcpy(words, c->words, c->n_words * sizeof *words);
    buf_add(out, words, c->n_words * sizeof *words);
    free(words);
    put_number(out, c->n_handlers);
    for (uint32_t i = 0; i < c->n_handlers; i++) {
        put_number(out, c->handlers[i].start);
        put_number(out, c->handlers[i].end);
        put_signed(out, c->handlers[i].handler);
        put_number(out, c->handlers[i].reg);
    }
    put_number(out, c->n_positions);
    Position last = { 0 };
    for (uint32_t i = 0; i < c->n_positions; last = c->positions[i++]) {
        const Position *p = &c->positions[i];
        put_number(out, p->start - last.start);
        put_signed(out, p->line - last.line);
        put_signed(out, p->end_line - p->line);
        put_signed(out, p->column);
        put_signed(out, p->end_column * 2 + (int)p->is_statement);
    }
    for (uint32_t i = 0; i < c->n_cells; i++)
        put_number(out, c->cell_registers[i]);
    for (uint32_t i = 0; i < c->n_linked; i++)
        put_number(out, c->linked_use[i]);
    return true;
}

static bool filenames = true;        /* written; not for code_key. Nothing here runs Python code, so no other caller meets the change */

static bool put_code(Buf *out, const Code *c, int depth)
{
    buf_char(out, 'c');
    const uint32_t numbers[] = { c->n_args, c->n_posonly, c->n_kwonly, c->n_params, c->n_named, c->n_regs, c->n_linked, c->n_cells, c->flags, c->first_line };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        put_number(out, numbers[i]);
    const Value values[] = { c->name, c->qualname, filenames ? c->filename : NONE, c->consts, c->names, c->varnames, c->cellvars, c->freevars, c->doc };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (!put_value(out, values[i], depth + 1))
            return false;
    return put_tables(out, c);
}

static bool put_value(Buf *out, Value v, int depth)
{
    if (depth > DEPTH_LIMIT)
        return raise_false(ValueError, "object too deeply nested to marshal");
    if (is_int(v)) {
        buf_char(out, 'n');
        put_signed(out, small_int(v));
        return true;
    }
    if (is_immediate(v)) {
        buf_char(out, 'v');
        put_number(out, v.bits >> 3);
        return true;
    }
    if (float_exact(v)) {
        buf_char(out, 'f');
        put_double(out, float_of(v));
        return true;
    }
    if (str_exact(v))
        return put_str(out, v);
    if (is_exact(v, &int_type))
        return put_big_int(out, v);
    if (tuple_exact(v))
        return put_items(out, 't', as_tuple(v)->items, tuple_len(v), depth);
    if (is_exact(v, &bytes_type)) {
        buf_char(out, 'b');
        put_number(out, as_bytes(v)->len);
        buf_add(out, as_bytes(v)->data, as_bytes(v)->len);
        return true;
    }
    if (is_exact(v, &complex_type)) {
        buf_char(out, 'j');
        put_double(out, ((Complex *)as_obj(v))->re);
        put_double(out, ((Complex *)as_obj(v))->im);
        return true;
    }
    if (is_exact(v, &frozenset_type))
        return put_frozenset(out, v, depth);
    if (is_exact(v, &code_type))
        return put_code(out, (Code *)as_obj(v), depth);
    return raise_false(ValueError, "unmarshallable object");
}

Value code_to_bytes(const Code *c)
{
    Buf out = { 0 };
    uint64_t s = stamp();
    buf_add(&out, "OURO", 4);
    buf_add(&out, &s, sizeof s);
    Value result = put_value(&out, obj_value(c), 0) ? out.failed ? raise_memory() : bytes_new(out.at, out.len) : ERROR;
    buf_free(&out);
    return result;
}

Value code_key(const Code *c)
{
    Buf out = { 0 };
    filenames = false;
    bool put = put_code(&out, c, 0);
    filenames = true;
    Value result = put ? out.failed ? raise_memory() : bytes_new(out.at, out.len) : ERROR;
    buf_free(&out);
    return result;
}

/* --- reading ----------------------------------------------------------------------------------------------- */
typedef struct Reader { const uint8_t *at, *end; bool bad; } Reader;

static uint64_t get_number(Reader *r)
{
    uint64_t n = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        if (r->at >= r->end)
            break;
        uint8_t byte = *r->at++;
        n |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return n;
    }
    r->bad = true;
    return 0;
}
static int64_t get_signed(Reader *r)
{
    uint64_t n = get_number(r);
    return (int64_t)(n >> 1) ^ -(int64_t)(n & 1);
}
static bool get_raw(Reader *r, void *to, size_t n)
{
    if ((size_t)(r->end - r->at) < n) {
        r->bad = true;
        return false;
    }
    memcpy(to, r->at, n);
    r->at += n;
    return true;
}
/* A count of things that take at least one byte each. */
static uint64_t get_count(Reader *r)
{
    uint64_t n = get_number(r);
    if (n > (uint64_t)(r->end - r->at)) {
        r->bad = true;
        return 0;
    }
    return n;
}

static Value get_value(Reader *r, int depth);

static Value damaged(void) { return raise(ValueError, "bad marshal data"); }

static Value get_text(Reader *r, char tag)
{
    uint64_t n = get_count(r);
    if (r->bad)
        return damaged();
    const char *text = (const char *)r->at;
    r->at += n;
    if (tag == 'b')
        return bytes_new(text, n);
    if (tag == 'I')
        return int_parse(text, n, 16);
    Value s = str_new(text, n);
    return tag == 'i' && !is_error(s) ? str_intern_take(s) : s;
}

static Value get_items(Reader *r, char tag, int depth)
{
    uint64_t n = get_count(r);
    if (r->bad)
        return damaged();
    Tuple *t = tuple_alloc(n);
    if (!t)
        return ERROR;
    own Value result = obj_value(t);
    for (uint64_t i = 0; i < n; i++) {
        t->items[i] = get_value(r, depth + 1);
        if (is_error(t->items[i])) {
            t->items[i] = UNBOUND;
            return ERROR;
        }
        track_for(t, t->items[i]);
    }
    return tag == 't' ? give(result) : set_from_iterable(&frozenset_type, result);
}

static void *get_buffer(Reader *r, size_t n, size_t size)
{
    if (r->bad)
        return NULL;
    void *buffer = heap_buf(n * size);
    if (!buffer && n)
        error_set_memory();
    return buffer;
}

static bool get_tables(Reader *r, Code *c)
{
    uint64_t n = get_count(r);
    if (r->bad || !(c->words = get_buffer(r, n, sizeof *c->words)))
        return false;
    c->n_words = (uint32_t)n;
    if (!get_raw(r, c->words, n * sizeof *c->words))
        return false;
    n = get_count(r);
    if (n && !(c->handlers = get_buffer(r, n, sizeof *c->handlers)))
        return false;
    c->n_handlers = (uint32_t)n;
    for (uint64_t i = 0; i < n; i++) {
        c->handlers[i].start = (uint32_t)get_number(r);
        c->handlers[i].end = (uint32_t)get_number(r);
        c->handlers[i].handler = (int32_t)get_signed(r);
        c->handlers[i].reg = (uint16_t)get_number(r);
    }
    n = get_count(r);
    if (n && !(c->positions = get_buffer(r, n, sizeof *c->positions)))
        return false;
    c->n_positions = (uint32_t)n;
    Position last = { 0 };
    for (uint64_t i = 0; i < n; last = c->positions[i++]) {
        Position *p = &c->positions[i];
        p->start = last.start + (uint32_t)get_number(r);
        p->line = last.line + (int32_t)get_signed(r);
        p->end_line = p->line + (int32_t)get_signed(r);
        p->column = (int32_t)get_signed(r);
        int64_t last_column = get_signed(r);
        p->end_column = (int32_t)(last_column >> 1);
        p->is_statement = last_column & 1;
    }
    return !r->bad;
}

static bool get_registers(Reader *r, Code *c, uint16_t n_cells, uint16_t n_linked)
{
    if (n_cells && !(c->cell_registers = get_buffer(r, n_cells, sizeof *c->cell_registers)))
        return false;
    c->n_cells = n_cells;
    for (int i = 0; i < n_cells; i++)
        c->cell_registers[i] = (uint16_t)get_number(r);
    if (n_linked && !(c->linked_use = get_buffer(r, n_linked, sizeof *c->linked_use)))
        return false;
    c->n_linked = n_linked;
    for (int i = 0; i < n_linked; i++)
        c->linked_use[i] = (uint32_t)get_number(r);
    return !r->bad;
}

static bool get_code_values(Reader *r, Code *c, int depth)
{
    Value *const values[] = { &c->name, &c->qualname, &c->filename, &c->consts, &c->names, &c->varnames, &c->cellvars, &c->freevars, &c->doc };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        Value v = get_value(r, depth + 1);
        if (is_error(v))
            return false;
        if (i < 3 ? !str_exact(v) : i < 8 && !tuple_exact(v)) {
            release(v);
            r->bad = true;
            return false;
        }
        set_slot(values[i], v);
    }
    return true;
}

static Value get_code(Reader *r, int depth)
{
    Code *c = code_new();
    if (!c)
        return ERROR;
    own Value result = obj_value(c);
    uint32_t numbers[10];
    for (size_t i = 0; i < 10; i++)
        numbers[i] = (uint32_t)get_number(r);
    c->n_args = (uint16_t)numbers[0];
    c->n_posonly = (uint16_t)numbers[1];
    c->n_kwonly = (uint16_t)numbers[2];
    c->n_params = (uint16_t)numbers[3];
    c->n_named = (uint16_t)numbers[4];
    c->n_regs = (uint16_t)numbers[5];
    c->flags = numbers[8];
    c->first_line = numbers[9];
    const char *why;
    if (!r->bad && get_code_values(r, c, depth) && get_tables(r, c) && get_registers(r, c, (uint16_t)numbers[7], (uint16_t)numbers[6]) &&
        tuple_len(c->cellvars) == c->n_cells && tuple_len(c->varnames) <= c->n_named && c->n_linked <= tuple_len(c->varnames) && code_check(c, &why)) {
        c->size_bytes = heap_size_of(&c->head);
        return give(result);
    }
    return error_pending() ? ERROR : damaged();
}

static Value get_value(Reader *r, int depth)
{
    if (r->bad || r->at >= r->end || depth > DEPTH_LIMIT)
        return damaged();
    char tag = (char)*r->at++;
    double d, imaginary;
    switch (tag) {
    case 'n': {
        int64_t i = get_signed(r);
        return r->bad ? damaged() : int_value(i);
    }
    case 'v': {
        uint64_t n = get_number(r);
        return n <= 5 && !r->bad ? (Value){ n << 3 | 4 } : damaged();
    }
    case 'f': return get_raw(r, &d, sizeof d) ? float_value(d) : damaged();
    case 'j': return get_raw(r, &d, sizeof d) && get_raw(r, &imaginary, sizeof imaginary) ? complex_new(d, imaginary) : damaged();
    case 's': case 'i': case 'b': case 'I': return get_text(r, tag);
    case 't': case 'z': return get_items(r, tag, depth);
    case 'c': return get_code(r, depth);
    default: return damaged();
    }
}

Code *code_from_bytes(const uint8_t *bytes, size_t n)
{
    uint64_t s;
    if (n < 12 || memcmp(bytes, "OURO", 4) || (memcpy(&s, bytes + 4, 8), s != stamp()))
        return raise_null(ValueError, "compiled code of another version");
    Reader r = { bytes + 12, bytes + n, false };
    Value v = get_value(&r, 0);
    if (is_error(v))
        return NULL;
    if (!is_exact(v, &code_type)) {
        release(v);
        return raise_null(ValueError, "bad marshal data");
    }
    return (Code *)as_obj(v);
}
