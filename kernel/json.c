/* json.c -- see json.h */
#include "kernel/json.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "interp/base/hex.h"
#include "interp/base/utf8.h"

/* While jansson reads, a surrogate s stands as the private character MARK_FIRST + (s - 0xD800). */
enum { SURROGATE_FIRST = 0xD800, SURROGATE_LAST = 0xDFFF, MARK_FIRST = 0x10F800, MARK_LAST = 0x10FFFF, REPLACEMENT = 0xFFFD };

typedef struct Survey {
    bool repair;       /* something jansson would refuse */
    bool marks;        /* the text itself uses the private characters: then surrogates become U+FFFD */
    bool too_deep;
} Survey;

/* The code unit of the escape \uXXXX at `at`, or -1. */
static int unicode_escape(const char *at, const char *end)
{
    if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
        return -1;
    int unit = 0;
    for (int i = 2; i < 6; i++) {
        int digit = hex_digit((uint8_t)at[i]);
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

/* Is there a surrogate escape at `at` that has no partner? *skip is the length of what was looked at. */
static bool lone_escape(const char *at, const char *end, size_t *skip)
{
    int unit = unicode_escape(at, end);
    *skip = unit < 0 ? (end - at < 2 ? 1 : 2) : 6;
    if (unit < SURROGATE_FIRST || unit > SURROGATE_LAST)
        return false;
    int next = unit < 0xDC00 ? unicode_escape(at + 6, end) : -1;
    if (next >= 0xDC00 && next <= SURROGATE_LAST) {
        *skip = 12;
        return false;
    }
    return true;
}

static Survey survey(const char *text, size_t len)
{
    Survey found = { 0 };
    size_t depth = 0;
    bool in_string = false;
    const char *at = text, *end = text + len;
    while (at < end) {
        unsigned char c = (unsigned char)*at;
        if (c >= 0x80) {
            int32_t code = utf8_decode(&at, end);
            found.repair |= code == UTF8_BAD;
            found.marks |= code >= MARK_FIRST;
            continue;
        }
        if (in_string) {
            size_t skip = 1;
            if (c == '\\')
                found.repair |= lone_escape(at, end, &skip);
            else if (c == '"')
                in_string = false;
            at += skip;
            continue;
        }
        if (c == '"')
            in_string = true;
        else if ((c == '{' || c == '[') && ++depth > JSON_DEPTH_LIMIT)
            found.too_deep = true;
        else if ((c == '}' || c == ']') && depth)
            depth--;
        at++;
    }
    return found;
}

static void put_surrogate(Buf *out, uint32_t surrogate, bool marks)
{
    buf_utf8(out, marks ? REPLACEMENT : MARK_FIRST + (surrogate - SURROGATE_FIRST));
}

/* Rewrite what jansson refuses: lone escapes, encoded surrogates and stray bytes become marks. */
static void repair(Buf *out, const char *text, size_t len, bool marks)
{
    const char *at = text, *end = text + len;
    while (at < end) {
        unsigned char c = (unsigned char)*at;
        if (c == '\\') {
            size_t skip;
            if (lone_escape(at, end, &skip))
                put_surrogate(out, (uint32_t)unicode_escape(at, end), marks);
            else
                buf_add(out, at, skip);
            at += skip;
        } else if (c < 0x80) {
            buf_char(out, (char)c);
            at++;
        } else {
            const char *start = at;
            int32_t code = utf8_decode_wtf(&at, end);
            if (code == UTF8_BAD)
                put_surrogate(out, 0xDC00u + c, marks);
            else if (code >= SURROGATE_FIRST && code <= SURROGATE_LAST)
                put_surrogate(out, (uint32_t)code, marks);
            else
                buf_add(out, start, (size_t)(at - start));
        }
    }
}

/* A string with its marks turned into WTF-8, the caller's. */
static Buf unmark_text(const char *text, size_t len)
{
    Buf out = { 0 };
    const char *at = text, *end = text + len;
    while (at < end) {
        int32_t code = utf8_decode_wtf(&at, end);
        buf_utf8(&out, code < 0 ? REPLACEMENT
                       : code >= MARK_FIRST ? (uint32_t)code - MARK_FIRST + SURROGATE_FIRST : (uint32_t)code);
    }
    return out;
}

static json_t *unmark_string(const json_t *value)
{
    Buf text = unmark_text(json_string_value(value), json_string_length(value));
    json_t *result = text.failed ? NULL : json_stringn_nocheck(buf_text(&text), text.len);
    buf_free(&text);
    return result;
}

/* A copy of the tree with every mark undone; depth is bounded by JSON_DEPTH_LIMIT. */
static json_t *unmark(json_t *value)
{
    if (json_is_string(value))
        return unmark_string(value);
    if (json_is_array(value)) {
        json_t *copy = json_array();
        for (size_t i = 0; i < json_array_size(value); i++)
            json_array_append_new(copy, unmark(json_array_get(value, i)));
        return copy;
    }
    if (json_is_object(value)) {
        json_t *copy = json_object();
        const char *key;
        size_t key_len;
        json_t *item;
        json_object_keylen_foreach(value, key, key_len, item) {
            Buf name = unmark_text(key, key_len);
            json_object_setn_new_nocheck(copy, buf_text(&name), name.len, unmark(item));
            buf_free(&name);
        }
        return copy;
    }
    return json_incref(value);
}

static json_t *load(const char *text, size_t len, const char **why)
{
    json_error_t error;
    json_t *tree = json_loadb(text, len, JSON_ALLOW_NUL, &error);
    if (!tree && json_error_code(&error) == json_error_numeric_overflow)
        tree = json_loadb(text, len, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &error);
    if (!tree)
        *why = "not JSON";
    return tree;
}

json_t *json_read(const char *text, size_t len, const char **why)
{
    if (len > JSON_SIZE_LIMIT) {
        *why = "JSON too large";
        return NULL;
    }
    Survey found = survey(text, len);
    if (found.too_deep) {
        *why = "JSON nested too deeply";
        return NULL;
    }
    if (!found.repair)
        return load(text, len, why);
    Buf fixed = { 0 };
    repair(&fixed, text, len, found.marks);
    json_t *tree = NULL;
    if (fixed.failed)
        *why = "out of memory";
    else
        tree = load(buf_text(&fixed), fixed.len, why);
    buf_free(&fixed);
    if (tree && !found.marks) {
        json_t *clean = unmark(tree);
        json_decref(tree);
        tree = clean;
    }
    return tree;
}

/* --- writing ----------------------------------------------------------------------------------------------------- */

static void put_escape(Buf *buf, uint32_t unit)
{
    char text[8];
    snprintf(text, sizeof text, "\\u%04x", unit & 0xFFFF);
    buf_add(buf, text, 6);
}

/* One sequence of non-ASCII bytes, repaired when it is not UTF-8. */
static void put_wide(Buf *buf, const char **at, const char *end)
{
    const char *start = *at;
    int32_t code = utf8_decode_wtf(at, end);
    if (code == UTF8_BAD)
        buf_utf8(buf, REPLACEMENT);
    else if (code >= SURROGATE_FIRST && code <= SURROGATE_LAST)
        put_escape(buf, (uint32_t)code);
    else
        buf_add(buf, start, (size_t)(*at - start));
}

void json_put_string(Buf *buf, const char *text, size_t len)
{
    const char *at = text ? text : "", *end = at + len;
    assert(text || len == 0);
    buf_reserve(buf, len + 2);
    buf_char(buf, '"');
    while (at < end) {
        const char *plain = at;
        while (at < end && (unsigned char)*at < 0x80 && (unsigned char)*at >= 0x20 && *at != '"' && *at != '\\' && *at != 0x7f)
            at++;
        buf_add(buf, plain, (size_t)(at - plain));
        if (at == end)
            break;
        unsigned char c = (unsigned char)*at;
        if (c >= 0x80) {
            put_wide(buf, &at, end);
            continue;
        }
        at++;
        switch (c) {
        case '"': buf_add(buf, "\\\"", 2); break;
        case '\\': buf_add(buf, "\\\\", 2); break;
        case '\n': buf_add(buf, "\\n", 2); break;
        case '\r': buf_add(buf, "\\r", 2); break;
        case '\t': buf_add(buf, "\\t", 2); break;
        default: put_escape(buf, c); break;
        }
    }
    buf_char(buf, '"');
}

void json_put_cstring(Buf *buf, const char *text)
{
    json_put_string(buf, text, strlen(text));
}

void json_put_raw(Buf *buf, const char *text, size_t len)
{
    if (len == 0) {
        buf_add(buf, "{}", 2);
        return;
    }
    size_t valid = utf8_valid(text, len);
    buf_add(buf, text, valid);
    const char *at = text + valid, *end = text + len;
    while (at < end) {
        if ((unsigned char)*at < 0x80)
            buf_char(buf, *at++);
        else
            put_wide(buf, &at, end);
    }
}

static void put_real(Buf *buf, double number)
{
    if (!isfinite(number)) {
        buf_string(buf, "null");
        return;
    }
    char text[40];
    int len = snprintf(text, sizeof text, "%.17g", number);
    bool whole = true;
    for (int i = 0; i < len; i++) {
        if (text[i] == ',') /* a locale's decimal comma */
            text[i] = '.';
        whole &= (text[i] >= '0' && text[i] <= '9') || text[i] == '-';
    }
    buf_add(buf, text, (size_t)len);
    if (whole)
        buf_add(buf, ".0", 2);
}

static void put_array(Buf *buf, const json_t *value)
{
    buf_char(buf, '[');
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (i)
            buf_add(buf, ", ", 2);
        json_put_value(buf, json_array_get(value, i));
    }
    buf_char(buf, ']');
}

static void put_object(Buf *buf, const json_t *value)
{
    const char *key;
    size_t key_len;
    json_t *item;
    bool first = true;
    buf_char(buf, '{');
    json_object_keylen_foreach((json_t *)value, key, key_len, item) {
        if (!first)
            buf_add(buf, ", ", 2);
        first = false;
        json_put_string(buf, key, key_len);
        buf_add(buf, ": ", 2);
        json_put_value(buf, item);
    }
    buf_char(buf, '}');
}

void json_put_value(Buf *buf, const json_t *value)
{
    if (!value) {
        buf_string(buf, "null");
        return;
    }
    switch (json_typeof(value)) {
    case JSON_OBJECT: put_object(buf, value); break;
    case JSON_ARRAY: put_array(buf, value); break;
    case JSON_STRING: json_put_string(buf, json_string_value(value), json_string_length(value)); break;
    case JSON_INTEGER: buf_printf(buf, "%" JSON_INTEGER_FORMAT, json_integer_value(value)); break;
    case JSON_REAL: put_real(buf, json_real_value(value)); break;
    case JSON_TRUE: buf_string(buf, "true"); break;
    case JSON_FALSE: buf_string(buf, "false"); break;
    case JSON_NULL: buf_string(buf, "null"); break;
    }
}

/* --- reading a tree ----------------------------------------------------------------------------------------------- */

Text json_get_text(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value))
        return (Text){ "", 0 };
    return (Text){ json_string_value(value), json_string_length(value) };
}

bool json_get_bool(const json_t *object, const char *key, bool missing)
{
    const json_t *value = json_object_get(object, key);
    if (json_is_integer(value))
        return json_integer_value(value) != 0;
    return json_is_boolean(value) ? json_is_true(value) : missing;
}

long long json_get_int(const json_t *object, const char *key, long long missing)
{
    const json_t *value = json_object_get(object, key);
    if (json_is_real(value)) {
        double number = json_real_value(value);
        return number > -9e15 && number < 9e15 ? (long long)number : missing;
    }
    return json_is_integer(value) ? json_integer_value(value) : missing;
}

const char *json_get_cstring(const json_t *object, const char *key, const char *missing)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value) || strlen(json_string_value(value)) != json_string_length(value))
        return missing;
    return json_string_value(value);
}
