/* magic_basic.c -- magics about magics. */
#include "kernel/magic.h"

static void put_names(Buf *out, MagicKind kind, const char *mark)
{
    for (size_t i = 0; i < magic_n_rows; i++)
        if (magic_rows[i].kind & kind)
            buf_printf(out, "%s%s  ", mark, magic_rows[i].name);
    if (out->len)
        out->len -= 2;
}

bool magic_lsmagic(MagicCall *call)
{
    buf_string(&call->text, "Available line magics:\n");
    put_names(&call->text, LINE, "%");
    buf_string(&call->text, "\n\nAvailable cell magics:\n");
    put_names(&call->text, CELL, "%%");
    return buf_string(&call->text, "\n\nAutomagic is ON, the % prefix is not needed for line magics that stand alone.\n");
}
