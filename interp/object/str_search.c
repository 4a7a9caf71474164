/* str_search.c -- finding text in text, for each width: memchr and memmem for bytes, a plain loop with a two-way fallback else.
 * A needle of a narrower width is widened first; one of a wider width cannot occur. Linear in the worst case. */
#define _GNU_SOURCE
#include "interp/object/str.h"

#include <stdlib.h>

/* Crochemore and Perrin, "Two-way string-matching", 1991, over characters of one width; and a loop before it for needles that are found or refuted soon.
 * AT(p, n, i) is the i-th of n characters at p, REST(p, i) where those behind the i-th lie: once from the front, once from the back. */
#define FROM_FRONT(p, n, i) (p)[i]
#define FROM_BACK(p, n, i) (p)[(n) - 1 - (i)]
#define REST_FRONT(p, i) ((p) + (i) + 1)
#define REST_BACK(p, i) (p)
#define SEARCH(NAME, CHAR, AT, REST)                                                                                         \
static size_t suffix_##NAME(const CHAR *x, size_t m, bool reversed, size_t *period)                                          \
{                                                                                                                            \
    size_t i = SIZE_MAX, j = 0, k = 1, p = 1;         /* i: start of the maximal suffix, minus one */                         \
    while (j + k < m) {                                                                                                      \
        CHAR a = AT(x, m, j + k), b = AT(x, m, i + k);                                                                       \
        if (a == b) {                                                                                                        \
            if (k == p) { j += p; k = 1; } else k++;                                                                         \
        } else if (reversed ? a > b : a < b) {                                                                               \
            j += k; k = 1; p = j - i;                                                                                        \
        } else {                                                                                                             \
            i = j++; k = p = 1;                                                                                              \
        }                                                                                                                    \
    }                                                                                                                        \
    *period = p;                                                                                                             \
    return i + 1;                                                                                                            \
}                                                                                                                            \
static int64_t two_way_##NAME(const CHAR *t, size_t n, const CHAR *x, size_t m)                                              \
{                                                                                                                            \
    size_t p1, p2, cut1 = suffix_##NAME(x, m, false, &p1), cut2 = suffix_##NAME(x, m, true, &p2);                            \
    size_t cut = cut1 > cut2 ? cut1 : cut2, period = cut1 > cut2 ? p1 : p2, memory = 0;                                      \
    bool periodic = cut <= m - period;                                                                                       \
    for (size_t i = 0; periodic && i < cut; i++)                                                                             \
        periodic = AT(x, m, i) == AT(x, m, i + period);                                                                      \
    if (!periodic)                                                                                                           \
        period = (cut > m - cut ? cut : m - cut) + 1;                                                                        \
    for (size_t at = 0; at + m <= n;) {                                                                                      \
        size_t i = cut > memory ? cut : memory;                                                                              \
        while (i < m && AT(x, m, i) == AT(t, n, at + i))                                                                     \
            i++;                                                                                                             \
        if (i < m) {                                                                                                         \
            at += i - cut + 1;                                                                                               \
            memory = 0;                                                                                                      \
            continue;                                                                                                        \
        }                                                                                                                    \
        for (i = cut; i > memory && AT(x, m, i - 1) == AT(t, n, at + i - 1);)                                                \
            i--;                                                                                                             \
        if (i <= memory)                                                                                                     \
            return (int64_t)at;                                                                                              \
        at += period;                                                                                                        \
        memory = periodic ? m - period : 0;                                                                                  \
    }                                                                                                                        \
    return -1;                                                                                                               \
}                                                                                                                            \
/* Counted from the end that AT begins with. */                                                                              \
static int64_t search_##NAME(const CHAR *t, size_t n, const CHAR *x, size_t m)                                               \
{                                                                                                                            \
    const CHAR first = AT(x, m, 0), last = AT(x, m, m - 1);                                                                  \
    size_t work = 0;                                                                                                         \
    for (size_t at = 0; at + m <= n; at++) {                                                                                 \
        if (AT(t, n, at) != first || AT(t, n, at + m - 1) != last)                                                           \
            continue;                                                                                                        \
        size_t i = 1;                                                                                                        \
        while (i < m && AT(t, n, at + i) == AT(x, m, i))                                                                     \
            i++;                                                                                                             \
        if (i >= m)                                                                                                          \
            return (int64_t)at;                                                                                              \
        work += i;                                                                                                           \
        if (work > 4 * (at + 64)) {                                                                                          \
            int64_t found = two_way_##NAME(REST(t, at), n - at - 1, x, m);                                                   \
            return found < 0 ? -1 : found + (int64_t)at + 1;                                                                 \
        }                                                                                                                    \
    }                                                                                                                        \
    return -1;                                                                                                               \
}
SEARCH(front_1, uint8_t, FROM_FRONT, REST_FRONT)
SEARCH(front_2, uint16_t, FROM_FRONT, REST_FRONT)
SEARCH(front_4, uint32_t, FROM_FRONT, REST_FRONT)
SEARCH(back_1, uint8_t, FROM_BACK, REST_BACK)
SEARCH(back_2, uint16_t, FROM_BACK, REST_BACK)
SEARCH(back_4, uint32_t, FROM_BACK, REST_BACK)

