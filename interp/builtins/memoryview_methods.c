/* memoryview_methods.c -- memoryview as Python code sees it. */
#include <stdio.h>
#include <stdlib.h>

#include "gc/heap.h"
#include "interp/base/hash.h"
#include "interp/builtins/bytes_parts.h"
#include "interp/builtins/import.h"
#include "interp/builtins/scalars.h"
#include "interp/builtins/text_helpers.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/memoryview.h"
#include "interp/object/protocol.h"
#include "interp/object/slice.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

#define ALIVE(m, failure) do { if (!memory_alive(m)) return failure; } while (0)

static Value new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value object = UNBOUND;
    if (!bind_arguments("memoryview", "(object)", args, n_pos, kwnames, &object, NULL))
        return ERROR;
    return memoryview_new(object);
}

/* --- whole contents ------------------------------------------------------------------------------------------------------- */
static uint8_t *copy_out(const MemoryView *m, uint8_t *at, int dim, uint8_t *out)
{
    if (dim == m->ndim) {
        memcpy(out, at, (size_t)m->itemsize);
        return out + m->itemsize;
    }
    if (dim == m->ndim - 1 && !m->has_suboffsets) {
        copy_strided(out, m->itemsize, at, memory_strides(m)[dim], memory_shape(m)[dim], (size_t)m->itemsize);
        return out + memory_shape(m)[dim] * m->itemsize;
    }
    for (int64_t i = 0; i < memory_shape(m)[dim]; i++)
        out = copy_out(m, memory_step(m, at, dim, i), dim + 1, out);
    return out;
}

/* Fortran order: the first index runs fastest. */
static bool copy_out_fortran(const MemoryView *m, uint8_t *out)
{
    int64_t index[MEMORY_MAX_DIM] = { 0 };
    for (int64_t left = m->itemsize ? m->len_bytes / m->itemsize : 0; left > 0; left--) {
        uint8_t *at = m->data;
        if (!POLL_EACH(left, 1 << 14))
            return false;
        for (int d = 0; d < m->ndim; d++)
            at = memory_step(m, at, d, index[d]);
        memcpy(out, at, (size_t)m->itemsize);
        out += m->itemsize;
        for (int d = 0; d < m->ndim && ++index[d] == memory_shape(m)[d]; d++)
            index[d] = 0;
    }
    return true;
}

static Value to_bytes(const MemoryView *m, char order)
{
    if (m->len_bytes == 0)
        return retain(bytes_empty);
    Bytes *b = bytes_alloc((size_t)m->len_bytes);
    if (!b)
        return ERROR;
    if (order == 'A')
        order = memory_contiguous(m, 'F') ? 'F' : 'C';
    if (memory_contiguous(m, order))
        memcpy(b->data, m->data, (size_t)m->len_bytes);
    else if (order == 'F') {
        if (!copy_out_fortran(m, b->data)) {
            release_obj(b);
            return ERROR;
        }
    } else
        copy_out(m, m->data, 0, b->data);
    return bytes_shrink_take(b, b->len);
}

static Value m_tobytes(Value *args, size_t n)
{
    MemoryView *m = as_memoryview(args[0]);
    ALIVE(m, ERROR);
    char order = 'C';
    if (!is_unbound(args[1]) && !is_none(args[1])) {
        if (!str_check(args[1]))
            return raise(TypeError, "tobytes() argument 'order' must be str or None, not %.100W", args[1]);
        order = str_equal_c(args[1], "C") ? 'C' : str_equal_c(args[1], "F") ? 'F' : str_equal_c(args[1], "A") ? 'A' : 0;
        if (!order)
            return raise(ValueError, "order must be 'C', 'F' or 'A'");
    }
    return to_bytes(m, order);
}

static Value m_hex(Value *args, size_t n)
{
    MemoryView *m = as_memoryview(args[0]);
    ALIVE(m, ERROR);
    own Value b = to_bytes(m, 'C');
    return is_error(b) ? ERROR : bytes_hex(as_bytes(b)->data, (int64_t)as_bytes(b)->len, args[1], args[2]);
}

