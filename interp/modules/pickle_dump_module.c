/* pickle_dump_module.c -- _pickle_dump: pickle.dumps for protocols 4 and 5. Other protocols, and picklers that are subclassed or told what to do,
 * are those of pickle.py. Source: Python library reference, "pickle"; pickletools; PEP 307, 3154, 574.
 *
 * The memo maps objects, which it keeps alive, to their numbers in the order of MEMOIZE. Opcodes are gathered in frames: nine bytes for the header of
 * the frame are kept free when its first byte is written, and filled in or taken away when it ends. */
#include "gc/event.h"
#include "gc/heap.h"
#include "interp/base/buf.h"
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
#include "interp/vm/function.h"

enum { FRAME_HEADER = 9, FRAME_LEAST = 4, FRAME_TARGET = 64 * 1024, BATCH = 1000 };
#define NO_FRAME SIZE_MAX

typedef struct MemoEntry { uint64_t bits; uint64_t number; } MemoEntry;      /* bits 0: free */
typedef struct Pickler {
    Buf out;
    size_t frame;                /* where the header of the open frame is; NO_FRAME */
    bool framing;
    int protocol;
    MemoEntry *memo;
    uint64_t memo_cap, memo_n;
    Value dispatch_table, extensions;        /* copyreg's; owned */
} Pickler;

static bool save(Pickler *p, Value v);

/* --- output -------------------------------------------------------------------------------------------------------------- */
static void commit_frame(Pickler *p)
{
    if (!p->framing || p->frame == NO_FRAME)
        return;
    uint8_t *at = (uint8_t *)p->out.at + p->frame;
    uint64_t len = p->out.len - p->frame - FRAME_HEADER;
    if (len >= FRAME_LEAST) {
        at[0] = OP_FRAME;
        memcpy(at + 1, &len, 8);
    } else {
        memmove(at, at + FRAME_HEADER, len);
        p->out.len -= FRAME_HEADER;
    }
    p->frame = NO_FRAME;
}

/* Between two opcodes: a frame that is long enough ends here. */
static inline void boundary(Pickler *p)
{
    if (p->framing && p->frame != NO_FRAME && p->out.len - p->frame - FRAME_HEADER >= FRAME_TARGET)
        commit_frame(p);
}

static cold bool open_frame(Pickler *p)
{
    size_t start = p->out.len;
    if (!buf_fill(&p->out, 0, FRAME_HEADER))
        return raise_memory_false();
    p->frame = start;
    return true;
}

static bool put(Pickler *p, const void *data, size_t n)
{
    if (UNLIKELY(p->framing && p->frame == NO_FRAME) && !open_frame(p))
        return false;
    return buf_add(&p->out, data, n) || raise_memory_false();
}

/* An opcode with a number of `size` bytes, little-endian. */
static inline bool put_number(Pickler *p, PickleOp op, uint64_t number, size_t size)
{
    if (UNLIKELY(p->framing && p->frame == NO_FRAME) && !open_frame(p))
        return false;
    if (UNLIKELY(p->out.cap - p->out.len < 9) && !buf_reserve(&p->out, 9))
        return raise_memory_false();
    p->out.at[p->out.len] = (char)op;
    memcpy(p->out.at + p->out.len + 1, &number, 8);      /* what is too much is written over */
    p->out.len += size + 1;
    return true;
}
static bool put_op(Pickler *p, PickleOp op) { return put_number(p, op, 0, 0); }

/* An opcode with its length and as many bytes. Long ones stand outside of frames. */
static bool put_bytes(Pickler *p, PickleOp short_op, PickleOp op, PickleOp long_op, const void *data, uint64_t n)
{
    bool framing = p->framing;
    if (n >= FRAME_TARGET) {
        commit_frame(p);
        p->framing = false;
    }
    bool ok = n < 256 && short_op ? put_number(p, short_op, n, 1) : n <= UINT32_MAX && op ? put_number(p, op, n, 4) : put_number(p, long_op, n, 8);
    ok = ok && put(p, data, n);
    p->framing = framing;
    return ok;
}

/* --- memo ---------------------------------------------------------------------------------------------------------------- */
static MemoEntry *memo_slot(const Pickler *p, Value v)
{
    uint64_t i = (v.bits >> 4) * 0x9e3779b97f4a7c15ull >> 20;
    while (p->memo[i &= p->memo_cap - 1].bits && p->memo[i].bits != v.bits)
        i++;
    return &p->memo[i];
}

