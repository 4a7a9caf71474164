/* error.c -- the pending error record and the formatting of messages. Touches objects only through their slots. */
#include "gc/event.h"
#include "interp/object/error.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "interp/base/buf.h"
#include "interp/object/exception.h"
#include "interp/object/str.h"
#include "interp/object/type.h"

#define NO_VALUE { (5ull << 3) | 4 }
ErrorState pending_error = { .instance = NO_VALUE, .args = NO_VALUE, .name = NO_VALUE, .obj = NO_VALUE };

static const ErrorKind base_of[N_ERROR_KINDS] = {
#define EXCEPTION(name, base, layout, doc) [name] = base,
#include "interp/object/exceptions.def"
#undef EXCEPTION
};
static const char *const kind_names[N_ERROR_KINDS] = {
#define EXCEPTION(name, base, layout, doc) [name] = #name,
#include "interp/object/exceptions.def"
#undef EXCEPTION
};

bool error_kind_is(ErrorKind kind, ErrorKind base)
{
    assert(kind < N_ERROR_KINDS && base < N_ERROR_KINDS);
    if (kind == NO_ERROR)
        return false;
    for (;;) {
        if (kind == base)
            return true;
        if (kind == BaseException)
            return kind == ExceptionGroup && base == Exception;
        if (kind == ExceptionGroup && base == Exception)
            return true;
        kind = base_of[kind];
    }
}

bool error_is(ErrorKind kind) { return error_kind_is(pending_error.kind, kind); }

static void state_drop(ErrorState *s)
{
    if (s->interrupt)
        event_raise(EVENT_INTERRUPT);
    free(s->text);
    release(s->instance);
    release(s->args);
    release(s->name);
    release(s->obj);
}

ErrorState error_save(void)
{
    ErrorState saved = pending_error;
    pending_error = (ErrorState){ .instance = UNBOUND, .args = UNBOUND, .name = UNBOUND, .obj = UNBOUND };
    assert(!error_pending());
    return saved;
}

void error_restore(ErrorState saved)
{
    ErrorState old = pending_error;
    pending_error = saved;
    assert(saved.kind != NO_ERROR || (!is_ptr(saved.instance) && !is_ptr(saved.args) && !saved.text));
    state_drop(&old);
}

/* Dropping may run Python code (the last reference of an instance): it starts and ends with nothing pending. */
void error_clear(void)
{
    if (pending_error.kind == NO_ERROR)
        return;
    ErrorState old = error_save();
    state_drop(&old);
}

static void set_record(ErrorKind kind, Value args, bool single, char *text)
{
    assert(!is_error(args) && !is_stop(args) && (is_unbound(args) || !text));
    assert(kind > NO_ERROR && kind < N_ERROR_KINDS);
    error_restore((ErrorState){ .kind = kind, .instance = UNBOUND, .args = args, .single = single, .text = text,
                                .name = UNBOUND, .obj = UNBOUND });
}

/* --- formatting ------------------------------------------------------------------------------------------------- */

static void put_str(Buf *out, const Str *s, size_t max_bytes)
{
    size_t start = out->len;
    for (uint64_t i = 0; i < s->len; i++) {
        size_t before = out->len;
        buf_utf8(out, str_char(s, i));
        if (out->len - start > max_bytes) {
            out->len = before;
            return;
        }
    }
}

static void put_text(Buf *out, const char *text, size_t max_bytes)
{
    size_t len = strlen(text ? text : "(null)");
    const char *from = text ? text : "(null)";
    if (len > max_bytes) {
        len = max_bytes;
        while (len > 0 && ((unsigned char)from[len] & 0xc0) == 0x80)
            len--;
    }
    buf_add(out, from, len);
}

static StackGuard first_guard = { 0, 1000, 0 };
StackGuard *stack_guard = &first_guard;

enum { ASSUMED_STACK = 6 << 20 };        /* bytes of C stack left at the first use, when nobody said */

