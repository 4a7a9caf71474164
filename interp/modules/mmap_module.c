/* mmap_module.c -- mmap: files and anonymous memory as mutable bytes (docs.python.org/3.11/library/mmap.html). Anonymous memory counts as live memory
 * of the heap. Arguments are converted first and the map looked at afterwards, since conversion may run code that closes or resizes it. */
#define _GNU_SOURCE              /* mremap */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gc/heap.h"
#include "interp/modules/arg.h"
#include "interp/object/audit.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/slice.h"
#include "interp/object/str.h"

typedef enum Access { ACCESS_DEFAULT, ACCESS_READ, ACCESS_WRITE, ACCESS_COPY } Access;
typedef struct Map { Object head; uint8_t *data; /* NULL: closed */ int64_t size, pos, offset; int fd; uint32_t exports; Access access; } Map;
static Map *as_map(Value v) { return (Map *)as_obj(v); }
static Type mmap_type;

/* --- life ------------------------------------------------------------------------------------------------------------ */
static void unmap(Map *m)
{
    if (m->data) {
        munmap(m->data, (size_t)m->size);
        if (m->fd < 0 && !heap_account(-m->size))
            error_clear();
    }
    if (m->fd >= 0)
        close(m->fd);
    m->data = NULL;
    m->fd = -1;
}
static void dispose(Object *o) { unmap((Map *)o); }

static bool access_flags(Access access, int *flags, int *prot, Access *result)
{
    *result = access;
    if (access != ACCESS_DEFAULT && (*flags != MAP_SHARED || *prot != (PROT_WRITE | PROT_READ)))
        return raise_false(ValueError, "mmap can't specify both access and flags, prot.");
    switch (access) {
    case ACCESS_READ: *prot = PROT_READ; return true;
    case ACCESS_WRITE: return true;
    case ACCESS_COPY: *flags = MAP_PRIVATE; return true;
    case ACCESS_DEFAULT:
        if (!(*prot & PROT_READ && *prot & PROT_WRITE))
            *result = *prot & PROT_WRITE ? ACCESS_WRITE : ACCESS_READ;
        return true;
    default: return raise_false(ValueError, "mmap invalid access parameter.");
    }
}

/* The length that the file allows; 0: all of it. */
static bool fit_file(int fd, int64_t offset, int64_t *length)
{
    struct stat st;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return true;
    if (*length == 0) {
        if (st.st_size == 0)
            return raise_false(ValueError, "cannot mmap an empty file");
        if (offset >= st.st_size)
            return raise_false(ValueError, "mmap offset is greater than file size");
        *length = st.st_size - offset;
        return true;
    }
    return (offset <= st.st_size && st.st_size - offset >= *length) || raise_false(ValueError, "mmap length is greater than file size");
}

static Value map_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value a[6];
    int fd, flags, prot, access;
    int64_t length, offset;
    if (!bind_arguments("mmap", "(fileno, length, flags=1, prot=3, access=0, offset=0)", args, n_pos, kwnames, a, NULL) || !arg_int(a[0], -1, &fd) ||
        !arg_i64(a[1], 0, &length) || !arg_int(a[2], MAP_SHARED, &flags) || !arg_int(a[3], PROT_READ | PROT_WRITE, &prot) || !arg_int(a[4], 0, &access) ||
        !arg_i64(a[5], 0, &offset))
        return ERROR;
    if (!audit4("mmap.__new__", small_int_value(fd), int_value(length), small_int_value(access), int_value(offset)))
        return ERROR;
    if (length < 0)
        return raise(OverflowError, "memory mapped length must be positive");
    if (offset < 0)
        return raise(OverflowError, "memory mapped offset must be positive");
    Access kind;
    if (!access_flags((Access)access, &flags, &prot, &kind) || (fd != -1 && !fit_file(fd, offset, &length)))
        return ERROR;
    own Value v = instance_new(type);
    if (is_error(v))
        return ERROR;
    Map *m = as_map(v);
    *m = (Map){ .head = m->head, .fd = -1, .access = kind, .offset = offset };
    if (fd != -1 && (m->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0)) < 0)
        return arg_os_error(UNBOUND);
    if (fd == -1 && !heap_account(length))
        return raise_memory();
    void *data = mmap(NULL, (size_t)length, prot, fd == -1 ? flags | MAP_ANONYMOUS : flags, fd, offset);
    if (data == MAP_FAILED) {
        int why = errno;
        if (fd == -1 && !heap_account(-length))
            error_clear();
        errno = why;
        return arg_os_error(UNBOUND);
    }
    m->data = data;
    m->size = length;
    return give(v);
}

