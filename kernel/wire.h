/* wire.h -- frames <-> messages: signatures, replays, limits.
 *
 *   [ident ...] <IDS|MSG> signature header parent_header metadata content [buffer ...]
 *
 * The signature is the lower-case hexadecimal HMAC of the four JSON frames; buffers are not signed. With an empty key the
 * signature frame is empty and nothing is verified. A message that is not acceptable is dropped; the reason is for the log.
 * Source: jupyter_client documentation, "The wire protocol". */
#ifndef KERNEL_WIRE_H
#define KERNEL_WIRE_H

#include "kernel/message.h"

typedef struct Wire Wire;

/* wire_new -- NULL: *why is a message for people (the scheme is unknown, no memory). The key is copied into the MAC's state. */
Wire *wire_new(const char *scheme, const unsigned char *key, size_t key_len, const char **why);
void wire_free(Wire *wire);

/* wire_decode -- a verified message, the caller's. Consumes `frames` (also on failure). NULL: *why. One thread only (the
 * memory of seen signatures is not locked). Linear in the size of the JSON frames. */
Message *wire_decode(Wire *wire, Channel channel, Frame *frames, size_t n, const char **why);

/* wire_sign -- fill `signature` (owned by the caller) for four JSON texts. Thread-safe. False: out of memory. */
bool wire_sign(const Wire *wire, const Text parts[4], Frame *signature);

#define WIRE_DELIMITER "<IDS|MSG>"
enum { WIRE_FRAME_LIMIT = 4096, WIRE_IDENT_LIMIT = 8 };

#endif
