/* magic.h -- a magic that this side runs: its call, and every function that magics.def names.
 * A function writes what it has to show into `text` (always) and `html` (when it has a table or picture) and gives true; false:
 * `error` holds one line, raised as UsageError. It runs with the runtime lock held. */
#ifndef KERNEL_MAGIC_H
#define KERNEL_MAGIC_H

#include "interp/base/buf.h"
#include "kernel/magics.h"

typedef struct MagicCall {
    Text line;                       /* what follows the name */
    Text cell;                       /* the body; data NULL: called as a line magic */
    Buf text, html, error;
} MagicCall;

bool magic_lsmagic(MagicCall *call);
bool magic_quickref(MagicCall *call);
bool magic_leaks(MagicCall *call);
bool magic_mem(MagicCall *call);
bool magic_who(MagicCall *call);
bool magic_whos(MagicCall *call);

#endif
