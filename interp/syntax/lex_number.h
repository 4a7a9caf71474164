/* lex_number.h -- numbers: their extent in the source, and their value. */
#ifndef INTERP_SYNTAX_LEX_NUMBER_H
#define INTERP_SYNTAX_LEX_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "interp/syntax/lex_state.h"

/* lex_number -- moves lexer->cur (at a digit, or a point before one) behind the number; false with lexer->error set. */
bool lex_number(Lexer *lexer);

typedef enum NumberResult { NUMBER_OK, NUMBER_TOO_LONG, NUMBER_NO_MEMORY } NumberResult;

/* number_value -- the value of a number token's text, well-formed as lex_number leaves it.
 * NUMBER_TOO_LONG: a decimal int of more than `max_digits` digits (0: no limit); *digits says how many. */
NumberResult number_value(Arena *arena, const char *text, size_t len, int max_digits, Constant *value, int *digits);

#endif
