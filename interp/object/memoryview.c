/* memoryview.c -- see memoryview.h. What Python code sees is in builtins/memoryview_methods.c. */
#include "interp/object/memoryview.h"

#include <stdlib.h>

#include "gc/heap.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"

/* --- life ---------------------------------------------------------------------------------------------------------------- */
static void managed_release(ManagedBuffer *b)
{
    if (!b->released) {
        b->released = true;
        buffer_release(&b->buffer);
    }
}

static void managed_clear(Object *o) { managed_release((ManagedBuffer *)o); }

static const TraceRow managed_rows[] = {
    { TRACE_VALUE, offsetof(ManagedBuffer, buffer) + offsetof(Buffer, owner), 0, "obj" }, { TRACE_END, 0, 0, NULL }
};
Type managed_buffer_type = {
    STATIC_TYPE(managed_buffer_type, "managedbuffer", ManagedBuffer, managed_rows),
    .heap.clear = managed_clear,
    .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,
};

/* Leaves the shared buffer; never fails. */
static void let_go(MemoryView *m)
{
    Value managed = m->managed;
    if (is_unbound(managed))
        return;
    m->managed = UNBOUND;
    ManagedBuffer *b = (ManagedBuffer *)as_obj(managed);
    assert(b->views > 0);
    if (--b->views == 0)
        managed_release(b);
    release(managed);
}

static void view_clear(Object *o)
{
    MemoryView *m = (MemoryView *)o;
    if (m->exports == 0)
        let_go(m);
}

static void view_dispose(Object *o)
{
    MemoryView *m = (MemoryView *)o;
    assert(m->exports == 0);             /* each export owns the view */
    let_go(m);
    heap_buf_free(m->dims, (size_t)m->ndim * 3 * sizeof *m->dims);
    free(m->format);
    m->dims = NULL;
    m->format = NULL;
    m->ndim = 0;
}

static size_t view_size(const Object *o) { return sizeof(MemoryView) + (size_t)((const MemoryView *)o)->ndim * 3 * sizeof(int64_t); }

static const TraceRow view_rows[] = { { TRACE_VALUE, offsetof(MemoryView, managed), 0, "buffer" }, { TRACE_END, 0, 0, NULL } };
Type memoryview_type = {
    STATIC_TYPE(memoryview_type, "memoryview", MemoryView, view_rows),
    .heap.clear = view_clear,
    .heap.dispose = view_dispose,
    .heap.size_of = view_size,
    .flags = TYPE_IMMUTABLE | TYPE_SEQUENCE | TYPE_WEAK,
};

void memoryview_check_valid(const MemoryView *m)
{
    assert(m->ndim >= 0 && m->ndim <= MEMORY_MAX_DIM && m->format && (m->ndim == 0 || m->dims));
    assert(memory_released(m) ? m->exports == 0 : is_exact(m->managed, &managed_buffer_type) && ((ManagedBuffer *)as_obj(m->managed))->views > 0);
    int64_t bytes = m->itemsize;
    for (int i = 0; i < m->ndim; i++) {
        assert(memory_shape(m)[i] >= 0);
        bytes *= memory_shape(m)[i];
    }
    assert(memory_released(m) || bytes == m->len_bytes);
    (void)bytes;
}

bool memory_set_dims(MemoryView *m, int ndim)
{
    assert(ndim >= 0 && ndim <= MEMORY_MAX_DIM);
    int64_t *dims = ndim ? heap_buf((size_t)ndim * 3 * sizeof *dims) : NULL;
    if (ndim && !dims)
        return raise_memory_false();
    heap_buf_free(m->dims, (size_t)m->ndim * 3 * sizeof *m->dims);
    m->dims = dims;
    m->ndim = ndim;
    return true;
}

/* A view that shares `managed` (borrowed), without dimensions. */
static MemoryView *view_new(Value managed, const char *format)
{
    char *copy = strdup(format);
    MemoryView *m = copy ? heap_new(&memoryview_type.shape, sizeof *m) : NULL;
    if (!m) {
        free(copy);
        return raise_memory_null();
    }
    *m = (MemoryView){ .head = m->head, .managed = retain(managed), .hash = -1, .format = copy };
    ((ManagedBuffer *)as_obj(managed))->views++;
    return m;
}

