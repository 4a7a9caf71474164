/* fstring.c -- literal text is gathered in one builder and becomes a Constant where a field or the end comes. */
#include "interp/syntax/fstring.h"

#include <assert.h>

#include "interp/syntax/literal.h"

/* A JoinedStr under construction: its values are on the parser's stack. */
typedef struct Joined {
    TextBuilder text;
    bool any_text;                  /* text stands for a Constant, be it empty */
    Token first, last;              /* of the pending text */
    const Text *kind;               /* "u" if the first literal says so */
} Joined;

static Node *text_constant(Parser *p, const Joined *j, ConstantKind kind)
{
    Node *node = NEW_FROM_TOKEN(p, Constant, &j->first);
    node->end_lineno = j->last.end_lineno;
    node->end_col_offset = j->last.end_col;
    node->Constant.value.kind = (uint8_t)kind;
    node->Constant.value.text = builder_text(p, &j->text);
    node->Constant.kind = j->kind;
    return node;
}

static void flush_text(Parser *p, Joined *j)
{
    if (j->text.len)
        push(p, text_constant(p, j, CONST_STR));
    j->text.len = 0;
    j->any_text = false;
}

static void note_text(Joined *j, const Token *token)
{
    if (!j->any_text)
        j->first = *token;
    j->last = *token;
    j->any_text = true;
}

/* Literal text between fields: doubled braces are single ones, then escapes. */
static void middle_text(Parser *p, Joined *j, const Token *token, bool raw, bool in_spec)
{
    const char *text = p->lexer.source + token->start;
    size_t len = (size_t)(token->end - token->start);
    note_text(j, token);
    Literal part = { .raw = raw, .body = text };
    for (size_t i = 0; i < len; i++) {
        bool brace = text[i] == '{' || text[i] == '}';
        if (!raw && text[i] == '\\' && i + 1 < len) {
            i++;
            if (text[i] == 'N' && i + 1 < len && text[i + 1] == '{') {
                const char *close = memchr(text + i, '}', len - i);
                i = close ? (size_t)(close - text) : len - 1;
            } else if (text[i] == '{' || text[i] == '}') {
                i--;
            }
            continue;
        }
        if (!brace || in_spec)
            continue;
        assert(i + 1 < len && text[i + 1] == text[i]);
        part.len = (size_t)(text + i + 1 - part.body);
        literal_decode(p, &part, token, &j->text);
        part.body = text + i + 2;
        i++;
    }
    part.len = (size_t)(text + len - part.body);
    if (part.len && !raw && part.body[part.len - 1] == '\\') {
        /* a backslash before a brace stays one; it is no escape */
        size_t backslashes = 0;
        while (backslashes < part.len && part.body[part.len - 1 - backslashes] == '\\')
            backslashes++;
        if (backslashes & 1) {
            part.len--;
            literal_decode(p, &part, token, &j->text);
            parser_warn(p, SYNTAX_DEPRECATION_WARNING, token->lineno, token->col, "invalid escape sequence '\\%c'",
                        p->lexer.source[token->end]);
            *builder_room(p, &j->text, 1) = '\\';
            j->text.len++;
            return;
        }
    }
    literal_decode(p, &part, token, &j->text);
}

static void fstring_field(Parser *p, Joined *j, bool raw);

/* Behind the colon: text and nested fields up to the field's closing brace, as a JoinedStr. */
static Node *format_spec(Parser *p, bool raw, const Token *colon)
{
    int mark = p->stack_n;
    Joined j = { .kind = NULL };
    Node *spec = NEW_FROM_TOKEN(p, JoinedStr, colon);
    for (;;) {
        if (at(p, T_FSTRING_MIDDLE)) {
            Token token = *p->tok;
            advance(p);
            middle_text(p, &j, &token, raw, true);
        } else if (at(p, T_LBRACE)) {
            fstring_field(p, &j, raw);
        } else {
            break;
        }
    }
    flush_text(p, &j);
    end_here(p, spec);
    spec->JoinedStr.values = take_list(p, mark);
    return spec;
}

static int conversion(Parser *p)
{
    int after = p->tok->end;
    advance(p);
    const Token *name = p->tok;
    if (name->start != after)
        raise_last(p, SYNTAX_ERROR, "f-string: invalid conversion character: expected 's', 'r', or 'a'");
    if (name->type == T_NAME || name->type >= T_KEYWORD_FIRST) {
        bool good = name->name->len == 1 && strchr("sra", name->name->at[0]);
        bool start = name->name->len > 1 && strchr("sra", name->name->at[0]);
        if (start)
            raise_last(p, SYNTAX_ERROR, "f-string: expecting '}'");
        if (good) {
            int letter = name->name->at[0];
            advance(p);
            return letter;
        }
    } else if (name->type == T_STRING || name->type == T_FSTRING_START) {
        raise_last(p, SYNTAX_ERROR, "f-string: expecting '}'");
    }
    raise_last(p, SYNTAX_ERROR, "f-string: invalid conversion character: expected 's', 'r', or 'a'");
}

