/* unicode.c -- see unicode.h. */
#include "interp/base/unicode.h"

#include <stddef.h>
#include <utf8proc.h>

#include "interp/base/unicode_tables.h"

#define U UNICODE_ASCII_UPPER | UNICODE_ASCII_NAME
#define L UNICODE_ASCII_LOWER | UNICODE_ASCII_NAME
#define D UNICODE_ASCII_DIGIT | UNICODE_ASCII_NAME
#define S UNICODE_ASCII_SPACE
#define N UNICODE_ASCII_NAME
const uint8_t unicode_ascii[128] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, S, S, S, S, S, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, S, S, S, S,
    S, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, D, D, D, D, D, D, D, D, D, D, 0, 0, 0, 0, 0, 0,
    0, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, 0, 0, 0, 0, N,
    0, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, 0, 0, 0, 0, 0,
};
#undef U
#undef L
#undef D
#undef S
#undef N

#define IN(table, c) in_ranges(table, sizeof table / sizeof *table, c)
static bool in_ranges(const Range *table, size_t n, uint32_t c)
{
    size_t low = 0;
    while (low < n) {
        size_t middle = (low + n) / 2;
        if (c > table[middle].last)
            low = middle + 1;
        else if (c < table[middle].first)
            n = middle;
        else
            return true;
    }
    return false;
}

static utf8proc_category_t category(uint32_t c)
{
    if (c > 0x10FFFF || (c >= newer[0].first && IN(newer, c)))
        return UTF8PROC_CATEGORY_CN;
    return (utf8proc_category_t)utf8proc_get_property((utf8proc_int32_t)c)->category;
}

const char *unicode_category(uint32_t c)
{
    static const char names[][3] = { "Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps",
                                     "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co" };
    return names[category(c)];
}

static bool is_letter(utf8proc_category_t k) { return k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO; }
bool unicode_is_alpha(uint32_t c)
{
    return c < 128 ? (unicode_ascii[c] & (UNICODE_ASCII_UPPER | UNICODE_ASCII_LOWER)) != 0 : is_letter(category(c));
}

bool unicode_is_decimal(uint32_t c) { return unicode_decimal(c) >= 0; }

int unicode_decimal(uint32_t c)
{
    if (c < 128)
        return c >= '0' && c <= '9' ? (int)(c - '0') : -1;
    size_t low = 0, high = sizeof decimal_ranges / sizeof *decimal_ranges;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > decimal_ranges[middle].last)
            low = middle + 1;
        else if (c < decimal_ranges[middle].first)
            high = middle;
        else
            return (int)((c - decimal_ranges[middle].first) % 10);
    }
    return -1;
}

bool unicode_is_digit(uint32_t c) { return unicode_decimal(c) >= 0 || (c >= 128 && IN(digit_ranges, c)); }
bool unicode_is_numeric(uint32_t c) { return unicode_is_digit(c) || (c >= 128 && IN(numeric_ranges, c)); }
bool unicode_is_alnum(uint32_t c)
{
    if (c < 128)
        return (unicode_ascii[c] & (UNICODE_ASCII_UPPER | UNICODE_ASCII_LOWER | UNICODE_ASCII_DIGIT)) != 0;
    return unicode_is_alpha(c) || unicode_is_numeric(c);
}

bool unicode_is_lower(uint32_t c)
{
    if (c < 128)
        return (unicode_ascii[c] & UNICODE_ASCII_LOWER) != 0;
    return category(c) == UTF8PROC_CATEGORY_LL || IN(other_lower, c);
}

bool unicode_is_upper(uint32_t c)
{
    if (c < 128)
        return (unicode_ascii[c] & UNICODE_ASCII_UPPER) != 0;
    return category(c) == UTF8PROC_CATEGORY_LU || IN(other_upper, c);
}

bool unicode_is_title(uint32_t c) { return c >= 128 && category(c) == UTF8PROC_CATEGORY_LT; }
bool unicode_is_cased(uint32_t c) { return unicode_is_lower(c) || unicode_is_upper(c) || unicode_is_title(c); }

bool unicode_is_case_ignorable(uint32_t c)
{
    utf8proc_category_t k = category(c);
    return k == UTF8PROC_CATEGORY_MN || k == UTF8PROC_CATEGORY_ME || k == UTF8PROC_CATEGORY_CF || k == UTF8PROC_CATEGORY_LM ||
           k == UTF8PROC_CATEGORY_SK || IN(ignorable_odd, c);
}

