/* protocol.c -- every question that a type's slot answers. What needs a lookup by name is in access.c. */
#include "interp/object/protocol.h"
#include <stdio.h>
#include "gc/event.h"
#include "gc/heap.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

Value (*sequence_iter_hook)(Value v);

/* --- basics --------------------------------------------------------------------------------------------------------- */

static Value text_result(Value text, const char *method)
{
    if (LIKELY(is_error(text) || str_check(text)))
        return text;
    own Value wrong = text;
    return raise(TypeError, "%s returned non-string (type %.200T)", method, wrong);
}

bool (*warn_hook)(const char *text);

Value obj_repr(Value v)
{
    UnaryFn *slot = type_of(v)->repr;
    if (!slot)
        return str_format("<%T object>", v);
    if (!stack_enter(" while getting the repr of an object"))
        return ERROR;
    Value text = slot(v);
    stack_leave();
    assert_error_iff(is_error(text));
    return text_result(text, "__repr__");
}

Value obj_str(Value v)
{
    if (str_exact(v))
        return retain(v);
    UnaryFn *slot = type_of(v)->str;
    if (!slot)
        return obj_repr(v);
    if (!stack_enter(" while getting the str of an object"))
        return ERROR;
    Value text = slot(v);
    stack_leave();
    assert_error_iff(is_error(text));
    return text_result(text, "__str__");
}

Value obj_ascii(Value v)
{
    own Value text = obj_repr(v);
    if (is_error(text) || as_str(text)->ascii)
        return give(text);
    const Str *s = as_str(text);
    StrBuilder out = { 0 };
    bool good = true;
    for (uint64_t i = 0; i < s->len && good; i++) {
        uint32_t c = str_char(s, i);
        if (c < 128) {
            good = str_builder_char(&out, c);
            continue;
        }
        char escape[10] = { '\\', c < 256 ? 'x' : c < 65536 ? 'u' : 'U' };
        size_t n = 2;
        for (int shift = c < 256 ? 4 : c < 65536 ? 12 : 28; shift >= 0; shift -= 4)
            escape[n++] = "0123456789abcdef"[c >> shift & 15];
        good = str_builder_ascii(&out, escape, n);
    }
    return str_builder_end(&out, good);
}

bool hash_none(Value self, int64_t *hash)
{
    *hash = 0;
    return raise_false(TypeError, "unhashable type: '%.200T'", self);
}

bool obj_hash(Value v, int64_t *hash)
{
    bool (*slot)(Value, int64_t *) = type_of(v)->hash;
    if (UNLIKELY(stack_is_low()))
        return raise_false(RecursionError, "maximum recursion depth exceeded");
    bool ok = slot ? slot(v, hash) : hash_none(v, hash);
    assert_error_iff(!ok);
    assert(!ok || *hash != -1);
    return ok;
}

Truth obj_truth(Value v)
{
    if (is_bool(v))
        return same(v, TRUE);
    if (is_int(v))
        return small_int(v) != 0;
    if (is_none(v))
        return NO;
    const Type *t = type_of(v);
    if (t->truth)
        return t->truth(v);
    if (t->len) {
        int64_t n = t->len(v);
        return n < 0 ? TRUTH_FAILED : n > 0;
    }
    return YES;
}

static const CompareOp swapped[] = { [CMP_LT] = CMP_GT, [CMP_LE] = CMP_GE, [CMP_EQ] = CMP_EQ, [CMP_NE] = CMP_NE, [CMP_GT] = CMP_LT, [CMP_GE] = CMP_LE };
static const char *const compare_symbols[] = { "<", "<=", "==", "!=", ">", ">=" };

static Value compare_slow(Value a, Value b, CompareOp op)
{
    const Type *ta = type_of(a), *tb = type_of(b);
    bool reversed = false;
    if (ta != tb && tb->compare && type_is_subtype(tb, ta)) {
        reversed = true;
        Value r = tb->compare(b, a, swapped[op]);
        if (!same(r, NOT_IMPLEMENTED))
            return r;
    }
    if (ta->compare) {
        Value r = ta->compare(a, b, op);
        if (!same(r, NOT_IMPLEMENTED))
            return r;
    }
    if (!reversed && tb->compare) {
        Value r = tb->compare(b, a, swapped[op]);
        if (!same(r, NOT_IMPLEMENTED))
            return r;
    }
    if (op == CMP_EQ || op == CMP_NE)
        return bool_value(same(a, b) == (op == CMP_EQ));
    return raise(TypeError, "'%s' not supported between instances of '%.100T' and '%.100T'", compare_symbols[op], a, b);
}

