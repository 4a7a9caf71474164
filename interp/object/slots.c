/* slots.c -- dunder methods as slots, slots as dunder methods. */
#include "interp/object/slots.h"
#include "gc/heap.h"
#include "interp/object/arith.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/int.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

/* --- generic slot functions: they call the dunder method ---------------------------------------------------------- */

static inline Value lookup(Value self, Value name) { return type_lookup_peek(type_of(self), name); }

/* self.name(args) when the type has it; else NOT_IMPLEMENTED. */
static Value call_maybe(Value self, Value name, Value arg)
{
    Value method = lookup(self, name);
    return is_unbound(method) ? NOT_IMPLEMENTED : call_unbound(method, self, &arg, 1, NONE);
}

static Value call_must(Value self, Value name, const Value *args, size_t n)
{
    assert(str_check(name) && !error_pending());
    Value method = lookup(self, name);
    if (is_unbound(method)) {
        error_set(AttributeError, "%S", name);
        return ERROR;
    }
    return call_unbound(method, self, args, n, NONE);
}

#define UNARY(fn, name) static Value slot_##fn(Value self) { return call_must(self, N(name), NULL, 0); }
UNARY(repr, __repr__) UNARY(str, __str__) UNARY(await, __await__) UNARY(aiter, __aiter__) UNARY(anext, __anext__)
UNARY(neg, __neg__) UNARY(pos, __pos__) UNARY(abs, __abs__) UNARY(invert, __invert__)
UNARY(int, __int__) UNARY(float, __float__) UNARY(index, __index__)
#undef UNARY

/* Does the right operand's class have its own version of the reflected method? */
static bool overloads(Value left, Value right, Value reflected)
{
    Value theirs = lookup(right, reflected), ours = lookup(left, reflected);
    return !is_unbound(theirs) && !same(theirs, ours);
}

static Value binary_by_name(BinaryOp op, BinaryFn *self_fn, Value a, Value b, Value name, Value reflected)
{
    assert(op >= 0 && op < N_BINARY_OPS && self_fn);
    const Type *ta = type_of(a), *tb = type_of(b);
    bool try_right = ta != tb && tb->binary[op] == self_fn;
    if (ta->binary[op] == self_fn) {
        if (try_right && type_is_subtype(tb, ta) && overloads(a, b, reflected)) {
            Value r = call_maybe(b, reflected, a);
            if (!same(r, NOT_IMPLEMENTED))
                return r;
            try_right = false;
        }
        Value r = call_maybe(a, name, b);
        if (!same(r, NOT_IMPLEMENTED) || ta == tb)
            return r;
    }
    return try_right ? call_maybe(b, reflected, a) : NOT_IMPLEMENTED;
}

#define BINARY(fn, op) \
    static Value slot_##fn(Value a, Value b) { return binary_by_name(op, slot_##fn, a, b, N(__##fn##__), N(__r##fn##__)); }
#define INPLACE(fn) static Value slot_i##fn(Value a, Value b) { return call_maybe(a, N(__i##fn##__), b); }
BINARY(add, OP_ADD) BINARY(sub, OP_SUB) BINARY(mul, OP_MUL) BINARY(matmul, OP_MATMUL) BINARY(truediv, OP_TRUEDIV)
BINARY(floordiv, OP_FLOORDIV) BINARY(mod, OP_MOD) BINARY(lshift, OP_LSHIFT) BINARY(rshift, OP_RSHIFT) BINARY(and, OP_AND)
BINARY(or, OP_OR) BINARY(xor, OP_XOR) BINARY(divmod, OP_DIVMOD)
INPLACE(add) INPLACE(sub) INPLACE(mul) INPLACE(matmul) INPLACE(truediv) INPLACE(floordiv) INPLACE(mod) INPLACE(pow)
INPLACE(lshift) INPLACE(rshift) INPLACE(and) INPLACE(or) INPLACE(xor)
#undef BINARY
#undef INPLACE

