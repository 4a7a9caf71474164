/* dump_ast.c -- `ouro --dump-ast FILE`: ast.dump(ast.parse(source), include_attributes=True), or the SyntaxError. No interpreter runs. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interp/base/buf.h"
#include "interp/base/unicode.h"
#include "interp/syntax/dump.h"
#include "interp/syntax/syntax.h"

int interp_dump_ast(const char *path);       /* interp.h, whose Text is not the tree's */

static const char *const kinds[] = { "SyntaxError", "IndentationError", "TabError", "SyntaxError", "ValueError", "MemoryError" };

int interp_dump_ast(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "ouro: can't open file '%s': %s\n", path, strerror(errno));
        return 2;
    }
    Buf source = { 0 }, out = { 0 };
    char block[65536];
    for (size_t n; (n = fread(block, 1, sizeof block, file)) > 0;)
        buf_add(&source, block, n);
    fclose(file);
    Arena arena = { 0 };
    ParseResult result = { 0 };
    ParseOptions options = { .mode = PARSE_EXEC, .filename = path };
    size_t len;
    char *text = buf_detach(&source, &len);
    int status = 0;
    if (!syntax_parse(&arena, text ? text : "", len, &options, &result)) {
        const SyntaxErrorInfo *e = &result.error;
        fprintf(stderr, "  File \"%s\", line %d\n%s: %s\n", path, e->lineno, kinds[e->kind], e->message);
        status = 1;
    } else if (!dump_tree(&out, result.tree, true)) {
        fputs("MemoryError: the tree is nested too deeply to be printed\n", stderr);
        status = 1;
    } else {
        char *dump = buf_detach(&out, &len);
        fwrite(dump, 1, len, stdout);
        putchar('\n');
        free(dump);
    }
    free(text);
    arena_free(&arena);
    return status;
}
