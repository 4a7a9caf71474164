/* snapshot.c -- the .heapsnapshot writer and the difference of two censuses.
 *
 * The format (V8's, version of Chrome 90 and later): "nodes" and "edges" are flat arrays of numbers whose fields "meta" names; edges come in
 * the order of their nodes and point to a node by its index in the flat array; "strings" holds every text once, by number. */
#include "gc/snapshot.h"
#include "gc/graph_data.h"

#include <stdio.h>
#include <stdlib.h>

/* --- output -------------------------------------------------------------------------------------------------------- */

typedef struct Out { SnapshotWriteFn *write; void *context; char buffer[1 << 16]; size_t len; bool failed; } Out;

static void out_flush(Out *out)
{
    if (!out->failed && out->len && !out->write(out->context, out->buffer, out->len))
        out->failed = true;
    out->len = 0;
}
static void out_text(Out *out, const char *text, size_t len)
{
    while (len) {
        size_t n = sizeof out->buffer - out->len;
        n = n < len ? n : len;
        memcpy(out->buffer + out->len, text, n);
        out->len += n, text += n, len -= n;
        if (out->len == sizeof out->buffer)
            out_flush(out);
    }
}
static void out_line(Out *out, const char *text) { out_text(out, text, strlen(text)); }
static void out_number(Out *out, uint64_t n, char after)
{
    char digits[24], *p = digits + sizeof digits;
    *--p = after;
    do
        *--p = (char)('0' + n % 10);
    while (n /= 10);
    out_text(out, p, (size_t)(digits + sizeof digits - p));
}
static void out_json_string(Out *out, const char *text)
{
    out_text(out, "\"", 1);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        char escape[8];
        if (c == '"' || c == '\\' || c < 0x20)
            out_text(out, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", c));
        else
            out_text(out, text, 1);
    }
    out_text(out, "\"", 1);
}

/* --- the table of strings ------------------------------------------------------------------------------------------ */

typedef struct Strings { char **items; uint32_t n, cap, *table, mask; bool failed; } Strings;

static uint32_t text_hash(const char *text)
{
    uint32_t h = 2166136261u;
    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 16777619u;
    return h;
}

static uint32_t *string_slot(const Strings *s, const char *text)
{
    uint32_t i = text_hash(text) & s->mask;
    while (s->table[i] && strcmp(s->items[s->table[i] - 1], text) != 0)
        i = (i + 1) & s->mask;
    return &s->table[i];
}

static bool strings_grow(Strings *s)
{
    uint32_t cap = s->cap ? s->cap * 2 : 1024;
    char **items = realloc(s->items, cap * sizeof *items);
    uint32_t *table = calloc((size_t)cap * 2, sizeof *table);
    if (items)
        s->items = items;
    if (!items || !table) {
        free(table);
        return false;
    }
    free(s->table);
    s->table = table;
    s->cap = cap;
    s->mask = cap * 2 - 1;
    for (uint32_t i = 0; i < s->n; i++)
        *string_slot(s, s->items[i]) = i + 1;
    return true;
}

/* The number of a text, entered when new. */
static uint32_t string_number(Strings *s, const char *text)
{
    if (s->failed || (s->n == s->cap && !strings_grow(s))) {
        s->failed = true;
        return 0;
    }
    uint32_t *slot = string_slot(s, text);
    if (!*slot) {
        char *copy = strdup(text);
        if (!copy) {
            s->failed = true;
            return 0;
        }
        s->items[s->n++] = copy;
        *slot = s->n;
        assert(s->n <= s->cap);
    }
    return *slot - 1;
}

/* --- nodes and edges ----------------------------------------------------------------------------------------------- */

enum { NODE_FIELDS = 6 };
/* Places in meta.node_types and meta.edge_types below. */
enum { NODE_ARRAY = 1, NODE_STRING, NODE_OBJECT, NODE_SYNTHETIC = 9, NODE_NUMBER = 7 };
enum { EDGE_ELEMENT = 1, EDGE_PROPERTY, EDGE_INTERNAL };