static bool is_open(const Map *m) { return m->data != NULL || raise_false(ValueError, "mmap closed or invalid"); }
static bool is_writable(const Map *m) { return m->access != ACCESS_READ || raise_false(TypeError, "mmap can't modify a readonly memory map."); }

/* --- as a sequence and a buffer -------------------------------------------------------------------------------------- */
static int64_t length(Value self) { return is_open(as_map(self)) ? as_map(self)->size : -1; }
static Value item(Value self, int64_t i)
{
    Map *m = as_map(self);
    if (!is_open(m))
        return ERROR;
    return i >= 0 && i < m->size ? bytes_new(m->data + i, 1) : raise(IndexError, "mmap index out of range");
}

static Value getitem(Value self, Value key)
{
    Map *m = as_map(self);
    int64_t i, start, stop, step;
    if (!is_open(m))
        return ERROR;
    if (index_check(key)) {
        if (!index_of(key, &i) || !is_open(m))
            return ERROR;
        i += i < 0 ? m->size : 0;
        return i >= 0 && i < m->size ? small_int_value(m->data[i]) : raise(IndexError, "mmap index out of range");
    }
    if (!slice_check(key))
        return raise(TypeError, "mmap indices must be integers");
    if (!slice_unpack(key, &start, &stop, &step) || !is_open(m))
        return ERROR;
    int64_t n = slice_adjust(m->size, &start, &stop, step);
    if (step == 1)
        return bytes_new(m->data + start, (size_t)n);
    Bytes *made = bytes_alloc((size_t)n);
    for (int64_t k = 0; made && k < n; k++)
        made->data[k] = m->data[start + k * step];
    return made ? obj_value(made) : ERROR;
}

static bool set_slice(Map *m, Value key, Value value)
{
    int64_t start, stop, step;
    Buffer b;
    if (!slice_unpack(key, &start, &stop, &step))
        return false;
    if (is_unbound(value))
        return raise_false(TypeError, "mmap object doesn't support slice deletion");
    if (!buffer_bytes(value, &b))
        return false;
    bool good = is_open(m);
    int64_t n = good ? slice_adjust(m->size, &start, &stop, step) : 0;
    if (good && b.len_bytes != n)
        good = raise_false(IndexError, "mmap slice assignment is wrong size");
    if (good && step == 1)
        memmove(m->data + start, b.data, (size_t)n);
    else
        for (int64_t k = 0; good && k < n; k++)
            m->data[start + k * step] = ((const uint8_t *)b.data)[k];
    buffer_release(&b);
    return good;
}

static bool setitem(Value self, Value key, Value value)
{
    Map *m = as_map(self);
    int64_t i, byte;
    if (!is_open(m) || !is_writable(m))
        return false;
    if (slice_check(key))
        return set_slice(m, key, value);
    if (!index_check(key))
        return raise_false(TypeError, "mmap indices must be integers");
    if (!index_of(key, &i))
        return false;
    i += i < 0 ? m->size : 0;
    if (i < 0 || i >= m->size)
        return raise_false(IndexError, "mmap index out of range");
    if (is_unbound(value))
        return raise_false(TypeError, "mmap doesn't support item deletion");
    if (!index_check(value))
        return raise_false(TypeError, "mmap item value must be an int");
    if (!obj_index_i64(value, &byte, ValueError))
        return false;
    if (byte < 0 || byte > 255)
        return raise_false(ValueError, "mmap item value must be in range(0, 256)");
    if (!is_open(m))
        return false;
    if (i >= m->size)
        return raise_false(IndexError, "mmap index out of range");
    m->data[i] = (uint8_t)byte;
    return true;
}

static bool get_buffer(Value self, Buffer *b, int flags)
{
    Map *m = as_map(self);
    if (!is_open(m) || !buffer_fill(b, self, m->data, m->size, m->access == ACCESS_READ, flags))
        return false;
    m->exports++;
    return true;
}
static void release_buffer(Value self, Buffer *b) { as_map(self)->exports--; }

