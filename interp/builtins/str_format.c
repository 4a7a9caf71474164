/* str_format.c -- str.format: fields, attribute and index paths, nested specs; and the two helpers of string.Formatter.
 * Source: PEP 3101; the order of checks and the words are CPython's (Objects/stringlib/unicode_format.h). */
#include "gc/heap.h"
#include "interp/base/unicode.h"
#include "interp/builtins/str_parts.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/tuple.h"

typedef struct Span { uint64_t start, stop; } Span;
typedef struct Markup { Value text; uint64_t at, end; } Markup;        /* text is borrowed */
typedef struct Field { Span literal, name, spec; bool present, spec_nested; uint32_t conversion; } Field;
typedef enum Numbering { UNDECIDED, AUTOMATIC, MANUAL } Numbering;
typedef struct Context { Value args, kwargs; Numbering numbering; int64_t next; } Context;

static uint32_t char_at(Value s, uint64_t i) { return str_char(as_str(s), i); }

/* --- cutting the format string ------------------------------------------------------------------------------------------ */
/* After '{': name, conversion, spec. */
static bool parse_field(Markup *m, Field *f)
{
    uint32_t c = 0;
    f->name.start = m->at;
    while (m->at < m->end) {
        c = char_at(m->text, m->at++);
        if (c == '{')
            return raise_false(ValueError, "unexpected '{' in field name");
        if (c == '[') {
            while (m->at < m->end && char_at(m->text, m->at) != ']')
                m->at++;
            continue;
        }
        if (c == '}' || c == ':' || c == '!')
            break;
    }
    f->name.stop = c == '}' || c == ':' || c == '!' ? m->at - 1 : m->at;
    f->spec = (Span){ m->at, m->at };
    if (c != '!' && c != ':')
        return c == '}' || raise_false(ValueError, "expected '}' before end of string");
    if (c == '!') {
        if (m->at >= m->end)
            return raise_false(ValueError, "end of string while looking for conversion specifier");
        f->conversion = char_at(m->text, m->at++);
        if (m->at < m->end) {
            c = char_at(m->text, m->at++);
            if (c == '}')
                return true;
            if (c != ':')
                return raise_false(ValueError, "expected ':' after conversion specifier");
        }
    }
    f->spec.start = m->at;
    for (int depth = 1; m->at < m->end;) {
        c = char_at(m->text, m->at++);
        if (c == '{') {
            f->spec_nested = true;
            depth++;
        } else if (c == '}' && --depth == 0) {
            f->spec.stop = m->at - 1;
            return true;
        }
    }
    return raise_false(ValueError, "unmatched '{' in format spec");
}

/* The next piece: a literal and maybe a field after it. ABSENT: the end. */
static Found next_piece(Markup *m, Field *f)
{
    *f = (Field){ 0 };
    if (m->at >= m->end)
        return ABSENT;
    uint64_t start = m->at;
    uint32_t c = 0;
    bool markup = false;
    while (m->at < m->end && !markup) {
        c = char_at(m->text, m->at++);
        markup = c == '{' || c == '}';
    }
    bool at_end = m->at >= m->end;
    uint64_t stop = m->at;
    if (markup && c == '}' && (at_end || char_at(m->text, m->at) != '}'))
        return raise_failed(ValueError, "Single '}' encountered in format string");
    if (markup && at_end && c == '{')
        return raise_failed(ValueError, "Single '{' encountered in format string");
    if (markup && !at_end) {
        if (char_at(m->text, m->at) == c) {
            m->at++;
            markup = false;
        } else {
            stop--;
        }
    }
    f->literal = (Span){ start, stop };
    if (!markup)
        return FOUND;
    f->present = true;
    return parse_field(m, f) ? FOUND : FAILED;
}

/* --- the path in a field name: first, then .attr and [index] ---------------------------------------------------------------- */
/* A span of decimal digits as a number: -1 when it is none, -2 ValueError. */
static int64_t number_of(Value s, Span span)
{
    int64_t n = 0;
    if (span.start >= span.stop)
        return -1;
    for (uint64_t i = span.start; i < span.stop; i++) {
        int digit = unicode_decimal(char_at(s, i));
        if (digit < 0)
            return -1;
        if (n > (INT64_MAX - digit) / 10) {
            error_set(ValueError, "Too many decimal digits in format string");
            return -2;
        }
        n = n * 10 + digit;
    }
    return n;
}

