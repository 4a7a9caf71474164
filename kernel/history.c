/* history.c -- see history.h */
#include "kernel/history.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interp/base/file.h"
#include "kernel/log.h"

enum { READ_LIMIT = 8 << 20, FILE_LIMIT = 32 << 20, OUTPUT_LIMIT = 16 << 10 };

typedef struct Entry {
    long long session, line;
    char *input, *output;            /* output: NULL when there was none */
    size_t input_len, output_len;
} Entry;

typedef struct Entries {
    Entry *at;
    size_t n, cap;
} Entries;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Entries ours, older;
static long long session;            /* 0: not yet numbered */
static bool broken;                  /* the file cannot be used; said once */
static size_t n_stored;

static Entry *add_entry(Entries *entries, long long in_session, long long line, Text input)
{
    if (entries->n == entries->cap) {
        size_t cap = entries->cap ? entries->cap * 2 : 64;
        Entry *grown = realloc(entries->at, cap * sizeof *grown);
        if (!grown)
            return NULL;
        entries->at = grown;
        entries->cap = cap;
    }
    char *copy = malloc(input.len + 1);
    if (!copy)
        return NULL;
    memcpy(copy, input.data, input.len);
    copy[input.len] = '\0';
    Entry *entry = &entries->at[entries->n++];
    *entry = (Entry){ .session = in_session, .line = line, .input = copy, .input_len = input.len };
    return entry;
}

static void set_output(Entry *entry, Text text)
{
    size_t len = text.len < OUTPUT_LIMIT ? text.len : OUTPUT_LIMIT;
    char *copy = malloc(len + 1);
    if (!copy)
        return;
    memcpy(copy, text.data, len);
    copy[len] = '\0';
    free(entry->output);
    entry->output = copy;
    entry->output_len = len;
}

/* --- the file ------------------------------------------------------------------------------------------------------- */

/* The history file's path; false: none is kept. */
static bool file_path(Buf *path)
{
    const char *chosen = getenv("OURO_HISTORY"), *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (chosen)
        buf_string(path, chosen);
    else if (data && *data)
        buf_printf(path, "%s/ouro/history.jsonl", data);
    else if (home && *home)
        buf_printf(path, "%s/.local/share/ouro/history.jsonl", home);
    return path->len > 0 && !path->failed;
}

static int open_file(const char *suffix, int flags)
{
    Buf path = { 0 };
    int fd = -1;
    if (file_path(&path)) {
        if (flags & O_CREAT)
            file_make_folders(buf_text(&path));
        buf_string(&path, suffix);
        fd = open(buf_text(&path), flags | O_CLOEXEC, 0600);
        if (fd < 0 && (flags & O_CREAT) && !broken) {
            log_line("history is not kept: %s: %s", buf_text(&path), strerror(errno));
            broken = true;
        }
    }
    buf_free(&path);
    return fd;
}

/* The number of this session: one more than the last, in a file of its own under a lock. */
static void number_session(void)
{
    if (session)
        return;
    session = 1;
    int fd = open_file(".session", O_RDWR | O_CREAT);
    if (fd < 0)
        return;
    char text[32] = "";
    if (flock(fd, LOCK_EX) == 0 && pread(fd, text, sizeof text - 1, 0) >= 0) {
        long long last = atoll(text);
        session = last > 0 ? last + 1 : 1;
        int len = snprintf(text, sizeof text, "%lld\n", session);
        if (pwrite(fd, text, (size_t)len, 0) != len)
            session = 1;
    }
    close(fd);
}

/* Keep a file that has grown large to its newer half. */
static void shorten(int fd, off_t size)
{
    off_t keep = size / 2;
    char *text = flock(fd, LOCK_EX) == 0 ? malloc((size_t)keep) : NULL;
    if (text && pread(fd, text, (size_t)keep, size - keep) == keep) {
        char *line = memchr(text, '\n', (size_t)keep);
        size_t skip = line ? (size_t)(line + 1 - text) : 0;
        if (ftruncate(fd, 0) == 0 && write(fd, text + skip, (size_t)keep - skip) < 0)
            log_line("history: %s", strerror(errno));
    }
    free(text);
    flock(fd, LOCK_UN);
}

