/* gc_test.h -- what the test programs of gc/ share: checks that count, rings of pairs, a quiet collector. Each program is built and run alone,
 * also under sanitizers:
 *   gcc -std=gnu11 -g -DOURO_DEBUG -fsanitize=address,undefined -I. tests/unit/collect_test.c gc/[a-z]*.c -o collect_test && ./collect_test
 * and ends in the line "N passed, N failed". */
#ifndef GC_TEST_H
#define GC_TEST_H
#include "gc/census.h"
#include "gc/check.h"
#include "tests/unit/gc_types.h"

#include <stdio.h>
#include <stdlib.h>

static int n_passed, n_failed;
#define CHECK(condition) \
    do { if (condition) n_passed++; else { n_failed++; printf("%s:%d: %s\n", __func__, __LINE__, #condition); } } while (0)
#define EQUAL(a, b) \
    do { long long a_ = (long long)(a), b_ = (long long)(b); \
         if (a_ == b_) n_passed++; else { n_failed++; printf("%s:%d: %s is %lld, not %lld\n", __func__, __LINE__, #a, a_, b_); } } while (0)
#define TEXT(a, b) \
    do { const char *a_ = (a); if (a_ && strcmp(a_, b) == 0) n_passed++; else { n_failed++; printf("%s:%d: %s is %s\n", __func__, __LINE__, #a, a_ ? a_ : "NULL"); } } while (0)

static inline Value ring(int n)         /* one owned reference to the first of n pairs in a ring */
{
    Value first = pair_new_take(NONE, NONE), last = first;
    for (int i = 1; i < n; i++) {
        Value next = pair_new_take(small_int_value(i), NONE);
        set_slot(&as_pair(last)->right, next);
        last = next;
    }
    set_slot(&as_pair(last)->right, retain(first));
    return first;
}
static inline void clear_roots(void)
{
    for (int i = 0; i < N_TEST_ROOTS; i++)
        set_root_take(i, UNBOUND);
}
static inline void no_collector(void)
{
    collector.enabled = false;
    collect(2);
}

/* Finalisers, callbacks and visits that record what they saw. */
static int n_finalised;
static Value resurrected = { (5ull << 3) | 4 };
static inline void finalise_resurrect(Object *o)
{
    n_finalised++;
    set_slot(&resurrected, retain(obj_value(o)));
}

static int calls[16], n_calls;
static inline void record_call(Value callback, WeakRef *ref)
{
    CHECK(weakref_is_dead(ref));
    CHECK(weakref_get(ref) == NULL);
    if (n_calls < 16)
        calls[n_calls++] = (int)small_int(callback);
}

static size_t n_each;
static inline void count_each(void *context, Object *o)
{
    (void)context;
    (void)o;
    n_each++;
}

static inline int finish(void)   /* main's result */
{
    printf("%d passed, %d failed\n", n_passed, n_failed);
    return n_failed != 0;
}
#endif
