/* unicode_names.h -- the names of characters (Unicode 14.0): from code point to name and back.
 * The names are a text inside the binary (unicode_names.txt); an index of 400 KB is made at the first question. Ideographs and
 * Hangul syllables are named by rule. */
#ifndef INTERP_BASE_UNICODE_NAMES_H
#define INTERP_BASE_UNICODE_NAMES_H
#include <stddef.h>
#include <stdint.h>

enum { UNICODE_NAME_MAX = 96, UNICODE_SEQUENCE_MAX = 8 };

/* unicode_name -- writes the name of `c`, NUL-terminated, and gives its length; 0: it has none. */
size_t unicode_name(uint32_t c, char out[UNICODE_NAME_MAX]);
/* unicode_lookup_name -- the code point of a name or alias, in any case; -1: unknown (or no memory). */
int32_t unicode_lookup_name(const char *name, size_t len);
/* unicode_lookup_sequence -- the code points of a named sequence; gives how many, 0: unknown. */
int unicode_lookup_sequence(const char *name, size_t len, uint32_t out[UNICODE_SEQUENCE_MAX]);
#endif
