/* bytesio.c -- BytesIO: bytes in memory as a stream. */
#include "gc/heap.h"
#include "interp/modules/io/io_parts.h"
#include "interp/object/memoryview.h"

typedef struct BytesIO { Object head; uint8_t *data; uint64_t len, cap; int64_t pos; uint32_t exports; bool closed; AttrArea attrs; } BytesIO;
static BytesIO *as_bytesio(Value v) { return (BytesIO *)as_obj(v); }

static bool open_now(const BytesIO *b) { return !b->closed || raise_false(ValueError, "I/O operation on closed file."); }
static bool unshared(const BytesIO *b) { return b->exports == 0 || raise_false(BufferError, "Existing exports of data: object cannot be re-sized"); }

static bool resize(BytesIO *b, uint64_t len)
{
    if (len > b->cap || len < b->cap / 2) {
        uint64_t cap = len > b->cap ? (len < b->cap + b->cap / 8 ? b->cap + b->cap / 4 + 16 : len + len / 8 + 16) : len + 1;
        if (len > (uint64_t)INT64_MAX - 16)
            return raise_false(OverflowError, "new buffer size too large");
        uint8_t *data = heap_buf_realloc(b->data, b->cap, cap);
        if (!data)
            return raise_memory_false();
        b->data = data;
        b->cap = cap;
    }
    b->len = len;
    return true;
}

int64_t bytesio_write(Value self, const void *data, int64_t n)
{
    BytesIO *b = as_bytesio(self);
    if (!open_now(b) || !unshared(b))
        return -1;
    if (n == 0)
        return 0;
    uint64_t old = b->len, end = (uint64_t)b->pos + (uint64_t)n;
    if (end > b->len && !resize(b, end))
        return -1;
    if ((uint64_t)b->pos > old)
        memset(b->data + old, 0, (uint64_t)b->pos - old);
    memcpy(b->data + b->pos, data, (size_t)n);
    b->pos += n;
    return n;
}

static Value take(BytesIO *b, int64_t n)
{
    int64_t left = (int64_t)b->len - b->pos;
    left = left < 0 ? 0 : left;
    if (n < 0 || n > left)
        n = left;
    Value v = bytes_new(n ? b->data + b->pos : NULL, (size_t)n);
    if (!is_error(v))
        b->pos += n;
    return v;
}
Value bytesio_read1(Value self, int64_t n) { return open_now(as_bytesio(self)) ? take(as_bytesio(self), n) : ERROR; }

static Value take_line(BytesIO *b, int64_t limit)
{
    int64_t left = (int64_t)b->len - b->pos;
    if (left <= 0)
        return retain(bytes_empty);
    const uint8_t *start = b->data + b->pos, *end = memchr(start, '\n', (size_t)left);
    int64_t n = end ? end - start + 1 : left;
    return take(b, limit >= 0 && limit < n ? limit : n);
}

static Value bytesio_new(Type *type, const Value *args, size_t n_pos, Value kwnames) { return instance_new(type); }
static bool bytesio_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    Value a[1];
    Buffer buffer;
    BytesIO *b = as_bytesio(self);
    if (!bind_arguments("BytesIO", "(initial_bytes=b'')", args, n_pos, kwnames, a, NULL) || !unshared(b))
        return false;
    b->len = 0;
    b->pos = 0;
    if (is_unbound(a[0]) || is_none(a[0]))
        return true;
    if (!buffer_bytes(a[0], &buffer))
        return false;
    bool good = bytesio_write(self, buffer.data, buffer.len_bytes) >= 0;
    buffer_release(&buffer);
    b->pos = 0;
    return good;
}
static void dispose(Object *o)
{
    BytesIO *b = (BytesIO *)o;
    if (b->data)
        heap_buf_free(b->data, b->cap);
    b->data = NULL;
    b->cap = 0;
}
static size_t size_of(const Object *o) { return heap_type(o)->basic_size + ((const BytesIO *)o)->cap; }