static void store(const Entry *entry)
{
    Buf line = { 0 };
    buf_printf(&line, "{\"s\": %lld, \"n\": %lld, \"i\": ", entry->session, entry->line);
    json_put_string(&line, entry->input, entry->input_len);
    if (entry->output) {
        buf_string(&line, ", \"o\": ");
        json_put_string(&line, entry->output, entry->output_len);
    }
    buf_string(&line, "}\n");
    int fd = line.failed || broken ? -1 : open_file("", O_RDWR | O_APPEND | O_CREAT);
    if (fd >= 0) {
        struct stat status;
        if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > FILE_LIMIT)
            shorten(fd, status.st_size);
        if (write(fd, line.at, line.len) != (ssize_t)line.len && !broken) {
            log_line("history is not kept: %s", strerror(errno));
            broken = true;
        }
        close(fd);
    }
    buf_free(&line);
}

static void read_line(const char *text, size_t len)
{
    const char *why;
    json_t *row = json_read(text, len, &why);
    long long number = json_get_int(row, "s", 0);
    if (json_is_object(row) && number > 0 && number != session) {
        Entry *entry = add_entry(&older, number, json_get_int(row, "n", 0), json_get_text(row, "i"));
        if (entry && json_is_string(json_object_get(row, "o")))
            set_output(entry, json_get_text(row, "o"));
    }
    json_decref(row);
}

static void forget(Entries *entries)
{
    for (size_t i = 0; i < entries->n; i++) {
        free(entries->at[i].input);
        free(entries->at[i].output);
    }
    free(entries->at);
    *entries = (Entries){ 0 };
}

/* The other sessions' lines, from the newest part of the file. */
static void read_older(void)
{
    forget(&older);
    int fd = open_file("", O_RDONLY);
    struct stat status;
    if (fd < 0)
        return;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0) {
        size_t len = status.st_size < READ_LIMIT ? (size_t)status.st_size : READ_LIMIT;
        char *text = malloc(len);
        ssize_t got = text ? pread(fd, text, len, status.st_size - (off_t)len) : -1;
        const char *at = text, *end = got > 0 ? text + got : text;
        while (at && at < end) {
            const char *line = memchr(at, '\n', (size_t)(end - at));
            if (line)
                read_line(at, (size_t)(line - at));
            at = line ? line + 1 : end;
        }
        free(text);
    }
    close(fd);
}

/* --- recording ------------------------------------------------------------------------------------------------------ */

void history_add(long long line, Text source)
{
    pthread_mutex_lock(&lock);
    number_session();
    if (!add_entry(&ours, session, line, source))
        log_line("history: out of memory");
    pthread_mutex_unlock(&lock);
}

void history_output(Text text)
{
    pthread_mutex_lock(&lock);
    if (ours.n)
        set_output(&ours.at[ours.n - 1], text);
    pthread_mutex_unlock(&lock);
}

void history_store(void)
{
    pthread_mutex_lock(&lock);
    while (n_stored < ours.n)
        store(&ours.at[n_stored++]);
    pthread_mutex_unlock(&lock);
}

/* --- asking ---------------------------------------------------------------------------------------------------------- */

/* One bracket expression of a pattern at *p (behind the `[`); moves behind its `]`. */
static bool class_matches(const char **p, unsigned char c)
{
    const char *at = *p;
    bool not = *at == '!' || *at == '^', found = false;
    if (not)
        at++;
    const char *first = at;
    for (; *at && (*at != ']' || at == first); at++) {
        unsigned char low = (unsigned char)*at, high = low;
        if (at[1] == '-' && at[2] && at[2] != ']') {
            high = (unsigned char)at[2];
            at += 2;
        }
        found |= low <= c && c <= high;
    }
    *p = *at ? at + 1 : at;
    return found != not;
}

