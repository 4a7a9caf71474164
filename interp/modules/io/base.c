/* base.c -- _IOBase, _RawIOBase, _BufferedIOBase, _TextIOBase. */
#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "interp/modules/io/io_parts.h"

Value io_unsupported_class = UNBOUND_INIT;

Value io_unsupported(const char *what)
{
    own Value text = str_from(what);
    own Value error = is_error(text) ? ERROR : call1(io_unsupported_class, text);
    if (!is_error(error))
        exception_raise_take(give(error));
    return ERROR;
}

Truth io_is_closed(Value self)
{
    own Value closed = obj_getattr(self, str_name_peek("closed"));
    return is_error(closed) ? TRUTH_FAILED : obj_truth(closed);
}

/* By the attribute `closed`. ValueError. */
static bool check_open(Value self)
{
    Truth t = io_is_closed(self);
    return t == NO || (t == YES && raise_false(ValueError, "I/O operation on closed file."));
}

bool io_check_able(Value self, const char *method, const char *message)
{
    own Value answer = call_method0(self, method);
    if (is_error(answer))
        return false;
    return same(answer, TRUE) || (is_error(io_unsupported(message)) && false);
}

static bool set_closed(Value self) { return obj_setattr(self, str_name_peek("__IOBase_closed"), TRUE); }

/* What close() of the base noted; the attribute `closed` itself may be a property of a subclass. */
static Truth noted_closed(Value self)
{
    own Value flag = UNBOUND;
    Found found = obj_find_attr(self, str_name_peek("__IOBase_closed"), &flag);
    return found == FOUND ? YES : found == ABSENT ? NO : TRUTH_FAILED;
}

bool io_position(Value v, int64_t *position)
{
    if (!is_int(v) && is_instance_of(v, &float_type))
        return raise_false(TypeError, "'float' object cannot be interpreted as an integer");
    own Value index = obj_index(v);
    if (is_error(index))
        return false;
    return int_to_i64(index, position) || raise_false(OverflowError, "cannot fit 'int' into an offset-sized integer");
}

bool io_room(Value v, const char *method, Buffer *room)
{
    if (buffer_get(v, room, BUFFER_WRITABLE))
        return true;
    return error_is(TypeError) || error_is(BufferError) ? raise_false(TypeError, "%s() argument must be read-write bytes-like object, not %W", method, v) : false;
}

bool io_state_position(Value v, const char *wrong, int64_t *position)
{
    if (!int_check(v))
        return raise_false(TypeError, "%s %.200T", wrong, v);
    int64_t at;
    if (!int_to_i64(v, &at))
        return raise_false(OverflowError, "Python int too large to convert to C ssize_t");
    if (at < 0)
        return raise_false(ValueError, "position value cannot be negative");
    *position = at;
    return true;
}
Value io_state_dict(Value self, Value dict, const char *wrong)
{
    if (is_none(dict))
        return NONE;
    if (!dict_check(dict))
        return raise(TypeError, "%s %.200T", wrong, dict);
    own Value mine = instance_dict(as_obj(self));
    return !is_error(mine) && dict_update(as_dict(mine), dict) ? NONE : ERROR;
}

Value io_no_state(Value *args, size_t n) { return raise(TypeError, "cannot pickle '%.100T' object", args[0]); }

bool io_size(Value v, int64_t *n)
{
    *n = -1;
    if (is_unbound(v) || is_none(v))
        return true;
    if (is_int(v)) {
        *n = small_int(v);
        return true;
    }
    own Value index = UNBOUND;
    Found found = int_check(v) ? FOUND : obj_find_special(v, N(__index__), &index);
    if (found == FAILED)
        return false;
    if (found == ABSENT)
        return raise_false(TypeError, "argument should be integer or None, not '%.200T'", v);
    return obj_index_i64(v, n, OverflowError);
}

Value io_blocking(const char *message, int64_t written)
{
    Value v[3] = { int_value(EAGAIN), str_from(message), int_value(written) };
    own Value args = tuple_from_take(v, 3);
    own Value error = is_error(args) ? ERROR : call_ex(exception_class_peek(BlockingIOError), args, UNBOUND);
    if (!is_error(error))
        exception_raise_take(give(error));
    return ERROR;
}

void io_chain(ErrorState first)
{
    if (!error_pending()) {
        error_restore(first);
        return;
    }
    own Value second = exception_take();
    error_restore(first);
    own Value older = exception_take();
    exception_set_context(second, older);
    exception_raise_take(give(second));
}

