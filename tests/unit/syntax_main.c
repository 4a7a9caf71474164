/* syntax_main.c -- the parser alone, as a program for tests.
 *   syntax_main --dump-ast FILE               the tree, or the error on stderr and status 1
 *   syntax_main --serve                       many texts: see below
 *   syntax_main --time FILE N                 parses N times and prints lines a second
 * --serve reads records "MODE FLAGS LENGTH\n" + bytes and answers each with a line "ok LENGTH\n" + dump, or
 * "error LENGTH\n" + a Python tuple (kind, message, lineno, offset, text, end_lineno, end_offset); both are followed by
 * "warnings LENGTH\n" + a Python list. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "interp/syntax/complete.h"
#include "interp/syntax/dump.h"
#include "interp/syntax/syntax.h"

static const char *const kinds[] = { "SyntaxError", "IndentationError", "TabError", "IncompleteInputError", "ValueError",
                                     "MemoryError" };

static char *read_all(FILE *file, size_t *len)
{
    Buf buf = { 0 };
    char block[65536];
    size_t n;
    while ((n = fread(block, 1, sizeof block, file)) > 0)
        buf_add(&buf, block, n);
    return buf_detach(&buf, len);
}

static void put_error(Buf *out, const SyntaxErrorInfo *e)
{
    buf_printf(out, "('%s', ", kinds[e->kind]);
    dump_string(out, e->message, strlen(e->message));
    buf_printf(out, ", %d, %d, ", e->lineno, e->offset);
    if (e->text)
        dump_string(out, e->text, e->text_len);
    else
        buf_string(out, "None");
    buf_printf(out, ", %d, %d)", e->end_lineno, e->end_offset);
}

static void put_warnings(Buf *out, const SyntaxWarningInfo *w)
{
    buf_char(out, '[');
    for (; w; w = w->next) {
        buf_printf(out, "('%s', ", w->kind == SYNTAX_SYNTAX_WARNING ? "SyntaxWarning" : "DeprecationWarning");
        dump_string(out, w->message, strlen(w->message));
        buf_printf(out, ", %d), ", w->lineno);
    }
    buf_char(out, ']');
}

static int serve(void)
{
    int mode, flags;
    size_t len;
    while (scanf("%d %d %zu", &mode, &flags, &len) == 3) {
        getchar();
        char *source = malloc(len + 1);
        if (!source || fread(source, 1, len, stdin) != len)
            return 1;
        Arena arena = { 0 };
        ParseResult result;
        Buf out = { 0 }, warnings = { 0 };
        if (mode == 9) {
            int indent;
            CompleteStatus status = complete_check(source, len, &indent);
            buf_printf(&out, "('%s', %d)", complete_names[status], indent);
            result = (ParseResult){ 0 };
            result.tree = NULL;
            printf("ok %zu\n", out.len);
        } else {
            ParseOptions options = { .mode = (ParseMode)mode, .flags = flags, .max_str_digits = 4300 };
            bool ok = syntax_parse(&arena, source, len, &options, &result);
            if (ok && !dump_tree(&out, result.tree, true)) {
                buf_clear(&out);
                buf_string(&out, "too deep");
            }
            if (!ok)
                put_error(&out, &result.error);
            printf("%s %zu\n", ok ? "ok" : "error", out.len);
        }
        fwrite(out.at, 1, out.len, stdout);
        put_warnings(&warnings, result.warnings);
        printf("warnings %zu\n", warnings.len);
        fwrite(warnings.at, 1, warnings.len, stdout);
        fflush(stdout);
        buf_free(&out);
        buf_free(&warnings);
        arena_free(&arena);
        free(source);
    }
    return 0;
}

static int time_it(const char *path, int n)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return 2;
    size_t len, lines = 0;
    char *source = read_all(file, &len);
    fclose(file);
    for (size_t i = 0; i < len; i++)
        lines += source[i] == '\n';
    struct timespec a, b;
    size_t bytes = 0;
    clock_gettime(CLOCK_MONOTONIC, &a);
    for (int i = 0; i < n; i++) {
        Arena arena = { 0 };
        ParseResult result;
        ParseOptions options = { .mode = PARSE_EXEC };
        if (!syntax_parse(&arena, source, len, &options, &result))
            return 1;
        bytes = arena.total_bytes;
        arena_free(&arena);
    }
    clock_gettime(CLOCK_MONOTONIC, &b);
    double seconds = (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
    printf("%.0f lines/s, %.1f MB/s, arena %.1f MB\n", (double)lines * n / seconds, (double)len * n / seconds / 1e6,
           (double)bytes / 1e6);
    free(source);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "--serve"))
        return serve();
    if (argc == 4 && !strcmp(argv[1], "--time"))
        return time_it(argv[2], atoi(argv[3]));
    if (argc != 3 || strcmp(argv[1], "--dump-ast") != 0)
        return 2;
    FILE *file = fopen(argv[2], "rb");
    if (!file)
        return 2;
    size_t len;
    char *source = read_all(file, &len);
    fclose(file);
    Arena arena = { 0 };
    ParseResult result;
    ParseOptions options = { .mode = PARSE_EXEC, .filename = argv[2] };
    Buf out = { 0 };
    int status = 0;
    if (!syntax_parse(&arena, source, len, &options, &result)) {
        put_error(&out, &result.error);
        fprintf(stderr, "%s\n", buf_text(&out));
        status = 1;
    } else if (!dump_tree(&out, result.tree, true)) {
        fprintf(stderr, "RecursionError: nested too deeply\n");
        status = 1;
    } else {
        fwrite(out.at, 1, out.len, stdout);
        putchar('\n');
    }
    buf_free(&out);
    arena_free(&arena);
    free(source);
    return status;
}
