/* unicode_data.c -- see unicode_data.h.
 *
 * Lines of unicode_data.txt, sorted by code point within each kind; numbers are hexadecimal:
 *   D CODE [<tag>] CODE...    decomposition;  X the same, but never composed again
 *   W FIRST LAST WIDTH        East Asian width, where it is not N (unassigned: F, as CPython has it)
 *   V FIRST LAST VALUE        numeric value of FIRST, those up to LAST one more each; not for decimal digits
 * and what was different in version 3.2:
 *   U FIRST LAST              not assigned yet
 *   C, B, M, E FIRST LAST X   category, bidirectional class, mirrored, East Asian width
 *   Q FIRST LAST VALUE        was a decimal digit
 * Source: Unicode Character Database 14.0 and 3.2 (UnicodeData, CompositionExclusions, EastAsianWidth). */
#include "interp/base/unicode_data.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "interp/base/unicode.h"

__asm__(".section .rodata\n"
        ".global unicode_data_text\n"
        "unicode_data_text: .incbin \"interp/base/unicode_data.txt\"\n"
        ".byte 0\n"
        ".previous\n");
extern const char unicode_data_text[];

typedef struct Row { uint32_t first, last; char kind; const char *rest; } Row;
typedef struct Kind { Row *rows; size_t n; } Kind;
typedef struct Pair { uint32_t first, second, whole; } Pair;

enum { N_PAIRS = 4096 };
static Row *all_rows;
static Kind kinds['Z'];                          /* by letter; X is in D */
static Pair *pairs;                              /* open hash by (first, second) */

static size_t line_len(const char *at) { return strcspn(at, "\n"); }
static uint32_t pair_slot(uint32_t first, uint32_t second) { return (first * 2654435761u ^ second * 40503u) >> 7 & (N_PAIRS - 1); }

/* The code points of a decomposition, behind its tag. */
static int read_codes(const char *at, uint32_t out[UNICODE_DECOMPOSITION_MAX])
{
    int n = 0;
    while (*at == ' ' && n < UNICODE_DECOMPOSITION_MAX) {
        uint32_t code = 0;
        for (at++; (*at >= '0' && *at <= '9') || (*at >= 'A' && *at <= 'F'); at++)
            code = code << 4 | (uint32_t)(*at <= '9' ? *at - '0' : *at - 'A' + 10);
        out[n++] = code;
    }
    return n;
}

static void add_pair(const Row *row)
{
    uint32_t codes[UNICODE_DECOMPOSITION_MAX];
    if (row->kind == 'X' || row->rest[1] == '<' || read_codes(row->rest, codes) != 2)
        return;
    uint32_t slot = pair_slot(codes[0], codes[1]);
    while (pairs[slot].whole)
        slot = (slot + 1) & (N_PAIRS - 1);
    pairs[slot] = (Pair){ codes[0], codes[1], row->first };
}

static Row read_row(const char *at)
{
    char *end;
    Row row = { .kind = *at };
    row.first = row.last = (uint32_t)strtoul(at + 1, &end, 16);
    if (row.kind != 'D' && row.kind != 'X')
        row.last = (uint32_t)strtoul(end, &end, 16);
    row.rest = end;
    return row;
}

bool unicode_data_ready(void)
{
    if (all_rows)
        return true;
    size_t n = 0;
    for (const char *at = unicode_data_text; *at; at += line_len(at) + 1)
        n++;
    Row *rows = malloc(n * sizeof *rows);
    pairs = calloc(N_PAIRS, sizeof *pairs);
    if (!rows || !pairs) {
        free(rows);
        free(pairs);
        return false;
    }
    n = 0;
    for (const char *at = unicode_data_text; *at; at += line_len(at) + 1) {
        Row row = rows[n] = read_row(at);
        Kind *kind = &kinds[row.kind == 'X' ? 'D' : (unsigned char)row.kind];
        if (!kind->n++)
            kind->rows = &rows[n];
        if (row.kind == 'D')
            add_pair(&row);
        n++;
    }
    all_rows = rows;
    return true;
}