static Span first_part(Value s, Span name)
{
    Span first = { name.start, name.start };
    while (first.stop < name.stop && char_at(s, first.stop) != '.' && char_at(s, first.stop) != '[')
        first.stop++;
    return first;
}

/* The next step of the path at *at. FOUND: *is_attribute, and the index (>= 0) or the span of the name. */
static Found next_step(Value s, uint64_t *at, uint64_t end, bool *is_attribute, int64_t *index, Span *span)
{
    if (*at >= end)
        return ABSENT;
    uint32_t c = char_at(s, (*at)++);
    *index = -1;
    *span = (Span){ *at, *at };
    if (c == '.') {
        *is_attribute = true;
        while (*at < end && char_at(s, *at) != '.' && char_at(s, *at) != '[')
            ++*at;
        span->stop = *at;
    } else if (c == '[') {
        *is_attribute = false;
        while (*at < end && char_at(s, *at) != ']')
            ++*at;
        if (*at >= end)
            return raise_failed(ValueError, "Missing ']' in format string");
        span->stop = (*at)++;
        *index = number_of(s, *span);
        if (*index == -2)
            return FAILED;
    } else {
        return raise_failed(ValueError, "Only '.' or '[' may follow ']' in format field specifier");
    }
    return span->start == span->stop ? raise_failed(ValueError, "Empty attribute in format string") : FOUND;
}

static bool number_field(Context *context, Numbering wanted)
{
    if (context->numbering == UNDECIDED)
        context->numbering = wanted;
    if (context->numbering == wanted)
        return true;
    return raise_false(ValueError, wanted == AUTOMATIC ? "cannot switch from manual field specification to automatic field numbering"
                                                       : "cannot switch from automatic field numbering to manual field specification");
}

static Value first_object(Context *context, Value s, Span name)
{
    Span first = first_part(s, name);
    int64_t index = number_of(s, first);
    if (index == -2)
        return ERROR;
    bool empty = first.start == first.stop;
    if (empty || index >= 0) {
        if (!number_field(context, empty ? AUTOMATIC : MANUAL))
            return ERROR;
        if (empty)
            index = context->next++;
        if (is_unbound(context->args))
            return raise(ValueError, "Format string contains positional fields");
        if (index >= (int64_t)tuple_len(context->args))
            return raise(IndexError, "Replacement index %lld out of range for positional args tuple", (long long)index);
        return retain(tuple_peek(context->args, (uint64_t)index));
    }
    own Value key = str_slice(s, (int64_t)first.start, (int64_t)first.stop);
    if (is_error(key))
        return ERROR;
    return is_unbound(context->kwargs) ? raise_value(KeyError, key) : obj_getitem(context->kwargs, key);
}

static Value field_object(Context *context, Value s, Span name)
{
    own Value object = first_object(context, s, name);
    uint64_t at = first_part(s, name).stop;
    while (!is_error(object)) {
        bool is_attribute;
        int64_t index;
        Span span;
        Found step = next_step(s, &at, name.stop, &is_attribute, &index, &span);
        if (step == FAILED)
            return ERROR;
        if (step == ABSENT)
            break;
        own Value key = index >= 0 ? int_value(index) : str_slice(s, (int64_t)span.start, (int64_t)span.stop);
        if (is_error(key))
            return ERROR;
        Value next = is_attribute ? obj_getattr(object, key) : obj_getitem(object, key);
        if (is_error(next))
            return ERROR;
        set_slot(&object, next);
    }
    return give(object);
}

/* --- rendering -------------------------------------------------------------------------------------------------------------- */
static Value convert(Value object, uint32_t conversion)
{
    switch (conversion) {
    case 0: return retain(object);
    case 'r': return obj_repr(object);
    case 's': return obj_str(object);
    case 'a': return obj_ascii(object);
    }
    if (conversion > 32 && conversion < 127)
        return raise(ValueError, "Unknown conversion specifier %c", (int)conversion);
    return raise(ValueError, "Unknown conversion specifier \\x%x", conversion);
}

static bool render(StrBuilder *b, Context *context, Value s, Span part, int depth);

static bool render_field(StrBuilder *b, Context *context, Value s, const Field *f, int depth)
{
    own Value object = field_object(context, s, f->name);
    own Value converted = is_error(object) ? ERROR : convert(object, f->conversion);
    if (is_error(converted))
        return false;
    own Value spec = UNBOUND;
    if (f->spec_nested) {
        StrBuilder inner = { 0 };
        if (!render(&inner, context, s, f->spec, depth - 1)) {
            str_builder_free(&inner);
            return false;
        }
        spec = str_builder_finish(&inner);
    } else {
        spec = str_slice(s, (int64_t)f->spec.start, (int64_t)f->spec.stop);
    }
    own Value text = is_error(spec) ? ERROR : obj_format(converted, spec);
    return !is_error(text) && str_builder_str(b, text);
}

