/* deque.c -- collections.deque: a ring of Values. Source: Python library reference, "deque objects".
 *
 * Invariants: cap is 0 or a power of two; item i is items[(head + i) & (cap - 1)] for i < len; every other slot is UNBOUND, so that the
 * collector may look at all of them. `changes` counts changes of length or order: iterators compare it.
 * A comparison or a release may run Python code that changes the deque; loops look at `changes` after each. */
#include "interp/builtins/arguments.h"
#include "interp/modules/collections_types.h"
#include "interp/object/class.h"
#include "interp/object/int.h"
#include "interp/object/iterators.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/slice.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/object/walk.h"

#include "gc/event.h"
#include "gc/heap.h"

typedef struct Deque {
    Object head;
    Value *items;
    uint64_t cap, first, len;
    int64_t max_len;             /* -1: none */
    uint64_t changes;
} Deque;

static const TraceRow trace_rows[] = {
    { TRACE_VECTOR, offsetof(Deque, items), offsetof(Deque, cap), "deque" },
    { 0 },
};

#define MAX_CAP ((uint64_t)1 << 56)
static inline Deque *as_deque(Value v) { return (Deque *)as_obj(v); }
static inline bool deque_check(Value v) { return is_instance_of(v, &deque_type); }
static inline Value *slot_at(Deque *d, uint64_t i) { return &d->items[(d->first + i) & (d->cap - 1)]; }

/* --- structure ------------------------------------------------------------------------------------------------------------ */

static bool reserve(Deque *d, uint64_t need)
{
    if (LIKELY(need <= d->cap))
        return true;
    uint64_t cap = d->cap ? d->cap : 8;
    while (cap < need) {
        if (cap >= MAX_CAP)
            return raise_memory_false();
        cap *= 2;
    }
    Value *items = heap_buf(cap * sizeof(Value));
    if (!items)
        return raise_memory_false();
    for (uint64_t i = 0; i < d->len; i++)
        items[i] = *slot_at(d, i);
    for (uint64_t i = d->len; i < cap; i++)
        items[i] = UNBOUND;
    heap_buf_free(d->items, d->cap * sizeof(Value));
    d->items = items;
    d->cap = cap;
    d->first = 0;
    return true;
}

static Value take_first(Deque *d)
{
    Value item = give(*slot_at(d, 0));
    d->first = (d->first + 1) & (d->cap - 1);
    d->len--;
    d->changes++;
    return item;
}

static Value take_last(Deque *d)
{
    Value item = give(*slot_at(d, d->len - 1));
    d->len--;
    d->changes++;
    return item;
}

/* Add at one end; what a full deque loses at the other end is released last. */
static bool push(Deque *d, Value item, bool left)
{
    if (d->max_len == 0)
        return true;
    Value lost = UNBOUND;
    if (d->max_len > 0 && (int64_t)d->len >= d->max_len)
        lost = left ? take_last(d) : take_first(d);
    if (!reserve(d, d->len + 1)) {
        release(lost);
        return false;
    }
    d->len++;
    if (left)
        d->first = (d->first - 1) & (d->cap - 1);
    *slot_at(d, left ? 0 : d->len - 1) = retain(item);
    d->changes++;
    release(lost);
    return true;
}

static void clear(Object *o)
{
    Deque *d = (Deque *)o;
    Value *items = d->items;
    uint64_t cap = d->cap;
    d->items = NULL;
    d->cap = d->first = d->len = 0;
    d->changes++;
    for (uint64_t i = 0; i < cap; i++)
        release(items[i]);
    heap_buf_free(items, cap * sizeof(Value));
}

static void dispose(Object *o)
{
    Deque *d = (Deque *)o;
    heap_buf_free(d->items, d->cap * sizeof(Value));
}

static size_t size_of(const Object *o)
{
    return o->shape->type->basic_size + ((const Deque *)o)->cap * sizeof(Value);
}

