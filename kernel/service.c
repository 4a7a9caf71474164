/* service.c -- see service.h */
#include "kernel/service.h"

#include <string.h>

#include "kernel/history.h"
#include "kernel/info.h"
#include "kernel/json.h"
#include "kernel/magic.h"
#include "kernel/session.h"

typedef bool MagicFunction(MagicCall *call);

static MagicFunction *const functions[] = {
#define MAGIC(name, kind, bare, function, usage, help) function,
#include "kernel/magics.def"
#undef MAGIC
};

static char *run_magic(const json_t *arguments)
{
    Text name = json_get_text(arguments, "name");
    const MagicRow *row = magics_find(name.data, name.len);
    MagicFunction *function = row ? functions[row - magic_rows] : NULL;
    Buf out = { 0 };
    if (!function) {
        buf_string(&out, "{\"found\": false}");
        return buf_detach(&out, NULL);
    }
    MagicCall call = { .line = json_get_text(arguments, "line") };
    if (json_is_string(json_object_get(arguments, "cell")))
        call.cell = json_get_text(arguments, "cell");
    bool ok = function(&call);
    buf_string(&out, "{\"found\": true, ");
    buf_string(&out, ok ? "\"text\": " : "\"error\": ");
    const Buf *said = ok ? &call.text : &call.error;
    json_put_string(&out, said->at, said->len);
    if (ok) {
        buf_string(&out, ", \"html\": ");
        json_put_string(&out, call.html.at, call.html.len);
    }
    buf_char(&out, '}');
    buf_free(&call.text);
    buf_free(&call.html);
    buf_free(&call.error);
    return buf_detach(&out, NULL);
}

/* What a magic does: {"text": ..}, or {} when there is none of the name. */
static char *magic_help(const json_t *arguments)
{
    Text name = json_get_text(arguments, "name");
    const MagicRow *row = magics_find(name.data, name.len);
    Buf out = { 0 }, text = { 0 };
    if (row) {
        magics_describe(row, &text);
        buf_string(&out, "{\"text\": ");
        json_put_string(&out, text.at, text.len);
        buf_char(&out, '}');
    } else {
        buf_string(&out, "{}");
    }
    buf_free(&text);
    return buf_detach(&out, NULL);
}

static char *list_magics(const json_t *arguments)
{
    (void)arguments;
    Buf out = { 0 };
    for (MagicKind kind = LINE; kind <= CELL; kind++) {
        buf_string(&out, kind == LINE ? "{\"line\": [" : "], \"cell\": [");
        bool first = true;
        for (size_t i = 0; i < magic_n_rows; i++) {
            if (!(magic_rows[i].kind & kind))
                continue;
            buf_printf(&out, "%s\"%s\"", first ? "" : ", ", magic_rows[i].name);
            first = false;
        }
    }
    buf_string(&out, "]}");
    return buf_detach(&out, NULL);
}

static char *session_facts(const json_t *arguments)
{
    (void)arguments;
    Buf out = { 0 };
    const Connection *connection = info_connection();
    buf_printf(&out, "{\"session\": \"%s\", \"connection_file\": ", session_id());
    json_put_cstring(&out, connection ? connection->path : "");
    buf_char(&out, '}');
    return buf_detach(&out, NULL);
}

static char *parent_header(const json_t *arguments)
{
    (void)arguments;
    Parent *parent = session_parent();
    Buf out = { 0 };
    buf_string(&out, "{\"header\": ");
    if (parent)
        json_put_raw(&out, parent->header.data, parent->header.len);
    else
        buf_string(&out, "{}");
    buf_char(&out, '}');
    parent_release(parent);
    return buf_detach(&out, NULL);
}

char *service_call(const char *name, Text arguments)
{
    static const struct { const char *name; char *(*call)(const json_t *); } services[] = {
        { "magic", run_magic }, { "magics", list_magics }, { "magic_help", magic_help }, { "history", history_query }, { "session", session_facts },
        { "parent", parent_header },
    };
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        if (strcmp(name, services[i].name) != 0)
            continue;
        const char *why;
        json_t *tree = json_read(arguments.data, arguments.len, &why);
        char *answer = json_is_object(tree) ? services[i].call(tree) : NULL;
        json_decref(tree);
        return answer;
    }
    return NULL;
}
