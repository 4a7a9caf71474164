/* posix_module.c -- posix: what os is made of on Linux. The functions are in posix/. */
#include "interp/modules/posix/posix_parts.h"

#include <dlfcn.h>
#include <limits.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/memfd.h>
#include <sched.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <sysexits.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif
#define C(name) { #name, (int64_t)(name) }
static const IntRow constants[] = {
    C(CLD_CONTINUED), C(CLD_DUMPED), C(CLD_EXITED), C(CLD_KILLED), C(CLD_STOPPED), C(CLD_TRAPPED), C(EFD_CLOEXEC), C(EFD_NONBLOCK), C(EFD_SEMAPHORE),
    C(EX_CANTCREAT), C(EX_CONFIG), C(EX_DATAERR), C(EX_IOERR), C(EX_NOHOST), C(EX_NOINPUT), C(EX_NOPERM), C(EX_NOUSER), C(EX_OK), C(EX_OSERR),
    C(EX_OSFILE), C(EX_PROTOCOL), C(EX_SOFTWARE), C(EX_TEMPFAIL), C(EX_UNAVAILABLE), C(EX_USAGE), C(F_LOCK), C(F_OK), C(F_TEST), C(F_TLOCK),
    C(F_ULOCK), C(GRND_NONBLOCK), C(GRND_RANDOM), C(MFD_ALLOW_SEALING), C(MFD_CLOEXEC), C(MFD_HUGETLB), C(MFD_HUGE_16GB), C(MFD_HUGE_16MB),
    C(MFD_HUGE_1GB), C(MFD_HUGE_1MB), C(MFD_HUGE_256MB), C(MFD_HUGE_2GB), C(MFD_HUGE_2MB), C(MFD_HUGE_32MB), C(MFD_HUGE_512KB), C(MFD_HUGE_512MB),
    C(MFD_HUGE_64KB), C(MFD_HUGE_8MB), C(MFD_HUGE_MASK), C(MFD_HUGE_SHIFT), C(NGROUPS_MAX), C(O_ACCMODE), C(O_APPEND), C(O_ASYNC), C(O_CLOEXEC),
    C(O_CREAT), C(O_DIRECT), C(O_DIRECTORY), C(O_DSYNC), C(O_EXCL), C(O_FSYNC), C(O_LARGEFILE), C(O_NDELAY), C(O_NOATIME), C(O_NOCTTY), C(O_NOFOLLOW),
    C(O_NONBLOCK), C(O_PATH), C(O_RDONLY), C(O_RDWR), C(O_RSYNC), C(O_SYNC), C(O_TMPFILE), C(O_TRUNC), C(O_WRONLY), C(POSIX_FADV_DONTNEED),
    C(POSIX_FADV_NOREUSE), C(POSIX_FADV_NORMAL), C(POSIX_FADV_RANDOM), C(POSIX_FADV_SEQUENTIAL), C(POSIX_FADV_WILLNEED), { "POSIX_SPAWN_CLOSE", 1 },
    { "POSIX_SPAWN_DUP2", 2 }, { "POSIX_SPAWN_OPEN", 0 }, C(PRIO_PGRP), C(PRIO_PROCESS), C(PRIO_USER), C(P_ALL), C(P_PGID), C(P_PID), C(P_PIDFD),
    C(RTLD_DEEPBIND), C(RTLD_GLOBAL), C(RTLD_LAZY), C(RTLD_LOCAL), C(RTLD_NODELETE), C(RTLD_NOLOAD), C(RTLD_NOW), C(RWF_APPEND), C(RWF_DSYNC),
    C(RWF_HIPRI), C(RWF_NOWAIT), C(RWF_SYNC), C(R_OK), C(SCHED_BATCH), C(SCHED_FIFO), C(SCHED_IDLE), C(SCHED_OTHER), C(SCHED_RESET_ON_FORK),
    C(SCHED_RR), C(SEEK_DATA), C(SEEK_HOLE), C(SPLICE_F_MORE), C(SPLICE_F_MOVE), C(SPLICE_F_NONBLOCK), C(ST_APPEND), C(ST_MANDLOCK), C(ST_NOATIME),
    C(ST_NODEV), C(ST_NODIRATIME), C(ST_NOEXEC), C(ST_NOSUID), C(ST_RDONLY), C(ST_RELATIME), C(ST_SYNCHRONOUS), C(ST_WRITE), C(TMP_MAX), C(WCONTINUED),
    C(WEXITED), C(WNOHANG), C(WNOWAIT), C(WSTOPPED), C(WUNTRACED), C(W_OK), C(XATTR_CREATE), C(XATTR_REPLACE), C(XATTR_SIZE_MAX), C(X_OK),
};
#undef C

/* What os.py asks to learn which functions take dir_fd, fd, follow_symlinks. */
static const char *const have[] = {
    "HAVE_EVENTFD", "HAVE_FACCESSAT", "HAVE_FCHDIR", "HAVE_FCHMOD", "HAVE_FCHMODAT", "HAVE_FCHOWN", "HAVE_FCHOWNAT", "HAVE_FEXECVE",
    "HAVE_FDOPENDIR", "HAVE_FPATHCONF", "HAVE_FSTATAT", "HAVE_FSTATVFS", "HAVE_FTRUNCATE", "HAVE_FUTIMENS", "HAVE_FUTIMES", "HAVE_FUTIMESAT",
    "HAVE_LINKAT", "HAVE_LCHOWN", "HAVE_LSTAT", "HAVE_LUTIMES", "HAVE_MEMFD_CREATE", "HAVE_MKDIRAT", "HAVE_MKFIFOAT", "HAVE_MKNODAT", "HAVE_OPENAT",
    "HAVE_READLINKAT", "HAVE_RENAMEAT", "HAVE_SYMLINKAT", "HAVE_UNLINKAT", "HAVE_UTIMENSAT",
};

static bool init(Value module)
{
    own Value names = list_new(0);
    for (size_t i = 0; !is_error(names) && i < sizeof have / sizeof *have; i++)
        if (!list_append_take(names, str_from(have[i])))
            return false;
    const Method *const tables[] = { posix_stat_functions, posix_scan_functions, posix_path_functions, posix_file_functions, posix_process_functions, posix_system_functions };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (!module_add_methods(module, tables[i]))
            return false;
    return !is_error(names) && module_add(module, "_have_functions", names) && ADD_INTS(module, constants) && module_add(module, "error", exception_class_peek(OSError)) &&
           posix_stat_init(module) && posix_scan_init(module) && posix_file_init(module) && posix_process_init(module) && posix_system_init(module);
}

const NativeModule posix_module = { "posix", "This module provides access to operating system functionality that is\nstandardized by the C Standard and the POSIX standard (a thinly\ndisguised Unix interface).  Refer to the library manual and\ncorresponding Unix manual entries for more information on calls.", NULL, init };
