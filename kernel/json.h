/* json.h -- JSON in and out of the protocol: jansson for what comes in, our own writer for what goes out.
 *
 * Python strings may hold lone surrogates, which UTF-8 cannot. Going out they are written as \udXXX escapes, which Python's and
 * JavaScript's readers take. Coming in, such an escape, a surrogate encoded as three bytes (WTF-8), and a stray byte (which
 * Python's surrogateescape wrote) all become WTF-8 inside the tree; jansson itself would refuse the whole message. */
#ifndef KERNEL_JSON_H
#define KERNEL_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "interp/base/buf.h"
#include "interp/interp.h"

enum { JSON_DEPTH_LIMIT = 400 };
#define JSON_SIZE_LIMIT ((size_t)128 << 20)

/* json_read -- parse one document. Result: a new tree, the caller's (json_decref); strings are WTF-8 and may hold NUL.
 * NULL: *why (never NULL then) says what is wrong. Linear in len; depth is limited before the parser recurses. */
json_t *json_read(const char *text, size_t len, const char **why);

/* --- writing to a Buf ------------------------------------------------------------------------------------------------ */
/* json_put_string -- `text` (WTF-8; other stray bytes become U+FFFD) as a JSON string with its quotes. */
void json_put_string(Buf *buf, const char *text, size_t len);
void json_put_cstring(Buf *buf, const char *text);
/* json_put_raw -- text that already is JSON; bytes that are not UTF-8 are repaired the same way. Empty: "{}". */
void json_put_raw(Buf *buf, const char *text, size_t len);
/* json_put_value -- a whole tree. */
void json_put_value(Buf *buf, const json_t *value);

/* --- reading a tree: absent or of another type gives the default ------------------------------------------------- */
Text json_get_text(const json_t *object, const char *key);          /* {"",0} */
bool json_get_bool(const json_t *object, const char *key, bool missing);
long long json_get_int(const json_t *object, const char *key, long long missing);
/* json_get_cstring -- borrowed; `missing` when absent or when it holds a NUL. */
const char *json_get_cstring(const json_t *object, const char *key, const char *missing);

#endif
