/* magic_basic.c -- magics about magics. */
#include "kernel/magic.h"
#include "kernel/table.h"

static void put_names(Buf *out, MagicKind kind, const char *mark)
{
    for (size_t i = 0; i < magic_n_rows; i++)
        if (magic_rows[i].kind & kind)
            buf_printf(out, "%s%s  ", mark, magic_rows[i].name);
    if (out->len)
        out->len -= 2;
}

/* All of them with what they do, as a table. */
bool magic_quickref(MagicCall *call)
{
    static const char *const heads[] = { "magic", "what it does" };
    Table t;
    table_init(&t, heads, 2, 0);
    for (size_t i = 0; i < magic_n_rows; i++) {
        const MagicRow *row = &magic_rows[i];
        table_cell(&t, "%s%s%s%s", row->kind == CELL ? "%%" : "%", row->name, *row->usage ? " " : "", row->usage);
        table_cell(&t, "%s", row->help);
    }
    table_finish(&t, &call->text, &call->html, NULL);
    return true;
}

bool magic_lsmagic(MagicCall *call)
{
    buf_string(&call->text, "Available line magics:\n");
    put_names(&call->text, LINE, "%");
    buf_string(&call->text, "\n\nAvailable cell magics:\n");
    put_names(&call->text, CELL, "%%");
    return buf_string(&call->text, "\n\nAutomagic is ON, the % prefix is not needed for line magics that stand alone. %quickref says what each of them does.\n");
}