static const MemoEntry *memo_find(const Pickler *p, Value v)
{
    if (p->memo_cap == 0)
        return NULL;
    MemoEntry *e = memo_slot(p, v);
    return e->bits ? e : NULL;
}

static bool memo_grow(Pickler *p)
{
    uint64_t cap = p->memo_cap ? p->memo_cap * 2 : 64, old_cap = p->memo_cap;
    MemoEntry *old = p->memo, *table = heap_buf(cap * sizeof *table);
    if (!table)
        return raise_memory_false();
    memset(table, 0, cap * sizeof *table);
    p->memo = table;
    p->memo_cap = cap;
    for (uint64_t i = 0; i < old_cap; i++)
        if (old[i].bits)
            *memo_slot(p, (Value){ old[i].bits }) = old[i];
    heap_buf_free(old, old_cap * sizeof *old);
    return true;
}

static bool memoize(Pickler *p, Value v)
{
    if (p->memo_n * 3 >= p->memo_cap * 2 && !memo_grow(p))
        return false;
    MemoEntry *e = memo_slot(p, v);
    if (!e->bits)
        retain(v);
    *e = (MemoEntry){ v.bits, p->memo_n++ };
    return put_op(p, OP_MEMOIZE);
}

static bool put_get(Pickler *p, const MemoEntry *e)
{
    return e->number < 256 ? put_number(p, OP_BINGET, e->number, 1) : put_number(p, OP_LONG_BINGET, e->number, 4);
}

/* --- atoms --------------------------------------------------------------------------------------------------------------- */
static bool save_int(Pickler *p, Value v)
{
    int64_t i;
    if (int_to_i64(v, &i) && i >= INT32_MIN && i <= INT32_MAX) {
        if (i >= 0 && i <= 0xffff)
            return i <= 0xff ? put_number(p, OP_BININT1, (uint64_t)i, 1) : put_number(p, OP_BININT2, (uint64_t)i, 2);
        return put_number(p, OP_BININT, (uint64_t)i, 4);
    }
    size_t n = (size_t)(int_bit_length(v) >> 3) + 1;
    uint8_t small[64], *bytes = n <= sizeof small ? small : heap_buf(n);
    if (!bytes)
        return raise_memory_false();
    bool ok = int_to_bytes(v, bytes, n, true, true);
    size_t used = n - (ok && n > 1 && int_sign(v) < 0 && bytes[n - 1] == 0xff && (bytes[n - 2] & 0x80));
    ok = ok && (used < 256 ? put_number(p, OP_LONG1, used, 1) : put_number(p, OP_LONG4, used, 4)) && put(p, bytes, used);
    if (bytes != small)
        heap_buf_free(bytes, n);
    return ok;
}

static bool save_float(Pickler *p, Value v)
{
    double d = float_of(v);
    uint64_t bits;
    memcpy(&bits, &d, 8);
    return put_number(p, OP_BINFLOAT, __builtin_bswap64(bits), 8);
}

static bool save_str(Pickler *p, Value v)
{
    const Str *s = as_str(v);
    if (s->ascii)
        return put_bytes(p, OP_SHORT_BINUNICODE, OP_BINUNICODE, OP_BINUNICODE8, s->u.c1, s->len) && memoize(p, v);
    own Value utf8 = encode_utf8(v, "surrogatepass");
    return !is_error(utf8) && put_bytes(p, OP_SHORT_BINUNICODE, OP_BINUNICODE, OP_BINUNICODE8, as_bytes(utf8)->data, as_bytes(utf8)->len) && memoize(p, v);
}

static bool save_bytes(Pickler *p, Value v, const void *data, uint64_t n)
{
    return put_bytes(p, OP_SHORT_BINBYTES, OP_BINBYTES, OP_BINBYTES8, data, n) && memoize(p, v);
}

static bool save_reduce(Pickler *p, Value reduced, Value v);

static bool save_bytearray(Pickler *p, Value v, const void *data, uint64_t n)
{
    if (p->protocol >= 5)
        return put_bytes(p, 0, 0, OP_BYTEARRAY8, data, n) && memoize(p, v);
    own Value bytes = bytes_new(data, n);
    own Value arguments = is_error(bytes) ? ERROR : n ? tuple_of1(bytes) : retain(tuple_empty);
    own Value reduced = is_error(arguments) ? ERROR : tuple_of2(obj_value(&bytearray_type), arguments);
    return !is_error(reduced) && save_reduce(p, reduced, v);
}

