/* codec_error.c -- the error handlers: those built in act directly, others are called with an exception instance. */
#include "interp/object/codec_error.h"

#include <stdio.h>

#include "gc/heap.h"
#include "interp/object/bytes.h"
#include "interp/object/dict.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/tuple.h"

static Value registry = UNBOUND_INIT;            /* dict: name -> callable */
const char *(*unicode_name_of_hook)(uint32_t c);
int32_t (*unicode_name_hook)(const char *name, size_t len);

Handler handler_of(const char *errors)
{
    static const struct { const char *name; Handler handler; } names[] = {
        { "strict", H_STRICT }, { "ignore", H_IGNORE }, { "replace", H_REPLACE }, { "backslashreplace", H_BACKSLASH },
        { "xmlcharrefreplace", H_XML }, { "namereplace", H_NAME }, { "surrogateescape", H_ESCAPE }, { "surrogatepass", H_PASS },
    };
    for (size_t i = 0; errors && i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].name, errors) == 0)
            return names[i].handler;
    return errors ? H_CUSTOM : H_STRICT;
}

bool codec_register_error(Value name, Value handler)
{
    assert(str_check(name) && !is_unbound(handler));
    if (is_unbound(registry) && !keep_take(&registry, dict_new(), "codec error handlers"))
        return false;
    return dict_set(as_dict(registry), name, handler);
}

Value codec_lookup_error(const char *name)
{
    assert(name && !error_pending());
    own Value key = str_from(name);
    Value handler = UNBOUND;
    Found found = is_error(key) ? FAILED : is_unbound(registry) ? ABSENT : dict_find(as_dict(registry), key, &handler);
    if (found == ABSENT)
        return raise(LookupError, "unknown error handler name '%.400s'", name);
    return found == FAILED ? ERROR : handler;
}

/* --- raising --------------------------------------------------------------------------------------------------------------- */
static Value five(const char *encoding, Value object, uint64_t start, uint64_t stop, const char *reason)
{
    assert(start <= stop && !error_pending());
    own Value name = str_from(encoding), why = is_error(name) ? ERROR : str_from(reason);
    if (is_error(why))
        return ERROR;
    return tuple_from((Value[]){ name, object, small_int_value((int64_t)start), small_int_value((int64_t)stop), why }, 5);
}

void raise_encode_error(const char *encoding, Value text, uint64_t start, uint64_t stop, const char *reason)
{
    assert(str_check(text) && stop <= str_len(text));
    error_set_args_take(UnicodeEncodeError, five(encoding, text, start, stop, reason));
}

static void raise_decode_error(const char *encoding, Value bytes, uint64_t start, uint64_t stop, const char *reason)
{
    assert(bytes_check(bytes) && stop <= as_bytes(bytes)->len);
    error_set_args_take(UnicodeDecodeError, five(encoding, bytes, start, stop, reason));
}

/* --- asking a handler of the registry ------------------------------------------------------------------------------------------ */
static Value exception_of(ErrorKind kind, const char *encoding, Value object, uint64_t start, uint64_t stop, const char *reason)
{
    own Value args = five(encoding, object, start, stop, reason);
    return is_error(args) ? ERROR : exception_new(kind, as_tuple(args)->items, 5);
}

/* Calls the handler: its replacement, owned, and the position as the handler gave it (a negative one counts from the end). */
static Value ask(const char *errors, Value exception, bool is_encoding, int64_t *given)
{
    assert(errors && exception_check(exception));
    own Value handler = codec_lookup_error(errors);
    own Value answer = is_error(handler) ? ERROR : call1(handler, exception);
    if (is_error(answer))
        return ERROR;
    const char *complaint = is_encoding ? "encoding error handler must return (str/bytes, int) tuple" : "decoding error handler must return (str, int) tuple";
    if (!tuple_check(answer) || tuple_len(answer) != 2)
        return raise(TypeError, "%s", complaint);
    own Value index = obj_index(tuple_peek(answer, 1));
    if (is_error(index))
        return ERROR;
    if (!int_to_i64(index, given))
        return raise(OverflowError, "Python int too large to convert to C ssize_t");
    if (!str_check(tuple_peek(answer, 0)) && !(is_encoding && bytes_check(tuple_peek(answer, 0))))
        return raise(TypeError, "%s", complaint);
    return retain(tuple_peek(answer, 0));
}