/* One item by its format: native ones directly, others by the struct module (a tuple unless it is one field). */
static Value unpack_any(const uint8_t *at, const MemoryView *m)
{
    if (memory_item_size(m->format))
        return memory_unpack(at, m->format);
    own Value module = import_module_c("_struct");
    own Value format = is_error(module) ? ERROR : str_from(m->format);
    own Value bytes = is_error(format) ? ERROR : bytes_new(at, (size_t)m->itemsize);
    if (is_error(bytes))
        return ERROR;
    Value fields = call_method(module, "unpack", (Value[]){ format, bytes }, 2);
    if (is_error(fields) || !tuple_check(fields) || tuple_len(fields) != 1)
        return fields;
    Value only = retain(tuple_peek(fields, 0));
    release(fields);
    return only;
}

static Value to_list(const MemoryView *m, uint8_t *at, int dim)
{
    if (dim == m->ndim)
        return memory_unpack(at, m->format);
    own Value list = list_new((uint64_t)memory_shape(m)[dim]);
    for (int64_t i = 0; !is_error(list) && i < memory_shape(m)[dim]; i++) {
        Value item = POLL_EACH(i, 1 << 12) ? to_list(m, memory_step(m, at, dim, i), dim + 1) : ERROR;
        if (!list_append_take(list, item))
            return ERROR;
    }
    return give(list);
}

static Value m_tolist(Value *args, size_t n)
{
    MemoryView *m = as_memoryview(args[0]);
    ALIVE(m, ERROR);
    return to_list(m, m->data, 0);
}

/* --- indexing ----------------------------------------------------------------------------------------------------------------- */
static uint8_t *item_at(const MemoryView *m, uint8_t *at, int dim, int64_t index)
{
    int64_t n = memory_shape(m)[dim];
    if (index < 0)
        index += n;
    if (index < 0 || index >= n)
        return raise_null(IndexError, "index out of bounds on dimension %d", dim + 1);
    return memory_step(m, at, dim, index);
}

static uint8_t *item_by_tuple(const MemoryView *m, Value key)
{
    uint8_t *at = m->data;
    if ((int64_t)tuple_len(key) > m->ndim)
        return raise_null(TypeError, "cannot index %d-dimension view with %zu-element tuple", m->ndim, (size_t)tuple_len(key));
    if ((int64_t)tuple_len(key) < m->ndim)
        return raise_null(NotImplementedError, "sub-views are not implemented");
    for (int d = 0; at && d < m->ndim; d++) {
        int64_t index;
        if (!index_of(tuple_peek(key, (uint64_t)d), &index) || !memory_alive(m))
            return NULL;
        at = item_at(m, at, d, index);
    }
    return at;
}

typedef enum KeyKind { KEY_BAD, KEY_INDEX, KEY_SLICE, KEY_INDEXES, KEY_SLICES, KEY_ELLIPSIS } KeyKind;
static KeyKind key_kind(Value key)
{
    if (same(key, ELLIPSIS))
        return KEY_ELLIPSIS;
    if (slice_check(key))
        return KEY_SLICE;
    if (index_check(key))
        return KEY_INDEX;
    if (!tuple_check(key))
        return KEY_BAD;
    bool indexes = true, slices = true;
    for (uint64_t i = 0; i < tuple_len(key); i++) {
        indexes = indexes && index_check(tuple_peek(key, i));
        slices = slices && slice_check(tuple_peek(key, i));
    }
    return indexes ? KEY_INDEXES : slices ? KEY_SLICES : KEY_BAD;
}

static int64_t product(const int64_t *shape, int ndim)
{
    int64_t n = 1;
    for (int i = 0; i < ndim; i++)
        n *= shape[i];
    return n;
}

