/* mro.c -- the order in which bases are searched: C3 linearisation. Declared in class.h.
 * Source: K. Barrett et al., "A Monotonic Superclass Linearization for Dylan", 1996; Python's "What's new in 2.3". */
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static bool in_tail(Value sequence, uint64_t from, Value cls)
{
    for (uint64_t i = from + 1; i < tuple_len(sequence); i++)
        if (same(tuple_peek(sequence, i), cls))
            return true;
    return false;
}

static bool check_duplicates(Value bases)
{
    for (uint64_t i = 0; i < tuple_len(bases); i++)
        if (in_tail(bases, i, tuple_peek(bases, i)))
            return raise_false(TypeError, "duplicate base class %s", as_type(tuple_peek(bases, i))->heap.name);
    return true;
}

/* The heads that cannot be placed, in the order of CPython's message. */
static void raise_inconsistent(Value *sequences, const uint64_t *at, uint64_t n)
{
    own Value heads = list_new(n);
    for (uint64_t i = 0; i < n && !is_error(heads); i++) {
        if (at[i] >= tuple_len(sequences[i]))
            continue;
        Value head = tuple_peek(sequences[i], at[i]);
        bool seen = false;
        for (uint64_t k = 0; k < list_len(heads); k++)
            seen |= same(list_peek(heads, k), head);
        if (!seen && !list_append(heads, head))
            return;
    }
    StrBuilder text = { 0 };
    bool good = !is_error(heads);
    for (uint64_t i = 0; good && i < list_len(heads); i++) {
        const char *name = as_type(list_peek(heads, i))->heap.name;
        good = (i == 0 || str_builder_ascii(&text, ", ", 2)) && str_builder_utf8(&text, name, strlen(name));
    }
    own Value joined = str_builder_end(&text, good);
    if (!is_error(joined))
        error_set(TypeError, "Cannot create a consistent method resolution\norder (MRO) for bases %S", joined);
}

/* The next class that no sequence wants later; UNBOUND: none; STOP: all are used up. */
static Value next_class(Value *sequences, const uint64_t *at, uint64_t n)
{
    bool left = false;
    for (uint64_t i = 0; i < n; i++) {
        if (at[i] >= tuple_len(sequences[i]))
            continue;
        left = true;
        Value candidate = tuple_peek(sequences[i], at[i]);
        bool good = true;
        for (uint64_t k = 0; k < n && good; k++)
            good = !in_tail(sequences[k], at[k], candidate);
        if (good)
            return candidate;
    }
    return left ? UNBOUND : STOP;
}

Value mro_c3(Type *type, Value bases)
{
    uint64_t n = tuple_len(bases) + 1;
    if (!check_duplicates(bases))
        return ERROR;
    Value *sequences = heap_buf(n * sizeof(Value));
    uint64_t *at = heap_buf(n * sizeof *at);
    own Value result = list_new(8);
    if (!sequences || !at || is_error(result) || !list_append(result, obj_value(type))) {
        heap_buf_free(sequences, sequences ? n * sizeof(Value) : 0);
        heap_buf_free(at, at ? n * sizeof *at : 0);
        return error_pending() ? ERROR : raise_memory();
    }
    memset(at, 0, n * sizeof *at);
    bool good = true;
    for (uint64_t i = 0; i + 1 < n; i++) {
        sequences[i] = as_type(tuple_peek(bases, i))->mro;
        if (!is_ptr(sequences[i])) {
            error_set(TypeError, "Cannot extend an incomplete type '%s'", as_type(tuple_peek(bases, i))->heap.name);
            sequences[i] = bases;
            good = false;
        }
    }
    sequences[n - 1] = bases;
    while (good) {
        Value next = next_class(sequences, at, n);
        if (is_stop(next))
            break;
        if (is_unbound(next)) {
            raise_inconsistent(sequences, at, n);
            good = false;
            break;
        }
        good = list_append(result, next);
        for (uint64_t i = 0; i < n; i++)
            if (at[i] < tuple_len(sequences[i]) && same(tuple_peek(sequences[i], at[i]), next))
                at[i]++;
    }
    heap_buf_free(sequences, n * sizeof(Value));
    heap_buf_free(at, n * sizeof *at);
    assert_error_iff(!good);
    return good ? give(result) : ERROR;
}

/* What a metaclass's own mro() may return. */
static bool check_custom(Type *type, Value mro)
{
    Type *solid = layout_solid_base(type);
    for (uint64_t i = 0; i < tuple_len(mro); i++) {
        Value base = tuple_peek(mro, i);
        if (!is_type(base))
            return raise_false(TypeError, "mro() returned a non-class ('%.500T')", base);
        if (!type_is_subtype(solid, layout_solid_base(as_type(base))))
            return raise_false(TypeError, "mro() returned base with unsuitable layout ('%.500s')", as_type(base)->heap.name);
    }
    return true;
}

Value mro_compute(Type *type, Value bases)
{
    Type *meta = obj_type(&type->heap.head);
    Value method = type_lookup_peek(meta, N(mro));
    if (meta == &type_type || is_unbound(method) || same(method, type_lookup_peek(&type_type, N(mro)))) {
        own Value list = mro_c3(type, bases);
        assert(is_error(list) || same(list_peek(list, 0), obj_value(type)));
        return is_error(list) ? ERROR : list_to_tuple(list);
    }
    own Value result = call_unbound(method, obj_value(type), NULL, 0, NONE);
    own Value mro = is_error(result) ? ERROR : tuple_from_iterable(result);
    if (is_error(mro) || !check_custom(type, mro))
        return ERROR;
    return give(mro);
}