static const char meta[] =
    "{\"snapshot\":{\"meta\":{"
    "\"node_fields\":[\"type\",\"name\",\"id\",\"self_size\",\"edge_count\",\"trace_node_id\"],"
    "\"node_types\":[[\"hidden\",\"array\",\"string\",\"object\",\"code\",\"closure\",\"regexp\",\"number\",\"native\",\"synthetic\","
    "\"concatenated string\",\"sliced string\",\"symbol\",\"bigint\"],\"string\",\"number\",\"number\",\"number\",\"number\"],"
    "\"edge_fields\":[\"type\",\"name_or_index\",\"to_node\"],"
    "\"edge_types\":[[\"context\",\"element\",\"property\",\"internal\",\"hidden\",\"shortcut\",\"weak\"],\"string_or_number\",\"node\"],"
    "\"trace_function_info_fields\":[],\"trace_node_fields\":[],\"sample_fields\":[],\"location_fields\":[]},";

typedef struct Export {
    Visitor visitor;
    Graph *g;
    Out out;
    Strings strings;
    uint32_t from, n_written, n_wanted;
} Export;

static const char *node_name(const Export *x, uint32_t node, unsigned *kind)
{
    const Graph *g = x->g;
    *kind = NODE_SYNTHETIC;
    if (node == NODE_ROOT)
        return "";
    if (node < g->node_statics)
        return g->root_sets[node - 1].name;
    if (node == g->node_statics)
        return "(built-in types)";
    if (graph_is_name(g, node))
        return g->names[node - g->first_name].name;
    if (node == g->node_loose)
        return "(names)";
    *kind = NODE_OBJECT;
    return heap_type(g->objects[node])->name;
}

static void write_nodes(Export *x)
{
    Graph *g = x->g;
    for (uint32_t node = 0; node < g->n_nodes && !x->out.failed; node++) {
        unsigned kind;
        const char *name = node_name(x, node, &kind);
        out_line(&x->out, node ? ",\n" : "");
        out_number(&x->out, kind, ',');
        out_number(&x->out, string_number(&x->strings, name), ',');
        out_number(&x->out, (uint64_t)node * 2 + 1, ',');
        out_number(&x->out, graph_bytes(g, node), ',');
        out_number(&x->out, g->first[node + 1] - g->first[node], ',');
        out_text(&x->out, "0", 1);
    }
}

static void write_edge(Export *x, unsigned kind, uint64_t name_or_index, uint32_t to)
{
    out_line(&x->out, x->n_written ? ",\n" : "");
    out_number(&x->out, kind, ',');
    out_number(&x->out, name_or_index, ',');
    out_number(&x->out, (uint64_t)to * NODE_FIELDS, ' ');
    x->n_written++;
    x->n_wanted--;
}

/* A row is written edge by edge as the visitor meets them; the graph says where each really leads (names stand between). */
static void visit_edge(Visitor *v, Object *child, const Edge *edge)
{
    Export *x = (Export *)v;
    Graph *g = x->g;
    uint32_t row_end = g->first[x->from + 1], at = row_end - x->n_wanted;
    char text[160];
    if (!child || !x->n_wanted)
        return;
    assert(at >= g->first[x->from] && at < row_end);
    uint32_t to = graph_node(g, child), planned = g->edges[at];
    if (to == NO_NODE || (planned != to && !graph_is_name(g, planned)))
        return;
    if (edge->kind == TRACE_VECTOR || edge->kind == TRACE_TAIL) {
        write_edge(x, EDGE_ELEMENT, edge->index, planned);
        return;
    }
    graph_edge_text(edge, text, sizeof text);
    const char *name = text[0] == '.' && text[1] ? text + 1 : text;
    write_edge(x, edge->kind == TRACE_OBJECT ? EDGE_INTERNAL : EDGE_PROPERTY, string_number(&x->strings, name), planned);
}

