/* code_methods.c -- what Python code sees of code objects. The instructions are ours: co_code is empty, positions and lines are real. */
#include "gc/heap.h"
#include "interp/builtins/vm_types.h"
#include "interp/code/code.h"
#include "interp/object/bytes.h"
#include "interp/object/dict.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/native.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

#define SELF Code *c = (Code *)as_obj(self)
#define CODE_VISIBLE_FLAGS (~((uint32_t)CODE_LINKED | CODE_CLASS_BODY))

static Value get_name(Value self) { SELF; return retain(c->name); }
static Value get_qualname(Value self) { SELF; return retain(c->qualname); }
static Value get_filename(Value self) { SELF; return retain(c->filename); }
static Value get_consts(Value self) { SELF; return retain(c->consts); }
static Value get_names(Value self) { SELF; return retain(c->names); }
static Value get_cellvars(Value self) { SELF; return retain(c->cellvars); }
static Value get_freevars(Value self) { SELF; return retain(c->freevars); }
static Value get_first_line(Value self) { SELF; return small_int_value(c->first_line); }
static Value get_argcount(Value self) { SELF; return small_int_value(c->n_args); }
static Value get_posonly(Value self) { SELF; return small_int_value(c->n_posonly); }
static Value get_kwonly(Value self) { SELF; return small_int_value(c->n_kwonly); }
static Value get_stacksize(Value self) { SELF; return small_int_value(c->n_regs - c->n_named + 1); }
static Value get_flags(Value self) { SELF; return small_int_value(c->flags & CODE_VISIBLE_FLAGS); }
static Value get_empty_bytes(Value self) { return retain(bytes_empty); }

/* Without the compiler's own variables (".0" of a comprehension is Python's). */
static Value get_varnames(Value self)
{
    SELF;
    if (c->flags & CODE_LINKED)
        return retain(tuple_empty);
    uint64_t n = tuple_len(c->varnames), hidden = 0;
    for (uint64_t i = c->n_params; i < n; i++)
        hidden += str_len(tuple_peek(c->varnames, i)) && str_char(as_str(tuple_peek(c->varnames, i)), 0) == '.';
    if (!hidden)
        return retain(c->varnames);
    own Value list = list_new(n);
    for (uint64_t i = 0; !is_error(list) && i < n; i++) {
        Value name = tuple_peek(c->varnames, i);
        if ((i < c->n_params || str_char(as_str(name), 0) != '.') && !list_append(list, name))
            return ERROR;
    }
    return is_error(list) ? ERROR : list_to_tuple(list);
}
static Value get_nlocals(Value self)
{
    own Value names = get_varnames(self);
    return is_error(names) ? ERROR : int_value((int64_t)tuple_len(names));
}

static Value number_or_none(int32_t n) { return n < 0 ? NONE : small_int_value(n); }

/* (line, end line, column, end column) of each word, so that f_lasti // 2 finds its own. */
/* The position of a row as Python sees it: an implicit return and the jump back of a loop belong to what comes before them. */
static Position shown_row(const Code *c, uint32_t row)
{
    while (row > 0 && c->positions[row].line <= 0) {
        unsigned op = op_base[c->words[c->positions[row].start].op];
        if (op != OP_CODE_RETURN_K && op != OP_CODE_JUMP_BACK && op != OP_CODE_JUMP)
            break;
        row--;
    }
    return c->n_positions ? c->positions[row] : (Position){ 0, 0, 0, -1, -1, 0 };
}

static Value positions(Value *args, size_t n)
{
    Code *c = (Code *)as_obj(args[0]);
    own Value list = list_new(c->n_words);
    for (uint32_t pc = 0; !is_error(list) && pc < c->n_words; pc++) {
        Position p = shown_row(c, code_position_row(c, pc));
        bool none = p.line <= 0;
        Value items[4] = { none ? NONE : small_int_value(p.line), none ? NONE : small_int_value(p.end_line), none ? NONE : number_or_none(p.column), none ? NONE : number_or_none(p.end_column) };
        if (!list_append_take(list, tuple_from(items, 4)))
            return ERROR;
    }
    return is_error(list) ? ERROR : obj_iter(list);
}

/* (start, end, line) in bytes of our instructions. */
static Value lines(Value *args, size_t n)
{
    Code *c = (Code *)as_obj(args[0]);
    own Value list = list_new(c->n_positions);
    for (uint32_t i = 0; !is_error(list) && i < c->n_positions;) {
        uint32_t j = i + 1;
        int32_t line = shown_row(c, i).line;
        while (j < c->n_positions && shown_row(c, j).line == line)
            j++;
        uint32_t end = j < c->n_positions ? c->positions[j].start : c->n_words;
        own Value row = tuple_of3(small_int_value((int64_t)c->positions[i].start * CODE_UNIT), small_int_value((int64_t)end * CODE_UNIT), line > 0 ? small_int_value(line) : NONE);
        if (is_error(row) || !list_append(list, row))
            return ERROR;
        i = j;
    }
    return is_error(list) ? ERROR : obj_iter(list);
}

