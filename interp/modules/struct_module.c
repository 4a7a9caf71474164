/* struct_module.c -- _struct: C structs in bytes (docs.python.org/3.11/library/struct.html). A format is parsed once into a list of fields. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "gc/heap.h"
#include "interp/modules/arg.h"
#include "interp/object/module.h"
#include "interp/object/attr.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

typedef struct Field { char code; uint8_t size; bool swap; int64_t offset, count; /* s, p: the length; else repetitions */ } Field;
typedef struct Struct {
    Object head;
    Value format;                /* str */
    Field *fields; uint64_t n_fields;
    int64_t size, n_values;
    AttrArea attrs;
} Struct;
static const TraceRow struct_rows[] = { { TRACE_VALUE, offsetof(Struct, format), 0, ".format" }, { TRACE_ATTRS, offsetof(Struct, attrs), 0, NULL }, { 0 } };
static Type struct_type;
static Value error_class = UNBOUND_INIT;
static Struct *as_struct(Value v) { return (Struct *)as_obj(v); }

/* Raise struct.error. */
static Value fail(const char *format, ...)
{
    va_list list;
    char text[300];
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    own Value message = str_from(text);
    own Value error = is_error(message) ? ERROR : call1(error_class, message);
    if (!is_error(error)) {
        exception_raise_take(give(error));
    }
    return ERROR;
}

/* Size and alignment of a code: native (`@`), or standard. 0: unknown. */
static int code_size(char code, bool native)
{
    switch (code) {
    case 'x': case 'b': case 'B': case 'c': case '?': case 's': case 'p': return 1;
    case 'h': case 'H': case 'e': return 2;
    case 'i': case 'I': case 'f': return 4;
    case 'l': case 'L': return native ? 8 : 4;
    case 'q': case 'Q': case 'd': return 8;
    case 'n': case 'N': case 'P': return native ? 8 : 0;
    default: return 0;
    }
}

static bool add_field(Struct *s, uint64_t *cap, Field field)
{
    if (s->n_fields == *cap) {
        uint64_t grown = *cap ? 2 * *cap : 4;
        Field *fields = heap_buf_realloc(s->fields, *cap * sizeof *fields, grown * sizeof *fields);
        if (!fields)
            return raise_memory_false();
        s->fields = fields;
        *cap = grown;
    }
    s->fields[s->n_fields++] = field;
    return true;
}

static bool parse_fields(Struct *s, const char *p, uint64_t *cap)
{
    bool native = true, swap = false;
    if (*p && strchr("@=<>!", *p)) {
        native = *p == '@';
        swap = *p == '>' || *p == '!';
        p++;
    }
    while (*p) {
        if (strchr(" \t\n\r\f\v", *p)) {
            p++;
            continue;
        }
        int64_t count = 1;
        if (*p >= '0' && *p <= '9') {
            count = 0;
            for (; *p >= '0' && *p <= '9'; p++)
                if (__builtin_mul_overflow(count, 10, &count) || __builtin_add_overflow(count, *p - '0', &count))
                    return is_error(fail("overflow in item count")) && false;
            if (!*p)
                return is_error(fail("repeat count given without format specifier")) && false;
        }
        char code = *p++;
        int size = code_size(code, native);
        if (size == 0)
            return is_error(fail("bad char in struct format")) && false;
        if (native && size > 1)
            s->size = (s->size + size - 1) / size * size;
        int64_t bytes;
        if (__builtin_mul_overflow(count, (int64_t)size, &bytes) || __builtin_add_overflow(s->size, bytes, &bytes))
            return is_error(fail("total struct size too long")) && false;
        if (!POLL_EACH(s->n_fields, 1 << 12))
            return false;
        if (code != 'x' && !add_field(s, cap, (Field){ code, (uint8_t)size, swap, s->size, count }))
            return false;
        s->n_values += code == 'x' ? 0 : code == 's' || code == 'p' ? 1 : count;
        s->size = bytes;
    }
    return true;
}

