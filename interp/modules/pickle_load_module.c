/* pickle_load_module.c -- _pickle_load: pickle.load and loads, for every protocol. Unpicklers that are subclassed are those of pickle.py.
 * Source: Python library reference, "pickle"; pickletools.
 *
 * A machine with a stack of values, a stack of marks (heights of the first) and a memo by number. What is not there yet is asked of the file: never
 * more bytes than the pickle needs, so that another one may follow it. */
#include <stdio.h>

#include "gc/event.h"
#include "gc/heap.h"
#include "interp/builtins/import.h"
#include "interp/modules/pickle_parts.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/codec.h"
#include "interp/object/dict.h"
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

typedef struct Unpickler {
    const uint8_t *at, *end;
    Value chunk;                 /* bytes that hold at..end when they came from the file; owned */
    Value read, readline;        /* of the file; UNBOUND: all the data is there */
    Value *stack;
    uint64_t n, cap;
    uint64_t *marks;
    uint64_t n_marks, marks_cap;
    Value *memo;                 /* UNBOUND: no such number */
    uint64_t memo_n, memo_cap;   /* highest number + 1 */
    uint64_t memo_used;          /* numbers that have a value */
    Value far;                   /* a dict: values whose numbers are far beyond the others; UNBOUND: none */
    int protocol;
    Value find_class, extension; /* functions of _pickle.py: (module, name, protocol), (code) */
    Value buffers;               /* an iterator; NONE */
    const char *encoding, *errors;
} Unpickler;

static bool fail(const char *text)
{
    pickle_error("UnpicklingError", "%s", text);
    return false;
}

/* --- input --------------------------------------------------------------------------------------------------------------- */
/* Make the bytes from `at` on what is left with what `more` holds. */
static bool add_chunk(Unpickler *u, Value more)
{
    size_t left = (size_t)(u->end - u->at), got = as_bytes(more)->len;
    own Value joined = UNBOUND;
    if (left == 0) {
        joined = retain(more);
    } else {
        Bytes *b = bytes_alloc(left + got);
        if (!b)
            return false;
        memcpy(b->data, u->at, left);
        memcpy(b->data + left, as_bytes(more)->data, got);
        joined = obj_value(b);
    }
    set_slot(&u->chunk, give(joined));
    u->at = as_bytes(u->chunk)->data;
    u->end = u->at + as_bytes(u->chunk)->len;
    return true;
}

static cold bool refill(Unpickler *u, uint64_t n)
{
    uint64_t left = (uint64_t)(u->end - u->at);
    if (is_unbound(u->read))
        return fail("pickle data was truncated");
    own Value size = int_from_u64(n - left);
    own Value more = is_error(size) ? ERROR : call1(u->read, size);
    if (is_error(more))
        return false;
    if (!bytes_check(more))
        return raise_false(TypeError, "read() returned non-bytes object (%T)", more);
    if (!add_chunk(u, more))
        return false;
    return (uint64_t)(u->end - u->at) >= n || fail("pickle data was truncated");
}

static inline bool need(Unpickler *u, uint64_t n) { return LIKELY((uint64_t)(u->end - u->at) >= n) || refill(u, n); }

/* A little-endian number of `size` bytes. */
static inline bool number(Unpickler *u, size_t size, uint64_t *i)
{
    *i = 0;
    if (!need(u, size))
        return false;
    memcpy(i, u->at, size);
    u->at += size;
    return true;
}

/* A line, without its end; borrowed until the next read. */
static bool line(Unpickler *u, const char **text, size_t *n)
{
    const uint8_t *end = memchr(u->at, '\n', (size_t)(u->end - u->at));
    if (!end && !is_unbound(u->readline)) {
        own Value more = call0(u->readline);
        if (is_error(more))
            return false;
        if (!bytes_check(more))
            return raise_false(TypeError, "readline() returned non-bytes object (%T)", more);
        if (!add_chunk(u, more))
            return false;
        end = memchr(u->at, '\n', (size_t)(u->end - u->at));
    }
    if (!end)
        return fail("pickle data was truncated");
    *text = (const char *)u->at;
    *n = (size_t)(end - u->at);
    u->at = end + 1;
    return true;
}

