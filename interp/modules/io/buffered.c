/* buffered.c -- BufferedReader, BufferedWriter, BufferedRandom.
 *
 * One buffer serves both ways. read_end >= 0: the buffer holds data of the raw stream, the next byte to hand out is at pos.
 * write_end >= 0: bytes write_pos .. write_end are still to be written. raw_pos is where the raw stream stands, relative to the start of the buffer.
 * A lock keeps two threads out of one buffer while the runtime lock is dropped in a system call. */
#define _GNU_SOURCE
#include <errno.h>
#include <unistd.h>

#include "gc/event.h"
#include "gc/heap.h"
#include "interp/modules/io/io_parts.h"
#include "interp/object/memoryview.h"
#include "interp/vm/thread.h"

/* --- state ---------------------------------------------------------------------------------------------------------------------- */
static bool valid_read(const Buffered *b) { return b->readable && b->read_end != -1; }
static bool valid_write(const Buffered *b) { return b->writable && b->write_end != -1; }
static int64_t ahead(const Buffered *b) { return valid_read(b) ? b->read_end - b->pos : 0; }
static int64_t raw_offset(const Buffered *b) { return (valid_read(b) || valid_write(b)) && b->raw_pos >= 0 ? b->raw_pos - b->pos : 0; }
static void drop_read(Buffered *b) { b->read_end = -1; }
static void drop_write(Buffered *b) { b->write_pos = 0; b->write_end = -1; }
static void move_to(Buffered *b, int64_t pos)
{
    b->pos = pos;
    if (valid_read(b) && b->read_end < pos)
        b->read_end = pos;
}

static bool ready(const Buffered *b)
{
    if (LIKELY(b->ok && is_ptr(b->raw)))
        return true;
    return raise_false(ValueError, b->detached ? "raw stream has been detached" : "I/O operation on uninitialized object");
}
static Truth is_closed(Buffered *b)
{
    if (!b->data)
        return YES;
    if (b->fast_raw)
        return as_fileio(b->raw)->fd < 0 ? YES : NO;
    return io_is_closed(b->raw);
}
static bool usable(Buffered *b, const char *what)
{
    if (!ready(b))
        return false;
    Truth closed = is_closed(b);
    return closed == NO || (closed == YES && raise_false(ValueError, "%s of closed file", what));
}

static bool enter(Buffered *b)
{
    if (pthread_mutex_trylock(&b->mutex) != 0) {
        if (b->owner == thread->id)
            return raise_false(RuntimeError, "reentrant call inside %R", obj_value(b));
        BLOCKING(pthread_mutex_lock(&b->mutex));
    }
    b->owner = thread->id;
    return true;
}
static void leave(Buffered *b)
{
    b->owner = 0;
    pthread_mutex_unlock(&b->mutex);
}

