/* names.c -- interns the names of names.def. */
#include "gc/check.h"
#include "gc/heap.h"
#include "interp/object/names.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "interp/object/str.h"

Value names_[N_NAMES];
static const char *const texts[N_NAMES] = {
#define NAME(text) [NAME_##text] = #text,
#include "interp/object/names.def"
#undef NAME
};

static void visit_names(Visitor *visitor)
{
    static const Edge edge = { TRACE_VALUE, "name", 0, UNBOUND_INIT };
    for (int i = 0; i < N_NAMES; i++)
        visitor->visit(visitor, as_obj(names_[i]), &edge);
}

void names_init(void)
{
    if (names_[0].bits)
        return;
    heap_add_holder(visit_names);
    heap_exempt(true);
    for (int i = 0; i < N_NAMES; i++) {
        names_[i] = str_intern(texts[i]);
        if (is_error(names_[i])) {
            fputs("ouro: no memory to start\n", stderr);
            _exit(1);
        }
    }
    heap_exempt(false);
}
