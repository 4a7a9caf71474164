/* json_module.c -- _json: what makes json.dumps and json.loads fast. The scanner is in json_scan.c. */
#include <math.h>

#include "gc/event.h"
#include "gc/heap.h"
#include "interp/base/vec.h"
#include "interp/modules/arg.h"
#include "interp/modules/json_parts.h"
#include "interp/object/class.h"
#include "interp/object/dict.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

/* --- strings ------------------------------------------------------------------------------------------------------------------------------ */
static const char hex[] = "0123456789abcdef";
static bool put_unicode(StrBuilder *b, uint32_t c)
{
    char text[6] = { '\\', 'u', hex[c >> 12 & 15], hex[c >> 8 & 15], hex[c >> 4 & 15], hex[c & 15] };
    return str_builder_ascii(b, text, 6);
}
static bool put_escape(StrBuilder *b, uint32_t c)
{
    const char *text = c == '"' ? "\\\"" : c == '\\' ? "\\\\" : c == '\b' ? "\\b" : c == '\f' ? "\\f" : c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : NULL;
    if (text)
        return str_builder_ascii(b, text, 2);
    if (c < 0x10000)
        return put_unicode(b, c);
    c -= 0x10000;
    return put_unicode(b, 0xd800 | (c >> 10 & 0x3ff)) && put_unicode(b, 0xdc00 | (c & 0x3ff));
}
static bool needs_escape(uint32_t c, bool ascii) { return c < 0x20 || c == '"' || c == '\\' || (ascii && c > 126); }
static bool put_string(StrBuilder *b, Value v, bool ascii)
{
    const Str *s = as_str(v);
    if (!str_builder_char(b, '"'))
        return false;
    uint64_t start = 0, i = 0;
    for (; i < s->len; i++) {
        uint32_t c = str_char(s, i);
        if (!needs_escape(c, ascii) || (c == 127 && ascii))
            continue;
        if ((i > start && !str_builder_slice(b, v, start, i)) || !put_escape(b, c))
            return false;
        start = i + 1;
    }
    return (i == start || str_builder_slice(b, v, start, i)) && str_builder_char(b, '"');
}
static Value encode_string(Value v, bool ascii)
{
    if (!str_check(v))
        return raise(TypeError, "first argument must be a string, not %.80T", v);
    StrBuilder b = { 0 };
    return str_builder_end(&b, put_string(&b, v, ascii));
}
static Value encode_basestring(Value *args, size_t n) { return encode_string(args[0], false); }
static Value encode_basestring_ascii(Value *args, size_t n) { return encode_string(args[0], true); }

/* --- the encoder ------------------------------------------------------------------------------------------------------------------------------ */
typedef enum StringWay { BY_CALL, PLAIN, ASCII } StringWay;
typedef struct Encoder { Object head; Value markers, fallback, encoder, indent, key_separator, item_separator; bool sort_keys, skip_keys, allow_nan; StringWay strings; } Encoder;
typedef struct Job { const Encoder *e; StrBuilder out; VEC(uint64_t) path; /* containers we are in */ } Job;

static bool put_value(Job *j, Value v);
static bool put_text(Job *j, Value owned)
{
    own Value text = owned;
    if (is_error(text))
        return false;
    if (!str_check(text))
        return raise_false(TypeError, "sequence item 0: expected str instance, %T found", text);
    return str_builder_str(&j->out, text);
}
static bool put_str(Job *j, Value v)
{
    if (j->e->strings != BY_CALL)
        return put_string(&j->out, v, j->e->strings == ASCII);
    own Value text = call1(j->e->encoder, v);
    if (!is_error(text) && !str_check(text))
        return raise_false(TypeError, "encoder() must return a string, not %.80T", text);
    return put_text(j, give(text));
}
static Value float_text(const Encoder *e, double d)
{
    if (isfinite(d))
        return float_repr(d);
    if (!e->allow_nan)
        return raise(ValueError, "Out of range float values are not JSON compliant");
    return str_from(isnan(d) ? "NaN" : d > 0 ? "Infinity" : "-Infinity");
}
static bool enter(Job *j, Value v)
{
    if (is_none(j->e->markers))
        return stack_enter(" while encoding a JSON object");
    for (size_t i = j->path.n; i-- > 0;)
        if (j->path.at[i] == v.bits)
            return raise_false(ValueError, "Circular reference detected");
    if (!vec_add(&j->path, v.bits))
        return raise_memory_false();
    if (stack_enter(" while encoding a JSON object"))
        return true;
    j->path.n--;
    return false;
}
static void leave(Job *j)
{
    stack_leave();
    if (!is_none(j->e->markers))
        j->path.n--;
}

