/* marshal_module.c -- values as bytes in CPython's marshal format, version 4 (Python/marshal.c describes it; references are read, never written).
 * Code objects travel in Ouro's own form (code/marshal.c) behind the tag `c`: only the same build reads them. */
#include "gc/heap.h"
#include "interp/base/buf.h"
#include "interp/base/vec.h"
#include "interp/code/code.h"
#include "interp/object/audit.h"
#include "interp/object/bytes.h"
#include "interp/object/complex.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/module.h"
#include "interp/object/native.h"
#include "interp/object/protocol.h"
#include "interp/object/set.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

enum { DEPTH_LIMIT = 2000, FLAG_REF = 0x80, DIGIT_BITS = 15 };

/* --- writing ---------------------------------------------------------------------------------------------------------------- */

static bool put(Buf *out, Value v, int depth);

static void put_u32(Buf *out, uint32_t n)
{
    uint8_t bytes[4] = { (uint8_t)n, (uint8_t)(n >> 8), (uint8_t)(n >> 16), (uint8_t)(n >> 24) };
    buf_add(out, bytes, 4);
}

static bool put_int(Buf *out, Value v)
{
    int64_t i;
    if (int_to_i64(v, &i) && i == (int32_t)i) {
        buf_char(out, 'i');
        put_u32(out, (uint32_t)i);
        return true;
    }
    uint64_t bits = int_bit_length(v), n_digits = (bits + DIGIT_BITS - 1) / DIGIT_BITS, n_bytes = (bits + 7) / 8;
    own Value magnitude = int_abs(v);
    uint8_t *bytes = calloc(1, n_bytes + 8);
    bool good = bytes && !is_error(magnitude) && int_to_bytes(magnitude, bytes, n_bytes, true, false);
    if (good) {
        buf_char(out, 'l');
        put_u32(out, int_sign(v) < 0 ? -(uint32_t)n_digits : (uint32_t)n_digits);
        for (uint64_t d = 0; d < n_digits; d++) {
            uint64_t bit = d * DIGIT_BITS;
            uint32_t three;
            memcpy(&three, bytes + bit / 8, 4);
            uint32_t digit = three >> (bit % 8) & 0x7fff;
            buf_char(out, (char)digit);
            buf_char(out, (char)(digit >> 8));
        }
    } else if (!bytes) {
        error_set_memory();
    }
    free(bytes);
    return good;
}

static bool put_text(Buf *out, Value v)
{
    size_t len;
    const char *text = str_utf8_peek(v, &len);
    if (!text)
        return false;
    bool interned = as_str(v)->head.birth & STR_INTERNED, ascii = as_str(v)->ascii;
    if (ascii && len < 256) {
        buf_char(out, interned ? 'Z' : 'z');
        buf_char(out, (char)len);
    } else {
        buf_char(out, ascii ? interned ? 'A' : 'a' : interned ? 't' : 'u');
        put_u32(out, (uint32_t)len);
    }
    buf_add(out, text, len);
    return true;
}

static bool put_items(Buf *out, char tag, const Value *items, uint64_t n, int depth)
{
    if (tag == '(' && n < 256) {
        buf_char(out, ')');
        buf_char(out, (char)n);
    } else {
        buf_char(out, tag);
        put_u32(out, (uint32_t)n);
    }
    for (uint64_t i = 0; i < n; i++)
        if (!put(out, items[i], depth + 1))
            return false;
    return true;
}

static bool put_dict(Buf *out, Dict *d, int depth)
{
    uint64_t at = 0;
    Value key, value;
    buf_char(out, '{');
    while (dict_next(d, &at, &key, &value))
        if (!put(out, key, depth + 1) || !put(out, value, depth + 1))
            return false;
    return buf_char(out, '0');
}

static bool put_set(Buf *out, Value v, int depth)
{
    uint64_t at = 0;
    Value key;
    buf_char(out, set_is_mutable(v) ? '<' : '>');
    put_u32(out, (uint32_t)as_set(v)->used);
    while (set_next(as_set(v), &at, &key))
        if (!put(out, key, depth + 1))
            return false;
    return true;
}

static bool put_double(Buf *out, double d) { return buf_add(out, &d, sizeof d); }

