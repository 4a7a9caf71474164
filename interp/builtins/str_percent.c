/* str_percent.c -- printf-style formatting for str, bytes and bytearray. One engine: bytes go through it as latin-1 text.
 * Source: Python library reference, "printf-style String Formatting"; the words are CPython's. */
#include <limits.h>

#include "interp/base/dtoa.h"
#include "interp/builtins/str_parts.h"
#include "interp/object/bytes.h"
#include "interp/object/int.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/tuple.h"

typedef struct Engine {
    Value format, args, mapping;         /* borrowed; mapping UNBOUND: none */
    Value single;                        /* owned: the value of a %(key), UNBOUND */
    int64_t next, n_args;                /* n_args -1: one argument, `args` itself (next -2) or `single` */
    uint64_t at;
    StrBuilder out;
    bool is_bytes;
} Engine;
enum { MINUS = 1, PLUS = 2, BLANK = 4, ALTERNATE = 8, ZERO = 16 };
typedef struct Directive { unsigned flags; int64_t width, precision; uint32_t type; } Directive;

static uint32_t char_at(const Engine *e, uint64_t i) { return str_char(as_str(e->format), i); }

/* The next argument, borrowed. */
static Value next_argument(Engine *e)
{
    if (e->next < e->n_args) {
        e->next++;
        if (e->n_args >= 0)
            return tuple_peek(e->args, (uint64_t)e->next - 1);
        return is_unbound(e->single) ? e->args : e->single;
    }
    return raise(TypeError, "not enough arguments for format string");
}

/* --- parsing a directive --------------------------------------------------------------------------------------------------- */
static bool read_char(Engine *e, uint32_t *c)
{
    if (e->at >= str_len(e->format))
        return raise_false(ValueError, "incomplete format");
    *c = char_at(e, e->at++);
    return true;
}

