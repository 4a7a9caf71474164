/* expat_module.c -- pyexpat: the XML parser expat (docs.python.org/3.11/library/pyexpat.html), which xml.etree, xml.sax and xml.dom build on.
 * The library is loaded when the module is first imported; without libexpat.so.1 the import fails.
 *
 * A handler that raises stops the parser: the error stays pending, later events are let pass, and Parse() fails with it. */
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interp/base/buf.h"
#include "interp/builtins/import.h"
#include "interp/modules/arg.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/dict.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

/* --- the library's interface ------------------------------------------------------------------------------------------ */
typedef struct Expat Expat;              /* its XML_Parser points at one */
typedef struct Model { int kind, quantity; char *name; unsigned n_children; struct Model *children; } Model;
typedef struct Encoding { int map[256]; void *data; int (*convert)(void *, const char *); void (*release)(void *); } Encoding;
typedef struct Version { int major, minor, micro; } Version;
typedef struct Feature { int kind; const char *name; long value; } Feature;

#define FUNCTIONS(F) \
    F(Expat *, ParserCreate, (const char *encoding)) F(Expat *, ParserCreateNS, (const char *encoding, char separator)) F(void, ParserFree, (Expat *)) \
    F(void, SetUserData, (Expat *, void *)) F(int, SetEncoding, (Expat *, const char *)) F(int, Parse, (Expat *, const char *, int, int)) \
    F(int, StopParser, (Expat *, unsigned char)) F(int, GetErrorCode, (Expat *)) F(const char *, ErrorString, (int)) \
    F(unsigned long, GetCurrentLineNumber, (Expat *)) F(unsigned long, GetCurrentColumnNumber, (Expat *)) F(long, GetCurrentByteIndex, (Expat *)) \
    F(int, SetBase, (Expat *, const char *)) F(const char *, GetBase, (Expat *)) F(const char *, GetInputContext, (Expat *, int *offset, int *size)) \
    F(Expat *, ExternalEntityParserCreate, (Expat *, const char *context, const char *encoding)) F(int, SetParamEntityParsing, (Expat *, int)) \
    F(int, UseForeignDTD, (Expat *, unsigned char)) F(int, GetSpecifiedAttributeCount, (Expat *)) F(void, SetReturnNSTriplet, (Expat *, int)) \
    F(const char *, ExpatVersion, (void)) F(Version, ExpatVersionInfo, (void)) F(const Feature *, GetFeatureList, (void)) F(void, FreeContentModel, (Expat *, Model *)) \
    F(void, SetUnknownEncodingHandler, (Expat *, int (*)(void *, const char *, Encoding *), void *))
static struct {
#define F(result, name, parameters) result (*name) parameters;
    FUNCTIONS(F)
#undef F
} expat;

/* --- the parser object --------------------------------------------------------------------------------------------------- */
#define HANDLERS(H) \
    H(StartElement) H(EndElement) H(ProcessingInstruction) H(CharacterData) H(UnparsedEntityDecl) H(NotationDecl) H(StartNamespaceDecl) H(EndNamespaceDecl) H(Comment) \
    H(StartCdataSection) H(EndCdataSection) H(Default) H(NotStandalone) H(ExternalEntityRef) H(StartDoctypeDecl) H(EndDoctypeDecl) H(EntityDecl) \
    H(XmlDecl) H(ElementDecl) H(AttlistDecl) H(SkippedEntity)
typedef enum HandlerIndex {
#define H(name) name,
    HANDLERS(H)
#undef H
    DefaultHandlerExpand, N_HANDLERS
} HandlerIndex;

typedef struct Parser {
    Object head;
    Expat *expat;
    Value handlers[N_HANDLERS];  /* UNBOUND: none */
    uint64_t n_handlers;
    Value intern, parent;        /* dict or NONE; whose external entity this parses */
    Buf text;                    /* character data not handed on yet */
    int64_t buffer_size;
    bool buffer_text, ordered_attributes, specified_attributes, namespace_prefixes, failed, busy;
} Parser;
static Parser *as_parser(Value v) { return (Parser *)as_obj(v); }
static Type parser_type;
static Value error_class = UNBOUND_INIT;

static Value text_of(const char *s) { return s ? str_new(s, strlen(s)) : NONE; }
/* A name, one str for each text as long as the parser has a dict to keep them in. */
static Value name_of(Parser *p, const char *s)
{
    own Value name = text_of(s), known = UNBOUND;
    if (is_error(name) || is_none(name) || !dict_check(p->intern))
        return give(name);
    Found found = dict_find(as_dict(p->intern), name, &known);
    if (found == FOUND)
        return give(known);
    return found == ABSENT && dict_set(as_dict(p->intern), name, name) ? give(name) : ERROR;
}