static bool put_bytes(Buf *out, char tag, const void *data, uint64_t n)
{
    buf_char(out, tag);
    put_u32(out, (uint32_t)n);
    return buf_add(out, data, n);
}

static bool put(Buf *out, Value v, int depth)
{
    if (depth > DEPTH_LIMIT)
        return raise_false(ValueError, "object too deeply nested to marshal");
    if (out->failed)
        return raise_memory_false();
    if (!poll_interrupt())
        return false;
    if (is_immediate(v))
        return buf_char(out, is_none(v) ? 'N' : same(v, TRUE) ? 'T' : same(v, FALSE) ? 'F' : same(v, ELLIPSIS) ? '.' : '?') &&
               (!same(v, NOT_IMPLEMENTED) || raise_false(ValueError, "unmarshallable object"));
    if (int_exact(v))
        return put_int(out, v);
    if (is_float(v) || is_exact(v, &float_type)) {
        double d;
        return obj_double(v, &d) && buf_char(out, 'g') && put_double(out, d);
    }
    if (is_exact(v, &complex_type))
        return buf_char(out, 'y') && put_double(out, as_complex(v)->re) && put_double(out, as_complex(v)->im);
    if (str_exact(v))
        return put_text(out, v);
    if (is_exact(v, &bytes_type))
        return put_bytes(out, 's', as_bytes(v)->data, as_bytes(v)->len);
    if (tuple_exact(v))
        return put_items(out, '(', as_tuple(v)->items, tuple_len(v), depth);
    if (list_exact(v))
        return put_items(out, '[', as_list(v)->items, list_len(v), depth);
    if (dict_exact(v))
        return put_dict(out, as_dict(v), depth);
    if (is_exact(v, &set_type) || is_exact(v, &frozenset_type))
        return put_set(out, v, depth);
    if (is_exact(v, &code_type)) {
        own Value code = code_to_bytes((Code *)as_obj(v));
        return !is_error(code) && put_bytes(out, 'c', as_bytes(code)->data, as_bytes(code)->len);
    }
    if (same(v, exception_class_peek(StopIteration)))
        return buf_char(out, 'S');
    if (buffer_supported(v)) {
        Buffer buffer;
        if (!buffer_bytes(v, &buffer))
            return false;
        bool good = put_bytes(out, 's', buffer.data, (uint64_t)buffer.len_bytes);
        buffer_release(&buffer);
        return good;
    }
    return raise_false(ValueError, "unmarshallable object");
}

/* --- reading ------------------------------------------------------------------------------------------------------------------ */

typedef struct Reader { const uint8_t *at, *end; VEC(Value) references; } Reader;

static Value get(Reader *r, int depth);

static Value bad(const char *what)
{
    return error_pending() ? ERROR : raise(ValueError, "bad marshal data (%s)", what);
}

static bool need(Reader *r, uint64_t n)
{
    return (uint64_t)(r->end - r->at) >= n || raise_false(EOFError, "marshal data too short");
}

static bool get_u32(Reader *r, uint32_t *n)
{
    if (!need(r, 4))
        return false;
    *n = r->at[0] | (uint32_t)r->at[1] << 8 | (uint32_t)r->at[2] << 16 | (uint32_t)r->at[3] << 24;
    r->at += 4;
    return true;
}

static Value get_long(Reader *r)
{
    uint32_t raw;
    if (!get_u32(r, &raw))
        return ERROR;
    bool negative = (int32_t)raw < 0;
    uint64_t n = negative ? (uint64_t)-(int64_t)(int32_t)raw : raw;
    if (!need(r, n * 2))
        return ERROR;
    uint8_t *bytes = calloc(1, n * 2 + 8);
    if (!bytes)
        return raise_memory();
    bool good = true;
    for (uint64_t d = 0; d < n; d++, r->at += 2) {
        uint32_t digit = r->at[0] | (uint32_t)r->at[1] << 8;
        good &= digit < 0x8000;
        uint64_t bit = d * DIGIT_BITS;
        uint32_t word;
        memcpy(&word, bytes + bit / 8, 4);
        word |= digit << (bit % 8);
        memcpy(bytes + bit / 8, &word, 4);
    }
    own Value v = good ? int_from_bytes(bytes, n * 2, true, false) : bad("digit out of range in long");
    free(bytes);
    return is_error(v) ? ERROR : negative ? int_neg(v) : give(v);
}

