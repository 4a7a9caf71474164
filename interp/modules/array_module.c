/* array_module.c -- array: numbers of one C type in a row (docs.python.org/3.11/library/array.html). */
#include <math.h>
#include <wchar.h>

#include "gc/heap.h"
#include "interp/builtins/import.h"
#include "interp/modules/arg.h"
#include "interp/object/attr.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/dict.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/generic_alias.h"
#include "interp/object/int.h"
#include "interp/object/iterators.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/slice.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

typedef struct Kind { char code[2]; uint8_t size; bool is_signed, is_float; const char *name; int mformat; } Kind;
/* mformat: the machine formats of array._array_reconstructor, little endian. */
static const Kind kinds[] = {
    { "b", 1, true, false, "signed char", 1 }, { "B", 1, false, false, "unsigned char", 0 }, { "u", 4, false, false, "unicode", 20 }, { "h", 2, true, false, "signed short", 4 },
    { "H", 2, false, false, "unsigned short", 2 }, { "i", 4, true, false, "signed int", 8 }, { "I", 4, false, false, "unsigned int", 6 }, { "l", 8, true, false, "signed long", 12 },
    { "L", 8, false, false, "unsigned long", 10 }, { "q", 8, true, false, "signed long long", 12 }, { "Q", 8, false, false, "unsigned long long", 10 }, { "f", 4, true, true, "float", 14 }, { "d", 8, true, true, "double", 16 },
};
typedef struct Array { Object head; const Kind *kind; uint8_t *data; uint64_t len, cap; uint32_t exports; } Array;
static Array *as_array(Value v) { return (Array *)as_obj(v); }
static Type array_type;
static bool is_array(Value v) { return is_ptr(v) && is_instance_of(v, &array_type); }
static const Kind *kind_of(uint32_t code)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if ((uint32_t)kinds[i].code[0] == code)
            return &kinds[i];
    return NULL;
}

/* --- items ------------------------------------------------------------------------------------------------------------------------------- */
static Value get(const Kind *k, const uint8_t *at)
{
    int64_t i = 0;
    double d;
    float f;
    switch (k->code[0]) {
    case 'f': memcpy(&f, at, 4); return float_value(f);
    case 'd': memcpy(&d, at, 8); return float_value(d);
    case 'u': {
        uint32_t c;
        memcpy(&c, at, 4);
        return c > 0x10ffff ? raise(ValueError, "character U+%x is not in range [U+0000; U+10ffff]", c) : str_from_char(c);
    }
    default: break;
    }
    switch (k->size) {
    case 1: return small_int_value(k->is_signed ? (int8_t)*at : *at);
    case 2: memcpy(&i, at, 2); return small_int_value(k->is_signed ? (int16_t)i : i);
    case 4: memcpy(&i, at, 4); return small_int_value(k->is_signed ? (int32_t)i : i);
    default: memcpy(&i, at, 8); return k->is_signed ? int_value(i) : int_from_u64((uint64_t)i);
    }
}
static bool set_int(const Kind *k, uint8_t *at, Value v)
{
    int64_t i;
    uint64_t u;
    own Value index = obj_index(v);
    if (is_error(index))
        return false;
    int bits = 8 * k->size;
    if (k->is_signed) {
        bool fits = int_to_i64(index, &i);
        int64_t max = bits == 64 ? INT64_MAX : ((int64_t)1 << (bits - 1)) - 1;
        if (!fits || i > max || i < -max - 1)
            return bits == 64 || (bits == 32 && !fits) ? raise_false(OverflowError, "Python int too large to convert to C %s", bits == 64 ? (k->code[0] == 'q' ? "long long" : "long") : "long")
                              : raise_false(OverflowError, "%s is %s than %s", bits == 8 ? "signed char" : bits == 16 ? "signed short integer" : "signed integer", i > max ? "greater" : "less", i > max ? "maximum" : "minimum");
        memcpy(at, &i, k->size);
        return true;
    }
    uint64_t max = bits == 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;
    if (!int_to_u64(index, &u) || u > max) {
        if (bits >= 32)
            return raise_false(OverflowError, int_sign(index) < 0 ? "can't convert negative value to unsigned int" : bits == 64 ? "Python int too large to convert to C unsigned long" : "unsigned int is greater than maximum");
        return raise_false(OverflowError, "%s is %s than %s", bits == 8 ? "unsigned byte integer" : "unsigned short", int_sign(index) < 0 ? "less" : "greater", int_sign(index) < 0 ? "minimum" : "maximum");
    }
    memcpy(at, &u, k->size);
    return true;
}
static bool set(const Kind *k, uint8_t *at, Value v)
{
    if (k->is_float) {
        double d;
        if (!obj_double(v, &d))
            return error_is(TypeError) ? raise_false(TypeError, "must be real number, not %T", v) : false;
        float f = (float)d;
        memcpy(at, k->size == 4 ? (void *)&f : (void *)&d, k->size);
        return true;
    }
    if (k->code[0] == 'u') {
        if (!str_check(v) || str_len(v) != 1)
            return raise_false(TypeError, "array item must be a unicode character, not %T", v);
        uint32_t c = str_char(as_str(v), 0);
        memcpy(at, &c, 4);
        return true;
    }
    if (is_float(v))
        return raise_false(TypeError, "'float' object cannot be interpreted as an integer");
    return set_int(k, at, v);
}

