/* bytes.c -- bytes as a structure. Single bytes are static objects; the text work bytes and bytearray share is in bytes_ops.c. */
#include "interp/object/bytes.h"

#include "gc/heap.h"
#include "interp/base/hash.h"

static size_t size_of(const Object *o) { return sizeof(Bytes) + ((const Bytes *)o)->len + 1; }

Type bytes_type = {
    STATIC_TYPE(bytes_type, "bytes", Bytes, NULL),
    .heap.heap_flags = HEAP_TYPE_VAR,
    .heap.size_of = size_of,
    .flags = TYPE_BASE | TYPE_IS_BYTES | TYPE_IMMUTABLE,
};

/* A static bytes with room for one byte and the 0 behind it. */
typedef union SmallBytes { _Alignas(16) struct { Object head; int64_t hash; uint64_t len; uint8_t data[16]; } plain; Bytes b; } SmallBytes;
static_assert(offsetof(Bytes, data) == 32, "the data follows the three words of the struct");
static SmallBytes empty_object = { .plain = { .head = STATIC_OBJECT(&bytes_type.shape) } };
Value bytes_empty = { (uint64_t)(uintptr_t)&empty_object };
static SmallBytes byte_objects[256];

void bytes_check_valid(const Bytes *b)
{
    assert(b->data[b->len] == 0 && (b->hash == -1 || b->hash == hash_bytes(b->data, b->len)));
}

Bytes *bytes_alloc(size_t n)
{
    if (n >= (1ull << 46))
        return raise_memory_null();
    Bytes *b = heap_new(&bytes_type.shape, sizeof(Bytes) + n + 1);
    if (!b)
        return raise_memory_null();
    b->hash = -1;
    b->len = n;
    b->data[n] = 0;
    return b;
}

Value bytes_from_byte(uint8_t byte)
{
    SmallBytes *b = &byte_objects[byte];
    if (!b->plain.head.shape) {
        b->plain.head = (Object)STATIC_OBJECT(&bytes_type.shape);
        b->plain.hash = -1;
        b->plain.len = 1;
        b->plain.data[0] = byte;
    }
    return retain(obj_value(b));
}

Value bytes_new(const void *data, size_t n)
{
    if (n == 0)
        return retain(bytes_empty);
    if (n == 1)
        return bytes_from_byte(*(const uint8_t *)data);
    Bytes *b = bytes_alloc(n);
    if (!b)
        return ERROR;
    memcpy(b->data, data, n);
    return obj_value(b);
}

Value bytes_shrink_take(Bytes *b, size_t n)
{
    assert(n <= b->len && b->head.refcount == 1);
    if (n == b->len && n > 1)
        return obj_value(b);
    if (n > 1 && n * 2 > b->len) {
        b->len = n;
        b->data[n] = 0;
        return obj_value(b);
    }
    Value small = bytes_new(b->data, n);
    heap_free_unused(b);
    return small;
}

Value bytes_subclass_new(Type *type, const void *data, size_t n)
{
    Bytes *b = heap_new(&type->shape, var_alloc_size(&type->heap, sizeof(Bytes) + n + 1));
    if (!b)
        return raise_memory();
    b->hash = -1;
    b->len = n;
    if (n)
        memcpy(b->data, data, n);
    b->data[n] = 0;
    var_attrs_init(&b->head);
    return obj_value(b);
}

int64_t bytes_hash(Bytes *b)
{
    if (b->hash == -1)
        b->hash = hash_bytes(b->data, b->len);
    assert(b->hash != -1);
    return b->hash;
}

Value bytes_concat(Value a, Value b)
{
    Bytes *x = as_bytes(a), *y = as_bytes(b);
    if (y->len == 0 && is_exact(a, &bytes_type))
        return retain(a);
    if (x->len == 0 && is_exact(b, &bytes_type))
        return retain(b);
    Bytes *r = bytes_alloc(x->len + y->len);
    if (!r)
        return ERROR;
    memcpy(r->data, x->data, x->len);
    memcpy(r->data + x->len, y->data, y->len);
    return obj_value(r);
}
