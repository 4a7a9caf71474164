/* unit.h -- one code object in the making: instructions, labels, registers, constants, protected regions, what is surely assigned.
 *
 * Registers while compiling are numbered from three bases, since how many there will be of each is known only at the end:
 *   [0, ...)            variables (parameters first; linked globals; hidden ones of inlined comprehensions)
 *   [CELL_BASE, ...)    cell variables that are not parameters
 *   [TEMP_BASE, ...)    temporaries, a stack: `height` of them are taken
 * assemble.c packs them.
 *
 * Reachability and definite assignment come from one State, which travels along the code: each jump merges it into its label, each
 * label merges it back. Names that are ever deleted are never surely bound, so states only grow along a path, and the state
 * at a loop's head or a region's start holds wherever control may come back to. Code that cannot be reached is not emitted. */
#ifndef COMPILE_UNIT_H
#define COMPILE_UNIT_H
#include "interp/compile/scope.h"

typedef uint16_t Reg;
typedef int Label;
enum { CELL_BASE = 0x7000, TEMP_BASE = 0x8000, TEMP_LIMIT = 0xff00 };
static inline bool is_temp(Reg r) { return r >= TEMP_BASE && r != NO_REG; }

enum { STATE_WORDS = 4 };
typedef struct State { uint64_t bound[STATE_WORDS]; bool dead; } State;

/* What becomes of a NOP that stands for a line (emit_line) is decided by assemble.c: nothing at all, a row of the position table, or an instruction. */
typedef enum Marker { NO_MARKER, MARKER_OPEN, MARKER_GONE, MARKER_ROW, MARKER_NOP } Marker;

typedef struct Instr {
    uint8_t op, x;
    bool has_label, wide;        /* wide: the 16-bit jump became an inverted one over a JUMP */
    uint8_t marker;              /* Marker */
    bool is_statement;           /* a statement begins with it */
    uint16_t a, b, c;
    int32_t bc;
    Label label;
    uint64_t cache;              /* first cache word, unless it is the label's distance */
    uint32_t address;
    Span at;
} Instr;

typedef struct LabelState { int at; bool used; State state; } LabelState;

/* A stretch protected by a handler; handler -1: a RESTORE row. */
typedef struct Region { Label handler; Reg reg; int start; } Region;
typedef struct RegionRow { int start, end; Label handler; Reg reg; int depth; } RegionRow;

/* What return, break and continue must undo on their way out. */
typedef enum BlockKind { BLOCK_WHILE, BLOCK_FOR, BLOCK_ASYNC_FOR, BLOCK_TRY, BLOCK_FINALLY, BLOCK_FINALLY_END, BLOCK_WITH, BLOCK_ASYNC_WITH,
                         BLOCK_HANDLER, BLOCK_HANDLER_NAME, BLOCK_STAR } BlockKind;
typedef struct Block {
    BlockKind kind;
    Label exit, again;           /* loops: break, continue */
    int n_regions;               /* regions open before the block */
    Reg reg;                     /* first temporary that belongs to it */
    const Node *node;            /* finally body, handler, with statement */
    Span at;
} Block;

typedef struct Constant_ { Value value; uint32_t hash; int next; } ConstantRow;

typedef struct Unit {
    Compiler *c;
    struct Unit *parent;
    Scope *scope;
    Ident *private_;
    Value name, qualname;        /* kept by the context */
    Value doc;                   /* kept by the context */
    int first_line;
    uint32_t flags;
    uint16_t n_args, n_posonly, n_kwonly, n_params, n_linked;
    VEC(ConstantRow) consts; int *const_buckets; size_t n_const_buckets;
    VEC(Ident *) names; PointerMap name_index;
    VEC(Ident *) vars;           /* by register; hidden ones begin with '.' */
    VEC(Ident *) cells, frees;   /* sorted by name */
    VEC(Instr) code;
    VEC(LabelState) labels;
    VEC(Region) regions;
    VEC(RegionRow) rows;
    VEC(Block) blocks;
    VEC(Scope *) inlined;        /* comprehensions being compiled into this code, innermost last */
    VEC(Ident *) hidden_free; VEC(Reg) hidden_free_reg;    /* hidden registers free for the next comprehension */
    VEC(Symbol *) linked;
    int height, max_height;
    Span at;                     /* position of what is emitted next */
    State state;
    bool at_statement;           /* nothing has been emitted of the statement begun last */
    bool in_class_values;        /* names are looked up in a class dict first (type parameter scopes) */
} Unit;

