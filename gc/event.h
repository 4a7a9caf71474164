/* event.h -- the one word that asks the running code to stop for a moment.
 *
 * Whoever wants something done at a safe point sets a bit, from any thread or a signal handler; the VM looks at the word on
 * every backward jump and function entry, and long native loops poll it through `poll_events` (interp/object/protocol.h). */
#ifndef GC_EVENT_H
#define GC_EVENT_H
#include <stdatomic.h>
#include <stdint.h>

enum {
    EVENT_COLLECT   = 1,    /* a generation is over its threshold */
    EVENT_INTERRUPT = 2,    /* KeyboardInterrupt */
    EVENT_SWITCH    = 4,    /* another thread waits for the runtime lock */
    EVENT_SIGNAL    = 8,    /* a signal with a Python handler arrived */
    EVENT_TRACE     = 16,   /* sys.settrace / sys.setprofile / debugger wants to see each line */
};
extern _Atomic uint32_t events;   /* gc/heap.c */
static inline uint32_t events_pending(void) { return atomic_load_explicit(&events, memory_order_relaxed); }
static inline void event_raise(uint32_t bit) { atomic_fetch_or_explicit(&events, bit, memory_order_seq_cst); }
static inline void event_clear(uint32_t bit) { atomic_fetch_and_explicit(&events, ~bit, memory_order_seq_cst); }
#endif
