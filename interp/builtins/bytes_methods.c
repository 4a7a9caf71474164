/* bytes_methods.c -- bytes as Python code sees it: constructor, operators, the table. The methods are in bytes_common.c. */
#include "gc/heap.h"
#include "interp/base/buf.h"
#include "interp/builtins/bytes_parts.h"
#include "interp/builtins/scalars.h"
#include "interp/builtins/str_parts.h"
#include "interp/builtins/text_helpers.h"
#include "interp/object/bytes.h"
#include "interp/object/codec.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/slice.h"
#include "interp/object/tuple.h"

/* --- constructor ----------------------------------------------------------------------------------------------------------- */
static bool add_item(Buf *out, Value item)
{
    int64_t i;
    if (!obj_index_i64(item, &i, NO_ERROR))
        return false;
    if (i < 0 || i > 255)
        return raise_false(ValueError, "bytes must be in range(0, 256)");
    return buf_char(out, (char)i) || raise_memory_false();
}

/* A list or tuple of small ints, nothing else; UNBOUND: not so. */
static Value from_small_ints(const Value *items, uint64_t n)
{
    Bytes *b = bytes_alloc(n);
    if (!b)
        return ERROR;
    for (uint64_t i = 0; i < n; i++) {
        if (!is_int(items[i]) || (uint64_t)small_int(items[i]) > 255) {
            release_obj(b);
            return UNBOUND;
        }
        b->data[i] = (uint8_t)small_int(items[i]);
    }
    return bytes_shrink_take(b, n);
}

static Value from_iterable(Value v)
{
    if (list_exact(v) || tuple_exact(v)) {
        Value quick = list_exact(v) ? from_small_ints(as_list(v)->items, list_len(v)) : from_small_ints(as_tuple(v)->items, tuple_len(v));
        if (!is_unbound(quick))
            return quick;
    }
    Buf out = { 0 };
    bool ok = true;
    own Value iterator = obj_iter(v);
    ok = !is_error(iterator);
    while (ok) {
        own Value item = obj_next(iterator);
        if (is_stop(item))
            break;
        ok = !is_error(item) && add_item(&out, item);
    }
    Value result = ok ? bytes_new(out.at ? out.at : "", out.len) : ERROR;
    buf_free(&out);
    return result;
}

/* A buffer or an iterable of ints. */
static Value from_object(Value v, const char *name)
{
    if (is_exact(v, &bytes_type))
        return retain(v);
    if (buffer_supported(v)) {
        Buffer buffer;
        if (!buffer_get(v, &buffer, BUFFER_FULL | BUFFER_STRIDES | BUFFER_ND))
            return ERROR;
        Bytes *b = bytes_alloc((size_t)buffer.len_bytes);
        if (b)
            buffer_copy_out(&buffer, b->data);
        buffer_release(&buffer);
        return b ? bytes_shrink_take(b, b->len) : ERROR;
    }
    if (str_check(v) || (!type_of(v)->iter && !type_of(v)->getitem))
        return raise(TypeError, "cannot convert '%.200T' object to %s", v, name);
    return from_iterable(v);
}

static Found by_method(Value v, Value *bytes)
{
    own Value method = UNBOUND;
    Found found = obj_find_special(v, N(__bytes__), &method);
    if (found != FOUND)
        return found;
    *bytes = call0(method);
    if (is_error(*bytes))
        return FAILED;
    if (!bytes_check(*bytes)) {
        error_set(TypeError, "__bytes__ returned non-bytes (type %.200T)", *bytes);
        release(*bytes);
        return FAILED;
    }
    return FOUND;
}

Value bytes_of(Value v)
{
    Value bytes;
    if (is_exact(v, &bytes_type))
        return retain(v);
    Found found = by_method(v, &bytes);
    return found == FOUND ? bytes : found == FAILED ? ERROR : from_object(v, "bytes");
}

Value bytes_from_source(Value source, Value encoding_arg, Value errors_arg, const char *name)
{
    const char *encoding, *errors;
    int64_t n;
    if (!text_name(encoding_arg, name, "encoding", &encoding) || !text_name(errors_arg, name, "errors", &errors))
        return ERROR;
    if (is_unbound(source)) {
        if (encoding || errors)
            return raise(TypeError, "%s without a string argument", encoding ? "encoding" : "errors");
        return retain(bytes_empty);
    }
    if (encoding || errors) {
        if (!str_check(source))
            return raise(TypeError, "%s without a string argument", encoding ? "encoding" : "errors");
        return encoding ? codec_encode(source, encoding, errors) : raise(TypeError, "string argument without an encoding");
    }
    if (str_check(source))
        return raise(TypeError, "string argument without an encoding");
    if (!int_check(source) && !type_of(source)->index)
        return from_object(source, name);
    if (!obj_index_i64(source, &n, OverflowError)) {
        if (!error_is(TypeError))
            return ERROR;
        error_clear();
        return from_object(source, name);
    }
    if (n < 0)
        return raise(ValueError, "negative count");
    Bytes *b = bytes_alloc((size_t)n);
    if (!b)
        return ERROR;
    memset(b->data, 0, (size_t)n);
    return bytes_shrink_take(b, (size_t)n);
}

