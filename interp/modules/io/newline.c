/* newline.c -- IncrementalNewlineDecoder, and finding the ends of lines. */
#include "interp/modules/io/io_parts.h"

static NewlineDecoder *as_newline(Value v) { return (NewlineDecoder *)as_obj(v); }

/* The value of the attribute `newlines`. */
static Value seen_value(unsigned seen)
{
    static const char *const names[] = { NULL, "\r", "\n", NULL, "\r\n" };
    if (seen == 0)
        return NONE;
    if (seen == SEEN_CR || seen == SEEN_LF || seen == SEEN_CRLF)
        return str_from(names[seen]);
    Value v[3];
    unsigned n = 0;
    if (seen & SEEN_CR)
        v[n++] = str_from("\r");
    if (seen & SEEN_LF)
        v[n++] = str_from("\n");
    if (seen & SEEN_CRLF)
        v[n++] = str_from("\r\n");
    return tuple_from_take(v, n);
}

/* Which line ends are in the text. */
static unsigned look(Value s, unsigned known)
{
    const Str *t = as_str(s);
    unsigned seen = known;
    if (t->width == 1 && !memchr(t->u.c1, '\r', t->len))
        return seen | (memchr(t->u.c1, '\n', t->len) ? SEEN_LF : 0);
    for (uint64_t i = 0; i < t->len && seen != 7; i++) {
        uint32_t c = str_char(t, i);
        if (c == '\n') {
            seen |= SEEN_LF;
        } else if (c == '\r') {
            bool pair = i + 1 < t->len && str_char(t, i + 1) == '\n';
            seen |= pair ? SEEN_CRLF : SEEN_CR;
            i += pair;
        }
    }
    return seen;
}

static Value translate(Value s, uint8_t *seen)
{
    const Str *t = as_str(s);
    StrBuilder b = { 0 };
    uint64_t start = 0;
    for (uint64_t i = 0; i < t->len; i++) {
        uint32_t c = str_char(t, i);
        if (c == '\n')
            *seen |= SEEN_LF;
        if (c != '\r')
            continue;
        bool pair = i + 1 < t->len && str_char(t, i + 1) == '\n';
        *seen |= pair ? SEEN_CRLF : SEEN_CR;
        if (!str_builder_slice(&b, s, start, i) || !str_builder_char(&b, '\n')) {
            str_builder_free(&b);
            return ERROR;
        }
        i += pair;
        start = i + 1;
    }
    return str_builder_end(&b, str_builder_slice(&b, s, start, t->len));
}

static bool has_cr(Value s)
{
    const Str *t = as_str(s);
    if (t->width == 1)
        return memchr(t->u.c1, '\r', t->len) != NULL;
    for (uint64_t i = 0; i < t->len; i++)
        if (str_char(t, i) == '\r')
            return true;
    return false;
}

Value newline_decode(Value self, Value input, bool final)
{
    NewlineDecoder *d = as_newline(self);
    if (is_unbound(d->decoder))
        return raise(ValueError, "IncrementalNewlineDecoder.__init__() not called");
    own Value text = UNBOUND;
    if (is_none(d->decoder)) {
        text = retain(input);
    } else if (is_exact(d->decoder, &text_decoder_type) && bytes_check(input)) {
        text = text_decoder_decode(d->decoder, as_bytes(input)->data, as_bytes(input)->len, final);
    } else {
        Value a[2] = { input, bool_value(final) };
        text = call_method(d->decoder, "decode", a, 2);
    }
    if (is_error(text))
        return ERROR;
    if (!str_check(text))
        return raise(TypeError, "decoder should return a string result, not '%.200T'", text);
    uint64_t len = str_len(text);
    if (d->pending_cr && (final || len > 0)) {
        own Value cr = str_from("\r");
        Value joined = is_error(cr) ? ERROR : str_concat(cr, text);
        if (is_error(joined))
            return ERROR;
        set_slot(&text, joined);
        d->pending_cr = false;
        len++;
    }
    if (!final && len > 0 && str_char(as_str(text), len - 1) == '\r') {        /* the \n may come next */
        Value cut = str_slice(text, 0, (int64_t)len - 1);
        if (is_error(cut))
            return ERROR;
        set_slot(&text, cut);
        d->pending_cr = true;
        len--;
    }
    if (len == 0)
        return give(text);
    if (!d->translate || !has_cr(text)) {
        d->seen = (uint8_t)look(text, d->seen);
        return give(text);
    }
    return translate(text, &d->seen);
}