/* A PickleBuffer that nobody wants out of band. */
static bool save_buffer(Pickler *p, Value v)
{
    Buffer b;
    if (p->protocol < 5)
        return pickle_error("PicklingError", "PickleBuffer can only pickled with protocol >= 5"), false;
    if (!buffer_get(v, &b, BUFFER_SIMPLE))
        return false;
    if (!buffer_is_contiguous(&b, 'A')) {
        buffer_release(&b);
        pickle_error("PicklingError", "PickleBuffer can not be pickled when pointing to a non-contiguous buffer");
        return false;
    }
    bool ok = b.readonly ? save_bytes(p, v, b.data, (uint64_t)b.len_bytes) : save_bytearray(p, v, b.data, (uint64_t)b.len_bytes);
    buffer_release(&b);
    return ok;
}

/* --- containers ---------------------------------------------------------------------------------------------------------- */
static bool save_tuple(Pickler *p, Value v)
{
    uint64_t n = tuple_len(v);
    if (n == 0)
        return put_op(p, OP_EMPTY_TUPLE);
    if (n > 3 && !put_op(p, OP_MARK))
        return false;
    for (uint64_t i = 0; i < n; i++)
        if (!save(p, tuple_peek(v, i)))
            return false;
    const MemoEntry *known = memo_find(p, v);            /* an item led back to the tuple: it was written on the way */
    if (!known)
        return put_op(p, n > 3 ? OP_TUPLE : n == 3 ? OP_TUPLE3 : n == 2 ? OP_TUPLE2 : OP_TUPLE1) && memoize(p, v);
    bool ok = n <= 3 || put_op(p, OP_POP_MARK);
    for (uint64_t i = 0; n <= 3 && ok && i < n; i++)
        ok = put_op(p, OP_POP);
    return ok && put_get(p, known);
}

static bool save_list(Pickler *p, Value v)
{
    if (!put_op(p, OP_EMPTY_LIST) || !memoize(p, v))
        return false;
    if (list_len(v) == 1) {
        own Value item = retain(list_peek(v, 0));
        return save(p, item) && put_op(p, OP_APPEND);
    }
    for (uint64_t i = 0; i < list_len(v);) {
        if (!put_op(p, OP_MARK))
            return false;
        for (unsigned batch = 0; batch < BATCH && i < list_len(v); batch++) {
            own Value item = retain(list_peek(v, i++));
            if (!save(p, item) || !poll_events())
                return false;
        }
        if (!put_op(p, OP_APPENDS))
            return false;
    }
    return true;
}

static bool save_pair(Pickler *p, Value key, Value value) { return save(p, key) && save(p, value); }

static bool save_dict(Pickler *p, Value v)
{
    Dict *d = as_dict(v);
    uint64_t n = dict_len(d), position = 0;
    own Value key = UNBOUND, value = UNBOUND;
    if (!put_op(p, OP_EMPTY_DICT) || !memoize(p, v) || n == 0)
        return !error_pending();
    if (n == 1)
        return dict_next_owned(d, &position, &key, &value) && save_pair(p, key, value) && put_op(p, OP_SETITEM);
    unsigned batch;
    do {
        if (!put_op(p, OP_MARK))
            return false;
        for (batch = 0; batch < BATCH && dict_next_owned(d, &position, &key, &value); batch++) {
            bool ok = save_pair(p, key, value) && poll_events();
            release(give(key));
            release(give(value));
            if (!ok)
                return false;
        }
        if (!put_op(p, OP_SETITEMS))
            return false;
        if (dict_len(d) != n)
            return raise_false(RuntimeError, "dictionary changed size during iteration");
    } while (batch == BATCH);
    return true;
}

static bool save_set(Pickler *p, Value v)
{
    Set *s = as_set(v);
    uint64_t n = s->used, position = 0;
    Value key;
    if (!put_op(p, OP_EMPTY_SET) || !memoize(p, v) || n == 0)
        return !error_pending();
    unsigned batch;
    do {
        if (!put_op(p, OP_MARK))
            return false;
        for (batch = 0; batch < BATCH && set_next(s, &position, &key); batch++) {
            own Value held = retain(key);
            if (!save(p, held) || !poll_events())
                return false;
        }
        if (!put_op(p, OP_ADDITEMS))
            return false;
        if (s->used != n)
            return raise_false(RuntimeError, "set changed size during iteration");
    } while (batch == BATCH);
    return true;
}

