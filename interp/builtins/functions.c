/* functions.c -- the built-in functions, and the module builtins. eval, exec, compile and __build_class__ are in run.c. */
#include <stdio.h>
#include <stdlib.h>
#include "gc/event.h"
#include "gc/heap.h"
#include "interp/builtins/import.h"
#include "interp/builtins/run.h"
#include "interp/builtins/settings.h"
#include "interp/builtins/vm_types.h"
#include "interp/object/arith.h"
#include "interp/object/audit.h"
#include "interp/object/bytes.h"
#include "interp/object/complex.h"
#include "interp/object/descriptor.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/iterators.h"
#include "interp/object/list.h"
#include "interp/object/native.h"
#include "interp/object/protocol.h"
#include "interp/object/range.h"
#include "interp/object/set.h"
#include "interp/object/slice.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/object/walk.h"
#include "interp/vm/async.h"
#include "interp/vm/eval.h"
#include "interp/vm/ops.h"

Value (*functions_input_hook)(Value prompt);

/* --- numbers and characters ------------------------------------------------------------------------------------------- */
static Value f_abs(Value *args, size_t n) { return unary_op(OP_ABS, args[0]); }
static Value f_divmod(Value *args, size_t n) { return binary_op(OP_DIVMOD, args[0], args[1]); }
static Value f_pow(Value *args, size_t n) { return power_op(args[0], args[1], is_unbound(args[2]) ? NONE : args[2]); }

static Value in_base(Value v, int base, const char *prefix)
{
    if (is_int(v)) {
        int64_t i = small_int(v);
        uint64_t u = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
        unsigned shift = base == 16 ? 4 : base == 8 ? 3 : 1;
        char text[72], *at = text + sizeof text;
        do
            *--at = "0123456789abcdef"[u & ((1u << shift) - 1)];
        while (u >>= shift);
        *--at = prefix[1];
        *--at = prefix[0];
        if (i < 0)
            *--at = '-';
        return str_from_latin1((uint8_t *)at, (size_t)(text + sizeof text - at));
    }
    own Value number = obj_index(v);
    own Value digits = is_error(number) ? ERROR : int_to_str(number, base);
    if (is_error(digits))
        return ERROR;
    bool negative = str_char(as_str(digits), 0) == '-';
    own Value tail = negative ? str_slice(digits, 1, (int64_t)str_len(digits)) : retain(digits);
    return is_error(tail) ? ERROR : str_format("%s%s%S", negative ? "-" : "", prefix, tail);
}
static Value f_bin(Value *args, size_t n) { return in_base(args[0], 2, "0b"); }
static Value f_oct(Value *args, size_t n) { return in_base(args[0], 8, "0o"); }
static Value f_hex(Value *args, size_t n) { return in_base(args[0], 16, "0x"); }

static Value f_chr(Value *args, size_t n)
{
    int64_t code;
    own Value index = obj_index(args[0]);
    if (is_error(index))
        return ERROR;
    if (!int_to_i64(index, &code) || code > INT32_MAX || code < INT32_MIN)
        return raise(OverflowError, int_sign(index) < 0 ? "Python int too large to convert to C int" : "Python int too large to convert to C int");
    if (code < 0 || code > 0x10ffff)
        return raise(ValueError, "chr() arg not in range(0x110000)");
    return str_from_char((uint32_t)code);
}

static Value f_ord(Value *args, size_t n)
{
    Value v = args[0];
    uint64_t len;
    if (str_check(v)) {
        if ((len = str_len(v)) == 1)
            return small_int_value(str_char(as_str(v), 0));
    } else if (bytes_check(v)) {
        if ((len = as_bytes(v)->len) == 1)
            return small_int_value(as_bytes(v)->data[0]);
    } else if (is_instance_of(v, &bytearray_type)) {
        ByteArray *b = (ByteArray *)as_obj(v);
        if ((len = b->len) == 1)
            return small_int_value(b->data[b->start]);
    } else {
        return raise(TypeError, "ord() expected string of length 1, but %T found", v);
    }
    return raise(TypeError, "ord() expected a character, but string of length %zu found", (size_t)len);
}