static bool extend(Deque *d, Value iterable, bool left)
{
    own Value source = retain(iterable);
    if (same(iterable, obj_value(d))) {                  /* a snapshot of ourselves */
        set_slot(&source, list_from_iterable(iterable));
        if (is_error(source))
            return false;
    }
    walking Walk walk;
    if (!walk_begin(&walk, source))
        return false;
    if (d->max_len < 0 && walk.kind != WALK_ITERATOR) {
        uint64_t n = walk.kind == WALK_LIST ? list_len(source) : tuple_len(source);
        if (!reserve(d, d->len + n))
            return false;
        if (!left) {                                     /* nothing runs code in between */
            const Value *items = walk.kind == WALK_LIST ? as_list(source)->items : as_tuple(source)->items;
            for (uint64_t i = 0; i < n; i++)
                *slot_at(d, d->len++) = retain(items[i]);
            d->changes += n > 0;
            return true;
        }
    }
    for (;;) {
        own Value item = walk_next(&walk);
        if (is_stop(item))
            return true;
        if (is_error(item) || !push(d, item, left))
            return false;
    }
}

static void rotate(Deque *d, int64_t n)
{
    if (d->len < 2)
        return;
    n %= (int64_t)d->len;
    if (n > (int64_t)d->len / 2)
        n -= (int64_t)d->len;
    else if (n < -((int64_t)d->len / 2))
        n += (int64_t)d->len;
    for (; n > 0; n--) {
        Value item = give(*slot_at(d, d->len - 1));
        d->first = (d->first - 1) & (d->cap - 1);
        *slot_at(d, 0) = item;
    }
    for (; n < 0; n++) {
        Value item = give(*slot_at(d, 0));
        d->first = (d->first + 1) & (d->cap - 1);
        *slot_at(d, d->len - 1) = item;
    }
    d->changes++;
}

/* Move the items behind `at` to open or close a gap there. */
static Value delete_at(Deque *d, uint64_t at)
{
    Value item = give(*slot_at(d, at));
    if (at < d->len / 2) {
        for (uint64_t i = at; i > 0; i--)
            *slot_at(d, i) = *slot_at(d, i - 1);
        *slot_at(d, 0) = UNBOUND;
        d->first = (d->first + 1) & (d->cap - 1);
    } else {
        for (uint64_t i = at; i + 1 < d->len; i++)
            *slot_at(d, i) = *slot_at(d, i + 1);
        *slot_at(d, d->len - 1) = UNBOUND;
    }
    d->len--;
    d->changes++;
    return item;
}

/* Where `item` is in start..stop-1; -1 absent, -2 failed (also when the deque changed: `changed_error` is raised). */
static int64_t find(Deque *d, Value item, int64_t start, int64_t stop, ErrorKind changed_kind, const char *changed_error)
{
    uint64_t changes = d->changes;
    for (int64_t i = start; i < stop && i < (int64_t)d->len; i++) {
        own Value at = retain(*slot_at(d, (uint64_t)i));
        Truth equal = obj_equal(at, item);
        if (equal == TRUTH_FAILED)
            return -2;
        if (changes != d->changes) {
            error_set(changed_kind, "%s", changed_error);
            return -2;
        }
        if (equal)
            return i;
        if (!poll_events())
            return -2;
    }
    return -1;
}
static const char mutated[] = "deque mutated during iteration";

/* --- constructors ------------------------------------------------------------------------------------------------------------- */

static Value deque_new(Type *type, int64_t max_len)
{
    Value self = instance_new(type);
    if (!is_error(self))
        as_deque(self)->max_len = max_len;
    return self;
}

static Value deque_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    (void)args, (void)n, (void)kwnames;
    return deque_new(type, -1);
}

static bool deque_init(Value self, const Value *args, size_t n, Value kwnames)
{
    Value out[2];
    Signature *signature;
    if (!bind_arguments("deque", "(iterable=(), maxlen=None)", args, n, kwnames, out, &signature))
        return false;
    own Value iterable = retain(out[0]), max = retain(out[1]);
    signature_release(signature, out);
    int64_t max_len = -1;
    if (!is_unbound(max) && !is_none(max)) {
        if (!int_check(max))
            return raise_false(TypeError, "an integer is required");
        if (!obj_index_i64(max, &max_len, OverflowError))
            return false;
        if (max_len < 0)
            return raise_false(ValueError, "maxlen must be non-negative");
    }
    Deque *d = as_deque(self);
    d->max_len = max_len;
    if (d->len)
        clear(&d->head);
    return is_unbound(iterable) || extend(d, iterable, false);
}

