/* suspect.c -- trial subtraction over a set of objects. */
#include "gc/suspect.h"
#include "gc/mark.h"
#include "gc/trace.h"

TRACE_INLINE void subtract(void *ctx, Object *child)
{
    (void)ctx;
    if (child && is_suspect(child)) {
        assert(child->refcount > 0);             /* more references inside the set than owners */
        child->refcount--;
    }
}

TRACE_INLINE void add_back(void *ctx, Object *child)
{
    (void)ctx;
    if (child && is_suspect(child))
        child->refcount++;
}

typedef struct Reach { Object **stack; size_t len; } Reach;

TRACE_INLINE void reach(void *ctx, Object *child)
{
    Reach *r = ctx;
    if (!child || !is_suspect(child))
        return;
    child->refcount++;
    if (!mark_test(child)) {
        mark_set(child);
        r->stack[r->len++] = child;
    }
}

size_t suspects_split(Object **set, size_t n, uint32_t n_own, Object **stack, SurvivorFn *survivor, void *context)
{
    Reach r = { stack, 0 };
    for (size_t i = 0; i < n; i++) {
        assert(is_suspect(set[i]) && !mark_test(set[i]));
        assert(set[i]->refcount >= n_own && heap_type(set[i])->trace);
        set[i]->refcount -= n_own;
        trace_children(set[i], subtract, NULL);
    }
    /* An object seen here with a count above zero has an owner outside, or one that was reached already: it lives. */
    for (size_t i = 0; i < n; i++) {
        if (set[i]->refcount == 0 || mark_test(set[i]))
            continue;
        mark_set(set[i]);
        r.stack[r.len++] = set[i];
        while (r.len)
            trace_children(r.stack[--r.len], reach, &r);
    }
    for (size_t i = 0; i < n; i++)
        if (!mark_test(set[i]))
            trace_children(set[i], add_back, NULL);
    size_t n_garbage = 0;
    for (size_t i = 0; i < n; i++) {
        Object *o = set[i];
        o->refcount += n_own;
        assert(o->refcount > 0);                 /* all that was subtracted has been added back */
        if (mark_test(o)) {
            mark_clear(o);
            o->birth &= ~BIRTH_SUSPECT;
            survivor(o, context);
        } else {
            set[n_garbage++] = o;
        }
    }
    return n_garbage;
}

TRACE_INLINE void follow(void *ctx, Object *child)
{
    Reach *r = ctx;
    if (child && is_suspect(child) && !mark_test(child)) {
        mark_set(child);
        r->stack[r->len++] = child;
    }
}

size_t suspects_part(Object **set, size_t n, Object **stack, bool (*is_seed)(const Object *))
{
    Reach r = { stack, 0 };
    size_t n_front = 0, n_back = 0;
    for (size_t i = 0; i < n; i++)
        if (is_seed(set[i]))
            follow(&r, set[i]);
    while (r.len)
        trace_children(r.stack[--r.len], follow, &r);
    for (size_t i = 0; i < n; i++) {
        Object *o = set[i];
        assert(is_suspect(o));
        if (!mark_test(o)) {
            set[n_front++] = o;
            continue;
        }
        mark_clear(o);
        o->birth &= ~BIRTH_SUSPECT;
        stack[n_back++] = o;
    }
    assert(n_front + n_back == n);
    for (size_t i = 0; i < n_back; i++)
        set[n_front + i] = stack[i];
    return n_front;
}

void suspects_release(Object **set, size_t n)
{
    for (size_t i = 0; i < n; i++)
        set[i]->birth &= ~BIRTH_SUSPECT;
}
