/* text.c -- text streams: setting up, reading, writing. Positions (seek, tell) are in text_seek.c, the type TextIOWrapper in textio.c.
 *
 * Reading: a chunk of bytes is decoded at once into `decoded`; `used` of its characters are handed out. `snapshot` is the decoder's flags and the
 * bytes that the chunk was made of, from which tell() reconstructs a position. Writing: encoded bytes gather in `pending`. */
#include <errno.h>
#include <stdlib.h>

#include "interp/builtins/import.h"
#include "interp/modules/io/io_parts.h"
#include "interp/object/codec.h"

bool text_ready(Value self)
{
    TextIO *t = as_text(self);
    if (LIKELY(t->ok && is_ptr(t->buffer)))
        return true;
    return raise_false(ValueError, t->detached ? "underlying buffer has been detached" : "I/O operation on uninitialized object");
}
Truth text_is_closed(TextIO *t)
{
    if (is_exact(t->buffer, &buffered_reader_type) || is_exact(t->buffer, &buffered_writer_type)) {
        Buffered *b = as_buffered(t->buffer);
        if (b->ok && b->fast_raw && is_ptr(b->raw))
            return as_fileio(b->raw)->fd < 0 ? YES : NO;
    }
    return io_is_closed(t->buffer);
}
bool text_open(Value self)
{
    if (!text_ready(self))
        return false;
    Truth closed = text_is_closed(as_text(self));
    return closed == NO || (closed == YES && raise_false(ValueError, "I/O operation on closed file."));
}

/* --- codecs -------------------------------------------------------------------------------------------------------------------------------- */
static Value codec_info(const char *encoding)
{
    own Value lookup = import_attr("_codecs", "lookup"), name = str_from(encoding);
    own Value info = is_error(lookup) || is_error(name) ? ERROR : call1(lookup, name), flag = UNBOUND;
    if (is_error(info))
        return ERROR;
    Found found = obj_find_attr_c(info, "_is_text_encoding", &flag);
    Truth text = found == FOUND ? obj_truth(flag) : found == ABSENT ? YES : TRUTH_FAILED;
    if (text == TRUTH_FAILED)
        return ERROR;
    return text == YES ? give(info) : raise(LookupError, "'%.400s' is not a text encoding; use codecs.open() to handle arbitrary codecs", encoding);
}

static Truth able(Value buffer, const char *method)
{
    own Value answer = call_method0(buffer, method);
    return is_error(answer) ? TRUTH_FAILED : obj_truth(answer);
}

static bool set_decoder(TextIO *t, Value info, const char *errors)
{
    Truth readable = able(t->buffer, "readable");
    if (readable == TRUTH_FAILED)
        return false;
    set_slot(&t->decoder, NONE);
    if (readable == NO)
        return true;
    own Value error_name = str_from(errors);
    own Value decoder = is_error(error_name) ? ERROR : t->fast ? text_decoder_new(t->fast, errors) : call_method1(info, "incrementaldecoder", error_name);
    if (!is_error(decoder) && t->universal)
        set_slot(&decoder, newline_decoder_make(decoder, t->translate));
    if (is_error(decoder))
        return false;
    set_slot(&t->decoder, give(decoder));
    return true;
}
static bool set_encoder(TextIO *t, Value info, const char *errors)
{
    Truth writable = able(t->buffer, "writable");
    if (writable == TRUTH_FAILED)
        return false;
    set_slot(&t->encoder, NONE);
    if (writable == NO)
        return true;
    own Value error_name = str_from(errors);
    own Value encoder = is_error(error_name) ? ERROR : t->fast ? TRUE : call_method1(info, "incrementalencoder", error_name);
    if (is_error(encoder))
        return false;
    set_slot(&t->encoder, give(encoder));
    return true;
}
/* An encoder that begins in the middle of a stream writes no byte order mark. */
static bool fix_encoder(TextIO *t)
{
    if (!t->seekable || !is_ptr(t->encoder))
        return true;
    own Value at = call_method0(t->buffer, "tell");
    Truth start = is_error(at) ? TRUTH_FAILED : obj_equal(at, small_int_value(0));
    if (start == TRUTH_FAILED)
        return false;
    if (start == YES)
        return true;
    own Value done = call_method1(t->encoder, "setstate", small_int_value(0));
    return !is_error(done);
}