/* Where to go on in a text of `len`. False: IndexError. */
static bool place(int64_t given, uint64_t len, uint64_t *next)
{
    int64_t at = given < 0 ? given + (int64_t)len : given;
    if (at < 0 || at > (int64_t)len)
        return raise_false(IndexError, "position %lld from error handler out of bounds", (long long)at);
    *next = (uint64_t)at;
    assert(*next <= len);
    return true;
}

/* --- encoding -------------------------------------------------------------------------------------------------------------------- */
static void escape_text(uint32_t c, Handler handler, char out[128])
{
    assert(c <= 0x10ffff);
    const char *name = handler == H_NAME && unicode_name_of_hook ? unicode_name_of_hook(c) : NULL;
    if (name)
        snprintf(out, 128, "\\N{%.100s}", name);
    else if (handler == H_XML)
        snprintf(out, 64, "&#%u;", c);
    else if (c < 0x100)
        snprintf(out, 64, "\\x%02x", c);
    else
        snprintf(out, 64, c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
}

static bool put_all(Encoder *e, Value text, uint64_t start, uint64_t stop, const char *reason)
{
    const Str *s = as_str(text);
    for (uint64_t i = 0; i < s->len; i++) {
        uint32_t c = str_char(s, i);
        if (!e->can(e, c) || (c > 127 && e->put_surrogate)) {          /* UTF: ASCII only, as CPython */
            raise_encode_error(e->name, e->text, start, stop, reason);
            return false;
        }
        if (!e->put(e, c))
            return false;
    }
    return true;
}

static bool custom_encode(Encoder *e, uint64_t start, uint64_t stop, const char *reason, uint64_t *next)
{
    assert(e->handler == H_CUSTOM && e->unit > 0);
    own Value exception = exception_of(UnicodeEncodeError, e->name, e->text, start, stop, reason);
    int64_t given;
    own Value with = is_error(exception) ? ERROR : ask(e->errors, exception, true, &given);
    if (is_error(with) || !place(given, str_len(e->text), next))
        return false;
    if (str_check(with))
        return put_all(e, with, start, stop, reason);
    const Bytes *b = as_bytes(with);
    if (b->len % e->unit) {
        raise_encode_error(e->name, e->text, start, stop, reason);
        return false;
    }
    return buf_add(&e->out, b->data, b->len) || raise_memory_false();
}

bool encode_error(Encoder *e, uint64_t start, uint64_t stop, const char *reason, uint64_t *next)
{
    const Str *s = as_str(e->text);
    assert(start < stop && stop <= s->len && !error_pending());
    if (e->handler == H_CUSTOM)
        return custom_encode(e, start, stop, reason, next);
    *next = stop;
    bool ok = e->handler != H_STRICT;
    if (e->handler == H_ESCAPE && (stop - start) % e->unit)
        ok = false;
    for (uint64_t i = start; ok && i < stop && e->handler != H_IGNORE; i++) {
        uint32_t c = str_char(s, i);
        char text[128];
        if (!POLL_EACH(i, 1 << 12))
            return false;
        if (e->handler == H_ESCAPE) {
            ok = c >= 0xdc80 && c <= 0xdcff && buf_char(&e->out, (char)(c - 0xdc00));
            if (!ok && e->unit == 1)
                start = i;
        } else if (e->handler == H_PASS) {
            ok = c >= 0xd800 && c <= 0xdfff && e->put_surrogate && e->put_surrogate(e, c);
        } else {
            if (e->handler == H_REPLACE)
                strcpy(text, "?");
            else
                escape_text(c, e->handler, text);
            for (const char *p = text; ok && *p; p++)
                ok = e->can(e, (uint8_t)*p) && e->put(e, (uint8_t)*p);
        }
    }
    if (!ok && !error_pending())
        raise_encode_error(e->name, e->text, start, stop, reason);
    return ok;
}

Value encoder_run(Encoder *e)
{
    assert(str_check(e->text) && e->can && e->put && e->unit > 0 && e->out.len % e->unit == 0);
    const Str *s = as_str(e->text);
    bool ok = true;
    for (uint64_t i = 0; ok && i < s->len;) {
        uint32_t c = str_char(s, i);
        if (!POLL_EACH(i, 1 << 14)) {
            ok = false;
            break;
        }
        if (e->can(e, c)) {
            ok = e->put(e, c);
            i++;
            continue;
        }
        uint64_t stop = i + 1;
        while (!e->one_by_one && stop < s->len && !e->can(e, str_char(s, stop)))
            stop++;
        ok = !error_pending() && encode_error(e, i, stop, e->reason, &i);
    }
    Value result = !ok ? (error_pending() ? ERROR : raise_memory()) : e->out.failed ? raise_memory() : bytes_new(e->out.at, e->out.len);
    buf_free(&e->out);
    assert_error_iff(is_error(result));
    return result;
}

/* --- decoding -------------------------------------------------------------------------------------------------------------------- */
Decoder decoder(const char *name, const uint8_t *data, size_t n, const char *errors)
{
    return (Decoder){ .name = name, .errors = errors, .data = data, .n = n, .handler = handler_of(errors), .replaced = UNBOUND };
}

static bool custom_decode(Decoder *d, size_t start, size_t stop, const char *reason, size_t *next)
{
    assert(d->handler == H_CUSTOM && stop <= d->n);
    own Value bytes = bytes_new(d->data, d->n);
    own Value exception = is_error(bytes) ? ERROR : exception_of(UnicodeDecodeError, d->name, bytes, start, stop, reason);
    if (is_error(exception))
        return false;
    int64_t given;
    own Value with = ask(d->errors, exception, false, &given);
    if (is_error(with))
        return false;
    Value object = as_exception(exception)->extra[1];
    if (!bytes_check(object))
        return raise_false(TypeError, "object attribute must be bytes");
    if (!same(object, bytes)) {             /* the handler changed what is being decoded */
        set_slot(&d->replaced, retain(object));
        d->data = as_bytes(object)->data;
        d->n = as_bytes(object)->len;
    }
    return place(given, d->n, next) && str_builder_str(&d->out, with);
}

/* An encoded surrogate at `start`; -1: none. *size: its bytes. */
static int32_t surrogate_at(const Decoder *d, size_t start, int *size)
{
    assert(start <= d->n && d->surrogate_unit >= -4 && d->surrogate_unit <= 4);
    const uint8_t *p = d->data + start;
    size_t left = d->n - start;
    int unit = d->surrogate_unit < 0 ? -d->surrogate_unit : d->surrogate_unit;
    bool big = d->surrogate_unit < 0;
    uint32_t c = 0;
    if (unit == 1) {
        *size = 3;
        if (left < 3 || (p[0] & 0xf0) != 0xe0 || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80)
            return -1;
        c = (uint32_t)(p[0] & 15) << 12 | (uint32_t)(p[1] & 63) << 6 | (p[2] & 63);
    } else if (unit && left >= (size_t)unit) {
        *size = unit;
        for (int i = 0; i < unit; i++)
            c |= (uint32_t)p[i] << 8 * (big ? unit - 1 - i : i);
    }
    return c >= 0xd800 && c <= 0xdfff ? (int32_t)c : -1;
}

bool decode_error(Decoder *d, size_t start, size_t stop, const char *reason, size_t *next)
{
    assert(start <= stop && stop <= d->n && !error_pending());
    bool ok = true;
    *next = stop;
    switch (d->handler) {
    case H_CUSTOM: return custom_decode(d, start, stop, reason, next);
    case H_IGNORE: return true;
    case H_REPLACE: return str_builder_char(&d->out, 0xfffd);
    case H_BACKSLASH:
        for (size_t i = start; ok && i < stop; i++) {
            char text[8];
            snprintf(text, sizeof text, "\\x%02x", d->data[i]);
            ok = str_builder_ascii(&d->out, text, 4);
        }
        return ok;
    case H_ESCAPE: {
        size_t i = start;
        while (ok && i < stop && i < start + 4 && d->data[i] >= 128)
            ok = str_builder_char(&d->out, 0xdc00u + d->data[i++]);
        *next = i;
        if (i > start)
            return ok;
        break;
    }
    case H_PASS: {
        int size = 0;
        int32_t c = surrogate_at(d, start, &size);
        *next = start + (size_t)size;
        if (c >= 0)
            return str_builder_char(&d->out, (uint32_t)c);
        break;
    }
    case H_XML: case H_NAME:
        return raise_false(TypeError, "don't know how to handle UnicodeDecodeError in error callback");
    case H_STRICT: break;
    }
    own Value bytes = bytes_new(d->data, d->n);
    if (!is_error(bytes))
        raise_decode_error(d->name, bytes, start, stop, reason);
    return false;
}

Value decoder_finish(Decoder *d, bool ok)
{
    Value result = str_builder_end(&d->out, ok);
    release(d->replaced);
    assert_error_iff(is_error(result));
    return result;
}

/* --- the built-in handlers as callables ------------------------------------------------------------------------------------------- */
static bool fields(Value exception, int64_t *start, int64_t *stop, int64_t len)
{
    const ExceptionObject *x = as_exception(exception);
    if (!int_check(x->extra[2]) || !int_check(x->extra[3]))
        return raise_false(TypeError, "start attribute not set");
    int_to_i64(x->extra[2], start);
    int_to_i64(x->extra[3], stop);
    if (*start < 0)
        *start = 0;
    if (*start >= len)
        *start = len > 0 ? len - 1 : 0;
    if (*stop < 1)
        *stop = 1;
    if (*stop > len)
        *stop = len;
    if (*stop < *start)
        *stop = *start;
    assert(0 <= *start && *start <= *stop && *stop <= len);
    return true;
}

/* The code unit of a UTF encoding's name: 1, 2, 4, negative for big endian; 0: another encoding. */
static int unit_of(Value encoding)
{
    char name[16];
    size_t n = 0;
    for (uint64_t i = 0; str_check(encoding) && i < str_len(encoding) && n + 1 < sizeof name; i++) {
        uint32_t c = str_char(as_str(encoding), i);
        if (c != '-' && c != '_')
            name[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c < 128 ? c : '?');
    }
    name[n] = 0;
    static const struct { const char *name; int unit; } known[] = {
        { "utf8", 1 }, { "utf16", 2 }, { "utf16le", 2 }, { "utf16be", -2 }, { "utf32", 4 }, { "utf32le", 4 }, { "utf32be", -4 }, { "cp65001", 1 },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, name) == 0)
            return known[i].unit;
    return 0;
}

