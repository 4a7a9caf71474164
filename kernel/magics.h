/* magics.h -- the text side of magics: from %magic, %%magic, !command, name? and friends to plain Python. Text in, text out:
 * no interpreter is asked, except by the hook `bound`.
 *
 *   %name rest          get_ipython().run_line_magic('name', 'rest')
 *   %%name rest \n body get_ipython().run_cell_magic('name', 'rest', 'body')      only as the first line
 *   x = %name rest      x = get_ipython().run_line_magic('name', 'rest')
 *   !command            get_ipython().system('command')
 *   !!command, x = !c   get_ipython().getoutput('command')
 *   name?  name??  ?name   run_line_magic('pinfo' / 'pinfo2', 'name'); with * in it 'psearch'
 *   ,f a b   ;f a b   /f a b     f("a", "b")   f("a b")   f(a, b)
 *   `>>> ` and `In [1]: ` prompts, and an indentation that all lines share, are taken off.
 * All of these are no Python, so a text that is Python is left alone. A scanner that knows strings, brackets, comments and
 * continued lines tells where a statement begins. Line numbers stay what they were. */
#ifndef KERNEL_MAGICS_H
#define KERNEL_MAGICS_H

#include "interp/interp.h"

typedef enum MagicKind { LINE = 1, CELL = 2, BOTH = 3 } MagicKind;
typedef struct MagicRow {
    const char *name;
    MagicKind kind;
    bool bare;                       /* may be called without its % */
    const char *usage, *help;
} MagicRow;
extern const MagicRow magic_rows[];
extern const size_t magic_n_rows;
const MagicRow *magics_find(const char *name, size_t len);      /* NULL: no such magic */

struct Buf;
void magics_describe(const MagicRow *, struct Buf *out);         /* how it is called and what it does, as text */

/* magics_transform -- plain Python, malloc'd, with *len; NULL: the text needs no change (or there is no memory). `bound`
 * says whether the user has a variable of that name; NULL: bare magics are not looked for. Linear. */
char *magics_transform(Text code, size_t *len, bool (*bound)(const char *name));
/* magics_scope -- when the cell is a %%scope: its body (inside `code`, from the end of the header line on, so that lines keep their
 * numbers) and in *keep, malloc'd, the names it keeps, comma-separated. Else `code` itself; *keep stays NULL. */
Text magics_scope(Text code, char **keep);
/* magics_hides_result -- does the text end in `;`, comments and blanks aside? */
bool magics_hides_result(Text code);
/* magics_is_complete -- for a cell magic "complete" once a blank line ends it, else "incomplete"; NULL: no cell magic. */
const char *magics_is_complete(Text code);
/* magics_complete, magics_inspect -- the answer's JSON (malloc'd) when the cursor (in code points) is on a %name; NULL: it is not. */
char *magics_complete(Text code, size_t cursor);
char *magics_inspect(Text code, size_t cursor);

#endif