/* A field with nothing in it has words of its own. */
static void check_field_start(Parser *p)
{
    switch (type_of(p)) {
    case T_RBRACE: raise_now(p, "f-string: empty expression not allowed");
    case T_EXCLAMATION: raise_now(p, "f-string: expression required before '!'");
    case T_COLON: raise_now(p, "f-string: expression required before ':'");
    case T_EQUAL: raise_now(p, "f-string: expression required before '='");
    case T_LAMBDA: raise_last(p, SYNTAX_ERROR, "f-string: invalid syntax");
    case T_DOUBLESTAR: raise_last(p, SYNTAX_ERROR, "f-string: cannot use double starred expression here");
    default: break;
    }
}

static void fstring_field(Parser *p, Joined *j, bool raw)
{
    Token open = *p->tok;
    expect(p, T_LBRACE);
    check_field_start(p);
    p->fields++;
    Node *value = p->rules->yield_or_star_list(p);
    if (value->kind == NODE_Starred)
        raise_at_node(p, value, "cannot use starred expression here");
    p->fields--;
    bool debug = at(p, T_EQUAL);
    if (debug)
        advance(p);
    if (debug) {
        /* all of the source between the brace and what follows `=`, blanks included */
        Token text = open;
        text.start = open.end;
        text.end = p->tok->start;
        text.lineno = open.end_lineno;
        text.col = open.end_col;
        text.end_lineno = p->tok->lineno;
        text.end_col = p->tok->col;
        note_text(j, &text);
        size_t len = (size_t)(text.end - text.start);
        memcpy(builder_room(p, &j->text, len), p->lexer.source + text.start, len);
        j->text.len += len;
    }
    flush_text(p, j);
    Node *field = NEW_FROM_TOKEN(p, FormattedValue, &open);
    field->FormattedValue.value = value;
    field->FormattedValue.conversion = -1;
    if (at(p, T_EXCLAMATION))
        field->FormattedValue.conversion = conversion(p);
    bool has_spec = at(p, T_COLON);
    if (has_spec) {
        Token colon = *p->tok;
        advance(p);
        field->FormattedValue.format_spec = format_spec(p, raw, &colon);
    }
    if (debug && !has_spec && field->FormattedValue.conversion < 0)
        field->FormattedValue.conversion = 'r';
    if (!at(p, T_RBRACE)) {
        if (at(p, T_STRING) || at(p, T_FSTRING_START) || field->FormattedValue.conversion > 0)
            raise_last(p, SYNTAX_ERROR, "f-string: expecting '}'");
        raise_last(p, SYNTAX_ERROR, "f-string: invalid syntax");
    }
    advance(p);
    push(p, end_here(p, field));
}

static void one_fstring(Parser *p, Joined *j)
{
    Literal prefix = literal_split(p->lexer.source + p->tok->start, (size_t)(p->tok->end - p->tok->start));
    descend(p);
    advance(p);
    while (!at(p, T_FSTRING_END)) {
        if (at(p, T_FSTRING_MIDDLE)) {
            Token token = *p->tok;
            advance(p);
            middle_text(p, j, &token, prefix.raw, false);
        } else {
            fstring_field(p, j, prefix.raw);
        }
    }
    advance(p);
    ascend(p);
}

/* The commonest atom: one plain str without escapes. */
static Node *plain_string(Parser *p, const Token *token, const Literal *literal)
{
    Node *node = NEW_FROM_TOKEN(p, Constant, token);
    Text *text = ast_text(p->arena, literal->body, literal->len);
    if (!text)
        fail_memory(p);
    node->Constant.value.kind = CONST_STR;
    node->Constant.value.text = text;
    return end_here(p, node);
}

Node *fstring_atom(Parser *p)
{
    Token first = *p->tok;
    const char *source = p->lexer.source;
    int mark = p->stack_n;
    Joined j = { .kind = NULL };
    bool bytes = false, text = false, format = false;
    do {
        if (at(p, T_FSTRING_START)) {
            format = text = true;
            one_fstring(p, &j);
            continue;
        }
        Token token = *p->tok;
        Literal literal = literal_split(source + token.start, (size_t)(token.end - token.start));
        bool start = !bytes && !text;
        advance(p);
        if (start && !p->bad_utf8 && !literal.bytes && !literal.unicode && !at(p, T_STRING) && !at(p, T_FSTRING_START)
            && (literal.raw || !memchr(literal.body, '\\', literal.len)))
            return plain_string(p, &token, &literal);
        if (start && literal.unicode) {
            j.kind = names_add(&p->names, "u", T_NAME);
            if (!j.kind)
                fail_memory(p);
        }
        bytes |= literal.bytes;
        text |= !literal.bytes;
        note_text(&j, &token);
        literal_decode(p, &literal, &token, &j.text);
    } while (at(p, T_STRING) || at(p, T_FSTRING_START));
    if (bytes && text)
        raise_now(p, "cannot mix bytes and nonbytes literals");
    if (!format) {
        j.first = first;
        j.last = p->tok[-1];
        return text_constant(p, &j, bytes ? CONST_BYTES : CONST_STR);
    }
    Node *node = NEW_FROM_TOKEN(p, JoinedStr, &first);
    flush_text(p, &j);
    node->JoinedStr.values = take_list(p, mark);
    return end_here(p, node);
}
