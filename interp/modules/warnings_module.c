/* warnings_module.c -- _warnings: filters and warn(). The library's warnings module works on the same lists; while it is loaded, its functions show
 * the warnings. Source: docs.python.org/3.11/library/warnings.html. */
#include "gc/heap.h"
#include "gc/check.h"
#include "interp/modules/warnings_module.h"
#include "interp/base/buf.h"
#include "interp/builtins/import.h"
#include "interp/modules/arg.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/frame.h"

static Value filters = UNBOUND_INIT, once_registry = UNBOUND_INIT, default_action = UNBOUND_INIT;
static int64_t filters_version;

static bool add_filter(Value list, const char *action, ErrorKind category, const char *module)
{
    Value v[5] = { str_intern(action), NONE, retain(exception_class_peek(category)), module ? str_intern(module) : NONE, small_int_value(0) };
    own Value row = tuple_from_take(v, 5);
    return !is_error(row) && list_append(list, row);
}
static bool state_ready(void)
{
    if (is_ptr(filters))
        return true;
    own Value list = list_new(5);
    return !is_error(list) && keep_take(&once_registry, dict_new(), "warnings shown once") && keep_take(&default_action, str_intern("default"), "warnings' default action") &&
           add_filter(list, "default", DeprecationWarning, "__main__") && add_filter(list, "ignore", DeprecationWarning, NULL) &&
           add_filter(list, "ignore", PendingDeprecationWarning, NULL) && add_filter(list, "ignore", ImportWarning, NULL) &&
           add_filter(list, "ignore", ResourceWarning, NULL) && keep_take(&filters, give(list), "warning filters");
}

/* An attribute of the module warnings while it is loaded; UNBOUND: not there. Owned. */
static Value library(const char *name)
{
    own Value module = UNBOUND, value = UNBOUND;
    if (dict_find(import_modules_peek(), str_name_peek("warnings"), &module) == FAILED)
        return ERROR;
    if (is_unbound(module))
        return UNBOUND;
    return obj_find_attr_c(module, name, &value) == FAILED ? ERROR : give(value);
}
/* The same, else our own. */
static Value setting(const char *name, Value ours)
{
    Value v = library(name);
    return is_unbound(v) ? retain(ours) : v;
}

/* --- which action ---------------------------------------------------------------------------------------------------------------------------- */
static Truth matches(Value pattern, Value text)
{
    if (is_none(pattern))
        return YES;
    if (str_exact(pattern))
        return str_equal(as_str(pattern), as_str(text)) ? YES : NO;
    own Value hit = call_method1(pattern, "match", text);
    return is_error(hit) ? TRUTH_FAILED : obj_truth(hit);
}
static Truth row_fits(Value row, Value category, Value text, int64_t line, Value module)
{
    int64_t row_line;
    Truth t = matches(tuple_peek(row, 1), text);
    if (t == YES)
        t = matches(tuple_peek(row, 3), module);
    if (t == YES)
        t = obj_issubclass(category, tuple_peek(row, 2));
    if (t == YES && !obj_index_i64(tuple_peek(row, 4), &row_line, NO_ERROR))
        return TRUTH_FAILED;
    return t == YES ? (Truth)(row_line == 0 || row_line == line) : t;
}
/* The action's str; *row the filter (or None). */
static Value find_action(Value category, Value text, int64_t line, Value module, Value *row)
{
    *row = NONE;
    own Value rows = setting("filters", filters);
    if (is_error(rows))
        return ERROR;
    if (!list_check(rows))
        return raise(ValueError, "_warnings.filters must be a list");
    for (uint64_t i = 0; i < list_len(rows); i++) {
        own Value item = retain(list_peek(rows, i));
        if (!tuple_check(item) || tuple_len(item) != 5)
            return raise(ValueError, "_warnings.filters item %llu isn't a 5-tuple", (unsigned long long)i);
        if (!str_check(tuple_peek(item, 0)))
            return raise(TypeError, "action must be a string, not '%.200T'", tuple_peek(item, 0));
        Truth t = row_fits(item, category, text, line, module);
        if (t == TRUTH_FAILED)
            return ERROR;
        if (t == YES) {
            *row = retain(item);
            return retain(tuple_peek(item, 0));
        }
    }
    own Value action = setting("defaultaction", default_action);
    if (is_error(action) || str_check(action))
        return give(action);
    return raise(TypeError, "_warnings.defaultaction must be a string, not '%.200T'", action);
}