static Value f_round(Value *args, size_t n)
{
    bool found;
    Value ndigits = is_unbound(args[1]) ? NONE : args[1];
    Value result = call_special(args[0], str_name_peek("__round__"), &args[1], is_none(ndigits) ? 0 : 1, &found);
    return found ? result : raise(TypeError, "type %T doesn't define __round__ method", args[0]);
}

static Value f_sum(Value *args, size_t n)
{
    own Value total = is_unbound(args[1]) ? small_int_value(0) : retain(args[1]);
    if (str_check(total))
        return raise(TypeError, "sum() can't sum strings [use ''.join(seq) instead]");
    if (bytes_check(total))
        return raise(TypeError, "sum() can't sum bytes [use b''.join(seq) instead]");
    if (is_instance_of(total, &bytearray_type))
        return raise(TypeError, "sum() can't sum bytearray [use b''.join(seq) instead]");
    walking Walk walk;
    if (!walk_begin(&walk, args[0]))
        return ERROR;
    for (;;) {
        Value item = walk_next(&walk);
        if (is_stop(item))
            return give(total);
        if (is_error(item))
            return ERROR;
        Value sum;
        if (both_int(total, item) && small_add(total, item, &sum)) {
            total = sum;
            continue;
        }
        if (is_float(total) && (is_float(item) || is_int(item))) {
            total = float_value(small_float(total) + (is_float(item) ? small_float(item) : (double)small_int(item)));
            if (is_error(total))
                return ERROR;
            continue;
        }
        sum = binary_op(OP_ADD, total, item);
        release(item);
        if (is_error(sum))
            return ERROR;
        set_slot(&total, sum);
    }
}

/* --- iterables ---------------------------------------------------------------------------------------------------------- */
static Value all_or_any(Value iterable, Truth decides)
{
    walking Walk walk;
    if (!walk_begin(&walk, iterable))
        return ERROR;
    for (;;) {
        own Value item = walk_next(&walk);
        if (is_error(item))
            return ERROR;
        if (is_stop(item))
            return bool_value(!decides);
        Truth t = obj_truth(item);
        if (t == TRUTH_FAILED)
            return ERROR;
        if (t == decides)
            return bool_value(decides);
    }
}
static Value f_all(Value *args, size_t n) { return all_or_any(args[0], NO); }
static Value f_any(Value *args, size_t n) { return all_or_any(args[0], YES); }

static Value f_iter(Value *args, size_t n)
{
    if (n < 1 || n > 2)
        return raise(TypeError, n < 1 ? "iter expected at least 1 argument, got 0" : "iter expected at most 2 arguments, got %zu", n);
    if (n == 1)
        return obj_iter(args[0]);
    if (!obj_callable(args[0]))
        return raise(TypeError, "iter(v, w): v must be callable");
    return callable_iterator_new(args[0], args[1]);
}

static Value f_next(Value *args, size_t n)
{
    if (n < 1 || n > 2)
        return raise(TypeError, n < 1 ? "next expected at least 1 argument, got 0" : "next expected at most 2 arguments, got %zu", n);
    if (!type_of(args[0])->next)
        return raise(TypeError, "'%T' object is not an iterator", args[0]);
    Value v = obj_next(args[0]);
    if (LIKELY(!is_stop(v)))
        return v;
    own Value value = stop_value_take();
    if (n == 2)
        return retain(args[1]);
    if (is_none(value))
        error_set_none(StopIteration);
    else if (tuple_check(value) || exception_check(value)) {
        own Value args_tuple = tuple_of1(value);
        if (!is_error(args_tuple))
            error_set_args_take(StopIteration, give(args_tuple));
    } else
        error_set_value(StopIteration, value);
    return ERROR;
}

static Value f_len(Value *args, size_t n)
{
    int64_t len = obj_len(args[0]);
    return len < 0 ? ERROR : int_value(len);
}

static Value f_sorted(Value *args, size_t n)
{
    own Value list = list_from_iterable(args[0]);
    if (is_error(list))
        return ERROR;
    Truth reverse = is_unbound(args[2]) ? NO : obj_truth(args[2]);
    if (reverse == TRUTH_FAILED || !list_sort(list, is_unbound(args[1]) ? NONE : args[1], reverse))
        return ERROR;
    return give(list);
}

