/* csv_module.c -- _csv: reader, writer, dialects (docs.python.org/3.11/library/csv.html). */
#include <stdarg.h>
#include <stdio.h>

#include "gc/heap.h"
#include "interp/modules/arg.h"
#include "interp/object/class.h"
#include "interp/object/dict.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

enum { QUOTE_MINIMAL, QUOTE_ALL, QUOTE_NONNUMERIC, QUOTE_NONE };
#define NOTHING UINT32_MAX               /* no such character */
static Value error_class = UNBOUND_INIT, dialects = UNBOUND_INIT;
static int64_t field_limit = 128 * 1024;

static Value fail(const char *format, ...)
{
    va_list list;
    char text[200];
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    own Value message = str_from(text), error = is_error(message) ? ERROR : call1(error_class, message);
    if (!is_error(error))
        exception_raise_take(give(error));
    return ERROR;
}

/* --- dialects ------------------------------------------------------------------------------------------------------------------------------ */
typedef struct Dialect { Object head; bool double_quote, skip_space, strict; int32_t quoting; uint32_t delimiter, quote, escape; Value terminator; } Dialect;
static const TraceRow dialect_rows[] = { { TRACE_VALUE, offsetof(Dialect, terminator), 0, ".lineterminator" }, { 0 } };
static Type dialect_type;
static Dialect *as_dialect(Value v) { return (Dialect *)as_obj(v); }