/* A copy made by calling the class of a subclass's instance: it may give anything, but must give a deque. */
static Value copy_by_call(Value self)
{
    Deque *d = as_deque(self);
    own Value names = str_from("maxlen"), kwnames = is_error(names) ? ERROR : tuple_of1(names), copy = UNBOUND;
    if (is_error(kwnames))
        return ERROR;
    Value args[2] = { self, int_value(d->max_len) };
    copy = d->max_len < 0 ? call1(obj_value(type_of(self)), self) : call_kw(obj_value(type_of(self)), args, 1, kwnames);
    if (!is_error(copy) && !deque_check(copy))
        return raise(TypeError, "%.200s() must return a deque, not %.200s", type_name(self), type_name(copy));
    return give(copy);
}

static Value copy_of(Value self)
{
    Deque *d = as_deque(self);
    if (!is_exact(self, &deque_type))
        return copy_by_call(self);
    own Value copy = deque_new(&deque_type, d->max_len);
    if (is_error(copy) || !reserve(as_deque(copy), d->len))
        return ERROR;
    for (uint64_t i = 0; i < d->len; i++)
        as_deque(copy)->items[i] = retain(*slot_at(d, i));
    as_deque(copy)->len = d->len;
    return give(copy);
}

/* --- slots ------------------------------------------------------------------------------------------------------------------------ */

static Value repr(Value self)
{
    Truth inside = repr_enter(self);
    if (inside)
        return inside == YES ? str_from("[...]") : ERROR;
    Deque *d = as_deque(self);
    own Value items = list_from_iterable(self), text = is_error(items) ? ERROR : obj_repr(items);
    repr_leave(self);
    if (is_error(text))
        return ERROR;
    if (d->max_len >= 0)
        return str_format("%Y(%S, maxlen=%lld)", type_of(self), text, (long long)d->max_len);
    return str_format("%Y(%S)", type_of(self), text);
}

static Value compare(Value a, Value b, CompareOp op)
{
    if (!deque_check(a) || !deque_check(b))
        return NOT_IMPLEMENTED;
    Deque *x = as_deque(a), *y = as_deque(b);
    if (same(a, b))
        return bool_value(op == CMP_EQ || op == CMP_LE || op == CMP_GE);
    if (x->len != y->len && (op == CMP_EQ || op == CMP_NE))
        return bool_value(op == CMP_NE);
    uint64_t x_changes = x->changes, y_changes = y->changes;
    for (uint64_t i = 0; i < x->len && i < y->len; i++) {
        own Value v = retain(*slot_at(x, i)), w = retain(*slot_at(y, i));
        Truth equal = obj_equal(v, w);
        if (equal == TRUTH_FAILED)
            return ERROR;
        if (x->changes != x_changes || y->changes != y_changes)
            return raise(RuntimeError, "%s", mutated);
        if (equal)
            continue;
        return obj_compare_unequal(v, w, op);
    }
    return compare_len(x->len, y->len, op);
}

static int64_t len(Value self) { return (int64_t)as_deque(self)->len; }

static Value item(Value self, int64_t index)
{
    Deque *d = as_deque(self);
    if ((uint64_t)index >= d->len)
        return raise(IndexError, "deque index out of range");
    return retain(*slot_at(d, (uint64_t)index));
}

static bool item_index(Value self, Value key, int64_t *index)
{
    if (!index_check(key))
        return raise_false(TypeError, "sequence index must be integer, not '%.200s'", type_name(key));
    if (!index_of(key, index))
        return false;
    if (*index < 0)
        *index += len(self);
    return (uint64_t)*index < as_deque(self)->len || raise_false(IndexError, "deque index out of range");
}

static Value getitem(Value self, Value key)
{
    int64_t index;
    return item_index(self, key, &index) ? retain(*slot_at(as_deque(self), (uint64_t)index)) : ERROR;
}

static bool setitem(Value self, Value key, Value value)
{
    int64_t index;
    Deque *d = as_deque(self);
    if (!item_index(self, key, &index))
        return false;
    if (is_unbound(value))
        release(delete_at(d, (uint64_t)index));
    else
        set_slot(slot_at(d, (uint64_t)index), retain(value));
    return true;
}

static Truth contains(Value self, Value v)
{
    int64_t at = find(as_deque(self), v, 0, INT64_MAX, RuntimeError, mutated);
    return at >= 0 ? YES : at == -1 ? NO : TRUTH_FAILED;
}

