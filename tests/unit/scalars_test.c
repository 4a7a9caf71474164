/* scalars_test.c -- numbers, text and bytes against CPython. scalars_cases.py writes one case a line: the expected outcome, a tab, and
 * an expression in prefix form; this evaluates each and compares. Built with gc/ and interp/, under sanitizers.
 * Ends in the line "N passed, N failed".
 *
 * Expressions, words separated by blanks:  N T F  i:DECIMAL  f:HEXFLOAT  s:HEX (UTF-8, surrogates as three bytes)  b:HEX  a:HEX (bytearray)
 *   c RE IM   t N items (tuple)   l N items (list)   d N key value ...   y NAME (a type)
 *   m NAME RECEIVER N args (method)   o OPERATOR A B   u OPERATOR A   r V (repr)   h V (hash)   k NAME RECEIVER N args M (name value)...
 * Outcome: repr of the result, or !Kind: message. */
#include <stdio.h>
#include <stdlib.h>

#include "gc/heap.h"
#include "interp/builtins/types.h"
#include "interp/object/arith.h"
#include "interp/object/bytes.h"
#include "interp/object/complex.h"
#include "interp/object/dict.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/memoryview.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static char *at;

static char *word(void)
{
    while (*at == ' ')
        at++;
    char *start = at;
    while (*at && *at != ' ')
        at++;
    if (*at)
        *at++ = 0;
    return start;
}

static size_t unhex(char *text)
{
    size_t n = 0;
    for (; text[2 * n]; n++) {
        unsigned byte;
        sscanf(text + 2 * n, "%2x", &byte);
        text[n] = (char)byte;
    }
    return n;
}

static Value eval(void);

static Value type_named(const char *name)
{
    Type *types[] = { &int_type, &float_type, &complex_type, &str_type, &bytes_type, &bytearray_type, &memoryview_type, &bool_type };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i]->heap.name, name) == 0)
            return retain(obj_value(types[i]));
    return raise(NameError, "%s", name);
}

static Value operate(const char *op, Value a, Value b)
{
    static const char *const ops[] = { "+", "-", "*", "@", "/", "//", "%", "**", "<<", ">>", "&", "|", "^", "divmod" };
    static const char *const compares[] = { "<", "<=", "==", "!=", ">", ">=" };
    for (int i = 0; i < 14; i++)
        if (strcmp(ops[i], op) == 0)
            return binary_op((BinaryOp)i, a, b);
    for (int i = 0; i < 6; i++)
        if (strcmp(compares[i], op) == 0)
            return obj_compare(a, b, (CompareOp)i);
    if (strcmp(op, "[]") == 0)
        return obj_getitem(a, b);
    if (strcmp(op, "in") == 0) {
        Truth t = obj_contains(b, a);
        return t == TRUTH_FAILED ? ERROR : bool_value(t);
    }
    return raise(NameError, "operator %s", op);
}

static Value eval_items(char kind)
{
    uint64_t n = strtoull(word(), NULL, 10);
    own Value list = list_new(0);
    for (uint64_t i = 0; i < n; i++)
        if (!list_append_take(list, eval()))
            abort();
    return kind == 'l' ? give(list) : list_to_tuple(list);
}

static Value eval_call(bool keywords)
{
    own Value name = str_intern(word()), self = eval();
    Value args[32];
    size_t n = strtoull(word(), NULL, 10), n_kw = 0;
    for (size_t i = 0; i < n; i++)
        args[i] = eval();
    own Value kwnames = NONE;
    if (keywords) {
        n_kw = strtoull(word(), NULL, 10);
        Tuple *names = tuple_alloc(n_kw);
        for (size_t i = 0; i < n_kw; i++) {
            names->items[i] = str_intern(word());
            args[n + i] = eval();
        }
        kwnames = obj_value(names);
    }
    own Value callable = str_equal_c(name, "()") ? retain(self) : obj_getattr(self, name);
    Value result = is_error(callable) ? ERROR : call_kw(callable, args, n, kwnames);
    for (size_t i = 0; i < n + n_kw; i++)
        release(args[i]);
    return result;
}

static Value eval(void)
{
    char *w = word();
    switch (*w) {
    case 'N': return NONE;
    case 'T': return TRUE;
    case 'F': return FALSE;
    case 'i': return int_parse(w + 2, strlen(w + 2), 10);
    case 'f': return float_value(strtod(w + 2, NULL));
    case 's': return str_new(w + 2, unhex(w + 2));
    case 'b': return bytes_new(w + 2, unhex(w + 2));
    case 'a': return bytearray_new(w + 2, unhex(w + 2));
    case 'c': {
        double re = strtod(word(), NULL), im = strtod(word(), NULL);
        return complex_new(re, im);
    }
    case 't': case 'l': return eval_items(*w);
    case 'd': {
        own Value dict = dict_new();
        for (uint64_t n = strtoull(word(), NULL, 10); n > 0; n--) {
            own Value key = eval(), value = eval();
            if (!dict_set(as_dict(dict), key, value))
                return ERROR;
        }
        return give(dict);
    }
    case 'y': return type_named(word());
    case 'm': return eval_call(false);
    case 'k': return eval_call(true);
    case 'o': {
        char *op = word();
        own Value a = eval(), b = eval();
        return operate(op, a, b);
    }
    case 'u': {
        char *op = word();
        own Value v = eval();
        return unary_op(*op == '-' ? OP_NEG : *op == '+' ? OP_POS : *op == '~' ? OP_INVERT : OP_ABS, v);
    }
    case 'h': {
        own Value v = eval();
        int64_t hash;
        return obj_hash(v, &hash) ? int_value(hash) : ERROR;
    }
    }
    fprintf(stderr, "bad word %s\n", w);
    abort();
}

/* The outcome as text; malloc'd. */
static char *outcome(void)
{
    own Value v = eval(), shown = is_error(v) ? ERROR : obj_ascii(v);
    if (!is_error(shown))
        return strdup(str_utf8_peek(shown, NULL));
    own Value exception = exception_take(), text = obj_str(exception);
    char *message = malloc(str_len(text) * 4 + 200);
    if (is_error(text)) {
        error_clear();
        sprintf(message, "!%s: ?", type_name(exception));
    } else {
        own Value plain = obj_ascii(text);
        sprintf(message, "!%s: %s", type_name(exception), str_utf8_peek(plain, NULL));
    }
    return message;
}

int main(int argc, char **argv)
{
    size_t size = 0, passed = 0, failed = 0;
    char *line = NULL;
    FILE *in = argc > 1 ? fopen(argv[1], "r") : stdin;
    setenv("PYTHONHASHSEED", "0", 1);
    if (!in)
        return 2;
    heap_init();
    types_init();
    uint64_t before = 0;
    while (getline(&line, &size, in) > 0) {
        line[strcspn(line, "\n")] = 0;
        char *expression = strchr(line, '\t');
        if (!expression)
            continue;
        *expression++ = 0;
        char *shown = strdup(expression);
        at = expression;
        char *got = outcome();
        if (strcmp(got, line) == 0) {
            passed++;
        } else if (failed++ < 6000) {
            printf("%.300s\n   expected %.300s\n   got      %.300s\n", shown, line, got);
        }
        free(shown);
        free(got);
        if (passed + failed == 1000)
            before = heap_counts().live_objects;
    }
    free(line);
    if (before && heap_counts().live_objects > before + 500)
        printf("%llu objects alive more than after the first thousand cases\n", (unsigned long long)(heap_counts().live_objects - before));
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed != 0;
}