static Value newline_new(Type *type, const Value *args, size_t n_pos, Value kwnames) { return instance_new(type); }
static bool newline_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    Value a[3];
    bool translated;
    NewlineDecoder *d = as_newline(self);
    if (!bind_arguments("IncrementalNewlineDecoder", "(decoder, translate, errors='strict')", args, n_pos, kwnames, a, NULL) || !arg_bool(a[1], false, &translated))
        return false;
    Value errors = is_unbound(a[2]) ? str_from("strict") : retain(a[2]);
    if (is_error(errors))
        return false;
    set_slot(&d->decoder, retain(a[0]));
    set_slot(&d->errors, errors);
    d->translate = translated;
    d->seen = 0;
    d->pending_cr = false;
    return true;
}
Value newline_decoder_make(Value decoder, bool translated)
{
    Value v = instance_new(&newline_decoder_type);
    if (is_error(v))
        return ERROR;
    as_newline(v)->decoder = retain(decoder);
    as_newline(v)->errors = NONE;
    as_newline(v)->translate = translated;
    return v;
}

static bool made(Value self) { return !is_unbound(as_newline(self)->decoder) || raise_false(ValueError, "IncrementalNewlineDecoder.__init__() not called"); }
static Value m_decode(Value *args, size_t n)
{
    bool final;
    return arg_bool(args[2], false, &final) ? newline_decode(args[0], args[1], final) : ERROR;
}
static Value m_getstate(Value *args, size_t n)
{
    NewlineDecoder *d = as_newline(args[0]);
    own Value data = retain(bytes_empty), flags = small_int_value(0);
    int64_t flag = 0;
    if (!made(args[0]))
        return ERROR;
    if (!is_none(d->decoder)) {
        own Value state = call_method0(d->decoder, "getstate");
        if (is_error(state))
            return ERROR;
        if (!tuple_check(state) || tuple_len(state) != 2 || !int_check(tuple_peek(state, 1)))
            return raise(TypeError, "illegal decoder state");
        set_slot(&data, retain(tuple_peek(state, 0)));
        int_to_i64(tuple_peek(state, 1), &flag);
    }
    set_slot(&flags, int_value(flag << 1 | d->pending_cr));
    return is_error(flags) ? ERROR : tuple_of2(data, flags);
}
static Value m_setstate(Value *args, size_t n)
{
    NewlineDecoder *d = as_newline(args[0]);
    int64_t flag;
    if (!made(args[0]))
        return ERROR;
    if (!tuple_check(args[1]))
        return raise(TypeError, "state argument must be a tuple");
    if (tuple_len(args[1]) != 2 || !int_check(tuple_peek(args[1], 1)))
        return raise(TypeError, "setstate(): illegal state argument");
    int_to_i64(tuple_peek(args[1], 1), &flag);
    d->pending_cr = flag & 1;
    if (is_none(d->decoder))
        return NONE;
    own Value flags = int_value(flag >> 1), state = is_error(flags) ? ERROR : tuple_of2(tuple_peek(args[1], 0), flags);
    return is_error(state) ? ERROR : call_method1(d->decoder, "setstate", state);
}
static Value m_reset(Value *args, size_t n)
{
    NewlineDecoder *d = as_newline(args[0]);
    if (!made(args[0]))
        return ERROR;
    d->seen = 0;
    d->pending_cr = false;
    return is_none(d->decoder) ? NONE : call_method0(d->decoder, "reset");
}
static Value get_newlines(Value self) { return made(self) ? seen_value(as_newline(self)->seen) : ERROR; }

