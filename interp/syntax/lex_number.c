/* lex_number.c -- Source: language reference, "Numeric literals"; PEP 515 for underscores. */
#include "interp/syntax/lex_number.h"

#include <assert.h>
#include <string.h>

#include "interp/base/dtoa.h"
#include "interp/base/hex.h"

static inline bool digit(char c) { return c >= '0' && c <= '9'; }

static inline bool name_char(char c)
{
    return digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || (unsigned char)c >= 0x80;
}

/* The mark stands on the character before `cur`, where CPython puts it. */
static bool wrong(Lexer *lx, const char *cur, const char *what)
{
    int col = (int)(cur - lx->line_start) - 1;
    return lex_error(lx, LEX_SYNTAX, lx->lineno, col, "invalid %s literal", what);
}

/* `1if x` is still taken, with a warning; `1x` is not. */
static bool ends_well(Lexer *lx, const char *what)
{
    static const char *const keywords[] = { "and", "else", "for", "if", "in", "is", "not", "or" };
    const char *at = lx->cur;
    if (!name_char(*at))
        return true;
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
        size_t len = strlen(keywords[i]);
        if (strncmp(at, keywords[i], len) != 0)
            continue;
        if (lx->warn) {
            char message[48] = "invalid ";
            strcat(strcat(message, what), " literal");
            lx->warn(lx->warn_context, lx->lineno, (int)(at - lx->line_start), message);
        }
        return true;
    }
    return wrong(lx, at, what);
}

/* Digits with single underscores between them; cur at the first digit. */
static bool decimal_tail(Lexer *lx)
{
    for (;;) {
        while (digit(*lx->cur))
            lx->cur++;
        if (*lx->cur != '_')
            return true;
        lx->cur++;
        if (!digit(*lx->cur))
            return wrong(lx, lx->cur, "decimal");
    }
}

static bool based(Lexer *lx, int base, const char *what)
{
    lx->cur += 2;
    do {
        if (*lx->cur == '_')
            lx->cur++;
        int value = hex_digit((uint8_t)*lx->cur);
        if (value < 0 || value >= base) {
            if (base < 10 && digit(*lx->cur)) {
                int col = (int)(lx->cur - lx->line_start);
                return lex_error(lx, LEX_SYNTAX, lx->lineno, col, "invalid digit '%c' in %s literal", *lx->cur, what);
            }
            return wrong(lx, lx->cur, what);
        }
        while ((value = hex_digit((uint8_t)*lx->cur)) >= 0 && value < base)
            lx->cur++;
    } while (*lx->cur == '_');
    if (base < 10 && digit(*lx->cur)) {
        int col = (int)(lx->cur - lx->line_start);
        return lex_error(lx, LEX_SYNTAX, lx->lineno, col, "invalid digit '%c' in %s literal", *lx->cur, what);
    }
    return ends_well(lx, what);
}

static bool imaginary(Lexer *lx)
{
    lx->cur++;
    return ends_well(lx, "imaginary");
}

static bool exponent(Lexer *lx)
{
    if ((*lx->cur | 32) == 'e') {
        const char *e = lx->cur;
        lx->cur++;
        if (*lx->cur == '+' || *lx->cur == '-') {
            lx->cur++;
            if (!digit(*lx->cur))
                return wrong(lx, lx->cur, "decimal");
        } else if (!digit(*lx->cur)) {
            lx->cur = e;
            return ends_well(lx, "decimal");
        }
        if (!decimal_tail(lx))
            return false;
    }
    if ((*lx->cur | 32) == 'j')
        return imaginary(lx);
    return ends_well(lx, "decimal");
}

/* cur behind the point */
static bool fraction(Lexer *lx)
{
    if (digit(*lx->cur) && !decimal_tail(lx))
        return false;
    return exponent(lx);
}

