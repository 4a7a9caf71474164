/* bz2_module.c -- _bz2: incremental compression and decompression for the library's bz2 (docs.python.org/3.11/library/bz2.html). libbz2 is loaded
 * when the module is first imported; without libbz2.so.1.0 the import fails. Work goes in pieces between which interrupts are answered. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "gc/event.h"
#include "interp/base/buf.h"
#include "interp/modules/arg.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"

/* --- the library's interface (bzlib.h) ------------------------------------------------------------------------------- */
typedef struct Stream {
    char *next_in; unsigned avail_in, total_in_low, total_in_high;
    char *next_out; unsigned avail_out, total_out_low, total_out_high;
    void *state, *(*alloc)(void *, int, int), (*release)(void *, void *), *opaque;
} Stream;
enum { BZ_RUN, BZ_FLUSH, BZ_FINISH };
enum { BZ_OK, BZ_RUN_OK, BZ_FLUSH_OK, BZ_FINISH_OK, BZ_STREAM_END, BZ_SEQUENCE_ERROR = -1, BZ_PARAM_ERROR = -2, BZ_MEM_ERROR = -3, BZ_DATA_ERROR = -4, BZ_DATA_ERROR_MAGIC = -5,
       BZ_IO_ERROR = -6, BZ_UNEXPECTED_EOF = -7 };
#define FUNCTIONS(F) \
    F(CompressInit, (Stream *, int level, int verbosity, int work)) F(Compress, (Stream *, int action)) F(CompressEnd, (Stream *)) \
    F(DecompressInit, (Stream *, int verbosity, int small)) F(Decompress, (Stream *)) F(DecompressEnd, (Stream *))
static struct {
#define F(name, parameters) int (*name) parameters;
    FUNCTIONS(F)
#undef F
} bz;

static bool load_library(void)
{
    static const struct { const char *name; void **slot; } rows[] = {
#define F(name, parameters) { "BZ2_bz" #name, (void **)&bz.name },
        FUNCTIONS(F)
#undef F
    };
    static bool loaded;
    void *library = loaded ? NULL : dlopen("libbz2.so.1.0", RTLD_NOW | RTLD_LOCAL);
    if (loaded)
        return true;
    if (!library)
        return raise_false(ImportError, "libbz2.so.1.0 cannot be loaded");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!(*rows[i].slot = dlsym(library, rows[i].name)))
            return raise_false(ImportError, "libbz2.so.1.0 lacks %s", rows[i].name);
    return loaded = true;
}

/* True: no error; false: raised in CPython's words. */
static bool good_code(int code)
{
    switch (code) {
    case BZ_OK: case BZ_RUN_OK: case BZ_FLUSH_OK: case BZ_FINISH_OK: case BZ_STREAM_END: return true;
    case BZ_PARAM_ERROR: return raise_false(ValueError, "Internal error - invalid parameters passed to libbzip2");
    case BZ_MEM_ERROR: return raise_memory_false();
    case BZ_DATA_ERROR: case BZ_DATA_ERROR_MAGIC: return raise_false(OSError, "Invalid data stream");
    case BZ_IO_ERROR: return raise_false(OSError, "Unknown I/O error");
    case BZ_UNEXPECTED_EOF: return raise_false(EOFError, "Compressed file ended before the logical end-of-stream was detected");
    case BZ_SEQUENCE_ERROR: return raise_false(RuntimeError, "Internal error - Invalid sequence of commands sent to libbzip2");
    default: return raise_false(OSError, "Unrecognized error from libbzip2: %d", code);
    }
}

enum { PIECE = 1 << 16 };
typedef struct Zipper { Object head; Stream stream; bool ready, flushed, busy; } Zipper;
typedef struct Unzipper { Object head; Stream stream; Value unused; Buf input; /* not read yet */ bool ready, eof, needs_input, busy, failed; } Unzipper;
static Zipper *as_zipper(Value v) { return (Zipper *)as_obj(v); }
static Unzipper *as_unzipper(Value v) { return (Unzipper *)as_obj(v); }

