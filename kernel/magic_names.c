/* magic_names.c -- %who, %whos, %leaks: the names of the notebook and what each of them keeps alive. */
#include <stdlib.h>
#include <string.h>

#include "kernel/magic.h"
#include "kernel/names.h"
#include "kernel/table.h"

/* Is `type` among the words of the line (or the line empty)? */
static bool wanted(Text line, const char *type)
{
    size_t i = 0, n = strlen(type);
    bool any = false;
    while (i < line.len) {
        i += strspn(line.data + i, " \t");
        size_t word = strcspn(line.data + i, " \t\n");
        if (word == 0)
            break;
        any = true;
        if (word == n && memcmp(line.data + i, type, n) == 0)
            return true;
        i += word;
    }
    return !any;
}

bool magic_who(MagicCall *call)
{
    GlobalInfo *infos;
    size_t n = interp_globals(&infos), shown = 0;
    for (size_t i = 0; i < n; i++)
        if (names_is_user(&infos[i]) && wanted(call->line, infos[i].type_name))
            buf_printf(&call->text, "%s%s", shown++ ? "\t " : "", infos[i].name);
    free(infos);
    if (!shown)
        buf_string(&call->text, "Interactive namespace is empty.");
    return true;
}

static void put_cell(Table *t, uint32_t cell)
{
    if (cell)
        table_cell(t, "In[%u]", cell);
    else
        table_cell(t, "-");
}

typedef struct Row { size_t index; GraphNameSize size; uint64_t weight; } Row;
static int by_weight(const void *a, const void *b)
{
    const Row *x = a, *y = b;
    return x->weight < y->weight ? 1 : x->weight > y->weight ? -1 : x->index < y->index ? -1 : 1;
}

bool magic_whos(MagicCall *call)
{
    static const char *const heads[] = { "name", "type", "shallow", "retained", "shared", "refs", "born in", "last used", "value" };
    Names names;
    if (!names_take(&names, &call->error))
        return false;
    Row *rows = calloc(names.n + 1, sizeof *rows);
    size_t n = 0;
    for (size_t i = 0; rows && i < names.n; i++) {
        if (!names_is_user(&names.infos[i]) || !wanted(call->line, names.infos[i].type_name))
            continue;
        rows[n].index = i;
        if (names.infos[i].object)
            graph_name_size(names.graph, i, &rows[n].size);
        rows[n].weight = rows[n].size.retained.bytes;
        n++;
    }
    qsort(rows, n, sizeof *rows, by_weight);
    char **values = calloc(n + 1, sizeof *values);      /* repr runs Python: after everything that needs the graph */
    Table t;
    table_init(&t, heads, 9, 0x3c);
    GlobalInfo *copy = calloc(n + 1, sizeof *copy);
    char (*kept_names)[64] = calloc(n + 1, sizeof *kept_names);
    for (size_t i = 0; copy && kept_names && i < n; i++) {
        copy[i] = names.infos[rows[i].index];
        strncpy(kept_names[i], copy[i].name, sizeof *kept_names - 1);
    }
    names_free(&names);
    for (size_t i = 0; values && copy && kept_names && i < n; i++) {
        values[i] = interp_global_repr(kept_names[i], 40);
        table_cell(&t, "%s", kept_names[i]);
        table_cell(&t, "%s", copy[i].type_name);
        table_cell(&t, "%s", copy[i].object ? table_bytes(copy[i].shallow_bytes) : "0 B");
        table_cell(&t, "%s", table_bytes(rows[i].size.retained.bytes));
        table_cell(&t, "%s%s", rows[i].size.shared_is_partial ? ">" : "", table_bytes(rows[i].size.shared.bytes));
        table_cell(&t, "%u", copy[i].refcount);
        put_cell(&t, copy[i].birth_cell);
        put_cell(&t, copy[i].last_read_cell);
        for (char *p = values[i]; p && *p; p++)
            if (*p == '\n' || *p == '\t')
                *p = ' ';
        table_cell(&t, "%s", values[i] ? values[i] : "");
        free(values[i]);
    }
    table_finish(&t, &call->text, &call->html, "Interactive namespace is empty.");
    free(values);
    free(copy);
    free(kept_names);
    free(rows);
    return true;
}

/* --- %leaks ---------------------------------------------------------------------------------------------------------------- */
/* A global is a suspect when no cell after the one that wrote it has read it. */
static bool is_suspect(const GlobalInfo *info)
{
    return names_is_user(info) && info->object && strcmp(info->type_name, "function") != 0 && strcmp(info->type_name, "type") != 0 &&
           info->last_read_cell <= info->written_cell;
}