/* --- getbuffer -------------------------------------------------------------------------------------------------------------------------- */
typedef struct Export { Object head; Value source; } Export;
static bool export_get(Value self, Buffer *buffer, int flags)
{
    BytesIO *b = as_bytesio(((Export *)as_obj(self))->source);
    if (!buffer_fill(buffer, self, b->data ? b->data : (void *)"", (int64_t)b->len, false, flags))
        return false;
    b->exports++;
    return true;
}
static void export_release(Value self, Buffer *buffer)
{
    Value source = ((Export *)as_obj(self))->source;
    if (is_ptr(source))
        as_bytesio(source)->exports--;
}
static const TraceRow export_rows[] = { { TRACE_VALUE, offsetof(Export, source), 0, "source" }, { 0 } };
Type bytesio_export_type = { STATIC_TYPE(bytesio_export_type, "_BytesIOBuffer", Export, export_rows), .flags = TYPE_NO_NEW, .get_buffer = export_get, .release_buffer = export_release, .module_name = "_io" };

/* --- methods ------------------------------------------------------------------------------------------------------------------------------ */
#define SELF BytesIO *b = as_bytesio(args[0])
static Value m_getbuffer(Value *args, size_t n)
{
    SELF;
    own Value v = open_now(b) ? instance_new(&bytesio_export_type) : ERROR;
    if (is_error(v))
        return ERROR;
    ((Export *)as_obj(v))->source = retain(args[0]);
    return memoryview_new(v);
}
static Value m_getvalue(Value *args, size_t n)
{
    SELF;
    return open_now(b) ? bytes_new(b->data, b->len) : ERROR;
}
static Value m_read(Value *args, size_t n)
{
    SELF;
    int64_t size;
    return open_now(b) && io_size(args[1], &size) ? take(b, size) : ERROR;
}
static Value m_readline(Value *args, size_t n)
{
    SELF;
    int64_t size;
    return open_now(b) && io_size(args[1], &size) ? take_line(b, size) : ERROR;
}
static Value m_readlines(Value *args, size_t n)
{
    SELF;
    int64_t hint, total = 0;
    if (!open_now(b))
        return ERROR;
    if (!is_unbound(args[1]) && !is_none(args[1]) && !int_check(args[1]))
        return raise(TypeError, "integer argument expected, got '%T'", args[1]);
    own Value lines = io_size(args[1], &hint) ? list_new(0) : ERROR;
    while (!is_error(lines)) {
        own Value line = take_line(b, -1);
        if (is_error(line))
            return ERROR;
        if (as_bytes(line)->len == 0)
            return give(lines);
        if (!list_append(lines, line))
            return ERROR;
        total += (int64_t)as_bytes(line)->len;
        if (hint > 0 && total >= hint)
            return give(lines);
    }
    return ERROR;
}
static Value m_readinto(Value *args, size_t n)
{
    SELF;
    Buffer buffer;
    if (!open_now(b) || !io_room(args[1], "readinto", &buffer))
        return ERROR;
    int64_t left = (int64_t)b->len - b->pos, len = left < 0 ? 0 : left < buffer.len_bytes ? left : buffer.len_bytes;
    if (len)
        memcpy(buffer.data, b->data + b->pos, (size_t)len);
    b->pos += len;
    buffer_release(&buffer);
    return int_value(len);
}
static Value m_write(Value *args, size_t n)
{
    Buffer buffer;
    if (!open_now(as_bytesio(args[0])) || !unshared(as_bytesio(args[0])) || !buffer_bytes(args[1], &buffer))
        return ERROR;
    int64_t done = bytesio_write(args[0], buffer.data, buffer.len_bytes);
    buffer_release(&buffer);
    return done < 0 ? ERROR : int_value(done);
}
static Value m_writelines(Value *args, size_t n)
{
    own Value iterator = open_now(as_bytesio(args[0])) ? obj_iter(args[1]) : ERROR;
    while (!is_error(iterator)) {
        own Value line = obj_next(iterator);
        if (is_stop(line))
            return NONE;
        Value pair[2] = { args[0], line };
        own Value done = is_error(line) ? ERROR : m_write(pair, 2);
        if (is_error(done))
            break;
    }
    return ERROR;
}
static Value m_seek(Value *args, size_t n)
{
    SELF;
    int64_t pos;
    int whence;
    if (!open_now(b) || !arg_i64(args[1], 0, &pos) || !arg_int(args[2], 0, &whence))
        return ERROR;
    if (pos < 0 && whence == 0)
        return raise(ValueError, "negative seek value %lld", (long long)pos);
    if (whence < 0 || whence > 2)
        return raise(ValueError, "invalid whence (%d, should be 0, 1 or 2)", whence);
    int64_t base = whence == 1 ? b->pos : whence == 2 ? (int64_t)b->len : 0;
    if (pos > INT64_MAX - base)
        return raise(OverflowError, "new position too large");
    b->pos = pos + base < 0 ? 0 : pos + base;
    return int_value(b->pos);
}
static Value m_truncate(Value *args, size_t n)
{
    SELF;
    int64_t size;
    if (!open_now(b) || !unshared(b))
        return ERROR;
    if (is_unbound(args[1]) || is_none(args[1]))
        size = b->pos;
    else if (!arg_i64(args[1], 0, &size))
        return ERROR;
    if (size < 0)
        return raise(ValueError, "negative size value %lld", (long long)size);
    return (uint64_t)size >= b->len || resize(b, (uint64_t)size) ? int_value(size) : ERROR;
}
static Value m_tell(Value *args, size_t n) { return open_now(as_bytesio(args[0])) ? int_value(as_bytesio(args[0])->pos) : ERROR; }
static Value m_yes(Value *args, size_t n) { return open_now(as_bytesio(args[0])) ? TRUE : ERROR; }
static Value m_isatty(Value *args, size_t n) { return open_now(as_bytesio(args[0])) ? FALSE : ERROR; }
static Value m_flush(Value *args, size_t n) { return open_now(as_bytesio(args[0])) ? NONE : ERROR; }
static Value m_close(Value *args, size_t n)
{
    SELF;
    if (!unshared(b))
        return ERROR;
    dispose(&b->head);
    b->len = 0;
    b->closed = true;
    return NONE;
}
static Value m_getstate(Value *args, size_t n)
{
    SELF;
    own Value value = m_getvalue(args, 1), dict = is_error(value) ? ERROR : instance_dict(as_obj(args[0])), copy = is_error(dict) ? ERROR : dict_copy(as_dict(dict));
    return is_error(copy) ? ERROR : tuple_of3(value, int_value(b->pos), copy);
}
static Value m_setstate(Value *args, size_t n)
{
    SELF;
    if (!tuple_check(args[1]) || tuple_len(args[1]) < 3)
        return raise(TypeError, "%.200T.__setstate__ argument should be 3-tuple, got %.200T", args[0], args[1]);
    if (!unshared(b))
        return ERROR;
    b->len = 0;
    b->pos = 0;
    Value pair[2] = { args[0], tuple_peek(args[1], 0) };
    own Value written = m_write(pair, 2);
    if (is_error(written))
        return ERROR;
    if (!io_state_position(tuple_peek(args[1], 1), "second item of state must be an integer, not", &b->pos))
        return ERROR;
    return io_state_dict(args[0], tuple_peek(args[1], 2), "third item of state should be a dict, got a");
}
static Value m_sizeof(Value *args, size_t n) { return int_value((int64_t)size_of(as_obj(args[0]))); }
static Value iter(Value self) { return open_now(as_bytesio(self)) ? retain(self) : ERROR; }
static Value next(Value self)
{
    own Value line = open_now(as_bytesio(self)) ? take_line(as_bytesio(self), -1) : ERROR;
    return !is_error(line) && as_bytes(line)->len == 0 ? STOP : give(line);
}
static Value get_closed(Value self) { return bool_value(as_bytesio(self)->closed); }

