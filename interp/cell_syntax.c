/* cell_syntax.c -- see cell_syntax.h */
#include "interp/cell_syntax.h"

#include <stdlib.h>
#include <string.h>

#include "interp/base/arena.h"
#include "interp/syntax/complete.h"
#include "interp/syntax/syntax.h"

static size_t offset_of(const char *source, size_t len, int line, int column)
{
    size_t at = 0;
    for (int i = 1; i < line && at < len; at++)
        i += source[at] == '\n';
    return at + (size_t)column <= len ? at + (size_t)column : len;
}

size_t cell_last_expression(const char *source, size_t len)
{
    Arena arena = { 0 };
    ParseResult result = { 0 };
    ParseOptions options = { .mode = PARSE_EXEC, .flags = PARSE_IS_UTF8 | PARSE_TOP_LEVEL_AWAIT };
    size_t offset = len;
    if (syntax_parse(&arena, source, len, &options, &result) && result.tree->kind == NODE_Module && result.tree->Module.body.n > 0) {
        const Node *last = result.tree->Module.body.at[result.tree->Module.body.n - 1];
        if (last->kind == NODE_Expr)
            offset = offset_of(source, len, last->lineno, last->col_offset);
    }
    arena_free(&arena);
    return offset;
}