static bool parse(Struct *s, Value format)
{
    own Value text = UNBOUND;
    if (bytes_check(format))
        text = str_new((const char *)as_bytes(format)->data, as_bytes(format)->len);
    else if (str_check(format))
        text = retain(format);
    else
        return raise_false(TypeError, "Struct() argument 1 must be a str or bytes object, not %T", format);
    size_t len;
    const char *p = is_error(text) ? NULL : str_utf8_peek(text, &len);
    if (!p)
        return false;
    if (!as_str(text)->ascii)
        return is_error(fail("bad char in struct format")) && false;
    if (strlen(p) != len)
        return is_error(fail("embedded null character")) && false;
    uint64_t cap = 0;
    s->size = s->n_values = 0;
    s->n_fields = 0;
    bool good = parse_fields(s, p, &cap);
    if (good && s->n_fields < cap) {             /* exact, so that the size is known when it is freed */
        Field *fields = heap_buf(s->n_fields * sizeof *fields + 1);
        if (!fields)
            good = raise_memory_false();
        else
            memcpy(fields, s->fields, s->n_fields * sizeof *fields);
        heap_buf_free(s->fields, cap * sizeof *fields);
        s->fields = fields;
        if (!fields)
            s->n_fields = 0;
    } else if (!good) {
        heap_buf_free(s->fields, cap * sizeof *s->fields);
        s->fields = NULL;
        s->n_fields = 0;
    } else if (cap) {
        Field *fields = heap_buf_realloc(s->fields, cap * sizeof *fields, s->n_fields * sizeof *fields + 1);
        s->fields = fields ? fields : s->fields;
    }
    if (good)
        set_slot(&s->format, give(text));
    return good;
}

static void dispose(Object *o)
{
    Struct *s = (Struct *)o;
    if (s->fields)
        heap_buf_free(s->fields, s->n_fields * sizeof *s->fields + 1);
}

/* --- one value ------------------------------------------------------------------------------------------------------------- */
static void store(uint8_t *at, const Field *f, uint64_t bits)
{
    for (int i = 0; i < f->size; i++)
        at[f->swap ? f->size - 1 - i : i] = (uint8_t)(bits >> (8 * i));
}
static uint64_t load(const uint8_t *at, const Field *f)
{
    uint64_t bits = 0;
    for (int i = 0; i < f->size; i++)
        bits |= (uint64_t)at[f->swap ? f->size - 1 - i : i] << (8 * i);
    return bits;
}

static double half_to_double(uint16_t h)
{
    int exponent = h >> 10 & 31, mantissa = h & 1023;
    double d = exponent == 31 ? mantissa ? NAN : INFINITY : exponent ? ldexp(1024 + mantissa, exponent - 25) : ldexp(mantissa, -24);
    return h & 0x8000 ? -d : d;
}
/* Round half to even. False: too large. */
static bool double_to_half(double d, uint16_t *h)
{
    uint16_t sign = signbit(d) ? 0x8000 : 0;
    d = fabs(d);
    if (isnan(d))
        *h = sign | 0x7e00;
    else if (isinf(d))
        *h = sign | 0x7c00;
    else if (d >= 65520)
        return false;
    else if (d < ldexp(1, -14))
        *h = sign | (uint16_t)nearbyint(ldexp(d, 24));
    else {
        int e;
        double m = frexp(d, &e);                 /* 0.5 <= m < 1 */
        *h = sign | (uint16_t)(((e + 14) << 10) + (int)nearbyint(ldexp(m, 11)) - 1024);
    }
    return true;
}

static bool pack_int(uint8_t *at, const Field *f, Value v)
{
    bool is_unsigned = strchr("BHILQNP", f->code) != NULL;
    own Value i = UNBOUND;
    if (int_check(v))
        i = retain(v);
    else {
        i = obj_index(v);
        if (is_error(i)) {
            if (error_is(TypeError)) {
                error_clear();
                fail("required argument is not an integer");
            }
            return false;
        }
    }
    int64_t s = 0;
    uint64_t u = 0;
    int bits = f->size * 8;
    bool fits = is_unsigned ? int_to_u64(i, &u) && (bits == 64 || u >> bits == 0)
                            : int_to_i64(i, &s) && (bits == 64 || (s >= -((int64_t)1 << (bits - 1)) && s < (int64_t)1 << (bits - 1)));
    if (!fits && f->code == 'P' && int_to_i64(i, &s)) {
        u = (uint64_t)s;
        fits = true;
    }
    if (!fits) {
        if (bits == 64)
            return is_error(fail(is_unsigned && int_sign(i) < 0 ? "argument out of range" : "int too large to convert")) && false;
        if (is_unsigned)
            return is_error(fail(f->size == 1 ? "ubyte format requires 0 <= number <= 255" : f->size == 2 ? "ushort format requires 0 <= number <= 65535"
                                                                                         : "'%c' format requires 0 <= number <= %llu", f->code, 4294967295ull)) && false;
        return is_error(fail(f->size == 1 ? "byte format requires -128 <= number <= 127" : f->size == 2 ? "short format requires -32768 <= number <= 32767"
                                                                                       : "'%c' format requires -2147483648 <= number <= 2147483647", f->code)) && false;
    }
    store(at, f, is_unsigned ? u : (uint64_t)s);
    return true;
}

