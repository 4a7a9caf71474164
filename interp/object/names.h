/* names.h -- the attribute names that C code needs, interned at start: `type_lookup_peek(type, N(__len__))`. */
#ifndef OBJECT_NAMES_H
#define OBJECT_NAMES_H
#include "gc/value.h"
enum {
#define NAME(text) NAME_##text,
#include "interp/object/names.def"
#undef NAME
    N_NAMES
};
extern Value names_[N_NAMES];
#define N(text) (names_[NAME_##text])        /* borrowed; valid after names_init */
void names_init(void);                       /* needs str; aborts when there is no memory */
#endif