/* --- methods ------------------------------------------------------------------------------------------------------------ */
#define SELF Map *m = as_map(args[0])
static Value m_close(Value *args, size_t n)
{
    SELF;
    if (m->exports)
        return raise(BufferError, "cannot close exported pointers exist");
    unmap(m);
    return NONE;
}
static Value m_enter(Value *args, size_t n) { return is_open(as_map(args[0])) ? retain(args[0]) : ERROR; }
static Value m_tell(Value *args, size_t n) { return is_open(as_map(args[0])) ? int_value(as_map(args[0])->pos) : ERROR; }
static int64_t left(const Map *m) { return m->pos < m->size ? m->size - m->pos : 0; }

static Value take(Map *m, int64_t n)
{
    Value bytes = bytes_new(m->data + m->pos, (size_t)n);
    if (!is_error(bytes))
        m->pos += n;
    return bytes;
}
static Value m_read(Value *args, size_t n)
{
    SELF;
    int64_t want = INT64_MAX;
    if (!is_unbound(args[1]) && !is_none(args[1])) {
        if (!index_check(args[1]))
            return raise(TypeError, "argument should be integer or None, not '%T'", args[1]);
        if (!obj_index_i64(args[1], &want, OverflowError))
            return ERROR;
    }
    if (!is_open(m))
        return ERROR;
    return take(m, want < 0 || want > left(m) ? left(m) : want);
}
static Value m_read_byte(Value *args, size_t n)
{
    SELF;
    if (!is_open(m))
        return ERROR;
    return m->pos < m->size ? small_int_value(m->data[m->pos++]) : raise(ValueError, "read byte out of range");
}
static Value m_readline(Value *args, size_t n)
{
    SELF;
    if (!is_open(m))
        return ERROR;
    const uint8_t *start = m->data + m->pos, *end = left(m) ? memchr(start, '\n', (size_t)left(m)) : NULL;
    return take(m, end ? end - start + 1 : left(m));
}

static Value find(Value *args, bool backwards)
{
    SELF;
    Buffer b;
    if (!is_open(m))
        return ERROR;
    int64_t start = m->pos, stop = m->size;
    if ((!is_unbound(args[2]) && !arg_i64(args[2], 0, &start)) || (!is_unbound(args[3]) && !arg_i64(args[3], 0, &stop)) || !buffer_bytes(args[1], &b))
        return ERROR;
    if (!is_open(m)) {
        buffer_release(&b);
        return ERROR;
    }
    start += start < 0 ? m->size : 0;
    stop += stop < 0 ? m->size : 0;
    start = start < 0 ? 0 : start > m->size ? m->size : start;
    stop = stop < 0 ? 0 : stop > m->size ? m->size : stop;
    int64_t at = stop - start < b.len_bytes ? -1 : bytes_find_raw(m->data + start, (size_t)(stop - start), b.data, (size_t)b.len_bytes, backwards);
    buffer_release(&b);
    return int_value(at < 0 ? -1 : at + start);
}
static Value m_find(Value *args, size_t n) { return find(args, false); }
static Value m_rfind(Value *args, size_t n) { return find(args, true); }

static Value m_write(Value *args, size_t n)
{
    SELF;
    Buffer b;
    if (!is_open(m) || !buffer_bytes(args[1], &b))
        return ERROR;
    bool good = is_open(m) && is_writable(m);
    if (good && (m->pos > m->size || m->size - m->pos < b.len_bytes))
        good = raise_false(ValueError, "data out of range");
    if (good) {
        memmove(m->data + m->pos, b.data, (size_t)b.len_bytes);
        m->pos += b.len_bytes;
    }
    Value result = good ? int_value(b.len_bytes) : ERROR;
    buffer_release(&b);
    return result;
}
static Value m_write_byte(Value *args, size_t n)
{
    SELF;
    int64_t byte;
    if (!is_open(m) || !obj_index_i64(args[1], &byte, OverflowError))
        return ERROR;
    if (byte < 0 || byte > 255)
        return raise(OverflowError, byte < 0 ? "unsigned byte integer is less than minimum" : "unsigned byte integer is greater than maximum");
    if (!is_open(m) || !is_writable(m))
        return ERROR;
    if (m->pos >= m->size)
        return raise(ValueError, "write byte out of range");
    m->data[m->pos++] = (uint8_t)byte;
    return NONE;
}

