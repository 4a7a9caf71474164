/* stress.c -- allocations that fail, collections everywhere: see stress.h. */
#define _GNU_SOURCE
#include "gc/stress.h"
#include "gc/event.h"
#include "gc/page.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PLACE_DEPTH = 16, PLACES_BITS = 20, CHILD_SECONDS = 60, CHILD_IDLE_SECONDS = 6, FDS_MAX = 256 };

static uint64_t countdown, wanted_place;      /* alloc=N, alloc-at=PLACE */
bool stress_collects;
static struct {
    _Atomic uint64_t *at;                     /* DIR/places, open addressing by hash; 0: free. NULL: this switch is off */
    char folder[512];
} places;

static bool fails(void);

static void switches_changed(void)
{
    heap_fails_hook = countdown || wanted_place || stress_collects || places.at ? fails : NULL;
    page_rules_changed();
}

void heap_fail_after(uint64_t n)
{
    countdown = n;
    switches_changed();
}

void heap_stress_collections(bool on)
{
    stress_collects = on;
    switches_changed();
}

static void open_places(const char *folder)
{
    char path[600];
    size_t bytes = sizeof(uint64_t) << PLACES_BITS;
    snprintf(places.folder, sizeof places.folder, "%.*s", (int)strcspn(folder, ","), folder);
    snprintf(path, sizeof path, "%s/places", places.folder);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    void *at = fd >= 0 && ftruncate(fd, (off_t)bytes) == 0 ? mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (at == MAP_FAILED) {
        fprintf(stderr, "ouro: cannot open %s: %s\n", path, strerror(errno));
        exit(1);
    }
    close(fd);
    places.at = at;
}

void stress_init(void)
{
    const char *wish = getenv("OURO_STRESS"), *found;
    if (!wish)
        return;
    if ((found = strstr(wish, "alloc=")))
        countdown = strtoull(found + 6, NULL, 10);
    if ((found = strstr(wish, "alloc-at=")))
        wanted_place = strtoull(found + 9, NULL, 16);
    if ((found = strstr(wish, "alloc-new=")))
        open_places(found + 10);
    stress_collects = strstr(wish, "collect") != NULL;
    if (places.at || wanted_place)
        unsetenv("OURO_STRESS");                  /* not in processes that this one starts */
    switches_changed();
}

/* --- places -------------------------------------------------------------------------------------------------------- */

extern const char __ehdr_start[], etext[];    /* the linker's: where the program's code begins and ends */

typedef struct Chain { uintptr_t at[PLACE_DEPTH]; uint64_t hash; } Chain;

/* Frame by frame upwards, until one does not look like a frame: code of libraries may use the frame pointer for something else. */
__attribute__((no_sanitize("address", "undefined"), noinline)) static Chain chain_here(void)
{
    enum { FRAME_MAX = 1 << 16 };
    Chain chain = { { 0 }, 0x9e3779b97f4a7c15u };
    const uintptr_t *frame = __builtin_frame_address(0);
    for (int n = 0; n < PLACE_DEPTH; n++) {
        uintptr_t next = frame[0], code = frame[1];
        if (code < (uintptr_t)__ehdr_start || code >= (uintptr_t)etext)
            break;
        chain.at[n] = code - (uintptr_t)__ehdr_start;
        chain.hash = (chain.hash ^ chain.at[n]) * 0xff51afd7ed558ccdu;
        chain.hash ^= chain.hash >> 29;
        if (next <= (uintptr_t)frame || next - (uintptr_t)frame > FRAME_MAX || next % 8 != 0)
            break;
        frame = (const uintptr_t *)next;
    }
    chain.hash += chain.hash == 0;
    return chain;
}

/* Enter `hash` into the table. False: it was there, or there is no room. */
static bool claim_place(uint64_t hash)
{
    enum { MASK = (1 << PLACES_BITS) - 1, TRIES = 4096 };
    for (uint64_t i = hash & MASK, n = 0; n < TRIES; i = (i + 1) & MASK, n++) {
        uint64_t old = 0;
        if (atomic_compare_exchange_strong(&places.at[i], &old, hash))
            return true;
        if (old == hash)
            return false;
    }
    return false;
}

