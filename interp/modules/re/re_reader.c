/* re_reader.c -- the pattern's text as tokens, errors at their place in it, and the items that come out. Declared in re_parser.h. */
#include "interp/base/unicode.h"
#include "interp/builtins/import.h"
#include "interp/modules/re/re_parser.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"

/* --- errors -------------------------------------------------------------------------------------------------------------- */

void re_error(Value message_take, Value pattern, int64_t position)
{
    own Value message = message_take;
    own Value class = is_error(message) ? ERROR : import_attr("re", "error");
    if (is_error(class))
        return;
    own Value at = position < 0 ? NONE : int_value(position);
    own Value instance = position < 0 ? call1(class, message) : call3(class, message, pattern, at);
    if (!is_error(instance))
        exception_raise(instance, UNBOUND);
}

bool re_warn(const char *category, Value message_take, int stack_level)
{
    own Value message = message_take;
    own Value warn = is_error(message) ? ERROR : import_attr("warnings", "warn"), class = is_error(warn) ? ERROR : import_attr("builtins", category);
    if (is_error(class))
        return false;
    own Value result = call3(warn, message, class, int_value(stack_level));
    return !is_error(result);
}

/* The message of a bytes pattern is ASCII. */
static Value for_bytes(Value message_take)
{
    own Value message = message_take;
    if (is_error(message) || as_str(message)->ascii)
        return give(message);
    own Value repr = obj_ascii(message);
    return is_error(repr) ? ERROR : str_slice(repr, 1, (int64_t)str_len(repr) - 1);
}

void re_fail(ReParser *p, Value message_take, uint64_t offset)
{
    if (p->failed) {
        release(message_take);
        return;
    }
    re_stop(p);
    re_error(p->is_text ? message_take : for_bytes(message_take), p->pattern, (int64_t)(p->index - offset));
}

void re_out_of_memory(ReParser *p)
{
    if (!p->failed)
        error_set_memory();
    re_stop(p);
}

/* --- tokens ---------------------------------------------------------------------------------------------------------------- */

void re_advance(ReParser *p)
{
    if (p->failed || p->index >= p->s->len) {
        p->next = RE_END;
        return;
    }
    p->next = str_char(p->s, p->index++);
    if (p->next != '\\')
        return;
    if (p->index >= p->s->len) {
        p->index = p->s->len;
        re_fail(p, str_from("bad escape (end of pattern)"), 1);
        return;
    }
    p->escaped = str_char(p->s, p->index++);
}

bool re_accept(ReParser *p, uint32_t c)
{
    if (p->next != c || c == '\\')
        return false;
    re_advance(p);
    return true;
}

uint32_t re_get(ReParser *p)
{
    uint32_t c = p->next;
    re_advance(p);
    return c;
}

void re_seek(ReParser *p, uint64_t index)
{
    p->index = index;
    re_advance(p);
}

Value re_piece(ReParser *p, uint64_t start, uint64_t stop)
{
    return str_slice(p->text, (int64_t)start, (int64_t)(stop > p->s->len ? p->s->len : stop));
}

Value re_get_until(ReParser *p, uint32_t terminator, const char *what)
{
    uint64_t start = re_tell(p);
    for (;;) {
        uint32_t c = p->next;
        uint64_t at = re_tell(p);
        re_advance(p);
        if (p->failed)
            return ERROR;
        if (c == RE_END) {
            if (at == start)
                RE_FAIL(p, 0, "missing %s", what);
            else
                RE_FAIL(p, at - start, "missing %c, unterminated name", (int)terminator);
            return ERROR;
        }
        if (c == terminator) {
            if (at == start) {
                RE_FAIL(p, 1, "missing %s", what);
                return ERROR;
            }
            return re_piece(p, start, at);
        }
    }
}

bool re_is_identifier(Value name)
{
    uint64_t n = str_len(name);
    for (uint64_t i = 0; i < n; i++)
        if (!(i ? unicode_is_id_continue(str_char(as_str(name), i)) : unicode_is_id_start(str_char(as_str(name), i))))
            return false;
    return n > 0;
}

void re_warn_name(ReParser *p, Value name)
{
    own Value shown = p->is_text ? obj_repr(name) : obj_ascii(name);
    if (is_error(shown) || !re_warn("DeprecationWarning", str_format("bad character in group name %S at position %zu", shown,
                                                                     (size_t)(re_tell(p) - str_len(name) - 1)), 1))
        re_stop(p);
}

void re_check_name(ReParser *p, Value name)
{
    if (!re_is_identifier(name))
        RE_FAIL(p, str_len(name) + 1, "bad character in group name %R", name);
    else if (!p->is_text && !as_str(name)->ascii)
        re_warn_name(p, name);
}

/* --- what comes out ----------------------------------------------------------------------------------------------------------- */

void re_put(ReParser *p, ReItem item)
{
    if (!vec_add(&p->program->items, item))
        re_out_of_memory(p);
}
void re_put_text(ReParser *p, const char *text) { re_put(p, (ReItem){ .op = RE_TEXT, .text = text }); }

void re_insert_text(ReParser *p, size_t at, const char *text)
{
    re_put_text(p, text);
    if (p->failed)
        return;
    ReItem *items = p->program->items.at;
    size_t n = p->program->items.n;
    memmove(items + at + 1, items + at, (n - at - 1) * sizeof *items);
    items[at] = (ReItem){ .op = RE_TEXT, .text = text };
}

void re_put_literal(ReParser *p, uint32_t c, uint32_t flags) { re_put(p, (ReItem){ .op = RE_LITERAL, .mode = re_case_of(flags), .arg = c }); }

void re_put_set_take(ReParser *p, ReSet set)
{
    if (!vec_add(&p->program->sets, set)) {
        vec_free(&set.ranges);
        re_out_of_memory(p);
        return;
    }
    re_put(p, (ReItem){ .op = RE_SET, .arg = (uint32_t)p->program->sets.n - 1 });
}

void re_add_range(ReParser *p, ReSet *set, uint32_t low, uint32_t high)
{
    if (!vec_add(&set->ranges, (ReRange){ low, high }))
        re_out_of_memory(p);
}
