/* dtoa_test.c -- floats to text and back, against the C library.
 * cc -I. tests/unit/dtoa_test.c interp/base/{dtoa,buf,utf8}.c -lgmp -lm */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "interp/base/dtoa.h"

static uint64_t state = 88172645463325252u;

static uint64_t random_bits(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static int failures;

static void check(double x)
{
    char text[DOUBLE_REPR_MAX + 1], shortest[40];
    size_t len = double_repr(x, text), used;
    text[len] = '\0';
    double back = double_parse(text, len, &used);
    if (used != len || memcmp(&back, &x, sizeof x) != 0 || strtod(text, NULL) != x) {
        printf("%s does not read back: %a\n", text, x);
        failures++;
    }
    /* no shorter form reads back, and among those of this length none is nearer */
    char digits[24];
    int point, n = double_shortest(fabs(x), digits, &point);
    if (n > 1) {
        snprintf(shortest, sizeof shortest, "%.*e", n - 2, x);
        if (strtod(shortest, NULL) == x) {
            printf("%s is shorter than %s\n", shortest, text);
            failures++;
        }
    }
    snprintf(shortest, sizeof shortest, "%.*e", n - 1, fabs(x));
    char plain[24];
    int k = 0;
    for (const char *c = shortest; *c != 'e'; c++)
        if (*c != '.')
            plain[k++] = *c;
    if (strtod(shortest, NULL) == fabs(x) && memcmp(plain, digits, (size_t)n) != 0) {
        printf("%s is nearer than %s\n", shortest, text);
        failures++;
    }
}

static void expect(double x, char code, int precision, int flags, const char *wanted)
{
    Buf out = { 0 };
    double_format(&out, x, code, precision, flags);
    if (strcmp(buf_text(&out), wanted) != 0) {
        printf("%c %d: got %s, want %s\n", code, precision, buf_text(&out), wanted);
        failures++;
    }
    buf_free(&out);
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 300000;
    static const double special[] = { 5e-324, 1.7976931348623157e308, 2.2250738585072014e-308, 1e22, 1e23, 9007199254740993.0,
                                      0.1, 0.3, 1e16, 1e-5, 123456789012345678.0, 2e-323, 4.35, 1.5e300, 9.5367431640625e-07 };
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        check(special[i]);
    for (int e = 0; e < 2047; e++) {
        uint64_t bits = (uint64_t)e << 52;
        double x;
        if (!e)
            bits = 1;
        memcpy(&x, &bits, sizeof x);
        check(x);
    }
    for (int i = 0; i < count; i++) {
        uint64_t bits = random_bits();
        double x;
        memcpy(&x, &bits, sizeof x);
        if (isfinite(x) && x != 0)
            check(x);
        check((double)(int64_t)(bits >> 20) / 1000 + 0.001);
    }
    expect(1.0, 'r', 0, 0, "1");
    expect(1.0, 'r', 0, DOUBLE_DOT_ZERO, "1.0");
    expect(1e16, 'r', 0, DOUBLE_DOT_ZERO, "1e+16");
    expect(123.456, 'g', 4, 0, "123.5");
    expect(100000.0, 'g', 6, 0, "100000");
    expect(1000000.0, 'g', 6, 0, "1e+06");
    expect(1.5, 'g', 6, DOUBLE_ALT, "1.50000");
    expect(0.0001, 'g', 6, 0, "0.0001");
    expect(0.00001, 'g', 6, 0, "1e-05");
    expect(2.5, 'f', 0, 0, "2");
    expect(2.5, 'f', 0, DOUBLE_ALT, "2.");
    expect(1.005, 'f', 2, DOUBLE_SIGN, "+1.00");
    expect(-0.001, 'f', 2, DOUBLE_NO_NEG_ZERO, "0.00");
    expect(-0.001, 'f', 2, 0, "-0.00");
    expect(0.0, 'e', 3, 0, "0.000e+00");
    expect(1234.5, 'E', 2, 0, "1.23E+03");
    expect(INFINITY, 'F', 2, 0, "INF");
    expect(-INFINITY, 'r', 0, 0, "-inf");
    expect(NAN, 'g', 3, DOUBLE_SIGN, "+nan");
    expect(1e300, 'e', 0, DOUBLE_ALT, "1.e+300");
    char out[DOUBLE_REPR_MAX];
    size_t total = 0;
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    for (int i = 0; i < count; i++) {
        uint64_t bits = (random_bits() >> 12) | (uint64_t)1023 << 52;
        double x;
        memcpy(&x, &bits, sizeof x);
        total += double_repr(x, out);
    }
    clock_gettime(CLOCK_MONOTONIC, &b);
    double ns = ((double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec)) / count;
    printf("%d failures, %.0f ns a repr (%zu)\n", failures, ns, total);
    return failures != 0;
}