/* --- the raw stream: -1 error, IO_WOULD_BLOCK -------------------------------------------------------------------------------------- */
/* What tell() or seek() answered (consumed): the position is known now. */
static int64_t at_position_take(Buffered *b, Value answer)
{
    own Value v = answer;
    int64_t at;
    if (is_error(v))
        return -1;
    if (!io_position(v, &at)) {
        if (error_is(OverflowError))
            error_set(ValueError, "cannot fit 'int' into an offset-sized integer");
        return -1;
    }
    if (at < 0) {
        error_set(OSError, "Raw stream returned invalid position %lld", (long long)at);
        return -1;
    }
    return b->abs_pos = at;
}
static int64_t raw_seek(Buffered *b, int64_t target, int whence)
{
    if (!b->fast_raw) {
        Value a[2] = { int_value(target), int_value(whence) };
        return at_position_take(b, call_method(b->raw, "seek", a, 2));
    }
    int64_t at = fileio_seek_to(as_fileio(b->raw), target, whence);
    if (at >= 0)
        b->abs_pos = at;
    return at;
}
static int64_t raw_tell(Buffered *b) { return b->fast_raw ? raw_seek(b, 0, SEEK_CUR) : at_position_take(b, call_method0(b->raw, "tell")); }
/* The pending error becomes the cause of an OSError. */
static void readinto_failed(void)
{
    own Value why = exception_take();
    error_set(OSError, "raw readinto() failed");
    own Value outer = exception_take();
    if (!exception_set_cause(outer, why))
        error_clear();
    exception_raise_take(give(outer));
}
static int64_t raw_read(Buffered *b, uint8_t *out, int64_t len)
{
    int64_t n;
    if (b->fast_raw) {
        own Value keep = retain(b->raw);
        n = fileio_read_into(as_fileio(keep), out, (size_t)len);
    } else {
        own Value room = bytearray_new(NULL, 0);
        if (is_error(room) || !bytearray_resize(as_bytearray(room), (uint64_t)len))
            return -1;
        memset(bytearray_data(as_bytearray(room)), 0, (size_t)len);
        own Value view = memoryview_new(room);
        own Value v = is_error(view) ? ERROR : call_method1(b->raw, "readinto", view);
        if (is_error(v))
            return -1;
        if (is_none(v))
            return IO_WOULD_BLOCK;
        if (!obj_index_i64(v, &n, ValueError))
            return readinto_failed(), -1;
        if (n < 0 || n > len) {
            error_set(OSError, "raw readinto() returned invalid length %lld (should have been between 0 and %lld)", (long long)n, (long long)len);
            return -1;
        }
        memcpy(out, bytearray_data(as_bytearray(room)), (size_t)n);
    }
    if (n > 0 && b->abs_pos != -1)
        b->abs_pos += n;
    return n;
}
static int64_t raw_write(Buffered *b, const uint8_t *data, int64_t len)
{
    int64_t n;
    if (b->fast_raw) {
        own Value keep = retain(b->raw);
        n = fileio_write_from(as_fileio(keep), data, (size_t)len);
    } else {
        own Value copy = bytes_new(data, (size_t)len);
        own Value view = is_error(copy) ? ERROR : memoryview_new(copy);
        own Value v = is_error(view) ? ERROR : call_method1(b->raw, "write", view);
        if (is_error(v))
            return -1;
        if (is_none(v))
            return IO_WOULD_BLOCK;
        if (!obj_index_i64(v, &n, ValueError)) {
            error_clear();
            n = -1;
        }
        if (n < 0 || n > len) {
            error_set(OSError, "raw write() returned invalid length %lld (should have been between 0 and %lld)", (long long)n, (long long)len);
            return -1;
        }
    }
    if (n > 0 && b->abs_pos != -1)
        b->abs_pos += n;
    return n;
}

/* --- filling and flushing (inside the lock) ---------------------------------------------------------------------------------------- */
static int64_t fill(Buffered *b)
{
    int64_t start = valid_read(b) ? b->read_end : 0;
    if (!b->data)
        return is_error(raise(ValueError, "I/O operation on closed file.")) ? -1 : 0;
    int64_t n = raw_read(b, b->data + start, b->size - start);
    if (n > 0) {
        b->read_end = start + n;
        b->raw_pos = start + n;
    }
    return n;
}
static bool flush_inside(Buffered *b)
{
    if (!valid_write(b) || b->write_pos == b->write_end) {
        drop_write(b);
        return true;
    }
    int64_t rewind = raw_offset(b) + (b->pos - b->write_pos);
    if (rewind != 0) {
        if (raw_seek(b, -rewind, SEEK_CUR) < 0)
            return false;
        b->raw_pos -= rewind;
    }
    while (b->write_pos < b->write_end) {
        int64_t n = raw_write(b, b->data + b->write_pos, b->write_end - b->write_pos);
        if (n == -1)
            return false;
        if (n == IO_WOULD_BLOCK) {
            io_blocking("write could not complete without blocking", 0);
            return false;
        }
        b->write_pos += n;
        b->raw_pos = b->write_pos;
        if (!poll_events())
            return false;
    }
    drop_write(b);
    return true;
}
static bool flush_and_rewind(Buffered *b)
{
    if (!flush_inside(b))
        return false;
    if (!b->readable)
        return true;
    /* Rewind the raw stream so that its position is ours. */
    int64_t n = raw_seek(b, -raw_offset(b), SEEK_CUR);
    drop_read(b);
    return n >= 0;
}
static bool flush_for_read(Buffered *b) { return !b->writable || flush_and_rewind(b); }

/* --- reading --------------------------------------------------------------------------------------------------------------------------- */
static Value take_ahead(Buffered *b, int64_t n)
{
    Value v = bytes_new(b->data + b->pos, (size_t)n);
    if (!is_error(v))
        b->pos += n;
    return v;
}

