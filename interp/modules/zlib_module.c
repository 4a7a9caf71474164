/* zlib_module.c -- zlib: compression by the library of that name (docs.python.org/3.11/library/zlib.html). */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <zlib.h>

#include "gc/heap.h"
#include "interp/base/buf.h"
#include "interp/modules/arg.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/vm/thread.h"

enum { CHUNK = 16384, PIECE = 1 << 18 };         /* the first output buffer; what goes in or comes out between two looks at the interrupt word */
enum { STOPPED = -1000 };                        /* beside zlib's codes: an error is pending */
static Value error_class = UNBOUND_INIT;

static Value fail(const z_stream *z, int code, const char *what)
{
    if (code == STOPPED)
        return ERROR;
    if (code == Z_MEM_ERROR)
        return raise_memory();
    const char *why = code == Z_VERSION_ERROR ? "library version mismatch" : z ? z->msg : NULL;
    if (!why)
        why = code == Z_BUF_ERROR ? "incomplete or truncated stream" : code == Z_STREAM_ERROR ? "inconsistent stream state" : code == Z_DATA_ERROR ? "invalid input data" : NULL;
    own Value text = why ? str_format("Error %d %s: %.200s", code, what, why) : str_format("Error %d %s", code, what), error = is_error(text) ? ERROR : call1(error_class, text);
    if (!is_error(error))
        exception_raise_take(give(error));
    return ERROR;
}
static Value take(Buf *out)
{
    Value v = out->failed ? raise_memory() : bytes_new(out->at, out->len);
    buf_free(out);
    return v;
}
typedef int StepFn(z_stream *, int);
/* Run deflate or inflate over the input until it is used up or the stream ends; at most `max` bytes of output when max >= 0. zlib's answer, or STOPPED. */
static int run(z_stream *z, const uint8_t *data, size_t len, int flush, Buf *out, int64_t max, StepFn *step)
{
    int code = Z_OK;
    z->next_in = (Bytef *)data;
    z->avail_in = 0;
    do {
        if (z->avail_in == 0) {
            z->avail_in = len > PIECE ? PIECE : (uInt)len;
            len -= z->avail_in;
        }
        int mode = len ? Z_NO_FLUSH : flush;
        do {
            size_t room = out->cap > out->len + 512 ? out->cap - out->len : out->cap < CHUNK ? CHUNK : out->cap;
            if (max >= 0 && (int64_t)(out->len + room) > max)
                room = (size_t)(max - (int64_t)out->len);
            if (room == 0)
                return code;
            if (!poll_interrupt())
                return STOPPED;
            if (!buf_reserve(out, room))
                return Z_MEM_ERROR;
            z->next_out = (Bytef *)out->at + out->len;
            z->avail_out = room > PIECE ? PIECE : (uInt)room;
            uInt before = z->avail_out;
            BLOCKING(code = step(z, mode));
            out->len += before - z->avail_out;
            if (code != Z_OK && code != Z_BUF_ERROR)
                return code;
        } while (z->avail_out == 0);
    } while (z->avail_in || len);
    return code;
}

