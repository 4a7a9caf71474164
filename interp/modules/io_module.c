/* io_module.c -- _io: open() and the list of stream types, which are in io/. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interp/modules/io/io_parts.h"
#include "interp/modules/io_module.h"
#include "interp/modules/warnings_module.h"

extern Type bytesio_export_type;

typedef struct Mode { bool creating, reading, writing, appending, updating, text, binary; char raw[6]; } Mode;
static bool parse_mode(const char *mode, Mode *m)
{
    *m = (Mode){ 0 };
    for (const char *p = mode; *p; p++) {
        bool *flag = *p == 'x' ? &m->creating : *p == 'r' ? &m->reading : *p == 'w' ? &m->writing : *p == 'a' ? &m->appending : *p == '+' ? &m->updating
                   : *p == 't' ? &m->text : *p == 'b' ? &m->binary : NULL;
        if (!flag || *flag)
            return raise_false(ValueError, "invalid mode: '%s'", mode);
        *flag = true;
    }
    if (m->text && m->binary)
        return raise_false(ValueError, "can't have text and binary mode at once");
    int kinds = m->creating + m->reading + m->writing + m->appending;
    if (kinds != 1)
        return raise_false(ValueError, kinds ? "must have exactly one of create/read/write/append mode"
                                             : "Must have exactly one of create/read/write/append mode and at most one plus");
    char *out = m->raw;
    if (m->creating)
        *out++ = 'x';
    if (m->reading)
        *out++ = 'r';
    if (m->writing)
        *out++ = 'w';
    if (m->appending)
        *out++ = 'a';
    if (m->updating)
        *out++ = '+';
    return true;
}

static bool options_fit(const Mode *m, const char *encoding, const char *errors, const char *newline, int buffering)
{
    if (m->binary && encoding)
        return raise_false(ValueError, "binary mode doesn't take an encoding argument");
    if (m->binary && errors)
        return raise_false(ValueError, "binary mode doesn't take an errors argument");
    if (m->binary && newline)
        return raise_false(ValueError, "binary mode doesn't take a newline argument");
    if (m->binary && buffering == 1 &&
        !warnings_warn(RuntimeWarning, 1, NONE, "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used"))
        return false;
    return true;
}

/* The layers over an open raw stream. */
static Value wrap(Value raw, const Mode *m, const char *mode, int buffering, const char *encoding, const char *errors, const char *newline)
{
    FileIO *f = as_fileio(raw);
    bool tty = buffering < 0 || buffering == 1 ? !S_ISREG(f->mode) && isatty(f->fd) : false, line_buffering = false;
    if (buffering == 1 || tty) {
        line_buffering = !m->binary && (buffering == 1 || tty);
        buffering = -1;
    }
    if (buffering < 0)
        buffering = (int)f->blksize;
    if (buffering == 0) {
        if (!m->binary)
            return raise(ValueError, "can't have unbuffered text I/O");
        return retain(raw);
    }
    Type *type = m->updating ? &buffered_random_type : m->reading ? &buffered_reader_type : &buffered_writer_type;
    if (m->updating && !io_check_able(raw, "seekable", "File or stream is not seekable."))
        return ERROR;
    own Value buffer = buffered_make(type, raw, buffering);
    if (is_error(buffer) || m->binary)
        return give(buffer);
    own Value text = text_make(buffer, encoding, errors, newline, line_buffering, false), name = is_error(text) ? ERROR : str_from(mode);
    return !is_error(name) && obj_setattr(text, str_name_peek("mode"), name) ? give(text) : ERROR;
}

