/* context.c -- identifiers, errors and maps of one compilation. */
#include "interp/compile/context.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool (*compile_warn_hook)(ErrorKind category, const char *message, const char *filename, int line);

enum { DEPTH_LIMIT = 3000 };     /* CPython: three times the recursion limit */

void context_init(Compiler *c, const CompileOptions *options)
{
    *c = (Compiler){ .options = options, .flags = options->flags, .optimize = options->optimize < 0 ? 0 : options->optimize };
    c->filename = NONE;
    Value filename = str_from(options->filename ? options->filename : "<string>");
    if (is_error(filename))
        context_fail(c);
    else
        c->filename = filename;
}

void context_free(Compiler *c)
{
    for (size_t i = 0; i < c->owned.n; i++)
        release(c->owned.at[i]);
    vec_free(&c->owned);
    release(c->filename);
    free(c->idents);
    free(c->scopes.slots);
    free(c->folds.slots);
    arena_free(&c->arena);
}

void context_fail(Compiler *c)
{
    assert(error_pending());
    c->failed = true;
}

void *context_alloc(Compiler *c, size_t size)
{
    void *p = arena_alloc(&c->arena, size);
    if (!p) {
        error_set_memory();
        context_fail(c);
        return NULL;
    }
    return memset(p, 0, size);
}

Value context_keep_take(Compiler *c, Value v)
{
    if (is_error(v)) {
        context_fail(c);
        return NONE;
    }
    if (is_ptr(v) && !vec_add(&c->owned, v)) {
        release(v);
        error_set_memory();
        context_fail(c);
        return NONE;
    }
    return v;
}

/* --- identifiers ------------------------------------------------------------------------------------------- */
static uint32_t text_hash(const char *text, size_t len)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < len; i++)
        h = (h ^ (uint8_t)text[i]) * 16777619u;
    return h ^ h >> 15;
}

static bool grow_idents(Compiler *c)
{
    size_t cap = c->cap_idents ? 2 * c->cap_idents : 256;
    Ident **table = calloc(cap, sizeof *table);
    if (!table) {
        error_set_memory();
        context_fail(c);
        return false;
    }
    for (size_t i = 0; i < c->cap_idents; i++)
        for (Ident *id = c->idents[i], *next; id; id = next) {
            next = id->next;
            id->next = table[id->hash & (cap - 1)];
            table[id->hash & (cap - 1)] = id;
        }
    free(c->idents);
    c->idents = table;
    c->cap_idents = cap;
    return true;
}

Ident *ident_new(Compiler *c, const char *text, size_t len)
{
    if (c->n_idents >= c->cap_idents && !grow_idents(c))
        return NULL;
    uint32_t hash = text_hash(text, len);
    Ident **bucket = &c->idents[hash & (c->cap_idents - 1)];
    for (Ident *id = *bucket; id; id = id->next)
        if (id->hash == hash && id->len == len && !memcmp(id->text, text, len))
            return id;
    Ident *id = context_alloc(c, sizeof *id + len + 1);
    if (!id)
        return NULL;
    memcpy(id->text, text, len);
    id->hash = hash;
    id->len = (uint32_t)len;
    id->str = UNBOUND;
    id->next = *bucket;
    *bucket = id;
    c->n_idents++;
    return id;
}

Ident *ident_of(Compiler *c, const Text *text) { return ident_new(c, text->at, text->len); }
Ident *ident_c(Compiler *c, const char *text) { return ident_new(c, text, strlen(text)); }

Ident *ident_mangle(Compiler *c, const Ident *private_, Ident *name)
{
    if (!private_ || !name || name->len < 2 || name->text[0] != '_' || name->text[1] != '_')
        return name;
    if ((name->text[name->len - 1] == '_' && name->text[name->len - 2] == '_') || memchr(name->text, '.', name->len))
        return name;
    const char *class_name = private_->text;
    while (*class_name == '_')
        class_name++;
    if (!*class_name)
        return name;
    size_t class_len = strlen(class_name);
    char *text = context_alloc(c, class_len + name->len + 2);
    if (!text)
        return NULL;
    text[0] = '_';
    memcpy(text + 1, class_name, class_len);
    memcpy(text + 1 + class_len, name->text, name->len);
    return ident_new(c, text, class_len + name->len + 1);
}

