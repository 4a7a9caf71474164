/* list.c -- see list.h. Source: Python reference, "Mutable sequence types"; growth as in CPython's listobject.c.
 * Whoever releases an item or compares one runs Python code that may change the list: nothing here keeps a pointer into `items` across. */
#include "interp/object/list.h"
#include "interp/object/container_repr.h"
#include "interp/object/hash.h"
#include "interp/object/slice.h"
#include "interp/object/tuple.h"

#include "gc/heap.h"

#define MAX_LEN ((uint64_t)1 << 58)

static const TraceRow trace_rows[] = {
    { TRACE_VECTOR, offsetof(List, items), offsetof(List, len), "list" },
    { 0 },
};

/* --- storage ---------------------------------------------------------------------------------------------------- */

void list_check_valid(const List *list)
{
    assert(list->len <= list->cap);
    assert(list->cap == 0 || list->items);
    assert(list->cap || !list->items || list->items == &list_sorting_mark);
    for (uint64_t i = 0; i < list->len; i++)
        assert(!is_error(list->items[i]) && !is_stop(list->items[i]) && !is_unbound(list->items[i]));
    (void)list;
}

static bool set_capacity(List *l, uint64_t cap)
{
    assert(cap >= l->len && cap > 0);
    if (UNLIKELY(cap > MAX_LEN))
        return raise_memory_false();
    Value *items = l->cap ? heap_buf_realloc(l->items, l->cap * sizeof(Value), cap * sizeof(Value)) : heap_buf(cap * sizeof(Value));
    if (UNLIKELY(!items))
        return raise_memory_false();
    l->items = items;
    l->cap = cap;
    assert(l->len <= l->cap);
    return true;
}

/* The growth pattern 0, 4, 8, 16, 24, 32, 40, 52, 64, 76, ... */
static bool grow(List *l, uint64_t len)
{
    uint64_t cap = (len + (len >> 3) + 6) & ~(uint64_t)3;
    if (len > l->len && len - l->len > cap - len)
        cap = (len + 3) & ~(uint64_t)3;
    return set_capacity(l, cap);
}

bool list_reserve(List *list, uint64_t capacity)
{
    return capacity <= list->cap || grow(list, capacity);
}

/* Give memory back when less than half is in use. Never fails: keeping more than needed is no error. */
static void shrink(List *l)
{
    if (l->len >= l->cap / 2)
        return;
    if (l->len == 0) {
        heap_buf_free(l->items, l->cap * sizeof(Value));
        l->items = NULL;
        l->cap = 0;
        return;
    }
    uint64_t cap = (l->len + (l->len >> 3) + 6) & ~(uint64_t)3;
    if (cap >= l->cap)
        return;
    Value *items = heap_buf_realloc(l->items, l->cap * sizeof(Value), cap * sizeof(Value));
    if (items) {
        l->items = items;
        l->cap = cap;
    }
}

Value list_new(uint64_t capacity)
{
    List *l = heap_new(&list_type.shape, sizeof *l);
    if (UNLIKELY(!l))
        return raise_memory();
    l->len = l->cap = 0;
    l->items = NULL;
    if (capacity && !set_capacity(l, capacity)) {
        release_obj(l);
        return ERROR;
    }
    return obj_value(l);
}

Value list_from(const Value *items, uint64_t n)
{
    Value list = list_new(n);
    if (UNLIKELY(is_error(list)))
        return ERROR;
    List *l = as_list(list);
    for (uint64_t i = 0; i < n; i++)
        l->items[i] = retain(items[i]);
    l->len = n;
    return list;
}

Value list_from_take(const Value *items, uint64_t n)
{
    Value list = list_new(n);
    if (UNLIKELY(is_error(list))) {
        for (uint64_t i = 0; i < n; i++)
            release(items[i]);
        return ERROR;
    }
    if (n)
        memcpy(as_list(list)->items, items, n * sizeof *items);
    as_list(list)->len = n;
    return list;
}

Value list_from_iterable(Value iterable)
{
    own Value list = list_new(0);
    if (is_error(list) || !list_extend(list, iterable))
        return ERROR;
    return give(list);
}

Value list_to_tuple(Value list)
{
    return tuple_from(as_list(list)->items, as_list(list)->len);
}

Value tuple_from_iterable(Value iterable)
{
    if (tuple_exact(iterable))
        return retain(iterable);
    if (list_exact(iterable))
        return list_to_tuple(iterable);
    own Value list = list_from_iterable(iterable);
    if (is_error(list))
        return ERROR;
    List *l = as_list(list);
    Value tuple = tuple_from_take(l->items, l->len);     /* the items move over */
    l->len = 0;
    return tuple;
}