/* --- size ------------------------------------------------------------------------------------------------------------------------------------ */
static bool resize(Array *a, uint64_t len)
{
    if (a->exports && len != a->len)
        return raise_false(BufferError, "cannot resize an array that is exporting buffers");
    if (len > a->cap || len < a->cap / 2) {
        uint64_t cap = len ? len + (len >> 4) + (len < 8 ? 3 : 7) : 0;
        if (cap > (uint64_t)1 << 58)
            return raise_memory_false();
        uint8_t *data = NULL;
        if (cap) {
            data = heap_buf_realloc(a->data, a->cap * a->kind->size, cap * a->kind->size);
            if (!data)
                return raise_memory_false();
        } else if (a->data) {
            heap_buf_free(a->data, a->cap * a->kind->size);
        }
        a->data = data;
        a->cap = cap;
    }
    a->len = len;
    return true;
}
static uint8_t *item_at(Array *a, uint64_t i) { return a->data + i * a->kind->size; }
static Value array_make(Type *type, const Kind *kind, uint64_t len)
{
    own Value v = instance_new(type);
    if (is_error(v))
        return ERROR;
    as_array(v)->kind = kind;
    return resize(as_array(v), len) ? give(v) : ERROR;
}
static bool append(Array *a, Value v)
{
    uint8_t item[8];
    if (!set(a->kind, item, v) || !resize(a, a->len + 1))
        return false;
    memcpy(item_at(a, a->len - 1), item, a->kind->size);
    return true;
}
static bool append_raw(Array *a, const void *data, size_t bytes)
{
    uint64_t old = a->len;
    if (bytes % a->kind->size)
        return raise_false(ValueError, "bytes length not a multiple of item size");
    if (!resize(a, old + bytes / a->kind->size))
        return false;
    if (bytes)
        memcpy(item_at(a, old), data, bytes);
    return true;
}
static bool extend(Array *a, Value v)
{
    if (is_array(v)) {
        if (as_array(v)->kind != a->kind)
            return raise_false(TypeError, "can only extend with array of same kind");
        uint64_t n = as_array(v)->len, old = a->len;
        if (!resize(a, old + n))
            return false;
        if (n)
            memmove(item_at(a, old), as_array(v)->data, n * a->kind->size);
        return true;
    }
    own Value iterator = obj_iter(v);
    while (!is_error(iterator)) {
        own Value item = obj_next(iterator);
        if (is_stop(item))
            return true;
        if (is_error(item) || !append(a, item))
            return false;
    }
    return false;
}

static bool fill(Array *a, Value initial)
{
    if (is_unbound(initial))
        return true;
    if (bytes_check(initial) || bytearray_check(initial)) {
        Buffer b;
        if (!buffer_bytes(initial, &b))
            return false;
        bool good = append_raw(a, b.data, (size_t)b.len_bytes);
        buffer_release(&b);
        return good;
    }
    if (str_check(initial)) {
        uint64_t n = str_len(initial);
        if (!resize(a, n))
            return false;
        for (uint64_t i = 0; i < n; i++) {
            uint32_t c = str_char(as_str(initial), i);
            memcpy(item_at(a, i), &c, 4);
        }
        return true;
    }
    if (is_array(initial) && as_array(initial)->kind == a->kind)
        return extend(a, initial);
    if (is_array(initial)) {
        own Value list = list_from_iterable(initial);
        return !is_error(list) && extend(a, list);
    }
    return extend(a, initial);
}
static Value array_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    if (type == &array_type && is_ptr(kwnames) && tuple_len(kwnames))
        return raise(TypeError, "array.array() takes no keyword arguments");
    if (n_pos < 1 || n_pos > 2)
        return raise(TypeError, "array() takes at %s %d argument%s (%zu given)", n_pos ? "most" : "least", n_pos ? 2 : 1, n_pos ? "s" : "", n_pos);
    if (!str_check(args[0]) || str_len(args[0]) != 1)
        return raise(TypeError, "array() argument 1 must be a unicode character, not %W", args[0]);
    const Kind *kind = kind_of(str_char(as_str(args[0]), 0));
    Value initial = n_pos > 1 ? args[1] : UNBOUND;
    if (str_check(initial) && str_char(as_str(args[0]), 0) != 'u')
        return raise(TypeError, "cannot use a str to initialize an array with typecode '%c'", (int)str_char(as_str(args[0]), 0));
    if (is_array(initial) && as_array(initial)->kind->code[0] == 'u' && kind && kind->code[0] != 'u')
        return raise(TypeError, "cannot use a unicode array to initialize an array with typecode '%c'", kind->code[0]);
    if (!kind)
        return raise(ValueError, "bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)");
    own Value v = array_make(type, kind, 0);
    return !is_error(v) && fill(as_array(v), initial) ? give(v) : ERROR;
}
static void dispose(Object *o)
{
    Array *a = (Array *)o;
    if (a->data)
        heap_buf_free(a->data, a->cap * a->kind->size);
    a->data = NULL;
    a->cap = a->len = 0;
}
static size_t size_of(const Object *o)
{
    const Array *a = (const Array *)o;
    return heap_type(o)->basic_size + (a->kind ? a->cap * a->kind->size : 0);
}