/* min and max: (*args, key, default). */
static inline Truth is_better(Value a, Value b, CompareOp op)
{
    if (both_int(a, b))
        return op == CMP_LT ? (int64_t)a.bits < (int64_t)b.bits : (int64_t)a.bits > (int64_t)b.bits;
    if (both_float(a, b))
        return op == CMP_LT ? small_float(a) < small_float(b) : small_float(a) > small_float(b);
    return obj_compare_truth(a, b, op);
}

/* The least (greatest) of what `walk` gives, or of `n` values when it is NULL. UNBOUND: there was nothing. */
static Value extreme_of(Walk *walk, const Value *items, size_t n, Value key, CompareOp op)
{
    own Value best = UNBOUND, best_key = UNBOUND;
    for (size_t i = 0;; i++) {
        if (!walk && i == n)
            break;
        own Value item = walk ? walk_next(walk) : retain(items[i]);
        if (is_error(item))
            return ERROR;
        if (is_stop(item))
            break;
        Value args[] = { UNBOUND, item };
        own Value item_key = is_none(key) ? retain(item) : native_call_each(key, args + 1, 1);
        if (is_error(item_key))
            return ERROR;
        if (!is_unbound(best)) {
            Truth better = is_better(item_key, best_key, op);
            if (better == TRUTH_FAILED)
                return ERROR;
            if (!better)
                continue;
        }
        set_slot(&best, give(item));
        set_slot(&best_key, give(item_key));
    }
    return give(best);
}
static Value extreme(const Value *items, size_t n, Value key, Value otherwise, const char *name, CompareOp op)
{
    if (n == 0)
        return raise(TypeError, "%s expected at least 1 argument, got 0", name);
    if (n > 1) {
        if (!is_unbound(otherwise))
            return raise(TypeError, "Cannot specify a default for %s() with multiple positional arguments", name);
        if (n == 2 && both_int(items[0], items[1]) && is_none(key))
            return (op == CMP_LT ? (int64_t)items[1].bits < (int64_t)items[0].bits : (int64_t)items[1].bits > (int64_t)items[0].bits) ? items[1] : items[0];
        return extreme_of(NULL, items, n, key, op);
    }
    walking Walk walk;
    own Value best = walk_begin(&walk, items[0]) ? extreme_of(&walk, NULL, 0, key, op) : ERROR;
    if (!is_unbound(best))
        return give(best);
    return is_unbound(otherwise) ? raise(ValueError, "%s() arg is an empty sequence", name) : retain(otherwise);
}
static Value extreme_bound(const Value *args, const char *name, CompareOp op)
{
    return extreme(as_tuple(args[0])->items, tuple_len(args[0]), is_unbound(args[1]) ? NONE : args[1], args[2], name, op);
}
static Value f_min(Value *args, size_t n) { return extreme_bound(args, "min", CMP_LT); }
static Value f_max(Value *args, size_t n) { return extreme_bound(args, "max", CMP_GT); }
static Value f_min_of(Value *args, size_t n) { return extreme(args, n, NONE, UNBOUND, "min", CMP_LT); }
static Value f_max_of(Value *args, size_t n) { return extreme(args, n, NONE, UNBOUND, "max", CMP_GT); }

/* --- asynchronous iteration ----------------------------------------------------------------------------------------------- */
static Value f_aiter(Value *args, size_t n)
{
    UnaryFn *slot = type_of(args[0])->aiter;
    if (!slot)
        return raise(TypeError, "'%T' object is not an async iterable", args[0]);
    Value v = slot(args[0]);
    if (!is_error(v) && !type_of(v)->anext) {
        error_set(TypeError, "aiter() returned not an async iterator of type '%T'", v);
        release(v);
        return ERROR;
    }
    return v;
}

/* anext(iterator, default): an awaitable that gives the default instead of StopAsyncIteration. */
typedef struct AnextAwaitable { Object head; Value wrapped, otherwise; } AnextAwaitable;
extern Type anext_awaitable_type;