static uint64_t freed_by(Names *names, size_t index)
{
    GraphWhatIf what = { 0 };
    if (!graph_what_if(names->graph, &index, 1, &what))
        return 0;
    uint64_t bytes = what.after_collection.bytes;
    graph_what_if_free(&what);
    return bytes;
}

static void put_suspects(MagicCall *call, Names *names)
{
    static const char *const heads[] = { "name", "type", "deleting it frees", "born in", "last read", "to free it" };
    Row *rows = calloc(names->n + 1, sizeof *rows);
    size_t n = 0;
    for (size_t i = 0; rows && i < names->n; i++)
        if (is_suspect(&names->infos[i]))
            rows[n++] = (Row){ .index = i, .weight = freed_by(names, i) };
    qsort(rows, n, sizeof *rows, by_weight);
    Table t;
    table_init(&t, heads, 6, 4);
    for (size_t i = 0; i < n && i < 20; i++) {
        const GlobalInfo *info = &names->infos[rows[i].index];
        if (rows[i].weight == 0)
            break;
        table_cell(&t, "%s", info->name);
        table_cell(&t, "%s", info->type_name);
        table_cell(&t, "%s", table_bytes(rows[i].weight));
        put_cell(&t, info->birth_cell);
        put_cell(&t, info->last_read_cell);
        table_cell(&t, "del %s", info->name);
    }
    table_title(&call->text, &call->html, "Globals that no later cell has read");
    table_finish(&t, &call->text, &call->html, "None: every global is read after the cell that made it.");
    free(rows);
}

static const char *fix_of(const GlobalInfo *info)
{
    if (strncmp(info->name, "Out[", 4) == 0)
        return "%reset -f out";
    if (strcmp(info->name, "last error") == 0)
        return "%reset -f out   (or the next error)";
    return "%reset -f out";
}

static void put_hidden(MagicCall *call, Names *names)
{
    static const char *const heads[] = { "kept by", "type", "retains", "to drop it" };
    Row *rows = calloc(names->n + 1, sizeof *rows);
    size_t n = 0;
    for (size_t i = 0; rows && i < names->n; i++) {
        GraphNameSize size;
        const GlobalInfo *info = &names->infos[i];
        bool own_name = strcmp(info->name, "In") == 0 || strcmp(info->name, "Out") == 0 || info->name[0] == '_';
        if (info->hidden && info->object && (strncmp(info->name, "Out[", 4) == 0 || strcmp(info->name, "last error") == 0 || own_name) &&
            strncmp(info->name, "__", 2) != 0 && graph_name_size(names->graph, i, &size) && size.retained.bytes >= 1024)
            rows[n++] = (Row){ i, size, size.retained.bytes };
    }
    qsort(rows, n, sizeof *rows, by_weight);
    Table t;
    table_init(&t, heads, 4, 4);
    for (size_t i = 0; i < n && i < 12; i++) {
        const GlobalInfo *info = &names->infos[rows[i].index];
        table_cell(&t, "%s", info->name);
        table_cell(&t, "%s", info->type_name);
        table_cell(&t, "%s", table_bytes(rows[i].weight));
        table_cell(&t, "%s", fix_of(info));
    }
    table_title(&call->text, &call->html, "Hidden retainers");
    table_finish(&t, &call->text, &call->html, "Out, _ and the last traceback keep nothing of size alive.");
    free(rows);
}

static void put_garbage(MagicCall *call, Names *names)
{
    GraphSize garbage = graph_unreachable(names->graph);
    table_title(&call->text, &call->html, "Cyclic garbage");
    if (garbage.objects == 0)
        table_note(&call->text, &call->html, "None waits for the collector.");
    else
        table_note(&call->text, &call->html, "%s objects, %s, are reachable only from each other; %%gc collect frees them now.", table_count(garbage.objects),
                   table_bytes(garbage.bytes));
    char *shapes = interp_cycle_shapes();
    if (shapes && *shapes)
        table_note(&call->text, &call->html, "Rings that collections found so far: %s", shapes);
    free(shapes);
}

bool magic_leaks(MagicCall *call)
{
    Names names;
    if (!names_take(&names, &call->error))
        return false;
    put_suspects(call, &names);
    put_hidden(call, &names);
    put_garbage(call, &names);
    names_free(&names);
    return true;
}
