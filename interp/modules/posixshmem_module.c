/* posixshmem_module.c -- _posixshmem: shared memory by name, for multiprocessing.shared_memory. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "gc/event.h"
#include "interp/modules/arg.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/vm/thread.h"

static Value f_open(Value *args, size_t n)
{
    const char *path;
    int flags, mode, fd;
    if (!arg_text(args[0], "shm_open", "'path'", false, &path) || !arg_int(args[1], 0, &flags) || !arg_int(args[2], 0777, &mode))
        return ERROR;
    do {
        BLOCKING(fd = shm_open(path, flags, (mode_t)mode));
    } while (fd < 0 && errno == EINTR && poll_events());
    return fd >= 0 ? int_value(fd) : error_pending() ? ERROR : arg_os_error(args[0]);
}
static Value f_unlink(Value *args, size_t n)
{
    const char *path;
    int result;
    if (!arg_text(args[0], "shm_unlink", "'path'", false, &path))
        return ERROR;
    do {
        BLOCKING(result = shm_unlink(path));
    } while (result < 0 && errno == EINTR && poll_events());
    return result == 0 ? NONE : error_pending() ? ERROR : arg_os_error(args[0]);
}

static const Method functions[] = {
    { "shm_open", "(path, flags, mode=511)", f_open, "Open a shared memory object.  Returns a file descriptor (integer)." },
    { "shm_unlink", "(path)", f_unlink, "Remove a shared memory object (similar to unlink()).\n\nRemove a shared memory object name, and, once all processes  have  unmapped\nthe object, de-allocates and destroys the contents of the associated memory\nregion." },
    { 0 },
};
const NativeModule posixshmem_module = { "_posixshmem", "POSIX shared memory module", functions, NULL };