static void write_edges(Export *x)
{
    Graph *g = x->g;
    for (uint32_t node = 0; node < g->n_nodes && !x->out.failed; node++) {
        x->from = node;
        x->n_wanted = g->first[node + 1] - g->first[node];
        if (!x->n_wanted)
            continue;
        if (node >= 1 && node < g->node_statics)
            g->root_sets[node - 1].visit(&x->visitor);
        else if (g->objects[node])
            object_trace(g->objects[node], &x->visitor);
        while (x->n_wanted) {                            /* roots, names, and whatever the visitor could not match */
            uint32_t to = g->edges[g->first[node + 1] - x->n_wanted];
            unsigned kind;
            const char *name = node_name(x, to, &kind);
            write_edge(x, EDGE_PROPERTY, string_number(&x->strings, name), to);
        }
    }
}

bool snapshot_write(Graph *g, SnapshotWriteFn *write, void *context)
{
    Export *x = calloc(1, sizeof *x);
    if (!x)
        return false;
    x->visitor.visit = visit_edge;
    x->g = g;
    x->out.write = write;
    x->out.context = context;
    out_line(&x->out, meta);
    out_line(&x->out, "\"node_count\":");
    out_number(&x->out, g->n_nodes, ',');
    out_line(&x->out, "\"edge_count\":");
    out_number(&x->out, g->n_edges, ',');
    out_line(&x->out, "\"trace_function_count\":0},\n\"nodes\":[");
    write_nodes(x);
    out_line(&x->out, "],\n\"edges\":[");
    write_edges(x);
    out_line(&x->out, "],\n\"trace_function_infos\":[],\"trace_tree\":[],\"samples\":[],\"locations\":[],\n\"strings\":[");
    for (uint32_t i = 0; i < x->strings.n; i++) {
        out_line(&x->out, i ? ",\n" : "");
        out_json_string(&x->out, x->strings.items[i]);
        free(x->strings.items[i]);
    }
    out_line(&x->out, "]}\n");
    out_flush(&x->out);
    bool is_good = !x->out.failed && !x->strings.failed;
    assert(!is_good || x->n_written == g->n_edges);
    free(x->strings.items);
    free(x->strings.table);
    free(x);
    return is_good;
}

/* --- the difference of two censuses -------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    const CensusChange *x = a, *y = b;
    int order = strcmp(x->type, y->type);
    return order ? order : (x->cell > y->cell) - (x->cell < y->cell);
}
static int by_change(const void *a, const void *b)
{
    int64_t x = llabs(((const CensusChange *)a)->bytes), y = llabs(((const CensusChange *)b)->bytes);
    return (x < y) - (x > y);
}

CensusChange *census_diff(const Census *before, const Census *after, size_t *n)
{
    size_t n_all = 0, n_changes = 0;
    CensusChange *all = malloc((before->n_rows + after->n_rows + 1) * sizeof *all);
    *n = 0;
    if (!all)
        return NULL;
    for (size_t i = 0; i < before->n_rows; i++) {
        const CensusRow *row = &before->rows[i];
        all[n_all++] = (CensusChange){ row->type, row->cell, -(int64_t)row->objects, -(int64_t)row->bytes };
    }
    for (size_t i = 0; i < after->n_rows; i++) {
        const CensusRow *row = &after->rows[i];
        all[n_all++] = (CensusChange){ row->type, row->cell, (int64_t)row->objects, (int64_t)row->bytes };
    }
    assert(n_all == before->n_rows + after->n_rows);
    qsort(all, n_all, sizeof *all, by_name);
    for (size_t i = 0; i < n_all;) {
        CensusChange sum = all[i++];
        while (i < n_all && by_name(&all[i], &sum) == 0) {
            sum.objects += all[i].objects;
            sum.bytes += all[i++].bytes;
        }
        if (sum.objects || sum.bytes)
            all[n_changes++] = sum;
    }
    qsort(all, n_changes, sizeof *all, by_change);
    *n = n_changes;
    return all;
}