/* An option: the keyword if given, else the dialect's attribute, else nothing. Owned. */
static Found pick(Value given, Value from, const char *name, Value *value)
{
    *value = retain(given);
    if (!is_unbound(given))
        return FOUND;
    if (is_unbound(from))
        return ABSENT;
    return obj_find_attr_c(from, name, value);
}
static bool pick_bool(Value given, Value from, const char *name, bool otherwise, bool *out)
{
    own Value v = UNBOUND;
    Found found = pick(given, from, name, &v);
    *out = otherwise;
    return found == ABSENT || (found == FOUND && arg_bool(v, otherwise, out));
}
static bool pick_char(Value given, Value from, const char *name, uint32_t otherwise, bool none_allowed, uint32_t *out)
{
    own Value v = UNBOUND;
    Found found = pick(given, from, name, &v);
    *out = otherwise;
    if (found != FOUND)
        return found == ABSENT;
    if (none_allowed && is_none(v)) {
        *out = NOTHING;
        return true;
    }
    if (!str_check(v))
        return raise_false(TypeError, none_allowed ? "\"%s\" must be string or None, not %.200T" : "\"%s\" must be string, not %.200T", name, v);
    if (str_len(v) != 1)
        return raise_false(TypeError, "\"%s\" must be a 1-character string", name);
    *out = str_char(as_str(v), 0);
    return true;
}
static bool dialect_fill(Dialect *d, Value from, const Value *k)
{
    own Value terminator = UNBOUND, quoting = UNBOUND;
    if (!pick_char(k[0], from, "delimiter", ',', false, &d->delimiter) || !pick_bool(k[1], from, "doublequote", true, &d->double_quote) || !pick_char(k[2], from, "escapechar", NOTHING, true, &d->escape))
        return false;
    Found found = pick(k[3], from, "lineterminator", &terminator);
    if (found == FAILED)
        return false;
    if (found == FOUND && !is_none(terminator) && !str_check(terminator))
        return raise_false(TypeError, "\"lineterminator\" must be a string");
    if (found == ABSENT && is_error(terminator = str_from("\r\n")))
        return false;
    own Value quote_value = UNBOUND;
    Found has_quote = pick(k[4], from, "quotechar", &quote_value);
    if (has_quote == FAILED || !pick_char(k[4], from, "quotechar", '"', true, &d->quote))
        return false;
    found = pick(k[5], from, "quoting", &quoting);
    if (found == FAILED)
        return false;
    if (found == FOUND && !int_exact(quoting))
        return raise_false(TypeError, "\"quoting\" must be an integer");
    int64_t how = QUOTE_MINIMAL;
    if (found == FOUND && (!int_to_i64(quoting, &how) || how != (int32_t)how))
        return raise_false(OverflowError, "Python int too large to convert to C int");
    d->quoting = (int32_t)how;
    if (!pick_bool(k[6], from, "skipinitialspace", false, &d->skip_space) || !pick_bool(k[7], from, "strict", false, &d->strict))
        return false;
    if (d->quoting < 0 || d->quoting > QUOTE_NONE)
        return raise_false(TypeError, "bad \"quoting\" value");
    if (is_none(quote_value) && found == ABSENT)
        d->quoting = QUOTE_NONE;
    if (d->quoting != QUOTE_NONE && d->quote == NOTHING)
        return raise_false(TypeError, "quotechar must be set if quoting enabled");
    if (is_none(terminator))
        return raise_false(TypeError, "lineterminator must be set");
    set_slot(&d->terminator, give(terminator));
    return true;
}
#define DIALECT_OPTIONS "delimiter=',', doublequote=True, escapechar=None, lineterminator='\\r\\n', quotechar='\"', quoting=0, skipinitialspace=False, strict=False"
static Value find_dialect(Value name)
{
    own Value v = UNBOUND;
    Found found = dict_find(as_dict(dialects), name, &v);
    return found == FOUND ? give(v) : found == ABSENT ? fail("unknown dialect") : ERROR;
}
/* A Dialect from a name, a class, an instance or nothing, with options on top. */
static Value dialect_of(Value from_value, const Value *options)
{
    own Value from = is_unbound(from_value) || is_none(from_value) ? UNBOUND : str_check(from_value) ? find_dialect(from_value) : retain(from_value);
    if (is_error(from))
        return ERROR;
    bool plain = true;
    for (int i = 0; i < 8; i++)
        plain &= is_unbound(options[i]);
    if (plain && is_exact(from, &dialect_type))
        return give(from);
    own Value v = instance_new(&dialect_type);
    return !is_error(v) && dialect_fill(as_dialect(v), from, options) ? give(v) : ERROR;
}
static Value dialect_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value a[9];
    return bind_arguments("Dialect", "(dialect=None, " DIALECT_OPTIONS ")", args, n_pos, kwnames, a, NULL) ? dialect_of(a[0], a + 1) : ERROR;
}
static Value char_value(uint32_t c) { return c == NOTHING ? NONE : str_from_char(c); }
static Value get_delimiter(Value self) { return char_value(as_dialect(self)->delimiter); }
static Value get_escape(Value self) { return char_value(as_dialect(self)->escape); }
static Value get_quote(Value self) { return char_value(as_dialect(self)->quote); }
static Value get_quoting(Value self) { return int_value(as_dialect(self)->quoting); }
static Value d_reduce(Value *args, size_t n) { return raise(TypeError, "cannot pickle %.100T objects", args[0]); }
static const Method dialect_methods[] = { { "__reduce__", "(self, *args)", d_reduce, NULL }, { "__reduce_ex__", "(self, *args)", d_reduce, NULL }, { 0 } };
static const GetSet dialect_getsets[] = { { "delimiter", get_delimiter, NULL, NULL }, { "escapechar", get_escape, NULL, NULL }, { "quotechar", get_quote, NULL, NULL }, { "quoting", get_quoting, NULL, NULL }, { 0 } };
static const Member dialect_members[] = { { "skipinitialspace", MEMBER_BOOL, offsetof(Dialect, skip_space), false, NULL }, { "doublequote", MEMBER_BOOL, offsetof(Dialect, double_quote), false, NULL },
    { "strict", MEMBER_BOOL, offsetof(Dialect, strict), false, NULL }, { "lineterminator", MEMBER_VALUE, offsetof(Dialect, terminator), false, NULL }, { 0 } };
static Type dialect_type = { STATIC_TYPE(dialect_type, "Dialect", Dialect, dialect_rows), .flags = TYPE_BASE, .new = dialect_new, .methods = dialect_methods, .getsets = dialect_getsets, .members = dialect_members, .module_name = "_csv",
    .doc = "CSV dialect\n\nThe Dialect type records CSV dialect options." };

/* --- reader ---------------------------------------------------------------------------------------------------------------------------------- */
typedef enum State { START_RECORD, START_FIELD, ESCAPED, IN_FIELD, IN_QUOTED, ESCAPE_IN_QUOTED, QUOTE_IN_QUOTED, EAT_LINE_END, AFTER_ESCAPED_LINE_END } State;
typedef struct Reader { Object head; Value input, dialect, fields; StrBuilder field; State state; bool numeric; int64_t line; } Reader;
static const TraceRow reader_rows[] = { { TRACE_VALUE, offsetof(Reader, input), 0, "input" }, { TRACE_VALUE, offsetof(Reader, dialect), 0, ".dialect" }, { TRACE_VALUE, offsetof(Reader, fields), 0, "fields" }, { 0 } };
static Reader *as_reader(Value v) { return (Reader *)as_obj(v); }

