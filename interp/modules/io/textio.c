/* textio.c -- TextIOWrapper as Python sees it; how it works is in text.c (text in and out) and text_seek.c (positions). */
#include "interp/modules/io/io_parts.h"
#include <stdlib.h>

static Value textio_new(Type *type, const Value *args, size_t n_pos, Value kwnames) { return instance_new(type); }
static bool textio_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    Value a[6];
    const char *encoding, *errors, *newline = NULL;
    bool line_buffering, write_through;
    as_text(self)->ok = false;
    if (!bind_arguments("TextIOWrapper", "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)", args, n_pos, kwnames, a, NULL) ||
        !arg_text(a[1], "TextIOWrapper", "'encoding'", true, &encoding) || !arg_text(a[2], "TextIOWrapper", "'errors'", true, &errors))
        return false;
    if (!is_unbound(a[3]) && !is_none(a[3]) && !str_check(a[3]))
        return raise_false(TypeError, "TextIOWrapper() argument 'newline' must be str or None, not %W", a[3]);
    return (is_unbound(a[3]) || newline_argument(a[3], "TextIOWrapper", &newline)) && arg_bool(a[4], false, &line_buffering) && arg_bool(a[5], false, &write_through) &&
           text_set_up(as_text(self), a[0], encoding, errors, newline, line_buffering, write_through);
}
Value text_make(Value buffer, const char *encoding, const char *errors, const char *newline, bool line_buffering, bool write_through)
{
    own Value v = instance_new(&textio_type);
    return !is_error(v) && text_set_up(as_text(v), buffer, encoding, errors, newline, line_buffering, write_through) ? give(v) : ERROR;
}
static void dispose(Object *o) { buf_free(&((TextIO *)o)->pending); }

static Value next(Value self)
{
    TextIO *t = as_text(self);
    if (!text_ready(self))
        return ERROR;
    t->telling = false;
    own Value line = UNBOUND;
    if (type_of(self) == &textio_type) {
        line = text_open(self) ? text_readline(t, -1) : ERROR;
    } else {
        line = call_method0(self, "readline");
        if (!is_error(line) && !str_check(line))
            return raise(OSError, "readline() should have returned a str object, not '%.200T'", line);
    }
    if (is_error(line))
        return ERROR;
    if (str_len(line))
        return give(line);
    set_slot(&t->snapshot, UNBOUND);
    t->telling = t->seekable;
    return STOP;
}

/* --- the rest -------------------------------------------------------------------------------------------------------------------------------------------- */
#define SELF TextIO *t = as_text(args[0])
static Value m_flush(Value *args, size_t n)
{
    SELF;
    if (!text_open(args[0]))
        return ERROR;
    t->telling = t->seekable;
    if (!text_flush_pending(t))
        return ERROR;
    if (is_exact(t->buffer, &buffered_writer_type)) {
        own Value keep = retain(t->buffer);
        return buffered_flush(keep);
    }
    return call_method0(t->buffer, "flush");
}
static Value m_close(Value *args, size_t n)
{
    SELF;
    if (!text_ready(args[0]))
        return ERROR;
    Truth closed = text_is_closed(t);
    if (closed)
        return closed == YES ? NONE : ERROR;
    if (t->finalizing) {
        own Value done = call_method1(t->buffer, "_dealloc_warn", args[0]);
        if (is_error(done))
            error_clear();
    }
    own Value buffer = retain(t->buffer), flushed = call_method0(args[0], "flush");
    ErrorState first = error_save();
    own Value result = call_method0(buffer, "close");
    if (is_error(flushed)) {
        io_chain(first);
        return ERROR;
    }
    return give(result);
}
static Value m_detach(Value *args, size_t n)
{
    SELF;
    own Value flushed = text_ready(args[0]) ? call_method0(args[0], "flush") : ERROR;
    if (is_error(flushed))
        return ERROR;
    t->detached = true;
    t->ok = false;
    return give(t->buffer);
}
static Value m_truncate(Value *args, size_t n)
{
    SELF;
    own Value flushed = text_ready(args[0]) ? call_method0(args[0], "flush") : ERROR;
    return is_error(flushed) ? ERROR : call_method1(t->buffer, "truncate", is_unbound(args[1]) ? NONE : args[1]);
}
#define FORWARD(name) static Value m_##name(Value *args, size_t n) { return text_ready(args[0]) ? call_method0(as_text(args[0])->buffer, #name) : ERROR; }
FORWARD(fileno) FORWARD(seekable) FORWARD(readable) FORWARD(writable) FORWARD(isatty)