/* Was the key in the registry already? Marks it when `mark`. */
static Truth noted(Value registry, Value key, bool mark)
{
    own Value version = UNBOUND, seen = UNBOUND;
    if (!dict_check(registry)) {
        error_set(TypeError, "'registry' must be a dict or None");
        return TRUTH_FAILED;
    }
    Dict *d = as_dict(registry);
    own Value version_key = str_intern("version");
    Found found = is_error(version_key) ? FAILED : dict_find(d, version_key, &version);
    if (found == FAILED)
        return TRUTH_FAILED;
    if (found == ABSENT || !is_int(version) || small_int(version) != filters_version) {
        dict_clear(d);
        if (!dict_set(d, version_key, small_int_value(filters_version)))
            return TRUTH_FAILED;
    } else {
        found = dict_find(d, key, &seen);
        Truth t = found == FOUND ? obj_truth(seen) : found == ABSENT ? NO : TRUTH_FAILED;
        if (t)
            return t;
    }
    return mark && !dict_set(d, key, TRUE) ? TRUTH_FAILED : NO;
}
static Truth noted_text(Value registry, Value text, Value category)
{
    own Value key = tuple_of3(text, category, small_int_value(0));
    return is_error(key) ? TRUTH_FAILED : noted(registry, key, true);
}

/* --- showing --------------------------------------------------------------------------------------------------------------------------------------- */
static bool show_plain(Value filename, int64_t line, Value text, Value category)
{
    own Value stream = import_attr("sys", "stderr"), name = is_error(stream) ? ERROR : obj_getattr(category, N(__name__));
    if (is_error(name) || is_none(stream))
        return !is_error(name);
    own Value message = str_format("%S:%lld: %S: %S\n", filename, (long long)line, name, text);
    own Value done = is_error(message) ? ERROR : call_method1(stream, "write", message);
    return !is_error(done);
}
static bool show(Value category, Value text, Value message, Value filename, int64_t line, Value source)
{
    own Value fn = library("_showwarnmsg"), cls = is_error(fn) ? ERROR : library("WarningMessage");
    if (is_error(fn) || is_error(cls))
        return false;
    if (is_unbound(fn) || is_unbound(cls))
        return show_plain(filename, line, text, category);
    if (!obj_callable(fn))
        return raise_false(TypeError, "warnings._showwarnmsg() must be set to a callable");
    Value a[7] = { message, category, filename, int_value(line), NONE, NONE, source };
    own Value record = call(cls, a, 7);
    own Value done = is_error(record) ? ERROR : call1(fn, record);
    return !is_error(done);
}

static Value module_of_file(Value filename)
{
    uint64_t len = str_len(filename);
    if (len == 0)
        return str_from("<unknown>");
    const char *utf8 = str_utf8_peek(filename, NULL);
    bool py = utf8 && len >= 3 && strcmp(utf8 + strlen(utf8) - 3, ".py") == 0;
    return py ? str_slice(filename, 0, (int64_t)len - 3) : retain(filename);
}

