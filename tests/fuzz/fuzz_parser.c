/* fuzz_parser.c -- any bytes, in all three modes: a tree that dumps, or an error that says something.
 * sources: interp/base/arena.c interp/base/buf.c interp/base/utf8.c interp/base/dtoa.c interp/base/unicode_names.c interp/syntax/[a-z]*.c */
#include <stdlib.h>
#include <string.h>

#include "interp/syntax/complete.h"
#include "interp/syntax/dump.h"
#include "interp/syntax/syntax.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    int choice = data[0];
    char *source = malloc(size);            /* an exact copy: reading beyond it is seen */
    memcpy(source, data + 1, size - 1);
    Arena arena = { .limit_bytes = 256 << 20 };
    ParseResult result;
    ParseOptions options = { .mode = (ParseMode)(choice % 3), .flags = choice / 3 % 8, .max_str_digits = 4300 };
    Buf out = { 0 };
    if (syntax_parse(&arena, source, size - 1, &options, &result)) {
        if (!result.tree)
            abort();
        dump_tree(&out, result.tree, true);
    } else if (!result.error.message) {
        abort();
    }
    buf_free(&out);
    arena_free(&arena);
    int indent;
    if (choice % 5 == 0)
        complete_check(source, size - 1, &indent);
    free(source);
    return 0;
}
