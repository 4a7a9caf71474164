/* signature.c -- parses the signature texts of native functions and binds arguments to them. */
#include "interp/object/signature.h"
#include <stdlib.h>
#include "gc/check.h"
#include "interp/object/dict.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

/* --- parsing ---------------------------------------------------------------------------------------------------- */

typedef struct CacheRow { const char *text; Signature *signature; } CacheRow;
static CacheRow *cache;          /* open addressing by the address of the text: they are literals */
static size_t cache_size, cache_used;

static CacheRow *cache_row(const char *text)
{
    size_t i = ((uintptr_t)text * 0x9E3779B97F4A7C15ull) >> 20;
    for (;; i++) {
        CacheRow *row = &cache[i & (cache_size - 1)];
        if (!row->text || row->text == text)
            return row;
    }
}

/* The names of the parameters are held for ever. */
static void visit_names(Visitor *visitor)
{
    static const Edge edge = { TRACE_VALUE, "parameter", 0, UNBOUND_INIT };
    for (size_t i = 0; i < cache_size; i++)
        for (int k = 0; cache[i].text && k < cache[i].signature->n_params; k++)
            visitor->visit(visitor, as_obj(cache[i].signature->names[k]), &edge);
}

static bool cache_grow(void)
{
    if (!cache_size)
        heap_add_holder(visit_names);
    size_t old_size = cache_size;
    CacheRow *old = cache;
    CacheRow *wider = calloc(old_size ? old_size * 2 : 4096, sizeof *wider);
    if (!wider)
        return false;
    cache = wider;
    cache_size = old_size ? old_size * 2 : 4096;
    for (size_t i = 0; i < old_size; i++)
        if (old[i].text)
            *cache_row(old[i].text) = old[i];
    free(old);
    return true;
}

/* Behind a default value: stops at the `,` or `)` that ends the parameter. */
static const char *skip_default(const char *p)
{
    int depth = 0;
    for (; *p; p++) {
        if (*p == '\'' || *p == '"') {
            char quote = *p++;
            for (; *p && *p != quote; p++)
                if (*p == '\\' && p[1])
                    p++;
            assert(*p == quote);
        } else if (strchr("([{", *p)) {
            depth++;
        } else if (strchr(")]}", *p)) {
            if (depth-- == 0)
                return p;
        } else if (*p == ',' && depth == 0) {
            return p;
        }
    }
    return p;
}

static bool give_up(const Value *names, unsigned n)
{
    while (n > 0)
        release(names[--n]);
    return false;
}

static bool parse_into(Signature *s, const char *p)
{
    Value names[SIGNATURE_MAX];
    bool after_star = false;
    s->star = s->star_star = -1;
    assert(*p == '(');
    for (p++; *p && *p != ')';) {
        if (*p == ' ' || *p == ',' || *p == '$') { p++; continue; }
        if (*p == '/') { s->n_positional_only = s->n_positional; p++; continue; }
        int stars = 0;
        for (; *p == '*'; p++)
            stars++;
        size_t len = strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
        if (len == 0) {
            assert(stars == 1);
            if (stars != 1)
                break;
            after_star = true;
            continue;
        }
        assert(s->n_params < SIGNATURE_MAX);
        Value made = str_new(p, len);
        if (is_error(made) || is_error(names[s->n_params] = str_intern_take(made)))
            return give_up(names, s->n_params);
        p += len;
        while (*p == ' ')
            p++;
        if (*p == ':')                   /* an annotation */
            p = p + 1 + strcspn(p + 1, "=,)");
        bool optional = *p == '=';
        if (optional)
            p = skip_default(p + 1);
        if (stars == 1) { s->star = (int16_t)s->n_params; after_star = true; }
        else if (stars == 2) s->star_star = (int16_t)s->n_params;
        else if (after_star) s->required_kwonly |= optional ? 0 : 1ull << s->n_params;
        else {
            s->n_positional++;
            if (!optional)
                s->n_required = s->n_positional;
        }
        s->n_params++;
    }
    s->names = malloc(s->n_params * sizeof(Value) + 1);
    if (!s->names)
        return give_up(names, s->n_params);
    memcpy(s->names, names, s->n_params * sizeof(Value));
    return true;
}