static Value read_all(Buffered *b)
{
    own Value head = UNBOUND;
    int64_t have = ahead(b);
    if (have) {
        head = take_ahead(b, have);
        if (is_error(head))
            return ERROR;
    }
    if (!flush_for_read(b))
        return ERROR;
    drop_read(b);
    own Value readall = UNBOUND;
    if (b->fast_raw) {
        own Value keep = retain(b->raw);
        own Value rest = fileio_readall(keep);
        if (is_error(rest))
            return ERROR;
        if (bytes_check(rest) && b->abs_pos != -1)
            b->abs_pos += (int64_t)as_bytes(rest)->len;
        return have == 0 ? give(rest) : is_none(rest) ? give(head) : bytes_concat(head, rest);
    }
    if (obj_find_attr_c(b->raw, "readall", &readall) == FAILED)
        return ERROR;
    if (!is_unbound(readall)) {
        own Value rest = call0(readall);
        if (is_error(rest))
            return ERROR;
        if (!is_none(rest) && !bytes_check(rest))
            return raise(TypeError, "readall() should return bytes");
        return have == 0 ? give(rest) : is_none(rest) ? give(head) : bytes_concat(head, rest);
    }
    for (;;) {
        own Value piece = call_method0(b->raw, "read");
        if (is_error(piece))
            return ERROR;
        if (!is_none(piece) && !bytes_check(piece))
            return raise(TypeError, "read() should return bytes");
        if (is_none(piece) || as_bytes(piece)->len == 0)
            return is_unbound(head) ? give(piece) : give(head);
        if (b->abs_pos != -1)
            b->abs_pos += (int64_t)as_bytes(piece)->len;
        Value joined = is_unbound(head) ? retain(piece) : bytes_concat(head, piece);
        if (is_error(joined))
            return ERROR;
        set_slot(&head, joined);
    }
}

static Value read_some(Buffered *b, int64_t n)
{
    int64_t have = ahead(b), left = n, done = 0;
    if (n <= have)
        return take_ahead(b, n);
    Bytes *out = bytes_alloc((size_t)n);
    if (!out)
        return ERROR;
    own Value result = obj_value(out);
    if (have > 0) {
        memcpy(out->data, b->data + b->pos, (size_t)have);
        left -= have;
        done += have;
        b->pos += have;
    }
    if (!flush_for_read(b))
        return ERROR;
    drop_read(b);
    while (left > 0) {                   /* whole blocks go straight to the result */
        int64_t r = b->mask ? left & ~b->mask : b->size * (left / b->size);
        if (r == 0)
            break;
        r = raw_read(b, out->data + done, r);
        if (r == -1)
            return ERROR;
        if (r == 0 || r == IO_WOULD_BLOCK) {
            if (r == 0 || done > 0)
                goto end;
            return NONE;
        }
        left -= r;
        done += r;
    }
    b->pos = b->raw_pos = b->read_end = 0;
    while (left > 0 && b->read_end < b->size) {
        int64_t r = fill(b);
        if (r == -1)
            return ERROR;
        if (r == 0 || r == IO_WOULD_BLOCK) {
            if (r == 0 || done > 0)
                goto end;
            return NONE;
        }
        r = r < left ? r : left;
        memcpy(out->data + done, b->data + b->pos, (size_t)r);
        done += r;
        b->pos += r;
        left -= r;
    }
end:
    give(result);
    return bytes_shrink_take(out, (size_t)done);
}

Value buffered_read(Value self, int64_t n)
{
    Buffered *b = as_buffered(self);
    if (n < -1)
        return raise(ValueError, "read length must be non-negative or -1");
    if (!usable(b, "read"))
        return ERROR;
    if (n >= 0 && n <= ahead(b) && b->owner == 0)
        return take_ahead(b, n);
    if (!enter(b))
        return ERROR;
    Value v = n == -1 ? read_all(b) : read_some(b, n);
    leave(b);
    return v;
}

Value buffered_read1(Value self, int64_t n)
{
    Buffered *b = as_buffered(self);
    if (!ready(b))
        return ERROR;
    if (n < 0)
        n = b->size;
    if (!usable(b, "read"))
        return ERROR;
    if (n == 0)
        return retain(bytes_empty);
    int64_t have = ahead(b);
    if (have > 0 && b->owner == 0)
        return take_ahead(b, n < have ? n : have);
    if (!enter(b))
        return ERROR;
    Bytes *out = flush_for_read(b) ? bytes_alloc((size_t)n) : NULL;
    own Value result = out ? obj_value(out) : ERROR;
    int64_t r = -1;
    if (out) {
        drop_read(b);
        r = raw_read(b, out->data, n);
    }
    leave(b);
    if (r == -1)
        return ERROR;
    give(result);
    return bytes_shrink_take(out, r == IO_WOULD_BLOCK ? 0 : (size_t)r);
}