static Value get_float_text(Reader *r)
{
    if (!need(r, 1) || !need(r, 1 + (uint64_t)r->at[0]))
        return ERROR;
    own Value text = str_new((const char *)r->at + 1, r->at[0]);
    r->at += 1 + r->at[0];
    return is_error(text) ? ERROR : call1(obj_value(&float_type), text);
}

static Value get_counted(Reader *r, char tag)
{
    uint32_t n;
    if (tag == 'z' || tag == 'Z') {
        if (!need(r, 1))
            return ERROR;
        n = *r->at++;
    } else if (!get_u32(r, &n)) {
        return ERROR;
    }
    if (!need(r, n))
        return ERROR;
    const uint8_t *from = r->at;
    r->at += n;
    if (tag == 's')
        return bytes_new(from, n);
    if (tag == 'c') {
        Code *code = code_from_bytes(from, n);
        return code ? obj_value(code) : ERROR;
    }
    Value s = tag == 'u' || tag == 't' ? str_new((const char *)from, n) : str_from_latin1(from, n);
    return is_error(s) || (tag != 't' && tag != 'A' && tag != 'Z') ? s : str_intern_take(s);
}

/* Containers are entered into the references before their items are read. */
static bool refer(Reader *r, Value v, bool flag, size_t *place)
{
    *place = r->references.n;
    return !flag || vec_add(&r->references, retain(v)) || raise_memory_false();
}

static Value get_container(Reader *r, char tag, bool flag, int depth)
{
    uint32_t n;
    if (tag == ')') {
        if (!need(r, 1))
            return ERROR;
        n = *r->at++;
    } else if (!get_u32(r, &n)) {
        return ERROR;
    }
    if (n > (uint64_t)(r->end - r->at))
        return bad("size out of range");
    size_t place;
    own Value list = list_new(n);
    if (is_error(list) || !refer(r, tag == '[' ? list : NONE, flag, &place))
        return ERROR;
    for (uint32_t i = 0; i < n; i++) {
        Value v = get(r, depth + 1);
        if (is_error(v))
            return ERROR;
        if (is_unbound(v))
            return bad("NULL object in marshal data");
        if (!list_append_take(list, v))
            return ERROR;
    }
    if (tag == '[')
        return give(list);
    Value made = tag == '(' || tag == ')' ? list_to_tuple(list) : set_from_iterable(tag == '<' ? &set_type : &frozenset_type, list);
    if (flag && !is_error(made))
        set_slot(&r->references.at[place], retain(made));
    return made;
}

static Value get_dict(Reader *r, bool flag, int depth)
{
    size_t place;
    own Value d = dict_new();
    if (is_error(d) || !refer(r, d, flag, &place))
        return ERROR;
    for (;;) {
        own Value key = get(r, depth + 1);
        if (is_error(key))
            return ERROR;
        if (is_unbound(key))
            return give(d);
        own Value value = get(r, depth + 1);
        if (is_error(value) || is_unbound(value) || !dict_set(as_dict(d), key, value))
            return is_unbound(value) ? bad("NULL object in marshal data for dict") : ERROR;
    }
}

static Value get_simple(Reader *r, char tag)
{
    double re, im = 0;
    uint32_t n;
    switch (tag) {
    case 'N': return NONE;
    case 'T': return TRUE;
    case 'F': return FALSE;
    case '.': return ELLIPSIS;
    case '0': return UNBOUND;
    case 'S': return retain(exception_class_peek(StopIteration));
    case 'i': return get_u32(r, &n) ? small_int_value((int32_t)n) : ERROR;
    case 'l': return get_long(r);
    case 'f': return get_float_text(r);
    case 'g': case 'y':
        if (!need(r, tag == 'g' ? 8 : 16))
            return ERROR;
        memcpy(&re, r->at, 8);
        if (tag == 'y')
            memcpy(&im, r->at + 8, 8);
        r->at += tag == 'g' ? 8 : 16;
        return tag == 'g' ? float_value(re) : complex_new(re, im);
    case 'u': case 't': case 'a': case 'A': case 'z': case 'Z': case 's': case 'c': return get_counted(r, tag);
    case 'r':
        if (!get_u32(r, &n))
            return ERROR;
        return n < r->references.n && !is_none(r->references.at[n]) ? retain(r->references.at[n]) : bad("invalid reference");
    default: return bad("unknown type code");
    }
}