static Value m_size(Value *args, size_t n)
{
    SELF;
    struct stat st;
    if (!is_open(m))
        return ERROR;
    return fstat(m->fd, &st) < 0 ? arg_os_error(UNBOUND) : int_value(st.st_size);
}
static Value m_seek(Value *args, size_t n)
{
    SELF;
    int64_t distance, where;
    int whence;
    if (!is_open(m) || !arg_i64(args[1], 0, &distance) || !arg_int(args[2], 0, &whence) || !is_open(m))
        return ERROR;
    if (whence < 0 || whence > 2)
        return raise(ValueError, "unknown seek type");
    if (__builtin_add_overflow(whence == 0 ? 0 : whence == 1 ? m->pos : m->size, distance, &where) || where < 0 || where > m->size)
        return raise(ValueError, "seek out of range");
    m->pos = where;
    return NONE;
}

static Value m_resize(Value *args, size_t n)
{
    SELF;
    int64_t size;
    if (!is_open(m) || !arg_i64(args[1], 0, &size) || !is_open(m))
        return ERROR;
    if (m->exports)
        return raise(BufferError, "mmap can't resize with extant buffers exported.");
    if (m->access != ACCESS_WRITE && m->access != ACCESS_DEFAULT)
        return raise(TypeError, "mmap can't resize a readonly or copy-on-write memory map.");
    if (size < 0 || INT64_MAX - size < m->offset)
        return raise(ValueError, "new size out of range");
    if (m->fd >= 0 && ftruncate(m->fd, m->offset + size) < 0)
        return arg_os_error(UNBOUND);
    if (m->fd < 0 && !heap_account(size - m->size))
        return raise_memory();
    void *moved = mremap(m->data, (size_t)m->size, (size_t)size, MREMAP_MAYMOVE);
    if (moved == MAP_FAILED) {
        int why = errno;
        if (m->fd < 0 && !heap_account(m->size - size))
            error_clear();
        errno = why;
        return arg_os_error(UNBOUND);
    }
    m->data = moved;
    m->size = size;
    return NONE;
}

static Value m_flush(Value *args, size_t n)
{
    SELF;
    if (!is_open(m))
        return ERROR;
    int64_t offset, size;
    if (!arg_i64(args[1], 0, &offset) || !arg_i64(args[2], m->size, &size) || !is_open(m))
        return ERROR;
    if (size < 0 || offset < 0 || m->size - offset < size)
        return raise(ValueError, "flush values out of range");
    if (m->access == ACCESS_READ || m->access == ACCESS_COPY)
        return NONE;
    return msync(m->data + offset, (size_t)size, MS_SYNC) < 0 ? arg_os_error(UNBOUND) : NONE;
}
static Value m_move(Value *args, size_t n)
{
    SELF;
    int64_t to, from, count;
    if (!is_open(m) || !arg_i64(args[1], 0, &to) || !arg_i64(args[2], 0, &from) || !arg_i64(args[3], 0, &count) || !is_open(m) || !is_writable(m))
        return ERROR;
    if (to < 0 || from < 0 || count < 0 || m->size - to < count || m->size - from < count)
        return raise(ValueError, "source, destination, or count out of range");
    memmove(m->data + to, m->data + from, (size_t)count);
    return NONE;
}
static Value m_madvise(Value *args, size_t n)
{
    SELF;
    int advice;
    int64_t start, size;
    if (!is_open(m) || !arg_int(args[1], 0, &advice) || !arg_i64(args[2], 0, &start) || !arg_i64(args[3], is_open(m) ? m->size : 0, &size) || !is_open(m))
        return ERROR;
    if (start < 0 || start >= m->size)
        return raise(ValueError, "madvise start out of bounds");
    if (size < 0)
        return raise(ValueError, "madvise length invalid");
    if (INT64_MAX - start < size)
        return raise(OverflowError, "madvise length too large");
    return madvise(m->data + start, (size_t)(start + size > m->size ? m->size - start : size), advice) < 0 ? arg_os_error(UNBOUND) : NONE;
}
static Value m_sizeof(Value *args, size_t n) { return small_int_value(sizeof(Map)); }
static Value get_closed(Value self) { return bool_value(as_map(self)->data == NULL); }

static Value repr(Value self)
{
    static const char *const names[] = { "ACCESS_DEFAULT", "ACCESS_READ", "ACCESS_WRITE", "ACCESS_COPY" };
    const Map *m = as_map(self);
    const Type *type = type_of(self);
    if (!m->data)
        return str_format("<%s%s closed=True>", type == &mmap_type ? "mmap." : "", type->heap.name);
    return str_format("<%s%s closed=False, access=%s, length=%lld, pos=%lld, offset=%lld>", type == &mmap_type ? "mmap." : "", type->heap.name, names[m->access],
                      (long long)m->size, (long long)m->pos, (long long)m->offset);
}