/* --- _IOBase ------------------------------------------------------------------------------------------------------------------- */
static Value base_seek(Value *args, size_t n) { return io_unsupported("seek"); }
static Value base_tell(Value *args, size_t n)
{
    Value a[2] = { small_int_value(0), small_int_value(1) };
    return call_method(args[0], "seek", a, 2);
}
static Value base_truncate(Value *args, size_t n) { return io_unsupported("truncate"); }
static Value base_fileno(Value *args, size_t n) { return io_unsupported("fileno"); }
static Value base_flush(Value *args, size_t n)
{
    Truth closed = noted_closed(args[0]);
    return closed == NO ? NONE : closed == YES ? raise(ValueError, "I/O operation on closed file.") : ERROR;
}

Value io_close_base(Value self)
{
    Truth closed = noted_closed(self);
    if (closed)
        return closed == YES ? NONE : ERROR;
    own Value flushed = call_method0(self, "flush");
    if (!is_error(flushed))
        return set_closed(self) ? NONE : ERROR;
    ErrorState first = error_save();
    if (set_closed(self))
        error_restore(first);
    else
        io_chain(first);
    return ERROR;
}
static Value base_close(Value *args, size_t n) { return io_close_base(args[0]); }
static Value base_no(Value *args, size_t n) { return FALSE; }
static Value base_isatty(Value *args, size_t n) { return check_open(args[0]) ? FALSE : ERROR; }
static Value m_check_closed(Value *args, size_t n) { return check_open(args[0]) ? NONE : ERROR; }
static Value check_seekable(Value *args, size_t n) { return io_check_able(args[0], "seekable", "File or stream is not seekable.") ? TRUE : ERROR; }
static Value check_readable(Value *args, size_t n) { return io_check_able(args[0], "readable", "File or stream is not readable.") ? TRUE : ERROR; }
static Value check_writable(Value *args, size_t n) { return io_check_able(args[0], "writable", "File or stream is not writable.") ? TRUE : ERROR; }
static Value base_enter(Value *args, size_t n) { return check_open(args[0]) ? retain(args[0]) : ERROR; }
static Value base_exit(Value *args, size_t n) { return call_method0(args[0], "close"); }
static Value base_iter(Value self) { return check_open(self) ? retain(self) : ERROR; }
static Value base_next(Value self)
{
    own Value line = call_method0(self, "readline");
    if (is_error(line))
        return ERROR;
    int64_t len = obj_len(line);
    return len < 0 ? ERROR : len == 0 ? STOP : give(line);
}

/* How many bytes to ask for next: up to the end of the line when peek() shows it, else one. -1: failed. */
static int64_t next_size(Value self, Value peek, int64_t left)
{
    if (is_unbound(peek))
        return 1;
    own Value seen = call1(peek, small_int_value(1));
    if (is_error(seen))
        return -1;
    if (!bytes_check(seen))
        return raise_false(OSError, "peek() should have returned a bytes object, not '%.200T'", seen) - 1;
    int64_t len = (int64_t)as_bytes(seen)->len;
    if (len == 0)
        return 1;
    len = left >= 0 && left < len ? left : len;
    const uint8_t *end = memchr(as_bytes(seen)->data, '\n', (size_t)len);
    return end ? end - as_bytes(seen)->data + 1 : len;
}
static Value base_readline(Value *args, size_t n)
{
    int64_t limit;
    own Value peek = UNBOUND;
    if (!io_size(args[1], &limit) || obj_find_attr_c(args[0], "peek", &peek) == FAILED)
        return ERROR;
    Buf line = { 0 };
    while (limit < 0 || (int64_t)line.len < limit) {
        int64_t want = next_size(args[0], peek, limit < 0 ? -1 : limit - (int64_t)line.len);
        own Value piece = want < 0 ? ERROR : call_method1(args[0], "read", int_value(want));
        if (!is_error(piece) && !bytes_check(piece))
            error_set(OSError, "read() should have returned a bytes object, not '%.200T'", piece);
        if (error_pending() || (as_bytes(piece)->len && !buf_add(&line, as_bytes(piece)->data, as_bytes(piece)->len))) {
            buf_free(&line);
            return error_pending() ? ERROR : raise_memory();
        }
        if (as_bytes(piece)->len == 0 || line.at[line.len - 1] == '\n')
            break;
    }
    Value result = bytes_new(line.at, line.len);
    buf_free(&line);
    return result;
}
static Value base_readlines(Value *args, size_t n)
{
    int64_t hint, total = 0;
    if (!io_size(args[1], &hint))
        return ERROR;
    own Value lines = list_new(0), iterator = is_error(lines) ? ERROR : obj_iter(args[0]);
    if (is_error(iterator))
        return ERROR;
    for (;;) {
        own Value line = obj_next(iterator);
        if (is_stop(line))
            return give(lines);
        if (is_error(line) || !list_append(lines, line))
            return ERROR;
        if (hint <= 0)
            continue;
        int64_t len = obj_len(line);
        if (len < 0)
            return ERROR;
        if (len > hint - total)
            return give(lines);
        total += len;
    }
}
static Value base_writelines(Value *args, size_t n)
{
    if (!check_open(args[0]))
        return ERROR;
    own Value iterator = obj_iter(args[1]);
    while (!is_error(iterator)) {
        own Value line = obj_next(iterator);
        if (is_stop(line))
            return NONE;
        own Value written = is_error(line) ? ERROR : call_method1(args[0], "write", line);
        if (is_error(written))
            break;
    }
    return ERROR;
}
static Value get_closed(Value self)
{
    return truth_value(noted_closed(self));
}

