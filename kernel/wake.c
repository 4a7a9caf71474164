/* wake.c -- see wake.h */
#include "kernel/wake.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

static int ends[2] = { -1, -1 };
static _Atomic unsigned bits;
static volatile sig_atomic_t forked;

static void mark_child(void)
{
    forked = 1;
}

bool wake_open(void)
{
    if (pipe(ends) != 0)
        return false;
    for (int i = 0; i < 2; i++)
        if (fcntl(ends[i], F_SETFL, O_NONBLOCK) != 0 || fcntl(ends[i], F_SETFD, FD_CLOEXEC) != 0)
            return false;
    return pthread_atfork(NULL, NULL, mark_child) == 0;
}

int wake_fd(void)
{
    return ends[0];
}

bool wake_forked(void)
{
    return forked;
}

void wake_send(unsigned bit)
{
    if (forked || ends[1] < 0 || (atomic_fetch_or(&bits, bit) & bit))
        return;
    int saved = errno;
    ssize_t written = write(ends[1], "", 1); /* full: then it is readable already */
    (void)written;
    errno = saved;
}

unsigned wake_take(void)
{
    char sink[64];
    while (read(ends[0], sink, sizeof sink) == (ssize_t)sizeof sink)
        continue;
    return atomic_exchange(&bits, 0);
}
