/* place.h -- where a name's value is: register, cell, closure, global, namespace; loading, storing, deleting there. */
#ifndef COMPILE_PLACE_H
#define COMPILE_PLACE_H
#include "interp/compile/unit.h"

typedef enum PlaceKind { PLACE_REG, PLACE_CELL, PLACE_FREE, PLACE_GLOBAL, PLACE_NAME, PLACE_CLASS_FREE, PLACE_DICT_FREE, PLACE_DICT_GLOBAL } PlaceKind;
typedef struct Place { PlaceKind kind; Reg index; Ident *ident; Symbol *symbol; } Place;

/* The place of an identifier as the source spells it (mangled here). */
Place place_of(Unit *u, const Text *name);
Place place_of_ident(Unit *u, Ident *ident);             /* already mangled */

/* r = value. */
void place_load(Unit *u, Place p, Reg r);
/* The value goes from `r` to the place; a temporary r is consumed. Names nobody may assign (__debug__) are refused by the caller. */
void place_store(Unit *u, Place p, Reg r);
void place_delete(Unit *u, Place p);
/* The end of `except ... as name`: the name is gone whether or not it was still there. */
void place_forget(Unit *u, Place p);
/* The register an instruction may write its result into directly, or NO_REG. Call place_bound afterwards. */
static inline Reg place_target(Place p) { return p.kind == PLACE_REG ? p.index : NO_REG; }
void place_bound(Unit *u, Place p);
/* The cell object that an inner function needs for its free variable, into r. */
void place_load_cell(Unit *u, Ident *ident, Reg r);
/* Register of a cell variable of this unit. */
Reg place_cell_register(Unit *u, Ident *ident);
#endif
