/* ouro_module.c -- see ouro_module.h */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "gc/census.h"
#include "gc/collect.h"
#include "gc/heap.h"
#include "interp/base/hex.h"
#include "interp/builtins/import.h"
#include "interp/builtins/traceback_print.h"
#include "interp/compile/compile.h"
#include "interp/object/module.h"
#include "interp/modules/ouro_module.h"
#include "interp/object/attr.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/frame.h"
#include "interp/vm/thread.h"

OuroHooks ouro_hooks;

/* --- streams ------------------------------------------------------------------------------------------------------------- */
typedef struct Stream { Object head; int fd; bool binary, closed; Value buffer /* the binary twin */; Value pending /* input not yet taken: str or bytes */; AttrArea attrs; } Stream;
static const TraceRow rows[] = { { TRACE_VALUE, offsetof(Stream, buffer), 0, ".buffer" }, { TRACE_VALUE, offsetof(Stream, pending), 0, "pending" },
    { TRACE_ATTRS, offsetof(Stream, attrs), 0, NULL }, { 0 } };
static Type stream_type;
static Stream *as_stream(Value v) { return (Stream *)as_obj(v); }

static Value stream_make(int fd, bool binary)
{
    if (!(stream_type.flags & TYPE_READY))
        type_ready(&stream_type, &object_type);
    Value v = instance_new(&stream_type);
    if (is_error(v))
        return ERROR;
    Stream *s = as_stream(v);
    s->fd = fd;
    s->binary = binary;
    s->closed = false;
    s->pending = s->buffer = UNBOUND;
    return v;
}
Value ouro_stream_new(int fd)
{
    own Value v = stream_make(fd, false);
    Value binary = is_error(v) ? ERROR : stream_make(fd, true);
    if (is_error(binary))
        return ERROR;
    as_stream(v)->buffer = binary;
    return give(v);
}

static bool usable(Value self)
{
    return !as_stream(self)->closed || raise_false(ValueError, "I/O operation on closed file.");
}

static Value stream_write(Value *args, size_t n)
{
    Stream *s = as_stream(args[0]);
    if (!usable(args[0]))
        return ERROR;
    if (s->fd == 0)
        return raise(OSError, "not writable");
    if (s->binary) {
        Buffer b;
        if (str_check(args[1]) || !buffer_get(args[1], &b, BUFFER_SIMPLE))
            return error_pending() ? ERROR : raise(TypeError, "a bytes-like object is required, not 'str'");
        ouro_hooks.write(s->fd, b.data, (size_t)b.len_bytes);
        int64_t len = b.len_bytes;
        buffer_release(&b);
        return int_value(len);
    }
    if (!str_check(args[1]))
        return raise(TypeError, "write() argument must be str, not %W", args[1]);
    size_t len;
    const char *text = str_utf8_peek(args[1], &len);
    if (!text)
        return ERROR;
    ouro_hooks.write(s->fd, text, len);
    return int_value((int64_t)str_len(args[1]));
}
static Value stream_writelines(Value *args, size_t n)
{
    own Value iterator = obj_iter(args[1]);
    for (;;) {
        own Value line = is_error(iterator) ? ERROR : obj_next(iterator);
        if (is_stop(line))
            return NONE;
        Value pair[2] = { args[0], line };
        own Value written = is_error(line) ? ERROR : stream_write(pair, 2);
        if (is_error(written))
            return ERROR;
    }
}
static Value stream_flush(Value *args, size_t n)
{
    if (!usable(args[0]))
        return ERROR;
    if (ouro_hooks.flush)
        ouro_hooks.flush();
    return NONE;
}
static Value stream_close(Value *args, size_t n)
{
    as_stream(args[0])->closed = true;
    return NONE;
}
static Value stream_isatty(Value *args, size_t n) { return bool_value(!ouro_hooks.publish && isatty(as_stream(args[0])->fd)); }
static Value stream_fileno(Value *args, size_t n) { return usable(args[0]) ? small_int_value(as_stream(args[0])->fd) : ERROR; }
static Value stream_readable(Value *args, size_t n) { return bool_value(as_stream(args[0])->fd == 0); }
static Value stream_writable(Value *args, size_t n) { return bool_value(as_stream(args[0])->fd != 0); }
static Value stream_seekable(Value *args, size_t n) { return FALSE; }
static Value stream_unsupported(Value *args, size_t n) { return raise(OSError, "underlying stream is not seekable"); }
static Value stream_reconfigure(Value *args, size_t n) { return NONE; }

