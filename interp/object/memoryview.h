/* memoryview.h -- Python's memoryview: a window on the memory of another object (PEP 3118).
 *
 * All views made from one object share a ManagedBuffer, which gives the memory back when the last of them is released or dies.
 * Values pass by native one-character formats ("B", "@d"); structured ones can be shown (tobytes) but not read by item. */
#ifndef OBJECT_MEMORYVIEW_H
#define OBJECT_MEMORYVIEW_H
#include "interp/object/bytes.h"

enum { MEMORY_MAX_DIM = 64 };

typedef struct ManagedBuffer { Object head; Buffer buffer; uint64_t views; bool released; } ManagedBuffer;

typedef struct MemoryView {
    Object head;
    Value managed;               /* ManagedBuffer; UNBOUND once released */
    uint8_t *data;
    int64_t len_bytes, itemsize, hash;
    int64_t *dims;               /* heap_buf of 3 * ndim: shape, strides, suboffsets */
    char *format;                /* malloc'd */
    uint32_t exports;
    int ndim;
    bool readonly, has_suboffsets;
} MemoryView;
static inline bool memoryview_check(Value v) { return is_exact(v, &memoryview_type); }
static inline MemoryView *as_memoryview(Value v) { assert(memoryview_check(v)); return (MemoryView *)as_obj(v); }
static inline int64_t *memory_shape(const MemoryView *m) { return m->dims; }
static inline int64_t *memory_strides(const MemoryView *m) { return m->dims + m->ndim; }
static inline int64_t *memory_suboffsets(const MemoryView *m) { return m->dims + 2 * m->ndim; }
static inline bool memory_released(const MemoryView *m) { return is_unbound(m->managed); }
extern Type managed_buffer_type;

must_use Value memoryview_new(Value object);           /* TypeError: memoryview: a bytes-like object is required */
must_use Value memoryview_copy(const MemoryView *m);   /* another view of the same memory; `m` is not released */
/* Give the memory back. False: BufferError when something else exports this view. Idempotent. */
must_use bool memoryview_release(MemoryView *m);
must_use bool memory_alive(const MemoryView *m);       /* false: ValueError operation forbidden on released memoryview object */
bool memory_contiguous(const MemoryView *m, char order);
must_use bool memory_set_dims(MemoryView *m, int ndim);        /* new room, unset */
void memoryview_check_valid(const MemoryView *);       /* asserts the invariants */

/* One item of a native format. memory_item_size -- 0: not such a format. */
int64_t memory_item_size(const char *format);
must_use Value memory_unpack(const void *at, const char *format);      /* NotImplementedError */
must_use bool memory_pack(void *at, const char *format, Value v);      /* TypeError, ValueError */
/* The address of an item: pointer through suboffsets. */
uint8_t *memory_step(const MemoryView *m, uint8_t *at, int dim, int64_t index);
#endif