/* --- stacks and memo ----------------------------------------------------------------------------------------------------- */
static bool grow(Value **at, uint64_t *cap, uint64_t need_n)
{
    uint64_t wanted = *cap ? *cap * 2 : 64;
    while (wanted < need_n)
        wanted *= 2;
    Value *moved = *cap ? heap_buf_realloc(*at, *cap * sizeof(Value), wanted * sizeof(Value)) : heap_buf(wanted * sizeof(Value));
    if (!moved)
        return raise_memory_false();
    *at = moved;
    *cap = wanted;
    return true;
}

/* `v` is consumed. */
static inline bool push_take(Unpickler *u, Value v)
{
    if (is_error(v))
        return false;
    if (UNLIKELY(u->n == u->cap) && !grow(&u->stack, &u->cap, u->n + 1)) {
        release(v);
        return false;
    }
    u->stack[u->n++] = v;
    return true;
}

static inline uint64_t floor_of(const Unpickler *u) { return u->n_marks ? u->marks[u->n_marks - 1] : 0; }

static bool underflow(const Unpickler *u) { return fail(u->n_marks ? "unexpected MARK found" : "unpickling stack underflow"); }

static inline bool at_least(const Unpickler *u, uint64_t n) { return LIKELY(u->n >= floor_of(u) + n) || underflow(u); }

static inline Value pop(Unpickler *u) { return u->stack[--u->n]; }
static inline Value top(const Unpickler *u) { return u->stack[u->n - 1]; }
static void drop_to(Unpickler *u, uint64_t n)
{
    while (u->n > n)
        release(pop(u));
}

static bool push_mark(Unpickler *u)
{
    if (u->n_marks == u->marks_cap) {
        uint64_t cap = u->marks_cap ? u->marks_cap * 2 : 32;
        uint64_t *moved = u->marks_cap ? heap_buf_realloc(u->marks, u->marks_cap * 8, cap * 8) : heap_buf(cap * 8);
        if (!moved)
            return raise_memory_false();
        u->marks = moved;
        u->marks_cap = cap;
    }
    u->marks[u->n_marks++] = u->n;
    return true;
}

static bool pop_mark(Unpickler *u, uint64_t *height)
{
    if (u->n_marks == 0)
        return fail("could not find MARK");
    *height = u->marks[--u->n_marks];
    return true;
}

enum { MEMO_GAP = 1 << 16 };

/* A number far beyond the others: a hostile pickle must not make us fill gigabytes. */
static cold bool memo_put_far(Unpickler *u, uint64_t i, Value v)
{
    own Value key = int_from_u64(i);
    if (is_unbound(u->far))
        u->far = dict_new();
    if (is_error(u->far) || is_error(key))
        return false;
    uint64_t before = dict_len(as_dict(u->far));
    bool ok = dict_set(as_dict(u->far), key, v);
    u->memo_used += dict_len(as_dict(u->far)) - before;
    return ok;
}

static bool memo_put(Unpickler *u, uint64_t i, Value v)
{
    if (UNLIKELY(i >= u->memo_cap && i > 4 * u->memo_used + MEMO_GAP))
        return memo_put_far(u, i, v);
    if (i >= u->memo_cap && !grow(&u->memo, &u->memo_cap, i + 1))
        return false;
    while (u->memo_n <= i)
        u->memo[u->memo_n++] = UNBOUND;
    u->memo_used += is_unbound(u->memo[i]);
    set_slot(&u->memo[i], retain(v));
    return true;
}

static bool memo_top(Unpickler *u, uint64_t i)
{
    return at_least(u, 1) && memo_put(u, i, top(u));
}

static bool push_memo(Unpickler *u, uint64_t i)
{
    if (i < u->memo_n && !is_unbound(u->memo[i]))
        return push_take(u, retain(u->memo[i]));
    own Value key = is_unbound(u->far) ? UNBOUND : int_from_u64(i);
    Value value = UNBOUND;
    if (is_error(key) || (is_int(key) && dict_find(as_dict(u->far), key, &value) == FAILED))
        return false;
    if (is_unbound(value))
        return pickle_error("UnpicklingError", "Memo value not found at index %lld", (long long)i), false;
    return push_take(u, value);
}

