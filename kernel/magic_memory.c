/* magic_memory.c -- %mem: this cell, the heap, what a deletion would free, why something is alive, what each cell still holds; the heap as a file. */
#define _GNU_SOURCE              /* asprintf */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gc/census.h"
#include "gc/snapshot.h"
#include "kernel/json.h"
#include "kernel/magic.h"
#include "kernel/names.h"
#include "kernel/path.h"
#include "kernel/table.h"

/* --- %mem ------------------------------------------------------------------------------------------------------------------ */
static uint64_t number(const json_t *record, const char *key)
{
    json_t *v = json_object_get(record, key);
    return json_is_integer(v) && json_integer_value(v) > 0 ? (uint64_t)json_integer_value(v) : 0;
}

static void put_record(Table *t, const char *title, const json_t *record)
{
    if (!json_is_object(record))
        return;
    table_cell(t, "%s In[%llu]", title, (unsigned long long)number(record, "cell"));
    table_cell(t, "%s", table_bytes(number(record, "allocated_bytes")));
    table_cell(t, "%s", table_bytes(number(record, "freed_bytes")));
    table_cell(t, "%s", table_bytes(number(record, "kept_bytes")));
    table_cell(t, "%s", table_bytes(number(record, "peak_bytes")));
    table_cell(t, "%llu", (unsigned long long)number(record, "collections"));
    table_cell(t, "%.2f ms", (double)number(record, "longest_pause_ns") / 1e6);
}

static void put_cells_table(MagicCall *call)
{
    static const char *const heads[] = { "cell", "allocated", "freed", "kept", "peak", "collections", "longest pause" };
    char *text = interp_memory();
    const char *why;
    json_t *records = text ? json_read(text, strlen(text), &why) : NULL;
    Table t;
    table_init(&t, heads, 7, 0x7e);
    put_record(&t, "this cell,", json_object_get(records, "running"));
    put_record(&t, "before it,", json_object_get(records, "previous"));
    table_title(&call->text, &call->html, "Cells");
    table_finish(&t, &call->text, &call->html, NULL);
    json_decref(records);
    free(text);
}

static void put_types(MagicCall *call, const Census *census)
{
    static const char *const heads[] = { "type", "objects", "bytes", "share" };
    size_t n = 0;
    CensusRow *rows = census_by_type(census, &n);
    Table t;
    table_init(&t, heads, 4, 0xe);
    for (size_t i = 0; rows && i < n && i < 10; i++) {
        table_cell(&t, "%s", rows[i].type);
        table_cell(&t, "%s", table_count(rows[i].objects));
        table_cell(&t, "%s", table_bytes(rows[i].bytes));
        table_cell(&t, "%.1f %%", census->bytes ? 100.0 * (double)rows[i].bytes / (double)census->bytes : 0.0);
    }
    table_title(&call->text, &call->html, "By type");
    table_finish(&t, &call->text, &call->html, NULL);
    free(rows);
}

static void put_births(MagicCall *call, const Census *census, size_t limit)
{
    static const char *const heads[] = { "born in", "objects alive", "bytes alive", "", "mostly" };
    size_t n = 0;
    CensusRow *rows = census_by_cell(census, &n);
    Table t;
    table_init(&t, heads, 5, 6);
    for (size_t i = 0; rows && i < n && i < limit; i++) {
        size_t n_types = 0;
        CensusRow *types = census_of_cell(census, rows[i].cell, &n_types);
        if (rows[i].cell)
            table_cell(&t, "In[%u]", rows[i].cell);
        else
            table_cell(&t, "the runtime");
        table_cell(&t, "%s", table_count(rows[i].objects));
        table_cell(&t, "%s", table_bytes(rows[i].bytes));
        table_bar(&t, rows[i].bytes, rows[0].bytes);
        table_cell(&t, "%s", types && n_types ? types[0].type : "");
        free(types);
    }
    table_title(&call->text, &call->html, "By birth cell");
    table_finish(&t, &call->text, &call->html, NULL);
    free(rows);
}