bool unicode_is_printable_slow(uint32_t c)
{
    if (c >= 0xa1 && c < 0x100)
        return c != 0xad;
    utf8proc_category_t k = category(c);
    return c == ' ' || !(k == UTF8PROC_CATEGORY_CN || k >= UTF8PROC_CATEGORY_ZS);
}

bool unicode_is_space_slow(uint32_t c)
{
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

bool unicode_is_linebreak_slow(uint32_t c) { return c == 0x85 || c == 0x2028 || c == 0x2029; }

bool unicode_is_id_start(uint32_t c)
{
    if (c < 128)
        return (unicode_ascii[c] & UNICODE_ASCII_NAME) && !(unicode_ascii[c] & UNICODE_ASCII_DIGIT);
    utf8proc_category_t k = category(c);
    return (is_letter(k) || k == UTF8PROC_CATEGORY_NL) != IN(start_odd, c);
}

bool unicode_is_id_continue(uint32_t c)
{
    if (c < 128)
        return (unicode_ascii[c] & UNICODE_ASCII_NAME) != 0;
    utf8proc_category_t k = category(c);
    bool usual = is_letter(k) || k == UTF8PROC_CATEGORY_NL || k == UTF8PROC_CATEGORY_MN || k == UTF8PROC_CATEGORY_MC ||
                 k == UTF8PROC_CATEGORY_ND || k == UTF8PROC_CATEGORY_PC;
    return usual != IN(continue_odd, c);
}

static const SpecialCase *find_special(uint32_t c)
{
    size_t low = 0, high = sizeof special_case / sizeof *special_case;
    if (c < special_case[0].code || c > special_case[high - 1].code)
        return NULL;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > special_case[middle].code)
            low = middle + 1;
        else if (c < special_case[middle].code)
            high = middle;
        else
            return &special_case[middle];
    }
    return NULL;
}

static int copy_mapping(const uint16_t from[3], uint32_t out[3])
{
    int n = 0;
    while (n < 3 && from[n]) {
        out[n] = from[n];
        n++;
    }
    return n;
}

int unicode_upper(uint32_t c, uint32_t out[3])
{
    if (c >= 0xe0 && c < 0xff) {
        out[0] = c == 0xf7 ? c : c - 32;
        return 1;
    }
    const SpecialCase *special = c < 128 ? NULL : find_special(c);
    if (special)
        return copy_mapping(special->upper, out);
    out[0] = c < 128 ? (c >= 'a' && c <= 'z' ? c - 32 : c) : (uint32_t)utf8proc_toupper((utf8proc_int32_t)c);
    return 1;
}

int unicode_title(uint32_t c, uint32_t out[3])
{
    const SpecialCase *special = c < 128 ? NULL : find_special(c);
    if (special)
        return copy_mapping(special->title, out);
    out[0] = c < 128 ? (c >= 'a' && c <= 'z' ? c - 32 : c) : (uint32_t)utf8proc_totitle((utf8proc_int32_t)c);
    return 1;
}

int unicode_lower(uint32_t c, uint32_t out[3])
{
    if (c >= 0xc0 && c < 0x100) {
        out[0] = c < 0xdf && c != 0xd7 ? c + 32 : c;
        return 1;
    }
    if (c == 0x130) {                    /* the only one that grows: I with dot above */
        out[0] = 'i';
        out[1] = 0x307;
        return 2;
    }
    out[0] = c < 128 ? (c >= 'A' && c <= 'Z' ? c + 32 : c) : (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
    return 1;
}

int unicode_fold(uint32_t c, uint32_t out[3])
{
    if (c < 128 || (c >= 0xc0 && c < 0x100 && c != 0xdf))
        return unicode_lower(c, out);
    utf8proc_int32_t folded[8];
    int last = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)c, folded, 8, UTF8PROC_CASEFOLD, &last);
    if (n < 1 || n > 3) {
        out[0] = c;
        return 1;
    }
    for (utf8proc_ssize_t i = 0; i < n; i++)
        out[i] = (uint32_t)folded[i];
    return (int)n;
}

int unicode_combining(uint32_t c)
{
    return c > 0x10FFFF ? 0 : utf8proc_get_property((utf8proc_int32_t)c)->combining_class;
}