/* Where the last of m characters that begins `at` from the end begins from the front. */
static int64_t from_end(int64_t at, size_t n, size_t m) { return at < 0 ? -1 : (int64_t)(n - m) - at; }

/* memmem is twice as fast as ours on most texts and ten times slower on the worst, where a second would pass in a gigabyte. */
enum { QUICK_AT_WORST = 1 << 25 };

/* memmem prepares tables, which does not pay when the first hit is near: look at a few candidates first. m >= 2, n >= m. */
static int64_t find_bytes(const uint8_t *text, size_t n, const uint8_t *needle, size_t m)
{
    const uint8_t *at = text, *last = text + (n - m);
    for (int tries = 0; tries < 8; tries++, at++) {
        if (at > last || !(at = memchr(at, needle[0], (size_t)(last - at) + 1)))
            return -1;
        if (at[m - 1] == needle[m - 1] && memcmp(at + 1, needle + 1, m - 2) == 0)
            return at - text;
    }
    if (at > last)
        return -1;
    /* Eight places at a time: where both the first and the last byte are right. Until too many of them are wrong. */
    const uint64_t ones = 0x0101010101010101ull, first = ones * needle[0], end = ones * needle[m - 1];
    for (size_t wrong = 0; last - at >= 8 && wrong < 64 + (size_t)(at - text) / 16; at += 8) {
        uint64_t a, b;
        memcpy(&a, at, 8);
        memcpy(&b, at + m - 1, 8);
        a = (a ^ first) | (b ^ end);
        uint64_t zero = (a - ones) & ~a & ones * 0x80;
        for (; zero; zero &= zero - 1, wrong++) {
            const uint8_t *place = at + __builtin_ctzll(zero) / 8;
            if (place[0] == needle[0] && place[m - 1] == needle[m - 1] && memcmp(place + 1, needle + 1, m - 2) == 0)
                return place - text;
        }
    }
    if (n < QUICK_AT_WORST) {
        at = memmem(at, n - (size_t)(at - text), needle, m);
        return at ? at - text : -1;
    }
    int64_t found = search_front_1(at, n - (size_t)(at - text), needle, m);
    return found < 0 ? -1 : found + (at - text);
}

/* From the end: a few candidates by memrchr, which is fast while the first character is rare. m >= 2, n >= m. */
static int64_t find_bytes_back(const uint8_t *text, size_t n, const uint8_t *needle, size_t m)
{
    size_t left = n - m + 1;                             /* places to look at: 0 .. left - 1 */
    for (size_t tries = 0; tries < 8 + (n - m + 1 - left) / 16; tries++) {
        const uint8_t *at = memrchr(text, needle[0], left);
        if (!at)
            return -1;
        if (at[m - 1] == needle[m - 1] && memcmp(at + 1, needle + 1, m - 2) == 0)
            return at - text;
        left = (size_t)(at - text);
    }
    return left ? from_end(search_back_1(text, left + m - 1, needle, m), left + m - 1, m) : -1;
}

int64_t bytes_find_raw(const uint8_t *text, size_t n, const uint8_t *needle, size_t m, bool backwards)
{
    if (m == 0)
        return backwards ? (int64_t)n : 0;
    if (m > n)
        return -1;
    if (m == 1) {
        const uint8_t *at = backwards ? memrchr(text, needle[0], n) : memchr(text, needle[0], n);
        return at ? at - text : -1;
    }
    assert(m >= 2 && n >= m);
    if (backwards)
        return find_bytes_back(text, n, needle, m);
    return find_bytes(text, n, needle, m);
}

