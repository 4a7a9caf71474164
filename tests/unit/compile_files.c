/* compile_files.c -- compile the named files and report which fail: `compile_files FILE...`, or names on standard input.
 * With -d, disassemble too (to nowhere); with -m, through bytes and back. Exit status: number of failures, at most 100. */
#include "gc/heap.h"
#include "interp/builtins/types.h"
#include "interp/compile/compile.h"
#include "interp/object/error.h"
#include "interp/object/bytes.h"
#include "interp/vm/eval.h"
#include "interp/vm/thread.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool use_marshal, use_disassembler;

static char *read_file(const char *path, size_t *len)
{
    FILE *in = fopen(path, "rb");
    if (!in)
        return NULL;
    size_t cap = 1 << 24;
    char *text = malloc(cap);
    *len = text ? fread(text, 1, cap, in) : 0;
    fclose(in);
    return text;
}

static bool round_trip(Code *code)
{
    Value bytes = code_to_bytes(code);
    if (is_error(bytes))
        return false;
    Code *again = code_from_bytes(as_bytes(bytes)->data, as_bytes(bytes)->len);
    Value second = again ? code_to_bytes(again) : ERROR;
    bool fine = !is_error(second) && as_bytes(second)->len == as_bytes(bytes)->len;      /* sets may change their order */
    if (again && !fine && !error_pending())
        error_set(SystemError, "not the same after reading back");
    release(bytes);
    release(second);
    release_obj(again);
    return fine;
}

static bool compile_file(const char *path, uint32_t flags)
{
    size_t len;
    char *text = read_file(path, &len);
    if (!text)
        return true;
    CompileOptions options = { COMPILE_EXEC, flags, 0, path };
    Code *code = compile_source(text, len, true, &options);
    free(text);
    bool fine = code && (!use_marshal || round_trip(code));
    if (fine && use_disassembler)
        release(code_disassemble(code));
    if (!fine) {
        char *why = error_describe();
        printf("%s: %s\n", path, why ? why : "?");
        free(why);
        error_clear();
    }
    release_obj(code);
    return fine;
}

int main(int argc, char **argv)
{
    heap_init();
    if (!thread_new())
        return 1;
    types_init();
    vm_init();
    int failures = 0, n = 0;
    uint64_t before = heap_counts().live_bytes;
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "-m"))
            use_marshal = true;
        else if (!strcmp(argv[i], "-d"))
            use_disassembler = true;
        else if (++n)
            failures += !compile_file(argv[i], n & 1 ? COMPILE_LINKED : 0);
    }
    char path[4096];
    while (n == 0 ? fgets(path, sizeof path, stdin) != NULL : false) {
        path[strcspn(path, "\n")] = 0;
        failures += !compile_file(path, 0);
    }
    printf("%d failures, %lld bytes more\n", failures, (long long)(heap_counts().live_bytes - before));
    return failures > 100 ? 100 : failures;
}