static Value concat(Value a, Value b)
{
    if (!deque_check(b))
        return raise(TypeError, "can only concatenate deque (not \"%.200s\") to deque", type_name(b));
    own Value sum = copy_of(a);
    return is_error(sum) || !extend(as_deque(sum), b, false) ? ERROR : give(sum);
}

static Value inplace_concat(Value self, Value other) { return extend(as_deque(self), other, false) ? retain(self) : ERROR; }

static Value inplace_repeat(Value self, int64_t n)
{
    Deque *d = as_deque(self);
    uint64_t n_items = d->len;
    if (n_items == 0 || n == 1)
        return retain(self);
    if (n <= 0) {
        clear(&d->head);
        return retain(self);
    }
    if ((uint64_t)n > MAX_CAP / n_items)
        return raise_memory();
    if (d->max_len >= 0 && n_items * (uint64_t)n > (uint64_t)d->max_len)        /* only the last max_len stay */
        n = (d->max_len + (int64_t)n_items - 1) / (int64_t)n_items;
    own Value items = list_from_iterable(self);
    if (is_error(items))
        return ERROR;
    if (d->max_len < 0 && !reserve(d, n_items * (uint64_t)n))
        return ERROR;
    for (int64_t round = 1; round < n; round++)
        if (!extend(d, items, false))
            return ERROR;
    return retain(self);
}

static Value repeat(Value self, int64_t n)
{
    own Value copy = copy_of(self);
    if (is_error(copy))
        return ERROR;
    Value product = inplace_repeat(copy, n);
    return product;
}

/* --- iterators ------------------------------------------------------------------------------------------------------------------------ */

typedef struct DequeIterator { Object head; Value deque; uint64_t index, changes; int64_t left; } DequeIterator;
static const TraceRow iterator_trace[] = { { TRACE_VALUE, offsetof(DequeIterator, deque), 0, "deque" }, { 0 } };

static Value iterator_new(Type *type, Value deque)
{
    DequeIterator *it = heap_new(&type->shape, sizeof *it);
    if (!it)
        return raise_memory();
    it->deque = retain(deque);
    it->index = 0;
    it->changes = as_deque(deque)->changes;
    it->left = (int64_t)as_deque(deque)->len;
    return obj_value(it);
}

static Value deque_iter(Value self) { return iterator_new(&deque_iterator_type, self); }

static Value iterator_next(Value self)
{
    DequeIterator *it = as_iterator(DequeIterator, self);
    Deque *d = as_deque(it->deque);
    bool backwards = is_exact(self, &deque_reverse_iterator_type);
    if (it->changes != d->changes) {
        it->left = 0;
        return raise(RuntimeError, "%s", mutated);
    }
    if (it->left <= 0)
        return STOP;
    uint64_t i = it->index++;
    it->left--;
    return retain(*slot_at(d, backwards ? d->len - 1 - i : i));
}

static Value iterator_hint(Value *args, size_t n)
{
    (void)n;
    return small_int_value(as_iterator(DequeIterator, args[0])->left);
}

static Value iterator_reduce(Value *args, size_t n)
{
    (void)n;
    DequeIterator *it = as_iterator(DequeIterator, args[0]);
    own Value at = int_value((int64_t)as_deque(it->deque)->len - it->left);
    return reduce_take(retain(obj_value(type_of(args[0]))), tuple_of2(it->deque, at));
}

static Value iterator_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    int64_t index = 0;
    if (!no_keywords(type->heap.name, kwnames) || !count_between(type->heap.name, n, 1, 2))
        return ERROR;
    if (!deque_check(args[0]))
        return raise(TypeError, "%s() argument 1 must be collections.deque, not %W", type->heap.name, args[0]);
    if (n == 2 && !obj_index_i64(args[1], &index, OverflowError))
        return ERROR;
    Value self = iterator_new(type, args[0]);
    if (is_error(self))
        return ERROR;
    DequeIterator *it = as_iterator(DequeIterator, self);
    index = index < 0 ? 0 : index > it->left ? it->left : index;
    it->index = (uint64_t)index;
    it->left -= index;
    return self;
}

/* --- methods ---------------------------------------------------------------------------------------------------------------------------- */