static void set_newline(TextIO *t, const char *newline)
{
    t->universal = !newline || !newline[0];
    t->translate = !newline;
    t->write_translate = !newline || newline[0];
    strcpy(t->read_newline, newline ? newline : "\1");
    strcpy(t->write_newline, newline && newline[0] == '\r' ? newline : "");
}

bool text_set_up(TextIO *t, Value buffer, const char *encoding, const char *errors, const char *newline, bool line_buffering, bool write_through)
{
    t->ok = t->detached = false;
    if (!encoding || strcmp(encoding, "locale") == 0)
        encoding = "UTF-8";
    errors = errors ? errors : "strict";
    t->fast = text_encoding_of(encoding);
    own Value info = t->fast ? UNBOUND : codec_info(encoding), encoding_name = str_from(encoding), error_name = str_from(errors);
    if (is_error(info) || is_error(encoding_name) || is_error(error_name))
        return false;
    set_slot(&t->encoding, give(encoding_name));
    set_slot(&t->errors, give(error_name));
    set_slot(&t->buffer, retain(buffer));
    set_slot(&t->decoded, UNBOUND);
    set_slot(&t->snapshot, UNBOUND);
    t->used = 0;
    t->chunk = IO_BUFFER_SIZE;
    t->b2c = 0;
    buf_free(&t->pending);
    t->line_buffering = line_buffering;
    t->write_through = write_through;
    set_newline(t, newline);
    if (!set_decoder(t, info, errors) || !set_encoder(t, info, errors))
        return false;
    Truth seekable = able(buffer, "seekable");
    if (seekable == TRUTH_FAILED)
        return false;
    t->seekable = t->telling = seekable == YES;
    own Value read1 = UNBOUND;
    Found found = obj_find_attr_c(buffer, "read1", &read1);
    t->has_read1 = found == FOUND;
    if (found == FAILED || !fix_encoder(t))
        return false;
    t->ok = true;
    return true;
}

/* New encoding, error handler (NULL: as it is, but "strict" with a new encoding) and line ends. */
bool text_change(TextIO *t, const char *encoding, const char *errors, bool new_newline, const char *newline)
{
    if (new_newline)
        set_newline(t, newline);
    if (encoding && strcmp(encoding, "locale") == 0)
        encoding = "UTF-8";
    own Value encoding_name = encoding ? str_from(encoding) : retain(t->encoding), error_name = errors ? str_from(errors) : encoding ? str_from("strict") : retain(t->errors);
    const char *now = is_error(encoding_name) || is_error(error_name) ? NULL : str_utf8_peek(encoding_name, NULL);
    if (!now)
        return false;
    TextEncoding fast = text_encoding_of(now);
    own Value info = fast ? UNBOUND : codec_info(now);
    if (is_error(info))
        return false;
    t->fast = fast;
    set_slot(&t->encoding, give(encoding_name));
    set_slot(&t->errors, give(error_name));
    const char *how = str_utf8_peek(t->errors, NULL);
    return how && set_decoder(t, info, how) && set_encoder(t, info, how) && fix_encoder(t);
}

/* --- writing ------------------------------------------------------------------------------------------------------------------------------------ */
bool text_flush_pending(TextIO *t)
{
    if (t->pending.len == 0)
        return true;
    size_t len;
    char *data = buf_detach(&t->pending, &len);
    if (!data)
        return raise_memory_false();
    bool good;
    if (is_exact(t->buffer, &buffered_writer_type) || is_exact(t->buffer, &buffered_random_type)) {
        own Value keep = retain(t->buffer);
        good = buffered_write(keep, data, (int64_t)len) >= 0;
    } else if (is_exact(t->buffer, &bytesio_type)) {
        good = bytesio_write(t->buffer, data, (int64_t)len) >= 0;
    } else {
        own Value bytes = bytes_new(data, len);
        own Value done = is_error(bytes) ? ERROR : call_method1(t->buffer, "write", bytes);
        good = !is_error(done);
    }
    free(data);
    return good;
}