Value obj_compare(Value a, Value b, CompareOp op)
{
    if (both_int(a, b)) {
        int64_t x = (int64_t)a.bits, y = (int64_t)b.bits;
        switch (op) {
        case CMP_LT: return bool_value(x < y);
        case CMP_LE: return bool_value(x <= y);
        case CMP_EQ: return bool_value(x == y);
        case CMP_NE: return bool_value(x != y);
        case CMP_GT: return bool_value(x > y);
        case CMP_GE: return bool_value(x >= y);
        }
    }
    if (both_float(a, b)) {
        double x = small_float(a), y = small_float(b);           /* no NaN among unboxed ones */
        return compare_order((x > y) - (x < y), op);
    }
    if (is_ptr(a) && is_ptr(b) && str_exact(a) && str_exact(b)) {
        if (op == CMP_EQ || op == CMP_NE)
            return bool_value(str_equal(as_str(a), as_str(b)) == (op == CMP_EQ));
        return compare_order(str_compare(as_str(a), as_str(b)), op);
    }
    if (!stack_enter(" in comparison"))
        return ERROR;
    Value r = compare_slow(a, b, op);
    stack_leave();
    assert_error_iff(is_error(r));
    return r;
}

Value obj_compare_unequal(Value a, Value b, CompareOp op)
{
    return op == CMP_EQ || op == CMP_NE ? bool_value(op == CMP_NE) : obj_compare(a, b, op);
}

Truth obj_compare_truth(Value a, Value b, CompareOp op)
{
    Value r = obj_compare(a, b, op);
    if (is_bool(r))
        return same(r, TRUE);
    if (is_error(r))
        return TRUTH_FAILED;
    Truth truth = obj_truth(r);
    release(r);
    return truth;
}

Truth obj_equal(Value a, Value b)
{
    if (same(a, b))
        return YES;
    if (both_int(a, b))
        return NO;
    return obj_compare_truth(a, b, CMP_EQ);
}

/* --- calls ---------------------------------------------------------------------------------------------------------- */

Value call_kw(Value callable, const Value *args, size_t n_pos, Value kwnames)
{
    assert(!error_pending());
    CallFn *slot = type_of(callable)->call;
    if (UNLIKELY(!slot))
        return raise(TypeError, "'%.200T' object is not callable", callable);
    if (!stack_enter(" while calling a Python object"))
        return ERROR;
    Value result = slot(callable, args, n_pos, kwnames);
    stack_leave();
    assert(is_error(result) == error_pending());
    return result;
}

Value call(Value callable, const Value *args, size_t n) { return call_kw(callable, args, n, NONE); }
Value call0(Value callable) { return call_kw(callable, NULL, 0, NONE); }
Value call1(Value callable, Value a) { return call_kw(callable, &a, 1, NONE); }
Value call2(Value callable, Value a, Value b) { return call_kw(callable, (Value[]){ a, b }, 2, NONE); }
Value call3(Value callable, Value a, Value b, Value c) { return call_kw(callable, (Value[]){ a, b, c }, 3, NONE); }
bool obj_callable(Value v) { return type_of(v)->call != NULL; }

Value call_unbound(Value descriptor, Value self, const Value *args, size_t n_pos, Value kwnames)
{
    const Type *t = type_of(descriptor);
    own Value hold = retain(descriptor);
    if (!(t->flags & TYPE_METHOD_DESCR)) {
        own Value bound = t->descr_get ? t->descr_get(hold, self, obj_value(type_of(self))) : retain(hold);
        return is_error(bound) ? ERROR : call_kw(bound, args, n_pos, kwnames);
    }
    size_t n_all = 1 + n_pos + (is_ptr(kwnames) ? tuple_len(kwnames) : 0);
    Value small[12], *all = small;
    if (n_all > 12 && !(all = heap_buf(n_all * sizeof(Value))))
        return raise_memory();
    all[0] = self;
    if (n_all > 1)
        memcpy(all + 1, args, (n_all - 1) * sizeof(Value));
    Value result = call_kw(hold, all, n_pos + 1, kwnames);
    if (all != small)
        heap_buf_free(all, n_all * sizeof(Value));
    return result;
}

/* --- iteration ------------------------------------------------------------------------------------------------------ */

bool obj_is_sequence(Value v)
{
    const Type *t = type_of(v);
    return (t->item || ((t->flags & TYPE_HEAP) && t->getitem)) && !(t->flags & TYPE_IS_DICT) && !(t->flags & TYPE_IS_TYPE);
}

bool obj_is_iterator(Value v) { return type_of(v)->next != NULL; }