#define METHOD(name) static Value name(Value *args, size_t n)
#define DEQUE as_deque(args[0])

METHOD(m_append) { (void)n; return push(DEQUE, args[1], false) ? NONE : ERROR; }
METHOD(m_appendleft) { (void)n; return push(DEQUE, args[1], true) ? NONE : ERROR; }
METHOD(m_clear) { (void)n; clear(as_obj(args[0])); return NONE; }
METHOD(m_copy) { (void)n; return copy_of(args[0]); }
METHOD(m_extend) { (void)n; return extend(DEQUE, args[1], false) ? NONE : ERROR; }
METHOD(m_extendleft) { (void)n; return extend(DEQUE, args[1], true) ? NONE : ERROR; }
METHOD(m_pop) { (void)n; return DEQUE->len ? take_last(DEQUE) : raise(IndexError, "pop from an empty deque"); }
METHOD(m_popleft) { (void)n; return DEQUE->len ? take_first(DEQUE) : raise(IndexError, "pop from an empty deque"); }
METHOD(m_reversed) { (void)n; return iterator_new(&deque_reverse_iterator_type, args[0]); }

METHOD(m_count)
{
    (void)n;
    int64_t times = 0, at = -1;
    while ((at = find(DEQUE, args[1], at + 1, INT64_MAX, RuntimeError, mutated)) >= 0)
        times++;
    return at == -2 ? ERROR : small_int_value(times);
}

METHOD(m_index)
{
    (void)n;
    int64_t start, stop, length = len(args[0]);
    if (!search_bound(args[2], 0, &start) || !search_bound(args[3], INT64_MAX, &stop))
        return ERROR;
    if (start < 0 && (start += length) < 0)
        start = 0;
    if (stop < 0 && (stop += length) < 0)
        stop = 0;
    int64_t at = find(DEQUE, args[1], start, stop, RuntimeError, mutated);
    if (at >= 0)
        return small_int_value(at);
    return at == -2 ? ERROR : raise(ValueError, "%R is not in deque", args[1]);
}

METHOD(m_insert)
{
    (void)n;
    Deque *d = DEQUE;
    int64_t at;
    if (!obj_index_i64(args[1], &at, OverflowError))
        return ERROR;
    if (d->max_len >= 0 && (int64_t)d->len >= d->max_len)
        return raise(IndexError, "deque already at its maximum size");
    if (at < 0 && (at += (int64_t)d->len) < 0)
        at = 0;
    if (at > (int64_t)d->len)
        at = (int64_t)d->len;
    if (!push(d, args[2], false))
        return ERROR;
    Value moved = *slot_at(d, d->len - 1);
    for (uint64_t i = d->len - 1; i > (uint64_t)at; i--)
        *slot_at(d, i) = *slot_at(d, i - 1);
    *slot_at(d, (uint64_t)at) = moved;
    return NONE;
}

METHOD(m_remove)
{
    (void)n;
    int64_t at = find(DEQUE, args[1], 0, INT64_MAX, IndexError, "deque mutated during remove().");
    if (at < 0)
        return at == -2 ? ERROR : raise(ValueError, "%R is not in deque", args[1]);
    release(delete_at(DEQUE, (uint64_t)at));
    return NONE;
}

METHOD(m_reverse)
{
    (void)n;
    Deque *d = DEQUE;
    for (uint64_t i = 0, j = d->len; i + 1 < j; i++) {
        Value *a = slot_at(d, i), *b = slot_at(d, --j), t = *a;
        *a = *b;
        *b = t;
    }
    return NONE;
}

METHOD(m_rotate)
{
    (void)n;
    int64_t steps = 1;
    if (!is_unbound(args[1]) && !obj_index_i64(args[1], &steps, OverflowError))
        return ERROR;
    rotate(DEQUE, steps);
    return NONE;
}

METHOD(m_reduce)
{
    (void)n;
    Deque *d = DEQUE;
    own Value state = call_method(args[0], "__getstate__", NULL, 0), items = is_error(state) ? ERROR : obj_iter(args[0]);
    if (is_error(items))
        return ERROR;
    own Value max = int_value(d->max_len), made = d->max_len < 0 ? retain(tuple_empty) : tuple_of2(tuple_empty, max);
    Value parts[] = { obj_value(type_of(args[0])), made, state, items };
    return is_error(made) ? ERROR : tuple_from(parts, 4);
}

