/* syntax.h -- the door of interp/syntax: text in, a tree or a syntax error out.
 *
 * Everything that comes out (tree, messages, warnings) lives in the arena of the caller.
 * No Python code runs. Linear time. */
#ifndef INTERP_SYNTAX_SYNTAX_H
#define INTERP_SYNTAX_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "interp/base/arena.h"
#include "interp/syntax/ast.h"
#include "interp/syntax/parse_types.h"

/* syntax_parse -- parses `len` bytes of `source` (no NUL needed).
 * true: result->tree is the tree; false: result->error says what is wrong. Never both, never neither. */
bool syntax_parse(Arena *arena, const char *source, size_t len, const ParseOptions *options, ParseResult *result);

#endif