Value obj_iter(Value v)
{
    const Type *t = type_of(v);
    if (!t->iter) {
        if (obj_is_sequence(v) && sequence_iter_hook)
            return sequence_iter_hook(v);
        return raise(TypeError, "'%.200T' object is not iterable", v);
    }
    Value it = t->iter(v);
    assert_error_iff(is_error(it));
    if (UNLIKELY(!is_error(it) && !obj_is_iterator(it))) {
        own Value wrong = it;
        return raise(TypeError, "iter() returned non-iterator of type '%.100T'", wrong);
    }
    return it;
}

static Value stop_value = { 4 };          /* NONE */

Value stop_value_take(void)
{
    Value v = stop_value;
    stop_value = NONE;
    return v;
}

void stop_value_set_take(Value value) { assert(!is_error(value) && !is_unbound(value)); set_slot(&stop_value, value); }

Value stop_from_error(void)
{
    ErrorState e = error_save();
    Value value = NONE;
    assert(error_kind_is(e.kind, StopIteration));
    if (is_ptr(e.instance))
        value = as_exception(e.instance)->extra[0];
    else if (e.single)
        value = e.args;
    else if (is_ptr(e.args) && tuple_len(e.args))
        value = tuple_peek(e.args, 0);
    else if (e.text)
        value = UNBOUND;
    Value kept = is_unbound(value) && e.text ? str_from(e.text) : is_unbound(value) ? NONE : retain(value);
    error_restore(e);
    error_clear();
    stop_value_set_take(is_error(kept) ? NONE : kept);
    error_clear();
    return STOP;
}

Value error_from_stop(void)
{
    own Value value = stop_value_take();
    if (is_none(value))
        error_set_none(StopIteration);
    else
        error_set_value(StopIteration, value);
    return ERROR;
}

Value obj_next(Value iterator)
{
    UnaryFn *slot = type_of(iterator)->next;
    if (UNLIKELY(!slot))
        return raise(TypeError, "'%.200T' object is not an iterator", iterator);
    if (!poll_events())                /* every native loop over an iterator can be interrupted */
        return ERROR;
    if (UNLIKELY(!is_none(stop_value)))
        stop_value_set_take(NONE);
    if (UNLIKELY(stack_is_low()))
        return raise(RecursionError, "maximum recursion depth exceeded");
    Value v = slot(iterator);
    assert_error_iff(is_error(v));
    if (UNLIKELY(is_error(v)) && error_is(StopIteration))
        return stop_from_error();
    return v;
}

/* --- containers ----------------------------------------------------------------------------------------------------- */

int64_t obj_len(Value v)
{
    int64_t (*slot)(Value) = type_of(v)->len;
    if (!slot) {
        error_set(TypeError, "object of type '%.200T' has no len()", v);
        return -1;
    }
    int64_t n = slot(v);
    assert_error_iff(n < 0);
    return n;
}

static Value item_at(const Type *t, Value v, int64_t i)
{
    if (i < 0 && t->len) {
        int64_t n = t->len(v);
        if (n < 0)
            return ERROR;
        i += n;
    }
    return t->item(v, i);
}

Value obj_getitem(Value v, Value key)
{
    const Type *t = type_of(v);
    if (LIKELY(t->getitem != NULL))
        return t->getitem(v, key);
    if (is_type(v))                          /* a class of a metaclass without __getitem__: __class_getitem__ */
        return type_type.getitem(v, key);
    if (t->item) {
        int64_t i;
        if (!is_int(key) && !type_of(key)->index)
            return raise(TypeError, "sequence index must be integer, not '%.200T'", key);
        return obj_index_i64(key, &i, IndexError) ? item_at(t, v, i) : ERROR;
    }
    return raise(TypeError, "'%.200T' object is not subscriptable", v);
}

Value obj_getitem_index(Value v, int64_t index)
{
    const Type *t = type_of(v);
    if (t->item)
        return item_at(t, v, index);
    own Value key = int_value(index);
    return is_error(key) ? ERROR : obj_getitem(v, key);
}

bool obj_setitem(Value v, Value key, Value value)
{
    assert(!is_unbound(value));
    bool (*slot)(Value, Value, Value) = type_of(v)->setitem;
    if (!slot)
        return raise_false(TypeError, "'%.200T' object does not support item assignment", v);
    return slot(v, key, value);
}

bool obj_delitem(Value v, Value key)
{
    bool (*slot)(Value, Value, Value) = type_of(v)->setitem;
    if (!slot)
        return raise_false(TypeError, obj_is_sequence(v) || has_flag(v, TYPE_IS_STR | TYPE_IS_BYTES | TYPE_IS_TUPLE)
                                          ? "'%.200T' object doesn't support item deletion" : "'%.200T' object does not support item deletion", v);
    return slot(v, key, UNBOUND);
}

