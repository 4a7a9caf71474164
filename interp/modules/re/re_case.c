/* re_case.c -- which characters are alike when case is ignored, and membership in sets. Source: CPython's documentation of re.IGNORECASE:
 * simple lower-casing, and lower-case letters that share their upper case. */
#include <utf8proc.h>
#include "interp/base/unicode.h"
#include "interp/modules/re/re_program.h"

/* Lower-case letters of one upper case, each group ended by 0. */
static const uint16_t alike[] = {
    0x69, 0x131, 0, 0x73, 0x17f, 0, 0xb5, 0x3bc, 0, 0x345, 0x3b9, 0x1fbe, 0, 0x390, 0x1fd3, 0, 0x3b0, 0x1fe3, 0, 0x3b2, 0x3d0, 0, 0x3b5, 0x3f5, 0,
    0x3b8, 0x3d1, 0, 0x3ba, 0x3f0, 0, 0x3c0, 0x3d6, 0, 0x3c1, 0x3f1, 0, 0x3c2, 0x3c3, 0, 0x3c6, 0x3d5, 0, 0x432, 0x1c80, 0, 0x434, 0x1c81, 0,
    0x43e, 0x1c82, 0, 0x441, 0x1c83, 0, 0x442, 0x1c84, 0x1c85, 0, 0x44a, 0x1c86, 0, 0x463, 0x1c87, 0, 0x1c88, 0xa64b, 0, 0x1e61, 0x1e9b, 0,
    0xfb05, 0xfb06, 0,
};
enum { N_ALIKE = sizeof alike / sizeof *alike, LAST_CASED = 0x1e943 };

static ReRange *pairs;               /* every character with another lower case: low = it, high = its lower case; made at first need */
static size_t n_pairs;

static bool make_pairs(void)
{
    VEC(ReRange) all = { 0 };
    for (uint32_t c = 0; c <= LAST_CASED; c++) {
        uint32_t lower = (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
        if (lower != c && !vec_add(&all, (ReRange){ c, lower })) {
            vec_free(&all);
            return false;
        }
    }
    pairs = all.at;
    n_pairs = all.n;
    return true;
}

uint32_t re_lower(uint32_t c, ReCase mode)
{
    if (c < 128)
        return mode != RE_EXACT && c >= 'A' && c <= 'Z' ? c + 32 : c;
    return mode == RE_CASELESS ? (uint32_t)utf8proc_tolower((utf8proc_int32_t)c) : c;
}

static bool in_ranges(const ReSet *set, size_t n, uint32_t c)
{
    for (size_t i = 0; i < n; i++)
        if (c >= set->ranges.at[i].low && c <= set->ranges.at[i].high)
            return true;
    return false;
}

static bool add(ReSet *set, uint32_t c) { return in_ranges(set, set->ranges.n, c) || vec_add(&set->ranges, (ReRange){ c, c }); }

static bool close_ascii(ReSet *set, size_t n, ReCase mode)
{
    for (uint32_t c = 'A'; c <= 'Z'; c++) {
        bool upper = in_ranges(set, n, c), lower = in_ranges(set, n, c + 32);
        if (!upper && !lower)
            continue;
        if (!add(set, c) || !add(set, c + 32))
            return false;
        if (mode == RE_CASELESS && ((c == 'I' && (!add(set, 0x130) || !add(set, 0x131))) || (c == 'K' && !add(set, 0x212a)) || (c == 'S' && !add(set, 0x17f))))
            return false;
    }
    return true;
}

bool re_case_close(ReSet *set, ReCase mode)
{
    size_t n = set->ranges.n;
    uint32_t most = 0;
    for (size_t i = 0; i < n; i++)
        most = set->ranges.at[i].high > most ? set->ranges.at[i].high : most;
    if (mode == RE_EXACT || n == 0)
        return true;
    if (mode == RE_CASELESS_ASCII || most < 128)
        return close_ascii(set, n, mode);
    if (!pairs && !make_pairs())
        return false;
    for (size_t i = 0; i < n_pairs; i++)                     /* lower cases of what is in it */
        if (in_ranges(set, n, pairs[i].low) && !add(set, pairs[i].high))
            return false;
    n = set->ranges.n;
    for (size_t first = 0; first < N_ALIKE;) {               /* their like */
        bool any = false;
        size_t end = first;
        for (; alike[end]; end++)
            any |= in_ranges(set, n, alike[end]);
        for (size_t i = first; any && i < end; i++)
            if (!add(set, alike[i]))
                return false;
        first = end + 1;
    }
    n = set->ranges.n;
    for (size_t i = 0; i < n_pairs; i++)                     /* and everything whose lower case is one of these */
        if (in_ranges(set, n, pairs[i].high) && !add(set, pairs[i].low))
            return false;
    return true;
}

static bool category_has(unsigned category, bool ascii, uint32_t c)
{
    if (ascii && c >= 128)
        return false;
    switch (category) {
    case RE_DIGIT: return ascii || c < 128 ? c >= '0' && c <= '9' : unicode_is_decimal(c);
    case RE_SPACE: return ascii ? c == ' ' || (c >= 9 && c <= 13) : unicode_is_space(c);
    default:       return c == '_' || (c < 128 ? (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') : unicode_is_alnum(c));
    }
}

bool re_set_has(const ReSet *set, uint32_t c)
{
    bool has = in_ranges(set, set->ranges.n, c);
    for (unsigned category = RE_DIGIT; !has && category <= RE_WORD; category *= 2)
        has = ((set->in & category) && category_has(category, set->ascii, c)) || ((set->not_in & category) && !category_has(category, set->ascii, c));
    return has != set->negate;
}
