/* buffered_pair.c -- BufferedRWPair: a BufferedReader and a BufferedWriter as one stream. */
#include "interp/modules/io/io_parts.h"

typedef struct Pair { Object head; Value reader, writer; AttrArea attrs; } Pair;
static Pair *as_pair(Value v) { return (Pair *)as_obj(v); }
static Value pair_new(Type *type, const Value *args, size_t n_pos, Value kwnames) { return instance_new(type); }
static bool pair_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    Value a[3];
    int64_t size;
    if (!bind_arguments("BufferedRWPair", "(reader, writer, buffer_size=8192, /)", args, n_pos, kwnames, a, NULL) || !arg_i64(a[2], IO_BUFFER_SIZE, &size) ||
        !io_check_able(a[0], "readable", "File or stream is not readable.") || !io_check_able(a[1], "writable", "File or stream is not writable."))
        return false;
    own Value reader = buffered_make(&buffered_reader_type, a[0], size);
    own Value writer = is_error(reader) ? ERROR : buffered_make(&buffered_writer_type, a[1], size);
    if (is_error(writer))
        return false;
    set_slot(&as_pair(self)->reader, give(reader));
    set_slot(&as_pair(self)->writer, give(writer));
    return true;
}
static Value forward(Value *args, size_t n, bool reader, const char *name)
{
    own Value to = retain(reader ? as_pair(args[0])->reader : as_pair(args[0])->writer);
    return is_unbound(to) ? raise(ValueError, "I/O operation on uninitialized object") : call_method(to, name, args + 1, n > 1 && !is_unbound(args[1]) ? 1 : 0);
}
#define PAIR(name, reader) static Value p_##name(Value *args, size_t n) { return forward(args, n, reader, #name); }
PAIR(read, true) PAIR(peek, true) PAIR(read1, true) PAIR(readinto, true) PAIR(readinto1, true) PAIR(readable, true) PAIR(write, false) PAIR(flush, false) PAIR(writable, false)
static Value p_close(Value *args, size_t n)
{
    own Value closed = forward(args, 1, false, "close");
    ErrorState first = error_save();
    own Value second = forward(args, 1, true, "close");
    if (is_error(closed)) {
        io_chain(first);
        return ERROR;
    }
    return give(second);
}
static Value p_isatty(Value *args, size_t n)
{
    own Value writer = forward(args, 1, false, "isatty");
    return is_error(writer) ? ERROR : same(writer, FALSE) ? forward(args, 1, true, "isatty") : give(writer);
}
static Value pair_closed(Value self)
{
    Value writer = as_pair(self)->writer;
    return is_unbound(writer) ? raise(RuntimeError, "the BufferedRWPair object is being garbage-collected") : obj_getattr(writer, str_name_peek("closed"));
}
static const Method pair_methods[] = {
    { "read", "(self, size=-1, /)", p_read, NULL }, { "peek", "(self, size=0, /)", p_peek, NULL }, { "read1", "(self, size=-1, /)", p_read1, NULL },
    { "readinto", "(self, buffer, /)", p_readinto, NULL }, { "readinto1", "(self, buffer, /)", p_readinto1, NULL }, { "write", "(self, buffer, /)", p_write, NULL },
    { "flush", "(self, /)", p_flush, NULL }, { "readable", "(self, /)", p_readable, NULL }, { "writable", "(self, /)", p_writable, NULL },
    { "close", "(self, /)", p_close, NULL }, { "isatty", "(self, /)", p_isatty, NULL }, { "__getstate__", "(self, /)", io_no_state, NULL }, { 0 },
};
static const GetSet pair_getsets[] = { { "closed", pair_closed, NULL, NULL }, { 0 } };
static const TraceRow pair_rows[] = { { TRACE_VALUE, offsetof(Pair, reader), 0, "reader" }, { TRACE_VALUE, offsetof(Pair, writer), 0, "writer" }, { TRACE_ATTRS, offsetof(Pair, attrs), 0, NULL }, { 0 } };
Type buffered_pair_type = {
    STATIC_TYPE(buffered_pair_type, "BufferedRWPair", Pair, pair_rows), STATIC_TYPE_ATTRS(Pair, attrs), .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_WEAK, .new = pair_new, .init = pair_init,
    .methods = pair_methods, .getsets = pair_getsets, .module_name = "_io", .signature = "(reader, writer, buffer_size=8192, /)",
    .doc = "A buffered reader and writer object together.\n\nA buffered reader object and buffered writer object put together to\nform a sequential IO object that can read and write. This is typically\nused with a socket or two-way pipe.\n\nreader and writer are RawIOBase objects that are readable and\nwriteable respectively. If the buffer_size is omitted it defaults to\nDEFAULT_BUFFER_SIZE.",
};