static Value anext_result(AnextAwaitable *a, Value v)
{
    if (is_error(v) && error_is(StopAsyncIteration)) {
        error_clear();
        stop_value_set_take(retain(a->otherwise));
        return STOP;
    }
    return v;
}
static Value anext_iterator(AnextAwaitable *a)
{
    if (is_exact(a->wrapped, &coroutine_type)) {
        Value wrapper = coroutine_type.await_(a->wrapped);
        if (is_error(wrapper))
            return ERROR;
        set_slot(&a->wrapped, wrapper);
    } else if (!obj_is_iterator(a->wrapped)) {
        Value iterator = op_awaitable_iterator(a->wrapped);
        if (is_error(iterator))
            return ERROR;
        set_slot(&a->wrapped, iterator);
    }
    return retain(a->wrapped);
}
static Value anext_next(Value self)
{
    AnextAwaitable *a = (AnextAwaitable *)as_obj(self);
    own Value iterator = anext_iterator(a);
    return is_error(iterator) ? ERROR : anext_result(a, obj_next(iterator));
}
static Value anext_forward(Value *args, size_t n, const char *name, size_t n_forward)
{
    AnextAwaitable *a = (AnextAwaitable *)as_obj(args[0]);
    own Value iterator = anext_iterator(a);
    if (is_error(iterator))
        return ERROR;
    Value v = call_method(iterator, name, args + 1, n_forward);
    if (is_error(v) && error_is(StopAsyncIteration)) {
        error_clear();
        return raise_value(StopIteration, a->otherwise);
    }
    return v;
}
static Value anext_send(Value *args, size_t n) { return anext_forward(args, n, "send", 1); }
static Value anext_throw(Value *args, size_t n) { return anext_forward(args, n, "throw", n - 1); }
static Value anext_close(Value *args, size_t n) { return anext_forward(args, n, "close", 0); }
static Value anext_self(Value self) { return retain(self); }
static const Method anext_methods[] = {
    { "send", "(self, value, /)", anext_send, "send(arg) -> send 'arg' into the wrapped iterator,\nreturn next yielded value or raise StopIteration." },
    { "throw", "(...)", anext_throw, "throw(value) -> raise exception in the wrapped iterator." },
    { "close", "(self, /)", anext_close, "close() -> raise GeneratorExit inside generator." },
    { 0 },
};
static const TraceRow anext_rows[] = {
    { TRACE_VALUE, offsetof(AnextAwaitable, wrapped), 0, "wrapped" }, { TRACE_VALUE, offsetof(AnextAwaitable, otherwise), 0, "default" }, { 0 },
};
Type anext_awaitable_type = {
    STATIC_TYPE(anext_awaitable_type, "anext_awaitable", AnextAwaitable, anext_rows),
    .flags = TYPE_NO_NEW, .iter = anext_self, .next = anext_next, .await_ = anext_self, .methods = anext_methods,
};

static Value f_anext(Value *args, size_t n)
{
    UnaryFn *slot = type_of(args[0])->anext;
    if (!slot)
        return raise(TypeError, "'%T' object is not an async iterator", args[0]);
    own Value awaitable = slot(args[0]);
    if (is_error(awaitable) || is_unbound(args[1]))
        return give(awaitable);
    AnextAwaitable *a = heap_new(&anext_awaitable_type.shape, sizeof *a);
    if (!a)
        return raise_memory();
    a->wrapped = give(awaitable);
    a->otherwise = retain(args[1]);
    return obj_value(a);
}

/* --- objects ---------------------------------------------------------------------------------------------------------------- */
static Value f_ascii(Value *args, size_t n) { return obj_ascii(args[0]); }
static Value f_repr(Value *args, size_t n) { return obj_repr(args[0]); }
static Value f_callable(Value *args, size_t n) { return bool_value(obj_callable(args[0])); }

static Value f_format(Value *args, size_t n)
{
    if (!is_unbound(args[1]) && !str_check(args[1]))
        return raise(TypeError, "format() argument 2 must be str, not %W", args[1]);
    return obj_format(args[0], is_unbound(args[1]) ? str_empty : args[1]);
}

