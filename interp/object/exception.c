/* exception.c -- exception objects: constructors by layout, str and repr, and the way from the pending record to an instance. */
#include "interp/object/exception.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/int.h"
#include "interp/object/names.h"
#include "interp/object/native.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

Value (*handled_peek)(void);

/* --- constructors --------------------------------------------------------------------------------------------------- */

static bool no_keywords(const char *name, Value kwnames)
{
    return !is_ptr(kwnames) || tuple_len(kwnames) == 0 || raise_false(TypeError, "%s() takes no keyword arguments", name);
}

static bool set_args(ExceptionObject *e, const Value *args, size_t n)
{
    if (is_ptr(e->args) && tuple_len(e->args) == n && (n == 0 || memcmp(as_tuple(e->args)->items, args, n * sizeof(Value)) == 0))
        return true;                     /* __new__ has set them */
    Value tuple = n ? tuple_from(args, n) : retain(tuple_empty);
    if (is_error(tuple))
        return false;
    set_slot(&e->args, tuple);
    return true;
}

Value exception_alloc(Type *type)
{
    bool is_plain = type->heap.basic_size == offsetof(ExceptionObject, attrs) + sizeof(AttrArea) + type->heap.n_inline * sizeof(Value);
    ExceptionObject *e = is_plain ? heap_new(&type->shape, type->heap.basic_size) : NULL;
    if (LIKELY(e != NULL)) {
        attrs_init(&e->attrs, &type->heap);
    } else {                             /* with __slots__, or no memory */
        Value made = instance_new(type);
        if (is_error(made))
            return ERROR;
        e = as_exception(made);
    }
    e->args = e->context = e->cause = UNBOUND;
    e->traceback = NONE;
    e->suppress_context = e->interrupt = false;
    for (int i = 0; i < 8; i++)
        *exception_field(e, (unsigned)i) = UNBOUND;
    return obj_value(e);
}

static Value base_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    own Value made = exception_alloc(type);
    if (is_error(made))
        return ERROR;
    return set_args(as_exception(made), args, n_pos) ? give(made) : ERROR;
}

static bool base_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    return no_keywords(type_name(self), kwnames) && set_args(as_exception(self), args, n_pos);
}

static bool stop_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    if (!base_init(self, args, n_pos, kwnames))
        return false;
    set_slot(&as_exception(self)->extra[STOP_VALUE], n_pos ? retain(args[0]) : NONE);
    return true;
}

static bool exit_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    if (!base_init(self, args, n_pos, kwnames))
        return false;
    ExceptionObject *e = as_exception(self);
    set_slot(&e->extra[EXIT_CODE], n_pos == 0 ? NONE : retain(n_pos == 1 ? args[0] : e->args));
    return true;
}

/* Keyword-only arguments of `name`: values borrowed into out[i], UNBOUND when absent. */
static bool only_keywords(const char *name, const char *const *allowed, const Value *values, Value kwnames, Value *out)
{
    for (int i = 0; allowed[i]; i++)
        out[i] = UNBOUND;
    for (uint64_t k = 0; is_ptr(kwnames) && k < tuple_len(kwnames); k++) {
        Value key = tuple_peek(kwnames, k);
        int i = 0;
        while (allowed[i] && !str_equal_c(key, allowed[i]))
            i++;
        if (!allowed[i])
            return raise_false(TypeError, "'%S' is an invalid keyword argument for %s()", key, name);
        out[i] = values[k];
    }
    return true;
}

static bool import_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    static const char *const allowed[] = { "name", "path", NULL };
    Value given[2];
    ExceptionObject *e = as_exception(self);
    if (!only_keywords("ImportError", allowed, args + n_pos, kwnames, given) || !set_args(e, args, n_pos))
        return false;
    set_slot(&e->extra[IMPORT_NAME], retain(given[0]));
    set_slot(&e->extra[IMPORT_PATH], retain(given[1]));
    set_slot(&e->extra[IMPORT_MSG], n_pos == 1 ? retain(args[0]) : UNBOUND);
    return true;
}

