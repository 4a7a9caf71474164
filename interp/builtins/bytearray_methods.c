/* bytearray_methods.c -- bytearray as Python code sees it. What it shares with bytes is in bytes_common.c. */
#include <stdio.h>

#include "gc/heap.h"
#include "interp/builtins/bytes_parts.h"
#include "interp/builtins/scalars.h"
#include "interp/builtins/str_parts.h"
#include "interp/builtins/text_helpers.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/codec.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/slice.h"
#include "interp/object/tuple.h"

static int64_t len(Value v) { return (int64_t)as_bytearray(v)->len; }

/* --- life ------------------------------------------------------------------------------------------------------------------------ */
static Value new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    return type == &bytearray_type ? bytearray_new(NULL, 0) : instance_new(type);
}

/* The contents become those of `source`, an exact bytes. */
static bool set_contents(ByteArray *b, Value source)
{
    return bytearray_splice(b, 0, b->len, as_bytes(source)->data, as_bytes(source)->len);
}

/* Items are added as they come: the iterable may look at what is there so far. */
static bool fill_from(Value self, Value iterable)
{
    own Value iterator = obj_iter(iterable);
    while (!is_error(iterator)) {
        own Value item = obj_next(iterator);
        uint8_t byte;
        if (is_stop(item))
            return true;
        if (is_error(item) || !byte_of(item, &byte) || !bytearray_append(as_bytearray(self), &byte, 1))
            return false;
    }
    return false;
}

static bool init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    Value bound[3] = { UNBOUND, UNBOUND, UNBOUND };
    if (!bind_arguments("bytearray", "(source=b'', encoding='utf-8', errors='strict')", args, n_pos, kwnames, bound, NULL))
        return false;
    bool plain = is_unbound(bound[1]) && is_unbound(bound[2]) && !is_unbound(bound[0]);
    if (plain && !str_check(bound[0]) && !int_check(bound[0]) && !type_of(bound[0])->index && !buffer_supported(bound[0]) && type_of(bound[0])->iter)
        return bytearray_resize(as_bytearray(self), 0) && fill_from(self, bound[0]);
    own Value source = bytes_from_source(bound[0], bound[1], bound[2], "bytearray");
    return !is_error(source) && set_contents(as_bytearray(self), source);
}

/* --- slots ------------------------------------------------------------------------------------------------------------------------- */
static Value repr(Value v)
{
    char before[256];
    snprintf(before, sizeof before, "%.200s(", type_name(v));
    return bytes_repr_of(bytearray_data(as_bytearray(v)), len(v), before, ")");
}

static Value compare(Value a, Value b, CompareOp op)
{
    if (!buffer_supported(a) || !buffer_supported(b) || (!bytearray_check(a) && !bytearray_check(b)))
        return NOT_IMPLEMENTED;
    Buffer x, y;
    if (!buffer_bytes(a, &x)) {
        error_clear();
        return NOT_IMPLEMENTED;
    }
    if (!buffer_bytes(b, &y)) {
        error_clear();
        buffer_release(&x);
        return NOT_IMPLEMENTED;
    }
    size_t n = (size_t)(x.len_bytes < y.len_bytes ? x.len_bytes : y.len_bytes);
    int order = memcmp(x.data, y.data, n);
    if (order == 0)
        order = x.len_bytes < y.len_bytes ? -1 : x.len_bytes > y.len_bytes;
    buffer_release(&y);
    buffer_release(&x);
    return bool_value(op == CMP_LT ? order < 0 : op == CMP_LE ? order <= 0 : op == CMP_EQ ? order == 0 : op == CMP_NE ? order != 0
                      : op == CMP_GT ? order > 0 : order >= 0);
}

static Value iter(Value v) { return text_iterator_new(&bytearray_iterator_type, v); }

static Value item(Value v, int64_t i)
{
    if (i < 0 || i >= len(v))
        return raise(IndexError, "bytearray index out of range");
    return small_int_value(bytearray_data(as_bytearray(v))[i]);
}

static Value getitem(Value v, Value key)
{
    int64_t start, stop, step;
    if (slice_check(key)) {
        if (!slice_unpack(key, &start, &stop, &step))
            return ERROR;
        int64_t n = slice_adjust(len(v), &start, &stop, step);
        if (step == 1 || n <= 0)
            return bytearray_new(bytearray_data(as_bytearray(v)) + start, n > 0 ? (size_t)n : 0);
        Value r = bytearray_new(NULL, (size_t)n);
        for (int64_t i = 0; !is_error(r) && i < n; i++, start = slice_step(start, step))
            bytearray_data(as_bytearray(r))[i] = bytearray_data(as_bytearray(v))[start];
        return r;
    }
    if (!index_check(key))
        return raise(TypeError, "bytearray indices must be integers or slices, not %.200T", key);
    if (!index_of(key, &start))
        return ERROR;
    return item(v, start < 0 ? start + len(v) : start);
}