/* An error is pending: nothing more is handed on. */
static void stop(Parser *p)
{
    p->failed = true;
    expat.StopParser(p->expat, 0);
}

/* Call a handler; the arguments (n of them, ERROR where making one failed) are consumed. Owned result, ERROR. */
static Value hand_take(Parser *p, HandlerIndex which, Value *args, size_t n)
{
    own Value handler = retain(p->handlers[which]);
    bool good = !p->failed;
    for (size_t i = 0; i < n; i++)
        good = good && !is_error(args[i]);
    Value result = good ? call(handler, args, n) : ERROR;
    for (size_t i = 0; i < n; i++)
        release(args[i]);
    if (is_error(result) && !p->failed)
        stop(p);
    return result;
}
static void tell(Parser *p, HandlerIndex which, Value *args, size_t n) { release(hand_take(p, which, args, n)); }
/* What a handler that answers yes or no says. */
static int ask(Parser *p, HandlerIndex which, Value *args, size_t n)
{
    own Value answer = hand_take(p, which, args, n);
    int64_t number = 0;
    if (!is_error(answer) && !obj_index_i64(answer, &number, OverflowError))
        stop(p);
    return number != 0;
}

static void flush(Parser *p)
{
    if (!p->text.len || p->failed)
        return;
    Value data = str_new((const char *)p->text.at, p->text.len);
    p->text.len = 0;
    if (!is_unbound(p->handlers[CharacterData]))
        tell(p, CharacterData, &data, 1);
    else
        release(data);
}

/* Every event but character data first hands on what text there is. */
#define EVENT(name, parameters, ...) \
    static void on_##name parameters { \
        Parser *p = user; \
        flush(p); \
        if (p->failed || is_unbound(p->handlers[name])) return; \
        Value args[] = { __VA_ARGS__ }; \
        tell(p, name, args, sizeof args / sizeof *args); \
    }
#define EMPTY_EVENT(name) \
    static void on_##name(void *user) { \
        Parser *p = user; \
        flush(p); \
        if (!p->failed && !is_unbound(p->handlers[name])) tell(p, name, NULL, 0); \
    }
static Value attributes_of(Parser *p, const char **at)
{
    size_t n = 0;
    while (at[n])
        n += 2;
    if (p->specified_attributes)
        n = (size_t)expat.GetSpecifiedAttributeCount(p->expat);
    own Value all = p->ordered_attributes ? list_new(n) : dict_new();
    for (size_t i = 0; !is_error(all) && i < n; i += 2) {
        own Value name = name_of(p, at[i]), value = is_error(name) ? ERROR : text_of(at[i + 1]);
        if (is_error(value) || !(p->ordered_attributes ? list_append(all, name) && list_append(all, value) : dict_set(as_dict(all), name, value)))
            return ERROR;
    }
    return give(all);
}

static Value model_of(Parser *p, const Model *m)
{
    Tuple *children = tuple_alloc(m->n_children);
    own Value all = children ? obj_value(children) : ERROR;
    for (unsigned i = 0; children && i < m->n_children; i++) {
        if (!stack_enter(" in conv_content_model"))
            return ERROR;
        Value child = model_of(p, &m->children[i]);
        stack_leave();
        if (is_error(child))
            return ERROR;
        children->items[i] = child;
    }
    Value name = is_error(all) ? ERROR : name_of(p, m->name);
    Value items[4] = { int_value(m->kind), int_value(m->quantity), name, give(all) };
    return is_error(name) ? (release(items[3]), ERROR) : tuple_from_take(items, 4);
}