/* --- changing ---------------------------------------------------------------------------------------------------- */

bool list_append_slow_take(List *list, Value item)
{
    if (UNLIKELY(!poll_interrupt() || !grow(list, list->len + 1))) {
        release(item);
        return false;
    }
    list->items[list->len++] = item;
    return true;
}

static bool append_vector(List *l, const Value *items, uint64_t n)
{
    bool is_own = l->cap && items >= l->items && items < l->items + l->cap;
    uint64_t offset = is_own ? (uint64_t)(items - l->items) : 0;
    if (n == 0)
        return true;
    if (!(l->len == 0 && l->cap == 0 ? set_capacity(l, n) : list_reserve(l, l->len + n)))
        return false;
    const Value *from = is_own ? l->items + offset : items;
    for (uint64_t i = 0; i < n; i++)
        l->items[l->len + i] = retain(from[i]);
    l->len += n;
    return true;
}

bool list_extend(Value list, Value iterable)
{
    if (list_exact(iterable))
        return append_vector(as_list(list), as_list(iterable)->items, as_list(iterable)->len);
    if (tuple_exact(iterable))
        return append_vector(as_list(list), as_tuple(iterable)->items, as_tuple(iterable)->len);
    own Value iterator = obj_iter(iterable);
    if (is_error(iterator))
        return false;
    int64_t hint = obj_length_hint(iterable, 8);
    if (hint < 0)
        return false;
    List *l = as_list(list);
    if (hint > 0 && l->len + (uint64_t)hint > l->cap && l->len + (uint64_t)hint <= INT64_MAX) {
        if (!(l->cap ? list_reserve(l, l->len + (uint64_t)hint) : set_capacity(l, (uint64_t)hint)))
            return false;
    }
    UnaryFn *next = type_of(iterator)->next;
    for (;;) {
        Value item = LIKELY(next != NULL) ? next(iterator) : obj_next(iterator);
        if (is_stop(item))
            break;
        if (UNLIKELY(is_error(item))) {
            if (!error_is(StopIteration))
                return false;
            error_clear();
            break;
        }
        assert(!error_pending());
        if (!list_append_take(list, item) || !poll_events())
            return false;
    }
    shrink(l);
    return true;
}

bool list_insert(Value list, int64_t index, Value item)
{
    List *l = as_list(list);
    int64_t len = (int64_t)l->len;
    if (index < 0 && (index += len) < 0)
        index = 0;
    if (index > len)
        index = len;
    if (!list_reserve(l, l->len + 1))
        return false;
    memmove(l->items + index + 1, l->items + index, (size_t)(len - index) * sizeof(Value));
    l->items[index] = retain(item);
    l->len++;
    assert(l->len <= l->cap && !is_error(item) && !is_unbound(item));
    return true;
}

Value list_pop(Value list, int64_t index)
{
    List *l = as_list(list);
    if (l->len == 0)
        return raise(IndexError, "pop from empty list");
    if (index < 0)
        index += (int64_t)l->len;
    if ((uint64_t)index >= l->len)
        return raise(IndexError, "pop index out of range");
    Value item = l->items[index];
    assert(index >= 0 && l->len <= l->cap);
    l->len--;
    if ((uint64_t)index < l->len)
        memmove(l->items + index, l->items + index + 1, (l->len - (uint64_t)index) * sizeof(Value));
    shrink(l);
    return item;
}

static void clear(Object *o)
{
    List *l = (List *)o;
    Value *items = l->items;
    uint64_t len = l->len, cap = l->cap;
    if (cap == 0)
        return;
    l->items = NULL;
    l->len = l->cap = 0;
    while (len > 0)
        release(items[--len]);
    heap_buf_free(items, cap * sizeof(Value));
}

void list_clear(Value list) { clear(as_obj(list)); }

static void dispose(Object *o)
{
    List *l = (List *)o;
    if (l->cap)
        heap_buf_free(l->items, l->cap * sizeof(Value));
}

void list_reverse(Value list)
{
    List *l = as_list(list);
    for (uint64_t i = 0, j = l->len; i + 1 < j; i++) {
        Value t = l->items[i];
        l->items[i] = l->items[--j];
        l->items[j] = t;
    }
}

Value list_slice(Value list, int64_t start, int64_t stop)
{
    List *l = as_list(list);
    int64_t len = (int64_t)l->len;
    start = start < 0 ? 0 : start > len ? len : start;
    stop = stop < start ? start : stop > len ? len : stop;
    return list_from(l->items + start, (uint64_t)(stop - start));
}