/* --- sequence slots -------------------------------------------------------------------------------------------------------------------------- */
static int64_t length(Value self) { return (int64_t)as_array(self)->len; }
static Value item(Value self, int64_t i)
{
    Array *a = as_array(self);
    return i < 0 || (uint64_t)i >= a->len ? raise(IndexError, "array index out of range") : get(a->kind, item_at(a, (uint64_t)i));
}
/* Bytes from one item of a slice to the next. The step to a second item that is not there may be more than 64 bits hold. */
static int64_t stride_of(const Array *a, int64_t step) { return (int64_t)((uint64_t)step * (uint64_t)a->kind->size); }
static Value piece(Value self, int64_t start, int64_t step, int64_t n)
{
    Array *a = as_array(self);
    Value v = array_make(&array_type, a->kind, (uint64_t)n);
    if (!is_error(v) && n > 0)
        copy_strided(as_array(v)->data, a->kind->size, item_at(a, (uint64_t)start), stride_of(a, step), n, a->kind->size);
    return v;
}
static Value getitem(Value self, Value key)
{
    int64_t i, start, stop, step, n;
    Array *a = as_array(self);
    if (is_exact(key, &slice_type)) {
        if (!slice_unpack(key, &start, &stop, &step))
            return ERROR;
        n = slice_adjust((int64_t)a->len, &start, &stop, step);
        return piece(self, start, step, n);
    }
    if (!index_check(key))
        return raise(TypeError, "array indices must be integers");
    if (!index_of(key, &i))
        return ERROR;
    return item(self, i < 0 ? i + (int64_t)a->len : i);
}
/* a[start:stop:step] = other (an array of our kind; NULL: delete). */
static bool set_slice(Array *a, int64_t start, int64_t stop, int64_t step, int64_t n, const Array *other)
{
    size_t size = a->kind->size;
    int64_t m = other ? (int64_t)other->len : 0;
    if (step == 1 || (!other && n == 0)) {
        if (stop < start)
            stop = start;
        if (!other && n == 0)
            return true;
        int64_t change = m - (stop - start), old = (int64_t)a->len;
        if (change && a->exports)
            return raise_false(BufferError, "cannot resize an array that is exporting buffers");
        if (change > 0 && !resize(a, (uint64_t)(old + change)))
            return false;
        if (change)
            memmove(item_at(a, (uint64_t)(stop + change)), a->data + (size_t)stop * size, (size_t)(old - stop) * size);
        if (change < 0 && !resize(a, (uint64_t)(old + change)))
            return false;
        if (m)
            memcpy(item_at(a, (uint64_t)start), other->data, (size_t)m * size);
        return true;
    }
    if (other) {
        if (m != n)
            return raise_false(ValueError, "attempt to assign array of size %lld to extended slice of size %lld", (long long)m, (long long)n);
        if (n > 0)
            copy_strided(item_at(a, (uint64_t)start), stride_of(a, step), other->data, (int64_t)size, n, size);
        return true;
    }
    if (a->exports)
        return raise_false(BufferError, "cannot resize an array that is exporting buffers");
    if (step < 0) {
        start += (n - 1) * step;
        step = -step;
    }
    int64_t to = start, next = start, left = n;
    for (int64_t i = start; i < (int64_t)a->len; i++) {
        if (left && i == next) {
            next = slice_step(next, step);
            left--;
        } else {
            memmove(item_at(a, (uint64_t)to++), item_at(a, (uint64_t)i), size);
        }
    }
    return resize(a, a->len - (uint64_t)n);
}
static bool setitem(Value self, Value key, Value v)
{
    Array *a = as_array(self);
    int64_t i, start, stop, step;
    if (is_exact(key, &slice_type)) {
        own Value copy = UNBOUND;
        if (!is_unbound(v) && !is_array(v))
            return raise_false(TypeError, "can only assign array (not \"%.200T\") to array slice", v);
        if (!is_unbound(v) && as_array(v)->kind != a->kind) {
            error_set(TypeError, "bad argument type for built-in operation");
            return false;
        }
        if (!is_unbound(v))
            copy = same(v, self) ? piece(v, 0, 1, (int64_t)a->len) : retain(v);
        if (is_error(copy) || !slice_unpack(key, &start, &stop, &step))
            return false;
        int64_t n = slice_adjust((int64_t)a->len, &start, &stop, step);
        return set_slice(a, start, stop, step, n, is_unbound(v) ? NULL : as_array(copy));
    }
    if (!index_check(key))
        return raise_false(TypeError, "array indices must be integers");
    if (!index_of(key, &i))
        return false;
    i = i < 0 ? i + (int64_t)a->len : i;
    if (i < 0 || i >= (int64_t)a->len)
        return raise_false(IndexError, "array assignment index out of range");
    if (is_unbound(v))
        return set_slice(a, i, i + 1, 1, 1, NULL);
    uint8_t raw[8];
    if (!set(a->kind, raw, v))
        return false;
    if (i >= (int64_t)a->len)
        return raise_false(IndexError, "array assignment index out of range");
    memcpy(item_at(a, (uint64_t)i), raw, a->kind->size);
    return true;
}
static Value concat(Value x, Value y)
{
    if (!is_array(y))
        return raise(TypeError, "can only append array (not \"%.200T\") to array", y);
    Array *a = as_array(x), *b = as_array(y);
    if (a->kind != b->kind)
        return raise(TypeError, "bad argument type for built-in operation");
    Value v = array_make(&array_type, a->kind, a->len + b->len);
    if (is_error(v))
        return ERROR;
    if (a->len)
        memcpy(as_array(v)->data, a->data, a->len * a->kind->size);
    if (b->len)
        memcpy(item_at(as_array(v), a->len), b->data, b->len * b->kind->size);
    return v;
}
static Value inplace_concat(Value x, Value y)
{
    if (!is_array(y))
        return raise(TypeError, "can only extend with array (not \"%.200T\")", y);
    return extend(as_array(x), y) ? retain(x) : ERROR;
}
static Value repeat(Value self, int64_t n)
{
    Array *a = as_array(self);
    uint64_t times = n < 0 ? 0 : (uint64_t)n, len;
    if (__builtin_mul_overflow(a->len, times, &len) || len > (uint64_t)1 << 58)
        return raise_memory();
    Value v = array_make(&array_type, a->kind, len);
    for (uint64_t i = 0; !is_error(v) && a->len && i < times; i++)
        memcpy(item_at(as_array(v), i * a->len), a->data, a->len * a->kind->size);
    return v;
}
static Value inplace_repeat(Value self, int64_t n)
{
    Array *a = as_array(self);
    uint64_t times = n < 0 ? 0 : (uint64_t)n, old = a->len, len;
    if (__builtin_mul_overflow(old, times, &len) || len > (uint64_t)1 << 58)
        return raise_memory();
    if (!resize(a, len))
        return ERROR;
    for (uint64_t i = 1; old && i < times; i++)
        memcpy(item_at(a, i * old), a->data, old * a->kind->size);
    return retain(self);
}
static Truth contains(Value self, Value v)
{
    Array *a = as_array(self);
    for (uint64_t i = 0; i < a->len; i++) {
        own Value x = get(a->kind, item_at(a, i));
        Truth t = is_error(x) || !POLL_EACH(i, 1 << 12) ? TRUTH_FAILED : obj_equal(x, v);
        if (t)
            return t;
    }
    return NO;
}
static Value compare(Value x, Value y, CompareOp op)
{
    if (!is_array(x) || !is_array(y))
        return NOT_IMPLEMENTED;
    Array *a = as_array(x), *b = as_array(y);
    if (a->len != b->len && (op == CMP_EQ || op == CMP_NE))
        return bool_value(op == CMP_NE);
    for (uint64_t i = 0; i < a->len && i < b->len; i++) {
        own Value p = get(a->kind, item_at(a, i)), q = is_error(p) ? ERROR : get(b->kind, item_at(b, i));
        Truth t = is_error(q) || !POLL_EACH(i, 1 << 12) ? TRUTH_FAILED : obj_compare_truth(p, q, CMP_EQ);
        if (t == TRUTH_FAILED)
            return ERROR;
        if (t == NO)
            return obj_compare_unequal(p, q, op);
    }
    return compare_len(a->len, b->len, op);
}
static Value to_list(Array *a)
{
    own Value list = list_new(a->len);
    for (uint64_t i = 0; !is_error(list) && i < a->len; i++) {
        Value x = POLL_EACH(i, 1 << 12) ? get(a->kind, item_at(a, i)) : ERROR;
        if (!list_append_take(list, x))
            return ERROR;
    }
    return give(list);
}
static Value to_text(Array *a) { return str_from_ucs4((const uint32_t *)(void *)a->data, a->len); }
static Value repr(Value self)
{
    Array *a = as_array(self);
    if (a->len == 0)
        return str_format("%Y('%c')", type_of(self), a->kind->code[0]);
    own Value shown = a->kind->code[0] == 'u' ? to_text(a) : to_list(a);
    return is_error(shown) ? ERROR : str_format("%Y('%c', %R)", type_of(self), a->kind->code[0], shown);
}
static bool get_buffer(Value self, Buffer *b, int flags)
{
    Array *a = as_array(self);
    *b = (Buffer){ .data = a->data ? a->data : (void *)"", .len_bytes = (int64_t)(a->len * a->kind->size), .itemsize = a->kind->size, .ndim = 1, .owner = retain(self), .one_shape = (int64_t)a->len,
        .one_stride = a->kind->size, .format = flags & BUFFER_FORMAT ? (a->kind->code[0] == 'u' ? "w" : a->kind->code) : NULL };
    b->shape = flags & BUFFER_ND ? &b->one_shape : NULL;
    b->strides = (flags & BUFFER_STRIDES) == BUFFER_STRIDES ? &b->one_stride : NULL;
    a->exports++;
    return true;
}
static void release_buffer(Value self, Buffer *b) { as_array(self)->exports--; }