static Value slice_of(MemoryView *m, Value key)
{
    int64_t start, stop, step;
    if (!slice_unpack(key, &start, &stop, &step) || !memory_alive(m))
        return ERROR;
    int64_t n = slice_adjust(memory_shape(m)[0], &start, &stop, step);
    Value v = memoryview_copy(m);
    if (is_error(v))
        return ERROR;
    MemoryView *part = as_memoryview(v);
    if (n < 0)
        n = 0;
    if (m->has_suboffsets && memory_suboffsets(m)[0] >= 0)
        memory_suboffsets(part)[0] += 0;
    part->data += start * memory_strides(m)[0];
    memory_shape(part)[0] = n;
    memory_strides(part)[0] *= step;
    part->len_bytes = product(memory_shape(part), part->ndim) * part->itemsize;
    return v;
}

static Value getitem(Value v, Value key)
{
    MemoryView *m = as_memoryview(v);
    ALIVE(m, ERROR);
    KeyKind kind = key_kind(key);
    int64_t index;
    uint8_t *at = NULL;
    if (m->ndim == 0) {
        if (kind == KEY_INDEXES && tuple_len(key) == 0)
            return memory_unpack(m->data, m->format);
        return kind == KEY_ELLIPSIS ? retain(v) : raise(TypeError, "invalid indexing of 0-dim memory");
    }
    switch (kind) {
    case KEY_INDEX:
        if (!index_of(key, &index) || !memory_alive(m))
            return ERROR;
        if (m->ndim > 1)
            return raise(NotImplementedError, "multi-dimensional sub-views are not implemented");
        at = item_at(m, m->data, 0, index);
        return at ? memory_unpack(at, m->format) : ERROR;
    case KEY_SLICE: return slice_of(m, key);
    case KEY_INDEXES:
        at = item_by_tuple(m, key);
        return at ? memory_unpack(at, m->format) : ERROR;
    case KEY_SLICES: return raise(NotImplementedError, "multi-dimensional slicing is not implemented");
    default: return raise(TypeError, "memoryview: invalid slice key");
    }
}

static Value item(Value v, int64_t i)
{
    MemoryView *m = as_memoryview(v);
    ALIVE(m, ERROR);
    if (m->ndim == 0)
        return raise(TypeError, "invalid indexing of 0-dim memory");
    if (m->ndim > 1)
        return raise(NotImplementedError, "multi-dimensional sub-views are not implemented");
    uint8_t *at = item_at(m, m->data, 0, i);
    return at ? memory_unpack(at, m->format) : ERROR;
}

/* --- storing ------------------------------------------------------------------------------------------------------------------- */
static const char *plain_format(const char *format) { return *format == '@' ? format + 1 : format; }

static bool store_slice(MemoryView *m, Value key, Value value)
{
    if (m->ndim != 1)
        return raise_false(NotImplementedError, "memoryview slice assignments are currently restricted to ndim = 1");
    own Value target = same(key, ELLIPSIS) ? memoryview_copy(m) : slice_of(m, key);
    if (is_error(target))
        return false;
    if (!buffer_supported(value))
        return raise_false(TypeError, "a bytes-like object is required, not '%.100T'", value);
    own Value source = memoryview_new(value);
    if (is_error(source))
        return false;
    MemoryView *to = as_memoryview(target), *from = as_memoryview(source);
    if (from->ndim != 1 || memory_shape(from)[0] != memory_shape(to)[0] || from->itemsize != to->itemsize ||
        strcmp(plain_format(from->format), plain_format(to->format)) != 0)
        return raise_false(ValueError, "memoryview assignment: lvalue and rvalue have different structures");
    own Value bytes = to_bytes(from, 'C');           /* a copy: source and target may overlap */
    if (is_error(bytes))
        return false;
    if (!to->has_suboffsets)
        copy_strided(to->data, memory_strides(to)[0], as_bytes(bytes)->data, to->itemsize, memory_shape(to)[0], (size_t)to->itemsize);
    for (int64_t i = 0; to->has_suboffsets && i < memory_shape(to)[0]; i++)
        memcpy(memory_step(to, to->data, 0, i), as_bytes(bytes)->data + i * to->itemsize, (size_t)to->itemsize);
    return true;
}

/* The value is packed aside first: packing may run Python code that releases the memory. */
static bool store_item(MemoryView *m, uint8_t *at, Value value)
{
    uint64_t room[2];
    if (!at)
        return false;
    if (!memory_pack(room, m->format, value) || !memory_alive(m))
        return false;
    memcpy(at, room, (size_t)memory_item_size(m->format));
    return true;
}