static Value new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value bound[3] = { UNBOUND, UNBOUND, UNBOUND };
    if (!bind_arguments("bytes", "(source=b'', encoding='utf-8', errors='strict')", args, n_pos, kwnames, bound, NULL))
        return ERROR;
    own Value b = UNBOUND;
    Found found = ABSENT;
    if (!is_unbound(bound[0]) && is_unbound(bound[1]) && is_unbound(bound[2]) && !is_exact(bound[0], &bytes_type)) {
        Value made = UNBOUND;
        found = by_method(bound[0], &made);
        if (found == FAILED)
            return ERROR;
        b = made;
    }
    if (found == ABSENT)
        b = bytes_from_source(bound[0], bound[1], bound[2], "bytes");
    if (is_error(b) || type == &bytes_type)
        return give(b);
    return bytes_subclass_new(type, as_bytes(b)->data, as_bytes(b)->len);
}

/* --- slots ------------------------------------------------------------------------------------------------------------------- */
Value bytes_repr_of(const uint8_t *data, int64_t n, const char *before, const char *after)
{
    bool single = memchr(data, '\'', (size_t)n) != NULL, twofold = memchr(data, '"', (size_t)n) != NULL;
    char quote = single && !twofold ? '"' : '\'';
    Buf out = { 0 };
    buf_string(&out, before);
    buf_char(&out, 'b');
    buf_char(&out, quote);
    for (int64_t i = 0; i < n; i++) {
        uint8_t c = data[i];
        if (!POLL_EACH(i, 1 << 14)) {
            buf_free(&out);
            return ERROR;
        }
        if (c == '\\' || c == quote || (c == '\'' && *before))
            buf_char(&out, '\\');
        if (c == '\t' || c == '\n' || c == '\r')
            buf_string(&out, c == '\t' ? "\\t" : c == '\n' ? "\\n" : "\\r");
        else if (c < 32 || c >= 127)
            buf_add(&out, (char[]){ '\\', 'x', "0123456789abcdef"[c >> 4], "0123456789abcdef"[c & 15] }, 4);
        else
            buf_char(&out, (char)c);
    }
    buf_char(&out, quote);
    buf_string(&out, after);
    Value s = out.failed ? raise_memory() : str_new(out.at, out.len);
    buf_free(&out);
    return s;
}

static Value repr(Value v) { return bytes_repr_of(as_bytes(v)->data, (int64_t)as_bytes(v)->len, "", ""); }
static bool hash(Value v, int64_t *out)
{
    *out = bytes_hash(as_bytes(v));
    return true;
}

static Value compare(Value a, Value b, CompareOp op)
{
    if (!bytes_check(a) || !bytes_check(b))
        return NOT_IMPLEMENTED;
    const Bytes *x = as_bytes(a), *y = as_bytes(b);
    if (op == CMP_EQ || op == CMP_NE)
        return bool_value((x->len == y->len && memcmp(x->data, y->data, x->len) == 0) == (op == CMP_EQ));
    int order = memcmp(x->data, y->data, x->len < y->len ? x->len : y->len);
    if (order == 0)
        order = x->len < y->len ? -1 : x->len > y->len;
    return bool_value(op == CMP_LT ? order < 0 : op == CMP_LE ? order <= 0 : op == CMP_GT ? order > 0 : order >= 0);
}

static Value iter(Value v) { return text_iterator_new(&bytes_iterator_type, v); }
static int64_t len(Value v) { return (int64_t)as_bytes(v)->len; }

static Value item(Value v, int64_t i)
{
    if (i < 0 || i >= len(v))
        return raise(IndexError, "index out of range");
    return small_int_value(as_bytes(v)->data[i]);
}