void io_finalize(Object *o)
{
    ErrorState saved = error_save();
    Value self = obj_value(o);
    Truth closed = io_is_closed(self);
    error_clear();
    if (closed == NO) {
        if (!obj_setattr(self, str_name_peek("_finalizing"), TRUE))
            error_clear();
        own Value result = call_method0(self, "close");
    }
    error_clear();
    error_restore(saved);
}

static const Method base_methods[] = {
    { "seek", "(self, *args)", base_seek, "Change stream position.\n\nChange the stream position to the given byte offset. The offset is\ninterpreted relative to the position indicated by whence.  Values\nfor whence are:\n\n* 0 -- start of stream (the default); offset should be zero or positive\n* 1 -- current stream position; offset may be negative\n* 2 -- end of stream; offset is usually negative\n\nReturn the new absolute position." },
    { "tell", "(self, /)", base_tell, "Return current stream position." },
    { "truncate", "(self, *args)", base_truncate, "Truncate file to size bytes.\n\nFile pointer is left unchanged.  Size defaults to the current IO\nposition as reported by tell().  Returns the new size." },
    { "flush", "(self, /)", base_flush, "Flush write buffers, if applicable.\n\nThis is not implemented for read-only and non-blocking streams." },
    { "close", "(self, /)", base_close, "Flush and close the IO object.\n\nThis method has no effect if the file is already closed." },
    { "seekable", "(self, /)", base_no, "Return whether object supports random access.\n\nIf False, seek(), tell() and truncate() will raise OSError.\nThis method may need to do a test seek()." },
    { "readable", "(self, /)", base_no, "Return whether object was opened for reading.\n\nIf False, read() will raise OSError." },
    { "writable", "(self, /)", base_no, "Return whether object was opened for writing.\n\nIf False, write() will raise OSError." },
    { "_checkClosed", "(self, *args)", m_check_closed, NULL },
    { "_checkSeekable", "(self, *args)", check_seekable, NULL },
    { "_checkReadable", "(self, *args)", check_readable, NULL },
    { "_checkWritable", "(self, *args)", check_writable, NULL },
    { "fileno", "(self, /)", base_fileno, "Returns underlying file descriptor if one exists.\n\nOSError is raised if the IO object does not use a file descriptor." },
    { "isatty", "(self, /)", base_isatty, "Return whether this is an 'interactive' stream.\n\nReturn False if it can't be determined." },
    { "__enter__", "(self, /)", base_enter, NULL },
    { "__exit__", "(self, *args)", base_exit, NULL },
    { "readline", "(self, size=-1, /)", base_readline, "Read and return a line from the stream.\n\nIf size is specified, at most size bytes will be read.\n\nThe line terminator is always b'\\n' for binary files; for text\nfiles, the newlines argument to open can be used to select the line\nterminator(s) recognized." },
    { "readlines", "(self, hint=-1, /)", base_readlines, "Return a list of lines from the stream.\n\nhint can be specified to control the number of lines read: no more\nlines will be read if the total size (in bytes/characters) of all\nlines so far exceeds hint." },
    { "writelines", "(self, lines, /)", base_writelines, "Write a list of lines to stream.\n\nLine separators are not added, so it is usual for each of the\nlines provided to have a line separator at the end." },
    { 0 },
};
static const GetSet base_getsets[] = { { "closed", get_closed, NULL, NULL }, { 0 } };
static const TraceRow base_rows[] = { { TRACE_ATTRS, offsetof(IOBase, attrs), 0, NULL }, { 0 } };
#define ABSTRACT_IO(self, name) \
    STATIC_TYPE(self, name, IOBase, base_rows), STATIC_TYPE_ATTRS(IOBase, attrs), .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_WEAK, .module_name = "_io"