/* --- at once ------------------------------------------------------------------------------------------------------------------------- */
static Value zlib_compress(Value *args, size_t n)
{
    Buffer in;
    int level, wbits, code;
    if (!arg_int(args[1], Z_DEFAULT_COMPRESSION, &level) || !arg_int(args[2], MAX_WBITS, &wbits) || !buffer_bytes(args[0], &in))
        return ERROR;
    z_stream z = { 0 };
    Buf out = { 0 };
    code = deflateInit2(&z, level, Z_DEFLATED, wbits, 8, Z_DEFAULT_STRATEGY);
    if (code != Z_OK) {
        buffer_release(&in);
        if (code == Z_MEM_ERROR)
            return raise(MemoryError, "Out of memory while compressing data");
        own Value error = code == Z_STREAM_ERROR ? call1(error_class, str_name_peek("Bad compression level")) : fail(&z, code, "while compressing data");
        if (!is_error(error))
            exception_raise_take(give(error));
        return ERROR;
    }
    code = run(&z, in.data, (size_t)in.len_bytes, Z_FINISH, &out, -1, deflate);
    buffer_release(&in);
    deflateEnd(&z);
    if (code == Z_STREAM_END)
        return take(&out);
    buf_free(&out);
    return fail(&z, code, "while compressing data");
}
static Value zlib_decompress(Value *args, size_t n)
{
    Buffer in;
    int wbits, code;
    int64_t size;
    if (!arg_int(args[1], MAX_WBITS, &wbits) || !arg_i64(args[2], CHUNK, &size))
        return ERROR;
    if (size < 0)
        return raise(ValueError, "bufsize must be non-negative");
    if (!buffer_bytes(args[0], &in))
        return ERROR;
    z_stream z = { 0 };
    Buf out = { 0 };
    code = inflateInit2(&z, wbits);
    if (code != Z_OK) {
        buffer_release(&in);
        return fail(&z, code, "while preparing to decompress data");
    }
    buf_reserve(&out, (size_t)(size > 1 << 24 ? 1 << 24 : size ? size : 1));
    code = run(&z, in.data, (size_t)in.len_bytes, Z_SYNC_FLUSH, &out, -1, inflate);
    buffer_release(&in);
    Value v = ERROR;
    if (code == Z_STREAM_END)
        v = take(&out);
    else if (code == Z_MEM_ERROR)
        error_set(MemoryError, "Out of memory while decompressing data");
    else
        fail(code == Z_OK ? NULL : &z, code == Z_OK ? Z_BUF_ERROR : code, "while decompressing data");
    buf_free(&out);
    inflateEnd(&z);
    return v;
}

/* --- objects ---------------------------------------------------------------------------------------------------------------------------- */
typedef struct Zip { Object head; z_stream z; Value unused, tail, dictionary; bool ready, inflating, eof; pthread_mutex_t mutex; } Zip;
static const TraceRow rows[] = { { TRACE_VALUE, offsetof(Zip, unused), 0, ".unused_data" }, { TRACE_VALUE, offsetof(Zip, tail), 0, ".unconsumed_tail" },
    { TRACE_VALUE, offsetof(Zip, dictionary), 0, "dictionary" }, { 0 } };
static Type compress_type, decompress_type;
static Zip *as_zip(Value v) { return (Zip *)as_obj(v); }

static Value zip_new(Type *type, bool inflating)
{
    Value v = instance_new(type);
    if (is_error(v))
        return ERROR;
    Zip *z = as_zip(v);
    z->inflating = inflating;
    z->unused = retain(bytes_empty);
    z->tail = retain(bytes_empty);
    pthread_mutex_init(&z->mutex, NULL);
    return v;
}
static void zip_dispose(Object *o)
{
    Zip *z = (Zip *)o;
    if (z->ready) {
        if (z->inflating)
            inflateEnd(&z->z);
        else
            deflateEnd(&z->z);
    }
    z->ready = false;
    pthread_mutex_destroy(&z->mutex);
}
static void enter(Zip *z)
{
    if (pthread_mutex_trylock(&z->mutex) != 0)
        BLOCKING(pthread_mutex_lock(&z->mutex));
}
static void leave(Zip *z) { pthread_mutex_unlock(&z->mutex); }

