/* op_item.c -- subscripts, membership, iteration, unpacking, displays, f-strings. */
#include "gc/heap.h"
#include "interp/object/list.h"
#include "interp/object/range.h"
#include "interp/object/set.h"
#include "interp/object/slice.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/ops.h"
#include "interp/vm/push.h"

Value op_getitem(Frame *f, Word w, Value container, Value key, bool key_is_constant)
{
    if (!op_check_bound(f, w.b, container) || (!key_is_constant && !op_check_bound(f, w.c, key)))
        return ERROR;
    if (dict_exact(container)) {
        Value v;
        Found found = dict_find(as_dict(container), key, &v);
        if (LIKELY(found == FOUND))
            return v;
        return found == FAILED ? ERROR : raise_value(KeyError, key);
    }
    if (str_exact(container) && is_int(key)) {
        int64_t index = small_int(key), len = (int64_t)str_len(container);
        index += index < 0 ? len : 0;
        if (LIKELY(index >= 0 && index < len))
            return str_from_char(str_char(as_str(container), (uint64_t)index));
    }
    if (is_ptr(container) && (type_of(container)->flags & TYPE_HEAP)) {
        Value args[2] = { container, key }, pushed = push_method(f, STATIC_NAME("__getitem__"), args, 2, RETURN_ITEM, 0, 2);
        if (!is_unbound(pushed))
            return pushed;
    }
    return obj_getitem(container, key);
}

Truth op_setitem(Frame *f, Word w)
{
    Value container = f->regs[w.a], key = f->regs[w.b], value = f->regs[w.c];
    if (!op_check_bound(f, w.c, value) || !op_check_bound(f, w.a, container) || !op_check_bound(f, w.b, key))
        return TRUTH_FAILED;
    if (LIKELY(dict_exact(container)))
        return dict_set(as_dict(container), key, value) ? YES : TRUTH_FAILED;
    if (is_ptr(container) && (type_of(container)->flags & TYPE_HEAP)) {
        Value args[3] = { container, key, value };
        if (!is_unbound(push_method(f, STATIC_NAME("__setitem__"), args, 3, RETURN_DISCARD, 0, 1)))
            return TRUTH_PUSHED;
    }
    return obj_setitem(container, key, value) ? YES : TRUTH_FAILED;
}

bool op_delitem(Frame *f, Word w)
{
    Value container = f->regs[w.a], key = f->regs[w.b];
    if (!op_check_bound(f, w.a, container) || !op_check_bound(f, w.b, key))
        return false;
    return obj_delitem(container, key);
}

/* Bounds and step that are small ints or None, without a slice object: how many items of `len` they name. -1: others. */
static int64_t plain_slice(const Value *bounds, bool has_step, int64_t len, int64_t *start, int64_t *step)
{
    int64_t stop;
    *step = 1;
    if (has_step && !is_none(bounds[2])) {
        if (!is_int(bounds[2]) || (*step = small_int(bounds[2])) == 0)
            return -1;
    }
    if (is_int(bounds[0]))
        *start = small_int(bounds[0]);
    else if (is_none(bounds[0]))
        *start = *step < 0 ? INT64_MAX : 0;
    else
        return -1;
    if (is_int(bounds[1]))
        stop = small_int(bounds[1]);
    else if (is_none(bounds[1]))
        stop = *step < 0 ? INT64_MIN : INT64_MAX;
    else
        return -1;
    return slice_adjust(len, start, &stop, *step);
}

/* One bound without a step, clipped to 0..len. False: neither a small int nor None. */
static inline bool clip(Value v, int64_t none, int64_t len, int64_t *at)
{
    if (is_int(v)) {
        int64_t i = small_int(v);
        i += i < 0 ? len : 0;
        *at = i < 0 ? 0 : i > len ? len : i;
        return true;
    }
    *at = none;
    return is_none(v);
}