static void put_generations(MagicCall *call, const Census *census)
{
    static const char *const heads[] = { "generation", "objects", "bytes" }, *const names[] = { "0 (young)", "1", "2 (old)", "frozen", "not tracked" };
    Table t;
    table_init(&t, heads, 3, 6);
    for (int i = 0; i < N_CENSUS_GENERATIONS; i++) {
        if (i == CENSUS_FROZEN && census->generation_objects[i] == 0)
            continue;
        table_cell(&t, "%s", names[i]);
        table_cell(&t, "%s", table_count(census->generation_objects[i]));
        table_cell(&t, "%s", table_bytes(census->generation_bytes[i]));
    }
    table_title(&call->text, &call->html, "By generation");
    table_finish(&t, &call->text, &call->html, NULL);
}

static bool show_heap(MagicCall *call)
{
    put_cells_table(call);
    Census *census = census_take();
    if (!census) {
        buf_string(&call->error, "there is not enough memory to look at the memory");
        return false;
    }
    table_title(&call->text, &call->html, "Heap");
    table_note(&call->text, &call->html, "%s live in %s objects", table_bytes(census->live_bytes), table_count(census->objects));
    put_types(call, census);
    put_births(call, census, 10);
    put_generations(call, census);
    census_free(census);
    return true;
}

static bool show_births(MagicCall *call)
{
    Census *census = census_take();
    if (!census) {
        buf_string(&call->error, "there is not enough memory to look at the memory");
        return false;
    }
    put_births(call, census, 1000);
    census_free(census);
    return true;
}

/* --- %mem holders -------------------------------------------------------------------------------------------------------------- */
typedef struct Holder { const GlobalInfo *info; uint64_t bytes; } Holder;

static int more_bytes(const void *a, const void *b)
{
    const Holder *x = a, *y = b;
    return x->bytes < y->bytes ? 1 : x->bytes > y->bytes ? -1 : strcmp(x->info->name, y->info->name);
}

static bool show_holders(MagicCall *call)
{
    static const char *const heads[] = { "name", "type", "retains", "" };
    enum { SHOWN = 8 };
    Names names;
    if (!names_take(&names, &call->error))
        return false;
    Holder *holders = calloc(names.n + 1, sizeof *holders);
    size_t n = 0;
    for (size_t i = 0; holders && i < names.n; i++) {
        GraphNameSize size;
        bool is_own = names_is_user(&names.infos[i]) || names.infos[i].name[0] != '_';          /* of the kernel's names Out's entries and the last error */
        if (is_own && names.infos[i].object && strncmp(names.infos[i].name, "__", 2) != 0 && graph_name_size(names.graph, i, &size) && size.retained.bytes)
            holders[n++] = (Holder){ &names.infos[i], size.retained.bytes };
    }
    qsort(holders, n, sizeof *holders, more_bytes);
    Table t;
    table_init(&t, heads, 4, 4);
    for (size_t i = 0; i < n && i < SHOWN; i++) {
        table_cell(&t, "%s", holders[i].info->name);
        table_cell(&t, "%s", holders[i].info->type_name);
        table_cell(&t, "%s", table_bytes(holders[i].bytes));
        table_bar(&t, holders[i].bytes, holders[0].bytes);
    }
    table_title(&call->text, &call->html, "The largest holders");
    table_finish(&t, &call->text, &call->html, "No name holds memory.");
    free(holders);
    names_free(&names);
    return true;
}

/* --- %mem del NAME ... ----------------------------------------------------------------------------------------------------- */
enum { MAX_NAMES = 64, MAX_BLOCKERS = 32 };

/* The indices of the names on the line; 0: call->error is set. */
static size_t names_on_line(MagicCall *call, const Names *names, Text line, size_t *indices)
{
    size_t n = 0, i = 0;
    while (i < line.len && n < MAX_NAMES) {
        i += strspn(line.data + i, " ,\t\n");
        size_t word = strcspn(line.data + i, " ,\t\n");
        if (word == 0 || i >= line.len)
            break;
        indices[n] = names_find(names, line.data + i, word);
        if (indices[n] == SIZE_MAX) {
            buf_printf(&call->error, "name '%.*s' is not defined", (int)word, line.data + i);
            return 0;
        }
        n++;
        i += word;
    }
    if (n == 0)
        buf_string(&call->error, "which name?");
    return n;
}

