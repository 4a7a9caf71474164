/* fuzz_json.c -- JSON in and out under libFuzzer: what was read and written reads the same; what is written is valid UTF-8.
 * The text side of magics runs on the same bytes.
 *
 * sources: kernel/json.c kernel/magics.c interp/base/buf.c interp/base/utf8.c */
#include <stdlib.h>

#include "interp/base/utf8.h"
#include "kernel/json.h"
#include "kernel/magics.h"

static void check_valid(const Buf *text)
{
    if (text->len && utf8_valid(text->at, text->len) != text->len)
        abort();
}

/* The tree written and read again; consumes it. */
static json_t *again(json_t *tree)
{
    const char *why;
    Buf out = { 0 };
    json_put_value(&out, tree);
    check_valid(&out);
    json_t *result = json_read(buf_text(&out), out.len, &why);
    if (!result)
        abort();
    json_decref(tree);
    buf_free(&out);
    return result;
}

/* The first time may change one thing: two lone surrogates side by side, once escaped, are a pair. */
static void round_trip(const char *text, size_t len)
{
    const char *why = NULL;
    json_t *tree = json_read(text, len, &why);
    if (!tree) {
        if (!why)
            abort();
        return;
    }
    json_t *second = again(tree), *third = again(json_incref(second));
    if (!json_equal(second, third))
        abort();
    json_decref(second);
    json_decref(third);
}

static void write_text(const char *text, size_t len)
{
    Buf out = { 0 };
    const char *why;
    json_put_string(&out, text, len);
    check_valid(&out);
    Buf document = { 0 };
    buf_char(&document, '[');
    json_put_raw(&document, out.at, out.len);
    buf_char(&document, ']');
    json_t *tree = json_read(buf_text(&document), document.len, &why);
    if (!tree)
        abort();
    json_decref(tree);
    buf_free(&document);
    buf_free(&out);
    json_put_raw(&out, text, len);
    check_valid(&out);
    buf_free(&out);
}

static bool nothing_bound(const char *name)
{
    return name[0] == 'w';
}

static void transform(const char *text, size_t len)
{
    Text code = { text, len };
    size_t new_len, cursor = len / 2;
    char *keep;
    Text body = magics_scope(code, &keep);
    char *plain = magics_transform(body, &new_len, nothing_bound);
    magics_hides_result(code);
    magics_is_complete(code);
    free(magics_complete(code, cursor));
    free(magics_inspect(code, cursor));
    free(plain);
    free(keep);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);   /* an exact copy, so that reading beyond it is seen */
    for (size_t i = 0; i < size; i++)
        text[i] = (char)data[i];
    text[size] = '\0';
    round_trip(text, size);
    write_text(text, size);
    transform(text, size);
    free(text);
    return 0;
}