static bool pack_float(uint8_t *at, const Field *f, Value v)
{
    double d;
    if (!obj_double(v, &d)) {
        if (error_is(TypeError)) {
            error_clear();
            fail("required argument is not a float");
        }
        return false;
    }
    uint64_t bits = 0;
    float single = (float)d;
    uint16_t half = 0;
    if (f->size == 4 && isinf(single) && !isinf(d))
        return raise_false(OverflowError, "float too large to pack with f format");
    if (f->size == 2 && !double_to_half(d, &half))
        return raise_false(OverflowError, "float too large to pack with e format");
    if (f->size == 8)
        memcpy(&bits, &d, 8);
    else if (f->size == 4)
        memcpy(&bits, &single, 4);
    else
        bits = half;
    store(at, f, bits);
    return true;
}

static bool pack_text(uint8_t *at, const Field *f, Value v)
{
    if (!bytes_check(v) && !is_instance_of(v, &bytearray_type))
        return is_error(fail("argument for '%c' must be a bytes object", f->code)) && false;
    Buffer b;
    if (!buffer_get(v, &b, BUFFER_SIMPLE))
        return false;
    int64_t room = f->count - (f->code == 'p'), n = b.len_bytes < room ? b.len_bytes : room;
    n = n < 0 ? 0 : n;
    memset(at, 0, (size_t)f->count);
    if (f->code == 'p' && f->count > 0)
        *at++ = (uint8_t)(n > 255 ? 255 : n);
    memcpy(at, b.data, (size_t)n);
    buffer_release(&b);
    return true;
}

static bool pack_one(uint8_t *at, const Field *f, Value v)
{
    switch (f->code) {
    case 'c':
        if (!bytes_check(v) || as_bytes(v)->len != 1)
            return is_error(fail("char format requires a bytes object of length 1")) && false;
        *at = as_bytes(v)->data[0];
        return true;
    case '?': {
        Truth t = obj_truth(v);
        *at = t == YES;
        return t != TRUTH_FAILED;
    }
    case 'e': case 'f': case 'd': return pack_float(at, f, v);
    default: return pack_int(at, f, v);
    }
}

static Value unpack_one(const uint8_t *at, const Field *f)
{
    uint64_t bits = load(at, f);
    double d;
    float single;
    switch (f->code) {
    case 'c': return bytes_new(at, 1);
    case '?': return bool_value(*at != 0);
    case 'e': return float_value(half_to_double((uint16_t)bits));
    case 'f':
        memcpy(&single, &bits, 4);
        return float_value(single);
    case 'd':
        memcpy(&d, &bits, 8);
        return float_value(d);
    case 'b': return int_value((int8_t)bits);
    case 'h': return int_value((int16_t)bits);
    case 'i': return int_value((int32_t)bits);
    case 'l': case 'q': case 'n': return int_value(f->size == 4 ? (int32_t)bits : (int64_t)bits);
    default: return int_from_u64(bits);
    }
}

