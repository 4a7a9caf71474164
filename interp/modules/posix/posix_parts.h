/* posix_parts.h -- inside of the module posix: each file gives a table of functions, posix_module.c joins them. Source: docs.python.org/3.11/library/os.html. */
#ifndef POSIX_POSIX_PARTS_H
#define POSIX_POSIX_PARTS_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>             /* before our raise() */
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#include "gc/event.h"
#include "gc/heap.h"
#include "interp/modules/arg.h"
#include "interp/object/attr.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/thread.h"

extern const Method posix_stat_functions[], posix_scan_functions[], posix_path_functions[], posix_file_functions[], posix_process_functions[], posix_system_functions[];
must_use bool posix_stat_init(Value module);
must_use bool posix_file_init(Value module);
must_use bool posix_scan_init(Value module);
must_use bool posix_process_init(Value module);
must_use bool posix_system_init(Value module);

/* What a system call that gives 0 or -1 is to Python. */
static inline Value none_or_error(int failed) { return failed ? arg_os_error(UNBOUND) : NONE; }
/* dir_fd=None is the working directory. TypeError: argument should be integer or None, not x. */
must_use bool posix_dir_fd(Value v, int *fd);
must_use Value posix_do_stat(const PathArg *path, int dir_fd, bool follow);
/* A NULL-terminated array of C strings from a sequence of str, bytes or paths (execv's argv); free by posix_strings_free. */
must_use char **posix_strings(Value sequence, const char *function, const char *argument);
void posix_strings_free(char **strings);
/* Repeat a system call while signals interrupt it: `statement` sets `failed`. */
#define RETRYING(result_test, statement) \
    do { \
        BLOCKING(statement); \
        if (!(result_test) || errno != EINTR) \
            break; \
        if (!poll_events()) \
            return ERROR; \
    } while (1)
/* os.fork's work around the call: hooks, the child's state. -1: errno. */
pid_t posix_fork(pid_t (*how)(void *), void *context);
#endif