static bool render(StrBuilder *b, Context *context, Value s, Span part, int depth)
{
    if (depth < 0)
        return raise_false(ValueError, "Max string recursion exceeded");
    Markup m = { s, part.start, part.stop };
    for (;;) {
        Field f;
        Found found = next_piece(&m, &f);
        if (found != FOUND)
            return found == ABSENT;
        if (!str_builder_slice(b, s, f.literal.start, f.literal.stop))
            return false;
        if (f.present && !render_field(b, context, s, &f, depth))
            return false;
    }
}

Value str_format_call(Value format, Value args, Value kwargs)
{
    StrBuilder b = { 0 };
    Context context = { .args = args, .kwargs = kwargs };
    return str_builder_end(&b, render(&b, &context, format, (Span){ 0, str_len(format) }, 1));
}

/* --- string.Formatter -------------------------------------------------------------------------------------------------------- */
typedef struct FormatIterator { Object head; Value text; uint64_t at; } FormatIterator;
static const TraceRow rows[] = { { TRACE_VALUE, offsetof(FormatIterator, text), 0, "text" }, { TRACE_END, 0, 0, NULL } };

static Value self_iter(Value v) { return retain(v); }

static Value parser_next(Value self)
{
    FormatIterator *it = (FormatIterator *)as_obj(self);
    Markup m = { it->text, it->at, str_len(it->text) };
    Field f;
    Found found = next_piece(&m, &f);
    it->at = m.at;
    if (found != FOUND)
        return found == ABSENT ? STOP : ERROR;
    own Value literal = str_slice(it->text, (int64_t)f.literal.start, (int64_t)f.literal.stop);
    own Value name = f.present ? str_slice(it->text, (int64_t)f.name.start, (int64_t)f.name.stop) : NONE;
    own Value spec = f.present ? str_slice(it->text, (int64_t)f.spec.start, (int64_t)f.spec.stop) : NONE;
    own Value conversion = f.conversion ? str_from_char(f.conversion) : NONE;
    if (is_error(literal) || is_error(name) || is_error(spec) || is_error(conversion))
        return ERROR;
    return tuple_from((Value[]){ literal, name, spec, conversion }, 4);
}

static Value field_name_next(Value self)
{
    FormatIterator *it = (FormatIterator *)as_obj(self);
    bool is_attribute;
    int64_t index;
    Span span;
    Found step = next_step(it->text, &it->at, str_len(it->text), &is_attribute, &index, &span);
    if (step != FOUND)
        return step == ABSENT ? STOP : ERROR;
    own Value key = index >= 0 ? int_value(index) : str_slice(it->text, (int64_t)span.start, (int64_t)span.stop);
    return is_error(key) ? ERROR : tuple_of2(bool_value(is_attribute), key);
}

Type formatter_iterator_type = {
    STATIC_TYPE(formatter_iterator_type, "formatteriterator", FormatIterator, rows), .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,
    .iter = self_iter, .next = parser_next,
};
Type field_name_iterator_type = {
    STATIC_TYPE(field_name_iterator_type, "fieldnameiterator", FormatIterator, rows), .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,
    .iter = self_iter, .next = field_name_next,
};

static Value iterator(Type *type, Value text, uint64_t at)
{
    FormatIterator *it = heap_new(&type->shape, sizeof(FormatIterator));
    if (!it)
        return raise_memory();
    it->text = retain(text);
    it->at = at;
    return obj_value(it);
}

Value str_formatter_parser(Value s)
{
    if (!str_check(s))
        return raise(TypeError, "expected str, got %.200T", s);
    return iterator(&formatter_iterator_type, s, 0);
}

Value str_formatter_field_name_split(Value s)
{
    if (!str_check(s))
        return raise(TypeError, "expected str, got %.200T", s);
    Span first = first_part(s, (Span){ 0, str_len(s) });
    int64_t index = number_of(s, first);
    if (index == -2)
        return ERROR;
    own Value head = index >= 0 ? int_value(index) : str_slice(s, 0, (int64_t)first.stop);
    own Value rest = is_error(head) ? ERROR : iterator(&field_name_iterator_type, s, first.stop);
    return is_error(rest) ? ERROR : tuple_of2(head, rest);
}