/* --- BZ2Compressor ----------------------------------------------------------------------------------------------------- */
static Value zipper_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value a[1];
    int level;
    if (!bind_arguments("BZ2Compressor", "(compresslevel=9, /)", args, n_pos, kwnames, a, NULL) || !arg_int(a[0], 9, &level))
        return ERROR;
    if (level < 1 || level > 9)
        return raise(ValueError, "compresslevel must be between 1 and 9");
    own Value v = instance_new(type);
    if (is_error(v))
        return ERROR;
    Zipper *z = as_zipper(v);
    memset(&z->stream, 0, sizeof z->stream);
    z->flushed = z->busy = false;
    z->ready = good_code(bz.CompressInit(&z->stream, level, 0, 0));
    return z->ready ? give(v) : ERROR;
}
static void zipper_dispose(Object *o)
{
    Zipper *z = (Zipper *)o;
    if (z->ready)
        bz.CompressEnd(&z->stream);
}

static Value squeeze(Zipper *z, const char *data, size_t len, int action)
{
    if (z->busy)
        return raise(RuntimeError, "the compressor is running");
    Buf out = { 0 };
    int code = BZ_OK;
    bool good = true;
    z->busy = true;
    z->stream.avail_in = 0;
    while (good && (len || z->stream.avail_in || (action == BZ_FINISH && code != BZ_STREAM_END))) {
        if (!z->stream.avail_in && len) {
            z->stream.next_in = (char *)data;
            z->stream.avail_in = len < PIECE ? (unsigned)len : PIECE;
            data += z->stream.avail_in;
            len -= z->stream.avail_in;
        }
        good = buf_reserve(&out, PIECE) || raise_memory_false();
        if (!good)
            break;
        z->stream.next_out = (char *)out.at + out.len;
        z->stream.avail_out = PIECE;
        code = bz.Compress(&z->stream, action);
        out.len += PIECE - z->stream.avail_out;
        good = good_code(code) && poll_events();
    }
    z->busy = false;
    Value result = good ? bytes_new(out.at, out.len) : ERROR;
    buf_free(&out);
    return result;
}
static Value m_compress(Value *args, size_t n)
{
    Zipper *z = as_zipper(args[0]);
    Buffer b;
    if (!buffer_bytes(args[1], &b))
        return ERROR;
    Value result = z->flushed ? raise(ValueError, "Compressor has been flushed") : squeeze(z, b.data, (size_t)b.len_bytes, BZ_RUN);
    buffer_release(&b);
    return result;
}
static Value m_flush(Value *args, size_t n)
{
    Zipper *z = as_zipper(args[0]);
    if (z->flushed)
        return raise(ValueError, "Repeated call to flush()");
    z->flushed = true;
    return squeeze(z, NULL, 0, BZ_FINISH);
}

/* --- BZ2Decompressor ----------------------------------------------------------------------------------------------------- */
static Value unzipper_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    if (!bind_arguments("BZ2Decompressor", "()", args, n_pos, kwnames, NULL, NULL))
        return ERROR;
    own Value v = instance_new(type);
    if (is_error(v))
        return ERROR;
    Unzipper *u = as_unzipper(v);
    memset(&u->stream, 0, sizeof u->stream);
    u->input = (Buf){ 0 };
    u->eof = u->busy = u->failed = false;
    u->needs_input = true;
    set_slot(&u->unused, bytes_new("", 0));
    u->ready = !is_error(u->unused) && good_code(bz.DecompressInit(&u->stream, 0, 0));
    return u->ready ? give(v) : ERROR;
}
static void unzipper_dispose(Object *o)
{
    Unzipper *u = (Unzipper *)o;
    if (u->ready)
        bz.DecompressEnd(&u->stream);
    buf_free(&u->input);
}

