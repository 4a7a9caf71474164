/* names.h -- the user's names as the memory magics see them: globals and hidden retainers together, with a graph of the heap over them. */
#ifndef KERNEL_NAMES_H
#define KERNEL_NAMES_H
#include "gc/graph.h"
#include "interp/base/buf.h"
#include "interp/interp.h"

typedef struct Names {
    GlobalInfo *infos; size_t n;     /* globals first, then what the kernel keeps (Out, last error) */
    GraphName *graph_names;
    Graph *graph;                    /* NULL: not built; valid until the next allocation of an object */
} Names;
/* names_take -- all of them, with their graph. False: *error says why. */
bool names_take(Names *, Buf *error);
void names_free(Names *);
/* The index of a name; SIZE_MAX: no such name. */
size_t names_find(const Names *, const char *name, size_t len);
/* Made by the user and worth a row in a table? Not: the kernel's own names, and modules. */
bool names_is_user(const GlobalInfo *);
#endif
