/* pickle_buffer_module.c -- _pickle_buffer: PickleBuffer, for pickle's out-of-band buffers (PEP 574). interp/lib/_pickle.py shows it to pickle.py. */
#include "interp/modules/arg.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/memoryview.h"
#include "interp/object/protocol.h"

typedef struct PickleBuffer { Object head; Value object, view; /* a memoryview that holds the object's memory; both UNBOUND: released */ } PickleBuffer;
static PickleBuffer *as_pickle_buffer(Value v) { return (PickleBuffer *)as_obj(v); }

static Value buffer_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value a[1];
    if (!bind_arguments("PickleBuffer", "(object, /)", args, n_pos, kwnames, a, NULL))
        return ERROR;
    if (!buffer_supported(a[0]))
        return raise(TypeError, "a bytes-like object is required, not '%T'", a[0]);
    own Value view = memoryview_new(a[0]), v = is_error(view) ? ERROR : instance_new(type);
    if (is_error(v))
        return ERROR;
    set_slot(&as_pickle_buffer(v)->object, retain(a[0]));
    set_slot(&as_pickle_buffer(v)->view, give(view));
    return give(v);
}
static bool is_open(const PickleBuffer *p) { return is_ptr(p->view) || raise_false(ValueError, "operation forbidden on released PickleBuffer object"); }

static bool get_buffer(Value self, Buffer *b, int flags)
{
    PickleBuffer *p = as_pickle_buffer(self);
    return is_open(p) && buffer_get(p->object, b, flags);          /* whose owner is the object itself: memoryview(self).obj */
}

static Value m_raw(Value *args, size_t n)
{
    PickleBuffer *p = as_pickle_buffer(args[0]);
    if (!is_open(p))
        return ERROR;
    MemoryView *m = as_memoryview(p->view);
    if (!memory_contiguous(m, 'A'))
        return raise(BufferError, "cannot extract raw buffer from non-contiguous buffer");
    Value copy = memoryview_copy(m);
    if (is_error(copy))
        return ERROR;
    MemoryView *raw = as_memoryview(copy);       /* plain bytes in the order they lie */
    if (!memory_set_dims(raw, 1)) {
        release(copy);
        return ERROR;
    }
    raw->itemsize = 1;
    memory_shape(raw)[0] = raw->len_bytes;
    memory_strides(raw)[0] = 1;
    memory_suboffsets(raw)[0] = -1;
    raw->has_suboffsets = false;
    raw->format[0] = 'B';
    raw->format[1] = 0;
    return copy;
}
static Value m_release(Value *args, size_t n)
{
    PickleBuffer *p = as_pickle_buffer(args[0]);
    set_slot(&p->view, UNBOUND);
    set_slot(&p->object, UNBOUND);
    return NONE;
}

static const Method methods[] = {
    { "raw", "(self, /)", m_raw, "Return a memoryview of the raw memory underlying this buffer.\nWill raise BufferError is the buffer isn't contiguous." },
    { "release", "(self, /)", m_release, "Release the underlying buffer exposed by the PickleBuffer object." }, { 0 },
};
static const TraceRow rows[] = { { TRACE_VALUE, offsetof(PickleBuffer, object), 0, "object" }, { TRACE_VALUE, offsetof(PickleBuffer, view), 0, "view" }, { 0 } };
static Type pickle_buffer_type = {
    STATIC_TYPE(pickle_buffer_type, "PickleBuffer", PickleBuffer, rows), .flags = TYPE_WEAK, .new = buffer_new, .get_buffer = get_buffer, .methods = methods,
    .module_name = "pickle", .doc = "Wrapper for potentially out-of-band buffers",
};

static bool init(Value module)
{
    static Type *const types[] = { &pickle_buffer_type, NULL };
    ready_types(types, &object_type);
    return module_add_type(module, &pickle_buffer_type);
}
const NativeModule pickle_buffer_module = { "_pickle_buffer", "PickleBuffer of the module pickle.", NULL, init };
