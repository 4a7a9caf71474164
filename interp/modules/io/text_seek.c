/* text_seek.c -- positions in a text stream. A position is an opaque number: where to put the buffer, the state to give the decoder, how many bytes
 * to feed it then, and how many of the decoded characters to skip. */
#include "interp/modules/io/io_parts.h"

typedef struct Cookie { int64_t start; int32_t flags, feed, skip; uint8_t need_eof; } Cookie;

static Value cookie_number(const Cookie *c)
{
    uint8_t b[21];
    memcpy(b, &c->start, 8);
    memcpy(b + 8, &c->flags, 4);
    memcpy(b + 12, &c->feed, 4);
    memcpy(b + 16, &c->skip, 4);
    b[20] = c->need_eof;
    return int_from_bytes(b, sizeof b, true, false);
}
static bool cookie_parse(Value v, Cookie *c)
{
    uint8_t b[21];
    own Value index = obj_index(v);
    if (is_error(index) || !int_to_bytes(index, b, sizeof b, true, false))
        return false;
    memcpy(&c->start, b, 8);
    memcpy(&c->flags, b + 8, 4);
    memcpy(&c->feed, b + 12, 4);
    memcpy(&c->skip, b + 16, 4);
    c->need_eof = b[20];
    return true;
}

static bool decoder_set(TextIO *t, int32_t flags)
{
    own Value state = tuple_of2(bytes_empty, small_int_value(flags));
    own Value done = is_error(state) ? ERROR : call_method1(t->decoder, "setstate", state);
    return !is_error(done);
}
/* The decoder's state: bytes it holds back, its flags. */
static bool decoder_get(TextIO *t, int64_t *held, int32_t *flags)
{
    int64_t f;
    own Value state = call_method0(t->decoder, "getstate");
    if (is_error(state))
        return false;
    if (!tuple_check(state) || tuple_len(state) != 2 || !bytes_check(tuple_peek(state, 0)) || !int_check(tuple_peek(state, 1)))
        return raise_false(TypeError, "illegal decoder state");
    *held = (int64_t)as_bytes(tuple_peek(state, 0))->len;
    int_to_i64(tuple_peek(state, 1), &f);
    *flags = (int32_t)f;
    return true;
}
/* Characters that these bytes decode to; -1: failed. */
static int64_t decode_count(TextIO *t, const uint8_t *data, int64_t n, bool final)
{
    own Value bytes = bytes_new(data, (size_t)n);
    own Value text = is_error(bytes) ? ERROR : text_decode_some(t, bytes, final);
    return is_error(text) ? -1 : (int64_t)str_len(text);
}

/* Find a byte offset near the position where the decoder holds nothing back, by doubling steps. */
static bool find_start(TextIO *t, const Bytes *next, int32_t snapshot_flags, int64_t *skip_bytes, int64_t *skip_chars, int32_t *flags)
{
    int64_t skip = (int64_t)(t->b2c * (double)*skip_chars), back = 1;
    skip = skip > (int64_t)next->len ? (int64_t)next->len : skip;
    *flags = snapshot_flags;
    while (skip > 0) {
        int64_t held;
        if (!decoder_set(t, snapshot_flags))
            return false;
        int64_t n = decode_count(t, next->data, skip, false);
        if (n < 0)
            return false;
        if (n <= *skip_chars) {
            int32_t now;
            if (!decoder_get(t, &held, &now))
                return false;
            if (held == 0) {
                *flags = now;
                *skip_chars -= n;
                *skip_bytes = skip;
                return true;
            }
            skip -= held;
            back = 1;
        } else {
            skip -= back;
            back *= 2;
        }
    }
    *skip_bytes = 0;
    return decoder_set(t, snapshot_flags);
}

static bool find_position(TextIO *t, const Bytes *next, Cookie *c, int64_t skip_chars)
{
    int64_t skip_bytes = 0, decoded = 0, fed = 0, held;
    int32_t flags;
    if (!find_start(t, next, c->flags, &skip_bytes, &skip_chars, &flags))
        return false;
    c->start += skip_bytes;
    c->flags = flags;
    if (skip_chars == 0)
        return true;
    int64_t at = skip_bytes;
    for (; at < (int64_t)next->len; at++) {
        int64_t n = decode_count(t, next->data + at, 1, false);
        if (n < 0 || !decoder_get(t, &held, &flags))
            return false;
        decoded += n;
        fed++;
        if (held == 0 && decoded <= skip_chars) {        /* a safe place to start from */
            c->start += fed;
            skip_chars -= decoded;
            c->flags = flags;
            fed = decoded = 0;
        }
        if (decoded >= skip_chars)
            break;
    }
    if (at == (int64_t)next->len) {
        int64_t n = decode_count(t, NULL, 0, true);
        if (n < 0)
            return false;
        decoded += n;
        c->need_eof = 1;
        if (decoded < skip_chars)
            return raise_false(OSError, "can't reconstruct logical file position");
    }
    c->feed = (int32_t)fed;
    c->skip = (int32_t)skip_chars;
    return true;
}

