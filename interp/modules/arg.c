/* arg.c -- arguments of native functions as C values. */
#include "interp/modules/arg.h"

#include <errno.h>
#include <limits.h>

#include "gc/heap.h"
#include "interp/base/vec.h"
#include "interp/object/attr.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/codec.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

bool arg_text(Value v, const char *function, const char *argument, bool optional, const char **text)
{
    size_t len;
    *text = NULL;
    if (optional && (is_unbound(v) || is_none(v)))
        return true;
    if (!str_check(v))
        return raise_false(TypeError, "%s() argument %s must be %s, not %s", function, argument, optional ? "str or None" : "str", is_none(v) ? "None" : type_name(v));
    *text = str_utf8_peek(v, &len);
    if (*text && strlen(*text) != len)
        return raise_false(ValueError, "embedded null character");
    return *text != NULL;
}

bool arg_i64(Value v, int64_t otherwise, int64_t *i)
{
    if (is_unbound(v)) {
        *i = otherwise;
        return true;
    }
    if (is_int(v)) {
        *i = small_int(v);
        return true;
    }
    own Value index = obj_index(v);
    if (is_error(index))
        return false;
    return int_to_i64(index, i) || raise_false(OverflowError, "Python int too large to convert to C long");
}

bool arg_int(Value v, int otherwise, int *i)
{
    int64_t wide;
    if (!arg_i64(v, otherwise, &wide)) {
        if (error_is(OverflowError))
            error_set(OverflowError, "Python int too large to convert to C int");
        return false;
    }
    if (wide > INT_MAX)
        return raise_false(OverflowError, "signed integer is greater than maximum");
    if (wide < INT_MIN)
        return raise_false(OverflowError, "signed integer is less than minimum");
    *i = (int)wide;
    return true;
}

bool arg_u32(Value v, uint32_t otherwise, uint32_t *u)
{
    if (is_unbound(v)) {
        *u = otherwise;
        return true;
    }
    own Value index = obj_index(v);
    if (is_error(index))
        return false;
    *u = (uint32_t)int_to_u64_mask(index);
    return true;
}

bool arg_bool(Value v, bool otherwise, bool *b)
{
    Truth t = is_unbound(v) ? (Truth)otherwise : obj_truth(v);
    *b = t == YES;
    return t != TRUTH_FAILED;
}

bool arg_fd(Value v, int *fd)
{
    int64_t i;
    own Value given = UNBOUND;
    if (int_check(v)) {
        given = retain(v);
    } else {
        own Value method = UNBOUND;
        Found found = obj_find_attr_c(v, "fileno", &method);
        if (found == FAILED)
            return false;
        if (found == ABSENT)
            return raise_false(TypeError, "argument must be an int, or have a fileno() method.");
        given = call0(method);
        if (is_error(given))
            return false;
        if (!int_check(given))
            return raise_false(TypeError, "fileno() returned a non-integer");
    }
    if (!int_to_i64(given, &i) || i > INT_MAX || i < INT_MIN)
        return raise_false(OverflowError, "Python int too large to convert to C int");
    if (i < 0)
        return raise_false(ValueError, "file descriptor cannot be a negative integer (%lld)", (long long)i);
    *fd = (int)i;
    return true;
}

Value arg_os_error(Value filename)
{
    error_set_errno(errno, filename);
    return ERROR;
}

/* --- what init functions do --------------------------------------------------------------------------------------------- */
void ready_types(Type *const *types, Type *base)
{
    for (; *types; types++)
        if (!((*types)->flags & TYPE_READY))
            type_ready(*types, base);
}

bool ready_exception(Value *slot, const char *qualified, Value base)
{
    if (is_ptr(*slot))
        return true;
    const char *dot = strrchr(qualified, '.');
    own Value name = str_from(dot ? dot + 1 : qualified), bases = tuple_check(base) ? retain(base) : tuple_of1(base), namespace = dict_new();
    own Value module = dot ? str_new(qualified, (size_t)(dot - qualified)) : str_from("builtins");
    if (is_error(name) || is_error(bases) || is_error(namespace) || is_error(module) || !dict_set(as_dict(namespace), N(__module__), module))
        return false;
    own Value made = call3(obj_value(&type_type), name, bases, namespace);
    if (is_error(made))
        return false;
    return keep_take(slot, give(made), qualified);
}

bool module_add_ints(Value module, const IntRow *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!module_add_int(module, rows[i].name, rows[i].value))
            return false;
    return true;
}