EVENT(StartElement, (void *user, const char *name, const char **attributes), name_of(p, name), attributes_of(p, attributes))
EVENT(EndElement, (void *user, const char *name), name_of(p, name))
EVENT(ProcessingInstruction, (void *user, const char *target, const char *data), name_of(p, target), text_of(data))
EVENT(UnparsedEntityDecl, (void *user, const char *name, const char *base, const char *system, const char *public, const char *notation), name_of(p, name), name_of(p, base), name_of(p, system), name_of(p, public), name_of(p, notation))
EVENT(NotationDecl, (void *user, const char *name, const char *base, const char *system, const char *public), name_of(p, name), name_of(p, base), name_of(p, system), name_of(p, public))
EVENT(StartNamespaceDecl, (void *user, const char *prefix, const char *uri), name_of(p, prefix), name_of(p, uri))
EVENT(EndNamespaceDecl, (void *user, const char *prefix), name_of(p, prefix))
EVENT(Comment, (void *user, const char *data), text_of(data))
EMPTY_EVENT(StartCdataSection)
EMPTY_EVENT(EndCdataSection)
EVENT(Default, (void *user, const char *data, int len), str_new(data, (size_t)len))
EVENT(DefaultHandlerExpand, (void *user, const char *data, int len), str_new(data, (size_t)len))
EVENT(StartDoctypeDecl, (void *user, const char *name, const char *system, const char *public, int internal), name_of(p, name), name_of(p, system), name_of(p, public), int_value(internal))
EMPTY_EVENT(EndDoctypeDecl)
EVENT(EntityDecl, (void *user, const char *name, int parameter, const char *value, int len, const char *base, const char *system, const char *public, const char *notation),
      name_of(p, name), int_value(parameter), value ? str_new(value, (size_t)len) : NONE, name_of(p, base), name_of(p, system), name_of(p, public), name_of(p, notation))
EVENT(XmlDecl, (void *user, const char *version, const char *encoding, int standalone), text_of(version), text_of(encoding), int_value(standalone))
EVENT(AttlistDecl, (void *user, const char *element, const char *name, const char *type, const char *otherwise, int required), name_of(p, element), name_of(p, name), text_of(type), text_of(otherwise), int_value(required))
EVENT(SkippedEntity, (void *user, const char *name, int parameter), name_of(p, name), int_value(parameter))

static void on_ElementDecl(void *user, const char *name, Model *model)
{
    Parser *p = user;
    flush(p);
    if (!p->failed && !is_unbound(p->handlers[ElementDecl])) {
        Value args[2] = { name_of(p, name), model_of(p, model) };
        tell(p, ElementDecl, args, 2);
    }
    expat.FreeContentModel(p->expat, model);
}
static void on_CharacterData(void *user, const char *data, int len)
{
    Parser *p = user;
    if (p->failed)
        return;
    if (!p->buffer_text) {
        Value text = str_new(data, (size_t)len);
        tell(p, CharacterData, &text, 1);
        return;
    }
    if ((int64_t)p->text.len + len > p->buffer_size) {
        flush(p);
        if (p->failed || is_unbound(p->handlers[CharacterData]))
            return;
    }
    if ((int64_t)len > p->buffer_size) {
        Value text = str_new(data, (size_t)len);
        tell(p, CharacterData, &text, 1);
    } else if (!buf_add(&p->text, data, (size_t)len)) {
        error_set_memory();
        stop(p);
    }
}
static int on_NotStandalone(void *user)
{
    Parser *p = user;
    flush(p);
    return p->failed || is_unbound(p->handlers[NotStandalone]) ? 0 : ask(p, NotStandalone, NULL, 0);
}
/* Called with the parser, not with the user data: those of an entity's parser are the same. */
static int on_ExternalEntityRef(Expat *inner, const char *context, const char *base, const char *system, const char *public)
{
    Parser *p = *(void **)inner;         /* XML_GetUserData: the first word of a parser */
    flush(p);
    if (p->failed || is_unbound(p->handlers[ExternalEntityRef]))
        return 0;
    Value args[4] = { text_of(context), name_of(p, base), name_of(p, system), name_of(p, public) };
    return ask(p, ExternalEntityRef, args, 4);
}

/* An encoding of single bytes that expat does not know: its table by way of the codec. */
static int on_encoding(void *user, const char *name, Encoding *info)
{
    Parser *p = user;
    uint8_t bytes[256];
    for (int i = 0; i < 256; i++)
        bytes[i] = (uint8_t)i;
    if (p->failed)
        return 0;
    own Value all = bytes_new(bytes, 256), encoding = str_from(name), how = str_from("replace");
    Value args[2] = { encoding, how };
    own Value text = is_error(all) || is_error(encoding) || is_error(how) ? ERROR : call_method(all, "decode", args, 2);
    if (is_error(text) || !str_check(text) || str_len(text) != 256) {
        if (!is_error(text))
            error_set(ValueError, "multi-byte encodings are not supported");
        stop(p);
        return 0;
    }
    for (int i = 0; i < 256; i++) {
        uint32_t c = str_char(as_str(text), (uint64_t)i);
        info->map[i] = c == 0xfffd ? -1 : (int)c;
    }
    info->data = NULL;
    info->convert = NULL;
    info->release = NULL;
    return 1;
}