static bool save_field(Reader *r)
{
    Value text = str_builder_finish(&r->field);
    if (is_error(text))
        return false;
    if (!r->numeric)
        return list_append_take(r->fields, text);
    r->numeric = false;
    own Value t = text;
    Value number = call1(obj_value(&float_type), t);
    return !is_error(number) && list_append_take(r->fields, number);
}
/* Room for `more` characters in the field? */
static bool within_limit(const Reader *r, uint64_t more)
{
    return (int64_t)(r->field.len + more) <= field_limit || (is_error(fail("field larger than field limit (%lld)", (long long)field_limit)) && false);
}
static bool add_char(Reader *r, uint32_t c) { return within_limit(r, 1) && str_builder_char(&r->field, c); }
static bool go_to(Reader *r, State state)
{
    r->state = state;
    return true;
}
static bool is_end(uint32_t c) { return c == NOTHING || c == '\n' || c == '\r'; }
/* The field is complete: `c` is an end, or the delimiter. */
static bool end_record(Reader *r, uint32_t c) { return save_field(r) && go_to(r, c == NOTHING ? START_RECORD : EAT_LINE_END); }
static bool end_field(Reader *r) { return save_field(r) && go_to(r, START_FIELD); }

static bool start_field(Reader *r, const Dialect *d, uint32_t c)
{
    if (is_end(c))
        return end_record(r, c);
    if (c == d->quote && d->quoting != QUOTE_NONE)
        return go_to(r, IN_QUOTED);
    if (c == d->escape)
        return go_to(r, ESCAPED);
    if (c == ' ' && d->skip_space)
        return go_to(r, START_FIELD);
    if (c == d->delimiter)
        return end_field(r);
    r->numeric = d->quoting == QUOTE_NONNUMERIC;
    r->state = IN_FIELD;
    return add_char(r, c);
}
static bool in_field(Reader *r, const Dialect *d, uint32_t c)
{
    if (is_end(c))
        return end_record(r, c);
    if (c == d->escape)
        return go_to(r, ESCAPED);
    if (c == d->delimiter)
        return end_field(r);
    return add_char(r, c);
}
static bool in_quoted(Reader *r, const Dialect *d, uint32_t c)
{
    if (c == NOTHING)
        return true;
    if (c == d->escape)
        return go_to(r, ESCAPE_IN_QUOTED);
    if (c == d->quote && d->quoting != QUOTE_NONE)
        return go_to(r, d->double_quote ? QUOTE_IN_QUOTED : IN_FIELD);
    return add_char(r, c);
}
static bool quote_in_quoted(Reader *r, const Dialect *d, uint32_t c)
{
    if (c == d->quote && d->quoting != QUOTE_NONE) {
        r->state = IN_QUOTED;
        return add_char(r, c);
    }
    if (c == d->delimiter)
        return end_field(r);
    if (is_end(c))
        return end_record(r, c);
    if (!d->strict) {
        r->state = IN_FIELD;
        return add_char(r, c);
    }
    own Value delimiter = str_from_char(d->delimiter), quote = char_value(d->quote);
    own Value text = is_error(delimiter) || is_error(quote) ? ERROR : str_format("'%S' expected after '%S'", delimiter, quote);
    const char *said = is_error(text) ? NULL : str_utf8_peek(text, NULL);
    return said && is_error(fail("%s", said)) && false;
}
/* One character; NOTHING: the end of the line. */
static bool step(Reader *r, uint32_t c)
{
    const Dialect *d = as_dialect(r->dialect);
    bool end = c == NOTHING;
    switch (r->state) {
    case START_RECORD:                   /* an empty line is an empty record */
        return end || (is_end(c) ? go_to(r, EAT_LINE_END) : start_field(r, d, c));
    case START_FIELD:
        return start_field(r, d, c);
    case ESCAPED:
        r->state = !end && is_end(c) ? AFTER_ESCAPED_LINE_END : IN_FIELD;
        return add_char(r, end ? '\n' : c);
    case AFTER_ESCAPED_LINE_END:         /* as a field, but the end of this line does not end it: CPython stays in this state, too */
        return end || in_field(r, d, c);
    case IN_FIELD:
        return in_field(r, d, c);
    case IN_QUOTED:
        return in_quoted(r, d, c);
    case ESCAPE_IN_QUOTED:
        r->state = IN_QUOTED;
        return add_char(r, end ? '\n' : c);
    case QUOTE_IN_QUOTED:
        return quote_in_quoted(r, d, c);
    case EAT_LINE_END:
        if (end)
            return go_to(r, START_RECORD);
        return is_end(c) || (is_error(fail("new-line character seen in unquoted field - do you need to open the file in universal-newline mode?")) && false);
    }
    return true;
}
static bool read_line(Reader *r, Value line)
{
    const Str *s = as_str(line);
    const Dialect *d = as_dialect(r->dialect);
    for (uint64_t i = 0; i < s->len; i++) {
        if (s->width == 1 && (r->state == IN_FIELD || r->state == IN_QUOTED)) {        /* a run of plain characters at once */
            uint64_t start = i;
            uint8_t c = s->u.c1[i];
            while (i < s->len && c != '\n' && c != '\r' && c != d->delimiter && c != d->quote && c != d->escape)
                c = ++i < s->len ? s->u.c1[i] : 0;
            if (i > start) {
                if (!within_limit(r, i - start) || !str_builder_slice(&r->field, line, start, i))
                    return false;
            }
            if (i == s->len)
                break;
        }
        if (!step(r, str_char(s, i)))
            return false;
    }
    return step(r, NOTHING);
}
static Value reader_next(Value self)
{
    Reader *r = as_reader(self);
    own Value fields = list_new(0);
    if (is_error(fields) || is_unbound(r->input))
        return is_error(fields) ? ERROR : STOP;
    set_slot(&r->fields, retain(fields));
    str_builder_free(&r->field);
    r->state = START_RECORD;
    r->numeric = false;
    do {
        own Value line = obj_next(r->input);
        if (is_error(line))
            return ERROR;
        if (is_stop(line)) {
            if (r->field.len == 0 && r->state != IN_QUOTED)
                return STOP;
            if (as_dialect(r->dialect)->strict)
                return fail("unexpected end of data");
            if (!save_field(r))
                return ERROR;
            break;
        }
        if (!str_check(line))
            return fail("iterator should return strings, not %.200s (the file should be opened in text mode)", type_name(line));
        r->line++;
        if (!read_line(r, line))
            return ERROR;
    } while (r->state != START_RECORD);
    set_slot(&r->fields, UNBOUND);
    return give(fields);
}
static void reader_dispose(Object *o) { str_builder_free(&((Reader *)o)->field); }
static Value iter(Value self) { return retain(self); }
static const Member reader_members[] = { { "dialect", MEMBER_VALUE, offsetof(Reader, dialect), false, NULL }, { "line_num", MEMBER_INT64, offsetof(Reader, line), false, NULL }, { 0 } };
static Type reader_type = { STATIC_TYPE(reader_type, "reader", Reader, reader_rows), .heap.dispose = reader_dispose, .flags = TYPE_NO_NEW | TYPE_BASE, .iter = iter, .next = reader_next, .members = reader_members, .module_name = "_csv",
    .doc = "CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.\n" };