static Value get(Reader *r, int depth)
{
    if (!poll_interrupt())
        return ERROR;
    if (depth > DEPTH_LIMIT)
        return bad("recursion limit exceeded");
    if (r->at >= r->end)
        return raise(EOFError, "EOF read where object expected");
    char tag = (char)(*r->at & ~FLAG_REF);
    bool flag = *r->at++ & FLAG_REF;
    if (strchr("()[<>", tag) && tag)
        return get_container(r, tag, flag, depth);
    if (tag == '{')
        return get_dict(r, flag, depth);
    Value v = get_simple(r, tag);
    size_t place;
    if (!is_error(v) && !is_unbound(v) && tag != 'r' && !refer(r, v, flag, &place)) {
        release(v);
        return ERROR;
    }
    return v;
}

/* One value from the bytes; *used: how many it took. */
static Value read_value(const void *data, size_t n, size_t *used)
{
    Reader r = { .at = data, .end = (const uint8_t *)data + n };
    Value v = get(&r, 0);
    for (size_t i = 0; i < r.references.n; i++)
        release(r.references.at[i]);
    vec_free(&r.references);
    *used = (size_t)(r.at - (const uint8_t *)data);
    return is_unbound(v) ? raise(TypeError, "NULL object in marshal data for object") : v;
}

/* --- functions ------------------------------------------------------------------------------------------------------------------- */

static Value dumped(Value v)
{
    Buf out = { 0 };
    Value made = put(&out, v, 0) ? out.failed ? raise_memory() : bytes_new(out.at, out.len) : ERROR;
    buf_free(&out);
    return made;
}

static Value f_dumps(Value *args, size_t n) { return audit2("marshal.dumps", args[0], audit_or(args[1], small_int_value(4))) ? dumped(args[0]) : ERROR; }

static Value f_loads(Value *args, size_t n)
{
    (void)n;
    Buffer buffer;
    size_t used;
    if (!buffer_bytes(args[0], &buffer))
        return ERROR;
    own Value seen = is_unbound(audit_hooks) ? UNBOUND : bytes_new(buffer.data, (size_t)buffer.len_bytes);
    if (is_error(seen) || !audit1("marshal.loads", seen)) {
        buffer_release(&buffer);
        return ERROR;
    }
    Value v = read_value(buffer.data, (size_t)buffer.len_bytes, &used);
    buffer_release(&buffer);
    return v;
}

static Value f_dump(Value *args, size_t n)
{
    if (!audit2("marshal.dumps", args[0], audit_or(args[2], small_int_value(4))))
        return ERROR;
    (void)n;
    own Value bytes = dumped(args[0]);
    return is_error(bytes) ? ERROR : call_method1(args[1], "write", bytes);
}

/* Reads all there is and seeks back to behind the value. */
static Value f_load(Value *args, size_t n)
{
    if (!audit0("marshal.load"))
        return ERROR;
    (void)n;
    own Value start = call_method0(args[0], "tell"), bytes = is_error(start) ? ERROR : call_method0(args[0], "read");
    if (is_error(bytes))
        return ERROR;
    if (!bytes_check(bytes))
        return raise(TypeError, "file.read() returned not bytes but %.100s", type_name(bytes));
    size_t used;
    own Value v = read_value(as_bytes(bytes)->data, as_bytes(bytes)->len, &used);
    if (is_error(v))
        return ERROR;
    own Value length = int_value((int64_t)used), place = int_add(start, length), sought = is_error(place) ? ERROR : call_method1(args[0], "seek", place);
    return is_error(sought) ? ERROR : give(v);
}

static const Method functions[] = {
    { "dump", "(value, file, version=4, /)", f_dump, "Write the value on the open file." },
    { "load", "(file, /)", f_load, "Read one value from the open file and return it." },
    { "dumps", "(value, version=4, /)", f_dumps, "Return the bytes object that would be written to a file by dump(value, file)." },
    { "loads", "(bytes, /)", f_loads, "Convert the bytes-like object to a value." },
    { 0 },
};

static bool init(Value module) { return module_add_int(module, "version", 4); }
const NativeModule marshal_module = { "marshal", "This module contains functions that can read and write Python values in\na binary format.", functions, init };
