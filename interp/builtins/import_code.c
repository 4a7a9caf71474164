/* import_code.c -- source files to code objects, through the code cache. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interp/base/file.h"
#include "interp/builtins/import_parts.h"
#include "interp/compile/compile.h"
#include "interp/object/bytes.h"
#include "interp/object/exception.h"
#include "interp/object/dict.h"
#include "interp/vm/eval.h"
#include "interp/vm/function.h"

static bool cache_enabled = true;
void import_set_cache(bool enabled) { cache_enabled = enabled; }

static Value os_error(int number, const char *path)
{
    own Value name = str_from(path);
    if (!is_error(name))
        error_set_errno(number, name);
    return ERROR;
}

Value file_read(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0)
        return os_error(errno, path);
    if (fstat(fd, &st) < 0 || S_ISDIR(st.st_mode)) {
        int why = S_ISDIR(st.st_mode) ? EISDIR : errno;
        close(fd);
        return os_error(why, path);
    }
    Bytes *bytes = bytes_alloc((size_t)st.st_size);
    size_t have = 0;
    while (bytes && have < (size_t)st.st_size) {
        ssize_t got = read(fd, bytes->data + have, (size_t)st.st_size - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        have += (size_t)got;
    }
    close(fd);
    if (!bytes)
        return ERROR;
    Value v = obj_value(bytes);
    if (have == (size_t)st.st_size)
        return v;
    Value part = bytes_new(bytes->data, have);          /* the file shrank meanwhile */
    release(v);
    return part;
}

Code *source_compile(const char *source, size_t len, const char *path)
{
    CompileOptions options = { .mode = COMPILE_EXEC, .filename = path, .optimize = -1 };
    return compile_source(source, len, true, &options);
}

/* --- the cache: <folder>/<build>/<path with / as %> ------------------------------------------------------------ */
typedef struct CacheHead { char magic[8]; uint64_t build; int64_t mtime_ns, size; } CacheHead;
static const char magic[8] = "ouro\0c1";

/* Changes with every build of the binary: its own size and modification time. */
static uint64_t build_id(void)
{
    static uint64_t id;
    struct stat st;
    if (!id)
        id = stat("/proc/self/exe", &st) == 0 ? (uint64_t)st.st_size * 1000003u ^ (uint64_t)st.st_mtim.tv_sec * 1000000007u ^ ((uint64_t)st.st_mtim.tv_nsec | 1) : 1;
    return id;
}

static bool cache_path(const char *path, char *out, size_t cap)
{
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    char folder[1024];
    if (!cache_enabled || path[0] != '/' || (!(base && *base) && !(home && *home)))
        return false;
    int n = base && *base ? snprintf(folder, sizeof folder, "%s/ouro", base) : snprintf(folder, sizeof folder, "%s/.cache/ouro", home);
    if (n < 0 || (size_t)n >= sizeof folder)
        return false;
    n = snprintf(out, cap, "%s/%s", folder, path + 1);
    if (n < 0 || (size_t)n >= cap || strlen(path) > 240)
        return false;
    for (char *p = out + strlen(folder) + 1; *p; p++)
        if (*p == '/')
            *p = '%';
    return true;
}

static Code *cache_load(const char *file, const struct stat *st)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    struct stat cached;
    if (fd < 0)
        return NULL;
    Code *code = NULL;
    CacheHead head;
    if (fstat(fd, &cached) == 0 && cached.st_size > (off_t)sizeof head && read(fd, &head, sizeof head) == (ssize_t)sizeof head &&
        memcmp(head.magic, magic, sizeof magic) == 0 && head.build == build_id() && head.size == (int64_t)st->st_size &&
        head.mtime_ns == (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec) {
        size_t n = (size_t)cached.st_size - sizeof head;
        uint8_t *bytes = malloc(n);
        if (bytes && read(fd, bytes, n) == (ssize_t)n)
            code = code_from_bytes(bytes, n);
        free(bytes);
        if (!code)
            error_clear();                             /* damaged: compile again */
    }
    close(fd);
    return code;
}

/* Best effort: a cache that cannot be written is no error. Written beside and renamed, so that readers see all or nothing. */
static void cache_store(const char *file, const struct stat *st, const Code *code)
{
    own Value bytes = code_to_bytes(code);
    if (is_error(bytes)) {
        error_clear();
        return;
    }
    char temporary[2200];
    snprintf(temporary, sizeof temporary, "%s.%ld", file, (long)getpid());
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 && errno == ENOENT) {
        file_make_folders(file);
        fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    }
    if (fd < 0)
        return;
    CacheHead head = { .build = build_id(), .mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec, .size = st->st_size };
    memcpy(head.magic, magic, sizeof magic);
    Bytes *b = as_bytes(bytes);
    bool good = file_write(fd, &head, sizeof head) && file_write(fd, b->data, b->len);
    if (close(fd) < 0 || !good || rename(temporary, file) < 0)
        unlink(temporary);
}

Code *source_code(const char *path, bool cached)
{
    char file[2048];
    struct stat st;
    bool use = cached && stat(path, &st) == 0 && cache_path(path, file, sizeof file);
    Code *code = use ? cache_load(file, &st) : NULL;
    if (code)
        return code;
    own Value source = file_read(path);
    if (is_error(source))
        return NULL;
    code = source_compile((const char *)as_bytes(source)->data, as_bytes(source)->len, path);
    if (code && use)
        cache_store(file, &st, code);
    return code;
}

/* --- running ---------------------------------------------------------------------------------------------------- */
/* CPython's modules that were run have it. */
static bool set_builtins(Value globals)
{
    if (!dict_check(globals))
        return true;
    Found has = dict_contains(as_dict(globals), str_name_peek("__builtins__"));
    return has == FOUND || (has == ABSENT && dict_set(as_dict(globals), str_name_peek("__builtins__"), builtins_dict));
}

Value module_run_take(Value module, Code *code)
{
    if (!code)
        return ERROR;
    own Value keep = obj_value(code);
    own Value globals = obj_getattr_c(module, "__dict__");
    if (is_error(globals) || !set_builtins(globals))
        return ERROR;
    own Value result = eval_code(code, globals, UNBOUND);
    return is_error(result) ? ERROR : NONE;
}

Found loader_run_source(Value module, Value loader)
{
    if (is_unbound(importlib_source_loader) || !same(obj_value((Object *)type_of(loader)), importlib_source_loader))
        return ABSENT;
    own Value path = obj_getattr_c(loader, "path"), exec = is_error(path) ? ERROR : obj_getattr_c(importlib_source_loader, "exec_module");
    own Value get_code = is_error(exec) ? ERROR : obj_getattr_c(importlib_source_loader, "get_code");
    if (is_error(get_code))
        return FAILED;
    const char *text = same(exec, importlib_exec_module) && same(get_code, importlib_get_code) && str_check(path) ? str_utf8_peek(path, NULL) : NULL;
    if (!text)
        return error_pending() ? FAILED : ABSENT;               /* a program has changed the class */
    return is_error(module_run_take(module, source_code(text, true))) ? FAILED : FOUND;
}

Value import_source_code(const char *path)
{
    Code *code = source_code(path, true);
    return code ? obj_value(code) : ERROR;
}
