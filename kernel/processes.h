/* processes.h -- the process tree below us, as the operating system tells it (Linux: /proc). Where it cannot be read there are none. */
#ifndef KERNEL_PROCESSES_H
#define KERNEL_PROCESSES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct Process {
    pid_t pid, parent, group;
    uint64_t cpu_ticks;
} Process;

/* processes_below -- all descendants of `root`, malloc'd in *out (NULL when none). Result: how many. */
size_t processes_below(pid_t root, Process **out);
/* processes_end_children -- ask our descendants in our own process group to end; those still there after a moment are killed. */
void processes_end_children(void);
/* processes_memory -- proportional share of memory in bytes; resident size where that is not known; 0: no such process. */
uint64_t processes_memory(pid_t pid);
uint64_t processes_cpu_ticks(pid_t pid);
/* processes_tune_malloc -- large blocks always in mappings of their own, few arenas: what is freed goes back to the system. Before threads start. */
void processes_tune_malloc(void);
/* processes_trim_malloc -- give freed memory below that size back too. Milliseconds when there is much. */
void processes_trim_malloc(void);
/* processes_forget_code -- let go of the program's and its libraries' unchanged pages (code, tables) that were mapped while starting. They stay in the
 * system's cache, shared with others; what is needed again comes back by itself, 16 pages a fault. A few hundred microseconds. */
void processes_forget_code(void);

#endif