static Value getitem(Value v, Value key)
{
    int64_t start, stop, step;
    if (slice_check(key)) {
        if (!slice_unpack(key, &start, &stop, &step))
            return ERROR;
        int64_t n = slice_adjust(len(v), &start, &stop, step);
        if (step == 1)
            return n == len(v) && is_exact(v, &bytes_type) ? retain(v) : bytes_new(as_bytes(v)->data + start, n > 0 ? (size_t)n : 0);
        if (n <= 0)
            return retain(bytes_empty);
        Bytes *b = bytes_alloc((size_t)n);
        for (int64_t i = 0; b && i < n; i++, start = slice_step(start, step))
            b->data[i] = as_bytes(v)->data[start];
        return b ? bytes_shrink_take(b, (size_t)n) : ERROR;
    }
    if (!index_check(key))
        return raise(TypeError, "byte indices must be integers or slices, not %.200T", key);
    if (!index_of(key, &start))
        return ERROR;
    return item(v, start < 0 ? start + len(v) : start);
}

static Truth contains(Value v, Value sub)
{
    uint8_t byte;
    if (int_check(sub) || type_of(sub)->index) {
        if (!byte_of(sub, &byte))
            return TRUTH_FAILED;
        return memchr(as_bytes(v)->data, byte, as_bytes(v)->len) != NULL;
    }
    Buffer buffer;
    if (!buffer_bytes(sub, &buffer))
        return TRUTH_FAILED;
    bool yes = bytes_find_raw(as_bytes(v)->data, as_bytes(v)->len, buffer.data, (size_t)buffer.len_bytes, false) >= 0;
    buffer_release(&buffer);
    return yes;
}

static Value concat(Value a, Value b)
{
    if (bytes_check(b))
        return bytes_concat(a, b);
    if (!buffer_supported(b))
        return raise(TypeError, "can't concat %.100T to %.100T", b, a);
    Buffer buffer;
    if (!buffer_bytes(b, &buffer))
        return ERROR;
    const Bytes *x = as_bytes(a);
    Bytes *r = bytes_alloc(x->len + (size_t)buffer.len_bytes);
    if (r) {
        memcpy(r->data, x->data, x->len);
        memcpy(r->data + x->len, buffer.data, (size_t)buffer.len_bytes);
    }
    buffer_release(&buffer);
    return r ? bytes_shrink_take(r, r->len) : ERROR;
}

static Value repeat(Value v, int64_t n)
{
    const Bytes *b = as_bytes(v);
    if (n <= 0 || b->len == 0)
        return retain(bytes_empty);
    if (n == 1 && is_exact(v, &bytes_type))
        return retain(v);
    if ((uint64_t)n > (1ull << 46) / b->len)
        return raise_memory();
    size_t total = b->len * (size_t)n;
    Bytes *r = bytes_alloc(total);
    if (!r)
        return ERROR;
    if (b->len == 1)
        memset(r->data, b->data[0], total);
    else
        for (size_t at = 0; at < total; at += b->len)
            memcpy(r->data + at, b->data, b->len);
    return bytes_shrink_take(r, total);
}

static Value modulo(Value a, Value b) { return bytes_check(a) ? bytes_percent(a, b, false) : NOT_IMPLEMENTED; }
static bool get_buffer(Value v, Buffer *buffer, int flags)
{
    return buffer_fill(buffer, v, as_bytes(v)->data, len(v), true, flags);
}

static Value m_getnewargs(Value *args, size_t n)
{
    own Value b = bytes_new(as_bytes(args[0])->data, as_bytes(args[0])->len);
    return is_error(b) ? ERROR : tuple_of1(b);
}
static Value m_bytes(Value *args, size_t n)
{
    return is_exact(args[0], &bytes_type) ? retain(args[0]) : bytes_new(as_bytes(args[0])->data, as_bytes(args[0])->len);
}
static Value m_sizeof(Value *args, size_t n) { return int_value((int64_t)heap_size_of(as_obj(args[0]))); }

static const Method bytes_methods[] = {
    BYTES_COMMON_ROWS,
    { "__getnewargs__", "(self, /)", m_getnewargs, NULL },
    { "__bytes__", "(self, /)", m_bytes, "Convert this value to exact type bytes." },
    { "__sizeof__", "(self, /)", m_sizeof, "Returns the size of the object in memory, in bytes." },
    { 0 },
};

void bytes_install(void)
{
    Type *t = &bytes_type;
    t->new = new;
    t->repr = repr;
    t->str = repr;
    t->hash = hash;
    t->compare = compare;
    t->iter = iter;
    t->len = len;
    t->item = item;
    t->getitem = getitem;
    t->contains = contains;
    t->concat = concat;
    t->repeat = repeat;
    t->binary[OP_MOD] = modulo;
    t->get_buffer = get_buffer;
    t->methods = bytes_methods;
    t->doc = "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\n"
             "bytes(int) -> bytes object of size given by the parameter initialized with null bytes\nbytes() -> empty bytes object\n\n"
             "Construct an immutable array of bytes from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n"
             "  - any object implementing the buffer API.\n  - an integer";
}