static struct HandlerRow { const char *setter; void *callback; void (*set)(Expat *, void *); } handler_rows[N_HANDLERS] = {
#define H(name) [name] = { "XML_Set" #name "Handler", (void *)on_##name, NULL },
    HANDLERS(H)
#undef H
    [DefaultHandlerExpand] = { "XML_SetDefaultHandlerExpand", (void *)on_DefaultHandlerExpand, NULL },
};

static bool load_library(void)
{
    static const struct { const char *name; void **slot; } rows[] = {
#define F(result, name, parameters) { "XML_" #name, (void **)&expat.name },
        FUNCTIONS(F)
#undef F
    };
    static bool loaded;
    void *library = loaded ? NULL : dlopen("libexpat.so.1", RTLD_NOW | RTLD_LOCAL);
    if (loaded)
        return true;
    if (!library)
        return raise_false(ImportError, "libexpat.so.1 cannot be loaded");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!(*rows[i].slot = dlsym(library, rows[i].name)))
            return raise_false(ImportError, "libexpat.so.1 lacks %s", rows[i].name);
    for (int i = 0; i < N_HANDLERS; i++)
        if (!(*(void **)&handler_rows[i].set = dlsym(library, handler_rows[i].setter)))
            return raise_false(ImportError, "libexpat.so.1 lacks %s", handler_rows[i].setter);
    return loaded = true;
}

/* --- life ------------------------------------------------------------------------------------------------------------------- */
static Value parser_new(Expat *made, Value intern, Value parent)
{
    Value v = made ? instance_new(&parser_type) : raise_memory();
    if (is_error(v)) {
        if (made)
            expat.ParserFree(made);
        return ERROR;
    }
    Parser *p = as_parser(v);
    p->expat = made;
    p->intern = retain(intern);
    p->parent = retain(parent);
    for (int i = 0; i < N_HANDLERS; i++)
        p->handlers[i] = UNBOUND;
    p->n_handlers = N_HANDLERS;
    p->text = (Buf){ 0 };
    p->buffer_size = 8192;
    p->buffer_text = p->ordered_attributes = p->specified_attributes = p->namespace_prefixes = p->failed = p->busy = false;
    expat.SetUserData(made, p);
    expat.SetUnknownEncodingHandler(made, on_encoding, p);
    return v;
}
static void dispose(Object *o)
{
    Parser *p = (Parser *)o;
    if (p->expat)
        expat.ParserFree(p->expat);
    buf_free(&p->text);
}

static Value f_create(Value *args, size_t n)
{
    const char *encoding, *separator;
    if (!arg_text(args[0], "ParserCreate", "'encoding'", true, &encoding) || !arg_text(args[1], "ParserCreate", "'namespace_separator'", true, &separator))
        return ERROR;
    if (separator && strlen(separator) > 1)
        return raise(ValueError, "namespace_separator must be at most one character, omitted, or None");
    if (is_ptr(args[2]) && !dict_check(args[2]))
        return raise(TypeError, "intern must be a dictionary");
    own Value intern = is_unbound(args[2]) ? dict_new() : retain(args[2]);
    if (is_error(intern))
        return ERROR;
    return parser_new(separator ? expat.ParserCreateNS(encoding, *separator) : expat.ParserCreate(encoding), intern, NONE);
}

static Value fail(Parser *p)
{
    int code = expat.GetErrorCode(p->expat);
    unsigned long line = expat.GetCurrentLineNumber(p->expat), column = expat.GetCurrentColumnNumber(p->expat);
    own Value text = str_format("%s: line %llu, column %llu", expat.ErrorString(code), (unsigned long long)line, (unsigned long long)column);
    own Value error = is_error(text) ? ERROR : call1(error_class, text);
    if (!is_error(error) && obj_setattr_c(error, "code", int_value(code)) && obj_setattr_c(error, "offset", int_value((int64_t)column)) &&
        obj_setattr_c(error, "lineno", int_value((int64_t)line)))
        exception_raise_take(give(error));
    return ERROR;
}

enum { PIECE = 1 << 20 };        /* bytes between two looks at the interrupt word */

