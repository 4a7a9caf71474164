/* re_module.c -- module _re: the functions of module re, and the patterns they have compiled lately. interp/lib/re adds what is better said in Python. */
#include "interp/modules/re/re_types.h"
#include "gc/heap.h"
#include "interp/base/unicode.h"
#include "interp/builtins/import.h"
#include "interp/object/class.h"
#include "interp/object/dict.h"
#include "interp/object/int.h"
#include "interp/object/module.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/object/native.h"

enum { CACHE_MOST = 512, QUICK = 64 };

/* Patterns by (type, text, flags); in front of them a few by the text's address. */
static Value cache = UNBOUND_INIT;
typedef struct Quick { Value text, flags, pattern; } Quick;
static Quick quick[QUICK];

static Quick *quick_row(Value text) { return &quick[(text.bits >> 4 ^ text.bits >> 11) % QUICK]; }

static void quick_clear(void)
{
    for (size_t i = 0; i < QUICK; i++) {
        Quick old = quick[i];
        quick[i] = (Quick){ UNBOUND, UNBOUND, UNBOUND };
        release(old.text);
        release(old.pattern);
    }
}

static void visit_roots(Visitor *v)
{
    if (is_ptr(cache))
        v->visit(v, as_obj(cache), &(Edge){ .kind = TRACE_VALUE, .name = "cache of compiled patterns", .key = UNBOUND });
    for (size_t i = 0; i < QUICK; i++) {
        if (is_ptr(quick[i].text))
            v->visit(v, as_obj(quick[i].text), &(Edge){ .kind = TRACE_VALUE, .name = "cache of compiled patterns", .key = UNBOUND });
        if (is_ptr(quick[i].pattern))
            v->visit(v, as_obj(quick[i].pattern), &(Edge){ .kind = TRACE_VALUE, .name = "cache of compiled patterns", .key = UNBOUND });
    }
}

static Value compile_slow(Value pattern, int64_t flags)
{
    if (is_exact(pattern, &re_pattern_type)) {
        if (flags)
            return raise(ValueError, "cannot process flags argument with a compiled pattern");
        return retain(pattern);
    }
    if (flags < 0 || flags > UINT32_MAX)
        flags &= UINT32_MAX;
    own Value number = int_value(flags), key = tuple_of3(obj_value(type_of(pattern)), pattern, number), found = UNBOUND;
    if (is_error(key))
        return ERROR;
    Found cached = dict_find(as_dict(cache), key, &found);
    if (cached == FAILED)
        return ERROR;
    if (cached == FOUND)
        return give(found);
    if (flags & RE_TEMPLATE && !re_warn("DeprecationWarning", str_from("The re.TEMPLATE/re.T flag is deprecated as it is an undocumented flag without an obvious purpose. "
                                                                       "Don't use it."), 1))
        return ERROR;
    own Value made = re_compile(pattern, (uint32_t)flags);
    if (is_error(made) || flags & RE_DEBUG)
        return give(made);
    if (dict_len(as_dict(cache)) >= CACHE_MOST) {
        uint64_t at = 0;
        Value first, value;
        if (dict_next_owned(as_dict(cache), &at, &first, &value)) {
            Found gone = dict_del(as_dict(cache), first);
            release(first);
            release(value);
            if (gone == FAILED)
                return ERROR;
        }
    }
    return dict_set(as_dict(cache), key, made) ? give(made) : ERROR;
}

/* The compiled pattern of what a function was given; owned. */
static Value compiled(Value pattern, Value flags)
{
    bool plain = str_exact(pattern) && (is_unbound(flags) || is_ptr(flags) || is_int(flags));
    Value key = is_unbound(flags) ? small_int_value(0) : flags;
    int64_t number = 0;
    if (plain && is_ptr(key)) {                  /* RegexFlag: its number */
        if (!obj_index_i64(key, &number, NO_ERROR))
            return ERROR;
        key = int_value(number);
    }
    Quick *row = plain ? quick_row(pattern) : NULL;
    if (row && same(row->text, pattern) && same(row->flags, key))
        return retain(row->pattern);
    if (!is_unbound(flags) && !obj_index_i64(flags, &number, NO_ERROR)) {
        if (error_is(TypeError))
            error_set(TypeError, "unsupported operand type(s) for &: '%.100s' and 'RegexFlag'", type_name(flags));
        return ERROR;
    }
    own Value made = compile_slow(pattern, number);
    if (is_error(made))
        return ERROR;
    if (row && is_int(key)) {
        Quick old = *row;
        *row = (Quick){ retain(pattern), key, retain(made) };
        release(old.text);
        release(old.pattern);
    }
    return give(made);
}

/* --- functions ------------------------------------------------------------------------------------------------------------------------------ */

#define FUNCTION(name) static Value name(Value *args, size_t n)

static Value by_method(const char *method, Value pattern, Value flags, const Value *args, size_t n)
{
    own Value p = compiled(pattern, flags);
    if (is_error(p))
        return ERROR;
    for (const Method *m = re_pattern_methods; m->name; m++)
        if (strcmp(m->name, method) == 0) {
            Value all[5] = { p, UNBOUND, UNBOUND, UNBOUND, UNBOUND };
            memcpy(all + 1, args, n * sizeof(Value));
            return m->fn(all, 5);
        }
    assert(!"a method of patterns");
    return ERROR;
}

