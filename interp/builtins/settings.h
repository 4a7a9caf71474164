/* settings.h -- what the program was started with; filled by interp.c before anything runs, then read by sys, site and the printers. */
#ifndef BUILTINS_SETTINGS_H
#define BUILTINS_SETTINGS_H
#include <stdbool.h>
#include <stddef.h>

typedef struct Settings {
    int argc; char **argv;                       /* sys.argv */
    char **orig_argv; int orig_argc;
    const char *program;                         /* as it was called: opens messages */
    const char *executable;                      /* its absolute path; "" when unknown */
    const char *library;                         /* folder of the CPython library found; NULL: none */
    int version_major, version_minor, version_micro;     /* of that library; 3.11.2 without one */
    bool isolated, no_site, no_user_site, ignore_environment, safe_path, unbuffered, verbose, inspect, interactive, quiet, no_bytecode;
    int optimize, bytes_warning, dev_mode, utf8_mode;
    bool hash_randomised;
    const char *const *x_options; size_t n_x_options;
    const char *const *warn_options; size_t n_warn_options;
} Settings;
extern Settings settings;
#define OURO_VERSION_MAJOR 0
#define OURO_VERSION_MINOR 1
#define OURO_VERSION_MICRO 0
#define OURO_VERSION "0.1.0"
#endif