static Value parse(Parser *p, const char *data, size_t len, bool last)
{
    if (p->busy)
        return raise(RuntimeError, "the parser is running: it cannot be used from its handlers");
    own Value keep = retain(obj_value(p));
    p->busy = true;
    int status = 1;
    while (status == 1 && !p->failed && len > PIECE) {
        status = expat.Parse(p->expat, data, PIECE, 0);
        data += PIECE;
        len -= PIECE;
        if (!p->failed && !poll_interrupt())
            p->failed = true;
    }
    if (status == 1 && !p->failed)
        status = expat.Parse(p->expat, data, (int)len, last);
    p->busy = false;
    if (p->failed) {
        p->failed = false;
        return ERROR;
    }
    if (status == 0)
        return fail(p);
    flush(p);
    if (p->failed) {
        p->failed = false;
        return ERROR;
    }
    return int_value(status);
}

/* --- methods ------------------------------------------------------------------------------------------------------------------ */
#define SELF Parser *p = as_parser(args[0])
static Value m_parse(Value *args, size_t n)
{
    SELF;
    bool last;
    if (!arg_bool(args[2], false, &last))
        return ERROR;
    if (str_check(args[1])) {
        size_t len;
        const char *text = str_utf8_peek(args[1], &len);
        if (!text)
            return ERROR;
        own Value keep = retain(args[1]);
        expat.SetEncoding(p->expat, "utf-8");
        return parse(p, text, len, last);
    }
    Buffer b;
    if (!buffer_bytes(args[1], &b))
        return ERROR;
    Value result = parse(p, b.data, (size_t)b.len_bytes, last);
    buffer_release(&b);
    return result;
}

static Value m_parse_file(Value *args, size_t n)
{
    SELF;
    own Value read = UNBOUND, result = small_int_value(1);
    Found found = obj_find_attr_c(args[1], "read", &read);
    if (found != FOUND)
        return found == FAILED ? ERROR : raise(TypeError, "argument must have 'read' attribute");
    for (;;) {
        own Value data = call1(read, small_int_value(2048));
        if (is_error(data))
            return ERROR;
        if (!bytes_check(data) && !is_instance_of(data, &bytearray_type))
            return raise(TypeError, "read() did not return a bytes object (type=%.400s)", type_name(data));
        Buffer b;
        if (!buffer_bytes(data, &b))
            return ERROR;
        bool last = b.len_bytes == 0;
        set_slot(&result, b.len_bytes > 2048 ? raise(ValueError, "read() returned too much data: %i bytes requested, %lld returned", 2048, (long long)b.len_bytes)
                                             : parse(p, b.data, (size_t)b.len_bytes, last));
        buffer_release(&b);
        if (is_error(result) || last)
            return give(result);
    }
}
static Value m_set_base(Value *args, size_t n)
{
    const char *base;
    if (!arg_text(args[1], "SetBase", "argument", false, &base))
        return ERROR;
    return expat.SetBase(as_parser(args[0])->expat, base) ? NONE : raise_memory();
}
static Value m_get_base(Value *args, size_t n) { return text_of(expat.GetBase(as_parser(args[0])->expat)); }
static Value m_get_context(Value *args, size_t n)
{
    SELF;
    int offset, size;
    const char *text = p->busy ? expat.GetInputContext(p->expat, &offset, &size) : NULL;
    return text ? bytes_new(text + offset, (size_t)(size - offset)) : NONE;
}
static Value m_entity_parser(Value *args, size_t n)
{
    SELF;
    const char *context, *encoding;
    if (!arg_text(args[1], "ExternalEntityParserCreate", "1", true, &context) || !arg_text(args[2], "ExternalEntityParserCreate", "2", true, &encoding))
        return ERROR;
    Value made = parser_new(expat.ExternalEntityParserCreate(p->expat, context, encoding), p->intern, args[0]);
    if (is_error(made))
        return ERROR;
    Parser *inner = as_parser(made);
    inner->buffer_text = p->buffer_text;
    inner->buffer_size = p->buffer_size;
    inner->ordered_attributes = p->ordered_attributes;
    inner->specified_attributes = p->specified_attributes;
    inner->namespace_prefixes = p->namespace_prefixes;
    for (int i = 0; i < N_HANDLERS; i++) {
        set_slot(&inner->handlers[i], retain(p->handlers[i]));
        if (!is_unbound(p->handlers[i]))
            handler_rows[i].set(inner->expat, handler_rows[i].callback);
    }
    return made;
}
static Value m_param_entities(Value *args, size_t n)
{
    int flag;
    return arg_int(args[1], 0, &flag) ? int_value(expat.SetParamEntityParsing(as_parser(args[0])->expat, flag)) : ERROR;
}
static Value m_foreign_dtd(Value *args, size_t n)
{
    SELF;
    bool on;
    if (!arg_bool(args[1], true, &on))
        return ERROR;
    int code = expat.UseForeignDTD(p->expat, on);
    return code ? fail(p) : NONE;
}