static Value open_stream(Value file, const char *mode, int buffering, const char *encoding, const char *errors, const char *newline, bool closefd, Value opener)
{
    Mode m;
    own Value path = int_check(file) ? retain(file) : fs_path(file);
    if (is_error(path) || !parse_mode(mode, &m) || !options_fit(&m, encoding, errors, newline, buffering))
        return ERROR;
    if (buffering < -1)
        return raise(ValueError, "invalid buffering size");
    own Value raw = fileio_type.new(&fileio_type, NULL, 0, NONE);
    if (is_error(raw) || !fileio_open(raw, path, m.raw, closefd, opener))
        return ERROR;
    Value stream = wrap(raw, &m, mode, buffering, encoding, errors, newline);
    if (is_error(stream)) {
        ErrorState first = error_save();
        own Value closed = fileio_close(raw);
        io_chain(first);
    }
    return stream;
}

static Value m_open(Value *args, size_t n)
{
    const char *mode = "r", *encoding, *errors, *newline = NULL;
    int buffering;
    bool closefd;
    if ((!is_unbound(args[1]) && !arg_text(args[1], "open", "'mode'", false, &mode)) || !arg_int(args[2], -1, &buffering) || !arg_text(args[3], "open", "'encoding'", true, &encoding) ||
        !arg_text(args[4], "open", "'errors'", true, &errors))
        return ERROR;
    if (!is_unbound(args[5]) && !is_none(args[5]) && !str_check(args[5]))
        return raise(TypeError, "open() argument 'newline' must be str or None, not %W", args[5]);
    if ((!is_unbound(args[5]) && !newline_argument(args[5], "open", &newline)) || !arg_bool(args[6], true, &closefd))
        return ERROR;
    return open_stream(args[0], mode, buffering, encoding, errors, newline, closefd, args[7]);
}

static Value m_open_code(Value *args, size_t n)
{
    if (!str_check(args[0]))
        return raise(TypeError, "open_code() argument 'path' must be str, not %W", args[0]);
    return open_stream(args[0], "rb", -1, NULL, NULL, NULL, true, NONE);
}
static Value m_text_encoding(Value *args, size_t n)
{
    if (!is_none(args[0]))
        return retain(args[0]);
    return str_from("locale");
}

/* A standard stream of a program: text over a descriptor. UNBOUND: the descriptor is closed. */
Value io_standard_stream(int fd, bool unbuffered)
{
    static const char *const names[] = { "<stdin>", "<stdout>", "<stderr>" };
    struct stat st;
    if (fstat(fd, &st) < 0)
        return NONE;
    own Value raw = fileio_type.new(&fileio_type, NULL, 0, NONE);
    if (is_error(raw) || !fileio_open(raw, small_int_value(fd), fd == 0 ? "rb" : "wb", false, NONE))
        return ERROR;
    own Value name = str_from(names[fd]);
    if (is_error(name) || !obj_setattr(raw, str_name_peek("name"), name))
        return ERROR;
    bool tty = isatty(fd);
    own Value buffer = unbuffered && fd != 0 ? retain(raw) : buffered_make(fd == 0 ? &buffered_reader_type : &buffered_writer_type, raw, IO_BUFFER_SIZE);
    if (is_error(buffer))
        return ERROR;
    const char *wanted = getenv("PYTHONIOENCODING");
    char encoding[64] = "utf-8", errors[64];
    snprintf(errors, sizeof errors, "%s", fd == 2 ? "backslashreplace" : "strict");
    if (wanted && *wanted) {
        size_t len = strcspn(wanted, ":");
        if (len && len < sizeof encoding)
            snprintf(encoding, sizeof encoding, "%.*s", (int)len, wanted);
        if (wanted[len] && wanted[len + 1] && fd != 2)
            snprintf(errors, sizeof errors, "%s", wanted + len + 1);
    } else if (fd != 2) {
        const char *locale = getenv("LC_ALL");
        locale = locale && *locale ? locale : getenv("LC_CTYPE");
        locale = locale && *locale ? locale : getenv("LANG");
        if (!locale || !*locale || strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0 || strncmp(locale, "C.", 2) == 0)
            snprintf(errors, sizeof errors, "surrogateescape");
    }
    own Value text = text_make(buffer, encoding, errors, fd == 0 ? NULL : "\n", (tty || fd == 2) && !(unbuffered && fd != 0), unbuffered && fd != 0);
    own Value mode = is_error(text) ? ERROR : str_from(fd == 0 ? "r" : "w");
    return !is_error(mode) && obj_setattr(text, str_name_peek("mode"), mode) ? give(text) : ERROR;
}