/* --- atoms --------------------------------------------------------------------------------------------------------------- */
static Value decimal(const char *text, size_t n, int base)
{
    Value i = int_parse(text, n, base);
    if (is_error(i) && error_is(ValueError)) {
        error_clear();
        return raise(ValueError, "could not convert string to int");
    }
    return i;
}

static bool memo_number(Unpickler *u, uint64_t *i)
{
    const char *text;
    size_t n;
    if (!line(u, &text, &n))
        return false;
    own Value v = decimal(text, n, 10);
    if (is_error(v))
        return false;
    return int_to_u64(v, i) || raise_false(ValueError, "negative PUT argument");
}

static bool load_int(Unpickler *u)
{
    const char *text;
    size_t n;
    if (!line(u, &text, &n))
        return false;
    if (n == 2 && text[0] == '0' && (text[1] == '0' || text[1] == '1'))
        return push_take(u, bool_value(text[1] == '1'));
    return push_take(u, decimal(text, n, 0));
}

static bool load_long(Unpickler *u)
{
    const char *text;
    size_t n;
    if (!line(u, &text, &n))
        return false;
    return push_take(u, decimal(text, n - (n && text[n - 1] == 'L'), 0));
}

static bool load_long_bytes(Unpickler *u, size_t size)
{
    uint64_t n;
    if (!number(u, size, &n))
        return false;
    if (size == 4 && n > INT32_MAX)
        return fail("LONG pickle has negative byte count");
    if (!need(u, n))
        return false;
    u->at += n;
    return push_take(u, n ? int_from_bytes(u->at - n, n, true, true) : small_int_value(0));
}

static bool load_float(Unpickler *u)
{
    const char *text;
    size_t n;
    if (!line(u, &text, &n))
        return false;
    own Value digits = str_new(text, n);
    Value v = is_error(digits) ? ERROR : call1(obj_value(&float_type), digits);
    if (is_error(v) && error_is(ValueError)) {
        error_clear();
        return raise_false(ValueError, "could not convert string to float: '%S\n'", digits);
    }
    return push_take(u, v);
}

static bool load_binfloat(Unpickler *u)
{
    uint64_t bits;
    double d;
    if (!number(u, 8, &bits))
        return false;
    bits = __builtin_bswap64(bits);
    memcpy(&d, &bits, 8);
    return push_take(u, float_value(d));
}

typedef enum TextKind { TEXT_STR, TEXT_BYTES, TEXT_BYTEARRAY, TEXT_OLD } TextKind;

static Value old_text(const Unpickler *u, const uint8_t *data, size_t n)
{
    return strcmp(u->encoding, "bytes") == 0 ? bytes_new(data, n) : codec_decode(data, n, u->encoding, u->errors);
}

/* A length of `size` bytes and as many bytes of text. */
static bool load_counted(Unpickler *u, size_t size, TextKind kind)
{
    uint64_t n;
    if (!number(u, size, &n))
        return false;
    if (kind == TEXT_OLD && n > INT32_MAX)
        return fail("BINSTRING pickle has negative byte count");
    if (n > INT64_MAX)
        return raise_false(OverflowError, "%s exceeds system's maximum size of %lld bytes",
                           kind == TEXT_STR ? "BINUNICODE" : kind == TEXT_BYTES ? "BINBYTES8" : "BYTEARRAY8", (long long)INT64_MAX);
    if (!need(u, n))
        return false;
    const uint8_t *data = u->at;
    u->at += n;
    return push_take(u, kind == TEXT_STR ? decode_utf8(data, n, "surrogatepass", NULL) : kind == TEXT_BYTES ? bytes_new(data, n)
                      : kind == TEXT_BYTEARRAY ? bytearray_new(data, n) : old_text(u, data, n));
}

static bool load_string(Unpickler *u)
{
    const char *text;
    size_t n;
    if (!line(u, &text, &n))
        return false;
    if (n < 2 || text[0] != text[n - 1] || (text[0] != '"' && text[0] != '\''))
        return fail("the STRING opcode argument must be quoted");
    own Value plain = decode_bytes_escape((const uint8_t *)text + 1, n - 2, NULL);
    return !is_error(plain) && push_take(u, old_text(u, as_bytes(plain)->data, as_bytes(plain)->len));
}

