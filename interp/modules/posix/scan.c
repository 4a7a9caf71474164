/* scan.c -- listdir, scandir and DirEntry. */
#include "interp/modules/posix/posix_parts.h"

#include <dirent.h>
#include <sys/stat.h>

#include "interp/modules/warnings_module.h"
#include "interp/object/audit.h"
#include "interp/object/generic_alias.h"

/* The directory of a path or a descriptor (which stays open: a copy is read). */
static DIR *open_dir(const PathArg *path)
{
    DIR *dir;
    if (path->fd < 0) {
        BLOCKING(dir = opendir(path->text));
        return dir;
    }
    int fd = fcntl(path->fd, F_DUPFD_CLOEXEC, 0);
    if (fd < 0)
        return NULL;
    BLOCKING(dir = fdopendir(fd));
    if (dir)
        rewinddir(dir);
    else
        close(fd);
    return dir;
}
static bool is_dots(const char *name) { return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2])); }

static Value p_listdir(Value *args, size_t n)
{
    if (!audit1("os.listdir", audit_or(args[0], NONE)))
        return ERROR;
    PathArg path;
    if (!path_arg(args[0], "listdir", NULL, PATH_FD | PATH_NONE, &path)) {
        path_free(&path);
        return ERROR;
    }
    DIR *dir = open_dir(&path);
    if (!dir) {
        Value v = path_error(&path);
        path_free(&path);
        return v;
    }
    own Value names = list_new(0);
    bool good = !is_error(names);
    while (good) {
        struct dirent *entry;
        errno = 0;
        BLOCKING(entry = readdir(dir));
        if (!entry) {
            good = errno == 0 || (is_error(path_error(&path)) && false);
            break;
        }
        if (is_dots(entry->d_name))
            continue;
        Value name = path_result(entry->d_name, strlen(entry->d_name), path.is_bytes);
        good = !is_error(name) && list_append_take(names, name);
    }
    if (path.fd >= 0)
        rewinddir(dir);
    BLOCKING(closedir(dir));
    path_free(&path);
    return good ? give(names) : ERROR;
}

/* --- DirEntry ----------------------------------------------------------------------------------------------------------------------------- */
typedef struct Entry { Object head; Value name, path, stat, lstat; uint64_t inode; int dir_fd; unsigned char kind; } Entry;
static const TraceRow entry_rows[] = { { TRACE_VALUE, offsetof(Entry, name), 0, ".name" }, { TRACE_VALUE, offsetof(Entry, path), 0, ".path" },
    { TRACE_VALUE, offsetof(Entry, stat), 0, "stat" }, { TRACE_VALUE, offsetof(Entry, lstat), 0, "lstat" }, { 0 } };
static Type entry_type;
static Entry *as_entry(Value v) { return (Entry *)as_obj(v); }

