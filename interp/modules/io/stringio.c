/* stringio.c -- StringIO: text in memory as a stream. The characters are kept in the narrowest width that holds them all. */
#include "gc/heap.h"
#include "interp/modules/io/io_parts.h"

typedef struct StringIO {
    Object head;
    void *data;                  /* heap_buf of cap * width bytes */
    uint64_t len, cap;
    unsigned width;
    int64_t pos;
    Value decoder;               /* NewlineDecoder; NONE */
    bool ok, closed, universal, translate;
    char read_newline[3], write_newline[3];      /* read_newline[0] == 1: None; write_newline "": as it comes */
    AttrArea attrs;
} StringIO;
static StringIO *as_stringio(Value v) { return (StringIO *)as_obj(v); }

static bool open_now(const StringIO *s)
{
    if (!s->ok)
        return raise_false(ValueError, "I/O operation on uninitialized object");
    return !s->closed || raise_false(ValueError, "I/O operation on closed file");
}

/* Room for `len` characters of at least `width` bytes each. */
static bool reserve(StringIO *s, uint64_t len, unsigned width)
{
    if (width > s->width) {
        uint64_t cap = len > s->cap ? len + len / 8 + 16 : s->cap;
        void *data = heap_buf(cap * width);
        if (!data)
            return raise_memory_false();
        str_widen(data, width, s->data, s->width, s->len);
        if (s->data)
            heap_buf_free(s->data, s->cap * s->width);
        s->data = data;
        s->cap = cap;
        s->width = width;
    } else if (len > s->cap) {
        uint64_t cap = len + len / 8 + 16;
        if (cap > (uint64_t)1 << 60)
            return raise_false(OverflowError, "new buffer size too large");
        void *data = heap_buf_realloc(s->data, s->cap * s->width, cap * s->width);
        if (!data)
            return raise_memory_false();
        s->data = data;
        s->cap = cap;
    }
    return true;
}

static bool put(StringIO *s, Value text)
{
    own Value decoded = is_none(s->decoder) ? retain(text) : newline_decode(s->decoder, text, true);
    if (!is_error(decoded) && s->write_newline[0]) {
        own Value from = str_from("\n"), to = str_from(s->write_newline);
        Value a[2] = { from, to };
        Value replaced = is_error(from) || is_error(to) ? ERROR : call_method(decoded, "replace", a, 2);
        set_slot(&decoded, replaced);
    }
    if (is_error(decoded))
        return false;
    const Str *t = as_str(decoded);
    uint64_t end = (uint64_t)s->pos + t->len;
    if (!reserve(s, end > s->len ? end : s->len, (unsigned)t->width))
        return false;
    if ((uint64_t)s->pos > s->len)
        memset((char *)s->data + s->len * s->width, 0, ((uint64_t)s->pos - s->len) * s->width);
    str_widen((char *)s->data + (uint64_t)s->pos * s->width, s->width, str_data(t), (unsigned)t->width, t->len);
    s->pos += (int64_t)t->len;
    if (end > s->len)
        s->len = end;
    return true;
}

static Value take(StringIO *s, int64_t n)
{
    int64_t left = (int64_t)s->len - s->pos;
    left = left < 0 ? 0 : left;
    if (n < 0 || n > left)
        n = left;
    if (n == 0)
        return retain(str_empty);
    Value v = str_from_chars((char *)s->data + (uint64_t)s->pos * s->width, s->width, (size_t)n);
    if (!is_error(v))
        s->pos += n;
    return v;
}
static Value take_line(StringIO *s, int64_t limit)
{
    if (s->pos >= (int64_t)s->len)
        return retain(str_empty);
    int64_t stop = (int64_t)s->len, consumed;
    if (limit >= 0 && limit < stop - s->pos)
        stop = s->pos + limit;
    int64_t end = newline_find(s->data, s->width, s->pos, stop, s->translate, s->universal, s->read_newline[0] == 1 ? NULL : s->read_newline, &consumed);
    return take(s, (end < 0 ? stop : end) - s->pos);
}