static bool put_surrogate_unit(Buf *out, uint32_t c, int unit)
{
    assert(c >= 0xd800 && c <= 0xdfff);
    int size = unit < 0 ? -unit : unit;
    if (unit == 1)
        return buf_utf8(out, c);
    for (int i = 0; i < size; i++)
        buf_char(out, (char)(c >> 8 * (unit < 0 ? size - 1 - i : i)));
    return unit != 0 && !out->failed;
}

static Value answer(StrBuilder *b, bool ok, int64_t position)
{
    own Value text = str_builder_end(b, ok);
    return is_error(text) ? ERROR : tuple_of2(text, small_int_value(position));
}

static Value handle_encode(Handler h, Value exception)
{
    assert(h != H_STRICT && h != H_CUSTOM && exception_check(exception));
    Value object = as_exception(exception)->extra[1];
    int64_t start, stop;
    if (!str_check(object))
        return raise(TypeError, "object attribute must be unicode");
    if (!fields(exception, &start, &stop, (int64_t)str_len(object)))
        return ERROR;
    StrBuilder b = { 0 };
    bool ok = true;
    if (h == H_ESCAPE || h == H_PASS) {
        Buf out = { 0 };
        for (int64_t i = start; ok && i < stop; i++) {
            uint32_t c = str_char(as_str(object), (uint64_t)i);
            ok = h == H_ESCAPE ? c >= 0xdc80 && c <= 0xdcff && buf_char(&out, (char)(c - 0xdc00))
                               : c >= 0xd800 && c <= 0xdfff && put_surrogate_unit(&out, c, unit_of(as_exception(exception)->extra[0]));
        }
        own Value bytes = ok ? bytes_new(out.at, out.len) : UNBOUND;
        buf_free(&out);
        if (!ok) {
            exception_raise_take(retain(exception));
            return ERROR;
        }
        return is_error(bytes) ? ERROR : tuple_of2(bytes, small_int_value(stop));
    }
    for (int64_t i = start; ok && h != H_IGNORE && i < stop; i++) {
        char text[128] = "?";
        if (h != H_REPLACE)
            escape_text(str_char(as_str(object), (uint64_t)i), h, text);
        ok = str_builder_ascii(&b, text, strlen(text));
    }
    return answer(&b, ok, stop);
}