static bool has_char(const Str *s, char c)
{
    if (s->width == 1)
        return memchr(s->u.c1, c, s->len) != NULL;
    for (uint64_t i = 0; i < s->len; i++)
        if (str_char(s, i) == (uint32_t)c)
            return true;
    return false;
}

/* The text's bytes; UNBOUND: it is ASCII and its own bytes. */
static Value encode(TextIO *t, Value text)
{
    const char *errors = is_ptr(t->errors) ? str_utf8_peek(t->errors, NULL) : NULL;
    if (t->fast && as_str(text)->ascii)
        return UNBOUND;
    if (t->fast)
        return t->fast == ENCODING_UTF8 ? encode_utf8(text, errors) : t->fast == ENCODING_LATIN1 ? encode_latin1(text, errors) : encode_ascii(text, errors);
    own Value bytes = call_method1(t->encoder, "encode", text);
    if (is_error(bytes) || bytes_check(bytes))
        return give(bytes);
    return raise(TypeError, "encoder should return a bytes object, not '%.200T'", bytes);
}

static bool forget_decoded(TextIO *t)
{
    set_slot(&t->decoded, UNBOUND);
    t->used = 0;
    set_slot(&t->snapshot, UNBOUND);
    if (!is_ptr(t->decoder))
        return true;
    own Value done = call_method0(t->decoder, "reset");
    return !is_error(done);
}

Value textio_write(Value *args, size_t n)
{
    TextIO *t = as_text(args[0]);
    if (!text_ready(args[0]))
        return ERROR;
    if (!str_check(args[1]))
        return raise(TypeError, "write() argument must be str, not %W", args[1]);
    if (!text_open(args[0]))
        return ERROR;
    if (is_none(t->encoder) || is_unbound(t->encoder))
        return io_unsupported("not writable");
    own Value text = retain(args[1]);
    uint64_t len = str_len(text);
    bool flush = false, has_lf = false;
    if ((t->write_translate && t->write_newline[0]) || t->line_buffering)
        has_lf = has_char(as_str(text), '\n');
    if (has_lf && t->write_translate && t->write_newline[0]) {
        own Value from = str_from("\n"), to = str_from(t->write_newline);
        Value a[2] = { from, to };
        set_slot(&text, is_error(from) || is_error(to) ? ERROR : call_method(text, "replace", a, 2));
        if (is_error(text))
            return ERROR;
    }
    if (t->line_buffering && (has_lf || has_char(as_str(text), '\r')))
        flush = true;
    own Value bytes = encode(t, text);
    if (is_error(bytes))
        return ERROR;
    const void *data = is_unbound(bytes) ? str_data(as_str(text)) : as_bytes(bytes)->data;
    size_t size = is_unbound(bytes) ? str_len(text) : as_bytes(bytes)->len;
    if (t->pending.len && (int64_t)(t->pending.len + size) > t->chunk && !text_flush_pending(t))
        return ERROR;
    if (size && !buf_add(&t->pending, data, size)) {
        buf_free(&t->pending);
        return raise_memory();
    }
    if (((int64_t)t->pending.len >= t->chunk || flush || t->write_through) && !text_flush_pending(t))
        return ERROR;
    if (flush) {
        own Value done = call_method0(t->buffer, "flush");
        if (is_error(done))
            return ERROR;
    }
    if ((is_ptr(t->decoded) || is_ptr(t->snapshot) || is_ptr(t->decoder)) && !forget_decoded(t))
        return ERROR;
    return int_value((int64_t)len);
}

