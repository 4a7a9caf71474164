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

static int by_name(const void *a, const void *b)
{
    return strcmp(((const GlobalInfo *)a)->name, ((const GlobalInfo *)b)->name);
}

bool magic_who(MagicCall *call)
{
    enum { LINE = 100 };
    GlobalInfo *infos;
    size_t n = interp_globals(&infos), shown = 0, start = 0;
    qsort(infos, n, sizeof *infos, by_name);
    for (size_t i = 0; i < n; i++) {
        if (!names_is_user(&infos[i]) || !wanted(call->line, infos[i].type_name))
            continue;
        bool new_line = shown++ && call->text.len - start + strlen(infos[i].name) > LINE;
        buf_printf(&call->text, "%s%s", new_line ? "\n" : shown > 1 ? "\t " : "", infos[i].name);
        if (new_line)
            start = call->text.len - strlen(infos[i].name);
    }
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

enum { MOST_ROWS = 500 };         /* more would make a browser slow */

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
    size_t n_all = n;
    n = n > MOST_ROWS ? MOST_ROWS : n;
    char **values = calloc(n + 1, sizeof *values);      /* repr runs Python: after everything that needs the graph */
    Table t;
    table_init(&t, heads, 9, 0x3c);
    GlobalInfo *copy = calloc(n + 1, sizeof *copy);
    char (*kept_names)[64] = calloc(n + 1, sizeof *kept_names);
    bool *is_static = calloc(n + 1, 1);
    if (!is_static)
        n = 0;
    for (size_t i = 0; copy && kept_names && i < n; i++) {
        copy[i] = names.infos[rows[i].index];
        is_static[i] = copy[i].object && (copy[i].object->birth & BIRTH_STATIC);
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
        if (is_static[i])
            table_cell(&t, "-");
        else
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
    if (n_all > n)
        table_note(&call->text, &call->html, "%s more names retain less. %%whos TYPE shows those of a type, %%who all names.", table_count(n_all - n));
    free(is_static);
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

/* What deleting the one name frees, cyclic garbage included: all that only it leads to. */
static uint64_t freed_by(Names *names, size_t index)
{
    GraphNameSize size = { 0 };
    return graph_name_size(names->graph, index, &size) ? size.retained.bytes : 0;
}

/* What deleting them all frees: more than the sum of the single ones, where they hold something together. */
static void put_together(MagicCall *call, Names *names, const Row *rows, size_t n)
{
    size_t *indices = calloc(n + 1, sizeof *indices);
    uint64_t sum = 0;
    for (size_t i = 0; indices && i < n; i++) {
        indices[i] = rows[i].index;
        sum += rows[i].weight;
    }
    GraphWhatIf what = { 0 };
    if (indices && graph_what_if(names->graph, indices, n, &what)) {
        uint64_t all = what.after_collection.bytes;
        if (all > sum + sum / 100)
            table_note(&call->text, &call->html, "Deleting all of them frees %s: %s are held by more than one of them.", table_bytes(all), table_bytes(all - sum));
        else
            table_note(&call->text, &call->html, "Deleting all of them frees %s.", table_bytes(all));
        graph_what_if_free(&what);
    }
    free(indices);
}

static void put_suspects(MagicCall *call, Names *names)
{
    static const char *const heads[] = { "name", "type", "deleting it frees", "", "born in", "last read", "to free it" };
    Row *rows = calloc(names->n + 1, sizeof *rows);
    size_t n = 0;
    for (size_t i = 0; rows && i < names->n; i++)
        if (is_suspect(&names->infos[i]))
            rows[n++] = (Row){ .index = i, .weight = freed_by(names, i) };
    qsort(rows, n, sizeof *rows, by_weight);
    Table t;
    table_init(&t, heads, 7, 4);
    size_t n_freeing = 0, n_shown = n < 20 ? n : 20;
    uint64_t rest = 0;
    for (; n_freeing < n && rows[n_freeing].weight; n_freeing++)
        rest += n_freeing >= n_shown ? rows[n_freeing].weight : 0;
    for (size_t i = 0; i < n_shown && i < n_freeing; i++) {
        const GlobalInfo *info = &names->infos[rows[i].index];
        table_cell(&t, "%s", info->name);
        table_cell(&t, "%s", info->type_name);
        table_cell(&t, "%s", table_bytes(rows[i].weight));
        table_bar(&t, rows[i].weight, rows[0].weight);
        put_cell(&t, info->birth_cell);
        put_cell(&t, info->last_read_cell);
        table_cell(&t, "del %s", info->name);
    }
    table_title(&call->text, &call->html, "Globals that no later cell has read");
    table_finish(&t, &call->text, &call->html, "None: every global is read after the cell that made it.");
    if (n_freeing > 1)
        put_together(call, names, rows, n);
    if (n_freeing > n_shown)
        table_note(&call->text, &call->html, "Of %s more names each would free no more than that; all of them %s.", table_count(n_freeing - n_shown), table_bytes(rest));
    free(rows);
}

/* --- what the kernel keeps: Out[7] with _7, _, __ and ___ that name the same value; the inputs; the last error --- */
static bool is_kept_by_kernel(const GlobalInfo *info)
{
    bool last_error = strcmp(info->name, "last error") == 0;
    return info->hidden && info->object && (last_error || strncmp(info->name, "Out[", 4) == 0 || strcmp(info->name, "In") == 0 ||
                                            (info->name[0] == '_' && strncmp(info->name, "__", 2) != 0) || strcmp(info->name, "__") == 0 || strcmp(info->name, "___") == 0);
}

static bool is_error_name(const GlobalInfo *info)
{
    return info->hidden && (strcmp(info->name, "last error") == 0 || strncmp(info->name, "sys.last_", 9) == 0);
}

/* All names under which the kernel keeps the value of names->infos[index]; how many. */
static size_t same_value(const Names *names, size_t index, size_t *out, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < names->n && n < room; i++)
        if ((is_kept_by_kernel(&names->infos[i]) && names->infos[i].object == names->infos[index].object) ||
            (is_error_name(&names->infos[i]) && is_error_name(&names->infos[index])))
            out[n++] = i;
    return n;
}

/* What its going would free, and the line that makes it go. */
static const char *fix_of(const GlobalInfo *info)
{
    if (strcmp(info->name, "last error") == 0)
        return "%reset -f out  (or the next error)";
    return strcmp(info->name, "In") == 0 || strncmp(info->name, "_i", 2) == 0 ? "%reset -f in" : "%reset -f out";
}

enum { SMALL = 1024, SHOWN = 12, GROUP = 16 };

/* The groups of names worth a look, one row each, largest first: the error, and values that retain something. */
static size_t kept_groups(Names *names, Row *rows)
{
    size_t n = 0, group[GROUP];
    for (size_t i = 0; i < names->n; i++) {
        if (!is_kept_by_kernel(&names->infos[i]))
            continue;
        GraphSize size = { 0, 0 };
        bool error = is_error_name(&names->infos[i]);
        if (!error && (!graph_retained(names->graph, names->infos[i].object, &size) || size.bytes < SMALL))
            continue;
        size_t n_group = same_value(names, i, group, GROUP), first = group[0];
        for (size_t k = 1; k < n_group; k++)                          /* Out[7] speaks for all its names */
            if (strncmp(names->infos[group[k]].name, "Out[", 4) == 0)
                first = group[k];
        if (first == i || error)
            rows[n++] = (Row){ .index = i, .weight = error ? UINT64_MAX : size.bytes };
    }
    qsort(rows, n, sizeof *rows, by_weight);
    return n;
}

static void put_hidden(MagicCall *call, Names *names)
{
    static const char *const heads[] = { "kept by", "type", "dropping it frees", "to drop it" };
    Row *rows = calloc(names->n + 1, sizeof *rows);
    size_t group[GROUP], n_groups = rows ? kept_groups(names, rows) : 0, n = 0;
    for (size_t i = 0; i < n_groups && i < SHOWN; i++) {              /* a what-if costs a walk over the heap: for the largest only */
        GraphWhatIf what = { 0 };
        size_t n_group = same_value(names, rows[i].index, group, GROUP);
        if (!graph_what_if(names->graph, group, n_group, &what))
            continue;
        if (what.after_collection.bytes >= SMALL)
            rows[n++] = (Row){ .index = rows[i].index, .weight = what.after_collection.bytes };
        graph_what_if_free(&what);
    }
    if (rows)
        qsort(rows, n, sizeof *rows, by_weight);
    Table t;
    table_init(&t, heads, 4, 4);
    for (size_t i = 0; i < n && i < SHOWN; i++) {
        const GlobalInfo *info = &names->infos[rows[i].index];
        bool also_latest = false;
        size_t n_group = same_value(names, rows[i].index, group, GROUP);
        for (size_t k = 0; k < n_group; k++)
            also_latest |= strcmp(names->infos[group[k]].name, "_") == 0;
        table_cell(&t, "%s%s", info->name, also_latest && strcmp(info->name, "_") != 0 ? " and _" : "");
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
    static const char *const heads[] = { "type", "objects", "bytes" };
    size_t n;
    GraphSize garbage = { 0, 0 };
    GraphType *types = graph_garbage(names->graph, &n);
    for (size_t i = 0; i < n; i++) {
        garbage.objects += types[i].size.objects;
        garbage.bytes += types[i].size.bytes;
    }
    table_title(&call->text, &call->html, "Cyclic garbage");
    if (garbage.objects == 0)
        table_note(&call->text, &call->html, "None waits for the collector.");
    else
        table_note(&call->text, &call->html, "%s, %s, are reachable only from each other; %%gc collect frees them now:", table_objects(garbage.objects),
                   table_bytes(garbage.bytes));
    Table t;
    table_init(&t, heads, 3, 6);
    for (size_t i = 0; i < n && i < 6; i++) {
        table_cell(&t, "%s", types[i].name);
        table_cell(&t, "%s", table_count(types[i].size.objects));
        table_cell(&t, "%s", table_bytes(types[i].size.bytes));
    }
    table_finish(&t, &call->text, &call->html, NULL);
    free(types);
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