static bool warn_explicit(Value category, Value given, Value filename, int64_t line, Value module_or_none, Value registry, Value source)
{
    if (!state_ready())
        return false;
    own Value module = is_none(module_or_none) ? module_of_file(filename) : retain(module_or_none);
    own Value text = UNBOUND, message = UNBOUND, cls = retain(category);
    if (is_error(module))
        return false;
    if (is_instance_of(given, &exception_types[Warning])) {
        message = retain(given);
        text = obj_str(given);
        set_slot(&cls, retain(obj_value(type_of(given))));
    } else {
        text = retain(given);
        message = call1(category, given);
    }
    if (is_error(text) || is_error(message))
        return false;
    own Value key = tuple_of3(text, cls, int_value(line));
    Truth known = is_error(key) ? TRUTH_FAILED : is_none(registry) ? NO : noted(registry, key, false);
    if (known)
        return known == YES;
    own Value row = UNBOUND, action = find_action(cls, text, line, module, &row);
    if (is_error(action))
        return false;
    if (str_equal_c(action, "error")) {
        exception_raise(message, UNBOUND);
        return false;
    }
    if (str_equal_c(action, "ignore"))
        return true;
    Truth done = NO;
    if (!str_equal_c(action, "always")) {
        if (!is_none(registry) && !dict_set(as_dict(registry), key, TRUE))
            return false;
        if (str_equal_c(action, "once")) {
            own Value once = is_none(registry) ? setting("onceregistry", once_registry) : retain(registry);
            done = is_error(once) ? TRUTH_FAILED : noted_text(once, text, cls);
        } else if (str_equal_c(action, "module")) {
            done = is_none(registry) ? NO : noted_text(registry, text, cls);
        } else if (!str_equal_c(action, "default")) {
            return raise_false(RuntimeError, "Unrecognized action (%R) in warnings.filters:\n %R", action, row);
        }
    }
    return done == NO ? show(cls, text, message, filename, line, source) : done == YES;
}

/* --- where ---------------------------------------------------------------------------------------------------------------------------------------------- */
static bool is_import_machinery(const Frame *f)
{
    Value name = f->code->filename;
    return str_contains(name, str_name_peek("importlib")) == YES && str_contains(name, str_name_peek("_bootstrap")) == YES;
}
static Frame *frame_at(int64_t stack_level)
{
    unsigned i = 0;
    Frame *f = frame_nth(thread, 0);
    bool all = stack_level <= 0 || (f && is_import_machinery(f));
    while (--stack_level > 0 && f) {
        do
            f = frame_nth(thread, ++i);
        while (f && !all && is_import_machinery(f));
    }
    return f;
}
static bool context(int64_t stack_level, Value *filename, int64_t *line, Value *module, Value *registry)
{
    Frame *f = frame_at(stack_level);
    own Value globals = UNBOUND, sys = UNBOUND;
    if (f) {
        globals = retain(obj_value(f->globals));
        *filename = retain(f->code->filename);
        *line = frame_line(f);
    } else {
        sys = import_module_c("sys");
        if (is_error(sys))
            return false;
        globals = retain(obj_value(module_dict_peek(sys)));
        *filename = str_from("sys");
        *line = 1;
    }
    own Value key = str_intern("__warningregistry__");
    if (is_error(*filename) || is_error(key))
        return false;
    Found found = dict_find(as_dict(globals), key, registry);
    if (found == FAILED)
        return false;
    if (found == ABSENT) {
        *registry = dict_new();
        if (is_error(*registry) || !dict_set(as_dict(globals), key, *registry))
            return false;
    }
    found = dict_find(as_dict(globals), N(__name__), module);
    if (found == ABSENT || !(is_none(*module) || str_check(*module)))
        set_slot(module, str_from("<string>"));
    return found != FAILED && !is_error(*module);
}

static bool do_warn(Value category, Value message, int64_t stack_level, Value source)
{
    own Value filename = UNBOUND, module = UNBOUND, registry = UNBOUND;
    int64_t line = 1;
    return context(stack_level, &filename, &line, &module, &registry) && warn_explicit(category, message, filename, line, module, registry, source);
}

bool warnings_warn(ErrorKind category, int64_t stacklevel, Value source, const char *format, ...)
{
    Buf text = { 0 };
    va_list list;
    va_start(list, format);
    bool is_short = !error_vformat((struct Buf *)&text, format, &list) && error_is(MemoryError);
    va_end(list);
    if (!is_short && error_pending())
        error_clear();
    own Value message = is_short ? ERROR : str_new(text.at ? text.at : "", text.len);
    buf_free(&text);
    return !is_error(message) && do_warn(exception_class_peek(category), message, stacklevel, source);
}

