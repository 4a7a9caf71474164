/* io_parts.h -- inside of _io: its types, and what one file of it needs of another. Source: docs.python.org/3.11/library/io.html, PEP 3116.
 *
 * Layers: base < fileio < buffered < buffered_pair < newline < bytesio, stringio < decoder < text < io_module. All structs end with the attribute area, so that
 * subclasses written in Python can extend any of them.
 * A method of another stream object is called by its C function when the object is exactly of our type, else by name. */
#ifndef IO_IO_PARTS_H
#define IO_IO_PARTS_H
#include <pthread.h>
#include <sys/types.h>

#include "interp/base/buf.h"
#include "interp/modules/arg.h"
#include "interp/object/attr.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

enum { IO_BUFFER_SIZE = 8192 };

/* --- base.c: the abstract classes, without state */
typedef struct IOBase { Object head; AttrArea attrs; } IOBase;
extern Type iobase_type, rawiobase_type, bufferediobase_type, textiobase_type;
extern Value io_unsupported_class;                     /* io.UnsupportedOperation */
Value io_unsupported(const char *what);                /* ERROR with UnsupportedOperation(what) */
must_use Truth io_is_closed(Value self);
/* The method must answer True: UnsupportedOperation "File or stream is not readable." */
must_use bool io_check_able(Value self, const char *method, const char *message);
/* __del__ of streams: close what is still open. */
void io_finalize(Object *);
must_use Value io_close_base(Value self);              /* _IOBase.close */
must_use bool io_position(Value v, int64_t *position); /* an offset: int by __index__; OverflowError, TypeError */
/* The optional size of read(): None and absent are -1. TypeError: argument should be integer or None, not 'x'. */
must_use bool io_size(Value v, int64_t *n);
/* The buffer that `method` is to fill. TypeError: argument must be read-write bytes-like object, not x. */
must_use bool io_room(Value v, const char *method, Buffer *room);
/* The end of __setstate__ of streams in memory: the position, an int that is not negative, and the attributes (None: none). `wrong` begins the
 * TypeError, which ends in the type's name. io_state_dict gives NONE or ERROR. */
must_use bool io_state_position(Value v, const char *wrong, int64_t *position);
must_use Value io_state_dict(Value self, Value dict, const char *wrong);
Value io_no_state(Value *args, size_t n);              /* __getstate__ of streams that cannot be pickled */
Value io_blocking(const char *message, int64_t written);      /* ERROR with BlockingIOError(EAGAIN, message, written) */
/* Join an error that came first (saved) with what is pending now, if anything: the older becomes the context. Leaves one error pending. */
void io_chain(ErrorState first);

/* --- fileio.c */
typedef struct FileIO {
    Object head;
    int fd;                      /* -1: closed */
    bool created, readable, writable, appending, closefd, finalizing;
    signed char seekable;        /* -1: not known */
    uint32_t blksize, mode;      /* of fstat */
    AttrArea attrs;
    Value inline_[2];            /* `name`, and one more */
} FileIO;
extern Type fileio_type;
static inline FileIO *as_fileio(Value v) { return (FileIO *)as_obj(v); }
enum { IO_WOULD_BLOCK = -2 };
/* read/write of exact FileIO objects: bytes moved, -1 error pending, IO_WOULD_BLOCK. Signals are handled between tries. */
must_use int64_t fileio_read_into(FileIO *, void *data, size_t n);
must_use int64_t fileio_write_from(FileIO *, const void *data, size_t n);
must_use int64_t fileio_seek_to(FileIO *, int64_t position, int whence);      /* -1 */
must_use Value fileio_readall(Value self);
must_use Value fileio_close(Value self);
must_use bool fileio_open(Value self, Value file, const char *mode, bool closefd, Value opener);      /* __init__ */
must_use Truth fileio_seekable(FileIO *);

/* --- buffered.c. The positions read_end, write_end, raw_pos are relative to the start of the buffer. */
typedef struct Buffered {
    Object head;
    Value raw;                   /* UNBOUND: detached or not initialised */
    bool ok, detached, readable, writable, finalizing, fast_raw /* raw is exactly a FileIO */;
    uint8_t *data;               /* heap_buf of `size` bytes; NULL after close */
    int64_t size, mask;
    int64_t abs_pos;             /* of the raw stream; -1: not known */
    int64_t pos, raw_pos, read_end /* -1: no read-ahead */, write_pos, write_end /* -1: nothing to write */;
    uint64_t owner;              /* thread that is inside; 0: none */
    pthread_mutex_t mutex;
    AttrArea attrs;
} Buffered;
extern Type buffered_reader_type, buffered_writer_type, buffered_random_type;
static inline Buffered *as_buffered(Value v) { return (Buffered *)as_obj(v); }
must_use Value buffered_make(Type *type, Value raw, int64_t size);
must_use Value buffered_read1(Value self, int64_t n);  /* exact reader or random */
must_use Value buffered_read(Value self, int64_t n);   /* n -1: all */
must_use int64_t buffered_write(Value self, const void *data, int64_t n);      /* -1; exact writer or random */
must_use Value buffered_flush(Value self);