static Value stringio_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value v = instance_new(type);
    if (!is_error(v))
        as_stringio(v)->width = 1;
    return v;
}
static bool set_up(Value self, Value initial, Value newline_value)
{
    StringIO *s = as_stringio(self);
    const char *newline = "\n";
    if (!is_unbound(newline_value) && !newline_argument(newline_value, "StringIO", &newline))
        return false;
    if (!is_unbound(initial) && !is_none(initial) && !str_check(initial))
        return raise_false(TypeError, "initial_value must be str or None, not %.200T", initial);
    s->ok = false;
    s->len = 0;
    s->pos = 0;
    s->universal = !newline || !newline[0];
    s->translate = !newline;
    strcpy(s->read_newline, newline ? newline : "\1");
    strcpy(s->write_newline, newline && newline[0] == '\r' ? newline : "");
    Value decoder = s->universal ? newline_decoder_make(NONE, s->translate) : NONE;
    if (is_error(decoder))
        return false;
    set_slot(&s->decoder, decoder);
    if (str_check(initial) && !put(s, initial))
        return false;
    s->pos = 0;
    s->closed = false;
    s->ok = true;
    return true;
}
static bool stringio_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    Value a[2];
    return bind_arguments("StringIO", "(initial_value='', newline='\\n')", args, n_pos, kwnames, a, NULL) && set_up(self, a[0], a[1]);
}
static void dispose(Object *o)
{
    StringIO *s = (StringIO *)o;
    if (s->data)
        heap_buf_free(s->data, s->cap * s->width);
    s->data = NULL;
    s->cap = s->len = 0;
}
static size_t size_of(const Object *o) { return heap_type(o)->basic_size + ((const StringIO *)o)->cap * ((const StringIO *)o)->width; }

#define SELF StringIO *s = as_stringio(args[0])
static Value m_getvalue(Value *args, size_t n)
{
    SELF;
    return open_now(s) ? str_from_chars(s->data, s->width, s->len) : ERROR;
}
static Value m_read(Value *args, size_t n)
{
    SELF;
    int64_t size;
    return open_now(s) && io_size(args[1], &size) ? take(s, size) : ERROR;
}
static Value m_readline(Value *args, size_t n)
{
    SELF;
    int64_t size;
    return open_now(s) && io_size(args[1], &size) ? take_line(s, size) : ERROR;
}
static Value m_write(Value *args, size_t n)
{
    SELF;
    if (!s->ok && !open_now(s))
        return ERROR;
    if (!str_check(args[1]))
        return raise(TypeError, "string argument expected, got '%T'", args[1]);
    return open_now(s) && put(s, args[1]) ? int_value((int64_t)str_len(args[1])) : ERROR;
}
static Value m_seek(Value *args, size_t n)
{
    SELF;
    int64_t pos;
    int whence;
    if (!open_now(s) || !arg_i64(args[1], 0, &pos) || !arg_int(args[2], 0, &whence))
        return ERROR;
    if (whence < 0 || whence > 2)
        return raise(ValueError, "Invalid whence (%d, should be 0, 1 or 2)", whence);
    if (pos < 0 && whence == 0)
        return raise(ValueError, "Negative seek position %lld", (long long)pos);
    if (whence != 0 && pos != 0)
        return raise(OSError, "Can't do nonzero cur-relative seeks");
    s->pos = whence == 1 ? s->pos : whence == 2 ? (int64_t)s->len : pos;
    return int_value(s->pos);
}
static Value m_tell(Value *args, size_t n) { return open_now(as_stringio(args[0])) ? int_value(as_stringio(args[0])->pos) : ERROR; }
static Value m_truncate(Value *args, size_t n)
{
    SELF;
    int64_t size;
    if (!open_now(s))
        return ERROR;
    if (is_unbound(args[1]) || is_none(args[1]))
        size = s->pos;
    else if (!arg_i64(args[1], 0, &size))
        return ERROR;
    if (size < 0)
        return raise(ValueError, "Negative size value %lld", (long long)size);
    if ((uint64_t)size < s->len)
        s->len = (uint64_t)size;
    return int_value(size);
}
static Value m_yes(Value *args, size_t n) { return open_now(as_stringio(args[0])) ? TRUE : ERROR; }
static Value m_close(Value *args, size_t n)
{
    SELF;
    s->closed = true;
    dispose(&s->head);
    s->width = 1;
    return NONE;
}
static Value read_newline(const StringIO *s) { return s->read_newline[0] == 1 ? NONE : str_from(s->read_newline); }
static Value m_getstate(Value *args, size_t n)
{
    SELF;
    own Value dict = open_now(s) ? instance_dict(as_obj(args[0])) : ERROR;
    if (is_error(dict))
        return ERROR;
    Value v[4] = { m_getvalue(args, 1), read_newline(s), int_value(s->pos), dict_copy(as_dict(dict)) };
    return tuple_from_take(v, 4);
}
static Value m_setstate(Value *args, size_t n)
{
    SELF;
    Value state = args[1];
    if (!tuple_check(state) || tuple_len(state) < 4)
        return raise(TypeError, "%.200T.__setstate__ argument should be 4-tuple, got %.200T", args[0], state);
    if (!set_up(args[0], NONE, tuple_peek(state, 1)))
        return ERROR;
    if (!str_check(tuple_peek(state, 0)))
        return raise(TypeError, "initial_value must be str or None, not %.200T", tuple_peek(state, 0));
    const Str *t = as_str(tuple_peek(state, 0));           /* as it is: translated already */
    if (!reserve(s, t->len, (unsigned)t->width))
        return ERROR;
    str_widen(s->data, s->width, str_data(t), (unsigned)t->width, t->len);
    s->len = t->len;
    if (!io_state_position(tuple_peek(state, 2), "third item of state must be an integer, got", &s->pos))
        return ERROR;
    return io_state_dict(args[0], tuple_peek(state, 3), "fourth item of state should be a dict, got a");
}
static Value next(Value self)
{
    StringIO *s = as_stringio(self);
    if (!open_now(s))
        return ERROR;
    own Value line = type_of(self) == &stringio_type ? take_line(s, -1) : call_method0(self, "readline");
    if (is_error(line))
        return ERROR;
    if (!str_check(line))
        return raise(OSError, "readline() should have returned a str object, not '%.200T'", line);
    return str_len(line) ? give(line) : STOP;
}
static Value get_closed(Value self) { return as_stringio(self)->ok ? bool_value(as_stringio(self)->closed) : raise(ValueError, "I/O operation on uninitialized object"); }
static Value get_newlines(Value self)
{
    StringIO *s = as_stringio(self);
    return !open_now(s) ? ERROR : is_none(s->decoder) ? NONE : obj_getattr(s->decoder, str_name_peek("newlines"));
}
static Value get_line_buffering(Value self) { return open_now(as_stringio(self)) ? FALSE : ERROR; }

