/* text_helpers.c -- see text_helpers.h. */
#include "interp/builtins/text_helpers.h"

#include "gc/heap.h"
#include "interp/object/bytes.h"
#include "interp/object/int.h"
#include "interp/object/native.h"
#include "interp/object/protocol.h"
#include "interp/object/slice.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static bool bound(Value v, int64_t *i)
{
    if (is_int(v)) {
        *i = small_int(v);
        return true;
    }
    if (!index_check(v))
        return raise_false(TypeError, "slice indices must be integers or None or have an __index__ method");
    return obj_index_i64(v, i, NO_ERROR);
}

bool text_bounds(Value start, Value stop, int64_t len, int64_t *from, int64_t *to)
{
    *from = 0;
    *to = len;
    if (!is_unbound(start) && !is_none(start) && !bound(start, from))
        return false;
    if (!is_unbound(stop) && !is_none(stop) && !bound(stop, to))
        return false;
    if (*to > len)
        *to = len;
    else if (*to < 0 && (*to += len) < 0)
        *to = 0;
    if (*from < 0 && (*from += len) < 0)
        *from = 0;
    return true;
}

bool text_int(Value v, int64_t otherwise, int64_t *i)
{
    *i = otherwise;
    if (is_unbound(v))
        return true;
    if (is_int(v)) {
        *i = small_int(v);
        return true;
    }
    own Value n = obj_index(v);
    if (is_error(n))
        return false;
    return int_to_i64(n, i) || raise_false(OverflowError, "Python int too large to convert to C ssize_t");
}

bool text_name(Value v, const char *function, const char *parameter, const char **text)
{
    *text = NULL;
    if (is_unbound(v))
        return true;
    if (!str_check(v))
        return raise_false(TypeError, "%s() argument '%s' must be str, not %.80s", function, parameter, ARGUMENT_NAME(v));
    size_t len;
    *text = str_utf8_peek(v, &len);
    if (*text && strlen(*text) != len)
        return raise_false(ValueError, "embedded null character");
    return *text != NULL;
}

/* --- iterators ------------------------------------------------------------------------------------------------------------- */
must_use Value builtin_get(const char *name);            /* object/iterators.h */

static const TraceRow iterator_rows[] = { { TRACE_VALUE, offsetof(TextIterator, sequence), 0, "sequence" }, { TRACE_END, 0, 0, NULL } };

static Value self_iter(Value self) { return retain(self); }

static Value exhausted(TextIterator *it)
{
    Value sequence = it->sequence;
    it->sequence = UNBOUND;
    release(sequence);
    return STOP;
}

static Value str_next(Value self)
{
    TextIterator *it = (TextIterator *)as_obj(self);
    if (is_unbound(it->sequence))
        return STOP;
    const Str *s = as_str(it->sequence);
    if (it->index >= (int64_t)s->len)
        return exhausted(it);
    return str_from_char(str_char(s, (uint64_t)it->index++));
}

static Value bytes_next(Value self)
{
    TextIterator *it = (TextIterator *)as_obj(self);
    if (is_unbound(it->sequence))
        return STOP;
    const Bytes *b = as_bytes(it->sequence);
    if (it->index >= (int64_t)b->len)
        return exhausted(it);
    return small_int_value(b->data[it->index++]);
}

static Value bytearray_next(Value self)
{
    TextIterator *it = (TextIterator *)as_obj(self);
    if (is_unbound(it->sequence))
        return STOP;
    ByteArray *b = as_bytearray(it->sequence);
    if (it->index >= (int64_t)b->len)
        return exhausted(it);
    return small_int_value(bytearray_data(b)[it->index++]);
}

static Value memory_next(Value self)
{
    TextIterator *it = (TextIterator *)as_obj(self);
    if (is_unbound(it->sequence))
        return STOP;
    int64_t len = obj_len(it->sequence);
    if (len < 0)
        return ERROR;
    if (it->index >= len)
        return exhausted(it);
    return obj_getitem_index(it->sequence, it->index++);
}

static Value length_hint(Value *args, size_t n)
{
    TextIterator *it = (TextIterator *)as_obj(args[0]);
    if (is_unbound(it->sequence))
        return small_int_value(0);
    int64_t len = obj_len(it->sequence);
    return len < 0 ? ERROR : int_value(len > it->index ? len - it->index : 0);
}

static Value reduce(Value *args, size_t n)
{
    TextIterator *it = (TextIterator *)as_obj(args[0]);
    own Value iter = builtin_get("iter");
    if (is_error(iter))
        return ERROR;
    if (is_unbound(it->sequence)) {
        own Value nothing = tuple_of1(type_of(args[0]) == &str_iterator_type ? str_empty : tuple_empty);
        return is_error(nothing) ? ERROR : tuple_of2(iter, nothing);
    }
    own Value inner = tuple_of1(it->sequence), index = int_value(it->index);
    return is_error(inner) || is_error(index) ? ERROR : tuple_of3(iter, inner, index);
}

static Value setstate(Value *args, size_t n)
{
    TextIterator *it = (TextIterator *)as_obj(args[0]);
    int64_t index;
    if (!obj_index_i64(args[1], &index, OverflowError))
        return ERROR;
    if (!is_unbound(it->sequence)) {
        int64_t len = obj_len(it->sequence);
        if (len < 0)
            return ERROR;
        it->index = index < 0 ? 0 : index > len ? len : index;
    }
    return NONE;
}

static const Method iterator_methods[] = {
    { "__length_hint__", "(self, /)", length_hint, "Private method returning an estimate of len(list(it))." },
    { "__reduce__", "(self, /)", reduce, "Return state information for pickling." },
    { "__setstate__", "(self, state, /)", setstate, "Set state information for unpickling." },
    { 0 },
};

#define ITERATOR(variable, name, next_fn)                                                                        \
    Type variable = {                                                                                            \
        STATIC_TYPE(variable, name, TextIterator, iterator_rows), .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,         \
        .iter = self_iter, .next = next_fn, .methods = iterator_methods,                                         \
    }
ITERATOR(str_iterator_type, "str_iterator", str_next);
ITERATOR(bytes_iterator_type, "bytes_iterator", bytes_next);
ITERATOR(bytearray_iterator_type, "bytearray_iterator", bytearray_next);
ITERATOR(memory_iterator_type, "memory_iterator", memory_next);

Value text_iterator_new(Type *type, Value sequence)
{
    TextIterator *it = heap_new(&type->shape, sizeof(TextIterator));
    if (!it)
        return raise_memory();
    it->sequence = retain(sequence);
    it->index = 0;
    return obj_value(it);
}