static bool setitem(Value v, Value key, Value value)
{
    MemoryView *m = as_memoryview(v);
    int64_t index;
    ALIVE(m, false);
    if (m->readonly)
        return raise_false(TypeError, "cannot modify read-only memory");
    if (is_unbound(value))
        return raise_false(TypeError, "cannot delete memory");
    KeyKind kind = key_kind(key);
    if (m->ndim == 0) {
        if (kind == KEY_ELLIPSIS || (kind == KEY_INDEXES && tuple_len(key) == 0))
            return store_item(m, m->data, value);
        return raise_false(TypeError, "invalid indexing of 0-dim memory");
    }
    switch (kind) {
    case KEY_INDEX:
        if (m->ndim > 1)
            return raise_false(NotImplementedError, "sub-views are not implemented");
        return index_of(key, &index) && memory_alive(m) && store_item(m, item_at(m, m->data, 0, index), value);
    case KEY_SLICE: case KEY_ELLIPSIS: return store_slice(m, key, value);
    case KEY_INDEXES: return store_item(m, item_by_tuple(m, key), value);
    case KEY_SLICES: return raise_false(NotImplementedError, "memoryview slice assignments are currently restricted to ndim = 1");
    default: return raise_false(TypeError, "memoryview: invalid slice key");
    }
}

/* --- other slots ------------------------------------------------------------------------------------------------------------------ */
static Value repr(Value v)
{
    return str_format(memory_released(as_memoryview(v)) ? "<released memory at %p>" : "<memory at %p>", (void *)as_obj(v));
}

