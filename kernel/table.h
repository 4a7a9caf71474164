/* table.h -- a small table that is shown twice: as aligned text and as HTML.
 *
 * {0} is a valid empty table. Cells are copied; a row takes as many texts as there are heads. Failure is sticky: what the Bufs say. */
#ifndef KERNEL_TABLE_H
#define KERNEL_TABLE_H
#include <stdint.h>

#include "interp/base/buf.h"

enum { TABLE_COLUMNS = 12, BAR_WIDTH = 20 /* characters */ };
typedef struct Table {
    const char *const *heads; unsigned n_columns;
    uint32_t right;                  /* bit i: column i is aligned to the right (numbers) */
    char **cells; size_t n_cells, cap;
} Table;

void table_init(Table *, const char *const *heads, unsigned n_columns, uint32_t right);
void table_cell(Table *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A cell that shows part of whole as a bar. */
void table_bar(Table *, uint64_t part, uint64_t whole);
/* Both forms, appended; then the table is freed. An empty table shows `empty` (NULL: nothing). */
void table_finish(Table *, Buf *text, Buf *html, const char *empty);
/* A heading above what follows, in both forms; a paragraph. */
void table_title(Buf *text, Buf *html, const char *title);
void table_note(Buf *text, Buf *html, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* "1,234 B", "12.3 KB", "4.56 MB": into a static ring of 16 texts. */
const char *table_bytes(uint64_t bytes);
const char *table_count(uint64_t n);             /* with thousands separated */
const char *table_objects(uint64_t n);       /* "1 object", "12,345 objects"; as table_count */
#endif