FUNCTION(f_compile) { (void)n; return compiled(args[0], args[1]); }
FUNCTION(f_match) { (void)n; return by_method("match", args[0], args[2], args + 1, 1); }
FUNCTION(f_fullmatch) { (void)n; return by_method("fullmatch", args[0], args[2], args + 1, 1); }
FUNCTION(f_search) { (void)n; return by_method("search", args[0], args[2], args + 1, 1); }
FUNCTION(f_findall) { (void)n; return by_method("findall", args[0], args[2], args + 1, 1); }
FUNCTION(f_finditer) { (void)n; return by_method("finditer", args[0], args[2], args + 1, 1); }
FUNCTION(f_split) { (void)n; return by_method("split", args[0], args[3], args + 1, 2); }
FUNCTION(f_sub) { (void)n; return by_method("sub", args[0], args[4], args + 1, 3); }
FUNCTION(f_subn) { (void)n; return by_method("subn", args[0], args[4], args + 1, 3); }

FUNCTION(f_purge)
{
    (void)n, (void)args;
    quick_clear();
    dict_clear(as_dict(cache));
    return NONE;
}

static bool is_special(uint32_t c) { return c && c < 128 && strchr("()[]{}?*+-|^$\\.&~# \t\n\r\v\f", (int)c); }

static Value escape_bytes(Value v)
{
    Buffer buffer;
    if (!buffer_supported(v))
        return raise(TypeError, "decoding to str: need a bytes-like object, %.80s found", type_name(v));
    if (!buffer_bytes(v, &buffer))
        return ERROR;
    const uint8_t *from = buffer.data;
    size_t len = (size_t)buffer.len_bytes, extra = 0;
    for (size_t i = 0; i < len; i++)
        extra += is_special(from[i]);
    Bytes *made = bytes_alloc(len + extra);
    for (size_t i = 0, k = 0; made && i < len; i++) {
        if (is_special(from[i]))
            made->data[k++] = '\\';
        made->data[k++] = from[i];
    }
    buffer_release(&buffer);
    return made ? obj_value(made) : ERROR;
}

FUNCTION(f_escape)
{
    (void)n;
    if (!str_check(args[0]))
        return escape_bytes(args[0]);
    StrBuilder out = { 0 };
    const Str *s = as_str(args[0]);
    for (uint64_t i = 0; i < s->len; i++) {
        uint32_t c = str_char(s, i);
        if ((is_special(c) && !str_builder_char(&out, '\\')) || !str_builder_char(&out, c)) {
            str_builder_free(&out);
            return ERROR;
        }
    }
    return str_builder_finish(&out);
}

FUNCTION(f_lower)
{
    (void)n;
    int64_t c;
    return obj_index_i64(args[0], &c, OverflowError) ? int_value(re_lower((uint32_t)c, RE_CASELESS)) : ERROR;
}

/* The parts of a replacement text, for re._parser.parse_template: (groups, literals). */
FUNCTION(f_emitted)
{
    (void)n;
    if (!is_exact(args[0], &re_pattern_type))
        return raise(TypeError, "a compiled pattern is needed, not %.200s", type_name(args[0]));
    size_t len;
    uint32_t *text = re_emit(&as_pattern(args[0])->program, 0x10ffff, false, &len);
    if (!text)
        return ERROR;
    Value made = str_from_ucs4(text, len);
    free(text);
    return made;
}

static const Method functions[] = {
    { "compile", "(pattern, flags=0)", f_compile, "Compile a regular expression pattern, returning a Pattern object." },
    { "match", "(pattern, string, flags=0)", f_match, "Try to apply the pattern at the start of the string, returning\na Match object, or None if no match was found." },
    { "fullmatch", "(pattern, string, flags=0)", f_fullmatch, "Try to apply the pattern to all of the string, returning\na Match object, or None if no match was found." },
    { "search", "(pattern, string, flags=0)", f_search, "Scan through string looking for a match to the pattern, returning\na Match object, or None if no match was found." },
    { "sub", "(pattern, repl, string, count=0, flags=0)", f_sub,
      "Return the string obtained by replacing the leftmost\nnon-overlapping occurrences of the pattern in string by the\nreplacement repl.  repl can be either a string or a callable;\n"
      "if a string, backslash escapes in it are processed.  If it is\na callable, it's passed the Match object and must return\na replacement string to be used." },
    { "subn", "(pattern, repl, string, count=0, flags=0)", f_subn, "Return a 2-tuple containing (new_string, number)." },
    { "split", "(pattern, string, maxsplit=0, flags=0)", f_split, "Split the source string by the occurrences of the pattern,\nreturning a list containing the resulting substrings." },
    { "findall", "(pattern, string, flags=0)", f_findall, "Return a list of all non-overlapping matches in the string." },
    { "finditer", "(pattern, string, flags=0)", f_finditer, "Return an iterator over all non-overlapping matches in the\nstring.  For each match, the iterator returns a Match object." },
    { "escape", "(pattern)", f_escape, "Escape special characters in a string." },
    { "purge", "()", f_purge, "Clear the regular expression caches" },
    { "_lower", "(c, /)", f_lower, "The simple lower case of a code point, as matching without case sees it." },
    { "_emitted", "(pattern, /)", f_emitted, "The PCRE2 text of a compiled pattern." },
    { 0 },
};

static bool init(Value module)
{
    re_pattern_type.methods = re_pattern_methods;
    Type *const types[] = { &re_pattern_type, &re_match_type, &re_scanner_type, &re_find_iterator_type };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (!(types[i]->flags & TYPE_READY))
            type_ready(types[i], &object_type);
    if (is_unbound(cache)) {
        for (size_t i = 0; i < QUICK; i++)
            quick[i] = (Quick){ UNBOUND, UNBOUND, UNBOUND };
        heap_add_roots("re", visit_roots);
        cache = dict_new();
        if (is_error(cache)) {
            cache = UNBOUND;
            return false;
        }
    }
    return module_add_type(module, &re_pattern_type) && module_add_type(module, &re_match_type);
}

const NativeModule re_module = { "_re", "Regular expressions.", functions, init };