static Value get_max_len(Value self)
{
    return as_deque(self)->max_len < 0 ? NONE : int_value(as_deque(self)->max_len);
}

static const Method deque_methods[] = {
    { "append", "(self, item, /)", m_append, "Add an element to the right side of the deque." },
    { "appendleft", "(self, item, /)", m_appendleft, "Add an element to the left side of the deque." },
    { "clear", "(self, /)", m_clear, "Remove all elements from the deque." },
    { "__copy__", "(self, /)", m_copy, "Return a shallow copy of a deque." },
    { "copy", "(self, /)", m_copy, "Return a shallow copy of a deque." },
    { "count", "(self, item, /)", m_count, "D.count(value) -- return number of occurrences of value" },
    { "extend", "(self, iterable, /)", m_extend, "Extend the right side of the deque with elements from the iterable" },
    { "extendleft", "(self, iterable, /)", m_extendleft, "Extend the left side of the deque with elements from the iterable" },
    { "index", "(self, value, start=0, stop=9223372036854775807, /)", m_index,
      "D.index(value, [start, [stop]]) -- return first index of value.\nRaises ValueError if the value is not present." },
    { "insert", "(self, index, object, /)", m_insert, "D.insert(index, object) -- insert object before index" },
    { "pop", "(self, /)", m_pop, "Remove and return the rightmost element." },
    { "popleft", "(self, /)", m_popleft, "Remove and return the leftmost element." },
    { "__reduce__", "(self, /)", m_reduce, "Return state information for pickling." },
    { "remove", "(self, value, /)", m_remove, "D.remove(value) -- remove first occurrence of value." },
    { "__reversed__", "(self, /)", m_reversed, "D.__reversed__() -- return a reverse iterator over the deque" },
    { "reverse", "(self, /)", m_reverse, "D.reverse() -- reverse *IN PLACE*" },
    { "rotate", "(self, n=1, /)", m_rotate, "Rotate the deque n steps to the right (default n=1).  If n is negative, rotates left." },
    CLASS_GETITEM_ROW,
    { 0 },
};
static const GetSet deque_getsets[] = { { "maxlen", get_max_len, NULL, "maximum size of a deque or None if unbounded" }, { 0 } };
static const Method iterator_methods[] = {
    { "__length_hint__", "(self, /)", iterator_hint, "Private method returning an estimate of len(list(it))." },
    { "__reduce__", "(self, /)", iterator_reduce, "Return state information for pickling." },
    { 0 },
};

Type deque_type = {
    .heap = { .head = STATIC_OBJECT(&type_type.shape), .name = "deque", .basic_size = sizeof(Deque), .trace = trace_rows, .clear = clear,
              .dispose = dispose, .size_of = size_of },
    .shape = { .type = &deque_type.heap }, .bases = UNBOUND_INIT, .mro = UNBOUND_INIT, .qualname = UNBOUND_INIT, .module = UNBOUND_INIT,
    .flags = TYPE_BASE | TYPE_WEAK | TYPE_SEQUENCE,
    .new = deque_make, .init = deque_init, .repr = repr, .hash = hash_none, .compare = compare, .iter = deque_iter,
    .len = len, .getitem = getitem, .setitem = setitem, .contains = contains, .item = item,
    .concat = concat, .inplace_concat = inplace_concat, .repeat = repeat, .inplace_repeat = inplace_repeat,
    .methods = deque_methods, .getsets = deque_getsets, .module_name = "collections",
    .doc = "deque([iterable[, maxlen]]) --> deque object\n\nA list-like sequence optimized for data accesses near its endpoints.",
};
Type deque_iterator_type = {
    STATIC_TYPE(deque_iterator_type, "_deque_iterator", DequeIterator, iterator_trace), .new = iterator_make, .iter = iterator_self,
    .next = iterator_next, .methods = iterator_methods, .module_name = "_collections",
};
Type deque_reverse_iterator_type = {
    STATIC_TYPE(deque_reverse_iterator_type, "_deque_reverse_iterator", DequeIterator, iterator_trace), .new = iterator_make, .iter = iterator_self,
    .next = iterator_next, .methods = iterator_methods, .module_name = "_collections",
};
