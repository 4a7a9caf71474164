/* suggestion.c -- "Did you mean": the nearest name to the one that was not found. Declared in object/exception.h.
 * Source: the rules CPython 3.11 documents in "What's New 3.10", PEP 657's neighbour bpo-38530: costs 2 for an edit, 1 for a change of case,
 * at most a third of both lengths, at most 750 candidates, names of at most 40 characters. */
#include <stdlib.h>
#include "interp/object/dict.h"
#include "interp/object/exception.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

enum { MOVE_COST = 2, CASE_COST = 1, MAX_NAME = 40, MAX_CANDIDATES = 750 };

static size_t substitution_cost(unsigned char a, unsigned char b)
{
    if ((a & 31) != (b & 31))
        return MOVE_COST;
    if (a == b)
        return 0;
    unsigned char x = a >= 'A' && a <= 'Z' ? a + 32 : a, y = b >= 'A' && b <= 'Z' ? b + 32 : b;
    return x == y ? CASE_COST : MOVE_COST;
}

/* Weighted edit distance; max_cost + 1 when it is more than that. */
static size_t distance(const char *a, size_t n_a, const char *b, size_t n_b, size_t max_cost)
{
    size_t row[MAX_NAME + 1];
    while (n_a && n_b && *a == *b) { a++; b++; n_a--; n_b--; }
    while (n_a && n_b && a[n_a - 1] == b[n_b - 1]) { n_a--; n_b--; }
    if (n_a == 0 || n_b == 0)
        return (n_a + n_b) * MOVE_COST;
    if (n_a > MAX_NAME || n_b > MAX_NAME)
        return max_cost + 1;
    if (n_b < n_a) {
        const char *t = a; a = b; b = t;
        size_t n = n_a; n_a = n_b; n_b = n;
    }
    if ((n_b - n_a) * MOVE_COST > max_cost)
        return max_cost + 1;
    for (size_t i = 0; i < n_a; i++)
        row[i] = (i + 1) * MOVE_COST;
    size_t result = 0;
    for (size_t i = 0; i < n_b; i++) {
        size_t diagonal = result = i * MOVE_COST, least = SIZE_MAX;
        for (size_t k = 0; k < n_a; k++) {
            size_t substitute = diagonal + substitution_cost((unsigned char)b[i], (unsigned char)a[k]);
            diagonal = row[k];
            size_t shift = (result < diagonal ? result : diagonal) + MOVE_COST;
            result = substitute < shift ? substitute : shift;
            row[k] = result;
            if (result < least)
                least = result;
        }
        if (least > max_cost)
            return max_cost + 1;
    }
    return result;
}

/* The nearest str of the list; malloc'd or NULL. */
static char *nearest(Value names, Value wanted)
{
    size_t n_wanted, best = SIZE_MAX;
    const char *text = str_utf8_peek(wanted, &n_wanted), *found = NULL;
    if (!text || list_len(names) > MAX_CANDIDATES || n_wanted > MAX_NAME)
        return NULL;
    for (uint64_t i = 0; i < list_len(names); i++) {
        Value item = list_peek(names, i);
        size_t n;
        const char *candidate = str_check(item) ? str_utf8_peek(item, &n) : NULL;
        if (!candidate || (n == n_wanted && memcmp(candidate, text, n) == 0))
            continue;
        size_t max_cost = (n_wanted + n + 3) * MOVE_COST / 6;
        if (max_cost > best - 1)
            max_cost = best - 1;
        size_t cost = distance(text, n_wanted, candidate, n, max_cost);
        if (cost <= max_cost && cost < best) {
            best = cost;
            found = candidate;
        }
    }
    return found ? strdup(found) : NULL;
}

static char *nearest_key(Value mapping, Value wanted)
{
    own Value names = list_from_iterable(mapping);
    return is_error(names) ? NULL : nearest(names, wanted);
}

/* Locals, then globals, then builtins of the innermost frame of the traceback. */
static char *for_name(const ExceptionObject *e)
{
    static const char *const where[] = { "f_locals", "f_globals", "f_builtins" };
    Value wanted = e->extra[NAME_NAME], at = e->traceback;
    if (!str_check(wanted) || !is_ptr(at))
        return NULL;
    while (is_ptr(((Traceback *)as_obj(at))->next))
        at = ((Traceback *)as_obj(at))->next;
    own Value frame = retain(((Traceback *)as_obj(at))->frame);
    char *found = NULL;
    for (int i = 0; i < 3 && !found && !error_pending(); i++) {
        own Value names = is_ptr(frame) ? obj_getattr_c(frame, where[i]) : NONE;
        if (is_ptr(names))
            found = nearest_key(names, wanted);
    }
    return found;
}

static char *for_attribute(const ExceptionObject *e)
{
    Value wanted = e->extra[ATTR_NAME];
    own Value obj = retain(e->extra[ATTR_OBJ]);
    if (!str_check(wanted) || is_unbound(obj))
        return NULL;
    own Value names = obj_dir(obj);
    return is_error(names) ? NULL : nearest(names, wanted);
}

char *exception_suggestion(Value exception)
{
    ErrorState saved = error_save();
    ErrorKind kind = exception_kind(exception);
    char *found = error_kind_is(kind, NameError) ? for_name(as_exception(exception))
                : error_kind_is(kind, AttributeError) ? for_attribute(as_exception(exception)) : NULL;
    if (error_pending())
        error_clear();
    error_restore(saved);
    return found;
}