static Value fetch_stat(Entry *e, bool follow)
{
    PathArg path;
    Value v = ERROR;
    if (path_arg(e->dir_fd != AT_FDCWD ? e->name : e->path, NULL, NULL, 0, &path)) {
        set_slot(&path.object, retain(e->path));
        v = posix_do_stat(&path, e->dir_fd, follow);
    }
    path_free(&path);
    return v;
}
static Value entry_stat(Entry *e, bool follow)
{
    Value *slot = follow && e->kind == DT_LNK ? &e->stat : &e->lstat;
    if (e->kind == DT_UNKNOWN && follow)
        slot = &e->stat;
    if (is_unbound(*slot)) {
        Value v = fetch_stat(e, follow);
        if (is_error(v))
            return ERROR;
        set_slot(slot, v);
    }
    return retain(*slot);
}
/* Is it of this kind? NO also when it does not exist (any more). */
static Truth entry_is(Entry *e, bool follow, mode_t format)
{
    bool link = e->kind == DT_LNK;
    if (e->kind != DT_UNKNOWN && !(link && follow))
        return (Truth)(e->kind == (format == S_IFDIR ? DT_DIR : format == S_IFREG ? DT_REG : DT_LNK));
    own Value stat = entry_stat(e, follow);
    if (is_error(stat)) {
        if (!error_is(FileNotFoundError))
            return TRUTH_FAILED;
        error_clear();
        return NO;
    }
    int64_t mode;
    int_to_i64(tuple_peek(stat, 0), &mode);
    return (Truth)(((mode_t)mode & S_IFMT) == format);
}
static Value kind_answer(Value *args, mode_t format)
{
    bool follow;
    if (!arg_bool(args[1], true, &follow))
        return ERROR;
    return truth_value(entry_is(as_entry(args[0]), follow, format));
}
static Value e_is_dir(Value *args, size_t n) { return kind_answer(args, S_IFDIR); }
static Value e_is_file(Value *args, size_t n) { return kind_answer(args, S_IFREG); }
static Value e_is_symlink(Value *args, size_t n)
{
    return truth_value(entry_is(as_entry(args[0]), false, S_IFLNK));
}
static Value e_stat(Value *args, size_t n)
{
    bool follow;
    return arg_bool(args[1], true, &follow) ? entry_stat(as_entry(args[0]), follow) : ERROR;
}
static Value e_inode(Value *args, size_t n) { return int_from_u64(as_entry(args[0])->inode); }
static Value e_fspath(Value *args, size_t n) { return retain(as_entry(args[0])->path); }
static Value entry_repr(Value self) { return str_format("<DirEntry %R>", as_entry(self)->name); }
static const Method entry_methods[] = {
    { "is_dir", "(self, /, *, follow_symlinks=True)", e_is_dir, "Return True if the entry is a directory; cached per entry." },
    { "is_file", "(self, /, *, follow_symlinks=True)", e_is_file, "Return True if the entry is a file; cached per entry." },
    { "is_symlink", "(self, /)", e_is_symlink, "Return True if the entry is a symbolic link; cached per entry." },
    { "stat", "(self, /, *, follow_symlinks=True)", e_stat, "Return stat_result object for the entry; cached per entry." },
    { "inode", "(self, /)", e_inode, "Return inode of the entry; cached per entry." },
    { "__fspath__", "(self, /)", e_fspath, "Returns the path for the entry." },
    { "__class_getitem__", "(cls, item, /)", generic_alias_class_getitem, "See PEP 585", METHOD_CLASS },
    { 0 },
};
static const Member entry_members[] = {
    { "name", MEMBER_VALUE, offsetof(Entry, name), false, "the entry's base filename, relative to scandir() \"path\" argument" },
    { "path", MEMBER_VALUE, offsetof(Entry, path), false, "the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)" }, { 0 },
};
static Type entry_type = { STATIC_TYPE(entry_type, "DirEntry", Entry, entry_rows), .flags = TYPE_NO_NEW, .repr = entry_repr, .methods = entry_methods, .members = entry_members, .module_name = "posix" };

/* --- scandir --------------------------------------------------------------------------------------------------------------------------------- */
typedef struct Scan { Object head; Value path; DIR *dir; int fd; bool is_bytes; } Scan;      /* dir NULL: exhausted or closed */
static const TraceRow scan_rows[] = { { TRACE_VALUE, offsetof(Scan, path), 0, "path" }, { 0 } };
static Scan *as_scan(Value v) { return (Scan *)as_obj(v); }