/* --- iterator ------------------------------------------------------------------------------------------------------------------------------------ */
typedef struct ArrayIterator { Object head; Value array; int64_t index; } ArrayIterator;
static const TraceRow iterator_rows[] = { { TRACE_VALUE, offsetof(ArrayIterator, array), 0, "array" }, { 0 } };
static Type iterator_type;
static Value iter(Value self)
{
    Value v = instance_new(&iterator_type);
    if (!is_error(v))
        ((ArrayIterator *)as_obj(v))->array = retain(self);
    return v;
}
static Value iterator_next(Value self)
{
    ArrayIterator *it = (ArrayIterator *)as_obj(self);
    if (is_unbound(it->array))
        return STOP;
    Array *a = as_array(it->array);
    if (it->index < (int64_t)a->len)
        return get(a->kind, item_at(a, (uint64_t)it->index++));
    set_slot(&it->array, UNBOUND);
    return STOP;
}
static Value iterator_reduce(Value *args, size_t n)
{
    ArrayIterator *it = (ArrayIterator *)as_obj(args[0]);
    own Value fn = builtin_get("iter");
    own Value inner = is_error(fn) ? ERROR : is_unbound(it->array) ? tuple_of1(tuple_empty) : tuple_of1(it->array);
    return is_error(inner) ? ERROR : is_unbound(it->array) ? tuple_of2(fn, inner) : tuple_of3(fn, inner, int_value(it->index));
}
static Value iterator_setstate(Value *args, size_t n)
{
    ArrayIterator *it = (ArrayIterator *)as_obj(args[0]);
    int64_t i;
    if (!arg_i64(args[1], 0, &i))
        return ERROR;
    if (!is_unbound(it->array))
        it->index = i < 0 ? 0 : i > (int64_t)as_array(it->array)->len ? (int64_t)as_array(it->array)->len : i;
    return NONE;
}
static const Method iterator_methods[] = { { "__reduce__", "(self, /)", iterator_reduce, NULL }, { "__setstate__", "(self, state, /)", iterator_setstate, NULL }, { 0 } };
static Type iterator_type = { STATIC_TYPE(iterator_type, "arrayiterator", ArrayIterator, iterator_rows), .flags = TYPE_NO_NEW, .iter = iterator_self, .next = iterator_next, .methods = iterator_methods, .module_name = "array" };

