/* graph.h -- who holds whom: referrers, paths from the roots, retained and shared sizes, what deleting a name would free.
 *
 * Glossary
 *   node           an object, a root set, or a name.
 *   name           a reference that the user knows and could delete: a global, an entry of Out. It is a node of its own between
 *                  its holder and the object, so that "retained by the name" is well defined even when others hold the object too.
 *   retained size  what would be freed after a collection if every reference to a node vanished: the sizes of the nodes it dominates.
 *   shared size    what a name reaches but does not retain. The walk stops at hubs (HEAP_TYPE_HUB: types, modules, namespaces) and does
 *                  not follow an instance to its class: through those everything reaches everything.
 *
 * A Graph is a picture of the heap at one moment, in malloc'd memory (about 60 bytes an object and 8 an edge; capped): it is valid
 * until the next allocation or release of any object. Nothing here allocates on the inspected heap or runs Python code.
 * Sources: dominators by L. Georgiadis, "Linear-time algorithms for dominators" (semi-NCA), 2005. */
#ifndef GC_GRAPH_H
#define GC_GRAPH_H
#include "gc/object.h"

typedef struct Graph Graph;
typedef struct GraphName {
    const char *name;            /* as paths shall show it: "df", "Out[7]" */
    Object *holder;              /* the object whose reference it is (a namespace, a namespace's cell, the dict Out); NULL or an object
                                  * that does not hold it: a root of its own */
    Object *target;              /* NULL: the name holds no object (an int, None) */
} GraphName;
typedef struct GraphSize { uint64_t objects, bytes; } GraphSize;

/* graph_build -- owned by the caller. `names` is borrowed for the life of the graph. `memory_limit`: bytes it may use, 0: an
 * eighth of the machine. NULL: not enough memory, *why says so in a sentence (static). */
must_use Graph *graph_build(const GraphName *names, size_t n_names, size_t memory_limit, const char **why);
void graph_free(Graph *);                        /* NULL is allowed */
GraphSize graph_reachable(const Graph *);        /* all that the roots reach */
GraphSize graph_unreachable(const Graph *);      /* cyclic garbage, waiting for a collection */
/* The types of that garbage, most bytes first; malloc'd, names are static; *n rows. NULL: none, or no memory. What no root reaches but
 * native code holds (it has more references than come from other such objects) is no garbage. */
typedef struct GraphType { const char *name; GraphSize size; } GraphType;
GraphType *graph_garbage(Graph *, size_t *n);
size_t graph_memory(const Graph *);              /* bytes the graph itself uses */

/* --- sizes. The dominator tree is made at the first question; false: no memory for it. ----------------------------- */
bool graph_retained(Graph *, const Object *, GraphSize *);
typedef struct GraphNameSize {
    uint64_t shallow_bytes;
    GraphSize retained, shared;
    bool shared_is_partial;      /* the walk was cut short: at least this much */
    uint32_t references;         /* of the object: its reference count */
} GraphNameSize;
bool graph_name_size(Graph *, size_t name, GraphNameSize *);
/* The object that every path to `o` passes last; NULL: a root or a name (then *name is its index, else SIZE_MAX). */
Object *graph_dominator(Graph *, const Object *o, size_t *name);

/* --- paths ------------------------------------------------------------------------------------------------------------ */
typedef struct GraphStep { Object *object; char *edge; } GraphStep;      /* edge leads to object */
typedef struct GraphPath { GraphStep *steps; size_t n_steps; char *text; size_t name; /* index of the name it begins with, or SIZE_MAX */ } GraphPath;
/* graph_paths -- simple paths from a root to `target`: first a shortest one through each object (or root, or name) that refers to it, by
 * length, then other shortest ones, up to `limit` in all. The text reads "df -> list[3] -> .attr". Returns how many, in *paths
 * (graph_paths_free); 0: unreachable, or no memory. */
size_t graph_paths(Graph *, const Object *target, size_t limit, GraphPath **paths);
void graph_paths_free(GraphPath *, size_t n);

/* --- what if ---------------------------------------------------------------------------------------------------------- */
typedef struct GraphBlocker {
    Object *object;              /* reached from the names, and kept by others */
    GraphSize size;              /* what it retains */
    char *path;                  /* a shortest path from a root that keeps it */
} GraphBlocker;
typedef struct GraphWhatIf {
    GraphSize now;               /* dies at once, by reference counts */
    GraphSize after_collection;  /* dies at the latest in the next full collection; includes `now` */
    GraphSize kept;              /* reached from the names without passing a hub, and not freed */
    GraphBlocker *blockers; size_t n_blockers;   /* the outermost kept objects, largest first, at most 16 */
} GraphWhatIf;
/* What would deleting these names free? Nothing is changed. False: no memory. Finalisers that resurrect are not foreseen. */
bool graph_what_if(Graph *, const size_t *names, size_t n_names, GraphWhatIf *);
void graph_what_if_free(GraphWhatIf *);

/* --- without a graph -------------------------------------------------------------------------------------------------- */
/* Each reference to one of the targets from any live object or static (not from roots): one walk over the heap. `each` may not
 * allocate on the heap or free. */
typedef void GraphEdgeFn(void *context, Object *holder, Object *target, const Edge *);
void graph_referrers(Object *const *targets, size_t n, GraphEdgeFn *each, void *context);
/* Each reference that `o` holds. */
void graph_referents(Object *o, GraphEdgeFn *each, void *context);
/* How an edge reads: "list[3]", "dict['k']", ".attr", "set{1}", or its name. At most `size` bytes with the ending zero. Returns the length. */
size_t graph_edge_text(const Edge *, char *text, size_t size);
/* A short text of a key (the repr of a str or int), registered by interp: writes at most `size` bytes with the ending zero, runs no
 * Python code, allocates nothing on the heap. NULL or 0 returned: small ints, floats and singletons are shown, others as <type>. */
extern size_t (*graph_key_text)(Value key, char *text, size_t size);
#endif