/* --- whole structs -------------------------------------------------------------------------------------------------------- */
static bool pack_all(Struct *s, uint8_t *out, const Value *args, size_t n, const char *name)
{
    if ((int64_t)n != s->n_values)
        return is_error(fail("%s expected %lld items for packing (got %zu)", name, (long long)s->n_values, n)) && false;
    memset(out, 0, (size_t)s->size);
    for (uint64_t i = 0; i < s->n_fields; i++) {
        const Field *f = &s->fields[i];
        if (!POLL_EACH(i, 1 << 12))
            return false;
        if (f->code == 's' || f->code == 'p') {
            if (!pack_text(out + f->offset, f, *args++))
                return false;
            continue;
        }
        for (int64_t k = 0; k < f->count; k++)
            if (!POLL_EACH(k, 1 << 12) || !pack_one(out + f->offset + k * f->size, f, *args++))
                return false;
    }
    return true;
}
static Value unpack_all(Struct *s, const uint8_t *in)
{
    Tuple *t = tuple_alloc((uint64_t)s->n_values);
    own Value result = t ? obj_value(t) : ERROR;
    uint64_t at = 0;
    for (uint64_t i = 0; t && i < s->n_fields; i++) {
        const Field *f = &s->fields[i];
        if (!POLL_EACH(i, 1 << 12))
            return ERROR;
        if (f->code == 's' || f->code == 'p') {
            int64_t n = f->code == 's' ? f->count : f->count == 0 ? 0 : in[f->offset] < f->count ? in[f->offset] : f->count - 1;
            t->items[at] = bytes_new(in + f->offset + (f->code == 'p' && f->count > 0), (size_t)n);
            if (is_error(t->items[at++]))
                return t->items[at - 1] = UNBOUND, ERROR;
            continue;
        }
        for (int64_t k = 0; k < f->count; k++) {
            t->items[at] = !POLL_EACH(k, 1 << 12) ? ERROR : unpack_one(in + f->offset + k * f->size, f);
            if (is_error(t->items[at++]))
                return t->items[at - 1] = UNBOUND, ERROR;
        }
    }
    return give(result);
}

static Value struct_pack(Struct *s, const Value *args, size_t n)
{
    Bytes *b = bytes_alloc((size_t)s->size);
    own Value result = b ? obj_value(b) : ERROR;
    return b && pack_all(s, b->data, args, n, "pack") ? give(result) : ERROR;
}
static Value struct_unpack(Struct *s, Value data)
{
    Buffer b;
    if (!buffer_get(data, &b, BUFFER_SIMPLE))
        return ERROR;
    Value result = b.len_bytes == s->size ? unpack_all(s, b.data) : fail("unpack requires a buffer of %lld bytes", (long long)s->size);
    buffer_release(&b);
    return result;
}
/* The address of a struct at `offset` in a buffer; negative offsets from the end. NULL: struct.error. */
static uint8_t *place(Struct *s, Buffer *b, int64_t offset, const char *what)
{
    if (offset < 0 && offset + s->size > 0 && strcmp(what, "pack_into") == 0)
        return fail("no space to pack %lld bytes at offset %lld", (long long)s->size, (long long)offset), NULL;
    if (offset < 0 && offset + b->len_bytes < 0)
        return fail("offset %lld out of range for %lld-byte buffer", (long long)offset, (long long)b->len_bytes), NULL;
    int64_t at = offset < 0 ? offset + b->len_bytes : offset;
    if (b->len_bytes - at < s->size)
        return fail("%s requires a buffer of at least %llu bytes for %s %lld bytes at offset %lld (actual buffer size is %lld)", what, (unsigned long long)s->size + (unsigned long long)at,
                    strcmp(what, "pack_into") == 0 ? "packing" : "unpacking", (long long)s->size, (long long)at, (long long)b->len_bytes), NULL;
    return (uint8_t *)b->data + at;
}
static Value struct_unpack_from(Struct *s, Value data, Value offset_value)
{
    int64_t offset = 0;
    Buffer b;
    if ((!is_unbound(offset_value) && !obj_index_i64(offset_value, &offset, OverflowError)) || !buffer_get(data, &b, BUFFER_SIMPLE))
        return ERROR;
    uint8_t *at = place(s, &b, offset, "unpack_from");
    Value result = at ? unpack_all(s, at) : ERROR;
    buffer_release(&b);
    return result;
}
static Value struct_pack_into(Struct *s, const Value *args, size_t n)
{
    int64_t offset;
    Buffer b;
    if (n < 2)
        return fail(n == 0 ? "pack_into expected buffer argument" : "pack_into expected offset argument");
    if (!obj_index_i64(args[1], &offset, IndexError) || !buffer_get(args[0], &b, BUFFER_WRITABLE))
        return ERROR;
    uint8_t *at = place(s, &b, offset, "pack_into");
    Value result = at && pack_all(s, at, args + 2, n - 2, "pack_into") ? NONE : ERROR;
    buffer_release(&b);
    return result;
}