/* One line from the user with its line end; empty at the end. malloc'd. */
static char *read_line(size_t *len)
{
    char *line;
    size_t used = 0, cap = 256;
    line = malloc(cap);
    while (line) {
        if (used + 1 >= cap)
            line = realloc(line, cap *= 2);
        ssize_t got;
        BLOCKING(got = read(0, line + used, 1));
        if (got < 0 && errno == EINTR) {
            if (poll_events())
                continue;
            free(line);
            return NULL;
        }
        if (got <= 0 || line[used++] == '\n')
            break;
    }
    *len = used;
    return line;
}

Value ouro_raise_no_input(void)
{
    own Value kind = import_attr("IPython.core.error", "StdinNotImplementedError");
    own Value text = is_error(kind) ? ERROR : str_from("raw_input was called, but this frontend does not support input requests.");
    own Value error = is_error(text) ? ERROR : call1(kind, text);
    if (!is_error(error))
        exception_raise(error, UNBOUND);
    return ERROR;
}

static Value next_line(void)
{
    size_t len = 0;
    int why = 0;
    if (ouro_hooks.input) {
        char *text = ouro_hooks.input("", 0, false, &len, &why);
        if (!text) {
            if (why == 1)
                return retain(str_empty);
            return why == 2 ? (error_set_none(KeyboardInterrupt), ERROR) : ouro_raise_no_input();
        }
        own Value line = str_new(text, len);
        free(text);
        return is_error(line) ? ERROR : str_format("%S\n", line);
    }
    char *text = read_line(&len);
    if (!text)
        return error_pending() ? ERROR : raise_memory();
    Value line = str_new(text, len);
    free(text);
    return line;
}
static Value as_kind(Value self, Value text_owned)
{
    own Value text = text_owned;
    if (is_error(text) || !as_stream(self)->binary)
        return give(text);
    size_t len;
    const char *utf8 = str_utf8_peek(text, &len);
    return utf8 ? bytes_new(utf8, len) : ERROR;
}
static Value stream_readline(Value *args, size_t n)
{
    if (!usable(args[0]))
        return ERROR;
    return as_stream(args[0])->fd == 0 ? as_kind(args[0], next_line()) : raise(OSError, "not readable");
}
static Value stream_read(Value *args, size_t n)
{
    if (!usable(args[0]))
        return ERROR;
    if (as_stream(args[0])->fd != 0)
        return raise(OSError, "not readable");
    StrBuilder all = { 0 };
    for (;;) {
        own Value line = next_line();
        if (is_error(line) || !str_builder_str(&all, line)) {
            str_builder_free(&all);
            return ERROR;
        }
        if (str_len(line) == 0)
            return as_kind(args[0], str_builder_finish(&all));
    }
}
static Value stream_readlines(Value *args, size_t n) { return list_from_iterable(args[0]); }
static Value stream_iter(Value self) { return retain(self); }
static Value stream_next(Value self)
{
    own Value line = stream_readline(&self, 1);
    if (is_error(line))
        return ERROR;
    return obj_len(line) == 0 ? STOP : give(line);
}
static Value stream_enter(Value *args, size_t n) { return retain(args[0]); }
static Value stream_exit(Value *args, size_t n) { return NONE; }

static const char *name_of(Value self) { return as_stream(self)->fd == 0 ? "<stdin>" : as_stream(self)->fd == 1 ? "<stdout>" : "<stderr>"; }
static Value get_name(Value self) { return str_from(name_of(self)); }
static Value get_mode(Value self) { return str_from(as_stream(self)->fd == 0 ? "r" : "w"); }
static Value get_encoding(Value self) { return str_from("utf-8"); }
static Value get_errors(Value self) { return str_from(as_stream(self)->fd == 2 ? "backslashreplace" : "strict"); }
static Value get_buffer(Value self) { return is_unbound(as_stream(self)->buffer) ? retain(self) : retain(as_stream(self)->buffer); }
static Value get_closed(Value self) { return bool_value(as_stream(self)->closed); }
static Value get_true(Value self) { return TRUE; }
static Value get_none(Value self) { return NONE; }
static Value repr(Value self) { return str_format("<_ouro.Stream name='%s' mode='%s' encoding='utf-8'>", name_of(self), as_stream(self)->fd == 0 ? "r" : "w"); }

