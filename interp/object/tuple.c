/* tuple.c -- see tuple.h. Source: Python reference, "Sequence types". */
#include "interp/object/tuple.h"
#include "interp/object/container_repr.h"
#include "interp/object/hash.h"
#include "interp/object/slice.h"

#include "gc/heap.h"

static const TraceRow trace_rows[] = {
    { TRACE_TAIL, offsetof(Tuple, items), offsetof(Tuple, len), "tuple" },
    { 0 },
};

static Tuple empty_tuple __attribute__((aligned(16))) = { .head = STATIC_OBJECT(&tuple_type.shape), .len = 0 };
Value tuple_empty = { (uint64_t)(uintptr_t)&empty_tuple };

#define MAX_LEN (SIZE_MAX / 32)

void tuple_check_valid(const Tuple *t)
{
    bool is_plain = obj_type(&t->head) == &tuple_type;
    assert(t->len <= MAX_LEN);
    for (uint64_t i = 0; i < t->len; i++) {
        assert(!is_error(t->items[i]) && !is_stop(t->items[i]));
        assert(!is_plain || heap_tracked(&t->head) || !may_hold(t->items[i]));     /* untracked for good */
    }
    (void)is_plain;
}

/* --- making ---------------------------------------------------------------------------------------------------- */

Tuple *tuple_alloc_type(Type *type, uint64_t len)
{
    if (len > MAX_LEN)
        return raise_memory_null();
    Tuple *t = heap_new(&type->shape, var_alloc_size(&type->heap, sizeof(Tuple) + len * sizeof(Value)));
    if (!t)
        return raise_memory_null();
    t->len = len;
    for (uint64_t i = 0; i < len; i++)
        t->items[i] = UNBOUND;
    var_attrs_init(&t->head);
    return t;
}

/* An exact tuple with its items unset: the caller fills every one at once. NULL: MemoryError. */
static Tuple *alloc_raw(uint64_t len)
{
    if (len == 0)
        return &empty_tuple;
    Tuple *t = len > MAX_LEN ? NULL : heap_new(&tuple_type.shape, sizeof(Tuple) + len * sizeof(Value));
    if (UNLIKELY(!t))
        return raise_memory_null();
    t->len = len;
    return t;
}

Tuple *tuple_alloc(uint64_t len)
{
    Tuple *t = alloc_raw(len);
    for (uint64_t i = 0; t && i < len; i++)
        t->items[i] = UNBOUND;
    return t;
}

Value tuple_from(const Value *items, uint64_t n)
{
    Tuple *t = alloc_raw(n);
    if (UNLIKELY(!t))
        return ERROR;
    for (uint64_t i = 0; i < n; i++) {
        assert(!is_error(items[i]) && !is_stop(items[i]));
        t->items[i] = retain(items[i]);
    }
    return obj_value(t);
}

Value tuple_from_take(const Value *items, uint64_t n)
{
    bool failed = false;
    for (uint64_t i = 0; i < n; i++)
        failed |= is_error(items[i]);
    Tuple *t = failed ? NULL : alloc_raw(n);
    if (UNLIKELY(!t)) {
        for (uint64_t i = 0; i < n; i++)
            release(items[i]);
        return ERROR;
    }
    if (n)
        memcpy(t->items, items, n * sizeof *items);
    return obj_value(t);
}

Value tuple_of1(Value a) { return tuple_from(&a, 1); }
Value tuple_of2(Value a, Value b) { Value items[] = { a, b }; return tuple_from(items, 2); }
Value tuple_of3(Value a, Value b, Value c) { Value items[] = { a, b, c }; return tuple_from(items, 3); }

Value tuple_slice(Value tuple, int64_t start, int64_t stop)
{
    Tuple *t = as_tuple(tuple);
    int64_t len = (int64_t)t->len;
    start = start < 0 ? 0 : start > len ? len : start;
    stop = stop < start ? start : stop > len ? len : stop;
    if (start == 0 && stop == len && tuple_exact(tuple))
        return retain(tuple);
    return tuple_from(t->items + start, (uint64_t)(stop - start));
}

int64_t tuple_find(Value tuple, Value item)
{
    Tuple *t = as_tuple(tuple);
    for (uint64_t i = 0; i < t->len; i++) {
        Truth equal = keys_equal(t->items[i], item);
        assert_error_iff(equal == TRUTH_FAILED);
        if (equal)
            return equal == YES ? (int64_t)i : -2;
    }
    return -1;
}

/* --- slots ------------------------------------------------------------------------------------------------------ */

static Value repr(Value self)
{
    Tuple *t = as_tuple(self);
    if (t->len == 0)
        return str_from("()");
    Truth inside = repr_enter(self);
    if (inside)
        return inside == YES ? str_from("(...)") : ERROR;
    StrBuilder out = {0};
    bool ok = str_builder_char(&out, '(');
    for (uint64_t i = 0; ok && i < t->len; i++) {
        ok = (i == 0 || str_builder_ascii(&out, ", ", 2)) && repr_into(&out, t->items[i]);
    }
    ok = ok && (t->len > 1 || str_builder_char(&out, ',')) && str_builder_char(&out, ')');
    repr_leave(self);
    return str_builder_end(&out, ok);
}