/* --- paths ---------------------------------------------------------------------------------------------------------------- */
Value fs_decode(const char *text, size_t n) { return decode_utf8((const uint8_t *)text, n, "surrogateescape", NULL); }
Value fs_encode(Value s) { return encode_utf8(s, "surrogateescape"); }
Value path_result(const char *text, size_t n, bool as_bytes) { return as_bytes ? bytes_new(text, n) : fs_decode(text, n); }

Value fs_path(Value v)
{
    if (str_check(v) || bytes_check(v))
        return retain(v);
    bool found;
    own Value result = call_special(v, str_name_peek("__fspath__"), NULL, 0, &found);
    if (is_error(result))
        return ERROR;
    if (!found)
        return raise(TypeError, "expected str, bytes or os.PathLike object, not %.200T", v);
    if (!str_check(result) && !bytes_check(result))
        return raise(TypeError, "expected %.200T.__fspath__() to return str or bytes, not %.200T", v, result);
    return give(result);
}

static bool wrong_path(Value v, const char *function, const char *argument, int flags)
{
    if (!function)
        return raise_false(TypeError, "expected str, bytes or os.PathLike object, not %.200T", v);
    const char *what = flags == (PATH_FD | PATH_NONE) ? "string, bytes, os.PathLike, integer or None" : flags == PATH_FD ? "string, bytes, os.PathLike or integer"
                     : flags == PATH_NONE ? "string, bytes, os.PathLike or None" : "string, bytes or os.PathLike";
    return raise_false(TypeError, "%s: %s should be %s, not %.200T", function, argument ? argument : "path", what, v);
}

bool path_arg(Value v, const char *function, const char *argument, int flags, PathArg *path)
{
    *path = (PathArg){ .fd = -1, .object = UNBOUND, .bytes = UNBOUND };
    if ((flags & PATH_NONE) && (is_none(v) || is_unbound(v))) {
        path->text = ".";
        return true;
    }
    if ((flags & PATH_FD) && !str_check(v) && !bytes_check(v)) {
        own Value index = UNBOUND;
        bool has = int_check(v);
        if (!has) {
            Found found = obj_find_special(v, N(__index__), &index);
            if (found == FAILED)
                return false;
            has = found == FOUND;
        }
        if (has) {
            int64_t i;
            own Value number = obj_index(v);
            if (is_error(number))
                return false;
            if (!int_to_i64(number, &i) || i > INT_MAX || i < INT_MIN)
                return raise_false(OverflowError, int_sign(number) > 0 ? "fd is greater than maximum" : "fd is less than minimum");
            path->fd = (int)i;
            path->object = retain(v);
            return true;
        }
    }
    own Value plain = UNBOUND;
    if (str_check(v) || bytes_check(v)) {
        plain = retain(v);
    } else {
        bool found;
        plain = call_special(v, str_name_peek("__fspath__"), NULL, 0, &found);
        if (is_error(plain))
            return false;
        if (!found)
            return wrong_path(v, function, argument, flags);
        if (!str_check(plain) && !bytes_check(plain))
            return raise_false(TypeError, "expected %.200T.__fspath__() to return str or bytes, not %.200T", v, plain);
    }
    path->is_bytes = bytes_check(plain);
    path->bytes = path->is_bytes ? retain(plain) : fs_encode(plain);
    if (is_error(path->bytes)) {
        path->bytes = UNBOUND;
        return false;
    }
    path->object = retain(v);
    const Bytes *b = as_bytes(path->bytes);
    if (memchr(b->data, 0, b->len))
        return function && path->is_bytes ? raise_false(ValueError, "%s: embedded null character in %s", function, argument ? argument : "path")
                                          : raise_false(ValueError, "embedded null byte");
    path->text = (const char *)b->data;
    return true;
}

void path_free(PathArg *path)
{
    release(path->object);
    release(path->bytes);
    path->object = path->bytes = UNBOUND;
}

Value path_error(const PathArg *path) { return arg_os_error(path->object); }

Value path_error2(const PathArg *from, const PathArg *to)
{
    own Value number = int_value(errno), text = str_from(strerror(errno));
    if (is_error(text))
        return ERROR;
    Value v[5] = { retain(number), retain(text), retain(from->object), NONE, retain(to->object) };
    own Value args = tuple_from_take(v, 5);
    own Value error = is_error(args) ? ERROR : call_ex(exception_class_peek(OSError), args, UNBOUND);
    if (!is_error(error))
        exception_raise_take(give(error));
    return ERROR;
}