static Value slot_power(Value a, Value b, Value modulus)
{
    const Type *ta = type_of(a), *tb = type_of(b);
    if (!is_none(modulus)) {
        if (ta->power != slot_power)
            return NOT_IMPLEMENTED;
        Value method = lookup(a, N(__pow__));
        return is_unbound(method) ? NOT_IMPLEMENTED : call_unbound(method, a, (Value[]){ b, modulus }, 2, NONE);
    }
    bool try_right = ta != tb && tb->power == slot_power;
    if (ta->power == slot_power) {
        if (try_right && type_is_subtype(tb, ta) && overloads(a, b, N(__rpow__))) {
            Value r = call_maybe(b, N(__rpow__), a);
            if (!same(r, NOT_IMPLEMENTED))
                return r;
            try_right = false;
        }
        Value r = call_maybe(a, N(__pow__), b);
        if (!same(r, NOT_IMPLEMENTED) || ta == tb)
            return r;
    }
    return try_right ? call_maybe(b, N(__rpow__), a) : NOT_IMPLEMENTED;
}

static const uint16_t compare_names[] = { [CMP_LT] = NAME___lt__, [CMP_LE] = NAME___le__, [CMP_EQ] = NAME___eq__,
                                          [CMP_NE] = NAME___ne__, [CMP_GT] = NAME___gt__, [CMP_GE] = NAME___ge__ };

static Value slot_compare(Value a, Value b, CompareOp op)
{
    Value method = lookup(a, names_[compare_names[op]]);
    if (is_unbound(method))
        return NOT_IMPLEMENTED;
    if (is_exact(method, &wrapper_descriptor_type)) {
        WrapperDescriptor *w = (WrapperDescriptor *)as_obj(method);
        if (w->row->kind == SLOT_COMPARE && is_instance_of(a, w->owner))
            return ((CompareFn *)w->fn)(a, b, (CompareOp)w->row->op);
    }
    const Type *t = type_of(method);
    if (t->descr_get && !(t->flags & TYPE_METHOD_DESCR)) {
        own Value hold = retain(method);
        own Value bound = t->descr_get(hold, a, obj_value(type_of(a)));
        if (is_error(bound)) {           /* as CPython: a comparison that cannot be found is none */
            error_clear();
            return NOT_IMPLEMENTED;
        }
        return call1(bound, b);
    }
    return call_unbound(method, a, &b, 1, NONE);
}

static bool slot_hash(Value self, int64_t *hash)
{
    Value method = lookup(self, N(__hash__));
    if (is_unbound(method) || is_none(method))
        return hash_none(self, hash);
    own Value r = call_unbound(method, self, NULL, 0, NONE);
    assert_error_iff(is_error(r));
    if (is_error(r))
        return false;
    if (!int_check(r))
        return raise_false(TypeError, "__hash__ method should return an integer");
    if (!int_to_i64(r, hash))
        *hash = int_hash(r);
    if (*hash == -1)
        *hash = -2;
    assert(*hash != -1);
    return true;
}

static int64_t slot_len(Value self)
{
    own Value r = call_must(self, N(__len__), NULL, 0);
    if (is_error(r))
        return -1;
    own Value i = obj_index(r);
    int64_t n;
    if (is_error(i))
        return -1;
    if (int_sign(i) < 0)
        error_set(ValueError, "__len__() should return >= 0");
    else if (!int_to_i64(i, &n))
        error_set(OverflowError, "cannot fit 'int' into an index-sized integer");
    else
        return n;
    return -1;
}

static Truth slot_truth(Value self)
{
    own Value r = call_must(self, N(__bool__), NULL, 0);
    if (is_error(r))
        return TRUTH_FAILED;
    if (is_bool(r))
        return same(r, TRUE);
    error_set(TypeError, "__bool__ should return bool, returned %.200T", r);
    return TRUTH_FAILED;
}

