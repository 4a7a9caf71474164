/* locale_module.c -- _locale: the C library's locales, for the library's locale and gettext (docs.python.org/3.11/library/locale.html). Numbers in
 * programs are read and shown the same in every locale: base/dtoa.c asks none. */
#define _GNU_SOURCE              /* _DATE_FMT */
#include <langinfo.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "interp/modules/arg.h"
#include "interp/object/dict.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"

static Value error_class = UNBOUND_INIT;

static Value fail(const char *message)
{
    own Value text = str_from(message), error = is_error(text) ? ERROR : call1(error_class, text);
    if (!is_error(error))
        exception_raise_take(give(error));
    return ERROR;
}
static Value decode(const char *text) { return fs_decode(text, strlen(text)); }

static Value f_setlocale(Value *args, size_t n)
{
    int category;
    const char *name;
    if (!arg_int(args[0], 0, &category) || !arg_text(args[1], "setlocale", "2", true, &name))
        return ERROR;
    const char *now = setlocale(category, name);
    return now ? decode(now) : fail(name ? "unsupported locale setting" : "locale query failed");
}

static bool add_text(Value dict, const char *key, const char *text)
{
    own Value v = decode(text);
    return !is_error(v) && dict_set_c(as_dict(dict), key, v);
}
/* The bytes up to and with 0 or CHAR_MAX. */
static bool add_grouping(Value dict, const char *key, const char *grouping)
{
    own Value list = list_new(0);
    bool good = !is_error(list);
    for (const char *at = grouping; good && *grouping; at++) {
        good = list_append(list, small_int_value(*at));
        if (*at == 0 || *at == CHAR_MAX)
            break;
    }
    return good && dict_set_c(as_dict(dict), key, list);
}

static Value f_localeconv(Value *args, size_t n)
{
    const struct lconv *l = localeconv();
    const struct { const char *key, *text; } texts[] = {
        { "int_curr_symbol", l->int_curr_symbol }, { "currency_symbol", l->currency_symbol }, { "mon_decimal_point", l->mon_decimal_point },
        { "mon_thousands_sep", l->mon_thousands_sep },
    };
    const IntRow ints[] = {
        { "int_frac_digits", l->int_frac_digits }, { "frac_digits", l->frac_digits }, { "p_cs_precedes", l->p_cs_precedes }, { "p_sep_by_space", l->p_sep_by_space },
        { "n_cs_precedes", l->n_cs_precedes }, { "n_sep_by_space", l->n_sep_by_space }, { "p_sign_posn", l->p_sign_posn }, { "n_sign_posn", l->n_sign_posn },
    };
    own Value dict = dict_new();
    bool good = !is_error(dict);
    for (size_t i = 0; good && i < sizeof texts / sizeof *texts; i++)
        good = add_text(dict, texts[i].key, texts[i].text);
    good = good && add_grouping(dict, "mon_grouping", l->mon_grouping) && add_text(dict, "positive_sign", l->positive_sign) && add_text(dict, "negative_sign", l->negative_sign);
    for (size_t i = 0; good && i < sizeof ints / sizeof *ints; i++)
        good = dict_set_c(as_dict(dict), ints[i].name, int_value(ints[i].value));
    good = good && add_text(dict, "decimal_point", l->decimal_point) && add_text(dict, "thousands_sep", l->thousands_sep) && add_grouping(dict, "grouping", l->grouping);
    return good ? give(dict) : ERROR;
}

/* The characters of a str, NUL-terminated, malloc'd; NULL: TypeError, ValueError for a NUL inside. */
static wchar_t *wide(Value v, const char *function, const char *argument)
{
    if (!str_check(v))
        return raise_null(TypeError, "%s() argument %s must be str, not %T", function, argument, v);
    const Str *s = as_str(v);
    wchar_t *text = malloc((s->len + 1) * sizeof *text);
    if (!text) {
        error_set_memory();
        return NULL;
    }
    for (uint64_t i = 0; i < s->len; i++) {
        text[i] = (wchar_t)str_char(s, i);
        if (!text[i]) {
            free(text);
            return raise_null(ValueError, "embedded null character");
        }
    }
    text[s->len] = 0;
    return text;
}

static Value f_strcoll(Value *args, size_t n)
{
    wchar_t *a = wide(args[0], "strcoll", "1"), *b = a ? wide(args[1], "strcoll", "2") : NULL;
    Value result = b ? int_value(wcscoll(a, b)) : ERROR;
    free(a);
    free(b);
    return result;
}

static Value f_strxfrm(Value *args, size_t n)
{
    wchar_t *text = wide(args[0], "strxfrm", "1");
    size_t len = text ? wcsxfrm(NULL, text, 0) : 0;
    wchar_t *key = text ? malloc((len + 1) * sizeof *key) : NULL;
    Value result = key ? (wcsxfrm(key, text, len + 1), str_from_ucs4((const uint32_t *)key, len)) : text ? raise_memory() : ERROR;
    free(text);
    free(key);
    return result;
}

