/* clock.h -- the monotonic clock, in nanoseconds: what deadlines and durations are measured by. */
#ifndef INTERP_BASE_CLOCK_H
#define INTERP_BASE_CLOCK_H
#include <stdint.h>
#include <time.h>

enum { CLOCK_NS_PER_MS = 1000000, CLOCK_NS_PER_S = 1000000000 };

static inline int64_t clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * CLOCK_NS_PER_S + now.tv_nsec;
}

static inline int64_t clock_ms(void) { return clock_ns() / CLOCK_NS_PER_MS; }

/* clock_after -- the time `seconds` (not NaN) from now; INT64_MAX: later than can be said, infinity too. */
static inline int64_t clock_after(double seconds)
{
    int64_t now = clock_ns();
    double ns = seconds * CLOCK_NS_PER_S;
    return ns < 9e18 - (double)now ? now + (int64_t)ns : INT64_MAX;
}

/* clock_timespec -- a time as pthread_cond_timedwait takes it, where the condition's clock is CLOCK_MONOTONIC. */
static inline struct timespec clock_timespec(int64_t ns) { return (struct timespec){ ns / CLOCK_NS_PER_S, ns % CLOCK_NS_PER_S }; }
#endif
