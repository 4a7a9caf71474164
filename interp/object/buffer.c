/* buffer.c -- asking objects for their memory (PEP 3118). */
#include "interp/object/bytes.h"

bool buffer_supported(Value v) { return type_of(v)->get_buffer != NULL; }

bool buffer_get(Value v, Buffer *buffer, int flags)
{
    Type *type = type_of(v);
    if (!type->get_buffer)
        return raise_false(TypeError, "a bytes-like object is required, not '%.100T'", v);
    *buffer = (Buffer){ .owner = UNBOUND, .ndim = 1, .itemsize = 1 };
    if (!type->get_buffer(v, buffer, flags)) {
        assert(error_pending());
        return false;
    }
    if (is_unbound(buffer->owner))
        buffer->owner = retain(v);
    assert(!error_pending() && buffer->len_bytes >= 0 && buffer->itemsize >= 0 && buffer->ndim >= 0);
    assert(!(flags & BUFFER_WRITABLE) || !buffer->readonly);
    return true;
}

void buffer_release(Buffer *buffer)
{
    Value owner = buffer->owner;
    if (is_unbound(owner))
        return;
    Type *type = type_of(owner);
    if (type->release_buffer)
        type->release_buffer(owner, buffer);
    buffer->owner = UNBOUND;
    release(owner);
}

bool buffer_fill(Buffer *buffer, Value owner, void *data, int64_t len, bool readonly, int flags)
{
    if (readonly && (flags & BUFFER_WRITABLE))
        return raise_false(BufferError, "Object is not writable.");
    assert(len >= 0);
    *buffer = (Buffer){
        .data = data, .len_bytes = len, .itemsize = 1, .readonly = readonly, .ndim = 1, .format = flags & BUFFER_FORMAT ? "B" : NULL,
        .owner = retain(owner), .one_shape = len, .one_stride = 1,
    };
    buffer->shape = flags & BUFFER_ND ? &buffer->one_shape : NULL;
    buffer->strides = (flags & BUFFER_STRIDES) == BUFFER_STRIDES ? &buffer->one_stride : NULL;
    return true;
}

bool buffer_is_contiguous(const Buffer *b, char order)
{
    if (b->suboffsets)
        return false;
    if (!b->strides || b->len_bytes == 0)
        return true;
    if (order == 'A')
        return buffer_is_contiguous(b, 'C') || buffer_is_contiguous(b, 'F');
    int64_t stride = b->itemsize;
    for (int k = 0; k < b->ndim; k++) {
        int i = order == 'C' ? b->ndim - 1 - k : k;
        int64_t n = b->shape ? b->shape[i] : b->len_bytes / b->itemsize;
        if (n > 1 && b->strides[i] != stride)
            return false;
        stride *= n;
    }
    return true;
}

void copy_strided(uint8_t *to, int64_t to_stride, const uint8_t *from, int64_t from_stride, int64_t n, size_t size)
{
#define COPY(bytes) for (int64_t i = 0; i < n; i++) memcpy(to + i * to_stride, from + i * from_stride, bytes)
    switch (size) {                      /* a constant size is one move */
    case 1: COPY(1); break;
    case 2: COPY(2); break;
    case 4: COPY(4); break;
    case 8: COPY(8); break;
    default: COPY(size);
    }
#undef COPY
}

static uint8_t *copy_dimension(const Buffer *b, const uint8_t *from, int dim, uint8_t *out)
{
    assert(dim <= b->ndim);
    if (dim == b->ndim) {
        memcpy(out, from, (size_t)b->itemsize);
        return out + b->itemsize;
    }
    if (dim == b->ndim - 1 && !b->suboffsets) {
        copy_strided(out, b->itemsize, from, b->strides[dim], b->shape[dim], (size_t)b->itemsize);
        return out + b->shape[dim] * b->itemsize;
    }
    for (int64_t i = 0; i < b->shape[dim]; i++) {
        const uint8_t *at = from + i * b->strides[dim];
        if (b->suboffsets && b->suboffsets[dim] >= 0)
            at = *(const uint8_t *const *)at + b->suboffsets[dim];
        out = copy_dimension(b, at, dim + 1, out);
    }
    return out;
}

void buffer_copy_out(const Buffer *b, uint8_t *out)
{
    if (b->len_bytes == 0)
        return;
    if (!b->strides || !b->shape || buffer_is_contiguous(b, 'C'))
        memcpy(out, b->data, (size_t)b->len_bytes);
    else
        copy_dimension(b, b->data, 0, out);
}

bool buffer_bytes(Value v, Buffer *buffer)
{
    if (is_exact(v, &bytes_type)) {
        *buffer = (Buffer){ .data = as_bytes(v)->data, .len_bytes = (int64_t)as_bytes(v)->len, .itemsize = 1, .ndim = 1, .readonly = true, .owner = retain(v) };
        return true;
    }
    if (!buffer_get(v, buffer, BUFFER_SIMPLE))
        return false;
    if (buffer_is_contiguous(buffer, 'C'))
        return true;
    buffer_release(buffer);
    return raise_false(BufferError, "memoryview: underlying buffer is not C-contiguous");
}