static bool load_unicode(Unpickler *u)
{
    const char *text;
    size_t n;
    return line(u, &text, &n) && push_take(u, decode_raw_unicode_escape((const uint8_t *)text, n, NULL, NULL));
}

/* --- containers ---------------------------------------------------------------------------------------------------------- */
static bool make_tuple(Unpickler *u, uint64_t n)
{
    if (!at_least(u, n))
        return false;
    Value tuple = n ? tuple_from_take(u->stack + u->n - n, n) : retain(tuple_empty);
    u->n -= n;
    return push_take(u, tuple);
}

static bool marked_tuple(Unpickler *u)
{
    uint64_t height;
    return pop_mark(u, &height) && make_tuple(u, u->n - height);
}

static bool load_list(Unpickler *u)
{
    uint64_t height;
    if (!pop_mark(u, &height))
        return false;
    Value list = list_from_take(u->stack + height, u->n - height);
    u->n = height;
    return push_take(u, list);
}

static bool load_frozenset(Unpickler *u)
{
    uint64_t height;
    if (!pop_mark(u, &height))
        return false;
    own Value items = list_from_take(u->stack + height, u->n - height);
    u->n = height;
    return !is_error(items) && push_take(u, set_from_iterable(&frozenset_type, items));
}

/* method(value) for each value above `height`; a method that could not be had is an error, too. */
static bool call_each(Unpickler *u, Value method, uint64_t height)
{
    bool ok = !is_error(method);
    for (uint64_t i = height; ok && i < u->n; i++) {
        own Value result = call1(method, u->stack[i]);
        ok = !is_error(result);
    }
    return ok;
}

/* The values above `height` go to the end of the list below them. */
static bool append_from(Unpickler *u, uint64_t height)
{
    if (height <= floor_of(u))
        return underflow(u);
    if (u->n == height)
        return true;
    own Value list = retain(u->stack[height - 1]);
    bool ok = true;
    if (list_exact(list)) {
        ok = list_reserve(as_list(list), list_len(list) + u->n - height);
        for (uint64_t i = height; ok && i < u->n; i++)
            ok = list_append(list, u->stack[i]);
    } else {
        own Value method = UNBOUND, items = UNBOUND;
        Found found = obj_find_attr_c(list, "extend", &method);
        if (found == FOUND) {
            items = list_from(u->stack + height, u->n - height);
            own Value result = is_error(items) ? ERROR : call1(method, items);
            ok = !is_error(result);
        } else {
            set_slot(&method, found == FAILED ? ERROR : obj_getattr_c(list, "append"));
            ok = call_each(u, method, height);
        }
    }
    drop_to(u, height);
    return ok;
}

/* Keys and values in turn above `height` go into the mapping below them. */
static bool set_from(Unpickler *u, uint64_t height)
{
    if (height <= floor_of(u))
        return underflow(u);
    if (u->n == height)
        return true;
    if ((u->n - height) % 2)
        return fail("odd number of items for SETITEMS");
    own Value mapping = retain(u->stack[height - 1]);
    bool ok = true, plain = dict_exact(mapping);
    for (uint64_t i = height; ok && i < u->n; i += 2)
        ok = plain ? dict_set(as_dict(mapping), u->stack[i], u->stack[i + 1]) : obj_setitem(mapping, u->stack[i], u->stack[i + 1]);
    drop_to(u, height);
    return ok;
}

static bool load_dict(Unpickler *u)
{
    uint64_t height;
    if (!pop_mark(u, &height))
        return false;
    if ((u->n - height) % 2)
        return fail("odd number of items for DICT");
    own Value dict = dict_new();
    bool ok = !is_error(dict);
    for (uint64_t i = height; ok && i < u->n; i += 2)
        ok = dict_set(as_dict(dict), u->stack[i], u->stack[i + 1]);
    drop_to(u, height);
    return ok && push_take(u, give(dict));
}

static bool load_additems(Unpickler *u)
{
    uint64_t height;
    if (!pop_mark(u, &height))
        return false;
    if (height <= floor_of(u))
        return underflow(u);
    if (u->n == height)
        return true;
    own Value set = retain(u->stack[height - 1]);
    bool ok = true;
    if (is_exact(set, &set_type)) {
        for (uint64_t i = height; ok && i < u->n; i++)
            ok = set_add(as_set(set), u->stack[i]);
    } else {
        own Value method = obj_getattr_c(set, "add");
        ok = call_each(u, method, height);
    }
    drop_to(u, height);
    return ok;
}