static bool name_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    static const char *const allowed[] = { "name", NULL };
    Value given[1];
    ExceptionObject *e = as_exception(self);
    if (!only_keywords("NameError", allowed, args + n_pos, kwnames, given) || !set_args(e, args, n_pos))
        return false;
    set_slot(&e->extra[NAME_NAME], retain(given[0]));
    return true;
}

static bool attribute_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    static const char *const allowed[] = { "name", "obj", NULL };
    Value given[2];
    ExceptionObject *e = as_exception(self);
    if (!only_keywords("AttributeError", allowed, args + n_pos, kwnames, given) || !set_args(e, args, n_pos))
        return false;
    set_slot(&e->extra[ATTR_NAME], retain(given[0]));
    set_slot(&e->extra[ATTR_OBJ], retain(given[1]));
    return true;
}

static bool syntax_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    ExceptionObject *e = as_exception(self);
    if (!base_init(self, args, n_pos, kwnames))
        return false;
    if (n_pos >= 1)
        set_slot(exception_field(e, SYNTAX_MSG), retain(args[0]));
    if (n_pos != 2)
        return true;
    own Value details = tuple_from_iterable(args[1]);
    if (is_error(details))
        return false;
    uint64_t n = tuple_len(details);
    if (n < 4)
        return raise_false(TypeError, "function takes at least 4 arguments (%d given)", (int)n);
    if (n == 5)
        return raise_false(TypeError, "end_offset must be provided when end_lineno is provided");
    if (n > 6)
        return raise_false(TypeError, "function takes at most 6 arguments (%d given)", (int)n);
    for (unsigned i = 0; i < n; i++)
        set_slot(exception_field(e, SYNTAX_FILENAME + i), retain(tuple_peek(details, i)));
    return true;
}

/* --- OSError -------------------------------------------------------------------------------------------------------- */

ErrorKind exception_errno_kind(int number)
{
    switch (number) {
    case EAGAIN: case EALREADY: case EINPROGRESS: return BlockingIOError;
#if EWOULDBLOCK != EAGAIN
    case EWOULDBLOCK: return BlockingIOError;
#endif
    case EPIPE: case ESHUTDOWN: return BrokenPipeError;
    case ECHILD: return ChildProcessError;
    case ECONNABORTED: return ConnectionAbortedError;
    case ECONNREFUSED: return ConnectionRefusedError;
    case ECONNRESET: return ConnectionResetError;
    case EEXIST: return FileExistsError;
    case ENOENT: return FileNotFoundError;
    case EISDIR: return IsADirectoryError;
    case ENOTDIR: return NotADirectoryError;
    case EINTR: return InterruptedError;
    case EACCES: case EPERM: return PermissionError;
    case ESRCH: return ProcessLookupError;
    case ETIMEDOUT: return TimeoutError;
    default: return OSError;
    }
}

static bool os_init(Value self, const Value *args, size_t n_pos, Value kwnames);
static Value os_new(Type *type, const Value *args, size_t n_pos, Value kwnames);

/* A subclass that overrides __init__ but not __new__ gets its fields from OSError.__init__, when that is called. */
static bool fields_by_init(const Type *type) { return type->init != os_init && type->new == os_new; }

static bool os_fill(Value self, const Value *args, size_t n)
{
    ExceptionObject *e = as_exception(self);
    size_t n_args = n;
    if (n >= 2 && n <= 5) {
        set_slot(&e->extra[OS_ERRNO], retain(args[0]));
        set_slot(&e->extra[OS_STRERROR], retain(args[1]));
        if (n >= 3 && !is_none(args[2])) {
            bool blocking = type_of(self) == &exception_types[BlockingIOError] && (int_check(args[2]) || type_of(args[2])->index);
            int64_t written;
            if (blocking) {
                if (!obj_index_i64(args[2], &written, ValueError))
                    return false;
                own Value number = int_value(written);
                if (is_error(number))
                    return false;
                set_slot(&e->extra[OS_WRITTEN], give(number));
            } else {
                set_slot(&e->extra[OS_FILENAME], retain(args[2]));
                if (n == 5 && !is_none(args[4]))
                    set_slot(&e->extra[OS_FILENAME2], retain(args[4]));
                n_args = 2;
            }
        }
    }
    return set_args(e, args, n_args);
}

