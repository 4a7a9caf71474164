/* io_module.h -- what the start of the interpreter needs of _io. */
#ifndef MODULES_IO_MODULE_H
#define MODULES_IO_MODULE_H
#include "gc/object.h"
/* io_standard_stream -- sys.stdin, stdout, stderr of a program run from the command line: a TextIOWrapper over `fd`. None when `fd` is not open. Needs
 * the module _io to be imported. */
must_use Value io_standard_stream(int fd, bool unbuffered);
#endif
