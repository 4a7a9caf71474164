/* options.h -- the command line: what to run, and how. CPython's flags, and `kernel -f FILE`. */
#ifndef KERNEL_OPTIONS_H
#define KERNEL_OPTIONS_H

#include "interp/interp.h"

typedef enum Action {
    RUN_PROMPT, RUN_STDIN, RUN_FILE, RUN_COMMAND, RUN_MODULE, RUN_KERNEL, DUMP_AST, DISASSEMBLE, SHOW_VERSION, SHOW_HELP, USAGE_ERROR,
} Action;

typedef struct Options {
    Action action;
    const char *what;                /* the file, code, module or connection file; borrowed from argv; kernel: may be NULL */
    InterpOptions interp;            /* its arrays belong to this struct */
} Options;

/* options_parse -- USAGE_ERROR: what is wrong has been said on standard error. */
Options options_parse(int argc, char **argv);
void options_free(Options *options);
extern const char options_usage[], options_help[];

#endif