static Value view_of(Value managed)
{
    const Buffer *b = &((ManagedBuffer *)as_obj(managed))->buffer;
    MemoryView *m = view_new(managed, b->format ? b->format : "B");
    if (!m)
        return ERROR;
    own Value v = obj_value(m);
    if (!memory_set_dims(m, b->ndim))
        return ERROR;
    m->data = b->data;
    m->len_bytes = b->len_bytes;
    m->itemsize = b->itemsize;
    m->readonly = b->readonly;
    m->has_suboffsets = b->suboffsets != NULL;
    int64_t stride = b->itemsize;
    for (int i = b->ndim - 1; i >= 0; i--) {
        memory_shape(m)[i] = b->shape ? b->shape[i] : b->len_bytes / b->itemsize;
        memory_strides(m)[i] = b->strides ? b->strides[i] : stride;
        memory_suboffsets(m)[i] = b->suboffsets ? b->suboffsets[i] : -1;
        stride *= memory_shape(m)[i];
    }
    return give(v);
}

Value memoryview_new(Value object)
{
    if (memoryview_check(object)) {
        MemoryView *from = as_memoryview(object);
        return memory_alive(from) ? memoryview_copy(from) : ERROR;
    }
    if (!buffer_supported(object))
        return raise(TypeError, "memoryview: a bytes-like object is required, not '%.200T'", object);
    ManagedBuffer *b = heap_new(&managed_buffer_type.shape, sizeof *b);
    if (!b)
        return raise_memory();
    *b = (ManagedBuffer){ .head = b->head, .released = true };
    b->buffer.owner = UNBOUND;
    own Value managed = obj_value(b);
    if (!buffer_get(object, &b->buffer, BUFFER_FULL | BUFFER_FORMAT | BUFFER_ND | BUFFER_STRIDES)) {
        b->buffer.owner = UNBOUND;
        return ERROR;
    }
    b->released = false;
    if (b->buffer.ndim > MEMORY_MAX_DIM)
        return raise(ValueError, "memoryview: number of dimensions must not exceed 64");
    return view_of(managed);
}

Value memoryview_copy(const MemoryView *from)
{
    assert(!memory_released(from));
    MemoryView *m = view_new(from->managed, from->format);
    if (!m)
        return ERROR;
    own Value v = obj_value(m);
    if (!memory_set_dims(m, from->ndim))
        return ERROR;
    if (from->ndim)
        memcpy(m->dims, from->dims, (size_t)from->ndim * 3 * sizeof *m->dims);
    m->data = from->data;
    m->len_bytes = from->len_bytes;
    m->itemsize = from->itemsize;
    m->readonly = from->readonly;
    m->has_suboffsets = from->has_suboffsets;
    return give(v);
}

bool memoryview_release(MemoryView *m)
{
    if (memory_released(m))
        return true;
    if (m->exports)
        return raise_false(BufferError, "memoryview has %u exported buffer%s", m->exports, m->exports == 1 ? "" : "s");
    let_go(m);
    return true;
}

bool memory_alive(const MemoryView *m)
{
    if (!memory_released(m) && !((ManagedBuffer *)as_obj(m->managed))->released)
        return true;
    return raise_false(ValueError, "operation forbidden on released memoryview object");
}

bool memory_contiguous(const MemoryView *m, char order)
{
    if (m->has_suboffsets)
        return false;
    if (m->ndim == 0)
        return true;
    Buffer b = { .len_bytes = m->len_bytes, .itemsize = m->itemsize, .ndim = m->ndim, .shape = memory_shape(m), .strides = memory_strides(m) };
    return buffer_is_contiguous(&b, order);
}

uint8_t *memory_step(const MemoryView *m, uint8_t *at, int dim, int64_t index)
{
    at += index * memory_strides(m)[dim];
    if (m->has_suboffsets && memory_suboffsets(m)[dim] >= 0)
        at = *(uint8_t **)at + memory_suboffsets(m)[dim];
    return at;
}