static Value f_hash(Value *args, size_t n)
{
    int64_t hash;
    return obj_hash(args[0], &hash) ? int_value(hash) : ERROR;
}

/* Immediates have no address: their bits, which no object's address equals. */
static Value f_id(Value *args, size_t n)
{
    own Value id = int_from_u64(args[0].bits);
    return is_error(id) || !audit1("builtins.id", id) ? ERROR : give(id);
}

static Value f_isinstance(Value *args, size_t n)
{
    Truth t = obj_isinstance(args[0], args[1]);
    return t == TRUTH_FAILED ? ERROR : bool_value(t);
}
static Value f_issubclass(Value *args, size_t n)
{
    Truth t = obj_issubclass(args[0], args[1]);
    return t == TRUTH_FAILED ? ERROR : bool_value(t);
}

static bool check_name(Value name, const char *what)
{
    return str_check(name) || raise_false(TypeError, what, name);
}

static Value f_getattr(Value *args, size_t n)
{
    if (n < 2 || n > 3)
        return raise(TypeError, n < 2 ? "getattr expected at least 2 arguments, got %zu" : "getattr expected at most 3 arguments, got %zu", n);
    if (!check_name(args[1], "attribute name must be string, not '%T'"))
        return ERROR;
    if (n == 2)
        return obj_getattr(args[0], args[1]);
    Value v;
    Found found = obj_find_attr(args[0], args[1], &v);
    return found == FAILED ? ERROR : found == FOUND ? v : retain(args[2]);
}
static Value f_hasattr(Value *args, size_t n)
{
    if (!check_name(args[1], "attribute name must be string, not '%T'"))
        return ERROR;
    own Value v = UNBOUND;
    Found found = obj_find_attr(args[0], args[1], &v);
    return found == FAILED ? ERROR : bool_value(found);
}
static Value f_setattr(Value *args, size_t n)
{
    return check_name(args[1], "attribute name must be string, not '%T'") && obj_setattr(args[0], args[1], args[2]) ? NONE : ERROR;
}
static Value f_delattr(Value *args, size_t n)
{
    return check_name(args[1], "attribute name must be string, not '%T'") && obj_delattr(args[0], args[1]) ? NONE : ERROR;
}

/* --- namespaces ------------------------------------------------------------------------------------------------------------- */
static Frame *caller(const char *what)
{
    Frame *f = frame_nth(thread, 0);
    if (!f)
        error_set(SystemError, "%s(): no current frame", what);
    return f;
}
static Value f_globals(Value *args, size_t n)
{
    Frame *f = caller("globals");
    return f ? retain(obj_value(f->globals)) : ERROR;
}
static Value f_locals(Value *args, size_t n)
{
    Frame *f = caller("locals");
    return f ? frame_locals(f) : ERROR;
}
static Value f_vars(Value *args, size_t n)
{
    if (is_unbound(args[0]))
        return f_locals(args, 0);
    Value v;
    Found found = obj_find_attr_c(args[0], "__dict__", &v);
    return found == FOUND ? v : found == FAILED ? ERROR : raise(TypeError, "vars() argument must have __dict__ attribute");
}
static Value f_dir(Value *args, size_t n)
{
    if (!is_unbound(args[0]))
        return obj_dir(args[0]);
    Frame *f = caller("dir");
    own Value locals = f ? frame_locals(f) : ERROR;
    own Value keys = is_error(locals) ? ERROR : dict_check(locals) ? list_from_iterable(locals) : call_method0(locals, "keys");
    own Value list = is_error(keys) ? ERROR : list_from_iterable(keys);
    return !is_error(list) && list_sort(list, NONE, false) ? give(list) : ERROR;
}

/* --- input and output --------------------------------------------------------------------------------------------------------- */
static bool write_text(Value file, Value text)
{
    if (is_unbound(file)) {
        size_t len;
        const char *utf8 = str_utf8_peek(text, &len);
        if (!utf8)
            return false;
        fwrite(utf8, 1, len, stdout);
        return true;
    }
    own Value result = call_method1(file, "write", text);
    return !is_error(result);
}

