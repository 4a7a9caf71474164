/* main.c -- build/ouro: a Python on the command line, or a kernel for Jupyter. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "interp/base/file.h"
#include "interp/interp.h"
#include "kernel/info.h"
#include "kernel/options.h"
#include "kernel/serve.h"

static void write_plain(void *context, int fd, Text text)
{
    (void)context;
    file_write(fd, text.data, text.len);
}

static void on_interrupt(int number)
{
    (void)number;
    interp_interrupt();
}

static int run(const Options *options)
{
    switch (options->action) {
    case RUN_FILE: return interp_run_file(options->what);
    case RUN_COMMAND: return interp_run_command(options->what);
    case RUN_MODULE: return interp_run_module(options->what);
    case RUN_STDIN: return interp_run_stdin();
    case DUMP_AST: return interp_dump_ast(options->what);
    case DISASSEMBLE: return interp_disassemble(options->what);
    default: return interp_run_prompt();
    }
}

static int run_program(const Options *options)
{
    static const Host host = { .write = write_plain };
    struct sigaction interrupt = { .sa_handler = on_interrupt }, ignore = { .sa_handler = SIG_IGN };
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    if (!interp_start(&options->interp, &host)) {
        fputs("ouro: the interpreter cannot start\n", stderr);
        return 1;
    }
    int status = run(options);
    bool program = options->action == RUN_FILE || options->action == RUN_COMMAND || options->action == RUN_MODULE;
    if (program && options->interp.inspect)
        status = interp_run_prompt();
    status = interp_finish(status);
    if (status != EXIT_INTERRUPTED)
        return status;
    signal(SIGINT, SIG_DFL);             /* die of the signal, so that a shell's loop ends, too */
    kill(getpid(), SIGINT);
    return 130;
}

int main(int argc, char **argv)
{
    Options options = options_parse(argc, argv);
    int status = 0;
    switch (options.action) {
    case USAGE_ERROR:
        status = 2;
        break;
    case SHOW_HELP:
        fputs(options_usage, stdout);
        fputs(options_help, stdout);
        break;
    case SHOW_VERSION:
        printf("Ouro %s (Python 3.11)\n", INFO_VERSION);
        break;
    case RUN_KERNEL:
        status = serve_kernel(options.what, &options.interp);
        break;
    default:
        status = run_program(&options);
        break;
    }
    options_free(&options);
    return status;
}