static const Method methods[] = {
    { "Parse", "(self, data, isfinal=False, /)", m_parse, "Parse XML data.\n\n`isfinal' should be true at end of input." },
    { "ParseFile", "(self, file, /)", m_parse_file, "Parse XML data from file-like object." }, { "SetBase", "(self, base, /)", m_set_base, "Set the base URL for the parser." },
    { "GetBase", "(self, /)", m_get_base, "Return base URL string for the parser." },
    { "GetInputContext", "(self, /)", m_get_context, "Return the untranslated text of the input that caused the current event.\n\nIf the event was generated by a large amount of text (such as a start tag\nfor an element with many attributes), not all of the text may be available." },
    { "ExternalEntityParserCreate", "(self, context, encoding=None, /)", m_entity_parser, "Create a parser for parsing an external entity based on the information passed to the ExternalEntityRefHandler." },
    { "SetParamEntityParsing", "(self, flag, /)", m_param_entities, "Controls parsing of parameter entities (including the external DTD subset).\n\nPossible flag values are XML_PARAM_ENTITY_PARSING_NEVER,\nXML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE and\nXML_PARAM_ENTITY_PARSING_ALWAYS. Returns true if setting the flag\nwas successful." },
    { "UseForeignDTD", "(self, flag=True, /)", m_foreign_dtd, "Allows the application to provide an artificial external subset if one is not specified as part of the document instance.\n\nThis readily allows the use of a 'default' document type controlled by the\napplication, while still getting the advantage of providing document type\ninformation to the parser. 'flag' defaults to True if not provided." },
    { 0 },
};

/* --- attributes ------------------------------------------------------------------------------------------------------------------ */
static bool set_handler(Parser *p, HandlerIndex which, Value v)
{
    if (is_unbound(v))
        return raise_false(RuntimeError, "Cannot delete attribute");
    if (which == CharacterData) {
        flush(p);                        /* what the old one has not seen */
        if (p->failed && !p->busy) {
            p->failed = false;
            return false;
        }
    }
    bool none = is_none(v);
    set_slot(&p->handlers[which], none ? UNBOUND : retain(v));
    /* the callback of text stays while its parser runs: expat may be in the middle of some */
    handler_rows[which].set(p->expat, none && !(which == CharacterData && p->busy) ? NULL : handler_rows[which].callback);
    return true;
}
#define H(name) \
    static Value get_##name(Value self) { Value v = as_parser(self)->handlers[name]; return is_unbound(v) ? NONE : retain(v); } \
    static bool set_##name(Value self, Value v) { return set_handler(as_parser(self), name, v); }
HANDLERS(H) H(DefaultHandlerExpand)
#undef H
#define FLAG(name) \
    static Value get_##name(Value self) { return bool_value(as_parser(self)->name); } \
    static bool set_##name(Value self, Value v) { return is_unbound(v) ? raise_false(RuntimeError, "Cannot delete attribute") : arg_bool(v, false, &as_parser(self)->name); }