static Value compressobj(Value *args, size_t n)
{
    int level, method, wbits, memory, strategy;
    if (!arg_int(args[0], Z_DEFAULT_COMPRESSION, &level) || !arg_int(args[1], Z_DEFLATED, &method) || !arg_int(args[2], MAX_WBITS, &wbits) || !arg_int(args[3], 8, &memory) ||
        !arg_int(args[4], Z_DEFAULT_STRATEGY, &strategy))
        return ERROR;
    own Value v = zip_new(&compress_type, false);
    if (is_error(v))
        return ERROR;
    Zip *z = as_zip(v);
    int code = deflateInit2(&z->z, level, method, wbits, memory, strategy);
    if (code != Z_OK)
        return code == Z_STREAM_ERROR ? raise(ValueError, "Invalid initialization option") : code == Z_MEM_ERROR ? raise(MemoryError, "Can't allocate memory for compression object") : fail(&z->z, code, "while creating compression object");
    z->ready = true;
    if (is_unbound(args[5]) || is_none(args[5]))
        return give(v);
    Buffer dictionary;
    if (!buffer_bytes(args[5], &dictionary))
        return error_is(TypeError) ? raise(TypeError, "zdict argument must support the buffer protocol") : ERROR;
    code = deflateSetDictionary(&z->z, dictionary.data, (uInt)dictionary.len_bytes);
    buffer_release(&dictionary);
    return code == Z_OK ? give(v) : code == Z_STREAM_ERROR ? raise(ValueError, "Invalid dictionary") : raise(ValueError, "deflateSetDictionary()");
}
static Value m_compress(Value *args, size_t n)
{
    Zip *z = as_zip(args[0]);
    Buffer in;
    Buf out = { 0 };
    int code;
    if (!buffer_bytes(args[1], &in))
        return ERROR;
    enter(z);
    code = run(&z->z, in.data, (size_t)in.len_bytes, Z_NO_FLUSH, &out, -1, deflate);
    leave(z);
    buffer_release(&in);
    if (code == Z_OK || code == Z_BUF_ERROR)
        return take(&out);
    buf_free(&out);
    return fail(&z->z, code, "while compressing data");
}
static Value m_compress_flush(Value *args, size_t n)
{
    Zip *z = as_zip(args[0]);
    Buf out = { 0 };
    int mode, code;
    if (!arg_int(args[1], Z_FINISH, &mode))
        return ERROR;
    if (mode == Z_NO_FLUSH)
        return retain(bytes_empty);
    enter(z);
    code = run(&z->z, (const uint8_t *)"", 0, mode, &out, -1, deflate);
    if (code == Z_STREAM_END && mode == Z_FINISH && z->ready) {
        deflateEnd(&z->z);
        z->ready = false;
    }
    leave(z);
    if (code == Z_OK || code == Z_BUF_ERROR || code == Z_STREAM_END)
        return take(&out);
    buf_free(&out);
    return fail(&z->z, code, "while flushing");
}