/* Every step-th byte goes; the count is n > 0. */
static bool delete_steps(ByteArray *b, int64_t start, int64_t step, int64_t n)
{
    if (b->exports)
        return raise_false(BufferError, "Existing exports of data: object cannot be re-sized");
    if (step < 0) {
        start += (n - 1) * step;
        step = -step;
    }
    uint8_t *data = bytearray_data(b);
    int64_t to = start, next = start, length = (int64_t)b->len;
    for (int64_t i = start; i < length; i++) {
        if (n > 0 && i == next) {
            next = slice_step(next, step);
            n--;
        } else {
            data[to++] = data[i];
        }
    }
    return bytearray_resize(b, (uint64_t)to);
}

static bool set_slice(Value v, Value key, Value value)
{
    int64_t start, stop, step;
    own Value bytes = UNBOUND;
    if (is_unbound(value)) {
        bytes = retain(bytes_empty);
    } else if (!buffer_supported(value) && (int_check(value) || str_check(value) || !type_of(value)->iter)) {
        return raise_false(TypeError, "can assign only bytes, buffers, or iterables of ints in range(0, 256)");
    } else {
        bytes = bytes_from_source(value, UNBOUND, UNBOUND, "bytearray");      /* a copy: also right for b[...] = b */
    }
    if (is_error(bytes) || !slice_unpack(key, &start, &stop, &step))
        return false;
    ByteArray *b = as_bytearray(v);
    int64_t n = slice_adjust((int64_t)b->len, &start, &stop, step), m = (int64_t)as_bytes(bytes)->len;
    if (step == 1) {
        if (stop < start)
            stop = start;
        return bytearray_splice(b, (uint64_t)start, (uint64_t)stop, as_bytes(bytes)->data, (uint64_t)m);
    }
    if (m == 0)
        return n <= 0 || delete_steps(b, start, step, n);
    if (n < 0)
        n = 0;
    if (m != n)
        return raise_false(ValueError, "attempt to assign bytes of size %lld to extended slice of size %lld", (long long)m, (long long)n);
    for (int64_t i = 0; i < n; i++, start = slice_step(start, step))
        bytearray_data(b)[start] = as_bytes(bytes)->data[i];
    return true;
}

static bool setitem(Value v, Value key, Value value)
{
    int64_t i;
    uint8_t byte = 0;
    if (slice_check(key))
        return set_slice(v, key, value);
    if (!index_check(key))
        return raise_false(TypeError, "bytearray indices must be integers or slices, not %.200T", key);
    if (!index_of(key, &i) || (!is_unbound(value) && !byte_of(value, &byte)))
        return false;
    ByteArray *b = as_bytearray(v);
    if (i < 0)
        i += (int64_t)b->len;
    if (i < 0 || i >= (int64_t)b->len)
        return raise_false(IndexError, "bytearray index out of range");
    if (is_unbound(value))
        return bytearray_splice(b, (uint64_t)i, (uint64_t)i + 1, NULL, 0);
    bytearray_data(b)[i] = byte;
    return true;
}

static Truth contains(Value v, Value sub)
{
    uint8_t byte;
    if (int_check(sub) || type_of(sub)->index) {
        if (!byte_of(sub, &byte))
            return TRUTH_FAILED;
        return memchr(bytearray_data(as_bytearray(v)), byte, as_bytearray(v)->len) != NULL;
    }
    Buffer buffer;
    if (!buffer_bytes(sub, &buffer))
        return TRUTH_FAILED;
    ByteArray *b = as_bytearray(v);
    bool yes = bytes_find_raw(bytearray_data(b), b->len, buffer.data, (size_t)buffer.len_bytes, false) >= 0;
    buffer_release(&buffer);
    return yes;
}

/* self += other, where other may be self. */
static bool extend_by(Value self, Value other)
{
    Buffer buffer;
    if (!buffer_supported(other))
        return raise_false(TypeError, "can't concat %.100T to %.100T", other, self);
    if (same(self, other)) {
        ByteArray *b = as_bytearray(self);
        uint64_t n = b->len;
        if (!bytearray_resize(b, n * 2))
            return false;
        memcpy(bytearray_data(b) + n, bytearray_data(b), n);
        return true;
    }
    if (!buffer_bytes(other, &buffer))
        return false;
    bool ok = bytearray_append(as_bytearray(self), buffer.data, (uint64_t)buffer.len_bytes);
    buffer_release(&buffer);
    return ok;
}