static const Row *find(char letter, uint32_t c)
{
    const Kind *kind = &kinds[(unsigned char)letter];
    size_t low = 0, high = kind->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > kind->rows[middle].last)
            low = middle + 1;
        else if (c < kind->rows[middle].first)
            high = middle;
        else
            return &kind->rows[middle];
    }
    return NULL;
}

/* The value that a row names, as a static string. */
static const char *value_of(const Row *row)
{
    static const char *const values[] = { "A", "F", "H", "N", "Na", "W", "L", "R", "AL", "EN", "ES", "ET", "AN", "CS", "NSM", "BN", "B", "S", "WS", "ON",
                                          "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
                                          "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn" };
    size_t len = line_len(row->rest + 1);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (strlen(values[i]) == len && memcmp(values[i], row->rest + 1, len) == 0)
            return values[i];
    return "";
}

bool unicode_data_assigned(uint32_t c, bool old) { return strcmp(unicode_category(c), "Cn") != 0 && !(old && find('U', c)); }

const char *unicode_data_category(uint32_t c, bool old)
{
    const Row *changed = old ? find('C', c) : NULL;
    return changed ? value_of(changed) : unicode_data_assigned(c, old) ? unicode_category(c) : "Cn";
}

const char *unicode_data_bidirectional(uint32_t c, bool old)
{
    static const char *const names[] = { "", "L", "LRE", "LRO", "R", "AL", "RLE", "RLO", "PDF", "EN", "ES", "ET", "AN", "CS", "NSM", "BN", "B", "S", "WS", "ON",
                                         "LRI", "RLI", "FSI", "PDI" };
    const Row *changed = old ? find('B', c) : NULL;
    if (changed)
        return value_of(changed);
    return unicode_data_assigned(c, old) ? names[utf8proc_get_property((utf8proc_int32_t)c)->bidi_class] : "";
}

const char *unicode_data_east_asian_width(uint32_t c, bool old)
{
    const Row *changed = old ? find('E', c) : NULL;
    if (!changed && !unicode_data_assigned(c, old))
        return "F";
    const Row *row = changed ? changed : find('W', c);
    return row ? value_of(row) : "N";
}

bool unicode_data_mirrored(uint32_t c, bool old)
{
    const Row *changed = old ? find('M', c) : NULL;
    if (changed)
        return changed->rest[1] == '1';
    return unicode_data_assigned(c, old) && utf8proc_get_property((utf8proc_int32_t)c)->bidi_mirrored;
}

int unicode_data_decimal(uint32_t c, bool old)
{
    const Row *changed = old ? find('Q', c) : NULL;
    return changed ? changed->rest[1] - '0' + (int)(c - changed->first) : unicode_data_assigned(c, old) ? unicode_decimal(c) : -1;
}

bool unicode_data_numeric(uint32_t c, bool old, double *value)
{
    const Row *row = unicode_data_assigned(c, old) ? find('V', c) : NULL;
    if (!row) {
        int decimal = unicode_data_decimal(c, old);
        *value = decimal;
        return decimal >= 0;
    }
    char *end;
    *value = strtod(row->rest, &end);
    if (*end == '/')
        *value /= strtod(end + 1, NULL);
    *value += c - row->first;
    return true;
}

int unicode_data_digit(uint32_t c)
{
    double value;
    return unicode_is_digit(c) && unicode_data_numeric(c, false, &value) ? (int)value : -1;
}

int unicode_data_decomposition(uint32_t c, bool old, uint32_t out[UNICODE_DECOMPOSITION_MAX], const char **tag, size_t *tag_len)
{
    const Row *row = c < 0xA0 ? NULL : find('D', c);
    if (!row || (old && find('U', c)))
        return 0;
    const char *at = row->rest;
    *tag = at + 1;
    *tag_len = 0;
    if (at[1] == '<') {
        *tag_len = strcspn(at + 1, " ");
        at += 1 + *tag_len;
    }
    return read_codes(at, out);
}

uint32_t unicode_data_compose(uint32_t first, uint32_t second)
{
    for (uint32_t slot = pair_slot(first, second); pairs[slot].whole; slot = (slot + 1) & (N_PAIRS - 1))
        if (pairs[slot].first == first && pairs[slot].second == second)
            return pairs[slot].whole;
    return 0;
}