static bool use_dictionary(Zip *z)
{
    Buffer d;
    if (!buffer_bytes(z->dictionary, &d))
        return false;
    int code = inflateSetDictionary(&z->z, d.data, (uInt)d.len_bytes);
    buffer_release(&d);
    return code == Z_OK || (is_error(fail(&z->z, code, "while setting zdict")) && false);
}
static Value decompressobj(Value *args, size_t n)
{
    int wbits;
    if (!arg_int(args[0], MAX_WBITS, &wbits))
        return ERROR;
    if (!is_unbound(args[1]) && !buffer_supported(args[1]))
        return raise(TypeError, "zdict argument must support the buffer protocol");
    own Value v = zip_new(&decompress_type, true);
    if (is_error(v))
        return ERROR;
    Zip *z = as_zip(v);
    if (!is_unbound(args[1]))
        z->dictionary = retain(args[1]);
    int code = inflateInit2(&z->z, wbits);
    if (code != Z_OK)
        return code == Z_STREAM_ERROR ? raise(ValueError, "Invalid initialization option") : code == Z_MEM_ERROR ? raise(MemoryError, "Can't allocate memory for decompression object") : fail(&z->z, code, "while creating decompression object");
    z->ready = true;
    return is_unbound(z->dictionary) || wbits >= 0 || use_dictionary(z) ? give(v) : ERROR;
}
static bool set_bytes(Value *slot, const void *data, size_t n)
{
    Value v = bytes_new(data, n);
    if (is_error(v))
        return false;
    set_slot(slot, v);
    return true;
}
/* What the stream did not take: behind its end unused_data (which grows), else unconsumed_tail. */
static bool keep_rest(Zip *z, const uint8_t *data, size_t n, int code)
{
    size_t left = (size_t)(data + n - z->z.next_in);
    if (code == Z_STREAM_END && left) {
        own Value rest = bytes_new(z->z.next_in, left);
        Value all = is_error(rest) ? ERROR : bytes_concat(z->unused, rest);
        if (is_error(all))
            return false;
        set_slot(&z->unused, all);
        left = 0;
    }
    return (left == 0 && as_bytes(z->tail)->len == 0) || set_bytes(&z->tail, left ? z->z.next_in : NULL, left);
}
static Value inflate_some(Zip *z, const uint8_t *data, size_t n, int64_t max, int flush, const char *what)
{
    Buf out = { 0 };
    int code;
    for (size_t at = 0;;) {
        code = run(&z->z, data + at, n - at, flush, &out, max, inflate);
        if (code != Z_NEED_DICT || is_unbound(z->dictionary))
            break;
        at = (size_t)(z->z.next_in - data);
        if (!use_dictionary(z)) {
            buf_free(&out);
            return ERROR;
        }
    }
    if (code == STOPPED || !keep_rest(z, data, n, code)) {
        buf_free(&out);
        return ERROR;
    }
    if (code == Z_STREAM_END)
        z->eof = true;
    else if (code != Z_OK && code != Z_BUF_ERROR) {
        buf_free(&out);
        return fail(&z->z, code, what);
    }
    return take(&out);
}
static Value m_decompress(Value *args, size_t n)
{
    Zip *z = as_zip(args[0]);
    Buffer in;
    int64_t max;
    if (!arg_i64(args[2], 0, &max))
        return ERROR;
    if (max < 0)
        return raise(ValueError, "max_length must be non-negative");
    if (!buffer_bytes(args[1], &in))
        return ERROR;
    enter(z);
    Value v = inflate_some(z, in.data, (size_t)in.len_bytes, max ? max : -1, Z_SYNC_FLUSH, "while decompressing data");
    leave(z);
    buffer_release(&in);
    return v;
}
static Value m_decompress_flush(Value *args, size_t n)
{
    Zip *z = as_zip(args[0]);
    int64_t length;
    if (!arg_i64(args[1], CHUNK, &length))
        return ERROR;
    if (length <= 0)
        return raise(ValueError, "length must be greater than zero");
    enter(z);
    own Value data = retain(z->tail);
    Value v = inflate_some(z, as_bytes(data)->data, as_bytes(data)->len, -1, Z_FINISH, "while decompressing data");
    if (z->eof && z->ready) {
        inflateEnd(&z->z);
        z->ready = false;
    }
    leave(z);
    return v;
}
static Value m_copy(Value *args, size_t n)
{
    Zip *from = as_zip(args[0]);
    own Value v = zip_new(type_of(args[0]), from->inflating);
    if (is_error(v))
        return ERROR;
    Zip *to = as_zip(v);
    int code = !from->ready ? Z_STREAM_ERROR : from->inflating ? inflateCopy(&to->z, &from->z) : deflateCopy(&to->z, &from->z);
    if (code != Z_OK)
        return code == Z_STREAM_ERROR ? raise(ValueError, "Inconsistent stream state") : code == Z_MEM_ERROR ? raise(MemoryError, "Can't allocate memory for compression object") : fail(&from->z, code, "while copying compression object");
    to->ready = true;
    to->eof = from->eof;
    set_slot(&to->unused, retain(from->unused));
    set_slot(&to->tail, retain(from->tail));
    set_slot(&to->dictionary, retain(from->dictionary));
    return give(v);
}
static Value m_deepcopy(Value *args, size_t n) { return m_copy(args, 1); }
static Value get_eof(Value self) { return bool_value(as_zip(self)->eof); }

static const Method compress_methods[] = {
    { "compress", "(self, data, /)", m_compress, "Returns a bytes object containing compressed data." }, { "flush", "(self, mode=4, /)", m_compress_flush, "Return a bytes object containing any remaining compressed data." },
    { "copy", "(self, /)", m_copy, "Return a copy of the compression object." }, { "__copy__", "(self, /)", m_copy, NULL }, { "__deepcopy__", "(self, memo, /)", m_deepcopy, NULL }, { 0 },
};
static const Method decompress_methods[] = {
    { "decompress", "(self, data, /, max_length=0)", m_decompress, "Return a bytes object containing the decompressed version of the data." }, { "flush", "(self, length=16384, /)", m_decompress_flush, "Return a bytes object containing any remaining decompressed data." },
    { "copy", "(self, /)", m_copy, "Return a copy of the decompression object." }, { "__copy__", "(self, /)", m_copy, NULL }, { "__deepcopy__", "(self, memo, /)", m_deepcopy, NULL }, { 0 },
};
static const Member decompress_members[] = { { "unused_data", MEMBER_VALUE, offsetof(Zip, unused), false, NULL }, { "unconsumed_tail", MEMBER_VALUE, offsetof(Zip, tail), false, NULL }, { 0 } };
static const GetSet decompress_getsets[] = { { "eof", get_eof, NULL, NULL }, { 0 } };
static Type compress_type = { STATIC_TYPE(compress_type, "Compress", Zip, rows), .heap.dispose = zip_dispose, .flags = TYPE_NO_NEW, .methods = compress_methods, .module_name = "zlib" };
static Type decompress_type = { STATIC_TYPE(decompress_type, "Decompress", Zip, rows), .heap.dispose = zip_dispose, .flags = TYPE_NO_NEW, .methods = decompress_methods, .members = decompress_members,
    .getsets = decompress_getsets, .module_name = "zlib" };

