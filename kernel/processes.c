/* processes.c -- see processes.h */
#define _GNU_SOURCE              /* dl_iterate_phdr */
#include "kernel/processes.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

enum { END_ROUNDS = 20, END_ROUND_MS = 15 };

/* The start of a small file, NUL-terminated. False: it cannot be read. */
static bool read_small(const char *path, char *out, size_t room)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t got = read(fd, out, room - 1);
    close(fd);
    out[got > 0 ? got : 0] = '\0';
    return got > 0;
}

static bool read_process(pid_t pid, Process *out)
{
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    if (!read_small(path, text, sizeof text))
        return false;
    const char *rest = strrchr(text, ')'); /* the name may hold anything */
    long parent = 0, group = 0;
    unsigned long user = 0, system = 0;
    if (!rest || sscanf(rest + 1, " %*c %ld %ld %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &parent, &group, &user, &system) != 4)
        return false;
    *out = (Process){ pid, (pid_t)parent, (pid_t)group, user + system };
    return true;
}

/* Every process of the system. */
static size_t list_all(Process **out)
{
    size_t n = 0, cap = 0;
    *out = NULL;
    DIR *folder = opendir("/proc");
    struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
        Process process;
        if (!isdigit((unsigned char)entry->d_name[0]) || !read_process((pid_t)atol(entry->d_name), &process))
            continue;
        if (n == cap) {
            Process *grown = realloc(*out, (cap = cap ? cap * 2 : 128) * sizeof process);
            if (!grown)
                break;
            *out = grown;
        }
        (*out)[n++] = process;
    }
    if (folder)
        closedir(folder);
    return n;
}

size_t processes_below(pid_t root, Process **out)
{
    Process *all;
    size_t n = list_all(&all), found = 0;
    bool grew = true;
    while (grew) { /* move descendants to the front until none is left behind */
        grew = false;
        for (size_t i = found; i < n; i++) {
            bool below = all[i].parent == root;
            for (size_t k = 0; k < found && !below; k++)
                below = all[i].parent == all[k].pid;
            if (!below)
                continue;
            Process process = all[i];
            all[i] = all[found];
            all[found++] = process;
            grew = true;
        }
    }
    *out = all;
    return found;
}

static void pause_ms(long ms)
{
    struct timespec time = { 0, ms * 1000000 };
    nanosleep(&time, NULL);
}

void processes_end_children(void)
{
    pid_t group = getpgrp();
    for (int round = 0; round < END_ROUNDS; round++) {
        Process *children;
        size_t n = processes_below(getpid(), &children), alive = 0;
        for (size_t i = 0; i < n; i++) {
            char path[64], text[512];
            snprintf(path, sizeof path, "/proc/%ld/stat", (long)children[i].pid);
            const char *rest = read_small(path, text, sizeof text) ? strrchr(text, ')') : NULL;
            if (children[i].group != group || !rest || rest[2] == 'Z')
                continue;
            alive++;
            if (round == 0 || round == END_ROUNDS - 1)
                kill(children[i].pid, round == 0 ? SIGTERM : SIGKILL);
        }
        free(children);
        if (!alive)
            return;
        pause_ms(END_ROUND_MS);
    }
}

uint64_t processes_memory(pid_t pid)
{
    char path[64], text[4096];
    snprintf(path, sizeof path, "/proc/%ld/smaps_rollup", (long)pid);
    const char *line = read_small(path, text, sizeof text) ? strstr(text, "\nPss:") : NULL;
    if (line)
        return strtoull(line + 5, NULL, 10) * 1024;
    snprintf(path, sizeof path, "/proc/%ld/statm", (long)pid);
    unsigned long resident = 0;
    if (read_small(path, text, sizeof text) && sscanf(text, "%*u %lu", &resident) == 1)
        return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
    return 0;
}

uint64_t processes_cpu_ticks(pid_t pid)
{
    Process process;
    return read_process(pid, &process) ? process.cpu_ticks : 0;
}

/* --- our own memory ------------------------------------------------------------------------------------------------ */

/* Does a debugger look at us? Its breakpoints are changes to pages of code. */
static bool is_traced(void)
{
    char text[2048];
    const char *tracer = read_small("/proc/self/status", text, sizeof text) ? strstr(text, "TracerPid:") : NULL;
    return !tracer || atol(tracer + strlen("TracerPid:")) != 0;
}

/* Were relocations applied to this object's code? Then its pages differ from the file's. */
static bool has_changed_code(const struct dl_phdr_info *info)
{
    for (int i = 0; i < info->dlpi_phnum; i++) {
        if (info->dlpi_phdr[i].p_type != PT_DYNAMIC)
            continue;
        for (const ElfW(Dyn) *d = (const ElfW(Dyn) *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr); d->d_tag != DT_NULL; d++)
            if (d->d_tag == DT_TEXTREL || (d->d_tag == DT_FLAGS && (d->d_un.d_val & DF_TEXTREL)))
                return true;
    }
    return false;
}

static int forget_object(struct dl_phdr_info *info, size_t size, void *context)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    if (has_changed_code(info))
        return 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        if (p->p_type != PT_LOAD || (p->p_flags & PF_W))
            continue;
        uintptr_t start = (info->dlpi_addr + p->p_vaddr) & ~(page - 1), end = (info->dlpi_addr + p->p_vaddr + p->p_memsz + page - 1) & ~(page - 1);
        madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}

void processes_forget_code(void)
{
    if (!is_traced())
        dl_iterate_phdr(forget_object, NULL);
}

#ifdef __GLIBC__
void processes_tune_malloc(void)
{
    mallopt(M_MMAP_THRESHOLD, 256 << 10); /* setting it stops glibc from raising it */
    mallopt(M_ARENA_MAX, 4);
}

void processes_trim_malloc(void)
{
    malloc_trim(0);
}
#else
void processes_tune_malloc(void)
{
}

void processes_trim_malloc(void)
{
}
#endif
