/* itertools_combinatoric.c -- itertools.product, permutations, combinations, combinations_with_replacement.
 *
 * Each holds the pools as tuples and a buffer of indices; a row is made anew from them. `state` tells where it stands.
 * Source: Python library reference, "itertools" (the equivalent programs there), D. Knuth, TAOCP 7.2.1. */
#include "interp/modules/itertools_types.h"
#include "interp/object/class.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"

#include "gc/heap.h"

typedef enum State { FRESH, RUNNING, STOPPED } State;

typedef struct Combinator {
    Object head;
    Value pools;                 /* product: a tuple of tuples; the others: the one pool */
    int64_t *indices;            /* heap_buf of n_indices */
    uint64_t n_indices, r;       /* product: both the number of pools */
    int64_t *cycles;             /* permutations: heap_buf of r */
    State state;
} Combinator;

static const TraceRow rows[] = {
    { TRACE_VALUE, offsetof(Combinator, pools), 0, "pool" },
    { 0 },
};

static inline Combinator *as_combinator(Value v) { return (Combinator *)as_obj(v); }

static void dispose(Object *o)
{
    Combinator *c = (Combinator *)o;
    heap_buf_free(c->indices, c->indices ? c->n_indices * sizeof *c->indices : 0);
    heap_buf_free(c->cycles, c->cycles ? c->r * sizeof *c->cycles : 0);
}

static size_t size_of(const Object *o)
{
    const Combinator *c = (const Combinator *)o;
    return o->shape->type->basic_size + (c->indices ? c->n_indices * sizeof *c->indices : 0) + (c->cycles ? c->r * sizeof *c->cycles : 0);
}

/* A fresh one; `pools` is consumed. */
static Value make_take(Type *type, Value pools, uint64_t n_indices, uint64_t r, bool with_cycles)
{
    own Value held = pools, self = instance_new(type);
    if (is_error(self))
        return ERROR;
    Combinator *c = as_combinator(self);
    if (n_indices > SIZE_MAX / 16 || (with_cycles && r > SIZE_MAX / 16))
        return raise_memory();
    c->n_indices = n_indices;
    c->r = r;
    c->state = FRESH;
    c->pools = give(held);
    if (n_indices && !(c->indices = heap_buf(n_indices * sizeof *c->indices)))
        return raise_memory();
    if (with_cycles && r && !(c->cycles = heap_buf(r * sizeof *c->cycles)))
        return raise_memory();
    return give(self);
}

/* The row the indices name: `r` items. */
static Value row(Combinator *c, bool is_product)
{
    Tuple *t = tuple_alloc(c->r);
    if (!t)
        return ERROR;
    for (uint64_t i = 0; i < c->r; i++) {
        Value pool = is_product ? tuple_peek(c->pools, i) : c->pools;
        t->items[i] = retain(tuple_peek(pool, (uint64_t)c->indices[i]));
    }
    return obj_value(t);
}

static Value stop(Combinator *c)
{
    c->state = STOPPED;
    return STOP;
}

/* --- states for pickling ------------------------------------------------------------------------------------------------ */

static Value numbers(const int64_t *at, uint64_t n)
{
    Tuple *t = tuple_alloc(n);
    if (!t)
        return ERROR;
    for (uint64_t i = 0; i < n; i++)
        t->items[i] = small_int_value(at[i]);
    return obj_value(t);
}

static bool read_number(Value tuple, uint64_t i, int64_t low, int64_t high, int64_t *number)
{
    int64_t v;
    if (!obj_index_i64(tuple_peek(tuple, i), &v, OverflowError))
        return false;
    *number = v < low ? low : v > high ? high : v;
    return true;
}

static Value reduce_pool(Value *args, size_t n)
{
    (void)n;
    Combinator *c = as_combinator(args[0]);
    own Value r = int_value((int64_t)c->r);
    if (c->state == STOPPED)
        return reduce_take(same_type(args[0]), tuple_of2(tuple_empty, r));
    own Value pool = tuple_of2(c->pools, r);
    if (is_error(pool))
        return ERROR;
    if (c->state == FRESH)
        return reduce_take(same_type(args[0]), give(pool));
    Value state = numbers(c->indices, c->n_indices);
    if (is_instance_of(args[0], &permutations_type) && !is_error(state)) {
        own Value indices = state, cycles = numbers(c->cycles, c->r);
        state = is_error(cycles) ? ERROR : tuple_of2(indices, cycles);
    }
    return reduce_state_take(same_type(args[0]), give(pool), state);
}