/* Who holds what would stay: one line for each name that a path begins with. */
static void put_blockers(MagicCall *call, const GraphWhatIf *what)
{
    char *codes[MAX_BLOCKERS] = { 0 };
    size_t n = what->n_blockers < MAX_BLOCKERS ? what->n_blockers : MAX_BLOCKERS;
    for (size_t i = 0; i < n; i++)
        codes[i] = path_as_code(what->blockers[i].path ? what->blockers[i].path : "the runtime");
    for (size_t i = 0; i < n; i++) {
        size_t root = codes[i] ? strcspn(codes[i], ".[ ") : 0, same = 0, before = 0;
        for (size_t k = 0; k < n; k++)
            if (codes[i] && codes[k] && strncmp(codes[i], codes[k], root) == 0 && strcspn(codes[k], ".[ ") == root) {
                same++;
                before += k < i;
            }
        if (same == 1)
            table_note(&call->text, &call->html, "  %s by %s", table_bytes(what->blockers[i].size.bytes), codes[i]);
        else if (same && !before)
            table_note(&call->text, &call->html, "  by %.*s: %s and others", (int)root, codes[i], codes[i]);
    }
    for (size_t i = 0; i < n; i++)
        free(codes[i]);
    if (n)
        table_note(&call->text, &call->html, "%%mem why NAME shows every path to an object.");
}

static bool dry_run(MagicCall *call, Text line)
{
    Names names;
    size_t indices[MAX_NAMES];
    if (!names_take(&names, &call->error))
        return false;
    size_t n = names_on_line(call, &names, line, indices);
    GraphWhatIf what = { 0 };
    bool good = n > 0 && graph_what_if(names.graph, indices, n, &what);
    if (good) {
        const char *stop = what.after_collection.objects > what.now.objects ? "," : ".";
        if (what.now.objects)
            table_note(&call->text, &call->html, "del %.*s would free %s in %s at once%s", (int)line.len, line.data, table_bytes(what.now.bytes),
                       table_objects(what.now.objects), stop);
        else
            table_note(&call->text, &call->html, "del %.*s would free nothing at once%s", (int)line.len, line.data, stop);
        if (what.after_collection.objects > what.now.objects)
            table_note(&call->text, &call->html, "and %s in %s more after a collection (they are in cycles).", table_bytes(what.after_collection.bytes - what.now.bytes),
                       table_objects(what.after_collection.objects - what.now.objects));
        if (what.kept.objects)
            table_note(&call->text, &call->html, "%s in %s would stay, because others hold them:", table_bytes(what.kept.bytes), table_objects(what.kept.objects));
        put_blockers(call, &what);
        graph_what_if_free(&what);
    } else if (n > 0)
        buf_string(&call->error, "there is not enough memory to work it out");
    names_free(&names);
    return good;
}

/* --- %mem why NAME ------------------------------------------------------------------------------------------------------------ */
static bool show_paths(MagicCall *call, Text line)
{
    Names names;
    size_t index[MAX_NAMES];
    if (!names_take(&names, &call->error))
        return false;
    bool good = names_on_line(call, &names, line, index) > 0;
    const GlobalInfo *info = good ? &names.infos[index[0]] : NULL;
    if (good && !info->object)
        table_note(&call->text, &call->html, "%s is a number or a constant: it lives inside the name and holds no memory.", info->name);
    else if (good && (info->object->birth & BIRTH_STATIC))
        table_note(&call->text, &call->html, "The %s that %s names is part of the runtime and shared by all who need it: it holds no memory.", info->type_name, info->name);
    else if (good) {
        GraphPath *paths;
        size_t n = graph_paths(names.graph, info->object, 24, &paths);
        table_note(&call->text, &call->html, "The %s that %s names has %u reference%s; these paths keep it alive:", info->type_name, info->name, info->refcount,
                   info->refcount == 1 ? "" : "s");
        for (size_t i = 0; i < n; i++) {
            bool again = false;
            for (size_t k = 0; k < i && !again; k++)
                again = strcmp(paths[k].text, paths[i].text) == 0;
            char *code = again ? NULL : path_as_code(paths[i].text);
            if (code)
                table_note(&call->text, &call->html, "  %s", code);
            free(code);
        }
        if (n == 0)
            table_note(&call->text, &call->html, "  none from a root: it is cyclic garbage, or only running code holds it");
        graph_paths_free(paths, n);
    }
    names_free(&names);
    return good;
}