Value textio_tell(Value *args, size_t n)
{
    TextIO *t = as_text(args[0]);
    Cookie c = { 0 };
    int64_t flags;
    if (!text_open(args[0]))
        return ERROR;
    if (!t->seekable)
        return io_unsupported("underlying stream is not seekable");
    if (!t->telling)
        return raise(OSError, "telling position disabled by next() call");
    own Value flushed = text_flush_pending(t) ? call_method0(args[0], "flush") : ERROR;
    own Value at = is_error(flushed) ? ERROR : call_method0(t->buffer, "tell");
    if (is_error(at) || !is_ptr(t->decoder) || !is_ptr(t->snapshot))
        return give(at);
    if (!io_position(at, &c.start))
        return ERROR;
    own Value snapshot = retain(t->snapshot);
    if (!int_check(tuple_peek(snapshot, 0)))
        return raise(TypeError, "illegal decoder state");
    const Bytes *next = as_bytes(tuple_peek(snapshot, 1));
    int_to_i64(tuple_peek(snapshot, 0), &flags);
    c.flags = (int32_t)flags;
    c.start -= (int64_t)next->len;
    if (!is_ptr(t->decoded) || t->used == 0)
        return cookie_number(&c);
    own Value saved = call_method0(t->decoder, "getstate");
    if (is_error(saved))
        return ERROR;
    bool good = find_position(t, next, &c, t->used);
    ErrorState first = error_save();
    own Value restored = call_method1(t->decoder, "setstate", saved);
    if (!good) {
        io_chain(first);
        return ERROR;
    }
    return is_error(restored) ? ERROR : cookie_number(&c);
}

static void forget(TextIO *t)
{
    set_slot(&t->decoded, UNBOUND);
    t->used = 0;
    set_slot(&t->snapshot, UNBOUND);
}
static bool reset_encoder(TextIO *t, bool at_start)
{
    if (!is_ptr(t->encoder))
        return true;
    own Value done = at_start ? call_method0(t->encoder, "reset") : call_method1(t->encoder, "setstate", small_int_value(0));
    return !is_error(done);
}
static bool reset_decoder(TextIO *t, bool at_start, int32_t flags)
{
    if (!is_ptr(t->decoder))
        return true;
    if (!at_start)
        return decoder_set(t, flags);
    own Value done = call_method0(t->decoder, "reset");
    return !is_error(done);
}
static Value seek_end(Value self, TextIO *t)
{
    own Value flushed = call_method0(self, "flush");
    if (is_error(flushed))
        return ERROR;
    forget(t);
    if (!reset_decoder(t, true, 0))
        return ERROR;
    Value a[2] = { small_int_value(0), small_int_value(2) };
    own Value at = call_method(t->buffer, "seek", a, 2);
    Truth start = is_error(at) ? TRUTH_FAILED : obj_equal(at, small_int_value(0));
    return start != TRUTH_FAILED && reset_encoder(t, start == YES) ? give(at) : ERROR;
}
/* Feed the decoder what lies between the start and the position. */
static bool skip_to(TextIO *t, const Cookie *c)
{
    own Value input = c->skip ? call_method1(t->buffer, "read", int_value(c->feed)) : retain(bytes_empty);
    if (is_error(input))
        return false;
    if (!bytes_check(input))
        return raise_false(TypeError, "underlying read() should have returned a bytes object, not '%.200T'", input);
    Value snapshot = tuple_of2(small_int_value(c->flags), input);
    if (is_error(snapshot))
        return false;
    set_slot(&t->snapshot, snapshot);
    if (!c->skip)
        return true;
    own Value text = text_decode_some(t, input, c->need_eof);
    if (is_error(text))
        return false;
    if ((int64_t)str_len(text) < c->skip)
        return raise_false(OSError, "can't restore logical file position");
    set_slot(&t->decoded, give(text));
    t->used = c->skip;
    return true;
}

Value textio_seek(Value *args, size_t n)
{
    TextIO *t = as_text(args[0]);
    int whence;
    Cookie c = { 0 };
    if (!text_ready(args[0]) || !arg_int(args[2], 0, &whence) || !text_open(args[0]))
        return ERROR;
    if (!t->seekable)
        return io_unsupported("underlying stream is not seekable");
    own Value cookie = retain(args[1]);
    if (whence == 1 || whence == 2) {
        Truth zero = obj_equal(cookie, small_int_value(0));
        if (zero != YES)
            return zero == NO ? io_unsupported(whence == 1 ? "can't do nonzero cur-relative seeks" : "can't do nonzero end-relative seeks") : ERROR;
        if (whence == 2)
            return seek_end(args[0], t);
        set_slot(&cookie, call_method0(args[0], "tell"));
        if (is_error(cookie))
            return ERROR;
    } else if (whence != 0) {
        return raise(ValueError, "invalid whence (%d, should be 0, 1 or 2)", whence);
    }
    Truth negative = obj_compare_truth(cookie, small_int_value(0), CMP_LT);
    if (negative)
        return negative == YES ? raise(ValueError, "negative seek position %R", cookie) : ERROR;
    own Value flushed = call_method0(args[0], "flush");
    if (is_error(flushed) || !cookie_parse(cookie, &c))
        return ERROR;
    own Value at = call_method1(t->buffer, "seek", int_value(c.start));
    if (is_error(at))
        return ERROR;
    forget(t);
    bool start = c.start == 0 && c.flags == 0;
    if (!reset_decoder(t, start, c.flags))
        return ERROR;
    if (is_ptr(t->decoder) ? !skip_to(t, &c) : false)
        return ERROR;
    return reset_encoder(t, start) ? give(cookie) : ERROR;
}