bool warnings_explicit(ErrorKind category, const char *message, const char *filename, int line)
{
    own Value text = str_from(message);
    own Value file = is_error(text) ? ERROR : str_from(filename);
    return !is_error(file) && warn_explicit(exception_class_peek(category), text, file, line, NONE, NONE, NONE);
}

bool warnings_deprecated(const char *text) { return warnings_warn(DeprecationWarning, 1, NONE, "%s", text); }

void warnings_never_awaited(Value coroutine)
{
    own Value function = import_attr("warnings", "_warn_unawaited_coroutine");
    bool good;
    if (is_error(function)) {
        error_clear();
        own Value name = obj_getattr_c(coroutine, "__qualname__");
        good = !is_error(name) && warnings_warn(RuntimeWarning, 1, coroutine, "coroutine '%S' was never awaited", name);
    } else {
        own Value result = call1(function, coroutine);
        good = !is_error(result);
    }
    if (!good && heap_unraisable)
        heap_unraisable(NULL, coroutine);
    if (error_pending())
        error_clear();
}

/* --- what Python sees ------------------------------------------------------------------------------------------------------------------------------------- */
static Value category_of(Value message, Value given)
{
    if (is_instance_of(message, &exception_types[Warning]))
        return retain(obj_value(type_of(message)));
    if (is_unbound(given) || is_none(given))
        return retain(exception_class_peek(UserWarning));
    Truth t = is_type(given) ? obj_issubclass(given, exception_class_peek(Warning)) : NO;
    if (t == YES)
        return retain(given);
    return t == NO ? raise(TypeError, "category must be a Warning subclass, not '%s'", is_type(given) ? as_type(given)->heap.name : type_name(given)) : ERROR;
}
static Value m_warn(Value *args, size_t n)
{
    int64_t stack_level;
    if (!arg_i64(args[2], 1, &stack_level))
        return ERROR;
    own Value category = category_of(args[0], args[1]);
    return !is_error(category) && do_warn(category, args[0], stack_level, is_unbound(args[3]) ? NONE : args[3]) ? NONE : ERROR;
}
static Value m_warn_explicit(Value *args, size_t n)
{
    int64_t line;
    if (!str_check(args[2]))
        return raise(TypeError, "warn_explicit() argument 'filename' must be str, not %W", args[2]);
    if (!arg_i64(args[3], 0, &line))
        return ERROR;
    if (!is_type(args[1]))
        return raise(TypeError, "category must be a Warning subclass, not '%s'", type_name(args[1]));
    if (!is_unbound(args[5]) && !is_none(args[5]) && !dict_check(args[5]))
        return raise(TypeError, "'registry' must be a dict or None");
    return warn_explicit(args[1], args[0], args[2], line, is_unbound(args[4]) ? NONE : args[4], is_unbound(args[5]) ? NONE : args[5], is_unbound(args[7]) ? NONE : args[7]) ? NONE : ERROR;
}
static Value m_mutated(Value *args, size_t n)
{
    filters_version++;
    return NONE;
}

static const Method functions[] = {
    { "warn", "(message, category=None, stacklevel=1, source=None)", m_warn, "Issue a warning, or maybe ignore it or raise an exception." },
    { "warn_explicit", "(message, category, filename, lineno, module=None, registry=None, module_globals=None, source=None)", m_warn_explicit, "Issue a warning, or maybe ignore it or raise an exception." },
    { "_filters_mutated", "()", m_mutated, NULL },
    { 0 },
};
static bool init(Value module)
{
    return state_ready() && module_add(module, "filters", filters) && module_add(module, "_onceregistry", once_registry) && module_add(module, "_defaultaction", default_action);
}
const NativeModule warnings_module = { "_warnings", "_warnings provides basic warning filtering support.\nIt is a helper module to speed up interpreter start-up.", functions, init };
