/* literal.h -- from the text of a string literal to its value. */
#ifndef INTERP_SYNTAX_LITERAL_H
#define INTERP_SYNTAX_LITERAL_H

#include "interp/base/buf.h"
#include "interp/syntax/cursor.h"

/* The parts of a literal's source text. */
typedef struct Literal {
    bool bytes, raw, unicode, format;   /* prefixes b, r, u, f */
    const char *body;                   /* between the quotes */
    size_t len;
} Literal;

/* literal_split -- takes a STRING token's text (or FSTRING_START's: then the body is empty) apart. */
Literal literal_split(const char *text, size_t len);

/* A growing value, in the arena. */
typedef struct TextBuilder { char *at; size_t len, cap; } TextBuilder;

/* builder_room -- space for `more` bytes at the end. */
char *builder_room(Parser *p, TextBuilder *builder, size_t more);
/* builder_text -- what was built, as a Text. */
Text *builder_text(Parser *p, const TextBuilder *builder);

/* literal_decode -- appends the value of the literal's body. `token` is for positions of warnings.
 * Raises SyntaxError for malformed escapes and for non-ASCII in bytes. */
void literal_decode(Parser *p, const Literal *literal, const Token *token, TextBuilder *out);

#endif