static int64_t read_into(Buffered *b, uint8_t *out, int64_t len, bool once)
{
    int64_t done = ahead(b);
    if (done > 0) {
        done = done < len ? done : len;
        memcpy(out, b->data + b->pos, (size_t)done);
        b->pos += done;
        if (done == len)
            return done;
    }
    if (!flush_for_read(b))
        return -1;
    drop_read(b);
    b->pos = 0;
    while (len - done > 0) {
        int64_t left = len - done, n;
        if (left > b->size) {
            n = raw_read(b, out + done, left);
        } else if (!(once && done)) {
            n = fill(b);
            if (n > 0) {
                n = n < left ? n : left;
                memcpy(out + done, b->data + b->pos, (size_t)n);
                b->pos += n;
                done += n;
                if (once)
                    break;
                continue;
            }
        } else {
            n = 0;
        }
        if (n == 0 || (n == IO_WOULD_BLOCK && done > 0))
            break;
        if (n < 0)
            return n;
        done += n;
        if (once)
            break;
    }
    return done;
}

static Value readline_inside(Buffered *b, int64_t limit)
{
    Buf line = { 0 };
    bool good = true, ended = false;
    int64_t have = ahead(b);
    if (have > 0) {                      /* no end of line in it, and less than the limit */
        good = buf_add(&line, b->data + b->pos, (size_t)have);
        b->pos += have;
        limit -= limit >= 0 ? have : 0;
    }
    good = good && flush_for_read(b);
    while (good && !ended) {
        drop_read(b);
        int64_t n = fill(b);
        b->pos = 0;
        if (n <= 0) {
            good = n != -1;
            break;
        }
        if (limit >= 0 && n > limit)
            n = limit;
        const uint8_t *end = memchr(b->data, '\n', (size_t)n);
        ended = end || n == limit;
        if (end)
            n = end - b->data + 1;
        good = buf_add(&line, b->data, (size_t)n) && poll_interrupt();
        b->pos = n;
        limit -= limit >= 0 ? n : 0;
    }
    if (good || !error_pending()) {
        Value v = line.failed ? raise_memory() : bytes_new(line.at, line.len);
        buf_free(&line);
        return v;
    }
    buf_free(&line);
    return ERROR;
}
static Value readline(Value self, int64_t limit)
{
    Buffered *b = as_buffered(self);
    if (!usable(b, "readline"))
        return ERROR;
    int64_t have = ahead(b);
    if (have > 0 && b->owner == 0) {
        int64_t search = limit >= 0 && have > limit ? limit : have;
        const uint8_t *start = b->data + b->pos, *end = memchr(start, '\n', (size_t)search);
        if (end)
            return take_ahead(b, end - start + 1);
        if (search == limit)
            return take_ahead(b, limit);
    }
    if (!enter(b))
        return ERROR;
    Value v = readline_inside(b, limit);
    leave(b);
    return v;
}

/* --- writing ------------------------------------------------------------------------------------------------------------------------------ */
/* The raw stream takes nothing now: keep what fits and say how much. */
static int64_t write_blocked(Buffered *b, const uint8_t *data, int64_t len)
{
    if (b->readable)
        drop_read(b);
    memmove(b->data, b->data + b->write_pos, (size_t)(b->write_end - b->write_pos));
    b->write_end -= b->write_pos;
    b->raw_pos -= b->write_pos;
    b->pos -= b->write_pos;
    b->write_pos = 0;
    int64_t room = b->size - b->write_end, n = len < room ? len : room;
    error_clear();
    memcpy(b->data + b->write_end, data, (size_t)n);
    b->write_end += n;
    b->pos += n;
    if (n == len)
        return len;
    io_blocking("write could not complete without blocking", n);
    return -1;
}
static int64_t write_inside(Buffered *b, const uint8_t *data, int64_t len)
{
    if (!b->data)
        return is_error(raise(ValueError, "write to closed file")) ? -1 : 0;
    if (!valid_read(b) && !valid_write(b))
        b->pos = b->raw_pos = 0;
    if (len <= b->size - b->pos) {
        memcpy(b->data + b->pos, data, (size_t)len);
        if (!valid_write(b) || b->write_pos > b->pos)
            b->write_pos = b->pos;
        move_to(b, b->pos + len);
        if (b->write_end < b->pos)
            b->write_end = b->pos;
        return len;
    }
    if (!flush_inside(b))
        return error_is(BlockingIOError) ? write_blocked(b, data, len) : -1;
    int64_t offset = raw_offset(b), left = len, done = 0;
    if (offset != 0) {
        if (raw_seek(b, -offset, SEEK_CUR) < 0)
            return -1;
        b->raw_pos -= offset;
    }
    while (left > b->size) {
        int64_t n = raw_write(b, data + done, left);
        if (n == -1)
            return -1;
        if (n == IO_WOULD_BLOCK) {
            memcpy(b->data, data + done, (size_t)b->size);
            b->raw_pos = b->write_pos = 0;
            move_to(b, b->size);
            b->write_end = b->size;
            io_blocking("write could not complete without blocking", done + b->size);
            return -1;
        }
        done += n;
        left -= n;
        if (!poll_events())
            return -1;
    }
    if (b->readable)
        drop_read(b);
    memcpy(b->data, data + done, (size_t)left);
    b->write_pos = 0;
    b->write_end = left;
    move_to(b, left);
    b->raw_pos = 0;
    return len;
}
int64_t buffered_write(Value self, const void *data, int64_t n)
{
    Buffered *b = as_buffered(self);
    if (!ready(b))
        return -1;
    Truth closed = is_closed(b);
    if (closed)
        return closed == YES ? (error_set(ValueError, "write to closed file"), -1) : -1;
    if (!enter(b))
        return -1;
    int64_t done = write_inside(b, data, n);
    leave(b);
    return done;
}
Value buffered_flush(Value self)
{
    Buffered *b = as_buffered(self);
    if (!usable(b, "flush") || !enter(b))
        return ERROR;
    bool good = b->writable ? flush_and_rewind(b) : true;
    leave(b);
    return good ? NONE : ERROR;
}

