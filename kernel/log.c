/* log.c -- see log.h */
#include "kernel/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static _Atomic int log_fd = 2;

void log_to(int fd)
{
    atomic_store(&log_fd, fd);
}

void log_line(const char *format, ...)
{
    int fd = atomic_load(&log_fd);
    if (fd < 0)
        return;
    char line[1024];
    int start = snprintf(line, sizeof line, "ouro kernel: ");
    va_list args;
    va_start(args, format);
    int len = vsnprintf(line + start, 1000 - (size_t)start, format, args);
    va_end(args);
    if (len < 0)
        return;
    len += start;
    if (len > 999)
        len = 999;
    for (int i = start; i < len; i++) /* what a client sent may be quoted here: no terminal control */
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            line[i] = '?';
    line[len++] = '\n';
    ssize_t written = write(fd, line, (size_t)len);
    (void)written; /* nobody left to tell */
}
