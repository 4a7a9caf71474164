/* lex_error.c -- the one function that the lexer and its number reader both need. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "interp/syntax/lex_state.h"

bool lex_error(Lexer *lx, LexErrorKind kind, int lineno, int col, const char *format, ...)
{
    char message[256];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    char *copy = arena_string(lx->arena, message, strlen(message));
    lx->error = (LexError){ copy ? kind : LEX_MEMORY, copy, lineno, col, LEX_SAME_END, false };
    return false;
}
