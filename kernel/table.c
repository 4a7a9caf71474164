/* table.c -- see table.h */
#define _GNU_SOURCE              /* vasprintf */
#include "kernel/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void table_init(Table *t, const char *const *heads, unsigned n_columns, uint32_t right)
{
    *t = (Table){ .heads = heads, .n_columns = n_columns, .right = right };
}

void table_cell(Table *t, const char *format, ...)
{
    va_list args;
    char *text = NULL;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    if (t->n_cells == t->cap) {
        size_t cap = t->cap ? 2 * t->cap : 64;
        char **cells = realloc(t->cells, cap * sizeof *cells);
        if (!cells) {
            free(text);
            return;
        }
        t->cells = cells;
        t->cap = cap;
    }
    t->cells[t->n_cells++] = text;
}

void table_bar(Table *t, uint64_t part, uint64_t whole)
{
    table_cell(t, "\1%u", whole ? (unsigned)((double)part / (double)whole * BAR_WIDTH + 0.5) : 0);
}

/* The length of a cell that table_bar made; -1: another cell. */
static int bar_length(const char *cell)
{
    return cell[0] == '\1' ? atoi(cell + 1) : -1;
}

void html_put(Buf *out, const char *s)
{
    for (; *s; s++) {
        switch (*s) {
        case '<': buf_string(out, "&lt;"); break;
        case '>': buf_string(out, "&gt;"); break;
        case '&': buf_string(out, "&amp;"); break;
        case '"': buf_string(out, "&quot;"); break;
        default: buf_char(out, *s);
        }
    }
}

/* Columns a terminal needs for UTF-8 text: one a character. */
static size_t width_of(const char *s)
{
    size_t n = 0;
    if (bar_length(s) >= 0)
        return (size_t)bar_length(s);
    for (; *s; s++)
        n += (*s & 0xc0) != 0x80;
    return n;
}

static const char *cell_at(const Table *t, size_t row, unsigned column)
{
    size_t i = row * t->n_columns + column;
    return i < t->n_cells && t->cells[i] ? t->cells[i] : "";
}

static void put_text(const Table *t, size_t n_rows, Buf *out)
{
    size_t widths[TABLE_COLUMNS] = { 0 };
    for (unsigned c = 0; c < t->n_columns; c++) {
        widths[c] = width_of(t->heads[c]);
        for (size_t r = 0; r < n_rows; r++)
            if (width_of(cell_at(t, r, c)) > widths[c])
                widths[c] = width_of(cell_at(t, r, c));
    }
    for (size_t r = 0; r <= n_rows; r++) {
        for (unsigned c = 0; c < t->n_columns; c++) {
            const char *s = r ? cell_at(t, r - 1, c) : t->heads[c];
            size_t pad = widths[c] - width_of(s);
            bool right = t->right >> c & 1;
            if (right)
                buf_fill(out, ' ', pad);
            for (int i = bar_length(s); i > 0; i--)
                buf_string(out, "\u2588");
            if (bar_length(s) < 0)
                buf_string(out, s);
            if (!right && c + 1 < t->n_columns)
                buf_fill(out, ' ', pad);
            if (c + 1 < t->n_columns)
                buf_string(out, "  ");
        }
        buf_char(out, '\n');
    }
}

static void put_html_cell(Buf *out, const char *cell)
{
    int bar = bar_length(cell);
    if (bar < 0)
        html_put(out, cell);
    else                         /* in the theme's colour where there is one */
        buf_printf(out, "<div style=\"background:var(--jp-brand-color1,#1976d2);height:0.7em;width:%dpx;min-width:1px\"></div>", bar * 6);
}

static void put_html(const Table *t, size_t n_rows, Buf *out)
{
    buf_string(out, "<table><thead><tr>");
    for (unsigned c = 0; c < t->n_columns; c++) {
        buf_printf(out, "<th style=\"text-align:%s\">", t->right >> c & 1 ? "right" : "left");
        html_put(out, t->heads[c]);
        buf_string(out, "</th>");
    }
    buf_string(out, "</tr></thead><tbody>");
    for (size_t r = 0; r < n_rows; r++) {
        buf_string(out, "<tr>");
        for (unsigned c = 0; c < t->n_columns; c++) {
            buf_printf(out, "<td style=\"text-align:%s\">", t->right >> c & 1 ? "right" : "left");
            put_html_cell(out, cell_at(t, r, c));
            buf_string(out, "</td>");
        }
        buf_string(out, "</tr>");
    }
    buf_string(out, "</tbody></table>");
}

void table_finish(Table *t, Buf *text, Buf *html, const char *empty)
{
    size_t n_rows = t->n_columns ? t->n_cells / t->n_columns : 0;
    if (n_rows == 0) {
        if (empty)
            table_note(text, html, "%s", empty);
    } else {
        put_text(t, n_rows, text);
        put_html(t, n_rows, html);
    }
    for (size_t i = 0; i < t->n_cells; i++)
        free(t->cells[i]);
    free(t->cells);
    *t = (Table){ 0 };
}

void table_title(Buf *text, Buf *html, const char *title)
{
    if (text->len)
        buf_char(text, '\n');
    buf_printf(text, "%s\n", title);
    buf_string(html, "<h4 style=\"margin:0.6em 0 0.2em\">");
    html_put(html, title);
    buf_string(html, "</h4>");
}

void table_note(Buf *text, Buf *html, const char *format, ...)
{
    va_list args;
    char *note = NULL;
    va_start(args, format);
    if (vasprintf(&note, format, args) < 0)
        note = NULL;
    va_end(args);
    if (!note)
        return;
    buf_printf(text, "%s\n", note);
    size_t indent = strspn(note, " ");
    buf_printf(html, indent ? "<div style=\"margin-left:%zuem;font-family:var(--jp-code-font-family,monospace)\">" : "<div>", indent);
    html_put(html, note);
    buf_string(html, "</div>");
    free(note);
}

static char *ring(void)
{
    static char texts[16][32];
    static unsigned at;
    return texts[at++ & 15];
}

const char *table_bytes(uint64_t bytes)
{
    char *s = ring();
    if (bytes < 10000)
        snprintf(s, 32, "%s B", table_count(bytes));
    else if (bytes < 1000000)
        snprintf(s, 32, "%.1f KB", (double)bytes / 1e3);
    else if (bytes < 10000000)
        snprintf(s, 32, "%.2f MB", (double)bytes / 1e6);
    else if (bytes < 10000000000u)
        snprintf(s, 32, "%.1f MB", (double)bytes / 1e6);
    else
        snprintf(s, 32, "%.2f GB", (double)bytes / 1e9);
    return s;
}

const char *table_count(uint64_t n)
{
    char digits[24], *s = ring(), *out = s;
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    for (int i = 0; i < len; i++) {
        *out++ = digits[i];
        if ((len - i) % 3 == 1 && i + 1 < len)
            *out++ = ',';
    }
    *out = 0;
    return s;
}

const char *table_objects(uint64_t n)
{
    char *s = ring();
    snprintf(s, 32, "%s object%s", table_count(n), n == 1 ? "" : "s");
    return s;
}
