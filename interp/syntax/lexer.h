/* lexer.h -- source text to tokens, one at a time.
 *
 * The source is UTF-8 with "\n" line ends and at least LEXER_PADDING NUL bytes behind it (syntax.c sees to
 * both).  Tokens hold offsets into it.  f-strings come as FSTRING_START, then FSTRING_MIDDLE and fields
 * `{ expression = ! conversion : spec }` in any number, then FSTRING_END (PEP 701); the lexer keeps the
 * stack of open ones.  A mistake stops the lexer: lexer_next gives false and `error` says what and where. */
#ifndef INTERP_SYNTAX_LEXER_H
#define INTERP_SYNTAX_LEXER_H

#include "interp/syntax/lex_state.h"

/* token_text -- the fixed text of a token type, NULL if it has none. */
const char *token_text(TokenType type);

/* lexer_init -- begins at the start of the text. */
void lexer_init(Lexer *lexer, Arena *arena, Names *names, const char *source, int len);
/* lexer_next -- the next token; false with lexer->error set. After ENDMARKER it gives ENDMARKER again. */
bool lexer_next(Lexer *lexer, Token *token);

#endif