static bool save_frozenset(Pickler *p, Value v)
{
    uint64_t position = 0;
    Value key;
    if (!put_op(p, OP_MARK))
        return false;
    while (set_next(as_set(v), &position, &key))
        if (!save(p, key) || !poll_events())
            return false;
    const MemoEntry *known = memo_find(p, v);
    return known ? put_op(p, OP_POP_MARK) && put_get(p, known) : put_op(p, OP_FROZENSET) && memoize(p, v);
}

/* --- by name ------------------------------------------------------------------------------------------------------------- */
/* The object that `path` (a list of names) leads to from `module`. ABSENT: nothing. */
static Found follow(Value module, Value path, Value *object)
{
    own Value at = retain(module);
    for (uint64_t i = 0; i < list_len(path); i++) {
        Value next;
        Found found = obj_find_attr(at, list_peek(path, i), &next);
        if (found != FOUND)
            return found;
        set_slot(&at, next);
    }
    *object = give(at);
    return FOUND;
}

/* The name of the module that `v` comes from: as it says itself, or the first loaded one that has it. */
static Value module_of(Value v, Value path)
{
    Value name = UNBOUND;
    Found found = obj_find_attr_c(v, "__module__", &name);
    if (found == FAILED)
        return ERROR;
    if (found && !is_none(name))
        return name;
    release(name);
    own Value modules = dict_copy(import_modules_peek());
    uint64_t position = 0;
    Value key, module;
    while (!is_error(modules) && dict_next(as_dict(modules), &position, &key, &module)) {
        if (is_none(module) || (str_exact(key) && str_equal_c(key, "__main__")))
            continue;
        own Value object = UNBOUND;
        found = follow(module, path, &object);
        if (found == FAILED)
            error_clear();
        else if (found && same(object, v))
            return retain(key);
    }
    return is_error(modules) ? ERROR : str_from("__main__");
}

static Value dotted_path(Value name)
{
    own Value dot = str_from(".");
    own Value path = is_error(dot) ? ERROR : call_method(name, "split", &dot, 1);
    for (uint64_t i = 0; !is_error(path) && i < list_len(path); i++)
        if (str_equal_c(list_peek(path, i), "<locals>"))
            return raise(AttributeError, "Can't pickle local object %R", name);
    return give(path);
}

/* A code of copyreg's registry; 0: none. False: failed. */
static bool extension_code(Pickler *p, Value module, Value name, int64_t *code)
{
    own Value key = tuple_of2(module, name), found = UNBOUND;
    *code = 0;
    if (is_error(key) || dict_find(as_dict(p->extensions), key, &found) == FAILED)
        return false;
    return is_unbound(found) || obj_index_i64(found, code, OverflowError);
}

static bool save_global(Pickler *p, Value v, Value name_or_unbound)
{
    own Value name = UNBOUND, object = UNBOUND;
    if (!is_unbound(name_or_unbound)) {
        name = retain(name_or_unbound);
    } else {
        Found found = obj_find_attr_c(v, "__qualname__", &name);
        if (found == ABSENT)
            set_slot(&name, obj_getattr_c(v, "__name__"));
        if (found == FAILED || is_error(name))
            return false;
    }
    own Value path = str_check(name) ? dotted_path(name) : raise(TypeError, "descriptor 'split' for 'str' objects doesn't apply to a '%T' object", name);
    own Value module_name = is_error(path) ? ERROR : module_of(v, path);
    if (str_exact(module_name))
        module_name = str_intern_take(give(module_name));        /* one object for all that come from it: written once */
    if (is_error(module_name))
        return false;
    own Value module = str_check(module_name) ? import_module(module_name) : raise(TypeError, "module name must be a string");
    if (is_error(module)) {
        error_clear();
        return pickle_error("PicklingError", "Can't pickle %R: import of module %R failed", v, module_name), false;
    }
    Found found = follow(module, path, &object);
    if (found != FOUND) {
        if (found == FAILED)
            error_clear();
        return pickle_error("PicklingError", "Can't pickle %R: attribute lookup %S on %S failed", v, name, module_name), false;
    }
    if (!same(object, v))
        return pickle_error("PicklingError", "Can't pickle %R: it's not the same object as %S.%S", v, module_name, name), false;
    int64_t code;
    if (!extension_code(p, module_name, name, &code))
        return false;
    if (code > 0)
        return code <= 0xff ? put_number(p, OP_EXT1, (uint64_t)code, 1) : code <= 0xffff ? put_number(p, OP_EXT2, (uint64_t)code, 2)
             : code <= INT32_MAX ? put_number(p, OP_EXT4, (uint64_t)code, 4) : raise_false(RuntimeError, "Can't pickle %R: extension code %lld is out of range", v, (long long)code);
    return save(p, module_name) && save(p, name) && put_op(p, OP_STACK_GLOBAL) && memoize(p, v);
}

