/* object_test.c -- the object layer without a VM: classes from native functions, attributes, errors, signatures. */
#include <stdio.h>
#include <stdlib.h>
#include "gc/heap.h"
#include "interp/builtins/types.h"
#include "interp/object/arith.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/descriptor.h"
#include "interp/object/exception.h"
#include "interp/object/generic_alias.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/native.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/object/weakref_object.h"

/* No import system here. */
Value import_attr(const char *module, const char *name) { return raise(ImportError, "no %s.%s here", module, name); }
Value import_module_c(const char *module) { return raise(ImportError, "no %s here", module); }
Dict *import_modules_peek(void) { return NULL; }

static int failures, checks;

static void check_text(Value got, const char *want, int line)
{
    checks++;
    char *error = is_error(got) ? error_describe() : NULL;
    own Value text = error ? str_from(error) : str_check(got) ? retain(got) : obj_repr(got);
    free(error);
    if (error_pending())
        error_clear();
    if (!str_check(text) || strcmp(str_utf8_peek(text, NULL), want) != 0) {
        failures++;
        printf("line %d: got  %s\n         want %s\n", line, str_check(text) ? str_utf8_peek(text, NULL) : "?", want);
    }
    release(got);
}
#define CHECK(expression, want) check_text((expression), (want), __LINE__)
/* Leaves a pending error alone: the next CHECK(ERROR, ...) looks at it. */
static void check_true(bool good, const char *text, int line)
{
    checks++;
    if (!good) {
        failures++;
        printf("line %d: not true: %s\n", line, text);
    }
}
#define CHECK_TRUE(condition) check_true((condition), #condition, __LINE__)

static Value S(const char *text) { return str_intern(text); }
static Value get(Value v, const char *name) { return obj_getattr_c(v, name); }

/* --- classes ------------------------------------------------------------------------------------------------------------ */

static Value add_fn(Value *args, size_t n) { return str_format("%T+%R", args[0], args[1]); }
static Value radd_fn(Value *args, size_t n) { return str_format("%R+%T", args[1], args[0]); }
static Value repr_fn(Value *args, size_t n) { return str_from("<me>"); }
static Value eq_fn(Value *args, size_t n) { return TRUE; }
static Value init_fn(Value *args, size_t n) { return obj_setattr_c(args[0], "x", args[1]) ? NONE : ERROR; }
static Value len_fn(Value *args, size_t n) { return small_int_value(-1); }
static Value getattr_fn(Value *args, size_t n) { return str_format("?%S", args[1]); }
static Value call_fn_(Value *args, size_t n) { return tuple_from(args + 1, n - 1); }
static Value del_fn(Value *args, size_t n) { printf("(del)"); return NONE; }

static const Method rows[] = {
    { "__add__", "(self, other, /)", add_fn, "doc" }, { "__radd__", "(self, other, /)", radd_fn, NULL }, { "__repr__", "(self, /)", repr_fn, NULL },
    { "__eq__", "(self, other, /)", eq_fn, NULL }, { "__init__", "(self, x=None)", init_fn, NULL }, { "__len__", "(self, /)", len_fn, NULL },
    { "__getattr__", "(self, name, /)", getattr_fn, NULL }, { "__call__", "(...)", call_fn_, NULL }, { "__del__", "(self, /)", del_fn, NULL }, { 0 },
};

