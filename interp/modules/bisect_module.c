/* bisect_module.c -- _bisect and _heapq: binary search and heaps in lists (docs.python.org/3.11/library/bisect.html, heapq.html). */
#include "interp/modules/arg.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"

/* --- bisect -------------------------------------------------------------------------------------------------------------------------- */
/* Where `x` belongs in a[lo:hi]; -1: failed. The key is applied to items, not to x. */
static int64_t find_place(Value a, Value x, Value lo_value, Value hi_value, Value key, bool right)
{
    int64_t lo, hi = -1;
    if (!arg_i64(lo_value, 0, &lo))
        return -1;
    if (lo < 0) {
        error_set(ValueError, "lo must be non-negative");
        return -1;
    }
    if (!is_unbound(hi_value) && !is_none(hi_value) && !arg_i64(hi_value, -1, &hi))
        return -1;
    if (hi == -1 && (is_unbound(hi_value) || is_none(hi_value))) {
        hi = obj_len(a);
        if (hi < 0)
            return -1;
    }
    bool with_key = !is_unbound(key) && !is_none(key);
    while (lo < hi) {
        int64_t middle = lo + (hi - lo) / 2;
        own Value item = list_exact(a) && middle < (int64_t)list_len(a) ? retain(list_peek(a, (uint64_t)middle)) : obj_getitem_index(a, middle);
        if (!is_error(item) && with_key)
            set_slot(&item, call1(key, item));
        Truth less = is_error(item) ? TRUTH_FAILED : right ? obj_compare_truth(x, item, CMP_LT) : obj_compare_truth(item, x, CMP_LT);
        if (less == TRUTH_FAILED)
            return -1;
        if (right == (less == YES))
            hi = middle;
        else
            lo = middle + 1;
    }
    return lo;
}
static Value bisect(Value *args, bool right)
{
    int64_t at = find_place(args[0], args[1], args[2], args[3], args[4], right);
    return at < 0 ? ERROR : int_value(at);
}
static Value bisect_right(Value *args, size_t n) { return bisect(args, true); }
static Value bisect_left(Value *args, size_t n) { return bisect(args, false); }
static Value insort(Value *args, bool right)
{
    own Value x = is_unbound(args[4]) || is_none(args[4]) ? retain(args[1]) : call1(args[4], args[1]);
    int64_t at = is_error(x) ? -1 : find_place(args[0], x, args[2], args[3], args[4], right);
    if (at < 0)
        return ERROR;
    if (list_exact(args[0]))
        return list_insert(args[0], at, args[1]) ? NONE : ERROR;
    Value pair[2] = { int_value(at), args[1] };
    own Value done = call_method(args[0], "insert", pair, 2);
    return is_error(done) ? ERROR : NONE;
}
static Value insort_right(Value *args, size_t n) { return insort(args, true); }
static Value insort_left(Value *args, size_t n) { return insort(args, false); }

#define BISECT_SIGNATURE "(a, x, lo=0, hi=None, *, key=None)"
static const Method bisect_functions[] = {
    { "bisect_right", BISECT_SIGNATURE, bisect_right, "Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e <= x, and all e in\na[i:] have e > x.  So if x already appears in the list, a.insert(i, x) will\ninsert just after the rightmost x already there.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched." },
    { "bisect_left", BISECT_SIGNATURE, bisect_left, "Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e < x, and all e in\na[i:] have e >= x.  So if x already appears in the list, a.insert(i, x) will\ninsert just before the leftmost x already there.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched." },
    { "insort_right", BISECT_SIGNATURE, insort_right, "Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the right of the rightmost x." },
    { "insort_left", BISECT_SIGNATURE, insort_left, "Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the left of the leftmost x." },
    { 0 },
};
const NativeModule bisect_module = { "_bisect", "Bisection algorithms.\n\nThis module provides support for maintaining a list in sorted order without\nhaving to sort the list after each insertion. For long lists of items with\nexpensive comparison operations, this can be an improvement over the more\ncommon approach.\n", bisect_functions, NULL };

/* --- heaps: `max` swaps the order. A comparison may change the list: the length is checked again after each. ------------------------------- */
static Truth before(Value a, Value b, bool max) { return max ? obj_compare_truth(b, a, CMP_LT) : obj_compare_truth(a, b, CMP_LT); }
static bool changed(Value heap, uint64_t len) { return list_len(heap) == len || raise_false(RuntimeError, "list changed size during iteration"); }