static const Method stream_methods[] = {
    { "write", "(self, text, /)", stream_write, "Write text (bytes for the buffer); returns how much." },
    { "writelines", "(self, lines, /)", stream_writelines, "Write a list of lines." },
    { "flush", "(self)", stream_flush, "Hand everything written on." },
    { "close", "(self)", stream_close, "Refuse further use." },
    { "isatty", "(self)", stream_isatty, "Is it a terminal?" },
    { "fileno", "(self)", stream_fileno, "The file descriptor." },
    { "readable", "(self)", stream_readable, NULL }, { "writable", "(self)", stream_writable, NULL }, { "seekable", "(self)", stream_seekable, NULL },
    { "tell", "(self)", stream_unsupported, NULL }, { "seek", "(self, offset, whence=0, /)", stream_unsupported, NULL },
    { "reconfigure", "(self, /, **options)", stream_reconfigure, NULL },
    { "readline", "(self, size=-1, /)", stream_readline, "One line with its end; empty at the end of the input." },
    { "read", "(self, size=-1, /)", stream_read, "All that is left." }, { "readlines", "(self, hint=-1, /)", stream_readlines, NULL },
    { "__enter__", "(self)", stream_enter, NULL }, { "__exit__", "(self, /, *exc_info)", stream_exit, NULL },
    { 0 },
};
static const GetSet stream_getsets[] = {
    { "name", get_name, NULL, NULL }, { "mode", get_mode, NULL, NULL }, { "encoding", get_encoding, NULL, NULL }, { "errors", get_errors, NULL, NULL },
    { "buffer", get_buffer, NULL, NULL }, { "raw", get_buffer, NULL, NULL }, { "closed", get_closed, NULL, NULL }, { "line_buffering", get_true, NULL, NULL },
    { "write_through", get_true, NULL, NULL }, { "newlines", get_none, NULL, NULL }, { 0 },
};
static Type stream_type = {
    STATIC_TYPE(stream_type, "Stream", Stream, rows), .heap.attrs_offset = offsetof(Stream, attrs), .flags = TYPE_HAS_DICT | TYPE_WEAK | TYPE_NO_NEW,
    .repr = repr, .iter = stream_iter, .next = stream_next, .methods = stream_methods, .getsets = stream_getsets, .module_name = "_ouro",
    .doc = "A standard stream: what is written goes to the notebook, or to the file descriptor.",
};