/* A class with the named rows; `bases` consumed. */
static Value make_class(const char *name, Value bases, const char *const *methods)
{
    own Value b = bases, n = S(name), ns = dict_new(), module = S("test");
    if (!dict_set(as_dict(ns), N(__module__), module))
        return ERROR;
    for (; methods && *methods; methods++)
        for (const Method *row = rows; row->name; row++)
            if (strcmp(row->name, *methods) == 0) {
                own Value fn = native_new(row, UNBOUND, NONE, &object_type);
                if (!dict_set_c(as_dict(ns), row->name, fn))
                    return ERROR;
            }
    return call3(obj_value(&type_type), n, b, ns);
}
#define METHODS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void test_classes(void)
{
    own Value A = make_class("A", retain(tuple_empty), METHODS("__init__"));
    CHECK(retain(A), "<class 'test.A'>");
    own Value a = call1(A, small_int_value(5));
    CHECK(get(a, "x"), "5");
    CHECK(get(a, "y"), "AttributeError: 'A' object has no attribute 'y'");
    CHECK(get(A, "y"), "AttributeError: type object 'A' has no attribute 'y'");
    char name[8];
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "n%d", i);
        CHECK_TRUE(obj_setattr_c(a, name, small_int_value(i)));
    }
    CHECK(get(a, "n0"), "0");
    CHECK(get(a, "n99"), "99");
    CHECK_TRUE(obj_delattr(a, N(__doc__)) == false);
    CHECK(ERROR, "AttributeError: 'A' object has no attribute '__doc__'");
    own Value dict = get(a, "__dict__");
    CHECK(int_value((int64_t)dict_len(as_dict(dict))), "101");
    CHECK_TRUE(dict_set_c(as_dict(dict), "zz", TRUE));
    CHECK(get(a, "zz"), "True");
    own Value B = make_class("B", tuple_of1(A), METHODS("__add__", "__radd__", "__repr__", "__eq__"));
    own Value b = call1(B, NONE);
    CHECK(binary_op(OP_ADD, b, TRUE), "B+True");
    CHECK(binary_op(OP_ADD, TRUE, b), "True+B");
    CHECK(binary_op(OP_SUB, b, TRUE), "TypeError: unsupported operand type(s) for -: 'B' and 'bool'");
    CHECK(obj_repr(b), "<me>");
    int64_t hash;
    CHECK_TRUE(!obj_hash(b, &hash));
    CHECK(ERROR, "TypeError: unhashable type: 'B'");
    CHECK(obj_compare(a, b, CMP_EQ), "True");
    CHECK(obj_compare(a, b, CMP_LT), "TypeError: '<' not supported between instances of 'A' and 'B'");
    CHECK(get(B, "__mro__"), "(<class 'test.B'>, <class 'test.A'>, <class 'object'>)");
    CHECK(call_method0(A, "__subclasses__"), "[<class 'test.B'>]");
    CHECK_TRUE(obj_setattr_c(B, "later", small_int_value(7)));
    CHECK(get(b, "later"), "7");
    own Value C = make_class("C", tuple_of1(obj_value(&int_type)), METHODS("__len__", "__getattr__", "__call__"));
    own Value c = call1(C, small_int_value(41));
    CHECK(binary_op(OP_ADD, c, small_int_value(1)), "42");
    CHECK_TRUE(obj_setattr_c(c, "w", TRUE));
    CHECK(get(c, "w"), "True");
    CHECK(get(c, "nix"), "?nix");
    CHECK(call2(c, NONE, TRUE), "(None, True)");
    CHECK_TRUE(obj_len(c) == -1);
    CHECK(ERROR, "ValueError: __len__() should return >= 0");
    own Value D = make_class("D", tuple_of2(obj_value(&int_type), obj_value(&str_type)), NULL);
    CHECK(give(D), "TypeError: multiple bases have instance lay-out conflict");
    CHECK(make_class("E", tuple_of2(obj_value(&object_type), A), NULL), "TypeError: Cannot create a consistent method resolution\norder (MRO) for bases object, A");
    CHECK(make_class("E", tuple_of1(obj_value(&bool_type)), NULL), "TypeError: type 'bool' is not an acceptable base type");
    own Value F = make_class("F", retain(tuple_empty), METHODS("__del__"));
    own Value f = call0(F);
    own Value ref = weakref_new(f, NONE);
    CHECK_TRUE(!is_error(ref));
    set_slot(&f, UNBOUND);
    CHECK(call0(ref), "None");
    own Value L = make_class("L", tuple_of1(obj_value(&list_type)), NULL);
    own Value l = call0(L);
    CHECK_TRUE(obj_setattr_c(l, "q", TRUE) && list_append(l, FALSE));
    CHECK(retain(l), "[False]");
    own Value T = make_class("T", tuple_of1(obj_value(&tuple_type)), NULL);
    own Value items = tuple_of2(TRUE, NONE), t = call1(T, items);
    CHECK_TRUE(obj_setattr_c(t, "q", TRUE));
    CHECK(retain(t), "(True, None)");
    CHECK(get(t, "q"), "True");
    own Value X = make_class("X", tuple_of1(exception_class_peek(ValueError)), NULL);
    own Value x = call1(X, TRUE);
    CHECK_TRUE(obj_setattr_c(x, "q", TRUE));
    CHECK(retain(x), "X(True)");
}

