/* options.c -- see options.h */
#include "kernel/options.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char options_usage[] =
    "usage: ouro [option] ... [-c cmd | -m mod | file | -] [arg] ...\n"
    "       ouro kernel [-f CONNECTION_FILE]\n";

const char options_help[] =
    "Options (as CPython's):\n"
    "-b     : issue warnings about str(bytes_instance), comparing bytes with str (-bb: issue errors)\n"
    "-B     : don't write compiled code to the cache\n"
    "-c cmd : program passed in as string (terminates option list)\n"
    "-E     : ignore PYTHON* environment variables\n"
    "-h     : print this help message and exit (also --help)\n"
    "-i     : inspect interactively after running the program\n"
    "-I     : isolate from the user's environment (implies -E and -s)\n"
    "-m mod : run library module as a script (terminates option list)\n"
    "-O     : remove assert and __debug__-dependent statements (-OO: docstrings too)\n"
    "-q     : no version and copyright messages at the interactive prompt\n"
    "-s     : don't add the user's site folder to sys.path\n"
    "-S     : don't imply 'import site' on initialization\n"
    "-u     : unbuffered stdout and stderr\n"
    "-v     : trace import statements\n"
    "-V     : print the version and exit (also --version)\n"
    "-W arg : warning control; arg is action:message:category:module:lineno\n"
    "-X opt : implementation-specific option; -X memory_limit=SIZE ends a program in MemoryError beyond SIZE (k, M, G)\n"
    "file   : program read from script file\n"
    "-      : program read from stdin (default; interactive mode if a terminal)\n"
    "arg ...: arguments passed to the program in sys.argv[1:]\n"
    "\n"
    "--dump-ast FILE : print the syntax tree of a file, as ast.dump(tree, include_attributes=True) does\n"
    "--dis FILE      : print the instructions a file is compiled to\n"
    "kernel -f FILE  : serve Jupyter on the connection that FILE describes; without -f make one and say where it is\n";

static uint64_t parse_size(const char *text)
{
    char *end;
    double size = strtod(text, &end);
    while (*end == ' ')
        end++;
    int shift = 0;
    switch (tolower((unsigned char)*end)) {
    case 'k': shift = 10; break;
    case 'm': shift = 20; break;
    case 'g': shift = 30; break;
    case 't': shift = 40; break;
    }
    return size > 0 && size < 1e18 ? (uint64_t)(size * (double)((uint64_t)1 << shift)) : 0;
}

typedef struct Parser {
    Options options;
    int argc, at;
    char **argv;
    const char **x, **w;
} Parser;

static Options usage_error(Parser *parser, const char *format, const char *what)
{
    fprintf(stderr, format, what);
    fputs(options_usage, stderr);
    fputs("Try `ouro -h' for more information.\n", stderr);
    parser->options.action = USAGE_ERROR;
    return parser->options;
}

/* The value of an option: the rest of its word, or the next word. NULL: there is none. */
static const char *value_of(Parser *parser, const char *rest)
{
    if (*rest)
        return rest;
    return parser->at + 1 < parser->argc ? parser->argv[++parser->at] : NULL;
}

/* sys.argv: `zero` (NULL: what argv holds) and everything behind the current word. */
static void take_arguments(Parser *parser, const char *zero)
{
    if (zero && parser->at < parser->argc)
        parser->argv[parser->at] = (char *)zero;
    parser->options.interp.argc = parser->argc - parser->at;
    parser->options.interp.argv = parser->argv + parser->at;
}

static void set_flag(Options *options, char flag)
{
    InterpOptions *interp = &options->interp;
    switch (flag) {
    case 'b': interp->bytes_warning++; break;
    case 'B': interp->no_bytecode = true; break;
    case 'E': interp->ignore_environment = true; break;
    case 'i': interp->inspect = true; break;
    case 'I': interp->isolated = interp->ignore_environment = interp->no_user_site = true; break;
    case 'O': interp->optimize++; break;
    case 'q': interp->quiet = true; break;
    case 's': interp->no_user_site = true; break;
    case 'S': interp->no_site = true; break;
    case 'u': interp->unbuffered = true; break;
    case 'v': interp->verbose = true; break;
    }
}

static void take_x(Parser *parser, const char *value)
{
    parser->x[parser->options.interp.n_x_options++] = value;
    if (strncmp(value, "memory_limit=", 13) == 0)
        parser->options.interp.memory_limit_bytes = parse_size(value + 13);
}