Value list_slice_step(Value list, int64_t start, int64_t step, uint64_t n)
{
    assert(n == 0 || (start >= 0 && (uint64_t)start < as_list(list)->len));
    if (step == 1)
        return list_from(as_list(list)->items + start, n);
    Value part = list_new(n);
    if (is_error(part))
        return ERROR;
    const Value *from = as_list(list)->items;
    Value *to = as_list(part)->items;
    for (uint64_t i = 0; i < n; i++, start = slice_step(start, step)) {
        assert((uint64_t)start < as_list(list)->len);
        to[i] = retain(from[start]);
    }
    as_list(part)->len = n;
    return part;
}

enum { SMALL = 64 };

bool list_set_slice(Value list, int64_t start, int64_t stop, const Value *items, uint64_t n)
{
    List *l = as_list(list);
    int64_t len = (int64_t)l->len;
    start = start < 0 ? 0 : start > len ? len : start;
    stop = stop < start ? start : stop > len ? len : stop;
    uint64_t n_old = (uint64_t)(stop - start), n_both = n + n_old, tail = (uint64_t)(len - stop);
    if (n > MAX_LEN)
        return raise_memory_false();
    /* The new ones first (they may be our own), then the old ones, which are released when the list is whole again. */
    Value small[SMALL], *both = small;
    if (n_both > SMALL && !(both = heap_buf(n_both * sizeof(Value))))
        return raise_memory_false();
    for (uint64_t i = 0; i < n; i++)
        both[i] = retain(items[i]);
    if (n > n_old && !list_reserve(l, l->len + n - n_old)) {
        for (uint64_t i = 0; i < n; i++)
            release(both[i]);
        if (both != small)
            heap_buf_free(both, n_both * sizeof(Value));
        return false;
    }
    if (n_old)
        memcpy(both + n, l->items + start, n_old * sizeof(Value));
    if (n != n_old && tail)
        memmove(l->items + start + n, l->items + stop, tail * sizeof(Value));
    if (n)
        memcpy(l->items + start, both, n * sizeof(Value));
    l->len += n - n_old;
    assert(l->len == (uint64_t)start + n + tail && l->len <= l->cap);
    shrink(l);
    for (uint64_t i = n_both; i > n; i--)
        release(both[i - 1]);
    if (both != small)
        heap_buf_free(both, n_both * sizeof(Value));
    return true;
}

/* --- searching --------------------------------------------------------------------------------------------------- */

int64_t list_find(Value list, Value item, int64_t start, int64_t stop)
{
    List *l = as_list(list);
    for (int64_t i = start; i < stop && i < (int64_t)l->len; i++) {
        Value at = l->items[i];
        if (same(at, item))
            return i;
        if (both_int(at, item))
            continue;
        retain(at);
        Truth equal = keys_equal(at, item);
        release(at);
        if (equal)
            return equal == YES ? i : -2;
        if (!poll_events())
            return -2;
    }
    return -1;
}

int64_t list_count(Value list, Value item)
{
    int64_t n = 0, at = -1;
    while ((at = list_find(list, item, at + 1, INT64_MAX)) >= 0)
        n++;
    return at == -2 ? -1 : n;
}

/* --- slots -------------------------------------------------------------------------------------------------------- */

static Value repr(Value self)
{
    List *l = as_list(self);
    if (l->len == 0)
        return str_from("[]");
    Truth inside = repr_enter(self);
    if (inside)
        return inside == YES ? str_from("[...]") : ERROR;
    StrBuilder out = {0};
    bool ok = str_builder_char(&out, '[');
    for (uint64_t i = 0; ok && i < l->len; i++) {
        own Value item = retain(l->items[i]);
        ok = (i == 0 || str_builder_ascii(&out, ", ", 2)) && repr_into(&out, item);
    }
    ok = ok && str_builder_char(&out, ']');
    repr_leave(self);
    return str_builder_end(&out, ok);
}

static Value compare(Value a, Value b, CompareOp op)
{
    if (!list_check(a) || !list_check(b))
        return NOT_IMPLEMENTED;
    List *x = as_list(a), *y = as_list(b);
    if (x->len != y->len && (op == CMP_EQ || op == CMP_NE))
        return bool_value(op == CMP_NE);
    for (uint64_t i = 0; i < x->len && i < y->len; i++) {
        if (same(x->items[i], y->items[i])) {
            if (i % 65536 == 65535 && !poll_events())
                return ERROR;
            continue;
        }
        own Value v = retain(x->items[i]), w = retain(y->items[i]);
        Truth equal = keys_equal(v, w);
        if (equal == TRUTH_FAILED || !poll_events())
            return ERROR;
        if (equal)
            continue;
        if (i >= x->len || i >= y->len)                  /* the comparison has taken items away */
            break;
        return obj_compare_unequal(v, w, op);
    }
    return compare_len(x->len, y->len, op);
}