static Value plain_new(Type *type, const Value *args, size_t n_pos, Value kwnames) { return instance_new(type); }
Type iobase_type = {
    ABSTRACT_IO(iobase_type, "_IOBase"), .new = plain_new, .heap.finalize = io_finalize, .iter = base_iter, .next = base_next, .methods = base_methods, .getsets = base_getsets,
    .doc = "The abstract base class for all I/O classes.\n\nThis class provides dummy implementations for many methods that\nderived classes can override selectively; the default implementations\nrepresent a file that cannot be read, written or seeked.\n\nEven though IOBase does not declare read, readinto, or write because\ntheir signatures will vary, implementations and clients should\nconsider those methods part of the interface. Also, implementations\nmay raise UnsupportedOperation when operations they do not support are\ncalled.",
};

/* --- _RawIOBase ------------------------------------------------------------------------------------------------------------------- */
static Value raw_readall(Value *args, size_t n)
{
    Buf all = { 0 };
    for (;;) {
        own Value piece = call_method1(args[0], "read", small_int_value(IO_BUFFER_SIZE));
        if (is_none(piece) && all.len == 0) {
            buf_free(&all);
            return NONE;
        }
        if (is_none(piece))
            break;
        if (!is_error(piece) && !bytes_check(piece))
            error_set(TypeError, "read() should return bytes");
        if (error_pending() || (as_bytes(piece)->len && !buf_add(&all, as_bytes(piece)->data, as_bytes(piece)->len))) {
            buf_free(&all);
            return error_pending() ? ERROR : raise_memory();
        }
        if (as_bytes(piece)->len == 0)
            break;
    }
    Value result = bytes_new(all.at, all.len);
    buf_free(&all);
    return result;
}
static Value raw_read(Value *args, size_t n)
{
    int64_t size = -1, got;
    if (!is_unbound(args[1]) && !is_none(args[1]) && !arg_i64(args[1], -1, &size))
        return ERROR;
    if (size < 0)
        return call_method0(args[0], "readall");
    own Value room = bytearray_new(NULL, 0);
    if (is_error(room) || !bytearray_resize(as_bytearray(room), (uint64_t)size))
        return ERROR;
    memset(bytearray_data(as_bytearray(room)), 0, (size_t)size);
    own Value result = call_method1(args[0], "readinto", room);
    if (is_error(result) || is_none(result))
        return give(result);
    if (!obj_index_i64(result, &got, ValueError))
        return ERROR;
    if (got < 0 || got > size)
        return raise(ValueError, "readinto returned %lld outside buffer size %lld", (long long)got, (long long)size);
    uint64_t have = as_bytearray(room)->len;
    return bytes_new(bytearray_data(as_bytearray(room)), (uint64_t)got < have ? (uint64_t)got : have);
}
static Value raw_not_implemented(Value *args, size_t n)
{
    error_set_none(NotImplementedError);
    return ERROR;
}
static const Method raw_methods[] = {
    { "read", "(self, size=-1, /)", raw_read, NULL },
    { "readall", "(self, /)", raw_readall, "Read until EOF, using multiple read() call." },
    { "readinto", "(self, *args)", raw_not_implemented, NULL },
    { "write", "(self, *args)", raw_not_implemented, NULL },
    { 0 },
};
Type rawiobase_type = { ABSTRACT_IO(rawiobase_type, "_RawIOBase"), .new = plain_new, .methods = raw_methods, .doc = "Base class for raw binary I/O." };