Ident *ident_mangled(Compiler *c, const Ident *private_, const Text *text) { return ident_mangle(c, private_, ident_of(c, text)); }

Value ident_str_peek(Compiler *c, Ident *i)
{
    if (!i || c->failed)                 /* nothing of the code will be used */
        return NONE;
    if (is_unbound(i->str)) {
        Value s = str_new(i->text, i->len);
        if (!is_error(s))
            s = str_intern_take(s);
        i->str = context_keep_take(c, s);
    }
    return i->str;
}

/* --- errors and warnings ----------------------------------------------------------------------------------- */
Value context_source_line(Value filename, int line)
{
    size_t len;
    const char *path = str_utf8_peek(filename, &len);
    if (!path || path[0] == '<') {
        error_clear();
        return NONE;
    }
    FILE *file = fopen(path, "rb");
    if (!file)
        return NONE;
    char *text = NULL;
    size_t cap = 0;
    ssize_t n = -1;
    for (int i = 0; i < line; i++)
        if ((n = getline(&text, &cap, file)) < 0)
            break;
    fclose(file);
    Value result = n >= 0 ? str_new(text, (size_t)n) : NONE;
    free(text);
    if (is_error(result)) {
        error_clear();
        return NONE;
    }
    return result;
}

static void set_syntax_error(Compiler *c, Span at, const char *message)
{
    own Value text = context_source_line(c->filename, at.line);
    own Value words = str_from(message);
    if (is_error(words))
        return;
    Value rows[6] = { c->filename, small_int_value(at.line), small_int_value(at.column + 1), text, small_int_value(at.end_line), at.end_column == NO_END ? NONE : small_int_value(at.end_column + 1) };
    own Value where = tuple_from(rows, 6);
    if (is_error(where))
        return;
    Value args = tuple_of2(words, where);
    if (!is_error(args))
        error_set_args_take(SyntaxError, args);
}

void context_error(Compiler *c, Span at, const char *format, ...)
{
    if (c->failed)
        return;
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    set_syntax_error(c, at, message);
    context_fail(c);
}

void context_warn(Compiler *c, Span at, const char *format, ...)
{
    if (c->failed || !compile_warn_hook)
        return;
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    size_t len;
    const char *filename = str_utf8_peek(c->filename, &len);
    if (compile_warn_hook(SyntaxWarning, message, filename ? filename : "<string>", at.line))
        return;
    if (error_is(SyntaxWarning)) {                          /* -W error: the warning is the syntax error */
        error_clear();
        set_syntax_error(c, at, message);
    }
    context_fail(c);
}

bool context_enter(Compiler *c)
{
    if (c->failed)
        return false;
    if (!poll_interrupt()) {
        context_fail(c);
        return false;
    }
    if (c->depth >= DEPTH_LIMIT) {
        error_set(RecursionError, "maximum recursion depth exceeded during compilation");
        context_fail(c);
        return false;
    }
    c->depth++;
    return true;
}

/* --- maps -------------------------------------------------------------------------------------------------- */
static size_t pointer_slot(const PointerMap *map, uintptr_t key)
{
    size_t i = (size_t)((key * 0x9e3779b97f4a7c15ull) >> 20) & (map->cap - 1);
    while (map->slots[i].key && map->slots[i].key != key)
        i = (i + 1) & (map->cap - 1);
    return i;
}

void pointer_map_set(Compiler *c, PointerMap *map, uintptr_t key, void *value)
{
    if (2 * map->n >= map->cap) {
        PointerMap wider = { NULL, map->n, map->cap ? 2 * map->cap : 64 };
        wider.slots = calloc(wider.cap, sizeof *wider.slots);
        if (!wider.slots) {
            error_set_memory();
            context_fail(c);
            return;
        }
        for (size_t i = 0; i < map->cap; i++)
            if (map->slots[i].key)
                wider.slots[pointer_slot(&wider, map->slots[i].key)] = map->slots[i];
        free(map->slots);
        *map = wider;
    }
    size_t i = pointer_slot(map, key);
    map->n += map->slots[i].key == 0;
    map->slots[i] = (struct PointerSlot){ key, value };
}

void *pointer_map_get(const PointerMap *map, uintptr_t key)
{
    return map->cap ? map->slots[pointer_slot(map, key)].value : NULL;
}
