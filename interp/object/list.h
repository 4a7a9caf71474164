/* list.h -- Python's list as a data structure. What Python code sees is in builtins/list_methods.c.
 *
 * Invariants: len <= cap; items[0 .. len-1] are Values; `items` is a heap_buf of cap Values, or cap is 0 and it is not a buffer (NULL, or
 * while the list is being sorted, a mark by which list_sort sees that somebody changed the list). */
#ifndef OBJECT_LIST_H
#define OBJECT_LIST_H
#include "interp/object/type.h"
typedef struct List { Object head; uint64_t len; Value *items; uint64_t cap; } List;
extern Type list_type;
static inline bool list_check(Value v) { return has_flag(v, TYPE_IS_LIST); }
static inline bool list_exact(Value v) { return is_exact(v, &list_type); }
static inline List *as_list(Value v) { assert(list_check(v)); return (List *)as_obj(v); }
static inline uint64_t list_len(Value v) { return as_list(v)->len; }
static inline Value list_peek(Value v, uint64_t i) { assert(i < list_len(v)); return as_list(v)->items[i]; }
must_use Value list_new(uint64_t capacity);
must_use Value list_from(const Value *items, uint64_t n);
must_use Value list_from_take(const Value *items, uint64_t n);
must_use Value list_from_iterable(Value iterable);
must_use bool list_append_slow_take(List *list, Value item);
/* list_push_take, list_append -- amortised O(1). False: MemoryError, an interrupt (looked for when the list grows). Run no Python code. */
static inline must_use bool list_push_take(Value list, Value item)
{
    List *l = as_list(list);
    assert(!is_error(item) && !is_stop(item) && !is_unbound(item));
    if (LIKELY(l->len < l->cap)) {
        l->items[l->len++] = item;
        return true;
    }
    return list_append_slow_take(l, item);
}
static inline must_use bool list_append(Value list, Value item) { return list_push_take(list, retain(item)); }
/* list_append_take -- of an item that was just made: false also when it is ERROR. */
static inline must_use bool list_append_take(Value list, Value item) { return !is_error(item) && list_push_take(list, item); }
must_use bool list_extend(Value list, Value iterable); /* TypeError: 'x' object is not iterable */
must_use bool list_insert(Value list, int64_t index, Value item);
must_use Value list_pop(Value list, int64_t index);    /* index adjusted; IndexError */
must_use Value list_slice(Value list, int64_t start, int64_t stop);
/* n items from `start` on, every step-th; all of them must exist. */
must_use Value list_slice_step(Value list, int64_t start, int64_t step, uint64_t n);
/* Replace items start..stop-1 (clipped) by `n` others (retained; they may be the list's own). */
must_use bool list_set_slice(Value list, int64_t start, int64_t stop, const Value *items, uint64_t n);
must_use Value list_to_tuple(Value list);
void list_clear(Value list);
void list_reverse(Value list);
/* Room for `capacity` items in all, over-allocated as a growing list is. False: MemoryError. */
must_use bool list_reserve(List *list, uint64_t capacity);
/* Where the item equal to `item` is in start..stop-1: -1 absent, -2 failed. Runs __eq__, which may change the list. */
int64_t list_find(Value list, Value item, int64_t start, int64_t stop);
/* How many items equal `item`; -1 failed. */
int64_t list_count(Value list, Value item);
/* list_item_at -- for loops without iterator objects: item `i`, owned, or STOP. */
static inline Value list_item_at(Value list, uint64_t i)
{
    List *l = as_list(list);
    return LIKELY(i < l->len) ? retain(l->items[i]) : STOP;
}
void list_check_valid(const List *list);               /* asserts the invariants */
/* list_sort.c: stable powersort; key may be NONE. Comparators specialised for all-int, all-float, all-str. ValueError: list modified during sort */
must_use bool list_sort(Value list, Value key_or_none, bool reverse);
extern Value list_sorting_mark;                        /* `items` of a list that is being sorted points here */
#endif
