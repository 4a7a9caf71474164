/* bytearray.c -- the mutable byte string. The bytes are data[start .. start + len), with a 0 behind them; cutting off the front moves
 * `start`. While exports > 0 the size cannot change (BufferError). */
#include "gc/heap.h"
#include "interp/object/bytes.h"

static void dispose(Object *o)
{
    ByteArray *b = (ByteArray *)o;
    heap_buf_free(b->data, b->cap);
    b->data = NULL;
    b->cap = b->len = b->start = 0;
}

void bytearray_check_valid(const ByteArray *b)
{
    assert(b->cap ? b->data && b->start + b->len < b->cap && b->data[b->start + b->len] == 0 : !b->data && b->len == 0 && b->start == 0);
}

static size_t size_of(const Object *o) { return obj_type(o)->heap.basic_size + ((const ByteArray *)o)->cap; }

Type bytearray_type = {
    STATIC_TYPE(bytearray_type, "bytearray", ByteArray, NULL),
    .heap.dispose = dispose,
    .heap.size_of = size_of,
    .flags = TYPE_BASE | TYPE_IMMUTABLE | TYPE_HASH_NONE,
};

Value bytearray_new(const void *data, size_t n)
{
    ByteArray *b = heap_new(&bytearray_type.shape, sizeof(ByteArray));
    if (!b)
        return raise_memory();
    *b = (ByteArray){ .head = b->head };
    Value v = obj_value(b);
    if (n && !bytearray_resize(b, n)) {
        release(v);
        return ERROR;
    }
    if (n && data)
        memcpy(b->data, data, n);
    return v;
}

bool bytearray_resize(ByteArray *b, uint64_t n)
{
    assert(b->start + b->len < b->cap || b->cap == 0);
    if (n == b->len)
        return true;
    if (b->exports)
        return raise_false(BufferError, "Existing exports of data: object cannot be re-sized");
    if (n >= (1ull << 46))
        return raise_memory_false();
    if (b->start + n + 1 <= b->cap && (n + 1) * 2 >= b->cap) {
        b->len = n;
        b->data[b->start + n] = 0;
        return true;
    }
    if (b->start && n + 1 <= b->cap && (n + 1) * 2 >= b->cap) {
        memmove(b->data, b->data + b->start, b->len < n ? b->len : n);
    } else {
        uint64_t cap = n <= b->len ? n + 1 : n + n / 8 + (n < 9 ? 3 : 6) + 1;
        if (n > b->len + b->len / 8 + 16)
            cap = n + 1;
        uint8_t *fresh = heap_buf(cap);
        if (!fresh)
            return raise_memory_false();
        if (b->len && n)
            memcpy(fresh, b->data + b->start, b->len < n ? b->len : n);
        heap_buf_free(b->data, b->cap);
        b->data = fresh;
        b->cap = cap;
    }
    b->start = 0;
    b->len = n;
    b->data[n] = 0;
    assert(b->len < b->cap && b->exports == 0);
    return true;
}

bool bytearray_splice(ByteArray *b, uint64_t start, uint64_t stop, const uint8_t *with, uint64_t n)
{
    assert(start <= stop && stop <= b->len);
    uint64_t old_len = b->len, tail = old_len - stop;
    if (stop - start == n) {
        if (n)
            memmove(bytearray_data(b) + start, with, n);
        return true;
    }
    if (b->exports)
        return raise_false(BufferError, "Existing exports of data: object cannot be re-sized");
    if (start == 0 && n == 0) {                          /* cut off the front: no copy */
        b->start += stop;
        b->len -= stop;
        if (b->cap > 64 && b->len * 2 < b->cap) {
            memmove(b->data, b->data + b->start, b->len + 1);
            b->start = 0;
            void *fitted = heap_buf_realloc(b->data, b->cap, b->len + 1);
            if (fitted) {
                b->data = fitted;
                b->cap = b->len + 1;
            }
        }
        return true;
    }
    uint64_t len = start + n + tail;
    if (n < stop - start) {
        uint8_t *at = bytearray_data(b);
        memmove(at + start + n, at + stop, tail);
        if (n)
            memmove(at + start, with, n);
        return bytearray_resize(b, len);
    }
    if (!bytearray_resize(b, len))
        return false;
    uint8_t *at = bytearray_data(b);
    memmove(at + start + n, at + stop, tail);
    if (n)
        memcpy(at + start, with, n);
    return true;
}

bool bytearray_append(ByteArray *b, const void *data, uint64_t n)
{
    uint64_t len = b->len;
    if (n == 0)
        return true;
    if (!bytearray_resize(b, len + n))
        return false;
    assert(b->len == len + n);
    memcpy(bytearray_data(b) + len, data, n);
    return true;
}