static Value m_reconfigure(Value *args, size_t n)
{
    SELF;
    const char *encoding, *errors, *newline = NULL;
    bool line_buffering, write_through, new_newline = !is_unbound(args[3]) && !same(args[3], ELLIPSIS);
    if (is_ptr(t->decoded) && (is_ptr(args[1]) || is_ptr(args[2]) || new_newline))
        return io_unsupported("It is not possible to set the encoding or newline of stream after the first read");
    if (!text_ready(args[0]) || !arg_text(args[1], "reconfigure", "'encoding'", true, &encoding) || !arg_text(args[2], "reconfigure", "'errors'", true, &errors) ||
        (new_newline && !newline_argument(args[3], "reconfigure", &newline)))
        return ERROR;
    if (!arg_bool(is_none(args[4]) ? UNBOUND : args[4], t->line_buffering, &line_buffering) || !arg_bool(is_none(args[5]) ? UNBOUND : args[5], t->write_through, &write_through))
        return ERROR;
    own Value flushed = call_method0(args[0], "flush");
    if (is_error(flushed))
        return ERROR;
    if ((encoding || errors || new_newline) && !text_change(t, encoding, errors, new_newline, newline))
        return ERROR;
    t->line_buffering = line_buffering;
    t->write_through = write_through;
    return NONE;
}

static Value get_buffer_(Value self) { return text_ready(self) ? retain(as_text(self)->buffer) : ERROR; }
static Value get_encoding(Value self) { return is_ptr(as_text(self)->encoding) ? retain(as_text(self)->encoding) : text_ready(self) ? NONE : ERROR; }
static Value get_errors(Value self) { return text_ready(self) ? retain(as_text(self)->errors) : ERROR; }
static Value get_line_buffering(Value self) { return bool_value(as_text(self)->line_buffering); }
static Value get_write_through(Value self) { return bool_value(as_text(self)->write_through); }
static Value get_name(Value self) { return text_ready(self) ? obj_getattr(as_text(self)->buffer, str_name_peek("name")) : ERROR; }
static Value get_closed(Value self) { return text_ready(self) ? obj_getattr(as_text(self)->buffer, str_name_peek("closed")) : ERROR; }
static Value get_newlines(Value self)
{
    if (!text_ready(self))
        return ERROR;
    own Value seen = UNBOUND;
    Value decoder = as_text(self)->decoder;
    Found found = is_ptr(decoder) ? obj_find_attr_c(decoder, "newlines", &seen) : ABSENT;
    return found == FAILED ? ERROR : found == FOUND ? give(seen) : NONE;
}
static Value get_chunk(Value self) { return text_ready(self) ? int_value(as_text(self)->chunk) : ERROR; }
static bool set_chunk(Value self, Value v)
{
    int64_t n;
    if (is_unbound(v))
        return raise_false(AttributeError, "cannot delete attribute");
    if (!text_ready(self) || !arg_i64(v, 0, &n))
        return false;
    if (n <= 0)
        return raise_false(ValueError, "a strictly positive integer is required");
    as_text(self)->chunk = n;
    return true;
}

static bool add_attribute(StrBuilder *b, Value self, const char *name)
{
    own Value v = UNBOUND;
    Found found = obj_find_attr_c(self, name, &v);
    if (found == FAILED && error_is(ValueError))
        error_clear();
    else if (found == FAILED)
        return false;
    if (is_unbound(v) || is_error(v))
        return true;
    own Value shown = obj_repr(v);
    return !is_error(shown) && str_builder_char(b, ' ') && str_builder_ascii(b, name, strlen(name)) && str_builder_char(b, '=') && str_builder_str(b, shown);
}
static Value repr(Value self)
{
    StrBuilder b = { 0 };
    if (!text_ready(self))
        return ERROR;
    Truth inside = repr_enter(self);
    if (inside)
        return inside == YES ? raise(RuntimeError, "reentrant call inside %s.__repr__", type_name(self)) : ERROR;
    bool good = str_builder_ascii(&b, "<_io.TextIOWrapper", 18) && add_attribute(&b, self, "name") && add_attribute(&b, self, "mode") && add_attribute(&b, self, "encoding") &&
                str_builder_char(&b, '>');
    repr_leave(self);
    return str_builder_end(&b, good);
}