static Truth slot_contains(Value self, Value item)
{
    Value method = lookup(self, N(__contains__));
    if (is_none(method)) {
        error_set(TypeError, "'%.200T' object is not a container", self);
        return TRUTH_FAILED;
    }
    own Value r = call_must(self, N(__contains__), &item, 1);
    return is_error(r) ? TRUTH_FAILED : obj_truth(r);
}

static Value slot_getitem(Value self, Value key) { return call_must(self, N(__getitem__), &key, 1); }

static bool slot_setitem(Value self, Value key, Value value)
{
    own Value r = is_unbound(value) ? call_must(self, N(__delitem__), &key, 1)
                                    : call_must(self, N(__setitem__), (Value[]){ key, value }, 2);
    return !is_error(r);
}

static Value slot_iter(Value self)
{
    Value method = lookup(self, N(__iter__));
    if (is_none(method) || is_unbound(method))
        return raise(TypeError, "'%.200T' object is not iterable", self);
    return call_unbound(method, self, NULL, 0, NONE);
}

static Value slot_next(Value self)
{
    Value r = call_must(self, N(__next__), NULL, 0);
    return UNLIKELY(is_error(r)) && error_is(StopIteration) ? stop_from_error() : r;
}

static Value slot_call(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    Value method = lookup(self, N(__call__));
    if (is_unbound(method))
        return raise(TypeError, "'%.200T' object is not callable", self);
    return call_unbound(method, self, args, n_pos, kwnames);
}

/* __getattribute__, then __getattr__ when that raised AttributeError. */
static Value slot_getattr(Value self, Value name)
{
    Value method = lookup(self, N(__getattribute__)), value = UNBOUND;
    own Value fallback = retain(lookup(self, N(__getattr__)));
    if (is_exact(method, &wrapper_descriptor_type)) {
        GetattrFn *fn = (GetattrFn *)((WrapperDescriptor *)as_obj(method))->fn;
        if (fn == attr_get_generic) {
            Found found = attr_find_generic(self, name, &value);
            if (found == FOUND)
                return value;
            if (found == ABSENT && is_unbound(fallback)) {
                attr_error(self, name);
                return ERROR;
            }
        } else {
            value = fn(self, name);
        }
    } else {
        value = call_must(self, N(__getattribute__), &name, 1);
    }
    if (!is_error(value) && !is_unbound(value))
        return value;
    if (error_pending()) {
        if (!error_is(AttributeError) || is_unbound(fallback))
            return ERROR;
        error_clear();
    }
    return call_unbound(fallback, self, &name, 1, NONE);
}

static bool slot_setattr(Value self, Value name, Value value)
{
    own Value r = is_unbound(value) ? call_must(self, N(__delattr__), &name, 1)
                                    : call_must(self, N(__setattr__), (Value[]){ name, value }, 2);
    return !is_error(r);
}

static Value slot_get(Value self, Value instance, Value owner)
{
    Value args[2] = { is_unbound(instance) ? NONE : instance, is_unbound(owner) ? NONE : owner };
    Value method = lookup(self, N(__get__));
    return is_unbound(method) ? retain(self) : call_unbound(method, self, args, 2, NONE);
}

static bool slot_set(Value self, Value instance, Value value)
{
    own Value r = is_unbound(value) ? call_must(self, N(__delete__), &instance, 1)
                                    : call_must(self, N(__set__), (Value[]){ instance, value }, 2);
    return !is_error(r);
}

static bool slot_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    Value method = lookup(self, N(__init__));
    if (is_unbound(method))
        return true;
    own Value r = call_unbound(method, self, args, n_pos, kwnames);
    if (is_error(r))
        return false;
    return is_none(r) || raise_false(TypeError, "__init__() should return None, not '%.200T'", r);
}