static void test_slots(void)
{
    own Value ns = dict_new(), names = list_new(2), n = S("P");
    CHECK_TRUE(list_append_take(names, S("b")) && list_append_take(names, S("a")) && dict_set_c(as_dict(ns), "__slots__", names));
    own Value P = call3(obj_value(&type_type), n, tuple_empty, ns);
    own Value p = call0(P);
    CHECK(get(p, "a"), "AttributeError: 'P' object has no attribute 'a'");
    CHECK_TRUE(obj_setattr_c(p, "a", TRUE));
    CHECK(get(p, "a"), "True");
    CHECK_TRUE(!obj_setattr_c(p, "c", TRUE));
    CHECK(ERROR, "AttributeError: 'P' object has no attribute 'c'");
    CHECK(get(P, "a"), "<member 'a' of 'P' objects>");
    own Value ref = weakref_new(p, NONE);
    CHECK(give(ref), "TypeError: cannot create weak reference to 'P' object");
}

/* --- natives ---------------------------------------------------------------------------------------------------------------- */

static Value show(Value *args, size_t n)
{
    own Value list = list_new(n);
    for (size_t i = 0; i < n; i++)
        if (!list_append(list, is_unbound(args[i]) ? ELLIPSIS : args[i]))
            return ERROR;
    return give(list);
}
static const Method fns[] = {
    { "f", "(a, /)", show, NULL }, { "g", "(a, b=1, *, c=2)", show, NULL }, { "h", "(*args, sep=' ', **kw)", show, NULL },
    { "k", "(a, b, c=None, /)", show, NULL }, { "none", "()", show, NULL }, { 0 },
};
static Value fn(int i) { return native_new(&fns[i], UNBOUND, NONE, NULL); }