FLAG(ordered_attributes) FLAG(specified_attributes)
static Value get_buffer_text(Value self) { return bool_value(as_parser(self)->buffer_text); }
static bool set_buffer_text(Value self, Value v)
{
    Parser *p = as_parser(self);
    if (is_unbound(v) || !arg_bool(v, false, &p->buffer_text))
        return error_pending() ? false : raise_false(RuntimeError, "Cannot delete attribute");
    if (!p->buffer_text)
        flush(p);
    bool failed = p->failed && !p->busy;
    if (failed)
        p->failed = false;
    return !failed;
}
static Value get_namespace_prefixes(Value self) { return bool_value(as_parser(self)->namespace_prefixes); }
static bool set_namespace_prefixes(Value self, Value v)
{
    Parser *p = as_parser(self);
    if (is_unbound(v) || !arg_bool(v, false, &p->namespace_prefixes))
        return error_pending() ? false : raise_false(RuntimeError, "Cannot delete attribute");
    expat.SetReturnNSTriplet(p->expat, p->namespace_prefixes);
    return true;
}
static Value get_buffer_size(Value self) { return int_value(as_parser(self)->buffer_size); }
static bool set_buffer_size(Value self, Value v)
{
    Parser *p = as_parser(self);
    int64_t size;
    if (is_unbound(v))
        return raise_false(RuntimeError, "Cannot delete attribute");
    if (!int_check(v))
        return raise_false(TypeError, "buffer_size must be an integer");
    if (!int_to_i64(v, &size) || size <= 0)
        return raise_false(ValueError, "buffer_size must be greater than zero");
    if (size > INT_MAX)
        return raise_false(ValueError, "buffer_size must not be greater than %i", INT_MAX);
    if (size != p->buffer_size)
        flush(p);
    p->buffer_size = size;
    return true;
}
static Value get_buffer_used(Value self) { return int_value((int64_t)as_parser(self)->text.len); }
static Value get_intern(Value self) { return retain(as_parser(self)->intern); }
static Value get_code(Value self) { return int_value(expat.GetErrorCode(as_parser(self)->expat)); }
static Value get_line(Value self) { return int_value((int64_t)expat.GetCurrentLineNumber(as_parser(self)->expat)); }
static Value get_column(Value self) { return int_value((int64_t)expat.GetCurrentColumnNumber(as_parser(self)->expat)); }
static Value get_index(Value self) { return int_value(expat.GetCurrentByteIndex(as_parser(self)->expat)); }

static const GetSet getsets[] = {
#define H(name) { #name "Handler", get_##name, set_##name, NULL },
    HANDLERS(H)
#undef H
    { "DefaultHandlerExpand", get_DefaultHandlerExpand, set_DefaultHandlerExpand, NULL }, { "buffer_text", get_buffer_text, set_buffer_text, NULL },
    { "buffer_size", get_buffer_size, set_buffer_size, NULL }, { "buffer_used", get_buffer_used, NULL, NULL }, { "intern", get_intern, NULL, NULL },
    { "ordered_attributes", get_ordered_attributes, set_ordered_attributes, NULL }, { "specified_attributes", get_specified_attributes, set_specified_attributes, NULL },
    { "namespace_prefixes", get_namespace_prefixes, set_namespace_prefixes, NULL }, { "ErrorCode", get_code, NULL, NULL }, { "ErrorLineNumber", get_line, NULL, NULL },
    { "ErrorColumnNumber", get_column, NULL, NULL }, { "ErrorByteIndex", get_index, NULL, NULL }, { "CurrentLineNumber", get_line, NULL, NULL },
    { "CurrentColumnNumber", get_column, NULL, NULL }, { "CurrentByteIndex", get_index, NULL, NULL }, { 0 },
};
static const TraceRow rows[] = {
    { TRACE_TAIL, offsetof(Parser, handlers), offsetof(Parser, n_handlers), "handlers" }, { TRACE_VALUE, offsetof(Parser, intern), 0, "intern" },
    { TRACE_VALUE, offsetof(Parser, parent), 0, "parent" }, { 0 },
};
static Type parser_type = {
    STATIC_TYPE(parser_type, "xmlparser", Parser, rows), .heap.dispose = dispose, .flags = TYPE_NO_NEW, .methods = methods, .getsets = getsets, .module_name = "pyexpat",
    .doc = "XML parser",
};

/* --- the module ------------------------------------------------------------------------------------------------------------------- */
static Value f_error_string(Value *args, size_t n)
{
    int code;
    return arg_int(args[0], 0, &code) ? text_of(expat.ErrorString(code)) : ERROR;
}
static const Method functions[] = {
    { "ParserCreate", "(encoding=None, namespace_separator=None, intern=None)", f_create, "Return a new XML parser object." },
    { "ErrorString", "(code, /)", f_error_string, "Returns string error for given number." },
    { 0 },
};

