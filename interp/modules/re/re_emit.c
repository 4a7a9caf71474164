/* re_emit.c -- a program as PCRE2 text. Options set for every pattern (re_engine.c): DOTALL, MULTILINE, ALT_CIRCUMFLEX, ALLOW_EMPTY_CLASS, newline is
 * \n; UCP only for unicode_words. Nothing depends on PCRE2's tables except caseless ASCII letters. Source: pcre2pattern(3). */
#include <stdio.h>
#include "interp/modules/re/re_program.h"

typedef struct Out { VEC(uint32_t) text; uint32_t max; bool failed, caseless; const ReProgram *program; } Out;

static void put(Out *o, uint32_t c)
{
    if (!vec_add(&o->text, c))
        o->failed = true;
}

static void put_text(Out *o, const char *s)
{
    while (*s)
        put(o, (uint8_t)*s++);
}

static void put_char(Out *o, uint32_t c)
{
    if ((c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z' && c < 128) || c == '_') {
        put(o, c);
        return;
    }
    char escape[16];
    snprintf(escape, sizeof escape, "\\x{%x}", c);
    put_text(o, escape);
}

static void put_range(Out *o, uint32_t low, uint32_t high)
{
    put_char(o, low);
    if (high > low) {
        if (high > low + 1)
            put(o, '-');
        put_char(o, high);
    }
}

/* Sets of latin-1 characters are worked out: PCRE2 makes them a bitmap. */
static void put_small_set(Out *o, const ReSet *set)
{
    bool has[257] = { 0 };
    int n = 0;
    for (uint32_t c = 0; c < 256; c++)
        n += has[c] = re_set_has(set, c);
    if (n == 256) {
        put(o, '.');
        return;
    }
    if (n == 255 && !has['\n']) {
        put_text(o, "\\N");
        return;
    }
    bool negate = n > 200, one = n == 1;
    if (!one)
        put_text(o, negate ? "[^" : "[");
    for (uint32_t c = 0; c < 256; c++) {
        if (has[c] == negate)
            continue;
        uint32_t last = c;
        while (last < 255 && has[last + 1] != negate)
            last++;
        put_range(o, c, last);
        c = last;
    }
    if (!one)
        put(o, ']');
}

static const char unicode_spaces[] = "\\x{9}-\\x{d}\\x{1c}-\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}";
static const char unicode_no_spaces[] = "\\x{0}-\\x{8}\\x{e}-\\x{1b}\\x{21}-\\x{84}\\x{86}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}"
                                        "\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-";

static void put_category(Out *o, unsigned category, bool ascii, bool negated)
{
    const char *text = "";
    bool open = false;           /* ends with the range up to the last character */
    switch (category) {
    case RE_DIGIT:
        text = !ascii ? negated ? "\\P{Nd}" : "\\p{Nd}" : negated ? "\\x{0}-\\x{2f}\\x{3a}-" : "0-9";
        open = ascii && negated;
        break;
    case RE_SPACE:
        text = ascii ? negated ? "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-" : "\\x{9}-\\x{d}\\x{20}" : negated ? unicode_no_spaces : unicode_spaces;
        open = negated;
        break;
    default:
        text = !ascii ? negated ? "\\P{Xwd}" : "\\p{Xwd}" : negated ? "\\x{0}-\\x{2f}\\x{3a}-\\x{40}\\x{5b}-\\x{5e}\\x{60}\\x{7b}-" : "0-9A-Z_a-z";
        open = ascii && negated;
    }
    put_text(o, text);
    if (open)
        put_char(o, o->max);
}

static void put_wide_set(Out *o, const ReSet *set)
{
    if (set->ranges.n == 0 && !set->ascii && (set->in ^ set->not_in) != 0 && !(set->in && set->not_in) && ((set->in | set->not_in) & ((set->in | set->not_in) - 1)) == 0 &&
        !((set->in | set->not_in) & RE_SPACE)) {
        put_category(o, set->in | set->not_in, false, (set->not_in != 0) != set->negate);      /* one property alone */
        return;
    }
    if (set->ranges.n == 1 && !set->in && !set->not_in) {
        ReRange r = set->ranges.at[0];
        if (r.low == 0 && r.high >= o->max && !set->negate) {
            put(o, '.');
            return;
        }
        if (r.low == '\n' && r.high == '\n' && set->negate) {
            put_text(o, "\\N");
            return;
        }
    }
    put_text(o, set->negate ? "[^" : "[");
    for (size_t i = 0; i < set->ranges.n; i++) {
        ReRange r = set->ranges.at[i];
        if (r.low <= o->max)
            put_range(o, r.low, r.high > o->max ? o->max : r.high);
    }
    for (unsigned category = RE_DIGIT; category <= RE_WORD; category *= 2) {
        if (set->in & category)
            put_category(o, category, set->ascii, false);
        if (set->not_in & category)
            put_category(o, category, set->ascii, true);
    }
    put(o, ']');
}

static void put_set(Out *o, const ReSet *set)
{
    if (o->max == 0xff)
        put_small_set(o, set);
    else
        put_wide_set(o, set);
}

static void set_caseless(Out *o, bool caseless)
{
    if (o->caseless != caseless)
        put_text(o, caseless ? "(?i)" : "(?-i)");
    o->caseless = caseless;
}

static void put_literal(Out *o, uint32_t c, ReCase mode)
{
    bool letter = c < 128 && (c | 32) >= 'a' && (c | 32) <= 'z';
    if (mode == RE_EXACT || (!letter && (mode == RE_CASELESS_ASCII || c < 128))) {
        if (c > o->max)
            put_text(o, "[]");
        else
            put_char(o, c);
        return;
    }
    uint32_t low = c | 32;
    bool plain = letter && !o->program->unicode_words &&
                 ((mode == RE_CASELESS_ASCII) || o->max == 0xff || (low != 'i' && low != 'k' && low != 's'));
    if (plain) {
        set_caseless(o, true);
        put(o, c);
        return;
    }
    ReSet set = { 0 };
    if (!vec_add(&set.ranges, (ReRange){ c, c }) || !re_case_close(&set, mode))
        o->failed = true;
    set_caseless(o, false);
    put_set(o, &set);
    vec_free(&set.ranges);
}

static void put_boundary(Out *o, bool inverse, bool unicode)
{
    if (inverse)
        put_text(o, "(?!\\A\\z)");          /* Python: never in an empty text */
    if (unicode || !o->program->unicode_words)
        put_text(o, inverse ? "\\B" : "\\b");
    else
        put_text(o, inverse ? "(?:(?<=[0-9A-Z_a-z])(?=[0-9A-Z_a-z])|(?<![0-9A-Z_a-z])(?![0-9A-Z_a-z]))"
                            : "(?:(?<=[0-9A-Z_a-z])(?![0-9A-Z_a-z])|(?<![0-9A-Z_a-z])(?=[0-9A-Z_a-z]))");
}

enum { MOST = 65535 };          /* PCRE2's highest repetition count */

static void put_counts(Out *o, uint32_t least, uint32_t most, uint8_t mode)
{
    char text[40];
    if (least == 0 && most == RE_MAX_REPEAT)
        put(o, '*');
    else if (least == 1 && most == RE_MAX_REPEAT)
        put(o, '+');
    else if (least == 0 && most == 1)
        put(o, '?');
    else {
        if (most == RE_MAX_REPEAT)
            snprintf(text, sizeof text, "{%u,}", least);
        else
            snprintf(text, sizeof text, least == most ? "{%u}" : "{%u,%u}", least, most);
        put_text(o, text);
    }
    if (mode)
        put(o, mode);
}

static void put_repeat(Out *o, const ReItem *item, size_t start)
{
    if (item->arg <= MOST && (item->most <= MOST || item->most == RE_MAX_REPEAT)) {
        put_counts(o, item->arg, item->most, item->mode);
        return;
    }
    size_t n = o->text.n - start;            /* larger counts: the item several times over */
    uint32_t least = item->arg, most = item->most;
    bool first = true;
    while (!o->failed && (first || least || most)) {
        if (!first)
            for (size_t i = 0; i < n; i++)
                put(o, o->text.at[start + i]);
        first = false;
        uint32_t now_least = least < MOST ? least : MOST;
        uint32_t now_most = most == RE_MAX_REPEAT ? (least > MOST ? MOST : RE_MAX_REPEAT) : most < MOST ? most : MOST;
        if (least > MOST)
            now_most = MOST;
        put_counts(o, now_least, now_most, item->mode);
        least -= now_least;
        if (most == RE_MAX_REPEAT && now_most == RE_MAX_REPEAT)
            break;
        if (most != RE_MAX_REPEAT)
            most -= now_most;
    }
}

uint32_t *re_emit(const ReProgram *program, uint32_t max_char, bool whole, size_t *len)
{
    Out o = { .max = max_char, .program = program };
    size_t start = 0;                        /* of the last item that is one character */
    if (whole)
        put_text(&o, "(?:");
    for (size_t i = 0; i < program->items.n && !o.failed; i++) {
        const ReItem *item = &program->items.at[i];
        if (item->op != RE_REPEAT && item->op != RE_LITERAL)
            set_caseless(&o, false);
        if (item->op == RE_LITERAL && (item->mode == RE_EXACT || item->arg > 127))
            set_caseless(&o, false);
        if (item->op != RE_REPEAT)
            start = o.text.n;
        switch ((ReOp)item->op) {
        case RE_TEXT: put_text(&o, item->text); break;
        case RE_LITERAL: put_literal(&o, item->arg, item->mode); break;
        case RE_SET: put_set(&o, &program->sets.at[item->arg]); break;
        case RE_REPEAT: put_repeat(&o, item, start); break;
        case RE_BOUNDARY: put_boundary(&o, item->arg, item->mode); break;
        case RE_CONDITION:
        case RE_BACKREF: {
            char text[32];
            snprintf(text, sizeof text, item->op == RE_CONDITION ? "(?(%u)" : item->mode ? "(?i:\\g{%u})" : "\\g{%u}", item->arg);
            put_text(&o, text);
        }
        }
    }
    set_caseless(&o, false);
    if (whole)
        put_text(&o, ")\\z");
    if (o.failed) {
        vec_free(&o.text);
        return raise_memory_null();
    }
    *len = o.text.n;
    return o.text.at ? o.text.at : calloc(1, 4);
}