/* --- %mem snapshot FILE ------------------------------------------------------------------------------------------------------- */
static bool write_piece(void *file, const char *text, size_t len)
{
    return fwrite(text, 1, len, file) == len;
}

/* FILE as a path: `~` is the home folder, quotes go, ".heapsnapshot" is added where it is missing. Malloc'd. */
static char *snapshot_path(Text line)
{
    static const char ending[] = ".heapsnapshot";
    if (line.len >= 2 && (*line.data == '"' || *line.data == '\'') && line.data[line.len - 1] == *line.data)
        line = (Text){ line.data + 1, line.len - 2 };
    const char *home = line.len >= 2 && memcmp(line.data, "~/", 2) == 0 ? getenv("HOME") : NULL;
    size_t skip = home ? 1 : 0, n = sizeof ending - 1;
    bool ends = line.len >= n && memcmp(line.data + line.len - n, ending, n) == 0;
    char *path = NULL;
    if (asprintf(&path, "%s%.*s%s", home ? home : "", (int)(line.len - skip), line.data + skip, ends ? "" : ending) < 0)
        return NULL;
    return path;
}

static bool write_snapshot(MagicCall *call, Text line)
{
    if (!line.len) {
        buf_string(&call->error, "which file? %mem snapshot FILE");
        return false;
    }
    char *path = snapshot_path(line);
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file) {
        buf_printf(&call->error, "cannot write '%s': %s", path ? path : "", strerror(errno));
        free(path);
        return false;
    }
    Names names;
    bool taken = names_take(&names, &call->error);
    bool good = taken && snapshot_write(names.graph, write_piece, file);
    int why = errno;
    long bytes = ftell(file);
    good = fclose(file) == 0 && good;
    if (good)
        table_note(&call->text, &call->html, "%s written to %s. Chrome and Edge open it: DevTools, Memory, Load profile.", table_bytes(bytes > 0 ? (uint64_t)bytes : 0), path);
    else
        remove(path);
    if (!good && taken)
        buf_printf(&call->error, "cannot write '%s': %s", path, strerror(why ? why : ENOMEM));
    if (taken)
        names_free(&names);
    free(path);
    return good;
}

static bool first_word(Text line, const char *word, Text *rest)
{
    size_t start = strspn(line.data, " \t"), n = strlen(word);
    if (start + n > line.len || memcmp(line.data + start, word, n) != 0 || (start + n < line.len && line.data[start + n] != ' '))
        return false;
    size_t at = start + n;
    while (at < line.len && line.data[at] == ' ')
        at++;
    *rest = (Text){ line.data + at, line.len - at };
    while (rest->len && (rest->data[rest->len - 1] == ' ' || rest->data[rest->len - 1] == '\n'))
        rest->len--;
    return true;
}

bool magic_mem(MagicCall *call)
{
    Text rest, line = call->line.data ? call->line : (Text){ "", 0 };
    if (first_word(line, "del", &rest))
        return dry_run(call, rest);
    if (first_word(line, "why", &rest))
        return show_paths(call, rest);
    if (first_word(line, "cells", &rest))
        return show_births(call);
    if (first_word(line, "holders", &rest))
        return show_holders(call);
    if (first_word(line, "snapshot", &rest))
        return write_snapshot(call, rest);
    if (strspn(line.data, " \t\n") < line.len) {
        buf_printf(&call->error, "%%mem does not know '%.*s': %%mem, %%mem cells, %%mem holders, %%mem del NAME ..., %%mem why NAME, %%mem snapshot FILE", (int)(line.len > 40 ? 40 : line.len),
                   line.data);
        return false;
    }
    return show_heap(call);
}
