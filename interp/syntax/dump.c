/* dump.c -- driven by the field table; see ast.dump in CPython's Lib/ast.py for what is left out when. */
#include "interp/syntax/dump.h"

#include <gmp.h>
#include <stdlib.h>

#include "interp/base/dtoa.h"
#include "interp/base/utf8.h"
#include "interp/syntax/names.h"

static char quote_for(const char *bytes, size_t len)
{
    return memchr(bytes, '\'', len) && !memchr(bytes, '"', len) ? '"' : '\'';
}

/* What repr() escapes in str and bytes alike; false if the character is not among that. */
static bool short_escape(Buf *out, uint32_t c, char quote)
{
    if (c == (uint32_t)quote || c == '\\')
        return buf_char(out, '\\') && buf_char(out, (char)c);
    if (c == '\n' || c == '\r' || c == '\t')
        return buf_string(out, c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
    return false;
}

bool dump_string(Buf *out, const char *bytes, size_t len)
{
    char quote = quote_for(bytes, len);
    buf_char(out, quote);
    const char *s = bytes, *end = bytes + len;
    while (s < end) {
        const char *start = s;
        int32_t c = utf8_decode_wtf(&s, end);
        if (c < 0)
            c = 0xFFFD;
        if (c >= ' ' && c < 0x7F && c != quote && c != '\\')
            buf_char(out, (char)c);
        else if (short_escape(out, (uint32_t)c, quote))
            ;
        else if (c >= 0x80 && names_printable((uint32_t)c))
            buf_add(out, start, (size_t)(s - start));
        else
            buf_printf(out, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)c);
    }
    return buf_char(out, quote);
}

static bool dump_bytes(Buf *out, const char *bytes, size_t len)
{
    char quote = quote_for(bytes, len);
    buf_char(out, 'b');
    buf_char(out, quote);
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (short_escape(out, c, quote))
            continue;
        if (c < ' ' || c >= 0x7F)
            buf_printf(out, "\\x%02x", c);
        else
            buf_char(out, (char)c);
    }
    return buf_char(out, quote);
}

static bool dump_big(Buf *out, const Constant *value)
{
    if (value->base == 10)
        return buf_add(out, value->text->at, value->text->len);
    mpz_t number;
    if (mpz_init_set_str(number, value->text->at, value->base) != 0) {
        mpz_clear(number);
        return false;
    }
    size_t room = mpz_sizeinbase(number, 10) + 2;
    if (buf_reserve(out, room)) {
        mpz_get_str(out->at + out->len, 10, number);
        out->len += strlen(out->at + out->len);
    }
    mpz_clear(number);
    return !out->failed;
}

static bool dump_constant(Buf *out, const Constant *value)
{
    switch ((ConstantKind)value->kind) {
    case CONST_NONE: return buf_string(out, "None");
    case CONST_TRUE: return buf_string(out, "True");
    case CONST_FALSE: return buf_string(out, "False");
    case CONST_ELLIPSIS: return buf_string(out, "Ellipsis");
    case CONST_INT: return buf_printf(out, "%lld", (long long)value->integer);
    case CONST_BIGINT: return dump_big(out, value);
    case CONST_FLOAT: {
        char text[DOUBLE_REPR_MAX];
        return buf_add(out, text, double_repr(value->number, text));
    }
    case CONST_IMAGINARY: return double_format(out, value->number, 'r', 0, 0) && buf_char(out, 'j');
    case CONST_STR: return dump_string(out, value->text->at, value->text->len);
    case CONST_BYTES: return dump_bytes(out, value->text->at, value->text->len);
    }
    return false;
}

typedef struct Dumper {
    Buf *out;
    bool attributes;
    int depth;
} Dumper;

static bool dump_node(Dumper *d, const Node *node);

static bool dump_text(Buf *out, const Text *text)
{
    return text ? dump_string(out, text->at, text->len) : buf_string(out, "None");
}

static bool dump_kind(Buf *out, NodeKind kind)
{
    return buf_string(out, ast_classes[kind].name) && buf_string(out, "()");
}

static bool dump_list(Dumper *d, const AstField *field, const char *at)
{
    AstStore store = ast_store((AstSum)field->sum);
    int n = store == STORE_TEXT ? ((const TextList *)at)->n : store == STORE_KIND ? ((const KindList *)at)->n
                                                                                 : ((const NodeList *)at)->n;
    buf_char(d->out, '[');
    for (int i = 0; i < n; i++) {
        if (i)
            buf_string(d->out, ", ");
        if (store == STORE_TEXT)
            dump_text(d->out, ((const TextList *)at)->at[i]);
        else if (store == STORE_KIND)
            dump_kind(d->out, ((const KindList *)at)->at[i]);
        else if (!dump_node(d, ((const NodeList *)at)->at[i]))
            return false;
    }
    return buf_char(d->out, ']');
}

static bool dump_field(Dumper *d, const AstField *field, const char *at)
{
    if (field->count == AST_SEQ)
        return dump_list(d, field, at);
    switch (ast_store((AstSum)field->sum)) {
    case STORE_TEXT: return dump_text(d->out, *(const Text *const *)at);
    case STORE_INT: return buf_printf(d->out, "%d", *(const int *)at);
    case STORE_CONSTANT: return dump_constant(d->out, (const Constant *)at);
    case STORE_KIND: return dump_kind(d->out, *(const NodeKind *)at);
    default: return dump_node(d, *(Node *const *)at);
    }
}

/* ast.dump leaves out an optional field that is None; type_params, which 3.11 does not have, when it is empty. */
static bool left_out(const AstField *field, const char *at)
{
    if (field->sum == AST_type_param)
        return ((const NodeList *)at)->n == 0;
    return field->count == AST_OPT && !*(void *const *)at;
}

static bool dump_node(Dumper *d, const Node *node)
{
    if (!node)
        return buf_string(d->out, "None");
    if (++d->depth > DUMP_MAX_DEPTH)
        return false;
    const AstClass *class = &ast_classes[node->kind];
    buf_string(d->out, class->name);
    const char *separator = "(";
    for (int i = 0; i < class->n_fields; i++) {
        const AstField *field = &class->fields[i];
        const char *at = (const char *)node + field->offset;
        if (left_out(field, at))
            continue;
        buf_string(d->out, separator);
        separator = ", ";
        buf_string(d->out, field->name);
        buf_char(d->out, '=');
        if (!dump_field(d, field, at))
            return false;
    }
    if (d->attributes && ast_has_position(node->kind)) {
        buf_printf(d->out, "%slineno=%d, col_offset=%d, end_lineno=%d, end_col_offset=%d", separator, node->lineno,
                   node->col_offset, node->end_lineno, node->end_col_offset);
        separator = ", ";
    }
    if (*separator == '(')
        buf_char(d->out, '(');
    d->depth--;
    return buf_char(d->out, ')');
}

bool dump_tree(Buf *out, const Node *tree, bool include_attributes)
{
    Dumper dumper = { out, include_attributes, 0 };
    return dump_node(&dumper, tree) && !out->failed;
}