static const Method methods[] = {
    { "detach", "(self, /)", m_detach, NULL },
    { "reconfigure", "(self, /, *, encoding=None, errors=None, newline=..., line_buffering=None, write_through=None)", m_reconfigure, "Reconfigure the text stream with new parameters.\n\nThis also does an implicit stream flush." },
    { "write", "(self, text, /)", textio_write, NULL }, { "read", "(self, size=-1, /)", textio_read, NULL }, { "readline", "(self, size=-1, /)", textio_readline, NULL },
    { "flush", "(self, /)", m_flush, NULL }, { "close", "(self, /)", m_close, NULL }, { "fileno", "(self, /)", m_fileno, NULL }, { "seekable", "(self, /)", m_seekable, NULL },
    { "readable", "(self, /)", m_readable, NULL }, { "writable", "(self, /)", m_writable, NULL }, { "isatty", "(self, /)", m_isatty, NULL },
    { "seek", "(self, cookie, whence=0, /)", textio_seek, NULL }, { "tell", "(self, /)", textio_tell, NULL }, { "truncate", "(self, pos=None, /)", m_truncate, NULL },
    { "__getstate__", "(self, /)", io_no_state, NULL }, { 0 },
};
static const Member members[] = { { "_finalizing", MEMBER_BOOL, offsetof(TextIO, finalizing), true, NULL }, { 0 } };
static const GetSet getsets[] = {
    { "buffer", get_buffer_, NULL, NULL }, { "encoding", get_encoding, NULL, NULL }, { "errors", get_errors, NULL, NULL }, { "line_buffering", get_line_buffering, NULL, NULL },
    { "write_through", get_write_through, NULL, NULL }, { "name", get_name, NULL, NULL }, { "closed", get_closed, NULL, NULL }, { "newlines", get_newlines, NULL, NULL },
    { "_CHUNK_SIZE", get_chunk, set_chunk, NULL }, { 0 },
};
#define ROW(field, name) { TRACE_VALUE, offsetof(TextIO, field), 0, name }
static const TraceRow rows[] = { ROW(buffer, ".buffer"), ROW(encoding, ".encoding"), ROW(errors, ".errors"), ROW(encoder, "encoder"), ROW(decoder, "decoder"),
    ROW(decoded, "decoded"), ROW(snapshot, "snapshot"), { TRACE_ATTRS, offsetof(TextIO, attrs), 0, NULL }, { 0 } };
static_assert(sizeof(TextIO) == offsetof(TextIO, attrs) + sizeof(AttrArea) + 2 * sizeof(Value), "the attribute area is the end");
Type textio_type = {
    STATIC_TYPE(textio_type, "TextIOWrapper", TextIO, rows), STATIC_TYPE_ATTRS(TextIO, attrs), .heap.n_inline = 2, .heap.dispose = dispose, .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_WEAK,
    .new = textio_new, .init = textio_init, .next = next, .repr = repr, .methods = methods, .getsets = getsets, .members = members, .module_name = "_io",
    .signature = "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)",
    .doc = "Character and line based layer over a BufferedIOBase object, buffer.\n\nencoding gives the name of the encoding that the stream will be\ndecoded or encoded with. It defaults to locale.getencoding().\n\nerrors determines the strictness of encoding and decoding (see\nhelp(codecs.Codec) or the documentation for codecs.register) and\ndefaults to \"strict\".\n\nnewline controls how line endings are handled. It can be None, '',\n'\\n', '\\r', and '\\r\\n'.  It works as follows:\n\n* On input, if newline is None, universal newlines mode is\n  enabled. Lines in the input can end in '\\n', '\\r', or '\\r\\n', and\n  these are translated into '\\n' before being returned to the\n  caller. If it is '', universal newline mode is enabled, but line\n  endings are returned to the caller untranslated. If it has any of\n  the other legal values, input lines are only terminated by the given\n  string, and the line ending is returned to the caller untranslated.\n\n* On output, if newline is None, any '\\n' characters written are\n  translated to the system default line separator, os.linesep. If\n  newline is '' or '\\n', no translation takes place. If newline is any\n  of the other legal values, any '\\n' characters written are translated\n  to the given string.\n\nIf line_buffering is True, a call to flush is implied when a call to\nwrite contains a newline character.",
};