#define L(name) { #name, name }
static const IntRow langinfo[] = {
    L(DAY_1), L(DAY_2), L(DAY_3), L(DAY_4), L(DAY_5), L(DAY_6), L(DAY_7), L(ABDAY_1), L(ABDAY_2), L(ABDAY_3), L(ABDAY_4), L(ABDAY_5), L(ABDAY_6), L(ABDAY_7), L(MON_1),
    L(MON_2), L(MON_3), L(MON_4), L(MON_5), L(MON_6), L(MON_7), L(MON_8), L(MON_9), L(MON_10), L(MON_11), L(MON_12), L(ABMON_1), L(ABMON_2), L(ABMON_3), L(ABMON_4),
    L(ABMON_5), L(ABMON_6), L(ABMON_7), L(ABMON_8), L(ABMON_9), L(ABMON_10), L(ABMON_11), L(ABMON_12), L(RADIXCHAR), L(THOUSEP), L(CRNCYSTR), L(D_T_FMT), L(D_FMT),
    L(T_FMT), L(AM_STR), L(PM_STR), L(CODESET), L(T_FMT_AMPM), L(ERA), L(ERA_D_FMT), L(ERA_D_T_FMT), L(ERA_T_FMT), L(ALT_DIGITS), L(YESEXPR), L(NOEXPR),
    { "_DATE_FMT", _DATE_FMT },
};
static const IntRow categories[] = { L(LC_CTYPE), L(LC_TIME), L(LC_COLLATE), L(LC_MONETARY), L(LC_MESSAGES), L(LC_NUMERIC), L(LC_ALL), L(CHAR_MAX) };

static Value f_nl_langinfo(Value *args, size_t n)
{
    int key;
    if (!arg_int(args[0], 0, &key))
        return ERROR;
    for (size_t i = 0; i < sizeof langinfo / sizeof *langinfo; i++)
        if (langinfo[i].value == key)
            return decode(nl_langinfo(key));
    return raise(ValueError, "unsupported langinfo constant");
}
static Value f_getencoding(Value *args, size_t n) { return str_from("UTF-8"); }

static Value f_gettext(Value *args, size_t n)
{
    const char *message;
    return arg_text(args[0], "gettext", "argument", false, &message) ? decode(gettext(message)) : ERROR;
}
static Value f_dgettext(Value *args, size_t n)
{
    const char *domain, *message;
    if (!arg_text(args[0], "dgettext", "1", true, &domain) || !arg_text(args[1], "dgettext", "2", false, &message))
        return ERROR;
    return decode(dgettext(domain, message));
}
static Value f_dcgettext(Value *args, size_t n)
{
    const char *domain, *message;
    int category;
    if (!arg_text(args[0], "dcgettext", "1", true, &domain) || !arg_text(args[1], "dcgettext", "2", false, &message) || !arg_int(args[2], 0, &category))
        return ERROR;
    return decode(dcgettext(domain, message, category));
}
static Value f_textdomain(Value *args, size_t n)
{
    const char *domain, *now;
    if (!arg_text(args[0], "textdomain", "argument", true, &domain))
        return ERROR;
    return (now = textdomain(domain)) ? decode(now) : arg_os_error(UNBOUND);
}
static Value f_bindtextdomain(Value *args, size_t n)
{
    const char *domain, *now;
    if (!arg_text(args[0], "bindtextdomain", "1", false, &domain))
        return ERROR;
    if (!*domain)
        return fail("domain must be a non-empty string");
    PathArg path = { .fd = -1, .object = UNBOUND, .bytes = UNBOUND };
    bool good = is_none(args[1]) || path_arg(args[1], "bindtextdomain", "dir", 0, &path);
    now = good ? bindtextdomain(domain, path.text) : NULL;
    Value result = !good ? ERROR : now ? decode(now) : arg_os_error(UNBOUND);
    path_free(&path);
    return result;
}
static Value f_bind_codeset(Value *args, size_t n)
{
    const char *domain, *codeset;
    if (!arg_text(args[0], "bind_textdomain_codeset", "1", false, &domain) || !arg_text(args[1], "bind_textdomain_codeset", "2", true, &codeset))
        return ERROR;
    const char *now = bind_textdomain_codeset(domain, codeset);
    return now ? decode(now) : NONE;
}

static const Method functions[] = {
    { "setlocale", "(category, locale=None, /)", f_setlocale, "Activates/queries locale processing." },
    { "localeconv", "()", f_localeconv, "Returns numeric and monetary locale-specific parameters." },
    { "strcoll", "(os1, os2, /)", f_strcoll, "Compares two strings according to the locale." },
    { "strxfrm", "(string, /)", f_strxfrm, "Return a string that can be used as a key for locale-aware comparisons." },
    { "nl_langinfo", "(key, /)", f_nl_langinfo, "Return the value for the locale information associated with key." },
    { "getencoding", "()", f_getencoding, "Get the current locale encoding." },
    { "gettext", "(msg, /)", f_gettext, "gettext(msg) -> string\n\nReturn translation of msg." },
    { "dgettext", "(domain, msg, /)", f_dgettext, "dgettext(domain, msg) -> string\n\nReturn translation of msg in domain." },
    { "dcgettext", "(domain, msg, category, /)", f_dcgettext, "Return translation of msg in domain and category." },
    { "textdomain", "(domain, /)", f_textdomain, "Set the C library's textdmain to domain, returning the new domain." },
    { "bindtextdomain", "(domain, dir, /)", f_bindtextdomain, "Bind the C library's domain to dir." },
    { "bind_textdomain_codeset", "(domain, codeset, /)", f_bind_codeset, "Bind the C library's domain to codeset." },
    { 0 },
};

static bool init(Value module)
{
    /* As CPython starts: the user's characters, in UTF-8 at least. */
    if (strcmp(setlocale(LC_CTYPE, NULL), "C") == 0) {
        setlocale(LC_CTYPE, "");
        if (strcmp(setlocale(LC_CTYPE, NULL), "C") == 0)
            setlocale(LC_CTYPE, "C.UTF-8");
    }
    return ADD_INTS(module, categories) && ADD_INTS(module, langinfo) && ready_exception(&error_class, "locale.Error", exception_class_peek(Exception)) &&
           module_add(module, "Error", error_class);
}

const NativeModule locale_module = { "_locale", "Support for POSIX locales.", functions, init };