bool stack_descend_slow(void)
{
    char here;
    StackGuard *g = stack_guard;
    if (UNLIKELY(g->low == 0))
        g->low = (uintptr_t)&here > ASSUMED_STACK ? (uintptr_t)&here - ASSUMED_STACK : 1;
    if (UNLIKELY(g->depth >= g->limit || (uintptr_t)&here < g->low))
        return false;
    g->depth++;
    return true;
}

/* str() or repr() of `v` through its slots; without `ok` (an earlier one failed), or when it fails, the name of its type. False: an error is pending. */
static bool put_value(Buf *out, Value v, bool as_repr, size_t max_bytes, bool ok)
{
    if (!as_repr && has_flag(v, TYPE_IS_STR)) {
        put_str(out, (Str *)as_obj(v), max_bytes);
        return ok;
    }
    const Type *t = type_of(v);
    UnaryFn *slot = as_repr || !t->str ? t->repr : t->str;
    bool deep = ok && slot && !stack_descend();
    Value text = ok && slot && !deep ? slot(v) : UNBOUND;
    if (ok && slot && !deep)
        stack_guard->depth--;
    if (has_flag(text, TYPE_IS_STR))
        put_str(out, (Str *)as_obj(text), max_bytes);
    else
        buf_printf(out, "<%s object>", t->heap.name);
    if (deep)
        return raise_false(RecursionError, "maximum recursion depth exceeded while getting the %s of an object", as_repr ? "repr" : "str");
    if (is_error(text))
        return false;
    release(text);
    return ok;
}

/* Messages call native types by their full name, "collections.deque". */
static void put_type(Buf *out, const Type *t, size_t max_bytes)
{
    if (t->module_name && !(t->flags & TYPE_HEAP) && strcmp(t->module_name, "builtins") != 0)
        buf_printf(out, "%s.", t->module_name);
    put_text(out, t->heap.name, max_bytes);
}