/* --- making --------------------------------------------------------------------------------------------------------------------------------- */
static Value buffered_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value v = instance_new(type);
    if (!is_error(v))
        pthread_mutex_init(&as_buffered(v)->mutex, NULL);
    return v;
}
static void dispose(Object *o)
{
    Buffered *b = (Buffered *)o;
    if (b->data)
        heap_buf_free(b->data, (size_t)b->size);
    b->data = NULL;
    pthread_mutex_destroy(&b->mutex);
}
static size_t size_of(const Object *o)
{
    const Buffered *b = (const Buffered *)o;
    return heap_type(o)->basic_size + (b->data ? (size_t)b->size : 0);
}

static bool set_up(Buffered *b, Value raw, int64_t size, bool readable, bool writable)
{
    b->ok = b->detached = false;
    if (size <= 0)
        return raise_false(ValueError, "buffer size must be strictly positive");
    uint8_t *data = heap_buf((size_t)size);
    if (!data)
        return raise_memory_false();
    if (b->data)
        heap_buf_free(b->data, (size_t)b->size);
    b->data = data;
    b->size = size;
    b->mask = (size & (size - 1)) == 0 ? size - 1 : 0;
    Value old = b->raw;
    b->raw = retain(raw);
    release(old);
    b->readable = readable;
    b->writable = writable;
    b->fast_raw = is_exact(raw, &fileio_type);
    b->pos = b->raw_pos = 0;
    drop_read(b);
    drop_write(b);
    b->abs_pos = -1;
    bool streams = b->fast_raw && fileio_seekable(as_fileio(raw)) == NO;
    if (error_pending())
        error_clear();
    if (!streams && raw_tell(b) < 0) {   /* not seekable: it will never be asked again */
        if (!error_kind_is(error_kind(), Exception))
            return false;
        error_clear();
    }
    b->ok = true;
    return true;
}
static bool init_one(Value self, const char *name, const Value *args, size_t n_pos, Value kwnames, bool readable, bool writable)
{
    Value a[2];
    int64_t size;
    if (!bind_arguments(name, "(raw, buffer_size=8192)", args, n_pos, kwnames, a, NULL) || !arg_i64(a[1], IO_BUFFER_SIZE, &size))
        return false;
    as_buffered(self)->ok = as_buffered(self)->detached = false;
    if (readable && writable && !io_check_able(a[0], "seekable", "File or stream is not seekable."))
        return false;
    return (!readable || io_check_able(a[0], "readable", "File or stream is not readable.")) && (!writable || io_check_able(a[0], "writable", "File or stream is not writable.")) &&
           set_up(as_buffered(self), a[0], size, readable, writable);
}
static bool reader_init(Value self, const Value *args, size_t n, Value kw) { return init_one(self, "BufferedReader", args, n, kw, true, false); }
static bool writer_init(Value self, const Value *args, size_t n, Value kw) { return init_one(self, "BufferedWriter", args, n, kw, false, true); }
static bool random_init(Value self, const Value *args, size_t n, Value kw) { return init_one(self, "BufferedRandom", args, n, kw, true, true); }
Value buffered_make(Type *type, Value raw, int64_t size)
{
    own Value v = buffered_new(type, NULL, 0, NONE);
    return !is_error(v) && set_up(as_buffered(v), raw, size, type != &buffered_writer_type, type != &buffered_reader_type) ? give(v) : ERROR;
}