static bool from_mark(Unpickler *u, bool (*fill)(Unpickler *, uint64_t height))
{
    uint64_t height;
    return pop_mark(u, &height) && fill(u, height);
}

static bool load_pop(Unpickler *u)
{
    if (u->n_marks && u->marks[u->n_marks - 1] == u->n) {
        u->n_marks--;
        return true;
    }
    if (!at_least(u, 1))
        return false;
    release(pop(u));
    return true;
}

static bool load_pop_mark(Unpickler *u)
{
    uint64_t height;
    if (!pop_mark(u, &height))
        return false;
    drop_to(u, height);
    return true;
}

/* --- objects ------------------------------------------------------------------------------------------------------------- */
static Value class_of(Unpickler *u, Value module, Value name)
{
    return call3(u->find_class, module, name, small_int_value(u->protocol));
}

static Value named_class(Unpickler *u)
{
    const char *text;
    size_t n;
    if (!line(u, &text, &n))
        return ERROR;
    own Value module = decode_utf8((const uint8_t *)text, n, NULL, NULL);
    if (is_error(module) || !line(u, &text, &n))
        return ERROR;
    own Value name = decode_utf8((const uint8_t *)text, n, NULL, NULL);
    return is_error(name) ? ERROR : class_of(u, module, name);
}

static bool load_stack_global(Unpickler *u)
{
    if (!at_least(u, 2))
        return false;
    own Value name = pop(u), module = pop(u);
    if (!str_exact(name) || !str_exact(module))
        return fail("STACK_GLOBAL requires str");
    return push_take(u, class_of(u, module, name));
}

static bool load_extension(Unpickler *u, size_t size)
{
    uint64_t code;
    if (!number(u, size, &code))
        return false;
    own Value v = int_from_u64(code);
    return !is_error(v) && push_take(u, call2(u->extension, v, small_int_value(u->protocol)));
}

static bool load_reduce(Unpickler *u)
{
    if (!at_least(u, 2))
        return false;
    own Value arguments = pop(u), callable = pop(u);
    if (!tuple_check(arguments))
        return raise_false(TypeError, "argument list must be a tuple");
    return push_take(u, call(callable, as_tuple(arguments)->items, tuple_len(arguments)));
}

static bool load_newobj(Unpickler *u, bool with_keywords)
{
    const char *name = with_keywords ? "NEWOBJ_EX" : "NEWOBJ";
    if (!at_least(u, with_keywords ? 3 : 2))
        return false;
    own Value keywords = with_keywords ? pop(u) : UNBOUND;
    own Value arguments = pop(u), cls = pop(u);
    if (!is_type(cls))
        return pickle_error("UnpicklingError", "%s class argument must be a type, not %.200T", name, cls), false;
    if (!as_type(cls)->new)
        return pickle_error("UnpicklingError", "%s class argument '%.200N' doesn't have __new__", name, as_type(cls)), false;
    if (!tuple_check(arguments))
        return pickle_error("UnpicklingError", "%s args argument must be a tuple, not %.200T", name, arguments), false;
    if (with_keywords && !dict_check(keywords))
        return pickle_error("UnpicklingError", "NEWOBJ_EX kwargs argument must be a dict, not %.200T", keywords), false;
    if (!with_keywords || dict_len(as_dict(keywords)) == 0)
        return push_take(u, as_type(cls)->new(as_type(cls), as_tuple(arguments)->items, tuple_len(arguments), NONE));
    own Value method = obj_getattr_c(cls, "__new__"), front = tuple_of1(cls);
    own Value all = is_error(method) || is_error(front) ? ERROR : tuple_type.concat(front, arguments);
    return !is_error(all) && push_take(u, call_ex(method, all, keywords));
}