static bool put_items(Job *j, Value list)
{
    own Value items = list_check(list) || tuple_check(list) ? retain(list) : tuple_from_iterable(list);
    if (is_error(items))
        return false;
    bool is_list = list_check(items);
    if ((is_list ? list_len(items) : tuple_len(items)) == 0)
        return str_builder_ascii(&j->out, "[]", 2);
    if (!enter(j, list))
        return false;
    bool good = str_builder_char(&j->out, '[');
    for (uint64_t i = 0; good && i < (is_list ? list_len(items) : tuple_len(items)); i++) {
        own Value item = retain(is_list ? list_peek(items, i) : tuple_peek(items, i));
        good = (i == 0 || str_builder_str(&j->out, j->e->item_separator)) && put_value(j, item) && poll_events();
    }
    good = good && str_builder_char(&j->out, ']');
    leave(j);
    return good;
}

/* A key as text: ABSENT when it is skipped. */
static Found key_text(Job *j, Value key, Value *text)
{
    if (str_check(key))
        *text = retain(key);
    else if (float_check(key))
        *text = float_text(j->e, float_of(key));
    else if (is_none(key) || is_bool(key))
        *text = str_from(is_none(key) ? "null" : same(key, TRUE) ? "true" : "false");
    else if (int_check(key))
        *text = int_to_str(key, 10);
    else if (j->e->skip_keys)
        return ABSENT;
    else
        return raise_failed(TypeError, "keys must be str, int, float, bool or None, not %.100T", key);
    return is_error(*text) ? FAILED : FOUND;
}
static bool put_pair(Job *j, Value key, Value value, bool *first)
{
    own Value text = UNBOUND;
    Found found = key_text(j, key, &text);
    if (found != FOUND)
        return found == ABSENT;
    bool good = (*first || str_builder_str(&j->out, j->e->item_separator)) && put_str(j, text) && str_builder_str(&j->out, j->e->key_separator) && put_value(j, value);
    *first = false;
    return good && poll_events();
}
static bool put_sorted(Job *j, Value dict, bool *first)
{
    own Value view = call_method0(dict, "items"), items = is_error(view) ? ERROR : list_from_iterable(view);
    if (is_error(items) || (j->e->sort_keys && !list_sort(items, NONE, false)))
        return false;
    for (uint64_t i = 0; i < list_len(items); i++) {
        own Value item = retain(list_peek(items, i));
        if (!tuple_check(item) || tuple_len(item) != 2)
            return raise_false(ValueError, "items must return 2-tuples");
        if (!put_pair(j, tuple_peek(item, 0), tuple_peek(item, 1), first))
            return false;
    }
    return true;
}
static bool put_dict(Job *j, Value dict)
{
    if (dict_len(as_dict(dict)) == 0)
        return str_builder_ascii(&j->out, "{}", 2);
    if (!enter(j, dict))
        return false;
    bool good = str_builder_char(&j->out, '{'), first = true;
    if (j->e->sort_keys || !dict_exact(dict)) {
        good = good && put_sorted(j, dict, &first);
    } else {
        uint64_t position = 0, version = as_dict(dict)->version;
        Value key, value;
        while (good && dict_next_owned(as_dict(dict), &position, &key, &value)) {
            own Value k = key, v = value;
            good = put_pair(j, k, v, &first);
            if (good && as_dict(dict)->version != version)
                good = raise_false(RuntimeError, "dictionary changed size during iteration");
        }
    }
    good = good && str_builder_char(&j->out, '}');
    leave(j);
    return good;
}
static bool put_other(Job *j, Value v)
{
    if (!enter(j, v))
        return false;
    own Value replaced = call1(j->e->fallback, v);
    bool good = !is_error(replaced) && put_value(j, replaced);
    leave(j);
    return good;
}
static bool put_value(Job *j, Value v)
{
    if (str_check(v))
        return put_str(j, v);
    if (is_int(v)) {
        char text[24];
        int at = sizeof text;
        int64_t i = small_int(v);
        uint64_t u = i < 0 ? -(uint64_t)i : (uint64_t)i;
        do
            text[--at] = (char)('0' + u % 10);
        while (u /= 10);
        if (i < 0)
            text[--at] = '-';
        return str_builder_ascii(&j->out, text + at, sizeof text - (size_t)at);
    }
    if (is_none(v))
        return str_builder_ascii(&j->out, "null", 4);
    if (is_bool(v))
        return same(v, TRUE) ? str_builder_ascii(&j->out, "true", 4) : str_builder_ascii(&j->out, "false", 5);
    if (float_check(v))
        return put_text(j, float_text(j->e, float_of(v)));
    if (int_check(v))
        return put_text(j, int_to_str(v, 10));
    if (list_check(v) || tuple_check(v))
        return put_items(j, v);
    if (dict_check(v))
        return put_dict(j, v);
    return put_other(j, v);
}

