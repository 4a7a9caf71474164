/* settings.c -- see settings.h */
#include "interp/builtins/settings.h"

Settings settings = { .executable = "", .version_major = 3, .version_minor = 11, .version_micro = 2 };