/* From code 1 on. */
static const char *const error_names[] = {
    "NO_MEMORY", "SYNTAX", "NO_ELEMENTS", "INVALID_TOKEN", "UNCLOSED_TOKEN", "PARTIAL_CHAR", "TAG_MISMATCH", "DUPLICATE_ATTRIBUTE", "JUNK_AFTER_DOC_ELEMENT", "PARAM_ENTITY_REF",
    "UNDEFINED_ENTITY", "RECURSIVE_ENTITY_REF", "ASYNC_ENTITY", "BAD_CHAR_REF", "BINARY_ENTITY_REF", "ATTRIBUTE_EXTERNAL_ENTITY_REF", "MISPLACED_XML_PI", "UNKNOWN_ENCODING",
    "INCORRECT_ENCODING", "UNCLOSED_CDATA_SECTION", "EXTERNAL_ENTITY_HANDLING", "NOT_STANDALONE", "UNEXPECTED_STATE", "ENTITY_DECLARED_IN_PE", "FEATURE_REQUIRES_XML_DTD",
    "CANT_CHANGE_FEATURE_ONCE_PARSING", "UNBOUND_PREFIX", "UNDECLARING_PREFIX", "INCOMPLETE_PE", "XML_DECL", "TEXT_DECL", "PUBLICID", "SUSPENDED", "NOT_SUSPENDED", "ABORTED",
    "FINISHED", "SUSPEND_PE", "RESERVED_PREFIX_XML", "RESERVED_PREFIX_XMLNS", "RESERVED_NAMESPACE_URI", "INVALID_ARGUMENT", "NO_BUFFER", "AMPLIFICATION_LIMIT_BREACH",
};

/* A module inside this one, also in sys.modules. */
static Value submodule(Value module, const char *name, const char *doc)
{
    char full[64];
    snprintf(full, sizeof full, "pyexpat.%s", name);
    own Value made = module_new(full, doc), key = str_from(full);
    return !is_error(made) && !is_error(key) && module_add(module, name, made) && dict_set(import_modules_peek(), key, made) ? give(made) : ERROR;
}

static bool add_errors(Value module)
{
    own Value errors = submodule(module, "errors", "Constants used to describe error conditions."), codes = dict_new(), messages = dict_new();
    if (is_error(errors) || is_error(codes) || is_error(messages))
        return false;
    for (size_t i = 0; i < sizeof error_names / sizeof *error_names; i++) {
        char name[64];
        const char *text = expat.ErrorString((int)i + 1);
        snprintf(name, sizeof name, "XML_ERROR_%s", error_names[i]);
        own Value message = str_from(text ? text : "");
        if (is_error(message) || !module_add(errors, name, message) || !dict_set(as_dict(codes), message, int_value((int64_t)i + 1)) ||
            !dict_set(as_dict(messages), int_value((int64_t)i + 1), message))
            return false;
    }
    return module_add(errors, "codes", codes) && module_add(errors, "messages", messages);
}

static bool add_features(Value module)
{
    own Value list = list_new(8);
    for (const Feature *f = expat.GetFeatureList(); !is_error(list) && f->kind; f++) {
        own Value name = str_from(f->name);
        if (!list_append_take(list, is_error(name) ? ERROR : tuple_of2(name, int_value(f->value))))
            return false;
    }
    return !is_error(list) && module_add(module, "features", list);
}

static bool init(Value module)
{
    static const IntRow params[] = { { "XML_PARAM_ENTITY_PARSING_NEVER", 0 }, { "XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE", 1 }, { "XML_PARAM_ENTITY_PARSING_ALWAYS", 2 } };
    static const IntRow models[] = { { "XML_CTYPE_EMPTY", 1 }, { "XML_CTYPE_ANY", 2 }, { "XML_CTYPE_MIXED", 3 }, { "XML_CTYPE_NAME", 4 }, { "XML_CTYPE_CHOICE", 5 },
        { "XML_CTYPE_SEQ", 6 }, { "XML_CQUANT_NONE", 0 }, { "XML_CQUANT_OPT", 1 }, { "XML_CQUANT_REP", 2 }, { "XML_CQUANT_PLUS", 3 } };
    static Type *const types[] = { &parser_type, NULL };
    if (!load_library())
        return false;
    ready_types(types, &object_type);
    if (!ready_exception(&error_class, "xml.parsers.expat.ExpatError", exception_class_peek(Exception)))
        return false;
    Version v = expat.ExpatVersionInfo();
    own Value model = submodule(module, "model", "Constants used to interpret content model information.");
    return !is_error(model) && ADD_INTS(model, models) && ADD_INTS(module, params) && module_add(module, "error", error_class) && module_add(module, "ExpatError", error_class) &&
           module_add(module, "XMLParserType", obj_value(&parser_type)) && module_add_str(module, "EXPAT_VERSION", expat.ExpatVersion()) &&
           module_add_take(module, "version_info", tuple_of3(int_value(v.major), int_value(v.minor), int_value(v.micro))) &&
           module_add_str(module, "native_encoding", "UTF-8") && add_errors(module) && add_features(module);
}

const NativeModule expat_module = { "pyexpat", "Python wrapper for Expat parser.", functions, init };
