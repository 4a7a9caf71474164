/* unicode_names.c -- see unicode_names.h.
 *
 * Lines of unicode_names.txt: "=HEX" the next name belongs to this code point; "NAME" the name of the next code point;
 * "+HEX NAME" an alias; "&HEX,HEX,... NAME" a named sequence. Source: Unicode Character Database 14.0 (UnicodeData, NameAliases,
 * NamedSequences). */
#include "interp/base/unicode_names.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interp/base/hex.h"

__asm__(".section .rodata\n"
        ".global unicode_names_text\n"
        "unicode_names_text: .incbin \"interp/base/unicode_names.txt\"\n"
        ".byte 0\n"
        ".previous\n");
extern const char unicode_names_text[];

enum { SEQUENCE = 0x800000, ALIAS = 0x400000, CODE = 0x1fffff, N_SLOTS = 1 << 17 };
typedef struct Entry { uint32_t offset, code; } Entry;        /* of the name; the code point with flags. A sequence: offset of its line */

static Entry *entries;
static uint32_t n_entries, n_names;      /* the names by code point come first, sorted */
static uint16_t *slots;                  /* entry + 1; 0: free */

static uint32_t hash_name(const char *name, size_t len)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < len; i++) {
        char c = name[i] >= 'a' && name[i] <= 'z' ? (char)(name[i] - 32) : name[i];
        h = (h ^ (uint8_t)c) * 16777619u;
    }
    return (h ^ h >> 15) & (N_SLOTS - 1);
}

static size_t line_len(const char *at) { return strcspn(at, "\n"); }

static void add(uint32_t offset, uint32_t code)
{
    const char *name = unicode_names_text + offset;
    entries[n_entries] = (Entry){ offset, code };
    uint32_t at = hash_name(name, line_len(name));
    while (slots[at])
        at = (at + 1) & (N_SLOTS - 1);
    slots[at] = (uint16_t)++n_entries;
}

static void make_index(void)
{
    size_t n_lines = 0;
    for (const char *at = unicode_names_text; *at; at += line_len(at) + 1)
        n_lines++;
    entries = calloc(n_lines, sizeof *entries);
    slots = calloc(N_SLOTS, sizeof *slots);
    if (!entries || !slots || n_lines > UINT16_MAX) {
        free(entries);
        free(slots);
        entries = NULL;
        return;
    }
    uint32_t code = 0;
    for (const char *at = unicode_names_text; *at; at += line_len(at) + 1) {
        uint32_t offset = (uint32_t)(at - unicode_names_text);
        if (*at == '=') {
            code = (uint32_t)strtoul(at + 1, NULL, 16);
        } else if (*at == '+') {
            char *name;
            uint32_t alias = (uint32_t)strtoul(at + 1, &name, 16);
            add((uint32_t)(name + 1 - unicode_names_text), alias | ALIAS);
        } else if (*at == '&') {
            add((uint32_t)(strchr(at, ' ') + 1 - unicode_names_text), offset | (uint32_t)SEQUENCE);
        } else {
            add(offset, code++);
            n_names = n_entries;
        }
    }
}

/* False: no memory. Without a lock of Python's: the parser also runs on the kernel's I/O thread. */
static bool prepare(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_index);
    return entries != NULL;
}

/* --- by rule -------------------------------------------------------------------------------------------------------------- */
static bool is_ideograph(uint32_t c)
{
    return (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x20000 && c <= 0x2a6df) || (c >= 0x2a700 && c <= 0x2b738) ||
           (c >= 0x2b740 && c <= 0x2b81d) || (c >= 0x2b820 && c <= 0x2cea1) || (c >= 0x2ceb0 && c <= 0x2ebe0) || (c >= 0x30000 && c <= 0x3134a);
}

static const char *const leads[] = { "G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P", "H" };
static const char *const vowels[] = { "A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE", "WI", "YU", "EU", "YI", "I" };
static const char *const tails[] = { "", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M", "B", "BS", "S", "SS", "NG", "J",
                                     "C", "K", "T", "P", "H" };