/* --- methods ---------------------------------------------------------------------------------------------------------------------------------------- */
#define SELF Array *a = as_array(args[0])
static Value m_append(Value *args, size_t n) { return append(as_array(args[0]), args[1]) ? NONE : ERROR; }
static Value m_buffer_info(Value *args, size_t n)
{
    SELF;
    own Value at = int_from_u64((uint64_t)(uintptr_t)a->data);
    return tuple_of2(at, int_value((int64_t)a->len));
}
static Value m_byteswap(Value *args, size_t n)
{
    SELF;
    for (uint64_t i = 0; i < a->len; i++) {
        uint8_t *p = item_at(a, i);
        for (unsigned k = 0; k < a->kind->size / 2u; k++) {
            uint8_t t = p[k];
            p[k] = p[a->kind->size - 1 - k];
            p[a->kind->size - 1 - k] = t;
        }
    }
    return NONE;
}
/* The first item equal to v from `from` to `to`: -1 absent, -2 failed. */
static int64_t find(Array *a, Value v, int64_t from, int64_t to)
{
    for (int64_t i = from; i < to && i < (int64_t)a->len; i++) {
        own Value x = get(a->kind, item_at(a, (uint64_t)i));
        Truth t = is_error(x) || !POLL_EACH(i, 1 << 12) ? TRUTH_FAILED : obj_equal(x, v);
        if (t)
            return t == YES ? i : -2;
    }
    return -1;
}
static Value m_count(Value *args, size_t n)
{
    SELF;
    int64_t count = 0;
    for (int64_t at = 0;; at++, count++) {
        at = find(a, args[1], at, (int64_t)a->len);
        if (at < 0)
            return at == -1 ? int_value(count) : ERROR;
    }
}
static Value m_index(Value *args, size_t n)
{
    SELF;
    int64_t start, stop;
    if (!arg_i64(args[2], 0, &start) || !arg_i64(args[3], INT64_MAX, &stop))
        return ERROR;
    int64_t len = (int64_t)a->len;
    start = start < 0 ? start + len < 0 ? 0 : start + len : start;
    stop = stop < 0 ? stop + len : stop;
    int64_t at = find(a, args[1], start, stop);
    return at >= 0 ? int_value(at) : at == -1 ? raise(ValueError, "array.index(x): x not in array") : ERROR;
}
static Value m_remove(Value *args, size_t n)
{
    SELF;
    int64_t at = find(a, args[1], 0, (int64_t)a->len);
    if (at < 0)
        return at == -1 ? raise(ValueError, "array.remove(x): x not in array") : ERROR;
    return set_slice(a, at, at + 1, 1, 1, NULL) ? NONE : ERROR;
}
static Value m_extend(Value *args, size_t n) { return extend(as_array(args[0]), args[1]) ? NONE : ERROR; }
static Value m_insert(Value *args, size_t n)
{
    SELF;
    int64_t i;
    uint8_t raw[8];
    if (!arg_i64(args[1], 0, &i) || !set(a->kind, raw, args[2]) || !resize(a, a->len + 1))
        return ERROR;
    int64_t len = (int64_t)a->len - 1;
    i = i < 0 ? i + len < 0 ? 0 : i + len : i > len ? len : i;
    memmove(item_at(a, (uint64_t)i + 1), item_at(a, (uint64_t)i), (size_t)(len - i) * a->kind->size);
    memcpy(item_at(a, (uint64_t)i), raw, a->kind->size);
    return NONE;
}
static Value m_pop(Value *args, size_t n)
{
    SELF;
    int64_t i;
    if (!arg_i64(args[1], -1, &i))
        return ERROR;
    if (a->len == 0)
        return raise(IndexError, "pop from empty array");
    i = i < 0 ? i + (int64_t)a->len : i;
    if (i < 0 || i >= (int64_t)a->len)
        return raise(IndexError, "pop index out of range");
    own Value v = get(a->kind, item_at(a, (uint64_t)i));
    return !is_error(v) && set_slice(a, i, i + 1, 1, 1, NULL) ? give(v) : ERROR;
}
static Value m_reverse(Value *args, size_t n)
{
    SELF;
    uint8_t t[8];
    for (uint64_t i = 0, j = a->len; i + 1 < j; i++) {
        j--;
        memcpy(t, item_at(a, i), a->kind->size);
        memcpy(item_at(a, i), item_at(a, j), a->kind->size);
        memcpy(item_at(a, j), t, a->kind->size);
    }
    return NONE;
}
static Value m_tobytes(Value *args, size_t n) { return bytes_new(as_array(args[0])->data, as_array(args[0])->len * as_array(args[0])->kind->size); }
static Value m_tolist(Value *args, size_t n) { return to_list(as_array(args[0])); }
static Value m_frombytes(Value *args, size_t n)
{
    Buffer b;
    if (!buffer_bytes(args[1], &b))
        return ERROR;
    bool good = b.itemsize == 1 ? append_raw(as_array(args[0]), b.data, (size_t)b.len_bytes) : raise_false(TypeError, "a bytes-like object is required");
    buffer_release(&b);
    return good ? NONE : ERROR;
}
static Value m_fromlist(Value *args, size_t n)
{
    SELF;
    if (!list_check(args[1]))
        return raise(TypeError, "arg must be list");
    uint64_t old = a->len;
    for (uint64_t i = 0, count = list_len(args[1]); i < count; i++) {
        own Value v = !POLL_EACH(i, 1 << 12) ? ERROR : i < list_len(args[1]) ? retain(list_peek(args[1], i)) : raise(RuntimeError, "list changed size during iteration");
        if (is_error(v) || !append(a, v)) {
            ErrorState saved = error_save();
            if (!resize(a, old))
                error_clear();
            error_restore(saved);
            return ERROR;
        }
    }
    return NONE;
}
static Value m_fromunicode(Value *args, size_t n)
{
    SELF;
    if (!str_check(args[1]))
        return raise(TypeError, "fromunicode() argument must be str, not %W", args[1]);
    if (a->kind->code[0] != 'u')
        return raise(ValueError, "fromunicode() may only be called on unicode type arrays");
    uint64_t old = a->len, len = str_len(args[1]);
    if (!resize(a, old + len))
        return ERROR;
    for (uint64_t i = 0; i < len; i++) {
        uint32_t c = str_char(as_str(args[1]), i);
        memcpy(item_at(a, old + i), &c, 4);
    }
    return NONE;
}
static Value m_tounicode(Value *args, size_t n)
{
    SELF;
    return a->kind->code[0] == 'u' ? to_text(a) : raise(ValueError, "tounicode() may only be called on unicode type arrays");
}
static Value m_fromfile(Value *args, size_t n)
{
    SELF;
    int64_t count;
    if (!arg_i64(args[2], 0, &count))
        return ERROR;
    if (count < 0)
        return raise(ValueError, "negative count");
    int64_t bytes;
    if (__builtin_mul_overflow(count, (int64_t)a->kind->size, &bytes))
        return raise_memory();
    own Value data = call_method1(args[1], "read", int_value(bytes));
    if (is_error(data))
        return ERROR;
    if (!bytes_check(data))
        return raise(TypeError, "read() didn't return bytes");
    size_t len = as_bytes(data)->len;
    if (!append_raw(a, as_bytes(data)->data, len))
        return ERROR;
    return len == (size_t)bytes ? NONE : raise(EOFError, "read() didn't return enough bytes");
}
static Value m_tofile(Value *args, size_t n)
{
    own Value data = m_tobytes(args, 1), done = is_error(data) ? ERROR : call_method1(args[1], "write", data);
    return is_error(done) ? ERROR : NONE;
}
static Value m_copy(Value *args, size_t n) { return piece(args[0], 0, 1, (int64_t)as_array(args[0])->len); }
static Value m_deepcopy(Value *args, size_t n) { return m_copy(args, 1); }
static Value m_sizeof(Value *args, size_t n) { return int_value((int64_t)size_of(as_obj(args[0]))); }
static Value m_reduce(Value *args, size_t n)
{
    SELF;
    int protocol;
    if (!arg_int(args[1], 0, &protocol))
        return ERROR;
    own Value dict = object_attrs(as_obj(args[0])) ? instance_dict(as_obj(args[0])) : dict_new();
    own Value state = is_error(dict) ? ERROR : dict_len(as_dict(dict)) ? retain(dict) : NONE, code = str_from(a->kind->code);
    if (is_error(state) || is_error(code))
        return ERROR;
    Value type = obj_value(type_of(args[0]));
    if (protocol < 3) {
        own Value list = to_list(a), inner = is_error(list) ? ERROR : tuple_of2(code, list);
        return is_error(inner) ? ERROR : tuple_of3(type, inner, state);
    }
    own Value fn = import_attr("array", "_array_reconstructor");
    Value v[4] = { retain(type), retain(code), int_value(a->kind->mformat), m_tobytes(args, 1) };
    own Value inner = tuple_from_take(v, 4);
    return is_error(fn) || is_error(inner) ? ERROR : tuple_of3(fn, inner, state);
}
static Value get_typecode(Value self) { return str_from(as_array(self)->kind->code); }
static Value get_itemsize(Value self) { return int_value(as_array(self)->kind->size); }
#define ROW(name, signature, doc) { #name, signature, m_##name, doc }
static const Method methods[] = {
    ROW(append, "(self, v, /)", "Append new value v to the end of the array."), ROW(buffer_info, "(self, /)", "Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents."),
    ROW(byteswap, "(self, /)", "Byteswap all items of the array."), ROW(count, "(self, v, /)", "Return number of occurrences of v in the array."), ROW(extend, "(self, bb, /)", "Append items to the end of the array."),
    ROW(fromfile, "(self, f, n, /)", "Read n objects from the file object f and append them to the end of the array."), ROW(fromlist, "(self, list, /)", "Append items to array from list."), ROW(frombytes, "(self, buffer, /)", "Appends items from the string, interpreting it as an array of machine values."),
    ROW(fromunicode, "(self, ustr, /)", "Extends this array with data from the unicode string ustr."), ROW(index, "(self, v, start=0, stop=9223372036854775807, /)", "Return index of first occurrence of v in the array."), ROW(insert, "(self, i, v, /)", "Insert a new item v into the array before position i."),
    ROW(pop, "(self, i=-1, /)", "Return the i-th element and delete it from the array."), ROW(remove, "(self, v, /)", "Remove the first occurrence of v in the array."), ROW(reverse, "(self, /)", "Reverse the order of the items in the array."), ROW(tobytes, "(self, /)", "Convert the array to an array of machine values and return the bytes representation."),
    ROW(tofile, "(self, f, /)", "Write all items (as machine values) to the file object f."), ROW(tolist, "(self, /)", "Convert array to an ordinary list with the same items."), ROW(tounicode, "(self, /)", "Extends this array with data from the unicode string ustr."),
    { "__copy__", "(self, /)", m_copy, "Return a copy of the array." }, { "__deepcopy__", "(self, unused, /)", m_deepcopy, "Return a copy of the array." }, { "__reduce_ex__", "(self, value, /)", m_reduce, "Return state information for pickling." },
    { "__sizeof__", "(self, /)", m_sizeof, "Size of the array in memory, in bytes." }, { "__class_getitem__", "(cls, item, /)", generic_alias_class_getitem, "See PEP 585", METHOD_CLASS }, { 0 },
};
static const GetSet getsets[] = { { "typecode", get_typecode, NULL, "the typecode character used to create the array" }, { "itemsize", get_itemsize, NULL, "the size, in bytes, of one array item" }, { 0 } };
static Type array_type = {
    STATIC_TYPE(array_type, "array", Array, NULL), .heap.dispose = dispose, .heap.size_of = size_of, .flags = TYPE_BASE | TYPE_WEAK | TYPE_SEQUENCE, .new = array_new, .repr = repr, .compare = compare, .hash = hash_none, .iter = iter,
    .len = length, .getitem = getitem, .setitem = setitem, .contains = contains, .concat = concat, .inplace_concat = inplace_concat, .repeat = repeat, .inplace_repeat = inplace_repeat, .item = item,
    .get_buffer = get_buffer, .release_buffer = release_buffer, .methods = methods, .getsets = getsets, .module_name = "array",
    .doc = "array(typecode [, initializer]) -> array\n\nReturn a new array whose items are restricted by typecode, and\ninitialized from the optional initializer value, which must be a list,\nstring or iterable over elements of the appropriate type.",
};

