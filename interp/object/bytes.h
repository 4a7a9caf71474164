/* bytes.h -- bytes, bytearray, and the buffer protocol they share with memoryview and array. */
#ifndef OBJECT_BYTES_H
#define OBJECT_BYTES_H
#include "interp/object/type.h"
typedef struct Bytes { Object head; int64_t hash; uint64_t len; uint8_t data[]; } Bytes;        /* data[len] is 0 */
typedef struct ByteArray { Object head; uint64_t len; uint8_t *data; uint64_t cap; uint64_t start; uint32_t exports; } ByteArray;   /* data + start is the first byte */
extern Type bytes_type, bytearray_type, memoryview_type;
extern Value bytes_empty;
static inline bool bytes_check(Value v) { return has_flag(v, TYPE_IS_BYTES); }
static inline Bytes *as_bytes(Value v) { assert(bytes_check(v)); return (Bytes *)as_obj(v); }
must_use Value bytes_new(const void *data, size_t n);
must_use Bytes *bytes_alloc(size_t n);                 /* contents unset, terminator set */
must_use Value bytearray_new(const void *data, size_t n);
must_use Value bytes_from_byte(uint8_t byte);
must_use Value bytes_shrink_take(Bytes *b, size_t n);            /* the first n bytes of one nobody has seen yet */
must_use Value bytes_subclass_new(Type *type, const void *data, size_t n);
int64_t bytes_hash(Bytes *b);
static inline bool bytearray_check(Value v) { return is_ptr(v) && is_instance_of(v, &bytearray_type); }
static inline ByteArray *as_bytearray(Value v) { assert(bytearray_check(v)); return (ByteArray *)as_obj(v); }
static inline uint8_t *bytearray_data(ByteArray *b) { return b->data ? b->data + b->start : (uint8_t *)""; }
/* Size changes; BufferError while exports > 0. New bytes are unset. splice: bytes [start, stop) become `n` others (not from b itself). */
must_use bool bytearray_resize(ByteArray *b, uint64_t n);
must_use bool bytearray_splice(ByteArray *b, uint64_t start, uint64_t stop, const uint8_t *with, uint64_t n);
must_use bool bytearray_append(ByteArray *b, const void *data, uint64_t n);
must_use Value bytes_concat(Value a, Value b);
void bytes_check_valid(const Bytes *);                 /* assert the invariants */
void bytearray_check_valid(const ByteArray *);
/* PEP 3118. obtained by buffer_get, given back by buffer_release exactly once. */
struct Buffer {
    void *data; int64_t len_bytes, itemsize; bool readonly; int ndim;
    const char *format;          /* NULL: "B" */
    int64_t *shape, *strides, *suboffsets;      /* may be NULL for contiguous 1-D bytes */
    Value owner;                 /* retained */
    void *internal;
    int64_t one_shape, one_stride;              /* storage for the 1-D case */
};
enum { BUFFER_SIMPLE = 0, BUFFER_WRITABLE = 1, BUFFER_FORMAT = 4, BUFFER_ND = 8, BUFFER_STRIDES = 24, BUFFER_FULL = 1 << 8 };
must_use bool buffer_get(Value v, Buffer *buffer, int flags);        /* TypeError: a bytes-like object is required, not '%T' */
bool buffer_supported(Value v);
void buffer_release(Buffer *buffer);
/* For get_buffer slots: describe contiguous 1-D bytes. BufferError "Object is not writable." when the flags ask too much. */
must_use bool buffer_fill(Buffer *buffer, Value owner, void *data, int64_t len, bool readonly, int flags);
bool buffer_is_contiguous(const Buffer *buffer, char order);     /* 'C', 'F', 'A' */
/* The bytes in C order, whatever the strides; `out` has len_bytes of room. */
void buffer_copy_out(const Buffer *buffer, uint8_t *out);
/* n items of `size` bytes that lie `to_stride` and `from_stride` apart. */
void copy_strided(uint8_t *to, int64_t to_stride, const uint8_t *from, int64_t from_stride, int64_t n, size_t size);
/* Contiguous bytes of any bytes-like object: *data, *len. Give back with buffer_release. TypeError: a bytes-like object is required, not 'x' */
must_use bool buffer_bytes(Value v, Buffer *buffer);
#endif