static Value handle_decode(Handler h, Value exception)
{
    assert(h != H_STRICT && h != H_CUSTOM && exception_check(exception));
    ExceptionObject *x = as_exception(exception);
    int64_t start, stop;
    if (!bytes_check(x->extra[1]))
        return raise(TypeError, "object attribute must be bytes");
    if (!fields(exception, &start, &stop, (int64_t)as_bytes(x->extra[1])->len))
        return ERROR;
    Decoder d = decoder("", as_bytes(x->extra[1])->data, as_bytes(x->extra[1])->len, NULL);
    d.handler = h;
    d.surrogate_unit = unit_of(x->extra[0]);
    size_t next;
    bool ok = decode_error(&d, (size_t)start, (size_t)stop, "", &next);
    if (!ok && error_kind() == UnicodeDecodeError) {
        error_clear();
        exception_raise_take(retain(exception));
    }
    release(d.replaced);
    return answer(&d.out, ok, (int64_t)next);
}

Value codec_handle(const char *name, Value exception)
{
    Handler h = handler_of(name);
    if (!exception_check(exception))
        return raise(TypeError, h == H_STRICT ? "codec must pass exception instance" : "don't know how to handle %.200T in error callback", exception);
    if (h == H_STRICT) {
        exception_raise_take(retain(exception));
        return ERROR;
    }
    ErrorKind kind = exception_kind(exception);
    if (kind == UnicodeEncodeError)
        return handle_encode(h, exception);
    if (kind == UnicodeDecodeError && h != H_XML && h != H_NAME)
        return handle_decode(h, exception);
    if (kind == UnicodeTranslateError && (h == H_IGNORE || h == H_REPLACE || h == H_BACKSLASH)) {
        ExceptionObject *x = as_exception(exception);
        int64_t start, stop;
        if (!str_check(x->extra[1]))
            return raise(TypeError, "object attribute must be unicode");
        if (!fields(exception, &start, &stop, (int64_t)str_len(x->extra[1])))
            return ERROR;
        StrBuilder b = { 0 };
        bool ok = true;
        for (int64_t i = start; ok && h != H_IGNORE && i < stop; i++) {
            char text[128];
            escape_text(str_char(as_str(x->extra[1]), (uint64_t)i), h, text);
            ok = h == H_REPLACE ? str_builder_char(&b, 0xfffd) : str_builder_ascii(&b, text, strlen(text));
        }
        return answer(&b, ok, stop);
    }
    return raise(TypeError, "don't know how to handle %.200T in error callback", exception);
}