static bool check_text(Value v, const char *name)
{
    return is_unbound(v) || is_none(v) || str_check(v) || raise_false(TypeError, "%s must be None or a string, not %T", name, v);
}

static Value f_print(Value *args, size_t n)
{
    Value items = args[0], sep = args[1], end = args[2], to = args[3], flush = args[4];
    own Value file = UNBOUND;
    if (is_unbound(to) || is_none(to)) {
        Value sys = dict_peek_c(import_modules_peek(), "sys");
        if (!is_unbound(sys)) {
            Found found = obj_find_attr_c(sys, "stdout", &file);
            if (found == FAILED)
                return ERROR;
            if (is_none(file))
                return NONE;
        }
    } else {
        file = retain(to);
    }
    if (!check_text(sep, "sep") || !check_text(end, "end"))
        return ERROR;
    for (uint64_t i = 0; i < tuple_len(items); i++) {
        if (i && !write_text(file, is_unbound(sep) || is_none(sep) ? str_name_peek(" ") : sep))
            return ERROR;
        own Value text = obj_str(tuple_peek(items, i));
        if (is_error(text) || !write_text(file, text))
            return ERROR;
    }
    if (!write_text(file, is_unbound(end) || is_none(end) ? str_name_peek("\n") : end))
        return ERROR;
    Truth flushes = is_unbound(flush) ? NO : obj_truth(flush);
    if (flushes == TRUTH_FAILED)
        return ERROR;
    if (flushes && !is_unbound(file)) {
        own Value result = call_method0(file, "flush");
        if (is_error(result))
            return ERROR;
    }
    return NONE;
}

static Value f_input(Value *args, size_t n)
{
    own Value prompt = is_unbound(args[0]) ? retain(str_empty) : obj_str(args[0]);
    if (is_error(prompt))
        return ERROR;
    if (!audit1("builtins.input", prompt))
        return ERROR;
    if (functions_input_hook) {
        own Value line = functions_input_hook(prompt);
        if (!is_unbound(line))
            return is_error(line) || !audit1("builtins.input/result", line) ? ERROR : give(line);
    }
    own Value out = import_attr("sys", "stdout");
    own Value in = is_error(out) ? ERROR : import_attr("sys", "stdin");
    if (is_error(in) || is_none(in)) {
        error_clear();
        return raise(RuntimeError, "input(): lost sys.stdin");
    }
    own Value written = call_method1(out, "write", prompt);
    own Value flushed = is_error(written) ? ERROR : call_method0(out, "flush");
    if (is_error(flushed) && !is_error(written))
        error_clear();
    own Value line = is_error(written) ? ERROR : call_method0(in, "readline");
    if (is_error(line))
        return ERROR;
    if (!str_check(line))
        return raise(TypeError, "object.readline() returned non-string");
    uint64_t len = str_len(line);
    if (len == 0)
        return raise(EOFError, "EOF when reading a line");
    own Value text = str_char(as_str(line), len - 1) == '\n' ? str_slice(line, 0, (int64_t)len - 1) : retain(line);
    return is_error(text) || !audit1("builtins.input/result", text) ? ERROR : give(text);
}

static Value f_breakpoint(Value *args, size_t n)
{
    own Value hook = import_attr("sys", "breakpointhook");
    if (is_error(hook)) {
        error_clear();
        return raise(RuntimeError, "lost sys.breakpointhook");
    }
    return call_ex(hook, args[0], args[1]);
}

static Value f_import(Value *args, size_t n)
{
    int64_t level = 0;
    if (!str_check(args[0]))
        return raise(TypeError, "module name must be a string");
    if (!is_unbound(args[4]) && !obj_index_i64(args[4], &level, OverflowError))
        return ERROR;
    if (level < 0)
        return raise(ValueError, "level must be >= 0");
    if (str_len(args[0]) == 0 && level == 0)
        return raise(ValueError, "Empty module name");
    own Value from = is_unbound(args[3]) || is_none(args[3]) ? NONE : tuple_check(args[3]) ? retain(args[3]) : tuple_from_iterable(args[3]);
    return is_error(from) ? ERROR : import_name(args[0], is_unbound(args[1]) ? NONE : args[1], from, level);
}