/* --- methods ---------------------------------------------------------------------------------------------------------------------------------- */
#define SELF Buffered *b = as_buffered(args[0])
#define FORWARD(name) static Value m_##name(Value *args, size_t n) { SELF; return ready(b) ? call_method0(b->raw, #name) : ERROR; }
FORWARD(seekable) FORWARD(readable) FORWARD(writable) FORWARD(fileno) FORWARD(isatty)

static Value m_simple_flush(Value *args, size_t n) { SELF; return usable(b, "flush") ? call_method0(b->raw, "flush") : ERROR; }
static Value m_flush(Value *args, size_t n) { return buffered_flush(args[0]); }
static Value m_read(Value *args, size_t n)
{
    int64_t size;
    return io_size(args[1], &size) ? buffered_read(args[0], size) : ERROR;
}
static Value m_read1(Value *args, size_t n)
{
    int64_t size;
    return arg_i64(args[1], -1, &size) ? buffered_read1(args[0], size) : ERROR;
}
static Value m_peek(Value *args, size_t n)
{
    SELF;
    int64_t size;
    if (!arg_i64(args[1], 0, &size) || !usable(b, "peek") || !enter(b))
        return ERROR;
    Value v = ERROR;
    int64_t have = flush_for_read(b) ? ahead(b) : -1;
    if (have == 0) {
        drop_read(b);
        have = fill(b);
        b->pos = 0;
    }
    if (have != -1)
        v = bytes_new(b->data + b->pos, have == IO_WOULD_BLOCK ? 0 : (size_t)have);
    leave(b);
    return v;
}
static Value into(Value *args, bool once)
{
    SELF;
    Buffer buffer;
    if (!ready(b) || !io_room(args[1], once ? "readinto1" : "readinto", &buffer))
        return ERROR;
    int64_t n = -1;
    if (usable(b, "readinto") && enter(b)) {
        n = read_into(b, buffer.data, buffer.len_bytes, once);
        leave(b);
    }
    buffer_release(&buffer);
    return n == -1 ? ERROR : n == IO_WOULD_BLOCK ? NONE : int_value(n);
}
static Value m_readinto(Value *args, size_t n) { return into(args, false); }
static Value m_readinto1(Value *args, size_t n) { return into(args, true); }
static Value m_readline(Value *args, size_t n)
{
    int64_t limit;
    return io_size(args[1], &limit) ? readline(args[0], limit) : ERROR;
}
static Value next(Value self)
{
    Buffered *b = as_buffered(self);
    if (!ready(b))
        return ERROR;
    Type *type = type_of(self);
    own Value line = type == &buffered_reader_type || type == &buffered_random_type ? readline(self, -1) : call_method0(self, "readline");
    if (is_error(line))
        return ERROR;
    if (!bytes_check(line))
        return raise(OSError, "readline() should have returned a bytes object, not '%.200T'", line);
    return as_bytes(line)->len ? give(line) : STOP;
}
static Value m_write(Value *args, size_t n)
{
    SELF;
    Buffer buffer;
    if (!ready(b) || !buffer_bytes(args[1], &buffer))
        return ERROR;
    int64_t done = buffered_write(args[0], buffer.data, buffer.len_bytes);
    buffer_release(&buffer);
    return done < 0 ? ERROR : int_value(done);
}

