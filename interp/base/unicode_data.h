/* unicode_data.h -- the Unicode Character Database 14.0 as the module unicodedata shows it: what unicode.h has no need of. Also version 3.2,
 * which internationalised domain names rest on (RFC 3454): functions that take `old` answer for it.
 * The facts are a text inside the binary (unicode_data.txt); tables of 130 KB are made at the first question. */
#ifndef INTERP_BASE_UNICODE_DATA_H
#define INTERP_BASE_UNICODE_DATA_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UNICODE_DECOMPOSITION_MAX = 18 };

/* unicode_data_ready -- makes the tables; before any other function. False: no memory. */
bool unicode_data_ready(void);

/* Property values as the database abbreviates them, NUL-terminated, static. */
const char *unicode_data_category(uint32_t c, bool old);
const char *unicode_data_bidirectional(uint32_t c, bool old);  /* "": unassigned */
const char *unicode_data_east_asian_width(uint32_t c, bool old);
bool unicode_data_mirrored(uint32_t c, bool old);
bool unicode_data_assigned(uint32_t c, bool old);
int unicode_data_decimal(uint32_t c, bool old);                /* 0..9; -1: not a decimal digit */
int unicode_data_digit(uint32_t c);                            /* 0..9; -1: not a digit */
bool unicode_data_numeric(uint32_t c, bool old, double *value);

/* unicode_data_decomposition -- one step of it: writes the code points, gives how many (0: none). *tag is "<compat>" and the like with its
 * length, length 0 when canonical. Hangul syllables are not in the table: see unicode_normal.h. */
int unicode_data_decomposition(uint32_t c, bool old, uint32_t out[UNICODE_DECOMPOSITION_MAX], const char **tag, size_t *tag_len);
/* The character that a starter and what follows it compose to; 0: none. Hangul aside. */
uint32_t unicode_data_compose(uint32_t first, uint32_t second);
#endif