/* INST and OBJ: a class called with the values above `height`; of a class that takes none, the bare instance. */
static bool instantiate(Unpickler *u, Value cls, uint64_t height)
{
    own Value arguments = tuple_from_take(u->stack + height, u->n - height), hook = UNBOUND;
    u->n = height;
    if (is_error(arguments))
        return false;
    if (tuple_len(arguments) == 0 && is_type(cls)) {
        Found found = obj_find_attr_c(cls, "__getinitargs__", &hook);
        if (found == FAILED)
            return false;
        if (found == ABSENT)
            return push_take(u, call_method(cls, "__new__", &cls, 1));
    }
    return push_take(u, call(cls, as_tuple(arguments)->items, tuple_len(arguments)));
}

static bool load_inst(Unpickler *u)
{
    uint64_t height;
    own Value cls = named_class(u);
    return !is_error(cls) && pop_mark(u, &height) && instantiate(u, cls, height);
}

static bool load_obj(Unpickler *u)
{
    uint64_t height;
    if (!pop_mark(u, &height))
        return false;
    if (u->n == height)
        return underflow(u);
    own Value cls = u->stack[height];
    u->stack[height] = UNBOUND;                          /* its place is taken by the first argument */
    memmove(u->stack + height, u->stack + height + 1, (u->n - height - 1) * sizeof(Value));
    u->n--;
    return instantiate(u, cls, height);
}

/* The attributes of a dict `state`, into the instance's own __dict__ or one by one. */
static bool set_state(Value instance, Value state, bool slots)
{
    if (is_none(state))
        return true;
    if (!dict_check(state))
        return fail(slots ? "slot state is not a dictionary" : "state is not a dictionary");
    own Value target = slots ? UNBOUND : obj_getattr_c(instance, "__dict__");
    if (is_error(target))
        return false;
    uint64_t position = 0;
    own Value key = UNBOUND, value = UNBOUND;
    while (dict_next_owned(as_dict(state), &position, &key, &value)) {
        if (!slots && str_exact(key))
            key = str_intern_take(key);
        bool ok = !is_error(key) && (!slots ? obj_setitem(target, key, value)
                                            : str_check(key) ? obj_setattr(instance, key, value)
                                                             : raise_false(TypeError, "attribute name must be string, not '%.200T'", key));
        release(give(key));
        release(give(value));
        if (!ok)
            return false;
    }
    return true;
}

static bool load_build(Unpickler *u)
{
    if (!at_least(u, 2))
        return false;
    own Value state = pop(u), instance = retain(top(u)), hook = UNBOUND;
    Found found = obj_find_attr_c(instance, "__setstate__", &hook);
    if (found == FAILED)
        return false;
    if (found == FOUND) {
        own Value result = call1(hook, state);
        return !is_error(result);
    }
    if (!tuple_check(state) || tuple_len(state) != 2)
        return set_state(instance, state, false);
    return set_state(instance, tuple_peek(state, 0), false) && set_state(instance, tuple_peek(state, 1), true);
}

/* --- buffers out of band ------------------------------------------------------------------------------------------------- */
static bool load_next_buffer(Unpickler *u)
{
    if (is_none(u->buffers))
        return fail("pickle stream refers to out-of-band data but no *buffers* argument was given");
    Value buffer = obj_next(u->buffers);
    return is_stop(buffer) ? fail("not enough out-of-band buffers") : push_take(u, buffer);
}

static bool load_readonly_buffer(Unpickler *u)
{
    if (!at_least(u, 1))
        return false;
    own Value view = call1(obj_value(&memoryview_type), top(u));
    own Value readonly = is_error(view) ? ERROR : obj_getattr_c(view, "readonly");
    Truth already = is_error(readonly) ? TRUTH_FAILED : obj_truth(readonly);
    if (already != NO)
        return already == YES;
    Value changed = call_method(view, "toreadonly", NULL, 0);
    if (is_error(changed))
        return false;
    set_slot(&u->stack[u->n - 1], changed);
    return true;
}

/* --- the machine --------------------------------------------------------------------------------------------------------- */
static bool load_proto(Unpickler *u)
{
    uint64_t protocol;
    if (!number(u, 1, &protocol))
        return false;
    u->protocol = (int)protocol;
    return protocol <= 5 || raise_false(ValueError, "unsupported pickle protocol: %d", (int)protocol);
}

static bool load_frame(Unpickler *u)
{
    uint64_t n;
    if (!number(u, 8, &n))
        return false;
    if (n > INT64_MAX)
        return raise_false(OverflowError, "FRAME length exceeds system's maximum of %lld bytes", (long long)INT64_MAX);
    return need(u, n);
}