static bool hash(Value v, int64_t *out)
{
    MemoryView *m = as_memoryview(v);
    if (m->hash == -1) {
        ALIVE(m, false);
        char c = plain_format(m->format)[0];
        if (!m->readonly)
            return raise_false(ValueError, "cannot hash writable memoryview object");
        if ((c != 'B' && c != 'b' && c != 'c') || plain_format(m->format)[1])
            return raise_false(ValueError, "memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
        int64_t ignored;
        own Value owner = retain(((ManagedBuffer *)as_obj(m->managed))->buffer.owner);
        if (!is_unbound(owner) && !obj_hash(owner, &ignored))
            return false;
        own Value bytes = to_bytes(m, 'C');
        if (is_error(bytes))
            return false;
        m->hash = hash_bytes(as_bytes(bytes)->data, as_bytes(bytes)->len);
    }
    *out = m->hash;
    return true;
}

static int64_t len(Value v)
{
    MemoryView *m = as_memoryview(v);
    ALIVE(m, -1);
    return m->ndim ? memory_shape(m)[0] : 1;
}

static Value iter(Value v)
{
    MemoryView *m = as_memoryview(v);
    ALIVE(m, ERROR);
    if (m->ndim == 0)
        return raise(TypeError, "invalid indexing of 0-dim memory");
    if (!memory_item_size(m->format))
        return raise(NotImplementedError, "memoryview: format %s not supported", m->format);
    if (m->ndim > 1)
        return raise(NotImplementedError, "multi-dimensional sub-views are not implemented");
    return text_iterator_new(&memory_iterator_type, v);
}

static Truth equal_items(const MemoryView *a, uint8_t *x, const MemoryView *b, uint8_t *y, int dim)
{
    if (dim == a->ndim) {
        own Value v = unpack_any(x, a), w = is_error(v) ? ERROR : unpack_any(y, b);
        if (is_error(w)) {
            error_clear();               /* an unknown format equals nothing */
            return NO;
        }
        return obj_compare_truth(v, w, CMP_EQ);
    }
    for (int64_t i = 0; i < memory_shape(a)[dim]; i++) {
        Truth t = POLL_EACH(i, 1 << 12) ? equal_items(a, memory_step(a, x, dim, i), b, memory_step(b, y, dim, i), dim + 1) : TRUTH_FAILED;
        if (t != YES)
            return t;
    }
    return YES;
}

static Truth equal(const MemoryView *a, const MemoryView *b)
{
    if (a->ndim != b->ndim)
        return NO;
    for (int i = 0; i < a->ndim; i++) {
        if (memory_shape(a)[i] != memory_shape(b)[i])
            return NO;
        if (memory_shape(a)[i] == 0)
            break;
    }
    const char *f = plain_format(a->format);
    bool integral = strcmp(f, plain_format(b->format)) == 0 && strchr("bBhHiIlLqQnNcP", *f) && memory_item_size(f);
    if (integral && memory_contiguous(a, 'C') && memory_contiguous(b, 'C'))
        return memcmp(a->data, b->data, (size_t)a->len_bytes) == 0;
    return equal_items(a, a->data, b, b->data, 0);
}

static Value compare(Value a, Value b, CompareOp op)
{
    if (op != CMP_EQ && op != CMP_NE)
        return NOT_IMPLEMENTED;
    if (!memoryview_check(a) || !buffer_supported(b))
        return NOT_IMPLEMENTED;
    if (memory_released(as_memoryview(a)) || (memoryview_check(b) && memory_released(as_memoryview(b))))
        return bool_value(same(a, b) == (op == CMP_EQ));
    own Value x = memoryview_copy(as_memoryview(a)), y = is_error(x) ? ERROR : memoryview_new(b);
    if (is_error(y)) {
        error_clear();
        return NOT_IMPLEMENTED;
    }
    Truth t = equal(as_memoryview(x), as_memoryview(y));
    return t == TRUTH_FAILED ? ERROR : bool_value((t == YES) == (op == CMP_EQ));
}

static bool get_buffer(Value v, Buffer *buffer, int flags)
{
    MemoryView *m = as_memoryview(v);
    bool wants_format = flags & BUFFER_FORMAT, wants_shape = flags & BUFFER_ND, wants_strides = (flags & BUFFER_STRIDES) == BUFFER_STRIDES;
    ALIVE(m, false);
    if (m->readonly && (flags & BUFFER_WRITABLE))
        return raise_false(BufferError, "memoryview: underlying buffer is not writable");
    if (!wants_strides && !memory_contiguous(m, 'C'))
        return raise_false(BufferError, "memoryview: underlying buffer is not C-contiguous");
    if (m->has_suboffsets && !(flags & BUFFER_FULL))
        return raise_false(BufferError, "memoryview: underlying buffer requires suboffsets");
    *buffer = (Buffer){
        .data = m->data, .len_bytes = m->len_bytes, .itemsize = m->itemsize, .readonly = m->readonly, .ndim = wants_shape ? m->ndim : 1,
        .format = wants_format ? m->format : NULL, .shape = wants_shape ? memory_shape(m) : NULL,
        .strides = wants_strides ? memory_strides(m) : NULL, .suboffsets = m->has_suboffsets ? memory_suboffsets(m) : NULL,
        .owner = retain(v),
    };
    if (!wants_shape)
        buffer->itemsize = 1;
    m->exports++;
    return true;
}
static void release_buffer(Value v, Buffer *buffer) { as_memoryview(v)->exports--; }

/* --- cast --------------------------------------------------------------------------------------------------------------------------- */
static bool is_byte_format(const char *format)
{
    const char *f = plain_format(format);
    return (*f == 'B' || *f == 'b' || *f == 'c') && !f[1];
}

static bool cast_shape(MemoryView *m, Value shape)
{
    own Value items = list_check(shape) || tuple_check(shape) ? tuple_from_iterable(shape)
                                                               : raise(TypeError, "shape must be a list or a tuple");
    if (is_error(items))
        return false;
    uint64_t ndim = tuple_len(items);
    int64_t total = m->itemsize, shape_of[MEMORY_MAX_DIM];
    if (ndim > MEMORY_MAX_DIM)
        return raise_false(ValueError, "memoryview: number of dimensions must not exceed %d", MEMORY_MAX_DIM);
    if (m->ndim != 1 && ndim != 1)
        return raise_false(TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D");
    for (uint64_t i = 0; i < ndim; i++) {
        if (!int_check(tuple_peek(items, i)))
            return raise_false(TypeError, "memoryview.cast(): elements of shape must be integers");
        if (!int_to_i64(tuple_peek(items, i), &shape_of[i]) || shape_of[i] <= 0)
            return raise_false(ValueError, "memoryview.cast(): elements of shape must be integers > 0");
        if (__builtin_mul_overflow(total, shape_of[i], &total))
            return raise_false(ValueError, "memoryview.cast(): product(shape) > SSIZE_MAX");
    }
    if (total != m->len_bytes)
        return raise_false(TypeError, "memoryview: product(shape) * itemsize != buffer size");
    if (!memory_set_dims(m, (int)ndim))
        return false;
    int64_t stride = m->itemsize;
    for (int i = (int)ndim - 1; i >= 0; i--) {
        memory_shape(m)[i] = shape_of[i];
        memory_strides(m)[i] = stride;
        memory_suboffsets(m)[i] = -1;
        stride *= shape_of[i];
    }
    return true;
}

static bool cast_format(MemoryView *m, const char *format)
{
    int64_t size = memory_item_size(format);
    if (!size)
        return raise_false(ValueError, "memoryview: destination format must be a native single character format prefixed with an optional '@'");
    if (!memory_item_size(m->format) || (!is_byte_format(m->format) && !is_byte_format(format)))
        return raise_false(TypeError, memory_item_size(m->format) ? "memoryview: cannot cast between two non-byte formats"
                                          : "memoryview: source format must be a native single character format prefixed with an optional '@'");
    if (m->len_bytes % size)
        return raise_false(TypeError, "memoryview: length is not a multiple of itemsize");
    char *copy = strdup(format);
    if (!copy)
        return raise_memory_false();
    free(m->format);
    m->format = copy;
    m->itemsize = size;
    if (!memory_set_dims(m, 1))
        return false;
    memory_shape(m)[0] = m->len_bytes / size;
    memory_strides(m)[0] = size;
    memory_suboffsets(m)[0] = -1;
    return true;
}

static Value m_cast(Value *args, size_t n)
{
    MemoryView *m = as_memoryview(args[0]);
    ALIVE(m, ERROR);
    if (!str_check(args[1]))
        return raise(TypeError, "cast() argument 'format' must be str, not %.100W", args[1]);
    if (!memory_contiguous(m, 'C'))
        return raise(TypeError, "memoryview: casts are restricted to C-contiguous views");
    bool shaped = !is_unbound(args[2]);
    if (shaped || m->ndim != 1)
        for (int i = 0; i < m->ndim; i++)
            if (memory_shape(m)[i] == 0)
                return raise(TypeError, "memoryview: cannot cast view with zeros in shape or strides");
    if (shaped && m->ndim != 1) {
        int64_t ndim = list_check(args[2]) || tuple_check(args[2]) ? obj_len(args[2]) : 1;
        if (ndim != 1)
            return raise(TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D");
    }
    own Value v = memoryview_copy(m);
    const char *format = is_error(v) ? NULL : str_utf8_peek(args[1], NULL);
    if (!format || !cast_format(as_memoryview(v), format) || (shaped && !cast_shape(as_memoryview(v), args[2])))
        return ERROR;
    return give(v);
}

static Value m_toreadonly(Value *args, size_t n)
{
    MemoryView *m = as_memoryview(args[0]);
    ALIVE(m, ERROR);
    Value v = memoryview_copy(m);
    if (!is_error(v))
        as_memoryview(v)->readonly = true;
    return v;
}

static Value m_release(Value *args, size_t n) { return memoryview_release(as_memoryview(args[0])) ? NONE : ERROR; }
static Value m_enter(Value *args, size_t n) { return memory_alive(as_memoryview(args[0])) ? retain(args[0]) : ERROR; }

static const Method memoryview_methods[] = {
    { "release", "(self, /)", m_release, "Release the underlying buffer exposed by the memoryview object." },
    { "tobytes", "(self, /, order=None)", m_tobytes, "Return the data in the buffer as a byte string." },
    { "hex", "(self, /, sep=None, bytes_per_sep=1)", m_hex, "Return the data in the buffer as a str of hexadecimal numbers." },
    { "tolist", "(self, /)", m_tolist, "Return the data in the buffer as a list of elements." },
    { "cast", "(self, /, format, shape=None)", m_cast, "Cast a memoryview to a new format or shape." },
    { "toreadonly", "(self, /)", m_toreadonly, "Return a readonly version of the memoryview." },
    { "__enter__", "(self, /)", m_enter, NULL },
    { "__exit__", "(self, /, *exc_info)", m_release, NULL },
    { 0 },
};

/* --- attributes ---------------------------------------------------------------------------------------------------------------------- */
static Value dims_tuple(const int64_t *dims, int n)
{
    Tuple *t = tuple_alloc((uint64_t)n);
    for (int i = 0; t && i < n; i++)
        t->items[i] = int_value(dims[i]);
    return t ? obj_value(t) : ERROR;
}
#define GETTER(name, expression)                        \
    static Value get_##name(Value v)                    \
    {                                                   \
        MemoryView *m = as_memoryview(v);               \
        ALIVE(m, ERROR);                                \
        return expression;                              \
    }
GETTER(obj, is_unbound(((ManagedBuffer *)as_obj(m->managed))->buffer.owner) ? NONE : retain(((ManagedBuffer *)as_obj(m->managed))->buffer.owner))
GETTER(nbytes, int_value(m->len_bytes))
GETTER(itemsize, int_value(m->itemsize))
GETTER(format, str_from(m->format))
GETTER(shape, dims_tuple(memory_shape(m), m->ndim))
GETTER(strides, dims_tuple(memory_strides(m), m->ndim))
GETTER(suboffsets, m->has_suboffsets ? dims_tuple(memory_suboffsets(m), m->ndim) : retain(tuple_empty))
GETTER(readonly, bool_value(m->readonly))
GETTER(ndim, small_int_value(m->ndim))
GETTER(c_contiguous, bool_value(memory_contiguous(m, 'C')))
GETTER(f_contiguous, bool_value(memory_contiguous(m, 'F')))
GETTER(contiguous, bool_value(memory_contiguous(m, 'A')))

static const GetSet memoryview_getsets[] = {
    { "obj", get_obj, NULL, "The underlying object of the memoryview." },
    { "nbytes", get_nbytes, NULL, "The amount of space in bytes that the array would use in a contiguous representation." },
    { "readonly", get_readonly, NULL, "A bool indicating whether the memory is read only." },
    { "itemsize", get_itemsize, NULL, "The size in bytes of each element of the memoryview." },
    { "format", get_format, NULL, "A string containing the format (in struct module style) for each element in the view." },
    { "ndim", get_ndim, NULL, "An integer indicating how many dimensions of a multi-dimensional array the memory represents." },
    { "shape", get_shape, NULL, "A tuple of ndim integers giving the shape of the memory as an N-dimensional array." },
    { "strides", get_strides, NULL, "A tuple of ndim integers giving the size in bytes to access each element for each dimension of the array." },
    { "suboffsets", get_suboffsets, NULL, "A tuple of integers used internally for PIL-style arrays." },
    { "c_contiguous", get_c_contiguous, NULL, "A bool indicating whether the memory is C contiguous." },
    { "f_contiguous", get_f_contiguous, NULL, "A bool indicating whether the memory is Fortran contiguous." },
    { "contiguous", get_contiguous, NULL, "A bool indicating whether the memory is contiguous." },
    { 0 },
};

void memoryview_install(void)
{
    Type *t = &memoryview_type;
    t->new = new;
    t->repr = repr;
    t->hash = hash;
    t->compare = compare;
    t->iter = iter;
    t->len = len;
    t->item = item;
    t->getitem = getitem;
    t->setitem = setitem;
    t->get_buffer = get_buffer;
    t->release_buffer = release_buffer;
    t->methods = memoryview_methods;
    t->getsets = memoryview_getsets;
    t->doc = "Create a new memoryview object which references the given object.";
    t->signature = "(object)";
}