/* --- messages to the host ------------------------------------------------------------------------------------------------ */
static const char *text_of(Value v, size_t *len)
{
    if (!str_check(v)) {
        error_set(TypeError, "a str is required, not '%T'", v);
        return NULL;
    }
    return str_utf8_peek(v, len);
}
static Value ouro_publish(Value *args, size_t n)
{
    size_t type_len, content_len, metadata_len = 2;
    const char *type = text_of(args[0], &type_len), *content = type ? text_of(args[1], &content_len) : NULL;
    const char *metadata = !content ? NULL : is_unbound(args[2]) ? "{}" : text_of(args[2], &metadata_len);
    own Value buffers = !metadata ? ERROR : is_unbound(args[3]) || is_none(args[3]) ? retain(tuple_empty) : tuple_from_iterable(args[3]);
    if (is_error(buffers))
        return ERROR;
    if (ouro_hooks.publish)
        ouro_hooks.publish(type, content, content_len, metadata, metadata_len, buffers);
    return bool_value(ouro_hooks.publish != NULL);
}
static Value ouro_payload(Value *args, size_t n)
{
    size_t len;
    const char *json = text_of(args[0], &len);
    if (json && ouro_hooks.payload)
        ouro_hooks.payload(json, len);
    return json ? NONE : ERROR;
}
static Value taken_text(char *text, size_t len)
{
    if (!text)
        return error_pending() ? ERROR : NONE;
    Value v = str_new(text, len);
    free(text);
    return v;
}
static Value ouro_service(Value *args, size_t n)
{
    size_t name_len, len = 2;
    const char *name = text_of(args[0], &name_len), *json = !name ? NULL : is_unbound(args[1]) ? "{}" : text_of(args[1], &len);
    char *answer = json && ouro_hooks.service ? ouro_hooks.service(name, json, len) : NULL;
    return json ? taken_text(answer, answer ? strlen(answer) : 0) : ERROR;
}
static Value ouro_transform(Value *args, size_t n)
{
    size_t len, out_len = 0;
    const char *code = text_of(args[0], &len);
    char *text = code && ouro_hooks.transform ? ouro_hooks.transform(code, len, &out_len) : NULL;
    if (!code)
        return ERROR;
    return text ? taken_text(text, out_len) : retain(args[0]);
}
static Value ouro_input(Value *args, size_t n)
{
    size_t prompt_len, len = 0;
    int why = 0;
    const char *prompt = text_of(args[0], &prompt_len);
    Truth password = is_unbound(args[1]) ? NO : obj_truth(args[1]);
    if (!prompt || password == TRUTH_FAILED)
        return ERROR;
    if (!ouro_hooks.input)
        return NONE;
    char *line = ouro_hooks.input(prompt, prompt_len, password == YES, &len, &why);
    if (line)
        return taken_text(line, len);
    if (why == 1)
        return raise(EOFError, "EOF when reading a line");
    if (why == 2)
        return raise(KeyboardInterrupt, "Interrupted by user");
    return ouro_raise_no_input();
}
static Value ouro_last_error(Value *args, size_t n) { return ouro_hooks.last_error ? ouro_hooks.last_error() : NONE; }
static Value ouro_set_last_error(Value *args, size_t n)
{
    if (ouro_hooks.set_last_error)
        ouro_hooks.set_last_error(args[0]);
    return NONE;
}
static Value ouro_has_frontend(Value *args, size_t n) { return bool_value(ouro_hooks.publish != NULL); }
static Value ouro_user_namespace(Value *args, size_t n)
{
    Value space = ouro_hooks.user_namespace ? ouro_hooks.user_namespace() : UNBOUND;
    return is_ptr(space) ? retain(space) : NONE;
}
bool ouro_is_shell_name(const char *name)
{
    static const char *const names[] = { "In", "Out", "get_ipython", "exit", "quit", "open", "display" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return name[0] == '_';
}

static Value ouro_is_shell_name_method(Value *args, size_t n)
{
    const char *name = str_utf8_peek(args[0], NULL);
    if (!name)
        return ERROR;
    return bool_value(ouro_is_shell_name(name));
}

static Value ouro_run_cell(Value *args, size_t n)
{
    Truth silent = is_unbound(args[1]) ? NO : obj_truth(args[1]), store = is_unbound(args[2]) ? NO : obj_truth(args[2]);
    if (silent == TRUTH_FAILED || store == TRUTH_FAILED || !str_check(args[0]))
        return error_pending() ? ERROR : raise(TypeError, "run_cell() argument 1 must be str, not %W", args[0]);
    return ouro_hooks.run_cell ? ouro_hooks.run_cell(args[0], silent == YES, store == YES) : raise(RuntimeError, "no frontend runs this program");
}

/* --- JSON out: what the messages need, valid whatever comes (NaN and infinities are null, lone surrogates stay escaped) ----------- */
static bool json_value(StrBuilder *out, Value v, int depth);

static bool json_text(StrBuilder *out, Value s)
{
    const Str *text = as_str(s);
    if (!str_builder_char(out, '"'))
        return false;
    for (uint64_t i = 0; i < text->len; i++) {
        uint32_t c = str_char(text, i);
        char escape[8];
        int n = 0;
        if (c == '"' || c == '\\')
            n = snprintf(escape, sizeof escape, "\\%c", (char)c);
        else if (c == '\n' || c == '\t' || c == '\r')
            n = snprintf(escape, sizeof escape, "\\%c", c == '\n' ? 'n' : c == '\t' ? 't' : 'r');
        else if (c < 0x20 || c == 0x7f || (c >= 0xd800 && c < 0xe000))
            n = snprintf(escape, sizeof escape, "\\u%04x", c);
        if (!(n ? str_builder_ascii(out, escape, (size_t)n) : str_builder_char(out, c)))
            return false;
    }
    return str_builder_char(out, '"');
}
static bool json_plain(StrBuilder *out, Value v)
{
    own Value text = obj_str(v);
    return !is_error(text) && str_builder_str(out, text);
}
static bool json_items(StrBuilder *out, Value v, int depth)
{
    own Value items = tuple_from_iterable(v);
    bool good = !is_error(items) && str_builder_char(out, '[');
    for (uint64_t i = 0; good && i < tuple_len(items); i++)
        good = (i == 0 || str_builder_ascii(out, ", ", 2)) && json_value(out, tuple_peek(items, i), depth + 1);
    return good && str_builder_char(out, ']');
}
static bool json_pairs(StrBuilder *out, Value v, int depth)
{
    own Value copy = dict_copy(as_dict(v));
    uint64_t position = 0;
    Value key, value;
    bool good = !is_error(copy) && str_builder_char(out, '{');
    for (bool first = true; good && dict_next(as_dict(copy), &position, &key, &value); first = false) {
        own Value name = str_check(key) ? retain(key) : bytes_check(key) ? str_from_latin1(as_bytes(key)->data, as_bytes(key)->len) : obj_str(key);
        good = !is_error(name) && (first || str_builder_ascii(out, ", ", 2)) && json_text(out, name) && str_builder_ascii(out, ": ", 2) && json_value(out, value, depth + 1);
    }
    return good && str_builder_char(out, '}');
}
static bool json_value(StrBuilder *out, Value v, int depth)
{
    if (depth > 200)
        return raise_false(ValueError, "too deep for JSON");
    if (str_check(v))
        return json_text(out, v);
    if (is_none(v) || is_bool(v))
        return str_builder_ascii(out, is_none(v) ? "null" : same(v, TRUE) ? "true" : "false", same(v, FALSE) ? 5 : 4);
    if (int_check(v))
        return json_plain(out, v);
    if (float_check(v))
        return isfinite(float_of(v)) ? json_plain(out, v) : str_builder_ascii(out, "null", 4);
    if (dict_check(v))
        return json_pairs(out, v, depth);
    if (list_check(v) || tuple_check(v))
        return json_items(out, v, depth);
    own Value text = obj_str(v);
    return !is_error(text) && json_text(out, text);
}
static Value ouro_json(Value *args, size_t n)
{
    StrBuilder out = { 0 };
    return str_builder_end(&out, json_value(&out, args[0], 0));
}

/* --- JSON in: what the kernel answers. Strict enough; errors are ValueError ------------------------------------------------ */
typedef struct JsonIn { const char *at, *end; int depth; } JsonIn;
static Value json_read(JsonIn *in);

static void json_blank(JsonIn *in)
{
    while (in->at < in->end && strchr(" \t\r\n", *in->at))
        in->at++;
}
static Value json_bad(void) { return raise(ValueError, "not JSON"); }
static bool json_take(JsonIn *in, char c)
{
    json_blank(in);
    if (in->at >= in->end || *in->at != c)
        return false;
    in->at++;
    return true;
}
static int32_t json_hex(JsonIn *in)
{
    int32_t code = 0;
    for (int i = 0; i < 4; i++, in->at++) {
        int digit = in->at < in->end ? hex_digit((uint8_t)*in->at) : -1;
        if (digit < 0)
            return -1;
        code = code * 16 + digit;
    }
    return code;
}
static Value json_read_text(JsonIn *in)
{
    StrBuilder out = { 0 };
    bool good = true;
    while (good && in->at < in->end && *in->at != '"') {
        const char *start = in->at;
        while (in->at < in->end && *in->at != '"' && *in->at != '\\')
            in->at++;
        good = str_builder_utf8(&out, start, (size_t)(in->at - start));
        if (!good || in->at >= in->end || *in->at == '"')
            continue;
        static const char from[] = "bfnrt\"\\/", to[] = "\b\f\n\r\t\"\\/";
        char c = in->at + 1 < in->end ? in->at[1] : 0;
        const char *known = c ? strchr(from, c) : NULL;
        in->at += 2;
        int32_t code = known ? to[known - from] : c == 'u' ? json_hex(in) : -1;
        if (code >= 0xd800 && code < 0xdc00 && in->at + 1 < in->end && in->at[0] == '\\' && in->at[1] == 'u') {
            in->at += 2;
            int32_t low = json_hex(in);
            code = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : -1;
        }
        good = code >= 0 && str_builder_char(&out, (uint32_t)code);
    }
    if (good && in->at < in->end) {
        in->at++;
        return str_builder_finish(&out);
    }
    str_builder_free(&out);
    return error_pending() ? ERROR : json_bad();
}
static Value json_read_list(JsonIn *in)
{
    own Value list = list_new(0);
    if (is_error(list) || json_take(in, ']'))
        return give(list);
    do {
        if (!list_append_take(list, json_read(in)))
            return ERROR;
    } while (json_take(in, ','));
    return json_take(in, ']') ? give(list) : json_bad();
}
static Value json_read_dict(JsonIn *in)
{
    own Value dict = dict_new();
    if (is_error(dict) || json_take(in, '}'))
        return give(dict);
    do {
        own Value key = json_take(in, '"') ? json_read_text(in) : json_bad();
        own Value value = is_error(key) ? ERROR : json_take(in, ':') ? json_read(in) : json_bad();
        if (is_error(value) || !dict_set(as_dict(dict), key, value))
            return ERROR;
    } while (json_take(in, ','));
    return json_take(in, '}') ? give(dict) : json_bad();
}
static Value json_read(JsonIn *in)
{
    static const struct { const char *word; Value value; } words[] = { { "null", { 4 } }, { "false", { 12 } }, { "true", { 20 } } };
    if (++in->depth > 500)
        return json_bad();
    Value result = UNBOUND;
    if (json_take(in, '"'))
        result = json_read_text(in);
    else if (json_take(in, '['))
        result = json_read_list(in);
    else if (json_take(in, '{'))
        result = json_read_dict(in);
    for (size_t i = 0; is_unbound(result) && i < 3; i++) {
        size_t n = strlen(words[i].word);
        if ((size_t)(in->end - in->at) >= n && memcmp(in->at, words[i].word, n) == 0) {
            in->at += n;
            result = words[i].value;
        }
    }
    if (is_unbound(result)) {
        const char *start = in->at;
        while (in->at < in->end && strchr("+-.0123456789eE", *in->at))
            in->at++;
        own Value text = str_new(start, (size_t)(in->at - start));
        result = in->at == start ? json_bad() : memchr(start, '.', (size_t)(in->at - start)) || memchr(start, 'e', (size_t)(in->at - start))
                 ? is_error(text) ? ERROR : float_from_str(text) : int_parse(start, (size_t)(in->at - start), 10);
    }
    in->depth--;
    return result;
}
static Value ouro_parse_json(Value *args, size_t n)
{
    size_t len;
    const char *text = text_of(args[0], &len);
    JsonIn in = { text, text ? text + len : NULL, 0 };
    own Value value = text ? json_read(&in) : ERROR;
    json_blank(&in);
    return is_error(value) || in.at == in.end ? give(value) : json_bad();
}

/* --- errors ------------------------------------------------------------------------------------------------------------------ */
static Value ouro_format_exception(Value *args, size_t n)
{
    if (!exception_check(args[0]))
        return raise(TypeError, "an exception is required, not '%T'", args[0]);
    return !is_unbound(args[1]) && same(args[1], TRUE) ? traceback_format_only(args[0]) : traceback_format(args[0]);
}
/* (line, end_line, column, end_column) of a traceback entry; columns are UTF-8 bytes; None when unknown. */
static Value ouro_traceback_position(Value *args, size_t n)
{
    if (!is_exact(args[0], &traceback_type))
        return raise(TypeError, "a traceback is required, not '%T'", args[0]);
    Traceback *tb = (Traceback *)as_obj(args[0]);
    Code *code = (Code *)as_obj(((FrameObject *)as_obj(tb->frame))->code);
    Position p = tb->lasti >= 0 ? code_position(code, (uint32_t)tb->lasti / CODE_UNIT) : (Position){ 0 };
    if (p.line == 0 || p.column < 0)
        return NONE;
    Value fields[4] = { int_value(p.line), int_value(p.end_line), int_value(p.column), int_value(p.end_column) };
    return tuple_from_take(fields, 4);
}

/* --- sizes: bytes reachable from a value, stopping at what everybody shares (types, modules, namespaces, functions' globals) -------- */
typedef struct Walk { Visitor visitor; Object **stack, **seen; size_t n_stack, cap_stack, n_seen, cap_seen, limit; uint64_t bytes; bool failed; } Walk;

static bool walk_mark(Walk *w, Object *o)
{
    if (2 * w->n_seen >= w->cap_seen) {
        size_t cap = w->cap_seen ? 2 * w->cap_seen : 256;
        Object **table = calloc(cap, sizeof *table);
        if (!table)
            return w->failed = true, false;
        for (size_t i = 0; i < w->cap_seen; i++) {
            if (!w->seen[i])
                continue;
            size_t at = ((uintptr_t)w->seen[i] >> 4) * 11400714819323198485u >> 20 & (cap - 1);
            while (table[at])
                at = (at + 1) & (cap - 1);
            table[at] = w->seen[i];
        }
        free(w->seen);
        w->seen = table;
        w->cap_seen = cap;
    }
    size_t at = ((uintptr_t)o >> 4) * 11400714819323198485u >> 20 & (w->cap_seen - 1);
    for (; w->seen[at]; at = (at + 1) & (w->cap_seen - 1))
        if (w->seen[at] == o)
            return false;
    w->seen[at] = o;
    w->n_seen++;
    return true;
}
static void walk_visit(Visitor *visitor, Object *child, const Edge *edge)
{
    Walk *w = (Walk *)visitor;
    if (w->failed || w->n_seen >= w->limit || (child->birth & BIRTH_STATIC) || is_hub(child) || !walk_mark(w, child))
        return;
    if (w->n_stack == w->cap_stack) {
        size_t cap = w->cap_stack ? 2 * w->cap_stack : 256;
        Object **stack = realloc(w->stack, cap * sizeof *stack);
        if (!stack) {
            w->failed = true;
            return;
        }
        w->stack = stack;
        w->cap_stack = cap;
    }
    w->stack[w->n_stack++] = child;
}
/* deep_size(value, limit) -- bytes of at most `limit` objects reachable from it. */
static Value ouro_deep_size(Value *args, size_t n)
{
    int64_t limit = 100000;
    if (!is_unbound(args[1]) && !obj_index_i64(args[1], &limit, OverflowError))
        return ERROR;
    Walk w = { .visitor.visit = walk_visit, .limit = limit < 1 ? 1 : (size_t)limit };
    if (is_ptr(args[0]))
        walk_visit(&w.visitor, as_obj(args[0]), NULL);
    while (w.n_stack > 0) {
        Object *o = w.stack[--w.n_stack];
        w.bytes += heap_size_of(o);
        object_trace(o, &w.visitor);
    }
    free(w.stack);
    free(w.seen);
    return int_from_u64(w.bytes);
}

/* --- the heap ------------------------------------------------------------------------------------------------------------- */
static Value ouro_heap_counts(Value *args, size_t n)
{
    HeapCounts c = heap_counts();
    own Value d = dict_new();
    const struct { const char *name; uint64_t value; } counts[] = { { "live_bytes", c.live_bytes }, { "live_objects", c.live_objects }, { "peak_bytes", c.peak_bytes },
        { "allocated_bytes", c.allocated_bytes }, { "freed_bytes", c.freed_bytes }, { "allocated_objects", c.allocated_objects }, { "freed_objects", c.freed_objects },
        { "mapped_bytes", c.mapped_bytes }, { "limit_bytes", heap_limit() } };
    for (size_t i = 0; !is_error(d) && i < sizeof counts / sizeof *counts; i++) {
        own Value v = int_from_u64(counts[i].value);
        if (is_error(v) || !dict_set_c(as_dict(d), counts[i].name, v))
            return ERROR;
    }
    return give(d);
}
/* What %gc shows beyond the gc module. */
static Value ouro_collector(Value *args, size_t n)
{
    own Value d = dict_new(), sizes = list_new(N_GENERATIONS);
    const struct { const char *name; uint64_t value; } facts[] = { { "long_lived_pending", (uint64_t)collector.long_lived_pending },
        { "long_lived_total", (uint64_t)collector.long_lived_total }, { "pause_total_ns", collector.pause_total_ns }, { "pause_longest_ns", collector.pause_longest_ns },
        { "pause_last_ns", collector.pause_last_ns } };
    for (int i = 0; !is_error(sizes) && i < N_GENERATIONS; i++)
        if (!list_append_take(sizes, int_value(collect_generation_size(i))))
            return ERROR;
    for (size_t i = 0; !is_error(d) && i < sizeof facts / sizeof *facts; i++) {
        own Value v = int_from_u64(facts[i].value);
        if (is_error(v) || !dict_set_c(as_dict(d), facts[i].name, v))
            return ERROR;
    }
    return !is_error(d) && !is_error(sizes) && dict_set_c(as_dict(d), "objects", sizes) ? give(d) : ERROR;
}
static Value ouro_set_limit(Value *args, size_t n)
{
    int64_t bytes;
    if (!obj_index_i64(args[0], &bytes, OverflowError))
        return ERROR;
    if (bytes < 0)
        return raise(ValueError, "the limit must not be negative");
    heap_set_limit((uint64_t)bytes);
    return NONE;
}
static Value ouro_trim(Value *args, size_t n) { return int_value((int64_t)heap_trim()); }
static Value ouro_birth_cell(Value *args, size_t n) { return int_value(is_ptr(args[0]) ? birth_cell(as_obj(args[0])) : 0); }

/* compile_cell(source, filename) -- code of a cell: its globals live in registers while it runs. */
static Value ouro_compile_cell(Value *args, size_t n)
{
    size_t len, name_len;
    const char *source = text_of(args[0], &len), *filename = !source ? NULL : is_unbound(args[1]) ? "<cell>" : text_of(args[1], &name_len);
    if (!filename)
        return ERROR;
    CompileOptions options = { .mode = COMPILE_EXEC, .flags = COMPILE_LINKED, .optimize = -1, .filename = filename };
    Code *code = compile_source(source, len, false, &options);
    return code ? obj_value(code) : ERROR;
}

static Value ouro_when_loaded(Value *args, size_t n)
{
    if (!str_check(args[0]))
        return raise(TypeError, "a module's name must be str, not %s", type_name(args[0]));
    return import_when_loaded(args[0], args[1]) ? NONE : ERROR;
}

static const Method functions[] = {
    { "publish", "(type, content, metadata='{}', buffers=None, /)", ouro_publish, "Send a message to the frontend; content and metadata are JSON text. False: there is none." },
    { "payload", "(json, /)", ouro_payload, "Add a payload to the reply of the running cell." },
    { "service", "(name, json='{}', /)", ouro_service, "Ask the kernel for a service; JSON text in and out, None: unknown." },
    { "transform", "(code, /)", ouro_transform, "A cell's text with magics as plain Python." },
    { "input", "(prompt, password=False, /)", ouro_input, "A line from the frontend's user; None: there is no frontend." },
    { "has_frontend", "()", ouro_has_frontend, "Does a notebook show what this program displays?" },
    { "user_namespace", "()", ouro_user_namespace, "The dict that cells run in." },
    { "is_shell_name", "(name, /)", ouro_is_shell_name_method, "Does the notebook itself put this name among the user's, or does it begin with _?" },
    { "run_cell", "(code, silent=False, store_history=False, /)", ouro_run_cell, "Run a cell's text; True when it succeeded." },
    { "heap_counts", "()", ouro_heap_counts, "Exact bytes and objects: live, peak, allocated, freed." },
    { "collector", "()", ouro_collector, "Sizes of the generations, the 25 % rule's two numbers, pauses in nanoseconds." },
    { "set_limit", "(bytes, /)", ouro_set_limit, "The bytes that live objects may use; 0: no limit." },
    { "last_error", "()", ouro_last_error, "The exception that the notebook showed last, or None." },
    { "set_last_error", "(exception, /)", ouro_set_last_error, "Keep this exception, or (None) none, as the last one." },
    { "json", "(value, /)", ouro_json, "JSON text of dicts, lists, str, numbers; anything else as its str()." },
    { "parse_json", "(text, /)", ouro_parse_json, "The value of JSON text; ValueError." },
    { "format_exception", "(exception, only=False, /)", ouro_format_exception, "An exception as text; only=True: without traceback and causes." },
    { "traceback_position", "(traceback, /)", ouro_traceback_position, "(line, end line, column, end column) of a traceback entry, or None." },
    { "deep_size", "(value, limit=100000, /)", ouro_deep_size, "Bytes of what is reachable from a value, types and modules apart; at most `limit` objects are visited." },
    { "trim", "()", ouro_trim, "Give empty pages back to the operating system; returns bytes." },
    { "birth_cell", "(object, /)", ouro_birth_cell, "The number of the cell that made the object; 0: the runtime." },
    { "when_loaded", "(name, callable, /)", ouro_when_loaded, "Call callable(module) once when that module is loaded, or now." },
    { "compile_cell", "(source, filename='<cell>', /)", ouro_compile_cell, "Compile as a notebook cell is compiled." },
    { 0 },
};
static bool init(Value module)
{
    if (!(stream_type.flags & TYPE_READY))
        type_ready(&stream_type, &object_type);
    return module_add_type(module, &stream_type);
}
const NativeModule ouro_module = { "_ouro", "The runtime and its host, for Ouro's own Python code.", functions, init };