static bool save_type(Pickler *p, Value v)
{
    Value single = same(v, obj_value(type_of(NONE))) ? NONE : same(v, obj_value(type_of(ELLIPSIS))) ? ELLIPSIS
                 : same(v, obj_value(type_of(NOT_IMPLEMENTED))) ? NOT_IMPLEMENTED : UNBOUND;
    if (is_unbound(single))
        return save_global(p, v, UNBOUND);
    own Value arguments = tuple_of1(single);
    own Value reduced = is_error(arguments) ? ERROR : tuple_of2(obj_value(&type_type), arguments);
    return !is_error(reduced) && save_reduce(p, reduced, v);
}

/* --- by __reduce__ ------------------------------------------------------------------------------------------------------- */
typedef bool SaveFn(Pickler *, Value);

/* What an iterator gives, each written by `save_one`, in batches that `many` adds to the container on the stack; one that is alone `single` adds. */
static bool save_batches(Pickler *p, Value iterator, SaveFn *save_one, PickleOp single, PickleOp many)
{
    unsigned n;
    do {
        own Value first = obj_next(iterator);
        if (is_stop(first) || is_error(first))
            return is_stop(first);
        own Value item = obj_next(iterator);
        if (is_error(item))
            return false;
        if (is_stop(item))
            return save_one(p, first) && put_op(p, single);
        if (!put_op(p, OP_MARK) || !save_one(p, first))
            return false;
        for (n = 1; !is_stop(item);) {
            if (!save_one(p, item))
                return false;
            if (++n == BATCH)
                break;
            set_slot(&item, obj_next(iterator));
            if (is_error(item))
                return false;
        }
        if (!put_op(p, many))
            return false;
    } while (n == BATCH);
    return true;
}

static bool save_item_pair(Pickler *p, Value pair)
{
    if (!tuple_check(pair) || tuple_len(pair) != 2)
        return raise_false(TypeError, "dict items iterator must return 2-tuples");
    return save_pair(p, tuple_peek(pair, 0), tuple_peek(pair, 1));
}

static bool save_items(Pickler *p, Value iterator) { return save_batches(p, iterator, save, OP_APPEND, OP_APPENDS); }
static bool save_dict_items(Pickler *p, Value iterator) { return save_batches(p, iterator, save_item_pair, OP_SETITEM, OP_SETITEMS); }

typedef enum NewKind { NEW_NONE, NEW_OBJ, NEW_OBJ_EX } NewKind;

static bool new_kind(Value callable, NewKind *kind)
{
    own Value name = UNBOUND;
    if (obj_find_attr_c(callable, "__name__", &name) == FAILED)
        return false;
    *kind = !str_check(name) ? NEW_NONE : str_equal_c(name, "__newobj_ex__") ? NEW_OBJ_EX : str_equal_c(name, "__newobj__") ? NEW_OBJ : NEW_NONE;
    return true;
}

static bool save_new_ex(Pickler *p, Value arguments)
{
    if (tuple_len(arguments) != 3)
        return pickle_error("PicklingError", "length of the NEWOBJ_EX argument tuple must be exactly 3, not %lld", (long long)tuple_len(arguments)), false;
    Value cls = tuple_peek(arguments, 0), positional = tuple_peek(arguments, 1), keywords = tuple_peek(arguments, 2);
    if (!is_type(cls))
        return pickle_error("PicklingError", "first item from NEWOBJ_EX argument tuple must be a class, not %.200T", cls), false;
    if (!tuple_check(positional))
        return pickle_error("PicklingError", "second item from NEWOBJ_EX argument tuple must be a tuple, not %.200T", positional), false;
    if (!dict_check(keywords))
        return pickle_error("PicklingError", "third item from NEWOBJ_EX argument tuple must be a dict, not %.200T", keywords), false;
    return save(p, cls) && save(p, positional) && save(p, keywords) && put_op(p, OP_NEWOBJ_EX);
}