static bool unknown(uint8_t op)
{
    char text[8] = { (char)op, 0 };
    if (op < 0x20 || op > 0x7e || op == '\'' || op == '\\')
        snprintf(text, sizeof text, "\\x%02x", op);
    return pickle_error("UnpicklingError", "invalid load key, '%s'.", text), false;
}

/* The opcodes that no pickle of protocol 3 or later has. */
static bool load_old(Unpickler *u, uint8_t op)
{
    uint64_t i;
    switch (op) {
    case OP_INT: return load_int(u);
    case OP_LONG: return load_long(u);
    case OP_FLOAT: return load_float(u);
    case OP_STRING: return load_string(u);
    case OP_BINSTRING: return load_counted(u, 4, TEXT_OLD);
    case OP_SHORT_BINSTRING: return load_counted(u, 1, TEXT_OLD);
    case OP_UNICODE: return load_unicode(u);
    case OP_GET: return memo_number(u, &i) && push_memo(u, i);
    case OP_PUT: return at_least(u, 1) && memo_number(u, &i) && memo_top(u, i);
    case OP_LIST: return load_list(u);
    case OP_DICT: return load_dict(u);
    case OP_INST: return load_inst(u);
    case OP_OBJ: return load_obj(u);
    case OP_DUP: return at_least(u, 1) && push_take(u, retain(top(u)));
    case OP_PERSID: case OP_BINPERSID:
        return fail("A load persistent id instruction was encountered,\nbut no persistent_load function was specified.");
    default: return unknown(op);
    }
}

static bool load_op(Unpickler *u, uint8_t op)
{
    uint64_t i;
    switch (op) {
    case OP_NONE: return push_take(u, NONE);
    case OP_NEWTRUE: return push_take(u, TRUE);
    case OP_NEWFALSE: return push_take(u, FALSE);
    case OP_BININT: return number(u, 4, &i) && push_take(u, small_int_value((int32_t)i));
    case OP_BININT1: return number(u, 1, &i) && push_take(u, small_int_value((int64_t)i));
    case OP_BININT2: return number(u, 2, &i) && push_take(u, small_int_value((int64_t)i));
    case OP_LONG1: return load_long_bytes(u, 1);
    case OP_LONG4: return load_long_bytes(u, 4);
    case OP_BINFLOAT: return load_binfloat(u);
    case OP_SHORT_BINUNICODE: return load_counted(u, 1, TEXT_STR);
    case OP_BINUNICODE: return load_counted(u, 4, TEXT_STR);
    case OP_BINUNICODE8: return load_counted(u, 8, TEXT_STR);
    case OP_SHORT_BINBYTES: return load_counted(u, 1, TEXT_BYTES);
    case OP_BINBYTES: return load_counted(u, 4, TEXT_BYTES);
    case OP_BINBYTES8: return load_counted(u, 8, TEXT_BYTES);
    case OP_BYTEARRAY8: return load_counted(u, 8, TEXT_BYTEARRAY);
    case OP_EMPTY_LIST: return push_take(u, list_new(0));
    case OP_EMPTY_TUPLE: return push_take(u, retain(tuple_empty));
    case OP_EMPTY_DICT: return push_take(u, dict_new());
    case OP_EMPTY_SET: return push_take(u, set_new(&set_type));
    case OP_MARK: return push_mark(u);
    case OP_APPEND: return at_least(u, 1) && append_from(u, u->n - 1);
    case OP_APPENDS: return from_mark(u, append_from);
    case OP_SETITEM: return at_least(u, 2) && set_from(u, u->n - 2);
    case OP_SETITEMS: return from_mark(u, set_from);
    case OP_ADDITEMS: return load_additems(u);
    case OP_FROZENSET: return load_frozenset(u);
    case OP_TUPLE: return marked_tuple(u);
    case OP_TUPLE1: return make_tuple(u, 1);
    case OP_TUPLE2: return make_tuple(u, 2);
    case OP_TUPLE3: return make_tuple(u, 3);
    case OP_MEMOIZE: return memo_top(u, u->memo_used);
    case OP_BINPUT: return number(u, 1, &i) && memo_top(u, i);
    case OP_LONG_BINPUT: return number(u, 4, &i) && memo_top(u, i);
    case OP_BINGET: return number(u, 1, &i) && push_memo(u, i);
    case OP_LONG_BINGET: return number(u, 4, &i) && push_memo(u, i);
    case OP_POP: return load_pop(u);
    case OP_POP_MARK: return load_pop_mark(u);
    case OP_GLOBAL: return push_take(u, named_class(u));
    case OP_STACK_GLOBAL: return load_stack_global(u);
    case OP_REDUCE: return load_reduce(u);
    case OP_NEWOBJ: return load_newobj(u, false);
    case OP_NEWOBJ_EX: return load_newobj(u, true);
    case OP_BUILD: return load_build(u);
    case OP_EXT1: return load_extension(u, 1);
    case OP_EXT2: return load_extension(u, 2);
    case OP_EXT4: return load_extension(u, 4);
    case OP_NEXT_BUFFER: return load_next_buffer(u);
    case OP_READONLY_BUFFER: return load_readonly_buffer(u);
    case OP_PROTO: return load_proto(u);
    case OP_FRAME: return load_frame(u);
    default: return load_old(u, op);
    }
}