static void *copy_buffer(const void *from, size_t size, bool *ok)
{
    if (!size)
        return NULL;
    void *to = heap_buf(size);
    if (to)
        memcpy(to, from, size);
    else
        *ok = false;
    return to;
}

static Code *copy(const Code *c)
{
    Code *d = code_new();
    if (!d)
        return NULL;
    Value *to[] = { &d->name, &d->qualname, &d->filename, &d->consts, &d->names, &d->varnames, &d->cellvars, &d->freevars, &d->doc };
    const Value *from[] = { &c->name, &c->qualname, &c->filename, &c->consts, &c->names, &c->varnames, &c->cellvars, &c->freevars, &c->doc };
    for (size_t i = 0; i < sizeof to / sizeof *to; i++)
        set_slot(to[i], retain(*from[i]));
    bool ok = true;
    d->n_args = c->n_args;
    d->n_posonly = c->n_posonly;
    d->n_kwonly = c->n_kwonly;
    d->n_params = c->n_params;
    d->n_named = c->n_named;
    d->n_regs = c->n_regs;
    d->n_linked = c->n_linked;
    d->flags = c->flags;
    d->first_line = c->first_line;
    if ((d->words = copy_buffer(c->words, c->n_words * sizeof(Word), &ok)))
        d->n_words = c->n_words;
    if (d->words && code_pristine_hook)
        code_pristine_hook(c, d->words);
    if ((d->handlers = copy_buffer(c->handlers, c->n_handlers * sizeof(Handler), &ok)))
        d->n_handlers = c->n_handlers;
    if ((d->positions = copy_buffer(c->positions, c->n_positions * sizeof(Position), &ok)))
        d->n_positions = c->n_positions;
    if (c->cell_registers && (d->cell_registers = copy_buffer(c->cell_registers, c->n_cells * sizeof(uint16_t), &ok)))
        d->n_cells = c->n_cells;
    if (c->linked_use)
        d->linked_use = copy_buffer(c->linked_use, c->n_linked * sizeof(uint32_t), &ok);
    d->size_bytes = c->size_bytes;
    if (!ok) {
        release_obj(d);
        return raise_memory_null();
    }
    return d;
}

static bool replace_tuple(Value *slot, Value v, const char *name, bool same_length)
{
    if (!tuple_check(v))
        return raise_false(TypeError, "replace() argument '%s' must be tuple, not %W", name, v);
    if (same_length && tuple_len(v) != tuple_len(*slot))
        return raise_false(ValueError, "code.replace(): %s must keep its length", name);
    set_slot(slot, retain(v));
    return true;
}
static bool replace_str(Value *slot, Value v, const char *name)
{
    if (!str_check(v))
        return raise_false(TypeError, "replace() argument '%s' must be str, not %W", name, v);
    set_slot(slot, retain(v));
    return true;
}

enum { R_ARGCOUNT = 1, R_POSONLY, R_KWONLY, R_NLOCALS, R_STACKSIZE, R_FLAGS, R_FIRSTLINE, R_CODE, R_CONSTS, R_NAMES, R_VARNAMES, R_FREEVARS, R_CELLVARS,
       R_FILENAME, R_NAME, R_QUALNAME, R_LINETABLE, R_EXCEPTIONTABLE, N_REPLACE };

static bool replace_numbers(Code *d, Value *args)
{
    int64_t i;
    if (!is_unbound(args[R_FLAGS])) {
        if (!obj_index_i64(args[R_FLAGS], &i, OverflowError))
            return false;
        d->flags = ((uint32_t)i & CODE_VISIBLE_FLAGS) | (d->flags & ~CODE_VISIBLE_FLAGS);
    }
    if (!is_unbound(args[R_FIRSTLINE])) {
        if (!obj_index_i64(args[R_FIRSTLINE], &i, OverflowError))
            return false;
        int32_t shift = (int32_t)(i - (int64_t)d->first_line);
        d->first_line = (uint32_t)i;
        for (uint32_t k = 0; k < d->n_positions; k++) {
            if (d->positions[k].line > 0) {
                d->positions[k].line += shift;
                d->positions[k].end_line += shift;
            }
        }
    }
    const struct { unsigned arg; uint16_t have; const char *name; } fixed[] = {
        { R_ARGCOUNT, d->n_args, "co_argcount" }, { R_POSONLY, d->n_posonly, "co_posonlyargcount" }, { R_KWONLY, d->n_kwonly, "co_kwonlyargcount" },
    };
    for (size_t k = 0; k < sizeof fixed / sizeof *fixed; k++) {
        if (is_unbound(args[fixed[k].arg]))
            continue;
        if (!obj_index_i64(args[fixed[k].arg], &i, OverflowError))
            return false;
        if (i != fixed[k].have)
            return raise_false(ValueError, "code: %s cannot be changed", fixed[k].name);
    }
    return true;
}