static bool read_key(Engine *e)
{
    if (is_unbound(e->mapping))
        return raise_false(TypeError, "format requires a mapping");
    uint64_t start = e->at, n = str_len(e->format);
    int depth = 1;
    while (depth > 0 && e->at < n) {
        uint32_t c = char_at(e, e->at++);
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
    if (depth > 0)
        return raise_false(ValueError, "incomplete format key");
    own Value key = str_slice(e->format, (int64_t)start, (int64_t)e->at - 1);
    if (e->is_bytes && !is_error(key)) {
        const Str *s = as_str(key);
        Value bytes = bytes_new(s->u.c1, s->len);
        set_slot(&key, bytes);
    }
    Value value = is_error(key) ? ERROR : obj_getitem(e->mapping, key);
    if (is_error(value))
        return false;
    set_slot(&e->single, value);
    e->n_args = -1;
    e->next = -2;
    return true;
}

/* A number after the directive's first digit, or '*'. */
static bool read_number(Engine *e, uint32_t *c, int64_t limit, const char *message, int64_t *number)
{
    *number = 0;
    while (*c >= '0' && *c <= '9') {
        *number = *number * 10 + (*c - '0');
        if (*number > limit)
            return raise_false(ValueError, message);
        if (!read_char(e, c))
            return false;
    }
    return true;
}

static bool read_star(Engine *e, uint32_t *c, const char *c_type, int64_t *number)
{
    Value v = next_argument(e);
    if (is_error(v))
        return false;
    if (!int_check(v))
        return raise_false(TypeError, "* wants int");
    if (!int_to_i64(v, number))
        return raise_false(OverflowError, "Python int too large to convert to C %s", c_type);
    return read_char(e, c);
}

static bool read_directive(Engine *e, Directive *d)
{
    uint32_t c;
    *d = (Directive){ .width = -1, .precision = -1 };
    if (!read_char(e, &c))
        return false;
    if (c == '(' && (!read_key(e) || !read_char(e, &c)))
        return false;
    for (;;) {
        unsigned flag = c == '-' ? MINUS : c == '+' ? PLUS : c == ' ' ? BLANK : c == '#' ? ALTERNATE : c == '0' ? ZERO : 0;
        if (!flag)
            break;
        d->flags |= flag;
        if (!read_char(e, &c))
            return false;
    }
    if (c == '*') {
        if (!read_star(e, &c, "ssize_t", &d->width))
            return false;
        if (d->width < 0) {
            d->flags |= MINUS;
            d->width = d->width == INT64_MIN ? INT64_MAX : -d->width;
        }
    } else if (c >= '0' && c <= '9' && !read_number(e, &c, INT64_MAX / 100, "width too big", &d->width)) {
        return false;
    }
    if (c == '.') {
        if (!read_char(e, &c))
            return false;
        if (c == '*') {
            if (!read_star(e, &c, "int", &d->precision))
                return false;
            if (d->precision > INT_MAX || d->precision < INT_MIN)
                return raise_false(OverflowError, "Python int too large to convert to C int");
            if (d->precision < 0)
                d->precision = 0;
        } else if (!read_number(e, &c, INT_MAX, "precision too big", &d->precision)) {
            return false;
        }
    }
    if ((c == 'h' || c == 'l' || c == 'L') && !read_char(e, &c))
        return false;
    d->type = c;
    return true;
}

/* --- output ------------------------------------------------------------------------------------------------------------------ */
static bool fill(Engine *e, uint32_t c, int64_t n)
{
    return n <= 0 || str_builder_fill(&e->out, c, (size_t)n);
}

/* Text of which the first `precision` characters are shown. */
static bool put_text(Engine *e, const Directive *d, Value text)
{
    int64_t len = (int64_t)str_len(text);
    if (d->precision >= 0 && d->precision < len && d->type != 'c')
        len = d->precision;
    int64_t gap = d->width - len;
    return fill(e, ' ', d->flags & MINUS ? 0 : gap) && str_builder_slice(&e->out, text, 0, (uint64_t)len) &&
           fill(e, ' ', d->flags & MINUS ? gap : 0);
}

/* `body` may begin with '-'; `prefix` stands between sign and padding zeros. */
static bool put_number(Engine *e, const Directive *d, const char *prefix, size_t zeros, const char *body, size_t n)
{
    char sign = n && *body == '-' ? '-' : d->flags & PLUS ? '+' : d->flags & BLANK ? ' ' : 0;
    if (n && *body == '-') {
        body++;
        n--;
    }
    int64_t gap = d->width - (int64_t)((sign != 0) + strlen(prefix) + zeros + n);
    bool left = d->flags & MINUS, zero = (d->flags & ZERO) && !left;
    return fill(e, ' ', left || zero ? 0 : gap) && (!sign || str_builder_char(&e->out, (uint32_t)sign)) &&
           str_builder_ascii(&e->out, prefix, strlen(prefix)) && fill(e, '0', zero ? gap : 0) && fill(e, '0', (int64_t)zeros) &&
           str_builder_ascii(&e->out, body, n) && fill(e, ' ', left ? gap : 0);
}

static Value integer_of(Value v, uint32_t type, bool is_bytes)
{
    bool index_only = type == 'x' || type == 'X' || type == 'o';
    if (int_check(v))
        return int_normal(v);
    Type *t = type_of(v);
    Value n = ERROR;
    bool usable = index_only ? t->index != NULL : t->to_int || t->index || t->to_float;
    if (usable) {
        n = index_only ? obj_index(v) : obj_int(v);
        if (!is_error(n) || !error_is(TypeError))
            return n;
        error_clear();
    }
    if (is_bytes && type == 'i')
        type = 'd';
    return raise(TypeError, "%%%c format: %s is required, not %.200T", (int)type, index_only ? "an integer" : "a real number", v);
}

static bool put_integer(Engine *e, const Directive *d, Value v)
{
    uint32_t t = d->type;
    if (is_int(v) && (t == 'd' || t == 'i') && d->precision < 0) {
        char room[24], *at = room + sizeof room;
        uint64_t u = small_int(v) < 0 ? 0 - (uint64_t)small_int(v) : (uint64_t)small_int(v);
        do
            *--at = (char)('0' + u % 10);
        while (u /= 10);
        if (small_int(v) < 0)
            *--at = '-';
        return put_number(e, d, "", 0, at, (size_t)(room + sizeof room - at));
    }
    own Value number = integer_of(v, t, e->is_bytes);
    own Value text = is_error(number) ? ERROR : int_to_str(number, t == 'x' || t == 'X' ? 16 : t == 'o' ? 8 : 10);
    if (is_error(text))
        return false;
    Str *s = as_str(text);
    char *body = (char *)s->u.c1;
    Buf upper = { 0 };
    if (t == 'X') {
        for (uint64_t i = 0; i < s->len; i++)
            buf_char(&upper, body[i] >= 'a' ? (char)(body[i] - 32) : body[i]);
        if (upper.failed)
            return raise_memory_false();
        body = upper.at;
    }
    size_t digits = s->len - (*body == '-');
    size_t zeros = d->precision > (int64_t)digits ? (size_t)d->precision - digits : 0;
    const char *prefix = !(d->flags & ALTERNATE) ? "" : t == 'x' ? "0x" : t == 'X' ? "0X" : t == 'o' ? "0o" : "";
    bool ok = put_number(e, d, prefix, zeros, body, s->len);
    buf_free(&upper);
    return ok;
}

static bool put_float(Engine *e, const Directive *d, Value v)
{
    double x;
    if (!obj_double(v, &x)) {
        if (e->is_bytes)
            error_set(TypeError, "float argument required, not %.200T", v);
        return false;
    }
    if (d->precision > 1 << 30)
        return raise_memory_false();
    static Buf text;                     /* kept for the next number: nothing below runs other code */
    buf_clear(&text);
    bool ok = double_format(&text, x, (char)d->type, d->precision < 0 ? 6 : (int)d->precision, d->flags & ALTERNATE ? DOUBLE_ALT : 0);
    ok = ok ? put_number(e, d, "", 0, text.at, text.len) : raise_memory_false();
    if (text.cap > 4096)
        buf_free(&text);
    return ok;
}

static Value latin1_of(Value bytes_like)
{
    Buffer buffer;
    if (!buffer_bytes(bytes_like, &buffer))
        return ERROR;
    Value s = str_from_latin1(buffer.data, (size_t)buffer.len_bytes);
    buffer_release(&buffer);
    return s;
}

/* %b and %s of bytes formatting. */
static Value bytes_text(Value v)
{
    if (buffer_supported(v))
        return latin1_of(v);
    own Value method = UNBOUND;
    Found found = obj_find_special(v, N(__bytes__), &method);
    if (found == FAILED)
        return ERROR;
    if (found == ABSENT)
        return raise(TypeError, "%%b requires a bytes-like object, or an object that implements __bytes__, not '%.100T'", v);
    own Value bytes = call0(method);
    if (is_error(bytes))
        return ERROR;
    if (!bytes_check(bytes))
        return raise(TypeError, "__bytes__ returned non-bytes (type %.200T)", bytes);
    return latin1_of(bytes);
}

static Value char_text(const Engine *e, Value v)
{
    int64_t code;
    if (e->is_bytes) {
        if (bytes_check(v) && as_bytes(v)->len == 1)
            return str_from_char(as_bytes(v)->data[0]);
        if (bytearray_check(v) && as_bytearray(v)->len == 1)
            return str_from_char(bytearray_data(as_bytearray(v))[0]);
        if (type_of(v)->index || int_check(v)) {
            own Value n = obj_index(v);
            if (is_error(n))
                return ERROR;
            if (!int_to_i64(n, &code) || code < 0 || code > 255)
                return raise(OverflowError, "%%c arg not in range(256)");
            return str_from_char((uint32_t)code);
        }
        return raise(TypeError, "%%c requires an integer in range(256) or a single byte");
    }
    if (str_check(v)) {
        if (str_len(v) == 1)
            return str_exact_of(v);
        return raise(TypeError, "%%c requires int or char");
    }
    own Value n = UNBOUND;
    if (int_check(v) || type_of(v)->index)
        n = obj_index(v);
    else
        return raise(TypeError, "%%c requires int or char");
    if (is_error(n))
        return ERROR;
    if (!int_to_i64(n, &code) || code < 0 || code > 0x10ffff)
        return raise(OverflowError, "%%c arg not in range(0x110000)");
    return str_from_char((uint32_t)code);
}

static bool put_value(Engine *e, const Directive *d)
{
    Value v = next_argument(e);
    if (is_error(v))
        return false;
    if (d->type >= 128 || d->type == 0 || !strchr(e->is_bytes ? "sracdiuoxXeEfFgGb" : "sracdiuoxXeEfFgG", (int)d->type))
        return raise_false(ValueError, "unsupported format character '%c' (0x%x) at index %lld",
                           d->type > 31 && d->type < 128 ? (int)d->type : '?', d->type, (long long)e->at - 1);
    if (d->width >= 1ll << 40)
        return raise_memory_false();
    own Value hold = retain(v), text = UNBOUND;
    switch (d->type) {
    case 's': text = e->is_bytes ? bytes_text(v) : obj_str(v); break;
    case 'b': text = bytes_text(v); break;
    case 'r': text = e->is_bytes ? obj_ascii(v) : obj_repr(v); break;
    case 'a': text = obj_ascii(v); break;
    case 'c': text = char_text(e, v); break;
    case 'd': case 'i': case 'u': case 'o': case 'x': case 'X': return put_integer(e, d, v);
    default: return put_float(e, d, v);
    }
    return !is_error(text) && put_text(e, d, text);
}

static bool run(Engine *e)
{
    uint64_t n = str_len(e->format);
    while (e->at < n) {
        uint64_t start = e->at;
        while (e->at < n && char_at(e, e->at) != '%')
            e->at++;
        if (!str_builder_slice(&e->out, e->format, start, e->at))
            return false;
        if (e->at == n)
            break;
        e->at++;
        if (e->at < n && char_at(e, e->at) == '%') {
            e->at++;
            if (!str_builder_char(&e->out, '%'))
                return false;
            continue;
        }
        Directive d;
        if (!read_directive(e, &d))
            return false;
        if (!put_value(e, &d))
            return false;
    }
    if (e->next < e->n_args && is_unbound(e->mapping))
        return raise_false(TypeError, "not all arguments converted during %s formatting", e->is_bytes ? "bytes" : "string");
    return true;
}

static bool engine_run(Engine *e, Value args)
{
    bool plain = tuple_check(args) || str_check(args) || (e->is_bytes && (bytes_check(args) || bytearray_check(args)));
    e->args = args;
    e->single = UNBOUND;
    e->mapping = !plain && type_of(args)->getitem ? args : UNBOUND;
    e->n_args = tuple_check(args) ? (int64_t)tuple_len(args) : -1;
    e->next = tuple_check(args) ? 0 : -2;
    bool ok = run(e);
    release(e->single);
    if (!ok)
        str_builder_free(&e->out);
    return ok;
}

Value str_percent(Value format, Value args)
{
    Engine e = { .format = format };
    return engine_run(&e, args) ? str_builder_finish(&e.out) : ERROR;
}

Value bytes_percent(Value format, Value args, bool as_bytearray)
{
    own Value text = latin1_of(format);
    if (is_error(text))
        return ERROR;
    Engine e = { .format = text, .is_bytes = true };
    if (!engine_run(&e, args))
        return ERROR;
    own Value s = str_builder_finish(&e.out);
    if (is_error(s))
        return ERROR;
    return as_bytearray ? bytearray_new(as_str(s)->u.c1, str_len(s)) : bytes_new(as_str(s)->u.c1, str_len(s));
}
