/* unicode.h -- what Unicode 14.0 says of one code point, as Python's str methods ask it. Pure functions, nothing allocated.
 * Code points beyond 0x10FFFF are unassigned. Categories and simple mappings come from utf8proc, the rest from unicode_tables.h. */
#ifndef INTERP_BASE_UNICODE_H
#define INTERP_BASE_UNICODE_H
#include <stdbool.h>
#include <stdint.h>

enum { UNICODE_ASCII_UPPER = 1, UNICODE_ASCII_LOWER = 2, UNICODE_ASCII_DIGIT = 4, UNICODE_ASCII_SPACE = 8, UNICODE_ASCII_NAME = 16 };
extern const uint8_t unicode_ascii[128];       /* the flags above */

/* The two letters of the general category ("Lu"), NUL-terminated, static. */
const char *unicode_category(uint32_t c);
bool unicode_is_alpha(uint32_t c);
bool unicode_is_decimal(uint32_t c);
bool unicode_is_digit(uint32_t c);
bool unicode_is_numeric(uint32_t c);
bool unicode_is_alnum(uint32_t c);
bool unicode_is_lower(uint32_t c);
bool unicode_is_upper(uint32_t c);
bool unicode_is_title(uint32_t c);
bool unicode_is_cased(uint32_t c);
bool unicode_is_case_ignorable(uint32_t c);
bool unicode_is_printable_slow(uint32_t c);
bool unicode_is_space_slow(uint32_t c);
bool unicode_is_id_start(uint32_t c);          /* XID_Start or underscore */
bool unicode_is_id_continue(uint32_t c);
bool unicode_is_linebreak_slow(uint32_t c);
int unicode_decimal(uint32_t c);               /* 0..9, -1: not a decimal digit */
/* Full case mappings: writes 1..3 code points, gives how many. unicode_lower knows nothing of a final sigma. */
int unicode_upper(uint32_t c, uint32_t out[3]);
int unicode_lower(uint32_t c, uint32_t out[3]);
int unicode_title(uint32_t c, uint32_t out[3]);
int unicode_fold(uint32_t c, uint32_t out[3]);
/* Does the character's canonical decomposition combine (for normal forms) -- 0: starter. */
int unicode_combining(uint32_t c);

static inline bool unicode_is_space(uint32_t c)
{
    return c < 128 ? (unicode_ascii[c] & UNICODE_ASCII_SPACE) != 0 : unicode_is_space_slow(c);
}
static inline bool unicode_is_printable(uint32_t c) { return c < 127 ? c >= 32 : unicode_is_printable_slow(c); }
static inline bool unicode_is_linebreak(uint32_t c)
{
    return c < 128 ? (c >= 10 && c <= 13) || (c >= 28 && c <= 30) : unicode_is_linebreak_slow(c);
}
#endif
