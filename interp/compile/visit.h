/* visit.h -- compiling any node: the table of rules, and the ways to ask for a value.
 *
 * Results go where the caller wants them. A rule gets the register for its result and writes it by its last instruction, never
 * before: what is in a variable stays there if the expression fails. Temporaries it takes are given back when it returns.
 *
 * Variables are read in place, late. `a + (a := 1)` must still see the old a: whoever asks for an operand names what is evaluated
 * before it is used, and gets a copy when that may rebind the variable. In linked code any call may. */
#ifndef COMPILE_VISIT_H
#define COMPILE_VISIT_H
#include "interp/compile/fold.h"
#include "interp/compile/place.h"
#include "interp/compile/unit.h"

typedef void ExprRule(Unit *u, const Node *e, Reg dest);
typedef void StmtRule(Unit *u, const Node *s);
typedef struct Rules { ExprRule *expr[NODE_COUNT]; StmtRule *stmt[NODE_COUNT]; } Rules;

/* dest = e. */
void expr_to(Unit *u, const Node *e, Reg dest);
/* A new temporary with e's value. */
Reg expr_push(Unit *u, const Node *e);
/* e for its effect. */
void expr_drop(Unit *u, const Node *e);
/* A register to read e's value from: the variable's own, or a temporary (`into` when that is the top one, else a new one). later1 and
 * later2 (may be NULL) are evaluated before it is read. The variable may be unbound: for rows marked (u). */
Reg expr_operand(Unit *u, const Node *e, Reg into, const Node *later1, const Node *later2);
/* As expr_operand with nothing later, but surely bound. */
Reg expr_bound(Unit *u, const Node *e);
/* The constant index of e if it is a number or str that fits a K operand; -1. */
int expr_small_const(Unit *u, const Node *e);
/* May evaluating `later` rebind the variable in register r? */
bool may_rebind(Unit *u, const Node *later, Reg r);

void stmt(Unit *u, const Node *s);
void stmts(Unit *u, NodeList list);

/* Set the position for what is emitted next; give back the old one. */
static inline Span at_span(Unit *u, Span s) { Span old = u->at; u->at = s; return old; }
static inline Span at_node(Unit *u, const Node *n) { return at_span(u, span_of(n)); }
/* Refuses to bind or delete names that have one meaning only. */
bool forbidden_name(Unit *u, const Text *name, NodeKind ctx, Span at);
#endif