static Value slot_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    assert(type->flags & TYPE_HEAP);
    own Value fn = obj_getattr(obj_value(type), N(__new__));
    if (is_error(fn))
        return ERROR;
    size_t n_all = 1 + n_pos + (is_ptr(kwnames) ? tuple_len(kwnames) : 0);
    Value small[12], *all = small;
    if (n_all > 12 && !(all = heap_buf(n_all * sizeof(Value))))
        return raise_memory();
    all[0] = obj_value(type);
    if (n_all > 1)
        memcpy(all + 1, args, (n_all - 1) * sizeof(Value));
    Value made = call_kw(fn, all, n_pos + 1, kwnames);
    if (all != small)
        heap_buf_free(all, n_all * sizeof(Value));
    return made;
}

bool slots_new_is_python(const Type *type) { return type->new == slot_new; }

/* __del__. Whatever goes wrong is reported; a pending error of the dying object's last owner is kept. */
static void slot_finalize(Object *o)
{
    ErrorState saved = error_save();
    Value self = obj_value(o);
    own Value method = retain(lookup(self, N(__del__)));
    if (!is_unbound(method)) {
        own Value r = call_unbound(method, self, NULL, 0, NONE);
        if (is_error(r)) {
            if (heap_unraisable)
                heap_unraisable(NULL, method);
            error_clear();
        }
    }
    error_restore(saved);
}

/* --- the table ------------------------------------------------------------------------------------------------------ */