static const Method functions[] = {
    { "open", "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)", m_open, "Open file and return a stream.  Raise OSError upon failure.\n\nfile is either a text or byte string giving the name (and the path\nif the file isn't in the current working directory) of the file to\nbe opened or an integer file descriptor of the file to be\nwrapped. (If a file descriptor is given, it is closed when the\nreturned I/O object is closed, unless closefd is set to False.)\n\nmode is an optional string that specifies the mode in which the file\nis opened. It defaults to 'r' which means open for reading in text\nmode.  Other common values are 'w' for writing (truncating the file if\nit already exists), 'x' for creating and writing to a new file, and\n'a' for appending (which on some Unix systems, means that all writes\nappend to the end of the file regardless of the current seek position).\nIn text mode, if encoding is not specified the encoding used is platform\ndependent: locale.getencoding() is called to get the current locale encoding." },
    { "open_code", "(path)", m_open_code, "Opens the provided file with the intent to import the contents.\n\nThis may perform extra validation beyond open(), but is otherwise interchangeable\nwith calling open(path, 'rb')." },
    { "text_encoding", "(encoding, stacklevel=2, /)", m_text_encoding, "A helper function to choose the text encoding.\n\nWhen encoding is not None, this function returns it.\nOtherwise, this function returns the default text encoding\n(i.e. \"locale\" or \"utf-8\" depends on UTF-8 mode).\n\nThis function emits an EncodingWarning if encoding is None and\nsys.flags.warn_default_encoding is true.\n\nThis can be used in APIs with an encoding=None parameter.\nHowever, please consider using encoding=\"utf-8\" for new APIs." },
    { 0 },
};

void io_ready(void)
{
    static Type *const first[] = { &iobase_type, NULL }, *const abstract[] = { &rawiobase_type, &bufferediobase_type, &textiobase_type, NULL }, *const raw[] = { &fileio_type, NULL },
        *const buffered[] = { &buffered_reader_type, &buffered_writer_type, &buffered_random_type, &buffered_pair_type, &bytesio_type, NULL },
        *const text[] = { &stringio_type, &textio_type, NULL }, *const others[] = { &newline_decoder_type, &text_decoder_type, &bytesio_export_type, NULL };
    ready_types(first, &object_type);
    ready_types(others, &object_type);
    ready_types(abstract, &iobase_type);
    ready_types(raw, &rawiobase_type);
    ready_types(buffered, &bufferediobase_type);
    ready_types(text, &textiobase_type);
}

static bool init(Value module)
{
    static Type *const shown[] = { &iobase_type, &rawiobase_type, &bufferediobase_type, &textiobase_type, &fileio_type, &bytesio_type, &stringio_type, &buffered_reader_type,
        &buffered_writer_type, &buffered_random_type, &buffered_pair_type, &textio_type, &newline_decoder_type };
    io_ready();
    own Value bases = tuple_of2(exception_class_peek(OSError), exception_class_peek(ValueError));
    if (is_error(bases) || !ready_exception(&io_unsupported_class, "io.UnsupportedOperation", bases))
        return false;
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (!module_add_type(module, shown[i]))
            return false;
    return module_add(module, "UnsupportedOperation", io_unsupported_class) && module_add(module, "BlockingIOError", exception_class_peek(BlockingIOError)) &&
           module_add_int(module, "DEFAULT_BUFFER_SIZE", IO_BUFFER_SIZE);
}

const NativeModule io_module = { "_io", "The io module provides the Python interfaces to stream handling. The\nbuiltin open function is defined in this module.", functions, init };