static Value concat(Value a, Value b)
{
    if (!buffer_supported(b))
        return raise(TypeError, "can't concat %.100T to %.100T", b, a);
    own Value r = bytearray_new(bytearray_data(as_bytearray(a)), as_bytearray(a)->len);
    return !is_error(r) && extend_by(r, b) ? give(r) : ERROR;
}

static Value inplace_concat(Value a, Value b) { return extend_by(a, b) ? retain(a) : ERROR; }

static void fill_pieces(uint8_t *data, size_t piece, size_t total)
{
    for (size_t at = piece; at < total; at += piece)
        memcpy(data + at, data, piece);
}

static Value repeat(Value v, int64_t n)
{
    size_t piece = as_bytearray(v)->len;
    if (n < 0)
        n = 0;
    if (piece && (uint64_t)n > (1ull << 46) / piece)
        return raise_memory();
    Value r = bytearray_new(NULL, piece * (size_t)n);
    if (!is_error(r) && piece && n) {
        memcpy(bytearray_data(as_bytearray(r)), bytearray_data(as_bytearray(v)), piece);
        fill_pieces(bytearray_data(as_bytearray(r)), piece, piece * (size_t)n);
    }
    return r;
}

static Value inplace_repeat(Value v, int64_t n)
{
    ByteArray *b = as_bytearray(v);
    size_t piece = b->len;
    if (n < 0)
        n = 0;
    if (piece && (uint64_t)n > (1ull << 46) / piece)
        return raise_memory();
    if (!bytearray_resize(b, piece * (size_t)n))
        return ERROR;
    if (piece && n)
        fill_pieces(bytearray_data(b), piece, piece * (size_t)n);
    return retain(v);
}

static Value modulo(Value a, Value b) { return bytearray_check(a) ? bytes_percent(a, b, true) : NOT_IMPLEMENTED; }

static bool get_buffer(Value v, Buffer *buffer, int flags)
{
    ByteArray *b = as_bytearray(v);
    if (!buffer_fill(buffer, v, bytearray_data(b), (int64_t)b->len, false, flags))
        return false;
    b->exports++;
    return true;
}
static void release_buffer(Value v, Buffer *buffer) { as_bytearray(v)->exports--; }

/* --- methods -------------------------------------------------------------------------------------------------------------------------- */
static Value done(bool ok) { return ok ? NONE : ERROR; }

static Value m_append(Value *args, size_t n)
{
    uint8_t byte;
    return done(byte_of(args[1], &byte) && bytearray_append(as_bytearray(args[0]), &byte, 1));
}

static Value m_extend(Value *args, size_t n)
{
    if (buffer_supported(args[1]))
        return done(extend_by(args[0], args[1]));
    own Value iterator = obj_iter(args[1]);
    if (is_error(iterator)) {
        if (error_is(TypeError))
            error_set(TypeError, "can't extend bytearray with %.100T", args[1]);
        return ERROR;
    }
    if (obj_length_hint(args[1], 32) < 0)
        return ERROR;
    own Value collected = bytearray_new(NULL, 0);
    while (!is_error(collected)) {
        own Value item = obj_next(iterator);
        uint8_t byte;
        if (is_stop(item))
            return done(bytearray_append(as_bytearray(args[0]), bytearray_data(as_bytearray(collected)), as_bytearray(collected)->len));
        if (is_error(item) || !byte_of(item, &byte) || !bytearray_append(as_bytearray(collected), &byte, 1))
            return ERROR;
    }
    return ERROR;
}

static Value m_insert(Value *args, size_t n)
{
    int64_t i;
    uint8_t byte;
    if (!obj_index_i64(args[1], &i, OverflowError) || !byte_of(args[2], &byte))
        return ERROR;
    ByteArray *b = as_bytearray(args[0]);
    int64_t length = (int64_t)b->len;
    i = i < 0 ? (i + length < 0 ? 0 : i + length) : i > length ? length : i;
    return done(bytearray_splice(b, (uint64_t)i, (uint64_t)i, &byte, 1));
}

static Value m_pop(Value *args, size_t n)
{
    int64_t i = -1;
    if (!is_unbound(args[1]) && !obj_index_i64(args[1], &i, OverflowError))
        return ERROR;
    ByteArray *b = as_bytearray(args[0]);
    if (b->len == 0)
        return raise(IndexError, "pop from empty bytearray");
    if (i < 0)
        i += (int64_t)b->len;
    if (i < 0 || i >= (int64_t)b->len)
        return raise(IndexError, "pop index out of range");
    uint8_t byte = bytearray_data(b)[i];
    return bytearray_splice(b, (uint64_t)i, (uint64_t)i + 1, NULL, 0) ? small_int_value(byte) : ERROR;
}