static Value encoder_call(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    Value a[2];
    if (!bind_arguments("_iterencode", "(obj, _current_indent_level)", args, n_pos, kwnames, a, NULL))
        return ERROR;
    own Value keep = retain(self);
    Job j = { .e = (const Encoder *)as_obj(self) };
    bool good = put_value(&j, a[0]);
    vec_free(&j.path);
    own Value text = str_builder_end(&j.out, good);
    return is_error(text) ? ERROR : tuple_of1(text);
}
static bool is_ours(Value fn, NativeFn *target) { return is_exact(fn, &native_type) && ((Native *)as_obj(fn))->row->fn == target; }
static Value encoder_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value a[9];
    bool sort_keys, skip_keys, allow_nan;
    if (!bind_arguments("make_encoder", "(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)", args, n_pos, kwnames, a, NULL))
        return ERROR;
    if (!dict_check(a[0]) && !is_none(a[0]))
        return raise(TypeError, "make_encoder() argument 1 must be dict or None, not %.200W", a[0]);
    if (!str_check(a[4]) || !str_check(a[5]))
        return raise(TypeError, "make_encoder() argument %d must be str, not %W", str_check(a[4]) ? 6 : 5, str_check(a[4]) ? a[5] : a[4]);
    if (!arg_bool(a[6], false, &sort_keys) || !arg_bool(a[7], false, &skip_keys) || !arg_bool(a[8], true, &allow_nan))
        return ERROR;
    Value v = instance_new(type);
    if (is_error(v))
        return ERROR;
    Encoder *e = (Encoder *)as_obj(v);
    Value *slots[] = { &e->markers, &e->fallback, &e->encoder, &e->indent, &e->key_separator, &e->item_separator };
    for (int i = 0; i < 6; i++)
        *slots[i] = retain(a[i]);
    e->sort_keys = sort_keys;
    e->skip_keys = skip_keys;
    e->allow_nan = allow_nan;
    e->strings = is_ours(a[2], encode_basestring_ascii) ? ASCII : is_ours(a[2], encode_basestring) ? PLAIN : BY_CALL;
    return v;
}
#define ROW(field, name) { TRACE_VALUE, offsetof(Encoder, field), 0, "." name }
static const TraceRow rows[] = { ROW(markers, "markers"), ROW(fallback, "default"), ROW(encoder, "encoder"), ROW(indent, "indent"), ROW(key_separator, "key_separator"), ROW(item_separator, "item_separator"), { 0 } };
static const Member members[] = { { "markers", MEMBER_VALUE, offsetof(Encoder, markers), false, "markers" }, { "default", MEMBER_VALUE, offsetof(Encoder, fallback), false, "default" },
    { "encoder", MEMBER_VALUE, offsetof(Encoder, encoder), false, "encoder" }, { "indent", MEMBER_VALUE, offsetof(Encoder, indent), false, "indent" },
    { "key_separator", MEMBER_VALUE, offsetof(Encoder, key_separator), false, "key_separator" }, { "item_separator", MEMBER_VALUE, offsetof(Encoder, item_separator), false, "item_separator" },
    { "sort_keys", MEMBER_BOOL, offsetof(Encoder, sort_keys), false, "sort_keys" }, { "skipkeys", MEMBER_BOOL, offsetof(Encoder, skip_keys), false, "skipkeys" }, { 0 } };
static Type encoder_type = { STATIC_TYPE(encoder_type, "Encoder", Encoder, rows), .flags = TYPE_BASE, .new = encoder_new, .call = encoder_call, .members = members, .module_name = "_json", .doc = "Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)" };

static const Method functions[] = {
    { "encode_basestring", "(string, /)", encode_basestring, "encode_basestring(string) -> string\n\nReturn a JSON representation of a Python string" },
    { "encode_basestring_ascii", "(string, /)", encode_basestring_ascii, "encode_basestring_ascii(string) -> string\n\nReturn an ASCII-only JSON representation of a Python string" },
    { "scanstring", "(string, end, strict=True, /)", json_scanstring, "scanstring(string, end, strict=True) -> (string, end)\n\nScan the string s for a JSON string. End is the index of the\ncharacter in s after the quote that started the JSON string.\nUnescapes all valid JSON string escape sequences and raises ValueError\non attempt to decode an invalid string. If strict is False then literal\ncontrol characters are allowed in the string.\n\nReturns a tuple of the decoded string and the index of the character in s\nafter the end quote." },
    { 0 },
};
static bool init(Value module)
{
    static Type *const types[] = { &json_scanner_type, &encoder_type, NULL };
    ready_types(types, &object_type);
    return module_add(module, "make_scanner", obj_value(&json_scanner_type)) && module_add(module, "make_encoder", obj_value(&encoder_type));
}
const NativeModule json_module = { "_json", "json speedups\n", functions, init };