/* --- checksums ------------------------------------------------------------------------------------------------------------------------------ */
enum { SUMMED = 1 << 24 };
static Value checksum(Value *args, uint32_t start, uLong (*fn)(uLong, const Bytef *, z_size_t))
{
    Buffer in;
    uint32_t value;
    if (!arg_u32(args[1], start, &value) || !buffer_bytes(args[0], &in))
        return ERROR;
    bool go_on = true;
    for (int64_t at = 0; go_on && at < in.len_bytes; at += SUMMED) {
        int64_t left = in.len_bytes - at;
        BLOCKING(value = (uint32_t)fn(value, (const uint8_t *)in.data + at, (z_size_t)(left < SUMMED ? left : SUMMED)));
        go_on = poll_interrupt();
    }
    buffer_release(&in);
    return go_on ? int_value(value) : ERROR;
}
static Value zlib_adler32(Value *args, size_t n) { return checksum(args, 1, adler32_z); }
static Value zlib_crc32(Value *args, size_t n) { return checksum(args, 0, crc32_z); }

static const Method functions[] = {
    { "compress", "(data, /, level=-1, wbits=15)", zlib_compress, "Returns a bytes object containing compressed data.\n\n  data\n    Binary data to be compressed.\n  level\n    Compression level, in 0-9 or -1.\n  wbits\n    The window buffer size and container format." },
    { "decompress", "(data, /, wbits=15, bufsize=16384)", zlib_decompress, "Returns a bytes object containing the uncompressed data.\n\n  data\n    Compressed data.\n  wbits\n    The window buffer size and container format.\n  bufsize\n    The initial output buffer size." },
    { "compressobj", "(level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=None)", compressobj, "Return a compressor object." },
    { "decompressobj", "(wbits=15, zdict=b'')", decompressobj, "Return a decompressor object." },
    { "adler32", "(data, value=1, /)", zlib_adler32, "Compute an Adler-32 checksum of data.\n\n  value\n    Starting value of the checksum.\n\nThe returned checksum is an integer." },
    { "crc32", "(data, value=0, /)", zlib_crc32, "Compute a CRC-32 checksum of data.\n\n  value\n    Starting value of the checksum.\n\nThe returned checksum is an integer." },
    { 0 },
};
#define C(name) { #name, name }
static const IntRow constants[] = { C(MAX_WBITS), { "DEFLATED", Z_DEFLATED }, { "DEF_MEM_LEVEL", 8 }, { "DEF_BUF_SIZE", CHUNK }, C(Z_NO_COMPRESSION), C(Z_BEST_SPEED), C(Z_BEST_COMPRESSION),
    C(Z_DEFAULT_COMPRESSION), C(Z_FILTERED), C(Z_HUFFMAN_ONLY), C(Z_RLE), C(Z_FIXED), C(Z_DEFAULT_STRATEGY), C(Z_FINISH), C(Z_NO_FLUSH), C(Z_PARTIAL_FLUSH), C(Z_SYNC_FLUSH), C(Z_FULL_FLUSH),
    C(Z_BLOCK), C(Z_TREES) };
static bool init(Value module)
{
    static Type *const types[] = { &compress_type, &decompress_type, NULL };
    ready_types(types, &object_type);
    return ADD_INTS(module, constants) && ready_exception(&error_class, "zlib.error", exception_class_peek(Exception)) && module_add(module, "error", error_class) &&
           module_add_str(module, "ZLIB_VERSION", ZLIB_VERSION) && module_add_str(module, "ZLIB_RUNTIME_VERSION", zlibVersion()) && module_add_str(module, "__version__", "1.0");
}
const NativeModule zlib_module = { "zlib", "The functions in this module allow compression and decompression using the\nzlib library, which is based on GNU zip.", functions, init };