static const Method methods[] = {
    { "close", "(self, /)", m_close, NULL }, { "find", "(self, sub, start=None, end=None, /)", m_find, NULL }, { "rfind", "(self, sub, start=None, end=None, /)", m_rfind, NULL },
    { "flush", "(self, offset=0, size=None, /)", m_flush, NULL }, { "madvise", "(self, option, start=0, length=None, /)", m_madvise, NULL }, { "move", "(self, dest, src, count, /)", m_move, NULL },
    { "read", "(self, n=None, /)", m_read, NULL }, { "read_byte", "(self, /)", m_read_byte, NULL }, { "readline", "(self, /)", m_readline, NULL }, { "resize", "(self, newsize, /)", m_resize, NULL },
    { "seek", "(self, pos, whence=0, /)", m_seek, NULL }, { "size", "(self, /)", m_size, NULL }, { "tell", "(self, /)", m_tell, NULL }, { "write", "(self, bytes, /)", m_write, NULL },
    { "write_byte", "(self, byte, /)", m_write_byte, NULL }, { "__enter__", "(self, /)", m_enter, NULL }, { "__exit__", "(self, *args)", m_close, NULL }, { "__sizeof__", "(self, /)", m_sizeof, NULL }, { 0 },
};
static const GetSet getsets[] = { { "closed", get_closed, NULL, NULL }, { 0 } };
static Type mmap_type = {
    STATIC_TYPE(mmap_type, "mmap", Map, NULL), .heap.dispose = dispose, .flags = TYPE_BASE | TYPE_WEAK, .new = map_new, .repr = repr,
    .len = length, .item = item, .getitem = getitem, .setitem = setitem, .get_buffer = get_buffer, .release_buffer = release_buffer, .methods = methods, .getsets = getsets,
    .module_name = "mmap",
    .doc = "mmap(fileno, length[, flags[, prot[, access[, offset]]]])\n\nMaps length bytes from the file specified by the file descriptor fileno,\nand returns a mmap object.  If length is 0, the maximum length of the map\n"
           "will be the current size of the file when mmap is called.\nflags specifies the nature of the mapping. MAP_PRIVATE creates a\nprivate copy-on-write mapping, so changes to the contents of the mmap\n"
           "object will be private to this process, and MAP_SHARED creates a mapping\nthat's shared with all other processes mapping the same areas of the file.\nThe default value is MAP_SHARED.\n\n"
           "To map anonymous memory, pass -1 as the fileno.",
};

#define I(name) { #name, name }
static const IntRow ints[] = {
    I(ACCESS_DEFAULT), I(ACCESS_READ), I(ACCESS_WRITE), I(ACCESS_COPY), I(PROT_READ), I(PROT_WRITE), I(PROT_EXEC), I(MAP_SHARED), I(MAP_PRIVATE), I(MAP_ANON), I(MAP_ANONYMOUS),
    I(MAP_DENYWRITE), I(MAP_EXECUTABLE), I(MAP_POPULATE), I(MAP_STACK), I(MADV_NORMAL), I(MADV_RANDOM), I(MADV_SEQUENTIAL), I(MADV_WILLNEED), I(MADV_DONTNEED), I(MADV_REMOVE),
    I(MADV_DONTFORK), I(MADV_DOFORK), I(MADV_HWPOISON), I(MADV_MERGEABLE), I(MADV_UNMERGEABLE), I(MADV_HUGEPAGE), I(MADV_NOHUGEPAGE), I(MADV_DONTDUMP), I(MADV_DODUMP), I(MADV_FREE),
};

static bool init(Value module)
{
    static Type *const types[] = { &mmap_type, NULL };
    ready_types(types, &object_type);
    long page = sysconf(_SC_PAGESIZE);
    return ADD_INTS(module, ints) && module_add_int(module, "PAGESIZE", page) && module_add_int(module, "ALLOCATIONGRANULARITY", page) &&
           module_add(module, "error", exception_class_peek(OSError)) && module_add_type(module, &mmap_type);
}

const NativeModule mmap_module = { "mmap", NULL, NULL, init };