static Value m_tell(Value *args, size_t n)
{
    SELF;
    if (!ready(b))
        return ERROR;
    int64_t at = raw_tell(b);
    if (at == -1)
        return ERROR;
    at -= raw_offset(b);
    return int_value(at < 0 ? 0 : at);
}
static int64_t seek_inside(Buffered *b, int64_t target, int whence)
{
    if (b->writable && !flush_inside(b))
        return -1;
    if (whence == SEEK_CUR)
        target -= raw_offset(b);
    int64_t at = raw_seek(b, target, whence);
    if (at == -1)
        return -1;
    b->raw_pos = -1;
    if (b->readable)
        drop_read(b);
    return at;
}
static Value m_seek(Value *args, size_t n)
{
    SELF;
    int whence;
    int64_t target;
    if (!ready(b) || !arg_int(args[2], 0, &whence))
        return ERROR;
    if ((whence < 0 || whence > 2) && whence != SEEK_DATA && whence != SEEK_HOLE)
        return raise(ValueError, "whence value %d unsupported", whence);
    if (!usable(b, "seek"))
        return ERROR;
    Truth able = b->fast_raw ? fileio_seekable(as_fileio(b->raw)) : (Truth)io_check_able(b->raw, "seekable", "File or stream is not seekable.");
    if (able != YES)
        return error_pending() ? ERROR : io_unsupported("File or stream is not seekable.");
    if (!io_position(args[1], &target))
        return ERROR;
    if (whence <= 1 && b->readable) {    /* within what is read already? */
        int64_t current = b->abs_pos != -1 ? b->abs_pos : raw_tell(b);
        if (current == -1)
            return ERROR;
        int64_t have = ahead(b);
        if (have > 0) {
            int64_t offset = whence == 0 ? target - (current - raw_offset(b)) : target;
            if (offset >= -b->pos && offset <= have) {
                b->pos += offset;
                return int_value(current - have + offset);
            }
        }
    }
    if (!enter(b))
        return ERROR;
    int64_t at = seek_inside(b, target, whence);
    leave(b);
    return at == -1 ? ERROR : int_value(at);
}
static Value m_truncate(Value *args, size_t n)
{
    SELF;
    if (!usable(b, "truncate"))
        return ERROR;
    if (!b->writable)
        return io_unsupported("truncate");
    if (!enter(b))
        return ERROR;
    Value v = flush_and_rewind(b) ? call_method1(b->raw, "truncate", is_unbound(args[1]) ? NONE : args[1]) : ERROR;
    if (!is_error(v) && raw_tell(b) == -1)
        error_clear();
    leave(b);
    return v;
}

static Value dealloc_warn(Value self, Value source)
{
    Buffered *b = as_buffered(self);
    if (b->ok && is_ptr(b->raw)) {
        own Value result = call_method1(b->raw, "_dealloc_warn", source);
        if (is_error(result))
            error_clear();
    }
    return NONE;
}
static Value m_dealloc_warn(Value *args, size_t n) { return dealloc_warn(args[0], args[1]); }
static Value m_close(Value *args, size_t n)
{
    SELF;
    if (!ready(b))
        return ERROR;
    Truth closed = is_closed(b);
    if (closed)
        return closed == YES ? NONE : ERROR;
    if (b->finalizing)
        dealloc_warn(args[0], args[0]);
    bool exact = type_of(args[0]) == &buffered_writer_type || type_of(args[0]) == &buffered_random_type;
    own Value flushed = exact ? buffered_flush(args[0]) : call_method0(args[0], "flush");
    ErrorState first = error_save();
    if (!is_ptr(b->raw)) {
        error_restore(first);
        return error_pending() ? ERROR : NONE;
    }
    own Value raw = retain(b->raw);
    own Value result = is_exact(raw, &fileio_type) ? fileio_close(raw) : call_method0(raw, "close");
    if (b->data && b->owner == 0) {
        heap_buf_free(b->data, (size_t)b->size);
        b->data = NULL;
        drop_read(b);
        drop_write(b);
    }
    if (is_error(flushed)) {
        io_chain(first);
        return ERROR;
    }
    return give(result);
}
static Value m_detach(Value *args, size_t n)
{
    SELF;
    own Value flushed = ready(b) ? call_method0(args[0], "flush") : ERROR;
    if (is_error(flushed))
        return ERROR;
    Value raw = b->raw;
    b->raw = UNBOUND;
    b->detached = true;
    b->ok = false;
    return raw;
}
static Value m_sizeof(Value *args, size_t n) { return int_value((int64_t)size_of(as_obj(args[0]))); }

static Value get_closed(Value self)
{
    Buffered *b = as_buffered(self);
    if (!ready(b))
        return ERROR;
    if (b->fast_raw)
        return bool_value(as_fileio(b->raw)->fd < 0);
    return obj_getattr(b->raw, str_name_peek("closed"));
}
static Value get_name(Value self) { return ready(as_buffered(self)) ? obj_getattr(as_buffered(self)->raw, str_name_peek("name")) : ERROR; }
static Value get_mode(Value self) { return ready(as_buffered(self)) ? obj_getattr(as_buffered(self)->raw, str_name_peek("mode")) : ERROR; }
static Value repr(Value self)
{
    own Value name = UNBOUND;
    if (obj_find_attr(self, str_name_peek("name"), &name) == FAILED) {
        if (!error_is(ValueError))
            return ERROR;
        error_clear();
    }
    if (is_unbound(name))
        return str_format("<_io.%s>", type_name(self));
    Truth inside = repr_enter(self);
    if (inside)
        return inside == YES ? raise(RuntimeError, "reentrant call inside %s.__repr__", type_name(self)) : ERROR;
    own Value shown = obj_repr(name);
    repr_leave(self);
    return is_error(shown) ? ERROR : str_format("<_io.%s name=%S>", type_name(self), shown);
}

