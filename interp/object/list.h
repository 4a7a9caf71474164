/* list.h -- Python's list as a data structure. What Python code sees is in builtins/list_methods.c. */
#ifndef OBJECT_LIST_H
#define OBJECT_LIST_H
#include "interp/object/type.h"
typedef struct List { Object head; uint64_t len; Value *items; uint64_t cap; } List;
extern Type list_type;
static inline bool list_check(Value v) { return has_flag(v, TYPE_IS_LIST); }
static inline bool list_exact(Value v) { return is_exact(v, &list_type); }
static inline List *as_list(Value v) { return (List *)as_obj(v); }
static inline uint64_t list_len(Value v) { return as_list(v)->len; }
static inline Value list_peek(Value v, uint64_t i) { return as_list(v)->items[i]; }
must_use Value list_new(uint64_t capacity);
must_use Value list_from(const Value *items, uint64_t n);
must_use Value list_from_take(const Value *items, uint64_t n);
must_use Value list_from_iterable(Value iterable);
must_use bool list_append(Value list, Value item);     /* amortised O(1) */
must_use bool list_append_take(Value list, Value item);
must_use bool list_extend(Value list, Value iterable); /* TypeError: 'x' object is not iterable */
must_use bool list_insert(Value list, int64_t index, Value item);
must_use Value list_pop(Value list, int64_t index);    /* index adjusted; IndexError */
must_use Value list_slice(Value list, int64_t start, int64_t stop);
must_use bool list_set_slice(Value list, int64_t start, int64_t stop, const Value *items, uint64_t n);
must_use Value list_to_tuple(Value list);
void list_clear(Value list);
must_use bool list_reserve(List *list, uint64_t capacity);
/* list_sort.c: stable powersort; key may be NONE. Comparators specialised for all-int, all-float, all-str. ValueError: list modified during sort */
must_use bool list_sort(Value list, Value key_or_none, bool reverse);
#endif