/* A number that begins with 0 and has no base letter: 0, 00_0, 00.5, 0e1, 0j -- but not 07. */
static bool zeros(Lexer *lx)
{
    const char *start = lx->cur;
    while (*lx->cur == '0' || *lx->cur == '_') {
        if (*lx->cur++ == '_' && !digit(*lx->cur))
            return wrong(lx, lx->cur, "decimal");
    }
    const char *zeros_end = lx->cur + 1;
    bool nonzero = digit(*lx->cur);
    if (nonzero && !decimal_tail(lx))
        return false;
    if (*lx->cur == '.') {
        lx->cur++;
        return fraction(lx);
    }
    if ((*lx->cur | 32) == 'e')
        return exponent(lx);
    if ((*lx->cur | 32) == 'j')
        return imaginary(lx);
    if (nonzero) {
        lex_error(lx, LEX_SYNTAX, lx->lineno, (int)(start - lx->line_start),
                        "leading zeros in decimal integer literals are not permitted; "
                        "use an 0o prefix for octal integers");
        lx->error.end_offset = (int)(zeros_end - lx->line_start);
        return false;
    }
    return ends_well(lx, "decimal");
}

bool lex_number(Lexer *lx)
{
    if (*lx->cur == '.') {
        lx->cur++;
        return fraction(lx);
    }
    if (*lx->cur == '0') {
        switch (lx->cur[1] | 32) {
        case 'x': return based(lx, 16, "hexadecimal");
        case 'o': return based(lx, 8, "octal");
        case 'b': return based(lx, 2, "binary");
        default: return zeros(lx);
        }
    }
    if (!decimal_tail(lx))
        return false;
    if (*lx->cur == '.') {
        lx->cur++;
        return fraction(lx);
    }
    return exponent(lx);
}

/* ---- values ---- */

static NumberResult int_value(Arena *arena, const char *text, size_t len, int base, int max_digits, Constant *value,
                              int *n_digits)
{
    while (len > 1 && (*text == '0' || *text == '_')) {
        text++;
        len--;
    }
    uint64_t small = 0;
    bool fits = true;
    size_t digits = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '_')
            continue;
        digits++;
        if (fits && (__builtin_mul_overflow(small, (uint64_t)base, &small)
                     || __builtin_add_overflow(small, (uint64_t)hex_digit((uint8_t)text[i]), &small) || small > INT64_MAX))
            fits = false;
    }
    if (fits) {
        value->kind = CONST_INT;
        value->integer = (int64_t)small;
        return NUMBER_OK;
    }
    *n_digits = (int)digits;
    if (base == 10 && max_digits > 0 && digits > (size_t)max_digits)
        return NUMBER_TOO_LONG;
    Text *out = ast_text(arena, text, len);
    if (!out)
        return NUMBER_NO_MEMORY;
    uint32_t n = 0;
    for (size_t i = 0; i < len; i++)
        if (text[i] != '_')
            out->at[n++] = (char)(digit(text[i]) ? text[i] : text[i] | 32);
    out->at[n] = '\0';
    out->len = n;
    value->kind = CONST_BIGINT;
    value->base = (uint8_t)base;
    value->text = out;
    return NUMBER_OK;
}

NumberResult number_value(Arena *arena, const char *text, size_t len, int max_digits, Constant *value, int *digits)
{
    *value = (Constant){ 0 };
    if (len == 1) {
        value->kind = CONST_INT;
        value->integer = *text - '0';
        return NUMBER_OK;
    }
    if (*text == '0') {
        int base = (text[1] | 32) == 'x' ? 16 : (text[1] | 32) == 'o' ? 8 : (text[1] | 32) == 'b' ? 2 : 0;
        if (base)
            return int_value(arena, text + 2, len - 2, base, max_digits, value, digits);
    }
    bool real = false;
    for (size_t i = 0; i < len && !real; i++)
        real = !digit(text[i]) && text[i] != '_';
    if (!real)
        return int_value(arena, text, len, 10, max_digits, value, digits);
    char small[64], *plain = small;
    if (len >= sizeof small && !(plain = arena_alloc(arena, len + 1)))
        return NUMBER_NO_MEMORY;
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        if (text[i] != '_')
            plain[n++] = text[i];
    bool imaginary = (plain[n - 1] | 32) == 'j';
    n -= imaginary;
    size_t used;
    value->number = double_parse(plain, n, &used);
    assert(used == n);
    value->kind = imaginary ? CONST_IMAGINARY : CONST_FLOAT;
    return NUMBER_OK;
}