static void test_natives(void)
{
    own Value f = fn(0), g = fn(1), h = fn(2), k = fn(3), none = fn(4), one = small_int_value(1), c = S("c"), z = S("z");
    own Value kw_c = tuple_of1(c), kw_z = tuple_of1(z);
    Value two[4] = { one, one, one, one };
    CHECK(call1(f, one), "[1]");
    CHECK(call0(f), "TypeError: f() takes exactly one argument (0 given)");
    CHECK(call_kw(f, two, 1, kw_z), "TypeError: f() takes no keyword arguments");
    CHECK(call1(g, one), "[1, Ellipsis, Ellipsis]");
    CHECK(call_kw(g, two, 1, kw_c), "[1, Ellipsis, 1]");
    CHECK(call_kw(g, two, 1, kw_z), "TypeError: 'z' is an invalid keyword argument for g()");
    CHECK(call0(g), "TypeError: g() missing required argument 'a' (pos 1)");
    CHECK(call(g, two, 3), "TypeError: g() takes at most 2 positional arguments (3 given)");
    CHECK(call_kw(h, two, 2, kw_z), "[(1, 1), Ellipsis, {'z': 1}]");
    CHECK(call(k, two, 1), "TypeError: k expected at least 2 arguments, got 1");
    CHECK(call(k, two, 4), "TypeError: k expected at most 3 arguments, got 4");
    CHECK(call1(none, one), "TypeError: none() takes no arguments (1 given)");
    own Value list = list_new(0);
    CHECK(call_method(list, "append", two, 2), "TypeError: list.append() takes exactly one argument (2 given)");
    CHECK(get(list, "append").bits ? str_from("ok") : ERROR, "ok");
    own Value append = get(obj_value(&list_type), "append");
    CHECK(retain(append), "<method 'append' of 'list' objects>");
    CHECK(call2(append, one, one), "TypeError: descriptor 'append' for 'list' objects doesn't apply to a 'int' object");
    CHECK(call0(append), "TypeError: unbound method list.append() needs an argument");
    CHECK(get(append, "__text_signature__"), "($self, object, /)");
    own Value add = get(obj_value(&int_type), "__add__");
    CHECK(retain(add), "<slot wrapper '__add__' of 'int' objects>");
    CHECK(call2(add, one, one), "2");
    CHECK(call1(add, one), "TypeError: expected 1 argument, got 0");
    CHECK(call0(obj_value(&none_type)), "None");
    CHECK(call1(obj_value(&object_type), one), "TypeError: object() takes no arguments");
    own Value new = get(obj_value(&object_type), "__new__");
    CHECK(call1(new, obj_value(&int_type)), "TypeError: object.__new__(int) is not safe, use int.__new__()");
}

/* --- exceptions --------------------------------------------------------------------------------------------------------------- */

static void test_exceptions(void)
{
    error_set(KeyError, "k%d", 1);
    own Value e = exception_take();
    CHECK(retain(e), "KeyError('k1')");
    CHECK(obj_str(e), "'k1'");
    error_set_errno(2, UNBOUND);
    own Value os = exception_take();
    CHECK(retain(os), "FileNotFoundError(2, 'No such file or directory')");
    CHECK(obj_str(os), "[Errno 2] No such file or directory");
    exception_raise(e, os);
    CHECK_TRUE(error_is(LookupError));
    own Value again = exception_take();
    CHECK_TRUE(same(again, e));
    CHECK(get(e, "__cause__"), "FileNotFoundError(2, 'No such file or directory')");
    exception_raise(small_int_value(3), UNBOUND);
    CHECK(ERROR, "TypeError: exceptions must derive from BaseException");
    CHECK_TRUE(exception_matches(e, exception_class_peek(LookupError)) == YES);
    own Value list = list_from(&e, 1), message = S("m");
    own Value group = exception_new(BaseExceptionGroup, (Value[]){ message, list }, 2);
    CHECK(retain(group), "ExceptionGroup('m', [KeyError('k1')])");
    CHECK(call_method1(group, "split", exception_class_peek(KeyError)), "(ExceptionGroup('m', [KeyError('k1')]), None)");
    own Value note = S("n");
    CHECK(call_method1(e, "add_note", note), "None");
    CHECK(get(e, "__notes__"), "['n']");
    CHECK(get(obj_value(&exception_types[ExceptionGroup]), "__mro__"), "(<class 'ExceptionGroup'>, <class 'BaseExceptionGroup'>, <class 'Exception'>, <class 'BaseException'>, <class 'object'>)");
    own Value a = call1(obj_value(&list_type), tuple_empty);
    own Value alias = obj_getitem(obj_value(&list_type), obj_value(&int_type));
    CHECK(retain(alias), "list[int]");
    own Value u = binary_op(OP_OR, alias, NONE);
    CHECK(retain(u), "list[int] | None");
    CHECK(obj_getitem(obj_value(&int_type), NONE), "TypeError: type 'int' is not subscriptable");
}

int main(void)
{
    heap_init();
    types_init();
    test_classes();
    test_slots();
    test_natives();
    test_exceptions();
    printf("\n%d passed, %d failed\n", checks - failures, failures);
    return failures != 0;
}
