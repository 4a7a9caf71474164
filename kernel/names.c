/* names.c -- see names.h */
#include "kernel/names.h"

#include <stdlib.h>
#include <string.h>

bool names_take(Names *names, Buf *error)
{
    GlobalInfo *globals = NULL, *kept = NULL;
    size_t n = interp_globals(&globals), n_kept = interp_retainers(&kept);
    *names = (Names){ .infos = calloc(n + n_kept + 1, sizeof *names->infos), .graph_names = calloc(n + n_kept + 1, sizeof *names->graph_names) };
    const char *why = "there is not enough memory to look at the memory";
    if (names->infos && names->graph_names) {
        if (n)
            memcpy(names->infos, globals, n * sizeof *globals);
        if (n_kept)
            memcpy(names->infos + n, kept, n_kept * sizeof *kept);
        names->n = n + n_kept;
        for (size_t i = 0; i < names->n; i++)
            names->graph_names[i] = (GraphName){ names->infos[i].name, names->infos[i].holder, names->infos[i].object };
        names->graph = graph_build(names->graph_names, names->n, 0, &why);
    }
    free(globals);
    free(kept);
    if (names->graph)
        return true;
    buf_string(error, why);
    names_free(names);
    return false;
}

void names_free(Names *names)
{
    graph_free(names->graph);
    free(names->infos);
    free(names->graph_names);
    *names = (Names){ 0 };
}

size_t names_find(const Names *names, const char *name, size_t len)
{
    for (size_t i = 0; i < names->n; i++)
        if (strlen(names->infos[i].name) == len && memcmp(names->infos[i].name, name, len) == 0)
            return i;
    return SIZE_MAX;
}

bool names_is_user(const GlobalInfo *info)
{
    return !info->hidden && strcmp(info->type_name, "module") != 0;
}