/* --- iter_unpack ------------------------------------------------------------------------------------------------------------ */
typedef struct Unpacker { Object head; Value of, data; int64_t at; } Unpacker;
static const TraceRow unpacker_rows[] = { { TRACE_VALUE, offsetof(Unpacker, of), 0, "struct" }, { TRACE_VALUE, offsetof(Unpacker, data), 0, "buffer" }, { 0 } };
static Type unpacker_type;
static Value unpacker_new(Value of, Value data)
{
    Struct *s = as_struct(of);
    Buffer b;
    if (s->size == 0)
        return fail("cannot iteratively unpack with a struct of length 0");
    if (!buffer_get(data, &b, BUFFER_SIMPLE))
        return ERROR;
    int64_t len = b.len_bytes;
    buffer_release(&b);
    if (len % s->size != 0)
        return fail("iterative unpacking requires a buffer of a multiple of %lld bytes", (long long)s->size);
    Value v = instance_new(&unpacker_type);
    if (is_error(v))
        return ERROR;
    Unpacker *u = (Unpacker *)as_obj(v);
    u->of = retain(of);
    u->data = retain(data);
    u->at = 0;
    return v;
}
static Value unpacker_next(Value self)
{
    Unpacker *u = (Unpacker *)as_obj(self);
    Buffer b;
    if (is_unbound(u->data))
        return STOP;
    const Struct *of = as_struct(u->of);
    if (is_exact(u->data, &bytes_type) && u->at + of->size <= (int64_t)as_bytes(u->data)->len) {
        u->at += of->size;
        return unpack_all(as_struct(u->of), as_bytes(u->data)->data + u->at - of->size);
    }
    if (!buffer_get(u->data, &b, BUFFER_SIMPLE))
        return ERROR;
    int64_t size = as_struct(u->of)->size;
    bool more = u->at + size <= b.len_bytes;
    Value result = more ? unpack_all(as_struct(u->of), (uint8_t *)b.data + u->at) : STOP;
    buffer_release(&b);
    u->at += size;
    if (!more)
        set_slot(&u->data, UNBOUND);
    return result;
}
static Value unpacker_hint(Value *args, size_t n)
{
    Unpacker *u = (Unpacker *)as_obj(args[0]);
    int64_t len = is_unbound(u->data) ? 0 : obj_len(u->data);
    return len < 0 ? ERROR : int_value(len > u->at ? (len - u->at) / as_struct(u->of)->size : 0);
}
static Value self_iter(Value self) { return retain(self); }
static const Method unpacker_methods[] = { { "__length_hint__", "(self, /)", unpacker_hint, NULL }, { 0 } };
static Type unpacker_type = { STATIC_TYPE(unpacker_type, "unpack_iterator", Unpacker, unpacker_rows), .flags = TYPE_NO_NEW, .iter = self_iter, .next = unpacker_next,
    .methods = unpacker_methods, .module_name = "_struct" };

/* --- Struct objects, and the functions with a cache of them --------------------------------------------------------- */
static Value struct_new(Type *type, const Value *args, size_t n, Value kwnames)
{
    Value a[1];
    Signature *signature;
    if (!bind_arguments("Struct", "(format)", args, n, kwnames, a, &signature))
        return ERROR;
    own Value v = instance_new(type);
    if (is_error(v))
        return ERROR;
    as_struct(v)->fields = NULL;
    as_struct(v)->n_fields = 0;
    return parse(as_struct(v), a[0]) ? give(v) : ERROR;
}
static Value struct_repr(Value self) { return str_format("Struct(%R)", as_struct(self)->format); }
static Value get_size(Value self) { return int_value(as_struct(self)->size); }
static Value m_pack(Value *args, size_t n) { return struct_pack(as_struct(args[0]), args + 1, n - 1); }
static Value m_pack_into(Value *args, size_t n) { return struct_pack_into(as_struct(args[0]), args + 1, n - 1); }
static Value m_unpack(Value *args, size_t n) { return struct_unpack(as_struct(args[0]), args[1]); }
static Value m_unpack_from(Value *args, size_t n) { return struct_unpack_from(as_struct(args[0]), args[1], args[2]); }
static Value m_iter_unpack(Value *args, size_t n) { return unpacker_new(args[0], args[1]); }
static const Method struct_methods[] = {
    { "pack", "(...)", m_pack, "S.pack(v1, v2, ...) -> bytes" },
    { "pack_into", "(...)", m_pack_into, "S.pack_into(buffer, offset, v1, v2, ...)" },
    { "unpack", "(self, buffer, /)", m_unpack, "Return a tuple containing unpacked values." },
    { "unpack_from", "(self, buffer, offset=0)", m_unpack_from, "Return a tuple containing unpacked values, from an offset." },
    { "iter_unpack", "(self, buffer, /)", m_iter_unpack, "Return an iterator yielding tuples." },
    { 0 },
};
static const GetSet struct_getsets[] = { { "size", get_size, NULL, "struct size in bytes" }, { 0 } };
static const Member struct_members[] = { { "format", MEMBER_VALUE, offsetof(Struct, format), false, "struct format string" }, { 0 } };
static Type struct_type = {
    STATIC_TYPE(struct_type, "Struct", Struct, struct_rows), .heap.attrs_offset = offsetof(Struct, attrs), .heap.dispose = dispose,
    .flags = TYPE_BASE | TYPE_WEAK, .new = struct_new, .repr = struct_repr, .methods = struct_methods, .getsets = struct_getsets, .members = struct_members,
    .module_name = "_struct", .doc = "Struct(fmt) --> compiled struct object",
};