static Value csv_reader(Value *args, size_t n)
{
    own Value v = instance_new(&reader_type);
    if (is_error(v))
        return ERROR;
    as_reader(v)->field = (StrBuilder){ 0 };
    Value input = obj_iter(args[0]);
    if (is_error(input))
        return ERROR;
    as_reader(v)->input = input;
    Value dialect = dialect_of(args[1], args + 2);
    if (is_error(dialect))
        return ERROR;
    as_reader(v)->dialect = dialect;
    return give(v);
}

/* --- writer ------------------------------------------------------------------------------------------------------------------------------------ */
typedef struct Writer { Object head; Value write, dialect; } Writer;
static const TraceRow writer_rows[] = { { TRACE_VALUE, offsetof(Writer, write), 0, "write" }, { TRACE_VALUE, offsetof(Writer, dialect), 0, ".dialect" }, { 0 } };
static Writer *as_writer(Value v) { return (Writer *)as_obj(v); }

static bool in_terminator(const Dialect *d, uint32_t c)
{
    const Str *t = as_str(d->terminator);
    for (uint64_t i = 0; i < t->len; i++)
        if (str_char(t, i) == c)
            return true;
    return false;
}
/* Must the field stand in quotes? FAILED: it cannot be written. */
static Truth wants_quotes(const Dialect *d, const Str *s)
{
    bool wants = false;
    for (uint64_t i = 0; i < s->len; i++) {
        uint32_t c = str_char(s, i);
        if (c != d->delimiter && c != d->escape && c != d->quote && c != '\n' && c != '\r' && !in_terminator(d, c))
            continue;
        bool escape = false;
        if (d->quoting == QUOTE_NONE) {
            escape = true;
        } else if (c == d->quote) {
            if (d->double_quote)
                wants = true;
            else
                escape = true;
        } else if (c == d->escape) {
            escape = true;
        } else {
            wants = true;
        }
        if (escape && d->escape == NOTHING) {
            fail("need to escape, but no escapechar set");
            return TRUTH_FAILED;
        }
    }
    return wants ? YES : NO;
}
static bool put_field(const Dialect *d, StrBuilder *out, Value field, bool quoted)
{
    const Str *s = as_str(field);
    Truth wants = wants_quotes(d, s);
    if (wants == TRUTH_FAILED)
        return false;
    quoted |= wants == YES;
    bool good = !quoted || str_builder_char(out, d->quote);
    uint64_t start = 0;
    for (uint64_t i = 0; good && i < s->len; i++) {
        uint32_t c = str_char(s, i), before = NOTHING;
        if (d->quoting == QUOTE_NONE ? c == d->delimiter || c == d->escape || c == d->quote || c == '\n' || c == '\r' || in_terminator(d, c) : c == d->quote || c == d->escape)
            before = c == d->quote && d->quoting != QUOTE_NONE && d->double_quote ? d->quote : d->escape;
        if (before == NOTHING)
            continue;
        good = str_builder_slice(out, field, start, i) && str_builder_char(out, before);
        start = i;
    }
    return good && str_builder_slice(out, field, start, s->len) && (!quoted || str_builder_char(out, d->quote));
}
static Value writer_writerow(Value self, Value row)
{
    Writer *w = as_writer(self);
    const Dialect *d = as_dialect(w->dialect);
    own Value keep = retain(w->dialect), iterator = obj_iter(row);
    StrBuilder out = { 0 };
    if (is_error(iterator)) {
        if (!error_is(TypeError))
            return ERROR;
        error_clear();
        return fail("iterable expected, not %.200s", type_name(row));
    }
    uint64_t count = 0;
    bool good = true, null = false;
    for (; good; count++) {
        own Value field = obj_next(iterator);
        if (is_stop(field))
            break;
        if (is_error(field)) {
            good = false;
            break;
        }
        bool number = is_int(field) || float_check(field) || int_check(field);
        bool quoted = d->quoting == QUOTE_ALL || (d->quoting == QUOTE_NONNUMERIC && !number);
        null = is_none(field);
        own Value text = str_check(field) ? retain(field) : null ? retain(str_empty) : obj_str(field);
        good = !is_error(text) && (count == 0 || str_builder_char(&out, d->delimiter)) && put_field(d, &out, text, quoted);
    }
    if (good && count > 0 && out.len == 0) {             /* one empty field alone must be seen */
        if (d->quoting == QUOTE_NONE)
            good = is_error(fail("single empty field record must be quoted")) && false;
        else
            good = str_builder_char(&out, d->quote) && str_builder_char(&out, d->quote);
    }
    good = good && str_builder_str(&out, d->terminator);
    own Value line = str_builder_end(&out, good);
    return is_error(line) ? ERROR : call1(w->write, line);
}
static Value w_writerow(Value *args, size_t n) { return writer_writerow(args[0], args[1]); }
static Value w_writerows(Value *args, size_t n)
{
    own Value iterator = obj_iter(args[1]);
    while (!is_error(iterator)) {
        own Value row = obj_next(iterator);
        if (is_stop(row))
            return NONE;
        own Value done = is_error(row) ? ERROR : writer_writerow(args[0], row);
        if (is_error(done))
            break;
    }
    return ERROR;
}
static const Method writer_methods[] = {
    { "writerow", "(self, row, /)", w_writerow, "writerow(iterable)\n\nConstruct and write a CSV record from an iterable of fields.  Non-string\nelements will be converted to string." },
    { "writerows", "(self, rows, /)", w_writerows, "writerows(iterable of iterables)\n\nConstruct and write a series of iterables to a csv file.  Non-string\nelements will be converted to string." }, { 0 },
};
static const Member writer_members[] = { { "dialect", MEMBER_VALUE, offsetof(Writer, dialect), false, NULL }, { 0 } };
static Type writer_type = { STATIC_TYPE(writer_type, "writer", Writer, writer_rows), .flags = TYPE_NO_NEW | TYPE_BASE, .methods = writer_methods, .members = writer_members, .module_name = "_csv",
    .doc = "CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from sequence input.\n" };