/* --- the module ----------------------------------------------------------------------------------------------------------------- */
static const Method functions[] = {
    { "__build_class__", "(func, name, /, *bases, **kwds)", run_build_class, "__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\nInternal helper function used by the class statement." },
    { "__import__", "(name, globals=None, locals=None, fromlist=(), level=0)", f_import, "Import a module.\n\nBecause this function is meant for use by the Python\ninterpreter and not for general use, it is better to use\nimportlib.import_module() to programmatically import a module." },
    { "abs", "(x, /)", f_abs, "Return the absolute value of the argument." },
    { "aiter", "(async_iterable, /)", f_aiter, "Return an AsyncIterator for an AsyncIterable object." },
    { "all", "(iterable, /)", f_all, "Return True if bool(x) is True for all values x in the iterable.\n\nIf the iterable is empty, return True." },
    { "anext", "(aiterator, default=None, /)", f_anext, "async anext(aiterator[, default])\n\nReturn the next item from the async iterator.  If default is given and the async\niterator is exhausted, it is returned instead of raising StopAsyncIteration." },
    { "any", "(iterable, /)", f_any, "Return True if bool(x) is True for any x in the iterable.\n\nIf the iterable is empty, return False." },
    { "ascii", "(obj, /)", f_ascii, "Return an ASCII-only representation of an object." },
    { "bin", "(number, /)", f_bin, "Return the binary representation of an integer.\n\n   >>> bin(2796202)\n   '0b1010101010101010101010'" },
    { "breakpoint", "(*args, **kws)", f_breakpoint, "breakpoint(*args, **kws)\n\nCall sys.breakpointhook(*args, **kws)." },
    { "callable", "(obj, /)", f_callable, "Return whether the object is callable (i.e., some kind of function)." },
    { "chr", "(i, /)", f_chr, "Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff." },
    { "compile", "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)", run_compile, "Compile source into a code object that can be executed by exec() or eval()." },
    { "delattr", "(obj, name, /)", f_delattr, "Deletes the named attribute from the given object.\n\ndelattr(x, 'y') is equivalent to ``del x.y``" },
    { "dir", "(object=None, /)", f_dir, "dir([object]) -> list of strings\n\nIf called without an argument, return the names in the current scope." },
    { "divmod", "(x, y, /)", f_divmod, "Return the tuple (x//y, x%y).  Invariant: div*y + mod == x." },
    { "eval", "(source, globals=None, locals=None, /)", run_eval, "Evaluate the given source in the context of globals and locals." },
    { "exec", "(source, globals=None, locals=None, /, *, closure=None)", run_exec, "Execute the given source in the context of globals and locals." },
    { "format", "(value, format_spec='', /)", f_format, "Return type(value).__format__(value, format_spec)" },
    { "getattr", "(...)", f_getattr, "getattr(object, name[, default]) -> value\n\nGet a named attribute from an object; getattr(x, 'y') is equivalent to x.y." },
    { "globals", "()", f_globals, "Return the dictionary containing the current scope's global variables." },
    { "hasattr", "(obj, name, /)", f_hasattr, "Return whether the object has an attribute with the given name." },
    { "hash", "(obj, /)", f_hash, "Return the hash value for the given object." },
    { "hex", "(number, /)", f_hex, "Return the hexadecimal representation of an integer.\n\n   >>> hex(12648430)\n   '0xc0ffee'" },
    { "id", "(obj, /)", f_id, "Return the identity of an object.\n\nThis is guaranteed to be unique among simultaneously existing objects." },
    { "input", "(prompt='', /)", f_input, "Read a string from standard input.  The trailing newline is stripped." },
    { "isinstance", "(obj, class_or_tuple, /)", f_isinstance, "Return whether an object is an instance of a class or of a subclass thereof." },
    { "issubclass", "(cls, class_or_tuple, /)", f_issubclass, "Return whether 'cls' is derived from another class or is the same class." },
    { "iter", "(...)", f_iter, "iter(iterable) -> iterator\niter(callable, sentinel) -> iterator\n\nGet an iterator from an object." },
    { "len", "(obj, /)", f_len, "Return the number of items in a container." },
    { "locals", "()", f_locals, "Return a dictionary containing the current scope's local variables." },
    { "max", "(*args, key=None, default=None)", f_max, "max(iterable, *[, default=obj, key=func]) -> value\nmax(arg1, arg2, *args, *[, key=func]) -> value\n\nWith a single iterable argument, return its biggest item.", .vector = f_max_of },
    { "min", "(*args, key=None, default=None)", f_min, "min(iterable, *[, default=obj, key=func]) -> value\nmin(arg1, arg2, *args, *[, key=func]) -> value\n\nWith a single iterable argument, return its smallest item.", .vector = f_min_of },
    { "next", "(...)", f_next, "next(iterator[, default])\n\nReturn the next item from the iterator." },
    { "oct", "(number, /)", f_oct, "Return the octal representation of an integer.\n\n   >>> oct(342391)\n   '0o1234567'" },
    { "ord", "(c, /)", f_ord, "Return the Unicode code point for a one-character string." },
    { "pow", "(base, exp, mod=None)", f_pow, "Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments." },
    { "print", "(*args, sep=' ', end='\\n', file=None, flush=False)", f_print, "Prints the values to a stream, or to sys.stdout by default." },
    { "repr", "(obj, /)", f_repr, "Return the canonical string representation of the object." },
    { "round", "(number, ndigits=None)", f_round, "Round a number to a given precision in decimal digits." },
    { "setattr", "(obj, name, value, /)", f_setattr, "Sets the named attribute on the given object to the specified value.\n\nsetattr(x, 'y', v) is equivalent to ``x.y = v``" },
    { "sorted", "(iterable, /, *, key=None, reverse=False)", f_sorted, "Return a new list containing all items from the iterable in ascending order." },
    { "sum", "(iterable, /, start=0)", f_sum, "Return the sum of a 'start' value (default: 0) plus an iterable of numbers" },
    { "vars", "(object=None, /)", f_vars, "vars([object]) -> dictionary\n\nWithout arguments, equivalent to locals().\nWith an argument, equivalent to object.__dict__." },
    { 0 },
};