static Value replace(Value *args, size_t n)
{
    Code *c = (Code *)as_obj(args[0]);
    if (is_ptr(args[R_CODE]) && !(bytes_check(args[R_CODE]) && as_bytes(args[R_CODE])->len == 0))
        return raise(ValueError, "code: instructions of another interpreter cannot be used");
    Code *d = copy(c);
    own Value made = d ? obj_value(d) : ERROR;
    if (!d)
        return ERROR;
    if (!replace_numbers(d, args))
        return ERROR;
    const struct { unsigned arg; Value *slot; const char *name; bool keeps_length; } tuples[] = {
        { R_CONSTS, &d->consts, "co_consts", true }, { R_NAMES, &d->names, "co_names", true }, { R_VARNAMES, &d->varnames, "co_varnames", true },
        { R_FREEVARS, &d->freevars, "co_freevars", true }, { R_CELLVARS, &d->cellvars, "co_cellvars", true },
    };
    for (size_t i = 0; i < sizeof tuples / sizeof *tuples; i++)
        if (!is_unbound(args[tuples[i].arg]) && !replace_tuple(tuples[i].slot, args[tuples[i].arg], tuples[i].name, tuples[i].keeps_length))
            return ERROR;
    if ((!is_unbound(args[R_FILENAME]) && !replace_str(&d->filename, args[R_FILENAME], "co_filename"))
        || (!is_unbound(args[R_NAME]) && !replace_str(&d->name, args[R_NAME], "co_name"))
        || (!is_unbound(args[R_QUALNAME]) && !replace_str(&d->qualname, args[R_QUALNAME], "co_qualname")))
        return ERROR;
    return give(made);
}

static const Method code_methods[] = {
    { "co_lines", "(self, /)", lines, NULL },
    { "co_positions", "(self, /)", positions, NULL },
    { "replace", "(self, /, *, co_argcount=-1, co_posonlyargcount=-1, co_kwonlyargcount=-1, co_nlocals=-1, co_stacksize=-1, co_flags=-1, co_firstlineno=-1, co_code=None, "
                 "co_consts=None, co_names=None, co_varnames=None, co_freevars=None, co_cellvars=None, co_filename=None, co_name=None, co_qualname=None, co_linetable=None, "
                 "co_exceptiontable=None)", replace, "Return a copy of the code object with new values for the specified fields." },
    { 0 },
};
static const GetSet code_getsets[] = {
    { "co_name", get_name, NULL, NULL }, { "co_qualname", get_qualname, NULL, NULL }, { "co_filename", get_filename, NULL, NULL },
    { "co_consts", get_consts, NULL, NULL }, { "co_names", get_names, NULL, NULL }, { "co_varnames", get_varnames, NULL, NULL },
    { "co_cellvars", get_cellvars, NULL, NULL }, { "co_freevars", get_freevars, NULL, NULL }, { "co_firstlineno", get_first_line, NULL, NULL },
    { "co_argcount", get_argcount, NULL, NULL }, { "co_posonlyargcount", get_posonly, NULL, NULL }, { "co_kwonlyargcount", get_kwonly, NULL, NULL },
    { "co_nlocals", get_nlocals, NULL, NULL }, { "co_stacksize", get_stacksize, NULL, NULL }, { "co_flags", get_flags, NULL, NULL },
    { "co_code", get_empty_bytes, NULL, NULL }, { "_co_code_adaptive", get_empty_bytes, NULL, NULL }, { "co_lnotab", get_empty_bytes, NULL, NULL },
    { "co_linetable", get_empty_bytes, NULL, NULL }, { "co_exceptiontable", get_empty_bytes, NULL, NULL }, { 0 },
};

/* Equal code: compiled from the same text at the same lines, whatever the file is called. Constants count by type and bits. */
static Value compare(Value a, Value b, CompareOp op)
{
    if ((op != CMP_EQ && op != CMP_NE) || !is_exact(b, &code_type))
        return NOT_IMPLEMENTED;
    if (same(a, b))
        return bool_value(op == CMP_EQ);
    const Code *x = (Code *)as_obj(a), *y = (Code *)as_obj(b);
    if (x->first_line != y->first_line || x->n_words != y->n_words || x->flags != y->flags)
        return bool_value(op == CMP_NE);
    own Value left = code_key(x), right = code_key(y);
    if (is_error(left) || is_error(right))
        return ERROR;
    return obj_compare(left, right, op);
}

static bool hash(Value self, int64_t *result)
{
    own Value key = code_key((Code *)as_obj(self));
    return !is_error(key) && obj_hash(key, result);
}

void code_join(void)
{
    code_type.compare = compare;
    code_type.hash = hash;
    code_type.methods = code_methods;
    code_type.getsets = code_getsets;
}