/* At most `max` bytes (negative: all there are) of what the waiting input holds. */
static bool expand(Unzipper *u, int64_t max, Buf *out)
{
    size_t at = 0;
    bool good = true, more = u->input.len > 0 || !u->needs_input;
    while (good && more && !u->eof && (max < 0 || (int64_t)out->len < max)) {
        size_t left = u->input.len - at, room = max < 0 || max - (int64_t)out->len > PIECE ? PIECE : (size_t)(max - (int64_t)out->len);
        if (!buf_reserve(out, room)) {
            good = raise_memory_false();
            break;
        }
        u->stream.next_in = (char *)u->input.at + at;
        u->stream.avail_in = left < PIECE ? (unsigned)left : PIECE;
        unsigned given = u->stream.avail_in;
        u->stream.next_out = (char *)out->at + out->len;
        u->stream.avail_out = (unsigned)room;
        int code = bz.Decompress(&u->stream);
        at += given - u->stream.avail_in;
        out->len += room - u->stream.avail_out;
        u->eof = code == BZ_STREAM_END;
        more = at < u->input.len || u->stream.avail_out == 0;
        u->failed = !good_code(code);                /* libbz2 must not go on from here */
        good = !u->failed && poll_events();
    }
    if (at)
        memmove(u->input.at, u->input.at + at, u->input.len - at);
    u->input.len -= at;
    return good;
}
static Value m_decompress(Value *args, size_t n)
{
    Unzipper *u = as_unzipper(args[0]);
    int64_t max;
    Buffer b;
    if (!arg_i64(args[2], -1, &max) || !buffer_bytes(args[1], &b))
        return ERROR;
    bool good = u->eof ? raise_false(EOFError, "End of stream already reached") : u->failed ? raise_false(ValueError, "Decompressor cannot be used after a previous error") : u->busy ? raise_false(RuntimeError, "the decompressor is running")
                                                                                          : b.len_bytes == 0 || buf_add(&u->input, b.data, (size_t)b.len_bytes) || raise_memory_false();
    buffer_release(&b);
    if (!good)
        return ERROR;
    Buf out = { 0 };
    u->busy = true;
    good = expand(u, max, &out);
    u->busy = false;
    u->needs_input = good && !u->eof && u->input.len == 0;
    if (good && u->eof) {
        Value rest = bytes_new(u->input.at, u->input.len);
        good = !is_error(rest);
        if (good)
            set_slot(&u->unused, rest);
        u->input.len = 0;
    }
    Value result = good ? bytes_new(out.at, out.len) : ERROR;
    buf_free(&out);
    return result;
}

/* --- the module ------------------------------------------------------------------------------------------------------------ */
static const Method zipper_methods[] = {
    { "compress", "(self, data, /)", m_compress, "Provide data to the compressor object.\n\nReturns a chunk of compressed data if possible, or b'' otherwise.\n\nWhen you have finished providing data to the compressor, call the\nflush() method to finish the compression process." },
    { "flush", "(self, /)", m_flush, "Finish the compression process.\n\nReturns the compressed data left in internal buffers.\n\nThe compressor object may not be used after this method is called." }, { 0 },
};
static Type zipper_type = {
    STATIC_TYPE(zipper_type, "BZ2Compressor", Zipper, NULL), .heap.dispose = zipper_dispose, .flags = TYPE_BASE, .new = zipper_new, .methods = zipper_methods, .module_name = "_bz2",
    .signature = "(compresslevel=9, /)", .doc = "Create a compressor object for compressing data incrementally.\n\n  compresslevel\n    Compression level, as a number between 1 and 9.\n\nFor one-shot compression, use the compress() function instead.",
};
static const Method unzipper_methods[] = {
    { "decompress", "(self, /, data, max_length=-1)", m_decompress, "Decompress *data*, returning uncompressed data as bytes.\n\nIf *max_length* is nonnegative, returns at most *max_length* bytes of\ndecompressed data. If this limit is reached and further output can be\nproduced, *self.needs_input* will be set to ``False``." }, { 0 },
};
static const TraceRow rows[] = { { TRACE_VALUE, offsetof(Unzipper, unused), 0, ".unused_data" }, { 0 } };
static const Member members[] = {
    { "eof", MEMBER_BOOL, offsetof(Unzipper, eof), false, "True if the end-of-stream marker has been reached." },
    { "unused_data", MEMBER_VALUE, offsetof(Unzipper, unused), false, "Data found after the end of the compressed stream." },
    { "needs_input", MEMBER_BOOL, offsetof(Unzipper, needs_input), false, "True if more input is needed before more decompressed data can be produced." }, { 0 },
};
static Type unzipper_type = {
    STATIC_TYPE(unzipper_type, "BZ2Decompressor", Unzipper, rows), .heap.dispose = unzipper_dispose, .flags = TYPE_BASE, .new = unzipper_new, .methods = unzipper_methods,
    .members = members, .module_name = "_bz2", .signature = "()", .doc = "Create a decompressor object for decompressing data incrementally.\n\nFor one-shot decompression, use the decompress() function instead.",
};

static bool init(Value module)
{
    static Type *const types[] = { &zipper_type, &unzipper_type, NULL };
    if (!load_library())
        return false;
    ready_types(types, &object_type);
    return module_add_type(module, &zipper_type) && module_add_type(module, &unzipper_type);
}

const NativeModule bz2_module = { "_bz2", NULL, NULL, init };