Signature *signature_parse(const char *text)
{
    if (cache_used * 2 >= cache_size && !cache_grow())
        return raise_memory_null();
    CacheRow *row = cache_row(text);
    if (row->text)
        return row->signature;
    Signature *s = calloc(1, sizeof *s);
    if (!s)
        return raise_memory_null();
    s->star = s->star_star = -1;
    if (strcmp(text, "(...)") == 0) {
        s->raw = true;
    } else if (!parse_into(s, text)) {
        free(s);
        return raise_memory_null();
    }
    assert(s->n_positional_only <= s->n_positional && s->n_required <= s->n_positional && s->n_positional <= s->n_params);
    *row = (CacheRow){ text, s };
    cache_used++;
    return s;
}

Value signature_text(const char *text, SignatureOwner owner)
{
    if (strcmp(text, "(...)") == 0)
        return NONE;
    bool slash = strstr(text, "/)") || strstr(text, "/,");
    const char *first = text + 1 + (text[1] == '$'), *rest = first;
    if (owner == OWNER_NONE)
        return str_from(text);
    if (owner == OWNER_MODULE)
        return str_format(slash ? "($module, %s" : *first == ')' ? "($module, /%s" : "($module, /, %s", first);
    while (*rest && *rest != ',' && *rest != ')')
        rest++;
    return str_format("($%.*s%s%s", (int)(rest - first), first, slash ? "" : ", /", rest);
}

/* --- messages --------------------------------------------------------------------------------------------------- */

static const char *plural(size_t n) { return n == 1 ? "" : "s"; }

/* A function all of whose parameters are positional-only: the words of METH_NOARGS, METH_O and PyArg_UnpackTuple. */
static bool wrong_positional(const Signature *s, const Binding *b, unsigned skip, size_t given)
{
    const char *qualified = b->qualify(b), *name = b->name;
    unsigned max = s->n_positional - skip, min = s->n_required > skip ? s->n_required - skip : 0;
    if (max == 0)
        return raise_false(TypeError, "%s() takes no arguments (%zu given)", qualified, given);
    if (max == 1 && min == 1)
        return raise_false(TypeError, "%s() takes exactly one argument (%zu given)", qualified, given);
    unsigned bound = given < min ? min : max;
    if (max == 3 && min == 1 && str_equal_c(s->names[s->n_positional - 1], "end"))       /* find() and its like: the words of PyArg_ParseTuple */
        return raise_false(TypeError, "%s() takes at %s %u argument%s (%zu given)", name, given < min ? "least" : "most", bound, plural(bound), given);
    return raise_false(TypeError, "%s expected %s%u argument%s, got %zu", name,
                       min == max ? "" : given < min ? "at least " : "at most ", bound, plural(bound), given);
}

static bool too_many(const Signature *s, const char *name, unsigned skip, size_t n_pos, size_t n_kw)
{
    unsigned max = s->n_params - skip - (s->star >= 0) - (s->star_star >= 0), pos = s->n_positional - skip;
    unsigned min = (s->n_required > skip ? s->n_required - skip : 0) + (unsigned)__builtin_popcountll(s->required_kwonly);
    if (n_pos + n_kw > max && s->star_star < 0)
        return raise_false(TypeError, "%s() takes %s %u %sargument%s (%zu given)", name, min < max ? "at most" : "exactly", max,
                           n_pos == 0 ? "keyword " : "", plural(max), n_pos + n_kw);
    if (pos == 0)
        return raise_false(TypeError, "%s() takes no positional arguments", name);
    return raise_false(TypeError, "%s() takes %s %u positional argument%s (%zu given)", name,
                       s->n_required - skip < pos ? "at most" : "exactly", pos, plural(pos), n_pos);
}

static bool missing(const Signature *s, const char *name, unsigned skip, unsigned i, size_t given)
{
    if (i < s->n_positional_only) {
        unsigned least = s->n_required < s->n_positional_only ? s->n_required : s->n_positional_only;
        return raise_false(TypeError, "%s() takes %s %u positional argument%s (%zu given)", name,
                           least < s->n_positional ? "at least" : "exactly", least - skip, plural(least - skip), given);
    }
    return raise_false(TypeError, "%s() missing required argument '%S' (pos %u)", name, s->names[i], i + 1 - skip);
}

/* --- binding ---------------------------------------------------------------------------------------------------- */

/* The parameter that `name` names; -1: none. Positional-only ones do not count. */
static int find_param(const Signature *s, Value name)
{
    for (int pass = 0; pass < 2; pass++)
        for (unsigned i = s->n_positional_only; i < s->n_params; i++) {
            if ((int)i == s->star || (int)i == s->star_star)
                continue;
            if (pass == 0 ? same(s->names[i], name) : str_equal(as_str(s->names[i]), as_str(name)))
                return (int)i;
        }
    return -1;
}