/* --- reading ---------------------------------------------------------------------------------------------------------------------------------------- */
static Value read_bytes(TextIO *t, int64_t n)
{
    own Value keep = retain(t->buffer);
    if (is_exact(keep, &buffered_reader_type) || is_exact(keep, &buffered_random_type))
        return buffered_read1(keep, n);
    if (is_exact(keep, &bytesio_type))
        return bytesio_read1(keep, n);
    own Value v = call_method1(keep, t->has_read1 ? "read1" : "read", int_value(n));
    if (is_error(v) || bytes_check(v))
        return give(v);
    Buffer b;
    if (!buffer_supported(v) || !buffer_bytes(v, &b)) {
        error_clear();
        return raise(TypeError, "underlying %s() should have returned a bytes-like object, not '%.200T'", t->has_read1 ? "read1" : "read", v);
    }
    Value bytes = bytes_new(b.data, (size_t)b.len_bytes);
    buffer_release(&b);
    return bytes;
}

Value text_decode_some(TextIO *t, Value bytes, bool final)
{
    own Value decoder = retain(t->decoder), text = UNBOUND;
    if (is_exact(decoder, &newline_decoder_type)) {
        text = newline_decode(decoder, bytes, final);
    } else if (is_exact(decoder, &text_decoder_type)) {
        text = text_decoder_decode(decoder, as_bytes(bytes)->data, as_bytes(bytes)->len, final);
    } else {
        Value a[2] = { bytes, bool_value(final) };
        text = call_method(decoder, "decode", a, 2);
    }
    if (is_error(text) || str_check(text))
        return give(text);
    return raise(TypeError, "decoder should return a string result, not '%.200T'", text);
}

/* ABSENT: end of file. */
static Found read_chunk(TextIO *t, int64_t hint)
{
    if (!is_ptr(t->decoder))
        return io_unsupported("not readable"), FAILED;
    own Value before = UNBOUND, flags = UNBOUND;
    if (t->telling) {
        own Value state = call_method0(t->decoder, "getstate");
        if (is_error(state))
            return FAILED;
        if (!tuple_check(state) || tuple_len(state) != 2)
            return raise_failed(TypeError, "illegal decoder state");
        if (!bytes_check(tuple_peek(state, 0)))
            return raise_failed(TypeError, "illegal decoder state: the first item should be a bytes object, not '%.200T'", tuple_peek(state, 0));
        before = retain(tuple_peek(state, 0));
        flags = retain(tuple_peek(state, 1));
    }
    if (hint > 0)
        hint = (int64_t)((t->b2c > 1 ? t->b2c : 1) * (double)hint);
    own Value input = read_bytes(t, hint > t->chunk ? hint : t->chunk);
    if (is_error(input))
        return FAILED;
    size_t n = as_bytes(input)->len;
    own Value text = text_decode_some(t, input, n == 0);
    if (is_error(text))
        return FAILED;
    uint64_t chars = str_len(text);
    t->b2c = chars ? (double)n / (double)chars : 0;
    set_slot(&t->decoded, give(text));
    t->used = 0;
    if (t->telling) {
        own Value next = as_bytes(before)->len ? bytes_concat(before, input) : retain(input);
        Value snapshot = is_error(next) ? ERROR : tuple_of2(flags, next);
        if (is_error(snapshot))
            return FAILED;
        set_slot(&t->snapshot, snapshot);
    }
    return n || chars ? FOUND : ABSENT;
}

static int64_t decoded_left(const TextIO *t) { return is_ptr(t->decoded) ? (int64_t)str_len(t->decoded) - t->used : 0; }
static Value take_decoded(TextIO *t, int64_t n)
{
    int64_t left = decoded_left(t);
    if (n < 0 || n > left)
        n = left;
    if (n == 0)
        return retain(str_empty);
    Value v = t->used == 0 && n == left ? retain(t->decoded) : str_slice(t->decoded, t->used, t->used + n);
    if (!is_error(v))
        t->used += n;
    return v;
}