/* --- _BufferedIOBase ---------------------------------------------------------------------------------------------------------------- */
static Value buffered_detach(Value *args, size_t n) { return io_unsupported("detach"); }
static Value buffered_no_read(Value *args, size_t n) { return io_unsupported("read"); }
static Value buffered_no_read1(Value *args, size_t n) { return io_unsupported("read1"); }
static Value buffered_no_write(Value *args, size_t n) { return io_unsupported("write"); }
static Value read_into(Value *args, const char *method)
{
    Buffer b;
    if (!io_room(args[1], strcmp(method, "read") ? "readinto1" : "readinto", &b))
        return ERROR;
    own Value data = call_method1(args[0], method, int_value(b.len_bytes));
    Value result = ERROR;
    if (is_error(data)) {
    } else if (!bytes_check(data)) {
        error_set(TypeError, "read() should return bytes");
    } else if ((int64_t)as_bytes(data)->len > b.len_bytes) {
        error_set(ValueError, "read() returned too much data: %lld bytes requested, %lld returned", (long long)b.len_bytes, (long long)as_bytes(data)->len);
    } else {
        memcpy(b.data, as_bytes(data)->data, as_bytes(data)->len);
        result = int_value((int64_t)as_bytes(data)->len);
    }
    buffer_release(&b);
    return result;
}
static Value buffered_base_readinto(Value *args, size_t n) { return read_into(args, "read"); }
static Value buffered_base_readinto1(Value *args, size_t n) { return read_into(args, "read1"); }
static const Method buffered_methods[] = {
    { "detach", "(self, /)", buffered_detach, "Disconnect this buffer from its underlying raw stream and return it.\n\nAfter the raw stream has been detached, the buffer is in an unusable\nstate." },
    { "read", "(self, *args)", buffered_no_read, "Read and return up to n bytes.\n\nIf the argument is omitted, None, or negative, reads and\nreturns all data until EOF.\n\nIf the argument is positive, and the underlying raw stream is\nnot 'interactive', multiple raw reads may be issued to satisfy\nthe byte count (unless EOF is reached first).  But for\ninteractive raw streams (as well as sockets and pipes), at most\none raw read will be issued, and a short result does not imply\nthat EOF is imminent.\n\nReturns an empty bytes object on EOF.\n\nReturns None if the underlying raw stream was open in non-blocking\nmode and no data is available at the moment." },
    { "read1", "(self, *args)", buffered_no_read1, "Read and return up to n bytes, with at most one read() call\nto the underlying raw stream. A short result does not imply\nthat EOF is imminent.\n\nReturns an empty bytes object on EOF." },
    { "readinto", "(self, buffer, /)", buffered_base_readinto, NULL },
    { "readinto1", "(self, buffer, /)", buffered_base_readinto1, NULL },
    { "write", "(self, *args)", buffered_no_write, "Write the given buffer to the IO stream.\n\nReturns the number of bytes written, which is always the length of b\nin bytes.\n\nRaises BlockingIOError if the buffer is full and the\nunderlying raw stream cannot accept more data at the moment." },
    { 0 },
};
Type bufferediobase_type = {
    ABSTRACT_IO(bufferediobase_type, "_BufferedIOBase"), .new = plain_new, .methods = buffered_methods,
    .doc = "Base class for buffered IO objects.\n\nThe main difference with RawIOBase is that the read() method\nsupports omitting the size argument, and does not have a default\nimplementation that defers to readinto().\n\nIn addition, read(), readinto() and write() may raise\nBlockingIOError if the underlying raw stream is in non-blocking\nmode and not ready; unlike their raw counterparts, they will never\nreturn None.\n\nA typical implementation should not inherit from a RawIOBase\nimplementation, but wrap one.",
};

/* --- _TextIOBase --------------------------------------------------------------------------------------------------------------------- */
static Value text_no_readline(Value *args, size_t n) { return io_unsupported("readline"); }
static Value get_none(Value self) { return NONE; }
static const Method text_methods[] = {
    { "detach", "(self, *args)", buffered_detach, "Separate the underlying buffer from the TextIOBase and return it.\n\nAfter the underlying buffer has been detached, the TextIO is in an\nunusable state." },
    { "read", "(self, *args)", buffered_no_read, "Read at most n characters from stream.\n\nRead from underlying buffer until we have n characters or we hit EOF.\nIf n is negative or omitted, read until EOF." },
    { "readline", "(self, *args)", text_no_readline, "Read until newline or EOF.\n\nReturns an empty string if EOF is hit immediately." },
    { "write", "(self, *args)", buffered_no_write, "Write string to stream.\nReturns the number of characters written (which is always equal to\nthe length of the string)." },
    { 0 },
};
static const GetSet text_getsets[] = {
    { "encoding", get_none, NULL, "Encoding of the text stream.\n\nSubclasses should override." },
    { "newlines", get_none, NULL, "Line endings translated so far.\n\nOnly line endings translated during reading are considered.\n\nSubclasses should override." },
    { "errors", get_none, NULL, "The error setting of the decoder or encoder.\n\nSubclasses should override." },
    { 0 },
};
Type textiobase_type = {
    ABSTRACT_IO(textiobase_type, "_TextIOBase"), .new = plain_new, .methods = text_methods, .getsets = text_getsets,
    .doc = "Base class for text I/O.\n\nThis class provides a character and line based interface to stream\nI/O. There is no readinto method because Python's character strings\nare immutable.",
};