/* No opcode came: what the file raised, or EOFError. */
static cold Value ran_out(void)
{
    bool is_ordinary = error_is(Exception);
    own Value error = exception_take();              /* first: an import may run Python code */
    own Value class = is_ordinary ? import_attr("pickle", "UnpicklingError") : UNBOUND;
    if (is_error(class))
        return ERROR;
    Truth ours = is_type(class) ? exception_matches(error, class) : NO;
    if (ours == YES)
        return raise(EOFError, "Ran out of input");
    if (ours == NO)
        exception_raise_take(give(error));
    return ERROR;
}

static Value run(Unpickler *u)
{
    for (;;) {
        if (!need(u, 1))
            return ran_out();
        uint8_t op = *u->at++;
        if (UNLIKELY(op == OP_STOP))
            return at_least(u, 1) ? pop(u) : ERROR;
        if (!load_op(u, op) || !poll_events())
            return ERROR;
    }
}

static void unpickler_free(Unpickler *u)
{
    drop_to(u, 0);
    for (uint64_t i = 0; i < u->memo_n; i++)
        release(u->memo[i]);
    heap_buf_free(u->stack, u->cap * sizeof(Value));
    heap_buf_free(u->memo, u->memo_cap * sizeof(Value));
    heap_buf_free(u->marks, u->marks_cap * 8);
    release(u->chunk);
    release(u->far);
}

/* (data or None, read, readline, find_class, extension, encoding, errors, buffers) */
static Value load(Value *args, size_t n)
{
    Buffer data = { .owner = UNBOUND };
    const uint8_t nothing = 0;
    if (!str_check(args[5]) || !str_check(args[6]))
        return raise(TypeError, "encoding and errors must be str");
    Unpickler u = { .at = &nothing, .end = &nothing, .chunk = UNBOUND, .far = UNBOUND, .read = UNBOUND, .readline = UNBOUND, .find_class = args[3], .extension = args[4],
                    .buffers = args[7], .encoding = str_utf8_peek(args[5], NULL), .errors = str_utf8_peek(args[6], NULL) };
    if (!u.encoding || !u.errors)
        return raise_memory();
    if (is_none(args[0])) {
        u.read = args[1];
        u.readline = args[2];
    } else {
        if (!buffer_bytes(args[0], &data))
            return ERROR;
        u.at = data.data;
        u.end = u.at + data.len_bytes;
    }
    own Value buffers = is_none(args[7]) ? NONE : obj_iter(args[7]);
    u.buffers = buffers;
    own Value result = is_error(buffers) ? ERROR : run(&u);
    ErrorState failed = error_save();                    /* what is released now may run code */
    unpickler_free(&u);
    buffer_release(&data);
    error_restore(failed);
    return give(result);
}

static const Method functions[] = {
    { "load", "(data, read, readline, find_class, extension, encoding, errors, buffers, /)", load, "The object of a pickle: in bytes, or read from a file when data is None." },
    { 0 },
};
const NativeModule pickle_load_module = { "_pickle_load", "The reader of the module pickle.", functions, NULL };
