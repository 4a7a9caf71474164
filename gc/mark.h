/* mark.h -- what can be reached: marking from the roots, for full collections.
 *
 * For gc/ only. Marks are bits beside the heap (page.h): "marked already?" touches neither the object nor, for an object that
 * holds nothing, its page. Only containers are marked. Untracked containers are marked but not entered: they hold no
 * containers. Roots are the registered root sets, the children of registered statics, and frozen objects. When the heap is
 * larger than the caches, objects pass through a ring of 16 between the stack and their scan, while their memory is fetched. */
#ifndef GC_MARK_H
#define GC_MARK_H
#include "gc/page.h"

typedef struct MarkRun {
    Stack *stack;
    bool has_frozen;             /* gc.freeze is in use: frozen objects are roots */
    bool (*must_stop)(void *);   /* NULL: runs to the end */
    void *context;
    bool looks_at_old;           /* are tuples of generation 2 looked at again? Worth while when a child of theirs may have been untracked
                                  * since the last time; a wrong "no" only leaves them tracked */
    bool has_untracked;          /* result: something was */
    int64_t n_tracked;           /* result: tracked, not frozen objects reached */
} MarkRun;

/* Clear all marks, then mark. False: must_stop said so; marks are then meaningless. Also untracks tuples and dicts that
 * need no tracking (HEAP_TYPE_UNTRACK_...). Runs no Python code. */
bool mark_from_roots(MarkRun *);

/* Does the object hold anything that a cycle could go through? False: it may be untracked. */
bool mark_holds_containers(Object *);

static inline bool mark_test(const Object *o) { assert(in_region(o)); return heap_state.mark[bit_word(o)] & bit_mask(o); }
static inline void mark_set(const Object *o) { heap_state.mark[bit_word(o)] |= bit_mask(o); }
static inline void mark_clear(const Object *o) { heap_state.mark[bit_word(o)] &= ~bit_mask(o); }
void mark_clear_all(void);
/* Objects on the page with their mark bit set. */
uint32_t mark_count(const Page *);
#endif