static Value csv_writer(Value *args, size_t n)
{
    own Value v = instance_new(&writer_type), write = UNBOUND;
    if (is_error(v))
        return ERROR;
    Value dialect = dialect_of(args[1], args + 2);
    if (is_error(dialect))
        return ERROR;
    as_writer(v)->dialect = dialect;
    Found found = obj_find_attr_c(args[0], "write", &write);
    if (found == FAILED)
        return ERROR;
    if (found == ABSENT || !obj_callable(write))
        return raise(TypeError, "argument 1 must have a \"write\" method");
    as_writer(v)->write = give(write);
    return give(v);
}

/* --- the registry -------------------------------------------------------------------------------------------------------------------------------- */
static Value csv_register(Value *args, size_t n)
{
    if (!str_check(args[0]))
        return raise(TypeError, "dialect name must be a string");
    own Value d = dialect_of(args[1], args + 2);
    return !is_error(d) && dict_set(as_dict(dialects), args[0], d) ? NONE : ERROR;
}
static Value csv_unregister(Value *args, size_t n)
{
    Found found = dict_del(as_dict(dialects), args[0]);
    return found == FOUND ? NONE : found == ABSENT ? fail("unknown dialect") : ERROR;
}
static Value csv_get(Value *args, size_t n) { return find_dialect(args[0]); }
static Value csv_list(Value *args, size_t n) { return list_from_iterable(dialects); }
static Value csv_limit(Value *args, size_t n)
{
    int64_t old = field_limit;
    if (!is_unbound(args[0])) {
        if (!int_check(args[0]))
            return raise(TypeError, "limit must be an integer");
        int64_t limit;
        if (!arg_i64(args[0], 0, &limit))
            return ERROR;
        field_limit = limit;
    }
    return int_value(old);
}
static const Method functions[] = {
    { "reader", "(iterable, dialect='excel', *, " DIALECT_OPTIONS ")", csv_reader, "csv_reader = reader(iterable [, dialect='excel']\n                       [optional keyword args])" },
    { "writer", "(fileobj, dialect='excel', *, " DIALECT_OPTIONS ")", csv_writer, "csv_writer = csv.writer(fileobj [, dialect='excel']\n                            [optional keyword args])" },
    { "register_dialect", "(name, dialect=None, *, " DIALECT_OPTIONS ")", csv_register, "Create a mapping from a string name to a dialect class." }, { "unregister_dialect", "(name)", csv_unregister, "Delete the name/dialect mapping associated with a string name." },
    { "get_dialect", "(name)", csv_get, "Return the dialect instance associated with name." }, { "list_dialects", "()", csv_list, "Return a list of all know dialect names." },
    { "field_size_limit", "(new_limit=131072, /)", csv_limit, "Sets an upper limit on parsed fields." }, { 0 },
};
static bool init(Value module)
{
    static Type *const types[] = { &dialect_type, &reader_type, &writer_type, NULL };
    static const IntRow constants[] = { { "QUOTE_MINIMAL", QUOTE_MINIMAL }, { "QUOTE_ALL", QUOTE_ALL }, { "QUOTE_NONNUMERIC", QUOTE_NONNUMERIC }, { "QUOTE_NONE", QUOTE_NONE } };
    ready_types(types, &object_type);
    if (is_unbound(dialects) && !keep_take(&dialects, dict_new(), "csv dialects"))
        return false;
    return ADD_INTS(module, constants) && ready_exception(&error_class, "_csv.Error", exception_class_peek(Exception)) && module_add(module, "Error", error_class) &&
           module_add(module, "_dialects", dialects) && module_add(module, "Dialect", obj_value(&dialect_type)) && module_add(module, "Reader", obj_value(&reader_type)) &&
           module_add(module, "Writer", obj_value(&writer_type)) && module_add_str(module, "__version__", "1.0");
}
const NativeModule csv_module = { "_csv", "CSV parsing and writing.\n\nThis module provides classes that assist in the reading and writing\nof Comma Separated Value (CSV) files, and implements the interface\ndescribed by PEP 305.", functions, init };
