/* names.h -- the identifiers of one parse, each stored once, keywords among them.
 * Equal names are equal pointers. NFKC normalisation as the language asks (PEP 3131). */
#ifndef INTERP_SYNTAX_NAMES_H
#define INTERP_SYNTAX_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "interp/base/arena.h"
#include "interp/syntax/ast.h"

typedef struct NameSlot {
    const Text *text;
    uint8_t token;                  /* T_NAME or the keyword's token type */
} NameSlot;

typedef struct Names {
    Arena *arena;
    NameSlot *slots;
    uint32_t mask, n;
} Names;

/* names_table_init -- an empty table with room for `guess` names; false when out of memory. */
bool names_table_init(Names *names, Arena *arena, uint32_t guess);
/* names_slot -- the slot of the bytes, added with token type `token` if new; NULL when out of memory.
 * At least 8 bytes must be readable from `bytes + len - 1` on (the lexer's padding). */
const NameSlot *names_slot(Names *names, const char *bytes, size_t len, uint8_t token);
/* names_add -- the same for any NUL-terminated string. */
const Text *names_add(Names *names, const char *string, uint8_t token);
/* names_normalise -- the NFKC form in the arena; NULL when out of memory. */
char *names_normalise(Names *names, const char *bytes, size_t len, size_t *new_len);

/* names_starts, names_continues -- may the code point start, or go on, an identifier (XID_Start or `_`, XID_Continue)? */
bool names_starts(uint32_t code);
bool names_continues(uint32_t code);
/* names_printable -- str.isprintable() of one code point. */
bool names_printable(uint32_t code);

#endif