static Value m_remove(Value *args, size_t n)
{
    uint8_t byte;
    if (!byte_of(args[1], &byte))
        return ERROR;
    ByteArray *b = as_bytearray(args[0]);
    const uint8_t *at = memchr(bytearray_data(b), byte, b->len);
    if (!at)
        return raise(ValueError, "value not found in bytearray");
    uint64_t i = (uint64_t)(at - bytearray_data(b));
    return done(bytearray_splice(b, i, i + 1, NULL, 0));
}

static Value m_reverse(Value *args, size_t n)
{
    ByteArray *b = as_bytearray(args[0]);
    uint8_t *data = bytearray_data(b);
    for (uint64_t i = 0, j = b->len; i + 1 < j; i++) {
        uint8_t swap = data[--j];
        data[j] = data[i];
        data[i] = swap;
    }
    return NONE;
}

static Value m_clear(Value *args, size_t n) { return done(bytearray_resize(as_bytearray(args[0]), 0)); }
static Value m_copy(Value *args, size_t n) { return bytearray_new(bytearray_data(as_bytearray(args[0])), as_bytearray(args[0])->len); }
static Value m_alloc(Value *args, size_t n) { return int_value((int64_t)as_bytearray(args[0])->cap); }
static Value m_sizeof(Value *args, size_t n) { return int_value((int64_t)heap_size_of(as_obj(args[0]))); }

static Value reduce(Value self, int64_t protocol)
{
    ByteArray *b = as_bytearray(self);
    own Value state = call_method(self, "__getstate__", NULL, 0), args = UNBOUND;
    if (is_error(state))
        return ERROR;
    if (b->len == 0) {
        args = retain(tuple_empty);
    } else if (protocol < 3) {
        own Value text = str_from_latin1(bytearray_data(b), b->len), encoding = str_from("latin-1");
        args = is_error(text) || is_error(encoding) ? ERROR : tuple_of2(text, encoding);
    } else {
        own Value bytes = bytes_new(bytearray_data(b), b->len);
        args = is_error(bytes) ? ERROR : tuple_of1(bytes);
    }
    return is_error(args) ? ERROR : tuple_of3(obj_value(type_of(self)), args, state);
}
static Value m_reduce(Value *args, size_t n) { return reduce(args[0], 2); }
static Value m_reduce_ex(Value *args, size_t n)
{
    int64_t protocol = 0;
    return is_unbound(args[1]) || obj_index_i64(args[1], &protocol, NO_ERROR) ? reduce(args[0], protocol) : ERROR;
}

static const Method bytearray_methods[] = {
    BYTES_COMMON_ROWS,
    { "append", "(self, item, /)", m_append, "Append a single item to the end of the bytearray." },
    { "extend", "(self, iterable_of_ints, /)", m_extend, "Append all the items from the iterator or sequence to the end of the bytearray." },
    { "insert", "(self, index, item, /)", m_insert, "Insert a single item into the bytearray before the given index." },
    { "pop", "(self, index=-1, /)", m_pop, "Remove and return a single item from the bytearray." },
    { "remove", "(self, value, /)", m_remove, "Remove the first occurrence of a value in the bytearray." },
    { "reverse", "(self, /)", m_reverse, "Reverse the order of the values in the bytearray in place." },
    { "clear", "(self, /)", m_clear, "Remove all items from the bytearray." },
    { "copy", "(self, /)", m_copy, "Return a copy of the bytearray." },
    { "__alloc__", "(self, /)", m_alloc, "B.__alloc__() -> int\n\nReturn the number of bytes actually allocated." },
    { "__reduce__", "(self, /)", m_reduce, "Return state information for pickling." },
    { "__reduce_ex__", "(self, proto=0, /)", m_reduce_ex, "Return state information for pickling." },
    { "__sizeof__", "(self, /)", m_sizeof, "Returns the size of the bytearray object in memory, in bytes." },
    { 0 },
};

void bytearray_install(void)
{
    Type *t = &bytearray_type;
    t->new = new;
    t->init = init;
    t->repr = repr;
    t->str = repr;
    t->hash = hash_none;
    t->compare = compare;
    t->iter = iter;
    t->len = len;
    t->item = item;
    t->getitem = getitem;
    t->setitem = setitem;
    t->contains = contains;
    t->concat = concat;
    t->inplace_concat = inplace_concat;
    t->repeat = repeat;
    t->inplace_repeat = inplace_repeat;
    t->binary[OP_MOD] = modulo;
    t->get_buffer = get_buffer;
    t->release_buffer = release_buffer;
    t->methods = bytearray_methods;
    t->doc = "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\nbytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\n"
             "bytearray(int) -> bytes array of size given by the parameter initialized with null bytes\nbytearray() -> empty bytes array\n\n"
             "Construct a mutable bytearray object from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n"
             "  - a bytes or a buffer object\n  - any object implementing the buffer API.\n  - an integer";
}