#define AT(field) offsetof(Type, field)
#define F(fn) ((SlotFn *)(fn))
#define ROW(name, field, kind, generic, signature, doc) { #name, NAME_##name, AT(field), kind, 0, F(generic), signature, doc }
#define CMP(name, code, symbol) { #name, NAME_##name, AT(compare), SLOT_COMPARE, code, F(slot_compare), "($self, value, /)", "Return self" symbol "value." }
#define NUMBER(fn, op, symbol) \
    ROW(__##fn##__, binary[op], SLOT_BINARY, slot_##fn, "($self, value, /)", "Return self" symbol "value."), \
    ROW(__r##fn##__, binary[op], SLOT_BINARY_R, slot_##fn, "($self, value, /)", "Return value" symbol "self.")
#define INPLACE(fn, op, symbol) ROW(__i##fn##__, inplace[op], SLOT_INPLACE, slot_i##fn, "($self, value, /)", "Return self" symbol "value.")

const SlotRow slot_rows[] = {
    ROW(__new__, new, SLOT_INIT, slot_new, NULL, NULL),                /* published by type_ready itself */
    ROW(__init__, init, SLOT_INIT, slot_init, "($self, /, *args, **kwargs)", "Initialize self.  See help(type(self)) for accurate signature."),
    ROW(__getattribute__, getattr, SLOT_GETATTR, slot_getattr, "($self, name, /)", "Return getattr(self, name)."),
    ROW(__getattr__, getattr, SLOT_GETATTR_HOOK, slot_getattr, NULL, NULL),
    ROW(__setattr__, setattr, SLOT_SETATTR, slot_setattr, "($self, name, value, /)", "Implement setattr(self, name, value)."),
    ROW(__delattr__, setattr, SLOT_DELATTR, slot_setattr, "($self, name, /)", "Implement delattr(self, name)."),
    ROW(__repr__, repr, SLOT_UNARY, slot_repr, "($self, /)", "Return repr(self)."),
    ROW(__hash__, hash, SLOT_HASH, slot_hash, "($self, /)", "Return hash(self)."),
    ROW(__call__, call, SLOT_CALL, slot_call, "($self, /, *args, **kwargs)", "Call self as a function."),
    ROW(__str__, str, SLOT_UNARY, slot_str, "($self, /)", "Return str(self)."),
    CMP(__lt__, CMP_LT, "<"), CMP(__le__, CMP_LE, "<="), CMP(__eq__, CMP_EQ, "=="),
    CMP(__ne__, CMP_NE, "!="), CMP(__gt__, CMP_GT, ">"), CMP(__ge__, CMP_GE, ">="),
    ROW(__iter__, iter, SLOT_UNARY, slot_iter, "($self, /)", "Implement iter(self)."),
    ROW(__next__, next, SLOT_NEXT, slot_next, "($self, /)", "Implement next(self)."),
    ROW(__get__, descr_get, SLOT_GET, slot_get, "($self, instance, owner=None, /)", "Return an attribute of instance, which is of type owner."),
    ROW(__set__, descr_set, SLOT_SET, slot_set, "($self, instance, value, /)", "Set an attribute of instance to value."),
    ROW(__delete__, descr_set, SLOT_DELETE, slot_set, "($self, instance, /)", "Delete an attribute of instance."),
    ROW(__await__, await_, SLOT_UNARY, slot_await, "($self, /)", "Return an iterator to be used in await expression."),
    ROW(__aiter__, aiter, SLOT_UNARY, slot_aiter, "($self, /)", "Return an awaitable, that resolves in asynchronous iterator."),
    ROW(__anext__, anext, SLOT_UNARY, slot_anext, "($self, /)", "Return a value or raise StopAsyncIteration."),
    ROW(__del__, heap.finalize, SLOT_DEL, slot_finalize, "($self, /)", "Called when the instance is about to be destroyed."),
    NUMBER(add, OP_ADD, "+"), NUMBER(sub, OP_SUB, "-"), NUMBER(mul, OP_MUL, "*"), NUMBER(mod, OP_MOD, "%"),
    ROW(__divmod__, binary[OP_DIVMOD], SLOT_BINARY, slot_divmod, "($self, value, /)", "Return divmod(self, value)."),
    ROW(__rdivmod__, binary[OP_DIVMOD], SLOT_BINARY_R, slot_divmod, "($self, value, /)", "Return divmod(value, self)."),
    ROW(__pow__, power, SLOT_POWER, slot_power, "($self, value, mod=None, /)", "Return pow(self, value, mod)."),
    ROW(__rpow__, power, SLOT_POWER_R, slot_power, "($self, value, mod=None, /)", "Return pow(value, self, mod)."),
    ROW(__neg__, unary[OP_NEG], SLOT_UNARY, slot_neg, "($self, /)", "-self"),
    ROW(__pos__, unary[OP_POS], SLOT_UNARY, slot_pos, "($self, /)", "+self"),
    ROW(__abs__, unary[OP_ABS], SLOT_UNARY, slot_abs, "($self, /)", "abs(self)"),
    ROW(__bool__, truth, SLOT_TRUTH, slot_truth, "($self, /)", "True if self else False"),
    ROW(__invert__, unary[OP_INVERT], SLOT_UNARY, slot_invert, "($self, /)", "~self"),
    NUMBER(lshift, OP_LSHIFT, "<<"), NUMBER(rshift, OP_RSHIFT, ">>"), NUMBER(and, OP_AND, "&"), NUMBER(xor, OP_XOR, "^"), NUMBER(or, OP_OR, "|"),
    ROW(__int__, to_int, SLOT_UNARY, slot_int, "($self, /)", "int(self)"),
    ROW(__float__, to_float, SLOT_UNARY, slot_float, "($self, /)", "float(self)"),
    INPLACE(add, OP_ADD, "+="), INPLACE(sub, OP_SUB, "-="), INPLACE(mul, OP_MUL, "*="), INPLACE(mod, OP_MOD, "%="), INPLACE(pow, OP_POW, "**="),
    INPLACE(lshift, OP_LSHIFT, "<<="), INPLACE(rshift, OP_RSHIFT, ">>="), INPLACE(and, OP_AND, "&="), INPLACE(xor, OP_XOR, "^="), INPLACE(or, OP_OR, "|="),
    NUMBER(floordiv, OP_FLOORDIV, "//"), NUMBER(truediv, OP_TRUEDIV, "/"),
    INPLACE(floordiv, OP_FLOORDIV, "//="), INPLACE(truediv, OP_TRUEDIV, "/="),
    ROW(__index__, index, SLOT_UNARY, slot_index, "($self, /)", "Return self converted to an integer, if self is suitable for use as an index into a list."),
    NUMBER(matmul, OP_MATMUL, "@"), INPLACE(matmul, OP_MATMUL, "@="),
    ROW(__len__, len, SLOT_LEN, slot_len, "($self, /)", "Return len(self)."),
    ROW(__getitem__, getitem, SLOT_BINARY, slot_getitem, "($self, key, /)", "Return self[key]."),
    ROW(__setitem__, setitem, SLOT_SETITEM, slot_setitem, "($self, key, value, /)", "Set self[key] to value."),
    ROW(__delitem__, setitem, SLOT_DELITEM, slot_setitem, "($self, key, /)", "Delete self[key]."),
    ROW(__contains__, contains, SLOT_CONTAINS, slot_contains, "($self, key, /)", "Return key in self."),
    /* slots that Python-made classes lose when they override the method */
    ROW(__pow__, binary[OP_POW], SLOT_BINARY, NULL, "($self, value, mod=None, /)", "Return pow(self, value, mod)."),
    ROW(__add__, concat, SLOT_CONCAT, NULL, "($self, value, /)", "Return self+value."),
    ROW(__mul__, repeat, SLOT_REPEAT, NULL, "($self, value, /)", "Return self*value."),
    ROW(__rmul__, repeat, SLOT_REPEAT, NULL, "($self, value, /)", "Return value*self."),
    ROW(__iadd__, inplace_concat, SLOT_CONCAT, NULL, "($self, value, /)", "Implement self+=value."),
    ROW(__imul__, inplace_repeat, SLOT_REPEAT, NULL, "($self, value, /)", "Implement self*=value."),
    ROW(__getitem__, item, SLOT_ITEM, NULL, "($self, key, /)", "Return self[key]."),
    { 0 },
};
#undef ROW
#undef CMP
#undef NUMBER
#undef INPLACE

/* Slots without a dunder method: taken over from the base as they are. */
static const uint16_t silent_offsets[] = {
    AT(get_buffer), AT(release_buffer), AT(heap.clear), AT(heap.dispose), AT(heap.size_of), AT(heap.trace_custom),
};

/* --- filling the slots of classes made by Python code ----------------------------------------------------------------- */

/* A group is the rows of one slot; `first` is its first row. */
static bool first_of_group(const SlotRow *row)
{
    for (const SlotRow *r = slot_rows; r < row; r++)
        if (r->offset == row->offset)
            return false;
    return true;
}

/* The new content of the slot, by what the class's MRO says now. */
static SlotFn *group_function(Type *type, const SlotRow *first)
{
    assert(first_of_group(first));
    SlotFn *specific = NULL, *generic = NULL;
    bool use_generic = false, any = false;
    for (const SlotRow *row = first; row->dunder; row++) {
        if (row->offset != first->offset)
            continue;
        Value descr = type_lookup_uncached_peek(type, names_[row->name]);
        if (is_unbound(descr))
            continue;
        any = true;
        generic = row->generic;
        if (is_exact(descr, &wrapper_descriptor_type)) {
            const WrapperDescriptor *w = (WrapperDescriptor *)as_obj(descr);
            bool ours = type_is_subtype(type, w->owner);
            if (ours && w->row->offset != row->offset && w->row->name == row->name)
                continue;                /* the method is another slot's: concat, not binary[OP_ADD] */
            if (ours && w->row->offset == row->offset && (!specific || specific == w->fn))
                specific = w->fn;
            else
                use_generic = true;
        } else if (row->name == NAME___hash__ && is_none(descr)) {
            specific = F(hash_none);
        } else if (row->name == NAME___new__ && is_exact(descr, &native_type) && ((Native *)as_obj(descr))->raw_call) {
            specific = F(as_type(((Native *)as_obj(descr))->self)->new);
        } else {
            use_generic = true;
        }
    }
    return !any ? NULL : use_generic ? generic : specific;
}

static void set_flags(Type *type)
{
    type->flags &= ~(uint32_t)(TYPE_HAS_GETATTR | TYPE_HAS_SETATTR | TYPE_HASH_NONE);
    if (type->getattr == slot_getattr)
        type->flags |= TYPE_HAS_GETATTR;
    if (type->setattr == slot_setattr)
        type->flags |= TYPE_HAS_SETATTR;
    if (type->hash == hash_none)
        type->flags |= TYPE_HASH_NONE;
}

void slots_fill(Type *type)
{
    assert(type->flags & TYPE_HEAP);
    static uint8_t is_first[sizeof slot_rows / sizeof *slot_rows];     /* 0 unknown, 1 yes, 2 no */
    for (const SlotRow *row = slot_rows; row->dunder; row++) {
        uint8_t *known = &is_first[row - slot_rows];
        if (!*known)
            *known = first_of_group(row) ? 1 : 2;
        if (*known == 1)
            *slot_at(type, row) = group_function(type, row);
    }
    for (size_t i = 0; i < sizeof silent_offsets / sizeof *silent_offsets; i++) {
        SlotFn **mine = (SlotFn **)((char *)type + silent_offsets[i]);
        if (!*mine && type->base)
            *mine = *(SlotFn **)((char *)type->base + silent_offsets[i]);
    }
    set_flags(type);
}

void slots_update(Type *type, Value name)
{
    assert(str_check(name));
    if (type->flags & TYPE_HEAP) {
        for (const SlotRow *row = slot_rows; row->dunder; row++) {
            if (!same(names_[row->name], name))
                continue;
            const SlotRow *first = slot_rows;
            while (first->offset != row->offset)
                first++;
            assert(first <= row);
            *slot_at(type, row) = group_function(type, first);
        }
        set_flags(type);
    }
    for (uint32_t i = 0; i < type->n_subclasses; i++)
        slots_update(type->subclasses[i], name);
}

/* --- built-in types ----------------------------------------------------------------------------------------------------- */

void slots_inherit(Type *type, const Type *base)
{
    assert(!(type->flags & TYPE_HEAP) && type != base);
    bool own_compare = type->compare != NULL;
    for (const SlotRow *row = slot_rows; row->dunder; row++) {
        SlotFn **mine = slot_at(type, row);
        if (*mine || row->name == NAME___new__)
            continue;
        if (row->name == NAME___hash__ && own_compare)
            *mine = F(hash_none);
        else
            *mine = *slot_at((Type *)base, row);
    }
    for (size_t i = 0; i < sizeof silent_offsets / sizeof *silent_offsets; i++) {
        SlotFn **mine = (SlotFn **)((char *)type + silent_offsets[i]);
        if (!*mine)
            *mine = *(SlotFn **)((char *)base + silent_offsets[i]);
    }
    set_flags(type);
}

bool slots_publish(Type *type)
{
    assert(type->dict && !(type->flags & TYPE_HEAP));
    for (const SlotRow *row = slot_rows; row->dunder; row++) {
        SlotFn *fn = *slot_at(type, row);
        if (!fn || row->name == NAME___new__ || row->kind == SLOT_GETATTR_HOOK || !is_unbound(dict_peek_str(type->dict, names_[row->name])))
            continue;
        if (type == &type_type && row->name == NAME___getitem__)
            continue;                    /* X[y] of a class is not a method of its metaclass */
        own Value made = fn == F(hash_none) ? NONE : wrapper_new(type, row, fn);
        if (is_error(made) || !dict_set(type->dict, names_[row->name], made))
            return false;
    }
    return true;
}
