/* unicode_normal.h -- the four normal forms (UAX #15) of a text in UCS-4. */
#ifndef INTERP_BASE_UNICODE_NORMAL_H
#define INTERP_BASE_UNICODE_NORMAL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum NormalForm { NORMAL_COMPOSED = 1, NORMAL_COMPATIBLE = 2 } NormalForm;     /* NFD 0, NFC 1, NFKD 2, NFKC 3 */

/* unicode_normalize -- the text of `n` code points in that form, malloc'd, its length in *n_out; NULL: no memory, or `stop` said true. Linear. `old`: characters and
 * corrections of version 3.2. Source: UAX #15; Unicode 14.0 section 3.12 (Hangul). */
uint32_t *unicode_normalize(const uint32_t *text, size_t n, unsigned form, bool old, bool (*stop)(void), size_t *n_out);
#endif