static void scan_close(Scan *s)
{
    DIR *dir = s->dir;
    s->dir = NULL;
    if (!dir)
        return;
    if (s->fd >= 0)
        rewinddir(dir);
    BLOCKING(closedir(dir));
}
static Value entry_new(Scan *s, const struct dirent *d)
{
    own Value v = instance_new(&entry_type);
    if (is_error(v))
        return ERROR;
    Entry *e = as_entry(v);
    e->dir_fd = s->fd >= 0 ? s->fd : AT_FDCWD;
    e->inode = d->d_ino;
    e->kind = d->d_type;
    e->name = path_result(d->d_name, strlen(d->d_name), s->is_bytes);
    if (is_error(e->name)) {
        e->name = UNBOUND;
        return ERROR;
    }
    if (s->fd >= 0) {
        e->path = retain(e->name);
        return give(v);
    }
    size_t len = str_check(s->path) ? str_len(s->path) : as_bytes(s->path)->len;
    bool slash = len && (str_check(s->path) ? str_char(as_str(s->path), len - 1) == '/' : as_bytes(s->path)->data[len - 1] == '/');
    own Value separator = s->is_bytes ? bytes_new("/", slash || !len ? 0 : 1) : str_new("/", slash || !len ? 0 : 1);
    own Value prefix = is_error(separator) ? ERROR : s->is_bytes ? bytes_concat(s->path, separator) : str_concat(s->path, separator);
    Value path = is_error(prefix) ? ERROR : s->is_bytes ? bytes_concat(prefix, e->name) : str_concat(prefix, e->name);
    if (is_error(path))
        return ERROR;
    e->path = path;
    return give(v);
}
static Value scan_next(Value self)
{
    Scan *s = as_scan(self);
    while (s->dir) {
        struct dirent *d;
        errno = 0;
        BLOCKING(d = readdir(s->dir));
        if (!d) {
            int why = errno;
            scan_close(s);
            errno = why;
            return why ? arg_os_error(s->path) : STOP;
        }
        if (!is_dots(d->d_name))
            return entry_new(s, d);
    }
    return STOP;
}
static Value scan_iter(Value self) { return retain(self); }
static Value s_close(Value *args, size_t n)
{
    scan_close(as_scan(args[0]));
    return NONE;
}
static Value s_enter(Value *args, size_t n) { return retain(args[0]); }
static void scan_finalize(Object *o)
{
    Scan *s = (Scan *)o;
    if (!s->dir)
        return;
    ErrorState saved = error_save();
    if (!warnings_warn(ResourceWarning, 1, obj_value(o), "unclosed scandir iterator %R", obj_value(o)))
        error_clear();
    error_restore(saved);
}
static void scan_dispose(Object *o)
{
    Scan *s = (Scan *)o;
    if (s->dir)
        closedir(s->dir);
    s->dir = NULL;
}
static const Method scan_methods[] = { { "__enter__", "(self, /)", s_enter, NULL }, { "__exit__", "(self, *args)", s_close, NULL }, { "close", "(self, /)", s_close, NULL }, { 0 } };
static Type scan_type = { STATIC_TYPE(scan_type, "ScandirIterator", Scan, scan_rows), .heap.finalize = scan_finalize, .heap.dispose = scan_dispose, .flags = TYPE_NO_NEW, .iter = scan_iter, .next = scan_next,
    .methods = scan_methods, .module_name = "posix" };

static Value p_scandir(Value *args, size_t n)
{
    if (!audit1("os.scandir", audit_or(args[0], NONE)))
        return ERROR;
    PathArg path;
    if (!path_arg(args[0], "scandir", NULL, PATH_FD | PATH_NONE, &path)) {
        path_free(&path);
        return ERROR;
    }
    own Value v = instance_new(&scan_type);
    if (!is_error(v)) {
        Scan *s = as_scan(v);
        s->fd = path.fd;
        s->is_bytes = path.is_bytes;
        s->path = path.fd >= 0 ? NONE : is_unbound(path.object) ? str_from(".") : path.is_bytes ? retain(path.bytes) : fs_decode(path.text, strlen(path.text));
        s->dir = is_error(s->path) ? NULL : open_dir(&path);
        if (is_error(s->path))
            s->path = UNBOUND;
        if (!s->dir) {
            if (!error_pending())
                path_error(&path);
            release(give(v));
            v = ERROR;
        }
    }
    path_free(&path);
    return give(v);
}

const Method posix_scan_functions[] = {
    { "listdir", "(path=None)", p_listdir, "Return a list containing the names of the files in the directory.\n\npath can be specified as either str, bytes, or a path-like object.  If path is bytes,\n  the filenames returned will also be bytes; in all other circumstances\n  the filenames returned will be str.\nIf path is None, uses the path='.'.\nOn some platforms, path may also be specified as an open file descriptor;\\\n  the file descriptor must refer to a directory.\n  If this functionality is unavailable, using it raises NotImplementedError.\n\nThe list is in arbitrary order.  It does not include the special\nentries '.' and '..' even if they are present in the directory." },
    { "scandir", "(path=None)", p_scandir, "Return an iterator of DirEntry objects for given path.\n\npath can be specified as either str, bytes, or a path-like object.  If path\nis bytes, the names of yielded DirEntry objects will also be bytes; in\nall other circumstances they will be str.\n\nIf path is None, uses the path='.'." },
    { 0 },
};
bool posix_scan_init(Value module)
{
    static Type *const types[] = { &entry_type, &scan_type, NULL };
    ready_types(types, &object_type);
    return module_add_type(module, &entry_type);
}
