/* info.c -- see info.h */
#include "kernel/info.h"

#include <stdatomic.h>
#include <stddef.h>

static const Connection *used;
static _Atomic bool restarting_soon;

void info_set_connection(const Connection *connection)
{
    used = connection;
}

const Connection *info_connection(void)
{
    return used;
}

void info_set_restarting(bool restarting)
{
    atomic_store(&restarting_soon, restarting);
}

bool info_restarting(void)
{
    return atomic_load(&restarting_soon);
}