static bool bind_keywords(const Signature *s, const char *name, const Value *values, Value kwnames, Value *out)
{
    for (uint64_t k = 0; k < tuple_len(kwnames); k++) {
        Value key = tuple_peek(kwnames, k);
        if (!str_check(key))
            return raise_false(TypeError, "keywords must be strings");
        int i = find_param(s, key);
        if (i >= 0) {
            if (!is_unbound(out[i]))
                return raise_false(TypeError, "argument for %s() given by name ('%S') and position (%d)", name, key, i + 1);
            out[i] = values[k];
        } else if (s->star_star >= 0) {
            if (!dict_set(as_dict(out[s->star_star]), key, values[k]))
                return false;
        } else {
            return raise_false(TypeError, "'%S' is an invalid keyword argument for %s()", key, name);
        }
    }
    return true;
}

bool signature_bind_skip(const Signature *s, const Binding *b, unsigned skip, const Value *args, size_t n_pos, Value kwnames, Value *out)
{
    assert(!s->raw && !error_pending() && s->n_params <= SIGNATURE_MAX && (s->star < 0 || s->n_params > s->n_positional));
    const char *name = b->name;
    size_t n_kw = is_ptr(kwnames) ? tuple_len(kwnames) : 0;
    bool only_positional = s->n_positional == s->n_params && s->n_positional_only == s->n_positional;
    bool no_names = s->n_positional_only == s->n_positional && s->n_params == s->n_positional + (s->star >= 0);
    size_t given = n_pos >= skip ? n_pos - skip : 0;
    if (no_names && n_kw)
        return raise_false(TypeError, "%s() takes no keyword arguments", b->qualify(b));
    if (only_positional && (n_pos > s->n_positional || n_pos < s->n_required))
        return wrong_positional(s, b, skip, given);
    if (s->star < 0 && n_pos > s->n_positional)
        return too_many(s, name, skip, given, n_kw);
    if (s->star < 0 && s->star_star < 0 && n_kw && n_pos + n_kw > s->n_params)
        return too_many(s, name, skip, given, n_kw);

    size_t direct = n_pos < s->n_positional ? n_pos : s->n_positional;
    for (size_t i = 0; i < direct; i++)
        out[i] = args[i];
    for (size_t i = direct; i < s->n_params; i++)
        out[i] = UNBOUND;
    if (s->star >= 0 && is_error(out[s->star] = tuple_from(args + direct, n_pos - direct))) {
        out[s->star] = UNBOUND;
        return false;
    }
    if (s->star_star >= 0 && is_error(out[s->star_star] = dict_new())) {
        out[s->star_star] = UNBOUND;
        signature_release(s, out);
        return false;
    }
    if (n_kw && !bind_keywords(s, name, args + n_pos, kwnames, out))
        goto failed;
    for (unsigned i = 0; i < s->n_required; i++)
        if (is_unbound(out[i])) {
            missing(s, name, skip, i, given);
            goto failed;
        }
    if (s->required_kwonly)
        for (unsigned i = s->n_positional; i < s->n_params; i++)
            if ((s->required_kwonly >> i & 1) && is_unbound(out[i])) {
                error_set(TypeError, "%s() missing required keyword-only argument: '%S'", name, s->names[i]);
                goto failed;
            }
    return true;
failed:
    signature_release(s, out);
    assert(error_pending());
    return false;
}

static const char *plain_name(const Binding *b) { return b->name; }

bool signature_bind(const Signature *s, const char *name, const Value *args, size_t n_pos, Value kwnames, Value *out)
{
    return signature_bind_skip(s, &(Binding){ .name = name, .qualify = plain_name }, 0, args, n_pos, kwnames, out);
}

void signature_release(const Signature *s, Value *out)
{
    if (s->star >= 0)
        set_slot(&out[s->star], UNBOUND);
    if (s->star_star >= 0)
        set_slot(&out[s->star_star], UNBOUND);
}

bool bind_arguments(const char *name, const char *signature, const Value *args, size_t n_pos, Value kwnames, Value *out,
                    Signature **parsed)
{
    Signature *s = signature_parse(signature);
    if (!s)
        return false;
    if (parsed)
        *parsed = s;
    return signature_bind(s, name, args, n_pos, kwnames, out);
}