/* One word of short options. True: the option list ends here; the result is complete. */
static bool short_options(Parser *parser, const char *word, Options *result)
{
    Options *options = &parser->options;
    for (const char *flag = word + 1; *flag; flag++) {
        if (strchr("bBEiIOqsSuvdtRPx", *flag)) {
            set_flag(options, *flag);
            continue;
        }
        if (*flag == 'h' || *flag == '?' || *flag == 'V') {
            options->action = *flag == 'V' ? SHOW_VERSION : SHOW_HELP;
            *result = *options;
            return true;
        }
        char name[2] = { *flag, 0 };
        const char *value = strchr("cmWX", *flag) ? value_of(parser, flag + 1) : NULL;
        if (!value) {
            *result = usage_error(parser, strchr("cmWX", *flag) ? "Argument expected for the -%s option\n" : "unknown option -%s\n", name);
            return true;
        }
        if (*flag == 'c' || *flag == 'm') {
            options->action = *flag == 'c' ? RUN_COMMAND : RUN_MODULE;
            options->what = value;
            take_arguments(parser, *flag == 'c' ? "-c" : "-m");
            *result = *options;
            return true;
        }
        if (*flag == 'X')
            take_x(parser, value);
        else
            parser->w[options->interp.n_warn_options++] = value;
        return false;
    }
    return false;
}

/* --version and other long words. True: the result is complete. */
static bool long_option(Parser *parser, const char *word, Options *result)
{
    static const struct { const char *word; Action action; bool argument; } table[] = {
        { "--version", SHOW_VERSION, false }, { "--help", SHOW_HELP, false }, { "--help-all", SHOW_HELP, false },
        { "--dump-ast", DUMP_AST, true }, { "--dis", DISASSEMBLE, true },
    };
    if (strcmp(word, "--check-hash-based-pycs") == 0) {
        value_of(parser, "");
        return false;
    }
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(word, table[i].word) != 0)
            continue;
        parser->options.action = table[i].action;
        if (table[i].argument && !(parser->options.what = value_of(parser, ""))) {
            *result = usage_error(parser, "Argument expected for the %s option\n", word);
            return true;
        }
        take_arguments(parser, NULL);
        *result = parser->options;
        return true;
    }
    *result = usage_error(parser, "unknown option %s\n", word);
    return true;
}

/* `kernel`, then -f FILE, -f=FILE or --f=FILE; anything else that launchers add is passed over. */
static Options parse_kernel(Parser *parser)
{
    Options *options = &parser->options;
    options->action = RUN_KERNEL;
    for (int i = parser->at + 1; i < parser->argc; i++) {
        const char *word = parser->argv[i];
        if (strcmp(word, "-f") == 0 && i + 1 < parser->argc)
            options->what = parser->argv[++i];
        else if (strncmp(word, "-f=", 3) == 0)
            options->what = word + 3;
        else if (strncmp(word, "--f=", 4) == 0)
            options->what = word + 4;
        else if (strcmp(word, "-f") == 0)
            return usage_error(parser, "Argument expected for the %s option\n", "-f");
    }
    static char *name[] = { "", NULL };
    options->interp.argc = 1;
    options->interp.argv = name;
    return *options;
}

static void take_environment(Parser *parser)
{
    const char *limit = getenv("OURO_MEMORY_LIMIT");
    if (limit)
        parser->options.interp.memory_limit_bytes = parse_size(limit);
}

Options options_parse(int argc, char **argv)
{
    Parser parser = { .argc = argc, .argv = argv, .at = 1 };
    Options result;
    parser.x = calloc((size_t)argc + 1, sizeof *parser.x);
    parser.w = calloc((size_t)argc + 1, sizeof *parser.w);
    parser.options.interp.orig_argv = calloc((size_t)argc + 1, sizeof *argv);      /* a copy: sys.argv is made in place */
    parser.options.interp.orig_argc = parser.options.interp.orig_argv ? argc : 0;
    for (int i = 0; i < parser.options.interp.orig_argc; i++)
        parser.options.interp.orig_argv[i] = argv[i];
    parser.options.interp.x_options = parser.x;
    parser.options.interp.warn_options = parser.w;
    take_environment(&parser);
    for (; parser.at < argc; parser.at++) {
        const char *word = argv[parser.at];
        if (strcmp(word, "kernel") == 0 && parser.at == 1)
            return parse_kernel(&parser);
        if (word[0] != '-' || !word[1]) {
            parser.options.action = word[0] == '-' ? RUN_STDIN : RUN_FILE;
            parser.options.what = word;
            take_arguments(&parser, NULL);
            return parser.options;
        }
        if (word[1] == '-' ? long_option(&parser, word, &result) : short_options(&parser, word, &result))
            return result;
    }
    static char *name[] = { "", NULL };
    parser.options.interp.argc = 1;
    parser.options.interp.argv = name;
    parser.options.action = isatty(0) || parser.options.interp.inspect ? RUN_PROMPT : RUN_STDIN;
    return parser.options;
}

void options_free(Options *options)
{
    free(options->interp.orig_argv);
    free((void *)options->interp.x_options);
    free((void *)options->interp.warn_options);
}
