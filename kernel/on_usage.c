/* on_usage.c -- usage_request: what the resource panel of JupyterLab shows.
 * Not in the protocol's text; the fields are those that the panel reads. Runs on the I/O thread only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "interp/base/clock.h"
#include "kernel/processes.h"
#include "kernel/request.h"

typedef struct Sample {
    int64_t at_ms;
    uint64_t ours;                   /* ticks */
    unsigned long long host_busy, host_all;
} Sample;

static Sample last;

static void sample_host(Sample *sample)
{
    FILE *file = fopen("/proc/stat", "re");
    unsigned long long t[8] = { 0 };
    if (file && fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &t[0], &t[1], &t[2], &t[3], &t[4], &t[5], &t[6], &t[7]) == 8) {
        for (int i = 0; i < 8; i++)
            sample->host_all += t[i];
        sample->host_busy = sample->host_all - t[3] - t[4];
    }
    if (file)
        fclose(file);
}

static void put_host_memory(Buf *out)
{
    static const struct { const char *key, *name; } wanted[] = {
        { "MemTotal:", "total" }, { "MemFree:", "free" }, { "MemAvailable:", "available" }, { "Active:", "active" },
        { "Inactive:", "inactive" }, { "Buffers:", "buffers" }, { "Cached:", "cached" }, { "Shmem:", "shared" }, { "Slab:", "slab" },
    };
    FILE *file = fopen("/proc/meminfo", "re");
    char line[256], key[64];
    unsigned long long kib, total = 0, available = 0;
    buf_string(out, ", \"host_virtual_memory\": {");
    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "%63s %llu", key, &kib) != 2)
            continue;
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
            if (strcmp(key, wanted[i].key) == 0)
                buf_printf(out, "\"%s\": %llu, ", wanted[i].name, kib * 1024);
        if (strcmp(key, "MemTotal:") == 0)
            total = kib;
        if (strcmp(key, "MemAvailable:") == 0)
            available = kib;
    }
    if (file)
        fclose(file);
    unsigned long long used = total > available ? total - available : 0;
    buf_printf(out, "\"used\": %llu, \"percent\": %.1f}", used * 1024, total ? 100.0 * (double)used / (double)total : 0.0);
}

bool on_usage(Request *request)
{
    Sample now = { .at_ms = clock_ms() };
    Process *children;
    size_t n = processes_below(getpid(), &children);
    uint64_t memory = processes_memory(getpid());
    now.ours = processes_cpu_ticks(getpid());
    for (size_t i = 0; i < n; i++) {
        memory += processes_memory(children[i].pid);
        now.ours += children[i].cpu_ticks;
    }
    free(children);
    sample_host(&now);
    double seconds = (double)(now.at_ms - last.at_ms) / 1000, cpu = 0;
    if (last.at_ms && seconds > 0 && now.ours >= last.ours)
        cpu = 100.0 * (double)(now.ours - last.ours) / (double)sysconf(_SC_CLK_TCK) / seconds;
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    Buf *out = &request->reply;
    buf_string(out, "{\"status\": \"ok\", \"hostname\": ");
    json_put_cstring(out, host);
    buf_printf(out, ", \"pid\": %ld, \"kernel_cpu\": %.1f, \"kernel_memory\": %llu, \"cpu_count\": %ld", (long)getpid(), cpu,
               (unsigned long long)memory, sysconf(_SC_NPROCESSORS_ONLN));
    if (last.at_ms && now.host_all > last.host_all)
        buf_printf(out, ", \"host_cpu_percent\": %.1f",
                   100.0 * (double)(now.host_busy - last.host_busy) / (double)(now.host_all - last.host_all));
    put_host_memory(out);
    last = now;
    return buf_char(out, '}');
}