static Value cache = UNBOUND_INIT;           /* dict: format -> Struct */
/* The Struct of a format, owned. */
static Value struct_of(Value format)
{
    Value found = UNBOUND;
    if (is_exact(format, &struct_type))
        return retain(format);
    if (!str_check(format) && !bytes_check(format))
        return raise(TypeError, "Struct() argument 1 must be a str or bytes object, not %T", format);
    Found have = dict_find(as_dict(cache), format, &found);
    if (have != ABSENT)
        return have == FOUND ? found : ERROR;
    own Value s = struct_new(&struct_type, &format, 1, NONE);
    if (is_error(s))
        return ERROR;
    if (dict_len(as_dict(cache)) >= 100)
        dict_clear(as_dict(cache));
    return dict_set(as_dict(cache), format, s) ? give(s) : ERROR;
}
#define WITH(format, expression) \
    own Value s = struct_of(format); \
    return is_error(s) ? ERROR : (expression)
static Value f_calcsize(Value *args, size_t n) { WITH(args[0], get_size(s)); }
static Value f_pack(Value *args, size_t n)
{
    if (n < 1)
        return raise(TypeError, "missing format argument");
    WITH(args[0], struct_pack(as_struct(s), args + 1, n - 1));
}
static Value f_pack_into(Value *args, size_t n)
{
    if (n < 1)
        return raise(TypeError, "missing format argument");
    WITH(args[0], struct_pack_into(as_struct(s), args + 1, n - 1));
}
static Value f_unpack(Value *args, size_t n) { WITH(args[0], struct_unpack(as_struct(s), args[1])); }
static Value f_unpack_from(Value *args, size_t n) { WITH(args[0], struct_unpack_from(as_struct(s), args[1], args[2])); }
static Value f_iter_unpack(Value *args, size_t n) { WITH(args[0], unpacker_new(s, args[1])); }
static Value f_clearcache(Value *args, size_t n)
{
    dict_clear(as_dict(cache));
    return NONE;
}
static const Method functions[] = {
    { "calcsize", "(format, /)", f_calcsize, "Return size in bytes of the struct described by the format string." },
    { "pack", "(...)", f_pack, "pack(format, v1, v2, ...) -> bytes" },
    { "pack_into", "(...)", f_pack_into, "pack_into(format, buffer, offset, v1, v2, ...)" },
    { "unpack", "(format, buffer, /)", f_unpack, "Return a tuple containing values unpacked according to the format string." },
    { "unpack_from", "(format, /, buffer, offset=0)", f_unpack_from, "Return a tuple containing values unpacked according to the format string, from an offset." },
    { "iter_unpack", "(format, buffer, /)", f_iter_unpack, "Return an iterator yielding tuples unpacked from the given bytes." },
    { "_clearcache", "()", f_clearcache, "Clear the internal cache." },
    { 0 },
};

static bool init(Value module)
{
    if (is_unbound(cache)) {
        type_ready(&unpacker_type, &object_type);
        type_ready(&struct_type, &object_type);
        own Value name = str_from("error"), bases = tuple_of1(exception_class_peek(Exception)), space = dict_new(), home = str_from("struct");
        if (is_error(name) || is_error(bases) || is_error(space) || is_error(home) || !dict_set_c(as_dict(space), "__module__", home))
            return false;
        if (!keep_take(&error_class, class_new(&type_type, name, bases, space, NULL, NONE), "struct.error") || !keep_take(&cache, dict_new(), "struct.cache"))
            return false;
    }
    return module_add(module, "error", error_class) && module_add_type(module, &struct_type);
}

const NativeModule struct_module = { "_struct", "Functions to convert between Python values and C structs.", functions, init };