/* One printf directive, already copied to `spec` with its final length modifier. */
static void put_number(Buf *out, const char *spec, int longs, char conversion, va_list *list)
{
    if (strchr("di", conversion)) {
        if (longs == 'z' || longs == 2) buf_printf(out, spec, va_arg(*list, long long));
        else if (longs == 1) buf_printf(out, spec, va_arg(*list, long));
        else buf_printf(out, spec, va_arg(*list, int));
    } else if (conversion == 'c') {
        buf_printf(out, spec, va_arg(*list, int));
    } else if (conversion == 'p') {
        buf_printf(out, spec, va_arg(*list, void *));
    } else {
        if (longs == 'z' || longs == 2) buf_printf(out, spec, va_arg(*list, unsigned long long));
        else if (longs == 1) buf_printf(out, spec, va_arg(*list, unsigned long));
        else buf_printf(out, spec, va_arg(*list, unsigned int));
    }
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
bool error_vformat(Buf *out, const char *format, va_list *list)
{
    bool ok = true;
    for (const char *p = format; *p;) {
        const char *percent = strchr(p, '%');
        buf_add(out, p, percent ? (size_t)(percent - p) : strlen(p));
        if (!percent)
            return ok;
        char spec[32] = "%";
        size_t n = 1, precision = SIZE_MAX;
        p = percent + 1;
        while (strchr("-+ #0123456789", *p) && *p && n < 12)
            spec[n++] = *p++;
        if (*p == '.') {
            spec[n++] = *p++;
            precision = 0;
            if (*p == '*') {
                precision = (size_t)va_arg(*list, int);
                n += (size_t)snprintf(spec + n, 12, "%zu", precision);
                p++;
            }
            while (*p >= '0' && *p <= '9' && n < 24) {
                precision = precision * 10 + (size_t)(*p - '0');
                spec[n++] = *p++;
            }
        }
        int longs = 0;
        for (; *p == 'l' || *p == 'z' || *p == 'j'; p++)
            longs = *p == 'l' ? longs + 1 : 'z';
        char c = *p ? *p++ : '%';
        switch (c) {
        case '%': buf_char(out, '%'); break;
        case 's':
            if (precision == SIZE_MAX && n > 1) {
                spec[n++] = 's';
                buf_printf(out, spec, va_arg(*list, const char *));
            } else {
                put_text(out, va_arg(*list, const char *), precision);
            }
            break;
        case 'T': put_type(out, type_of(va_arg(*list, Value)), precision); break;
        case 'W': {
            Value given = va_arg(*list, Value);
            if (is_none(given)) buf_string(out, "None");
            else put_type(out, type_of(given), precision);
            break;
        }
        case 'N': put_type(out, va_arg(*list, Type *), precision); break;
        case 'Y': put_text(out, va_arg(*list, Type *)->heap.name, precision); break;
        case 'S': ok = put_value(out, va_arg(*list, Value), false, precision, ok); break;
        case 'R': ok = put_value(out, va_arg(*list, Value), true, precision, ok); break;
        default:
            if (longs == 'z' || longs >= 2) { spec[n++] = 'l'; spec[n++] = 'l'; }
            else if (longs == 1) spec[n++] = 'l';
            spec[n++] = c;
            put_number(out, spec, longs, c, list);
        }
    }
    return ok;
}
#pragma GCC diagnostic pop

void error_set(ErrorKind kind, const char *format, ...)
{
    ErrorState old = error_save();       /* the arguments may live in it */
    Buf text = { 0 };
    va_list list;
    va_start(list, format);
    bool is_short = !error_vformat(&text, format, &list) && error_kind() == MemoryError;
    va_end(list);
    if (is_short) {
        buf_free(&text);
        state_drop(&old);
        return;
    }
    if (error_pending())
        error_clear();                   /* the message does without what failed */
    char *made = buf_detach(&text, NULL);
    if (!made)
        error_set_memory();
    else
        set_record(kind, UNBOUND, false, made);
    state_drop(&old);
}

void error_set_args_take(ErrorKind kind, Value args_tuple)
{
    if (is_error(args_tuple)) {
        assert(error_pending());
        return;
    }
    assert(has_flag(args_tuple, TYPE_IS_TUPLE));
    set_record(kind, args_tuple, false, NULL);
}

void error_set_value(ErrorKind kind, Value argument) { set_record(kind, retain(argument), true, NULL); }
void error_set_none(ErrorKind kind) { set_record(kind, UNBOUND, false, NULL); }
void error_set_interrupt(void)
{
    set_record(KeyboardInterrupt, UNBOUND, false, NULL);
    pending_error.interrupt = true;
}
void error_set_memory(void) { set_record(MemoryError, UNBOUND, false, NULL); }

void error_note_name(Value name, Value obj_or_unbound)
{
    assert(error_pending() && has_flag(name, TYPE_IS_STR) | is_none(name) | is_unbound(name));
    set_slot(&pending_error.name, retain(name));
    set_slot(&pending_error.obj, retain(obj_or_unbound));
}

char *error_describe(void)
{
    if (!error_pending())
        return strdup("no error");
    Buf out = { 0 };
    ErrorState saved = error_save();
    if (is_ptr(saved.instance)) {
        const Type *t = type_of(saved.instance);
        buf_string(&out, t->heap.name);
        buf_string(&out, ": ");
        if (!put_value(&out, saved.instance, false, 4000, true))
            error_clear();
    } else {
        buf_string(&out, kind_names[saved.kind]);
        if (saved.text)
            buf_printf(&out, ": %s", saved.text);
        else if (is_ptr(saved.args) || saved.single) {
            buf_string(&out, ": ");
            if (!put_value(&out, saved.args, true, 4000, true))
                error_clear();
        }
    }
    error_restore(saved);
    return buf_detach(&out, NULL);
}