static int64_t len(Value self) { return (int64_t)as_list(self)->len; }

static Value item(Value self, int64_t index)
{
    List *l = as_list(self);
    if ((uint64_t)index >= l->len)
        return raise(IndexError, "list index out of range");
    return retain(l->items[index]);
}

static Value getitem_slice(Value self, Value slice)
{
    int64_t start, stop, step;
    if (!slice_unpack(slice, &start, &stop, &step))
        return ERROR;
    List *l = as_list(self);
    int64_t n = slice_adjust((int64_t)l->len, &start, &stop, step);
    return list_slice_step(self, start, step, (uint64_t)n);
}

static Value getitem(Value self, Value key)
{
    if (slice_check(key))
        return getitem_slice(self, key);
    if (!index_check(key))
        return raise(TypeError, "list indices must be integers or slices, not %T", key);
    int64_t index;
    if (!index_of(key, &index))
        return ERROR;
    return item(self, index < 0 ? index + (int64_t)as_list(self)->len : index);
}

/* del list[start:stop:step] for n items, n > 0. */
static bool delete_stepped(Value self, int64_t start, int64_t step, int64_t n)
{
    List *l = as_list(self);
    if (step < 0) {
        start += step * (n - 1);
        step = -step;
    }
    Value *garbage = heap_buf((size_t)n * sizeof(Value));
    if (!garbage)
        return raise_memory_false();
    uint64_t from = (uint64_t)start, to = from;
    for (int64_t i = 0; i < n; i++) {
        assert(from < l->len && to <= from);
        garbage[i] = l->items[from];
        uint64_t keep = i + 1 < n ? (uint64_t)step - 1 : l->len - from - 1;
        memmove(l->items + to, l->items + from + 1, keep * sizeof(Value));
        to += keep;
        from += (uint64_t)step;
    }
    l->len = to;
    shrink(l);
    for (int64_t i = 0; i < n; i++)
        release(garbage[i]);
    heap_buf_free(garbage, (size_t)n * sizeof(Value));
    return true;
}

/* list[start:stop:step] = n values of a list or tuple that we alone hold or that cannot change meanwhile. */
static bool assign_stepped(Value self, int64_t start, int64_t step, const Value *values, int64_t n)
{
    List *l = as_list(self);
    Value *garbage = heap_buf((size_t)n * sizeof(Value));
    if (!garbage)
        return raise_memory_false();
    for (int64_t i = 0; i < n; i++)
        retain(values[i]);
    for (int64_t i = 0, at = start; i < n; i++, at = slice_step(at, step)) {
        garbage[i] = l->items[at];
        l->items[at] = values[i];
    }
    for (int64_t i = 0; i < n; i++)
        release(garbage[i]);
    heap_buf_free(garbage, (size_t)n * sizeof(Value));
    return true;
}

static bool setitem_slice(Value self, Value slice, Value value)
{
    int64_t start, stop, step, start_, stop_;
    if (!slice_unpack(slice, &start, &stop, &step))
        return false;
    own Value values = UNBOUND;
    if (!is_unbound(value)) {
        /* A copy, also of the list itself. Its items may be changed by nobody else. */
        if (tuple_exact(value)) {
            values = retain(value);
        } else {
            values = list_exact(value) ? list_to_tuple(value) : tuple_from_iterable(value);
            if (is_error(values)) {
                if (error_is(TypeError) && !type_of(value)->iter && !type_of(value)->getitem)
                    return raise_false(TypeError, step == 1 ? "can only assign an iterable" : "must assign iterable to extended slice");
                return false;
            }
        }
    }
    List *l = as_list(self);
    start_ = start;
    stop_ = stop;
    int64_t n = slice_adjust((int64_t)l->len, &start_, &stop_, step);
    if (step == 1)
        return list_set_slice(self, start_, stop_ < start_ ? start_ : stop_, is_unbound(value) ? NULL : as_tuple(values)->items,
                              is_unbound(value) ? 0 : tuple_len(values));
    if (is_unbound(value))
        return n == 0 || delete_stepped(self, start_, step, n);
    if ((int64_t)tuple_len(values) != n)
        return raise_false(ValueError, "attempt to assign sequence of size %lld to extended slice of size %lld",
                           (long long)tuple_len(values), (long long)n);
    return n == 0 || assign_stepped(self, start_, step, as_tuple(values)->items, n);
}