static void write_log(pid_t child, int status, off_t offset, const Chain *chain)
{
    char path[600], line[64 + 20 * PLACE_DEPTH];
    int n = snprintf(line, sizeof line, "%d %d %lld %016llx", (int)child, status, (long long)offset, (unsigned long long)chain->hash);
    for (int i = 0; i < PLACE_DEPTH && chain->at[i]; i++)
        n += snprintf(line + n, sizeof line - (size_t)n, " %llx", (unsigned long long)chain->at[i]);
    line[n++] = '\n';
    snprintf(path, sizeof path, "%s/%d.log", places.folder, (int)getpid());
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0) {
        (void)!write(fd, line, (size_t)n);
        close(fd);
    }
}

static void redirect(int fd, const char *extension)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%d.%s", places.folder, (int)getpid(), extension);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file >= 0) {
        dup2(file, fd);
        close(file);
    }
}

/* Open files have their offsets in common with the parent's: open them anew. */
static void reopen_files(void)
{
    for (int fd = 0; fd < FDS_MAX; fd++) {
        struct stat info;
        char path[32];
        if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
            continue;
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        int again = open(path, (fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK)) | O_CLOEXEC);
        if (again < 0)
            continue;
        lseek(again, lseek(fd, 0, SEEK_CUR), SEEK_SET);
        dup3(again, fd, fcntl(fd, F_GETFD) & FD_CLOEXEC ? O_CLOEXEC : 0);
        close(again);
    }
}

/* Processor time that a process has used, in milliseconds. */
static int64_t used_ms(pid_t process)
{
    clockid_t clock;
    struct timespec used = { 0, 0 };
    if (clock_getcpuclockid(process, &clock) == 0)
        clock_gettime(clock, &used);
    return (int64_t)used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

/* Wait for a child: CHILD_SECONDS at most, CHILD_IDLE_SECONDS while it hardly works. Its status; -1, -2: killed for that. */
static int await_child(pid_t child)
{
    int status = 0, handle = pidfd_open(child, 0), n_idle = 0;
    struct pollfd poller = { handle, POLLIN, 0 };
    bool is_late = false;
    int64_t before = 0;
    for (int n = 0; handle >= 0 && n < CHILD_SECONDS && n_idle < CHILD_IDLE_SECONDS; n++) {
        if ((is_late = poll(&poller, 1, 1000) <= 0) == false)
            break;
        int64_t now = used_ms(child);
        n_idle = now > before + 50 ? 0 : n_idle + 1;
        before = now;
    }
    if (is_late)
        kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (handle >= 0)
        close(handle);
    return !is_late ? status : n_idle < CHILD_IDLE_SECONDS ? -1 : -2;
}

static bool has_threads(void)
{
    struct stat info;
    return stat("/proc/self/task", &info) != 0 || info.st_nlink > 3;
}

static void stop_failing(void)
{
    wanted_place = 0;
    places.at = NULL;
    switches_changed();
}

/* Should the allocation at hand fail in this process? */
static bool fails_at(const Chain *chain)
{
    int why = errno;
    off_t offset = lseek(1, 0, SEEK_CUR);
    if (has_threads()) {
        write_log(getpid(), 0, offset, chain);
        stop_failing();
        errno = why;
        return true;
    }
    pid_t child = fork();
    if (child == 0) {
        stop_failing();
        reopen_files();
        redirect(1, "out");
        redirect(2, "err");
    } else if (child > 0) {
        write_log(child, await_child(child), offset, chain);
    }
    errno = why;
    return child == 0;
}

__attribute__((noinline)) static bool fails(void)
{
    if (stress_collects)
        event_raise(EVENT_COLLECT);
    if (heap_exemptions)
        return false;
    if (countdown && --countdown == 0) {
        switches_changed();
        return true;
    }
    if (!places.at && !wanted_place)
        return false;
    Chain chain = chain_here();
    if (chain.hash == wanted_place) {
        stop_failing();
        return true;
    }
    return places.at && claim_place(chain.hash) && fails_at(&chain);
}