/* --- buffered_pair.c */
extern Type buffered_pair_type;

/* --- newline.c */
enum { SEEN_CR = 1, SEEN_LF = 2, SEEN_CRLF = 4 };
typedef struct NewlineDecoder { Object head; Value decoder /* NONE: text comes in */, errors; bool pending_cr, translate; uint8_t seen; AttrArea attrs; } NewlineDecoder;
extern Type newline_decoder_type;
must_use Value newline_decoder_make(Value decoder, bool translate);
must_use Value newline_decode(Value self, Value input, bool final);
/* Where the first line of data[start..stop) ends: behind its end, or -1 and *consumed: how far it was searched. `newline` NULL, "\n", "\r" or
 * "\r\n"; translated: only \n ends lines; universal: all three do. */
int64_t newline_find(const void *data, unsigned width, int64_t start, int64_t stop, bool translated, bool universal, const char *newline, int64_t *consumed);
/* The argument newline= of text streams: None, '', '\n', '\r', '\r\n'. TypeError, ValueError. */
must_use bool newline_argument(Value v, const char *function, const char **newline);

/* --- bytesio.c, stringio.c */
extern Type bytesio_type, stringio_type;
must_use Value bytesio_read1(Value self, int64_t n);
must_use int64_t bytesio_write(Value self, const void *data, int64_t n);

/* --- decoder.c: incremental decoders of the common encodings, as objects like those of codecs */
typedef enum TextEncoding { ENCODING_OTHER, ENCODING_UTF8, ENCODING_LATIN1, ENCODING_ASCII } TextEncoding;
TextEncoding text_encoding_of(const char *name);
extern Type text_decoder_type;
must_use Value text_decoder_new(TextEncoding encoding, const char *errors);
must_use Value text_decoder_decode(Value self, const uint8_t *data, size_t n, bool final);

/* --- text.c: text in and out of a buffer */
typedef struct TextIO {
    Object head;
    Value buffer, encoding, errors, encoder, decoder, decoded /* str or UNBOUND */, snapshot /* (flags, bytes) or UNBOUND */;
    bool ok, detached, line_buffering, write_through, universal, translate, write_translate, seekable, has_read1, telling, finalizing, encoding_start_of_stream;
    TextEncoding fast;           /* how to encode and decode without codec objects */
    char read_newline[3], write_newline[3];      /* "": as it comes; read_newline[0] == 1: None */
    int64_t used;                /* characters taken of `decoded` */
    int64_t chunk;
    double b2c;
    Buf pending;                 /* bytes to write */
    AttrArea attrs;
    Value inline_[2];            /* `mode`, and one more */
} TextIO;
static inline TextIO *as_text(Value v) { return (TextIO *)as_obj(v); }
/* Fill a fresh TextIO; encoding, errors NULL: the defaults. LookupError, ValueError, what the buffer's methods raise. */
must_use bool text_set_up(TextIO *, Value buffer, const char *encoding, const char *errors, const char *newline, bool line_buffering, bool write_through);
must_use bool text_change(TextIO *, const char *encoding, const char *errors, bool new_newline, const char *newline);
must_use bool text_flush_pending(TextIO *);
must_use bool text_ready(Value self);                  /* initialised and attached */
must_use bool text_open(Value self);                   /* and not closed */
Truth text_is_closed(TextIO *);
must_use Value text_decode_some(TextIO *, Value bytes, bool final);
must_use Value text_readline(TextIO *, int64_t limit); /* limit -1: none */
Value textio_write(Value *args, size_t n);
Value textio_read(Value *args, size_t n);
Value textio_readline(Value *args, size_t n);

/* --- text_seek.c: positions */
Value textio_seek(Value *args, size_t n);
Value textio_tell(Value *args, size_t n);

/* --- textio.c: the type */
extern Type textio_type;
must_use Value text_make(Value buffer, const char *encoding, const char *errors, const char *newline, bool line_buffering, bool write_through);
#endif