static bool save_new(Pickler *p, Value arguments, Value v)
{
    if (tuple_len(arguments) < 1)
        return pickle_error("PicklingError", "__newobj__ arglist is empty"), false;
    Value cls = tuple_peek(arguments, 0);
    if (!is_type(cls))
        return pickle_error("PicklingError", "args[0] from __newobj__ args is not a type"), false;
    own Value class = obj_getattr_c(v, "__class__");
    if (is_error(class))
        return false;
    if (!same(class, cls))
        return pickle_error("PicklingError", "args[0] from __newobj__ args has the wrong class"), false;
    own Value rest = tuple_slice(arguments, 1, (int64_t)tuple_len(arguments));
    return !is_error(rest) && save(p, cls) && save(p, rest) && put_op(p, OP_NEWOBJ);
}

static bool check_reduced(Value reduced, Value part[6])
{
    uint64_t n = tuple_len(reduced);
    if (n < 2 || n > 6)
        return pickle_error("PicklingError", "tuple returned by __reduce__ must contain 2 through 6 elements"), false;
    for (uint64_t i = 0; i < 6; i++)
        part[i] = i < n && (i < 2 || !is_none(tuple_peek(reduced, i))) ? tuple_peek(reduced, i) : UNBOUND;
    if (!obj_callable(part[0]))
        return pickle_error("PicklingError", "first item of the tuple returned by __reduce__ must be callable"), false;
    if (!tuple_check(part[1]))
        return pickle_error("PicklingError", "second item of the tuple returned by __reduce__ must be a tuple"), false;
    if (!is_unbound(part[3]) && !obj_is_iterator(part[3]))
        return pickle_error("PicklingError", "fourth element of the tuple returned by __reduce__ must be an iterator, not %T", part[3]), false;
    if (!is_unbound(part[4]) && !obj_is_iterator(part[4]))
        return pickle_error("PicklingError", "fifth element of the tuple returned by __reduce__ must be an iterator, not %T", part[4]), false;
    if (!is_unbound(part[5]) && !obj_callable(part[5]))
        return pickle_error("PicklingError", "sixth element of the tuple returned by __reduce__ must be a function, not %T", part[5]), false;
    return true;
}

static bool save_reduce(Pickler *p, Value reduced, Value v)
{
    Value part[6];
    NewKind kind;
    if (!check_reduced(reduced, part) || !new_kind(part[0], &kind))
        return false;
    bool ok = kind == NEW_OBJ_EX ? save_new_ex(p, part[1]) : kind == NEW_OBJ ? save_new(p, part[1], v)
            : save(p, part[0]) && save(p, part[1]) && put_op(p, OP_REDUCE);
    if (!ok)
        return false;
    const MemoEntry *known = memo_find(p, v);            /* its arguments led back to it */
    if (known)
        return put_op(p, OP_POP) && put_get(p, known);
    if (!memoize(p, v) || (!is_unbound(part[3]) && !save_items(p, part[3])) || (!is_unbound(part[4]) && !save_dict_items(p, part[4])))
        return false;
    if (is_unbound(part[2]))
        return true;
    if (is_unbound(part[5]))
        return save(p, part[2]) && put_op(p, OP_BUILD);
    return save(p, part[5]) && save(p, v) && save(p, part[2]) && put_op(p, OP_TUPLE2) && put_op(p, OP_REDUCE) && put_op(p, OP_POP);
}