/* --- product ---------------------------------------------------------------------------------------------------------------- */

static Value product_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    int64_t repeat = 1;
    uint64_t n_kw = tuple_check(kwnames) ? tuple_len(kwnames) : 0;
    if (n_kw) {
        Value out[1];
        Signature *signature;
        if (!bind_arguments("product", "(*, repeat=1)", args + n, 0, kwnames, out, &signature))
            return ERROR;
        bool ok = is_unbound(out[0]) || obj_index_i64(out[0], &repeat, OverflowError);
        signature_release(signature, out);
        if (!ok)
            return ERROR;
    }
    if (repeat < 0)
        return raise(ValueError, "repeat argument cannot be negative");
    uint64_t n_pools;
    if (repeat == 0)
        n = 0;
    if (__builtin_mul_overflow((uint64_t)n, (uint64_t)repeat, &n_pools) || n_pools > (uint64_t)1 << 40)
        return raise(OverflowError, "repeat argument too large");
    Tuple *t = tuple_alloc(n_pools);
    if (!t)
        return ERROR;
    own Value pools = n_pools ? obj_value(t) : retain(tuple_empty);
    for (uint64_t i = 0; i < n_pools; i++) {
        Value pool = i < n ? tuple_from_iterable(args[i]) : retain(t->items[i - n]);
        if (is_error(pool))
            return ERROR;
        tuple_fill_take(t, i, pool);
    }
    return make_take(type, give(pools), n_pools, n_pools, false);
}

static Value product_next(Value self)
{
    Combinator *c = as_combinator(self);
    if (c->state == STOPPED || is_unbound(c->pools))
        return STOP;
    if (c->state == FRESH) {
        for (uint64_t i = 0; i < c->r; i++) {
            c->indices[i] = 0;
            if (tuple_len(tuple_peek(c->pools, i)) == 0)
                return stop(c);
        }
        c->state = RUNNING;
        return row(c, true);
    }
    uint64_t i = c->r;
    while (i > 0 && (uint64_t)++c->indices[i - 1] == tuple_len(tuple_peek(c->pools, i - 1)))
        c->indices[--i] = 0;
    return i == 0 ? stop(c) : row(c, true);
}

static Value product_reduce(Value *args, size_t n)
{
    (void)n;
    Combinator *c = as_combinator(args[0]);
    if (c->state == STOPPED)
        return reduce_take(same_type(args[0]), tuple_of1(tuple_empty));
    if (c->state == FRESH)
        return reduce_take(same_type(args[0]), retain(c->pools));
    return reduce_state_take(same_type(args[0]), retain(c->pools), numbers(c->indices, c->n_indices));
}

static Value product_setstate(Value *args, size_t n)
{
    (void)n;
    Combinator *c = as_combinator(args[0]);
    if (!tuple_check(args[1]) || tuple_len(args[1]) != c->r)
        return raise(ValueError, "invalid arguments");
    for (uint64_t i = 0; i < c->r; i++) {
        int64_t len = (int64_t)tuple_len(tuple_peek(c->pools, i));
        if (len == 0)
            return stop(c), NONE;
        if (!read_number(args[1], i, 0, len - 1, &c->indices[i]))
            return ERROR;
    }
    c->state = RUNNING;
    return NONE;
}

/* --- combinations, without and with replacement ----------------------------------------------------------------------------------------------------------------- */

static bool pool_and_r(const char *name, const Value *args, size_t n, Value kwnames, Value *pool, int64_t *r)
{
    Value out[2];
    Signature *signature;
    if (!bind_arguments(name, "(iterable, r)", args, n, kwnames, out, &signature))
        return false;
    *pool = tuple_from_iterable(out[0]);
    bool ok = !is_error(*pool) && obj_index_i64(out[1], r, OverflowError);
    if (ok && *r < 0) {
        error_set(ValueError, "r must be non-negative");
        ok = false;
    }
    if (!ok && !is_error(*pool))
        release(*pool);
    signature_release(signature, out);
    return ok;
}