static Value os_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    int64_t number;
    if (!fields_by_init(type)) {
        if (!no_keywords(type->heap.name, kwnames))
            return ERROR;
        if (type == &exception_types[OSError] && n_pos >= 2 && n_pos <= 5 && int_check(args[0]) && int_to_i64(args[0], &number))
            type = &exception_types[exception_errno_kind((int)number)];
    }
    own Value made = exception_alloc(type);
    if (is_error(made))
        return ERROR;
    if (fields_by_init(type)) {
        set_slot(&as_exception(made)->args, retain(tuple_empty));
        return give(made);
    }
    return os_fill(made, args, n_pos) ? give(made) : ERROR;
}

static bool os_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    if (!fields_by_init(type_of(self)))
        return true;
    return no_keywords(type_name(self), kwnames) && os_fill(self, args, n_pos);
}

static Value or_none(Value v) { return is_unbound(v) ? NONE : v; }

static Value base_str(Value self)
{
    Value args = as_exception(self)->args;
    uint64_t n = is_ptr(args) ? tuple_len(args) : 0;
    return n == 0 ? retain(str_empty) : obj_str(n == 1 ? tuple_peek(args, 0) : args);
}

static Value os_str(Value self)
{
    const ExceptionObject *e = as_exception(self);
    Value number = or_none(e->extra[OS_ERRNO]), text = or_none(e->extra[OS_STRERROR]);
    if (!is_unbound(e->extra[OS_FILENAME])) {
        if (!is_unbound(e->extra[OS_FILENAME2]))
            return str_format("[Errno %S] %S: %R -> %R", number, text, e->extra[OS_FILENAME], e->extra[OS_FILENAME2]);
        return str_format("[Errno %S] %S: %R", number, text, e->extra[OS_FILENAME]);
    }
    if (!is_unbound(e->extra[OS_ERRNO]) && !is_unbound(e->extra[OS_STRERROR]))
        return str_format("[Errno %S] %S", number, text);
    return base_str(self);
}

/* --- Unicode errors --------------------------------------------------------------------------------------------------- */

static bool unicode_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    ExceptionObject *e = as_exception(self);
    ErrorKind kind = exception_kind(self);
    bool translate = kind == UnicodeTranslateError;
    size_t want = translate ? 4 : 5;
    if (!base_init(self, args, n_pos, kwnames))
        return false;
    if (n_pos != want)
        return raise_false(TypeError, "function takes exactly %zu arguments (%zu given)", want, n_pos);
    const Value *a = args;
    if (!translate) {
        if (!str_check(*a))
            return raise_false(TypeError, "argument 1 must be str, not %T", *a);
        set_slot(&e->extra[UNICODE_ENCODING], retain(*a++));
    }
    if (kind != UnicodeDecodeError && !str_check(*a))
        return raise_false(TypeError, "argument %d must be str, not %T", (int)(a - args) + 1, *a);
    if (kind == UnicodeDecodeError && !has_flag(*a, TYPE_IS_BYTES) && !type_of(*a)->get_buffer)
        return raise_false(TypeError, "a bytes-like object is required, not '%T'", *a);
    own Value object = UNBOUND;
    if (kind == UnicodeDecodeError && !has_flag(*a, TYPE_IS_BYTES)) {
        Buffer view;
        if (!buffer_get(*a, &view, BUFFER_SIMPLE))
            return false;
        object = bytes_new(view.data, (size_t)view.len_bytes);
        buffer_release(&view);
    } else {
        object = retain(*a);
    }
    if (is_error(object))
        return false;
    set_slot(&e->extra[UNICODE_OBJECT], give(object));
    a++;
    for (int i = 0; i < 2; i++, a++) {
        int64_t at;
        own Value place = obj_index_i64(*a, &at, OverflowError) ? int_value(at) : ERROR;
        if (is_error(place))
            return false;
        set_slot(&e->extra[UNICODE_START + i], give(place));
    }
    if (!str_check(*a))
        return raise_false(TypeError, "argument %zu must be str, not %T", want, *a);
    set_slot(&e->extra[UNICODE_REASON], retain(*a));
    return true;
}