/* `needle` has the width of the text. */
static int64_t find_same_width(const void *text, size_t n, const void *needle, size_t m, unsigned width, bool backwards)
{
    if (width == 1)
        return bytes_find_raw(text, n, needle, m, backwards);
    if (width == 2)
        return backwards ? from_end(search_back_2(text, n, needle, m), n, m) : search_front_2(text, n, needle, m);
    return backwards ? from_end(search_back_4(text, n, needle, m), n, m) : search_front_4(text, n, needle, m);
}

/* text[start:stop] where `sub` is, character by character; -1: absent. */
static int64_t find_by_character(const Str *s, const Str *sub, int64_t start, int64_t stop, bool backwards)
{
    int64_t m = (int64_t)sub->len, last = stop - m;
    for (int64_t i = 0; i <= last - start; i++) {
        int64_t at = backwards ? last - i : start + i, same = 0;
        while (same < m && str_char(s, (uint64_t)(at + same)) == str_char(sub, (uint64_t)same))
            same++;
        if (same == m)
            return at;
    }
    return -1;
}

/* A needle brought to the text's width. `room` serves small ones; *allocated is to be freed. NULL: no memory. */
static const void *widened(const Str *sub, unsigned width, void *room, size_t room_size, void **allocated)
{
    *allocated = NULL;
    if (sub->width == width)
        return str_data(sub);
    void *to = room;
    if (sub->len * width > room_size) {
        to = *allocated = malloc(sub->len * width);
        if (!to)
            return NULL;
    }
    assert(sub->width < width);
    str_widen(to, width, str_data(sub), sub->width, sub->len);
    return to;
}

int64_t str_find(const Str *s, const Str *sub, int64_t start, int64_t stop, bool backwards)
{
    assert(start >= 0 && stop <= (int64_t)s->len);
    size_t m = sub->len;
    if (start > stop || m > (size_t)(stop - start))
        return -1;
    if (m == 0)
        return backwards ? stop : start;
    if (sub->width > s->width)
        return -1;
    uint32_t room[64];
    void *allocated;
    const void *needle = widened(sub, s->width, room, sizeof room, &allocated);
    if (!needle)
        return find_by_character(s, sub, start, stop, backwards);
    const char *text = (const char *)str_data(s) + (size_t)start * s->width;
    int64_t at = find_same_width(text, (size_t)(stop - start), needle, m, s->width, backwards);
    free(allocated);
    return at < 0 ? -1 : at + start;
}

static int64_t count_char(const Str *s, uint32_t c, int64_t start, int64_t stop, int64_t at_most)
{
    int64_t n = 0;
    if (s->width == 1 && at_most >= stop - start) {
        if (c > 0xff)
            return 0;
        const uint8_t *text = s->u.c1;
        for (int64_t i = start; i < stop;) {           /* blocks that the compiler turns into vectors: a byte a lane, so at most 255 rounds */
            uint8_t lanes[16] = { 0 };
            for (int round = 0; round < 255 && i + 16 <= stop; round++, i += 16)
                for (int lane = 0; lane < 16; lane++)
                    lanes[lane] += text[i + lane] == c;
            for (int lane = 0; lane < 16; lane++)
                n += lanes[lane];
            for (; i < stop && i + 16 > stop; i++)
                n += text[i] == c;
        }
        return n;
    }
    for (int64_t i = start; i < stop && n < at_most; i++)
        n += str_char(s, (uint64_t)i) == c;
    return n;
}

int64_t str_count(const Str *s, const Str *sub, int64_t start, int64_t stop, int64_t at_most)
{
    assert(start >= 0 && stop <= (int64_t)s->len);
    if (start > stop)
        return 0;
    size_t m = sub->len;
    if (m == 0)
        return stop - start + 1 < at_most ? stop - start + 1 : at_most;
    if (sub->width > s->width || m > (size_t)(stop - start))
        return 0;
    if (m == 1)
        return count_char(s, str_char(sub, 0), start, stop, at_most);
    uint32_t room[64];
    void *allocated;
    const void *needle = widened(sub, s->width, room, sizeof room, &allocated);
    const char *text = str_data(s);
    int64_t n = 0;
    while (n < at_most && stop - start >= (int64_t)m) {
        int64_t at = needle ? find_same_width(text + (size_t)start * s->width, (size_t)(stop - start), needle, m, s->width, false)
                            : find_by_character(s, sub, start, stop, false) - start;
        if (at < 0)
            break;
        n++;
        start += at + (int64_t)m;
    }
    free(allocated);
    return n;
}

Truth str_contains(Value v, Value sub)
{
    const Str *s = as_str(v);
    return str_find(s, as_str(sub), 0, (int64_t)s->len, false) >= 0 ? YES : NO;
}