/* With replacement indices may stand still from one place to the next (`step` 0), without they rise (1). */

static Value choose_make(Type *type, const char *name, int64_t step, const Value *args, size_t n, Value kwnames)
{
    Value pool;
    int64_t r;
    if (!pool_and_r(name, args, n, kwnames, &pool, &r))
        return ERROR;
    int64_t len = (int64_t)tuple_len(pool);
    bool none = step ? r > len : r > 0 && len == 0;
    Value self = make_take(type, pool, none ? 0 : (uint64_t)r, (uint64_t)r, false);
    if (!is_error(self) && none)
        as_combinator(self)->state = STOPPED;
    return self;
}

static int64_t last_index(const Combinator *c, int64_t i, int64_t step)
{
    return (int64_t)tuple_len(c->pools) - 1 - ((int64_t)c->r - 1 - i) * step;
}

static Value choose_next(Value self, int64_t step)
{
    Combinator *c = as_combinator(self);
    if (c->state == STOPPED || is_unbound(c->pools))
        return STOP;
    int64_t r = (int64_t)c->r, i;
    if (c->state == FRESH) {
        for (i = 0; i < r; i++)
            c->indices[i] = i * step;
        c->state = RUNNING;
        return row(c, false);
    }
    for (i = r - 1; i >= 0 && c->indices[i] == last_index(c, i, step); i--)
        ;
    if (i < 0)
        return stop(c);
    c->indices[i]++;
    for (i++; i < r; i++)
        c->indices[i] = c->indices[i - 1] + step;
    return row(c, false);
}

static Value choose_setstate(Value *args, int64_t step)
{
    Combinator *c = as_combinator(args[0]);
    if (!tuple_check(args[1]) || tuple_len(args[1]) != c->n_indices || c->n_indices != c->r)
        return raise(ValueError, "invalid arguments");
    for (uint64_t i = 0; i < c->r; i++)
        if (!read_number(args[1], i, 0, last_index(c, (int64_t)i, step), &c->indices[i]))
            return ERROR;
    c->state = RUNNING;
    return NONE;
}

static Value combinations_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    return choose_make(type, "combinations", 1, args, n, kwnames);
}
static Value combinations_next(Value self) { return choose_next(self, 1); }
static Value combinations_setstate(Value *args, size_t n) { return choose_setstate(args, 1); }

static Value replacement_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    return choose_make(type, "combinations_with_replacement", 0, args, n, kwnames);
}
static Value replacement_next(Value self) { return choose_next(self, 0); }
static Value replacement_setstate(Value *args, size_t n) { return choose_setstate(args, 0); }

/* --- permutations ------------------------------------------------------------------------------------------------------------------------ */

static Value permutations_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    Value out[2];
    Signature *signature;
    if (!bind_arguments("permutations", "(iterable, r=None)", args, n, kwnames, out, &signature))
        return ERROR;
    own Value pool = tuple_from_iterable(out[0]);
    bool ok = !is_error(pool);
    int64_t r = ok ? (int64_t)tuple_len(pool) : 0;
    if (ok && !is_unbound(out[1]) && !is_none(out[1])) {
        if (!int_check(out[1])) {
            error_set(TypeError, "Expected int as r");
            ok = false;
        } else {
            ok = obj_index_i64(out[1], &r, OverflowError);
        }
        if (ok && r < 0) {
            error_set(ValueError, "r must be non-negative");
            ok = false;
        }
    }
    signature_release(signature, out);
    if (!ok)
        return ERROR;
    uint64_t len = tuple_len(pool);
    bool none = r > (int64_t)len;
    Value self = make_take(type, give(pool), none ? 0 : len, (uint64_t)r, !none);
    if (!is_error(self) && none)
        as_combinator(self)->state = STOPPED;
    return self;
}

