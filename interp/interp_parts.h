/* interp_parts.h -- shared by interp.c (life, command line) and cell.c (what the kernel asks). */
#ifndef INTERP_PARTS_H
#define INTERP_PARTS_H
#include "interp/interp.h"
#include "interp/object/type.h"

extern Host interp_host;
extern Value user_space;                 /* the namespace of __main__, where cells and the program run */
void cell_init(const Host *);            /* whom to ask; the hooks of _ouro */
#endif