static bool setitem(Value self, Value key, Value value)
{
    List *l = as_list(self);
    if (slice_check(key))
        return setitem_slice(self, key, value);
    if (!index_check(key))
        return raise_false(TypeError, "list indices must be integers or slices, not %T", key);
    int64_t index;
    if (!index_of(key, &index))
        return false;
    if (index < 0)
        index += (int64_t)l->len;
    if ((uint64_t)index >= l->len)
        return raise_false(IndexError, "list assignment index out of range");
    if (!is_unbound(value)) {
        set_slot(&l->items[index], retain(value));
        return true;
    }
    Value old = l->items[index];
    l->len--;
    memmove(l->items + index, l->items + index + 1, (l->len - (uint64_t)index) * sizeof(Value));
    shrink(l);
    release(old);
    return true;
}

static Truth contains(Value self, Value item_)
{
    int64_t at = list_find(self, item_, 0, INT64_MAX);
    return at >= 0 ? YES : at == -1 ? NO : TRUTH_FAILED;
}

static Value concat(Value a, Value b)
{
    if (!list_check(b))
        return raise(TypeError, "can only concatenate list (not \"%.200s\") to list", type_name(b));
    Value sum = list_new(as_list(a)->len + as_list(b)->len);
    if (is_error(sum))
        return ERROR;
    List *x = as_list(a), *y = as_list(b), *s = as_list(sum);
    for (uint64_t i = 0; i < x->len; i++)
        s->items[i] = retain(x->items[i]);
    for (uint64_t i = 0; i < y->len; i++)
        s->items[x->len + i] = retain(y->items[i]);
    s->len = x->len + y->len;
    return sum;
}

/* Write `n` - 1 more copies of the first `len` items behind them. */
static void fill_repeats(Value *items, uint64_t len, uint64_t n)
{
    for (uint64_t i = 0; i < len; i++) {
        if (!is_ptr(items[i]))
            continue;
        Object *o = as_obj(items[i]);
        assert(n - 1 < UINT32_MAX - o->refcount);        /* 2^32 references take 32 GiB of list */
        o->refcount += (uint32_t)(n - 1);
    }
    for (uint64_t done = len, all = len * n; done < all;) {
        uint64_t step = done < all - done ? done : all - done;
        memcpy(items + done, items, step * sizeof(Value));
        done += step;
    }
}

static Value repeat(Value self, int64_t n)
{
    List *l = as_list(self);
    if (n <= 0 || l->len == 0)
        return list_new(0);
    if ((uint64_t)n > MAX_LEN / l->len)
        return raise_memory();
    Value product = list_new(l->len * (uint64_t)n);
    if (is_error(product))
        return ERROR;
    List *p = as_list(product);
    for (uint64_t i = 0; i < l->len; i++)
        p->items[i] = retain(l->items[i]);
    fill_repeats(p->items, l->len, (uint64_t)n);
    p->len = l->len * (uint64_t)n;
    return product;
}

static Value inplace_repeat(Value self, int64_t n)
{
    List *l = as_list(self);
    if (n <= 0) {
        clear(&l->head);
    } else if (l->len && n > 1) {
        if ((uint64_t)n > MAX_LEN / l->len)
            return raise_memory();
        if (!list_reserve(l, l->len * (uint64_t)n))
            return ERROR;
        fill_repeats(l->items, l->len, (uint64_t)n);
        l->len *= (uint64_t)n;
    }
    return retain(self);
}

static Value inplace_concat(Value self, Value other)
{
    return list_extend(self, other) ? retain(self) : ERROR;
}

static size_t size_of(const Object *o)
{
    return o->shape->type->basic_size + ((const List *)o)->cap * sizeof(Value);
}

Type list_type = {
    .heap = { .head = STATIC_OBJECT(&type_type.shape), .name = "list", .basic_size = sizeof(List), .trace = trace_rows,
              .clear = clear, .dispose = dispose, .size_of = size_of },
    .shape = { .type = &list_type.heap }, .bases = UNBOUND_INIT, .mro = UNBOUND_INIT, .qualname = UNBOUND_INIT, .module = UNBOUND_INIT,
    .flags = TYPE_BASE | TYPE_SEQUENCE | TYPE_IS_LIST,
    .repr = repr, .hash = hash_none, .compare = compare,
    .len = len, .getitem = getitem, .setitem = setitem, .contains = contains, .item = item,
    .concat = concat, .inplace_concat = inplace_concat, .repeat = repeat, .inplace_repeat = inplace_repeat,
};