static Value permutations_next(Value self)
{
    Combinator *c = as_combinator(self);
    if (c->state == STOPPED || is_unbound(c->pools))
        return STOP;
    int64_t len = (int64_t)c->n_indices, r = (int64_t)c->r, i;
    if (c->state == FRESH) {
        for (i = 0; i < len; i++)
            c->indices[i] = i;
        for (i = 0; i < r; i++)
            c->cycles[i] = len - i;
        c->state = RUNNING;
        return row(c, false);
    }
    for (i = r - 1; i >= 0; i--) {
        if (--c->cycles[i] == 0) {                       /* rotate indices[i ..] left by one */
            int64_t first = c->indices[i];
            memmove(c->indices + i, c->indices + i + 1, (size_t)(len - i - 1) * sizeof *c->indices);
            c->indices[len - 1] = first;
            c->cycles[i] = len - i;
        } else {
            int64_t j = c->cycles[i], t = c->indices[i];
            c->indices[i] = c->indices[len - j];
            c->indices[len - j] = t;
            return row(c, false);
        }
    }
    return stop(c);
}

static Value permutations_setstate(Value *args, size_t n)
{
    (void)n;
    Combinator *c = as_combinator(args[0]);
    if (!tuple_check(args[1]) || tuple_len(args[1]) != 2)
        return raise(TypeError, "function takes exactly 2 arguments");
    Value indices = tuple_peek(args[1], 0), cycles = tuple_peek(args[1], 1);
    if (!tuple_check(indices) || !tuple_check(cycles))
        return raise(TypeError, "state must hold two tuples");
    if (tuple_len(indices) != c->n_indices || tuple_len(cycles) != c->r)
        return raise(ValueError, "invalid arguments");
    for (uint64_t i = 0; i < c->n_indices; i++)
        if (!read_number(indices, i, 0, (int64_t)c->n_indices - 1, &c->indices[i]))
            return ERROR;
    for (uint64_t i = 0; i < c->r; i++)
        if (!read_number(cycles, i, 1, (int64_t)(c->n_indices - i), &c->cycles[i]))
            return ERROR;
    c->state = RUNNING;
    return NONE;
}

/* --- tables --------------------------------------------------------------------------------------------------------------------------------- */

#define TABLE(name, reduce, setstate) \
    static const Method name##_rows[] = { \
        REDUCE_ROW(reduce), STATE_ROW(setstate), { 0 }, \
    }
TABLE(product, product_reduce, product_setstate);
TABLE(permutations, reduce_pool, permutations_setstate);
TABLE(combinations, reduce_pool, combinations_setstate);
TABLE(replacement, reduce_pool, replacement_setstate);

#define COMBINATOR(variable, name_, make_, next_, methods_, signature_, doc_) \
    Type variable = { \
        .heap = { .head = STATIC_OBJECT(&type_type.shape), .name = name_, .basic_size = sizeof(Combinator), .trace = rows, \
                  .dispose = dispose, .size_of = size_of }, \
        .shape = { .type = &variable.heap }, .bases = UNBOUND_INIT, .mro = UNBOUND_INIT, .qualname = UNBOUND_INIT, .module = UNBOUND_INIT, \
        .flags = TYPE_BASE, .new = make_, .iter = iterator_self, .next = next_, .methods = methods_, \
        .module_name = "itertools", .signature = signature_, .doc = doc_, \
    }
COMBINATOR(product_type, "product", product_make, product_next, product_rows, NULL,
           "product(*iterables, repeat=1) --> product object\n\nCartesian product of input iterables.  Equivalent to nested for-loops.");
COMBINATOR(permutations_type, "permutations", permutations_make, permutations_next, permutations_rows, "(iterable, r=None)",
           "Return successive r-length permutations of elements in the iterable.\n\n"
           "permutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)");
COMBINATOR(combinations_type, "combinations", combinations_make, combinations_next, combinations_rows, "(iterable, r)",
           "Return successive r-length combinations of elements in the iterable.\n\n"
           "combinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)");
COMBINATOR(combinations_with_replacement_type, "combinations_with_replacement", replacement_make, replacement_next, replacement_rows,
           "(iterable, r)", "Return successive r-length combinations of elements in the iterable allowing individual elements to have "
           "successive repeats.\n\ncombinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')");