static bool save_object(Pickler *p, Value v)
{
    Type *type = type_of(v);
    own Value function = UNBOUND, reduced = UNBOUND;
    if (dict_find(as_dict(p->dispatch_table), obj_value(type), &function) == FAILED)
        return false;
    if (!is_unbound(function)) {
        reduced = call1(function, v);
    } else if (is_type(v)) {
        return save_global(p, v, UNBOUND);
    } else {
        Found found = obj_find_attr_c(v, "__reduce_ex__", &function);
        if (found == FOUND)
            reduced = call1(function, small_int_value(p->protocol));
        else if (found == ABSENT)
            found = obj_find_attr_c(v, "__reduce__", &function);
        if (found == FAILED)
            return false;
        if (found == ABSENT)
            return pickle_error("PicklingError", "can't pickle '%.200T' object: %R", v, v), false;
        if (is_unbound(reduced))
            reduced = call0(function);
    }
    if (is_error(reduced))
        return false;
    if (str_check(reduced))
        return save_global(p, v, reduced);
    if (!tuple_check(reduced))
        return pickle_error("PicklingError", "__reduce__ must return a string or tuple"), false;
    return save_reduce(p, reduced, v);
}

static bool save_deep(Pickler *p, Value v)
{
    const Type *type = type_of(v);
    if (type == &tuple_type)
        return save_tuple(p, v);
    if (type == &list_type)
        return save_list(p, v);
    if (type == &dict_type)
        return save_dict(p, v);
    if (type == &set_type)
        return save_set(p, v);
    if (type == &frozenset_type)
        return save_frozenset(p, v);
    if (type == &bytearray_type)
        return save_bytearray(p, v, bytearray_data(as_bytearray(v)), as_bytearray(v)->len);
    if (type == &type_type)
        return save_type(p, v);
    if (type == &function_type)
        return save_global(p, v, UNBOUND);
    if (type->get_buffer && strcmp(type->heap.name, "PickleBuffer") == 0)
        return save_buffer(p, v);
    return save_object(p, v);
}

static bool save(Pickler *p, Value v)
{
    boundary(p);
    if (is_int(v))
        return save_int(p, v);
    if (is_float(v) || is_exact(v, &float_type))
        return save_float(p, v);
    if (is_none(v))
        return put_op(p, OP_NONE);
    if (is_bool(v))
        return put_op(p, same(v, TRUE) ? OP_NEWTRUE : OP_NEWFALSE);
    if (int_exact(v))
        return save_int(p, v);
    const MemoEntry *known = memo_find(p, v);
    if (known)
        return put_get(p, known);
    if (str_exact(v))
        return save_str(p, v);
    if (is_exact(v, &bytes_type))
        return save_bytes(p, v, as_bytes(v)->data, as_bytes(v)->len);
    if (!stack_enter(" while pickling an object"))
        return false;
    bool ok = save_deep(p, v);
    stack_leave();
    return ok;
}

/* --- the function -------------------------------------------------------------------------------------------------------- */
static void pickler_free(Pickler *p)
{
    for (uint64_t i = 0; i < p->memo_cap; i++)
        if (p->memo[i].bits)
            release((Value){ p->memo[i].bits });
    heap_buf_free(p->memo, p->memo_cap * sizeof *p->memo);
    buf_free(&p->out);
    release(p->dispatch_table);
    release(p->extensions);
}

static Value dumps(Value *args, size_t n)
{
    int64_t protocol;
    if (!obj_index_i64(args[1], &protocol, NO_ERROR))
        return ERROR;
    Pickler p = { .frame = NO_FRAME, .protocol = (int)protocol, .dispatch_table = UNBOUND, .extensions = UNBOUND };
    p.dispatch_table = import_attr("copyreg", "dispatch_table");
    p.extensions = is_error(p.dispatch_table) ? ERROR : import_attr("copyreg", "_extension_registry");
    bool ok = !is_error(p.extensions) && dict_check(p.dispatch_table) && dict_check(p.extensions) && put_number(&p, OP_PROTO, (uint64_t)protocol, 1);
    p.framing = true;
    ok = ok && save(&p, args[0]) && put_op(&p, OP_STOP);
    if (ok)
        commit_frame(&p);
    Value result = ok ? bytes_new(p.out.at, p.out.len) : ERROR;
    if (is_error(result) && !error_pending())
        error_set(TypeError, "copyreg's tables must be dicts");
    ErrorState failed = error_save();                    /* what is released now may run code */
    pickler_free(&p);
    error_restore(failed);
    return result;
}

static const Method functions[] = {
    { "dumps", "(obj, protocol, /)", dumps, "The pickled representation of an object, by protocol 4 or 5." },
    { 0 },
};
const NativeModule pickle_dump_module = { "_pickle_dump", "The writer of the module pickle.", functions, NULL };