Value op_getslice(Frame *f, Word w)
{
    Value container = f->regs[w.b];
    const Value *bounds = &f->regs[w.c];
    int64_t start, stop, step, n;
    if (!op_check_bound(f, w.b, container))
        return ERROR;
    if (!w.x) {
        int64_t len = list_exact(container) ? (int64_t)list_len(container) : tuple_exact(container) ? (int64_t)tuple_len(container) : -1;
        if (len >= 0 && clip(bounds[0], 0, len, &start) && clip(bounds[1], len, len, &stop))
            return list_exact(container) ? list_slice(container, start, stop) : tuple_slice(container, start, stop);
    }
    if (list_exact(container)) {
        if ((n = plain_slice(bounds, w.x, (int64_t)list_len(container), &start, &step)) >= 0)
            return list_slice_step(container, start, step, (uint64_t)n);
    } else if (str_exact(container)) {
        if ((n = plain_slice(bounds, w.x, (int64_t)str_len(container), &start, &step)) >= 0)
            return str_slice_step(container, start, step, n);
    } else if (tuple_exact(container)) {
        if ((n = plain_slice(bounds, w.x, (int64_t)tuple_len(container), &start, &step)) >= 0 && step == 1)
            return tuple_slice(container, start, start + n);
    }
    own Value slice = slice_new(bounds[0], bounds[1], w.x ? bounds[2] : NONE);
    return is_error(slice) ? ERROR : obj_getitem(container, slice);
}

bool op_setslice(Frame *f, Word w)
{
    Value container = f->regs[w.a], value = f->regs[w.c];
    const Value *bounds = &f->regs[w.b];
    int64_t start, step, n;
    if (!op_check_bound(f, w.c, value) || !op_check_bound(f, w.a, container))
        return false;
    if (list_exact(container) && (list_exact(value) || tuple_exact(value)) &&
        (n = plain_slice(bounds, w.x, (int64_t)list_len(container), &start, &step)) >= 0 && step == 1) {
        if (list_exact(value))
            return list_set_slice(container, start, start + n, as_list(value)->items, list_len(value));
        return list_set_slice(container, start, start + n, as_tuple(value)->items, tuple_len(value));
    }
    own Value slice = slice_new(bounds[0], bounds[1], w.x ? bounds[2] : NONE);
    return !is_error(slice) && obj_setitem(container, slice, value);
}

Truth op_contains(Frame *f, Word w)
{
    Value item = f->regs[w.b], container = f->regs[w.c];
    if (!op_check_bound(f, w.b, item) || !op_check_bound(f, w.c, container))
        return TRUTH_FAILED;
    if (dict_exact(container))
        return (Truth)dict_contains(as_dict(container), item);
    if (str_exact(container) && str_exact(item))
        return str_find(as_str(container), as_str(item), 0, (int64_t)str_len(container), false) >= 0 ? YES : NO;
    if (is_ptr(container) && (type_of(container)->flags & TYPE_HEAP)) {
        Value args[2] = { container, item };
        if (!is_unbound(push_method(f, STATIC_NAME("__contains__"), args, 2, RETURN_NOT, 0, 1)))
            return TRUTH_PUSHED;
    }
    return obj_contains(container, item);
}

/* The loop state: (next int, stop) for ranges of step 1; (list or tuple, index); (iterator, UNBOUND) for the rest. */
bool op_get_iter(Frame *f, Word w)
{
    Value v = f->regs[w.b], iterator, state;
    if (!op_check_bound(f, w.b, v))
        return false;
    int64_t start, step, len;
    if (list_exact(v) || tuple_exact(v)) {
        iterator = retain(v);
        state = small_int_value(0);
    } else if (range_check(v) && range_small(v, &start, &step, &len) && step == 1 && int_fits(start + len)) {
        iterator = small_int_value(start);
        state = small_int_value(start + len);
    } else {
        iterator = obj_iter(v);
        if (is_error(iterator))
            return false;
        state = UNBOUND;
    }
    Value *slot = &f->regs[w.a];
    if (w.b >= f->code->n_named) {
        f->regs[w.b] = UNBOUND;
        release(v);
    }
    set_slot(slot, iterator);
    set_slot(slot + 1, state);
    return true;
}