static int64_t position_of(Value v)
{
    int64_t i = 0;
    if (int_check(v))
        int_to_i64(v, &i);               /* clipped */
    return i;
}

static Value unicode_str(Value self)
{
    const ExceptionObject *e = as_exception(self);
    ErrorKind kind = exception_kind(self);
    Value object = e->extra[UNICODE_OBJECT], reason = or_none(e->extra[UNICODE_REASON]), encoding = or_none(e->extra[UNICODE_ENCODING]);
    if (is_unbound(object))
        return retain(str_empty);
    int64_t len = str_check(object) ? (int64_t)str_len(object) : obj_len(object);
    if (len < 0)
        return ERROR;
    if (kind != UnicodeDecodeError && !str_check(object))        /* Python code may have put anything there */
        return raise(TypeError, "bad argument type for built-in operation");
    int64_t start = position_of(e->extra[UNICODE_START]), end = position_of(e->extra[UNICODE_END]);
    long long last = end == INT64_MIN ? INT64_MAX : end - 1;     /* CPython's sum wraps */
    bool one = start >= 0 && start < len && end == start + 1;
    if (kind == UnicodeDecodeError) {
        if (!one)
            return str_format("'%S' codec can't decode bytes in position %lld-%lld: %S", encoding, (long long)start, last, reason);
        own Value byte = obj_getitem_index(object, start);
        return is_error(byte) ? ERROR : str_format("'%S' codec can't decode byte 0x%02x in position %lld: %S", encoding, (unsigned)small_int(byte), (long long)start, reason);
    }
    if (!one) {
        if (kind == UnicodeTranslateError)
            return str_format("can't translate characters in position %lld-%lld: %S", (long long)start, last, reason);
        return str_format("'%S' codec can't encode characters in position %lld-%lld: %S", encoding, (long long)start, last, reason);
    }
    uint32_t c = str_char(as_str(object), (uint64_t)start);
    char escape[16];
    snprintf(escape, sizeof escape, c <= 0xff ? "\\x%02x" : c <= 0xffff ? "\\u%04x" : "\\U%08x", c);
    if (kind == UnicodeTranslateError)
        return str_format("can't translate character '%s' in position %lld: %S", escape, (long long)start, reason);
    return str_format("'%S' codec can't encode character '%s' in position %lld: %S", encoding, escape, (long long)start, reason);
}

/* --- other strings ------------------------------------------------------------------------------------------------------ */

static Value import_str(Value self)
{
    Value msg = as_exception(self)->extra[IMPORT_MSG];
    return str_exact(msg) ? retain(msg) : base_str(self);
}

static Value key_str(Value self)
{
    Value args = as_exception(self)->args;
    return is_ptr(args) && tuple_len(args) == 1 ? obj_repr(tuple_peek(args, 0)) : base_str(self);
}

static Value syntax_str(Value self)
{
    ExceptionObject *e = as_exception(self);
    Value filename = *exception_field(e, SYNTAX_FILENAME), line = *exception_field(e, SYNTAX_LINENO), msg = or_none(*exception_field(e, SYNTAX_MSG));
    bool has_line = int_exact(line), has_name = str_check(filename);
    if (!has_name && !has_line)
        return obj_str(msg);
    own Value base = UNBOUND;
    if (has_name) {
        int64_t n = (int64_t)str_len(filename), i = n;
        while (i > 0 && str_char(as_str(filename), (uint64_t)i - 1) != '/')
            i--;
        base = str_slice(filename, i, n);
        if (is_error(base))
            return ERROR;
    }
    if (has_name && has_line)
        return str_format("%S (%S, line %S)", msg, base, line);
    return has_name ? str_format("%S (%S)", msg, base) : str_format("%S (line %S)", msg, line);
}