static bool sift_down(Value heap, uint64_t start, uint64_t at, bool max)
{
    uint64_t len = list_len(heap);
    if (at >= len)
        return raise_false(IndexError, "index out of range");
    while (at > start) {
        uint64_t parent = (at - 1) >> 1;
        own Value a = retain(list_peek(heap, at)), b = retain(list_peek(heap, parent));
        Truth less = before(a, b, max);
        if (less == TRUTH_FAILED || !changed(heap, len))
            return false;
        if (less == NO)
            return true;
        Value *items = as_list(heap)->items;
        Value swap = items[at];
        items[at] = items[parent];
        items[parent] = swap;
        at = parent;
    }
    return true;
}
static bool sift_up(Value heap, uint64_t at, bool max)
{
    uint64_t end = list_len(heap), start = at;
    if (at >= end)
        return raise_false(IndexError, "index out of range");
    for (uint64_t limit = end >> 1; at < limit;) {
        uint64_t child = 2 * at + 1;
        if (child + 1 < end) {
            own Value a = retain(list_peek(heap, child)), b = retain(list_peek(heap, child + 1));
            Truth less = before(a, b, max);
            if (less == TRUTH_FAILED || !changed(heap, end))
                return false;
            child += less == NO;
        }
        Value *items = as_list(heap)->items;
        Value swap = items[child];
        items[child] = items[at];
        items[at] = swap;
        at = child;
    }
    return sift_down(heap, start, at, max);
}
static bool is_heap(Value v, const char *name) { return list_check(v) || raise_false(TypeError, "%s() argument %s must be list, not %W", name, strcmp(name, "heapify") ? "1" : "", v); }

static Value heappush(Value *args, size_t n)
{
    return is_heap(args[0], "heappush") && list_append(args[0], args[1]) && sift_down(args[0], 0, list_len(args[0]) - 1, false) ? NONE : ERROR;
}
static Value pop(Value heap, bool max)
{
    if (list_len(heap) == 0)
        return raise(IndexError, "index out of range");
    own Value last = list_pop(heap, (int64_t)list_len(heap) - 1);
    if (is_error(last) || list_len(heap) == 0)
        return give(last);
    Value top = as_list(heap)->items[0];
    as_list(heap)->items[0] = give(last);
    own Value result = top;
    return sift_up(heap, 0, max) ? give(result) : ERROR;
}
static Value replace(Value heap, Value item, bool max)
{
    if (list_len(heap) == 0)
        return raise(IndexError, "index out of range");
    own Value top = list_peek(heap, 0);
    as_list(heap)->items[0] = retain(item);
    return sift_up(heap, 0, max) ? give(top) : ERROR;
}
static Value heapify(Value heap, bool max)
{
    for (uint64_t i = list_len(heap) / 2; i-- > 0;)
        if (!sift_up(heap, i, max))
            return ERROR;
    return NONE;
}
static Value m_heappop(Value *args, size_t n) { return is_heap(args[0], "heappop") ? pop(args[0], false) : ERROR; }
static Value m_heappop_max(Value *args, size_t n) { return is_heap(args[0], "_heappop_max") ? pop(args[0], true) : ERROR; }
static Value m_heapreplace(Value *args, size_t n) { return is_heap(args[0], "heapreplace") ? replace(args[0], args[1], false) : ERROR; }
static Value m_heapreplace_max(Value *args, size_t n) { return is_heap(args[0], "_heapreplace_max") ? replace(args[0], args[1], true) : ERROR; }
static Value m_heapify(Value *args, size_t n) { return is_heap(args[0], "heapify") ? heapify(args[0], false) : ERROR; }
static Value m_heapify_max(Value *args, size_t n) { return is_heap(args[0], "_heapify_max") ? heapify(args[0], true) : ERROR; }
static Value m_heappushpop(Value *args, size_t n)
{
    if (!is_heap(args[0], "heappushpop"))
        return ERROR;
    if (list_len(args[0]) == 0)
        return retain(args[1]);
    own Value top = retain(list_peek(args[0], 0));
    Truth less = obj_compare_truth(top, args[1], CMP_LT);
    if (less != YES)
        return less == NO ? retain(args[1]) : ERROR;
    return replace(args[0], args[1], false);
}
static const Method heap_functions[] = {
    { "heappush", "(heap, item, /)", heappush, "Push item onto heap, maintaining the heap invariant." }, { "heappop", "(heap, /)", m_heappop, "Pop the smallest item off the heap, maintaining the heap invariant." },
    { "heappushpop", "(heap, item, /)", m_heappushpop, "Push item on the heap, then pop and return the smallest item from the heap.\n\nThe combined action runs more efficiently than heappush() followed by\na separate call to heappop()." },
    { "heapreplace", "(heap, item, /)", m_heapreplace, "Pop and return the current smallest value, and add the new item." }, { "heapify", "(heap, /)", m_heapify, "Transform list into a heap, in-place, in O(len(heap)) time." },
    { "_heappop_max", "(heap, /)", m_heappop_max, "Maxheap variant of heappop." }, { "_heapreplace_max", "(heap, item, /)", m_heapreplace_max, "Maxheap variant of heapreplace." },
    { "_heapify_max", "(heap, /)", m_heapify_max, "Maxheap variant of heapify." }, { 0 },
};
static bool heap_init_(Value module) { return module_add_str(module, "__about__", "Heap queues"); }
const NativeModule heapq_module = { "_heapq", "Heap queue algorithm (a.k.a. priority queue).", heap_functions, heap_init_ };