static Value builtin_by_name(const char *name)
{
    Value v = is_ptr(builtins_dict) ? dict_peek_c(as_dict(builtins_dict), name) : UNBOUND;
    return is_unbound(v) ? raise(AttributeError, "module 'builtins' has no attribute '%s'", name) : retain(v);
}

static bool init(Value module)
{
    static Type *const types[] = {
        &bool_type, &bytearray_type, &bytes_type, &classmethod_type, &complex_type, &dict_type, &enumerate_type, &filter_type, &float_type, &frozenset_type,
        &int_type, &list_type, &map_type, &memoryview_type, &object_type, &property_type, &range_type, &reversed_type, &set_type, &slice_type,
        &staticmethod_type, &str_type, &super_type, &tuple_type, &type_type, &zip_type,
    };
    static const struct { const char *name; Value value; } constants[] = {
        { "None", { 4 } }, { "False", { 12 } }, { "True", { 20 } }, { "Ellipsis", { 28 } }, { "NotImplemented", { 36 } },
    };
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        if (!module_add(module, constants[i].name, constants[i].value))
            return false;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (!module_add_type(module, types[i]))
            return false;
    for (ErrorKind kind = NO_ERROR + 1; kind < N_ERROR_KINDS; kind++)
        if (!module_add_type(module, &exception_types[kind]))
            return false;
    builtin_hook = builtin_by_name;
    if (is_unbound(builtins_dict))
        builtins_dict = retain(obj_value(module_dict_peek(module)));
    return module_add(module, "EnvironmentError", exception_class_peek(OSError)) && module_add(module, "IOError", exception_class_peek(OSError))
        && module_add(module, "__debug__", bool_value(settings.optimize == 0));
}

const NativeModule builtins_module = { "builtins", "Built-in functions, exceptions, and other objects.\n\nNoteworthy: None is the `nil' object; Ellipsis represents `...' in slices.", functions, init };