#define COMMON_ROWS \
    { "detach", "(self, /)", m_detach, NULL }, { "close", "(self, /)", m_close, NULL }, { "seekable", "(self, /)", m_seekable, NULL }, \
    { "fileno", "(self, /)", m_fileno, NULL }, { "isatty", "(self, /)", m_isatty, NULL }, { "_dealloc_warn", "(self, source, /)", m_dealloc_warn, NULL }, \
    { "seek", "(self, target, whence=0, /)", m_seek, NULL }, { "tell", "(self, /)", m_tell, NULL }, { "truncate", "(self, pos=None, /)", m_truncate, NULL }, \
    { "__sizeof__", "(self, /)", m_sizeof, NULL }, { "__getstate__", "(self, /)", io_no_state, NULL }
#define READ_ROWS \
    { "read", "(self, size=-1, /)", m_read, NULL }, { "peek", "(self, size=0, /)", m_peek, NULL }, { "read1", "(self, size=-1, /)", m_read1, NULL }, \
    { "readinto", "(self, buffer, /)", m_readinto, NULL }, { "readinto1", "(self, buffer, /)", m_readinto1, NULL }, \
    { "readline", "(self, size=-1, /)", m_readline, NULL }, { "readable", "(self, /)", m_readable, NULL }
#define WRITE_ROWS { "write", "(self, buffer, /)", m_write, NULL }, { "flush", "(self, /)", m_flush, NULL }, { "writable", "(self, /)", m_writable, NULL }
static const Method reader_methods[] = { COMMON_ROWS, READ_ROWS, { "flush", "(self, /)", m_simple_flush, NULL }, { 0 } };
static const Method writer_methods[] = { COMMON_ROWS, WRITE_ROWS, { 0 } };
static const Method random_methods[] = { COMMON_ROWS, READ_ROWS, WRITE_ROWS, { 0 } };
static const GetSet getsets[] = {
    { "closed", get_closed, NULL, NULL }, { "name", get_name, NULL, NULL }, { "mode", get_mode, NULL, NULL }, { 0 },
};
static const Member members[] = { { "raw", MEMBER_VALUE_NONE, offsetof(Buffered, raw), false, NULL }, { "_finalizing", MEMBER_BOOL, offsetof(Buffered, finalizing), true, NULL }, { 0 } };
static const TraceRow rows[] = { { TRACE_VALUE, offsetof(Buffered, raw), 0, ".raw" }, { TRACE_ATTRS, offsetof(Buffered, attrs), 0, NULL }, { 0 } };
#define BUFFERED_TYPE(self, text) \
    STATIC_TYPE(self, text, Buffered, rows), STATIC_TYPE_ATTRS(Buffered, attrs), .heap.dispose = dispose, .heap.size_of = size_of, \
    .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_WEAK, .new = buffered_new, .repr = repr, .getsets = getsets, .members = members, .module_name = "_io"
Type buffered_reader_type = { BUFFERED_TYPE(buffered_reader_type, "BufferedReader"), .init = reader_init, .next = next, .methods = reader_methods, .signature = "(raw, buffer_size=8192)",
    .doc = "Create a new buffered reader using the given readable raw IO object." };
Type buffered_writer_type = { BUFFERED_TYPE(buffered_writer_type, "BufferedWriter"), .init = writer_init, .methods = writer_methods, .signature = "(raw, buffer_size=8192)",
    .doc = "A buffer for a writeable sequential RawIO object.\n\nThe constructor creates a BufferedWriter for the given writeable raw\nstream. If the buffer_size is not given, it defaults to\nDEFAULT_BUFFER_SIZE." };
Type buffered_random_type = { BUFFERED_TYPE(buffered_random_type, "BufferedRandom"), .init = random_init, .next = next, .methods = random_methods, .signature = "(raw, buffer_size=8192)",
    .doc = "A buffered interface to random access streams.\n\nThe constructor creates a reader and writer for a seekable stream,\nraw, given in the first argument. If the buffer_size is omitted it\ndefaults to DEFAULT_BUFFER_SIZE." };
