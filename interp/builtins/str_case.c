/* str_case.c -- case mappings and the is...() questions of str. ASCII texts take the short way. */
#include "interp/base/unicode.h"
#include "interp/builtins/str_parts.h"

/* --- mappings --------------------------------------------------------------------------------------------------------- */
/* ASCII letters from `first` to `last` to the other case, eight at a time: bit 7 of a byte says that its letter is in the range. */
static Value map_ascii(const Str *s, uint8_t first, uint8_t last)
{
    const uint64_t ones = 0x0101010101010101ull, from = ones * (0x80u - first), past = ones * (0x7fu - last);
    uint64_t i = 0, len = s->len;
    Str *r = str_alloc(len, 1, true);
    if (!r)
        return ERROR;
    for (; i + 8 <= len; i += 8) {
        uint64_t word;
        memcpy(&word, s->u.c1 + i, 8);
        word ^= ((word + from) & ~(word + past) & ones * 0x80) >> 2;
        memcpy(r->u.c1 + i, &word, 8);
    }
    for (; i < len; i++) {
        uint8_t c = s->u.c1[i];
        r->u.c1[i] = c >= first && c <= last ? c ^ 32 : c;
    }
    return obj_value(r);
}

static inline bool is_ascii_letter(uint8_t c) { return (uint8_t)((c | 32) - 'a') < 26; }

static Value swap_ascii(const Str *s)
{
    Str *r = str_alloc(s->len, 1, true);
    if (!r)
        return ERROR;
    for (uint64_t i = 0, len = s->len; i < len; i++)
        r->u.c1[i] = is_ascii_letter(s->u.c1[i]) ? s->u.c1[i] ^ 32 : s->u.c1[i];
    return obj_value(r);
}

static Value title_ascii(const Str *s)
{
    Str *r = str_alloc(s->len, 1, true);
    if (!r)
        return ERROR;
    bool after_letter = false;
    for (uint64_t i = 0, len = s->len; i < len; i++) {
        uint8_t c = s->u.c1[i];
        bool letter = is_ascii_letter(c);
        r->u.c1[i] = !letter ? c : after_letter ? c | 32 : c & ~32;
        after_letter = letter;
    }
    return obj_value(r);
}

static Value capitalize_ascii(const Str *s)
{
    Value lower = map_ascii(s, 'A', 'Z');
    if (!is_error(lower) && s->len && is_ascii_letter(s->u.c1[0]))
        as_str(lower)->u.c1[0] = s->u.c1[0] & ~32;
    return lower;
}

/* Sigma at `i` is final: after a cased character, with none after; characters without case are looked through. */
static bool is_final_sigma(const Str *s, uint64_t i)
{
    uint64_t j = i;
    while (j > 0 && unicode_is_case_ignorable(str_char(s, j - 1)))
        j--;
    if (j == 0 || !unicode_is_cased(str_char(s, j - 1)))
        return false;
    for (j = i + 1; j < s->len && unicode_is_case_ignorable(str_char(s, j));)
        j++;
    return j == s->len || !unicode_is_cased(str_char(s, j));
}

static int lower_at(const Str *s, uint64_t i, uint32_t out[3])
{
    uint32_t c = str_char(s, i);
    if (c == 0x3a3) {
        out[0] = is_final_sigma(s, i) ? 0x3c2 : 0x3c3;
        return 1;
    }
    return unicode_lower(c, out);
}

typedef int MapFn(const Str *s, uint64_t i, uint32_t out[3], bool *state);

/* ASCII characters outside `first`..`last` stay as they are, those inside change case, whatever stands around them; first 0: all are asked for. */
static Value map_each(Value v, MapFn *map, uint32_t first, uint32_t last)
{
    StrBuilder b = { 0 };
    const Str *s = as_str(v);
    bool state = false, ok = true;
    for (uint64_t i = 0; ok && i < s->len; i++) {
        uint32_t out[3], c = str_char(s, i);
        if (c < 128 && first) {
            ok = str_builder_char(&b, c >= first && c <= last ? c ^ 32 : c);
            continue;
        }
        int n = map(s, i, out, &state);
        for (int k = 0; ok && k < n; k++)
            ok = str_builder_char(&b, out[k]);
    }
    return str_builder_end(&b, ok);
}