static const Method methods[] = {
    { "decode", "(self, input, final=False)", m_decode, NULL }, { "getstate", "(self, /)", m_getstate, NULL },
    { "setstate", "(self, state, /)", m_setstate, NULL }, { "reset", "(self, /)", m_reset, NULL }, { 0 },
};
static const GetSet getsets[] = { { "newlines", get_newlines, NULL, NULL }, { 0 } };
static const TraceRow rows[] = { { TRACE_VALUE, offsetof(NewlineDecoder, decoder), 0, "decoder" }, { TRACE_VALUE, offsetof(NewlineDecoder, errors), 0, "errors" },
    { TRACE_ATTRS, offsetof(NewlineDecoder, attrs), 0, NULL }, { 0 } };
Type newline_decoder_type = {
    STATIC_TYPE(newline_decoder_type, "IncrementalNewlineDecoder", NewlineDecoder, rows), STATIC_TYPE_ATTRS(NewlineDecoder, attrs), .flags = TYPE_BASE | TYPE_HAS_DICT, .new = newline_new,
    .init = newline_init, .methods = methods, .getsets = getsets, .module_name = "_io", .signature = "(decoder, translate, errors='strict')",
    .doc = "Codec used when reading a file in universal newlines mode.\n\nIt wraps another incremental decoder, translating \\r\\n and \\r into \\n.\nIt also records the types of newlines encountered.  When used with\ntranslate=False, it ensures that the newline sequence is returned in\none piece. When used with decoder=None, it expects unicode strings as\ndecode input and translates newlines without first invoking an external\ndecoder.",
};

/* --- ends of lines ------------------------------------------------------------------------------------------------------------------------------ */
static uint32_t char_at(const void *data, unsigned width, int64_t i)
{
    return width == 1 ? ((const uint8_t *)data)[i] : width == 2 ? ((const uint16_t *)data)[i] : ((const uint32_t *)data)[i];
}
static int64_t find_char(const void *data, unsigned width, int64_t start, int64_t stop, char c)
{
    if (width == 1) {
        const uint8_t *all = data, *at = memchr(all + start, c, (size_t)(stop - start));
        return at ? at - all : -1;
    }
    for (int64_t i = start; i < stop; i++)
        if (char_at(data, width, i) == (uint32_t)c)
            return i;
    return -1;
}

int64_t newline_find(const void *data, unsigned width, int64_t start, int64_t stop, bool translated, bool universal, const char *newline, int64_t *consumed)
{
    *consumed = stop;
    if (translated) {
        int64_t at = find_char(data, width, start, stop, '\n');
        return at < 0 ? -1 : at + 1;
    }
    if (universal) {
        for (int64_t i = start; i < stop; i++) {
            uint32_t c = char_at(data, width, i);
            if (c == '\n')
                return i + 1;
            if (c == '\r')
                return i + 1 < stop && char_at(data, width, i + 1) == '\n' ? i + 2 : i + 1;
        }
        return -1;
    }
    if (!newline || !newline[0])
        newline = "\n";
    size_t n = strlen(newline);
    for (int64_t i = start;; i++) {
        i = find_char(data, width, i, stop, newline[0]);
        if (i < 0)
            return -1;
        if (n == 1)
            return i + 1;
        if (i + 1 < stop && char_at(data, width, i + 1) == (uint8_t)newline[1])
            return i + 2;
        if (i + 1 >= stop) {             /* half of it: look again with more */
            *consumed = i;
            return -1;
        }
    }
}

bool newline_argument(Value v, const char *function, const char **newline)
{
    *newline = NULL;
    if (is_none(v))
        return true;
    if (!str_check(v))
        return raise_false(TypeError, "newline must be str or None, not %.200T", v);
    static const char *const allowed[] = { "", "\n", "\r", "\r\n" };
    for (int i = 0; i < 4; i++)
        if (str_equal_c(v, allowed[i])) {
            *newline = allowed[i];
            return true;
        }
    return raise_false(ValueError, "illegal newline value: %R", v);
}
