/* codec_error.h -- inside of codec*.c: what to do with what cannot be encoded or decoded. */
#ifndef OBJECT_CODEC_ERROR_H
#define OBJECT_CODEC_ERROR_H
#include "interp/base/buf.h"
#include "interp/object/codec.h"

typedef enum Handler { H_STRICT, H_IGNORE, H_REPLACE, H_BACKSLASH, H_XML, H_NAME, H_ESCAPE, H_PASS, H_CUSTOM } Handler;
Handler handler_of(const char *errors);

/* --- encoding */
typedef struct Encoder Encoder;
struct Encoder {
    const char *name, *errors, *reason;
    Value text;                                  /* borrowed */
    Buf out;
    Handler handler;
    bool one_by_one;                             /* errors are reported a character at a time */
    unsigned unit;                               /* bytes of replacements from handlers come in multiples of this */
    Endian endian;
    Value mapping;
    bool (*can)(Encoder *, uint32_t c);          /* pure */
    bool (*put)(Encoder *, uint32_t c);          /* only what `can` */
    bool (*put_surrogate)(Encoder *, uint32_t c);       /* for surrogatepass; NULL: not this encoding */
};
/* encoder_run -- the whole text; bytes, owned. Frees `out`. */
must_use Value encoder_run(Encoder *e);
/* A run [start, stop) that cannot be encoded: writes the replacement, *next is where to go on. */
must_use bool encode_error(Encoder *e, uint64_t start, uint64_t stop, const char *reason, uint64_t *next);
void raise_encode_error(const char *encoding, Value text, uint64_t start, uint64_t stop, const char *reason);

/* --- decoding */
typedef struct Decoder {
    const char *name, *errors;
    const uint8_t *data;
    size_t n;
    StrBuilder out;
    Handler handler;
    int surrogate_unit;                          /* for surrogatepass: 1 utf-8, 2 / 4 utf-16/32 (negative: big endian), 0: none */
    Value replaced;                              /* owned: the bytes a custom handler put into exc.object; UNBOUND */
} Decoder;
Decoder decoder(const char *name, const uint8_t *data, size_t n, const char *errors);
must_use bool decode_error(Decoder *d, size_t start, size_t stop, const char *reason, size_t *next);
must_use Value decoder_finish(Decoder *d, bool ok);
#endif