static Value base_repr(Value self)
{
    Value args = as_exception(self)->args;
    const char *name = type_name(self), *dot = strrchr(name, '.');
    if (!is_ptr(args))
        return str_format("%s()", dot ? dot + 1 : name);
    if (tuple_len(args) == 1)
        return str_format("%s(%R)", dot ? dot + 1 : name, tuple_peek(args, 0));
    own Value text = obj_repr(args);
    return is_error(text) ? ERROR : str_format("%s%S", dot ? dot + 1 : name, text);
}

/* --- the types ------------------------------------------------------------------------------------------------------------ */

/* All Values lie side by side, with one flag between: args .. cause, then extra and more. */
enum { N_HEAD_VALUES = 4, N_EXTRA_VALUES = 8 };
static_assert(offsetof(ExceptionObject, more) == offsetof(ExceptionObject, extra) + 6 * sizeof(Value), "extra and more are one row of fields");

static void exception_trace(Object *o, Visitor *visitor)
{
    static const char *const names[N_HEAD_VALUES] = { "args", "__traceback__", "__context__", "__cause__" };
    static const char *const fields[N_EXTRA_VALUES] = { "field 0", "field 1", "field 2", "field 3", "field 4", "field 5", "field 6", "field 7" };
    ExceptionObject *e = (ExceptionObject *)o;
    for (int i = 0; i < N_HEAD_VALUES + N_EXTRA_VALUES; i++) {
        Value v = i < N_HEAD_VALUES ? (&e->args)[i] : *exception_field(e, (unsigned)(i - N_HEAD_VALUES));
        Edge edge = { .kind = TRACE_VALUE, .name = i < N_HEAD_VALUES ? names[i] : fields[i - N_HEAD_VALUES] };
        if (is_ptr(v) && v.bits)
            visitor->visit(visitor, as_obj(v), &edge);
    }
}

static void exception_clear(Object *o)
{
    ExceptionObject *e = (ExceptionObject *)o;
    for (int i = 0; i < N_HEAD_VALUES; i++)
        if (is_ptr((&e->args)[i]))
            set_slot(&(&e->args)[i], UNBOUND);
    for (int i = 0; i < N_EXTRA_VALUES; i++)
        if (is_ptr(*exception_field(e, (unsigned)i)))
            set_slot(exception_field(e, (unsigned)i), UNBOUND);
    if (o->shape->n_attrs || o->shape->flags)
        object_clear_attrs(o);
}

void exception_check_valid(const ExceptionObject *e)
{
    assert(is_unbound(e->args) || tuple_check(e->args));
    assert(is_unbound(e->traceback) || is_none(e->traceback) || is_exact(e->traceback, &traceback_type));
    assert(is_unbound(e->context) || is_none(e->context) || exception_check(e->context));
    assert(is_unbound(e->cause) || is_none(e->cause) || exception_check(e->cause));
    for (unsigned i = 0; i < 8; i++)
        assert(!is_error(*exception_field((ExceptionObject *)e, i)) && !is_stop(*exception_field((ExceptionObject *)e, i)));
    if (is_exact(e->traceback, &traceback_type)) {
        const Traceback *t = (const Traceback *)as_obj(e->traceback);
        assert(is_none(t->next) || is_unbound(t->next) || is_exact(t->next, &traceback_type));
        (void)t;
    }
}

static const TraceRow exception_rows[] = { { .kind = TRACE_CUSTOM }, { TRACE_ATTRS, offsetof(ExceptionObject, attrs), 0, "" }, { .kind = TRACE_END } };

#define SLOTS_Base         .new = base_new, .init = base_init
#define SLOTS_StopIteration .new = base_new, .init = stop_init
#define SLOTS_SystemExit   .new = base_new, .init = exit_init
#define SLOTS_OS           .new = os_new, .init = os_init, .str = os_str
#define SLOTS_Import       .new = base_new, .init = import_init, .str = import_str
#define SLOTS_Syntax       .new = base_new, .init = syntax_init, .str = syntax_str
#define SLOTS_Unicode      .new = base_new, .init = unicode_init, .str = unicode_str
#define SLOTS_NameErr      .new = base_new, .init = name_init
#define SLOTS_AttrErr      .new = base_new, .init = attribute_init
#define SLOTS_Group        .init = base_init      /* new and str: exception_group.c */