/* CPython's: xxHash without its final mixing. Source: Objects/tupleobject.c as described in its comment; github.com/Cyan4973/xxHash. */
static bool hash(Value self, int64_t *result)
{
    const uint64_t prime_1 = 11400714785074694791ull, prime_2 = 14029467366897019727ull, prime_5 = 2870177450012600261ull;
    Tuple *t = as_tuple(self);
    uint64_t acc = prime_5;
    if (!stack_enter(""))
        return false;
    for (uint64_t i = 0; i < t->len; i++) {
        int64_t lane;
        if (!hash_of(t->items[i], &lane)) {
            stack_leave();
            return false;
        }
        acc = rotl64(acc + (uint64_t)lane * prime_2, 31) * prime_1;
    }
    stack_leave();
    assert(!error_pending());
    acc += t->len ^ (prime_5 ^ 3527539ull);
    *result = acc == UINT64_MAX ? 1546275796 : (int64_t)acc;
    return true;
}

static Value compare(Value a, Value b, CompareOp op)
{
    if (!tuple_check(a) || !tuple_check(b))
        return NOT_IMPLEMENTED;
    Tuple *x = as_tuple(a), *y = as_tuple(b);
    uint64_t shorter = x->len < y->len ? x->len : y->len;
    for (uint64_t i = 0; i < shorter; i++) {
        Truth equal = keys_equal(x->items[i], y->items[i]);
        if (equal == TRUTH_FAILED)
            return ERROR;
        if (equal)
            continue;
        return obj_compare_unequal(x->items[i], y->items[i], op);
    }
    return compare_len(x->len, y->len, op);
}

static int64_t len(Value self) { return (int64_t)as_tuple(self)->len; }

static Value item(Value self, int64_t index)
{
    Tuple *t = as_tuple(self);
    if ((uint64_t)index >= t->len)
        return raise(IndexError, "tuple index out of range");
    return retain(t->items[index]);
}

static Value getitem_slice(Value self, Value slice)
{
    int64_t start, stop, step;
    if (!slice_unpack(slice, &start, &stop, &step))
        return ERROR;
    Tuple *t = as_tuple(self);
    int64_t n = slice_adjust((int64_t)t->len, &start, &stop, step);
    if (step == 1)
        return n ? tuple_slice(self, start, stop) : retain(tuple_empty);
    Tuple *part = alloc_raw((uint64_t)n);
    if (!part)
        return ERROR;
    for (int64_t i = 0, at = start; i < n; i++, at = slice_step(at, step)) {
        assert((uint64_t)at < t->len);
        part->items[i] = retain(t->items[at]);
    }
    return obj_value(part);
}

static Value getitem(Value self, Value key)
{
    if (slice_check(key))
        return getitem_slice(self, key);
    if (!index_check(key))
        return raise(TypeError, "tuple indices must be integers or slices, not %T", key);
    int64_t index;
    if (!index_of(key, &index))
        return ERROR;
    return item(self, index < 0 ? index + (int64_t)as_tuple(self)->len : index);
}

static Truth contains(Value self, Value item_)
{
    int64_t at = tuple_find(self, item_);
    return at >= 0 ? YES : at == -1 ? NO : TRUTH_FAILED;
}

static Value concat(Value a, Value b)
{
    if (!tuple_check(b))
        return raise(TypeError, "can only concatenate tuple (not \"%.200s\") to tuple", type_name(b));
    Tuple *x = as_tuple(a), *y = as_tuple(b);
    if (x->len == 0 && tuple_exact(b))
        return retain(b);
    if (y->len == 0 && tuple_exact(a))
        return retain(a);
    Tuple *sum = alloc_raw(x->len + y->len);
    if (!sum)
        return ERROR;
    for (uint64_t i = 0; i < x->len; i++)
        sum->items[i] = retain(x->items[i]);
    for (uint64_t i = 0; i < y->len; i++)
        sum->items[x->len + i] = retain(y->items[i]);
    return obj_value(sum);
}

static Value repeat(Value self, int64_t n)
{
    Tuple *t = as_tuple(self);
    if ((t->len == 0 || n == 1) && tuple_exact(self))
        return retain(self);
    if (t->len == 0 || n <= 0)
        return retain(tuple_empty);
    if ((uint64_t)n > MAX_LEN / t->len)
        return raise_memory();
    Tuple *product = alloc_raw(t->len * (uint64_t)n);
    if (!product)
        return ERROR;
    Value *to = product->items;
    for (int64_t round = 0; round < n; round++)
        for (uint64_t i = 0; i < t->len; i++)
            *to++ = retain(t->items[i]);
    return obj_value(product);
}

static size_t size_of(const Object *o)
{
    return sizeof(Tuple) + ((const Tuple *)o)->len * sizeof(Value);
}

Type tuple_type = {
    .heap = { .head = STATIC_OBJECT(&type_type.shape), .name = "tuple", .basic_size = sizeof(Tuple), .heap_flags = HEAP_TYPE_VAR | HEAP_TYPE_UNTRACK_YOUNG | HEAP_TYPE_KEPT,
              .trace = trace_rows, .size_of = size_of },
    .shape = { .type = &tuple_type.heap }, .bases = UNBOUND_INIT, .mro = UNBOUND_INIT, .qualname = UNBOUND_INIT, .module = UNBOUND_INIT,
    .flags = TYPE_BASE | TYPE_SEQUENCE | TYPE_IS_TUPLE,
    .repr = repr, .hash = hash, .compare = compare,
    .len = len, .getitem = getitem, .contains = contains, .concat = concat, .repeat = repeat, .item = item,
};