/* Does the whole text match? `*`, `?`, `[..]`; no recursion: only the last star is retried. */
static bool glob(const char *pattern, const char *text)
{
    const char *star = NULL, *retry = NULL;
    while (*text) {
        const char *next = pattern + 1;
        bool same;
        if (*pattern == '*') {
            star = next;
            retry = text;
            pattern = next;
            continue;
        }
        same = *pattern == '?' || (*pattern && *pattern == *text && *pattern != '[')
               || (*pattern == '[' && strchr(next, ']') && class_matches(&next, (unsigned char)*text));
        if (same) {
            pattern = next;
            text++;
        } else if (star) {
            pattern = star;
            text = ++retry;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

typedef struct Choice {
    const Entry **at;
    size_t n;
} Choice;

static void keep_last(Choice *choice, long long n)
{
    if (n >= 0 && (size_t)n < choice->n) {
        memmove(choice->at, choice->at + choice->n - n, (size_t)n * sizeof *choice->at);
        choice->n = (size_t)n;
    }
}

static int by_input(const void *a, const void *b)
{
    const Entry *x = *(const Entry *const *)a, *y = *(const Entry *const *)b;
    int order = strcmp(x->input, y->input);
    return order ? order : x < y ? -1 : x > y;
}

static int by_place(const void *a, const void *b)
{
    const Entry *x = *(const Entry *const *)a, *y = *(const Entry *const *)b;
    return x->session != y->session ? (x->session < y->session ? -1 : 1) : x < y ? -1 : x > y;
}

/* Of equal inputs only the last stays. */
static void keep_unique(Choice *choice)
{
    size_t kept = 0;
    qsort(choice->at, choice->n, sizeof *choice->at, by_input);
    for (size_t i = 0; i < choice->n; i++)
        if (i + 1 == choice->n || strcmp(choice->at[i]->input, choice->at[i + 1]->input) != 0)
            choice->at[kept++] = choice->at[i];
    choice->n = kept;
    qsort(choice->at, choice->n, sizeof *choice->at, by_place);
}

static bool in_range(const Entry *entry, const json_t *request)
{
    long long wanted = json_get_int(request, "session", 0);
    if (wanted <= 0)
        wanted += session;
    long long start = json_get_int(request, "start", 0), stop = json_get_int(request, "stop", -1);
    bool open = !json_is_number(json_object_get(request, "stop"));
    return entry->session == wanted && entry->line >= start && (open || entry->line < stop);
}

static void choose(Choice *choice, const json_t *request)
{
    const char *how = json_get_cstring(request, "hist_access_type", "tail");
    bool range = strcmp(how, "range") == 0, search = strcmp(how, "search") == 0;
    const char *pattern = json_get_cstring(request, "pattern", "*");
    const Entries *sources[] = { &older, &ours };
    for (int s = 0; s < 2; s++)
        for (size_t i = 0; i < sources[s]->n; i++) {
            const Entry *entry = &sources[s]->at[i];
            if (range ? in_range(entry, request) : !search || glob(pattern, entry->input))
                choice->at[choice->n++] = entry;
        }
    if (search && json_get_bool(request, "unique", false))
        keep_unique(choice);
    if (!range)
        keep_last(choice, json_get_int(request, "n", search ? -1 : 10));
}

static void put_rows(Buf *out, const Choice *choice, bool output)
{
    buf_string(out, "{\"history\": [");
    for (size_t i = 0; i < choice->n; i++) {
        const Entry *entry = choice->at[i];
        buf_printf(out, "%s[%lld, %lld, %s", i ? ", " : "", entry->session, entry->line, output ? "[" : "");
        json_put_string(out, entry->input, entry->input_len);
        if (output && entry->output) {
            buf_string(out, ", ");
            json_put_string(out, entry->output, entry->output_len);
        } else if (output) {
            buf_string(out, ", null");
        }
        buf_string(out, output ? "]]" : "]");
    }
    buf_string(out, "]}");
}

char *history_query(const json_t *request)
{
    Buf out = { 0 };
    pthread_mutex_lock(&lock);
    number_session();
    read_older();
    Choice choice = { .at = calloc(ours.n + older.n + 1, sizeof *choice.at) };
    if (choice.at) {
        choose(&choice, request);
        put_rows(&out, &choice, json_get_bool(request, "output", false));
    } else {
        out.failed = true;
    }
    free(choice.at);
    forget(&older);
    pthread_mutex_unlock(&lock);
    return buf_detach(&out, NULL);
}