/* unit_open -- begin a code object for the scope; it becomes c->unit. False: failed. */
bool unit_open(Compiler *c, Scope *scope, Ident *name, int first_line, const char *qualname_override);
/* unit_close -- assemble and leave it. NULL when failed (memory is given back either way). The code is owned by the caller. */
must_use Code *unit_close(Compiler *c);

/* --- emitting ------------------------------------------------------------------------------------------------- */
void emit(Unit *u, Opcode op, int x, Reg a, Reg b, Reg c);
void emit_a(Unit *u, Opcode op, Reg a);
void emit_ab(Unit *u, Opcode op, Reg a, Reg b);
void emit_bc(Unit *u, Opcode op, Reg a, int32_t bc);
void emit_cached(Unit *u, Opcode op, int x, Reg a, Reg b, Reg c, uint64_t cache);
/* A jump: op's J operand, or the distance in the cache word of FOR_ITER and SEND, goes to the label. */
void emit_jump(Unit *u, Opcode op, int x, Reg a, Reg b, Label to);
void emit_goto(Unit *u, Label to);
/* emit_load -- r = constant v (borrowed). */
void emit_load(Unit *u, Reg r, Value v);
/* emit_line -- what stands at u->at makes no instruction, but a tracer wants to hear of its line. Where every way to the next instruction comes
 * through here, a row of the position table says so and nothing runs; else it is a NOP. Where a neighbour is of the same line it is nothing. */
void emit_line(Unit *u);
/* Nothing can be reached after what was just emitted. */
static inline void unit_dead_end(Unit *u) { u->state.dead = true; }

Label label_new(Unit *u);
void label_place(Unit *u, Label l);

/* --- registers ------------------------------------------------------------------------------------------------ */
Reg temp_push(Unit *u);
Reg temps_push(Unit *u, int n);              /* the first of n consecutive ones */
static inline Reg temp_next(const Unit *u) { return (Reg)(TEMP_BASE + u->height); }
static inline bool is_top(const Unit *u, Reg r) { return u->height > 0 && r == TEMP_BASE + u->height - 1; }
/* `r` when it is the top temporary, else a new one: where a value may be prepared that ends up in `r`. */
Reg temp_window(Unit *u, Reg r);
Reg unit_new_var(Unit *u, Ident *ident);
/* A hidden variable ".name": taken and given back. */
Reg hidden_take(Unit *u, Ident *ident);
void hidden_give(Unit *u, Ident *ident, Reg r);
bool state_is_bound(const Unit *u, Reg r);
void state_bind(Unit *u, Reg r);
void state_unbind(Unit *u, Reg r);

/* --- constants, names --------------------------------------------------------------------------------------------- */
int unit_const(Unit *u, Value v);            /* index; v borrowed */
Reg unit_const16(Unit *u, Value v);          /* for 16-bit operands; fails beyond them */
int unit_const_take(Unit *u, Value v);       /* ERROR: failed */
Reg unit_name(Unit *u, Ident *ident);        /* index in names */
int unit_free_index(Unit *u, const Ident *ident);
int unit_cell_index(Unit *u, const Ident *ident);        /* -1: none */

/* --- protected regions and blocks ---------------------------------------------------------------------------------- */
void region_open(Unit *u, Label handler, Reg reg);       /* handler -1: RESTORE */
void region_close(Unit *u);                              /* the innermost */
/* Leave all regions above `n` for a while (code of an outer level is emitted in between). */
typedef struct Suspended { Region *regions; int n; } Suspended;
Suspended regions_suspend(Unit *u, int n);
void regions_resume(Unit *u, Suspended s, int n);
void block_push(Unit *u, BlockKind kind, Reg reg, const Node *node);
static inline void block_pop(Unit *u) { u->blocks.n--; }
#endif
