/* unicode_normal.c -- see unicode_normal.h. Decompose every character to the end, order the marks, compose. */
#include "interp/base/unicode_normal.h"

#include <stdlib.h>
#include <string.h>

#include "interp/base/unicode.h"
#include "interp/base/unicode_data.h"
#include "interp/base/vec.h"

enum { S_BASE = 0xAC00, L_BASE = 0x1100, V_BASE = 0x1161, T_BASE = 0x11A7, L_COUNT = 19, V_COUNT = 21, T_COUNT = 28, S_COUNT = L_COUNT * V_COUNT * T_COUNT };

enum { STOP_EACH = 1 << 13 };

typedef VEC(uint32_t) Codes;

/* Five characters whose decomposition was corrected after 3.2 (Corrigendum 4). */
static uint32_t corrected_later(uint32_t c)
{
    switch (c) {
    case 0x2F868: return 0x2136A;
    case 0x2F874: return 0x5F33;
    case 0x2F91F: return 0x43AB;
    case 0x2F95F: return 0x7AAE;
    case 0x2F9BF: return 0x4D57;
    default: return 0;
    }
}

static bool decompose(Codes *out, uint32_t c, unsigned form, bool old)
{
    if (c >= S_BASE && c < S_BASE + S_COUNT) {
        uint32_t s = c - S_BASE, t = s % T_COUNT;
        return vec_add(out, L_BASE + s / (V_COUNT * T_COUNT)) && vec_add(out, V_BASE + s % (V_COUNT * T_COUNT) / T_COUNT) && (t == 0 || vec_add(out, T_BASE + t));
    }
    uint32_t then = old ? corrected_later(c) : 0;
    if (then)
        return vec_add(out, then);
    uint32_t parts[UNICODE_DECOMPOSITION_MAX];
    const char *tag;
    size_t tag_len;
    int n = unicode_data_decomposition(c, old, parts, &tag, &tag_len);
    if (n == 0 || (tag_len && !(form & NORMAL_COMPATIBLE)))
        return vec_add(out, c);
    for (int i = 0; i < n; i++)
        if (!decompose(out, parts[i], form, old))
            return false;
    return true;
}

/* Order one run of marks by class, equal ones as they are: by insertion when short, else by counting. */
static bool order_run(uint32_t *run, size_t n, bool (*stop)(void))
{
    if (n <= 20) {
        for (size_t i = 1; i < n; i++) {
            uint32_t c = run[i];
            int class = unicode_combining(c);
            size_t at = i;
            for (; at > 0 && unicode_combining(run[at - 1]) > class; at--)
                run[at] = run[at - 1];
            run[at] = c;
        }
        return true;
    }
    size_t starts[257] = { 0 };
    uint32_t *copy = malloc(n * sizeof *copy);
    if (!copy)
        return false;
    memcpy(copy, run, n * sizeof *copy);
    for (size_t i = 0; i < n; i++)
        starts[unicode_combining(copy[i]) + 1]++;
    for (size_t i = 1; i < 257; i++)
        starts[i] += starts[i - 1];
    bool good = true;
    for (size_t i = 0; i < n && (good = i % STOP_EACH || !stop()); i++)
        run[starts[unicode_combining(copy[i])]++] = copy[i];
    free(copy);
    return good;
}

static bool order(uint32_t *at, size_t n, bool (*stop)(void))
{
    size_t rounds = 0;
    for (size_t i = 0; i < n; rounds++) {
        if (rounds % STOP_EACH == 0 && stop())
            return false;
        if (at[i] < 0x300 || unicode_combining(at[i]) == 0) {
            i++;
            continue;
        }
        size_t end = i + 1;
        while (end < n && unicode_combining(at[end]) != 0)
            end++;
        if (!order_run(at + i, end - i, stop))
            return false;
        i = end;
    }
    return true;
}

static uint32_t compose_pair(uint32_t first, uint32_t second)
{
    if (first >= L_BASE && first < L_BASE + L_COUNT && second >= V_BASE && second < V_BASE + V_COUNT)
        return S_BASE + ((first - L_BASE) * V_COUNT + second - V_BASE) * T_COUNT;
    if (first >= S_BASE && first < S_BASE + S_COUNT && (first - S_BASE) % T_COUNT == 0 && second > T_BASE && second < T_BASE + T_COUNT)
        return first + second - T_BASE;
    return unicode_data_compose(first, second);
}

/* A mark joins the last starter unless another one of its class or above stands between (or a starter does). */
static bool compose(Codes *codes, unsigned form, bool (*stop)(void))
{
    uint32_t *at = codes->at;
    size_t used = 0, starter = SIZE_MAX;
    int last_class = 0;
    if (!(form & NORMAL_COMPOSED))
        return true;
    for (size_t i = 0; i < codes->n; i++) {
        if (i % STOP_EACH == 0 && stop())
            return false;
        uint32_t c = at[i];
        int class = c < 0x300 ? 0 : unicode_combining(c);
        bool adjacent = starter != SIZE_MAX && starter + 1 == used, blocked = !adjacent && (class == 0 || last_class >= class);
        uint32_t whole = c < 0x300 || starter == SIZE_MAX || blocked ? 0 : compose_pair(at[starter], c);
        if (whole) {
            at[starter] = whole;
            continue;
        }
        if (class == 0)
            starter = used;
        last_class = class;
        at[used++] = c;
    }
    codes->n = used;
    return true;
}

uint32_t *unicode_normalize(const uint32_t *text, size_t n, unsigned form, bool old, bool (*stop)(void), size_t *n_out)
{
    Codes out = { 0 };
    bool good = vec_reserve(&out, n + 1);
    for (size_t i = 0; good && i < n; i++)
        good = (i % STOP_EACH || !stop()) && (text[i] < 0xA0 ? vec_add(&out, text[i]) : decompose(&out, text[i], form, old));
    if (!good || !order(out.at, out.n, stop) || !compose(&out, form, stop)) {
        vec_free(&out);
        return NULL;
    }
    *n_out = out.n;
    return out.at;
}
