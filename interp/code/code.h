/* code.h -- the contract between compiler and VM: instruction words, code objects, handler and position tables.
 *
 * A code object is immutable for Python; its cache words and quickened opcodes change while it runs. */
#ifndef CODE_CODE_H
#define CODE_CODE_H
#include "interp/object/type.h"

typedef enum Opcode {
#define OP(name, format, caches, text) OP_CODE_##name,
#include "interp/code/opcodes.def"
#undef OP
    N_OPCODES,
    /* specialised forms made at run time by the VM live from here (interp/vm/quick.def): never emitted, never disassembled */
} Opcode;

typedef union Word {
    struct { uint8_t op, x; uint16_t a, b, c; };
    struct { uint8_t op_, x_; uint16_t a_; int32_t bc; } __attribute__((packed));
    uint64_t bits;
    void *pointer;
} Word;
static_assert(sizeof(Word) == 8, "one word");
#define NO_REG 0xffff
#define MAX_REGISTERS 0xfff0

typedef struct OpInfo { const char *name, *format; uint8_t n_cache; const char *text; } OpInfo;
extern const OpInfo op_info[N_OPCODES];
/* The opcode of opcodes.def behind what the op byte of running code shows (the VM rewrites op bytes to specialised forms and registers
 * each here): whoever reads words of a code object that may have run (disassembler, marshal, checker) goes through op_base. Identity
 * for op < N_OPCODES. */
extern uint8_t op_base[256];
/* What each field of an instruction means, read off its format. bc is used instead of b and c where it is not OPERAND_NONE. */
typedef enum OperandKind { OPERAND_NONE, OPERAND_REG, OPERAND_CONST, OPERAND_NAME, OPERAND_NUMBER, OPERAND_JUMP } OperandKind;
typedef struct OpFields { uint8_t a, b, c, bc; } OpFields;
OpFields op_fields(Opcode op);

/* Where an exception raised at a word in [start, end) goes; innermost first, sorted so that the first hit is the right one.
 * handler < 0: a RESTORE row: while unwinding, the handled exception becomes r[reg+1] again, and the search goes on. */
typedef struct Handler { uint32_t start, end; int32_t handler; uint16_t reg; } Handler;
/* Source position of the words from `start` to the next row. Rows with the `start` of the row behind them are lines without an instruction
 * (pass, try) that a tracer hears of on the way to that word. line 0: none (artificial). Columns are UTF-8 bytes; -1: unknown. */
typedef struct Position {
    uint32_t start;
    int32_t line, end_line;
    int32_t column, end_column : 31;
    uint32_t is_statement : 1;           /* a statement begins here: no temporary is in use but those of the blocks around it */
} Position;
static_assert(sizeof(Position) == 20, "a bit of the last column");

enum {  /* co_flags, CPython's */
    CODE_OPTIMIZED = 1, CODE_NEWLOCALS = 2, CODE_VARARGS = 4, CODE_VARKEYWORDS = 8, CODE_NESTED = 16, CODE_GENERATOR = 32,
    CODE_COROUTINE = 128, CODE_ITERABLE_COROUTINE = 256, CODE_ASYNC_GENERATOR = 512,
    CODE_FUTURE_ANNOTATIONS = 0x1000000,
    /* ours */
    CODE_LINKED = 1 << 28,       /* top-level code whose registers [0, n_linked) ARE the globals varnames[0..n_linked) while it runs */
    CODE_CLASS_BODY = 1 << 29,
};

typedef struct Code {
    Object head;
    Value name, qualname, filename;      /* str */
    Value consts, names;                 /* tuples; names interned */
    Value varnames, cellvars, freevars;  /* tuples of str. Named registers: [0, len(varnames)) the varnames, then one for each cellvar that is not also
                                            a parameter (a captured parameter keeps its register and becomes a cell there by MAKE_CELL).
                                            A varname that begins with "." is hidden: the loop variable of an inlined comprehension, a match subject.
                                            locals() leaves it out; messages leave out the dot */
    Value doc;                           /* docstring or NONE */
    uint16_t n_args, n_posonly, n_kwonly;        /* positional parameters (posonly included), keyword-only ones */
    uint16_t n_params;                   /* registers of parameters: n_args + n_kwonly + *args + **kwargs, in this order */
    uint16_t n_named, n_regs;            /* named registers; all registers */
    uint16_t n_linked, n_cells;          /* n_cells: length of cellvars and of cell_registers */
    uint32_t flags, first_line;
    Word *words; uint32_t n_words;
    Handler *handlers; uint32_t n_handlers;
    Position *positions; uint32_t n_positions;
    uint16_t *cell_registers;            /* register of cellvar i */
    uint32_t *linked_use;                /* linked names: 1 read, 2 written */
    uint64_t version;                    /* unique; caches of callers compare it */
    uint64_t size_bytes;                 /* of all buffers, for accounting */
    Value weak_lines;                    /* cache of co_code-like views made for Python; NONE */
    uint64_t namespace_id;               /* the VM's: the namespace whose cells its global instructions are linked to; 0 none yet, UINT64_MAX several */
} Code;
extern Type code_type;

/* code_new -- an empty code object for the compiler to fill (all Values NONE / empty tuples). Buffers are heap_buf memory owned by it. */
must_use Code *code_new(void);
/* The source position of word `pc`; line 0 when unknown. O(log n). */
/* What Python code sees as offsets (f_lasti, tb_lasti, co_lines) counts CODE_UNIT a word, as CPython's code units do. */
enum { CODE_UNIT = 2 };
Position code_position(const Code *, uint32_t pc);
/* The row of the position table that code_position reads; 0 also when there is none. */
uint32_t code_position_row(const Code *, uint32_t pc);
Value code_register_name_peek(const Code *, uint16_t reg);       /* str or UNBOUND for temporaries */
/* Every operand in range, jumps land on instructions, the end is not run over. False: *why says what is wrong. Only before the code has run. */
bool code_check(const Code *, const char **why);
/* Disassembly as text (owned str), nested code objects included. */
must_use Value code_disassemble(const Code *);
/* Marshalled form for compiled-code caches and back (NULL: error / not ours). */
must_use Value code_to_bytes(const Code *);
must_use Code *code_from_bytes(const uint8_t *bytes, size_t n);
/* A number that is another one when code_from_bytes cannot read what code_to_bytes wrote elsewhere. */
uint64_t code_stamp(void);
/* code_key -- bytes that are equal for equal code: all that code_to_bytes writes but the names of files. O(its size). */
must_use Value code_key(const Code *);
/* Code that has run holds specialised opcodes and filled caches. The VM registers how to write down the words as the compiler made them. */
extern void (*code_pristine_hook)(const Code *, Word *out);
#endif