/* --- pickles ----------------------------------------------------------------------------------------------------------------------------------------------- */
/* Machine formats by number: size, signed, big endian; floats from 14; UTF-16 from 18; UTF-32 from 20. */
static Value reconstruct_items(int format, const uint8_t *d, size_t n)
{
    static const uint8_t sizes[] = { 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 4, 4, 8, 8 };
    if (format >= 18) {
        own Value bytes = bytes_new(d, n);
        static const char *const names[] = { "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be" };
        return is_error(bytes) ? ERROR : call_method1(bytes, "decode", str_name_peek(names[format - 18]));
    }
    size_t size = sizes[format];
    bool big = format >= 2 && format % 2, is_signed = format == 1 || (format >= 4 && format < 14 && (format % 4 == 0 || format % 4 == 1));
    if (n % size)
        return raise(ValueError, "string length not a multiple of item size");
    own Value list = list_new(n / size);
    for (size_t i = 0; !is_error(list) && i < n; i += size) {
        uint8_t raw[8];
        for (size_t k = 0; k < size; k++)
            raw[k] = d[i + (big ? size - 1 - k : k)];
        float f;
        double x;
        memcpy(&f, raw, 4);
        memcpy(&x, raw, size == 8 ? 8 : 4);
        if (!list_append_take(list, format >= 16 ? float_value(x) : format >= 14 ? float_value(f) : int_from_bytes(raw, size, true, is_signed)))
            return ERROR;
    }
    return give(list);
}
static Value reconstructor(Value *args, size_t n)
{
    int format;
    if (!is_type(args[0]))
        return raise(TypeError, "first argument must be a type object, not %.200T", args[0]);
    if (!type_is_subtype(as_type(args[0]), &array_type))
        return raise(TypeError, "%.200s is not a subtype of array", as_type(args[0])->heap.name);
    if (!str_check(args[1]) || str_len(args[1]) != 1)
        return raise(TypeError, "_array_reconstructor() argument 2 must be a unicode character, not %W", args[1]);
    const Kind *kind = kind_of(str_char(as_str(args[1]), 0));
    if (!kind)
        return raise(ValueError, "second argument must be a valid type code");
    if (!arg_int(args[2], 0, &format))
        return ERROR;
    if (format < 0 || format > 21)
        return raise(ValueError, "third argument must be a valid machine format code.");
    if (!bytes_check(args[3]))
        return raise(TypeError, "fourth argument should be bytes, not %.200T", args[3]);
    own Value items = format == kind->mformat && !kind->is_float && kind->code[0] != 'u' ? retain(args[3]) : reconstruct_items(format, as_bytes(args[3])->data, as_bytes(args[3])->len);
    if (is_error(items))
        return ERROR;
    Value pair[2] = { args[1], items };
    return call(args[0], pair, 2);
}
static const Method functions[] = { { "_array_reconstructor", "(arraytype, typecode, mformat_code, items, /)", reconstructor, "Internal. Used for pickling support." }, { 0 } };
static bool init(Value module)
{
    static Type *const types[] = { &array_type, &iterator_type, NULL };
    bool first = !(array_type.flags & TYPE_READY);
    ready_types(types, &object_type);
    if (!module_add(module, "array", obj_value(&array_type)) || !module_add(module, "ArrayType", obj_value(&array_type)) || !module_add_str(module, "typecodes", "bBuhHiIlLqQfd"))
        return false;
    if (!first)
        return true;
    own Value sequence = import_attr("collections.abc", "MutableSequence"), done = is_error(sequence) ? ERROR : call_method1(sequence, "register", obj_value(&array_type));
    return !is_error(done);
}
const NativeModule array_module = { "array", "This module defines an object type which can efficiently represent\nan array of basic values: characters, integers, floating-point\nnumbers.  Arrays are sequence types and behave very much like lists,\nexcept that the type of objects stored in them is constrained.\n", functions, init };