/* --- items -------------------------------------------------------------------------------------------------------------------- */
static char format_char(const char *format)
{
    if (*format == '@')
        format++;
    return *format && !format[1] ? *format : 0;
}

int64_t memory_item_size(const char *format)
{
    switch (format_char(format)) {
    case 'c': case 'b': case 'B': return 1;
    case '?': return sizeof(bool);
    case 'h': case 'H': return sizeof(short);
    case 'i': case 'I': return sizeof(int);
    case 'l': case 'L': return sizeof(long);
    case 'q': case 'Q': return sizeof(long long);
    case 'n': case 'N': return sizeof(size_t);
    case 'f': return sizeof(float);
    case 'd': return sizeof(double);
    case 'P': return sizeof(void *);
    }
    return 0;
}

#define LOAD(type, make) { type x; memcpy(&x, at, sizeof x); return make(x); }
#define FLOAT_VALUE(x) float_value((double)(x))
#define POINTER_VALUE(x) int_from_u64((uint64_t)(uintptr_t)(x))
Value memory_unpack(const void *at, const char *format)
{
    switch (format_char(format)) {
    case 'c': return bytes_new(at, 1);
    case 'b': LOAD(signed char, small_int_value)
    case 'B': LOAD(unsigned char, small_int_value)
    case '?': LOAD(unsigned char, bool_value)
    case 'h': LOAD(short, small_int_value)
    case 'H': LOAD(unsigned short, small_int_value)
    case 'i': LOAD(int, small_int_value)
    case 'I': LOAD(unsigned, small_int_value)
    case 'l': LOAD(long, int_value)
    case 'L': LOAD(unsigned long, int_from_u64)
    case 'q': LOAD(long long, int_value)
    case 'Q': LOAD(unsigned long long, int_from_u64)
    case 'n': LOAD(int64_t, int_value)
    case 'N': LOAD(size_t, int_from_u64)
    case 'f': LOAD(float, FLOAT_VALUE)
    case 'd': LOAD(double, FLOAT_VALUE)
    case 'P': LOAD(void *, POINTER_VALUE)
    }
    return raise(NotImplementedError, "memoryview: format %s not supported", format);
}

static bool bad_type(const char *format) { return raise_false(TypeError, "memoryview: invalid type for format '%s'", format); }
static bool bad_value(const char *format) { return raise_false(ValueError, "memoryview: invalid value for format '%s'", format); }

static bool pack_int(void *at, const char *format, char c, Value v)
{
    own Value index = obj_index(v);
    int64_t i;
    uint64_t u;
    if (is_error(index))
        return error_is(TypeError) ? bad_type(format) : false;
    int64_t size = memory_item_size(format);
    bool is_signed = strchr("bhilqn", c) != NULL;
    if (is_signed) {
        if (!int_to_i64(index, &i) || (size < 8 && (i < -(1ll << (8 * size - 1)) || i >= 1ll << (8 * size - 1))))
            return bad_value(format);
        u = (uint64_t)i;
    } else if (!int_to_u64(index, &u) || (size < 8 && u >> 8 * size)) {
        return bad_value(format);
    }
    memcpy(at, &u, (size_t)size);              /* little-endian machines only, as the other layouts here */
    return true;
}

bool memory_pack(void *at, const char *format, Value v)
{
    char c = format_char(format);
    double d;
    if (c == 'f' || c == 'd') {
        if (!obj_double(v, &d))
            return error_is(TypeError) ? bad_type(format) : false;
        float f = (float)d;
        memcpy(at, c == 'f' ? (void *)&f : (void *)&d, c == 'f' ? sizeof f : sizeof d);
        return true;
    }
    if (c == '?') {
        Truth t = obj_truth(v);
        if (t == TRUTH_FAILED)
            return false;
        *(uint8_t *)at = t == YES;
        return true;
    }
    if (c == 'c') {
        if (!bytes_check(v))
            return bad_type(format);
        if (as_bytes(v)->len != 1)
            return bad_value(format);
        *(uint8_t *)at = as_bytes(v)->data[0];
        return true;
    }
    if (!memory_item_size(format))
        return raise_false(NotImplementedError, "memoryview: format %s not supported", format);
    return pack_int(at, format, c, v);
}
