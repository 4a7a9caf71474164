/* path.c -- see path.h */
#include "kernel/path.h"

#include <string.h>

#include "interp/base/buf.h"

#define ARROW " -> "
typedef struct Step { const char *at; size_t len; } Step;

static Step step_at(const char *at)
{
    const char *end = strstr(at, ARROW);
    return (Step){ at, end ? (size_t)(end - at) : strlen(at) };
}

static const char *after(Step step)
{
    return step.at[step.len] ? step.at + step.len + strlen(ARROW) : NULL;
}

static bool is_identifier(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool letter = s[i] == '_' || (unsigned char)s[i] >= 0x80 || (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z');
        if (!letter && !(i > 0 && s[i] >= '0' && s[i] <= '9'))
            return false;
    }
    return len > 0;
}

/* An attribute that Python code can ask for. */
static bool is_attribute(Step step)
{
    if (step.len == 13 && memcmp(step.at, "cell_contents", 13) == 0)
        return true;
    return step.len > 4 && memcmp(step.at, "__", 2) == 0 && memcmp(step.at + step.len - 2, "__", 2) == 0 && is_identifier(step.at, step.len);
}

/* dict['name'] behind __dict__ is an attribute: its name; len 0: it is none. */
static Step attribute_in(Step step)
{
    bool is_key = step.len > 8 && memcmp(step.at, "dict['", 6) == 0 && memcmp(step.at + step.len - 2, "']", 2) == 0;
    return is_key && is_identifier(step.at + 6, step.len - 8) ? (Step){ step.at + 6, step.len - 8 } : (Step){ 0 };
}

char *path_as_code(const char *path)
{
    Buf out = { 0 };
    Step step = step_at(path);
    buf_add(&out, step.at, step.len);
    for (const char *at = after(step); at; at = after(step)) {
        step = step_at(at);
        const char *next = after(step);
        size_t word = strcspn(step.at, "[");
        Step attribute = next && step.len == 8 && memcmp(step.at, "__dict__", 8) == 0 ? attribute_in(step_at(next)) : (Step){ 0 };
        if (attribute.len) {
            buf_printf(&out, ".%.*s", (int)attribute.len, attribute.at);
            step = step_at(next);
        } else if (step.at[0] == '.') {
            buf_add(&out, step.at, step.len);
        } else if (word < step.len && step.at[step.len - 1] == ']' && is_identifier(step.at, word)) {
            buf_add(&out, step.at + word, step.len - word);
        } else if (is_attribute(step)) {
            buf_printf(&out, ".%.*s", (int)step.len, step.at);
        } else {
            buf_printf(&out, ARROW "%.*s", (int)step.len, step.at);
        }
    }
    size_t len;
    return buf_detach(&out, &len);
}