static const char hangul[] = "HANGUL SYLLABLE ", ideograph[] = "CJK UNIFIED IDEOGRAPH-";

/* The longest of the parts that the text begins with; the empty one fits always. */
static int match(const char **at, const char *end, const char *const *parts, int n)
{
    int best = -1;
    size_t best_len = 0;
    for (int i = 0; i < n; i++) {
        size_t len = strlen(parts[i]);
        if (len <= (size_t)(end - *at) && (best < 0 || len > best_len) && strncasecmp(*at, parts[i], len) == 0) {
            best = i;
            best_len = len;
        }
    }
    *at += best_len;
    return best;
}

static int32_t lookup_hangul(const char *at, const char *end)
{
    int lead = match(&at, end, leads, 19), vowel = match(&at, end, vowels, 21), tail = match(&at, end, tails, 28);
    return lead < 0 || vowel < 0 || tail < 0 || at != end ? -1 : 0xac00 + (lead * 21 + vowel) * 28 + tail;
}

static int32_t lookup_ideograph(const char *at, const char *end)
{
    uint32_t c = 0;
    if (end - at != 4 && end - at != 5)
        return -1;
    for (; at < end; at++) {
        int digit = hex_digit((uint8_t)*at);
        if (digit < 0)
            return -1;
        c = c << 4 | (uint32_t)digit;
    }
    return is_ideograph(c) ? (int32_t)c : -1;
}

/* --- questions ------------------------------------------------------------------------------------------------------------- */
size_t unicode_name(uint32_t c, char out[UNICODE_NAME_MAX])
{
    if (c >= 0xac00 && c <= 0xd7a3) {
        uint32_t i = c - 0xac00;
        return (size_t)snprintf(out, UNICODE_NAME_MAX, "%s%s%s%s", hangul, leads[i / 588], vowels[i % 588 / 28], tails[i % 28]);
    }
    if (is_ideograph(c))
        return (size_t)snprintf(out, UNICODE_NAME_MAX, "%s%X", ideograph, c);
    if (!prepare())
        return 0;
    for (uint32_t low = 0, high = n_names; low < high;) {
        uint32_t middle = (low + high) / 2;
        if (entries[middle].code < c) {
            low = middle + 1;
        } else if (entries[middle].code > c) {
            high = middle;
        } else {
            const char *name = unicode_names_text + entries[middle].offset;
            return (size_t)snprintf(out, UNICODE_NAME_MAX, "%.*s", (int)line_len(name), name);
        }
    }
    return 0;
}

static const Entry *find(const char *name, size_t len)
{
    if (!prepare())
        return NULL;
    for (uint32_t at = hash_name(name, len); slots[at]; at = (at + 1) & (N_SLOTS - 1)) {
        const Entry *e = &entries[slots[at] - 1];
        const char *known = unicode_names_text + e->offset;
        if (line_len(known) == len && strncasecmp(known, name, len) == 0)
            return e;
    }
    return NULL;
}

int32_t unicode_lookup_name(const char *name, size_t len)
{
    size_t h = sizeof hangul - 1, j = sizeof ideograph - 1;
    if (len > h && strncasecmp(name, hangul, h) == 0)
        return lookup_hangul(name + h, name + len);
    if (len > j && strncasecmp(name, ideograph, j) == 0)
        return lookup_ideograph(name + j, name + len);
    const Entry *e = find(name, len);
    return e && !(e->code & (uint32_t)SEQUENCE) ? (int32_t)(e->code & CODE) : -1;
}

int unicode_lookup_sequence(const char *name, size_t len, uint32_t out[UNICODE_SEQUENCE_MAX])
{
    const Entry *e = find(name, len);
    int n = 0;
    if (!e || !(e->code & (uint32_t)SEQUENCE))
        return 0;
    const char *at = unicode_names_text + (e->code & ~((uint32_t)SEQUENCE));
    do {
        char *end;
        out[n++] = (uint32_t)strtoul(at + 1, &end, 16);
        at = end;
    } while (*at == ',' && n < UNICODE_SEQUENCE_MAX);
    return n;
}