Type exception_types[N_ERROR_KINDS] = {
#define EXCEPTION(kind, base_, layout, doc_) \
    [kind] = { STATIC_TYPE(exception_types[kind], #kind, ExceptionObject, exception_rows), STATIC_TYPE_ATTRS(ExceptionObject, attrs), \
               .heap.trace_custom = exception_trace, .heap.clear = exception_clear, \
               .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_IS_EXCEPTION, SLOTS_##layout, .doc = doc_ },
#include "interp/object/exceptions.def"
#undef EXCEPTION
};

static const struct { ErrorKind kind, base; ExceptionLayout layout; } hierarchy[] = {
#define EXCEPTION(kind, base, layout, doc) { kind, base, LAYOUT_##layout },
#include "interp/object/exceptions.def"
#undef EXCEPTION
};

ExceptionLayout exception_layout(ErrorKind kind) { assert(kind > NO_ERROR && kind < N_ERROR_KINDS && hierarchy[kind - 1].kind == kind); return hierarchy[kind - 1].layout; }

static Value last_resort = { 4 };        /* the MemoryError that needs no memory; NONE before exceptions_init */

static void last_resort_root(Visitor *visitor)
{
    Edge edge = { .kind = TRACE_VALUE, .name = "MemoryError" };
    if (is_ptr(last_resort))
        visitor->visit(visitor, as_obj(last_resort), &edge);
}

void exceptions_init(void)
{
    exception_types[BaseException].repr = base_repr;
    exception_types[BaseException].str = base_str;
    exception_types[KeyError].str = key_str;
    for (size_t i = 0; i < sizeof hierarchy / sizeof *hierarchy; i++) {
        Type *type = &exception_types[hierarchy[i].kind], *base = &exception_types[hierarchy[i].base];
        if (hierarchy[i].layout != exception_layout(hierarchy[i].base))
            type->flags |= TYPE_SOLID;
        if (hierarchy[i].kind == ExceptionGroup) {
            own Value bases = tuple_of2(obj_value(base), obj_value(&exception_types[Exception]));
            type_ready_bases(type, bases);
        } else {
            type_ready(type, type == base ? NULL : base);
        }
    }
    last_resort = base_new(&exception_types[MemoryError], NULL, 0, NONE);
    heap_add_roots("exceptions", last_resort_root);
}

bool exception_class_check(Value v) { return is_type(v) && (as_type(v)->flags & TYPE_IS_EXCEPTION); }

ErrorKind exception_kind(Value instance)
{
    for (const Type *t = type_of(instance); t; t = t->base)
        if (t >= exception_types && t < exception_types + N_ERROR_KINDS)
            return (ErrorKind)(t - exception_types);
    return BaseException;
}

Value exception_new(ErrorKind kind, const Value *args, size_t n)
{
    assert(kind > NO_ERROR && kind < N_ERROR_KINDS && !error_pending());
    Type *type = &exception_types[kind];
    own Value made = type->new(type, args, n, NONE);
    if (is_error(made) || !type_of(made)->init(made, args, n, NONE))
        return ERROR;
    return give(made);
}

/* --- from the pending record to an instance and back ------------------------------------------------------------------------ */

static Value make_instance(const ErrorState *e)
{
    own Value text = e->text ? str_from(e->text) : UNBOUND;
    if (is_error(text))
        return ERROR;
    own Value made = e->text ? exception_new(e->kind, &text, 1) : is_unbound(e->args) ? exception_new(e->kind, NULL, 0)
                   : e->single ? exception_new(e->kind, &e->args, 1) : exception_new(e->kind, as_tuple(e->args)->items, tuple_len(e->args));
    if (is_error(made))
        return ERROR;
    ExceptionObject *x = as_exception(made);
    switch (exception_layout(e->kind)) {
    case LAYOUT_NameErr:
        if (e->kind == NameError)        /* an unbound local tells its name in the text only */
            set_slot(&x->extra[NAME_NAME], retain(e->name));
        break;
    case LAYOUT_AttrErr:
        set_slot(&x->extra[ATTR_NAME], retain(e->name));
        set_slot(&x->extra[ATTR_OBJ], retain(e->obj));
        break;
    case LAYOUT_Import:
        if (!is_unbound(e->name))
            set_slot(&x->extra[IMPORT_NAME], retain(e->name));
        if (!is_unbound(e->obj))
            set_slot(&x->extra[IMPORT_PATH], retain(e->obj));
        break;
    default: break;
    }
    return give(made);
}

static Value memory_instance(void)
{
    if (!is_ptr(last_resort)) {
        fputs("ouro: out of memory before exceptions exist\n", stderr);
        _exit(1);
    }
    ExceptionObject *e = as_exception(last_resort);
    set_slot(&e->traceback, NONE);
    set_slot(&e->context, UNBOUND);
    set_slot(&e->cause, UNBOUND);
    e->suppress_context = false;
    return retain(last_resort);
}

enum { ERROR_RESERVE = 16 << 10 };

Value exception_take(void)
{
    assert(error_pending());
    ErrorState e = error_save();
    bool interrupt = e.interrupt;
    e.interrupt = false;                 /* delivered */
    if (is_ptr(e.instance)) {
        Value instance = retain(e.instance);
        error_restore(e);
        error_clear();
        return instance;
    }
    uint64_t reserve = heap_add_reserve(ERROR_RESERVE);        /* also at the memory limit an error is an object of its own */
    Value made = make_instance(&e);
    heap_set_reserve(reserve);
    if (is_error(made)) {                /* the constructor failed: its error takes the place */
        ErrorState second = error_save();
        if (is_ptr(second.instance))
            made = retain(second.instance);
        else if (second.kind == MemoryError || is_error(made = make_instance(&second))) {
            error_clear();
            made = memory_instance();
        }
        error_restore(second);
        error_clear();
    }
    error_restore(e);
    error_clear();
    as_exception(made)->interrupt = interrupt && exception_kind(made) == KeyboardInterrupt;
    if (handled_peek)
        exception_set_context(made, handled_peek());
    assert(!error_pending() && exception_check(made));
    return made;
}

void exception_raise_take(Value instance)
{
    assert(exception_check(instance));
    error_restore((ErrorState){ .kind = exception_kind(instance), .interrupt = as_exception(instance)->interrupt, .instance = instance, .args = UNBOUND, .name = UNBOUND, .obj = UNBOUND });
}

void exception_set_context(Value exception, Value handled)
{
    assert(exception_check(exception) && (!is_ptr(handled) || exception_check(handled)));
    if (!is_ptr(handled) || same(handled, exception))
        return;
    /* handled -> ... -> exception would become a ring: cut it there. Rings without `exception` end the walk (two speeds). */
    Value at = handled, slow = handled;
    bool step = false;
    while (is_ptr(as_exception(at)->context)) {
        Value next = as_exception(at)->context;
        if (same(next, exception)) {
            set_slot(&as_exception(at)->context, UNBOUND);
            break;
        }
        at = next;
        if (same(at, slow))
            break;
        if (step)
            slow = as_exception(slow)->context;
        step = !step;
    }
    set_slot(&as_exception(exception)->context, retain(handled));
}

/* A class is called; the result must be an exception. */
static Value instantiate(Value cls)
{
    own Value made = call0(cls);
    if (is_error(made))
        return ERROR;
    if (!exception_check(made))
        return raise(TypeError, "calling %R should have returned an instance of BaseException, not %R", cls, obj_value(type_of(made)));
    return give(made);
}

bool exception_set_cause(Value exception, Value cause)
{
    own Value instance = UNBOUND;
    if (exception_class_check(cause))
        instance = instantiate(cause);
    else if (exception_check(cause))
        instance = retain(cause);
    else if (!is_none(cause))
        return raise_false(TypeError, "exception causes must derive from BaseException");
    if (is_error(instance))
        return false;
    ExceptionObject *e = as_exception(exception);
    set_slot(&e->cause, give(instance));
    e->suppress_context = true;
    return true;
}

void exception_raise(Value exception, Value cause)
{
    own Value instance = exception_class_check(exception) ? instantiate(exception) : exception_check(exception) ? retain(exception)
                       : raise(TypeError, "exceptions must derive from BaseException");
    assert_error_iff(is_error(instance));
    if (is_error(instance))
        return;
    if (!is_unbound(cause) && !exception_set_cause(instance, cause))
        return;
    if (handled_peek)
        exception_set_context(instance, handled_peek());
    exception_raise_take(give(instance));
}

static const char cannot_catch[] = "catching classes that do not inherit from BaseException is not allowed";

Truth exception_matches(Value exception, Value cls)
{
    if (tuple_check(cls)) {
        for (uint64_t i = 0; i < tuple_len(cls); i++)
            if (!exception_class_check(tuple_peek(cls, i))) {
                error_set(TypeError, "%s", cannot_catch);
                return TRUTH_FAILED;
            }
        for (uint64_t i = 0; i < tuple_len(cls); i++)
            if (is_instance_of(exception, as_type(tuple_peek(cls, i))))
                return YES;
        return NO;
    }
    if (!exception_class_check(cls)) {
        error_set(TypeError, "%s", cannot_catch);
        return TRUTH_FAILED;
    }
    return is_instance_of(exception, as_type(cls));
}

void error_set_errno(int number, Value filename)
{
    own Value text = str_from(strerror(number));
    own Value code = int_value(number);
    if (is_error(text) || is_error(code))
        return;
    error_set_args_take(exception_errno_kind(number), is_unbound(filename) ? tuple_of2(code, text) : tuple_of3(code, text, filename));
}

/* --- tracebacks ------------------------------------------------------------------------------------------------------------------ */

bool traceback_add(Value exception, Value frame, int32_t lasti, int32_t lineno)
{
    Traceback *t = heap_new(&traceback_type.shape, sizeof *t);
    if (!t)
        return raise_memory_false();
    assert(exception_check(exception));
    ExceptionObject *e = as_exception(exception);
    t->next = is_unbound(e->traceback) ? NONE : retain(e->traceback);
    t->frame = retain(frame);
    t->lasti = lasti;
    t->lineno = lineno;
    set_slot(&e->traceback, obj_value(t));
    return true;
}

static Value traceback_make(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value v[4];
    int64_t lasti, line;
    if (!bind_arguments("traceback", "(tb_next, tb_frame, tb_lasti, tb_lineno)", args, n_pos, kwnames, v, NULL))
        return ERROR;
    if (!is_none(v[0]) && !is_exact(v[0], &traceback_type))
        return raise(TypeError, "expected traceback object or None, got '%T'", v[0]);
    if (strcmp(type_name(v[1]), "frame") != 0)
        return raise(TypeError, "traceback() argument 'tb_frame' must be frame, not %W", v[1]);
    if (!obj_index_i64(v[2], &lasti, OverflowError) || !obj_index_i64(v[3], &line, OverflowError))
        return ERROR;
    Traceback *t = heap_new(&traceback_type.shape, sizeof *t);
    if (!t)
        return raise_memory();
    t->next = retain(v[0]);
    t->frame = retain(v[1]);
    t->lasti = (int32_t)lasti;
    t->lineno = (int32_t)line;
    return obj_value(t);
}

static const TraceRow traceback_rows[] = {
    { TRACE_VALUE, offsetof(Traceback, next), 0, "tb_next" }, { TRACE_VALUE, offsetof(Traceback, frame), 0, "tb_frame" }, { .kind = TRACE_END }
};

Type traceback_type = {
    STATIC_TYPE(traceback_type, "traceback", Traceback, traceback_rows),
    .new = traceback_make,
    .doc = "Create a new traceback object.",
    .signature = "(tb_next, tb_frame, tb_lasti, tb_lineno)",
};