static Truth contains_by_iteration(Value v, Value item)
{
    own Value it = obj_iter(v);
    if (is_error(it)) {
        if (error_is(TypeError) && !type_of(v)->iter && !obj_is_sequence(v))
            error_set(TypeError, "argument of type '%.200T' is not iterable", v);
        return TRUTH_FAILED;
    }
    for (;;) {
        own Value x = obj_next(it);
        if (is_stop(x))
            return NO;
        Truth equal = is_error(x) ? TRUTH_FAILED : obj_equal(x, item);
        if (equal != NO)
            return equal;
    }
}

Truth obj_contains(Value v, Value item)
{
    Truth (*slot)(Value, Value) = type_of(v)->contains;
    Truth inside = slot ? slot(v, item) : contains_by_iteration(v, item);
    assert_error_iff(inside == TRUTH_FAILED);
    return inside;
}

/* --- numbers -------------------------------------------------------------------------------------------------------- */

/* A method gave an instance of a strict subclass: still allowed. `who` may be "". */
static bool subclass_allowed(const char *who, const char *method, const char *wanted, Value got)
{
    if (!warn_hook)
        return true;
    own Value text = str_format("%s%s%s returned non-%s (type %.200T).  The ability to return an instance of a strict subclass of %s is deprecated, "
                                "and may be removed in a future version of Python.", who, *who ? "." : "", method, wanted, got, wanted);
    const char *said = is_error(text) ? NULL : str_utf8_peek(text, NULL);
    return said && warn_hook(said);
}

Value obj_index(Value v)
{
    if (int_check(v))
        return int_normal(v);
    UnaryFn *slot = type_of(v)->index;
    if (!slot)
        return raise(TypeError, "'%.200T' object cannot be interpreted as an integer", v);
    own Value i = slot(v);
    assert_error_iff(is_error(i));
    if (is_error(i))
        return ERROR;
    if (!int_check(i))
        return raise(TypeError, "__index__ returned non-int (type %.200T)", i);
    if (!int_exact(i) && !subclass_allowed("", "__index__", "int", i))
        return ERROR;
    return int_normal(i);
}

bool obj_index_i64(Value v, int64_t *i, ErrorKind overflow)
{
    if (LIKELY(is_int(v))) {
        *i = small_int(v);
        return true;
    }
    own Value n = obj_index(v);
    if (is_error(n))
        return false;
    if (int_to_i64(n, i) || overflow == NO_ERROR)
        return true;
    return raise_false(overflow, "cannot fit '%.200T' into an index-sized integer", v);
}

Value obj_int(Value v)
{
    if (int_exact(v))
        return retain(v);
    const Type *t = type_of(v);
    UnaryFn *slot = t->to_int ? t->to_int : t->index;
    if (!slot)
        return raise(TypeError, "int() argument must be a string, a bytes-like object or a real number, not '%.200T'", v);
    own Value i = slot(v);
    if (is_error(i))
        return ERROR;
    if (!int_check(i))
        return raise(TypeError, "%s returned non-int (type %.200T)", t->to_int ? "__int__" : "__index__", i);
    if (!int_exact(i) && !subclass_allowed("", t->to_int ? "__int__" : "__index__", "int", i))
        return ERROR;
    return int_normal(i);
}

bool obj_double(Value v, double *d)
{
    if (float_check(v)) {
        *d = float_of(v);
        return true;
    }
    const Type *t = type_of(v);
    if (t->to_float) {
        own Value f = t->to_float(v);
        if (is_error(f))
            return false;
        if (!float_check(f))
            return raise_false(TypeError, "%.50T.__float__ returned non-float (type %.50T)", v, f);
        if (!float_exact(f) && !subclass_allowed(t->heap.name, "__float__", "float", f))
            return false;
        *d = float_of(f);
        return true;
    }
    if (t->index) {
        own Value i = obj_index(v);
        return !is_error(i) && int_to_double(i, d);
    }
    return raise_false(TypeError, "must be real number, not %.50T", v);
}

Value obj_float(Value v)
{
    if (float_exact(v))
        return retain(v);
    if (float_check(v) && type_of(v)->to_float != float_type.to_float) {       /* a subclass with a __float__ of its own */
        own Value f = type_of(v)->to_float(v);
        if (is_error(f) || float_exact(f))
            return give(f);
        if (!float_check(f))
            return raise(TypeError, "%.50T.__float__ returned non-float (type %.50T)", v, f);
        if (!subclass_allowed(type_of(v)->heap.name, "__float__", "float", f))
            return ERROR;
        return float_value(float_of(f));
    }
    if (!float_check(v) && !type_of(v)->to_float && !type_of(v)->index)
        return raise(TypeError, "float() argument must be a string or a real number, not '%.200T'", v);
    double d;
    return obj_double(v, &d) ? float_value(d) : ERROR;
}