Value op_for_iter(Frame *f, Word w, Value *state)
{
    if (type_of(*state)->flags & TYPE_HEAP) {
        Value pushed = push_method(f, STATIC_NAME("__next__"), state, 1, RETURN_NEXT, w.b, 2);
        if (!is_unbound(pushed))
            return pushed;
    }
    UnaryFn *next = type_of(*state)->next;
    Value v = LIKELY(next != NULL) ? next(*state) : obj_next(*state);       /* NULL: its class has lost __next__ */
    if (UNLIKELY(is_error(v)) && error_is(StopIteration)) {
        error_clear();
        return STOP;
    }
    return v;
}

static bool unpack_failed(Value v)
{
    if (!error_is(TypeError) || type_of(v)->iter || type_of(v)->getitem)
        return false;
    error_set(TypeError, "cannot unpack non-iterable %T object", v);
    return false;
}

static Value iter_for_unpack(Value v)
{
    Value iterator = obj_iter(v);
    if (is_error(iterator))
        unpack_failed(v);
    return iterator;
}

/* Move `n` owned items to registers a .. and drop the consumed operand. */
static bool deliver(Frame *f, Word w, Value *items, unsigned n)
{
    Value operand = f->regs[w.b];
    bool is_temporary = w.b >= f->code->n_named;
    if (is_temporary)
        f->regs[w.b] = UNBOUND;
    for (unsigned i = 0; i < n; i++)
        set_slot(&f->regs[w.a + i], items[i]);
    if (is_temporary)
        release(operand);
    return true;
}

static void drop(Value *items, unsigned n)
{
    ErrorState error = error_save();
    for (unsigned i = 0; i < n; i++)
        release(items[i]);
    error_restore(error);
}

bool op_unpack(Frame *f, Word w)
{
    Value v = f->regs[w.b];
    unsigned n = w.c, got = 0;
    if (!op_check_bound(f, w.b, v))
        return false;
    own Value iterator = iter_for_unpack(v);
    if (is_error(iterator))
        return false;
    Value small[32], *items = n <= 32 ? small : heap_buf(n * sizeof(Value));
    if (!items)
        return raise_memory_false();
    bool ok = false;
    for (; got < n; got++) {
        Value item = obj_next(iterator);
        if (is_error(item))
            goto out;
        if (is_stop(item)) {
            error_set(ValueError, "not enough values to unpack (expected %u, got %u)", n, got);
            goto out;
        }
        items[got] = item;
    }
    Value extra = obj_next(iterator);
    if (is_error(extra))
        goto out;
    if (!is_stop(extra)) {
        release(extra);
        error_set(ValueError, "too many values to unpack (expected %u)", n);
        goto out;
    }
    ok = deliver(f, w, items, n);
out:
    if (!ok)
        drop(items, got);
    if (items != small)
        heap_buf_free(items, n * sizeof(Value));
    return ok;
}

bool op_unpack_ex(Frame *f, Word w, unsigned n_after)
{
    Value v = f->regs[w.b];
    unsigned n_before = w.c;
    if (!op_check_bound(f, w.b, v))
        return false;
    own Value iterator = iter_for_unpack(v);
    if (is_error(iterator))
        return false;
    own Value all = list_from_iterable(iterator);
    if (is_error(all))
        return false;
    uint64_t len = list_len(all);
    if (len < n_before + n_after)
        return raise_false(ValueError, "not enough values to unpack (expected at least %u, got %llu)", n_before + n_after, (unsigned long long)len);
    own Value middle = list_slice(all, n_before, (int64_t)(len - n_after));
    if (is_error(middle))
        return false;
    unsigned n = n_before + 1 + n_after;
    Value small[32], *items = n <= 32 ? small : heap_buf(n * sizeof(Value));
    if (!items)
        return raise_memory_false();
    for (unsigned i = 0; i < n_before; i++)
        items[i] = retain(list_peek(all, i));
    items[n_before] = give(middle);
    for (unsigned i = 0; i < n_after; i++)
        items[n_before + 1 + i] = retain(list_peek(all, len - n_after + i));
    deliver(f, w, items, n);
    if (items != small)
        heap_buf_free(items, n * sizeof(Value));
    return true;
}