static int to_lower(const Str *s, uint64_t i, uint32_t out[3], bool *state) { return lower_at(s, i, out); }
static int to_upper(const Str *s, uint64_t i, uint32_t out[3], bool *state) { return unicode_upper(str_char(s, i), out); }
static int to_folded(const Str *s, uint64_t i, uint32_t out[3], bool *state) { return unicode_fold(str_char(s, i), out); }
static int to_capital(const Str *s, uint64_t i, uint32_t out[3], bool *state)
{
    return i == 0 ? unicode_title(str_char(s, 0), out) : lower_at(s, i, out);
}
static int to_title(const Str *s, uint64_t i, uint32_t out[3], bool *after_cased)
{
    uint32_t c = str_char(s, i);
    int n = *after_cased ? lower_at(s, i, out) : unicode_title(c, out);
    *after_cased = unicode_is_cased(c);
    return n;
}
static int to_swapped(const Str *s, uint64_t i, uint32_t out[3], bool *state)
{
    uint32_t c = str_char(s, i);
    if (unicode_is_upper(c))
        return lower_at(s, i, out);
    if (unicode_is_lower(c))
        return unicode_upper(c, out);
    out[0] = c;
    return 1;
}

Value str_m_lower(Value *args, size_t n) { return as_str(args[0])->ascii ? map_ascii(as_str(args[0]), 'A', 'Z') : map_each(args[0], to_lower, 'A', 'Z'); }
Value str_m_upper(Value *args, size_t n) { return as_str(args[0])->ascii ? map_ascii(as_str(args[0]), 'a', 'z') : map_each(args[0], to_upper, 'a', 'z'); }
Value str_m_casefold(Value *args, size_t n) { return as_str(args[0])->ascii ? map_ascii(as_str(args[0]), 'A', 'Z') : map_each(args[0], to_folded, 'A', 'Z'); }
Value str_m_capitalize(Value *args, size_t n) { return as_str(args[0])->ascii ? capitalize_ascii(as_str(args[0])) : map_each(args[0], to_capital, 0, 0); }
Value str_m_title(Value *args, size_t n) { return as_str(args[0])->ascii ? title_ascii(as_str(args[0])) : map_each(args[0], to_title, 0, 0); }
Value str_m_swapcase(Value *args, size_t n) { return as_str(args[0])->ascii ? swap_ascii(as_str(args[0])) : map_each(args[0], to_swapped, 0, 0); }

/* --- questions -------------------------------------------------------------------------------------------------------- */
static Value all(Value v, bool (*is)(uint32_t))
{
    const Str *s = as_str(v);
    for (uint64_t i = 0; i < s->len; i++)
        if (!is(str_char(s, i)))
            return FALSE;
    return bool_value(s->len > 0);
}

static bool is_space(uint32_t c) { return unicode_is_space(c); }

Value str_m_isalnum(Value *args, size_t n) { return all(args[0], unicode_is_alnum); }
Value str_m_isalpha(Value *args, size_t n) { return all(args[0], unicode_is_alpha); }
Value str_m_isdecimal(Value *args, size_t n) { return all(args[0], unicode_is_decimal); }
Value str_m_isdigit(Value *args, size_t n) { return all(args[0], unicode_is_digit); }
Value str_m_isnumeric(Value *args, size_t n) { return all(args[0], unicode_is_numeric); }
Value str_m_isspace(Value *args, size_t n) { return all(args[0], is_space); }
Value str_m_isascii(Value *args, size_t n) { return bool_value(as_str(args[0])->ascii); }

Value str_m_isprintable(Value *args, size_t n)
{
    const Str *s = as_str(args[0]);
    for (uint64_t i = 0; i < s->len; i++)
        if (!unicode_is_printable(str_char(s, i)))
            return FALSE;
    return TRUE;
}

Value str_m_isidentifier(Value *args, size_t n)
{
    const Str *s = as_str(args[0]);
    if (s->len == 0 || !unicode_is_id_start(str_char(s, 0)))
        return FALSE;
    for (uint64_t i = 1; i < s->len; i++)
        if (!unicode_is_id_continue(str_char(s, i)))
            return FALSE;
    return TRUE;
}

static Value one_case(Value v, bool (*wanted)(uint32_t), bool (*unwanted)(uint32_t))
{
    const Str *s = as_str(v);
    bool cased = false;
    for (uint64_t i = 0; i < s->len; i++) {
        uint32_t c = str_char(s, i);
        if (unwanted(c) || unicode_is_title(c))
            return FALSE;
        cased = cased || wanted(c);
    }
    return bool_value(cased);
}

Value str_m_islower(Value *args, size_t n) { return one_case(args[0], unicode_is_lower, unicode_is_upper); }
Value str_m_isupper(Value *args, size_t n) { return one_case(args[0], unicode_is_upper, unicode_is_lower); }

Value str_m_istitle(Value *args, size_t n)
{
    const Str *s = as_str(args[0]);
    bool cased = false, after_cased = false;
    for (uint64_t i = 0; i < s->len; i++) {
        uint32_t c = str_char(s, i);
        if (unicode_is_upper(c) || unicode_is_title(c)) {
            if (after_cased)
                return FALSE;
            cased = after_cased = true;
        } else if (unicode_is_lower(c)) {
            if (!after_cased)
                return FALSE;
            cased = true;
        } else {
            after_cased = false;
        }
    }
    return bool_value(cased);
}