static const Method methods[] = {
    { "close", "(self, /)", m_close, "Close the IO object.\n\nAttempting any further operation after the object is closed\nwill raise a ValueError.\n\nThis method has no effect if the file is already closed." },
    { "getvalue", "(self, /)", m_getvalue, "Retrieve the entire contents of the object." },
    { "read", "(self, size=-1, /)", m_read, "Read at most size characters, returned as a string.\n\nIf the argument is negative or omitted, read until EOF\nis reached. Return an empty string at EOF." },
    { "readline", "(self, size=-1, /)", m_readline, "Read until newline or EOF.\n\nReturns an empty string if EOF is hit immediately." },
    { "tell", "(self, /)", m_tell, "Tell the current file position." },
    { "truncate", "(self, pos=None, /)", m_truncate, "Truncate size to pos.\n\nThe pos argument defaults to the current file position, as\nreturned by tell().  The current file position is unchanged.\nReturns the new absolute position." },
    { "seek", "(self, pos, whence=0, /)", m_seek, "Change stream position.\n\nSeek to character offset pos relative to position indicated by whence:\n    0  Start of stream (the default).  pos should be >= 0;\n    1  Current position - pos must be 0;\n    2  End of stream - pos must be 0.\nReturns the new absolute position." },
    { "write", "(self, s, /)", m_write, "Write string to file.\n\nReturns the number of characters written, which is always equal to\nthe length of the string." },
    { "seekable", "(self, /)", m_yes, "Returns True if the IO object can be seeked." }, { "readable", "(self, /)", m_yes, "Returns True if the IO object can be read." },
    { "writable", "(self, /)", m_yes, "Returns True if the IO object can be written." }, { "__getstate__", "(self, /)", m_getstate, NULL },
    { "__setstate__", "(self, state, /)", m_setstate, NULL }, { 0 },
};
static const GetSet getsets[] = { { "closed", get_closed, NULL, NULL }, { "newlines", get_newlines, NULL, NULL }, { "line_buffering", get_line_buffering, NULL, NULL }, { 0 } };
static const TraceRow rows[] = { { TRACE_VALUE, offsetof(StringIO, decoder), 0, "decoder" }, { TRACE_ATTRS, offsetof(StringIO, attrs), 0, NULL }, { 0 } };

/* Nothing to close, unless a subclass has a close() of its own. */
static void finalize(Object *o)
{
    if (obj_type(o) != &stringio_type)
        io_finalize(o);
}

Type stringio_type = {
    STATIC_TYPE(stringio_type, "StringIO", StringIO, rows), STATIC_TYPE_ATTRS(StringIO, attrs), .heap.finalize = finalize, .heap.dispose = dispose, .heap.size_of = size_of, .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_WEAK,
    .new = stringio_new, .init = stringio_init, .next = next, .methods = methods, .getsets = getsets, .module_name = "_io", .signature = "(initial_value='', newline='\\n')",
    .doc = "Text I/O implementation using an in-memory buffer.\n\nThe initial_value argument sets the value of object.  The newline\nargument is like the one of TextIOWrapper's constructor.",
};