static const Method methods[] = {
    { "readable", "(self, /)", m_yes, "Returns True if the IO object can be read." }, { "seekable", "(self, /)", m_yes, "Returns True if the IO object can be seeked." },
    { "writable", "(self, /)", m_yes, "Returns True if the IO object can be written." }, { "close", "(self, /)", m_close, "Disable all I/O operations." },
    { "flush", "(self, /)", m_flush, "Does nothing." }, { "isatty", "(self, /)", m_isatty, "Always returns False.\n\nBytesIO objects are not connected to a TTY-like device." },
    { "tell", "(self, /)", m_tell, "Current file position, an integer." },
    { "write", "(self, b, /)", m_write, "Write bytes to file.\n\nReturn the number of bytes written." },
    { "writelines", "(self, lines, /)", m_writelines, "Write lines to the file.\n\nNote that newlines are not added.  lines can be any iterable object\nproducing bytes-like objects. This is equivalent to calling write() for\neach element." },
    { "read1", "(self, size=-1, /)", m_read, "Read at most size bytes, returned as a bytes object.\n\nIf the size argument is negative or omitted, read until EOF is reached.\nReturn an empty bytes object at EOF." },
    { "readinto", "(self, buffer, /)", m_readinto, "Read bytes into buffer.\n\nReturns number of bytes read (0 for EOF), or None if the object\nis set not to block and has no data to read." },
    { "readline", "(self, size=None, /)", m_readline, "Next line from the file, as a bytes object.\n\nRetain newline.  A non-negative size argument limits the maximum\nnumber of bytes to return (an incomplete line may be returned then).\nReturn an empty bytes object at EOF." },
    { "readlines", "(self, size=None, /)", m_readlines, "List of bytes objects, each a line from the file.\n\nCall readline() repeatedly and return a list of the lines so read.\nThe optional size argument, if given, is an approximate bound on the\ntotal number of bytes in the lines returned." },
    { "read", "(self, size=-1, /)", m_read, "Read at most size bytes, returned as a bytes object.\n\nIf the size argument is negative, read until EOF is reached.\nReturn an empty bytes object at EOF." },
    { "getbuffer", "(self, /)", m_getbuffer, "Get a read-write view over the contents of the BytesIO object." },
    { "getvalue", "(self, /)", m_getvalue, "Retrieve the entire contents of the BytesIO object." },
    { "seek", "(self, pos, whence=0, /)", m_seek, "Change stream position.\n\nSeek to byte offset pos relative to position indicated by whence:\n     0  Start of stream (the default).  pos should be >= 0;\n     1  Current position - pos may be negative;\n     2  End of stream - pos usually negative.\nReturns the new absolute position." },
    { "truncate", "(self, size=None, /)", m_truncate, "Truncate the file to at most size bytes.\n\nSize defaults to the current file position, as returned by tell().\nThe current file position is unchanged.  Returns the new size." },
    { "__getstate__", "(self, /)", m_getstate, NULL }, { "__setstate__", "(self, state, /)", m_setstate, NULL }, { "__sizeof__", "(self, /)", m_sizeof, NULL },
    { 0 },
};
static const GetSet getsets[] = { { "closed", get_closed, NULL, "True if the file is closed." }, { 0 } };
static const TraceRow rows[] = { { TRACE_ATTRS, offsetof(BytesIO, attrs), 0, NULL }, { 0 } };

/* Nothing to close, unless a subclass has a close() of its own. */
static void finalize(Object *o)
{
    if (obj_type(o) != &bytesio_type)
        io_finalize(o);
}

Type bytesio_type = {
    STATIC_TYPE(bytesio_type, "BytesIO", BytesIO, rows), STATIC_TYPE_ATTRS(BytesIO, attrs), .heap.finalize = finalize, .heap.dispose = dispose, .heap.size_of = size_of, .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_WEAK,
    .new = bytesio_new, .init = bytesio_init, .iter = iter, .next = next, .methods = methods, .getsets = getsets, .module_name = "_io", .signature = "(initial_bytes=b'')",
    .doc = "Buffered I/O implementation using an in-memory bytes buffer.",
};
