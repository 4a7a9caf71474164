/* fuzz_wire.c -- the wire decoder under libFuzzer: any frames, with and without a key.
 *
 * sources: kernel/wire.c interp/base/openssl.c kernel/message.c kernel/json.c kernel/connection.c interp/base/buf.c interp/base/utf8.c
 *
 * Input: one byte of flags (1: unsigned wire; 2: sign the four JSON frames ourselves, so that the parser is reached), then
 * frames, each two bytes of length and its bytes; 0xFFFF stands for the delimiter. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/wire.h"

static Frame *read_frames(const uint8_t *data, size_t size, size_t *n)
{
    Frame *frames = calloc(size / 2 + 1, sizeof *frames);
    *n = 0;
    while (size >= 2) {
        size_t len = (size_t)data[0] | (size_t)data[1] << 8;
        data += 2;
        size -= 2;
        if (len == 0xFFFF) {
            frame_copy(&frames[(*n)++], WIRE_DELIMITER, sizeof WIRE_DELIMITER - 1);
            continue;
        }
        if (len > size)
            len = size;
        frame_copy(&frames[(*n)++], data, len);
        data += len;
        size -= len;
    }
    return frames;
}

static void sign(const Wire *wire, Frame *frames, size_t n)
{
    for (size_t i = 0; i + 5 < n; i++) {
        if (frames[i].len != sizeof WIRE_DELIMITER - 1 || memcmp(frames[i].data, WIRE_DELIMITER, frames[i].len) != 0)
            continue;
        Text parts[4];
        for (int k = 0; k < 4; k++)
            parts[k] = (Text){ frames[i + 2 + k].data, frames[i + 2 + k].len };
        free(frames[i + 1].data);
        if (!wire_sign(wire, parts, &frames[i + 1]))
            abort();
        return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Wire *wires[2];
    const char *why;
    if (!wires[0]) {
        if (sodium_init() < 0)
            abort();
        wires[0] = wire_new("hmac-sha256", (const unsigned char *)"key", 3, &why);
        wires[1] = wire_new("hmac-sha256", (const unsigned char *)"", 0, &why);
    }
    if (size == 0)
        return 0;
    Wire *wire = wires[data[0] & 1];
    size_t n;
    Frame *frames = read_frames(data + 1, size - 1, &n);
    if ((data[0] & 3) == 2)
        sign(wire, frames, n);
    Message *message = wire_decode(wire, CHANNEL_SHELL, frames, n, &why);
    if (!message) {
        if (!why)
            abort();
        return 0;
    }
    if (!message->type || !message->id || !json_is_object(message->content_json))
        abort();
    Parent *parent = message_parent(message);
    message_free(message);
    parent_release(parent);
    return 0;
}