static Value read_all(TextIO *t)
{
    own Value keep = retain(t->buffer);
    own Value bytes = is_exact(keep, &buffered_reader_type) || is_exact(keep, &buffered_random_type) ? buffered_read(keep, -1) : call_method0(keep, "read");
    if (is_error(bytes))
        return ERROR;
    if (!bytes_check(bytes)) {
        Buffer b;
        if (is_none(bytes) || !buffer_supported(bytes))
            return raise(TypeError, "decoder should return a string result, not '%.200T'", bytes);
        if (!buffer_bytes(bytes, &b))
            return ERROR;
        set_slot(&bytes, bytes_new(b.data, (size_t)b.len_bytes));
        buffer_release(&b);
        if (is_error(bytes))
            return ERROR;
    }
    own Value text = text_decode_some(t, bytes, true), head = is_error(text) ? ERROR : take_decoded(t, -1);
    if (is_error(head))
        return ERROR;
    set_slot(&t->decoded, UNBOUND);
    t->used = 0;
    set_slot(&t->snapshot, UNBOUND);
    return str_len(head) ? str_concat(head, text) : give(text);
}
Value textio_read(Value *args, size_t n)
{
    TextIO *t = as_text(args[0]);
    int64_t size;
    if (!text_ready(args[0]) || !io_size(args[1], &size) || !text_open(args[0]))
        return ERROR;
    if (!is_ptr(t->decoder))
        return io_unsupported("not readable");
    if (!text_flush_pending(t))
        return ERROR;
    if (size < 0)
        return read_all(t);
    own Value result = take_decoded(t, size);
    while (!is_error(result) && (int64_t)str_len(result) < size) {
        int64_t left = size - (int64_t)str_len(result);
        Found found = read_chunk(t, left);
        if (found == ABSENT)
            break;
        own Value more = found == FAILED ? ERROR : take_decoded(t, left);
        if (is_error(more) || !str_append(&result, more))
            return ERROR;
    }
    return give(result);
}

static bool find_end(TextIO *t, int64_t stop, int64_t *end, int64_t *consumed)
{
    const Str *s = as_str(t->decoded);
    *end = newline_find(str_data(s), (unsigned)s->width, t->used, stop, t->translate, t->universal, t->read_newline[0] == 1 ? NULL : t->read_newline, consumed);
    return *end >= 0;
}
Value text_readline(TextIO *t, int64_t limit)
{
    StrBuilder line = { 0 };
    own Value rest = UNBOUND;            /* the first half of a \r\n at the end of a chunk */
    int64_t have = 0;
    if (!text_flush_pending(t))
        return ERROR;
    for (;;) {
        Found found = FOUND;
        while (decoded_left(t) == 0 && found == FOUND)
            found = read_chunk(t, 0);
        if (found == FAILED)
            break;
        if (found == ABSENT) {
            set_slot(&t->decoded, UNBOUND);
            t->used = 0;
            set_slot(&t->snapshot, UNBOUND);
            if (is_ptr(rest) && !str_builder_str(&line, rest))
                break;
            return str_builder_finish(&line);
        }
        if (is_ptr(rest)) {
            assert(t->used == 0);
            Value joined = str_concat(rest, t->decoded);
            if (is_error(joined))
                break;
            set_slot(&t->decoded, joined);
            set_slot(&rest, UNBOUND);
        }
        int64_t all = (int64_t)str_len(t->decoded), stop = limit >= 0 && limit - have < all - t->used ? t->used + limit - have : all, end, consumed;
        bool done = find_end(t, stop, &end, &consumed);
        if (!done && stop < all) {       /* the limit ends it */
            end = stop;
            done = true;
        }
        if (!done && limit >= 0 && have + stop - t->used >= limit && consumed == stop) {
            end = stop;
            done = true;
        }
        if (done && line.len == 0)
            return take_decoded(t, end - t->used);
        if (!str_builder_slice(&line, t->decoded, (uint64_t)t->used, (uint64_t)(done ? end : consumed)))
            break;
        if (done) {
            t->used = end;
            return str_builder_finish(&line);
        }
        have += consumed - t->used;
        if (consumed < all) {
            rest = str_slice(t->decoded, consumed, all);
            if (is_error(rest))
                break;
        }
        t->used = all;
    }
    str_builder_free(&line);
    return ERROR;
}
Value textio_readline(Value *args, size_t n)
{
    int64_t limit = -1;
    if (!text_ready(args[0]) || !text_open(args[0]))
        return ERROR;
    if (!is_unbound(args[1]) && !arg_i64(args[1], -1, &limit))
        return ERROR;
    return text_readline(as_text(args[0]), limit);
}