static Value build_map(Value *items, unsigned n_pairs)
{
    own Value dict = n_pairs ? dict_new_sized(n_pairs) : dict_new();
    if (is_error(dict))
        return ERROR;
    for (unsigned i = 0; i < n_pairs; i++)
        if (!dict_set(as_dict(dict), items[2 * i], items[2 * i + 1]))
            return ERROR;
    return give(dict);
}

static Value build_set(Value *items, unsigned n)
{
    own Value set = set_new(&set_type);
    if (is_error(set))
        return ERROR;
    for (unsigned i = 0; i < n; i++)
        if (!set_add(as_set(set), items[i]))
            return ERROR;
    return give(set);
}

static void clear_registers(Value *at, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        set_slot(&at[i], UNBOUND);
}

Value op_build(Frame *f, Word w, unsigned op)
{
    Value *items = &f->regs[w.b], result;
    switch (op) {
    case OP_CODE_BUILD_TUPLE:
    case OP_CODE_BUILD_LIST:
        result = op == OP_CODE_BUILD_LIST ? list_from_take(items, w.c) : w.c ? tuple_from_take(items, w.c) : retain(tuple_empty);
        for (unsigned i = 0; i < w.c; i++)
            items[i] = UNBOUND;
        return result;
    case OP_CODE_BUILD_SET:
        result = build_set(items, w.c);
        break;
    case OP_CODE_BUILD_MAP:
        result = build_map(items, w.c);
        if (!is_error(result))
            clear_registers(items, 2u * w.c);
        return result;
    case OP_CODE_BUILD_STRING:
        result = str_join(str_empty, items, w.c);
        break;
    default:
        assert(op == OP_CODE_BUILD_SLICE);
        result = slice_new(items[0], items[1], items[2]);
        if (!is_error(result))
            clear_registers(items, 3);
        return result;
    }
    if (!is_error(result))
        clear_registers(items, w.c);
    return result;
}

Value op_format(Frame *f, Word w)
{
    Value v = f->regs[w.b];
    if (!op_check_bound(f, w.b, v))
        return ERROR;
    own Value converted = w.x == 's' ? obj_str(v) : w.x == 'r' ? obj_repr(v) : w.x == 'a' ? obj_ascii(v) : retain(v);
    if (is_error(converted))
        return ERROR;
    if (w.c == NO_REG || (str_exact(f->regs[w.c]) && str_len(f->regs[w.c]) == 0)) {
        if (str_exact(converted))
            return give(converted);
        return obj_format(converted, str_empty);
    }
    return obj_format(converted, f->regs[w.c]);
}

bool op_list_extend(Frame *f, Word w)
{
    Value v = f->regs[w.b];
    if (!op_check_bound(f, w.b, v))
        return false;
    if (list_extend(f->regs[w.a], v))
        return true;
    if (error_is(TypeError) && !type_of(v)->iter && !type_of(v)->getitem && !type_of(v)->item) {
        if (w.x)
            error_set(TypeError, "Value after * must be an iterable, not %T", v);
        else
            error_set(TypeError, "Value after * must be an iterable, not %T", v);
    }
    return false;
}

bool op_dict_merge(Frame *f, Word w, bool is_call)
{
    Value mapping = f->regs[w.b];
    if (!op_check_bound(f, w.b, mapping))
        return false;
    Dict *dict = as_dict(f->regs[w.a]);
    if (is_call)
        return dict_merge_kwargs(dict, mapping, f->regs[w.c]);
    if (!dict_check(mapping)) {
        Value keys;
        Found found = obj_find_attr_c(mapping, "keys", &keys);
        if (found == FAILED)
            return false;
        if (found == ABSENT)
            return raise_false(TypeError, "'%T' object is not a mapping", mapping);
        release(keys);
    }
    return dict_update(dict, mapping);
}
